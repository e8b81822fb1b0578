/* headline.c
 * What happened in words: a row for each cause, and for each ending that has none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/account.h"

#include <inttypes.h>

#include "engine/conclusion.h"
#include "engine/facts/origin.h"
#include "engine/facts/repeat.h"
#include "engine/facts/tale.h"
#include "engine/points/points.h"
#include "engine/words.h"

typedef void say_headline(struct fwx_sentence *s, const struct fwx_tale *tale,
                          const struct fwx_account *account);

struct row {
    const char *name;  /* as fields have it; of a cause its page as well */
    say_headline *say; /* NULL: text */
    const char *text;
    const char *next_step; /* NULL: nothing is wrong */
    const char *page;      /* NULL: name */
};

/* ---- causes --------------------------------------------------------------------------------- */

/* What a cause rests on is there, or it is none. */
static const struct fwx_finding *told_by(const struct fwx_tale *tale, uint32_t number)
{
    static const struct fwx_finding none;
    const struct fwx_finding *finding = fwx_tale_finding(tale, number);

    return finding ? finding : &none;
}

/* What was said last, from there on, is left out where the headline has no room for it: half a
 * number would be a wrong one. */
static bool has_room(struct fwx_sentence *s, size_t from)
{
    if (s->used <= FWX_HEADLINE)
        return true;
    s->used = from;
    s->buffer[from] = '\0';
    return false;
}

/* "1 packet", "2 packets" */
static void say_count(struct fwx_sentence *s, uint32_t count, const char *thing)
{
    fwx_say(s, "%" PRIu32 " %s%s", count, thing, count == 1 ? "" : "s");
}

static void say_mismatch(struct fwx_sentence *s, const struct fwx_tale *tale)
{
    const struct fwx_finding *finding = told_by(tale, tale->notes->mismatch);
    int32_t off = (int32_t)(finding->mismatch.actual - finding->mismatch.expected);

    fwx_say(s, "ACK of frame %" PRIu32 " is %" PRIu32 " too %s", finding->frame,
            (uint32_t)(off < 0 ? -(int64_t)off : off), off < 0 ? "low" : "high");
}

static void say_dropped(struct fwx_sentence *s, const struct fwx_tale *tale)
{
    uint32_t dropped = tale->connection->dropped;
    size_t before = s->used;

    if (!dropped || fwx_evidence_is_against(fwx_engine_evidence(tale->engine, tale->connection)))
        return;
    fwx_say(s, "; ");
    say_count(s, dropped, "packet");
    fwx_say(s, " dropped");
    if (has_room(s, before))
        return;
    fwx_say(s, "; %" PRIu32 " dropped", dropped);
    has_room(s, before);
}

static void padding(struct fwx_sentence *s, const struct fwx_tale *tale,
                    const struct fwx_account *account)
{
    const struct fwx_finding *finding = told_by(tale, tale->notes->padding);
    const struct fwx_finding *mismatch = told_by(tale, tale->notes->mismatch);

    (void)account;
    if (mismatch->mismatch.cause_frame) {
        say_mismatch(s, tale);
        fwx_say(s, ": padding of frame %" PRIu32 " counted", mismatch->mismatch.cause_frame);
        say_dropped(s, tale);
        return;
    }
    say_count(s, finding->padding_len, "byte");
    fwx_say(s, " of padding in frame %" PRIu32 " counted as data", finding->frame);
}

static void ack_mismatch(struct fwx_sentence *s, const struct fwx_tale *tale,
                         const struct fwx_account *account)
{
    const struct fwx_finding *finding = told_by(tale, tale->notes->mismatch);

    (void)account;
    say_mismatch(s, tale);
    if (finding->mismatch.synack_frame)
        fwx_say(s, " for frame %" PRIu32, finding->mismatch.synack_frame);
    say_dropped(s, tale);
}

static void translation_lost(struct fwx_sentence *s, const struct fwx_tale *tale,
                             const struct fwx_account *account)
{
    (void)account;
    fwx_say(s, "Translation lost: frame %" PRIu32 " belongs here, under another address or port",
            tale->notes->translation);
}

