/* test_origin.c
 * Who sent a reset: each sign alone and beside a TTL that does not fit, and what comes afterwards.
 * What the signs make of the firewall's verdict: test_injected.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

#include "engine/facts/origin.h"

#include "engine/reason.h"

enum { TTL = 57, OTHER_TTL = 250 };

#define UNKNOWN    FWX_ORIGIN_UNKNOWN
#define ENDPOINT   FWX_ORIGIN_ENDPOINT
#define IN_BETWEEN FWX_ORIGIN_IN_BETWEEN

static const struct fwx_reset *reset_in(const struct scene *scene, uint32_t frame)
{
    return &found(scene, frame, FWX_FINDING_RESET)->reset;
}

/* ---- at sight -------------------------------------------------------------------------------- */

struct sight {
    const char *name;
    struct segment rows[STORY_ROWS]; /* the last one is the reset */
    unsigned signs;
    enum fwx_origin origin;
    const char *words; /* of the signs, NULL: not looked at */
};

static void hold_sights(const struct sight *cases, unsigned count, bool ipv6)
{
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < count; i++) {
        for (unsigned world = 0; world < world_count; world++) {
            struct scene scene = scene_of(&worlds[world], &policy, cases[i].rows);
            const struct fwx_reset *reset = reset_in(&scene, scene.frame);
            char words[FWX_REASON_SIZE];

            g_test_message("%s: %s", worlds[world].name, cases[i].name);
            if (ipv6 || worlds[world].ip_version == 4) {
                g_assert_cmphex(reset->signs, ==, cases[i].signs);
                g_assert_cmpint(reset->origin, ==, cases[i].origin);
                if (cases[i].words)
                    g_assert_cmpstr(fwx_origin_signs(reset, words), ==, cases[i].words);
            }
            scene_end(&scene);
        }
    }
}

/* Both sides count their IP IDs from 1000, so that some resets need one of their own. The
 * responder's packets have IP IDs 1000 and 1001, a TTL of 57 and a window of 8192. */
#define RESET_WITH(...)                                                                            \
    {                                                                                              \
        HANDSHAKE, EXCHANGE,                                                                       \
        {                                                                                          \
            "reset", R, RA, 11, 11, __VA_ARGS__                                                    \
        }                                                                                          \
    }
/* Of the responder only the SYN-ACK was seen. */
#define EARLY_RESET_WITH(...)                                                                      \
    {                                                                                              \
        HANDSHAKE,                                                                                 \
        {                                                                                          \
            "reset", R, RA, 1, 1, __VA_ARGS__                                                      \
        }                                                                                          \
    }
#define OFF .ttl = OTHER_TTL

static void set_reserved(struct fwx_packet *packet)
{
    packet->tcp.reserved = 1;
}

