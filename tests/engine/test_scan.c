/* test_scan.c
 * Who scans: how many targets, and how many of the attempts in vain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

enum { FIRST_TARGET = 8000 };

/* Ports of one responder, or as many responders. */
enum where { PORTS, ADDRESSES };

enum how { REFUSED, IGNORED, TAKEN_BACK, ANSWERED, USED_AND_RESET };

static uint8_t client = 1;

static void see(struct scene *scene, enum where where, unsigned target, const struct segment *row)
{
    struct fwx_packet packet;
    uint8_t from[4] = {192, 0, 2, client};
    uint8_t to[4] = {198, 51, 100, (uint8_t)(where == ADDRESSES ? target : 0)};

    scene->port[R] = (uint16_t)(FIRST_TARGET + (where == PORTS ? target : 0));
    packet = scene_packet(scene, row);
    *(row->from == I ? &packet.src : &packet.dst) = fwx_address_from(from, 4);
    *(row->from == I ? &packet.dst : &packet.src) = fwx_address_from(to, 4);
    fwx_engine_see(scene->engine, &packet);
}

/* One attempt, from a port of its own. */
static void attempt(struct scene *scene, enum where where, unsigned target, enum how how)
{
    static const struct segment rows[][4] = {
        [REFUSED] = {{"syn", I, S, 0}, {"reset", R, RA, 0, 1}},
        [IGNORED] = {{"syn", I, S, 0, .gap_ms = 1000}},
        [TAKEN_BACK] = {{"syn", I, S, 0}, {"syn-ack", R, SA, 0, 1}, {"reset", I, RST, 1}},
        [ANSWERED] = {{"syn", I, S, 0}, {"syn-ack", R, SA, 0, 1}, {"ack", I, A, 1, 1}},
        [USED_AND_RESET] = {{"syn", I, S, 0},
                            {"syn-ack", R, SA, 0, 1},
                            {"ack", I, A, 1, 1},
                            {"reset", R, RA, 1, 1}},
    };

    scene->port[I]++;
    for (unsigned i = 0; i < 4 && rows[how][i].does; i++)
        see(scene, where, target, &rows[how][i]);
}

static struct scene new_scene(void)
{
    struct fwx_policy policy = fwx_policy_default();

    client = 1;
    return scene_new_under(&worlds[0], &policy);
}

/* So many attempts in vain and answered ones, on as many targets. */
static void try_scan(enum where where, unsigned in_vain, unsigned answered, unsigned targets,
                     bool scan)
{
    struct scene scene = new_scene();

    for (unsigned i = 0; i < in_vain + answered; i++)
        attempt(&scene, where, i % targets, i < in_vain ? REFUSED : ANSWERED);
    fwx_engine_review(scene.engine);
    g_test_message("%u in vain, %u answered, %u targets", in_vain, answered, targets);
    g_assert_cmpint((connection_of(&scene, 1)->flags & FWX_CONNECTION_SCANNED) != 0, ==, scan);
    assert_account(&scene, "a refused one", 1, FWX_ENDING_REFUSED, FWX_CAUSE_NONE,
                   scan ? FWX_GRAVITY_NOTE : FWX_GRAVITY_TROUBLE);
    scene_end(&scene);
}

static void test_targets(void)
{
    for (enum where where = PORTS; where <= ADDRESSES; where++) {
        try_scan(where, 10, 0, 10, true);
        try_scan(where, 9, 0, 9, false);
        try_scan(where, 10, 0, 9, false);
        try_scan(where, 30, 0, 9, false);
        try_scan(where, 30, 0, 10, true);
        try_scan(where, 300, 0, 300, true);
    }
}

/* Two of three. */
static void test_in_vain(void)
{
    try_scan(PORTS, 7, 3, 10, true);
    try_scan(PORTS, 6, 4, 10, false);
    try_scan(PORTS, 8, 4, 12, true);
    try_scan(PORTS, 7, 5, 12, false);
    try_scan(PORTS, 20, 10, 30, true);
    try_scan(PORTS, 19, 11, 30, false);
}

