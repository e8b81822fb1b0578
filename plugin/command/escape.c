/* escape.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "escape.h"

#include <string.h>

enum { NON_JOINER = 0x200c, JOINER = 0x200d }; /* format characters that names are written with */

static gboolean is_harmless(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return FALSE;
    case G_UNICODE_FORMAT:
        return c == NON_JOINER || c == JOINER;
    default:
        return TRUE;
    }
}

static void append_escaped(GString *line, gunichar c)
{
    if (c == '\n')
        g_string_append(line, "\\n");
    else if (c == '\r')
        g_string_append(line, "\\r");
    else if (c == '\t')
        g_string_append(line, "\\t");
    else
        g_string_append_printf(line, c < 0x80 ? "\\x%02x" : "\\u%04x", c);
}

char *fwx_escape(const char *text, const char *keep)
{
    GString *line = g_string_new(NULL);

    while (*text) {
        gunichar c = g_utf8_get_char_validated(text, -1);

        if (c == (gunichar)-1 || c == (gunichar)-2) { /* not, or not wholly, a character */
            g_string_append_printf(line, "\\x%02x", (guchar)*text++);
            continue;
        }
        if (is_harmless(c) || (c < 0x80 && strchr(keep, (int)c)))
            g_string_append_unichar(line, c);
        else
            append_escaped(line, c);
        text = g_utf8_next_char(text);
    }
    return g_string_free(line, FALSE);
}
