/* csv.c
 * -z fwx,csv[,filter]: a heading, then a row per conversation, as RFC 4180 has it: for spreadsheets
 * and databases. The columns are those of the table fwx,verdicts and a few that only programs want.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/listing.h"
#include "taps/taps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formula.h"
#include "taps/verdict.h"

/* RFC 4180, section 2: lines end in CRLF. Windows makes that of \n. */
#ifdef _WIN32
#define LINE_END "\n"
#else
#define LINE_END "\r\n"
#endif

/* Section 2, points 5 to 7: quotes only where they are needed, doubled inside. */
static void print_text(const char *text)
{
    const char *before = fwx_is_formula(text) ? "'" : "";

    if (!strpbrk(text, ",\"\r\n")) {
        printf("%s%s", before, text);
        return;
    }
    printf("\"%s", before);
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void print_cell(const struct fwx_verdict_column *column, const struct fwx_verdict *verdict)
{
    char *text;

    if (column->number) {
        printf("%" PRIu32, column->number(verdict));
        return;
    }
    text = column->text(verdict);
    if (text)
        print_text(text);
    g_free(text);
}

/* The heading, where there is no verdict. */
static void print_line(const struct fwx_listing *listing, const struct fwx_verdict *verdict)
{
    const struct fwx_verdict_column *column = fwx_verdict_columns;
    const struct fwx_verdict_column *last = &column[FWX_VERDICT_COLUMNS - 1];
    const char *separator = "";

    if (fwx_listing_capture) {
        print_text(verdict ? fwx_listing_capture : "capture");
        separator = ",";
    }
    for (; column <= last - !(listing->has_points || fwx_listing_capture); column++) {
        if (!column->name)
            continue;
        if (column == last && fwx_listing_capture)
            putchar('\0');
        fputs(separator, stdout);
        separator = ",";
        if (!verdict)
            print_text(column->name);
        else if (column < last || listing->has_points)
            print_cell(column, verdict);
    }
    if (fwx_listing_capture)
        putchar('\0');
    fputs(LINE_END, stdout);
}

/* ---- resets --------------------------------------------------------------------------------- */

/* The first, but one that ends nothing gives way to one that does. */
static void keep_first(GHashTable *resets, const struct fwx_finding *finding)
{
    gpointer id = GUINT_TO_POINTER(finding->connection);
    const struct fwx_finding *kept = (const struct fwx_finding *)g_hash_table_lookup(resets, id);

    if (!kept || (kept->reset.ignored && !finding->reset.ignored))
        g_hash_table_insert(resets, id, (gpointer)finding);
}

/* The reset that ended each connection, else its first, by the connection's id. A filter chooses
 * the conversations, not what is known of them: the engine is asked, not the events that passed. */
static GHashTable *find_resets(const struct fwx_engine *engine)
{
    GHashTable *resets = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < fwx_engine_finding_count(engine); i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (finding->kind == FWX_FINDING_RESET && finding->connection)
            keep_first(resets, finding);
    }
    return resets;
}

/* ---- the output ----------------------------------------------------------------------------- */

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    GHashTable *resets = find_resets(engine);

    if (!listing->continues)
        print_line(listing, NULL);
    for (unsigned i = 0; i < listing->connections->len; i++) {
        uint32_t id = g_array_index(listing->connections, uint32_t, i);
        struct fwx_verdict verdict = fwx_verdict_of(engine, id);

        verdict.reset =
            (const struct fwx_finding *)g_hash_table_lookup(resets, GUINT_TO_POINTER(id));
        print_line(listing, &verdict);
    }
    g_hash_table_destroy(resets);
}

void fwx_tap_csv(void)
{
    fwx_listing_register("fwx,csv", print);
}
