/* test_linux_reset.c
 * The model of Linux: which resets end a connection, which only pass, which are invalid.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "linux_rows.h"

/* The responder has sent 10 bytes, up to 11, of which 5 are acknowledged; so has the initiator. */
#define TALK                                                                                       \
    LINUX_HANDSHAKE, {"10 bytes", I, A, 1, 1, 10, .ct = OLD, .state = ESTB},                       \
        {"10 bytes, 5 of the other's", R, A, 1, 6, 10, .ct = OLD, .state = ESTB},                  \
        {"half of it", I, A, 11, 6, .ct = OLD, .state = ESTB}

/* A reset of the responder whose last segment was not the last. */
static void try_reset(int64_t seq, int ct, int says, int state)
{
    const struct linux_row rows[] = {
        TALK,
        {"reset", R, RST, seq, .ct = ct, .says = says, .state = state, .left_s = ct == BAD ? 0 : 10},
    };

    LINUX_PLAY(rows);
}

/* RFC 5961, 3.2: exactly what was acknowledged last; what lies above may be a guess. */
static void test_exact(void)
{
    try_reset(6, OLD, 0, CLOS);
    try_reset(5, BAD, SAYS(RST), ESTB);
    try_reset(7, OLD, 0, ESTB);
    try_reset(11, OLD, 0, ESTB);
}

/* Resets go on where their sender's own last ACK ended. */
static void test_behind_own_ack(void)
{
    static const struct linux_row own[] = {
        TALK,
        {"ack of the other", R, A, 11, 11, .ct = OLD, .state = ESTB},
        {"reset right behind it", R, RST, 11, .ct = OLD, .state = CLOS},
    };
    static const struct linux_row beside[] = {
        TALK,
        {"ack of the other", R, A, 11, 11, .ct = OLD, .state = ESTB},
        {"reset a byte on", R, RST, 12, .ct = OLD, .state = ESTB},
        {"and again: the last was no ack", R, RST, 11, .ct = OLD, .state = ESTB},
    };

    LINUX_PLAY(own);
    LINUX_PLAY(beside);
}

/* Versions disagree on how long an inexact one leaves. */
static void test_left(void)
{
    static const struct linux_row shortens[] = {
        TALK,
        {"inexact", R, RST, 7, .ct = OLD, .state = ESTB, .left_s = 10},
    };
    static const struct linux_row earlier[] = {
        TALK,
        {"inexact", R, RST, 7, .ct = OLD, .state = ESTB, .left_s = 300},
        {"exact", R, RST, 6, .ct = OLD, .state = CLOS, .left_s = 10},
    };
    /* Where it teaches nothing, nothing waits for an acknowledgement either. */
    static const struct linux_row nothing_waits[] = {
        LINUX_HANDSHAKE,
        {"far off", R, RST, 5000000, .ct = OLD, .state = ESTB, .left_s = 300},
    };
    struct fwx_linux_settings settings = linux_strict();

    LINUX_PLAY(shortens);
    settings.version = FWX_LINUX_6_12;
    LINUX_PLAY_UNDER(earlier, &settings);
    settings.liberal = true;
    LINUX_PLAY_UNDER(nothing_waits, &settings);
    settings = linux_strict();
    settings.version = FWX_LINUX_6_1;
    LINUX_PLAY_UNDER(shortens, &settings);
}

static void test_window_counts(void)
{
    static const struct linux_row rows[] = {
        TALK,
        {"acknowledges too much", R, RA, 6, 12, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 12,
         .state = ESTB},
        {"beyond the window", R, RA, 20000, 11, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 1007,
         .state = ESTB},
        {"without an ack number", R, RST, 6, .ct = OLD, .state = CLOS},
    };

    LINUX_PLAY(rows);
}

/* Once something closes, any will do. */
static void test_closing(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW},
        {"whatever its numbers", R, RA, 5000000, 9000000, .ct = OLD, .state = CLOS},
        {"and once more", R, RST, -5000000, .ct = OLD, .state = CLOS},
    };

    LINUX_PLAY(rows);
}

