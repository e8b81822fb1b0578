/* test_plain.c
 * Which frames are plain, which hold nothing, and which want a dissector.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bytes.h"

#include "engine/plain.h"

#define MACS "020000000002 020000000001 "
/* Total length 40, 28 and so on, behind it: TTL 64. */
#define IP4(length, protocol) "4500 " length " 0001 4000 40" protocol " 0000 " ADDRESSES4
#define IP6(length, next)     "60000000 " length " " next "40 " ADDRESSES6
#define UDP(to, length)       "c000 " to " " length " 0000 "
#define TCP                   SYN_TO_443

enum { PLAIN = FWX_PLAIN_PACKET, EMPTY = FWX_PLAIN_EMPTY, NOT = FWX_NOT_PLAIN };

static struct fwx_carriers carriers;

static void set_up(void)
{
    static const char *const names[] = {
        "wg", "rpcap_udp", "rftap", "mp2t_udp", "redbackli_udp", "peekremote_udp", "e100_udp"};
    static const uint16_t types[] = {0x0800, 0x86dd, 0x8100, 0x8847, 0x88a8};

    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
        fwx_carries(carriers.ethertypes, types[i]);
    fwx_carries(carriers.udp_ports, 4789);
    fwx_carries(carriers.protocols, 0); /* extension headers */
    fwx_carries(carriers.protocols, 60);
    fwx_carries(carriers.protocols, 47);
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_cmpint(fwx_plain_guess(names[i]), >=, 0);
        carriers.guesses |= 1u << fwx_plain_guess(names[i]);
    }
    g_assert_cmpint(fwx_plain_guess("something_udp"), <, 0);
}

static uint32_t read_hex(const char *hex, uint8_t *bytes)
{
    uint32_t count = 0;

    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        bytes[count++] =
            (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        hex++;
    }
    return count;
}

/* So many bytes were on the wire beyond those of the text. */
static int look_at(enum fwx_link link, const char *hex, uint32_t more, struct fwx_packet *packet,
                   struct fwx_bytes *payload)
{
    uint8_t all[512];
    uint32_t count = read_hex(hex, all);
    uint8_t *exact = (uint8_t *)g_memdup2(all, count ? count : 1);
    struct fwx_bytes frame = {exact, count, count + more};
    int plainness;

    *packet = (struct fwx_packet){0};
    plainness = (int)fwx_plain_look(&carriers, link, frame, packet, payload);
    /* Cut anywhere, nothing behind the cut is looked at (a sanitizer sees), and it never turns into
     * something else but what wants a dissector. */
    for (uint32_t cut = 0; cut < count; cut++) {
        uint8_t *part = (uint8_t *)g_memdup2(all, cut ? cut : 1);
        struct fwx_packet ignored = {0};
        struct fwx_bytes rest;
        int found = (int)fwx_plain_look(
            &carriers, link, (struct fwx_bytes){part, cut, count + more}, &ignored, &rest);

        g_assert_true(found == plainness || found == NOT || plainness == NOT);
        g_free(part);
    }
    g_free(exact);
    return plainness;
}

static int look(enum fwx_link link, const char *hex)
{
    struct fwx_packet packet;
    struct fwx_bytes payload;

    return look_at(link, hex, 0, &packet, &payload);
}

static int ethernet(const char *hex)
{
    char *frame = g_strconcat(MACS, hex, NULL);
    int plainness = look(FWX_LINK_ETHERNET, frame);

    g_free(frame);
    return plainness;
}

static void test_what_is_filled_in(void)
{
    struct fwx_packet packet;
    struct fwx_bytes payload;

    g_assert_cmpint(look_at(FWX_LINK_ETHERNET, MACS "0800 " IP4("0028", "06") TCP "000000000000", 4,
                            &packet, &payload),
                    ==, PLAIN);
    g_assert_cmpuint(packet.src_mac, ==, 0x020000000001);
    g_assert_cmpuint(packet.ip_len, ==, 40);
    g_assert_cmpuint(packet.ip_header_len, ==, 20);
    g_assert_cmpuint(packet.ip_id, ==, 1);
    g_assert_cmpuint(packet.ttl, ==, 64);
    g_assert_cmpuint(packet.protocol, ==, 6);
    g_assert_cmpuint(payload.length, ==, 20); /* the padding is none of it */
    g_assert_cmpuint(payload.captured, ==, 20);
    g_assert_cmpint(look_at(FWX_LINK_RAW, IP6("0014", "06") TCP, 0, &packet, &payload), ==, PLAIN);
    g_assert_cmpuint(packet.ip_version, ==, 6);
    g_assert_cmpuint(packet.ip_len, ==, 60);
    g_assert_cmpuint(packet.src_mac, ==, 0);
    g_assert_cmpuint(payload.length, ==, 20);
    /* Not all was captured: what the header says, counts. */
    g_assert_cmpint(look_at(FWX_LINK_RAW, IP4("0128", "06") TCP, 0x100, &packet, &payload), ==,
                    PLAIN);
    g_assert_cmpuint(payload.length, ==, 0x114);
    g_assert_cmpuint(payload.captured, ==, 20);
}

