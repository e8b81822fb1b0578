/* points.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/points.h"

#include "engine/points/pair.h"
#include "engine/turn.h"

const char *fwx_method_name(enum fwx_method method)
{
    static const char *const names[] = {
        [FWX_ALONE] = "alone",
        [FWX_SAME_NUMBERS] = "same-numbers", [FWX_ISN_INITIATOR] = "isn-initiator",
        [FWX_ISN_RESPONDER] = "isn-responder", [FWX_PAYLOAD] = "payload", [FWX_STREAM] = "stream",
    };

    return names[method];
}

const char *fwx_path_name(enum fwx_path path)
{
    static const char *const names[] = {
        [FWX_PATH_PACKET] = "packet",
        [FWX_PATH_SYN_PROXY] = "syn-proxy",
        [FWX_PATH_ISN_REWRITE] = "isn-rewrite",
        [FWX_PATH_PROXY] = "proxy",
    };

    return names[path];
}

const char *fwx_fate_name(enum fwx_fate fate)
{
    static const char *const names[FWX_FATES] = {
        [FWX_FATE_FORWARDED] = "forwarded",
        [FWX_FATE_DROPPED] = "dropped",
        [FWX_FATE_DROPPED_ONCE] = "dropped-once",
        [FWX_FATE_CHANGED] = "changed",
        [FWX_FATE_RESEGMENTED] = "resegmented",
        [FWX_FATE_INJECTED] = "injected",
        [FWX_FATE_COPY] = "copy",
        [FWX_FATE_CAPTURE_LOSS] = "capture-loss",
        [FWX_FATE_UNPROVEN] = "unproven",
    };

    return names[fate];
}

/* ---- how it is made ------------------------------------------------------------------------- */

void fwx_points_remember(struct fwx_engine *engine, uint32_t count,
                         const char *(*name)(uint16_t point))
{
    engine->point_name = name;
    if (engine->trail) {
        engine->trail->limit = MAX(engine->trail->limit, count);
        return;
    }
    engine->trail = fwx_trail_new(count);
    engine->trail->is_short = engine->seen > 0;
}

static void free_numbers(gpointer data)
{
    g_array_free((GArray *)data, TRUE);
}

static void free_join(struct fwx_points_join *join)
{
    if (!join)
        return;
    g_array_free(join->pairs, TRUE);
    g_array_free(join->clocks, TRUE);
    g_array_free(join->traces, TRUE);
    g_hash_table_destroy(join->of);
    g_hash_table_destroy(join->evidence);
    g_free(join->first);
    g_free(join->last);
    g_free(join);
}

void fwx_points_forget(struct fwx_engine *engine)
{
    free_join(engine->join);
    engine->join = NULL;
    fwx_trail_free(engine->trail);
    engine->trail = NULL;
}

/* When each point saw its first and its last packet. */
static void find_times(struct fwx_points_join *join)
{
    join->first = g_new(int64_t, join->points);
    join->last = g_new(int64_t, join->points);
    for (uint32_t i = 0; i < join->points; i++)
        join->first[i] = join->last[i] = FWX_NO_TIME;
    for (uint32_t i = 0; i < join->trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, i);
        uint16_t point = fwx_connections_get(&join->engine->connections, sight->connection)
                             ->capture_point;

        if (sight->time == FWX_NO_TIME)
            continue;
        if (join->first[point] == FWX_NO_TIME || sight->time < join->first[point])
            join->first[point] = sight->time;
        join->last[point] = MAX(join->last[point], sight->time);
    }
}

static bool has_several_points(const struct fwx_engine *engine)
{
    for (uint32_t i = 1; i < engine->trail->sights.count; i++) {
        if (fwx_connections_get(&engine->connections,
                                fwx_sight_at(engine->trail, i)->connection)
                ->capture_point !=
            fwx_connections_get(&engine->connections,
                                fwx_sight_at(engine->trail, 0)->connection)
                ->capture_point)
            return true;
    }
    return false;
}

void fwx_points_review(struct fwx_engine *engine)
{
    struct fwx_points_join *join;

    free_join(engine->join);
    engine->join = NULL;
    if (!engine->trail || engine->points < 2 || !has_several_points(engine))
        return;
    engine->join = join = g_new0(struct fwx_points_join, 1);
    join->engine = engine;
    join->trail = engine->trail;
    join->points = engine->points;
    join->pairs = g_array_new(FALSE, FALSE, sizeof(struct fwx_pair));
    join->clocks = g_array_new(FALSE, FALSE, sizeof(struct fwx_clock));
    join->traces = g_array_new(FALSE, FALSE, sizeof(struct fwx_trace));
    join->of = g_hash_table_new_full(NULL, NULL, NULL, free_numbers);
    join->evidence = g_hash_table_new(NULL, NULL);
    find_times(join);
    fwx_legs_pair(join);
    fwx_match_packets(join);
    fwx_clocks_compare(join);
    fwx_fates_tell(join);
}

