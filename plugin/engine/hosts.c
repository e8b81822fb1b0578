/* hosts.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/hosts.h"

enum { FIRST_SLOTS = 256 };

#define HOST_ENTRY (UINT32_C(1) << 31) /* in a slot: the rest is a host's number, else an id */

void fwx_hosts_init(struct fwx_hosts *hosts, struct fwx_connections *connections)
{
    hosts->connections = connections;
    fwx_pool_init(&hosts->pool, sizeof(struct fwx_host));
    hosts->slots = g_new0(uint32_t, FIRST_SLOTS);
    hosts->mask = FIRST_SLOTS - 1;
    hosts->used = 0;
    hosts->seed = ((uint64_t)g_random_int() << 32) | g_random_int();
}

void fwx_hosts_clear(struct fwx_hosts *hosts)
{
    fwx_pool_clear(&hosts->pool);
    g_free(hosts->slots);
    hosts->slots = NULL;
}

/* ---- the table ------------------------------------------------------------------------------ */

struct key {
    const struct fwx_address *address;
    uint16_t capture_point;
};

static uint32_t hash_key(const struct fwx_hosts *hosts, struct key key)
{
    uint64_t x = (key.address->word[0] ^ hosts->seed) * 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 32 ^ key.address->word[1] ^ key.capture_point) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)((x ^ x >> 29) * 0x94d049bb133111ebu >> 32);
}

static struct fwx_host *host_at(const struct fwx_hosts *hosts, uint32_t slot)
{
    return (struct fwx_host *)fwx_pool_at(&hosts->pool, slot & ~HOST_ENTRY);
}

static struct key key_of(const struct fwx_connection *connection)
{
    return (struct key){&connection->address[FWX_INITIATOR], connection->capture_point};
}

static struct key key_at(const struct fwx_hosts *hosts, uint32_t slot)
{
    if (slot & HOST_ENTRY) {
        const struct fwx_host *host = host_at(hosts, slot);

        return (struct key){&host->address, host->capture_point};
    }
    return key_of(fwx_connections_get(hosts->connections, slot));
}

/* The slot that holds the key, or the empty one where it belongs. */
static uint32_t *find_slot(const struct fwx_hosts *hosts, struct key key)
{
    for (uint32_t at = hash_key(hosts, key) & hosts->mask;; at = (at + 1) & hosts->mask) {
        uint32_t *slot = &hosts->slots[at];
        struct key there;

        if (!*slot)
            return slot;
        there = key_at(hosts, *slot);
        if (there.capture_point == key.capture_point &&
            fwx_address_equal(there.address, key.address))
            return slot;
    }
}

static void grow_if_needed(struct fwx_hosts *hosts)
{
    uint32_t size = hosts->mask + 1;
    uint32_t *old = hosts->slots;

    if (hosts->used < size / 4 * 3)
        return;
    hosts->mask = size * 2 - 1;
    hosts->slots = (uint32_t *)fwx_room_new((gsize)size * 2 * sizeof *hosts->slots);
    for (uint32_t i = 0; i < size; i++) {
        if (old[i])
            *find_slot(hosts, key_at(hosts, old[i])) = old[i];
    }
    g_free(old);
}

/* ---- counting -----------------------------------------------------------------------------------
 */

static bool is_tcp(const struct fwx_connection *connection)
{
    return connection->protocol == FWX_PROTOCOL_TCP;
}

static void append(const struct fwx_hosts *hosts, uint32_t *oldest, uint32_t *newest, uint32_t id)
{
    if (*newest)
        fwx_connections_get(hosts->connections, *newest)->next_of_host = id;
    else
        *oldest = id;
    *newest = id;
}

/* Into the host's counts, as the connection's flags have it. */
static void enlist(const struct fwx_hosts *hosts, struct fwx_host *host,
                   const struct fwx_connection *connection)
{
    if (!(connection->flags & FWX_CONNECTION_COUNTED))
        return;
    if (is_tcp(connection)) {
        host->open++;
        host->half_open += (connection->flags & FWX_CONNECTION_HALF_COUNTED) != 0;
        append(hosts, &host->oldest, &host->newest, connection->id);
    } else {
        host->open_udp++;
        append(hosts, &host->oldest_udp, &host->newest_udp, connection->id);
    }
}

