/* test_address.c
 * Resets beside the other connections of the address that they name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

enum { TTL = 57, OTHER_TTL = 250, NEVER_SEEN = -1 };

#define OFF .ttl = OTHER_TTL

/* A connection from this port of the initiator, with the answer after 10 ms. */
#define SHAKE(port)                                                                                \
    {"syn", I, S, 0, .conn = (port)}, {"syn-ack", R, SA, 0, 1},                                    \
    {                                                                                              \
        "ack", I, A, 1, 1                                                                          \
    }
#define ASK(port)                                                                                  \
    {                                                                                              \
        "syn", I, S, 0, .conn = (port)                                                             \
    }
/* Both sides count their IP IDs from 1000: none of these is a copy of one. */
#define REFUSE(...)                                                                                \
    {                                                                                              \
        "refused", R, RA, 0, 1, .id = 5001, __VA_ARGS__                                            \
    }
#define RESET_IT(which, ...)                                                                       \
    {                                                                                              \
        "reset", R, RA, 1, 1, .id = (which), __VA_ARGS__                                           \
    }

struct looks {
    const char *name;
    struct segment rows[STORY_ROWS];
    uint32_t frame; /* of the reset that is looked at */
    unsigned signs;
    enum fwx_origin origin;
    uint32_t other; /* of another one that looks the same, 0: none */
    int usual_ttl;  /* 0: TTL */
    bool ipv6;      /* there, too, where there is no IP ID */
};

static void hold_reset(const struct scene *scene, const struct looks *looks, uint32_t frame)
{
    const struct fwx_reset *reset = &found(scene, frame, FWX_FINDING_RESET)->reset;
    int expected = looks->usual_ttl ? looks->usual_ttl : TTL;

    g_assert_cmphex(reset->signs, ==, looks->signs);
    g_assert_cmpint(reset->origin, ==, looks->origin);
    g_assert_cmpint(reset->usual_ttl, ==, expected == NEVER_SEEN ? 0 : expected);
}

static void hold(const struct looks *looks, const struct world *world)
{
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(world, &policy, looks->rows);
    static const struct segment more = {"the capture goes on", I, REQUEST, .protocol = ECHO};

    g_test_message("%s: %s", world->name, looks->name);
    fwx_engine_review(scene.engine);
    hold_reset(&scene, looks, looks->frame);
    if (looks->other)
        hold_reset(&scene, looks, looks->other);
    scene_see(&scene, &more);
    fwx_engine_review(scene.engine); /* comes to the same */
    hold_reset(&scene, looks, looks->frame);
    scene_end(&scene);
}

static void hold_all(const struct looks *cases, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned world = 0; world < world_count; world++) {
            if (cases[i].ipv6 || worlds[world].ip_version == 4)
                hold(&cases[i], &worlds[world]);
        }
    }
}
#define HOLD_ALL(cases) hold_all(cases, G_N_ELEMENTS(cases))

#define UNKNOWN    FWX_ORIGIN_UNKNOWN
#define ENDPOINT   FWX_ORIGIN_ENDPOINT
#define IN_BETWEEN FWX_ORIGIN_IN_BETWEEN

/* ---- the TTL --------------------------------------------------------------------------------- */

