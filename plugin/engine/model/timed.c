/* timed.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/timed.h"

enum state {
    NONE,
    SYN = FWX_SESSION_SYN + 1,
    SYN_ACK = FWX_SESSION_SYN_ACK + 1,
    OPEN = FWX_SESSION_IDLE + 1,
    HALF_CLOSED = FWX_SESSION_HALF_CLOSED + 1,
    CLOSED = FWX_SESSION_CLOSED + 1,
    RESET = FWX_SESSION_RESET + 1,
    TCP_STATES = RESET, /* how many there are beside NONE */
    DATAGRAMS = FWX_SESSION_UDP + 1,
    ONE_WAY = FWX_SESSION_UDP_ONE_WAY + 1,
};

struct turn {
    struct fwx_timed_session *session;
    const struct fwx_firewall *firewall;
    const struct fwx_tcp_segment *tcp;
    unsigned from;
    int64_t now;
};

#define NOTHING FWX_EVENT_KINDS /* that would keep it from passing */

typedef enum fwx_event action(const struct turn *turn);

struct step {
    action *act;
    enum state next;
};

/* ---- actions -------------------------------------------------------------------------------- */

static enum fwx_event pass(const struct turn *turn)
{
    (void)turn;
    return NOTHING;
}

static bool refuses(const struct turn *turn, enum fwx_event event)
{
    return turn->firewall->responses[event].reaction > FWX_REACTION_PASS;
}

static enum fwx_event open_session(const struct turn *turn)
{
    *turn->session = (struct fwx_timed_session){.syn = turn->tcp->seq, .initiator = turn->from & 1};
    return NOTHING;
}

/* Not the session's own SYN once more. */
static enum fwx_event reuse(const struct turn *turn)
{
    bool repeats = turn->from == turn->session->initiator && turn->tcp->seq == turn->session->syn;

    return !repeats && refuses(turn, FWX_EVENT_SYN_REUSE) ? FWX_EVENT_SYN_REUSE : NOTHING;
}

static enum fwx_event answer(const struct turn *turn)
{
    if (turn->tcp->payload_len && refuses(turn, FWX_EVENT_SYNACK_DATA))
        return FWX_EVENT_SYNACK_DATA;
    turn->session->isn = turn->tcp->seq;
    return NOTHING;
}

static enum fwx_event complete(const struct turn *turn)
{
    return turn->tcp->ack != turn->session->isn + 1 && refuses(turn, FWX_EVENT_ACK_WRONG)
               ? FWX_EVENT_ACK_WRONG
               : NOTHING;
}

static enum fwx_event finish(const struct turn *turn)
{
    turn->session->fins |= (1u << turn->from) & 3;
    return NOTHING;
}

static enum fwx_event complete_and_finish(const struct turn *turn)
{
    enum fwx_event event = complete(turn);

    return event == NOTHING ? finish(turn) : event;
}

/* ---- the table ------------------------------------------------------------------------------ */

/* clang-format off */

#define GO(state)      {pass, state}
#define BY(act, state) {act, state}
#define STAYS          {pass, NONE}
/* A cell for each state; a macro with a cell too few or too many does not compile. */
#define ROW(syn, syn_ack, open, half_closed, closed, reset)                                                            \
    {[SYN - 1] = syn, [SYN_ACK - 1] = syn_ack, [OPEN - 1] = open, [HALF_CLOSED - 1] = half_closed,                     \
     [CLOSED - 1] = closed, [RESET - 1] = reset}
#define STAY ROW(STAYS, STAYS, STAYS, STAYS, STAYS, STAYS)
#define ENDS ROW(GO(RESET), GO(RESET), GO(RESET), GO(RESET), STAYS, STAYS)

/* A session that is over gives way to a SYN; on one that lives it changes nothing. */
#define SYNS ROW(STAYS, STAYS, BY(reuse, NONE), BY(reuse, NONE), BY(open_session, SYN), BY(open_session, SYN))

