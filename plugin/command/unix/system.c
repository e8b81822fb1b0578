/* system.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef _GNU_SOURCE
/* setresuid(); NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#endif
#include "command/system.h"

#include <errno.h>
#include <grp.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

/* ---- the program ---------------------------------------------------------------------------- */

static void watch_signals(void (*on_signal)(int number))
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a write that fails says so */
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

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

gboolean fwx_system_begin(void (*on_signal)(int number))
{
    if (!open_streams())
        return FALSE;
    watch_signals(on_signal);
    raise_limit();
    setlocale(LC_ALL, "");
    return TRUE;
}

char **fwx_system_arguments(char **argv)
{
    return g_strdupv(argv);
}

gboolean fwx_system_is_terminal(int file)
{
    return isatty(file);
}

unsigned fwx_system_columns(void)
{
    struct winsize size = {0};

    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    return size.ws_col;
}

guint64 fwx_system_resident_mb(void)
{
    char *text = NULL;
    guint64 pages = 0;

    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        pages = g_ascii_strtoull(text + strcspn(text, " "), NULL, 10);
    g_free(text);
    return pages * (guint64)sysconf(_SC_PAGESIZE) >> 20;
}

/* ---- files ---------------------------------------------------------------------------------- */

gboolean fwx_system_is_device(const char *path)
{
    return g_str_has_prefix(path, "/dev/") || g_str_has_prefix(path, "/proc/");
}

char *fwx_system_real_path(const char *path)
{
    return realpath(path, NULL); /* malloc(), which is GLib's since 2.46 */
}

void fwx_system_keep_rights(int file, const char *path)
{
    GStatBuf before;

    if (g_stat(path, &before) == 0 &&
        (fchown(file, before.st_uid, before.st_gid) == 0 || errno == EPERM))
        fchmod(file, before.st_mode & 0777);
}

gboolean fwx_system_link(const char *from, const char *to)
{
    return symlink(from, to) == 0;
}

int fwx_system_null(void)
{
    return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int fwx_system_dup(int file)
{
    return fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

gssize fwx_system_read_at(int file, void *bytes, gsize size, gint64 offset)
{
    return pread(file, bytes, size, offset);
}

gint64 fwx_system_size(int file)
{
    return lseek(file, 0, SEEK_END);
}

gboolean fwx_system_cut(int file, gint64 size)
{
    return ftruncate(file, size) == 0;
}

/* ---- root ----------------------------------------------------------------------------------- */

gboolean fwx_system_is_root(void)
{
    static int is_root = -1; /* before it is given up */

    return is_root = is_root < 0 ? geteuid() == 0 : is_root;
}

/* saved: what there is a way back to. */
static gboolean become_nobody(gboolean saved)
{
    const struct passwd *nobody = getpwnam("nobody");
    uid_t uid = nobody && nobody->pw_uid ? nobody->pw_uid : 65534; /* what it is everywhere */
    gid_t gid = nobody && nobody->pw_uid ? nobody->pw_gid : 65534;

    return setresgid(gid, gid, saved ? 0 : gid) == 0 && setresuid(uid, uid, saved ? 0 : uid) == 0;
}

gboolean fwx_system_hide_root(void)
{
    return become_nobody(TRUE);
}

gboolean fwx_system_show_root(void)
{
    return setresuid(0, 0, 0) == 0 && setresgid(0, 0, 0) == 0;
}

void fwx_system_drop_root(void)
{
    if (setgroups(0, NULL) != 0 || !become_nobody(FALSE))
        _exit(126);
}
