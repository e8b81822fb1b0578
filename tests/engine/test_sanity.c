/* test_sanity.c
 * What one packet alone tells: each rule with a packet that breaks it and a twin that just does
 * not. Packets that break several, and what becomes of their conversations: test_refusal.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/rules/sanity.h"

#define LENGTH   FWX_E_BAD_LENGTH_PACKET_DROPPED
#define PROTOCOL FWX_E_INVALID_PROTCOL_PACKET_DROPPED
#define PORT     FWX_E_PORT_ZERO_PACKET_DROPPED
#define IPV6     FWX_E_UNSUPPORTED_IPV6_DROPPED
#define OPTIONS  FWX_E_IPOPTIONS_DROPPED
#define DEATH    FWX_E_PING_OF_DEATH_PACKET_DROPPED
#define FRAGMENT FWX_E_FRAGMENT_PACKET_DROPPED
#define SPOOFED  FWX_E_FWE_SPOOFING_PACKET_DROPPED
#define LAND     FWX_E_LAND_ATTACK_DROPPED
#define SCAN     FWX_E_IP_HALF_SCAN_PACKET_DROPPED
#define NUKE     FWX_E_OUT_OF_BAND_PACKET_DROPPED
#define BOMB     FWX_E_UDP_BOMB_DROPPED
#define CHECKSUM FWX_E_BAD_TCP_CHECKSUM_DROPPED

enum { XMAS = FWX_FIN | FWX_PSH | FWX_URG, ALL_FLAGS = 0x3f };

/* ---- the policies ---------------------------------------------------------------------------- */

static void as_installed(struct fwx_policy *policy)
{
    (void)policy;
}

static void blocks_ipv6(struct fwx_policy *policy)
{
    policy->block_ipv6 = true;
}

static void blocks_options(struct fwx_policy *policy)
{
    policy->block_ip_options = true;
}

static void blocks_fragments(struct fwx_policy *policy)
{
    policy->block_fragments = true;
}

static void checks_checksums(struct fwx_policy *policy)
{
    policy->tcp_checksum = true;
}

/* 192.0.2.0/31 and 2001:db8::/127: the initiator is in them, the responder is not. */
static void set_networks(struct fwx_policy *policy, enum fwx_network_kind kind)
{
    static const uint8_t ipv4[4] = {192, 0, 2, 0};
    static const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8};
    const struct fwx_network networks[] = {{fwx_address_from(ipv4, 4), 127, (uint8_t)kind},
                                           {fwx_address_from(ipv6, 6), 127, (uint8_t)kind}};

    fwx_policy_set_networks(policy, networks, G_N_ELEMENTS(networks));
}

static void has_networks(struct fwx_policy *policy)
{
    set_networks(policy, FWX_NETWORK_SPOOFED);
}

static void has_special_networks(struct fwx_policy *policy)
{
    set_networks(policy, FWX_NETWORK_SPECIAL);
}

/* ---- the packets ----------------------------------------------------------------------------- */

static void as_it_is(struct fwx_packet *packet)
{
    (void)packet;
}

static void of_view(struct fwx_packet *packet, enum fwx_view view)
{
    packet->view = view;
    packet->has_transport = false;
    packet->src_port = packet->dst_port = 0;
}

static void longer_than_frame(struct fwx_packet *packet)
{
    of_view(packet, FWX_VIEW_BAD_LENGTH);
    packet->ip_len = 1500;
    packet->frame_len = 40;
}

static void short_ip_header(struct fwx_packet *packet)
{
    of_view(packet, FWX_VIEW_BAD_LENGTH);
    packet->ip_header_len = 16;
}

static void cut_capture(struct fwx_packet *packet)
{
    packet->has_transport = false;
    packet->ip_len = 1500;
    packet->frame_len = 40;
}

static void protocol_255(struct fwx_packet *packet)
{
    packet->protocol = 255;
    packet->has_transport = false;
}

static void protocol_254(struct fwx_packet *packet)
{
    packet->protocol = 254;
    packet->has_transport = false;
}

static struct fwx_address ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    uint8_t bytes[4] = {a, b, c, d};

    return fwx_address_from(bytes, 4);
}

static struct fwx_address ipv6_ending(uint8_t last)
{
    uint8_t bytes[16] = {[15] = last};

    return fwx_address_from(bytes, 6);
}

static void from_nobody(struct fwx_packet *packet)
{
    packet->src = packet->ip_version == 6 ? ipv6_ending(0) : ipv4(0, 0, 0, 0);
}

