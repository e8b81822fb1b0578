/* meaning.h
 * What was found in a line, and what it means: between extract.c, which finds it, and whoever takes
 * lines. Private to both.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_MEANING_H
#define FWX_LOG_MEANING_H

#include "engine/log/extract.h"

struct fwx_log_extractor {
    const struct fwx_log_format *format;
    GTimeZone *zone;
    int64_t near;
    bool has_header;
    int columns[FWX_LOG_SLOT_KINDS]; /* by the last header */
    uint32_t present;                /* slots that have a value, as bits */
    GString *values[FWX_LOG_SLOT_KINDS];
    GString *scratch;
    const char *text; /* the line */
    uint32_t number;
};

/* Where it is found; *found is to be freed, where it is not NULL. False where the pattern was given
 * up on: too many ways to match. */
bool fwx_log_search(const GRegex *regex, const char *text, gsize length, GMatchInfo **found);
/* Only whether it is there; regex may be NULL. */
bool fwx_log_is_there(const GRegex *regex, const char *text, gsize length);

/* Hands on the line that the values make. Returns what is wrong with them, or NULL. */
const char *fwx_log_hand_on(struct fwx_log_extractor *extractor, fwx_log_take *take, void *data);

#endif
