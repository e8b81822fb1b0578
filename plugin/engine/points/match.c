/* match.c
 * Each packet of a leg at the other: first what looks the same but for the numbers that a device
 * may shift; then what was changed on the way; then what was cut or joined.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* How much of the payload both captures have of every packet. */
enum detail { NOTHING, SHORT, HEAD };

struct item {
    const struct fwx_sight *sight;
    uint64_t key;    /* of the present pass; 0: does not take part */
    uint32_t number; /* of the sight */
    uint32_t other;  /* number of the sight at the other leg + 1, 0: none yet */
    uint32_t seq;    /* as the second leg has it */
    uint32_t ack;
    uint8_t fate; /* enum fwx_fate */
};

struct matching {
    const struct fwx_pair *pair;
    enum detail detail;
    bool tcp;
    uint32_t left[2]; /* by leg: not found yet; in most pairs none after the first pass */
    GArray *items[2]; /* of struct item, by leg; in the order of frames between the passes */
};

static struct item *item_at(const struct matching *matching, unsigned leg, uint32_t i)
{
    return &g_array_index(matching->items[leg], struct item, i);
}

/* ---- the items ------------------------------------------------------------------------------ */

static enum detail detail_of(const struct fwx_sight *sight)
{
    if (sight->covered == MIN(sight->length, FWX_SIGHT_HEAD))
        return HEAD;
    return sight->covered >= FWX_SIGHT_SHORT ? SHORT : NOTHING;
}

/* Of the first leg, as the second one has it. */
static void shift_item(const struct fwx_pair *pair, struct item *item)
{
    const struct fwx_sight *sight = item->sight;

    item->seq = sight->seq + pair->shift[sight->side];
    item->ack = sight->flags & FWX_ACK ? sight->ack + pair->shift[!sight->side] : 0;
}

static void collect(const struct fwx_points_join *join, struct matching *matching, unsigned leg)
{
    uint32_t count;
    uint32_t *numbers = fwx_trail_of(join->trail, matching->pair->leg[leg], &count);

    matching->left[leg] = count;
    matching->items[leg] = g_array_sized_new(FALSE, FALSE, sizeof(struct item), count);
    for (uint32_t i = 0; i < count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(join->trail, numbers[i]);
        struct item item = {
            .sight = sight,
            .number = numbers[i],
            .seq = sight->seq,
            .ack = sight->ack,
        };

        if (leg == 0 && matching->tcp)
            shift_item(matching->pair, &item);
        matching->detail = MIN(matching->detail, detail_of(sight));
        g_array_append_val(matching->items[leg], item);
    }
    g_free(numbers);
}

/* ---- a pass --------------------------------------------------------------------------------- */

