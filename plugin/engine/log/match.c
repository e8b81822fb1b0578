/* match.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/match.h"

enum {
    MOST_GUESSED = 10000, /* packets that are looked at where no time tells which */
};

/* Packets of a capture need not be in order of time, but hardly any is so late. */
#define DISORDER (5 * FWX_SECOND)

/* Where packets of a tuple that may matter begin: lines are mostly in order of time. */
struct cursor {
    uint32_t seen; /* number + 1 */
    int64_t from;
};

/* A packet that may be it; rank: the lower, the better. */
struct choice {
    uint32_t seen; /* number + 1, 0: none */
    unsigned rank;
    const struct fwx_log_candidate *candidate;
};

struct search {
    struct fwx_log_matcher *matcher;
    const struct fwx_log_line *line;
    bool has_window; /* the clock is known */
    int64_t from;    /* when the packet was seen, by the capture's clock */
    int64_t to;
    struct choice best;
};

struct fwx_log_matcher fwx_log_matcher_new(struct fwx_log_join *join)
{
    return (struct fwx_log_matcher){
        .join = join,
        .taken = g_new0(uint8_t, join->trace->packets->len + 1),
        .cursors = g_new0(struct cursor, join->trace->tuples->len + 1),
    };
}

void fwx_log_matcher_clear(struct fwx_log_matcher *matcher)
{
    g_free(matcher->taken);
    g_free(matcher->cursors);
}

/* ---- predictions ---------------------------------------------------------------------------- */

static bool is_before(const struct fwx_log_prediction *prediction, const struct fwx_log_seen *seen)
{
    return prediction->frame != seen->frame ? prediction->frame < seen->frame
                                            : prediction->packet < seen->packet;
}

uint32_t fwx_log_predictions_of(const GArray *predictions, const struct fwx_log_seen *seen,
                                uint32_t *first)
{
    uint32_t low = 0;
    uint32_t high = predictions->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (is_before(&g_array_index(predictions, struct fwx_log_prediction, middle), seen))
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < predictions->len) {
        const struct fwx_log_prediction *prediction =
            &g_array_index(predictions, struct fwx_log_prediction, high);

        if (prediction->frame != seen->frame || prediction->packet != seen->packet)
            break;
        high++;
    }
    return high - low;
}

/* How well the line fits what was predicted of the packet; *number: + 1 of the prediction that
 * does, 0: there is none. */
enum fit { FIT_AGREES, FIT_OTHER, FIT_NONE };

static enum fit fit_of(const struct fwx_log_matcher *matcher, const struct fwx_log_line *line,
                       const struct fwx_log_seen *seen, uint32_t *number)
{
    const GArray *predictions = matcher->join->predictions;
    bool denies = fwx_log_class_denies((enum fwx_log_class)line->class);
    guint64 code = line->code ? g_ascii_strtoull(line->code, NULL, 0) : 0;
    uint32_t first;
    uint32_t count = fwx_log_predictions_of(predictions, seen, &first);
    enum fit fit = FIT_NONE;
    bool same_code = false;

    *number = 0;
    for (uint32_t i = first; i < first + count && !same_code; i++) {
        const struct fwx_log_prediction *prediction =
            &g_array_index(predictions, struct fwx_log_prediction, i);
        bool agrees = fwx_log_class_agrees((enum fwx_log_class)line->class,
                                           (enum fwx_log_class)prediction->class);

        same_code = agrees && code && prediction->code == code;
        if ((!agrees && prediction->drops != denies && line->stage != FWX_LOG_START) ||
            (fit == FIT_AGREES && !same_code))
            continue;
        fit = agrees ? FIT_AGREES : FIT_OTHER;
        *number = i + 1;
    }
    return fit;
}

/* ---- ranks ---------------------------------------------------------------------------------- */

static bool is_syn(const struct fwx_log_seen *seen)
{
    return (seen->flags & (FWX_SYN | FWX_ACK)) == FWX_SYN;
}

/* Ranks go up by 2. */
enum { NEVER = 99, PAIRED = 14, REVERSED = 28 };

static unsigned rank_packet(const struct fwx_log_line *line, const struct fwx_log_seen *seen,
                            enum fit fit, bool taken)
{
    bool likes_syn = line->class == FWX_LOG_POLICY || line->class == FWX_LOG_QUOTA;

    if (taken)
        return 6;
    if (fit != FIT_NONE)
        return fit == FIT_AGREES ? 0 : 1;
    if (seen->dropped && fwx_log_class_denies((enum fwx_log_class)line->class))
        return 2;
    return likes_syn && !is_syn(seen) ? 4 : 3;
}

static unsigned rank_start(const struct fwx_log_line *line, const struct fwx_log_seen *seen,
                           bool taken)
{
    if (line->tuple.protocol != FWX_PROTOCOL_TCP)
        return taken ? 2 : 0;
    return (is_syn(seen) ? 0 : 2) + (taken ? 1 : 0);
}

static unsigned rank_end(const struct fwx_log_seen *seen, enum fit fit)
{
    if (fit == FIT_AGREES)
        return 0;
    return (seen->flags & (FWX_FIN | FWX_RST)) ? 1 : 2;
}

