/* trace.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/trace.h"

#include <stdlib.h>

/* FNV-1a over the words. */
guint fwx_log_tuple_hash(gconstpointer key)
{
    const guint32 *words = (const guint32 *)key;
    guint hash = 2166136261u;

    for (unsigned i = 0; i < sizeof(struct fwx_log_tuple) / sizeof *words; i++)
        hash = (hash ^ words[i]) * 16777619u;
    return hash ^ hash >> 15;
}

gboolean fwx_log_tuple_equal(gconstpointer a, gconstpointer b)
{
    return fwx_log_same_tuple((const struct fwx_log_tuple *)a, (const struct fwx_log_tuple *)b);
}

struct fwx_log_trace *fwx_log_trace_new(void)
{
    struct fwx_log_trace *trace = g_new0(struct fwx_log_trace, 1);

    trace->packets = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_seen));
    trace->tuples = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_seen_tuple));
    trace->numbers = g_hash_table_new_full(fwx_log_tuple_hash, fwx_log_tuple_equal, g_free, NULL);
    trace->sources = g_hash_table_new_full(fwx_log_tuple_hash, fwx_log_tuple_equal, g_free, NULL);
    trace->paired = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_paired));
    trace->first_time = trace->last_time = FWX_NO_TIME;
    return trace;
}

void fwx_log_trace_free(struct fwx_log_trace *trace)
{
    if (!trace)
        return;
    g_array_free(trace->packets, TRUE);
    g_array_free(trace->tuples, TRUE);
    g_hash_table_destroy(trace->numbers);
    g_hash_table_destroy(trace->sources);
    g_array_free(trace->paired, TRUE);
    g_free(trace->by_seq);
    g_free(trace);
}

static struct fwx_log_tuple source_of(const struct fwx_log_tuple *tuple)
{
    return (struct fwx_log_tuple){
        .src = tuple->src, .src_port = tuple->src_port, .protocol = tuple->protocol};
}

/* The table of the number of what is newest of a key. */
static uint32_t put_newest(GHashTable *table, const struct fwx_log_tuple *key, uint32_t number)
{
    uint32_t before = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));

    g_hash_table_insert(table, g_memdup2(key, sizeof *key), GUINT_TO_POINTER(number));
    return before;
}

static uint32_t number_of(struct fwx_log_trace *trace, const struct fwx_log_tuple *tuple)
{
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(trace->numbers, tuple));

    if (!number) {
        struct fwx_log_seen_tuple added = {.tuple = *tuple};
        struct fwx_log_tuple source = source_of(tuple);

        number = trace->tuples->len + 1;
        put_newest(trace->numbers, tuple, number);
        added.same_source = put_newest(trace->sources, &source, number);
        g_array_append_val(trace->tuples, added);
    }
    return number - 1;
}

static void note_time(struct fwx_log_trace *trace, int64_t time)
{
    if (time == FWX_NO_TIME)
        return;
    if (trace->first_time == FWX_NO_TIME || time < trace->first_time)
        trace->first_time = time;
    if (time > trace->last_time)
        trace->last_time = time;
}

void fwx_log_trace_see(struct fwx_log_trace *trace, const struct fwx_packet *packet,
                       uint32_t connection)
{
    bool has_tcp = packet->protocol == FWX_PROTOCOL_TCP && packet->has_transport;
    bool has_ports = has_tcp || (packet->protocol == FWX_PROTOCOL_UDP && packet->has_transport);
    struct fwx_log_tuple tuple = {
        .src = packet->src,
        .dst = packet->dst,
        .src_port = has_ports ? packet->src_port : 0,
        .dst_port = has_ports ? packet->dst_port : 0,
        .protocol = packet->protocol,
    };
    struct fwx_log_seen seen = {
        .time = packet->time,
        .frame = packet->frame,
        .seq = has_tcp ? packet->tcp.seq : 0,
        .ack = has_tcp && packet->tcp.flags & FWX_ACK ? packet->tcp.ack : 0,
        .ip_id = packet->ip_version == 4 ? packet->ip_id : 0,
        .connection = connection,
        .packet = packet->index,
        .point = packet->capture_point,
        .flags = has_tcp ? packet->tcp.flags : 0,
    };
    uint32_t number = number_of(trace, &tuple);
    struct fwx_log_seen_tuple *of =
        &g_array_index(trace->tuples, struct fwx_log_seen_tuple, number);

    seen.tuple = number;
    note_time(trace, packet->time);
    g_array_append_val(trace->packets, seen);
    if (of->last)
        g_array_index(trace->packets, struct fwx_log_seen, of->last - 1).next = trace->packets->len;
    else
        of->first = trace->packets->len;
    of->last = trace->packets->len;
    g_clear_pointer(&trace->by_seq, g_free);
}

uint32_t fwx_log_trace_find(const struct fwx_log_trace *trace, const struct fwx_log_tuple *tuple)
{
    return GPOINTER_TO_UINT(
        g_hash_table_lookup(fwx_log_has_dst(tuple) ? trace->numbers : trace->sources, tuple));
}

uint32_t fwx_log_trace_at(const struct fwx_log_trace *trace, uint32_t frame, uint16_t packet)
{
    uint32_t low = 0;
    uint32_t high = trace->packets->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct fwx_log_seen *seen = fwx_log_trace_packet(trace, middle);

        if (seen->frame != frame ? seen->frame < frame : seen->packet < packet)
            low = middle + 1;
        else
            high = middle;
    }
    return low < trace->packets->len && fwx_log_trace_packet(trace, low)->frame == frame ? low + 1
                                                                                         : 0;
}

/* ---- by sequence number --------------------------------------------------------------------- */

static int by_seq(gconstpointer a, gconstpointer b, gpointer trace)
{
    uint32_t first = *(const uint32_t *)a;
    uint32_t second = *(const uint32_t *)b;
    uint32_t seq = fwx_log_trace_packet((const struct fwx_log_trace *)trace, first)->seq;
    uint32_t other = fwx_log_trace_packet((const struct fwx_log_trace *)trace, second)->seq;

    return seq != other ? (seq > other ? 1 : -1) : first > second ? 1 : first < second ? -1 : 0;
}

static void make_by_seq(struct fwx_log_trace *trace)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t i = 0; i < trace->tuples->len; i++) {
        const struct fwx_log_seen_tuple *tuple = fwx_log_trace_tuple(trace, i);

        for (uint32_t number = tuple->tuple.protocol == FWX_PROTOCOL_TCP ? tuple->first : 0; number;
             number = fwx_log_trace_packet(trace, number - 1)->next) {
            uint32_t packet = number - 1;

            g_array_append_val(numbers, packet);
        }
    }
    g_array_sort_with_data(numbers, by_seq, trace);
    trace->by_seq_count = numbers->len;
    trace->by_seq = (uint32_t *)(void *)g_array_free(numbers, FALSE);
}

uint32_t fwx_log_trace_find_seq(struct fwx_log_trace *trace, uint32_t seq, uint32_t *first)
{
    uint32_t low = 0;
    uint32_t high;

    if (!trace->by_seq)
        make_by_seq(trace);
    high = trace->by_seq_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (fwx_log_trace_packet(trace, trace->by_seq[middle])->seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < trace->by_seq_count &&
           fwx_log_trace_packet(trace, trace->by_seq[high])->seq == seq)
        high++;
    return high - low;
}
