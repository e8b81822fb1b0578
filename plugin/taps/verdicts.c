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

/* Those with a title: what happened comes second, for who reads no further. */
static const struct fwx_verdict_column *columns[FWX_VERDICT_COLUMNS];
static unsigned count;

static bool is_headline(const struct fwx_verdict_column *column)
{
    return g_strcmp0(column->name, "headline") == 0;
}

static void order_columns(void)
{
    const struct fwx_verdict_column *headline = fwx_verdict_columns;

    while (!is_headline(headline))
        headline++;
    count = 0;
    for (unsigned i = 0; i < FWX_VERDICT_COLUMNS; i++) {
        if (fwx_verdict_columns[i].title && !is_headline(&fwx_verdict_columns[i]))
            columns[count++] = &fwx_verdict_columns[i];
        if (count == 1)
            columns[count++] = headline;
    }
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    struct fwx_verdict verdict = fwx_verdict_of(engine, id);

    for (unsigned i = 0; i < count - 1; i++) {
        const struct fwx_verdict_column *column = columns[i];
        char *text;

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

    order_columns();
    for (unsigned i = 0; i < count; i++)
        fields[i] =
            columns[i]->number
                ? (stat_tap_table_item){TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, columns[i]->title, "%u"}
                : (stat_tap_table_item){TABLE_ITEM_STRING, TAP_ALIGN_LEFT, columns[i]->title, "%s"};
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
        .rank = fwx_rank_of_connection,
    };
    fwx_table_register(&verdicts);
}
