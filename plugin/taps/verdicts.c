/* verdicts.c
 * -z fwx,verdicts[,filter]: a row per conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/points/points.h"
#include "taps/verdict.h"

FWX_TABLE_CALLBACKS(verdicts)

static bool has_row(const struct fwx_sheet *sheet _U_, const struct fwx_engine *engine, uint32_t id)
{
    return !fwx_points_is_double(engine, fwx_connections_get(fwx_engine_connections(engine), id));
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    struct fwx_verdict verdict = fwx_verdict_of(engine, id);

    for (unsigned i = 0; i < FWX_VERDICT_COLUMNS - 1; i++) {
        const struct fwx_verdict_column *column = &fwx_verdict_columns[i];
        char *text;

        if (!column->title)
            continue;
        if (column->number) {
            fwx_row_number(row, column->number(&verdict));
            continue;
        }
        text = column->text(&verdict);
        fwx_row_take(row, text ? text : g_strdup("-"));
    }
    fwx_row_point(row, verdict.connection->capture_point);
}

void fwx_tap_verdicts(void)
{
    static stat_tap_table_item fields[FWX_VERDICT_COLUMNS];
    unsigned count = 0;

    for (unsigned i = 0; i < FWX_VERDICT_COLUMNS; i++) {
        const struct fwx_verdict_column *column = &fwx_verdict_columns[i];

        if (!column->title)
            continue;
        fields[count++] =
            column->number
                ? (stat_tap_table_item){TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, column->title, "%u"}
                : (stat_tap_table_item){TABLE_ITEM_STRING, TAP_ALIGN_LEFT, column->title, "%s"};
    }
    verdicts = (struct fwx_table){
        .ui = {.title = "Firewall verdicts",
               .cli_string = "fwx,verdicts",
               .nfields = count,
               .fields = fields,
               FWX_TABLE_UI(verdicts)},
        .has_point = true,
        .collect = fwx_sheet_note_connections,
        .has_row = has_row,
        .fill = fill,
    };
    fwx_table_register(&verdicts);
}
