/* logs.h
 * A firewall's logs beside the packets of a capture: read, narrowed to what the capture has,
 * joined.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_LOGS_H
#define FWX_LOG_LOGS_H

#include "engine/log/join.h"
#include "engine/log/reader.h"

struct fwx_logs {
    struct fwx_log_join *join;
    struct fwx_log_report *reports; /* by file */
    uint32_t
        *elsewhere; /* by file: events that no packet of the capture can be what they tell of */
    uint32_t *elsewhere_failed; /* of these, denied or failed */
    unsigned count;             /* files */
    GStringChunk *texts;        /* of the join's lines */
};

/* Reads all sources, keeps the lines that packets of the trace may be of, and joins them. trace and
 * predictions are the caller's, and outlive it. To be freed. */
struct fwx_logs *fwx_logs_read(const struct fwx_log_source *sources, unsigned count,
                               const struct fwx_log_formats *formats, struct fwx_log_trace *trace,
                               GArray *predictions);
/* The same lines beside the same capture, dissected anew. */
void fwx_logs_join_again(struct fwx_logs *logs, struct fwx_log_trace *trace, GArray *predictions);
void fwx_logs_free(struct fwx_logs *logs);

/* What was made of a file, in a sentence or two: format, lines, what could not be read and why,
 * clock. To be freed. */
char *fwx_logs_say(const struct fwx_logs *logs, unsigned file);

#endif
