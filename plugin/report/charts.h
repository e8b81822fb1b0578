/* charts.h
 * What became of all conversations, and when packets were denied: as inline SVG.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_CHARTS_H
#define FWX_REPORT_CHARTS_H

#include "report/report.h"

/* Nothing where there is nothing to be shown. */
void fwx_charts_outcomes(GString *to, const struct fwx_report *report);
void fwx_charts_denied(GString *to, const struct fwx_report *report);

#endif
