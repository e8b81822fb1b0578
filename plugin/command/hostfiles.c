/* hostfiles.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hostfiles.h"

#include <errno.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#ifdef G_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

#include "hosts.h"
#include "raw.h"
#include "scratch.h"

static gboolean refuse(GError **error, const char *format, const char *file)
{
    char *message = g_strdup_printf(format, file);

    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, message);
    g_free(message);
    return FALSE;
}

static gboolean fail(GError **error, const char *path)
{
    int code = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "%s: %s", path, g_strerror(code));
    return FALSE;
}

char *fwx_hostfiles_result(const struct fwx_hostfiles *files, unsigned job)
{
    return g_strdup_printf("%s/%u", files->folder, job);
}

/* ---- jobs ----------------------------------------------------------------------------------- */

static void add_path(GString *command, const char *path)
{
    char *quoted = g_shell_quote(path);

    g_string_append_printf(command, " %s", quoted);
    g_free(quoted);
}

/* The hosts start elsewhere than here. */
static void add_absolute(GString *command, const char *path)
{
    char *absolute = g_canonicalize_filename(path, NULL);

    add_path(command, absolute);
    g_free(absolute);
}

/* A hard link, or a copy where there can be none: rsync would send a symbolic link as such. */
static gboolean place(const char *path, const char *folder, GError **error)
{
    char *name = g_path_get_basename(path);
    char *target = g_build_filename(folder, name, NULL);
    GFile *from = g_file_new_for_path(path);
    GFile *to = g_file_new_for_path(target);
    gboolean placed;

#ifdef G_OS_UNIX
    placed = linkat(AT_FDCWD, path, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0 ||
             g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, error);
#else
    placed = g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, error);
#endif
    g_object_unref(from);
    g_object_unref(to);
    g_free(target);
    g_free(name);
    return placed;
}

/* GNU parallel copies one file or folder a job; what follows /./ is its path on the host. The files
 * of a set go into a folder of their own. */
static gboolean add_set_to_copy(const struct fwx_hostfiles *files,
                                const struct fwx_capture *capture, GString *command, GString *jobs,
                                GError **error)
{
    char *folder = g_strdup_printf("%s/transfer/%u", files->folder, files->jobs);
    gboolean placed = g_mkdir_with_parents(folder, 0700) == 0 || fail(error, folder);

    for (guint i = 0; placed && i < capture->paths->len; i++) {
        const char *path = (const char *)capture->paths->pdata[i];
        char *name = g_path_get_basename(path);
        char *there = g_strdup_printf("%u/%s", files->jobs, name);

        placed = place(path, folder, error);
        add_path(command, there);
        g_free(there);
        g_free(name);
    }
    g_free(folder);
    folder = g_canonicalize_filename(files->folder, NULL);
    g_string_append_len(jobs, command->str, (gssize)command->len + 1);
    g_string_append_printf(jobs, "%s/transfer/./%u", folder, files->jobs);
    g_string_append_c(jobs, '\0');
    g_free(folder);
    return placed;
}

static void add_file_to_copy(const char *path, GString *command, GString *jobs)
{
    char *absolute = g_canonicalize_filename(path, NULL);
    char *folder = g_path_get_dirname(absolute);
    char *name = g_path_get_basename(absolute);
    char *there = g_strconcat("./", name, NULL);

    add_path(command, there);
    g_string_append_len(jobs, command->str, (gssize)command->len + 1);
    g_string_append_printf(jobs, "%s/./%s", folder, name);
    g_string_append_c(jobs, '\0');
    g_free(absolute);
    g_free(folder);
    g_free(name);
    g_free(there);
}

static gboolean add_job(struct fwx_hostfiles *files, const struct fwx_options *options,
                        const struct fwx_capture *capture, GString *command, GString *jobs,
                        GError **error)
{
    files->jobs++;
    if (options->transfer && (capture->paths->len > 1 ||
                              g_file_test((const char *)capture->paths->pdata[0],
                                          G_FILE_TEST_IS_SYMLINK))) /* rsync would send the link */
        return add_set_to_copy(files, capture, command, jobs, error);
    if (options->transfer) {
        add_file_to_copy((const char *)capture->paths->pdata[0], command, jobs);
        return TRUE;
    }
    for (guint i = 0; i < capture->paths->len; i++)
        add_absolute(command, (const char *)capture->paths->pdata[i]);
    g_string_append_len(jobs, command->str, (gssize)command->len + 1);
    return TRUE;
}

/* What this program is called on the hosts; on this one it is itself. */
static char *inner_program(const struct fwx_hosts *hosts)
{
    if (hosts->options->remote)
        return g_strdup(hosts->options->remote);
    return hosts->options->hosts ? g_strdup("fwx-verdicts") : g_shell_quote(hosts->program);
}

/* GNU parallel gives up all jobs where one command is longer than half of what a shell takes. */
#define COMMAND_MAX 60000

/* The files of a set are of one folder, so that their paths are of one length. */
static gboolean is_too_long(const struct fwx_capture *capture)
{
    char *path = g_canonicalize_filename((const char *)capture->paths->pdata[0], NULL);
    gsize length = (strlen(path) + 3) * capture->paths->len;

    g_free(path);
    return length > COMMAND_MAX;
}

