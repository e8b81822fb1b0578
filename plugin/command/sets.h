/* sets.h
 * Capture sets: the files that dumpcap -b cuts a long capture into.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_SETS_H
#define FWX_COMMAND_SETS_H

#include <glib.h>

/* Whether its name is that of a set's file. */
gboolean fwx_sets_may_join(const char *path);

/* Makes one capture of the files of each set, at the place of the first one named. A set is files
 * of one folder and base name whose numbers follow each other and whose times, in the name and of
 * the first packet, do not go back; a gap in the numbers ends it. */
void fwx_sets_join(GPtrArray *captures);

/* The file that follows in the set, where it is there: to be freed; or NULL. */
char *fwx_sets_next(const char *path);

#endif
