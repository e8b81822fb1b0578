/* test_linux_window.c
 * The model of Linux: each bound of the windows, on it and one beyond.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "linux_rows.h"

/* ---- the four bounds --------------------------------------------------------------------------- */

/* One ACK of the responder behind the handshake: the initiator may take 1..1000, and has sent up to 1. */
static void try_ack(int64_t seq, int64_t ack, uint32_t len, int ct, int says, int64_t number)
{
    const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"segment", R, A, seq, ack, len, .ct = ct, .says = says, .number = number, .state = ESTB},
    };

    LINUX_PLAY(rows);
}

static void test_sequence_above(void)
{
    try_ack(1, 1, 0, OLD, 0, 0);
    try_ack(1, 1, 30000, OLD, 0, 0); /* it is the first number that counts */
    try_ack(1001, 1, 0, OLD, 0, 0);
    try_ack(1001, 1, 5000, OLD, 0, 0);
    /* Up to one more window passes, if it has an end there. */
    try_ack(1002, 1, 0, OLD, SAYS(MORE), 2);
    try_ack(1002, 1, 998, OLD, SAYS(MORE), 1000);
    try_ack(1002, 1, 999, BAD, SAYS(SEQ_HIGH), 1002);
    try_ack(2000, 1, 0, OLD, SAYS(MORE), 1000);
    try_ack(2001, 1, 0, BAD, SAYS(SEQ_HIGH), 1002);
    /* But not if the acknowledgement is wrong as well. */
    try_ack(1002, 2, 0, BAD, SAYS(SEQ_HIGH), 1002);
    try_ack(1002, 1 - 66000, 0, OLD, SAYS(MORE), 2);
    try_ack(1002, 1 - 66001, 0, BAD, SAYS(SEQ_HIGH), 1002);
}

static void test_acknowledgement_above(void)
{
    try_ack(1, 2, 0, BAD, SAYS(ACK_HIGH), 2);
    try_ack(1, 1 + INT64_C(0x7fffffff), 0, BAD, SAYS(ACK_HIGH), 2);
}

static void test_sequence_below(void)
{
    try_ack(0, 1, 0, OLD, 0, 0); /* a keep-alive */
    try_ack(-999, 1, 0, OLD, 0, 0);
    try_ack(-1000, 1, 0, OLD, SAYS(SEQ_LOW), -1000);
    try_ack(-1000, 1, 1, OLD, 0, 0); /* it is the last number that counts */
    try_ack(-100000, 1, 0, OLD, SAYS(SEQ_LOW), -1000);
}

static void test_acknowledgement_below(void)
{
    try_ack(1, 1 - 66000, 0, OLD, 0, 0);
    try_ack(1, 1 - 66001, 0, OLD, SAYS(ACK_LOW), 1 - 66001);
    try_ack(1, 1 - 66002, 0, OLD, SAYS(ACK_LOW), 1 - 66001);
}

/* The order in which they are asked. */
static void test_several(void)
{
    try_ack(-1000, 2, 0, BAD, SAYS(ACK_HIGH), 2);
    try_ack(-1000, 1 - 66001, 0, OLD, SAYS(SEQ_LOW), -1000);
}

/* An acknowledgement may lag by the sender's own window, where that is larger. */
static void test_large_window(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .scale = SCALE(4), .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .window = 8192, .scale = SCALE(4), .ct = OLD, .state = RECV},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB},
        {"window of 131072", R, A, 1, 1, .window = 8192, .ct = OLD, .state = ESTB},
        {"so far behind", R, A, 1, 1 - 131072, .ct = OLD, .state = ESTB},
        {"and one more", R, A, 1, 1 - 131073, .ct = OLD, .says = SAYS(ACK_LOW),
         .number = 1 - 131073, .state = ESTB},
    };

    LINUX_PLAY(rows);
}

/* ---- what they teach --------------------------------------------------------------------------- */

/* What is ignored moves no window; what is beyond it moves what was sent. */
static void test_teaches(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"200 bytes", R, A, 1, 1, 200, .ct = OLD, .state = ESTB},
        {"acknowledged: 300 more may come", I, A, 1, 201, .window = 1100, .ct = OLD, .state = ESTB},
        {"up to there", R, A, 1301, 1, .ct = OLD, .state = ESTB},
        {"an old window is larger", R, A, 1302, 1, .ct = OLD, .says = SAYS(MORE), .number = 2,
         .state = ESTB},
        {"which is acknowledged now", I, A, 1, 1302, .ct = OLD, .state = ESTB},
        {"no more than that", I, A, 1, 1303, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 1303,
         .state = ESTB},
        {"late", R, A, 1, 1 - 66001, .ct = OLD, .says = SAYS(SEQ_LOW), .number = 1302 - 1101,
         .state = ESTB},
    };
    static const struct linux_row zero[] = {
        LINUX_HANDSHAKE,
        {"10 bytes", R, A, 1, 1, 10, .ct = OLD, .state = ESTB},
        {"window is shut, but never smaller", I, A, 1, 11, .window = ZERO_WINDOW, .ct = OLD,
         .state = ESTB},
        {"as before", R, A, 1001, 1, .ct = OLD, .state = ESTB},
    };
    static const struct linux_row filled[] = {
        LINUX_HANDSHAKE,
        {"1000 bytes", R, A, 1, 1, 1000, .ct = OLD, .state = ESTB},
        {"window is shut", I, A, 1, 1001, .window = ZERO_WINDOW, .ct = OLD, .state = ESTB},
        {"a probe", R, A, 1001, 1, 1, .ct = OLD, .state = ESTB},
        {"one behind it", R, A, 1002, 1, .ct = OLD, .state = ESTB},
        {"two", R, A, 1003, 1, .ct = OLD, .says = SAYS(MORE), .number = 2, .state = ESTB},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(zero);
    LINUX_PLAY(filled);
}

