/* handshake.c
 * The three-way handshake as the firewall checks it.
 *
 * The packet that completes it, and every segment of the initiator until then, must acknowledge
 * exactly ISN(responder) + 1 (source 003: "no equal ISN(peer)+1"). A wrong one condemns the
 * packet, not the connection: it stays half-open, and a later correct one establishes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

#include "engine/model/result.h"

/* The first SYN-ACK, as one of the list. False while there is none. */
static bool first_synack(const struct fwx_turn *turn, struct fwx_synack *first)
{
    const struct fwx_connection *connection = turn->connection;
    const struct fwx_synack *synack = connection->synacks;

    if (connection->flags & FWX_CONNECTION_PLAIN_SYNACK) {
        *first = (struct fwx_synack){
            .isn = connection->peer[FWX_RESPONDER].isn,
            .frame = connection->moved[FWX_MOVE_SYN_RECEIVED],
        };
        return true;
    }
    while (synack && synack->next)
        synack = synack->next;
    if (synack)
        *first = *synack;
    return synack != NULL;
}

static enum fwx_synack_difference difference(const struct fwx_synack *first,
                                             const struct fwx_tcp_segment *tcp)
{
    if (first->isn != tcp->seq)
        return FWX_SYNACK_OTHER_ISN;
    return first->payload_len == tcp->payload_len ? FWX_SYNACK_SAME : FWX_SYNACK_OTHER_PAYLOAD;
}

static void report_synack(struct fwx_turn *turn)
{
    struct fwx_synack first;
    enum fwx_synack_difference differs =
        first_synack(turn, &first) ? difference(&first, turn->tcp) : FWX_SYNACK_SAME;
    struct fwx_synack_payload *synack;

    if (!turn->tcp->payload_len && differs == FWX_SYNACK_SAME)
        return;
    synack = &fwx_report(turn, FWX_FINDING_SYNACK_PAYLOAD)->synack;
    synack->length = turn->tcp->payload_len;
    synack->first_frame = differs == FWX_SYNACK_SAME ? 0 : first.frame;
    synack->difference = (uint8_t)differs;
    synack->head_len = turn->tcp->head_len;
    memcpy(synack->head, turn->tcp->head, sizeof synack->head);
    synack->fast_open = (turn->connection->flags & FWX_CONNECTION_FAST_OPEN) != 0;
}

static void remember_synack(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_synack *synack;
    unsigned count = 0;

    /* By far the most are the first and plain: what is to be known of those is known already. */
    if (!tcp->payload_len && !(turn->known_sender->flags & FWX_PEER_ISN) && !connection->synacks)
        connection->flags |= FWX_CONNECTION_PLAIN_SYNACK;
    if ((connection->flags & FWX_CONNECTION_PLAIN_SYNACK) && !tcp->payload_len &&
        (!(turn->known_sender->flags & FWX_PEER_ISN) || turn->known_sender->isn == tcp->seq))
        return;
    for (synack = connection->synacks; synack; synack = synack->next, count++) {
        if (synack->isn == tcp->seq && synack->payload_len == tcp->payload_len)
            return;
    }
    if (count >= FWX_MAX_SYNACKS)
        return;
    synack = g_new(struct fwx_synack, 1);
    *synack = (struct fwx_synack){
        .next = connection->synacks,
        .isn = tcp->seq,
        .frame = turn->packet->frame,
        .payload_len = tcp->payload_len,
        .padding = fwx_padding_length(turn->packet) != 0,
    };
    connection->synacks = synack;
}

static struct fwx_finding *report_mismatch(struct fwx_turn *turn)
{
    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_ACK_MISMATCH);
    struct fwx_notes *notes = fwx_turn_notes(turn);

    if (!notes->mismatch)
        notes->mismatch = turn->engine->findings.count;
    return finding;
}

static enum fwx_outcome reject_synack(struct fwx_turn *turn)
{
    struct fwx_finding *finding = report_mismatch(turn);

    finding->mismatch.expected = turn->known_receiver->isn + 1;
    finding->mismatch.actual = turn->tcp->ack;
    finding->mismatch.synack_frame = turn->connection->first_frame;
    finding->mismatch.synack = true;
    return fwx_judge(turn, finding, FWX_EVENT_SYNACK_WRONG);
}

/* A SYN-ACK of the responder, the first or a retransmission. */
enum fwx_outcome fwx_handshake_answer(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;

    report_synack(turn);
    if (!fwx_peer_is_answered(turn->known_receiver, turn->tcp))
        return reject_synack(turn);
    remember_synack(turn);
    /* Whoever repeats the SYN-ACK has not seen the acknowledgement that was dropped. */
    if ((connection->flags & FWX_CONNECTION_ACK_DROPPED) &&
        connection->evidence == FWX_EVIDENCE_NONE)
        connection->evidence = FWX_CORROBORATED;
    return FWX_PASS;
}

