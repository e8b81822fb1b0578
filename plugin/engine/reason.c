/* reason.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/reason.h"

#include "engine/engine.h"
#include "engine/model/result.h"
#include "engine/rules/sanity.h"

#include <inttypes.h>

static void say_synack(struct fwx_sentence *s, const struct fwx_synack_payload *synack)
{
    if (synack->length)
        fwx_say(s, "SYN-ACK carries %" PRIu32 " byte%s of payload", synack->length,
                synack->length == 1 ? "" : "s");
    else
        fwx_say(s, "SYN-ACK without payload");
    if (synack->head_len) {
        fwx_say(s, " (");
        for (unsigned i = 0; i < synack->head_len; i++)
            fwx_say(s, i ? " %02x" : "%02x", synack->head[i]);
        fwx_say(s, synack->head_len < synack->length ? " ...)" : ")");
    }
    if (synack->fast_open && synack->length)
        fwx_say(s, "; the SYN asked for Fast Open, so it may (RFC 7413)");
    if (synack->difference == FWX_SYNACK_OTHER_PAYLOAD)
        fwx_say(s, "; the SYN-ACK in frame %" PRIu32 " had another payload", synack->first_frame);
    if (synack->difference == FWX_SYNACK_OTHER_ISN)
        fwx_say(s, "; the SYN-ACK in frame %" PRIu32 " had another ISN", synack->first_frame);
}

static void say_mismatch(struct fwx_sentence *s, const struct fwx_ack_mismatch *mismatch)
{
    int32_t delta = (int32_t)(mismatch->actual - mismatch->expected);

    if (mismatch->synack) {
        fwx_say(s,
                "SYN-ACK acknowledges %" PRIu32 " where the SYN in frame %" PRIu32
                " calls for ISN+1 = %" PRIu32 " (%+" PRId32 ")",
                mismatch->actual, mismatch->synack_frame, mismatch->expected, delta);
        return;
    }
    fwx_say(s,
            "Half-open, and the acknowledgement number is %" PRIu32
            " where the handshake calls for "
            "ISN+1 = %" PRIu32 " (%+" PRId32 ")",
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

static void say_status(struct fwx_sentence *s, const struct fwx_reset *reset)
{
    static const char *const worth[] = {
        [FWX_GRADE_NONE] = "",
        [FWX_GRADE_HARMLESS] = " (harmless: nothing was left unanswered)",
        [FWX_GRADE_BY_DESIGN] = "",
        [FWX_GRADE_LOOK] = " (look into it)",
    };

    if (reset->class == FWX_RESET_DIRTY_CLOSE)
        fwx_say(s, "; a proxy logs status 64, by design");
    else if (reset->status == FWX_STATUS_NETNAME_DELETED)
        fwx_say(
            s, "; a proxy logs status 64, or 995 where it ends this leg because the other is gone: "
               "one side of it cannot tell them apart");
    else if (reset->status)
        fwx_say(s, "; a proxy logs status %u", reset->status);
    fwx_say(s, "%s", worth[reset->grade]);
    if (reset->alert && reset->grade == FWX_GRADE_LOOK)
        fwx_say(s, "; a fatal TLS alert %u came before", reset->alert - 1u);
}

static void say_kill(struct fwx_sentence *s, const struct fwx_engine *engine,
                     const struct fwx_finding *finding)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), finding->connection);
    uint16_t port = connection->port[FWX_RESPONDER];
    const struct fwx_app_filter *filter =
        fwx_policy_filter(fwx_engine_policy(engine), connection->protocol, port);

    if (finding->reset.kill == FWX_KILL_SMTP_TLS)
        fwx_say(s,
                "; the server had closed in order, and under TLS the SMTP filter turns that into a "
                "reset for the client (KB 959312)");
    else if (filter)
        fwx_say(s, "; the %s filter is bound to port %u: unbind it to see whether it did this",
                filter->name, port);
}

static void say_misfits(struct fwx_sentence *s, const struct fwx_reset *reset)
{
    if (!reset->misfits)
        return;
    fwx_say(s, "; it looks injected: TTL %u instead of %u", reset->own_ttl, reset->usual_ttl);
    if (reset->misfits & FWX_MISFIT_IP_ID)
        fwx_say(s, ", IP ID out of sequence");
    if (reset->misfits & FWX_MISFIT_MAC)
        fwx_say(s, ", another MAC address");
    if (reset->misfits & FWX_MISFIT_WINDOW)
        fwx_say(s, ", another window");
}

static void say_quiet(struct fwx_sentence *s, const struct fwx_reset *reset)
{
    if (!reset->carried_data) {
        fwx_say(s, " that carried no data");
        return;
    }
    fwx_say(s, ", ");
    fwx_say_seconds(s, reset->after, 3);
    fwx_say(s, " s after the last data");
}

static void say_reset(struct fwx_sentence *s, const struct fwx_engine *engine,
                      const struct fwx_finding *finding)
{
    const struct fwx_reset *reset = &finding->reset;
    const char *by =
        reset->by == FWX_SIDE_UNKNOWN ? "sender" : fwx_side_name((enum fwx_side)reset->by);

    switch ((enum fwx_reset_class)reset->class) {
    case FWX_RESET_REFUSED:
        fwx_say(s, "The responder refuses the connection");
        break;
    case FWX_RESET_HANDSHAKE_ABORT:
        fwx_say(s, "The %s gives up before the handshake is complete", by);
        break;
    case FWX_RESET_DIRTY_CLOSE:
        fwx_say(s, "Dirty close: ");
        fwx_say_seconds(s, reset->after, 6);
        fwx_say(s,
                " s after the FIN in frame %" PRIu32
                " the %s resets instead of sending a FIN of its own",
                reset->fin_frame, by);
        break;
    case FWX_RESET_DATA_ABORT:
        fwx_say(s, "The %s aborts an established connection", by);
        if (reset->in_flight)
            fwx_say(s, " with %" PRIu32 " bytes unacknowledged", reset->in_flight);
        else
            say_quiet(s, reset);
        break;
    case FWX_RESET_IDLE_ABORT:
        fwx_say(s, "The %s aborts an idle connection", by);
        say_quiet(s, reset);
        break;
    case FWX_RESET_AFTER_CLOSE:
        fwx_say(s,
                finding->dropped ? "Reset by the %s, and the connection is gone already"
                                 : "Reset by the %s after it had sent its FIN",
                by);
        break;
    case FWX_RESET_NO_CONNECTION:
        fwx_say(s,
                reset->ignored
                    ? "Reset by the %s outside the window: it ends nothing"
                    : "Reset by the %s, and this capture shows no connection that it could "
                      "end",
                by);
        break;
    }
    say_status(s, reset);
    say_misfits(s, reset);
    if (reset->kill)
        say_kill(s, engine, finding);
}

static void say_late(struct fwx_sentence *s, const struct fwx_late *late)
{
    if (!late->gone_frame)
        fwx_say(s, "Not a SYN, and this capture shows no connection that it belongs to");
    else if (late->idle_s)
        fwx_say(s,
                "Not a SYN, and the connection was forgotten after %" PRIu32
                " s without a packet, the last in frame %" PRIu32,
                late->idle_s, late->gone_frame);
    else
        fwx_say(
            s, "Not a SYN, and the connection is gone since frame %" PRIu32 "%s", late->gone_frame,
            late->killed ? ", where the firewall killed it: a consequence of that"
            : late->repeats_ack
                ? " (its last acknowledgement repeated, harmless: the firewall's everyday noise)"
                : "");
}

/* Where the capture contradicts the verdict, the rule is not named. */
static void say_sanity(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    const struct fwx_sanity *broken = &finding->sanity;

    if (finding->judged)
        fwx_sanity_rules[broken->rule].say(s, broken->value, broken->limit);
    else
        fwx_say(s, "No healthy stack sends this packet");
}

