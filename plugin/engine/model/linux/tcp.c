/* tcp.c
 * The tracker's state machine, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/turn.h"

#include <glib.h>

enum course {
    GOES = FWX_LINUX_GOES,
    IGNORED = FWX_LINUX_IGNORED,
    INVALID = FWX_LINUX_INVALID,
    UNCHECKED, /* goes, whatever the windows say */
    ANEW,      /* the entry goes; the segment meets none */
};

typedef enum course action(struct fwx_linux_turn *turn);

struct step {
    action *act;
    enum fwx_linux_state next; /* where it goes */
};

/* ---- actions -------------------------------------------------------------------------------- */

static enum course move(struct fwx_linux_turn *turn)
{
    (void)turn;
    return GOES;
}

static enum course refuse(struct fwx_linux_turn *turn)
{
    fwx_linux_say(turn, FWX_LINUX_SAYS_STATE, 0);
    return INVALID;
}

/* Its sender may know better: a SYN of one who has forgotten the connection, say. It passes, for
 * the receiver to decide, and is kept in mind for the answer. */
static enum course ignore(struct fwx_linux_turn *turn)
{
    struct fwx_linux_entry *entry = turn->entry;

    entry->last_kind = turn->kind & 7;
    entry->last_from = turn->from & 1;
    entry->last_seq = turn->tcp->seq;
    entry->last_end = turn->end;
    entry->last_window = turn->tcp->window;
    if (turn->kind == FWX_LINUX_SYN) {
        entry->last_traits = (struct fwx_linux_traits){0};
        fwx_linux_learn_offers(turn->tcp, &entry->last_traits);
        entry->challenge = 1;
        entry->simultaneous = 0;
    }
    if (turn->kind == FWX_LINUX_ACK && turn->state == FWX_LINUX_SYN_SENT)
        entry->last_ack = turn->tcp->ack;
    fwx_linux_say(turn, FWX_LINUX_SAYS_IGNORED, 0);
    return IGNORED;
}

/* A SYN where the connection is over: a new one, if this one's end is certain. */
static enum course reopen(struct fwx_linux_turn *turn)
{
    const struct fwx_linux_entry *entry = turn->entry;
    bool closed = entry->traits[0].closed || entry->traits[1].closed;
    bool reset = entry->last_kind == FWX_LINUX_RST && entry->last_from == turn->from;

    return closed || reset ? ANEW : ignore(turn);
}

/* A SYN of both sides (RFC 9293, figure 8). */
static enum course cross(struct fwx_linux_turn *turn)
{
    turn->entry->simultaneous = 1;
    return GOES;
}

/* The SYN-ACK shows that the ignored SYN was right: both sides begin where these two say. */
static enum course answer(struct fwx_linux_turn *turn)
{
    const struct fwx_linux_entry *entry = turn->entry;
    bool liberal = turn->sender_traits->liberal;

    if (entry->last_kind != FWX_LINUX_SYN || turn->tcp->ack != entry->last_end)
        return ignore(turn);
    turn->receiver->end = turn->receiver->maxend = entry->last_end;
    turn->receiver->maxwin = fwx_linux_or_1(entry->last_window);
    *turn->receiver_traits = entry->last_traits;
    *turn->sender = (struct fwx_linux_side){0};
    *turn->sender_traits = (struct fwx_linux_traits){.liberal = liberal};
    return GOES;
}

/* After SYNs of both sides and SYN-ACKs, the responder's ACK completes as well. */
static enum course complete(struct fwx_linux_turn *turn)
{
    if (turn->entry->simultaneous)
        turn->next = FWX_LINUX_ESTABLISHED;
    return GOES;
}

/* RFC 5961, 4: who gets a SYN in LAST_ACK answers with an ACK. That is not the last one. */
static enum course last_ack(struct fwx_linux_turn *turn)
{
    struct fwx_linux_entry *entry = turn->entry;

