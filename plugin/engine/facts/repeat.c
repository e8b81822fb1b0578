/* repeat.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/repeat.h"

#include "engine/facts/life.h"

#include <glib.h>

/* Larger than what every link has to carry (RFC 8200, 5: 1280 bytes), less its headers. */
enum { FULL_SIZED = 1200 };

/* Fewer are everyday loss. */
enum { COPIES = 3 };

/* When the first copy was sent, as far as that is remembered. */
static int64_t first_sent(const struct fwx_turn *turn, enum fwx_segment kind)
{
    const struct fwx_connection *connection = turn->connection;
    bool answered = (connection->flags & FWX_CONNECTION_ANSWER_LAST) != 0;

    if (kind == FWX_SEGMENT_SYN_ACK)
        return connection->answer_time;
    if (turn->tcp->payload_len)
        return answered == (turn->side == FWX_RESPONDER) ? connection->data_time : FWX_NO_TIME;
    return !(turn->receiver->flags & FWX_PEER_FIN) ? connection->fin_time : FWX_NO_TIME;
}

static void begin(struct fwx_turn *turn, struct fwx_repeat *repeat, enum fwx_segment kind)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    int64_t first = first_sent(turn, kind);
    bool known = first != FWX_NO_TIME && first <= turn->packet->time;
    bool passed_by = repeat->passed_by && repeat->seq == tcp->seq;

    *repeat = (struct fwx_repeat){
        .first_time = known ? first : turn->packet->time,
        .last_time = known ? first : turn->packet->time,
        .seq = tcp->seq,
        .end = tcp->seq + fwx_tcp_length(tcp),
        .copies = 1,
        .kind = (uint8_t)kind,
        .passed_by = passed_by,
    };
}

bool fwx_repeat_is_copy(const struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    const struct fwx_peer *sender = turn->sender;
    enum fwx_segment kind = fwx_segment_of(tcp->flags);
    uint32_t length = kind == FWX_SEGMENT_SYN_ACK ? 1 : fwx_tcp_length(tcp);
    bool probe = tcp->payload_len <= 1 && !(tcp->flags & (FWX_SYN | FWX_FIN)) &&
                 !turn->receiver->window && turn->receiver->packets;

    return kind != FWX_SEGMENT_SYN && length && (sender->flags & FWX_PEER_SEQ) && !probe &&
           !fwx_seq_after(tcp->seq + length, sender->seq_end);
}

static bool is_acknowledged(const struct fwx_turn *turn, uint32_t end)
{
    return (turn->receiver->flags & FWX_PEER_ACK) && !fwx_seq_after(end, turn->receiver->ack_max);
}

static void note_copy(struct fwx_turn *turn, enum fwx_segment kind)
{
    struct fwx_repeat *repeat = &fwx_turn_notes(turn)->repeat[turn->side];

    if (repeat->copies && fwx_seq_after(turn->tcp->seq, repeat->seq))
        return; /* the oldest that is missing tells */
    if (!repeat->copies || turn->tcp->seq != repeat->seq)
        begin(turn, repeat, kind);
    repeat->copies++;
    repeat->pause = fwx_time_between(repeat->last_time, turn->packet->time);
    repeat->last_time = turn->packet->time;
    repeat->frame = turn->packet->frame;
}

/* What the other side repeats: an acknowledgement ends it; a SYN-ACK is over when its sender goes
 * on to anything else. SACK says that what follows has arrived. */
static void listen(const struct fwx_turn *turn, struct fwx_notes *notes)
{
    struct fwx_repeat *theirs = &notes->repeat[!turn->side];
    struct fwx_repeat *own = &notes->repeat[turn->side];
    const struct fwx_tcp_segment *tcp = turn->tcp;

    if (own->copies && own->kind == FWX_SEGMENT_SYN_ACK && !(tcp->flags & FWX_SYN))
        own->copies = 0;
    if (!theirs->copies || !(tcp->flags & FWX_ACK))
        return;
    if (theirs->kind != FWX_SEGMENT_SYN_ACK && fwx_seq_after(tcp->ack, theirs->seq))
        theirs->copies = 0;
}

