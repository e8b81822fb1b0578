/* model.h
 * A firewall as a record: what it says of what happens.
 *
 * The engine reports events, which are the same for every firewall; the words are the model's. A
 * check whose event a model has no words for is not made for it. When its timers run out is in
 * timer.c, under the same id.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MODEL_H
#define FWX_MODEL_H

#include "engine/finding.h"
#include "engine/model/result.h"

/* EVENT(name, id): id is its name in the reference. */
#define FWX_EVENTS(EVENT)                                                                          \
    EVENT(ESTABLISHED, "established")                                                              \
    /* Numbers and states: a packet. */                                                            \
    EVENT(NOT_OPEN, "not-open")           /* no SYN, and its connection is gone, or never was */   \
    EVENT(SYNACK_WRONG, "synack-wrong")   /* answers another SYN */                                \
    EVENT(ACK_WRONG, "ack-wrong")         /* completes the handshake with another number */        \
    EVENT(ACK_FAST_OPEN, "ack-fast-open") /* with that of the data that Fast Open asked for */     \
    EVENT(SEQ_HIGH, "seq-high")           /* ends beyond the window */                             \
    EVENT(SEQ_LOW, "seq-low")             /* begins before what may be repeated */                 \
    EVENT(ACK_HIGH, "ack-high")           /* acknowledges what was not sent */                     \
    EVENT(RST_INEXACT, "rst-inexact")     /* a reset outside the window */                         \
    /* Ends of a connection or session. */                                                         \
    EVENT(CLOSED, "closed")             /* both FINs are acknowledged, or a reset stands in */     \
    EVENT(RESET, "reset")               /* by one of the peers */                                  \
    EVENT(INJECTED, "injected")         /* by a reset that is not the peer's own */                \
    EVENT(SYN_EXPIRED, "syn-expired")   /* nobody answered */                                      \
    EVENT(IDLE_EXPIRED, "idle-expired") /* TCP was silent for too long */                          \
    EVENT(UDP_EXPIRED, "udp-expired")                                                              \
    EVENT(ICMP_EXPIRED, "icmp-expired")                                                            \
    EVENT(EVICTED, "evicted") /* a UDP session that made room for a newer one */                   \
    /* Limits of an address: a request beyond one. */                                              \
    EVENT(LIMIT_RATE, "limit-rate") /* TCP requests a minute */                                    \
    EVENT(LIMIT_OPEN, "limit-open") /* open TCP connections */                                     \
    EVENT(LIMIT_HALF_OPEN, "limit-half-open")                                                      \
    EVENT(LIMIT_SESSIONS, "limit-sessions") /* new UDP and ICMP sessions a second */               \
    /* What one packet alone tells: rules/sanity.c. */                                             \
    EVENT(SHORT_HEADER, "short-header")                                                            \
    EVENT(BAD_LENGTH, "bad-length")                                                                \
    EVENT(BAD_PROTOCOL, "bad-protocol")                                                            \
    EVENT(NO_ADDRESS, "no-address")                                                                \
    EVENT(PORT_ZERO, "port-zero")                                                                  \
    EVENT(IPV6, "ipv6")                                                                            \
    EVENT(IP_OPTIONS, "ip-options")                                                                \
    EVENT(LONG_FRAGMENT, "long-fragment")                                                          \
    EVENT(FRAGMENT, "fragment")                                                                    \
    EVENT(SPOOFED, "spoofed")                                                                      \
    EVENT(LAND, "land")                                                                            \
    EVENT(BAD_FLAGS, "bad-flags")                                                                  \
    EVENT(OUT_OF_BAND, "out-of-band")                                                              \
    EVENT(BAD_UDP_LENGTH, "bad-udp-length")                                                        \
    EVENT(BAD_CHECKSUM, "bad-checksum")

#define FWX_EVENT(name, id) FWX_EVENT_##name,
enum fwx_event { FWX_EVENTS(FWX_EVENT) FWX_EVENT_KINDS };
#undef FWX_EVENT

const char *fwx_event_id(enum fwx_event event);

struct fwx_words {
    uint32_t code;      /* of a struct fwx_result, which has its action */
    uint8_t confidence; /* enum fwx_confidence */
    const char *source; /* why these; NULL: the model has no words for the event */
};

#define FWX_FILTER_NAME_SIZE 32

/* An application filter that may be bound to a protocol, and may kill its connections. */
struct fwx_app_filter {
    uint16_t port;
    uint8_t protocol; /* enum fwx_protocol */
    char name[FWX_FILTER_NAME_SIZE];
};

struct fwx_model {
    const char *id;                       /* "isa2004": of preferences */
    const char *title;                    /* "ISA Server 2004" */
    const struct fwx_app_filter *filters; /* out of the box, in order of port and protocol */
    unsigned filter_count;
    const char *tls_blind_filter; /* under TLS it makes a reset of the server's FIN */
    struct fwx_words words[FWX_EVENT_KINDS];
};

extern const struct fwx_model fwx_models[FWX_PRODUCTS]; /* by enum fwx_product */

/* NULL where the model has none. */
static inline const struct fwx_words *fwx_model_words(const struct fwx_model *model,
                                                      enum fwx_event event)
{
    return model->words[event].source ? &model->words[event] : NULL;
}

#endif
