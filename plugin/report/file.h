/* file.h
 * A report as a file, in the format that its name ends with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_FILE_H
#define FWX_REPORT_FILE_H

#include "report/report.h"

/* Renders a report; to be freed with g_string_free(). */
typedef GString *fwx_render(const struct fwx_report *report);

/* By the end of a name, .html, .htm or .md; NULL: it is of no format. */
fwx_render *fwx_render_of(const char *path);

/* What a name should end with, for who is told so. */
#define FWX_REPORT_FORMATS "a report is FILE.html or FILE.md"

/* FALSE where it cannot be written, and why: whatever was there stays. */
gboolean fwx_report_write(const struct fwx_report *report, const char *path, GError **error);

#endif
