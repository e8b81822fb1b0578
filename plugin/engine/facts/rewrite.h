/* rewrite.h
 * Both sides of a device that rewrites sequence numbers, in one capture: each packet is there
 * twice, with other numbers and the same IP ID. It is one packet, seen at two places.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REWRITE_H
#define FWX_REWRITE_H

#include "engine/turn.h"

/* The turn is attached to a connection. Where the packet shows such a device, or one is known, its
 * numbers are brought into the connection's own; copy, the caller's, then is the turn's packet. */
void fwx_rewrite_undo(struct fwx_turn *turn, struct fwx_packet *copy);

#endif
