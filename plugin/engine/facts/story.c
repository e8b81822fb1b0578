/* story.c
 * What each segment tells of what happened to its connection, in the order in which it is asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/kin.h"
#include "engine/facts/life.h"
#include "engine/facts/origin.h"
#include "engine/facts/repeat.h"
#include "engine/turn.h"

/* A SYN is answered by something that does not acknowledge it: the responder still has an older
 * connection of the same ports (RFC 9293, 3.10.7.4; RFC 5961, 4). */
static void look_for_old_answer(struct fwx_turn *turn)
{
    struct fwx_notes *notes;

    if (turn->side != FWX_RESPONDER || !(turn->tcp->flags & FWX_ACK) ||
        (turn->connection->peer[FWX_RESPONDER].flags & FWX_PEER_ISN) ||
        fwx_life_of(turn->engine, turn->connection) != FWX_LIFE_ASKED ||
        fwx_peer_is_answered(turn->receiver, turn->tcp))
        return;
    turn->for_another = true;
    notes = fwx_turn_notes(turn);
    if (notes->old_answer || fwx_kin_goes_on(turn))
        return;
    notes->old_answer = turn->packet->frame;
    notes->old_ack = turn->tcp->ack;
    notes->old_isn = turn->tcp->seq;
    notes->old_id = turn->tcp->flags & FWX_SYN ? turn->packet->ip_id : 0;
    notes->old_window = turn->tcp->window;
}

/* A device that rewrites sequence numbers, but not those in SACK blocks. */
static void check_sack(struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_notes *notes;

    if (!tcp->has_sack || !(turn->receiver->flags & FWX_PEER_SEQ) ||
        fwx_seq_within(tcp->sack[0], turn->receiver->seq_end - FWX_FAR, 2 * FWX_FAR))
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

/* Short: Ethernet pads it (IEEE 802.3, 3.2.7). */
static bool is_short(const struct fwx_packet *packet)
{
    enum { PADDED = 46 };

    return packet->ip_version == 4 && packet->ip_len < PADDED;
}

static void count_checksum(struct fwx_turn *turn, bool bad)
{
    struct fwx_notes *notes = fwx_turn_notes(turn);
    uint16_t *count = is_short(turn->packet)
                          ? (bad ? &notes->short_bad[turn->side] : &notes->short_good[turn->side])
                          : &notes->long_good[turn->side];

    if (*count < UINT16_MAX)
        ++*count;
}

/* Most tell nothing: they are right, or none was looked at. Where long ones are wrong, too, they
 * are made by the network card. */
static void check_checksum(struct fwx_turn *turn)
{
    bool bad = turn->packet->checksum == FWX_CHECKSUM_BAD;

    if (turn->packet->checksum == FWX_CHECKSUM_NOT_SEEN)
        return;
    if (bad && !is_short(turn->packet))
        turn->engine->has_offload = true;
    else if (bad || turn->connection->notes)
        count_checksum(turn, bad);
    else if (turn->tcp->flags & FWX_SYN)
        turn->connection->flags |= FWX_CONNECTION_GOOD_SYN << turn->side;
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

static void look_at_segment(struct fwx_turn *turn)
{
    fwx_origin_goes_on(turn);
    look_for_old_answer(turn);
    check_sack(turn);
    check_checksum(turn);
    fwx_repeat_look(turn);
}

void fwx_story_look(struct fwx_turn *turn)
{
    check_padding(turn);
    fwx_speech_look(turn);
    if (turn->tcp->flags & FWX_RST)
        fwx_reset_look(turn);
    else
        look_at_segment(turn);
    fwx_speech_note(turn);
}