static void test_links(void)
{
    g_assert_cmpint(ethernet("8100 0001 0800 " IP4("0028", "06") TCP), ==, PLAIN);
    g_assert_cmpint(ethernet("8100 0001 8100 0002 86dd " IP6("0014", "06") TCP), ==, PLAIN);
    g_assert_cmpint(ethernet("88a8 0001 0800 " IP4("0028", "06") TCP), ==, NOT);
    g_assert_cmpint(ethernet("8847 00010140 " IP4("0028", "06") TCP), ==, NOT);
    g_assert_cmpint(ethernet("8903 0000"), ==, NOT);
    g_assert_cmpint(ethernet("0806 0001080006040001"), ==, EMPTY);
    g_assert_cmpint(ethernet("0026 424203 0000"), ==, EMPTY);
    g_assert_cmpint(ethernet("0026 aaaa03 000000 0800"), ==, NOT);
    g_assert_cmpint(ethernet("05ff 0000"), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_ETHERNET, "01000c000000 020000000001 0026 424203"), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_RAW_IPV4, IP4("0028", "06") TCP), ==, PLAIN);
    g_assert_cmpint(look(FWX_LINK_RAW_IPV6, IP4("0028", "06") TCP), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_RAW_IPV4, IP6("0014", "06") TCP), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_NULL, "02000000 " IP4("0028", "06") TCP), ==, PLAIN);
    g_assert_cmpint(look(FWX_LINK_NULL, "00000002 " IP4("0028", "06") TCP), ==, PLAIN);
    g_assert_cmpint(look(FWX_LINK_NULL, "1e000000 " IP6("0014", "06") TCP), ==, PLAIN);
    g_assert_cmpint(look(FWX_LINK_NULL, "07000000 " IP4("0028", "06") TCP), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_LOOP, "00000018 " IP6("0014", "06") TCP), ==, PLAIN);
    g_assert_cmpint(look(FWX_LINK_LOOP, "02000000 " IP4("0028", "06") TCP), ==, NOT);
    g_assert_cmpint(
        look(FWX_LINK_SLL, "0000 0001 0006 0200000000010000 0800 " IP4("0028", "06") TCP), ==,
        PLAIN);
    g_assert_cmpint(
        look(FWX_LINK_SLL, "0000 0338 0006 0200000000010000 0800 " IP4("0028", "06") TCP), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_SLL, "0000 0001 0006 0200000000010000 0004 4242"), ==, NOT);
    g_assert_cmpint(look(FWX_LINK_SLL2,
                         "0800 0000 00000002 0001 00 06 0200000000010000 " IP4("0028", "06") TCP),
                    ==, PLAIN);
    g_assert_cmpint(look(FWX_LINK_UNKNOWN, IP4("0028", "06") TCP), ==, NOT);
}

static void test_ip(void)
{
    g_assert_cmpint(ethernet("0800 " IP4("0029", "06") TCP), ==, NOT); /* longer than the frame */
    g_assert_cmpint(ethernet("0800 " IP4("0000", "06") TCP), ==, NOT);
    g_assert_cmpint(ethernet("0800 4500 0028 0001 2000 4006 0000 " ADDRESSES4 TCP), ==, NOT);
    g_assert_cmpint(ethernet("0800 4500 0028 0001 0001 4006 0000 " ADDRESSES4 TCP), ==, NOT);
    g_assert_cmpint(ethernet("0800 4600 002c 0001 4000 4006 0000 " ADDRESSES4 "01010101 " TCP), ==,
                    NOT);
    g_assert_cmpint(
        ethernet("0800 4600 0020 0001 4000 0102 0000 " ADDRESSES4 "94040000 1600 0000 00000000"),
        ==, EMPTY);
    g_assert_cmpint(ethernet("0800 " IP4("0018", "2f") "00000800"), ==, NOT);
    g_assert_cmpint(ethernet("0800 " IP4("0018", "59") "00000000"), ==, EMPTY);
    g_assert_cmpint(ethernet("0800 " IP6("0014", "06") TCP), ==, NOT);
    g_assert_cmpint(ethernet("86dd " IP6("0000", "06") TCP), ==, NOT);
    g_assert_cmpint(ethernet("86dd " IP6("0010", "00") "3a00 05020000 0100 8f00 0000 00000000"), ==,
                    PLAIN);
    g_assert_cmpint(ethernet("86dd " IP6("0010", "3c") "1100 010400000000 c000 0035 0008 0000"), ==,
                    NOT);
    g_assert_cmpint(ethernet("0800 " IP4("001c", "01") "0800 0000 0001 0001"), ==, PLAIN);
    g_assert_cmpint(ethernet("0800 " IP4("001c", "3a") "8000 0000 0001 0001"), ==, NOT);
    g_assert_cmpint(ethernet("86dd " IP6("0008", "01") "0800 0000 0001 0001"), ==, NOT);
}

