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
    GPtrArray *rooms; /* what the blocks are parts of: large ones, once there are many */
    uint32_t item_size;
    uint32_t count;
};

#define FWX_POOL_BLOCK_BITS 9
#define FWX_POOL_BLOCK      (1u << FWX_POOL_BLOCK_BITS)

/* Zeroed memory, to be freed with g_free(). Where it is large, the system is asked for huge pages.
 */
void *fwx_room_new(gsize size);

/* Blocks for more items. */
void fwx_pool_grow(struct fwx_pool *pool);

static inline void fwx_pool_init(struct fwx_pool *pool, uint32_t item_size)
{
    pool->blocks = g_ptr_array_new();
    pool->rooms = g_ptr_array_new_with_free_func(g_free);
    pool->item_size = item_size;
    pool->count = 0;
}

static inline void fwx_pool_clear(struct fwx_pool *pool)
{
    g_ptr_array_free(pool->blocks, TRUE);
    g_ptr_array_free(pool->rooms, TRUE);
    pool->blocks = pool->rooms = NULL;
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
    if (pool->count == pool->blocks->len * FWX_POOL_BLOCK)
        fwx_pool_grow(pool);
    return fwx_pool_at(pool, pool->count++);
}

#endif
