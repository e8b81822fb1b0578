/* reset.c
 * What a reset means, by the state that it meets and who sends it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/result.h"
#include "engine/turn.h"

#include <glib.h>

/* Silence after which an established connection counts as idle. */
#define IDLE (10 * FWX_SECOND)

/* ---- is it acceptable? ---------------------------------------------------------------------- */

static bool acknowledges_syn(const struct fwx_turn *turn, uint32_t beyond)
{
    return (turn->tcp->flags & FWX_ACK) &&
           fwx_seq_within(turn->tcp->ack, turn->receiver->isn + 1, beyond);
}

/* The responder resets with the wrong number it was sent (RFC 9293, 3.5.2): so it did receive what
 * the firewall would have dropped. */
static bool answers_wrong_ack(const struct fwx_turn *turn)
{
    return turn->side == FWX_RESPONDER && !(turn->tcp->flags & FWX_ACK) &&
           (turn->connection->flags & FWX_CONNECTION_ACK_DROPPED) &&
           turn->tcp->seq != turn->sender->seq_end;
}

/* Half-open: the initiator takes back what it has sent; the responder has to acknowledge the
 * SYN (RFC 9293, 3.5.3; source 003 shows one that passes). */
static bool acceptable_half_open(const struct fwx_turn *turn)
{
    const struct fwx_peer *sender = turn->sender;

    if (turn->side == FWX_INITIATOR)
        return fwx_seq_within(turn->tcp->seq, sender->isn, FWX_UNSCALED_WINDOW);
    if (acknowledges_syn(turn, FWX_UNSCALED_WINDOW))
        return true;
    return (sender->flags & FWX_PEER_SEQ) &&
           fwx_seq_within(turn->tcp->seq, sender->seq_end,
                          answers_wrong_ack(turn) ? FWX_UNSCALED_WINDOW : 0);
}

/* In the receiver's window (RFC 9293, 3.5.3), or just where the sender has got to. */
static bool acceptable_open(const struct fwx_turn *turn)
{
    const struct fwx_peer *sender = turn->sender;
    const struct fwx_peer *receiver = turn->receiver;
    uint32_t window = fwx_window_of(turn, receiver);

    if ((sender->flags & FWX_PEER_SEQ) && turn->tcp->seq == sender->seq_end)
        return true;
    if (receiver->flags & FWX_PEER_ACK)
        return fwx_seq_within(turn->tcp->seq, receiver->ack_max - 1, window + 1);
    return !(sender->flags & FWX_PEER_SEQ) ||
           fwx_seq_within(turn->tcp->seq, sender->seq_end - window, 2 * window);
}

static bool acceptable(const struct fwx_turn *turn)
{
    if (turn->connection->state == FWX_STATE_SYN_SENT ||
        turn->connection->state == FWX_STATE_SYN_RECEIVED)
        return acceptable_half_open(turn);
    return acceptable_open(turn);
}

/* ---- what is it? ---------------------------------------------------------------------------- */

/* Bytes of one peer that the other has not acknowledged; ack counts besides what it said so far. */
static uint32_t unacknowledged(const struct fwx_peer *of, const struct fwx_peer *by,
                               const struct fwx_tcp_segment *last)
{
    uint32_t ack = by->ack_max;

    if (!(of->flags & FWX_PEER_SEQ) || !(by->flags & FWX_PEER_ACK))
        return 0;
    if (last && (last->flags & FWX_ACK) && fwx_seq_after(last->ack, ack))
        ack = last->ack;
    return fwx_seq_after(of->seq_end, ack) ? of->seq_end - ack : 0;
}

/* Since the last payload, or, where there was none, since the last packet; nanoseconds. */
static int64_t silence_of(const struct fwx_turn *turn, bool data)
{
    const struct fwx_connection *connection = turn->connection;
    int64_t apart =
        fwx_time_between(data ? connection->data_time : connection->last_time, turn->packet->time);

    return MAX(apart, 0);
}

