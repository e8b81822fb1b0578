/* points.h
 * Several capture points of one capture: which connections are the same conversation, how the
 * clocks differ, and what became of each packet in between.
 *
 * Each point is a world of its own until it is asked: nothing of what a point shows is changed.
 * What is asked is as of the last fwx_points_review(). Facts and figures behind the rules, and how
 * they were tried: doc/two-captures.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ENGINE_POINTS_H
#define FWX_ENGINE_POINTS_H

#include "engine/connection.h"
#include "engine/sentence.h"

struct fwx_engine;

/* What shows that two legs belong together. */
enum fwx_method {
    FWX_ALONE,         /* nothing: there is no other leg */
    FWX_SAME_NUMBERS,  /* sequence and acknowledgement numbers; of UDP and ICMP payload and IP ID */
    FWX_ISN_INITIATOR, /* one initial sequence number is kept, the other is not */
    FWX_ISN_RESPONDER,
    FWX_PAYLOAD, /* the same bytes at the same places behind the ISN */
    FWX_STREAM,  /* both directions begin with the same bytes */
    FWX_METHODS
};

/* What lies in between. */
enum fwx_path {
    FWX_PATH_PACKET,      /* hands packets on: routes, translates addresses */
    FWX_PATH_SYN_PROXY,   /* answers the SYN itself */
    FWX_PATH_ISN_REWRITE, /* hands packets on with other sequence numbers */
    FWX_PATH_PROXY,       /* two TCP connections */
    FWX_PATHS
};

/* What became of a packet between two points. */
enum fwx_fate {
    FWX_FATE_NONE, /* a proxy's: it has no counterpart */
    FWX_FATE_FORWARDED,
    FWX_FATE_DROPPED,
    FWX_FATE_DROPPED_ONCE, /* a later copy went through */
    FWX_FATE_CHANGED,
    FWX_FATE_RESEGMENTED,
    FWX_FATE_INJECTED,
    FWX_FATE_COPY,
    FWX_FATE_CAPTURE_LOSS, /* it passed, and was not captured */
    FWX_FATE_UNPROVEN,
    FWX_FATES
};

/* Why nobody can tell: FWX_FATE_UNPROVEN. */
enum fwx_doubt {
    FWX_DOUBT_NONE,
    FWX_DOUBT_UNACKNOWLEDGED, /* nobody acknowledges such a packet: a mere ACK, a reset, UDP */
    FWX_DOUBT_ORDER,          /* which way it went is not known */
    FWX_DOUBT_CLOCK,          /* nor when it should have come */
    FWX_DOUBT_BEFORE,         /* the other point captured not yet */
    FWX_DOUBT_END,            /* or not long enough any more */
    FWX_DOUBT_LOSS,           /* or loses packets itself */
    FWX_DOUBT_DROPS,          /* or says so */
    FWX_DOUBT_ANSWERED,       /* somebody answered, or something else began there */
    FWX_DOUBTS
};

struct fwx_pair {
    uint32_t leg[2];   /* ids of connections; once ordered, the first is nearer to the initiator; of
                        * one that no other point saw, the second is 0 */
    uint16_t point[2]; /* where they were captured */
    uint32_t shift[2]; /* by enum fwx_side: the second leg's sequence numbers less the first's */
    uint8_t method;    /* enum fwx_method */
    uint8_t path;      /* enum fwx_path */
    bool ordered;      /* which leg is nearer to the initiator is known */
    bool adjacent;     /* no third point lies in between */
    bool keeps_ids;    /* IP IDs are handed on */
    int32_t votes;     /* of neighbouring packets for that order: below 0 for the other one */
    uint32_t clock;    /* number of their points' clocks */
    uint32_t fates[FWX_FATES]; /* packets, by enum fwx_fate: of those that entered, and that left */
    uint32_t first_dropped;    /* frame, 0: none */
};

