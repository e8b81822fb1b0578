/* promises.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "promises.h"

#include "packets.h"

#include "engine/turn.h" /* to count again what hosts.c has counted */

/* What is known of a connection from outside. */
struct watch {
    uint32_t packets;
    uint32_t dropped;
    uint8_t state;
    bool expired;
    bool judged;
};

static struct watch *watch_of(GArray *watches, uint32_t id)
{
    if (id > watches->len)
        g_array_set_size(watches, id);
    return &g_array_index(watches, struct watch, id - 1);
}

/* What the packet's findings add to what is known of its connection. */
static void count_findings(const struct fwx_engine *engine, const struct fwx_packet *packet,
                           const struct fwx_connection *connection, GArray *watches)
{
    char reason[FWX_REASON_SIZE];
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(engine, packet->frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        g_assert_cmpuint(finding->frame, ==, packet->frame);
        if (finding->packet != packet->index)
            continue; /* of another packet in the same frame */
        fwx_reason(engine, finding, reason);
        g_assert_true(finding->judged || !finding->dropped);
        if (finding->judged)
            g_assert_cmphex(
                finding->code, ==,
                fwx_policy_words(fwx_engine_policy(engine), (enum fwx_event)finding->event)->code);
        if (!finding->connection)
            continue;
        /* What is excused may go on and open a connection of its own. */
        if (finding->judged) {
            g_assert_nonnull(connection);
            g_assert_cmpuint(finding->connection, ==, connection->id);
        }

        struct watch *watch = watch_of(watches, finding->connection);

        watch->dropped += finding->dropped;
        watch->judged |= finding->judged && finding->code != NOT_SYN;
    }
}

/* The moves come in order, and the last of them led to where it is. */
static void hold_state(const struct fwx_connection *connection, struct watch *watch, uint32_t frame)
{
    uint32_t moved = connection->first_frame;

    g_assert_cmpint(connection->state, !=, NONE);
    /* Only ever down the list, unless it was forgotten by a clock that is put back. */
    if (!watch->expired || (connection->flags & FWX_CONNECTION_EXPIRED))
        g_assert_cmpint(connection->state, >=, watch->state);
    watch->state = connection->state;
    watch->expired = (connection->flags & FWX_CONNECTION_EXPIRED) != 0;
    g_assert_cmpint(fwx_connection_state_at(connection, frame + 1), ==, connection->state);
    for (unsigned move = 0; move < FWX_MOVES; move++) {
        if (!connection->moved[move])
            continue;
        g_assert_cmpuint(connection->moved[move], >=, moved);
        g_assert_cmpuint(connection->moved[move], <=, frame);
        moved = connection->moved[move];
    }
}

/* By what the capture shows later, or another capture point. */
static bool is_withdrawn(enum fwx_evidence evidence)
{
    return evidence == FWX_CONTRADICTED || evidence == FWX_REFUTED;
}

static void hold(const struct fwx_engine *engine, const struct fwx_connection *connection,
                 struct watch *watch, uint32_t frame)
{
    struct fwx_conclusion conclusion;
    char reason[FWX_REASON_SIZE];
    bool judged = (connection->flags & FWX_CONNECTION_JUDGED) != 0;

    watch->packets++;
    hold_state(connection, watch, frame);
    g_assert_cmpuint(connection->dropped, ==, watch->dropped);
    g_assert_cmpuint(connection->dropped, <=, watch->packets);
    g_assert_cmpuint(connection->last_frame, ==, frame);
    /* What is established has not been denied. */
    g_assert_true(judged || !watch->judged || connection->state >= FWX_STATE_ESTABLISHED);
    g_assert_cmpint(fwx_engine_verdict_finding(engine, connection) != NULL, ==, judged);
    if (!fwx_engine_conclude(engine, connection, &conclusion)) {
        g_assert_true(!judged || is_withdrawn(fwx_engine_evidence(engine, connection)));
        return;
    }
    /* An idle end that both ends went on after is none. */
    if (!judged || !is_withdrawn(fwx_engine_evidence(engine, connection)))
        g_assert_cmpint(conclusion.ground == FWX_GROUND_FINDING, ==, judged);
    g_assert_nonnull(fwx_result_find(conclusion.code));
    g_assert_cmpuint(conclusion.frame, >=, connection->first_frame);
    g_assert_cmpuint(conclusion.frame, <=, frame);
    g_assert_cmpstr(fwx_conclusion_reason(engine, &conclusion, reason), !=, "");
}

