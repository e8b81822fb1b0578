/* test_reset.c
 * Resets: each class, who sends them, what a proxy logs, and which of them end nothing.
 * Resets that look injected: test_injected.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static const struct fwx_reset *reset_in(const struct scene *scene, uint32_t frame)
{
    return &found(scene, frame, FWX_FINDING_RESET)->reset;
}

static void is(const struct scene *scene, uint32_t frame, int by, unsigned status, bool ignored)
{
    g_assert_cmpint(reset_in(scene, frame)->by, ==, by);
    g_assert_cmpuint(reset_in(scene, frame)->status, ==, status);
    g_assert_cmpint(reset_in(scene, frame)->ignored, ==, ignored);
    g_assert_cmpuint(reset_in(scene, frame)->origin, !=, FWX_ORIGIN_IN_BETWEEN);
}

/* ---- before the handshake is complete -------------------------------------------------------- */

static void refused(const struct scene *scene)
{
    is(scene, 2, R, 10061, false);
    assert_verdict(scene, 1, ABORTIVE, 2);
}

static void test_refused(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset", R, RA, 0, 1, .window = ZERO_WINDOW, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
    };
    static const struct segment fast_open[] = {
        {"syn with data", I, S, 0, 0, 30, .header = 32, .fast_open = true, .met = NONE},
        {"reset of syn and data", R, RA, 0, 31, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
    };

    PLAY(rows, refused);
    PLAY(fast_open, refused);
}

static void answers_something_else(const struct scene *scene)
{
    is(scene, 2, R, 0, true);
    is(scene, 3, R, 0, true);
    is(scene, 4, I, 0, true);
    assert_verdict(scene, 1, FWX_RESULT_OK, 7);
}

static void test_answers_something_else(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset of another syn", R, RA, 0, 5000000, .met = SENT, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"reset, 1 too low", R, RA, 0, 0, .met = SENT, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"reset of the initiator, for an old connection", I, RST, 9000000, .met = SENT,
         .finds = RESET, .reset = CLASS(NO_CONNECTION)},
        {"syn again", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, answers_something_else);
}