/* ---- what is known -------------------------------------------------------------------------- */

uint32_t fwx_points_pair_count(const struct fwx_engine *engine)
{
    return engine->join ? engine->join->pairs->len : 0;
}

const struct fwx_pair *fwx_points_pair(const struct fwx_engine *engine, uint32_t number)
{
    return fwx_pair_at(engine->join, number);
}

const struct fwx_pair *fwx_points_pair_of(const struct fwx_engine *engine,
                                          const struct fwx_connection *connection, uint32_t number)
{
    const GArray *numbers =
        engine->join ? (const GArray *)g_hash_table_lookup(engine->join->of,
                                                           GUINT_TO_POINTER(connection->id))
                     : NULL;

    return numbers && number < numbers->len
               ? fwx_pair_at(engine->join, g_array_index(numbers, uint32_t, number))
               : NULL;
}

uint32_t fwx_points_clock_count(const struct fwx_engine *engine)
{
    return engine->join ? engine->join->clocks->len : 0;
}

const struct fwx_clock *fwx_points_clock(const struct fwx_engine *engine, uint32_t number)
{
    return &g_array_index(engine->join->clocks, struct fwx_clock, number);
}

static int compare_trace(const void *key, const void *item)
{
    uint32_t sight = *(const uint32_t *)key;
    const struct fwx_trace *trace = (const struct fwx_trace *)item;

    return (sight > trace->sight) - (sight < trace->sight);
}

/* The first of a sight's traces, NULL: none. */
static const struct fwx_trace *find_trace(const struct fwx_points_join *join, uint32_t sight)
{
    const struct fwx_trace *all = (const struct fwx_trace *)(void *)join->traces->data;
    const struct fwx_trace *found =
        all ? (const struct fwx_trace *)bsearch(&sight, all, join->traces->len, sizeof *all,
                                                compare_trace)
            : NULL;

    while (found && found > all && found[-1].sight == sight)
        found--;
    return found;
}

/* Those between points that nothing lies in between come first: they alone are of use. */
static const struct fwx_trace *trace_of(const struct fwx_points_join *join, uint32_t sight,
                                        uint32_t number)
{
    const struct fwx_trace *end =
        (const struct fwx_trace *)(void *)join->traces->data + join->traces->len;

    for (const struct fwx_trace *trace = find_trace(join, sight);
         trace && trace < end && trace->sight == sight; trace++) {
        if (fwx_pair_at(join, trace->pair)->adjacent && number-- == 0)
            return trace;
    }
    return NULL;
}

static const struct fwx_trace *find(const struct fwx_engine *engine,
                                    const struct fwx_connection *connection, uint32_t frame,
                                    uint32_t number)
{
    const struct fwx_points_join *join = engine->join;

    if (!join)
        return NULL;
    for (uint32_t i = fwx_trail_find(join->trail, frame);
         i < join->trail->sights.count && fwx_sight_at(join->trail, i)->frame == frame; i++) {
        if (fwx_sight_at(join->trail, i)->connection == connection->id)
            return trace_of(join, i, number);
    }
    return NULL;
}

bool fwx_points_meeting(const struct fwx_engine *engine, const struct fwx_connection *connection,
                        uint32_t frame, uint32_t number, struct fwx_meeting *meeting)
{
    const struct fwx_trace *trace = find(engine, connection, frame, number);
    const struct fwx_points_join *join = engine->join;
    const struct fwx_pair *pair;
    const struct fwx_clock *clock;

    if (!trace)
        return false;
    pair = fwx_pair_at(join, trace->pair);
    clock = fwx_clock_of(join, pair);
    *meeting = (struct fwx_meeting){
        .pair = pair,
        .fate = (enum fwx_fate)trace->fate,
        .entered = trace->entered,
        .doubt = (enum fwx_doubt)trace->doubt,
        .point = pair->point[pair->leg[0] == connection->id],
    };
    if (trace->other) {
        meeting->frame = fwx_sight_at(join->trail, trace->other - 1)->frame;
        meeting->stay_known = clock->known;
        meeting->stay = clock->known ? fwx_trace_stay(join, clock, trace) : 0;
    }
    return true;
}

const char *fwx_points_changes(const struct fwx_engine *engine,
                               const struct fwx_connection *connection, uint32_t frame,
                               uint32_t number, char *buffer)
{
    const struct fwx_trace *trace = find(engine, connection, frame, number);
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    return trace && trace->other && trace->fate != FWX_FATE_RESEGMENTED &&
                   fwx_trace_say_changes(engine->join, trace, &sentence)
               ? buffer
               : NULL;
}

