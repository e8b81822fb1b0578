/* synack_payload.c
 * A SYN-ACK that carries payload, or that differs from the connection's first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    const struct fwx_synack_payload *synack = &finding->synack;

    (void)engine;
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

static void mark(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    const struct fwx_synack_payload *synack = &finding->synack;

    if (synack->length && !synack->fast_open)
        fwx_say(s, "SYN-ACK with %" PRIu32 " byte%s of payload", synack->length,
                synack->length == 1 ? "" : "s");
}

static bool get_length(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->synack.length;
    return value->number != 0;
}

static bool get_payload(const struct fwx_finding *finding, union fwx_value *value)
{
    value->bytes.at = finding->synack.head;
    value->bytes.length = finding->synack.head_len;
    return value->bytes.length != 0;
}

static bool is_odd(const struct fwx_finding *finding)
{
    return finding->synack.fast_open || !finding->synack.length;
}

static bool is_unasked(const struct fwx_finding *finding)
{
    return !is_odd(finding);
}

static const struct fwx_field fields[] = {
    {"synack.payload_len", FWX_FIELD_NUMBER, "SYN-ACK payload length",
     "Payload carried by a SYN-ACK, in bytes", get_length, NULL},
    {"synack.payload", FWX_FIELD_BYTES, "SYN-ACK payload",
     "The first bytes, 8 at most, of the payload carried by a SYN-ACK", get_payload, NULL},
    {0},
};

static const struct fwx_expert experts[] = {
    {"synack_payload", FWX_GROUP_PROTOCOL, FWX_SEVERITY_WARNING, "SYN-ACK carries payload", NULL,
     is_unasked},
    {"synack_payload", FWX_GROUP_PROTOCOL, FWX_SEVERITY_NOTE,
     "SYN-ACK differs or carries Fast Open data", NULL, is_odd},
    {0},
};

const struct fwx_kind fwx_kind_synack_payload = {
    .title = "SYN-ACK payload",
    .page = "synack-payload",
    .say = say,
    .mark = mark,
    .family = FWX_FAMILY_HANDSHAKE,
    .fields = fields,
    .experts = experts,
};
