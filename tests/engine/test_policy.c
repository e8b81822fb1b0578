/* test_policy.c
 * The policy as installed, its networks and its application filters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

/* The numbers that the sources give. */
static void test_as_installed(void)
{
    struct fwx_policy policy = fwx_policy_default();

    g_assert_cmpint(policy.product, ==, FWX_TMG_2010);
    g_assert_cmpuint(policy.limits.requests_per_minute, ==, 600);
    g_assert_cmpuint(policy.limits.concurrent, ==, 160);
    g_assert_cmpuint(policy.limits.half_open, ==, 80);
    g_assert_cmpuint(policy.limits.concurrent_udp, ==, 160);
    g_assert_cmpuint(policy.limits.non_tcp_per_second, ==, 1000);
    g_assert_cmpuint(policy.special_limits.requests_per_minute, ==, 6000);
    g_assert_cmpuint(policy.special_limits.concurrent, ==, 400);
    g_assert_cmpuint(policy.special_limits.half_open, ==, 200);
    g_assert_cmpuint(policy.special_limits.concurrent_udp, ==, 400);
    g_assert_cmpuint(policy.special_limits.non_tcp_per_second, ==, 1000);
    g_assert_cmpuint(policy.linger_ms, ==, 0);
    g_assert_cmpuint(policy.tcp_idle_s, ==, 86400);
    g_assert_cmpuint(policy.udp_idle_s, ==, 60);
    g_assert_cmpuint(policy.no_reply_s, ==, 21);
    g_assert_false(policy.midstream_not_syn || policy.sequence_window || policy.tcp_checksum);
    g_assert_false(policy.against_evidence);
    g_assert_false(policy.block_fragments || policy.block_ip_options || policy.block_ipv6);
    g_assert_true(policy.check_injected);
    g_assert_cmpuint(policy.network_count, ==, 0);
    g_assert_cmpuint(policy.marker_size_count, ==, 5);
}

/* Codes of later products are unknown to earlier ones. */
static void test_knows(void)
{
    static const struct {
        enum fwx_product product;
        bool no_reply; /* since ISA 2006 */
        bool ipv6;     /* since TMG 2010 */
    } products[] = {
        {FWX_ISA_2004, false, false}, {FWX_ISA_2006, true, false}, {FWX_TMG_2010, true, true}};

    for (unsigned i = 0; i < G_N_ELEMENTS(products); i++) {
        struct fwx_policy policy = fwx_policy_default();

        policy.product = products[i].product;
        g_assert_true(fwx_policy_knows(&policy, BAD_ACK));
        g_assert_cmpint(fwx_policy_knows(&policy, FWX_E_TCP_NO_SERVER_REPLY), ==,
                        products[i].no_reply);
        g_assert_cmpint(fwx_policy_knows(&policy, FWX_E_UNSUPPORTED_IPV6_DROPPED), ==,
                        products[i].ipv6);
        g_assert_false(fwx_policy_knows(&policy, 0xdeadbeef));
    }
}

/* ---- networks -------------------------------------------------------------------------------- */

static struct fwx_address ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    uint8_t bytes[4] = {a, b, c, d};

    return fwx_address_from(bytes, 4);
}

static bool contains(struct fwx_address network, unsigned prefix_len, struct fwx_address address)
{
    struct fwx_policy policy = fwx_policy_default();
    bool special;

    policy.networks[0] = (struct fwx_network){network, (uint8_t)prefix_len, FWX_NETWORK_SPECIAL};
    policy.network_count = 1;
    special = fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL);
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    return special;
}

/* Every length there is: an address that differs in one bit is inside exactly where that bit lies
 * behind the prefix. */
