/* test_refusal.c
 * Packets that are refused at sight: the code of those that break several rules, and what becomes
 * of the conversation that they seem to belong to. The rules one by one: test_sanity.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

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
#define CHECKSUM FWX_E_BAD_TCP_CHECKSUM_DROPPED

enum { XMAS = FWX_FIN | FWX_PSH | FWX_URG, ALL_FLAGS = 0x3f };

/* ---- several rules at once ------------------------------------------------------------------- */

static void as_it_is(struct fwx_packet *packet)
{
    (void)packet;
}

static void protocol_255(struct fwx_packet *packet)
{
    packet->protocol = 255;
    packet->has_transport = false;
}

static void from_nobody(struct fwx_packet *packet)
{
    packet->src = fwx_address_from("\0\0\0\0", 4);
}

static void from_port_0(struct fwx_packet *packet)
{
    packet->src_port = 0;
}

static void with_options(struct fwx_packet *packet)
{
    packet->ip_header_len = 24;
    packet->ip_len += 4;
}

static void too_long_when_whole(struct fwx_packet *packet)
{
    packet->reassembled = true;
    packet->ip_len = 65536;
}

static void reassembled(struct fwx_packet *packet)
{
    packet->reassembled = true;
}

static void to_itself(struct fwx_packet *packet)
{
    packet->dst = packet->src;
}

static void half_scan(struct fwx_packet *packet)
{
    packet->tcp.flags |= S | F;
}

static void urgent(struct fwx_packet *packet)
{
    packet->tcp.flags |= FWX_URG;
    packet->dst_port = 139;
    packet->tcp.urgent_pointer = 11;
}

static void bad_checksum(struct fwx_packet *packet)
{
    packet->bad_checksum = true;
}

/* Blocks all that can be blocked; the addresses of the tests, if they are to be spoofed. */
static struct fwx_policy strict(bool spoofed)
{
    static const struct fwx_network everywhere = {.prefix_len = 0, .kind = FWX_NETWORK_SPOOFED};
    struct fwx_policy policy = fwx_policy_default();

    policy.block_fragments = true;
    policy.block_ip_options = true;
    policy.block_ipv6 = true;
    policy.tcp_checksum = true;
    fwx_policy_set_networks(&policy, &everywhere, spoofed);
    return policy;
}

struct rule {
    tweak *tweak;
    uint32_t code;
};

/* A SYN that breaks these rules: the code that it gets. */
static uint32_t code_of(const struct world *world, bool spoofed, const struct rule *rules,
                        unsigned count)
{
    static const struct segment syn = {"syn", I, S, 0, .met = NONE};
    struct fwx_policy policy = strict(spoofed);
    struct scene scene = scene_new_under(world, &policy);
    struct fwx_packet packet = scene_packet(&scene, &syn);
    uint32_t first = 0;
    uint32_t code;

    for (unsigned i = count; i-- > 0;)
        rules[i].tweak(&packet);
    fwx_engine_see(scene.engine, &packet);
    g_assert_cmpuint(fwx_engine_findings(scene.engine, 1, &first), ==, 1);
    code = found(&scene, 1, FWX_FINDING_SANITY)->code;
    scene_end(&scene);
    fwx_policy_clear(&policy);
    return code;
}

