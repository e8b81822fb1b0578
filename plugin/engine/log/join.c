/* join.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/join.h"

#include "engine/log/candidates.h"
#include "engine/log/match.h"

/* Times that a capture may have and that can be reckoned with: up to the year 2200. */
#define LATEST INT64_C(7258118400000000000)

enum { MOST_VOTES = 256 }; /* of a line: one with more packets tells little */

const char *fwx_log_agreement_name(enum fwx_log_agreement agreement)
{
    static const char *const names[] = {"agrees", "other-reason", "not-predicted", "not-logged"};

    return names[agreement];
}

const char *fwx_log_why_name(enum fwx_log_why why)
{
    static const char *const names[] = {
        "",          "policy",         "quota",         "state-gone",
        "killed",    "before-capture", "after-capture", "elsewhere",
        "throttled", "outside-time",   "refuted",
    };

    return names[why];
}

const char *fwx_log_joined_name(enum fwx_log_joined joined)
{
    static const char *const names[] = {"", "exact", "tuple", "nat-tuple", "pair", "guess"};

    return names[joined];
}

struct fwx_log_join *fwx_log_join_new(struct fwx_log_trace *trace, GArray *predictions)
{
    struct fwx_log_join *join = g_new0(struct fwx_log_join, 1);

    join->trace = trace;
    join->predictions = predictions;
    join->lines = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_line));
    join->extents = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_extent));
    join->clocks = g_array_new(FALSE, TRUE, sizeof(struct fwx_log_clock));
    join->matches = g_array_new(FALSE, TRUE, sizeof(struct fwx_log_match));
    join->fates = g_array_new(FALSE, TRUE, sizeof(struct fwx_log_fate));
    join->others = fwx_log_translations_new();
    return join;
}

void fwx_log_join_free(struct fwx_log_join *join)
{
    if (!join)
        return;
    g_array_free(join->lines, TRUE);
    g_array_free(join->extents, TRUE);
    g_array_free(join->clocks, TRUE);
    g_array_free(join->matches, TRUE);
    g_array_free(join->fates, TRUE);
    g_hash_table_destroy(join->others);
    g_free(join);
}

bool fwx_log_wanted(struct fwx_log_join *join, const struct fwx_log_line *line)
{
    struct fwx_log_candidates candidates;
    uint32_t first = 0;
    uint32_t count;

    fwx_log_translations_learn(join->others, join->trace, line);
    candidates = fwx_log_candidates_of(join->trace, join->others, line);
    if (candidates.count)
        return true;
    count = fwx_log_same_seq(join->trace, line, &first);
    for (uint32_t i = first; i < first + count; i++) {
        if (fwx_log_names(line, &candidates, join->trace,
                          fwx_log_trace_packet(join->trace, join->trace->by_seq[i])))
            return true;
    }
    return false;
}

static struct fwx_log_line *line_at(const struct fwx_log_join *join, guint i)
{
    return &g_array_index(join->lines, struct fwx_log_line, i);
}

/* ---- clocks --------------------------------------------------------------------------------- */

/* What lines of a file vote for; a connection is known by the least of its tuples. */
struct election {
    GArray *votes; /* of struct fwx_log_vote */
    uint32_t line;
    uint32_t tuple;
    int64_t low; /* of the line's time: the packet was seen up to so much before, less LAG */
    int64_t high;
};

static void vote(struct election *election, const struct fwx_log_seen *seen)
{
    struct fwx_log_vote added = {.line = election->line, .tuple = election->tuple};

    if (seen->time < 0 || seen->time > LATEST)
        return;
    added.low = fwx_log_minus(election->low, seen->time) - FWX_LOG_LAG;
    added.high = fwx_log_minus(election->high, seen->time);
    g_array_append_val(election->votes, added);
}

static void vote_exactly(struct election *election, const struct fwx_log_join *join,
                         const struct fwx_log_line *line,
                         const struct fwx_log_candidates *candidates)
{
    uint32_t first = 0;
    uint32_t count = fwx_log_same_seq(join->trace, line, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_log_seen *seen = fwx_log_trace_packet(join->trace, join->trace->by_seq[i]);

        if (fwx_log_names(line, candidates, join->trace, seen))
            vote(election, seen);
    }
}

/* May a line of that stage have been written for the packet? */
static bool is_likely(const struct fwx_log_line *line, const struct fwx_log_seen *seen,
                      bool is_first, bool reversed)
{
    bool begins = line->tuple.protocol == FWX_PROTOCOL_TCP
                      ? (seen->flags & (FWX_SYN | FWX_ACK)) == FWX_SYN
                      : is_first;

    if (line->stage == FWX_LOG_PACKET)
        return !reversed;
    if (line->stage == FWX_LOG_START || line->known & FWX_LOG_HAS_BEGIN)
        return begins && !reversed;
    return seen->flags & (FWX_FIN | FWX_RST) &&
           (line->class == FWX_LOG_CLOSED || line->class == FWX_LOG_RESET ||
            line->class == FWX_LOG_KILLED);
}