/* NONE as next: the state stays. Both FINs: see close(). */
static const struct step steps[2][FWX_SEGMENTS][TCP_STATES] = {
    { /* the initiator */
        [FWX_SEGMENT_SYN] = SYNS,
        [FWX_SEGMENT_SYN_ACK] = STAY,
        [FWX_SEGMENT_ACK] = ROW(STAYS, BY(complete, OPEN), STAYS, STAYS, STAYS, STAYS),
        [FWX_SEGMENT_FIN] = ROW(STAYS, BY(complete_and_finish, HALF_CLOSED), BY(finish, HALF_CLOSED),
                                BY(finish, HALF_CLOSED), STAYS, STAYS),
        [FWX_SEGMENT_RST] = ENDS,
        [FWX_SEGMENT_BARE] = STAY,
    },
    { /* the responder */
        [FWX_SEGMENT_SYN] = SYNS,
        [FWX_SEGMENT_SYN_ACK] = ROW(BY(answer, SYN_ACK), BY(answer, SYN_ACK), STAYS, STAYS, STAYS, STAYS),
        [FWX_SEGMENT_ACK] = STAY,
        [FWX_SEGMENT_FIN] = ROW(STAYS, STAYS, BY(finish, HALF_CLOSED), BY(finish, HALF_CLOSED), STAYS, STAYS),
        [FWX_SEGMENT_RST] = ENDS,
        [FWX_SEGMENT_BARE] = STAY,
    },
};
/* clang-format on */

/* ---- expiry --------------------------------------------------------------------------------- */

static const uint8_t expired_events[FWX_SESSION_TIMERS] = {
    [FWX_SESSION_SYN] = FWX_EVENT_SYN_EXPIRED,
    [FWX_SESSION_SYN_ACK] = FWX_EVENT_SYN_EXPIRED,
    [FWX_SESSION_IDLE] = FWX_EVENT_IDLE_EXPIRED,
    [FWX_SESSION_HALF_CLOSED] = FWX_EVENT_HALF_CLOSED_EXPIRED,
    [FWX_SESSION_CLOSED] = FWX_EVENT_AFTER_CLOSE,
    [FWX_SESSION_RESET] = FWX_EVENT_AFTER_CLOSE,
    [FWX_SESSION_UDP] = FWX_EVENT_IDLE_EXPIRED,
    [FWX_SESSION_UDP_ONE_WAY] = FWX_EVENT_IDLE_EXPIRED,
};

/* Who gets a packet of a session that is gone resets it, or says nothing: by its own line, by that
 * of the timer, by the one for any packet without a session. */
static enum fwx_reaction reaction_of(const struct fwx_firewall *firewall, enum fwx_event event,
                                     const struct fwx_timeout *timer)
{
    enum fwx_reaction own = (enum fwx_reaction)firewall->responses[event].reaction;
    enum fwx_reaction any = (enum fwx_reaction)firewall->responses[FWX_EVENT_NOT_OPEN].reaction;

    if (own != FWX_REACTION_UNKNOWN)
        return own;
    if (timer && (timer->expiry == FWX_EXPIRY_RESET_NEXT || timer->expiry == FWX_EXPIRY_CLOSE))
        return FWX_REACTION_RESET;
    return any != FWX_REACTION_UNKNOWN ? any : FWX_REACTION_DROP;
}

static void expire(struct fwx_timed_session *session, const struct fwx_firewall *firewall,
                   int64_t now)
{
    unsigned timer = session->state - 1u;
    const struct fwx_timeout *row = session->state ? firewall->timers[timer] : NULL;
    int64_t silence = fwx_time_between(session->last, now);
    enum fwx_event event;

    if (!row || silence < row->seconds * FWX_SECOND)
        return;
    event = (enum fwx_event)expired_events[timer];
    session->is_gone = 1;
    session->state = NONE;
    session->gone = (struct fwx_timed_said){
        .silence_s = (uint32_t)MIN(silence / FWX_SECOND, (int64_t)UINT32_MAX),
        .event = (uint8_t)event,
        .reaction = (uint8_t)reaction_of(firewall, event, row),
        .timer = (uint8_t)timer,
    };
}

