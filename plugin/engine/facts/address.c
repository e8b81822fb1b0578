/* address.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/address.h"

#include "engine/facts/origin.h"
#include "engine/facts/place.h"

#include <glib.h>

struct looks {
    struct fwx_place place;
    int64_t fastest;     /* handshake as its responder, nanoseconds; 0: none */
    uint32_t packets;    /* without resets */
    uint32_t last_frame; /* in which it may have spoken */
    uint8_t ttl_low;
    uint8_t ttl_high;
};

static const struct fwx_connection *connection_of(const struct fwx_engine *engine,
                                                  const struct fwx_finding *finding)
{
    return fwx_connections_get(&engine->connections, finding->connection);
}

static struct looks *find(GHashTable *all, const struct fwx_connection *connection, unsigned side)
{
    struct fwx_place key = {&connection->address[side], connection->capture_point};

    return (struct looks *)g_hash_table_lookup(all, &key);
}

/* ---- what an address looks like ------------------------------------------------------------- */

/* Of a connection that was reset the frames behind that may all be the other side's. */
static uint32_t last_spoke(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    return notes && notes->heeded ? connection->first_frame : connection->last_frame;
}

static void add_peer(const struct fwx_engine *engine, struct looks *looks,
                     const struct fwx_connection *connection, unsigned side)
{
    const struct fwx_peer *peer = &connection->peer[side];

    if (!peer->packets)
        return;
    looks->last_frame = MAX(looks->last_frame, last_spoke(engine, connection));
    looks->ttl_low = looks->packets ? MIN(looks->ttl_low, peer->ttl_low) : peer->ttl_low;
    looks->ttl_high = MAX(looks->ttl_high, peer->ttl_high);
    looks->packets += peer->packets;
}

static void add_handshake(struct looks *looks, const struct fwx_connection *connection)
{
    int64_t took = fwx_connection_answer_after(connection);

    if (!(connection->peer[FWX_RESPONDER].flags & FWX_PEER_ISN) || !connection->syn_count || !took)
        return;
    looks->fastest = looks->fastest ? MIN(looks->fastest, took) : took;
}

static void look_at_connections(const struct fwx_engine *engine, GHashTable *all)
{
    for (uint32_t id = 1; id <= engine->connections.pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);

        for (unsigned side = 0; side < 2; side++) {
            struct looks *looks =
                connection->protocol == FWX_PROTOCOL_TCP ? find(all, connection, side) : NULL;

            if (!looks)
                continue;
            add_peer(engine, looks, connection, side);
            if (side == FWX_RESPONDER)
                add_handshake(looks, connection);
        }
    }
}

/* ---- what a reset looks like beside it ------------------------------------------------------ */

static void compare(struct fwx_reset *reset, const struct looks *looks,
                    const struct fwx_connection *connection)
{
    bool fits =
        !looks->packets || (reset->own_ttl >= looks->ttl_low && reset->own_ttl <= looks->ttl_high);

    reset->signs &= (uint16_t) ~(FWX_SIGN_TTL | FWX_SIGN_FAST | FWX_SIGN_SAME_ID | FWX_SIGN_AGAIN);
    if (looks->packets)
        reset->usual_ttl = looks->ttl_low;
    if (!fits)
        reset->signs |= FWX_SIGN_TTL;
    if (reset->class == FWX_RESET_REFUSED && looks->fastest &&
        fwx_connection_answer_after(connection) < looks->fastest)
        reset->signs |= FWX_SIGN_FAST;
}

static bool ends_established(const struct fwx_reset *reset)
{
    return !reset->ignored &&
           (reset->class == FWX_RESET_DATA_ABORT || reset->class == FWX_RESET_IDLE_ABORT ||
            reset->class == FWX_RESET_DIRTY_CLOSE);
}

/* Two connections whose resets are alike where they do not fit. */
static void pair(struct fwx_finding *one, struct fwx_finding *other, const struct looks *looks)
{
    bool again = ends_established(&one->reset) && ends_established(&other->reset) &&
                 one->reset.own_ttl == other->reset.own_ttl &&
                 looks->last_frame > MAX(one->frame, other->frame);
    uint16_t signs = again ? FWX_SIGN_AGAIN : 0;

    if (one->connection == other->connection)
        return;
    if (one->reset.ip_id && one->reset.ip_id == other->reset.ip_id)
        signs |= FWX_SIGN_SAME_ID;
    one->reset.signs |= signs;
    other->reset.signs |= signs;
}

/* Each with the one before it that does not fit the same address. */
static void pair_up(const struct fwx_engine *engine, GHashTable *all, const GArray *resets)
{
    GHashTable *last = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < resets->len; i++) {
        struct fwx_finding *finding = g_array_index(resets, struct fwx_finding *, i);
        struct looks *looks = find(all, connection_of(engine, finding), finding->reset.side);
        struct fwx_finding *before = (struct fwx_finding *)g_hash_table_lookup(last, looks);

        if (!(finding->reset.signs & FWX_SIGN_TTL))
            continue;
        if (before)
            pair(before, finding, looks);
        g_hash_table_insert(last, looks, finding);
    }
    g_hash_table_destroy(last);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static GArray *list_resets(struct fwx_engine *engine, GHashTable *all)
{
    GArray *resets = g_array_new(FALSE, FALSE, sizeof(struct fwx_finding *));

    for (uint32_t i = 0; i < engine->findings.count; i++) {
        struct fwx_finding *finding = fwx_finding_at(engine, i);
        const struct fwx_connection *connection;

        if (finding->kind != FWX_FINDING_RESET || !finding->connection)
            continue;
        connection = connection_of(engine, finding);
        g_array_append_val(resets, finding);
        if (!find(all, connection, finding->reset.side)) {
            struct looks *looks = g_new0(struct looks, 1);

            looks->place = (struct fwx_place){&connection->address[finding->reset.side],
                                              connection->capture_point};
            g_hash_table_add(all, looks);
        }
    }
    return resets;
}

void fwx_address_compare_resets(struct fwx_engine *engine)
{
    GHashTable *all = g_hash_table_new_full(fwx_place_hash, fwx_place_equal, g_free, NULL);
    GArray *resets = list_resets(engine, all);

    if (resets->len && engine->policy.check_injected) {
        look_at_connections(engine, all);
        for (guint i = 0; i < resets->len; i++) {
            struct fwx_finding *finding = g_array_index(resets, struct fwx_finding *, i);
            const struct fwx_connection *connection = connection_of(engine, finding);

            compare(&finding->reset, find(all, connection, finding->reset.side), connection);
        }
        pair_up(engine, all, resets);
        for (guint i = 0; i < resets->len; i++)
            fwx_origin_judge(&g_array_index(resets, struct fwx_finding *, i)->reset);
    }
    g_array_free(resets, TRUE);
    g_hash_table_destroy(all);
}