/* Data that reach beyond the window make it larger. */
static void test_overrun_widens(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"2000 bytes from within", R, A, 1, 1, 2000, .ct = OLD, .state = ESTB},
        {"as far below as that", R, A, 2001 - 2000, 1, .ct = OLD, .state = ESTB},
        {"and one more", R, A, 2001 - 2001, 1, .ct = OLD, .says = SAYS(SEQ_LOW), .state = ESTB},
    };

    LINUX_PLAY(rows);
}

/* ---- SACK -------------------------------------------------------------------------------------- */

static void test_sack(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .sack = true, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .sack = true, .ct = OLD, .state = RECV},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB},
        {"300 bytes, of which the first 100 get lost", R, A, 101, 1, 200, .ct = OLD, .state = ESTB},
        {"what came is acknowledged", I, A, 1, 1, .sack_to = 301, .ct = OLD, .state = ESTB},
        {"its window reaches from the gap to there", R, A, -999, 1, .ct = OLD, .state = ESTB},
        {"but no farther", R, A, -1000, 1, .ct = OLD, .says = SAYS(SEQ_LOW), .number = -1000,
         .state = ESTB},
        {"the window begins there", R, A, 1301, 1, .ct = OLD, .state = ESTB},
        {"what never came", I, A, 1, 1, .sack_to = 1302, .ct = BAD, .says = SAYS(ACK_HIGH),
         .number = 1302, .state = ESTB},
    };
    static const struct linux_row not_offered[] = {
        {"syn", I, S, 0, .sack = true, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB},
        {"nobody looks at it", I, A, 1, 1, .sack_to = 5000, .ct = OLD, .state = ESTB},
        {"of the other's packets one does", R, A, 1, 1, .sack_to = 5000, .ct = BAD,
         .says = SAYS(ACK_HIGH), .number = 2, .state = ESTB},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(not_offered);
}

/* ---- scales ------------------------------------------------------------------------------------ */

/* How far the responder may send, and then the initiator: what the other's window of 1000 means. */
static void try_scales(uint8_t initiator, uint8_t responder, int64_t reach, int64_t other)
{
    const struct linux_row rows[] = {
        {"syn", I, S, 0, .scale = initiator, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .scale = responder, .ct = OLD, .state = RECV},
        {"not scaled in a syn", R, SA, 0, 1, .scale = responder, .ct = OLD, .says = SAYS(IGNORED),
         .state = RECV},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB},
        {"as far as that", R, A, 1 + reach, 1, .ct = OLD, .state = ESTB},
        {"and beyond", R, A, 1 + reach + reach + 1, 1, .ct = BAD, .says = SAYS(SEQ_HIGH),
         .number = reach + 2, .state = ESTB},
        {"the initiator", I, A, 1 + other, 1, .ct = OLD, .state = ESTB},
        {"and beyond", I, A, 1 + other + other + 1, 1, .ct = BAD, .says = SAYS(SEQ_HIGH),
         .number = other + 2, .state = ESTB},
    };

    LINUX_PLAY(rows);
}

static void test_scales(void)
{
    try_scales(0, 0, 1000, 1000);
    try_scales(SCALE(0), SCALE(0), 1000, 1000);
    try_scales(SCALE(3), SCALE(0), 8000, 1000);
    try_scales(SCALE(0), SCALE(3), 1000, 8000);
    try_scales(SCALE(3), 0, 1000, 1000); /* RFC 7323, 2.2: only if both offer it */
    try_scales(0, SCALE(3), 1000, 1000);
    try_scales(SCALE(14), SCALE(14), 16384000, 16384000);
}

/* ---- how sides begin --------------------------------------------------------------------------- */

