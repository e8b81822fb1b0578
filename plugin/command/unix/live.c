/* live.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "command/unix/live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <epan/packet_info.h>
#include <wiretap/wtap.h>

#include "command/carriers.h"
#include "engine/engine.h"
#include "command/unix/feeder.h"
#include "host/observe.h"
#include "host/packet-fwx.h"
#include "command/unix/late.h"
#include "command/read.h"
#include "command/unix/child.h"

enum { BATCH = 64, TICK_MS = 50, SWEEP_S = 5, FEW = 4096 };
/* What comes behind an end is waited for that long, and no longer: it is printed within a second.
 */
enum { HOLD_MS = 250 };
/* Late segments are known for two maximum segment lifetimes (RFC 9293, 3.4.2). */
enum { LINGER_S = 240 };
/* Neither may be switched off: what is silent for that long is over. */
enum { NO_REPLY_S = 120, TCP_IDLE_S = 7200, UDP_IDLE_S = 60 };

enum mark { OPEN, ENDING, PRINTED };

/* A connection that has ended. */
struct end {
    uint32_t id;
    int64_t time;     /* of the capture */
    gint64 monotonic; /* microseconds */
};

struct live {
    int socket;
    struct fwx_feeder *feeder;
    packet_info pinfo; /* what the plugin wants of it: number, time, record, session */
    wtap *file;
    wtap_rec rec;
    Buffer buffer;
    struct fwx_packet packets[BATCH];
    uint32_t count;
    int64_t now; /* the capture's: of the latest packet */
    gint64 swept;
    GByteArray *marks; /* enum mark, by id */
    GArray *ends;      /* of struct end, oldest first */
    GArray *ready;     /* of uint32_t: ids to be printed */
    uint32_t printed;  /* connections that are to be forgotten */
    struct fwx_late_tuples *late;
    guint64 late_segments;
    guint64 not_plain;
    guint64 evicted;
};

static const struct fwx_connections *connections(void)
{
    return fwx_engine_connections(fwx_current_engine());
}

/* ---- printing ------------------------------------------------------------------------------- */

static void answer(struct live *live, gboolean part, gboolean read)
{
    struct fwx_answer answer = {.read = read, .part = part};
    char taken = 0;

    answer.look.kind = FWX_FORMAT_COMMON;
    if (!fwx_outputs_print(fwx_options.arguments[0], live->ready, &answer.counts))
        answer.error = errno ? errno : EIO;
    g_array_set_size(live->ready, 0);
    if (!fwx_child_send(live->socket, &answer, sizeof answer, -1) ||
        !fwx_child_receive(live->socket, &taken, sizeof taken, NULL))
        _exit(0); /* the program has ended */
}

static void make_ready(struct live *live, uint32_t id)
{
    if (live->marks->data[id - 1] == PRINTED)
        return;
    live->marks->data[id - 1] = PRINTED;
    live->printed++;
    g_array_append_val(live->ready, id);
}

static bool is_due(const struct live *live, const struct end *end)
{
    return fwx_time_between(end->time, live->now) >= HOLD_MS * FWX_MILLISECOND ||
           g_get_monotonic_time() >= end->monotonic + (gint64)HOLD_MS * 1000;
}

static void make_ended_ready(struct live *live)
{
    guint due = 0;

    for (; due < live->ends->len && is_due(live, &g_array_index(live->ends, struct end, due));
         due++)
        make_ready(live, g_array_index(live->ends, struct end, due).id);
    if (due)
        g_array_remove_range(live->ends, 0, due);
}

/* ---- what is over --------------------------------------------------------------------------- */

/* By time alone. */
static bool is_silent(const struct live *live, const struct fwx_connection *connection)
{
    int64_t timer = fwx_engine_policy(fwx_current_engine())->timers[fwx_timer_of(connection)];
    bool half = connection->state <= FWX_STATE_SYN_RECEIVED;
    uint32_t otherwise = connection->protocol != FWX_PROTOCOL_TCP ? UDP_IDLE_S
                         : half                                   ? NO_REPLY_S
                                                                  : TCP_IDLE_S;

    return fwx_connection_silence(connection, live->now) >=
           (timer ? timer : otherwise * FWX_SECOND);
}