static void from_0_0_0_1(struct fwx_packet *packet)
{
    packet->src = ipv4(0, 0, 0, 1);
}

static void to_nobody(struct fwx_packet *packet)
{
    packet->dst = ipv4(0, 0, 0, 0);
}

static void dhcp_request(struct fwx_packet *packet)
{
    packet->src = ipv4(0, 0, 0, 0);
    packet->dst = ipv4(255, 255, 255, 255);
    packet->src_port = 68;
    packet->dst_port = 67;
}

static void not_quite_dhcp(struct fwx_packet *packet)
{
    dhcp_request(packet);
    packet->dst_port = 69;
}

static void nor_is_this(struct fwx_packet *packet)
{
    dhcp_request(packet);
    packet->src_port = 69;
}

static void from_port_0(struct fwx_packet *packet)
{
    packet->src_port = 0;
}

static void to_port_0(struct fwx_packet *packet)
{
    packet->dst_port = 0;
}

static void ports_1(struct fwx_packet *packet)
{
    packet->src_port = packet->dst_port = 1;
}

static void with_options(struct fwx_packet *packet)
{
    packet->ip_header_len = 24;
    packet->ip_len += 4;
}

static void fragment_to_65536(struct fwx_packet *packet)
{
    of_view(packet, FWX_VIEW_FRAGMENT);
    packet->fragment_end = 65536;
}

static void fragment_to_65535(struct fwx_packet *packet)
{
    of_view(packet, FWX_VIEW_FRAGMENT);
    packet->fragment_end = 65535;
}

static void first_fragment(struct fwx_packet *packet)
{
    packet->fragment = true;
}

static void reassembled(struct fwx_packet *packet)
{
    packet->reassembled = true;
}

static void reassembled_to_65536(struct fwx_packet *packet)
{
    packet->reassembled = true;
    packet->ip_len = 65536;
}

static void reassembled_to_65535(struct fwx_packet *packet)
{
    packet->reassembled = true;
    packet->ip_len = 65535;
}

static void reassembled_to_65575(struct fwx_packet *packet)
{
    packet->reassembled = true;
    packet->ip_len = 65575;
}

static void reassembled_to_65576(struct fwx_packet *packet)
{
    packet->reassembled = true;
    packet->ip_len = 65576;
}

static void to_itself(struct fwx_packet *packet)
{
    packet->dst = packet->src;
}

static void to_itself_on_the_port(struct fwx_packet *packet)
{
    to_itself(packet);
    packet->dst_port = packet->src_port;
}

static void to_itself_without_mac(struct fwx_packet *packet)
{
    to_itself(packet);
    packet->src_mac = 0;
}

static void land_without_mac(struct fwx_packet *packet)
{
    to_itself_on_the_port(packet);
    packet->src_mac = 0;
}

static void loopback(struct fwx_packet *packet)
{
    packet->src = packet->ip_version == 6 ? ipv6_ending(1) : ipv4(127, 255, 0, 9);
    to_itself_on_the_port(packet);
}

static void not_quite_loopback(struct fwx_packet *packet)
{
    packet->src = packet->ip_version == 6 ? ipv6_ending(2) : ipv4(128, 0, 0, 1);
    to_itself_on_the_port(packet);
}

static void urgent(struct fwx_packet *packet)
{
    packet->tcp.flags |= FWX_URG;
    packet->dst_port = 139;
    packet->tcp.urgent_pointer = 11;
}

static void urgent_inside(struct fwx_packet *packet)
{
    urgent(packet);
    packet->tcp.urgent_pointer = 10;
}

static void urgent_elsewhere(struct fwx_packet *packet)
{
    urgent(packet);
    packet->dst_port = 138;
}

static void not_urgent(struct fwx_packet *packet)
{
    urgent(packet);
    packet->tcp.flags &= (uint8_t)~FWX_URG;
}

static void udp_too_long(struct fwx_packet *packet)
{
    packet->udp_len++;
}

static void udp_too_short(struct fwx_packet *packet)
{
    packet->udp_len = 7;
}

static void udp_without_length(struct fwx_packet *packet)
{
    packet->udp_len = 0;
}

static void udp_fragment(struct fwx_packet *packet)
{
    packet->udp_len += 1000;
    packet->fragment = true;
}

static void bad_checksum(struct fwx_packet *packet)
{
    packet->bad_checksum = true;
}

/* ---- rule by rule ---------------------------------------------------------------------------- */

