/* timeouts.c
 * -z fwx,timeouts[,filter]: a row per server whose connections fell silent for long: the longest
 * silence survived, the shortest fatal one, and the known time-outs in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/facts/life.h"
#include "engine/model/timeouts.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(timeouts)

enum { MOST_NAMED = 5 }; /* of the known time-outs that fit */

/* A server, as far as its connections' silences tell. */
struct server {
    const struct fwx_connection *first; /* one of its connections */
    GHashTable *connections;            /* their ids */
    int64_t survived;                   /* the longest, nanoseconds; 0: none */
    const struct fwx_finding *fatal;    /* the shortest, NULL: none */
};

/* The things are ranks, from 1: who has which is known only when all has been seen. What is
 * memorised is in place of rank 0. */
struct census {
    GHashTable *findings; /* the numbers of those to be counted */
    GHashTable *by_name;
    GPtrArray *ranking; /* of struct server */
};

static void free_server(gpointer data)
{
    struct server *server = (struct server *)data;

    g_hash_table_destroy(server->connections);
    g_free(server);
}

static void free_census(gpointer data)
{
    struct census *census = (struct census *)data;

    g_hash_table_destroy(census->findings);
    g_hash_table_destroy(census->by_name);
    g_ptr_array_free(census->ranking, TRUE);
    g_free(census);
}

static struct census *census_of(struct fwx_sheet *sheet)
{
    struct census *census = (struct census *)fwx_sheet_memo(sheet, 0);

    if (!census) {
        census = g_new0(struct census, 1);
        census->findings = g_hash_table_new(NULL, NULL);
        census->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        census->ranking = g_ptr_array_new_with_free_func(free_server);
        fwx_sheet_memorise(sheet, 0, census);
    }
    return census;
}

static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        uint32_t number = record->first_finding + i;

        if (fwx_engine_finding(record->engine, number)->kind == FWX_FINDING_SILENCE)
            g_hash_table_add(census_of(sheet)->findings, GUINT_TO_POINTER(number));
    }
}

/* ---- at the draw ---------------------------------------------------------------------------- */

static const struct fwx_connection *connection_of(const struct fwx_engine *engine,
                                                  const struct fwx_finding *finding)
{
    return fwx_connections_get(fwx_engine_connections(engine), finding->connection);
}

/* As a display filter names it, and its capture point. */
static char *name_of(const struct fwx_connection *connection)
{
    char *address = fwx_text_plain_address(&connection->address[FWX_RESPONDER]);
    char *name = g_strdup_printf("%u %u %s %u", connection->capture_point, connection->protocol,
                                 address, connection->port[FWX_RESPONDER]);

    g_free(address);
    return name;
}

static struct server *server_of(struct census *census, const struct fwx_connection *connection)
{
    char *name = name_of(connection);
    struct server *server = (struct server *)g_hash_table_lookup(census->by_name, name);

    if (server) {
        g_free(name);
        return server;
    }
    server = g_new0(struct server, 1);
    server->first = connection;
    server->connections = g_hash_table_new(NULL, NULL);
    g_hash_table_insert(census->by_name, name, server);
    g_ptr_array_add(census->ranking, server);
    return server;
}

/* What a reset had ended before, no time-out has. */
static bool is_fatal(const struct fwx_silence *silence)
{
    return silence->life != FWX_LIFE_RESET &&
           (silence->end == FWX_SILENCE_FATAL || silence->end == FWX_SILENCE_UNHEARD);
}

/* What a time-out in between has seen is the gap: keep-alives keep it from running out. */
static void count(struct census *census, const struct fwx_engine *engine,
                  const struct fwx_finding *finding)
{
    const struct fwx_silence *silence = &finding->silence;
    struct server *server;

    /* A keep-alive that was answered was survived, too. */
    if (finding->withheld && silence->end != FWX_SILENCE_SURVIVED)
        return;
    server = server_of(census, connection_of(engine, finding));
    g_hash_table_add(server->connections, GUINT_TO_POINTER(finding->connection));
    if (silence->end == FWX_SILENCE_SURVIVED)
        server->survived = MAX(server->survived, silence->gap);
    else if (is_fatal(silence) && (!server->fatal || silence->gap < server->fatal->silence.gap))
        server->fatal = finding;
}

/* The shortest fatal silence first; of servers without one the longest that was survived. */
static gint by_grief(gconstpointer a, gconstpointer b)
{
    const struct server *left = *(const struct server *const *)a;
    const struct server *right = *(const struct server *const *)b;
    int64_t order = !left->fatal - !right->fatal;

    if (!order && left->fatal)
        order = left->fatal->silence.gap - right->fatal->silence.gap;
    if (!order)
        order = right->survived - left->survived;
    return (order > 0) - (order < 0);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    guint left = GPOINTER_TO_UINT(a);
    guint right = GPOINTER_TO_UINT(b);

    return (left > right) - (left < right);
}

