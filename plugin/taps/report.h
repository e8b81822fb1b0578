/* report.h
 * Reports of fwx-verdicts: a worker makes a part of each capture, and the program puts them
 * together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_REPORT_H
#define FWX_TAPS_REPORT_H

#include "compat.h"

#include <glib.h>

/* Conversations that are told at most, 0: as many as by default. */
extern guint fwx_report_limit;

/* -z fwx,report-part of fwx-verdicts: what fwx_parcel_unpack() reads. */
void fwx_tap_report_part(void);

#endif
