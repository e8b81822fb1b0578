/* test_grade.c
 * What a proxy would log for a reset, and how much that is worth looking into.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

#define ALERT(description) "\x15\x03\x03\x00\x02\x02" description

/* Plays, and holds the reset in the last frame against what it should be worth. */
static void try_rows(const struct segment *rows, unsigned count, unsigned status,
                     enum fwx_grade grade, unsigned alert)
{
    for (unsigned world = 0; world < world_count; world++) {
        struct scene scene = scene_new(&worlds[world]);
        const struct fwx_reset *reset;

        for (unsigned i = 0; i < count; i++)
            scene_see(&scene, &rows[i]);
        reset = &found(&scene, scene.frame, FWX_FINDING_RESET)->reset;
        g_assert_cmpuint(reset->status, ==, status);
        g_assert_cmpstr(fwx_grade_name((enum fwx_grade)reset->grade), ==, fwx_grade_name(grade));
        g_assert_cmpuint(reset->alert, ==, alert);
        g_assert_cmpuint(concluded(&scene, 1).status, ==, status);
        scene_end(&scene);
    }
}

#define TRY(rows, status, grade, alert) try_rows(rows, G_N_ELEMENTS(rows), status, grade, alert)

static void test_no_status(void)
{
    static const struct segment given_up[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset", I, RST, 1, .met = RECV},
    };
    static const struct segment after_own_fin[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"reset", I, RST, 12, .met = FINW},
    };

    TRY(given_up, 0, FWX_GRADE_NONE, 0);
    TRY(after_own_fin, 0, FWX_GRADE_NONE, 0);
}

static void test_refused(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset", R, RA, 0, 1, .met = SENT},
    };

    TRY(rows, 10061, FWX_GRADE_LOOK, 0);
}

/* Source 001 */
static void test_by_design(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 12, .met = FINW},
    };

    TRY(rows, 64, FWX_GRADE_BY_DESIGN, 0);
}

/* Both had said what they had to say, or there was a long silence. */
static void test_harmless(void)
{
    static const struct segment said[] = {
        HANDSHAKE, EXCHANGE, {"reset", R, RA, 11, 11, .met = ESTB}};
    static const struct segment idle[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack", R, A, 1, 11, .met = ESTB},
        {"reset", R, RA, 1, 11, .gap_ms = 60000, .met = ESTB},
    };

    TRY(said, 64, FWX_GRADE_HARMLESS, 0);
    TRY(idle, 64, FWX_GRADE_HARMLESS, 0);
}

static void test_look(void)
{
    static const struct segment one_side_only[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack", R, A, 1, 11, .met = ESTB},
        {"reset", R, RA, 1, 11, .met = ESTB},
    };
    static const struct segment in_flight[] = {
        HANDSHAKE,
        EXCHANGE,
        {"more", I, PA, 11, 11, 10, .met = ESTB},
        {"reset", R, RST, 11, .met = ESTB},
    };
    static const struct segment not_asked[] = {
        HANDSHAKE,
        {"greeting", R, PA, 1, 1, 10, .met = ESTB},
        {"ack", I, A, 1, 11, .met = ESTB},
        {"reset", R, RA, 11, 1, .met = ESTB},
    };
    static const struct segment answer_in_flight[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .met = ESTB},
        {"reset", I, RST, 11, .met = ESTB},
    };
    static const struct segment asked_again[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another request", I, PA, 11, 11, 10, .met = ESTB},
        {"ack", R, A, 11, 21, .met = ESTB},
        {"reset", R, RA, 11, 21, .met = ESTB},
    };
    static const struct segment payload_of_the_synack[] = {
        {"syn with data", I, S, 0, 0, 30, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 31, 100, .met = SENT},
        {"ack", I, A, 31, 1, .met = RECV},
        {"reset", R, RA, 1, 31, .met = ESTB},
    };
    static const struct segment nothing_said[] = {HANDSHAKE, {"reset", R, RA, 1, 1, .met = ESTB}};

    TRY(one_side_only, 64, FWX_GRADE_LOOK, 0);
    TRY(in_flight, 64, FWX_GRADE_LOOK, 0);
    TRY(not_asked, 64, FWX_GRADE_LOOK, 0);
    TRY(asked_again, 64, FWX_GRADE_LOOK, 0);
    TRY(answer_in_flight, 64, FWX_GRADE_LOOK, 0);
    TRY(payload_of_the_synack, 64, FWX_GRADE_LOOK, 0);
    TRY(nothing_said, 64, FWX_GRADE_LOOK, 0);
}

/* Whoever has had answers, and is not waiting for one, may leave. */
static void test_leaves(void)
{
    static const struct segment initiator[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another request", I, PA, 11, 11, 10, .met = ESTB},
        {"ack", R, A, 11, 21, .met = ESTB},
        {"reset", I, RA, 21, 11, .met = ESTB},
    };
    static const struct segment nothing_asked[] = {
        HANDSHAKE,
        {"greeting", R, PA, 1, 1, 10, .met = ESTB},
        {"ack", I, A, 1, 11, .met = ESTB},
        {"reset", I, RA, 1, 11, .met = ESTB},
    };
    static const struct segment nothing_answered[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"ack", R, A, 1, 11, .met = ESTB},
        {"reset", I, RA, 11, 1, .met = ESTB},
    };
    static const struct segment other_side_unseen[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"reset", I, RST, 1100, .gap_ms = 60000, .met = UNKN},
    };

    TRY(initiator, 64, FWX_GRADE_HARMLESS, 0);
    TRY(nothing_asked, 64, FWX_GRADE_LOOK, 0);
    TRY(nothing_answered, 64, FWX_GRADE_LOOK, 0);
    TRY(other_side_unseen, 64, FWX_GRADE_LOOK, 0);
}