static void by_initiator(const struct scene *scene)
{
    is(scene, scene->frame, I, 0, false);
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

static void by_responder(const struct scene *scene)
{
    is(scene, scene->frame, R, 0, false);
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

#define ABORTS .finds = RESET, .code = ABORTIVE, .reset = CLASS(HANDSHAKE_ABORT)

static void test_handshake_abort(void)
{
    static const struct segment before_the_answer[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset of the initiator", I, RST, 1, .met = SENT, ABORTS},
    };
    static const struct segment initiator[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset of the initiator", I, RST, 1, .met = RECV, ABORTS},
    };
    static const struct segment responder[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset of the responder", R, RA, 1, 1, .met = RECV, ABORTS},
    };
    static const struct segment responder_without_ack[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset of the responder", R, RST, 1, .met = RECV, ABORTS},
    };

    PLAY(before_the_answer, by_initiator);
    PLAY(initiator, by_initiator);
    PLAY(responder, by_responder);
    PLAY(responder_without_ack, by_responder);
}

static void half_open_survives(const struct scene *scene)
{
    is(scene, 3, I, 0, true);
    is(scene, 4, R, 0, true);
    assert_verdict(scene, 1, FWX_RESULT_OK, 5);
}

static void test_handshake_outside(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset of the initiator, far off", I, RST, 500000, .met = RECV, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"reset of the responder, far off", R, RST, 500000, .met = RECV, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, half_open_survives);
}

/* ---- dirty close ----------------------------------------------------------------------------- */

static void dirty_by_responder(const struct scene *scene)
{
    is(scene, scene->frame, R, 64, false);
    g_assert_cmpuint(reset_in(scene, scene->frame)->fin_frame, ==, EXCHANGED + 1);
    g_assert_cmpint(reset_in(scene, scene->frame)->after, ==, INT64_C(350000000));
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

static void dirty_by_initiator(const struct scene *scene)
{
    is(scene, scene->frame, I, 64, false);
    g_assert_cmpuint(reset_in(scene, scene->frame)->fin_frame, ==, EXCHANGED + 1);
    g_assert_cmpint(reset_in(scene, scene->frame)->after, ==, INT64_C(350000000));
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

#define DIRTY .finds = RESET, .code = ABORTIVE, .reset = CLASS(DIRTY_CLOSE)

static void test_dirty_close(void)
{
    static const struct segment responder[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin of the initiator", I, FA, 11, 11, .met = ESTB},
        {"ack", R, A, 11, 12, .met = FINW},
        {"reset instead of a fin", R, RA, 11, 12, .gap_ms = 340, .met = FINW, DIRTY},
    };
    static const struct segment initiator[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin of the responder", R, FA, 11, 11, .met = ESTB},
        {"ack", I, A, 11, 12, .met = FINW},
        {"reset instead of a fin", I, RA, 11, 12, .gap_ms = 340, .met = FINW, DIRTY},
    };
    static const struct segment repeated_fin[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin of the initiator", I, FA, 11, 11, .met = ESTB},
        {"fin again", I, FA, 11, 11, .gap_ms = 300, .met = FINW},
        {"reset instead of a fin", R, RST, 11, .gap_ms = 50, .met = FINW, DIRTY},
    };
    static const struct segment after_more_data[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin of the initiator", I, FA, 11, 11, .met = ESTB},
        {"rest of the response", R, PA, 11, 12, 1000, .met = FINW},
        {"reset instead of a fin", R, RA, 1011, 12, .gap_ms = 340, .met = FINW, DIRTY},
    };

    PLAY(responder, dirty_by_responder);
    PLAY(initiator, dirty_by_initiator);
    PLAY(repeated_fin, dirty_by_responder);
    PLAY(after_more_data, dirty_by_responder);
}

/* Whoever repeats itself in vain gives up: that is no way to close. */
static void test_half_closed_unheard(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin of the initiator", I, FA, 11, 11, .met = ESTB},
        {"rest of the response", R, PA, 11, 12, 1000, .met = FINW},
        {"again", R, PA, 11, 12, 1000, .gap_ms = 1000, .met = FINW},
        {"again", R, PA, 11, 12, 1000, .gap_ms = 2000, .met = FINW},
        {"reset", R, RA, 1011, 12, .gap_ms = 2000, .met = FINW, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

/* ---- established ----------------------------------------------------------------------------- */

static void just_exchanged(const struct scene *scene)
{
    is(scene, scene->frame, R, 64, false);
    g_assert_cmpuint(reset_in(scene, scene->frame)->in_flight, ==, 0);
    g_assert_cmpint(reset_in(scene, scene->frame)->after, ==, (10 + 500) * FWX_MILLISECOND);
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

static void data_under_way(const struct scene *scene)
{
    is(scene, scene->frame, R, 64, false);
    g_assert_cmpuint(reset_in(scene, scene->frame)->in_flight, ==, 100);
}

static void data_is_acknowledged_by_the_reset(const struct scene *scene)
{
    is(scene, scene->frame, R, 64, false);
    g_assert_cmpuint(reset_in(scene, scene->frame)->in_flight, ==, 0);
    g_assert_cmpint(reset_in(scene, scene->frame)->after, ==, 60000 * FWX_MILLISECOND);
}

static void idle(const struct scene *scene)
{
    is(scene, scene->frame, I, 64, false);
    g_assert_cmpuint(reset_in(scene, scene->frame)->in_flight, ==, 0);
    g_assert_cmpint(reset_in(scene, scene->frame)->after, ==, (10 + 60000) * FWX_MILLISECOND);
    assert_verdict(scene, 1, ABORTIVE, scene->frame);
}

static void test_data_abort(void)
{
    static const struct segment quiet[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .gap_ms = 500, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment unacknowledged[] = {
        HANDSHAKE,
        EXCHANGE,
        {"request", I, PA, 11, 11, 100, .met = ESTB},
        {"reset, a minute later", R, RST, 11, .gap_ms = 60000, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
    };

    PLAY(quiet, just_exchanged);
    PLAY(unacknowledged, data_under_way);
}

static void test_idle_abort(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset, a minute later", I, RA, 11, 11, .gap_ms = 60000, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(IDLE_ABORT)},
    };
    static const struct segment acknowledges[] = {
        HANDSHAKE,
        EXCHANGE,
        {"request", I, PA, 11, 11, 100, .met = ESTB},
        {"reset that acknowledges it", R, RA, 11, 111, .gap_ms = 60000, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(IDLE_ABORT)},
    };

    PLAY(rows, idle);
    PLAY(acknowledges, data_is_acknowledged_by_the_reset);
}

/* A connect() scan. Nothing was said, but not "for a while". */
static void test_reset_at_once(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"reset", I, RA, 1, 1, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

static void nothing_was_said(const struct scene *scene)
{
    g_assert_false(reset_in(scene, scene->frame)->carried_data);
    g_assert_cmpint(reset_in(scene, scene->frame)->after, ==, 60000 * FWX_MILLISECOND);
}

/* The same after a minute: silence since the last packet. */
static void test_reset_without_data(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"reset", I, RA, 1, 1, .gap_ms = 60000, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(IDLE_ABORT)},
    };
    static const struct segment keep_alive[] = {
        HANDSHAKE,
        {"keep-alive with a byte of garbage", I, A, 0, 1, 1, .gap_ms = 30000, .met = ESTB},
        {"reset", R, RA, 1, 1, .gap_ms = 30000, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(IDLE_ABORT)},
    };

    PLAY(rows, nothing_was_said);
    PLAY(keep_alive, nothing_was_said);
}

/* The garbage byte of a keep-alive (RFC 9293, 3.8.4) is old data, no sign of life. */
static void test_keep_alive_is_idle(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", R, A, 11, 11, .met = ESTB},
        {"keep-alive", I, A, 10, 11, 1, .gap_ms = 7200000, .met = ESTB},
        {"ack", R, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .gap_ms = 1000, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(IDLE_ABORT)},
    };

    PLAY(rows, NULL);
}

/* ---- after a close --------------------------------------------------------------------------- */

static void after_own_fin(const struct scene *scene)
{
    is(scene, EXCHANGED + 2, I, 0, false);
    assert_verdict(scene, 1, ABORTIVE, EXCHANGED + 2);
}

static void after_both_fins(const struct scene *scene)
{
    is(scene, EXCHANGED + 3, I, 0, false);
    assert_verdict(scene, 1, GRACEFUL, EXCHANGED + 3);
    g_assert_cmpint(connection_of(scene, 1)->state, ==, CLSD);
}

static void after_the_close(const struct scene *scene)
{
    is(scene, EXCHANGED + 4, R, 0, true);
    assert_verdict(scene, 1, GRACEFUL, EXCHANGED + 3);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
}

static void test_after_close(void)
{
    static const struct segment own_fin[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"reset of the same side", I, RST, 12, .met = FINW, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(AFTER_CLOSE)},
    };
    static const struct segment both_fins[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder, crossing", R, FA, 11, 11, .met = FINW},
        {"reset", I, RST, 12, .met = CLSG, .finds = RESET, .code = GRACEFUL,
         .reset = CLASS(AFTER_CLOSE)},
    };
    static const struct segment closed[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {"reset", R, RST, 12, .met = CLSD, .finds = RESET, .code = NOT_SYN,
         .reset = CLASS(AFTER_CLOSE)},
    };

    PLAY(own_fin, after_own_fin);
    PLAY(both_fins, after_both_fins);
    /* frame 9 closes, frame 10 comes late */
    PLAY(closed, after_the_close);
}

/* ---- no connection --------------------------------------------------------------------------- */

static void ends_nothing(const struct scene *scene)
{
    is(scene, 1, FWX_SIDE_UNKNOWN, 0, false);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
}

/* It may have ended something that began before the capture, so there is nothing to judge. */
static void test_no_connection(void)
{
    static const struct segment rows[] = {
        {"reset out of the blue", I, RST, 1, .met = UNKN, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"another", R, RA, 1, 1, .met = UNKN, .finds = RESET, .reset = CLASS(NO_CONNECTION)},
        {"syn of something new", I, S, 5000, .conn = 2, .met = NONE},
    };

    PLAY(rows, ends_nothing);
}

/* ---- inside the window or not ---------------------------------------------------------------- */

/* A reset of the initiator at this place, behind a handshake that offers these window scales. */
static void try_window(int64_t seq, uint8_t initiator_scale, uint8_t responder_scale, bool obeyed)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .scale = initiator_scale, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = responder_scale, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
        {"ack of the request", R, A, 11, 11, .met = ESTB},
        {"reset", I, RST, seq, .met = ESTB, .finds = RESET, .code = obeyed ? ABORTIVE : 0,
         .reset = obeyed ? CLASS(DATA_ABORT) : CLASS(NO_CONNECTION)},
        {"data", R, PA, 11, 11, 10, .met = obeyed ? RSET : ESTB, .finds = obeyed ? LATE : 0,
         .code = obeyed ? NOT_SYN : 0},
    };

    PLAY(rows, NULL);
}

static void test_window(void)
{
    try_window(11, 0, 0, true);
    try_window(10, 0, 0, true); /* where a keep-alive would be */
    try_window(11 + NORMAL_WINDOW, 0, 0, true);
    try_window(11 + 100000, 0, 0, false);
    try_window(11 - 100000, 0, 0, false);
    try_window(11 + INT64_C(0x80000000), 0, 0, false);
    try_window(11 + (NORMAL_WINDOW << 7), 7, 7, true);
    try_window(11 + (NORMAL_WINDOW << 7) + 100000, 7, 7, false);
    /* RFC 7323, 2.2: scaled only if both sides offer it. */
    try_window(11 + (NORMAL_WINDOW << 7), 7, 0, false);
    try_window(11 + (NORMAL_WINDOW << 7), 0, 7, false);
    /* The largest shift that there is, and one that there is not. */
    try_window(11 + (NORMAL_WINDOW << 14), 14, 14, true);
    try_window(11 + INT64_C(0x80000000), 255, 254, false);
}

/* More is under way than the window that was seen last: the reset follows its sender's own data. */
static void test_behind_own_data(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"data", I, PA, 1, 1, 60000, .met = ESTB},
        {"more data", I, PA, 60001, 1, 60000, .met = ESTB},
        {"reset behind it", I, RST, 120001, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

static void outside(const struct scene *scene)
{
    is(scene, EXCHANGED + 1, R, 0, true);
    assert_verdict(scene, 1, GRACEFUL, scene->frame);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
}

static void test_ends_nothing(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset, far off", R, RA, 900000, 11, .met = ESTB, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, outside);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reset/refused", test_refused);
    g_test_add_func("/reset/answers-something-else", test_answers_something_else);
    g_test_add_func("/reset/handshake-abort", test_handshake_abort);
    g_test_add_func("/reset/handshake-outside", test_handshake_outside);
    g_test_add_func("/reset/dirty-close", test_dirty_close);
    g_test_add_func("/reset/half-closed-unheard", test_half_closed_unheard);
    g_test_add_func("/reset/data-abort", test_data_abort);
    g_test_add_func("/reset/idle-abort", test_idle_abort);
    g_test_add_func("/reset/after-close", test_after_close);
    g_test_add_func("/reset/no-connection", test_no_connection);
    g_test_add_func("/reset/window", test_window);
    g_test_add_func("/reset/behind-own-data", test_behind_own_data);
    g_test_add_func("/reset/ends-nothing", test_ends_nothing);
    g_test_add_func("/reset/at-once", test_reset_at_once);
    g_test_add_func("/reset/without-data", test_reset_without_data);
    g_test_add_func("/reset/keep-alive-is-idle", test_keep_alive_is_idle);
    return g_test_run();
}
