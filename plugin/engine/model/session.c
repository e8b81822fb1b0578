/* session.c
 * UDP and ICMP have no connections; the firewall makes sessions of them, which begin with a packet
 * and end when nothing has come for a while.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/claim.h"
#include "engine/turn.h"

static bool has_expired(const struct fwx_turn *turn, const struct fwx_connection *session)
{
    return fwx_policy_forgets(turn->policy, fwx_timer_of(session),
                              fwx_connection_silence(session, turn->packet->time));
}

static void learn(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    struct fwx_connection *session = turn->connection;

    session->bytes[turn->side] += packet->protocol == FWX_PROTOCOL_UDP
                                      ? (packet->udp_len > 8 ? packet->udp_len - 8u : 0)
                                      : packet->icmp.data_len;
    turn->sender->packets++;
    session->last_frame = packet->frame;
    fwx_connection_lives(session, packet->time);
    if (turn->side == FWX_RESPONDER)
        fwx_connection_answered(session, packet->time);
}

/* A refused session asks again with every packet; an answer shows that it exists all the same. */
static bool admit(struct fwx_turn *turn, bool again)
{
    if (again && turn->side == FWX_RESPONDER)
        fwx_claim_refute(turn);
    else if (fwx_flood_stage(turn, again) == FWX_DROP)
        return false;
    fwx_turn_enter(turn, FWX_STATE_ESTABLISHED);
    return true;
}

void fwx_session_stage(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    enum fwx_side sender;
    struct fwx_connection *session =
        fwx_connections_newest(&turn->engine->connections, packet, &sender);
    bool echo = packet->protocol != FWX_PROTOCOL_UDP;

    if (!session || fwx_connection_over(session) || has_expired(turn, session)) {
        bool reply = echo && packet->icmp.echo == FWX_ECHO_REPLY;

        fwx_turn_open(turn, reply ? FWX_RESPONDER : FWX_INITIATOR, FWX_STATE_DENIED, 0);
        fwx_traits_seen_before(turn);
        admit(turn, false);
    } else {
        fwx_turn_attach(turn, session, sender);
        session->last_frame = packet->frame;
        if (fwx_traits_seen_before(turn))
            return;
        if (session->state == FWX_STATE_DENIED)
            admit(turn, true);
    }
    learn(turn);
    if (turn->engine->beside)
        fwx_beside_stage(turn);
}
