/* hosts.h
 * Captures read on many machines, or in a run that can be resumed: GNU parallel does it, with this
 * program (see raw.h) as its jobs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_HOSTS_H
#define FWX_COMMAND_HOSTS_H

#include <gio/gio.h>

#include "options.h"
#include "progress.h"
#include "result.h"

struct fwx_hosts {
    const struct fwx_options *options;
    const char *program; /* this one */
    const char *scratch;
    GCancellable *cancellable;
    struct fwx_progress *progress;
};

/* Results are taken when all are there, or the cancellable was cancelled. FALSE where GNU parallel
 * could not do its work; what it has done is then in the job log's results, for --resume. */
gboolean fwx_hosts_run(const struct fwx_hosts *hosts, const GPtrArray *captures, fwx_take *take,
                       gpointer data, GError **error);

#endif
