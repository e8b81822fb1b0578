/* sanity.c
 * What one packet alone tells: lengths and numbers that cannot be, flags that no stack sends, and
 * what the policy blocks without a second look.
 *
 * A rule is a function that looks and a row of the table at the end. The order of the rows decides
 * which event a packet is that breaks several rules (Q7: length, protocol, port, options and
 * fragments, spoofing, attacks).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/rules/sanity.h"

#include <inttypes.h>

#include "engine/turn.h"

enum { MAX_DATAGRAM = 65535, UDP_HEADER = 8, NETBIOS_SESSION = 139, INVALID_PROTOCOL = 255 };

static bool note(struct fwx_sanity *numbers, uint32_t value, uint32_t limit)
{
    *numbers = (struct fwx_sanity){.value = value, .limit = limit};
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

/* IPv4 counts its header, too (RFC 791, 3.1), IPv6 does not (RFC 8200, 4.5). */
static bool ends_beyond_datagram(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;
    uint32_t uncounted = packet->ip_version == 6 ? packet->ip_header_len : 0;
    uint32_t end = packet->view == FWX_VIEW_FRAGMENT ? packet->fragment_end
                   : packet->reassembled             ? packet->ip_len - uncounted
                                                     : 0;

    return end > MAX_DATAGRAM && note(numbers, end, MAX_DATAGRAM);
}

static bool has_short_header(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return packet->view == FWX_VIEW_BAD_LENGTH && packet->ip_header_len < 20 &&
           note(numbers, packet->ip_header_len, 0);
}

