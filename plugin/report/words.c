/* words.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

enum { NAMED = 6 }; /* kinds of trouble, in the answer */

struct words {
    const char *trouble; /* what was wrong, in a few words */
    const char *meaning; /* for whoever does not know it */
};

static const struct words causes[FWX_CAUSES] = {
    [FWX_CAUSE_PADDING] =
        {"Ethernet padding counted as payload",
         "Ethernet fills short frames up with zeros. A device on the way counts these as data, so "
         "one end acknowledges bytes that the other never sent, and a firewall that checks numbers "
         "refuses what follows."},
    [FWX_CAUSE_ACK_MISMATCH] =
        {"an acknowledgement that does not fit",
         "An acknowledgement does not count what was sent. A firewall that keeps track of numbers "
         "takes such a segment for a forgery and drops it."},
    [FWX_CAUSE_TRANSLATION_LOST] =
        {"address translation lost",
         "Packets of this conversation go on under another address or port: the translation that "
         "it began with was lost on the way."},
    [FWX_CAUSE_PORT_REUSE] =
        {"a port reused too early",
         "The client opened a connection with the ports of an older one, which the other side or "
         "a firewall still had: the answer belongs to that one."},
    [FWX_CAUSE_FORGOTTEN] =
        {"forgotten after a silence",
         "After a silence, a device on the way or the other end no longer knew the connection: "
         "what came then was not delivered, or answered by a reset."},
    [FWX_CAUSE_HALF_CLOSED_FORGOTTEN] =
        {"forgotten while half-closed",
         "One side had said that it is done (FIN) and was still to hear the rest. Somebody on the "
         "way forgot the connection before that arrived."},
    [FWX_CAUSE_MTU] =
        {"packets too large for the path",
         "Large packets do not fit through a link on the way, and their sender does not learn of "
         "it. Small ones pass: the connection opens, and then hangs."},
    [FWX_CAUSE_CHECKSUM_SHORT_FRAMES] =
        {"wrong checksums on short frames",
         "Only short packets have a wrong checksum, and receivers discard them: something on the "
         "way sums up Ethernet's padding as well."},
    [FWX_CAUSE_SACK_REWRITTEN] =
        {"sequence numbers rewritten by half",
         "A device rewrites sequence numbers, but not those in selective acknowledgements: each "
         "loss is repaired slowly, or not at all."},
    [FWX_CAUSE_LIMIT] =
        {"a limit reached",
         "One address had more connections than something on the way allows: further attempts "
         "fail while others work."},
    [FWX_CAUSE_ICMP] = {"refused or told by ICMP",
                        "A router or host answered with an ICMP error, which says itself why "
                        "packets do not arrive."},
    [FWX_CAUSE_RESET_IN_BETWEEN] =
        {"reset by a device in between",
         "The reset has the address of one end and was not sent by it: a device on the way ended "
         "the connection in its name."},
    [FWX_CAUSE_DROPPED_IN_BETWEEN] =
        {"dropped between two capture points",
         "Packets entered what lies between two capture points, and never came out of it."},
    [FWX_CAUSE_DIRTY_CLOSE] =
        {"closed by a reset",
         "One side closed with a reset instead of a FIN. Some programs do so to be done at once; "
         "it is an error only where data was under way."},
    [FWX_CAUSE_RESET_BY_ENDPOINT] = {"reset by an endpoint",
                                     "One end reset the connection itself: its program or its "
                                     "system wanted no more of it."},
};

static const struct words endings[FWX_ENDINGS] = {
    [FWX_ENDING_RESET] = {"reset", "The connection was ended by a reset."},
    [FWX_ENDING_REFUSED] = {"refused",
                            "The attempt was answered, and the answer was no: nothing listens "
                            "there, or something refuses in its name."},
    [FWX_ENDING_UNANSWERED] = {"no answer",
                               "Nobody answered: what was asked, or the answer, does not arrive."},
    [FWX_ENDING_HALF_OPEN] = {"never completed",
                              "The attempt was answered, and never confirmed: one direction does "
                              "not arrive."},
    [FWX_ENDING_UNHEARD] = {"not heard any more",
                            "One side repeats itself, and nobody acknowledges it: its packets do "
                            "not arrive, or what answers them does not come back."},
    [FWX_ENDING_ONE_WAY] = {"one direction only",
                            "Only one direction is in the capture: what was answered cannot be "
                            "told from it."},
    [FWX_ENDING_STRAY] = {"no connection", "Of this connection there is nothing else."},
    [FWX_ENDING_CUT] = {"not to be told",
                        "The capture ends too early, or was filtered: it cannot tell."},
    [FWX_ENDING_OPEN] = {"open", NULL},
    [FWX_ENDING_CLOSED] = {"closed", NULL},
    [FWX_ENDING_ANSWERED] = {"answered", NULL},
};

