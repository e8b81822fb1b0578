/* raw.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "raw.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef G_OS_UNIX
#include <unistd.h>
#endif

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "escape.h"
#include "jobs.h"

#define END "end "

/* ---- inside --------------------------------------------------------------------------------- */

static gboolean print_file(const char *path)
{
    char buffer[65536];
    FILE *file = fopen(path, "rb");
    size_t length;

    if (!file)
        return TRUE; /* nothing was started */
    while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
        fwrite(buffer, 1, length, stdout);
    fclose(file);
    return fflush(stdout) == 0 && !ferror(stdout);
}

static void print(const struct fwx_result *result, gpointer data)
{
    gboolean *printed = (gboolean *)data;
    const char *advice = fwx_tshark_advice(result->messages);

    *printed = !advice && result->tried && print_file(result->output);
    if (!*printed) /* this host's fault: another may do it */
        fprintf(stderr, "%s\n", advice ? advice : result->messages);
    else
        fprintf(stderr, "%s\n" END "%d\n", result->messages, result->read ? 0 : 1);
}

/* Where the captures were found, they were there. */
static gboolean are_there(char **paths)
{
    const char *reason;
    char *name;

    while (*paths && g_access(*paths, R_OK) == 0)
        paths++;
    if (!*paths)
        return TRUE;
    reason = g_strerror(errno);
    name = fwx_escape(*paths, "");
    fprintf(stderr, "%s: %s\n", name, reason);
    g_free(name);
    return FALSE;
}

int fwx_raw_run(const struct fwx_tshark *tshark, GCancellable *cancellable)
{
    GPtrArray *captures = g_ptr_array_new();
    struct fwx_capture *capture = fwx_capture_new(g_strdup(tshark->options->arguments[0]));
    gboolean printed = FALSE;

    for (char **path = tshark->options->arguments; *path; path++)
        g_ptr_array_add(capture->paths, g_strdup(*path));
    g_ptr_array_add(captures, capture);
    if (are_there(tshark->options->arguments))
        fwx_jobs_run(tshark, captures, 1, cancellable, print, &printed);
    g_ptr_array_unref(captures);
    fwx_capture_free(capture);
    return printed ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- outside -------------------------------------------------------------------------------- */

static void add(GString *command, const char *option, const char *value)
{
    char *quoted = g_shell_quote(value);

    g_string_append_printf(command, " %s %s", option, quoted);
    g_free(quoted);
}

GString *fwx_raw_command(const struct fwx_options *options, const char *program)
{
    GString *command = g_string_new(program);

    g_string_append_printf(command, " --raw --jobs 1 --%s", fwx_format_name(options->format));
    if (!options->hosts)
        g_string_append(command, " --checked"); /* by the outer program, on the same machine */
    add(command, "--profile", options->profile);
    if (options->filter)
        add(command, "--filter", options->filter);
    for (char **set = options->set; set && *set; set++)
        add(command, "--set", *set);
    g_string_append(command, " --");
    return command;
}

gboolean fwx_raw_judge(struct fwx_result *result, char *errors)
{
    char *end;

    g_strchomp(errors);
    end = strrchr(errors, '\n');
    end = end ? end + 1 : errors;
    if (strcmp(end, END "0") != 0 && strcmp(end, END "1") != 0)
        return FALSE;
    result->read = end[strlen(END)] == '0';
    *end = '\0';
    g_strstrip(errors);
    return TRUE;
}
