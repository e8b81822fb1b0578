/* test_acknowledgement.c
 * The check of the handshake's acknowledgement: 0xC0040034, at every place and with all numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static const struct fwx_ack_mismatch *mismatch_in(const struct scene *scene, uint32_t frame)
{
    return &found(scene, frame, FWX_FINDING_ACK_MISMATCH)->mismatch;
}

static void ten_bytes_passed(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->bytes[I], ==, 40);
    g_assert_cmpuint(fwx_engine_passed(scene->engine, connection_of(scene, 1), FWX_INITIATOR), ==,
                     10);
}

/* An invalid one condemns the packet, not the connection. */
static void test_every_position(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"data", I, PA, 1, 3, 10, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"more data", I, PA, 11, 3, 10, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"keep-alive", I, A, 0, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"fin", I, FA, 21, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"fin with data", I, FA, 11, 3, 10, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"syn again, which has no ack", I, S, 0, .gap_ms = 3000, .met = RECV},
        {"a correct ack", I, A, 1, 1, .met = RECV},
        {"data, acknowledging what it likes", I, PA, 1, 3, 10, .met = ESTB},
    };

    PLAY(rows, ten_bytes_passed);
}

static void closed_well(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, 7);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
}

/* A connection that is established after all was not denied. */
static void test_put_right(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 1 too low", I, A, 1, 0, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
        {"fin", I, FA, 1, 1, .met = ESTB},
        {"fin of the responder", R, FA, 1, 2, .met = FINW},
        {"last ack", I, A, 2, 2, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, closed_well);
}

/* Deltas on both sides of the right number, and as far off as can be. */
static void test_deltas(void)
{
    static const int64_t deltas[] = {-INT64_C(0x80000000), -1000000, -2,      -1,
                                     1,                    2,        1000000, 0x7fffffff};

    for (unsigned i = 0; i < G_N_ELEMENTS(deltas); i++) {
        const struct segment rows[] = {
            {"syn", I, S, 0, .met = NONE},
            {"syn-ack", R, SA, 0, 1, .met = SENT},
            {"ack", I, A, 1, 1 + deltas[i], .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
            {"data", I, PA, 1, 1 + deltas[i], 5, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        };

        PLAY(rows, NULL);
    }
}

static void payload_is_the_cause(const struct scene *scene)
{
    const struct fwx_ack_mismatch *mismatch = mismatch_in(scene, 3);

    g_assert_cmpuint(mismatch->expected, ==, (uint32_t)(scene->world->isn[R] + 1));
    g_assert_cmpuint(mismatch->actual, ==, (uint32_t)(scene->world->isn[R] + 101));
    g_assert_cmpuint(mismatch->cause_frame, ==, 2);
    g_assert_cmpuint(mismatch->synack_frame, ==, 2);
    g_assert_false(mismatch->padding);
    g_assert_false(mismatch->fast_open);
    g_assert_false(mismatch->synack);
    g_assert_cmpint(found(scene, 3, FWX_FINDING_ACK_MISMATCH)->event, ==, FWX_EVENT_ACK_WRONG);
    g_assert_cmpint(found(scene, 3, FWX_FINDING_ACK_MISMATCH)->confidence, ==, FWX_DOCUMENTED);
    mismatch = mismatch_in(scene, 4);
    g_assert_cmpuint(mismatch->cause_frame, ==, 0);
    g_assert_cmpuint(mismatch->synack_frame, ==, 2);
}

static void test_payload_is_the_cause(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 1, 100, .met = SENT, .finds = PAYLOAD},
        {"ack of it", I, A, 1, 101, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack of a part", I, A, 1, 51, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    };

    PLAY(rows, payload_is_the_cause);
}

static void padding_is_the_cause(const struct scene *scene)
{
    g_assert_cmpuint(found(scene, 2, FWX_FINDING_PADDING)->padding_len, ==, 2);
    g_assert_cmpuint(found(scene, 2, FWX_FINDING_SYNACK_PAYLOAD)->synack.length, ==, 2);
    g_assert_cmpuint(mismatch_in(scene, 4)->cause_frame, ==, 2);
    g_assert_true(mismatch_in(scene, 4)->padding);
    g_assert_cmpuint(mismatch_in(scene, 5)->cause_frame, ==, 2);
    assert_verdict(scene, 1, BAD_ACK, 4);
}

/* Source 003, seen from the firewall. */
static void test_padding_is_the_cause(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .met = NONE},
        {"padded syn-ack", R, SA, 0, 1, 2, .header = 24, .zeros = true, .met = SENT,
         .finds = PAYLOAD | PADDING},
        {"again", R, SA, 0, 1, 2, .header = 24, .gap_ms = 3000, .zeros = true, .met = RECV,
         .finds = PAYLOAD | PADDING},
        {"ack of the padding", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"data", I, PA, 1, 3, 200, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"padded reset", R, RA, 1, 1, 6, .zeros = true, .met = RECV, .finds = PADDING | RESET,
         .code = ABORTIVE, .reset = CLASS(HANDSHAKE_ABORT)},
    };

    PLAY_IPV4(rows, padding_is_the_cause);
}

