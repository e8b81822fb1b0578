/* ending.c
 * Resets as the firewall sees them: what they end, and whether it made them itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

#include <glib.h>

/* ---- its own -------------------------------------------------------------------------------- */

/* The server's TTL, and an IP ID that goes on counting: it is the server's own. */
static bool looks_like_server(const struct fwx_turn *turn)
{
    enum { NEAR = 64 };
    const struct fwx_packet *packet = turn->packet;

    return packet->ttl >= turn->sender->ttl_low && packet->ttl <= turn->sender->ttl_high &&
           packet->ip_id && turn->sender->ip_id &&
           (uint16_t)(packet->ip_id - turn->sender->ip_id) <= NEAR;
}

/*
 * KB 959312: under TLS the SMTP filter cannot see the QUIT, so the server's orderly FIN reaches the
 * client as a reset. Where both sides are captured, the server sends its FIN and, with nothing in
 * between to answer, a reset goes out in its name.
 */
static bool is_smtp_tls_kill(const struct fwx_turn *turn)
{
    const struct fwx_connection *connection = turn->connection;
    const struct fwx_app_filter *filter =
        fwx_policy_filter(turn->policy, connection->protocol, connection->port[FWX_RESPONDER]);

    return filter && !g_strcmp0(filter->name, fwx_policy_model(turn->policy)->tls_blind_filter) &&
           (connection->flags & FWX_CONNECTION_TLS) && turn->side == FWX_RESPONDER &&
           (turn->known_sender->flags & FWX_PEER_FIN) &&
           !(turn->known_receiver->flags & FWX_PEER_FIN) &&
           connection->data_time <= connection->fin_time &&
           turn->tcp->seq == turn->known_sender->fin_end && !looks_like_server(turn);
}

static enum fwx_kill kill_of(const struct fwx_turn *turn)
{
    if (turn->reset->reset.origin == FWX_ORIGIN_IN_BETWEEN)
        return FWX_KILL_INJECTED;
    return is_smtp_tls_kill(turn) ? FWX_KILL_SMTP_TLS : FWX_KILL_NONE;
}

/* ---- the actions ---------------------------------------------------------------------------- */

static bool is_acceptable(const struct fwx_turn *turn)
{
    bool half_open = turn->connection->state == FWX_STATE_SYN_SENT ||
                     turn->connection->state == FWX_STATE_SYN_RECEIVED;

    return turn->reset->reset.class != FWX_RESET_NO_CONNECTION &&
           fwx_reset_fits(turn, turn->known_sender, turn->known_receiver, half_open);
}

/* Outside the window, or nothing in this capture that it could end. */
static enum fwx_outcome ends_nothing(struct fwx_turn *turn)
{
    if (!turn->reset->reset.ignored || !turn->policy->sequence_window ||
        turn->connection->state == FWX_STATE_UNKNOWN)
        return FWX_IGNORE;
    return fwx_judge(turn, turn->reset, FWX_EVENT_RST_INEXACT) == FWX_DROP ? FWX_DROP : FWX_IGNORE;
}

enum fwx_outcome fwx_reset_arrives(struct fwx_turn *turn)
{
    struct fwx_reset *reset = &turn->reset->reset;

    if (!is_acceptable(turn))
        return ends_nothing(turn);
    reset->kill = (uint8_t)kill_of(turn);
    if (turn->connection->state == FWX_STATE_CLOSING) {
        fwx_judge(turn, turn->reset, FWX_EVENT_CLOSED);
    } else if (reset->kill) {
        if (reset->status)
            reset->grade = FWX_GRADE_LOOK;
        turn->connection->flags |= FWX_CONNECTION_KILLED;
        fwx_judge(turn, turn->reset, FWX_EVENT_INJECTED);
    } else {
        fwx_judge(turn, turn->reset, FWX_EVENT_RESET);
    }
    return FWX_PASS;
}
