/* output.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#ifdef G_OS_UNIX
#include <stdlib.h>
#include <unistd.h>
#else
#include <io.h>
#endif

static gboolean fail(const char *path, GError **error)
{
    int code = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "%s cannot be written: %s",
                path ? path : "standard output", g_strerror(code));
    return FALSE;
}

/* The file itself, where the path is a link to it: what is renamed would take the link's place. */
static char *follow(const char *path)
{
#ifdef G_OS_UNIX
    char *real = realpath(path, NULL); /* malloc(), which is GLib's since 2.46 */

    if (real)
        return real;
#endif
    return g_strdup(path);
}

/* A pipe, a terminal, /dev/stdout whatever it leads to. */
static gboolean is_direct(const char *path)
{
    return g_str_has_prefix(path, "/dev/") || g_str_has_prefix(path, "/proc/") ||
           (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR));
}

/* A file that is there keeps its owner and rights. */
static void keep_rights(int file, const char *path)
{
#ifdef G_OS_UNIX
    GStatBuf before;

    if (g_stat(path, &before) != 0)
        return;
    (void)!fchown(file, before.st_uid, before.st_gid); /* only root can, and need */
    (void)!fchmod(file, before.st_mode & 0777);
#else
    (void)file, (void)path;
#endif
}

/* In the same folder, so that renaming is one step. */
static FILE *open_temporary(struct fwx_output *output)
{
    int file;
    FILE *stream;

    output->temporary = g_strdup_printf("%s.XXXXXX", output->path);
    file = g_mkstemp_full(output->temporary, O_WRONLY, 0666);
    if (file >= 0)
        keep_rights(file, output->path);
    stream = file >= 0 ? fdopen(file, "wb") : NULL;
    if (!stream)
        g_clear_pointer(&output->temporary, g_free);
    return stream;
}

gboolean fwx_output_open(struct fwx_output *output, const char *path, GError **error)
{
    *output = (struct fwx_output){.stream = stdout, .path = g_strdup(path)};
#ifdef G_OS_WIN32
    _setmode(_fileno(stdout), _O_BINARY); /* line ends are the formats' own */
#endif
    if (!path)
        return TRUE;
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        errno = EISDIR;
        output->stream = NULL;
    } else if (is_direct(path)) {
        output->stream = g_fopen(path, "wb");
    } else if (g_file_test(path, G_FILE_TEST_EXISTS) && g_access(path, W_OK) != 0) {
        output->stream = NULL;
    } else {
        g_free(output->path);
        output->path = follow(path);
        output->stream = open_temporary(output);
    }
    return output->stream || fail(path, error);
}

static gboolean finish_stream(struct fwx_output *output)
{
    gboolean written = !ferror(output->stream);

    if (!written) { /* why is long forgotten: writing again tells */
        clearerr(output->stream);
        fputc('\n', output->stream);
    }
    written = fflush(output->stream) == 0 && written;
    if (output->path) {
        written = fclose(output->stream) == 0 && written;
        output->stream = NULL;
    }
    return written;
}

gboolean fwx_output_commit(struct fwx_output *output, GError **error)
{
    errno = 0;
    if (!finish_stream(output))
        return fail(output->path, error);
    if (output->temporary && g_rename(output->temporary, output->path) != 0)
        return fail(output->path, error);
    g_clear_pointer(&output->temporary, g_free);
    return TRUE;
}

void fwx_output_close(struct fwx_output *output)
{
    if (output->path && output->stream)
        fclose(output->stream);
    output->stream = NULL;
    if (output->temporary)
        g_unlink(output->temporary);
    g_clear_pointer(&output->temporary, g_free);
    g_clear_pointer(&output->path, g_free);
}
