/* silence.c
 * A connection on which nobody had said anything for long: what a time-out in between would end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include "engine/words.h"

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    static const char *const ends[] = {
        [FWX_SILENCE_OPEN] = "",
        [FWX_SILENCE_SURVIVED] = "; the connection survived it",
        [FWX_SILENCE_FATAL] = "; a reset is the answer",
        [FWX_SILENCE_UNHEARD] = "; nobody answers any more",
    };

    (void)engine;
    fwx_say_seconds(s, finding->silence.length, 3);
    fwx_say(s, " s of silence end here%s", ends[finding->silence.end]);
}

static bool get_time(const struct fwx_finding *finding, union fwx_value *value)
{
    value->time = finding->silence.length;
    return true;
}

static bool get_end(const struct fwx_finding *finding, union fwx_value *value)
{
    value->text = fwx_silence_end_name((enum fwx_silence_end)finding->silence.end);
    return value->text != NULL;
}

static const struct fwx_field fields[] = {
    {"silence.time", FWX_FIELD_TIME, "Silence before this packet",
     "How long both sides of the connection had been silent before this packet, where that was "
     "long; keep-alives are silence, repeated data is not",
     get_time},
    {"silence.end", FWX_FIELD_TEXT, "Silence ended",
     "How the silence ended: survived, fatal (answered by a reset) or unheard (never "
     "answered)" FWX_LATE,
     get_end},
    {0},
};

const struct fwx_kind fwx_kind_silence = {
    .title = "silence",
    .page = "silence",
    .say = say,
    .family = FWX_FAMILY_FACTS,
    .fields = fields,
};
