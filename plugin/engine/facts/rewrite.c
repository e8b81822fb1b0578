/* rewrite.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/rewrite.h"

/* The two copies of a packet follow each other at once: a second (chosen). */
static bool is_fresh(const struct fwx_turn *turn)
{
    return fwx_time_between(turn->connection->spoke_time, turn->packet->time) <= FWX_SECOND;
}

static bool is_same_packet(const struct fwx_turn *turn)
{
    return turn->packet->ip_id && turn->packet->ip_id == turn->sender->ip_id &&
           turn->tcp->window == turn->sender->window && is_fresh(turn);
}

/* A number of the side's sequence space as it was seen first. */
static uint32_t undone(const struct fwx_notes *notes, const struct fwx_peer *peer,
                       enum fwx_side side, uint32_t number)
{
    if (!notes->shift[side] || !(peer->flags & FWX_PEER_SEQ) ||
        fwx_seq_within(number, peer->seq_end - FWX_FAR, 2 * FWX_FAR) ||
        !fwx_seq_within(number - notes->shift[side], peer->seq_end - FWX_FAR, 2 * FWX_FAR))
        return number;
    return number - notes->shift[side];
}

/* What was taken for an answer to another SYN is the right one, at the other place. */
static void take_mismatch_back(struct fwx_turn *turn, const struct fwx_notes *notes)
{
    struct fwx_finding *finding = fwx_noted(turn->engine, notes->mismatch);

    if (!finding || !finding->mismatch.synack || finding->withheld)
        return;
    finding->withheld = true;
    turn->connection->dropped -= finding->dropped;
    if (turn->connection->verdict_frame == finding->frame)
        turn->connection->flags &= ~(uint32_t)FWX_CONNECTION_JUDGED;
}

/* The SYN, with another number. */
static void note_syn(struct fwx_turn *turn)
{
    struct fwx_notes *notes;

    if (turn->side != FWX_INITIATOR || (turn->receiver->flags & FWX_PEER_ACK) ||
        !is_same_packet(turn))
        return;
    notes = fwx_turn_notes(turn);
    notes->shift[FWX_INITIATOR] = turn->tcp->seq - turn->sender->isn;
    notes->shifted = true;
}

/* The right SYN-ACK behind one that seemed to answer another SYN. */
static void note_right_synack(struct fwx_turn *turn, struct fwx_notes *notes)
{
    if (!notes->old_id || notes->old_id != turn->packet->ip_id ||
        notes->old_window != turn->tcp->window || turn->tcp->ack != turn->receiver->isn + 1)
        return;
    notes->shift[FWX_RESPONDER] = notes->old_isn - turn->tcp->seq;
    notes->shift[FWX_INITIATOR] = notes->old_ack - turn->tcp->ack;
    notes->shifted = true;
    notes->old_answer = 0;
    take_mismatch_back(turn, notes);
}

/* The SYN-ACK, with another number, or it acknowledges another one. */
static void note_synack(struct fwx_turn *turn)
{
    struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);
    bool known =
        notes && notes->shifted &&
        undone(notes, turn->receiver, FWX_INITIATOR, turn->tcp->ack) == turn->receiver->isn + 1;

    if (turn->side != FWX_RESPONDER || !(known ? is_fresh(turn) : is_same_packet(turn)))
        return;
    notes = fwx_turn_notes(turn);
    notes->shift[FWX_RESPONDER] = turn->tcp->seq - turn->sender->isn;
    if (!notes->shift[FWX_INITIATOR])
        notes->shift[FWX_INITIATOR] = turn->tcp->ack - turn->sender->ack_max;
    notes->shifted = true;
}

/* Only what opens a connection shows such a device. */
static void look_for_rewriter(struct fwx_turn *turn)
{
    struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);

    if (notes && notes->old_answer && fwx_segment_of(turn->tcp->flags) == FWX_SEGMENT_SYN_ACK)
        note_right_synack(turn, notes);
    if (!(turn->sender->flags & FWX_PEER_ISN) || turn->sender->isn == turn->tcp->seq)
        return;
    if (turn->tcp->flags & FWX_ACK)
        note_synack(turn);
    else
        note_syn(turn);
}

void fwx_rewrite_undo(struct fwx_turn *turn, struct fwx_packet *copy)
{
    const struct fwx_notes *notes;
    struct fwx_tcp_segment *tcp = &copy->tcp;

    if (turn->tcp->flags & FWX_SYN)
        look_for_rewriter(turn);
    notes = fwx_notes_of(turn->engine, turn->connection);
    if (!notes || !notes->shifted)
        return;
    *copy = *turn->packet;
    tcp->seq = undone(notes, turn->sender, turn->side, tcp->seq);
    if (tcp->flags & FWX_ACK) {
        uint32_t ack = undone(notes, turn->receiver, (enum fwx_side) !turn->side, tcp->ack);

        tcp->sack[0] += ack - tcp->ack;
        tcp->sack[1] += ack - tcp->ack;
        tcp->ack = ack;
    }
    turn->packet = copy;
    turn->tcp = tcp;
}
