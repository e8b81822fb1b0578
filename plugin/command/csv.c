/* csv.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "csv.h"

#include <string.h>

#include "escape.h"
#include "formula.h"

/* The cell that begins here; *at comes to stand behind it. */
static char *take_cell(const char **at)
{
    GString *cell = g_string_new(NULL);
    gboolean quoted = **at == '"';
    const char *c = *at + quoted;

    for (; *c && (quoted || *c != ','); c++) {
        if (quoted && *c == '"') {
            if (c[1] != '"') {
                quoted = FALSE;
                continue;
            }
            c++;
        }
        g_string_append_c(cell, *c);
    }
    *at = c;
    return g_string_free(cell, FALSE);
}

GPtrArray *fwx_csv_split(const char *line)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);

    for (;; line++) {
        g_ptr_array_add(cells, take_cell(&line));
        if (*line != ',')
            return cells;
    }
}

gsize fwx_csv_length(const char *line, guint cells)
{
    gboolean quoted = FALSE; /* a doubled quote goes out and in again */
    const char *c = line;

    for (; *c; c++) {
        quoted ^= *c == '"';
        if (*c == ',' && !quoted && --cells == 0)
            break;
    }
    return (gsize)(c - line);
}

char *fwx_csv_cell(const char *text)
{
    char *shown = fwx_escape(text, "\t\n");
    GString *cell = g_string_new(fwx_is_formula(shown) ? "'" : NULL);

    g_string_append(cell, shown);
    g_free(shown);
    if (strpbrk(cell->str, ",\"\r\n")) {
        g_string_replace(cell, "\"", "\"\"", 0);
        g_string_prepend_c(cell, '"');
        g_string_append_c(cell, '"');
    }
    return g_string_free(cell, FALSE);
}
