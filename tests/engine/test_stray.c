/* test_stray.c
 * A translation that was lost: packets that belong to a connection by their numbers, under another
 * address or port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

static const struct fwx_address elsewhere = {{0x0102030405060708, 9}};

static void from_another_port(struct fwx_packet *packet)
{
    packet->src_port = 60000;
}

static void from_another_address(struct fwx_packet *packet)
{
    packet->src = elsewhere;
}

static void from_both(struct fwx_packet *packet)
{
    from_another_port(packet);
    from_another_address(packet);
}

static void to_another_port(struct fwx_packet *packet)
{
    packet->dst_port = 60000;
}

static void to_another_address(struct fwx_packet *packet)
{
    packet->dst = elsewhere;
}

static void another_and_to_another(struct fwx_packet *packet)
{
    from_another_address(packet);
    packet->dst_port = 60000;
}

static void another_and_1_ns_later(struct fwx_packet *packet)
{
    from_another_address(packet);
    packet->time++;
}

static void another_at_another_point(struct fwx_packet *packet)
{
    from_another_address(packet);
    packet->capture_point = 1;
}

enum { FRAME = EXCHANGED + 2 }; /* of the stray */

/* The initiator's data, and the answer that comes from elsewhere: it goes on from 11. */
#define ASKED                                                                                      \
    HANDSHAKE, EXCHANGE,                                                                           \
    {                                                                                              \
        "data", I, PA, 11, 11, 10                                                                  \
    }
#define STRAY(seq, len, ms, where)                                                                 \
    {                                                                                              \
        "stray", R, PA, (seq), 21, (len), .gap_ms = (ms), .tweak = (where)                         \
    }

static void both_told(const struct scene *scene)
{
    assert_account(scene, "the stray", 2, FWX_ENDING_ONE_WAY, FWX_CAUSE_TRANSLATION_LOST,
                   FWX_GRAVITY_NOTE);
    g_assert_cmpuint(notes_of(scene, 1)->translation, ==, FRAME);
    g_assert_cmpuint(notes_of(scene, 2)->translation, ==, 1);
    assert_headline(scene, 1,
                    "Translation lost: frame 8 belongs here, under another address or port");
}

static void a_reset(const struct scene *scene)
{
    assert_account(scene, "the stray", 2, FWX_ENDING_STRAY, FWX_CAUSE_TRANSLATION_LOST,
                   FWX_GRAVITY_TROUBLE);
}

static void none_told(const struct scene *scene)
{
    g_assert_cmpuint(notes_of(scene, 1)->translation, ==, 0);
    g_assert_cmpuint(notes_of(scene, 2)->translation, ==, 0);
}

#define LOST  IS(OPEN, TRANSLATION_LOST, NOTE), .look = both_told
#define APART IS(OPEN, NONE, OK), .look = none_told

/* The number that it has got to is that of the connection: what was sent already, from elsewhere.
 */
static void test_numbers(void)
{
    static const struct story stories[] = {
        {"the last bytes again", {ASKED, STRAY(1, 10, 10, from_another_address)}, LOST},
        {"one more", {ASKED, STRAY(1, 11, 10, from_another_address)}, APART},
        {"one less", {ASKED, STRAY(1, 9, 10, from_another_address)}, APART},
        {"only a reset",
         {ASKED, {"stray", R, RST, 11, .tweak = from_another_address}},
         IS(OPEN, TRANSLATION_LOST, NOTE),
         .look = a_reset},
        {"a reset off by one",
         {ASKED, {"stray", R, RST, 12, .tweak = from_another_address}},
         APART},
        {"of the initiator",
         {ASKED, {"stray", I, PA, 11, 11, 10, .tweak = from_another_address}},
         LOST},
    };

    TELL(stories);
}

