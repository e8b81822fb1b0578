/* test_point.c
 * Several capture points: what is seen at one of them says nothing of the connections, the clients
 * and the clock of another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/turn.h" /* the counts of an address are nobody else's business */

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE }; /* milliseconds */

/* The packet that a row makes, seen at a point. */
static struct fwx_packet packet_at(struct scene *scene, uint16_t point, const struct segment *row)
{
    struct fwx_packet packet = scene_packet(scene, row);

    packet.capture_point = point;
    return packet;
}

static const struct fwx_connection *see_at(struct scene *scene, uint16_t point,
                                           const struct segment *row)
{
    struct fwx_packet packet = packet_at(scene, point, row);

    g_array_append_val(scene->packets, packet);
    return fwx_engine_see(scene->engine, &packet);
}

/* Routed: each packet at the point that it comes to, then once more, a hop further, at the other. */
static void route(struct scene *scene, const uint16_t points[2], const struct segment *rows,
                  unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bool back = rows[i].from == R;
        struct fwx_packet first = packet_at(scene, points[back], &rows[i]);
        struct fwx_packet second = first;

        second.capture_point = points[!back];
        second.frame = ++scene->frame;
        second.time += 5 * 1000000;
        second.ttl--;
        fwx_engine_see(scene->engine, &first);
        fwx_engine_see(scene->engine, &second);
        g_array_append_val(scene->packets, first);
        g_array_append_val(scene->packets, second);
    }
}

/* How many findings of a kind there are in all. */
static unsigned count_of(const struct scene *scene, enum fwx_finding_kind kind)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < fwx_engine_finding_count(scene->engine); i++)
        count += fwx_engine_finding(scene->engine, i)->kind == kind;
    return count;
}

/* Whoever looks again finds the connection of the point: frames visited anew show the same. */
static void assert_recalled(const struct scene *scene)
{
    for (unsigned i = 0; i < scene->packets->len; i++) {
        const struct fwx_packet *packet = &g_array_index(scene->packets, struct fwx_packet, i);
        const struct fwx_connection *connection = fwx_engine_recall(scene->engine, packet);

        g_assert_nonnull(connection);
        g_assert_cmpuint(connection->capture_point, ==, packet->capture_point);
    }
}

/* ---- connections ----------------------------------------------------------------------------- */

static const struct segment healthy[] = {
    HANDSHAKE,
    EXCHANGE,
    {"fin", I, FA, 11, 11, .gap_ms = 20},
    {"fin", R, FA, 11, 12, .gap_ms = 20},
    {"ack", I, A, 12, 12, .gap_ms = 20},
};

static const struct segment aborted[] = {
    HANDSHAKE,
    EXCHANGE,
    {"reset", R, RA, 11, 11, .gap_ms = 20},
};

/* A point each: two connections that close, and nothing to object to. */
static void test_routed(void)
{
    static const uint16_t points[2] = {0, 1};

    for (unsigned i = 0; i < world_count; i++) {
        struct scene scene = scene_new(&worlds[i]);

        route(&scene, points, healthy, G_N_ELEMENTS(healthy));
        g_assert_cmpuint(fwx_engine_connections(scene.engine)->pool.count, ==, 2);
        g_assert_cmpuint(count_of(&scene, FWX_FINDING_CLOSE), ==, 2);
        g_assert_cmpuint(fwx_engine_finding_count(scene.engine), ==, 2);
        /* The last acknowledgement is frame 17 at its first point, frame 18 at the other. */
        assert_verdict(&scene, 1, GRACEFUL, 17);
        assert_verdict(&scene, 2, GRACEFUL, 18);
        assert_recalled(&scene);
        scene_end(&scene);
    }
}

/* The same packets at one point: the copies behind the close are segments of nobody. */
static void test_routed_as_one(void)
{
    static const uint16_t points[2] = {0, 0};
    struct scene scene = scene_new(&worlds[0]);

    route(&scene, points, healthy, G_N_ELEMENTS(healthy));
    g_assert_cmpuint(fwx_engine_connections(scene.engine)->pool.count, ==, 1);
    g_assert_cmpuint(count_of(&scene, FWX_FINDING_CLOSE), ==, 1);
    scene_end(&scene);
}

