/* rungs.h
 * A conversation's recorded packets, from one capture point or from all that have seen it, joined
 * and in the order of time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_RUNGS_H
#define FWX_TAPS_RUNGS_H

#include "compat.h"

#include "engine/engine.h"
#include "report/ladder.h"

/* Of a conversation: its connections at the points, from the initiator's on. */
struct fwx_legs {
    const struct fwx_connection *of[FWX_SPACES];
    unsigned count;
    struct fwx_account account;
    unsigned lanes; /* one more than there are legs, but for one that goes on unseen */
};

/* connection: any of them. */
struct fwx_legs fwx_legs_of(const struct fwx_engine *engine,
                            const struct fwx_connection *connection);

/* To be freed with g_array_unref(). */
GArray *fwx_rungs_of(const struct fwx_engine *engine, const struct fwx_legs *legs);

#endif
