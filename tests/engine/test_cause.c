/* test_cause.c
 * Why a conversation went as it did: each cause with a twin, and which of two that both fit is
 * told.
 *
 * Not all pairs can meet: one ending has one silence, one limit or one old connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

enum { OLD = 9000000, FAR = 1 << 22, OTHER_TTL = 250 };

#define ICMP(who, about)                                                                           \
    {                                                                                              \
        "icmp", (who), 0, .protocol = ICMP_ERROR, .tweak = (about)                                 \
    }
#define DATA(ms)                                                                                   \
    {                                                                                              \
        "data", I, PA, 11, 11, 10, .gap_ms = (ms)                                                  \
    }
/* Nobody acknowledges it. */
#define THRICE DATA(10), DATA(1000), DATA(2000), LATER(2000)
#define FIN(who)                                                                                   \
    {                                                                                              \
        "fin", (who), FA, 11, 11                                                                   \
    }
#define SYN_ACK                                                                                    \
    {                                                                                              \
        "syn-ack", R, SA, 0, 1                                                                     \
    }

/* ---- padding, ACK mismatch ------------------------------------------------------------------- */

#define PADDED_SYN_ACK                                                                             \
    {                                                                                              \
        "syn-ack", R, SA, 0, 1, 2, .header = 24, .zeros = true                                     \
    }
#define WRONG_ACK                                                                                  \
    {                                                                                              \
        "ack", I, A, 1, 3                                                                          \
    }

static void padding_counted(const struct scene *scene)
{
    assert_headline(scene, 1,
                    "ACK of frame 3 is 2 too high: padding of frame 2 counted; 1 packet dropped");
}

static void padding_taken(const struct scene *scene)
{
    assert_headline(scene, 1, "2 bytes of padding in frame 2 counted as data");
}

static void too_high(const struct scene *scene)
{
    assert_headline(scene, 1, "ACK of frame 3 is 2 too high for frame 2; 1 packet dropped");
}

static void first_of_two(const struct scene *scene)
{
    assert_headline(scene, 1, "ACK of frame 3 is 2 too high for frame 2; 2 packets dropped");
}

static void too_low(const struct scene *scene)
{
    assert_headline(scene, 1, "ACK of frame 3 is 1 too low for frame 2; 1 packet dropped");
}

static void elsewhere(struct fwx_packet *packet)
{
    packet->src = (struct fwx_address){{0x0102030405060708, 9}};
}