/* A reset ends a connection at each point; it is after no close. */
static void test_reset(void)
{
    static const uint16_t points[2] = {3, 1};

    for (unsigned i = 0; i < world_count; i++) {
        struct scene scene = scene_new(&worlds[i]);

        route(&scene, points, aborted, G_N_ELEMENTS(aborted));
        g_assert_cmpuint(count_of(&scene, FWX_FINDING_RESET), ==, 2);
        g_assert_cmpuint(fwx_engine_finding_count(scene.engine), ==, 2);
        g_assert_cmpint(found(&scene, 13, FWX_FINDING_RESET)->reset.class, ==,
                        FWX_RESET_DATA_ABORT);
        g_assert_cmpint(found(&scene, 14, FWX_FINDING_RESET)->reset.class, ==,
                        FWX_RESET_DATA_ABORT);
        g_assert_cmpint(found(&scene, 13, FWX_FINDING_RESET)->reset.signs, ==, 0);
        assert_verdict(&scene, 1, ABORTIVE, 14);
        assert_verdict(&scene, 2, ABORTIVE, 13);
        assert_recalled(&scene);
        scene_end(&scene);
    }
}

/* What is dropped at one point is dropped there: the other has never seen the connection close. */
static void test_late_at_one(void)
{
    static const struct segment late = {"late data", I, PA, 11, 12, 5, .gap_ms = SECOND};
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(healthy); i++)
        see_at(&scene, 0, &healthy[i]);
    g_assert_cmpint(see_at(&scene, 1, &late)->state, ==, UNKN);
    g_assert_null(find(&scene, scene.frame, FWX_FINDING_NOT_SYN));
    g_assert_cmpint(see_at(&scene, 0, &late)->state, ==, CLSD);
    g_assert_cmphex(found(&scene, scene.frame, FWX_FINDING_NOT_SYN)->code, ==, NOT_SYN);
    scene_end(&scene);
}

/* ---- clients --------------------------------------------------------------------------------- */

static struct scene scene_limited_to(struct fwx_limits limits)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = limits;
    return scene_new_under(&worlds[0], &policy);
}

/* A SYN of a connection of its own; the code of its refusal, or 0. */
static uint32_t ask(struct scene *scene, uint16_t point, uint16_t number)
{
    const struct segment syn = {"syn", I, S, 0, .gap_ms = 1};
    const struct fwx_finding *refusal;

    scene->port[I] = (uint16_t)(20000 + number);
    see_at(scene, point, &syn);
    refusal = find(scene, scene->frame, FWX_FINDING_QUOTA);
    return refusal ? refusal->code : 0;
}

/* 600 requests a minute, seen twice, are 600: the limit is passed at each point by itself. */
static void test_requests(void)
{
    struct scene scene = scene_limited_to((struct fwx_limits){.requests_per_minute = 600});

    for (uint16_t i = 0; i < 600; i++) {
        g_assert_cmphex(ask(&scene, 0, i), ==, 0);
        g_assert_cmphex(ask(&scene, 1, i), ==, 0);
    }
    g_assert_cmphex(ask(&scene, 0, 600), ==, FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED);
    g_assert_cmpuint(found(&scene, scene.frame, FWX_FINDING_QUOTA)->quota.count, ==, 601);
    g_assert_cmphex(ask(&scene, 2, 600), ==, 0);
    g_assert_cmphex(ask(&scene, 1, 600), ==, FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED);
    g_assert_cmpuint(found(&scene, scene.frame, FWX_FINDING_QUOTA)->quota.count, ==, 601);
    scene_end(&scene);
}

/* A connection that ends makes room where it was seen to end. */
static void test_room(void)
{
    enum { LIMIT = 4, FULL = FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED };
    static const struct segment refused = {"refused", R, RA, 0, 1, .gap_ms = 1};
    struct scene scene = scene_limited_to((struct fwx_limits){.concurrent = LIMIT});

    for (unsigned i = 0; i < LIMIT; i++) {
        g_assert_cmphex(ask(&scene, 0, (uint16_t)i), ==, 0);
        g_assert_cmphex(ask(&scene, 1, (uint16_t)i), ==, 0);
    }
    see_at(&scene, 1, &refused); /* the last one */
    g_assert_cmphex(ask(&scene, 0, LIMIT), ==, (uint32_t)FULL);
    g_assert_cmphex(ask(&scene, 1, LIMIT), ==, 0);
    g_assert_cmphex(ask(&scene, 1, LIMIT + 1), ==, (uint32_t)FULL);
    g_assert_cmpuint(scene.engine->hosts.used, ==, 2);
    scene_end(&scene);
}

/* ---- clocks ---------------------------------------------------------------------------------- */

