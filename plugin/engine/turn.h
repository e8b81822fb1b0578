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
#include "engine/notes.h"
#include "engine/facts/advice.h"
#include "engine/facts/marker.h"
#include "engine/model/policy.h"
#include "engine/pool.h"

/* What the packets of a capture point can tell at all. */
struct fwx_scope {
    bool only_syns; /* SYNs and SYN-ACKs, as a capture filter leaves them */
    bool one_way;   /* of no connection are both ends seen */
    bool both;      /* of some they are */
};

struct fwx_beside;
struct fwx_log_trace;
struct fwx_trail;
struct fwx_points_join;

struct fwx_engine {
    struct fwx_policy policy;
    struct fwx_connections connections;
    struct fwx_hosts hosts;
    struct fwx_markers markers;
    struct fwx_pool findings; /* of struct fwx_finding, in frame order */
    struct fwx_pool notes;    /* of struct fwx_notes */
    uint32_t last_found;      /* frame of the last of them */
    uint32_t tagged_padding;  /* number of the first padding of a tagged link + 1, 0: none */
    uint32_t points;          /* that last_times has room for */
    bool has_offload;         /* long segments have wrong checksums: they tell nothing here */
    struct fwx_shortcomings shortcomings; /* of the capture */
    uint32_t seen;                        /* packets */
    uint32_t reviewed;        /* of these, when the capture was last reviewed (facts/review.h) */
    uint32_t reviewed_points; /* that scopes has */
    struct fwx_scope *scopes; /* by capture point, as of then */
    /* By capture point: of the last packet that has a time, nanoseconds since the epoch. */
    int64_t *last_times;
    struct fwx_beside *beside; /* further firewalls (model/beside.h), NULL: none */
    struct fwx_trail *trail;   /* of packets at several points (points/trail.h), NULL: not kept */
    const char *(*point_name)(uint16_t); /* NULL: points have no names */
    struct fwx_log_trace *log_trace;     /* of packets, for logs (log/trace.h), NULL: not kept */
    GHashTable *proofs; /* enum fwx_evidence of connections, by what a log says; NULL: none */
    struct fwx_points_join *join; /* of the points, as of the last review; NULL: none */
};

struct fwx_turn {
    struct fwx_engine *engine;
    const struct fwx_policy *policy;
    const struct fwx_packet *packet;
    const struct fwx_tcp_segment *tcp; /* of the packet, where it is TCP */
    struct fwx_connection *connection; /* NULL outside connections */
    enum fwx_side side;                /* that sent the packet */
    struct fwx_peer *sender;           /* of the connection, as it lives */
    struct fwx_peer *receiver;
    struct fwx_peer *known_sender; /* the same as the firewall knows them, from what it passed */
    struct fwx_peer *known_receiver;
    bool for_another; /* it answers an older connection of the tuple, by whose numbers it goes */
    bool speech;      /* the packet is a word, see facts/speech.c */
    struct fwx_finding *reset; /* that the facts report of the packet, NULL: it is none */
};

/* What a stage makes of a packet. */
enum fwx_outcome {
    FWX_PASS,   /* passes, and the state table's next state holds */
    FWX_STAY,   /* passes, the state stays */
    FWX_IGNORE, /* passes, but nothing can be learnt from it */
    FWX_DROP,   /* the firewall never saw it */
};

/* Findings are numbered from 0. */
static inline struct fwx_finding *fwx_finding_at(const struct fwx_engine *engine, uint32_t number)
{
    return (struct fwx_finding *)fwx_pool_at(&engine->findings, number);
}

/* The same by a number that notes keep: that + 1; NULL for 0. */
static inline struct fwx_finding *fwx_noted(const struct fwx_engine *engine, uint32_t noted)
{
    return noted ? fwx_finding_at(engine, noted - 1) : NULL;
}

/* turn.c: a new finding about the turn's packet, to be filled by the caller; owned by the
 * engine. */
struct fwx_finding *fwx_report(struct fwx_turn *turn, enum fwx_finding_kind kind);

