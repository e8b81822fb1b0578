/* reason.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/reason.h"

#include <inttypes.h>

#include "engine/kind.h"

static void say_finding(struct fwx_sentence *s, const struct fwx_engine *engine,
                        const struct fwx_finding *finding)
{
    fwx_kind_of(finding)->say(s, engine, finding);
}

static void say_no_reply(struct fwx_sentence *s, const struct fwx_engine *engine,
                         const struct fwx_conclusion *conclusion)
{
    struct fwx_finding finding = {
        .kind = FWX_FINDING_NO_REPLY,
        .no_reply = {conclusion->waited_s, conclusion->status},
    };

    say_finding(s, engine, &finding);
}

const char *fwx_reason(const struct fwx_engine *engine, const struct fwx_finding *finding,
                       char *buffer)
{
    struct fwx_sentence s = fwx_sentence_in(buffer);

    say_finding(&s, engine, finding);
    return buffer;
}

const char *fwx_conclusion_reason(const struct fwx_engine *engine,
                                  const struct fwx_conclusion *conclusion, char *buffer)
{
    struct fwx_sentence s = fwx_sentence_in(buffer);

    switch (conclusion->ground) {
    case FWX_GROUND_FINDING:
        say_finding(&s, engine, conclusion->finding);
        break;
    case FWX_GROUND_NO_REPLY:
        say_no_reply(&s, engine, conclusion);
        break;
    case FWX_GROUND_IDLE:
        fwx_say(&s, "Idle for %" PRIu32 " s: the firewall forgets it", conclusion->idle_s);
        break;
    case FWX_GROUND_EVICTED:
        fwx_say(&s, "The oldest UDP session of its address, closed to make room for a newer one");
        break;
    case FWX_GROUND_ESTABLISHED:
        fwx_say(&s, "Passed");
        break;
    }
    return buffer;
}

const char *fwx_finding_title(const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);

    return kind->title_of ? kind->title_of(finding) : kind->title;
}
