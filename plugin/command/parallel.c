/* parallel.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "parallel.h"

#include <signal.h>
#include <string.h>

#ifdef G_OS_UNIX
#include <fcntl.h>
#endif

#include "user.h"

/* How often its job log is looked at, and how often it is asked to end. */
#define EVERY_MS 500

/* A host that fails is not asked again for the same job; so many are tried. */
#define TRIES "3"

struct run {
    const struct fwx_hosts *hosts;
    const GPtrArray *captures;
    const char *joblog;
    GSubprocess *process;
    GOutputStream *messages;
    GMainLoop *loop;
    gboolean *seen; /* by job: in the job log */
    unsigned jobs;
    unsigned pending;
};

/* ---- the job log ---------------------------------------------------------------------------- */

static const struct fwx_capture *capture_of(const struct run *run, unsigned job)
{
    for (guint i = 0; i < run->captures->len; i++) {
        const struct fwx_capture *capture = (const struct fwx_capture *)run->captures->pdata[i];

        if (!capture->trouble && --job == 0)
            return capture;
    }
    return NULL;
}

typedef void count(struct fwx_progress *progress, const struct fwx_capture *capture);

/* Seq, Host, Starttime, JobRuntime, Send, Receive, Exitval, Signal, Command: jobs that are new in
 * the log are counted. */
static void read_joblog(struct run *run, count *done)
{
    char *text = NULL;
    char **lines;

    if (!g_file_get_contents(run->joblog, &text, NULL, NULL))
        return;
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        guint64 job = g_ascii_strtoull(*line, NULL, 10);

        if (job == 0 || job > run->jobs || run->seen[job])
            continue;
        run->seen[job] = TRUE;
        done(run->hosts->progress, capture_of(run, (unsigned)job));
    }
    g_strfreev(lines);
    g_free(text);
}

/* ---- its command line ----------------------------------------------------------------------- */

static void add(GPtrArray *words, const char *word)
{
    g_ptr_array_add(words, g_strdup(word));
}

static void add_option(GPtrArray *words, const char *option, const char *value)
{
    add(words, option);
    add(words, value);
}

/* A job's command comes from its line as it stands, quoted already: uq() keeps it so. */
static GPtrArray *command_line(const struct run *run, const struct fwx_hostfiles *files,
                               const char *program)
{
    const struct fwx_options *options = run->hosts->options;
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    add(words, program);
    add(words, "--plain"); /* nothing from the user's own settings */
    add(words, "--null");
    add_option(words, "--arg-file", files->jobs_file);
    add(words, "--results");
    g_ptr_array_add(words, g_strconcat(files->folder, "/{#}/", NULL));
    add_option(words, "--joblog", run->joblog);
    add_option(words, "--retries", TRIES);
    if (options->resume)
        add(words, "--resume-failed");
    if (options->jobs) {
        add(words, "--jobs");
        g_ptr_array_add(words, g_strdup_printf("%d", options->jobs));
    }
    if (options->hosts)
        add_option(words, "--sshloginfile", options->hosts);
    if (options->transfer) {
        add_option(words, "--max-replace-args", "2");
        add_option(words, "--transferfile", "{2}");
        add(words, "--cleanup");
        add_option(words, "--workdir", "...");
    }
    add(words, "{=1 uq() =}");
    g_ptr_array_add(words, NULL);
    return words;
}

/* ---- running -------------------------------------------------------------------------------- */

static void settle(struct run *run)
{
    if (--run->pending == 0)
        g_main_loop_quit(run->loop);
}

static void on_exit_of(GObject *process, GAsyncResult *result, gpointer data)
{
    g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
    settle((struct run *)data);
}

static void on_messages(GObject *target, GAsyncResult *result, gpointer data)
{
    g_output_stream_splice_finish(G_OUTPUT_STREAM(target), result, NULL);
    settle((struct run *)data);
}

/* Told to end once, it waits for its jobs; told again, it ends them. */
static gboolean look(gpointer data)
{
    struct run *run = (struct run *)data;

    read_joblog(run, fwx_progress_done);
#ifdef G_OS_UNIX
    if (g_cancellable_is_cancelled(run->hosts->cancellable))
        g_subprocess_send_signal(run->process, SIGTERM);
#endif
    return G_SOURCE_CONTINUE;
}

static gboolean start(struct run *run, const struct fwx_hostfiles *files, const char *program,
                      GError **error)
{
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                                              G_SUBPROCESS_FLAGS_STDERR_PIPE);
    GPtrArray *words = command_line(run, files, program);

    fwx_user_keep(launcher);
#ifdef G_OS_UNIX
    if (files->lock >= 0) /* any number that is not in use there */
        g_subprocess_launcher_take_fd(launcher, fcntl(files->lock, F_DUPFD_CLOEXEC, 3), 9);
#endif
    run->process = g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
    g_ptr_array_unref(words);
    g_object_unref(launcher);
    return run->process != NULL;
}

static void wait_for_it(struct run *run)
{
    guint timer = g_timeout_add(EVERY_MS, look, run);

    run->pending = 2;
    g_subprocess_wait_async(run->process, NULL, on_exit_of, run);
    g_output_stream_splice_async(run->messages, g_subprocess_get_stderr_pipe(run->process),
                                 G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                     G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                 G_PRIORITY_DEFAULT, NULL, on_messages, run);
    g_main_loop_run(run->loop);
    g_source_remove(timer);
}

/* Its exit status counts the jobs that failed, up to 100, and those are reported one by one; more
 * than 101 is trouble of its own: a wrong option, hosts that cannot be reached. */
static gboolean judge(struct run *run, GError **error)
{
    GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM(run->messages);
    char *words;

    if (g_subprocess_get_if_exited(run->process) &&
        g_subprocess_get_exit_status(run->process) <= 101)
        return TRUE;
    words = g_strndup((const char *)g_memory_output_stream_get_data(memory),
                      g_memory_output_stream_get_data_size(memory));
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "GNU parallel gave up: %s",
                g_strdelimit(g_strstrip(words), "\r\n", ' '));
    g_free(words);
    return FALSE;
}

static gboolean run_program(struct run *run, const struct fwx_hostfiles *files, const char *program,
                            GError **error)
{
    gboolean done = FALSE;

    run->messages = g_memory_output_stream_new_resizable();
    run->loop = g_main_loop_new(NULL, FALSE);
    run->seen = g_new0(gboolean, run->jobs + 1);
    if (run->hosts->options->resume)
        read_joblog(run, fwx_progress_skip);
    if (start(run, files, program, error)) {
        wait_for_it(run);
        done = g_cancellable_is_cancelled(run->hosts->cancellable) || judge(run, error);
    }
    g_clear_object(&run->process);
    g_object_unref(run->messages);
    g_main_loop_unref(run->loop);
    g_free(run->seen);
    return done;
}

gboolean fwx_parallel_run(const struct fwx_hosts *hosts, const struct fwx_hostfiles *files,
                          const GPtrArray *captures, GError **error)
{
    char *program = g_find_program_in_path("parallel");
    char *joblog = hosts->options->joblog ? g_strdup(hosts->options->joblog)
                                          : g_build_filename(hosts->scratch, "joblog", NULL);
    struct run run = {
        .hosts = hosts,
        .captures = captures,
        .joblog = joblog,
        .jobs = files->jobs,
    };
    gboolean done = FALSE;

    if (program)
        done = run_program(&run, files, program, error);
    else
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                            "--hosts and --joblog want GNU parallel: install the package parallel");
    g_free(joblog);
    g_free(program);
    return done;
}
