/* user.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef _GNU_SOURCE
/* setresuid(); NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#endif
#include "user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

/* Where there is no user nobody: the number that stands for it everywhere. */
#define NOBODY 65534

struct user {
    uid_t uid;
    gid_t gid;
};

static struct user normal_user(void)
{
    const struct passwd *nobody = getpwnam("nobody");

    return nobody && nobody->pw_uid ? (struct user){nobody->pw_uid, nobody->pw_gid}
                                    : (struct user){NOBODY, NOBODY};
}

static gboolean dropped;

gboolean fwx_user_differs(void)
{
    return dropped || geteuid() == 0;
}

gboolean fwx_user_pretend(void)
{
    struct user user = normal_user();

    return fwx_user_differs() && setresgid(user.gid, user.gid, 0) == 0 &&
           setresuid(user.uid, user.uid, 0) == 0;
}

gboolean fwx_user_return(void)
{
    return setresuid(0, 0, 0) == 0 && setresgid(0, 0, 0) == 0;
}

void fwx_user_drop(void)
{
    struct user user = normal_user();

    dropped = fwx_user_differs();
    if (dropped && (setgroups(0, NULL) != 0 || setresgid(user.gid, user.gid, user.gid) != 0 ||
                    setresuid(user.uid, user.uid, user.uid) != 0))
        _exit(126);
}
