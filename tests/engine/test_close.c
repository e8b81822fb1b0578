/* test_close.c
 * Orderly closes, in every order of their packets, and what comes too late.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void closes_with_the_last(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, scene->frame);
    g_assert_cmpint(connection_of(scene, 1)->state, ==, CLSD);
}

/* ---- all orders ------------------------------------------------------------------------------ */

enum { CLOSING_PACKETS = 4, ORDERS = 24 };

/* Two FINs, and an ACK for each: the connection is closed by whichever comes last. */
static const struct segment closing[CLOSING_PACKETS] = {
    {"fin", I, FA, 11, 11, .met = NONE},
    {"fin of the responder", R, FA, 11, 11, .met = NONE},
    {"ack of the responder's fin", I, A, 12, 12, .met = NONE},
    {"ack of the initiator's fin", R, A, 12, 12, .met = NONE},
};

static void take_order(unsigned number, unsigned order[CLOSING_PACKETS])
{
    bool taken[CLOSING_PACKETS] = {false};

    for (unsigned place = 0; place < CLOSING_PACKETS; place++) {
        unsigned skip = number % (CLOSING_PACKETS - place);
        unsigned at = 0;

        number /= CLOSING_PACKETS - place;
        while (taken[at] || skip--)
            at++;
        taken[at] = true;
        order[place] = at;
    }
}

static void test_every_order(void)
{
    for (unsigned number = 0; number < ORDERS; number++) {
        struct segment rows[EXCHANGED + CLOSING_PACKETS] = {HANDSHAKE, EXCHANGE};
        unsigned order[CLOSING_PACKETS];
        unsigned fins = 0;

        take_order(number, order);
        for (unsigned place = 0; place < CLOSING_PACKETS; place++) {
            struct segment *row = &rows[EXCHANGED + place];

            *row = closing[order[place]];
            row->met = fins == 0 ? ESTB : fins == 1 ? FINW : CLSG;
            fins += (row->flags & FWX_FIN) != 0;
            if (place == CLOSING_PACKETS - 1) {
                row->finds = CLOSE;
                row->code = GRACEFUL;
            }
        }
        PLAY(rows, closes_with_the_last);
    }
}

/* ---- the usual three and other shapes -------------------------------------------------------- */

static void test_three_packets(void)
{
    static const struct segment initiator[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };
    static const struct segment responder[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin of the responder", R, FA, 11, 11, .met = ESTB},
        {"fin", I, FA, 11, 12, .met = FINW},
        {"ack", R, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(initiator, closes_with_the_last);
    PLAY(responder, closes_with_the_last);
}

static void test_fins_with_data(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin with data", I, FA, 11, 11, 100, .met = ESTB},
        {"ack of the data only", R, A, 11, 111, .met = FINW},
        {"fin with data of the responder", R, FA, 11, 111, 100, .met = FINW},
        {"ack of that data only", I, A, 112, 111, .met = CLSG},
        {"ack of its fin", I, A, 112, 112, .met = CLSG},
        {"ack of the first fin", R, A, 112, 112, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, closes_with_the_last);
}

/* A connection closes once, however often it is said. */
static void test_retransmitted_fins(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin again", I, FA, 11, 11, .gap_ms = 300, .met = FINW},
        {"fin again", I, FA, 11, 11, .gap_ms = 600, .met = FINW},
        {"fin of the responder", R, FA, 11, 11, .met = FINW},
        {"fin of the responder again", R, FA, 11, 11, .gap_ms = 300, .met = CLSG},
        {"fin again, with an ack", I, FA, 11, 12, .gap_ms = 300, .met = CLSG},
        {"ack", R, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };
    /* Where the first one ends is what has to be acknowledged. */
    static const struct segment farther_on[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"another fin", I, FA, 21, 11, .gap_ms = 300, .met = FINW},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 22, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, closes_with_the_last);
    PLAY(farther_on, closes_with_the_last);
}

static void all_bytes_count(const struct scene *scene)
{
    closes_with_the_last(scene);
    g_assert_cmpuint(connection_of(scene, 1)->bytes[I], ==, 10);
    g_assert_cmpuint(connection_of(scene, 1)->bytes[R], ==, 10 + 1000 + 1000);
}

/* One side is done, the other goes on for as long as it likes. */
static void test_half_close(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"ack", R, A, 11, 12, .met = FINW},
        {"data of the responder", R, PA, 11, 12, 1000, .gap_ms = 5000, .met = FINW},
        {"ack", I, A, 12, 1011, .met = FINW},
        {"more, an hour later", R, PA, 1011, 12, 1000, .gap_ms = 3600000, .met = FINW},
        {"ack", I, A, 12, 2011, .met = FINW},
        {"fin of the responder", R, FA, 2011, 12, .met = FINW},
        {"ack", I, A, 12, 2012, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, all_bytes_count);
}

