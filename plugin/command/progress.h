/* progress.h
 * What is said on standard error while the work is done: messages always, how far it is and what is
 * left on a terminal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_PROGRESS_H
#define FWX_COMMAND_PROGRESS_H

#include "captures.h"

struct fwx_progress {
    guint64 captures;
    guint64 bytes;
    guint64 captures_done;
    guint64 bytes_done;
    gint64 start; /* monotonic, microseconds */
    gint64 next;  /* when to show again, 0: no terminal */
    gboolean shown;
};

void fwx_progress_begin(struct fwx_progress *progress, const GPtrArray *captures);
void fwx_progress_done(struct fwx_progress *progress, const struct fwx_capture *capture);
/* From time to time: shows how far it is where that is due. */
void fwx_progress_show(struct fwx_progress *progress);
void fwx_progress_end(struct fwx_progress *progress);

/* A message, "fwx-verdicts: ...", on a line of its own, whatever names it holds. */
void fwx_progress_say(struct fwx_progress *progress, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
