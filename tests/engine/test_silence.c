/* test_silence.c
 * How long nothing came, at the boundaries: when a connection counts as idle, when an answer came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static const struct fwx_reset *last_reset(const struct scene *scene)
{
    return &found(scene, scene->frame, FWX_FINDING_RESET)->reset;
}

/* ---- when it counts as idle ------------------------------------------------------------------ */

static void just_not_idle(const struct scene *scene)
{
    g_assert_cmpint(last_reset(scene)->after, ==, 9999 * FWX_MILLISECOND);
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

static void just_idle(const struct scene *scene)
{
    g_assert_cmpint(last_reset(scene)->after, ==, 10000 * FWX_MILLISECOND);
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

/* Since the last data, which was acknowledged 10 ms later. */
static void test_idle_since_data(void)
{
    static const struct segment not_yet[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .gap_ms = 9989, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment now[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .gap_ms = 9990, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(IDLE_ABORT)},
    };

    PLAY(not_yet, just_not_idle);
    PLAY(now, just_idle);
}

static void half_a_second_after(const struct scene *scene)
{
    g_assert_cmpint(last_reset(scene)->after, ==, 500 * FWX_MILLISECOND);
}

/* Repeated data is data, too, but not newer than what came after it. */
static void test_idle_since_repeated_data(void)
{
    static const struct segment repeated[] = {
        HANDSHAKE,
        EXCHANGE,
        {"request", I, PA, 11, 11, 100, .met = ESTB},
        {"request again", I, PA, 11, 11, 100, .gap_ms = 3000, .met = ESTB},
        {"reset", R, RST, 11, .gap_ms = 500, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment and_then_another[] = {
        HANDSHAKE,
        EXCHANGE,
        {"request", I, PA, 11, 11, 100, .met = ESTB},
        {"request again", I, PA, 11, 11, 100, .gap_ms = 3000, .met = ESTB},
        {"more of the response", R, PA, 11, 11, 10, .gap_ms = 1000, .met = ESTB},
        {"reset", R, RST, 21, .gap_ms = 500, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(repeated, half_a_second_after);
    PLAY(and_then_another, half_a_second_after);
}

static void since_the_request(const struct scene *scene)
{
    g_assert_true(last_reset(scene)->carried_data);
    g_assert_cmpint(last_reset(scene)->after, ==, (10 + 500) * FWX_MILLISECOND);
}

/* Whoever of both it was that said something. */
static void test_idle_since_data_of_one(void)
{
    static const struct segment own[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack", R, A, 1, 11, .met = ESTB},
        {"reset", I, RA, 11, 1, .gap_ms = 500, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment of_the_other[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack", R, A, 1, 11, .met = ESTB},
        {"reset", R, RA, 1, 11, .gap_ms = 500, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(own, since_the_request);
    PLAY(of_the_other, since_the_request);
}

static void no_silence(const struct scene *scene)
{
    g_assert_cmpint(last_reset(scene)->after, ==, 0);
}

/* Since the latest data by the clock, which was put back before the last of it. */
static void test_idle_of_clock_put_back(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"more of the response", R, PA, 11, 11, 10, .gap_ms = -20000, .met = ESTB},
        {"ack", I, A, 11, 21, .met = ESTB},
        {"reset", R, RA, 21, 11, .gap_ms = 15000, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, no_silence);
}

/* Without data, since the last word: an acknowledgement that says what was said before is none. */
static void test_idle_since_word(void)
{
    static const struct segment not_yet[] = {
        HANDSHAKE,
        {"the same", R, A, 1, 1, .gap_ms = 5000, .met = ESTB},
        {"reset", R, RA, 1, 1, .gap_ms = 4999, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment now[] = {
        HANDSHAKE,
        {"the same", R, A, 1, 1, .gap_ms = 5000, .met = ESTB},
        {"reset", R, RA, 1, 1, .gap_ms = 5000, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(IDLE_ABORT)},
    };

    PLAY(not_yet, just_not_idle);
    PLAY(now, just_idle);
}

/* ---- when the answer came -------------------------------------------------------------------- */

/* The first one, however late; what comes before its question by the clock took no time. */
static void test_answer(void)
{
    static const struct {
        int64_t gap_ms;
        int64_t after_ms;
    } cases[] = {
        {1, 1},
        {-1, 0},
        {2147484, 2147484},
        {4294968, 4294968}, /* more than 32 bits of microseconds hold */
        {INT64_C(50) * 86400000, INT64_C(50) * 86400000},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct segment rows[] = {
            {"syn", I, S, 0, .met = NONE},
            {"syn-ack", R, SA, 0, 1, .gap_ms = cases[i].gap_ms, .met = SENT},
            {"ack", I, A, 1, 1, .met = RECV},
            {"response", R, PA, 1, 1, 10, .met = ESTB},
        };
        struct scene scene = scene_new(&worlds[0]);

        for (unsigned row = 0; row < G_N_ELEMENTS(rows); row++)
            scene_see(&scene, &rows[row]);
        g_assert_cmpint(fwx_connection_answer_after(connection_of(&scene, 1)), ==,
                        cases[i].after_ms * FWX_MILLISECOND);
        scene_end(&scene);
    }
}

static void after_20_ms(const struct scene *scene)
{
    g_assert_cmpint(fwx_connection_answer_after(connection_of(scene, 1)), ==,
                    20 * FWX_MILLISECOND);
}

/* What answers something older (RFC 5961, 4) is no answer. */
static void test_answer_of_another(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"challenge ack", R, A, 7000000, 9000000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
    };

    PLAY(rows, after_20_ms);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/silence/idle-since-data", test_idle_since_data);
    g_test_add_func("/silence/idle-since-repeated-data", test_idle_since_repeated_data);
    g_test_add_func("/silence/idle-since-data-of-one", test_idle_since_data_of_one);
    g_test_add_func("/silence/idle-of-clock-put-back", test_idle_of_clock_put_back);
    g_test_add_func("/silence/idle-since-word", test_idle_since_word);
    g_test_add_func("/silence/answer", test_answer);
    g_test_add_func("/silence/answer-of-another", test_answer_of_another);
    return g_test_run();
}
