/* storied.h
 * What the engine knows of the capture that is open, as a report has it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_STORIED_H
#define FWX_TAPS_STORIED_H

#include "compat.h"

#include "engine/engine.h"
#include "report/report.h"
#include "taps/listing.h"

/* Everything of what was listened to that belongs into a report: counts, and the stories of the
 * worst, limit of them at most. Its capture has no name yet. As of the last review; packets are
 * those of the recorder. To be freed with fwx_report_free(). */
struct fwx_report *fwx_storied(const struct fwx_engine *engine, const struct fwx_listing *listing,
                               guint limit);

#endif