static void second_is_the_cause(const struct scene *scene)
{
    g_assert_cmpuint(mismatch_in(scene, 4)->cause_frame, ==, 2);
    g_assert_cmpuint(mismatch_in(scene, 5)->cause_frame, ==, 3);
}

/* Of two payloads, the one that the number fits. */
static void test_one_of_two_payloads(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack with 2 bytes", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
        {"syn-ack with 6 bytes", R, SA, 0, 1, 6, .met = RECV, .finds = PAYLOAD},
        {"ack of 2", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack of 6", I, A, 1, 7, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    };

    PLAY(rows, second_is_the_cause);
}

static void fast_open_is_told_apart(const struct scene *scene)
{
    g_assert_true(found(scene, 2, FWX_FINDING_SYNACK_PAYLOAD)->synack.fast_open);
    g_assert_true(mismatch_in(scene, 3)->fast_open);
    g_assert_cmpint(found(scene, 3, FWX_FINDING_ACK_MISMATCH)->event, ==, FWX_EVENT_ACK_FAST_OPEN);
    g_assert_cmpint(found(scene, 3, FWX_FINDING_ACK_MISMATCH)->confidence, ==, FWX_INFERRED);
}

static void test_fast_open(void)
{
    static const struct segment rows[] = {
        {"syn with data", I, S, 0, 0, 30, .header = 32, .fast_open = true, .met = NONE},
        {"syn-ack with data", R, SA, 0, 31, 100, .met = SENT, .finds = PAYLOAD},
        {"ack of it", I, A, 31, 101, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    };

    PLAY(rows, fast_open_is_told_apart);
}

/* Data of the responder, seen while half-open, moves what may be acknowledged, to its end. */
static void test_beyond_the_greeting(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"greeting of the responder", R, PA, 1, 1, 100, .met = RECV},
        {"ack, 1 beyond", I, A, 1, 102, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack, 1 before", I, A, 1, 0, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack of the greeting", I, A, 1, 101, .met = RECV},
    };

    PLAY(rows, NULL);
}

static void crossed_expects_the_isn(const struct scene *scene)
{
    g_assert_cmpuint(mismatch_in(scene, 3)->expected, ==, (uint32_t)(scene->world->isn[R] + 1));
    g_assert_cmpuint(mismatch_in(scene, 3)->actual, ==, (uint32_t)(scene->world->isn[R] + 3));
}

static void test_simultaneous_open(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn of the other side", R, S, 0, .met = SENT},
        {"syn-ack, 2 too high", I, SA, 0, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"syn-ack", I, SA, 0, 1, .met = RECV},
    };

    PLAY(rows, crossed_expects_the_isn);
}