static void test_mismatch(void)
{
    static const struct story stories[] = {
        {"padding before mismatch",
         {SYN, PADDED_SYN_ACK, WRONG_ACK},
         IS(HALF_OPEN, PADDING, TROUBLE),
         .look = padding_counted,
         .ipv4 = true},
        {"padding that harmed nobody",
         {SYN, PADDED_SYN_ACK, {"ack", I, A, 1, 1}},
         IS(OPEN, PADDING, NOTE),
         .look = padding_taken,
         .ipv4 = true},
        {"mismatch",
         {SYN, SYN_ACK, WRONG_ACK},
         IS(HALF_OPEN, ACK_MISMATCH, TROUBLE),
         .look = too_high},
        {"too low",
         {SYN, SYN_ACK, {"ack", I, A, 1, 0}},
         IS(HALF_OPEN, ACK_MISMATCH, TROUBLE),
         .look = too_low},
        {"two mismatches",
         {SYN, SYN_ACK, WRONG_ACK, {"ack", I, A, 1, 5}},
         IS(HALF_OPEN, ACK_MISMATCH, TROUBLE),
         .look = first_of_two},
        {"mismatch that was mended",
         {SYN, SYN_ACK, WRONG_ACK, {"ack", I, A, 1, 1}},
         IS(OPEN, NONE, OK)},
        {"mismatch that was mended, and a reset then",
         {SYN, SYN_ACK, WRONG_ACK, {"ack", I, A, 1, 1}, EXCHANGE, {"reset", R, RA, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"mismatch, and answered all the same",
         {SYN, SYN_ACK, WRONG_ACK, {"data", R, PA, 1, 1, 10}},
         IS(OPEN, NONE, OK)},
        {"mismatch, answered, and a reset then",
         {SYN, SYN_ACK, WRONG_ACK, {"data", R, PA, 1, 1, 10}, {"ack", I, A, 1, 11},
          {"reset", R, RA, 11, 1}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"mismatch, answered by a reset",
         {SYN, SYN_ACK, WRONG_ACK, {"reset", R, RST, 3}},
         IS(RESET, ACK_MISMATCH, TROUBLE)},
        {"mismatch before a lost translation",
         {SYN, SYN_ACK, WRONG_ACK, {"stray", R, A, 1, 3, .tweak = elsewhere}},
         IS(HALF_OPEN, ACK_MISMATCH, TROUBLE)},
        {"a lost translation, without",
         {HANDSHAKE, {"stray", R, A, 1, 1, .tweak = elsewhere}},
         IS(OPEN, TRANSLATION_LOST, NOTE)},
        {"port reuse is no mismatch",
         {SYN, {"syn-ack", R, SA, 5000, OLD}, LATER(1000)},
         IS(REFUSED, PORT_REUSE, TROUBLE)},
        {"a lost translation before too big segments",
         {HANDSHAKE,
          EXCHANGE,
          {"stray", R, PA, 1, 11, 10, .tweak = elsewhere},
          THRICE,
          ICMP(R, quotes_initiator)},
         IS(UNHEARD, TRANSLATION_LOST, TROUBLE)},
    };

    TELL(stories);
}

/* ---- forgotten ------------------------------------------------------------------------------- */

static void nobody_hears(const struct scene *scene)
{
    assert_headline(scene, 1, "Forgotten after 30.0 s of silence: nobody hears frame 7");
}

static void reset_answers(const struct scene *scene)
{
    assert_headline(scene, 1, "Forgotten after 1234 s of silence: a reset answers frame 7");
}

static void after_fin(const struct scene *scene)
{
    assert_headline(scene, 1, "Half-closed, then forgotten: nobody hears frame 11 any more");
}

static void reset_after_fin(const struct scene *scene)
{
    assert_headline(scene, 1, "Half-closed, then forgotten: what comes after the FIN is not heard");
}

static void too_big(struct fwx_packet *packet)
{
    quotes_initiator(packet);
    packet->icmp.type = packet->ip_version == 6 ? 2 : 3;
    packet->icmp.code = packet->ip_version == 6 ? 0 : 4;
}

static void other_ttl_and_payload(struct fwx_packet *packet)
{
    packet->ttl = OTHER_TTL;
    packet->tcp.payload_len = 9;
}

static void test_forgotten(void)
{
    static const struct story stories[] = {
        {"never answered",
         {HANDSHAKE, EXCHANGE, DATA(30000), DATA(1000), DATA(2000), LATER(2000)},
         IS(UNHEARD, FORGOTTEN, TROUBLE),
         .look = nobody_hears},
        {"silent for too short a time",
         {HANDSHAKE, EXCHANGE, DATA(19999), DATA(1000), DATA(2000), LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE)},
        {"answered by a reset",
         {HANDSHAKE, EXCHANGE, DATA(1234000), {"reset", R, RST, 11}},
         IS(RESET, FORGOTTEN, TROUBLE),
         .look = reset_answers},
        {"answered by one in between: forgotten all the same",
         {HANDSHAKE, EXCHANGE, DATA(30000), {"reset", R, RST, 11, .tweak = other_ttl_and_payload}},
         IS(RESET, FORGOTTEN, TROUBLE)},
        {"reset before the silence, and again when it ends",
         {HANDSHAKE, EXCHANGE, {"reset", R, RST, 11}, DATA(20000), {"reset", R, RST, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"as it is without the silence",
         {HANDSHAKE, EXCHANGE, {"reset", R, RST, 11}, DATA(19999), {"reset", R, RST, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"the same, and nobody hears what comes late",
         {HANDSHAKE,
          EXCHANGE,
          {"reset", R, RST, 11},
          DATA(20000),
          DATA(1000),
          DATA(2000),
          LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE)},
        {"half-closed, reset, and reset again after a silence",
         {HANDSHAKE,
          EXCHANGE,
          FIN(R),
          {"ack", I, A, 11, 12},
          {"reset", R, RST, 12},
          {"data", I, PA, 11, 12, 10, 20000},
          {"reset", R, RST, 12}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"a reset that its sender knows nothing of, and forgotten then",
         {HANDSHAKE,
          EXCHANGE,
          {"reset", R, RST, 11},
          {"data", R, PA, 11, 11, 10},
          {"ack", I, A, 11, 21},
          {"data", I, PA, 11, 21, 10, 20000},
          {"reset", R, RST, 21}},
         IS(RESET, FORGOTTEN, TROUBLE)},
        {"the silence was survived, and data are lost then",
         {HANDSHAKE,
          EXCHANGE,
          DATA(30000),
          {"ack", R, A, 11, 21},
          {"more", I, PA, 21, 11, 10},
          {"more", I, PA, 21, 11, 10, .gap_ms = 1000},
          {"more", I, PA, 21, 11, 10, .gap_ms = 2000},
          LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE)},
        {"the other side broke the silence",
         {HANDSHAKE, EXCHANGE, {"data", R, PA, 11, 11, 10, .gap_ms = 30000}, THRICE},
         IS(UNHEARD, NONE, TROUBLE)},
        {"before too big segments",
         {HANDSHAKE, EXCHANGE, DATA(30000), DATA(1000), DATA(2000), ICMP(R, too_big), LATER(2000)},
         IS(UNHEARD, FORGOTTEN, TROUBLE)},
        {"half-closed, and answered by a reset",
         {HANDSHAKE,
          EXCHANGE,
          FIN(R),
          {"ack", I, A, 11, 12},
          {"data", I, PA, 11, 12, 10, 30000},
          {"reset", R, RST, 12}},
         IS(RESET, HALF_CLOSED_FORGOTTEN, TROUBLE),
         .look = reset_after_fin},
        {"half-closed, and never answered",
         {HANDSHAKE,
          EXCHANGE,
          FIN(R),
          {"ack", I, A, 11, 12},
          {"data", I, PA, 11, 12, 10},
          {"data", I, PA, 11, 12, 10, 1000},
          {"data", I, PA, 11, 12, 10, 2000},
          LATER(2000)},
         IS(UNHEARD, HALF_CLOSED_FORGOTTEN, TROUBLE),
         .look = after_fin},
        {"half-closed, before too big segments",
         {HANDSHAKE,
          EXCHANGE,
          FIN(R),
          {"ack", I, A, 11, 12},
          {"data", I, PA, 11, 12, 10},
          {"data", I, PA, 11, 12, 10, 1000},
          {"data", I, PA, 11, 12, 10, 2000},
          ICMP(R, too_big),
          LATER(2000)},
         IS(UNHEARD, HALF_CLOSED_FORGOTTEN, TROUBLE)},
        {"lost before the other side's FIN",
         {HANDSHAKE,
          EXCHANGE,
          DATA(10),
          FIN(R),
          {"data", I, PA, 11, 12, 10, 1000},
          {"data", I, PA, 11, 12, 10, 2000},
          LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE)},
        {"half-closed by the one that is not heard",
         {HANDSHAKE,
          EXCHANGE,
          FIN(I),
          {"fin", I, FA, 11, 11, .gap_ms = 1000},
          {"fin", I, FA, 11, 11, .gap_ms = 2000},
          LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE)},
        {"the same with data, of which only copies are known",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11, 10},
          {"data", R, PA, 11, 11, 10},
          {"fin", I, FA, 11, 11, 10, 1000},
          {"fin", I, FA, 11, 11, 10, 1000},
          {"fin", I, FA, 11, 11, 10, 2000},
          LATER(2000)},
         IS(UNHEARD, NONE, TROUBLE)},
        {"half-closed, and the other side says that it is gone",
         {HANDSHAKE,
          EXCHANGE,
          FIN(R),
          {"ack", I, A, 11, 12},
          {"data", I, PA, 11, 12, 10},
          {"data", I, PA, 11, 12, 10, 1000},
          {"data", I, PA, 11, 12, 10, 2000},
          {"reset", R, RST, 12, .gap_ms = 2000}},
         IS(UNHEARD, NONE, TROUBLE)},
    };

    TELL(stories);
}

/* ---- too big -----------------------------------------------------------------------------------
 */

static void too_big_in_other_version(struct fwx_packet *packet)
{
    too_big(packet);
    packet->icmp.type = packet->ip_version == 6 ? 3 : 2;
}

static void unreachable(struct fwx_packet *packet)
{
    too_big(packet);
    packet->icmp.code = packet->ip_version == 6 ? 4 : 3;
    packet->icmp.type = packet->ip_version == 6 ? 1 : 3;
}

static void told(const struct scene *scene)
{
    assert_headline(scene, 1, "Told by ICMP in frame 10: port unreachable");
}

static void test_too_big(void)
{
    static const struct story stories[] = {
        {"told by ICMP",
         {HANDSHAKE, EXCHANGE, DATA(10), DATA(1000), DATA(2000), ICMP(R, too_big), LATER(2000)},
         IS(UNHEARD, MTU, TROUBLE)},
        {"told something else",
         {HANDSHAKE, EXCHANGE, DATA(10), DATA(1000), DATA(2000), ICMP(R, unreachable), LATER(2000)},
         IS(UNHEARD, ICMP, TROUBLE),
         .look = told},
        {"told in the other version's words",
         {HANDSHAKE, EXCHANGE, DATA(10), DATA(1000), DATA(2000), ICMP(R, too_big_in_other_version),
          LATER(2000)},
         IS(UNHEARD, ICMP, TROUBLE)},
        {"told, and heard then",
         {HANDSHAKE, EXCHANGE, DATA(10), ICMP(R, too_big), DATA(1000), {"ack", R, A, 11, 21}},
         IS(OPEN, NONE, OK)},
    };

    TELL(stories);
}

/* ---- checksums ---------------------------------------------------------------------------------
 */

static void good(struct fwx_packet *packet)
{
    packet->checksum = FWX_CHECKSUM_GOOD;
}

static void bad(struct fwx_packet *packet)
{
    packet->checksum = FWX_CHECKSUM_BAD;
}

#define GOOD_SYN                                                                                   \
    {                                                                                              \
        "syn", I, S, 0, .tweak = good                                                              \
    }
#define REST                                                                                       \
    SYN_ACK,                                                                                       \
    {                                                                                              \
        "ack", I, A, 1, 1                                                                          \
    }
/* 20 bytes of IP, 20 of TCP: with 5 bytes it is short, with 6 it is not. */
#define SHORT(who, seq, ms, checksum)                                                              \
    {                                                                                              \
        "short", (who), PA, (seq), 1, 5, .gap_ms = (ms), .tweak = (checksum)                       \
    }
#define LONG(seq, checksum)                                                                        \
    {                                                                                              \
        "long", I, PA, (seq), 1, 6, .tweak = (checksum)                                            \
    }

static void checksums(const struct scene *scene)
{
    assert_headline(scene, 1, "Checksums of short segments are wrong, those of longer ones right");
}

static void test_checksums(void)
{
#define BAD IS(UNHEARD, CHECKSUM_SHORT_FRAMES, TROUBLE), .ipv4 = true
#define NOT IS(UNHEARD, NONE, TROUBLE), .ipv4 = true
    static const struct story stories[] = {
        {"short ones are wrong",
         {GOOD_SYN, REST, SHORT(I, 1, 10, NULL), SHORT(I, 1, 1000, bad), SHORT(I, 1, 2000, bad),
          LATER(2000)},
         BAD,
         .look = checksums},
        {"one is",
         {GOOD_SYN, REST, SHORT(I, 1, 10, NULL), SHORT(I, 1, 1000, NULL), SHORT(I, 1, 2000, bad),
          LATER(2000)},
         NOT},
        {"and one is right",
         {GOOD_SYN, REST, SHORT(I, 1, 10, bad), SHORT(I, 1, 1000, good), SHORT(I, 1, 2000, bad),
          LATER(2000)},
         NOT},
        {"nothing is known of others",
         {SYN, REST, SHORT(I, 1, 10, NULL), SHORT(I, 1, 1000, bad), SHORT(I, 1, 2000, bad),
          LATER(2000)},
         NOT},
        {"a longer one is right",
         {SYN, REST, SHORT(I, 1, 10, bad), LONG(6, good), SHORT(I, 1, 1000, bad),
          SHORT(I, 1, 2000, NULL), LATER(2000)},
         BAD},
        {"a longer one is wrong: made by the network card",
         {GOOD_SYN, REST, SHORT(I, 1, 10, bad), LONG(6, bad), SHORT(I, 1, 1000, bad),
          SHORT(I, 1, 2000, NULL), LATER(2000)},
         NOT},
        {"even in another connection",
         {GOOD_SYN,
          REST,
          SHORT(I, 1, 10, bad),
          SHORT(I, 1, 1000, bad),
          SHORT(I, 1, 2000, NULL),
          {"long", I, PA, 1, 1, 6, .gap_ms = 2000, .conn = 2, .tweak = bad}},
         NOT},
        {"the SYN of the other side is right",
         {SYN,
          {"syn-ack", R, SA, 0, 1, .tweak = good},
          {"ack", I, A, 1, 1},
          SHORT(I, 1, 10, bad),
          SHORT(I, 1, 1000, bad),
          SHORT(I, 1, 2000, NULL),
          LATER(2000)},
         NOT},
        {"the responder's are wrong",
         {SYN,
          {"syn-ack", R, SA, 0, 1, .tweak = good},
          {"ack", I, A, 1, 1},
          SHORT(R, 1, 10, bad),
          SHORT(R, 1, 1000, bad),
          SHORT(R, 1, 2000, NULL),
          LATER(2000)},
         BAD},
        {"that harms nobody",
         {GOOD_SYN, REST, SHORT(I, 1, 10, bad), SHORT(I, 1, 1000, bad), {"ack", R, A, 1, 6}},
         IS(OPEN, NONE, OK),
         .ipv4 = true},
        {"too big segments before",
         {GOOD_SYN, REST, SHORT(I, 1, 10, NULL), SHORT(I, 1, 1000, bad), SHORT(I, 1, 2000, bad),
          ICMP(R, too_big), LATER(2000)},
         IS(UNHEARD, MTU, TROUBLE),
         .ipv4 = true},
        {"before ICMP",
         {GOOD_SYN, REST, SHORT(I, 1, 10, NULL), SHORT(I, 1, 1000, bad), SHORT(I, 1, 2000, bad),
          ICMP(R, unreachable), LATER(2000)},
         BAD},
    };
#undef BAD
#undef NOT

    TELL(stories);
}

/* ---- SACK
 * ---------------------------------------------------------------------------------------- */

static void sack(struct fwx_packet *packet, uint32_t begin)
{
    packet->tcp.has_sack = true;
    packet->tcp.sack[0] = begin;
    packet->tcp.sack[1] = begin + 10;
}

/* The initiator has sent up to 21, and 11 are acknowledged. */
static void sack_just_near(struct fwx_packet *packet)
{
    sack(packet, packet->tcp.ack + 10 + FAR);
}

static void sack_far(struct fwx_packet *packet)
{
    sack(packet, packet->tcp.ack + 10 + FAR + 1);
}

static void sack_just_near_below(struct fwx_packet *packet)
{
    sack(packet, packet->tcp.ack + 10 - FAR);
}

static void sack_far_below(struct fwx_packet *packet)
{
    sack(packet, packet->tcp.ack + 10 - FAR - 1);
}

#define SACK(block)                                                                                \
    {                                                                                              \
        "sack", R, A, 11, 11, .tweak = (block)                                                     \
    }

static void sack_says(const struct scene *scene)
{
    assert_headline(scene, 1, "SACK of frame 8 lies 4194305 bytes off all that was sent");
}

static void test_sack(void)
{
    static const struct story stories[] = {
        {"twice",
         {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_far), SACK(sack_far)},
         IS(OPEN, SACK_REWRITTEN, NOTE),
         .look = sack_says},
        {"once", {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_far)}, IS(OPEN, NONE, OK)},
        {"near enough",
         {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_just_near), SACK(sack_just_near)},
         IS(OPEN, NONE, OK)},
        {"below",
         {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_far_below), SACK(sack_far_below)},
         IS(OPEN, SACK_REWRITTEN, NOTE)},
        {"near enough below",
         {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_just_near_below), SACK(sack_just_near_below)},
         IS(OPEN, NONE, OK)},
        {"far below, of old copies (RFC 2883)",
         {HANDSHAKE,
          {"much", I, A, 1, 1, FAR},
          {"more", I, A, 1 + FAR, 1, 10},
          {"sack", R, A, 1, 1 + FAR, .tweak = sack_far_below},
          {"sack", R, A, 1, 1 + FAR, .tweak = sack_far_below}},
         IS(OPEN, NONE, OK)},
        {"of somebody of whom nothing was seen",
         {{"sack", R, A, 11, 11, .tweak = sack_far}, {"sack", R, A, 11, 11, .tweak = sack_far}},
         IS(ONE_WAY, NONE, NOTE)},
        {"before ICMP",
         {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_far), SACK(sack_far), DATA(1000), DATA(2000),
          ICMP(R, unreachable), LATER(2000)},
         IS(UNHEARD, SACK_REWRITTEN, TROUBLE)},
        {"before a reset that harms nobody",
         {HANDSHAKE,
          EXCHANGE,
          {"sack", R, A, 11, 11, .tweak = sack_far},
          {"sack", R, A, 11, 11, .tweak = sack_far},
          {"reset", R, RA, 11, 11}},
         IS(RESET, SACK_REWRITTEN, NOTE)},
        {"before one that does",
         {HANDSHAKE, EXCHANGE, DATA(10), SACK(sack_far), SACK(sack_far), {"reset", R, RA, 11, 11}},
         IS(RESET, SACK_REWRITTEN, TROUBLE)},
    };

    TELL(stories);
}

