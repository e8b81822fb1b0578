/* turn.h
 * One packet's turn in the pipeline: what the stages share while they look at it.
 * Private to the engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TURN_H
#define FWX_TURN_H

#include "connection.h"
#include "finding.h"
#include "policy.h"

struct fwx_engine;

struct fwx_turn {
    struct fwx_engine *engine;
    const struct fwx_policy *policy;
    const struct fwx_packet *packet;
    const struct fwx_tcp_segment *tcp; /* of the packet, where it is TCP */
    struct fwx_connection *connection; /* NULL outside connections */
    enum fwx_side side;                /* that sent the packet */
    struct fwx_peer *sender;
    struct fwx_peer *receiver;
};

/* What a stage makes of a packet. */
enum fwx_outcome {
    FWX_PASS,   /* passes, and the state table's next state holds */
    FWX_STAY,   /* passes, the state stays */
    FWX_IGNORE, /* passes, but nothing can be learnt from it */
    FWX_DROP,   /* the firewall never saw it */
};

/* A new finding about the turn's packet, to be filled by the caller; owned by the engine. */
struct fwx_finding *fwx_report(struct fwx_turn *turn, enum fwx_finding_kind kind);

/* The packet would cause this result code: notes it in the finding and, where it is the gravest
 * so far, as the conversation's. */
void fwx_judge(struct fwx_turn *turn, struct fwx_finding *finding, uint32_t code,
               enum fwx_confidence confidence);

/* 32 bits that stand for a MAC address; 0 for none. */
uint32_t fwx_fold_mac(uint64_t mac);

/* tcp.c: a TCP segment meets the connection table and the state table. */
void fwx_tcp_stage(struct fwx_turn *turn);

/* handshake.c: the actions of the state table while the connection is half-open. */
enum fwx_outcome fwx_handshake_answer(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_late_answer(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_cross(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_complete(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_reply(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_responder_speaks(struct fwx_turn *turn);

/* handshake.c: length of the Ethernet padding that the segment carries as payload, or 0 */
uint32_t fwx_padding_length(const struct fwx_packet *packet);

/* reset.c: the actions of the state table for resets. */
enum fwx_outcome fwx_reset_arrives(struct fwx_turn *turn);
enum fwx_outcome fwx_reset_late(struct fwx_turn *turn);

#endif
