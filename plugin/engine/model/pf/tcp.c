/* tcp.c
 * Both peers of a TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/expiry.h"
#include "engine/model/pf/rules.h"

#include <glib.h>

/* How far an acknowledgement may be off, and the looser rule's bounds: the largest window without
 * scaling, and a frame. */
enum { TOLERANCE = 65535 + 1500 };

/* Taken for the scale where nobody knows it: the largest (RFC 7323, 2.3). */
enum { GUESSED_SCALE = 14 };

/* What a side has before anything is known of it. */
enum { UNKNOWN_HI = 1, LEAST_WINDOW = 1 };

/* One segment on its way. */
struct turn {
    struct fwx_pf_entry *entry;
    const struct fwx_packet *packet;
    const struct fwx_pf_settings *settings;
    const struct fwx_pf_rules *rules;
    struct fwx_pf_verdict *verdict;
    struct fwx_pf_side *sender, *receiver;
    int64_t now;
    uint32_t seq, end, ack; /* as they are held against the bounds */
    uint32_t win;           /* unscaled */
    uint8_t scale;          /* of win; 0: unscaled */
    uint8_t receiver_scale;
    uint8_t flags;
    bool trusted; /* its acknowledgement is not asked */
};

static bool reaches(uint32_t a, uint32_t b)
{
    return !fwx_seq_before(a, b);
}

/* A window that its sender's scale has been applied to has to fit, rounded up. */
static uint32_t scaled_down(uint32_t window, uint8_t scale)
{
    return (window + (1U << scale) - 1) >> scale;
}

static uint32_t window_of(const struct fwx_pf_side *side, uint8_t scale)
{
    return (uint32_t)side->win << scale;
}

/* ---- the states of both peers --------------------------------------------------------------- */

enum whose { SENDER, RECEIVER };

/* What a flag of a segment that fits does to a peer whose state lies from..to. Row after row. */
static const struct {
    uint8_t flag;
    uint8_t whose; /* enum whose */
    uint8_t from, to;
    uint8_t next;
} moves[] = {
    {FWX_FIN, SENDER, FWX_PF_CLOSED, FWX_PF_CLOSING - 1, FWX_PF_CLOSING},
    /* Whatever it acknowledges: the bounds have seen to that. */
    {FWX_ACK, RECEIVER, FWX_PF_SYN_SENT, FWX_PF_SYN_SENT, FWX_PF_ESTABLISHED},
    {FWX_ACK, RECEIVER, FWX_PF_CLOSING, FWX_PF_CLOSING, FWX_PF_FIN_WAIT_2},
    {FWX_RST, SENDER, FWX_PF_CLOSED, FWX_PF_TIME_WAIT, FWX_PF_TIME_WAIT},
    {FWX_RST, RECEIVER, FWX_PF_CLOSED, FWX_PF_TIME_WAIT, FWX_PF_TIME_WAIT},
};

/* How long an entry waits: the first row that both peers, and one of them, have come as far as. */
static const struct {
    uint8_t both, one;
    uint8_t timer; /* enum fwx_pf_timer */
} waits[] = {
    {FWX_PF_FIN_WAIT_2, FWX_PF_FIN_WAIT_2, FWX_PF_TCP_CLOSED},
    {FWX_PF_CLOSING, FWX_PF_CLOSING, FWX_PF_TCP_FINWAIT},
    {FWX_PF_ESTABLISHED, FWX_PF_CLOSING, FWX_PF_TCP_CLOSING},
    {FWX_PF_ESTABLISHED, FWX_PF_ESTABLISHED, FWX_PF_TCP_ESTABLISHED},
    {FWX_PF_CLOSED, FWX_PF_CLOSED, FWX_PF_TCP_OPENING},
};

/* flags: those whose rows count */
static void move_peers(struct turn *turn, uint8_t flags)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(moves); i++) {
        struct fwx_pf_side *side = moves[i].whose == SENDER ? turn->sender : turn->receiver;

        if ((turn->flags & flags & moves[i].flag) && side->state >= moves[i].from &&
            side->state <= moves[i].to)
            side->state = moves[i].next;
    }
}

static void renew(struct turn *turn, enum fwx_pf_timer timer)
{
    turn->entry->expires = fwx_later(turn->now, turn->settings->timeout_s[timer]);
}

static enum fwx_pf_timer timer_of(const struct fwx_pf_entry *entry)
{
    uint8_t both = MIN(entry->side[0].state, entry->side[1].state);
    uint8_t one = MAX(entry->side[0].state, entry->side[1].state);
    unsigned row = 0;

