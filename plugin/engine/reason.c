/* reason.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reason.h"

#include "result.h"

#include <glib.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* A sentence that grows by clauses, cut off (never overrun) at FWX_REASON_SIZE. */
struct sentence {
    char *buffer;
    size_t used;
};

static void G_GNUC_PRINTF(2, 3) say(struct sentence *sentence, const char *format, ...)
{
    va_list args;
    int written;

    va_start(args, format);
    written = vsnprintf(sentence->buffer + sentence->used, FWX_REASON_SIZE - sentence->used, format,
                        args);
    va_end(args);
    if (written > 0)
        sentence->used = MIN(sentence->used + (size_t)written, FWX_REASON_SIZE - 1);
}

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static void say_synack(struct sentence *s, const struct fwx_synack_payload *synack)
{
    if (synack->length)
        say(s, "SYN-ACK carries %" PRIu32 " byte%s of payload", synack->length,
            synack->length == 1 ? "" : "s");
    else
        say(s, "SYN-ACK without payload");
    if (synack->head_len) {
        say(s, " (");
        for (unsigned i = 0; i < synack->head_len; i++)
            say(s, i ? " %02x" : "%02x", synack->head[i]);
        say(s, synack->head_len < synack->length ? " ...)" : ")");
    }
    if (synack->fast_open)
        say(s, "; the SYN asked for Fast Open, so it may (RFC 7413)");
    if (synack->difference == FWX_SYNACK_OTHER_PAYLOAD)
        say(s, "; the SYN-ACK in frame %" PRIu32 " had another payload", synack->first_frame);
    if (synack->difference == FWX_SYNACK_OTHER_ISN)
        say(s, "; the SYN-ACK in frame %" PRIu32 " had another ISN", synack->first_frame);
}

static void say_mismatch(struct sentence *s, const struct fwx_ack_mismatch *mismatch)
{
    int32_t delta = (int32_t)(mismatch->actual - mismatch->expected);

    if (mismatch->synack) {
        say(s,
            "SYN-ACK acknowledges %" PRIu32 " where the SYN in frame %" PRIu32
            " calls for ISN+1 = %" PRIu32 " (%+" PRId32 ")",
            mismatch->actual, mismatch->synack_frame, mismatch->expected, delta);
        return;
    }
    say(s,
        "Half-open, and the acknowledgement number is %" PRIu32 " where the handshake calls for "
        "ISN+1 = %" PRIu32 " (%+" PRId32 ")",
        mismatch->actual, mismatch->expected, delta);
    if (!mismatch->cause_frame)
        return;
    say(s, ": it counts in the %" PRId32 " byte%s of payload of the SYN-ACK in frame %" PRIu32,
        delta, delta == 1 ? "" : "s", mismatch->cause_frame);
    if (mismatch->padding)
        say(s, ", which are Ethernet padding");
    if (mismatch->fast_open)
        say(s, ", which Fast Open allows (RFC 7413) but the firewall's check does not know");
}

static void say_status(struct sentence *s, const struct fwx_reset *reset)
{
    if (reset->class == FWX_RESET_DIRTY_CLOSE)
        say(s, "; a proxy logs status 64, by design");
    else if (reset->status == FWX_STATUS_NETNAME_DELETED)
        say(s, "; a proxy logs status 64, or 995 where it ends this leg because the other is gone: "
               "one side of it cannot tell them apart");
    else if (reset->status)
        say(s, "; a proxy logs status %u", reset->status);
}

static void say_misfits(struct sentence *s, const struct fwx_reset *reset)
{
    if (!reset->misfits)
        return;
    say(s, "; it looks injected: TTL %u instead of %u", reset->own_ttl, reset->usual_ttl);
    if (reset->misfits & FWX_MISFIT_IP_ID)
        say(s, ", IP ID out of sequence");
    if (reset->misfits & FWX_MISFIT_MAC)
        say(s, ", another MAC address");
    if (reset->misfits & FWX_MISFIT_WINDOW)
        say(s, ", another window");
}

