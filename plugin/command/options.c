/* options.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char description[] =
    "In a folder, every capture below it is read; what else lies there is passed over. Files that\n"
    "dumpcap -b cut from one capture are read as one.\n"
    "\n"
    "Exit status: 0 everything was read; 1 a capture could not be read, or not to its end, or is\n"
    "none; 2 wrong usage, or nothing was read. The last line on standard error counts what was "
    "done.";

const char *fwx_format_name(enum fwx_format format)
{
    static const char *const names[FWX_FORMATS] = {"table", "findings", "json", "csv", "log"};

    return names[format];
}

static gboolean fail(GError **error, const char *message)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
    return FALSE;
}

/* At most one format; the table where there is none. */
static gboolean choose_format(struct fwx_options *options, const gboolean *wanted, GError **error)
{
    unsigned count = 0;

    for (unsigned format = 0; format < FWX_FORMATS; format++) {
        if (!wanted[format])
            continue;
        options->format = (enum fwx_format)format;
        count++;
    }
    return count <= 1 || fail(error, "only one of --table, --findings, --json, --csv and --log");
}

static gboolean choose_profile(struct fwx_options *options, gboolean full, GError **error)
{
    if (full && options->profile && strcmp(options->profile, "full") != 0)
        return fail(error, "--full and --profile name different profiles");
    if (!options->profile)
        options->profile = g_strdup(full || options->filter ? "full" : "lean");
    return options->profile[0] || fail(error, "--profile wants a name");
}

enum { LEAST = 1000, LIMIT = 1000000 }; /* connections that --follow keeps */

static gboolean check_follow(const struct fwx_options *options, GError **error)
{
    if (options->arguments[1])
        return fail(error, "--follow reads one capture");
    if (options->format != FWX_CSV && options->format != FWX_JSON)
        return fail(error, "--follow wants --csv or --json: their lines stand alone");
    if (options->output || options->list)
        return fail(error, "--follow prints to standard output, as conversations end");
    return g_str_equal(options->profile, "lean") ||
           fail(error, "--follow dissects nothing: no --filter, --full or --profile");
}

static gboolean check(const struct fwx_options *options, GError **error)
{
    if (!options->arguments)
        return fail(error, "no captures are named");
    if (options->jobs < 0)
        return fail(error, "--jobs wants a number; 0 is one a processor");
    if (options->null && !options->list)
        return fail(error, "--null wants --list");
    if (options->no_heading && options->format != FWX_CSV)
        return fail(error, "--no-heading wants --csv");
    if (options->limit && (!options->follow || options->limit < LEAST))
        return fail(error, "--limit wants --follow, and a number of at least 1000");
    if (options->follow && !check_follow(options, error))
        return FALSE;
    for (char **set = options->set; set && *set; set++) {
        if (!strchr(*set, ':'))
            return fail(error, "--set wants NAME:VALUE, as in --set fwx.product:isa2004");
    }
    return TRUE;
}

static void print_version(void)
{
    printf("fwx-verdicts %s\n", FWX_VERSION);
    exit(EXIT_SUCCESS);
}

gboolean fwx_options_parse(struct fwx_options *options, char **argv, GError **error)
{
    gboolean wanted[FWX_FORMATS] = {FALSE};
    gboolean full = FALSE;
    gboolean version = FALSE;
    const GOptionEntry entries[] = {
        {"table", 0, 0, G_OPTION_ARG_NONE, &wanted[FWX_TABLE],
         "A row per conversation, in aligned columns (default)", NULL},
        {"findings", 0, 0, G_OPTION_ARG_NONE, &wanted[FWX_FINDINGS],
         "A line per finding, marker range and conversation", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &wanted[FWX_JSON],
         "A JSON object a line per conversation", NULL},
        {"csv", 0, 0, G_OPTION_ARG_NONE, &wanted[FWX_CSV],
         "Comma-separated values (RFC 4180), a row per conversation", NULL},
        {"log", 0, 0, G_OPTION_ARG_NONE, &wanted[FWX_LOG],
         "The log that the firewall would have written, W3C extended", NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
         "Write to FILE, which is there when all is done", "FILE"},
        {"filter", 0, 0, G_OPTION_ARG_STRING, &options->filter,
         "Only conversations with a packet that passes the display filter", "FILTER"},
        {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->set,
         "Set a preference, as in --set fwx.product:isa2004", "NAME:VALUE"},
        {"profile", 0, 0, G_OPTION_ARG_STRING, &options->profile,
         "lean, full or one of Wireshark's profiles; default: lean, with --filter full", "NAME"},
        {"full", 0, 0, G_OPTION_ARG_NONE, &full, "Short for --profile full", NULL},
        {"no-sets", 0, 0, G_OPTION_ARG_NONE, &options->whole,
         "Read every file by itself, also those of a capture set", NULL},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &options->jobs,
         "Captures read at a time (default: 0, one a processor)", "N"},
        {"no-heading", 0, 0, G_OPTION_ARG_NONE, &options->no_heading,
         "With --csv, only rows, and none of them with a capture point", NULL},
        {"list", 0, 0, G_OPTION_ARG_NONE, &options->list,
         "Print what would be read, a capture a line, the files of a set with tabs between", NULL},
        {"null", '0', 0, G_OPTION_ARG_NONE, &options->null,
         "With --list, end each line with NUL: names may hold anything", NULL},
        {"follow", 'f', 0, G_OPTION_ARG_NONE, &options->follow,
         "Read one capture while it is written: a pipe, a file, a dumpcap -b set", NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &options->limit,
         "With --follow, at most so many open connections are kept (default: 1000000)", "N"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new("CAPTURE|FOLDER...");
    gboolean parsed;

    g_option_context_set_summary(context, "What would the firewall have said?");
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, entries, NULL);
    parsed = g_option_context_parse_strv(context, &argv, error);
    g_option_context_free(context);
    if (parsed && version)
        print_version();
    options->limit = options->limit || !options->follow ? options->limit : LIMIT;
    return parsed && choose_format(options, wanted, error) &&
           choose_profile(options, full, error) && check(options, error);
}

void fwx_options_clear(struct fwx_options *options)
{
    g_free(options->output);
    g_free(options->filter);
    g_strfreev(options->set);
    g_free(options->profile);
    g_strfreev(options->arguments);
}
