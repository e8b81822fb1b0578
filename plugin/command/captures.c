/* captures.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "captures.h"

#include <errno.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#define ATTRIBUTES                                                                                 \
    G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE                              \
                                   "," G_FILE_ATTRIBUTE_STANDARD_SIZE

struct fwx_capture *fwx_capture_new(char *name)
{
    struct fwx_capture *capture = g_new0(struct fwx_capture, 1);

    capture->name = name;
    capture->paths = g_ptr_array_new_with_free_func(g_free);
    return capture;
}

void fwx_capture_free(struct fwx_capture *capture)
{
    if (!capture)
        return;
    g_free(capture->name);
    g_ptr_array_unref(capture->paths);
    g_free(capture->trouble);
    g_free(capture);
}

static void free_capture(gpointer data)
{
    fwx_capture_free((struct fwx_capture *)data);
}

static struct fwx_capture *new_file(const char *path, guint64 size)
{
    struct fwx_capture *capture = fwx_capture_new(g_strdup(path));

    g_ptr_array_add(capture->paths, g_strdup(path));
    capture->size = size;
    return capture;
}

static void add_trouble(GPtrArray *captures, const char *path, const char *message)
{
    struct fwx_capture *capture = new_file(path, 0);

    capture->trouble = g_strdup(message);
    g_ptr_array_add(captures, capture);
}

/* ---- folders -------------------------------------------------------------------------------- */

static void search(GPtrArray *captures, const char *folder);

static void look_at(GPtrArray *captures, char *path, GFileInfo *info)
{
    GFileType type = g_file_info_get_file_type(info);

    if (type == G_FILE_TYPE_DIRECTORY) {
        search(captures, path);
    } else if (type == G_FILE_TYPE_REGULAR && g_access(path, R_OK) != 0) {
        add_trouble(captures, path, g_strerror(errno)); /* it may be one */
    } else if (type == G_FILE_TYPE_REGULAR) {
        g_ptr_array_add(captures, new_file(path, (guint64)g_file_info_get_size(info)));
    }
    g_free(path);
}

/* Symbolic links are not followed: they may lead in circles, or twice to the same capture. */
static void search(GPtrArray *captures, const char *folder)
{
    GFile *file = g_file_new_for_path(folder);
    GError *error = NULL;
    GFileEnumerator *entries = g_file_enumerate_children(
        file, ATTRIBUTES, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, &error);
    GFileInfo *info = NULL;

    while (entries && g_file_enumerator_iterate(entries, &info, NULL, NULL, &error) && info)
        look_at(captures, g_build_filename(folder, g_file_info_get_name(info), NULL), info);
    if (error)
        add_trouble(captures, folder, error->message);
    g_clear_error(&error);
    g_clear_object(&entries);
    g_object_unref(file);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    const struct fwx_capture *const *left = (const struct fwx_capture *const *)a;
    const struct fwx_capture *const *right = (const struct fwx_capture *const *)b;

    return g_strcmp0((*left)->name, (*right)->name);
}

static void add_folder(GPtrArray *captures, const char *folder)
{
    GPtrArray *found = g_ptr_array_new();

    search(found, folder);
    for (guint i = 0; i < found->len; i++)
        ((struct fwx_capture *)found->pdata[i])->folder = folder;
    g_ptr_array_sort(found, by_name);
    g_ptr_array_extend(captures, found, NULL, NULL);
    g_ptr_array_unref(found);
}

/* ---- arguments ------------------------------------------------------------------------------ */

/* Under its other names, too, which would be tshark's own standard input. */
static gboolean is_stdin(const char *path)
{
    static const char *const names[] = {FWX_STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0",
                                        NULL};

    return g_strv_contains(names, path);
}

static void add_stdin(GPtrArray *captures, const char *name)
{
    struct fwx_capture *capture = fwx_capture_new(g_strdup(name));

    g_ptr_array_add(capture->paths, g_strdup(FWX_STDIN));
    g_ptr_array_add(captures, capture);
}

static void add_argument(GPtrArray *captures, const char *path)
{
    GStatBuf about;

    if (is_stdin(path))
        add_stdin(captures, path);
    else if (g_stat(path, &about) != 0)
        add_trouble(captures, path, g_strerror(errno));
    else if (g_file_test(path, G_FILE_TEST_IS_DIR))
        add_folder(captures, path);
    else
        g_ptr_array_add(captures, new_file(path, (guint64)about.st_size));
}

GPtrArray *fwx_captures_find(char **arguments)
{
    GPtrArray *captures = g_ptr_array_new_with_free_func(free_capture);

    for (; *arguments; arguments++)
        add_argument(captures, *arguments);
    return captures;
}