/* A list of an address's connections: how many of them are counted. */
static uint32_t walk(const struct fwx_connections *connections, uint32_t oldest, uint32_t newest)
{
    uint32_t counted = 0;
    uint32_t steps = 0;
    uint32_t last = 0;

    for (uint32_t id = oldest; id; id = fwx_connections_get(connections, id)->next_of_host) {
        g_assert_cmpuint(++steps, <=, connections->pool.count); /* no ring */
        counted += (fwx_connections_get(connections, id)->flags & FWX_CONNECTION_COUNTED) != 0;
        last = id;
    }
    g_assert_cmpuint(last, ==, newest);
    return counted;
}

static void recount(const struct fwx_engine *engine, const struct fwx_host *host)
{
    uint32_t open = 0;
    uint32_t half_open = 0;
    uint32_t open_udp = 0;

    for (uint32_t id = 1; id <= engine->connections.pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);
        bool counted = (connection->flags & FWX_CONNECTION_COUNTED) != 0;
        bool tcp = connection->protocol == FWX_PROTOCOL_TCP;

        g_assert_true(counted || !(connection->flags & FWX_CONNECTION_HALF_COUNTED));
        if (!counted || connection->capture_point != host->capture_point ||
            !fwx_address_equal(&connection->address[I], &host->address))
            continue;
        g_assert_false(fwx_connection_over(connection));
        open += tcp;
        open_udp += !tcp;
        half_open += (connection->flags & FWX_CONNECTION_HALF_COUNTED) != 0;
    }
    g_assert_cmpuint(host->open, ==, open);
    g_assert_cmpuint(host->half_open, ==, half_open);
    g_assert_cmpuint(host->open_udp, ==, open_udp);
    g_assert_cmpuint(walk(&engine->connections, host->oldest, host->newest), ==, open);
    g_assert_cmpuint(walk(&engine->connections, host->oldest_udp, host->newest_udp), ==, open_udp);
}

static void recall(const struct fwx_engine *engine, const struct fwx_packet *packet, uint32_t id)
{
    const struct fwx_connection *connection = fwx_engine_recall(engine, packet);

    g_assert_cmpuint(connection ? connection->id : 0, ==, id);
}

/* A frame in a range lies between the range's ends. */
static void hold_place(const struct fwx_engine *engine, uint32_t frame)
{
    struct fwx_marker_place place = fwx_engine_marker_place(engine, frame);

    g_assert_true(place.after || !place.in_range);
    if (!place.in_range)
        return;
    g_assert_cmpuint(place.number, >=, 1);
    g_assert_cmpuint(place.first_frame, <=, frame);
    if (!place.open)
        g_assert_cmpuint(place.last_frame, >=, frame);
}

static void visit_again(const struct promises *promises)
{
    for (uint32_t i = 0; i < promises->packets->len; i++) {
        const struct fwx_packet *packet = &g_array_index(promises->packets, struct fwx_packet, i);

        recall(promises->engine, packet, g_array_index(promises->ids, uint32_t, i));
        hold_place(promises->engine, packet->frame);
    }
}

static void hold_findings(const struct fwx_engine *engine)
{
    for (uint32_t i = 1; i < engine->findings.count; i++)
        g_assert_cmpuint(fwx_engine_finding(engine, i - 1)->frame, <=,
                         fwx_engine_finding(engine, i)->frame);
}

/* ---- for the tests --------------------------------------------------------------------------- */

struct promises promises_of(struct fwx_engine *engine)
{
    return (struct promises){
        .engine = engine,
        .packets = g_array_new(FALSE, FALSE, sizeof(struct fwx_packet)),
        .ids = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
        .watches = g_array_new(FALSE, TRUE, sizeof(struct watch)),
    };
}

void promises_see(struct promises *promises, const struct fwx_packet *packet)
{
    const struct fwx_engine *engine = promises->engine;
    const struct fwx_connection *connection = fwx_engine_see(promises->engine, packet);
    uint32_t id = connection ? connection->id : 0;

    g_array_append_val(promises->packets, *packet);
    g_array_append_val(promises->ids, id);
    recall(engine, packet, id);
    count_findings(engine, packet, connection, promises->watches);
    hold_place(engine, packet->frame);
    if (connection)
        hold(engine, connection, watch_of(promises->watches, id), packet->frame);
}

void promises_recount(const struct promises *promises)
{
    const struct fwx_pool *hosts = &promises->engine->hosts.pool;

    for (uint32_t i = 0; i < hosts->count; i++)
        recount(promises->engine, (const struct fwx_host *)fwx_pool_at(hosts, i));
}

void promises_end(struct promises *promises)
{
    promises_recount(promises);
    visit_again(promises);
    hold_findings(promises->engine);
    g_array_free(promises->packets, TRUE);
    g_array_free(promises->ids, TRUE);
    g_array_free(promises->watches, TRUE);
}
