/* parallel.h
 * GNU parallel, at work on a list of jobs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_PARALLEL_H
#define FWX_COMMAND_PARALLEL_H

#include "hostfiles.h"
#include "hosts.h"

/* Runs until all is done, or the cancellable is cancelled. */
gboolean fwx_parallel_run(const struct fwx_hosts *hosts, const struct fwx_hostfiles *files,
                          const GPtrArray *captures, GError **error);

#endif
