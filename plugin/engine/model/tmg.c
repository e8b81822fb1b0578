/* tmg.c
 * ISA Server 2004, ISA Server 2006 and Forefront TMG 2010. A later product says all that the
 * earlier ones do, and more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/model.h"

enum { SECOND = 1000 }; /* ms */

#define SDK       "SDK, Error Codes"
#define TEXT      "the code's text (SDK, Error Codes)"
#define INTRUSION "TechNet, intrusion detection"

/* clang-format off */
#define SAYS(event, code, sure, source) [FWX_EVENT_##event] = {code, FWX_##sure, source}

#define SINCE_2004 \
    SAYS(ESTABLISHED, FWX_RESULT_OK, DOCUMENTED, "TechNet, Result code log values"), \
    SAYS(NOT_OPEN, FWX_E_TCP_NOT_SYN_PACKET_DROPPED, DOCUMENTED, "SDK, Error Codes; source 004"), \
    SAYS(AFTER_CLOSE, FWX_E_TCP_NOT_SYN_PACKET_DROPPED, DOCUMENTED, "SDK, Error Codes; source 004"), \
    SAYS(SYNACK_WRONG, FWX_E_SEQ_ACK_MISMATCH, INFERRED, TEXT), \
    SAYS(ACK_WRONG, FWX_E_SEQ_ACK_MISMATCH, DOCUMENTED, "source 003"), \
    SAYS(ACK_FAST_OPEN, FWX_E_SEQ_ACK_MISMATCH, INFERRED, "source 003, without Fast Open"), \
    SAYS(SEQ_HIGH, FWX_E_SEQ_ACK_MISMATCH, INFERRED, TEXT), \
    SAYS(SEQ_LOW, FWX_E_SEQ_ACK_MISMATCH, INFERRED, TEXT), \
    SAYS(ACK_HIGH, FWX_E_SEQ_ACK_MISMATCH, INFERRED, TEXT), \
    SAYS(RST_INEXACT, FWX_E_SEQ_ACK_MISMATCH, INFERRED, TEXT), \
    SAYS(CLOSED, FWX_E_GRACEFUL_SHUTDOWN, INFERRED, "the code's name; a log line of TMG has it for UDP"), \
    SAYS(RESET, FWX_E_ABORTIVE_SHUTDOWN, INFERRED, "source 004"), \
    SAYS(INJECTED, FWX_E_CONNECTION_KILLED, INFERRED, "source 004; KB 959312"), \
    SAYS(IDLE_EXPIRED, FWX_E_GRACEFUL_SHUTDOWN, ASSUMED, "as UDP sessions"), \
    SAYS(UDP_EXPIRED, FWX_E_GRACEFUL_SHUTDOWN, OBSERVED, "a log line of TMG, a DNS session of 61 s"), \
    SAYS(ICMP_EXPIRED, FWX_E_GRACEFUL_SHUTDOWN, ASSUMED, "as UDP sessions"), \
    SAYS(EVICTED, FWX_E_GRACEFUL_SHUTDOWN, ASSUMED, "as UDP sessions; UdpLimit names no code"), \
    SAYS(LIMIT_OPEN, FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED, OBSERVED, "a log line of TMG"), \
    SAYS(LIMIT_HALF_OPEN, FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED, ASSUMED, "TcpLimit names no code"), \
    /* Documented for each rule, which packets do not show. */ \
    SAYS(LIMIT_SESSIONS, FWX_E_RULE_QUOTA_EXCEEDED_DROPPED, INFERRED, "RulePerSecondLimit"), \
    SAYS(SHORT_HEADER, FWX_E_BAD_LENGTH_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(BAD_LENGTH, FWX_E_BAD_LENGTH_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(BAD_PROTOCOL, FWX_E_INVALID_PROTCOL_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(NO_ADDRESS, FWX_E_INVALID_PROTCOL_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(PORT_ZERO, FWX_E_PORT_ZERO_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(IP_OPTIONS, FWX_E_IPOPTIONS_DROPPED, DOCUMENTED, SDK), \
    SAYS(LONG_FRAGMENT, FWX_E_PING_OF_DEATH_PACKET_DROPPED, DOCUMENTED, INTRUSION), \
    SAYS(FRAGMENT, FWX_E_FRAGMENT_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(SPOOFED, FWX_E_FWE_SPOOFING_PACKET_DROPPED, DOCUMENTED, SDK), \
    SAYS(LAND, FWX_E_LAND_ATTACK_DROPPED, DOCUMENTED, INTRUSION), \
    SAYS(BAD_FLAGS, FWX_E_IP_HALF_SCAN_PACKET_DROPPED, INFERRED, "what four vendor texts share"), \
    SAYS(OUT_OF_BAND, FWX_E_OUT_OF_BAND_PACKET_DROPPED, INFERRED, INTRUSION), \
    SAYS(BAD_UDP_LENGTH, FWX_E_UDP_BOMB_DROPPED, INFERRED, INTRUSION), \
    SAYS(BAD_CHECKSUM, FWX_E_BAD_TCP_CHECKSUM_DROPPED, DOCUMENTED, SDK)

#define SINCE_2006 \
    SAYS(SYN_EXPIRED, FWX_E_TCP_NO_SERVER_REPLY, ASSUMED, "SDK, Error Codes, which has no timer"), \
    SAYS(LIMIT_RATE, FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED, DOCUMENTED, "TcpLimitPerMinute")

#define SINCE_2010 \
    SAYS(IPV6, FWX_E_UNSUPPORTED_IPV6_DROPPED, DOCUMENTED, SDK)

#define LASTS(state, ms, sure, source) [FWX_SESSION_##state] = {ms, FWX_EXPIRY_SILENT, FWX_##sure, source}

/* The day of a TCP connection is documented for ISA Server, the minute of a UDP session was seen of TMG. */
#define TIMERS(day, minute) \
    LASTS(SYN, 21 * SECOND, ASSUMED, "three SYNs of Windows"), \
    LASTS(SYN_ACK, 21 * SECOND, ASSUMED, "as a SYN"), \
    LASTS(IDLE, 86400 * SECOND, day, "KB 917936"), \
    LASTS(HALF_CLOSED, 86400 * SECOND, ASSUMED, "as an open connection"), \
    LASTS(CLOSED, 0, INFERRED, "KB 2596065, the port is free at once"), \
    LASTS(RESET, 0, INFERRED, "KB 2596065, the port is free at once"), \
    LASTS(UDP, 60 * SECOND, minute, "a log line of TMG, a DNS session of 61 s"), \
    LASTS(UDP_ONE_WAY, 60 * SECOND, ASSUMED, "as an answered session")

/* In order of port and protocol; NEW: TMG has it, ISA Server does not. */
#define FILTERS(OLD, NEW) \
    OLD(21, TCP, "FTP Access") \
    OLD(25, TCP, "SMTP") \
    OLD(53, TCP, "DNS") \
    OLD(53, UDP, "DNS") \
    NEW(69, UDP, "TFTP Access") \
    OLD(80, TCP, "Web Proxy") \
    OLD(110, TCP, "POP Intrusion Detection") \
    OLD(135, TCP, "RPC") \
    OLD(554, TCP, "RTSP") \
    OLD(1080, TCP, "SOCKS V4") \
    OLD(1720, TCP, "H.323") \
    OLD(1723, TCP, "PPTP") \
    OLD(1755, TCP, "MMS") \
    OLD(1755, UDP, "MMS") \
    NEW(5060, TCP, "SIP Access") \
    NEW(5060, UDP, "SIP Access") \
    OLD(7070, TCP, "PNM") \
    OLD(8080, TCP, "Web Proxy")
/* clang-format on */

#define HAS(port, protocol, name) {port, FWX_PROTOCOL_##protocol, name},
#define LACKS(port, protocol, name)

static const struct fwx_app_filter isa_filters[] = {FILTERS(HAS, LACKS)};
static const struct fwx_app_filter tmg_filters[] = {FILTERS(HAS, HAS)};

#define BINDS(list)                                                                                \
    .filters = list, .filter_count = sizeof(list) / sizeof *(list),                                \
    .tls_blind_filter = "SMTP" /* KB 959312 */

const struct fwx_model fwx_models[FWX_PRODUCTS] = {
    [FWX_ISA_2004] = {"isa2004", "ISA Server 2004", BINDS(isa_filters),
                      .timers = {TIMERS(DOCUMENTED, INFERRED)}, .words = {SINCE_2004}},
    [FWX_ISA_2006] = {"isa2006", "ISA Server 2006", BINDS(isa_filters),
                      .timers = {TIMERS(DOCUMENTED, INFERRED)}, .words = {SINCE_2004, SINCE_2006}},
    [FWX_TMG_2010] = {"tmg2010", "Forefront TMG 2010", BINDS(tmg_filters),
                      .timers = {TIMERS(INFERRED, OBSERVED)},
                      .words = {SINCE_2004, SINCE_2006, SINCE_2010}},
};
