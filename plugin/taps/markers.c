/* markers.c
 * -z fwx,markers[,filter]: a row per range between markers, and what lies in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/tables.h"

#include "engine/filter.h"

FWX_TABLE_CALLBACKS(markers)

/* What the tap has seen of a range; its bounds are the engine's. */
struct contents {
    uint32_t first_frame; /* where the range began when this was counted */
    uint32_t frames;
    GHashTable *connections; /* their ids */
};

static GHashTable *contents_of_range; /* of struct contents, by the range's number */

static void free_contents(gpointer data)
{
    struct contents *contents = (struct contents *)data;

    g_hash_table_destroy(contents->connections);
    g_free(contents);
}

/* While a capture is read, a range seems to begin after the first marker of its group; with each
 * further one it begins anew. */
static struct contents *contents_of(uint32_t number, uint32_t first_frame)
{
    struct contents *contents =
        (struct contents *)g_hash_table_lookup(contents_of_range, GUINT_TO_POINTER(number));

    if (!contents) {
        contents = g_new0(struct contents, 1);
        contents->connections = g_hash_table_new(NULL, NULL);
        g_hash_table_insert(contents_of_range, GUINT_TO_POINTER(number), contents);
    }
    if (contents->first_frame != first_frame) {
        contents->first_frame = first_frame;
        contents->frames = 0;
        g_hash_table_remove_all(contents->connections);
    }
    return contents;
}

static void forget(void)
{
    g_hash_table_remove_all(contents_of_range);
}

static void collect(struct fwx_table *table, const struct fwx_tap_record *record)
{
    struct fwx_marker_place place = fwx_engine_marker_place(record->engine, record->frame);
    struct contents *contents;

    if (!place.in_range)
        return;
    contents = contents_of(place.number, place.first_frame);
    contents->frames++;
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection)
            g_hash_table_add(contents->connections, GUINT_TO_POINTER(connection->id));
    }
    fwx_table_want(table, place.number);
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t number)
{
    const GArray *groups = fwx_engine_markers(engine)->groups;
    const struct fwx_marker_group *from =
        &g_array_index(groups, struct fwx_marker_group, number - 1);
    const struct fwx_marker_group *to = number < groups->len ? from + 1 : NULL;
    const struct contents *contents = contents_of(number, from->last_frame + 1);
    int64_t end = to ? to->first_time : from->last_time;

    fwx_row_number(row, number);
    fwx_row_take(row, to ? g_strdup_printf("%u-%u", from->size, to->size)
                         : g_strdup_printf("%u-", from->size));
    fwx_row_number(row, from->last_frame + 1);
    fwx_row_number(row, to ? to->first_frame - 1 : 0);
    fwx_row_float(row, (double)fwx_time_between(from->last_time, end) / 1e9);
    fwx_row_number(row, contents->frames);
    fwx_row_number(row, g_hash_table_size(contents->connections));
    fwx_row_take(row, fwx_filter_frames(from->last_frame + 1, to ? to->first_frame - 1 : 0));
}

void fwx_register_table_markers(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Range", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Markers", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "First frame", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Last frame", "%u"},
        {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Duration (s)", "%.6f"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Packets", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Conversations", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
    };

    contents_of_range = g_hash_table_new_full(NULL, NULL, NULL, free_contents);
    markers = (struct fwx_table){
        .ui = {.title = "Firewall marker ranges",
               .cli_string = "fwx,markers",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(markers)},
        .collect = collect,
        .forget = forget,
        .fill = fill,
    };
    fwx_table_register(&markers);
}
