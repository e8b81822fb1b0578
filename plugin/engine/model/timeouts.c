/* timeouts.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/timeouts.h"

#include "engine/facts/life.h"
#include "engine/model/firewall.h"
#include "engine/words.h"

enum { SLACK_LEAST_S = 10, SLACK_MOST_S = 20 };

int64_t fwx_timeout_slack(uint32_t seconds)
{
    return CLAMP((int64_t)seconds / 10, SLACK_LEAST_S, SLACK_MOST_S) * FWX_SECOND;
}

/* ---- the user's ----------------------------------------------------------------------------- */

static bool same_key(const struct fwx_timeout *a, const struct fwx_timeout *b)
{
    return a->timer == b->timer && g_str_equal(a->model, b->model);
}

static bool is_among(const struct fwx_timeout *row, const struct fwx_timeout *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (same_key(row, &rows[i]))
            return true;
    }
    return false;
}

GArray *fwx_timeouts_with(const struct fwx_firewalls *firewalls, const struct fwx_timeout *own,
                          unsigned count)
{
    const GArray *known = firewalls->timeouts;
    GArray *timeouts = g_array_new(FALSE, FALSE, sizeof *own);

    for (unsigned i = 0; i < count; i++) {
        struct fwx_timeout row = own[i];
        const struct fwx_firewall *firewall = fwx_firewalls_find(firewalls, row.model);

        if (!row.seconds || is_among(&row, own + i + 1, count - i - 1))
            continue;
        g_strlcpy(row.title, firewall ? firewall->title : "", sizeof row.title);
        g_array_append_val(timeouts, row);
    }
    for (unsigned i = 0; i < known->len; i++) {
        const struct fwx_timeout *row = &g_array_index(known, struct fwx_timeout, i);

        if (!is_among(row, own, count))
            g_array_append_vals(timeouts, row, 1);
    }
    return timeouts;
}

/* ---- what fits ------------------------------------------------------------------------------ */

struct table {
    const struct fwx_timeout *rows;
    unsigned count;
};

static struct table table_of(const GArray *timeouts)
{
    const GArray *rows = timeouts ? timeouts : fwx_firewalls_known()->timeouts;

    return (struct table){(const struct fwx_timeout *)rows->data, rows->len};
}

static bool has_half_closed(const struct table *table, const struct fwx_timeout *row)
{
    struct fwx_timeout half_closed = *row;

    half_closed.timer = FWX_TIMER_HALF_CLOSED;
    return is_among(&half_closed, table->rows, table->count);
}

/* Is it this timer that runs then? Who has none for half-closed connections leaves them to
 * the one for idle ones. */
static bool runs(const struct table *table, const struct fwx_timeout *row, enum fwx_life life)
{
    switch (row->timer) {
    case FWX_TIMER_TCP_IDLE:
        return life == FWX_LIFE_ESTABLISHED || life == FWX_LIFE_MIDSTREAM ||
               (life == FWX_LIFE_HALF_CLOSED && !has_half_closed(table, row));
    case FWX_TIMER_UNACKNOWLEDGED:
    case FWX_TIMER_KEEP_ALIVE:
        return life == FWX_LIFE_ESTABLISHED || life == FWX_LIFE_MIDSTREAM;
    case FWX_TIMER_HALF_OPEN:
        return life == FWX_LIFE_ASKED || life == FWX_LIFE_ANSWERED;
    case FWX_TIMER_HALF_CLOSED:
        return life == FWX_LIFE_HALF_CLOSED;
    case FWX_TIMER_CLOSED:
        return life == FWX_LIFE_CLOSING || life == FWX_LIFE_CLOSED || life == FWX_LIFE_RESET;
    default: /* UDP has no states */
        return true;
    }
}

static bool explains(const struct fwx_timeout *row, const struct fwx_silence_met *met)
{
    int64_t timer = row->seconds * FWX_SECOND;
    int64_t slack = fwx_timeout_slack(row->seconds);

    return row->seconds && timer <= met->fatal + FWX_TIMEOUT_EARLY &&
           met->survived < timer + slack &&
           (row->timer != FWX_TIMER_KEEP_ALIVE || met->fatal < timer + slack);
}

static gint longest_first(gconstpointer a, gconstpointer b)
{
    uint32_t left = (*(const struct fwx_timeout *const *)a)->seconds;
    uint32_t right = (*(const struct fwx_timeout *const *)b)->seconds;

    return (left < right) - (left > right);
}

/* Of struct fwx_timeout: those that run then, and explain it, or do not. */
static GPtrArray *rows_that(bool explain, const GArray *timeouts, const struct fwx_silence_met *met)
{
    struct table table = table_of(timeouts);
    GPtrArray *found = g_ptr_array_new();

    for (unsigned i = 0; i < table.count; i++) {
        const struct fwx_timeout *row = &table.rows[i];

        if (fwx_timer_protocol((enum fwx_timer)row->timer) == met->protocol &&
            explains(row, met) == explain && runs(&table, row, (enum fwx_life)met->life))
            g_ptr_array_add(found, (gpointer)row);
    }
    g_ptr_array_sort(found, longest_first); /* stable: then in the order of the table */
    return found;
}

