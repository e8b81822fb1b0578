/* html.h
 * A report as one page that needs nothing else: no script, no network.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_HTML_H
#define FWX_REPORT_HTML_H

#include "report/report.h"

/* To be freed with g_string_free(). */
GString *fwx_html(const struct fwx_report *report);

/* What all pages look like: html-style.c. */
extern const char fwx_html_style[];

#endif
