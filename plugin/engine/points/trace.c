/* trace.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

uint32_t fwx_trace_first(const struct fwx_points_join *join, uint32_t sight)
{
    uint32_t low = 0;
    uint32_t high = join->traces->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (g_array_index(join->traces, struct fwx_trace, middle).sight < sight)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct fwx_trace *fwx_trace_in(const struct fwx_points_join *join, uint32_t number,
                                     uint32_t sight)
{
    for (uint32_t at = fwx_trace_first(join, sight); at < join->traces->len; at++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, at);

        if (trace->sight != sight)
            break;
        if (trace->pair == number)
            return trace;
    }
    return NULL;
}

int64_t fwx_clock_there(const struct fwx_clock *clock, uint16_t from, int64_t time)
{
    bool forth = from == clock->point[0];
    double first = forth ? (double)time : (double)time - clock->offset_ns;
    double offset = clock->offset_ns + clock->drift * (first - clock->at_ns);

    return time + (int64_t)(forth ? offset : -offset);
}

int64_t fwx_trace_stay(const struct fwx_points_join *join, const struct fwx_clock *clock,
                       const struct fwx_trace *trace)
{
    const struct fwx_sight *here = fwx_sight_at(join->trail, trace->sight);
    const struct fwx_sight *there = fwx_sight_at(join->trail, trace->other - 1);
    uint16_t from =
        fwx_connections_get(&join->engine->connections, here->connection)->capture_point;
    int64_t stay = fwx_time_between(fwx_clock_there(clock, from, here->time), there->time);

    return trace->entered ? stay : -stay;
}

bool fwx_trace_is_routed(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    return trace->other && fwx_sight_at(join->trail, trace->sight)->ttl !=
                               fwx_sight_at(join->trail, trace->other - 1)->ttl;
}

void fwx_pair_visit(const struct fwx_points_join *join, uint32_t number, fwx_take_trace *take,
                    void *data)
{
    const struct fwx_pair *pair = fwx_pair_at(join, number);

    for (unsigned leg = 0; leg < 2 && pair->leg[leg]; leg++) {
        uint32_t count;
        uint32_t *sights = fwx_trail_of(join->trail, pair->leg[leg], &count);

        for (uint32_t i = 0; i < count; i++) {
            const struct fwx_trace *trace = fwx_trace_in(join, number, sights[i]);

            if (trace && trace->entered)
                take(trace, fwx_sight_at(join->trail, sights[i]), data);
        }
        g_free(sights);
    }
}

const char *fwx_points_name(const struct fwx_engine *engine, uint16_t point)
{
    static char number[24];

    if (engine->point_name)
        return engine->point_name(point);
    g_snprintf(number, sizeof number, "point %u", point + 1u);
    return number;
}
