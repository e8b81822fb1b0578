/* segment.c
 * What a segment teaches of the end that sent it: its numbers, its payload, its window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

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

/* A retransmission is no new activity, nor is the garbage byte of a keep-alive (RFC 9293, 3.8.4).
 */
static void learn_payload(struct fwx_turn *turn, bool fresh)
{
    struct fwx_connection *connection = turn->connection;

    connection->bytes[turn->side] += turn->tcp->payload_len;
    sniff_tls(connection, turn->tcp);
    if (!fresh || (turn->tcp->flags & FWX_SYN))
        return;
    connection->flags &= ~(uint32_t)FWX_CONNECTION_ANSWER_LAST;
    if (turn->side == FWX_RESPONDER)
        connection->flags |= FWX_CONNECTION_ANSWER_LAST;
    connection->data_time = MAX(connection->data_time, turn->packet->time);
}

static void learn_syn(struct fwx_peer *peer, struct fwx_peer *other,
                      const struct fwx_tcp_segment *tcp)
{
    if (!(peer->flags & FWX_PEER_ISN))
        peer->isn = tcp->seq;
    peer->flags |= FWX_PEER_ISN;
    /* A SYN that is repeated without options, as some stacks do after a few tries, takes
     * nothing back: the SYN-ACK tells which of them was answered. */
    if (tcp->window_scale != FWX_NO_WINDOW_SCALE)
        peer->window_scale = tcp->window_scale;
    /* Of a SYN that was missed the answer tells the number. */
    if ((tcp->flags & FWX_ACK) && !(other->flags & FWX_PEER_ISN)) {
        other->isn = tcp->ack - 1;
        other->seq_end = tcp->ack;
        other->flags |= FWX_PEER_ISN | FWX_PEER_SEQ;
    }
}

static void learn_fin(struct fwx_peer *peer, const struct fwx_tcp_segment *tcp)
{
    if (peer->flags & FWX_PEER_FIN)
        return; /* one FIN a side counts, its retransmissions do not */
    peer->flags |= FWX_PEER_FIN;
    peer->fin_end = tcp->seq + fwx_tcp_length(tcp);
}

/* settled: the handshake has settled on an ISN, a SYN-ACK with another one moves nothing. Returns
 * whether the segment says something that was not sent before. */
static bool learn_numbers(struct fwx_peer *peer, struct fwx_peer *other,
                          const struct fwx_tcp_segment *tcp, bool settled)
{
    bool syn = (tcp->flags & FWX_SYN) != 0;
    /* A SYN-ACK's payload is not the data whose acknowledgement completes a handshake. */
    uint32_t length = syn && (tcp->flags & FWX_ACK) ? 1 : fwx_tcp_length(tcp);
    bool fresh;

    if (syn)
        learn_syn(peer, other, tcp);
    if (tcp->flags & FWX_FIN)
        learn_fin(peer, tcp);
    fresh = !(peer->flags & FWX_PEER_SEQ) ||
            (fwx_seq_after(tcp->seq + length, peer->seq_end) && !(syn && settled));
    if (fresh)
        peer->seq_end = tcp->seq + length;
    peer->flags |= FWX_PEER_SEQ;
    if (tcp->flags & FWX_ACK) {
        if (!(peer->flags & FWX_PEER_ACK) || fwx_seq_after(tcp->ack, peer->ack_max))
            peer->ack_max = tcp->ack;
        peer->flags |= FWX_PEER_ACK;
    }
    peer->window = tcp->window;
    if (tcp->payload_len && fresh && !syn)
        peer->flags |= FWX_PEER_DATA;
    return fresh;
}

/* What was dropped has now come through; or a SYN has, perhaps in another sequence space. */
static void learn_passage(struct fwx_peer *peer, const struct fwx_tcp_segment *tcp)
{
    uint32_t length = fwx_tcp_length(tcp);

    if ((peer->flags & FWX_PEER_DROPPED) &&
        ((tcp->flags & FWX_SYN) ||
         (length && fwx_seq_within(peer->dropped_seq, tcp->seq, length - 1))))
        peer->flags &= (uint8_t)~FWX_PEER_DROPPED;
}

static void learn_what_firewall_knows(struct fwx_turn *turn)
{
    if (turn->connection->state != FWX_STATE_DENIED) /* then it is only to be known again */
        learn_passage(turn->known_sender, turn->tcp);
    if (turn->known_sender != turn->sender)
        learn_numbers(turn->known_sender, turn->known_receiver, turn->tcp,
                      turn->connection->state >= FWX_STATE_ESTABLISHED);
}

/* Does it acknowledge what the responder has sent? Where no SYN-ACK was captured, any
 * acknowledgement tells of one. */
static bool completes(const struct fwx_turn *turn)
{
    const struct fwx_peer *responder = turn->receiver;

    if (!(turn->tcp->flags & FWX_ACK))
        return false;
    return !(responder->flags & FWX_PEER_ISN) ||
           fwx_seq_within(turn->tcp->ack, responder->isn + 1,
                          responder->seq_end - (responder->isn + 1));
}

void fwx_segment_learn(struct fwx_turn *turn, bool passed)
{
    bool settled = (turn->connection->peer[FWX_INITIATOR].flags & FWX_PEER_ACK) != 0;
    bool first_fin = (turn->tcp->flags & FWX_FIN) &&
                     !((turn->sender->flags | turn->receiver->flags) & FWX_PEER_FIN);
    bool fresh;

    if (turn->side == FWX_INITIATOR && !(turn->connection->flags & FWX_CONNECTION_COMPLETE) &&
        completes(turn))
        turn->connection->flags |= FWX_CONNECTION_COMPLETE;
    if (passed)
        learn_what_firewall_knows(turn);
    else
        fwx_turn_notes(turn)->withheld[turn->side] += turn->tcp->payload_len;
    if (first_fin)
        turn->connection->fin_time = turn->packet->time;
    fresh = learn_numbers(turn->sender, turn->receiver, turn->tcp, settled);
    if (turn->tcp->payload_len)
        learn_payload(turn, fresh);
    fwx_traits_learn(turn->sender, turn->packet);
}
