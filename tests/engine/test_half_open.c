/* test_half_open.c
 * How long a connection stays half-open, and what ends that besides an acknowledgement. Handshakes that go as they should:
 * test_handshake.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void established_in_3(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 3);
}

static void established_in_4(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 4);
}

/* For a moment it was open. */
static void test_ended_by_fin(void)
{
    static const struct segment initiator[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"fin", I, FA, 1, 1, .met = RECV},
    };
    static const struct segment responder[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"fin of the responder", R, FA, 1, 1, .met = RECV},
    };
    static const struct segment no_answer_seen[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn again", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"fin", I, FA, 1, 1, .met = SENT},
    };

    PLAY(initiator, established_in_3);
    PLAY(responder, established_in_3);
    PLAY(no_answer_seen, NULL);
}

/* A FIN of something older does not answer the SYN either. */
static void test_fin_of_another(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"fin of the responder's old one", R, FA, 7000000, 9000000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, established_in_4);
}

/* RFC 9293, 3.10.7.4: what has no ACK is dropped, and so says nothing. */
static void test_without_ack(void)
{
    static const struct segment half_open[] = {
        {"syn", I, S, 0, .met = NONE},
        {"data without ACK", I, FWX_PSH, 1, 0, 10, .met = SENT},
        {"data of the responder without ACK", R, FWX_PSH, 1, 0, 10, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"data without ACK", I, FWX_PSH, 1, 0, 10, .met = RECV},
        {"fin without ACK", I, F, 1, .met = RECV},
        {"fin of the responder without ACK", R, F, 1, .met = RECV},
        {"ack", I, A, 1, 1, .met = RECV},
    };
    static const struct segment established[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin without ACK", I, F, 11, .met = ESTB},
        {"fin of the responder without ACK", R, F, 11, .met = ESTB},
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder without ACK", R, F, 11, .met = FINW},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
    };

    PLAY(half_open, NULL);
    PLAY(established, NULL);
}

/* However many SYNs there are, it is one connection. */
static void test_many_syns(void)
{
    static const struct segment syn = {"syn", I, S, 0, .met = NONE};
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i <= UINT8_MAX; i++)
        g_assert_cmpuint(scene_see(&scene, &syn)->id, ==, 1);
    g_assert_cmpuint(connection_of(&scene, 1)->syn_count, ==, UINT8_MAX + 1);
    scene_end(&scene);
}

/* Half-open connections wait for their answer longer than established ones for anything. */
static void test_answered_a_day_later(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack, a day later", R, SA, 0, 1, .gap_ms = 86400000, .met = SENT},
        {"ack, another day later", I, A, 1, 1, .gap_ms = 86400000, .met = RECV},
    };

    PLAY(rows, established_in_3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/half-open/ended-by-fin", test_ended_by_fin);
    g_test_add_func("/half-open/fin-of-another", test_fin_of_another);
    g_test_add_func("/half-open/without-ack", test_without_ack);
    g_test_add_func("/half-open/many-syns", test_many_syns);
    g_test_add_func("/half-open/answered-a-day-later", test_answered_a_day_later);
    return g_test_run();
}
