/* line.h
 * A line of a firewall's log, read: what it says of which packet or connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_LINE_H
#define FWX_LOG_LINE_H

#include "engine/log/class.h"
#include "engine/packet.h"

/* Ports are 0 where there are none; the destination is all 0 where a line does not name it. Hashed
 * and compared byte by byte: no padding. */
struct fwx_log_tuple {
    struct fwx_address src;
    struct fwx_address dst;
    uint16_t src_port;
    uint16_t dst_port;
    uint32_t protocol;
};

/* What a line names; or-ed. */
enum fwx_log_known {
    FWX_LOG_HAS_SEQ = 0x01,
    FWX_LOG_HAS_ACK = 0x02,
    FWX_LOG_HAS_IP_ID = 0x04,
    FWX_LOG_HAS_NAT = 0x08,   /* other addresses or ports than those of the tuple */
    FWX_LOG_HAS_BEGIN = 0x10, /* when the connection began */
    FWX_LOG_HAS_ZONE = 0x20,  /* time is UTC: the line says its zone, or the format has one */
};

static inline struct fwx_log_tuple fwx_log_reverse(const struct fwx_log_tuple *tuple)
{
    return (struct fwx_log_tuple){tuple->dst, tuple->src, tuple->dst_port, tuple->src_port,
                                  tuple->protocol};
}

static inline bool fwx_log_same_tuple(const struct fwx_log_tuple *a, const struct fwx_log_tuple *b)
{
    return !memcmp(a, b, sizeof *a);
}

static inline bool fwx_log_has_dst(const struct fwx_log_tuple *tuple)
{
    return tuple->dst.word[0] || tuple->dst.word[1];
}

struct fwx_log_line {
    struct fwx_log_tuple tuple;
    struct fwx_log_tuple nat; /* the same behind the translation, else the same */
    int64_t time;  /* nanoseconds since the epoch by the log's clock, never FWX_NO_TIME: the line
                    * was written then, or up to the resolution later */
    int64_t begin; /* of the connection, by the same clock */
    int64_t resolution; /* nanoseconds */
    uint32_t number;    /* of the line in its file, from 1 */
    uint32_t seq;
    uint32_t ack;
    uint16_t ip_id;
    uint16_t file; /* which of the logs, from 0 */
    uint8_t known; /* enum fwx_log_known, or-ed */
    uint8_t class; /* enum fwx_log_class */
    uint8_t stage; /* enum fwx_log_stage */
    /* As the line has them; NULL: not there. */
    const char *action;
    const char *code;
    const char *reason;
    const char *rule;
    const char *text; /* the whole line */
};

#endif