    if (entry->last_from == turn->from || entry->last_kind != FWX_LINUX_SYN || !entry->challenge)
        return GOES;
    entry->challenge = 0;
    fwx_linux_say(turn, FWX_LINUX_SAYS_CHALLENGE, 0);
    return IGNORED;
}

static enum course reset(struct fwx_linux_turn *turn)
{
    bool unchecked = false;
    enum fwx_linux_course course = fwx_linux_reset(turn, &unchecked);

    return unchecked ? UNCHECKED : (enum course)course;
}

static enum course reset_closing(struct fwx_linux_turn *turn)
{
    (void)turn;
    return UNCHECKED;
}

/* ---- the table ------------------------------------------------------------------------------ */

/* clang-format off */

#define TO(state)      {move, FWX_LINUX_##state}
#define BY(act, state) {act, FWX_LINUX_##state}
#define NO             {refuse, FWX_LINUX_NONE}
#define PASS           {ignore, FWX_LINUX_NONE}

/* A cell for each state that an entry can have; a macro with a cell too few or too many does not compile. */
#define ROW(syn_sent, syn_recv, established, fin_wait, close_wait, last_ack, time_wait, close, syn_sent2)              \
    {syn_sent, syn_recv, established, fin_wait, close_wait, last_ack, time_wait, close, syn_sent2}
#define ROWS(syn, syn_ack, fin, ack, rst)                                                                              \
    {[FWX_LINUX_SYN - FWX_LINUX_SYN] = syn, [FWX_LINUX_SYN_ACK - FWX_LINUX_SYN] = syn_ack,                             \
     [FWX_LINUX_FIN - FWX_LINUX_SYN] = fin, [FWX_LINUX_ACK - FWX_LINUX_SYN] = ack, [FWX_LINUX_RST - FWX_LINUX_SYN] = rst}

/* The first FIN closes one side, the second the other; nobody asks whose it is. There is none before the SYN-ACK. */
#define FINS   ROW(NO, TO(FIN_WAIT), TO(FIN_WAIT), TO(LAST_ACK), TO(LAST_ACK), TO(LAST_ACK), TO(TIME_WAIT), TO(CLOSE), NO)

/* Of what closes already, any reset is good enough. */
#define RESETS ROW(BY(reset, CLOSE), BY(reset, CLOSE), BY(reset, CLOSE), BY(reset_closing, CLOSE), BY(reset_closing, CLOSE), \
                   BY(reset_closing, CLOSE), BY(reset_closing, CLOSE), BY(reset_closing, CLOSE), BY(reset, CLOSE))

static const struct step steps[2][FWX_LINUX_KINDS - FWX_LINUX_SYN][FWX_LINUX_STATES - FWX_LINUX_SYN_SENT] = {
    [0] = ROWS(
        /* SYN: once more, or one that its sender knows more of; where the connection is over, a new one. */
        ROW(TO(SYN_SENT), PASS, PASS, PASS, PASS, PASS, BY(reopen, SYN_SENT), BY(reopen, SYN_SENT), BY(cross, SYN_SENT2)),
        /* SYN-ACK: the initiator answers a SYN of the responder only. */
        ROW(NO, TO(SYN_RECV), NO, NO, NO, NO, NO, NO, TO(SYN_RECV)),
        FINS,
        /* ACK: completes the handshake; after a FIN it is taken for the one that acknowledges it. */
        ROW(NO, TO(ESTABLISHED), TO(ESTABLISHED), TO(CLOSE_WAIT), TO(CLOSE_WAIT), BY(last_ack, TIME_WAIT), TO(TIME_WAIT),
            TO(CLOSE), NO),
        RESETS),
    [1] = ROWS(
        /* SYN: opens from the other side at the same time, or anew with the roles exchanged. */
        ROW(BY(cross, SYN_SENT2), NO, NO, NO, NO, NO, BY(reopen, SYN_SENT), NO, BY(cross, SYN_SENT2)),
        /* SYN-ACK: answers; where there was one, it is a copy or answers a SYN that was ignored. */
        ROW(TO(SYN_RECV), BY(answer, SYN_RECV), BY(answer, SYN_RECV), BY(answer, SYN_RECV), BY(answer, SYN_RECV),
            BY(answer, SYN_RECV), BY(answer, SYN_RECV), BY(answer, SYN_RECV), TO(SYN_RECV)),
        FINS,
        /* ACK: of a responder who holds an older connection, before its SYN-ACK (RFC 9293, figure 9): the initiator will
         * reset it. The initiator completes the handshake, not the responder. */
        ROW(PASS, BY(complete, SYN_RECV), TO(ESTABLISHED), TO(CLOSE_WAIT), TO(CLOSE_WAIT), BY(last_ack, TIME_WAIT),
            TO(TIME_WAIT), TO(CLOSE), PASS),
        RESETS),
};
/* clang-format on */

