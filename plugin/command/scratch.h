/* scratch.h
 * A folder for what is needed while the program runs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_SCRATCH_H
#define FWX_COMMAND_SCRATCH_H

#include <glib.h>

/* The normal user's (see user.h), and nobody else's. To be freed with g_free(). */
char *fwx_scratch_new(GError **error);
/* A folder in it; NULL on errors. To be freed with g_free(). */
char *fwx_scratch_folder(const char *scratch, const char *name, GError **error);
/* A folder and what is in it; NULL is taken, too. */
void fwx_scratch_remove(const char *folder);

#endif
