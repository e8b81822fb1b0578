/* tcp.c
 * The TCP state machine of the firewall, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/claim.h"
#include "engine/turn.h"

#include <glib.h>

typedef enum fwx_outcome action(struct fwx_turn *turn);

struct step {
    action *act;
    enum fwx_state next; /* if it passes */
};

/* ---- actions -------------------------------------------------------------------------------- */

/* The SYN that opened the connection, or again with the same ISN: a retransmission, or captured
 * behind its SYN-ACK. */
static enum fwx_outcome count_syn(struct fwx_turn *turn)
{
    turn->connection->syn_count++;
    return FWX_STAY;
}

/* One FIN a side counts, its retransmissions do not (the connection closes once). */
static enum fwx_outcome fin(struct fwx_turn *turn)
{
    if (fwx_window_check(turn) == FWX_DROP)
        return FWX_DROP;
    return turn->known_sender->flags & FWX_PEER_FIN ? FWX_STAY : FWX_PASS;
}

/* A FIN that ends the handshake as well: the connection was established for a moment. */
static enum fwx_outcome fin_establishes(struct fwx_turn *turn)
{
    fwx_turn_enter(turn, FWX_STATE_ESTABLISHED);
    return fin(turn);
}

static enum fwx_outcome fin_completes(struct fwx_turn *turn)
{
    return fwx_handshake_complete(turn) == FWX_DROP ? FWX_DROP : fin_establishes(turn);
}

/* The responder's FIN while half-open: the end of the handshake was missed, or would have been
 * dropped; the responder would not close otherwise. */
static enum fwx_outcome fin_speaks(struct fwx_turn *turn)
{
    fwx_handshake_responder_speaks(turn);
    return fin_establishes(turn);
}

/* The same where even the SYN-ACK was missed. */
static enum fwx_outcome fin_replies(struct fwx_turn *turn)
{
    return fwx_handshake_reply(turn) == FWX_PASS ? fin_establishes(turn) : FWX_IGNORE;
}

/* Is the closed connection still remembered? With a linger of 0 it is not: KB 2596065 has the port
 * freed at once. */
static bool lingers(const struct fwx_turn *turn)
{
    int64_t linger = turn->policy->timers[fwx_timer_in((enum fwx_state)turn->connection->state)];

    return linger && fwx_connection_silence(turn->connection, turn->packet->time) < linger;
}

/* Nothing to say about late segments: expected, or no such firewall in between. */
static bool is_excused(const struct fwx_turn *turn)
{
    return lingers(turn) || fwx_evidence_contradicts(turn);
}

/* What was only forgotten is no session, as what never was. */
static enum fwx_event late_event(const struct fwx_turn *turn)
{
    return turn->connection->flags & FWX_CONNECTION_EXPIRED ? FWX_EVENT_NOT_OPEN
                                                            : FWX_EVENT_AFTER_CLOSE;
}

/* Not a SYN, and the connection is gone. */
static enum fwx_outcome late(struct fwx_turn *turn)
{
    const struct fwx_connection *connection = turn->connection;
    struct fwx_finding *finding;

    if (is_excused(turn))
        return FWX_IGNORE;
    finding = fwx_report(turn, FWX_FINDING_NOT_SYN);
    finding->late.gone_frame = fwx_connection_over_frame(connection);
    finding->late.killed = (connection->flags & FWX_CONNECTION_KILLED) != 0;
    finding->late.repeats_ack = connection->state == FWX_STATE_CLOSED &&
                                fwx_segment_of(turn->tcp->flags) == FWX_SEGMENT_ACK &&
                                !turn->tcp->payload_len;
    if (connection->flags & FWX_CONNECTION_EXPIRED) {
        finding->late.idle_s =
            (uint32_t)(turn->policy->timers[fwx_timer_of(connection)] / FWX_SECOND);
        finding->late.silence = fwx_connection_silence(connection, turn->packet->time);
    }
    return fwx_judge(turn, finding, late_event(turn));
}

static enum fwx_outcome late_reset(struct fwx_turn *turn)
{
    return is_excused(turn) ? FWX_IGNORE : fwx_judge(turn, turn->reset, late_event(turn));
}

/* Is what began before the capture denied? The policy wants it, and the capture does not contradict
 * it. */
static bool is_stranger(const struct fwx_turn *turn)
{
    return turn->policy->midstream_not_syn && !fwx_evidence_contradicts(turn);
}

/* Never seen before, and no SYN: it began before the capture, unless the policy says otherwise. */
static enum fwx_outcome unknown(struct fwx_turn *turn)
{
    struct fwx_finding *finding;

