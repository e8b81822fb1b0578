/* connection.h
 * The connection table: one entry per TCP connection, found by addresses and ports. It holds the
 * connection as its endpoints live it, from every packet, and beside it what the firewall makes of
 * it: its state, its verdict. What the firewall knows of the numbers is the same until it refuses a
 * packet; from then on it has numbers of its own (struct fwx_notes).
 *
 * A tuple may carry many connections, one after the other (ports are reused at once behind this
 * firewall, KB 2596065). They are kept, newest first, because a frame visited again must find
 * the connection that it belonged to then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_CONNECTION_H
#define FWX_CONNECTION_H

#include "engine/finding.h"
#include "engine/packet.h"
#include "engine/pool.h"

#include <stddef.h>

/*
 * A connection only ever moves down this list (but for an end that fwx_connection_revive() takes
 * back), so the frames at which it moved are all that is needed to know its state at any frame. UDP
 * and ICMP sessions are established by their first packet.
 */
enum fwx_state {
    FWX_STATE_NONE,         /* no such connection */
    FWX_STATE_DENIED,       /* only packets that the firewall refused */
    FWX_STATE_SYN_SENT,     /* half-open */
    FWX_STATE_SYN_RECEIVED, /* half-open, a SYN-ACK passed */
    FWX_STATE_ESTABLISHED,
    FWX_STATE_UNKNOWN,  /* began before the capture */
    FWX_STATE_FIN_WAIT, /* one side has sent its FIN */
    FWX_STATE_CLOSING,  /* both have, not both are acknowledged */
    FWX_STATE_CLOSED,
    FWX_STATE_RESET,
    FWX_STATES
};

/* What the rest of the capture says of a predicted drop. */
enum fwx_evidence {
    FWX_EVIDENCE_NONE,
    FWX_CORROBORATED,
    FWX_CONTRADICTED,
    FWX_PROVEN,  /* another point, or the firewall's log, shows the drop */
    FWX_REFUTED, /* or that there was none */
};

static inline bool fwx_evidence_is_for(enum fwx_evidence evidence)
{
    return evidence == FWX_CORROBORATED || evidence == FWX_PROVEN;
}

static inline bool fwx_evidence_is_against(enum fwx_evidence evidence)
{
    return evidence == FWX_CONTRADICTED || evidence == FWX_REFUTED;
}

enum fwx_peer_flag {
    FWX_PEER_ISN = 0x01,      /* isn is known */
    FWX_PEER_SEQ = 0x02,      /* seq_end is known */
    FWX_PEER_ACK = 0x04,      /* ack_max is known */
    FWX_PEER_FIN = 0x08,      /* fin_end is known */
    FWX_PEER_DATA = 0x10,     /* has sent payload */
    FWX_PEER_DROPPED = 0x20,  /* dropped_seq is known */
    FWX_PEER_ID_JUMPS = 0x40, /* its IP IDs do not simply count up */
    FWX_PEER_MACS = 0x80,     /* was seen with more than one MAC address */
};

/* One end of a connection, and what is known of it. */
struct fwx_peer {
    uint32_t isn;         /* initial sequence number; of several SYN-ACKs the first one's */
    uint32_t seq_end;     /* behind the last sequence number sent */
    uint32_t ack_max;     /* the highest acknowledgement sent */
    uint32_t fin_end;     /* behind the FIN */
    uint32_t dropped_seq; /* where the first dropped payload began */
    uint32_t packets;     /* without resets */
    uint16_t window;      /* last advertised, unscaled */
    uint16_t mac;         /* folded source MAC */
    uint16_t ip_id;       /* the last one that was not 0 */
    uint8_t ttl_low;
    uint8_t ttl_high;
    uint8_t window_scale; /* or FWX_NO_WINDOW_SCALE */
    uint8_t flags;        /* enum fwx_peer_flag */
    uint16_t last_ms;     /* when its last packet came: milliseconds modulo 2^16 */
};

/* A SYN-ACK that is not the first, or not plain. Proxies and captures of both sides of an
 * ISN-rewriting firewall show several, with different ISNs; each may be the one that gets
 * acknowledged. */
