/* fromlog.h
 * The other way round: for each denied or failed line of a log, the captures and frames that show
 * it. Workers print what each capture has (taps/reconciled.h), and here it comes together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_FROMLOG_H
#define FWX_COMMAND_FROMLOG_H

#include <glib.h>

/* What a worker has printed of a capture. */
void fwx_from_log_take(const char *capture, const char *text);

/* The table, and how many lines have no packet, by reason. To be freed. */
char *fwx_from_log_table(void);

#endif
