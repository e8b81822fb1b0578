/* scan.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/scan.h"

#include "engine/facts/place.h"

#include <glib.h>

/* So many addresses and ports at least, and two of three attempts in vain (chosen: a browser asks
 * as many, but is answered). */
enum { TARGETS = 10 };

struct scanner {
    struct fwx_place place;
    GHashTable *targets; /* hashes of address and port */
    uint32_t attempts;
    uint32_t in_vain;
};

static void free_scanner(gpointer data)
{
    struct scanner *scanner = (struct scanner *)data;

    if (scanner->targets)
        g_hash_table_destroy(scanner->targets);
    g_free(scanner);
}

static bool is_attempt(const struct fwx_connection *connection)
{
    return connection->protocol == FWX_PROTOCOL_TCP && connection->syn_count;
}

static struct scanner *scanner_of(GHashTable *all, const struct fwx_connection *connection)
{
    struct fwx_place key = {&connection->address[FWX_INITIATOR], connection->capture_point};
    struct scanner *scanner = (struct scanner *)g_hash_table_lookup(all, &key);

    if (!scanner) {
        scanner = g_new0(struct scanner, 1);
        scanner->place = key;
        g_hash_table_add(all, scanner);
    }
    return scanner;
}

/* Two that fall together are counted as one, which only makes the scanner smaller. */
static gpointer target_of(const struct fwx_connection *connection)
{
    const struct fwx_address *address = &connection->address[FWX_RESPONDER];
    uint64_t mixed = (address->word[0] * 0x9e3779b97f4a7c15u ^ address->word[1]) +
                     connection->port[FWX_RESPONDER];

    mixed *= 0xbf58476d1ce4e5b9u;
    return GSIZE_TO_POINTER((gsize)(mixed ^ mixed >> 32));
}

/* A client that closes at once what it opened (SYN, SYN-ACK, RST) has not used it either. */
static bool was_in_vain(const struct fwx_connection *connection)
{
    return !(connection->peer[FWX_INITIATOR].flags & FWX_PEER_ACK);
}

static void count(struct scanner *scanner, const struct fwx_connection *connection)
{
    scanner->attempts++;
    scanner->in_vain += was_in_vain(connection);
    if (!scanner->targets)
        scanner->targets = g_hash_table_new(NULL, NULL);
    if (g_hash_table_size(scanner->targets) < TARGETS)
        g_hash_table_add(scanner->targets, target_of(connection));
}

static bool is_scanning(const struct scanner *scanner)
{
    return scanner->attempts >= TARGETS && g_hash_table_size(scanner->targets) >= TARGETS &&
           scanner->in_vain >= scanner->attempts - scanner->attempts / 3;
}

void fwx_scan_find(struct fwx_engine *engine)
{
    GHashTable *all = g_hash_table_new_full(fwx_place_hash, fwx_place_equal, free_scanner, NULL);
    uint32_t connections = engine->connections.pool.count;

    for (uint32_t id = 1; id <= connections; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);

        if (is_attempt(connection))
            count(scanner_of(all, connection), connection);
    }
    for (uint32_t id = 1; id <= connections; id++) {
        struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);

        if (!is_attempt(connection))
            continue;
        connection->flags &= ~(uint32_t)FWX_CONNECTION_SCANNED;
        if (is_scanning(scanner_of(all, connection)))
            connection->flags |= FWX_CONNECTION_SCANNED;
    }
    g_hash_table_destroy(all);
}
