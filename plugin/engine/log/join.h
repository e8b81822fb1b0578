/* join.h
 * Which packet a line of a log is about, and whether log and prediction agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_JOIN_H
#define FWX_LOG_JOIN_H

#include "engine/log/clock.h"
#include "engine/log/trace.h"

/* What was predicted of a packet: a line that the firewall would have written. */
struct fwx_log_prediction {
    uint32_t frame;
    uint16_t packet;     /* of the frame */
    uint8_t class;       /* enum fwx_log_class */
    bool drops;          /* the packet would not have been passed on */
    uint32_t connection; /* id, 0: none */
    uint32_t code;       /* as the product or a proxy logs it, 0: none */
};

/* Log and prediction beside each other. */
enum fwx_log_agreement {
    FWX_LOG_AGREES,
    FWX_LOG_OTHER_REASON,  /* both say that something was wrong, not the same */
    FWX_LOG_NOT_PREDICTED, /* only the log knows */
    FWX_LOG_NOT_LOGGED,    /* only the prediction does */
    FWX_LOG_AGREEMENTS
};

enum fwx_log_why {
    FWX_LOG_WHY_NONE,
    FWX_LOG_WHY_POLICY,
    FWX_LOG_WHY_QUOTA,
    FWX_LOG_WHY_STATE_GONE, /* the firewall had another state than packets show */
    FWX_LOG_WHY_KILLED,
    FWX_LOG_WHY_BEFORE_CAPTURE,
    FWX_LOG_WHY_AFTER_CAPTURE,
    FWX_LOG_WHY_ELSEWHERE,    /* not in this capture; by another firewall */
    FWX_LOG_WHY_THROTTLED,    /* another line stands for it */
    FWX_LOG_WHY_OUTSIDE_TIME, /* of the log */
    FWX_LOG_WHY_REFUTED,      /* a line says that the packet was accepted */
    FWX_LOG_WHYS
};

enum fwx_log_joined {
    FWX_LOG_JOINED_NOT,
    FWX_LOG_JOINED_EXACT, /* by the packet's numbers */
    FWX_LOG_JOINED_TUPLE, /* by addresses, ports and time */
    FWX_LOG_JOINED_NAT,   /* the same, translated */
    FWX_LOG_JOINED_PAIR,  /* the same, of the connection's other leg: see paired.h */
    FWX_LOG_JOINED_GUESS, /* the clock is not known: the first packet that could be */
    FWX_LOG_JOINED_KINDS
};

/* The spellings of fwx.fwlog.agreement, .why and .joined_by; "" for none. */
const char *fwx_log_agreement_name(enum fwx_log_agreement agreement);
const char *fwx_log_why_name(enum fwx_log_why why);
const char *fwx_log_joined_name(enum fwx_log_joined joined);

/* What became of a line. */
struct fwx_log_match {
    int64_t delta; /* nanoseconds: from the packet to the line, clocks corrected; 0: within what
                    * resolution and clock tell apart, or unknown */
    uint32_t seen; /* packet of the trace, number + 1; 0: none */
    uint32_t prediction; /* number + 1; 0: none */
    uint8_t joined;      /* enum fwx_log_joined */
    uint8_t agreement;   /* enum fwx_log_agreement */
    uint8_t why;         /* enum fwx_log_why */
};

/* What became of a prediction. */
struct fwx_log_fate {
    uint32_t line; /* number + 1 of the line that bears it out, or speaks against it; 0: none */
    uint8_t agreement;
    uint8_t why;
};

/* Of a log file as a whole. */
struct fwx_log_extent {
    int64_t first; /* times of all its lines, by its clock; FWX_NO_TIME: none */
    int64_t last;
    bool has_offset;
    int64_t offset; /* as given, where has_offset */
};

struct fwx_log_join {
    struct fwx_log_trace *trace;
    GArray *lines;       /* of struct fwx_log_line: those that fwx_log_wanted() */
    GArray *predictions; /* of struct fwx_log_prediction, in the order of frames and packets */
    GArray *extents;     /* of struct fwx_log_extent, by file */
    /* By fwx_log_join(): */
    GArray *clocks;     /* of struct fwx_log_clock, by file */
    GArray *matches;    /* of struct fwx_log_match, by line */
    GArray *fates;      /* of struct fwx_log_fate, by prediction */
    GHashTable *others; /* tuples and what they are translated to, both ways */
};

/* trace and predictions are the caller's, and outlive it. */
struct fwx_log_join *fwx_log_join_new(struct fwx_log_trace *trace, GArray *predictions);
void fwx_log_join_free(struct fwx_log_join *join);

/* Can a packet of the capture be what the line is about, as far as translations are known that
 * lines before it told of? What it tells itself is learnt. */
bool fwx_log_wanted(struct fwx_log_join *join, const struct fwx_log_line *line);

/* Everything at once; lines and extents are there. */
void fwx_log_join(struct fwx_log_join *join);

/* A line of that prediction, by its number, was to be expected, and there is none. (Of ends many
 * logs say nothing; and one that is refuted has a line.) */
static inline bool fwx_log_is_missed(const struct fwx_log_join *join, uint32_t prediction)
{
    const struct fwx_log_fate *fate = &g_array_index(join->fates, struct fwx_log_fate, prediction);

    return fate->agreement == FWX_LOG_NOT_LOGGED && fate->why != FWX_LOG_WHY_REFUTED &&
           g_array_index(join->predictions, struct fwx_log_prediction, prediction).drops;
}

#endif