static const struct words *words_of(const struct fwx_account *account)
{
    return account->cause ? &causes[account->cause] : &endings[account->ending];
}

const char *fwx_words_trouble(const struct fwx_account *account)
{
    return words_of(account)->trouble;
}

const char *fwx_words_meaning(const struct fwx_account *account)
{
    return account->gravity ? words_of(account)->meaning : NULL;
}

const char *fwx_words_ending(enum fwx_ending ending)
{
    static const char *const well[FWX_ENDINGS] = {
        [FWX_ENDING_OPEN] = "open to the end of the capture",
        [FWX_ENDING_CLOSED] = "closed in order",
        [FWX_ENDING_ANSWERED] = "answered",
        [FWX_ENDING_CUT] = "which the capture cannot tell",
        [FWX_ENDING_RESET] = "reset, with nothing lost",
        [FWX_ENDING_UNANSWERED] = "which nobody had to answer",
        [FWX_ENDING_ONE_WAY] = "of which one direction was captured",
    };

    return well[ending] ? well[ending] : endings[ending].trouble;
}

/* ---- in sum --------------------------------------------------------------------------------- */

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

char *fwx_words_title(const struct fwx_report *report)
{
    uint32_t all = fwx_report_conversations(report);
    uint32_t trouble = fwx_report_of(report, FWX_GRAVITY_TROUBLE);
    uint32_t notes = fwx_report_of(report, FWX_GRAVITY_NOTE);

    if (!all)
        return g_strdup("No conversations in what was read");
    if (all == 1)
        return g_strdup(trouble ? "The conversation had trouble"
                        : notes ? "No trouble in the conversation, but worth a look"
                                : "All is well: the conversation had no trouble");
    if (trouble)
        return g_strdup_printf("%" PRIu32 " of %" PRIu32 " conversation%s had trouble", trouble,
                               all, plural(all));
    return notes ? g_strdup_printf("No trouble in %" PRIu32 " conversation%s; %" PRIu32
                                   " worth a look",
                                   all, plural(all), notes)
                 : g_strdup_printf("All is well: %" PRIu32 " conversation%s, no trouble", all,
                                   plural(all));
}

/* A kind of trouble: some are named, the rest are counted. */
static void add_group(GString *text, const char *words, uint32_t count, unsigned *groups)
{

    if (!count || ++*groups > NAMED)
        return;
    g_string_append_printf(text, "%s%s", text->len ? "; " : "", words);
    if (count > 1)
        g_string_append_printf(text, " (%" PRIu32 ")", count);
}

/* Kinds of trouble, the root before the symptom. */
static char *kinds(const struct fwx_report *report)
{
    GString *text = g_string_new(NULL);
    unsigned groups = 0;

    for (unsigned i = FWX_CAUSE_NONE + 1; i < FWX_CAUSES; i++)
        add_group(text, causes[i].trouble, report->counts.causes[i], &groups);
    for (unsigned i = 0; i < FWX_ENDINGS; i++)
        add_group(text, endings[i].trouble, report->counts.plain[i], &groups);
    if (groups > NAMED)
        g_string_append_printf(text, "; and %u other kind%s of trouble", groups - NAMED,
                               plural(groups - NAMED));
    return g_string_free(text, FALSE);
}

static void add_worst(GString *text, const struct fwx_report *report)
{
    const struct fwx_story *worst = report->stories->len ? fwx_report_story(report, 0) : NULL;
    uint32_t trouble = fwx_report_of(report, FWX_GRAVITY_TROUBLE);

    if (!worst || !worst->texts[FWX_TEXT_HEADLINE])
        return;
    g_string_append_printf(text, "%s%s%s.", text->len ? " " : "",
                           worst->account.gravity != FWX_GRAVITY_TROUBLE ? "To be looked at: "
                           : trouble > 1                                 ? "The worst: "
                                                                         : "",
                           worst->texts[FWX_TEXT_HEADLINE]);
    if (worst->texts[FWX_TEXT_NEXT_STEP])
        g_string_append_printf(text, " Next: %s", worst->texts[FWX_TEXT_NEXT_STEP]);
}

