/* test_evidence.c
 * Does the rest of the capture bear a predicted drop out? Each kind of drop with three endings:
 * repeated in vain, received all the same, and neither.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define RATE     FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED
#define CHECKSUM FWX_E_BAD_TCP_CHECKSUM_DROPPED
#define SCAN     FWX_E_IP_HALF_SCAN_PACKET_DROPPED

static void nothing_said(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
}

static void corroborated(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_CORROBORATED);
}

static void contradicted(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_CONTRADICTED);
}

static void contradicted_and_closed(const struct scene *scene)
{
    contradicted(scene);
    assert_verdict(scene, 1, GRACEFUL, 9);
}

/* ---- the handshake --------------------------------------------------------------------------- */

#define WRONG_ACK .met = RECV, .finds = MISMATCH, .code = BAD_ACK
#define DROPPED_DATA                                                                               \
    {"syn", I, S, 0, .met = NONE}, {"syn-ack", R, SA, 0, 1, .met = SENT},                          \
        {"data", I, PA, 1, 3, 10, WRONG_ACK}

static void test_handshake_none(void)
{
    static const struct segment nothing_follows[] = {DROPPED_DATA};
    static const struct segment more_follows[] = {
        DROPPED_DATA,
        {"more data", I, PA, 11, 3, 10, WRONG_ACK},
        {"an ack of nothing", R, A, 1, 1, .met = RECV},
    };
    static const struct segment corrected[] = {
        DROPPED_DATA,
        {"the same with another ack", I, PA, 1, 1, 10, .met = RECV},
        {"ack of it", R, A, 1, 11, .met = ESTB},
    };

    PLAY(nothing_follows, nothing_said);
    PLAY(more_follows, nothing_said);
    PLAY(corrected, nothing_said);
}

static void test_handshake_corroborated(void)
{
    static const struct segment data_again[] = {
        DROPPED_DATA,
        {"data again", I, PA, 1, 3, 10, .gap_ms = 300, WRONG_ACK},
    };
    static const struct segment syn_ack_again[] = {
        DROPPED_DATA,
        {"syn-ack again", R, SA, 0, 1, .gap_ms = 3000, .met = RECV},
    };

    PLAY(data_again, corroborated);
    PLAY(syn_ack_again, corroborated);
}

/* Then there was no such firewall, and the rest of the conversation is as any other. */
static void test_handshake_contradicted(void)
{
    static const struct segment acknowledged[] = {
        DROPPED_DATA,
        {"ack of the data", R, A, 1, 11, .met = RECV},
        {"more data", I, PA, 11, 3, 10, .met = ESTB},
        {"response", R, PA, 1, 21, 10, .met = ESTB},
        {"fin", I, FA, 21, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 22, .met = FINW},
        {"last ack", I, A, 22, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {"and again, too late", I, A, 22, 12, .gap_ms = 500, .met = CLSD},
    };
    static const struct segment part_acknowledged[] = {
        DROPPED_DATA,
        {"ack of some of the data", R, A, 1, 2, .met = RECV},
    };

    static const struct segment says_more_and_closes[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, WRONG_ACK},
        {"last words and fin of the responder", R, FA, 1, 1, 10, .met = RECV},
    };

    PLAY(acknowledged, contradicted_and_closed);
    PLAY(part_acknowledged, contradicted);
    PLAY(says_more_and_closes, contradicted);
}

/* ---- late segments --------------------------------------------------------------------------- */

#define CLOSED                                                                                     \
    HANDSHAKE, EXCHANGE, {"fin", I, FA, 11, 11, .met = ESTB},                                      \
        {"fin of the responder", R, FA, 11, 12, .met = FINW},                                      \
    {                                                                                              \
        "last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL                    \
    }
#define TOO_LATE .met = CLSD, .finds = LATE, .code = NOT_SYN

static void test_late(void)
{
    static const struct segment once[] = {
        CLOSED,
        {"data", I, PA, 12, 12, 10, TOO_LATE},
        {"fin again", R, FA, 11, 12, .gap_ms = 300, TOO_LATE},
        {"fin again", R, FA, 11, 12, .gap_ms = 600, TOO_LATE},
    };
    static const struct segment repeated[] = {
        CLOSED,
        {"data", I, PA, 12, 12, 10, TOO_LATE},
        {"data again", I, PA, 12, 12, 10, .gap_ms = 300, TOO_LATE},
    };
    static const struct segment received[] = {
        CLOSED,
        {"data", I, PA, 12, 12, 10, TOO_LATE},
        {"ack of it", R, A, 12, 22, .met = CLSD},
        {"more data", I, PA, 22, 12, 10, .met = CLSD},
    };

    PLAY(once, nothing_said);
    PLAY(repeated, corroborated);
    PLAY(received, contradicted);
}

/* The verdict stays what it was: the evidence is about the noise behind it. */
static void test_late_after_reset(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"data", I, PA, 11, 11, 10, .met = RSET, .finds = LATE, .code = NOT_SYN},
        {"ack of it", R, A, 11, 21, .met = RSET},
    };

    PLAY(rows, contradicted);
}

