/* trail.h
 * What is remembered of packets where a capture has several points: enough to know each of them
 * again at another point, behind address translation, a proxy, and changes on the way.
 *
 * 64 bytes a packet and 96 a connection, kept only where a capture has several points, or may have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TRAIL_H
#define FWX_TRAIL_H

#include "engine/connection.h"
#include "engine/packet.h"
#include "engine/pool.h"

/* So many bytes of the payload are looked at; and so many where the capture was cut. */
#define FWX_SIGHT_HEAD  32
#define FWX_SIGHT_SHORT 8

/* A packet of a connection, as one point saw it. Numbers are raw, as fwx_packet has them. */
struct fwx_sight {
    int64_t time;
    uint32_t frame;
    uint32_t connection; /* id */
    uint32_t previous;   /* number of the connection's sight before it + 1, 0: none */
    uint32_t seq;        /* of ICMP echo: the sequence number; of an ICMP error: the quoted one */
    uint32_t ack;        /* 0 without FWX_ACK */
    uint32_t length;     /* of the payload */
    uint32_t head;       /* hash of the first FWX_SIGHT_HEAD bytes of it, as far as captured */
    uint32_t short_head; /* and of the first FWX_SIGHT_SHORT; of an ICMP error: type and code */
    uint32_t stamp;      /* TSval (RFC 7323, 3.2), 0: none */
    uint32_t options;    /* a bit for each kind of TCP option below 32 */
    uint16_t mss;        /* 0: none offered */
    uint16_t window;     /* unscaled */
    uint16_t ip_id;
    uint8_t covered; /* bytes that head is of */
    uint8_t flags;   /* of TCP, with ECE and CWR; of ICMP: the type */
    uint8_t ttl;
    uint8_t tos;
    uint8_t side;         /* enum fwx_side, that sent it */
    uint8_t window_scale; /* or FWX_NO_WINDOW_SCALE */
    bool is_error;        /* an ICMP error about a packet of the other side's */
};

/* RFC 3168, 6.1: beside those of enum fwx_tcp_flag. */
enum { FWX_ECE = 0x40, FWX_CWR = 0x80 };

/* How the bytes of one side begin: what a proxy hands on is cut into other segments, but begins
 * alike. */
enum { FWX_STREAM_MARKS = 5 };
struct fwx_stream {
    uint32_t running;              /* hash of the first covered bytes */
    uint32_t at[FWX_STREAM_MARKS]; /* the same of the first 16, 32, 64, 128 and 256 */
    uint16_t covered;              /* bytes without a gap */
    uint64_t variety;              /* a bit for each of their values modulo 64 */
};

struct fwx_steps {       /* of a connection */
    uint32_t last;       /* number of its last sight + 1, 0: none */
    uint32_t last_error; /* the same of ICMP errors about it, which are none of its packets */
    uint32_t count;
    struct fwx_stream stream[2]; /* by enum fwx_side */
};

struct fwx_trail {
    struct fwx_pool sights; /* of struct fwx_sight, in the order of frames */
    struct fwx_pool steps;  /* of struct fwx_steps, by id - 1 */
    uint32_t limit;         /* sights at most */
    bool is_short;          /* more packets came than that, or some before it began */
    GArray *drops;          /* of uint32_t, by point: packets that its capture says it dropped */
};

/* Keeps so many packets at most. To be freed with fwx_trail_free(), which takes NULL too. */
struct fwx_trail *fwx_trail_new(uint32_t limit);
void fwx_trail_free(struct fwx_trail *trail);

/* So many packets were dropped at a point, as its capture says. */
void fwx_trail_note_drops(struct fwx_trail *trail, uint16_t point, uint32_t packets);

/* 0 where nothing is said of it. */
uint32_t fwx_trail_drops(const struct fwx_trail *trail, uint16_t point);

/* A packet of the connection, which its side has sent. */
void fwx_trail_note(struct fwx_trail *trail, const struct fwx_connection *connection,
                    enum fwx_side side, const struct fwx_packet *packet);

/* An ICMP error about a packet that the other side of the connection has sent. */
void fwx_trail_note_error(struct fwx_trail *trail, const struct fwx_connection *connection,
                          enum fwx_side side, const struct fwx_packet *packet);

static inline struct fwx_sight *fwx_sight_at(const struct fwx_trail *trail, uint32_t number)
{
    return (struct fwx_sight *)fwx_pool_at(&trail->sights, number);
}

/* NULL where no packet of the connection was kept. */
const struct fwx_steps *fwx_trail_steps(const struct fwx_trail *trail, uint32_t connection);

/* Numbers of the connection's sights, in the order of frames; to be freed. */
uint32_t *fwx_trail_of(const struct fwx_trail *trail, uint32_t connection, uint32_t *count);

/* The first segment of a side with SYN, or else with payload; NULL: none was kept. */
const struct fwx_sight *fwx_trail_first(const struct fwx_trail *trail, uint32_t connection,
                                        unsigned side, bool syn);

/* The connection's sight in a frame, the first, or the number of sights where it has none. */
uint32_t fwx_trail_find(const struct fwx_trail *trail, uint32_t frame, uint32_t connection);

/* The first ICMP error in a frame, its number + 1; 0: none. */
uint32_t fwx_trail_error(const struct fwx_trail *trail, uint32_t frame);

/* Do both begin with the same bytes, as far as both are known? *length: how far that is, 0 where
 * nothing was compared. */
bool fwx_stream_agrees(const struct fwx_stream *a, const struct fwx_stream *b, uint32_t *length);

/* Do the payloads look alike, as far as both were captured? */
bool fwx_sight_same_payload(const struct fwx_sight *a, const struct fwx_sight *b);

#endif
