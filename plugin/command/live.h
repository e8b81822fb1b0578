/* live.h
 * In a worker: one capture, as it comes. Conversations are printed as they end, and then forgotten;
 * nothing is dissected, for nothing can be read twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_LIVE_H
#define FWX_COMMAND_LIVE_H

#include "options.h"

struct fwx_live_task {
    const struct fwx_options *options;
    int from;   /* what is read */
    int output; /* file that is printed to */
    int socket; /* each time something was printed, an answer (worker.h) goes there, and a byte
                 * comes back when it can be removed; the last answer is not a part */
};

void fwx_live_read(const struct fwx_live_task *task);

#endif
