/* claim.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/claim.h"

static const struct fwx_finding *refusal_of(const struct fwx_engine *engine,
                                            const struct fwx_connection *connection)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    return notes ? fwx_noted(engine, notes->refusal) : NULL;
}

/* The repetition alone says that nobody answered, not why. */
static enum fwx_evidence evidence_of_limit(const struct fwx_engine *engine,
                                           const struct fwx_connection *connection,
                                           const struct fwx_finding *refusal)
{
    const struct fwx_host *host = fwx_hosts_find(&engine->hosts, connection);

    if (!host)
        return FWX_EVIDENCE_NONE;
    if (host->refuted & 1u << refusal->quota.quota)
        return FWX_CONTRADICTED;
    return host->answered ? (enum fwx_evidence)connection->evidence : FWX_EVIDENCE_NONE;
}

enum fwx_evidence fwx_claim_evidence(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection)
{
    const struct fwx_finding *refusal = refusal_of(engine, connection);

    if (connection->evidence == FWX_CONTRADICTED || !refusal)
        return (enum fwx_evidence)connection->evidence;
    return evidence_of_limit(engine, connection, refusal);
}

void fwx_claim_refute(struct fwx_turn *turn)
{
    const struct fwx_finding *refusal = refusal_of(turn->engine, turn->connection);
    struct fwx_host *host = refusal ? fwx_hosts_find(&turn->engine->hosts, turn->connection) : NULL;

    fwx_evidence_answered(turn);
    if (host)
        host->refuted |= (uint8_t)(1u << refusal->quota.quota);
}

/* Of a connection that passed every limit. */
static void count_below(struct fwx_engine *engine, const struct fwx_connection *connection)
{
    struct fwx_host *host = fwx_hosts_find(&engine->hosts, connection);

    if (host && host->passed_ever && (connection->flags & FWX_CONNECTION_ANSWERED))
        host->answered = true;
}

void fwx_claim_review(struct fwx_engine *engine)
{
    bool any = false;

    for (uint32_t i = 0; i < engine->hosts.pool.count; i++)
        any |= ((const struct fwx_host *)fwx_pool_at(&engine->hosts.pool, i))->passed_ever;
    for (uint32_t id = 1; any && id <= engine->connections.pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);

        if (!refusal_of(engine, connection))
            count_below(engine, connection);
    }
}
