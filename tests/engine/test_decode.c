/* test_decode.c
 * From bytes to packets: headers field by field, what was cut off, what lies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bytes.h"

/* ---- IPv4 ------------------------------------------------------------------------------------ */

static void test_ipv4(void)
{
    struct fwx_packet packet = decode("45 00 0028 1234 4000 3f 06 0000 " ADDRESSES4 SYN_TO_443);
    const uint8_t from[4] = {192, 0, 2, 1};
    const uint8_t to[4] = {192, 0, 2, 2};
    const struct fwx_address src = fwx_address_from(from, 4);
    const struct fwx_address dst = fwx_address_from(to, 4);

    g_assert_cmpuint(packet.ip_version, ==, 4);
    g_assert_cmpuint(packet.ip_header_len, ==, 20);
    g_assert_cmpuint(packet.ip_len, ==, 40);
    g_assert_cmpuint(packet.frame_len, ==, 40);
    g_assert_cmphex(packet.ip_id, ==, 0x1234);
    g_assert_cmpuint(packet.ttl, ==, 63);
    g_assert_cmpuint(packet.protocol, ==, FWX_PROTOCOL_TCP);
    g_assert_cmpint(packet.view, ==, FWX_VIEW_DATAGRAM);
    g_assert_true(fwx_address_equal(&packet.src, &src));
    g_assert_true(fwx_address_equal(&packet.dst, &dst));
    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.src_port, ==, 0xc000);
    g_assert_cmpuint(packet.dst_port, ==, 443);
}

/* What is no IP packet, or cut off within its header. */
static void test_no_ip(void)
{
    const char *ipv4 = "45 00 0028 1234 4000 3f 06 0000 " ADDRESSES4 SYN_TO_443;
    const char *ipv6 = "60 000000 0014 06 40 " ADDRESSES6 SYN_TO_443;
    struct fwx_packet packet;

    g_assert_true(decode_cut(ipv4, 20, UINT32_MAX, &packet));
    g_assert_false(packet.has_transport);
    g_assert_false(decode_cut(ipv4, 19, UINT32_MAX, &packet));
    g_assert_false(decode_cut(ipv4, UINT32_MAX, 19, &packet));
    g_assert_true(decode_cut(ipv6, 40, UINT32_MAX, &packet));
    g_assert_false(packet.has_transport);
    g_assert_false(decode_cut(ipv6, 39, UINT32_MAX, &packet));
    g_assert_false(decode_cut("55 00 0028 1234 4000 3f 06 0000 " ADDRESSES4 SYN_TO_443, UINT32_MAX,
                              UINT32_MAX, &packet));
    g_assert_false(decode_cut("", UINT32_MAX, UINT32_MAX, &packet));
}

