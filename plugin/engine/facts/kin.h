/* kin.h
 * A segment beside the connection that its addresses and ports carried before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_KIN_H
#define FWX_KIN_H

#include "engine/turn.h"

/* Does the segment acknowledge something new of the connection before the turn's? */
bool fwx_kin_goes_on(const struct fwx_turn *turn);

#endif
