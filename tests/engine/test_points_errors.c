/* test_points_errors.c
 * ICMP errors at two points: the same one again, behind translation and other numbers, or alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

enum { HOST = 1, PORT = 3, TOO_BIG = 4 }; /* codes of an unreachable destination (RFC 792, RFC 1191) */

static void translate(struct sides *sides)
{
    sides->place[OUTSIDE].host[I] = 77;
    sides->place[OUTSIDE].port[I] = 61000;
}

/* From a router beyond: it goes in outside. What the device itself sends comes out, and goes in
 * nowhere; what it drops goes in. */
static const struct hop rows[] = {
    OPENING,
    TALK,
    {"data", I, PA, 101, 201, 1400, .fate = FORWARDED},
    {"too big", R, TOO_BIG, 101, .protocol = ICMP_ERROR, .fate = FORWARDED},
    {"the device's own", R, HOST, 101, .protocol = ICMP_ERROR, .seen = ADDED, DOUBT(UNACKNOWLEDGED)},
    {"more", I, PA, 1501, 201, 1400, .fate = FORWARDED},
    {"too big, of that", R, TOO_BIG, 1501, .protocol = ICMP_ERROR, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
    {"response", R, PA, 201, 2901, 10, .fate = FORWARDED},
    {"about the response", I, PORT, 201, .protocol = ICMP_ERROR, .fate = FORWARDED},
};

static void test_errors(void)
{
    for (unsigned world = 0; world < 4; world++) {
        struct sides sides = sides_new();

        if (world & 1)
            translate(&sides);
        sides.keeps_ids = !(world & 2);
        CROSS(&sides, rows);
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        ASSERT_FATES(&sides, rows);
        assert_changes(&sides, 15, world & 1 ? "address" : NULL);
        assert_reason(&sides, 17,
                      "Not seen at outside: nobody acknowledges such a packet, so perhaps it was not "
                      "captured there");
        sides_end(&sides);
    }
}

/* It quotes the number that the leg has. */
static void test_rewritten(void)
{
    struct sides sides = sides_new();

    sides.place[OUTSIDE].isn[I] += 1000000000;
    CROSS(&sides, rows);
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    assert_pair(&sides, 0, 1, 2, FWX_ISN_RESPONDER, FWX_PATH_ISN_REWRITE);
    g_assert_cmpuint(meeting_of(&sides, 15).frame, ==, 16);
    g_assert_cmpuint(meeting_of(&sides, 17).frame, ==, 0);
    sides_end(&sides);
}

/* Of several alike each is one; IP IDs tell which, where they are kept. */
static void test_alike(void)
{
    static const struct hop alike[] = {
        OPENING,
        {"data", I, PA, 1, 1, 1400, .fate = FORWARDED},
        {"too big", R, TOO_BIG, 1, .protocol = ICMP_ERROR, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
        {"too big", R, TOO_BIG, 1, .protocol = ICMP_ERROR, .fate = FORWARDED},
    };
    static const struct hop other_code[] = {
        OPENING,
        {"data", I, PA, 1, 1, 1400, .fate = FORWARDED},
        {"too big", R, TOO_BIG, 1, .protocol = ICMP_ERROR, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
        {"no such port", R, PORT, 1, .protocol = ICMP_ERROR, .seen = ADDED, DOUBT(UNACKNOWLEDGED)},
    };
    struct sides sides = SIDES_WITH(alike);

    sides_end(&sides);
    sides = sides_new();
    sides.keeps_ids = false;
    CROSS(&sides, other_code);
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, other_code);
    sides_end(&sides);
}

/* Frames without any, and a trail that is full. */
static void test_none(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct sides sides = sides_new_under(&policy);

    CROSS(&sides, rows);
    g_assert_null(fwx_points_error_about(sides.scene.engine, 15)); /* not yet */
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpuint(fwx_points_error_about(sides.scene.engine, 15)->id, ==, 2);
    g_assert_cmpuint(fwx_points_error_about(sides.scene.engine, 16)->id, ==, 1);
    g_assert_null(fwx_points_error_about(sides.scene.engine, 14));
    g_assert_null(fwx_points_error_about(sides.scene.engine, 10000));
    sides_end(&sides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/errors/errors", test_errors);
    g_test_add_func("/points/errors/rewritten", test_rewritten);
    g_test_add_func("/points/errors/alike", test_alike);
    g_test_add_func("/points/errors/none", test_none);
    return g_test_run();
}
