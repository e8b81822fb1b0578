/* test_conclusion.c
 * Verdicts that follow from nothing happening: no answer, silence, and all that needs no finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define NO_REPLY FWX_E_TCP_NO_SERVER_REPLY

enum { SECOND = 1000, DAY = 86400 * SECOND }; /* milliseconds */

/* The capture goes on elsewhere: with a datagram to a group, which is nobody's session. */
static void wait(struct scene *scene, int64_t ms)
{
    static const uint8_t group[4] = {224, 0, 0, 251};
    const struct segment row = {"elsewhere", I, 0, 0, 0, 10, .gap_ms = ms, .protocol = UDP};
    struct fwx_packet packet = scene_packet(scene, &row);

    packet.dst = fwx_address_from(group, 4);
    g_assert_null(fwx_engine_see(scene->engine, &packet));
}

static struct scene play(const struct fwx_policy *policy, const struct segment *rows,
                         unsigned count)
{
    struct scene scene = scene_new_under(&worlds[0], policy);

    for (unsigned i = 0; i < count; i++)
        scene_see(&scene, &rows[i]);
    return scene;
}

static void assert_ground(const struct scene *scene, uint32_t id, enum fwx_ground ground,
                          uint32_t code, uint32_t frame)
{
    assert_verdict(scene, id, code, frame);
    g_assert_cmpint(concluded(scene, id).ground, ==, ground);
}

/* ---- never answered -------------------------------------------------------------------------- */

static const struct segment unanswered[] = {
    {"syn", I, S, 0, .met = NONE},
    {"syn again", I, S, 0, .gap_ms = 3 * SECOND, .met = SENT},
    {"syn again", I, S, 0, .gap_ms = 6 * SECOND, .met = SENT},
};

/* 21 s after the first SYN, and not before. */
static void test_no_reply(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play(&policy, unanswered, G_N_ELEMENTS(unanswered));
    struct fwx_conclusion conclusion;

    assert_no_verdict(&scene, 1);
    wait(&scene, 12 * SECOND - 1);
    assert_no_verdict(&scene, 1);
    wait(&scene, 1);
    assert_ground(&scene, 1, FWX_GROUND_NO_REPLY, NO_REPLY, 3);
    conclusion = concluded(&scene, 1);
    g_assert_cmpint(conclusion.confidence, ==, FWX_ASSUMED);
    g_assert_cmpuint(conclusion.waited_s, ==, 21);
    g_assert_cmpuint(conclusion.status, ==, FWX_STATUS_TIMED_OUT);
    wait(&scene, 100 * SECOND);
    g_assert_cmpuint(concluded(&scene, 1).waited_s, ==, 121);
    /* Answered after all: what has not happened yet is never certain. */
    scene_see(&scene, &(struct segment){"syn-ack", R, SA, 0, 1, .met = SENT});
    assert_no_verdict(&scene, 1);
    scene_see(&scene, &(struct segment){"ack", I, A, 1, 1, .met = RECV});
    assert_ground(&scene, 1, FWX_GROUND_ESTABLISHED, FWX_RESULT_OK, scene.frame);
    scene_end(&scene);
}

static void test_no_reply_of_policies(void)
{
    static const struct {
        enum fwx_product product;
        uint32_t no_reply_s;
        int64_t wait_ms;
        bool concluded;
    } cases[] = {
        {FWX_ISA_2004, 21, 30 * SECOND, false},    {FWX_ISA_2006, 21, 30 * SECOND, true},
        {FWX_TMG_2010, 60, 50 * SECOND, false},    {FWX_TMG_2010, 60, 51 * SECOND, true},
        {FWX_TMG_2010, 0, 1000 * SECOND, false},   {FWX_TMG_2010, 21, -1000 * SECOND, false},
        {FWX_TMG_2010, 1, -9 * SECOND - 1, false}, {FWX_TMG_2010, 21, 365 * (int64_t)DAY, true},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_policy policy = fwx_policy_default();
        struct scene scene;

        policy.product = cases[i].product;
        policy.no_reply_s = cases[i].no_reply_s;
        scene = play(&policy, unanswered, G_N_ELEMENTS(unanswered));
        wait(&scene, cases[i].wait_ms);
        if (cases[i].concluded)
            assert_ground(&scene, 1, FWX_GROUND_NO_REPLY, NO_REPLY, 3);
        else
            assert_no_verdict(&scene, 1);
        scene_end(&scene);
    }
}

/* Half-open for other reasons, or begun before the capture: nothing is concluded. */
static void test_pending(void)
{
    static const struct segment answered[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
    };
    static const struct segment only_the_answer[] = {{"syn-ack", R, SA, 0, 1, .met = NONE}};
    static const struct segment midstream[] = {
        {"data", I, PA, 1, 1, 10, .met = UNKN},
        {"ack", R, A, 1, 11, .met = UNKN},
    };
    static const struct {
        const struct segment *rows;
        unsigned count;
    } cases[] = {{answered, 2}, {only_the_answer, 1}, {midstream, 2}};
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = play(&policy, cases[i].rows, cases[i].count);

        assert_no_verdict(&scene, 1);
        wait(&scene, 30 * SECOND);
        assert_no_verdict(&scene, 1);
        wait(&scene, 2 * (int64_t)DAY);
        assert_no_verdict(&scene, 1);
        scene_end(&scene);
    }
}

