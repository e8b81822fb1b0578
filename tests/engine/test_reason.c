/* test_reason.c
 * The sentences: each finding has one, it holds the numbers, and no number makes it too long.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/rules/sanity.h"

enum { GUARD = 64 };

static struct fwx_engine *engine; /* with one connection, to RTSP */

/* Written into a buffer that must not be overrun, and reading like a sentence. */
static const char *guard(const char *(*write)(const void *what, char *buffer), const void *what)
{
    static char buffer[FWX_REASON_SIZE + GUARD];

    memset(buffer, '#', sizeof buffer);
    g_assert_true(write(what, buffer) == buffer);
    g_assert_nonnull(memchr(buffer, '\0', FWX_REASON_SIZE));
    for (unsigned i = FWX_REASON_SIZE; i < sizeof buffer; i++)
        g_assert_cmpint(buffer[i], ==, '#');
    g_assert_cmpuint(strlen(buffer), >, 5); /* "Passed" */
    return buffer;
}

static const char *write_finding(const void *what, char *buffer)
{
    return fwx_reason(engine, (const struct fwx_finding *)what, buffer);
}

static const char *write_conclusion(const void *what, char *buffer)
{
    return fwx_conclusion_reason(engine, (const struct fwx_conclusion *)what, buffer);
}

static const char *sentence(const struct fwx_finding *finding)
{
    g_assert_cmpstr(fwx_finding_title(finding), !=, "");
    return guard(write_finding, finding);
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
        for (unsigned difference = 0; difference <= FWX_SYNACK_OTHER_ISN; difference++) {
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

    reset->after = delays[variant % G_N_ELEMENTS(delays)];
    reset->fin_frame = UINT32_MAX;
    reset->carried_data = variant & 1;
    reset->in_flight = variant & 2 ? UINT32_MAX : 0;
    reset->alert = UINT8_MAX;
    reset->own_ttl = 255;
    reset->usual_ttl = 255;
}

/* Every class, sender, status, misfit, kill and grade, together with the longest numbers. */
static void test_reset(void)
{
    static const uint16_t statuses[] = {0, 64, 995, 10061, UINT16_MAX};

    for (unsigned variant = 0; variant < 4 * 7 * 3 * 5 * 16 * 4 * 12; variant++) {
        struct fwx_finding finding = {.kind = FWX_FINDING_RESET, .connection = 1};
        unsigned rest = variant / 4;

        fill_extreme(&finding.reset, variant % 4);
        finding.reset.class = (uint8_t)(rest % 7);
        finding.reset.by = (uint8_t)(rest / 7 % 3);
        finding.reset.status = statuses[rest / 21 % 5];
        finding.reset.signs = (uint8_t)(rest / 105 % 16);
        finding.reset.ignored = rest / 1680 % 2;
        finding.dropped = rest / 3360 % 2;
        finding.reset.kill = (uint8_t)(rest / 6720 % 3);
        finding.reset.grade = (uint8_t)(rest / 20160 % 4);
        assert_whole(sentence(&finding));
    }
}

static void test_late(void)
{
    for (unsigned variant = 0; variant < 16; variant++) {
        struct fwx_finding finding = {
            .kind = FWX_FINDING_NOT_SYN,
            .late = {.gone_frame = variant & 1 ? UINT32_MAX : 0,
                     .idle_s = variant & 2 ? UINT32_MAX : 0,
                     .killed = variant & 4,
                     .repeats_ack = variant & 8},
        };

        assert_whole(sentence(&finding));
    }
}

/* Every rule has a sentence of its own. */
static void test_sanity(void)
{
    GHashTable *sentences = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < fwx_sanity_rule_count; i++) {
        struct fwx_finding finding = {.kind = FWX_FINDING_SANITY, .judged = true};

        finding.sanity.rule = (uint8_t)i;
        for (unsigned numbers = 0; numbers < 4; numbers++) {
            finding.sanity.value = numbers & 1 ? UINT32_MAX : 0;
            finding.sanity.limit = numbers & 2 ? UINT32_MAX : 0;
            assert_whole(sentence(&finding));
        }
        g_assert_true(g_hash_table_add(sentences, g_strdup(sentence(&finding))));
        finding.judged = false; /* against the evidence */
        g_assert_cmpstr(sentence(&finding), ==, "No healthy stack sends this packet");
    }
    g_hash_table_destroy(sentences);
}

static void test_quota(void)
{
    for (unsigned quota = FWX_QUOTA_RATE; quota <= FWX_QUOTA_NON_TCP; quota++) {
        for (unsigned flags = 0; flags < 4; flags++) {
            struct fwx_finding finding = {.kind = FWX_FINDING_QUOTA};

            finding.quota = (struct fwx_over_quota){UINT32_MAX, UINT32_MAX - 1, quota, flags & 1,
                                                    flags & 2};
            assert_whole(sentence(&finding));
            g_assert_nonnull(strstr(sentence(&finding), "4294967294"));
            g_assert_cmpint(strstr(sentence(&finding), "NAT") != NULL, ==, flags & 1);
            g_assert_cmpint(strstr(sentence(&finding), "special") != NULL, ==, (flags & 2) != 0);
        }
    }
}

