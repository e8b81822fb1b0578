/* workers.h
 * Captures, handed out to worker processes, and results in the order of the captures. A worker that
 * dies costs the capture that it was reading; another takes its place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_WORKERS_H
#define FWX_COMMAND_WORKERS_H

#include "worker.h"

struct fwx_result {
    struct fwx_capture *capture;
    struct fwx_answer answer;
    gboolean died;  /* the worker did: there is no answer */
    char *messages; /* lines of standard error, "" for nothing */
    /* What was printed: a part of a file. */
    int file;
    gint64 offset;
    gint64 length;
    guint *waiting; /* results in that file */
};

/* go_on() is asked between steps, twice a second at least. FALSE where there can be no workers, or
 * no files for them; stopping is no error. */
gboolean fwx_workers_run(const GPtrArray *all, gboolean looking,
                         void (*take)(const struct fwx_result *result), gboolean (*go_on)(void),
                         GError **error);

/* What a worker with these files has on standard error, and words behind it, or NULL: to be freed.
 */
char *fwx_workers_said(const int *files, const char *words);

#endif