#define SYN_ROW  {"syn", I, S, 0, .met = NONE}
#define DATA_ROW {"data", I, PA, 1, 1, 10, .met = NONE}
#define UDP_ROW  {"datagram", I, 0, 0, 0, 10, .protocol = UDP, .met = NONE}
#define PING_ROW {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .met = NONE}

struct rule {
    const char *name;
    int world; /* 0: IPv4, 4: IPv6 */
    void (*set)(struct fwx_policy *policy);
    struct segment row;
    tweak *tweak;
    uint32_t code; /* 0: nothing is wrong with it */
    enum fwx_confidence confidence;
    struct {
        uint32_t value;
        uint32_t limit;
    } numbers;
};

static const struct rule rules[] = {
    {"longer than frame", 0, as_installed, SYN_ROW, longer_than_frame, LENGTH, 0, {1500, 40}},
    {"short IP header", 0, as_installed, SYN_ROW, short_ip_header, LENGTH, 0, {16, 0}},
    {"cut by the capture", 0, as_installed, SYN_ROW, cut_capture, 0, 0, {0}},

    {"protocol 255", 0, as_installed, SYN_ROW, protocol_255, PROTOCOL, 0, {255, 0}},
    {"protocol 255, IPv6", 4, as_installed, SYN_ROW, protocol_255, PROTOCOL, 0, {255, 0}},
    {"protocol 254", 0, as_installed, SYN_ROW, protocol_254, 0, 0, {0}},
    {"from 0.0.0.0", 0, as_installed, SYN_ROW, from_nobody, PROTOCOL, 0, {0}},
    {"to 0.0.0.0", 0, as_installed, SYN_ROW, to_nobody, PROTOCOL, 0, {0}},
    {"ping from 0.0.0.0", 0, as_installed, PING_ROW, from_nobody, PROTOCOL, 0, {0}},
    {"datagram to 0.0.0.0", 0, as_installed, UDP_ROW, to_nobody, PROTOCOL, 0, {0}},
    {"from 0.0.0.1", 0, as_installed, SYN_ROW, from_0_0_0_1, 0, 0, {0}},
    {"from ::", 4, as_installed, SYN_ROW, from_nobody, 0, 0, {0}},
    {"DHCP", 0, as_installed, UDP_ROW, dhcp_request, 0, 0, {0}},
    {"not quite DHCP", 0, as_installed, UDP_ROW, not_quite_dhcp, PROTOCOL, 0, {0}},
    {"nor is this", 0, as_installed, UDP_ROW, nor_is_this, PROTOCOL, 0, {0}},
    {"DHCP's ports in TCP", 0, as_installed, SYN_ROW, dhcp_request, PROTOCOL, 0, {0}},

    {"from port 0", 0, as_installed, SYN_ROW, from_port_0, PORT, 0, {0, 8080}},
    {"to port 0", 0, as_installed, SYN_ROW, to_port_0, PORT, 0, {49152, 0}},
    {"from port 0, IPv6", 4, as_installed, SYN_ROW, from_port_0, PORT, 0, {0, 8080}},
    {"from UDP port 0", 0, as_installed, UDP_ROW, from_port_0, PORT, 0, {0, 8080}},
    {"to UDP port 0", 0, as_installed, UDP_ROW, to_port_0, PORT, 0, {49152, 0}},
    {"ports 1", 0, as_installed, SYN_ROW, ports_1, 0, 0, {0}},
    {"ping of identifier 0", 0, as_installed, PING_ROW, from_port_0, 0, 0, {0}},

    {"IPv6", 4, blocks_ipv6, SYN_ROW, as_it_is, IPV6, 0, {6, 4}},
    {"IPv6 ping", 4, blocks_ipv6, PING_ROW, as_it_is, IPV6, 0, {6, 4}},
    {"IPv6, not blocked", 4, as_installed, SYN_ROW, as_it_is, 0, 0, {0}},
    {"IPv4 where IPv6 is blocked", 0, blocks_ipv6, SYN_ROW, as_it_is, 0, 0, {0}},

    {"options", 0, blocks_options, SYN_ROW, with_options, OPTIONS, 0, {24, 20}},
    {"options, not blocked", 0, as_installed, SYN_ROW, with_options, 0, 0, {0}},
    {"no options", 0, blocks_options, SYN_ROW, as_it_is, 0, 0, {0}},
    {"an IPv6 header is longer", 4, blocks_options, SYN_ROW, as_it_is, 0, 0, {0}},

    {"ping of death", 0, as_installed, PING_ROW, fragment_to_65536, DEATH, 0, {65536, 65535}},
    {"just no ping of death", 0, as_installed, PING_ROW, fragment_to_65535, 0, 0, {0}},
    {"of death when whole", 0, as_installed, PING_ROW, reassembled_to_65536, DEATH, 0,
     {65536, 65535}},
    {"and just not", 0, as_installed, PING_ROW, reassembled_to_65535, 0, 0, {0}},
    {"IPv6 does not count its header", 4, as_installed, PING_ROW, reassembled_to_65575, 0, 0, {0}},
    {"but what follows", 4, as_installed, PING_ROW, reassembled_to_65576, DEATH, 0, {65536, 65535}},

    {"fragment", 0, blocks_fragments, PING_ROW, fragment_to_65535, FRAGMENT, 0, {65535, 0}},
    {"first fragment", 0, blocks_fragments, UDP_ROW, first_fragment, FRAGMENT, 0, {0}},
    {"reassembled", 0, blocks_fragments, UDP_ROW, reassembled, FRAGMENT, 0, {0}},
    {"reassembled, IPv6", 4, blocks_fragments, UDP_ROW, reassembled, FRAGMENT, 0, {0}},
    {"fragments, not blocked", 0, as_installed, UDP_ROW, reassembled, 0, 0, {0}},
    {"no fragment", 0, blocks_fragments, UDP_ROW, as_it_is, 0, 0, {0}},

    {"spoofed", 0, has_networks, SYN_ROW, as_it_is, SPOOFED, 0, {0}},
    {"spoofed, IPv6", 4, has_networks, SYN_ROW, as_it_is, SPOOFED, 0, {0}},
    {"spoofed ping", 0, has_networks, PING_ROW, as_it_is, SPOOFED, 0, {0}},
    {"only special", 0, has_special_networks, SYN_ROW, as_it_is, 0, 0, {0}},
    {"to such an address", 0, has_networks, {"syn", R, S, 0, .met = NONE}, as_it_is, 0, 0, {0}},

    {"land", 0, as_installed, SYN_ROW, to_itself_on_the_port, LAND, 0, {49152, 49152}},
    {"land, other port", 0, as_installed, SYN_ROW, to_itself, LAND, 0, {49152, 8080}},
    {"land, IPv6", 4, as_installed, SYN_ROW, to_itself, LAND, 0, {49152, 8080}},
    {"land, no MAC", 0, as_installed, SYN_ROW, land_without_mac, LAND, 0, {49152, 49152}},
    {"to its own service", 0, as_installed, SYN_ROW, to_itself_without_mac, 0, 0, {0}},
    {"not a SYN", 0, as_installed, DATA_ROW, to_itself_on_the_port, 0, 0, {0}},
    {"loopback", 0, as_installed, SYN_ROW, loopback, 0, 0, {0}},
    {"loopback, IPv6", 4, as_installed, SYN_ROW, loopback, 0, 0, {0}},
    {"beside it", 0, as_installed, SYN_ROW, not_quite_loopback, LAND, 0, {49152, 49152}},
    {"beside it, IPv6", 4, as_installed, SYN_ROW, not_quite_loopback, LAND, 0, {49152, 49152}},

    {"SYN and FIN", 0, as_installed, {"syn and fin", I, S | F, 0, .met = NONE}, as_it_is, SCAN,
     FWX_INFERRED, {S | F, 0}},
    {"all flags", 0, as_installed, {"all", I, ALL_FLAGS, 0, .met = NONE}, as_it_is, SCAN, FWX_INFERRED,
     {ALL_FLAGS, 0}},
    {"no flag", 0, as_installed, {"none", I, 0, 0, .met = NONE}, as_it_is, SCAN, FWX_INFERRED, {0}},

    {"WinNuke", 0, as_installed, DATA_ROW, urgent, NUKE, FWX_INFERRED, {11, 10}},
    {"urgent inside", 0, as_installed, DATA_ROW, urgent_inside, 0, 0, {0}},
    {"urgent elsewhere", 0, as_installed, DATA_ROW, urgent_elsewhere, 0, 0, {0}},
    {"not urgent", 0, as_installed, DATA_ROW, not_urgent, 0, 0, {0}},

    {"UDP too long", 0, as_installed, UDP_ROW, udp_too_long, BOMB, FWX_INFERRED, {19, 18}},
    {"UDP too short", 0, as_installed, UDP_ROW, udp_too_short, BOMB, FWX_INFERRED, {7, 18}},
    {"UDP, no length", 0, as_installed, UDP_ROW, udp_without_length, 0, 0, {0}},
    {"UDP, first fragment", 0, as_installed, UDP_ROW, udp_fragment, 0, 0, {0}},
    {"UDP jumbogram or so", 4, as_installed, UDP_ROW, udp_too_long, 0, 0, {0}},
    {"UDP", 0, as_installed, UDP_ROW, as_it_is, 0, 0, {0}},

    {"checksum", 0, checks_checksums, SYN_ROW, bad_checksum, CHECKSUM, 0, {0}},
    {"checksum, IPv6", 4, checks_checksums, SYN_ROW, bad_checksum, CHECKSUM, 0, {0}},
    {"checksum, not looked at", 0, as_installed, SYN_ROW, bad_checksum, 0, 0, {0}},
    {"right checksum", 0, checks_checksums, SYN_ROW, as_it_is, 0, 0, {0}},

    /* Of what happens every day, each thing that is odd is enough. */
    {"data", 0, as_installed, DATA_ROW, as_it_is, 0, 0, {0}},
    {"data from 0.0.0.0", 0, as_installed, DATA_ROW, from_nobody, PROTOCOL, 0, {0}},
    {"data to 0.0.0.0", 0, as_installed, DATA_ROW, to_nobody, PROTOCOL, 0, {0}},
    {"data from port 0", 0, as_installed, DATA_ROW, from_port_0, PORT, 0, {0, 8080}},
    {"data to port 0", 0, as_installed, DATA_ROW, to_port_0, PORT, 0, {49152, 0}},
    {"data over IPv6", 4, blocks_ipv6, DATA_ROW, as_it_is, IPV6, 0, {6, 4}},
    {"data behind options", 0, blocks_options, DATA_ROW, with_options, OPTIONS, 0, {24, 20}},
    {"data in fragments", 0, blocks_fragments, DATA_ROW, reassembled, FRAGMENT, 0, {0}},
    {"data, first fragment", 0, blocks_fragments, DATA_ROW, first_fragment, FRAGMENT, 0, {0}},
    {"too much data", 0, as_installed, DATA_ROW, reassembled_to_65536, DEATH, 0, {65536, 65535}},
    {"data, spoofed", 0, has_networks, DATA_ROW, as_it_is, SPOOFED, 0, {0}},
    {"data, checksum", 0, checks_checksums, DATA_ROW, bad_checksum, CHECKSUM, 0, {0}},
};