static enum fwx_reset_class classify(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    if (reset->ignored && !fwx_connection_over(turn->connection))
        return FWX_RESET_NO_CONNECTION;
    switch ((enum fwx_state)turn->connection->state) {
    case FWX_STATE_SYN_SENT:
        return turn->side == FWX_RESPONDER ? FWX_RESET_REFUSED : FWX_RESET_HANDSHAKE_ABORT;
    case FWX_STATE_SYN_RECEIVED:
        return FWX_RESET_HANDSHAKE_ABORT;
    case FWX_STATE_UNKNOWN:
        /* A closed port answers what has no ACK with sequence number 0 (RFC 9293, 3.5.2). */
        if (!turn->sender->packets && (!turn->receiver->packets || !turn->tcp->seq))
            return FWX_RESET_NO_CONNECTION;
        /* fall through */
    case FWX_STATE_ESTABLISHED:
        return !reset->in_flight && reset->after >= IDLE ? FWX_RESET_IDLE_ABORT
                                                         : FWX_RESET_DATA_ABORT;
    case FWX_STATE_FIN_WAIT:
        return turn->sender->flags & FWX_PEER_FIN ? FWX_RESET_AFTER_CLOSE : FWX_RESET_DIRTY_CLOSE;
    default:
        return FWX_RESET_AFTER_CLOSE;
    }
}

/* What a proxy logs for a leg that ends so (reference: Win32 statuses in the Web Proxy log). */
static uint16_t status_of(enum fwx_reset_class class)
{
    switch (class) {
    case FWX_RESET_REFUSED:
        return FWX_STATUS_CONNECTION_REFUSED;
    case FWX_RESET_DIRTY_CLOSE:
    case FWX_RESET_DATA_ABORT:
    case FWX_RESET_IDLE_ABORT:
        return FWX_STATUS_NETNAME_DELETED;
    default:
        return 0;
    }
}

/*
 * What the status is worth: documented as by design for dirty closes (source 001); of no account
 * where the responder had had the last word; else somebody should look, all the more after a
 * fatal TLS alert or where something in between killed the connection.
 */
static enum fwx_grade grade_of(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    bool answered = turn->connection->bytes[FWX_INITIATOR] &&
                    (turn->connection->flags & FWX_CONNECTION_ANSWER_LAST);

    if (!reset->status)
        return FWX_GRADE_NONE;
    if (reset->kill || turn->connection->alert)
        return FWX_GRADE_LOOK;
    if (reset->class == FWX_RESET_DIRTY_CLOSE)
        return FWX_GRADE_BY_DESIGN;
    if (reset->class == FWX_RESET_IDLE_ABORT || (answered && !reset->in_flight))
        return FWX_GRADE_HARMLESS;
    return FWX_GRADE_LOOK;
}

/* ---- who is it from? ------------------------------------------------------------------------ */

/*
 * KB 959312: under TLS the SMTP filter cannot see the QUIT, so the server's orderly FIN reaches the
 * client as a reset. Where both sides are captured, the server sends its FIN and, with nothing in
 * between to answer, a reset goes out in its name.
 */
static bool is_smtp_tls_kill(const struct fwx_turn *turn)
{
    const struct fwx_connection *connection = turn->connection;
    const struct fwx_app_filter *filter =
        fwx_policy_filter(turn->policy, connection->protocol, connection->port[FWX_RESPONDER]);

    return filter && !strcmp(filter->name, "SMTP") && (connection->flags & FWX_CONNECTION_TLS) &&
           turn->side == FWX_RESPONDER && (turn->sender->flags & FWX_PEER_FIN) &&
           !(turn->receiver->flags & FWX_PEER_FIN) &&
           connection->data_time <= connection->fin_time && turn->tcp->seq == turn->sender->fin_end;
}

