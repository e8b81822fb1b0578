/* outputs.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "outputs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <epan/dfilter/dfilter.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "command.h"
#include "engine/facts/advice.h"
#include "engine/facts/alarm.h"
#include "library.h"
#include "taps/columns.h"
#include "taps/listing.h"
#include "taps/reconciled.h"
#include "taps/report.h"
#include "taps/verdict.h"

static struct fwx_counts counted;

static bool is_denied(const struct fwx_verdict *verdict)
{
    return verdict->result && verdict->result->action == FWX_ACTION_DENIED;
}

static void count_conversation(const struct fwx_engine *engine, const struct fwx_verdict *verdict)
{
    bool denied = is_denied(verdict);
    bool trouble = verdict->account.gravity == FWX_GRAVITY_TROUBLE;
    guint rank = 1 + fwx_alarm_rank(engine, verdict->connection, &verdict->account);

    counted.conversations++;
    counted.denied += denied;
    counted.trouble += trouble || denied;
    counted.notes += !denied && verdict->account.gravity == FWX_GRAVITY_NOTE;
    if (rank <= counted.rank)
        return;
    counted.rank = rank;
    fwx_alarm_headline(engine, verdict->connection, &verdict->account, counted.headline);
}

/* A tap, beside that of the format. */
static void count(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    counted.has_points = listing->has_points;
    for (unsigned i = 0; i < FWX_ADVICES; i++)
        counted.advice |= (guint32)fwx_advice_applies(engine, (enum fwx_advice)i) << i;
    for (guint i = 0; i < listing->connections->len; i++) {
        struct fwx_verdict verdict =
            fwx_verdict_of(engine, g_array_index(listing->connections, uint32_t, i));

        count_conversation(engine, &verdict);
    }
}

void fwx_outputs_register(unsigned terminal)
{
    fwx_listing_register("fwx,summary", count);
    fwx_listing_brief = !fwx_options.all;
    fwx_tap_columns(terminal);
    fwx_tap_reconciled();
    fwx_tap_from_log();
    fwx_report_limit = fwx_options.report ? (guint)fwx_options.limit : 0;
    fwx_tap_report_part();
}

gboolean fwx_outputs_start(GError **error)
{
    /* Of several points, what they show together comes first: the newest listener is drawn first.
     */
    const char *const names[] = {"summary", fwx_options.format, "sides"};
    gboolean has_sides = fwx_options.points && (g_str_equal(fwx_options.format, "table") ||
                                                g_str_equal(fwx_options.format, "findings"));
    unsigned count_of_names = fwx_options_are("overview") ? 1 : has_sides ? G_N_ELEMENTS(names) : 2;
    char *wrong = NULL;

    if (fwx_options.filter)
        FWX_FILTER_ERROR(wrong, fwx_options.filter);
    if (wrong)
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--filter \"%s\": %s",
                    fwx_options.filter, g_strdelimit(g_strstrip(wrong), "\r\n", ' '));
    for (unsigned i = 0; i < count_of_names && !wrong; i++) {
        char *argument = g_strjoin(",", "fwx", names[i], fwx_options.filter, NULL);

        process_stat_cmd_arg(argument);
        g_free(argument);
    }
    start_requested_stats();
    g_free(wrong);
    return !*error;
}

static void print_before(const char *capture)
{
    bool silent = fwx_options.from_log || fwx_options.report || fwx_options_are("overview");
    char *line = silent ? NULL : fwx_escape(capture, "");
    const char *product = fwx_library_product();

    if (!line)
        return;
    if (g_str_equal(fwx_options.format, "log")) /* it names its product */
        printf("#Remark: capture %s\n", line);
    else if (!fwx_listing_capture)
        printf("== %s%s%s\n", line, product ? ", as " : "", product ? product : "");
    g_free(line);
}

/* Standard output is where it goes. connections: NULL for all that the taps have seen. */
static gboolean print(const char *capture, GArray *connections, struct fwx_counts *counts)
{
    char *lead = g_str_equal(fwx_options.format, "csv")    ? fwx_escape(capture, "\t\n")
                 : g_str_equal(fwx_options.format, "json") ? g_utf8_make_valid(capture, -1)
                                                           : NULL;
    gboolean done;

    fwx_listing_capture = lead;
    counted = (struct fwx_counts){0};
    clearerr(stdout);
    errno = 0;
    if (connections) {
        char *name = g_strconcat("fwx,", fwx_options.format, NULL);

        fwx_listing_print(name, connections);
        fwx_listing_print("fwx,summary", connections);
        g_free(name);
    } else {
        print_before(capture);
        draw_tap_listeners(TRUE);
    }
    done = fflush(stdout) == 0 && !ferror(stdout);
    if (!done && errno == 0) { /* why is long forgotten: writing again tells */
        clearerr(stdout);
        putchar('\n');
        fflush(stdout);
    }
    *counts = counted;
    fwx_listing_capture = NULL;
    g_free(lead);
    return done;
}

gboolean fwx_outputs_draw(const char *capture, struct fwx_counts *counts)
{
    gboolean done = print(capture, NULL, counts);

    reset_tap_listeners();
    return done;
}

gboolean fwx_outputs_print(const char *capture, GArray *connections, struct fwx_counts *counts)
{
    return print(capture, connections, counts);
}