/* A conversation that has nothing but a refused packet. */
static void assert_denied(const struct scene *scene, const struct fwx_packet *packet,
                          const struct fwx_connection *connection, uint32_t code)
{
    g_assert_true(connection == fwx_engine_recall(scene->engine, packet));
    if (!connection)
        return;
    g_assert_cmpint(connection->state, ==, DENY);
    g_assert_cmpuint(connection->dropped, ==, 1);
    g_assert_cmpuint(found(scene, packet->frame, FWX_FINDING_SANITY)->connection, ==, 1);
    assert_verdict(scene, 1, code, packet->frame);
}

/* Of the rules' rows, as bits: those whose sentence was looked at. */
static unsigned spoken;

/* says: the sentence, or NULL where it does not matter. */
static void try_rule(const struct rule *rule, enum fwx_product product, const char *says)
{
    struct fwx_policy policy = fwx_policy_default();
    bool broken = rule->code && fwx_result_find(rule->code)->since <= product;
    uint32_t first = 0;
    char text[FWX_REASON_SIZE];

    rule->set(&policy);
    policy.product = product;

    struct scene scene = scene_new_under(&worlds[rule->world], &policy);
    struct fwx_packet packet = scene_packet(&scene, &rule->row);

    rule->tweak(&packet);
    g_test_message("%s", rule->name);

    const struct fwx_connection *connection = fwx_engine_see(scene.engine, &packet);

    g_assert_cmpuint(fwx_engine_findings(scene.engine, packet.frame, &first), ==, broken);
    if (broken) {
        const struct fwx_finding *finding = found(&scene, packet.frame, FWX_FINDING_SANITY);

        g_assert_cmphex(finding->code, ==, rule->code);
        g_assert_cmpint(finding->confidence, ==, rule->confidence);
        g_assert_true(finding->judged && finding->dropped);
        g_assert_cmpuint(finding->sanity.value, ==, rule->numbers.value);
        g_assert_cmpuint(finding->sanity.limit, ==, rule->numbers.limit);
        g_assert_cmpuint(finding->sanity.rule, <, fwx_sanity_rule_count);
        g_assert_cmpint(fwx_sanity_rules[finding->sanity.rule].event, ==, finding->event);
        if (says) {
            g_assert_cmpstr(fwx_reason(scene.engine, finding, text), ==, says);
            spoken |= 1u << finding->sanity.rule;
        }
        assert_denied(&scene, &packet, connection, rule->code);
    }
    scene_end(&scene);
    fwx_policy_clear(&policy);
}

