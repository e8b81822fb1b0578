/* test_pool.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/pool.h"

#include <stdio.h>
#include <string.h>

struct item {
    uint64_t a;
    uint32_t b;
};

enum { ITEMS = 100 * FWX_POOL_BLOCK + 3 };

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

/* Whether the system was asked for huge pages at an address: "hg" among the flags of its mapping
 * (proc(5)). */
static gboolean is_huge(const void *address)
{
    gboolean here = FALSE;
    gboolean huge = FALSE;
    char **lines;
    char *text = NULL;

    g_assert_true(g_file_get_contents("/proc/self/smaps", &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        unsigned long from;
        unsigned long to;

        /* NOLINTNEXTLINE(cert-err34-c) */
        if (sscanf(*line, "%lx-%lx ", &from, &to) == 2)
            here = from <= (uintptr_t)address && (uintptr_t)address < to;
        else if (here && g_str_has_prefix(*line, "VmFlags:"))
            huge |= strstr(*line, " hg") != NULL;
    }
    g_strfreev(lines);
    g_free(text);
    return huge;
}

static void test_huge_pages(void)
{
    enum { LARGE = 1 << 23, PAGE = 1 << 21 };
    struct fwx_pool pool;
    char *small;
    char *large;

    if (!g_file_test("/sys/kernel/mm/transparent_hugepage/enabled", G_FILE_TEST_EXISTS)) {
        g_test_skip("this system has none");
        return;
    }
    small = (char *)fwx_room_new(PAGE);
    large = (char *)fwx_room_new(LARGE);
    g_assert_true(is_huge(large + PAGE) && is_huge(large + LARGE - PAGE - 1));
    g_assert_false(is_huge(small));
    g_free(small);
    g_free(large);

    fwx_pool_init(&pool, 280);
    for (uint32_t i = 0; i < ITEMS; i++)
        fwx_pool_add(&pool);
    g_assert_true(is_huge(fwx_pool_at(&pool, ITEMS / 2)));
    g_assert_false(is_huge(fwx_pool_at(&pool, 15 * FWX_POOL_BLOCK)));
    fwx_pool_clear(&pool);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/items-never-move", test_items_never_move);
    g_test_add_func("/pool/items-come-zeroed", test_items_come_zeroed);
    g_test_add_func("/pool/empty", test_empty);
    g_test_add_func("/pool/huge-pages", test_huge_pages);
    return g_test_run();
}
