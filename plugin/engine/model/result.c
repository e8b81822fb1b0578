/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Result codes: the table and what can be asked of it.
 *
 * Symbols and values: Microsoft Forefront TMG SDK, "Error Codes". First products: the ISA Server
 * SDK's page of that name, which gives 0xC0040035 and above to ISA Server 2006 only.
 */
#include "engine/model/result.h"

#include <stdio.h>
#include <stdlib.h>

/* For the codes that result.h defines: the number stays in one place, and the name is its own. */
#define NAMED(symbol) symbol, #symbol

/* Where the firewall keeps the codes that its SDK does not list. */
#define SERIES_20000_FIRST UINT32_C(0x80074E20)
#define SERIES_20000_LAST  UINT32_C(0x80074E2F)

/*
 * In order of code, for bsearch(). Public log lines confirm the action of the commonest codes only;
 * that of the others follows from what the code means: dropped is Denied, closed is Terminate.
 */
/* clang-format off */
static const struct fwx_result results[] = {
    /* Win32 and Winsock statuses: the operating system's, so every product has them. */
    { 0, "ERROR_SUCCESS", FWX_ACTION_ESTABLISH, FWX_ISA_2004,
      "Nothing went wrong." },
    { 5, "ERROR_ACCESS_DENIED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "Access was refused; one leg of an NTLM logon does this routinely." },
    { 64, "ERROR_NETNAME_DELETED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The connection was reset or closed while the proxy was still waiting for it." },
    { 995, "ERROR_OPERATION_ABORTED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The proxy cancelled its own read or write because the other leg was gone." },
    { 10060, "WSAETIMEDOUT", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The destination never answered the connection request." },
    { 10061, "WSAECONNREFUSED", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The destination answered the connection request with a reset." },
    { 10065, "WSAEHOSTUNREACH", FWX_ACTION_FAILED, FWX_ISA_2004,
      "There is no way to reach the destination." },
    { 11001, "WSAHOST_NOT_FOUND", FWX_ACTION_FAILED, FWX_ISA_2004,
      "The name of the destination could not be resolved." },

    /* HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS), which the SDK lists among its own. */
    { 0x800700B7, "FWX_E_ALREADY_EXISTS", FWX_ACTION_NONE, FWX_ISA_2004,
      "Another object already has this name." },

    /* 20000-series, seen in public log lines and KB 959312. Nothing is known of 0x80074E22. */
    { NAMED(FWX_E_GRACEFUL_SHUTDOWN), FWX_ACTION_TERMINATE, FWX_ISA_2004,
      "Both sides closed their end with FIN, or a UDP session went idle." },
    { NAMED(FWX_E_ABORTIVE_SHUTDOWN), FWX_ACTION_TERMINATE, FWX_ISA_2004,
      "One of the peers reset the connection." },
    { NAMED(FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The client address already has as many connections open as it may." },
    { NAMED(FWX_E_CONNECTION_KILLED), FWX_ACTION_TERMINATE, FWX_ISA_2004,
      "The firewall, often an application filter, ended the connection." },

    /* ISA Server 2004. The SDK lists neither 0xC0040006 nor 0xC0040008. */
    { 0xC0040001, "FWX_E_TERMINATING", FWX_ACTION_NONE, FWX_ISA_2004,
      "The object is on its way out and takes no more calls." },
    { 0xC0040002, "FWX_E_INVALID_ARG", FWX_ACTION_NONE, FWX_ISA_2004,
      "A parameter of the call makes no sense." },
    { 0xC0040003, "FWX_E_ALREADY_IN_BLOCKING_OP", FWX_ACTION_NONE, FWX_ISA_2004,
      "A blocking operation was begun twice." },
    { 0xC0040004, "FWX_E_NOT_IN_BLOCKING_OP", FWX_ACTION_NONE, FWX_ISA_2004,
      "The end of a blocking operation was announced without its beginning." },
    { 0xC0040005, "FWX_E_FILTER_NOT_REGISTERED", FWX_ACTION_NONE, FWX_ISA_2004,
      "The firewall does not know this application filter." },
    { 0xC0040007, "FWX_E_BUFFERFULL", FWX_ACTION_NONE, FWX_ISA_2004,
      "Only part of the data fitted into the buffer." },
    { 0xC0040009, "FWX_E_ALREADY_EMULATED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A different filter is emulating this connection." },
    { 0xC004000A, "FWX_E_BAD_CONTEXT", FWX_ACTION_NONE, FWX_ISA_2004,
      "The call is allowed only from within certain event handlers." },
    { 0xC004000B, "FWX_E_NOT_SUPPORTED", FWX_ACTION_NONE, FWX_ISA_2004,
      "This session does not let the property be changed." },
    { 0xC004000C, "FWX_E_NOT_AUTHENTICATED", FWX_ACTION_NONE, FWX_ISA_2004,
      "The user of the session has not logged on, which the action requires." },
    { 0xC004000D, "FWX_E_POLICY_RULES_DENIED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "No access rule allows this traffic, or one forbids it." },
    { 0xC004000E, "FWX_E_MIME_NEEDED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A content type has to be known before a decision is possible." },
    { 0xC004000F, "FWX_E_MUST_USE_DS", FWX_ACTION_NONE, FWX_ISA_2004,
      "Reserved." },
    { 0xC0040010, "FWX_E_NOT_EMULATED", FWX_ACTION_NONE, FWX_ISA_2004,
      "No filter is emulating this connection." },
    { 0xC0040011, "FWX_E_IS_BUSY", FWX_ACTION_DENIED, FWX_ISA_2004,
      "More connection requests were waiting than the firewall can hold." },
    { 0xC0040012, "FWX_E_NETWORK_RULES_DENIED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "No network rule joins the two networks in this direction." },
    { NAMED(FWX_E_FRAGMENT_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The packet is an IP fragment, and the firewall is set to block those." },
    { NAMED(FWX_E_FWE_SPOOFING_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The source address does not belong behind the interface that the packet came in by." },
    { 0xC0040015, "FWX_E_TCPIPDROP_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The operating system's network stack discarded the packet." },
    { 0xC0040016, "FWX_E_NO_BACKLOG_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Connection requests came in faster than the firewall could take them." },
    { NAMED(FWX_E_TCP_NOT_SYN_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The segment belongs to no connection, and only a SYN begins one." },
    { NAMED(FWX_E_BAD_LENGTH_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The length that the IP header gives is impossible or differs from the real one." },
    { NAMED(FWX_E_PING_OF_DEATH_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The fragment would make the reassembled packet longer than IP permits." },
    { NAMED(FWX_E_OUT_OF_BAND_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The urgent data looks like the WinNuke attack." },
    { NAMED(FWX_E_IP_HALF_SCAN_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The TCP flags make no sense together and suggest a stealth scan." },
    { NAMED(FWX_E_LAND_ATTACK_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The SYN claims to come from the very address that it goes to." },
    { NAMED(FWX_E_UDP_BOMB_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The UDP header contradicts the packet that carries it." },
    { 0xC004001E, "FWX_E_FULLDENY_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The firewall is in lockdown and lets next to nothing through." },
    { NAMED(FWX_E_IPOPTIONS_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The IP header carries an option that the firewall is set to block." },
    { 0xC0040020, "FWX_E_UNCOMPLETED_CONNECTION_REQUEST", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client took too long to authenticate and was disconnected." },
    { 0xC0040021, "FWX_E_CONNECTION_REQUEST_REJECTED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client failed to authenticate and was disconnected." },
    { 0xC0040022, "FWX_E_VALIDATE_QUARANTINE_FAILED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client was disconnected: its quarantine settings could not be checked." },
    { 0xC0040023, "FWX_E_VPN_CONNECTIONS_LIMIT_EXCEEDED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client was disconnected: too many are connected already." },
    { 0xC0040024, "FWX_E_OUT_OF_RESOURCES", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The firewall lacked memory or another resource to handle the packet." },
    { 0xC0040025, "FWX_E_BROADCAST_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The policy does not let this broadcast pass." },
    { 0xC0040026, "FWX_E_UNKNOWN_ADAPTER_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Reserved; by its name, a packet from an interface that the firewall does not know." },
    { 0xC0040027, "FWX_E_ICMP_ERROR_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Reserved; by its name, an ICMP error that was not let through." },
    { NAMED(FWX_E_INVALID_PROTCOL_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The IP header has protocol number 255 or the address 0.0.0.0." },
    { NAMED(FWX_E_PORT_ZERO_PACKET_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The source or destination port is 0." },
    { 0xC004002A, "FWX_E_SYN_ATTACK_START", FWX_ACTION_NONE, FWX_ISA_2004,
      "A flood of connection requests has begun." },
    { 0xC004002B, "FWX_E_SYN_ATTACK_END", FWX_ACTION_NONE, FWX_ISA_2004,
      "The flood of connection requests is over." },
    { 0xC004002C, "FWX_E_INVALID_DHCP_OFFER", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The DHCP offer does not suit the interface that it came in by." },
    { 0xC004002D, "FWX_E_UNREACHABLE_ADDRESS", FWX_ACTION_DENIED, FWX_ISA_2004,
      "Nothing can be delivered to the destination address." },
    { 0xC004002E, "FWX_E_ADDRESS_NOT_ALLOWED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "An application filter used a source address that may not talk to this destination." },
    { 0xC004002F, "FWX_E_IPSEC_NO_ROUTE_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The IPsec tunnel delivered a packet whose source lies outside the remote site." },
    { 0xC0040030, "FWX_E_OUTBOUND_PATH_THROUGH_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004,
      "The firewall's own packet has one interface's address but would leave by another." },
    { NAMED(FWX_E_BAD_TCP_CHECKSUM_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The TCP checksum is wrong." },
    { 0xC0040032, "FWX_E_VPN_USER_MAPPING_FAILED", FWX_ACTION_NONE, FWX_ISA_2004,
      "A VPN client was disconnected: no Windows account matches it." },
    { NAMED(FWX_E_RULE_QUOTA_EXCEEDED_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The rule has let in as many new non-TCP sessions as it may within a second." },
    { NAMED(FWX_E_SEQ_ACK_MISMATCH), FWX_ACTION_DENIED, FWX_ISA_2004,
      "The sequence or acknowledgement number does not fit the connection." },

    /* ISA Server 2006 */
    { 0xC0040035, "FWX_E_THREAD_QUOTA_EXCEEDED", FWX_ACTION_NONE, FWX_ISA_2006,
      "All threads for blocking operations of this kind are taken." },
    { 0xC0040036, "FWX_E_DNS_QUOTA_EXCEEDED", FWX_ACTION_NONE, FWX_ISA_2006,
      "Too many DNS queries are already under way." },
    { NAMED(FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED), FWX_ACTION_DENIED, FWX_ISA_2006,
      "The client address asks for new TCP connections too fast." },
    { NAMED(FWX_E_TCP_NO_SERVER_REPLY), FWX_ACTION_TERMINATE, FWX_ISA_2006,
      "The server left the SYN unanswered." },

    /* Forefront TMG 2010 */
    { 0xC0040039, "FWX_E_POLICY_CONNECTION_CLOSED", FWX_ACTION_TERMINATE, FWX_TMG_2010,
      "The policy changed and now forbids this open connection." },
    { 0xC004003A, "FWX_E_NAT_ADDRESS_NOT_AVAILABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The translation address that a network rule asks for is not on the firewall." },
    { 0xC004003B, "FWX_E_IPS_BLOCKED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The intrusion inspection stopped the connection." },
    { 0xC004003C, "FWX_E_IPS_DETECTED", FWX_ACTION_NONE, FWX_TMG_2010,
      "The intrusion inspection recognised an exploit signature." },
    { 0xC004003D, "FWX_E_CONNECTION_QUARANTINED", FWX_ACTION_TERMINATE, FWX_TMG_2010,
      "The client went into quarantine and lost its connection." },
    { 0xC004003E, "FWX_E_FW_IPSEC_DROPPED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The firewall's copy of the IPsec policy was briefly out of date." },
    { 0xC004003F, "FWX_E_TRANSITION_DROPPED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The firewall was just switching to a changed IPsec policy." },
    { 0xC0040040, "FWX_E_BOTH_ADRESSES_BELONG_TO_SAME_NETWORK", FWX_ACTION_NONE, FWX_TMG_2010,
      "The call needs addresses of two networks and was given two of one." },
    { NAMED(FWX_E_UNSUPPORTED_IPV6_DROPPED), FWX_ACTION_DENIED, FWX_TMG_2010,
      "The packet is IPv6, which the firewall does not handle." },
    { 0xC0040042, "FWX_E_INVALID_ROUTER_ADV", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The IPv6 router advertisement is malformed or unexpected." },
    { 0xC0040043, "FWX_E_IPV6_ROUTING_HEADER", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The IPv6 packet brings a routing header along." },
    { 0xC0040044, "FWE_E_FAIL_TRANSACT_TO_TRANSITION_TO_IPSEC", FWX_ACTION_NONE, FWX_TMG_2010,
      "New IPsec settings could not be put to use." },
    { 0xC0040045, "FWE_E_FAIL_TRANSACT_TO_IPSEC", FWX_ACTION_NONE, FWX_TMG_2010,
      "The packet engine lost its place while changing IPsec settings." },
    { 0xC0040046, "FWX_E_UNSUPPORTED_NATPT_DROPPED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "NAT-PT does not cover this kind of packet." },
    { 0xC0040047, "FWX_E_NIS_LOAD_POLICY_FAILED", FWX_ACTION_NONE, FWX_TMG_2010,
      "The intrusion signatures could not be loaded." },

    /* Discard reasons of the Windows network stack, passed on. */
    { 0xC0040048, "FWX_E_TCPIP_DROP_FIREWALL_POLICY", FWX_ACTION_DENIED, FWX_TMG_2010,
      "A filter in the network stack decided to block the packet." },
    { 0xC0040049, "FWX_E_TCPIP_DROP_IPSEC", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, IPsec discarded the packet." },
    { 0xC004004A, "FWX_E_TCPIP_DROP_INET_SOURCE_UNSPECIFIED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The stack was to send a packet without a source address." },
    { 0xC004004B, "FWX_E_TCPIP_DROP_INET_DESTINATION_MULTICAST", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The stack was to send to an address that this transport cannot reach by multicast." },
    { 0xC004004C, "FWX_E_TCPIP_DROP_INET_HEADER_INVALID", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The transport header is malformed." },
    { 0xC004004D, "FWX_E_TCPIP_DROP_INET_CHECKSUM_INVALID", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The checksum of the transport header is wrong." },
    { 0xC004004E, "FWX_E_TCPIP_DROP_INET_ENDPOINT_NOT_FOUND", FWX_ACTION_DENIED, FWX_TMG_2010,
      "No socket matches the packet." },
    { 0xC004004F, "FWX_E_TCPIP_DROP_IP_BAD_SOURCE_ADDRESS", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The stack was to send from a source address that no single host can have." },
    { 0xC0040050, "FWX_E_TCPIP_DROP_IP_NOT_LOCALLY_DESTINED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The packet is for another host, and no interface could forward it." },
    { 0xC0040051, "FWX_E_TCPIP_DROP_IP_PROTOCOL_UNREACHABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "No transport protocol on this host accepts the packet." },
    { 0xC0040052, "FWX_E_TCPIP_DROP_IP_PORT_UNREACHABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "No program listens on the destination port." },
    { 0xC0040053, "FWX_E_TCPIP_DROP_IP_BAD_LENGTH", FWX_ACTION_DENIED, FWX_TMG_2010,
      "A length given in the packet contradicts its size." },
    { 0xC0040054, "FWX_E_TCPIP_DROP_IP_MALFORMED_HEADER", FWX_ACTION_DENIED, FWX_TMG_2010,
      "An IP option or extension header is known but malformed." },
    { 0xC0040055, "FWX_E_TCPIP_DROP_IP_NO_ROUTE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The routing table has no way to the destination." },
    { 0xC0040056, "FWX_E_TCPIP_DROP_IP_BEYOND_SCOPE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Forwarding would take the packet out of the zone of its addresses." },
    { 0xC0040057, "FWX_E_TCPIP_DROP_IP_INSPECTION_DROP", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, inspection discarded the packet." },
    { 0xC0040058, "FWX_E_TCPIP_DROP_IP_TOO_MANY_DECAPSULATIONS", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, the packet was wrapped too many times." },
    { 0xC0040059, "FWX_E_TCPIP_DROP_IP_ADMINISTRATIVELY_PROHIBITED",
      FWX_ACTION_DENIED, FWX_TMG_2010,
      "An administrator's setting forbids the packet." },
    { 0xC004005A, "FWX_E_TCPIP_DROP_IP_HOP_LIMIT_EXCEEDED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The time to live or hop limit ran out." },
    { 0xC004005B, "FWX_E_TCPIP_DROP_IP_ADDRESS_UNREACHABLE", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The destination address does not exist or may not be sent to." },
    { 0xC004005C, "FWX_E_TCPIP_DROP_IP_ARBITRATION_UNHANDLED", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, nobody would take the packet." },
    { 0xC004005D, "FWX_E_TCPIP_DROP_IP_INSPECTION_ABSORB", FWX_ACTION_DENIED, FWX_TMG_2010,
      "Internal to the network stack; by its name, inspection kept the packet." },

    /* Forefront TMG 2010, the firewall's own again */
    { 0xC004005E, "FWX_E_BLOCKED_COMPUTER_ACCESS", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The computer is on the administrator's list of blocked ones." },
    { 0xC004005F, "FWX_E_IP_NOT_GENERATED_BY_TCPIP", FWX_ACTION_DENIED, FWX_TMG_2010,
      "The firewall host sent a packet that bypassed its own network stack." },
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

/* What the engine raises: see result.h. */
static const struct {
    uint32_t code;
    const char *words;
} briefs[] = {
    {FWX_RESULT_OK, "passed"},
    {FWX_E_GRACEFUL_SHUTDOWN, "in order"},
    {FWX_E_ABORTIVE_SHUTDOWN, "reset"},
    {FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED, "connection quota"},
    {FWX_E_CONNECTION_KILLED, "killed"},
    {FWX_E_FRAGMENT_PACKET_DROPPED, "fragment"},
    {FWX_E_FWE_SPOOFING_PACKET_DROPPED, "spoofed source"},
    {FWX_E_TCP_NOT_SYN_PACKET_DROPPED, "not SYN"},
    {FWX_E_BAD_LENGTH_PACKET_DROPPED, "IP length"},
    {FWX_E_PING_OF_DEATH_PACKET_DROPPED, "ping of death"},
    {FWX_E_OUT_OF_BAND_PACKET_DROPPED, "WinNuke"},
    {FWX_E_IP_HALF_SCAN_PACKET_DROPPED, "TCP flags"},
    {FWX_E_LAND_ATTACK_DROPPED, "land attack"},
    {FWX_E_UDP_BOMB_DROPPED, "UDP length"},
    {FWX_E_IPOPTIONS_DROPPED, "IP options"},
    {FWX_E_INVALID_PROTCOL_PACKET_DROPPED, "IP protocol"},
    {FWX_E_PORT_ZERO_PACKET_DROPPED, "port 0"},
    {FWX_E_BAD_TCP_CHECKSUM_DROPPED, "TCP checksum"},
    {FWX_E_RULE_QUOTA_EXCEEDED_DROPPED, "session quota"},
    {FWX_E_SEQ_ACK_MISMATCH, "ACK mismatch"},
    {FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED, "rate quota"},
    {FWX_E_TCP_NO_SERVER_REPLY, "no reply"},
    {FWX_E_UNSUPPORTED_IPV6_DROPPED, "IPv6"},
};

const char *fwx_result_brief(uint32_t code)
{
    unsigned i = 0;

    while (i < sizeof briefs / sizeof briefs[0] && briefs[i].code != code)
        i++;
    return i < sizeof briefs / sizeof briefs[0] ? briefs[i].words : "other";
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