    if (!is_stranger(turn))
        return FWX_PASS;
    finding = fwx_report(turn, FWX_FINDING_NOT_SYN);
    return fwx_judge(turn, finding, FWX_EVENT_NOT_OPEN);
}

static enum fwx_outcome fin_unknown(struct fwx_turn *turn)
{
    enum fwx_outcome outcome = unknown(turn);

    return outcome == FWX_DROP ? FWX_DROP : fin(turn);
}

static enum fwx_outcome reset_unknown(struct fwx_turn *turn)
{
    return is_stranger(turn) ? unknown(turn) : fwx_reset_arrives(turn);
}

/* ---- the table ------------------------------------------------------------------------------ */

/* Nothing to check, nothing to learn but what every segment teaches. */
static enum fwx_outcome pass(struct fwx_turn *turn)
{
    (void)turn;
    return FWX_PASS;
}

/* Short names, so that a row is seen at a glance. */
#define SENT FWX_STATE_SYN_SENT
#define RECV FWX_STATE_SYN_RECEIVED
#define ESTB FWX_STATE_ESTABLISHED
#define UNKN FWX_STATE_UNKNOWN
#define FINW FWX_STATE_FIN_WAIT
#define CLSG FWX_STATE_CLOSING
#define CLSD FWX_STATE_CLOSED
#define RSET FWX_STATE_RESET

/* clang-format off */

/* A cell for each state in which a connection can be met: an action, and the state that it leads to where the segment
 * passes. A macro with a cell too few or too many does not compile, so none is empty. What is gone (CLOSED, RESET)
 * meets the same in both. */
#define ROW(sent, sent_to, recv, recv_to, estb, estb_to, unkn, unkn_to, finw, finw_to, clsg, clsg_to, gone)            \
    {{sent, sent_to}, {recv, recv_to}, {estb, estb_to}, {unkn, unkn_to}, {finw, finw_to}, {clsg, clsg_to},             \
     {gone, CLSD}, {gone, RSET}}
#define ROWS(syn, syn_ack, ack, fin, rst, bare)                                                                        \
    {[FWX_SEGMENT_SYN] = syn, [FWX_SEGMENT_SYN_ACK] = syn_ack, [FWX_SEGMENT_ACK] = ack, [FWX_SEGMENT_FIN] = fin,       \
     [FWX_SEGMENT_RST] = rst, [FWX_SEGMENT_BARE] = bare}

/* A reset ends what it meets, if its number fits (RFC 9293, 3.10.7); a connection whose FINs are both sent closes by it.
 * The same from either side. */
#define RESETS ROW(fwx_reset_arrives, RSET,  fwx_reset_arrives, RSET,  fwx_reset_arrives, RSET,  reset_unknown, RSET,  \
                   fwx_reset_arrives, RSET,  fwx_reset_arrives, CLSD,  late_reset)

/* Without ACK, RFC 9293, 3.10.7.4 drops it, and so nobody learns anything of it; where the connection is not known, or
 * gone, it is no SYN. */
#define BARES  ROW(pass, SENT,  pass, RECV,  pass, ESTB,  unknown, UNKN,  pass, FINW,  pass, CLSG,  late)

static const struct step steps[2][FWX_SEGMENTS][FWX_STATES - FWX_STATE_SYN_SENT] = {
    [FWX_INITIATOR] = ROWS(
        /* SYN: that of the connection once more; another one, and any where it is gone, opens a connection and is not
         * looked up here (tuple.c). Once it is established (a SYN captured behind what it led to) there is nothing to
         * count. */
        ROW(count_syn, SENT,  count_syn, RECV,  pass, ESTB,  pass, UNKN,  pass, FINW,  pass, CLSG,  pass),
        /* SYN-ACK: only in a simultaneous open (RFC 9293, 3.5) does the initiator send one. One that answers its own
         * SYN changes nothing: nobody has answered yet. */
        ROW(pass, SENT,  fwx_handshake_complete, ESTB,  pass, ESTB,  unknown, UNKN,  pass, FINW,  pass, CLSG,  late),
        /* ACK: completes the handshake. Before any SYN-ACK, that was missed or is captured late (source 002 shows one):
         * there is no ISN to compare with, and nothing to say. */
        ROW(pass, ESTB,  fwx_handshake_complete, ESTB,  fwx_window_check, ESTB,  unknown, UNKN,
            fwx_window_check, FINW,  fwx_window_check, CLSG,  late),
        /* FIN: the first of a side moves on; while closing both are known, and a repeated one teaches nothing new. */
        ROW(fin_establishes, FINW,  fin_completes, FINW,  fin, FINW,  fin_unknown, FINW,  fin, CLSG,  pass, CLSG,  late),
        RESETS,
        BARES),
    [FWX_RESPONDER] = ROWS(
        /* SYN: its own, in a simultaneous open; later it is that one again. */
        ROW(fwx_handshake_cross, RECV,  pass, RECV,  pass, ESTB,  pass, UNKN,  pass, FINW,  pass, CLSG,  pass),
        /* SYN-ACK: answers; captured late, or repeated although the handshake is complete, it moves nothing. */
        ROW(fwx_handshake_answer, RECV,  fwx_handshake_answer, RECV,  fwx_handshake_late_answer, ESTB,  unknown, UNKN,
            fwx_handshake_late_answer, FINW,  pass, CLSG,  late),
        /* ACK: what acknowledges data, or carries some, shows that the handshake was complete for the responder. */
        ROW(fwx_handshake_reply, ESTB,  fwx_handshake_responder_speaks, ESTB,  fwx_window_check, ESTB,  unknown, UNKN,
            fwx_window_check, FINW,  fwx_window_check, CLSG,  late),
        /* FIN: the responder would not close what it had not opened. */
        ROW(fin_replies, FINW,  fin_speaks, FINW,  fin, FINW,  fin_unknown, FINW,  fin, CLSG,  pass, CLSG,  late),
        RESETS,
        BARES),
};
/* clang-format on */

