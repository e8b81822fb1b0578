/* test_reason.c
 * The sentences: each finding has one, it holds the numbers, and no number makes it too long.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { GUARD = 64 };

/* The sentence, which must be there, end within its buffer, and read like one. */
static const char *sentence(const struct fwx_finding *finding)
{
    static char buffer[FWX_REASON_SIZE + GUARD];

    memset(buffer, '#', sizeof buffer);
    g_assert_true(fwx_reason(finding, buffer) == buffer);
    g_assert_nonnull(memchr(buffer, '\0', FWX_REASON_SIZE));
    for (unsigned i = FWX_REASON_SIZE; i < sizeof buffer; i++)
        g_assert_cmpint(buffer[i], ==, '#');
    g_assert_cmpuint(strlen(buffer), >, 10);
    g_assert_cmpstr(fwx_finding_title(finding), !=, "");
    return buffer;
}

/* Would a longer sentence have been cut off? Numbers are at most this long already. */
static void assert_whole(const char *text)
{
    g_assert_cmpuint(strlen(text), <, FWX_REASON_SIZE - 1);
}

static void test_synack(void)
{
    static const uint32_t lengths[] = {0, 1, 2, 8, 1460, UINT32_MAX};

    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
        for (uint8_t difference = 0; difference <= FWX_SYNACK_OTHER_ISN; difference++) {
            for (int fast_open = 0; fast_open <= 1; fast_open++) {
                struct fwx_finding finding = {.kind = FWX_FINDING_SYNACK_PAYLOAD};

                finding.synack.length = lengths[i];
                finding.synack.first_frame = UINT32_MAX;
                finding.synack.head_len = (uint8_t)MIN(lengths[i], FWX_PAYLOAD_HEAD);
                memset(finding.synack.head, 0xff, FWX_PAYLOAD_HEAD);
                finding.synack.difference = difference;
                finding.synack.fast_open = fast_open;
                assert_whole(sentence(&finding));
            }
        }
    }
}

static void test_mismatch(void)
{
    static const uint32_t numbers[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX};

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers) * G_N_ELEMENTS(numbers); i++) {
        for (unsigned flags = 0; flags < 16; flags++) {
            struct fwx_finding finding = {.kind = FWX_FINDING_ACK_MISMATCH};

            finding.mismatch.expected = numbers[i % G_N_ELEMENTS(numbers)];
            finding.mismatch.actual = numbers[i / G_N_ELEMENTS(numbers)];
            finding.mismatch.synack_frame = UINT32_MAX;
            finding.mismatch.cause_frame = flags & 1 ? UINT32_MAX : 0;
            finding.mismatch.padding = flags & 2;
            finding.mismatch.fast_open = flags & 4;
            finding.mismatch.synack = flags & 8;
            assert_whole(sentence(&finding));
        }
    }
}

static void fill_extreme(struct fwx_reset *reset, unsigned variant)
{
    static const int64_t delays[] = {0, 1, INT64_MAX, INT64_MIN};

    reset->fin_delay = delays[variant % G_N_ELEMENTS(delays)];
    reset->fin_frame = UINT32_MAX;
    reset->since_data = variant & 1 ? UINT32_MAX : UINT32_MAX - 1;
    reset->in_flight = variant & 2 ? UINT32_MAX : 0;
    reset->own_ttl = 255;
    reset->usual_ttl = 255;
}

/* Every class, sender, status and misfit, together with the longest numbers. */
static void test_reset(void)
{
    static const uint16_t statuses[] = {0, 64, 995, 10061, UINT16_MAX};

    for (unsigned variant = 0; variant < 4 * 7 * 3 * 5 * 16 * 4; variant++) {
        struct fwx_finding finding = {.kind = FWX_FINDING_RESET};
        unsigned rest = variant / 4;

        fill_extreme(&finding.reset, variant % 4);
        finding.reset.class = (uint8_t)(rest % 7);
        finding.reset.by = (uint8_t)(rest / 7 % 3);
        finding.reset.status = statuses[rest / 21 % 5];
        finding.reset.misfits = (uint8_t)(rest / 105 % 16);
        finding.reset.ignored = rest / 1680 % 2;
        finding.dropped = rest / 3360 % 2;
        assert_whole(sentence(&finding));
    }
}

static void test_others(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_PADDING, .padding_len = UINT32_MAX};

    g_assert_nonnull(strstr(sentence(&finding), "4294967295"));
    finding = (struct fwx_finding){.kind = FWX_FINDING_NOT_SYN, .closed_frame = UINT32_MAX};
    g_assert_nonnull(strstr(sentence(&finding), "4294967295"));
    finding = (struct fwx_finding){.kind = FWX_FINDING_MARKER, .marker = {UINT32_MAX, 1}};
    g_assert_nonnull(strstr(sentence(&finding), "4294967295"));
    finding = (struct fwx_finding){.kind = FWX_FINDING_CLOSE};
    assert_whole(sentence(&finding));
}

