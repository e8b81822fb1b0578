/* test_repeat.c
 * Who repeats itself unheard, and who only seems to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

#define UNHEARD IS(UNHEARD, NONE, TROUBLE)
#define HEARD   IS(OPEN, NONE, OK)
#define WAITS   IS(OPEN, NONE, NOTE) /* too early to tell */

/* Ten bytes of the initiator, which the responder has not got. */
#define DATA                                                                                       \
    {                                                                                              \
        "data", I, PA, 11, 11, 10                                                                  \
    }
#define COPY(ms)                                                                                   \
    {                                                                                              \
        "copy", I, PA, 11, 11, 10, .gap_ms = (ms)                                                  \
    }

static void by_initiator(const struct scene *scene)
{
    g_assert_cmpint(account_of(scene, 1).unheard, ==, I);
}

static void by_responder(const struct scene *scene)
{
    g_assert_cmpint(account_of(scene, 1).unheard, ==, R);
}

static void three_in_three_seconds(const struct scene *scene)
{
    by_initiator(scene);
    assert_headline(scene, 1, "The initiator is not heard: data sent 3 times in 3.0 s, to frame 9");
}

static void test_copies(void)
{
    static const struct story stories[] = {
        {"three in 3 s",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), COPY(2000), LATER(2000)},
         UNHEARD,
         .look = three_in_three_seconds},
        {"three in 2.999 s",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), COPY(1999), LATER(1999)},
         WAITS},
        {"two in 3 s", {HANDSHAKE, EXCHANGE, DATA, COPY(3000), LATER(9000)}, HEARD},
        {"the third not waited out",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), COPY(2000), LATER(1999)},
         WAITS},
        {"the third not waited out, two in 3.5 s",
         {HANDSHAKE, EXCHANGE, DATA, COPY(3500), COPY(1000), LATER(999)},
         WAITS},
        {"the fourth not waited out",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), COPY(2000), COPY(4000), LATER(3999)},
         UNHEARD},
        {"the fourth not waited out, three in 2.999 s",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), COPY(1999), COPY(4000), LATER(3999)},
         WAITS},
        {"the fourth waited out, four in 6.999 s",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), COPY(1999), COPY(4000), LATER(4000)},
         UNHEARD},
    };

    TELL(stories);
}

/* When the first was sent is known only of the last payload of the connection. */
static void test_first_copy(void)
{
#define ANSWER                                                                                     \
    {                                                                                              \
        "data that acknowledges nothing new", R, PA, 11, 11, 10                                    \
    }
    static const struct story stories[] = {
        {"3 s since the first copy",
         {HANDSHAKE, EXCHANGE, DATA, ANSWER, COPY(1000), COPY(3000), LATER(3000)},
         UNHEARD},
        {"2.999 s since the first copy",
         {HANDSHAKE, EXCHANGE, DATA, ANSWER, COPY(1000), COPY(2999), LATER(2999)},
         WAITS},
    };
#undef ANSWER

    TELL(stories);
}

#define THRICE DATA, COPY(1000), COPY(2000)
#define ACK(number)                                                                                \
    {                                                                                              \
        "ack", R, A, 11, (number)                                                                  \
    }

static void test_acknowledged(void)
{
    static const struct story stories[] = {
        {"in the end", {HANDSHAKE, EXCHANGE, THRICE, ACK(21), LATER(9000)}, HEARD},
        {"the first byte", {HANDSHAKE, EXCHANGE, THRICE, ACK(12), LATER(9000)}, HEARD},
        {"only what was before", {HANDSHAKE, EXCHANGE, THRICE, ACK(11), LATER(9000)}, UNHEARD},
        {"by a reset without ACK, which acknowledges nothing",
         {HANDSHAKE, EXCHANGE, THRICE, LATER(2000), {"reset", R, RST, 11}},
         UNHEARD},
        {"by a segment without ACK, which does not either",
         {HANDSHAKE, EXCHANGE, THRICE, {"bare", R, FWX_PSH, 11, 0, 5}, LATER(2000)},
         UNHEARD},
        {"before it is repeated",
         {HANDSHAKE, EXCHANGE, DATA, ACK(21), COPY(1000), COPY(2000), LATER(9000)},
         HEARD},
        {"and then not any more",
         {HANDSHAKE,
          EXCHANGE,
          THRICE,
          ACK(21),
          {"more", I, PA, 21, 11, 10},
          {"copy", I, PA, 21, 11, 10, .gap_ms = 1500},
          {"copy", I, PA, 21, 11, 10, .gap_ms = 1500},
          LATER(1500)},
         UNHEARD},
        {"captured twice is not sent twice",
         {HANDSHAKE,
          EXCHANGE,
          {"data", I, PA, 11, 11, 10, .id = 2000},
          {"the same", I, PA, 11, 11, 10, .id = 2000},
          {"copy", I, PA, 11, 11, 10, .gap_ms = 2000, .id = 2001},
          {"the same", I, PA, 11, 11, 10, .gap_ms = 1000, .id = 2001},
          LATER(9000)},
         HEARD,
         .ipv4 = true},
    };

    TELL(stories);
}

