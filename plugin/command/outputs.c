/* outputs.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "outputs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "taps/listing.h"
#include "taps/verdict.h"

static struct fwx_counts counted;
static unsigned terminal; /* columns of it, 0: none */

/* ---- counts --------------------------------------------------------------------------------- */

static void count(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    for (guint i = 0; i < listing->connections->len; i++) {
        struct fwx_verdict verdict =
            fwx_verdict_of(engine, g_array_index(listing->connections, uint32_t, i));

        counted.conversations++;
        counted.denied += verdict.result && verdict.result->action == FWX_ACTION_DENIED;
    }
}

/* ---- the table ------------------------------------------------------------------------------ */

/* By the names of the CSV's columns. A port stands behind its address. */
static struct {
    const char *name;
    const char *port;
    const struct fwx_verdict_column *text;
    const struct fwx_verdict_column *port_text;
    glong width;
} columns[] = {
    {.name = "connection"},
    {.name = "protocol"},
    {.name = "initiator", .port = "initiator_port"},
    {.name = "responder", .port = "responder_port"},
    {.name = "result"},
    {.name = "action"},
    {.name = "frame"},
    {.name = "dropped"},
    {.name = "evidence"},
    {.name = "point"}, /* where there are several */
    {.name = "reason"},
};

#define COLUMNS G_N_ELEMENTS(columns)

static const struct fwx_verdict_column *find_column(const char *name)
{
    for (unsigned i = 0; name && i < FWX_VERDICT_COLUMNS; i++) {
        if (g_strcmp0(fwx_verdict_columns[i].name, name) == 0)
            return &fwx_verdict_columns[i];
    }
    return NULL;
}

static char *text_of(const struct fwx_verdict_column *column, const struct fwx_verdict *verdict)
{
    if (!column)
        return NULL;
    return column->number ? g_strdup_printf("%" PRIu32, column->number(verdict))
                          : column->text(verdict);
}

/* verdict: NULL for the heading. */
static char *shown(unsigned column, const struct fwx_verdict *verdict)
{
    char *text = verdict ? text_of(columns[column].text, verdict) : g_strdup(columns[column].name);
    char *port = verdict ? text_of(columns[column].port_text, verdict) : NULL;

    if (port && *port) {
        char *both = g_strdup_printf(strchr(text, ':') ? "[%s]:%s" : "%s:%s", text, port);

        g_free(text);
        text = both;
    }
    g_free(port);
    if (text && *text)
        return text;
    g_free(text);
    return g_strdup("-");
}

/* The last column takes what is left of a terminal's line, but is never without some words. */
static void fit(GString *line, glong before)
{
    enum { SOME = 24 };
    glong room = MAX((glong)terminal - before, SOME);

    if (terminal && g_utf8_strlen(line->str, -1) > before + room) {
        char *end = g_utf8_offset_to_pointer(line->str, before + room - 1);

        g_string_truncate(line, (gsize)(end - line->str));
        g_string_append(line, "…");
    }
}

static void print_row(const struct fwx_listing *listing, const struct fwx_verdict *verdict)
{
    GString *line = g_string_new(NULL);
    glong before = 0;

    for (unsigned i = 0; i < COLUMNS; i++) {
        char *text = shown(i, verdict);
        int padding = (int)(columns[i].width - g_utf8_strlen(text, -1));

        if (i + 1 == COLUMNS)
            g_string_append(line, text);
        else if (columns[i].text->number)
            g_string_append_printf(line, "%*s%s  ", padding, "", text);
        else if (listing->has_points || !g_str_equal(columns[i].name, "point"))
            g_string_append_printf(line, "%s%*s  ", text, padding, "");
        if (i + 2 == COLUMNS)
            before = g_utf8_strlen(line->str, -1);
        g_free(text);
    }
    fit(line, before);
    puts(line->str);
    g_string_free(line, TRUE);
}

static void measure_row(const struct fwx_verdict *verdict)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        char *text = shown(i, verdict);

        columns[i].width = MAX(columns[i].width, g_utf8_strlen(text, -1));
        g_free(text);
    }
}

/* Every row is made twice: to be measured, then to be printed. None is kept, however many. */
static void print_table(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        columns[i].text = find_column(columns[i].name);
        columns[i].port_text = find_column(columns[i].port);
        columns[i].width = 0;
    }
    if (listing->connections->len == 0) {
        puts("no conversations");
        return;
    }
    for (unsigned pass = 0; pass < 2; pass++) {
        pass ? print_row(listing, NULL) : measure_row(NULL);
        for (guint i = 0; i < listing->connections->len; i++) {
            struct fwx_verdict verdict =
                fwx_verdict_of(engine, g_array_index(listing->connections, uint32_t, i));

            pass ? print_row(listing, &verdict) : measure_row(&verdict);
        }
    }
}

/* ---- all ------------------------------------------------------------------------------------ */

void fwx_outputs_register(void)
{
    fwx_listing_register("fwx,summary", count);
    fwx_listing_register("fwx,table", print_table);
}

static void start(const char *name, const char *filter)
{
    char *argument =
        filter ? g_strdup_printf("fwx,%s,%s", name, filter) : g_strdup_printf("fwx,%s", name);

    process_stat_cmd_arg(argument);
    g_free(argument);
}

void fwx_outputs_start(const struct fwx_options *options)
{
    terminal = options->terminal;
    start("summary", options->filter);
    start(fwx_format_name(options->format), options->filter);
    start_requested_stats();
}

/* Standard output is the file; the result is what it was. */
static int begin_printing(int file)
{
    int before = dup(STDOUT_FILENO);

    counted = (struct fwx_counts){0};
    fflush(stdout);
    clearerr(stdout);
    dup2(file, STDOUT_FILENO);
    errno = 0;
    return before;
}

static gboolean end_printing(int before)
{
    gboolean done = fflush(stdout) == 0 && !ferror(stdout);

    if (!done && errno == 0) { /* why is long forgotten: writing again tells */
        clearerr(stdout);
        putchar('\n');
        fflush(stdout);
    }
    dup2(before, STDOUT_FILENO);
    close(before);
    return done;
}

/* Between draws nothing is printed but by scripts, and that goes nowhere. */
gboolean fwx_outputs_draw(int file, struct fwx_counts *counts)
{
    int before = begin_printing(file);
    gboolean done;

    draw_tap_listeners(TRUE);
    done = end_printing(before);
    reset_tap_listeners();
    *counts = counted;
    return done;
}

gboolean fwx_outputs_print(int file, const struct fwx_options *options, GArray *connections,
                           struct fwx_counts *counts)
{
    int before = begin_printing(file);
    char *name = g_strdup_printf("fwx,%s", fwx_format_name(options->format));

    fwx_listing_print(name, connections);
    fwx_listing_print("fwx,summary", connections);
    g_free(name);
    *counts = counted;
    return end_printing(before);
}