/* A SYN that was refused, or dropped at sight, has its verdict already. */
static void test_refused_is_no_silence(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play(&policy, rows, G_N_ELEMENTS(rows));

    wait(&scene, 30 * SECOND);
    assert_ground(&scene, 1, FWX_GROUND_FINDING, ABORTIVE, 2);
    g_assert_cmpuint(concluded(&scene, 1).status, ==, FWX_STATUS_CONNECTION_REFUSED);
    scene_end(&scene);
}

/* ---- silence --------------------------------------------------------------------------------- */

static void assert_idle(struct scene *scene, uint32_t id, uint32_t frame, uint32_t idle_s,
                        enum fwx_confidence confidence)
{
    struct fwx_conclusion conclusion = concluded(scene, id);

    assert_ground(scene, id, FWX_GROUND_IDLE, GRACEFUL, frame);
    g_assert_cmpuint(conclusion.idle_s, ==, idle_s);
    g_assert_cmpint(conclusion.confidence, ==, confidence);
}

static void test_idle_tcp(void)
{
    static const struct segment open[] = {HANDSHAKE, EXCHANGE};
    static const struct segment half_closed[] = {
        HANDSHAKE, EXCHANGE, {"fin", I, FA, 11, 11, .met = ESTB}};
    static const struct segment closing[] = {HANDSHAKE, EXCHANGE,
                                             {"fin", I, FA, 11, 11, .met = ESTB},
                                             {"fin", R, FA, 11, 11, .met = FINW}};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play(&policy, open, G_N_ELEMENTS(open));

    wait(&scene, DAY - 1);
    assert_ground(&scene, 1, FWX_GROUND_ESTABLISHED, FWX_RESULT_OK, 3);
    wait(&scene, 1);
    assert_idle(&scene, 1, EXCHANGED, 86400, FWX_ASSUMED);
    wait(&scene, -5);
    assert_ground(&scene, 1, FWX_GROUND_ESTABLISHED, FWX_RESULT_OK, 3);
    scene_end(&scene);

    scene = play(&policy, half_closed, G_N_ELEMENTS(half_closed));
    wait(&scene, DAY);
    assert_idle(&scene, 1, EXCHANGED + 1, 86400, FWX_ASSUMED);
    scene_end(&scene);

    scene = play(&policy, closing, G_N_ELEMENTS(closing));
    wait(&scene, DAY);
    assert_idle(&scene, 1, EXCHANGED + 2, 86400, FWX_ASSUMED);
    scene_end(&scene);

    policy.tcp_idle_s = 0;
    scene = play(&policy, open, G_N_ELEMENTS(open));
    wait(&scene, 1000 * (int64_t)DAY);
    assert_ground(&scene, 1, FWX_GROUND_ESTABLISHED, FWX_RESULT_OK, 3);
    scene_end(&scene);
}

/* A packet that tells no time takes none back. */
static void test_idle_before_no_time(void)
{
    static const struct segment open[] = {HANDSHAKE, EXCHANGE};
    static const struct segment error = {"elsewhere", I, 0, 0, 0, 10, .protocol = ICMP_ERROR};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play(&policy, open, G_N_ELEMENTS(open));
    struct fwx_packet packet;

    wait(&scene, DAY);
    packet = scene_packet(&scene, &error);
    packet.time = FWX_NO_TIME;
    g_assert_null(fwx_engine_see(scene.engine, &packet));
    assert_idle(&scene, 1, EXCHANGED, 86400, FWX_ASSUMED);
    scene_end(&scene);
}

static void test_idle_sessions(void)
{
    static const struct segment udp[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE}};
    static const struct segment echo[] = {
        {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .met = NONE}};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play(&policy, udp, 1);

    wait(&scene, 60 * SECOND - 1);
    assert_ground(&scene, 1, FWX_GROUND_ESTABLISHED, FWX_RESULT_OK, 1);
    wait(&scene, 1);
    assert_idle(&scene, 1, 1, 60, FWX_OBSERVED);
    scene_end(&scene);

    policy.udp_idle_s = 5;
    scene = play(&policy, echo, 1);
    wait(&scene, 5 * SECOND);
    assert_idle(&scene, 1, 1, 5, FWX_ASSUMED);
    scene_end(&scene);
}

