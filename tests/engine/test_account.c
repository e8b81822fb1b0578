/* test_account.c
 * What became of a conversation: every ending and how bad it is, each with a twin. Why:
 * test_cause.c; the endings of what is repeated, silent or claimed: test_repeat.c, test_speech.c,
 * test_claim.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

#define SYN_ACK                                                                                    \
    {                                                                                              \
        "syn-ack", R, SA, 0, 1                                                                     \
    }
#define FINS                                                                                       \
    {"fin", I, FA, 11, 11},                                                                        \
    {                                                                                              \
        "fin", R, FA, 11, 12                                                                       \
    }

/* ---- open and closed ------------------------------------------------------------------------- */

static void works_open(const struct scene *scene)
{
    assert_headline(scene, 1, "Works; open to the end of the capture");
}

static void waits(const struct scene *scene)
{
    assert_headline(scene, 1, "Open; data sent 3 times, to frame 9, has no answer yet");
}

static void works_closed(const struct scene *scene)
{
    assert_headline(scene, 1, "Works; closed in order");
}

static void test_works(void)
{
    static const struct story stories[] = {
        {"a handshake", {HANDSHAKE}, IS(OPEN, NONE, OK), .look = works_open},
        {"open for long", {HANDSHAKE, EXCHANGE, LATER(86400000)}, IS(OPEN, NONE, OK)},
        {"half-closed", {HANDSHAKE, EXCHANGE, {"fin", I, FA, 11, 11}}, IS(OPEN, NONE, OK)},
        {"the last ack is not captured", {HANDSHAKE, EXCHANGE, FINS}, IS(CLOSED, NONE, OK)},
        {"closed",
         {HANDSHAKE, EXCHANGE, FINS, {"last ack", I, A, 12, 12}},
         IS(CLOSED, NONE, OK),
         .look = works_closed},
        {"closed by a reset of its own",
         {HANDSHAKE, EXCHANGE, FINS, {"reset", I, RA, 12, 12}},
         IS(CLOSED, NONE, OK)},
        {"from the midst, both sides",
         {{"data", I, PA, 1, 1, 10}, {"ack", R, A, 1, 11}},
         IS(OPEN, NONE, OK)},
        {"repeated once, to the end",
         {HANDSHAKE, EXCHANGE, {"data", I, PA, 11, 11, 10}, {"again", I, PA, 11, 11, 10, .gap_ms = 300}},
         IS(OPEN, NONE, OK)},
        {"repeated twice",
         {HANDSHAKE,
          EXCHANGE,
          {"data", I, PA, 11, 11, 10},
          {"again", I, PA, 11, 11, 10, .gap_ms = 300},
          {"and again", I, PA, 11, 11, 10, .gap_ms = 600}},
         IS(OPEN, NONE, NOTE),
         .look = waits},
        {"repeated twice, and heard",
         {HANDSHAKE,
          EXCHANGE,
          {"data", I, PA, 11, 11, 10},
          {"again", I, PA, 11, 11, 10, .gap_ms = 300},
          {"and again", I, PA, 11, 11, 10, .gap_ms = 600},
          {"ack", R, A, 11, 21}},
         IS(OPEN, NONE, OK)},
        {"the handshake's end was missed",
         {SYN, SYN_ACK, {"data", R, PA, 1, 1, 10}, LATER(9000)},
         IS(OPEN, NONE, OK)},
        {"or data of the initiator were",
         {SYN, SYN_ACK, {"ack", R, A, 1, 11}, LATER(9000)},
         IS(OPEN, NONE, OK)},
    };

    TELL(stories);
}

/* ---- never established ----------------------------------------------------------------------- */

static void one_syn(const struct scene *scene)
{
    assert_headline(scene, 1, "No answer to 1 SYN in 1.0 s");
}

static void two_syns(const struct scene *scene)
{
    assert_headline(scene, 1, "No answer to 2 SYNs in 3.0 s");
}

static void two_attempts(const struct scene *scene)
{
    assert_account(scene, "the next one", 2, FWX_ENDING_CUT, FWX_CAUSE_NONE, FWX_GRAVITY_NOTE);
}

