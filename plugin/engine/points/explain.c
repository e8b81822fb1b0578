/* explain.c
 * Does a firewall that is emulated explain what was dropped between two points?
 *
 * What it said of each packet, it said where the packet went in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/beside.h"
#include "engine/model/model.h"
#include "engine/model/result.h"
#include "engine/points/pair.h"
#include "engine/turn.h"

/* The main firewall, then those beside it. */
enum { MAIN, BESIDE };

/* A firewall, held against a pair's packets. */
struct suspect {
    const struct fwx_engine *engine;
    const struct fwx_points_join *join;
    unsigned number;
    uint32_t only;     /* of this connection, 0: of both legs */
    uint32_t missing;  /* packets that did not come out */
    uint32_t foreseen; /* of these: it would have dropped them */
    uint32_t proven;   /* and of these: told dropped */
    uint32_t arrived;  /* it would have dropped them, and they came out behind a router */
    uint32_t frame;    /* the first that was foreseen */
    const struct fwx_finding *finding; /* what it said of that, of the main one */
    const struct fwx_saying *saying;   /* and of one beside */
};

static const struct fwx_finding *find_drop(const struct fwx_engine *engine,
                                           const struct fwx_sight *sight)
{
    uint32_t first;
    uint32_t count = fwx_engine_findings(engine, sight->frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (finding->connection == sight->connection && finding->dropped && finding->judged &&
            !finding->withheld)
            return finding;
    }
    return NULL;
}

static const struct fwx_saying *find_saying(const struct fwx_engine *engine,
                                            const struct fwx_sight *sight, unsigned firewall)
{
    uint32_t first;
    uint32_t count = fwx_beside_sayings(engine, sight->frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_saying *saying = fwx_beside_saying(engine, i);

        if (saying->firewall == firewall && saying->connection == sight->connection &&
            saying->reaction > FWX_REACTION_PASS)
            return saying;
    }
    return NULL;
}

static void take(const struct fwx_trace *trace, const struct fwx_sight *sight, void *data)
{
    struct suspect *suspect = (struct suspect *)data;
    bool main = suspect->number == MAIN;
    const struct fwx_finding *finding = main ? find_drop(suspect->engine, sight) : NULL;
    const struct fwx_saying *saying =
        main ? NULL : find_saying(suspect->engine, sight, suspect->number - BESIDE);

    if (suspect->only && suspect->only != sight->connection)
        return;
    suspect->missing += fwx_trace_is_missing(trace);
    if (!finding && !saying)
        return;
    suspect->arrived += fwx_trace_is_routed(suspect->join, trace);
    if (!fwx_trace_is_missing(trace))
        return;
    suspect->foreseen++;
    suspect->proven += trace->fate == FWX_FATE_DROPPED;
    if (!suspect->frame) {
        suspect->frame = sight->frame;
        suspect->finding = finding;
        suspect->saying = saying;
    }
}

static struct suspect hold_against(const struct fwx_engine *engine, uint32_t pair, unsigned number,
                                   uint32_t only)
{
    struct suspect suspect = {
        .engine = engine, .join = engine->join, .number = number, .only = only};

    fwx_pair_visit(engine->join, pair, take, &suspect);
    return suspect;
}

/* ---- in words ------------------------------------------------------------------------------- */

static const char *name_of(const struct fwx_engine *engine, unsigned number)
{
    return number == MAIN ? fwx_models[engine->policy.product].id
                          : fwx_beside_firewall(engine, number - BESIDE)->id;
}

static void say_suspect(struct fwx_sentence *s, const struct suspect *suspect)
{
    char buffer[FWX_REASON_SIZE];
    /* The firewall's name goes before it. */
    const char *words =
        suspect->saying
            ? strchr(fwx_beside_say(suspect->engine, suspect->saying, NULL, buffer), ' ') + 1
            : fwx_result_find(suspect->finding->code)->symbol;

    fwx_say(s, "%s%s would have dropped %u of the %u that did not come out, the first in frame %u",
            s->used ? "; " : "", name_of(suspect->engine, suspect->number), suspect->foreseen,
            suspect->missing, suspect->frame);
    if (suspect->arrived)
        fwx_say(s, ", but also %u that came out", suspect->arrived);
    fwx_say(s, ": %s", words);
}

const char *fwx_points_say_explanation(const struct fwx_engine *engine, uint32_t number,
                                       char *buffer)
{
    struct fwx_sentence s = fwx_sentence_in(buffer);
    unsigned count = BESIDE + fwx_beside_count(engine);

    if (!fwx_points_pair(engine, number)->fates[FWX_FATE_DROPPED])
        return buffer;
    for (unsigned i = 0; i < count; i++) {
        struct suspect suspect = hold_against(engine, number, i, 0);

        if (suspect.foreseen)
            say_suspect(&s, &suspect);
    }
    if (s.used)
        return buffer;
    fwx_say(&s, "no model explains it (");
    for (unsigned i = 0; i < count; i++)
        fwx_say(&s, "%s%s", i ? ", " : "", name_of(engine, i));
    fwx_say(&s, ")");
    return buffer;
}

/* ---- as evidence ---------------------------------------------------------------------------- */

enum fwx_evidence fwx_points_evidence_beside(const struct fwx_engine *engine,
                                             const struct fwx_connection *connection,
                                             unsigned firewall)
{
    const struct fwx_pair *pair;
    bool proven = false;

    for (uint32_t i = 0; (pair = fwx_points_pair_of(engine, connection, i)); i++) {
        struct suspect suspect;

        if (!pair->adjacent)
            continue;
        suspect = hold_against(engine, fwx_points_number(engine, pair), BESIDE + firewall,
                               connection->id);
        if (suspect.arrived)
            return FWX_REFUTED;
        proven |= suspect.proven > 0;
    }
    return proven ? FWX_PROVEN : FWX_EVIDENCE_NONE;
}
