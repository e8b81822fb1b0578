/* log.c
 * Fuzzes the reading and joining of logs: the first byte chooses a format or none, the rest is the
 * log, beside a capture of a few packets. No bytes are wrong; whatever is read is joined, and the
 * promises of the headers are held against it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

#include "engine/log/logs.h"

#include <string.h>

#define START (INT64_C(1795614164) * FWX_SECOND) /* 2026-11-25 13:42:44 UTC */

static struct fwx_log_formats *formats;

/* NOLINTNEXTLINE(readability-non-const-parameter) */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    formats = fwx_log_formats_new(NULL, "");
    g_assert_cmpuint(formats->problems->len, ==, 0);
    return 0;
}

/* What the lines of the corpus are about. */
static struct fwx_log_trace *see_packets(void)
{
    struct fwx_log_trace *trace = fwx_log_trace_new();
    static const uint8_t flags[] = {FWX_SYN, FWX_SYN | FWX_ACK, FWX_ACK, FWX_FIN | FWX_ACK,
                                    FWX_RST};
    uint8_t client[4] = {10, 0, 0, 5};
    uint8_t server[4] = {192, 0, 2, 80};

    for (unsigned i = 0; i < 10; i++) {
        bool answers = flags[i % 5] == (FWX_SYN | FWX_ACK);
        struct fwx_packet packet = {
            .src = fwx_address_from(answers ? server : client, 4),
            .dst = fwx_address_from(answers ? client : server, 4),
            .src_port = answers ? 443 : 45240,
            .dst_port = answers ? 45240 : 443,
            .time = i == 7 ? FWX_NO_TIME : START + i * FWX_SECOND / 4,
            .frame = i + 1,
            .ip_version = 4,
            .ip_id = (uint16_t)(20507 + i),
            .protocol = FWX_PROTOCOL_TCP,
            .has_transport = true,
            .tcp = {.seq = 2828896423u + i, .flags = flags[i % 5]},
        };

        fwx_log_trace_see(trace, &packet, 0);
    }
    return trace;
}

struct reading {
    struct fwx_log_join *join;
    GStringChunk *texts;
};

static void take(const struct fwx_log_line *line, void *data)
{
    const struct reading *reading = (const struct reading *)data;
    struct fwx_log_line kept = *line;

    g_assert_cmpint(line->time, !=, FWX_NO_TIME);
    g_assert_cmpint(line->resolution, >, 0);
    g_assert_cmpuint(line->class, <, FWX_LOG_CLASS_KINDS);
    g_assert_cmpint((line->known & FWX_LOG_HAS_NAT) != 0, ==,
                    memcmp(&line->nat, &line->tuple, sizeof line->nat) != 0);
    kept.action = kept.reason = kept.rule = kept.text = NULL;
    kept.code = line->code ? g_string_chunk_insert(reading->texts, line->code) : NULL;
    if (fwx_log_wanted(reading->join, line))
        g_array_append_val(reading->join->lines, kept);
}

static void hold(const struct fwx_log_join *join)
{
    g_assert_cmpuint(join->matches->len, ==, join->lines->len);
    for (guint i = 0; i < join->matches->len; i++) {
        const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, i);

        g_assert_cmpuint(match->seen, <=, join->trace->packets->len);
        g_assert_cmpint(match->joined == FWX_LOG_JOINED_NOT, ==, match->seen == 0);
    }
    for (guint i = 0; i < join->clocks->len; i++) {
        const struct fwx_log_clock *clock = &g_array_index(join->clocks, struct fwx_log_clock, i);

        g_assert_cmpint(clock->low, <=, clock->high);
        g_free(fwx_log_clock_say(clock));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fwx_log_trace *trace = see_packets();
    struct fwx_log_prediction prediction = {.frame = 3, .class = FWX_LOG_NOT_SYN, .drops = true};
    GArray *predictions = g_array_new(FALSE, FALSE, sizeof prediction);
    struct reading reading = {fwx_log_join_new(trace, predictions), g_string_chunk_new(1024)};
    unsigned number = size ? data[0] : 0;
    struct fwx_log_source source = {.path = (char *)""};
    struct fwx_log_report report;
    struct fwx_log_extent extent;

    if (number < formats->formats->len)
        source.format = ((struct fwx_log_format *)g_ptr_array_index(formats->formats, number))->id;
    g_array_append_val(predictions, prediction);
    report = fwx_log_read_memory(size ? data + 1 : data, size ? size - 1 : 0, &source, formats,
                                 START, take, &reading);
    g_assert_cmpuint(report.none + report.wrong_count, <=, report.lines);
    extent = (struct fwx_log_extent){report.first, report.last, false, 0};
    g_array_append_val(reading.join->extents, extent);
    fwx_log_join(reading.join);
    hold(reading.join);
    fwx_log_report_clear(&report);
    fwx_log_join_free(reading.join);
    g_string_chunk_free(reading.texts);
    g_array_free(predictions, TRUE);
    fwx_log_trace_free(trace);
    return 0;
}
