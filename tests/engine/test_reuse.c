/* test_reuse.c
 * One tuple, several connections: one after the other, and side by side.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/turn.h" /* how many connections of a tuple are linked */

/* Far from all that is played, so that the numbers tell whose a segment is. */
enum { NEW_I = 100000000, NEW_R = 200000000 };

#define CLOSE_IT                                                                                   \
    {"fin", I, FA, 11, 11, .met = ESTB}, {"fin of the responder", R, FA, 11, 12, .met = FINW},     \
    {                                                                                              \
        "last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL                    \
    }
enum { CLOSED_IN = EXCHANGED + 3 };

static void second_follows_first(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, CLOSED_IN);
    assert_verdict(scene, 2, FWX_RESULT_OK, CLOSED_IN + 3);
    g_assert_cmpuint(fwx_connections_older(fwx_engine_connections(scene->engine), connection_of(scene, 2)), ==, 1);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
}

/* KB 2596065: the port is free at once. */
static void test_after_close(void)
{
    static const struct segment other_isn[] = {
        HANDSHAKE,
        EXCHANGE,
        CLOSE_IT,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, NEW_R, NEW_I + 1, .met = SENT},
        {"ack", I, A, NEW_I + 1, NEW_R + 1, .met = RECV},
        {"data", I, PA, NEW_I + 1, NEW_R + 1, 10, .met = ESTB},
    };
    static const struct segment close_isn[] = {
        HANDSHAKE,
        EXCHANGE,
        CLOSE_IT,
        {"syn just behind the old numbers", I, S, 13, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, 13, 14, .met = SENT},
        {"ack", I, A, 14, 14, .met = RECV},
        {"data", I, PA, 14, 14, 10, .met = ESTB},
    };

    PLAY(other_isn, second_follows_first);
    PLAY(close_isn, second_follows_first);
}

static void three_attempts(const struct scene *scene)
{
    for (uint32_t id = 1; id <= 3; id++)
        assert_verdict(scene, id, ABORTIVE, 2 * id);
}

/* Windows tries a refused connection again, with the same ISN. */
static void test_refused_thrice(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
        {"syn", I, S, 0, .gap_ms = 500, .conn = 2, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
        {"syn", I, S, 0, .gap_ms = 500, .conn = 3, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
    };

    PLAY(rows, three_attempts);
}

static void roles_are_swapped(const struct scene *scene)
{
    const struct fwx_connection *second = connection_of(scene, 2);

    g_assert_cmpuint(second->port[I], ==, scene->port[R]);
    g_assert_cmpuint(second->port[R], ==, scene->port[I]);
    assert_verdict(scene, 2, FWX_RESULT_OK, CLOSED_IN + 3);
}

/* The old responder opens the next one. */
static void test_other_way_round(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        CLOSE_IT,
        {"syn of the old responder", R, S, NEW_R, .conn = 2, .met = NONE},
        {"syn-ack", I, SA, NEW_I, NEW_R + 1, .met = SENT},
        {"ack", R, A, NEW_R + 1, NEW_I + 1, .met = RECV},
    };

    PLAY(rows, roles_are_swapped);
}

/* The SYN of the next connection was missed; its SYN-ACK shows that there is one. */
static void test_missed_syn(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        CLOSE_IT,
        {"old syn-ack again", R, SA, 0, 1, .met = CLSD, .finds = LATE, .code = NOT_SYN},
        {"syn-ack with another ISN", R, SA, NEW_R, NEW_I + 1, .conn = 2, .met = NONE},
        {"ack", I, A, NEW_I + 1, NEW_R + 1, .met = RECV},
        {"data", I, PA, NEW_I + 1, NEW_R + 1, 10, .met = ESTB},
    };

    PLAY(rows, NULL);
}

/* ---- side by side ---------------------------------------------------------------------------- */

static void old_one_closed_well(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, scene->frame);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 0);
    g_assert_cmpuint(connection_of(scene, 2)->last_frame, ==, 4);
}

/* A stray SYN opens a connection, but does not end the one that is alive. */
static void test_stray_syn(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"stray syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"request", I, PA, 1, 1, 10, .conn = 1, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .met = ESTB},
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, old_one_closed_well);
}

static void both_established(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 3);
    assert_verdict(scene, 2, FWX_RESULT_OK, 6);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 0);
}

