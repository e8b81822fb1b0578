/* verdict.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/verdict.h"

#include <inttypes.h>

#include "engine/reason.h"
#include "engine/filter.h"
#include "host/point.h"
#include "taps/text.h"

/* ---- numbers -------------------------------------------------------------------------------- */

static uint32_t connection_id(const struct fwx_verdict *verdict)
{
    return verdict->connection->number;
}

static uint32_t frame(const struct fwx_verdict *verdict)
{
    return verdict->result ? verdict->conclusion.frame : verdict->connection->last_frame;
}

static uint32_t dropped(const struct fwx_verdict *verdict)
{
    return verdict->connection->dropped;
}

/* ---- who ------------------------------------------------------------------------------------ */

static char *protocol(const struct fwx_verdict *verdict)
{
    return g_strdup(fwx_text_protocol(verdict->connection->protocol));
}

static char *initiator_end(const struct fwx_verdict *verdict)
{
    return fwx_text_end(verdict->connection, FWX_INITIATOR);
}

static char *responder_end(const struct fwx_verdict *verdict)
{
    return fwx_text_end(verdict->connection, FWX_RESPONDER);
}

static char *initiator(const struct fwx_verdict *verdict)
{
    return fwx_text_plain_address(&verdict->connection->address[FWX_INITIATOR]);
}

static char *responder(const struct fwx_verdict *verdict)
{
    return fwx_text_plain_address(&verdict->connection->address[FWX_RESPONDER]);
}

static char *port(const struct fwx_connection *connection, enum fwx_side side)
{
    return fwx_text_has_ports(connection->protocol) ? g_strdup_printf("%u", connection->port[side])
                                                    : NULL;
}

static char *initiator_port(const struct fwx_verdict *verdict)
{
    return port(verdict->connection, FWX_INITIATOR);
}

static char *responder_port(const struct fwx_verdict *verdict)
{
    return port(verdict->connection, FWX_RESPONDER);
}

static char *filter(const struct fwx_verdict *verdict)
{
    return fwx_filter_connection(verdict->connection);
}

/* ---- when ----------------------------------------------------------------------------------- */

static char *begin(const struct fwx_verdict *verdict)
{
    return fwx_text_time(verdict->connection->first_time);
}

static char *duration(const struct fwx_verdict *verdict)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    int64_t ms = fwx_connection_age(verdict->connection) / FWX_MILLISECOND;

    return verdict->connection->first_time == FWX_NO_TIME
               ? NULL
               : g_strdup(g_ascii_formatd(text, sizeof text, "%.3f", (double)ms / 1e3));
}

/* ---- what ----------------------------------------------------------------------------------- */

static char *result(const struct fwx_verdict *verdict)
{
    return verdict->result ? g_strdup(verdict->result->symbol) : NULL;
}

static char *code(const struct fwx_verdict *verdict)
{
    return verdict->result ? g_strdup_printf("0x%08" PRIx32, verdict->conclusion.code) : NULL;
}

static char *action(const struct fwx_verdict *verdict)
{
    return verdict->result ? g_strdup(fwx_action_name(verdict->result->action)) : NULL;
}

static char *confidence(const struct fwx_verdict *verdict)
{
    return verdict->result ? g_strdup(fwx_confidence_name(verdict->conclusion.confidence)) : NULL;
}

static char *evidence(const struct fwx_verdict *verdict)
{
    enum fwx_evidence evidence = fwx_engine_evidence(verdict->engine, verdict->connection);

    return evidence ? g_strdup(fwx_evidence_name(evidence)) : NULL;
}

static char *reason(const struct fwx_verdict *verdict)
{
    char buffer[FWX_REASON_SIZE];

    return g_strdup(verdict->result
                        ? fwx_conclusion_reason(verdict->engine, &verdict->conclusion, buffer)
                        : fwx_state_name((enum fwx_state)verdict->connection->state));
}

static char *status(const struct fwx_verdict *verdict)
{
    return verdict->result && verdict->conclusion.status
               ? g_strdup_printf("%u", verdict->conclusion.status)
               : NULL;
}