enum fwx_evidence fwx_points_evidence(const struct fwx_engine *engine,
                                      const struct fwx_connection *connection)
{
    return engine->join ? (enum fwx_evidence)GPOINTER_TO_UINT(g_hash_table_lookup(
                              engine->join->evidence, GUINT_TO_POINTER(connection->id)))
                        : FWX_EVIDENCE_NONE;
}

const struct fwx_pair *fwx_points_drop(const struct fwx_engine *engine,
                                       const struct fwx_connection *connection)
{
    const struct fwx_pair *pair;

    for (uint32_t i = 0; (pair = fwx_points_pair_of(engine, connection, i)); i++) {
        if (pair->adjacent && pair->fates[FWX_FATE_DROPPED])
            return pair;
    }
    return NULL;
}

const char *fwx_points_name(const struct fwx_engine *engine, uint16_t point)
{
    static char number[24];

    if (engine->point_name)
        return engine->point_name(point);
    g_snprintf(number, sizeof number, "point %u", point + 1u);
    return number;
}

/* ---- why ------------------------------------------------------------------------------------ */

/* Of the pair's packets that did not come out, those at the same place. */
static uint32_t count_repetitions(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    const struct fwx_sight *sight = fwx_sight_at(join->trail, trace->sight);
    const struct fwx_steps *steps = fwx_trail_steps(join->trail, sight->connection);
    uint32_t count = 0;

    for (uint32_t at = steps->last; at; at = fwx_sight_at(join->trail, at - 1)->previous) {
        const struct fwx_sight *other = fwx_sight_at(join->trail, at - 1);

        count += at - 1 > trace->sight && other->side == sight->side && other->seq == sight->seq &&
                 other->length >= sight->length &&
                 !((other->flags ^ sight->flags) & (FWX_SYN | FWX_FIN | FWX_RST));
    }
    return count;
}

static void say_drop(struct fwx_sentence *s, const struct fwx_engine *engine,
                     const struct fwx_trace *trace, const struct fwx_pair *pair, unsigned here)
{
    const struct fwx_clock *clock = fwx_clock_of(engine->join, pair);
    uint32_t lost = clock->lost[clock->point[0] != pair->point[!here]];
    uint32_t again = count_repetitions(engine->join, trace);

    fwx_say(s, "Entered at %s", fwx_points_name(engine, pair->point[here]));
    fwx_say(s, " and never came out at %s", fwx_points_name(engine, pair->point[!here]));
    if (again)
        fwx_say(s, again == 1 ? ", nor did its repetition" : ", nor did its %u repetitions", again);
    fwx_say(s, "; that point lacks %u of the %u packets that it should have", lost,
            lost + clock->matched);
}

static void say_doubt(struct fwx_sentence *s, const struct fwx_engine *engine,
                      const struct fwx_trace *trace, const struct fwx_pair *pair, unsigned here)
{
    static const char *const why[FWX_DOUBTS] = {
        [FWX_DOUBT_UNACKNOWLEDGED] = "nobody acknowledges such a packet, so perhaps it was not "
                                     "captured there",
        [FWX_DOUBT_ORDER] = "which of the points is nearer to the initiator is not known",
        [FWX_DOUBT_CLOCK] = "how the points' clocks differ is not known",
        [FWX_DOUBT_BEFORE] = "the capture there had not begun",
        [FWX_DOUBT_END] = "the capture there ended too soon to tell",
        [FWX_DOUBT_LOSS] = "that point lacks many other packets that passed",
        [FWX_DOUBT_ANSWERED] = "it may be there under another name",
    };

    fwx_say(s, "Not seen at %s: %s", fwx_points_name(engine, pair->point[!here]),
            why[trace->doubt]);
}

const char *fwx_points_reason(const struct fwx_engine *engine,
                              const struct fwx_connection *connection, uint32_t frame,
                              uint32_t number, char *buffer)
{
    const struct fwx_trace *trace = find(engine, connection, frame, number);
    struct fwx_sentence sentence = fwx_sentence_in(buffer);
    const struct fwx_pair *pair = trace ? fwx_pair_at(engine->join, trace->pair) : NULL;

    if (trace && trace->fate == FWX_FATE_DROPPED)
        say_drop(&sentence, engine, trace, pair, pair->leg[0] != connection->id);
    else if (trace && trace->fate == FWX_FATE_UNPROVEN)
        say_doubt(&sentence, engine, trace, pair, pair->leg[0] != connection->id);
    return sentence.used ? buffer : NULL;
}
