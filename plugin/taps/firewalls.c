/* firewalls.c
 * -z fwx,firewalls[,filter]: a row per conversation and further firewall: what it would have said,
 * and whether that is what happened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/facts/account.h"
#include "engine/filter.h"
#include "engine/model/beside.h"
#include "engine/points/points.h"
#include "engine/words.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(firewalls)

/* Things are numbered by conversation, then by firewall, from 0. */
static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    unsigned count = fwx_beside_count(record->engine);

    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        for (unsigned number = 0; connection && number < count; number++)
            fwx_sheet_note(sheet, (connection->id - 1) * count + number);
    }
}

/* Would the firewall explain what happened? Nothing where nothing is to be explained. */
static const char *explains(const struct fwx_engine *engine,
                            const struct fwx_connection *connection,
                            const struct fwx_beside_account *found)
{
    if (fwx_evidence_is_for(found->evidence))
        return "yes";
    if (fwx_evidence_is_against(found->evidence))
        return "no, it arrived";
    if (found->dropped || fwx_points_is_double(engine, connection))
        return "";
    return fwx_account_of(engine, connection).gravity == FWX_GRAVITY_TROUBLE ? "no" : "";
}

static void fill_words(struct fwx_row *row, const struct fwx_engine *engine,
                       const struct fwx_beside_account *found)
{
    char buffer[FWX_REASON_SIZE];

    if (!found->saying) {
        fwx_row_text(row, "passes all");
        fwx_row_text(row, "");
        return;
    }
    /* The firewall's name, which goes before it, has a column of its own. */
    fwx_row_text(row, strchr(fwx_beside_say(engine, found->saying, NULL, buffer), ' ') + 1);
    fwx_row_take(row, g_strdup_printf("%u", found->saying->frame));
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t thing)
{
    unsigned count = fwx_beside_count(engine);
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), thing / count + 1);
    struct fwx_beside_account found = fwx_beside_account(engine, connection, thing % count);
    const struct fwx_firewall *firewall = fwx_beside_firewall(engine, thing % count);
    enum fwx_evidence shown = fwx_points_evidence_beside(engine, connection, thing % count);

    if (shown)
        found.evidence = shown;
    fwx_row_take(row, fwx_text_end(connection, FWX_INITIATOR));
    fwx_row_take(row, fwx_text_end(connection, FWX_RESPONDER));
    fwx_row_text(row, fwx_text_protocol(connection->protocol));
    fwx_row_text(row, firewall->id);
    fill_words(row, engine, &found);
    fwx_row_number(row, found.dropped);
    fwx_row_text(row, found.evidence ? fwx_evidence_name(found.evidence) : "");
    fwx_row_text(row, explains(engine, connection, &found));
    fwx_row_take(row, fwx_filter_connection(connection));
    fwx_row_point(row, connection->capture_point);
}

static int64_t rank(const struct fwx_engine *engine, uint32_t thing)
{
    return fwx_rank_of_connection(engine, thing / fwx_beside_count(engine) + 1);
}

void fwx_tap_firewalls(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Initiator", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Responder", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Protocol", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Firewall", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Would have said", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Frame", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Dropped", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Evidence", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Explains it", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Point", "%s"},
    };

    firewalls = (struct fwx_table){
        .ui = {.title = "Firewalls side by side",
               .cli_string = "fwx,firewalls",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(firewalls)},
        .has_point = true,
        .collect = collect,
        .fill = fill,
        .rank = rank,
    };
    fwx_table_register(&firewalls);
}
