/* test_speech.c
 * Silence at its boundaries: what breaks it, what does not, and how it ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

/* What is expected of a silence, of which there is one at most in the story. */
struct silence {
    const char *name;
    struct segment rows[STORY_ROWS];
    uint32_t frame;    /* that ends it, 0: there is none to show */
    int64_t length_ms; /* without, or shown or not */
    int64_t gap_ms;    /* the longest without a packet */
    int by;
    enum fwx_silence_end end;
    uint32_t end_frame;
    uint32_t tries;
};

/* The last one that is shown, or NULL. */
static const struct fwx_finding *last_shown(const struct scene *scene)
{
    const struct fwx_finding *last = NULL;

    for (uint32_t i = 0; i < fwx_engine_finding_count(scene->engine); i++) {
        const struct fwx_finding *finding = fwx_engine_finding(scene->engine, i);

        if (finding->kind == FWX_FINDING_SILENCE && !finding->withheld)
            last = finding;
    }
    return last;
}

static void hold(const struct silence *expected, const struct scene *scene)
{
    const struct fwx_finding *finding = last_shown(scene);

    g_test_message("%s: %s", scene->world->name, expected->name);
    g_assert_cmpuint(finding ? finding->frame : 0, ==, expected->frame);
    if (!finding)
        return;
    g_assert_cmpint(finding->silence.length, ==, expected->length_ms * FWX_MILLISECOND);
    g_assert_cmpint(finding->silence.gap, ==, expected->gap_ms * FWX_MILLISECOND);
    g_assert_cmpint(finding->silence.by, ==, expected->by);
    g_assert_cmpint(finding->silence.end, ==, expected->end);
    g_assert_cmpuint(finding->silence.end_frame, ==, expected->end_frame);
    g_assert_cmpuint(finding->silence.tries, ==, expected->tries);
}

static void hold_all_under(const struct fwx_policy *policy, const struct silence *cases,
                           unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned world = 0; world < world_count; world++) {
            struct scene scene = scene_of(&worlds[world], policy, cases[i].rows);

            fwx_engine_review(scene.engine);
            hold(&cases[i], &scene);
            scene_end(&scene);
        }
    }
}

static void hold_all(const struct silence *cases, unsigned count)
{
    struct fwx_policy policy = fwx_policy_default();

    hold_all_under(&policy, cases, count);
}

#define HOLD(cases) hold_all(cases, G_N_ELEMENTS(cases))

#define SURVIVED FWX_SILENCE_SURVIVED
#define FATAL    FWX_SILENCE_FATAL
#define NOBODY   FWX_SILENCE_UNHEARD
#define NO_END   FWX_SILENCE_OPEN

#define DATA(ms)                                                                                   \
    {                                                                                              \
        "data", I, PA, 11, 11, 10, .gap_ms = (ms)                                                  \
    }
#define MORE(ms)                                                                                   \
    {                                                                                              \
        "more data", I, PA, 21, 11, 10, .gap_ms = (ms)                                             \
    }
#define ACK(number, ms)                                                                            \
    {                                                                                              \
        "ack", R, A, 11, (number), .gap_ms = (ms)                                                  \
    }
/* One before the next byte, with nothing or with a byte of garbage (RFC 9293, 3.8.4). */
#define ALIVE(bytes, ms)                                                                           \
    {                                                                                              \
        "keep-alive", I, A, 10, 11, (bytes), .gap_ms = (ms)                                        \
    }

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

    HOLD(cases);
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
    struct fwx_policy policy = fwx_policy_default();

    policy.silence_s = 0;
    hold_all_under(&policy, never, G_N_ELEMENTS(never));
    policy.silence_s = 5;
    hold_all_under(&policy, five, G_N_ELEMENTS(five));
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

    HOLD(cases);
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

    HOLD(cases);
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

    HOLD(cases);
}

/* ---- keep-alives ----------------------------------------------------------------------------- */

static void test_keep_alive(void)
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
        {"where not all is acknowledged it is data once more",
         {HANDSHAKE,
          EXCHANGE,
          {"byte", I, PA, 11, 11, 1},
          {"byte", I, A, 11, 11, 1, .gap_ms = 30000}},
         0},
    };

    HOLD(cases);
}

/* They keep timers alive, so that the time between them is what counts. */
static void test_kept_alive(void)
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

    HOLD(cases);
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

    HOLD(cases);
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
    g_test_add_func("/speech/length", test_length);
    g_test_add_func("/speech/preference", test_preference);
    g_test_add_func("/speech/no-word", test_no_word);
    g_test_add_func("/speech/copies", test_copies);
    g_test_add_func("/speech/window-probes", test_window_probes);
    g_test_add_func("/speech/keep-alive", test_keep_alive);
    g_test_add_func("/speech/kept-alive", test_kept_alive);
    g_test_add_func("/speech/end", test_end);
    g_test_add_func("/speech/reviewed-in-between", test_reviewed_in_between);
    g_test_add_func("/speech/account", test_account);
    return g_test_run();
}
