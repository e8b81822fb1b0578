/* log-clock.c
 * Does the clock that is told from a log ever lie? Synthetic traffic and logs of it, in several
 * formats, with offsets up to hours, late, missing and foreign lines:
 *
 *     log-clock [RUNS [SEED]]        2000 runs, seed 1
 *
 * A row for each format and number of lines: sure and right, sure and wrong, assumed and right,
 * assumed and wrong, undecided, median error of the sure ones. Right is within the resolution, or
 * half a second. Exit status 1 where a sure one was wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/logs.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define START (INT64_C(1795600000) * FWX_SECOND) /* 2026-11-25 */

/* ---- traffic -------------------------------------------------------------------------------- */

struct event {
    struct fwx_packet packet;
    bool denied;
};

static GRand *dice;

static double uniform(double low, double high)
{
    return g_rand_double_range(dice, low, high);
}

static int64_t seconds(double value)
{
    return (int64_t)(value * 1e9);
}

static struct fwx_packet packet_of(unsigned connection, int64_t time, uint8_t flags)
{
    uint8_t client[4] = {10, 0, (uint8_t)(connection >> 8), (uint8_t)connection};
    uint8_t server[4] = {192, 0, 2, 80};

    return (struct fwx_packet){
        .src = fwx_address_from(client, 4),
        .dst = fwx_address_from(server, 4),
        .time = time,
        .src_port = (uint16_t)(40000 + connection),
        .dst_port = 443,
        .ip_version = 4,
        .protocol = FWX_PROTOCOL_TCP,
        .has_transport = true,
        .tcp = {.flags = flags},
    };
}

static void add(GArray *events, unsigned connection, double at, uint8_t flags, bool denied)
{
    struct event event = {packet_of(connection, START + seconds(at), flags), denied};

    g_array_append_val(events, event);
}

/* What captures of trouble look like. Retransmissions, polls and bursts make echoes. */
enum story { SHORT_ONES, RETRANSMITTED, ONE_OF_THEM, POLLED, BURSTS, STORIES };

