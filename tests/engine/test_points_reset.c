/* test_points_reset.c
 * Who sent a reset, as two points show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

#include "engine/facts/account.h"
#include "engine/facts/origin.h"

static void assert_origin(const struct sides *sides, uint32_t frame, enum fwx_origin origin,
                          const char *signs)
{
    char buffer[FWX_REASON_SIZE];
    const struct fwx_reset *reset = &found(&sides->scene, frame, FWX_FINDING_RESET)->reset;

    g_assert_cmpint(reset->origin, ==, origin);
    g_assert_cmpstr(fwx_origin_signs(reset, buffer), ==, signs);
}

/* A reset that never went in is none of its endpoint's. */
static void test_added(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"reset of nobody", R, RA, 201, 101, .seen = ADDED, .fate = INJECTED},
    };
    static const struct hop twin[] = {
        OPENING,
        TALK,
        {"reset of the responder", R, RA, 201, 101, .fate = FORWARDED},
    };
    struct sides sides = SIDES_WITH(rows);
    struct fwx_account account =
        fwx_account_of(sides.scene.engine, connection_of(&sides.scene, 1));
    char buffer[FWX_REASON_SIZE];

    assert_origin(&sides, 13, FWX_ORIGIN_IN_BETWEEN, "it never went in at the other point");
    g_assert_cmpint(account.cause, ==, FWX_CAUSE_RESET_IN_BETWEEN);
    fwx_account_headline(sides.scene.engine, connection_of(&sides.scene, 1), &account, buffer);
    g_assert_cmpstr(buffer, ==,
                    "Reset from in between in frame 13: it never went in at the other point");
    sides_end(&sides);

    sides = SIDES_WITH(twin);
    assert_origin(&sides, 13, FWX_ORIGIN_ENDPOINT, "");
    assert_origin(&sides, 14, FWX_ORIGIN_ENDPOINT, "");
    account = fwx_account_of(sides.scene.engine, connection_of(&sides.scene, 1));
    g_assert_cmpint(account.cause, ==, FWX_CAUSE_RESET_BY_ENDPOINT);
    sides_end(&sides);
}

/* Nobody acknowledges a reset: where the other point lacks a single packet, it may lack this one. */
static void test_lost(void)
{
    static const struct hop lost[] = {
        OPENING,
        {"request", I, PA, 1, 1, 100, .fate = FORWARDED},
        {"response, not captured outside", R, PA, 1, 101, 200, .seen = ADDED, .fate = LOSS},
        {"ack", I, A, 101, 201, .fate = FORWARDED},
    };
    static const struct hop reset[] = {{"reset", R, RA, 1201, 101, .seen = ADDED}};

    for (unsigned is_lost = 0; is_lost < 2; is_lost++) {
        struct sides sides = sides_new();
        struct hop more = {"keeps talking", R, PA, 201, 101, 1, .fate = FORWARDED};
        uint32_t frame;

        CROSS(&sides, lost);
        if (!is_lost) {
            sides_end(&sides);
            sides = sides_new();
            CROSS(&sides, ((const struct hop[]){OPENING, TALK}));
        }
        for (; more.seq < 1201; more.seq++)
            sides_play(&sides, &more, 1);
        frame = sides.scene.frame + 1;
        CROSS(&sides, reset);
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        g_assert_cmpuint(fwx_points_clock(sides.scene.engine, 0)->lost[OUTSIDE], ==, is_lost);
        g_assert_cmpint(meeting_of(&sides, frame).fate, ==,
                        is_lost ? FWX_FATE_UNPROVEN : FWX_FATE_INJECTED);
        g_assert_cmpint(meeting_of(&sides, frame).doubt, ==,
                        is_lost ? FWX_DOUBT_UNACKNOWLEDGED : FWX_DOUBT_NONE);
        assert_origin(&sides, frame, is_lost ? FWX_ORIGIN_ENDPOINT : FWX_ORIGIN_IN_BETWEEN,
                      is_lost ? "" : "it never went in at the other point");
        sides_end(&sides);
    }
}