/* Lengths that cannot be, and those that stand for something else. */
static void test_ipv4_lengths(void)
{
    static const struct {
        const char *hex;
        enum fwx_view view;
        uint32_t ip_len;
        uint32_t frame_len;
    } cases[] = {
        {"44 00 0028 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_BAD_LENGTH, 40, 40},
        {"45 00 0013 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_BAD_LENGTH, 19, 40},
        {"45 00 0014 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_DATAGRAM, 20, 20},
        /* With options; their last word is missing. */
        {"46 00 0017 0000 0000 40 06 0000 " ADDRESSES4 "01010101 00", FWX_VIEW_BAD_LENGTH, 23, 25},
        {"46 00 0018 0000 0000 40 06 0000 " ADDRESSES4 "01010101 00", FWX_VIEW_DATAGRAM, 24, 24},
        /* 0: all that is there. */
        {"45 00 0000 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_DATAGRAM, 40, 40},
        /* Padding behind it is not part of it. */
        {"45 00 0028 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443 "000000000000", FWX_VIEW_DATAGRAM,
         40, 40},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = decode(cases[i].hex);

        g_assert_cmpint(packet.view, ==, cases[i].view);
        g_assert_cmpuint(packet.ip_len, ==, cases[i].ip_len);
        g_assert_cmpuint(packet.frame_len, ==, cases[i].frame_len);
    }
}

static void test_ipv4_fragments(void)
{
    static const struct {
        const char *hex;
        enum fwx_view view;
        uint32_t end;
    } cases[] = {
        {"45 00 0028 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_DATAGRAM, 0},
        {"45 00 0028 0000 c000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_DATAGRAM, 0},
        {"45 00 0028 0000 2000 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_FRAGMENT, 20},
        {"45 00 0028 0000 0001 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_FRAGMENT, 28},
        {"45 00 0028 0000 1fff 40 06 0000 " ADDRESSES4 SYN_TO_443, FWX_VIEW_FRAGMENT, 65548},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = decode(cases[i].hex);

        g_assert_cmpint(packet.view, ==, cases[i].view);
        g_assert_cmpuint(packet.fragment_end, ==, cases[i].end);
        g_assert_cmpint(packet.has_transport, ==, cases[i].view == FWX_VIEW_DATAGRAM);
    }
}

/* The capture was cut, and the frame's length with it: what is missing belongs to the segment. */
static void test_ipv4_cut(void)
{
    struct fwx_packet packet = decode("45 00 003c 0000 0000 40 06 0000 " ADDRESSES4 SYN_TO_443);

    g_assert_cmpint(packet.view, ==, FWX_VIEW_DATAGRAM);
    g_assert_cmpuint(packet.ip_len, ==, 60);
    g_assert_cmpuint(packet.frame_len, ==, 40);
    g_assert_cmpuint(packet.tcp.payload_len, ==, 20);
    g_assert_cmpuint(packet.tcp.head_len, ==, 0);
}

/* ---- IPv6 ------------------------------------------------------------------------------------ */

static void test_ipv6(void)
{
    struct fwx_packet packet = decode("60 000000 0014 06 3f " ADDRESSES6 SYN_TO_443 "0000");

    g_assert_cmpuint(packet.ip_version, ==, 6);
    g_assert_cmpuint(packet.ip_header_len, ==, 40);
    g_assert_cmpuint(packet.ip_len, ==, 60);
    g_assert_cmpuint(packet.ttl, ==, 63);
    g_assert_cmpuint(fwx_address_bytes(&packet.src)[15], ==, 1);
    g_assert_cmpuint(fwx_address_bytes(&packet.dst)[15], ==, 2);
    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.payload_len, ==, 0);
    /* A jumbogram: all that is there (RFC 2675). */
    packet = decode("60 000000 0000 06 3f " ADDRESSES6 SYN_TO_443 "0000");
    g_assert_cmpuint(packet.ip_len, ==, 62);
    g_assert_cmpuint(packet.tcp.payload_len, ==, 2);
}

/* What stands before the transport, and what ends the way to it. */
static void test_headers_before(void)
{
    static const struct {
        const char *hex;
        uint8_t protocol;
        bool transport;
        uint32_t fragment_end; /* 0: a datagram */
    } cases[] = {
        /* Hop-by-hop, routing, destination; two words of the latter. */
        {"60 000000 001c 00 40 " ADDRESSES6 "06 00 010400000000 " SYN_TO_443, 6, true, 0},
        {"60 000000 001c 2b 40 " ADDRESSES6 "06 00 010400000000 " SYN_TO_443, 6, true, 0},
        {"60 000000 0024 3c 40 " ADDRESSES6 "06 01 010c00000000 0000000000000000" SYN_TO_443, 6,
         true, 0},
        {"60 000000 0024 00 40 " ADDRESSES6 "3c 00 010400000000 06 00 010400000000" SYN_TO_443, 6,
         true, 0},
        /* AH is counted in words of four, less two (RFC 4302, 2.2). */
        {"60 000000 0020 33 40 " ADDRESSES6 "06 01 0000 00000001 00000001 " SYN_TO_443, 6, true, 0},
        {"45 00 0034 0000 0000 40 33 0000 " ADDRESSES4 "06 01 0000 00000001 00000001 " SYN_TO_443,
         6, true, 0},
        /* A fragment header of a whole datagram (RFC 6946), reserved bits set or not. */
        {"60 000000 001c 2c 40 " ADDRESSES6 "06 00 0000 00000001 " SYN_TO_443, 6, true, 0},
        {"60 000000 001c 2c 40 " ADDRESSES6 "06 00 0006 00000001 " SYN_TO_443, 6, true, 0},
        /* The first fragment, and a last one. */
        {"60 000000 001c 2c 40 " ADDRESSES6 "06 00 0001 00000001 " SYN_TO_443, 6, false, 20},
        {"60 000000 001c 2c 40 " ADDRESSES6 "06 00 0008 00000001 " SYN_TO_443, 6, false, 28},
        {"60 000000 0010 2c 40 " ADDRESSES6 "11 00 0001 00000001 c000 0035 0008 0000", 17, false,
         8},
        /* Nothing behind it. */
        {"60 000000 0008 00 40 " ADDRESSES6 "06 00 010400000000", 6, false, 0},
        /* None of these is anything in front of a transport over IPv4. */
        {"45 00 0030 0000 0000 40 00 0000 " ADDRESSES4 "06 00 010400000000 " SYN_TO_443, 0, false,
         0},
        {"45 00 0030 0000 0000 40 2c 0000 " ADDRESSES4 "06 00 000100000001 " SYN_TO_443, 44, false,
         0},
        /* No next header, and one that was cut off. */
        {"60 000000 0014 3b 40 " ADDRESSES6 SYN_TO_443, 59, false, 0},
        {"60 000000 0007 00 40 " ADDRESSES6 "06 00 0104000000", 0, false, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = decode(cases[i].hex);

        g_assert_cmpuint(packet.protocol, ==, cases[i].protocol);
        g_assert_cmpint(packet.has_transport, ==, cases[i].transport);
        g_assert_cmpint(packet.view, ==,
                        cases[i].fragment_end ? FWX_VIEW_FRAGMENT : FWX_VIEW_DATAGRAM);
        g_assert_cmpuint(packet.fragment_end, ==, cases[i].fragment_end);
        if (cases[i].transport)
            g_assert_cmpuint(packet.dst_port, ==, 443);
        if (cases[i].transport && packet.ip_version == 4) /* as if AH were not there */
            g_assert_cmpuint(packet.ip_len, ==, 40);
    }
}

/* ---- TCP ------------------------------------------------------------------------------------- */

static void test_tcp(void)
{
    const char *segment = "c000 01bb 01020304 05060708 50 18 2345 0000 0009 6162636465666768 69";
    struct fwx_packet packet = transport(FWX_PROTOCOL_TCP, segment, UINT32_MAX, UINT32_MAX);
    const struct fwx_tcp_segment *tcp = &packet.tcp;

    g_assert_true(packet.has_transport);
    g_assert_cmphex(tcp->seq, ==, 0x01020304);
    g_assert_cmphex(tcp->ack, ==, 0x05060708);
    g_assert_cmpuint(tcp->header_len, ==, 20);
    g_assert_cmphex(tcp->flags, ==, FWX_PSH | FWX_ACK);
    g_assert_cmphex(tcp->window, ==, 0x2345);
    g_assert_cmpuint(tcp->urgent_pointer, ==, 9);
    g_assert_cmpuint(tcp->payload_len, ==, 9);
    g_assert_cmpuint(tcp->head_len, ==, 8);
    g_assert_cmpmem(tcp->head, 8, "abcdefgh", 8);
    g_assert_cmpuint(tcp->window_scale, ==, FWX_NO_WINDOW_SCALE);
    g_assert_false(tcp->fast_open);
    /* Cut within the payload, before it, and within the header. */
    packet = transport(FWX_PROTOCOL_TCP, segment, 23, UINT32_MAX);
    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.payload_len, ==, 9);
    g_assert_cmpuint(packet.tcp.head_len, ==, 3);
    g_assert_cmpmem(packet.tcp.head, 3, "abc", 3);
    packet = transport(FWX_PROTOCOL_TCP, segment, 20, UINT32_MAX);
    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.head_len, ==, 0);
    packet = transport(FWX_PROTOCOL_TCP, segment, 19, UINT32_MAX);
    g_assert_false(packet.has_transport);
}

/* The header is at least 20 bytes long, and no longer than what there was; captured or not. */
static void test_tcp_header_length(void)
{
    const char *shorter = "c000 01bb 01020304 05060708 40 10 2345 0000 0000";
    const char *longer = "c000 01bb 01020304 05060708 60 10 2345 0000 0000";
    struct fwx_packet packet = transport(FWX_PROTOCOL_TCP, longer, UINT32_MAX, 24);

    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.header_len, ==, 24);
    g_assert_cmpuint(packet.tcp.payload_len, ==, 0);
    g_assert_false(transport(FWX_PROTOCOL_TCP, longer, UINT32_MAX, 23).has_transport);
    g_assert_false(transport(FWX_PROTOCOL_TCP, shorter, UINT32_MAX, 40).has_transport);
}

/* A SYN with two words of options, of which so many bytes were captured. */
static void try_options(const char *options, uint32_t captured, uint8_t scale, bool fast_open)
{
    char *hex = g_strdup_printf("c000 01bb 01020304 05060708 70 02 2345 0000 0000 %s", options);
    struct fwx_packet packet = transport(FWX_PROTOCOL_TCP, hex, 20 + captured, UINT32_MAX);

    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.window_scale, ==, scale);
    g_assert_cmpint(packet.tcp.fast_open, ==, fast_open);
    g_free(hex);
}

static void test_options(void)
{
    enum { NO_SCALE = FWX_NO_WINDOW_SCALE, ALL = 8 };

    try_options("020405b4 01 030307", ALL, 7, false);
    try_options("020405b4 01 030300", ALL, 0, false);
    try_options("020405b4 01 03030e", ALL, 14, false);
    try_options("020405b4 01 03030f", ALL, 14, false); /* RFC 7323, 2.3: as if it were 14 */
    try_options("020405b4 01 030307", ALL - 1, NO_SCALE, false);
    try_options("020405b4 01 01 0303", ALL, NO_SCALE, false); /* leads out of the header */
    try_options("020405b4 00 030307", ALL, NO_SCALE, false);  /* behind the end */
    try_options("00 02 030307 010101", ALL, NO_SCALE, false);
    try_options("03 04 07 07 0101 0101", ALL, NO_SCALE, false);
    try_options("03 02 0303 05 010101", ALL, 5, false);
    try_options("08 00 030307 010101", ALL, NO_SCALE, false); /* of no length: nothing follows */
    try_options("08 01 030307 010101", ALL, NO_SCALE, false);
    /* Fast Open (RFC 7413, 4.1.1), and as an experiment. */
    try_options("2202 0101 01010101", ALL, NO_SCALE, true);
    try_options("2206 01020304 0101", ALL, NO_SCALE, true);
    try_options("fe04 f989 01 030302", ALL, 2, true);
    try_options("fe04 f988 01 030302", ALL, 2, false);
    try_options("fe03 f989 01010101", ALL, NO_SCALE, false);
    try_options("010101 01 010101 01", ALL, NO_SCALE, false);
}

/* Only of a SYN. */
static void test_options_of_others(void)
{
    struct fwx_packet packet =
        transport(FWX_PROTOCOL_TCP, "c000 01bb 01020304 05060708 60 10 2345 0000 0000 01030307",
                  UINT32_MAX, UINT32_MAX);

    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.window_scale, ==, FWX_NO_WINDOW_SCALE);
}

/* An ACK with these options, of which so many bytes were captured. */
static struct fwx_tcp_segment with_options(const char *options, uint32_t captured)
{
    uint32_t words = (uint32_t)strlen(options) / 8;
    char *hex =
        g_strdup_printf("c000 01bb 01020304 05060708 %x0 10 2345 0000 0000 %s", 5 + words, options);
    struct fwx_packet packet = transport(FWX_PROTOCOL_TCP, hex, 20 + captured, UINT32_MAX);

    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.tcp.header_len, ==, 20 + 4 * words);
    g_free(hex);
    return packet.tcp;
}

/* RFC 2018, 3: the first block, whatever stands before and behind it. */
static void test_sack(void)
{
    static const char *const options[] = {
        "0101050a1112131421222324", /* padded as everybody does */
        "050a11121314212223240101",
        "01050a111213142122232401",
        "050a11121314212223240306",                         /* what follows is malformed */
        "010105121112131421222324313233344142434400000000", /* two blocks, and the end */
        "0101080a00000001000000020101050a1112131421222324", /* behind time stamps */
        "050a1112131421222324050a313233344142434401010101", /* two options */
        "0502050a1112131421222324",                         /* one without a block first */
        "0402050a1112131421222324",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(options); i++) {
        struct fwx_tcp_segment tcp = with_options(options[i], 40);

        g_assert_true(tcp.has_sack);
        g_assert_cmphex(tcp.sack[0], ==, 0x11121314);
        g_assert_cmphex(tcp.sack[1], ==, 0x21222324);
    }
}

/* What is acknowledged, blocks and all: of the ACK, 05060708, or further on. */
static void test_sack_high(void)
{
    static const struct {
        const char *options;
        uint32_t high;
    } cases[] = {
        {"", 0x05060708},
        {"0101080a1112131421222324", 0x05060708},
        {"0101050a1112131421222324", 0x21222324},
        {"010105121112131421222324313233344142434400000000", 0x41424344},
        {"010105123132333441424344111213142122232400000000", 0x41424344},
        {"0101051a111213142122232431323334414243445152535461626364", 0x61626364},
        {"050a1112131421222324050a313233344142434401010101", 0x21222324}, /* the first option */
        {"0101050a0102030405060707", 0x05060708},                         /* below, on, above */
        {"0101050a0102030405060708", 0x05060708},
        {"0101050a0102030405060709", 0x05060709},
        {"0101050a0102030485060707", 0x85060707}, /* 2^31 - 1 ahead, 2^31: ahead still, more */
        {"0101050a0102030485060708", 0x85060708},
        {"0101050a0102030485060709", 0x05060708},
    };
    struct fwx_packet syn =
        transport(FWX_PROTOCOL_TCP,
                  "c000 01bb 01020304 00000000 80 02 2345 0000 0000 0101050a1112131421222324",
                  UINT32_MAX, UINT32_MAX);

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmphex(with_options(cases[i].options, 40).sack_high, ==, cases[i].high);
    g_assert_false(syn.tcp.has_sack);
    g_assert_cmphex(syn.tcp.sack_high, ==, 0x21222324);
}

/* RFC 2018, 2: of a SYN, and two bytes long. */
static void test_sack_permitted(void)
{
    static const struct {
        const char *flags_and_option;
        bool permitted;
    } cases[] = {
        {"02 2345 0000 0000 04020000", true},  {"12 2345 0000 0000 01010402", true},
        {"02 2345 0000 0000 04030000", false}, {"02 2345 0000 0000 05020000", false},
        {"10 2345 0000 0000 04020000", false}, {"02 2345 0000 0000 00000402", false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *hex = g_strdup_printf("c000 01bb 01020304 00000000 60 %s", cases[i].flags_and_option);

        g_assert_cmpint(
            transport(FWX_PROTOCOL_TCP, hex, UINT32_MAX, UINT32_MAX).tcp.sack_permitted, ==,
            cases[i].permitted);
        g_free(hex);
    }
}

static void test_no_sack(void)
{
    static const char *const options[] = {
        "0101050011121314212223242526272801010101", /* length 0, 1, 2 */
        "0101050111121314212223242526272801010101",
        "0101050211121314212223242526272801010101",
        "0101050911121314212223242526272801010101", /* less than a block, and more */
        "0101050b11121314212223242526272801010101",
        "0101051111121314212223242526272801010101",
        "0101050b1112131421222324", /* leads out of the header */
        "010105121112131421222324",
        "0101080a1112131421222324", /* time stamps */
        "0100050a1112131421222324", /* behind the end of the list */
        "0101040a1112131421222324", /* another option */
        "0101050a11121314",
        "",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(options); i++)
        g_assert_false(with_options(options[i], 40).has_sack);
    /* Cut off: with its last byte, and without. */
    g_assert_true(with_options("050a11121314212223240101", 10).has_sack);
    g_assert_false(with_options("050a11121314212223240101", 9).has_sack);
    g_assert_false(with_options("0101050a1112131421222324", 11).has_sack);
}

/* ---- UDP and ICMP ---------------------------------------------------------------------------- */

static void test_udp(void)
{
    const char *datagram = "c000 0035 000a 0000 6162";
    struct fwx_packet packet = transport(FWX_PROTOCOL_UDP, datagram, 8, UINT32_MAX);

    g_assert_true(packet.has_transport);
    g_assert_cmpuint(packet.src_port, ==, 0xc000);
    g_assert_cmpuint(packet.dst_port, ==, 53);
    g_assert_cmpuint(packet.udp_len, ==, 10);
    g_assert_false(transport(FWX_PROTOCOL_UDP, datagram, 7, UINT32_MAX).has_transport);
    g_assert_false(transport(132, datagram, UINT32_MAX, UINT32_MAX).has_transport);
}

static void test_icmp(void)
{
    static const struct {
        uint8_t protocol;
        const char *hex;
        enum fwx_echo_role echo;
    } cases[] = {
        {FWX_PROTOCOL_ICMP, "08 00 0000 1234 0001 61", FWX_ECHO_REQUEST},
        {FWX_PROTOCOL_ICMP, "00 00 0000 1234 0001 61", FWX_ECHO_REPLY},
        {FWX_PROTOCOL_ICMP, "03 01 0000 1234 0001 61", FWX_ECHO_NONE},
        {FWX_PROTOCOL_ICMP, "80 00 0000 1234 0001 61", FWX_ECHO_NONE},
        {FWX_PROTOCOL_ICMP, "81 00 0000 1234 0001 61", FWX_ECHO_NONE},
        {FWX_PROTOCOL_ICMPV6, "80 00 0000 1234 0001 61", FWX_ECHO_REQUEST},
        {FWX_PROTOCOL_ICMPV6, "81 00 0000 1234 0001 61", FWX_ECHO_REPLY},
        {FWX_PROTOCOL_ICMPV6, "08 00 0000 1234 0001 61", FWX_ECHO_NONE},
        {FWX_PROTOCOL_ICMPV6, "00 00 0000 1234 0001 61", FWX_ECHO_NONE},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet =
            transport(cases[i].protocol, cases[i].hex, UINT32_MAX, UINT32_MAX);
        uint16_t port = cases[i].echo ? 0x1234 : 0;

        g_assert_true(packet.has_transport);
        g_assert_cmpint(packet.icmp.echo, ==, cases[i].echo);
        g_assert_cmpuint(packet.icmp.data_len, ==, 1);
        g_assert_cmphex(packet.src_port, ==, port);
        g_assert_cmphex(packet.dst_port, ==, port);
    }
    g_assert_cmpuint(transport(FWX_PROTOCOL_ICMP, cases[2].hex, 8, 8).icmp.type, ==, 3);
    g_assert_cmpuint(transport(FWX_PROTOCOL_ICMP, cases[2].hex, 8, 8).icmp.code, ==, 1);
}

static void test_icmp_cut_off(void)
{
    const char *echo = "08 00 0000 1234 0001";
    struct fwx_packet fragment = {.protocol = FWX_PROTOCOL_ICMP, .fragment = true};
    const uint8_t bytes[8] = {8};

    g_assert_cmphex(transport(FWX_PROTOCOL_ICMP, echo, 6, 8).src_port, ==, 0x1234);
    g_assert_cmphex(transport(FWX_PROTOCOL_ICMP, echo, 5, 8).src_port, ==, 0);
    g_assert_true(transport(FWX_PROTOCOL_ICMP, echo, 2, 8).has_transport);
    g_assert_false(transport(FWX_PROTOCOL_ICMP, echo, 1, 8).has_transport);
    g_assert_false(transport(FWX_PROTOCOL_ICMP, echo, 7, 7).has_transport);
    /* How much data it has nobody knows. */
    g_assert_true(fwx_decode_transport((struct fwx_bytes){bytes, 8, 8}, &fragment));
    g_assert_cmpint(fragment.icmp.echo, ==, FWX_ECHO_NONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decode/ipv4", test_ipv4);
    g_test_add_func("/decode/no-ip", test_no_ip);
    g_test_add_func("/decode/ipv4-lengths", test_ipv4_lengths);
    g_test_add_func("/decode/ipv4-fragments", test_ipv4_fragments);
    g_test_add_func("/decode/ipv4-cut", test_ipv4_cut);
    g_test_add_func("/decode/ipv6", test_ipv6);
    g_test_add_func("/decode/headers-before", test_headers_before);
    g_test_add_func("/decode/tcp", test_tcp);
    g_test_add_func("/decode/tcp-header-length", test_tcp_header_length);
    g_test_add_func("/decode/options", test_options);
    g_test_add_func("/decode/options-of-others", test_options_of_others);
    g_test_add_func("/decode/sack", test_sack);
    g_test_add_func("/decode/sack-high", test_sack_high);
    g_test_add_func("/decode/sack-permitted", test_sack_permitted);
    g_test_add_func("/decode/no-sack", test_no_sack);
    g_test_add_func("/decode/udp", test_udp);
    g_test_add_func("/decode/icmp", test_icmp);
    g_test_add_func("/decode/icmp-cut-off", test_icmp_cut_off);
    return g_test_run();
}
