/* output.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>

enum { BUFFER = 1 << 16 };

/* The reason alone: the library's own words name its own functions and quote the path. */
static gboolean fail(const char *path, const char *reason, GError **error)
{
    const char *last = g_strrstr(reason, ": ");

    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be written: %s",
                path ? path : "standard output", last ? last + 2 : reason);
    return FALSE;
}

/* A pipe, a terminal, /dev/stdout whatever it leads to. */
static gboolean is_direct(const char *path)
{
    return g_str_has_prefix(path, "/dev/") || g_str_has_prefix(path, "/proc/") ||
           (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR));
}

static GOutputStream *open_direct(const char *path)
{
    int file = path ? g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : STDOUT_FILENO;
    return file >= 0 ? g_unix_output_stream_new(file, path != NULL) : NULL;
}

/* A file that is there keeps its owner and rights. */
static void keep_rights(int file, const char *path)
{
    GStatBuf before;

    if (g_stat(path, &before) != 0)
        return;
    (void)!fchown(file, before.st_uid, before.st_gid); /* only root can, and need */
    (void)!fchmod(file, before.st_mode & 0777);
}

/* In the same folder, so that renaming is one step. (What GIO replaces is there from the beginning
 * where there was no file before.) The file itself, where the path is a link to it: what is renamed
 * would take the link's place. */
static GOutputStream *open_replacement(struct fwx_output *output)
{
    char *real = realpath(output->path, NULL); /* malloc(), which is GLib's since 2.46 */
    int file = -1;

    if (real) {
        g_free(output->path);
        output->path = real;
    }
    output->temporary = g_strdup_printf("%s.XXXXXX", output->path);
    if (!real || g_access(real, W_OK) == 0)
        file = g_mkstemp_full(output->temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0) {
        g_clear_pointer(&output->temporary, g_free);
        return NULL;
    }
    keep_rights(file, output->path);
    return g_unix_output_stream_new(file, TRUE);
}

gboolean fwx_output_open(struct fwx_output *output, const char *path, GError **error)
{
    GOutputStream *stream = NULL;

    *output = (struct fwx_output){.path = g_strdup(path)};
    if (path && g_file_test(path, G_FILE_TEST_IS_DIR))
        errno = EISDIR;
    else if (!path || is_direct(path))
        stream = open_direct(path);
    else
        stream = open_replacement(output);
    if (!stream)
        return fail(path, g_strerror(errno), error);
    output->stream = g_buffered_output_stream_new_sized(stream, BUFFER);
    g_object_unref(stream);
    return TRUE;
}

gboolean fwx_output_commit(struct fwx_output *output, GError *failure, GError **error)
{
    gboolean good = !failure && g_output_stream_close(output->stream, NULL, &failure);

    if (!good)
        fail(output->path, failure->message, error);
    g_clear_error(&failure);
    if (good && output->temporary && g_rename(output->temporary, output->path) != 0)
        good = fail(output->path, g_strerror(errno), error);
    if (good)
        g_clear_pointer(&output->temporary, g_free);
    return good;
}

void fwx_output_close(struct fwx_output *output)
{
    g_clear_object(&output->stream);
    if (output->temporary)
        g_unlink(output->temporary);
    g_clear_pointer(&output->temporary, g_free);
    g_clear_pointer(&output->path, g_free);
}