/* ---- too late -------------------------------------------------------------------------------- */

#define CLOSED                                                                                     \
    HANDSHAKE, EXCHANGE, {"fin", I, FA, 11, 11, .met = ESTB},                                      \
        {"fin of the responder", R, FA, 11, 12, .met = FINW},                                      \
    {                                                                                              \
        "last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL                    \
    }
enum { CLOSED_IN = EXCHANGED + 3 };

#define TOO_LATE .finds = LATE, .code = NOT_SYN

static void story_is_the_close(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, CLOSED_IN);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, scene->frame - CLOSED_IN);
    g_assert_cmpuint(found(scene, CLOSED_IN + 1, FWX_FINDING_NOT_SYN)->late.gone_frame, ==,
                     CLOSED_IN);
}

static void test_late_after_close(void)
{
    static const struct segment rows[] = {
        CLOSED,
        {"fin of the responder again", R, FA, 11, 12, .gap_ms = 300, .met = CLSD, TOO_LATE},
        {"ack again", I, A, 12, 12, .met = CLSD, TOO_LATE},
        {"data", I, PA, 12, 12, 10, .met = CLSD, TOO_LATE},
        {"data of the responder", R, PA, 12, 12, 10, .met = CLSD, TOO_LATE},
        {"fin", I, FA, 11, 11, .met = CLSD, TOO_LATE},
        {"syn-ack again", R, SA, 0, 1, .met = CLSD, TOO_LATE},
        {"a segment without ACK", I, FWX_PSH, 12, 0, 10, .met = CLSD, TOO_LATE},
        {"an hour later", I, A, 12, 12, .gap_ms = 3600000, .met = CLSD, TOO_LATE},
    };

    PLAY(rows, story_is_the_close);
}

static void story_is_the_refusal(const struct scene *scene)
{
    assert_verdict(scene, 1, ABORTIVE, 2);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
}

/* Of a connection that never was, too. */
static void test_late_after_refusal(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
        {"ack", I, A, 1, 1, .met = RSET, TOO_LATE},
    };

    PLAY(rows, story_is_the_refusal);
}

static void only_the_ack_is_noise(const struct scene *scene)
{
    for (uint32_t frame = CLOSED_IN + 1; frame <= scene->frame; frame++)
        g_assert_cmpint(found(scene, frame, FWX_FINDING_NOT_SYN)->late.repeats_ack, ==,
                        frame == CLOSED_IN + 1);
}

static void none_is_noise(const struct scene *scene)
{
    g_assert_false(found(scene, scene->frame, FWX_FINDING_NOT_SYN)->late.repeats_ack);
}

/* The last acknowledgement of an orderly close, once more, is everyday noise; nothing else is. */
static void test_everyday_noise(void)
{
    static const struct segment rows[] = {
        CLOSED,
        {"ack again", I, A, 12, 12, .gap_ms = 300, .met = CLSD, TOO_LATE},
        {"data", I, PA, 12, 12, 10, .met = CLSD, TOO_LATE},
        {"fin", I, FA, 11, 12, .met = CLSD, TOO_LATE},
    };
    static const struct segment after_a_reset[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"ack", I, A, 11, 11, .met = RSET, TOO_LATE},
    };

    PLAY(rows, only_the_ack_is_noise);
    PLAY(after_a_reset, none_is_noise);
}

static void first_fin_counts(const struct scene *scene)
{
    const struct fwx_packet *fin = &g_array_index(scene->packets, struct fwx_packet, EXCHANGED);

    g_assert_cmpint(connection_of(scene, 1)->fin_time, ==, fin->time);
}

