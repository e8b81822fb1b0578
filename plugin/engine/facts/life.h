/* life.h
 * How far a TCP connection has come for its ends (RFC 9293, 3.3.2), as far as the capture shows it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LIFE_H
#define FWX_LIFE_H

#include "engine/turn.h"

enum fwx_life {
    FWX_LIFE_NONE,      /* nothing but resets so far */
    FWX_LIFE_MIDSTREAM, /* no SYN of it was captured */
    FWX_LIFE_ASKED,     /* a SYN */
    FWX_LIFE_ANSWERED,  /* and its SYN-ACK */
    FWX_LIFE_ESTABLISHED,
    FWX_LIFE_HALF_CLOSED, /* one FIN */
    FWX_LIFE_CLOSING,     /* both, not both acknowledged */
    FWX_LIFE_CLOSED,
    FWX_LIFE_RESET, /* and the side that the reset names has not gone on since */
};

enum fwx_life fwx_life_of(const struct fwx_engine *engine, const struct fwx_connection *connection);

/* The handshake is complete: its last segment was seen, or what only comes after it. */
bool fwx_life_is_established(const struct fwx_connection *connection);

/* The turn's reset has been reported: notes it, where it ends something. life: before it. */
void fwx_life_end(struct fwx_turn *turn, enum fwx_life life);

#endif
