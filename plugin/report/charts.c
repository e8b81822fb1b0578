/* charts.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/charts.h"

#include <inttypes.h>

#include "report/markup.h"
#include "report/words.h"

enum {
    WIDTH = 400,
    NAMES = 84, /* right edge of names */
    BAR = 236,  /* the longest */
    ROW = 28,
    THICK = 16,
    PLOT = 96,  /* height of bars over time */
    LEAST = 3,  /* of what is there at all */
    LEFT = 34,  /* of the axis of time */
    WIDEST = 40 /* of its bars */
};

static void open_chart(GString *to, const char *id, unsigned height, const char *title,
                       const char *desc)
{
    g_string_append_printf(to,
                           "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %u %u\" "
                           "aria-labelledby=\"%s-title %s-desc\"><title id=\"%s-title\">",
                           (unsigned)WIDTH, height, id, id, id);
    fwx_markup_text(to, title);
    g_string_append_printf(to, "</title><desc id=\"%s-desc\">", id);
    fwx_markup_text(to, desc);
    g_string_append(to, "</desc>");
}

static void add_text(GString *to, const char *class, const char *anchor, unsigned x, unsigned y,
                     const char *text)
{
    g_string_append_printf(to, "<text class=\"%s\" text-anchor=\"%s\" x=\"%u\" y=\"%u\">", class,
                           anchor, x, y);
    fwx_markup_text(to, text);
    g_string_append(to, "</text>");
}

/* ---- outcomes ------------------------------------------------------------------------------- */

static uint32_t all_of(const struct fwx_report *report, unsigned ending)
{
    uint32_t count = 0;

    for (unsigned gravity = 0; gravity < FWX_GRAVITIES; gravity++)
        count += report->counts.endings[ending][gravity];
    return count;
}

/* "closed 12 (12 ok), ..." */
static char *say_outcomes(const struct fwx_report *report)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < FWX_ENDINGS; i++) {
        if (all_of(report, i))
            g_string_append_printf(text, "%s%s %" PRIu32 " (%" PRIu32 " with trouble)",
                                   text->len ? ", " : "", fwx_ending_name((enum fwx_ending)i),
                                   all_of(report, i),
                                   report->counts.endings[i][FWX_GRAVITY_TROUBLE]);
    }
    return g_string_free(text, FALSE);
}

static void add_outcome(GString *to, const struct fwx_report *report, unsigned ending, unsigned y,
                        uint32_t most)
{
    char *number = g_strdup_printf("%" PRIu32, all_of(report, ending));
    unsigned x = NAMES + 12;

    add_text(to, "name", "end", NAMES, y + 13, fwx_ending_name((enum fwx_ending)ending));
    for (unsigned gravity = FWX_GRAVITIES; gravity-- > 0;) {
        uint32_t count = report->counts.endings[ending][gravity];
        unsigned length = count ? MAX((unsigned)((uint64_t)count * BAR / most), LEAST) : 0;

        if (!count)
            continue;
        g_string_append_printf(
            to, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"2\"/>",
            fwx_gravity_name((enum fwx_gravity)gravity), x, y, length, (unsigned)THICK);
        x += length + 1;
    }
    add_text(to, "number", "start", x + 7, y + 13, number);
    g_free(number);
}

void fwx_charts_outcomes(GString *to, const struct fwx_report *report)
{
    unsigned rows = 0;
    uint32_t most = 0;
    char *desc;

    for (unsigned i = 0; i < FWX_ENDINGS; i++) {
        rows += all_of(report, i) != 0;
        most = MAX(most, all_of(report, i));
    }
    if (!rows)
        return;
    desc = say_outcomes(report);
    open_chart(to, "outcomes", rows * ROW + 4, "What became of the conversations", desc);
    for (unsigned i = 0, row = 0; i < FWX_ENDINGS; i++) {
        if (all_of(report, i))
            add_outcome(to, report, i, row++ * ROW + 6, most);
    }
    g_string_append(to, "</svg>");
    g_free(desc);
}

/* ---- over time ------------------------------------------------------------------------------ */

/* Of a time in UTC; with milliseconds where bins are that narrow. */
static char *say_time(int64_t time, bool fine)
{
    int64_t seconds = time / FWX_SECOND - (time % FWX_SECOND < 0);
    GDateTime *date = g_date_time_new_from_unix_utc(seconds);
    char *day = date ? g_date_time_format(date, "%Y-%m-%d %H:%M:%S") : g_strdup("");
    char *text = fine && date
                     ? g_strdup_printf("%s.%03d", day,
                                       (int)((time - seconds * FWX_SECOND) / FWX_MILLISECOND))
                     : g_strdup(day);

    g_free(day);
    if (date)
        g_date_time_unref(date);
    return text;
}

static unsigned bar_width(const struct fwx_bins *bins)
{
    return MIN((unsigned)(WIDTH - LEFT) / bins->used, WIDEST);
}

static void add_bars(GString *to, const struct fwx_bins *bins, uint32_t most)
{
    unsigned width = bar_width(bins);

    for (uint32_t i = 0; i < bins->used; i++) {
        unsigned height =
            bins->counts[i] ? MAX((unsigned)((uint64_t)bins->counts[i] * PLOT / most), LEAST) : 0;

        if (height)
            g_string_append_printf(
                to, "<rect class=\"trouble\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>",
                LEFT + i * width, 10 + PLOT - height, MAX(width - 1, 1), height);
    }
    g_string_append_printf(to, "<line class=\"axis\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>",
                           (unsigned)LEFT, 10u + PLOT, LEFT + bins->used * width, 10u + PLOT);
}

void fwx_charts_denied(GString *to, const struct fwx_report *report)
{
    const struct fwx_bins *bins = &report->denied;
    bool fine = (INT64_C(1) << bins->shift) < FWX_SECOND;
    uint32_t most = 0;
    uint64_t all = 0;
    char *begin;
    char *end;
    char *number;
    char *desc;

    for (uint32_t i = 0; i < bins->used; i++) {
        most = MAX(most, bins->counts[i]);
        all += bins->counts[i];
    }
    if (!all)
        return;
    begin = say_time(fwx_bins_time(bins, 0), fine);
    end = say_time(fwx_bins_time(bins, bins->used), fine);
    number = g_strdup_printf("%" PRIu32, most);
    desc = g_strdup_printf("%" PRIu64 " packets from %s to %s UTC, at most %" PRIu32 " at a time",
                           all, begin, end, most);
    open_chart(to, "denied", PLOT + 36, "Packets that would have been denied, over time", desc);
    add_text(to, "number", "end", 28, 18, number);
    add_text(to, "number", "end", 28, 10 + PLOT, "0");
    add_bars(to, bins, most);
    add_text(to, "name", "start", LEFT, PLOT + 28, begin);
    if (bins->used > 1)
        add_text(to, "name", "end", LEFT + bins->used * bar_width(bins), PLOT + 28, end);
    g_string_append(to, "</svg>");
    g_free(begin);
    g_free(end);
    g_free(number);
    g_free(desc);
}
