/* timer.h
 * Time-outs that are known of firewalls, gateways, load balancers and operating systems: a line
 * each, as they are set by default.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TIMER_H
#define FWX_TIMER_H

#include <stdint.h>

/* TIMER(name, protocol, id, title): what is timed. id is its name in the preferences, title in a
 * sentence; "" where it goes without saying. */
#define FWX_TIMERS(TIMER)                                                                          \
    TIMER(TCP_IDLE, TCP, "TCP idle", "")                                                           \
    TIMER(UNACKNOWLEDGED, TCP, "TCP idle, data unacknowledged", "data unacknowledged")             \
    TIMER(HALF_OPEN, TCP, "TCP half-open", "half-open")                                            \
    TIMER(HALF_CLOSED, TCP, "TCP half-closed", "half-closed")                                      \
    TIMER(CLOSED, TCP, "TCP after the close", "after the close")                                   \
    TIMER(KEEP_ALIVE, TCP, "TCP keep-alive", "keep-alive") /* until the first one */               \
    TIMER(UDP_IDLE, UDP, "UDP idle", "")                                                           \
    TIMER(UDP_ONE_WAY, UDP, "UDP idle, one direction only", "one direction only")

#define FWX_TIMER(name, protocol, id, title) FWX_TIMER_##name,
enum fwx_timer { FWX_TIMERS(FWX_TIMER) FWX_TIMER_KINDS };
#undef FWX_TIMER

/* EXPIRY(name, title): what those who are cut off are told. */
#define FWX_EXPIRIES(EXPIRY)                                                                       \
    EXPIRY(SILENT, "nothing")                                                                      \
    EXPIRY(SILENT_OR_RESET, "nothing; resets to both ends if set so")                              \
    EXPIRY(RESET_NEXT, "a reset to the sender of the next packet")                                 \
    EXPIRY(RESET_BOTH, "resets to both ends")                                                      \
    EXPIRY(CLOSE, "a close (FIN)")                                                                 \
    EXPIRY(PROBE, "a keep-alive")

#define FWX_EXPIRY(name, title) FWX_EXPIRY_##name,
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

/* No two with the same model, timer and condition. */
extern const struct fwx_timeout fwx_known_timeouts[];
extern const unsigned fwx_known_timeout_count;

uint8_t fwx_timer_protocol(enum fwx_timer timer); /* enum fwx_protocol */
const char *fwx_timer_id(enum fwx_timer timer);
const char *fwx_timer_title(enum fwx_timer timer);
const char *fwx_expiry_title(enum fwx_expiry expiry);

#endif