static void say_quota(struct fwx_sentence *s, const struct fwx_over_quota *quota)
{
    static const char *const counted[] = {
        [FWX_QUOTA_NONE] = "",
        [FWX_QUOTA_RATE] = "connection request from this address within a minute",
        [FWX_QUOTA_CONCURRENT] = "open connection of this address",
        [FWX_QUOTA_HALF_OPEN] = "half-open connection of this address",
        [FWX_QUOTA_NON_TCP] = "new session from this address within a second",
    };

    fwx_say(s, "Number %" PRIu32 " as %s, where flood mitigation allows %" PRIu32 "%s",
            quota->count, counted[quota->quota], quota->limit,
            quota->special ? " (special address)" : "");
    if (quota->first)
        fwx_say(s, "; if a NAT in front makes many clients one address, raise the limit for it or "
                   "switch flood mitigation off");
}

static void say_window(struct fwx_sentence *s, const struct fwx_out_of_window *window)
{
    if (window->ack_wrong)
        fwx_say(s, "Acknowledges %" PRIu32 ", which was never sent", window->ack);
    else
        fwx_say(s, "Sequence number %" PRIu32 " lies outside the window", window->seq);
}

static void say_finding(struct fwx_sentence *s, const struct fwx_engine *engine,
                        const struct fwx_finding *finding)
{
    switch ((enum fwx_finding_kind)finding->kind) {
    case FWX_FINDING_SYNACK_PAYLOAD:
        say_synack(s, &finding->synack);
        break;
    case FWX_FINDING_PADDING:
        fwx_say(
            s,
            "%" PRIu32 " zero bytes of payload fill the IP packet up to 46 bytes: Ethernet padding "
            "counted as payload, because a device between the sender and this capture rewrote the "
            "IP length",
            finding->padding_len);
        break;
    case FWX_FINDING_ACK_MISMATCH:
        say_mismatch(s, &finding->mismatch);
        break;
    case FWX_FINDING_RESET:
        say_reset(s, engine, finding);
        break;
    case FWX_FINDING_CLOSE:
        fwx_say(s, "Orderly close: both FINs are acknowledged");
        break;
    case FWX_FINDING_NOT_SYN:
        say_late(s, &finding->late);
        break;
    case FWX_FINDING_SANITY:
        say_sanity(s, finding);
        break;
    case FWX_FINDING_QUOTA:
        say_quota(s, &finding->quota);
        break;
    case FWX_FINDING_WINDOW:
        say_window(s, &finding->window);
        break;
    case FWX_FINDING_MARKER:
        fwx_say(s, "Marker ping of %" PRIu32 " bytes (%s)", finding->marker.size,
                fwx_echo_role_name((enum fwx_echo_role)finding->marker.role));
        break;
    }
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
        fwx_say(&s,
                "No SYN-ACK within %" PRId64
                " s of the first SYN; a proxy logs status %u (look into "
                "it)",
                conclusion->waited_s, conclusion->status);
        break;
    case FWX_GROUND_IDLE:
        fwx_say(&s, "Nothing came for %" PRIu32 " s, the time after which it ends",
                conclusion->idle_s);
        break;
    case FWX_GROUND_EVICTED:
        fwx_say(&s, "The oldest UDP session of its address, closed to make room for a newer one");
        break;
    case FWX_GROUND_ESTABLISHED:
        fwx_say(&s, "Nothing to object to");
        break;
    }
    return buffer;
}

