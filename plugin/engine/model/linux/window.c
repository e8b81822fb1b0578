/* window.c
 * Sequence and acknowledgement numbers against the windows of both sides: what was sent, what may
 * be sent, and how far below that a segment is only late.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/turn.h"

#include <glib.h>

/* An acknowledgement may be this far behind, be the windows ever so small: what a host without
 * window scaling can have in flight, and a bit. */
enum { LEAST_TOLERANCE = 66000 };

/* A segment's numbers as the rules take them. */
struct numbers {
    uint32_t seq, end;
    uint32_t ack;
    uint32_t sack; /* the highest of ack and SACK blocks, where the other side offered SACK */
};

void fwx_linux_learn_offers(const struct fwx_tcp_segment *tcp, struct fwx_linux_traits *traits)
{
    enum { BARE_HEADER = 20 };
    bool has_scale = tcp->window_scale != FWX_NO_WINDOW_SCALE;

    if (tcp->header_len == BARE_HEADER)
        return;
    *traits = (struct fwx_linux_traits){
        .scale = has_scale ? tcp->window_scale & 0xf : 0,
        .has_scale = has_scale,
        .sack = tcp->sack_permitted,
        .liberal = traits->liberal,
    };
}

/* ---- the first segment of a side ------------------------------------------------------------ */

/* A SYN says where its sender begins. RFC 7323, 2.2: windows are scaled only if both offer it. */
static void begin_side(struct fwx_linux_turn *turn)
{
    turn->sender->end = turn->sender->maxend = turn->end;
    turn->sender->maxwin = fwx_linux_or_1(turn->tcp->window);
    fwx_linux_learn_offers(turn->tcp, turn->sender_traits);
    if (turn->from == 1 && !(turn->sender_traits->has_scale && turn->receiver_traits->has_scale))
        turn->sender_traits->scale = turn->receiver_traits->scale = 0;
}

/* The side that was not heard of yet, and no SYN: the connection was picked up in the middle, or
 * all that it says is a reset. Its own words are believed. */
static void believe(struct fwx_linux_turn *turn, uint32_t sack)
{
    struct fwx_linux_side *sender = turn->sender;
    struct fwx_linux_side *receiver = turn->receiver;
    uint32_t window = (uint32_t)turn->tcp->window << turn->sender_traits->scale;

    sender->end = turn->end;
    sender->maxwin = fwx_linux_or_1(window);
    sender->maxend = turn->end + sender->maxwin;
    if (sack == receiver->end + 1) /* it may have been a keep-alive, one below what was sent */
        receiver->end = sack;
}

/* Of a SYN of which the connection is not established yet: another one, further on, begins anew. */
static bool begins_again(const struct fwx_linux_turn *turn)
{
    uint8_t state = turn->entry->state;

    return (turn->tcp->flags & FWX_SYN) && fwx_seq_before(turn->sender->end, turn->end) &&
           (state == FWX_LINUX_SYN_SENT || state == FWX_LINUX_SYN_RECV);
}

/* Sets up what is not known of a side. True: and no more is to be asked of the segment, for it
 * acknowledges nothing. */
static bool meet_side(struct fwx_linux_turn *turn, uint32_t sack)
{
    bool first = !turn->sender->maxwin;

    if (first && !(turn->tcp->flags & FWX_SYN)) {
        believe(turn, sack);
        return false;
    }
    if (!first && !begins_again(turn))
        return false;
    begin_side(turn);
    return !(turn->tcp->flags & FWX_ACK) && turn->from == 1;
}

/* ---- the bounds ----------------------------------------------------------------------------- */

static struct numbers numbers_of(const struct fwx_linux_turn *turn, uint32_t sack)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct numbers n = {tcp->seq, turn->end, tcp->ack, sack};
    bool reset = (tcp->flags & FWX_RST) != 0;

    if (!(tcp->flags & FWX_ACK) || (reset && !tcp->ack))
        n.ack = n.sack = turn->receiver->end;
    /* RFC 9293, 3.10.7.3: a reset that answers a SYN may have no number of its own. */
    if (reset && !tcp->seq && turn->entry->state == FWX_LINUX_SYN_SENT)
        n.seq = n.end = turn->sender->end;
    return n;
}

/* Beyond what it may be: said, and to what it leads; but for those that are taken liberally it is
 * as good as any, only that it teaches nothing. */
static enum fwx_linux_course complain(struct fwx_linux_turn *turn, enum fwx_linux_course course,
                                      enum fwx_linux_word word, uint32_t number)
{
    if (turn->sender_traits->liberal || turn->settings->liberal)
        return FWX_LINUX_GOES;
    fwx_linux_say(turn, word, number);
    return course;
}

/* Beyond the receiver's window. Some stacks send up to one more window: that passes if all else
 * fits. */