/* ---- its reset ------------------------------------------------------------------------------ */

static char *reset_class(const struct fwx_verdict *verdict)
{
    return verdict->reset
               ? g_strdup(fwx_reset_class_name((enum fwx_reset_class)verdict->reset->reset.class))
               : NULL;
}

static char *reset_by(const struct fwx_verdict *verdict)
{
    return verdict->reset ? g_strdup(fwx_side_name((enum fwx_side)verdict->reset->reset.by)) : NULL;
}

static char *reset_is(const struct fwx_verdict *verdict)
{
    return verdict->reset && verdict->reset->reset.grade
               ? g_strdup(fwx_grade_name((enum fwx_grade)verdict->reset->reset.grade))
               : NULL;
}

/* ---- where -------------------------------------------------------------------------------------
 */

static char *point(const struct fwx_verdict *verdict)
{
    return g_strdup(fwx_point_name(verdict->connection->capture_point));
}

/* ---- what happened -------------------------------------------------------------------------- */

static char *outcome(const struct fwx_verdict *verdict)
{
    return g_strdup(fwx_ending_name(verdict->account.ending));
}

static char *cause(const struct fwx_verdict *verdict)
{
    return g_strdup(fwx_cause_name(verdict->account.cause));
}

static char *severity(const struct fwx_verdict *verdict)
{
    return g_strdup(fwx_gravity_name(verdict->account.gravity));
}

static char *headline(const struct fwx_verdict *verdict)
{
    char buffer[FWX_REASON_SIZE];

    return g_strdup(
        fwx_account_headline(verdict->engine, verdict->connection, &verdict->account, buffer));
}

static char *next_step(const struct fwx_verdict *verdict)
{
    return g_strdup(fwx_account_next_step(&verdict->account));
}

/* ---- the columns ---------------------------------------------------------------------------- */

const struct fwx_verdict_column fwx_verdict_columns[FWX_VERDICT_COLUMNS] = {
    {"Connection", "connection", connection_id, NULL},
    {"Protocol", "protocol", NULL, protocol},
    {"Initiator", NULL, NULL, initiator_end},
    {"Responder", NULL, NULL, responder_end},
    {NULL, "initiator", NULL, initiator},
    {NULL, "initiator_port", NULL, initiator_port},
    {NULL, "responder", NULL, responder},
    {NULL, "responder_port", NULL, responder_port},
    {"Result", "result", NULL, result},
    {"Code", "code", NULL, code},
    {"Action", "action", NULL, action},
    {"Frame", "frame", frame, NULL},
    {"Dropped", "dropped", dropped, NULL},
    {"Confidence", "confidence", NULL, confidence},
    {"Evidence", "evidence", NULL, evidence},
    {"Reason", "reason", NULL, reason},
    {"Display filter", "filter", NULL, filter},
    {NULL, "begin", NULL, begin},
    {NULL, "duration", NULL, duration},
    {NULL, "status", NULL, status},
    {NULL, "reset", NULL, reset_class},
    {NULL, "reset_by", NULL, reset_by},
    {NULL, "reset_is", NULL, reset_is},
    {"Outcome", "outcome", NULL, outcome},
    {"Cause", "cause", NULL, cause},
    {"Severity", "severity", NULL, severity},
    {"What happened", "headline", NULL, headline},
    {"Next step", "next_step", NULL, next_step},
    {"Point", "point", NULL, point},
};

struct fwx_verdict fwx_verdict_of(const struct fwx_engine *engine, uint32_t connection)
{
    struct fwx_verdict verdict = {
        .engine = engine,
        .connection = fwx_connections_get(fwx_engine_connections(engine), connection),
    };

    verdict.account = fwx_account_of(engine, verdict.connection);
    if (fwx_engine_conclude(engine, verdict.connection, &verdict.conclusion))
        verdict.result = fwx_result_find(verdict.conclusion.code);
    return verdict;
}
