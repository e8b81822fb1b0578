/* fate.c
 * What became of a packet in between.
 *
 * Most that is missing at a point was lost by whoever captured there. So a drop is told only of
 * what has to be acknowledged and never was: a SYN, a FIN, data; not within the longest stay of the
 * capture's end, for it may be on its way still; and not where a point is known to lose packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

#include <stdlib.h>

/* More than that a point may lose, and nothing more is proven by what it lacks (chosen: at 2 % no
 * packet of the recorded captures was taken for dropped, at 10 % some were). */
enum { LOSS_PER_MILLE = 10 };

/* Bytes of a side that a leg has shown: from, to, counted from the first one's. */
struct span {
    int64_t from;
    int64_t to;
};

/* What a leg shows of a side. */
struct shown {
    GArray *spans; /* of struct span, apart, in order */
    uint32_t base; /* sequence number that they are counted from */
    int64_t acked; /* up to where the other side has acknowledged */
    bool has_ack;  /* acked is known */
    bool has_syn;
    bool has_fin;
};

/* ---- what a leg shows ----------------------------------------------------------------------- */

static int by_from(gconstpointer x, gconstpointer y)
{
    const struct span *a = (const struct span *)x;
    const struct span *b = (const struct span *)y;

    return (a->from > b->from) - (a->from < b->from);
}

/* One after the other, those that touch as one. */
static void merge(GArray *spans)
{
    uint32_t kept = 0;

    g_array_sort(spans, by_from);
    for (uint32_t i = 1; i < spans->len; i++) {
        struct span *last = &g_array_index(spans, struct span, kept);
        struct span next = g_array_index(spans, struct span, i);

        if (next.from <= last->to)
            last->to = MAX(last->to, next.to);
        else
            g_array_index(spans, struct span, ++kept) = next;
    }
    g_array_set_size(spans, MIN(spans->len, kept + 1));
}

static void show(struct shown *shown, const struct fwx_sight *sight, unsigned side)
{
    struct span span;

    if (sight->side != side) {
        int64_t acked = (int32_t)(sight->ack - shown->base);

        if ((sight->flags & (FWX_ACK | FWX_RST)) == FWX_ACK &&
            (!shown->has_ack || acked > shown->acked)) {
            shown->acked = acked;
            shown->has_ack = true;
        }
        return;
    }
    shown->has_syn |= (sight->flags & FWX_SYN) != 0;
    shown->has_fin |= (sight->flags & FWX_FIN) != 0;
    span.from = (int32_t)(sight->seq - shown->base);
    span.to = span.from + sight->length;
    if (sight->length)
        g_array_append_val(shown->spans, span);
}

static struct shown look_at(const struct fwx_points_join *join, uint32_t leg, unsigned side,
                            uint32_t base)
{
    struct shown shown = {.spans = g_array_new(FALSE, FALSE, sizeof(struct span)), .base = base};
    uint32_t count;
    uint32_t *numbers = fwx_trail_of(join->trail, leg, &count);

    for (uint32_t i = 0; i < count; i++)
        show(&shown, fwx_sight_at(join->trail, numbers[i]), side);
    g_free(numbers);
    merge(shown.spans);
    return shown;
}

