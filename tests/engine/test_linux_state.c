/* test_linux_state.c
 * The model of Linux: its state table cell by cell, how connections begin, end, and begin anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "linux_rows.h"

/* ---- every cell ------------------------------------------------------------------------------ */

/* A segment of each kind meets an entry in each state, with nothing remembered that would matter: the state that it leads
 * to; "--" invalid, "ig" ignored. Columns: SENT RECV ESTB FINW CLSW LACK TIMW CLOS SEN2. */
static const struct {
    int from;
    uint8_t flags;
    const char *leads;
} cells[] = {
    {I, S, "SENT ig ig ig ig ig ig ig SEN2"},
    {I, SA, "-- RECV -- -- -- -- -- -- RECV"},
    {I, FA, "-- FINW FINW LACK LACK LACK TIMW CLOS --"},
    {I, A, "-- ESTB ESTB CLSW CLSW TIMW TIMW CLOS --"},
    {I, RA, "CLOS CLOS CLOS CLOS CLOS CLOS CLOS CLOS CLOS"},
    {R, S, "SEN2 -- -- -- -- -- ig -- SEN2"},
    {R, SA, "RECV ig ig ig ig ig ig ig RECV"},
    {R, FA, "-- FINW FINW LACK LACK LACK TIMW CLOS --"},
    {R, A, "ig RECV ESTB CLSW CLSW TIMW TIMW CLOS ig"},
    {R, RA, "CLOS CLOS CLOS CLOS CLOS CLOS CLOS CLOS CLOS"},
};

static const char *const names[] = {"NONE", "SENT", "RECV", "ESTB", "FINW",
                                    "CLSW", "LACK", "TIMW", "CLOS", "SEN2"};

static void try_cell(int from, uint8_t flags, uint8_t state, const char *leads)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_entry entry = {
        .state = state,
        .expires = FWX_NO_TIME,
        .replied = 1,
        .side = {{1001, 2001, 1000, 5001}, {5001, 6001, 1000, 1001}},
    };
    struct fwx_packet packet = {.tcp = {.seq = from == I ? 1001 : 5001,
                                        .ack = from == I ? 5001 : 1001,
                                        .flags = flags,
                                        .window = 1000,
                                        .window_scale = FWX_NO_WINDOW_SCALE,
                                        .header_len = 20}};
    struct fwx_linux_verdict verdict;

    packet.tcp.sack_high = packet.tcp.ack;
    verdict = fwx_linux_tcp(&entry, (unsigned)from, &packet, &settings, 0);
    if (!strcmp(leads, "--")) {
        g_assert_cmpint(verdict.ct, ==, BAD);
        g_assert_cmpint(verdict.says[0].word, ==, FWX_LINUX_SAYS_STATE);
    } else if (!strcmp(leads, "ig")) {
        g_assert_cmpint(verdict.ct, ==, OLD);
        g_assert_cmpint(verdict.says[0].word, ==, FWX_LINUX_SAYS_IGNORED);
    } else {
        g_assert_cmpint(verdict.ct, ==, OLD);
        g_assert_cmpint(verdict.said, ==, 0);
        g_assert_cmpstr(names[entry.state], ==, leads);
        return;
    }
    g_assert_cmpint(verdict.said, ==, 1);
    g_assert_cmpint(entry.state, ==, state);
    g_assert_cmpint(verdict.says[0].with, ==, state);
    g_assert_cmpint(verdict.says[0].from, ==, from);
}

static void test_cells(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cells); i++) {
        char **leads = g_strsplit(cells[i].leads, " ", -1);

        g_assert_cmpuint(g_strv_length(leads), ==, FWX_LINUX_STATES - 1);
        for (unsigned state = 1; state < FWX_LINUX_STATES; state++) {
            g_test_message("row %u, state %s", i, names[state]);
            try_cell(cells[i].from, cells[i].flags, (uint8_t)state, leads[state - 1]);
        }
        g_strfreev(leads);
    }
}

/* ---- flags ----------------------------------------------------------------------------------- */

