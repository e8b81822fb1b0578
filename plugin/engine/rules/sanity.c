/* sanity.c
 * What one packet alone tells: lengths and numbers that cannot be, flags that no stack sends, and
 * what the policy blocks without a second look.
 *
 * The order of the rules at the end decides which code a packet gets that breaks several rules (Q7:
 * length, protocol, port, options and fragments, spoofing, attacks).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/result.h"
#include "engine/turn.h"

enum { MAX_DATAGRAM = 65535, UDP_HEADER = 8, NETBIOS_SESSION = 139, INVALID_PROTOCOL = 255 };

static bool note(struct fwx_sanity *numbers, uint32_t value, uint32_t limit)
{
    *numbers = (struct fwx_sanity){value, limit};
    return true;
}

static bool is_tcp(const struct fwx_packet *packet)
{
    return packet->protocol == FWX_PROTOCOL_TCP && packet->has_transport && !packet->fragment;
}

static bool is_udp(const struct fwx_packet *packet)
{
    return packet->protocol == FWX_PROTOCOL_UDP && packet->has_transport && !packet->fragment;
}

/* ---- lengths -------------------------------------------------------------------------------- */

static bool ends_beyond_datagram(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;
    uint32_t end = packet->view == FWX_VIEW_FRAGMENT ? packet->fragment_end
                   : packet->reassembled             ? packet->ip_len
                                                     : 0;

    return end > MAX_DATAGRAM && note(numbers, end, MAX_DATAGRAM);
}

static bool has_bad_length(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    if (packet->view != FWX_VIEW_BAD_LENGTH)
        return false;
    return packet->ip_header_len < 20 ? note(numbers, packet->ip_header_len, 0)
                                      : note(numbers, packet->ip_len, packet->frame_len);
}

static bool has_bad_udp_length(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;
    uint32_t room = packet->ip_len - packet->ip_header_len;

    /* 0 stands for a jumbogram (RFC 2675, 4), or for a checksum yet to be offloaded. */
    return is_udp(packet) && packet->ip_version == 4 && packet->udp_len &&
           packet->udp_len != room && note(numbers, packet->udp_len, room);
}

/* ---- numbers that stand for nothing --------------------------------------------------------- */

static bool has_invalid_protocol(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    return turn->packet->protocol == INVALID_PROTOCOL && note(numbers, INVALID_PROTOCOL, 0);
}

/* A DHCP client has no address yet (RFC 2131, 4.1). */
static bool is_dhcp(const struct fwx_packet *packet)
{
    return packet->protocol == FWX_PROTOCOL_UDP && packet->src_port == 68 && packet->dst_port == 67;
}

static bool is_from_or_to_nobody(const struct fwx_packet *packet)
{
    const struct fwx_address nobody = fwx_address_from("\0\0\0\0", 4);

    return fwx_address_equal(&packet->src, &nobody) || fwx_address_equal(&packet->dst, &nobody);
}

static bool has_no_address(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return packet->ip_version == 4 && packet->has_transport && !is_dhcp(packet) &&
           is_from_or_to_nobody(packet) && note(numbers, 0, 0);
}

static bool has_port_zero(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return (is_tcp(packet) || is_udp(packet)) && (!packet->src_port || !packet->dst_port) &&
           note(numbers, packet->src_port, packet->dst_port);
}

/* ---- what the policy blocks ----------------------------------------------------------------- */

static bool is_blocked_fragment(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return turn->policy->block_fragments &&
           (packet->view == FWX_VIEW_FRAGMENT || packet->fragment || packet->reassembled) &&
           note(numbers, packet->fragment_end, 0);
}

static bool has_blocked_options(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return turn->policy->block_ip_options && packet->ip_version == 4 &&
           packet->view == FWX_VIEW_DATAGRAM && packet->ip_header_len > 20 &&
           note(numbers, packet->ip_header_len, 20);
}

static bool is_blocked_ipv6(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    return turn->policy->block_ipv6 && turn->packet->ip_version == 6 && note(numbers, 6, 4);
}

static bool is_spoofed(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    return fwx_policy_in_network(turn->policy, &turn->packet->src, FWX_NETWORK_SPOOFED) &&
           note(numbers, 0, 0);
}

/* ---- attacks -------------------------------------------------------------------------------- */

static bool is_loopback(const struct fwx_address *address)
{
    static const struct fwx_address v6 = {{0, 0}};
    const uint8_t *bytes = fwx_address_bytes(address);

    if (fwx_address_is_v4(address))
        return bytes[0] == 127;
    return address->word[0] == v6.word[0] && bytes[15] == 1 && !memcmp(bytes + 8, &v6, 7);
}

/* A host may well talk to itself, on its loopback interface: no MAC address there. */
static bool is_land(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return is_tcp(packet) && (packet->tcp.flags & (FWX_SYN | FWX_ACK)) == FWX_SYN &&
           fwx_address_equal(&packet->src, &packet->dst) && !is_loopback(&packet->src) &&
           (packet->src_mac || packet->src_port == packet->dst_port) &&
           note(numbers, packet->src_port, packet->dst_port);
}

/* Sets of flags that no state of any stack sends; four vendor texts define a half scan in four ways
 * (Q8), and these sets are in what they share. */
static bool has_impossible_flags(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const uint8_t all = FWX_FIN | FWX_SYN | FWX_RST | FWX_PSH | FWX_ACK | FWX_URG;
    const uint8_t xmas = FWX_FIN | FWX_PSH | FWX_URG;
    uint8_t flags = turn->packet->tcp.flags & all;

    return is_tcp(turn->packet) &&
           (flags == 0 || flags == all || flags == xmas ||
            (flags & (FWX_SYN | FWX_FIN)) == (FWX_SYN | FWX_FIN) ||
            (flags & (FWX_SYN | FWX_RST)) == (FWX_SYN | FWX_RST)) &&
           note(numbers, flags, 0);
}

