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
        [FWX_SAME_NUMBERS] = "same-numbers",
        [FWX_ISN_INITIATOR] = "isn-initiator",
        [FWX_ISN_RESPONDER] = "isn-responder",
        [FWX_PAYLOAD] = "payload",
        [FWX_STREAM] = "stream",
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

/* ---- what is known -------------------------------------------------------------------------- */

uint32_t fwx_points_drops(const struct fwx_engine *engine, uint16_t point)
{
    return engine->trail ? fwx_trail_drops(engine->trail, point) : 0;
}

bool fwx_points_is_short(const struct fwx_engine *engine)
{
    return engine->trail && engine->trail->is_short;
}

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
    const GArray *numbers = engine->join ? (const GArray *)g_hash_table_lookup(
                                               engine->join->of, GUINT_TO_POINTER(connection->id))
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

bool fwx_points_offset(const struct fwx_engine *engine, uint16_t point, int64_t time,
                       int64_t *offset, const struct fwx_clock **clock)
{
    for (uint32_t i = 0; i < fwx_points_clock_count(engine); i++) {
        *clock = fwx_points_clock(engine, i);
        if ((*clock)->known && (*clock)->point[0] == 0 && (*clock)->point[1] == point) {
            *offset = -fwx_time_between(time, fwx_clock_there(*clock, point, time));
            return time != FWX_NO_TIME;
        }
    }
    return false;
}

/* Only those between points that nothing lies between are of use. */
static const struct fwx_trace *trace_of(const struct fwx_points_join *join, uint32_t sight,
                                        uint32_t number)
{
    for (uint32_t i = fwx_trace_first(join, sight); i < join->traces->len; i++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, i);

        if (trace->sight != sight)
            break;
        if (fwx_pair_at(join, trace->pair)->adjacent && number-- == 0)
            return trace;
    }
    return NULL;
}

const struct fwx_trace *fwx_trace_at(const struct fwx_engine *engine,
                                     const struct fwx_connection *connection, uint32_t frame,
                                     uint32_t number)
{
    const struct fwx_points_join *join = engine->join;

    if (!join)
        return NULL;
    return trace_of(join, fwx_trail_find(join->trail, frame, connection->id), number);
}

bool fwx_points_meeting(const struct fwx_engine *engine, const struct fwx_connection *connection,
                        uint32_t frame, uint32_t number, struct fwx_meeting *meeting)
{
    const struct fwx_trace *trace = fwx_trace_at(engine, connection, frame, number);
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
    const struct fwx_trace *trace = fwx_trace_at(engine, connection, frame, number);
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    return trace && trace->other && trace->fate != FWX_FATE_RESEGMENTED &&
                   fwx_trace_say_changes(engine->join, trace, true, &sentence)
               ? buffer
               : NULL;
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

uint32_t fwx_points_number(const struct fwx_engine *engine, const struct fwx_pair *pair)
{
    return (uint32_t)(pair - fwx_pair_at(engine->join, 0));
}

const struct fwx_pair *fwx_points_onward(const struct fwx_engine *engine,
                                         const struct fwx_connection *connection)
{
    const struct fwx_pair *pair;

    for (uint32_t i = 0; (pair = fwx_points_pair_of(engine, connection, i)); i++) {
        if (pair->adjacent && pair->leg[0] == connection->id)
            return pair;
    }
    return NULL;
}
