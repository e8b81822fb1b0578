/* test_handshake.c
 * Handshakes that nothing is wrong with, however odd they look, and what SYN-ACKs carry.
 * Wrong acknowledgements: test_acknowledgement.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void established_in_3(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 3);
    g_assert_cmpuint(connection_of(scene, 1)->syn_count, ==, 1);
}

static void established_in_4(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 4);
}

static void test_three_way(void)
{
    static const struct segment rows[] = {HANDSHAKE, EXCHANGE};

    PLAY(rows, established_in_3);
}

static void two_syns(const struct scene *scene)
{
    established_in_4(scene);
    g_assert_cmpuint(connection_of(scene, 1)->syn_count, ==, 2);
}

static void test_retransmitted(void)
{
    static const struct segment syn[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn again", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };
    static const struct segment syn_behind_answer[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"syn again, the answer was lost", I, S, 0, .gap_ms = 3000, .met = RECV},
        {"ack", I, A, 1, 1, .met = RECV},
    };
    static const struct segment syn_ack[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"syn-ack again", R, SA, 0, 1, .gap_ms = 3000, .met = RECV},
        {"ack", I, A, 1, 1, .met = RECV},
        {"syn-ack again, the ack was lost", R, SA, 0, 1, .gap_ms = 3000, .met = ESTB},
        {"ack again", I, A, 1, 1, .met = ESTB},
        {"syn, delayed on the way", I, S, 0, .met = ESTB},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
    };

    PLAY(syn, two_syns);
    PLAY(syn_behind_answer, two_syns);
    PLAY(syn_ack, established_in_4);
}

static void ports_are_right(const struct scene *scene)
{
    const struct fwx_connection *connection = connection_of(scene, 1);

    g_assert_cmpuint(connection->port[I], ==, scene->port[I]);
    g_assert_cmpuint(connection->port[R], ==, scene->port[R]);
}

static void reordered_in_3(const struct scene *scene)
{
    ports_are_right(scene);
    assert_verdict(scene, 1, FWX_RESULT_OK, 3);
}

static void reordered_in_2(const struct scene *scene)
{
    ports_are_right(scene);
    assert_verdict(scene, 1, FWX_RESULT_OK, 2);
}

/* Captures of two interfaces, merged: source 002 has an ACK in front of its SYN-ACK. */
static void test_reordered(void)
{
    static const struct segment syn_ack_first[] = {
        {"syn-ack", R, SA, 0, 1, .met = NONE},
        {"syn", I, S, 0, .met = RECV},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
    };
    static const struct segment ack_second[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = ESTB},
        EXCHANGE,
    };
    static const struct segment backwards[] = {
        {"ack", I, A, 1, 1, .met = UNKN},
        {"syn-ack", R, SA, 0, 1, .met = UNKN},
        {"syn", I, S, 0, .met = UNKN},
        {"request", I, PA, 1, 1, 10, .met = UNKN},
    };

    PLAY(syn_ack_first, reordered_in_3);
    PLAY(ack_second, reordered_in_2);
    PLAY(backwards, ports_are_right);
}

/* RFC 9293, 3.5 */
static void test_simultaneous_open(void)
{
    static const struct segment both_answer[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn of the other side", R, S, 0, .met = SENT},
        {"syn-ack", I, SA, 0, 1, .met = RECV},
        {"syn-ack of the other side", R, SA, 0, 1, .met = ESTB},
        EXCHANGE,
    };
    static const struct segment other_side_first[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn of the other side", R, S, 0, .met = SENT},
        {"syn-ack of the other side", R, SA, 0, 1, .met = RECV},
        {"syn-ack", I, SA, 0, 1, .met = RECV},
        EXCHANGE,
    };
    static const struct segment only_acks[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn of the other side", R, S, 0, .met = SENT},
        {"syn of the other side again", R, S, 0, .gap_ms = 3000, .met = RECV},
        {"ack", I, A, 1, 1, .met = RECV},
        {"ack of the other side", R, A, 1, 1, .met = ESTB},
    };

    PLAY(both_answer, NULL);
    PLAY(other_side_first, established_in_4);
    PLAY(only_acks, established_in_4);
}

