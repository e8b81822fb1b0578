/* jobs.h
 * Captures read on this machine, several at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_JOBS_H
#define FWX_COMMAND_JOBS_H

#include <gio/gio.h>

#include "result.h"
#include "tshark.h"

/* Runs until all captures are read, or the cancellable is cancelled; then nothing is left running,
 * and results that are there, or stopped, are taken. They wait in files until it is their turn. */
void fwx_jobs_run(const struct fwx_tshark *tshark, const GPtrArray *captures, unsigned at_a_time,
                  GCancellable *cancellable, fwx_take *take, gpointer data);

#endif
