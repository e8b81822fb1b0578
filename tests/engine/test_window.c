/* test_window.c
 * Established connections against the windows of both ends, where the policy wants it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { LEAST = 65535 }; /* a window counts as this at least */

static struct fwx_policy checking(void)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.sequence_window = true;
    return policy;
}

/* One segment of the initiator behind the exchange, in which both have got to 11. */
static void try_segment(int64_t seq, int64_t ack, uint32_t len, bool acceptable)
{
    const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"segment", I, A, seq, ack, len, .met = ESTB, .finds = acceptable ? 0 : WINDOW,
         .code = acceptable ? 0 : BAD_ACK},
    };
    const struct segment by_default[] = {
        HANDSHAKE,
        EXCHANGE,
        {"segment", I, A, seq, ack, len, .met = ESTB},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, NULL);
    PLAY(by_default, NULL);
}

static void test_sequence_numbers(void)
{
    try_segment(11, 11, 0, true);
    try_segment(11, 11, 10, true);
    try_segment(11, 11, LEAST, true); /* ends where the window does */
    try_segment(11, 11, LEAST + 1, false);
    try_segment(11 + LEAST, 11, 0, true);
    try_segment(11 + LEAST, 11, 1, false);
    try_segment(11 + INT64_C(0x7fffffff), 11, 0, false);
    try_segment(10, 11, 1, true); /* a keep-alive */
    try_segment(1, 11, 10, true); /* a retransmission */
    try_segment(11 - LEAST, 11, 0, true);
    try_segment(11 - LEAST - 1, 11, 0, false);
}

static void test_acknowledgement_numbers(void)
{
    try_segment(11, 11, 0, true);
    try_segment(11, 1, 0, true);
    try_segment(11, -100000, 0, true); /* an old one teaches nothing, and harms nobody */
    try_segment(11, 12, 0, false);
    try_segment(11, 12, 10, false);
    try_segment(11, 11 + INT64_C(0x7fffffff), 0, false);
}

static void events_are_told_apart(const struct scene *scene)
{
    static const enum fwx_event events[] = {FWX_EVENT_SEQ_HIGH, FWX_EVENT_SEQ_LOW,
                                            FWX_EVENT_ACK_HIGH, FWX_EVENT_ACK_HIGH,
                                            FWX_EVENT_RST_INEXACT};

    for (unsigned i = 0; i < G_N_ELEMENTS(events); i++) {
        enum fwx_finding_kind kind = i < 4 ? FWX_FINDING_WINDOW : FWX_FINDING_RESET;

        g_assert_cmpint(found(scene, EXCHANGED + 1 + i, kind)->event, ==, events[i]);
    }
}

static void test_events(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"beyond", R, PA, 900000, 11, 10, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"behind", R, PA, -900000, 11, 10, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"ack of the future", R, A, 11, 900000, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"and beyond", R, A, 900000, 900000, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"reset beyond", R, RST, 900000, .met = ESTB, .finds = RESET, .code = BAD_ACK,
         .reset = CLASS(NO_CONNECTION)},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, events_are_told_apart);
}

static void numbers_are_told(const struct scene *scene)
{
    const struct fwx_finding *seq = found(scene, EXCHANGED + 1, FWX_FINDING_WINDOW);
    const struct fwx_finding *ack = found(scene, EXCHANGED + 2, FWX_FINDING_WINDOW);

    g_assert_cmpint(seq->confidence, ==, FWX_INFERRED);
    g_assert_cmpuint(seq->window.seq, ==, (uint32_t)(scene->world->isn[R] + 900000));
    g_assert_false(seq->window.ack_wrong);
    g_assert_cmpuint(ack->window.ack, ==, (uint32_t)(scene->world->isn[I] + 900000));
    g_assert_true(ack->window.ack_wrong);
    assert_verdict(scene, 1, GRACEFUL, EXCHANGED + 9); /* the last outcome decides */
    g_assert_cmpint(connection_of(scene, 1)->state, ==, CLSD);
}

/* Of either side; nothing is learnt of it, and the connection goes on. */
static void test_goes_on(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"far off", R, PA, 900000, 11, 10, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"ack of the future", R, A, 11, 900000, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"request", I, PA, 11, 11, 10, .met = ESTB},
        {"response", R, PA, 11, 21, 10, .met = ESTB},
        {"fin", I, FA, 21, 21, .met = ESTB},
        {"far off", R, PA, 900000, 11, 10, .met = FINW, .finds = WINDOW, .code = BAD_ACK},
        {"fin of the responder", R, FA, 21, 22, .met = FINW},
        {"far off", I, A, 900000, 22, .met = CLSG, .finds = WINDOW, .code = BAD_ACK},
        {"last ack", I, A, 22, 22, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, numbers_are_told);
}

/* A segment of the initiator that ends here, behind a handshake that offers these scales. */
static void try_scale(uint8_t initiator, uint8_t responder, int64_t end, bool acceptable)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .scale = initiator, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = responder, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
        {"segment", I, A, end - 10, 11, 10, .met = ESTB, .finds = acceptable ? 0 : WINDOW,
         .code = acceptable ? 0 : BAD_ACK},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, NULL);
}