/* A block of SACK, smaller than what is missing before it. */
static void note_passed_by(struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_repeat *theirs;

    if (!tcp->has_sack || !fwx_seq_after(tcp->sack[0], tcp->ack) ||
        tcp->sack[1] - tcp->sack[0] >= FULL_SIZED)
        return;
    theirs = &fwx_turn_notes(turn)->repeat[!turn->side];
    if (theirs->copies && theirs->seq != tcp->ack)
        return;
    theirs->seq = tcp->ack;
    theirs->passed_by = true;
}

/* Apart, as few segments are copies. */
static G_GNUC_NO_INLINE void look_at_copy(struct fwx_turn *turn)
{
    enum fwx_segment kind = fwx_segment_of(turn->tcp->flags);

    if (fwx_repeat_is_copy(turn) &&
        (kind == FWX_SEGMENT_SYN_ACK ||
         !is_acknowledged(turn, turn->tcp->seq + fwx_tcp_length(turn->tcp))))
        note_copy(turn, kind);
}

void fwx_repeat_look(struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;

    if (turn->connection->notes)
        listen(turn, fwx_notes_of(turn->engine, turn->connection));
    if (tcp->has_sack)
        note_passed_by(turn);
    if ((tcp->payload_len || (tcp->flags & (FWX_SYN | FWX_FIN))) &&
        !fwx_seq_after(tcp->seq + 1, turn->sender->seq_end))
        look_at_copy(turn);
}

/* Copies whose time to wait is over, and how long they span. */
static uint32_t waited_out(const struct fwx_repeat *repeat, int64_t now, int64_t *span)
{
    bool over = fwx_time_between(repeat->last_time, now) >= repeat->pause;

    *span = fwx_time_between(repeat->first_time, repeat->last_time) - (over ? 0 : repeat->pause);
    return repeat->copies - (over ? 0 : 1);
}

/* The reset of whoever gives up. Where the other side had closed, it was heard before. */
static bool gives_up(const struct fwx_engine *engine, const struct fwx_connection *connection,
                     const struct fwx_notes *notes, enum fwx_side side)
{
    const struct fwx_finding *reset = fwx_noted(engine, notes->last_reset[side]);

    return reset && reset->frame > notes->repeat[side].frame &&
           reset->reset.origin != FWX_ORIGIN_IN_BETWEEN &&
           !(connection->peer[!side].flags & FWX_PEER_FIN);
}

/* A side that has to repeat itself, other than for a closed window; NULL: it has not, or not yet.
 */
static const struct fwx_repeat *repeat_of(const struct fwx_connection *connection,
                                          const struct fwx_notes *notes, enum fwx_side side)
{
    const struct fwx_repeat *repeat = &notes->repeat[side];
    const struct fwx_peer *other = &connection->peer[!side];

    return repeat->copies < 2 || !other->packets ||
                   (!other->window && repeat->kind != FWX_SEGMENT_SYN_ACK)
               ? NULL
               : repeat;
}

bool fwx_repeat_is_unheard(const struct fwx_engine *engine, const struct fwx_connection *connection,
                           enum fwx_side side, int64_t now)
{
    const int64_t long_enough = 3 * FWX_SECOND;
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);
    const struct fwx_repeat *repeat = notes ? repeat_of(connection, notes, side) : NULL;
    uint32_t copies;
    int64_t span;

    if (!repeat)
        return false;
    copies = waited_out(repeat, now, &span);
    return (copies >= COPIES && span >= long_enough) || gives_up(engine, connection, notes, side) ||
           notes->translation;
}

const struct fwx_repeat *fwx_repeat_goes_on(const struct fwx_connection *connection,
                                            const struct fwx_notes *notes)
{
    for (unsigned side = FWX_INITIATOR; side <= FWX_RESPONDER; side++) {
        const struct fwx_repeat *repeat = repeat_of(connection, notes, (enum fwx_side)side);

        if (repeat && repeat->copies >= COPIES)
            return repeat;
    }
    return NULL;
}

bool fwx_repeat_is_too_big(const struct fwx_repeat *repeat)
{
    return repeat->copies && repeat->passed_by && repeat->end - repeat->seq >= FULL_SIZED;
}
