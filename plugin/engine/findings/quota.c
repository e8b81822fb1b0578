/* quota.c
 * A connection, or a session, that flood mitigation refuses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

/* "1st", "162nd", "611th" */
static void say_ordinal(struct fwx_sentence *s, uint32_t number)
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    uint32_t last = number % 100 / 10 == 1 ? 0 : number % 10;

    fwx_say(s, "%" PRIu32 "%s", number, ends[last < G_N_ELEMENTS(ends) ? last : 0]);
}

static void mark(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    say_ordinal(s, finding->quota.count);
    fwx_say(s, finding->quota.quota == FWX_QUOTA_NON_TCP ? " session" : " connection");
    fwx_say(s, ", limit %" PRIu32, finding->quota.limit);
}

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    static const char *const counted[] = {
        [FWX_QUOTA_NONE] = "",
        [FWX_QUOTA_RATE] = " connection request from this address within a minute",
        [FWX_QUOTA_CONCURRENT] = " open connection from this address",
        [FWX_QUOTA_HALF_OPEN] = " half-open connection from this address",
        [FWX_QUOTA_NON_TCP] = " new session from this address within a second",
    };
    const struct fwx_over_quota *quota = &finding->quota;

    (void)engine;
    say_ordinal(s, quota->count);
    fwx_say(s, "%s; the limit%s is %" PRIu32, counted[quota->quota],
            quota->special ? " of special addresses" : "", quota->limit);
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
    .mark = mark,
    .family = FWX_FAMILY_VERDICTS,
    .experts = experts,
};