/* The capture lacks packets; the endpoints went on, so nothing was wrong with them. */
static void test_missed_packets(void)
{
    static const struct segment no_syn_ack[] = {
        {"syn", I, S, 0, .met = NONE},
        {"response, syn-ack missed", R, PA, 1, 1, 100, .met = SENT},
        {"ack of the response", I, A, 1, 101, .met = ESTB},
    };
    static const struct segment no_third_ack[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"greeting of the responder", R, PA, 1, 1, 100, .met = RECV},
        {"ack of the greeting", I, A, 1, 101, .met = RECV},
        {"request", I, PA, 1, 101, 10, .met = ESTB},
    };
    static const struct segment part_of_the_greeting[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"greeting of the responder", R, PA, 1, 1, 100, .met = RECV},
        {"ack of half of it", I, A, 1, 51, .met = RECV},
    };
    static const struct segment responder_acknowledges[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack of a request that was missed", R, A, 1, 40, .met = RECV},
        {"request", I, PA, 40, 1, 10, .met = ESTB},
    };

    PLAY(no_syn_ack, NULL);
    PLAY(no_third_ack, established_in_4);
    PLAY(part_of_the_greeting, established_in_4);
    PLAY(responder_acknowledges, established_in_3);
}

static void test_one_sided(void)
{
    static const struct segment initiator_only[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack of the response", I, A, 11, 5001, .met = ESTB},
        {"fin", I, FA, 11, 5001, .met = ESTB},
        {"ack of the other fin", I, A, 12, 5002, .met = FINW},
    };
    static const struct segment responder_only[] = {
        {"syn-ack", R, SA, 0, 1, .met = NONE},
        {"greeting", R, PA, 1, 1, 10, .met = RECV},
        {"response", R, PA, 11, 40, 10, .met = RECV},
        {"fin", R, FA, 21, 40, .met = ESTB},
        {"ack of the other fin", R, A, 22, 41, .met = FINW},
    };

    PLAY(initiator_only, NULL);
    PLAY(responder_only, NULL);
}

/* SYN-ACK and all else of the responder missed, up to its FIN. */
static void test_responder_fin_answers(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"fin of the responder", R, FA, 1, 1, .met = SENT},
        {"fin", I, FA, 1, 2, .met = FINW},
        {"ack", R, A, 2, 2, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, NULL);
}

/* What completes it may be more than an acknowledgement. */
static void test_completed_by(void)
{
    static const struct segment data[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"request", I, PA, 1, 1, 10, .met = RECV},
        {"response", R, PA, 1, 11, 10, .met = ESTB},
    };
    static const struct segment fin[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"fin", I, FA, 1, 1, .met = RECV},
        {"fin of the responder", R, FA, 1, 2, .met = FINW},
        {"ack", I, A, 2, 2, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(data, established_in_3);
    PLAY(fin, NULL);
}

/* RFC 5961, 4: an old connection of the responder's answers; the SYN is not answered yet. */
static void test_challenge_ack(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"challenge ack", R, A, 7000000, 9000000, .met = SENT},
        {"syn again", I, S, 0, .gap_ms = 1000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, NULL);
}

