/* paired.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/paired.h"

static void add(GArray *paired, const struct fwx_log_tuple *named, const struct fwx_log_tuple *seen)
{
    struct fwx_log_paired added = {*named, *seen};

    if (!fwx_log_same_tuple(named, seen))
        g_array_append_val(paired, added);
}

/* One end as the one leg has it, the other end as the other. */
static struct fwx_log_tuple mixed(const struct fwx_log_tuple *a, const struct fwx_log_tuple *b)
{
    return (struct fwx_log_tuple){a->src, b->dst, a->src_port, b->dst_port, a->protocol};
}

void fwx_log_paired_add(GArray *paired, const struct fwx_log_tuple *a,
                        const struct fwx_log_tuple *b)
{
    struct fwx_log_tuple between[] = {mixed(a, b), mixed(b, a)};

    add(paired, a, b);
    add(paired, b, a);
    for (unsigned i = 0; i < G_N_ELEMENTS(between); i++) {
        if (fwx_log_same_tuple(&between[i], a) || fwx_log_same_tuple(&between[i], b))
            continue;
        add(paired, &between[i], a);
        add(paired, &between[i], b);
    }
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct fwx_log_paired));
}

void fwx_log_paired_sort(GArray *paired)
{
    g_array_sort(paired, by_name);
}

static int compare(const GArray *paired, guint i, const struct fwx_log_tuple *named)
{
    return memcmp(&g_array_index(paired, struct fwx_log_paired, i).named, named, sizeof *named);
}

guint fwx_log_paired_find(const GArray *paired, const struct fwx_log_tuple *named, guint *first)
{
    guint low = 0;
    guint high = paired->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (compare(paired, middle, named) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < paired->len && compare(paired, high, named) == 0)
        high++;
    return high - low;
}