/* What IPv6 has, too. */
static void test_signs(void)
{
    static const struct sight cases[] = {
        {"like all others", RESET_WITH(.len = 0), 0, ENDPOINT, ""},
        {"TTL", RESET_WITH(OFF), FWX_SIGN_TTL, UNKNOWN, "TTL 250 instead of 57"},
        {"payload", RESET_WITH(.len = 9), FWX_SIGN_PAYLOAD, ENDPOINT, "payload in a reset"},
        {"payload and TTL", RESET_WITH(.len = 9, OFF), FWX_SIGN_TTL | FWX_SIGN_PAYLOAD, IN_BETWEEN,
         "TTL 250 instead of 57, payload in a reset"},
        {"reserved", RESET_WITH(.tweak = set_reserved), FWX_SIGN_RESERVED, ENDPOINT,
         "reserved bits set"},
        {"reserved and TTL", RESET_WITH(.tweak = set_reserved, OFF),
         FWX_SIGN_TTL | FWX_SIGN_RESERVED, IN_BETWEEN, "TTL 250 instead of 57, reserved bits set"},
        {"window", RESET_WITH(.window = 99), 0, ENDPOINT, ""},
        {"window and TTL", RESET_WITH(.window = 99, OFF), FWX_SIGN_TTL | FWX_SIGN_WINDOW,
         IN_BETWEEN, "TTL 250 instead of 57, another window"},
        {"no window and TTL", RESET_WITH(.window = ZERO_WINDOW, OFF), FWX_SIGN_TTL, UNKNOWN, NULL},
        {"MAC", RESET_WITH(.mac = 77), 0, ENDPOINT, ""},
        {"MAC and TTL", RESET_WITH(.mac = 77, OFF), FWX_SIGN_TTL | FWX_SIGN_MAC, IN_BETWEEN,
         "TTL 250 instead of 57, another MAC address"},
        {"a hop more, and all else", RESET_WITH(.mac = 77, .window = 99, .ttl = TTL + 1),
         FWX_SIGN_TTL, UNKNOWN, NULL},
        {"a hop less, and all else", RESET_WITH(.mac = 77, .window = 99, .ttl = TTL - 1),
         FWX_SIGN_TTL, UNKNOWN, NULL},
        {"two hops more", RESET_WITH(.window = 99, .ttl = TTL + 2), FWX_SIGN_TTL | FWX_SIGN_WINDOW,
         IN_BETWEEN, NULL},
        {"two hops less", RESET_WITH(.window = 99, .ttl = TTL - 2), FWX_SIGN_TTL | FWX_SIGN_WINDOW,
         IN_BETWEEN, NULL},
        {"a hop more, and payload", RESET_WITH(.len = 9, .ttl = TTL + 1),
         FWX_SIGN_TTL | FWX_SIGN_PAYLOAD, IN_BETWEEN, NULL},
    };

    hold_sights(cases, G_N_ELEMENTS(cases), true);
}

/* What takes an IP ID. */
static void test_ids(void)
{
    static const struct sight cases[] = {
        {"ID far away", RESET_WITH(.id = 40000), 0, ENDPOINT, ""},
        {"ID far away and TTL", RESET_WITH(.id = 40000, OFF), FWX_SIGN_TTL | FWX_SIGN_IP_ID,
         IN_BETWEEN, "TTL 250 instead of 57, IP ID out of sequence"},
        {"8192 on, and TTL", RESET_WITH(.id = 1001 + 8192, OFF), FWX_SIGN_TTL, UNKNOWN, NULL},
        {"8193 on, and TTL", RESET_WITH(.id = 1001 + 8193, OFF), FWX_SIGN_TTL | FWX_SIGN_IP_ID,
         IN_BETWEEN, NULL},
        {"no ID, and TTL", RESET_WITH(.id = ZERO_ID, OFF), FWX_SIGN_TTL, UNKNOWN, NULL},
        {"the last ID of the other side", RESET_WITH(.id = 1003), FWX_SIGN_COPIED_ID, ENDPOINT,
         "IP ID of the packet that it answers"},
        {"that, and TTL", RESET_WITH(.id = 1003, OFF), FWX_SIGN_TTL | FWX_SIGN_COPIED_ID,
         IN_BETWEEN, "TTL 250 instead of 57, IP ID of the packet that it answers"},
        {"one but the last", RESET_WITH(.id = 1004, OFF), FWX_SIGN_TTL, UNKNOWN, NULL},
        {"IDs that jump",
         {{"syn", I, S, 0},
          {"syn-ack", R, SA, 0, 1, .id = 1000},
          {"ack", I, A, 1, 1},
          {"request", I, PA, 1, 1, 10},
          {"response", R, PA, 1, 11, 10, .id = 2025},
          {"reset", R, RA, 11, 11, .id = 40000, OFF}},
         FWX_SIGN_TTL,
         UNKNOWN,
         NULL},
        {"IDs that just do not jump",
         {{"syn", I, S, 0},
          {"syn-ack", R, SA, 0, 1, .id = 1000},
          {"ack", I, A, 1, 1},
          {"request", I, PA, 1, 1, 10},
          {"response", R, PA, 1, 11, 10, .id = 2024},
          {"reset", R, RA, 11, 11, .id = 40000, OFF}},
         FWX_SIGN_TTL | FWX_SIGN_IP_ID,
         IN_BETWEEN,
         NULL},
    };

    hold_sights(cases, G_N_ELEMENTS(cases), false);
}

