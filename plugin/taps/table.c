/* table.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/table.h"

#include "engine/facts/alarm.h"
#include "host/point.h"

enum { MAX_COLUMNS = 32 };

static struct fwx_table *tables[16]; /* all */
static unsigned table_count;

/* The contents of a table, for one listener or for all that share it. */
struct fwx_sheet {
    struct fwx_table *table;
    stat_tap_table_ui *ui; /* that it is drawn by */
    stat_tap_table *rows;  /* the host's */
    GArray *things;        /* of uint32_t, by row */
    GArray *noted;         /* of uint32_t: things that have no row yet */
    GHashTable *known;     /* the things of this session, noted or with a row */
    GHashTable *memos;     /* by thing */
    uint32_t session_from; /* the first row that is not of a session that is over */
    uint32_t serial;       /* of the session, see fwx_current_serial() */
    bool listening;        /* the companion that sees the draws coming is registered */
    bool printed;          /* by tshark, whose printf() follows the locale */
};

/* ---- cells --------------------------------------------------------------------------------------
 */

static stat_tap_table_item_type *next_cell(struct fwx_row *row)
{
    return stat_tap_get_field_data(row->sheet->rows, row->index, row->column++);
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
    stat_tap_table_item_type *cell;

    if (row->sheet->printed) {
        const char *format = row->sheet->table->ui.fields[row->column].field_format;
        char text[G_ASCII_DTOSTR_BUF_SIZE];

        fwx_row_text(row, g_ascii_formatd(text, sizeof text, format, value));
        return;
    }
    cell = next_cell(row);
    cell->type = TABLE_ITEM_FLOAT;
    cell->value.float_value = value;
}

/* ---- the column of capture points --------------------------------------------------------------
 *
 * The host asks how many columns there are whenever it draws: headings by ui.nfields, cells by
 * num_fields. (A window's headings are made when it is opened, and stay.) Each row has room for the
 * cell from the beginning, and does not lose it again: somebody has to free what is in it.
 */

static bool is_point_shown(const struct fwx_sheet *sheet)
{
    return sheet->table->has_point && sheet->rows->num_fields == sheet->table->columns;
}

void fwx_row_point(struct fwx_row *row, uint16_t point)
{
    if (is_point_shown(row->sheet))
        fwx_row_text(row, fwx_point_name(point));
}

/* Of rows from a session that had but one point. */
static void fill_points(struct fwx_sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->rows->num_elements; i++) {
        struct fwx_row row = {sheet, i, sheet->table->columns - 1};

        if (stat_tap_get_field_data(sheet->rows, i, row.column)->type == TABLE_ITEM_NONE)
            fwx_row_text(&row, "-");
    }
}

static unsigned columns_of(const struct fwx_table *table)
{
    return table->columns - (table->has_point && !fwx_points_several());
}

/* A window that is closed, and sharkd behind each answer, throw the rows away without a word. */
static bool find_rows(struct fwx_sheet *sheet)
{
    sheet->rows = stat_tap_find_table(sheet->ui, sheet->ui->title);
    return sheet->rows;
}

static void show_columns(struct fwx_sheet *sheet)
{
    if (!find_rows(sheet) || (sheet->rows->num_elements && is_point_shown(sheet)))
        return;
    sheet->ui->nfields = columns_of(sheet->table);
    sheet->rows->num_fields = (unsigned)sheet->ui->nfields;
    if (is_point_shown(sheet))
        fill_points(sheet);
}

void fwx_tables_show_points(void)
{
    for (unsigned i = 0; i < table_count; i++) {
        GHashTableIter at;
        gpointer sheet;

        tables[i]->ui.nfields = columns_of(tables[i]);
        g_hash_table_iter_init(&at, tables[i]->sheets);
        while (g_hash_table_iter_next(&at, NULL, &sheet))
            show_columns((struct fwx_sheet *)sheet);
    }
}

/* ---- things -------------------------------------------------------------------------------------
 */

