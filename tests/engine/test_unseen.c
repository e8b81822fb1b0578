/* test_unseen.c
 * Packets of which too little was seen to refuse them at sight: fragments, and headers that the
 * capture has cut off. The rules themselves: test_sanity.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

/* Blocks and checks all that can be, but fragments. */
static struct fwx_policy strict(void)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.block_ip_options = true;
    policy.tcp_checksum = true;
    return policy;
}

static void later_fragment(struct fwx_packet *packet)
{
    packet->view = FWX_VIEW_FRAGMENT;
    packet->has_transport = false;
    packet->src_port = packet->dst_port = 0;
    packet->fragment_end = 1480;
}

static void from_nobody(struct fwx_packet *packet)
{
    later_fragment(packet);
    packet->src = fwx_address_from("\0\0\0\0", 4);
}

/* The datagram follows, and is judged for all its fragments. */
static void with_options(struct fwx_packet *packet)
{
    later_fragment(packet);
    packet->ip_header_len = 24;
}

static void cut_off(struct fwx_packet *packet)
{
    packet->has_transport = false;
    packet->src_port = packet->dst_port = 0;
}

static void first_fragment(struct fwx_packet *packet)
{
    packet->fragment = true;
}

static void first_of_bad_checksum(struct fwx_packet *packet)
{
    first_fragment(packet);
    packet->bad_checksum = true;
}

static void first_from_port_0(struct fwx_packet *packet)
{
    first_fragment(packet);
    packet->src_port = 0;
}

static void test_unseen(void)
{
    static const struct {
        tweak *tweak;
        uint8_t protocol;
        uint8_t flags;
    } cases[] = {
        {later_fragment, 0, S},        {from_nobody, 0, S},     {with_options, 0, S},
        {cut_off, 0, S | F},           {cut_off, UDP, 0},       {first_fragment, 0, S | F},
        {first_of_bad_checksum, 0, S}, {first_from_port_0, 0, S}, {first_from_port_0, UDP, 0},
    };
    struct fwx_policy policy = strict();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct segment row = {"packet", I, cases[i].flags, 0, 0, 10, .tweak = cases[i].tweak,
                                    .protocol = cases[i].protocol};
        struct scene scene = scene_new_under(&worlds[0], &policy);

        scene_see(&scene, &row);
        g_assert_cmpuint(fwx_engine_finding_count(scene.engine), ==, 0);
        scene_end(&scene);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unseen/unseen", test_unseen);
    return g_test_run();
}