static bool shows_bytes(const struct shown *shown, int64_t from, int64_t to)
{
    uint32_t low = 0;
    uint32_t high = shown->spans->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (g_array_index(shown->spans, struct span, middle).to <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < shown->spans->len && g_array_index(shown->spans, struct span, low).from <= from &&
           g_array_index(shown->spans, struct span, low).to >= to;
}

/* ---- at first sight ---------------------------------------------------------------------------
 */

struct side_view {
    struct shown leg[2]; /* what each leg shows of the side, in its own numbers */
    uint32_t shift;      /* from the first leg's numbers to the second's */
    int64_t reset;       /* when its first reset went in that was not found again, by that point's
                          * clock; FWX_NO_TIME: none */
};

/* All that the sight carries was seen at the leg, if in other packets. */
static bool is_shown(const struct shown *shown, const struct fwx_sight *sight, uint32_t seq)
{
    int64_t from = (int32_t)(seq - shown->base);

    if ((sight->flags & FWX_SYN) && !shown->has_syn)
        return false;
    if ((sight->flags & FWX_FIN) && !shown->has_fin)
        return false;
    return !sight->length || shows_bytes(shown, from, from + sight->length);
}

static bool is_acknowledged(const struct shown *shown, const struct fwx_sight *sight, uint32_t seq)
{
    int64_t end = (int32_t)(seq - shown->base) + (int64_t)sight->length +
                  ((sight->flags & (FWX_SYN | FWX_FIN)) != 0);

    return shown->has_ack && shown->acked >= end;
}

/* It came here, and not there. */
static enum fwx_fate fate_of_missing(const struct shown *there, const struct fwx_sight *sight,
                                     uint32_t seq)
{
    if (sight->flags & FWX_RST || !(sight->length || sight->flags & (FWX_SYN | FWX_FIN)))
        return FWX_FATE_UNPROVEN;
    if (is_shown(there, sight, seq))
        return FWX_FATE_DROPPED_ONCE;
    return is_acknowledged(there, sight, seq) ? FWX_FATE_CAPTURE_LOSS : FWX_FATE_DROPPED;
}

/* It comes out here, and did not go in there. */
static enum fwx_fate fate_of_new(const struct shown *there, const struct fwx_sight *sight,
                                 uint32_t seq)
{
    if (sight->flags & FWX_RST)
        return FWX_FATE_INJECTED;
    if (!(sight->length || sight->flags & (FWX_SYN | FWX_FIN)))
        return FWX_FATE_UNPROVEN;
    if (is_shown(there, sight, seq))
        return FWX_FATE_COPY;
    return is_acknowledged(there, sight, seq) ? FWX_FATE_CAPTURE_LOSS : FWX_FATE_INJECTED;
}

/* A reset with other numbers went in before, and may be this one. */
static bool is_rewritten(const struct fwx_points_join *join, const struct fwx_pair *pair,
                         const struct side_view *view, const struct fwx_sight *sight)
{
    const struct fwx_clock *clock = fwx_clock_of(join, pair);
    uint16_t here = pair->point[sight->connection == pair->leg[1]];

    return (sight->flags & FWX_RST) && view->reset != FWX_NO_TIME && sight->time != FWX_NO_TIME &&
           view->reset <= fwx_clock_there(clock, here, sight->time) + (int64_t)clock->error_ns;
}

static void tell_segment(const struct fwx_points_join *join, const struct fwx_pair *pair,
                         struct side_view views[2], struct fwx_trace *trace)
{
    const struct fwx_sight *sight = fwx_sight_at(join->trail, trace->sight);
    unsigned here = sight->connection == pair->leg[1];
    struct side_view *view = &views[sight->side];
    uint32_t seq = here ? sight->seq - view->shift : sight->seq + view->shift;

    trace->fate = (uint8_t)(trace->entered ? fate_of_missing(&view->leg[!here], sight, seq)
                                           : fate_of_new(&view->leg[!here], sight, seq));
    trace->doubt = trace->fate == FWX_FATE_UNPROVEN ? FWX_DOUBT_UNACKNOWLEDGED : FWX_DOUBT_NONE;
    if (trace->fate == FWX_FATE_INJECTED && is_rewritten(join, pair, view, sight)) {
        trace->fate = FWX_FATE_UNPROVEN;
        trace->doubt = FWX_DOUBT_ANSWERED;
    }
}

/* A proxy talks itself on both sides, a SYN proxy does so until both are open. */
static bool is_devices_own(const struct fwx_pair *pair, const struct fwx_sight *sight)
{
    return pair->path == FWX_PATH_PROXY ||
           (pair->path == FWX_PATH_SYN_PROXY && (sight->flags & FWX_SYN));
}

/* What each leg shows of a side. */
static struct side_view view_of(const struct fwx_points_join *join, const struct fwx_pair *pair,
                                const struct fwx_trace *traces, uint32_t count, unsigned side)
{
    struct side_view view = {.shift = pair->shift[side], .reset = FWX_NO_TIME};
    uint32_t base = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, traces[i].sight);

        if (sight->side != side)
            continue;
        if (!base && sight->connection == pair->leg[0])
            base = sight->seq;
        if (traces[i].entered && !traces[i].other && (sight->flags & FWX_RST) &&
            (view.reset == FWX_NO_TIME || sight->time < view.reset))
            view.reset = sight->time;
    }
    for (unsigned leg = 0; leg < 2; leg++)
        view.leg[leg] = look_at(join, pair->leg[leg], side, base + (leg ? view.shift : 0));
    return view;
}