/* Two files merged, their clocks an hour apart: nobody has waited that long. */
static void test_no_reply(void)
{
    static const struct segment syn = {"syn", I, S, .gap_ms = 10};
    static const struct segment ping = {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO};
    struct segment later = ping;
    struct scene scene = scene_new(&worlds[0]);

    see_at(&scene, 0, &syn);
    later.gap_ms = HOUR;
    see_at(&scene, 1, &later);
    assert_no_verdict(&scene, 1);
    later.gap_ms = 20 * SECOND - HOUR;
    see_at(&scene, 0, &later);
    assert_no_verdict(&scene, 1);
    later.gap_ms = SECOND;
    see_at(&scene, 0, &later);
    assert_verdict(&scene, 1, FWX_E_TCP_NO_SERVER_REPLY, 1);
    g_assert_cmpuint(concluded(&scene, 1).waited_s, ==, 21);
    later.gap_ms = HOUR;
    see_at(&scene, 1, &later);
    g_assert_cmpuint(concluded(&scene, 1).waited_s, ==, 21);
    scene_end(&scene);
}

static void test_idle(void)
{
    struct segment query = {"query", I, 0, 0, 0, 30, .protocol = UDP};
    struct segment ping = {"ping", I, REQUEST, 0, 0, 32, .gap_ms = HOUR, .protocol = ECHO};
    struct scene scene = scene_new(&worlds[0]);

    see_at(&scene, 1, &query);
    see_at(&scene, 0, &ping);
    g_assert_cmpint(concluded(&scene, 1).ground, ==, FWX_GROUND_ESTABLISHED);
    ping.gap_ms = MINUTE - HOUR;
    see_at(&scene, 1, &ping);
    g_assert_cmpint(concluded(&scene, 1).ground, ==, FWX_GROUND_IDLE);
    scene_end(&scene);
}

/* Points come in any order, and as many as there may be. */
static void test_many(void)
{
    static const uint16_t points[] = {7, 65535, 0, 300, 1};
    static const struct segment syn = {"syn", I, S, 0, .gap_ms = SECOND};
    static const struct segment ping = {"ping", I, REQUEST, 0, 0, 32, .gap_ms = 30 * SECOND,
                                        .protocol = ECHO};
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(points); i++)
        g_assert_cmpuint(see_at(&scene, points[i], &syn)->id, ==, i + 1);
    for (uint32_t id = 1; id <= G_N_ELEMENTS(points); id++)
        assert_no_verdict(&scene, id);
    see_at(&scene, 300, &ping);
    for (uint32_t id = 1; id <= G_N_ELEMENTS(points); id++) {
        if (points[id - 1] == 300)
            assert_verdict(&scene, id, FWX_E_TCP_NO_SERVER_REPLY, id);
        else
            assert_no_verdict(&scene, id);
    }
    scene_end(&scene);
}

/* ---- markers --------------------------------------------------------------------------------- */

/* They mark frames of the capture, wherever those were seen: a marker seen at two points, request
 * and reply, is one group. */
static void test_markers(void)
{
    static const uint32_t sizes[] = {22, 33, 22};
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_engine *engine = fwx_engine_new(&policy);
    const GArray *groups = fwx_engine_markers(engine)->groups;

    for (uint32_t i = 0; i < 4 * G_N_ELEMENTS(sizes); i++) {
        enum fwx_echo_role role = i % 4 < 2 ? FWX_ECHO_REQUEST : FWX_ECHO_REPLY;
        struct fwx_packet packet = echo_packet(i + 1, role, sizes[i / 4], false);

        packet.capture_point = i % 4 == 1 || i % 4 == 2; /* there, and back */
        fwx_engine_see(engine, &packet);
    }
    g_assert_cmpuint(groups->len, ==, G_N_ELEMENTS(sizes));
    for (unsigned i = 0; i < groups->len; i++) {
        const struct fwx_marker_group *group = &g_array_index(groups, struct fwx_marker_group, i);

        g_assert_cmpuint(group->size, ==, sizes[i]);
        g_assert_cmpuint(group->first_frame, ==, 4 * i + 1);
        g_assert_cmpuint(group->last_frame, ==, 4 * i + 4);
    }
    fwx_engine_free(engine);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/point/routed", test_routed);
    g_test_add_func("/point/routed-as-one", test_routed_as_one);
    g_test_add_func("/point/reset", test_reset);
    g_test_add_func("/point/late-at-one", test_late_at_one);
    g_test_add_func("/point/requests", test_requests);
    g_test_add_func("/point/room", test_room);
    g_test_add_func("/point/no-reply", test_no_reply);
    g_test_add_func("/point/idle", test_idle);
    g_test_add_func("/point/many", test_many);
    g_test_add_func("/point/markers", test_markers);
    return g_test_run();
}