static void port_reuse(struct fwx_sentence *s, const struct fwx_tale *tale,
                       const struct fwx_account *account)
{
    (void)account;
    fwx_say(s, "Port reused too early: an older connection answers in frame %" PRIu32,
            tale->notes->old_answer);
}

static void forgotten(struct fwx_sentence *s, const struct fwx_tale *tale,
                      const struct fwx_account *account)
{
    const struct fwx_finding *finding = fwx_finding_at(tale->engine, tale->notes->silence - 1);

    (void)account;
    fwx_say(s, "Forgotten after ");
    fwx_say_duration(s, finding->silence.length);
    if (finding->silence.end == FWX_SILENCE_FATAL)
        fwx_say(s, " of silence: a reset answers frame %" PRIu32, finding->frame);
    else
        fwx_say(s, " of silence: nobody hears frame %" PRIu32, finding->frame);
}

static void half_closed_forgotten(struct fwx_sentence *s, const struct fwx_tale *tale,
                                  const struct fwx_account *account)
{
    uint32_t frame = tale->notes->repeat[account->unheard].frame;

    fwx_say(s, "Half-closed, then forgotten: ");
    if (account->ending == FWX_ENDING_UNHEARD && frame)
        fwx_say(s, "nobody hears frame %" PRIu32 " any more", frame);
    else
        fwx_say(s, "what comes after the FIN is not heard");
}

static void mtu(struct fwx_sentence *s, const struct fwx_tale *tale,
                const struct fwx_account *account)
{
    const struct fwx_repeat *repeat = &tale->notes->repeat[account->unheard];

    fwx_say(s, "Segments of %" PRIu32 " bytes never arrive (%" PRIu32 " copies), smaller ones do",
            repeat->end - repeat->seq, repeat->copies);
}

static void sack_rewritten(struct fwx_sentence *s, const struct fwx_tale *tale,
                           const struct fwx_account *account)
{
    (void)account;
    fwx_say(s, "SACK of frame %" PRIu32 " lies %" PRIu32 " bytes off all that was sent",
            tale->notes->sack_frame, tale->notes->sack_beyond);
}

static void icmp(struct fwx_sentence *s, const struct fwx_tale *tale,
                 const struct fwx_account *account)
{
    fwx_say(s, "%s by ICMP in frame %" PRIu32 ": %s",
            account->ending == FWX_ENDING_REFUSED ? "Refused" : "Told", tale->notes->icmp.frame,
            fwx_icmp_words(&tale->notes->icmp));
}

static void reset_in_between(struct fwx_sentence *s, const struct fwx_tale *tale,
                             const struct fwx_account *account)
{
    const struct fwx_finding *finding = fwx_origin_in_between(tale->engine, tale->notes);
    char signs[FWX_REASON_SIZE];
    char *more = strchr(fwx_origin_signs(&finding->reset, signs), ',');
    size_t before;

    (void)account;
    if (more)
        *more = '\0'; /* one of them is enough here */
    fwx_say(s, "Reset from in between in frame %" PRIu32, finding->frame);
    before = s->used;
    fwx_say(s, ": %s", signs);
    has_room(s, before);
}

static void say_dropped_between(struct fwx_sentence *s, const struct fwx_pair *pair)
{
    uint32_t dropped = pair->fates[FWX_FATE_DROPPED];

    say_count(s, dropped, "packet");
    fwx_say(s, dropped == 1 ? ", frame %" PRIu32 : ", the first in frame %" PRIu32,
            pair->first_dropped);
}

static void dropped_in_between(struct fwx_sentence *s, const struct fwx_tale *tale,
                               const struct fwx_account *account)
{
    const struct fwx_pair *pair = fwx_points_drop(tale->engine, tale->connection);

    (void)account;
    fwx_say(s, "Dropped between %s", fwx_points_name(tale->engine, pair->point[0]));
    fwx_say(s, " and %s: ", fwx_points_name(tale->engine, pair->point[1]));
    say_dropped_between(s, pair);
    if (has_room(s, 0))
        return;
    fwx_say(s, "Dropped in between: ");
    say_dropped_between(s, pair);
}

