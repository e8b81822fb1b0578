/* session.c
 * UDP and ICMP have no connections; the firewall makes sessions of them, which begin with a packet
 * and end when nothing has come for a while.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

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

static bool has_expired(const struct fwx_turn *turn, const struct fwx_connection *session)
{
    return turn->policy->udp_idle_s && fwx_connection_silence(session, turn->packet->time) >=
                                           (int64_t)turn->policy->udp_idle_s * 1000;
}

static void learn(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    struct fwx_connection *session = turn->connection;

    session->bytes[turn->side] += packet->protocol == FWX_PROTOCOL_UDP
                                      ? (packet->udp_len > 8 ? packet->udp_len - 8u : 0)
                                      : packet->icmp.data_len;
    if (turn->sender->packets < UINT16_MAX)
        turn->sender->packets++;
    session->last_frame = packet->frame;
    session->last_ms = fwx_connection_ms(session, packet->time);
    if (turn->side == FWX_RESPONDER)
        fwx_connection_answered(session, packet->time);
}

/* A refused session asks again with every packet; an answer shows that it exists all the same. */
static bool admit(struct fwx_turn *turn, bool again)
{
    if (again && turn->side == FWX_RESPONDER)
        fwx_evidence_answered(turn);
    else if (fwx_flood_stage(turn, again) == FWX_DROP)
        return false;
    fwx_turn_enter(turn, FWX_STATE_ESTABLISHED);
    return true;
}

void fwx_session_stage(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    struct fwx_connection *session = fwx_connections_newest(&turn->engine->connections, packet);
    bool echo = packet->protocol != FWX_PROTOCOL_UDP;

    if (!session || fwx_connection_over(session) || has_expired(turn, session)) {
        bool reply = echo && packet->icmp.echo == FWX_ECHO_REPLY;

        fwx_turn_open(turn, reply ? FWX_RESPONDER : FWX_INITIATOR, FWX_STATE_DENIED, 0);
        admit(turn, false);
    } else {
        fwx_turn_attach(turn, session);
        if (session->state == FWX_STATE_DENIED)
            admit(turn, true);
    }
    learn(turn);
}