/* Known from one packet or two: of weak signs one packet takes two. */
static void test_known_from_one(void)
{
    static const struct sight cases[] = {
        {"like the other one", EARLY_RESET_WITH(.id = 1005), 0, ENDPOINT, ""},
        {"window and TTL", EARLY_RESET_WITH(.id = 1005, .window = 99, OFF),
         FWX_SIGN_TTL | FWX_SIGN_WINDOW, UNKNOWN, NULL},
        {"MAC and TTL", EARLY_RESET_WITH(.id = 1005, .mac = 77, OFF), FWX_SIGN_TTL | FWX_SIGN_MAC,
         UNKNOWN, NULL},
        {"MAC, window and TTL", EARLY_RESET_WITH(.id = 1005, .mac = 77, .window = 99, OFF),
         FWX_SIGN_TTL | FWX_SIGN_MAC | FWX_SIGN_WINDOW, UNKNOWN, NULL},
        {"payload and TTL", EARLY_RESET_WITH(.id = 1005, .len = 9, OFF),
         FWX_SIGN_TTL | FWX_SIGN_PAYLOAD, IN_BETWEEN, NULL},
    };
    static const struct sight ids[] = {
        {"ID and TTL", EARLY_RESET_WITH(.id = 40000, OFF), FWX_SIGN_TTL | FWX_SIGN_IP_ID, UNKNOWN,
         NULL},
        {"ID, MAC and TTL", EARLY_RESET_WITH(.id = 40000, .mac = 77, OFF),
         FWX_SIGN_TTL | FWX_SIGN_IP_ID | FWX_SIGN_MAC, UNKNOWN, NULL},
        {"ID, window and TTL", EARLY_RESET_WITH(.id = 40000, .window = 99, OFF),
         FWX_SIGN_TTL | FWX_SIGN_IP_ID | FWX_SIGN_WINDOW, IN_BETWEEN, NULL},
    };
    static const struct sight none[] = {
        {"never seen",
         {SYN, {"reset", R, RA, 0, 1, .window = 99, .id = 1005, OFF}},
         0,
         UNKNOWN,
         ""},
        {"seen with two TTLs",
         {HANDSHAKE,
          {"request", I, PA, 1, 1, 10},
          {"response", R, PA, 1, 11, 10, .ttl = TTL + 1},
          {"reset", R, RA, 11, 11, .window = 99, .id = 1010, OFF}},
         FWX_SIGN_TTL,
         UNKNOWN,
         NULL},
        {"between two TTLs",
         {HANDSHAKE,
          {"request", I, PA, 1, 1, 10},
          {"response", R, PA, 1, 11, 10, .ttl = TTL + 2},
          {"reset", R, RA, 11, 11, .window = 99, .id = 1010, .ttl = TTL + 1}},
         0,
         ENDPOINT,
         ""},
        {"a silence that it ends",
         {HANDSHAKE, EXCHANGE, {"reset", R, RA, 11, 11, .gap_ms = 20000}},
         0,
         UNKNOWN,
         ""},
        {"a silence that it has broken in vain",
         {HANDSHAKE,
          EXCHANGE,
          {"data", R, PA, 11, 11, 10, .gap_ms = 20000},
          {"reset", R, RA, 21, 11, .id = 1010}},
         0,
         UNKNOWN,
         ""},
        {"a silence that is too short",
         {HANDSHAKE, EXCHANGE, {"reset", R, RA, 11, 11, .gap_ms = 19999}},
         0,
         ENDPOINT,
         ""},
    };

    hold_sights(cases, G_N_ELEMENTS(cases), true);
    hold_sights(ids, G_N_ELEMENTS(ids), false);
    hold_sights(none, G_N_ELEMENTS(none), true);
}

