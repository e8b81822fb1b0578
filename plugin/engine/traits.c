/* traits.c
 * What an endpoint's packets look like, to tell whether a reset in its name is its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn.h"

#include <glib.h>

/* 32 bits that stand for a MAC address; 0 for none. */
static uint32_t fold_mac(uint64_t mac)
{
    return (uint32_t)(mac ^ mac >> 24);
}

void fwx_traits_learn(struct fwx_peer *peer, const struct fwx_packet *packet)
{
    enum { SMALL_STEP = 1024 };
    uint32_t mac = fold_mac(packet->src_mac);

    if (!peer->packets) {
        peer->ttl_low = peer->ttl_high = packet->ttl;
        peer->mac = mac;
    } else {
        peer->ttl_low = MIN(peer->ttl_low, packet->ttl);
        peer->ttl_high = MAX(peer->ttl_high, packet->ttl);
        if (peer->mac != mac)
            peer->flags |= FWX_PEER_MACS;
        if (!packet->ip_id || (uint16_t)(packet->ip_id - peer->ip_id) > SMALL_STEP)
            peer->flags |= FWX_PEER_ID_JUMPS;
    }
    peer->ip_id = packet->ip_id;
    if (peer->packets < UINT16_MAX)
        peer->packets++;
}

/*
 * A reset of a device in between gives itself away by another TTL, and by something else beside
 * it: load balancers answer with other TTLs than their servers, stacks draw IP IDs at random or
 * send 0 and window 0 with a reset, and none of these alone means anything.
 */
uint8_t fwx_traits_misfits(const struct fwx_turn *turn)
{
    enum { ENOUGH = 2, NEAR_IN_IP_ID = 8192 };
    const struct fwx_packet *packet = turn->packet;
    const struct fwx_peer *peer = turn->sender;
    uint32_t window = turn->tcp->window;
    uint8_t misfits = 0;

    if (peer->packets < ENOUGH || peer->ttl_low != peer->ttl_high ||
        ABS(packet->ttl - peer->ttl_low) < 2)
        return 0;
    if (!(peer->flags & FWX_PEER_ID_JUMPS) && packet->ip_version == 4 && packet->ip_id &&
        (uint16_t)(packet->ip_id - peer->ip_id) > NEAR_IN_IP_ID)
        misfits |= FWX_MISFIT_IP_ID;
    if (!(peer->flags & FWX_PEER_MACS) && fold_mac(packet->src_mac) != peer->mac)
        misfits |= FWX_MISFIT_MAC;
    if (peer->window_scale <= 14 && turn->receiver->window_scale <= 14)
        window <<= peer->window_scale;
    if (window && window != peer->window)
        misfits |= FWX_MISFIT_WINDOW;
    return misfits ? misfits | FWX_MISFIT_TTL : 0;
}

bool fwx_traits_duplicate(const struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    int32_t apart = fwx_connection_ms(turn->connection, packet->time) - turn->connection->last_ms;

    /* No stack retransmits within a millisecond. */
    return packet->ip_id && packet->ip_id == turn->sender->ip_id && apart >= 0 && apart <= 1;
}