/* ---- segments without an entry -------------------------------------------------------------- */

/* What can it begin? FWX_LINUX_NONE: nothing. */
static enum fwx_linux_state first_state(struct fwx_linux_turn *turn)
{
    switch (turn->kind) {
    case FWX_LINUX_SYN:
        return FWX_LINUX_SYN_SENT;
    case FWX_LINUX_ACK: /* of a connection from before */
        return turn->settings->loose ? FWX_LINUX_ESTABLISHED : FWX_LINUX_NONE;
    default:
        if (turn->rules->says_new)
            fwx_linux_say(turn, FWX_LINUX_SAYS_NEW, 0);
        return FWX_LINUX_NONE;
    }
}

static enum course begin(struct fwx_linux_turn *turn)
{
    struct fwx_linux_side *sender = turn->sender;

    turn->next = first_state(turn);
    if (turn->next == FWX_LINUX_NONE)
        return INVALID;
    sender->end = sender->maxend = turn->end;
    sender->maxwin = fwx_linux_or_1(turn->tcp->window);
    if (turn->kind == FWX_LINUX_SYN) {
        fwx_linux_learn_offers(turn->tcp, turn->sender_traits);
        return GOES;
    }
    /* Neither its scale nor where it began is known. */
    sender->maxend += sender->maxwin;
    *turn->sender_traits = *turn->receiver_traits =
        (struct fwx_linux_traits){.sack = 1, .liberal = 1};
    return GOES;
}

/* ---- one segment ---------------------------------------------------------------------------- */

/* PSH and what ECN uses say nothing here. */
static bool has_valid_flags(uint8_t flags)
{
    switch (flags & (FWX_FIN | FWX_SYN | FWX_RST | FWX_ACK | FWX_URG)) {
    case FWX_SYN:
    case FWX_SYN | FWX_URG:
    case FWX_SYN | FWX_ACK:
    case FWX_RST:
    case FWX_RST | FWX_ACK:
    case FWX_FIN | FWX_ACK:
    case FWX_FIN | FWX_ACK | FWX_URG:
    case FWX_ACK:
    case FWX_ACK | FWX_URG:
        return true;
    default:
        return false;
    }
}

static enum fwx_linux_kind kind_of(uint8_t flags)
{
    if (flags & FWX_RST)
        return FWX_LINUX_RST;
    if (flags & FWX_SYN)
        return flags & FWX_ACK ? FWX_LINUX_SYN_ACK : FWX_LINUX_SYN;
    return flags & FWX_FIN ? FWX_LINUX_FIN : FWX_LINUX_ACK;
}

static void face(struct fwx_linux_turn *turn, unsigned from)
{
    struct fwx_linux_entry *entry = turn->entry;

    turn->state = entry->state;
    turn->from = (from ^ entry->initiator) & 1;
    turn->sender = &entry->side[turn->from];
    turn->receiver = &entry->side[!turn->from];
    turn->sender_traits = &entry->traits[turn->from];
    turn->receiver_traits = &entry->traits[!turn->from];
}