static enum fwx_kill kill_of(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    if (reset->ignored)
        return FWX_KILL_NONE;
    if (reset->misfits)
        return FWX_KILL_INJECTED;
    return is_smtp_tls_kill(turn) ? FWX_KILL_SMTP_TLS : FWX_KILL_NONE;
}

/* ---- the actions ---------------------------------------------------------------------------- */

static struct fwx_finding *report_reset(struct fwx_turn *turn, bool ignored)
{
    const struct fwx_connection *connection = turn->connection;
    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_RESET);
    struct fwx_reset *reset = &finding->reset;

    reset->ignored = ignored;
    reset->by =
        connection->flags & FWX_CONNECTION_ROLES_UNKNOWN ? FWX_SIDE_UNKNOWN : (uint8_t)turn->side;
    reset->in_flight = unacknowledged(turn->sender, turn->receiver, NULL) +
                       unacknowledged(turn->receiver, turn->sender, turn->tcp);
    reset->carried_data = ((turn->sender->flags | turn->receiver->flags) & FWX_PEER_DATA) != 0;
    reset->after = silence_of(turn, reset->carried_data);
    reset->class = (uint8_t)classify(turn, reset);
    reset->status = ignored ? 0 : status_of((enum fwx_reset_class)reset->class);
    if (reset->class == FWX_RESET_DIRTY_CLOSE) {
        reset->fin_frame = connection->moved[FWX_MOVE_FIN_WAIT];
        reset->after = fwx_time_between(connection->fin_time, turn->packet->time);
    }
    /* Nobody injects a reset into a connection that is over. */
    if (turn->policy->check_injected && !fwx_connection_over(connection)) {
        reset->misfits = fwx_traits_misfits(turn);
        reset->own_ttl = turn->packet->ttl;
        reset->usual_ttl = turn->sender->ttl_low;
    }
    reset->alert = connection->alert;
    reset->kill = (uint8_t)kill_of(turn, reset);
    reset->grade = (uint8_t)grade_of(turn, reset);
    return finding;
}

/* Outside the window, or nothing in this capture that it could end. */
static enum fwx_outcome ends_nothing(struct fwx_turn *turn, struct fwx_finding *finding)
{
    if (!finding->reset.ignored || !turn->policy->sequence_window ||
        turn->connection->state == FWX_STATE_UNKNOWN)
        return FWX_IGNORE;
    return fwx_judge(turn, finding, FWX_E_SEQ_ACK_MISMATCH, FWX_INFERRED) == FWX_DROP ? FWX_DROP
                                                                                      : FWX_IGNORE;
}

enum fwx_outcome fwx_reset_arrives(struct fwx_turn *turn)
{
    bool accepted = acceptable(turn);
    struct fwx_finding *finding = report_reset(turn, !accepted);

    if (finding->reset.class == FWX_RESET_NO_CONNECTION)
        return ends_nothing(turn, finding);
    if (turn->connection->state == FWX_STATE_SYN_RECEIVED && answers_wrong_ack(turn))
        fwx_evidence_answered(turn);
    if (turn->connection->state == FWX_STATE_CLOSING) {
        fwx_judge(turn, finding, FWX_E_GRACEFUL_SHUTDOWN, FWX_INFERRED);
    } else if (finding->reset.kill) {
        turn->connection->flags |= FWX_CONNECTION_KILLED;
        fwx_judge(turn, finding, FWX_E_CONNECTION_KILLED, FWX_INFERRED);
    } else {
        fwx_judge(turn, finding, FWX_E_ABORTIVE_SHUTDOWN, FWX_INFERRED);
    }
    return FWX_PASS;
}

void fwx_reset_unheeded(struct fwx_turn *turn)
{
    report_reset(turn, false);
}

/* The connection is gone: one more packet that is no SYN. */
enum fwx_outcome fwx_reset_late(struct fwx_turn *turn)
{
    struct fwx_finding *finding = report_reset(turn, true);

    return fwx_judge(turn, finding, FWX_E_TCP_NOT_SYN_PACKET_DROPPED, FWX_DOCUMENTED);
}