static int by_time(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

/* The time that as many as are too many have not spoken since. */
static int64_t find_bound(const struct live *live, uint32_t open, uint32_t excess)
{
    int64_t *times = g_new(int64_t, open);
    uint32_t count = 0;
    int64_t bound;

    for (uint32_t id = 1; id <= live->marks->len; id++) {
        if (live->marks->data[id - 1] == OPEN && count < open)
            times[count++] = fwx_connections_get(connections(), id)->last_time;
    }
    qsort(times, count, sizeof *times, by_time);
    bound = count ? times[MIN(excess, count) - 1] : INT64_MIN;
    g_free(times);
    return bound;
}

/* Beyond the limit, those silent for longest are told of as they are, down to three quarters. */
static void make_room(struct live *live)
{
    uint32_t limit = (uint32_t)fwx_options.limit;
    uint32_t open = live->marks->len - live->printed;
    int64_t bound;

    if (open <= limit)
        return;
    bound = find_bound(live, open, open - limit / 4 * 3);
    for (uint32_t id = 1; id <= live->marks->len; id++) {
        if (live->marks->data[id - 1] == OPEN &&
            fwx_connections_get(connections(), id)->last_time <= bound) {
            make_ready(live, id);
            live->evicted++;
        }
    }
}

static void sweep(struct live *live)
{
    if (g_get_monotonic_time() < live->swept + (gint64)SWEEP_S * G_USEC_PER_SEC)
        return;
    live->swept = g_get_monotonic_time();
    for (uint32_t id = 1; id <= live->marks->len; id++) {
        if (live->marks->data[id - 1] == OPEN &&
            is_silent(live, fwx_connections_get(connections(), id)))
            make_ready(live, id);
    }
}

/* ---- forgetting ----------------------------------------------------------------------------- */

static bool keep(const struct fwx_connection *connection, void *data)
{
    struct live *live = (struct live *)data;

    if (live->marks->data[connection->id - 1] != PRINTED)
        return true;
    if (connection->protocol == FWX_PROTOCOL_TCP)
        fwx_late_add(live->late, connection, live->now);
    return false;
}

/* When there are more of them than of others: then each is moved but once or twice. */
static void forget(struct live *live)
{
    uint32_t *ids; /* new ones, by old */
    uint32_t kept = 0;

    if (live->printed < FEW || live->printed < live->marks->len / 2)
        return;
    fwx_forget(keep, live);
    ids = g_new0(uint32_t, live->marks->len + 1);
    for (uint32_t id = 1; id <= live->marks->len; id++) {
        if (live->marks->data[id - 1] == PRINTED)
            continue;
        live->marks->data[kept++] = live->marks->data[id - 1];
        ids[id] = kept;
    }
    g_byte_array_set_size(live->marks, kept);
    for (guint i = 0; i < live->ends->len; i++) {
        struct end *end = &g_array_index(live->ends, struct end, i);

        end->id = ids[end->id];
    }
    live->printed = 0;
    g_free(ids);
}

static void tell(struct live *live)
{
    make_ended_ready(live);
    sweep(live);
    make_room(live);
    if (live->ready->len)
        answer(live, TRUE, TRUE);
    forget(live);
}

/* ---- packets -------------------------------------------------------------------------------- */

/* Of a connection that is forgotten: it opens none. */
static bool is_late(struct live *live, const struct fwx_packet *packet)
{
    enum fwx_side sender;

    return packet->protocol == FWX_PROTOCOL_TCP && fwx_has_connection(packet) &&
           fwx_segment_of(packet->tcp.flags) != FWX_SEGMENT_SYN &&
           !fwx_connections_newest(connections(), packet, &sender) &&
           fwx_late_has(live->late, packet, live->now);
}

static void see(struct live *live, const struct fwx_packet *packet)
{
    const struct fwx_connection *connection;
    struct fwx_tap_record record;

    live->now = MAX(live->now, packet->time);
    if (is_late(live, packet)) {
        live->late_segments++;
        return;
    }
    connection = fwx_see(packet, &record);
    while (live->marks->len < connections()->pool.count)
        g_byte_array_append(live->marks, (const guint8[]){OPEN}, 1);
    if (connection && fwx_connection_over(connection) &&
        live->marks->data[connection->id - 1] == OPEN) {
        struct end end = {connection->id, packet->time, g_get_monotonic_time()};

        live->marks->data[connection->id - 1] = ENDING;
        g_array_append_val(live->ends, end);
    }
}

static void hand_over(struct live *live)
{
    for (uint32_t i = 0; i < live->count; i++) {
        fwx_engine_prefetch(fwx_current_engine(), live->packets, live->count, i);
        see(live, &live->packets[i]);
    }
    live->count = 0;
    tell(live);
}

/* All that is seen of what is not plain is its outermost packet. */
static bool look_at_odd(struct live *live, enum fwx_link link, struct fwx_bytes frame,
                        struct fwx_packet *packet)
{
    if (!live->not_plain++)
        fprintf(stderr,
                "Frame %u is not plain (a tunnel, a fragment and so on): of such frames only the "
                "outermost packet is looked at.\n",
                live->pinfo.num);
    *packet = (struct fwx_packet){0};
    return fwx_plain_outermost(link, frame, packet);
}

static void take(struct live *live)
{
    struct fwx_packet *packet = &live->packets[live->count];
    enum fwx_link link;
    struct fwx_bytes frame;
    struct fwx_bytes payload;

    live->pinfo.num++;
    if (live->rec.rec_type != REC_TYPE_PACKET)
        return;
    link = fwx_link_of(live->rec.rec_header.packet_header.pkt_encap);
    frame = (struct fwx_bytes){FWX_RECORD_BYTES(&live->rec, &live->buffer),
                               live->rec.rec_header.packet_header.caplen,
                               live->rec.rec_header.packet_header.len};
    live->pinfo.abs_ts = live->rec.ts;
    *packet = (struct fwx_packet){0};
    switch (fwx_plain_look(fwx_carriers(), link, frame, packet, &payload)) {
    case FWX_PLAIN_PACKET:
        fwx_observe_place(&live->pinfo, frame, packet);
        fwx_observe_transport(payload, packet);
        break;
    case FWX_NOT_PLAIN:
        if (!look_at_odd(live, link, frame, packet))
            return;
        fwx_observe_place(&live->pinfo, frame, packet);
        break;
    default:
        return;
    }
    if (++live->count == BATCH)
        hand_over(live);
}

/* ---- the capture ---------------------------------------------------------------------------- */

/* The first record is there. */
static gboolean begin(struct live *live)
{
    live->file = fwx_read_stream(&live->pinfo.epan);
    live->pinfo.rec = &live->rec;
    FWX_WTAP_REC_INIT(&live->rec);
    FWX_BUFFER_INIT(&live->buffer);
    return live->file != NULL;
}

/* One record, or FALSE: there will be none. */
static gboolean read_next(struct live *live)
{
    gchar *info = NULL;
    int error = 0;
    gint64 offset;

    if (!live->file && !begin(live))
        return FALSE;
    if (!FWX_READ(live->file, &live->rec, &live->buffer, &error, &info, &offset)) {
        if (error)
            fprintf(stderr, "It cannot be read any further: %s%s%s\n", wtap_strerror(error),
                    info ? ": " : "", info ? info : "");
        g_free(info);
        return FALSE;
    }
    take(live);
    wtap_rec_reset(&live->rec);
    return TRUE;
}

/* Whatever has come is taken, and then waited for more. */
static void read_all(struct live *live)
{
    gboolean more = TRUE;

    while (more && !fwx_feeder_is_over(live->feeder)) {
        if (fwx_feeder_wait(live->feeder, 0)) {
            more = read_next(live);
            continue;
        }
        hand_over(live);
        if (fwx_feeder_wait(live->feeder, g_get_monotonic_time() + (gint64)TICK_MS * 1000))
            more = read_next(live);
    }
    while (more && live->file)
        more = read_next(live);
}

/* Now all is known that will be. */
static void finish(struct live *live)
{
    const char *trouble = fwx_feeder_trouble(live->feeder);

    if (live->file) {
        hand_over(live);
        fwx_review_current();
        for (uint32_t id = 1; id <= live->marks->len; id++)
            make_ready(live, id);
    }
    if (live->not_plain)
        fprintf(stderr, "%" PRIu64 " of %u frames were not plain.\n", live->not_plain,
                live->pinfo.num);
    if (live->late_segments)
        fprintf(stderr, "%" PRIu64 " segments came behind the end of their connections.\n",
                live->late_segments);
    if (live->evicted)
        fprintf(stderr, "%" PRIu64 " conversations were printed before their end: --limit.\n",
                live->evicted);
    if (trouble)
        fprintf(stderr, "The capture is not whole: %s.\n", trouble);
    answer(live, FALSE, trouble == NULL);
}

void fwx_live_read(int from, int output, int socket)
{
    struct live *live = g_new0(struct live, 1);
    int ends[2];

    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
    dup2(output, STDOUT_FILENO);
    live->socket = socket;
    live->now = INT64_MIN;
    live->marks = g_byte_array_new();
    live->ends = g_array_new(FALSE, FALSE, sizeof(struct end));
    live->ready = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    live->late = fwx_late_new(LINGER_S * FWX_SECOND);
    live->swept = g_get_monotonic_time();
    if (pipe(ends) != 0)
        _exit(1);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    live->feeder = fwx_feeder_start(from, ends[1]);
    read_all(live);
    finish(live);
    _exit(0);
}