static void test_flags(void)
{
    enum { U = FWX_URG, F = FWX_FIN };
    static const uint8_t valid[] = {S, S | U, SA, RST, RA, FA, FA | U, A, A | U};
    struct fwx_linux_settings settings = linux_strict();

    for (unsigned flags = 0; flags < 256; flags++) {
        bool is_valid = memchr(valid, (int)(flags & 0x3f & ~FWX_PSH), sizeof valid) != NULL;
        struct linux_row rows[] = {
            LINUX_HANDSHAKE,
            {"these flags", I, (uint8_t)flags, 1, 1, .ct = BAD, .says = SAYS(FLAGS), .state = ESTB},
        };

        if (is_valid)
            continue;
        linux_play(rows, G_N_ELEMENTS(rows), &settings);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(valid); i++) {
        for (unsigned more = 0; more < 256; more += 8) {
            struct fwx_linux_entry entry = {0};
            struct fwx_packet packet = {
                .tcp = {.flags = (uint8_t)(valid[i] | (more & 0xc8)), .header_len = 20}};
            struct fwx_linux_verdict verdict =
                fwx_linux_tcp(&entry, 0, &packet, &settings, FWX_NO_TIME);

            g_assert_false(verdict.said && verdict.says[0].word == FWX_LINUX_SAYS_FLAGS);
        }
    }
}

/* ---- how a connection begins ----------------------------------------------------------------- */

static void test_first_segments(void)
{
    static const struct linux_row strict[] = {
        {"syn-ack", I, SA, 0, 1, .ct = BAD, .says = SAYS(NEW), .state = NONE},
        {"fin", I, FA, 0, 1, .ct = BAD, .says = SAYS(NEW), .state = NONE},
        {"reset", I, RST, 0, .ct = BAD, .says = SAYS(NEW), .state = NONE},
        {"ack", I, A, 0, 1, .ct = BAD, .state = NONE},
    };
    static const struct linux_row loose[] = {
        {"syn-ack", I, SA, 0, 1, .ct = BAD, .says = SAYS(NEW), .state = NONE},
        {"fin", I, FA, 0, 1, .ct = BAD, .says = SAYS(NEW), .state = NONE},
        {"reset", I, RST, 0, .ct = BAD, .says = SAYS(NEW), .state = NONE},
        {"ack", I, A, 0, 1, .ct = NEW, .state = ESTB, .left_s = 300},
        {"whatever the numbers", I, A, 1000000, 1, .ct = NEW, .state = ESTB},
        {"and of the other", R, A, 5000000, 70000, .ct = OLD, .state = ESTB},
    };
    static const struct linux_row old[] = {
        {"syn-ack", I, SA, 0, 1, .ct = BAD, .state = NONE},
        {"reset", I, RST, 0, .ct = BAD, .state = NONE},
    };
    /* Of what is picked up, SACK counts. */
    static const struct linux_row sack[] = {
        {"ack", I, A, 1, 1, .ct = NEW, .state = ESTB},
        {"one beyond, by a block", R, A, 1, 1, .sack_to = 2, .ct = OLD, .state = ESTB},
    };
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_entry entry = LINUX_PLAY_UNDER(sack, &settings);

    g_assert_cmpuint(entry.side[0].end - entry.side[1].maxack, ==, 1);
    LINUX_PLAY(strict);
    LINUX_PLAY_UNDER(loose, &settings);
    settings = fwx_linux_defaults(FWX_LINUX_6_1);
    LINUX_PLAY_UNDER(old, &settings);
    settings = fwx_linux_defaults(FWX_LINUX_6_12);
    settings.loose = true;
    LINUX_PLAY_UNDER(loose, &settings);
}