/* How the clock of the second point differs from that of the first. */
struct fwx_clock {
    uint16_t point[2];
    bool known;           /* packets went both ways */
    double offset_ns;     /* the second's less the first's, at that time */
    double at_ns;         /* of the first's, since the epoch */
    double error_ns;      /* half of the round trip's difference, the median of the shortest */
    double drift;         /* seconds a second */
    uint32_t samples;     /* neighbouring packets in opposite directions */
    uint32_t matched;     /* packets found at both points */
    uint32_t lost[2];     /* by point: packets that passed and that it did not capture */
    int64_t longest_stay; /* of a packet in between, nanoseconds */
    int32_t votes;        /* of connections that the first is nearer to their initiator */
};

/* A packet at another point, see fwx_points_traces(). */
struct fwx_meeting {
    const struct fwx_pair *pair;
    enum fwx_fate fate;
    bool entered;   /* it enters there what lies in between; else it comes out */
    uint32_t frame; /* at the other point, 0: none */
    uint16_t point; /* the other */
    enum fwx_doubt doubt;
    bool stay_known;
    int64_t stay; /* nanoseconds in between, by the first point's clock */
};

/* Where the longest answer of a conversation spent its time. Times are nanoseconds. */
struct fwx_delay {
    uint32_t question; /* frames at the first leg: the question's last, the answer's first */
    uint32_t answer;
    uint32_t exchanges; /* questions with an answer */
    int64_t wait;       /* from the one to the other */
    int64_t between;    /* of this: between the points, there and back; told without any clock */
    int64_t beyond;     /* and behind the second: the responder, and what lies before it */
    bool is_split;
    int64_t there; /* of what lies between, by the corrected clocks */
    int64_t back;
};

/* ---- how it is made ------------------------------------------------------------------------- */

/* From now on packets are remembered, count of them at most; the second time, so many more may be.
 * name: of a point, for sentences; NULL: they have none. */
void fwx_points_remember(struct fwx_engine *engine, uint32_t count,
                         const char *(*name)(uint16_t point));

/* The capture itself says how many packets it dropped at a point; the highest count holds. Of
 * points whose packets are remembered. */
void fwx_points_note_drops(struct fwx_engine *engine, uint16_t point, uint32_t packets);

/* Is what was joined behind by more packets than one of so many of those that it was made of?
 * Before the first review: have any come? */
bool fwx_points_are_behind(const struct fwx_engine *engine, uint32_t one_of);

/* Joins what the points have seen. Does nothing where there is but one. */
void fwx_points_review(struct fwx_engine *engine);
void fwx_points_forget(struct fwx_engine *engine);

/* ---- what is known -------------------------------------------------------------------------- */

uint32_t fwx_points_pair_count(const struct fwx_engine *engine);
const struct fwx_pair *fwx_points_pair(const struct fwx_engine *engine, uint32_t number);

/* The number-th pair of a connection, NULL behind the last. */
const struct fwx_pair *fwx_points_pair_of(const struct fwx_engine *engine,
                                          const struct fwx_connection *connection, uint32_t number);

uint32_t fwx_points_clock_count(const struct fwx_engine *engine);
const struct fwx_clock *fwx_points_clock(const struct fwx_engine *engine, uint32_t number);

/* How the clock of a point differs from the first point's at a time of its own, nanoseconds; false
 * where that is not known. */
bool fwx_points_offset(const struct fwx_engine *engine, uint16_t point, int64_t time,
                       int64_t *offset, const struct fwx_clock **clock);

/* The connection that the ICMP error in a frame is about; NULL: there is none. */
const struct fwx_connection *fwx_points_error_about(const struct fwx_engine *engine,
                                                    uint32_t frame);

/* What became of a connection's packet in a frame, or of an ICMP error about it: the number-th
 * meeting, false behind the last. */
bool fwx_points_meeting(const struct fwx_engine *engine, const struct fwx_connection *connection,
                        uint32_t frame, uint32_t number, struct fwx_meeting *meeting);

