/* captures.h
 * The files that the arguments name, and all that lie in folders.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_CAPTURES_H
#define FWX_COMMAND_CAPTURES_H

#include <glib.h>

/* In place of a path: standard input. */
#define FWX_STDIN "-"

/* What is read at once: a capture, or the files of a capture set. */
struct fwx_capture {
    char *name;         /* as it is shown */
    GPtrArray *paths;   /* of char *, in order of time */
    guint64 size;       /* bytes, of all files */
    const char *folder; /* the argument in whose folder it was found; NULL: an argument names it */
    char *trouble;      /* why it cannot even be tried, or NULL */
    /* Where it was looked at: */
    gboolean ignored;   /* none, or none that is looked for in folders */
    gboolean joins;     /* one of a set, perhaps */
    gboolean has_first; /* the time of the first packet is known, nanoseconds since the epoch */
    gint64 first;
};

/* Of struct fwx_capture *, in the order of the arguments, which have to last as long, folders
 * sorted; whether what lies in a folder is a capture, is to be seen. To be freed with
 * g_ptr_array_unref(). */
GPtrArray *fwx_captures_find(char **arguments);

/* A capture without files yet; the name is taken over. */
struct fwx_capture *fwx_capture_new(char *name);
/* Takes NULL, too. */
void fwx_capture_free(struct fwx_capture *capture);

#endif