char *fwx_words_answer(const struct fwx_report *report)
{
    uint32_t trouble = fwx_report_of(report, FWX_GRAVITY_TROUBLE);
    uint32_t notes = fwx_report_of(report, FWX_GRAVITY_NOTE);
    uint32_t well = fwx_report_of(report, FWX_GRAVITY_OK);
    GString *text = g_string_new(NULL);
    char *groups = kinds(report);

    if (*groups)
        g_string_append_printf(text, "%c%s.", g_ascii_toupper(*groups), groups + 1);
    add_worst(text, report);
    if (trouble && notes)
        g_string_append_printf(text, " %" PRIu32 " more %s by design, or odd and harmed nobody.",
                               notes, notes == 1 ? "is" : "are");
    if (well && (trouble || notes))
        g_string_append_printf(text, " The other%s worked.", well == 1 ? " one" : "s");
    if (!trouble && !notes)
        g_string_append(text, well ? "Whatever was asked for was answered, and closed or left open "
                                     "in order."
                                   : "There is nothing to be told.");
    g_free(groups);
    return g_string_free(text, FALSE);
}

char *fwx_words_healthy(const struct fwx_report *report)
{
    uint32_t well = fwx_report_of(report, FWX_GRAVITY_OK);
    GString *text;

    if (!well)
        return NULL;
    text = g_string_new(NULL);
    for (unsigned i = 0; i < FWX_ENDINGS; i++) {
        uint32_t count = report->counts.endings[i][FWX_GRAVITY_OK];

        if (count)
            g_string_append_printf(text, "%s%" PRIu32 " %s", text->len ? ", " : "", count,
                                   fwx_words_ending((enum fwx_ending)i));
    }
    char *all =
        g_strdup_printf("%" PRIu32 " conversation%s worked: %s.", well, plural(well), text->str);

    g_string_free(text, TRUE);
    return all;
}

char *fwx_words_left_out(const struct fwx_report *report)
{
    uint32_t trouble =
        fwx_report_of(report, FWX_GRAVITY_TROUBLE) - fwx_report_told(report, FWX_GRAVITY_TROUBLE);
    uint32_t notes =
        fwx_report_of(report, FWX_GRAVITY_NOTE) - fwx_report_told(report, FWX_GRAVITY_NOTE);
    GString *text;

    if (!trouble && !notes)
        return NULL;
    text = g_string_new("Left out here: ");
    if (trouble)
        g_string_append_printf(text,
                               "%" PRIu32 " more conversation%s with trouble like that "
                               "above",
                               trouble, plural(trouble));
    if (notes)
        g_string_append_printf(text, "%s%" PRIu32 " more by design, or odd and harmless",
                               trouble ? "; " : "", notes);
    g_string_append(text, ". They are counted above.");
    return g_string_free(text, FALSE);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

char *fwx_words_verdict(const struct fwx_report *report, const struct fwx_story *story)
{
    GString *text;

    if (!story->texts[FWX_TEXT_SYMBOL] || !story->texts[FWX_TEXT_CODE])
        return NULL;
    text = g_string_new(NULL);
    g_string_append_printf(text, "%s would log %s %s",
                           report->product ? report->product : "The firewall",
                           story->texts[FWX_TEXT_CODE], story->texts[FWX_TEXT_SYMBOL]);
    if (story->texts[FWX_TEXT_ACTION])
        g_string_append_printf(text, " (%s)", story->texts[FWX_TEXT_ACTION]);
    if (story->frame)
        g_string_append_printf(text, ", earned by frame %" PRIu32, story->frame);
    if (story->dropped)
        g_string_append_printf(text, "; %" PRIu32 " packet%s dropped", story->dropped,
                               plural(story->dropped));
    g_string_append_c(text, '.');
    return g_string_free(text, FALSE);
}

struct meaning {
    const char *word;
    const char *means;
};

static const struct meaning confidences[] = {
    {"documented", "The vendor documents that the firewall behaves so."},
    {"observed", "That the firewall behaves so was seen in real logs or traces."},
    {"inferred", "That the firewall behaves so follows from what is documented or was observed."},
    {"assumed", "That the firewall behaves so is assumed: nobody has written it down."},
};

static const struct meaning evidences[] = {
    {"corroborated",
     "The capture bears it out: the sender had to repeat what would have been dropped, and nobody "
     "acknowledged it."},
    {"contradicted",
     "The capture speaks against it: the other side answered, so no such firewall stood in "
     "between."},
    {"proven", "It is proven: a second capture point, or the firewall's own log, shows it."},
    {"refuted", "It is refuted: a second capture point, or the firewall's own log, shows that it "
                "passed."},
};

static const char *means(const struct meaning *list, unsigned count, const char *word)
{
    for (unsigned i = 0; word && i < count; i++) {
        if (!strcmp(list[i].word, word))
            return list[i].means;
    }
    return NULL;
}

char *fwx_words_certainty(const struct fwx_story *story)
{
    const char *sure =
        means(confidences, G_N_ELEMENTS(confidences), story->texts[FWX_TEXT_CONFIDENCE]);
    const char *shown = means(evidences, G_N_ELEMENTS(evidences), story->texts[FWX_TEXT_EVIDENCE]);

    if (!sure || !shown)
        return g_strdup(sure ? sure : shown);
    return g_strconcat(sure, " ", shown, NULL);
}

/* ---- the ladder ----------------------------------------------------------------------------- */

static char *say_seconds(int64_t ns, const char *format)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(number, sizeof number, format, (double)ns / 1e9));
}

