/* follow.h
 * One capture while it is written: a pipe, a file that grows, or the files that dumpcap -b writes
 * one after the other. What comes is handed to a worker, and what that prints is handed on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_FOLLOW_H
#define FWX_COMMAND_FOLLOW_H

#include "workers.h"

struct fwx_follow {
    const struct fwx_options *options;
    int wake; /* readable when it is time to stop */
    void (*take)(const struct fwx_result *result, gpointer data); /* of a part; gone afterwards */
    gpointer data;
};

/* Until it ends, or is to be stopped. FALSE: it cannot be opened, or there can be no worker. */
gboolean fwx_follow_run(const struct fwx_follow *follow, GError **error);

#endif
