/* test_keep_alive.c
 * Keep-alives: no words, but who asks in vain is not heard; and what becomes of the connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "silences.h"

/* ---- keep-alives ----------------------------------------------------------------------------- */

static void test_answers(void)
{
    static const struct silence cases[] = {
        {"answered", {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ACK(11, 10)}, 0},
        {"answered, with a byte", {HANDSHAKE, EXCHANGE, ALIVE(1, 30000), ACK(11, 10)}, 0},
        {"two bytes are none",
         {HANDSHAKE, EXCHANGE, ALIVE(2, 30000), ACK(12, 10)},
         7,
         30000,
         30000,
         I,
         SURVIVED,
         8,
         1},
        {"answered by a reset",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), {"reset", R, RST, 11}},
         7,
         30000,
         30000,
         I,
         FATAL,
         8,
         1},
        {"answered by a reset, with a byte",
         {HANDSHAKE, EXCHANGE, ALIVE(1, 30000), {"reset", R, RST, 11}},
         7,
         30000,
         30000,
         I,
         FATAL,
         8,
         1},
        {"answered by a reset, too soon",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 19980), {"reset", R, RST, 11}},
         0},
        {"answered by its own reset",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), {"reset", I, RST, 11}},
         0},
        {"three, never answered",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000), ALIVE(0, 75000)},
         7,
         30000,
         30000,
         I,
         NOBODY,
         0,
         3},
        {"three with a byte",
         {HANDSHAKE, EXCHANGE, ALIVE(1, 30000), ALIVE(1, 75000), ALIVE(1, 75000)},
         7,
         30000,
         30000,
         I,
         NOBODY,
         0,
         3},
        {"two, never answered", {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000)}, 0},
        {"two, and a reset",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000), {"reset", I, RA, 11, 11}},
         7,
         30000,
         30000,
         I,
         NOBODY,
         0,
         2},
        {"the third is answered",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000), ALIVE(0, 75000), ACK(11, 10)},
         0},
        {"acknowledgements between them are none",
         {HANDSHAKE,
          EXCHANGE,
          ALIVE(0, 30000),
          {"ack", I, A, 11, 11, .gap_ms = 1000},
          ALIVE(0, 75000)},
         0},
        {"by the second silence",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ACK(11, 10), ALIVE(0, 75000), ALIVE(0, 75000),
          ALIVE(0, 75000)},
         9,
         105010,
         75000,
         I,
         NOBODY,
         0,
         3},
        {"behind a silence that an acknowledgement broke",
         {HANDSHAKE,
          EXCHANGE,
          {"data", R, PA, 11, 11, 10},
          {"late ack", I, A, 11, 21, 0, 30000},
          {"keep-alive", I, A, 10, 21, 0, 30000},
          {"keep-alive", I, A, 10, 21, 0, 30000},
          {"keep-alive", I, A, 10, 21, 0, 30000}},
         9,
         30000,
         30000,
         I,
         NOBODY,
         0,
         3},
        {"where not all is acknowledged it is data once more",
         {HANDSHAKE,
          EXCHANGE,
          {"byte", I, PA, 11, 11, 1},
          {"byte", I, A, 11, 11, 1, .gap_ms = 30000}},
         0},
    };

    HOLD_SILENCES(cases);
}

/* They keep timers alive, so that the time between them is what counts. */
static void test_gaps(void)
{
    static const struct silence cases[] = {
        {"every 75 s",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 75000), ACK(11, 10), ALIVE(0, 75000), ACK(11, 10),
          DATA(74990), ACK(21, 10)},
         11,
         225010,
         75000,
         I,
         SURVIVED,
         12,
         1},
        {"the last gap is longer",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 75000), ACK(11, 10), ALIVE(0, 75000), ACK(11, 10),
          DATA(75001), ACK(21, 10)},
         11,
         225021,
         75001,
         I,
         SURVIVED,
         12,
         1},
        {"the first gap is longer",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 75002), ACK(11, 10), ALIVE(0, 75000), ACK(11, 10),
          DATA(75001), ACK(21, 10)},
         11,
         225023,
         75002,
         I,
         SURVIVED,
         12,
         1},
    };

    HOLD_SILENCES(cases);
}

