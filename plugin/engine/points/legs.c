/* legs.c
 * Which connections of different points are one conversation?
 *
 * Packets vote: what was seen of a connection at one point, and of one at another. Sequence numbers
 * of 32 random bits do not meet by chance, but captures made by hand have round ones, and polling
 * repeats its payload: such a vote counts only beside the same addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/legs.h"
#include "engine/points/pair.h"
#include "engine/turn.h"

/* One thing seen of a connection. */
struct mark {
    uint64_t key; /* what it was, hashed */
    uint32_t connection;
    bool telling; /* it is hardly met by chance */
};

struct search {
    struct fwx_points_join *join;
    GArray *marks;      /* of struct mark */
    GHashTable *counts; /* of struct fwx_candidate, itself its key */
    GHashTable *taken;  /* (connection, other point) of those that have their pair */
};

static const struct fwx_connection *connection_of(const struct search *search, uint32_t id)
{
    return fwx_connections_get(&search->join->engine->connections, id);
}

static const struct fwx_steps *steps_of(const struct search *search, uint32_t id)
{
    return fwx_trail_steps(search->join->trail, id);
}

/* ---- marks ---------------------------------------------------------------------------------- */

static void add_mark(struct search *search, uint64_t key, uint32_t connection, bool telling)
{
    struct mark mark = {key, connection, telling};

    g_array_append_val(search->marks, mark);
}

/* Nothing of a payload, and no telling number: everybody's. */
static void mark_segment(struct search *search, const struct fwx_sight *sight)
{
    bool telling = fwx_is_telling(sight->seq) || (sight->ack && fwx_is_telling(sight->ack));
    uint64_t key = fwx_points_mix(FWX_PROTOCOL_TCP, sight->side);

    if (!telling && !sight->length)
        return;
    key = fwx_points_mix(key, (uint64_t)sight->seq << 32 | sight->ack);
    key = fwx_points_mix(key, (uint64_t)sight->length << 8 |
                                  (sight->flags & (FWX_SYN | FWX_FIN | FWX_RST)));
    add_mark(search, key, sight->connection, telling);
}

static void mark_datagram(struct search *search, const struct fwx_sight *sight)
{
    uint64_t key = fwx_points_mix(FWX_PROTOCOL_UDP, sight->side);

    if (sight->length < FWX_SIGHT_SHORT || sight->covered < FWX_SIGHT_SHORT)
        return;
    key = fwx_points_mix(key, (uint64_t)sight->length << 32 | sight->short_head);
    add_mark(search, fwx_points_mix(key, sight->ip_id), sight->connection, sight->ip_id != 0);
}

static void mark_echo(struct search *search, const struct fwx_sight *sight)
{
    uint64_t key = fwx_points_mix(FWX_PROTOCOL_ICMP, (uint64_t)sight->flags << 32 | sight->seq);

    key = fwx_points_mix(key, (uint64_t)sight->length << 16 | sight->ip_id);
    add_mark(search, key, sight->connection, sight->ip_id != 0);
}

static void mark_numbers(struct search *search)
{
    const struct fwx_trail *trail = search->join->trail;

    for (uint32_t i = 0; i < trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(trail, i);
        uint8_t protocol = connection_of(search, sight->connection)->protocol;

        if (sight->is_error)
            continue;
        if (protocol == FWX_PROTOCOL_TCP)
            mark_segment(search, sight);
        else if (protocol == FWX_PROTOCOL_UDP)
            mark_datagram(search, sight);
        else
            mark_echo(search, sight);
    }
}

