/* table.h
 * One definition of a table for tshark -z, the Statistics menu and sharkd.
 *
 * A table is a list of columns and two functions: one says which things of a frame get a row, the
 * other fills the row of a thing from what the engine knows by now. Rows are filled again whenever
 * the table is about to be drawn, so that they tell what only the end of the capture shows.
 *
 * Wireshark keeps one table per kind, whichever window shows it; so does this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_TABLE_H
#define FWX_TAPS_TABLE_H

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "host/packet-fwx.h"

struct fwx_table;

/* Where a row's cells go; strings are taken over and freed. */
struct fwx_row {
    struct fwx_table *table;
    uint32_t index;
    unsigned column; /* of the next cell */
};

void fwx_row_text(struct fwx_row *row, const char *text);
void fwx_row_take(struct fwx_row *row, char *text);
void fwx_row_number(struct fwx_row *row, uint32_t value);
void fwx_row_float(struct fwx_row *row, double value);
/* The last cell of a table that has_point; does nothing while that column is hidden. */
void fwx_row_point(struct fwx_row *row, uint16_t point);

/* Each thing has a number of its own: a connection's id, a finding's or a range's number. The row
 * is made if the thing has none. */
void fwx_table_want(struct fwx_table *table, uint32_t thing);

struct fwx_table {
    stat_tap_table_ui ui; /* title, cli_string, fields and nfields are set by the definition */
    bool has_point;       /* the last column is the capture point, shown where there are several */
    void (*collect)(struct fwx_table *table, const struct fwx_tap_record *record);
    void (*forget)(void); /* what collect has counted, or NULL */
    void (*fill)(struct fwx_row *row, const struct fwx_engine *engine, uint32_t thing);

    /* Its contents, the module's own. */
    stat_tap_table *rows;
    unsigned columns;         /* with the hidden one */
    GHashTable *row_of_thing; /* number of the row + 1, by thing */
    GArray *things;           /* of uint32_t, by row */
    uint32_t serial;          /* of the capture that the rows are of */
    bool listening;           /* the companion that sees the draws coming is registered */
};

/* Registers a listener that is drawn before the table or tree that it stands by: the host draws the
 * newest first. data names it, for remove_tap_listener(). True if that went well. */
bool fwx_companion_start(void *data, tap_draw_cb draw, tap_finish_cb finish);

/* Before any capture is opened. The table lives as long as the program. */
void fwx_table_register(struct fwx_table *table);

/* A capture begins, or turns out to have a second point: shows or hides the column. */
void fwx_tables_show_points(void);

/* One per table, for fwx_table.ui: the host's callbacks carry no pointer to it. */
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
    static tap_packet_status table##_packet(void *data _U_, packet_info *pinfo _U_,                \
                                            epan_dissect_t *edt _U_, const void *record,           \
                                            tap_flags_t flags _U_)                                 \
    {                                                                                              \
        return fwx_table_packet(&table, (const struct fwx_tap_record *)record);                    \
    }

/* And what of them goes into fwx_table.ui. */
#define FWX_TABLE_UI(table)                                                                        \
    .stat_tap_init_cb = table##_init, .stat_tap_reset_table_cb = table##_reset,                    \
    .stat_tap_free_table_item_cb = table##_free_item, .packet_func = table##_packet

void fwx_table_init(struct fwx_table *table);
void fwx_table_reset(struct fwx_table *table);
void fwx_table_free_item(struct fwx_table *table, unsigned row, unsigned column,
                         stat_tap_table_item_type *item);
tap_packet_status fwx_table_packet(struct fwx_table *table, const struct fwx_tap_record *record);

#endif
