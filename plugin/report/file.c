/* file.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/file.h"

#include "report/html.h"
#include "report/markdown.h"

fwx_render *fwx_render_of(const char *path)
{
    static const struct {
        const char *end;
        fwx_render *render;
    } formats[] = {{".html", fwx_html}, {".htm", fwx_html}, {".md", fwx_markdown}};
    char *lower = g_ascii_strdown(path, -1);
    fwx_render *found = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(formats) && !found; i++)
        found = g_str_has_suffix(lower, formats[i].end) ? formats[i].render : NULL;
    g_free(lower);
    return found;
}

gboolean fwx_report_write(const struct fwx_report *report, const char *path, GError **error)
{
    GString *text = fwx_render_of(path)(report);
    gboolean done = g_file_set_contents(path, text->str, (gssize)text->len, error);

    g_string_free(text, TRUE);
    return done;
}
