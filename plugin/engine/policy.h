/* policy.h
 * Which firewall is emulated, and how it is set up: all that the stages ask about it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_POLICY_H
#define FWX_POLICY_H

#include "result.h"

#include <stdbool.h>
#include <stdint.h>

struct fwx_size_range {
    uint32_t low;  /* bytes, both ends belong to the range */
    uint32_t high;
};

#define FWX_MAX_MARKER_RANGES 32

struct fwx_policy {
    enum fwx_product product;
    /* ICMP echo data lengths that mark a place in the capture (source 002 uses 22, 33, 44). */
    struct fwx_size_range marker_sizes[FWX_MAX_MARKER_RANGES];
    unsigned marker_size_count;
    /* Compare a reset's TTL, IP ID, MAC and window with its endpoint's earlier packets. */
    bool check_injected;
};

#define FWX_DEFAULT_MARKER_SIZES "22,33,44,55,66"

/* TMG 2010, default marker sizes, every check that is on by default. */
struct fwx_policy fwx_policy_default(void);

#endif
