/* parcel.h
 * A report, or a part of one, as bytes: from one process to another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_PARCEL_H
#define FWX_REPORT_PARCEL_H

#include "report/report.h"

/* What version, product and filter are is left out: whoever reads it knows. To be unreferenced. */
GBytes *fwx_parcel_pack(const struct fwx_report *report);

/* NULL where these are no such bytes, or what they say cannot be. limit: as fwx_report_new()'s. */
struct fwx_report *fwx_parcel_unpack(const void *bytes, gsize length, guint limit);

#endif
