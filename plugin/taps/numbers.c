/* numbers.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/numbers.h"

static void free_array(gpointer data)
{
    g_array_unref((GArray *)data);
}

GHashTable *fwx_numbers_new(void)
{
    return g_hash_table_new_full(NULL, NULL, NULL, free_array);
}

void fwx_numbers_add(GHashTable *numbers, uint32_t connection, uint32_t number)
{
    gpointer id = GUINT_TO_POINTER(connection);
    GArray *of = (GArray *)g_hash_table_lookup(numbers, id);

    if (!of) {
        of = g_array_new(FALSE, FALSE, sizeof number);
        g_hash_table_insert(numbers, id, of);
    }
    g_array_append_val(of, number);
}

const GArray *fwx_numbers_of(GHashTable *numbers, uint32_t connection)
{
    return (const GArray *)g_hash_table_lookup(numbers, GUINT_TO_POINTER(connection));
}