static void vote_by_tuple(struct election *election, const struct fwx_log_join *join,
                          const struct fwx_log_line *line,
                          const struct fwx_log_candidates *candidates)
{
    guint before = election->votes->len;

    for (unsigned i = 0; i < candidates->count; i++) {
        const struct fwx_log_candidate *candidate = &candidates->found[i];
        uint32_t first = fwx_log_trace_tuple(join->trace, candidate->tuple)->first;

        if (candidate->paired && election->votes->len > before) /* each point's clock is its own */
            break;
        for (uint32_t number = first; number && election->votes->len <= before + MOST_VOTES;
             number = fwx_log_trace_packet(join->trace, number - 1)->next) {
            const struct fwx_log_seen *seen = fwx_log_trace_packet(join->trace, number - 1);

            if (is_likely(line, seen, number == first, candidate->reversed))
                vote(election, seen);
        }
    }
    if (election->votes->len > before + MOST_VOTES)
        g_array_set_size(election->votes, before);
}

static uint32_t connection_of(const struct fwx_log_candidates *candidates)
{
    uint32_t least = UINT32_MAX;

    for (unsigned i = 0; i < candidates->count; i++)
        least = MIN(least, candidates->found[i].tuple);
    return least;
}

static void vote_all(struct election *election, const struct fwx_log_join *join, unsigned file,
                     bool exact)
{
    g_array_set_size(election->votes, 0);
    for (guint i = 0; i < join->lines->len; i++) {
        const struct fwx_log_line *line = line_at(join, i);
        struct fwx_log_candidates candidates;
        bool begins = line->stage == FWX_LOG_END && line->known & FWX_LOG_HAS_BEGIN && !exact;

        if (line->file != file)
            continue;
        candidates = fwx_log_candidates_of(join->trace, join->others, line);
        election->line = i;
        election->tuple = connection_of(&candidates);
        /* A duration is rounded, too. */
        election->low = begins ? line->begin - FWX_SECOND : line->time;
        election->high = begins ? line->begin + line->resolution : line->time + line->resolution;
        if (exact)
            vote_exactly(election, join, line, &candidates);
        else
            vote_by_tuple(election, join, line, &candidates);
    }
}

static bool zone_is_known(const struct fwx_log_join *join, unsigned file)
{
    bool known = true;
    bool any = false;

    for (guint i = 0; i < join->lines->len && known; i++) {
        const struct fwx_log_line *line = line_at(join, i);

        any |= line->file == file;
        known = line->file != file || line->known & FWX_LOG_HAS_ZONE;
    }
    return any && known;
}

static struct fwx_log_clock clock_of(const struct fwx_log_join *join, unsigned file)
{
    const struct fwx_log_extent *extent =
        &g_array_index(join->extents, struct fwx_log_extent, file);
    struct election election = {
        .votes = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_vote)),
    };
    struct fwx_log_clock clock = {.certainty = FWX_LOG_GIVEN};

    if (extent->has_offset) {
        clock.low = clock.high = extent->offset;
    } else {
        vote_all(&election, join, file, true);
        clock = fwx_log_clock_find((struct fwx_log_vote *)(void *)election.votes->data,
                                   election.votes->len, true);
        if (clock.certainty == FWX_LOG_UNDECIDED) {
            vote_all(&election, join, file, false);
            clock = fwx_log_clock_find((struct fwx_log_vote *)(void *)election.votes->data,
                                       election.votes->len, false);
        }
    }
    clock.has_zone = zone_is_known(join, file);
    g_array_free(election.votes, TRUE);
    return clock;
}

/* ---- predictions ---------------------------------------------------------------------------- */

/* Is there a log that was written at that time? */
static bool is_covered(const struct fwx_log_join *join, int64_t time)
{
    for (guint i = 0; i < join->extents->len; i++) {
        const struct fwx_log_extent *extent =
            &g_array_index(join->extents, struct fwx_log_extent, i);
        const struct fwx_log_clock *clock = &g_array_index(join->clocks, struct fwx_log_clock, i);

        if (extent->first == FWX_NO_TIME)
            continue;
        if (time == FWX_NO_TIME || clock->certainty == FWX_LOG_UNDECIDED)
            return true;
        if (time >= fwx_log_minus(fwx_log_minus(extent->first, clock->high), 60 * FWX_SECOND) &&
            time <= fwx_log_plus(fwx_log_minus(extent->last, clock->low), 60 * FWX_SECOND))
            return true;
    }
    return false;
}

