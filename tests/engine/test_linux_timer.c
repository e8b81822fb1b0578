/* test_linux_timer.c
 * The model of Linux: how long each state waits, what shortens it, and what does not renew it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "linux_rows.h"

enum { DAYS_5 = 432000 };

static void test_states(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT, .left_s = 120},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV, .left_s = 60},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW, .left_s = 120},
        {"its ack", R, A, 1, 2, .ct = OLD, .state = CLSW, .left_s = 60},
        {"fin of the other", R, FA, 1, 2, .ct = OLD, .state = LACK, .left_s = 30},
        {"last ack", I, A, 2, 2, .ct = OLD, .state = TIMW, .left_s = 120},
        {"a repetition renews", R, FA, 1, 2, .after_s = 100, .ct = OLD, .state = TIMW,
         .left_s = 120},
    };

    LINUX_PLAY(rows);
}

/* SYNs alone hold no entry for ever; nor does an ACK that nobody answers for five days. */
static void test_unanswered(void)
{
    static const struct linux_row syns[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT, .left_s = 120},
        {"again", I, S, 0, .after_s = 50, .ct = NEW, .state = SENT, .left_s = 70},
        {"in its last moment", I, S, 0, .after_s = 70, .after_ns = -1, .ct = NEW, .state = SENT},
        {"and behind it", I, S, 0, .after_ns = 1, .ct = NEW, .state = SENT, .left_s = 120},
    };
    static const struct linux_row picked_up[] = {
        {"ack", I, A, 1, 1, .ct = NEW, .state = ESTB, .left_s = 300},
        {"again", I, A, 1, 1, .after_s = 100, .ct = NEW, .state = ESTB, .left_s = 300},
        {"answered", R, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = 300},
        {"and so both are heard", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
    };
    struct fwx_linux_settings settings = linux_strict();

    LINUX_PLAY(syns);
    settings = fwx_linux_defaults(FWX_LINUX_6_18);
    LINUX_PLAY_UNDER(picked_up, &settings);
}

static void test_unacknowledged(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"data", I, A, 1, 1, 10, .ct = OLD, .state = ESTB, .left_s = 300},
        {"half of it acknowledged", R, A, 1, 6, .ct = OLD, .state = ESTB, .left_s = 300},
        {"all of it", R, A, 1, 11, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"data of the other", R, A, 1, 11, 10, .ct = OLD, .state = ESTB, .left_s = 300},
        {"acknowledged, and data", I, A, 11, 11, 10, .ct = OLD, .state = ESTB, .left_s = 300},
        {"a fin waits no longer than it would", I, FA, 21, 11, .ct = OLD, .state = FINW,
         .left_s = 120},
    };
    static const struct linux_row beyond[] = {
        LINUX_HANDSHAKE,
        {"beyond the window", R, A, 1002, 1, .ct = OLD, .says = SAYS(MORE), .number = 2,
         .state = ESTB},
        {"not acknowledged", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = 300},
        {"now it is", I, A, 1, 1002, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
    };
    static const struct linux_row sack[] = {
        {"syn", I, S, 0, .sack = true, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .sack = true, .ct = OLD, .state = RECV},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB},
        {"data behind a gap", R, A, 11, 1, 10, .ct = OLD, .state = ESTB, .left_s = 300},
        {"a block does not acknowledge", I, A, 1, 1, .sack_to = 21, .ct = OLD, .state = ESTB,
         .left_s = 300},
        {"an ack does", I, A, 1, 21, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(beyond);
    LINUX_PLAY(sack);
}

static void test_zero_window(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"window is shut", R, A, 1, 1, .window = ZERO_WINDOW, .ct = OLD, .state = ESTB,
         .left_s = 300},
        {"and of the other open", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
    };

    LINUX_PLAY(rows);
}

/* The same ACK, four times: the other side does not answer. */
static void test_repeated(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"once", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"twice", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"three times more than the first", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = 300},
        {"another one", I, A, 1, 1, .window = 999, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"of the other", R, A, 1, 1, .window = 999, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"again", R, A, 1, 1, .window = 999, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"again", R, A, 1, 1, .window = 999, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"again", R, A, 1, 1, .window = 999, .ct = OLD, .state = ESTB, .left_s = 300},
        {"other numbers", R, A, 0, 1, .window = 999, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
    };
    static const struct linux_row twice[] = {
        LINUX_HANDSHAKE,
        {"once", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"twice", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = 200},
    };
    /* One that was ignored is another one, as far as its acknowledgement goes. */
    static const struct linux_row ignored[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn of the other", R, S, 0, .ct = OLD, .state = SEN2},
        {"too early", R, A, 1, 1, .ct = OLD, .says = SAYS(IGNORED), .state = SEN2},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV},
        {"ack", R, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"once", R, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"twice", R, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"three times", R, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = 300},
    };
    struct fwx_linux_settings settings = linux_strict();

    LINUX_PLAY(rows);
    LINUX_PLAY(ignored);
    settings.max_retrans = 2;
    settings.timeout_s[FWX_LINUX_RETRANSMITTED] = 200;
    LINUX_PLAY_UNDER(twice, &settings);
}