static void tell_pair(const struct fwx_points_join *join, const struct fwx_pair *pair,
                      struct fwx_trace *traces, uint32_t count)
{
    bool tcp =
        fwx_connections_get(&join->engine->connections, pair->leg[0])->protocol == FWX_PROTOCOL_TCP;
    struct side_view views[2];

    for (uint32_t i = 0; i < count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, traces[i].sight);

        traces[i].entered = (sight->side == FWX_INITIATOR) == (sight->connection == pair->leg[0]);
    }
    for (unsigned side = 0; side < 2; side++)
        views[side] = view_of(join, pair, traces, count, side);
    for (uint32_t i = 0; i < count; i++) {
        if (traces[i].other || is_devices_own(pair, fwx_sight_at(join->trail, traces[i].sight)))
            continue;
        traces[i].fate = FWX_FATE_UNPROVEN;
        traces[i].doubt = pair->ordered ? FWX_DOUBT_UNACKNOWLEDGED : FWX_DOUBT_ORDER;
        if (tcp && pair->ordered)
            tell_segment(join, pair, views, &traces[i]);
    }
    for (unsigned side = 0; side < 2; side++) {
        for (unsigned leg = 0; leg < 2; leg++)
            g_array_free(views[side].leg[leg].spans, TRUE);
    }
}

/* ---- what may be told -------------------------------------------------------------------------
 */

static uint16_t point_of(const struct fwx_points_join *join, uint32_t id)
{
    return fwx_connections_get(&join->engine->connections, id)->capture_point;
}

/* The longest stay, and what the points have lost. */
static void survey(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->traces->len; i++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, i);
        struct fwx_clock *clock = fwx_clock_of(join, fwx_pair_at(join, trace->pair));
        uint16_t here = point_of(join, fwx_sight_at(join->trail, trace->sight)->connection);

        if (trace->fate == FWX_FATE_CAPTURE_LOSS)
            clock->lost[here == clock->point[0]]++; /* the other one's */
        if (trace->other && clock->known)
            clock->longest_stay =
                MAX(clock->longest_stay, llabs(fwx_trace_stay(join, clock, trace)));
    }
}

/* Of so many packets that are there. */
static bool is_much(uint32_t lost, uint32_t there)
{
    return (uint64_t)lost * 1000 > (uint64_t)LOSS_PER_MILLE * ((uint64_t)there + lost);
}

/* Would the other point have captured it, and what followed? Of what comes out: what went before. A
 * reset leaves no acknowledgement behind that would tell that it was lost: there it must have lost
 * nothing at all. */
static enum fwx_doubt doubt_of(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    const struct fwx_clock *clock = fwx_clock_of(join, fwx_pair_at(join, trace->pair));
    const struct fwx_sight *sight = fwx_sight_at(join->trail, trace->sight);
    uint16_t here = point_of(join, sight->connection);
    uint16_t there = clock->point[here == clock->point[0]];
    uint32_t lost = clock->lost[here == clock->point[0]];
    uint32_t drops = fwx_trail_drops(join->trail, there);
    bool reset = (sight->flags & FWX_RST) != 0;
    int64_t time;

    if (!clock->known || sight->time == FWX_NO_TIME)
        return FWX_DOUBT_CLOCK;
    if (is_much(lost, clock->matched))
        return FWX_DOUBT_LOSS;
    if (reset ? drops > 0 : is_much(drops, join->seen[there]))
        return FWX_DOUBT_DROPS;
    if (reset && lost)
        return FWX_DOUBT_UNACKNOWLEDGED;
    time = fwx_clock_there(clock, here, sight->time);
    if (time - (trace->entered ? 0 : clock->longest_stay) < join->first[there])
        return FWX_DOUBT_BEFORE;
    return time + clock->longest_stay < join->last[there] ? FWX_DOUBT_NONE : FWX_DOUBT_END;
}

/* A segment at a point, whichever connection it is in. */
static uint64_t stray_key(uint16_t point, const struct fwx_sight *sight, uint32_t seq)
{
    enum { CONTROL = FWX_SYN | FWX_FIN | FWX_RST };
    uint64_t key = ((uint64_t)seq << 32 | sight->length) * 0x9e3779b97f4a7c15u;

    return ((key ^ key >> 29) + (sight->flags & CONTROL)) * 0xbf58476d1ce4e5b9u + point;
}