/* What lines say of predictions, gathered by packet of the trace and by connection. */
struct gathered {
    uint32_t *accepted;     /* by packet: line that accepts it + 1 */
    GHashTable *connection; /* id and class of predictions that are logged: line + 1 */
};

static gpointer throttle_key(const struct fwx_log_prediction *prediction)
{
    return GUINT_TO_POINTER(prediction->connection * (unsigned)FWX_LOG_CLASS_KINDS +
                            prediction->class);
}

static void gather(const struct fwx_log_join *join, struct gathered *gathered)
{
    for (guint i = 0; i < join->matches->len; i++) {
        const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, i);

        if (match->seen && line_at(join, i)->class == FWX_LOG_ACCEPTED)
            gathered->accepted[match->seen - 1] = i + 1;
        if (match->prediction && match->agreement == FWX_LOG_AGREES)
            g_hash_table_insert(
                gathered->connection,
                throttle_key(&g_array_index(join->predictions, struct fwx_log_prediction,
                                            match->prediction - 1)),
                GUINT_TO_POINTER(i + 1));
    }
}

/* Those that a line agrees with come first: they stay. */
static void note_logged(const struct fwx_log_join *join)
{
    for (unsigned pass = FWX_LOG_AGREES; pass <= FWX_LOG_OTHER_REASON; pass++) {
        for (guint i = 0; i < join->matches->len; i++) {
            const struct fwx_log_match *match =
                &g_array_index(join->matches, struct fwx_log_match, i);
            struct fwx_log_fate *fate;

            if (!match->prediction || match->agreement != pass ||
                line_at(join, i)->class == FWX_LOG_ACCEPTED)
                continue;
            fate = &g_array_index(join->fates, struct fwx_log_fate, match->prediction - 1);
            if (!fate->line)
                *fate = (struct fwx_log_fate){i + 1, (uint8_t)pass, FWX_LOG_WHY_NONE};
        }
    }
}

static void explain(const struct fwx_log_join *join, const struct gathered *gathered,
                    const struct fwx_log_prediction *prediction, const struct fwx_log_seen *seen,
                    struct fwx_log_fate *fate)
{
    uint32_t number = (uint32_t)(seen - fwx_log_trace_packet(join->trace, 0));
    uint32_t instead =
        GPOINTER_TO_UINT(g_hash_table_lookup(gathered->connection, throttle_key(prediction)));

    fate->agreement = FWX_LOG_NOT_LOGGED;
    if (prediction->drops && gathered->accepted[number]) {
        fate->why = FWX_LOG_WHY_REFUTED;
        fate->line = gathered->accepted[number];
    } else if (instead) {
        fate->why = FWX_LOG_WHY_THROTTLED;
        fate->line = instead;
    } else {
        fate->why = is_covered(join, seen->time) ? FWX_LOG_WHY_ELSEWHERE : FWX_LOG_WHY_OUTSIDE_TIME;
    }
}

static void decide_fates(struct fwx_log_join *join)
{
    struct gathered gathered = {
        g_new0(uint32_t, join->trace->packets->len + 1),
        g_hash_table_new(NULL, NULL),
    };

    g_array_set_size(join->fates, 0);
    g_array_set_size(join->fates, join->predictions->len); /* zeroed */
    gather(join, &gathered);
    note_logged(join);
    for (guint i = 0; i < join->trace->packets->len; i++) {
        const struct fwx_log_seen *seen = fwx_log_trace_packet(join->trace, i);
        uint32_t first;
        uint32_t count = fwx_log_predictions_of(join->predictions, seen, &first);

        for (uint32_t k = first; k < first + count; k++) {
            struct fwx_log_fate *fate = &g_array_index(join->fates, struct fwx_log_fate, k);

            if (!fate->line)
                explain(join, &gathered,
                        &g_array_index(join->predictions, struct fwx_log_prediction, k), seen,
                        fate);
        }
    }
    g_free(gathered.accepted);
    g_hash_table_destroy(gathered.connection);
}

/* ---- everything ----------------------------------------------------------------------------- */

void fwx_log_join(struct fwx_log_join *join)
{
    struct fwx_log_matcher matcher;

    g_array_set_size(join->clocks, 0);
    g_array_set_size(join->matches, 0);
    for (guint i = 0; i < join->extents->len; i++) {
        struct fwx_log_clock clock = clock_of(join, i);

        g_array_append_val(join->clocks, clock);
    }
    matcher = fwx_log_matcher_new(join);
    for (guint i = 0; i < join->lines->len; i++) {
        struct fwx_log_match match = fwx_log_match_line(&matcher, line_at(join, i));

        g_array_append_val(join->matches, match);
    }
    fwx_log_matcher_clear(&matcher);
    decide_fates(join);
}