static void test_conclusions(void)
{
    struct fwx_finding close = {.kind = FWX_FINDING_CLOSE};

    for (int ground = FWX_GROUND_FINDING; ground <= FWX_GROUND_ESTABLISHED; ground++) {
        struct fwx_conclusion conclusion = {
            .finding = ground == FWX_GROUND_FINDING ? &close : NULL,
            .idle_s = UINT32_MAX,
            .waited_s = UINT32_MAX,
            .status = UINT16_MAX,
            .ground = (enum fwx_ground)ground,
        };

        assert_whole(guard(write_conclusion, &conclusion));
    }
}

static void test_others(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_PADDING, .padding_len = UINT32_MAX};

    g_assert_nonnull(strstr(sentence(&finding), "4294967295"));
    for (int ack_wrong = 0; ack_wrong <= 1; ack_wrong++) {
        finding = (struct fwx_finding){.kind = FWX_FINDING_WINDOW,
                                       .window = {UINT32_MAX, UINT32_MAX, ack_wrong}};
        g_assert_nonnull(strstr(sentence(&finding), "4294967295"));
    }
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
    finding.reset.after = INT64_C(339112000);
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

    finding.reset.origin = FWX_ORIGIN_IN_BETWEEN;
    finding.reset.signs = FWX_SIGN_TTL | FWX_SIGN_IP_ID | FWX_SIGN_MAC | FWX_SIGN_WINDOW;
    finding.reset.own_ttl = 250;
    finding.reset.usual_ttl = 57;
    says(&finding, "250");
    says(&finding, "57");
    says(&finding, "IP ID");
    says(&finding, "MAC");
    says(&finding, "window");
}

static void test_says_kill(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_RESET, .connection = 1};

    finding.reset.kill = FWX_KILL_INJECTED;
    finding.reset.signs = FWX_SIGN_TTL | FWX_SIGN_WINDOW;
    says(&finding, "RTSP filter"); /* source 004 */
    says(&finding, "554");
    says(&finding, "unbind it to see"); /* only of some filters is it known that it helped */
    finding.reset.kill = FWX_KILL_SMTP_TLS;
    says(&finding, "KB 959312");
}

static void test_says_late(void)
{
    struct fwx_finding finding = {.kind = FWX_FINDING_NOT_SYN};

    says(&finding, "no connection");
    finding.late.gone_frame = 4711;
    says(&finding, "4711");
    finding.late.repeats_ack = true;
    says(&finding, "harmless");
    finding.late.killed = true;
    says(&finding, "killed");
    finding.late.idle_s = 86400;
    says(&finding, "86400");
    says(&finding, "4711");
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
    g_assert_cmpstr(fwx_grade_name(FWX_GRADE_NONE), ==, "none");
    g_assert_cmpstr(fwx_grade_name(FWX_GRADE_HARMLESS), ==, "harmless");
    g_assert_cmpstr(fwx_grade_name(FWX_GRADE_BY_DESIGN), ==, "by design");
    g_assert_cmpstr(fwx_grade_name(FWX_GRADE_LOOK), ==, "look into it");
    g_assert_cmpstr(fwx_echo_role_name(FWX_ECHO_REQUEST), ==, "request");
    g_assert_cmpstr(fwx_echo_role_name(FWX_ECHO_REPLY), ==, "reply");
}

int main(int argc, char **argv)
{
    static const struct segment syn = {"syn", I, S, 0, .met = NONE};
    struct scene scene = scene_new(&worlds[0]);
    int result;

    scene.port[R] = 554;
    scene_see(&scene, &syn);
    engine = scene.engine;
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reason/synack", test_synack);
    g_test_add_func("/reason/mismatch", test_mismatch);
    g_test_add_func("/reason/reset", test_reset);
    g_test_add_func("/reason/late", test_late);
    g_test_add_func("/reason/sanity", test_sanity);
    g_test_add_func("/reason/quota", test_quota);
    g_test_add_func("/reason/conclusions", test_conclusions);
    g_test_add_func("/reason/others", test_others);
    g_test_add_func("/reason/says/mismatch", test_says_mismatch);
    g_test_add_func("/reason/says/dirty-close", test_says_dirty_close);
    g_test_add_func("/reason/says/injected", test_says_injected);
    g_test_add_func("/reason/says/kill", test_says_kill);
    g_test_add_func("/reason/says/late", test_says_late);
    g_test_add_func("/reason/spellings", test_spellings);
    result = g_test_run();
    scene_end(&scene);
    return result;
}
