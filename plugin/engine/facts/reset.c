/* reset.c
 * What a reset means, by what it meets and who sends it. True whatever the firewall.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/life.h"
#include "engine/facts/origin.h"
#include "engine/facts/repeat.h"
#include "engine/model/result.h"
#include "engine/turn.h"

#include <glib.h>

/* Silence after which an established connection counts as idle. */
#define IDLE (10 * FWX_SECOND)

/* ---- is it acceptable? ---------------------------------------------------------------------- */

/* Half-open: the initiator takes back what it has sent; the responder has to acknowledge the
 * SYN (RFC 9293, 3.5.3; source 003 shows one that passes), be it with the wrong number that it was
 * sent (RFC 9293, 3.5.2). */
static bool fits_half_open(const struct fwx_turn *turn, const struct fwx_peer *sender,
                           const struct fwx_peer *receiver)
{
    bool wrong_ack =
        !(turn->tcp->flags & FWX_ACK) && (turn->connection->flags & FWX_CONNECTION_ACK_DROPPED);

    if (turn->side == FWX_INITIATOR)
        return fwx_seq_within(turn->tcp->seq, sender->isn, FWX_UNSCALED_WINDOW);
    if ((turn->tcp->flags & FWX_ACK) &&
        fwx_seq_within(turn->tcp->ack, receiver->isn + 1, FWX_UNSCALED_WINDOW))
        return true;
    return (sender->flags & FWX_PEER_SEQ) &&
           fwx_seq_within(turn->tcp->seq, sender->seq_end, wrong_ack ? FWX_UNSCALED_WINDOW : 0);
}

/*
 * In the receiver's window (RFC 9293, 3.5.3), or just where the sender has got to. Or up to a
 * window before that: a socket that is gone answers what was under way with the number that it
 * acknowledges (RFC 9293, 3.5.2), and is gone all the same.
 */
static bool fits_open(const struct fwx_turn *turn, const struct fwx_peer *sender,
                      const struct fwx_peer *receiver)
{
    uint32_t window = fwx_window_of(turn, receiver);

    if ((sender->flags & FWX_PEER_SEQ) && turn->tcp->seq == sender->seq_end)
        return true;
    if (receiver->flags & FWX_PEER_ACK)
        return fwx_seq_within(turn->tcp->seq, receiver->ack_max - FWX_UNSCALED_WINDOW,
                              window + FWX_UNSCALED_WINDOW);
    return !(sender->flags & FWX_PEER_SEQ) ||
           fwx_seq_within(turn->tcp->seq, sender->seq_end - window, 2 * window);
}

bool fwx_reset_fits(const struct fwx_turn *turn, const struct fwx_peer *sender,
                    const struct fwx_peer *receiver, bool half_open)
{
    return half_open ? fits_half_open(turn, sender, receiver) : fits_open(turn, sender, receiver);
}

/* ---- what is it? ---------------------------------------------------------------------------- */

/* Bytes of one peer that the other has not acknowledged; last counts besides what it said so far. A
 * peer that was never seen has acknowledged nothing. */
static uint32_t unacknowledged(const struct fwx_peer *of, const struct fwx_peer *by,
                               const struct fwx_tcp_segment *last)
{
    uint32_t ack = by->flags & FWX_PEER_ACK ? by->ack_max : of->isn + 1;

    if (!(of->flags & FWX_PEER_SEQ) || !(by->flags & FWX_PEER_ACK || of->flags & FWX_PEER_ISN))
        return 0;
    if (last && (last->flags & FWX_ACK) && fwx_seq_after(last->ack, ack))
        ack = last->ack;
    return fwx_seq_after(of->seq_end, ack) ? of->seq_end - ack : 0;
}

/* Repeated data is data; a keep-alive is none. */
static int64_t last_data(const struct fwx_turn *turn)
{
    const struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);
    int64_t time = turn->connection->data_time;

    for (unsigned side = 0; notes && side < 2; side++)
        time = notes->repeat[side].copies ? MAX(time, notes->repeat[side].last_time) : time;
    return time;
}

/* Since the last payload, or, where there was none, since the last word; nanoseconds. */
static int64_t silence_of(const struct fwx_turn *turn, bool data)
{
    int64_t since = data ? last_data(turn) : turn->connection->spoke_time;

    return MAX(fwx_time_between(since, turn->packet->time), 0);
}

static enum fwx_reset_class class_of_established(const struct fwx_reset *reset)
{
    return !reset->in_flight && reset->after >= IDLE ? FWX_RESET_IDLE_ABORT : FWX_RESET_DATA_ABORT;
}