/* RFC 7413: data in the SYN, acknowledged or not, and in the SYN-ACK. */
static void test_fast_open(void)
{
    static const struct segment accepted[] = {
        {"syn with data", I, S, 0, 0, 30, .header = 32, .fast_open = true, .met = NONE},
        {"syn-ack of syn and data", R, SA, 0, 31, .met = SENT},
        {"ack", I, A, 31, 1, .met = RECV},
        {"response", R, PA, 1, 31, 100, .met = ESTB},
    };
    static const struct segment refused[] = {
        {"syn with data", I, S, 0, 0, 30, .header = 32, .fast_open = true, .met = NONE},
        {"syn-ack of the syn", R, SA, 0, 1, .met = SENT},
        {"the data again", I, PA, 1, 1, 30, .met = RECV},
    };
    static const struct segment response_at_once[] = {
        {"syn with data", I, S, 0, 0, 30, .header = 32, .fast_open = true, .met = NONE},
        {"syn-ack of syn and data", R, SA, 0, 31, .met = SENT},
        {"response before the third packet", R, PA, 1, 31, 100, .met = RECV},
        {"ack of the response", I, A, 31, 101, .met = ESTB},
    };

    PLAY(accepted, established_in_3);
    PLAY(refused, established_in_3);
    PLAY(response_at_once, established_in_3);
}

static void payload_is_described(const struct scene *scene)
{
    const struct fwx_synack_payload *first =
        &found(scene, 2, FWX_FINDING_SYNACK_PAYLOAD)->synack;
    const struct fwx_synack_payload *other =
        &found(scene, 4, FWX_FINDING_SYNACK_PAYLOAD)->synack;

    g_assert_cmpuint(first->length, ==, 100);
    g_assert_cmpuint(first->head_len, ==, FWX_PAYLOAD_HEAD);
    g_assert_cmpmem(first->head, FWX_PAYLOAD_HEAD, "xxxxxxxx", 8);
    g_assert_cmpint(first->difference, ==, FWX_SYNACK_SAME);
    g_assert_cmpuint(first->first_frame, ==, 0);
    g_assert_false(first->fast_open);
    g_assert_cmpint(other->difference, ==, FWX_SYNACK_OTHER_PAYLOAD);
    g_assert_cmpuint(other->first_frame, ==, 2);
    g_assert_cmpuint(other->length, ==, 0);
    /* The earliest one, not the one before. */
    other = &found(scene, 5, FWX_FINDING_SYNACK_PAYLOAD)->synack;
    g_assert_cmpuint(other->first_frame, ==, 2);
}

static void test_payload(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 1, 100, .met = SENT, .finds = PAYLOAD},
        {"the same again", R, SA, 0, 1, 100, .gap_ms = 3000, .met = RECV, .finds = PAYLOAD},
        {"again, without", R, SA, 0, 1, 0, .gap_ms = 6000, .met = RECV, .finds = PAYLOAD},
        {"again, with half of it", R, SA, 0, 1, 50, .gap_ms = 9000, .met = RECV, .finds = PAYLOAD},
        {"ack of the syn-ack", I, A, 1, 1, .met = RECV},
        {"payload, repeated as data", R, PA, 1, 1, 100, .met = ESTB},
        {"ack of the payload", I, A, 1, 101, .met = ESTB},
    };

    PLAY(rows, payload_is_described);
}

static void nobody_asked(const struct scene *scene)
{
    g_assert_false(found(scene, 1, FWX_FINDING_SYNACK_PAYLOAD)->synack.fast_open);
}

/* A cookie (RFC 7413) is given with the SYN-ACK; whether the SYN asked for more was not captured. */
static void test_payload_with_cookie(void)
{
    static const struct segment rows[] = {
        {"syn-ack with payload", R, SA, 0, 1, 10, .header = 32, .fast_open = true, .met = NONE,
         .finds = PAYLOAD},
    };

    PLAY(rows, nobody_asked);
}

/* Late and repeated SYN-ACKs are described as well, until the connection is over. */
static void test_late_payload(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"syn-ack again, with payload", R, SA, 0, 1, 2, .met = ESTB, .finds = PAYLOAD},
        {"fin", I, FA, 1, 1, .met = ESTB},
        {"syn-ack again, with payload", R, SA, 0, 1, 2, .met = FINW, .finds = PAYLOAD},
    };

    PLAY(rows, NULL);
}

static void isn_differs(const struct scene *scene)
{
    const struct fwx_synack_payload *synack =
        &found(scene, 3, FWX_FINDING_SYNACK_PAYLOAD)->synack;

    g_assert_cmpint(synack->difference, ==, FWX_SYNACK_OTHER_ISN);
    g_assert_cmpuint(synack->first_frame, ==, 2);
    assert_verdict(scene, 1, FWX_RESULT_OK, 4);
}