/* Whoever guesses sends several (Weaver et al., 4). */
static void test_second_above(void)
{
#define TWO(first, first_ttl, second, second_ttl)                                                  \
    {                                                                                              \
        HANDSHAKE, EXCHANGE, {"reset", R, RST, (first), .id = 1010, .ttl = (first_ttl)},           \
        {                                                                                          \
            "reset", R, RST, (second), .id = 1011, .ttl = (second_ttl)                             \
        }                                                                                          \
    }
    static const struct sight cases[] = {
        {"above", TWO(11, TTL, 12, TTL), FWX_SIGN_ABOVE, ENDPOINT,
         "one of several with rising numbers"},
        {"above, and TTL", TWO(11, OTHER_TTL, 12, OTHER_TTL), FWX_SIGN_ABOVE | FWX_SIGN_TTL,
         IN_BETWEEN, "TTL 250 instead of 57, one of several with rising numbers"},
        {"the same", TWO(11, OTHER_TTL, 11, OTHER_TTL), FWX_SIGN_TTL, UNKNOWN, NULL},
        {"below", TWO(12, OTHER_TTL, 11, OTHER_TTL), FWX_SIGN_TTL, UNKNOWN, NULL},
        {"another TTL than the first", TWO(11, OTHER_TTL, 12, OTHER_TTL - 1), FWX_SIGN_TTL, UNKNOWN,
         NULL},
        {"the first lies below what was sent", TWO(10, OTHER_TTL, 12, OTHER_TTL), FWX_SIGN_TTL,
         UNKNOWN, NULL},
        {"the first is the other side's",
         {HANDSHAKE, EXCHANGE, {"reset", I, RST, 11}, {"reset", R, RST, 12, .id = 1011, OFF}},
         FWX_SIGN_TTL,
         UNKNOWN,
         NULL},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(&worlds[0], &policy, cases[1].rows);
#undef TWO

    hold_sights(cases, G_N_ELEMENTS(cases), true);
    g_assert_cmphex(reset_in(&scene, EXCHANGED + 1)->signs, ==, FWX_SIGN_ABOVE | FWX_SIGN_TTL);
    g_assert_cmpint(reset_in(&scene, EXCHANGED + 1)->origin, ==, IN_BETWEEN);
    scene_end(&scene);
}

/* A refusal of a SYN has the number 0, and no place above. */
static void test_number_0(void)
{
    static const struct segment rows[] = {
        SYN,
        {"reset", R, RA, 0, 1, .id = 1005, OFF},
        {"reset", R, RA, 1, 1, .id = 1006, OFF},
        {0},
    };
    const struct world world = {"number 0", {1000, 0}, 4, 0};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(&world, &policy, rows);

    g_assert_cmphex(reset_in(&scene, 2)->signs, ==, 0);
    g_assert_cmphex(reset_in(&scene, 3)->signs, ==, 0);
    scene_end(&scene);
}

/* ---- afterwards ------------------------------------------------------------------------------ */

enum { BEHIND = EXCHANGED + 2 }; /* frame of a reset behind data of the initiator, see UNDER_WAY */

#define UNDER_WAY                                                                                  \
    {                                                                                              \
        "data", I, PA, 11, 11, 10                                                                  \
    }
#define RESETS                                                                                     \
    {                                                                                              \
        "reset", R, RA, 11, 11                                                                     \
    }

static void doubted(const struct scene *scene)
{
    g_assert_cmphex(reset_in(scene, BEHIND)->signs, ==, FWX_SIGN_GOES_ON);
    g_assert_cmpint(reset_in(scene, BEHIND)->origin, ==, IN_BETWEEN);
    g_assert_true(notes_of(scene, 1)->doubted);
    g_assert_cmpuint(notes_of(scene, 1)->reset, !=, 0);
    assert_headline(scene, 1, "Reset from in between in frame 8: its endpoint goes on afterwards");
}

static void not_doubted(const struct scene *scene)
{
    g_assert_cmphex(reset_in(scene, BEHIND)->signs, ==, 0);
    g_assert_false(notes_of(scene, 1)->doubted);
}

static void not_heeded(const struct scene *scene)
{
    g_assert_cmphex(reset_in(scene, BEHIND)->signs, ==, FWX_SIGN_GOES_ON);
    g_assert_false(notes_of(scene, 1)->doubted);
    g_assert_cmpuint(notes_of(scene, 1)->reset, ==, 0);
}

static void without_ack(struct fwx_packet *packet)
{
    packet->tcp.flags &= (uint8_t)~FWX_ACK;
}

#define IT_GOES_ON   IS(RESET, RESET_IN_BETWEEN, TROUBLE), .look = doubted
#define IT_DOES_NOT  IS(RESET, RESET_BY_ENDPOINT, TROUBLE), .look = not_doubted
#define THEY_BOTH_DO IS(OPEN, RESET_IN_BETWEEN, NOTE), .look = not_heeded
#define BEGINS       HANDSHAKE, EXCHANGE, UNDER_WAY

static void test_goes_on(void)
{
    static const struct story stories[] = {
        {"says nothing more", {BEGINS, RESETS}, IT_DOES_NOT},
        {"a higher acknowledgement", {BEGINS, RESETS, {"ack", R, A, 11, 21}}, IT_GOES_ON},
        {"by a byte", {BEGINS, RESETS, {"ack", R, A, 11, 12}}, IT_GOES_ON},
        {"the same", {BEGINS, RESETS, {"ack", R, A, 11, 11}}, IT_DOES_NOT},
        {"the reset has acknowledged as much",
         {BEGINS, {"reset", R, RA, 11, 21}, {"ack", R, A, 11, 21}},
         IT_DOES_NOT},
        {"less than that", {BEGINS, {"reset", R, RA, 11, 21}, {"ack", R, A, 11, 20}}, IT_DOES_NOT},
        {"more than a reset without ACK",
         {BEGINS, {"reset", R, RST, 11}, {"ack", R, A, 11, 12}},
         IT_GOES_ON},
        {"the same, and a number where it has no ACK",
         {BEGINS, {"reset", R, RA, 11, 21, .tweak = without_ack}, {"ack", R, A, 11, 12}},
         IT_GOES_ON},
        {"new bytes", {BEGINS, RESETS, {"data", R, PA, 11, 11, 10}}, IT_GOES_ON},
        {"a new byte", {BEGINS, RESETS, {"data", R, PA, 1, 11, 11}}, IT_GOES_ON},
        {"a fin", {BEGINS, RESETS, {"fin", R, FA, 11, 11}}, IT_GOES_ON},
        {"old bytes, held back on the way",
         {BEGINS, RESETS, {"response", R, PA, 1, 11, 10}},
         IT_DOES_NOT},
        {"bytes before the reset's number, held back",
         {BEGINS, {"reset", R, RA, 21, 11}, {"data", R, PA, 11, 11, 10}},
         IT_DOES_NOT},
        {"one byte beyond it",
         {BEGINS, {"reset", R, RA, 21, 11}, {"data", R, PA, 11, 11, 11}},
         IT_GOES_ON},
        {"bytes behind the reset's number that were said before it, held back",
         {HANDSHAKE,
          EXCHANGE,
          {"data", R, PA, 11, 11, 10},
          {"reset", R, RST, 11, .id = 5005},
          {"data", R, PA, 11, 11, 10}},
         IT_DOES_NOT},
        {"an acknowledgement above the reset's that was given before it",
         {HANDSHAKE,
          EXCHANGE,
          {"filler", I, A, 11, 11},
          {"reset", R, RA, 11, 5, .id = 5005},
          {"ack", R, A, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE),
         .look = not_doubted},
        {"the other side does", {BEGINS, RESETS, {"more", I, PA, 21, 11, 10}}, IT_DOES_NOT},
    };

    TELL(stories);
}

/* Heeded by the other side or not: where it speaks again, the connection lives. */
static void test_heeded(void)
{
    static const struct story stories[] = {
        {"heeded", {BEGINS, RESETS, {"ack", R, A, 11, 21}, {"data", R, PA, 11, 21, 5}}, IT_GOES_ON},
        {"not heeded",
         {BEGINS, RESETS, {"ack", R, A, 11, 21}, {"more", I, PA, 21, 11, 10}},
         THEY_BOTH_DO},
        {"spoke before that is known",
         {BEGINS, RESETS, {"more", I, PA, 21, 11, 10}, {"ack", R, A, 11, 31}},
         IT_GOES_ON},
        {"and again",
         {BEGINS,
          RESETS,
          {"more", I, PA, 21, 11, 10},
          {"ack", R, A, 11, 31},
          {"more", I, PA, 31, 11, 10}},
         THEY_BOTH_DO},
        {"closed in order after all",
         {BEGINS,
          RESETS,
          {"fin", R, FA, 11, 21},
          {"fin", I, FA, 21, 12},
          {"last ack", R, A, 12, 22}},
         IS(CLOSED, RESET_IN_BETWEEN, NOTE),
         .look = not_heeded},
    };

    TELL(stories);
}

static void all_of_them(const struct scene *scene)
{
    for (uint32_t frame = BEHIND; frame < BEHIND + 3; frame++) {
        g_assert_cmphex(reset_in(scene, frame)->signs & FWX_SIGN_GOES_ON, ==, FWX_SIGN_GOES_ON);
        g_assert_cmpint(reset_in(scene, frame)->origin, ==, IN_BETWEEN);
    }
    g_assert_cmpuint(fwx_origin_in_between(scene->engine, notes_of(scene, 1))->frame, ==, BEHIND);
}

static void first_of_two(const struct scene *scene)
{
    g_assert_cmpint(reset_in(scene, BEHIND + 3)->origin, ==, IN_BETWEEN);
    g_assert_false(reset_in(scene, BEHIND + 3)->ignored);
    g_assert_cmpuint(fwx_origin_in_between(scene->engine, notes_of(scene, 1))->frame, ==, BEHIND);
}

static void one_in_each_name(const struct scene *scene)
{
    g_assert_cmphex(reset_in(scene, BEHIND)->signs, ==, FWX_SIGN_GOES_ON);
    g_assert_cmphex(reset_in(scene, BEHIND + 1)->signs, ==, 0);
}

static void ends_nothing(const struct scene *scene)
{
    g_assert_cmpint(reset_in(scene, BEHIND)->class, ==, FWX_RESET_NO_CONNECTION);
    g_assert_cmphex(reset_in(scene, BEHIND)->signs, ==, 0);
}

static void test_several(void)
{
    static const struct story stories[] = {
        {"one after the other",
         {BEGINS, RESETS, RESETS, RESETS, {"ack", R, A, 11, 21}},
         IS(RESET, RESET_IN_BETWEEN, TROUBLE),
         .look = all_of_them,
         .ipv4 = true},
        {"another one where the first was not heeded",
         {BEGINS,
          RESETS,
          {"ack", R, A, 11, 21},
          {"more", I, PA, 21, 11, 10},
          {"reset", R, RA, 11, 31, 9, OFF}},
         IS(RESET, RESET_IN_BETWEEN, TROUBLE),
         .look = first_of_two},
        {"one in each name",
         {BEGINS, RESETS, {"reset", I, RA, 21, 11}, {"ack", R, A, 11, 21}},
         IS(RESET, RESET_IN_BETWEEN, TROUBLE),
         .look = one_in_each_name},
        {"it ends nothing, and may answer a stray",
         {BEGINS, {"reset", R, RST, 1000000}, {"ack", R, A, 11, 21}},
         IS(OPEN, NONE, OK),
         .look = ends_nothing},
    };

    TELL(stories);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void answers(const struct scene *scene)
{
    g_assert_cmphex(reset_in(scene, 2)->signs, ==, FWX_SIGN_ANSWERS);
    g_assert_cmpint(reset_in(scene, 2)->origin, ==, IN_BETWEEN);
}

static void answers_not(const struct scene *scene)
{
    g_assert_cmphex(reset_in(scene, 2)->signs, ==, 0);
}

#define REFUSED                                                                                    \
    {                                                                                              \
        "reset", R, RA, 0, 1, .id = 1005                                                           \
    }

static void test_refusal(void)
{
    static const struct story stories[] = {
        {"a syn-ack afterwards",
         {SYN, REFUSED, {"syn-ack", R, SA, 0, 1}},
         IS(REFUSED, RESET_IN_BETWEEN, TROUBLE),
         .look = answers},
        {"and the initiator goes on",
         {SYN, REFUSED, {"syn-ack", R, SA, 0, 1}, {"ack", I, A, 1, 1}},
         IS(OPEN, RESET_IN_BETWEEN, NOTE),
         .look = answers},
        {"one for another syn",
         {SYN, REFUSED, {"syn-ack", R, SA, 0, 0}},
         IS(REFUSED, NONE, TROUBLE),
         .look = answers_not},
        {"an acknowledgement of it is none",
         {SYN, REFUSED, {"ack", R, A, 0, 1}},
         IS(REFUSED, NONE, TROUBLE),
         .look = answers_not},
    };

    TELL(stories);
}

/* ---- when it is all over --------------------------------------------------------------------- */

static void after_close(const struct scene *scene)
{
    const struct fwx_reset *reset = reset_in(scene, EXCHANGED + 4);

    g_assert_true(reset->ignored);
    g_assert_cmpint(reset->origin, ==, IN_BETWEEN);
    g_assert_null(fwx_origin_in_between(scene->engine, notes_of(scene, 1)));
}

static void test_after_close(void)
{
    static const struct story stories[] = {
        {"not the endpoint's, and harms nobody",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11},
          {"fin", R, FA, 11, 12},
          {"last ack", I, A, 12, 12},
          {"reset", R, RA, 12, 12, 9, OFF}},
         IS(CLOSED, NONE, OK),
         .look = after_close},
        {"before the last ack",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11},
          {"fin", R, FA, 11, 12},
          {"reset", R, RA, 12, 12, 9, OFF}},
         IS(CLOSED, RESET_IN_BETWEEN, NOTE)},
    };

    TELL(stories);
}