struct fwx_synack {
    struct fwx_synack *next;
    uint32_t isn;
    uint32_t frame;
    uint32_t payload_len;
    bool padding;
};

#define FWX_MAX_SYNACKS 8

/* In sequence numbers farther away than what is sent before an answer: 4 MiB (chosen; Linux opens
 * its window to 6 MiB at most unless told otherwise, tcp(7), and what another ISN is off by is
 * mostly more). */
#define FWX_FAR (UINT32_C(1) << 22)

enum fwx_connection_flag {
    FWX_CONNECTION_FAST_OPEN = 0x0001,     /* the SYN carried a Fast Open option */
    FWX_CONNECTION_ROLES_GUESSED = 0x0002, /* initiator and responder are a guess from the ports */
    FWX_CONNECTION_ROLES_UNKNOWN = 0x0004, /* and not even the ports tell */
    FWX_CONNECTION_CROSSED = 0x0008,       /* simultaneous open (RFC 9293, 3.5) */
    FWX_CONNECTION_JUDGED = 0x0010,        /* event and verdict_frame are set */
    FWX_CONNECTION_SHADOWS = 0x0020,       /* the older connection of the tuple was still alive */
    FWX_CONNECTION_ACK_DROPPED = 0x0040,   /* a handshake acknowledgement would have been dropped */
    FWX_CONNECTION_COUNTED = 0x0080,       /* among the open connections of its initiator */
    FWX_CONNECTION_HALF_COUNTED = 0x0100,  /* and among the half-open */
    FWX_CONNECTION_TLS = 0x0200,           /* TLS, or STARTTLS, was seen */
    FWX_CONNECTION_KILLED = 0x0400,        /* the firewall itself ended it */
    FWX_CONNECTION_EXPIRED = 0x0800,       /* ended by its idle timeout */
    FWX_CONNECTION_EVICTED = 0x1000,       /* a UDP session that made room for a newer one */
    FWX_CONNECTION_ANSWERED = 0x2000,      /* answer_time is set */
    FWX_CONNECTION_ANSWER_LAST = 0x8000,   /* the last payload was the responder's */
    FWX_CONNECTION_PLAIN_SYNACK = 0x4000,  /* the first SYN-ACK had no payload, and is not listed */
    FWX_CONNECTION_COMPLETE = 0x100000,    /* the initiator has acknowledged the SYN-ACK */
    FWX_CONNECTION_DOUBLED = 0x10000,      /* packets of it were captured twice */
    FWX_CONNECTION_GOOD_SYN = 0x40000,     /* the initiator's has a right checksum; doubled: the
                                            * responder's */
    FWX_CONNECTION_SCANNED = 0x20000,      /* one of a scan's, see facts/review.h */
};

/* The states that are entered some time after the first packet. */
enum fwx_move {
    FWX_MOVE_SYN_SENT,
    FWX_MOVE_SYN_RECEIVED,
    FWX_MOVE_ESTABLISHED,
    FWX_MOVE_FIN_WAIT,
    FWX_MOVE_CLOSING,
    FWX_MOVE_OVER, /* closed or reset */
    FWX_MOVES
};

/* How far back a packet is looked for that was captured twice. */
#define FWX_RECENT_PACKETS 4

/* What every packet needs comes first, so that a look at a connection is a wait for few cache lines
 * (FWX_CONNECTION_HOT bytes). */
struct fwx_connection {
    struct fwx_address address[2]; /* by enum fwx_side */
    uint16_t port[2];
    uint16_t capture_point;
    uint8_t protocol;
    uint8_t state;  /* enum fwx_state, after the last packet */
    uint32_t flags; /* enum fwx_connection_flag */
    uint32_t id;    /* from 1, in order of appearance */
    uint32_t first_frame;
    uint32_t last_frame;
    int64_t last_time;       /* of what kept it alive; as data_time it never goes back */
    int64_t data_time;       /* of the last payload */
    int64_t spoke_time;      /* of the last word of either side, see facts/speech.c */
    struct fwx_peer peer[2]; /* by enum fwx_side */
    uint64_t bytes[2];       /* payload of each side, retransmissions included */
    int64_t first_time;      /* nanoseconds since the epoch, or FWX_NO_TIME; as all */
    uint32_t recent[FWX_RECENT_PACKETS]; /* what the last packets looked like, newest first */

