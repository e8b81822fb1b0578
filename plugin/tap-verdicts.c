/* tap-verdicts.c
 * -z fwx,verdicts[,filter]: a row per conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tap-table.h"
#include "tap-tables.h"

#include "engine/reason.h"
#include "text.h"

FWX_TABLE_CALLBACKS(verdicts)

static void collect(struct fwx_table *table, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection)
            fwx_table_want(table, connection->id);
    }
}

static void fill_conclusion(struct fwx_row *row, const struct fwx_engine *engine,
                            const struct fwx_connection *connection)
{
    struct fwx_conclusion conclusion;
    char buffer[FWX_REASON_SIZE];
    bool any = fwx_engine_conclude(engine, connection, &conclusion);
    const struct fwx_result *result = any ? fwx_result_find(conclusion.code) : NULL;

    fwx_row_text(row, any ? result->symbol : "-");
    fwx_row_take(row, any ? g_strdup_printf("0x%08x", conclusion.code) : g_strdup("-"));
    fwx_row_text(row, any ? fwx_action_name(result->action) : "-");
    fwx_row_number(row, any ? conclusion.frame : connection->last_frame);
    fwx_row_number(row, connection->dropped);
    fwx_row_text(row, any ? fwx_confidence_name(conclusion.confidence) : "-");
    fwx_row_text(row, fwx_evidence_name((enum fwx_evidence)connection->evidence));
    fwx_row_text(row, any ? fwx_conclusion_reason(engine, &conclusion, buffer)
                          : fwx_state_name((enum fwx_state)connection->state));
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);

    fwx_row_number(row, id);
    fwx_row_text(row, fwx_text_protocol(connection->protocol));
    fwx_row_take(row, fwx_text_end(connection, FWX_INITIATOR));
    fwx_row_take(row, fwx_text_end(connection, FWX_RESPONDER));
    fill_conclusion(row, engine, connection);
    fwx_row_take(row, fwx_text_filter(connection));
}

void fwx_register_table_verdicts(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connection", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Protocol", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Initiator", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Responder", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Result", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Code", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Action", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Frame", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Dropped", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Confidence", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Evidence", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Reason", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
    };

    verdicts = (struct fwx_table){
        .ui = {.title = "Firewall verdicts",
               .cli_string = "fwx,verdicts",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(verdicts)},
        .collect = collect,
        .fill = fill,
    };
    fwx_table_register(&verdicts);
}
