/* mark.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/mark.h"

#include <inttypes.h>

#include "engine/engine.h"
#include "engine/facts/tale.h"
#include "engine/kind.h"
#include "engine/turn.h"

/* What comes late, when a connection is closed or reset: harmless unless something else is wrong.
 */
static bool is_noise(const struct fwx_finding *finding)
{
    return finding->kind == FWX_FINDING_RESET ||
           (finding->kind == FWX_FINDING_NOT_SYN && finding->late.gone_frame &&
            !finding->late.idle_s && !finding->late.killed);
}

static bool matters(const struct fwx_engine *engine, const struct fwx_finding *finding)
{
    const struct fwx_connection *connection;

    if (finding->withheld)
        return false;
    if (!finding->connection)
        return true;
    connection = fwx_connections_get(fwx_engine_connections(engine), finding->connection);
    if (finding->dropped && fwx_evidence_is_against(fwx_engine_evidence(engine, connection)))
        return false;
    return (finding->dropped && !is_noise(finding)) ||
           fwx_account_of(engine, connection).gravity == FWX_GRAVITY_TROUBLE;
}

const char *fwx_mark(const struct fwx_engine *engine, const struct fwx_finding *finding,
                     char *buffer)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    struct fwx_sentence s = fwx_sentence_in(buffer);
    size_t before;

    if ((!kind->mark && !finding->dropped) || !matters(engine, finding))
        return NULL;
    if (finding->dropped)
        fwx_say(&s, "Firewall drops: ");
    before = s.used;
    if (kind->mark)
        kind->mark(&s, finding);
    if (finding->dropped && s.used == before)
        fwx_say(&s, "%s", fwx_result_brief(finding->code));
    return s.used ? buffer : NULL;
}

/* Where an ending has its mark, 0: nowhere. */
static uint32_t ending_frame(const struct fwx_engine *engine,
                             const struct fwx_connection *connection,
                             const struct fwx_account *account)
{
    if (account->gravity != FWX_GRAVITY_TROUBLE)
        return 0;
    if (account->ending == FWX_ENDING_UNANSWERED && connection->syn_count)
        return connection->first_frame;
    return account->ending == FWX_ENDING_UNHEARD
               ? fwx_tale_of(engine, connection).notes->repeat[account->unheard].frame
               : 0;
}

const char *fwx_mark_ending(const struct fwx_engine *engine,
                            const struct fwx_connection *connection, uint32_t frame, char *buffer)
{
    struct fwx_sentence s = fwx_sentence_in(buffer);
    struct fwx_account account = fwx_account_of(engine, connection);

    if (ending_frame(engine, connection, &account) != frame)
        return NULL;
    if (account.ending == FWX_ENDING_UNANSWERED)
        fwx_say(&s, "No answer to %" PRIu32 " SYN%s", connection->syn_count,
                connection->syn_count == 1 ? "" : "s");
    else
        fwx_say(&s, "Unheard: sent %" PRIu32 " times",
                fwx_tale_of(engine, connection).notes->repeat[account.unheard].copies);
    return buffer;
}

static bool is_nearer(uint32_t candidate, uint32_t best, uint32_t frame, bool forward)
{
    return forward ? candidate > frame && (!best || candidate < best)
                   : candidate < frame && candidate > best;
}

static uint32_t nearest(const struct fwx_engine *engine, uint32_t frame, bool forward)
{
    const struct fwx_connections *connections = fwx_engine_connections(engine);
    uint32_t best = 0;

    for (uint32_t i = 0; i < fwx_engine_finding_count(engine); i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);
        char buffer[FWX_REASON_SIZE];

        if (is_nearer(finding->frame, best, frame, forward) && fwx_mark(engine, finding, buffer))
            best = finding->frame;
    }
    for (uint32_t id = 1; id <= connections->pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(connections, id);
        struct fwx_account account = fwx_account_of(engine, connection);
        uint32_t candidate = ending_frame(engine, connection, &account);

        if (candidate && is_nearer(candidate, best, frame, forward))
            best = candidate;
    }
    return best;
}

uint32_t fwx_mark_next(const struct fwx_engine *engine, uint32_t frame)
{
    return nearest(engine, frame, true);
}

uint32_t fwx_mark_previous(const struct fwx_engine *engine, uint32_t frame)
{
    return nearest(engine, frame, false);
}

const char *fwx_mark_verdict(const struct fwx_finding *finding, char *buffer)
{
    struct fwx_sentence s = fwx_sentence_in(buffer);

    if (finding->kind == FWX_FINDING_RESET && finding->reset.class == FWX_RESET_DIRTY_CLOSE &&
        !finding->reset.kill)
        fwx_say(&s, "close: dirty, by design");
    else
        fwx_say(&s, "%s: %s", finding->dropped ? "drop" : "close", fwx_result_brief(finding->code));
    return buffer;
}