/* Closing begins with the first FIN. */
static void test_time_of_fin(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin again", I, FA, 11, 11, .gap_ms = 300, .met = FINW},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
    };

    PLAY(rows, first_fin_counts);
}

/* A SYN-ACK that was captured behind the end belongs to what has ended. */
static void test_late_syn_ack(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"reset", I, RA, 1, 1, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"syn-ack", R, SA, 0, 1, .met = RSET, TOO_LATE},
    };

    PLAY(rows, NULL);
}

static void story_is_the_reset(const struct scene *scene)
{
    assert_verdict(scene, 1, ABORTIVE, EXCHANGED + 1);
    g_assert_cmpuint(found(scene, EXCHANGED + 2, FWX_FINDING_NOT_SYN)->late.gone_frame, ==,
                     EXCHANGED + 1);
    g_assert_true(found(scene, EXCHANGED + 4, FWX_FINDING_RESET)->reset.ignored);
    g_assert_cmpuint(found(scene, EXCHANGED + 4, FWX_FINDING_RESET)->reset.status, ==, 0);
}

static void test_late_after_reset(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"data that was under way", I, PA, 11, 11, 10, .met = RSET, TOO_LATE},
        {"fin", I, FA, 21, 11, .met = RSET, TOO_LATE},
        {"reset of the other side", I, RST, 21, .met = RSET, .finds = RESET, .code = NOT_SYN,
         .reset = CLASS(AFTER_CLOSE)},
    };

    PLAY(rows, story_is_the_reset);
}

static void dropped_one(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
}

/* A firewall that remembers a closed connection for a while takes late segments for part of it. */
static void test_linger(void)
{
    static const struct segment rows[] = {
        CLOSED,
        {"fin of the responder again", R, FA, 11, 12, .gap_ms = 300, .met = CLSD},
        {"reset", I, RST, 12, .gap_ms = 1699, .met = CLSD, .finds = RESET,
         .reset = CLASS(AFTER_CLOSE)},
        {"ack again", I, A, 12, 12, .gap_ms = 1, .met = CLSD, TOO_LATE},
    };
    static const struct segment syn_does_not_wait[] = {
        CLOSED,
        {"syn", I, S, 5000, .conn = 2, .met = NONE},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.linger_ms = 2000;
    PLAY_UNDER(&policy, rows, dropped_one);
    PLAY_UNDER(&policy, syn_does_not_wait, NULL);
}

/* Mirror ports show packets twice. */
static void test_duplicates(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .id = 1005, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {"its copy", I, A, 12, 12, .id = 1005, .gap_ms = 1, .met = CLSD},
        {"the same again, as a packet of its own", I, A, 12, 12, .id = 1006, .gap_ms = 1,
         .met = CLSD, TOO_LATE},
        {"another copy, which took its time", I, A, 12, 12, .id = 1005, .gap_ms = 200, .met = CLSD},
    };

    PLAY_IPV4(rows, NULL);
}

/* Nothing else is learnt of a reset, but its copy is known. */
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

/* Without IP ID only what follows at once is a copy. */
static void test_duplicates_without_id(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .id = ZERO_ID, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {"its copy", I, A, 12, 12, .id = ZERO_ID, .gap_ms = 1, .met = CLSD},
        {"something else", R, A, 12, 12, .id = ZERO_ID, .gap_ms = 1, .met = CLSD, TOO_LATE},
        {"the same again", R, A, 12, 12, .id = ZERO_ID, .gap_ms = 300, .met = CLSD, TOO_LATE},
    };
    static const struct segment resets[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", I, A, 11, 11, .id = 3000, .met = ESTB},
        {"its copy", I, A, 11, 11, .id = 3000, .gap_ms = 1, .met = ESTB},
        {"reset", R, RST, 11, .id = ZERO_ID, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"its copy", R, RST, 11, .id = ZERO_ID, .gap_ms = 1, .met = RSET},
        {"data under way", I, PA, 11, 11, 10, .gap_ms = 1, .met = RSET, TOO_LATE},
        {"a reset for them", R, RST, 11, .id = ZERO_ID, .gap_ms = 2, .met = RSET, .finds = RESET,
         .code = NOT_SYN, .reset = CLASS(AFTER_CLOSE)},
    };

    PLAY(rows, NULL);
    PLAY(resets, NULL);
}

