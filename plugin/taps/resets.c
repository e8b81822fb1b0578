/* resets.c
 * -z fwx,resets[,filter]: a row per reset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/filter.h"
#include "engine/reason.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(resets)

static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        uint32_t number = record->first_finding + i;

        if (fwx_engine_finding(record->engine, number)->kind == FWX_FINDING_RESET)
            fwx_sheet_note(sheet, number);
    }
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t number)
{
    const struct fwx_finding *finding = fwx_engine_finding(engine, number);
    const struct fwx_reset *reset = &finding->reset;
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), finding->connection);
    char buffer[FWX_REASON_SIZE];

    fwx_row_number(row, finding->frame);
    fwx_row_number(row, connection->id);
    fwx_row_take(row, fwx_text_end(connection, FWX_INITIATOR));
    fwx_row_take(row, fwx_text_end(connection, FWX_RESPONDER));
    fwx_row_text(row, fwx_reset_class_name((enum fwx_reset_class)reset->class));
    fwx_row_text(row, fwx_side_name((enum fwx_side)reset->by));
    fwx_row_number(row, reset->status);
    fwx_row_text(row, reset->grade ? fwx_grade_name((enum fwx_grade)reset->grade) : "-");
    fwx_row_float(row, (double)fwx_reset_fin_delay(reset) / 1e9);
    fwx_row_text(row, reset->origin == FWX_ORIGIN_IN_BETWEEN ? "yes" : "no");
    fwx_row_text(row, fwx_reason(engine, finding, buffer));
    fwx_row_take(row, fwx_filter_connection(connection));
    fwx_row_point(row, connection->capture_point);
}

static int64_t rank(const struct fwx_engine *engine, uint32_t number)
{
    return fwx_rank_of_connection(engine, fwx_engine_finding(engine, number)->connection);
}

void fwx_tap_resets(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Frame", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connection", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Initiator", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Responder", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Class", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "By", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Status", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Status is", "%s"},
        {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "After the FIN (s)", "%.6f"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Looks injected", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Reason", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Point", "%s"},
    };

    resets = (struct fwx_table){
        .ui = {.title = "Firewall resets",
               .cli_string = "fwx,resets",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(resets)},
        .has_point = true,
        .collect = collect,
        .fill = fill,
        .rank = rank,
    };
    fwx_table_register(&resets);
}
