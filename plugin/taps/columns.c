/* columns.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/columns.h"

#include <inttypes.h>
#include <stdio.h>

#include "taps/listing.h"
#include "engine/points/points.h"
#include "taps/verdict.h"

/* By the titles of fwx,verdicts; the last takes what is left of a line. */
static const char *const titles[] = {"Connection", "Protocol", "Initiator", "Responder",
                                     "Result",     "Action",   "Frame",     "Dropped",
                                     "Evidence",   "Point",    "Reason"};

enum { COLUMNS = G_N_ELEMENTS(titles), REASON = COLUMNS - 1, POINT = REASON - 1, SOME = 24 };

static unsigned terminal;

static const struct fwx_verdict_column *column_of(unsigned title)
{
    const struct fwx_verdict_column *column = fwx_verdict_columns;

    while (g_strcmp0(column->title, titles[title]) != 0)
        column++;
    return column;
}

/* Of the heading, where there is no verdict. To be freed. */
static char *cell(unsigned title, const struct fwx_verdict *verdict)
{
    const struct fwx_verdict_column *column = column_of(title);
    char *text = !verdict         ? g_ascii_strdown(titles[title], -1)
                 : column->number ? g_strdup_printf("%" PRIu32, column->number(verdict))
                                  : column->text(verdict);

    if (text && *text)
        return text;
    g_free(text);
    return g_strdup("-");
}

/* Where it is measured, nothing is printed. */
static void each_cell(const struct fwx_listing *listing, const struct fwx_verdict *verdict,
                      glong *widths, bool measured)
{
    GString *line = g_string_new(NULL);

    for (unsigned i = 0; i < COLUMNS; i++) {
        char *text = i == POINT && !listing->has_points ? NULL : cell(i, verdict);
        glong width = text ? g_utf8_strlen(text, -1) : 0;
        glong room = MAX((glong)terminal - g_utf8_strlen(line->str, -1), SOME);

        if (!measured)
            widths[i] = MAX(widths[i], width);
        else if (i == REASON && terminal && width > room)
            g_string_append_printf(line, "%.*s…",
                                   (int)(g_utf8_offset_to_pointer(text, room - 1) - text), text);
        else if (column_of(i)->number)
            g_string_append_printf(line, "%*s%s  ", (int)(widths[i] - width), "", text);
        else if (text)
            g_string_append_printf(line, "%s%*s", text,
                                   i == REASON ? 0 : (int)(widths[i] - width + 2), "");
        g_free(text);
    }
    if (measured)
        puts(line->str);
    g_string_free(line, TRUE);
}

/* Every row is made twice: to be measured, then to be printed. None is kept, however many. */
static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    glong widths[COLUMNS] = {0};

    if (listing->connections->len == 0)
        puts("no conversations");
    for (unsigned pass = 0; pass < 2 && listing->connections->len > 0; pass++) {
        each_cell(listing, NULL, widths, pass > 0);
        for (guint i = 0; i < listing->connections->len; i++) {
            uint32_t id = g_array_index(listing->connections, uint32_t, i);
            struct fwx_verdict verdict = fwx_verdict_of(engine, id);

            if (!fwx_points_is_double(engine, verdict.connection))
                each_cell(listing, &verdict, widths, pass > 0);
        }
    }
}

void fwx_tap_columns(unsigned columns)
{
    terminal = columns;
    fwx_listing_register("fwx,table", print);
}