static void test_place(void)
{
    static const struct story stories[] = {
        {"another port", {ASKED, STRAY(1, 10, 10, from_another_port)}, LOST},
        {"another address and port", {ASKED, STRAY(1, 10, 10, from_both)}, APART},
        {"to another port", {ASKED, STRAY(1, 10, 10, to_another_port)}, APART},
        {"to another address", {ASKED, STRAY(1, 10, 10, to_another_address)}, APART},
        {"another address, to another port",
         {ASKED, STRAY(1, 10, 10, another_and_to_another)},
         APART},
        {"at another capture point", {ASKED, STRAY(1, 10, 10, another_at_another_point)}, APART},
    };

    TELL(stories);
}

static void test_time(void)
{
    static const struct story stories[] = {
        {"2 s", {ASKED, STRAY(1, 10, 2000, from_another_address)}, LOST},
        {"2 s and 1 ns", {ASKED, STRAY(1, 10, 2000, another_and_1_ns_later)}, APART},
        {"2.001 s", {ASKED, STRAY(1, 10, 2001, from_another_address)}, APART},
    };
    static const struct story before[] = {
        {"begins before it",
         {{"stray", R, PA, 1, 21, 10, .tweak = from_another_address}, ASKED},
         IS(OPEN, NONE, OK),
         .id = 2,
         .look = none_told},
    };

    TELL(stories);
    TELL(before);
}

/* What is a connection of its own is no stray, and only what both ends were seen of has lost one.
 */
static void test_ends(void)
{
    static const struct story stories[] = {
        {"begins with a syn", {ASKED, {"syn", R, S, 10, .tweak = from_another_address}}, APART},
        {"both of its ends",
         {ASKED,
          STRAY(1, 10, 10, from_another_address),
          {"answer", I, A, 21, 11, .tweak = to_another_address}},
         APART},
        {"a reset as an answer",
         {ASKED,
          STRAY(1, 10, 10, from_another_address),
          {"answer", I, RST, 21, .tweak = to_another_address}},
         APART},
        {"of the connection only one end",
         {{"data", R, PA, 1, 11, 10}, {"stray", R, PA, 1, 11, 10, .tweak = from_another_address}},
         IS(ONE_WAY, NONE, NOTE),
         .look = none_told},
        {"of the connection both ends, and no syn",
         {{"data", I, PA, 1, 1, 10},
          {"data", R, PA, 1, 11, 10},
          {"stray", R, PA, 1, 11, 10, .tweak = from_another_address}},
         IS(OPEN, TRANSLATION_LOST, NOTE)},
    };

    TELL(stories);
}

static void goes_on(const struct scene *scene)
{
    g_assert_cmpint(found(scene, 7, FWX_FINDING_SILENCE)->silence.end, ==, FWX_SILENCE_OPEN);
}

/* Whoever waits for it repeats itself, and two copies are enough then. */
static void test_unheard(void)
{
    static const struct story stories[] = {
        {"two copies",
         {ASKED,
          STRAY(1, 10, 10, from_another_address),
          {"copy", I, PA, 11, 11, 10, .gap_ms = 200}},
         IS(UNHEARD, TRANSLATION_LOST, TROUBLE)},
        {"two copies, and the stray becomes a connection",
         {HANDSHAKE,
          EXCHANGE,
          {"data", I, PA, 11, 11, 10, .gap_ms = 30000},
          STRAY(1, 10, 10, from_another_address),
          {"copy", I, PA, 11, 11, 10, .gap_ms = 200},
          {"answer", I, A, 21, 11, .tweak = to_another_address}},
         IS(OPEN, NONE, OK),
         .look = goes_on},
        {"two copies, and another stray",
         {ASKED,
          STRAY(1, 11, 10, from_another_address),
          {"copy", I, PA, 11, 11, 10, .gap_ms = 200}},
         APART},
    };

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stray/numbers", test_numbers);
    g_test_add_func("/stray/place", test_place);
    g_test_add_func("/stray/time", test_time);
    g_test_add_func("/stray/ends", test_ends);
    g_test_add_func("/stray/unheard", test_unheard);
    return g_test_run();
}