/* A SYN-ACK that was captured late, or repeated although the handshake is complete. */
enum fwx_outcome fwx_handshake_late_answer(struct fwx_turn *turn)
{
    report_synack(turn);
    remember_synack(turn);
    return FWX_STAY;
}

/* The responder's own SYN: simultaneous open (RFC 9293, 3.5). */
enum fwx_outcome fwx_handshake_cross(struct fwx_turn *turn)
{
    turn->connection->flags |= FWX_CONNECTION_CROSSED;
    return FWX_PASS;
}

/* Where the capture shows data of the responder, packets were missed, and the acknowledgement
 * may cover that data. The payload of a SYN-ACK is no such data. */
static bool acknowledges(const struct fwx_turn *turn, uint32_t isn)
{
    const struct fwx_peer *responder = turn->known_receiver;
    uint32_t seen = 0;

    if ((responder->flags & (FWX_PEER_DATA | FWX_PEER_FIN)) &&
        fwx_seq_after(responder->seq_end, isn + 1))
        seen = responder->seq_end - (isn + 1);
    return fwx_seq_within(turn->tcp->ack, isn + 1, seen);
}

/* The SYN-ACK whose payload the acknowledgement covers, else the newest. */
static const struct fwx_synack *find_cause(const struct fwx_turn *turn, bool *covers)
{
    for (const struct fwx_synack *s = turn->connection->synacks; s; s = s->next) {
        *covers = s->payload_len && turn->tcp->ack == s->isn + 1 + s->payload_len;
        if (*covers)
            return s;
    }
    return turn->connection->synacks;
}

static enum fwx_outcome reject(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    struct fwx_finding *finding = report_mismatch(turn);
    struct fwx_ack_mismatch *mismatch = &finding->mismatch;
    bool covers = false;
    const struct fwx_synack *synack = find_cause(turn, &covers);

    mismatch->expected = (synack ? synack->isn : turn->known_receiver->isn) + 1;
    mismatch->actual = turn->tcp->ack;
    mismatch->synack_frame = synack ? synack->frame : connection->moved[FWX_MOVE_SYN_RECEIVED];
    if (synack && covers) {
        mismatch->cause_frame = synack->frame;
        mismatch->padding = synack->padding;
        mismatch->fast_open = (connection->flags & FWX_CONNECTION_FAST_OPEN) != 0;
    }
    connection->flags |= FWX_CONNECTION_ACK_DROPPED;
    return fwx_judge(turn, finding,
                     mismatch->fast_open ? FWX_EVENT_ACK_FAST_OPEN : FWX_EVENT_ACK_WRONG);
}

/* Of several SYN-ACKs with different ISNs this one was acknowledged: the responder's data follow
 * it. */
static enum fwx_outcome settle_on(struct fwx_turn *turn, uint32_t isn)
{
    if (!(turn->known_receiver->flags & (FWX_PEER_DATA | FWX_PEER_FIN)))
        turn->known_receiver->seq_end = isn + 1;
    return FWX_PASS;
}

/* A segment of the initiator while half-open. */
enum fwx_outcome fwx_handshake_complete(struct fwx_turn *turn)
{
    const struct fwx_connection *connection = turn->connection;

    if (!(turn->tcp->flags & FWX_ACK))
        return FWX_STAY;
    for (const struct fwx_synack *s = connection->synacks; s; s = s->next) {
        if (acknowledges(turn, s->isn))
            return settle_on(turn, s->isn);
    }
    if ((connection->flags & (FWX_CONNECTION_CROSSED | FWX_CONNECTION_PLAIN_SYNACK)) &&
        acknowledges(turn, turn->known_receiver->isn))
        return settle_on(turn, turn->known_receiver->isn);
    return reject(turn);
}

/* The responder speaks although no SYN-ACK was seen: it was missed if the SYN is acknowledged,
 * else this answers something older (a challenge ACK, RFC 5961, 4). */
enum fwx_outcome fwx_handshake_reply(struct fwx_turn *turn)
{
    return fwx_peer_is_answered(turn->known_receiver, turn->tcp) ? FWX_PASS : FWX_IGNORE;
}

/*
 * The responder speaks after its SYN-ACK. If it acknowledges data of the initiator, or has data
 * of its own, then the handshake was complete for it: its end was missed, or, where it would
 * have been dropped, no such firewall stood in between.
 */
enum fwx_outcome fwx_handshake_responder_speaks(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    bool answers = fwx_seq_after(turn->tcp->ack, turn->known_receiver->isn + 1);
    bool dropped = (connection->flags & FWX_CONNECTION_ACK_DROPPED) != 0;

    if (dropped && (answers || turn->tcp->payload_len)) {
        fwx_evidence_answered(turn);
        return FWX_PASS;
    }
    return answers ? FWX_PASS : FWX_STAY;
}