/* [ASSURED] once both were heard and the handshake is complete. */
static void test_marks(void)
{
    static const struct linux_row rows[] = {LINUX_HANDSHAKE};
    static const struct linux_row picked_up[] = {
        {"ack", I, A, 1, 1, .ct = NEW, .state = ESTB},
        {"ack of the other", R, A, 1, 1, .ct = OLD, .state = ESTB},
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB},
    };
    struct fwx_linux_settings settings = linux_strict();
    struct fwx_linux_entry entry;

    entry = linux_play(rows, 1, &settings);
    g_assert_true(!entry.replied && !entry.assured);
    entry = linux_play(rows, 2, &settings);
    g_assert_true(entry.replied && !entry.assured);
    entry = linux_play(rows, 3, &settings);
    g_assert_true(entry.replied && entry.assured);
    settings = fwx_linux_defaults(FWX_LINUX_6_18);
    entry = linux_play(picked_up, 2, &settings);
    g_assert_true(entry.replied && !entry.assured);
    entry = linux_play(picked_up, 3, &settings);
    g_assert_true(entry.replied && entry.assured);
}

/* RFC 9293, figure 8. */
static void test_simultaneous_open(void)
{
    static const struct linux_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn of the other", R, S, 0, .ct = OLD, .state = SEN2, .left_s = 120},
        {"once more", I, S, 0, .ct = OLD, .state = SEN2},
        {"syn-ack", I, SA, 0, 1, .ct = OLD, .state = RECV},
        {"ack of the responder completes", R, A, 1, 1, .ct = OLD, .state = ESTB},
    };
    static const struct linux_row ordinary[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV},
        {"ack of the responder does not", R, A, 1, 1, .ct = OLD, .state = RECV},
    };

    /* A SYN that was ignored puts an end to it. */
    static const struct linux_row forgotten[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn of the other", R, S, 0, .ct = OLD, .state = SEN2},
        {"syn-ack", I, SA, 0, 1, .ct = OLD, .state = RECV},
        {"syn", I, S, 0, .ct = OLD, .says = SAYS(IGNORED), .state = RECV},
        {"ack of the responder", R, A, 1, 1, .ct = OLD, .state = RECV},
    };
    /* There, what lies beyond is no new beginning; but a SYN-ACK is, once both have sent one. */
    static const struct linux_row another[] = {
        {"syn", I, S, 0, .ct = NEW, .state = SENT},
        {"syn of the other", R, S, 0, .ct = OLD, .state = SEN2},
        {"another syn", I, S, 5000, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 2, .state = SEN2},
        {"syn-ack", I, SA, 0, 1, .ct = OLD, .state = RECV},
        {"another syn-ack", I, SA, 5000, 1, .ct = OLD, .state = RECV},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(ordinary);
    LINUX_PLAY(forgotten);
    LINUX_PLAY(another);
}

/* ---- what is ignored -------------------------------------------------------------------------- */

