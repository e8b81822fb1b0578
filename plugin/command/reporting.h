/* reporting.h
 * --report: what workers make of captures, put together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_REPORTING_H
#define FWX_COMMAND_REPORTING_H

#include "command.h"

/* What was printed of a capture. trouble: lines on why it was not read to its end; NULL: it was. */
void fwx_reporting_take(const struct fwx_capture *capture, const char *trouble, const char *bytes,
                        gsize length);
/* Nothing was, and why. */
void fwx_reporting_miss(const struct fwx_capture *capture, const char *why);

/* The report; stopped: not all captures were read. To be freed. */
char *fwx_reporting_render(gboolean stopped);

#endif
