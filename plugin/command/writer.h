/* writer.h
 * Results in the wanted format, one behind the other, and counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_WRITER_H
#define FWX_COMMAND_WRITER_H

#include <stdio.h>

#include "options.h"
#include "result.h"

struct fwx_writer {
    FILE *stream;
    enum fwx_format format;
    char *product;      /* for headings; NULL: the usual one */
    gboolean begun;     /* something has been written */
    GPtrArray *columns; /* of the CSV's heading, their names; NULL: not written yet */
    guint64 conversations;
    guint64 denied;
};

/* FALSE where the output could not be read again. */
gboolean fwx_writer_add(struct fwx_writer *writer, const struct fwx_result *result, GError **error);

#endif
