/* worker.h
 * A worker: a process that takes captures until there are none. The program parses nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_WORKER_H
#define FWX_COMMAND_WORKER_H

#include "outputs.h"
#include "read.h"

/* From the worker. */
struct fwx_answer {
    guint32 wants_file; /* one of the capture's, counted from 1; 0: the capture is done */
    guint32 leaves;     /* it takes no more captures */
    guint32 part;       /* more of the capture is to come */
    guint32 read;       /* to its end */
    gint32 error;       /* why what is printed could not be kept, 0: it could */
    struct fwx_look look;
    struct fwx_counts counts;
};

/* Files that are the worker's and the program's. */
enum fwx_file {
    FWX_OUTPUT,   /* what is printed of captures */
    FWX_MESSAGES, /* the worker's standard error */
    FWX_CONTENT,  /* a pipe's, copied: it cannot be read twice */
    FWX_FILES
};

/* One capture, in the worker; look: it is only looked at. What is printed of it goes into output,
 * what else is printed goes nowhere. Descriptors. */
struct fwx_answer fwx_worker_read(const struct fwx_source *source, gboolean look, int output,
                                  int nowhere);

#endif
