/* test_points_clock.c
 * How clocks of two points differ, and which point is nearer to the initiator.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

#include <math.h>

static const struct hop talk[] = {OPENING, TALK};

static const struct fwx_clock *clock_of(const struct sides *sides)
{
    g_assert_cmpuint(fwx_points_clock_count(sides->scene.engine), ==, 1);
    return fwx_points_clock(sides->scene.engine, 0);
}

static void assert_near(double value, double expected, double apart)
{
    g_assert_cmpfloat(fabs(value - expected), <=, apart);
}

/* ---- offset and drift -------------------------------------------------------------------------- */

/* As long there as back: exact, and the error is what a stay is. */
static void test_offset(void)
{
    static const int64_t ahead[] = {0, 643250000000, -7200500000000, 300000};

    for (unsigned i = 0; i < G_N_ELEMENTS(ahead); i++) {
        struct sides sides = sides_new();

        sides.place[OUTSIDE].ahead = ahead[i];
        CROSS(&sides, talk);
        fwx_engine_review(sides.scene.engine);
        ASSERT_FATES(&sides, talk);
        g_assert_true(clock_of(&sides)->known);
        assert_near(clock_of(&sides)->offset_ns, (double)ahead[i], 1);
        assert_near(clock_of(&sides)->error_ns, 5e6, 1);
        g_assert_cmpfloat(clock_of(&sides)->drift, ==, 0);
        g_assert_cmpuint(clock_of(&sides)->matched, ==, 6);
        for (uint32_t frame = 1; frame <= 12; frame++) {
            g_assert_true(meeting_of(&sides, frame).stay_known);
            assert_near((double)meeting_of(&sides, frame).stay, 5e6, 1);
        }
        sides_end(&sides);
    }
}

/* Longer there than back: off by half of the difference, and never more than the error. */
static void test_error(void)
{
    static const struct hop rows[] = {
        {"syn", I, S, 0, .stay_ms = 7},       {"syn-ack", R, SA, 0, 1, .stay_ms = 1},
        {"ack", I, A, 1, 1, .stay_ms = 7},    {"banner", R, PA, 1, 1, 50, .stay_ms = 1},
        {"ack", I, A, 1, 51, .stay_ms = 7},
    };
    struct sides sides = sides_new();

    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    assert_near(clock_of(&sides)->offset_ns, 3e6, 1);
    assert_near(clock_of(&sides)->error_ns, 4e6, 1);
    sides_end(&sides);
}

/* A clock two hours off that goes 540 ppm faster, over three minutes. */
static void test_drift(void)
{
    static const int32_t ppm[] = {540, -540, 100};

    for (unsigned i = 0; i < G_N_ELEMENTS(ppm); i++) {
        struct sides sides = sides_new();
        const struct fwx_packet *packet;
        const struct fwx_clock *clock;
        int64_t offset;

        sides.place[OUTSIDE].ahead = 7200 * FWX_SECOND;
        sides.place[OUTSIDE].ppm = ppm[i];
        for (unsigned n = 0; n < 12; n++) {
            sides.time += 15 * FWX_SECOND;
            sides_next(&sides);
            CROSS(&sides, talk);
        }
        fwx_engine_review(sides.scene.engine);
        assert_near(clock_of(&sides)->drift * 1e6, ppm[i], 1);
        packet = &g_array_index(sides.scene.packets, struct fwx_packet, 143);
        g_assert_cmpuint(packet->capture_point, ==, OUTSIDE);
        g_assert_true(
            fwx_points_offset(sides.scene.engine, OUTSIDE, packet->time, &offset, &clock));
        assert_near((double)offset, 7200e9 + (double)(sides.time - worlds[0].epoch) * ppm[i] / 1e6,
                    1e5);
        for (uint32_t frame = 1; frame <= 144; frame++)
            assert_near((double)meeting_of(&sides, frame).stay, 5e6, 1e5);
        g_assert_false(fwx_points_offset(sides.scene.engine, INSIDE, packet->time, &offset, &clock));
        sides_end(&sides);
    }
}

/* Packets there and back that lie 0.2 s apart tell of two times, not of one. */
static void test_neighbours(void)
{
    for (int64_t apart = 199; apart <= 200; apart++) {
        const struct hop rows[] = {
            {"syn", I, S, 0, .stay_ms = -1},
            {"syn-ack", R, SA, 0, 1, .gap_ms = apart, .stay_ms = -1},
        };
        struct sides sides = sides_new();

        CROSS(&sides, rows);
        fwx_engine_review(sides.scene.engine);
        g_assert_cmpint(clock_of(&sides)->known, ==, apart == 199);
        g_assert_cmpint(meeting_of(&sides, 1).stay_known, ==, apart == 199);
        sides_end(&sides);
    }
}

static void no_time(struct wire *wire)
{
    wire->packet.time = FWX_NO_TIME;
}