/* Or may have dropped it, be it one of thousands. */
static void test_dropped_by_capture(void)
{
    static const struct hop rows[] = {OPENING, TALK};
    static const struct hop reset[] = {{"reset", R, RA, 701, 101, .seen = ADDED}};
    struct hop more = {"keeps talking", R, PA, 201, 101, 1, .fate = FORWARDED};
    struct sides sides = sides_new();
    uint32_t frame;

    CROSS(&sides, rows);
    for (; more.seq < 701; more.seq++)
        sides_play(&sides, &more, 1);
    frame = sides.scene.frame + 1;
    CROSS(&sides, reset);
    sides_bystander(&sides);
    fwx_points_note_drops(sides.scene.engine, INSIDE, 1); /* not where it is missing */
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpint(meeting_of(&sides, frame).fate, ==, FWX_FATE_INJECTED);
    assert_origin(&sides, frame, FWX_ORIGIN_IN_BETWEEN, "it never went in at the other point");
    fwx_points_note_drops(sides.scene.engine, OUTSIDE, 1);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpint(meeting_of(&sides, frame).doubt, ==, FWX_DOUBT_DROPS);
    assert_origin(&sides, frame, FWX_ORIGIN_ENDPOINT, "");
    sides_end(&sides);
}

/* The capture there had ended, or had not begun when the reset would have gone in: at most the
 * longest stay, 5 ms, before. */
static void test_outside_capture(void)
{
    static const struct hop end[] = {
        OPENING,
        TALK,
        {"reset", R, RA, 201, 101, .seen = ADDED, DOUBT(END)},
    };
    struct sides sides = sides_new();

    CROSS(&sides, end);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, end);
    assert_origin(&sides, 13, FWX_ORIGIN_ENDPOINT, "");
    sides_end(&sides);

    for (int64_t after = 4; after <= 5; after++) {
        const struct hop begin[] = {
            {"data", I, PA, 101, 201, 50, .fate = FORWARDED},
            {"reset", R, RA, 201, 151, .seen = ADDED, .gap_ms = after, .stay_ms = -1,
             .fate = after == 5 ? INJECTED : UNPROVEN,
             .doubt = after == 5 ? FWX_DOUBT_NONE : FWX_DOUBT_BEFORE},
        };

        sides = SIDES_WITH(begin);
        g_assert_cmpint(found(&sides.scene, 3, FWX_FINDING_RESET)->reset.origin ==
                            FWX_ORIGIN_IN_BETWEEN,
                        ==, after == 5);
        sides_end(&sides);
    }
}

/* One that went in before may have come out with other numbers; one that went in later may not. */
static void test_rewritten(void)
{
    static const struct hop before[] = {
        OPENING,
        TALK,
        {"reset", R, RA, 201, 101, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
        {"with another number", R, RST, 150, .seen = ADDED, DOUBT(ANSWERED)},
    };
    static const struct hop after[] = {
        OPENING,
        TALK,
        {"reset of nobody", R, RST, 190, .seen = ADDED, .fate = INJECTED},
        {"reset", R, RA, 201, 101, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
    };
    struct sides sides = SIDES_WITH(before);

    sides_end(&sides);
    sides = SIDES_WITH(after);
    sides_end(&sides);
}

/* Who does not ask for injected resets is told of none. */
static void test_unasked(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"reset of nobody", R, RA, 201, 101, .seen = ADDED, .fate = INJECTED},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct sides sides;

    policy.check_injected = false;
    sides = sides_new_under(&policy);
    CROSS(&sides, rows);
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, rows);
    assert_origin(&sides, 13, FWX_ORIGIN_UNKNOWN, "");
    sides_end(&sides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/reset/added", test_added);
    g_test_add_func("/points/reset/lost", test_lost);
    g_test_add_func("/points/reset/dropped-by-capture", test_dropped_by_capture);
    g_test_add_func("/points/reset/outside-capture", test_outside_capture);
    g_test_add_func("/points/reset/rewritten", test_rewritten);
    g_test_add_func("/points/reset/unasked", test_unasked);
    return g_test_run();
}
