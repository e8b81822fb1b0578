/* class.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/class.h"

#include <glib.h>

#define FWX_LOG_CLASS(name, id, stage, denies) {id, stage, denies},
static const struct {
    const char *id;
    enum fwx_log_stage stage;
    bool denies;
} classes[] = {FWX_LOG_CLASSES(FWX_LOG_CLASS)};
#undef FWX_LOG_CLASS

const char *fwx_log_class_id(enum fwx_log_class class)
{
    return classes[class].id;
}

enum fwx_log_class fwx_log_class_find(const char *id)
{
    unsigned i = 0;

    while (i < FWX_LOG_CLASS_KINDS && !g_str_equal(classes[i].id, id))
        i++;
    return (enum fwx_log_class)i;
}

enum fwx_log_stage fwx_log_class_stage(enum fwx_log_class class)
{
    return classes[class].stage;
}

bool fwx_log_class_denies(enum fwx_log_class class)
{
    return classes[class].denies;
}

bool fwx_log_class_fails(enum fwx_log_class class)
{
    return classes[class].denies || class == FWX_LOG_RESET || class == FWX_LOG_IDLE ||
           class == FWX_LOG_NO_REPLY || class == FWX_LOG_KILLED;
}

enum fwx_log_class fwx_log_class_of(enum fwx_event event)
{
    static const uint8_t of[FWX_EVENT_KINDS] = {
        [FWX_EVENT_ESTABLISHED] = FWX_LOG_ACCEPTED,
        [FWX_EVENT_NOT_OPEN] = FWX_LOG_NOT_SYN,
        [FWX_EVENT_AFTER_CLOSE] = FWX_LOG_NOT_SYN,
        [FWX_EVENT_SYN_REUSE] = FWX_LOG_STATE,
        [FWX_EVENT_SYNACK_WRONG] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_SYNACK_DATA] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_ACK_WRONG] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_ACK_FAST_OPEN] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_SEQ_HIGH] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_SEQ_LOW] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_ACK_HIGH] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_ACK_LOW] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_RST_INEXACT] = FWX_LOG_SEQ_ACK,
        [FWX_EVENT_STATE] = FWX_LOG_STATE,
        [FWX_EVENT_CLOSED] = FWX_LOG_CLOSED,
        [FWX_EVENT_RESET] = FWX_LOG_RESET,
        [FWX_EVENT_INJECTED] = FWX_LOG_KILLED,
        [FWX_EVENT_SYN_EXPIRED] = FWX_LOG_NO_REPLY,
        [FWX_EVENT_IDLE_EXPIRED] = FWX_LOG_IDLE,
        [FWX_EVENT_HALF_CLOSED_EXPIRED] = FWX_LOG_IDLE,
        [FWX_EVENT_UDP_EXPIRED] = FWX_LOG_IDLE,
        [FWX_EVENT_ICMP_EXPIRED] = FWX_LOG_IDLE,
        [FWX_EVENT_EVICTED] = FWX_LOG_CLOSED,
        [FWX_EVENT_LIMIT_RATE] = FWX_LOG_QUOTA,
        [FWX_EVENT_LIMIT_OPEN] = FWX_LOG_QUOTA,
        [FWX_EVENT_LIMIT_HALF_OPEN] = FWX_LOG_QUOTA,
        [FWX_EVENT_LIMIT_SESSIONS] = FWX_LOG_QUOTA,
        [FWX_EVENT_SHORT_HEADER] = FWX_LOG_MALFORMED,
        [FWX_EVENT_BAD_LENGTH] = FWX_LOG_MALFORMED,
        [FWX_EVENT_BAD_PROTOCOL] = FWX_LOG_MALFORMED,
        [FWX_EVENT_NO_ADDRESS] = FWX_LOG_MALFORMED,
        [FWX_EVENT_PORT_ZERO] = FWX_LOG_MALFORMED,
        [FWX_EVENT_IPV6] = FWX_LOG_MALFORMED,
        [FWX_EVENT_IP_OPTIONS] = FWX_LOG_MALFORMED,
        [FWX_EVENT_LONG_FRAGMENT] = FWX_LOG_MALFORMED,
        [FWX_EVENT_FRAGMENT] = FWX_LOG_MALFORMED,
        [FWX_EVENT_SPOOFED] = FWX_LOG_MALFORMED,
        [FWX_EVENT_LAND] = FWX_LOG_MALFORMED,
        [FWX_EVENT_BAD_FLAGS] = FWX_LOG_MALFORMED,
        [FWX_EVENT_OUT_OF_BAND] = FWX_LOG_MALFORMED,
        [FWX_EVENT_BAD_UDP_LENGTH] = FWX_LOG_MALFORMED,
        [FWX_EVENT_BAD_CHECKSUM] = FWX_LOG_MALFORMED,
    };

    return (enum fwx_log_class)of[event];
}

bool fwx_log_class_agrees(enum fwx_log_class line, enum fwx_log_class predicted)
{
    if (line == predicted)
        return true;
    if (line == FWX_LOG_DROPPED)
        return fwx_log_class_denies(predicted);
    return line == FWX_LOG_STATE && (predicted == FWX_LOG_NOT_SYN || predicted == FWX_LOG_SEQ_ACK);
}
