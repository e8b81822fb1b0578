/* test_claim.c
 * A limit of an address is one claim: what refutes it, and what bears it out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

#include "engine/model/claim.h"

#define ASK(port, ms)                                                                              \
    {                                                                                              \
        "syn", I, S, 0, .conn = (port), .gap_ms = (ms)                                             \
    }
#define ANSWER(port)                                                                               \
    {                                                                                              \
        "syn-ack", R, SA, 0, 1, .conn = (port)                                                     \
    }
#define SHAKE(port)                                                                                \
    ASK(port, 10), ANSWER(port),                                                                   \
    {                                                                                              \
        "ack", I, A, 1, 1                                                                          \
    }

static void one_a_minute(struct fwx_policy *policy)
{
    policy->limits = (struct fwx_limits){.requests_per_minute = 1};
    policy->special_limits = (struct fwx_limits){0};
}

static void one_a_minute_all_the_same(struct fwx_policy *policy)
{
    one_a_minute(policy);
    policy->against_evidence = true;
}

static void three_a_minute_one_open(struct fwx_policy *policy)
{
    one_a_minute(policy);
    policy->limits = (struct fwx_limits){.requests_per_minute = 3, .concurrent = 1};
}

static void assert_claim(const struct scene *scene, uint32_t id, enum fwx_evidence evidence)
{
    g_assert_cmpint(fwx_claim_evidence(scene->engine, connection_of(scene, id)), ==, evidence);
}

static void borne_out(const struct scene *scene)
{
    assert_claim(scene, 1, FWX_EVIDENCE_NONE);
    assert_claim(scene, 2, FWX_CORROBORATED);
    assert_verdict(scene, 2, FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED, 4);
    assert_headline(scene, 2, "Beyond a limit of its address: others were answered before");
}

static void nothing_known(const struct scene *scene)
{
    assert_claim(scene, 2, FWX_EVIDENCE_NONE);
}

/* Corroborated only where attempts below the limit were answered, and those beyond were not. */
static void test_borne_out(void)
{
    static const struct story stories[] = {
        {"answered below, repeated beyond",
         {SHAKE(1), ASK(2, 10), ASK(2, 3000)},
         IS(UNANSWERED, LIMIT, TROUBLE),
         2,
         borne_out,
         one_a_minute},
        {"not answered below",
         {ASK(1, 10), ASK(2, 10), ASK(2, 3000)},
         IS(UNANSWERED, NONE, TROUBLE),
         2,
         nothing_known,
         one_a_minute},
        {"not repeated beyond",
         {SHAKE(1), ASK(2, 10), LATER(3000)},
         IS(UNANSWERED, NONE, TROUBLE),
         2,
         nothing_known,
         one_a_minute},
        {"answered below only afterwards",
         {ASK(1, 10), ASK(2, 10), ASK(2, 3000), ANSWER(1)},
         IS(UNANSWERED, LIMIT, TROUBLE),
         2,
         NULL,
         one_a_minute},
    };

    TELL(stories);
}

static void refuted(const struct scene *scene)
{
    assert_claim(scene, 2, FWX_CONTRADICTED);
    assert_claim(scene, 3, FWX_CONTRADICTED);
    g_assert_cmpuint(found(scene, 4, FWX_FINDING_QUOTA)->code, ==,
                     FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED); /* a finding stays */
}

static void no_more(const struct scene *scene)
{
    g_assert_null(find(scene, scene->frame, FWX_FINDING_QUOTA));
}

static void once_more(const struct scene *scene)
{
    g_assert_nonnull(find(scene, scene->frame, FWX_FINDING_QUOTA));
    assert_claim(scene, 3, FWX_CONTRADICTED);
}

/* Answered beyond it: for all connections of the address, before and behind. */
static void test_refuted(void)
{
    static const struct story stories[] = {
        {"another one beyond it",
         {SHAKE(1), ASK(2, 10), ASK(3, 10), ASK(3, 3000), ANSWER(2), {"ack", I, A, 1, 1}},
         IS(UNANSWERED, NONE, TROUBLE),
         3,
         refuted,
         one_a_minute},
        {"nothing is predicted afterwards",
         {SHAKE(1), ASK(2, 10), ANSWER(2), ASK(3, 10), ASK(3, 3000)},
         IS(UNANSWERED, NONE, TROUBLE),
         3,
         no_more,
         one_a_minute},
        {"but against the evidence",
         {SHAKE(1), ASK(2, 10), ANSWER(2), ASK(3, 10), ASK(3, 3000)},
         IS(UNANSWERED, NONE, TROUBLE),
         3,
         once_more,
         one_a_minute_all_the_same},
        {"the answered one works",
         {SHAKE(1), ASK(2, 10), ANSWER(2), {"ack", I, A, 1, 1}},
         IS(OPEN, NONE, OK),
         2,
         NULL,
         one_a_minute},
        {"by data, where the answer was missed",
         {SHAKE(1), ASK(2, 10), {"data", I, PA, 1, 1, 10}, ASK(3, 10)},
         IS(CUT, NONE, NOTE),
         3,
         no_more,
         one_a_minute},
    };

    TELL(stories);
}

