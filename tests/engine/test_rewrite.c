/* test_rewrite.c
 * Both sides of a device that rewrites sequence numbers, in one capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

/* What the device adds to the numbers of each side. */
enum { X = 100000000, Y = 1000000000 };

/* Each packet at both places, with the same IP ID: "near" the side whose numbers are not yet
 * rewritten. The second copy comes after a millisecond. */
#define NEAR_I(name, flags, seq, ack, len, which, ms)                                              \
    {                                                                                              \
        name, I, flags, (seq), (ack), (len), .id = (which), .gap_ms = (ms)                         \
    }
#define TWICE_I(flags, seq, ack, len, x, y, which, ms)                                             \
    NEAR_I("of the initiator", flags, seq, (ack) + ((ack) ? (y) : 0), len, which, ms),             \
        NEAR_I("the same behind", flags, (seq) + (x), ack, len, which, 1)
#define TWICE_R(flags, seq, ack, len, x, y, which, ms)                                             \
    {"of the responder", R, flags, (seq), (ack) + (x), (len), .id = (which), .gap_ms = (ms)},      \
    {                                                                                              \
        "the same behind", R, flags, (seq) + (y), (ack), (len), .id = (which), .gap_ms = 1         \
    }

/* A conversation with a retransmission in it, and its close. */
#define CONVERSATION(x, y)                                                                         \
    TWICE_I(S, 0, 0, 0, x, 0, 2000, 10), TWICE_R(SA, 0, 1, 0, x, y, 3000, 10),                     \
        TWICE_I(A, 1, 1, 0, x, y, 2001, 10), TWICE_I(PA, 1, 1, 10, x, y, 2002, 10),                \
        TWICE_I(PA, 1, 1, 10, x, y, 2003, 1000), TWICE_R(PA, 1, 11, 20, x, y, 3001, 10),           \
        TWICE_I(FA, 11, 21, 0, x, y, 2004, 10), TWICE_R(FA, 21, 12, 0, x, y, 3002, 10),            \
        TWICE_I(A, 12, 22, 0, x, y, 2005, 10)

static void one_connection(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 1);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
    assert_verdict(scene, 1, FWX_E_GRACEFUL_SHUTDOWN, connection_of(scene, 1)->verdict_frame);
    for (uint32_t i = 0; i < fwx_engine_finding_count(scene->engine); i++) {
        const struct fwx_finding *finding = fwx_engine_finding(scene->engine, i);

        g_assert_true(finding->withheld || finding->kind == FWX_FINDING_CLOSE);
    }
}

static void twenty_bytes(const struct scene *scene)
{
    one_connection(scene);
    g_assert_cmpuint(connection_of(scene, 1)->bytes[I], ==, 20); /* ten of them twice */
    g_assert_cmpuint(connection_of(scene, 1)->bytes[R], ==, 20);
}

#define WORKS IS(CLOSED, NONE, OK), .ipv4 = true

static void test_one_packet(void)
{
    static const struct story stories[] = {
        {"nothing is rewritten", {CONVERSATION(0, 0)}, WORKS, .look = twenty_bytes},
        {"the initiator's numbers", {CONVERSATION(X, 0)}, WORKS, .look = twenty_bytes},
        {"the responder's", {CONVERSATION(0, Y)}, WORKS, .look = twenty_bytes},
        {"both", {CONVERSATION(X, Y)}, WORKS, .look = twenty_bytes},
        {"both, the other way round", {CONVERSATION(-X, -Y)}, WORKS, .look = twenty_bytes},
    };

    TELL(stories);
}

/* A retransmission at both places is one. */
static void three_times(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 2); /* see LATER() */
    assert_headline(scene, 1,
                    "The initiator is not heard: data sent 3 times in 3.0 s, to frame 11");
}

#define SHAKE(x, y)                                                                                \
    TWICE_I(S, 0, 0, 0, x, 0, 2000, 10), TWICE_R(SA, 0, 1, 0, x, y, 3000, 10),                     \
        TWICE_I(A, 1, 1, 0, x, y, 2001, 10)

