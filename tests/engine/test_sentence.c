/* test_sentence.c
 * Sentences, word by word: what a number or a mark in a finding changes in them.
 * That every finding has one, and none is too long: test_reason.c. Of packets that are dropped at
 * sight: test_sanity.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

struct sentence {
    struct fwx_finding finding;
    const char *text;
};

/* A scene to RTSP's port, whose first packet's connection has the findings. */
static void try_sentences(const struct sentence *sentences, unsigned count)
{
    static const struct segment syn = {"syn", I, S, 0, .met = NONE};
    struct scene scene = scene_new(&worlds[0]);
    char text[FWX_REASON_SIZE];

    scene.port[R] = 554;
    scene_see(&scene, &syn);
    for (unsigned i = 0; i < count; i++) {
        struct fwx_finding finding = sentences[i].finding;

        finding.connection = 1;
        g_assert_cmpstr(fwx_reason(scene.engine, &finding, text), ==, sentences[i].text);
    }
    scene_end(&scene);
}

#define TRY(sentences) try_sentences(sentences, G_N_ELEMENTS(sentences))

/* ---- the handshake --------------------------------------------------------------------------- */

#define SYNACK(...)                                                                                \
    {                                                                                              \
        .kind = FWX_FINDING_SYNACK_PAYLOAD, .synack = { __VA_ARGS__ }                              \
    }

static void test_synack(void)
{
    static const struct sentence sentences[] = {
        {SYNACK(.length = 1, .head = {0xff}, .head_len = 1),
         "SYN-ACK carries 1 byte of payload (ff)"},
        {SYNACK(.length = 2, .head = {0, 1}, .head_len = 2),
         "SYN-ACK carries 2 bytes of payload (00 01)"},
        {SYNACK(.length = 3, .head = {0, 1}, .head_len = 2),
         "SYN-ACK carries 3 bytes of payload (00 01 ...)"},
        {SYNACK(.length = 1, .fast_open = true),
         "SYN-ACK carries 1 byte of payload; the SYN asked for Fast Open, so it may (RFC 7413)"},
        {SYNACK(.fast_open = true, .difference = FWX_SYNACK_OTHER_PAYLOAD, .first_frame = 7),
         "SYN-ACK without payload; the SYN-ACK in frame 7 had another payload"},
        {SYNACK(.difference = FWX_SYNACK_OTHER_ISN, .first_frame = 7),
         "SYN-ACK without payload; the SYN-ACK in frame 7 had another ISN"},
    };

    TRY(sentences);
}

