/* test_hostile.c
 * Millions of packets that nobody would send, under all sorts of policies: what must hold, whatever
 * comes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/turn.h" /* to count again what flood.c has counted */

enum { POLICIES = 60, PACKETS = 30000, TUPLES = 6, CLIENTS = 3, RECOUNT_EVERY = 5000 };

/* What is known of a connection from outside. */
struct watch {
    uint32_t packets;
    uint32_t dropped;
    uint32_t moved;
    uint8_t state;
    bool judged;
};

static struct watch *watch_of(GArray *watches, uint32_t id)
{
    if (id > watches->len)
        g_array_set_size(watches, id);
    return &g_array_index(watches, struct watch, id - 1);
}

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

    policy.product = (enum fwx_product)g_rand_int_range(random, FWX_ISA_2004, FWX_TMG_2010 + 1);
    policy.limits = random_limits(random);
    policy.special_limits = random_limits(random);
    policy.linger_ms = one_in(random, 2) ? 0 : (uint32_t)g_rand_int_range(random, 1, 5000);
    policy.tcp_idle_s = (uint32_t)g_rand_int_range(random, 0, 20);
    policy.udp_idle_s = (uint32_t)g_rand_int_range(random, 0, 20);
    policy.no_reply_s = (uint32_t)g_rand_int_range(random, 0, 20);
    policy.midstream_not_syn = one_in(random, 3);
    policy.sequence_window = one_in(random, 2);
    policy.tcp_checksum = one_in(random, 2);
    policy.block_fragments = one_in(random, 3);
    policy.block_ip_options = one_in(random, 3);
    policy.block_ipv6 = one_in(random, 5);
    policy.check_injected = one_in(random, 2);
    policy.network_count = (unsigned)g_rand_int_range(random, 0, 3);
    for (unsigned i = 0; i < policy.network_count; i++)
        policy.networks[i] = (struct fwx_network){
            fwx_address_from(clients, 4), (uint8_t)g_rand_int_range(random, 121, 129),
            one_in(random, 4) ? FWX_NETWORK_SPOOFED : FWX_NETWORK_SPECIAL};
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

/* ---- what must hold -------------------------------------------------------------------------- */

/* What the frame's findings add to what is known of its connection. */
static void count_findings(const struct fwx_engine *engine, const struct fwx_packet *packet,
                           const struct fwx_connection *connection, GArray *watches)
{
    char reason[FWX_REASON_SIZE];
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(engine, packet->frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        g_assert_cmpuint(finding->frame, ==, packet->frame);
        fwx_reason(engine, finding, reason);
        g_assert_true(finding->judged || !finding->dropped);
        if (finding->judged)
            g_assert_true(
                fwx_result_known_to(finding->code, fwx_engine_policy(engine)->product));
        if (!finding->connection)
            continue;
        /* What is excused may go on and open a connection of its own. */
        if (finding->judged)
            g_assert_cmpuint(finding->connection, ==, connection->id);

        struct watch *watch = watch_of(watches, finding->connection);

        watch->dropped += finding->dropped;
        watch->judged |= finding->judged && finding->code != NOT_SYN;
    }
}

/* The moves come in order, and the last of them led to where it is. */
static void hold_state(const struct fwx_connection *connection, struct watch *watch, uint32_t frame)
{
    uint32_t moved = connection->first_frame;

    g_assert_cmpint(connection->state, !=, NONE);
    g_assert_cmpint(connection->state, >=, watch->state); /* only ever down the list */
    watch->state = connection->state;
    g_assert_cmpint(fwx_connection_state_at(connection, frame + 1), ==, connection->state);
    for (unsigned move = 0; move < FWX_MOVES; move++) {
        if (!connection->moved[move])
            continue;
        g_assert_cmpuint(connection->moved[move], >=, moved);
        g_assert_cmpuint(connection->moved[move], <=, frame);
        moved = connection->moved[move];
    }
}

static void hold(const struct fwx_engine *engine, const struct fwx_connection *connection,
                 struct watch *watch, uint32_t frame)
{
    struct fwx_conclusion conclusion;
    char reason[FWX_REASON_SIZE];
    bool judged = (connection->flags & FWX_CONNECTION_JUDGED) != 0;