static void test_ignored_as_told(void)
{
    static const struct linux_row rows[] = {
        TALK,
        {"below", R, RST, 5, .ct = OLD, .state = ESTB, .left_s = 10},
    };
    struct fwx_linux_settings settings = linux_strict();

    settings.ignore_invalid_rst = true;
    LINUX_PLAY_UNDER(rows, &settings);
}

/* RFC 9293, figure 9: who gets an ACK in answer to a SYN resets it, by the number of that ACK. */
static void test_half_open(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"ack of an older connection", R, A, 700000, 300000, .ct = OLD, .says = SAYS(IGNORED),
         .state = SENT},
        {"reset as it asks for", I, RST, 300000, .ct = OLD, .state = CLOS},
    };
    static const struct linux_row another[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"ack of an older connection", R, A, 700000, 300000, .ct = OLD, .says = SAYS(IGNORED),
         .state = SENT},
        {"reset of something else", I, RST, 300001, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 2,
         .state = SENT},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(another);
}

/* The receiver of a SYN that was ignored here refuses it. */
static void test_refuses_ignored_syn(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"refused", R, RA, 5000000, 500001, .ct = OLD, .state = CLOS},
    };
    static const struct linux_row another[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"of something else", R, RA, 5000000, 500002, .ct = BAD, .says = SAYS(SEQ_HIGH),
         .number = 1002, .state = ESTB},
    };
    static const struct linux_row own[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"of its own sender", I, RA, 5000000, 500001 - 1000000, .ct = BAD, .says = SAYS(SEQ_HIGH),
         .number = 1002, .state = ESTB},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(another);
    LINUX_PLAY(own);
}

/* The sender of the ACK goes on with a reset that acknowledges where that ended. */
static void test_acknowledges_ignored_ack(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"ack of an older connection", R, A, 700000, 300000, .ct = OLD, .says = SAYS(IGNORED),
         .state = SENT},
        {"reset that acknowledges it", I, RA, 5000000, 700000, .ct = OLD, .state = CLOS},
    };

    LINUX_PLAY(rows);
}

/* Before both have confirmed it, any reset in the window ends it. */
static void test_not_open(void)
{
    static const struct linux_row rows[] = {
        {"ack", I, A, 1, 1, .ct = NEW, .state = ESTB},
        {"ack of the other", R, A, 1, 1, .ct = OLD, .state = ESTB},
        {"reset", I, RST, 5, .ct = OLD, .state = CLOS},
    };
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);

    LINUX_PLAY_UNDER(rows, &settings);
}

/* The highest acknowledgement counts, not the last; and an ACK of the other side is none of one's own. */
static void test_old_acknowledgement(void)
{
    static const struct linux_row old[] = {
        TALK,
        {"an old one", I, A, 11, 1, .ct = OLD, .state = ESTB},
        {"reset", R, RST, 6, .ct = OLD, .state = CLOS},
    };
    static const struct linux_row other[] = {
        TALK,
        {"where the other's ack ended", R, RST, 11, .ct = OLD, .state = ESTB},
    };

    LINUX_PLAY(old);
    LINUX_PLAY_EQUAL(other);
}

/* ---- numbers as they are ----------------------------------------------------------------------- */

static struct fwx_linux_verdict reset_of(struct fwx_linux_entry *entry, unsigned from, uint8_t flags,
                                         uint32_t seq, uint32_t ack)
{
    struct fwx_linux_settings settings = linux_strict();
    struct fwx_packet packet = {.tcp = {.flags = flags, .seq = seq, .ack = ack, .window = 1000,
                                        .window_scale = FWX_NO_WINDOW_SCALE, .header_len = 20,
                                        .sack_high = ack}};

    return fwx_linux_tcp(entry, from, &packet, &settings, 0);
}

