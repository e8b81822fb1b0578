/* engine.c
 * The pipeline.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/engine.h"

#include "engine/facts/review.h"
#include "engine/log/trace.h"
#include "engine/points/points.h"
#include "engine/points/trail.h"
#include "engine/turn.h"

/* For the times of so many capture points. */
static void make_room(struct fwx_engine *engine, uint32_t points)
{
    engine->last_times = g_renew(int64_t, engine->last_times, points);
    while (engine->points < points)
        engine->last_times[engine->points++] = FWX_NO_TIME;
}

struct fwx_engine *fwx_engine_new(const struct fwx_policy *policy)
{
    struct fwx_engine *engine = g_new0(struct fwx_engine, 1);

    engine->policy = fwx_policy_copy(policy);
    fwx_connections_init(&engine->connections);
    fwx_hosts_init(&engine->hosts, &engine->connections);
    fwx_markers_init(&engine->markers);
    fwx_pool_init(&engine->findings, sizeof(struct fwx_finding));
    fwx_pool_init(&engine->notes, sizeof(struct fwx_notes));
    engine->beside = fwx_beside_new(&engine->policy);
    return engine;
}

void fwx_engine_free(struct fwx_engine *engine)
{
    if (!engine)
        return;
    fwx_points_forget(engine);
    fwx_log_trace_free(engine->log_trace);
    if (engine->proofs)
        g_hash_table_destroy(engine->proofs);
    fwx_beside_free(engine->beside);
    fwx_policy_clear(&engine->policy);
    fwx_connections_clear(&engine->connections);
    fwx_hosts_clear(&engine->hosts);
    fwx_markers_clear(&engine->markers);
    fwx_pool_clear(&engine->findings);
    fwx_pool_clear(&engine->notes);
    g_free(engine->last_times);
    g_free(engine->scopes);
    g_free(engine);
}

static void marker_stage(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;

    if (!fwx_markers_see(&turn->engine->markers, turn->policy, packet))
        return;

    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_MARKER);

    finding->marker.size = packet->icmp.data_len;
    finding->marker.role = (uint8_t)packet->icmp.echo;
}

/* An ICMP error answers the packet that it quotes. */
static void icmp_error_stage(struct fwx_turn *turn)
{
    const struct fwx_quote *quote = &turn->packet->icmp.quote;
    struct fwx_packet quoted = {
        .src = quote->src,
        .dst = quote->dst,
        .src_port = quote->src_port,
        .dst_port = quote->dst_port,
        .protocol = quote->protocol,
        .capture_point = turn->packet->capture_point,
    };
    struct fwx_turn about = {.engine = turn->engine, .packet = turn->packet};
    struct fwx_icmp_error *error;
    enum fwx_side side;

    about.connection = fwx_connections_newest(&turn->engine->connections, &quoted, &side);
    if (!about.connection)
        return;
    if (turn->engine->trail)
        fwx_trail_note_error(turn->engine->trail, about.connection,
                             side == FWX_INITIATOR ? FWX_RESPONDER : FWX_INITIATOR, turn->packet);
    error = &fwx_turn_notes(&about)->icmp;
    if (!error->frame)
        *error = (struct fwx_icmp_error){
            .frame = turn->packet->frame,
            .type = turn->packet->icmp.type,
            .code = turn->packet->icmp.code,
            .version = turn->packet->ip_version,
            .about = (uint8_t)side,
        };
}

static void note_time(struct fwx_engine *engine, const struct fwx_packet *packet)
{
    if (packet->capture_point >= engine->points) {
        if (!engine->points)
            engine->shortcomings.first_frame = packet->frame;
        make_room(engine, MAX(2 * engine->points, packet->capture_point + 1u));
    }
    if (fwx_advice_wants(packet, engine->last_times[packet->capture_point]))
        fwx_advice_look(&engine->shortcomings, packet, engine->last_times[packet->capture_point]);
    if (packet->time != FWX_NO_TIME)
        engine->last_times[packet->capture_point] = packet->time;
}

/* For who compares points, and for who reads logs. Apart: most captures have neither. */
static G_GNUC_NO_INLINE void keep_record(const struct fwx_turn *turn)
{
    const struct fwx_engine *engine = turn->engine;
    const struct fwx_connection *connection = turn->connection;

    if (engine->trail && connection)
        fwx_trail_note(engine->trail, connection, turn->side, turn->packet);
    if (engine->log_trace)
        fwx_log_trace_see(engine->log_trace, turn->packet, connection ? connection->id : 0);
}

