/* storied.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/storied.h"

#include <inttypes.h>
#include <string.h>

#include "engine/facts/advice.h"
#include "engine/facts/alarm.h"
#include "engine/filter.h"
#include "engine/model/beside.h"
#include "engine/model/elsewhere.h"
#include "engine/points/points.h"
#include "engine/reason.h"
#include "host/logs.h"
#include "host/point.h"
#include "taps/numbers.h"
#include "taps/recorder.h"
#include "taps/reasons.h"
#include "taps/reconciled.h"
#include "taps/rungs.h"
#include "taps/text.h"

/* A story to be. */
struct teller {
    const struct fwx_engine *engine;
    const struct fwx_connection *connection;
    const GArray *findings; /* of uint32_t, numbers; NULL: there are none */
    struct fwx_story *story;
};

static void tell(struct teller *teller, enum fwx_story_text which, const char *text)
{
    fwx_story_take(teller->story, which, g_strdup(text));
}

/* ---- who and when --------------------------------------------------------------------------- */

static void add_name(struct teller *teller, const char *kind, const char *text, const char *other)
{
    const char *const row[] = {kind, text, other && g_strcmp0(text, other) ? other : ""};

    fwx_story_add_row(teller->story, FWX_ROWS_NAMES, row);
}

static void add_names(struct teller *teller, const struct fwx_connection *leg)
{
    for (unsigned side = 0; side < 2; side++) {
        char *plain = fwx_text_plain_address(&leg->address[side]);
        char *shown = fwx_text_address(&leg->address[side]);
        char *port = g_strdup_printf("%u", leg->port[side]);

        add_name(teller, "host", plain, shown);
        if (fwx_text_has_ports(leg->protocol))
            add_name(teller, "port", port, NULL);
        g_free(plain);
        g_free(shown);
        g_free(port);
    }
}

/* Of all points: sentences speak of others, too, than those that have seen it. */
static void add_points(struct teller *teller)
{
    enum { MOST = 64 };

    for (uint32_t i = 0; fwx_points_several() && i < MIN(fwx_points_count(), MOST); i++)
        add_name(teller, "point", fwx_point_name((uint16_t)i), NULL);
}

/* For people: "2012-05-01 14:44:32.539 UTC"; NULL where no calendar has it. */
static char *say_time(int64_t time)
{
    enum { DAY = 10, WITH_MS = 23 };
    char *text = fwx_text_time(time);
    char *said =
        text ? g_strdup_printf("%.*s %.*s UTC", DAY, text, WITH_MS - DAY - 1, text + DAY + 1)
             : NULL;

    g_free(text);
    return said;
}

static void tell_who(struct teller *teller)
{
    const struct fwx_connection *connection = teller->connection;
    const GArray *packets = fwx_recorder_of(connection->id);
    int64_t length =
        packets
            ? fwx_time_between(g_array_index(packets, struct fwx_recorded, 0).time,
                               g_array_index(packets, struct fwx_recorded, packets->len - 1).time)
            : fwx_connection_age(connection);
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    tell(teller, FWX_TEXT_PROTOCOL, fwx_text_protocol(connection->protocol));
    fwx_story_take(teller->story, FWX_TEXT_INITIATOR, fwx_text_end(connection, FWX_INITIATOR));
    fwx_story_take(teller->story, FWX_TEXT_RESPONDER, fwx_text_end(connection, FWX_RESPONDER));
    fwx_story_take(teller->story, FWX_TEXT_FILTER, fwx_filter_connection(connection));
    if (connection->first_time == FWX_NO_TIME)
        return;
    fwx_story_take(teller->story, FWX_TEXT_BEGIN, say_time(connection->first_time));
    g_ascii_formatd(number, sizeof number, "%.3f", (double)length / (double)FWX_SECOND);
    fwx_story_take(teller->story, FWX_TEXT_LENGTH, g_strdup_printf("%s s", number));
}

/* ---- what ----------------------------------------------------------------------------------- */