static enum fwx_reset_class classify(const struct fwx_turn *turn, const struct fwx_reset *reset,
                                     enum fwx_life life)
{
    if (reset->ignored && life < FWX_LIFE_CLOSED)
        return FWX_RESET_NO_CONNECTION;
    switch (life) {
    case FWX_LIFE_ASKED:
        return turn->side == FWX_RESPONDER ? FWX_RESET_REFUSED : FWX_RESET_HANDSHAKE_ABORT;
    case FWX_LIFE_ANSWERED:
        return FWX_RESET_HANDSHAKE_ABORT;
    case FWX_LIFE_NONE:
        return FWX_RESET_NO_CONNECTION;
    case FWX_LIFE_MIDSTREAM:
        /* A closed port answers what has no ACK with sequence number 0 (RFC 9293, 3.5.2). */
        if (!turn->sender->packets && !turn->tcp->seq)
            return FWX_RESET_NO_CONNECTION;
        return class_of_established(reset);
    case FWX_LIFE_ESTABLISHED:
        return class_of_established(reset);
    case FWX_LIFE_HALF_CLOSED:
        if (turn->sender->flags & FWX_PEER_FIN)
            return FWX_RESET_AFTER_CLOSE;
        /* Whoever has repeated itself in vain gives up: that is no way to close. */
        return fwx_repeat_is_unheard(turn->engine, turn->connection, turn->side, turn->packet->time)
                   ? FWX_RESET_DATA_ABORT
                   : FWX_RESET_DIRTY_CLOSE;
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

/* A TLS program that closes says so (RFC 8446, 6.1), and the other one often does not wait for
 * that: an alert of TLS 1.2 with CBC and SHA-256 takes 69 bytes, others less. */
static bool loses_data(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    enum { CLOSE_NOTIFY = 69 };

    return reset->in_flight > CLOSE_NOTIFY ||
           (reset->in_flight && !((turn->connection->flags & FWX_CONNECTION_TLS) &&
                                  turn->connection->bytes[FWX_INITIATOR] > CLOSE_NOTIFY &&
                                  turn->connection->bytes[FWX_RESPONDER] > CLOSE_NOTIFY));
}

/* The initiator has had answers, and all that it said was acknowledged: it has no more to say. */
static bool leaves(const struct fwx_turn *turn)
{
    return turn->side == FWX_INITIATOR && turn->connection->bytes[FWX_INITIATOR] &&
           turn->connection->bytes[FWX_RESPONDER];
}

/*
 * What the status is worth: documented as by design for dirty closes (source 001); of no account
 * where the responder had had the last word; else somebody should look, all the more after a fatal
 * TLS alert, where something in between sent it, or where anything stayed unacknowledged.
 */
static enum fwx_grade grade_of(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    bool answered = turn->connection->bytes[FWX_INITIATOR] &&
                    (turn->connection->flags & FWX_CONNECTION_ANSWER_LAST);

    if (!reset->status)
        return FWX_GRADE_NONE;
    if (loses_data(turn, reset) || reset->origin == FWX_ORIGIN_IN_BETWEEN ||
        turn->connection->alert || !turn->receiver->packets)
        return FWX_GRADE_LOOK;
    if (reset->class == FWX_RESET_DIRTY_CLOSE)
        return FWX_GRADE_BY_DESIGN;
    if (reset->class == FWX_RESET_IDLE_ABORT || answered || leaves(turn))
        return FWX_GRADE_HARMLESS;
    return FWX_GRADE_LOOK;
}

/* ---- the report ----------------------------------------------------------------------------- */

/* The silence that the packet before it, or it itself, has broken in vain; NULL: there is none. */
static struct fwx_silence *silence_before(const struct fwx_turn *turn)
{
    const struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);
    struct fwx_finding *finding = notes ? fwx_noted(turn->engine, notes->silence) : NULL;

    return finding && (fwx_silence_goes_on(&finding->silence) ||
                       finding->silence.end_frame == turn->packet->frame)
               ? &finding->silence
               : NULL;
}

/* The reset is the newest finding. */
static void note_silence(const struct fwx_turn *turn, struct fwx_reset *reset)
{
    struct fwx_silence *silence = silence_before(turn);

    if (!silence)
        return;
    reset->silence = silence->length;
    if (silence->end_frame == turn->packet->frame)
        silence->reset = turn->engine->findings.count;
}

static void describe(struct fwx_turn *turn, struct fwx_reset *reset, enum fwx_life life)
{
    const struct fwx_connection *connection = turn->connection;
    bool guess = (connection->flags & FWX_CONNECTION_ROLES_UNKNOWN) != 0;

    reset->by = guess ? FWX_SIDE_UNKNOWN : (uint8_t)turn->side;
    reset->side = (uint8_t)turn->side;
    reset->seq = turn->tcp->seq;
    reset->ack = turn->tcp->flags & FWX_ACK ? turn->tcp->ack : 0;
    reset->in_flight = unacknowledged(turn->sender, turn->receiver, NULL) +
                       unacknowledged(turn->receiver, turn->sender, turn->tcp);
    reset->carried_data = ((turn->sender->flags | turn->receiver->flags) & FWX_PEER_DATA) != 0;
    reset->after = silence_of(turn, reset->carried_data);
    note_silence(turn, reset);
    reset->class = (uint8_t)classify(turn, reset, life);
    reset->status = reset->ignored ? 0 : status_of((enum fwx_reset_class)reset->class);
    if (reset->class == FWX_RESET_DIRTY_CLOSE) {
        reset->fin_frame = connection->moved[FWX_MOVE_FIN_WAIT];
        reset->after = fwx_time_between(connection->fin_time, turn->packet->time);
    }
    reset->alert = connection->alert;
}

void fwx_reset_look(struct fwx_turn *turn)
{
    enum fwx_life life = fwx_life_of(turn->engine, turn->connection);
    bool half_open = life == FWX_LIFE_ASKED || life == FWX_LIFE_ANSWERED;
    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_RESET);
    struct fwx_reset *reset = &finding->reset;

    turn->reset = finding;
    reset->ignored =
        life >= FWX_LIFE_CLOSED || !fwx_reset_fits(turn, turn->sender, turn->receiver, half_open);
    describe(turn, reset, life);
    if (turn->policy->check_injected)
        fwx_origin_at_sight(turn, finding);
    reset->grade = (uint8_t)grade_of(turn, reset);
    fwx_life_end(turn, life);
}
