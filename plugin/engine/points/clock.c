/* clock.c
 * How do the clocks of two points differ, and which point is nearer to the initiator?
 *
 * A packet one way and a packet the other way, shortly after each other, tell both: clocks cannot
 * drift much in between, what both have in common is the difference of the clocks, and the rest is
 * the way in between, there and back (as NTP does it: RFC 5905, 8). Which of the two differences
 * comes out positive tells which point is nearer to the side that began.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

#include <math.h>
#include <stdlib.h>

/* A drift of 1,000 ppm is 0.2 ms in that time. */
#define NEIGHBOURS (FWX_SECOND / 5)
/* Less is the resolution of many a capture's time stamps. */
#define RESOLUTION 1000.0

/* Two neighbours. */
struct sample {
    double at;     /* between them, by the first point's clock, from the capture's first time on */
    double offset; /* of the second point's clock, nanoseconds */
    double way;    /* there and back; below 0 where the second point is nearer to the initiator */
};

struct measure {
    uint16_t point[2];
    GArray *samples; /* of struct sample */
    uint32_t matched;
    int32_t votes;
};

/* A packet at both points. */
struct both {
    int64_t time[2];
    uint8_t side;
};

/* ---- samples -------------------------------------------------------------------------------- */

static int by_time(gconstpointer x, gconstpointer y)
{
    const struct both *a = (const struct both *)x;
    const struct both *b = (const struct both *)y;

    return (a->time[0] > b->time[0]) - (a->time[0] < b->time[0]);
}

static struct sample sample_of(const struct both *earlier, const struct both *later, int64_t since)
{
    const struct both *there = earlier->side == FWX_INITIATOR ? earlier : later;
    const struct both *back = earlier->side == FWX_INITIATOR ? later : earlier;
    double forth = (double)fwx_time_between(there->time[0], there->time[1]);
    double home = (double)fwx_time_between(back->time[1], back->time[0]);

    return (struct sample){
        .at = (double)fwx_time_between(since, earlier->time[0]) +
              (double)fwx_time_between(earlier->time[0], later->time[0]) / 2,
        .offset = (forth - home) / 2,
        .way = forth + home,
    };
}

/* Of the packets of one pair. */
static void measure_pair(struct measure *measure, struct fwx_pair *pair, GArray *packets,
                         int64_t since)
{
    g_array_sort(packets, by_time);
    for (uint32_t i = 1; i < packets->len; i++) {
        const struct both *earlier = &g_array_index(packets, struct both, i - 1);
        const struct both *later = &g_array_index(packets, struct both, i);
        struct sample sample;

        if (earlier->side == later->side ||
            fwx_time_between(earlier->time[0], later->time[0]) >= NEIGHBOURS)
            continue;
        sample = sample_of(earlier, later, since);
        g_array_append_val(measure->samples, sample);
        if (fabs(sample.way) > RESOLUTION)
            pair->votes += sample.way > 0 ? 1 : -1;
    }
    measure->matched += packets->len;
}

/* ---- from samples to a clock ------------------------------------------------------------------
 */

static int by_way(gconstpointer x, gconstpointer y)
{
    double a = fabs(((const struct sample *)x)->way);
    double b = fabs(((const struct sample *)y)->way);

    return (a > b) - (a < b);
}

static int by_at(gconstpointer x, gconstpointer y)
{
    double a = ((const struct sample *)x)->at;
    double b = ((const struct sample *)y)->at;

    return (a > b) - (a < b);
}

static int by_value(gconstpointer x, gconstpointer y)
{
    double a = *(const double *)x;
    double b = *(const double *)y;

    return (a > b) - (a < b);
}

static double median(GArray *values)
{
    uint32_t middle = values->len / 2;

    g_array_sort(values, by_value);
    return values->len % 2 ? g_array_index(values, double, middle)
                           : (g_array_index(values, double, middle - 1) +
                              g_array_index(values, double, middle)) /
                                 2;
}

/* The median of the slopes between samples that lie a second apart (Theil and Sen). */
static double drift_of(const GArray *samples)
{
    enum { MOST = 200, ENOUGH = 10 };
    uint32_t step = MAX(1, samples->len / MOST);
    GArray *slopes = g_array_new(FALSE, FALSE, sizeof(double));
    uint32_t doubts = 0;
    double drift;

    for (uint32_t i = 0; i < samples->len; i += step) {
        for (uint32_t j = i + step; j < samples->len; j += step) {
            const struct sample *a = &g_array_index(samples, struct sample, i);
            const struct sample *b = &g_array_index(samples, struct sample, j);
            double slope = (b->offset - a->offset) / (b->at - a->at);

            /* What is not more than the ways could be the ways'. */
            if (b->at - a->at > FWX_SECOND) {
                g_array_append_val(slopes, slope);
                doubts += fabs(slope) * (b->at - a->at) < (fabs(a->way) + fabs(b->way)) / 2;
            }
        }
    }
    drift = slopes->len && (slopes->len >= ENOUGH || 2 * doubts < slopes->len) ? median(slopes) : 0;
    g_array_free(slopes, TRUE);
    return drift;
}

