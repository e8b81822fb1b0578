/* firewall.h
 * What is known of firewalls, gateways, load balancers and operating systems: firewalls.tsv, which
 * is compiled in, and the user's own file of the same form. The head of that file is its
 * description.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FIREWALL_H
#define FWX_FIREWALL_H

#include "engine/model/event.h"
#include "engine/model/timer.h"

#include <glib.h>

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

/* How long a session was silent in the state that it was in. */
struct fwx_waited {
    int64_t silence;              /* nanoseconds, at least */
    enum fwx_session_timer timer; /* that runs meanwhile; FWX_SESSION_TIMERS: nothing was timed */
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

/* "pass" and so on; "unknown" */
const char *fwx_reaction_name(enum fwx_reaction reaction);

#endif
