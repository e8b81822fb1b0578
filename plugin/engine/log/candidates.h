/* candidates.h
 * The packets that a line may be about: of its addresses and ports, of what these are translated
 * to, of the same connection at another capture point, or of its numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_CANDIDATES_H
#define FWX_LOG_CANDIDATES_H

#include "engine/log/trace.h"

enum { FWX_LOG_MOST_CANDIDATES = 24 };

struct fwx_log_candidate {
    uint32_t tuple;  /* of the trace, number */
    bool translated; /* as a line says */
    bool paired;     /* by the other capture point alone */
    bool reversed;   /* the answers */
};

struct fwx_log_candidates {
    struct fwx_log_candidate found[FWX_LOG_MOST_CANDIDATES];
    unsigned count; /* those that are paired come last */
};

/* What is translated to what: key struct fwx_log_tuple, value GArray of such. To be destroyed. */
GHashTable *fwx_log_translations_new(void);

/* Notes what the line tells of a translation, where the trace has a packet on either side of it. */
void fwx_log_translations_learn(GHashTable *translations, const struct fwx_log_trace *trace,
                                const struct fwx_log_line *line);

struct fwx_log_candidates fwx_log_candidates_of(const struct fwx_log_trace *trace,
                                                const GHashTable *translations,
                                                const struct fwx_log_line *line);

/* Packets that have the numbers that the line names: *first of trace->by_seq and on, as many as
 * returned may have, see fwx_log_names(). */
uint32_t fwx_log_same_seq(struct fwx_log_trace *trace, const struct fwx_log_line *line,
                          uint32_t *first);

/* Has the packet, of that tuple, the line's numbers, and enough of its addresses? With sequence
 * number and IP ID one end is enough: the other may be translated. */
bool fwx_log_names(const struct fwx_log_line *line, const struct fwx_log_candidates *candidates,
                   const struct fwx_log_trace *trace, const struct fwx_log_seen *seen);

#endif