static void test_prefixes(void)
{
    static const uint8_t base[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0x00, 0xaa, 0x55,
                                     0x80, 0x01, 0x7f, 0xfe, 0x12, 0x34, 0x56, 0x78};
    struct fwx_address network = fwx_address_from(base, 6);

    for (unsigned prefix_len = 0; prefix_len <= 128; prefix_len++) {
        g_assert_true(contains(network, prefix_len, network));
        for (unsigned bit = 0; bit < 128; bit++) {
            uint8_t other[16];

            memcpy(other, base, sizeof other);
            other[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            g_assert_cmpint(contains(network, prefix_len, fwx_address_from(other, 6)), ==,
                            bit >= prefix_len);
        }
    }
}

/* What a user would write, with 96 added for IPv4. */
static void test_networks(void)
{
    static const uint8_t documentation[16] = {0x20, 0x01, 0x0d, 0xb8};

    g_assert_true(contains(ipv4(10, 0, 0, 0), 96 + 8, ipv4(10, 255, 255, 255)));
    g_assert_false(contains(ipv4(10, 0, 0, 0), 96 + 8, ipv4(11, 0, 0, 0)));
    g_assert_true(contains(ipv4(172, 16, 0, 0), 96 + 12, ipv4(172, 31, 255, 255)));
    g_assert_false(contains(ipv4(172, 16, 0, 0), 96 + 12, ipv4(172, 32, 0, 0)));
    g_assert_true(contains(ipv4(192, 0, 2, 128), 96 + 25, ipv4(192, 0, 2, 129)));
    g_assert_false(contains(ipv4(192, 0, 2, 128), 96 + 25, ipv4(192, 0, 2, 127)));
    g_assert_true(contains(ipv4(192, 0, 2, 1), 96 + 32, ipv4(192, 0, 2, 1)));
    g_assert_false(contains(ipv4(192, 0, 2, 1), 96 + 32, ipv4(192, 0, 2, 0)));
    /* Bits behind the prefix do not matter, whatever the user wrote there. */
    g_assert_true(contains(ipv4(192, 0, 2, 77), 96 + 24, ipv4(192, 0, 2, 1)));
    /* 0.0.0.0/0 is all of IPv4 and nothing else; ::/0 is all there is. */
    g_assert_true(contains(ipv4(0, 0, 0, 0), 96, ipv4(255, 255, 255, 255)));
    g_assert_false(contains(ipv4(0, 0, 0, 0), 96, fwx_address_from(documentation, 6)));
    g_assert_true(contains(fwx_address_from(documentation, 6), 0, ipv4(192, 0, 2, 1)));
}

static void test_kinds_of_networks(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_address address = ipv4(192, 0, 2, 1);

    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    for (unsigned i = 0; i < FWX_MAX_NETWORKS; i++)
        policy.networks[i] = (struct fwx_network){ipv4(10, 0, 0, 1), 128, FWX_NETWORK_SPECIAL};
    policy.network_count = FWX_MAX_NETWORKS;
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    /* The last of many, and both kinds at once. */
    policy.networks[FWX_MAX_NETWORKS - 1].address = address;
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    policy.networks[0] = (struct fwx_network){address, 128, FWX_NETWORK_SPOOFED};
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    policy.network_count--; /* only so many count */
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
}

/* ---- application filters --------------------------------------------------------------------- */

static const char *filter_on(const struct fwx_policy *policy, uint8_t protocol, uint16_t port)
{
    const struct fwx_app_filter *filter = fwx_policy_filter(policy, protocol, port);

    return filter ? filter->name : NULL;
}

/* The known ones, in the product that they are known of, and in no earlier one. */
static void test_presets(void)
{
    static const struct {
        uint16_t port;
        uint8_t protocol;
        enum fwx_product since;
        const char *name;
    } known[] = {
        {21, FWX_PROTOCOL_TCP, FWX_ISA_2004, "FTP Access"},
        {25, FWX_PROTOCOL_TCP, FWX_ISA_2004, "SMTP"},
        {53, FWX_PROTOCOL_TCP, FWX_ISA_2004, "DNS"},
        {53, FWX_PROTOCOL_UDP, FWX_ISA_2004, "DNS"},
        {69, FWX_PROTOCOL_UDP, FWX_TMG_2010, "TFTP Access"},
        {110, FWX_PROTOCOL_TCP, FWX_ISA_2004, "POP Intrusion Detection"},
        {135, FWX_PROTOCOL_TCP, FWX_ISA_2004, "RPC"},
        {554, FWX_PROTOCOL_TCP, FWX_ISA_2004, "RTSP"},
        {1720, FWX_PROTOCOL_TCP, FWX_ISA_2004, "H.323"},
        {1723, FWX_PROTOCOL_TCP, FWX_ISA_2004, "PPTP"},
        {5060, FWX_PROTOCOL_TCP, FWX_TMG_2010, "SIP Access"},
        {5060, FWX_PROTOCOL_UDP, FWX_TMG_2010, "SIP Access"},
        {8080, FWX_PROTOCOL_TCP, FWX_ISA_2004, "Web Proxy"},
        {69, FWX_PROTOCOL_TCP, FWX_TMG_2010, NULL},
        {25, FWX_PROTOCOL_UDP, FWX_ISA_2004, NULL},
        {443, FWX_PROTOCOL_TCP, FWX_ISA_2004, NULL},
        {0, FWX_PROTOCOL_TCP, FWX_ISA_2004, NULL},
    };

    for (int product = FWX_ISA_2004; product <= FWX_TMG_2010; product++) {
        struct fwx_policy policy = fwx_policy_default();

        policy.product = (enum fwx_product)product;
        for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
            g_assert_cmpstr(filter_on(&policy, known[i].protocol, known[i].port), ==,
                            product >= (int)known[i].since ? known[i].name : NULL);
    }
}

static bool set(struct fwx_policy *policy, uint8_t protocol, uint16_t port, const char *name)
{
    struct fwx_app_filter filter = {port, protocol, FWX_ISA_2004, ""};

    g_strlcpy(filter.name, name, sizeof filter.name);
    return fwx_policy_set_filter(policy, &filter);
}

static void test_set_filter(void)
{
    struct fwx_policy policy = fwx_policy_default();
    unsigned presets = policy.filter_count;

    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 8554, "Camera"));
    g_assert_cmpuint(policy.filter_count, ==, presets + 1);
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 8554), ==, "Camera");
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_UDP, 8554));
    /* In place of one that is there. */
    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 53, "My DNS"));
    g_assert_cmpuint(policy.filter_count, ==, presets + 1);
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 53), ==, "My DNS");
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_UDP, 53), ==, "DNS");
    /* An empty name takes it away, from any place in the table, and is not missed twice. */
    for (int again = 0; again < 2; again++) {
        g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 21, ""));
        g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 8554, ""));
        g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 21));
        g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 8554));
        g_assert_cmpuint(policy.filter_count, ==, presets - 1);
    }
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 8080), ==, "Web Proxy");
    /* A newer product's filter in an older product. */
    policy.product = FWX_ISA_2006;
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 5060));
    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 5060, "SIP, by hand"));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 5060), ==, "SIP, by hand");
}

static void test_no_room(void)
{
    struct fwx_policy policy = fwx_policy_default();
    uint16_t port = 20000;

    while (policy.filter_count < FWX_MAX_FILTERS)
        g_assert_true(set(&policy, FWX_PROTOCOL_TCP, port++, "Mine"));
    g_assert_false(set(&policy, FWX_PROTOCOL_TCP, port, "Mine"));
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, port));
    /* What is there can still be changed, and taken away to make room. */
    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 20000, "Changed"));
    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, port, ""));
    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, 20001, ""));
    g_assert_true(set(&policy, FWX_PROTOCOL_TCP, port, "Mine"));
    g_assert_cmpuint(policy.filter_count, ==, FWX_MAX_FILTERS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/as-installed", test_as_installed);
    g_test_add_func("/policy/knows", test_knows);
    g_test_add_func("/policy/prefixes", test_prefixes);
    g_test_add_func("/policy/networks", test_networks);
    g_test_add_func("/policy/kinds-of-networks", test_kinds_of_networks);
    g_test_add_func("/policy/presets", test_presets);
    g_test_add_func("/policy/set-filter", test_set_filter);
    g_test_add_func("/policy/no-room", test_no_room);
    return g_test_run();
}
