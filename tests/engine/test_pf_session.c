/* test_pf_session.c
 * The model of pf and Open vSwitch: UDP, echo and errors; and its words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pf_rows.h"

/* ---- UDP and echo ---------------------------------------------------------------------------- */

struct exchange {
    int from;
    uint8_t role; /* of an echo */
    int64_t after_s;
    int64_t after_ns;
    int ct;
    int64_t left_s; /* 0: none */
};

static void play(uint8_t protocol, const struct exchange *rows, unsigned count, enum fwx_pf_variant variant, unsigned first)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(variant);
    struct fwx_pf_session session = {0};
    unsigned initiator = first;
    int64_t now = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct exchange *row = &rows[i];
        struct fwx_packet packet = {.protocol = protocol, .src_port = 1, .dst_port = 2};
        unsigned from = first ^ (unsigned)row->from;
        struct fwx_pf_verdict verdict;

        if (protocol != FWX_PROTOCOL_UDP)
            packet.icmp.echo = (enum fwx_echo_role)row->role;
        now += row->after_s * FWX_SECOND + row->after_ns;
        if (!fwx_pf_session_lives(&session, now))
            initiator = from;
        verdict = fwx_pf_session(&session, from, &packet, &settings, now);
        g_test_message("row %u", i);
        g_assert_cmphex(verdict.ct, ==, FWX_PF_TRK | (row->ct == BAD   ? FWX_PF_INV
                                                      : row->ct == NEW ? FWX_PF_NEW
                                                      : from == initiator ? FWX_PF_EST
                                                                          : FWX_PF_EST | FWX_PF_RPL));
        g_assert_cmpint(verdict.passes, ==, row->ct != BAD);
        g_assert_cmpint(verdict.says, ==, FWX_PF_SAYS_NOTHING);
        g_assert_cmpint(fwx_pf_session_lives(&session, now), ==, row->left_s != 0);
        if (row->left_s)
            g_assert_cmpint((session.expires - now) / FWX_SECOND, ==, row->left_s);
    }
}

#define PLAY(protocol, rows, variant)                                                                                  \
    do {                                                                                                               \
        play(protocol, rows, G_N_ELEMENTS(rows), variant, 0);                                                          \
        play(protocol, rows, G_N_ELEMENTS(rows), variant, 1);                                                          \
    } while (0)

static void test_udp(void)
{
    static const struct exchange ovs[] = {
        {I, .ct = NEW, .left_s = 60},
        {I, .after_s = 60, .after_ns = -1, .ct = NEW, .left_s = 60},
        {R, .after_s = 60, .after_ns = -1, .ct = OLD, .left_s = 30},
        {I, .ct = OLD, .left_s = 30},
        {R, .after_s = 30, .after_ns = -1, .ct = OLD, .left_s = 30},
        {R, .after_s = 30, .ct = NEW, .left_s = 60}, /* forgotten; now R asks */
        {I, .ct = OLD, .left_s = 30},
    };
    static const struct exchange pf[] = {
        {I, .ct = NEW, .left_s = 60},
        {I, .after_s = 60, .after_ns = -1, .ct = NEW, .left_s = 30},
        {I, .ct = NEW, .left_s = 30},
        {R, .after_s = 30, .after_ns = -1, .ct = OLD, .left_s = 30},
        {R, .ct = OLD, .left_s = 30}, /* who asked has to go on */
        {I, .ct = OLD, .left_s = 60},
        {R, .ct = OLD, .left_s = 60},
        {I, .after_s = 60, .after_ns = -1, .ct = OLD, .left_s = 60},
        {R, .after_s = 60, .ct = NEW, .left_s = 60},
        {I, .ct = OLD, .left_s = 30},
    };

    PLAY(FWX_PROTOCOL_UDP, ovs, OVS);
    PLAY(FWX_PROTOCOL_UDP, pf, PF);
}