#define MISMATCH_OF(...)                                                                           \
    {                                                                                              \
        .kind = FWX_FINDING_ACK_MISMATCH, .mismatch = {                                            \
            .expected = 1000,                                                                      \
            .synack_frame = 5,                                                                     \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define WHERE " where the handshake calls for ISN+1 = 1000 "

static void test_mismatch(void)
{
    static const struct sentence sentences[] = {
        {MISMATCH_OF(.actual = 1003),
         "Half-open, and the acknowledgement number is 1003" WHERE "(+3)"},
        {MISMATCH_OF(.actual = 999, .padding = true),
         "Half-open, and the acknowledgement number is 999" WHERE "(-1)"},
        {MISMATCH_OF(.actual = 1001, .cause_frame = 2),
         "Half-open, and the acknowledgement number is 1001" WHERE
         "(+1): it counts in the 1 byte of payload of the SYN-ACK in frame 2"},
        {MISMATCH_OF(.actual = 1002, .cause_frame = 2, .padding = true),
         "Half-open, and the acknowledgement number is 1002" WHERE
         "(+2): it counts in the 2 bytes of payload of the SYN-ACK in frame 2, which are Ethernet "
         "padding"},
        {MISMATCH_OF(.actual = 1002, .cause_frame = 2, .fast_open = true),
         "Half-open, and the acknowledgement number is 1002" WHERE
         "(+2): it counts in the 2 bytes of payload of the SYN-ACK in frame 2, which Fast Open "
         "allows (RFC 7413) but the firewall's check does not know"},
        {MISMATCH_OF(.actual = 1002, .synack = true),
         "SYN-ACK acknowledges 1002 where the SYN in frame 5 calls for ISN+1 = 1000 (+2)"},
    };

    TRY(sentences);
}

/* ---- resets ---------------------------------------------------------------------------------- */

#define RESET_OF(...)                                                                              \
    {                                                                                              \
        .kind = FWX_FINDING_RESET, .reset = { __VA_ARGS__ }                                        \
    }

static void test_classes(void)
{
    static const struct sentence sentences[] = {
        {RESET_OF(.class = FWX_RESET_HANDSHAKE_ABORT, .by = FWX_RESPONDER),
         "The responder gives up before the handshake is complete"},
        {RESET_OF(.class = FWX_RESET_DIRTY_CLOSE, .by = FWX_RESPONDER, .fin_frame = 9,
                  .after = 1500000, .status = 64, .grade = FWX_GRADE_BY_DESIGN),
         "Dirty close: 0.001500 s after the FIN in frame 9 the responder resets instead of sending "
         "a FIN of its own; a proxy logs status 64, by design"},
        {RESET_OF(.class = FWX_RESET_DATA_ABORT, .in_flight = 20, .carried_data = true),
         "The initiator aborts an established connection with 20 bytes unacknowledged"},
        {RESET_OF(.class = FWX_RESET_DATA_ABORT, .after = 1500 * FWX_MILLISECOND,
                  .carried_data = true),
         "The initiator aborts an established connection, 1.500 s after the last data"},
        {RESET_OF(.class = FWX_RESET_DATA_ABORT, .after = 1500 * FWX_MILLISECOND),
         "The initiator aborts an established connection that carried no data"},
        {RESET_OF(.class = FWX_RESET_IDLE_ABORT, .after = 61000 * FWX_MILLISECOND,
                  .carried_data = true),
         "The initiator aborts an idle connection, 61.000 s after the last data"},
        {RESET_OF(.class = FWX_RESET_AFTER_CLOSE, .by = FWX_SIDE_UNKNOWN),
         "Reset by the sender after it had sent its FIN"},
        {{.kind = FWX_FINDING_RESET, .dropped = true, .reset = {.class = FWX_RESET_AFTER_CLOSE}},
         "Reset by the initiator, and the connection is gone already"},
        {RESET_OF(.class = FWX_RESET_NO_CONNECTION, .ignored = true),
         "Reset by the initiator outside the window: it ends nothing"},
        {RESET_OF(.class = FWX_RESET_NO_CONNECTION),
         "Reset by the initiator, and this capture shows no connection that it could end"},
    };

    TRY(sentences);
}

#define GIVES_UP(...) RESET_OF(.class = FWX_RESET_HANDSHAKE_ABORT, __VA_ARGS__)
#define UP            "The initiator gives up before the handshake is complete"

static void test_remarks(void)
{
    static const struct sentence sentences[] = {
        {GIVES_UP(.status = 10061, .grade = FWX_GRADE_LOOK, .alert = 41),
         UP "; a proxy logs status 10061 (look into it); a fatal TLS alert 40 came before"},
        {GIVES_UP(.status = 10061, .grade = FWX_GRADE_LOOK),
         UP "; a proxy logs status 10061 (look into it)"},
        {GIVES_UP(.alert = 41), UP},
        {GIVES_UP(.status = 64, .grade = FWX_GRADE_HARMLESS), UP
         "; a proxy logs status 64, or 995 where it ends this leg because the other is gone: one "
         "side of it cannot tell them apart (harmless: nothing was left unanswered)"},
        {GIVES_UP(.origin = FWX_ORIGIN_IN_BETWEEN, .signs = FWX_SIGN_TTL | FWX_SIGN_IP_ID,
                  .own_ttl = 250, .usual_ttl = 57),
         UP "; not from the endpoint that it names: TTL 250 instead of 57, IP ID out of sequence"},
        {GIVES_UP(.origin = FWX_ORIGIN_IN_BETWEEN, .signs = FWX_SIGN_TTL | FWX_SIGN_MAC),
         UP "; not from the endpoint that it names: TTL 0 instead of 0, another MAC address"},
        {GIVES_UP(.origin = FWX_ORIGIN_IN_BETWEEN, .signs = FWX_SIGN_TTL | FWX_SIGN_WINDOW),
         UP "; not from the endpoint that it names: TTL 0 instead of 0, another window"},
        {GIVES_UP(.kill = FWX_KILL_INJECTED),
         UP "; the RTSP filter is bound to port 554: unbind it to see whether it did this"},
        {GIVES_UP(.kill = FWX_KILL_SMTP_TLS),
         UP "; the server had closed in order, and under TLS the SMTP filter turns that into a "
            "reset for the client (KB 959312)"},
    };

    TRY(sentences);
}

/* ---- late segments --------------------------------------------------------------------------- */

#define LATE_OF(...)                                                                               \
    {                                                                                              \
        .kind = FWX_FINDING_NOT_SYN, .late = { __VA_ARGS__ }                                       \
    }

static void test_late(void)
{
    static const struct sentence sentences[] = {
        {LATE_OF(.idle_s = 5, .killed = true),
         "Not a SYN, and this capture shows no connection that it belongs to"},
        {LATE_OF(.gone_frame = 7, .idle_s = 5, .silence = 5250 * FWX_MILLISECOND),
         "Not a SYN, and the connection was forgotten after 5 s: it was silent for 5.250 s, since "
         "frame 7"},
        {LATE_OF(.gone_frame = 7), "Not a SYN, and the connection is gone since frame 7"},
        {LATE_OF(.gone_frame = 7, .killed = true, .repeats_ack = true),
         "Not a SYN, and the connection is gone since frame 7, where the firewall killed it: a "
         "consequence of that"},
        {LATE_OF(.gone_frame = 7, .repeats_ack = true),
         "Not a SYN, and the connection is gone since frame 7 (its last acknowledgement repeated, "
         "harmless: the firewall's everyday noise)"},
    };

    TRY(sentences);
}

/* ---- quotas, windows ------------------------------------------------------------------------- */

static void test_others(void)
{
    static const struct sentence sentences[] = {
        {{.kind = FWX_FINDING_QUOTA, .quota = {601, 600, FWX_QUOTA_RATE, false, false}},
         "601st connection request from this address within a minute; the limit is 600"},
        {{.kind = FWX_FINDING_QUOTA, .quota = {2, 1, FWX_QUOTA_CONCURRENT, true, true}},
         "2nd open connection from this address; the limit of special addresses is 1; if a NAT in "
         "front makes many clients one address, raise the limit for it or switch flood mitigation "
         "off"},
        {{.kind = FWX_FINDING_QUOTA, .quota = {113, 1, FWX_QUOTA_HALF_OPEN, false, false}},
         "113th half-open connection from this address; the limit is 1"},
        {{.kind = FWX_FINDING_QUOTA, .quota = {23, 1, FWX_QUOTA_NON_TCP, false, false}},
         "23rd new session from this address within a second; the limit is 1"},
        {{.kind = FWX_FINDING_WINDOW, .window = {.seq = 1, .ack = 2, .ack_wrong = true}},
         "Acknowledges 2, which was never sent"},
        {{.kind = FWX_FINDING_WINDOW, .window = {.seq = 1, .ack = 2}},
         "Sequence number 1 lies outside the window"},
        {{.kind = FWX_FINDING_MARKER, .marker = {22, FWX_ECHO_REPLY}},
         "Marker ping of 22 bytes (reply)"},
    };

    TRY(sentences);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sentence/synack", test_synack);
    g_test_add_func("/sentence/mismatch", test_mismatch);
    g_test_add_func("/sentence/classes", test_classes);
    g_test_add_func("/sentence/remarks", test_remarks);
    g_test_add_func("/sentence/late", test_late);
    g_test_add_func("/sentence/others", test_others);
    return g_test_run();
}