void fwx_sheet_note(struct fwx_sheet *sheet, uint32_t thing)
{
    if (g_hash_table_add(sheet->known, GUINT_TO_POINTER(thing)))
        g_array_append_val(sheet->noted, thing);
}

void fwx_sheet_note_connections(struct fwx_sheet *sheet, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection)
            fwx_sheet_note(sheet, connection->id);
    }
}

void *fwx_sheet_memo(const struct fwx_sheet *sheet, uint32_t thing)
{
    return g_hash_table_lookup(sheet->memos, GUINT_TO_POINTER(thing));
}

void fwx_sheet_memorise(struct fwx_sheet *sheet, uint32_t thing, void *memo)
{
    g_hash_table_insert(sheet->memos, GUINT_TO_POINTER(thing), memo);
}

/* ---- rows ----------------------------------------------------------------------------------- */

static gint by_number(gconstpointer a, gconstpointer b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static void add_row(struct fwx_sheet *sheet, uint32_t thing)
{
    stat_tap_table_item_type empty[MAX_COLUMNS] = {{0}};
    unsigned shown = sheet->rows->num_fields;

    sheet->rows->num_fields = sheet->table->columns; /* so much room */
    stat_tap_init_table_row(sheet->rows, sheet->things->len, sheet->table->columns, empty);
    sheet->rows->num_fields = shown;
    g_array_append_val(sheet->things, thing);
}

/* Rows for the things that are to have one; the others wait for what is still to come. */
static void add_rows(struct fwx_sheet *sheet, const struct fwx_engine *engine)
{
    const struct fwx_table *table = sheet->table;
    unsigned waiting = 0;

    for (unsigned i = 0; i < sheet->noted->len; i++) {
        uint32_t thing = g_array_index(sheet->noted, uint32_t, i);

        if (!table->has_row || table->has_row(sheet, engine, thing))
            add_row(sheet, thing);
        else
            g_array_index(sheet->noted, uint32_t, waiting++) = thing;
    }
    g_array_set_size(sheet->noted, waiting);
}

int64_t fwx_rank_of_connection(const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    struct fwx_account account = fwx_account_of(engine, connection);

    return fwx_alarm_rank(engine, connection, &account);
}

struct ranked {
    int64_t rank;
    uint32_t thing;
};

static gint worst_first(gconstpointer a, gconstpointer b)
{
    const struct ranked *left = (const struct ranked *)a;
    const struct ranked *right = (const struct ranked *)b;
    gint order = (left->rank < right->rank) - (left->rank > right->rank);

    return order ? order : by_number(&left->thing, &right->thing);
}

/* Each row is filled anew, so that it may be about any of this session's things. */
static void sort_things(struct fwx_sheet *sheet, const struct fwx_engine *engine)
{
    guint count = sheet->things->len - sheet->session_from;
    GArray *ranks = g_array_sized_new(FALSE, FALSE, sizeof(struct ranked), count);

    for (guint i = 0; i < count; i++) {
        uint32_t thing = g_array_index(sheet->things, uint32_t, sheet->session_from + i);
        struct ranked ranked = {sheet->table->rank ? sheet->table->rank(engine, thing) : 0, thing};

        g_array_append_val(ranks, ranked);
    }
    g_array_sort(ranks, worst_first);
    for (guint i = 0; i < count; i++)
        g_array_index(sheet->things, uint32_t, sheet->session_from + i) =
            g_array_index(ranks, struct ranked, i).thing;
    g_array_free(ranks, TRUE);
}

/* What of the settings is wrong, in the head of what is printed; a window has been told of it. */
static void complain(struct fwx_sheet *sheet, const struct fwx_engine *engine)
{
    char *problems = fwx_policy_problems(fwx_engine_policy(engine));

    if (sheet->printed && problems)
        sheet->ui->title =
            wmem_strdup_printf(wmem_epan_scope(), "%s (%s)", sheet->table->ui.title, problems);
    g_free(problems);
}

/* Tells what is known by now; nothing of a session that is over. */
static void fill_sheet(struct fwx_sheet *sheet)
{
    const struct fwx_engine *engine = fwx_current_engine();

    if (!engine || sheet->serial != fwx_current_serial() || !find_rows(sheet))
        return;
    fwx_review_current();
    if (sheet->table->prepare)
        sheet->table->prepare(sheet, engine);
    complain(sheet, engine);
    add_rows(sheet, engine);
    sort_things(sheet, engine);
    for (uint32_t i = sheet->session_from; i < sheet->things->len; i++) {
        struct fwx_row row = {sheet, i, 0};

        sheet->table->fill(&row, engine, g_array_index(sheet->things, uint32_t, i));
    }
}

/* The numbers of another session's things mean something else; its rows are text, and stay. */
static void begin_session(struct fwx_sheet *sheet, uint32_t serial)
{
    g_array_set_size(sheet->noted, 0);
    g_hash_table_remove_all(sheet->known);
    g_hash_table_remove_all(sheet->memos);
    sheet->session_from = sheet->things->len;
    sheet->serial = serial;
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

static void companion_draw(void *data)
{
    fill_sheet((struct fwx_sheet *)data);
}

/* At the program's end the host drops all listeners without asking. */
static void companion_finish(void *data)
{
    ((struct fwx_sheet *)data)->listening = false;
}

static void start_companion(struct fwx_sheet *sheet)
{
    if (!sheet->listening)
        sheet->listening = fwx_companion_start(sheet, companion_draw, companion_finish);
}

static void stop_companion(struct fwx_sheet *sheet)
{
    if (sheet->listening)
        remove_tap_listener(sheet);
    sheet->listening = false;
}

/* ---- sheets -------------------------------------------------------------------------------------
 */

static struct fwx_sheet *make_sheet(struct fwx_table *table, void *key)
{
    struct fwx_sheet *sheet = g_new0(struct fwx_sheet, 1);

    sheet->table = table;
    sheet->ui = &table->ui;
    sheet->things = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    sheet->noted = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    sheet->known = g_hash_table_new(NULL, NULL);
    sheet->memos = g_hash_table_new_full(NULL, NULL, NULL, table->free_memo);
    g_hash_table_insert(table->sheets, key, sheet);
    return sheet;
}

static struct fwx_sheet *shared_sheet(struct fwx_table *table)
{
    return (struct fwx_sheet *)g_hash_table_lookup(table->sheets, table);
}

/* The window draws from the table that it registered, whatever a listener's data say, and sharkd
 * serves one listener at a time. Only tshark has several at once, and draws from their data. */
static bool has_own_sheet(const stat_data_t *listener)
{
    /* tshark's lies right behind a pointer (to the filter) in what its user_data points to; the
     * window's is somewhere in a dialog, and sharkd's has none. */
    return (uintptr_t)listener - (uintptr_t)listener->user_data == sizeof(char *);
}

/* The columns with numbers of ours made texts. */
static stat_tap_table_item *columns_as_texts(const struct fwx_table *table)
{
    stat_tap_table_item *columns = g_memdup2(table->ui.fields, table->columns * sizeof *columns);

    for (size_t i = 0; i < table->columns; i++) {
        if (columns[i].type == TABLE_ITEM_FLOAT) {
            columns[i].type = TABLE_ITEM_STRING;
            columns[i].field_format = "%s";
        }
    }
    return columns;
}

/* The rows of a listener of tshark, kept apart from those of a second one with another filter. As
 * long as the program: the host tells nobody when the listener goes. */
static struct fwx_sheet *make_own_sheet(struct fwx_table *table, stat_data_t *listener)
{
    struct fwx_sheet *sheet = make_sheet(table, listener);
    stat_tap_table_ui *ui = g_memdup2(&table->ui, sizeof table->ui);

    ui->tables = NULL;
    ui->fields = columns_as_texts(table);
    sheet->ui = ui;
    sheet->printed = true;
    stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)table->columns, 0, NULL));
    show_columns(sheet);
    listener->stat_tap_data = ui;
    return sheet;
}

