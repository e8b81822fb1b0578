/* logs.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/logs.h"

enum { LONGEST_TEXT = 1000 }; /* bytes of a line that are kept */

struct taking {
    struct fwx_logs *logs;
    uint16_t file;
};

static const char *kept(struct fwx_logs *logs, const char *text)
{
    char *valid;
    const char *copy;

    if (!text)
        return NULL;
    valid = g_utf8_make_valid(text, (gssize)MIN(strlen(text), LONGEST_TEXT));
    copy = g_string_chunk_insert_const(logs->texts, valid);
    g_free(valid);
    return copy;
}

static void take(const struct fwx_log_line *line, void *data)
{
    const struct taking *taking = (const struct taking *)data;
    struct fwx_logs *logs = taking->logs;
    struct fwx_log_line added = *line;

    if (!fwx_log_wanted(logs->join, line)) {
        logs->elsewhere[taking->file]++;
        logs->elsewhere_failed[taking->file] +=
            fwx_log_class_fails((enum fwx_log_class)line->class);
        return;
    }
    added.file = taking->file;
    added.action = kept(logs, line->action);
    added.code = kept(logs, line->code);
    added.reason = kept(logs, line->reason);
    added.rule = kept(logs, line->rule);
    added.text = kept(logs, line->text);
    g_array_append_val(logs->join->lines, added);
}

static void read_all(struct fwx_logs *logs, const struct fwx_log_source *sources,
                     const struct fwx_log_formats *formats)
{
    g_array_set_size(logs->join->lines, 0);
    g_array_set_size(logs->join->extents, 0);
    for (unsigned i = 0; i < logs->count; i++) {
        struct taking taking = {logs, (uint16_t)i};
        struct fwx_log_extent extent;

        logs->elsewhere[i] = logs->elsewhere_failed[i] = 0;
        fwx_log_report_clear(&logs->reports[i]);
        logs->reports[i] =
            fwx_log_read(&sources[i], formats, logs->join->trace->first_time, take, &taking);
        extent = (struct fwx_log_extent){logs->reports[i].first, logs->reports[i].last,
                                         sources[i].has_offset, sources[i].offset};
        g_array_append_val(logs->join->extents, extent);
    }
}

static bool misses_any(const struct fwx_logs *logs)
{
    bool any = false;

    for (unsigned i = 0; i < logs->count; i++)
        any |= logs->elsewhere[i] > 0;
    return any;
}

struct fwx_logs *fwx_logs_read(const struct fwx_log_source *sources, unsigned count,
                               const struct fwx_log_formats *formats, struct fwx_log_trace *trace,
                               GArray *predictions)
{
    struct fwx_logs *logs = g_new0(struct fwx_logs, 1);

    logs->join = fwx_log_join_new(trace, predictions);
    logs->reports = g_new0(struct fwx_log_report, count);
    logs->elsewhere = g_new0(uint32_t, count);
    logs->elsewhere_failed = g_new0(uint32_t, count);
    logs->count = MIN(count, UINT16_MAX);
    logs->texts = g_string_chunk_new(4096);
    read_all(logs, sources, formats);
    /* A line may have come before that which tells how it is translated. */
    if (g_hash_table_size(logs->join->others) && misses_any(logs))
        read_all(logs, sources, formats);
    fwx_log_join(logs->join);
    return logs;
}

void fwx_logs_join_again(struct fwx_logs *logs, struct fwx_log_trace *trace, GArray *predictions)
{
    logs->join->trace = trace;
    logs->join->predictions = predictions;
    fwx_log_join(logs->join);
}

void fwx_logs_free(struct fwx_logs *logs)
{
    if (!logs)
        return;
    for (unsigned i = 0; i < logs->count; i++)
        fwx_log_report_clear(&logs->reports[i]);
    fwx_log_join_free(logs->join);
    g_free(logs->reports);
    g_free(logs->elsewhere);
    g_free(logs->elsewhere_failed);
    g_string_chunk_free(logs->texts);
    g_free(logs);
}

static void say_wrong(const struct fwx_log_report *report, GString *text)
{
    g_string_append_printf(text, "; %u could not be read", report->wrong_count);
    for (uint32_t i = 0; i < MIN(report->wrong_count, FWX_LOG_MOST_WRONG); i++)
        g_string_append_printf(text, "%s line %u: %s", i ? "," : ":", report->wrong[i].number,
                               report->wrong[i].why);
    if (report->wrong_count > FWX_LOG_MOST_WRONG)
        g_string_append(text, " and so on");
}

char *fwx_logs_say(const struct fwx_logs *logs, unsigned file)
{
    const struct fwx_log_report *report = &logs->reports[file];
    GString *text = g_string_new(NULL);

    if (report->format)
        g_string_append_printf(
            text, "%s; %u lines, %u events, %u of them of other connections (%u denied or failed)",
            report->format->title, report->lines, report->events, logs->elsewhere[file],
            logs->elsewhere_failed[file]);
    if (report->wrong_count)
        say_wrong(report, text);
    if (report->error)
        g_string_append_printf(text, "%snot read to its end: %s", text->len ? "; " : "",
                               report->error);
    if (report->events > logs->elsewhere[file]) {
        char *clock =
            fwx_log_clock_say(&g_array_index(logs->join->clocks, struct fwx_log_clock, file));
        g_string_append_printf(text, ". Clock: %s", clock);
        g_free(clock);
    }
    return g_string_free(text, FALSE);
}
