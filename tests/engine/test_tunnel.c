/* test_tunnel.c
 * Several packets in one frame, as tunnels have them: each keeps its connection and its findings.
 * And two ends that are one host.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define SCAN FWX_E_IP_HALF_SCAN_PACKET_DROPPED

/* Sees the row as one more packet of the frame before. */
static const struct fwx_connection *see_inside(struct scene *scene, uint16_t index,
                                               const struct segment *row)
{
    scene->frame--;
    scene->last = scene_packet(scene, row);
    scene->last.index = index;
    return fwx_engine_see(scene->engine, &scene->last);
}

static const struct segment syn_and_fin = {"syn and fin", I, S | F, 0, .met = NONE};

/* Both are refused: each connection's verdict is its own packet's. */
static void test_verdicts(void)
{
    struct scene scene = scene_new(&worlds[0]);
    const struct fwx_finding *inner;
    uint32_t first = 0;

    scene_see(&scene, &syn_and_fin);
    scene.port[I]++;
    g_assert_cmpuint(see_inside(&scene, 1, &syn_and_fin)->id, ==, 2);
    g_assert_cmpuint(fwx_engine_findings(scene.engine, 1, &first), ==, 2);
    assert_verdict(&scene, 1, SCAN, 1);
    assert_verdict(&scene, 2, SCAN, 1);
    g_assert_cmpuint(fwx_engine_finding(scene.engine, first)->packet, ==, 0);
    inner = fwx_engine_verdict_finding(scene.engine, connection_of(&scene, 2));
    g_assert_true(inner == fwx_engine_finding(scene.engine, first + 1));
    g_assert_cmpuint(inner->packet, ==, 1);
    scene_end(&scene);
}

/* The inner one belongs to the older connection of the tuple, by its numbers: looked up again, the
 * outer one is the newer's. */
static void test_kin(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"stray syn", I, S, 100000000, .met = NONE},
        {"the same again", I, S, 100000000, .met = SENT},
    };
    static const struct segment request = {"request", I, PA, 1, 1, 10, .met = ESTB};
    struct scene scene = scene_new(&worlds[0]);
    struct fwx_packet outer;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        scene_see(&scene, &rows[i]);
    outer = scene.last;
    g_assert_cmpuint(see_inside(&scene, 1, &request)->id, ==, 1);
    g_assert_cmpuint(fwx_engine_recall(scene.engine, &scene.last)->id, ==, 1);
    g_assert_cmpuint(fwx_engine_recall(scene.engine, &outer)->id, ==, 2);
    scene_end(&scene);
}

/* A ping of a host to itself has the same address and identifier at both ends: only its kind tells
 * who sends it. */
static void test_equal_ends(void)
{
    static const struct segment rows[] = {
        {"pong", R, REPLY, 0, 0, 32, .protocol = ECHO, .met = NONE},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .met = ESTB},
    };
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct fwx_packet packet = scene_packet(&scene, &rows[i]);

        packet.dst = packet.src = fwx_address_from("\x7f\0\0\1", 4);
        g_assert_cmpuint(fwx_engine_see(scene.engine, &packet)->id, ==, 1);
    }
    g_assert_cmpuint(connection_of(&scene, 1)->bytes[R], ==, 32);
    g_assert_cmpuint(connection_of(&scene, 1)->bytes[I], ==, 32);
    g_assert_cmpuint(connection_of(&scene, 1)->flags & FWX_CONNECTION_ANSWERED, !=, 0);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tunnel/verdicts", test_verdicts);
    g_test_add_func("/tunnel/kin", test_kin);
    g_test_add_func("/tunnel/equal-ends", test_equal_ends);
    return g_test_run();
}
