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

#include <glib/gstdio.h>

enum { EVERY_MS = 500, NONE = -1 };

struct worker {
    pid_t pid; /* 0: there is none */
    int socket;
    int files[FWX_FILES]; /* 0: there is none */
    gint64 capture;       /* that it reads; NONE */
    gboolean leaves;
    gint64 printed; /* bytes of its file */
    guint waiting;  /* results that are in there */
};

static const GPtrArray *captures;
static gboolean look;
static struct worker *workers;
static guint count;                 /* of workers */
static struct fwx_result **results; /* by capture; NULL before and after */
static guint started;               /* captures */
static guint taken;
static GError *failure;

static void fail(const char *what)
{
    if (!failure)
        failure = g_error_new(G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s: %s",
                              g_get_tmp_dir(), what, g_strerror(errno));
}

/* ---- results -------------------------------------------------------------------------------- */

/* Those whose turn it is; at the end, all that there are. */
static void hand_over(void (*take)(const struct fwx_result *result), gboolean all)
{
    for (; taken < started && (all || results[taken]); taken++) {
        struct fwx_result *result = results[taken];

        if (!result)
            continue;
        take(result);
        if (result->waiting)
            --*result->waiting;
        g_free(result->messages);
        g_free(result);
    }
}

char *fwx_workers_said(const int *files, const char *words)
{
    enum { ENOUGH = 1 << 16 };
    char *said = g_malloc0(ENOUGH);
    ssize_t length = pread(files[FWX_MESSAGES], said, ENOUGH - 1, 0);
    char *all;

    (void)length; /* none: no text */
    g_strchomp(said);
    all = g_strconcat(said, *said && words ? "\n" : "", words, NULL);
    g_free(said);
    return all;
}

/* words: why there is no answer, or NULL; taken over. */
static void finish(struct worker *worker, const struct fwx_answer *answer, char *words)
{
    struct fwx_result *result = results[worker->capture] = g_new0(struct fwx_result, 1);

    result->capture = (struct fwx_capture *)captures->pdata[worker->capture];
    if (answer)
        result->answer = *answer;
    result->died = !answer;
    result->messages = fwx_workers_said(worker->files, words);
    result->file = worker->files[FWX_OUTPUT];
    result->offset = worker->printed;
    if (answer && !answer->error)
        worker->printed = lseek(result->file, 0, SEEK_END);
    result->length = worker->printed - result->offset;
    result->waiting = &worker->waiting;
    worker->waiting++;
    worker->capture = NONE;
    g_free(words);
}

/* ---- workers -------------------------------------------------------------------------------- */

int fwx_workers_file(void)
{
    char *name = NULL;
    int file = g_file_open_tmp("fwx-verdicts-XXXXXX", &name, NULL);

    if (file >= 0) {
        g_unlink(name);
        fcntl(file, F_SETFL, O_APPEND);
    }
    g_free(name);
    return file;
}

static gboolean start(struct worker *worker)
{
    int pair[2];

    for (unsigned i = 0; i < FWX_FILES && !worker->files[i]; i++) {
        int file = fwx_workers_file();

        if (file < 0) {
            fail("no file for results");
            return FALSE;
        }
        worker->files[i] = file;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || (worker->pid = fork()) < 0) {
        worker->pid = 0;
        fail("no worker can be started");
        return FALSE;
    }
    if (worker->pid == 0) {
        close(pair[0]);
        fwx_worker_run(captures, look, pair[1], worker->files);
    }
    close(pair[1]);
    worker->socket = pair[0];
    worker->capture = NONE;
    worker->leaves = FALSE;
    return TRUE;
}

/* What became of it, for the one who hears of its capture; to be freed. */
static char *end(struct worker *worker)
{
    int status = 0;

    close(worker->socket);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    worker->pid = 0;
    return WIFSIGNALED(status)
               ? g_strdup_printf("the process that read it was ended by signal %d (%s)",
                                 WTERMSIG(status), g_strsignal(WTERMSIG(status)))
               : g_strdup_printf("the process that read it ended with status %d",
                                 WEXITSTATUS(status));
}

