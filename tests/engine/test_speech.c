/* test_speech.c
 * Silence at its boundaries: what breaks it, what does not, and how it ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "silences.h"

/* ---- how long -------------------------------------------------------------------------------- */

static void test_length(void)
{
    static const struct silence cases[] = {
        {"19.999 s", {HANDSHAKE, EXCHANGE, DATA(19999), ACK(21, 10)}, 0},
        {"20 s",
         {HANDSHAKE, EXCHANGE, DATA(20000), ACK(21, 10)},
         7,
         20000,
         20000,
         I,
         SURVIVED,
         8,
         1},
        {"of the other side",
         {HANDSHAKE, EXCHANGE, {"data", R, PA, 11, 11, 10, .gap_ms = 20000}, {"ack", I, A, 11, 21}},
         7,
         20000,
         20000,
         R,
         SURVIVED,
         8,
         1},
        {"not answered yet", {HANDSHAKE, EXCHANGE, DATA(20000)}, 7, 20000, 20000, I, NO_END, 0, 1},
        {"its own next packet is no answer",
         {HANDSHAKE, EXCHANGE, DATA(20000), MORE(10)},
         7,
         20000,
         20000,
         I,
         NO_END,
         0,
         1},
        {"the next one is measured from it",
         {HANDSHAKE, EXCHANGE, DATA(20000), ACK(21, 10), MORE(19999), ACK(31, 10)},
         7,
         20000,
         20000,
         I,
         SURVIVED,
         8,
         1},
        {"and told, too",
         {HANDSHAKE, EXCHANGE, DATA(20000), ACK(21, 10), MORE(25000), ACK(31, 10)},
         9,
         25000,
         25000,
         I,
         SURVIVED,
         10,
         1},
        {"before the connection there was none", {{"syn", I, S, 0, .gap_ms = 30000}}, 0},
        {"one direction",
         {SYN, {"ack", I, A, 1, 1, .gap_ms = 20000}},
         2,
         20000,
         20000,
         I,
         NO_END,
         0,
         1},
        {"a clock put back", {HANDSHAKE, EXCHANGE, DATA(-30000)}, 0},
        {"a clock put back, and on again", {HANDSHAKE, EXCHANGE, DATA(-30000), MORE(49999)}, 0},
        {"a clock put back, and 20 s further",
         {HANDSHAKE, EXCHANGE, DATA(-30000), MORE(50000)},
         8,
         20000,
         20000,
         I,
         NO_END,
         0,
         1},
    };

    HOLD_SILENCES(cases);
}