/* ---- the stage ------------------------------------------------------------------------------ */

/* Orderly close: both FINs are acknowledged. */
static void settle(struct fwx_turn *turn)
{
    if (turn->connection->state != FWX_STATE_CLOSING ||
        !fwx_peer_acknowledges_fin(turn->known_sender, turn->known_receiver) ||
        !fwx_peer_acknowledges_fin(turn->known_receiver, turn->known_sender))
        return;
    fwx_turn_enter(turn, FWX_STATE_CLOSED);
    fwx_judge(turn, fwx_report(turn, FWX_FINDING_CLOSE), FWX_EVENT_CLOSED);
}

/* Asks for admission, the first time or again. Whatever else comes although the firewall refused
 * the connection shows that it exists all the same. */
static bool is_admitted(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    bool again = connection->first_frame != turn->packet->frame;

    if (connection->state != FWX_STATE_DENIED)
        return true;
    if (fwx_segment_of(turn->tcp->flags) != FWX_SEGMENT_SYN || turn->side == FWX_RESPONDER)
        fwx_claim_refute(turn);
    else if (fwx_flood_stage(turn, again) == FWX_DROP)
        return false;
    fwx_turn_enter(turn, FWX_STATE_SYN_SENT);
    return true;
}

/* What the firewall's state table makes of the segment. */
static enum fwx_outcome meet(struct fwx_turn *turn, enum fwx_segment kind)
{
    const struct step *step;
    enum fwx_outcome outcome;

    if (!is_admitted(turn)) {
        count_syn(turn);
        return FWX_STAY; /* its number is remembered, to know the SYN again */
    }
    step = &steps[turn->side][kind][turn->connection->state - FWX_STATE_SYN_SENT];
    outcome = step->act(turn);
    if (outcome == FWX_PASS)
        fwx_turn_enter(turn, step->next);
    return outcome;
}

/* A reset, and a segment without ACK, teach nothing: RFC 9293, 3.10.7 has no use for their numbers.
 */
static void learn(struct fwx_turn *turn, enum fwx_segment kind, enum fwx_outcome outcome)
{
    bool passed = outcome == FWX_PASS || outcome == FWX_STAY;

    if (turn->side == FWX_RESPONDER && passed)
        fwx_connection_answered(turn->connection, turn->packet->time);
    if (kind == FWX_SEGMENT_RST || kind == FWX_SEGMENT_BARE || turn->for_another)
        return;
    if (!passed)
        fwx_turn_diverge(turn);
    fwx_segment_learn(turn, passed);
    if (passed)
        settle(turn);
}

void fwx_tcp_stage(struct fwx_turn *turn)
{
    struct fwx_connection *connection;
    struct fwx_packet copy;
    enum fwx_segment kind;
    bool was_over;

    turn->tcp = &turn->packet->tcp;
    kind = fwx_segment_of(turn->tcp->flags);
    if (!fwx_tuple_find(turn, &copy))
        return;
    connection = turn->connection;
    connection->last_frame = turn->packet->frame;
    was_over = fwx_connection_over(connection);
    fwx_story_look(turn);
    learn(turn, kind, meet(turn, kind));
    if (!was_over) /* what comes late does not keep it alive */
        fwx_connection_lives(connection, turn->packet->time);
    if (turn->engine->beside)
        fwx_beside_stage(turn);
}
