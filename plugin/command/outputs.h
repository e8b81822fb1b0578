/* outputs.h
 * What is printed of a capture, by the plugin's own taps: those of -z, the table in columns, and
 * the counts for the summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_OUTPUTS_H
#define FWX_COMMAND_OUTPUTS_H

#include <glib.h>

#include "engine/sentence.h"

struct fwx_counts {
    guint64 conversations;
    guint64 denied;
    guint64 trouble; /* conversations: those of that severity, and those that are denied */
    guint64 notes;   /* and the odd ones besides */
    guint rank;      /* how bad the worst conversation is */
    char headline[FWX_REASON_SIZE]; /* its */
    guint32 advice;      /* a bit for each enum fwx_advice: what the capture cannot tell */
    gboolean has_points; /* there are several capture points */
};

/* With the library, once; terminal: how many columns it has, 0: there is none. */
void fwx_outputs_register(unsigned terminal);
/* Before the first capture. */
gboolean fwx_outputs_start(GError **error);

/* Prints what was read since the last time to standard output, and forgets it. FALSE where not all
 * of it could be written; errno tells. */
gboolean fwx_outputs_draw(const char *capture, struct fwx_counts *counts);

/* The same of connections that are over, ids. */
gboolean fwx_outputs_print(const char *capture, GArray *connections, struct fwx_counts *counts);

#endif
