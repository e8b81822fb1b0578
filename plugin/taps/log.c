/* log.c
 * -z fwx,log[,filter]: the firewall log that the emulated product would have written, in W3C
 * extended format: fields in the product's own order, tabs between them, times in UTC, hex in lower
 * case.
 *
 * Fields that packets cannot fill are disabled, and so absent, as the format has it (TechNet,
 * "Firewall log fields"); x-count tells how many packets a line stands for, x-point where
 * they were captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/listing.h"
#include "taps/taps.h"

#include <inttypes.h>
#include <stdio.h>

#include "host/point.h"
#include "host/preferences.h"
#include "taps/text.h"

/* A line to be. */
struct entry {
    int64_t time;
    const struct fwx_connection *connection; /* NULL: a packet that belongs to none */
    const struct fwx_logged *event;          /* NULL: concluded from silence */
    uint32_t code;
    uint32_t count;
};

/* ---- cells ---------------------------------------------------------------------------------- */

typedef void cell(const struct entry *entry);

static bool is_denied(const struct entry *entry)
{
    return fwx_result_find(entry->code)->action == FWX_ACTION_DENIED;
}

static void print_time(const struct entry *entry, const char *format)
{
    int64_t seconds = entry->time / FWX_SECOND - (entry->time % FWX_SECOND < 0);
    GDateTime *time = entry->time == FWX_NO_TIME ? NULL : g_date_time_new_from_unix_utc(seconds);
    char *text = time ? g_date_time_format(time, format) : g_strdup("-");

    fputs(text, stdout);
    g_free(text);
    if (time)
        g_date_time_unref(time);
}

static void cell_computer(const struct entry *entry _U_)
{
    fputs("fwx", stdout);
}

static void cell_date(const struct entry *entry)
{
    print_time(entry, "%Y-%m-%d");
}

static void cell_time(const struct entry *entry)
{
    print_time(entry, "%H:%M:%S");
}

static void cell_protocol(const struct entry *entry)
{
    fputs(
        fwx_text_protocol(entry->connection ? entry->connection->protocol : entry->event->protocol),
        stdout);
}

static void print_address(const struct fwx_address *address)
{
    char *text = fwx_text_plain_address(address);

    fputs(text, stdout);
    g_free(text);
}

/* The port columns carry ICMP type and code: an echo request, code 0. */
static unsigned port_column(const struct fwx_connection *connection, enum fwx_side side)
{
    enum { ECHO_REQUEST = 8, ECHO_REQUEST_V6 = 128 };

    if (fwx_text_has_ports(connection->protocol))
        return connection->port[side];
    if (side != FWX_INITIATOR)
        return 0;
    return connection->protocol == FWX_PROTOCOL_ICMP     ? ECHO_REQUEST
           : connection->protocol == FWX_PROTOCOL_ICMPV6 ? ECHO_REQUEST_V6
                                                         : 0;
}

static void print_end(const struct entry *entry, enum fwx_side side)
{
    const struct fwx_connection *connection = entry->connection;

    if (!connection) {
        print_address(side == FWX_INITIATOR ? &entry->event->src : &entry->event->dst);
        return;
    }
    print_address(&connection->address[side]);
    printf(":%u", port_column(connection, side));
}

/* A drop is logged the way the packet went, everything else the way the connection was opened. */
static bool is_backwards(const struct entry *entry)
{
    return entry->event && entry->connection && is_denied(entry) &&
           fwx_address_equal(&entry->event->src, &entry->connection->address[FWX_RESPONDER]) &&
           !fwx_address_equal(&entry->event->src, &entry->connection->address[FWX_INITIATOR]);
}

static void cell_source(const struct entry *entry)
{
    print_end(entry, is_backwards(entry) ? FWX_RESPONDER : FWX_INITIATOR);
}

static void cell_destination(const struct entry *entry)
{
    print_end(entry, is_backwards(entry) ? FWX_INITIATOR : FWX_RESPONDER);
}

static void cell_client(const struct entry *entry)
{
    print_address(is_backwards(entry) || !entry->connection
                      ? &entry->event->src
                      : &entry->connection->address[FWX_INITIATOR]);
}

static void cell_action(const struct entry *entry)
{
    fputs(fwx_action_name(fwx_result_find(entry->code)->action), stdout);
}

static void cell_status(const struct entry *entry)
{
    printf("0x%" PRIx32, entry->code);
}

static void cell_application(const struct entry *entry)
{
    const struct fwx_connection *connection = entry->connection;
    const struct fwx_app_filter *filter =
        connection ? fwx_policy_filter(fwx_engine_policy(fwx_current_engine()),
                                       connection->protocol, connection->port[FWX_RESPONDER])
                   : NULL;

    fputs(filter ? filter->name : "-", stdout);
}

static bool is_end(const struct entry *entry)
{
    return fwx_result_find(entry->code)->action == FWX_ACTION_TERMINATE;
}

static void cell_sent(const struct entry *entry)
{
    printf("%" PRIu64,
           is_end(entry) ? fwx_engine_passed(fwx_current_engine(), entry->connection, FWX_INITIATOR)
                         : 0);
}

static void cell_received(const struct entry *entry)
{
    printf("%" PRIu64,
           is_end(entry) ? fwx_engine_passed(fwx_current_engine(), entry->connection, FWX_RESPONDER)
                         : 0);
}

static void cell_duration(const struct entry *entry)
{
    if (is_end(entry))
        printf("%" PRId64,
               fwx_time_between(entry->connection->first_time, entry->time) / FWX_MILLISECOND);
    else
        fputs("-", stdout);
}

