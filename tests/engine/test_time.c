/* test_time.c
 * Time comes from the capture: it may run backwards, jump by decades, last for weeks or not be there
 * at all, and no verdict changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

#define DAYS(n)  (INT64_C(1000) * 86400 * (n)) /* in ms */
#define YEARS(n) DAYS(365 * (n))

/* Forgets nothing, however long it is silent. */
static struct fwx_policy patient(void)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.tcp_idle_s = 0;
    return policy;
}

/* One conversation with everything in it, and the gap that each of its packets is played with. */
static void play_with_gaps(const int64_t *gaps, unsigned gap_count)
{
    struct fwx_policy policy = patient();
    struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {"data, too late", I, PA, 12, 12, 10, .met = CLSD, .finds = LATE, .code = NOT_SYN},
        {"syn", I, S, 0, .conn = 2, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
        {"ack of it", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
        {"fin", I, FA, 1, 1, .met = ESTB},
        {"reset", R, RA, 1, 2, .met = FINW, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DIRTY_CLOSE)},
        {"reset again", R, RA, 1, 2, .met = RSET, .finds = RESET, .code = NOT_SYN,
         .reset = CLASS(AFTER_CLOSE)},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        rows[i].gap_ms = gaps[i % gap_count];
    PLAY_UNDER(&policy, rows, NULL);
}

static void test_runs_backwards(void)
{
    static const int64_t gaps[] = {-10};

    play_with_gaps(gaps, 1);
}

static void test_jitters(void)
{
    static const int64_t gaps[] = {500, -200, 30, -700};

    play_with_gaps(gaps, G_N_ELEMENTS(gaps));
}

static void test_jumps(void)
{
    static const int64_t forth_and_back[] = {YEARS(30), -YEARS(30)};
    static const int64_t backwards_by_decades[] = {-YEARS(5)};
    static const int64_t forwards_by_decades[] = {YEARS(5)};

    play_with_gaps(forth_and_back, G_N_ELEMENTS(forth_and_back));
    play_with_gaps(backwards_by_decades, 1);
    play_with_gaps(forwards_by_decades, 1);
}

static void delay_is_negative(const struct scene *scene)
{
    const struct fwx_reset *reset = &found(scene, scene->frame, FWX_FINDING_RESET)->reset;

    g_assert_cmpint(reset->after, ==, INT64_C(-5000000000));
}

/* As the capture has it: what is negative is not made up to something else. */
static void test_delay_backwards(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"fin", I, FA, 1, 1, .met = ESTB},
        {"reset, before it by the clock", R, RA, 1, 2, .gap_ms = -5000, .met = FINW, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DIRTY_CLOSE)},
    };

    PLAY(rows, delay_is_negative);
}

static void no_silence(const struct scene *scene)
{
    const struct fwx_reset *reset = &found(scene, scene->frame, FWX_FINDING_RESET)->reset;

    g_assert_cmpint(reset->after, ==, 0);
}

static void longest_silence(const struct scene *scene)
{
    const struct fwx_reset *reset = &found(scene, scene->frame, FWX_FINDING_RESET)->reset;

    g_assert_cmpint(reset->after, ==, (YEARS(1) + 10) * FWX_MILLISECOND);
}

/* However long; the last data came 10 ms before the last packet but one. */
static void test_silence(void)
{
    struct fwx_policy policy = patient();
    static const struct segment backwards[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .gap_ms = -YEARS(1), .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment next_year[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .gap_ms = YEARS(1), .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(IDLE_ABORT)},
    };

    PLAY(backwards, no_silence);
    PLAY_UNDER(&policy, next_year, longest_silence);
}

/* Differences of such times overflow, if they are not stopped (seen by -fsanitize=undefined). */
static void test_extremes(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 12, .met = FINW},
        {"late", I, A, 12, 11, .met = RSET},
    };
    struct fwx_policy policy = patient();
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct fwx_packet packet = scene_packet(&scene, &rows[i]);

        packet.time = i == 7 || i == 8 ? INT64_MAX - i : INT64_MIN + i;
        fwx_engine_see(scene.engine, &packet);
    }
    g_assert_cmpint(found(&scene, EXCHANGED + 2, FWX_FINDING_RESET)->reset.after, ==, INT64_MAX);
    scene_end(&scene);
}

/* ---- one wrong time stamp --------------------------------------------------------------------- */

static void is_healthy(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
    assert_verdict(scene, 1, FWX_RESULT_OK, 3);
}

