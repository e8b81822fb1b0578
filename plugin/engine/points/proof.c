/* proof.c
 * What fates prove: that a predicted drop happened, or did not; and that a reset is not its
 * endpoint's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* The sight's trace on its way on, or on the way it came; NULL where no point is farther. */
static const struct fwx_trace *find_way(const struct fwx_points_join *join, uint32_t sight, bool on)
{
    for (uint32_t at = fwx_trace_first(join, sight); at < join->traces->len; at++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, at);

        if (trace->sight != sight)
            break;
        if (trace->entered == on && fwx_pair_at(join, trace->pair)->adjacent)
            return trace;
    }
    return NULL;
}

/* ---- what was predicted -----------------------------------------------------------------------
 */

/* From point to point, as far as it went. */
static enum fwx_evidence follow(const struct fwx_points_join *join, uint32_t sight)
{
    enum fwx_evidence evidence = FWX_EVIDENCE_NONE;
    const struct fwx_trace *trace;

    for (uint32_t hops = 0; hops < join->points && (trace = find_way(join, sight, true)); hops++) {
        if (trace->fate == FWX_FATE_DROPPED)
            return FWX_PROVEN;
        if (!trace->other)
            return FWX_EVIDENCE_NONE;
        if (fwx_trace_is_routed(join, trace))
            evidence = FWX_REFUTED;
        sight = trace->other - 1;
    }
    return evidence;
}

/* What got through refutes more than what did not proves; and of a packet that was dropped farther
 * on, as its sender's repetitions show, nothing is refuted. */
static void note_evidence(struct fwx_points_join *join, const struct fwx_finding *finding,
                          uint32_t sight)
{
    gpointer id = GUINT_TO_POINTER(finding->connection);
    const struct fwx_connection *connection =
        fwx_connections_get(&join->engine->connections, finding->connection);
    enum fwx_evidence before =
        (enum fwx_evidence)GPOINTER_TO_UINT(g_hash_table_lookup(join->evidence, id));
    enum fwx_evidence evidence = follow(join, sight);

    if (evidence == FWX_REFUTED && connection->evidence == FWX_CORROBORATED)
        return;
    if (evidence > before)
        g_hash_table_insert(join->evidence, id, GUINT_TO_POINTER(evidence));
}

void fwx_proofs_find(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->engine->findings.count; i++) {
        const struct fwx_finding *finding = fwx_finding_at(join->engine, i);
        uint32_t sight = finding->dropped
                             ? fwx_trail_find(join->trail, finding->frame, finding->connection)
                             : join->trail->sights.count;

        if (sight < join->trail->sights.count)
            note_evidence(join, finding, sight);
    }
}

enum fwx_evidence fwx_points_evidence(const struct fwx_engine *engine,
                                      const struct fwx_connection *connection)
{
    return engine->join ? (enum fwx_evidence)GPOINTER_TO_UINT(g_hash_table_lookup(
                              engine->join->evidence, GUINT_TO_POINTER(connection->id)))
                        : FWX_EVIDENCE_NONE;
}

/* ---- who sent it ------------------------------------------------------------------------------
 */

bool fwx_points_is_injected(const struct fwx_engine *engine, uint32_t connection, uint32_t frame)
{
    const struct fwx_points_join *join = engine->join;
    const struct fwx_trace *trace;
    uint32_t sight;

    if (!join)
        return false;
    sight = fwx_trail_find(join->trail, frame, connection);
    for (uint32_t hops = 0; hops < join->points && (trace = find_way(join, sight, false)); hops++) {
        if (trace->fate == FWX_FATE_INJECTED)
            return true;
        if (!trace->other)
            return false;
        sight = trace->other - 1;
    }
    return false;
}
