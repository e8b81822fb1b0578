/* child.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef _GNU_SOURCE
/* close_range(); NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#endif
#include "command/unix/child.h"

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

#include "command/library.h"
#include "command/system.h"
#include "command/unix/live.h"
#include "host/sources.h"

/* Where they are in a worker, behind the standard streams. */
enum { SOCKET = 3, OUTPUT, CONTENT, NOWHERE, PLACES };

enum { NO_FILE = -1 };

/* ---- messages ------------------------------------------------------------------------------- */

/* Room for one descriptor. */
union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

gboolean fwx_child_send(int socket, const void *message, gsize size, int descriptor)
{
    union control control = {{0}};
    struct iovec part = {(void *)message, size};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};

    if (descriptor >= 0) {
        header.msg_control = &control;
        header.msg_controllen = sizeof control;
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(sizeof descriptor);
        memcpy(CMSG_DATA(&control.align), &descriptor, sizeof descriptor);
    }
    return sendmsg(socket, &header, MSG_NOSIGNAL) == (ssize_t)size;
}

gboolean fwx_child_receive(int socket, void *message, gsize size, int *descriptor)
{
    union control control;
    struct iovec part = {message, size};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = descriptor ? sizeof control : 0};
    ssize_t received = recvmsg(socket, &header, MSG_WAITALL | MSG_CMSG_CLOEXEC);

    if (descriptor && received > 0 && header.msg_controllen >= sizeof control.align)
        memcpy(descriptor, CMSG_DATA(&control.align), sizeof *descriptor);
    return received == (ssize_t)size;
}

/* ---- files ---------------------------------------------------------------------------------- */

/* For root, and for pipes: the program opens them. */
static gboolean is_fetched(const char *path)
{
    GStatBuf about;

    return fwx_system_is_root() || g_str_equal(path, FWX_STDIN) ||
           (g_stat(path, &about) == 0 && S_ISFIFO(about.st_mode));
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

/* Makes a file standard input: as it is, or a copy where it can be read only once. The last one is
 * there still. */
static gboolean fetch(guint file, gpointer last)
{
    struct fwx_answer answer = {.wants_file = file + 1};
    struct fwx_request request = {0, 0};
    int descriptor = -1;
    gboolean good = TRUE;
    GStatBuf about;

    if (*(gint64 *)last == file)
        return lseek(STDIN_FILENO, 0, SEEK_SET) == 0;
    if (!fwx_child_send(SOCKET, &answer, sizeof answer, -1) ||
        !fwx_child_receive(SOCKET, &request, sizeof request, &descriptor))
        _exit(0); /* the program has ended */
    errno = request.error;
    if (descriptor < 0)
        return FALSE;
    dup2(descriptor, STDIN_FILENO);
    close(descriptor);
    if (fstat(STDIN_FILENO, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode)) {
        good = copy_content(STDIN_FILENO, CONTENT);
        dup2(CONTENT, STDIN_FILENO);
    }
    *(gint64 *)last = file;
    return good && lseek(STDIN_FILENO, 0, SEEK_SET) == 0;
}

/* ---- captures ------------------------------------------------------------------------------- */

G_NORETURN static void serve(const GPtrArray *captures, gboolean look, const char *folder)
{
    struct fwx_request request = {0, 0};

    while (fwx_child_receive(SOCKET, &request, sizeof request, NULL)) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[request.capture];
        gint64 last = NO_FILE;
        gboolean fetched = is_fetched((const char *)capture->paths->pdata[0]);
        struct fwx_source source = {capture, folder, fetched ? fetch : NULL, &last};
        struct fwx_answer answer = fwx_worker_read(&source, look, OUTPUT, NOWHERE);

        if (!fwx_child_send(SOCKET, &answer, sizeof answer, -1) || answer.leaves)
            break;
    }
    _exit(0);
}

/* ---- the process ---------------------------------------------------------------------------- */

void fwx_child_run(const GPtrArray *captures, gboolean look, int socket, const int *files)
{
    int null = open("/dev/null", O_RDWR);
    int from[PLACES] = {
        null, null, files[FWX_MESSAGES], socket, files[FWX_OUTPUT], files[FWX_CONTENT], null};
    const char *folder = g_get_current_dir();
    pid_t parent = getppid();

    setpgid(0, 0); /* Ctrl-C is the program's, which ends this one */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    for (int i = 0; i < PLACES; i++)
        from[i] = fcntl(from[i], F_DUPFD, PLACES); /* out of each other's way */
    for (int i = 0; i < PLACES; i++)
        dup2(from[i], i);
#ifdef __linux__
    close_range(PLACES, ~0u, 0); /* root's, perhaps */
#endif
    if (fwx_system_is_root()) /* what firewalls log is root's alone, mostly */
        fwx_sources_hold();
    fwx_library_enter_worker();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* after setuid(), which clears it */
#endif
    /* Dissectors look for files where they are (GIOP for IOR.txt). */
    if (getppid() != parent || chdir("/") != 0)
        _exit(0);
    if (fwx_options.follow)
        fwx_live_read(CONTENT, OUTPUT, SOCKET);
    serve(captures, look, folder);
}
