/* test_linux_session.c
 * The model of Linux: UDP, echo and errors; and its words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "linux_rows.h"

/* ---- UDP and echo ------------------------------------------------------------------------------ */

struct exchange {
    int from;
    uint8_t role; /* of an echo */
    int64_t after_s;
    int64_t after_ns;
    int ct;
    int64_t left_s; /* 0: none */
    bool replied, assured;
};

static void play(uint8_t protocol, const struct exchange *rows, unsigned count, unsigned first)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_session session = {0};
    int64_t now = 0;

    settings.timeout_s[FWX_LINUX_ICMPV6] = 31;
    for (unsigned i = 0; i < count; i++) {
        const struct exchange *row = &rows[i];
        struct fwx_packet packet = {.protocol = protocol};
        struct fwx_linux_verdict verdict;

        if (protocol != FWX_PROTOCOL_UDP)
            packet.icmp.echo = (enum fwx_echo_role)row->role;
        now += row->after_s * FWX_SECOND + row->after_ns;
        verdict =
            fwx_linux_session(&session, first ^ (unsigned)row->from, &packet, &settings, now);
        g_test_message("row %u", i);
        g_assert_cmpint(verdict.ct, ==, row->ct);
        g_assert_cmpint(verdict.passes, ==, row->ct != BAD);
        g_assert_cmpuint(verdict.said, ==, 0);
        g_assert_cmpint(fwx_linux_session_lives(&session, now), ==, row->left_s != 0);
        if (!row->left_s)
            continue;
        g_assert_cmpint((session.expires - now) / FWX_SECOND, ==, row->left_s);
        g_assert_cmpint(session.replied, ==, row->replied);
        g_assert_cmpint(session.assured, ==, row->assured);
    }
}

#define PLAY_BOTH(protocol, rows)                                                                  \
    do {                                                                                           \
        play(protocol, rows, G_N_ELEMENTS(rows), 0);                                               \
        play(protocol, rows, G_N_ELEMENTS(rows), 1);                                               \
    } while (0)

static void test_udp(void)
{
    static const struct exchange rows[] = {
        {I, .ct = NEW, .left_s = 30},
        {I, .after_s = 1, .ct = NEW, .left_s = 30},
        {R, .ct = OLD, .left_s = 30, .replied = true},
        {I, .after_s = 1, .ct = OLD, .left_s = 30, .replied = true},
        {I, .after_ns = 1, .ct = OLD, .left_s = 120, .replied = true, .assured = true},
        {R, .after_s = 119, .ct = OLD, .left_s = 120, .replied = true, .assured = true},
        {R, .after_s = 120, .ct = NEW, .left_s = 30}, /* forgotten; now R asks */
        {I, .ct = OLD, .left_s = 30, .replied = true},
    };
    /* The first reply, be it ever so late, only shows that there is one. */
    static const struct exchange late[] = {
        {I, .ct = NEW, .left_s = 30},
        {I, .after_s = 10, .ct = NEW, .left_s = 30},
        {R, .after_s = 10, .ct = OLD, .left_s = 30, .replied = true},
        {R, .ct = OLD, .left_s = 120, .replied = true, .assured = true},
    };
    static const struct exchange expires[] = {
        {I, .ct = NEW, .left_s = 30},
        {I, .after_s = 30, .after_ns = -1, .ct = NEW, .left_s = 30},
        {R, .after_s = 30, .ct = NEW, .left_s = 30},
    };

    PLAY_BOTH(FWX_PROTOCOL_UDP, rows);
    PLAY_BOTH(FWX_PROTOCOL_UDP, late);
    PLAY_BOTH(FWX_PROTOCOL_UDP, expires);
}

static void test_echo(void)
{
    enum { ASKS = FWX_ECHO_REQUEST, ANSWERS = FWX_ECHO_REPLY };
    static const struct exchange rows[] = {
        {R, ANSWERS, .ct = BAD},
        {I, ASKS, .ct = NEW, .left_s = 30},
        {R, ANSWERS, .after_s = 29, .ct = OLD, .left_s = 30, .replied = true},
        {R, ANSWERS, .after_s = 29, .ct = OLD, .left_s = 30, .replied = true},
        {I, ASKS, .after_s = 29, .ct = OLD, .left_s = 30, .replied = true},
        {R, ANSWERS, .after_s = 30, .ct = BAD},
        {I, ASKS, .ct = NEW, .left_s = 30},
    };
    static const struct exchange v6[] = {
        {I, ASKS, .ct = NEW, .left_s = 31},
        {R, ANSWERS, .ct = OLD, .left_s = 31, .replied = true},
    };

    PLAY_BOTH(FWX_PROTOCOL_ICMP, rows);
    PLAY_BOTH(FWX_PROTOCOL_ICMPV6, v6);
}

static void test_no_time(void)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_session session = {0};
    struct fwx_packet packet = {.protocol = FWX_PROTOCOL_UDP};

    fwx_linux_session(&session, 0, &packet, &settings, FWX_NO_TIME);
    g_assert_cmpint(fwx_linux_session(&session, 1, &packet, &settings, FWX_NO_TIME).ct, ==, OLD);
    g_assert_true(session.replied && !session.assured);
    session = (struct fwx_linux_session){0};
    g_assert_cmpint(fwx_linux_session(&session, 1, &packet, &settings, FWX_NO_TIME).ct, ==, NEW);
}

/* ---- errors ------------------------------------------------------------------------------------ */

static struct fwx_packet unreachable(const char *dst, const char *quoted)
{
    struct fwx_packet packet = {.protocol = FWX_PROTOCOL_ICMP, .icmp.type = 3};

    packet.dst = fwx_address_from(dst, 4);
    packet.icmp.quote.src = fwx_address_from(quoted, 4);
    return packet;
}