static void by_rate(const struct scene *scene)
{
    assert_claim(scene, 2, FWX_CONTRADICTED);
    assert_claim(scene, 4, FWX_CORROBORATED);
    g_assert_cmpuint(found(scene, scene->frame, FWX_FINDING_QUOTA)->quota.quota, ==,
                     FWX_QUOTA_RATE);
}

static void not_borne_out(const struct scene *scene)
{
    assert_claim(scene, 4, FWX_EVIDENCE_NONE);
}

/* One limit is not the other. */
static void test_another_limit(void)
{
    static const struct story stories[] = {
        {"open ones refuted, then too many a minute",
         {SHAKE(1), ASK(2, 10), ANSWER(2), ASK(3, 10), ANSWER(3), ASK(4, 10), ASK(4, 3000)},
         IS(UNANSWERED, LIMIT, TROUBLE),
         4,
         by_rate,
         three_a_minute_one_open},
        {"nobody below is answered, and one beyond the other limit is",
         {ASK(1, 10), ASK(2, 10), ANSWER(2), ASK(3, 10), ASK(4, 10), ASK(4, 3000)},
         IS(UNANSWERED, NONE, TROUBLE),
         4,
         not_borne_out,
         three_a_minute_one_open},
    };

    TELL(stories);
}

static const struct fwx_address other = {{0x0102030405060708, 9}};

static void from_other(struct fwx_packet *packet)
{
    packet->src = other;
}

static void to_other(struct fwx_packet *packet)
{
    packet->dst = other;
}

static void other_address(const struct scene *scene)
{
    assert_claim(scene, 2, FWX_CONTRADICTED);
    assert_claim(scene, 4, FWX_CORROBORATED);
}

/* Nor is one address the other. */
static void test_another_address(void)
{
#define OTHER_ASKS(port, ms)                                                                       \
    {                                                                                              \
        "syn", I, S, 0, .conn = (port), .gap_ms = (ms), .tweak = from_other                        \
    }
#define OTHER_IS_ANSWERED(port)                                                                    \
    {                                                                                              \
        "syn-ack", R, SA, 0, 1, .conn = (port), .tweak = to_other                                  \
    }
    static const struct story stories[] = {
        {"refuted for the first only",
         {SHAKE(1), ASK(2, 10), ANSWER(2), OTHER_ASKS(1, 10), OTHER_IS_ANSWERED(1),
          OTHER_ASKS(2, 10), OTHER_ASKS(2, 3000)},
         IS(UNANSWERED, LIMIT, TROUBLE),
         4,
         other_address,
         one_a_minute},
        {"answered below, of the first only",
         {SHAKE(1), ASK(2, 10), OTHER_ASKS(1, 10), OTHER_ASKS(2, 10), OTHER_ASKS(2, 3000)},
         IS(UNANSWERED, NONE, TROUBLE),
         4,
         not_borne_out,
         one_a_minute},
    };
#undef OTHER_ASKS
#undef OTHER_IS_ANSWERED

    TELL(stories);
}

static void one_session_a_second(struct fwx_policy *policy)
{
    one_a_minute(policy);
    policy->limits = (struct fwx_limits){.non_tcp_per_second = 1};
}

static void answered_all_the_same(const struct scene *scene)
{
    assert_claim(scene, 2, FWX_CONTRADICTED);
}

static void test_datagrams(void)
{
#define QUERY(port)                                                                                \
    {                                                                                              \
        "query", I, 0, 0, 0, 30, .protocol = UDP, .conn = (port)                                   \
    }
    static const struct story stories[] = {
        {"not answered",
         {QUERY(1), QUERY(2)},
         IS(UNANSWERED, NONE, OK),
         2,
         nothing_known,
         one_session_a_second},
        {"answered",
         {QUERY(1), QUERY(2), {"response", R, 0, 0, 0, 30, .protocol = UDP}},
         IS(ANSWERED, NONE, OK),
         2,
         answered_all_the_same,
         one_session_a_second},
    };
#undef QUERY

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/claim/borne-out", test_borne_out);
    g_test_add_func("/claim/refuted", test_refuted);
    g_test_add_func("/claim/another-limit", test_another_limit);
    g_test_add_func("/claim/another-address", test_another_address);
    g_test_add_func("/claim/datagrams", test_datagrams);
    return g_test_run();
}