/* Both sides of a firewall that rewrites ISNs: each conversation twice, on one tuple. */
static void test_both_go_on(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, NEW_R, NEW_I + 1, .met = SENT},
        {"ack", I, A, NEW_I + 1, NEW_R + 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .conn = 1, .met = ESTB},
        {"request, rewritten", I, PA, NEW_I + 1, NEW_R + 1, 10, .conn = 2, .met = ESTB},
        {"response, rewritten", R, PA, NEW_R + 1, NEW_I + 11, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .conn = 1, .met = ESTB},
        {"ack that was given before", R, A, 11, 11, .met = ESTB},
        {"syn, retransmitted by its sender", I, S, 0, .met = ESTB},
    };

    PLAY(rows, both_established);
}

/* What fits neither belongs to the newer one. */
static void test_fits_neither(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, NEW_R, NEW_I + 1, .met = SENT},
        {"ack", I, A, NEW_I + 1, NEW_R + 1, .met = RECV},
        {"data from nowhere", I, PA, 900000000, 700000000, 10, .met = ESTB},
    };

    PLAY(rows, NULL);
}

/* The end of the old one is not the new one's. */
static void test_old_one_ends(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"reset of the old one", R, RA, 11, 11, .conn = 1, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
        {"syn-ack", R, SA, NEW_R, NEW_I + 1, .conn = 2, .met = SENT},
        {"ack", I, A, NEW_I + 1, NEW_R + 1, .met = RECV},
        {"syn, the third", I, S, 2 * NEW_I, .conn = 3, .met = NONE},
    };

    PLAY(rows, NULL);
}

/* It has answered the new SYN: that answer is reset by the number that it acknowledges, and any
 * other reset ends the old one. */
static void test_old_one_answers(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"ack of the old one", R, A, 1, 1, .met = SENT},
        {"reset of the old one", I, RST, 2, .conn = 1, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment its_answer[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"ack of the old one", R, A, 1, 1, .met = SENT},
        {"reset of that", I, RST, 1, .met = SENT, .finds = RESET, .reset = CLASS(NO_CONNECTION)},
    };

    PLAY(rows, NULL);
    PLAY(its_answer, NULL);
}

/* Once it is over, even what fits it by its numbers is not the old one's. */
static void test_old_one_is_over(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"reset of the old one", R, RA, 11, 11, .conn = 1, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
        {"late", R, A, 11, 11, .conn = 2, .met = SENT},
        {"late data", R, PA, 11, 11, 10, .met = SENT},
    };

    PLAY(rows, NULL);
}

/* Nothing tells whose it is: the newer one's. */
static void test_without_ack(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"data without ACK, of a side that the newer one has not seen", R, FWX_PSH, 1, 0, 10,
         .met = SENT},
    };

    PLAY(rows, NULL);
}

/* Of the old one nothing but a segment without ACK was seen, which teaches nothing: what does not
 * fit the newer one is the old one's. */
static void test_old_one_not_known(void)
{
    static const struct segment rows[] = {
        {"data without ACK", I, FWX_PSH, 1, 0, 10, .met = UNKN},
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"ack of the data", R, A, 1, 11, .conn = 1, .met = UNKN},
    };

    PLAY(rows, NULL);
}

/* It fits the first connection by its numbers, but is none of its SYNs. */
static void test_third_syn(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"syn with an ISN near the first", I, S, 50000, .conn = 3, .met = NONE},
    };

    PLAY(rows, NULL);
}

/* ---- near and far ---------------------------------------------------------------------------- */

enum { FAR = 1 << 22 }; /* what lies farther off than this belongs to another connection */

/* Behind a handshake and a SYN with this ISN, a segment of the first connection's numbers: it may
 * well belong to the newer one, or not. */
static void try_near(int64_t isn, bool newer)
{
    const struct segment of_initiator[] = {
        HANDSHAKE,
        {"syn", I, S, isn, .conn = 2, .met = NONE},
        {"ack", I, A, 1, 1, .conn = newer ? 2 : 1, .met = newer ? SENT : ESTB},
    };
    const struct segment of_responder[] = {
        HANDSHAKE,
        {"syn", I, S, isn, .conn = 2, .met = NONE},
        {"data", R, PA, 1, 1, 10, .conn = newer ? 2 : 1, .met = newer ? SENT : ESTB},
    };
    /* It acknowledges nothing new: the older one answers the SYN. */
    const struct segment old_answer[] = {
        HANDSHAKE,
        {"syn", I, S, isn, .conn = 2, .met = NONE},
        {"ack", R, A, 1, 1, .conn = 2, .met = SENT},
    };

    PLAY(of_initiator, NULL);
    PLAY(of_responder, NULL);
    PLAY(old_answer, NULL);
}