static void test_errors(void)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_packet right = unreachable("\x0a\x01\x02\x03", "\x0a\x01\x02\x03");
    struct fwx_packet wrong = unreachable("\x0a\x01\x02\x03", "\x0a\x01\x02\xff");
    struct fwx_linux_verdict verdict = fwx_linux_error(&right, true, &settings);
    char text[FWX_LINUX_TEXT_SIZE];

    g_assert_true(verdict.ct == FWX_LINUX_CT_RELATED && verdict.passes && !verdict.said);
    verdict = fwx_linux_error(&right, false, &settings);
    g_assert_true(verdict.ct == BAD && !verdict.passes && !verdict.said);
    verdict = fwx_linux_error(&wrong, false, &settings);
    g_assert_true(verdict.ct == BAD && !verdict.said);
    settings.drops_invalid = false;
    verdict = fwx_linux_error(&wrong, true, &settings);
    g_assert_true(verdict.ct == BAD && verdict.passes);
    g_assert_cmpuint(verdict.said, ==, 1);
    g_assert_cmpstr(fwx_linux_text(&verdict.says[0], &wrong, &settings, text, sizeof text), ==,
                    "nf_ct_proto_1: outer daddr 10.1.2.3 != inner 10.1.2.255");
}

/* ---- words ------------------------------------------------------------------------------------- */

static void test_words(void)
{
    static const struct {
        struct fwx_linux_said said;
        const char *text;
    } cases[] = {
        {{.word = FWX_LINUX_SAYS_FLAGS}, "invalid tcp flag combination"},
        {{.word = FWX_LINUX_SAYS_NEW}, "invalid new"},
        {{.word = FWX_LINUX_SAYS_STATE, .kind = FWX_LINUX_SYN, .from = 1, .with = ESTB},
         "packet (index 0) in dir 1 invalid, state ESTABLISHED"},
        {{.word = FWX_LINUX_SAYS_STATE, .kind = FWX_LINUX_SYN_ACK, .with = TIMW},
         "packet (index 1) in dir 0 invalid, state TIME_WAIT"},
        {{.word = FWX_LINUX_SAYS_STATE, .kind = FWX_LINUX_FIN, .with = SEN2},
         "packet (index 2) in dir 0 invalid, state SYN_SENT2"},
        {{.word = FWX_LINUX_SAYS_IGNORED, .kind = FWX_LINUX_ACK, .from = 1, .with = SENT},
         "packet (index 3) in dir 1 ignored, state SYN_SENT"},
        {{.word = FWX_LINUX_SAYS_CHALLENGE}, "challenge-ack ignored"},
        {{.word = FWX_LINUX_SAYS_RST}, "invalid rst"},
        {{.word = FWX_LINUX_SAYS_MORE, .number = 2}, "2 bytes more than expected"},
        {{.word = FWX_LINUX_SAYS_SEQ_HIGH, .number = 3000000000u},
         "SEQ is over upper bound 3000000000 (over the window of the receiver)"},
        {{.word = FWX_LINUX_SAYS_ACK_HIGH, .number = 3000000000u},
         "ACK is over upper bound 3000000000 (ACKed data not seen yet)"},
        {{.word = FWX_LINUX_SAYS_SEQ_LOW, .number = 0},
         "SEQ is under lower bound 0 (already ACKed data retransmitted)"},
        {{.word = FWX_LINUX_SAYS_ACK_LOW, .number = 1},
         "ignored ACK under lower bound 1 (possible overly delayed)"},
        {{.word = FWX_LINUX_SAYS_LOWERED, .number = 300, .kind = FWX_LINUX_RST, .from = 1,
          .with = FWX_LINUX_FIN},
         "packet (index 4, dir 1) response for index 2 lower timeout to 75000"},
    };
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_packet packet = {.protocol = FWX_PROTOCOL_TCP};
    char text[FWX_LINUX_TEXT_SIZE];

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        fwx_linux_text(&cases[i].said, &packet, &settings, text, sizeof text);
        g_assert_true(g_str_has_prefix(text, "nf_ct_proto_6: "));
        g_assert_cmpstr(text + strlen("nf_ct_proto_6: "), ==, cases[i].text);
    }
    settings.version = FWX_LINUX_6_12;
    fwx_linux_text(&cases[G_N_ELEMENTS(cases) - 1].said, &packet, &settings, text, sizeof text);
    g_assert_cmpstr(text, ==, "nf_ct_proto_6: lowered timeout to UNACK");
    g_assert_cmpstr(fwx_linux_text(&cases[0].said, &packet, &settings, text, 8), ==, "nf_ct_p");
}

/* The longest of all. */
static void test_long_text(void)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);
    struct fwx_linux_said said = {.word = FWX_LINUX_SAYS_OUTER};
    struct fwx_packet packet = {.protocol = FWX_PROTOCOL_ICMPV6};
    char text[FWX_LINUX_TEXT_SIZE];

    memset(&packet.dst, 0xfd, sizeof packet.dst);
    packet.icmp.quote.src.word[1] = GUINT64_TO_BE(UINT64_C(0x20));
    g_assert_cmpstr(fwx_linux_text(&said, &packet, &settings, text, sizeof text), ==,
                    "nf_ct_proto_58: outer daddr fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd != inner "
                    "0000:0000:0000:0000:0000:0000:0000:0020");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-session/udp", test_udp);
    g_test_add_func("/linux-session/echo", test_echo);
    g_test_add_func("/linux-session/no-time", test_no_time);
    g_test_add_func("/linux-session/errors", test_errors);
    g_test_add_func("/linux-session/words", test_words);
    g_test_add_func("/linux-session/long-text", test_long_text);
    return g_test_run();
}
