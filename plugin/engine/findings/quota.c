/* quota.c
 * A connection, or a session, that flood mitigation refuses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    static const char *const counted[] = {
        [FWX_QUOTA_NONE] = "",
        [FWX_QUOTA_RATE] = "connection request from this address within a minute",
        [FWX_QUOTA_CONCURRENT] = "open connection of this address",
        [FWX_QUOTA_HALF_OPEN] = "half-open connection of this address",
        [FWX_QUOTA_NON_TCP] = "new session from this address within a second",
    };
    const struct fwx_over_quota *quota = &finding->quota;

    (void)engine;
    fwx_say(s, "Number %" PRIu32 " as %s, where flood mitigation allows %" PRIu32 "%s",
            quota->count, counted[quota->quota], quota->limit,
            quota->special ? " (special address)" : "");
    if (quota->first)
        fwx_say(s, "; if a NAT in front makes many clients one address, raise the limit for it or "
                   "switch flood mitigation off");
}

static bool is_first(const struct fwx_finding *finding)
{
    return finding->quota.first;
}

static const struct fwx_expert experts[] = {
    {"quota", FWX_GROUP_SECURITY, FWX_SEVERITY_WARNING, "Flood mitigation limit passed", NULL,
     is_first},
    {0},
};

const struct fwx_kind fwx_kind_quota = {
    .title = "quota",
    .page = "quota",
    .say = say,
    .family = FWX_FAMILY_VERDICTS,
    .experts = experts,
};
