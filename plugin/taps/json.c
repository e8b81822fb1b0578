/* json.c
 * -z fwx,json[,filter]: a JSON object a line (NDJSON) per conversation, for jq and databases. The
 * schema is schema/conversation.json.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/listing.h"
#include "taps/taps.h"

#include <inttypes.h>
#include <stdio.h>

#include <wsutil/json_dumper.h>

#include "engine/facts/account.h"
#include "engine/filter.h"
#include "engine/model/beside.h"
#include "engine/model/elsewhere.h"
#include "engine/reason.h"
#include "engine/points/points.h"
#include "host/logs.h"
#include "host/point.h"
#include "host/preferences.h"
#include "taps/numbers.h"
#include "taps/text.h"

/* Grows when a member changes its meaning; new members alone do not make it grow. */
#define FWX_JSON_VERSION 2

/* ---- members -------------------------------------------------------------------------------- */

static void add_string(json_dumper *json, const char *name, const char *value)
{
    json_dumper_set_member_name(json, name);
    json_dumper_value_string(json, value); /* null for NULL */
}

static void add_number(json_dumper *json, const char *name, uint64_t value)
{
    json_dumper_set_member_name(json, name);
    json_dumper_value_anyf(json, "%" PRIu64, value);
}

static void add_seconds(json_dumper *json, const char *name, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    /* Never with a comma, whatever the locale. */
    json_dumper_set_member_name(json, name);
    json_dumper_value_anyf(json, "%s", g_ascii_formatd(text, sizeof text, "%.6f", value));
}

static void add_code(json_dumper *json, uint32_t code)
{
    char *text = g_strdup_printf("0x%08" PRIx32, code);

    add_string(json, "code", text);
    g_free(text);
}

static void begin_object(json_dumper *json, const char *name)
{
    json_dumper_set_member_name(json, name);
    json_dumper_begin_object(json);
}

static void add_time(json_dumper *json, const char *name, int64_t time)
{
    char *text = fwx_text_time(time);

    add_string(json, name, text);
    g_free(text);
}

/* ---- parts ---------------------------------------------------------------------------------- */

static void add_end(json_dumper *json, const struct fwx_connection *connection, enum fwx_side side)
{
    char *address = fwx_text_plain_address(&connection->address[side]);

    begin_object(json, fwx_side_name(side));
    add_string(json, "address", address);
    if (fwx_text_has_ports(connection->protocol))
        add_number(json, "port", connection->port[side]);
    add_number(json, "bytes", connection->bytes[side]);
    add_number(json, "packets", connection->peer[side].packets);
    json_dumper_end_object(json);
    g_free(address);
}

/* Nothing where no other firewall has words for it. */
static void add_elsewhere(json_dumper *json, const struct fwx_engine *engine,
                          const struct fwx_conclusion *conclusion)
{
    const struct fwx_firewalls *firewalls = fwx_policy_firewalls(fwx_engine_policy(engine));
    char buffers[FWX_ELSEWHERES][FWX_REASON_SIZE];
    const char *words[FWX_ELSEWHERES];
    bool any = false;

    for (unsigned i = 0; i < FWX_ELSEWHERES; i++) {
        words[i] = fwx_elsewhere_say(firewalls, (enum fwx_elsewhere)i, conclusion->event,
                                     conclusion->waited, buffers[i]);
        any |= words[i] != NULL;
    }
    if (!any)
        return;
    begin_object(json, "elsewhere");
    for (unsigned i = 0; i < FWX_ELSEWHERES; i++)
        add_string(json, fwx_elsewhere_names[i].key, words[i]);
    json_dumper_end_object(json);
}

