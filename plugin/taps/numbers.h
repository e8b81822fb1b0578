/* numbers.h
 * Numbers of findings or of lines, by the connection that they are of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_NUMBERS_H
#define FWX_NUMBERS_H

#include <glib.h>
#include <stdint.h>

/* To be freed with g_hash_table_destroy(). */
GHashTable *fwx_numbers_new(void);

void fwx_numbers_add(GHashTable *numbers, uint32_t connection, uint32_t number);

/* Of uint32_t, as they were added; NULL: none. */
const GArray *fwx_numbers_of(GHashTable *numbers, uint32_t connection);

#endif
