/* report.h
 * What a report holds: what was asked, how often what happened, and the stories that are worst.
 *
 * Parts are made of a capture each, and put together; the order in which that happens does not
 * matter, but for the numbers of captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_REPORT_H
#define FWX_REPORT_REPORT_H

#include "report/bins.h"
#include "report/story.h"

enum {
    FWX_REPORT_STORIES = 50, /* that are told, unless told otherwise */
    FWX_REPORT_NOTES = 10,   /* of these, about what is no trouble */
    FWX_REPORT_ROWS = 24,    /* packets of a ladder */
    FWX_GRAVITIES = FWX_GRAVITY_TROUBLE + 1,
};

struct fwx_report_counts {
    uint32_t endings[FWX_ENDINGS][FWX_GRAVITIES]; /* conversations */
    uint32_t causes[FWX_CAUSES];                  /* of trouble */
    uint32_t plain[FWX_ENDINGS];                  /* trouble without a cause */
};

struct fwx_report_capture {
    char *name;
    char *failure; /* why it could not be read, or not to its end; NULL: it was read */
    char *begin;   /* of its first packet, NULL: not known */
    uint32_t conversations;
    uint32_t trouble;
    uint32_t notes;
    uint32_t points; /* where packets were seen */
    uint32_t advice; /* a bit for each enum fwx_advice: what it cannot tell */
};

struct fwx_report {
    char *version;
    char *product;       /* whose codes are predicted */
    char *filter;        /* display filter, or NULL */
    GPtrArray *captures; /* of struct fwx_report_capture */
    GPtrArray *logs;     /* of char *, two for each: its name, and what was made of it */
    struct fwx_report_counts counts;
    struct fwx_bins denied; /* packets that would have been dropped */
    GPtrArray *stories;     /* of struct fwx_story, worst first, at most limit */
    guint limit;
    gboolean stopped; /* not all captures that were asked for have been read */
};

/* limit: stories at most, 0: FWX_REPORT_STORIES. To be freed with fwx_report_free(), which takes
 * NULL, too. */
struct fwx_report *fwx_report_new(guint limit);
void fwx_report_free(struct fwx_report *report);

/* A capture more, whose number is returned. */
guint fwx_report_add_capture(struct fwx_report *report, const char *name);

static inline struct fwx_report_capture *fwx_report_capture(const struct fwx_report *report,
                                                            guint number)
{
    return (struct fwx_report_capture *)g_ptr_array_index(report->captures, number);
}

static inline struct fwx_story *fwx_report_story(const struct fwx_report *report, guint number)
{
    return (struct fwx_story *)g_ptr_array_index(report->stories, number);
}

/* A log more, unless one of that name is there already. */
void fwx_report_add_log(struct fwx_report *report, const char *name, const char *made);

/* How many of each kind there is room for, of so many that there are: all kinds get the same, as
 * far as they have it, and notes what trouble leaves, FWX_REPORT_NOTES at most. What is true of
 * parts is true of the whole: what a part has no room for, the whole has none for either. */
void fwx_report_share(uint32_t counts[FWX_KINDS], guint limit);

/* Takes a story over; that which there is no room for is freed. */
void fwx_report_take(struct fwx_report *report, struct fwx_story *story);

/* Moves all that a part has into the report, and frees it. */
void fwx_report_join(struct fwx_report *report, struct fwx_report *part);

/* A conversation more. */
void fwx_report_count(struct fwx_report *report, const struct fwx_account *account);

/* Conversations by gravity. */
uint32_t fwx_report_of(const struct fwx_report *report, enum fwx_gravity gravity);
uint32_t fwx_report_conversations(const struct fwx_report *report);

/* Stories by gravity. */
guint fwx_report_told(const struct fwx_report *report, enum fwx_gravity gravity);

#endif
