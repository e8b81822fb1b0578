/* test_pf_timer.c
 * The model of pf and Open vSwitch: how long an entry waits in each state, to the nanosecond.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pf_rows.h"

enum { MOST = 8 };

/* After so long a silence an ACK of the responder is of the connection, or of none: Open vSwitch takes it up, pf does not let
 * it pass. */
static void try_end(const struct pf_row *rows, unsigned count, enum fwx_pf_variant variant, int64_t seconds)
{
    for (int late = 0; late < 2; late++) {
        struct fwx_pf_settings settings = fwx_pf_defaults(variant);
        struct fwx_pf_entry entry = {0};
        struct pf_row all[MOST];
        struct fwx_packet packet = {.src_port = 80,
                                    .dst_port = 1000,
                                    .tcp = {.seq = 1, .flags = A, .window = 1000, .window_scale = FWX_NO_WINDOW_SCALE}};
        struct fwx_pf_verdict verdict;
        int64_t now;

        memcpy(all, rows, count * sizeof *rows);
        all[count - 1].left_s = seconds;
        entry = pf_play(all, count, &settings);
        now = entry.expires - !late;
        packet.tcp.seq = entry.side[1].lo;
        packet.tcp.ack = entry.side[0].lo;
        g_assert_cmpint(fwx_pf_lives(&entry, now), ==, !late);
        verdict = fwx_pf_tcp(&entry, 1, &packet, &settings, now);
        g_assert_cmphex(verdict.ct, ==, FWX_PF_TRK | (late ? FWX_PF_NEW : FWX_PF_EST | FWX_PF_RPL));
        g_assert_cmpint(verdict.passes, ==, !late || variant == OVS);
        g_assert_cmpint(entry.known, ==, verdict.passes);
        g_assert_cmpint(entry.initiator, ==, late && variant == OVS);
    }
}

#define TRY_END(rows, ovs, pf)                                                                                         \
    do {                                                                                                               \
        try_end(rows, G_N_ELEMENTS(rows), OVS, ovs);                                                                   \
        try_end(rows, G_N_ELEMENTS(rows), PF, pf);                                                                     \
    } while (0)

static void test_states(void)
{
    static const struct pf_row first[] = {{"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS}};
    static const struct pf_row opening[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
    };
    static const struct pf_row established[] = {PF_HANDSHAKE};
    static const struct pf_row closing[] = {
        PF_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},
    };
    static const struct pf_row half_closed[] = {
        PF_HANDSHAKE,
        {"fin", R, FA, 1, 1, .ct = OLD, .one = ESTB, .other = CLSG},
        {"its ack", I, A, 1, 2, .ct = OLD, .one = ESTB, .other = FIN2},
    };
    static const struct pf_row finwait[] = {
        PF_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},
        {"fin", R, FA, 1, 2, .ct = OLD, .one = FIN2, .other = CLSG},
    };
    static const struct pf_row closed[] = {
        PF_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},
        {"fin", R, FA, 1, 2, .ct = OLD, .one = FIN2, .other = CLSG},
        {"ack", I, A, 2, 2, .ct = OLD, .one = FIN2, .other = FIN2},
    };
    static const struct pf_row reset[] = {PF_HANDSHAKE, {"reset", R, RST, 1, .ct = OLD, .one = TIMW, .other = TIMW}};

    TRY_END(first, 30, 120);
    TRY_END(opening, 30, 30);
    TRY_END(established, 86400, 86400);
    TRY_END(closing, 900, 900);
    TRY_END(half_closed, 900, 900);
    TRY_END(finwait, 45, 45);
    TRY_END(closed, 30, 90);
    TRY_END(reset, 30, 90);
}

/* What does not fit renews nothing. */
static void test_not_renewed(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"out of window", R, A, 1, 1, 1001, .after_s = 100, .ct = BAD, .one = ESTB, .other = ESTB, .left_s = 86300,
         .broke = FWX_PF_SEQ_HIGH, .says = FWX_PF_SAYS_BAD_STATE},
        {"in window", R, A, 1, 1, 1000, .ct = OLD, .one = ESTB, .other = ESTB, .left_s = 86400},
    };

    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    struct fwx_pf_entry entry = PF_PLAY_UNDER(rows, &settings);

    PF_PLAY(rows, PF);
    g_assert_cmpuint(entry.packets[1], ==, 2); /* the syn-ack, and what was in window */
}

/* Of a connection that is over, a segment that does not fit makes none, and leaves none. */
static void test_none_left(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"syn-ack after a day", R, SA, 0, 1, .after_s = 86400, .ct = BAD, .none = true},
    };

    PF_PLAY(rows, OVS);
}

static struct fwx_packet syn_of(uint8_t flags)
{
    return (struct fwx_packet){
        .src_port = 1, .dst_port = 2, .tcp = {.seq = 1000, .flags = flags, .window = 1000, .window_scale = FWX_NO_WINDOW_SCALE}};
}

static void test_no_time(void)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    struct fwx_pf_entry entry = {0};
    struct fwx_packet packet = syn_of(S);
    struct fwx_pf_session session = {0};

    g_assert_false(fwx_pf_lives(&entry, FWX_NO_TIME));
    g_assert_false(fwx_pf_session_lives(&session, FWX_NO_TIME));
    fwx_pf_tcp(&entry, 0, &packet, &settings, FWX_NO_TIME);
    g_assert_cmpint(entry.expires, ==, FWX_NO_TIME);
    g_assert_true(fwx_pf_lives(&entry, INT64_MAX));
    fwx_pf_tcp(&entry, 0, &packet, &settings, INT64_MAX - 1);
    g_assert_cmpint(entry.expires, ==, INT64_MAX);
    g_assert_true(fwx_pf_lives(&entry, FWX_NO_TIME));
    g_assert_true(fwx_pf_lives(&entry, INT64_MAX - 1));
    g_assert_false(fwx_pf_lives(&entry, INT64_MAX));
}

/* What pf.h says of them. */
static void test_size(void)
{
    g_assert_cmpuint(sizeof(struct fwx_pf_entry), <=, 48);
    g_assert_cmpuint(sizeof(struct fwx_pf_session), <=, 16);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pf-timer/states", test_states);
    g_test_add_func("/pf-timer/not-renewed", test_not_renewed);
    g_test_add_func("/pf-timer/none-left", test_none_left);
    g_test_add_func("/pf-timer/no-time", test_no_time);
    g_test_add_func("/pf-timer/size", test_size);
    return g_test_run();
}