/* The reset that ended it; NULL where its FINs did. */
static const struct fwx_finding *reset_of(const struct fwx_tale *tale)
{
    return told_by(tale, tale->notes->reset);
}

static void dirty_close(struct fwx_sentence *s, const struct fwx_tale *tale,
                        const struct fwx_account *account)
{
    const struct fwx_finding *finding = reset_of(tale);

    (void)account;
    fwx_say(s, "Reset in frame %" PRIu32 " instead of a FIN", finding->frame);
    if (finding->reset.in_flight) {
        fwx_say(s, ", with ");
        say_count(s, finding->reset.in_flight, "byte");
        fwx_say(s, " unacknowledged");
    } else {
        fwx_say(s, "; nothing was lost");
    }
}

static void reset_by_endpoint(struct fwx_sentence *s, const struct fwx_tale *tale,
                              const struct fwx_account *account)
{
    const struct fwx_finding *finding = reset_of(tale);
    const struct fwx_reset *reset = &finding->reset;

    if (reset->by == FWX_SIDE_UNKNOWN)
        fwx_say(s, "Reset by one side");
    else
        fwx_say(s, "Reset by the %s", fwx_side_name((enum fwx_side)reset->by));
    fwx_say(s, " in frame %" PRIu32, finding->frame);
    if (reset->in_flight) {
        fwx_say(s, ", with ");
        say_count(s, reset->in_flight, "byte");
        fwx_say(s, " unacknowledged");
    } else if (reset->silence) {
        fwx_say(s, " after ");
        fwx_say_duration(s, reset->silence);
        fwx_say(s, " of silence");
    } else if (account->gravity == FWX_GRAVITY_NOTE) {
        fwx_say(s, "; nothing was lost");
    }
}

static const struct row causes[FWX_CAUSES] = {
    [FWX_CAUSE_PADDING] =
        {"padding", padding, NULL,
         "Find the device that turns Ethernet padding into payload, and compare IP lengths before "
         "and behind it.",
         NULL},
    [FWX_CAUSE_ACK_MISMATCH] =
        {"ack-mismatch", ack_mismatch, NULL,
         "Compare both sides of whatever rewrites sequence numbers or answers for the server.",
         NULL},
    [FWX_CAUSE_TRANSLATION_LOST] =
        {"translation-lost", translation_lost, NULL,
         "Look for the translator's time-outs and for packets that it takes for invalid.", NULL},
    [FWX_CAUSE_PORT_REUSE] =
        {"port-reuse", port_reuse, NULL,
         "Give the client more ports, or shorten how long the server or the firewall keeps closed "
         "connections.",
         NULL},
    [FWX_CAUSE_FORGOTTEN] =
        {"forgotten", forgotten, NULL,
         "Compare the silence with the idle time-outs on the way, and send keep-alives more often "
         "than the shortest.",
         NULL},
    [FWX_CAUSE_HALF_CLOSED_FORGOTTEN] =
        {"half-closed-forgotten", half_closed_forgotten, NULL,
         "Look for the time-out of half-closed connections on the way, and lengthen it.", NULL},
    [FWX_CAUSE_MTU] = {"mtu", mtu, NULL,
                       "Look for ICMP errors that are blocked, and clamp the MSS or lower the MTU.",
                       NULL},
    [FWX_CAUSE_CHECKSUM_SHORT_FRAMES] =
        {"checksum-short-frames", NULL,
         "Checksums of short segments are wrong, those of longer ones right",
         "Look for a device that sums padding up into the checksum.", NULL},
    [FWX_CAUSE_SACK_REWRITTEN] =
        {"sack-rewritten", sack_rewritten, NULL,
         "Let the device rewrite SACK blocks as well, or stop it from rewriting sequence numbers.",
         NULL},
    [FWX_CAUSE_LIMIT] = {"limit", NULL,
                         "Beyond a limit of its address: others were answered before",
                         "Compare the connections of this address with the limits on the way.",
                         NULL},
    [FWX_CAUSE_ICMP] = {"icmp", icmp, NULL, "Ask whoever sent the ICMP error for its reason.",
                        NULL},
    [FWX_CAUSE_RESET_IN_BETWEEN] =
        {"reset-in-between", reset_in_between, NULL,
         "Capture nearer to the endpoint that the reset names, and look who sends it on the way.",
         NULL},
    [FWX_CAUSE_DROPPED_IN_BETWEEN] =
        {"dropped-in-between", dropped_in_between, NULL,
         "Look into the log and the rules of the device between the two points.", NULL},
    [FWX_CAUSE_DIRTY_CLOSE] = {"dirty-close", dirty_close, NULL,
                               "Ask only if data was lost: some programs close so by design.",
                               NULL},
    [FWX_CAUSE_RESET_BY_ENDPOINT] = {"reset-by-endpoint", reset_by_endpoint, NULL,
                                     "Look into the log of the program on the side that resets.",
                                     NULL},
};