static struct fwx_sheet *sheet_of(struct fwx_table *table, stat_data_t *listener)
{
    struct fwx_sheet *own = (struct fwx_sheet *)g_hash_table_lookup(table->sheets, listener);

    if (own)
        return own;
    return has_own_sheet(listener) ? make_own_sheet(table, listener) : shared_sheet(table);
}

/* ---- the host's callbacks ------------------------------------------------------------------- */

void fwx_table_init(struct fwx_table *table)
{
    struct fwx_sheet *sheet = shared_sheet(table);

    if (!sheet)
        sheet = make_sheet(table, table);
    stop_companion(sheet); /* of a listener that is gone: it would be drawn behind the new one */
    sheet->rows = stat_tap_find_table(&table->ui, table->ui.title);
    if (sheet->rows) { /* another window shows it, too */
        fwx_table_reset(table);
        return;
    }
    stat_tap_add_table(&table->ui,
                       stat_tap_init_table(table->ui.title, (int)table->columns, 0, NULL));
    show_columns(sheet);
    g_array_set_size(sheet->things, 0);
    begin_session(sheet, 0);
}

void fwx_table_free_item(struct fwx_table *table, unsigned row, unsigned column,
                         stat_tap_table_item_type *item)
{
    g_free(item->user_data.ptr_value);
    item->user_data.ptr_value = NULL;
    if (row == 0 && column == 0)
        stop_companion(shared_sheet(table));
}

