/* turn.h
 * One packet's turn in the pipeline: what the stages share while they look at it.
 * Private to the engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TURN_H
#define FWX_TURN_H

#include "engine/connection.h"
#include "engine/finding.h"
#include "engine/hosts.h"
#include "engine/facts/marker.h"
#include "engine/model/policy.h"
#include "engine/pool.h"

struct fwx_engine {
    struct fwx_policy policy;
    struct fwx_connections connections;
    struct fwx_hosts hosts;
    struct fwx_markers markers;
    struct fwx_pool findings; /* of struct fwx_finding, in frame order */
    uint32_t last_found;      /* frame of the last of them */
    uint32_t points;          /* that last_times has room for */
    /* By capture point: of the last packet that has a time, nanoseconds since the epoch. */
    int64_t *last_times;
};

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

/* turn.c: a new finding about the turn's packet, to be filled by the caller; owned by the
 * engine. */
struct fwx_finding *fwx_report(struct fwx_turn *turn, enum fwx_finding_kind kind);

/* turn.c: the packet would cause this result code. Notes it in the finding and, where it is the
 * gravest so far, as the conversation's. FWX_DROP if the packet would be dropped; FWX_STAY if it
 * passes, and also if the capture has shown that no such firewall stands in between, or if the
 * product has no such code: then nothing is noted. */
enum fwx_outcome fwx_judge(struct fwx_turn *turn, struct fwx_finding *finding, uint32_t code,
                           enum fwx_confidence confidence);

/* turn.c: points side, sender and receiver at the connection's ends. */
void fwx_turn_attach(struct fwx_turn *turn, struct fwx_connection *connection, enum fwx_side side);

/* turn.c: moves the connection on, and its initiator's counts with it. */
void fwx_turn_enter(struct fwx_turn *turn, enum fwx_state state);

/* turn.c: a connection that the packet opens; side is who sends it. */
void fwx_turn_open(struct fwx_turn *turn, enum fwx_side side, enum fwx_state state, uint32_t flags);

/* sanity.c: what one packet alone tells. FWX_DROP: the other stages do not see it. */
enum fwx_outcome fwx_sanity_stage(struct fwx_turn *turn);

/* flood.c: may the connection just opened exist? again: it asked before, and was refused. */
enum fwx_outcome fwx_flood_stage(struct fwx_turn *turn, bool again);

/* tuple.c: attaches the turn to the segment's connection, or to one that it opens. False where the
 * segment was captured before, and has had its turn. */
bool fwx_tuple_find(struct fwx_turn *turn);

/* segment.c: what a segment that passed teaches; and only its numbers, of one that did not. */
void fwx_segment_learn(struct fwx_turn *turn);
void fwx_segment_learn_numbers(struct fwx_turn *turn);

/* tcp.c: a TCP segment meets the connection table and the state table. */
void fwx_tcp_stage(struct fwx_turn *turn);

/* session.c: UDP and ICMP echo, whose connections begin and end by time alone. */
void fwx_session_stage(struct fwx_turn *turn);

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
/* reset.c: reports one that ends nothing, unjudged; the state stays. */
void fwx_reset_unheeded(struct fwx_turn *turn);

/* window.c: an established connection's segment, where the policy wants it checked. */
enum fwx_outcome fwx_window_check(struct fwx_turn *turn);
/* window.c: how far a peer may be sent to, in bytes; scaled where the handshake tells. */
uint32_t fwx_window_of(const struct fwx_turn *turn, const struct fwx_peer *receiver);

/* evidence.c: does the rest of the capture bear the prediction out? */
void fwx_evidence_passing(struct fwx_turn *turn);  /* of each TCP segment, before it is judged */
void fwx_evidence_dropped(struct fwx_turn *turn);  /* of each packet that would be dropped */
void fwx_evidence_answered(struct fwx_turn *turn); /* what was refused is answered all the same */
/* Is nothing more to be predicted, because no such firewall stood in between? */
static inline bool fwx_evidence_contradicts(const struct fwx_turn *turn)
{
    return turn->connection && turn->connection->evidence == FWX_CONTRADICTED &&
           !turn->policy->against_evidence;
}

/* traits.c: what an endpoint's packets look like. */
void fwx_traits_learn(struct fwx_peer *peer, const struct fwx_packet *packet);
/* traits.c: enum fwx_misfit of a reset, or-ed; 0 if it may well be its endpoint's own. */
uint8_t fwx_traits_misfits(const struct fwx_turn *turn);
/* traits.c: remembers what the packet looks like. True if it is one of the last few once more, as
 * captures on mirror ports or of both sides of a router show it: one packet, and nothing new. */
bool fwx_traits_seen_before(struct fwx_turn *turn);

#endif