/* Payload where it stands behind the ISN, and the ISNs themselves. */
static void mark_places(struct search *search)
{
    const struct fwx_trail *trail = search->join->trail;

    for (uint32_t i = 0; i < trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(trail, i);
        const struct fwx_connection *connection = connection_of(search, sight->connection);
        const struct fwx_peer *peer = &connection->peer[sight->side];
        uint64_t key = fwx_points_mix(~UINT64_C(0), sight->side);

        if (sight->is_error || connection->protocol != FWX_PROTOCOL_TCP ||
            !(peer->flags & FWX_PEER_ISN) || sight->length < FWX_SIGHT_SHORT ||
            sight->covered < FWX_SIGHT_SHORT)
            continue;
        key = fwx_points_mix(key, (uint64_t)(sight->seq - peer->isn) << 32 | sight->length);
        add_mark(search, fwx_points_mix(key, sight->short_head), sight->connection, true);
    }
    for (uint32_t id = 1; id <= trail->steps.count; id++) {
        const struct fwx_connection *connection = connection_of(search, id);

        for (unsigned side = 0; side < 2 && connection->protocol == FWX_PROTOCOL_TCP; side++) {
            const struct fwx_peer *peer = &connection->peer[side];

            if (steps_of(search, id) && (peer->flags & FWX_PEER_ISN) && fwx_is_telling(peer->isn))
                for (unsigned voice = 0; voice < 3; voice++)
                    add_mark(search, fwx_points_mix(fwx_points_mix(side + 2, peer->isn), voice), id,
                             true);
        }
    }
}

/* ---- votes ---------------------------------------------------------------------------------- */

static int by_key(gconstpointer x, gconstpointer y)
{
    const struct mark *a = (const struct mark *)x;
    const struct mark *b = (const struct mark *)y;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->connection > b->connection) - (a->connection < b->connection);
}

static guint hash_candidate(gconstpointer key)
{
    const struct fwx_candidate *c = (const struct fwx_candidate *)key;

    return (guint)(fwx_points_mix(c->a, c->b) >> 16);
}

static gboolean equal_candidates(gconstpointer x, gconstpointer y)
{
    const struct fwx_candidate *a = (const struct fwx_candidate *)x;
    const struct fwx_candidate *b = (const struct fwx_candidate *)y;

    return a->a == b->a && a->b == b->b;
}

static void vote(struct search *search, uint32_t a, uint32_t b, bool telling)
{
    struct fwx_candidate key = {.a = a, .b = b};
    struct fwx_candidate *candidate =
        (struct fwx_candidate *)g_hash_table_lookup(search->counts, &key);

    if (!candidate) {
        candidate = (struct fwx_candidate *)g_memdup2(&key, sizeof key);
        g_hash_table_add(search->counts, candidate);
    }
    candidate->votes++;
    candidate->telling += telling;
}

/* What more connections have in common says little of any two. */
enum { MOST = 16 };

/* Is it the only one of its point? */
static bool is_alone(const struct search *search, const uint32_t *ids, unsigned count, unsigned of)
{
    for (unsigned i = 0; i < count; i++) {
        if (i != of && connection_of(search, ids[i])->capture_point ==
                           connection_of(search, ids[of])->capture_point)
            return false;
    }
    return true;
}

static void count_run(struct search *search, const uint32_t *ids, unsigned count, bool telling)
{
    bool alone[MOST];

    for (unsigned i = 0; i < count; i++)
        alone[i] = is_alone(search, ids, count, i);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = i + 1; j < count; j++) {
            const struct fwx_connection *a = connection_of(search, ids[i]);
            const struct fwx_connection *b = connection_of(search, ids[j]);

            if (a->capture_point != b->capture_point && a->protocol == b->protocol)
                vote(search, ids[i], ids[j], telling && alone[i] && alone[j]);
        }
    }
}

static void count_votes(struct search *search)
{
    const struct mark *marks = (const struct mark *)(void *)search->marks->data;

    g_array_sort(search->marks, by_key);
    for (uint32_t i = 0, next; i < search->marks->len; i = next) {
        uint32_t ids[MOST];
        unsigned count = 0;
        uint32_t last = 0; /* ids begin with 1 */

        for (next = i; next < search->marks->len && marks[next].key == marks[i].key; next++) {
            if (last == marks[next].connection)
                continue;
            last = marks[next].connection;
            if (count < MOST)
                ids[count] = last;
            count = MIN(count + 1, MOST + 1u);
        }
        if (count > 1 && count <= MOST)
            count_run(search, ids, count, marks[i].telling);
    }
    g_array_set_size(search->marks, 0);
}