    watch->packets++;
    hold_state(connection, watch, frame);
    g_assert_cmpuint(connection->dropped, ==, watch->dropped);
    g_assert_cmpuint(connection->dropped, <=, watch->packets);
    g_assert_cmpuint(connection->last_frame, ==, frame);
    g_assert_true(judged || !watch->judged);
    g_assert_cmpint(fwx_engine_verdict_finding(engine, connection) != NULL, ==, judged);
    if (!fwx_engine_conclude(engine, connection, &conclusion)) {
        g_assert_false(judged);
        return;
    }
    g_assert_cmpint(conclusion.ground == FWX_GROUND_FINDING, ==, judged);
    g_assert_nonnull(fwx_result_find(conclusion.code));
    g_assert_cmpuint(conclusion.frame, >=, connection->first_frame);
    g_assert_cmpuint(conclusion.frame, <=, frame);
    g_assert_cmpstr(fwx_conclusion_reason(engine, &conclusion, reason), !=, "");
}

/* A list of an address's connections: how many of them are counted. */
static uint32_t walk(const struct fwx_connections *connections, uint32_t oldest, uint32_t newest)
{
    uint32_t counted = 0;
    uint32_t last = 0;

    for (uint32_t id = oldest; id; id = fwx_connections_get(connections, id)->next_of_host) {
        g_assert_cmpuint(id, >, 0);
        counted += (fwx_connections_get(connections, id)->flags & FWX_CONNECTION_COUNTED) != 0;
        last = id;
    }
    g_assert_cmpuint(last, ==, newest);
    return counted;
}

static void recount(const struct fwx_engine *engine, const struct fwx_host *host)
{
    uint32_t open = 0;
    uint32_t half_open = 0;
    uint32_t open_udp = 0;

    for (uint32_t id = 1; id <= engine->connections.pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&engine->connections, id);
        bool counted = (connection->flags & FWX_CONNECTION_COUNTED) != 0;
        bool tcp = connection->protocol == FWX_PROTOCOL_TCP;

        g_assert_true(counted || !(connection->flags & FWX_CONNECTION_HALF_COUNTED));
        if (!counted || !fwx_address_equal(&connection->address[I], &host->address))
            continue;
        g_assert_false(fwx_connection_over(connection));
        open += tcp;
        open_udp += !tcp;
        half_open += (connection->flags & FWX_CONNECTION_HALF_COUNTED) != 0;
    }
    g_assert_cmpuint(host->open, ==, open);
    g_assert_cmpuint(host->half_open, ==, half_open);
    g_assert_cmpuint(host->open_udp, ==, open_udp);
    g_assert_cmpuint(walk(&engine->connections, host->oldest, host->newest), ==, open);
    g_assert_cmpuint(walk(&engine->connections, host->oldest_udp, host->newest_udp), ==, open_udp);
}

static void recount_all(const struct fwx_engine *engine)
{
    GHashTableIter iter;
    gpointer host;

    g_hash_table_iter_init(&iter, engine->flood.hosts);
    while (g_hash_table_iter_next(&iter, &host, NULL))
        recount(engine, (const struct fwx_host *)host);
}

static void recall(const struct fwx_engine *engine, const struct fwx_packet *packet, uint32_t id)
{
    const struct fwx_connection *connection = fwx_engine_recall(engine, packet);

    g_assert_cmpuint(connection ? connection->id : 0, ==, id);
}

static void recall_all(const struct fwx_engine *engine, GArray *packets, const uint32_t *ids)
{
    for (uint32_t i = 0; i < packets->len; i++)
        recall(engine, &g_array_index(packets, struct fwx_packet, i), ids[i]);
}

static void hold_findings(const struct fwx_engine *engine)
{
    for (uint32_t i = 1; i < engine->findings.count; i++)
        g_assert_cmpuint(fwx_engine_finding(engine, i - 1)->frame, <=,
                         fwx_engine_finding(engine, i)->frame);
}

/* ---- fuzz ------------------------------------------------------------------------------------ */

static void fuzz(const struct world *world, GRand *random)
{
    struct fwx_policy policy = random_policy(random);
    struct scene scene = scene_new_under(world, &policy);
    GArray *watches = g_array_new(FALSE, TRUE, sizeof(struct watch));
    uint32_t *ids = g_new(uint32_t, PACKETS);

    for (uint32_t i = 0; i < PACKETS; i++) {
        struct fwx_packet packet = random_packet(&scene, random);
        const struct fwx_connection *connection = fwx_engine_see(scene.engine, &packet);

        g_array_append_val(scene.packets, packet);
        ids[i] = connection ? connection->id : 0;
        recall(scene.engine, &packet, ids[i]);
        count_findings(scene.engine, &packet, connection, watches);
        if (connection)
            hold(scene.engine, connection, watch_of(watches, connection->id), packet.frame);
        if (i % RECOUNT_EVERY == 0)
            recount_all(scene.engine);
    }
    recount_all(scene.engine);
    recall_all(scene.engine, scene.packets, ids);
    hold_findings(scene.engine);
    g_free(ids);
    scene_end(&scene);
    g_array_free(watches, TRUE);
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
