/* reconciled.h
 * The firewall's own log beside the capture, as rows of texts: for the table fwx,reconcile and for
 * fwx-verdicts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_RECONCILED_H
#define FWX_TAPS_RECONCILED_H

#include "compat.h"

#include "engine/engine.h"

enum fwx_reconciled_column {
    FWX_RECONCILED_LINE,
    FWX_RECONCILED_FRAME,
    FWX_RECONCILED_SOURCE,
    FWX_RECONCILED_DESTINATION,
    FWX_RECONCILED_SAYS,
    FWX_RECONCILED_CLASS,
    FWX_RECONCILED_PREDICTED,
    FWX_RECONCILED_AGREEMENT,
    FWX_RECONCILED_WHY,
    FWX_RECONCILED_JOINED,
    FWX_RECONCILED_AFTER,
    FWX_RECONCILED_LOG,
    FWX_RECONCILED_COLUMNS
};

extern const char *const fwx_reconciled_titles[FWX_RECONCILED_COLUMNS];

/* As of the last review: lines that were read of packets of the capture, and behind them the
 * predicted drops that no line bears out. 0 where there are no logs. */
uint32_t fwx_reconciled_count(void);

/* The frame that a row is of, 0: none. */
uint32_t fwx_reconciled_frame(uint32_t row);

/* The connection of that frame's packet, its id; 0: none, or it is not known. */
uint32_t fwx_reconciled_connection(const struct fwx_engine *engine, uint32_t row);

/* "" for none; to be freed. */
char *fwx_reconciled_cell(uint32_t row, unsigned column);

/* How often each agreement and reason is, what was made of each log, lines with an end each; ""
 * where there are no logs. To be freed. */
char *fwx_reconciled_summary(void);

/* -z fwx,reconcile of fwx-verdicts: the summary, and all rows in aligned columns. */
void fwx_tap_reconciled(void);

/* -z fwx,from-log of fwx-verdicts, for its program: "line", number, frame or 0, why, what it says,
 * of each line that is denied or failed; "denied" and how many such lines the logs have; "log" and
 * what was made of them; tabs between. */
void fwx_tap_from_log(void);

#endif
