/* formats.h
 * The formats of firewalls' logs, as data: formats.ini is compiled in, and a user's file adds
 * groups to it or stands for some of them. doc/logs.md says what a group holds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_FORMATS_H
#define FWX_LOG_FORMATS_H

#include "engine/log/class.h"

#include <glib.h>
#include <stdint.h>

/* What is found in a line, and its name in a group. */
#define FWX_LOG_SLOTS(SLOT)                                                                        \
    SLOT(TIME, "time")                                                                             \
    SLOT(DATE, "date") /* goes before the time */                                                  \
    SLOT(ZONE, "zone") /* goes behind it */                                                        \
    SLOT(BEGIN, "begin")                                                                           \
    SLOT(DURATION, "duration") /* seconds, or h:mm:ss */                                           \
    SLOT(SRC, "src")                                                                               \
    SLOT(SPORT, "sport")                                                                           \
    SLOT(DST, "dst")                                                                               \
    SLOT(DPORT, "dport")                                                                           \
    SLOT(PROTO, "proto")                                                                           \
    SLOT(NSRC, "nsrc")                                                                             \
    SLOT(NSPORT, "nsport")                                                                         \
    SLOT(NDST, "ndst")                                                                             \
    SLOT(NDPORT, "ndport")                                                                         \
    SLOT(ACTION, "action")                                                                         \
    SLOT(CODE, "code")                                                                             \
    SLOT(REASON, "reason")                                                                         \
    SLOT(RULE, "rule")                                                                             \
    SLOT(SEQ, "seq")                                                                               \
    SLOT(ACK, "ack")                                                                               \
    SLOT(IPID, "ipid")

#define FWX_LOG_SLOT(name, id) FWX_LOG_SLOT_##name,
enum fwx_log_slot { FWX_LOG_SLOTS(FWX_LOG_SLOT) FWX_LOG_SLOT_KINDS };
#undef FWX_LOG_SLOT

const char *fwx_log_slot_id(enum fwx_log_slot slot);

/* A pattern and which slots it has groups for, as bits. */
struct fwx_log_pattern {
    GRegex *regex; /* NULL: none */
    uint32_t slots;
};

struct fwx_log_reason {
    GRegex *regex;
    enum fwx_log_class class;
};

enum fwx_log_zone { FWX_LOG_ZONE_UNKNOWN, FWX_LOG_ZONE_UTC };

struct fwx_log_format {
    char *id;
    char *title;
    char *about; /* what identifies a packet, and so on, for the reference; "" where nothing */
    GRegex *detect;
    GRegex *skip;                /* lines that tell of no packet; NULL: none */
    GPtrArray *matches;          /* of struct fwx_log_pattern, tried in their order */
    struct fwx_log_pattern each; /* every match is an event of its own */
    GRegex *pairs;               /* groups key and value, all that are found */
    GRegex *header;    /* what stands before the names of the columns; NULL: no such line */
    GRegex *separator; /* between columns */
    char **columns[FWX_LOG_SLOT_KINDS]; /* names of a slot's column or key, NULL: none */
    char **times;                       /* layouts, see moment.h */
    enum fwx_log_zone zone;
    int64_t resolution; /* nanoseconds; 0: as the times are written */
    int stage;          /* enum fwx_log_stage; -1: the class's */
    uint8_t protocol;   /* of lines that name none */
    bool own;           /* the user's */
    bool has_dst;       /* lines name the destination */
    GArray *reasons;    /* of struct fwx_log_reason, the first that matches holds */
};

struct fwx_log_formats {
    GPtrArray *formats;  /* of struct fwx_log_format, the user's before the others */
    GPtrArray *problems; /* of char *: what is wrong, by group */
};

/* text: the user's file, NULL: there is none; name: what it is called in problems. A group that is
 * wrong is left out and said in problems. To be freed. */
struct fwx_log_formats *fwx_log_formats_new(const char *text, const char *name);
void fwx_log_formats_free(struct fwx_log_formats *formats);

/* NULL: there is none of that id. */
const struct fwx_log_format *fwx_log_formats_find(const struct fwx_log_formats *formats,
                                                  const char *id);

#endif
