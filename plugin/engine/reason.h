/* reason.h
 * Findings and verdicts in words: one sentence with the numbers in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REASON_H
#define FWX_REASON_H

#include "engine/conclusion.h"
#include "engine/connection.h"
#include "engine/finding.h"
#include "engine/sentence.h"
#include "engine/words.h"

/* What was found and what it means; buffer holds FWX_REASON_SIZE bytes, and is returned. */
const char *fwx_reason(const struct fwx_engine *engine, const struct fwx_finding *finding,
                       char *buffer);

/* The same for a conversation's conclusion. */
const char *fwx_conclusion_reason(const struct fwx_engine *engine,
                                  const struct fwx_conclusion *conclusion, char *buffer);

/* What kind of finding it is, in a word or two, as the findings table shows it. */
const char *fwx_finding_title(const struct fwx_finding *finding);

#endif
