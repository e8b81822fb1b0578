/* scan.h
 * Who asks many for connections, and is mostly refused or not answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_SCAN_H
#define FWX_SCAN_H

#include "engine/turn.h"

/* Marks the connections of scans: FWX_CONNECTION_SCANNED. */
void fwx_scan_find(struct fwx_engine *engine);

#endif
