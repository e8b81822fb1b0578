/* linux-model.c
 * The engine's model of Linux as a firewall of its own, for linuxmodel.py: lines in, lines out.
 *
 *   settings [NAME=NUMBER]...   an empty table, with these settings and the version's defaults else
 *   packet TIME HEX             an IP packet, at a time in nanoseconds; answered by a line:
 *
 *   CT PASSES TEXT; TEXT...     tab-separated; then, of the packet's TCP entry or session, if any:
 *     FROM STATE REPLIED ASSURED LEFT-MS, of TCP also SCALE FLAGS END MAXEND MAXWIN MAXACK of the
 *     initiator and of the responder, and END ACK WINDOW of the last segment; of others STREAM-MS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/decode.h"
#include "engine/model/linux/linux.h"

#include <glib.h>
#include <inttypes.h>
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
    union {
        struct fwx_linux_entry entry;
        struct fwx_linux_session session;
    };
};

static GHashTable *table;
static struct fwx_linux_settings settings;

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

static void clear(void)
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

static struct key key_of_packet(const struct fwx_packet *packet, unsigned *from)
{
    const uint16_t ports[2] = {packet->src_port, packet->dst_port};
    bool echo = packet->protocol != FWX_PROTOCOL_TCP && packet->protocol != FWX_PROTOCOL_UDP;
    bool first = echo ? packet->icmp.echo == FWX_ECHO_REQUEST
                      : sorts_first(&packet->src, &packet->dst, ports);
    struct key key = key_of(&packet->src, &packet->dst, ports, packet->protocol, first, from);

    key.code = echo ? packet->icmp.code : 0;
    return key;
}

static struct row *row_of(const struct key *key, bool make)
{
    struct row *row = g_hash_table_lookup(table, key);

    if (!row && make) {
        row = g_new0(struct row, 1);
        row->key = *key;
        g_hash_table_insert(table, &row->key, row);
    }
    return row;
}

static bool knows_quote(const struct fwx_quote *quote, int64_t now)
{
    const uint16_t ports[2] = {quote->src_port, quote->dst_port};
    bool echo = quote->protocol != FWX_PROTOCOL_TCP && quote->protocol != FWX_PROTOCOL_UDP;
    bool first =
        echo ? quote->echo == FWX_ECHO_REQUEST : sorts_first(&quote->src, &quote->dst, ports);
    unsigned from;
    struct key key = key_of(&quote->src, &quote->dst, ports, quote->protocol, first, &from);
    const struct row *row;

    key.code = echo ? quote->code : 0;
    row = row_of(&key, false);
    if (!quote->known || (echo && quote->echo == FWX_ECHO_NONE) || !row)
        return false;
    return quote->protocol == FWX_PROTOCOL_TCP ? fwx_linux_lives(&row->entry, now)
                                               : fwx_linux_session_lives(&row->session, now);
}

/* ---- answers -------------------------------------------------------------------------------- */

static unsigned flags_of(struct fwx_linux_traits traits)
{
    return traits.has_scale | traits.sack << 1 | traits.closed << 2 | traits.liberal << 3 |
           traits.unacked << 4 | (unsigned)traits.has_maxack << 5;
}

static void print_verdict(const struct fwx_linux_verdict *verdict, const struct fwx_packet *packet)
{
    static const char *const names[] = {"invalid", "new", "established", "related"};
    char text[FWX_LINUX_TEXT_SIZE];

    printf("%s\t%d\t", names[verdict->ct], verdict->passes);
    for (unsigned i = 0; i < verdict->said; i++)
        printf("%s%s", i ? "; " : "",
               fwx_linux_text(&verdict->says[i], packet, &settings, text, sizeof text));
}

static void print_entry(const struct fwx_linux_entry *entry, unsigned from, int64_t now)
{
    if (!fwx_linux_lives(entry, now))
        return;
    printf("\t%u %u %u %u %" PRId64, (from ^ entry->initiator) & 1, entry->state, entry->replied,
           entry->assured, (entry->expires - now) / FWX_MILLISECOND);
    for (unsigned i = 0; i < 2; i++)
        printf(" %u %u %u %u %u %u", entry->traits[i].scale, flags_of(entry->traits[i]),
               entry->side[i].end, entry->side[i].maxend, entry->side[i].maxwin,
               entry->side[i].maxack);
    printf(" %u %u %u", entry->last_end, entry->last_ack, entry->last_window);
}

