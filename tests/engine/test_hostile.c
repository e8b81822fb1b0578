/* test_hostile.c
 * Millions of segments that nobody would send, over few tuples: what must hold, whatever comes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { PACKETS = 2000000, TUPLES = 6 };

/* What is known of a connection from outside. */
struct watch {
    uint32_t packets;
    uint32_t dropped;
    uint8_t state;
    bool judged;
};

static struct watch *watch_of(GArray *watches, uint32_t id)
{
    if (id > watches->len)
        g_array_set_size(watches, id);
    return &g_array_index(watches, struct watch, id - 1);
}

/* Near one of a few places, so that segments meet; sometimes anywhere. */
static uint32_t random_number(GRand *random)
{
    static const uint32_t places[] = {0, 1000, 0x7fffffff, 0xfffffff0, 5000000};

    if (g_rand_int_range(random, 0, 50) == 0)
        return g_rand_int(random);
    return places[g_rand_int_range(random, 0, 100) ? 1 : g_rand_int_range(random, 0, 5)] +
           (uint32_t)g_rand_int_range(random, 0, 4);
}

static uint8_t random_flags(GRand *random)
{
    static const uint8_t usual[] = {S, SA, SA, A, A, A, PA, PA, FA, FA, F, RST, RA};

    if (g_rand_int_range(random, 0, 20) == 0)
        return (uint8_t)g_rand_int(random);
    return usual[g_rand_int_range(random, 0, (int)G_N_ELEMENTS(usual))];
}

static struct fwx_packet random_packet(struct scene *scene, GRand *random)
{
    struct segment row = {
        .from = g_rand_int_range(random, 0, 2),
        .flags = random_flags(random),
        .len = (uint32_t)g_rand_int_range(random, 0, 8),
        .gap_ms = g_rand_int_range(random, -1000, 3000),
        .header = (uint8_t)(20 + 4 * g_rand_int_range(random, 0, 11)),
        .scale = (uint8_t)g_rand_int_range(random, 0, 20),
        .window = g_rand_int_range(random, -1, 65536),
        .id = g_rand_int_range(random, -1, 5),
        .ttl = (uint8_t)g_rand_int_range(random, 0, 3),
        .mac = (uint8_t)g_rand_int_range(random, 0, 3),
        .zeros = g_rand_boolean(random),
        .fast_open = g_rand_int_range(random, 0, 10) == 0,
    };
    struct fwx_packet packet = scene_packet(scene, &row);
    uint16_t tuple = (uint16_t)g_rand_int_range(random, 0, TUPLES);

    packet.src_port += tuple;
    packet.dst_port += tuple;
    packet.tcp.seq = random_number(random);
    packet.tcp.ack = random_number(random);
    if (g_rand_int_range(random, 0, 1000) == 0) {
        packet.tcp.payload_len = g_rand_int(random);
        packet.ip_len = g_rand_int(random);
        /* What no clock shows, but far enough from overflowing a difference. */
        packet.time = (int64_t)(g_rand_double_range(random, -4e18, 4e18));
    }
    return packet;
}

/* What the frame's findings add to what is known of its connection. */
static void count_findings(const struct fwx_engine *engine, uint32_t frame, GArray *watches)
{
    char reason[FWX_REASON_SIZE];
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(engine, frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        g_assert_cmpuint(finding->frame, ==, frame);
        fwx_reason(finding, reason);
        if (!finding->connection)
            continue;
        struct watch *watch = watch_of(watches, finding->connection);

        watch->dropped += finding->dropped;
        watch->judged |= finding->judged && finding->code != NOT_SYN;
        if (finding->judged)
            g_assert_nonnull(fwx_result_find(finding->code));
        g_assert_true(finding->judged || !finding->dropped);
    }
}

static void hold(const struct fwx_engine *engine, const struct fwx_connection *connection,
                 struct watch *watch, uint32_t frame)
{
    uint32_t entered = 0;
    enum fwx_confidence confidence;
    uint32_t code = 0;
    uint32_t earned = 0;

    watch->packets++;
    g_assert_cmpint(connection->state, >=, watch->state); /* only ever down the list */
    watch->state = connection->state;
    g_assert_cmpint(fwx_connection_state_at(connection, frame + 1), ==, connection->state);
    g_assert_cmpuint(connection->dropped, ==, watch->dropped);
    g_assert_cmpuint(connection->dropped, <=, watch->packets);
    g_assert_cmpuint(connection->last_frame, ==, frame);
    for (unsigned state = FWX_STATE_SYN_SENT; state < FWX_STATES; state++) {
        if (!connection->entered[state])
            continue;
        g_assert_cmpuint(connection->entered[state], >=, entered);
        entered = connection->entered[state];
    }
    bool judged = fwx_connection_verdict(connection, &code, &confidence, &earned) && code;
    g_assert_cmpint(judged, ==, watch->judged);
    g_assert_cmpint(fwx_engine_verdict_finding(engine, connection) != NULL, ==, judged);
    if (judged)
        g_assert_cmphex(code, !=, NOT_SYN);
}

static void fuzz(const struct world *world, uint32_t packets, uint32_t seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    GArray *watches = g_array_new(FALSE, TRUE, sizeof(struct watch));
    struct scene scene = scene_new(world);

    for (uint32_t i = 0; i < packets; i++) {
        struct fwx_packet packet = random_packet(&scene, random);
        const struct fwx_connection *connection = fwx_engine_see(scene.engine, &packet);

        if (!connection) /* stopped before it got to the connections */
            continue;
        count_findings(scene.engine, packet.frame, watches);
        hold(scene.engine, connection, watch_of(watches, connection->id), packet.frame);
    }
    scene_end(&scene);
    g_array_free(watches, TRUE);
    g_rand_free(random);
}

static void test_random_segments(void)
{
    fuzz(&worlds[0], PACKETS, 20040317);
}

static void test_random_segments_ipv6(void)
{
    fuzz(&worlds[4], PACKETS / 10, 20061113);
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
    g_test_add_func("/hostile/random-segments", test_random_segments);
    g_test_add_func("/hostile/random-segments-ipv6", test_random_segments_ipv6);
    g_test_add_func("/hostile/findings-by-frame", test_findings_by_frame);
    return g_test_run();
}
