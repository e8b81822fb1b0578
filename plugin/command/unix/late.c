/* late.c
 * Two sets of hashes: what is added goes into the younger, and when that is old enough it takes the
 * place of the other. Two tuples with one hash are one in so many millions of millions that it
 * does not matter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/unix/late.h"

struct set {
    uint64_t *slots; /* open addressing; 0: none */
    gsize mask;
    gsize used;
};

struct fwx_late_tuples {
    struct set young;
    struct set old;
    int64_t since; /* when young was begun; FWX_NO_TIME: not yet */
    int64_t linger;
    uint64_t seed;
};

static uint64_t *find(const struct set *set, uint64_t hash)
{
    gsize at = hash & set->mask;

    while (set->slots[at] && set->slots[at] != hash)
        at = (at + 1) & set->mask;
    return &set->slots[at];
}

static void add(struct set *set, uint64_t hash)
{
    enum { FIRST = 1024 };

    if (!set->slots || set->used > set->mask / 4 * 3) {
        struct set larger = {.mask = set->slots ? 2 * set->mask + 1 : FIRST - 1};

        larger.slots = g_new0(uint64_t, larger.mask + 1);
        for (gsize i = 0; set->slots && i <= set->mask; i++) {
            if (set->slots[i])
                *find(&larger, set->slots[i]) = set->slots[i];
        }
        larger.used = set->used;
        g_free(set->slots);
        *set = larger;
    }
    uint64_t *slot = find(set, hash);

    set->used += !*slot;
    *slot = hash;
}

static gboolean has(const struct set *set, uint64_t hash)
{
    return set->slots && *find(set, hash);
}

/* ---- tuples --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static uint64_t hash_end(uint64_t seed, const struct fwx_address *address, uint16_t port)
{
    return mix(mix(mix(address->word[0] ^ seed) ^ address->word[1]) ^ port);
}

/* The same for both directions; never 0. */
static uint64_t hash(uint64_t seed, const struct fwx_address *a, uint16_t a_port,
                     const struct fwx_address *b, uint16_t b_port, uint16_t point)
{
    return mix(hash_end(seed, a, a_port) + hash_end(seed, b, b_port) + point) | 1;
}

static void grow_old(struct fwx_late_tuples *late, int64_t now)
{
    int64_t age = fwx_time_between(late->since, now);

    if (late->since != FWX_NO_TIME && age >= 0 && age < late->linger)
        return;
    g_free(late->old.slots);
    late->old = late->young;
    late->young = (struct set){0};
    if (age >= 2 * late->linger) {
        g_free(late->old.slots);
        late->old = (struct set){0};
    }
    late->since = now;
}

struct fwx_late_tuples *fwx_late_new(int64_t linger)
{
    struct fwx_late_tuples *late = g_new0(struct fwx_late_tuples, 1);

    late->since = FWX_NO_TIME;
    late->linger = linger;
    late->seed = (uint64_t)g_random_int() << 32 | g_random_int();
    return late;
}

void fwx_late_add(struct fwx_late_tuples *late, const struct fwx_connection *connection,
                  int64_t now)
{
    grow_old(late, now);
    add(&late->young,
        hash(late->seed, &connection->address[0], connection->port[0], &connection->address[1],
             connection->port[1], connection->capture_point));
}

gboolean fwx_late_has(struct fwx_late_tuples *late, const struct fwx_packet *packet, int64_t now)
{
    uint64_t wanted = hash(late->seed, &packet->src, packet->src_port, &packet->dst,
                           packet->dst_port, packet->capture_point);

    grow_old(late, now);
    return has(&late->young, wanted) || has(&late->old, wanted);
}
