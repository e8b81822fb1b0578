/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Result codes: the table and what can be asked of it.
 *
 * Symbols and values: Microsoft Forefront TMG SDK, "Error Codes". First products: the ISA Server
 * SDK's page of that name, which gives 0xC0040035 and above to ISA Server 2006 only.
 */
#include "engine/model/result.h"

#include "engine/model/elsewhere.h"

#include <stdio.h>
#include <stdlib.h>

/* For the codes that result.h defines: the number stays in one place, and the name is its own. */
#define NAMED(symbol) symbol, #symbol

/* Where the firewall keeps the codes that its SDK does not list. */
#define SERIES_20000_FIRST UINT32_C(0x80074E20)
#define SERIES_20000_LAST  UINT32_C(0x80074E2F)

static const char *const graceful_shutdown[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "TIME_WAIT",
    [FWX_CISCO_ASA] = "TCP FINs",
    [FWX_PALO_ALTO] = "tcp-fin",
};

static const char *const abortive_shutdown[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "CLOSE",
    [FWX_CISCO_ASA] = "TCP Reset-I / TCP Reset-O",
    [FWX_PALO_ALTO] = "tcp-rst-from-client / tcp-rst-from-server",
};

static const char *const concurrent_quota[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "connlimit",
    [FWX_CISCO_ASA] = "conn-limit",
    [FWX_PALO_ALTO] = "resources-unavailable",
};

static const char *const connection_killed[FWX_ELSEWHERES] = {
    [FWX_CISCO_ASA] = "Flow closed by inspection / Flow terminated by IPS / Deny Terminate",
    [FWX_PALO_ALTO] = "threat / decoder / policy-deny",
};

/* Linux says so only where nf_conntrack_tcp_loose is 0. */
static const char *const tcp_not_syn[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "invalid new",
    [FWX_CISCO_ASA] = "%ASA-6-106015 Deny TCP (no connection) / tcp-not-syn",
    [FWX_PALO_ALTO] = "flow_tcp_non_syn_drop",
    [FWX_CHECK_POINT] = "TCP packet out of state: First packet isn't SYN",
    [FWX_FORTIGATE] = "no session matched",
};

static const char *const ip_half_scan[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "invalid tcp flag combination",
    [FWX_CISCO_ASA] = "bad-tcp-flags",
    [FWX_FORTIGATE] = "SYN, FIN, RST can not appear in the same packet",
    [FWX_OPENBSD_PF] = "scrub",
};

static const char *const bad_tcp_checksum[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "bad checksum",
};

static const char *const rate_quota[FWX_ELSEWHERES] = {
    [FWX_PALO_ALTO] = "zone DoS protection",
};

static const char *const seq_ack_mismatch[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = ("ACK is over upper bound / SEQ is over upper bound"
                             " / SEQ is under lower bound"),
    [FWX_CISCO_ASA] = "tcp-invalid-ack / tcp-ack-syn-diff / tcp-seq-past-win",
    [FWX_PALO_ALTO] = "tcp_drop_out_of_wnd",
    [FWX_CHECK_POINT] = "Sequence Verifier",
    [FWX_FORTIGATE] = "replay packet, drop / replay_packet(seq_check)",
    [FWX_OPENBSD_PF] = "pf: BAD state / state-mismatch",
};

static const char *const no_server_reply[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = "SYN_SENT expiry",
    [FWX_CISCO_ASA] = "SYN Timeout",
    [FWX_PALO_ALTO] = "incomplete / aged-out",
    [FWX_CHECK_POINT] = "TCP start timeout",
};

/*
 * In order of code, for bsearch(). Public log lines confirm the action of the commonest codes only;
 * that of the others follows from what the code means: dropped is Denied, closed is Terminate.
 */
