/* timeouts.h
 * Which known time-outs explain a silence: those of firewalls.tsv and the user's own.
 *
 * A timer of T seconds explains that a silence of F seconds was fatal although one of S seconds had
 * been survived where T lies in (S, F]: it had run out at F, and not yet at S. Both ends give way:
 *
 * - F may be FWX_TIMEOUT_EARLY short of T. The timer runs elsewhere, between packets that took
 * other times to get there and by another clock.
 * - S may be late by fwx_timeout_slack(T), a tenth of T but 10 s at least and 20 s at most. Many
 *   look for what has run out only now and then (pf.conf(5), "interval": each 10 s), and what comes
 *   until then still passes; busy ones are later, and no later for a timer of a day.
 *
 * A keep-alive is no time-out. It breaks the silence itself, at T seconds and not at any later
 * time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TIMEOUTS_H
#define FWX_TIMEOUTS_H

#include "engine/packet.h"
#include "engine/model/firewall.h"
#include "engine/sentence.h"

#include <glib.h>

#define FWX_TIMEOUT_EARLY FWX_SECOND

/* How late a timer of so many seconds may be noticed, nanoseconds. */
int64_t fwx_timeout_slack(uint32_t seconds);

/* The known rows and the user's: a row of the user's stands for all known ones with its model and
 * timer, the last of several; with 0 seconds there is none. It gets its model's title, if that is
 * known. To be freed with g_array_unref(); of struct fwx_timeout. */
GArray *fwx_timeouts_with(const struct fwx_firewalls *firewalls, const struct fwx_timeout *own,
                          unsigned count);

struct fwx_silence_met {
    int64_t fatal;    /* nanoseconds without any packet */
    int64_t survived; /* the longest such time that ended nothing, 0: none */
    uint8_t protocol; /* enum fwx_protocol */
    uint8_t life;     /* enum fwx_life, of a TCP connection in the silence */
    uint8_t end;      /* enum fwx_silence_end, of the fatal one */
};

/* Those that fit, nearest to the fatal silence first: up to room of them in fits; returns how many
 * there are. timeouts: of fwx_timeouts_with(), NULL: the known ones. */
unsigned fwx_timeouts_fit(const GArray *timeouts, const struct fwx_silence_met *met,
                          const struct fwx_timeout **fits, unsigned room);

/* "350 s AWS NLB (aws-nlb), 300 s Azure Firewall, east-west (azure-fw) and 2 more": the nearest, up
 * to most of them; nothing where none fits. before: goes before the first. */
void fwx_timeouts_say(struct fwx_sentence *sentence, const GArray *timeouts,
                      const struct fwx_silence_met *met, unsigned most, const char *before);

enum { FWX_MOST_EXPLAINED = 4 }; /* that a line has room for */

/* Who explains it, and who does not: "reset after 363 s of silence, alive after 200 s: AWS NLB (350
 * s, documented) and 9 more; not Cisco ASA, Check Point and 7 more". Of both the nearest, up to
 * most. A keep-alive explains, but nobody is ruled out by his. */
void fwx_timeouts_explain(struct fwx_sentence *sentence, const GArray *timeouts,
                          const struct fwx_silence_met *met, unsigned most);

#endif
