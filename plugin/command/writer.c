/* writer.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "writer.h"

#include <string.h>

#include <gio/gio.h>

#include "csv.h"
#include "escape.h"
#include "table.h"

/* tshark prints the CSV, which is counted, and the wanted format to one stream. Every line tells by
 * its beginning what it is. */
enum kind { HEADING, ROW, OTHER };

static enum kind kind_of(const char *line)
{
    if (g_ascii_isdigit(line[0]))
        return ROW;
    return g_str_has_prefix(line, "connection,") ? HEADING : OTHER;
}

/* What goes through the lines of a result. */
struct pass {
    struct fwx_writer *writer;
    const char *name;        /* of the capture */
    struct fwx_table *table; /* FWX_TABLE only */
    GPtrArray *columns;      /* FWX_CSV only: their names in this result */
    guint64 rows;
};

typedef void take_line(struct pass *pass, const char *line);

static gboolean each_line(const char *path, take_line *take, struct pass *pass, GError **error)
{
    GFile *file = g_file_new_for_path(path);
    GFileInputStream *stream = g_file_read(file, NULL, error);
    GDataInputStream *lines = stream ? g_data_input_stream_new(G_INPUT_STREAM(stream)) : NULL;
    GError *trouble = NULL;
    char *line;

    while (lines && (line = g_data_input_stream_read_line(lines, NULL, NULL, &trouble))) {
        g_strchomp(line); /* CRLF */
        take(pass, line);
        g_free(line);
    }
    if (trouble)
        g_propagate_error(error, trouble);
    g_clear_object(&lines);
    g_clear_object(&stream);
    g_object_unref(file);
    return !error || !*error;
}

/* ---- counting ------------------------------------------------------------------------------- */

static void count(struct pass *pass, const char *line)
{
    enum { ACTION = 8 }; /* columns are only added behind it */
    GPtrArray *cells = fwx_csv_split(line);

    pass->rows++;
    pass->writer->conversations++;
    if (cells->len > ACTION && strcmp((const char *)cells->pdata[ACTION], "Denied") == 0)
        pass->writer->denied++;
    g_ptr_array_unref(cells);
}

/* ---- formats -------------------------------------------------------------------------------- */

/* As it stands there, with its quotes; nothing where the line is too short. */
static void write_cell(FILE *stream, const char *line, guint number)
{
    gsize from = number ? fwx_csv_length(line, number) : 0;

    from += line[from] == ',' && number;
    fwrite(line + from, 1, fwx_csv_length(line, number + 1) - from, stream);
}

/* The cells that the one heading has: only captures of several points have a column of these. */
static void write_row(const struct pass *pass, const char *line)
{
    FILE *stream = pass->writer->stream;
    char *name = fwx_csv_cell(pass->name);

    fputs(name, stream);
    g_free(name);
    for (guint i = 0; i < pass->writer->columns->len; i++) {
        guint number;

        fputc(',', stream);
        if (g_ptr_array_find_with_equal_func(pass->columns, pass->writer->columns->pdata[i],
                                             g_str_equal, &number))
            write_cell(stream, line, number);
    }
    fputs("\r\n", stream);
}

/* Rows come behind a heading; what a Lua plugin or a host's shell has printed may look like one. */
static void write_csv(struct pass *pass, const char *line)
{
    if (kind_of(line) == ROW && pass->columns) {
        write_row(pass, line);
    } else if (kind_of(line) == HEADING && !pass->columns) {
        pass->columns = fwx_csv_split(line);
        if (pass->writer->columns)
            return;
        fprintf(pass->writer->stream, "capture,%s\r\n", line);
        pass->writer->columns = g_ptr_array_ref(pass->columns);
        pass->writer->begun = TRUE;
    }
}

static gboolean add_csv(struct pass *pass, const char *path, GError **error)
{
    gboolean done = each_line(path, write_csv, pass, error);

    g_clear_pointer(&pass->columns, g_ptr_array_unref);
    return done;
}

/* RFC 8259, section 7. A name that is no UTF-8 gets its wrong bytes replaced. */
static char *json_string(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    GString *json = g_string_new("\"");

    for (const char *c = valid; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_printf(json, "\\%c", *c);
        else if ((guchar)*c < 0x20)
            g_string_append_printf(json, "\\u%04x", *c);
        else
            g_string_append_c(json, *c);
    }
    g_string_append_c(json, '"');
    g_free(valid);
    return g_string_free(json, FALSE);
}

static void write_json(struct pass *pass, const char *line)
{
    char *name;

    if (line[0] != '{')
        return;
    name = json_string(pass->name);
    fprintf(pass->writer->stream, "{\"capture\":%s,%s\n", name, line + 1);
    g_free(name);
}

static void write_other(struct pass *pass, const char *line)
{
    if (kind_of(line) == OTHER && *line)
        fprintf(pass->writer->stream, "%s\n", line);
}

static void measure_table(struct pass *pass, const char *line)
{
    if (kind_of(line) != OTHER)
        fwx_table_measure(pass->table, line);
}

static void write_table(struct pass *pass, const char *line)
{
    if (kind_of(line) != OTHER)
        fwx_table_print(pass->table, line, pass->writer->stream);
}

static void count_rows(struct pass *pass, const char *line)
{
    if (kind_of(line) == ROW)
        count(pass, line);
}

/* ---- results -------------------------------------------------------------------------------- */

/* On one line, whatever the name is. */
static void write_heading(struct fwx_writer *writer, const char *before, const char *name,
                          const char *product)
{
    char *line = fwx_escape(name, "");

    fprintf(writer->stream, "%s%s%s%s\n", before, line, product ? ", as " : "",
            product ? product : "");
    writer->begun = TRUE;
    g_free(line);
}

static gboolean add_table(struct pass *pass, const char *path, GError **error)
{
    gboolean done = TRUE;

    write_heading(pass->writer, pass->writer->begun ? "\n== " : "== ", pass->name,
                  pass->writer->product);
    if (pass->rows == 0) {
        fputs("no conversations\n", pass->writer->stream);
        return TRUE;
    }
    pass->table = fwx_table_new();
    done = each_line(path, measure_table, pass, error) && each_line(path, write_table, pass, error);
    fwx_table_free(pass->table);
    return done;
}

gboolean fwx_writer_add(struct fwx_writer *writer, const struct fwx_result *result, GError **error)
{
    struct pass pass = {.writer = writer, .name = result->capture->name};
    const char *path = result->output;

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE; /* nothing was started */
    if (!each_line(path, count_rows, &pass, error))
        return FALSE;
    if (pass.rows == 0 && !result->read)
        return TRUE;
    switch (writer->format) {
    case FWX_CSV:
        return add_csv(&pass, path, error);
    case FWX_JSON:
        return each_line(path, write_json, &pass, error);
    case FWX_LOG:
        write_heading(writer, "#Remark: capture ", pass.name, NULL); /* it names its product */
        return each_line(path, write_other, &pass, error);
    case FWX_FINDINGS:
        write_heading(writer, "== ", pass.name, writer->product);
        return each_line(path, write_other, &pass, error);
    default:
        return add_table(&pass, path, error);
    }
}
