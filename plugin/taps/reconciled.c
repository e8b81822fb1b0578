/* reconciled.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/reconciled.h"

#include <inttypes.h>
#include <stdio.h>

#include "host/logs.h"
#include "taps/listing.h"
#include "taps/text.h"

const char *const fwx_reconciled_titles[FWX_RECONCILED_COLUMNS] = {
    "Line",      "Frame",     "Source", "Destination", "Log says", "Class",
    "Predicted", "Agreement", "Why",    "Joined by",   "After",    "Log"};

/* What a row is made of; NULL where it has none. */
struct row {
    const struct fwx_log_line *line;
    const struct fwx_log_match *match;
    const struct fwx_log_prediction *prediction;
    const struct fwx_log_fate *fate; /* of a row without a line */
    const struct fwx_log_tuple *tuple;
    uint32_t frame;
};

static const struct fwx_log_join *current(void)
{
    const struct fwx_logs *logs = fwx_logs_current();

    return logs ? logs->join : NULL;
}

static struct row line_row(const struct fwx_log_join *join, uint32_t number)
{
    struct row row = {
        .line = &g_array_index(join->lines, struct fwx_log_line, number),
        .match = &g_array_index(join->matches, struct fwx_log_match, number),
    };

    row.tuple = &row.line->tuple;
    if (row.match->seen)
        row.frame = fwx_log_trace_packet(join->trace, row.match->seen - 1)->frame;
    if (row.match->prediction)
        row.prediction =
            &g_array_index(join->predictions, struct fwx_log_prediction, row.match->prediction - 1);
    return row;
}

static struct row missed_row(const struct fwx_log_join *join, uint32_t number)
{
    struct row row = {0};
    uint32_t seen;

    number = fwx_logs_missed_at(number);
    row.prediction = &g_array_index(join->predictions, struct fwx_log_prediction, number);
    row.fate = &g_array_index(join->fates, struct fwx_log_fate, number);
    row.frame = row.prediction->frame;
    seen = fwx_log_trace_at(join->trace, row.frame, row.prediction->packet);
    if (seen)
        row.tuple =
            &fwx_log_trace_tuple(join->trace, fwx_log_trace_packet(join->trace, seen - 1)->tuple)
                 ->tuple;
    return row;
}

static struct row row_at(uint32_t number)
{
    const struct fwx_log_join *join = current();

    g_assert(join); /* rows are of one */
    return number < join->lines->len ? line_row(join, number)
                                     : missed_row(join, number - join->lines->len);
}

uint32_t fwx_reconciled_count(void)
{
    const struct fwx_log_join *join = current();

    return join ? join->lines->len + fwx_logs_missed_count() : 0;
}

uint32_t fwx_reconciled_frame(uint32_t row)
{
    return row_at(row).frame;
}

uint32_t fwx_reconciled_connection(const struct fwx_engine *engine, uint32_t row)
{
    struct row of = row_at(row);
    const struct fwx_log_join *join = current();
    const struct fwx_log_seen *seen =
        of.match && of.match->seen ? fwx_log_trace_packet(join->trace, of.match->seen - 1) : NULL;
    const struct fwx_log_tuple *tuple =
        seen ? &fwx_log_trace_tuple(join->trace, seen->tuple)->tuple : NULL;
    const struct fwx_connection *connection;

    if (!seen)
        return of.prediction && !of.match ? of.prediction->connection : 0;
    struct fwx_packet packet = {
        .src = tuple->src,
        .dst = tuple->dst,
        .src_port = tuple->src_port,
        .dst_port = tuple->dst_port,
        .protocol = (uint8_t)tuple->protocol,
        .frame = seen->frame,
        .index = seen->packet,
        .capture_point = seen->point,
        .has_transport = true,
    };

    connection = fwx_engine_recall(engine, &packet);
    return connection ? connection->id : 0;
}

/* ---- cells ---------------------------------------------------------------------------------- */