static void add_verdict(json_dumper *json, const struct fwx_engine *engine,
                        const struct fwx_connection *connection)
{
    struct fwx_conclusion conclusion;
    const struct fwx_result *result;
    char buffer[FWX_REASON_SIZE];

    if (!fwx_engine_conclude(engine, connection, &conclusion)) {
        add_string(json, "verdict", NULL);
        return;
    }
    result = fwx_result_find(conclusion.code);
    begin_object(json, "verdict");
    add_code(json, conclusion.code);
    add_string(json, "symbol", result->symbol);
    add_string(json, "action", fwx_action_name(result->action));
    add_string(json, "message", result->message);
    add_string(json, "reason", fwx_conclusion_reason(engine, &conclusion, buffer));
    add_string(json, "confidence", fwx_confidence_name(conclusion.confidence));
    add_number(json, "frame", conclusion.frame);
    if (conclusion.status)
        add_number(json, "status", conclusion.status);
    add_elsewhere(json, engine, &conclusion);
    json_dumper_end_object(json);
}

static void add_finding(json_dumper *json, const struct fwx_engine *engine,
                        const struct fwx_finding *finding)
{
    char buffer[FWX_REASON_SIZE];

    json_dumper_begin_object(json);
    add_number(json, "frame", finding->frame);
    add_string(json, "what", fwx_finding_title(finding));
    add_string(json, "reason", fwx_reason(engine, finding, buffer));
    if (finding->judged) {
        const struct fwx_result *result = fwx_result_find(finding->code);

        add_code(json, finding->code);
        add_string(json, "symbol", result->symbol);
        add_string(json, "action", fwx_action_name(result->action));
        add_string(json, "confidence",
                   fwx_confidence_name((enum fwx_confidence)finding->confidence));
    }
    json_dumper_end_object(json);
}

/* findings: of uint32_t, numbers of findings, or NULL */
static void add_findings(json_dumper *json, const struct fwx_engine *engine, const GArray *findings)
{
    json_dumper_set_member_name(json, "findings");
    json_dumper_begin_array(json);
    for (unsigned i = 0; findings && i < findings->len; i++)
        add_finding(json, engine, fwx_engine_finding(engine, g_array_index(findings, uint32_t, i)));
    json_dumper_end_array(json);
}

static void add_explanation(json_dumper *json, const struct fwx_engine *engine,
                            const struct fwx_connection *connection, const GArray *findings)
{
    char buffer[FWX_REASON_SIZE];

    if (fwx_text_silence(engine, connection, findings, buffer))
        add_string(json, "explained_by", buffer);
}

/* Where the capture has more than one. */
static void add_point(json_dumper *json, uint16_t point)
{
    if (!fwx_points_several())
        return;
    begin_object(json, "point");
    add_number(json, "number", point + 1u);
    add_string(json, "name", fwx_point_name(point));
    json_dumper_end_object(json);
}

/* Its legs at other points. */
static void add_pairs(json_dumper *json, const struct fwx_engine *engine,
                      const struct fwx_connection *connection)
{
    const struct fwx_pair *pair;
    char buffer[FWX_REASON_SIZE];

    if (!fwx_points_pair_of(engine, connection, 0))
        return;
    json_dumper_set_member_name(json, "pairs");
    json_dumper_begin_array(json);
    for (uint32_t i = 0; (pair = fwx_points_pair_of(engine, connection, i)); i++) {
        unsigned other = pair->leg[0] == connection->id;

        if (!pair->adjacent)
            continue;
        json_dumper_begin_object(json);
        if (pair->leg[other])
            add_number(
                json, "connection",
                fwx_connections_get(fwx_engine_connections(engine), pair->leg[other])->number);
        add_string(json, "point", fwx_point_name(pair->point[other]));
        add_string(json, "method", fwx_method_name((enum fwx_method)pair->method));
        add_string(json, "path", fwx_path_name((enum fwx_path)pair->path));
        add_string(json, "order", !pair->ordered ? NULL : other ? "behind" : "before");
        begin_object(json, "fates");
        for (unsigned fate = FWX_FATE_NONE + 1; fate < FWX_FATES; fate++)
            add_number(json, fwx_fate_name((enum fwx_fate)fate), pair->fates[fate]);
        json_dumper_end_object(json);
        if (*fwx_points_say_explanation(engine, fwx_points_number(engine, pair), buffer))
            add_string(json, "explained_by", buffer);
        json_dumper_end_object(json);
    }
    json_dumper_end_array(json);
}