/* A proxy answers and so does the server, or a firewall in between rewrites ISNs. */
static void test_two_isns(void)
{
    static const struct segment first_holds[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"syn-ack with another ISN", R, SA, 777000, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the first", I, A, 1, 1, .met = RECV},
    };
    static const struct segment second_holds[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"syn-ack with another ISN", R, SA, 777000, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the second", I, A, 1, 777001, .met = RECV},
    };
    static const struct segment lower_isn[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 777000, 1, .met = SENT},
        {"syn-ack with a lower ISN", R, SA, 0, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the lower one", I, A, 1, 1, .met = RECV},
    };

    PLAY(first_holds, isn_differs);
    PLAY(second_holds, isn_differs);
    PLAY(lower_isn, isn_differs);
}

/* The first was captured late, too. */
static void test_two_late_isns(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = ESTB},
        {"syn-ack with another ISN", R, SA, 777000, 1, .met = ESTB, .finds = PAYLOAD},
    };

    PLAY(rows, NULL);
}

static void memory_is_bounded(const struct scene *scene)
{
    unsigned count = 0;

    for (const struct fwx_synack *s = connection_of(scene, 1)->synacks; s; s = s->next)
        count++;
    g_assert_cmpuint(count, ==, FWX_MAX_SYNACKS);
}

/* More SYN-ACKs than are remembered: the first ones still count, none is lost track of. */
static void test_many_isns(void)
{
    enum { SYNACKS = 3 * FWX_MAX_SYNACKS };
    struct segment rows[SYNACKS + 2] = {{"syn", I, S, 0, .met = NONE}};

    for (int i = 0; i < SYNACKS; i++)
        rows[i + 1] = (struct segment){"syn-ack", R, SA, 100000 * i, 1, .met = i ? RECV : SENT,
                                       .finds = i ? PAYLOAD : 0};
    rows[SYNACKS + 1] = (struct segment){"ack of the second", I, A, 1, 100001, .met = RECV};
    PLAY(rows, memory_is_bounded);
}

/* More than sixteen bits count. */
static void test_many_segments(void)
{
    static const struct segment rows[] = {HANDSHAKE};
    static const struct segment data = {"data", R, PA, 1, 1, 10, .gap_ms = 1, .met = ESTB};
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        scene_see(&scene, &rows[i]);
    for (unsigned i = 0; i <= UINT16_MAX; i++)
        scene_see(&scene, &data);
    g_assert_cmpuint(connection_of(&scene, 1)->peer[R].packets, ==, UINT16_MAX + 2);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/handshake/three-way", test_three_way);
    g_test_add_func("/handshake/retransmitted", test_retransmitted);
    g_test_add_func("/handshake/reordered", test_reordered);
    g_test_add_func("/handshake/simultaneous-open", test_simultaneous_open);
    g_test_add_func("/handshake/missed-packets", test_missed_packets);
    g_test_add_func("/handshake/one-sided", test_one_sided);
    g_test_add_func("/handshake/completed-by", test_completed_by);
    g_test_add_func("/handshake/challenge-ack", test_challenge_ack);
    g_test_add_func("/handshake/fast-open", test_fast_open);
    g_test_add_func("/handshake/payload", test_payload);
    g_test_add_func("/handshake/two-isns", test_two_isns);
    g_test_add_func("/handshake/two-late-isns", test_two_late_isns);
    g_test_add_func("/handshake/payload-with-cookie", test_payload_with_cookie);
    g_test_add_func("/handshake/late-payload", test_late_payload);
    g_test_add_func("/handshake/many-isns", test_many_isns);
    g_test_add_func("/handshake/responder-fin-answers", test_responder_fin_answers);
    g_test_add_func("/handshake/many-segments", test_many_segments);
    return g_test_run();
}
