/* tcp.c
 * The TCP state machine of the firewall, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/result.h"
#include "engine/turn.h"

#include <glib.h>

enum kind { SYN, SYN_ACK, ACK, FIN, RST, BARE, KINDS };

typedef enum fwx_outcome action(struct fwx_turn *turn);

struct step {
    action *act;         /* NULL: passes, the state stays */
    enum fwx_state next; /* if it passes */
};

static enum kind kind_of(uint8_t flags)
{
    if (flags & FWX_RST)
        return RST;
    if (flags & FWX_SYN)
        return flags & FWX_ACK ? SYN_ACK : SYN;
    if (!(flags & FWX_ACK))
        return BARE;
    return flags & FWX_FIN ? FIN : ACK;
}

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
    struct fwx_connection *connection = turn->connection;

    if (fwx_window_check(turn) == FWX_DROP)
        return FWX_DROP;
    if (turn->sender->flags & FWX_PEER_FIN)
        return FWX_STAY;
    turn->sender->flags |= FWX_PEER_FIN;
    turn->sender->fin_end = turn->tcp->seq + fwx_tcp_length(turn->tcp);
    if (!(turn->receiver->flags & FWX_PEER_FIN))
        connection->fin_time = turn->packet->time;
    return FWX_PASS;
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
    return turn->policy->linger_ms && fwx_connection_silence(turn->connection, turn->packet->time) <
                                          turn->policy->linger_ms * FWX_MILLISECOND;
}

/* Nothing to say about late segments: expected, or no such firewall in between. */
static bool is_excused(const struct fwx_turn *turn)
{
    return lingers(turn) || fwx_evidence_contradicts(turn);
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
                                kind_of(turn->tcp->flags) == ACK && !turn->tcp->payload_len;
    if (connection->flags & FWX_CONNECTION_EXPIRED)
        finding->late.idle_s = turn->policy->tcp_idle_s;
    return fwx_judge(turn, finding, FWX_E_TCP_NOT_SYN_PACKET_DROPPED, FWX_DOCUMENTED);
}

static enum fwx_outcome late_reset(struct fwx_turn *turn)
{
    return is_excused(turn) ? FWX_IGNORE : fwx_reset_late(turn);
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
    return fwx_judge(turn, finding, FWX_E_TCP_NOT_SYN_PACKET_DROPPED, FWX_DOCUMENTED);
}

static enum fwx_outcome fin_unknown(struct fwx_turn *turn)
{
    enum fwx_outcome outcome = unknown(turn);

    return outcome == FWX_DROP ? FWX_DROP : fin(turn);
}

static enum fwx_outcome reset_unknown(struct fwx_turn *turn)
{
    if (!is_stranger(turn))
        return fwx_reset_arrives(turn);
    fwx_reset_unheeded(turn);
    return unknown(turn);
}

/* ---- the table ------------------------------------------------------------------------------ */

#define SENT FWX_STATE_SYN_SENT
#define RECV FWX_STATE_SYN_RECEIVED
#define ESTB FWX_STATE_ESTABLISHED
#define UNKN FWX_STATE_UNKNOWN
#define FINW FWX_STATE_FIN_WAIT
#define CLSG FWX_STATE_CLOSING
#define CLSD FWX_STATE_CLOSED
#define RSET FWX_STATE_RESET