/* Three ACKs of the responder that are the same, and then this one: is it the fourth? */
static void try_fourth(int64_t seq, uint32_t len, int64_t ack, uint32_t fourth_len, bool same)
{
    const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"first", R, A, 0, 1, len, .ct = OLD, .state = ESTB},
        {"second", R, A, 0, 1, len, .ct = OLD, .state = ESTB},
        {"third", R, A, 0, 1, len, .ct = OLD, .state = ESTB},
        {"fourth", R, A, seq, ack, fourth_len, .ct = OLD, .state = ESTB,
         .left_s = same ? 300 : DAYS_5},
    };

    LINUX_PLAY(rows);
}

static void test_what_repeats(void)
{
    /* Both sides in turn. */
    static const struct linux_row in_turn[] = {
        LINUX_HANDSHAKE,
        {"of the other", R, A, 1, 1, .ct = OLD, .state = ESTB},
        {"again", I, A, 1, 1, .ct = OLD, .state = ESTB},
        {"of the other", R, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
        {"again", I, A, 1, 1, .ct = OLD, .state = ESTB, .left_s = DAYS_5},
    };
    /* What waits less than that goes on to. */
    static const struct linux_row brief[] = {
        LINUX_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW},
        {"ack", R, A, 1, 2, .ct = OLD, .state = CLSW},
        {"again", R, A, 1, 2, .ct = OLD, .state = CLSW},
        {"again", R, A, 1, 2, .ct = OLD, .state = CLSW},
        {"again", R, A, 1, 2, .ct = OLD, .state = CLSW, .left_s = 60},
    };
    /* A FIN is no ACK: the window that counts is that of the ACK before it. */
    static const struct linux_row fin[] = {
        LINUX_HANDSHAKE,
        {"fin", I, FA, 1, 1, .window = ZERO_WINDOW, .ct = OLD, .state = FINW, .left_s = 120},
    };
    struct fwx_linux_settings settings = linux_strict();

    try_fourth(0, 0, 1, 0, true);
    try_fourth(0, 0, 1, 1, false);
    try_fourth(0, 1, 1, 1, true);
    try_fourth(1, 1, 1, 0, false); /* it ends where those did */
    try_fourth(0, 0, 0, 0, false);
    LINUX_PLAY_EQUAL(in_turn);
    LINUX_PLAY(brief);
    settings.timeout_s[FWX_LINUX_RETRANSMITTED] = 50;
    LINUX_PLAY_UNDER(fin, &settings);
}

/* What is invalid or ignored renews nothing. */
static void test_no_renewal(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"invalid", R, A, 1, 2, .after_s = 1000, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 2,
         .state = ESTB, .left_s = DAYS_5 - 1000},
        {"ignored", R, A, -1000, 1, .after_s = 1000, .ct = OLD, .says = SAYS(SEQ_LOW),
         .number = -1000, .state = ESTB, .left_s = DAYS_5 - 2000},
    };

    LINUX_PLAY(rows);
}

/* ---- resets and FINs out of the window, of both sides ------------------------------------------ */

/* The second, so long after the first, is said to lower what is left, which two texts tell; or not. */
static void try_doubt(uint8_t first, int from, uint8_t second, int64_t after_s, uint32_t lowered_s)
{
    const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"far off", I, first, 500000, 1, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 1002,
         .state = ESTB},
    };
    struct fwx_linux_settings settings = linux_strict();
    struct fwx_linux_entry entry = linux_play(rows, G_N_ELEMENTS(rows), &settings);
    int64_t now = entry.expires + (after_s - DAYS_5) * FWX_SECOND;
    struct fwx_packet packet = {.tcp = {.flags = second, .header_len = 20}};
    struct fwx_linux_verdict verdict;

    packet.tcp.seq = entry.side[from].end + 500000;
    packet.tcp.ack = packet.tcp.sack_high = entry.side[!from].end;
    settings.timeout_s[FWX_LINUX_UNACKNOWLEDGED] = lowered_s ? lowered_s : 300;
    verdict = fwx_linux_tcp(&entry, (unsigned)from, &packet, &settings, now);
    g_assert_cmpint(verdict.ct, ==, BAD);
    g_assert_cmpint(verdict.said, ==, lowered_s ? 2 : 1);
    if (!lowered_s) {
        g_assert_cmpint(entry.expires - now, ==, (DAYS_5 - after_s) * FWX_SECOND);
        return;
    }
    g_assert_cmpint(verdict.says[1].word, ==, FWX_LINUX_SAYS_LOWERED);
    g_assert_cmpuint(verdict.says[1].number, ==, lowered_s);
    g_assert_cmpint(entry.expires - now, ==, lowered_s * FWX_SECOND);
}