/* ---- TCP ------------------------------------------------------------------------------------ */

static bool open_anew(const struct turn *turn)
{
    open_session(turn);
    turn->session->state = SYN;
    turn->session->last = turn->now;
    return true;
}

static bool refuse(const struct turn *turn, enum fwx_event event, struct fwx_timed_said *said)
{
    *said = (struct fwx_timed_said){.event = (uint8_t)event,
                                    .reaction = turn->firewall->responses[event].reaction,
                                    .timer = FWX_SESSION_TIMERS};
    return false;
}

/* There is no session: was there one? */
static bool meet_none(const struct turn *turn, struct fwx_timed_said *said)
{
    struct fwx_timed_session *session = turn->session;

    if (fwx_segment_of(turn->tcp->flags) == FWX_SEGMENT_SYN)
        return open_anew(turn);
    if (session->is_gone)
        *said = session->gone;
    else
        refuse(turn, FWX_EVENT_NOT_OPEN, said);
    if (said->reaction > FWX_REACTION_PASS)
        return false;
    fwx_timed_adopt(session, turn->from, turn->tcp, turn->now);
    return true;
}

/* Both ends have sent their FIN, and this acknowledges the second. */
static bool completes_close(const struct fwx_timed_session *session, enum fwx_segment kind)
{
    return session->fins == 3 && session->state == HALF_CLOSED && kind == FWX_SEGMENT_ACK;
}

bool fwx_timed_tcp(struct fwx_timed_session *session, unsigned from,
                   const struct fwx_tcp_segment *tcp, const struct fwx_firewall *firewall,
                   int64_t now, struct fwx_timed_said *said)
{
    const struct turn turn = {session, firewall, tcp, from, now};
    enum fwx_segment kind = fwx_segment_of(tcp->flags);
    const struct step *step;
    enum fwx_event event;

    if (fwx_flags_impossible(tcp->flags) && refuses(&turn, FWX_EVENT_BAD_FLAGS))
        return refuse(&turn, FWX_EVENT_BAD_FLAGS, said);
    expire(session, firewall, now);
    if (!session->state)
        return meet_none(&turn, said);
    step = &steps[from != session->initiator][kind][session->state - 1];
    event = step->act(&turn);
    if (event != NOTHING)
        return refuse(&turn, event, said);
    if (session->state != CLOSED && session->state != RESET)
        session->last = now;
    if (completes_close(session, kind))
        session->state = CLOSED;
    else if (step->next != NONE)
        session->state = (uint8_t)step->next;
    return true;
}

/* A reset ends what it may be of, and a packet without ACK is of none. */
void fwx_timed_adopt(struct fwx_timed_session *session, unsigned from,
                     const struct fwx_tcp_segment *tcp, int64_t now)
{
    if ((tcp->flags & (FWX_ACK | FWX_RST)) == FWX_ACK && !fwx_flags_impossible(tcp->flags))
        *session = (struct fwx_timed_session){.last = now, .state = OPEN, .initiator = from & 1};
}

/* ---- UDP ------------------------------------------------------------------------------------ */

/* Whoever speaks first opens a session: but not the one who only answered in the last. A datagram
 * is dropped where a segment is reset. */
bool fwx_timed_udp(struct fwx_timed_session *session, unsigned from,
                   const struct fwx_firewall *firewall, int64_t now, struct fwx_timed_said *said)
{
    expire(session, firewall, now);
    if (!session->state && session->is_gone && from != session->initiator) {
        *said = session->gone;
        said->reaction = MIN(said->reaction, FWX_REACTION_DROP);
        if (said->reaction > FWX_REACTION_PASS)
            return false;
    }
    if (!session->state)
        *session = (struct fwx_timed_session){.state = ONE_WAY, .initiator = from & 1};
    else if (from != session->initiator)
        session->state = DATAGRAMS;
    session->last = now;
    return true;
}