    while (both < waits[row].both || one < waits[row].one)
        row++;
    return (enum fwx_pf_timer)waits[row].timer;
}

/* ---- bounds --------------------------------------------------------------------------------- */

/* What a first segment tells of its sender. */
static void learn_scale(struct turn *turn)
{
    struct fwx_pf_side *sender = turn->sender;
    struct fwx_pf_side *receiver = turn->receiver;
    uint8_t scale = turn->packet->tcp.window_scale;

    sender->scaled = scale != FWX_NO_WINDOW_SCALE;
    sender->scale = sender->scaled ? scale & 15 : 0;
    if (sender->scaled) {
        turn->scale = sender->scale;
        turn->win = scaled_down(turn->win, turn->scale);
        turn->receiver_scale = receiver->scale;
        return;
    }
    /* Both or none (RFC 7323, 2.2): the other's window is what it said after all. */
    receiver->win = (uint16_t)(receiver->win << receiver->scale);
    receiver->scale = 0;
    receiver->scaled = 0;
}

static bool is_first(const struct turn *turn)
{
    if (turn->rules->tells_first_by_lo)
        return !turn->sender->lo;
    return turn->sender->state < FWX_PF_SYN_SENT;
}

static void meet_peer(struct turn *turn)
{
    struct fwx_pf_side *sender = turn->sender;
    uint32_t reach;

    if ((turn->flags & FWX_SYN) && turn->receiver->scaled)
        learn_scale(turn);
    sender->lo = turn->seq;
    sender->state = MAX(sender->state, FWX_PF_SYN_SENT);
    reach = turn->end + MAX(window_of(turn->receiver, turn->receiver_scale), 1);
    if (sender->hi == UNKNOWN_HI || reaches(reach, sender->hi)) {
        sender->hi = reach;
        turn->trusted = turn->rules->trusts_first_ack;
    }
    sender->win = (uint16_t)MAX(sender->win, turn->win);
}

static void find_scales(struct turn *turn)
{
    const struct fwx_pf_side *sender = turn->sender;
    const struct fwx_pf_side *receiver = turn->receiver;

    if (turn->flags & FWX_SYN) /* RFC 7323, 2.2: never scaled */
        return;
    if (sender->scaled && receiver->scaled) {
        turn->scale = sender->scale;
        turn->receiver_scale = receiver->scale;
    } else if (sender->guessed && receiver->guessed) {
        turn->scale = turn->receiver_scale = GUESSED_SCALE;
    }
}

/* Acknowledgements that say nothing are taken for right ones. */
static void find_ack(struct turn *turn)
{
    bool reset = turn->flags & FWX_RST;
    bool early = turn->rules->trusts_early_ack && turn->receiver->state < FWX_PF_SYN_SENT;

    if (!(turn->flags & FWX_ACK) || (reset && !turn->ack) || early)
        turn->ack = turn->receiver->lo;
}

static bool is_inexact_reset(const struct turn *turn)
{
    uint32_t off = turn->packet->tcp.seq - turn->sender->lo + 1;

    if (!turn->rules->resets_exactly && !turn->packet->reassembled)
        return false;
    return (turn->flags & FWX_RST) && off > 2;
}

/* All bounds that it breaks: enum fwx_pf_bound. */
static uint8_t bounds_broken(struct turn *turn)
{
    const struct fwx_pf_side *sender = turn->sender;
    uint32_t below = window_of(turn->receiver, turn->receiver_scale);
    int32_t skew = (int32_t)(turn->receiver->lo - turn->ack);
    uint8_t broke = 0;

    turn->verdict->skew = skew;
    if (!reaches(sender->hi, turn->end))
        broke |= FWX_PF_SEQ_HIGH;
    if (!reaches(turn->seq, sender->lo - below))
        broke |= FWX_PF_SEQ_LOW;
    if (!turn->trusted && skew < -TOLERANCE)
        broke |= FWX_PF_ACK_HIGH;
    if (!turn->trusted && skew > TOLERANCE << turn->scale)
        broke |= FWX_PF_ACK_LOW;
    if (!reaches(sender->hi + TOLERANCE, turn->end))
        broke |= FWX_PF_LOOSE_HIGH;
    if (!reaches(turn->seq, sender->lo - TOLERANCE))
        broke |= FWX_PF_LOOSE_LOW;
    if (is_inexact_reset(turn))
        broke |= FWX_PF_RST;
    return broke;
}

