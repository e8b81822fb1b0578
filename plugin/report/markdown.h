/* markdown.h
 * A report as Markdown, for tickets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_MARKDOWN_H
#define FWX_REPORT_MARKDOWN_H

#include "report/report.h"

/* To be freed with g_string_free(). */
GString *fwx_markdown(const struct fwx_report *report);

#endif
