/* claim.h
 * A limit of an address is one claim: what answers beyond it refutes it for all of its
 * conversations, and only where attempts below it were answered, and those beyond were not, does
 * the capture bear it out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_CLAIM_H
#define FWX_CLAIM_H

#include "engine/turn.h"

/* What the capture says of the connection's prediction; of a limit, as of the last review. */
enum fwx_evidence fwx_claim_evidence(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection);

/* The turn's connection was refused by a limit, and is answered all the same. */
void fwx_claim_refute(struct fwx_turn *turn);

/* Whose attempts below the limits were answered. */
void fwx_claim_review(struct fwx_engine *engine);

#endif