/* Where one peer is not heard yet, or has closed, the numbers of both may have moved unseen. */
static bool fits_loosely(const struct turn *turn, uint8_t broke)
{
    const struct fwx_pf_side *sender = turn->sender;
    const struct fwx_pf_side *receiver = turn->receiver;
    bool uncertain = receiver->state < FWX_PF_SYN_SENT || receiver->state >= FWX_PF_FIN_WAIT_2 ||
                     sender->state >= FWX_PF_FIN_WAIT_2;

    return uncertain && !(broke & (FWX_PF_LOOSE_HIGH | FWX_PF_LOOSE_LOW));
}

static void slide(struct turn *turn)
{
    struct fwx_pf_side *sender = turn->sender;
    struct fwx_pf_side *receiver = turn->receiver;
    uint32_t window = turn->win << turn->scale;

    sender->win = (uint16_t)MAX(sender->win, turn->win);
    if (fwx_seq_after(turn->end, sender->lo))
        sender->lo = turn->end;
    if (reaches(turn->ack + window, receiver->hi))
        receiver->hi = turn->ack + MAX(window, 1); /* a window of 0 is probed */
}

/* ---- one segment ---------------------------------------------------------------------------- */

enum course { GOES, BAD, ANEW };

static void say(struct turn *turn, enum fwx_pf_word word)
{
    struct fwx_pf_verdict *verdict = turn->verdict;

    verdict->says = (uint8_t)word;
    memcpy(verdict->side, turn->entry->side, sizeof verdict->side);
    memcpy(verdict->packets, turn->entry->packets, sizeof verdict->packets);
}

static enum course refuse(struct turn *turn)
{
    struct fwx_pf_side *sender = turn->sender;
    bool reset = turn->flags & FWX_RST;

    if (!turn->rules->refuses_handshake) {
        turn->verdict->counts = FWX_PF_COUNTS_SEQ_CHK;
        return BAD;
    }
    turn->verdict->counts = FWX_PF_COUNTS_STATE_MISMATCH;
    if (sender->state != FWX_PF_SYN_SENT || turn->receiver->state != FWX_PF_SYN_SENT) {
        say(turn, FWX_PF_SAYS_BAD_STATE);
        return BAD;
    }
    turn->verdict->is_refused = !reset;
    sender->lo = 0;
    sender->hi = UNKNOWN_HI;
    sender->win = LEAST_WINDOW;
    return BAD;
}

static enum course hold(struct turn *turn)
{
    uint8_t broke = bounds_broken(turn);
    bool fits = !(broke & ~(FWX_PF_LOOSE_HIGH | FWX_PF_LOOSE_LOW));

    turn->verdict->broke = fits ? 0 : broke;
    if (fits || turn->settings->unchecked) {
        slide(turn);
        move_peers(turn, FWX_FIN | FWX_ACK | FWX_RST);
        renew(turn, timer_of(turn->entry));
        return GOES;
    }
    if (!fits_loosely(turn, broke))
        return refuse(turn);
    if (turn->settings->variant == FWX_PF_BSD)
        say(turn, FWX_PF_SAYS_LOOSE);
    slide(turn); /* but it waits no longer for that */
    move_peers(turn, FWX_FIN | FWX_RST);
    return GOES;
}

/* A SYN where both have closed: the port is used anew. */
static enum course reopen(struct turn *turn)
{
    if (turn->settings->variant == FWX_PF_BSD)
        say(turn, FWX_PF_SAYS_REUSE);
    return ANEW;
}

static enum course follow(struct turn *turn)
{
    struct fwx_pf_side *sender = turn->sender;
    struct fwx_pf_side *receiver = turn->receiver;

    if ((turn->flags & (FWX_SYN | FWX_ACK)) == FWX_SYN) {
        if (sender->state >= FWX_PF_FIN_WAIT_2 && receiver->state >= FWX_PF_FIN_WAIT_2)
            return reopen(turn);
        if (turn->rules->renews_syn && sender->state <= FWX_PF_SYN_SENT) {
            sender->state = FWX_PF_SYN_SENT;
            renew(turn, FWX_PF_TCP_FIRST);
            turn->verdict->ct = FWX_PF_NEW | FWX_PF_TRK;
            return GOES;
        }
    }
    find_scales(turn);
    if (is_first(turn))
        meet_peer(turn);
    find_ack(turn);
    if (turn->seq == turn->end) /* without data its number does not matter */
        turn->seq = turn->end = sender->lo;
    return hold(turn);
}

static enum course begin(struct turn *turn)
{
    bool syn = turn->flags & FWX_SYN;
    struct fwx_pf_side *sender = turn->sender;
    uint8_t scale = turn->packet->tcp.window_scale;

