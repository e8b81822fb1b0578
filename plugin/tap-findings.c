/* tap-findings.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "tap-findings.h"

#include <inttypes.h>
#include <stdio.h>

#include <epan/address.h>
#include <epan/packet_info.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/to_str.h>
#include <wsutil/report_message.h>

#include "engine/reason.h"
#include "packet-fwx.h"

/* Who talks to whom, in the order in which it is to be printed. */
struct ends {
    struct fwx_address address[2];
    uint16_t port[2];
    bool has_ports;
};

struct line {
    uint32_t finding; /* its number */
    struct ends ends;
};

/* What one listener has collected: numbers only, the words are made when it is drawn. */
struct listing {
    char *filter;
    GArray *lines;         /* of struct line */
    GHashTable *seen;      /* ids of connections */
    GArray *conversations; /* of uint32_t, the same ids, in order of appearance */
};

/* ---- collecting ---------------------------------------------------------------------------------- */

static struct ends ends_of_connection(const struct fwx_connection *connection)
{
    struct ends ends = {.has_ports = true};

    for (unsigned side = FWX_INITIATOR; side <= FWX_RESPONDER; side++) {
        ends.address[side] = connection->address[side];
        ends.port[side] = connection->port[side];
    }
    return ends;
}

static void collect_findings(struct listing *listing, const struct fwx_tap_record *record)
{
    const struct fwx_connections *connections = fwx_engine_connections(record->engine);

    for (uint32_t i = 0; i < record->finding_count; i++) {
        struct line line = {.finding = record->first_finding + i};
        const struct fwx_finding *finding = fwx_engine_finding(record->engine, line.finding);

        if (finding->kind == FWX_FINDING_KIN)
            continue;
        if (finding->connection) {
            line.ends = ends_of_connection(fwx_connections_get(connections, finding->connection));
        } else if (finding->packet < record->packet_count) {
            line.ends.address[0] = record->packets[finding->packet].src;
            line.ends.address[1] = record->packets[finding->packet].dst;
        }
        g_array_append_val(listing->lines, line);
    }
}

static void collect_conversations(struct listing *listing, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection && g_hash_table_add(listing->seen, GUINT_TO_POINTER(connection->id)))
            g_array_append_val(listing->conversations, connection->id);
    }
}

static tap_packet_status packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tapped, tap_flags_t flags _U_)
{
    struct listing *listing = (struct listing *)data;
    const struct fwx_tap_record *record = (const struct fwx_tap_record *)tapped;

    collect_findings(listing, record);
    collect_conversations(listing, record);
    return TAP_PACKET_REDRAW;
}

/* ---- drawing -------------------------------------------------------------------------------------- */

static char *address_text(const struct fwx_address *of)
{
    const uint8_t *bytes = (const uint8_t *)of->word;
    struct fwx_address v4 = fwx_address_from(bytes + 12, 4);
    bool is_v4 = fwx_address_equal(of, &v4);
    address end;

    set_address(&end, is_v4 ? AT_IPv4 : AT_IPv6, is_v4 ? 4 : 16, is_v4 ? bytes + 12 : bytes);
    return address_to_display(NULL, &end);
}

static void print_ends(const struct ends *ends)
{
    for (unsigned side = 0; side < 2; side++) {
        char *text = address_text(&ends->address[side]);
        bool brackets = ends->has_ports && strchr(text, ':');

        printf("%s%s%s%s", side ? " > " : "", brackets ? "[" : "", text, brackets ? "]" : "");
        if (ends->has_ports)
            printf(":%u", ends->port[side]);
        wmem_free(NULL, text);
    }
}

static void print_code(uint32_t code, enum fwx_confidence confidence)
{
    const struct fwx_result *result = fwx_result_find(code);

    printf("0x%08" PRIx32 " %s (%s, %s)", code, result->symbol, fwx_action_name(result->action),
           fwx_confidence_name(confidence));
}