static void test_retransmission(void)
{
    static const struct story stories[] = {
        {"twice, each at both places",
         {SHAKE(X, Y), TWICE_I(PA, 1, 1, 10, X, Y, 2002, 10),
          TWICE_I(PA, 1, 1, 10, X, Y, 2003, 3000), LATER(9000)},
         IS(OPEN, NONE, OK),
         .ipv4 = true},
        {"three times",
         {SHAKE(X, Y), TWICE_I(PA, 1, 1, 10, X, Y, 2002, 10),
          TWICE_I(PA, 1, 1, 10, X, Y, 2003, 999), TWICE_I(PA, 1, 1, 10, X, Y, 2004, 1999),
          LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE),
         .look = three_times,
         .ipv4 = true},
    };

    TELL(stories);
}

/* ---- another connection ---------------------------------------------------------------------- */

static void two_connections(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 2);
}

static void still_one(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 1);
    g_assert_cmpuint(notes_of(scene, 1)->shift[I], ==, (uint32_t)X);
}

#define SECOND_SYN(...)                                                                            \
    {                                                                                              \
        {"syn", I, S, 0, .id = 2000},                                                              \
        {                                                                                          \
            "syn", I, S, X, __VA_ARGS__                                                            \
        }                                                                                          \
    }

static void test_syn(void)
{
    static const struct story stories[] = {
        {"the same", SECOND_SYN(.id = 2000), IS(CUT, NONE, NOTE), .look = still_one, .ipv4 = true},
        {"after a second", SECOND_SYN(.id = 2000, .gap_ms = 1000), IS(CUT, NONE, NOTE),
         .look = still_one, .ipv4 = true},
        {"after 1.001 s", SECOND_SYN(.id = 2000, .gap_ms = 1001), IS(CUT, NONE, NOTE),
         .look = two_connections, .ipv4 = true},
        {"another ID", SECOND_SYN(.id = 2001), IS(CUT, NONE, NOTE), .look = two_connections},
        {"another window", SECOND_SYN(.id = 2000, .window = 8191), IS(CUT, NONE, NOTE),
         .look = two_connections},
        {"no ID",
         {{"syn", I, S, 0, .id = ZERO_ID}, {"syn", I, S, X, .id = ZERO_ID}},
         IS(CUT, NONE, NOTE),
         .look = two_connections},
    };

    TELL(stories);
}

static void shifted_by_synack(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 1);
    g_assert_true(notes_of(scene, 1)->shifted);
    g_assert_cmpuint(notes_of(scene, 1)->shift[R], ==, (uint32_t)Y);
    g_assert_null(find(scene, 3, FWX_FINDING_SYNACK_PAYLOAD));
}

static void another_synack(const struct scene *scene)
{
    g_assert_false(notes_of(scene, 1)->shifted);
    g_assert_nonnull(find(scene, 3, FWX_FINDING_SYNACK_PAYLOAD));
}

#define SECOND_SYN_ACK(...)                                                                        \
    {                                                                                              \
        {"syn", I, S, 0, .id = 2000}, {"syn-ack", R, SA, 0, 1, .id = 3000},                        \
            {"syn-ack", R, SA, Y, 1, __VA_ARGS__}, {"ack", I, A, 1, 1, .id = 2001},                \
            {"data", R, PA, 1, 1, 10, .id = 3100},                                                 \
        {                                                                                          \
            "ack", I, A, 1, 11, .id = 2003                                                         \
        }                                                                                          \
    }

static void test_synack(void)
{
    static const struct story stories[] = {
        {"the same", SECOND_SYN_ACK(.id = 3000), IS(OPEN, NONE, OK), .look = shifted_by_synack,
         .ipv4 = true},
        {"after a second", SECOND_SYN_ACK(.id = 3000, .gap_ms = 1000), IS(OPEN, NONE, OK),
         .look = shifted_by_synack, .ipv4 = true},
        {"after 1.001 s", SECOND_SYN_ACK(.id = 3000, .gap_ms = 1001), IS(OPEN, NONE, OK),
         .look = another_synack, .ipv4 = true},
        {"another ID", SECOND_SYN_ACK(.id = 3001), IS(OPEN, NONE, OK), .look = another_synack},
        {"another window", SECOND_SYN_ACK(.id = 3000, .window = 8191), IS(OPEN, NONE, OK),
         .look = another_synack},
    };

    TELL(stories);
}

