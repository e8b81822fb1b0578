/* late.h
 * The tuples of connections that are forgotten, eight bytes each, for a while.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_UNIX_LATE_H
#define FWX_COMMAND_UNIX_LATE_H

#include <glib.h>

#include "engine/connection.h"

struct fwx_late_tuples;

/* Each is kept for that long at least, and at most twice: nanoseconds. */
struct fwx_late_tuples *fwx_late_new(int64_t linger);

void fwx_late_add(struct fwx_late_tuples *late, const struct fwx_connection *connection,
                  int64_t now);
gboolean fwx_late_has(struct fwx_late_tuples *late, const struct fwx_packet *packet, int64_t now);

#endif