/* The shortest half of the ways: there, the least had to wait in queues. */
static void read_clock(const struct measure *measure, struct fwx_clock *clock, int64_t since)
{
    enum { LEAST = 3 };
    GArray *samples = measure->samples;
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
    double middle;

    g_array_sort(samples, by_way);
    g_array_set_size(samples, MIN(samples->len, MAX(LEAST, samples->len / 2)));
    g_array_sort(samples, by_at);
    middle = g_array_index(samples, struct sample, samples->len / 2).at;
    clock->known = true;
    clock->drift = drift_of(samples);
    clock->at_ns = (double)since + middle;
    for (uint32_t i = 0; i < samples->len; i++) {
        const struct sample *sample = &g_array_index(samples, struct sample, i);
        double value = sample->offset - clock->drift * (sample->at - middle);

        g_array_append_val(values, value);
    }
    clock->offset_ns = median(values);
    g_array_set_size(values, 0);
    for (uint32_t i = 0; i < samples->len; i++) {
        double value = fabs(g_array_index(samples, struct sample, i).way) / 2;

        g_array_append_val(values, value);
    }
    clock->error_ns = median(values);
    clock->samples = samples->len;
    g_array_free(values, TRUE);
}

/* ---- which leg is nearer to the initiator -----------------------------------------------------
 */

/* Every router takes one from the TTL (RFC 791, 3.2): what comes later on the way has less. */
static int32_t compare_ttl(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    const struct fwx_sight *a = fwx_sight_at(join->trail, trace->sight);
    const struct fwx_sight *b = fwx_sight_at(join->trail, trace->other - 1);
    int32_t less = (a->ttl > b->ttl) - (a->ttl < b->ttl);

    return a->side == FWX_INITIATOR ? less : -less;
}

/* The first leg becomes the one nearer to the initiator. */
static void turn_round(struct fwx_pair *pair)
{
    uint32_t leg = pair->leg[0];
    uint16_t point = pair->point[0];

    pair->leg[0] = pair->leg[1];
    pair->leg[1] = leg;
    pair->point[0] = pair->point[1];
    pair->point[1] = point;
    pair->votes = -pair->votes;
    for (unsigned side = 0; side < 2; side++)
        pair->shift[side] = -pair->shift[side];
}

/* Between the pair's legs there is a third one. */
static bool is_between(const struct fwx_points_join *join, const struct fwx_pair *pair,
                       const struct fwx_pair *first)
{
    const GArray *others =
        (const GArray *)g_hash_table_lookup(join->of, GUINT_TO_POINTER(pair->leg[1]));

    for (uint32_t i = 0; i < others->len; i++) {
        const struct fwx_pair *second = fwx_pair_at(join, g_array_index(others, uint32_t, i));

        if (second->ordered && second->leg[0] == first->leg[1] && second->leg[1] == pair->leg[1])
            return true;
    }
    return false;
}

static bool is_adjacent(const struct fwx_points_join *join, const struct fwx_pair *pair)
{
    const GArray *others =
        (const GArray *)g_hash_table_lookup(join->of, GUINT_TO_POINTER(pair->leg[0]));

    for (uint32_t i = 0; i < others->len; i++) {
        const struct fwx_pair *first = fwx_pair_at(join, g_array_index(others, uint32_t, i));

        if (first != pair && first->ordered && first->leg[0] == pair->leg[0] &&
            is_between(join, pair, first))
            return false;
    }
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static struct measure *find_measure(GHashTable *measures, uint16_t first, uint16_t second)
{
    gpointer key = GUINT_TO_POINTER((uint32_t)first << 16 | second);
    struct measure *measure = (struct measure *)g_hash_table_lookup(measures, key);

    if (!measure) {
        measure = g_new0(struct measure, 1);
        measure->point[0] = first;
        measure->point[1] = second;
        measure->samples = g_array_new(FALSE, FALSE, sizeof(struct sample));
        g_hash_table_insert(measures, key, measure);
    }
    return measure;
}

static void free_measure(gpointer data)
{
    struct measure *measure = (struct measure *)data;

    g_array_free(measure->samples, TRUE);
    g_free(measure);
}

static void add_both(GArray *packets, const struct fwx_sight *a, const struct fwx_sight *b)
{
    struct both both = {{a->time, b->time}, a->side};

    if (a->time != FWX_NO_TIME && b->time != FWX_NO_TIME)
        g_array_append_val(packets, both);
}

/* A proxy hands on words, not packets: the question, and the answer. It is asked earlier, and
 * answers later, than those that it asks. */
static void collect_words(const struct fwx_points_join *join, struct fwx_pair *pair,
                          GArray *packets)
{
    for (unsigned side = 0; side < 2; side++) {
        const struct fwx_sight *a = fwx_trail_first(join->trail, pair->leg[0], side, false);
        const struct fwx_sight *b = fwx_trail_first(join->trail, pair->leg[1], side, false);

        if (a && b)
            add_both(packets, a, b);
    }
    if (packets->len == 2) {
        struct sample sample = sample_of(&g_array_index(packets, struct both, 0),
                                         &g_array_index(packets, struct both, 1), 0);

        pair->votes += (sample.way > RESOLUTION) - (sample.way < -RESOLUTION);
    }
}

/* The traces of a pair lie together; returns where the next pair's begin. */
static uint32_t collect_packets(const struct fwx_points_join *join, uint32_t number, uint32_t at,
                                GArray *packets, int32_t *ttl)
{
    for (; at < join->traces->len; at++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, at);
        const struct fwx_sight *sight = fwx_sight_at(join->trail, trace->sight);

        if (trace->pair > number)
            break;
        if (trace->pair != number || /* a proxy's, before it */
            sight->connection != fwx_pair_at(join, number)->leg[0] || !trace->other ||
            trace->fate == FWX_FATE_RESEGMENTED)
            continue;
        add_both(packets, sight, fwx_sight_at(join->trail, trace->other - 1));
        *ttl += compare_ttl(join, trace);
    }
    return at;
}

