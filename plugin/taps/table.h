/* table.h
 * One definition of a table for tshark -z, the Statistics menu and sharkd.
 *
 * A table is a list of columns and functions: one says which things of a frame may get a row,
 * another fills the row of a thing from what the engine knows by now. Rows are made and filled
 * again whenever the table is about to be drawn, so that they tell what only the end of the capture
 * shows: the worst first, else in the order of the things' numbers, however often the frames were
 * passed.
 *
 * Its contents are a sheet. In tshark each listener has a sheet of its own; in the window and in
 * sharkd all that show a table share one, because the host keeps it so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_TABLE_H
#define FWX_TAPS_TABLE_H

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "host/packet-fwx.h"

struct fwx_sheet;

/* Where a row's cells go; strings are taken over and freed. */
struct fwx_row {
    struct fwx_sheet *sheet;
    uint32_t index;
    unsigned column; /* of the next cell */
};

void fwx_row_text(struct fwx_row *row, const char *text);
void fwx_row_take(struct fwx_row *row, char *text);
void fwx_row_number(struct fwx_row *row, uint32_t value);
void fwx_row_float(struct fwx_row *row, double value);
/* The last cell of a table that has_point; does nothing while that column is hidden. */
void fwx_row_point(struct fwx_row *row, uint16_t point);

/* Each thing has a number of its own: a connection's id, a finding's or a range's number. It gets a
 * row at the next draw, if it is to have one. */
void fwx_sheet_note(struct fwx_sheet *sheet, uint32_t thing);

/* Of a table whose things are connections: all of the frame. */
void fwx_sheet_note_connections(struct fwx_sheet *sheet, const struct fwx_tap_record *record);

/* The rank of a thing that is a connection. */
int64_t fwx_rank_of_connection(const struct fwx_engine *engine, uint32_t id);

/* What a table has counted of a thing, NULL where it has counted nothing yet. */
void *fwx_sheet_memo(const struct fwx_sheet *sheet, uint32_t thing);
void fwx_sheet_memorise(struct fwx_sheet *sheet, uint32_t thing, void *memo);

struct fwx_table {
    stat_tap_table_ui ui; /* title, cli_string, fields and nfields are set by the definition */
    bool has_point;       /* the last column is the capture point, shown where there are several */
    void (*collect)(struct fwx_sheet *sheet, const struct fwx_tap_record *record);
    /* Before rows are made and filled: the last moment to note things. NULL: nothing to do. */
    void (*prepare)(struct fwx_sheet *sheet, const struct fwx_engine *engine);
    /* Is a thing that was noted to have a row, now that more is known? NULL: always. */
    bool (*has_row)(const struct fwx_sheet *sheet, const struct fwx_engine *engine, uint32_t thing);
    void (*fill)(struct fwx_row *row, const struct fwx_engine *engine, uint32_t thing);
    /* How bad what a row tells is: the highest come first. NULL: all are alike. */
    int64_t (*rank)(const struct fwx_engine *engine, uint32_t thing);
    GDestroyNotify free_memo; /* NULL where nothing is memorised */

    unsigned columns;   /* with the hidden one */
    GHashTable *sheets; /* by the listener's data; the shared one's is the table itself */
};

/* Registers a listener that is drawn before the table or tree that it stands by: the host draws the
 * newest first. data names it, for remove_tap_listener(). True if that went well. */
bool fwx_companion_start(void *data, tap_draw_cb draw, tap_finish_cb finish);

/* Before any capture is opened. The table lives as long as the program. */
void fwx_table_register(struct fwx_table *table);

/* A capture begins, or turns out to have a second point: shows or hides the column. */
void fwx_tables_show_points(void);

/* One per table, for fwx_table.ui: some of the host's callbacks carry no pointer to it. */
#define FWX_TABLE_CALLBACKS(table)                                                                 \
    static struct fwx_table table;                                                                 \
    static void table##_init(stat_tap_table_ui *ui _U_)                                            \
    {                                                                                              \
        fwx_table_init(&table);                                                                    \
    }                                                                                              \
    static void table##_reset(stat_tap_table *rows _U_)                                            \
    {                                                                                              \
        fwx_table_reset(&table);                                                                   \
    }                                                                                              \
    static void table##_free_item(stat_tap_table *rows _U_, guint row, guint column,               \
                                  stat_tap_table_item_type *item)                                  \
    {                                                                                              \
        fwx_table_free_item(&table, row, column, item);                                            \
    }                                                                                              \
    static tap_packet_status table##_packet(void *data, packet_info *pinfo _U_,                    \
                                            epan_dissect_t *edt _U_, const void *record,           \
                                            tap_flags_t flags _U_)                                 \
    {                                                                                              \
        return fwx_table_packet(&table, (stat_data_t *)data,                                       \
                                (const struct fwx_tap_record *)record);                            \
    }

/* And what of them goes into fwx_table.ui. */
#define FWX_TABLE_UI(table)                                                                        \
    .stat_tap_init_cb = table##_init, .stat_tap_reset_table_cb = table##_reset,                    \
    .stat_tap_free_table_item_cb = table##_free_item, .packet_func = table##_packet

void fwx_table_init(struct fwx_table *table);
void fwx_table_reset(struct fwx_table *table);
void fwx_table_free_item(struct fwx_table *table, unsigned row, unsigned column,
                         stat_tap_table_item_type *item);
tap_packet_status fwx_table_packet(struct fwx_table *table, stat_data_t *listener,
                                   const struct fwx_tap_record *record);

#endif
