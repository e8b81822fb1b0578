/* traits.c
 * What an endpoint's packets look like, to know those again that were captured twice, and to tell
 * whether a reset in its name is its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

#include <glib.h>

uint16_t fwx_traits_mac(const struct fwx_packet *packet)
{
    return (uint16_t)(packet->src_mac ^ packet->src_mac >> 16 ^ packet->src_mac >> 32);
}

void fwx_traits_learn(struct fwx_peer *peer, const struct fwx_packet *packet)
{
    enum { SMALL_STEP = 1024 };
    uint16_t mac = fwx_traits_mac(packet);

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
    peer->packets++;
}

enum { LATEST_COPY_MS = 1000 }; /* of a packet (chosen: RFC 6298, 2.1 repeats a SYN after that) */
enum { SIDE = 2 };              /* a bit of what a packet looks like */

/* All that two packets share if they are one, captured twice; TTL and VLAN tag may differ. The last
 * two bits tell the side, and that there was a packet. */
static uint32_t likeness(const struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    const struct fwx_tcp_segment *tcp = turn->tcp;
    uint64_t mixed = packet->ip_len;
    uint64_t more = packet->ip_id;

    if (tcp) {
        mixed = ((uint64_t)tcp->seq << 32 | tcp->ack) ^ tcp->payload_len;
        more = (uint64_t)tcp->window << 32 | (uint64_t)packet->ip_id << 16 | tcp->flags;
    }
    mixed = (mixed * 0x9e3779b97f4a7c15u ^ more) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(mixed >> 32 & ~(uint64_t)SIDE) | 1 | (turn->side ? SIDE : 0);
}

/* Which of the last packets looked the same; FWX_RECENT_PACKETS: none did, as for nearly all. */
static unsigned find_like(const struct fwx_connection *connection, uint32_t now)
{
    unsigned at = 0;

    while (at < FWX_RECENT_PACKETS && connection->recent[at] != now)
        at++;
    return at;
}

/* A closed socket answers each segment with a reset, and all of these look the same. Over IPv4 the
 * connection's other packets tell whether things are captured twice here. */
static bool is_one_of_a_burst(const struct fwx_turn *turn)
{
    return (turn->tcp->flags & FWX_RST) && turn->packet->ip_version == 4 &&
           !(turn->connection->flags & FWX_CONNECTION_DOUBLED);
}

/*
 * An IP ID makes a packet one of its kind. Where there is none (IPv6, and Linux leaves it out of
 * resets), what looks like its sender's last segment and follows within a millisecond is that one:
 * nobody repeats a segment so soon. Of datagrams, which have no numbers, several may look the same.
 */
static bool is_same(const struct fwx_turn *turn, unsigned at, uint16_t now_ms)
{
    const uint32_t *recent = turn->connection->recent;

    /* Some stacks number nothing, or all alike, and repeat themselves. */
    if (turn->packet->ip_id && turn->packet->time != FWX_NO_TIME &&
        (uint16_t)(now_ms - turn->sender->last_ms) > LATEST_COPY_MS)
        return false;
    if (turn->packet->ip_id) {
        turn->connection->flags |= FWX_CONNECTION_DOUBLED;
        return true;
    }
    if (!turn->tcp || turn->packet->time == FWX_NO_TIME ||
        (uint16_t)(now_ms - turn->sender->last_ms) > 1 || is_one_of_a_burst(turn))
        return false;
    for (unsigned newer = 0; newer < at; newer++) {
        if (!((recent[newer] ^ recent[at]) & SIDE))
            return false;
    }
    return true;
}

bool fwx_traits_seen_before(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    uint16_t now_ms = (uint16_t)((uint64_t)turn->packet->time / FWX_MILLISECOND);
    uint32_t now = likeness(turn);
    unsigned like = find_like(connection, now);
    bool known = like < FWX_RECENT_PACKETS && is_same(turn, like, now_ms);

    for (unsigned i = FWX_RECENT_PACKETS - 1; i > 0; i--)
        connection->recent[i] = connection->recent[i - 1];
    connection->recent[0] = now;
    turn->sender->last_ms = now_ms;
    return known;
}
