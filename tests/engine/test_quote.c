/* test_quote.c
 * The packets that ICMP errors quote: which of them are known, and from which byte on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bytes.h"

#define QUOTES4(protocol)       "45 00 05dc 1234 4000 3f " protocol " 0000 " ADDRESSES4
#define QUOTES6(next)           "60 000000 05b4 " next " 3f " ADDRESSES6
#define UNREACHABLE4            "03 01 0000 00000000 "
#define UNREACHABLE6            "01 00 0000 00000000 "
#define PORTS                   "c000 01bb "
#define DESTINATION(next)       next " 00 010400000000 "
#define FRAGMENT6(next, offset) next " 00 " offset " 00000001 "

static const struct quoting {
    const char *hex;  /* an ICMP error */
    uint8_t version;  /* of IP, 4: over IPv4 */
    uint8_t protocol; /* that is quoted */
    uint16_t src_port;
    uint16_t dst_port;
    uint32_t seq;
    uint32_t needs; /* so many bytes */
} quotings[] = {
    {UNREACHABLE4 QUOTES4("06") PORTS "01020304", 4, 6, 0xc000, 443, 0x01020304, 36},
    {UNREACHABLE4 QUOTES4("06") SYN_TO_443, 4, 6, 0xc000, 443, 0x01020304, 36},
    {UNREACHABLE4 QUOTES4("11") PORTS "000a0000", 4, 17, 0xc000, 443, 0, 32},
    {UNREACHABLE4 QUOTES4("01") "0800 0000 1234 0001", 4, 1, 0x1234, 0x1234, 0, 34},
    {UNREACHABLE4 QUOTES4("01") "0000 0000 1234 0001", 4, 1, 0x1234, 0x1234, 0, 34},
    {UNREACHABLE4 QUOTES4("01") "0d00 0000 1234 0001", 4, 1, 0, 0, 0, 34}, /* a timestamp request */
    /* With IP options; behind AH. */
    {UNREACHABLE4 "46 00 05dc 1234 4000 3f 06 0000 " ADDRESSES4 "94040000" PORTS "01020304", 4, 6,
     0xc000, 443, 0x01020304, 40},
    {UNREACHABLE4 QUOTES4("33") "06 01 0000 00000001 00000001 " PORTS "01020304", 4, 6, 0xc000, 443,
     0x01020304, 48},
    /* A total length without the header's, or in the other byte order; more to come. */
    {UNREACHABLE4 "45 00 0014 1234 4000 3f 06 0000 " ADDRESSES4 PORTS "01020304", 4, 6, 0xc000, 443,
     0x01020304, 36},
    {UNREACHABLE4 "45 00 0000 1234 4000 3f 06 0000 " ADDRESSES4 PORTS "01020304", 4, 6, 0xc000, 443,
     0x01020304, 36},
    {UNREACHABLE4 "45 00 05dc 1234 2000 3f 06 0000 " ADDRESSES4 PORTS "01020304", 4, 6, 0xc000, 443,
     0x01020304, 36},
    {UNREACHABLE6 QUOTES6("06") PORTS "01020304", 6, 6, 0xc000, 443, 0x01020304, 56},
    {UNREACHABLE6 QUOTES6("11") PORTS "000a0000", 6, 17, 0xc000, 443, 0, 52},
    {UNREACHABLE6 QUOTES6("3a") "8000 0000 1234 0001", 6, 58, 0x1234, 0x1234, 0, 54},
    {UNREACHABLE6 QUOTES6("3a") "8700 0000 1234 0001", 6, 58, 0, 0, 0, 54},
    {UNREACHABLE6 QUOTES6("3c") DESTINATION("06") PORTS "01020304", 6, 6, 0xc000, 443, 0x01020304,
     64},
    {UNREACHABLE6 QUOTES6("00") DESTINATION("2b") DESTINATION("11") PORTS, 6, 17, 0xc000, 443, 0,
     68},
    /* A first fragment, behind a header and before one; a fragment header of a whole datagram. */
    {UNREACHABLE6 QUOTES6("3c") DESTINATION("2c") FRAGMENT6("06", "0001") PORTS "01020304", 6, 6,
     0xc000, 443, 0x01020304, 72},
    {UNREACHABLE6 QUOTES6("2c") FRAGMENT6("3c", "0001") DESTINATION("06") PORTS "01020304", 6, 6,
     0xc000, 443, 0x01020304, 72},
    {UNREACHABLE6 QUOTES6("2c") FRAGMENT6("06", "0000") PORTS "01020304", 6, 6, 0xc000, 443,
     0x01020304, 64},
};