static void rank(struct fwx_sheet *sheet, const struct fwx_engine *engine)
{
    struct census *census = census_of(sheet);
    GList *numbers = g_list_sort(g_hash_table_get_keys(census->findings), by_number);

    g_hash_table_remove_all(census->by_name);
    g_ptr_array_set_size(census->ranking, 0);
    for (const GList *at = numbers; at; at = at->next)
        count(census, engine, fwx_engine_finding(engine, GPOINTER_TO_UINT(at->data)));
    g_list_free(numbers);
    g_ptr_array_sort(census->ranking, by_grief); /* stable: then in order of appearance */
    for (unsigned i = 1; i <= census->ranking->len; i++)
        fwx_sheet_note(sheet, i);
}

/* ---- cells: empty ones are texts, since a number is always printed ------------------------------
 */

static void fill_seconds(struct fwx_row *row, int64_t ns)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    fwx_row_text(row,
                 ns ? g_ascii_formatd(text, sizeof text, "%.3f", (double)ns / FWX_SECOND) : "");
}

static const char *end_of(const struct fwx_engine *engine, const struct fwx_silence *silence)
{
    if (silence->end == FWX_SILENCE_UNHEARD)
        return "silent";
    return silence->reset && fwx_engine_finding(engine, silence->reset - 1)->reset.origin ==
                                 FWX_ORIGIN_IN_BETWEEN
               ? "reset in between"
               : "reset";
}

/* The server's shortest fatal silence, and what it had survived. */
static struct fwx_silence_met met_by(const struct server *server)
{
    return (struct fwx_silence_met){
        .fatal = server->fatal->silence.gap,
        .survived = server->survived,
        .protocol = server->first->protocol,
        .life = server->fatal->silence.life,
        .end = server->fatal->silence.end,
    };
}

static void fill_timeouts(struct fwx_row *row, const struct fwx_engine *engine,
                          const struct server *server)
{
    const struct fwx_silence_met met = met_by(server);
    char buffer[FWX_REASON_SIZE];
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    fwx_timeouts_say(&sentence, fwx_engine_policy(engine)->timeouts, &met, MOST_NAMED, "");
    fwx_row_text(row, buffer);
}

/* Who explains it, and who does not. */
static void fill_explanation(struct fwx_row *row, const struct fwx_engine *engine,
                             const struct server *server)
{
    char buffer[FWX_REASON_SIZE] = "";
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    if (server->fatal) {
        const struct fwx_silence_met met = met_by(server);

        fwx_timeouts_explain(&sentence, fwx_engine_policy(engine)->timeouts, &met,
                             FWX_MOST_EXPLAINED);
    }
    fwx_row_text(row, buffer);
}

static void fill_fatal(struct fwx_row *row, const struct fwx_engine *engine,
                       const struct server *server)
{
    if (!server->fatal) {
        for (unsigned cells = 0; cells < 4; cells++)
            fwx_row_text(row, "");
        return;
    }
    fill_seconds(row, server->fatal->silence.gap);
    fwx_row_text(row, end_of(engine, &server->fatal->silence));
    fwx_row_take(row, g_strdup_printf("%u", server->fatal->frame));
    fill_timeouts(row, engine, server);
}

/* The packets that end its long silences. */
static char *filter_of(const struct fwx_connection *connection)
{
    const struct fwx_address *address = &connection->address[FWX_RESPONDER];
    char *text = fwx_text_plain_address(address);
    char *filter = g_strdup_printf("%s == %s and %s.port == %u and fwx.silence.time",
                                   fwx_address_is_v4(address) ? "ip.addr" : "ipv6.addr", text,
                                   connection->protocol == FWX_PROTOCOL_UDP ? "udp" : "tcp",
                                   connection->port[FWX_RESPONDER]);

    g_free(text);
    return filter;
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t rank)
{
    const struct census *census = census_of(row->sheet);
    const struct server *server =
        (const struct server *)g_ptr_array_index(census->ranking, rank - 1);

    fwx_row_take(row, fwx_text_end(server->first, FWX_RESPONDER));
    fwx_row_text(row, fwx_text_protocol(server->first->protocol));
    fwx_row_number(row, g_hash_table_size(server->connections));
    fill_seconds(row, server->survived);
    fill_fatal(row, engine, server);
    fwx_row_take(row, filter_of(server->first));
    fill_explanation(row, engine, server);
    fwx_row_point(row, server->first->capture_point);
}

void fwx_tap_timeouts(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Protocol", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connections", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Survived (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Fatal (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Ended", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Frame", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Known time-outs", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Explained by", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Point", "%s"},
    };

    timeouts = (struct fwx_table){
        .ui = {.title = "Firewall time-outs",
               .cli_string = "fwx,timeouts",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(timeouts)},
        .has_point = true,
        .collect = collect,
        .prepare = rank,
        .free_memo = free_census,
        .fill = fill,
    };
    fwx_table_register(&timeouts);
}
