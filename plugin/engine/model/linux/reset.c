/* reset.c
 * Which resets end a connection, and which only pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/turn.h"

static bool is_open(const struct fwx_linux_entry *entry)
{
    return entry->state == FWX_LINUX_ESTABLISHED && entry->assured;
}

/* It names exactly what the other side acknowledged last (RFC 5961, 3.2), or goes on behind its
 * sender's own last ACK: resets of one who gives up, one after the other. */
static bool is_exact(const struct fwx_linux_turn *turn)
{
    const struct fwx_linux_entry *entry = turn->entry;
    uint32_t seq = turn->tcp->seq;

    return seq == turn->receiver->maxack ||
           (entry->last_kind == FWX_LINUX_ACK && entry->last_from == turn->from &&
            seq == entry->last_end);
}

/* Of an ignored SYN, which the tracker took for a stray and the receiver did not; or of the only
 * thing that was said so far. */
static bool answers_ignored(const struct fwx_linux_turn *turn)
{
    const struct fwx_linux_entry *entry = turn->entry;
    bool other = entry->last_from != turn->from || !turn->rules->resets_closely;
    bool syn = entry->replied && entry->last_kind == FWX_LINUX_SYN && other;
    bool ack = !entry->assured && entry->last_kind == FWX_LINUX_ACK;

    return (syn || ack) && turn->tcp->ack == entry->last_end;
}

/* RFC 9293, 3.10.7.3: who gets an ACK that is none of the answer to its SYN resets it by that ACK's
 * number. */
static bool refuses_answer(const struct fwx_linux_turn *turn)
{
    const struct fwx_linux_entry *entry = turn->entry;

    return turn->state == FWX_LINUX_SYN_SENT && entry->last_kind == FWX_LINUX_ACK &&
           turn->tcp->seq == entry->last_ack;
}

enum fwx_linux_course fwx_linux_reset(struct fwx_linux_turn *turn, bool *unchecked)
{
    const struct fwx_linux_entry *entry = turn->entry;
    uint32_t seq = turn->tcp->seq;

    if (turn->receiver_traits->has_maxack && entry->last_kind != FWX_LINUX_SYN) {
        if (!seq && !is_open(entry))
            return FWX_LINUX_GOES;
        if (fwx_seq_before(seq, turn->receiver->maxack) && !turn->settings->ignore_invalid_rst) {
            fwx_linux_say(turn, FWX_LINUX_SAYS_RST, 0);
            return FWX_LINUX_INVALID;
        }
        if (!is_open(entry) || is_exact(turn))
            return FWX_LINUX_GOES;
        turn->next = turn->state; /* it may be a guess: the connection stays */
        return FWX_LINUX_GOES;
    }
    *unchecked = answers_ignored(turn) || refuses_answer(turn);
    return FWX_LINUX_GOES;
}