/* What the packet was changed in, "payload 2 -> 0, TTL 120 -> 121"; NULL for nothing.
 * buffer: of FWX_REASON_SIZE bytes, and returned. */
const char *fwx_points_changes(const struct fwx_engine *engine,
                               const struct fwx_connection *connection, uint32_t frame,
                               uint32_t number, char *buffer);

/* Why that is its fate, of one that did not get through, or may not have; NULL: there is nothing to
 * say. buffer: as before. */
const char *fwx_points_reason(const struct fwx_engine *engine,
                              const struct fwx_connection *connection, uint32_t frame,
                              uint32_t number, char *buffer);

/* Did what the firewall would have dropped of the connection get through, as other points show? Of
 * one that stands between them. */
enum fwx_evidence fwx_points_evidence(const struct fwx_engine *engine,
                                      const struct fwx_connection *connection);

/* Was the connection's packet in a frame made between two points, as they show? */
bool fwx_points_is_injected(const struct fwx_engine *engine, uint32_t connection, uint32_t frame);

/* The pair of the connection, or of a leg of it, between whose points packets were dropped; NULL:
 * none. */
const struct fwx_pair *fwx_points_drop(const struct fwx_engine *engine,
                                       const struct fwx_connection *connection);

/* The longest of a pair's exchanges that both legs show; false where there is none. */
bool fwx_points_delay(const struct fwx_engine *engine, uint32_t number, struct fwx_delay *delay);

/* Frames of a pair's packets that went in and were not found coming out, "4-7, 10"; and what was
 * changed, with frames: "payload 0 to 2 bytes (2, 8); ...". Both may be empty, and end with "..."
 * where there is no room. buffer: as before. */
const char *fwx_points_say_missing(const struct fwx_engine *engine, uint32_t number, char *buffer);
const char *fwx_points_say_changed(const struct fwx_engine *engine, uint32_t number, char *buffer);

/* Would the emulated firewalls have dropped what did not come out? "linux would have dropped 8 of
 * the 9 that did not come out, the first in frame 7: ...; ..."; or "no model explains it (tmg2010,
 * linux)". Empty for a pair without drops. buffer: as before. */
const char *fwx_points_say_explanation(const struct fwx_engine *engine, uint32_t number,
                                       char *buffer);

/* Did what a further firewall would have dropped of the connection come out behind a router?
 * FWX_REFUTED: some of it; FWX_PROVEN: none, and some was dropped. firewall: see
 * fwx_beside_firewall(). */
enum fwx_evidence fwx_points_evidence_beside(const struct fwx_engine *engine,
                                             const struct fwx_connection *connection,
                                             unsigned firewall);

/* Were packets left out: more came than are remembered, or some before the second point was known?
 */
bool fwx_points_is_short(const struct fwx_engine *engine);

/* What was told by fwx_points_note_drops(); 0 where nothing was. */
uint32_t fwx_points_drops(const struct fwx_engine *engine, uint16_t point);

/* The pair's number. */
uint32_t fwx_points_number(const struct fwx_engine *engine, const struct fwx_pair *pair);

/* The pair by which the connection goes on towards its responder: between points that none lies
 * between; NULL: none. */
const struct fwx_pair *fwx_points_onward(const struct fwx_engine *engine,
                                         const struct fwx_connection *connection);

/* Of one conversation's legs a table has a row for one: the worst, or else the one nearest to the
 * initiator. Is this another? */
bool fwx_points_is_double(const struct fwx_engine *engine, const struct fwx_connection *connection);

/* "inside", or "point 1" where it has no name. Valid until the next call. */
const char *fwx_points_name(const struct fwx_engine *engine, uint16_t point);

/* The spellings of fwx.pair.method, .path and .fate; NULL for FWX_FATE_NONE. */
const char *fwx_method_name(enum fwx_method method);
const char *fwx_path_name(enum fwx_path path);
const char *fwx_fate_name(enum fwx_fate fate);

#endif
