/* hostfiles.h
 * The files of a run over hosts: in FILE.results beside the job log, where they outlast the run, or
 * in the scratch folder.
 *
 *   jobs        a command a job, and with --transfer the file to copy; each ends in a zero byte
 *   N/stdout    what the job N printed, and N/stderr; GNU parallel's --results
 *   transfer/   the files of capture sets, side by side
 *   lock        held while anything of a run is still at work
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_HOSTFILES_H
#define FWX_COMMAND_HOSTFILES_H

#include <glib.h>

struct fwx_hosts;

struct fwx_hostfiles {
    char *folder;
    char *jobs_file;
    unsigned jobs;
    int lock; /* a file descriptor, -1: none */
};

/* Writes the jobs; or, to resume, sees that they are the same. To be cleared on errors, too. */
gboolean fwx_hostfiles_init(struct fwx_hostfiles *files, const struct fwx_hosts *hosts,
                            const GPtrArray *captures, GError **error);
/* Removes transfer/. */
void fwx_hostfiles_tidy(const struct fwx_hostfiles *files);
void fwx_hostfiles_clear(struct fwx_hostfiles *files);

/* The folder of a job's output, the first is 1; to be freed with g_free(). */
char *fwx_hostfiles_result(const struct fwx_hostfiles *files, unsigned job);

#endif