/* Two days early: nobody was silent for as long as that. */
static void test_one_early(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack, two days early", I, A, 11, 11, .gap_ms = -DAYS(2), .met = ESTB},
        {"data", I, PA, 11, 11, 10, .gap_ms = DAYS(2) + 10, .met = ESTB},
        {"ack of it", R, A, 11, 21, .met = ESTB},
    };
    static const struct segment datagrams[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE},
        {"response, early", R, 0, 0, 0, 30, .gap_ms = -DAYS(2), .protocol = UDP, .met = ESTB},
        {"query", I, 0, 0, 0, 30, .gap_ms = DAYS(2), .protocol = UDP, .met = ESTB},
    };

    PLAY(rows, is_healthy);
    PLAY(datagrams, NULL);
}

static void goes_on(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
    assert_verdict(scene, 1, FWX_RESULT_OK, 3);
}

/* Two days ahead: by that clock it had been idle, and what is said of that packet was said. The next
 * one shows that no time had gone by. */
static void test_one_ahead(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack, two days ahead", I, A, 11, 11, .gap_ms = DAYS(2), .met = CLSD, .finds = LATE,
         .code = NOT_SYN},
        {"data", I, PA, 11, 11, 10, .gap_ms = -DAYS(2) + 10, .met = ESTB},
        {"ack of it", R, A, 11, 21, .met = ESTB},
    };

    for (unsigned i = 0; i < world_count; i++) {
        struct scene scene = scene_new(&worlds[i]);

        for (unsigned row = 0; row < G_N_ELEMENTS(rows); row++)
            scene_see(&scene, &rows[row]);
        g_assert_nonnull(find(&scene, EXCHANGED + 1, FWX_FINDING_NOT_SYN));
        g_assert_null(find(&scene, EXCHANGED + 2, FWX_FINDING_NOT_SYN));
        g_assert_cmpint(connection_of(&scene, 1)->state, ==, ESTB);
        g_assert_cmpint(fwx_engine_state_at(scene.engine, connection_of(&scene, 1), EXCHANGED + 1), ==,
                        CLSD); /* whenever it is asked */
        g_assert_cmpint(fwx_engine_state_at(scene.engine, connection_of(&scene, 1), EXCHANGED + 2), ==,
                        ESTB);
        goes_on(&scene);
        scene_end(&scene);
    }
}

/* What was denied for another reason stays denied. */
static void test_one_ahead_behind_a_drop(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"far ahead", I, PA, 900011, 11, 10, .met = ESTB},
        {"ack, two days ahead", I, A, 11, 11, .gap_ms = DAYS(2), .met = CLSD},
        {"data", I, PA, 11, 11, 10, .gap_ms = -DAYS(2) + 10, .met = ESTB},
        {0},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene;

    policy.sequence_window = true;
    scene = scene_of(&worlds[0], &policy, rows);
    g_assert_cmpint(connection_of(&scene, 1)->state, ==, ESTB);
    assert_verdict(&scene, 1, BAD_ACK, EXCHANGED + 1);
    scene_end(&scene);
}

/* ---- weeks ------------------------------------------------------------------------------------ */

static void forgotten_late(const struct scene *scene)
{
    assert_verdict(scene, 1, NOT_SYN, scene->frame);
    g_assert_cmpuint(found(scene, scene->frame, FWX_FINDING_NOT_SYN)->late.gone_frame, ==,
                     scene->frame - 1);
}

/* 32 bits of milliseconds last for 24.8 days: a connection of 27 can be idle for one day too many. */
static void test_old_connection_expires(void)
{
    struct segment rows[3 + 27 + 1] = {HANDSHAKE};
    const unsigned last = G_N_ELEMENTS(rows) - 1;

    for (unsigned i = 3; i < last; i++)
        rows[i] = (struct segment){"daily data", I,  PA, 1 + 10 * (int64_t)(i - 3), 1, 10,
                                   .gap_ms = DAYS(1) - 1, .met = ESTB};
    rows[last] = (struct segment){"data, a day later", I, PA, 271, 1, 10, .gap_ms = DAYS(1),
                                  .met = CLSD, .finds = LATE, .code = NOT_SYN};
    PLAY(rows, forgotten_late);
}