static char *end_of(const struct fwx_address *address, uint16_t port, bool known)
{
    char *text = known ? fwx_text_plain_address(address) : g_strdup("");
    char *end = !port                        ? g_strdup(text)
                : fwx_address_is_v4(address) ? g_strdup_printf("%s:%u", text, port)
                                             : g_strdup_printf("[%s]:%u", text, port);

    g_free(text);
    return end;
}

static char *said(const struct fwx_log_line *line)
{
    const char *const parts[] = {line->action, line->code, line->reason};
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i])
            g_string_append_printf(text, "%s%s", text->len ? " " : "", parts[i]);
    }
    return g_string_free(text, FALSE);
}

static char *predicted(const struct fwx_log_prediction *prediction)
{
    char buffer[80];

    if (!prediction->code)
        return g_strdup(fwx_log_class_id((enum fwx_log_class)prediction->class));
    if (prediction->code <= UINT16_MAX)
        return g_strdup_printf("status %" PRIu32, prediction->code);
    fwx_result_describe(prediction->code, buffer, sizeof buffer);
    return g_strdup(buffer);
}

static char *line_cell(const struct row *row, enum fwx_reconciled_column column)
{
    const struct fwx_log_line *line = row->line;

    switch (column) {
    case FWX_RECONCILED_LINE:
        return g_strdup_printf("%" PRIu32, line->number);
    case FWX_RECONCILED_LOG:
        return g_path_get_basename(fwx_logs_name(line->file));
    case FWX_RECONCILED_SAYS:
        return said(line);
    case FWX_RECONCILED_CLASS:
        return g_strdup(fwx_log_class_id((enum fwx_log_class)line->class));
    case FWX_RECONCILED_JOINED:
        return g_strdup(fwx_log_joined_name((enum fwx_log_joined)row->match->joined));
    case FWX_RECONCILED_AFTER:
        return row->match->delta
                   ? g_strdup_printf("%.3f s", (double)row->match->delta / (double)FWX_SECOND)
                   : g_strdup("");
    default:
        return g_strdup("");
    }
}

char *fwx_reconciled_cell(uint32_t row, unsigned column)
{
    struct row line = row_at(row);

    switch (column) {
    case FWX_RECONCILED_FRAME:
        return line.frame ? g_strdup_printf("%" PRIu32, line.frame) : g_strdup("");
    case FWX_RECONCILED_SOURCE:
        return line.tuple ? end_of(&line.tuple->src, line.tuple->src_port, true) : g_strdup("");
    case FWX_RECONCILED_DESTINATION:
        return line.tuple
                   ? end_of(&line.tuple->dst, line.tuple->dst_port, fwx_log_has_dst(line.tuple))
                   : g_strdup("");
    case FWX_RECONCILED_PREDICTED:
        return line.prediction ? predicted(line.prediction) : g_strdup("");
    case FWX_RECONCILED_AGREEMENT:
        return g_strdup(fwx_log_agreement_name(
            (enum fwx_log_agreement)(line.match ? line.match->agreement : line.fate->agreement)));
    case FWX_RECONCILED_WHY:
        return g_strdup(
            fwx_log_why_name((enum fwx_log_why)(line.match ? line.match->why : line.fate->why)));
    default:
        return line.line ? line_cell(&line, (enum fwx_reconciled_column)column) : g_strdup("");
    }
}

/* ---- in sum --------------------------------------------------------------------------------- */

static void count_rows(GString *text)
{
    unsigned counts[FWX_LOG_AGREEMENTS][FWX_LOG_WHYS] = {{0}};
    uint32_t rows = fwx_reconciled_count();
    bool any = false;

    for (uint32_t i = 0; i < rows; i++) {
        struct row row = row_at(i);

        counts[row.match ? row.match->agreement : row.fate->agreement]
              [row.match ? row.match->why : row.fate->why]++;
    }
    for (unsigned agreement = 0; agreement < FWX_LOG_AGREEMENTS; agreement++) {
        for (unsigned why = 0; why < FWX_LOG_WHYS; why++) {
            if (!counts[agreement][why])
                continue;
            g_string_append_printf(text, "%s%s%s%s %u", any ? ", " : "",
                                   fwx_log_agreement_name((enum fwx_log_agreement)agreement),
                                   why ? " " : "", fwx_log_why_name((enum fwx_log_why)why),
                                   counts[agreement][why]);
            any = true;
        }
    }
    g_string_append(text, any ? "\n" : "no line is of this capture\n");
}

