/* output.h
 * Where results go: standard output, a pipe or device, or a file that takes its place when all is
 * done.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_OUTPUT_H
#define FWX_COMMAND_OUTPUT_H

#include <gio/gio.h>

struct fwx_output {
    GOutputStream *stream;
    char *path;      /* NULL: standard output */
    char *temporary; /* what is to become the file, or NULL */
};

/* path: NULL for standard output. */
gboolean fwx_output_open(struct fwx_output *output, const char *path, GError **error);
/* All is written; error: that of a write before, which is taken over, or NULL. */
gboolean fwx_output_commit(struct fwx_output *output, GError *failure, GError **error);
/* What was not committed is forgotten. */
void fwx_output_close(struct fwx_output *output);

#endif
