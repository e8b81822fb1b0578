/* pairs.c
 * -z fwx,pairs[,filter]: a row per conversation that was seen at two points, or should have been.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/filter.h"
#include "engine/points/points.h"
#include "host/point.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(pairs)

static const struct fwx_connection *connection_of(const struct fwx_engine *engine, uint32_t id)
{
    return fwx_connections_get(fwx_engine_connections(engine), id);
}

static bool has_row(const struct fwx_sheet *sheet _U_, const struct fwx_engine *engine, uint32_t id)
{
    return fwx_points_onward(engine, connection_of(engine, id)) != NULL;
}

static void fill_other(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    if (id)
        fwx_row_take(row, fwx_text_ends(connection_of(engine, id)));
    else
        fwx_row_text(row, "not seen");
}

/* Both legs' packets. */
static char *filter_of(const struct fwx_engine *engine, const struct fwx_pair *pair)
{
    char *first = fwx_filter_connection(connection_of(engine, pair->leg[0]));
    char *second = pair->leg[1] ? fwx_filter_connection(connection_of(engine, pair->leg[1])) : NULL;
    char *both = second ? g_strdup_printf("(%s) or (%s)", first, second) : g_strdup(first);

    g_free(first);
    g_free(second);
    return both;
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    static const enum fwx_fate fates[] = {
        FWX_FATE_FORWARDED,   FWX_FATE_DROPPED,  FWX_FATE_DROPPED_ONCE, FWX_FATE_CHANGED,
        FWX_FATE_RESEGMENTED, FWX_FATE_INJECTED, FWX_FATE_CAPTURE_LOSS, FWX_FATE_UNPROVEN};
    const struct fwx_connection *connection = connection_of(engine, id);
    const struct fwx_pair *pair = fwx_points_onward(engine, connection);
    uint32_t number = fwx_points_number(engine, pair);
    char buffer[FWX_REASON_SIZE];

    fwx_row_take(row, fwx_text_ends(connection));
    fill_other(row, engine, pair->leg[1]);
    fwx_row_text(row, fwx_text_protocol(connection->protocol));
    fwx_row_take(
        row, g_strdup_printf("%s %s", fwx_point_name(pair->point[0]), pair->ordered ? ">" : "?"));
    fwx_row_text(row, fwx_point_name(pair->point[1]));
    fwx_row_text(row, fwx_method_name((enum fwx_method)pair->method));
    fwx_row_text(row, fwx_path_name((enum fwx_path)pair->path));
    for (unsigned i = 0; i < G_N_ELEMENTS(fates); i++)
        fwx_row_number(row, pair->fates[fates[i]]);
    fwx_row_take(row,
                 pair->first_dropped ? g_strdup_printf("%u", pair->first_dropped) : g_strdup(""));
    fwx_row_text(row, fwx_points_say_missing(engine, number, buffer));
    fwx_row_text(row, fwx_points_say_changed(engine, number, buffer));
    fwx_row_take(row, filter_of(engine, pair));
}

void fwx_tap_pairs(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Conversation", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "On the other side", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Protocol", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "From", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "To", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Paired by", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Path", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Forwarded", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Dropped", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Dropped once", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Changed packets", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Resegmented", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Injected", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Not captured", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Unproven", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "First dropped", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Not come out", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Changed", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
    };

    pairs = (struct fwx_table){
        .ui = {.title = "Both sides of a conversation",
               .cli_string = "fwx,pairs",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(pairs)},
        .collect = fwx_sheet_note_connections,
        .has_row = has_row,
        .fill = fill,
        .rank = fwx_rank_of_connection,
    };
    fwx_table_register(&pairs);
}
