/* pool.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef _DEFAULT_SOURCE
/* madvise(); NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _DEFAULT_SOURCE
#endif
#include "engine/pool.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

enum { HUGE_PAGE = 1 << 21, FEW = 16, MANY = 64 };

/*
 * Whoever looks about in hundreds of megabytes waits for the tables of pages as much as for the
 * memory itself, and not even fetching ahead helps against that: tests/bench/memory.c.
 */
void *fwx_room_new(gsize size)
{
    char *room = (char *)g_malloc0(size);

#ifdef MADV_HUGEPAGE
    gsize before = HUGE_PAGE - (uintptr_t)room % HUGE_PAGE;

    if (size > before)
        (void)madvise(room + before, (size - before) / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return room;
}

void fwx_pool_grow(struct fwx_pool *pool)
{
    guint blocks = pool->blocks->len < FEW ? 1 : MANY;
    gsize size = (gsize)FWX_POOL_BLOCK * pool->item_size;
    char *room = (char *)fwx_room_new(blocks * size);

    g_ptr_array_add(pool->rooms, room);
    for (guint i = 0; i < blocks; i++)
        g_ptr_array_add(pool->blocks, room + i * size);
}