static void print_finding(const struct fwx_engine *engine, const struct line *line)
{
    const struct fwx_finding *finding = fwx_engine_finding(engine, line->finding);
    char buffer[FWX_REASON_SIZE];

    printf("frame %" PRIu32 "  ", finding->frame);
    print_ends(&line->ends);
    printf("  %s  %s", fwx_finding_title(finding), fwx_reason(finding, buffer));
    if (finding->judged) {
        printf("  -> ");
        print_code(finding->code, (enum fwx_confidence)finding->confidence);
    }
    printf("\n");
}

static void print_conversation(const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    struct ends ends = ends_of_connection(connection);
    enum fwx_confidence confidence;
    uint32_t code;
    uint32_t frame;

    if (!fwx_connection_verdict(connection, &code, &confidence, &frame))
        return;
    printf("conversation %" PRIu32 "  ", id);
    print_ends(&ends);
    printf("  ");
    print_code(code, confidence);
    printf("  frame %" PRIu32 ", %" PRIu32 " dropped, evidence: %s\n", frame, connection->dropped,
           fwx_evidence_name((enum fwx_evidence)connection->evidence));
}

static void print_ranges(const struct fwx_engine *engine)
{
    const GArray *groups = fwx_engine_markers(engine)->groups;

    for (unsigned i = 0; i + 1 < groups->len; i++) {
        const struct fwx_marker_group *from = &g_array_index(groups, struct fwx_marker_group, i);
        const struct fwx_marker_group *to = from + 1;

        if (from->last_frame + 1 < to->first_frame)
            printf("range %u  %" PRIu32 "-%" PRIu32 "  frames %" PRIu32 " to %" PRIu32 "\n", i + 1,
                   from->size, to->size, from->last_frame + 1, to->first_frame - 1);
        else
            printf("range %u  %" PRIu32 "-%" PRIu32 "  empty\n", i + 1, from->size, to->size);
    }
}

static void draw(void *data)
{
    const struct listing *listing = (const struct listing *)data;
    const struct fwx_engine *engine = fwx_current_engine();

    if (!engine)
        return;
    for (unsigned i = 0; i < listing->lines->len; i++)
        print_finding(engine, &g_array_index(listing->lines, struct line, i));
    print_ranges(engine);
    for (unsigned i = 0; i < listing->conversations->len; i++)
        print_conversation(engine, g_array_index(listing->conversations, uint32_t, i));
}

/* ---- the listener ---------------------------------------------------------------------------------- */

static void reset(void *data)
{
    struct listing *listing = (struct listing *)data;

    g_array_set_size(listing->lines, 0);
    g_array_set_size(listing->conversations, 0);
    g_hash_table_remove_all(listing->seen);
}

static void finish(void *data)
{
    struct listing *listing = (struct listing *)data;

    g_array_free(listing->lines, TRUE);
    g_array_free(listing->conversations, TRUE);
    g_hash_table_destroy(listing->seen);
    g_free(listing->filter);
    g_free(listing);
}

/* option: "fwx,findings" or "fwx,findings,FILTER" */
static fwx_stat_init_result start(const char *option, void *data _U_)
{
    static const char prefix[] = "fwx,findings,";
    struct listing *listing = g_new0(struct listing, 1);
    GString *error;

    if (g_str_has_prefix(option, prefix))
        listing->filter = g_strdup(option + strlen(prefix));
    listing->lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    listing->conversations = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    listing->seen = g_hash_table_new(NULL, NULL);
    error = register_tap_listener("fwx", listing, listing->filter, TL_REQUIRES_NOTHING, reset,
                                  packet, draw, finish);
    if (error) {
        report_failure("fwx,findings: %s", error->str);
        g_string_free(error, TRUE);
        finish(listing);
        exit(1);
    }
    FWX_STAT_INIT_RETURN(true);
}

void fwx_register_tap_findings(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = "fwx,findings",
        .tap_init_cb = start,
    };

    register_stat_tap_ui(&ui, NULL);
}
