/* packets.h
 * Conversations for the engine, a line per packet: what it does, what it is, what is to come of it.
 *
 *     static const struct segment rows[] = {
 *         {"syn", I, S, 0, .met = NONE},
 *         {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
 *         {"ack covers the payload", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
 *     };
 *
 * UDP and ICMP echo have rows too, with nothing in the places of TCP's numbers:
 *
 *         {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE},
 *         {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 2, .met = NONE},
 *
 * Sequence numbers count from the sender's ISN, acknowledgements from the other's, and every table
 * is played in several worlds: with ISNs that wrap soon and ISNs 2^31 apart, over IPv4 and IPv6.
 * A row's frame is its number in the table, from 1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_PACKETS_H
#define FWX_TEST_PACKETS_H

#include "engine/engine.h"
#include "engine/reason.h"

#include <glib.h>

/* Short names: a row is to fit on its line. */
enum { I = FWX_INITIATOR, R = FWX_RESPONDER };

enum {
    S = FWX_SYN,
    A = FWX_ACK,
    F = FWX_FIN,
    SA = FWX_SYN | FWX_ACK,
    FA = FWX_FIN | FWX_ACK,
    PA = FWX_PSH | FWX_ACK,
    RST = FWX_RST,
    RA = FWX_RST | FWX_ACK,
};

/* TCP is 0, and so is said by not saying it. ECHO is ICMP or ICMPv6, as the world has it. */
enum { UDP = FWX_PROTOCOL_UDP, ECHO = FWX_PROTOCOL_ICMP, ICMP_ERROR = 255 };
enum { REQUEST = FWX_ECHO_REQUEST, REPLY = FWX_ECHO_REPLY };

enum {
    NONE = FWX_STATE_NONE,
    DENY = FWX_STATE_DENIED,
    SENT = FWX_STATE_SYN_SENT,
    RECV = FWX_STATE_SYN_RECEIVED,
    ESTB = FWX_STATE_ESTABLISHED,
    UNKN = FWX_STATE_UNKNOWN,
    FINW = FWX_STATE_FIN_WAIT,
    CLSG = FWX_STATE_CLOSING,
    CLSD = FWX_STATE_CLOSED,
    RSET = FWX_STATE_RESET,
};

/* Findings, as bits. */
enum {
    PAYLOAD = 1 << FWX_FINDING_SYNACK_PAYLOAD,
    PADDING = 1 << FWX_FINDING_PADDING,
    MISMATCH = 1 << FWX_FINDING_ACK_MISMATCH,
    RESET = 1 << FWX_FINDING_RESET,
    CLOSE = 1 << FWX_FINDING_CLOSE,
    LATE = 1 << FWX_FINDING_NOT_SYN,
    SANITY = 1 << FWX_FINDING_SANITY,
    QUOTA = 1 << FWX_FINDING_QUOTA,
    WINDOW = 1 << FWX_FINDING_WINDOW,
    MARKER = 1 << FWX_FINDING_MARKER,
};

#define BAD_ACK  FWX_E_SEQ_ACK_MISMATCH
#define NOT_SYN  FWX_E_TCP_NOT_SYN_PACKET_DROPPED
#define GRACEFUL FWX_E_GRACEFUL_SHUTDOWN
#define ABORTIVE FWX_E_ABORTIVE_SHUTDOWN
#define KILLED   FWX_E_CONNECTION_KILLED

/* Every side counts its IP IDs up from here, see struct segment. */
enum { FIRST_ID = 1000, ZERO_ID = -1 };

enum { NORMAL_WINDOW = 8192, ZERO_WINDOW = -1 };

/* No connection: a row's .conn. */
#define NO_CONN UINT32_MAX

/* Classes from 1, so that 0 says nothing. */
#define CLASS(name) (FWX_RESET_##name + 1)

typedef void tweak(struct fwx_packet *packet);