static void assert_unknown(const struct fwx_packet *packet)
{
    static const struct fwx_quote nothing;

    g_assert_true(packet->has_transport);
    g_assert_cmpmem(&packet->icmp.quote, sizeof nothing, &nothing, sizeof nothing);
}

/* Known from the byte on with which all is there, and not before. */
static void test_quotes(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(quotings); i++) {
        const struct quoting *quoting = &quotings[i];
        uint8_t icmp = quoting->version == 4 ? FWX_PROTOCOL_ICMP : FWX_PROTOCOL_ICMPV6;
        struct fwx_packet packet = transport(icmp, quoting->hex, quoting->needs, UINT32_MAX);
        const struct fwx_quote *quote = &packet.icmp.quote;
        struct fwx_packet whole =
            decode(quoting->version == 4 ? "45 00 0014 0000 0000 40 06 0000 " ADDRESSES4
                                         : "60 000000 0000 3b 40 " ADDRESSES6);

        g_assert_true(quote->known);
        g_assert_true(fwx_address_equal(&quote->src, &whole.src));
        g_assert_true(fwx_address_equal(&quote->dst, &whole.dst));
        g_assert_cmpuint(quote->protocol, ==, quoting->protocol);
        g_assert_cmphex(quote->src_port, ==, quoting->src_port);
        g_assert_cmphex(quote->dst_port, ==, quoting->dst_port);
        g_assert_cmphex(quote->seq, ==, quoting->seq);
        g_assert_false(fwx_has_connection(&packet));
        g_assert_cmpuint(packet.src_port, ==, 0);
        for (uint32_t captured = 2; captured < quoting->needs; captured++) {
            packet = transport(icmp, quoting->hex, captured, UINT32_MAX);
            assert_unknown(&packet);
        }
    }
}

static void test_no_quotes(void)
{
    static const struct {
        uint8_t protocol;
        const char *hex;
    } cases[] = {
        /* Later fragments. */
        {1, UNREACHABLE4 "45 00 05dc 1234 0001 3f 06 0000 " ADDRESSES4 SYN_TO_443},
        {1, UNREACHABLE4 "45 00 05dc 1234 3000 3f 06 0000 " ADDRESSES4 SYN_TO_443},
        {58, UNREACHABLE6 QUOTES6("2c") FRAGMENT6("06", "0008") SYN_TO_443},
        {58, UNREACHABLE6 QUOTES6("2c") FRAGMENT6("06", "0009") SYN_TO_443},
        {58, UNREACHABLE6 QUOTES6("2c") FRAGMENT6("2c", "0001") FRAGMENT6("06", "0008") SYN_TO_443},
        /* The other version's packet, a header too short, and other protocols. */
        {1, UNREACHABLE4 QUOTES6("06") SYN_TO_443},
        {1, UNREACHABLE4 "55 00 05dc 1234 4000 3f 06 0000 " ADDRESSES4 SYN_TO_443},
        {58, UNREACHABLE6 "70 000000 05b4 06 3f " ADDRESSES6 SYN_TO_443},
        {58, UNREACHABLE6 QUOTES4("06") SYN_TO_443 SYN_TO_443},
        {1, UNREACHABLE4 "44 00 05dc 1234 4000 3f 06 0000 " ADDRESSES4 SYN_TO_443},
        {1, UNREACHABLE4 QUOTES4("84") SYN_TO_443},
        {1, UNREACHABLE4 QUOTES4("2c") FRAGMENT6("06", "0001") SYN_TO_443},
        {58, UNREACHABLE6 QUOTES6("3b") SYN_TO_443},
        {58, UNREACHABLE6 QUOTES6("3c") "06 ff 010400000000 " SYN_TO_443},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet =
            transport(cases[i].protocol, cases[i].hex, UINT32_MAX, UINT32_MAX);

        assert_unknown(&packet);
    }
}

