/* rows.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/account.h"
#include "engine/points/pair.h"
#include "engine/turn.h"

/* The pair by which it comes from its initiator's side, NULL: none. Of a proxy's two connections
 * each is one. */
static const struct fwx_pair *inward(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection)
{
    const struct fwx_pair *pair;

    for (uint32_t i = 0; (pair = fwx_points_pair_of(engine, connection, i)); i++) {
        if (pair->adjacent && pair->ordered && pair->leg[1] == connection->id &&
            pair->path != FWX_PATH_PROXY)
            return pair;
    }
    return NULL;
}

static const struct fwx_connection *next_leg(const struct fwx_engine *engine,
                                             const struct fwx_connection *connection)
{
    const struct fwx_pair *pair = fwx_points_onward(engine, connection);

    return pair && pair->ordered && pair->leg[1] && pair->path != FWX_PATH_PROXY
               ? fwx_connections_get(&engine->connections, pair->leg[1])
               : NULL;
}

bool fwx_points_is_double(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    const struct fwx_connection *leg = connection;
    const struct fwx_connection *best;
    const struct fwx_pair *pair;

    if (!engine->join)
        return false;
    for (uint32_t i = 0; i < engine->join->points && (pair = inward(engine, leg)); i++)
        leg = fwx_connections_get(&engine->connections, pair->leg[0]);
    best = leg;
    for (uint32_t i = 0; i < engine->join->points && (leg = next_leg(engine, leg)); i++) {
        if (fwx_account_of(engine, leg).gravity > fwx_account_of(engine, best).gravity)
            best = leg;
    }
    return best != connection;
}