/* What becomes of each: nothing that a scan meets is trouble, but what it does not break off. */
static void test_gravity(void)
{
    struct scene scene = new_scene();

    attempt(&scene, PORTS, 1, REFUSED);
    attempt(&scene, PORTS, 2, IGNORED);
    attempt(&scene, PORTS, 3, TAKEN_BACK);
    attempt(&scene, PORTS, 4, ANSWERED);
    attempt(&scene, PORTS, 5, USED_AND_RESET);
    for (unsigned i = 6; i < 20; i++)
        attempt(&scene, PORTS, i, IGNORED);
    fwx_engine_review(scene.engine);
    assert_account(&scene, "refused", 1, FWX_ENDING_REFUSED, FWX_CAUSE_NONE, FWX_GRAVITY_NOTE);
    assert_account(&scene, "ignored", 2, FWX_ENDING_UNANSWERED, FWX_CAUSE_NONE, FWX_GRAVITY_NOTE);
    assert_account(&scene, "taken back", 3, FWX_ENDING_RESET, FWX_CAUSE_RESET_BY_ENDPOINT,
                   FWX_GRAVITY_NOTE);
    assert_account(&scene, "answered", 4, FWX_ENDING_OPEN, FWX_CAUSE_NONE, FWX_GRAVITY_OK);
    assert_account(&scene, "reset", 5, FWX_ENDING_RESET, FWX_CAUSE_RESET_BY_ENDPOINT,
                   FWX_GRAVITY_NOTE);
    scene_end(&scene);
}

static void data_unheard(struct scene *scene, unsigned target)
{
    static const struct segment data = {"data", I, PA, 1, 1, 10, .gap_ms = 2000};

    attempt(scene, PORTS, target, ANSWERED);
    for (unsigned i = 0; i < 3; i++)
        see(scene, PORTS, target, &data);
}

static void test_trouble(void)
{
    struct scene scene = new_scene();

    data_unheard(&scene, 0);
    for (unsigned i = 1; i < 20; i++)
        attempt(&scene, PORTS, i, IGNORED);
    fwx_engine_review(scene.engine);
    g_assert_cmpuint(connection_of(&scene, 1)->flags & FWX_CONNECTION_SCANNED, !=, 0);
    assert_account(&scene, "unheard", 1, FWX_ENDING_UNHEARD, FWX_CAUSE_NONE, FWX_GRAVITY_TROUBLE);
    scene_end(&scene);
}

/* Another address is another scanner; and so is the same at another point. */
static void test_others(void)
{
    struct scene scene = new_scene();

    for (unsigned i = 0; i < 9; i++)
        attempt(&scene, PORTS, i, REFUSED);
    client = 2;
    attempt(&scene, PORTS, 9, REFUSED);
    fwx_engine_review(scene.engine);
    for (uint32_t id = 1; id <= 10; id++)
        g_assert_cmpuint(connection_of(&scene, id)->flags & FWX_CONNECTION_SCANNED, ==, 0);
    client = 1;
    attempt(&scene, PORTS, 9, REFUSED);
    fwx_engine_review(scene.engine);
    g_assert_cmpuint(connection_of(&scene, 1)->flags & FWX_CONNECTION_SCANNED, !=, 0);
    g_assert_cmpuint(connection_of(&scene, 10)->flags & FWX_CONNECTION_SCANNED, ==, 0);
    g_assert_cmpuint(connection_of(&scene, 11)->flags & FWX_CONNECTION_SCANNED, !=, 0);
    for (unsigned i = 10; i < 17; i++) /* it was none after all */
        attempt(&scene, PORTS, i, ANSWERED);
    fwx_engine_review(scene.engine);
    g_assert_cmpuint(connection_of(&scene, 1)->flags & FWX_CONNECTION_SCANNED, ==, 0);
    scene_end(&scene);
}

static void at_another_point(struct fwx_packet *packet)
{
    packet->capture_point = 1;
}

/* What is no attempt does not count, wherever it comes from. */
static void test_no_attempts(void)
{
    static const struct segment elsewhere = {"syn", I, S, 0, .tweak = at_another_point};
    static const struct segment midstream = {"data", I, PA, 1, 1, 10};
    static const struct segment query = {"query", I, 0, 0, 0, 30, .protocol = UDP};
    struct scene scene = new_scene();

    for (unsigned i = 0; i < 9; i++)
        attempt(&scene, PORTS, i, REFUSED);
    for (unsigned i = 20; i < 30; i++) {
        scene.port[I]++;
        see(&scene, PORTS, i, i == 20 ? &elsewhere : i < 25 ? &midstream : &query);
    }
    fwx_engine_review(scene.engine);
    for (uint32_t id = 1; id <= 19; id++)
        g_assert_cmpuint(connection_of(&scene, id)->flags & FWX_CONNECTION_SCANNED, ==, 0);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scan/targets", test_targets);
    g_test_add_func("/scan/in-vain", test_in_vain);
    g_test_add_func("/scan/gravity", test_gravity);
    g_test_add_func("/scan/trouble", test_trouble);
    g_test_add_func("/scan/others", test_others);
    g_test_add_func("/scan/no-attempts", test_no_attempts);
    return g_test_run();
}
