/* scratch.h
 * A folder for what is needed while the program runs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_SCRATCH_H
#define FWX_COMMAND_SCRATCH_H

#include <glib.h>

/* Ours: the normal user (see user.h), whom a capture may have taken over, gets at what is in it but
 * can put nothing there that we would then write through. To be freed with g_free(). */
char *fwx_scratch_new(GError **error);
/* A folder in it, the normal user's and nobody else's; NULL on errors. To be freed with g_free().
 */
char *fwx_scratch_folder(const char *scratch, const char *name, GError **error);
/* A folder and what is in it; NULL is taken, too. */
void fwx_scratch_remove(const char *folder);

#endif