/* The oldest that is missing tells. */
static void test_several(void)
{
#define SECOND(ms)                                                                                 \
    {                                                                                              \
        "the second", I, PA, 21, 11, 10, .gap_ms = (ms)                                            \
    }
    static const struct story stories[] = {
        {"each twice",
         {HANDSHAKE, EXCHANGE, DATA, SECOND(10), SECOND(1500), COPY(1500), SECOND(1500),
          LATER(9000)},
         HEARD},
        {"the first thrice",
         {HANDSHAKE, EXCHANGE, DATA, SECOND(10), SECOND(1500), COPY(1500), SECOND(1500), COPY(1500),
          LATER(9000)},
         UNHEARD},
        {"the second thrice, the first twice",
         {HANDSHAKE, EXCHANGE, DATA, SECOND(10), COPY(1500), SECOND(1500), SECOND(1500),
          LATER(9000)},
         HEARD},
    };
#undef SECOND

    TELL(stories);
}

static void test_window(void)
{
#define WINDOW_OF(size)                                                                            \
    {                                                                                              \
        "window", R, A, 11, 11, .window = (size)                                                   \
    }
    static const struct story stories[] = {
        {"closed", {HANDSHAKE, EXCHANGE, WINDOW_OF(ZERO_WINDOW), THRICE, LATER(9000)}, HEARD},
        {"of a byte", {HANDSHAKE, EXCHANGE, WINDOW_OF(1), THRICE, LATER(9000)}, UNHEARD},
        {"closed: a probe is no copy, when it opens again",
         {HANDSHAKE,
          EXCHANGE,
          WINDOW_OF(ZERO_WINDOW),
          {"probe", I, A, 11, 11, 1, .gap_ms = 1000},
          {"probe", I, A, 11, 11, 1, .gap_ms = 1000},
          {"probe", I, A, 11, 11, 1, .gap_ms = 2000},
          WINDOW_OF(100),
          LATER(9000)},
         HEARD},
        {"closed: two bytes are no probe",
         {HANDSHAKE,
          EXCHANGE,
          WINDOW_OF(ZERO_WINDOW),
          {"data", I, A, 11, 11, 2, .gap_ms = 1000},
          {"data", I, A, 11, 11, 2, .gap_ms = 1000},
          {"data", I, A, 11, 11, 2, .gap_ms = 2000},
          WINDOW_OF(100),
          LATER(9000)},
         UNHEARD},
        {"of the other side only a reset was seen",
         {SYN,
          {"ack", I, A, 1, 1},
          {"data", I, PA, 1, 1, 10},
          {"copy", I, PA, 1, 1, 10, .gap_ms = 1000},
          {"copy", I, PA, 1, 1, 10, .gap_ms = 2000},
          {"reset", R, RST, 100, .gap_ms = 2000}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"never seen: not zero",
         {SYN, {"ack", I, A, 1, 1}, {"data", I, PA, 1, 1, 1}, {"data", I, PA, 1, 1, 1}},
         IS(ONE_WAY, NONE, NOTE)},
    };
#undef WINDOW_OF

    TELL(stories);
}

#define FIN(who, ms)                                                                               \
    {                                                                                              \
        "fin", (who), FA, 11, 11, .gap_ms = (ms)                                                   \
    }

static void fin_thrice(const struct scene *scene)
{
    by_responder(scene);
    assert_headline(scene, 1, "The responder is not heard: FIN sent 3 times in 3.0 s, to frame 9");
}

static void test_fin(void)
{
    static const struct story stories[] = {
        {"unheard",
         {HANDSHAKE, EXCHANGE, FIN(R, 10), FIN(R, 1000), FIN(R, 2000), LATER(2000)},
         UNHEARD,
         .look = fin_thrice},
        {"2.999 s",
         {HANDSHAKE, EXCHANGE, FIN(R, 10), FIN(R, 1000), FIN(R, 1999), LATER(2000)},
         WAITS},
        {"both acknowledged",
         {HANDSHAKE,
          EXCHANGE,
          FIN(I, 10),
          {"fin", R, FA, 11, 12},
          {"last ack", I, A, 12, 12},
          {"fin", R, FA, 11, 12, .gap_ms = 1000},
          {"fin", R, FA, 11, 12, .gap_ms = 2000},
          LATER(9000)},
         IS(CLOSED, NONE, OK)},
        {"the last ack is missing",
         {HANDSHAKE,
          EXCHANGE,
          FIN(I, 10),
          {"fin", R, FA, 11, 12},
          {"fin", R, FA, 11, 12, .gap_ms = 1000},
          {"fin", R, FA, 11, 12, .gap_ms = 1000},
          {"fin", R, FA, 11, 12, .gap_ms = 2000},
          LATER(9000)},
         UNHEARD,
         .look = by_responder},
    };

    TELL(stories);
}

#define SYN_ACK(ms)                                                                                \
    {                                                                                              \
        "syn-ack", R, SA, 0, 1, .gap_ms = (ms)                                                     \
    }

static void synack_thrice(const struct scene *scene)
{
    by_responder(scene);
    assert_headline(scene, 1,
                    "The responder is not heard: SYN-ACK sent 3 times in 3.0 s, to frame 5");
}

/* Who repeats it has not got its acknowledgement, which was captured. */
static void test_synack(void)
{
    static const struct story stories[] = {
        {"although it was acknowledged",
         {HANDSHAKE, SYN_ACK(990), SYN_ACK(2000), LATER(2000)},
         UNHEARD,
         .look = synack_thrice},
        {"2.999 s", {HANDSHAKE, SYN_ACK(990), SYN_ACK(1999), LATER(2000)}, WAITS},
        {"never acknowledged",
         {SYN, SYN_ACK(10), SYN_ACK(1000), SYN_ACK(2000), LATER(2000)},
         UNHEARD,
         .look = by_responder},
        {"never acknowledged, twice",
         {SYN, SYN_ACK(10), SYN_ACK(3000), LATER(3000)},
         IS(HALF_OPEN, NONE, TROUBLE)},
        {"acknowledged behind its copies",
         {SYN, SYN_ACK(10), SYN_ACK(1000), SYN_ACK(2000), {"ack", I, A, 1, 1}, LATER(2000)},
         UNHEARD},
        {"over with the responder's next packet",
         {HANDSHAKE, SYN_ACK(990), SYN_ACK(2000), {"ack", R, A, 1, 1}, LATER(2000)},
         HEARD},
        {"and data are not heard then",
         {HANDSHAKE,
          SYN_ACK(990),
          {"data", R, PA, 1, 1, 10},
          {"copy", R, PA, 1, 1, 10, .gap_ms = 1000},
          {"copy", R, PA, 1, 1, 10, .gap_ms = 2000},
          LATER(2000)},
         UNHEARD,
         .look = by_responder},
        {"not with the initiator's",
         {HANDSHAKE, SYN_ACK(990), SYN_ACK(2000), {"data", I, PA, 1, 1, 10}, LATER(2000)},
         UNHEARD},
        {"of the other side only a reset was seen",
         {SYN_ACK(10), SYN_ACK(1000), SYN_ACK(2000), {"reset", I, RST, 1, .gap_ms = 2000}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"whatever the window",
         {{"syn", I, S, 0, .window = ZERO_WINDOW},
          SYN_ACK(10),
          SYN_ACK(1000),
          SYN_ACK(2000),
          LATER(2000)},
         UNHEARD},
    };

    TELL(stories);
}

static void another_ttl_and_payload(struct fwx_packet *packet)
{
    packet->ttl = 250;
    packet->tcp.payload_len = 5;
}

/* Two copies are enough where their sender then gives up. */
static void test_gives_up(void)
{
    static const struct story stories[] = {
        {"two and a reset",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), {"reset", I, RA, 21, 11}},
         UNHEARD,
         .look = by_initiator},
        {"one and a reset",
         {HANDSHAKE, EXCHANGE, DATA, {"reset", I, RA, 21, 11, .gap_ms = 1000}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"two and a reset of the other side",
         {HANDSHAKE, EXCHANGE, DATA, COPY(1000), {"reset", R, RA, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"the other side has closed",
         {HANDSHAKE, EXCHANGE, FIN(R, 10), DATA, COPY(1000), {"reset", I, RA, 21, 11}},
         IS(RESET, DIRTY_CLOSE, TROUBLE)},
        {"reset in between",
         {HANDSHAKE,
          EXCHANGE,
          DATA,
          COPY(1000),
          {"reset", I, RA, 21, 11, .tweak = another_ttl_and_payload}},
         IS(RESET, RESET_IN_BETWEEN, TROUBLE)},
        {"a reset before the copies",
         {HANDSHAKE, EXCHANGE, DATA, {"reset", I, RA, 21, 11}, COPY(1000)},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"the other side has closed, and three copies",
         {HANDSHAKE, EXCHANGE, FIN(R, 10), THRICE, {"reset", I, RA, 21, 11, .gap_ms = 2000}},
         IS(UNHEARD, HALF_CLOSED_FORGOTTEN, TROUBLE)},
    };

    TELL(stories);
}

/* ---- too big --------------------------------------------------------------------------------- */

enum { BLOCK = 5000 }; /* begins far behind all that is missing */

static void sack_of_1199(struct fwx_packet *packet)
{
    packet->tcp.has_sack = true;
    packet->tcp.sack[0] = packet->tcp.ack + BLOCK;
    packet->tcp.sack[1] = packet->tcp.sack[0] + 1199;
}

static void sack_of_1200(struct fwx_packet *packet)
{
    sack_of_1199(packet);
    packet->tcp.sack[1]++;
}

/* Of what has arrived twice (RFC 2883). */
static void sack_at_ack(struct fwx_packet *packet)
{
    packet->tcp.has_sack = true;
    packet->tcp.sack[0] = packet->tcp.ack;
    packet->tcp.sack[1] = packet->tcp.ack + 10;
}

static void sack_above_ack(struct fwx_packet *packet)
{
    sack_at_ack(packet);
    packet->tcp.sack[0]++;
}

#define SENT_TO_BLOCK                                                                              \
    {                                                                                              \
        "behind", I, A, 11 + BLOCK, 11, 1200, .gap_ms = 10                                         \
    }
#define SACK(number, block)                                                                        \
    {                                                                                              \
        "sack", R, A, 11, (number), .tweak = (block)                                               \
    }
#define OF(size, ms)                                                                               \
    {                                                                                              \
        "large", I, A, 11, 11, (size), .gap_ms = (ms)                                              \
    }
#define BIG(size, block)                                                                           \
    {                                                                                              \
        HANDSHAKE, EXCHANGE, OF(size, 10), SENT_TO_BLOCK, SACK(11, block), OF(size, 1000),         \
            OF(size, 2000), LATER(2000)                                                            \
    }
#define TOO_BIG IS(UNHEARD, MTU, TROUBLE)

static void says_how_big(const struct scene *scene)
{
    assert_headline(scene, 1, "Segments of 1200 bytes never arrive (3 copies), smaller ones do");
}

static void test_too_big(void)
{
    static const struct story stories[] = {
        {"1200 bytes", BIG(1200, sack_of_1199), TOO_BIG, .look = says_how_big},
        {"1199 bytes", BIG(1199, sack_of_1199), UNHEARD},
        {"what arrives is as big", BIG(1200, sack_of_1200), UNHEARD},
        {"a block at the ack is none", BIG(1200, sack_at_ack), UNHEARD},
        {"above it is one", BIG(1200, sack_above_ack), TOO_BIG},
        {"no block", BIG(1200, NULL), UNHEARD},
        {"the block comes behind the copies",
         {HANDSHAKE, EXCHANGE, OF(1200, 10), SENT_TO_BLOCK, OF(1200, 1000), OF(1200, 2000),
          SACK(11, sack_of_1199), LATER(2000)},
         TOO_BIG},
        {"a block behind something else is missing",
         {HANDSHAKE, EXCHANGE, OF(1200, 10), SENT_TO_BLOCK, OF(1200, 1000), OF(1200, 2000),
          SACK(1, sack_of_1199), LATER(2000)},
         UNHEARD},
        {"what was missing before has come",
         {HANDSHAKE,
          EXCHANGE,
          DATA,
          SENT_TO_BLOCK,
          SACK(11, sack_of_1199),
          COPY(100),
          SACK(21, NULL),
          {"large", I, A, 21, 11, 1200},
          {"large", I, A, 21, 11, 1200, .gap_ms = 1500},
          {"large", I, A, 21, 11, 1200, .gap_ms = 1500},
          LATER(1500)},
         UNHEARD},
    };

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repeat/copies", test_copies);
    g_test_add_func("/repeat/first-copy", test_first_copy);
    g_test_add_func("/repeat/acknowledged", test_acknowledged);
    g_test_add_func("/repeat/several", test_several);
    g_test_add_func("/repeat/window", test_window);
    g_test_add_func("/repeat/fin", test_fin);
    g_test_add_func("/repeat/synack", test_synack);
    g_test_add_func("/repeat/gives-up", test_gives_up);
    g_test_add_func("/repeat/too-big", test_too_big);
    return g_test_run();
}
