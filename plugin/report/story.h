/* story.h
 * A conversation that is worth telling, as a report has it: texts, and a ladder of its packets.
 * Nothing here decides anything, or knows how it will be shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_STORY_H
#define FWX_REPORT_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "engine/facts/account.h"

/* ---- the ladder ----------------------------------------------------------------------------- */

/* Lanes are the initiator, what lies between capture points, and the responder; in the space
 * between two lanes is a point. */
enum { FWX_LANES = 6, FWX_SPACES = FWX_LANES - 1 };

enum fwx_arrow {
    FWX_ARROW_ARRIVES,
    FWX_ARROW_DROPPED,  /* does not get past where it ends */
    FWX_ARROW_INJECTED, /* does not come from whom it names */
    FWX_ARROW_UNSEEN,   /* nobody can tell whether it got further */
    FWX_ARROWS
};

enum fwx_step_kind {
    FWX_STEP_PACKET,
    FWX_STEP_PAUSE,    /* nothing is heard */
    FWX_STEP_LEFT_OUT, /* packets that there is no room for */
    FWX_STEPS
};

struct fwx_step {
    int64_t time; /* nanoseconds since the first packet, or that a pause lasts; FWX_NO_TIME */
    uint32_t frames[FWX_SPACES]; /* by space, 0: not seen there; of packets left out, the first and
                                  * the last, 0: not known */
    uint32_t count;              /* of packets left out */
    uint8_t kind;                /* enum fwx_step_kind */
    uint8_t arrow;               /* enum fwx_arrow */
    uint8_t from; /* lanes; a dropped one ends before the second, and an injected one begins behind
                   * the first, where no lane lies in between */
    uint8_t to;
    bool grave;  /* something was found in it */
    char *label; /* of a packet: flags, numbers */
    char *note;  /* what was found in it, or NULL */
};

/* ---- the story ------------------------------------------------------------------------------ */

/* Each may be absent. */
#define FWX_STORY_TEXTS(TEXT)                                                                      \
    TEXT(PROTOCOL)                                                                                 \
    TEXT(INITIATOR) /* address and port */                                                         \
    TEXT(RESPONDER)                                                                                \
    TEXT(HEADLINE)                                                                                 \
    TEXT(NEXT_STEP)                                                                                \
    TEXT(PAGE) /* that explains it, below doc/findings */                                          \
    TEXT(BEGIN)                                                                                    \
    TEXT(LENGTH) /* in seconds, with the unit */                                                   \
    TEXT(CODE)                                                                                     \
    TEXT(SYMBOL)                                                                                   \
    TEXT(ACTION)                                                                                   \
    TEXT(CONFIDENCE)                                                                               \
    TEXT(EVIDENCE)                                                                                 \
    TEXT(SILENCE) /* which time-outs explain it */                                                 \
    TEXT(FILTER)

#define FWX_STORY_TEXT(name) FWX_TEXT_##name,
enum fwx_story_text { FWX_STORY_TEXTS(FWX_STORY_TEXT) FWX_TEXTS };
#undef FWX_STORY_TEXT

/* Rows of texts, as many of each as its kind has; none is NULL. */
enum fwx_rows {
    FWX_ROWS_WHY,       /* frames, finding, sentence */
    FWX_ROWS_FIREWALLS, /* name, what it says, what to set or "" */
    FWX_ROWS_LOG,       /* log, line, what it says, whether that agrees */
    FWX_ROWS_NAMES,     /* "host", "port" or "point"; the text that stands for it; another, or "" */
    FWX_ROW_KINDS
};
extern const unsigned fwx_row_width[FWX_ROW_KINDS];

struct fwx_story {
    struct fwx_account account;
    uint32_t capture; /* number in the report, from 0 */
    uint32_t number;  /* of the connection, in its capture */
    uint32_t dropped; /* packets that the firewall would not have passed */
    uint32_t frame;   /* that earned the verdict, 0: there is none */
    uint32_t packets;
    char *texts[FWX_TEXTS];
    GPtrArray *rows[FWX_ROW_KINDS]; /* of char **, NULL at their ends */
    unsigned lanes;                 /* 2 at least */
    char *lane[FWX_LANES];
    char *space[FWX_SPACES]; /* names of points, NULL: there is but one */
    GArray *steps;           /* of struct fwx_step */
};

/* An empty one, with two lanes. To be freed with fwx_story_free(). */
struct fwx_story *fwx_story_new(void);
void fwx_story_free(struct fwx_story *story);

/* Takes the text over. */
void fwx_story_take(struct fwx_story *story, enum fwx_story_text which, char *text);
/* Copies the texts, as many as the kind has. */
void fwx_story_add_row(struct fwx_story *story, enum fwx_rows kind, const char *const *texts);

/* How many of a kind's columns have something in them, to the last that has. */
unsigned fwx_story_columns(const struct fwx_story *story, enum fwx_rows kind);

static inline const struct fwx_step *fwx_story_step(const struct fwx_story *story, guint number)
{
    return &g_array_index(story->steps, struct fwx_step, number);
}

/* Calls the function with each text of the story that a capture, a log or a name has a part in. It
 * may put another in its place. */
void fwx_story_each_text(struct fwx_story *story, void (*call)(char **text, void *data),
                         void *data);

/* Stories of one kind have the same gravity, and the same cause, or none and the same ending. Kinds
 * are numbered as they come in a report. */
enum { FWX_KINDS = 2 * (FWX_CAUSES + FWX_ENDINGS) };
unsigned fwx_story_kind(const struct fwx_account *account);

/* The order of a report: by kind, then what is graver comes first. */
int fwx_story_compare(const struct fwx_story *a, const struct fwx_story *b);

#endif