/* ---- endings without a cause ---------------------------------------------------------------- */

static void unanswered(struct fwx_sentence *s, const struct fwx_tale *tale,
                       const struct fwx_account *account)
{
    const struct fwx_connection *connection = tale->connection;

    (void)account;
    if (connection->protocol != FWX_PROTOCOL_TCP) {
        fwx_say(s, "No answer");
        if (!tale->initiator->packets)
            return;
        fwx_say(s, " to ");
        say_count(s, tale->initiator->packets, "packet");
        return;
    }
    fwx_say(s, "No answer to ");
    say_count(s, connection->syn_count, "SYN");
    fwx_say(s, " in ");
    fwx_say_seconds(s, MAX(fwx_time_between(connection->first_time, tale->now), 0), 1);
    fwx_say(s, " s");
}

static void refused(struct fwx_sentence *s, const struct fwx_tale *tale,
                    const struct fwx_account *account)
{
    const struct fwx_finding *finding = told_by(tale, tale->notes->heeded);

    (void)account;
    if (finding->frame)
        fwx_say(s, "Refused by a reset in frame %" PRIu32, finding->frame);
    else
        fwx_say(s, "Refused");
}

static void half_open(struct fwx_sentence *s, const struct fwx_tale *tale,
                      const struct fwx_account *account)
{
    (void)account;
    fwx_say(s, "Answered");
    if (tale->connection->moved[FWX_MOVE_SYN_RECEIVED])
        fwx_say(s, " in frame %" PRIu32, tale->connection->moved[FWX_MOVE_SYN_RECEIVED]);
    fwx_say(s, ", but the handshake was never completed");
}

static const char *kind_of_segment(const struct fwx_repeat *repeat)
{
    return repeat->kind == FWX_SEGMENT_SYN_ACK ? "SYN-ACK"
           : repeat->kind == FWX_SEGMENT_FIN   ? "FIN"
                                               : "data";
}

static void unheard(struct fwx_sentence *s, const struct fwx_tale *tale,
                    const struct fwx_account *account)
{
    const struct fwx_repeat *repeat = &tale->notes->repeat[account->unheard];
    const char *who = fwx_side_name(account->unheard);
    size_t before;

    if (!repeat->copies) {
        fwx_say(s, "The %s is not heard: nobody answers its keep-alives", who);
        return;
    }
    fwx_say(s, "The %s is not heard: %s sent %" PRIu32 " times in ", who, kind_of_segment(repeat),
            repeat->copies);
    fwx_say_duration(s, fwx_time_between(repeat->first_time, repeat->last_time));
    before = s->used;
    fwx_say(s, ", to frame %" PRIu32, repeat->frame);
    has_room(s, before);
}

static void one_way(struct fwx_sentence *s, const struct fwx_tale *tale,
                    const struct fwx_account *account)
{
    enum fwx_side side = tale->initiator->packets ? FWX_INITIATOR : FWX_RESPONDER;

    (void)account;
    fwx_say(s, "Only the %s's packets were captured", fwx_side_name(side));
    if (tale->notes->repeat[side].copies >= 2)
        fwx_say(s, "; it repeats itself, %" PRIu32 " times", tale->notes->repeat[side].copies);
}

