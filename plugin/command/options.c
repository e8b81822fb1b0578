/* options.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command.h"

#include "report/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fwx_options fwx_options;

#define WITHOUT_VALUE        G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK
#define OPTION(type, member) 0, G_OPTION_ARG_##type, &fwx_options.member

static gboolean choose_format(const char *option, const char *value, gpointer data, GError **error)
{
    const char *format = g_intern_string(option + strlen("--"));

    (void)value;
    (void)data;
    if (fwx_options.format && fwx_options.format != format) {
        g_set_error(
            error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
            "only one of --overview, --table, --findings, --json, --csv, --log, --reconcile and "
            "--report");
        return FALSE;
    }
    fwx_options.format = format;
    return TRUE;
}

/* Its format is the one of parts, which the program puts together. */
static gboolean choose_report(const char *option, const char *value, gpointer data, GError **error)
{
    (void)option;
    if (!choose_format("--report-part", value, data, error))
        return FALSE;
    g_free(fwx_options.report);
    fwx_options.report = g_strdup(value);
    return TRUE;
}

static gboolean choose_profile(const char *option, const char *value, gpointer data, GError **error)
{
    const char *name = value ? value : option + strlen("--");

    (void)data;
    if (fwx_options.profile && !g_str_equal(fwx_options.profile, name)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                    "--full and --profile name different profiles");
        return FALSE;
    }
    g_free(fwx_options.profile);
    fwx_options.profile = g_strdup(name);
    return TRUE;
}

G_NORETURN static gboolean print_version(const char *option, const char *value, gpointer data,
                                         GError **error)
{
    (void)option;
    (void)value;
    (void)data;
    (void)error;
    printf("fwx-verdicts %s\n", FWX_VERSION);
    exit(EXIT_SUCCESS);
}

static const GOptionEntry entries[] = {
    {"overview", 0, WITHOUT_VALUE, choose_format,
     "A line per capture that has trouble, worst first (default for several)", NULL},
    {"table", 0, WITHOUT_VALUE, choose_format,
     "A row per conversation, in aligned columns (default for one capture)", NULL},
    {"findings", 0, WITHOUT_VALUE, choose_format,
     "A line per finding, marker range and conversation", NULL},
    {"json", 0, WITHOUT_VALUE, choose_format, "A JSON object a line per conversation", NULL},
    {"csv", 0, WITHOUT_VALUE, choose_format,
     "Comma-separated values (RFC 4180), a row per conversation", NULL},
    {"log", 0, WITHOUT_VALUE, choose_format,
     "The log that the firewall would have written, W3C extended", NULL},
    {"reconcile", 0, WITHOUT_VALUE, choose_format,
     "The firewall's own log beside the packets (default with --firewall-log)", NULL},
    {"report", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, choose_report,
     "A report to be read and sent on: FILE.html a page, FILE.md Markdown", "FILE"},
    {"anonymise", 0, OPTION(NONE, anonymise),
     "With --report, labels in place of addresses, names and ports", NULL},
    {"all", 'a', OPTION(NONE, all),
     "Every conversation of several captures; with --findings, every finding by itself", NULL},
    {"firewall-log", 0, OPTION(FILENAME_ARRAY, firewall_logs),
     "A log that the firewall wrote, to be compared; may be given again", "FILE"},
    {"from-log", 0, OPTION(FILENAME, from_log),
     "For each denied or failed line of a log, the captures and frames that show it", "FILE"},
    {"captures", 0, OPTION(FILENAME_ARRAY, captures), "Where to look: the same as CAPTURE|FOLDER",
     "CAPTURE|FOLDER"},
    {"output", 'o', OPTION(FILENAME, output), "Write to FILE, which is there when all is done",
     "FILE"},
    {"filter", 0, OPTION(STRING, filter),
     "Only conversations with a packet that passes the display filter", "FILTER"},
    {"set", 0, OPTION(STRING_ARRAY, set), "Set a preference, as in --set fwx.product:isa2004",
     "NAME:VALUE"},
    /* A file's name, or GLib takes UTF-8 for the locale's on Windows, and encodes it again. */
    {"profile", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, choose_profile,
     "lean, full or one of Wireshark's profiles; default: lean, with --filter full", "NAME"},
    {"full", 0, WITHOUT_VALUE, choose_profile, "Short for --profile full", NULL},
    {"points", 0, OPTION(NONE, points),
     "The captures are of one time and several places: NAME=FILE or FILE each, compared packet by "
     "packet",
     NULL},
    {"no-sets", 0, OPTION(NONE, no_sets), "Read every file by itself, also those of a capture set",
     NULL},
    {"jobs", 'j', OPTION(INT, jobs), "Captures read at a time (default: 0, one a processor)", "N"},
    {"no-heading", 0, OPTION(NONE, no_heading),
     "With --csv, only rows, and none of them with a capture point", NULL},
    {"list", 0, OPTION(NONE, list),
     "Print what would be read, a capture a line, the files of a set with tabs between", NULL},
    {"null", '0', OPTION(NONE, null),
     "With --list, end each line with NUL: names may hold anything", NULL},
    {"follow", 'f', OPTION(NONE, follow),
     "Read one capture while it is written: a pipe, a file, a dumpcap -b set", NULL},
    {"limit", 0, OPTION(INT, limit),
     "With --report, conversations told in full (50); with --follow, open ones kept (1000000)",
     "N"},
    {"version", 0, WITHOUT_VALUE, print_version, "Print the version", NULL},
    {G_OPTION_REMAINING, 0, OPTION(FILENAME_ARRAY, arguments), NULL, NULL},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
};