static enum fwx_linux_course is_high(struct fwx_linux_turn *turn, const struct numbers *n,
                                     uint32_t seq_low, uint32_t ack_low)
{
    struct fwx_linux_side *sender = turn->sender;
    const struct fwx_linux_side *receiver = turn->receiver;
    uint32_t more = n->end - sender->maxend + 1;

    if (receiver->maxwin && fwx_seq_before(seq_low, n->end) && fwx_seq_before(ack_low, n->sack) &&
        more <= receiver->maxwin && fwx_seq_before(n->sack, receiver->end + 1)) {
        sender->end = n->end;
        turn->sender_traits->unacked = 1;
        return complain(turn, FWX_LINUX_IGNORED, FWX_LINUX_SAYS_MORE, more);
    }
    return complain(turn, FWX_LINUX_INVALID, FWX_LINUX_SAYS_SEQ_HIGH, sender->maxend + 1);
}

/* True where all bounds hold; else *course is what it comes to. */
static bool within(struct fwx_linux_turn *turn, const struct numbers *n,
                   enum fwx_linux_course *course)
{
    const struct fwx_linux_side *sender = turn->sender;
    const struct fwx_linux_side *receiver = turn->receiver;
    uint32_t seq_low = sender->end - receiver->maxwin - 1;
    uint32_t ack_low = receiver->end - MAX(sender->maxwin, LEAST_TOLERANCE) - 1;

    if (!fwx_seq_before(n->seq, sender->maxend + 1))
        *course = is_high(turn, n, seq_low, ack_low);
    else if (!fwx_seq_before(n->sack, receiver->end + 1))
        *course = complain(turn, FWX_LINUX_INVALID, FWX_LINUX_SAYS_ACK_HIGH, receiver->end + 1);
    else if (receiver->maxwin && !fwx_seq_before(seq_low, n->end))
        *course = complain(turn, FWX_LINUX_IGNORED, FWX_LINUX_SAYS_SEQ_LOW, seq_low);
    else if (!fwx_seq_before(ack_low, n->sack))
        *course = complain(turn, FWX_LINUX_IGNORED, FWX_LINUX_SAYS_ACK_LOW, ack_low);
    else
        return true;
    return false;
}

/* ---- what it teaches ------------------------------------------------------------------------ */

static void learn_sender(struct fwx_linux_turn *turn, const struct numbers *n, uint32_t window)
{
    struct fwx_linux_side *sender = turn->sender;
    struct fwx_linux_traits *traits = turn->sender_traits;

    /* What SACK acknowledges leaves the window, in the end. */
    sender->maxwin = MAX(sender->maxwin, window + (n->sack - n->ack));
    if (fwx_seq_before(sender->end, n->end)) {
        sender->end = n->end;
        traits->unacked = 1;
    }
    if ((turn->tcp->flags & FWX_ACK) &&
        (!traits->has_maxack || fwx_seq_before(sender->maxack, n->ack))) {
        sender->maxack = n->ack;
        traits->has_maxack = 1;
    }
}

static void learn_receiver(struct fwx_linux_turn *turn, const struct numbers *n, uint32_t window)
{
    struct fwx_linux_side *receiver = turn->receiver;
    uint32_t reach = n->sack + window;

    if (receiver->maxwin && fwx_seq_before(turn->sender->maxend, n->end))
        receiver->maxwin += n->end - turn->sender->maxend;
    if (fwx_seq_before(receiver->maxend - 1, reach))
        receiver->maxend = reach + !window; /* one byte may probe a window of 0 */
    if (n->ack == receiver->end)
        turn->receiver_traits->unacked = 0;
}

/* The same ACK again? Then the other side does not answer any more. */
static void count_repeats(struct fwx_linux_turn *turn, const struct numbers *n)
{
    struct fwx_linux_entry *entry = turn->entry;
    uint16_t window = turn->tcp->window;

    if (turn->kind != FWX_LINUX_ACK)
        return;
    if (entry->last_from == turn->from && entry->last_seq == n->seq && entry->last_ack == n->ack &&
        entry->last_end == n->end && entry->last_window == window) {
        entry->repeats++;
        return;
    }
    entry->last_from = turn->from & 1;
    entry->last_seq = n->seq;
    entry->last_ack = n->ack;
    entry->last_end = n->end;
    entry->last_window = window;
    entry->repeats = 0;
}

enum fwx_linux_course fwx_linux_window(struct fwx_linux_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    uint32_t sack = turn->receiver_traits->sack ? tcp->sack_high : tcp->ack;
    enum fwx_linux_course course;
    struct numbers n;
    uint32_t window;

    if (meet_side(turn, sack))
        return FWX_LINUX_GOES;
    n = numbers_of(turn, sack);
    if (!within(turn, &n, &course))
        return course;
    window = tcp->flags & FWX_SYN ? tcp->window /* RFC 7323, 2.2: not scaled */
                                  : (uint32_t)tcp->window << turn->sender_traits->scale;
    learn_sender(turn, &n, window);
    learn_receiver(turn, &n, window);
    count_repeats(turn, &n);
    return FWX_LINUX_GOES;
}
