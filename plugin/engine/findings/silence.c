/* silence.c
 * A connection on which nobody had said anything for long: what a time-out in between would end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include "engine/engine.h"
#include "engine/model/timeouts.h"
#include "engine/words.h"

/* Where the silence was fatal, the time-outs that may have been it. */
static void say_timeouts(struct fwx_sentence *s, const struct fwx_engine *engine,
                         const struct fwx_finding *finding)
{
    const struct fwx_silence *silence = &finding->silence;
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), finding->connection);
    const struct fwx_silence_met met = {
        .fatal = silence->gap,
        .protocol = connection->protocol,
        .life = silence->life,
    };

    if (silence->end == FWX_SILENCE_FATAL || silence->end == FWX_SILENCE_UNHEARD)
        fwx_timeouts_say(s, fwx_engine_policy(engine)->timeouts, &met, 2,
                         "; known time-outs up to there: ");
}

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    static const char *const ends[] = {
        [FWX_SILENCE_OPEN] = "",
        [FWX_SILENCE_SURVIVED] = "; the connection survived it",
        [FWX_SILENCE_FATAL] = "; a reset is the answer",
        [FWX_SILENCE_UNHEARD] = "; nobody answers any more",
    };

    fwx_say_seconds(s, finding->silence.length, 3);
    fwx_say(s, " s of silence end here%s", ends[finding->silence.end]);
    say_timeouts(s, engine, finding);
}

static void mark(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    static const char *const ends[] = {
        [FWX_SILENCE_FATAL] = "Reset",
        [FWX_SILENCE_UNHEARD] = "Unheard",
    };
    const struct fwx_silence *silence = &finding->silence;

    if (silence->end != FWX_SILENCE_FATAL && silence->end != FWX_SILENCE_UNHEARD)
        return;
    fwx_say(s, "%s after ", ends[silence->end]);
    fwx_say_duration(s, silence->length);
    fwx_say(s, " of silence");
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
     get_time, NULL},
    {"silence.end", FWX_FIELD_TEXT, "Silence ended",
     "How the silence ended: survived, fatal (answered by a reset) or unheard (never "
     "answered)" FWX_LATE,
     get_end, NULL},
    {0},
};

const struct fwx_kind fwx_kind_silence = {
    .title = "silence",
    .page = "silence",
    .say = say,
    .mark = mark,
    .family = FWX_FAMILY_FACTS,
    .fields = fields,
};
