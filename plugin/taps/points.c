/* points.c
 * -z fwx,points[,filter]: a row per capture point: its clock, and how much it has seen of what it
 * should have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"
#include "taps/taps.h"

#include "engine/points/points.h"
#include "host/point.h"
#include "taps/text.h"

FWX_TABLE_CALLBACKS(points)

/* What is counted of a point as its packets come. */
struct census {
    uint32_t packets;
    int64_t first;
    int64_t last;
};

static void collect(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_packet *packet = &record->packets[i];
        struct census *census = (struct census *)fwx_sheet_memo(sheet, packet->capture_point);

        if (!census) {
            census = g_new0(struct census, 1);
            census->first = census->last = FWX_NO_TIME;
            fwx_sheet_memorise(sheet, packet->capture_point, census);
            fwx_sheet_note(sheet, packet->capture_point);
        }
        census->packets++;
        if (packet->time == FWX_NO_TIME)
            continue;
        if (census->first == FWX_NO_TIME || packet->time < census->first)
            census->first = packet->time;
        census->last = MAX(census->last, packet->time);
    }
}

static void fill_real(struct fwx_row *row, const char *format, bool known, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    fwx_row_text(row, known ? g_ascii_formatd(text, sizeof text, format, value) : "");
}

/* Against the capture's first point. */
static const struct fwx_clock *clock_of(const struct fwx_engine *engine, uint32_t point)
{
    for (uint32_t i = 0; i < fwx_points_clock_count(engine); i++) {
        const struct fwx_clock *clock = fwx_points_clock(engine, i);

        if (clock->point[0] == 0 && clock->point[1] == point)
            return clock;
    }
    return NULL;
}

static void fill_clock(struct fwx_row *row, const struct fwx_engine *engine, uint32_t point)
{
    const struct fwx_clock *clock = clock_of(engine, point);
    bool known = clock && clock->known;

    fill_real(row, "%.6f", known || point == 0, known ? clock->offset_ns / 1e9 : 0);
    fill_real(row, "%.1f", known, known ? clock->error_ns / 1e3 : 0);
    fill_real(row, "%.1f", known, known ? clock->drift * 1e6 : 0);
}

/* With whichever other point. */
static void fill_found(struct fwx_row *row, const struct fwx_engine *engine, uint32_t point)
{
    uint32_t matched = 0;
    uint32_t lost = 0;

    for (uint32_t i = 0; i < fwx_points_clock_count(engine); i++) {
        const struct fwx_clock *clock = fwx_points_clock(engine, i);

        for (unsigned of = 0; of < 2; of++) {
            if (clock->point[of] == point) {
                matched += clock->matched;
                lost += clock->lost[of];
            }
        }
    }
    fwx_row_number(row, matched);
    fwx_row_number(row, lost);
}

static void fill(struct fwx_row *row, const struct fwx_engine *engine, uint32_t point)
{
    const struct census *census = (const struct census *)fwx_sheet_memo(row->sheet, point);
    char *time = census->first == FWX_NO_TIME ? NULL : fwx_text_time(census->first);

    fwx_row_number(row, point + 1);
    fwx_row_text(row, fwx_point_name((uint16_t)point));
    fwx_row_number(row, census->packets);
    fwx_row_take(row, time ? time : g_strdup(""));
    fill_real(row, "%.3f", census->first != FWX_NO_TIME,
              (double)fwx_time_between(census->first, census->last) / 1e9);
    fill_clock(row, engine, point);
    fill_found(row, engine, point);
    fwx_row_take(row, g_strdup_printf("fwx.point.number == %u", point + 1));
}

void fwx_tap_points(void)
{
    static stat_tap_table_item fields[] = {
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Number", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Point", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Packets", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "First", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Clock (s)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Error (us)", "%s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Drift (ppm)", "%s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Found elsewhere", "%u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Lacking", "%u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Display filter", "%s"},
    };

    points = (struct fwx_table){
        .ui = {.title = "Capture points",
               .cli_string = "fwx,points",
               .nfields = G_N_ELEMENTS(fields),
               .fields = fields,
               FWX_TABLE_UI(points)},
        .collect = collect,
        .fill = fill,
        .free_memo = g_free,
    };
    fwx_table_register(&points);
}