static int udp(const char *hex)
{
    char *frame = g_strconcat("0800 ", hex, NULL);
    int plainness = ethernet(frame);

    g_free(frame);
    return plainness;
}

/* Each with a twin that just does not look like it. */
static void test_tunnels(void)
{
    char *stream = g_strnfill(2 * 187, '0');
    char *mp2t = g_strconcat(IP4("00d8", "11") UDP("1000", "00c4"), "47", stream, NULL);
    char *other = g_strconcat(IP4("00d8", "11") UDP("1000", "00c4"), "48", stream, NULL);

    g_assert_cmpint(udp(IP4("0020", "11") UDP("0035", "000c") "00000000"), ==, PLAIN);
    g_assert_cmpint(udp(IP4("0020", "11") UDP("12b5", "000c") "08000000"), ==, NOT);
    g_assert_cmpint(udp(IP4("0020", "11") UDP("0035", "000b") "00000000"), ==, NOT);
    g_assert_cmpint(udp(IP4("0020", "11") UDP("1000", "000c") "04000000"), ==, NOT);
    g_assert_cmpint(udp(IP4("0020", "11") UDP("1000", "000c") "04000001"), ==, PLAIN);
    g_assert_cmpint(udp(IP4("0024", "11") UDP("1000", "0010") "00070000 00000014"), ==, NOT);
    g_assert_cmpint(udp(IP4("0024", "11") UDP("1000", "0010") "00060000 00000014"), ==, PLAIN);
    g_assert_cmpint(udp(IP4("0024", "11") UDP("1000", "0010") "52467461 00000000"), ==, NOT);
    g_assert_cmpint(udp(IP4("0024", "11") UDP("1000", "0010") "52467462 00000000"), ==, PLAIN);
    g_assert_cmpint(udp(IP4("0020", "11") UDP("1000", "000c") "00ffabcd"), ==, NOT);
    g_assert_cmpint(udp(IP4("0020", "11") UDP("1000", "000c") "00ffabce"), ==, PLAIN);
    g_assert_cmpint(udp(mp2t), ==, NOT);
    g_assert_cmpint(udp(other), ==, PLAIN);
    g_assert_cmpint(udp(IP4("0030", "11") UDP("1000", "001c") "010400000001 020400000002 "
                                                              "030400000003 0000"),
                    ==, NOT);
    g_assert_cmpint(udp(IP4("0030", "11") UDP("1000", "001c") "010400000001 020400000002 "
                                                              "020400000003 0000"),
                    ==, PLAIN);
    g_assert_cmpint(
        udp(IP4("003c", "11") UDP(
            "1000", "0028") "01000000 00000000 00000000 00000000 00000000 00000004 00000004 "
                            "00000000"),
        ==, NOT);
    g_assert_cmpint(
        udp(IP4("003c", "11") UDP(
            "1000", "0028") "01000000 00000000 00000000 00000000 00000000 00000005 00000004 "
                            "00000000"),
        ==, PLAIN);
    g_assert_cmpint(ethernet("0800 " IP4("0028", "06") "c000 1d2f 01020304 00000000 5002 2000 "
                                                       "00000000"),
                    ==, NOT); /* STT */
    g_free(stream);
    g_free(mp2t);
    g_free(other);
}

static void test_outermost(void)
{
    uint8_t bytes[128];
    struct fwx_packet packet = {0};
    uint32_t count = read_hex(MACS "88a8 0001 8100 0002 0800 4500 0028 0001 2000 4006 "
                                   "0000 " ADDRESSES4 TCP,
                              bytes);

    g_assert_true(
        fwx_plain_outermost(FWX_LINK_ETHERNET, (struct fwx_bytes){bytes, count, count}, &packet));
    g_assert_cmpuint(packet.view, ==, FWX_VIEW_FRAGMENT);
    for (uint32_t cut = 0; cut < 22 + 20; cut++)
        g_assert_false(
            fwx_plain_outermost(FWX_LINK_ETHERNET, (struct fwx_bytes){bytes, cut, count}, &packet));
    g_assert_false(
        fwx_plain_outermost(FWX_LINK_UNKNOWN, (struct fwx_bytes){bytes, count, count}, &packet));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    set_up();
    g_test_add_func("/plain/filled", test_what_is_filled_in);
    g_test_add_func("/plain/links", test_links);
    g_test_add_func("/plain/ip", test_ip);
    g_test_add_func("/plain/tunnels", test_tunnels);
    g_test_add_func("/plain/outermost", test_outermost);
    return g_test_run();
}