static void test_echo(void)
{
    enum { ASKS = FWX_ECHO_REQUEST, ANSWERS = FWX_ECHO_REPLY };
    static const struct exchange ovs[] = {
        {R, ANSWERS, .ct = BAD}, /* to nothing that was asked */
        {I, ASKS, .ct = NEW, .left_s = 60},
        {I, ASKS, .after_s = 10, .ct = NEW, .left_s = 60},
        {R, ANSWERS, .after_s = 60, .after_ns = -1, .ct = OLD, .left_s = 30},
        {I, ASKS, .ct = OLD, .left_s = 30},
        {R, ANSWERS, .after_s = 30, .ct = BAD},
    };
    static const struct exchange pf[] = {
        {I, ASKS, .ct = NEW, .left_s = 20},
        {R, ANSWERS, .after_s = 20, .after_ns = -1, .ct = OLD, .left_s = 10},
        {I, ASKS, .after_s = 10, .after_ns = -1, .ct = OLD, .left_s = 10},
        {R, ANSWERS, .after_s = 10, .ct = NEW, .left_s = 20}, /* the rules pass it */
    };
    static const struct exchange again[] = {
        {I, ASKS, .ct = NEW, .left_s = 20},
        {I, ASKS, .after_s = 1, .ct = NEW, .left_s = 10},
    };

    PLAY(FWX_PROTOCOL_ICMP, ovs, OVS);
    PLAY(FWX_PROTOCOL_ICMPV6, ovs, OVS);
    PLAY(FWX_PROTOCOL_ICMP, pf, PF);
    PLAY(FWX_PROTOCOL_ICMPV6, pf, PF);
    PLAY(FWX_PROTOCOL_ICMP, again, PF);
}

/* Open vSwitch wants ports, and the code that echoes have. */
static void test_impossible(void)
{
    static const struct {
        struct fwx_packet packet;
        bool ovs, pf;
    } cases[] = {
        {{.protocol = FWX_PROTOCOL_UDP, .src_port = 1, .dst_port = 2}, true, true},
        {{.protocol = FWX_PROTOCOL_UDP, .dst_port = 2}, false, true},
        {{.protocol = FWX_PROTOCOL_UDP, .src_port = 1}, false, true},
        {{.protocol = FWX_PROTOCOL_ICMP, .icmp = {.echo = FWX_ECHO_REQUEST}}, true, true},
        {{.protocol = FWX_PROTOCOL_ICMP, .icmp = {.echo = FWX_ECHO_REQUEST, .code = 1}}, false, true},
        {{.protocol = FWX_PROTOCOL_ICMPV6, .icmp = {.echo = FWX_ECHO_REQUEST, .code = 1}}, false, true},
    };
    struct fwx_pf_settings ovs = fwx_pf_defaults(OVS);
    struct fwx_pf_settings pf = fwx_pf_defaults(PF);

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_pf_session session = {0};
        struct fwx_pf_session other = {0};

        g_assert_cmpint(fwx_pf_session(&session, 0, &cases[i].packet, &ovs, 0).passes, ==, cases[i].ovs);
        g_assert_cmpint(session.known, ==, cases[i].ovs);
        g_assert_cmpint(fwx_pf_session(&other, 0, &cases[i].packet, &pf, 0).passes, ==, cases[i].pf);
    }
    ovs.drops_invalid = false;
    g_assert_true(fwx_pf_session(&(struct fwx_pf_session){0}, 0, &cases[1].packet, &ovs, 0).passes);
}

static void test_errors(void)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    struct fwx_packet packet = {.protocol = FWX_PROTOCOL_ICMP, .dst = {{0, 1}}, .icmp = {.quote = {.src = {{0, 1}}}}};

    g_assert_cmphex(fwx_pf_error(&packet, true, true, &settings).ct, ==, FWX_PF_REL | FWX_PF_RPL | FWX_PF_TRK);
    g_assert_cmphex(fwx_pf_error(&packet, true, false, &settings).ct, ==, FWX_PF_REL | FWX_PF_TRK);
    g_assert_true(fwx_pf_error(&packet, true, true, &settings).passes);
    g_assert_cmphex(fwx_pf_error(&packet, false, true, &settings).ct, ==, FWX_PF_INV | FWX_PF_TRK);
    g_assert_false(fwx_pf_error(&packet, false, true, &settings).passes);
    packet.dst.word[1] = 2; /* not to who sent that */
    g_assert_cmphex(fwx_pf_error(&packet, true, true, &settings).ct, ==, FWX_PF_INV | FWX_PF_TRK);
    settings.drops_invalid = false;
    g_assert_true(fwx_pf_error(&packet, true, true, &settings).passes);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void hold_text(const struct fwx_pf_verdict *verdict, const struct fwx_packet *packet, enum fwx_pf_variant variant,
                      const char *expected)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(variant);
    char text[FWX_PF_TEXT_SIZE];

    g_assert_cmpstr(fwx_pf_text(verdict, packet, &settings, text, sizeof text), ==, expected);
}