void fwx_table_reset(struct fwx_table *table)
{
    struct fwx_sheet *sheet = shared_sheet(table);

    for (uint32_t row = 0; row < sheet->rows->num_elements; row++) {
        for (unsigned column = 0; column < sheet->rows->num_fields; column++)
            g_free(stat_tap_get_field_data(sheet->rows, row, column)->user_data.ptr_value);
        g_free(sheet->rows->elements[row]);
    }
    sheet->rows->num_elements = 0;
    show_columns(sheet);
    g_array_set_size(sheet->things, 0);
    begin_session(sheet, 0);
    stop_companion(sheet);
}

tap_packet_status fwx_table_packet(struct fwx_table *table, stat_data_t *listener,
                                   const struct fwx_tap_record *record)
{
    struct fwx_sheet *sheet = sheet_of(table, listener);

    if (sheet->serial != fwx_current_serial())
        begin_session(sheet, fwx_current_serial());
    table->collect(sheet, record);
    start_companion(sheet);
    return TAP_PACKET_REDRAW;
}

/* ---- registration --------------------------------------------------------------------------- */

/* The last moment to tell anything of a capture's things: tshark -M goes on without a draw. */
static void finish_session(void *data)
{
    const struct fwx_table *table = (const struct fwx_table *)data;
    GHashTableIter at;
    gpointer sheet;

    g_hash_table_iter_init(&at, table->sheets);
    while (g_hash_table_iter_next(&at, NULL, &sheet))
        fill_sheet((struct fwx_sheet *)sheet);
}

static void free_sheet(gpointer data)
{
    struct fwx_sheet *sheet = (struct fwx_sheet *)data;

    stop_companion(sheet);
    g_array_free(sheet->things, TRUE);
    g_array_free(sheet->noted, TRUE);
    g_hash_table_destroy(sheet->known);
    g_hash_table_destroy(sheet->memos);
    g_free(sheet);
}

void fwx_table_register(struct fwx_table *table)
{
    table->ui.group = REGISTER_PACKET_STAT_GROUP_UNSORTED;
    table->ui.tap_name = "fwx";
    table->sheets = g_hash_table_new_full(NULL, NULL, NULL, free_sheet);
    table->columns = (unsigned)table->ui.nfields;
    g_assert(table->columns <= MAX_COLUMNS && table_count < G_N_ELEMENTS(tables));
    tables[table_count++] = table;
    fwx_before_close(finish_session, table);
    register_stat_tap_table_ui(&table->ui);
}
