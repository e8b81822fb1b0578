/* alone.c
 * Connections that one point saw and no other: did they end in between?
 *
 * Not all that passes an inner interface is bound for the outer one. What is: a SYN for an address
 * whose other connections come out there. And it has not come out under another name where no
 * connection began there at that time that has no counterpart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* Connections to an address go from one point to another. */
struct route {
    struct fwx_address to;
    uint32_t clock;
    uint16_t point[2];
};

struct lone {
    struct fwx_points_join *join;
    GArray *routes; /* of struct route, sorted */
    GArray *starts; /* of struct start, sorted: of connections without a counterpart */
};

struct start {
    int64_t time;
    uint16_t point;
};

/* ---- where connections go ---------------------------------------------------------------------
 */

static int by_route(gconstpointer x, gconstpointer y)
{
    const struct route *a = (const struct route *)x;
    const struct route *b = (const struct route *)y;
    int order = memcmp(&a->to, &b->to, sizeof a->to);

    return order ? order : a->point[0] - b->point[0];
}

static const struct fwx_connection *connection_of(const struct lone *lone, uint32_t id)
{
    return fwx_connections_get(&lone->join->engine->connections, id);
}

static void find_routes(struct lone *lone)
{
    for (uint32_t i = 0; i < lone->join->pairs->len; i++) {
        const struct fwx_pair *pair = fwx_pair_at(lone->join, i);
        const struct fwx_connection *first = connection_of(lone, pair->leg[0]);
        struct route route = {
            .to = first->address[FWX_RESPONDER],
            .clock = pair->clock,
            .point = {first->capture_point, connection_of(lone, pair->leg[1])->capture_point},
        };

        if (pair->ordered && pair->adjacent)
            g_array_append_val(lone->routes, route);
    }
    g_array_sort(lone->routes, by_route);
}

/* The way of a connection out of its point, NULL: none known. */
static const struct route *find_route(const struct lone *lone,
                                      const struct fwx_connection *connection)
{
    struct route key = {
        .to = connection->address[FWX_RESPONDER],
        .point = {connection->capture_point, 0},
    };
    guint at;

    return g_array_binary_search(lone->routes, &key, by_route, &at)
               ? &g_array_index(lone->routes, struct route, at)
               : NULL;
}

/* ---- what began without a counterpart ---------------------------------------------------------
 */

static int by_start(gconstpointer x, gconstpointer y)
{
    const struct start *a = (const struct start *)x;
    const struct start *b = (const struct start *)y;

    if (a->point != b->point)
        return a->point - b->point;
    return (a->time > b->time) - (a->time < b->time);
}

static bool is_paired(const struct lone *lone, uint32_t id)
{
    return g_hash_table_contains(lone->join->of, GUINT_TO_POINTER(id));
}

static void find_starts(struct lone *lone)
{
    for (uint32_t id = 1; id <= lone->join->trail->steps.count; id++) {
        const struct fwx_connection *connection = connection_of(lone, id);
        struct start start = {connection->first_time, connection->capture_point};

        if (fwx_trail_steps(lone->join->trail, id) && !is_paired(lone, id))
            g_array_append_val(lone->starts, start);
    }
    g_array_sort(lone->starts, by_start);
}

/* Has something begun at the point, between the times, that may be anything? */
static bool has_start(const struct lone *lone, uint16_t point, int64_t from, int64_t to)
{
    uint32_t low = 0;
    uint32_t high = lone->starts->len;
    struct start key = {from, point};

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (by_start(&g_array_index(lone->starts, struct start, middle), &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < lone->starts->len &&
           g_array_index(lone->starts, struct start, low).point == point &&
           g_array_index(lone->starts, struct start, low).time <= to;
}

/* ---- a connection alone -----------------------------------------------------------------------
 */

/* Nobody beyond has answered it, as far as this point shows. */
static bool is_asking(const struct fwx_connection *connection)
{
    return connection->protocol == FWX_PROTOCOL_TCP && connection->syn_count &&
           !(connection->peer[FWX_RESPONDER].flags & FWX_PEER_ISN);
}

static bool may_be_elsewhere(const struct lone *lone, const struct fwx_connection *connection,
                             const struct route *route)
{
    const struct fwx_clock *clock =
        &g_array_index(lone->join->clocks, struct fwx_clock, route->clock);
    int64_t time;

    if (!clock->known || connection->first_time == FWX_NO_TIME)
        return true;
    time = fwx_clock_there(clock, route->point[0], connection->first_time);
    return has_start(lone, route->point[1], time - FWX_SECOND,
                     time + clock->longest_stay + FWX_SECOND);
}

static void add(struct lone *lone, const struct fwx_connection *connection,
                const struct route *route, bool asking)
{
    struct fwx_points_join *join = lone->join;
    uint32_t number = join->pairs->len;
    struct fwx_pair pair = {
        .leg = {connection->id, 0},
        .point = {route->point[0], route->point[1]},
        .clock = route->clock,
        .ordered = true,
        .adjacent = true,
    };
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t count;
    uint32_t *sights = fwx_trail_of(join->trail, connection->id, &count);

    g_array_append_val(join->pairs, pair);
    g_array_append_val(numbers, number);
    g_hash_table_insert(join->of, GUINT_TO_POINTER(connection->id), numbers);
    for (uint32_t i = 0; i < count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, sights[i]);
        struct fwx_trace trace = {
            .sight = sights[i],
            .pair = number,
            .fate = asking && sight->side == FWX_INITIATOR && (sight->flags & FWX_SYN)
                        ? FWX_FATE_DROPPED
                        : FWX_FATE_UNPROVEN,
            .doubt = asking ? FWX_DOUBT_UNACKNOWLEDGED : FWX_DOUBT_ANSWERED,
            .entered = sight->side == FWX_INITIATOR,
        };

        g_array_append_val(join->traces, trace);
    }
    g_free(sights);
}

void fwx_alone_find(struct fwx_points_join *join)
{
    struct lone lone = {
        .join = join,
        .routes = g_array_new(FALSE, FALSE, sizeof(struct route)),
        .starts = g_array_new(FALSE, FALSE, sizeof(struct start)),
    };

    find_routes(&lone);
    find_starts(&lone);
    for (uint32_t id = 1; id <= join->trail->steps.count; id++) {
        const struct fwx_connection *connection = connection_of(&lone, id);
        const struct route *route = find_route(&lone, connection);

        if (route && fwx_trail_steps(join->trail, id) && !is_paired(&lone, id))
            add(&lone, connection, route,
                is_asking(connection) && !may_be_elsewhere(&lone, connection, route));
    }
    g_array_free(lone.routes, TRUE);
    g_array_free(lone.starts, TRUE);
}
