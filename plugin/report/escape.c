/* escape.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/escape.h"

#include <string.h>

enum { NON_JOINER = 0x200c, JOINER = 0x200d }; /* format characters that names are written with */

char *fwx_escape(const char *text, const char *keep)
{
    const guint acting = 1u << G_UNICODE_CONTROL | 1u << G_UNICODE_FORMAT |
                         1u << G_UNICODE_LINE_SEPARATOR | 1u << G_UNICODE_PARAGRAPH_SEPARATOR;
    GString *line = g_string_new(NULL);

    for (const char *next; *text; text = next) {
        gunichar c = g_utf8_get_char_validated(text, -1);
        const char *letter = c < 0x80 ? strchr("\nn\rr\tt", (int)c) : NULL;

        next = c > G_MAXINT32 ? text + 1 : g_utf8_next_char(text);
        if (c > G_MAXINT32) /* not, or not wholly, a character */
            g_string_append_printf(line, "\\x%02x", (guchar)*text);
        else if (!(acting >> g_unichar_type(c) & 1) || c == JOINER || c == NON_JOINER ||
                 (c < 0x80 && strchr(keep, (int)c)))
            g_string_append_unichar(line, c);
        else if (letter)
            g_string_append_printf(line, "\\%c", letter[1]);
        else
            g_string_append_printf(line, c < 0x80 ? "\\x%02x" : "\\u%04x", c);
    }
    return g_string_free(line, FALSE);
}