/* NULL on errors. */
static GString *list_jobs(struct fwx_hostfiles *files, const struct fwx_hosts *hosts,
                          const GPtrArray *captures, GError **error)
{
    GString *jobs = g_string_new(NULL);
    char *program = inner_program(hosts);
    gboolean listed = TRUE;

    for (guint i = 0; listed && i < captures->len; i++) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[i];
        GString *command;

        if (!capture->trouble && is_too_long(capture))
            capture->trouble = g_strdup("the set has too many files for a job of GNU parallel: "
                                        "read it without --hosts and --joblog");
        if (g_str_equal(capture->paths->pdata[0], FWX_STDIN))
            capture->trouble = g_strdup("standard input is read without --hosts and --joblog");
        if (capture->trouble)
            continue;
        command = fwx_raw_command(hosts->options, program);
        listed = add_job(files, hosts->options, capture, command, jobs, error);
        g_string_free(command, TRUE);
    }
    g_free(program);
    if (!listed)
        g_string_free(g_steal_pointer(&jobs), TRUE);
    return jobs;
}

/* ---- a run ---------------------------------------------------------------------------------- */

/* Whoever still works for an earlier run has inherited its lock. */
static gboolean take_lock(struct fwx_hostfiles *files, const char *joblog, GError **error)
{
#ifdef G_OS_UNIX
    char *path = g_build_filename(files->folder, "lock", NULL);
    gboolean locked;

    files->lock = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    locked = files->lock >= 0 && flock(files->lock, LOCK_EX | LOCK_NB) == 0;
    if (!locked && files->lock >= 0 && errno == EWOULDBLOCK)
        refuse(error, "a run with the job log %s is still at work: wait for it, or end it", joblog);
    else if (!locked)
        fail(error, path);
    g_free(path);
    return locked;
#else
    (void)files, (void)joblog, (void)error;
    return TRUE;
#endif
}

static gboolean is_same(const struct fwx_hostfiles *files, const GString *jobs)
{
    char *before = NULL;
    gsize length = 0;
    gboolean same = g_file_get_contents(files->jobs_file, &before, &length, NULL) &&
                    length == jobs->len && memcmp(before, jobs->str, length) == 0;

    g_free(before);
    return same;
}

static gboolean begin(const struct fwx_hostfiles *files, const struct fwx_options *options,
                      const GString *jobs, GError **error)
{
    if (!options->resume)
        return g_file_set_contents(files->jobs_file, jobs->str, (gssize)jobs->len, error);
    return is_same(files, jobs) ||
           refuse(error,
                  "the job log %s is of another run: with the same captures and options it can be "
                  "resumed, without --resume a new one begins",
                  options->joblog);
}

/* On this machine nothing is copied, and a job finds no file. */
static gboolean can_transfer(const struct fwx_options *options, GError **error)
{
    char *hosts = NULL;
    gboolean can = !options->transfer || !g_file_get_contents(options->hosts, &hosts, NULL, NULL) ||
                   !g_regex_match_simple("^\\s*([0-9]+/)?:\\s*$", hosts, G_REGEX_MULTILINE, 0);

    g_free(hosts);
    return can || refuse(error,
                         "%s: with --transfer, a line ':' (this machine) cannot be: leave it out, "
                         "or write localhost",
                         options->hosts);
}

/* A new run never destroys what an earlier one has done. */
static gboolean may_begin(const struct fwx_options *options, GError **error)
{
    gboolean there = options->joblog && g_file_test(options->joblog, G_FILE_TEST_EXISTS);

    if (there && !options->resume)
        return refuse(error, "the job log %s is there already: go on with --resume, or remove it",
                      options->joblog);
    if (!there && options->resume)
        return refuse(error, "there is no job log %s to resume", options->joblog);
    return TRUE;
}

gboolean fwx_hostfiles_init(struct fwx_hostfiles *files, const struct fwx_hosts *hosts,
                            const GPtrArray *captures, GError **error)
{
    const struct fwx_options *options = hosts->options;
    GString *jobs = NULL;
    gboolean begun;

    *files = (struct fwx_hostfiles){.lock = -1};
    files->folder = options->joblog ? g_strconcat(options->joblog, ".results", NULL)
                                    : g_build_filename(hosts->scratch, "results", NULL);
    files->jobs_file = g_build_filename(files->folder, "jobs", NULL);
    if (!may_begin(options, error) || !can_transfer(options, error))
        return FALSE;
    if (g_mkdir_with_parents(files->folder, 0700) != 0)
        return fail(error, files->folder);
    if (options->joblog && !take_lock(files, options->joblog, error))
        return FALSE;
    fwx_hostfiles_tidy(files); /* what a run that was broken off has left may be half a copy */
    jobs = list_jobs(files, hosts, captures, error);
    begun = jobs && begin(files, options, jobs, error);
    if (jobs)
        g_string_free(jobs, TRUE);
    return begun;
}

void fwx_hostfiles_tidy(const struct fwx_hostfiles *files)
{
    char *transfer = g_build_filename(files->folder, "transfer", NULL);

    fwx_scratch_remove(transfer);
    g_free(transfer);
}

void fwx_hostfiles_clear(struct fwx_hostfiles *files)
{
#ifdef G_OS_UNIX
    if (files->lock >= 0)
        close(files->lock);
#endif
    g_free(files->folder);
    g_free(files->jobs_file);
}