char *fwx_reconciled_summary(void)
{
    const struct fwx_logs *logs = fwx_logs_current();
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; logs && i < logs->count; i++) {
        char *name = g_path_get_basename(fwx_logs_name(i));
        char *made = fwx_logs_say(logs, i);

        g_string_append_printf(text, "%s: %s\n", name, made);
        g_free(name);
        g_free(made);
    }
    if (logs)
        count_rows(text);
    return g_string_free(text, FALSE);
}

/* ---- in columns ----------------------------------------------------------------------------- */

static char *printed_cell(uint32_t row, unsigned column)
{
    char *text = row == UINT32_MAX ? g_ascii_strdown(fwx_reconciled_titles[column], -1)
                                   : fwx_reconciled_cell(row, column);

    if (*text)
        return text;
    g_free(text);
    return g_strdup("-");
}

static void print_row(uint32_t row, const glong *widths)
{
    for (unsigned i = 0; i < FWX_RECONCILED_COLUMNS; i++) {
        char *text = printed_cell(row, i);
        glong left = i + 1 < FWX_RECONCILED_COLUMNS ? widths[i] - g_utf8_strlen(text, -1) + 2 : 0;

        printf("%s%*s", text, (int)left, "");
        g_free(text);
    }
    putchar('\n');
}

static void print(const struct fwx_listing *listing _U_, const struct fwx_engine *engine _U_)
{
    uint32_t count = fwx_reconciled_count();
    char *summary = fwx_reconciled_summary();
    glong widths[FWX_RECONCILED_COLUMNS] = {0};

    fputs(*summary ? summary : "no logs are named: --firewall-log, or the preference fwx.logs\n",
          stdout);
    g_free(summary);
    for (uint32_t row = 0; row <= count; row++) {
        for (unsigned i = 0; i < FWX_RECONCILED_COLUMNS; i++) {
            char *text = printed_cell(row == count ? UINT32_MAX : row, i);

            widths[i] = MAX(widths[i], g_utf8_strlen(text, -1));
            g_free(text);
        }
    }
    if (count)
        print_row(UINT32_MAX, widths);
    for (uint32_t row = 0; row < count; row++)
        print_row(row, widths);
}

void fwx_tap_reconciled(void)
{
    fwx_listing_register("fwx,reconcile", print);
}

/* ---- for whoever asks from the log ---------------------------------------------------------- */

static void print_for_program(const struct fwx_listing *listing _U_,
                              const struct fwx_engine *engine _U_)
{
    const struct fwx_logs *logs = fwx_logs_current();
    uint32_t denied = 0;

    for (guint i = 0; logs && i < logs->join->lines->len; i++) {
        struct row row = line_row(logs->join, i);
        char *says;

        if (!fwx_log_class_fails((enum fwx_log_class)row.line->class))
            continue;
        denied++;
        says = g_strdelimit(said(row.line), "\t\n", ' ');
        printf("line\t%" PRIu32 "\t%" PRIu32 "\t%s\t%s\n", row.line->number, row.frame,
               fwx_log_why_name((enum fwx_log_why)row.match->why), says);
        g_free(says);
    }
    for (unsigned i = 0; logs && i < logs->count; i++) {
        const struct fwx_log_report *report = &logs->reports[i];

        denied += logs->elsewhere_failed[i];
        if (report->wrong_count)
            printf("log\t%" PRIu32 " lines could not be read\n", report->wrong_count);
        else if (report->error)
            printf("log\t%s\n", report->error);
    }
    printf("denied\t%" PRIu32 "\n", denied);
}

void fwx_tap_from_log(void)
{
    fwx_listing_register("fwx,from-log", print_for_program);
}
