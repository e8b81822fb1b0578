/* clock.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/clock.h"

#include <stdlib.h>

#define SECOND  INT64_C(1000000000)
#define QUARTER (900 * SECOND) /* time zones are multiples of it */

enum {
    ENOUGH_TUPLES = 3,
    FURTHEST_ZONE = 14 * 4, /* quarters of an hour from Greenwich */
};

/* ---- the sweep ------------------------------------------------------------------------------ */

/* An end of a vote. */
struct end {
    int64_t at;
    int32_t step; /* 1 begins, -1 ends */
    uint32_t vote;
};

/* How many meet between two ends. */
struct place {
    int64_t low;
    int64_t high;
    uint32_t lines;
    uint32_t tuples;
};

/* What is met while sweeping: how many votes of each line, and lines of each tuple. */
struct sweep {
    GHashTable *lines;
    GHashTable *tuples;
    struct place place;
};

static int by_place(const void *a, const void *b)
{
    const struct end *first = (const struct end *)a;
    const struct end *second = (const struct end *)b;

    if (first->at != second->at)
        return first->at > second->at ? 1 : -1;
    return second->step - first->step; /* they touch: they meet */
}

/* Counts one of a kind up or down; true where it begins or ends. */
static bool count(GHashTable *table, uint32_t of, int step)
{
    int now = GPOINTER_TO_INT(g_hash_table_lookup(table, GUINT_TO_POINTER(of))) + step;

    g_hash_table_insert(table, GUINT_TO_POINTER(of), GINT_TO_POINTER(now));
    return now == (step > 0);
}

static void pass(struct sweep *sweep, const struct end *end, const struct fwx_log_vote *vote)
{
    if (count(sweep->lines, vote->line, end->step))
        sweep->place.lines += (uint32_t)end->step;
    if (count(sweep->tuples, vote->tuple, end->step))
        sweep->place.tuples += (uint32_t)end->step;
}

/* All places between ends, in order. */
static GArray *places_of(const struct fwx_log_vote *votes, uint32_t votes_count)
{
    struct end *ends = g_new(struct end, 2 * (gsize)votes_count);
    GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
    struct sweep sweep = {g_hash_table_new(NULL, NULL), g_hash_table_new(NULL, NULL), {0, 0, 0, 0}};

    for (uint32_t i = 0; i < votes_count; i++) {
        ends[2 * (gsize)i] = (struct end){votes[i].low, 1, i};
        ends[2 * (gsize)i + 1] = (struct end){votes[i].high, -1, i};
    }
    qsort(ends, 2 * (gsize)votes_count, sizeof *ends, by_place);
    for (uint32_t i = 0; i < 2 * votes_count; i++) {
        pass(&sweep, &ends[i], &votes[ends[i].vote]);
        sweep.place.low = ends[i].at;
        sweep.place.high = i + 1 < 2 * votes_count ? ends[i + 1].at : ends[i].at;
        if (sweep.place.lines)
            g_array_append_val(places, sweep.place);
    }
    g_hash_table_destroy(sweep.lines);
    g_hash_table_destroy(sweep.tuples);
    g_free(ends);
    return places;
}

static const struct place *place_at(const GArray *places, guint i)
{
    return &g_array_index(places, struct place, i);
}

static bool is_better(const struct place *place, const struct place *than)
{
    return place->tuples != than->tuples ? place->tuples > than->tuples
                                         : place->lines > than->lines;
}

/* The best place, from the first to the last that is as good; and everything that half as many
 * meet at, by lines or by tuples. */
static struct place best_of(const GArray *places, struct place *rivals)
{
    struct place best = *place_at(places, 0);
    uint32_t most_lines = 0;

    for (guint i = 0; i < places->len; i++) {
        most_lines = MAX(most_lines, place_at(places, i)->lines);
        if (is_better(place_at(places, i), &best))
            best = *place_at(places, i);
    }
    *rivals = best;
    for (guint i = 0; i < places->len; i++) {
        const struct place *place = place_at(places, i);

        if (!is_better(&best, place))
            best.high = MAX(best.high, place->high);
        if (2 * place->lines >= most_lines || 2 * place->tuples >= best.tuples) {
            rivals->low = MIN(rivals->low, place->low);
            rivals->high = MAX(rivals->high, place->high);
        }
    }
    return best;
}

/* ---- certainty ------------------------------------------------------------------------------ */

static uint32_t lines_of(const struct fwx_log_vote *votes, uint32_t votes_count)
{
    GHashTable *lines = g_hash_table_new(NULL, NULL);
    uint32_t found;

    for (uint32_t i = 0; i < votes_count; i++)
        g_hash_table_add(lines, GUINT_TO_POINTER(votes[i].line));
    found = g_hash_table_size(lines);
    g_hash_table_destroy(lines);
    return found;
}

static int64_t narrowest(const struct fwx_log_vote *votes, uint32_t votes_count)
{
    int64_t width = INT64_MAX;

    for (uint32_t i = 0; i < votes_count; i++)
        width = MIN(width, votes[i].high - votes[i].low);
    return width;
}

