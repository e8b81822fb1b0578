/* command.h
 * What the parts of fwx-verdicts share: the command line, captures, and what is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_COMMAND_H
#define FWX_COMMAND_COMMAND_H

#include <glib.h>

#include "report/escape.h"

/* ---- the command line ----------------------------------------------------------------------- */

struct fwx_options {
    const char *format;   /* "overview", "table", "json", "csv", "log", "reconcile" and so on */
    char *output;         /* NULL: standard output */
    char *report;         /* in place of output: a report; or NULL */
    char *filter;         /* display filter, or NULL */
    char *from_log;       /* for each of its lines, who shows it; or NULL */
    char **captures;      /* further arguments, or NULL */
    char **firewall_logs; /* files, or NULL: they are in set, too */
    char **set;           /* preferences, NAME:VALUE; or NULL */
    char *profile;        /* "lean", "full" or the name of one of Wireshark's profiles */
    int jobs;
    gboolean all;     /* every conversation, and every finding by itself */
    gboolean points;  /* the arguments are one capture, each file of a capture point of its own */
    gboolean no_sets; /* every file by itself */
    gboolean no_heading;
    gboolean list;      /* what would be read, instead of reading it */
    gboolean null;      /* lines of the list end with NUL */
    gboolean follow;    /* one capture, while it is written */
    int limit;          /* open connections that are then kept, stories of a report, at most */
    gboolean anonymise; /* the report */
    char **arguments;
};

extern struct fwx_options fwx_options;

/* Is that what is printed? */
static inline gboolean fwx_options_are(const char *format)
{
    return g_str_equal(fwx_options.format, format);
}

/* Prints help or version and ends the program where they are asked for. */
gboolean fwx_options_parse(char **argv, GError **error);

/* ---- captures ------------------------------------------------------------------------------- */

/* In place of a path: standard input. */
#define FWX_STDIN "-"

/* What a file is. */
enum fwx_format_kind {
    FWX_FORMAT_NONE,     /* no capture */
    FWX_FORMAT_DOUBTFUL, /* libwiretap opens it, as it does many a text or picture */
    FWX_FORMAT_UNCOMMON, /* a capture, of a kind that has to be named */
    FWX_FORMAT_COMMON    /* a capture, of a kind that is looked for in folders */
};

struct fwx_look {
    enum fwx_format_kind kind;
    gboolean has_first;
    gint64 first; /* time of the first packet, nanoseconds since the epoch */
};

/* What is read at once: a capture, or the files of a capture set. */
struct fwx_capture {
    char *name;         /* as it is shown */
    GPtrArray *paths;   /* of char *, in order of time */
    GPtrArray *points;  /* of char *, what each file's capture point is called; NULL: no points */
    guint64 size;       /* bytes, of all files */
    const char *folder; /* the argument in whose folder it was found; NULL: an argument names it */
    char *trouble;      /* why it cannot even be tried, or NULL */
    struct fwx_look look; /* where it was looked at */
};

/* Of struct fwx_capture *, in the order of the arguments, what lies in folders sorted: captures
 * or not, that is to be seen. */
GPtrArray *fwx_captures_find(char **arguments);

/* One capture, whose files were captured at different points; NAME=FILE names a file's point, else
 * the file does. */
GPtrArray *fwx_captures_of_points(char **arguments);

/* Whether it has to be looked at, be it for its name, which is that of a set's file. */
gboolean fwx_captures_wants_look(const struct fwx_capture *capture);

/* Removes what in folders is no capture, and makes one capture of the files of each set, at the
 * place of the first one named. A set is files of one folder and base name whose numbers follow
 * each other and whose times, in the name and of the first packet, do not go back; a gap in the
 * numbers ends it. */
void fwx_captures_sort_out(GPtrArray *captures, gboolean sets);

/* The file that follows one of a set, where it is there: to be freed; or NULL. */
char *fwx_captures_next(const char *path);

/* ---- messages ------------------------------------------------------------------------------- */

/* "fwx-verdicts: ...", on a line of its own of standard error, whatever names it holds. */
void fwx_tell(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* On a terminal, how far the work is and what is left: from when it begins until it is 100 %. */
void fwx_progress_begin(const GPtrArray *captures);
/* troubled: how many captures so far. */
void fwx_progress_done(const struct fwx_capture *capture, guint64 troubled);
void fwx_progress_show(void); /* where it is due */
void fwx_progress_end(void);

#endif