/* turn.c: what the product says of the event that the packet is. Notes it in the finding and, where
 * it is the gravest so far, as the conversation's. FWX_DROP if the packet would be dropped;
 * FWX_STAY if it passes, and also if the capture has shown that no such firewall stands in between,
 * or if the product has no words for it: then nothing is noted. */
enum fwx_outcome fwx_judge(struct fwx_turn *turn, struct fwx_finding *finding,
                           enum fwx_event event);

/* The connection's notes, NULL while it has none. */
static inline struct fwx_notes *fwx_notes_of(const struct fwx_engine *engine,
                                             const struct fwx_connection *connection)
{
    return connection->notes
               ? (struct fwx_notes *)fwx_pool_at(&engine->notes, connection->notes - 1)
               : NULL;
}

/* turn.c: the same, made where there are none. */
struct fwx_notes *fwx_turn_notes(struct fwx_turn *turn);

/* turn.c: the packet is one that the firewall learns nothing of: from here on it knows other
 * numbers than the ends do. */
void fwx_turn_diverge(struct fwx_turn *turn);

/* turn.c: points side, senders and receivers at the connection's ends. */
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
 * segment was captured before, and has had its turn. copy: see facts/rewrite.h */
bool fwx_tuple_find(struct fwx_turn *turn, struct fwx_packet *copy);

/* segment.c: what a segment teaches of the end that sent it; known: what the firewall learns, if
 * that is kept apart. */
void fwx_segment_learn(struct fwx_turn *turn, bool passed);

/* tcp.c: a TCP segment meets the connection table and the state table. */
void fwx_tcp_stage(struct fwx_turn *turn);

/* model/beside.c: the further firewalls of a policy, NULL: it has none; and a packet of a
 * connection before them, once the connection has taken it. */
struct fwx_beside *fwx_beside_new(const struct fwx_policy *policy);
void fwx_beside_free(struct fwx_beside *beside);
void fwx_beside_stage(const struct fwx_turn *turn);
/* Connections have other ids: by the one before, 0: forgotten. */
void fwx_beside_move(struct fwx_engine *engine, const uint32_t *ids);

/* session.c: UDP and ICMP echo, whose connections begin and end by time alone. */
void fwx_session_stage(struct fwx_turn *turn);

/* handshake.c: the actions of the state table while the connection is half-open. */
enum fwx_outcome fwx_handshake_answer(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_late_answer(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_cross(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_complete(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_reply(struct fwx_turn *turn);
enum fwx_outcome fwx_handshake_responder_speaks(struct fwx_turn *turn);

/* padding.c: length of the Ethernet padding that the segment carries as payload, or 0; and the
 * report of it, if there is any to report. */
uint32_t fwx_padding_length(const struct fwx_packet *packet);
bool fwx_padding_look(struct fwx_turn *turn);

/* facts/story.c: what the segment tells of what happened, before it is learnt. */
void fwx_story_look(struct fwx_turn *turn);

/* facts/speech.c: silence, and who breaks it; and, when all have looked, that it is over. */
void fwx_speech_look(struct fwx_turn *turn);
void fwx_speech_note(const struct fwx_turn *turn);

/* facts/reset.c: reports a reset, as turn->reset. */
void fwx_reset_look(struct fwx_turn *turn);
/* facts/reset.c: may it end a connection whose ends are these (RFC 9293, 3.5.3)? */
bool fwx_reset_fits(const struct fwx_turn *turn, const struct fwx_peer *sender,
                    const struct fwx_peer *receiver, bool half_open);

/* model/ending.c: the state table's action for a reset that meets a connection. */
enum fwx_outcome fwx_reset_arrives(struct fwx_turn *turn);

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
/* traits.c: 16 bits that stand for the source's MAC address; 0 for none. */
uint16_t fwx_traits_mac(const struct fwx_packet *packet);
/* traits.c: remembers what the packet looks like. True if it is one of the last few once more, as
 * captures on mirror ports or of both sides of a router show it: one packet, and nothing new. */
bool fwx_traits_seen_before(struct fwx_turn *turn);

#endif
