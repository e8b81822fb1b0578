/* markup.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/markup.h"

#include "report/escape.h"

static void add(GString *to, const char *text, const char *keep)
{
    char *visible = text ? fwx_escape(text, keep) : NULL;
    char *escaped = visible ? g_markup_escape_text(visible, -1) : NULL;

    if (escaped)
        g_string_append(to, escaped);
    g_free(visible);
    g_free(escaped);
}

void fwx_markup_text(GString *to, const char *text)
{
    add(to, text, "");
}

void fwx_markup_lines(GString *to, const char *text)
{
    add(to, text, "\n");
}

void fwx_markup_element(GString *to, const char *name, const char *class, const char *text)
{
    if (!text)
        return;
    g_string_append_printf(to, "<%s", name);
    if (class)
        g_string_append_printf(to, " class=\"%s\"", class);
    g_string_append_c(to, '>');
    fwx_markup_text(to, text);
    g_string_append_printf(to, "</%s>", name);
}
