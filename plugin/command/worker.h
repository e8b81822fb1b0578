/* worker.h
 * A worker: a process that takes captures until there are none, and what it and the program say to
 * each other over a socket. The program opens what the worker may not, and parses nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_WORKER_H
#define FWX_COMMAND_WORKER_H

#include <glib.h>

#include "options.h"
#include "outputs.h"
#include "read.h"

/* To the worker: a capture to be read. */
struct fwx_request {
    guint32 capture; /* its index */
};

/* To the worker, and a descriptor with it where the error is 0. */
struct fwx_opened {
    gint32 error;
};

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

/* Unlinked files that are the worker's and the program's. */
enum fwx_file {
    FWX_OUTPUT,   /* what is printed of a capture */
    FWX_MESSAGES, /* the worker's standard error */
    FWX_CONTENT,  /* a pipe's, copied: it cannot be read twice */
    FWX_FILES
};

struct fwx_worker_task {
    const struct fwx_options *options;
    const GPtrArray *captures;
    gboolean look;   /* instead of reading */
    gboolean follow; /* reads what comes in place of a pipe's content, and no captures */
};

/* In the child: never returns. Everything but these descriptors is closed. */
G_NORETURN void fwx_worker_run(const struct fwx_worker_task *task, int socket, const int *files);

/* With one descriptor, or -1. FALSE where the other side is gone. */
gboolean fwx_worker_send(int socket, const void *message, gsize size, int descriptor);
gboolean fwx_worker_receive(int socket, void *message, gsize size, int *descriptor);

/* Whether the program has to open its files: it is root, or they are pipes. */
gboolean fwx_worker_needs_files(const struct fwx_capture *capture);

#endif
