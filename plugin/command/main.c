/* main.c
 * fwx-verdicts: what would the firewall have said, over any number of captures? libwireshark and
 * the plugin in one program, whose workers take capture after capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "follow.h"
#include "library.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "sets.h"
#include "workers.h"
#include "writer.h"

enum { ALL_READ = 0, SOME_NOT_READ = 1, NOTHING_DONE = 2, SIGNALLED = 128 };

struct command {
    struct fwx_options options;
    const char *program; /* this one */
    struct fwx_output output;
    struct fwx_writer writer;
    struct fwx_progress progress;
    guint64 found; /* captures that there are to read */
    guint64 captures;
    guint64 failed;
    GHashTable *empty; /* of char *: arguments that are folders, without captures so far */
};

static volatile sig_atomic_t signalled; /* by which signal, 0: none */
static int wake[2] = {-1, -1};          /* something can be read from it then */

/* ---- results -------------------------------------------------------------------------------- */

static gboolean go_on(gpointer data)
{
    struct command *command = (struct command *)data;

    fwx_progress_show(&command->progress);
    return !signalled && !command->writer.error;
}

/* Every line of it with the capture's name. */
static void report(struct command *command, const struct fwx_result *result)
{
    char **lines = g_strsplit(result->messages, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (**line)
            fwx_progress_say(&command->progress, "%s: %s", result->capture->name, *line);
    }
    if (result->answer.error)
        fwx_progress_say(&command->progress, "%s: what is said of it cannot be kept in %s: %s",
                         result->capture->name, g_get_tmp_dir(), g_strerror(result->answer.error));
    g_strfreev(lines);
}

/* Texts and pictures that libwiretap opens hold no conversation. */
static gboolean is_no_capture(const struct fwx_result *result)
{
    const struct fwx_answer *answer = &result->answer;

    return !result->died &&
           (answer->look.kind == FWX_KIND_NONE || (answer->look.kind == FWX_KIND_DOUBTFUL &&
                                                   answer->read && !answer->counts.conversations));
}

static void take(const struct fwx_result *result, gpointer data)
{
    struct command *command = (struct command *)data;
    gboolean none = is_no_capture(result);
    const char *folder = result->capture->folder;

    if (command->writer.error)
        return;
    fwx_progress_done(&command->progress, result->capture);
    if (none && folder)
        return;
    if (folder)
        g_hash_table_remove(command->empty, folder);
    command->captures++;
    command->failed += none || !result->answer.read || result->answer.error;
    if (none) {
        fwx_progress_say(&command->progress, "%s: not a capture", result->capture->name);
        return;
    }
    if (!result->answer.error)
        fwx_writer_add(&command->writer, result);
    report(command, result);
}

/* ---- finding -------------------------------------------------------------------------------- */

/* What it is, a worker has seen. */
static void take_look(const struct fwx_result *result, gpointer data)
{
    struct fwx_capture *capture = (struct fwx_capture *)result->capture;
    const struct fwx_look *look = &result->answer.look;

    (void)data;
    if (result->died) {
        capture->trouble = g_strdup(result->messages);
        return;
    }
    capture->joins = look->kind >= FWX_KIND_UNCOMMON && fwx_sets_may_join(capture->name);
    capture->has_first = look->has_first;
    capture->first = look->first;
    capture->ignored = capture->folder && look->kind < FWX_KIND_COMMON;
}

static gboolean work(struct command *command, const GPtrArray *captures, gboolean look,
                     GError **error)
{
    int jobs = command->options.jobs ? command->options.jobs : (int)g_get_num_processors();
    struct fwx_workers workers = {
        .task = {.options = &command->options, .captures = captures, .look = look},
        .jobs = MIN((guint)jobs, captures->len),
        .wake = wake[0],
        .take = look ? take_look : take,
        .go_on = go_on,
        .data = command,
    };

    return fwx_workers_run(&workers, error);
}

