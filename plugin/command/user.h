/* user.h
 * Root reads other people's captures, but not with root's rights: workers are nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_USER_H
#define FWX_COMMAND_USER_H

#include <glib.h>

/* Whether workers run as somebody else than this program. */
gboolean fwx_user_differs(void);

/* Root becomes nobody for a while, and root again; FALSE for whoever is not root, and on errors. */
gboolean fwx_user_pretend(void);
gboolean fwx_user_return(void);

/* In a worker, for good; ends it where that is refused. */
void fwx_user_drop(void);

#endif