/* ---- pairs ---------------------------------------------------------------------------------- */

static uint64_t *place_of(const struct search *search, uint32_t id, uint32_t other)
{
    uint64_t place = (uint64_t)id << 16 | connection_of(search, other)->capture_point;

    return (uint64_t *)g_memdup2(&place, sizeof place);
}

static bool is_taken(const struct search *search, uint32_t id, uint32_t other)
{
    uint64_t place = (uint64_t)id << 16 | connection_of(search, other)->capture_point;

    return g_hash_table_contains(search->taken, &place);
}

static void add_pair(struct search *search, const struct fwx_candidate *c, enum fwx_method method)
{
    const struct fwx_connection *a = connection_of(search, c->a);
    const struct fwx_connection *b = connection_of(search, c->b);
    struct fwx_pair pair = {.leg = {c->a, c->b}, .method = (uint8_t)method};

    if (a->capture_point > b->capture_point) {
        const struct fwx_connection *swap = a;

        a = b;
        b = swap;
        pair.leg[0] = a->id;
        pair.leg[1] = b->id;
    }
    pair.point[0] = a->capture_point;
    pair.point[1] = b->capture_point;
    for (unsigned side = 0; side < 2; side++) {
        if (fwx_compare_isn(a, b, side))
            pair.shift[side] = b->peer[side].isn - a->peer[side].isn;
    }
    g_hash_table_add(search->taken, place_of(search, c->a, c->b));
    g_hash_table_add(search->taken, place_of(search, c->b, c->a));
    g_array_append_val(search->join->pairs, pair);
}

