/* test_hostile.c
 * Millions of packets that nobody would send, under all sorts of policies: what must hold, whatever
 * comes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"
#include "promises.h"

enum { POLICIES = 60, PACKETS = 30000, TUPLES = 6, CLIENTS = 3, RECOUNT_EVERY = 5000 };

static bool one_in(GRand *random, int n)
{
    return g_rand_int_range(random, 0, n) == 0;
}

/* ---- policies -------------------------------------------------------------------------------- */

/* None, or one that is passed every other moment. */
static uint32_t random_limit(GRand *random)
{
    return one_in(random, 3) ? 0 : (uint32_t)g_rand_int_range(random, 1, 12);
}

static struct fwx_limits random_limits(GRand *random)
{
    return (struct fwx_limits){random_limit(random), random_limit(random), random_limit(random),
                               random_limit(random), random_limit(random)};
}

static struct fwx_policy random_policy(GRand *random)
{
    static const uint8_t clients[4] = {192, 0, 2, 128};
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_network networks[2];
    unsigned count;

    policy.product = (enum fwx_product)g_rand_int_range(random, FWX_ISA_2004, FWX_TMG_2010 + 1);
    policy.limits = random_limits(random);
    policy.special_limits = random_limits(random);
    policy.linger_ms = one_in(random, 2) ? 0 : (uint32_t)g_rand_int_range(random, 1, 5000);
    policy.tcp_idle_s = (uint32_t)g_rand_int_range(random, 0, 20);
    policy.udp_idle_s = (uint32_t)g_rand_int_range(random, 0, 20);
    policy.no_reply_s = (uint32_t)g_rand_int_range(random, 0, 20);
    policy.midstream_not_syn = one_in(random, 3);
    policy.sequence_window = one_in(random, 2);
    policy.against_evidence = one_in(random, 3);
    policy.tcp_checksum = one_in(random, 2);
    policy.block_fragments = one_in(random, 3);
    policy.block_ip_options = one_in(random, 3);
    policy.block_ipv6 = one_in(random, 5);
    policy.check_injected = one_in(random, 2);
    count = (unsigned)g_rand_int_range(random, 0, 3);
    for (unsigned i = 0; i < count; i++)
        networks[i] = (struct fwx_network){
            fwx_address_from(clients, 4), (uint8_t)g_rand_int_range(random, 121, 129),
            one_in(random, 4) ? FWX_NETWORK_SPOOFED : FWX_NETWORK_SPECIAL};
    fwx_policy_set_networks(&policy, networks, count);
    return policy;
}

/* ---- packets --------------------------------------------------------------------------------- */

/* Near one of a few places, so that segments meet; sometimes anywhere. */
static uint32_t random_number(GRand *random)
{
    static const uint32_t places[] = {0, 1000, 0x7fffffff, 0xfffffff0, 5000000};

    if (one_in(random, 50))
        return g_rand_int(random);
    return places[one_in(random, 100) ? g_rand_int_range(random, 0, 5) : 1] +
           (uint32_t)g_rand_int_range(random, 0, 4);
}

static uint8_t random_flags(GRand *random)
{
    static const uint8_t usual[] = {S, S, SA, SA, A, A, A, PA, PA, FA, FA, F, RST, RA};

    if (one_in(random, 20))
        return (uint8_t)g_rand_int(random);
    return usual[g_rand_int_range(random, 0, (int)G_N_ELEMENTS(usual))];
}

static struct segment random_row(GRand *random)
{
    static const char *const heads[] = {"STARTTLS", "\x15\x03\x03\x00\x02\x02\x28", NULL, NULL};
    static const uint8_t protocols[] = {0, 0, 0, 0, 0, 0, UDP, UDP, ECHO, ICMP_ERROR};
    struct segment row = {
        .from = g_rand_int_range(random, 0, 2),
        .flags = random_flags(random),
        .len = (uint32_t)g_rand_int_range(random, 0, 9),
        .gap_ms = g_rand_int_range(random, -200, 600),
        .header = (uint8_t)(20 + 4 * g_rand_int_range(random, 0, 11)),
        .scale = (uint8_t)g_rand_int_range(random, 0, 20),
        .window = g_rand_int_range(random, -1, 65536),
        .id = g_rand_int_range(random, -1, 5),
        .ttl = (uint8_t)g_rand_int_range(random, 0, 3),
        .mac = (uint8_t)g_rand_int_range(random, 0, 3),
        .zeros = g_rand_boolean(random),
        .fast_open = one_in(random, 10),
        .head = heads[g_rand_int_range(random, 0, (int)G_N_ELEMENTS(heads))],
        .protocol = protocols[g_rand_int_range(random, 0, (int)G_N_ELEMENTS(protocols))],
    };

    if (row.protocol == ECHO)
        row.flags = g_rand_boolean(random) ? REQUEST : REPLY;
    if (row.protocol == ICMP_ERROR)
        row.flags = 0;
    return row;
}

