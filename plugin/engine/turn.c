/* turn.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

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

static bool was_established(const struct fwx_connection *connection)
{
    return connection->state >= FWX_STATE_ESTABLISHED && connection->state != FWX_STATE_UNKNOWN;
}

/* A drop outweighs a close, a kill outweighs the peers' own closes; the first of a rank stays. But
 * the last outcome decides: what ended a connection that was established outweighs all before, and
 * what comes late is its noise. */
static unsigned gravity(const struct fwx_turn *turn, enum fwx_event event)
{
    if (fwx_policy_denies(turn->policy, event))
        return was_established(turn->connection) ? 0 : 3;
    return event == FWX_EVENT_INJECTED ? 2 : 1;
}

static void judge_connection(struct fwx_turn *turn, const struct fwx_finding *finding)
{
    struct fwx_connection *connection = turn->connection;

    if ((connection->flags & FWX_CONNECTION_JUDGED) &&
        gravity(turn, (enum fwx_event)connection->event) >=
            gravity(turn, (enum fwx_event)finding->event))
        return;
    connection->flags |= FWX_CONNECTION_JUDGED;
    connection->event = finding->event;
    connection->verdict_frame = finding->frame;
}

/* A broken packet in the midst of a connection is not its story. */
static bool is_noise(const struct fwx_connection *connection, const struct fwx_finding *finding)
{
    return finding->kind == FWX_FINDING_SANITY && was_established(connection);
}

enum fwx_outcome fwx_judge(struct fwx_turn *turn, struct fwx_finding *finding, enum fwx_event event)
{
    const struct fwx_words *words = fwx_policy_words(turn->policy, event);
    bool denied = fwx_policy_denies(turn->policy, event);

    if (!words || (denied && fwx_evidence_contradicts(turn)))
        return FWX_STAY;
    finding->event = (uint8_t)event;
    finding->code = words->code;
    finding->confidence = words->confidence;
    finding->judged = true;
    finding->dropped = denied;
    if (!turn->connection)
        return denied ? FWX_DROP : FWX_STAY;
    turn->connection->dropped += denied;
    if (!is_noise(turn->connection, finding))
        judge_connection(turn, finding);
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
static void forgive(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;

    if ((connection->flags & FWX_CONNECTION_JUDGED) &&
        fwx_policy_denies(turn->policy, (enum fwx_event)connection->event))
        connection->flags &= ~(uint32_t)FWX_CONNECTION_JUDGED;
}

void fwx_turn_enter(struct fwx_turn *turn, enum fwx_state state)
{
    if (!fwx_connection_enter(turn->connection, state, turn->packet->frame))
        return;
    fwx_hosts_moved(&turn->engine->hosts, turn->connection);
    if (state == FWX_STATE_ESTABLISHED)
        forgive(turn);
}

void fwx_turn_open(struct fwx_turn *turn, enum fwx_side side, enum fwx_state state, uint32_t flags)
{
    struct fwx_connection *connection =
        fwx_connections_open(&turn->engine->connections, turn->packet, side);

    connection->flags = flags;
    fwx_turn_attach(turn, connection, side);
    fwx_connection_enter(connection, state, turn->packet->frame);
}