static void add_account(json_dumper *json, const struct fwx_engine *engine,
                        const struct fwx_connection *connection)
{
    struct fwx_account account = fwx_account_of(engine, connection);
    char buffer[FWX_REASON_SIZE];

    add_string(json, "outcome", fwx_ending_name(account.ending));
    add_string(json, "cause", fwx_cause_name(account.cause));
    add_string(json, "severity", fwx_gravity_name(account.gravity));
    add_string(json, "headline", fwx_account_headline(engine, connection, &account, buffer));
    add_string(json, "next_step", fwx_account_next_step(&account));
}

static void add_firewall(json_dumper *json, const struct fwx_engine *engine,
                         const struct fwx_connection *connection, unsigned number)
{
    struct fwx_beside_account found = fwx_beside_account(engine, connection, number);
    enum fwx_evidence shown = fwx_points_evidence_beside(engine, connection, number);
    enum fwx_evidence evidence = shown ? shown : found.evidence;
    const struct fwx_saying *saying = found.saying;

    json_dumper_begin_object(json);
    add_string(json, "firewall", fwx_beside_firewall(engine, number)->id);
    add_string(json, "action",
               fwx_reaction_name(saying ? (enum fwx_reaction)saying->reaction : FWX_REACTION_PASS));
    add_number(json, "dropped", found.dropped);
    if (saying) {
        char buffer[FWX_REASON_SIZE];

        add_number(json, "frame", saying->frame);
        add_string(json, "event", fwx_event_id((enum fwx_event)saying->event));
        add_string(json, "says", strstr(fwx_beside_say(engine, saying, NULL, buffer), ", ") + 2);
        add_string(json, "advice", fwx_beside_advice(engine, saying));
    }
    if (evidence)
        add_string(json, "evidence", fwx_evidence_name(evidence));
    json_dumper_end_object(json);
}

/* Where the preferences name some. */
static void add_firewalls(json_dumper *json, const struct fwx_engine *engine,
                          const struct fwx_connection *connection)
{
    if (!fwx_beside_count(engine))
        return;
    json_dumper_set_member_name(json, "firewalls");
    json_dumper_begin_array(json);
    for (unsigned i = 0; i < fwx_beside_count(engine); i++)
        add_firewall(json, engine, connection, i);
    json_dumper_end_array(json);
}

static void add_line(json_dumper *json, const struct fwx_log_join *join, uint32_t number)
{
    const struct fwx_log_line *line = &g_array_index(join->lines, struct fwx_log_line, number);
    const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, number);
    const struct fwx_log_clock *clock =
        &g_array_index(join->clocks, struct fwx_log_clock, line->file);
    char *name = g_path_get_basename(fwx_logs_name(line->file));

    json_dumper_begin_object(json);
    add_string(json, "file", name);
    add_number(json, "line", line->number);
    if (clock->certainty == FWX_LOG_UNDECIDED)
        add_string(json, "time", NULL);
    else
        add_time(json, "time", fwx_time_between(fwx_log_clock_offset(clock), line->time));
    add_number(json, "frame", fwx_log_trace_packet(join->trace, match->seen - 1)->frame);
    add_string(json, "action", line->action);
    add_string(json, "code", line->code);
    add_string(json, "class", fwx_log_class_id((enum fwx_log_class)line->class));
    add_string(json, "agreement", fwx_log_agreement_name((enum fwx_log_agreement)match->agreement));
    if (match->why)
        add_string(json, "why", fwx_log_why_name((enum fwx_log_why)match->why));
    add_string(json, "joined_by", fwx_log_joined_name((enum fwx_log_joined)match->joined));
    if (fwx_preferences_shown()->log_text)
        add_string(json, "text", line->text);
    json_dumper_end_object(json);
    g_free(name);
}

/* Lines of the firewall's own logs, where there are any: numbers. */
static void add_log(json_dumper *json, const GArray *lines)
{
    if (!lines)
        return;
    json_dumper_set_member_name(json, "log");
    json_dumper_begin_array(json);
    for (guint i = 0; i < lines->len; i++)
        add_line(json, fwx_logs_current()->join, g_array_index(lines, uint32_t, i));
    json_dumper_end_array(json);
}