    turn->verdict->ct = FWX_PF_NEW | FWX_PF_TRK;
    if (syn && (turn->flags & FWX_ACK) && turn->rules->refuses_syn_ack)
        return BAD;
    sender->lo = turn->seq;
    sender->hi = turn->end + 1;
    sender->win = (uint16_t)MAX(turn->win, LEAST_WINDOW);
    sender->state = FWX_PF_SYN_SENT;
    sender->scaled = scale != FWX_NO_WINDOW_SCALE;
    if (sender->scaled) {
        sender->scale = scale & 15;
        sender->win = (uint16_t)scaled_down(sender->win, sender->scale);
    }
    sender->guessed = turn->receiver->guessed = !syn && turn->rules->guesses_scale;
    turn->receiver->hi = UNKNOWN_HI;
    turn->receiver->win = LEAST_WINDOW;
    turn->entry->known = 1;
    renew(turn, FWX_PF_TCP_FIRST);
    return GOES;
}

/* Who sent this is the initiator of the next. */
static void face(struct turn *turn, unsigned from, bool anew)
{
    unsigned direction;

    if (anew)
        *turn->entry = (struct fwx_pf_entry){.initiator = from & 1};
    direction = (from ^ turn->entry->initiator) & 1;
    turn->sender = &turn->entry->side[direction];
    turn->receiver = &turn->entry->side[!direction];
    turn->verdict->from = (uint8_t)direction;
}

static enum course track(struct turn *turn, unsigned from)
{
    bool known = fwx_pf_lives(turn->entry, turn->now);
    enum course course;

    face(turn, from, !known);
    if (!known)
        return begin(turn);
    turn->verdict->ct = FWX_PF_EST | FWX_PF_TRK | (uint8_t)(turn->verdict->from ? FWX_PF_RPL : 0);
    course = follow(turn);
    if (course != ANEW)
        return course;
    face(turn, from, true);
    return begin(turn);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static bool has_impossible_flags(uint8_t flags)
{
    if ((flags & FWX_SYN) && (flags & (FWX_RST | FWX_FIN)))
        return true;
    if (!(flags & (FWX_SYN | FWX_ACK | FWX_RST)))
        return true;
    return !(flags & FWX_ACK) && (flags & (FWX_FIN | FWX_PSH | FWX_URG));
}

/* May it be in the table at all? */
static bool is_impossible(const struct turn *turn)
{
    const struct fwx_packet *packet = turn->packet;

    if (turn->rules->asks_ports && (!packet->src_port || !packet->dst_port))
        return true;
    if (!turn->settings->scrubs || !has_impossible_flags(turn->flags))
        return false;
    if (turn->settings->variant == FWX_PF_BSD)
        turn->verdict->counts = FWX_PF_COUNTS_NORMALIZE;
    return true;
}

static void rule(struct turn *turn, bool known, bool bad)
{
    struct fwx_pf_verdict *verdict = turn->verdict;
    bool opens = (turn->flags & (FWX_SYN | FWX_ACK)) == FWX_SYN;

    if (bad) {
        verdict->ct = FWX_PF_INV | FWX_PF_TRK;
        verdict->passes = !turn->settings->drops_invalid;
    } else {
        verdict->passes = !(verdict->ct & FWX_PF_NEW) || opens || !turn->settings->drops_not_syn;
        if (!verdict->passes && turn->settings->variant == FWX_PF_BSD)
            verdict->says = FWX_PF_SAYS_DENIED;
    }
    if (!known && !verdict->passes)
        *turn->entry = (struct fwx_pf_entry){0};
    else if (verdict->passes && !bad)
        turn->entry->packets[verdict->from]++;
}

bool fwx_pf_lives(const struct fwx_pf_entry *entry, int64_t now)
{
    return entry->known && !fwx_expired(entry->expires, now);
}

struct fwx_pf_verdict fwx_pf_tcp(struct fwx_pf_entry *entry, unsigned from,
                                 const struct fwx_packet *packet,
                                 const struct fwx_pf_settings *settings, int64_t now)
{
    struct fwx_pf_verdict verdict = {0};
    struct turn turn = {
        .entry = entry,
        .packet = packet,
        .settings = settings,
        .rules = fwx_pf_rules_of(settings),
        .verdict = &verdict,
        .now = now,
        .seq = packet->tcp.seq,
        .end = packet->tcp.seq + fwx_tcp_length(&packet->tcp),
        .ack = packet->tcp.ack,
        .win = packet->tcp.window,
        .flags = packet->tcp.flags,
    };
    bool known = fwx_pf_lives(entry, now);
    bool bad = is_impossible(&turn) || track(&turn, from) == BAD;

    rule(&turn, known, bad);
    return verdict;
}