/* Files of folders, and those with a name as dumpcap -b gives them. */
static gboolean look_at(struct command *command, GPtrArray *captures, GError **error)
{
    GPtrArray *doubtful = g_ptr_array_new();
    gboolean done;

    for (guint i = 0; i < captures->len; i++) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[i];

        if (!capture->trouble && (capture->folder || fwx_sets_may_join(capture->name)))
            g_ptr_array_add(doubtful, capture);
    }
    done = work(command, doubtful, TRUE, error);
    g_ptr_array_unref(doubtful);
    for (guint i = captures->len; i-- > 0;) {
        if (((struct fwx_capture *)captures->pdata[i])->ignored)
            g_ptr_array_remove_index(captures, i);
    }
    return done;
}

/* A line a capture, its files with tabs between them. */
static gboolean list(struct command *command, const GPtrArray *captures)
{
    GOutputStream *stream = command->writer.stream;

    for (guint i = 0; i < captures->len; i++) {
        const struct fwx_capture *capture = (const struct fwx_capture *)captures->pdata[i];
        GString *line = g_string_new(NULL);

        command->captures++;
        for (guint j = 0; j < capture->paths->len; j++)
            g_string_append_printf(line, "%s%s", j ? "\t" : "",
                                   (const char *)capture->paths->pdata[j]);
        if (capture->folder)
            g_hash_table_remove(command->empty, capture->folder);
        if (!command->options.null && strchr(line->str, '\n'))
            fwx_progress_say(&command->progress, "%s: a name of several lines wants --null",
                             capture->name);
        else if (capture->trouble)
            fwx_progress_say(&command->progress, "%s: %s", capture->name, capture->trouble);
        else
            g_string_append_c(line, command->options.null ? '\0' : '\n');
        if (line->str[strlen(line->str) - 1] == '\n' || strlen(line->str) < line->len)
            g_output_stream_write_all(stream, line->str, line->len, NULL, NULL,
                                      &command->writer.error);
        else
            command->failed++;
        g_string_free(line, TRUE);
    }
    return !command->writer.error;
}

/* ---- the work ------------------------------------------------------------------------------- */

static gboolean read_all(struct command *command, GError **error)
{
    GPtrArray *captures = fwx_captures_find(command->options.arguments);
    gboolean done;

    for (char **path = command->options.arguments; *path; path++) {
        if (g_file_test(*path, G_FILE_TEST_IS_DIR))
            g_hash_table_add(command->empty, *path);
    }
    done = look_at(command, captures, error);
    if (!command->options.whole)
        fwx_sets_join(captures);
    command->found = captures->len;
    if (done && command->options.list) {
        done = list(command, captures);
    } else if (done) {
        fwx_progress_begin(&command->progress, captures);
        done = work(command, captures, FALSE, error);
        fwx_progress_end(&command->progress);
    }
    g_ptr_array_unref(captures);
    return done && !command->writer.error && !signalled;
}

/* What a worker prints while it reads on is handed on at once. */
static void take_part(const struct fwx_result *result, gpointer data)
{
    struct command *command = (struct command *)data;

    if (!result->answer.error && !command->writer.error) {
        fwx_writer_add(&command->writer, result);
        if (!command->writer.error)
            g_output_stream_flush(command->writer.stream, NULL, &command->writer.error);
    }
    report(command, result);
    if (command->writer.error)
        (void)!write(wake[1], "", 1); /* nobody wants more of it */
    if (!result->answer.part)
        command->failed += !result->answer.read || result->answer.error;
}

/* Ended by a signal, it is as whole as it can be. */
static gboolean follow(struct command *command, GError **error)
{
    struct fwx_follow follow = {
        .options = &command->options,
        .wake = wake[0],
        .take = take_part,
        .data = command,
    };

    command->captures = command->found = 1;
    if (!fwx_follow_run(&follow, error))
        return FALSE;
    if (signalled) {
        command->failed = 0;
        signalled = 0;
    }
    return !command->writer.error;
}