static void tell_story(GArray *events, enum story story)
{
    static const double backoff[] = {0, 1, 3, 7, 15, 31};
    unsigned connections = story == ONE_OF_THEM ? 1 : story == RETRANSMITTED ? 4 : 40;
    double rto = uniform(0.2, 0.4);

    for (unsigned i = 0; i < connections; i++) {
        unsigned burst = i / 10;
        double at = story == BURSTS   ? burst * 2.0 + (i % 10) * 0.001
                    : story == POLLED ? i * 0.05
                                      : uniform(0, 60);

        if (story == SHORT_ONES || story == BURSTS)
            add(events, i, at, FWX_SYN, i % 3 == 0);
        for (unsigned k = 0; story == RETRANSMITTED && k < G_N_ELEMENTS(backoff); k++)
            add(events, i, at + backoff[k], FWX_SYN, true);
        for (unsigned k = 0; story == ONE_OF_THEM && k < 8; k++)
            add(events, i, at + rto * ((1 << k) - 1), FWX_ACK, true);
        for (unsigned k = 0; story == POLLED && k < 12; k++)
            add(events, i, at + k * 5.0, FWX_ACK, true);
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const struct event *first = (const struct event *)a;
    const struct event *second = (const struct event *)b;

    return (first->packet.time > second->packet.time) - (first->packet.time < second->packet.time);
}

/* ---- logs ----------------------------------------------------------------------------------- */

enum writer { TMG, TMG_MINUTES, ASA, FORTIGATE, PANOS, PFIREWALL, WRITERS };

static const struct {
    const char *name;
    double resolution;
    const char *heading;
} writers[WRITERS] = {
    [TMG] = {"tmg, 1 s", 1,
             "#Software: Microsoft Internet Security and Acceleration Server 2004\n"
             "#Fields: date\ttime\tIP protocol\tsource\tdestination\taction\tstatus\n"},
    [TMG_MINUTES] = {"tmg-pasted, 1 min", 60, ""},
    [ASA] = {"asa, 1 s", 1, ""},
    [FORTIGATE] = {"fortigate, 1 ns", 0.001, ""},
    [PANOS] = {"panos, 1 s", 1, ""},
    [PFIREWALL] =
        {"pfirewall, 1 s", 1,
         "#Software: Microsoft Windows Firewall\n#Fields: date time action protocol src-ip "
         "dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin\n"},
};

static void write_line(FILE *file, enum writer writer, const struct event *event, int64_t time)
{
    GDateTime *moment = g_date_time_new_from_unix_utc(time / FWX_SECOND);
    static const char *const layouts[WRITERS] = {"%Y-%m-%d\t%H:%M:%S", "%d.%m.%Y %H:%M",
                                                 "%b %d %Y %H:%M:%S",  "",
                                                 "%Y/%m/%d %H:%M:%S",  "%Y-%m-%d %H:%M:%S"};
    char *when = g_date_time_format(moment, writer == FORTIGATE ? "%s" : layouts[writer]);
    const uint8_t *client = fwx_address_bytes(&event->packet.src);
    char *src = g_strdup_printf("10.0.%u.%u", client[2], client[3]);
    unsigned port = event->packet.src_port;
    bool denied = event->denied;

    if (writer == TMG)
        fprintf(file, "%s\tTCP\t%s:%u\t192.0.2.80:443\t%s\n", when, src, port,
                denied ? "Denied\t0xc0040017" : "Initiated\t0x0");
    else if (writer == TMG_MINUTES)
        fprintf(file, "%s %s %s %u 192.0.2.80 443 0xc0040017 x\n", when,
                denied ? "Denied" : "Initiated Connection", src, port);
    else if (writer == ASA && denied)
        fprintf(file,
                "%s fw : %%ASA-6-106015: Deny TCP (no connection) from %s/%u to 192.0.2.80/443 "
                "flags ACK  on interface inside\n",
                when, src, port);
    else if (writer == ASA)
        fprintf(file,
                "%s fw : %%ASA-6-302013: Built inbound TCP connection 1 for inside:%s/%u (%s/%u)"
                " to outside:192.0.2.80/443 (192.0.2.80/443)\n",
                when, src, port, src, port);
    else if (writer == FORTIGATE)
        fprintf(file,
                "devid=\"FG1\" eventtime=%s%09u logid=\"1\" type=\"traffic\" srcip=%s srcport=%u "
                "dstip=192.0.2.80 dstport=443 proto=6 action=\"%s\"\n",
                when, (unsigned)(time % FWX_SECOND), src, port, denied ? "deny" : "start");
    else if (writer == PANOS)
        fprintf(file,
                "1,%s,1,TRAFFIC,%s,0,%s,%s,192.0.2.80,0.0.0.0,0.0.0.0,r,,,ssl,v,a,b,c,d,l,e,1,1,"
                "%u,443,0,0,0x0,tcp,%s,0,0,0,0,%s,0\n",
                when, denied ? "drop" : "start", when, src, port, denied ? "deny" : "allow", when);
    else
        fprintf(file, "%s %s TCP %s 192.0.2.80 %u 443 60 A - - 0\n", when, denied ? "DROP" : "OPEN",
                src, port);
    g_free(src);
    g_free(when);
    g_date_time_unref(moment);
}

/* Lines come up to some tenths of a second late; a third more are foreign: of the same addresses
 * and ports, at other times. */
static void write_log(const char *path, enum writer writer, const GArray *events, unsigned lines,
                      int64_t offset)
{
    FILE *file = fopen(path, "w");

    fputs(writers[writer].heading, file);
    for (unsigned i = 0; i < lines + lines / 3; i++) {
        const struct event *event =
            &g_array_index(events, struct event, g_rand_int_range(dice, 0, (gint32)events->len));
        double late = i < lines ? -log(1 - uniform(0, 1)) * 0.05 : uniform(-3600, 3600);

        write_line(file, writer, event, event->packet.time + offset + seconds(late));
    }
    fclose(file);
}

/* ---- runs ----------------------------------------------------------------------------------- */

enum { SURE_RIGHT, SURE_WRONG, ASSUMED_RIGHT, ASSUMED_WRONG, UNDECIDED, ENDS };

struct row {
    unsigned ends[ENDS];
    GArray *errors; /* of double */
};

/* NOLINTNEXTLINE(readability-non-const-parameter) */
static struct fwx_log_clock tell_clock(const GArray *events, char *path,
                                       const struct fwx_log_formats *formats)
{
    struct fwx_log_trace *trace = fwx_log_trace_new();
    GArray *predictions = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_prediction));
    struct fwx_log_source source = {.path = path};
    struct fwx_log_clock clock;
    struct fwx_logs *logs;

    for (guint i = 0; i < events->len; i++) {
        struct fwx_packet packet = g_array_index(events, struct event, i).packet;

        packet.frame = i + 1;
        fwx_log_trace_see(trace, &packet, 0);
    }
    logs = fwx_logs_read(&source, 1, formats, trace, predictions);
    clock = g_array_index(logs->join->clocks, struct fwx_log_clock, 0);
    g_assert_cmpuint(logs->reports[0].wrong_count, ==, 0);
    fwx_logs_free(logs);
    fwx_log_trace_free(trace);
    g_array_free(predictions, TRUE);
    return clock;
}

