/* clock.h
 * How far a log's clock is from the capture's: its time zone, and what it is wrong by.
 *
 * Each line may have been written for one of some packets, and so votes for the offsets at which it
 * would have been. Where most lines meet is the offset, if lines of enough connections meet there
 * and hardly any elsewhere: retransmissions of one connection make echoes, and a wrong offset is
 * worse than none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_CLOCK_H
#define FWX_LOG_CLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A line is written so much later than the packet passes, at most: nanoseconds. */
#define FWX_LOG_LAG INT64_C(250000000)

/* A line would be right of its packet at each offset from low to high; of one line there may be
 * several. */
struct fwx_log_vote {
    int64_t low; /* nanoseconds: log less capture */
    int64_t high;
    uint32_t line;
    uint32_t tuple; /* of the packet */
};

enum fwx_log_certainty {
    FWX_LOG_UNDECIDED, /* no offset can be told */
    FWX_LOG_ASSUMED,   /* all lines fit as they stand, or in just one time zone: not proven */
    FWX_LOG_SURE,      /* lines of several connections meet nowhere else */
    FWX_LOG_EXACT,     /* from packets that lines name by their numbers */
    FWX_LOG_GIVEN      /* by the user */
};

struct fwx_log_clock {
    enum fwx_log_certainty certainty;
    int64_t low; /* nanoseconds: the offset lies between them; 0 where undecided */
    int64_t high;
    uint32_t lines;  /* that have voted */
    uint32_t agree;  /* that fit this offset */
    uint32_t tuples; /* whose lines fit */
    bool has_zone;   /* lines say their zone: then the offset is no other zone */
};

/* votes are sorted. exact: each line votes once, for the packet that it names. */
struct fwx_log_clock fwx_log_clock_find(struct fwx_log_vote *votes, uint32_t count, bool exact);

static inline int64_t fwx_log_clock_offset(const struct fwx_log_clock *clock)
{
    return clock->low + (clock->high - clock->low) / 2;
}

/* In words: "log is 2 h behind: time zone; clock 0.4 s fast; 31 of 31 lines agree". To be freed. */
char *fwx_log_clock_say(const struct fwx_log_clock *clock);

#endif
