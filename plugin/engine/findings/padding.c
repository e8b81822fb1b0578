/* padding.c
 * Ethernet padding that is counted as payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    (void)engine;
    fwx_say(s,
            "%" PRIu32 " zero bytes of payload fill the IP packet up to 46 bytes: Ethernet padding "
            "counted as payload, because a device between the sender and this capture rewrote the "
            "IP length",
            finding->padding_len);
}

static void mark(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    fwx_say(s, "%" PRIu32 " byte%s of padding counted as data", finding->padding_len,
            finding->padding_len == 1 ? "" : "s");
}

static bool get_length(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->padding_len;
    return true;
}

static const struct fwx_field fields[] = {
    {"padding_len", FWX_FIELD_NUMBER, "Padding counted as payload",
     "Bytes of TCP payload that are Ethernet padding: the IP length was rewritten to 46",
     get_length, NULL},
    {0},
};

static const struct fwx_expert experts[] = {
    {"padding", FWX_GROUP_PROTOCOL, FWX_SEVERITY_WARNING, "Ethernet padding counted as payload",
     NULL, NULL},
    {0},
};

const struct fwx_kind fwx_kind_padding = {
    .title = "padding",
    .page = "padding",
    .say = say,
    .mark = mark,
    .family = FWX_FAMILY_PADDING,
    .fields = fields,
    .experts = experts,
};