static void print_summary(struct command *command)
{
    const char *product = command->writer.product;

    for (char **path = command->options.arguments; *path; path++) {
        if (g_hash_table_remove(command->empty, *path)) /* once, however often it is named */
            fwx_progress_say(&command->progress, "no captures in %s", *path);
    }
    if (command->options.list)
        return;
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
        fwx_output_commit(&command->output, g_steal_pointer(&command->writer.error), error);
    fwx_progress_say(&command->progress, "interrupted, %" PRIu64 " of %" PRIu64 " read",
                     command->captures - command->failed, command->found);
    return SIGNALLED + signalled;
}

static int do_all(struct command *command, GError **error)
{
    gboolean is_whole;

    if (!fwx_output_open(&command->output, command->options.output, error) ||
        !fwx_library_start(command->program, &command->options, error))
        return signalled ? SIGNALLED + signalled : NOTHING_DONE;
    command->writer = (struct fwx_writer){
        .stream = command->output.stream,
        .options = &command->options,
        .product = fwx_library_product(),
    };
    if (!(command->options.follow ? follow(command, error) : read_all(command, error))) {
        if (signalled)
            return end_early(command, error);
        if (!*error)
            fwx_output_commit(&command->output, g_steal_pointer(&command->writer.error), error);
        return NOTHING_DONE;
    }
    is_whole = command->failed == 0 && g_hash_table_size(command->empty) == 0;
    if ((is_whole || is_anything_read(command)) &&
        !fwx_output_commit(&command->output, NULL, error))
        return NOTHING_DONE;
    print_summary(command);
    return is_whole ? ALL_READ : is_anything_read(command) ? SOME_NOT_READ : NOTHING_DONE;
}

/* ---- the program ---------------------------------------------------------------------------- */

/* The second time, it does not wait for anything. */
static void on_signal(int number)
{
    int error = errno;

    if (signalled) {
        signal(number, SIG_DFL);
        raise(number);
    }
    signalled = number;
    (void)!write(wake[1], "", 1);
    errno = error;
}

static gboolean watch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    if (pipe(wake) != 0 || fcntl(wake[1], F_SETFL, O_NONBLOCK) != 0)
        return FALSE;
    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a write that fails says so */
    return TRUE;
}

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

/* A set may have thousands of files, a machine hundreds of processors. */
static void raise_limit(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static unsigned terminal_width(const struct fwx_options *options)
{
    struct winsize size;

    return !options->output && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0
               ? size.ws_col
               : 0;
}

static int run(struct command *command)
{
    GError *error = NULL;
    int status;

    command->empty = g_hash_table_new(g_str_hash, g_str_equal);
    command->options.terminal = terminal_width(&command->options);
    raise_limit();
    status = do_all(command, &error);
    if (error)
        fwx_progress_say(&command->progress, "%s", error->message);
    g_clear_error(&error);
    g_clear_error(&command->writer.error);
    fwx_output_close(&command->output);
    fwx_library_stop();
    g_hash_table_unref(command->empty);
    return status;
}

int main(int argc, char **argv)
{
    struct command command = {.program = argv[0]};
    GError *error = NULL;
    char **arguments;
    int status = NOTHING_DONE;

    (void)argc;
    if (!open_streams() || !watch_signals())
        return NOTHING_DONE;
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    arguments = g_strdupv(argv);
    if (fwx_options_parse(&command.options, arguments, &error)) {
        status = run(&command);
    } else {
        fwx_progress_say(&command.progress, "%s", error->message);
        fputs("usage: fwx-verdicts [OPTION...] CAPTURE|FOLDER...   (--help says more)\n", stderr);
        g_error_free(error);
    }
    fwx_options_clear(&command.options);
    g_strfreev(arguments);
    fflush(NULL);
    _exit(status); /* libwireshark's own end takes longer than a capture */
}