/* A responder that refuses is known from its other connections only. */
static void test_ttl(void)
{
    static const struct looks cases[] = {
        {"the same", {SHAKE(1), ASK(2), REFUSE(.len = 0)}, 5, 0, ENDPOINT, .ipv6 = true},
        {"another", {SHAKE(1), ASK(2), REFUSE(OFF)}, 5, FWX_SIGN_TTL, UNKNOWN, .ipv6 = true},
        {"another, and payload",
         {SHAKE(1), ASK(2), REFUSE(OFF, .len = 9)},
         5,
         FWX_SIGN_TTL | FWX_SIGN_PAYLOAD,
         IN_BETWEEN,
         .ipv6 = true},
        {"known from a later connection",
         {ASK(2), REFUSE(OFF, .len = 9), SHAKE(1)},
         2,
         FWX_SIGN_TTL | FWX_SIGN_PAYLOAD,
         IN_BETWEEN,
         .ipv6 = true},
        {"never seen otherwise",
         {ASK(2), REFUSE(OFF, .len = 9), ASK(1)},
         2,
         FWX_SIGN_PAYLOAD,
         UNKNOWN,
         .usual_ttl = NEVER_SEEN,
         .ipv6 = true},
        {"one hop from the lowest of several",
         {SHAKE(1), {"data", R, PA, 1, 1, 1, .ttl = TTL + 2}, ASK(2), REFUSE(.ttl = TTL - 1)},
         6,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"the lowest",
         {SHAKE(1), {"data", R, PA, 1, 1, 1, .ttl = TTL + 2}, ASK(2), REFUSE(.ttl = TTL)},
         6,
         0,
         ENDPOINT,
         .ipv6 = true},
        {"the lowest, of an earlier connection",
         {SHAKE(1),
          {"syn", I, S, 0, .conn = 3},
          {"syn-ack", R, SA, 0, 1, .ttl = TTL + 2},
          ASK(2),
          REFUSE(.ttl = TTL)},
         7,
         0,
         ENDPOINT,
         .ipv6 = true},
        {"the highest, of another connection",
         {SHAKE(1),
          SHAKE(3),
          {"data", R, PA, 1, 1, 1, .ttl = TTL + 2},
          ASK(2),
          REFUSE(.ttl = TTL + 2)},
         9,
         0,
         ENDPOINT,
         .ipv6 = true},
        {"one hop above it",
         {SHAKE(1),
          SHAKE(3),
          {"data", R, PA, 1, 1, 1, .ttl = TTL + 2},
          ASK(2),
          REFUSE(.ttl = TTL + 3)},
         9,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"the one that was unusual in its connection is usual in others",
         {SHAKE(1),
          {"data", R, PA, 1, 1, 1, OFF},
          SHAKE(2),
          {"reset", R, RA, 1, 1, 9, .id = 5001, OFF}},
         8,
         FWX_SIGN_PAYLOAD,
         ENDPOINT,
         .ipv6 = true},
        {"of the initiator",
         {{"syn", I, S, 0, .conn = 1},
          {"syn-ack", R, SA, 0, 1},
          {"reset", I, RST, 1, 0, 9, .ttl = 250}},
         3,
         FWX_SIGN_TTL | FWX_SIGN_PAYLOAD,
         IN_BETWEEN,
         .usual_ttl = 128,
         .ipv6 = true},
    };

    HOLD_ALL(cases);
}

/* ---- too fast -------------------------------------------------------------------------------- */

static void one_ns_sooner(struct fwx_packet *packet)
{
    packet->time--;
}

static void one_ns_later(struct fwx_packet *packet)
{
    packet->time++;
}

