/* join.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

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

void fwx_points_note_drops(struct fwx_engine *engine, uint16_t point, uint32_t packets)
{
    if (packets <= fwx_points_drops(engine, point) || !engine->trail)
        return;
    fwx_trail_note_drops(engine->trail, point, packets);
    if (engine->join)
        engine->join->made_of = 0; /* it may tell less now */
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
    g_array_free(join->delays, TRUE);
    g_hash_table_destroy(join->of);
    g_hash_table_destroy(join->evidence);
    g_free(join->first);
    g_free(join->last);
    g_free(join->seen);
    g_free(join);
}

void fwx_points_forget(struct fwx_engine *engine)
{
    free_join(engine->join);
    engine->join = NULL;
    fwx_trail_free(engine->trail);
    engine->trail = NULL;
}

/* When each point saw its first and its last packet, and how many. */
static void find_times(struct fwx_points_join *join)
{
    join->first = g_new(int64_t, join->points);
    join->last = g_new(int64_t, join->points);
    join->seen = g_new0(uint32_t, join->points);
    for (uint32_t i = 0; i < join->points; i++)
        join->first[i] = join->last[i] = FWX_NO_TIME;
    for (uint32_t i = 0; i < join->trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, i);
        uint16_t point =
            fwx_connections_get(&join->engine->connections, sight->connection)->capture_point;

        join->seen[point]++;
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
        if (fwx_connections_get(&engine->connections, fwx_sight_at(engine->trail, i)->connection)
                ->capture_point !=
            fwx_connections_get(&engine->connections, fwx_sight_at(engine->trail, 0)->connection)
                ->capture_point)
            return true;
    }
    return false;
}

bool fwx_points_are_behind(const struct fwx_engine *engine, uint32_t one_of)
{
    uint32_t made_of = engine->join ? engine->join->made_of : 0;

    return engine->trail && engine->trail->sights.count - made_of > made_of / one_of;
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
    join->delays = g_array_new(FALSE, TRUE, sizeof(struct fwx_told_delay));
    join->made_of = join->trail->sights.count;
    join->of = g_hash_table_new_full(NULL, NULL, NULL, free_numbers);
    join->evidence = g_hash_table_new(NULL, NULL);
    find_times(join);
    fwx_legs_pair(join);
    fwx_match_packets(join);
    fwx_clocks_compare(join);
    fwx_fates_tell(join);
}
