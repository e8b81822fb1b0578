/* test_points_delay.c
 * Where an answer spent its time: between two points, there or back, or beyond the second.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

/* Seconds of the first conversation's longest exchange, by rows of six hops and what is played. */
static struct fwx_delay delay_of(const struct sides *sides)
{
    const struct fwx_pair *pair =
        fwx_points_onward(sides->scene.engine, connection_of(&sides->scene, 1));
    struct fwx_delay delay;

    g_assert_true(fwx_points_delay(sides->scene.engine,
                                   fwx_points_number(sides->scene.engine, pair), &delay));
    return delay;
}

static void assert_ms(int64_t ns, int64_t ms)
{
    g_assert_cmpint((ns + FWX_MILLISECOND / 2) / FWX_MILLISECOND, ==, ms);
}

/* there, back: stays of the question and of the answer; thinks: before the server answers. */
static struct fwx_delay play(int64_t there, int64_t back, int64_t thinks, int64_t ahead, int32_t ppm)
{
    const struct hop rows[] = {
        OPENING,
        {"question", I, PA, 1, 1, 100, .fate = FORWARDED, .stay_ms = there},
        {"answer", R, PA, 1, 101, 200, .fate = FORWARDED, .gap_ms = thinks, .stay_ms = back},
        {"ack", I, A, 101, 201, .fate = FORWARDED},
    };
    struct sides sides = sides_new();
    struct fwx_delay delay;

    sides.place[OUTSIDE].ahead = ahead;
    sides.place[OUTSIDE].ppm = ppm;
    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, rows);
    delay = delay_of(&sides);
    g_assert_cmpuint(delay.exchanges, ==, 1);
    g_assert_cmpuint(delay.question, ==, 7);
    g_assert_cmpuint(delay.answer, ==, 10);
    assert_ms(delay.wait, there + thinks + back);
    assert_ms(delay.between, there + back);
    assert_ms(delay.beyond, thinks);
    sides_end(&sides);
    return delay;
}

static void test_held(void)
{
    struct fwx_delay delay = play(4001, 5, 10, 0, 0);

    g_assert_true(delay.is_split);
    assert_ms(delay.there, 4001);
    assert_ms(delay.back, 5);
    delay = play(5, 4008, 10, 0, 0);
    g_assert_true(delay.is_split);
    assert_ms(delay.there, 5);
    assert_ms(delay.back, 4008);
}

/* As much between as the clocks may be off by four times, 20 ms, or less, is not split. */
static void test_not_split(void)
{
    g_assert_false(play(5, 5, 4000, 0, 0).is_split);
    g_assert_false(play(10, 10, 4000, 0, 0).is_split);
    g_assert_true(play(11, 10, 4000, 0, 0).is_split);
}

/* Whatever the clocks. */
static void test_clocks(void)
{
    struct fwx_delay delay = play(4001, 5, 10, -7200 * FWX_SECOND, 0);

    g_assert_true(delay.is_split);
    assert_ms(delay.there, 4001);
    assert_ms(delay.back, 5);
}

/* The question was dropped, and its repetition came through: that took the time. */
static void test_dropped_once(void)
{
    for (unsigned copies = 1; copies <= 2; copies++) {
        const struct hop rows[] = {
            OPENING,
            {"question", I, PA, 1, 1, 100, .seen = KEPT, .fate = ONCE},
            {"in part", I, A, 1, 1, 60, .seen = KEPT, .fate = ONCE, .gap_ms = 100},
            {"again", I, PA, 1, 1, 100, .fate = FORWARDED, .gap_ms = 900},
            {"once more", I, PA, 1, 1, 100, .fate = FORWARDED, .gap_ms = 300},
            {"answer", R, PA, 1, 101, 200, .fate = FORWARDED},
        };
        struct sides sides = sides_new();
        struct fwx_delay delay;

        sides_play(&sides, rows, 3 + 2 + copies);
        CROSS(&sides, ((const struct hop[]){rows[7]}));
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        delay = delay_of(&sides);
        g_assert_cmpuint(delay.question, ==, 7);
        g_assert_cmpuint(delay.answer, ==, 10 + 2 * copies);
        assert_ms(delay.wait, 5 + 5 + 1000 + 5 + (copies - 1) * 305 + 10 + 5);
        assert_ms(delay.between, 1000 + 2 * 5 + 5 + 5);
        assert_ms(delay.there, 1000 + 2 * 5 + 5);
        assert_ms(delay.back, 5);
        assert_ms(delay.beyond, 10 + (copies - 1) * 305);
        g_assert_cmpint(delay_of(&sides).wait, ==, delay.wait); /* asked again, it is the same */
        sides_end(&sides);
    }
}

