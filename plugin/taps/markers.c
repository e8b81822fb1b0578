/* markers.c
 * -z fwx,markers[,filter]: a row per range between markers, and what lies in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/filter.h"

FWX_TABLE_CALLBACKS(markers)

/* What the tap has seen of a range; its bounds are the engine's. */
struct contents {
    uint32_t first_frame; /* where the range began when this was counted */
    uint32_t frames;
    GHashTable *connections; /* their ids */
};

static void free_contents(gpointer data)
{
    struct contents *contents = (struct contents *)data;

    g_hash_table_destroy(contents->connections);
    g_free(contents);
}

/* While a capture is read, a range seems to begin after the first marker of its group; with each
 * further one it begins anew. */
static struct contents *contents_of(struct fwx_sheet *sheet, uint32_t number, uint32_t first_frame)
{
    struct contents *contents = (struct contents *)fwx_sheet_memo(sheet, number);

    if (!contents) {
        contents = g_new0(struct contents, 1);
        contents->connections = g_hash_table_new(NULL, NULL);
        fwx_sheet_memorise(sheet, number, contents);
    }
    if (contents->first_frame != first_frame) {
        contents->first_frame = first_frame;
        contents->frames = 0;
        g_hash_table_remove_all(contents->connections);
    }
    return contents;
}

static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    struct fwx_marker_place place = fwx_engine_marker_place(record->engine, record->frame);
    struct contents *contents;

    if (!place.in_range)
        return;
    contents = contents_of(sheet, place.number, place.first_frame);
    contents->frames++;
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection)
            g_hash_table_add(contents->connections, GUINT_TO_POINTER(connection->id));
    }
    fwx_sheet_note(sheet, place.number);
}

static const struct fwx_marker_group *group_before(const struct fwx_engine *engine, uint32_t number)
{
    return &g_array_index(fwx_engine_markers(engine)->groups, struct fwx_marker_group, number - 1);
}

/* What was counted may all lie among the markers of a group, now that it has more of them. */
static bool has_row(const struct fwx_sheet *sheet, const struct fwx_engine *engine, uint32_t number)
{
    const struct contents *contents = (const struct contents *)fwx_sheet_memo(sheet, number);

    return contents->first_frame == group_before(engine, number)->last_frame + 1;
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t number)
{
    const GArray *groups = fwx_engine_markers(engine)->groups;
    const struct fwx_marker_group *from = group_before(engine, number);
    const struct fwx_marker_group *to = number < groups->len ? from + 1 : NULL;
    const struct contents *contents = contents_of(row->sheet, number, from->last_frame + 1);
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

void fwx_tap_markers(void)
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

    markers = (struct fwx_table){
        .ui = {.title = "Firewall marker ranges",
               .cli_string = "fwx,markers",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(markers)},
        .collect = collect,
        .has_row = has_row,
        .free_memo = free_contents,
        .fill = fill,
    };
    fwx_table_register(&markers);
}
