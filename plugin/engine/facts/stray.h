/* stray.h
 * Packets that belong to a connection by their numbers, and come from another address or port: a
 * translation was lost.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_STRAY_H
#define FWX_STRAY_H

#include "engine/turn.h"

/* Notes it at the stray and at the connection that it belongs to. */
void fwx_stray_find(struct fwx_engine *engine);

#endif