const char *fwx_finding_title(const struct fwx_finding *finding)
{
    switch ((enum fwx_finding_kind)finding->kind) {
    case FWX_FINDING_SYNACK_PAYLOAD:
        return "SYN-ACK payload";
    case FWX_FINDING_PADDING:
        return "padding";
    case FWX_FINDING_ACK_MISMATCH:
        return "ACK mismatch";
    case FWX_FINDING_RESET:
        return fwx_reset_class_name((enum fwx_reset_class)finding->reset.class);
    case FWX_FINDING_CLOSE:
        return "orderly close";
    case FWX_FINDING_NOT_SYN:
        return "late segment";
    case FWX_FINDING_SANITY:
        return "impossible packet";
    case FWX_FINDING_QUOTA:
        return "quota";
    case FWX_FINDING_WINDOW:
        return "out of window";
    case FWX_FINDING_MARKER:
        return "marker";
    }
    return "";
}

const char *fwx_reset_class_name(enum fwx_reset_class class)
{
    static const char *const names[] = {
        [FWX_RESET_REFUSED] = "refused",
        [FWX_RESET_HANDSHAKE_ABORT] = "handshake-abort",
        [FWX_RESET_DIRTY_CLOSE] = "dirty-close",
        [FWX_RESET_DATA_ABORT] = "data-abort",
        [FWX_RESET_IDLE_ABORT] = "idle-abort",
        [FWX_RESET_AFTER_CLOSE] = "after-close",
        [FWX_RESET_NO_CONNECTION] = "no-connection",
    };

    return names[class];
}

const char *fwx_side_name(enum fwx_side side)
{
    static const char *const names[] = {
        [FWX_INITIATOR] = "initiator",
        [FWX_RESPONDER] = "responder",
        [FWX_SIDE_UNKNOWN] = "unknown",
    };

    return names[side];
}

const char *fwx_confidence_name(enum fwx_confidence confidence)
{
    static const char *const names[] = {
        [FWX_DOCUMENTED] = "documented",
        [FWX_OBSERVED] = "observed",
        [FWX_INFERRED] = "inferred",
        [FWX_ASSUMED] = "assumed",
    };

    return names[confidence];
}

const char *fwx_evidence_name(enum fwx_evidence evidence)
{
    static const char *const names[] = {
        [FWX_EVIDENCE_NONE] = "none",
        [FWX_CORROBORATED] = "corroborated",
        [FWX_CONTRADICTED] = "contradicted",
    };

    return names[evidence];
}

const char *fwx_grade_name(enum fwx_grade grade)
{
    static const char *const names[] = {
        [FWX_GRADE_NONE] = "none",
        [FWX_GRADE_HARMLESS] = "harmless",
        [FWX_GRADE_BY_DESIGN] = "by design",
        [FWX_GRADE_LOOK] = "look into it",
    };

    return names[grade];
}

const char *fwx_echo_role_name(enum fwx_echo_role role)
{
    return role == FWX_ECHO_REQUEST ? "request" : role == FWX_ECHO_REPLY ? "reply" : "none";
}