/* Whatever is offered in the first SYN, its repetition takes nothing back; the SYN-ACK tells. */
static void test_scale_of_a_repeated_syn(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .scale = 8, .met = NONE},
        {"syn again, without options", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = 8, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"data, far in the window", R, PA, 100001, 11, 10, .met = ESTB},
    };
    static const struct segment answered_without[] = {
        {"syn", I, S, 0, .header = 24, .scale = 8, .met = NONE},
        {"syn again, without options", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"syn-ack without options", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"data, beyond the window", R, PA, 100001, 11, 10, .met = ESTB, .finds = WINDOW,
         .code = BAD_ACK},
    };
    static const struct segment reset[] = {
        {"syn", I, S, 0, .header = 24, .scale = 8, .met = NONE},
        {"syn again, without options", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = 8, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"reset, behind segments that were missed", R, RA, 100001, 1, .met = ESTB, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.sequence_window = true;
    PLAY_UNDER(&policy, rows, NULL);
    PLAY_UNDER(&policy, answered_without, NULL);
    PLAY(reset, NULL);
    fwx_policy_clear(&policy);
}

static void test_scales(void)
{
    try_scale(0, 0, 11 + LEAST, true);
    try_scale(0, 0, 11 + LEAST + 1, false);
    try_scale(1, 7, 11 + (NORMAL_WINDOW << 7), true);
    try_scale(1, 7, 11 + (NORMAL_WINDOW << 7) + 1, false);
    try_scale(7, 0, 11 + LEAST + 1, false); /* RFC 7323, 2.2: only if both offer it */
    try_scale(0, 7, 11 + LEAST + 1, false);
    try_scale(14, 14, 11 + (NORMAL_WINDOW << 14), true);
}

/* The window moves on with what the receiver says. */
static void test_moves_on(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"data", I, A, 11, 11, 60000, .met = ESTB},
        {"more, unacknowledged", I, A, 60011, 11, 60000, .met = ESTB, .finds = WINDOW,
         .code = BAD_ACK},
        {"ack", R, A, 11, 60011, .met = ESTB},
        {"more", I, A, 60011, 11, 60000, .met = ESTB},
    };
    static const struct segment zero_window_probe[] = {
        HANDSHAKE,
        EXCHANGE,
        {"window is full", R, A, 11, 11, .window = ZERO_WINDOW, .met = ESTB},
        {"probe", I, A, 11, 11, 1, .gap_ms = 5000, .met = ESTB},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, NULL);
    PLAY_UNDER(&policy, zero_window_probe, NULL);
}

/* What was not captured cannot be checked. */
static void test_not_known(void)
{
    static const struct segment midstream[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"far off", I, PA, 900000000, 5000, 100, .met = UNKN},
        {"ack of something missed", I, A, 1100, 900000000, .met = UNKN},
    };
    static const struct segment one_sided[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack of much", I, A, 11, 900001, .met = ESTB},
    };
    static const struct segment closing_midstream[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"fin", I, FA, 1100, 5000, .met = UNKN},
        {"far off", R, PA, 900000000, 1101, 100, .met = FINW},
    };
    static const struct segment other_side_appears[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"response", R, PA, 1, 1, 10, .met = ESTB},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, midstream, NULL);
    PLAY_UNDER(&policy, one_sided, NULL);
    PLAY_UNDER(&policy, closing_midstream, NULL);
    PLAY_UNDER(&policy, other_side_appears, NULL);
}

/* Of two SYN-ACKs with different ISNs either may be the one that counts, and come again. */
static void test_two_isns(void)
{
    static const struct segment first[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"other isn", R, SA, 900000, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the first", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"other isn again", R, SA, 900000, 1, .gap_ms = 300, .met = ESTB, .finds = PAYLOAD},
        {"response", R, PA, 1, 11, 10, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"data of the other", R, PA, 900001, 11, 10, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
    };
    static const struct segment second[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 900000, 1, .met = SENT},
        {"other isn", R, SA, 0, 1, .met = RECV, .finds = PAYLOAD},
        {"ack of the second", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
    };
    static const struct segment behind_a_drop[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
        {"other isn", R, SA, 900000, 1, .gap_ms = 300, .met = ESTB, .finds = PAYLOAD},
        {"response", R, PA, 1, 1, 10, .met = ESTB},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, first, NULL);
    PLAY_UNDER(&policy, second, NULL);
    PLAY_UNDER(&policy, behind_a_drop, NULL);
}

/* A reset outside the window is a segment like any other. */
static void test_resets(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"far ahead", R, RST, 900000, .met = ESTB, .finds = RESET, .code = BAD_ACK,
         .reset = CLASS(NO_CONNECTION)},
        {"request", I, PA, 11, 11, 10, .met = ESTB},
        {"response", R, PA, 11, 21, 10, .met = ESTB},
        {"acceptable", R, RST, 21, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment half_open[] = {
        {"syn", I, S, 0, .met = NONE},
        {"far off", R, RA, 0, 900000, .met = SENT, .finds = RESET, .code = BAD_ACK,
         .reset = CLASS(NO_CONNECTION)},
        {"refused", R, RA, 0, 1, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
    };
    static const struct segment midstream[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"far ahead", I, RST, 10000000, .met = UNKN, .finds = RESET, .reset = CLASS(NO_CONNECTION)},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, NULL);
    PLAY_UNDER(&policy, half_open, NULL);
    PLAY_UNDER(&policy, midstream, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/window/sequence-numbers", test_sequence_numbers);
    g_test_add_func("/window/acknowledgement-numbers", test_acknowledgement_numbers);
    g_test_add_func("/window/events", test_events);
    g_test_add_func("/window/goes-on", test_goes_on);
    g_test_add_func("/window/scales", test_scales);
    g_test_add_func("/window/scale-of-a-repeated-syn", test_scale_of_a_repeated_syn);
    g_test_add_func("/window/moves-on", test_moves_on);
    g_test_add_func("/window/not-known", test_not_known);
    g_test_add_func("/window/two-isns", test_two_isns);
    g_test_add_func("/window/resets", test_resets);
    return g_test_run();
}
