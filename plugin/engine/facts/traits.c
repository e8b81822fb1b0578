/* traits.c
 * What an endpoint's packets look like, to tell whether a reset in its name is its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

#include <glib.h>

/* 16 bits that stand for a MAC address; 0 for none. */
static uint16_t fold_mac(uint64_t mac)
{
    return (uint16_t)(mac ^ mac >> 16 ^ mac >> 32);
}

void fwx_traits_learn(struct fwx_peer *peer, const struct fwx_packet *packet)
{
    enum { SMALL_STEP = 1024 };
    uint16_t mac = fold_mac(packet->src_mac);

    if (!peer->packets) {
        peer->ttl_low = peer->ttl_high = packet->ttl;
        peer->mac = mac;
    } else {
        peer->ttl_low = MIN(peer->ttl_low, packet->ttl);
        peer->ttl_high = MAX(peer->ttl_high, packet->ttl);
        if (peer->mac != mac)
            peer->flags |= FWX_PEER_MACS;
        /* 0 is no number: Linux gives it to SYN-ACKs and resets, and counts up in between. */
        if (packet->ip_id && peer->ip_id && (uint16_t)(packet->ip_id - peer->ip_id) > SMALL_STEP)
            peer->flags |= FWX_PEER_ID_JUMPS;
    }
    if (packet->ip_id)
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
    uint8_t misfits = 0;

    if (peer->packets < ENOUGH || peer->ttl_low != peer->ttl_high ||
        ABS(packet->ttl - peer->ttl_low) < 2)
        return 0;
    if (!(peer->flags & FWX_PEER_ID_JUMPS) && packet->ip_id && peer->ip_id &&
        (uint16_t)(packet->ip_id - peer->ip_id) > NEAR_IN_IP_ID)
        misfits |= FWX_MISFIT_IP_ID;
    if (!(peer->flags & FWX_PEER_MACS) && fold_mac(packet->src_mac) != peer->mac)
        misfits |= FWX_MISFIT_MAC;
    if (turn->tcp->window && turn->tcp->window != peer->window)
        misfits |= FWX_MISFIT_WINDOW;
    return misfits ? misfits | FWX_MISFIT_TTL : 0;
}

/* All that two packets share if they are one, captured twice; TTL and VLAN tag may differ. */
static uint16_t likeness(const struct fwx_turn *turn)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    uint64_t mixed = (uint64_t)tcp->seq << 32 | tcp->ack;

    mixed = (mixed ^ tcp->payload_len) * 0x9e3779b97f4a7c15u;
    mixed ^= (uint64_t)turn->packet->ip_id << 16 | (uint64_t)tcp->flags << 8 | turn->side;
    mixed *= 0xbf58476d1ce4e5b9u;
    return (uint16_t)(mixed >> 48);
}

bool fwx_traits_remember(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    uint16_t now = likeness(turn);
    bool known = false;

    if (turn->packet->ip_id) {
        for (unsigned i = 0; i < FWX_RECENT_PACKETS; i++)
            known |= connection->recent[i] == now;
    } else {
        /* Without a number only what follows at once is the same packet; and of resets a stack may
         * well send several at once, one for each segment that it answers. */
        int64_t apart = fwx_connection_silence(connection, turn->packet->time);

        known = connection->recent[0] == now && !(turn->tcp->flags & FWX_RST) && apart >= 0 &&
                apart <= 1;
    }
    memmove(&connection->recent[1], &connection->recent[0],
            sizeof connection->recent - sizeof connection->recent[0]);
    connection->recent[0] = now;
    return known;
}