/* A SYN in a connection that its sender has forgotten: passes, and the SYN-ACK shows that it was right. */
static void test_answered_after_all(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .scale = SCALE(3), .sack = true, .ct = OLD, .says = SAYS(IGNORED),
         .state = ESTB},
        {"syn-ack", R, SA, 900000, 500001, .scale = SCALE(2), .ct = OLD, .state = RECV},
        {"ack", I, A, 500001, 900001, .ct = OLD, .state = ESTB},
        {"as far as the scaled window", R, A, 908001, 500001, .ct = OLD, .state = ESTB},
        {"and beyond", R, A, 916002, 500001, .ct = BAD, .says = SAYS(SEQ_HIGH), .number = 908002,
         .state = ESTB},
    };
    static const struct linux_row other[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"syn-ack of another", R, SA, 900000, 500002, .ct = OLD, .says = SAYS(IGNORED),
         .state = ESTB},
        {"too late now", R, SA, 900000, 500001, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
    };
    static const struct linux_row between[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"something of the old one", R, A, 1, 1, .ct = OLD, .state = ESTB},
        {"syn-ack", R, SA, 900000, 500001, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
    };

    static const struct linux_row repeated[] = {
        LINUX_HANDSHAKE,
        {"the same syn-ack", R, SA, 0, 1, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
    };
    /* What the last SYN offered is what counts: no scale, and a window. */
    static const struct linux_row last[] = {
        LINUX_HANDSHAKE,
        {"syn", I, S, 500000, .scale = SCALE(3), .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"syn", I, S, 600000, .window = 60000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"syn-ack", R, SA, 900000, 600001, .scale = SCALE(2), .ct = OLD, .state = RECV},
        {"ack", I, A, 600001, 900001, .ct = OLD, .state = ESTB},
        {"a whole window below", R, A, 900001 - 60000, 600001, .ct = OLD, .state = ESTB},
        {"and one more", R, A, 900000 - 60000, 600001, .ct = OLD, .says = SAYS(SEQ_LOW),
         .number = 900000 - 60000, .state = ESTB},
        {"beyond the window", R, A, 960002 + 1000, 600001, .ct = BAD, .says = SAYS(SEQ_HIGH),
         .number = 901002, .state = ESTB},
    };
    /* Who was picked up in the middle, and answers, is taken liberally still. */
    static const struct linux_row liberal[] = {
        {"ack", I, A, 1, 1, .ct = NEW, .state = ESTB},
        {"ack of the other", R, A, 1, 1, .ct = OLD, .state = ESTB},
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = ESTB},
        {"syn-ack", R, SA, 900000, 500001, .options = true, .ct = OLD, .state = RECV},
        {"far off", R, A, 5000000, 500001, .ct = OLD, .state = RECV},
        {"who asked is not", I, A, 5000000, 900001, .ct = BAD, .says = SAYS(SEQ_HIGH),
         .number = 501002, .state = RECV},
    };
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);

    LINUX_PLAY(rows);
    LINUX_PLAY(other);
    LINUX_PLAY(between);
    LINUX_PLAY(repeated);
    LINUX_PLAY(last);
    LINUX_PLAY_UNDER(liberal, &settings);
}

/* RFC 5961, 4: an ACK that answers a SYN in LAST_ACK is not the last one. */
static void test_challenge(void)
{
    static const struct linux_row rows[] = {
        LINUX_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW},
        {"fin of the other", R, FA, 1, 2, .ct = OLD, .state = LACK, .left_s = 30},
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = LACK},
        {"challenge", R, A, 2, 2, .ct = OLD, .says = SAYS(CHALLENGE), .state = LACK},
        {"once only", R, A, 2, 2, .ct = OLD, .state = TIMW, .left_s = 120},
    };
    static const struct linux_row own[] = {
        LINUX_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW},
        {"fin of the other", R, FA, 1, 2, .ct = OLD, .state = LACK},
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = LACK},
        {"ack of who sent the syn", I, A, 2, 2, .ct = OLD, .state = TIMW},
    };
    static const struct linux_row earlier[] = {
        LINUX_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW},
        {"syn", I, S, 500000, .ct = OLD, .says = SAYS(IGNORED), .state = FINW},
        {"fin of the other", R, FA, 1, 2, .ct = OLD, .state = LACK},
        {"ack", I, A, 2, 2, .ct = OLD, .state = TIMW},
    };

    LINUX_PLAY(rows);
    LINUX_PLAY(own);
    LINUX_PLAY(earlier);
}

/* ---- port reuse ------------------------------------------------------------------------------- */

#define CLOSED                                                                                     \
    LINUX_HANDSHAKE, {"fin", I, FA, 1, 1, .ct = OLD, .state = FINW},                               \
        {"fin of the other", R, FA, 1, 2, .ct = OLD, .state = LACK},                               \
        {"last ack", I, A, 2, 2, .ct = OLD, .state = TIMW}

