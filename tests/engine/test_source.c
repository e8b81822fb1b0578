/* test_source.c
 * test-captures/source-003-firewall.pcap and -client.pcap, packet by packet: what each model lets pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/linux.h"
#include "engine/model/pf/pf.h"

#include <glib.h>

enum { CLIENT, SERVER, FRAMES = 12 };

/* The client acknowledges two bytes that the SYN-ACK at the firewall does not have. */
static const struct fwx_tcp_segment segments[FRAMES] = {
    {.seq = 367515135, .flags = FWX_SYN, .window = 8192, .window_scale = 2, .header_len = 32, .sack_permitted = true},
    {.seq = 2180033885, .ack = 367515136, .flags = FWX_SYN | FWX_ACK, .window = 64240, .window_scale = FWX_NO_WINDOW_SCALE,
     .header_len = 24},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_ACK, .window = 64860},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_PSH | FWX_ACK, .window = 64860, .payload_len = 127},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_PSH | FWX_ACK, .window = 64860, .payload_len = 127},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_PSH | FWX_ACK, .window = 64860, .payload_len = 127},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_PSH | FWX_ACK, .window = 64860, .payload_len = 127},
    {.seq = 2180033885, .ack = 367515136, .flags = FWX_SYN | FWX_ACK, .window = 64240, .window_scale = FWX_NO_WINDOW_SCALE,
     .header_len = 24},
    {.seq = 367515263, .ack = 2180033888, .flags = FWX_ACK, .window = 64860},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_PSH | FWX_ACK, .window = 64860, .payload_len = 127},
    {.seq = 367515136, .ack = 2180033888, .flags = FWX_PSH | FWX_ACK, .window = 64860, .payload_len = 127},
    {.seq = 2180033886, .ack = 367515136, .flags = FWX_RST | FWX_ACK, .window = 8192},
};

static struct fwx_packet packet_of(unsigned i, bool at_client)
{
    struct fwx_packet packet = {
        .protocol = FWX_PROTOCOL_TCP, .has_transport = true, .src_port = 50183, .dst_port = 443, .tcp = segments[i]};

    if (!packet.tcp.header_len)
        packet.tcp.header_len = 20;
    packet.tcp.sack_high = packet.tcp.ack;
    /* Before the firewall the SYN-ACKs bring two bytes, and the reset six. */
    if (at_client && (packet.tcp.flags & (FWX_SYN | FWX_ACK)) == (FWX_SYN | FWX_ACK))
        packet.tcp.payload_len = 2;
    if (at_client && (packet.tcp.flags & FWX_RST))
        packet.tcp.payload_len = 6;
    return packet;
}

static unsigned side_of(unsigned i)
{
    return i == 1 || i == 7 || i == 11 ? SERVER : CLIENT;
}

static void hold(enum fwx_pf_variant variant, bool at_client, const char *expected)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(variant);
    struct fwx_pf_entry entry = {0};

    for (unsigned i = 0; i < FRAMES; i++) {
        struct fwx_packet packet = packet_of(i, at_client);

        g_test_message("frame %u", i + 1);
        g_assert_cmpint(fwx_pf_tcp(&entry, side_of(i), &packet, &settings, 0).passes, ==, expected[i] == '+');
    }
}

static void test_firewall(void)
{
    hold(FWX_PF_OPEN_VSWITCH, false, "++++++++++++");
    hold(FWX_PF_BSD, false, "++++++++++++");
}

/* Of the two bytes that the SYN-ACK brought the reset does not know: for Open vSwitch it is not exact. */
static void test_client(void)
{
    hold(FWX_PF_OPEN_VSWITCH, true, "+++++++++++-");
    hold(FWX_PF_BSD, true, "++++++++++++");
}

/* As a TMG, which drops frames 3 to 7 and 9 to 11. */
static void test_linux(void)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_entry entry = {0};
    static const char expected[] = "++-----+---+";

    for (unsigned i = 0; i < FRAMES; i++) {
        struct fwx_packet packet = packet_of(i, false);

        g_test_message("frame %u", i + 1);
        g_assert_cmpint(fwx_linux_tcp(&entry, side_of(i), &packet, &settings, 0).passes, ==, expected[i] == '+');
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/source/firewall", test_firewall);
    g_test_add_func("/source/client", test_client);
    g_test_add_func("/source/linux", test_linux);
    return g_test_run();
}
