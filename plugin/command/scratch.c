/* scratch.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "scratch.h"

#include <errno.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "user.h"

char *fwx_scratch_new(GError **error)
{
    char *scratch = g_dir_make_tmp("fwx-verdicts-XXXXXX", error);

    if (scratch && !fwx_user_admit(scratch, error)) {
        g_rmdir(scratch);
        g_clear_pointer(&scratch, g_free);
    }
    return scratch;
}

char *fwx_scratch_folder(const char *scratch, const char *name, GError **error)
{
    char *folder = g_build_filename(scratch, name, NULL);

    if (g_mkdir(folder, 0700) != 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", folder,
                    g_strerror(errno));
        g_clear_pointer(&folder, g_free);
    } else if (!fwx_user_give(folder, error)) {
        g_clear_pointer(&folder, g_free);
    }
    return folder;
}

void fwx_scratch_remove(const char *folder)
{
    GDir *entries = folder ? g_dir_open(folder, 0, NULL) : NULL;
    const char *name;

    if (!entries)
        return;
    while ((name = g_dir_read_name(entries))) {
        char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            fwx_scratch_remove(path);
        else
            g_unlink(path);
        g_free(path);
    }
    g_dir_close(entries);
    g_rmdir(folder);
}
