/* expiry.h
 * Time-outs of a firewall's entries, in nanoseconds. FWX_NO_TIME: never, or not known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_EXPIRY_H
#define FWX_EXPIRY_H

#include "engine/packet.h"

/* So many seconds after now; stops at the end of the range. */
static inline int64_t fwx_later(int64_t now, uint32_t seconds)
{
    int64_t by = seconds * FWX_SECOND;

    if (now == FWX_NO_TIME)
        return FWX_NO_TIME;
    return now > INT64_MAX - by ? INT64_MAX : now + by;
}

static inline bool fwx_expired(int64_t expires, int64_t now)
{
    return expires != FWX_NO_TIME && now != FWX_NO_TIME && now >= expires;
}

#endif
