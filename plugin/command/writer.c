/* writer.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "formula.h"

struct part {
    struct fwx_writer *writer;
    const char *name; /* of the capture */
    unsigned point;   /* column of the capture point, 0: it has none */
    gboolean past_heading;
};

typedef void take_line(struct part *part, char *line, gsize length);

static void put(struct fwx_writer *writer, const char *text, gsize length)
{
    if (!writer->error)
        g_output_stream_write_all(writer->stream, text, length, NULL, NULL, &writer->error);
}

static void put_text(struct fwx_writer *writer, const char *text)
{
    put(writer, text, strlen(text));
}

static void each_line(struct part *part, const struct fwx_result *result, take_line *take)
{
    int file = dup(result->file);
    FILE *lines = file >= 0 ? fdopen(file, "r") : NULL;
    gint64 left = result->length;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;

    if (!lines || fseeko(lines, result->offset, SEEK_SET) != 0)
        left = 0;
    while (left > 0 && (length = getline(&line, &room, lines)) > 0) {
        take(part, line, (gsize)length);
        left -= length;
    }
    free(line);
    if (lines)
        fclose(lines);
}

/* ---- formats -------------------------------------------------------------------------------- */

static void copy_line(struct part *part, char *line, gsize length)
{
    put(part->writer, line, length);
}

/* RFC 4180; of control characters, a tab and a line feed in quotes stay. */
static void put_cell(struct fwx_writer *writer, const char *text)
{
    char *shown = fwx_escape(text, "\t\n");
    GString *cell = g_string_new(fwx_is_formula(shown) ? "'" : NULL);

    g_string_append(cell, shown);
    if (strpbrk(cell->str, ",\"\r\n")) {
        g_string_replace(cell, "\"", "\"\"", 0);
        g_string_prepend_c(cell, '"');
        g_string_append_c(cell, '"');
    }
    put(writer, cell->str, cell->len);
    g_string_free(cell, TRUE);
    g_free(shown);
}

/* Where a cell begins, counted from 0; behind the last one, the end. */
static gsize cell_at(const char *line, unsigned cell)
{
    gboolean quoted = FALSE; /* a doubled quote goes out and in again */
    gsize at = 0;

    for (; line[at] && cell > 0; at++) {
        quoted ^= line[at] == '"';
        cell -= line[at] == ',' && !quoted;
    }
    return at;
}

/* The column of the capture point, which only captures of several have; 0: none. */
static unsigned find_point(const char *heading)
{
    char **names = g_strsplit(heading, ",", -1);
    unsigned point = 0;

    for (unsigned i = 0; names[i]; i++) {
        if (g_str_equal(names[i], "point"))
            point = i;
    }
    g_strfreev(names);
    return point;
}

static void csv_heading(struct part *part, const char *line)
{
    struct fwx_writer *writer = part->writer;

    part->past_heading = TRUE;
    part->point = find_point(line);
    if (writer->begun)
        return;
    writer->begun = TRUE;
    if (writer->options->no_heading)
        return;
    writer->point = part->point;
    put_text(writer, "capture,");
    put_text(writer, line);
    put_text(writer, "\r\n");
}

/* Every row has the cells of the one heading. */
static void csv_line(struct part *part, char *line, gsize length)
{
    struct fwx_writer *writer = part->writer;
    unsigned point = MAX(part->point, writer->point);
    const char *rest;
    gsize at;

    (void)length;
    line[strcspn(line, "\r\n")] = '\0';
    if (!part->past_heading) {
        csv_heading(part, line);
        return;
    }
    put_cell(writer, part->name);
    put_text(writer, ",");
    at = part->point == writer->point ? strlen(line) : cell_at(line, point);
    rest = part->point ? line + cell_at(line, point + 1) : line + at;
    put(writer, line, at - (line[at] && !*rest)); /* no comma behind what is the last cell now */
    if (part->point != writer->point)
        put_text(writer, part->point ? rest : ",");
    if (part->point < writer->point)
        put_text(writer, rest);
    put_text(writer, "\r\n");
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

static void json_line(struct part *part, char *line, gsize length)
{
    char *name = json_string(part->name);

    put_text(part->writer, "{\"capture\":");
    put_text(part->writer, name);
    put_text(part->writer, ",");
    put(part->writer, line + 1, length - 1);
    g_free(name);
}

/* ---- results -------------------------------------------------------------------------------- */

/* On one line, whatever the name is. */
static void put_heading(struct part *part, const char *before, const char *product)
{
    char *line = fwx_escape(part->name, "");

    put_text(part->writer, before);
    put_text(part->writer, line);
    put_text(part->writer, product ? ", as " : "");
    put_text(part->writer, product ? product : "");
    put_text(part->writer, "\n");
    part->writer->begun = TRUE;
    g_free(line);
}

void fwx_writer_add(struct fwx_writer *writer, const struct fwx_result *result)
{
    struct part part = {.writer = writer, .name = result->capture->name};

    writer->conversations += result->answer.counts.conversations;
    writer->denied += result->answer.counts.denied;
    if (!result->answer.read && result->answer.counts.conversations == 0)
        return;
    switch (writer->options->format) {
    case FWX_CSV:
        each_line(&part, result, csv_line);
        break;
    case FWX_JSON:
        each_line(&part, result, json_line);
        break;
    case FWX_LOG:
        put_heading(&part, "#Remark: capture ", NULL); /* it names its product */
        each_line(&part, result, copy_line);
        break;
    case FWX_FINDINGS:
        put_heading(&part, "== ", writer->product);
        each_line(&part, result, copy_line);
        break;
    default:
        put_heading(&part, writer->begun ? "\n== " : "== ", writer->product);
        each_line(&part, result, copy_line);
    }
}
