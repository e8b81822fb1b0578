/* pool.h
 * A growing array whose items never move: blocks of a fixed number of items.
 *
 * Items are numbered from 0, come zeroed, and live until the pool is cleared. Unlike GArray it
 * needs no copy and no second array while it grows, which at a million connections is the
 * difference between the memory budget and twice that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_POOL_H
#define FWX_POOL_H

#include <glib.h>
#include <stdint.h>

struct fwx_pool {
    GPtrArray *blocks;
    uint32_t item_size;
    uint32_t count;
};

#define FWX_POOL_BLOCK_BITS 9
#define FWX_POOL_BLOCK      (1u << FWX_POOL_BLOCK_BITS)

static inline void fwx_pool_init(struct fwx_pool *pool, uint32_t item_size)
{
    pool->blocks = g_ptr_array_new_with_free_func(g_free);
    pool->item_size = item_size;
    pool->count = 0;
}

static inline void fwx_pool_clear(struct fwx_pool *pool)
{
    g_ptr_array_free(pool->blocks, TRUE);
    pool->blocks = NULL;
}

/* An index out of bounds is a number of another pool: better to stop than to tell of its items. */
static inline void *fwx_pool_at(const struct fwx_pool *pool, uint32_t index)
{
    char *block;

    g_assert(index < pool->count);
    block = (char *)g_ptr_array_index(pool->blocks, index >> FWX_POOL_BLOCK_BITS);

    return block + (gsize)(index & (FWX_POOL_BLOCK - 1)) * pool->item_size;
}

/* The new item's number is pool->count - 1 afterwards. */
static inline void *fwx_pool_add(struct fwx_pool *pool)
{
    if ((pool->count & (FWX_POOL_BLOCK - 1)) == 0)
        g_ptr_array_add(pool->blocks, g_malloc0_n(FWX_POOL_BLOCK, pool->item_size));
    return fwx_pool_at(pool, pool->count++);
}

#endif
