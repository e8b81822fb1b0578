/* filter.h
 * Display filters that select what the engine has found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FILTER_H
#define FWX_FILTER_H

#include "engine/engine.h"

/* All of them return a string to be freed with g_free(). */

/* The connection's packets. */
char *fwx_filter_connection(const struct fwx_connection *connection);

/* The frames from the first to the last; to the end of the capture where last is 0. */
char *fwx_filter_frames(uint32_t first, uint32_t last);

/* What the connection's verdict rests on: the frame that earned it, the packets of the connection
 * that have a verdict of their own (those that would be dropped, the reset, the close), and the
 * frames that these point to: the SYN-ACK that sets or spoils the expectation, the FIN that a
 * reset answers, the frame that ended the connection. NULL where nothing has been decided. */
char *fwx_filter_evidence(const struct fwx_engine *engine, const struct fwx_connection *connection);

#endif
