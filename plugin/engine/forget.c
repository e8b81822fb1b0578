/* forget.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/forget.h"

#include "engine/points/points.h"
#include "engine/turn.h"

/* From old to new: ids of connections, numbers of findings + 1; 0: forgotten, as 0 was none. */
struct move {
    struct fwx_engine *engine;
    struct fwx_connections connections;
    struct fwx_hosts hosts;
    struct fwx_pool findings;
    struct fwx_pool notes;
    uint32_t *ids;
    uint32_t *numbers;
};

/* ---- connections ---------------------------------------------------------------------------- */

static void free_synacks(struct fwx_connection *connection)
{
    while (connection->synacks) {
        struct fwx_synack *synack = connection->synacks;

        connection->synacks = synack->next;
        g_free(synack);
    }
}

/* It is open no more, for its address. */
static void leave(struct move *move, struct fwx_connection *connection)
{
    struct fwx_hosts *hosts = &move->engine->hosts;

    if (connection->flags & FWX_CONNECTION_COUNTED)
        fwx_hosts_uncount(fwx_hosts_find(hosts, connection), connection);
    free_synacks(connection);
}

static void move_connections(struct move *move, fwx_keep *keep, void *data)
{
    const struct fwx_connections *old = &move->engine->connections;

    for (uint32_t id = 1; id <= old->pool.count; id++) {
        struct fwx_connection *connection = fwx_connections_get(old, id);

        if (keep(connection, data)) {
            move->ids[id] = fwx_connections_adopt(&move->connections, connection)->id;
            connection->synacks = NULL; /* the new one's now */
        } else {
            leave(move, connection);
        }
    }
}

/* ---- findings and notes --------------------------------------------------------------------- */

static void move_findings(struct move *move)
{
    const struct fwx_pool *old = &move->engine->findings;

    for (uint32_t i = 0; i < old->count; i++) {
        const struct fwx_finding *finding = (const struct fwx_finding *)fwx_pool_at(old, i);
        struct fwx_finding *moved;

        if (!move->ids[finding->connection])
            continue;
        moved = (struct fwx_finding *)fwx_pool_add(&move->findings);
        *moved = *finding;
        moved->connection = move->ids[finding->connection];
        move->numbers[i + 1] = move->findings.count;
        if (moved->kind == FWX_FINDING_RESET)
            moved->reset.prior = move->numbers[finding->reset.prior];
    }
    /* A silence names the reset that ends it, which came later. */
    for (uint32_t i = 0; i < move->findings.count; i++) {
        struct fwx_finding *moved = (struct fwx_finding *)fwx_pool_at(&move->findings, i);

        if (moved->kind == FWX_FINDING_SILENCE)
            moved->silence.reset = move->numbers[moved->silence.reset];
    }
}

static void move_notes(struct move *move)
{
    for (uint32_t id = 1; id <= move->connections.pool.count; id++) {
        struct fwx_connection *connection = fwx_connections_get(&move->connections, id);
        struct fwx_notes *notes;

        if (!connection->notes)
            continue;
        notes = (struct fwx_notes *)fwx_pool_add(&move->notes);
        *notes =
            *(const struct fwx_notes *)fwx_pool_at(&move->engine->notes, connection->notes - 1);
        connection->notes = move->notes.count;
        uint32_t *const numbers[] = {&notes->silence,       &notes->reset,         &notes->heeded,
                                     &notes->last_reset[0], &notes->last_reset[1], &notes->refusal,
                                     &notes->padding,       &notes->mismatch};

        for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
            *numbers[i] = move->numbers[*numbers[i]];
        notes->next = move->ids[notes->next];
    }
}

/* ---- addresses ------------------------------------------------------------------------------ */

/* It would be asked for nothing that a new one does not know. */
static bool is_forgotten(const struct move *move, const struct fwx_host *host)
{
    int64_t since = fwx_time_between(host->minute, move->engine->last_times[host->capture_point]);

    return !host->open && !host->open_udp && !host->refuted &&
           (since >= 60 * FWX_SECOND || since < 0);
}

static void move_hosts(struct move *move)
{
    const struct fwx_pool *old = &move->engine->hosts.pool;

    for (uint32_t i = 0; i < old->count; i++) {
        const struct fwx_host *host = (const struct fwx_host *)fwx_pool_at(old, i);

        if (!is_forgotten(move, host))
            fwx_hosts_adopt(&move->hosts, host);
    }
    for (uint32_t id = 1; id <= move->connections.pool.count; id++)
        fwx_hosts_relist(&move->hosts, fwx_connections_get(&move->connections, id));
}

/* ---- all of it ------------------------------------------------------------------------------ */

void fwx_engine_forget(struct fwx_engine *engine, fwx_keep *keep, void *data)
{
    struct move move = {
        .engine = engine,
        .ids = g_new0(uint32_t, engine->connections.pool.count + 1),
        .numbers = g_new0(uint32_t, engine->findings.count + 1),
    };

    fwx_points_forget(engine); /* it knows connections by their ids */
    if (engine->proofs)
        g_hash_table_remove_all(engine->proofs);
    fwx_connections_init(&move.connections);
    fwx_pool_init(&move.findings, sizeof(struct fwx_finding));
    fwx_pool_init(&move.notes, sizeof(struct fwx_notes));
    move_connections(&move, keep, data);
    move_findings(&move);
    move_notes(&move);
    fwx_beside_move(engine, move.ids);
    move.connections.opened = engine->connections.opened;
    fwx_connections_clear(&engine->connections);
    engine->connections = move.connections;
    fwx_hosts_init(&move.hosts, &engine->connections);
    move_hosts(&move);
    fwx_hosts_clear(&engine->hosts);
    engine->hosts = move.hosts;
    fwx_pool_clear(&engine->findings);
    fwx_pool_clear(&engine->notes);
    engine->findings = move.findings;
    engine->notes = move.notes;
    engine->tagged_padding = move.numbers[engine->tagged_padding];
    g_free(move.ids);
    g_free(move.numbers);
}