static void test_unanswered(void)
{
    static const struct story stories[] = {
        {"for a second", {SYN, LATER(1000)}, IS(UNANSWERED, NONE, TROUBLE), .look = one_syn},
        {"for 0.999 s", {SYN, LATER(999)}, IS(CUT, NONE, NOTE)},
        {"repeated",
         {SYN, {"again", I, S, 0, .gap_ms = 500}, LATER(10)},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"repeated, and nothing but SYNs in the capture",
         {SYN, {"again", I, S, 0, .gap_ms = 3000}},
         IS(UNANSWERED, NONE, TROUBLE),
         .look = two_syns},
        {"once, and nothing but SYNs in the capture",
         {SYN, {"another", I, S, 0, .conn = 2, .gap_ms = 3000}},
         IS(CUT, NONE, NOTE)},
        {"begins anew at once",
         {SYN, {"another", I, S, 5000, .gap_ms = 10}, LATER(10)},
         IS(UNANSWERED, NONE, TROUBLE),
         .look = two_attempts},
    };

    TELL(stories);
}

static void answered_in_2(const struct scene *scene)
{
    assert_headline(scene, 1, "Answered in frame 2, but the handshake was never completed");
}

static void test_half_open(void)
{
    static const struct story stories[] = {
        {"for a second",
         {SYN, SYN_ACK, LATER(1000)},
         IS(HALF_OPEN, NONE, TROUBLE),
         .look = answered_in_2},
        {"for 0.999 s", {SYN, SYN_ACK, LATER(999)}, IS(CUT, NONE, NOTE)},
        {"and nothing but SYNs in the capture",
         {SYN, SYN_ACK, {"another", I, S, 0, .conn = 2, .gap_ms = 9000}},
         IS(CUT, NONE, NOTE)},
        {"answered twice, the SYN was repeated",
         {SYN, {"again", I, S, 0, .gap_ms = 500}, SYN_ACK, LATER(10)},
         IS(HALF_OPEN, NONE, TROUBLE)},
        {"acknowledged with another number",
         {SYN, SYN_ACK, {"ack", I, A, 1, 3}},
         IS(HALF_OPEN, ACK_MISMATCH, TROUBLE)},
    };

    TELL(stories);
}

/* What a capture point shows of others: each has its own. */
static void elsewhere(struct fwx_packet *packet)
{
    packet->capture_point = 1;
}

static void test_scope(void)
{
    static const struct story stories[] = {
        {"only SYNs, and a reset of another",
         {SYN, {"another", I, S, 0, .conn = 2}, {"reset", R, RA, 0, 1, .gap_ms = 1000}},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"only SYNs, and an acknowledgement",
         {SYN, {"from the midst", I, A, 0, 1, .conn = 2, .gap_ms = 1000}, {"ack", R, A, 1, 1}},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"only SYNs here, and more at another point",
         {SYN,
          {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .gap_ms = 1000, .tweak = elsewhere}},
         IS(CUT, NONE, NOTE)},
        {"one direction of others",
         {SYN, {"syn", I, S, 0, .conn = 2}, {"ack", I, A, 1, 1}, LATER(1000)},
         IS(ONE_WAY, NONE, NOTE)},
        {"the responder's direction of others",
         {SYN, {"from the midst", R, A, 1, 1, .conn = 2}, LATER(1000)},
         IS(ONE_WAY, NONE, NOTE)},
        {"one direction of others, both of one",
         {SYN,
          {"syn", I, S, 0, .conn = 2},
          {"ack", I, A, 1, 1},
          {"syn", I, S, 0, .conn = 3},
          SYN_ACK,
          LATER(1000)},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"one direction of others, at another point",
         {SYN, {"from the midst", I, A, 0, 1, .conn = 2, .tweak = elsewhere}, LATER(1000)},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"a clock of its own",
         {SYN,
          {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO},
          {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, .gap_ms = 9000, .tweak = elsewhere}},
         IS(CUT, NONE, NOTE)},
    };

    TELL(stories);
}

/* ---- one direction, or no connection ----------------------------------------------------------
 */

static void only_responder(const struct scene *scene)
{
    assert_headline(scene, 1, "Only the responder's packets were captured");
}

static void repeats_itself(const struct scene *scene)
{
    assert_headline(scene, 1,
                    "Only the initiator's packets were captured; it repeats itself, 2 times");
}

