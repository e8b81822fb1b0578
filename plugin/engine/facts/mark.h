/* mark.h
 * What matters about a packet, in a few words that stand before its line in a list.
 *
 * Of what harmed somebody alone: a packet that is dropped, unless the rest of the capture speaks
 * against that or it only comes late; else nothing of a connection without trouble.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MARK_H
#define FWX_MARK_H

#include "engine/connection.h"
#include "engine/finding.h"
#include "engine/sentence.h"

struct fwx_engine;

/* buffer: of FWX_REASON_SIZE bytes. NULL: not worth a mark. */
const char *fwx_mark(const struct fwx_engine *engine, const struct fwx_finding *finding,
                     char *buffer);

/* What no packet shows by itself: nobody answers, at the first SYN; nobody hears, at the last copy.
 * As of the last review. */
const char *fwx_mark_ending(const struct fwx_engine *engine,
                            const struct fwx_connection *connection, uint32_t frame, char *buffer);

/* The nearest frame with a mark behind the frame, or before it; 0: none. Looks at all findings and
 * connections. */
uint32_t fwx_mark_next(const struct fwx_engine *engine, uint32_t frame);
uint32_t fwx_mark_previous(const struct fwx_engine *engine, uint32_t frame);

/* What the firewall does with the packet, and why, in as few words as fit a column: "drop: not
 * SYN". The finding is judged. */
const char *fwx_mark_verdict(const struct fwx_finding *finding, char *buffer);

#endif