static int by_key(gconstpointer x, gconstpointer y)
{
    const struct item *a = (const struct item *)x;
    const struct item *b = (const struct item *)y;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

typedef uint64_t key_of(const struct matching *matching, const struct item *item);

/* Those of one key, one after the other as they came. */
static void pass(struct matching *matching, key_of *key, enum fwx_fate fate)
{
    uint32_t i = 0;
    uint32_t j = 0;

    for (unsigned leg = 0; leg < 2; leg++) {
        for (uint32_t n = 0; n < matching->items[leg]->len; n++) {
            struct item *item = item_at(matching, leg, n);

            item->key = item->other ? 0 : key(matching, item);
        }
        g_array_sort(matching->items[leg], by_key);
    }
    while (i < matching->items[0]->len && j < matching->items[1]->len) {
        struct item *a = item_at(matching, 0, i);
        struct item *b = item_at(matching, 1, j);

        if (a->key == b->key && a->key) {
            a->other = b->number + 1;
            b->other = a->number + 1;
            a->fate = b->fate = (uint8_t)fate;
            matching->left[0]--;
            matching->left[1]--;
        }
        i += a->key <= b->key;
        j += b->key <= a->key;
    }
}

/* ---- what makes a packet the same ----------------------------------------------------------- */

enum { CONTROL = FWX_SYN | FWX_FIN | FWX_RST };

static uint64_t place_key(const struct item *item)
{
    uint64_t key = fwx_points_mix(item->sight->side, (uint64_t)item->seq << 32 | item->ack);

    return fwx_points_mix(key, item->sight->flags & CONTROL);
}

static uint64_t look_key(const struct matching *matching, const struct item *item)
{
    const struct fwx_sight *sight = item->sight;
    uint64_t key = matching->tcp
                       ? place_key(item)
                       : fwx_points_mix(sight->side, (uint64_t)sight->flags << 32 | sight->seq);

    key = fwx_points_mix(key, sight->length);
    if (matching->detail != NOTHING)
        key = fwx_points_mix(key, matching->detail == HEAD ? sight->head : sight->short_head);
    return key | 1;
}

static uint64_t same_with_id(const struct matching *matching, const struct item *item)
{
    return item->sight->ip_id ? fwx_points_mix(look_key(matching, item), item->sight->ip_id) | 1
                              : 0;
}

/* Where IP IDs are handed on, two that differ are two copies. */
static uint64_t same(const struct matching *matching, const struct item *item)
{
    return matching->pair->keeps_ids && item->sight->ip_id ? 0 : look_key(matching, item);
}

/* Repeated later, it has another time stamp (RFC 7323, 3.2). */
static uint64_t same_with_stamp(const struct matching *matching, const struct item *item)
{
    uint64_t key = item->sight->stamp ? same(matching, item) : 0;

    return key ? fwx_points_mix(key, item->sight->stamp) | 1 : 0;
}

/* ---- what shows that it was changed -----------------------------------------------------------
 */

static uint64_t changed_with_id(const struct matching *matching, const struct item *item)
{
    uint64_t key =
        fwx_points_mix(item->sight->side, (uint64_t)item->seq << 16 | item->sight->ip_id);

    return matching->pair->keeps_ids && item->sight->ip_id ? key | 1 : 0;
}

/* A SYN that is repeated has another time stamp (RFC 7323, 3.2). */
static uint64_t changed_syn(const struct matching *matching, const struct item *item)
{
    const struct fwx_sight *sight = item->sight;
    uint64_t key = fwx_points_mix(item->seq, (uint64_t)sight->stamp << 1 | sight->side);

    if (!(sight->flags & FWX_SYN) || (matching->pair->keeps_ids && sight->ip_id))
        return 0;
    return fwx_points_mix(key, sight->flags & FWX_ACK) | 1;
}

/* Other bytes at the same place. */
static uint64_t changed_payload(const struct matching *matching, const struct item *item)
{
    const struct fwx_sight *sight = item->sight;

    if (!sight->stamp || !sight->length || (matching->pair->keeps_ids && sight->ip_id))
        return 0;
    return fwx_points_mix(fwx_points_mix(place_key(item), sight->stamp), sight->length) | 1;
}

/* What fills a short frame is counted as payload, or cut off. */
static uint64_t changed_padding(const struct matching *matching, const struct item *item)
{
    enum { PADDING = 6 };

    return item->sight->length > PADDING || (matching->pair->keeps_ids && item->sight->ip_id)
               ? 0
               : place_key(item) | 1;
}

/* ---- cut and joined ------------------------------------------------------------------------- */

/* Where a segment begins, counted from the side's first byte seen. */
static int64_t place_from(const struct item *item, uint32_t base)
{
    return (int32_t)(item->seq - base);
}

static bool is_left(const struct item *item, unsigned side)
{
    return !item->other && item->sight->length && item->sight->side == side;
}

static int by_place(gconstpointer x, gconstpointer y, gpointer base)
{
    const struct item *a = *(const struct item *const *)x;
    const struct item *b = *(const struct item *const *)y;
    int64_t apart = place_from(a, *(uint32_t *)base) - place_from(b, *(uint32_t *)base);

    if (apart)
        return apart < 0 ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* What is left of a side, by place. */
static GPtrArray *leftover(const struct matching *matching, unsigned leg, unsigned side,
                           uint32_t base)
{
    GPtrArray *left = g_ptr_array_new();

    for (uint32_t i = 0; i < matching->items[leg]->len; i++) {
        struct item *item = item_at(matching, leg, i);

        if (is_left(item, side))
            g_ptr_array_add(left, item);
    }
    g_ptr_array_sort_with_data(left, by_place, &base);
    return left;
}

static uint32_t find_place(const GPtrArray *sorted, int64_t place, uint32_t base)
{
    uint32_t low = 0;
    uint32_t high = sorted->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (place_from((const struct item *)sorted->pdata[middle], base) < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The segments of the other leg that together are this one. */
static void cover(struct item *whole, const GPtrArray *parts, uint32_t base)
{
    enum { MOST = 128 };
    struct item *found[MOST];
    unsigned count = 0;
    int64_t at = place_from(whole, base);
    int64_t end = at + whole->sight->length;

    for (uint32_t i = find_place(parts, at, base); i < parts->len && count < MOST && at < end;
         i++) {
        struct item *part = (struct item *)parts->pdata[i];
        int64_t place = place_from(part, base);

        if (place > at)
            return;
        if (part->other || place < at || place + part->sight->length > end)
            continue;
        found[count++] = part;
        at = place + part->sight->length;
    }
    if (at < end || !count)
        return;
    whole->other = found[0]->number + 1;
    whole->fate = FWX_FATE_RESEGMENTED;
    for (unsigned i = 0; i < count; i++) {
        found[i]->other = whole->number + 1;
        found[i]->fate = FWX_FATE_RESEGMENTED;
    }
}

static void resegment(struct matching *matching, unsigned side)
{
    GPtrArray *left[2];
    uint32_t base = 0;

    for (unsigned leg = 0; leg < 2; leg++) {
        for (uint32_t i = 0; i < matching->items[leg]->len; i++) {
            if (is_left(item_at(matching, leg, i), side))
                base = item_at(matching, leg, i)->seq;
        }
    }
    for (unsigned leg = 0; leg < 2; leg++)
        left[leg] = leftover(matching, leg, side, base);
    for (unsigned leg = 0; leg < 2; leg++) {
        for (uint32_t i = 0; i < left[leg]->len; i++) {
            struct item *whole = (struct item *)left[leg]->pdata[i];

            if (!whole->other)
                cover(whole, left[!leg], base);
        }
    }
    for (unsigned leg = 0; leg < 2; leg++)
        g_ptr_array_unref(left[leg]);
}

/* ---- a pair --------------------------------------------------------------------------------- */

static bool is_single(const struct matching *matching, unsigned leg, uint32_t i)
{
    uint64_t key = item_at(matching, leg, i)->key;

    return (i == 0 || item_at(matching, leg, i - 1)->key != key) &&
           (i + 1 == matching->items[leg]->len || item_at(matching, leg, i + 1)->key != key);
}

/* Are IP IDs handed on? Asked of packets that look alike only once at each leg. */
static bool keeps_ids(const struct matching *matching)
{
    uint32_t i = 0;
    uint32_t j = 0;
    uint32_t both = 0;
    uint32_t equal = 0;

    while (i < matching->items[0]->len && j < matching->items[1]->len) {
        const struct item *a = item_at(matching, 0, i);
        const struct item *b = item_at(matching, 1, j);

        if (a->key == b->key && is_single(matching, 0, i) && is_single(matching, 1, j) &&
            a->sight->ip_id && b->sight->ip_id) {
            both++;
            equal += a->sight->ip_id == b->sight->ip_id;
        }
        i += a->key <= b->key;
        j += b->key <= a->key;
    }
    return 2 * equal > both;
}

/* ---- numbers that are shifted, and no SYN that tells by how much --------------------------------
 */

static uint64_t payload_key(const struct matching *matching, const struct item *item)
{
    uint64_t key =
        fwx_points_mix(item->sight->side, (uint64_t)item->seq << 32 | item->sight->length);

    return item->sight->length && matching->detail != NOTHING
               ? fwx_points_mix(key, matching->detail == HEAD ? item->sight->head
                                                              : item->sight->short_head) |
                     1
               : 0;
}

static void sort_by(struct matching *matching, key_of *key)
{
    for (unsigned leg = 0; leg < 2; leg++) {
        for (uint32_t i = 0; i < matching->items[leg]->len; i++) {
            struct item *item = item_at(matching, leg, i);

            item->key = key(matching, item);
        }
        g_array_sort(matching->items[leg], by_key);
    }
}

static int by_number(gconstpointer x, gconstpointer y)
{
    uint32_t a = *(const uint32_t *)x;
    uint32_t b = *(const uint32_t *)y;

    return (a > b) - (a < b);
}

/* The commonest of them, 0 where there are none. */
static uint32_t commonest(GArray *numbers)
{
    uint32_t best = 0;
    uint32_t most = 0;

    g_array_sort(numbers, by_number);
    for (uint32_t i = 0, next; i < numbers->len; i = next) {
        uint32_t number = g_array_index(numbers, uint32_t, i);

        for (next = i; next < numbers->len && g_array_index(numbers, uint32_t, next) == number;
             next++)
            ;
        if (next - i > most) {
            most = next - i;
            best = number;
        }
    }
    return best;
}

/* What one side's data acknowledges at both legs tells how the other side's numbers differ. */
static void find_shift(struct matching *matching, struct fwx_pair *pair, unsigned side)
{
    GArray *apart = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t i = 0;
    uint32_t j = 0;

    sort_by(matching, payload_key);
    while (i < matching->items[0]->len && j < matching->items[1]->len) {
        const struct item *a = item_at(matching, 0, i);
        const struct item *b = item_at(matching, 1, j);
        uint32_t shift = b->sight->ack - a->sight->ack;

        if (a->key == b->key && a->key && a->sight->side != side && is_single(matching, 0, i) &&
            is_single(matching, 1, j) && (a->sight->flags & b->sight->flags & FWX_ACK))
            g_array_append_val(apart, shift);
        i += a->key <= b->key;
        j += b->key <= a->key;
    }
    pair->shift[side] = commonest(apart);
    g_array_free(apart, TRUE);
    for (i = 0; i < matching->items[0]->len; i++)
        shift_item(pair, item_at(matching, 0, i));
}

static bool is_shift_known(const struct fwx_points_join *join, const struct fwx_pair *pair,
                           unsigned side)
{
    const struct fwx_connections *connections = &join->engine->connections;

    return (fwx_connections_get(connections, pair->leg[0])->peer[side].flags &
            fwx_connections_get(connections, pair->leg[1])->peer[side].flags & FWX_PEER_ISN) != 0;
}

static void find_partners(struct matching *matching, struct fwx_pair *pair)
{
    static const struct {
        key_of *key;
        enum fwx_fate fate;
        bool tcp;
    } passes[] = {
        {same_with_id, FWX_FATE_FORWARDED, false}, {same_with_stamp, FWX_FATE_FORWARDED, true},
        {same, FWX_FATE_FORWARDED, false},         {changed_with_id, FWX_FATE_CHANGED, true},
        {changed_syn, FWX_FATE_CHANGED, true},     {changed_payload, FWX_FATE_CHANGED, true},
        {changed_padding, FWX_FATE_CHANGED, true},
    };

    sort_by(matching, look_key);
    pair->keeps_ids = keeps_ids(matching);
    for (unsigned i = pair->keeps_ids ? 0 : 1; i < G_N_ELEMENTS(passes); i++) {
        if ((matching->tcp || !passes[i].tcp) && matching->left[0] && matching->left[1])
            pass(matching, passes[i].key, passes[i].fate);
    }
    for (unsigned side = 0; side < 2 && matching->tcp; side++)
        resegment(matching, side);
}

static void match(struct fwx_points_join *join, uint32_t number)
{
    struct fwx_pair *pair = fwx_pair_at(join, number);
    struct matching matching = {
        .pair = pair,
        .detail = HEAD,
        .tcp = fwx_connections_get(&join->engine->connections, pair->leg[0])->protocol ==
               FWX_PROTOCOL_TCP,
    };

    for (unsigned leg = 0; leg < 2; leg++)
        collect(join, &matching, leg);
    for (unsigned side = 0; side < 2 && matching.tcp && pair->path != FWX_PATH_PROXY; side++) {
        if (!is_shift_known(join, pair, side))
            find_shift(&matching, pair, side);
    }
    if (pair->path != FWX_PATH_PROXY) /* which hands on no packets */
        find_partners(&matching, pair);
    for (unsigned leg = 0; leg < 2; leg++) {
        for (uint32_t i = 0; i < matching.items[leg]->len; i++) {
            const struct item *item = item_at(&matching, leg, i);
            struct fwx_trace trace = {item->number, number, item->other, item->fate, 0, false};

            g_array_append_val(join->traces, trace);
        }
        g_array_free(matching.items[leg], TRUE);
    }
    fwx_match_errors(join, number);
}

void fwx_match_packets(struct fwx_points_join *join)
{
    for (uint32_t i = 0; i < join->pairs->len; i++)
        match(join, i);
}