/* A time-out of a month, to the millisecond. */
static void test_long_timeout(void)
{
    struct fwx_policy policy = fwx_policy_default();
    const struct segment rows[] = {
        HANDSHAKE,
        {"data, just in time", I, PA, 1, 1, 10, .gap_ms = DAYS(30) - 1, .met = ESTB},
        {"data, too late", I, PA, 11, 1, 10, .gap_ms = DAYS(30), .met = CLSD, .finds = LATE,
         .code = NOT_SYN},
    };
    const struct segment datagrams[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE},
        {"in time", I, 0, 0, 0, 30, .gap_ms = DAYS(30) - 1, .protocol = UDP, .met = ESTB},
        {"too late", I, 0, 0, 0, 30, .gap_ms = DAYS(30), .protocol = UDP, .conn = 2, .met = NONE},
    };

    policy.tcp_idle_s = policy.udp_idle_s = 30 * 86400;
    PLAY_UNDER(&policy, rows, NULL);
    PLAY_UNDER(&policy, datagrams, NULL);
    fwx_policy_clear(&policy);
}

static void two_days_silent(const struct scene *scene)
{
    const struct fwx_reset *reset = &found(scene, scene->frame, FWX_FINDING_RESET)->reset;

    g_assert_cmpint(reset->after, ==, (DAYS(2) + 10) * FWX_MILLISECOND);
    g_assert_cmpint(reset->grade, ==, FWX_GRADE_HARMLESS);
    g_assert_cmpint(fwx_connection_age(connection_of(scene, 1)), ==,
                    (DAYS(27) + 60) * FWX_MILLISECOND);
}

/* As of a young one: idle, and of no account. */
static void test_reset_of_an_old_connection(void)
{
    struct fwx_policy policy = patient();
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"data on day 25", I, PA, 11, 11, 10, .gap_ms = DAYS(25), .met = ESTB},
        {"ack of it", R, A, 11, 21, .met = ESTB},
        {"reset on day 27", R, RA, 11, 21, .gap_ms = DAYS(2), .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(IDLE_ABORT)},
    };

    PLAY_UNDER(&policy, rows, two_days_silent);
    fwx_policy_clear(&policy);
}

/* ---- none ------------------------------------------------------------------------------------- */

static uint32_t findings_without_time(const struct segment *row, unsigned count)
{
    struct scene scene = scene_new(&worlds[0]);
    uint32_t found;

    for (unsigned i = 0; i < count; i++) {
        struct fwx_packet packet = scene_packet(&scene, row);

        packet.src_port = (uint16_t)(1024 + i);
        packet.time = FWX_NO_TIME;
        fwx_engine_see(scene.engine, &packet);
    }
    found = fwx_engine_finding_count(scene.engine);
    scene_end(&scene);
    return found;
}

/* More requests than a minute allows, more half-open connections than an address may have: but
 * nobody knows of which minute, nor which of them were given up long ago. */
static void test_no_time(void)
{
    static const struct segment syn = {"syn", I, S, 0, .met = NONE};
    static const struct segment query = {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE};

    g_assert_cmpuint(findings_without_time(&syn, 700), ==, 0);
    g_assert_cmpuint(findings_without_time(&query, 1100), ==, 0);
}

/* What has a time behind what has none has not been silent since the epoch. */
static void test_time_begins(void)
{
    static const struct segment rows[] = {HANDSHAKE, EXCHANGE};
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct fwx_packet packet = scene_packet(&scene, &rows[i]);

        if (i < 2 || i == 4)
            packet.time = FWX_NO_TIME;
        fwx_engine_see(scene.engine, &packet);
    }
    is_healthy(&scene);
    g_assert_cmpint(connection_of(&scene, 1)->first_time, ==, FWX_NO_TIME);
    g_assert_cmpint(fwx_connection_age(connection_of(&scene, 1)), ==, 0);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/time/runs-backwards", test_runs_backwards);
    g_test_add_func("/time/jitters", test_jitters);
    g_test_add_func("/time/jumps", test_jumps);
    g_test_add_func("/time/delay-backwards", test_delay_backwards);
    g_test_add_func("/time/silence", test_silence);
    g_test_add_func("/time/extremes", test_extremes);
    g_test_add_func("/time/one-early", test_one_early);
    g_test_add_func("/time/one-ahead", test_one_ahead);
    g_test_add_func("/time/one-ahead-behind-a-drop", test_one_ahead_behind_a_drop);
    g_test_add_func("/time/old-connection-expires", test_old_connection_expires);
    g_test_add_func("/time/long-timeout", test_long_timeout);
    g_test_add_func("/time/reset-of-an-old-connection", test_reset_of_an_old_connection);
    g_test_add_func("/time/no-time", test_no_time);
    g_test_add_func("/time/time-begins", test_time_begins);
    return g_test_run();
}
