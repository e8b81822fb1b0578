/* place.h
 * An address at a capture point, as the key of a hash table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PLACE_H
#define FWX_PLACE_H

#include "engine/packet.h"

#include <glib.h>

/* What is kept about it begins with one. */
struct fwx_place {
    const struct fwx_address *address; /* within a connection */
    uint16_t point;
};

/* For g_hash_table_new(). The seed is drawn once: a capture cannot be made to collide. */
guint fwx_place_hash(gconstpointer place);
gboolean fwx_place_equal(gconstpointer a, gconstpointer b);

/* Of a number from the capture that is a key itself, see GUINT_TO_POINTER(). */
guint fwx_number_hash(gconstpointer number);

#endif