    int64_t fin_time;           /* of the first FIN */
    int64_t answer_time;        /* of the responder's first packet */
    struct fwx_synack *synacks; /* newest first */
    uint32_t moved[FWX_MOVES];  /* frame of each move, 0: never */
    uint32_t verdict_frame;
    uint32_t dropped;      /* packets that would have been dropped */
    uint32_t syn_count;    /* SYNs of the initiator */
    uint32_t next_of_host; /* id of the initiator's next counted connection, 0: none */
    uint32_t kin;          /* number of its struct fwx_kin + 1, 0: the tuple's first */
    uint32_t notes;        /* number of its struct fwx_notes + 1, 0: nothing out of the ordinary */
    uint32_t number;       /* as id, but never another's: see engine/forget.h */
    uint16_t first_index;  /* which packet of first_frame began it, see fwx_packet.index */
    uint8_t first_state;   /* enum fwx_state that the first packet led to */
    uint8_t evidence;      /* enum fwx_evidence */
    uint8_t event;         /* enum fwx_event, the gravest */
    uint8_t alert;         /* last TLS alert in the clear, its description + 1 */
};

/* Where a connection stands among those of its tuple. Few tuples carry more than one. */
struct fwx_kin {
    uint32_t older; /* id of the one before it */
    uint32_t leap;  /* id of one much older, see fwx_connections_at() */
    uint32_t depth; /* how many came before */
};

/* A packet that is not of the newest connection of its tuple. Hardly any capture has one. */
struct fwx_claim {
    uint32_t frame;
    uint32_t connection; /* id */
    uint16_t index;      /* see fwx_packet.index */
};

#define FWX_CONNECTION_HOT offsetof(struct fwx_connection, fin_time)

struct fwx_connections {
    struct fwx_pool pool;
    struct fwx_pool kin;    /* of struct fwx_kin */
    struct fwx_pool claims; /* of struct fwx_claim, in the order of their packets */
    uint64_t *slots;        /* open addressing: hash in the upper half, newest id in the lower */
    uint32_t mask;          /* number of slots - 1 */
    uint32_t used;
    uint64_t seed;   /* drawn per table: a capture cannot be made to collide */
    uint32_t opened; /* connections so far */
};

void fwx_connections_init(struct fwx_connections *table);
void fwx_connections_clear(struct fwx_connections *table);

/* id: from 1 to table->pool.count */
static inline struct fwx_connection *fwx_connections_get(const struct fwx_connections *table,
                                                         uint32_t id)
{
    return (struct fwx_connection *)fwx_pool_at(&table->pool, id - 1);
}

/* Id of the tuple's connection before this one, 0: none. */
uint32_t fwx_connections_older(const struct fwx_connections *table,
                               const struct fwx_connection *connection);

/* The newest connection of the packet's tuple, and which side of it sent the packet; or NULL. */
struct fwx_connection *fwx_connections_newest(const struct fwx_connections *table,
                                              const struct fwx_packet *packet,
                                              enum fwx_side *sender);

/* Fetches into the cache where the packet's tuple is looked up; and, once that is there, its newest
 * connection. Neither waits. */
void fwx_connections_prefetch_slot(const struct fwx_connections *table,
                                   const struct fwx_packet *packet);
void fwx_connections_prefetch(const struct fwx_connections *table, const struct fwx_packet *packet);

/* A new one, newest of its tuple from now on; sender is the side that sent the packet. */
struct fwx_connection *fwx_connections_open(struct fwx_connections *table,
                                            const struct fwx_packet *packet, enum fwx_side sender);

/* A connection of another table, which becomes the newest of its tuple: all but its place among
 * those is kept. */
struct fwx_connection *fwx_connections_adopt(struct fwx_connections *table,
                                             const struct fwx_connection *connection);

/* Notes that the packet is this connection's, which is not the newest of its tuple. Packets come in
 * order. */
void fwx_connections_claim(struct fwx_connections *table, const struct fwx_connection *connection,
                           const struct fwx_packet *packet);