static void answer_is_wrong(const struct scene *scene)
{
    const struct fwx_ack_mismatch *mismatch = mismatch_in(scene, 2);

    g_assert_true(mismatch->synack);
    g_assert_cmpuint(mismatch->synack_frame, ==, 1);
    g_assert_cmpuint(mismatch->expected, ==, (uint32_t)(scene->world->isn[I] + 1));
    g_assert_cmpuint(mismatch->actual, ==, (uint32_t)(scene->world->isn[I] + 501));
    g_assert_cmpint(found(scene, 2, FWX_FINDING_ACK_MISMATCH)->event, ==, FWX_EVENT_SYNACK_WRONG);
    g_assert_cmpint(found(scene, 2, FWX_FINDING_ACK_MISMATCH)->confidence, ==, FWX_INFERRED);
    g_assert_cmpuint(connection_of(scene, 1)->moved[FWX_MOVE_SYN_RECEIVED], ==, 4);
}

/* Nothing is learnt from it: the firewall never saw it. */
static void test_answer_to_another_syn(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack of another syn", R, SA, 900, 501, .met = SENT, .finds = MISMATCH,
         .code = BAD_ACK},
        {"syn-ack, 1 too low", R, SA, 900, 0, .met = SENT, .finds = MISMATCH, .code = BAD_ACK},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 1 too low", I, A, 1, 0, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, answer_is_wrong);
}

static void each_has_its_expectation(const struct scene *scene)
{
    g_assert_cmpuint(mismatch_in(scene, 4)->expected, ==, (uint32_t)(scene->world->isn[R] + 1));
    g_assert_cmpuint(mismatch_in(scene, 4)->synack_frame, ==, 2);
    g_assert_cmpuint(mismatch_in(scene, 5)->expected, ==,
                     (uint32_t)(scene->world->isn[R] + 777001));
    g_assert_cmpuint(mismatch_in(scene, 5)->synack_frame, ==, 3);
}

/* What lies between two ISNs is no data that the responder has sent. */
static void test_two_isns(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
        {"syn-ack with another ISN", R, SA, 777000, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the payload", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack beyond the other", I, A, 1, 777003, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    };

    PLAY(rows, each_has_its_expectation);
}

static void first_sets_the_expectation(const struct scene *scene)
{
    g_assert_cmpuint(mismatch_in(scene, 4)->synack_frame, ==, 2);
    g_assert_cmpuint(mismatch_in(scene, 4)->cause_frame, ==, 0);
}

/* Repeated, a SYN-ACK is still the first one. */
static void test_synack_repeated(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"syn-ack again", R, SA, 0, 1, .gap_ms = 3000, .met = RECV},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    };

    PLAY(rows, first_sets_the_expectation);
}