/* A segment of the first connection's side with this number, far from the newer one's. */
static void try_kin(int64_t seq, bool kin)
{
    const struct segment rows[] = {
        HANDSHAKE,
        {"syn", I, S, NEW_I, .conn = 2, .met = NONE},
        {"ack", I, A, seq, 1, .conn = kin ? 1 : 2, .met = kin ? ESTB : SENT},
    };

    PLAY(rows, NULL);
}

static void test_near_and_far(void)
{
    try_near(FAR, true); /* the newer one's next is FAR + 1, the segment's number 1 */
    try_near(FAR + 1, false);
    try_near(-FAR, true);
    try_near(-FAR - 1, false);
    try_kin(1 + FAR, true);
    try_kin(1 + FAR + 1, false);
    try_kin(1 - FAR, true);
    try_kin(1 - FAR - 1, false);
}

/* How many connections back the segment's own one may be. */
static void try_kin_behind(unsigned syns, bool found_again)
{
    struct segment rows[10] = {HANDSHAKE};
    unsigned count = 3;

    for (unsigned i = 1; i <= syns; i++)
        rows[count++] = (struct segment){"syn", I, S, (int64_t)i * NEW_I, .conn = i + 1,
                                         .met = NONE};
    rows[count++] = (struct segment){"request", I, PA, 1, 1, 10,
                                     .conn = found_again ? 1 : syns + 1,
                                     .met = found_again ? ESTB : SENT};
    play_rows(rows, count, NULL);
}

static void test_kin_of_kin(void)
{
    try_kin_behind(1, true);
    try_kin_behind(2, true);
    try_kin_behind(4, true);
    try_kin_behind(5, false);
}

/* ---- very often ------------------------------------------------------------------------------ */

/* Refused every ten seconds for twelve days; then every packet is looked up again. */
static void test_reused_100000_times(void)
{
    enum { TIMES = 100000 };
    struct scene scene = scene_new(&worlds[0]);

    for (uint32_t i = 0; i < TIMES; i++) {
        struct segment syn = {"syn", I, S, (int64_t)i * 64000, .gap_ms = 10000, .met = NONE};
        struct segment reset = {"reset", R, RA, 0, syn.seq + 1, .met = SENT};

        g_assert_cmpuint(scene_see(&scene, &syn)->id, ==, i + 1);
        g_assert_cmpuint(scene_see(&scene, &reset)->id, ==, i + 1);
    }
    for (uint32_t i = 0; i < scene.packets->len; i++) {
        const struct fwx_packet *packet = &g_array_index(scene.packets, struct fwx_packet, i);

        g_assert_cmpuint(fwx_engine_recall(scene.engine, packet)->id, ==, i / 2 + 1);
    }
    g_assert_cmpuint(scene.engine->connections.kin.count, ==, TIMES - 1);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reuse/after-close", test_after_close);
    g_test_add_func("/reuse/refused-thrice", test_refused_thrice);
    g_test_add_func("/reuse/other-way-round", test_other_way_round);
    g_test_add_func("/reuse/missed-syn", test_missed_syn);
    g_test_add_func("/reuse/stray-syn", test_stray_syn);
    g_test_add_func("/reuse/both-go-on", test_both_go_on);
    g_test_add_func("/reuse/fits-neither", test_fits_neither);
    g_test_add_func("/reuse/old-one-ends", test_old_one_ends);
    g_test_add_func("/reuse/old-one-answers", test_old_one_answers);
    g_test_add_func("/reuse/old-one-is-over", test_old_one_is_over);
    g_test_add_func("/reuse/without-ack", test_without_ack);
    g_test_add_func("/reuse/old-one-not-known", test_old_one_not_known);
    g_test_add_func("/reuse/near-and-far", test_near_and_far);
    g_test_add_func("/reuse/kin-of-kin", test_kin_of_kin);
    g_test_add_func("/reuse/100000-times", test_reused_100000_times);
    g_test_add_func("/reuse/third-syn", test_third_syn);
    return g_test_run();
}