static void expired(const struct scene *scene)
{
    struct fwx_conclusion conclusion = concluded(scene, 1);

    /* Both ends believe that they are connected: what was denied is the story, not the end. */
    g_assert_cmpint(conclusion.ground, ==, FWX_GROUND_FINDING);
    assert_verdict(scene, 1, NOT_SYN, EXCHANGED + 1);
    assert_evidence(scene, 1, FWX_CORROBORATED);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 2);
    g_assert_true(fwx_engine_conclude_silence(scene->engine, connection_of(scene, 1), &conclusion));
    g_assert_cmpint(conclusion.ground, ==, FWX_GROUND_IDLE);
    g_assert_cmpuint(conclusion.frame, ==, EXCHANGED);
    g_assert_cmphex(conclusion.code, ==, GRACEFUL);
    g_assert_cmpuint(conclusion.idle_s, ==, 86400);
    g_assert_cmpuint(conclusion.frame, ==, EXCHANGED); /* not that which came too late */
    g_assert_cmpuint(found(scene, EXCHANGED + 1, FWX_FINDING_NOT_SYN)->late.idle_s, ==, 86400);
    g_assert_cmpint(found(scene, EXCHANGED + 1, FWX_FINDING_NOT_SYN)->late.silence, ==,
                    86400 * FWX_SECOND);
    g_assert_cmpuint(found(scene, EXCHANGED + 1, FWX_FINDING_NOT_SYN)->late.gone_frame, ==,
                     EXCHANGED);
    assert_says(scene, EXCHANGED + 1, FWX_FINDING_NOT_SYN, "86400");
}

/* No firewall in between had forgotten it: nothing was denied. */
static void arrived(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_CONTRADICTED);
    g_assert_cmpint(concluded(scene, 1).ground, ==, FWX_GROUND_IDLE);
    g_assert_cmphex(concluded(scene, 1).code, ==, GRACEFUL);
}

/* What comes when it is forgotten is no SYN of anything. */
static void test_too_late(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"data, a day later", I, PA, 11, 11, 10, .gap_ms = DAY, .met = CLSD, .finds = LATE,
         .code = NOT_SYN},
        {"data again", I, PA, 11, 11, 10, .gap_ms = 300, .met = CLSD, .finds = LATE,
         .code = NOT_SYN},
        {"syn of the next", I, S, 5000, .conn = 2, .met = NONE},
    };
    static const struct segment just_in_time[] = {
        HANDSHAKE,
        EXCHANGE,
        {"data, a day later", I, PA, 11, 11, 10, .gap_ms = DAY - 1, .met = ESTB},
        {"data, the next day", I, PA, 21, 11, 10, .gap_ms = DAY - 1, .met = ESTB},
    };

    static const struct segment all_the_same[] = {
        HANDSHAKE,
        EXCHANGE,
        {"data, a day later", I, PA, 11, 11, 10, .gap_ms = DAY, .met = CLSD, .finds = LATE,
         .code = NOT_SYN},
        {"ack of it", R, A, 11, 21, .met = CLSD},
        {"data", R, PA, 11, 21, 10, .met = CLSD},
    };

    PLAY(rows, expired);
    PLAY(just_in_time, NULL);
    PLAY(all_the_same, arrived);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void test_evicted(void)
{
    static const struct segment query = {"query", I, 0, 0, 0, 30, .protocol = UDP, .met = NONE};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene;

    policy.limits.concurrent_udp = 1;
    scene = play(&policy, &query, 1);
    scene_see(&scene, &query);
    scene.port[I]++;
    scene_see(&scene, &query);
    assert_ground(&scene, 1, FWX_GROUND_EVICTED, GRACEFUL, 2);
    g_assert_cmpint(concluded(&scene, 1).confidence, ==, FWX_ASSUMED);
    assert_ground(&scene, 2, FWX_GROUND_ESTABLISHED, FWX_RESULT_OK, 3);
    wait(&scene, 100 * SECOND); /* and stays so */
    assert_ground(&scene, 1, FWX_GROUND_EVICTED, GRACEFUL, 2);
    scene_end(&scene);
}

/* The gravest finding: of a rank the first, and drops before kills before closes. */
static void test_findings_first(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 1 too low", I, A, 1, 0, .met = RECV},
        {"ack, 2 too low", I, A, 1, -1, .met = RECV},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play(&policy, rows, G_N_ELEMENTS(rows));

    assert_ground(&scene, 1, FWX_GROUND_FINDING, BAD_ACK, 3);
    wait(&scene, 2 * (int64_t)DAY); /* silence is no match for it */
    assert_ground(&scene, 1, FWX_GROUND_FINDING, BAD_ACK, 3);
    g_assert_cmpuint(concluded(&scene, 1).status, ==, 0);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conclusion/no-reply", test_no_reply);
    g_test_add_func("/conclusion/no-reply-of-policies", test_no_reply_of_policies);
    g_test_add_func("/conclusion/pending", test_pending);
    g_test_add_func("/conclusion/refused-is-no-silence", test_refused_is_no_silence);
    g_test_add_func("/conclusion/idle-tcp", test_idle_tcp);
    g_test_add_func("/conclusion/idle-before-no-time", test_idle_before_no_time);
    g_test_add_func("/conclusion/idle-sessions", test_idle_sessions);
    g_test_add_func("/conclusion/too-late", test_too_late);
    g_test_add_func("/conclusion/evicted", test_evicted);
    g_test_add_func("/conclusion/findings-first", test_findings_first);
    return g_test_run();
}
