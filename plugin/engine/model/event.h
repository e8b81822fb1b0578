/* event.h
 * What may happen to a packet, a connection or an address: the same for every firewall. Facts and
 * checks report these; what a firewall calls them, and whether it minds, is its own (model.h,
 * firewall.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_EVENT_H
#define FWX_EVENT_H

/* EVENT(name, id, title): id is its name in tables and outputs, title what is said where a firewall
 * has no words of its own. */
#define FWX_EVENTS(EVENT)                                                                          \
    EVENT(ESTABLISHED, "established", "established")                                               \
    /* Numbers and states: a packet. */                                                            \
    EVENT(NOT_OPEN, "not-open",                                                                    \
          "no session") /* no SYN, and its connection is gone, or never was */                     \
    EVENT(AFTER_CLOSE, "after-close", "after the close")                                           \
    EVENT(SYN_REUSE, "syn-reuse", "a SYN on a session that lives")                                 \
    EVENT(SYNACK_WRONG, "synack-wrong", "the SYN-ACK answers another SYN")                         \
    EVENT(SYNACK_DATA, "synack-data", "data in the SYN-ACK")                                       \
    EVENT(ACK_WRONG, "ack-wrong", "the handshake's acknowledgement does not fit")                  \
    EVENT(ACK_FAST_OPEN, "ack-fast-open", "it acknowledges the data that Fast Open asked for")     \
    EVENT(SEQ_HIGH, "seq-high", "sequence number above the window")                                \
    EVENT(SEQ_LOW, "seq-low", "sequence number below the window")                                  \
    EVENT(ACK_HIGH, "ack-high", "acknowledges what was not sent")                                  \
    EVENT(ACK_LOW, "ack-low", "acknowledgement too old")                                           \
    EVENT(RST_INEXACT, "rst-inexact", "reset beside the expected number")                          \
    EVENT(STATE, "state", "does not fit the state")                                                \
    /* Ends of a connection or session. */                                                         \
    EVENT(CLOSED, "closed", "closed") /* both FINs are acknowledged, or a reset stands in */       \
    EVENT(RESET, "reset", "reset by a peer")                                                       \
    EVENT(INJECTED, "injected", "reset by a third party")                                          \
    EVENT(SYN_EXPIRED, "syn-expired", "half-open for too long")                                    \
    EVENT(IDLE_EXPIRED, "idle-expired", "idle for too long")                                       \
    EVENT(HALF_CLOSED_EXPIRED, "half-closed-expired", "half-closed for too long")                  \
    EVENT(UDP_EXPIRED, "udp-expired", "UDP session idle for too long")                             \
    EVENT(ICMP_EXPIRED, "icmp-expired", "ICMP session idle for too long")                          \
    EVENT(EVICTED, "evicted", "made room for a newer session")                                     \
    /* Limits of an address: a request beyond one. */                                              \
    EVENT(LIMIT_RATE, "limit-rate", "too many TCP requests a minute")                              \
    EVENT(LIMIT_OPEN, "limit-open", "too many open TCP connections")                               \
    EVENT(LIMIT_HALF_OPEN, "limit-half-open", "too many half-open TCP connections")                \
    EVENT(LIMIT_SESSIONS, "limit-sessions", "too many new sessions a second")                      \
    /* What one packet alone tells: rules/sanity.c. */                                             \
    EVENT(SHORT_HEADER, "short-header", "header too short")                                        \
    EVENT(BAD_LENGTH, "bad-length", "wrong length")                                                \
    EVENT(BAD_PROTOCOL, "bad-protocol", "no such protocol")                                        \
    EVENT(NO_ADDRESS, "no-address", "no address")                                                  \
    EVENT(PORT_ZERO, "port-zero", "port 0")                                                        \
    EVENT(IPV6, "ipv6", "IPv6")                                                                    \
    EVENT(IP_OPTIONS, "ip-options", "IP options")                                                  \
    EVENT(LONG_FRAGMENT, "long-fragment", "a fragment ends beyond 65535")                          \
    EVENT(FRAGMENT, "fragment", "a fragment")                                                      \
    EVENT(SPOOFED, "spoofed", "spoofed source")                                                    \
    EVENT(LAND, "land", "source and destination are the same")                                     \
    EVENT(BAD_FLAGS, "bad-flags", "impossible flags")                                              \
    EVENT(OUT_OF_BAND, "out-of-band", "urgent pointer outside the packet")                         \
    EVENT(BAD_UDP_LENGTH, "bad-udp-length", "wrong UDP length")                                    \
    EVENT(BAD_CHECKSUM, "bad-checksum", "wrong TCP checksum")

#define FWX_EVENT(name, id, title) FWX_EVENT_##name,
enum fwx_event { FWX_EVENTS(FWX_EVENT) FWX_EVENT_KINDS };
#undef FWX_EVENT

const char *fwx_event_id(enum fwx_event event);
const char *fwx_event_title(enum fwx_event event);

#endif