static void tell_what(struct teller *teller)
{
    const struct fwx_account account = fwx_account_of(teller->engine, teller->connection);
    char buffer[FWX_REASON_SIZE];

    tell(teller, FWX_TEXT_HEADLINE,
         account.gravity
             ? fwx_account_headline(teller->engine, teller->connection, &account, buffer)
             : fwx_alarm_headline(teller->engine, teller->connection, &account, buffer));
    tell(teller, FWX_TEXT_NEXT_STEP, fwx_account_next_step(&account));
    tell(teller, FWX_TEXT_PAGE, fwx_account_page(&account));
    if (fwx_text_silence(teller->engine, teller->connection, teller->findings, buffer))
        tell(teller, FWX_TEXT_SILENCE, buffer);
}

/* What follows from nothing happening has no finding. */
static void tell_ground(struct teller *teller, const struct fwx_conclusion *conclusion)
{
    char buffer[FWX_REASON_SIZE];
    char *frame = g_strdup_printf("frame %" PRIu32, conclusion->frame);
    const char *const row[] = {frame,
                               conclusion->ground == FWX_GROUND_NO_REPLY ? "no reply"
                               : conclusion->ground == FWX_GROUND_IDLE   ? "idle"
                                                                         : "made room",
                               fwx_conclusion_reason(teller->engine, conclusion, buffer)};

    fwx_story_add_row(teller->story, FWX_ROWS_WHY, row);
    g_free(frame);
}

static void tell_verdict(struct teller *teller)
{
    const struct fwx_engine *engine = teller->engine;
    enum fwx_evidence evidence = fwx_engine_evidence(engine, teller->connection);
    struct fwx_conclusion conclusion;
    const struct fwx_result *result;
    char buffer[FWX_REASON_SIZE];

    if (evidence)
        tell(teller, FWX_TEXT_EVIDENCE, fwx_evidence_name(evidence));
    if (!fwx_engine_conclude(engine, teller->connection, &conclusion))
        return;
    result = fwx_result_find(conclusion.code);
    teller->story->frame = conclusion.frame;
    fwx_story_take(teller->story, FWX_TEXT_CODE, g_strdup_printf("0x%08" PRIx32, conclusion.code));
    tell(teller, FWX_TEXT_SYMBOL, result->symbol);
    tell(teller, FWX_TEXT_ACTION, fwx_action_name(result->action));
    tell(teller, FWX_TEXT_CONFIDENCE, fwx_confidence_name(conclusion.confidence));
    if (conclusion.ground != FWX_GROUND_FINDING && conclusion.ground != FWX_GROUND_ESTABLISHED)
        tell_ground(teller, &conclusion);
    for (unsigned i = 0; i < FWX_ELSEWHERES; i++) {
        const char *words =
            fwx_elsewhere_say(fwx_policy_firewalls(fwx_engine_policy(engine)),
                              (enum fwx_elsewhere)i, conclusion.event, conclusion.waited, buffer);
        const char *const row[] = {fwx_elsewhere_names[i].title, words, ""};

        if (words)
            fwx_story_add_row(teller->story, FWX_ROWS_FIREWALLS, row);
    }
}

/* Those that run beside: what they said of this conversation. */
static void tell_firewalls(struct teller *teller)
{
    for (unsigned i = 0; i < fwx_beside_count(teller->engine); i++) {
        struct fwx_beside_account found = fwx_beside_account(teller->engine, teller->connection, i);
        const char *title = fwx_beside_firewall(teller->engine, i)->title;
        const char *id = fwx_beside_firewall(teller->engine, i)->id;
        char buffer[FWX_REASON_SIZE];
        char *words =
            found.saying
                ? g_strdup_printf(
                      "frame %" PRIu32 ", %s", found.saying->frame,
                      strstr(fwx_beside_say(teller->engine, found.saying, NULL, buffer), ": ") + 2)
                : g_strdup("passes all of it");
        const char *const row[] = {title ? title : id, words,
                                   found.saying ? fwx_beside_advice(teller->engine, found.saying)
                                                : ""};

        fwx_story_add_row(teller->story, FWX_ROWS_FIREWALLS, row);
        g_free(words);
    }
}

/* ---- what the log says ---------------------------------------------------------------------- */