/* Where all lines fit at the offset; else NULL. */
static const struct place *all_fit(const GArray *places, int64_t offset, uint32_t lines)
{
    for (guint i = 0; i < places->len; i++) {
        const struct place *place = place_at(places, i);

        if (place->low <= offset && offset <= place->high && place->lines == lines)
            return place;
    }
    return NULL;
}

/* Do all lines fit as they stand, or else in just one time zone, of those that half hours make? */
static void assume(struct fwx_log_clock *clock, const GArray *places)
{
    const struct place *found = all_fit(places, 0, clock->lines);
    unsigned zones = found != NULL;

    for (int zone = -FURTHEST_ZONE; !zones && zone <= FURTHEST_ZONE; zone += 2) {
        const struct place *place = all_fit(places, zone * QUARTER, clock->lines);

        zones += place != NULL;
        found = place ? place : found;
    }
    for (int zone = FURTHEST_ZONE; zones == 1 && zone >= -FURTHEST_ZONE; zone -= 2) {
        const struct place *place = all_fit(places, zone * QUARTER, clock->lines);

        zones += place && place != found && !(found->low <= 0 && found->high >= 0);
    }
    if (zones != 1)
        return;
    clock->certainty = FWX_LOG_ASSUMED;
    clock->low = found->low;
    clock->high = found->high;
    clock->agree = found->lines;
    clock->tuples = found->tuples;
}

struct fwx_log_clock fwx_log_clock_find(struct fwx_log_vote *votes, uint32_t vote_count, bool exact)
{
    struct fwx_log_clock clock = {.lines = lines_of(votes, vote_count)};
    GArray *places = vote_count ? places_of(votes, vote_count) : NULL;
    struct place rivals;
    struct place best;
    bool sure;

    if (!places)
        return clock;
    best = best_of(places, &rivals);
    sure = exact ? 2 * best.lines > clock.lines
                 : best.tuples >= ENOUGH_TUPLES && 2 * best.lines >= clock.lines &&
                       rivals.high - rivals.low <= 2 * narrowest(votes, vote_count) &&
                       best.high - best.low <= narrowest(votes, vote_count);
    if (sure) {
        clock.certainty = exact ? FWX_LOG_EXACT : FWX_LOG_SURE;
        clock.low = best.low;
        clock.high = best.high;
        clock.agree = best.lines;
        clock.tuples = best.tuples;
    } else {
        assume(&clock, places);
    }
    g_array_free(places, TRUE);
    return clock;
}

/* ---- in words ------------------------------------------------------------------------------- */

static char *span(int64_t nanoseconds)
{
    double seconds = (double)(nanoseconds < 0 ? -nanoseconds : nanoseconds) / 1e9;
    int minutes = (int)(seconds / 60 + 0.5);

    if (seconds < 60)
        return g_strdup_printf(seconds < 0.1 ? "%.3f s" : "%.1f s", seconds);
    if (minutes % 60 == 0)
        return g_strdup_printf("%d h", minutes / 60);
    return minutes < 60 ? g_strdup_printf("%d min", minutes)
                        : g_strdup_printf("%d h %d min", minutes / 60, minutes % 60);
}

/* The zone, the rest, and how sure it is. */
static void say_offset(const struct fwx_log_clock *clock, GString *text)
{
    int64_t offset = fwx_log_clock_offset(clock);
    int64_t zone = clock->has_zone ? 0 : (offset + (offset < 0 ? -1 : 1) * QUARTER / 2) / QUARTER;
    int64_t rest = offset - zone * QUARTER;
    int64_t apart = (clock->high - clock->low) / 2;
    char *zone_text = span(zone * QUARTER);
    char *rest_text = span(rest);
    char *apart_text = span(apart);

    if (zone)
        g_string_append_printf(text, "log is %s %s: time zone; ", zone_text,
                               zone < 0 ? "behind" : "ahead");
    if (clock->low - zone * QUARTER <= 0 && clock->high - zone * QUARTER >= 0)
        g_string_append(text, "clock agrees");
    else
        g_string_append_printf(text, "clock %s %s", rest_text, rest < 0 ? "slow" : "fast");
    if (apart)
        g_string_append_printf(text, ", to %s", apart_text);
    g_free(zone_text);
    g_free(rest_text);
    g_free(apart_text);
}

char *fwx_log_clock_say(const struct fwx_log_clock *clock)
{
    GString *text = g_string_new(NULL);

    if (clock->certainty == FWX_LOG_UNDECIDED) {
        g_string_append_printf(text,
                               "undecided: %u lines have packets, and fit no offset, several "
                               "or one by too few connections",
                               clock->lines);
    } else {
        say_offset(clock, text);
        if (clock->certainty == FWX_LOG_GIVEN)
            g_string_append(text, "; as given");
        else
            g_string_append_printf(text, "; %u of %u lines agree", clock->agree, clock->lines);
        if (clock->certainty == FWX_LOG_EXACT)
            g_string_append(text, ", by the packets' numbers");
        else if (clock->certainty == FWX_LOG_ASSUMED)
            g_string_append(text, "; assumed: of too few connections to be sure");
    }
    return g_string_free(text, FALSE);
}