/* clang-format off */
static const struct step steps[2][KINDS][FWX_STATES] = {
    [FWX_INITIATOR] = {
        /* A SYN of another connection never gets here: see opens_connection(). */
        [SYN] = {
            [SENT] = {count_syn, SENT},
            [RECV] = {count_syn, RECV},
        },
        /* Only in a simultaneous open does the initiator send one. */
        [SYN_ACK] = {
            [RECV] = {fwx_handshake_complete, ESTB},
            [UNKN] = {unknown, UNKN},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [ACK] = {
            /* The SYN-ACK was missed or is captured late (source 002 shows one): there is no
             * ISN to compare with, and nothing to say. */
            [SENT] = {NULL, ESTB},
            [RECV] = {fwx_handshake_complete, ESTB},
            [ESTB] = {fwx_window_check, ESTB},
            [UNKN] = {unknown, UNKN},
            [FINW] = {fwx_window_check, FINW},
            [CLSG] = {fwx_window_check, CLSG},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [FIN] = {
            [SENT] = {fin_establishes, FINW},
            [RECV] = {fin_completes, FINW},
            [ESTB] = {fin, FINW},
            [UNKN] = {fin_unknown, FINW},
            [FINW] = {fin, CLSG},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [RST] = {
            [SENT] = {fwx_reset_arrives, RSET},
            [RECV] = {fwx_reset_arrives, RSET},
            [ESTB] = {fwx_reset_arrives, RSET},
            [UNKN] = {reset_unknown, RSET},
            [FINW] = {fwx_reset_arrives, RSET},
            [CLSG] = {fwx_reset_arrives, CLSD},
            [CLSD] = {late_reset, CLSD},
            [RSET] = {late_reset, RSET},
        },
        /* Without ACK, RFC 9293, 3.10.7.4 drops it, and so nobody learns anything. */
        [BARE] = {
            [UNKN] = {unknown, UNKN},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
    },
    [FWX_RESPONDER] = {
        [SYN] = {
            [SENT] = {fwx_handshake_cross, RECV},
        },
        [SYN_ACK] = {
            [SENT] = {fwx_handshake_answer, RECV},
            [RECV] = {fwx_handshake_answer, RECV},
            [ESTB] = {fwx_handshake_late_answer, ESTB},
            [UNKN] = {unknown, UNKN},
            [FINW] = {fwx_handshake_late_answer, FINW},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [ACK] = {
            [SENT] = {fwx_handshake_reply, ESTB},
            [RECV] = {fwx_handshake_responder_speaks, ESTB},
            [ESTB] = {fwx_window_check, ESTB},
            [UNKN] = {unknown, UNKN},
            [FINW] = {fwx_window_check, FINW},
            [CLSG] = {fwx_window_check, CLSG},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [FIN] = {
            [SENT] = {fin_replies, FINW},
            [RECV] = {fin_speaks, FINW},
            [ESTB] = {fin, FINW},
            [UNKN] = {fin_unknown, FINW},
            [FINW] = {fin, CLSG},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [RST] = {
            [SENT] = {fwx_reset_arrives, RSET},
            [RECV] = {fwx_reset_arrives, RSET},
            [ESTB] = {fwx_reset_arrives, RSET},
            [UNKN] = {reset_unknown, RSET},
            [FINW] = {fwx_reset_arrives, RSET},
            [CLSG] = {fwx_reset_arrives, CLSD},
            [CLSD] = {late_reset, CLSD},
            [RSET] = {late_reset, RSET},
        },
        [BARE] = {
            [UNKN] = {unknown, UNKN},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
    },
};
/* clang-format on */

/* ---- which connection ----------------------------------------------------------------------- */

/* Does a SYN, or a SYN-ACK whose SYN was missed, start a connection of its own? */
static bool opens_connection(const struct fwx_connection *connection, enum fwx_side side,
                             const struct fwx_tcp_segment *tcp)
{
    const struct fwx_peer *sender = &connection->peer[side];
    enum kind kind = kind_of(tcp->flags);

    if (connection->state == FWX_STATE_DENIED)
        return !connection->syn_count; /* else it asks again, or is answered all the same */
    if (kind == SYN_ACK)
        return fwx_connection_over(connection) && (sender->flags & FWX_PEER_ISN) &&
               sender->isn != tcp->seq;
    if (kind != SYN)
        return false;
    if (fwx_connection_over(connection))
        return true;
    if (sender->flags & FWX_PEER_ISN)
        return sender->isn != tcp->seq;
    /* Half-open, and the other side's first SYN: simultaneous open. */
    if (connection->state == FWX_STATE_SYN_SENT)
        return false;
    /* Began with data: the SYN may have been captured behind it. */
    return !(sender->flags & FWX_PEER_SEQ) || sender->isn != tcp->seq;
}

/* Farther away than any window, or than what is sent before an answer. */
enum { FAR = 1 << 22 };

/* Could the segment belong to this connection, by its numbers? */
static bool fits(const struct fwx_connection *connection, enum fwx_side side,
                 const struct fwx_tcp_segment *tcp)
{
    const struct fwx_peer *sender = &connection->peer[side];
    const struct fwx_peer *receiver = &connection->peer[!side];

    if (sender->flags & FWX_PEER_SEQ)
        return fwx_seq_within(tcp->seq, sender->seq_end - FAR, 2 * FAR);
    return !(tcp->flags & FWX_ACK) || !(receiver->flags & FWX_PEER_SEQ) ||
           fwx_seq_within(tcp->ack, receiver->seq_end - FAR, 2 * FAR);
}

/*
 * A SYN with another ISN on a live connection opens a new one, but until it is answered the old
 * one may go on: the SYN may be stray, or the capture may show both sides of a firewall that
 * rewrites ISNs. The numbers tell whose a segment is.
 */
static void prefer_kin_that_fits(struct fwx_turn *turn)
{
    enum { MAX_KIN = 4 };
    struct fwx_connection *newest = turn->connection;
    struct fwx_connection *kin = newest;

    for (unsigned i = 0; i < MAX_KIN && (kin->flags & FWX_CONNECTION_SHADOWS); i++) {
        kin = fwx_connections_get(&turn->engine->connections,
                                  fwx_connections_older(&turn->engine->connections, kin));
        fwx_turn_attach(turn, kin);
        if (!fwx_connection_over(kin) && fits(kin, turn->side, turn->tcp) &&
            !opens_connection(kin, turn->side, turn->tcp)) {
            fwx_report(turn, FWX_FINDING_KIN);
            return;
        }
    }
    fwx_turn_attach(turn, newest);
}

/* Of two ports the well-known one is the responder's (RFC 6335, 6). */
static enum fwx_side guess_side(const struct fwx_packet *packet, uint8_t *flags)
{
    bool src_known = packet->src_port < 1024;
    bool dst_known = packet->dst_port < 1024;

    *flags |= src_known == dst_known ? FWX_CONNECTION_ROLES_UNKNOWN : FWX_CONNECTION_ROLES_GUESSED;
    return src_known && !dst_known ? FWX_RESPONDER : FWX_INITIATOR;
}

/* Before a SYN-ACK there was a SYN, whether captured or not; the policy may want it captured. */
static enum fwx_state first_state(const struct fwx_policy *policy, enum kind kind)
{
    if (kind == SYN)
        return FWX_STATE_DENIED; /* until it is admitted */
    return kind == SYN_ACK && !policy->midstream_not_syn ? FWX_STATE_SYN_SENT : FWX_STATE_UNKNOWN;
}

static void open_connection(struct fwx_turn *turn, const struct fwx_connection *newest)
{
    enum kind kind = kind_of(turn->tcp->flags);
    uint8_t roles = 0;
    enum fwx_side side = kind == SYN       ? FWX_INITIATOR
                         : kind == SYN_ACK ? FWX_RESPONDER
                                           : guess_side(turn->packet, &roles);
    enum fwx_state state = first_state(turn->policy, kind);
    uint32_t flags = roles;

    if (newest && !fwx_connection_over(newest))
        flags |= FWX_CONNECTION_SHADOWS;
    if (turn->tcp->fast_open && kind == SYN)
        flags |= FWX_CONNECTION_FAST_OPEN;
    fwx_turn_open(turn, side, state, flags);
    fwx_traits_seen_before(turn);
    /* Provisional, without its flag: a SYN captured late is recognised by it. */
    turn->sender->isn = turn->tcp->seq - 1;
}

/* What was denied for the silence that was none is no verdict on the conversation. */
static void revive(struct fwx_connection *connection)
{
    fwx_connection_revive(connection);
    if (connection->code == FWX_E_TCP_NOT_SYN_PACKET_DROPPED)
        connection->flags &= ~(uint32_t)FWX_CONNECTION_JUDGED;
}

/* Idle for longer than the firewall remembers it; a clock that jumped ahead and is put back again
 * has measured no silence. */
static void expire_if_idle(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    bool idle =
        turn->policy->tcp_idle_s && fwx_connection_silence(connection, turn->packet->time) >=
                                        turn->policy->tcp_idle_s * FWX_SECOND;

    if (!idle && (connection->flags & FWX_CONNECTION_EXPIRED))
        revive(connection);
    if (!idle || connection->state < FWX_STATE_ESTABLISHED || fwx_connection_over(connection))
        return;
    connection->flags |= FWX_CONNECTION_EXPIRED;
    /* In its last frame's name: this one meets a connection that is gone. */
    connection->state = FWX_STATE_CLOSED;
    connection->moved[FWX_MOVE_OVER] = connection->last_frame;
    fwx_hosts_moved(&turn->engine->hosts, connection);
}

/* False where the packet is one that was captured before, and has had its turn. */
static bool find_connection(struct fwx_turn *turn)
{
    struct fwx_connection *newest =
        fwx_connections_newest(&turn->engine->connections, turn->packet);

    if (newest) {
        fwx_turn_attach(turn, newest);
        expire_if_idle(turn);
        if ((newest->flags & FWX_CONNECTION_SHADOWS) && !fits(newest, turn->side, turn->tcp))
            prefer_kin_that_fits(turn);
        turn->connection->last_frame = turn->packet->frame;
        if (fwx_traits_seen_before(turn))
            return false;
        /* Whoever resets what the firewall drops at sight has received it. */
        if (newest->state == FWX_STATE_DENIED && turn->side == FWX_RESPONDER &&
            (turn->tcp->flags & FWX_RST))
            fwx_evidence_answered(turn);
        fwx_evidence_passing(turn);
    }
    if (!newest || opens_connection(turn->connection, turn->side, turn->tcp))
        open_connection(turn, turn->connection);
    return true;
}

/* ---- what a packet that passes teaches ------------------------------------------------------ */

/* TLS, or the request for it, in the first bytes of a segment: record type and version of RFC 8446,
 * 5.1, or a command of SMTP (KB 959312 names STARTTLS and X-ANONYMOUSTLS). */
static void sniff_tls(struct fwx_connection *connection, const struct fwx_tcp_segment *tcp)
{
    enum { ALERT = 21, HANDSHAKE = 22, FATAL = 2 };
    const uint8_t *head = tcp->head;
    bool record = tcp->head_len >= 3 && head[1] == 3 && head[2] <= 4;
    bool command = tcp->head_len == 8 &&
                   (g_ascii_toupper((char)head[0]) == 'S' || g_ascii_toupper((char)head[0]) == 'X');

    if ((record && head[0] == HANDSHAKE) ||
        (command && (!g_ascii_strncasecmp((const char *)head, "STARTTLS", 8) ||
                     !g_ascii_strncasecmp((const char *)head, "X-ANONYM", 8))))
        connection->flags |= FWX_CONNECTION_TLS;
    /* In the clear it is two bytes long. */
    if (record && head[0] == ALERT && tcp->head_len >= 7 && head[3] == 0 && head[4] == 2 &&
        head[5] == FATAL)
        connection->alert = (uint8_t)MIN(head[6] + 1, UINT8_MAX);
}

/* fresh: not sent before. A retransmission is no new activity, nor is the garbage byte of a
 * keep-alive (RFC 9293, 3.8.4). */
static void learn_payload(struct fwx_turn *turn, bool fresh)
{
    turn->connection->bytes[turn->side] += turn->tcp->payload_len;
    sniff_tls(turn->connection, turn->tcp);
    if (!fresh || (turn->tcp->flags & FWX_SYN))
        return;
    turn->sender->flags |= FWX_PEER_DATA;
    turn->connection->flags &= (uint16_t)~FWX_CONNECTION_ANSWER_LAST;
    if (turn->side == FWX_RESPONDER)
        turn->connection->flags |= FWX_CONNECTION_ANSWER_LAST;
    turn->connection->data_time = MAX(turn->connection->data_time, turn->packet->time);
}

static void learn_numbers(struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_peer *peer = turn->sender;
    bool syn = (tcp->flags & FWX_SYN) != 0;
    /* A SYN-ACK's payload is not the data whose acknowledgement completes a handshake. */
    uint32_t length = syn && (tcp->flags & FWX_ACK) ? 1 : fwx_tcp_length(tcp);
    bool fresh;

    if (syn) {
        if (!(peer->flags & FWX_PEER_ISN))
            peer->isn = tcp->seq;
        peer->flags |= FWX_PEER_ISN;
        /* A SYN that is repeated without options, as some stacks do after a few tries, takes
         * nothing back: the SYN-ACK tells which of them was answered. */
        if (tcp->window_scale != FWX_NO_WINDOW_SCALE)
            peer->window_scale = tcp->window_scale;
    }
    /* Once the handshake has settled on an ISN, a SYN-ACK with another one moves nothing. */
    fresh = !(peer->flags & FWX_PEER_SEQ) ||
            (fwx_seq_after(tcp->seq + length, peer->seq_end) &&
             !(syn && turn->connection->state >= FWX_STATE_ESTABLISHED));
    if (fresh)
        peer->seq_end = tcp->seq + length;
    peer->flags |= FWX_PEER_SEQ;
    if (tcp->flags & FWX_ACK) {
        if (!(peer->flags & FWX_PEER_ACK) || fwx_seq_after(tcp->ack, peer->ack_max))
            peer->ack_max = tcp->ack;
        peer->flags |= FWX_PEER_ACK;
    }
    peer->window = tcp->window;
    if (tcp->payload_len)
        learn_payload(turn, fresh);
}

/* What was dropped has now come through; or a SYN has, perhaps in another sequence space. */
static void learn_passage(struct fwx_turn *turn)
{
    uint32_t length = fwx_tcp_length(turn->tcp);
    struct fwx_peer *peer = turn->sender;

    if ((peer->flags & FWX_PEER_DROPPED) &&
        ((turn->tcp->flags & FWX_SYN) ||
         (length && fwx_seq_within(peer->dropped_seq, turn->tcp->seq, length - 1))))
        peer->flags &= (uint8_t)~FWX_PEER_DROPPED;
}

/* ---- the stage ------------------------------------------------------------------------------ */

static bool fin_acknowledged(const struct fwx_peer *by, const struct fwx_peer *of)
{
    return (by->flags & FWX_PEER_ACK) && !fwx_seq_after(of->fin_end, by->ack_max);
}

/* Orderly close: both FINs are acknowledged. A log line with the code was seen for UDP only. */
static void settle(struct fwx_turn *turn)
{
    if (turn->connection->state != FWX_STATE_CLOSING ||
        !fin_acknowledged(turn->sender, turn->receiver) ||
        !fin_acknowledged(turn->receiver, turn->sender))
        return;
    fwx_turn_enter(turn, FWX_STATE_CLOSED);
    fwx_judge(turn, fwx_report(turn, FWX_FINDING_CLOSE), FWX_E_GRACEFUL_SHUTDOWN, FWX_INFERRED);
}

/* Asks for admission, the first time or again. Whatever else comes although the firewall refused
 * the connection shows that it exists all the same. */
static bool is_admitted(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    bool again = connection->first_frame != turn->packet->frame;

    if (connection->state != FWX_STATE_DENIED)
        return true;
    if (kind_of(turn->tcp->flags) != SYN || turn->side == FWX_RESPONDER)
        fwx_evidence_answered(turn);
    else if (fwx_flood_stage(turn, again) == FWX_DROP)
        return false;
    fwx_turn_enter(turn, FWX_STATE_SYN_SENT);
    return true;
}

static void learn(struct fwx_turn *turn, enum kind kind)
{
    if (turn->side == FWX_RESPONDER)
        fwx_connection_answered(turn->connection, turn->packet->time);
    if (kind == RST || kind == BARE)
        return;
    learn_passage(turn);
    learn_numbers(turn);
    fwx_traits_learn(turn->sender, turn->packet);
    settle(turn);
}

void fwx_tcp_stage(struct fwx_turn *turn)
{
    uint32_t padding_len = fwx_padding_length(turn->packet);
    struct fwx_connection *connection;
    const struct step *step;
    enum fwx_outcome outcome;
    enum kind kind;
    bool was_over;

    turn->tcp = &turn->packet->tcp;
    kind = kind_of(turn->tcp->flags);
    if (!find_connection(turn))
        return;
    connection = turn->connection;
    connection->last_frame = turn->packet->frame;
    was_over = fwx_connection_over(connection);
    if (padding_len)
        fwx_report(turn, FWX_FINDING_PADDING)->padding_len = padding_len;
    if (!is_admitted(turn)) {
        count_syn(turn);
        learn_numbers(turn); /* to know the SYN again */
        return;
    }
    step = &steps[turn->side][kind][connection->state];
    outcome = step->act ? step->act(turn) : FWX_PASS;
    if (outcome == FWX_PASS && step->next)
        fwx_turn_enter(turn, step->next);
    if (outcome == FWX_PASS || outcome == FWX_STAY)
        learn(turn, kind);
    if (!was_over) /* what comes late does not keep it alive */
        fwx_connection_lives(connection, turn->packet->time);
}