static void measure_all(struct fwx_points_join *join, GHashTable *measures)
{
    GArray *packets = g_array_new(FALSE, FALSE, sizeof(struct both));
    uint32_t at = 0;

    for (uint32_t i = 0; i < join->pairs->len; i++) {
        struct fwx_pair *pair = fwx_pair_at(join, i);
        uint16_t first = pair->point[0];
        struct measure *measure = find_measure(measures, first, pair->point[1]);
        int32_t ttl = 0;

        g_array_set_size(packets, 0);
        if (pair->path == FWX_PATH_PROXY)
            collect_words(join, pair, packets);
        else
            at = collect_packets(join, i, at, packets, &ttl);
        measure_pair(measure, pair, packets, join->first[first]);
        if (!pair->votes)
            pair->votes = ttl;
        measure->votes += (pair->votes > 0) - (pair->votes < 0);
    }
    g_array_free(packets, TRUE);
}

/* Place in the user's order, 0: none. */
static uint32_t place_in_order(const struct fwx_points_join *join, uint16_t point)
{
    const GPtrArray *order = join->engine->policy.point_order;
    const char *name = fwx_points_name(join->engine, point);

    for (uint32_t i = 0; order && i < order->len; i++) {
        if (!g_ascii_strcasecmp((const char *)order->pdata[i], name))
            return i + 1;
    }
    return 0;
}

static int32_t compare_order(const struct fwx_points_join *join, const struct fwx_pair *pair)
{
    uint32_t first = place_in_order(join, pair->point[0]);
    uint32_t second = place_in_order(join, pair->point[1]);

    return first && second ? (second > first) - (second < first) : 0;
}

static void order_pairs(struct fwx_points_join *join, GHashTable *measures)
{
    for (uint32_t i = 0; i < join->pairs->len; i++) {
        struct fwx_pair *pair = fwx_pair_at(join, i);
        const struct measure *measure = find_measure(measures, pair->point[0], pair->point[1]);

        if (!pair->votes)
            pair->votes = measure->votes;
        if (!pair->votes)
            pair->votes = compare_order(join, pair);
        pair->ordered = pair->votes != 0;
        if (pair->votes < 0)
            turn_round(pair);
    }
    for (uint32_t i = 0; i < join->pairs->len; i++)
        fwx_pair_at(join, i)->adjacent = is_adjacent(join, fwx_pair_at(join, i));
}

static int by_points(gconstpointer x, gconstpointer y)
{
    const struct fwx_clock *a = (const struct fwx_clock *)x;
    const struct fwx_clock *b = (const struct fwx_clock *)y;

    return a->point[0] != b->point[0] ? a->point[0] - b->point[0] : a->point[1] - b->point[1];
}

static void number_clocks(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->pairs->len; i++) {
        struct fwx_pair *pair = fwx_pair_at(join, i);
        uint16_t a = pair->point[0];
        uint16_t b = pair->point[1];
        struct fwx_clock key = {.point = {MIN(a, b), MAX(a, b)}};
        guint at = 0;

        g_array_binary_search(join->clocks, &key, by_points, &at);
        pair->clock = at;
    }
}

void fwx_clocks_compare(struct fwx_points_join *join)
{
    GHashTable *measures = g_hash_table_new_full(NULL, NULL, NULL, free_measure);
    GHashTableIter iter;
    gpointer value;

    measure_all(join, measures);
    order_pairs(join, measures);
    g_hash_table_iter_init(&iter, measures);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct measure *measure = (const struct measure *)value;
        struct fwx_clock clock = {
            .point = {measure->point[0], measure->point[1]},
            .matched = measure->matched,
            .votes = measure->votes,
        };

        if (measure->samples->len)
            read_clock(measure, &clock, join->first[measure->point[0]]);
        g_array_append_val(join->clocks, clock);
    }
    g_array_sort(join->clocks, by_points);
    number_clocks(join);
    g_hash_table_destroy(measures);
}