/* ---- what began before the capture, where the policy judges it ------------------------------- */

static void test_midstream(void)
{
    static const struct segment repeated[] = {
        {"data", I, PA, 1, 1, 10, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"data again", I, PA, 1, 1, 10, .gap_ms = 300, .met = UNKN, .finds = LATE, .code = NOT_SYN},
    };
    static const struct segment received[] = {
        {"data", I, PA, 1, 1, 10, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"ack of it", R, A, 1, 11, .met = UNKN},
        {"more data", I, PA, 11, 1, 10, .met = UNKN},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.midstream_not_syn = true;
    PLAY_UNDER(&policy, repeated, corroborated);
    PLAY_UNDER(&policy, received, contradicted);
}

/* ---- quotas ---------------------------------------------------------------------------------- */

/* The first connection uses up the quota, and the second is the one that matters. */
#define USED_UP                                                                                    \
    {"syn", I, S, 0, .met = NONE}, {"reset", R, RA, 0, 1, .met = SENT, .finds = RESET,             \
                                    .code = ABORTIVE, .reset = CLASS(REFUSED)},                    \
    {                                                                                              \
        "syn", I, S, 500, .conn = 2, .met = NONE, .finds = QUOTA, .code = RATE                     \
    }

static void second_corroborated(const struct scene *scene)
{
    assert_evidence(scene, 2, FWX_CORROBORATED);
    assert_verdict(scene, 2, RATE, 3);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 3);
    g_assert_cmpuint(connection_of(scene, 2)->syn_count, ==, 3);
}

/* And so the limit is none. */
static void second_contradicted(const struct scene *scene)
{
    struct fwx_conclusion conclusion;

    assert_evidence(scene, 2, FWX_CONTRADICTED);
    g_assert_true(!fwx_engine_conclude(scene->engine, connection_of(scene, 2), &conclusion) ||
                  conclusion.code != RATE);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 1);
}

static void second_untold(const struct scene *scene)
{
    assert_evidence(scene, 2, FWX_EVIDENCE_NONE);
    assert_verdict(scene, 2, RATE, 3);
}

