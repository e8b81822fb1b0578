/* scope.h
 * What a capture point can tell at all: captures are filtered, and show one direction only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_SCOPE_H
#define FWX_SCOPE_H

#include "engine/turn.h"

void fwx_scope_find(struct fwx_engine *engine);

/* Of the connection's capture point, as of the last time. Owned by the engine. */
const struct fwx_scope *fwx_scope_of(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection);

#endif
