/* outputs.h
 * What is printed of a capture, by the plugin's own taps: those of -z, and two that only this
 * command has, the table in columns and the counts for the summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_OUTPUTS_H
#define FWX_COMMAND_OUTPUTS_H

#include <glib.h>

#include "options.h"

struct fwx_counts {
    guint64 conversations;
    guint64 denied;
};

/* Registered with the library, once; started before the first capture. */
void fwx_outputs_register(void);
void fwx_outputs_start(const struct fwx_options *options);

/* Prints connections that are over, ids, at once; the same is returned. */
gboolean fwx_outputs_print(int file, const struct fwx_options *options, GArray *connections,
                           struct fwx_counts *counts);

/* Prints what was read since the last time to a descriptor, and forgets it. FALSE where not all of
 * it could be written; errno tells. */
gboolean fwx_outputs_draw(int file, struct fwx_counts *counts);

#endif