static bool has_bad_length(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    const struct fwx_packet *packet = turn->packet;

    return packet->view == FWX_VIEW_BAD_LENGTH && note(numbers, packet->ip_len, packet->frame_len);
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

static bool has_impossible_flags(const struct fwx_turn *turn, struct fwx_sanity *numbers)
{
    uint8_t flags = turn->packet->tcp.flags;

    return is_tcp(turn->packet) && fwx_flags_impossible(flags) &&
           note(numbers, flags & (FWX_FIN | FWX_SYN | FWX_RST | FWX_PSH | FWX_ACK | FWX_URG), 0);
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

/* A row: what looks; the event that it finds; what breaks the rule, for the reference; the
 * sentence, with the numbers that were noted as value and limit.
 *
 * A list of calls, not of pointers: most packets break no rule, and then all it costs is to look.
 */
/* clang-format off */
#define RULES(RULE) \
    RULE(has_short_header, SHORT_HEADER, \
         "an IP header of less than 20 bytes", \
         "IP header length %" PRIu32 ", less than the 20 bytes that it takes", value) \
    RULE(has_bad_length, BAD_LENGTH, \
         "the IP length is impossible or differs from the real one", \
         "IP length %" PRIu32 " where the frame has %" PRIu32 " bytes for it", value, limit) \
    RULE(has_invalid_protocol, BAD_PROTOCOL, \
         "IP protocol 255", \
         "IP protocol %" PRIu32 " is reserved", value) \
    RULE(has_no_address, NO_ADDRESS, \
         "the address 0.0.0.0 (DHCP excepted)", \
         "Address 0.0.0.0") \
    RULE(has_port_zero, PORT_ZERO, \
         "port 0", \
         "Port 0: from %" PRIu32 " to %" PRIu32, value, limit) \
    RULE(is_blocked_ipv6, IPV6, \
         "IPv6; only with `block_ipv6`, TMG 2010", \
         "IPv6, which the policy blocks") \
    RULE(has_blocked_options, IP_OPTIONS, \
         "IP options; only with `block_ip_options`", \
         "%" PRIu32 " bytes of IP options, which the policy blocks", value - limit) \
    RULE(ends_beyond_datagram, LONG_FRAGMENT, \
         "a fragment that ends past 65535", \
         "The fragment ends at byte %" PRIu32 " of a datagram that holds at most %" PRIu32, \
         value, limit) \
    RULE(is_blocked_fragment, FRAGMENT, \
         "fragments; only with `block_fragments`", \
         "An IP fragment, which the policy blocks") \
    RULE(is_spoofed, SPOOFED, \
         "a source address that the table `fwx_networks` calls never valid", \
         "The source address is never valid here, says the table of networks") \
    RULE(is_land, LAND, \
         "a SYN from an address to itself", \
         "A SYN from an address to itself, %s (%" PRIu32 " to %" PRIu32 ")", \
         value == limit ? "the port too" : "the ports differ", value, limit) \
    RULE(has_impossible_flags, BAD_FLAGS, \
         "TCP flags that make no sense together: four vendor texts define them in four ways", \
         "No stack sends this set of TCP flags:%s%s%s%s%s%s%s", value ? "" : " none", \
         value & FWX_FIN ? " FIN" : "", value & FWX_SYN ? " SYN" : "", \
         value & FWX_RST ? " RST" : "", value & FWX_PSH ? " PSH" : "", \
         value & FWX_ACK ? " ACK" : "", value & FWX_URG ? " URG" : "") \
    RULE(is_out_of_band, OUT_OF_BAND, \
         "urgent data to port 139 with the pointer outside the packet (WinNuke)", \
         "Urgent data for NetBIOS with the pointer at %" PRIu32 " of %" PRIu32 \
         " bytes of payload", value, limit) \
    RULE(has_bad_udp_length, BAD_UDP_LENGTH, \
         "the UDP length differs from the IP payload", \
         "UDP length %" PRIu32 " in an IP payload of %" PRIu32 " bytes", value, limit) \
    RULE(has_bad_checksum, BAD_CHECKSUM, \
         "a wrong TCP checksum; only with `tcp_checksum`", \
         "The TCP checksum is wrong")
/* clang-format on */

#define NUMBER(looks, event, breaks, ...) RULE_##looks,
enum { RULES(NUMBER) RULE_COUNT };
#undef NUMBER

#define SENTENCE(looks, event, breaks, ...)                                                        \
    static void say_##looks(struct fwx_sentence *sentence, uint32_t value, uint32_t limit)         \
    {                                                                                              \
        (void)value;                                                                               \
        (void)limit;                                                                               \
        fwx_say(sentence, __VA_ARGS__);                                                            \
    }
RULES(SENTENCE)
#undef SENTENCE

#define ROW(looks, event, breaks, ...) {FWX_EVENT_##event, breaks, say_##looks},
const struct fwx_sanity_rule fwx_sanity_rules[] = {RULES(ROW)};
#undef ROW

const unsigned fwx_sanity_rule_count = RULE_COUNT;

/* A packet with ports belongs to a conversation, even if it is the only one and refused. False
 * where it is one that was captured before. */
static bool find_conversation(struct fwx_turn *turn)
{
    const struct fwx_packet *packet = turn->packet;
    struct fwx_connection *connection;
    enum fwx_side sender;

    if (!fwx_has_connection(packet))
        return true;
    if (packet->protocol == FWX_PROTOCOL_TCP)
        turn->tcp = &packet->tcp;
    connection = fwx_connections_newest(&turn->engine->connections, packet, &sender);
    if (connection && !fwx_connection_over(connection))
        fwx_turn_attach(turn, connection, sender);
    else
        fwx_turn_open(turn, FWX_INITIATOR, FWX_STATE_DENIED, 0);
    turn->connection->last_frame = packet->frame;
    return !fwx_traits_seen_before(turn);
}

/* Other firewalls have rules of their own: they are asked of what this one refuses, unless nobody
 * could tell where it ends. */
static void ask_others(const struct fwx_turn *turn)
{
    struct fwx_sanity numbers;

    if (turn->engine->beside && turn->connection && !has_bad_udp_length(turn, &numbers) &&
        !turn->packet->bad_checksum)
        fwx_beside_stage(turn);
}

static enum fwx_outcome drop(struct fwx_turn *turn, struct fwx_sanity broken)
{
    const struct fwx_sanity_rule *rule = &fwx_sanity_rules[broken.rule];
    enum fwx_outcome outcome;
    struct fwx_finding *finding;

    if (!find_conversation(turn))
        return FWX_DROP;
    finding = fwx_report(turn, FWX_FINDING_SANITY);
    finding->sanity = broken;
    outcome = fwx_judge(turn, finding, rule->event);
    if (outcome == FWX_DROP)
        ask_others(turn);
    return outcome;
}

static G_GNUC_NO_INLINE enum fwx_outcome try_rules(struct fwx_turn *turn)
{
    struct fwx_sanity broken;

#define TRY(looks, event, ...)                                                                     \
    if (looks(turn, &broken) && fwx_policy_words(turn->policy, FWX_EVENT_##event)) {               \
        broken.rule = RULE_##looks;                                                                \
        return drop(turn, broken);                                                                 \
    }
    RULES(TRY)
#undef TRY
    return FWX_PASS;
}

enum fwx_outcome fwx_sanity_stage(struct fwx_turn *turn)
{
    return is_everyday(turn) ? FWX_PASS : try_rules(turn);
}