static int by_votes(gconstpointer x, gconstpointer y)
{
    const struct fwx_candidate *a = *(const struct fwx_candidate *const *)x;
    const struct fwx_candidate *b = *(const struct fwx_candidate *const *)y;

    if (a->telling != b->telling)
        return a->telling > b->telling ? -1 : 1;
    if (a->votes != b->votes)
        return a->votes > b->votes ? -1 : 1;
    return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

/* Another one that as much speaks for: which of the two, nobody can tell. */
static bool is_ambiguous(const struct search *search, const GPtrArray *sorted, uint32_t at)
{
    enum { NEAR = 64 }; /* as many as one run can have at a point, and some */
    const struct fwx_candidate *best = (const struct fwx_candidate *)sorted->pdata[at];

    for (uint32_t i = at + 1; i < sorted->len && i < at + NEAR; i++) {
        const struct fwx_candidate *c = (const struct fwx_candidate *)sorted->pdata[i];
        bool of_a = c->a == best->a || c->b == best->a;
        bool of_b = c->a == best->b || c->b == best->b;
        uint32_t other = of_a ? (c->a == best->a ? c->b : c->a) : (c->a == best->b ? c->b : c->a);
        uint32_t mine = of_a ? best->b : best->a;

        if (c->telling != best->telling || c->votes != best->votes)
            return false;
        if (of_a != of_b &&
            connection_of(search, other)->capture_point ==
                connection_of(search, mine)->capture_point &&
            !is_taken(search, c->a, c->b) && !is_taken(search, c->b, c->a) &&
            fwx_same_ends(search->join, c) >= fwx_same_ends(search->join, best))
            return true;
    }
    return false;
}

enum level { NUMBERS, PLACES, STREAMS };

/* At either point. */
static bool is_answered(const struct fwx_connection *a, const struct fwx_connection *b)
{
    return ((a->peer[FWX_RESPONDER].flags | b->peer[FWX_RESPONDER].flags) & FWX_PEER_ISN) != 0;
}

static enum fwx_method method_of(const struct search *search, const struct fwx_candidate *c,
                                 enum level level)
{
    const struct fwx_connection *a = connection_of(search, c->a);
    const struct fwx_connection *b = connection_of(search, c->b);
    const int isn[2] = {fwx_compare_isn(a, b, FWX_INITIATOR), fwx_compare_isn(a, b, FWX_RESPONDER)};

    if (level == STREAMS)
        return FWX_STREAM;
    if (level == NUMBERS && isn[FWX_RESPONDER] >= 0)
        return FWX_SAME_NUMBERS;
    if (isn[FWX_INITIATOR] > 0)
        return isn[FWX_RESPONDER] > 0 || !is_answered(a, b) ? FWX_SAME_NUMBERS : FWX_ISN_INITIATOR;
    return isn[FWX_RESPONDER] > 0 ? FWX_ISN_RESPONDER : FWX_PAYLOAD;
}

static void take_best(struct search *search, enum level level)
{
    static bool (*const fits[])(const struct fwx_points_join *, const struct fwx_candidate *) = {
        fwx_fits_numbers, fwx_fits_places, fwx_fits_streams};
    GPtrArray *sorted = g_ptr_array_new();
    GHashTableIter iter;
    gpointer candidate;

    count_votes(search);
    g_hash_table_iter_init(&iter, search->counts);
    while (g_hash_table_iter_next(&iter, &candidate, NULL))
        g_ptr_array_add(sorted, candidate);
    g_ptr_array_sort(sorted, by_votes);
    for (uint32_t i = 0; i < sorted->len; i++) {
        const struct fwx_candidate *c = (const struct fwx_candidate *)sorted->pdata[i];

        if (is_taken(search, c->a, c->b) || is_taken(search, c->b, c->a) ||
            !fits[level](search->join, c) || is_ambiguous(search, sorted, i))
            continue;
        add_pair(search, c, method_of(search, c, level));
    }
    g_ptr_array_unref(sorted);
    g_hash_table_remove_all(search->counts);
}

/* The beginning of what the initiator says, and of both. */
static void mark_streams(struct search *search)
{
    const struct fwx_trail *trail = search->join->trail;

    for (uint32_t id = 1; id <= trail->steps.count; id++) {
        const struct fwx_steps *steps = steps_of(search, id);

        for (unsigned i = 0; steps && i < FWX_STREAM_MARKS; i++) {
            if (steps->stream[FWX_INITIATOR].covered >= 16u << i)
                add_mark(search, fwx_points_mix(i, steps->stream[FWX_INITIATOR].at[i]), id, true);
            if (steps->stream[FWX_RESPONDER].covered >= 16u << i)
                add_mark(search, fwx_points_mix(~(uint64_t)i, steps->stream[FWX_RESPONDER].at[i]),
                         id, true);
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void list_pairs(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->pairs->len; i++) {
        struct fwx_pair *pair = fwx_pair_at(join, i);

        pair->path = (uint8_t)fwx_path_of(join, pair);
        pair->adjacent = true;
        for (unsigned leg = 0; leg < 2; leg++) {
            gpointer id = GUINT_TO_POINTER(pair->leg[leg]);
            GArray *numbers = (GArray *)g_hash_table_lookup(join->of, id);

            if (!numbers) {
                numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
                g_hash_table_insert(join->of, id, numbers);
            }
            g_array_append_val(numbers, i);
        }
    }
}

void fwx_legs_pair(struct fwx_points_join *join)
{
    static void (*const mark[])(struct search *) = {mark_numbers, mark_places, mark_streams};
    struct search search = {
        .join = join,
        .marks = g_array_new(FALSE, FALSE, sizeof(struct mark)),
        .counts = g_hash_table_new_full(hash_candidate, equal_candidates, g_free, NULL),
        .taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
    };

    for (unsigned level = NUMBERS; level <= STREAMS; level++) {
        mark[level](&search);
        take_best(&search, (enum level)level);
    }
    g_array_free(search.marks, TRUE);
    g_hash_table_destroy(search.counts);
    g_hash_table_destroy(search.taken);
    list_pairs(join);
}
