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

/* is_last: nothing more will come. Until then the joining of capture points, which takes time for
 * each packet, is made anew only where they have become an eighth more: so it takes no more time in
 * all than nine times the once. */
void fwx_review(struct fwx_engine *engine, bool is_last);

#endif