/* The responder's last words, on which its reset follows. */
static void try_last_words(const char *head, uint32_t asked, uint32_t answered, uint32_t last,
                           enum fwx_grade grade)
{
    const struct segment rows[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, asked, .head = head, .met = ESTB},
        {"response", R, PA, 1, 1 + asked, answered, .met = ESTB},
        {"ack", I, A, 1 + asked, 1 + answered, .met = ESTB},
        {"last words", R, PA, 1 + answered, 1 + asked, last, .met = ESTB},
        {"reset", R, RST, 1 + answered + last, .met = ESTB},
    };

    TRY(rows, 64, grade, 0);
}

/* Under TLS they may be the alert that closes (RFC 8446, 6.1); not where either side has said no
 * more than that. */
static void test_close_notify(void)
{
    static const char hello[] = "\x16\x03\x01\x00\x50\x01\x00\x00";

    try_last_words(hello, 70, 10, 69, FWX_GRADE_HARMLESS);
    try_last_words(hello, 70, 10, 70, FWX_GRADE_LOOK);
    try_last_words(NULL, 70, 10, 69, FWX_GRADE_LOOK);
    try_last_words(hello, 69, 10, 69, FWX_GRADE_LOOK);
    try_last_words(hello, 70, 2, 68, FWX_GRADE_HARMLESS);
    try_last_words(hello, 70, 1, 68, FWX_GRADE_LOOK);
}

static void set_reserved(struct fwx_packet *packet)
{
    packet->tcp.reserved = 1;
}

/* It is worth a look, even where the firewall denies all of what began before the capture. */
static void test_in_between(void)
{
    static const struct segment rows[] = {
        {"ack", I, A, 1000, 5000, .met = UNKN},
        {"ack", R, A, 5000, 1000, .met = UNKN},
        {"reset of somebody else", R, RA, 5000, 1000, .gap_ms = 60000, .ttl = 250,
         .tweak = set_reserved},
        {0},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene;
    const struct fwx_finding *finding;

    policy.midstream_not_syn = true;
    scene = scene_of(&worlds[0], &policy, rows);
    finding = found(&scene, scene.frame, FWX_FINDING_RESET);
    g_assert_cmpuint(finding->reset.status, ==, 64);
    g_assert_cmpuint(finding->reset.kill, ==, FWX_KILL_NONE);
    g_assert_cmpstr(fwx_grade_name((enum fwx_grade)finding->reset.grade), ==,
                    fwx_grade_name(FWX_GRADE_LOOK));
    scene_end(&scene);
}

/* A fatal alert in the clear makes even the harmless worth a look; 40 is handshake_failure. */
static void test_alert(void)
{
    static const struct segment fatal[] = {
        HANDSHAKE,
        EXCHANGE,
        {"alert", R, PA, 11, 11, 7, .head = ALERT("\x28"), .met = ESTB},
        {"ack", I, A, 11, 18, .met = ESTB},
        {"reset", R, RA, 18, 11, .met = ESTB},
    };
    static const struct segment highest[] = {
        HANDSHAKE,
        EXCHANGE,
        {"alert", R, PA, 11, 11, 7, .head = ALERT("\xff"), .met = ESTB},
        {"ack", I, A, 11, 18, .met = ESTB},
        {"reset", R, RA, 18, 11, .met = ESTB},
    };
    static const struct segment dirty[] = {
        HANDSHAKE,
        EXCHANGE,
        {"alert", I, PA, 11, 11, 7, .head = ALERT("\x00"), .met = ESTB},
        {"fin", I, FA, 18, 11, .met = ESTB},
        {"reset", R, RA, 11, 19, .met = FINW},
    };

    TRY(fatal, 64, FWX_GRADE_LOOK, 41);
    TRY(highest, 64, FWX_GRADE_LOOK, 255);
    TRY(dirty, 64, FWX_GRADE_LOOK, 1);
}

/* Warnings, encrypted alerts, other records, and what the capture has cut off. */
static void test_no_alert(void)
{
    static const struct {
        const char *head;
        uint32_t len;
    } cases[] = {
        {"\x15\x03\x03\x00\x02\x01\x00", 7},     {"\x15\x03\x03\x00\x1a\x02\x28", 31},
        {"\x16\x03\x03\x00\x02\x02\x28", 7},     {"\x15\x02\x03\x00\x02\x02\x28", 7},
        {"\x15\x03\x03\x00\x02\x02", 6},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct segment rows[] = {
            HANDSHAKE,
            EXCHANGE,
            {"no alert", R, PA, 11, 11, cases[i].len, .head = cases[i].head, .met = ESTB},
            {"ack", I, A, 11, 11 + cases[i].len, .met = ESTB},
            {"reset", R, RA, 11 + cases[i].len, 11, .met = ESTB},
        };

        TRY(rows, 64, FWX_GRADE_HARMLESS, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/grade/no-status", test_no_status);
    g_test_add_func("/grade/refused", test_refused);
    g_test_add_func("/grade/by-design", test_by_design);
    g_test_add_func("/grade/harmless", test_harmless);
    g_test_add_func("/grade/look", test_look);
    g_test_add_func("/grade/leaves", test_leaves);
    g_test_add_func("/grade/close-notify", test_close_notify);
    g_test_add_func("/grade/in-between", test_in_between);
    g_test_add_func("/grade/alert", test_alert);
    g_test_add_func("/grade/no-alert", test_no_alert);
    return g_test_run();
}