/* The connection as the line has it is better than its other leg, but for a packet of the latter
 * that the line was predicted of. */
static unsigned rank_of(const struct search *search, const struct fwx_log_candidate *candidate,
                        const struct fwx_log_seen *seen, uint32_t number)
{
    const struct fwx_log_line *line = search->line;
    bool taken = search->matcher->taken[number] == line->class + 1;
    uint32_t prediction;
    enum fit fit = fit_of(search->matcher, line, seen, &prediction);
    unsigned rank = 2 * (line->stage == FWX_LOG_PACKET  ? rank_packet(line, seen, fit, taken)
                         : line->stage == FWX_LOG_START ? rank_start(line, seen, taken)
                                                        : rank_end(seen, fit));

    if (candidate->paired)
        rank += fit == FIT_AGREES ? 1 : PAIRED;
    if (candidate->reversed && line->stage != FWX_LOG_END)
        rank += REVERSED;
    return rank;
}

static bool is_inside(const struct search *search, const struct fwx_log_seen *seen)
{
    return !search->has_window || seen->time == FWX_NO_TIME ||
           (seen->time >= search->from && seen->time <= search->to);
}

/* Of packets that are as good, the first; of an end, which all the others lead to, the last. */
static void try_packet(struct search *search, const struct fwx_log_candidate *candidate,
                       uint32_t number)
{
    const struct fwx_log_seen *seen = fwx_log_trace_packet(search->matcher->join->trace, number);
    bool is_end = search->line->stage == FWX_LOG_END;
    unsigned rank = rank_of(search, candidate, seen, number);

    if (search->best.seen &&
        (rank > search->best.rank ||
         (rank == search->best.rank &&
          (is_end ? number + 1 < search->best.seen : number + 1 > search->best.seen))))
        return;
    search->best = (struct choice){number + 1, rank, candidate};
}

static void try_tuple(struct search *search, const struct fwx_log_candidate *candidate)
{
    const struct fwx_log_trace *trace = search->matcher->join->trace;
    struct cursor *cursor = &search->matcher->cursors[candidate->tuple];
    uint32_t number = fwx_log_trace_tuple(trace, candidate->tuple)->first;
    unsigned left = search->has_window ? UINT_MAX : MOST_GUESSED;

    if (search->has_window && cursor->seen && cursor->from <= search->from)
        number = cursor->seen;
    for (; number && left; number = fwx_log_trace_packet(trace, number - 1)->next, left--) {
        const struct fwx_log_seen *seen = fwx_log_trace_packet(trace, number - 1);

        if (search->has_window && seen->time != FWX_NO_TIME) {
            if (seen->time < fwx_log_minus(search->from, DISORDER))
                *cursor = (struct cursor){number, search->from};
            else if (seen->time > fwx_log_plus(search->to, DISORDER))
                break;
        }
        if (is_inside(search, seen))
            try_packet(search, candidate, number - 1);
    }
}

/* ---- by numbers ----------------------------------------------------------------------------- */

/* The packet's addresses and ports are those of the line, or what it says they are translated to.
 */
static bool is_direct(const struct fwx_log_candidates *candidates, const struct fwx_log_seen *seen)
{
    for (unsigned i = 0; i < candidates->count && !candidates->found[i].paired; i++) {
        if (candidates->found[i].tuple == seen->tuple)
            return true;
    }
    return false;
}

/* Of several with the same numbers, which are copies or the same on both sides, that which is
 * inside the window, has the line's addresses, has not been given away, and then the first. */
static uint32_t named_packet(struct search *search, const struct fwx_log_candidates *candidates)
{
    struct fwx_log_trace *trace = search->matcher->join->trace;
    const struct fwx_log_line *line = search->line;
    uint32_t first = 0;
    uint32_t count = fwx_log_same_seq(trace, line, &first);
    unsigned best_rank = NEVER;
    uint32_t best = 0;

    for (uint32_t i = first; i < first + count; i++) {
        uint32_t number = trace->by_seq[i];
        const struct fwx_log_seen *seen = fwx_log_trace_packet(trace, number);
        unsigned rank = (is_inside(search, seen) ? 0 : 4) + (is_direct(candidates, seen) ? 0 : 2) +
                        (search->matcher->taken[number] == line->class + 1 ? 1 : 0);

        if (rank < best_rank && fwx_log_names(line, candidates, trace, seen)) {
            best_rank = rank;
            best = number + 1;
        }
    }
    return best;
}

/* ---- a line --------------------------------------------------------------------------------- */

static struct search search_for(struct fwx_log_matcher *matcher, const struct fwx_log_line *line)
{
    const struct fwx_log_clock *clock =
        &g_array_index(matcher->join->clocks, struct fwx_log_clock, line->file);
    struct search search = {
        .matcher = matcher,
        .line = line,
        .has_window = clock->certainty != FWX_LOG_UNDECIDED,
        .best = {.rank = NEVER},
    };

