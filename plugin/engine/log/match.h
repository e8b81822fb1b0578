/* match.h
 * The packet that one line is about, out of those it may be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_MATCH_H
#define FWX_LOG_MATCH_H

#include "engine/log/candidates.h"
#include "engine/log/join.h"

/* What lines before it have left. */
struct fwx_log_matcher {
    struct fwx_log_join *join;
    uint8_t *taken; /* by packet of the trace: class + 1 of the last line that it was given */
    struct cursor *cursors; /* by tuple */
};

struct fwx_log_matcher fwx_log_matcher_new(struct fwx_log_join *join);
void fwx_log_matcher_clear(struct fwx_log_matcher *matcher);

/* Lines come in their order. */
struct fwx_log_match fwx_log_match_line(struct fwx_log_matcher *matcher,
                                        const struct fwx_log_line *line);

/* Predictions of a packet: the number of the first, and how many. */
uint32_t fwx_log_predictions_of(const GArray *predictions, const struct fwx_log_seen *seen,
                                uint32_t *first);

/* a - b and a + b, at the ends of the range where they lie beyond it. */
static inline int64_t fwx_log_minus(int64_t a, int64_t b)
{
    return fwx_time_between(b, a);
}

static inline int64_t fwx_log_plus(int64_t a, int64_t b)
{
    return fwx_time_between(-b, a);
}

#endif
