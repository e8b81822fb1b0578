/* bins.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/bins.h"

#include <string.h>

enum { WIDEST = 58 }; /* all times there are fit into FWX_BINS of them */

/* Rounds down, also before the epoch. */
static int64_t bin_of(int64_t time, uint32_t shift)
{
    return time >= 0 ? time >> shift : ~(~time >> shift);
}

/* Twice as wide. */
static void widen(struct fwx_bins *bins)
{
    struct fwx_bins wider = {.first = bin_of(bins->first, 1), .shift = bins->shift + 1};

    for (uint32_t i = 0; i < bins->used; i++) {
        int64_t at = bin_of(bins->first + i, 1) - wider.first;

        wider.counts[at] += bins->counts[i];
        wider.used = (uint32_t)at + 1;
    }
    *bins = wider;
}

static gboolean fits(const struct fwx_bins *bins, int64_t first, int64_t last)
{
    int64_t end = bins->first + (int64_t)bins->used - 1;

    return (uint64_t)MAX(last, end) - (uint64_t)MIN(first, bins->first) < FWX_BINS;
}

/* In bins of that width or wider. */
static void put(struct fwx_bins *bins, int64_t bin, uint32_t shift, uint32_t count)
{
    if (!bins->used)
        *bins = (struct fwx_bins){.first = bin, .shift = shift, .used = 1};
    while (bins->shift < shift)
        widen(bins);
    for (; shift < bins->shift; shift++)
        bin = bin_of(bin, 1);
    while (!fits(bins, bin, bin) && bins->shift < WIDEST) {
        widen(bins);
        bin = bin_of(bin, 1);
    }
    if (bin < bins->first) {
        uint32_t by = (uint32_t)(bins->first - bin);

        memmove(bins->counts + by, bins->counts, bins->used * sizeof *bins->counts);
        memset(bins->counts, 0, by * sizeof *bins->counts);
        bins->first = bin;
        bins->used += by;
    }
    bins->used = MAX(bins->used, (uint32_t)(bin - bins->first) + 1);
    bins->counts[bin - bins->first] += count;
}

void fwx_bins_add(struct fwx_bins *bins, int64_t time, uint32_t count)
{
    if (count)
        put(bins, time, 0, count);
}

void fwx_bins_join(struct fwx_bins *bins, const struct fwx_bins *others)
{
    for (uint32_t i = 0; i < others->used; i++) {
        if (others->counts[i])
            put(bins, others->first + i, others->shift, others->counts[i]);
    }
}

gboolean fwx_bins_are_right(const struct fwx_bins *bins)
{
    if (bins->shift > WIDEST || bins->used > FWX_BINS)
        return FALSE;
    return !bins->used || (bins->first >= bin_of(INT64_MIN, bins->shift) &&
                           bins->first <= bin_of(INT64_MAX, bins->shift) - (bins->used - 1));
}

int64_t fwx_bins_time(const struct fwx_bins *bins, uint32_t number)
{
    int64_t bin = bins->first + number;

    return bin > bin_of(INT64_MAX, bins->shift) ? INT64_MAX : bin * (INT64_C(1) << bins->shift);
}
