/* timed.h
 * A firewall of which the timers are known, and a few yes-or-no rules, but no windows: it keeps a
 * session per tuple, by the lines of firewalls.tsv.
 *
 * Where a rule is not known the packet passes. A timer that is not known never runs out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TIMED_H
#define FWX_TIMED_H

#include "engine/model/firewall.h"
#include "engine/packet.h"

/* What it says of a packet that does not pass. */
struct fwx_timed_said {
    uint32_t silence_s; /* since the last packet that renewed the session, where its time was up */
    uint8_t event;      /* enum fwx_event */
    uint8_t reaction;   /* enum fwx_reaction */
    uint8_t timer;      /* enum fwx_session_timer that ran out; FWX_SESSION_TIMERS: none */
};

/* One tuple's session, zeroed before the first packet. Ends are numbered as the owner has them. */
struct fwx_timed_session {
    int64_t last;               /* when it was renewed, nanoseconds */
    uint32_t syn;               /* the initiator's ISN */
    uint32_t isn;               /* the responder's, of the SYN-ACK that passed */
    struct fwx_timed_said gone; /* why there is none any more */
    uint8_t state;              /* 0: none, or enum fwx_session_timer + 1 */
    uint8_t initiator : 1;      /* which of the ends */
    uint8_t fins : 2;           /* by end */
    uint8_t is_gone : 1;        /* there was one */
};

/* Both: one packet, well formed, from one of the two ends (0 or 1), at a time that never runs
 * backwards (nanoseconds, or FWX_NO_TIME). False: it does not pass, and said tells why. */
bool fwx_timed_tcp(struct fwx_timed_session *session, unsigned from,
                   const struct fwx_tcp_segment *tcp, const struct fwx_firewall *firewall,
                   int64_t now, struct fwx_timed_said *said);
bool fwx_timed_udp(struct fwx_timed_session *session, unsigned from,
                   const struct fwx_firewall *firewall, int64_t now, struct fwx_timed_said *said);

/* Takes a connection as established that began before the capture, if the packet is one of such. */
void fwx_timed_adopt(struct fwx_timed_session *session, unsigned from,
                     const struct fwx_tcp_segment *tcp, int64_t now);

#endif
