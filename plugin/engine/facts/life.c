/* life.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/life.h"

bool fwx_life_is_established(const struct fwx_connection *connection)
{
    const struct fwx_peer *initiator = &connection->peer[FWX_INITIATOR];
    const struct fwx_peer *responder = &connection->peer[FWX_RESPONDER];

    return (connection->flags & FWX_CONNECTION_COMPLETE) ||
           (responder->flags & (FWX_PEER_DATA | FWX_PEER_FIN)) ||
           ((responder->flags & FWX_PEER_ACK) && (initiator->flags & FWX_PEER_ISN) &&
            fwx_seq_after(responder->ack_max, initiator->isn + 1));
}

static enum fwx_life life_before_close(const struct fwx_connection *connection)
{
    const struct fwx_peer *initiator = &connection->peer[FWX_INITIATOR];
    const struct fwx_peer *responder = &connection->peer[FWX_RESPONDER];

    if (!initiator->packets && !responder->packets)
        return FWX_LIFE_NONE;
    if (connection->first_state == FWX_STATE_UNKNOWN)
        return FWX_LIFE_MIDSTREAM;
    if (fwx_life_is_established(connection))
        return FWX_LIFE_ESTABLISHED;
    return responder->flags & FWX_PEER_ISN ? FWX_LIFE_ANSWERED : FWX_LIFE_ASKED;
}

enum fwx_life fwx_life_of(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    const struct fwx_peer *initiator = &connection->peer[FWX_INITIATOR];
    const struct fwx_peer *responder = &connection->peer[FWX_RESPONDER];
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    if (notes && notes->reset && !notes->doubted)
        return FWX_LIFE_RESET;
    if (!((initiator->flags | responder->flags) & FWX_PEER_FIN))
        return life_before_close(connection);
    if (!(initiator->flags & responder->flags & FWX_PEER_FIN))
        return FWX_LIFE_HALF_CLOSED;
    return fwx_peer_acknowledges_fin(initiator, responder) &&
                   fwx_peer_acknowledges_fin(responder, initiator)
               ? FWX_LIFE_CLOSED
               : FWX_LIFE_CLOSING;
}

void fwx_life_end(struct fwx_turn *turn, enum fwx_life life)
{
    const struct fwx_reset *reset = &turn->reset->reset;
    struct fwx_notes *notes = fwx_turn_notes(turn);
    uint32_t number = turn->engine->findings.count; /* of the newest + 1 */

    notes->last_reset[turn->side] = number;
    if (turn->side == FWX_INITIATOR && notes->old_answer && !notes->given_up)
        notes->given_up = turn->packet->frame;
    if (reset->ignored || life == FWX_LIFE_NONE || reset->class == FWX_RESET_NO_CONNECTION)
        return;
    notes->refused |= reset->class == FWX_RESET_REFUSED;
    if (!notes->heeded)
        notes->heeded = number;
    if (life == FWX_LIFE_CLOSING)
        return; /* both had closed before */
    notes->reset = number;
    notes->doubted = false;
}