/* ---- the SYN-ACK comes first from the other place ---------------------------------------------
 */

static void taken_back(const struct scene *scene)
{
    const struct fwx_finding *mismatch = found(scene, 2, FWX_FINDING_ACK_MISMATCH);

    g_assert_true(mismatch->withheld);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
    g_assert_cmpuint(notes_of(scene, 1)->old_answer, ==, 0);
    g_assert_cmpuint(notes_of(scene, 1)->shift[I], ==, (uint32_t)X);
    g_assert_cmpuint(notes_of(scene, 1)->shift[R], ==, (uint32_t)Y);
    assert_verdict(scene, 1, FWX_RESULT_OK, 4);
}

static void an_old_answer(const struct scene *scene)
{
    g_assert_false(found(scene, 2, FWX_FINDING_ACK_MISMATCH)->withheld);
    g_assert_cmpuint(notes_of(scene, 1)->old_answer, ==, 2);
}

static void no_verdict(const struct scene *scene)
{
    g_assert_true(found(scene, 2, FWX_FINDING_ACK_MISMATCH)->withheld);
    assert_no_verdict(scene, 1);
}

#define LATE_SYN_ACK(...)                                                                          \
    {                                                                                              \
        {"syn", I, S, 0, .id = 2000}, {"syn-ack behind", R, SA, Y, X + 1, .id = 3000},             \
            {"syn-ack", R, SA, 0, 1, __VA_ARGS__},                                                 \
        {                                                                                          \
            "ack", I, A, 1, 1, .id = 2001                                                          \
        }                                                                                          \
    }

static void test_synack_first(void)
{
    static const struct story stories[] = {
        {"the same", LATE_SYN_ACK(.id = 3000), IS(OPEN, NONE, OK), .look = taken_back,
         .ipv4 = true},
        {"the same, never acknowledged",
         {{"syn", I, S, 0, .id = 2000},
          {"syn-ack behind", R, SA, Y, X + 1, .id = 3000},
          {"syn-ack", R, SA, 0, 1, .id = 3000},
          LATER(1000)},
         IS(HALF_OPEN, NONE, TROUBLE),
         .look = no_verdict,
         .ipv4 = true},
        {"another ID", LATE_SYN_ACK(.id = 3001), IS(OPEN, NONE, OK), .look = an_old_answer},
        {"another window", LATE_SYN_ACK(.id = 3000, .window = 8191), IS(OPEN, NONE, OK),
         .look = an_old_answer},
    };

    TELL(stories);
}

/* ---- SACK ------------------------------------------------------------------------------------ */

static void sack_as_sent(struct fwx_packet *packet)
{
    packet->tcp.has_sack = true;
    packet->tcp.sack[0] = packet->tcp.ack + 10;
    packet->tcp.sack[1] = packet->tcp.ack + 20;
}

/* Its edges are brought into the connection's own numbers, too. */
static void test_sack(void)
{
    static const struct story stories[] = {
        {"behind the device",
         {SHAKE(X, Y),
          NEAR_I("lost", PA, 1, 1 + Y, 10, 2002, 10),
          TWICE_I(PA, 11, 1, 10, X, Y, 2003, 10),
          {"sack", R, A, 1, 1 + X, .id = 3001, .tweak = sack_as_sent},
          {"sack", R, A, 1, 1 + X, .id = 3002, .tweak = sack_as_sent}},
         IS(OPEN, NONE, OK),
         .ipv4 = true},
    };

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rewrite/one-packet", test_one_packet);
    g_test_add_func("/rewrite/retransmission", test_retransmission);
    g_test_add_func("/rewrite/syn", test_syn);
    g_test_add_func("/rewrite/synack", test_synack);
    g_test_add_func("/rewrite/synack-first", test_synack_first);
    g_test_add_func("/rewrite/sack", test_sack);
    return g_test_run();
}