/* clang-format off */
static const struct fwx_result results[] = {
    /* Win32 and Winsock statuses: the operating system's, so every product has them. */
    { 0, "ERROR_SUCCESS", FWX_ACTION_ESTABLISH, FWX_ISA_2004,
      "Nothing went wrong.", NULL },
    { 5, "ERROR_ACCESS_DENIED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "Access was refused; one leg of an NTLM logon does this routinely.", NULL },
    { 64, "ERROR_NETNAME_DELETED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The connection was reset or closed while the proxy was still waiting for it.", NULL },
    { 995, "ERROR_OPERATION_ABORTED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The proxy cancelled its own read or write because the other leg was gone.", NULL },
    { 10060, "WSAETIMEDOUT", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The destination never answered the connection request.", NULL },
    { 10061, "WSAECONNREFUSED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The destination answered the connection request with a reset.", NULL },
    { 10065, "WSAEHOSTUNREACH", FWX_ACTION_FAILED, FWX_ISA_2004,
      "There is no way to reach the destination.", NULL },
    { 11001, "WSAHOST_NOT_FOUND", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The name of the destination could not be resolved.", NULL },

    /* HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS), which the SDK lists among its own. */
    { 0x800700B7, "FWX_E_ALREADY_EXISTS", FWX_ACTION_NONE, FWX_ISA_2004,
      "Another object already has this name.", NULL },

    /* 20000-series, seen in public log lines and KB 959312. Nothing is known of 0x80074E22. */
    { NAMED(FWX_E_GRACEFUL_SHUTDOWN), FWX_ACTION_TERMINATE, FWX_ISA_2004,
      "Both sides closed their end with FIN, or a UDP session went idle.", graceful_shutdown },
    { NAMED(FWX_E_ABORTIVE_SHUTDOWN), FWX_ACTION_TERMINATE, FWX_ISA_2004,
      "One of the peers reset the connection.", abortive_shutdown },
    { NAMED(FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The client address already has as many connections open as it may.", concurrent_quota },
    { NAMED(FWX_E_CONNECTION_KILLED), FWX_ACTION_TERMINATE, FWX_ISA_2004,
      "The firewall, often an application filter, ended the connection.", connection_killed },

    /* ISA Server 2004. The SDK lists neither 0xC0040006 nor 0xC0040008. */
    { 0xC0040001, "FWX_E_TERMINATING", FWX_ACTION_NONE, FWX_ISA_2004,
      "The object is on its way out and takes no more calls.", NULL },
    { 0xC0040002, "FWX_E_INVALID_ARG", FWX_ACTION_NONE, FWX_ISA_2004,
      "A parameter of the call makes no sense.", NULL },
    { 0xC0040003, "FWX_E_ALREADY_IN_BLOCKING_OP", FWX_ACTION_NONE, FWX_ISA_2004,
      "A blocking operation was begun twice.", NULL },
    { 0xC0040004, "FWX_E_NOT_IN_BLOCKING_OP", FWX_ACTION_NONE, FWX_ISA_2004,
      "The end of a blocking operation was announced without its beginning.", NULL },
    { 0xC0040005, "FWX_E_FILTER_NOT_REGISTERED", FWX_ACTION_NONE, FWX_ISA_2004,
      "The firewall does not know this application filter.", NULL },
    { 0xC0040007, "FWX_E_BUFFERFULL", FWX_ACTION_NONE, FWX_ISA_2004,
      "Only part of the data fitted into the buffer.", NULL },
    { 0xC0040009, "FWX_E_ALREADY_EMULATED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A different filter is emulating this connection.", NULL },
    { 0xC004000A, "FWX_E_BAD_CONTEXT", FWX_ACTION_NONE, FWX_ISA_2004,
      "The call is allowed only from within certain event handlers.", NULL },
    { 0xC004000B, "FWX_E_NOT_SUPPORTED", FWX_ACTION_NONE, FWX_ISA_2004,
      "This session does not let the property be changed.", NULL },
    { 0xC004000C, "FWX_E_NOT_AUTHENTICATED", FWX_ACTION_NONE, FWX_ISA_2004,
      "The user of the session has not logged on, which the action requires.", NULL },
    { 0xC004000D, "FWX_E_POLICY_RULES_DENIED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "No access rule allows this traffic, or one forbids it.", NULL },
    { 0xC004000E, "FWX_E_MIME_NEEDED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A content type has to be known before a decision is possible.", NULL },
    { 0xC004000F, "FWX_E_MUST_USE_DS", FWX_ACTION_NONE, FWX_ISA_2004,
      "Reserved.", NULL },
    { 0xC0040010, "FWX_E_NOT_EMULATED", FWX_ACTION_NONE, FWX_ISA_2004,
      "No filter is emulating this connection.", NULL },
    { 0xC0040011, "FWX_E_IS_BUSY", FWX_ACTION_DENIED, FWX_ISA_2004,
      "More connection requests were waiting than the firewall can hold.", NULL },
    { 0xC0040012, "FWX_E_NETWORK_RULES_DENIED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "No network rule joins the two networks in this direction.", NULL },
    { NAMED(FWX_E_FRAGMENT_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The packet is an IP fragment, and the firewall is set to block those.", NULL },
    { NAMED(FWX_E_FWE_SPOOFING_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The source address does not belong behind the interface that the packet came in by.", NULL },
    { 0xC0040015, "FWX_E_TCPIPDROP_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The operating system's network stack discarded the packet.", NULL },
    { 0xC0040016, "FWX_E_NO_BACKLOG_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Connection requests came in faster than the firewall could take them.", NULL },
    { NAMED(FWX_E_TCP_NOT_SYN_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The segment belongs to no connection, and only a SYN begins one.", tcp_not_syn },
    { NAMED(FWX_E_BAD_LENGTH_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The length that the IP header gives is impossible or differs from the real one.", NULL },
    { NAMED(FWX_E_PING_OF_DEATH_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The fragment would make the reassembled packet longer than IP permits.", NULL },
    { NAMED(FWX_E_OUT_OF_BAND_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The urgent data looks like the WinNuke attack.", NULL },
    { NAMED(FWX_E_IP_HALF_SCAN_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The TCP flags make no sense together and suggest a stealth scan.", ip_half_scan },
    { NAMED(FWX_E_LAND_ATTACK_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The SYN claims to come from the very address that it goes to.", NULL },
    { NAMED(FWX_E_UDP_BOMB_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The UDP header contradicts the packet that carries it.", NULL },
    { 0xC004001E, "FWX_E_FULLDENY_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The firewall is in lockdown and lets next to nothing through.", NULL },
    { NAMED(FWX_E_IPOPTIONS_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The IP header carries an option that the firewall is set to block.", NULL },
    { 0xC0040020, "FWX_E_UNCOMPLETED_CONNECTION_REQUEST", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client took too long to authenticate and was disconnected.", NULL },
    { 0xC0040021, "FWX_E_CONNECTION_REQUEST_REJECTED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client failed to authenticate and was disconnected.", NULL },
    { 0xC0040022, "FWX_E_VALIDATE_QUARANTINE_FAILED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client was disconnected: its quarantine settings could not be checked.", NULL },
    { 0xC0040023, "FWX_E_VPN_CONNECTIONS_LIMIT_EXCEEDED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client was disconnected: too many are connected already.", NULL },
    { 0xC0040024, "FWX_E_OUT_OF_RESOURCES", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The firewall lacked memory or another resource to handle the packet.", NULL },
    { 0xC0040025, "FWX_E_BROADCAST_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The policy does not let this broadcast pass.", NULL },
    { 0xC0040026, "FWX_E_UNKNOWN_ADAPTER_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Reserved; by its name, a packet from an interface that the firewall does not know.", NULL },
    { 0xC0040027, "FWX_E_ICMP_ERROR_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Reserved; by its name, an ICMP error that was not let through.", NULL },
    { NAMED(FWX_E_INVALID_PROTCOL_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The IP header has protocol number 255 or the address 0.0.0.0.", NULL },
    { NAMED(FWX_E_PORT_ZERO_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The source or destination port is 0.", NULL },
    { 0xC004002A, "FWX_E_SYN_ATTACK_START", FWX_ACTION_NONE, FWX_ISA_2004,
      "A flood of connection requests has begun.", NULL },
    { 0xC004002B, "FWX_E_SYN_ATTACK_END", FWX_ACTION_NONE, FWX_ISA_2004,
      "The flood of connection requests is over.", NULL },
    { 0xC004002C, "FWX_E_INVALID_DHCP_OFFER", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The DHCP offer does not suit the interface that it came in by.", NULL },
    { 0xC004002D, "FWX_E_UNREACHABLE_ADDRESS", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Nothing can be delivered to the destination address.", NULL },
    { 0xC004002E, "FWX_E_ADDRESS_NOT_ALLOWED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "An application filter used a source address that may not talk to this destination.", NULL },
    { 0xC004002F, "FWX_E_IPSEC_NO_ROUTE_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The IPsec tunnel delivered a packet whose source lies outside the remote site.", NULL },
    { 0xC0040030, "FWX_E_OUTBOUND_PATH_THROUGH_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The firewall's own packet has one interface's address but would leave by another.", NULL },
    { NAMED(FWX_E_BAD_TCP_CHECKSUM_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The TCP checksum is wrong.", bad_tcp_checksum },
    { 0xC0040032, "FWX_E_VPN_USER_MAPPING_FAILED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client was disconnected: no Windows account matches it.", NULL },
    { NAMED(FWX_E_RULE_QUOTA_EXCEEDED_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The rule has let in as many new non-TCP sessions as it may within a second.", rate_quota },
    { NAMED(FWX_E_SEQ_ACK_MISMATCH), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The sequence or acknowledgement number does not fit the connection.", seq_ack_mismatch },

    /* ISA Server 2006 */
    { 0xC0040035, "FWX_E_THREAD_QUOTA_EXCEEDED", FWX_ACTION_NONE, FWX_ISA_2006,
      "All threads for blocking operations of this kind are taken.", NULL },
    { 0xC0040036, "FWX_E_DNS_QUOTA_EXCEEDED", FWX_ACTION_NONE, FWX_ISA_2006,
      "Too many DNS queries are already under way.", NULL },
    { NAMED(FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2006,
      "The client address asks for new TCP connections too fast.", rate_quota },
    { NAMED(FWX_E_TCP_NO_SERVER_REPLY), FWX_ACTION_TERMINATE, FWX_ISA_2006,
      "The server left the SYN unanswered.", no_server_reply },

    /* Forefront TMG 2010 */
    { 0xC0040039, "FWX_E_POLICY_CONNECTION_CLOSED", FWX_ACTION_TERMINATE, FWX_TMG_2010,
      "The policy changed and now forbids this open connection.", NULL },
    { 0xC004003A, "FWX_E_NAT_ADDRESS_NOT_AVAILABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The translation address that a network rule asks for is not on the firewall.", NULL },
    { 0xC004003B, "FWX_E_IPS_BLOCKED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The intrusion inspection stopped the connection.", NULL },
    { 0xC004003C, "FWX_E_IPS_DETECTED", FWX_ACTION_NONE, FWX_TMG_2010,
      "The intrusion inspection recognised an exploit signature.", NULL },
    { 0xC004003D, "FWX_E_CONNECTION_QUARANTINED", FWX_ACTION_TERMINATE, FWX_TMG_2010,
      "The client went into quarantine and lost its connection.", NULL },
    { 0xC004003E, "FWX_E_FW_IPSEC_DROPPED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The firewall's copy of the IPsec policy was briefly out of date.", NULL },
    { 0xC004003F, "FWX_E_TRANSITION_DROPPED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The firewall was just switching to a changed IPsec policy.", NULL },
    { 0xC0040040, "FWX_E_BOTH_ADRESSES_BELONG_TO_SAME_NETWORK", FWX_ACTION_NONE, FWX_TMG_2010,
      "The call needs addresses of two networks and was given two of one.", NULL },
    { NAMED(FWX_E_UNSUPPORTED_IPV6_DROPPED), FWX_ACTION_DENIED, FWX_TMG_2010,
      "The packet is IPv6, which the firewall does not handle.", NULL },
    { 0xC0040042, "FWX_E_INVALID_ROUTER_ADV", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The IPv6 router advertisement is malformed or unexpected.", NULL },
    { 0xC0040043, "FWX_E_IPV6_ROUTING_HEADER", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The IPv6 packet brings a routing header along.", NULL },
    { 0xC0040044, "FWE_E_FAIL_TRANSACT_TO_TRANSITION_TO_IPSEC", FWX_ACTION_NONE, FWX_TMG_2010,
      "New IPsec settings could not be put to use.", NULL },
    { 0xC0040045, "FWE_E_FAIL_TRANSACT_TO_IPSEC", FWX_ACTION_NONE, FWX_TMG_2010,
      "The packet engine lost its place while changing IPsec settings.", NULL },
    { 0xC0040046, "FWX_E_UNSUPPORTED_NATPT_DROPPED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "NAT-PT does not cover this kind of packet.", NULL },
    { 0xC0040047, "FWX_E_NIS_LOAD_POLICY_FAILED", FWX_ACTION_NONE, FWX_TMG_2010,
      "The intrusion signatures could not be loaded.", NULL },

    /* Discard reasons of the Windows network stack, passed on. */
    { 0xC0040048, "FWX_E_TCPIP_DROP_FIREWALL_POLICY", FWX_ACTION_DENIED, FWX_TMG_2010,
      "A filter in the network stack decided to block the packet.", NULL },
    { 0xC0040049, "FWX_E_TCPIP_DROP_IPSEC", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, IPsec discarded the packet.", NULL },
    { 0xC004004A, "FWX_E_TCPIP_DROP_INET_SOURCE_UNSPECIFIED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The stack was to send a packet without a source address.", NULL },
    { 0xC004004B, "FWX_E_TCPIP_DROP_INET_DESTINATION_MULTICAST", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The stack was to send to an address that this transport cannot reach by multicast.", NULL },
    { 0xC004004C, "FWX_E_TCPIP_DROP_INET_HEADER_INVALID", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The transport header is malformed.", NULL },
    { 0xC004004D, "FWX_E_TCPIP_DROP_INET_CHECKSUM_INVALID", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The checksum of the transport header is wrong.", NULL },
    { 0xC004004E, "FWX_E_TCPIP_DROP_INET_ENDPOINT_NOT_FOUND", FWX_ACTION_DENIED, FWX_TMG_2010,
      "No socket matches the packet.", NULL },
    { 0xC004004F, "FWX_E_TCPIP_DROP_IP_BAD_SOURCE_ADDRESS", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The stack was to send from a source address that no single host can have.", NULL },
    { 0xC0040050, "FWX_E_TCPIP_DROP_IP_NOT_LOCALLY_DESTINED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The packet is for another host, and no interface could forward it.", NULL },
    { 0xC0040051, "FWX_E_TCPIP_DROP_IP_PROTOCOL_UNREACHABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "No transport protocol on this host accepts the packet.", NULL },
    { 0xC0040052, "FWX_E_TCPIP_DROP_IP_PORT_UNREACHABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "No program listens on the destination port.", NULL },
    { 0xC0040053, "FWX_E_TCPIP_DROP_IP_BAD_LENGTH", FWX_ACTION_DENIED, FWX_TMG_2010,
      "A length given in the packet contradicts its size.", NULL },
    { 0xC0040054, "FWX_E_TCPIP_DROP_IP_MALFORMED_HEADER", FWX_ACTION_DENIED, FWX_TMG_2010,
      "An IP option or extension header is known but malformed.", NULL },
    { 0xC0040055, "FWX_E_TCPIP_DROP_IP_NO_ROUTE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The routing table has no way to the destination.", NULL },
    { 0xC0040056, "FWX_E_TCPIP_DROP_IP_BEYOND_SCOPE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Forwarding would take the packet out of the zone of its addresses.", NULL },
    { 0xC0040057, "FWX_E_TCPIP_DROP_IP_INSPECTION_DROP", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, inspection discarded the packet.", NULL },
    { 0xC0040058, "FWX_E_TCPIP_DROP_IP_TOO_MANY_DECAPSULATIONS", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, the packet was wrapped too many times.", NULL },
    { 0xC0040059, "FWX_E_TCPIP_DROP_IP_ADMINISTRATIVELY_PROHIBITED",
      FWX_ACTION_DENIED, FWX_TMG_2010,
      "An administrator's setting forbids the packet.", NULL },
    { 0xC004005A, "FWX_E_TCPIP_DROP_IP_HOP_LIMIT_EXCEEDED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The time to live or hop limit ran out.", NULL },
    { 0xC004005B, "FWX_E_TCPIP_DROP_IP_ADDRESS_UNREACHABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The destination address does not exist or may not be sent to.", NULL },
    { 0xC004005C, "FWX_E_TCPIP_DROP_IP_ARBITRATION_UNHANDLED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, nobody would take the packet.", NULL },
    { 0xC004005D, "FWX_E_TCPIP_DROP_IP_INSPECTION_ABSORB", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, inspection kept the packet.", NULL },

    /* Forefront TMG 2010, the firewall's own again */
    { 0xC004005E, "FWX_E_BLOCKED_COMPUTER_ACCESS", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The computer is on the administrator's list of blocked ones.", NULL },
    { 0xC004005F, "FWX_E_IP_NOT_GENERATED_BY_TCPIP", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The firewall host sent a packet that bypassed its own network stack.", NULL },
};
/* clang-format on */

static const size_t result_count = sizeof results / sizeof results[0];

static int compare_code(const void *key, const void *element)
{
    uint32_t code = *(const uint32_t *)key;
    const struct fwx_result *result = element;

    return (code > result->code) - (code < result->code);
}

const struct fwx_result *fwx_result_find(uint32_t code)
{
    return bsearch(&code, results, result_count, sizeof results[0], compare_code);
}

size_t fwx_result_count(void)
{
    return result_count;
}

const struct fwx_result *fwx_result_at(size_t index)
{
    return index < result_count ? &results[index] : NULL;
}

void fwx_result_describe(uint32_t code, char *buffer, size_t size)
{
    const struct fwx_result *result = fwx_result_find(code);

    if (result != NULL)
        snprintf(buffer, size, "%s", result->symbol);
    else if (code >= SERIES_20000_FIRST && code <= SERIES_20000_LAST)
        snprintf(buffer, size, "0x%08x (20000-series, undocumented)", (unsigned)code);
    else
        snprintf(buffer, size, "0x%08x", (unsigned)code);
}

const char *fwx_action_name(enum fwx_action action)
{
    switch (action) {
    case FWX_ACTION_NONE:
        return "NotLogged";
    case FWX_ACTION_ESTABLISH:
        return "Establish";
    case FWX_ACTION_TERMINATE:
        return "Terminate";
    case FWX_ACTION_DENIED:
        return "Denied";
    case FWX_ACTION_FAILED:
        return "Failed";
    }
    return "unknown";
}
