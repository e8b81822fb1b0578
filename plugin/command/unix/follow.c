/* follow.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "command/process.h"
#include "command/system.h"
#include "command/unix/child.h"

enum { TICK_MS = 50, CHUNK = 1 << 16, PCAP_HEAD = 24 };

struct run {
    void (*take)(const struct fwx_result *result);
    gboolean (*go_on)(void);
    struct fwx_capture capture; /* its name */
    char *path;                 /* of the file that is read now */
    int from;                   /* -1: nothing more comes */
    gboolean grows;             /* a file: its end is none */
    gboolean is_last;           /* its end was met, and there is a next one */
    gboolean has_sections;      /* pcapng, which may go on with another file's head */
    gsize skip;                 /* of the head of a further file of pcap */
    guint64 passed;
    guint8 chunk[CHUNK];
    gsize at;
    gsize length;
    int to; /* the worker's; -1: closed */
    pid_t pid;
    int socket;
    int files[FWX_FILES];
    gboolean done;
};

static gboolean fail(GError **error, const char *what)
{
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", what,
                g_strerror(errno));
    return FALSE;
}

/* ---- what is read --------------------------------------------------------------------------- */

static gboolean open_source(struct run *run, GError **error)
{
    struct stat about;

    run->from = g_str_equal(run->path, FWX_STDIN) ? dup(STDIN_FILENO)
                                                  : g_open(run->path, O_RDONLY | O_CLOEXEC, 0);
    if (run->from < 0 || fstat(run->from, &about) != 0)
        return fail(error, run->path);
    if (S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        return fail(error, run->path);
    }
    run->grows = S_ISREG(about.st_mode) && !g_str_equal(run->path, FWX_STDIN);
    return TRUE;
}

/* The next of the files is there: this one gets no more, once it has been read to its end again. */
static void look_for_next(struct run *run)
{
    char *next = fwx_options.no_sets ? NULL : fwx_captures_next(run->path);
    int file = next && run->is_last ? g_open(next, O_RDONLY | O_CLOEXEC, 0) : -1;

    run->is_last = next != NULL;
    if (file >= 0) {
        close(run->from);
        run->from = file;
        run->is_last = FALSE;
        run->skip = run->has_sections ? 0 : PCAP_HEAD;
        g_free(run->path);
        run->path = g_steal_pointer(&next);
    }
    g_free(next);
}

static void close_source(struct run *run)
{
    if (run->from >= 0)
        close(run->from);
    run->from = -1;
}

static void skip_head(struct run *run)
{
    gsize skipped = MIN(run->skip, run->length - run->at);

    run->skip -= skipped;
    run->at += skipped;
}

static void read_some(struct run *run)
{
    static const guint8 section[] = {0x0a, 0x0d, 0x0d, 0x0a};
    ssize_t length = read(run->from, run->chunk, sizeof run->chunk);

    if (length < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (length > 0) {
        if (!run->passed)
            run->has_sections = length >= 4 && !memcmp(run->chunk, section, sizeof section);
        run->passed += (guint64)length;
        run->at = 0;
        run->length = (gsize)length;
        skip_head(run);
    } else if (length == 0 && run->grows) {
        look_for_next(run);
    } else {
        close_source(run);
    }
}

static void write_some(struct run *run)
{
    ssize_t length = write(run->to, run->chunk + run->at, run->length - run->at);

    if (length > 0)
        run->at += (gsize)length;
    else if (length < 0 && errno != EAGAIN && errno != EINTR)
        close_source(run); /* the worker is gone, which its socket tells */
    if (length < 0 && errno == EPIPE)
        run->at = run->length;
}

/* ---- the worker ----------------------------------------------------------------------------- */

static gboolean start_worker(struct run *run, GError **error)
{
    int content[2];
    int pair[2];

    if (pipe(content) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return fail(error, "no worker can be started");
    run->files[FWX_OUTPUT] = fwx_process_file();
    run->files[FWX_MESSAGES] = fwx_process_file();
    run->files[FWX_CONTENT] = content[0];
    fflush(NULL);
    run->pid = fork();
    if (run->files[FWX_OUTPUT] < 0 || run->files[FWX_MESSAGES] < 0 || run->pid < 0)
        return fail(error, "no worker can be started");
    if (run->pid == 0)
        fwx_child_run(NULL, FALSE, pair[1], run->files);
    close(pair[1]);
    close(content[0]);
    run->to = content[1];
    run->socket = pair[0];
    fcntl(run->to, F_SETFL, O_NONBLOCK);
    return TRUE;
}

/* What it has printed and said since the last time. */
static void hand_on(struct run *run, const struct fwx_answer *answer, const char *words)
{
    struct fwx_result result = {.capture = &run->capture, .died = !answer};

    if (answer)
        result.answer = *answer;
    result.file = run->files[FWX_OUTPUT];
    result.length = answer ? fwx_system_size(result.file) : 0;
    result.messages = fwx_workers_said(run->files, words);
    run->take(&result);
    fwx_system_cut(run->files[FWX_OUTPUT], 0);
    fwx_system_cut(run->files[FWX_MESSAGES], 0);
    g_free(result.messages);
}

static void hear(struct run *run)
{
    struct fwx_answer answer = {0};
    char taken = 0;

    if (!fwx_child_receive(run->socket, &answer, sizeof answer, NULL)) {
        run->done = TRUE;
        hand_on(run, NULL, "the process that read it has ended");
        return;
    }
    hand_on(run, &answer, NULL);
    run->done = !answer.part;
    fwx_child_send(run->socket, &taken, sizeof taken, -1);
}

static void end_worker(struct run *run)
{
    if (run->pid <= 0)
        return;
    kill(run->pid, SIGKILL);
    while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    close(run->socket);
    close(run->files[FWX_OUTPUT]);
    close(run->files[FWX_MESSAGES]);
}

/* ---- the run -------------------------------------------------------------------------------- */

/* Both at their time: the worker waits for what it said to be taken, and its pipe may be full. */
static void step(struct run *run)
{
    gboolean full = run->at < run->length;
    gboolean polls = run->from >= 0 && !full && !run->grows;
    struct pollfd polled[] = {
        {run->socket, POLLIN, 0},
        {polls ? run->from : -1, POLLIN, 0},
        {full && run->to >= 0 ? run->to : -1, POLLOUT, 0},
    };
    gsize before = run->passed;

    if (run->from >= 0 && !full && run->grows)
        read_some(run);
    if (poll(polled, G_N_ELEMENTS(polled), run->passed > before ? 0 : TICK_MS) <= 0)
        return;
    if (polled[0].revents)
        hear(run);
    if (polled[1].revents && run->from >= 0)
        read_some(run);
    if (polled[2].revents)
        write_some(run);
}

static void follow_to_end(struct run *run)
{
    while (!run->done) {
        if (run->from < 0 && run->at == run->length && run->to >= 0) {
            close(run->to);
            run->to = -1;
        }
        if (!run->go_on())
            close_source(run);
        step(run);
    }
}

gboolean fwx_follow_run(void (*take)(const struct fwx_result *result), gboolean (*go_on)(void),
                        GError **error)
{
    struct run *run = g_new0(struct run, 1);
    gboolean done;

    run->take = take;
    run->go_on = go_on;
    run->capture.name = fwx_options.arguments[0];
    run->path = g_strdup(run->capture.name);
    run->from = run->to = -1;
    done = open_source(run, error) && start_worker(run, error);
    if (done)
        follow_to_end(run);
    end_worker(run);
    close_source(run);
    if (run->to >= 0)
        close(run->to);
    g_free(run->path);
    g_free(run);
    return done;
}
