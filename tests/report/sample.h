/* sample.h
 * A report with whatever a report can have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TESTS_REPORT_SAMPLE_H
#define FWX_TESTS_REPORT_SAMPLE_H

#include "report/ladder.h"
#include "report/report.h"

/* One capture, one story of two lanes: 10.1.2.3:50183 > www.example.net (192.0.2.1):443. Its texts
 * name them. word: stands in each text that a capture, a log or a name has a part in; "" for none.
 */
struct fwx_report *sample_report(const char *word);

/* A packet of TCP, a point in between or none; times in milliseconds. */
struct fwx_rung sample_rung(int64_t ms, uint32_t frame, enum fwx_side side, uint8_t flags);

#endif