/* There is none: who sent this is the initiator of the next. */
static void face_none(struct fwx_linux_turn *turn, unsigned from)
{
    *turn->entry = (struct fwx_linux_entry){.initiator = from & 1};
    face(turn, from);
}

static enum course meet(struct fwx_linux_turn *turn, unsigned from)
{
    const struct step *step;
    enum course course;

    if (turn->state == FWX_LINUX_NONE)
        return begin(turn);
    step = &steps[turn->from][turn->kind - FWX_LINUX_SYN][turn->state - FWX_LINUX_SYN_SENT];
    turn->next = step->next;
    course = step->act(turn);
    if (course != ANEW)
        return course;
    face_none(turn, from);
    return begin(turn);
}

static enum fwx_linux_course track(struct fwx_linux_turn *turn, unsigned from)
{
    enum course course = meet(turn, from);
    struct fwx_linux_entry *entry = turn->entry;

    if (course == GOES) {
        course = (enum course)fwx_linux_window(turn);
        if (course == INVALID)
            fwx_linux_doubt(turn);
    }
    if (course == IGNORED || course == INVALID)
        return (enum fwx_linux_course)course;
    entry->last_kind = turn->kind & 7;
    entry->last_from = turn->from & 1;
    entry->state = turn->next;
    if (turn->next == FWX_LINUX_FIN_WAIT)
        turn->sender_traits->closed = 1;
    fwx_linux_renew(turn);
    return FWX_LINUX_GOES;
}

/* ---- the verdict ---------------------------------------------------------------------------- */

/* What the ruleset does with it. A connection whose first packet does not pass has no entry. */
static void rule(struct fwx_linux_verdict *verdict, struct fwx_linux_entry *entry, uint8_t flags,
                 const struct fwx_linux_settings *settings, bool known)
{
    bool opens = (flags & (FWX_FIN | FWX_SYN | FWX_RST | FWX_ACK)) == FWX_SYN;

    if (verdict->ct == FWX_LINUX_CT_INVALID)
        verdict->passes = !settings->drops_invalid;
    else
        verdict->passes = verdict->ct != FWX_LINUX_CT_NEW || opens || !settings->drops_not_syn;
    if (!known && (verdict->ct == FWX_LINUX_CT_INVALID || !verdict->passes))
        *entry = (struct fwx_linux_entry){0};
}

struct fwx_linux_verdict fwx_linux_tcp(struct fwx_linux_entry *entry, unsigned from,
                                       const struct fwx_packet *packet,
                                       const struct fwx_linux_settings *settings, int64_t now)
{
    struct fwx_linux_verdict verdict = {.ct = FWX_LINUX_CT_INVALID};
    struct fwx_linux_turn turn = {
        .entry = entry,
        .tcp = &packet->tcp,
        .settings = settings,
        .rules = fwx_linux_rules_of(settings->version),
        .verdict = &verdict,
        .now = now,
        .end = packet->tcp.seq + fwx_tcp_length(&packet->tcp),
        .kind = kind_of(packet->tcp.flags),
    };
    bool known;

    if (fwx_linux_lives(entry, now))
        face(&turn, from);
    else
        face_none(&turn, from);
    known = turn.state != FWX_LINUX_NONE;
    if (!has_valid_flags(packet->tcp.flags)) {
        fwx_linux_say(&turn, FWX_LINUX_SAYS_FLAGS, 0);
    } else if (track(&turn, from) != FWX_LINUX_INVALID) {
        verdict.ct = turn.from || entry->replied ? FWX_LINUX_CT_ESTABLISHED : FWX_LINUX_CT_NEW;
        if (turn.from)
            entry->replied = 1;
    }
    rule(&verdict, entry, packet->tcp.flags, settings, known);
    return verdict;
}