static void test_quota(void)
{
    static const struct segment once[] = {USED_UP};
    static const struct segment repeated[] = {
        USED_UP,
        {"syn again", I, S, 500, .gap_ms = 3000, .met = DENY, .finds = QUOTA, .code = RATE},
        {"syn again", I, S, 500, .gap_ms = 6000, .met = DENY, .finds = QUOTA, .code = RATE},
    };
    static const struct segment answered[] = {
        USED_UP,
        {"syn-ack", R, SA, 700, 501, .met = DENY},
        {"ack", I, A, 501, 701, .met = RECV},
        {"data", I, PA, 501, 701, 10, .met = ESTB},
    };
    static const struct segment refused_by_the_host[] = {
        USED_UP,
        {"reset", R, RA, 0, 501, .met = DENY, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
    };
    static const struct segment other_side_asks[] = {
        USED_UP,
        {"syn of the other side", R, S, 700, .met = DENY},
        {"ack of it", I, A, 501, 701, .met = RECV},
    };
    static const struct segment answered_wrongly[] = {
        USED_UP,
        {"syn-ack of another syn", R, SA, 700, 9999, .met = DENY, .finds = MISMATCH},
        {"syn-ack", R, SA, 700, 501, .met = SENT},
        {"ack", I, A, 501, 701, .met = RECV},
    };
    static const struct segment goes_on[] = {
        USED_UP,
        {"ack, the answer was missed", I, A, 501, 701, .met = DENY},
        {"data", I, PA, 501, 701, 10, .met = ESTB},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.limits.requests_per_minute = 1;
    PLAY_UNDER(&policy, once, second_untold);
    PLAY_UNDER(&policy, repeated, second_corroborated);
    PLAY_UNDER(&policy, answered, second_contradicted);
    PLAY_UNDER(&policy, refused_by_the_host, second_contradicted);
    PLAY_UNDER(&policy, other_side_asks, second_contradicted);
    PLAY_UNDER(&policy, answered_wrongly, second_contradicted);
    PLAY_UNDER(&policy, goes_on, second_contradicted);
}

/* ---- sanity ---------------------------------------------------------------------------------- */

static void bad_checksum(struct fwx_packet *packet)
{
    packet->bad_checksum = true;
}

#define BROKEN .tweak = bad_checksum, .finds = SANITY, .code = CHECKSUM

static struct fwx_policy checking(void)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.tcp_checksum = true;
    return policy;
}

static void test_sanity(void)
{
    static const struct segment repeated[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"broken again", I, PA, 1, 1, 10, .gap_ms = 300, .met = ESTB, BROKEN},
    };
    static const struct segment received[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"ack of it", R, A, 1, 11, .met = ESTB},
    };
    /* Broken on the way: the receiver drops it as the firewall would. */
    static const struct segment mended[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"ack of nothing", R, A, 1, 1, .met = ESTB},
        {"whole", I, PA, 1, 1, 10, .gap_ms = 300, .met = ESTB},
        {"ack of it", R, A, 1, 11, .met = ESTB},
    };
    /* That may come from whoever has dropped it. */
    static const struct segment reset[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"reset that acknowledges it", R, RA, 1, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, repeated, corroborated);
    PLAY_UNDER(&policy, received, contradicted);
    PLAY_UNDER(&policy, mended, nothing_said);
    PLAY_UNDER(&policy, reset, nothing_said);
}

/* Once contradicted, what was a drop before is none any more; it is still remarked upon. */
static void test_no_more_drops(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"ack of it", R, A, 1, 11, .met = ESTB},
        {"broken", I, PA, 11, 1, 10, .tweak = bad_checksum, .met = ESTB, .finds = SANITY},
        {"ack of it", R, A, 1, 21, .met = ESTB},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, rows, contradicted);
}

/* Unless the policy wants to know what the firewall would have done all the same. */
static void test_against_the_evidence(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"ack of it", R, A, 1, 11, .met = ESTB},
        {"broken", I, PA, 11, 1, 10, .met = ESTB, BROKEN},
        {"ack of it", R, A, 1, 21, .met = ESTB},
    };
    struct fwx_policy policy = checking();

    policy.against_evidence = true;
    PLAY_UNDER(&policy, rows, contradicted);
}

/* What was received once is not unheard because it is sent again. */
static void test_stays_contradicted(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"ack of it", R, A, 1, 11, .met = ESTB},
        {"broken again", I, PA, 1, 1, 10, .gap_ms = 300, .met = ESTB, BROKEN},
    };
    struct fwx_policy policy = checking();

    policy.against_evidence = true;
    PLAY_UNDER(&policy, rows, contradicted);
}

static void broken_untold(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
    assert_verdict(scene, 1, SCAN, 1);
}

/* A reset is no proof that what it answers has arrived: who drops may answer, too. */
static void test_broken_and_answered(void)
{
    static const struct segment rows[] = {
        {"null scan", I, 0, 1, .met = NONE, .finds = SANITY, .code = SCAN},
        {"reset of a closed port", R, RA, 0, 1, .conn = 2, .met = UNKN, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
    };

    PLAY(rows, broken_untold);
}

static void aborted(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
    assert_verdict(scene, 1, ABORTIVE, 4);
    g_assert_cmpuint(connection_of(scene, 1)->bytes[R], ==, 0); /* none of the connection's */
}

/* Data that came with a reset (RFC 1122, 4.2.2.12) passed, and may be acknowledged. */
static void test_reset_with_data(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"reset with a reason", R, RA, 1, 1, 10, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"ack of the reason", I, A, 1, 11, .met = RSET, .finds = LATE, .code = NOT_SYN},
    };

    PLAY(rows, aborted);
}

static void first_untold(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
    assert_verdict(scene, 1, SCAN, 1);
}

