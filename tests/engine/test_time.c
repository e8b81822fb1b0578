/* test_time.c
 * Time comes from the capture: it may run backwards and jump by decades, and no verdict changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define YEARS(n) (INT64_C(1000) * 86400 * 365 * (n)) /* in ms */

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/time/runs-backwards", test_runs_backwards);
    g_test_add_func("/time/jitters", test_jitters);
    g_test_add_func("/time/jumps", test_jumps);
    g_test_add_func("/time/delay-backwards", test_delay_backwards);
    g_test_add_func("/time/silence", test_silence);
    g_test_add_func("/time/extremes", test_extremes);
    return g_test_run();
}
