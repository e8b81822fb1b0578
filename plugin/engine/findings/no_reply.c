/* no_reply.c
 * A SYN that was never answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    (void)engine;
    fwx_say(s,
            "No SYN-ACK within %" PRId64 " s of the first SYN; a proxy logs status %u (look into "
            "it)",
            finding->no_reply.waited_s, finding->no_reply.status);
}

static const struct fwx_expert experts[] = {
    {"no_reply", FWX_GROUP_SEQUENCE, FWX_SEVERITY_WARNING, "SYN never answered", NULL, NULL},
    {0},
};

const struct fwx_kind fwx_kind_no_reply = {
    .title = "no reply",
    .page = "no-reply",
    .say = say,
    .family = FWX_FAMILY_VERDICTS,
    .experts = experts,
};
