/* child.h
 * A worker that is forked, and what it and the program say to each other over a socket. The program
 * opens what the worker may not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_UNIX_CHILD_H
#define FWX_COMMAND_UNIX_CHILD_H

#include "command/worker.h"

/* To the worker: a capture to be read, or what became of the file that it wanted, and a descriptor
 * with it where there is no error. */
struct fwx_request {
    guint32 capture; /* its index */
    gint32 error;
};

/* In the child: never returns. Everything but these descriptors is closed. look: captures are only
 * looked at. */
G_NORETURN void fwx_child_run(const GPtrArray *captures, gboolean look, int socket,
                              const int *files);

/* With one descriptor, or -1. FALSE where the other side is gone. */
gboolean fwx_child_send(int socket, const void *message, gsize size, int descriptor);
gboolean fwx_child_receive(int socket, void *message, gsize size, int *descriptor);

#endif
