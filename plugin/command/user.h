/* user.h
 * Root reads other people's captures, but not with root's rights: tshark runs as nobody then.
 * Wireshark loads no uninstalled plugin for root, either.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_USER_H
#define FWX_COMMAND_USER_H

#include <gio/gio.h>

/* Whether children run as somebody else than this program. */
gboolean fwx_user_differs(void);

/* The program that the launcher starts ends when this one does, however that ends; and runs as the
 * normal user, or keeps this one's rights. */
void fwx_user_drop(GSubprocessLauncher *launcher);
void fwx_user_keep(GSubprocessLauncher *launcher);

gboolean fwx_user_can_read(const char *path);
/* Files and folders of ours become the normal user's. */
gboolean fwx_user_give(const char *path, GError **error);
/* A folder of ours that the normal user may pass through, and write nothing into. */
gboolean fwx_user_admit(const char *folder, GError **error);

#endif
