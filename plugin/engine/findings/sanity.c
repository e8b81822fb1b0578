/* sanity.c
 * A packet that is dropped at sight. The rules have their sentences in their rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include "engine/rules/sanity.h"

/* Where the capture contradicts the verdict, the rule is not named. */
static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    const struct fwx_sanity *broken = &finding->sanity;

    (void)engine;
    if (finding->judged)
        fwx_sanity_rules[broken->rule].say(s, broken->value, broken->limit);
    else
        fwx_say(s, "No healthy stack sends this packet");
}

static const struct fwx_expert experts[] = {
    {"sanity", FWX_GROUP_SECURITY, FWX_SEVERITY_WARNING, "Packet that the firewall drops at sight",
     NULL, NULL},
    {0},
};

const struct fwx_kind fwx_kind_sanity = {
    .title = "impossible packet",
    .page = "sanity",
    .say = say,
    .family = FWX_FAMILY_VERDICTS,
    .experts = experts,
};
