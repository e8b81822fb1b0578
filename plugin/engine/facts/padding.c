/* padding.c
 * Ethernet padding that a device has turned into payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

enum {
    ETHERNET_MIN_PAYLOAD = 46, /* IEEE 802.3, 3.2.7: shorter payloads are padded up to this */
    TAGGED_MIN_PAYLOAD = 42,   /* where a VLAN tag took four of them, on some link before */
};

static bool is_filled_up(const struct fwx_packet *packet, uint32_t ip_len)
{
    const struct fwx_tcp_segment *tcp = &packet->tcp;

    if (packet->ip_version != 4 || packet->ip_len != ip_len || packet->fragment ||
        tcp->payload_len == 0 || tcp->head_len != tcp->payload_len || (tcp->flags & FWX_PSH))
        return false;
    for (unsigned i = 0; i < tcp->head_len; i++) {
        if (tcp->head[i])
            return false;
    }
    return true;
}

/*
 * A device that rewrites the IP length of a short frame to 46 turns its padding into payload
 * (source 003: 2 bytes behind 44, 6 behind 40). Real payload of just that length and all zero
 * is pushed by its sender; padding never is.
 */
uint32_t fwx_padding_length(const struct fwx_packet *packet)
{
    return is_filled_up(packet, ETHERNET_MIN_PAYLOAD) || is_filled_up(packet, TAGGED_MIN_PAYLOAD)
               ? packet->tcp.payload_len
               : 0;
}

/* Two bytes of zero are little to go by: only where the capture has them again. */
static void withhold_once(struct fwx_turn *turn, struct fwx_finding *finding)
{
    struct fwx_engine *engine = turn->engine;

    if (!engine->tagged_padding) {
        finding->withheld = true;
        engine->tagged_padding = engine->findings.count;
    } else {
        fwx_finding_at(engine, engine->tagged_padding - 1)->withheld = false;
    }
}

bool fwx_padding_look(struct fwx_turn *turn)
{
    uint32_t padding_len = fwx_padding_length(turn->packet);
    struct fwx_finding *finding;

    if (!padding_len)
        return false;
    finding = fwx_report(turn, FWX_FINDING_PADDING);
    finding->padding_len = padding_len;
    if (turn->packet->ip_len == TAGGED_MIN_PAYLOAD)
        withhold_once(turn, finding);
    return true;
}
