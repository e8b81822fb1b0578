/* why.c
 * Why a packet counts as dropped, or nobody can tell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* Of the pair's packets that did not come out, those at the same place. */
static uint32_t count_repetitions(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    const struct fwx_sight *sight = fwx_sight_at(join->trail, trace->sight);
    const struct fwx_steps *steps = fwx_trail_steps(join->trail, sight->connection);
    uint32_t count = 0;

    for (uint32_t at = steps->last; at; at = fwx_sight_at(join->trail, at - 1)->previous) {
        const struct fwx_sight *other = fwx_sight_at(join->trail, at - 1);

        count += at - 1 > trace->sight && other->side == sight->side && other->seq == sight->seq &&
                 other->length >= sight->length &&
                 !((other->flags ^ sight->flags) & (FWX_SYN | FWX_FIN | FWX_RST));
    }
    return count;
}

static void say_drop(struct fwx_sentence *s, const struct fwx_engine *engine,
                     const struct fwx_trace *trace, const struct fwx_pair *pair, unsigned here)
{
    const struct fwx_clock *clock = fwx_clock_of(engine->join, pair);
    uint32_t lost = clock->lost[clock->point[0] != pair->point[!here]];
    uint32_t drops = fwx_points_drops(engine, pair->point[!here]);
    uint32_t again = count_repetitions(engine->join, trace);

    fwx_say(s, "Entered at %s", fwx_points_name(engine, pair->point[here]));
    fwx_say(s, " and never came out at %s", fwx_points_name(engine, pair->point[!here]));
    if (again)
        fwx_say(s, again == 1 ? ", nor did its repetition" : ", nor did its %u repetitions", again);
    fwx_say(s, "; that point lacks %u of the %u packets that it should have", lost,
            lost + clock->matched);
    if (drops)
        fwx_say(s, ", and its capture dropped %u by its own count", drops);
}

static void say_doubt(struct fwx_sentence *s, const struct fwx_engine *engine,
                      const struct fwx_trace *trace, const struct fwx_pair *pair, unsigned here)
{
    static const char *const why[FWX_DOUBTS] = {
        [FWX_DOUBT_UNACKNOWLEDGED] = ("nobody acknowledges such a packet, so perhaps it was not "
                                      "captured there"),
        [FWX_DOUBT_ORDER] = "which of the points is nearer to the initiator is not known",
        [FWX_DOUBT_CLOCK] = "how the points' clocks differ is not known",
        [FWX_DOUBT_BEFORE] = "the capture there had not begun",
        [FWX_DOUBT_END] = "the capture there ended too soon to tell",
        [FWX_DOUBT_LOSS] = "that point lacks many other packets that passed",
        [FWX_DOUBT_DROPS] = "the capture there says that it dropped packets itself",
        [FWX_DOUBT_ANSWERED] = "it may be there under another name",
    };

    fwx_say(s, "Not seen at %s: %s", fwx_points_name(engine, pair->point[!here]),
            why[trace->doubt]);
}

const char *fwx_points_reason(const struct fwx_engine *engine,
                              const struct fwx_connection *connection, uint32_t frame,
                              uint32_t number, char *buffer)
{
    const struct fwx_trace *trace = fwx_trace_at(engine, connection, frame, number);
    struct fwx_sentence sentence = fwx_sentence_in(buffer);
    const struct fwx_pair *pair = trace ? fwx_pair_at(engine->join, trace->pair) : NULL;

    if (trace && trace->fate == FWX_FATE_DROPPED)
        say_drop(&sentence, engine, trace, pair, pair->leg[0] != connection->id);
    else if (trace && trace->fate == FWX_FATE_UNPROVEN)
        say_doubt(&sentence, engine, trace, pair, pair->leg[0] != connection->id);
    return sentence.used ? buffer : NULL;
}
