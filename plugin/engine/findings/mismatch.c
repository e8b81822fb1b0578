/* mismatch.c
 * Numbers that do not fit: an acknowledgement in the handshake; and, where the policy wants it
 * checked, a segment outside the window, which the firewall calls by the same name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

static int32_t delta_of(const struct fwx_ack_mismatch *mismatch)
{
    return (int32_t)(mismatch->actual - mismatch->expected);
}

static void say_mismatch(struct fwx_sentence *s, const struct fwx_engine *engine,
                         const struct fwx_finding *finding)
{
    const struct fwx_ack_mismatch *mismatch = &finding->mismatch;
    int32_t delta = delta_of(mismatch);

    (void)engine;
    if (mismatch->synack) {
        fwx_say(s,
                "SYN-ACK acknowledges %" PRIu32 " where the SYN in frame %" PRIu32
                " calls for ISN+1 = %" PRIu32 " (%+" PRId32 ")",
                mismatch->actual, mismatch->synack_frame, mismatch->expected, delta);
        return;
    }
    fwx_say(s,
            "Half-open, and the acknowledgement number is %" PRIu32
            " where the handshake calls for ISN+1 = %" PRIu32 " (%+" PRId32 ")",
            mismatch->actual, mismatch->expected, delta);
    if (!mismatch->cause_frame)
        return;
    fwx_say(s, ": it counts in the %" PRId32 " byte%s of payload of the SYN-ACK in frame %" PRIu32,
            delta, delta == 1 ? "" : "s", mismatch->cause_frame);
    if (mismatch->padding)
        fwx_say(s, ", which are Ethernet padding");
    if (mismatch->fast_open)
        fwx_say(s, ", which Fast Open allows (RFC 7413) but the firewall's check does not know");
}

static void mark_mismatch(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    fwx_say(s, "ACK %+" PRId32, delta_of(&finding->mismatch));
}

static void cite_mismatch(const struct fwx_finding *finding, uint32_t frames[FWX_CITED])
{
    frames[0] = finding->mismatch.cause_frame;
    frames[1] = finding->mismatch.synack_frame;
}

static bool get_expected(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->mismatch.expected;
    return true;
}

static bool get_actual(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->mismatch.actual;
    return true;
}

static bool get_delta(const struct fwx_finding *finding, union fwx_value *value)
{
    value->difference = delta_of(&finding->mismatch);
    return true;
}

static bool get_cause(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->mismatch.cause_frame;
    return value->number != 0;
}

static bool is_of_fast_open(const struct fwx_finding *finding)
{
    return finding->kind == FWX_FINDING_ACK_MISMATCH && finding->mismatch.fast_open;
}

static bool is_unexcused(const struct fwx_finding *finding)
{
    return !is_of_fast_open(finding);
}

static const struct fwx_field fields[] = {
    {"ack.expected", FWX_FIELD_NUMBER, "Expected acknowledgement number",
     "The acknowledgement number (raw) that the handshake calls for", get_expected, NULL},
    {"ack.actual", FWX_FIELD_NUMBER, "Actual acknowledgement number",
     "The acknowledgement number (raw) that was sent instead", get_actual, NULL},
    {"ack.delta", FWX_FIELD_DIFFERENCE, "Difference",
     "By how many bytes the acknowledgement number is off, modulo 2^32", get_delta, " (%+d)"},
    {"ack.cause_frame", FWX_FIELD_FRAME, "Caused by frame",
     "The SYN-ACK whose payload explains the wrong acknowledgement number", get_cause, NULL},
    {0},
};

static const struct fwx_expert experts[] = {
    {"ack_mismatch", FWX_GROUP_SEQUENCE, FWX_SEVERITY_WARNING,
     "Firewall drops: acknowledgement does not fit the handshake", NULL, is_unexcused},
    {"ack_mismatch", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE,
     "Acknowledgement of Fast Open data, which the firewall does not know", NULL, is_of_fast_open},
    {0},
};

const struct fwx_kind fwx_kind_ack_mismatch = {
    .title = "ACK mismatch",
    .page = "ack-mismatch",
    .say = say_mismatch,
    .mark = mark_mismatch,
    .cite = cite_mismatch,
    .family = FWX_FAMILY_HANDSHAKE,
    .fields = fields,
    .experts = experts,
    .bearer = 1,
};

/* ---- outside the window ---------------------------------------------------------------------- */

static void say_window(struct fwx_sentence *s, const struct fwx_engine *engine,
                       const struct fwx_finding *finding)
{
    (void)engine;
    if (finding->window.ack_wrong)
        fwx_say(s, "Acknowledges %" PRIu32 ", which was never sent", finding->window.ack);
    else
        fwx_say(s, "Sequence number %" PRIu32 " lies outside the window", finding->window.seq);
}

const struct fwx_kind fwx_kind_window = {
    .title = "out of window",
    .page = "ack-mismatch",
    .say = say_window,
    .family = FWX_FAMILY_VERDICTS,
    .experts = experts,
};