static void test_numbers_0(void)
{
    struct fwx_linux_entry entry = {0};
    struct fwx_linux_verdict verdict;

    /* An acknowledgement of 0 is none. */
    reset_of(&entry, I, S, 200000, 0);
    reset_of(&entry, R, RA, 5, 0);
    g_assert_cmpint(entry.state, ==, NONE);
    /* Nor is a sequence number, in SYN_SENT. */
    reset_of(&entry, I, S, 200000, 0);
    g_assert_cmpint(reset_of(&entry, R, RA, 500000, 200003).ct, ==, BAD);
    g_assert_cmpint(entry.state, ==, SENT);
    verdict = reset_of(&entry, R, RST, 0, 0);
    g_assert_true(verdict.ct == OLD && !verdict.said);
    g_assert_cmpint(entry.state, ==, NONE);
    entry = (struct fwx_linux_entry){0};
    reset_of(&entry, I, S, 200000, 0);
    reset_of(&entry, R, SA, 300000, 200001);
    verdict = reset_of(&entry, I, RST, 0, 0);
    g_assert_true(verdict.ct == OLD && verdict.says[0].word == FWX_LINUX_SAYS_SEQ_LOW);
    g_assert_cmpint(entry.state, ==, RECV);
    /* It refuses an ignored ACK by its number, and in SYN_SENT only. */
    entry = (struct fwx_linux_entry){0};
    reset_of(&entry, I, S, 200000, 0);
    reset_of(&entry, R, S, 300000, 0);
    reset_of(&entry, R, A, 300001, 5);
    verdict = reset_of(&entry, I, RST, 0, 0);
    g_assert_true(verdict.ct == OLD && verdict.says[0].word == FWX_LINUX_SAYS_SEQ_LOW);
    g_assert_cmpint(entry.state, ==, SEN2);
    entry = (struct fwx_linux_entry){0};
    /* It does not answer an ignored SYN where there was none. */
    reset_of(&entry, I, S, 200000, 0);
    g_assert_cmpint(reset_of(&entry, R, RA, 500000, 200003).ct, ==, BAD);
    verdict = reset_of(&entry, R, RST, 900000, 0);
    g_assert_cmpint(verdict.ct, ==, BAD);
    g_assert_cmpint(verdict.says[0].word, ==, FWX_LINUX_SAYS_SEQ_HIGH);
}

/* A number of 0 is none, before the connection is open. */
static void test_number_0(void)
{
    struct fwx_linux_settings settings = linux_strict();
    struct fwx_linux_entry entry = {0};
    struct fwx_packet packet = {.tcp = {.flags = FWX_SYN, .seq = 77, .window = 1000,
                                        .window_scale = FWX_NO_WINDOW_SCALE, .header_len = 20}};

    fwx_linux_tcp(&entry, 0, &packet, &settings, 0);
    packet.tcp = (struct fwx_tcp_segment){.flags = FWX_RST, .header_len = 20};
    g_assert_cmpint(fwx_linux_tcp(&entry, 0, &packet, &settings, 0).ct, ==, NEW);
    g_assert_cmpint(entry.state, ==, NONE); /* nobody has answered */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-reset/exact", test_exact);
    g_test_add_func("/linux-reset/behind-own-ack", test_behind_own_ack);
    g_test_add_func("/linux-reset/left", test_left);
    g_test_add_func("/linux-reset/window-counts", test_window_counts);
    g_test_add_func("/linux-reset/closing", test_closing);
    g_test_add_func("/linux-reset/ignored-as-told", test_ignored_as_told);
    g_test_add_func("/linux-reset/half-open", test_half_open);
    g_test_add_func("/linux-reset/refuses-ignored-syn", test_refuses_ignored_syn);
    g_test_add_func("/linux-reset/acknowledges-ignored-ack", test_acknowledges_ignored_ack);
    g_test_add_func("/linux-reset/not-open", test_not_open);
    g_test_add_func("/linux-reset/old-acknowledgement", test_old_acknowledgement);
    g_test_add_func("/linux-reset/numbers-0", test_numbers_0);
    g_test_add_func("/linux-reset/number-0", test_number_0);
    return g_test_run();
}
