/* tuple.c
 * Which of the connections of its addresses and ports a segment belongs to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/kin.h"
#include "engine/facts/rewrite.h"
#include "engine/model/result.h"
#include "engine/turn.h"

/* Does a SYN, or a SYN-ACK whose SYN was missed, start a connection of its own? */
static bool opens_connection(const struct fwx_engine *engine,
                             const struct fwx_connection *connection, enum fwx_side side,
                             const struct fwx_tcp_segment *tcp)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);
    const struct fwx_peer *sender = &connection->peer[side];
    enum fwx_segment kind = fwx_segment_of(tcp->flags);

    /* The initiator has taken back the attempt that an older connection had answered. */
    if (notes && notes->given_up)
        return kind == FWX_SEGMENT_SYN;
    if (connection->state == FWX_STATE_DENIED)
        return !connection->syn_count; /* else it asks again, or is answered all the same */
    if (kind == FWX_SEGMENT_SYN_ACK)
        return fwx_connection_over(connection) && (sender->flags & FWX_PEER_ISN) &&
               sender->isn != tcp->seq;
    if (kind != FWX_SEGMENT_SYN)
        return false;
    if (fwx_connection_over(connection))
        return true;
    /* Nothing of it has passed. */
    if (connection->state == FWX_STATE_UNKNOWN && engine->policy.midstream_not_syn)
        return true;
    if (sender->flags & FWX_PEER_ISN)
        return sender->isn != tcp->seq;
    /* Half-open, and the other side's first SYN: simultaneous open. */
    if (connection->state == FWX_STATE_SYN_SENT)
        return false;
    /* Began with data: the SYN may have been captured behind it. */
    return !(sender->flags & FWX_PEER_SEQ) || sender->isn != tcp->seq;
}

/* Could the segment belong to this connection, by its numbers? */
static bool fits(const struct fwx_connection *connection, enum fwx_side side,
                 const struct fwx_tcp_segment *tcp)
{
    const struct fwx_peer *sender = &connection->peer[side];
    const struct fwx_peer *receiver = &connection->peer[!side];

    if (sender->flags & FWX_PEER_SEQ)
        return fwx_seq_within(tcp->seq, sender->seq_end - FWX_FAR, 2 * FWX_FAR);
    return !(tcp->flags & FWX_ACK) || !(receiver->flags & FWX_PEER_SEQ) ||
           fwx_seq_within(tcp->ack, receiver->seq_end - FWX_FAR, 2 * FWX_FAR);
}

/* A bare acknowledgement answers the newest SYN, unless it is news for the connection before; and a
 * reset with just that number answers it (RFC 9293, 3.10.7.3). */
static bool belongs_to_attempt(const struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    const struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);

    if (turn->connection->state != FWX_STATE_SYN_SENT)
        return false;
    if (turn->side == FWX_INITIATOR)
        return (tcp->flags & FWX_RST) && notes && notes->old_answer && tcp->seq == notes->old_ack;
    return fwx_segment_of(tcp->flags) == FWX_SEGMENT_ACK && !tcp->payload_len &&
           !fwx_kin_goes_on(turn);
}

/*
 * A SYN with another ISN on a live connection opens a new one, but until it is answered the old
 * one may go on: the SYN may be stray, or the capture may show both sides of a firewall that
 * rewrites ISNs. The numbers tell whose a segment is.
 */
static void prefer_kin_that_fits(struct fwx_turn *turn)
{
    enum { MAX_KIN = 4 }; /* chosen: captures of both sides of a rewriter show two */
    struct fwx_connection *newest = turn->connection;
    enum fwx_side side = turn->side;
    struct fwx_connection *kin = newest;

    for (unsigned i = 0; i < MAX_KIN && (kin->flags & FWX_CONNECTION_SHADOWS); i++) {
        kin = fwx_connections_get(&turn->engine->connections,
                                  fwx_connections_older(&turn->engine->connections, kin));
        fwx_turn_attach(turn, kin, fwx_connection_sender(kin, turn->packet));
        if (!fwx_connection_over(kin) && fits(kin, turn->side, turn->tcp) &&
            !opens_connection(turn->engine, kin, turn->side, turn->tcp)) {
            fwx_connections_claim(&turn->engine->connections, kin, turn->packet);
            return;
        }
    }
    fwx_turn_attach(turn, newest, side);
}

/* Of two ports the well-known one is the responder's (RFC 6335, 6). */
static enum fwx_side guess_side(const struct fwx_packet *packet, uint8_t *flags)
{
    bool src_known = packet->src_port < 1024;
    bool dst_known = packet->dst_port < 1024;