/* ---- ICMP, resets ------------------------------------------------------------------------------
 */

static void test_resets(void)
{
#define IN_BETWEEN(seq, ack)                                                                       \
    {                                                                                              \
        "reset", R, RA, (seq), (ack), 9, .ttl = OTHER_TTL                                          \
    }
    static const struct story stories[] = {
        {"icmp before a reset in between",
         {HANDSHAKE,
          EXCHANGE,
          DATA(10),
          DATA(1000),
          DATA(2000),
          ICMP(R, unreachable),
          {"reset", R, RA, 11, 11, 9, .ttl = OTHER_TTL, .gap_ms = 2000}},
         IS(UNHEARD, ICMP, TROUBLE)},
        {"icmp is not why it was reset",
         {HANDSHAKE, EXCHANGE, DATA(10), ICMP(R, unreachable), {"reset", R, RA, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"icmp, and it works all the same",
         {HANDSHAKE, EXCHANGE, ICMP(R, unreachable)},
         IS(OPEN, NONE, OK)},
        {"in between before a dirty close",
         {HANDSHAKE, EXCHANGE, FIN(I), IN_BETWEEN(11, 12)},
         IS(RESET, RESET_IN_BETWEEN, TROUBLE)},
        {"a dirty close",
         {HANDSHAKE, EXCHANGE, FIN(I), {"reset", R, RA, 11, 12}},
         IS(RESET, DIRTY_CLOSE, NOTE)},
        {"in between before the endpoint's",
         {HANDSHAKE, EXCHANGE, IN_BETWEEN(11, 11)},
         IS(RESET, RESET_IN_BETWEEN, TROUBLE)},
        {"one that is outside the window",
         {HANDSHAKE, EXCHANGE, IN_BETWEEN(1000000, 11)},
         IS(OPEN, NONE, OK)},
    };
#undef IN_BETWEEN

    TELL(stories);
}

/* What an error says, in the version's own numbers. */
static void test_icmp_words(void)
{
    static const struct {
        uint8_t version;
        uint8_t type;
        uint8_t code;
        const char *words;
    } cases[] = {
        {4, 3, 0, "network unreachable"},
        {4, 3, 1, "host unreachable"},
        {4, 3, 2, "protocol unreachable"},
        {4, 3, 3, "port unreachable"},
        {4, 3, 4, "fragmentation needed"},
        {4, 3, 5, "source route failed"},
        {4, 3, 6, "prohibited by policy"},
        {4, 3, 13, "prohibited by policy"},
        {4, 11, 0, "TTL exceeded on the way"},
        {4, 1, 0, "error"},
        {6, 1, 0, "no route"},
        {6, 1, 1, "prohibited by policy"},
        {6, 1, 2, "beyond scope"},
        {6, 1, 3, "address unreachable"},
        {6, 1, 4, "port unreachable"},
        {6, 1, 5, "prohibited by policy"},
        {6, 3, 0, "TTL exceeded on the way"},
        {6, 11, 0, "error"},
    };
    static const struct segment rows[] = {SYN, ICMP(R, quotes_initiator), {0}};
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = scene_of(&worlds[0], &policy, rows);
        struct fwx_notes *notes = fwx_notes_of(scene.engine, connection_of(&scene, 1));
        char *headline = g_strdup_printf("Refused by ICMP in frame 2: %s", cases[i].words);

        notes->icmp.version = cases[i].version;
        notes->icmp.type = cases[i].type;
        notes->icmp.code = cases[i].code;
        assert_headline(&scene, 1, headline);
        g_free(headline);
        scene_end(&scene);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cause/mismatch", test_mismatch);
    g_test_add_func("/cause/forgotten", test_forgotten);
    g_test_add_func("/cause/too-big", test_too_big);
    g_test_add_func("/cause/checksums", test_checksums);
    g_test_add_func("/cause/sack", test_sack);
    g_test_add_func("/cause/resets", test_resets);
    g_test_add_func("/cause/icmp-words", test_icmp_words);
    return g_test_run();
}
