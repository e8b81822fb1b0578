/* path.c
 * What lies between the legs of a pair?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* 1: both known and the same; -1: both known and not. */
int fwx_compare_isn(const struct fwx_connection *a, const struct fwx_connection *b, unsigned side)
{
    if (!(a->peer[side].flags & b->peer[side].flags & FWX_PEER_ISN))
        return 0;
    return a->peer[side].isn == b->peer[side].isn ? 1 : -1;
}

static bool same_stamp(const struct fwx_sight *a, const struct fwx_sight *b)
{
    return a && b && a->stamp && a->stamp == b->stamp;
}

/* A device that hands on packets hands on what it has no reason to change. */
enum fwx_path fwx_path_of(const struct fwx_points_join *join, const struct fwx_pair *pair)
{
    const struct fwx_connection *a = fwx_connections_get(&join->engine->connections, pair->leg[0]);
    const struct fwx_connection *b = fwx_connections_get(&join->engine->connections, pair->leg[1]);
    const struct fwx_sight *syn[2][2];
    bool one_kept = fwx_compare_isn(a, b, 0) > 0 || fwx_compare_isn(a, b, 1) > 0;

    if (a->protocol != FWX_PROTOCOL_TCP || pair->method == FWX_SAME_NUMBERS)
        return FWX_PATH_PACKET;
    for (unsigned side = 0; side < 2; side++) {
        syn[side][0] = fwx_trail_first(join->trail, a->id, side, true);
        syn[side][1] = fwx_trail_first(join->trail, b->id, side, true);
    }
    if (pair->method == FWX_ISN_INITIATOR)
        return same_stamp(syn[1][0], syn[1][1]) ? FWX_PATH_ISN_REWRITE : FWX_PATH_SYN_PROXY;
    if (one_kept)
        return FWX_PATH_ISN_REWRITE;
    return (same_stamp(syn[0][0], syn[0][1]) && same_stamp(syn[1][0], syn[1][1])) ||
                   (syn[0][0] && syn[0][1] && syn[0][0]->ip_id &&
                    syn[0][0]->ip_id == syn[0][1]->ip_id)
               ? FWX_PATH_ISN_REWRITE
               : FWX_PATH_PROXY;
}