/* The longest of several; a question in two segments is whole with the second, and its repetition is
 * no other one. */
static void test_longest(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"question", I, A, 101, 201, 100, .fate = FORWARDED},
        {"the rest of it", I, PA, 201, 201, 10, .fate = FORWARDED},
        {"the rest again", I, PA, 201, 201, 10, .fate = FORWARDED, .gap_ms = 300},
        {"answer", R, PA, 201, 211, 200, .fate = FORWARDED, .gap_ms = 700},
        {"question", I, PA, 211, 401, 100, .fate = FORWARDED, .gap_ms = 3000},
        {"answer", R, PA, 401, 311, 200, .fate = FORWARDED},
    };
    struct sides sides = sides_new();
    struct fwx_delay delay;

    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, rows);
    delay = delay_of(&sides);
    g_assert_cmpuint(delay.exchanges, ==, 3);
    g_assert_cmpuint(delay.question, ==, 15);
    g_assert_cmpuint(delay.answer, ==, 20);
    assert_ms(delay.wait, 5 + 300 + 5 + 700 + 5);
    sides_end(&sides);
}

/* One that the other point lacks an end of is not counted, however long it took. */
static void test_half(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"question", I, PA, 101, 201, 100, .seen = KEPT, .fate = LOSS},
        {"answer", R, PA, 201, 201, 200, .fate = FORWARDED, .gap_ms = 3000},
    };
    struct sides sides = SIDES_WITH(rows);
    struct fwx_delay delay = delay_of(&sides);

    g_assert_cmpuint(delay.exchanges, ==, 2);
    g_assert_cmpuint(delay.question, ==, 7);
    assert_ms(delay.wait, 5 + 10 + 5);
    sides_end(&sides);
}

static void test_none(void)
{
    static const struct hop rows[] = {OPENING};
    struct sides sides = sides_new();
    struct fwx_delay delay;

    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    g_assert_false(fwx_points_delay(sides.scene.engine, 0, &delay));
    g_assert_cmpuint(delay.exchanges, ==, 0);
    sides_end(&sides);
}

/* A proxy hands on no packets: its second exchange is the second one. */
static void test_proxy(void)
{
    static const struct hop rows[] = {
        {"syn", I, S, 0, .seen = KEPT},
        {"answer", R, SA, 0, 1, .seen = ADDED},
        {"syn", I, S, 0, .seen = ADDED},
        {"answer", R, SA, 0, 1, .seen = KEPT},
        {"question", I, PA, 1, 1, 100, .seen = KEPT},
        {"handed on", I, PA, 1, 1, 100, .seen = ADDED},
        {"answer", R, PA, 1, 101, 200, .seen = KEPT},
        {"handed on", R, PA, 1, 101, 200, .seen = ADDED},
        {"question", I, PA, 101, 201, 100, .seen = KEPT},
        {"handed on", I, PA, 101, 201, 100, .seen = ADDED},
        {"answer", R, PA, 201, 201, 200, .seen = KEPT, .gap_ms = 2000},
        {"handed on", R, PA, 201, 201, 200, .seen = ADDED, .gap_ms = 4000},
    };
    struct sides sides = sides_new();
    struct fwx_delay delay;

    sides.keeps_ids = false;
    sides.place[OUTSIDE].host[I] = 77;
    sides.place[OUTSIDE].port[I] = 61000;
    sides.place[OUTSIDE].isn[I] = UINT32_C(1618033988);
    sides.place[OUTSIDE].isn[R] = UINT32_C(1414213562);
    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpstr(fwx_path_name((enum fwx_path)meeting_of(&sides, 1).pair->path), ==, "proxy");
    delay = delay_of(&sides);
    g_assert_cmpuint(delay.exchanges, ==, 2);
    g_assert_cmpuint(delay.question, ==, 9);
    g_assert_cmpuint(delay.answer, ==, 12);
    assert_ms(delay.beyond, 2000);
    g_assert_cmpint(delay.between, ==, delay.wait - delay.beyond);
    sides_end(&sides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/delay/held", test_held);
    g_test_add_func("/points/delay/not-split", test_not_split);
    g_test_add_func("/points/delay/clocks", test_clocks);
    g_test_add_func("/points/delay/dropped-once", test_dropped_once);
    g_test_add_func("/points/delay/longest", test_longest);
    g_test_add_func("/points/delay/half", test_half);
    g_test_add_func("/points/delay/none", test_none);
    g_test_add_func("/points/delay/proxy", test_proxy);
    return g_test_run();
}
