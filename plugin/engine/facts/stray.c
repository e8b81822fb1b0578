/* stray.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/stray.h"

#include "engine/facts/place.h"

#include <glib.h>

/* The stray answers what the connection says: at once (chosen: as long as a first time-out, RFC
 * 6298, 2.1, and some more). */
#define AT_ONCE (2 * FWX_SECOND)

/* Who sent the stray's packets, FWX_SIDE_UNKNOWN where it is none: began without a SYN, and only
 * one end was ever seen. */
static enum fwx_side sender_of(const struct fwx_engine *engine,
                               const struct fwx_connection *connection)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);
    bool seen[2];

    if (connection->protocol != FWX_PROTOCOL_TCP || connection->first_state != FWX_STATE_UNKNOWN)
        return FWX_SIDE_UNKNOWN;
    for (unsigned side = 0; side < 2; side++)
        seen[side] = connection->peer[side].packets || (notes && notes->last_reset[side]);
    if (seen[0] == seen[1])
        return FWX_SIDE_UNKNOWN;
    return seen[0] ? FWX_INITIATOR : FWX_RESPONDER;
}

/* The number that its sender has got to. */
static uint32_t number_of(const struct fwx_engine *engine, const struct fwx_connection *stray,
                          enum fwx_side sender)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, stray);

    if (stray->peer[sender].packets)
        return stray->peer[sender].seq_end;
    return fwx_finding_at(engine, notes->last_reset[sender] - 1)->reset.seq;
}

/* All but one of addresses and ports are the same. */
static bool is_near(const struct fwx_connection *stray, enum fwx_side sender,
                    const struct fwx_connection *connection, unsigned side)
{
    unsigned same = fwx_address_equal(&stray->address[sender], &connection->address[side]) +
                    (stray->port[sender] == connection->port[side]);

    return same == 1 && stray->capture_point == connection->capture_point &&
           stray->port[!sender] == connection->port[!side] &&
           fwx_address_equal(&stray->address[!sender], &connection->address[!side]);
}

static bool is_at_the_moment(const struct fwx_connection *stray,
                             const struct fwx_connection *connection)
{
    return stray->first_frame > connection->first_frame &&
           fwx_time_between(connection->spoke_time, stray->first_time) <= AT_ONCE;
}

static void note(struct fwx_engine *engine, struct fwx_connection *connection, uint32_t frame)
{
    struct fwx_turn turn = {.engine = engine, .connection = connection};

    struct fwx_notes *notes = fwx_turn_notes(&turn);

    notes->translation = frame;
}

static void try_connection(struct fwx_engine *engine, GHashTable *strays,
                           struct fwx_connection *connection)
{
    for (unsigned side = 0; side < 2; side++) {
        gpointer number = GUINT_TO_POINTER(connection->peer[side].seq_end);
        uint32_t id = GPOINTER_TO_UINT(g_hash_table_lookup(strays, number));
        struct fwx_connection *stray;

        if (!id || id == connection->id || !connection->peer[!side].packets ||
            !(connection->peer[side].flags & FWX_PEER_SEQ))
            continue; /* of which only one end was seen, either may be the stray */
        stray = fwx_connections_get(&engine->connections, id);
        if (!is_near(stray, sender_of(engine, stray), connection, side) ||
            !is_at_the_moment(stray, connection))
            continue;
        note(engine, stray, connection->first_frame);
        note(engine, connection, stray->first_frame);
    }
}

/* What seemed to be a stray may have become a connection since the last time. */
static void forget(struct fwx_engine *engine)
{
    for (uint32_t i = 0; i < engine->notes.count; i++)
        ((struct fwx_notes *)fwx_pool_at(&engine->notes, i))->translation = 0;
}

void fwx_stray_find(struct fwx_engine *engine)
{
    GHashTable *strays = g_hash_table_new(fwx_number_hash, NULL); /* id by number */
    uint32_t connections = engine->connections.pool.count;

    forget(engine);
    for (uint32_t id = 1; id <= connections; id++) {
        const struct fwx_connection *stray = fwx_connections_get(&engine->connections, id);
        enum fwx_side sender = sender_of(engine, stray);

        if (sender != FWX_SIDE_UNKNOWN)
            g_hash_table_insert(strays, GUINT_TO_POINTER(number_of(engine, stray, sender)),
                                GUINT_TO_POINTER(id));
    }
    for (uint32_t id = 1; g_hash_table_size(strays) && id <= connections; id++) {
        struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);

        if (connection->protocol == FWX_PROTOCOL_TCP)
            try_connection(engine, strays, connection);
    }
    g_hash_table_destroy(strays);
}
