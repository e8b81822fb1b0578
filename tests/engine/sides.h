/* sides.h
 * Conversations on both sides of a device, a line per packet: what it is, and what became of it in
 * between.
 *
 *     static const struct hop rows[] = {
 *         {"syn", I, S, 0, .fate = FORWARDED},
 *         {"request", I, PA, 1, 1, 100, .seen = KEPT, .fate = DROPPED},
 *         {"reset", R, RA, 1, 1, .seen = ADDED, .fate = INJECTED},
 *     };
 *
 * A row is a frame at the point where the packet enters, unless it is ADDED, and then one at the
 * point where it comes out, unless it is KEPT: what the initiator sends enters at INSIDE and comes
 * out at OUTSIDE. Numbers count from the ISNs, as in packets.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_SIDES_H
#define FWX_TEST_SIDES_H

#include "packets.h"

#include "engine/points/points.h"

enum { INSIDE, OUTSIDE }; /* capture points */

enum {
    FORWARDED = FWX_FATE_FORWARDED,
    DROPPED = FWX_FATE_DROPPED,
    ONCE = FWX_FATE_DROPPED_ONCE,
    CHANGED = FWX_FATE_CHANGED,
    RESEGMENTED = FWX_FATE_RESEGMENTED,
    INJECTED = FWX_FATE_INJECTED,
    COPY = FWX_FATE_COPY,
    LOSS = FWX_FATE_CAPTURE_LOSS,
    UNPROVEN = FWX_FATE_UNPROVEN,
};

/* A packet with what its headers have beside: to be changed before it is put into bytes. */
struct wire {
    struct fwx_packet packet;
    uint32_t stamp;      /* TSval; 0: no time stamps */
    uint16_t mss;        /* 0: none */
    bool sack_permitted;
    uint8_t more_flags;  /* ECE, CWR */
    uint8_t salt;        /* other bytes of payload */
    bool alike;          /* each payload the same */
    uint32_t captured;   /* bytes of the payload, at most */
};

typedef void alter(struct wire *wire);

enum { THROUGH, KEPT, ADDED };

struct hop {
    const char *does;
    int from;
    uint8_t flags;
    int64_t seq;
    int64_t ack;
    uint32_t len;
    int seen;
    int fate;         /* at the point where it enters; ADDED: where it comes out */
    int doubt;        /* enum fwx_doubt */
    int64_t gap_ms;   /* since the packet before; 0: 10 ms */
    int64_t stay_ms;  /* in between; 0: 5 ms; less than 0: none */
    uint8_t protocol; /* UDP, ECHO; ICMP_ERROR: about the other side's segment with that seq; 0: TCP */
    alter *both;      /* changes it where it is sent already */
    alter *out;       /* and where it comes out */
};

/* What is different at a point. */
struct place {
    uint32_t isn[2];
    uint8_t host[2]; /* last byte of the address */
    uint16_t port[2];
    int64_t ahead;   /* of its clock, nanoseconds */
    int32_t ppm;     /* faster */
    uint8_t hops;    /* that an initiator's packet has behind it; of a responder's they are more at the
                      * other one */
};

struct sides {
    struct scene scene;
    struct place place[2];
    uint16_t point[2]; /* their numbers: INSIDE and OUTSIDE, or the other way round */
    uint16_t next_id[2];
    int64_t time;
    bool keeps_ids;
    GPtrArray *bytes;
};

/* Two places of one conversation, routed; to be changed as wanted before packets are sent. */
struct sides sides_new(void);
struct sides sides_new_under(const struct fwx_policy *policy);
void sides_end(struct sides *sides);

/* Another conversation: other ports and ISNs. */
void sides_next(struct sides *sides);

void sides_play(struct sides *sides, const struct hop *rows, unsigned count);
#define CROSS(sides, rows) sides_play(sides, rows, G_N_ELEMENTS(rows))

/* All of them have the fates of their rows, which were the first to be played. */
void assert_fates(struct sides *sides, const struct hop *rows, unsigned count);
#define ASSERT_FATES(sides, rows) assert_fates(sides, rows, G_N_ELEMENTS(rows))

/* Plays the rows, and then somebody else's healthy connection; holds them against their fates. */
struct sides sides_with(const struct hop *rows, unsigned count);
#define SIDES_WITH(rows) sides_with(rows, G_N_ELEMENTS(rows))

/* Another's connection, handed on. */
void sides_bystander(struct sides *sides);

/* The frame's packet at the other point; the test ends where there is nothing to tell. */
struct fwx_meeting meeting_of(const struct sides *sides, uint32_t frame);
void assert_changes(const struct sides *sides, uint32_t frame, const char *changes);
void assert_reason(const struct sides *sides, uint32_t frame, const char *reason);
void assert_pair(const struct sides *sides, uint32_t number, uint32_t inner, uint32_t outer,
                 enum fwx_method method, enum fwx_path path);

#define DOUBT(name) .fate = UNPROVEN, .doubt = FWX_DOUBT_##name

#define OPENING                                                                                    \
    {"syn", I, S, 0, .fate = FORWARDED}, {"syn-ack", R, SA, 0, 1, .fate = FORWARDED},              \
    {"ack", I, A, 1, 1, .fate = FORWARDED}
#define TALK                                                                                       \
    {"request", I, PA, 1, 1, 100, .fate = FORWARDED},                                              \
        {"response", R, PA, 1, 101, 200, .fate = FORWARDED},                                       \
        {"ack of the response", I, A, 101, 201, .fate = FORWARDED}

#endif