/* Q7: the order that decides. Each packet breaks the rule of its line, and those of all below. */
static void test_order(void)
{
    static const struct rule ipv4[] = {
        {protocol_255, PROTOCOL}, {from_nobody, PROTOCOL},      {from_port_0, PORT},
        {with_options, OPTIONS},  {too_long_when_whole, DEATH}, {reassembled, FRAGMENT},
        {as_it_is, SPOOFED},      {to_itself, LAND},            {half_scan, SCAN},
        {urgent, NUKE},           {bad_checksum, CHECKSUM},
    };
    static const struct rule ipv6[] = {
        {protocol_255, PROTOCOL}, {from_port_0, PORT}, {as_it_is, IPV6}, {reassembled, IPV6},
        {to_itself, IPV6},        {half_scan, IPV6},   {urgent, IPV6},   {bad_checksum, IPV6},
    };
    static const unsigned spoofed = 6; /* the line that the policy alone decides */

    for (unsigned i = 0; i < G_N_ELEMENTS(ipv4); i++)
        g_assert_cmphex(code_of(&worlds[0], i <= spoofed, &ipv4[i], G_N_ELEMENTS(ipv4) - i), ==,
                        ipv4[i].code);
    for (unsigned i = 0; i < G_N_ELEMENTS(ipv6); i++)
        g_assert_cmphex(code_of(&worlds[4], true, &ipv6[i], G_N_ELEMENTS(ipv6) - i), ==,
                        ipv6[i].code);
}

/* ---- the firewall never saw it --------------------------------------------------------------- */

#define BROKEN(value) .finds = SANITY, .code = value

static void closed_well(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 4);
    g_assert_cmpint(connection_of(scene, 1)->state, ==, CLSD);
    assert_verdict(scene, 1, GRACEFUL, 13); /* the last outcome decides */
}

/* Nothing that such a packet seems to say moves the connection. */
static void test_state_stays(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset and syn", R, RST | SA, 0, 1, .met = SENT, BROKEN(SCAN)},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"null", I, 0, 1, .met = RECV, BROKEN(SCAN)},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
        {"xmas", I, XMAS, 11, .met = ESTB, BROKEN(SCAN)},
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"all flags", R, ALL_FLAGS, 11, 12, .met = FINW, BROKEN(SCAN)},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, closed_well);
}

static void two_stories(const struct scene *scene)
{
    assert_verdict(scene, 1, SCAN, 1);
    assert_verdict(scene, 2, FWX_RESULT_OK, 4);
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
}

/* A healthy SYN on the tuple opens a connection of its own. */
static void test_healthy_syn_follows(void)
{
    static const struct segment rows[] = {
        {"syn and fin", I, S | F, 0, .met = NONE, BROKEN(SCAN)},
        {"syn", I, S, 0, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, two_stories);
}

static void aborted_and_scanned(const struct scene *scene)
{
    assert_verdict(scene, 1, ABORTIVE, 4);
    assert_verdict(scene, 2, SCAN, 5);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
}

/* What is over has nothing to do with it. */
static void test_after_the_end(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"reset", R, RA, 1, 1, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"null", I, 0, 1, .conn = 2, .met = NONE, BROKEN(SCAN)},
    };

    PLAY(rows, aborted_and_scanned);
}

static void repeated_drops(const struct scene *scene)
{
    assert_verdict(scene, 1, SCAN, 1);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 3);
}

static void test_again_and_again(void)
{
    static const struct segment rows[] = {
        {"null", I, 0, 1, .met = NONE, BROKEN(SCAN)},
        {"xmas", I, XMAS, 1, .met = DENY, BROKEN(SCAN)},
        {"to port 139 without urgent", I, S | F, 1, .met = DENY, BROKEN(SCAN)},
    };

    PLAY(rows, repeated_drops);
}

/* Neither a request nor a connection of that address, then. */
static void test_not_counted(void)
{
    struct fwx_policy policy = fwx_policy_default();
    static const struct segment rows[] = {
        {"syn and fin", I, S | F, 0, .met = NONE, BROKEN(SCAN)},
        {"syn", I, S, 0, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
    };

    policy.limits = (struct fwx_limits){1, 1, 1, 1, 1};
    PLAY_UNDER(&policy, rows, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/refusal/order", test_order);
    g_test_add_func("/refusal/state-stays", test_state_stays);
    g_test_add_func("/refusal/healthy-syn-follows", test_healthy_syn_follows);
    g_test_add_func("/refusal/after-the-end", test_after_the_end);
    g_test_add_func("/refusal/again-and-again", test_again_and_again);
    g_test_add_func("/refusal/not-counted", test_not_counted);
    return g_test_run();
}