enum { LEAST = 1000, LIMIT = 1000000 }; /* connections that --follow keeps */

static gboolean check(GError **error)
{
    const struct fwx_options *o = &fwx_options;
    const struct {
        gboolean is;
        const char *message;
    } wrong[] = {
        {!o->arguments, "no captures are named"},
        {o->all && !g_str_equal(o->format, "table") && !g_str_equal(o->format, "findings"),
         "--all goes with --table and --findings"},
        {o->points && (!o->arguments || !o->arguments[0] || !o->arguments[1]),
         "--points wants two captures at least"},
        {o->points && (o->list || o->follow), "--points goes with neither --list nor --follow"},
        {o->jobs < 0, "--jobs wants a number; 0 is one a processor"},
        {o->null && !o->list, "--null wants --list"},
        {o->no_heading && !g_str_equal(o->format, "csv"), "--no-heading wants --csv"},
        {!*o->profile, "--profile wants a name"},
        {o->limit < 0 || (o->limit && !o->report && (!o->follow || o->limit < LEAST)),
         "--limit wants --report, or --follow and a number of at least 1000"},
        {o->report && !fwx_render_of(o->report), "--report: " FWX_REPORT_FORMATS},
        {o->report && o->output, "--report has its own file, and goes without --output"},
        {o->report && o->list, "--report goes without --list"},
        {o->anonymise && !o->report, "--anonymise wants --report"},
        {o->follow && (o->firewall_logs || o->from_log), "--follow reads no logs"},
        {o->from_log && (o->firewall_logs || !g_str_equal(o->format, "from-log")),
         "--from-log goes with no format and no --firewall-log"},
        {o->follow && o->arguments && o->arguments[1], "--follow reads one capture"},
        {o->follow && !g_str_equal(o->format, "csv") && !g_str_equal(o->format, "json"),
         "--follow wants --csv or --json, whose lines stand alone"},
        {o->follow && (o->output || o->list),
         "--follow prints to standard output, as conversations end"},
        {o->follow && !g_str_equal(o->profile, "lean"),
         "--follow dissects nothing: there is no --filter, --full or --profile with it"},
    };
    const char *message = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(wrong) && !message; i++)
        message = wrong[i].is ? wrong[i].message : NULL;
    for (char **set = o->set; set && *set; set++) {
        if (!strchr(*set, ':'))
            message = "--set wants NAME:VALUE, as in --set fwx.product:isa2004";
    }
    if (message)
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
    return !message;
}