const struct fwx_connection *fwx_engine_see(struct fwx_engine *engine,
                                            const struct fwx_packet *packet)
{
    struct fwx_turn turn = {.engine = engine, .policy = &engine->policy, .packet = packet};
    bool icmp = packet->protocol == FWX_PROTOCOL_ICMP || packet->protocol == FWX_PROTOCOL_ICMPV6;

    engine->seen++;
    note_time(engine, packet);
    if (fwx_sanity_stage(&turn) != FWX_DROP && fwx_has_connection(packet)) {
        if (packet->protocol == FWX_PROTOCOL_TCP)
            fwx_tcp_stage(&turn);
        else
            fwx_session_stage(&turn);
    }
    if (engine->trail || engine->log_trace)
        keep_record(&turn);
    /* A marker marks a place in the capture, whatever the firewall makes of it. */
    if (icmp && packet->has_transport)
        marker_stage(&turn);
    if (icmp && packet->icmp.quote.known)
        icmp_error_stage(&turn);
    return turn.connection;
}

/* A slot is waited for twice as long as a connection: its number has to be there first. */
void fwx_engine_prefetch(const struct fwx_engine *engine, const struct fwx_packet *packets,
                         uint32_t count, uint32_t at)
{
    enum { SLOTS = 16, CONNECTIONS = 8 };

    if (count - at > SLOTS)
        fwx_connections_prefetch_slot(&engine->connections, &packets[at + SLOTS]);
    if (count - at > CONNECTIONS)
        fwx_connections_prefetch(&engine->connections, &packets[at + CONNECTIONS]);
}

static G_GNUC_NO_INLINE uint32_t find_findings(const struct fwx_engine *engine, uint32_t frame,
                                               uint32_t *first)
{
    uint32_t low = 0;
    uint32_t high = engine->findings.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (fwx_engine_finding(engine, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < engine->findings.count && fwx_engine_finding(engine, high)->frame == frame)
        high++;
    return high - low;
}

/* Most frames have none, and the one that is being read lies behind all findings. */
uint32_t fwx_engine_findings(const struct fwx_engine *engine, uint32_t frame, uint32_t *first)
{
    return engine->last_found < frame ? 0 : find_findings(engine, frame, first);
}

uint32_t fwx_engine_finding_count(const struct fwx_engine *engine)
{
    return engine->findings.count;
}

const struct fwx_finding *fwx_engine_finding(const struct fwx_engine *engine, uint32_t number)
{
    return (const struct fwx_finding *)fwx_pool_at(&engine->findings, number);
}

const struct fwx_finding *fwx_engine_verdict_finding(const struct fwx_engine *engine,
                                                     const struct fwx_connection *connection)
{
    uint32_t first = 0;
    uint32_t count = 0;

    if (connection->flags & FWX_CONNECTION_JUDGED)
        count = fwx_engine_findings(engine, connection->verdict_frame, &first);
    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (finding->connection == connection->id && finding->judged &&
            finding->event == connection->event)
            return finding;
    }
    return NULL;
}

const struct fwx_connection *fwx_engine_recall(const struct fwx_engine *engine,
                                               const struct fwx_packet *packet)
{
    return fwx_has_connection(packet) ? fwx_connections_at(&engine->connections, packet) : NULL;
}

/* An end by a clock that was put back again is forgotten by the connection, not by the frames that
 * met it. */
enum fwx_state fwx_engine_state_at(const struct fwx_engine *engine,
                                   const struct fwx_connection *connection, uint32_t frame)
{
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(engine, frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (finding->kind == FWX_FINDING_NOT_SYN && finding->late.idle_s &&
            finding->connection == connection->id)
            return FWX_STATE_CLOSED;
    }
    return fwx_connection_state_at(connection, frame);
}

void fwx_engine_review(struct fwx_engine *engine)
{
    fwx_review(engine, true);
}

void fwx_engine_review_so_far(struct fwx_engine *engine)
{
    fwx_review(engine, false);
}

struct fwx_marker_place fwx_engine_marker_place(const struct fwx_engine *engine, uint32_t frame)
{
    return fwx_markers_place(&engine->markers, frame);
}

uint64_t fwx_engine_passed(const struct fwx_engine *engine, const struct fwx_connection *connection,
                           enum fwx_side side)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    return connection->bytes[side] - (notes ? notes->withheld[side] : 0);
}

void fwx_engine_record(struct fwx_engine *engine)
{
    engine->log_trace = fwx_log_trace_new();
}

struct fwx_log_trace *fwx_engine_record_of(const struct fwx_engine *engine)
{
    return engine->log_trace;
}

void fwx_engine_prove(struct fwx_engine *engine, uint32_t connection, enum fwx_evidence evidence)
{
    if (!engine->proofs)
        engine->proofs = g_hash_table_new(NULL, NULL);
    if (connection)
        g_hash_table_insert(engine->proofs, GUINT_TO_POINTER(connection),
                            GUINT_TO_POINTER(evidence));
    else
        g_hash_table_remove_all(engine->proofs);
}

const struct fwx_policy *fwx_engine_policy(const struct fwx_engine *engine)
{
    return &engine->policy;
}

const struct fwx_connections *fwx_engine_connections(const struct fwx_engine *engine)
{
    return &engine->connections;
}

const struct fwx_markers *fwx_engine_markers(const struct fwx_engine *engine)
{
    return &engine->markers;
}
