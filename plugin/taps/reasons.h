/* reasons.h
 * Why: what was found in a conversation, each sentence once, with all its frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_REASONS_H
#define FWX_TAPS_REASONS_H

#include "compat.h"

#include "engine/engine.h"
#include "report/story.h"

/* Rows of FWX_ROWS_WHY. findings: of uint32_t, numbers of the conversation's; NULL: there are none.
 */
void fwx_reasons_tell(const struct fwx_engine *engine, const GArray *findings,
                      struct fwx_story *story);

#endif