struct segment {
    const char *does;
    int from;        /* I or R */
    uint8_t flags;   /* of TCP; REQUEST or REPLY of ECHO */
    int64_t seq;
    int64_t ack;
    uint32_t len;    /* of the payload */
    int64_t gap_ms;  /* since the packet before; 0: 10 ms, less than 0: the clock is put back */
    uint8_t header;  /* length; 0: 20 */
    uint8_t scale;   /* shift count of the window scale option; 0: no option */
    int32_t window;  /* 0: NORMAL_WINDOW */
    int32_t id;      /* IP ID; 0: the next */
    uint8_t ttl;     /* 0: the side's usual one */
    uint8_t mac;     /* last byte; 0: the side's usual one */
    uint8_t protocol;  /* UDP, ECHO; 0: TCP */
    bool zeros;        /* the payload is all zero */
    bool fast_open;
    const char *head;  /* the payload begins so: FWX_PAYLOAD_HEAD bytes or more */
    tweak *tweak;      /* what is to be done to the packet that a row cannot say */

    /* what is to come of it */
    int met;         /* the state before */
    uint32_t conn;   /* id, or NO_CONN; 0: as in the row before */
    unsigned finds;  /* which findings, exactly */
    uint32_t code;   /* the verdict on this packet, 0: none */
    int reset;       /* CLASS(...) */
};

struct world {
    const char *name;
    uint32_t isn[2];
    uint8_t ip_version;
    int64_t epoch; /* nanoseconds */
};

struct scene {
    struct fwx_engine *engine;
    const struct world *world;
    struct fwx_packet last; /* the packet last played */
    uint32_t frame;
    int64_t time;
    uint16_t next_id[2];
    uint16_t port[2];
    GArray *packets; /* of struct fwx_packet, for visits afterwards */
};

extern const struct world worlds[];
extern const unsigned world_count;

/* The rows that most conversations begin with: three packets, and ten bytes each way. */
#define HANDSHAKE                                                                                  \
    {"syn", I, S, 0, .met = NONE}, {"syn-ack", R, SA, 0, 1, .met = SENT},                          \
    {"ack", I, A, 1, 1, .met = RECV}
#define EXCHANGE                                                                                   \
    {"request", I, PA, 1, 1, 10, .met = ESTB}, {"response", R, PA, 1, 11, 10, .met = ESTB},        \
    {"ack of the response", I, A, 11, 11, .met = ESTB}
enum { EXCHANGED = 6 }; /* frames of both */

typedef void (*check)(const struct scene *scene);

/* Plays the table in every world and holds each row against what it expects; then looks all
 * frames up again; then calls the check (or NULL) for what the rows do not say. */
void play_rows(const struct segment *rows, unsigned count, check check);
/* The same without IPv6, which has no IP ID and no padding. */
void play_rows_ipv4(const struct segment *rows, unsigned count, check check);

#define PLAY(rows, check)      play_rows(rows, G_N_ELEMENTS(rows), check)
#define PLAY_IPV4(rows, check) play_rows_ipv4(rows, G_N_ELEMENTS(rows), check)

/* The same under other rules than fwx_policy_default(). */
void play_rows_under(const struct fwx_policy *policy, const struct segment *rows, unsigned count,
                     check check);
#define PLAY_UNDER(policy, rows, check) play_rows_under(policy, rows, G_N_ELEMENTS(rows), check)

/* For tests that make their packets themselves. */
struct scene scene_new(const struct world *world);
struct scene scene_new_under(const struct world *world, const struct fwx_policy *policy);
void scene_end(struct scene *scene);
struct fwx_packet scene_packet(struct scene *scene, const struct segment *row);
const struct fwx_connection *scene_see(struct scene *scene, const struct segment *row);
struct fwx_packet echo_packet(uint32_t frame, enum fwx_echo_role role, uint32_t size, bool ipv6);

/* The frame's finding of this kind, or NULL; found() ends the test where it has none. */
const struct fwx_finding *find(const struct scene *scene, uint32_t frame,
                               enum fwx_finding_kind kind);
const struct fwx_finding *found(const struct scene *scene, uint32_t frame,
                                enum fwx_finding_kind kind);

const struct fwx_connection *connection_of(const struct scene *scene, uint32_t id);

/* The connection's verdict as it is now, and the frame that earned it; assert_no_verdict() where it
 * has none yet. */
struct fwx_conclusion concluded(const struct scene *scene, uint32_t id);
void assert_verdict(const struct scene *scene, uint32_t id, uint32_t code, uint32_t frame);
void assert_no_verdict(const struct scene *scene, uint32_t id);

void assert_evidence(const struct scene *scene, uint32_t id, enum fwx_evidence evidence);

/* The sentence of the frame's finding of this kind says this. */
void assert_says(const struct scene *scene, uint32_t frame, enum fwx_finding_kind kind,
                 const char *part);

#endif
