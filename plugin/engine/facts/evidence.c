/* evidence.c
 * Most captures come from elsewhere than the firewall. What both ends do after a predicted drop
 * tells whether such a firewall stood between them; where it plainly did not, no more drops are
 * predicted for the conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

/* Nobody acknowledges data that never arrived; but a reset may come from whoever dropped it. */
void fwx_evidence_passing(struct fwx_turn *turn)
{
    const struct fwx_peer *other = turn->known_receiver;

    if ((other->flags & FWX_PEER_DROPPED) && (turn->tcp->flags & (FWX_ACK | FWX_RST)) == FWX_ACK &&
        fwx_seq_after(turn->tcp->ack, other->dropped_seq))
        turn->connection->evidence = FWX_CONTRADICTED;
}

void fwx_evidence_answered(struct fwx_turn *turn)
{
    turn->connection->evidence = FWX_CONTRADICTED;
}

/* A sender that has to repeat itself was not heard. */
void fwx_evidence_dropped(struct fwx_turn *turn)
{
    struct fwx_peer *sender = turn->known_sender;
    bool occupies = turn->tcp && (turn->tcp->payload_len || (turn->tcp->flags & FWX_SYN));

    if (!occupies || !sender)
        return;
    if (!(sender->flags & FWX_PEER_DROPPED)) {
        sender->dropped_seq = turn->tcp->seq;
        sender->flags |= FWX_PEER_DROPPED;
    } else if (turn->tcp->seq == sender->dropped_seq &&
               turn->connection->evidence == FWX_EVIDENCE_NONE) {
        turn->connection->evidence = FWX_CORROBORATED;
    }
}
