/* firewall.h
 * What is known of firewalls, gateways, load balancers and operating systems: firewalls.tsv, which
 * is compiled in, and the user's own file of the same form. The head of that file is its
 * description.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FIREWALL_H
#define FWX_FIREWALL_H

#include "engine/model/timer.h"

#include <glib.h>

/* EVENT(name, id, title): what may happen to a packet, whatever the firewall's own name for it. */
#define FWX_EVENTS(EVENT)                                                                          \
    EVENT(NOT_OPEN, "not-open", "no session")                                                      \
    EVENT(BAD_FLAGS, "bad-flags", "impossible flags")                                              \
    EVENT(SYNACK_DATA, "synack-data", "data in the SYN-ACK")                                       \
    EVENT(ACK_WRONG, "ack-wrong", "the handshake's acknowledgement does not fit")                  \
    EVENT(SEQ_HIGH, "seq-high", "sequence number above the window")                                \
    EVENT(SEQ_LOW, "seq-low", "sequence number below the window")                                  \
    EVENT(ACK_HIGH, "ack-high", "acknowledges what was not sent")                                  \
    EVENT(ACK_LOW, "ack-low", "acknowledgement too old")                                           \
    EVENT(RST_INEXACT, "rst-inexact", "reset beside the expected number")                          \
    EVENT(SYN_REUSE, "syn-reuse", "a SYN on a session that lives")                                 \
    EVENT(IDLE_EXPIRED, "idle-expired", "idle for too long")                                       \
    EVENT(HALF_CLOSED_EXPIRED, "half-closed-expired", "half-closed for too long")                  \
    EVENT(SYN_EXPIRED, "syn-expired", "half-open for too long")                                    \
    EVENT(CLOSED, "closed", "after the close")                                                     \
    EVENT(STATE, "state", "does not fit the state")

#define FWX_EVENT(name, id, title) FWX_EVENT_##name,
enum fwx_event { FWX_EVENTS(FWX_EVENT) FWX_EVENT_KINDS };
#undef FWX_EVENT

enum fwx_reaction {
    FWX_REACTION_UNKNOWN,
    FWX_REACTION_PASS,
    FWX_REACTION_DROP,
    FWX_REACTION_RESET
};

/* How a firewall meets an event. Texts are "" where nothing is known; they live as long as the
 * table. */
struct fwx_response {
    const char *words; /* its log's */
    const char *counter;
    const char *command; /* that shows it */
    const char *advice;  /* one sentence: what to set, and what that opens */
    const char *source;
    uint8_t reaction;   /* enum fwx_reaction; unknown: no line */
    uint8_t confidence; /* enum fwx_confidence */
};

/* The states of a session that have a time-out of their own. */
enum fwx_session_timer {
    FWX_SESSION_SYN,     /* not answered */
    FWX_SESSION_SYN_ACK, /* answered, not complete */
    FWX_SESSION_IDLE,
    FWX_SESSION_HALF_CLOSED,
    FWX_SESSION_CLOSED, /* by both FINs */
    FWX_SESSION_RESET,
    FWX_SESSION_UDP,
    FWX_SESSION_UDP_ONE_WAY,
    FWX_SESSION_TIMERS
};

struct fwx_firewall {
    const char *id;
    const char *title;
    /* NULL: not known. Of struct fwx_firewalls.timeouts; CLOSED and RESET with 0 s: gone at once.
     */
    const struct fwx_timeout *timers[FWX_SESSION_TIMERS];
    struct fwx_response responses[FWX_EVENT_KINDS];
};

struct fwx_firewalls {
    GPtrArray *firewalls; /* of struct fwx_firewall, in the order of the table */
    GArray *timeouts;     /* of struct fwx_timeout, in that order */
    GPtrArray *problems;  /* of char *: what is wrong with the user's file, by line */
    GStringChunk *texts;
};

/* The compiled-in table; lives as long as the program. */
const struct fwx_firewalls *fwx_firewalls_known(void);

/* That and a user's file, named in messages: its lines stand for all those of the same model and
 * topic. A line that is wrong is left out, and said in problems, if it is one of the first ten. To
 * be unreferenced. */
struct fwx_firewalls *fwx_firewalls_with(const char *text, const char *name);
struct fwx_firewalls *fwx_firewalls_ref(const struct fwx_firewalls *table);
void fwx_firewalls_unref(struct fwx_firewalls *table);

/* By its id, NULL: none. */
const struct fwx_firewall *fwx_firewalls_find(const struct fwx_firewalls *table, const char *id);

const char *fwx_event_id(enum fwx_event event);
const char *fwx_event_title(enum fwx_event event);
/* "pass" and so on; "unknown" */
const char *fwx_reaction_name(enum fwx_reaction reaction);

#endif
