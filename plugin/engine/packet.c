/* packet.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/packet.h"

/* To many at once: no session of one client with one server. */
static bool is_group_address(const struct fwx_address *address)
{
    const uint8_t *bytes = fwx_address_bytes(address);

    return fwx_address_is_v4(address) ? bytes[0] >= 224 : bytes[0] == 0xff;
}

bool fwx_has_connection(const struct fwx_packet *packet)
{
    if (packet->view != FWX_VIEW_DATAGRAM || !packet->has_transport)
        return false;
    switch (packet->protocol) {
    case FWX_PROTOCOL_TCP:
        return true;
    case FWX_PROTOCOL_UDP:
        return !is_group_address(&packet->dst);
    case FWX_PROTOCOL_ICMP:
    case FWX_PROTOCOL_ICMPV6:
        return packet->icmp.echo != FWX_ECHO_NONE && !is_group_address(&packet->dst);
    default:
        return false;
    }
}