/* What is known of each conversation, by its id: GArray of uint32_t, numbers. */
struct collected {
    GHashTable *findings;
    GHashTable *lines;
};

static void print_conversation(const struct fwx_engine *engine,
                               const struct fwx_connection *connection,
                               const struct collected *collected)
{
    const GArray *findings = fwx_numbers_of(collected->findings, connection->id);
    int64_t ms = fwx_connection_age(connection) / FWX_MILLISECOND;
    json_dumper json = {.output_file = stdout};
    char *filter = fwx_filter_connection(connection);

    json_dumper_begin_object(&json);
    if (fwx_listing_capture)
        add_string(&json, "capture", fwx_listing_capture);
    add_number(&json, "connection", connection->number);
    add_string(&json, "protocol", fwx_text_protocol(connection->protocol));
    add_end(&json, connection, FWX_INITIATOR);
    add_end(&json, connection, FWX_RESPONDER);
    add_number(&json, "first_frame", connection->first_frame);
    add_number(&json, "last_frame", connection->last_frame);
    add_time(&json, "begin", connection->first_time);
    if (connection->first_time == FWX_NO_TIME)
        add_string(&json, "duration", NULL);
    else
        add_seconds(&json, "duration", (double)ms / 1e3);
    add_number(&json, "syns", connection->syn_count);
    if (connection->flags & FWX_CONNECTION_ANSWERED)
        add_seconds(&json, "answer_after", (double)fwx_connection_answer_after(connection) / 1e9);
    add_string(&json, "state", fwx_state_name((enum fwx_state)connection->state));
    add_number(&json, "dropped", connection->dropped);
    if (fwx_engine_evidence(engine, connection))
        add_string(&json, "evidence", fwx_evidence_name(fwx_engine_evidence(engine, connection)));
    add_verdict(&json, engine, connection);
    add_findings(&json, engine, findings);
    add_string(&json, "filter", filter);
    add_point(&json, connection->capture_point);
    add_account(&json, engine, connection);
    add_number(&json, "version", FWX_JSON_VERSION);
    add_firewalls(&json, engine, connection);
    add_pairs(&json, engine, connection);
    add_explanation(&json, engine, connection, findings);
    add_log(&json, fwx_numbers_of(collected->lines, connection->id));
    json_dumper_end_object(&json);
    json_dumper_finish(&json);
    g_free(filter);
}

/* ---- the output ----------------------------------------------------------------------------- */

/* The listing's findings, by the id of their connection. */
static GHashTable *sort_findings(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    GHashTable *by_connection = fwx_numbers_new();

    for (unsigned i = 0; i < listing->events->len; i++) {
        const struct fwx_logged *event = &g_array_index(listing->events, struct fwx_logged, i);
        uint32_t number = event->finding - 1;

        if (event->finding && event->connection && !fwx_engine_finding(engine, number)->withheld)
            fwx_numbers_add(by_connection, event->connection, number);
    }
    return by_connection;
}

/* Lines of logs, by the connection of the packet that they are about, in the logs' order. */
static GHashTable *sort_lines(void)
{
    GHashTable *by_connection = fwx_numbers_new();
    const struct fwx_logs *logs = fwx_logs_current();

    for (guint i = 0; logs && i < logs->join->matches->len; i++) {
        uint32_t seen = g_array_index(logs->join->matches, struct fwx_log_match, i).seen;
        uint32_t connection =
            seen ? fwx_log_trace_packet(logs->join->trace, seen - 1)->connection : 0;

        if (connection)
            fwx_numbers_add(by_connection, connection, i);
    }
    return by_connection;
}

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    struct collected collected = {sort_findings(listing, engine), sort_lines()};

    for (unsigned i = 0; i < listing->connections->len; i++) {
        uint32_t id = g_array_index(listing->connections, uint32_t, i);

        print_conversation(engine, fwx_connections_get(fwx_engine_connections(engine), id),
                           &collected);
    }
    g_hash_table_destroy(collected.findings);
    g_hash_table_destroy(collected.lines);
}

void fwx_tap_json(void)
{
    fwx_listing_register("fwx,json", print);
}
