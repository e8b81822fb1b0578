/* reconcile.c
 * -z fwx,reconcile[,filter]: a row per line of the firewall's own log, and per predicted drop that
 * it does not have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "taps/reconciled.h"

FWX_TABLE_CALLBACKS(reconcile)

/* Frames that have passed: rows are made when the logs were read. */
static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    fwx_sheet_memorise(sheet, record->frame, GUINT_TO_POINTER(1));
}

/* Things are the rows. Those of no frame are of no filter. */
static void prepare(struct fwx_sheet *sheet, const struct fwx_engine *engine _U_)
{
    uint32_t count = fwx_reconciled_count();

    for (uint32_t row = 0; row < count; row++) {
        uint32_t frame = fwx_reconciled_frame(row);

        if (!frame || fwx_sheet_memo(sheet, frame))
            fwx_sheet_note(sheet, row);
    }
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine _U_, uint32_t thing)
{
    for (unsigned i = 0; i < FWX_RECONCILED_COLUMNS; i++)
        fwx_row_take(row,
                     thing < fwx_reconciled_count() ? fwx_reconciled_cell(thing, i) : g_strdup(""));
}

void fwx_tap_reconcile(void)
{
    static stat_tap_table_item fields[FWX_RECONCILED_COLUMNS];

    for (unsigned i = 0; i < FWX_RECONCILED_COLUMNS; i++)
        fields[i] = (stat_tap_table_item){TABLE_ITEM_STRING, TAP_ALIGN_LEFT,
                                          fwx_reconciled_titles[i], "%s"};
    reconcile = (struct fwx_table){
        .ui = {.title = "Firewall log against capture",
               .cli_string = "fwx,reconcile",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(reconcile)},
        .collect = collect,
        .prepare = prepare,
        .fill = fill,
    };
    fwx_table_register(&reconcile);
}