/* Few clients and few ports; sometimes the server's address is the client's too. */
static void choose_tuple(struct fwx_packet *packet, GRand *random, int from)
{
    uint16_t tuple = (uint16_t)g_rand_int_range(random, 0, TUPLES);
    uint8_t *client = (uint8_t *)(from == I ? &packet->src : &packet->dst);

    client[15] = (uint8_t)(128 + g_rand_int_range(random, 0, CLIENTS));
    if (!packet->src_port) /* an ICMP error */
        return;
    packet->src_port += tuple;
    packet->dst_port += tuple;
    if (packet->protocol == FWX_PROTOCOL_TCP && one_in(random, 5))
        *(from == R ? &packet->src_port : &packet->dst_port) = one_in(random, 2) ? 25 : 139;
    if (one_in(random, 500))
        packet->dst = packet->src;
    if (one_in(random, 500) && packet->protocol != FWX_PROTOCOL_ICMP &&
        packet->protocol != FWX_PROTOCOL_ICMPV6)
        packet->src_port = 0;
}

/* A fragment, or lengths that cannot be: nothing of the transport is seen. */
static void hide_transport(struct fwx_packet *packet, GRand *random)
{
    packet->view = (uint8_t)g_rand_int_range(random, FWX_VIEW_DATAGRAM, FWX_VIEW_BAD_LENGTH + 1);
    packet->has_transport = false;
    packet->src_port = packet->dst_port = 0;
    packet->fragment_end = (uint32_t)g_rand_int_range(random, 0, 70000);
    packet->frame_len = (uint32_t)g_rand_int_range(random, 0, 2000);
    packet->ip_header_len = (uint8_t)g_rand_int_range(random, 0, 61);
    if (one_in(random, 2))
        packet->protocol = (uint8_t)g_rand_int(random);
}

static void disturb(struct fwx_packet *packet, GRand *random)
{
    if (one_in(random, 50))
        packet->ip_header_len += 4;
    if (one_in(random, 50))
        packet->bad_checksum = true;
    if (one_in(random, 50))
        packet->reassembled = true;
    if (one_in(random, 100))
        packet->fragment = true;
    if (one_in(random, 50))
        packet->src_mac = 0;
    if (packet->protocol == FWX_PROTOCOL_UDP && one_in(random, 20))
        packet->udp_len = (uint16_t)g_rand_int(random);
    if (one_in(random, 1000)) {
        packet->ip_len = g_rand_int(random);
        packet->time = (int64_t)((uint64_t)g_rand_int(random) << 32 | g_rand_int(random));
    }
    if (one_in(random, 40))
        hide_transport(packet, random);
}

static struct fwx_packet random_packet(struct scene *scene, GRand *random)
{
    struct segment row = random_row(random);
    struct fwx_packet packet = scene_packet(scene, &row);

    choose_tuple(&packet, random, row.from);
    if (packet.protocol == FWX_PROTOCOL_TCP) {
        packet.tcp.seq = random_number(random);
        packet.tcp.ack = random_number(random);
        packet.tcp.urgent_pointer = (uint16_t)g_rand_int_range(random, 0, 20);
        if (one_in(random, 1000))
            packet.tcp.payload_len = g_rand_int(random);
    } else if (one_in(random, 100) && packet.protocol != FWX_PROTOCOL_UDP) {
        packet.icmp.data_len = g_rand_int(random);
    }
    disturb(&packet, random);
    return packet;
}

/* ---- fuzz ------------------------------------------------------------------------------------ */

/* One capture point or a few, and now and then one far away. */
static uint16_t random_point(GRand *random, int points)
{
    return one_in(random, 10000) ? UINT16_MAX : (uint16_t)g_rand_int_range(random, 0, points);
}

static void fuzz(const struct world *world, GRand *random)
{
    int points = g_rand_int_range(random, 1, 4);
    struct fwx_policy policy = random_policy(random);
    struct scene scene = scene_new_under(world, &policy);
    struct promises promises = promises_of(scene.engine);

    for (uint32_t i = 0; i < PACKETS; i++) {
        struct fwx_packet packet = random_packet(&scene, random);

        packet.capture_point = random_point(random, points);
        promises_see(&promises, &packet);
        if (i % RECOUNT_EVERY == 0)
            promises_recount(&promises);
    }
    promises_end(&promises);
    scene_end(&scene);
    fwx_policy_clear(&policy);
}

static void test_random_packets(void)
{
    GRand *random = g_rand_new_with_seed(20040317);

    for (unsigned i = 0; i < POLICIES; i++)
        fuzz(&worlds[i % world_count], random);
    g_rand_free(random);
}

/* ---- findings -------------------------------------------------------------------------------- */

/* In frame order, and each frame's are found; frames without any have none. */
static void test_findings_by_frame(void)
{
    enum { FRAMES = 5000 };
    static const struct segment refusal[] = {
        {"syn", I, S, 0, .gap_ms = 1000, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT},
    };
    struct scene scene = scene_new(&worlds[0]);
    uint32_t next = 0;
    uint32_t first = 0;

    g_assert_cmpuint(fwx_engine_findings(scene.engine, 1, &first), ==, 0);
    for (unsigned i = 0; i < FRAMES; i++)
        scene_see(&scene, &refusal[i % 2]);
    for (uint32_t frame = 0; frame <= FRAMES + 10; frame++) {
        bool has = frame && frame % 2 == 0 && frame <= FRAMES;

        g_assert_cmpuint(fwx_engine_findings(scene.engine, frame, &first), ==, has);
        if (has)
            g_assert_cmpuint(first, ==, next++);
    }
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hostile/random-packets", test_random_packets);
    g_test_add_func("/hostile/findings-by-frame", test_findings_by_frame);
    return g_test_run();
}
