/* test_pool.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/pool.h"

#include <string.h>

struct item {
    uint64_t a;
    uint32_t b;
};

enum { ITEMS = 20 * FWX_POOL_BLOCK + 3 };

static struct item *item_at(const struct fwx_pool *pool, uint32_t index)
{
    return (struct item *)fwx_pool_at(pool, index);
}

static void test_items_never_move(void)
{
    struct fwx_pool pool;
    struct item **given = g_new(struct item *, ITEMS);

    fwx_pool_init(&pool, sizeof(struct item));
    for (uint32_t i = 0; i < ITEMS; i++) {
        given[i] = (struct item *)fwx_pool_add(&pool);
        g_assert_cmpuint(pool.count, ==, i + 1);
        g_assert_cmpuint(given[i]->a, ==, 0);
        g_assert_cmpuint(given[i]->b, ==, 0);
        *given[i] = (struct item){UINT64_MAX - i, i};
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        g_assert_true(item_at(&pool, i) == given[i]);
        g_assert_cmpuint(given[i]->a, ==, UINT64_MAX - i);
        g_assert_cmpuint(given[i]->b, ==, i);
    }
    fwx_pool_clear(&pool);
    g_free(given);
}

/* Also those of the blocks after the first, and those of a pool that takes another's memory. */
static void test_items_come_zeroed(void)
{
    for (unsigned round = 0; round < 3; round++) {
        struct fwx_pool pool;

        fwx_pool_init(&pool, 3); /* no multiple of anything */
        for (uint32_t i = 0; i < ITEMS; i++) {
            uint8_t *bytes = (uint8_t *)fwx_pool_add(&pool);

            g_assert_true(bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0);
            memset(bytes, 0xff, 3);
        }
        fwx_pool_clear(&pool);
    }
}

static void test_empty(void)
{
    struct fwx_pool pool;

    fwx_pool_init(&pool, sizeof(struct item));
    g_assert_cmpuint(pool.count, ==, 0);
    fwx_pool_clear(&pool);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/items-never-move", test_items_never_move);
    g_test_add_func("/pool/items-come-zeroed", test_items_come_zeroed);
    g_test_add_func("/pool/empty", test_empty);
    return g_test_run();
}
