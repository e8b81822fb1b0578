/* test_headers.c
 * The headers of links, tags and tunnels: how long each is, and which cannot be passed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/headers.h"

enum { NOT = -1, MOST = 64 };

/* Passes the header: its length, or NOT. */
static int pass(const char *name, const uint8_t *at, uint32_t captured)
{
    struct fwx_bytes bytes = {at, captured, captured + 1000};

    if (!fwx_header_pass(name, &bytes)) {
        g_assert_true(bytes.at == at);
        g_assert_cmpuint(bytes.captured, ==, captured);
        return NOT;
    }
    g_assert_cmpuint(bytes.captured, ==, captured - (uint32_t)(bytes.at - at));
    g_assert_cmpuint(bytes.length, ==, bytes.captured + 1000);
    return (int)(bytes.at - at);
}

/* "01 02" and so on, with zeros behind it; so many bytes were captured. Those behind make no
 * difference, and nobody looks there. */
static int length_of(const char *name, const char *hex, uint32_t captured)
{
    uint8_t all[2 * MOST] = {0};
    uint8_t *cut;
    unsigned count = 0;
    int length;

    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        all[count++] = (uint8_t)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
        at++;
    }
    length = pass(name, all, captured);
    cut = (uint8_t *)g_memdup2(all, MAX(captured, 1));
    g_assert_cmpint(pass(name, cut, captured), ==, length);
    g_free(cut);
    return length;
}

/* Passed where it was captured to its end, and not where a byte is missing. Those that have to be
 * looked at want eight bytes, whatever they are themselves. */
static void test_lengths(void)
{
    static const struct {
        const char *name;
        const char *hex;
        int length;
    } cases[] = {
        {"eth", "", 14},
        {"raw", "", 0},
        {"null", "", 4},
        {"vlan", "", 4},
        {"vntag", "", 6},
        {"etag", "", 8},
        {"pppoes", "", 6},
        {"ipv6", "", 40},
        {"udp", "", 8},
        {"vxlan", "", 8},
        {"etherip", "", 2},
        /* SNAP, an access point of IP's own, another one. */
        {"llc", "aaaa 03 000000 0800", 8},
        {"llc", "0606 03", 3},
        {"llc", "4242 03", NOT},
        {"llc", "aa06 03", NOT},
        /* Cooked: the direction first, or an EtherType. */
        {"sll", "0000 0001", 16},
        {"sll", "0004 0001", 16},
        {"sll", "05ff 0001", 16},
        {"sll", "0600 0000", 20},
        {"sll", "0800 0000", 20},
        /* PPP: with address and control or without, and with one byte of protocol or two. */
        {"ppp", "ff03 0021", 4},
        {"ppp", "ff03 21", 3},
        {"ppp", "0021", 2},
        {"ppp", "21", 1},
        {"radiotap", "0000 0c00", 12},
        {"ppi", "0000 2001", NOT}, /* 288 bytes, more than were captured */
        /* Wireless: plain data, between two stations of a distribution system, with QoS. */
        {"wlan", "08 01", 24},
        {"wlan", "08 02", 24},
        {"wlan", "08 03", 30},
        {"wlan", "88 01", 26},
        {"wlan", "88 03", 32},
        {"wlan", "88 81", 30},
        {"wlan", "08 81", 24},
        /* No data, none but a mark, and what cannot be read. */
        {"wlan", "80 00", NOT},
        {"wlan", "48 01", NOT},
        {"wlan", "08 41", NOT},
        {"pflog", "3d", 64},
        {"pflog", "3c", 60},
        {"pflog", "2d", 48},
        /* Labels, up to the one at the bottom of the stack. */
        {"mpls", "00010140", 4},
        {"mpls", "00010040 00020140", 8},
        {"mpls", "00010040 00020040 00030140", 12},
        {"gre", "0000 0800", 4},
        {"gre", "8000 0800", 8},
        {"gre", "2000 0800", 8},
        {"gre", "1000 0800", 8},
        {"gre", "b000 0800", 16},
        {"gre", "3081 880b", 16}, /* PPTP */
        {"gre", "4000 0800", NOT},
        {"geneve", "00 00 6558", 8},
        {"geneve", "02 00 6558", 16},
        {"geneve", "c2 00 6558", 16},
        {"gtp", "30 ff 0000 00000000", 8},
        {"gtp", "30 ff 0000 00000001 01", 8},
        {"gtp", "32 ff 0000 00000000 0000 00 00", 12},
        {"gtp", "34 ff 0000 00000000 0000 00 00", 12},
        {"gtp", "34 ff 0000 00000000 0000 00 85 01 1000 00", 16},
        {"gtp", "34 ff 0000 00000000 0000 00 85 01 1000 85 01 1000 00", 20},
        {"gtp", "30 ff 0000 00000000 0000 00 85", 8},
        {"gtp", "34 ff 0000 00000000 0000 00 85 00", NOT}, /* of no length */
        {"l2tp", "0002 0001 0001", 6},
        {"l2tp", "4002 0010 0001 0001", 8},
        {"l2tp", "0802 0001 0001 0000 0000", 10},
        {"l2tp", "4802 0010 0001 0001 0000 0000", 12},
        {"l2tp", "c802 0010 0001 0001 0000 0000", NOT},
        {"l2tp", "0202 0001 0001 0000", NOT},
        {"erspan", "1000", 8},
        {"erspan", "2000 0000 00000000 0000 00 00", 12},
        {"erspan", "2000 0000 00000000 0000 00 01", 20},
        {"erspan", "0000", NOT},
        {"nsh", "0006 01 03", 24},
        {"nsh", "0fc2 01 03", 8},
        {"nsh", "0000 01 03", NOT},
        {"ip", "45 00 0054 0000 0000", 20},
        {"ip", "46 00 0054 0000 4000", 24},
        {"ip", "45 00 0054 0000 2000", NOT},
        {"ip", "45 00 0054 0000 0001", NOT},
        {"ipv6.hopopts", "06 00", 8},
        {"ipv6.dstopts", "06 02", 24},
        {"ah", "06 04", 24},
        {"ah", "06 00", 8},
        {"nobody", "", NOT},
        {"", "", NOT},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        int length = cases[i].length;

        g_test_message("%s %s", cases[i].name, cases[i].hex);
        g_assert_cmpint(length_of(cases[i].name, cases[i].hex, MOST), ==, length);
        if (length >= 8) {
            g_assert_cmpint(length_of(cases[i].name, cases[i].hex, (uint32_t)length), ==, length);
            g_assert_cmpint(length_of(cases[i].name, cases[i].hex, (uint32_t)length - 1), ==, NOT);
        }
    }
}

/* What a few bytes leave of it. */
static void test_cut_off(void)
{
    g_assert_cmpint(length_of("eth", "", 13), ==, NOT);
    g_assert_cmpint(length_of("vlan", "", 4), ==, 4);
    g_assert_cmpint(length_of("vlan", "", 3), ==, NOT);
    g_assert_cmpint(length_of("raw", "", 0), ==, 0);
    g_assert_cmpint(length_of("ppp", "ff03 0021", 8), ==, 4);
    g_assert_cmpint(length_of("ppp", "ff03 0021", 7), ==, NOT);
    g_assert_cmpint(length_of("mpls", "00010040 00020040", 8), ==, NOT);
    g_assert_cmpint(length_of("gtp", "34 ff 0000 00000000 0000 00 85", 12), ==, NOT);
    g_assert_cmpint(length_of("erspan", "2000", 11), ==, NOT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/headers/lengths", test_lengths);
    g_test_add_func("/headers/cut-off", test_cut_off);
    return g_test_run();
}
