/* verdict.h
 * A conversation and what was concluded of it, column by column: for the table fwx,verdicts and
 * the output fwx,csv.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_VERDICT_H
#define FWX_VERDICT_H

#include "compat.h"

#include "engine/engine.h"
#include "engine/facts/account.h"

/* A row to be. */
struct fwx_verdict {
    const struct fwx_engine *engine;
    const struct fwx_connection *connection;
    const struct fwx_finding *reset; /* that ended it, else its first, where looked for */
    const struct fwx_result *result; /* NULL: no verdict */
    struct fwx_conclusion conclusion;
    struct fwx_account account;
};

/* A column has a title, a name or both: people read the table's titles, programs the CSV's names.
 * It is made of numbers or of texts. */
struct fwx_verdict_column {
    const char *title;
    const char *name;
    uint32_t (*number)(const struct fwx_verdict *verdict);
    /* To be freed with g_free(); NULL: nothing there. */
    char *(*text)(const struct fwx_verdict *verdict);
};

/* As many as there are; both outputs have them in this order. The last is the capture point, which
 * is left out where the capture has no second one. */
#define FWX_VERDICT_COLUMNS 29
extern const struct fwx_verdict_column fwx_verdict_columns[FWX_VERDICT_COLUMNS];

struct fwx_verdict fwx_verdict_of(const struct fwx_engine *engine, uint32_t connection);

#endif
