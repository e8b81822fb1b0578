/* table.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "table.h"

#include <string.h>

#include "csv.h"

/* What is shown of a row, by the names of the CSV's columns. A port stands behind its address. */
static const struct {
    const char *name;
    const char *port;
    gboolean is_number;
} columns[] = {
    {"connection", NULL, TRUE},
    {"protocol", NULL, FALSE},
    {"initiator", "initiator_port", FALSE},
    {"responder", "responder_port", FALSE},
    {"result", NULL, FALSE},
    {"action", NULL, FALSE},
    {"frame", NULL, TRUE},
    {"dropped", NULL, TRUE},
    {"evidence", NULL, FALSE},
    {"point", NULL, FALSE}, /* where there are several */
    {"reason", NULL, FALSE},
};

#define COLUMNS G_N_ELEMENTS(columns)

struct fwx_table {
    GPtrArray *names; /* of char *, the CSV's; NULL before the heading */
    glong width[COLUMNS];
};

struct fwx_table *fwx_table_new(void)
{
    return g_new0(struct fwx_table, 1);
}

void fwx_table_free(struct fwx_table *table)
{
    if (table->names)
        g_ptr_array_unref(table->names);
    g_free(table);
}

static gboolean has_column(const struct fwx_table *table, const char *name)
{
    for (guint i = 0; i < table->names->len; i++) {
        if (strcmp((const char *)table->names->pdata[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* "" for a column that the CSV does not have. */
static const char *cell(const struct fwx_table *table, const GPtrArray *row, const char *name)
{
    for (guint i = 0; name && i < table->names->len && i < row->len; i++) {
        if (strcmp((const char *)table->names->pdata[i], name) == 0)
            return (const char *)row->pdata[i];
    }
    return "";
}

static char *shown(const struct fwx_table *table, const GPtrArray *row, unsigned column)
{
    const char *text = cell(table, row, columns[column].name);
    const char *port = cell(table, row, columns[column].port);

    if (row == table->names)
        return g_strdup(columns[column].name);
    if (!*port)
        return g_strdup(*text ? text : "-");
    return g_strdup_printf(strchr(text, ':') ? "[%s]:%s" : "%s:%s", text, port);
}

static void measure_row(struct fwx_table *table, const GPtrArray *row)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        char *text = shown(table, row, i);

        table->width[i] = MAX(table->width[i], g_utf8_strlen(text, -1));
        g_free(text);
    }
}

void fwx_table_measure(struct fwx_table *table, const char *line)
{
    GPtrArray *row = fwx_csv_split(line);

    if (!table->names)
        table->names = g_ptr_array_ref(row);
    measure_row(table, row);
    g_ptr_array_unref(row);
}

static void print_row(const struct fwx_table *table, const GPtrArray *row, FILE *stream)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        char *text = shown(table, row, i);
        int padding = (int)(table->width[i] - g_utf8_strlen(text, -1));

        if (i + 1 == COLUMNS)
            fprintf(stream, "%s\n", text);
        else if (columns[i].is_number)
            fprintf(stream, "%*s%s  ", padding, "", text);
        else if (has_column(table, columns[i].name))
            fprintf(stream, "%s%*s  ", text, padding, "");
        g_free(text);
    }
}

void fwx_table_print(const struct fwx_table *table, const char *line, FILE *stream)
{
    GPtrArray *row = fwx_csv_split(line);
    gboolean is_heading = row->len > 0 && strcmp((const char *)row->pdata[0], "connection") == 0;

    print_row(table, is_heading ? table->names : row, stream);
    g_ptr_array_unref(row);
}
