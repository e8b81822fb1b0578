/* reader.h
 * A log file, line by line, in bounded memory: plain or gzip, of any size, whatever is in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_READER_H
#define FWX_LOG_READER_H

#include "engine/log/extract.h"

/* What the user says of a log. */
struct fwx_log_source {
    char *path;
    int descriptor; /* of the file, opened by somebody who may; 0: the path is opened. Stays open,
                     * and is read from its beginning */
    char *format;   /* id; NULL or "auto": to be found out */
    char *zone;     /* of times that say none: "UTC", "local", "+02:00", "Europe/Berlin"; NULL or
                     * "auto": not known */
    bool has_offset;
    int64_t offset; /* nanoseconds by which the log's clock is ahead of the capture's */
};

enum { FWX_LOG_MOST_WRONG = 10 }; /* lines that are said one by one */

struct fwx_log_wrong {
    uint32_t number;
    const char *why;
};

struct fwx_log_report {
    const struct fwx_log_format *format; /* NULL: none that fits */
    char *error;                         /* why it was not read, or not to its end; NULL */
    uint32_t lines;
    uint32_t events;
    uint32_t none; /* lines known to tell of no packet: comments, headings, empty ones */
    uint32_t wrong_count;
    struct fwx_log_wrong wrong[FWX_LOG_MOST_WRONG];
    int64_t first; /* times of events, by the log's clock; FWX_NO_TIME: none */
    int64_t last;
};

/* Reads all of it, and hands on each event. near: see moment.h, the capture's time, as FWX_NO_TIME
 * the file's. To be cleared. */
struct fwx_log_report fwx_log_read(const struct fwx_log_source *source,
                                   const struct fwx_log_formats *formats, int64_t near,
                                   fwx_log_take *take, void *data);
/* The same of what is in memory; the source's path is only for messages. */
struct fwx_log_report fwx_log_read_memory(const void *memory, size_t length,
                                          const struct fwx_log_source *source,
                                          const struct fwx_log_formats *formats, int64_t near,
                                          fwx_log_take *take, void *data);
void fwx_log_report_clear(struct fwx_log_report *report);

/* What a zone is called: "UTC", "local", "+02:00", "Europe/Berlin" (on Windows "W. Europe
 * Standard Time"), "CET-1CEST,M3.5.0,M10.5.0/3". NULL: there is none. To be
 * unreferenced. */
GTimeZone *fwx_log_zone(const char *name);

#endif
