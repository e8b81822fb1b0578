/* table.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"

#include "host/point.h"

enum { MAX_COLUMNS = 32 };

static struct fwx_table *tables[8]; /* all */
static unsigned table_count;

/* ---- cells --------------------------------------------------------------------------------------
 */

static stat_tap_table_item_type *next_cell(struct fwx_row *row)
{
    return stat_tap_get_field_data(row->table->rows, row->index, row->column++);
}

/* The window sorts by the strings, so the old one goes only when the new one is there. */
void fwx_row_take(struct fwx_row *row, char *text)
{
    stat_tap_table_item_type *cell = next_cell(row);
    char *old = (char *)cell->user_data.ptr_value;

    cell->type = TABLE_ITEM_STRING;
    cell->value.string_value = text;
    cell->user_data.ptr_value = text;
    g_free(old);
}

void fwx_row_text(struct fwx_row *row, const char *text)
{
    fwx_row_take(row, g_strdup(text));
}

void fwx_row_number(struct fwx_row *row, uint32_t value)
{
    stat_tap_table_item_type *cell = next_cell(row);

    cell->type = TABLE_ITEM_UINT;
    cell->value.uint_value = value;
}

void fwx_row_float(struct fwx_row *row, double value)
{
    stat_tap_table_item_type *cell = next_cell(row);

    cell->type = TABLE_ITEM_FLOAT;
    cell->value.float_value = value;
}

void fwx_row_point(struct fwx_row *row, uint16_t point)
{
    if (fwx_points_several())
        fwx_row_text(row, fwx_point_name(point));
}

/* ---- the column of capture points -----------------------------------------------------------
 *
 * The host asks how many columns there are whenever it draws: headings by ui.nfields, cells by
 * num_fields. (A window's headings are made when it is opened, and stay.) Each row has the cell
 * from the beginning, empty, and does not lose it again: somebody has to free what is in it. */

static void show_columns(struct fwx_table *table)
{
    stat_tap_table *rows = stat_tap_find_table(&table->ui, table->ui.title);
    bool shown = rows && rows->num_elements && rows->num_fields == table->columns;

    table->ui.nfields = table->columns - (table->has_point && !shown && !fwx_points_several());
    if (rows)
        rows->num_fields = (unsigned)table->ui.nfields;
}

void fwx_tables_show_points(void)
{
    for (unsigned i = 0; i < table_count; i++)
        show_columns(tables[i]);
}

/* ---- rows ----------------------------------------------------------------------------------- */

void fwx_table_want(struct fwx_table *table, uint32_t thing)
{
    stat_tap_table_item_type empty[MAX_COLUMNS] = {{0}};
    uint32_t row = table->things->len;
    unsigned shown = table->rows->num_fields;

    if (g_hash_table_contains(table->row_of_thing, GUINT_TO_POINTER(thing)))
        return;
    g_hash_table_insert(table->row_of_thing, GUINT_TO_POINTER(thing), GUINT_TO_POINTER(row + 1));
    g_array_append_val(table->things, thing);
    table->rows->num_fields = table->columns; /* so much room */
    stat_tap_init_table_row(table->rows, row, table->columns, empty);
    table->rows->num_fields = shown;
}

static void fill_rows(struct fwx_table *table, uint32_t from)
{
    const struct fwx_engine *engine = fwx_current_engine();

    if (table->serial != fwx_current_serial())
        return; /* of a capture that is closed */
    for (uint32_t i = from; engine && i < table->things->len; i++) {
        struct fwx_row row = {table, i, 0};

        table->fill(&row, engine, g_array_index(table->things, uint32_t, i));
    }
}

/* ---- the companion -------------------------------------------------------------------------- */

static tap_packet_status companion_packet(void *data _U_, packet_info *pinfo _U_,
                                          epan_dissect_t *edt _U_, const void *record _U_,
                                          tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

bool fwx_companion_start(void *data, tap_draw_cb draw, tap_finish_cb finish)
{
    GString *error = register_tap_listener("fwx", data, NULL, TL_REQUIRES_NOTHING, NULL,
                                           companion_packet, draw, finish);
    bool started = !error;

    if (error)
        g_string_free(error, TRUE);
    return started;
}

/* Fills the rows with what is known by then. */
static void companion_draw(void *data)
{
    fill_rows((struct fwx_table *)data, 0);
}

static void start_companion(struct fwx_table *table)
{
    if (!table->listening)
        table->listening = fwx_companion_start(table, companion_draw, NULL);
}

static void stop_companion(struct fwx_table *table)
{
    if (table->listening)
        remove_tap_listener(table);
    table->listening = false;
}

static void forget_things(struct fwx_table *table)
{
    g_array_set_size(table->things, 0);
    g_hash_table_remove_all(table->row_of_thing);
    if (table->forget)
        table->forget();
}

/* ---- the host's callbacks ------------------------------------------------------------------- */

void fwx_table_init(struct fwx_table *table)
{
    table->rows = stat_tap_find_table(&table->ui, table->ui.title);
    if (table->rows) { /* another window shows it, too */
        fwx_table_reset(table);
        return;
    }
    table->rows = stat_tap_init_table(table->ui.title, (int)table->columns, 0, NULL);
    stat_tap_add_table(&table->ui, table->rows);
    show_columns(table);
    if (!table->things) {
        table->things = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        table->row_of_thing = g_hash_table_new(NULL, NULL);
    }
    forget_things(table);
}

void fwx_table_free_item(struct fwx_table *table, unsigned row, unsigned column,
                         stat_tap_table_item_type *item)
{
    g_free(item->user_data.ptr_value);
    item->user_data.ptr_value = NULL;
    if (row == 0 && column == 0)
        stop_companion(table);
}

void fwx_table_reset(struct fwx_table *table)
{
    for (uint32_t row = 0; row < table->rows->num_elements; row++) {
        for (unsigned column = 0; column < table->rows->num_fields; column++)
            g_free(stat_tap_get_field_data(table->rows, row, column)->user_data.ptr_value);
        g_free(table->rows->elements[row]);
    }
    table->rows->num_elements = 0;
    show_columns(table);
    forget_things(table);
    stop_companion(table);
}

tap_packet_status fwx_table_packet(struct fwx_table *table, const struct fwx_tap_record *record)
{
    uint32_t before = table->things->len;

    table->serial = fwx_current_serial();
    table->collect(table, record);
    fill_rows(table, before); /* no cell is empty, whatever comes next */
    start_companion(table);
    return TAP_PACKET_REDRAW;
}

void fwx_table_register(struct fwx_table *table)
{
    table->ui.group = REGISTER_PACKET_STAT_GROUP_UNSORTED;
    table->ui.tap_name = "fwx";
    table->columns = (unsigned)table->ui.nfields;
    g_assert(table->columns <= MAX_COLUMNS && table_count < G_N_ELEMENTS(tables));
    tables[table_count++] = table;
    show_columns(table);
    register_stat_tap_table_ui(&table->ui);
}