/* Another SYN, further on, begins anew; one that is lower or the same does not. */
static void test_another_syn(void)
{
    static const struct linux_row higher[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .state = SENT},
        {"another", I, S, 100000, .options = true, .ct = NEW, .state = SENT},
        {"answer to it", R, SA, 0, 100001, .scale = SCALE(2), .ct = OLD, .state = RECV},
        {"ack", I, A, 100001, 1, .ct = OLD, .state = ESTB},
        {"no scale, then", R, A, 2002, 100001, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 1002,
         .state = ESTB},
    };
    static const struct linux_row bare[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .state = SENT},
        {"without any options takes nothing back", I, S, 100000, .ct = NEW, .state = SENT},
        {"answer to it", R, SA, 0, 100001, .scale = SCALE(2), .ct = OLD, .state = RECV},
        {"ack", I, A, 100001, 1, .ct = OLD, .state = ESTB},
        {"scaled", R, A, 4001, 100001, .ct = OLD, .state = ESTB},
    };
    static const struct linux_row lower[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"another", I, S, -100000, .ct = NEW, .state = SENT},
        {"answer to the first", R, SA, 0, 1, .ct = OLD, .state = RECV},
    };
    static const struct linux_row another_answer[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV},
        {"ack is missing", I, S, 0, .ct = OLD, .says = SAYS(IGNORED), .state = RECV},
        {"syn-ack anew", R, SA, 5000, 1, .ct = OLD, .state = RECV},
        {"ack of it", I, A, 1, 5001, .ct = OLD, .state = ESTB},
    };

    LINUX_PLAY(higher);
    LINUX_PLAY(bare);
    LINUX_PLAY(lower);
    LINUX_PLAY(another_answer);
}

/* Data in a SYN-ACK count. */
static void test_data_in_syn_ack(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn-ack with 2 bytes", R, SA, 0, 1, 2, .ct = OLD, .state = RECV},
        {"acknowledged too far", I, A, 1, 4, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 4,
         .state = RECV},
        {"with the data", I, A, 1, 3, .ct = OLD, .state = ESTB},
    };

    LINUX_PLAY(rows);
}

/* A reset may be all that is heard of the responder. */
static void test_refusal(void)
{
    static const struct linux_row acknowledges[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"reset", R, RA, 0, 1, .ct = OLD, .state = NONE},
    };
    static const struct linux_row too_much[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"reset", R, RA, 1000, 3, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 2, .state = SENT},
    };
    static const struct linux_row one_more[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"reset", R, RA, 1000, 2, .ct = OLD, .state = NONE},
    };
    /* It was heard all the same, and what it may send moves with the next SYN. */
    static const struct linux_row heard[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"reset", R, RA, 1000, 3, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 2, .state = SENT},
        {"another syn", I, S, 100000, .window = 5000, .ct = NEW, .state = SENT},
        {"reset beyond", R, RA, 20000, 1, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 6001,
         .state = SENT},
        {"reset", R, RA, 6000, 100001, .ct = OLD, .state = NONE},
    };
    static const struct linux_row without_ack[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"reset", R, RST, 1000, .ct = OLD, .state = NONE},
    };

    LINUX_PLAY(acknowledges);
    LINUX_PLAY(too_much);
    LINUX_PLAY(one_more);
    LINUX_PLAY(heard);
    LINUX_PLAY(without_ack);
}

/* ---- who is taken liberally -------------------------------------------------------------------- */

static void test_liberal(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"sequence too high", R, A, 1000000, 1, .ct = OLD, .state = ESTB},
        {"acknowledgement too high", R, A, 1, 1000000, .ct = OLD, .state = ESTB},
        {"too low", R, A, -1000000, 1, .ct = OLD, .state = ESTB},
        {"it taught nothing, but that resets count", R, RA, -1, 1, .ct = BAD, .says = SAYS(RST),
         .state = ESTB},
    };
    static const struct linux_row picked_up[] = {
        {"ack", I, A, 1, 1, .ct = NEW, .state = ESTB},
        {"of the other", R, A, 70000, 70000, .ct = OLD, .state = ESTB},
        {"far off", I, A, 500000, 500000, .ct = OLD, .state = ESTB},
    };
    struct fwx_linux_settings settings = linux_strict();

    settings.liberal = true;
    LINUX_PLAY_UNDER(rows, &settings);
    settings = fwx_linux_defaults(FWX_LINUX_6_18);
    LINUX_PLAY_UNDER(picked_up, &settings);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-window/sequence-above", test_sequence_above);
    g_test_add_func("/linux-window/acknowledgement-above", test_acknowledgement_above);
    g_test_add_func("/linux-window/sequence-below", test_sequence_below);
    g_test_add_func("/linux-window/acknowledgement-below", test_acknowledgement_below);
    g_test_add_func("/linux-window/several", test_several);
    g_test_add_func("/linux-window/large-window", test_large_window);
    g_test_add_func("/linux-window/teaches", test_teaches);
    g_test_add_func("/linux-window/overrun-widens", test_overrun_widens);
    g_test_add_func("/linux-window/sack", test_sack);
    g_test_add_func("/linux-window/scales", test_scales);
    g_test_add_func("/linux-window/another-syn", test_another_syn);
    g_test_add_func("/linux-window/data-in-syn-ack", test_data_in_syn_ack);
    g_test_add_func("/linux-window/refusal", test_refusal);
    g_test_add_func("/linux-window/liberal", test_liberal);
    return g_test_run();
}