/* An entry for an address of which one connection was known. */
static void make_host(struct fwx_hosts *hosts, uint32_t *slot)
{
    const struct fwx_connection *first = fwx_connections_get(hosts->connections, *slot);
    struct fwx_host *host = (struct fwx_host *)fwx_pool_add(&hosts->pool);

    host->address = first->address[FWX_INITIATOR];
    host->capture_point = first->capture_point;
    host->minute = host->second = host->swept = first->first_time;
    host->requests = is_tcp(first);
    host->sessions = !is_tcp(first);
    enlist(hosts, host, first);
    *slot = (hosts->pool.count - 1) | HOST_ENTRY;
}

struct fwx_host *fwx_hosts_ask(struct fwx_hosts *hosts, const struct fwx_connection *connection)
{
    uint32_t *slot;

    grow_if_needed(hosts);
    slot = find_slot(hosts, key_of(connection));
    if (!*slot) {
        *slot = connection->id;
        hosts->used++;
    }
    if (*slot == connection->id)
        return NULL;
    if (!(*slot & HOST_ENTRY))
        make_host(hosts, slot);
    return host_at(hosts, *slot);
}

struct fwx_host *fwx_hosts_find(const struct fwx_hosts *hosts,
                                const struct fwx_connection *connection)
{
    uint32_t slot = *find_slot(hosts, key_of(connection));

    return (slot & HOST_ENTRY) ? host_at(hosts, slot) : NULL;
}

void fwx_hosts_count(struct fwx_hosts *hosts, struct fwx_host *host,
                     struct fwx_connection *connection)
{
    connection->flags |= is_tcp(connection) ? FWX_CONNECTION_COUNTED | FWX_CONNECTION_HALF_COUNTED
                                            : FWX_CONNECTION_COUNTED;
    if (host)
        enlist(hosts, host, connection);
}

void fwx_hosts_uncount(struct fwx_host *host, struct fwx_connection *connection)
{
    uint32_t flags = connection->flags;

    connection->flags &= ~(uint32_t)(FWX_CONNECTION_COUNTED | FWX_CONNECTION_HALF_COUNTED);
    if (!host)
        return;
    if (flags & FWX_CONNECTION_HALF_COUNTED)
        host->half_open--;
    if ((flags & FWX_CONNECTION_COUNTED) && is_tcp(connection))
        host->open--;
    else if (flags & FWX_CONNECTION_COUNTED)
        host->open_udp--;
}

void fwx_hosts_moved(struct fwx_hosts *hosts, struct fwx_connection *connection)
{
    bool half = (connection->flags & FWX_CONNECTION_HALF_COUNTED) != 0;
    struct fwx_host *host;

    if (!(connection->flags & FWX_CONNECTION_COUNTED) ||
        (!fwx_connection_over(connection) && !(half && connection->state >= FWX_STATE_ESTABLISHED)))
        return;
    host = fwx_hosts_find(hosts, connection);
    if (fwx_connection_over(connection)) {
        fwx_hosts_uncount(host, connection);
        return;
    }
    if (host)
        host->half_open--;
    connection->flags &= ~(uint32_t)FWX_CONNECTION_HALF_COUNTED;
}

/* ---- other ids ------------------------------------------------------------------------------ */

void fwx_hosts_adopt(struct fwx_hosts *hosts, const struct fwx_host *host)
{
    struct fwx_host *adopted;

    grow_if_needed(hosts);
    adopted = (struct fwx_host *)fwx_pool_add(&hosts->pool);
    *adopted = *host;
    adopted->oldest = adopted->newest = 0;
    adopted->oldest_udp = adopted->newest_udp = 0;
    *find_slot(hosts, (struct key){&adopted->address, adopted->capture_point}) =
        (hosts->pool.count - 1) | HOST_ENTRY;
    hosts->used++;
}

void fwx_hosts_relist(struct fwx_hosts *hosts, struct fwx_connection *connection)
{
    struct fwx_host *host = fwx_hosts_find(hosts, connection);

    connection->next_of_host = 0;
    if (!(connection->flags & FWX_CONNECTION_COUNTED))
        return;
    if (!host) { /* the first of its address, and the only one */
        grow_if_needed(hosts);
        *find_slot(hosts, key_of(connection)) = connection->id;
        hosts->used++;
    } else if (is_tcp(connection)) {
        append(hosts, &host->oldest, &host->newest, connection->id);
    } else {
        append(hosts, &host->oldest_udp, &host->newest_udp, connection->id);
    }
}