static void test_one_way(void)
{
#define DATA(ms)                                                                                   \
    {                                                                                              \
        "data", I, PA, 1, 1, 10, .gap_ms = (ms)                                                    \
    }
    static const struct story stories[] = {
        {"the initiator's", {SYN, {"ack", I, A, 1, 1}}, IS(ONE_WAY, NONE, NOTE)},
        {"the responder's",
         {SYN_ACK, {"data", R, PA, 1, 1, 10}},
         IS(ONE_WAY, NONE, NOTE),
         .look = only_responder},
        {"from the midst", {DATA(10)}, IS(ONE_WAY, NONE, NOTE)},
        {"repeated",
         {SYN, {"ack", I, A, 1, 1}, DATA(10), DATA(1000)},
         IS(ONE_WAY, NONE, NOTE),
         .look = repeats_itself},
        {"repeated again",
         {SYN, {"ack", I, A, 1, 1}, DATA(10), DATA(1000), DATA(1000)},
         IS(ONE_WAY, NONE, TROUBLE)},
        {"the responder repeats once",
         {SYN_ACK, {"syn-ack", R, SA, 0, 1, .gap_ms = 1000}},
         IS(ONE_WAY, NONE, NOTE)},
        {"the responder repeats",
         {SYN_ACK,
          {"syn-ack", R, SA, 0, 1, .gap_ms = 1000},
          {"syn-ack", R, SA, 0, 1, .gap_ms = 1000}},
         IS(ONE_WAY, NONE, TROUBLE)},
        {"a reset is seen of the other side",
         {SYN, {"ack", I, A, 1, 1}, DATA(10), {"reset", R, RST, 1}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
    };
#undef DATA

    TELL(stories);
}

static void test_stray(void)
{
    static const struct story stories[] = {
        {"a reset", {{"reset", R, RST, 1}}, IS(STRAY, NONE, NOTE)},
        {"resets of both sides",
         {{"reset", R, RST, 1}, {"reset", I, RST, 1}},
         IS(STRAY, NONE, NOTE)},
        {"and a segment", {{"reset", R, RST, 1}, {"ack", I, A, 1, 1}}, IS(OPEN, NONE, OK)},
    };

    TELL(stories);
}

/* ---- refused --------------------------------------------------------------------------------- */

#define ICMP(who, about)                                                                           \
    {                                                                                              \
        "icmp", (who), 0, .protocol = ICMP_ERROR, .tweak = (about)                                 \
    }

static void refused_in_2(const struct scene *scene)
{
    assert_headline(scene, 1, "Refused by a reset in frame 2");
}

static void test_refused(void)
{
    static const struct story stories[] = {
        {"by a reset",
         {SYN, {"reset", R, RA, 0, 1}},
         IS(REFUSED, NONE, TROUBLE),
         .look = refused_in_2},
        {"by a reset of something else",
         {SYN, {"reset", R, RA, 0, 0}, LATER(1000)},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"by icmp", {SYN, ICMP(R, quotes_initiator)}, IS(REFUSED, ICMP, TROUBLE)},
        {"by icmp, and a reset",
         {SYN, ICMP(R, quotes_initiator), {"reset", R, RA, 0, 1}},
         IS(REFUSED, NONE, TROUBLE)},
        {"icmp about the responder",
         {SYN, ICMP(I, quotes_responder), LATER(1000)},
         IS(UNANSWERED, NONE, TROUBLE)},
        {"icmp, and answered all the same",
         {SYN, ICMP(R, quotes_initiator), SYN_ACK, LATER(1000)},
         IS(HALF_OPEN, ICMP, TROUBLE)},
        {"icmp, and established all the same",
         {SYN, ICMP(R, quotes_initiator), SYN_ACK, {"ack", I, A, 1, 1}},
         IS(OPEN, NONE, OK)},
        {"taken back by the initiator",
         {SYN, SYN_ACK, {"reset", I, RST, 1}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"taken back by the responder",
         {SYN, SYN_ACK, {"reset", R, RA, 1, 1}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
    };

    TELL(stories);
}

/* ---- the port of an older connection -----------------------------------------------------------
 */

enum { OLD = 9000000 };

#define OLD_ACK                                                                                    \
    {                                                                                              \
        "ack of the old one", R, A, 5000, OLD                                                      \
    }
#define GIVES_UP                                                                                   \
    {                                                                                              \
        "reset of the old one", I, RST, OLD                                                        \
    }
#define AGAIN                                                                                      \
    {                                                                                              \
        "syn again", I, S, 0, .gap_ms = 1000                                                       \
    }
#define WORKS                                                                                      \
    AGAIN, SYN_ACK,                                                                                \
    {                                                                                              \
        "ack", I, A, 1, 1                                                                          \
    }

static void answered_by_old(const struct scene *scene)
{
    assert_headline(scene, 1, "Port reused too early: an older connection answers in frame 2");
}

static void first_of_two(const struct scene *scene)
{
    assert_account(scene, "the first", 1, FWX_ENDING_REFUSED, FWX_CAUSE_PORT_REUSE,
                   FWX_GRAVITY_TROUBLE);
    assert_account(scene, "the third", 3, FWX_ENDING_OPEN, FWX_CAUSE_NONE, FWX_GRAVITY_OK);
}

static void test_port_reuse(void)
{
    static const struct story stories[] = {
        {"never made good",
         {SYN, OLD_ACK, LATER(1000)},
         IS(REFUSED, PORT_REUSE, TROUBLE),
         .look = answered_by_old},
        {"made good at once", {SYN, OLD_ACK, GIVES_UP, WORKS}, IS(REFUSED, PORT_REUSE, NOTE)},
        {"made good by the second attempt",
         {SYN, OLD_ACK, GIVES_UP, AGAIN, OLD_ACK, GIVES_UP, WORKS},
         IS(REFUSED, PORT_REUSE, TROUBLE),
         .id = 2,
         .look = first_of_two},
        {"the next one is not answered",
         {SYN, OLD_ACK, GIVES_UP, AGAIN, LATER(1000)},
         IS(REFUSED, PORT_REUSE, TROUBLE)},
        {"the next one is half-open",
         {SYN, OLD_ACK, GIVES_UP, AGAIN, SYN_ACK, LATER(1000)},
         IS(REFUSED, PORT_REUSE, TROUBLE)},
        {"answered in the end", {SYN, OLD_ACK, SYN_ACK, {"ack", I, A, 1, 1}}, IS(OPEN, NONE, OK)},
        {"refused by a reset as well",
         {SYN, OLD_ACK, {"reset", R, RA, 0, 1}},
         IS(REFUSED, NONE, TROUBLE)},
        {"a syn-ack of something else",
         {SYN, {"syn-ack", R, SA, 5000, OLD}, LATER(1000)},
         IS(REFUSED, PORT_REUSE, TROUBLE)},
    };

    TELL(stories);
}

/* ---- reset ----------------------------------------------------------------------------------- */

static void dirty(const struct scene *scene)
{
    assert_headline(scene, 1, "Reset in frame 8 instead of a FIN; nothing was lost");
}

static void dirty_with_loss(const struct scene *scene)
{
    assert_headline(scene, 1, "Reset in frame 9 instead of a FIN, with 10 bytes unacknowledged");
}

static void with_loss(const struct scene *scene)
{
    assert_headline(scene, 1, "Reset by the responder in frame 8, with 10 bytes unacknowledged");
}

static void by_initiator(const struct scene *scene)
{
    assert_headline(scene, 1, "Reset by the initiator in frame 7; nothing was lost");
}

static void by_one_side(const struct scene *scene)
{
    assert_headline(scene, 1, "Reset by one side in frame 3; nothing was lost");
}

static void after_silence(const struct scene *scene)
{
    assert_headline(scene, 1, "Reset by the responder in frame 7 after 25.0 s of silence");
}

static void tls_alert(struct fwx_packet *packet)
{
    static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 40};

    memcpy(packet->tcp.head, alert, sizeof alert);
    packet->tcp.head_len = sizeof alert;
}

static void test_reset(void)
{
    static const struct story stories[] = {
        {"dirty",
         {HANDSHAKE, EXCHANGE, {"fin", I, FA, 11, 11}, {"reset", R, RA, 11, 12}},
         IS(RESET, DIRTY_CLOSE, NOTE),
         .look = dirty},
        {"dirty, with loss",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11},
          {"data", R, PA, 11, 12, 10},
          {"reset", R, RA, 21, 12}},
         IS(RESET, DIRTY_CLOSE, TROUBLE),
         .look = dirty_with_loss},
        {"after the answer",
         {HANDSHAKE, EXCHANGE, {"reset", I, RA, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE),
         .look = by_initiator},
        {"after silence",
         {HANDSHAKE, EXCHANGE, {"reset", R, RA, 11, 11, .gap_ms = 25000}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE),
         .look = after_silence},
        {"instead of the answer",
         {HANDSHAKE, {"request", I, PA, 1, 1, 10}, {"ack", R, A, 1, 11}, {"reset", R, RA, 1, 11}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"with loss",
         {HANDSHAKE, EXCHANGE, {"data", I, PA, 11, 11, 10}, {"reset", R, RA, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE),
         .look = with_loss},
        {"from the midst",
         {{"data", I, PA, 1, 1, 10}, {"ack", R, A, 1, 11}, {"reset", R, RA, 1, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE),
         .look = by_one_side},
        {"from the midst, with loss",
         {{"ack", R, A, 1, 1}, {"data", I, PA, 1, 1, 10}, {"reset", R, RA, 1, 1}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"from the midst, with an alert",
         {{"data", I, PA, 1, 1, 10},
          {"alert", R, PA, 1, 11, 7, .tweak = tls_alert},
          {"ack", I, A, 11, 8},
          {"reset", I, RA, 11, 8}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"it ends nothing", {HANDSHAKE, EXCHANGE, {"reset", R, RST, 1000000}}, IS(OPEN, NONE, OK)},
    };

    TELL(stories);
}

/* ---- UDP and ICMP ---------------------------------------------------------------------------- */

static void quotes_query(struct fwx_packet *packet)
{
    quotes_initiator(packet);
    packet->icmp.quote.protocol = FWX_PROTOCOL_UDP;
}

static void quotes_response(struct fwx_packet *packet)
{
    quotes_responder(packet);
    packet->icmp.quote.protocol = FWX_PROTOCOL_UDP;
}

static void says_port(struct fwx_packet *packet)
{
    quotes_query(packet);
    packet->icmp.code = packet->ip_version == 6 ? 4 : 3;
}

/* The number of the other version. */
static void says_no_port(struct fwx_packet *packet)
{
    quotes_query(packet);
    packet->icmp.code = packet->ip_version == 6 ? 3 : 4;
}

static void says_time(struct fwx_packet *packet)
{
    quotes_query(packet);
    packet->icmp.type = packet->ip_version == 6 ? 3 : 11;
}

static void no_answer_to_2(const struct scene *scene)
{
    assert_headline(scene, 1, "No answer to 2 packets");
}

static void ttl_exceeded(const struct scene *scene)
{
    assert_headline(scene, 1, "Refused by ICMP in frame 2: TTL exceeded on the way");
}

static void test_sessions(void)
{
#define QUERY                                                                                      \
    {                                                                                              \
        "query", I, 0, 0, 0, 30, .protocol = UDP                                                   \
    }
    static const struct story stories[] = {
        {"answered",
         {QUERY, {"response", R, 0, 0, 0, 30, .protocol = UDP}},
         IS(ANSWERED, NONE, OK)},
        {"not answered", {QUERY, QUERY}, IS(UNANSWERED, NONE, OK), .look = no_answer_to_2},
        {"a closed port", {QUERY, ICMP(R, says_port)}, IS(REFUSED, ICMP, NOTE)},
        {"a closed port, twice", {QUERY, ICMP(R, says_port), QUERY}, IS(REFUSED, ICMP, TROUBLE)},
        {"another reason", {QUERY, ICMP(R, says_no_port)}, IS(REFUSED, ICMP, TROUBLE)},
        {"too far away",
         {QUERY, ICMP(R, says_time), QUERY},
         IS(REFUSED, ICMP, NOTE),
         .look = ttl_exceeded},
        {"about the response", {QUERY, ICMP(I, quotes_response)}, IS(UNANSWERED, NONE, OK)},
        {"answered all the same",
         {QUERY, ICMP(R, says_port), {"response", R, 0, 0, 0, 30, .protocol = UDP}},
         IS(ANSWERED, NONE, OK)},
        {"an echo",
         {{"ping", I, REQUEST, .protocol = ECHO}, {"reply", R, REPLY, .protocol = ECHO}},
         IS(ANSWERED, NONE, OK)},
    };
#undef QUERY

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/account/works", test_works);
    g_test_add_func("/account/unanswered", test_unanswered);
    g_test_add_func("/account/half-open", test_half_open);
    g_test_add_func("/account/scope", test_scope);
    g_test_add_func("/account/one-way", test_one_way);
    g_test_add_func("/account/stray", test_stray);
    g_test_add_func("/account/refused", test_refused);
    g_test_add_func("/account/port-reuse", test_port_reuse);
    g_test_add_func("/account/reset", test_reset);
    g_test_add_func("/account/sessions", test_sessions);
    return g_test_run();
}