static void tell_log(struct teller *teller)
{
    static const enum fwx_reconciled_column columns[] = {
        FWX_RECONCILED_LOG, FWX_RECONCILED_LINE, FWX_RECONCILED_SAYS, FWX_RECONCILED_AGREEMENT,
        FWX_RECONCILED_WHY};
    enum { CELLS = G_N_ELEMENTS(columns) };

    for (uint32_t row = 0; row < fwx_reconciled_count(); row++) {
        char *cells[CELLS];
        char *beside;

        if (fwx_reconciled_connection(teller->engine, row) != teller->connection->id)
            continue;
        for (unsigned i = 0; i < CELLS; i++)
            cells[i] = fwx_reconciled_cell(row, columns[i]);
        beside = g_strconcat(cells[3], *cells[4] ? ", " : "", cells[4], NULL);
        const char *const texts[] = {cells[0], cells[1], cells[2], beside};

        if (*cells[1]) /* of a prediction without a line there is nothing that a log says */
            fwx_story_add_row(teller->story, FWX_ROWS_LOG, texts);
        for (unsigned i = 0; i < CELLS; i++)
            g_free(cells[i]);
        g_free(beside);
    }
}

/* ---- the ladder ----------------------------------------------------------------------------- */

static void tell_ladder(struct teller *teller)
{
    struct fwx_legs legs = fwx_legs_of(teller->engine, teller->connection);
    struct fwx_story *story = teller->story;
    GArray *rungs = fwx_rungs_of(teller->engine, &legs);

    story->lanes = legs.lanes;
    story->lane[0] = fwx_text_end(legs.of[0], FWX_INITIATOR);
    story->lane[legs.lanes - 1] = fwx_text_end(legs.of[legs.count - 1], FWX_RESPONDER);
    for (unsigned i = 0; i < legs.count; i++) {
        add_names(teller, legs.of[i]);
        if (legs.lanes > 2)
            story->space[i] = g_strdup(fwx_point_name(legs.of[i]->capture_point));
    }
    fwx_ladder_build(story, rungs, FWX_REPORT_ROWS, 0);
    g_array_unref(rungs);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static uint32_t packets_of(const struct fwx_connection *connection, const GArray *recorded)
{
    uint32_t count = 0;

    for (guint i = 0; recorded && i < recorded->len; i++)
        count += 1 + g_array_index(recorded, struct fwx_recorded, i).skipped;
    return recorded ? count : connection->peer[0].packets + connection->peer[1].packets;
}

/* Packets that the capture does not show to have got through. */
static uint32_t dropped_of(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    return fwx_evidence_is_against(fwx_engine_evidence(engine, connection)) ? 0
                                                                            : connection->dropped;
}

static struct fwx_story *story_of(const struct fwx_engine *engine, uint32_t id,
                                  const struct fwx_account *account, const GArray *findings)
{
    struct teller teller = {
        .engine = engine,
        .connection = fwx_connections_get(fwx_engine_connections(engine), id),
        .findings = findings,
        .story = fwx_story_new(),
    };

    teller.story->account = *account;
    teller.story->number = teller.connection->number;
    teller.story->dropped = dropped_of(engine, teller.connection);
    teller.story->packets = packets_of(teller.connection, fwx_recorder_of(id));
    tell_who(&teller);
    add_points(&teller);
    tell_what(&teller);
    tell_verdict(&teller);
    tell_firewalls(&teller);
    fwx_reasons_tell(engine, findings, teller.story);
    tell_log(&teller);
    tell_ladder(&teller);
    return teller.story;
}

/* A conversation that may be told. */
struct candidate {
    struct fwx_account account;
    uint32_t id;
    uint32_t number;
    uint32_t dropped;
};

static gint by_gravity(gconstpointer a, gconstpointer b)
{
    const struct candidate *first = (const struct candidate *)a;
    const struct candidate *second = (const struct candidate *)b;
    const struct fwx_story one = {
        .account = first->account, .dropped = first->dropped, .number = first->number};
    const struct fwx_story other = {
        .account = second->account, .dropped = second->dropped, .number = second->number};

    return fwx_story_compare(&one, &other);
}

/* Counts all; candidates are those with something to tell. */
static GArray *look_at_all(const struct fwx_engine *engine, const GArray *connections,
                           struct fwx_report *report)
{
    GArray *candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    struct fwx_report_capture *capture = fwx_report_capture(report, 0);

    for (guint i = 0; i < connections->len; i++) {
        uint32_t id = g_array_index(connections, uint32_t, i);
        const struct fwx_connection *connection =
            fwx_connections_get(fwx_engine_connections(engine), id);
        struct candidate candidate = {.id = id, .number = connection->number};

        if (fwx_points_is_double(engine, connection))
            continue;
        candidate.account = fwx_account_of(engine, connection);
        candidate.account.gravity = fwx_alarm_gravity(engine, connection, &candidate.account);
        candidate.dropped = dropped_of(engine, connection);
        fwx_report_count(report, &candidate.account);
        capture->conversations++;
        capture->trouble += candidate.account.gravity == FWX_GRAVITY_TROUBLE;
        capture->notes += candidate.account.gravity == FWX_GRAVITY_NOTE;
        if (candidate.account.gravity)
            g_array_append_val(candidates, candidate);
    }
    g_array_sort(candidates, by_gravity);
    return candidates;
}

static GHashTable *sort_findings(const struct fwx_engine *engine)
{
    GHashTable *all = fwx_numbers_new();

    for (uint32_t i = 0; i < fwx_engine_finding_count(engine); i++) {
        uint32_t connection = fwx_engine_finding(engine, i)->connection;

        if (connection)
            fwx_numbers_add(all, connection, i);
    }
    return all;
}

/* As many as a report has room for. */
static void tell_worst(const struct fwx_engine *engine, struct fwx_report *report,
                       const GArray *candidates)
{
    GHashTable *findings = sort_findings(engine);
    uint32_t shares[FWX_KINDS] = {0};

    for (guint i = 0; i < candidates->len; i++)
        shares[fwx_story_kind(&g_array_index(candidates, struct candidate, i).account)]++;
    fwx_report_share(shares, report->limit);
    for (guint i = 0; i < candidates->len; i++) {
        const struct candidate *candidate = &g_array_index(candidates, struct candidate, i);
        uint32_t *share = &shares[fwx_story_kind(&candidate->account)];

        if (!*share)
            continue;
        --*share;
        fwx_report_take(report, story_of(engine, candidate->id, &candidate->account,
                                         fwx_numbers_of(findings, candidate->id)));
    }
    g_hash_table_destroy(findings);
}

static void tell_capture(const struct fwx_engine *engine, struct fwx_report *report)
{
    struct fwx_report_capture *capture = fwx_report_capture(report, 0);
    const struct fwx_connections *connections = fwx_engine_connections(engine);
    int64_t begin = FWX_NO_TIME;

    for (uint32_t id = 1; id <= connections->pool.count; id++) {
        int64_t time = fwx_connections_get(connections, id)->first_time;

        if (time != FWX_NO_TIME && (begin == FWX_NO_TIME || time < begin))
            begin = time;
    }
    capture->begin = say_time(begin);
    capture->points = MAX(fwx_points_count(), 1);
    for (unsigned i = 0; i < FWX_ADVICES; i++)
        capture->advice |= (uint32_t)fwx_advice_applies(engine, (enum fwx_advice)i) << i;
    for (unsigned i = 0; fwx_logs_current() && i < fwx_logs_current()->count; i++) {
        char *name = g_path_get_basename(fwx_logs_name(i));
        char *made = fwx_logs_say(fwx_logs_current(), i);

        fwx_report_add_log(report, name, made);
        g_free(name);
        g_free(made);
    }
}

/* When packets were denied; not those that the capture shows to have got through. */
static void count_denied(const struct fwx_engine *engine, const GArray *events,
                         struct fwx_bins *denied)
{
    for (guint i = 0; i < events->len; i++) {
        const struct fwx_logged *event = &g_array_index(events, struct fwx_logged, i);
        const struct fwx_finding *finding =
            event->finding ? fwx_engine_finding(engine, event->finding - 1) : NULL;

        if (!finding || !finding->dropped || finding->withheld || event->time == FWX_NO_TIME)
            continue;
        if (event->connection &&
            !dropped_of(engine,
                        fwx_connections_get(fwx_engine_connections(engine), event->connection)))
            continue;
        fwx_bins_add(denied, event->time, 1);
    }
}

struct fwx_report *fwx_storied(const struct fwx_engine *engine, const struct fwx_listing *listing,
                               guint limit)
{
    struct fwx_report *report = fwx_report_new(limit);
    GArray *candidates;

    fwx_report_add_capture(report, NULL);
    tell_capture(engine, report);
    count_denied(engine, listing->events, &report->denied);
    candidates = look_at_all(engine, listing->connections, report);
    tell_worst(engine, report, candidates);
    g_array_unref(candidates);
    return report;
}
