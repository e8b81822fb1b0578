/* hosts.h
 * Client addresses, and what each has open: the counts that limits are held against.
 *
 * Most addresses of a flood, and many of a healthy capture, ask for one connection and no more.
 * Such an address has no entry, only the id of that connection, from which its counts follow; the
 * entry is made with the second connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_HOSTS_H
#define FWX_HOSTS_H

#include "engine/connection.h"
#include "engine/pool.h"

/* A client address that has asked for more than one connection. Lives as long as the capture. */
struct fwx_host {
    struct fwx_address address;
    int64_t minute;      /* begin of the minute that is counted, nanoseconds since the epoch */
    int64_t second;      /* begin of the second that is counted */
    int64_t swept;       /* when idle connections were last looked for */
    uint32_t requests;   /* connection requests in the minute */
    uint32_t sessions;   /* new non-TCP sessions in the second */
    uint32_t open;       /* TCP connections */
    uint32_t half_open;  /* of these */
    uint32_t open_udp;   /* UDP sessions */
    uint32_t oldest;     /* id of the oldest counted TCP connection, 0: none */
    uint32_t newest;     /* the newest, each linked to the next by next_of_host */
    uint32_t oldest_udp; /* the same for UDP */
    uint32_t newest_udp;
    uint16_t capture_point; /* each point has hosts of its own */
    uint8_t passed;         /* bit per enum fwx_quota: over the limit since it was last free */
    uint8_t refuted;        /* bit per enum fwx_quota: what was refused was answered, see claim.h */
    bool passed_ever;       /* over any limit */
    bool answered;          /* connections below the limits were, as of the last review */
};

struct fwx_hosts {
    struct fwx_connections *connections;
    struct fwx_pool pool; /* of struct fwx_host */
    uint32_t *slots;      /* open addressing: each a host or an id, see hosts.c */
    uint32_t mask;        /* number of slots - 1 */
    uint32_t used;
    uint64_t seed; /* drawn per table: a capture cannot be made to collide */
};

/* The connections are not owned, and have to live as long. */
void fwx_hosts_init(struct fwx_hosts *hosts, struct fwx_connections *connections);
void fwx_hosts_clear(struct fwx_hosts *hosts);

/* The entry of the connection's initiator, with its first connection counted; NULL where this
 * connection is the first that is asked about. Valid until the next call. */
struct fwx_host *fwx_hosts_ask(struct fwx_hosts *hosts, const struct fwx_connection *connection);

/* The entry of the connection's initiator, NULL where it has none. */
struct fwx_host *fwx_hosts_find(const struct fwx_hosts *hosts,
                                const struct fwx_connection *connection);

/* Counts a connection of the host, or of none where it is the first; half-open, if it is TCP. */
void fwx_hosts_count(struct fwx_hosts *hosts, struct fwx_host *host,
                     struct fwx_connection *connection);
void fwx_hosts_uncount(struct fwx_host *host, struct fwx_connection *connection);

/* For connections that have other ids now: an entry, with its counts and with nothing listed; and
 * then its connections, each in the order of ids. */
void fwx_hosts_adopt(struct fwx_hosts *hosts, const struct fwx_host *host);
void fwx_hosts_relist(struct fwx_hosts *hosts, struct fwx_connection *connection);

/* A counted connection has entered another state. */
void fwx_hosts_moved(struct fwx_hosts *hosts, struct fwx_connection *connection);

#endif