/* Something so long after the close, with the last ACK's ID if it has one. */
static void try_copy(int32_t id, const struct segment *last, bool copy)
{
    const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .id = id, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {last->does, last->from, last->flags, last->seq, last->ack, last->len, last->gap_ms,
         .id = id, .met = CLSD, .finds = copy ? 0 : LATE, .code = copy ? 0 : NOT_SYN},
    };

    if (id == ZERO_ID)
        PLAY(rows, NULL);
    else
        PLAY_IPV4(rows, NULL);
}

/* Without an ID a copy comes at once. */
static void test_copies_at_once(void)
{
    static const struct {
        int64_t gap_ms;
        bool copy;
    } cases[] = {{1, true}, {2, false}, {100, false}, {-1, false}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct segment last = {"once more", I, A, 12, 12, 0, cases[i].gap_ms, .met = CLSD};

        try_copy(ZERO_ID, &last, cases[i].copy);
    }
}

/* What differs in anything is no copy, however soon it comes. */
static void test_parts_of_a_copy(void)
{
    static const struct segment copy = {"the same", I, A, 12, 12, 0, 1, .met = CLSD};
    static const struct segment others[] = {
        {"of the other side", R, A, 12, 12, 0, 1, .met = CLSD},
        {"other flags", I, PA, 12, 12, 0, 1, .met = CLSD},
        {"another number", I, A, 11, 12, 0, 1, .met = CLSD},
        {"another acknowledgement", I, A, 12, 11, 0, 1, .met = CLSD},
        {"another length", I, A, 12, 12, 1, 1, .met = CLSD},
    };

    try_copy(ZERO_ID, &copy, true);
    try_copy(4711, &copy, true);
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        try_copy(ZERO_ID, &others[i], false);
        try_copy(4711, &others[i], false);
    }
}

/* Copies of packets that arrived as they should are nothing either. */
static void test_duplicates_of_all(void)
{
    struct segment rows[2 * (EXCHANGED + 3)] = {{0}};
    static const struct segment once[] = {CLOSED};
    static const int met[] = {SENT, RECV, ESTB, ESTB, ESTB, ESTB, FINW, CLSG, CLSD};

    for (unsigned i = 0; i < G_N_ELEMENTS(once); i++) {
        rows[2 * i] = rows[2 * i + 1] = once[i];
        rows[2 * i].id = rows[2 * i + 1].id = (int32_t)(1000 + i);
        rows[2 * i + 1].finds = 0;
        rows[2 * i + 1].code = 0;
        rows[2 * i + 1].gap_ms = 1;
        rows[2 * i + 1].met = met[i];
    }
    PLAY_IPV4(rows, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/close/every-order", test_every_order);
    g_test_add_func("/close/three-packets", test_three_packets);
    g_test_add_func("/close/fins-with-data", test_fins_with_data);
    g_test_add_func("/close/retransmitted-fins", test_retransmitted_fins);
    g_test_add_func("/close/half-close", test_half_close);
    g_test_add_func("/close/late-after-refusal", test_late_after_refusal);
    g_test_add_func("/close/late-after-close", test_late_after_close);
    g_test_add_func("/close/late-after-reset", test_late_after_reset);
    g_test_add_func("/close/everyday-noise", test_everyday_noise);
    g_test_add_func("/close/time-of-fin", test_time_of_fin);
    g_test_add_func("/close/late-syn-ack", test_late_syn_ack);
    g_test_add_func("/close/linger", test_linger);
    g_test_add_func("/close/duplicates", test_duplicates);
    g_test_add_func("/close/duplicate-of-a-reset", test_duplicate_of_a_reset);
    g_test_add_func("/close/duplicates-without-id", test_duplicates_without_id);
    g_test_add_func("/close/copies-at-once", test_copies_at_once);
    g_test_add_func("/close/parts-of-a-copy", test_parts_of_a_copy);
    g_test_add_func("/close/duplicates-of-all", test_duplicates_of_all);
    return g_test_run();
}
