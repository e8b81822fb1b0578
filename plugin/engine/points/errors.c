/* errors.c
 * ICMP errors about the packets of a pair: each at the other point, by what it says and quotes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* As the second leg has it. What it quotes was sent by the other side. */
static uint64_t key_of(const struct fwx_pair *pair, const struct fwx_sight *sight)
{
    bool first = sight->connection == pair->leg[0];
    uint32_t seq = sight->seq + (first && sight->seq ? pair->shift[!sight->side] : 0);
    uint64_t key = fwx_points_mix(sight->side, (uint64_t)seq << 32 | sight->short_head);

    return fwx_points_mix(key, pair->keeps_ids ? sight->ip_id : 0);
}

/* Those about a leg, the latest first; of struct fwx_trace. */
static GArray *collect(const struct fwx_points_join *join, uint32_t number, unsigned leg)
{
    GArray *traces = g_array_new(FALSE, FALSE, sizeof(struct fwx_trace));
    const struct fwx_steps *steps =
        fwx_trail_steps(join->trail, fwx_pair_at(join, number)->leg[leg]);
    uint32_t at = steps ? steps->last_error : 0;

    for (; at; at = fwx_sight_at(join->trail, at - 1)->previous) {
        struct fwx_trace trace = {.sight = at - 1, .pair = number};

        g_array_append_val(traces, trace);
    }
    return traces;
}

static struct fwx_trace *take(GHashTable *waiting, uint64_t key)
{
    GQueue *queue = (GQueue *)g_hash_table_lookup(waiting, &key);

    return queue ? (struct fwx_trace *)g_queue_pop_head(queue) : NULL;
}

static void put(GHashTable *waiting, uint64_t key, struct fwx_trace *trace)
{
    GQueue *queue = (GQueue *)g_hash_table_lookup(waiting, &key);

    if (!queue) {
        queue = g_queue_new();
        g_hash_table_insert(waiting, g_memdup2(&key, sizeof key), queue);
    }
    g_queue_push_tail(queue, trace);
}

static void free_queue(gpointer data)
{
    g_queue_free((GQueue *)data);
}

/* Those of one key, one after the other as they came. */
static void pair_up(const struct fwx_points_join *join, GArray *const errors[2])
{
    GHashTable *waiting = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_queue);

    for (unsigned leg = 0; leg < 2; leg++) {
        for (uint32_t i = errors[leg]->len; i > 0; i--) {
            struct fwx_trace *trace = &g_array_index(errors[leg], struct fwx_trace, i - 1);
            uint64_t key =
                key_of(fwx_pair_at(join, trace->pair), fwx_sight_at(join->trail, trace->sight));
            struct fwx_trace *other = leg ? take(waiting, key) : NULL;

            if (!leg)
                put(waiting, key, trace);
            if (!other)
                continue;
            trace->other = other->sight + 1;
            other->other = trace->sight + 1;
            trace->fate = other->fate = FWX_FATE_FORWARDED;
        }
    }
    g_hash_table_destroy(waiting);
}

void fwx_match_errors(struct fwx_points_join *join, uint32_t number)
{
    GArray *errors[2];

    if (fwx_pair_at(join, number)->path == FWX_PATH_PROXY) /* which answers errors itself */
        return;
    for (unsigned leg = 0; leg < 2; leg++)
        errors[leg] = collect(join, number, leg);
    if (errors[0]->len && errors[1]->len)
        pair_up(join, errors);
    for (unsigned leg = 0; leg < 2; leg++) {
        g_array_append_vals(join->traces, errors[leg]->data, errors[leg]->len);
        g_array_free(errors[leg], TRUE);
    }
}

const struct fwx_connection *fwx_points_error_about(const struct fwx_engine *engine, uint32_t frame)
{
    const struct fwx_points_join *join = engine->join;
    uint32_t sight = join ? fwx_trail_error(join->trail, frame) : 0;

    return sight ? fwx_connections_get(&engine->connections,
                                       fwx_sight_at(join->trail, sight - 1)->connection)
                 : NULL;
}
