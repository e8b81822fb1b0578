/* output.h
 * Where the results go: standard output, or a file that is whole or not there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_OUTPUT_H
#define FWX_COMMAND_OUTPUT_H

#include <stdio.h>

#include <glib.h>

struct fwx_output {
    FILE *stream;
    char *path;      /* NULL: standard output */
    char *temporary; /* beside it, until all is written; NULL: written to directly */
};

/* path: NULL for standard output. What is no regular file (/dev/null, a pipe) is written to
 * directly. */
gboolean fwx_output_open(struct fwx_output *output, const char *path, GError **error);
/* All is written, and the file there. */
gboolean fwx_output_commit(struct fwx_output *output, GError **error);
/* After a commit, or in its place: then the file is as it was. */
void fwx_output_close(struct fwx_output *output);

#endif
