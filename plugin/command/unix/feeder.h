/* feeder.h
 * A capture that is still being written: only whole records are handed on, and how many there are
 * is known, so that nobody who reads them has to wait for the rest of one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_UNIX_FEEDER_H
#define FWX_COMMAND_UNIX_FEEDER_H

#include <glib.h>

struct fwx_feeder;

/* What comes out of one descriptor (pcap or pcapng, as it grows) goes into another, by a thread.
 * Both are the feeder's from then on. */
struct fwx_feeder *fwx_feeder_start(int from, int to);

/* Waits until a record is there, and takes it; at most until a time (g_get_monotonic_time()). FALSE
 * where none has come, or none will: see fwx_feeder_is_over(). */
gboolean fwx_feeder_wait(struct fwx_feeder *feeder, gint64 until);

/* All that was whole has been taken. */
gboolean fwx_feeder_is_over(struct fwx_feeder *feeder);

/* What was wrong with it, or NULL. Once it is over. */
const char *fwx_feeder_trouble(const struct fwx_feeder *feeder);

#endif
