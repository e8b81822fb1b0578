/* options.h
 * What the command line asks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_OPTIONS_H
#define FWX_COMMAND_OPTIONS_H

#include <glib.h>

enum fwx_format { FWX_TABLE, FWX_FINDINGS, FWX_JSON, FWX_CSV, FWX_LOG, FWX_FORMATS };

struct fwx_options {
    enum fwx_format format;
    char *output;   /* NULL: standard output */
    char *filter;   /* display filter, or NULL */
    char **set;     /* preferences, NAME:VALUE; or NULL */
    char *profile;  /* "lean", "full" or the name of one of Wireshark's profiles */
    int jobs;       /* 0: as many as there are processors */
    gboolean whole; /* no capture sets: every file by itself */
    gboolean list;  /* what would be read, instead of reading it */
    gboolean null;  /* lines of the list end with NUL */
    gboolean no_heading;
    gboolean follow;   /* one capture, while it is written */
    int limit;         /* connections that are then kept at most */
    unsigned terminal; /* columns of it, 0: the output is none */
    char **arguments;  /* captures and folders */
};

/* The words for the formats: the options, and tshark's -z fwx,WORD. */
const char *fwx_format_name(enum fwx_format format);

/* Prints help or version and ends the program where they are asked for. */
gboolean fwx_options_parse(struct fwx_options *options, char **argv, GError **error);
void fwx_options_clear(struct fwx_options *options);

#endif
