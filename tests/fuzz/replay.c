/* replay.c
 * Stands in for libFuzzer where there is none: gives each file, and each file of a folder, to the
 * target once. A crash ends it; the last name printed is then that of the input.
 *
 *     replay-engine tests/fuzz/corpus/engine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

#include <glib.h>
#include <stdlib.h>

static unsigned replay(const char *path);

static unsigned replay_folder(const char *path, GDir *folder)
{
    unsigned count = 0;
    const char *name;

    while ((name = g_dir_read_name(folder))) {
        char *file = g_build_filename(path, name, NULL);

        count += replay(file);
        g_free(file);
    }
    g_dir_close(folder);
    return count;
}

/* How many inputs there were. */
static unsigned replay(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    GError *error = NULL;
    char *bytes;
    gsize size;

    if (folder)
        return replay_folder(path, folder);
    if (!g_file_get_contents(path, &bytes, &size, &error)) {
        g_printerr("%s\n", error->message);
        g_error_free(error);
        exit(2);
    }
    g_printerr("%s\n", path);
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
    g_free(bytes);
    return 1;
}

int main(int argc, char **argv)
{
    unsigned count = 0;

    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        count += replay(argv[i]);
    g_printerr("%u inputs replayed\n", count);
    return count == 0;
}