/* ---- not to be looked at --------------------------------------------------------------------- */

static void off(struct fwx_policy *policy)
{
    policy->check_injected = false;
}

static void no_signs(const struct scene *scene)
{
    const struct fwx_reset *reset = reset_in(scene, EXCHANGED + 1);

    g_assert_cmphex(reset->signs, ==, 0);
    g_assert_cmpint(reset->origin, ==, UNKNOWN);
}

static void test_off(void)
{
    static const struct story stories[] = {
        {"all signs at sight", RESET_WITH(9, .window = 99, .mac = 77, .id = 40000, OFF),
         IS(RESET, RESET_BY_ENDPOINT, NOTE), .look = no_signs, .change = off},
    };

    TELL(stories);
}

/* ---- of thousands ---------------------------------------------------------------------------- */

/* So many resets of the endpoint behind one that is not, which is looked for. */
static void try_many(unsigned count, bool found_again)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"not its own", R, RA, 11, 11, 9, OFF},
        {0},
    };
    static const struct segment own = {"its own", R, RA, 11, 11};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(&worlds[0], &policy, rows);

    for (unsigned i = 0; i < count; i++)
        scene_see(&scene, &own);
    g_assert_cmpint(fwx_origin_in_between(scene.engine, notes_of(&scene, 1)) != NULL, ==,
                    found_again);
    scene_end(&scene);
}

