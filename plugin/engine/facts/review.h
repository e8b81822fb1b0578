/* review.h
 * What only the whole capture tells: who else was reset so, who scans, what was filtered away.
 *
 * Made anew when it is asked for and packets have come since; in time that grows with the number of
 * connections and findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REVIEW_H
#define FWX_REVIEW_H

#include "engine/turn.h"

void fwx_review(struct fwx_engine *engine);

#endif
