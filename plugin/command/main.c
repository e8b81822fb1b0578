/* main.c
 * fwx-verdicts: what would the firewall have said, over any number of captures? A thin program over
 * tshark and the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>
#ifdef G_OS_UNIX
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>
#endif

#include "captures.h"
#include "hosts.h"
#include "jobs.h"
#include "options.h"
#include "output.h"
#include "preferences.h"
#include "progress.h"
#include "raw.h"
#include "scratch.h"
#include "sets.h"
#include "tshark.h"
#include "writer.h"

enum { ALL_READ = 0, SOME_NOT_READ = 1, NOTHING_DONE = 2, SIGNALLED = 128 };

struct command {
    struct fwx_options options;
    char *program; /* this one */
    char *scratch;
    GCancellable *cancellable;
    int signal; /* that ended the work, 0: none */
    struct fwx_output output;
    struct fwx_writer writer;
    struct fwx_progress progress;
    guint64 found; /* captures that there are to read */
    guint64 captures;
    guint64 failed;
    GHashTable *empty; /* of char *: arguments that are folders, without captures so far */
    GError *trouble;   /* that of writing */
};

/* ---- results -------------------------------------------------------------------------------- */

/* Every line of it with the capture's name. */
static void report(struct command *command, const struct fwx_result *result)
{
    char **lines = g_strsplit(result->messages, "\n", -1);
    const char *advice = fwx_tshark_advice(result->messages);

    for (char **line = lines; *line && !advice; line++) {
        if (**line)
            fwx_progress_say(&command->progress, "%s: %s", result->capture->name, *line);
    }
    if (advice)
        fwx_progress_say(&command->progress, "%s: %s", result->capture->name, advice);
    g_strfreev(lines);
}

static void take(const struct fwx_result *result, gpointer data)
{
    struct command *command = (struct command *)data;

    if (result->stopped || command->trouble || ferror(command->writer.stream))
        return;
    fwx_progress_done(&command->progress, result->capture);
    if (fwx_result_is_no_capture(result))
        return;
    if (result->capture->folder)
        g_hash_table_remove(command->empty, result->capture->folder);
    command->captures++;
    command->failed += !result->read;
    if (!fwx_writer_add(&command->writer, result, &command->trouble) ||
        ferror(command->writer.stream)) {
        g_cancellable_cancel(command->cancellable); /* there is no use in going on */
        return;
    }
    report(command, result);
}

static void take_remote(const struct fwx_result *result, gpointer data)
{
    struct command *command = (struct command *)data;
    struct fwx_progress counted = command->progress;

    take(result, data);
    command->progress.captures_done = counted.captures_done; /* by the job log */
    command->progress.bytes_done = counted.bytes_done;
}

/* ---- the work ------------------------------------------------------------------------------- */

static gboolean read_there(struct command *command, const GPtrArray *captures, GError **error)
{
    struct fwx_hosts hosts = {
        .options = &command->options,
        .program = command->program,
        .scratch = command->scratch,
        .cancellable = command->cancellable,
        .progress = &command->progress,
    };

    return fwx_hosts_run(&hosts, captures, take_remote, command, error);
}

/* With a job log, too, it is GNU parallel that does it. */
static gboolean read_here(struct command *command, const GPtrArray *captures, GError **error)
{
    unsigned jobs =
        command->options.jobs ? (unsigned)command->options.jobs : g_get_num_processors();
    struct fwx_tshark tshark;
    gboolean done = fwx_tshark_init(&tshark, &command->options, command->scratch, error) &&
                    fwx_preferences_check(&tshark, error) && fwx_tshark_try(&tshark, error);

    command->writer.product = g_strdup(tshark.product);
    if (done && command->options.joblog)
        done = read_there(command, captures, error);
    else if (done)
        fwx_jobs_run(&tshark, captures, jobs, command->cancellable, take, command);
    fwx_tshark_clear(&tshark);
    return done;
}