/* Opened without waiting: that of a pipe is the worker's. */
static void open_for(struct worker *worker, guint32 number)
{
    const GPtrArray *paths = ((const struct fwx_capture *)captures->pdata[worker->capture])->paths;
    const char *path = number <= paths->len ? (const char *)paths->pdata[number - 1] : "";
    int file =
        g_str_equal(path, FWX_STDIN) ? dup(STDIN_FILENO) : g_open(path, O_RDONLY | O_NONBLOCK, 0);
    struct fwx_request request = {0, file < 0 ? errno : 0};

    fwx_worker_send(worker->socket, &request, sizeof request, file);
    if (file >= 0)
        close(file);
}

static void hear(struct worker *worker)
{
    struct fwx_answer answer = {0};

    if (!fwx_worker_receive(worker->socket, &answer, sizeof answer, NULL)) {
        char *words = end(worker);

        if (worker->capture == NONE)
            g_free(words);
        else
            finish(worker, NULL, words);
    } else if (worker->capture == NONE) {
        kill(worker->pid, SIGKILL); /* nobody has asked it */
    } else if (answer.wants_file) {
        open_for(worker, answer.wants_file);
    } else {
        worker->leaves = answer.leaves != 0;
        finish(worker, &answer, NULL);
    }
}

/* FALSE where there is none left. Captures with trouble have their result already. */
static gboolean next_capture(void)
{
    for (; started < captures->len; started++) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[started];

        if (!capture->trouble)
            return TRUE;
        results[started] = g_new0(struct fwx_result, 1);
        results[started]->capture = capture;
        results[started]->messages = g_strdup(capture->trouble);
        results[started]->answer.look.kind = FWX_FORMAT_COMMON;
    }
    return FALSE;
}

static void hand_out(void)
{
    for (guint i = 0; i < count && next_capture() && !failure; i++) {
        struct worker *worker = &workers[i];
        struct fwx_request request = {started, 0};

        if ((worker->pid && (worker->capture != NONE || worker->leaves)) ||
            (!worker->pid && !start(worker)))
            continue;
        if (worker->waiting == 0)
            worker->printed = 0;
        if (ftruncate(worker->files[FWX_OUTPUT], worker->printed) != 0 ||
            ftruncate(worker->files[FWX_MESSAGES], 0) != 0)
            fail("results cannot be removed");
        if (fwx_worker_send(worker->socket, &request, sizeof request, -1))
            worker->capture = started++;
    }
}

/* ---- the run -------------------------------------------------------------------------------- */

/* FALSE where no worker has anything to do. */
static gboolean wait_for_answers(void)
{
    struct pollfd *polled = g_new0(struct pollfd, count);
    gboolean busy = FALSE;

    for (guint i = 0; i < count; i++) {
        polled[i] = (struct pollfd){workers[i].pid ? workers[i].socket : -1, POLLIN, 0};
        busy |= workers[i].pid && (workers[i].capture != NONE || workers[i].leaves);
    }
    if (busy && poll(polled, count, EVERY_MS) > 0) {
        for (guint i = 0; i < count; i++) {
            if (polled[i].revents)
                hear(&workers[i]);
        }
    }
    g_free(polled);
    return busy;
}

/* What was read is handed over before its files are closed. */
static void end_all(void (*take)(const struct fwx_result *result))
{
    for (guint i = 0; i < count; i++) {
        if (!workers[i].pid)
            continue;
        kill(workers[i].pid, SIGKILL);
        g_free(end(&workers[i]));
    }
    hand_over(take, TRUE);
    for (guint i = 0; i < count * FWX_FILES; i++) {
        if (workers[i / FWX_FILES].files[i % FWX_FILES])
            close(workers[i / FWX_FILES].files[i % FWX_FILES]);
    }
    g_clear_pointer(&results, g_free);
    g_clear_pointer(&workers, g_free);
}

gboolean fwx_workers_run(const GPtrArray *all, gboolean looking,
                         void (*take)(const struct fwx_result *result), gboolean (*go_on)(void),
                         GError **error)
{
    gboolean busy = TRUE;

    captures = all;
    look = looking;
    count = MIN((guint)fwx_options.jobs, all->len);
    workers = g_new0(struct worker, count);
    results = g_new0(struct fwx_result *, all->len);
    started = taken = 0;
    while (!failure && go_on() && (busy || next_capture())) {
        hand_out();
        busy = wait_for_answers();
        hand_over(take, FALSE);
    }
    end_all(take);
    if (failure)
        g_propagate_error(error, g_steal_pointer(&failure));
    return !*error;
}
