/* worker.h
 * A worker: a process that takes captures until there are none, and what it and the program say to
 * each other over a socket. The program opens what the worker may not, and parses nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_WORKER_H
#define FWX_COMMAND_WORKER_H

#include "outputs.h"
#include "read.h"

/* To the worker: a capture to be read, or what became of the file that it wanted, and a descriptor
 * with it where there is no error. */
struct fwx_request {
    guint32 capture; /* its index */
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
    FWX_OUTPUT,   /* what is printed of captures */
    FWX_MESSAGES, /* the worker's standard error */
    FWX_CONTENT,  /* a pipe's, copied: it cannot be read twice */
    FWX_FILES
};

/* In the child: never returns. Everything but these descriptors is closed. look: captures are only
 * looked at. */
G_NORETURN void fwx_worker_run(const GPtrArray *captures, gboolean look, int socket,
                               const int *files);

/* With one descriptor, or -1. FALSE where the other side is gone. */
gboolean fwx_worker_send(int socket, const void *message, gsize size, int descriptor);
gboolean fwx_worker_receive(int socket, void *message, gsize size, int *descriptor);

#endif
