/* delays.c
 * -z fwx,delays[,filter]: a row per conversation that was seen at two points: where its longest
 * answer spent its time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/points/points.h"
#include "host/point.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(delays)

static const struct fwx_connection *connection_of(const struct fwx_engine *engine, uint32_t id)
{
    return fwx_connections_get(fwx_engine_connections(engine), id);
}

static bool find(const struct fwx_engine *engine, uint32_t id, const struct fwx_pair **pair,
                 struct fwx_delay *delay)
{
    *pair = fwx_points_onward(engine, connection_of(engine, id));
    return *pair && (*pair)->leg[1] && (*pair)->ordered &&
           fwx_points_delay(engine, fwx_points_number(engine, *pair), delay);
}

static bool has_row(const struct fwx_sheet *sheet _U_, const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_pair *pair;
    struct fwx_delay delay;

    return find(engine, id, &pair, &delay);
}

static void fill_seconds(struct fwx_row *row, bool known, int64_t ns)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    fwx_row_text(row, known ? g_ascii_formatd(text, sizeof text, "%.6f", (double)ns / 1e9) : "");
}

static char *where(const struct fwx_pair *pair, const struct fwx_delay *delay)
{
    const char *points[] = {fwx_point_name(pair->point[0]), fwx_point_name(pair->point[1])};

    if (2 * delay->between < delay->wait)
        return g_strdup_printf("beyond %s", points[1]);
    if (!delay->is_split)
        return g_strdup_printf("between %s and %s", points[0], points[1]);
    return delay->there > delay->back ? g_strdup_printf("from %s to %s", points[0], points[1])
                                      : g_strdup_printf("from %s to %s", points[1], points[0]);
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_pair *pair;
    struct fwx_delay delay;
    bool found = find(engine, id, &pair, &delay);

    g_assert(found && pair); /* it has a row */
    fwx_row_take(row, fwx_text_ends(connection_of(engine, id)));
    fwx_row_text(row, fwx_point_name(pair->point[0]));
    fwx_row_text(row, fwx_point_name(pair->point[1]));
    fwx_row_number(row, delay.exchanges);
    fwx_row_number(row, delay.question);
    fwx_row_number(row, delay.answer);
    fill_seconds(row, true, delay.wait);
    fill_seconds(row, true, delay.between);
    fill_seconds(row, delay.is_split, delay.there);
    fill_seconds(row, delay.is_split, delay.back);
    fill_seconds(row, true, delay.beyond);
    fwx_row_take(row, where(pair, &delay));
    fwx_row_take(row, g_strdup_printf("frame.number == %u or frame.number == %u", delay.question,
                                      delay.answer));
}

static int64_t rank(const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_pair *pair;
    struct fwx_delay delay;
    bool found = find(engine, id, &pair, &delay);

    g_assert(found); /* it has a row */
    return delay.wait;
}

void fwx_tap_delays(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Conversation", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "From", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "To", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Answers", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Question", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Answer", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Longest wait (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "In between (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "There (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Back (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Beyond (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Where", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
    };

    delays = (struct fwx_table){
        .ui = {.title = "Delays between points",
               .cli_string = "fwx,delays",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(delays)},
        .collect = fwx_sheet_note_connections,
        .has_row = has_row,
        .fill = fill,
        .rank = rank,
    };
    fwx_table_register(&delays);
}
