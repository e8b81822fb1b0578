/* worker.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef _GNU_SOURCE
/* close_range(); NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#endif
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <glib/gstdio.h>

#include "library.h"
#include "live.h"
#include "user.h"

/* Whatever a dissector leaves behind goes with the worker: some register a table more for each
 * capture, and all of them are walked through (nfapi in 4.0). */
enum { CAPTURES = 250, GROWTH_MB = 512 };

/* Where they are in a worker. */
enum { SOCKET = 3, FIRST_FILE = 4 };

/* ---- messages ------------------------------------------------------------------------------- */

gboolean fwx_worker_send(int socket, const void *message, gsize size, int descriptor)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec part = {(void *)message, size};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t sent;

    if (descriptor >= 0) {
        struct cmsghdr *rights;

        header.msg_control = control.bytes;
        header.msg_controllen = sizeof control.bytes;
        rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof descriptor);
        memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
    }
    do
        sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)size;
}

gboolean fwx_worker_receive(int socket, void *message, gsize size, int *descriptor)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {message, size};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = descriptor ? control.bytes : NULL,
        .msg_controllen = descriptor ? sizeof control.bytes : 0,
    };
    struct cmsghdr *rights;
    ssize_t received;

    do
        received = recvmsg(socket, &header, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (descriptor)
        *descriptor = -1;
    rights = descriptor && received > 0 ? CMSG_FIRSTHDR(&header) : NULL;
    if (rights && rights->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(rights), sizeof *descriptor);
    return received == (ssize_t)size;
}

/* ---- files ---------------------------------------------------------------------------------- */

static gboolean is_pipe(const char *path)
{
    GStatBuf about;

    return g_str_equal(path, FWX_STDIN) || (g_stat(path, &about) == 0 && S_ISFIFO(about.st_mode));
}

gboolean fwx_worker_needs_files(const struct fwx_capture *capture)
{
    return fwx_user_differs() || is_pipe((const char *)capture->paths->pdata[0]);
}

/* What somebody opened without waiting for a writer is waited for here. */
static gboolean copy_content(int from, int to)
{
    struct pollfd ready = {.fd = from, .events = POLLIN};
    char buffer[65536];
    ssize_t length;

    fcntl(from, F_SETFL, fcntl(from, F_GETFL) & ~O_NONBLOCK);
    if (ftruncate(to, 0) != 0 || lseek(to, 0, SEEK_SET) != 0 || poll(&ready, 1, -1) < 0)
        return FALSE;
    while ((length = read(from, buffer, sizeof buffer)) > 0) {
        if (write(to, buffer, (size_t)length) != length)
            return FALSE;
    }
    return length == 0;
}

/* The file that came: as it is, or a copy where it can be read only once. */
static gboolean take_file(int file)
{
    GStatBuf about;
    gboolean good = TRUE;

    if (fstat(file, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode)) {
        good = copy_content(file, FIRST_FILE + FWX_CONTENT);
        dup2(FIRST_FILE + FWX_CONTENT, STDIN_FILENO);
    } else {
        dup2(file, STDIN_FILENO);
    }
    close(file);
    lseek(STDIN_FILENO, 0, SEEK_SET);
    return good;
}

/* A copy is there still for the second pass. */
static gboolean fetch(guint file, gpointer data)
{
    gboolean *copied = (gboolean *)data;
    struct fwx_answer answer = {.wants_file = file + 1};
    struct fwx_opened opened = {0};
    int descriptor = -1;

    if (*copied)
        return lseek(STDIN_FILENO, 0, SEEK_SET) == 0;
    if (!fwx_worker_send(SOCKET, &answer, sizeof answer, -1) ||
        !fwx_worker_receive(SOCKET, &opened, sizeof opened, &descriptor))
        _exit(0); /* the program has ended */
    errno = opened.error;
    if (opened.error || descriptor < 0 || !take_file(descriptor))
        return FALSE;
    *copied = TRUE;
    return TRUE;
}

static gboolean fetch_again(guint file, gpointer data)
{
    gboolean *copied = (gboolean *)data;

    *copied = FALSE; /* the next of a set */
    return fetch(file, data);
}

/* ---- captures ------------------------------------------------------------------------------- */

static guint64 resident_mb(void)
{
    char *text = NULL;
    guint64 pages = 0;

    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        pages = g_ascii_strtoull(strchr(text, ' ') ? strchr(text, ' ') : "0", NULL, 10);
    g_free(text);
    return pages * (guint64)sysconf(_SC_PAGESIZE) >> 20;
}

static void read_one(const struct fwx_worker_task *task, const struct fwx_source *source,
                     struct fwx_answer *answer)
{
    if (task->look) {
        answer->look = fwx_read_look(source);
        return;
    }
    answer->read = fwx_read(source, task->options->filter != NULL, &answer->look.kind);
    if (!fwx_outputs_draw(FIRST_FILE + FWX_OUTPUT, &answer->counts))
        answer->error = errno ? errno : EIO;
    fwx_read_end();
}

G_NORETURN static void serve(const struct fwx_worker_task *task, const char *folder)
{
    guint64 before = resident_mb();
    struct fwx_request request = {0};

    for (guint done = 1; fwx_worker_receive(SOCKET, &request, sizeof request, NULL); done++) {
        const struct fwx_capture *capture =
            (const struct fwx_capture *)task->captures->pdata[request.capture];
        gboolean copied = FALSE;
        struct fwx_source source = {
            .capture = capture,
            .folder = folder,
            .fetch = !fwx_worker_needs_files(capture) ? NULL
                     : capture->paths->len > 1        ? fetch_again
                                                      : fetch,
            .data = &copied,
        };
        struct fwx_answer answer = {0};

        read_one(task, &source, &answer);
        answer.leaves = done == CAPTURES || resident_mb() > before + GROWTH_MB;
        if (!fwx_worker_send(SOCKET, &answer, sizeof answer, -1) || answer.leaves)
            break;
    }
    _exit(0);
}

/* ---- the process ---------------------------------------------------------------------------- */

/* To places of their own: what is open besides is root's, perhaps. */
static void place_files(int socket, const int *files)
{
    int null = open("/dev/null", O_RDWR);
    int from[SOCKET + 1 + FWX_FILES] = {null, null, files[FWX_MESSAGES], socket};

    for (unsigned i = 0; i < FWX_FILES; i++)
        from[FIRST_FILE + i] = files[i];
    for (unsigned i = 0; i < G_N_ELEMENTS(from); i++)
        from[i] = fcntl(from[i], F_DUPFD, (int)G_N_ELEMENTS(from)); /* out of each other's way */
    for (unsigned i = 0; i < G_N_ELEMENTS(from); i++)
        dup2(from[i], (int)i);
#ifdef __linux__
    close_range(G_N_ELEMENTS(from), ~0u, 0);
#endif
}

void fwx_worker_run(const struct fwx_worker_task *task, int socket, const int *files)
{
    const char *folder = g_get_current_dir();
    pid_t parent = getppid();

    setpgid(0, 0); /* Ctrl-C is the program's, which ends this one */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    place_files(socket, files);
    fwx_library_enter_worker();
    fwx_user_drop();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* after setuid(), which clears it */
#endif
    /* Dissectors look for files where they are (GIOP for IOR.txt). */
    if (getppid() != parent || chdir("/") != 0)
        _exit(0);
    if (task->follow)
        fwx_live_read(&(struct fwx_live_task){task->options, FIRST_FILE + FWX_CONTENT,
                                              FIRST_FILE + FWX_OUTPUT, SOCKET});
    serve(task, folder);
}
