/* scope.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/scope.h"

#include <glib.h>

static bool is_more_than_syns(const struct fwx_engine *engine,
                              const struct fwx_connection *connection)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);
    uint8_t flags = connection->peer[FWX_INITIATOR].flags;

    return connection->protocol != FWX_PROTOCOL_TCP ||
           connection->first_state == FWX_STATE_UNKNOWN ||
           (flags & (FWX_PEER_ACK | FWX_PEER_FIN | FWX_PEER_DATA)) ||
           (notes && (notes->last_reset[0] || notes->last_reset[1]));
}

static void look_at_scope(struct fwx_scope *scope, const struct fwx_engine *engine,
                          const struct fwx_connection *connection)
{
    const struct fwx_peer *peers = connection->peer;
    bool both = peers[0].packets && peers[1].packets;

    scope->only_syns &= !is_more_than_syns(engine, connection);
    scope->both |= both;
    if (connection->protocol == FWX_PROTOCOL_TCP && !both &&
        ((peers[FWX_INITIATOR].flags & FWX_PEER_ACK) || peers[FWX_RESPONDER].packets))
        scope->one_way = true;
}

void fwx_scope_find(struct fwx_engine *engine)
{
    engine->scopes = g_renew(struct fwx_scope, engine->scopes, engine->points);
    for (uint32_t i = 0; i < engine->points; i++)
        engine->scopes[i] = (struct fwx_scope){.only_syns = true};
    for (uint32_t id = 1; id <= engine->connections.pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);

        look_at_scope(&engine->scopes[connection->capture_point], engine, connection);
    }
    for (uint32_t i = 0; i < engine->points; i++)
        engine->scopes[i].one_way &= !engine->scopes[i].both;
    engine->reviewed_points = engine->points;
}

const struct fwx_scope *fwx_scope_of(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection)
{
    static const struct fwx_scope unknown;

    return connection->capture_point < engine->reviewed_points
               ? &engine->scopes[connection->capture_point]
               : &unknown;
}
