/* test_room.c
 * Where an address has used up its limit: what makes room for the next, at the boundaries. How many
 * are let through at all: test_flood.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define RATE       FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED
#define SESSIONS   FWX_E_RULE_QUOTA_EXCEEDED_DROPPED
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

/* Pings are no UDP sessions: they close none, and none closes them. */
static void test_pings(void)
{
    static const struct segment rows[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 2, .met = NONE},
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .conn = 1, .met = ESTB},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 2, .met = ESTB},
    };
    static const struct segment ping_first[] = {
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .met = NONE},
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .conn = 2, .met = NONE},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 1, .met = ESTB},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = (struct fwx_limits){.concurrent_udp = 1};
    PLAY_UNDER(&policy, rows, NULL);
    PLAY_UNDER(&policy, ping_first, NULL);
}

static void at_point_1(struct fwx_packet *packet)
{
    packet->capture_point = 1;
}

static void counted_apart(const struct scene *scene)
{
    g_assert_cmpuint(found(scene, 3, FWX_FINDING_QUOTA)->quota.count, ==, 2);
    g_assert_cmpuint(found(scene, 4, FWX_FINDING_QUOTA)->quota.count, ==, 2);
    g_assert_cmpuint(found(scene, 5, FWX_FINDING_QUOTA)->quota.count, ==, 2);
}

/* Each capture point has its own counts of an address. */
static void test_points(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn", I, S, 0, .tweak = at_point_1, .conn = 2, .met = NONE},
        {"second", I, S, NEW_I, .conn = 3, .met = NONE, .finds = QUOTA, .code = RATE},
        {"second", I, S, NEW_I, .tweak = at_point_1, .conn = 4, .met = NONE, .finds = QUOTA,
         .code = RATE},
        {"asks again", I, S, 2 * NEW_I, .tweak = at_point_1, .conn = 4, .met = DENY, .finds = QUOTA,
         .code = RATE},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = (struct fwx_limits){.requests_per_minute = 1};
    PLAY_UNDER(&policy, rows, counted_apart);
}

/* A first session is no request, nor is a first request a session. */
static void test_first_of_each(void)
{
    static const struct segment session_first[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE},
        {"syn", I, S, 0, .conn = 2, .met = NONE},
        {"second syn", I, S, NEW_I, .conn = 3, .met = NONE, .finds = QUOTA, .code = RATE},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 4, .met = NONE, .finds = QUOTA,
         .code = SESSIONS},
    };
    static const struct segment request_first[] = {
        {"syn", I, S, 0, .met = NONE},
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .conn = 2, .met = NONE},
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .conn = 3, .met = NONE, .finds = QUOTA,
         .code = SESSIONS},
        {"second syn", I, S, NEW_I, .conn = 4, .met = NONE, .finds = QUOTA, .code = RATE},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = (struct fwx_limits){.requests_per_minute = 1, .non_tcp_per_second = 1};
    PLAY_UNDER(&policy, session_first, NULL);
    PLAY_UNDER(&policy, request_first, NULL);
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
    g_test_add_func("/room/points", test_points);
    g_test_add_func("/room/first-of-each", test_first_of_each);
    g_test_add_func("/room/second-without-begin", test_second_without_begin);
    return g_test_run();
}