static void test_reuse(void)
{
    static const struct linux_row closed[] = {
        CLOSED,
        {"syn", I, S, 10, .ct = NEW, .state = SENT},
    };
    static const struct linux_row other_side[] = {
        CLOSED,
        {"syn", R, S, 10, .ct = NEW, .state = SENT, .turned = true},
        {"syn-ack", I, SA, 10, 11, .ct = OLD, .state = RECV, .turned = true},
    };
    static const struct linux_row closed_by_other[] = {
        LINUX_HANDSHAKE,
        {"fin", R, FA, 1, 1, .ct = OLD, .state = FINW},
        {"fin of the other", I, FA, 1, 2, .ct = OLD, .state = LACK},
        {"last ack", R, A, 2, 2, .ct = OLD, .state = TIMW},
        {"syn", I, S, 10, .ct = NEW, .state = SENT},
    };
    static const struct linux_row reset[] = {
        LINUX_HANDSHAKE,
        {"reset", R, RA, 1, 1, .ct = OLD, .state = CLOS, .left_s = 10},
        {"syn, of the other one", I, S, 10, .ct = OLD, .says = SAYS(IGNORED), .state = CLOS},
    };
    static const struct linux_row own_reset[] = {
        LINUX_HANDSHAKE,
        {"reset", I, RA, 1, 1, .ct = OLD, .state = CLOS},
        {"syn", I, S, 10, .ct = NEW, .state = SENT},
    };
    static const struct linux_row expired[] = {
        LINUX_HANDSHAKE,
        {"reset", R, RA, 1, 1, .ct = OLD, .state = CLOS},
        {"a moment before", R, A, 1, 1, .after_s = 10, .after_ns = -1, .ct = OLD, .state = CLOS},
        {"and when the time is over", R, A, 1, 1, .after_s = 10, .ct = BAD, .state = NONE},
        {"syn", R, S, 10, .ct = NEW, .state = SENT, .turned = true},
    };

    LINUX_PLAY(closed);
    LINUX_PLAY(closed_by_other);
    LINUX_PLAY(other_side);
    LINUX_PLAY(reset);
    LINUX_PLAY(own_reset);
    LINUX_PLAY(expired);
}

/* ---- the ruleset ------------------------------------------------------------------------------ */

static void test_ruleset(void)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_entry entry = {0};
    struct fwx_packet ack = {.tcp = {.flags = FWX_ACK, .window = 1, .header_len = 20}};
    struct fwx_packet urgent = {.tcp = {.flags = FWX_SYN | FWX_URG | FWX_PSH, .header_len = 20}};
    struct fwx_packet none = {.tcp = {.header_len = 20}};
    struct fwx_linux_verdict verdict;

    settings.drops_not_syn = true;
    verdict = fwx_linux_tcp(&entry, 0, &ack, &settings, 0);
    g_assert_true(verdict.ct == FWX_LINUX_CT_NEW && !verdict.passes);
    g_assert_cmpint(entry.state, ==, NONE); /* a packet that does not pass makes no entry */
    settings.drops_not_syn = false;
    g_assert_true(fwx_linux_tcp(&entry, 0, &ack, &settings, 0).passes);
    g_assert_cmpint(entry.state, ==, ESTB);
    settings.drops_not_syn = true;
    verdict = fwx_linux_tcp(&entry, 0, &ack, &settings, 0);
    g_assert_true(verdict.ct == FWX_LINUX_CT_NEW && !verdict.passes);
    g_assert_cmpint(entry.state, ==, ESTB);
    g_assert_false(fwx_linux_tcp(&entry, 0, &none, &settings, 0).passes);
    settings.drops_invalid = false;
    g_assert_true(fwx_linux_tcp(&entry, 0, &none, &settings, 0).passes);
    entry = (struct fwx_linux_entry){0};
    g_assert_true(fwx_linux_tcp(&entry, 0, &urgent, &settings, 0).passes);
    g_assert_cmpint(entry.state, ==, SENT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-state/cells", test_cells);
    g_test_add_func("/linux-state/flags", test_flags);
    g_test_add_func("/linux-state/first-segments", test_first_segments);
    g_test_add_func("/linux-state/marks", test_marks);
    g_test_add_func("/linux-state/simultaneous-open", test_simultaneous_open);
    g_test_add_func("/linux-state/answered-after-all", test_answered_after_all);
    g_test_add_func("/linux-state/challenge", test_challenge);
    g_test_add_func("/linux-state/reuse", test_reuse);
    g_test_add_func("/linux-state/ruleset", test_ruleset);
    return g_test_run();
}