static int by_value(gconstpointer x, gconstpointer y)
{
    uint64_t a = *(const uint64_t *)x;
    uint64_t b = *(const uint64_t *)y;

    return (a > b) - (a < b);
}

/* What no other point has: a lost SYN may have put it into the port's older connection. */
static GArray *find_strays(const struct fwx_points_join *join)
{
    GArray *strays = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint8_t *found = g_new0(uint8_t, join->trail->sights.count);

    for (uint32_t i = 0; i < join->traces->len; i++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, i);

        found[trace->sight] |= trace->other != 0;
    }
    for (uint32_t i = 0; i < join->trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, i);
        uint64_t key = stray_key(point_of(join, sight->connection), sight, sight->seq);

        if (!found[i])
            g_array_append_val(strays, key);
    }
    g_free(found);
    g_array_sort(strays, by_value);
    return strays;
}

/* Is it at the other point after all, in another connection? */
static bool is_astray(const struct fwx_points_join *join, GArray *strays,
                      const struct fwx_trace *trace)
{
    const struct fwx_pair *pair = fwx_pair_at(join, trace->pair);
    const struct fwx_sight *sight = fwx_sight_at(join->trail, trace->sight);
    unsigned here = sight->connection != pair->leg[0];
    uint32_t shift = pair->shift[sight->side];
    uint64_t key =
        stray_key(pair->point[!here], sight, here ? sight->seq - shift : sight->seq + shift);

    return g_array_binary_search(strays, &key, by_value, NULL);
}

/* What is not beyond doubt is not told. */
static void hold_back(struct fwx_points_join *join)
{
    GArray *strays = find_strays(join);

    for (uint32_t i = 0; i < join->traces->len; i++) {
        struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, i);

        if (trace->fate != FWX_FATE_DROPPED && trace->fate != FWX_FATE_INJECTED)
            continue;
        trace->doubt = (uint8_t)doubt_of(join, trace);
        if (!trace->doubt && is_astray(join, strays, trace))
            trace->doubt = FWX_DOUBT_ANSWERED;
        if (trace->doubt)
            trace->fate = FWX_FATE_UNPROVEN;
    }
    g_array_free(strays, TRUE);
}

/* What arrives with something else in it is not merely forwarded. */
static void compare(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->traces->len; i++) {
        struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, i);

        if (trace->fate == FWX_FATE_FORWARDED && fwx_trace_is_changed(join, trace))
            trace->fate = FWX_FATE_CHANGED;
        else if (trace->fate == FWX_FATE_CHANGED && !fwx_trace_is_changed(join, trace))
            trace->fate = FWX_FATE_FORWARDED;
    }
}

/* ---- in order ------------------------------------------------------------------------------- */

static int by_sight(gconstpointer x, gconstpointer y)
{
    const struct fwx_trace *a = (const struct fwx_trace *)x;
    const struct fwx_trace *b = (const struct fwx_trace *)y;

    return a->sight != b->sight ? (a->sight > b->sight) - (a->sight < b->sight)
                                : (a->pair > b->pair) - (a->pair < b->pair);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void count_fates(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->traces->len; i++) {
        const struct fwx_trace *trace = &g_array_index(join->traces, struct fwx_trace, i);
        struct fwx_pair *pair = fwx_pair_at(join, trace->pair);

        if (trace->entered || !trace->other)
            pair->fates[trace->fate]++;
        if (trace->fate == FWX_FATE_DROPPED && !pair->first_dropped)
            pair->first_dropped = fwx_sight_at(join->trail, trace->sight)->frame;
    }
}

void fwx_fates_tell(struct fwx_points_join *join)
{
    struct fwx_trace *traces = (struct fwx_trace *)(void *)join->traces->data;

    for (uint32_t i = 0, next; i < join->traces->len; i = next) {
        for (next = i; next < join->traces->len && traces[next].pair == traces[i].pair; next++)
            ;
        tell_pair(join, fwx_pair_at(join, traces[i].pair), traces + i, next - i);
    }
    survey(join);
    fwx_alone_find(join);
    hold_back(join);
    compare(join);
    g_array_sort(join->traces, by_sight);
    count_fates(join);
    fwx_proofs_find(join);
}
