/* flood.h
 * Flood mitigation: what one client address may ask for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FLOOD_H
#define FWX_FLOOD_H

#include "engine/connection.h"
#include "engine/model/policy.h"

#include <glib.h>

/* A client address at a capture point, as long as the capture: about 120 bytes with its place in
 * the hash table. */
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
    uint8_t passed; /* bit per enum fwx_quota: over the limit since it was last free */
    bool special;   /* the special limits hold */
    uint16_t capture_point;
};

struct fwx_flood {
    GHashTable *hosts; /* of struct fwx_host, by address and capture point */
};

void fwx_flood_init(struct fwx_flood *flood);
void fwx_flood_clear(struct fwx_flood *flood);

/* A counted connection has entered another state. */
void fwx_flood_moved(struct fwx_flood *flood, struct fwx_connection *connection);

#endif