/* A keep-alive is remembered, and not shown; an acknowledgement is not even remembered. */
static void test_at_sight(void)
{
    static const struct segment alive[] = {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), {0}};
    static const struct segment ack[] = {HANDSHAKE, EXCHANGE, ACK(11, 30000), {0}};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(&worlds[0], &policy, alive);

    g_assert_true(found(&scene, 7, FWX_FINDING_SILENCE)->withheld);
    scene_end(&scene);
    scene = scene_of(&worlds[0], &policy, ack);
    g_assert_null(find(&scene, 7, FWX_FINDING_SILENCE));
    scene_end(&scene);
}

/* A review in between does not settle it. */
static void test_reviewed_in_between(void)
{
    static const struct segment unheard[] = {
        HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000), ALIVE(0, 75000), {0},
    };
    static const struct segment again = ALIVE(0, 75000);
    static const struct segment answer = ACK(11, 10);
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(&worlds[0], &policy, unheard);
    const struct fwx_finding *finding = found(&scene, 7, FWX_FINDING_SILENCE);

    fwx_engine_review(scene.engine);
    g_assert_cmpint(finding->silence.end, ==, NOBODY);
    g_assert_false(finding->withheld);
    scene_see(&scene, &again);
    g_assert_null(find(&scene, scene.frame, FWX_FINDING_SILENCE));
    g_assert_cmpuint(finding->silence.tries, ==, 4);
    scene_see(&scene, &answer);
    fwx_engine_review(scene.engine);
    g_assert_cmpint(finding->silence.end, ==, SURVIVED);
    g_assert_cmpuint(finding->silence.end_frame, ==, scene.frame);
    g_assert_true(finding->withheld);
    assert_account(&scene, "answered", 1, FWX_ENDING_OPEN, FWX_CAUSE_NONE, FWX_GRAVITY_OK);
    scene_end(&scene);
}

/* ---- what became of the connection ----------------------------------------------------------- */

static void test_account(void)
{
    static const struct story stories[] = {
        {"three keep-alives",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000), ALIVE(0, 75000)},
         IS(UNHEARD, FORGOTTEN, TROUBLE)},
        {"two", {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000)}, IS(OPEN, NONE, OK)},
        {"two and a reset",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), ALIVE(0, 75000), {"reset", I, RA, 11, 11}},
         IS(UNHEARD, FORGOTTEN, TROUBLE)},
        {"one and a reset",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), {"reset", I, RA, 11, 11}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"a keep-alive is answered by a reset",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 30000), {"reset", R, RST, 11}},
         IS(RESET, FORGOTTEN, TROUBLE)},
        {"data is",
         {HANDSHAKE, EXCHANGE, DATA(30000), {"reset", R, RST, 11}},
         IS(RESET, FORGOTTEN, TROUBLE)},
        {"too soon",
         {HANDSHAKE, EXCHANGE, DATA(19999), {"reset", R, RST, 11}},
         IS(RESET, RESET_BY_ENDPOINT, TROUBLE)},
        {"nothing was asked",
         {HANDSHAKE, EXCHANGE, {"reset", R, RST, 11, .gap_ms = 30000}},
         IS(RESET, RESET_BY_ENDPOINT, NOTE)},
        {"of a connection that both have closed",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11},
          {"fin", R, FA, 11, 12},
          {"ack", I, A, 12, 12},
          {"like a keep-alive", I, A, 11, 12, .gap_ms = 30000},
          {"like a keep-alive", I, A, 11, 12, .gap_ms = 30000},
          {"like a keep-alive", I, A, 11, 12, .gap_ms = 30000}},
         IS(CLOSED, NONE, OK)},
        {"half-closed",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11},
          ACK(12, 10),
          {"data", R, PA, 11, 12, 10, .gap_ms = 30000},
          {"reset", I, RST, 12}},
         IS(RESET, HALF_CLOSED_FORGOTTEN, TROUBLE)},
    };

    TELL(stories);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keep-alive/answers", test_answers);
    g_test_add_func("/keep-alive/gaps", test_gaps);
    g_test_add_func("/keep-alive/at-sight", test_at_sight);
    g_test_add_func("/keep-alive/reviewed-in-between", test_reviewed_in_between);
    g_test_add_func("/keep-alive/account", test_account);
    return g_test_run();
}
