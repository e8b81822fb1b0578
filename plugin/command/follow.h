/* follow.h
 * One capture while it is written: a pipe, a file that grows, or the files that dumpcap -b writes
 * one after the other. What comes is handed to a worker, and what that prints is handed on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_FOLLOW_H
#define FWX_COMMAND_FOLLOW_H

#include "workers.h"

/* Until it ends, or is not to go on. take: what is printed, gone afterwards, and whether it is but
 * a part. FALSE: it cannot be opened, or there can be no worker. */
gboolean fwx_follow_run(void (*take)(const struct fwx_result *result), gboolean (*go_on)(void),
                        GError **error);

#endif