static void print_session(const struct fwx_linux_session *session, unsigned from, int64_t now)
{
    if (fwx_linux_session_lives(session, now))
        printf("\t%u 0 %u %u %" PRId64 " %" PRId64, (from ^ session->initiator) & 1,
               session->replied, session->assured, (session->expires - now) / FWX_MILLISECOND,
               (session->stream - now) / FWX_MILLISECOND);
}

static void see(const struct fwx_packet *packet, int64_t now)
{
    bool tcp = packet->protocol == FWX_PROTOCOL_TCP;
    bool error = !tcp && packet->protocol != FWX_PROTOCOL_UDP && packet->icmp.echo == FWX_ECHO_NONE;
    struct fwx_linux_verdict verdict;
    struct row *row = NULL;
    unsigned from = 0;

    if (error) {
        verdict = fwx_linux_error(packet, knows_quote(&packet->icmp.quote, now), &settings);
    } else {
        struct key key = key_of_packet(packet, &from);

        row = row_of(&key, true);
        verdict = tcp ? fwx_linux_tcp(&row->entry, from, packet, &settings, now)
                      : fwx_linux_session(&row->session, from, packet, &settings, now);
    }
    print_verdict(&verdict, packet);
    if (row && tcp)
        print_entry(&row->entry, from, now);
    else if (row)
        print_session(&row->session, from, now);
    putchar('\n');
}

/* ---- lines ---------------------------------------------------------------------------------- */

static bool set(const char *name, unsigned value)
{
    static const char *const timers[FWX_LINUX_TIMERS] = {
        "",         "syn_sent",   "syn_recv", "established", "fin_wait",    "close_wait",
        "last_ack", "time_wait",  "close",    "syn_sent2",   "max_retrans", "unacknowledged",
        "udp",      "udp_stream", "icmp",     "icmpv6"};
    struct {
        const char *name;
        bool *at;
    } switches[] = {{"loose", &settings.loose},
                    {"liberal", &settings.liberal},
                    {"ignore_invalid_rst", &settings.ignore_invalid_rst},
                    {"drops_invalid", &settings.drops_invalid},
                    {"drops_not_syn", &settings.drops_not_syn}};

    for (unsigned i = 0; i < G_N_ELEMENTS(switches); i++) {
        if (!strcmp(name, switches[i].name)) {
            *switches[i].at = value != 0;
            return true;
        }
    }
    for (unsigned i = 1; i < FWX_LINUX_TIMERS; i++) {
        if (!strcmp(name, timers[i])) {
            settings.timeout_s[i] = value;
            return true;
        }
    }
    if (!strcmp(name, "retransmissions"))
        settings.max_retrans = (uint8_t)value;
    else if (!strcmp(name, "hz"))
        settings.hz = (uint16_t)value;
    else if (!strcmp(name, "version"))
        settings = fwx_linux_defaults(value);
    else
        return false;
    return true;
}

static bool begin(char *words)
{
    char **parts = g_strsplit_set(g_strstrip(words), " =", -1);
    bool right = true;

    settings = fwx_linux_defaults(FWX_LINUX_6_18);
    clear();
    for (char **part = parts; right && part[0] && part[1]; part += 2)
        right = set(part[0], (unsigned)strtoul(part[1], NULL, 10));
    g_strfreev(parts);
    return right;
}

static bool take(char *words)
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

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    bool right = true;

    setvbuf(stdout, NULL, _IOLBF, 0);
    clear();
    while (right && getline(&line, &size, stdin) > 0) {
        if (g_str_has_prefix(line, "settings"))
            right = begin(line + strlen("settings"));
        else
            right = g_str_has_prefix(line, "packet ") && take(line + strlen("packet "));
        if (!right)
            fprintf(stderr, "linux-model: %s", line);
    }
    free(line);
    g_hash_table_destroy(table);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
