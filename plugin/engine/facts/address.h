/* address.h
 * Resets beside everything else that was seen of the address that they name, in all of its
 * connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ADDRESS_H
#define FWX_ADDRESS_H

#include "engine/turn.h"

/* Adds the signs that show so to the resets' findings, and judges them anew. */
void fwx_address_compare_resets(struct fwx_engine *engine);

#endif
