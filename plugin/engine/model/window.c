/* window.c
 * Segments of established connections against the windows of both ends. No source shows that the
 * firewall checks them, so this is a preference.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

#include <glib.h>

enum {
    UNKNOWN_WINDOW = 1 << 20, /* the handshake, and with it the window scale, was not captured */
};

uint32_t fwx_window_of(const struct fwx_turn *turn, const struct fwx_peer *receiver)
{
    /* Only if both sides offer it: RFC 7323, 2.2. */
    bool scaled =
        turn->known_sender->window_scale <= 14 && turn->known_receiver->window_scale <= 14;

    if (turn->connection->first_state == FWX_STATE_UNKNOWN)
        return UNKNOWN_WINDOW;
    return MAX((uint32_t)receiver->window << (scaled ? receiver->window_scale : 0),
               FWX_UNSCALED_WINDOW);
}

/*
 * Acceptable: it ends inside the receiver's window, begins no more than a window before what was
 * sent already (a keep-alive or a retransmission), and acknowledges nothing that was not sent.
 */
enum fwx_outcome fwx_window_check(struct fwx_turn *turn)
{
    const uint8_t known = FWX_PEER_ISN | FWX_PEER_SEQ | FWX_PEER_ACK;
    const struct fwx_tcp_segment *tcp = turn->tcp;
    struct fwx_finding *finding;
    uint32_t window;
    bool seq_high;
    bool seq_low;
    bool ack_high;

    if (!turn->policy->sequence_window || fwx_evidence_contradicts(turn) ||
        (turn->known_sender->flags & known) != known ||
        (turn->known_receiver->flags & known) != known)
        return FWX_PASS;
    window = fwx_window_of(turn, turn->known_receiver);
    seq_high =
        fwx_seq_after(tcp->seq + fwx_tcp_length(tcp), turn->known_receiver->ack_max + window);
    seq_low = fwx_seq_after(turn->known_sender->seq_end - window, tcp->seq);
    ack_high = (tcp->flags & FWX_ACK) && fwx_seq_after(tcp->ack, turn->known_receiver->seq_end);
    if (!seq_high && !seq_low && !ack_high)
        return FWX_PASS;
    finding = fwx_report(turn, FWX_FINDING_WINDOW);
    finding->window = (struct fwx_out_of_window){tcp->seq, tcp->ack, ack_high};
    return fwx_judge(turn, finding,
                     ack_high   ? FWX_EVENT_ACK_HIGH
                     : seq_high ? FWX_EVENT_SEQ_HIGH
                                : FWX_EVENT_SEQ_LOW);
}
