/* paired.h
 * Lines that name a connection as another capture point shows it, or one end as the one point does
 * and the other end as the other (a rule between DNAT and SNAT).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_PAIRED_H
#define FWX_LOG_PAIRED_H

#include "engine/log/line.h"

#include <glib.h>

/* A line of the one tuple may be of a packet of the other. From initiator to responder. */
struct fwx_log_paired {
    struct fwx_log_tuple named;
    struct fwx_log_tuple seen;
};

/* Adds what follows of two legs of one conversation: nothing where they have the same tuple. */
void fwx_log_paired_add(GArray *paired, const struct fwx_log_tuple *a,
                        const struct fwx_log_tuple *b);
void fwx_log_paired_sort(GArray *paired);

/* Sorted: those of a tuple, paired[*first] and on, as many as returned. */
guint fwx_log_paired_find(const GArray *paired, const struct fwx_log_tuple *named, guint *first);

#endif