/* The connection that has claimed the packet; else that of its tuple that was newest when the
 * packet was seen, or NULL. Logarithmic in the number of claims and of connections of the tuple. */
struct fwx_connection *fwx_connections_at(const struct fwx_connections *table,
                                          const struct fwx_packet *packet);

/* Which side sent the packet, FWX_SIDE_UNKNOWN when neither did: another tuple. */
static inline enum fwx_side fwx_connection_sender(const struct fwx_connection *connection,
                                                  const struct fwx_packet *packet)
{
    for (unsigned side = FWX_INITIATOR; side <= FWX_RESPONDER; side++) {
        if (packet->src_port == connection->port[side] &&
            packet->dst_port == connection->port[!side] &&
            fwx_address_equal(&packet->src, &connection->address[side]) &&
            fwx_address_equal(&packet->dst, &connection->address[!side]) &&
            packet->protocol == connection->protocol &&
            packet->capture_point == connection->capture_point)
            return (enum fwx_side)side;
    }
    return FWX_SIDE_UNKNOWN;
}

/* Has the one peer acknowledged the other's FIN? */
static inline bool fwx_peer_acknowledges_fin(const struct fwx_peer *by, const struct fwx_peer *of)
{
    return (by->flags & FWX_PEER_ACK) && !fwx_seq_after(of->fin_end, by->ack_max);
}

/* Only the acknowledgement of the SYN, or of data sent along with it (RFC 7413), answers the peer
 * that asked. */
static inline bool fwx_peer_is_answered(const struct fwx_peer *asker,
                                        const struct fwx_tcp_segment *tcp)
{
    return (tcp->flags & FWX_ACK) &&
           (!(asker->flags & FWX_PEER_ISN) ||
            fwx_seq_within(tcp->ack, asker->isn + 1, asker->seq_end - (asker->isn + 1)));
}

/* The state that a packet in this frame met. */
enum fwx_state fwx_connection_state_at(const struct fwx_connection *connection, uint32_t frame);

/* "syn-sent" and so on, as fwx.conn.state shows it */
const char *fwx_state_name(enum fwx_state state);

/* Moves on to the state if it lies further down; false if the connection is there already. */
bool fwx_connection_enter(struct fwx_connection *connection, enum fwx_state state, uint32_t frame);

/* The state that it was in before its end. */
enum fwx_state fwx_connection_lived_in(const struct fwx_connection *connection);

/* Takes an end by FWX_CONNECTION_EXPIRED back. */
void fwx_connection_revive(struct fwx_connection *connection);

static inline bool fwx_connection_over(const struct fwx_connection *connection)
{
    return connection->state == FWX_STATE_CLOSED || connection->state == FWX_STATE_RESET;
}

/* Nanoseconds of silence before a time; negative where the clock was put back. */
static inline int64_t fwx_connection_silence(const struct fwx_connection *connection, int64_t time)
{
    return fwx_time_between(connection->last_time, time);
}

/* How long it lived, nanoseconds: to the last packet that kept it alive. */
static inline int64_t fwx_connection_age(const struct fwx_connection *connection)
{
    return fwx_time_between(connection->first_time, connection->last_time);
}

/* From its first packet to the responder's first, nanoseconds; 0 unless FWX_CONNECTION_ANSWERED. */
static inline int64_t fwx_connection_answer_after(const struct fwx_connection *connection)
{
    int64_t after = fwx_time_between(connection->first_time, connection->answer_time);

    return (connection->flags & FWX_CONNECTION_ANSWERED) && after > 0 ? after : 0;
}

/* A packet that keeps it alive. A clock that is put back makes nothing younger. */
static inline void fwx_connection_lives(struct fwx_connection *connection, int64_t time)
{
    if (time > connection->last_time)
        connection->last_time = time;
}

/* The responder has sent something: notes when, the first time. */
void fwx_connection_answered(struct fwx_connection *connection, int64_t time);

/* The frame that established it or ended it, 0 if none did. */
uint32_t fwx_connection_established_frame(const struct fwx_connection *connection);
uint32_t fwx_connection_over_frame(const struct fwx_connection *connection);

#endif
