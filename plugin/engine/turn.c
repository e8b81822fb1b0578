/* turn.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

#include "engine/model/result.h"

struct fwx_finding *fwx_report(struct fwx_turn *turn, enum fwx_finding_kind kind)
{
    struct fwx_finding *finding = (struct fwx_finding *)fwx_pool_add(&turn->engine->findings);

    turn->engine->last_found = turn->packet->frame;
    finding->frame = turn->packet->frame;
    finding->packet = turn->packet->index;
    finding->kind = (uint8_t)kind;
    finding->connection = turn->connection ? turn->connection->id : 0;
    return finding;
}

static bool is_denied(uint32_t code)
{
    const struct fwx_result *result = fwx_result_find(code);

    return result && result->action == FWX_ACTION_DENIED;
}

static bool was_established(const struct fwx_connection *connection)
{
    return connection->state >= FWX_STATE_ESTABLISHED && connection->state != FWX_STATE_UNKNOWN;
}

/* A drop outweighs a close, a kill outweighs the peers' own closes; the first of a rank stays. But
 * the last outcome decides: what ended a connection that was established outweighs all before. */
static unsigned gravity(const struct fwx_connection *connection, uint32_t code)
{
    if (is_denied(code))
        return was_established(connection) && !(connection->flags & FWX_CONNECTION_EXPIRED) ? 0 : 3;
    return code == FWX_E_CONNECTION_KILLED ? 2 : 1;
}

static void judge_connection(struct fwx_connection *connection, const struct fwx_finding *finding)
{
    if ((connection->flags & FWX_CONNECTION_JUDGED) &&
        gravity(connection, connection->code) >= gravity(connection, finding->code))
        return;
    connection->flags |= FWX_CONNECTION_JUDGED;
    connection->code = finding->code;
    connection->confidence = finding->confidence;
    connection->verdict_frame = finding->frame;
}

/* What comes late is the noise of a close, not its story: unless nobody had closed, and both ends
 * believe that they are connected still. Nor is a broken packet in the midst of it. */
static bool is_noise(const struct fwx_connection *connection, const struct fwx_finding *finding)
{
    if (finding->kind == FWX_FINDING_SANITY)
        return was_established(connection);
    return finding->code == FWX_E_TCP_NOT_SYN_PACKET_DROPPED && fwx_connection_over(connection) &&
           !(connection->flags & FWX_CONNECTION_EXPIRED);
}

enum fwx_outcome fwx_judge(struct fwx_turn *turn, struct fwx_finding *finding, uint32_t code,
                           enum fwx_confidence confidence)
{
    bool denied = is_denied(code);

    if (!fwx_policy_knows(turn->policy, code) || (denied && fwx_evidence_contradicts(turn)))
        return FWX_STAY;
    finding->code = code;
    finding->confidence = (uint8_t)confidence;
    finding->judged = true;
    finding->dropped = denied;
    if (!turn->connection)
        return denied ? FWX_DROP : FWX_STAY;
    turn->connection->dropped += denied;
    if (!is_noise(turn->connection, finding))
        judge_connection(turn->connection, finding);
    if (denied)
        fwx_evidence_dropped(turn);
    return denied ? FWX_DROP : FWX_STAY;
}

void fwx_turn_attach(struct fwx_turn *turn, struct fwx_connection *connection, enum fwx_side side)
{
    struct fwx_notes *notes;
    struct fwx_peer *known;

    turn->connection = connection;
    turn->side = side;
    turn->sender = &connection->peer[side];
    turn->receiver = &connection->peer[!side];
    notes = fwx_notes_of(turn->engine, connection);
    known = notes && notes->differs ? notes->known : connection->peer;
    turn->known_sender = &known[side];
    turn->known_receiver = &known[!side];
}

struct fwx_notes *fwx_turn_notes(struct fwx_turn *turn)
{
    if (!turn->connection->notes) {
        fwx_pool_add(&turn->engine->notes);
        turn->connection->notes = turn->engine->notes.count;
    }
    return (struct fwx_notes *)fwx_pool_at(&turn->engine->notes, turn->connection->notes - 1);
}

void fwx_turn_diverge(struct fwx_turn *turn)
{
    struct fwx_notes *notes = fwx_turn_notes(turn);

    if (notes->differs)
        return;
    memcpy(notes->known, turn->connection->peer, sizeof notes->known);
    notes->differs = true;
    fwx_turn_attach(turn, turn->connection, turn->side);
}

/* A connection that is established has not been denied, whatever became of earlier packets. */
static void forgive(struct fwx_connection *connection)
{
    if ((connection->flags & FWX_CONNECTION_JUDGED) && is_denied(connection->code))
        connection->flags &= ~(uint32_t)FWX_CONNECTION_JUDGED;
}

void fwx_turn_enter(struct fwx_turn *turn, enum fwx_state state)
{
    if (!fwx_connection_enter(turn->connection, state, turn->packet->frame))
        return;
    fwx_hosts_moved(&turn->engine->hosts, turn->connection);
    if (state == FWX_STATE_ESTABLISHED)
        forgive(turn->connection);
}

void fwx_turn_open(struct fwx_turn *turn, enum fwx_side side, enum fwx_state state, uint32_t flags)
{
    struct fwx_connection *connection =
        fwx_connections_open(&turn->engine->connections, turn->packet, side);

    connection->flags = flags;
    fwx_turn_attach(turn, connection, side);
    fwx_connection_enter(connection, state, turn->packet->frame);
}