static void test_ct_state(void)
{
    struct fwx_packet packet = {.protocol = FWX_PROTOCOL_TCP};
    static const struct {
        uint8_t ct;
        const char *text;
    } cases[] = {
        {FWX_PF_INV | FWX_PF_TRK, "ct_state=inv|trk"},
        {FWX_PF_NEW | FWX_PF_TRK, "ct_state=new|trk"},
        {FWX_PF_EST | FWX_PF_RPL | FWX_PF_TRK, "ct_state=est|rpl|trk"},
        {FWX_PF_REL | FWX_PF_TRK, "ct_state=rel|trk"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        hold_text(&(struct fwx_pf_verdict){.ct = cases[i].ct}, &packet, OVS, cases[i].text);
}

/* Lines that were seen: a SYN on a port used anew, on a FreeBSD that did not know of reuse
 * (lists.freebsd.org, freebsd-pf, September 2006). */
static void test_bad_state(void)
{
    struct fwx_packet packet = {.tcp = {.seq = 2345137961u, .ack = 2919421554u, .flags = S}};
    struct fwx_pf_verdict verdict = {
        .says = FWX_PF_SAYS_BAD_STATE,
        .side = {{2341692840u, 2341759447u, 33304, FIN2, 1, 1, 0}, {2919421554u, 2919488162u, 33304, FIN2, 1, 1, 0}},
        .packets = {6, 5},
        .broke = FWX_PF_SEQ_HIGH | FWX_PF_LOOSE_HIGH,
    };

    hold_text(&verdict, &packet, PF,
              "pf: BAD state: TCP [lo=2341692840 high=2341759447 win=33304 modulator=0 wscale=1] "
              "[lo=2919421554 high=2919488162 win=33304 modulator=0 wscale=1] 9:9 S seq=2345137961 ack=2919421554 len=0 "
              "ackskew=0 pkts=6:5 dir=in,fwd\npf: State failure on: 1       | 5  ");
    verdict.says = FWX_PF_SAYS_LOOSE;
    verdict.side[1].scaled = 0; /* scales are shown where both have one */
    verdict.skew = -5;
    verdict.from = 1;
    packet.tcp.payload_len = 7;
    packet.tcp.flags = FWX_FIN | FWX_RST | FWX_PSH | FWX_ACK | FWX_URG | 0xc0;
    hold_text(&verdict, &packet, PF,
              "pf: loose state match: TCP [lo=2341692840 high=2341759447 win=33304 modulator=0] "
              "[lo=2919421554 high=2919488162 win=33304 modulator=0] 9:9 FRPAUEW seq=2345137961 ack=2919421554 len=7 "
              "ackskew=-5 pkts=6:5 dir=out,rev");
    verdict.says = FWX_PF_SAYS_REUSE;
    packet.tcp.flags = S;
    verdict.side[0].scaled = 0;
    hold_text(&verdict, &packet, PF,
              "pf: state reuse TCP [lo=2341692840 high=2341759447 win=33304 modulator=0] "
              "[lo=2919421554 high=2919488162 win=33304 modulator=0] 9:9 S");
    packet.tcp.flags = FA;
    verdict.says = FWX_PF_SAYS_DENIED;
    hold_text(&verdict, &packet, PF, "block TCP:FA");
    verdict.says = FWX_PF_SAYS_NOTHING;
    hold_text(&verdict, &packet, PF, "");
}

static void test_failures(void)
{
    struct fwx_packet packet = {.tcp = {.flags = A}};
    static const struct {
        uint8_t broke;
        const char *text;
    } cases[] = {
        {FWX_PF_SEQ_LOW | FWX_PF_ACK_HIGH, "\npf: State failure on:   2 3   |    "},
        {FWX_PF_ACK_LOW | FWX_PF_LOOSE_LOW, "\npf: State failure on:       4 |   6"},
        {0x3f, "\npf: State failure on: 1 2 3 4 | 5 6"},
        {FWX_PF_RST, "\npf: State failure on:         |    "},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_pf_settings settings = fwx_pf_defaults(PF);
        struct fwx_pf_verdict verdict = {.says = FWX_PF_SAYS_BAD_STATE, .broke = cases[i].broke};
        char text[FWX_PF_TEXT_SIZE];

        g_assert_true(g_str_has_suffix(fwx_pf_text(&verdict, &packet, &settings, text, sizeof text), cases[i].text));
        g_assert_cmpstr(fwx_pf_text(&verdict, &packet, &settings, text, 8), ==, "pf: BAD");
    }
}

/* All figures at their longest. */
static void test_longest(void)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(PF);
    struct fwx_packet packet = {.tcp = {.seq = UINT32_MAX, .ack = UINT32_MAX, .payload_len = UINT32_MAX, .flags = 0xff}};
    struct fwx_pf_side side = {UINT32_MAX, UINT32_MAX, UINT16_MAX, TIMW, 14, 1, 0};
    struct fwx_pf_verdict verdict = {.says = FWX_PF_SAYS_BAD_STATE,
                                     .side = {side, side},
                                     .packets = {UINT32_MAX, UINT32_MAX},
                                     .skew = INT32_MIN,
                                     .broke = 0x3f,
                                     .from = 1};
    char text[FWX_PF_TEXT_SIZE];

    fwx_pf_text(&verdict, &packet, &settings, text, sizeof text);
    g_assert_true(g_str_has_suffix(text, "| 5 6"));
}

static void test_counters(void)
{
    g_assert_null(fwx_pf_counter_name(FWX_PF_COUNTS_NOTHING));
    g_assert_cmpstr(fwx_pf_counter_name(FWX_PF_COUNTS_STATE_MISMATCH), ==, "state-mismatch");
    g_assert_cmpstr(fwx_pf_counter_name(FWX_PF_COUNTS_NORMALIZE), ==, "normalize");
    g_assert_cmpstr(fwx_pf_counter_name(FWX_PF_COUNTS_SEQ_CHK), ==, "conntrack_tcp_seq_chk_failed");
}

/* What the log shows is what the segment met, and for the numbers of a first one, what it told. */
static void test_figures(void)
{
    static const struct pf_row rows[] = {PF_HANDSHAKE, {"data", R, A, 1, 1, 100, .ct = OLD, .one = ESTB, .other = ESTB}};
    struct fwx_pf_settings settings = fwx_pf_defaults(PF);
    static const uint32_t isn[] = {1000000, 2000000};
    struct fwx_pf_entry entry = pf_play_in(rows, G_N_ELEMENTS(rows), &settings, isn);
    struct fwx_packet packet = {
        .tcp = {.seq = 1000001, .ack = 2000101 + 67036, .payload_len = 1, .flags = A, .window = 9, .window_scale = 255}};
    struct fwx_pf_verdict verdict = fwx_pf_tcp(&entry, 0, &packet, &settings, 1000 * FWX_SECOND);

    hold_text(&verdict, &packet, PF,
              "pf: BAD state: TCP [lo=1000000 high=1001001 win=1000 modulator=0] [lo=2000101 high=2001001 win=1000 modulator=0] "
              "4:4 A seq=1000001 ack=2067137 len=1 ackskew=-67036 pkts=2:2 dir=in,fwd\npf: State failure on:     3   |    ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pf-session/udp", test_udp);
    g_test_add_func("/pf-session/echo", test_echo);
    g_test_add_func("/pf-session/impossible", test_impossible);
    g_test_add_func("/pf-session/errors", test_errors);
    g_test_add_func("/pf-session/ct-state", test_ct_state);
    g_test_add_func("/pf-session/bad-state", test_bad_state);
    g_test_add_func("/pf-session/failures", test_failures);
    g_test_add_func("/pf-session/longest", test_longest);
    g_test_add_func("/pf-session/counters", test_counters);
    g_test_add_func("/pf-session/figures", test_figures);
    return g_test_run();
}