static void run(enum writer writer, unsigned lines, const struct fwx_log_formats *formats,
                char *path, struct row *row)
{
    static const double zones[] = {0, -7200, 3600, 19800, -18000};
    GArray *events = g_array_new(FALSE, FALSE, sizeof(struct event));
    int64_t offset =
        seconds(zones[g_rand_int_range(dice, 0, G_N_ELEMENTS(zones))] + uniform(-900, 900));
    struct fwx_log_clock clock;
    double error;
    bool right;

    tell_story(events, (enum story)g_rand_int_range(dice, 0, STORIES));
    g_array_sort(events, by_time);
    write_log(path, writer, events, lines, offset);
    clock = tell_clock(events, path, formats);
    error = fabs((double)(fwx_log_clock_offset(&clock) - offset)) / 1e9;
    right = error <= MAX(writers[writer].resolution, 0.5);
    if (clock.certainty == FWX_LOG_SURE && right)
        g_array_append_val(row->errors, error);
    row->ends[clock.certainty == FWX_LOG_UNDECIDED ? UNDECIDED
              : clock.certainty == FWX_LOG_ASSUMED ? (right ? ASSUMED_RIGHT : ASSUMED_WRONG)
              : right                              ? SURE_RIGHT
                                                   : SURE_WRONG]++;
    g_array_free(events, TRUE);
}

static int by_size(gconstpointer a, gconstpointer b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return (first > second) - (first < second);
}

static void print(const char *name, unsigned lines, struct row *row)
{
    printf("%-18s %5u %6u %6u %8u %8u %9u", name, lines, row->ends[0], row->ends[1], row->ends[2],
           row->ends[3], row->ends[4]);
    g_array_sort(row->errors, by_size);
    if (row->errors->len)
        printf("   %.3f s", g_array_index(row->errors, double, row->errors->len / 2));
    printf("\n");
}

int main(int argc, char **argv)
{
    static const unsigned sizes[] = {1, 3, 5, 10, 30, 100};
    unsigned runs = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
    struct fwx_log_formats *formats = fwx_log_formats_new(NULL, "");
    char *path = g_build_filename(g_get_tmp_dir(), "log-clock-XXXXXX", NULL);
    unsigned wrong = 0;

    dice = g_rand_new_with_seed(argc > 2 ? (guint32)strtoul(argv[2], NULL, 10) : 1);
    close(g_mkstemp(path));
    printf("format             lines  right  wrong  assumed  (wrong) undecided   median error\n");
    for (unsigned writer = 0; writer < WRITERS; writer++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
            struct row row = {.errors = g_array_new(FALSE, FALSE, sizeof(double))};

            for (unsigned k = 0; k < runs / (WRITERS * G_N_ELEMENTS(sizes)) + 1; k++)
                run((enum writer)writer, sizes[i], formats, path, &row);
            print(writers[writer].name, sizes[i], &row);
            wrong += row.ends[SURE_WRONG];
            g_array_free(row.errors, TRUE);
        }
    }
    g_unlink(path);
    g_free(path);
    fwx_log_formats_free(formats);
    g_rand_free(dice);
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
