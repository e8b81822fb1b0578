/* tcp.c
 * The TCP state machine of the firewall, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine_private.h"
#include "result.h"
#include "turn.h"

enum kind { SYN, SYN_ACK, ACK, FIN, RST, BARE, KINDS };

typedef enum fwx_outcome action(struct fwx_turn *turn);

struct step {
    action *act;         /* NULL: passes, the state stays */
    enum fwx_state next; /* if it passes */
};

/* ---- actions ------------------------------------------------------------------------------ */

/* The SYN that opened the connection, or again with the same ISN: a retransmission, or captured
 * behind its SYN-ACK. */
static enum fwx_outcome count_syn(struct fwx_turn *turn)
{
    if (turn->connection->syn_count < UINT8_MAX)
        turn->connection->syn_count++;
    return FWX_STAY;
}

/* One FIN a side counts, its retransmissions do not (the connection closes once). */
static enum fwx_outcome fin(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;

    if (turn->sender->flags & FWX_PEER_FIN)
        return FWX_STAY;
    turn->sender->flags |= FWX_PEER_FIN;
    turn->sender->fin_end = turn->tcp->seq + fwx_tcp_length(turn->tcp);
    turn->sender->fin_frame = turn->packet->frame;
    if (!(turn->receiver->flags & FWX_PEER_FIN))
        connection->fin_time = turn->packet->time;
    return FWX_PASS;
}

/* A FIN may be the segment that completes the handshake. */
static enum fwx_outcome fin_completes(struct fwx_turn *turn)
{
    enum fwx_outcome outcome = fwx_handshake_complete(turn);

    return outcome == FWX_DROP ? FWX_DROP : fin(turn);
}

/* Captures on a mirror port hold packets twice: same IP ID, nothing in between. */
static bool is_duplicate(const struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    int64_t apart = packet->time - turn->connection->last_time;

    return packet->ip_id && packet->ip_id == turn->sender->ip_id && apart >= 0 &&
           apart <= 1000000 /* 1 ms: no stack retransmits that fast */;
}

/* Not a SYN, and the connection is gone: linger is 0 (KB 2596065 frees the port at once). */
static enum fwx_outcome late(struct fwx_turn *turn)
{
    if (is_duplicate(turn))
        return FWX_IGNORE;

    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_NOT_SYN);

    finding->closed_frame = turn->connection->entered[turn->connection->state];
    fwx_judge(turn, finding, FWX_E_TCP_NOT_SYN_PACKET_DROPPED, FWX_DOCUMENTED);
    return FWX_DROP;
}

static enum fwx_outcome late_reset(struct fwx_turn *turn)
{
    return is_duplicate(turn) ? FWX_IGNORE : fwx_reset_late(turn);
}

