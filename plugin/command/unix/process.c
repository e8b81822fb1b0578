/* process.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "command/system.h"
#include "command/unix/child.h"

enum { NONE = -1 };

struct fwx_process {
    pid_t pid;
    int socket;
    const GPtrArray *captures;
    gint64 capture; /* that it was asked for; NONE */
};

int fwx_process_file(void)
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

struct fwx_process *fwx_process_start(const GPtrArray *captures, gboolean look, const int *files)
{
    struct fwx_process *process;
    int pair[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return NULL;
    pid = fork();
    if (pid == 0) {
        close(pair[0]);
        fwx_child_run(captures, look, pair[1], files);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return NULL;
    }
    process = g_new0(struct fwx_process, 1);
    *process = (struct fwx_process){pid, pair[0], captures, NONE};
    return process;
}

gboolean fwx_process_ask(struct fwx_process *process, guint32 capture)
{
    struct fwx_request request = {capture, 0};

    process->capture = capture;
    return fwx_child_send(process->socket, &request, sizeof request, -1);
}

/* Opened without waiting: that of a pipe is the worker's. */
static void open_for(const struct fwx_process *process, guint32 number)
{
    const GPtrArray *paths =
        ((const struct fwx_capture *)process->captures->pdata[process->capture])->paths;
    const char *path = number <= paths->len ? (const char *)paths->pdata[number - 1] : "";
    int file =
        g_str_equal(path, FWX_STDIN) ? dup(STDIN_FILENO) : g_open(path, O_RDONLY | O_NONBLOCK, 0);
    struct fwx_request request = {0, file < 0 ? errno : 0};

    fwx_child_send(process->socket, &request, sizeof request, file);
    if (file >= 0)
        close(file);
}

enum fwx_heard fwx_process_hear(struct fwx_process *process, struct fwx_answer *answer)
{
    if (!fwx_child_receive(process->socket, answer, sizeof *answer, NULL))
        return FWX_HEARD_END;
    if (!answer->wants_file || process->capture == NONE) {
        process->capture = NONE;
        return FWX_HEARD_ANSWER;
    }
    open_for(process, answer->wants_file);
    return FWX_HEARD_NOTHING;
}

void fwx_processes_wait(struct fwx_process *const *processes, guint count, guint milliseconds,
                        gboolean *ready)
{
    struct pollfd *polled = g_new0(struct pollfd, count);

    for (guint i = 0; i < count; i++)
        polled[i] = (struct pollfd){processes[i] ? processes[i]->socket : -1, POLLIN, 0};
    if (poll(polled, count, (int)milliseconds) <= 0)
        memset(polled, 0, count * sizeof *polled);
    for (guint i = 0; i < count; i++)
        ready[i] = polled[i].revents != 0;
    g_free(polled);
}

char *fwx_process_end(struct fwx_process *process, gboolean kills)
{
    int status = 0;

    if (kills)
        kill(process->pid, SIGKILL);
    close(process->socket);
    while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR) {
    }
    g_free(process);
    return WIFSIGNALED(status)
               ? g_strdup_printf("the process that read it was ended by signal %d (%s)",
                                 WTERMSIG(status), g_strsignal(WTERMSIG(status)))
               : g_strdup_printf("the process that read it ended with status %d",
                                 WEXITSTATUS(status));
}

void fwx_process_serve(const char *program G_GNUC_UNUSED)
{
    /* Those that are forked serve from where they were started. */
}
