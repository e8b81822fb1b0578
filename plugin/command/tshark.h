/* tshark.h
 * tshark with the plugin: found, configured, tried out, started.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_TSHARK_H
#define FWX_COMMAND_TSHARK_H

#include <gio/gio.h>

#include "options.h"

struct fwx_tshark {
    const struct fwx_options *options;
    const char *scratch;
    char *program;
    char *mergecap; /* NULL: not installed */
    char *captype;  /* NULL: not installed */
    char *config;   /* folder of the settings, NULL: where tshark looks by itself */
    char *work;     /* folder that tshark and mergecap start in and may write to */
    char *home;     /* for a user who has none, or NULL */
    char *product;  /* that the settings choose, once it was tried; NULL: the usual one */
    gboolean named; /* one of the user's profiles is asked for by its name */
    gboolean twice; /* the capture is looked at in two passes */
};

/* The options and the scratch folder have to last as long. On errors, too, to be cleared with
 * fwx_tshark_clear(). */
gboolean fwx_tshark_init(struct fwx_tshark *tshark, const struct fwx_options *options,
                         const char *scratch, GError **error);
void fwx_tshark_clear(struct fwx_tshark *tshark);

/* Reads an empty capture with all options: is the plugin there, are the filter, the preferences
 * and the profile right? */
gboolean fwx_tshark_try(struct fwx_tshark *tshark, GError **error);

/* Starts tshark on a file ("-": what comes from standard input), with pipes for its output. Paths
 * are absolute. */
GSubprocess *fwx_tshark_read(const struct fwx_tshark *tshark, const char *path, GError **error);
/* Starts a program that prints what is in a pipe, or what comes to our standard input (FWX_STDIN).
 */
GSubprocess *fwx_tshark_fetch(const struct fwx_tshark *tshark, const char *path, GError **error);
/* Starts mergecap: the files, one behind the other, to a file ("-": to standard output). */
GSubprocess *fwx_tshark_merge(const struct fwx_tshark *tshark, const GPtrArray *paths,
                              const char *target, GError **error);

/* What tshark -G WHAT prints; NULL on errors. To be freed with g_free(). */
char *fwx_tshark_list(const struct fwx_tshark *tshark, const char *what, GError **error);
/* captype's short name for the format of a file; "unknown" where tshark would not open it; NULL
 * where there is no telling. To be freed with g_free(). */
char *fwx_tshark_format(const struct fwx_tshark *tshark, const char *path);

/* What to do about what tshark said, where its own words do not tell; else NULL. */
const char *fwx_tshark_advice(const char *messages);

#endif