    *flags |= src_known == dst_known ? FWX_CONNECTION_ROLES_UNKNOWN : FWX_CONNECTION_ROLES_GUESSED;
    return src_known && !dst_known ? FWX_RESPONDER : FWX_INITIATOR;
}

/* Before a SYN-ACK there was a SYN, whether captured or not; the policy may want it captured. */
static enum fwx_state first_state(const struct fwx_policy *policy, enum fwx_segment kind)
{
    if (kind == FWX_SEGMENT_SYN)
        return FWX_STATE_DENIED; /* until it is admitted */
    return kind == FWX_SEGMENT_SYN_ACK && !policy->midstream_not_syn ? FWX_STATE_SYN_SENT
                                                                     : FWX_STATE_UNKNOWN;
}

static void open_connection(struct fwx_turn *turn, const struct fwx_connection *newest)
{
    enum fwx_segment kind = fwx_segment_of(turn->tcp->flags);
    uint8_t roles = 0;
    enum fwx_side side = kind == FWX_SEGMENT_SYN       ? FWX_INITIATOR
                         : kind == FWX_SEGMENT_SYN_ACK ? FWX_RESPONDER
                                                       : guess_side(turn->packet, &roles);
    enum fwx_state state = first_state(turn->policy, kind);
    uint32_t flags = roles;

    if (newest && !fwx_connection_over(newest))
        flags |= FWX_CONNECTION_SHADOWS;
    if (turn->tcp->fast_open && kind == FWX_SEGMENT_SYN)
        flags |= FWX_CONNECTION_FAST_OPEN;
    fwx_turn_open(turn, side, state, flags);
    if (newest && newest->notes)
        fwx_notes_of(turn->engine, newest)->next = turn->connection->id;
    fwx_traits_seen_before(turn);
    /* Provisional, without its flag: a SYN captured late is recognised by it. */
    turn->sender->isn = turn->tcp->seq - 1;
}

/* What was denied for the silence that was none is no verdict on the conversation. */
static void revive(struct fwx_connection *connection)
{
    fwx_connection_revive(connection);
    if (connection->event == FWX_EVENT_NOT_OPEN)
        connection->flags &= ~(uint32_t)FWX_CONNECTION_JUDGED;
}

static bool is_idle(const struct fwx_turn *turn, enum fwx_session_timer timer)
{
    return fwx_policy_forgets(turn->policy, timer,
                              fwx_connection_silence(turn->connection, turn->packet->time));
}

/* Idle for longer than the firewall remembers it; a clock that jumped ahead and is put back again
 * has measured no silence. */
static void expire_if_idle(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    uint64_t since = (uint64_t)turn->packet->time - (uint64_t)connection->last_time;

    /* Within a second nothing is forgotten: most packets. */
    if (since < (uint64_t)FWX_SECOND && !(connection->flags & FWX_CONNECTION_EXPIRED))
        return;
    if (fwx_connection_over(connection)) {
        if ((connection->flags & FWX_CONNECTION_EXPIRED) &&
            !is_idle(turn, fwx_timer_of(connection)))
            revive(connection);
        return;
    }
    if (connection->state < FWX_STATE_ESTABLISHED ||
        !is_idle(turn, fwx_timer_in((enum fwx_state)connection->state)))
        return;
    connection->flags |= FWX_CONNECTION_EXPIRED;
    /* In its last frame's name: this one meets a connection that is gone. */
    connection->state = FWX_STATE_CLOSED;
    connection->moved[FWX_MOVE_OVER] = connection->last_frame;
    fwx_hosts_moved(&turn->engine->hosts, connection);
}

bool fwx_tuple_find(struct fwx_turn *turn, struct fwx_packet *copy)
{
    enum fwx_side sender;
    struct fwx_connection *newest =
        fwx_connections_newest(&turn->engine->connections, turn->packet, &sender);

    if (newest) {
        fwx_turn_attach(turn, newest, sender);
        fwx_rewrite_undo(turn, copy);
        expire_if_idle(turn);
        if ((newest->flags & FWX_CONNECTION_SHADOWS) && !fits(newest, turn->side, turn->tcp) &&
            !belongs_to_attempt(turn))
            prefer_kin_that_fits(turn);
        turn->connection->last_frame = turn->packet->frame;
        if (fwx_traits_seen_before(turn))
            return false;
        fwx_evidence_passing(turn);
    }
    if (!newest || opens_connection(turn->engine, turn->connection, turn->side, turn->tcp))
        open_connection(turn, turn->connection);
    return true;
}