static void test_many(void)
{
    try_many(0, true);
    try_many(63, true);
    try_many(64, false);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void test_words(void)
{
    struct fwx_reset reset = {.signs = 0x1fff, .own_ttl = 255, .usual_ttl = 128};
    char words[FWX_REASON_SIZE];

    g_assert_cmpstr(fwx_origin_signs(&reset, words), ==,
                    "TTL 255 instead of 128, its endpoint goes on afterwards, "
                    "its endpoint answers the SYN afterwards, "
                    "IP ID of the packet that it answers, IP ID out of sequence, "
                    "another MAC address, another window, payload in a reset, reserved bits set, "
                    "one of several with rising numbers, "
                    "the same IP ID in resets of other connections, "
                    "the same in resets of other connections, "
                    "faster than any handshake of the address");
    g_assert_cmpstr(fwx_origin_name(UNKNOWN), ==, "unknown");
    g_assert_cmpstr(fwx_origin_name(ENDPOINT), ==, "endpoint");
    g_assert_cmpstr(fwx_origin_name(IN_BETWEEN), ==, "in-between");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/origin/signs", test_signs);
    g_test_add_func("/origin/ids", test_ids);
    g_test_add_func("/origin/known-from-one", test_known_from_one);
    g_test_add_func("/origin/second-above", test_second_above);
    g_test_add_func("/origin/number-0", test_number_0);
    g_test_add_func("/origin/goes-on", test_goes_on);
    g_test_add_func("/origin/heeded", test_heeded);
    g_test_add_func("/origin/several", test_several);
    g_test_add_func("/origin/refusal", test_refusal);
    g_test_add_func("/origin/after-close", test_after_close);
    g_test_add_func("/origin/off", test_off);
    g_test_add_func("/origin/many", test_many);
    g_test_add_func("/origin/words", test_words);
    return g_test_run();
}