/* Denied packets have none: a public sample shows 0. */
static void cell_connection(const struct entry *entry)
{
    printf("%" PRIu32, entry->connection && !is_denied(entry) ? entry->connection->id : 0);
}

static void cell_count(const struct entry *entry)
{
    printf("%" PRIu32, entry->count);
}

static void cell_point(const struct entry *entry)
{
    fputs(
        fwx_point_name(entry->connection ? entry->connection->capture_point : entry->event->point),
        stdout);
}

/* In the order of the product's log. */
static const struct {
    const char *name;
    cell *print;
} fields[] = {
    {"computer", cell_computer},
    {"date", cell_date},
    {"time", cell_time},
    {"IP protocol", cell_protocol},
    {"source", cell_source},
    {"destination", cell_destination},
    {"original client IP", cell_client},
    {"action", cell_action},
    {"status", cell_status},
    {"application protocol", cell_application},
    {"bytes sent", cell_sent},
    {"bytes received", cell_received},
    {"connection time", cell_duration},
    {"connection ID", cell_connection},
    {"x-count", cell_count},
    {"x-point", cell_point},
};

/* The last one where the capture has more than one point. */
static unsigned field_count(const struct fwx_listing *listing)
{
    return G_N_ELEMENTS(fields) - !listing->has_points;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static gint by_time(gconstpointer a, gconstpointer b)
{
    int64_t left = ((const struct entry *)a)->time;
    int64_t right = ((const struct entry *)b)->time;

    return (left > right) - (left < right);
}

static struct entry *find_line(GHashTable *lines, GArray *entries, const struct entry *entry)
{
    uint64_t id = entry->connection ? entry->connection->id : 0;
    int64_t key = (int64_t)(id << 32 | entry->code);
    gpointer at = entry->connection ? g_hash_table_lookup(lines, &key) : NULL;

    if (at)
        return &g_array_index(entries, struct entry, GPOINTER_TO_UINT(at) - 1);
    g_hash_table_insert(lines, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(entries->len + 1));
    return NULL;
}

static void add_event(GArray *entries, GHashTable *lines, const struct fwx_engine *engine,
                      const struct fwx_logged *event)
{
    const struct fwx_finding *finding =
        event->finding ? fwx_engine_finding(engine, event->finding - 1) : NULL;
    struct entry entry = {
        .time = event->time,
        .event = event,
        .connection = event->connection
                          ? fwx_connections_get(fwx_engine_connections(engine), event->connection)
                          : NULL,
        .code = finding ? finding->code : FWX_RESULT_OK,
        .count = 1,
    };
    struct entry *line;

    if (finding && !finding->judged)
        return;
    line = is_denied(&entry) && !fwx_preferences_shown()->every_drop
               ? find_line(lines, entries, &entry)
               : NULL;
    if (line)
        line->count++;
    else
        g_array_append_val(entries, entry);
}

/* A connection that was forgotten ended so, whatever was denied afterwards. */
static bool ended_in_silence(const struct fwx_engine *engine,
                             const struct fwx_connection *connection,
                             struct fwx_conclusion *conclusion)
{
    return (!fwx_engine_verdict_finding(engine, connection) ||
            (connection->flags & FWX_CONNECTION_EXPIRED)) &&
           fwx_engine_conclude_silence(engine, connection, conclusion);
}

/* What ended by silence is logged when its time was over. */
static void add_conclusion(GArray *entries, const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    struct fwx_conclusion conclusion;
    struct entry entry = {.connection = connection, .count = 1};
    if (!ended_in_silence(engine, connection, &conclusion))
        return;
    entry.code = conclusion.code;
    entry.time = conclusion.ground == FWX_GROUND_NO_REPLY
                     ? connection->first_time + fwx_engine_policy(engine)->timers[FWX_SESSION_SYN]
                     : connection->last_time + conclusion.idle_s * FWX_SECOND;
    g_array_append_val(entries, entry);
}

static GArray *make_entries(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    GHashTable *lines = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (unsigned i = 0; i < listing->events->len; i++)
        add_event(entries, lines, engine, &g_array_index(listing->events, struct fwx_logged, i));
    for (unsigned i = 0; i < listing->connections->len; i++)
        add_conclusion(entries, engine, g_array_index(listing->connections, uint32_t, i));
    g_hash_table_destroy(lines);
    return entries;
}

static void print_header(const struct fwx_listing *listing, const struct fwx_engine *engine,
                         const GArray *entries)
{
    printf("#Software: fwx %s, as %s\n#Version: 2.0\n", FWX_VERSION,
           fwx_policy_model(fwx_engine_policy(engine))->title);
    if (entries->len) {
        printf("#Date: ");
        print_time(&g_array_index(entries, struct entry, 0), "%Y-%m-%d %H:%M:%S");
        printf("\n");
    }
    printf("#Fields: ");
    for (unsigned i = 0; i < field_count(listing); i++)
        printf("%s%s", i ? "\t" : "", fields[i].name);
    printf("\n");
}

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    GArray *entries = make_entries(listing, engine);

    g_array_sort(entries, by_time);
    if (!listing->continues)
        print_header(listing, engine, entries);
    for (unsigned i = 0; i < entries->len; i++) {
        for (unsigned column = 0; column < field_count(listing); column++) {
            if (column)
                fputc('\t', stdout);
            fields[column].print(&g_array_index(entries, struct entry, i));
        }
        fputc('\n', stdout);
    }
    g_array_free(entries, TRUE);
}

void fwx_tap_log(void)
{
    fwx_listing_register("fwx,log", print);
}
