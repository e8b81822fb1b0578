/* workers.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

enum { EVERY_MS = 500, NONE = -1 };

struct worker {
    pid_t pid; /* 0: there is none */
    int socket;
    int files[FWX_FILES];
    gint64 capture; /* that it reads; NONE */
    gboolean leaves;
};

struct run {
    const struct fwx_workers *workers;
    struct worker *worker;       /* jobs of them */
    struct fwx_result **results; /* by capture; NULL before and after */
    int spool;                   /* results that wait for their turn */
    gint64 spooled;
    guint count;
    guint started;
    guint taken;
    GError *error;
};

/* ---- files ---------------------------------------------------------------------------------- */

/* That nobody else sees, and that is gone with its last descriptor. */
int fwx_workers_file(void)
{
    char *name = NULL;
    int file = g_file_open_tmp("fwx-verdicts-XXXXXX", &name, NULL);

    if (file >= 0) {
        g_unlink(name);
        fcntl(file, F_SETFL, O_APPEND);
        fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    g_free(name);
    return file;
}

static void fail(struct run *run, const char *what)
{
    if (!run->error)
        run->error = g_error_new(G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s: %s",
                                 g_get_tmp_dir(), what, g_strerror(errno));
}

/* Out of the worker's file, which the next result comes into. */
static void spool(struct run *run, struct fwx_result *result)
{
    char buffer[65536];
    ssize_t length = 0;

    for (gint64 at = 0; at < result->length; at += length) {
        length = pread(result->file, buffer, sizeof buffer, at);
        if (length <= 0 || write(run->spool, buffer, (size_t)length) != length) {
            fail(run, "results cannot be kept");
            return;
        }
    }
    result->file = run->spool;
    result->offset = run->spooled;
    run->spooled += result->length;
}

char *fwx_workers_messages(int file)
{
    enum { ENOUGH = 1 << 16 };
    char *text = g_malloc0(ENOUGH);
    ssize_t length = pread(file, text, ENOUGH - 1, 0);

    (void)length; /* none: no text */
    return g_strchomp(text);
}

/* ---- results -------------------------------------------------------------------------------- */

static void free_result(struct fwx_result *result)
{
    g_free(result->messages);
    g_free(result);
}

/* Those whose turn it is; at the end, all that there are. */
static void hand_over(struct run *run, gboolean all)
{
    for (; run->taken < run->started && (all || run->results[run->taken]); run->taken++) {
        struct fwx_result *result = run->results[run->taken];

        if (!result)
            continue;
        run->results[run->taken] = NULL;
        run->workers->take(result, run->workers->data);
        free_result(result);
    }
    if (run->taken == run->started && run->spooled && ftruncate(run->spool, 0) == 0)
        run->spooled = 0;
}

static void empty_file(struct run *run, int file)
{
    if (ftruncate(file, 0) != 0)
        fail(run, "results cannot be removed");
}

/* words: why there is no answer; taken over. */
static void finish(struct run *run, struct worker *worker, const struct fwx_answer *answer,
                   char *words)
{
    struct fwx_result *result = g_new0(struct fwx_result, 1);
    guint index = (guint)worker->capture;
    char *said = fwx_workers_messages(worker->files[FWX_MESSAGES]);

    result->capture = (const struct fwx_capture *)run->workers->task.captures->pdata[index];
    if (answer)
        result->answer = *answer;
    result->died = !answer;
    result->messages = words ? g_strconcat(said, *said ? "\n" : "", words, NULL) : g_strdup(said);
    result->file = worker->files[FWX_OUTPUT];
    result->length = answer ? lseek(result->file, 0, SEEK_END) : 0;
    worker->capture = NONE;
    run->results[index] = result;
    if (index == run->taken)
        hand_over(run, FALSE);
    else
        spool(run, result);
    empty_file(run, worker->files[FWX_OUTPUT]);
    empty_file(run, worker->files[FWX_MESSAGES]);
    g_free(said);
    g_free(words);
}

/* ---- workers -------------------------------------------------------------------------------- */

static gboolean make_files(struct run *run, struct worker *worker)
{
    for (unsigned i = 0; i < FWX_FILES; i++) {
        if (!worker->files[i] && (worker->files[i] = fwx_workers_file()) < 0) {
            worker->files[i] = 0;
            fail(run, "no file for results");
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean start_worker(struct run *run, struct worker *worker)
{
    int pair[2];

    if (!make_files(run, worker))
        return FALSE;
    fflush(NULL);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || (worker->pid = fork()) < 0) {
        worker->pid = 0;
        fail(run, "no worker can be started");
        return FALSE;
    }
    if (worker->pid == 0) {
        close(pair[0]);
        fwx_worker_run(&run->workers->task, pair[1], worker->files);
    }
    close(pair[1]);
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    worker->socket = pair[0];
    worker->capture = NONE;
    worker->leaves = FALSE;
    return TRUE;
}

/* What became of it, for the one who hears of its capture; to be freed. */
static char *end_worker(struct worker *worker)
{
    int status = 0;

    close(worker->socket);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    worker->pid = 0;
    if (WIFSIGNALED(status))
        return g_strdup_printf("the process that read it was ended by signal %d (%s)",
                               WTERMSIG(status), g_strsignal(WTERMSIG(status)));
    return g_strdup_printf("the process that read it ended with status %d", WEXITSTATUS(status));
}

/* Opened without waiting: that of a pipe is the worker's. */
static void open_for(struct run *run, struct worker *worker, guint32 number)
{
    const struct fwx_capture *capture =
        (const struct fwx_capture *)run->workers->task.captures->pdata[worker->capture];
    const char *path =
        number <= capture->paths->len ? (const char *)capture->paths->pdata[number - 1] : "";
    gboolean is_stdin = g_str_equal(path, FWX_STDIN);
    int file = is_stdin ? STDIN_FILENO : g_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
    struct fwx_opened opened = {file < 0 ? errno : 0};

    fwx_worker_send(worker->socket, &opened, sizeof opened, file);
    if (file >= 0 && !is_stdin)
        close(file);
}

static void hear(struct run *run, struct worker *worker)
{
    struct fwx_answer answer = {0};

    if (!fwx_worker_receive(worker->socket, &answer, sizeof answer, NULL)) {
        char *words = end_worker(worker);

        if (worker->capture == NONE)
            g_free(words);
        else
            finish(run, worker, NULL, words);
    } else if (worker->capture == NONE) {
        kill(worker->pid, SIGKILL); /* nobody has asked it */
    } else if (answer.wants_file) {
        open_for(run, worker, answer.wants_file);
    } else {
        worker->leaves = answer.leaves != 0;
        finish(run, worker, &answer, NULL);
    }
}

/* Captures with trouble have their result already. */
static gboolean next_capture(struct run *run)
{
    for (; run->started < run->count; run->started++) {
        const struct fwx_capture *capture =
            (const struct fwx_capture *)run->workers->task.captures->pdata[run->started];
        struct fwx_result *result;

        if (!capture->trouble)
            return TRUE;
        result = g_new0(struct fwx_result, 1);
        result->capture = capture;
        result->messages = g_strdup(capture->trouble);
        result->answer.look.kind = FWX_KIND_COMMON;
        run->results[run->started] = result;
    }
    return FALSE;
}

static void hand_out(struct run *run)
{
    for (unsigned i = 0; i < run->workers->jobs && next_capture(run) && !run->error; i++) {
        struct worker *worker = &run->worker[i];
        struct fwx_request request = {run->started};

        if (worker->pid && (worker->capture != NONE || worker->leaves))
            continue;
        if (!worker->pid && !start_worker(run, worker))
            return;
        if (fwx_worker_send(worker->socket, &request, sizeof request, -1))
            worker->capture = run->started++;
    }
    hand_over(run, FALSE);
}

/* ---- the run -------------------------------------------------------------------------------- */

static gboolean is_busy(const struct run *run)
{
    for (unsigned i = 0; i < run->workers->jobs; i++) {
        if (run->worker[i].pid && run->worker[i].capture != NONE)
            return TRUE;
    }
    return FALSE;
}

static void wait_for_answers(struct run *run)
{
    unsigned jobs = run->workers->jobs;
    struct pollfd *polled = g_new0(struct pollfd, jobs + 1);

    for (unsigned i = 0; i < jobs; i++)
        polled[i] = (struct pollfd){run->worker[i].pid ? run->worker[i].socket : -1, POLLIN, 0};
    polled[jobs] = (struct pollfd){run->workers->wake, POLLIN, 0};
    if (poll(polled, jobs + 1, EVERY_MS) > 0) {
        for (unsigned i = 0; i < jobs; i++) {
            if (polled[i].revents && !polled[jobs].revents)
                hear(run, &run->worker[i]);
        }
    }
    g_free(polled);
}

static void end_all(struct run *run)
{
    for (unsigned i = 0; i < run->workers->jobs; i++) {
        struct worker *worker = &run->worker[i];

        if (worker->pid) {
            kill(worker->pid, SIGKILL);
            g_free(end_worker(worker));
        }
        for (unsigned j = 0; j < FWX_FILES; j++) {
            if (worker->files[j])
                close(worker->files[j]);
        }
    }
}

gboolean fwx_workers_run(const struct fwx_workers *workers, GError **error)
{
    guint count = workers->task.captures->len;
    struct run run = {
        .workers = workers,
        .worker = g_new0(struct worker, workers->jobs),
        .results = g_new0(struct fwx_result *, count + 1),
        .count = count,
        .spool = fwx_workers_file(),
    };

    if (run.spool < 0)
        fail(&run, "no file for results");
    hand_out(&run);
    while (!run.error && workers->go_on(workers->data) && (is_busy(&run) || next_capture(&run))) {
        wait_for_answers(&run);
        if (workers->go_on(workers->data))
            hand_out(&run);
    }
    end_all(&run);
    hand_over(&run, TRUE);
    if (run.spool >= 0)
        close(run.spool);
    for (guint i = 0; i < count; i++)
        g_assert(!run.results[i]);
    g_free(run.results);
    g_free(run.worker);
    if (run.error)
        g_propagate_error(error, run.error);
    return error == NULL || *error == NULL;
}