/* What its own sender resets, or what the other side says of itself, answers nothing. */
static void test_broken_and_not_answered(void)
{
    static const struct segment own_reset[] = {
        {"null scan", I, 0, 1, .met = NONE, .finds = SANITY, .code = SCAN},
        {"reset of the same side", I, RST, 1, .conn = 2, .met = UNKN, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
    };
    static const struct segment other_syn[] = {
        {"null scan", I, 0, 1, .met = NONE, .finds = SANITY, .code = SCAN},
        {"syn of the other side", R, S, 700, .conn = 2, .met = NONE},
    };

    PLAY(own_reset, first_untold);
    PLAY(other_syn, first_untold);
}

/* ---- what comes through after all ------------------------------------------------------------ */

static void test_comes_through(void)
{
    /* Its first byte does, and so do all bytes that may be acknowledged then. */
    static const struct segment with_more[] = {
        HANDSHAKE,
        EXCHANGE,
        {"broken", I, PA, 11, 11, 10, .met = ESTB, BROKEN},
        {"what came before it and its first byte", I, PA, 1, 11, 11, .met = ESTB},
        {"ack of that", R, A, 11, 12, .met = ESTB},
    };
    static const struct segment not_quite[] = {
        HANDSHAKE,
        EXCHANGE,
        {"broken", I, PA, 11, 11, 10, .met = ESTB, BROKEN},
        {"what came before it", I, PA, 1, 11, 10, .met = ESTB},
        {"ack of the broken one", R, A, 11, 21, .met = ESTB},
    };
    static const struct segment nothing_at_all[] = {
        HANDSHAKE,
        {"broken", I, PA, 1, 1, 10, .met = ESTB, BROKEN},
        {"ack", I, A, 11, 1, .met = ESTB},
        {"ack of the broken one", R, A, 1, 11, .met = ESTB},
    };
    /* A SYN-ACK that passes begins the numbers anew. */
    static const struct segment another_isn[] = {
        {"syn", I, S, 0, .met = NONE},
        {"broken syn-ack", R, SA, 0, 1, .met = SENT, BROKEN},
        {"syn-ack with another ISN", R, SA, 777000, 1, .met = SENT},
        {"ack of it", I, A, 1, 777001, .met = RECV},
    };
    struct fwx_policy policy = checking();

    PLAY_UNDER(&policy, with_more, nothing_said);
    PLAY_UNDER(&policy, not_quite, contradicted);
    PLAY_UNDER(&policy, nothing_at_all, contradicted);
    PLAY_UNDER(&policy, another_isn, nothing_said);
}

/* ---- windows --------------------------------------------------------------------------------- */

static void test_window(void)
{
    static const struct segment repeated[] = {
        HANDSHAKE,
        EXCHANGE,
        {"far ahead", I, PA, 900011, 11, 10, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"again", I, PA, 900011, 11, 10, .gap_ms = 300, .met = ESTB, .finds = WINDOW,
         .code = BAD_ACK},
    };
    static const struct segment received[] = {
        HANDSHAKE,
        EXCHANGE,
        {"far ahead", I, PA, 900011, 11, 10, .met = ESTB, .finds = WINDOW, .code = BAD_ACK},
        {"ack of it", R, A, 11, 900021, .met = ESTB},
        {"more", I, PA, 900021, 11, 10, .met = ESTB},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.sequence_window = true;
    PLAY_UNDER(&policy, repeated, corroborated);
    PLAY_UNDER(&policy, received, contradicted);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/handshake/none", test_handshake_none);
    g_test_add_func("/evidence/handshake/corroborated", test_handshake_corroborated);
    g_test_add_func("/evidence/handshake/contradicted", test_handshake_contradicted);
    g_test_add_func("/evidence/late", test_late);
    g_test_add_func("/evidence/late-after-reset", test_late_after_reset);
    g_test_add_func("/evidence/midstream", test_midstream);
    g_test_add_func("/evidence/quota", test_quota);
    g_test_add_func("/evidence/sanity", test_sanity);
    g_test_add_func("/evidence/no-more-drops", test_no_more_drops);
    g_test_add_func("/evidence/against-the-evidence", test_against_the_evidence);
    g_test_add_func("/evidence/stays-contradicted", test_stays_contradicted);
    g_test_add_func("/evidence/broken-and-answered", test_broken_and_answered);
    g_test_add_func("/evidence/broken-and-not-answered", test_broken_and_not_answered);
    g_test_add_func("/evidence/comes-through", test_comes_through);
    g_test_add_func("/evidence/reset-with-data", test_reset_with_data);
    g_test_add_func("/evidence/window", test_window);
    return g_test_run();
}
