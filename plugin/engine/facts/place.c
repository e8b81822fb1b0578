/* place.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/place.h"

static uint64_t seed(void)
{
    static uint64_t drawn;

    if (!drawn)
        drawn = ((uint64_t)g_random_int() << 32) | g_random_int() | 1;
    return drawn;
}

/* Steele, Lea and Flood's 64-bit finalizer (OOPSLA 2014), half of it. */
static guint mix(uint64_t x)
{
    x = (x ^ seed() ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (guint)(x >> 32);
}

guint fwx_place_hash(gconstpointer place)
{
    const struct fwx_place *key = (const struct fwx_place *)place;

    return mix(((uint64_t)mix(key->address->word[0]) << 32 | mix(key->address->word[1])) +
               key->point);
}

gboolean fwx_place_equal(gconstpointer a, gconstpointer b)
{
    const struct fwx_place *one = (const struct fwx_place *)a;
    const struct fwx_place *other = (const struct fwx_place *)b;

    return one->point == other->point && fwx_address_equal(one->address, other->address);
}

guint fwx_number_hash(gconstpointer number)
{
    return mix((uint64_t)GPOINTER_TO_SIZE(number));
}
