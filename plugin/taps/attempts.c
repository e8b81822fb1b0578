/* attempts.c
 * -z fwx,attempts[,filter]: a row per TCP connection attempt, and what became of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include <inttypes.h>

#include "engine/facts/account.h"
#include "engine/filter.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(attempts)

static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection && connection->protocol == FWX_PROTOCOL_TCP)
            fwx_sheet_note(sheet, connection->id);
    }
}

/* The SYN may be captured behind what it leads to. */
static bool has_row(const struct fwx_sheet *sheet _U_, const struct fwx_engine *engine, uint32_t id)
{
    return fwx_connections_get(fwx_engine_connections(engine), id)->syn_count;
}

enum outcome { ANSWERED, REFUSED, REFUSED_BY_ICMP, OLD_CONNECTION, UNANSWERED };

static enum outcome outcome_of(const struct fwx_engine *engine,
                               const struct fwx_connection *connection)
{
    struct fwx_account account = fwx_account_of(engine, connection);

    if (account.cause == FWX_CAUSE_PORT_REUSE)
        return OLD_CONNECTION;
    if (account.ending == FWX_ENDING_REFUSED)
        return account.cause == FWX_CAUSE_ICMP ? REFUSED_BY_ICMP : REFUSED;
    return connection->flags & FWX_CONNECTION_ANSWERED ? ANSWERED : UNANSWERED;
}

/* ---- cells: empty ones are texts, since a number is always printed ------------------------------
 */

static void fill_delay(struct fwx_row *row, const struct fwx_connection *connection)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double delay = (double)fwx_connection_answer_after(connection) / FWX_SECOND;
    bool timed =
        connection->flags & FWX_CONNECTION_ANSWERED && connection->first_time != FWX_NO_TIME;

    fwx_row_text(row, timed ? g_ascii_formatd(text, sizeof text, "%.6f", delay) : "-");
}

/* Winsock: what a proxy logs for an attempt that fails; none while the answer may still come. */
static void fill_status(struct fwx_row *row, const struct fwx_engine *engine,
                        const struct fwx_connection *connection, enum outcome outcome)
{
    uint32_t status = outcome == REFUSED ? FWX_STATUS_CONNECTION_REFUSED : 0;

    if (fwx_engine_gave_up(engine, connection))
        status = FWX_STATUS_TIMED_OUT;
    fwx_row_take(row, status ? g_strdup_printf("%" PRIu32, status) : g_strdup("-"));
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    static const char *const names[] = {
        [ANSWERED] = "answered",       [REFUSED] = "refused",
        [REFUSED_BY_ICMP] = "refused", [OLD_CONNECTION] = "old connection",
        [UNANSWERED] = "unanswered",
    };
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    enum outcome outcome = outcome_of(engine, connection);

    fwx_row_number(row, id);
    fwx_row_take(row, fwx_text_end(connection, FWX_INITIATOR));
    fwx_row_take(row, fwx_text_end(connection, FWX_RESPONDER));
    fwx_row_number(row, connection->first_frame);
    fwx_row_text(row, names[outcome]);
    fwx_row_number(row, connection->syn_count);
    fill_delay(row, connection);
    fill_status(row, engine, connection, outcome);
    fwx_row_take(row, fwx_filter_connection(connection));
    fwx_row_point(row, connection->capture_point);
}

void fwx_tap_attempts(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connection", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Initiator", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Responder", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "First frame", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Outcome", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "SYNs", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Answer after (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Status", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Point", "%s"},
    };

    attempts = (struct fwx_table){
        .ui = {.title = "Firewall connection attempts",
               .cli_string = "fwx,attempts",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(attempts)},
        .has_point = true,
        .collect = collect,
        .has_row = has_row,
        .fill = fill,
        .rank = fwx_rank_of_connection,
    };
    fwx_table_register(&attempts);
}