/* ---- what the sentences say ------------------------------------------------------------------ */

static void says(const struct fwx_finding *finding, const char *part)
{
    const char *text = sentence(finding);

    if (!strstr(text, part))
        g_error("\"%s\" does not say \"%s\"", text, part);
}

/* Source 003, client side. */
static void test_says_mismatch(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_ACK_MISMATCH};

    finding.mismatch = (struct fwx_ack_mismatch){.expected = 2180033886,
                                                 .actual = 2180033888,
                                                 .cause_frame = 2,
                                                 .synack_frame = 2,
                                                 .padding = true};
    says(&finding, "2180033886");
    says(&finding, "2180033888");
    says(&finding, "+2");
    says(&finding, "frame 2");
    says(&finding, "padding");
    finding.mismatch.expected = 0; /* the distance is counted around the end */
    finding.mismatch.actual = UINT32_MAX;
    says(&finding, "-1");
}

/* Source 001. */
static void test_says_dirty_close(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_RESET};

    finding.reset.class = FWX_RESET_DIRTY_CLOSE;
    finding.reset.by = FWX_INITIATOR;
    finding.reset.fin_frame = 4711;
    finding.reset.fin_delay = INT64_C(339112000);
    finding.reset.status = 64;
    says(&finding, "0.339112");
    says(&finding, "4711");
    says(&finding, "initiator");
    says(&finding, "64");
    says(&finding, "by design");
    finding.reset.class = FWX_RESET_DATA_ABORT;
    says(&finding, "995"); /* which of the two, one side cannot tell */
    finding.reset.class = FWX_RESET_REFUSED;
    finding.reset.status = 10061;
    says(&finding, "10061");
}

static void test_says_injected(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_RESET};

    finding.reset.misfits = FWX_MISFIT_TTL | FWX_MISFIT_IP_ID | FWX_MISFIT_MAC | FWX_MISFIT_WINDOW;
    finding.reset.own_ttl = 250;
    finding.reset.usual_ttl = 57;
    says(&finding, "250");
    says(&finding, "57");
    says(&finding, "IP ID");
    says(&finding, "MAC");
    says(&finding, "window");
}

static void test_spellings(void)
{
    static const char *const classes[] = {"refused",    "handshake-abort", "dirty-close",
                                          "data-abort", "idle-abort",      "after-close",
                                          "no-connection"};

    for (unsigned i = 0; i < G_N_ELEMENTS(classes); i++)
        g_assert_cmpstr(fwx_reset_class_name((enum fwx_reset_class)i), ==, classes[i]);
    g_assert_cmpstr(fwx_side_name(FWX_INITIATOR), ==, "initiator");
    g_assert_cmpstr(fwx_side_name(FWX_RESPONDER), ==, "responder");
    g_assert_cmpstr(fwx_side_name(FWX_SIDE_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(fwx_confidence_name(FWX_DOCUMENTED), ==, "documented");
    g_assert_cmpstr(fwx_confidence_name(FWX_OBSERVED), ==, "observed");
    g_assert_cmpstr(fwx_confidence_name(FWX_INFERRED), ==, "inferred");
    g_assert_cmpstr(fwx_confidence_name(FWX_ASSUMED), ==, "assumed");
    g_assert_cmpstr(fwx_evidence_name(FWX_EVIDENCE_NONE), ==, "none");
    g_assert_cmpstr(fwx_evidence_name(FWX_CORROBORATED), ==, "corroborated");
    g_assert_cmpstr(fwx_evidence_name(FWX_CONTRADICTED), ==, "contradicted");
    g_assert_cmpstr(fwx_echo_role_name(FWX_ECHO_REQUEST), ==, "request");
    g_assert_cmpstr(fwx_echo_role_name(FWX_ECHO_REPLY), ==, "reply");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reason/synack", test_synack);
    g_test_add_func("/reason/mismatch", test_mismatch);
    g_test_add_func("/reason/reset", test_reset);
    g_test_add_func("/reason/others", test_others);
    g_test_add_func("/reason/says/mismatch", test_says_mismatch);
    g_test_add_func("/reason/says/dirty-close", test_says_dirty_close);
    g_test_add_func("/reason/says/injected", test_says_injected);
    g_test_add_func("/reason/spellings", test_spellings);
    return g_test_run();
}
