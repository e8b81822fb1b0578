/* pair.h
 * Two legs of one conversation: a connection at one capture point, and the same one, or the one
 * that a device opened in its name, at another.
 *
 * Private to points/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PAIR_H
#define FWX_PAIR_H

#include "engine/points/points.h"
#include "engine/points/trail.h"

struct fwx_engine;

/* A packet at one point, and what became of it on the way to the other. */
struct fwx_trace {
    uint32_t sight;
    uint32_t pair;  /* number */
    uint32_t other; /* number of the sight at the other point + 1, 0: none */
    uint8_t fate;   /* enum fwx_fate */
    uint8_t doubt;  /* enum fwx_doubt */
    bool entered;   /* its sender is on this side: it enters here what lies in between */
};

/* Tables ask for it more than once. */
struct fwx_told_delay {
    struct fwx_delay delay;
    bool is_told;
    bool found; /* there is one */
};

/* Everything that joins the points of a capture; made anew whenever more of it is known. */
struct fwx_points_join {
    const struct fwx_engine *engine;
    const struct fwx_trail *trail;
    GArray *pairs;  /* of struct fwx_pair */
    GArray *clocks; /* of struct fwx_clock */
    GArray *traces; /* of struct fwx_trace, in the end by sight, then by pair */
    GHashTable *of; /* GArray of uint32_t: numbers of a connection's pairs, by id */
    int64_t *first; /* by point: its first packet's time */
    int64_t *last;
    uint32_t *seen; /* and how many packets it has */
    uint32_t points;
    uint32_t made_of;     /* sights */
    GArray *delays;       /* of struct fwx_told_delay, by number of the pair, as far as asked for */
    GHashTable *evidence; /* enum fwx_evidence of predicted drops, by id */
};

static inline struct fwx_pair *fwx_pair_at(const struct fwx_points_join *join, uint32_t number)
{
    return &g_array_index(join->pairs, struct fwx_pair, number);
}

/* A key with one more value in it. */
static inline uint64_t fwx_points_mix(uint64_t key, uint64_t value)
{
    key = (key ^ value) * 0x9e3779b97f4a7c15u;
    return key ^ key >> 29;
}

/* legs.c: finds the pairs. */
void fwx_legs_pair(struct fwx_points_join *join);

/* path.c: do the connections have the same initial sequence number of a side? 1: yes; -1: no; 0:
 * one of them has none that is known. */
int fwx_compare_isn(const struct fwx_connection *a, const struct fwx_connection *b, unsigned side);

/* path.c: what lies in between. */
enum fwx_path fwx_path_of(const struct fwx_points_join *join, const struct fwx_pair *pair);

/* match.c: finds each packet of a pair at the other point; fills traces. */
void fwx_match_packets(struct fwx_points_join *join);

/* errors.c: and each ICMP error about its packets; adds traces. */
void fwx_match_errors(struct fwx_points_join *join, uint32_t number);

/* clock.c: how the clocks of two points differ, from the packets found at both; and which of a
 * pair's legs is nearer to the initiator, which becomes the first. */
void fwx_clocks_compare(struct fwx_points_join *join);

/* alone.c: connections that should have been seen at another point and were not: each becomes a
 * pair without a second leg, and its SYNs are dropped. */
void fwx_alone_find(struct fwx_points_join *join);

/* fate.c: what became of the packets that were not found, and of those that were changed. */
void fwx_fates_tell(struct fwx_points_join *join);

/* proof.c: what was predicted, and got through or did not. */
void fwx_proofs_find(struct fwx_points_join *join);

/* The clocks of the pair's two points. */
static inline struct fwx_clock *fwx_clock_of(const struct fwx_points_join *join,
                                             const struct fwx_pair *pair)
{
    return &g_array_index(join->clocks, struct fwx_clock, pair->clock);
}

/* points.c: a packet's number-th trace between points that none lies between; NULL behind the
 * last. */
const struct fwx_trace *fwx_trace_at(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection, uint32_t frame,
                                     uint32_t number);

/* trace.c: the first of a sight's traces, or their count where it has none. */
uint32_t fwx_trace_first(const struct fwx_points_join *join, uint32_t sight);

/* trace.c: a sight's trace in one pair; NULL: none. */
const struct fwx_trace *fwx_trace_in(const struct fwx_points_join *join, uint32_t number,
                                     uint32_t sight);

/* trace.c: those of a pair's packets that go in, in the order of frames at one leg, then at the
 * other. */
typedef void fwx_take_trace(const struct fwx_trace *trace, const struct fwx_sight *sight,
                            void *data);
void fwx_pair_visit(const struct fwx_points_join *join, uint32_t number, fwx_take_trace *take,
                    void *data);

/* trace.c: was it found with another TTL? A firewall is a router at least, which takes one from
 * it. */
bool fwx_trace_is_routed(const struct fwx_points_join *join, const struct fwx_trace *trace);

/* It went in, and was not seen to come out: dropped, or nobody can tell. */
static inline bool fwx_trace_is_missing(const struct fwx_trace *trace)
{
    return !trace->other && trace->fate && trace->fate != FWX_FATE_CAPTURE_LOSS;
}

/* trace.c: a time of one point, as the clock of the other has it. */
int64_t fwx_clock_there(const struct fwx_clock *clock, uint16_t from, int64_t time);

/* trace.c: how long a packet that was found at both points stayed in between, nanoseconds. */
int64_t fwx_trace_stay(const struct fwx_points_join *join, const struct fwx_clock *clock,
                       const struct fwx_trace *trace);

/* change.c: was more of it changed than what every router and every address translation changes? */
bool fwx_trace_is_changed(const struct fwx_points_join *join, const struct fwx_trace *trace);

/* change.c: what was changed, in words; with addresses, or without. Says whether there is anything.
 */
bool fwx_trace_say_changes(const struct fwx_points_join *join, const struct fwx_trace *trace,
                           bool addresses, struct fwx_sentence *sentence);

#endif