static void test_preference(void)
{
    static const struct silence never[] = {
        {"never told", {HANDSHAKE, EXCHANGE, DATA(86400000), ACK(21, 10)}, 0},
        {"not even where it was in vain",
         {HANDSHAKE, EXCHANGE, ALIVE(0, 75000), ALIVE(0, 75000), ALIVE(0, 75000)},
         0},
    };
    static const struct silence five[] = {
        {"4.999 s", {HANDSHAKE, EXCHANGE, DATA(4999)}, 0},
        {"5 s", {HANDSHAKE, EXCHANGE, DATA(5000)}, 7, 5000, 5000, I, NO_END, 0, 1},
    };
    static const struct silence one[] = {
        {"0.999 s", {HANDSHAKE, EXCHANGE, DATA(999)}, 0},
        {"1 s", {HANDSHAKE, EXCHANGE, DATA(1000)}, 7, 1000, 1000, I, NO_END, 0, 1},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.silence_s = 1;
    hold_silences_under(&policy, one, G_N_ELEMENTS(one));
    policy.silence_s = 0;
    hold_silences_under(&policy, never, G_N_ELEMENTS(never));
    policy.silence_s = 5;
    hold_silences_under(&policy, five, G_N_ELEMENTS(five));
}

/* ---- what breaks it -------------------------------------------------------------------------- */

static void test_no_word(void)
{
    static const struct silence cases[] = {
        {"an acknowledgement that was given before",
         {HANDSHAKE, EXCHANGE, ACK(11, 10000), DATA(10000)},
         8,
         20000,
         10000,
         I,
         NO_END,
         0,
         1},
        {"the longer of two gaps is the first",
         {HANDSHAKE, EXCHANGE, ACK(11, 12000), DATA(8000)},
         8,
         20000,
         12000,
         I,
         NO_END,
         0,
         1},
        {"the longer of two gaps is the last",
         {HANDSHAKE, EXCHANGE, ACK(11, 8000), DATA(12000)},
         8,
         20000,
         12000,
         I,
         NO_END,
         0,
         1},
        {"it was none by itself", {HANDSHAKE, EXCHANGE, ACK(11, 30000)}, 0},
        {"a new acknowledgement is a word",
         {HANDSHAKE, EXCHANGE, DATA(10), ACK(21, 10000), MORE(19999)},
         0},
        {"so that a silence begins with it",
         {HANDSHAKE, EXCHANGE, DATA(10), ACK(21, 10000), MORE(20000)},
         9,
         20000,
         20000,
         I,
         NO_END,
         0,
         1},
        {"a gap before a word is forgotten",
         {HANDSHAKE, EXCHANGE, ACK(11, 18000), DATA(10), ACK(21, 10), MORE(20000)},
         10,
         20000,
         20000,
         I,
         NO_END,
         0,
         1},
        {"a gap of less than a second before a word, too",
         {HANDSHAKE, EXCHANGE, ACK(11, 15000), DATA(10), ACK(21, 10), ACK(21, 9000), MORE(11000)},
         11,
         20000,
         11000,
         I,
         NO_END,
         0,
         1},
    };

    HOLD_SILENCES(cases);
}

/* Whoever repeats itself is not silent, and has not been. */
static void test_copies(void)
{
    static const struct silence cases[] = {
        {"a copy breaks none", {HANDSHAKE, EXCHANGE, DATA(10), DATA(30000)}, 0},
        {"but is a word", {HANDSHAKE, EXCHANGE, DATA(10), DATA(30000), MORE(19999)}, 0},
        {"from which on there is silence",
         {HANDSHAKE, EXCHANGE, DATA(10), DATA(30000), MORE(20000)},
         9,
         20000,
         20000,
         I,
         NO_END,
         0,
         1},
        {"more than a copy breaks one",
         {HANDSHAKE, EXCHANGE, DATA(10), {"all and more", I, PA, 11, 11, 11, .gap_ms = 30000}},
         8,
         30000,
         30000,
         I,
         NO_END,
         0,
         1},
        {"a syn", {SYN, {"syn", I, S, 0, .gap_ms = 30000}}, 0},
        {"a late syn-ack", {SYN, {"syn-ack", R, SA, 0, 1, .gap_ms = 30000}}, 0},
        {"the end of the handshake breaks one",
         {SYN, {"syn-ack", R, SA, 0, 1}, {"ack", I, A, 1, 1, .gap_ms = 30000}},
         3,
         30000,
         30000,
         I,
         NO_END,
         0,
         1},
        {"a fin does",
         {HANDSHAKE, EXCHANGE, {"fin", I, FA, 11, 11, .gap_ms = 20000}, ACK(12, 10)},
         7,
         20000,
         20000,
         I,
         SURVIVED,
         8,
         1},
        {"a copy of it does not",
         {HANDSHAKE,
          EXCHANGE,
          {"fin", I, FA, 11, 11},
          {"fin", I, FA, 11, 11, .gap_ms = 20000},
          ACK(12, 10)},
         0},
    };

    HOLD_SILENCES(cases);
}

/* RFC 9293, 3.8.6.1 */
static void test_window_probes(void)
{
#define CLOSES                                                                                     \
    {                                                                                              \
        "window closes", R, A, 11, 11, .window = ZERO_WINDOW                                       \
    }
#define OPENS                                                                                      \
    {                                                                                              \
        "window opens", R, A, 11, 11                                                               \
    }
#define PROBE(bytes, ms)                                                                           \
    {                                                                                              \
        "probe", I, A, 11, 11, (bytes), .gap_ms = (ms)                                             \
    }
    static const struct silence cases[] = {
        {"breaks none", {HANDSHAKE, EXCHANGE, CLOSES, PROBE(1, 30000), CLOSES}, 0},
        {"is no word",
         {HANDSHAKE, EXCHANGE, CLOSES, PROBE(1, 9980), CLOSES, OPENS, PROBE(10, 10000)},
         11,
         20010,
         10000,
         I,
         NO_END,
         0,
         1},
        {"two bytes are no probe",
         {HANDSHAKE, EXCHANGE, CLOSES, PROBE(2, 30000)},
         8,
         30010,
         30000,
         I,
         NO_END,
         0,
         1},
        {"nor is a byte into an open window",
         {HANDSHAKE, EXCHANGE, OPENS, PROBE(1, 30000)},
         8,
         30010,
         30000,
         I,
         NO_END,
         0,
         1},
        {"nor is a push of it",
         {HANDSHAKE, EXCHANGE, OPENS, {"byte", I, PA, 11, 11, 1, 30000}},
         8,
         30010,
         30000,
         I,
         NO_END,
         0,
         1},
        {"without data",
         {HANDSHAKE,
          EXCHANGE,
          DATA(10),
          ACK(21, 10),
          {"window closes", R, A, 11, 21, .window = ZERO_WINDOW},
          {"ack of more", I, A, 21, 15, .gap_ms = 30000}},
         10,
         30010,
         30000,
         I,
         NO_END,
         0,
         1},
    };
#undef CLOSES
#undef OPENS
#undef PROBE

    HOLD_SILENCES(cases);
}

/* ---- how it ends ----------------------------------------------------------------------------- */

static void test_end(void)
{
    static const struct silence cases[] = {
        {"answered by a reset",
         {HANDSHAKE, EXCHANGE, DATA(30000), {"reset", R, RST, 11}},
         7,
         30000,
         30000,
         I,
         FATAL,
         8,
         1},
        {"a reset in its own name is no answer",
         {HANDSHAKE, EXCHANGE, DATA(30000), {"reset", I, RST, 21}},
         7,
         30000,
         30000,
         I,
         NO_END,
         0,
         1},
        {"ended by a reset",
         {HANDSHAKE, EXCHANGE, {"reset", R, RST, 11, .gap_ms = 30000}},
         7,
         30000,
         30000,
         R,
         FATAL,
         7,
         1},
        {"the first answer counts",
         {HANDSHAKE, EXCHANGE, DATA(30000), ACK(21, 10), {"reset", R, RST, 11}},
         7,
         30000,
         30000,
         I,
         SURVIVED,
         8,
         1},
        {"behind a fatal one there is none",
         {HANDSHAKE, EXCHANGE, DATA(30000), {"reset", R, RST, 11}, MORE(40000)},
         7,
         30000,
         30000,
         I,
         FATAL,
         8,
         1},
        {"never heard",
         {HANDSHAKE, EXCHANGE, DATA(30000), DATA(1000), DATA(2000), LATER(2000)},
         7,
         30000,
         30000,
         I,
         NOBODY,
         0,
         1},
        {"broken by the one that does not hear",
         {HANDSHAKE,
          EXCHANGE,
          DATA(10),
          DATA(1000),
          DATA(2000),
          {"data", R, PA, 11, 11, 10, .gap_ms = 30000}},
         10,
         30000,
         30000,
         R,
         NO_END,
         0,
         1},
        {"heard only by itself",
         {HANDSHAKE,
          EXCHANGE,
          {"data", R, PA, 11, 11, 10, .gap_ms = 30000},
          DATA(10),
          DATA(1000),
          DATA(2000),
          LATER(2000)},
         7,
         30000,
         30000,
         R,
         SURVIVED,
         8,
         1},
    };

    HOLD_SILENCES(cases);
}

/* The reset that answers whoever broke a silence, and not that of the one who gives up then. */
static void test_whose_reset(void)
{
    static const struct segment given_up[] = {
        HANDSHAKE, EXCHANGE, DATA(20000), {"reset", I, RA, 21, 11}, {0},
    };
    static const struct segment answered[] = {
        HANDSHAKE, EXCHANGE, DATA(20000), {"reset", R, RA, 11, 21}, {0},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_of(&worlds[0], &policy, given_up);
    uint32_t reset;

    g_assert_cmpuint(found(&scene, 7, FWX_FINDING_SILENCE)->silence.reset, ==, 0);
    scene_end(&scene);
    scene = scene_of(&worlds[0], &policy, answered);
    reset = found(&scene, 7, FWX_FINDING_SILENCE)->silence.reset;
    g_assert_cmpuint(reset, !=, 0);
    g_assert_true(fwx_engine_finding(scene.engine, reset - 1) ==
                  found(&scene, 8, FWX_FINDING_RESET));
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/speech/length", test_length);
    g_test_add_func("/speech/preference", test_preference);
    g_test_add_func("/speech/no-word", test_no_word);
    g_test_add_func("/speech/copies", test_copies);
    g_test_add_func("/speech/window-probes", test_window_probes);
    g_test_add_func("/speech/end", test_end);
    g_test_add_func("/speech/whose-reset", test_whose_reset);
    return g_test_run();
}