static void test_rules(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++)
        try_rule(&rules[i], FWX_TMG_2010, NULL);
}

/* Word by word, one of each rule at least, behind the name of the packet in the table. */
static void test_sentences(void)
{
    static const char *const sentences[][2] = {
        {"longer than frame", "IP length 1500 where the frame has 40 bytes for it"},
        {"short IP header", "IP header length 16, less than the 20 bytes that it takes"},
        {"protocol 255", "IP protocol 255 is reserved"},
        {"from 0.0.0.0", "Address 0.0.0.0"},
        {"from port 0", "Port 0: from 0 to 8080"},
        {"IPv6", "IPv6, which the policy blocks"},
        {"options", "4 bytes of IP options, which the policy blocks"},
        {"ping of death", "The fragment ends at byte 65536 of a datagram that holds at most 65535"},
        {"fragment", "An IP fragment, which the policy blocks"},
        {"spoofed", "The source address is never valid here, says the table of networks"},
        {"land", "A SYN from an address to itself, the port too (49152 to 49152)"},
        {"land, other port", "A SYN from an address to itself, the ports differ (49152 to 8080)"},
        {"SYN and FIN", "No stack sends this set of TCP flags: FIN SYN"},
        {"all flags", "No stack sends this set of TCP flags: FIN SYN RST PSH ACK URG"},
        {"no flag", "No stack sends this set of TCP flags: none"},
        {"WinNuke", "Urgent data for NetBIOS with the pointer at 11 of 10 bytes of payload"},
        {"UDP too long", "UDP length 19 in an IP payload of 18 bytes"},
        {"checksum", "The TCP checksum is wrong"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(sentences); i++) {
        unsigned row = 0;

        while (strcmp(rules[row].name, sentences[i][0]) != 0)
            g_assert_cmpuint(++row, <, G_N_ELEMENTS(rules));
        try_rule(&rules[row], FWX_TMG_2010, sentences[i][1]);
    }
    for (unsigned i = 0; i < fwx_sanity_rule_count; i++) {
        if (!(spoken >> i & 1))
            g_error("no sentence here is of \"%s\"", fwx_sanity_rules[i].breaks);
    }
}

/* A product never gets a code that it lacks. */
static void test_products(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
        try_rule(&rules[i], FWX_ISA_2004, NULL);
        try_rule(&rules[i], FWX_ISA_2006, NULL);
    }
}