static void stray(struct fwx_sentence *s, const struct fwx_tale *tale,
                  const struct fwx_account *account)
{
    (void)account;
    fwx_say(s, tale->notes->last_reset[0] || tale->notes->last_reset[1]
                   ? "A reset, and no connection that it could end"
                   : "Only broken packets, and no connection");
}

/* Too early to say that nobody hears it. */
static void still_open(struct fwx_sentence *s, const struct fwx_tale *tale,
                       const struct fwx_account *account)
{
    const struct fwx_repeat *repeat = fwx_repeat_goes_on(tale->connection, tale->notes);

    (void)account;
    if (repeat)
        fwx_say(s, "Open; %s sent %" PRIu32 " times, to frame %" PRIu32 ", has no answer yet",
                kind_of_segment(repeat), repeat->copies, repeat->frame);
    else
        fwx_say(s, "Works; open to the end of the capture");
}

static const struct row endings[FWX_ENDINGS] = {
    [FWX_ENDING_OPEN] = {"open", still_open, NULL,
                         "Capture for longer, to see whether an answer comes.", "unheard"},
    [FWX_ENDING_CLOSED] = {"closed", NULL, "Works; closed in order", NULL, NULL},
    [FWX_ENDING_RESET] = {"reset", NULL, "Reset", NULL, NULL},
    [FWX_ENDING_REFUSED] = {"refused", refused, NULL,
                            "See whether the service listens on that port, and who may refuse.",
                            "resets"},
    [FWX_ENDING_UNANSWERED] = {"unanswered", unanswered, NULL,
                               "Capture at the server, to see whether the SYNs arrive there.",
                               "no-reply"},
    [FWX_ENDING_HALF_OPEN] = {"half-open", half_open, NULL,
                              "Capture at the client, to see whether the SYN-ACK arrives there.",
                              "unheard"},
    [FWX_ENDING_UNHEARD] = {"unheard", unheard, NULL,
                            "Capture on the other side, to see whether these packets arrive there.",
                            NULL},
    [FWX_ENDING_ONE_WAY] = {"one-way", one_way, NULL,
                            "See whether the other direction takes another way, or was filtered.",
                            NULL},
    [FWX_ENDING_STRAY] = {"stray", stray, NULL,
                          "Look for its connection before the capture, or under another address.",
                          "resets"},
    [FWX_ENDING_CUT] = {"cut", NULL, "The capture cannot tell: the rest of it is not there",
                        "Capture for longer, and without a filter on flags.", "one-way"},
    [FWX_ENDING_ANSWERED] = {"answered", NULL, "Works; answered", NULL, NULL},
};

/* ---- what is asked -------------------------------------------------------------------------- */

const char *fwx_ending_name(enum fwx_ending ending)
{
    return endings[ending].name;
}

const char *fwx_cause_name(enum fwx_cause cause)
{
    return causes[cause].name;
}

static const struct row *row_of(const struct fwx_account *account)
{
    return account->cause ? &causes[account->cause] : &endings[account->ending];
}

const char *fwx_account_headline(const struct fwx_engine *engine,
                                 const struct fwx_connection *connection,
                                 const struct fwx_account *account, char *buffer)
{
    struct fwx_tale tale = fwx_tale_of(engine, connection);
    const struct row *row = row_of(account);
    struct fwx_sentence s = fwx_sentence_in(buffer);

    if (row->say)
        row->say(&s, &tale, account);
    else
        fwx_say(&s, "%s", row->text);
    return buffer;
}

const char *fwx_account_next_step(const struct fwx_account *account)
{
    return account->gravity ? row_of(account)->next_step : NULL;
}

const char *fwx_account_page(const struct fwx_account *account)
{
    const struct row *row = row_of(account);

    return account->gravity ? (row->page ? row->page : row->name) : NULL;
}
