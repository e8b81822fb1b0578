/* write-settings.c
 * tshark -G protocols | write-settings FOLDER: fills an empty folder with the lean settings, for
 * use as WIRESHARK_CONFIG_DIR.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>

#include "command/settings.h"

static char *read_all(FILE *file)
{
    GString *text = g_string_new(NULL);
    char part[4096];
    size_t length;

    while ((length = fread(part, 1, sizeof part, file)) > 0)
        g_string_append_len(text, part, (gssize)length);
    return g_string_free(text, FALSE);
}

int main(int argc, char **argv)
{
    GError *error = NULL;
    char *protocols;
    gboolean done;

    if (argc != 2) {
        fprintf(stderr, "usage: tshark -G protocols | write-settings FOLDER\n");
        return 2;
    }
    protocols = read_all(stdin);
    done = fwx_settings_lean(argv[1], protocols, &error);
    g_free(protocols);
    if (!done) {
        fprintf(stderr, "write-settings: %s\n", error->message);
        g_error_free(error);
    }
    return done ? 0 : 1;
}
