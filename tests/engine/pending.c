/* pending.c
 * Tests that the engine does not pass yet, one for each bug: built as engine-pending, registered
 * nowhere. What is fixed moves into the test that it belongs to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { NEW_I = 100000000 };

/* test_reuse.c: kin_that_fits() notes the SYN as the old connection's before opens_connection()
 * gives it one of its own, so a second visit finds the wrong one. */
static void test_recall_of_a_third_syn(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"syn with an ISN near the first", I, S, 50000, .conn = 3, .met = NONE},
    };

    PLAY(rows, NULL);
}

/* test_close.c: the IP ID of a reset is never learnt, so is_duplicate() does not know its copy. */
static void test_duplicate_of_a_reset(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .id = 4711, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"its copy", R, RA, 11, 11, .id = 4711, .gap_ms = 1, .met = RSET},
    };

    PLAY_IPV4(rows, NULL);
}

/* test_acknowledgement.c: with two ISNs, one peer's seq_end makes all between them acceptable. */
static void test_mismatch_with_two_isns(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
        {"syn-ack with another ISN", R, SA, 777000, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the payload", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    };

    PLAY(rows, NULL);
}

/* test_handshake.c: SYN-ACK and all else of the responder missed, up to its FIN: RECV has this
 * row, SENT has not, and the connection never closes. */
static void test_responder_fin_answers_the_syn(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"fin of the responder", R, FA, 1, 1, .met = SENT},
        {"fin", I, FA, 1, 2, .met = FINW},
        {"ack", R, A, 2, 2, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, NULL);
}

static void contradicted(const struct scene *scene)
{
    g_assert_cmpint(connection_of(scene, 1)->evidence, ==, FWX_CONTRADICTED);
}

/* test_acknowledgement.c: the responder resets what it was told (RFC 9293, 3.5.2: the reset takes
 * its number from the acknowledgement). It passes, and shows that the ACK was not dropped. */
static void test_reset_answers_the_wrong_ack(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"reset from that number", R, RST, 3, .met = RECV, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(HANDSHAKE_ABORT)},
    };

    PLAY(rows, contradicted);
}

/* test_reset.c: a connect() scan. Nothing was said, but not "for a while". */
static void test_reset_at_once_is_not_idle(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"reset", I, RA, 1, 1, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

/* test_reset.c: a keep-alive's garbage byte (RFC 1122, 4.2.3.6) is old data, no sign of life. */
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

/* test_reset.c: a shift count above 14 counts as 14 (RFC 7323, 2.3), not as none. */
static void test_shift_above_14(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .scale = 15, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = 15, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
        {"ack of the request", R, A, 11, 11, .met = ESTB},
        {"reset, inside the window", I, RST, 100011, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

/* test_time.c: differences of times overflow (undefined behaviour; seen by -fsanitize=undefined
 * only, elsewhere since_data comes out wrong). */
static void test_time_extremes(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 12, .met = FINW},
        {"late", I, A, 12, 11, .met = RSET},
    };
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct fwx_packet packet = scene_packet(&scene, &rows[i]);

        packet.time = i == 7 || i == 8 ? INT64_MAX - i : INT64_MIN + i;
        if (i == 8)
            packet.ip_id--;
        fwx_engine_see(scene.engine, &packet);
    }
    g_assert_cmpuint(found(&scene, EXCHANGED + 2, FWX_FINDING_RESET)->reset.since_data, ==,
                     UINT32_MAX - 1);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pending/recall-of-a-third-syn", test_recall_of_a_third_syn);
    g_test_add_func("/pending/duplicate-of-a-reset", test_duplicate_of_a_reset);
    g_test_add_func("/pending/mismatch-with-two-isns", test_mismatch_with_two_isns);
    g_test_add_func("/pending/responder-fin-answers-the-syn", test_responder_fin_answers_the_syn);
    g_test_add_func("/pending/reset-answers-the-wrong-ack", test_reset_answers_the_wrong_ack);
    g_test_add_func("/pending/reset-at-once-is-not-idle", test_reset_at_once_is_not_idle);
    g_test_add_func("/pending/keep-alive-is-idle", test_keep_alive_is_idle);
    g_test_add_func("/pending/shift-above-14", test_shift_above_14);
    g_test_add_func("/pending/time-extremes", test_time_extremes);
    return g_test_run();
}