/* The SYN was missed: the first SYN-ACK tells what it was. */
static void test_syn_missed(void)
{
    static const struct segment rows[] = {
        {"syn-ack", R, SA, 0, 1, .met = NONE},
        {"syn-ack of another syn", R, SA, 0, 501, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"syn-ack, 1 too low", R, SA, 0, 0, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(rows, NULL);
}

/* ---- what the rest of the capture says of it ------------------------------------------------- */

static void nothing_said(const struct scene *scene)
{
    g_assert_cmpint(connection_of(scene, 1)->evidence, ==, FWX_EVIDENCE_NONE);
}

static void corroborated(const struct scene *scene)
{
    g_assert_cmpint(connection_of(scene, 1)->evidence, ==, FWX_CORROBORATED);
}

static void contradicted(const struct scene *scene)
{
    g_assert_cmpint(connection_of(scene, 1)->evidence, ==, FWX_CONTRADICTED);
}

#define DROPPED_ACK                                                                                \
    {"syn", I, S, 0, .met = NONE}, {"syn-ack", R, SA, 0, 1, .met = SENT},                          \
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},          \
    {                                                                                              \
        "data", I, PA, 1, 3, 10, .met = RECV, .finds = MISMATCH, .code = BAD_ACK                   \
    }

static void test_evidence_none(void)
{
    static const struct segment nothing_follows[] = {DROPPED_ACK};
    static const struct segment healthy[] = {
        HANDSHAKE,
        {"syn-ack again, the ack was lost", R, SA, 0, 1, .gap_ms = 3000, .met = ESTB},
        {"data", I, PA, 1, 1, 10, .met = ESTB},
        {"data again", I, PA, 1, 1, 10, .gap_ms = 300, .met = ESTB},
    };

    PLAY(nothing_follows, nothing_said);
    PLAY(healthy, nothing_said);
}

static void test_evidence_corroborated(void)
{
    static const struct segment data_again[] = {
        DROPPED_ACK,
        {"data again", I, PA, 1, 3, 10, .gap_ms = 3000, .met = RECV, .finds = MISMATCH,
         .code = BAD_ACK},
    };
    static const struct segment syn_ack_again[] = {
        DROPPED_ACK,
        {"syn-ack again", R, SA, 0, 1, .gap_ms = 3000, .met = RECV},
    };

    PLAY(data_again, corroborated);
    PLAY(syn_ack_again, corroborated);
}

/* No such firewall stood in between: the other side has received what it would have dropped. */
static void test_evidence_contradicted(void)
{
    static const struct segment data_acknowledged[] = {
        DROPPED_ACK,
        {"ack of the data", R, A, 1, 11, .met = RECV},
        {"more data", I, PA, 11, 3, 10, .met = ESTB},
    };
    static const struct segment responder_goes_on[] = {
        DROPPED_ACK,
        {"data of the responder", R, PA, 1, 1, 10, .met = RECV},
        {"more data", I, PA, 11, 3, 10, .met = ESTB},
    };
    static const struct segment corroborated_first[] = {
        DROPPED_ACK,
        {"data again", I, PA, 1, 3, 10, .gap_ms = 300, .met = RECV, .finds = MISMATCH,
         .code = BAD_ACK},
        {"ack of the data", R, A, 1, 11, .met = RECV},
    };

    static const struct segment missed_data_acknowledged[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack of data that was missed", R, A, 1, 40, .met = RECV},
        {"more data", I, PA, 40, 3, 10, .met = ESTB},
    };
    static const struct segment nor_unheard_later[] = {
        DROPPED_ACK,
        {"syn-ack that acknowledges the data", R, SA, 0, 11, .met = RECV, .finds = MISMATCH},
        {"syn-ack again", R, SA, 0, 1, .gap_ms = 3000, .met = RECV},
    };

    PLAY(data_acknowledged, contradicted);
    PLAY(missed_data_acknowledged, contradicted);
    PLAY(nor_unheard_later, contradicted);
    PLAY(responder_goes_on, contradicted);
    PLAY(corroborated_first, contradicted);
}

/* The responder resets what it was told (RFC 9293, 3.5.2: the reset takes its number from the
 * acknowledgement). It passes; but a firewall that resets what it drops does the same. */
static void test_reset_answers_it(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"reset from that number", R, RST, 3, .met = RECV, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(HANDSHAKE_ABORT)},
    };

    PLAY(rows, nothing_said);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/acknowledgement/every-position", test_every_position);
    g_test_add_func("/acknowledgement/put-right", test_put_right);
    g_test_add_func("/acknowledgement/deltas", test_deltas);
    g_test_add_func("/acknowledgement/payload-is-the-cause", test_payload_is_the_cause);
    g_test_add_func("/acknowledgement/padding-is-the-cause", test_padding_is_the_cause);
    g_test_add_func("/acknowledgement/one-of-two-payloads", test_one_of_two_payloads);
    g_test_add_func("/acknowledgement/fast-open", test_fast_open);
    g_test_add_func("/acknowledgement/beyond-the-greeting", test_beyond_the_greeting);
    g_test_add_func("/acknowledgement/simultaneous-open", test_simultaneous_open);
    g_test_add_func("/acknowledgement/answer-to-another-syn", test_answer_to_another_syn);
    g_test_add_func("/acknowledgement/synack-repeated", test_synack_repeated);
    g_test_add_func("/acknowledgement/syn-missed", test_syn_missed);
    g_test_add_func("/acknowledgement/evidence/none", test_evidence_none);
    g_test_add_func("/acknowledgement/evidence/corroborated", test_evidence_corroborated);
    g_test_add_func("/acknowledgement/evidence/contradicted", test_evidence_contradicted);
    g_test_add_func("/acknowledgement/two-isns", test_two_isns);
    g_test_add_func("/acknowledgement/reset-answers-it", test_reset_answers_it);
    return g_test_run();
}