char *fwx_words_seconds(int64_t ns)
{
    return ns == FWX_NO_TIME ? g_strdup("")
                             : say_seconds(ns, ns < 10000 * FWX_SECOND ? "%.3f" : "%.1f");
}

char *fwx_words_step(const struct fwx_step *step)
{
    char *seconds;
    char *all;

    if (step->kind == FWX_STEP_LEFT_OUT)
        return step->frames[0] && step->frames[1]
                   ? g_strdup_printf(
                         "%" PRIu32 " packet%s left out (frames %" PRIu32 " to %" PRIu32 ")",
                         step->count, plural(step->count), step->frames[0], step->frames[1])
                   : g_strdup_printf("%" PRIu32 " packet%s left out", step->count,
                                     plural(step->count));
    if (step->kind == FWX_STEP_PACKET)
        return g_strdup(step->label);
    seconds = say_seconds(step->time, step->time < 100 * FWX_SECOND ? "%.1f" : "%.0f");
    all = g_strdup_printf("%s s without a packet", seconds);
    g_free(seconds);
    return all;
}

char *fwx_words_frames(const struct fwx_step *step)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; step->kind == FWX_STEP_PACKET && i < FWX_SPACES; i++) {
        unsigned space = step->from < step->to ? i : FWX_SPACES - 1 - i;

        if (step->frames[space])
            g_string_append_printf(text, "%s%" PRIu32, text->len ? ", " : "", step->frames[space]);
    }
    return g_string_free(text, FALSE);
}

const char *fwx_words_arrow(enum fwx_arrow arrow)
{
    static const char *const words[FWX_ARROWS] = {
        [FWX_ARROW_DROPPED] = "dropped",
        [FWX_ARROW_INJECTED] = "sent from in between",
        [FWX_ARROW_UNSEEN] = "no sign that it arrived",
    };

    return words[arrow];
}

static bool has_arrow(const struct fwx_story *story, enum fwx_arrow arrow)
{
    for (guint i = 0; i < story->steps->len; i++) {
        const struct fwx_step *step = fwx_story_step(story, i);

        if (step->kind == FWX_STEP_PACKET && step->arrow == arrow)
            return true;
    }
    return false;
}

static bool has_misfit(const struct fwx_story *story)
{
    for (guint i = 0; i < story->steps->len; i++) {
        const struct fwx_step *step = fwx_story_step(story, i);

        if (step->kind == FWX_STEP_PACKET && strchr(step->label, '('))
            return true;
    }
    return false;
}

char *fwx_words_legend(const struct fwx_story *story)
{
    GString *text = g_string_new("Times are seconds since the first packet.");

    if (!g_strcmp0(story->texts[FWX_TEXT_PROTOCOL], "TCP"))
        g_string_append(text,
                        " seq and ack are counted from each side's first number, as Wireshark "
                        "does.");
    if (has_misfit(story))
        g_string_append(text, " In brackets: by how much an ack is too high (+) or too low (-).");
    if (has_arrow(story, FWX_ARROW_DROPPED))
        g_string_append(text, story->lanes > 2
                                  ? " A cross ends what did not come out of what lies in between."
                                  : " A cross ends what the firewall would have dropped.");
    if (has_arrow(story, FWX_ARROW_INJECTED))
        g_string_append(text, " A dashed arrow comes from in between, not from whom it names.");
    if (has_arrow(story, FWX_ARROW_UNSEEN))
        g_string_append(text, " A question mark ends what nothing shows to have arrived.");
    return g_string_free(text, FALSE);
}

const char *fwx_words_role(const struct fwx_story *story, unsigned lane)
{
    return lane == 0                  ? "initiator (client)"
           : lane + 1 == story->lanes ? "responder (server)"
                                      : "in between";
}
