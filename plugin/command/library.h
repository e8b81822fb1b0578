/* library.h
 * libwireshark in this process, with the plugin linked in: started once, before the workers are
 * forked.
 *
 * Two settings are ours. "lean" leaves on what lean.txt lists, so that its verdicts are those of
 * the full settings but for packets inside of TCP connections, and those that only the content of
 * an application leads to; "full" leaves on whatever the user has on. In both, FWX is on. Any other
 * name is one of Wireshark's profiles, which stays as it is. Addresses stay numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_LIBRARY_H
#define FWX_COMMAND_LIBRARY_H

#include <glib.h>

/* On errors, too, to be stopped. terminal: how many columns it has, 0: there is none. */
gboolean fwx_library_start(const char *program, unsigned terminal, GError **error);
/* Removes the files that it needs while captures are read. */
void fwx_library_stop(void);

/* The product that the settings choose; NULL: the usual one. */
const char *fwx_library_product(void);

/* In a worker: messages begin without the program's name; root becomes nobody for good, and the
 * user's files are not looked for any more. Ends it where that is refused. */
void fwx_library_enter_worker(void);

#endif