/* All sets of flags there are; those of ECN (RFC 3168) make no difference. */
static void test_every_set_of_flags(void)
{
    static const uint8_t impossible[] = {S | F, S | RST};
    struct rule rule = {.set = as_installed, .confidence = FWX_INFERRED, .tweak = as_it_is};

    for (unsigned flags = 0; flags < 256; flags++) {
        uint8_t six = flags & ALL_FLAGS;
        bool broken = six == 0 || six == ALL_FLAGS || six == XMAS;

        for (unsigned i = 0; i < G_N_ELEMENTS(impossible); i++)
            broken |= (six & impossible[i]) == impossible[i];
        rule.name = "flags";
        rule.row = (struct segment){"flags", I, (uint8_t)flags, 1, 1, .met = NONE};
        rule.code = broken ? SCAN : 0;
        rule.numbers.value = six;
        if (broken || !(flags & RST)) /* a reset has findings of its own */
            try_rule(&rule, FWX_TMG_2010, NULL);
    }
}

static void story_goes_on(const struct scene *scene)
{
    assert_verdict(scene, 1, 0, 3);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
}

/* In the midst of a connection: what became of that is another question. */
static void test_in_a_connection(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"all flags", I, ALL_FLAGS, 1, 1, .met = ESTB, .finds = 1 << FWX_FINDING_SANITY,
         .code = SCAN},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
    };

    PLAY(rows, story_goes_on);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sanity/rules", test_rules);
    g_test_add_func("/sanity/sentences", test_sentences);
    g_test_add_func("/sanity/products", test_products);
    g_test_add_func("/sanity/every-set-of-flags", test_every_set_of_flags);
    g_test_add_func("/sanity/in-a-connection", test_in_a_connection);
    return g_test_run();
}
