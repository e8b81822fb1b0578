/* delay.c
 * Where an answer spent its time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* A question, and what answers it, at one leg. */
struct exchange {
    uint32_t question; /* numbers of sights */
    uint32_t copy;     /* of the question: the first that the other leg shows, or itself */
    uint32_t answer;
};

/* The same sight at the pair's other leg + 1, 0: not found. */
static uint32_t other_of(const struct fwx_points_join *join, uint32_t number, uint32_t sight)
{
    const struct fwx_trace *trace = fwx_trace_in(join, number, sight);

    return trace ? trace->other : 0;
}

/* A question is whole with its last segment, and answered with the answer's first. Repetitions of
 * the question are no questions of their own; where it was dropped, one of them got through. */
static GArray *exchanges_of(const struct fwx_points_join *join, uint32_t number, uint32_t leg)
{
    GArray *exchanges = g_array_new(FALSE, FALSE, sizeof(struct exchange));
    uint32_t count;
    uint32_t *numbers = fwx_trail_of(join->trail, leg, &count);
    bool asked = false;
    uint32_t end = 0;
    struct exchange exchange = {0};

    for (uint32_t i = 0; i < count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, numbers[i]);

        if (!sight->length || sight->time == FWX_NO_TIME || sight->flags & FWX_RST)
            continue;
        if (sight->side == FWX_INITIATOR &&
            (!asked || fwx_seq_after(sight->seq + sight->length, end))) {
            exchange.question = exchange.copy = numbers[i];
            end = sight->seq + sight->length;
            asked = true;
        } else if (sight->side == FWX_INITIATOR) {
            if (sight->seq + sight->length == end && !other_of(join, number, exchange.copy))
                exchange.copy = numbers[i];
        } else if (asked) {
            exchange.answer = numbers[i];
            g_array_append_val(exchanges, exchange);
            asked = false;
        }
    }
    g_free(numbers);
    return exchanges;
}

static int64_t wait_of(const struct fwx_points_join *join, const struct exchange *exchange)
{
    return fwx_time_between(fwx_sight_at(join->trail, exchange->question)->time,
                            fwx_sight_at(join->trail, exchange->answer)->time);
}

/* Of a proxy, which hands on no packets, the exchange of the same number. */
static bool find_other(const struct fwx_points_join *join, uint32_t number, const GArray *others,
                       uint32_t index, const struct exchange *here, struct exchange *there)
{
    if (fwx_pair_at(join, number)->path == FWX_PATH_PROXY) {
        if (index >= others->len)
            return false;
        *there = g_array_index(others, struct exchange, index);
        return true;
    }
    there->question = other_of(join, number, here->copy);
    there->answer = other_of(join, number, here->answer);
    if (!there->question || !there->answer)
        return false;
    there->question--;
    there->answer--;
    return true;
}

static void split(const struct fwx_points_join *join, const struct fwx_pair *pair,
                  const struct exchange *here, const struct exchange *there,
                  struct fwx_delay *delay)
{
    const struct fwx_clock *clock = fwx_clock_of(join, pair);
    int64_t asked = fwx_sight_at(join->trail, here->question)->time;

    delay->between = delay->wait - wait_of(join, there);
    delay->beyond = wait_of(join, there);
    delay->is_split = clock->known && 4 * clock->error_ns < (double)delay->between;
    if (delay->is_split) {
        delay->there = fwx_time_between(fwx_clock_there(clock, pair->point[0], asked),
                                        fwx_sight_at(join->trail, there->question)->time);
        delay->back = delay->between - delay->there;
    }
}

static struct fwx_told_delay measure(const struct fwx_points_join *join, uint32_t number)
{
    const struct fwx_pair *pair = fwx_pair_at(join, number);
    GArray *here = exchanges_of(join, number, pair->leg[0]);
    GArray *there = exchanges_of(join, number, pair->leg[1]);
    struct fwx_told_delay told = {.delay = {.exchanges = here->len}, .is_told = true};

    for (uint32_t i = 0; i < here->len; i++) {
        const struct exchange *exchange = &g_array_index(here, struct exchange, i);
        int64_t wait = wait_of(join, exchange);
        struct exchange other;

        if ((told.found && wait <= told.delay.wait) ||
            !find_other(join, number, there, i, exchange, &other))
            continue;
        told.found = true;
        told.delay.wait = wait;
        told.delay.question = fwx_sight_at(join->trail, exchange->question)->frame;
        told.delay.answer = fwx_sight_at(join->trail, exchange->answer)->frame;
        split(join, pair, exchange, &other, &told.delay);
    }
    g_array_free(here, TRUE);
    g_array_free(there, TRUE);
    return told;
}

bool fwx_points_delay(const struct fwx_engine *engine, uint32_t number, struct fwx_delay *delay)
{
    GArray *delays = engine->join->delays;
    struct fwx_told_delay *told;

    if (delays->len <= number)
        g_array_set_size(delays, engine->join->pairs->len);
    told = &g_array_index(delays, struct fwx_told_delay, number);
    if (!told->is_told)
        *told = measure(engine->join, number);
    *delay = told->delay;
    return told->found;
}