static void test_doubt(void)
{
    try_doubt(RA, R, RA, 10, 300);
    try_doubt(FA, R, RA, 10, 300);
    try_doubt(FA, R, FA, 10, 300);
    try_doubt(RA, I, RA, 10, 0);
    try_doubt(A, R, RA, 10, 0);
    try_doubt(RA, R, A, 10, 0);
    try_doubt(RA, R, RA, DAYS_5 - 301, 300);
    try_doubt(RA, R, RA, DAYS_5 - 300, 0);
    try_doubt(RA, R, RA, DAYS_5 - 120, 50); /* from there on too little is left */
}

static void test_no_doubt(void)
{
    static const struct linux_row little_left[] = {
        LINUX_HANDSHAKE,
        {"far off", I, RA, 500000, 1, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 1002,
         .state = ESTB, .left_s = 119},
        {"far off", R, RA, 500000, 1, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 1002,
         .state = ESTB, .left_s = 119},
    };
    static const struct linux_row not_assured[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV, .left_s = 500},
        {"far off", I, RA, 500000, 1, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 1002,
         .state = RECV},
        {"far off", R, FA, 500000, 1, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 2,
         .state = RECV, .left_s = 500},
    };
    struct fwx_linux_settings settings = linux_strict();

    settings.timeout_s[FWX_LINUX_UNACKNOWLEDGED] = 50;
    settings.timeout_s[FWX_LINUX_ESTABLISHED] = 119;
    settings.timeout_s[FWX_LINUX_SYN_RECV] = 500;
    LINUX_PLAY_UNDER(little_left, &settings);
    settings.timeout_s[FWX_LINUX_UNACKNOWLEDGED] = 300;
    settings.timeout_s[FWX_LINUX_RETRANSMITTED] = 600;
    LINUX_PLAY_UNDER(not_assured, &settings);
}

/* ---- clocks ------------------------------------------------------------------------------------- */

static void test_no_time(void)
{
    struct fwx_linux_settings settings = linux_strict();
    struct fwx_linux_entry entry = {0};
    struct fwx_packet packet = {.tcp = {.flags = FWX_SYN, .window = 1, .header_len = 20}};

    fwx_linux_tcp(&entry, 0, &packet, &settings, FWX_NO_TIME);
    g_assert_true(fwx_linux_lives(&entry, FWX_NO_TIME));
    g_assert_true(fwx_linux_lives(&entry, INT64_MAX));
    entry = (struct fwx_linux_entry){0};
    fwx_linux_tcp(&entry, 0, &packet, &settings, INT64_MAX - 1);
    g_assert_cmpint(entry.expires, ==, INT64_MAX);
    g_assert_true(fwx_linux_lives(&entry, FWX_NO_TIME));
    g_assert_true(fwx_linux_lives(&entry, INT64_MAX - 1));
    g_assert_false(fwx_linux_lives(&entry, INT64_MAX));
}

static void test_size(void)
{
    g_assert_cmpuint(sizeof(struct fwx_linux_entry), ==, 64);
    g_assert_cmpuint(sizeof(struct fwx_linux_session), ==, 24);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-timer/states", test_states);
    g_test_add_func("/linux-timer/unanswered", test_unanswered);
    g_test_add_func("/linux-timer/unacknowledged", test_unacknowledged);
    g_test_add_func("/linux-timer/zero-window", test_zero_window);
    g_test_add_func("/linux-timer/repeated", test_repeated);
    g_test_add_func("/linux-timer/what-repeats", test_what_repeats);
    g_test_add_func("/linux-timer/no-renewal", test_no_renewal);
    g_test_add_func("/linux-timer/doubt", test_doubt);
    g_test_add_func("/linux-timer/no-doubt", test_no_doubt);
    g_test_add_func("/linux-timer/no-time", test_no_time);
    g_test_add_func("/linux-timer/size", test_size);
    return g_test_run();
}