static void test_unknown(void)
{
    static const struct hop one_way[] = {
        {"syn", I, S, 0, .fate = FORWARDED},
        {"data", I, PA, 1, 1, 100, .fate = FORWARDED},
    };
    static const struct hop timeless[] = {
        {"syn", I, S, 0, .both = no_time},
        {"syn-ack", R, SA, 0, 1, .both = no_time},
    };
    struct sides sides = sides_new();

    CROSS(&sides, one_way);
    fwx_engine_review(sides.scene.engine);
    g_assert_false(clock_of(&sides)->known);
    g_assert_cmpuint(clock_of(&sides)->matched, ==, 2);
    g_assert_cmpuint(meeting_of(&sides, 1).frame, ==, 2);
    g_assert_false(meeting_of(&sides, 1).stay_known);
    sides_end(&sides);

    sides = sides_new();
    CROSS(&sides, timeless);
    fwx_engine_review(sides.scene.engine);
    g_assert_false(clock_of(&sides)->known);
    g_assert_cmpuint(meeting_of(&sides, 1).frame, ==, 2);
    sides_end(&sides);
}

/* ---- order ---------------------------------------------------------------------------------------- */

enum { UNORDERED = -1 };

/* Which point the first leg is at. */
static int nearer(struct sides *sides)
{
    const struct fwx_pair *pair;
    int point;

    fwx_engine_review(sides->scene.engine);
    g_assert_cmpuint(fwx_points_pair_count(sides->scene.engine), ==, 1);
    pair = fwx_points_pair(sides->scene.engine, 0);
    point = pair->ordered ? pair->point[0] : UNORDERED;
    g_assert_cmpuint(connection_of(&sides->scene, pair->leg[0])->capture_point, ==, pair->point[0]);
    sides_end(sides);
    return point;
}

/* Times tell, however the points are numbered and whatever TTLs say. */
static void test_order_by_time(void)
{
    for (unsigned reversed = 0; reversed < 2; reversed++) {
        for (uint8_t hops = 0; hops < 2; hops++) {
            struct sides sides = sides_new();

            sides.point[INSIDE] = reversed ? OUTSIDE : INSIDE;
            sides.point[OUTSIDE] = reversed ? INSIDE : OUTSIDE;
            sides.place[INSIDE].hops = hops;
            sides.place[OUTSIDE].hops = 0;
            CROSS(&sides, talk);
            g_assert_cmpint(nearer(&sides), ==, reversed ? OUTSIDE : INSIDE);
        }
    }
}

static void play_one_way(struct sides *sides, uint8_t inner, uint8_t outer)
{
    sides->place[INSIDE].hops = inner;
    sides->place[OUTSIDE].hops = outer;
    sides_play(sides, talk, 1);
}

/* Where no times do: the TTL, which gets less on the way. */
static void test_order_by_ttl(void)
{
    static const struct hop at_once[] = {
        {"syn", I, S, 0, .stay_ms = -1},
        {"syn-ack", R, SA, 0, 1, .stay_ms = -1},
    };
    struct sides sides = sides_new();

    play_one_way(&sides, 0, 1);
    g_assert_cmpint(nearer(&sides), ==, INSIDE);
    sides = sides_new();
    play_one_way(&sides, 1, 0);
    g_assert_cmpint(nearer(&sides), ==, OUTSIDE);
    sides = sides_new();
    play_one_way(&sides, 1, 1);
    g_assert_cmpint(nearer(&sides), ==, UNORDERED);
    sides = sides_new(); /* a way of no time at all */
    CROSS(&sides, at_once);
    g_assert_cmpint(nearer(&sides), ==, INSIDE);
}

/* Where neither does: the user. */
static void test_order_by_preference(void)
{
    static const struct {
        const char *order;
        uint8_t outer_hops;
        int nearer;
    } cases[] = {
        {"inside, outside", 0, INSIDE},  {"outside,inside", 0, OUTSIDE},
        {"OUTSIDE, x, Inside", 0, OUTSIDE}, {"outside", 0, UNORDERED},
        {"", 0, UNORDERED},              {"outside, inside", 1, INSIDE},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_policy policy = fwx_policy_default();
        struct sides sides;

        fwx_policy_set_points(&policy, "these, are, names", cases[i].order);
        sides = sides_new_under(&policy);
        play_one_way(&sides, 0, cases[i].outer_hops);
        g_assert_cmpint(nearer(&sides), ==, cases[i].nearer);
        fwx_policy_clear(&policy);
    }
}

/* One that does not tell is ordered as the others of its points are. */
static void test_order_by_others(void)
{
    struct sides sides = sides_new();
    const struct fwx_pair *pair;

    CROSS(&sides, talk);
    sides_next(&sides);
    play_one_way(&sides, 1, 1);
    fwx_engine_review(sides.scene.engine);
    pair = fwx_points_onward(sides.scene.engine, connection_of(&sides.scene, 3));
    g_assert_true(pair->ordered);
    g_assert_cmpuint(pair->point[0], ==, INSIDE);
    g_assert_cmpint(clock_of(&sides)->votes, ==, 1);
    sides_end(&sides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/clock/offset", test_offset);
    g_test_add_func("/points/clock/error", test_error);
    g_test_add_func("/points/clock/drift", test_drift);
    g_test_add_func("/points/clock/neighbours", test_neighbours);
    g_test_add_func("/points/clock/unknown", test_unknown);
    g_test_add_func("/points/clock/order-by-time", test_order_by_time);
    g_test_add_func("/points/clock/order-by-ttl", test_order_by_ttl);
    g_test_add_func("/points/clock/order-by-preference", test_order_by_preference);
    g_test_add_func("/points/clock/order-by-others", test_order_by_others);
    return g_test_run();
}