static const struct fwx_timeout *row_at(const GPtrArray *rows, unsigned i)
{
    return (const struct fwx_timeout *)g_ptr_array_index(rows, i);
}

unsigned fwx_timeouts_fit(const GArray *timeouts, const struct fwx_silence_met *met,
                          const struct fwx_timeout **fits, unsigned room)
{
    GPtrArray *found = rows_that(true, timeouts, met);
    unsigned count = found->len;

    for (unsigned i = 0; i < MIN(count, room); i++)
        fits[i] = row_at(found, i);
    g_ptr_array_free(found, TRUE);
    return count;
}

/* ---- in words ------------------------------------------------------------------------------- */

static const char *name_of(const struct fwx_timeout *row)
{
    return *row->title ? row->title : row->model;
}

/* Which of its timers, and when: after a comma. */
static void say_timer(struct fwx_sentence *sentence, const struct fwx_timeout *row)
{
    const char *timer = fwx_timer_title((enum fwx_timer)row->timer);

    fwx_say(sentence, "%s%s%s%s", *timer ? ", " : "", timer, row->when ? ", " : "",
            row->when ? row->when : "");
}

static void say_row(struct fwx_sentence *sentence, const struct fwx_timeout *row)
{
    fwx_say(sentence, "%u s %s", row->seconds, name_of(row));
    say_timer(sentence, row);
    if (*row->title)
        fwx_say(sentence, " (%s)", row->model);
}

void fwx_timeouts_say(struct fwx_sentence *sentence, const GArray *timeouts,
                      const struct fwx_silence_met *met, unsigned most, const char *before)
{
    const struct fwx_timeout *fits[8];
    unsigned room = MIN(most, G_N_ELEMENTS(fits));
    unsigned count = fwx_timeouts_fit(timeouts, met, fits, room);

    for (unsigned i = 0; i < MIN(count, room); i++) {
        fwx_say(sentence, "%s", i ? ", " : before);
        say_row(sentence, fits[i]);
    }
    if (count > room)
        fwx_say(sentence, " and %u more", count - room);
}

/* ---- who it was, and who not ----------------------------------------------------------------- */

static bool has_model(const GPtrArray *rows, const struct fwx_timeout *row)
{
    for (unsigned i = 0; i < rows->len; i++) {
        if (g_str_equal(row_at(rows, i)->model, row->model))
            return true;
    }
    return false;
}

static int64_t distance(const struct fwx_timeout *row, const struct fwx_silence_met *met)
{
    return ABS(row->seconds * FWX_SECOND - met->fatal);
}

/* The rows of models none of whose explains it, the nearest of each, and the nearest first. */
static GPtrArray *ruled_out(const GArray *timeouts, const struct fwx_silence_met *met,
                            const GPtrArray *fits)
{
    GPtrArray *others = rows_that(false, timeouts, met);
    GPtrArray *nearest = g_ptr_array_new();

    while (others->len) {
        unsigned best = 0;

        for (unsigned i = 1; i < others->len; i++) {
            if (distance(row_at(others, i), met) < distance(row_at(others, best), met))
                best = i;
        }
        if (row_at(others, best)->timer != FWX_TIMER_KEEP_ALIVE &&
            !has_model(fits, row_at(others, best)) && !has_model(nearest, row_at(others, best)))
            g_ptr_array_add(nearest, g_ptr_array_index(others, best));
        g_ptr_array_remove_index(others, best);
    }
    g_ptr_array_free(others, TRUE);
    return nearest;
}

static void say_seconds(struct fwx_sentence *sentence, const char *before, int64_t ns)
{
    fwx_say(sentence, "%s%u s", before, (unsigned)(ns / FWX_SECOND));
}

static void say_more(struct fwx_sentence *sentence, const GPtrArray *rows, unsigned most)
{
    if (rows->len > most)
        fwx_say(sentence, " and %u more", rows->len - most);
}

void fwx_timeouts_explain(struct fwx_sentence *sentence, const GArray *timeouts,
                          const struct fwx_silence_met *met, unsigned most)
{
    GPtrArray *fits = rows_that(true, timeouts, met);
    GPtrArray *others = ruled_out(timeouts, met, fits);

    fwx_say(sentence, "%s after ", met->end == FWX_SILENCE_UNHEARD ? "silent" : "reset");
    say_seconds(sentence, "", met->fatal);
    fwx_say(sentence, " of silence");
    if (met->survived)
        say_seconds(sentence, ", alive after ", met->survived);
    fwx_say(sentence, ": %s", fits->len ? "" : "no known time-out");
    for (unsigned i = 0; i < MIN(fits->len, most); i++) {
        const struct fwx_timeout *row = row_at(fits, i);

        fwx_say(sentence, "%s%s (%u s", i ? ", " : "", name_of(row), row->seconds);
        say_timer(sentence, row);
        fwx_say(sentence, ", %s)", fwx_confidence_name((enum fwx_confidence)row->confidence));
    }
    say_more(sentence, fits, most);
    for (unsigned i = 0; i < MIN(others->len, most); i++)
        fwx_say(sentence, "%s%s", i ? ", " : "; not ", name_of(row_at(others, i)));
    say_more(sentence, others, most);
    g_ptr_array_free(fits, TRUE);
    g_ptr_array_free(others, TRUE);
}