static void test_fast(void)
{
    static const struct looks cases[] = {
        {"as fast as a handshake",
         {SHAKE(1), ASK(2), REFUSE(OFF)},
         5,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"faster by 1 ns",
         {SHAKE(1), ASK(2), REFUSE(OFF, .tweak = one_ns_sooner)},
         5,
         FWX_SIGN_TTL | FWX_SIGN_FAST,
         IN_BETWEEN,
         .ipv6 = true},
        {"slower by 1 ns",
         {SHAKE(1), ASK(2), REFUSE(OFF, .tweak = one_ns_later)},
         5,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"faster, with the usual TTL",
         {SHAKE(1), ASK(2), REFUSE(.tweak = one_ns_sooner)},
         5,
         FWX_SIGN_FAST,
         ENDPOINT,
         .ipv6 = true},
        {"than one of the handshakes",
         {SHAKE(1),
          {"syn", I, S, 0, .conn = 3},
          {"syn-ack", R, SA, 0, 1, .gap_ms = 20},
          ASK(2),
          REFUSE(OFF)},
         7,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"than one of the handshakes, the first",
         {{"syn", I, S, 0, .conn = 3},
          {"syn-ack", R, SA, 0, 1, .gap_ms = 20},
          SHAKE(1),
          ASK(2),
          REFUSE(OFF)},
         7,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"than a handshake that took no time",
         {{"syn", I, S, 0, .conn = 1}, {"syn-ack", R, SA, 0, 1, .gap_ms = -1}, ASK(2), REFUSE(OFF)},
         4,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"faster by 1 ns, and one that took no time",
         {SHAKE(1),
          {"syn", I, S, 0, .conn = 3},
          {"syn-ack", R, SA, 0, 1, .gap_ms = -1},
          ASK(2),
          REFUSE(OFF, .tweak = one_ns_sooner)},
         7,
         FWX_SIGN_TTL | FWX_SIGN_FAST,
         IN_BETWEEN,
         .ipv6 = true},
        {"a reset of what began before the capture is no refusal",
         {SHAKE(1),
          {"data", I, PA, 1, 1, 10, .conn = 2},
          {"ack", R, A, 1, 11, .gap_ms = 1},
          RESET_IT(5001, OFF)},
         6,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
        {"a reset of an established connection is no refusal",
         {{"syn", I, S, 0, .conn = 3},
          {"syn-ack", R, SA, 0, 1, .gap_ms = 20},
          SHAKE(1),
          RESET_IT(5001, OFF)},
         6,
         FWX_SIGN_TTL,
         UNKNOWN,
         .ipv6 = true},
    };

    HOLD_ALL(cases);
}

/* ---- alike ----------------------------------------------------------------------------------- */

#define BOTH(one, other)                                                                           \
    SHAKE(1), SHAKE(2), {"reset", R, RA, 1, 1, .id = (one), OFF, .conn = 1},                       \
    {                                                                                              \
        "reset", R, RA, 1, 1, .id = (other), OFF, .conn = 2                                        \
    }

static void test_same_id(void)
{
    static const struct looks cases[] = {
        {"in two connections",
         {BOTH(7777, 7777)},
         7,
         FWX_SIGN_TTL | FWX_SIGN_SAME_ID,
         IN_BETWEEN,
         8},
        {"another in each", {BOTH(7777, 7778)}, 7, FWX_SIGN_TTL, UNKNOWN, 8},
        {"0, as Linux has it", {BOTH(ZERO_ID, ZERO_ID)}, 7, FWX_SIGN_TTL, UNKNOWN, 8},
        {"twice in one connection",
         {SHAKE(1), RESET_IT(7777, OFF), {"lower", R, RST, 0, 0, .id = 7777, OFF}},
         4,
         FWX_SIGN_TTL,
         UNKNOWN,
         5},
        {"with the usual TTL",
         {SHAKE(1),
          SHAKE(2),
          {"reset", R, RA, 1, 1, .id = 7777, .conn = 1},
          {"reset", R, RA, 1, 1, .id = 7777, .conn = 2}},
         7,
         0,
         ENDPOINT,
         8},
        {"of other addresses",
         {SHAKE(1),
          SHAKE(2),
          {"reset", R, RA, 1, 1, .id = 7777, OFF, .conn = 1},
          {"reset", I, RA, 1, 1, .id = 7777, OFF, .conn = 2}},
         7,
         FWX_SIGN_TTL,
         UNKNOWN},
        {"in refusals",
         {SHAKE(1),
          ASK(2),
          {"refused", R, RA, 0, 1, .id = 7777, OFF},
          ASK(3),
          {"refused", R, RA, 0, 1, .id = 7777, OFF}},
         5,
         FWX_SIGN_TTL | FWX_SIGN_SAME_ID,
         IN_BETWEEN,
         7},
    };

    HOLD_ALL(cases);
}

/* The same misfit, and the address keeps its own TTL afterwards. */
static void test_again(void)
{
#define ALIKE(frame) (frame), FWX_SIGN_TTL | FWX_SIGN_AGAIN, IN_BETWEEN
#define ALONE(frame) (frame), FWX_SIGN_TTL, UNKNOWN
    static const struct looks cases[] = {
        {"and speaks afterwards", {BOTH(7777, 7778), SHAKE(3)}, ALIKE(7), 8, .ipv6 = true},
        {"and does not", {BOTH(7777, 7778)}, ALONE(7), 8, .ipv6 = true},
        {"speaks between them only",
         {SHAKE(1), SHAKE(2), RESET_IT(7777, .conn = 1, OFF), SHAKE(3),
          RESET_IT(7778, .conn = 2, OFF)},
         ALONE(7),
         11,
         .ipv6 = true},
        {"on a connection that was there before",
         {SHAKE(3), BOTH(7777, 7778), {"data", R, PA, 1, 1, 10, .conn = 3}},
         ALIKE(10),
         11,
         .ipv6 = true},
        {"is asked afterwards, and does not answer",
         {BOTH(7777, 7778), ASK(3)},
         ALONE(7),
         8,
         .ipv6 = true},
        {"only the other side speaks afterwards",
         {BOTH(7777, 7778), {"data", I, PA, 1, 1, 10, .conn = 2}},
         ALONE(7),
         8,
         .ipv6 = true},
        {"another TTL each",
         {SHAKE(1), SHAKE(2), RESET_IT(7777, .conn = 1, .ttl = 250),
          RESET_IT(7778, .conn = 2, .ttl = 249), SHAKE(3)},
         ALONE(7),
         8,
         .ipv6 = true},
        {"one connection", {SHAKE(1), RESET_IT(7777, OFF), SHAKE(3)}, ALONE(4), .ipv6 = true},
        {"with the usual TTL",
         {SHAKE(1), SHAKE(2), RESET_IT(7777, .conn = 1, OFF), RESET_IT(7778, .conn = 2, .ttl = TTL),
          SHAKE(3)},
         ALONE(7),
         .ipv6 = true},
        {"one ends nothing",
         {SHAKE(1),
          SHAKE(2),
          RESET_IT(7777, .conn = 1, OFF),
          {"outside", R, RST, 1000000, .id = 7778, .conn = 2, OFF},
          SHAKE(3)},
         ALONE(7),
         8,
         .ipv6 = true},
        {"one refuses",
         {SHAKE(1), RESET_IT(7777, OFF), ASK(2), REFUSE(OFF), SHAKE(3)},
         ALONE(4),
         6,
         .ipv6 = true},
        {"one behind a fin",
         {SHAKE(1),
          SHAKE(2),
          RESET_IT(7777, .conn = 1, OFF),
          {"fin", I, FA, 1, 1, .conn = 2},
          {"reset", R, RA, 1, 2, .id = 7778, OFF},
          SHAKE(3)},
         ALIKE(7),
         9,
         .ipv6 = true},
        {"one after a while",
         {SHAKE(1), SHAKE(2), RESET_IT(7777, .conn = 1, OFF),
          RESET_IT(7778, .conn = 2, .gap_ms = 15000, OFF), SHAKE(3)},
         ALIKE(7),
         8,
         .ipv6 = true},
    };
#undef ALIKE
#undef ALONE

    HOLD_ALL(cases);
}

/* Its program's packets have other TTLs than the resets of its kernel. */
static void test_scanner(void)
{
#define PROBE(port, which)                                                                         \
    {"syn", I, S, 0, .conn = (port), .ttl = 255}, {"syn-ack", R, SA, 0, 1},                        \
    {                                                                                              \
        "reset", I, RST, 1, .ttl = 64, .id = (which)                                               \
    }
    static const struct looks cases[] = {
        {"without IDs",
         {PROBE(1, ZERO_ID), PROBE(2, ZERO_ID), PROBE(3, ZERO_ID), PROBE(4, ZERO_ID)},
         6,
         FWX_SIGN_TTL,
         UNKNOWN,
         9,
         .usual_ttl = 255,
         .ipv6 = true},
        {"with IDs",
         {PROBE(1, 500), PROBE(2, 600), PROBE(3, 700), PROBE(4, 800)},
         6,
         FWX_SIGN_TTL,
         UNKNOWN,
         9,
         .usual_ttl = 255,
         .ipv6 = true},
    };
#undef PROBE

    HOLD_ALL(cases);
}

/* ---- what comes of it ------------------------------------------------------------------------ */

static void off(struct fwx_policy *policy)
{
    policy->check_injected = false;
}

static void test_account(void)
{
    static const struct story stories[] = {
        {"refused in between",
         {SHAKE(1), ASK(2), REFUSE(OFF, .len = 9)},
         IS(REFUSED, RESET_IN_BETWEEN, TROUBLE),
         .id = 2},
        {"not looked at",
         {SHAKE(1), ASK(2), REFUSE(OFF, .len = 9)},
         IS(REFUSED, NONE, TROUBLE),
         .id = 2,
         .change = off},
        {"reset in between", {BOTH(7777, 7778), SHAKE(3)}, IS(RESET, RESET_IN_BETWEEN, TROUBLE)},
        {"reset by an endpoint, perhaps",
         {BOTH(7777, 7778)},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
    };

    TELL(stories);
}

static void at_another_point(struct fwx_packet *packet)
{
    packet->capture_point = 1;
}

/* Each capture point sees its own TTLs. */
static void test_points(void)
{
    static const struct story stories[] = {
        {"known at another point",
         {{"syn", I, S, 0, .tweak = at_another_point},
          {"syn-ack", R, SA, 0, 1, .tweak = at_another_point},
          ASK(2),
          {"refused", R, RA, 0, 1, 9, OFF}},
         IS(REFUSED, NONE, TROUBLE),
         .id = 2},
        {"known at the same",
         {{"syn", I, S, 0}, {"syn-ack", R, SA, 0, 1}, ASK(2), {"refused", R, RA, 0, 1, 9, OFF}},
         IS(REFUSED, RESET_IN_BETWEEN, TROUBLE),
         .id = 2},
    };

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/ttl", test_ttl);
    g_test_add_func("/address/fast", test_fast);
    g_test_add_func("/address/same-id", test_same_id);
    g_test_add_func("/address/again", test_again);
    g_test_add_func("/address/scanner", test_scanner);
    g_test_add_func("/address/account", test_account);
    g_test_add_func("/address/points", test_points);
    return g_test_run();
}