    search.from = fwx_log_minus(fwx_log_minus(line->time, clock->high), FWX_LOG_LAG);
    search.to = fwx_log_minus(fwx_log_plus(line->time, line->resolution), clock->low);
    /* An end is logged when it is over; how long that was before, times tell only where the begin
     * is known. */
    if (line->stage == FWX_LOG_END)
        search.from =
            line->known & FWX_LOG_HAS_BEGIN
                ? fwx_log_minus(fwx_log_minus(line->begin, clock->high), FWX_LOG_LAG + FWX_SECOND)
                : INT64_MIN + 1;
    return search;
}

static enum fwx_log_why why_unseen(const struct search *search, bool has_tuple)
{
    const struct fwx_log_trace *trace = search->matcher->join->trace;

    if (!has_tuple || !search->has_window || trace->first_time == FWX_NO_TIME)
        return FWX_LOG_WHY_ELSEWHERE;
    if (search->to < trace->first_time)
        return FWX_LOG_WHY_BEFORE_CAPTURE;
    return search->from > trace->last_time ? FWX_LOG_WHY_AFTER_CAPTURE : FWX_LOG_WHY_ELSEWHERE;
}

/* What only the log knows, and packets do not show. */
static enum fwx_log_why why_unpredicted(enum fwx_log_class class)
{
    switch (class) {
    case FWX_LOG_POLICY:
        return FWX_LOG_WHY_POLICY;
    case FWX_LOG_QUOTA:
        return FWX_LOG_WHY_QUOTA;
    case FWX_LOG_KILLED:
        return FWX_LOG_WHY_KILLED;
    default:
        return fwx_log_class_denies(class) || class == FWX_LOG_IDLE ? FWX_LOG_WHY_STATE_GONE
                                                                    : FWX_LOG_WHY_NONE;
    }
}

/* An accepted packet, and an orderly or reset end that the packet itself is, need no prediction. */
static bool speaks_for_itself(const struct fwx_log_line *line, const struct fwx_log_seen *seen)
{
    return line->class == FWX_LOG_ACCEPTED || line->class == FWX_LOG_OTHER ||
           (line->class == FWX_LOG_CLOSED && seen->flags & FWX_FIN) ||
           (line->class == FWX_LOG_RESET && seen->flags & FWX_RST);
}

static void compare(struct fwx_log_matcher *matcher, const struct fwx_log_line *line,
                    struct fwx_log_match *match)
{
    const struct fwx_log_seen *seen = fwx_log_trace_packet(matcher->join->trace, match->seen - 1);
    enum fit fit = fit_of(matcher, line, seen, &match->prediction);

    if (fit == FIT_NONE && !speaks_for_itself(line, seen)) {
        match->agreement = FWX_LOG_NOT_PREDICTED;
        match->why = (uint8_t)why_unpredicted((enum fwx_log_class)line->class);
        return;
    }
    match->agreement = fit == FIT_OTHER ? FWX_LOG_OTHER_REASON : FWX_LOG_AGREES;
    if (fit == FIT_OTHER && line->class == FWX_LOG_ACCEPTED)
        match->why = FWX_LOG_WHY_REFUTED;
}

/* From the packet to the time that the line may have been written in; 0 inside it. */
static int64_t delta_of(const struct search *search, const struct fwx_log_seen *seen)
{
    const struct fwx_log_line *line = search->line;
    const struct fwx_log_clock *clock =
        &g_array_index(search->matcher->join->clocks, struct fwx_log_clock, line->file);
    int64_t low = fwx_log_minus(line->time, clock->high);
    int64_t high = fwx_log_minus(fwx_log_plus(line->time, line->resolution), clock->low);

    if (!search->has_window || seen->time == FWX_NO_TIME)
        return 0;
    return seen->time < low ? low - seen->time : seen->time > high ? high - seen->time : 0;
}

struct fwx_log_match fwx_log_match_line(struct fwx_log_matcher *matcher,
                                        const struct fwx_log_line *line)
{
    const struct fwx_log_join *join = matcher->join;
    struct fwx_log_candidates candidates = fwx_log_candidates_of(join->trace, join->others, line);
    struct search search = search_for(matcher, line);
    struct fwx_log_match match = {
        .seen = named_packet(&search, &candidates),
        .joined = FWX_LOG_JOINED_EXACT,
        .agreement = FWX_LOG_NOT_PREDICTED,
    };

    if (!match.seen) {
        for (unsigned i = 0; i < candidates.count; i++)
            try_tuple(&search, &candidates.found[i]);
        match.seen = search.best.seen;
        match.joined = !match.seen                         ? FWX_LOG_JOINED_NOT
                       : !search.has_window                ? FWX_LOG_JOINED_GUESS
                       : search.best.candidate->translated ? FWX_LOG_JOINED_NAT
                       : search.best.candidate->paired     ? FWX_LOG_JOINED_PAIR
                                                           : FWX_LOG_JOINED_TUPLE;
    }
    if (!match.seen) {
        match.why = (uint8_t)why_unseen(&search, candidates.count > 0);
        return match;
    }
    matcher->taken[match.seen - 1] = line->class + 1;
    match.delta = delta_of(&search, fwx_log_trace_packet(join->trace, match.seen - 1));
    compare(matcher, line, &match);
    return match;
}