/* ---- the table ---------------------------------------------------------------------------- */

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
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [ACK] = {
            /* The SYN-ACK was missed or is captured late (source 002 shows one): there is no
             * ISN to compare with, and nothing to say. */
            [SENT] = {NULL, ESTB},
            [RECV] = {fwx_handshake_complete, ESTB},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [FIN] = {
            [SENT] = {fin, FINW},
            [RECV] = {fin_completes, FINW},
            [ESTB] = {fin, FINW},
            [UNKN] = {fin, FINW},
            [FINW] = {fin, CLSG},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [RST] = {
            [SENT] = {fwx_reset_arrives, RSET},
            [RECV] = {fwx_reset_arrives, RSET},
            [ESTB] = {fwx_reset_arrives, RSET},
            [UNKN] = {fwx_reset_arrives, RSET},
            [FINW] = {fwx_reset_arrives, RSET},
            [CLSG] = {fwx_reset_arrives, CLSD},
            [CLSD] = {late_reset, CLSD},
            [RSET] = {late_reset, RSET},
        },
        /* No flag that TCP demands: RFC 9293, 3.10.7.4 drops it, and so learns nothing. */
        [BARE] = {
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
            [FINW] = {fwx_handshake_late_answer, FINW},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [ACK] = {
            [SENT] = {fwx_handshake_reply, ESTB},
            [RECV] = {fwx_handshake_responder_speaks, ESTB},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [FIN] = {
            /* The handshake's end was missed: the responder would not close otherwise. */
            [RECV] = {fin, FINW},
            [ESTB] = {fin, FINW},
            [UNKN] = {fin, FINW},
            [FINW] = {fin, CLSG},
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
        [RST] = {
            [SENT] = {fwx_reset_arrives, RSET},
            [RECV] = {fwx_reset_arrives, RSET},
            [ESTB] = {fwx_reset_arrives, RSET},
            [UNKN] = {fwx_reset_arrives, RSET},
            [FINW] = {fwx_reset_arrives, RSET},
            [CLSG] = {fwx_reset_arrives, CLSD},
            [CLSD] = {late_reset, CLSD},
            [RSET] = {late_reset, RSET},
        },
        [BARE] = {
            [CLSD] = {late, CLSD},
            [RSET] = {late, RSET},
        },
    },
};
/* clang-format on */

static enum kind kind_of(uint8_t flags)
{
    if (flags & FWX_RST)
        return RST;
    if (flags & FWX_SYN)
        return flags & FWX_ACK ? SYN_ACK : SYN;
    if (flags & FWX_FIN)
        return FIN;
    return flags & FWX_ACK ? ACK : BARE;
}

/* ---- which connection --------------------------------------------------------------------- */

static bool is_over(const struct fwx_connection *connection)
{
    return connection->state == FWX_STATE_CLOSED || connection->state == FWX_STATE_RESET;
}

/* Does a SYN, or a SYN-ACK whose SYN was missed, start a connection of its own? */
static bool opens_connection(const struct fwx_connection *connection, enum fwx_side side,
                             const struct fwx_tcp_segment *tcp)
{
    const struct fwx_peer *sender = &connection->peer[side];
    enum kind kind = kind_of(tcp->flags);

    if (kind == SYN_ACK)
        return is_over(connection) && (sender->flags & FWX_PEER_ISN) && sender->isn != tcp->seq;
    if (kind != SYN)
        return false;
    if (is_over(connection))
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
static struct fwx_connection *kin_that_fits(struct fwx_turn *turn, struct fwx_connection *newest)
{
    enum { MAX_KIN = 4 };
    struct fwx_connections *table = &turn->engine->connections;
    struct fwx_connection *kin = newest;

    for (unsigned i = 0; i < MAX_KIN && (kin->flags & FWX_CONNECTION_SHADOWS); i++) {
        kin = fwx_connections_get(table, kin->older);
        if (!is_over(kin) && fits(kin, fwx_connection_sender(kin, turn->packet), turn->tcp)) {
            turn->connection = kin;
            fwx_report(turn, FWX_FINDING_KIN);
            return kin;
        }
    }
    return newest;
}

/* Of two ports the well-known one is the responder's (RFC 6335, 6). */
static enum fwx_side guess_side(const struct fwx_packet *packet, uint8_t *flags)
{
    bool src_known = packet->src_port < 1024;
    bool dst_known = packet->dst_port < 1024;

    *flags |= src_known == dst_known ? FWX_CONNECTION_ROLES_UNKNOWN : FWX_CONNECTION_ROLES_GUESSED;
    return src_known && !dst_known ? FWX_RESPONDER : FWX_INITIATOR;
}

static void enter(struct fwx_connection *connection, enum fwx_state state, uint32_t frame)
{
    if (state <= connection->state)
        return;
    connection->state = (uint8_t)state;
    connection->entered[state] = frame;
}

static void open_connection(struct fwx_turn *turn, const struct fwx_connection *newest)
{
    const struct fwx_packet *packet = turn->packet;
    enum kind kind = kind_of(turn->tcp->flags);
    uint8_t flags = 0;
    enum fwx_side side = kind == SYN       ? FWX_INITIATOR
                         : kind == SYN_ACK ? FWX_RESPONDER
                                           : guess_side(packet, &flags);
    struct fwx_connection *connection =
        fwx_connections_open(&turn->engine->connections, packet, side);

    if (newest && !is_over(newest))
        flags |= FWX_CONNECTION_SHADOWS;
    if (turn->tcp->fast_open && kind == SYN)
        flags |= FWX_CONNECTION_FAST_OPEN;
    connection->flags = flags;
    turn->connection = connection;
    turn->side = side;
    enter(connection,
          kind == SYN || kind == SYN_ACK ? FWX_STATE_SYN_SENT : FWX_STATE_UNKNOWN, packet->frame);
    /* Provisional, without its flag: a SYN captured late is recognised by it. */
    connection->peer[side].isn = turn->tcp->seq - 1;
}

static void find_connection(struct fwx_turn *turn)
{
    struct fwx_connection *newest =
        fwx_connections_newest(&turn->engine->connections, turn->packet);

    if (newest) {
        turn->side = fwx_connection_sender(newest, turn->packet);
        if ((newest->flags & FWX_CONNECTION_SHADOWS) && !fits(newest, turn->side, turn->tcp)) {
            newest = kin_that_fits(turn, newest);
            turn->side = fwx_connection_sender(newest, turn->packet);
        }
        turn->connection = newest;
    }
    if (!newest || opens_connection(newest, turn->side, turn->tcp))
        open_connection(turn, newest);
    turn->sender = &turn->connection->peer[turn->side];
    turn->receiver = &turn->connection->peer[!turn->side];
}

/* ---- what a packet that passes teaches ----------------------------------------------------- */

uint32_t fwx_fold_mac(uint64_t mac)
{
    return (uint32_t)(mac ^ mac >> 24);
}

/* What the endpoint's packets look like, to tell an injected reset from its own. */
static void learn_traits(struct fwx_peer *peer, const struct fwx_packet *packet)
{
    enum { SMALL_STEP = 1024 };
    uint32_t mac = fwx_fold_mac(packet->src_mac);

    if (!peer->packets) {
        peer->ttl_low = peer->ttl_high = packet->ttl;
        peer->mac = mac;
    } else {
        peer->ttl_low = MIN(peer->ttl_low, packet->ttl);
        peer->ttl_high = MAX(peer->ttl_high, packet->ttl);
        if (peer->mac != mac)
            peer->flags |= FWX_PEER_MACS;
        if (!packet->ip_id || (uint16_t)(packet->ip_id - peer->ip_id) > SMALL_STEP)
            peer->flags |= FWX_PEER_ID_JUMPS;
    }
    peer->ip_id = packet->ip_id;
    if (peer->packets < UINT16_MAX)
        peer->packets++;
}

static void learn_numbers(struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_peer *peer = turn->sender;
    bool syn = (tcp->flags & FWX_SYN) != 0;
    /* A SYN-ACK's payload is not the data whose acknowledgement completes a handshake. */
    uint32_t length = syn && (tcp->flags & FWX_ACK) ? 1 : fwx_tcp_length(tcp);

    if (syn) {
        peer->isn = tcp->seq;
        peer->flags |= FWX_PEER_ISN;
        peer->window_scale = tcp->window_scale;
    }
    if (!(peer->flags & FWX_PEER_SEQ) || fwx_seq_after(tcp->seq + length, peer->seq_end))
        peer->seq_end = tcp->seq + length;
    peer->flags |= FWX_PEER_SEQ;
    if (tcp->flags & FWX_ACK) {
        if (!(peer->flags & FWX_PEER_ACK) || fwx_seq_after(tcp->ack, peer->ack_max))
            peer->ack_max = tcp->ack;
        peer->flags |= FWX_PEER_ACK;
    }
    peer->window = tcp->window;
    if (!syn && peer->window_scale <= 14 && turn->receiver->window_scale <= 14)
        peer->window <<= peer->window_scale; /* only if both offer it: RFC 7323, 2.2 */
    if (tcp->payload_len) {
        peer->bytes += tcp->payload_len;
        peer->flags |= FWX_PEER_DATA;
        turn->connection->data_time = turn->packet->time;
    }
}

/* ---- the stage ------------------------------------------------------------------------------ */

static bool fin_acknowledged(const struct fwx_peer *by, const struct fwx_peer *of)
{
    return (by->flags & FWX_PEER_ACK) && !fwx_seq_after(of->fin_end, by->ack_max);
}

/* Orderly close: both FINs are acknowledged. */
static void settle(struct fwx_turn *turn)
{
    if (turn->connection->state != FWX_STATE_CLOSING ||
        !fin_acknowledged(turn->sender, turn->receiver) ||
        !fin_acknowledged(turn->receiver, turn->sender))
        return;
    enter(turn->connection, FWX_STATE_CLOSED, turn->packet->frame);
    fwx_judge(turn, fwx_report(turn, FWX_FINDING_CLOSE), FWX_E_GRACEFUL_SHUTDOWN, FWX_OBSERVED);
}

void fwx_tcp_stage(struct fwx_turn *turn)
{
    turn->tcp = &turn->packet->tcp;
    find_connection(turn);

    struct fwx_connection *connection = turn->connection;
    enum kind kind = kind_of(turn->tcp->flags);
    const struct step *step = &steps[turn->side][kind][connection->state];
    uint32_t padding_len = fwx_padding_length(turn->packet);
    enum fwx_outcome outcome;

    if (padding_len)
        fwx_report(turn, FWX_FINDING_PADDING)->padding_len = padding_len;
    outcome = step->act ? step->act(turn) : FWX_PASS;
    connection->last_frame = turn->packet->frame;
    if (outcome == FWX_PASS && step->next)
        enter(connection, step->next, turn->packet->frame);
    if ((outcome == FWX_PASS || outcome == FWX_STAY) && kind != RST && kind != BARE) {
        learn_numbers(turn);
        learn_traits(turn->sender, turn->packet);
        settle(turn);
    }
    connection->last_time = turn->packet->time;
}