/* Which messages quote (RFC 792; RFC 4443, 2.1). */
static void test_quoting_types(void)
{
    static const uint8_t types4[] = {3, 4, 5, 11, 12};
    static const uint8_t types6[] = {1, 2, 3, 4};

    for (unsigned type = 0; type < 256; type++) {
        char *hex = g_strdup_printf("%02x 00 0000 00000000 %s", type, QUOTES4("06") SYN_TO_443);
        char *hex6 = g_strdup_printf("%02x 00 0000 00000000 %s", type, QUOTES6("06") SYN_TO_443);
        struct fwx_packet icmp = transport(FWX_PROTOCOL_ICMP, hex, UINT32_MAX, UINT32_MAX);
        struct fwx_packet icmp6 = transport(FWX_PROTOCOL_ICMPV6, hex6, UINT32_MAX, UINT32_MAX);

        g_assert_cmpint(icmp.icmp.quote.known, ==,
                        memchr(types4, (int)type, sizeof types4) != NULL);
        g_assert_cmpint(icmp6.icmp.quote.known, ==,
                        memchr(types6, (int)type, sizeof types6) != NULL);
        g_free(hex);
        g_free(hex6);
    }
}

/* As it stands in its packet, behind an IP header. A quote within the quote is nobody's. */
static void test_quote_in_packet(void)
{
    const char *error = "45 00 0040 0000 0000 40 01 0000 " ADDRESSES4 UNREACHABLE4 QUOTES4("06")
        SYN_TO_443 "00000000";
    const char *error6 = "60 000000 0048 3a 40 " ADDRESSES6 UNREACHABLE6 QUOTES6("06") SYN_TO_443;
    struct fwx_packet packet = decode(error);

    g_assert_true(packet.icmp.quote.known);
    g_assert_cmpuint(packet.icmp.type, ==, 3);
    g_assert_cmpuint(packet.icmp.data_len, ==, 36);
    g_assert_cmphex(packet.icmp.quote.seq, ==, 0x01020304);
    g_assert_false(fwx_has_connection(&packet));
    packet = decode(error6);
    g_assert_true(packet.icmp.quote.known);
    g_assert_cmphex(packet.icmp.quote.seq, ==, 0x01020304);
    g_assert_false(fwx_has_connection(&packet));
    packet = transport(FWX_PROTOCOL_ICMP,
                       UNREACHABLE4 QUOTES4("01") UNREACHABLE4 QUOTES4("06") SYN_TO_443, UINT32_MAX,
                       UINT32_MAX);
    g_assert_true(packet.icmp.quote.known);
    g_assert_cmpuint(packet.icmp.quote.protocol, ==, FWX_PROTOCOL_ICMP);
    g_assert_cmphex(packet.icmp.quote.src_port, ==, 0);
}

/* Who asked, and with which code. */
static void test_quoted_echo(void)
{
    static const struct {
        uint8_t protocol;
        const char *hex;
        enum fwx_echo_role echo;
        uint8_t code;
    } cases[] = {
        {1, UNREACHABLE4 QUOTES4("01") "0805 0000 1234 0001", FWX_ECHO_REQUEST, 5},
        {1, UNREACHABLE4 QUOTES4("01") "0000 0000 1234 0001", FWX_ECHO_REPLY, 0},
        {1, UNREACHABLE4 QUOTES4("01") "0d07 0000 1234 0001", FWX_ECHO_NONE, 7},
        {1, UNREACHABLE4 QUOTES4("06") SYN_TO_443, FWX_ECHO_NONE, 0},
        {58, UNREACHABLE6 QUOTES6("3a") "8001 0000 1234 0001", FWX_ECHO_REQUEST, 1},
        {58, UNREACHABLE6 QUOTES6("3a") "8100 0000 1234 0001", FWX_ECHO_REPLY, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet =
            transport(cases[i].protocol, cases[i].hex, UINT32_MAX, UINT32_MAX);

        g_assert_true(packet.icmp.quote.known);
        g_assert_cmpint(packet.icmp.quote.echo, ==, cases[i].echo);
        g_assert_cmpuint(packet.icmp.quote.code, ==, cases[i].code);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quote/quotes", test_quotes);
    g_test_add_func("/quote/no-quotes", test_no_quotes);
    g_test_add_func("/quote/quoting-types", test_quoting_types);
    g_test_add_func("/quote/quote-in-packet", test_quote_in_packet);
    g_test_add_func("/quote/quoted-echo", test_quoted_echo);
    return g_test_run();
}