/* WinNuke: urgent data for NetBIOS whose pointer leads out of the packet. */
static bool is_out_of_band(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return is_tcp(packet) && (packet->tcp.flags & FWX_URG) && packet->dst_port == NETBIOS_SESSION &&
           packet->tcp.urgent_pointer > packet->tcp.payload_len &&
           note(numbers, packet->tcp.urgent_pointer, packet->tcp.payload_len);
}

static bool has_bad_checksum(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    return turn->policy->tcp_checksum && is_tcp(turn->packet) && turn->packet->bad_checksum &&
           note(numbers, 0, 0);
}

/* ---- the table ------------------------------------------------------------------------------ */

/* TCP that is not about to connect, whole, and with nothing odd to it: nearly all that there is. No
 * rule is about that but those that the policy adds; a new rule may have to join here. */
static bool is_everyday(const struct fwx_turn *turn)
{
    const uint8_t telling = FWX_SYN | FWX_ACK | FWX_URG;
    const struct fwx_policy *policy = turn->policy;
    const struct fwx_packet *packet = turn->packet;

    return is_tcp(packet) && (packet->tcp.flags & telling) == FWX_ACK &&
           packet->view == FWX_VIEW_DATAGRAM && !packet->reassembled && packet->src_port &&
           packet->dst_port && !is_from_or_to_nobody(packet) && !policy->tcp_checksum &&
           !policy->block_ip_options && !policy->block_ipv6 &&
           !policy->networks[FWX_NETWORK_SPOOFED];
}

/* A list of calls, not of pointers: most packets break no rule, and then all it costs is to look.
 */
#define RULES(RULE)                                                                                \
    RULE(has_bad_length, FWX_E_BAD_LENGTH_PACKET_DROPPED, FWX_DOCUMENTED)                          \
    RULE(has_invalid_protocol, FWX_E_INVALID_PROTCOL_PACKET_DROPPED, FWX_DOCUMENTED)               \
    RULE(has_no_address, FWX_E_INVALID_PROTCOL_PACKET_DROPPED, FWX_DOCUMENTED)                     \
    RULE(has_port_zero, FWX_E_PORT_ZERO_PACKET_DROPPED, FWX_DOCUMENTED)                            \
    RULE(is_blocked_ipv6, FWX_E_UNSUPPORTED_IPV6_DROPPED, FWX_DOCUMENTED)                          \
    RULE(has_blocked_options, FWX_E_IPOPTIONS_DROPPED, FWX_DOCUMENTED)                             \
    RULE(ends_beyond_datagram, FWX_E_PING_OF_DEATH_PACKET_DROPPED, FWX_DOCUMENTED)                 \
    RULE(is_blocked_fragment, FWX_E_FRAGMENT_PACKET_DROPPED, FWX_DOCUMENTED)                       \
    RULE(is_spoofed, FWX_E_FWE_SPOOFING_PACKET_DROPPED, FWX_DOCUMENTED)                            \
    RULE(is_land, FWX_E_LAND_ATTACK_DROPPED, FWX_DOCUMENTED)                                       \
    RULE(has_impossible_flags, FWX_E_IP_HALF_SCAN_PACKET_DROPPED, FWX_INFERRED)                    \
    RULE(is_out_of_band, FWX_E_OUT_OF_BAND_PACKET_DROPPED, FWX_INFERRED)                           \
    RULE(has_bad_udp_length, FWX_E_UDP_BOMB_DROPPED, FWX_INFERRED)                                 \
    RULE(has_bad_checksum, FWX_E_BAD_TCP_CHECKSUM_DROPPED, FWX_DOCUMENTED)

/* A packet with ports belongs to a conversation, even if it is the only one and refused. False
 * where it is one that was captured before. */
static bool find_conversation(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    struct fwx_connection *connection;

    if (!fwx_has_connection(packet))
        return true;
    if (packet->protocol == FWX_PROTOCOL_TCP)
        turn->tcp = &packet->tcp;
    connection = fwx_connections_newest(&turn->engine->connections, packet);
    if (connection && !fwx_connection_over(connection))
        fwx_turn_attach(turn, connection);
    else
        fwx_turn_open(turn, FWX_INITIATOR, FWX_STATE_DENIED, 0);
    turn->connection->last_frame = packet->frame;
    return !fwx_traits_seen_before(turn);
}

static enum fwx_outcome drop(struct fwx_turn *turn, struct fwx_sanity numbers, uint32_t code,
                             enum fwx_confidence confidence)
{
    struct fwx_finding *finding;

    if (!find_conversation(turn))
        return FWX_DROP;
    finding = fwx_report(turn, FWX_FINDING_SANITY);
    finding->sanity = numbers;
    return fwx_judge(turn, finding, code, confidence);
}

static G_GNUC_NO_INLINE enum fwx_outcome try_rules(struct fwx_turn *turn)
{
    struct fwx_sanity numbers;

#define TRY(broken, code, confidence)                                                              \
    if (broken(turn, &numbers) && fwx_policy_knows(turn->policy, code))                            \
        return drop(turn, numbers, code, confidence);
    RULES(TRY)
#undef TRY
    return FWX_PASS;
}

enum fwx_outcome fwx_sanity_stage(struct fwx_turn *turn)
{
    return is_everyday(turn) ? FWX_PASS : try_rules(turn);
}