static void say_quiet(struct sentence *s, const struct fwx_reset *reset)
{
    if (reset->since_data == UINT32_MAX)
        say(s, " that carried no data");
    else
        say(s, ", %.3f s after the last data", reset->since_data / 1e3);
}

static void say_reset(struct sentence *s, const struct fwx_finding *finding)
{
    const struct fwx_reset *reset = &finding->reset;
    const char *by = reset->by == FWX_SIDE_UNKNOWN ? "sender"
                                                   : fwx_side_name((enum fwx_side)reset->by);

    switch ((enum fwx_reset_class)reset->class) {
    case FWX_RESET_REFUSED:
        say(s, "The responder refuses the connection");
        break;
    case FWX_RESET_HANDSHAKE_ABORT:
        say(s, "The %s gives up before the handshake is complete", by);
        break;
    case FWX_RESET_DIRTY_CLOSE:
        say(s,
            "Dirty close: %.6f s after the FIN in frame %" PRIu32
            " the %s resets instead of sending a FIN of its own",
            seconds(reset->fin_delay), reset->fin_frame, by);
        break;
    case FWX_RESET_DATA_ABORT:
        say(s, "The %s aborts an established connection", by);
        if (reset->in_flight)
            say(s, " with %" PRIu32 " bytes unacknowledged", reset->in_flight);
        else
            say_quiet(s, reset);
        break;
    case FWX_RESET_IDLE_ABORT:
        say(s, "The %s aborts an idle connection", by);
        say_quiet(s, reset);
        break;
    case FWX_RESET_AFTER_CLOSE:
        say(s, finding->dropped ? "Reset by the %s, and the connection is gone already"
                                : "Reset by the %s after it had sent its FIN",
            by);
        break;
    case FWX_RESET_NO_CONNECTION:
        say(s, "Reset by the %s, and this capture shows no connection that it could end", by);
        break;
    }
    if (reset->ignored && !finding->dropped && reset->class != FWX_RESET_NO_CONNECTION)
        say(s, "; outside the window, so it ends nothing");
    say_status(s, reset);
    say_misfits(s, reset);
}

const char *fwx_reason(const struct fwx_finding *finding, char *buffer)
{
    struct sentence s = {buffer, 0};

    buffer[0] = '\0';
    switch ((enum fwx_finding_kind)finding->kind) {
    case FWX_FINDING_SYNACK_PAYLOAD:
        say_synack(&s, &finding->synack);
        break;
    case FWX_FINDING_PADDING:
        say(&s,
            "%" PRIu32 " zero bytes of payload fill the IP packet up to 46 bytes: Ethernet padding "
            "counted as payload, because a device between the sender and this capture rewrote the "
            "IP length",
            finding->padding_len);
        break;
    case FWX_FINDING_ACK_MISMATCH:
        say_mismatch(&s, &finding->mismatch);
        break;
    case FWX_FINDING_RESET:
        say_reset(&s, finding);
        break;
    case FWX_FINDING_CLOSE:
        say(&s, "Orderly close: both FINs are acknowledged");
        break;
    case FWX_FINDING_NOT_SYN:
        say(&s, "Not a SYN, and the connection is gone since frame %" PRIu32,
            finding->closed_frame);
        break;
    case FWX_FINDING_MARKER:
        say(&s, "Marker ping of %" PRIu32 " bytes (%s)", finding->marker.size,
            fwx_echo_role_name((enum fwx_echo_role)finding->marker.role));
        break;
    case FWX_FINDING_KIN:
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
    case FWX_FINDING_MARKER:
        return "marker";
    case FWX_FINDING_KIN:
        break;
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

const char *fwx_echo_role_name(enum fwx_echo_role role)
{
    return role == FWX_ECHO_REQUEST ? "request" : role == FWX_ECHO_REPLY ? "reply" : "none";
}
