/* kin.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/kin.h"

bool fwx_kin_goes_on(const struct fwx_turn *turn)
{
    const struct fwx_connections *connections = &turn->engine->connections;
    uint32_t older = fwx_connections_older(connections, turn->connection);
    const struct fwx_connection *kin = older ? fwx_connections_get(connections, older) : NULL;
    enum fwx_side sender = kin ? fwx_connection_sender(kin, turn->packet) : FWX_SIDE_UNKNOWN;

    if (sender == FWX_SIDE_UNKNOWN)
        return false;

    const struct fwx_peer *by = &kin->peer[sender];
    const struct fwx_peer *of = &kin->peer[!sender];
    uint32_t sent = of->flags & FWX_PEER_ISN ? of->seq_end - (of->isn + 1) : FWX_FAR;

    return (!(of->flags & FWX_PEER_SEQ) ||
            fwx_seq_within(turn->tcp->ack, of->seq_end - sent, sent)) &&
           (!(by->flags & FWX_PEER_ACK) || fwx_seq_after(turn->tcp->ack, by->ack_max));
}