/* As a row of the table of logs, which has its own escapes. */
static char *as_row(const char *path)
{
    char *absolute = g_canonicalize_filename(path, NULL);
    GString *row = g_string_new("uat:fwx_logs:\"");

    for (const char *at = absolute; *at; at++) {
        if (*at == '"' || *at == '\\' || g_ascii_iscntrl(*at))
            g_string_append_printf(row, "\\x%02x", (unsigned char)*at);
        else
            g_string_append_c(row, *at);
    }
    g_string_append(row, "\",\"auto\",\"auto\",\"auto\"");
    g_free(absolute);
    return g_string_free(row, FALSE);
}

static void add_all(GPtrArray *to, char **from)
{
    for (; from && *from; from++)
        g_ptr_array_add(to, *from);
}

static void join_arguments(void)
{
    GPtrArray *all = g_ptr_array_new();

    add_all(all, fwx_options.arguments);
    add_all(all, fwx_options.captures);
    g_ptr_array_add(all, NULL);
    g_free(fwx_options.arguments);
    fwx_options.arguments = (char **)g_ptr_array_free(all, FALSE);
}

static gboolean check_logs(GError **error)
{
    char *alone[] = {fwx_options.from_log, NULL};
    char **lists[] = {fwx_options.firewall_logs, alone};

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (char **log = lists[i]; log && *log; log++) {
            if (g_file_test(*log, G_FILE_TEST_EXISTS))
                continue;
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s: no such log", *log);
            return FALSE;
        }
    }
    return TRUE;
}

static void set_logs(void)
{
    GPtrArray *set = g_ptr_array_new();

    add_all(set, fwx_options.set);
    if (fwx_options.from_log)
        g_ptr_array_add(set, as_row(fwx_options.from_log));
    for (char **log = fwx_options.firewall_logs; log && *log; log++)
        g_ptr_array_add(set, as_row(*log));
    g_ptr_array_add(set, NULL);
    g_free(fwx_options.set);
    fwx_options.set = (char **)g_ptr_array_free(set, FALSE);
}

/* A folder may have any number. */
static const char *default_format(void)
{
    char **arguments = fwx_options.arguments;
    gboolean several = arguments && *arguments && !fwx_options.points &&
                       (arguments[1] || g_file_test(arguments[0], G_FILE_TEST_IS_DIR));

    return fwx_options.from_log          ? "from-log"
           : fwx_options.firewall_logs   ? "reconcile"
           : several && !fwx_options.all ? "overview"
                                         : "table";
}

gboolean fwx_options_parse(char **argv, GError **error)
{
    GOptionContext *context = g_option_context_new("CAPTURE|FOLDER...");
    gboolean parsed;

    g_option_context_set_summary(context, "What would the firewall have said?");
    g_option_context_set_description(
        context,
        "In a folder, every capture below it is read; what else lies there is passed over. Files "
        "that\ndumpcap -b cut from one capture are read as one.\n\nExit status: 0 everything was "
        "read; 1 a capture could not be read, or not to its end, or is\nnone; 2 wrong usage, or "
        "nothing was read. The last line on standard error counts what was done.");
    g_option_context_add_main_entries(context, entries, NULL);
    parsed = g_option_context_parse_strv(context, &argv, error);
    g_option_context_free(context);
    if (fwx_options.captures)
        join_arguments();
    if (!fwx_options.format)
        fwx_options.format = default_format();
    if (!fwx_options.profile)
        fwx_options.profile = g_strdup(fwx_options.filter ? "full" : "lean");
    if (!fwx_options.jobs)
        fwx_options.jobs = (int)g_get_num_processors();
    parsed = parsed && check(error) && check_logs(error);
    if (parsed && (fwx_options.firewall_logs || fwx_options.from_log))
        set_logs();
    if (fwx_options.report)
        fwx_options.output = fwx_options.report;
    else if (!fwx_options.limit)
        fwx_options.limit = LIMIT;
    return parsed;
}