/* One that came while something else was waited for. */
static void take_signals(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static gboolean read_all(struct command *command, GError **error)
{
    GPtrArray *captures = fwx_captures_find(command->options.arguments);
    gboolean done;

    for (char **path = command->options.arguments; *path; path++) {
        if (g_file_test(*path, G_FILE_TEST_IS_DIR))
            g_hash_table_add(command->empty, *path);
    }
    if (!command->options.whole)
        fwx_sets_join(captures);
    command->found = captures->len;
    fwx_progress_begin(&command->progress, captures);
    done = command->options.hosts ? read_there(command, captures, error)
                                  : read_here(command, captures, error);
    fwx_progress_end(&command->progress);
    g_ptr_array_unref(captures);
    take_signals();
    return done && !g_cancellable_is_cancelled(command->cancellable);
}

static void print_summary(struct command *command)
{
    const char *product = command->writer.product;

    for (char **path = command->options.arguments; *path; path++) {
        if (g_hash_table_remove(command->empty, *path)) /* once, however often it is named */
            fwx_progress_say(&command->progress, "no captures in %s", *path);
    }
    fwx_progress_say(&command->progress,
                     "%" PRIu64 " captures, %" PRIu64 " failed, %" PRIu64 " conversations, %" PRIu64
                     " denied%s%s",
                     command->captures, command->failed, command->writer.conversations,
                     command->writer.denied, product ? ", as " : "", product ? product : "");
}

/* Be it in part. */
static gboolean is_anything_read(const struct command *command)
{
    return command->captures > command->failed || command->writer.conversations > 0;
}

/* What was read before the signal is as good as ever. */
static int end_early(struct command *command, GError **error)
{
    g_clear_error(error); /* of what the signal, too, has ended */
    if (is_anything_read(command))
        fwx_output_commit(&command->output, error);
    fwx_progress_say(&command->progress, "interrupted, %" PRIu64 " of %" PRIu64 " read",
                     command->captures - command->failed, command->found);
    return SIGNALLED + command->signal;
}

static int do_all(struct command *command, GError **error)
{
    gboolean is_whole;

    if (!fwx_output_open(&command->output, command->options.output, error))
        return NOTHING_DONE;
    command->writer = (struct fwx_writer){
        .stream = command->output.stream,
        .format = command->options.format,
    };
    if (!read_all(command, error)) {
        if (command->signal)
            return end_early(command, error);
        if (!*error && command->trouble)
            g_propagate_error(error, g_steal_pointer(&command->trouble));
        else if (!*error)
            fwx_output_commit(&command->output, error); /* says why it cannot be written */
        return NOTHING_DONE;
    }
    is_whole = command->failed == 0 && g_hash_table_size(command->empty) == 0;
    if ((is_whole || is_anything_read(command)) && !fwx_output_commit(&command->output, error))
        return NOTHING_DONE;
    print_summary(command);
    return is_whole ? ALL_READ : is_anything_read(command) ? SOME_NOT_READ : NOTHING_DONE;
}

static int do_one(struct command *command, GError **error)
{
    struct fwx_tshark tshark;
    int status = NOTHING_DONE;

    if (fwx_tshark_init(&tshark, &command->options, command->scratch, error) &&
        (command->options.checked || fwx_preferences_check(&tshark, error)))
        status = fwx_raw_run(&tshark, command->cancellable);
    fwx_tshark_clear(&tshark);
    return status;
}

/* ---- the program ---------------------------------------------------------------------------- */

#ifdef G_OS_UNIX
static void stop(struct command *command, int number)
{
    command->signal = number;
    g_cancellable_cancel(command->cancellable);
}

static gboolean on_interrupt(gpointer data)
{
    stop((struct command *)data, SIGINT);
    return G_SOURCE_CONTINUE;
}

static gboolean on_terminate(gpointer data)
{
    stop((struct command *)data, SIGTERM);
    return G_SOURCE_CONTINUE;
}

static gboolean on_hangup(gpointer data)
{
    stop((struct command *)data, SIGHUP);
    return G_SOURCE_CONTINUE;
}

static void watch_signals(struct command *command)
{
    g_unix_signal_add(SIGINT, on_interrupt, command);
    g_unix_signal_add(SIGTERM, on_terminate, command);
    g_unix_signal_add(SIGHUP, on_hangup, command);
    signal(SIGPIPE, SIG_IGN); /* a write that fails says so */
}
#else
static void watch_signals(struct command *command)
{
    (void)command;
}
#endif

#ifdef G_OS_UNIX
/* A file that is opened later would take the place of a stream that is closed, and get what is
 * meant for it. For reading only: whoever writes there is to be told. */
static gboolean open_streams(void)
{
    int file;

    do
        file = open("/dev/null", O_RDONLY);
    while (file >= 0 && file <= STDERR_FILENO);
    return file >= 0 && close(file) == 0;
}
#else
static gboolean open_streams(void)
{
    return TRUE;
}
#endif

/* For jobs that start in another folder. */
static char *own_path(const char *name)
{
    char *found = strchr(name, G_DIR_SEPARATOR) ? g_strdup(name) : g_find_program_in_path(name);
    char *path = g_canonicalize_filename(found ? found : name, NULL);

    g_free(found);
    return path;
}

static int run(struct command *command)
{
    GError *error = NULL;
    int status = NOTHING_DONE;

    command->cancellable = g_cancellable_new();
    command->empty = g_hash_table_new(g_str_hash, g_str_equal);
    watch_signals(command);
    command->scratch = fwx_scratch_new(&error);
    if (command->scratch)
        status = command->options.raw ? do_one(command, &error) : do_all(command, &error);
    if (command->signal)
        status = SIGNALLED + command->signal;
    if (error)
        fwx_progress_say(&command->progress, "%s", error->message);
    g_clear_error(&error);
    g_clear_error(&command->trouble);
    fwx_output_close(&command->output);
    fwx_scratch_remove(command->scratch);
    g_free(command->scratch);
    g_free(command->writer.product);
    g_clear_pointer(&command->writer.columns, g_ptr_array_unref);
    g_hash_table_unref(command->empty);
    g_object_unref(command->cancellable);
    return status;
}

int main(int argc, char **argv)
{
    struct command command = {0};
    GError *error = NULL;
    char **arguments;
    int status;

    (void)argc;
    if (!open_streams())
        return NOTHING_DONE;
    command.program = own_path(argv[0]);
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
#ifdef G_OS_WIN32
    arguments = g_win32_get_command_line();
#else
    arguments = g_strdupv(argv);
#endif
    if (fwx_options_parse(&command.options, arguments, &error)) {
        status = run(&command);
    } else {
        fwx_progress_say(&command.progress, "%s", error->message);
        fputs("usage: fwx-verdicts [OPTION...] CAPTURE|FOLDER...   (--help says more)\n", stderr);
        g_error_free(error);
        status = NOTHING_DONE;
    }
    fwx_options_clear(&command.options);
    g_free(command.program);
    g_strfreev(arguments);
    return status;
}
