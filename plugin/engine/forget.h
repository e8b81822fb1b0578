/* forget.h
 * For who reads without end: connections are forgotten, and with them all that is known of them
 * alone, so that memory follows what is open and not what was.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FORGET_H
#define FWX_FORGET_H

#include "engine/engine.h"

/* Is the connection to be kept? */
typedef bool fwx_keep(const struct fwx_connection *connection, void *data);

/*
 * Forgets all connections but those to be kept, and findings that are no kept connection's.
 * Connections and findings have other places, ids and numbers afterwards, in the same order
 * (fwx_connection.number stays), and whatever pointed to them is void. A frame that was seen before
 * cannot be looked up any more. Client addresses keep what they are counted for: what is open, and
 * what they asked for within the last minute. Takes time for each connection that there is.
 */
void fwx_engine_forget(struct fwx_engine *engine, fwx_keep *keep, void *data);

#endif
