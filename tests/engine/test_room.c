/* test_room.c
 * Where an address has used up its limit: what makes room for the next, at the boundaries. How many
 * are let through at all: test_flood.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define CONCURRENT FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED

enum { SECOND = 1000, NEW_I = 100000000 };

static struct fwx_policy one_half_open(uint32_t no_reply_s)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = (struct fwx_limits){.half_open = 1};
    policy.no_reply_s = no_reply_s;
    return policy;
}

/* A SYN that is not answered, and the next one so long after it. */
static void try_unanswered(uint32_t no_reply_s, int64_t gap_ms, bool room)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn of the next", I, S, NEW_I, .gap_ms = gap_ms, .conn = 2, .met = NONE,
         .finds = room ? 0 : QUOTA, .code = room ? 0 : CONCURRENT},
    };
    struct fwx_policy policy = one_half_open(no_reply_s);

    PLAY_UNDER(&policy, rows, NULL);
}

/* The time for an answer is over to the millisecond, and looked for at most once a second. */
static void test_unanswered(void)
{
    try_unanswered(1, SECOND - 1, false);
    try_unanswered(1, SECOND, true);
    try_unanswered(1, -SECOND + 1, false); /* a clock set back says nothing of how long it was */
    try_unanswered(1, -SECOND, true);
    try_unanswered(21, 21 * SECOND - 1, false);
    try_unanswered(21, 21 * SECOND, true);
}

/* Pings are no UDP sessions, and close none. */
static void test_pings(void)
{
    static const struct segment rows[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 2, .met = NONE},
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .conn = 1, .met = ESTB},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 2, .met = ESTB},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = (struct fwx_limits){.concurrent_udp = 1};
    PLAY_UNDER(&policy, rows, NULL);
}

static void broken_without_time(struct fwx_packet *packet)
{
    packet->udp_len++;
    packet->time = FWX_NO_TIME;
}

/* The first session was refused at sight when nobody told the time, and so was no request of any
 * second; it is one when it asks again. */
static void test_second_without_begin(void)
{
    static const struct segment broken = {"broken", I, 0, 0, 0, 30, .protocol = UDP,
                                          .tweak = broken_without_time, .met = NONE};
    static const struct segment query = {"query", I, 0, 0, 0, 30, .gap_ms = 2 * SECOND,
                                         .protocol = UDP, .met = NONE};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene;

    policy.limits = (struct fwx_limits){.non_tcp_per_second = 1};
    scene = scene_new_under(&worlds[0], &policy);
    scene_see(&scene, &broken);
    g_assert_cmpint(scene_see(&scene, &query)->state, ==, ESTB);
    for (unsigned i = 0; i < 3; i++) {
        scene.port[I]++;
        g_assert_cmpint(scene_see(&scene, &query)->state, ==, ESTB);
    }
    g_assert_cmpuint(fwx_engine_finding_count(scene.engine), ==, 1);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/room/unanswered", test_unanswered);
    g_test_add_func("/room/pings", test_pings);
    g_test_add_func("/room/second-without-begin", test_second_without_begin);
    return g_test_run();
}
