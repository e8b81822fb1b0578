/* tale.h
 * What the questions about a conversation are asked of. Private to the account and its causes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TALE_H
#define FWX_TALE_H

#include "engine/facts/account.h"
#include "engine/facts/life.h"

struct fwx_tale {
    const struct fwx_engine *engine;
    const struct fwx_connection *connection;
    const struct fwx_notes *notes; /* never NULL */
    const struct fwx_peer *initiator;
    const struct fwx_peer *responder;
    int64_t now; /* how far time has gone where it was captured */
    enum fwx_life life;
};

/* NULL where there is none, or none to show. */
static inline const struct fwx_finding *fwx_tale_finding(const struct fwx_tale *tale,
                                                         uint32_t number)
{
    const struct fwx_finding *finding = fwx_noted(tale->engine, number);

    return finding && !finding->withheld ? finding : NULL;
}

/* account.c */
struct fwx_tale fwx_tale_of(const struct fwx_engine *engine,
                            const struct fwx_connection *connection);

/* cause.c: the first of the causes that fits, in their precedence. */
enum fwx_cause fwx_cause_of(const struct fwx_tale *tale, const struct fwx_account *account);

#endif
