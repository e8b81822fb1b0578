/* writer.h
 * Results in the wanted format, one behind the other, and counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_WRITER_H
#define FWX_COMMAND_WRITER_H

#include <gio/gio.h>

#include "options.h"
#include "workers.h"

struct fwx_writer {
    GOutputStream *stream;
    const struct fwx_options *options;
    const char *product; /* for headings; NULL: the usual one */
    gboolean begun;      /* something has been written */
    unsigned point;      /* the column of the capture point in the heading, 0: none */
    guint64 conversations;
    guint64 denied;
    GError *error; /* nothing more is written after it */
};

void fwx_writer_add(struct fwx_writer *writer, const struct fwx_result *result);

#endif
