/* trace.h
 * Which packets a capture has, by their addresses and numbers: what the lines of a log are joined
 * with. Kept only where there are logs: 40 bytes a packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_TRACE_H
#define FWX_LOG_TRACE_H

#include "engine/log/paired.h"

struct fwx_log_seen {
    int64_t time; /* nanoseconds since the epoch, or FWX_NO_TIME */
    uint32_t frame;
    uint32_t seq; /* of TCP; else 0 */
    uint32_t ack; /* where it has one; else 0 */
    uint32_t tuple;
    uint32_t next;       /* packet of its tuple, number + 1; 0: it is the last */
    uint32_t connection; /* id, 0: none */
    uint16_t ip_id;
    uint16_t packet; /* of the frame, see fwx_packet.index */
    uint16_t point;
    uint8_t flags; /* enum fwx_tcp_flag */
    bool dropped;  /* as another point shows: by whoever knows several points */
};

/* For tables of tuples. */
guint fwx_log_tuple_hash(gconstpointer key);
gboolean fwx_log_tuple_equal(gconstpointer a, gconstpointer b);

/* Packets of one direction. */
struct fwx_log_seen_tuple {
    struct fwx_log_tuple tuple;
    uint32_t first; /* packets, numbers + 1 */
    uint32_t last;
    uint32_t same_source; /* tuple of the same source before it, number + 1 */
};

struct fwx_log_trace {
    GArray *packets;     /* of struct fwx_log_seen, in the order of frames */
    GArray *tuples;      /* of struct fwx_log_seen_tuple */
    GHashTable *numbers; /* of tuples: key struct fwx_log_tuple, value number + 1 */
    GHashTable *sources; /* the same by the source alone, the last of each */
    GArray *paired;      /* of struct fwx_log_paired, sorted: by whoever knows several points */
    uint32_t *by_seq;    /* numbers of TCP packets, sorted by seq; NULL: to be made */
    uint32_t by_seq_count;
    int64_t first_time; /* of all packets, FWX_NO_TIME: none */
    int64_t last_time;
};

struct fwx_log_trace *fwx_log_trace_new(void);
void fwx_log_trace_free(struct fwx_log_trace *trace);

/* Packets come in the order of frames. connection: id, 0: none */
void fwx_log_trace_see(struct fwx_log_trace *trace, const struct fwx_packet *packet,
                       uint32_t connection);

static inline const struct fwx_log_seen *fwx_log_trace_packet(const struct fwx_log_trace *trace,
                                                              uint32_t number)
{
    return &g_array_index(trace->packets, struct fwx_log_seen, number);
}

static inline const struct fwx_log_seen_tuple *
fwx_log_trace_tuple(const struct fwx_log_trace *trace, uint32_t number)
{
    return &g_array_index(trace->tuples, struct fwx_log_seen_tuple, number);
}

/* The number of a tuple + 1, 0: no packet has it. Without a destination: the last of the source. */
uint32_t fwx_log_trace_find(const struct fwx_log_trace *trace, const struct fwx_log_tuple *tuple);

/* The packet of a frame, number + 1; 0: there is none. */
uint32_t fwx_log_trace_at(const struct fwx_log_trace *trace, uint32_t frame, uint16_t packet);

/* TCP packets of a sequence number: trace->by_seq[*first] and on, as many as returned. */
uint32_t fwx_log_trace_find_seq(struct fwx_log_trace *trace, uint32_t seq, uint32_t *first);

#endif
