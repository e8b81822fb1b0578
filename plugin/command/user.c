/* user.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef _GNU_SOURCE
/* setgroups(); NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#endif
#include "user.h"

#ifdef G_OS_UNIX
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Where there is no user nobody: the number that stands for it everywhere. */
#define NOBODY 65534

struct user {
    uid_t uid;
    gid_t gid;
};

gboolean fwx_user_differs(void)
{
    return geteuid() == 0;
}

static const struct user *normal_user(void)
{
    static struct user user;

    if (user.uid == 0) {
        const struct passwd *nobody = getpwnam("nobody");

        user = nobody && nobody->pw_uid ? (struct user){nobody->pw_uid, nobody->pw_gid}
                                        : (struct user){NOBODY, NOBODY};
    }
    return &user;
}

/* Between fork and exec: system calls only. */
static void become(const struct user *user)
{
    if (setgroups(0, NULL) != 0 || setgid(user->gid) != 0 || setuid(user->uid) != 0)
        _exit(126);
}

/* mergecap opens all files of a set at once. */
static void raise_limit(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static void set_up(gpointer data)
{
    const struct user *user = (const struct user *)data;

    raise_limit();
    setpgid(0, 0); /* Ctrl-C ends this program, which ends that one: none prints half a capture */
    if (user)
        become(user);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* after setuid(), which clears it */
#endif
}

void fwx_user_drop(GSubprocessLauncher *launcher)
{
    const struct user *user = fwx_user_differs() ? normal_user() : NULL;

    g_subprocess_launcher_set_child_setup(launcher, set_up, (gpointer)user, NULL);
}

void fwx_user_keep(GSubprocessLauncher *launcher)
{
    g_subprocess_launcher_set_child_setup(launcher, set_up, NULL, NULL);
}

/* Asked as that user, who alone knows of access lists and of folders on the way. */
gboolean fwx_user_can_read(const char *path)
{
    const struct user *user = normal_user();
    int status = -1;
    pid_t child;

    if (!fwx_user_differs())
        return TRUE;
    child = fork();
    if (child == 0) {
        become(user);
        _exit(access(path, R_OK) == 0 ? 0 : 1);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && status == 0;
}

gboolean fwx_user_give(const char *path, GError **error)
{
    const struct user *user = normal_user();

    if (!fwx_user_differs() || chown(path, user->uid, user->gid) == 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
    return FALSE;
}

gboolean fwx_user_admit(const char *folder, GError **error)
{
    if (!fwx_user_differs() ||
        (chown(folder, 0, normal_user()->gid) == 0 && chmod(folder, 0710) == 0))
        return TRUE;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", folder,
                g_strerror(errno));
    return FALSE;
}

#else /* no such users */

gboolean fwx_user_differs(void)
{
    return FALSE;
}

void fwx_user_drop(GSubprocessLauncher *launcher)
{
    (void)launcher;
}

void fwx_user_keep(GSubprocessLauncher *launcher)
{
    (void)launcher;
}

gboolean fwx_user_can_read(const char *path)
{
    (void)path;
    return TRUE;
}

gboolean fwx_user_give(const char *path, GError **error)
{
    (void)path;
    (void)error;
    return TRUE;
}

gboolean fwx_user_admit(const char *folder, GError **error)
{
    (void)folder;
    (void)error;
    return TRUE;
}

#endif
