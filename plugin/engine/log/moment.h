/* moment.h
 * Times as logs write them, by layouts.
 *
 * A layout is text to be found as it stands, with a space for any blanks and these for numbers:
 *
 *     %Y year   %y its last two digits   %m month   %b its English name   %d day
 *     %H hour   %I hour of 12   %p AM or PM   %M minute   %S second   %f digits behind the second
 *     %s seconds since the epoch, with a fraction or without   %N the same by its digits: 10, 13,
 * 16, 19 %z zone: Z, +0200, +02:00, UTC, EDT and so on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_MOMENT_H
#define FWX_LOG_MOMENT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct fwx_moment {
    int64_t nanoseconds; /* since the epoch where is_epoch, else behind the second */
    int64_t resolution;  /* nanoseconds */
    int32_t zone_s;      /* east of Greenwich, where has_zone */
    int year;            /* 0: not said */
    int month;
    int day;
    int hour;
    int minute;
    int second; /* 60 is the first of the next minute, as a leap second is written */
    bool is_epoch;
    bool has_zone;
};

/* False where the text is not laid out so, to its end. */
bool fwx_moment_read(const char *text, const char *layout, struct fwx_moment *moment);

/* Nanoseconds since the epoch. zone: of times that say none; NULL: UTC. near: a time in whose year,
 * or the next to it, dates without a year are. False where there is no such date. */
bool fwx_moment_time(const struct fwx_moment *moment, GTimeZone *zone, int64_t near, int64_t *time);

#endif
