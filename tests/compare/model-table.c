/* model-table.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model-table.h"

#include "engine/decode.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

/* Whose entry: ends in an order of their own; of an echo the one who asks is the first. */
struct key {
    struct fwx_address end[2];
    uint16_t port[2];
    uint8_t protocol;
    uint8_t code; /* of an echo */
};

struct row {
    struct key key; /* first, as the table looks for it */
    int64_t entry[MODEL_ENTRY / sizeof(int64_t)];
};

static GHashTable *table;

/* ---- the table ------------------------------------------------------------------------------ */

static guint hash(gconstpointer key)
{
    const uint8_t *bytes = key;
    guint sum = 5381;

    for (size_t i = 0; i < sizeof(struct key); i++)
        sum = sum * 33 + bytes[i];
    return sum;
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return !memcmp(a, b, sizeof(struct key));
}

void model_clear(void)
{
    if (table)
        g_hash_table_destroy(table);
    table = g_hash_table_new_full(hash, equal, NULL, g_free);
}

/* *from: which of the key's ends is the sender. */
static struct key key_of(const struct fwx_address *src, const struct fwx_address *dst,
                         const uint16_t port[2], uint8_t protocol, bool sender_first,
                         unsigned *from)
{
    struct key key;

    memset(&key, 0, sizeof key); /* gaps, too */
    *from = !sender_first;
    key.end[*from] = *src;
    key.end[!*from] = *dst;
    key.port[*from] = port[0];
    key.port[!*from] = port[1];
    key.protocol = protocol;
    return key;
}

static bool sorts_first(const struct fwx_address *src, const struct fwx_address *dst,
                        const uint16_t port[2])
{
    int order = memcmp(src, dst, sizeof *src);

    return order ? order < 0 : port[0] <= port[1];
}

static bool is_echo(uint8_t protocol)
{
    return protocol != FWX_PROTOCOL_TCP && protocol != FWX_PROTOCOL_UDP;
}

void *model_entry(const struct fwx_packet *packet, unsigned *from)
{
    const uint16_t ports[2] = {packet->src_port, packet->dst_port};
    bool echo = is_echo(packet->protocol);
    bool first = echo ? packet->icmp.echo == FWX_ECHO_REQUEST
                      : sorts_first(&packet->src, &packet->dst, ports);
    struct key key = key_of(&packet->src, &packet->dst, ports, packet->protocol, first, from);
    struct row *row;

    key.code = echo ? packet->icmp.code : 0;
    row = g_hash_table_lookup(table, &key);
    if (!row) {
        row = g_new0(struct row, 1);
        row->key = key;
        g_hash_table_insert(table, &row->key, row);
    }
    return row->entry;
}

void *model_quoted(const struct fwx_quote *quote, unsigned *from)
{
    const uint16_t ports[2] = {quote->src_port, quote->dst_port};
    bool echo = is_echo(quote->protocol);
    bool first =
        echo ? quote->echo == FWX_ECHO_REQUEST : sorts_first(&quote->src, &quote->dst, ports);
    struct key key = key_of(&quote->src, &quote->dst, ports, quote->protocol, first, from);
    struct row *row;

    key.code = echo ? quote->code : 0;
    row = g_hash_table_lookup(table, &key);
    if (!quote->known || (echo && quote->echo == FWX_ECHO_NONE) || !row)
        return NULL;
    return row->entry;
}

bool model_is_error(const struct fwx_packet *packet)
{
    return is_echo(packet->protocol) && packet->icmp.echo == FWX_ECHO_NONE;
}

bool model_switched(const struct model_switch *switches, unsigned count, const char *name,
                    unsigned value)
{
    for (unsigned i = 0; i < count; i++) {
        if (!strcmp(name, switches[i].name)) {
            *switches[i].at = value != 0;
            return true;
        }
    }
    return false;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static bool take_settings(char *words, bool (*begin)(const char *name, unsigned number))
{
    char **parts = g_strsplit_set(g_strstrip(words), " =", -1);
    bool right = begin(NULL, 0);

    model_clear();
    for (char **part = parts; right && part[0] && part[1]; part += 2)
        right = begin(part[0], (unsigned)strtoul(part[1], NULL, 10));
    g_strfreev(parts);
    return right;
}

static bool take_packet(char *words, void (*see)(const struct fwx_packet *packet, int64_t now))
{
    static uint8_t bytes[1 << 16];
    char *hex;
    int64_t now = strtoll(words, &hex, 10);
    uint32_t length = 0;
    struct fwx_packet packet = {.time = now};

    hex = g_strstrip(hex);
    for (; hex[0] && hex[1] && length < sizeof bytes; hex += 2)
        bytes[length++] =
            (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
    if (!fwx_decode_ip((struct fwx_bytes){bytes, length, length}, &packet) || !packet.has_transport)
        return false;
    see(&packet, now);
    return true;
}

int model_run(const char *program, bool (*begin)(const char *name, unsigned number),
              void (*see)(const struct fwx_packet *packet, int64_t now))
{
    char *line = NULL;
    size_t size = 0;
    bool right = begin(NULL, 0);

    setvbuf(stdout, NULL, _IOLBF, 0);
    model_clear();
    while (right && getline(&line, &size, stdin) > 0) {
        if (g_str_has_prefix(line, "settings"))
            right = take_settings(line + strlen("settings"), begin);
        else
            right = g_str_has_prefix(line, "packet ") && take_packet(line + strlen("packet "), see);
        if (!right)
            fprintf(stderr, "%s: %s", program, line);
    }
    free(line);
    g_hash_table_destroy(table);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
