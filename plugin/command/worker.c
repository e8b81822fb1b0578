/* worker.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "worker.h"

#include <errno.h>
#include <stdio.h>

#include "system.h"

/* Whatever a dissector leaves behind goes with the worker: some register a table more for each
 * capture, and all of them are walked through (nfapi in 4.0). */
enum { CAPTURES = 250, GROWTH_MB = 512 };

struct fwx_answer fwx_worker_read(const struct fwx_source *source, gboolean look, int output,
                                  int nowhere)
{
    static guint64 before;
    static guint done;
    struct fwx_answer answer = {0};

    if (done++ == 0)
        before = fwx_system_resident_mb();
    if (look) {
        answer.look = fwx_read_look(source);
    } else {
        answer.read = fwx_read(source, fwx_options.filter != NULL, &answer.look.kind);
        fflush(stdout); /* of scripts, which goes nowhere */
        dup2(output, STDOUT_FILENO);
        if (!fwx_outputs_draw(source->capture->name, &answer.counts))
            answer.error = errno ? errno : EIO;
        dup2(nowhere, STDOUT_FILENO);
        fwx_read_end();
    }
    answer.leaves = done == CAPTURES || fwx_system_resident_mb() > before + GROWTH_MB;
    return answer;
}
