/* log-join.c
 * The engine's joining of logs and packets as a program, for log-truth: packets come as lines on
 * standard input (frame, time in seconds, point, version, protocol, source, destination, ports,
 * seq, ack, IP ID, flags in hex), logs as arguments; a line each for what became of the logs' lines
 * goes out: file, line, frame, how it was joined, agreement, why.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/logs.h"

#include <stdio.h>
#include <stdlib.h>

enum column {
    FRAME,
    TIME,
    POINT,
    VERSION,
    PROTOCOL,
    SRC,
    DST,
    SPORT,
    DPORT,
    SEQ,
    ACK,
    ID,
    FLAGS,
    COLUMNS
};

static int64_t nanoseconds(const char *text)
{
    char *end;
    int64_t value = g_ascii_strtoll(text, &end, 10) * FWX_SECOND;

    for (int64_t unit = FWX_SECOND / 10; *end == '.' || g_ascii_isdigit(*end); end++) {
        if (*end != '.') {
            value += (*end - '0') * unit;
            unit /= 10;
        }
    }
    return value;
}

static uint32_t number(const char *text)
{
    return (uint32_t)g_ascii_strtoull(text, NULL, 0);
}

static void see(struct fwx_log_trace *trace, char **cells)
{
    struct fwx_packet packet = {
        .time = nanoseconds(cells[TIME]),
        .frame = number(cells[FRAME]),
        .capture_point = (uint16_t)number(cells[POINT]),
        .ip_version = (uint8_t)number(cells[VERSION]),
        .protocol = (uint8_t)number(cells[PROTOCOL]),
        .src_port = (uint16_t)number(cells[SPORT]),
        .dst_port = (uint16_t)number(cells[DPORT]),
        .ip_id = (uint16_t)number(cells[ID]),
        .has_transport = true,
        .tcp = {.seq = number(cells[SEQ]),
                .ack = number(cells[ACK]),
                .flags = (uint8_t)number(cells[FLAGS])},
    };

    if (fwx_log_address(cells[SRC], &packet.src, &packet.src_port) &&
        fwx_log_address(cells[DST], &packet.dst, &packet.dst_port))
        fwx_log_trace_see(trace, &packet, 0);
}

static void print(const struct fwx_logs *logs)
{
    const struct fwx_log_join *join = logs->join;

    for (guint i = 0; i < join->lines->len; i++) {
        const struct fwx_log_line *line = &g_array_index(join->lines, struct fwx_log_line, i);
        const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, i);

        printf("%u\t%u\t%u\t%s\t%s\t%s\t%s\n", line->file, line->number,
               match->seen ? fwx_log_trace_packet(join->trace, match->seen - 1)->frame : 0,
               fwx_log_joined_name((enum fwx_log_joined)match->joined),
               fwx_log_agreement_name((enum fwx_log_agreement)match->agreement),
               fwx_log_why_name((enum fwx_log_why)match->why),
               fwx_log_class_id((enum fwx_log_class)line->class));
    }
    for (unsigned i = 0; i < logs->count; i++) {
        char *text = fwx_logs_say(logs, i);

        fprintf(stderr, "%s\n", text);
        g_free(text);
    }
}

int main(int argc, char **argv)
{
    struct fwx_log_trace *trace = fwx_log_trace_new();
    struct fwx_log_formats *formats = fwx_log_formats_new(NULL, "");
    GArray *predictions = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_prediction));
    struct fwx_log_source *sources = g_new0(struct fwx_log_source, (gsize)argc);
    struct fwx_logs *logs;
    char line[1024];

    for (guint i = 0; i < formats->problems->len; i++)
        fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(formats->problems, i));
    while (fgets(line, sizeof line, stdin)) {
        char **cells = g_strsplit(g_strchomp(line), "\t", -1);

        if (g_strv_length(cells) == COLUMNS)
            see(trace, cells);
        g_strfreev(cells);
    }
    for (int i = 1; i < argc; i++)
        sources[i - 1].path = argv[i];
    logs = fwx_logs_read(sources, (unsigned)argc - 1, formats, trace, predictions);
    print(logs);
    fwx_logs_free(logs);
    fwx_log_formats_free(formats);
    fwx_log_trace_free(trace);
    g_array_free(predictions, TRUE);
    g_free(sources);
    return EXIT_SUCCESS;
}
