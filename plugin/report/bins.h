/* bins.h
 * When something happened how often, in a bounded number of bins, whatever the times are: the same
 * of two halves put together as of the whole, in any order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_BINS_H
#define FWX_REPORT_BINS_H

#include <stdint.h>

#include <glib.h>

enum { FWX_BINS = 64 };

/* Bins are 2^shift nanoseconds wide, and begin at multiples of that: as narrow as there is room. */
struct fwx_bins {
    int64_t first; /* of the first bin: time >> shift */
    uint32_t shift;
    uint32_t used; /* 0: nothing has happened */
    uint32_t counts[FWX_BINS];
};

/* time: nanoseconds since the epoch. */
void fwx_bins_add(struct fwx_bins *bins, int64_t time, uint32_t count);
void fwx_bins_join(struct fwx_bins *bins, const struct fwx_bins *others);

/* Are they as those that are made here? Of what comes from elsewhere. */
gboolean fwx_bins_are_right(const struct fwx_bins *bins);

/* When a bin begins; number: up to used, for the end of the last. */
int64_t fwx_bins_time(const struct fwx_bins *bins, uint32_t number);

#endif
