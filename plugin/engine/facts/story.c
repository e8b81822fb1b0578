/* story.c
 * What each segment tells of what happened to its connection, in the order in which it is asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/life.h"
#include "engine/facts/origin.h"
#include "engine/facts/repeat.h"
#include "engine/turn.h"

/* Farther away than what is sent before an answer, see tuple.c. */
enum { FAR = 1 << 22 };

/* A SYN is answered by something that does not acknowledge it: the responder still has an older
 * connection of the same ports (RFC 9293, 3.10.7.4; RFC 5961, 4). */
static void look_for_old_answer(struct fwx_turn *turn)
{
    struct fwx_notes *notes;

    if (turn->side != FWX_RESPONDER || !(turn->tcp->flags & FWX_ACK) ||
        (turn->connection->peer[FWX_RESPONDER].flags & FWX_PEER_ISN) ||
        fwx_life_of(turn->engine, turn->connection) != FWX_LIFE_ASKED || fwx_life_answers_syn(turn))
        return;
    notes = fwx_turn_notes(turn);
    if (notes->old_answer)
        return;
    notes->old_answer = turn->packet->frame;
    notes->old_ack = turn->tcp->ack;
}

/* A device that rewrites sequence numbers, but not those in SACK blocks. */
static void check_sack(struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_notes *notes;

    if (!tcp->has_sack || !(turn->receiver->flags & FWX_PEER_SEQ) ||
        fwx_seq_within(tcp->sack[0], turn->receiver->seq_end - FAR, 2 * FAR))
        return;
    /* Old copies that a D-SACK tells of (RFC 2883) lie behind the initial number. */
    if ((turn->receiver->flags & FWX_PEER_ISN) &&
        fwx_seq_within(tcp->sack[0], turn->receiver->isn,
                       turn->receiver->seq_end - turn->receiver->isn))
        return;
    notes = fwx_turn_notes(turn);
    notes->sack_again |= notes->sack_frame != 0;
    if (notes->sack_frame)
        return;
    notes->sack_frame = turn->packet->frame;
    notes->sack_beyond = tcp->sack[0] - turn->receiver->seq_end;
}

/* 66 bytes of IP: more than Ethernet pads (IEEE 802.3, 3.2.7), and the usual SYN is not much. */
static void check_checksum(struct fwx_turn *turn)
{
    enum { PADDED = 46 };
    bool is_short = turn->packet->ip_len < PADDED;
    struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);
    bool bad = turn->packet->checksum == FWX_CHECKSUM_BAD;
    uint16_t *count;

    if (turn->packet->checksum == FWX_CHECKSUM_NOT_SEEN || (!notes && !bad))
        return;
    notes = fwx_turn_notes(turn);
    count = is_short ? (bad ? &notes->short_bad[turn->side] : &notes->short_good[turn->side])
                     : (bad ? &notes->long_bad[turn->side] : &notes->long_good[turn->side]);
    if (*count < UINT16_MAX)
        ++*count;
}

static void check_padding(struct fwx_turn *turn)
{
    struct fwx_notes *notes;

    if (!fwx_padding_look(turn))
        return;
    notes = fwx_turn_notes(turn);
    if (!notes->padding)
        notes->padding = turn->engine->findings.count;
}

void fwx_story_look(struct fwx_turn *turn)
{
    check_padding(turn);
    fwx_speech_look(turn);
    if (turn->tcp->flags & FWX_RST) {
        fwx_reset_look(turn);
        return;
    }
    if (turn->connection->notes)
        fwx_origin_goes_on(turn);
    look_for_old_answer(turn);
    check_sack(turn);
    check_checksum(turn);
    fwx_repeat_look(turn);
}
