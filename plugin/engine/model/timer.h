/* timer.h
 * Time-outs of firewalls, gateways, load balancers and operating systems, as they are set by
 * default: a line each of firewalls.tsv (firewall.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TIMER_H
#define FWX_TIMER_H

#include <stdint.h>

/* TIMER(name, protocol, slug, id, title): what is timed. slug is its name in firewalls.tsv, id in
 * the preferences, title in a sentence; "" where it goes without saying. */
#define FWX_TIMERS(TIMER)                                                                          \
    TIMER(TCP_IDLE, TCP, "tcp-idle", "TCP idle", "")                                               \
    TIMER(UNACKNOWLEDGED, TCP, "tcp-unacknowledged", "TCP idle, data unacknowledged",              \
          "data unacknowledged")                                                                   \
    TIMER(HALF_OPEN, TCP, "tcp-half-open", "TCP half-open", "half-open")                           \
    TIMER(HALF_CLOSED, TCP, "tcp-half-closed", "TCP half-closed", "half-closed")                   \
    TIMER(CLOSED, TCP, "tcp-closed", "TCP after the close", "after the close")                     \
    TIMER(KEEP_ALIVE, TCP, "tcp-keep-alive", "TCP keep-alive",                                     \
          "keep-alive") /* until the first one */                                                  \
    TIMER(UDP_IDLE, UDP, "udp-idle", "UDP idle", "")                                               \
    TIMER(UDP_ONE_WAY, UDP, "udp-one-way", "UDP idle, one direction only", "one direction only")

#define FWX_TIMER(name, protocol, slug, id, title) FWX_TIMER_##name,
enum fwx_timer { FWX_TIMERS(FWX_TIMER) FWX_TIMER_KINDS };
#undef FWX_TIMER

/* EXPIRY(name, slug, title): what those who are cut off are told. */
#define FWX_EXPIRIES(EXPIRY)                                                                       \
    EXPIRY(SILENT, "silent", "nothing")                                                            \
    EXPIRY(SILENT_OR_RESET, "silent-or-reset", "nothing; resets to both ends if set so")           \
    EXPIRY(RESET_NEXT, "reset-next", "a reset to the sender of the next packet")                   \
    EXPIRY(RESET_BOTH, "reset-both", "resets to both ends")                                        \
    EXPIRY(CLOSE, "close", "a close (FIN)")                                                        \
    EXPIRY(PROBE, "probe", "a keep-alive")

#define FWX_EXPIRY(name, slug, title) FWX_EXPIRY_##name,
enum fwx_expiry { FWX_EXPIRIES(FWX_EXPIRY) FWX_EXPIRY_KINDS };
#undef FWX_EXPIRY

#define FWX_MODEL_SIZE       32
#define FWX_MODEL_TITLE_SIZE 40

struct fwx_timeout {
    char model[FWX_MODEL_SIZE];       /* which product, by a name that is the same everywhere */
    char title[FWX_MODEL_TITLE_SIZE]; /* "": none but the model, which only the user knows */
    uint8_t timer;                    /* enum fwx_timer */
    uint8_t expiry;                   /* enum fwx_expiry; the user is not asked for it */
    uint8_t confidence; /* enum fwx_confidence: documented by the maker or observed; inferred from
                         * what others write; assumed where nothing was looked up */
    uint32_t seconds;
    const char *when;   /* the condition, where a timer has several values; else NULL */
    const char *source; /* the document's title, NULL: the user */
    const char *date;   /* year and month of the look-up, or of the line where there was none */
};

uint8_t fwx_timer_protocol(enum fwx_timer timer); /* enum fwx_protocol */
const char *fwx_timer_slug(enum fwx_timer timer);
const char *fwx_timer_id(enum fwx_timer timer);
const char *fwx_timer_title(enum fwx_timer timer);
const char *fwx_expiry_slug(enum fwx_expiry expiry);
const char *fwx_expiry_title(enum fwx_expiry expiry);

#endif
