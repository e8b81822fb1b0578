/* test_report.c
 * What is put together does not depend on the order; each kind gets its share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sample.h"

static struct fwx_story *story_of(enum fwx_gravity gravity, enum fwx_cause cause, uint32_t number)
{
    struct fwx_story *story = fwx_story_new();

    story->account = (struct fwx_account){.gravity = gravity, .cause = cause};
    story->number = number;
    return story;
}

/* "cause:number ..." of what is told */
static char *told(const struct fwx_report *report)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < report->stories->len; i++) {
        const struct fwx_story *story = fwx_report_story(report, i);

        g_string_append_printf(text, "%s%s%u:%u", i ? " " : "",
                               story->account.gravity == FWX_GRAVITY_NOTE ? "n" : "",
                               story->account.cause, story->number);
    }
    return g_string_free(text, FALSE);
}

/* Twelve of one cause, three of another, one of a third, notes: in any order. */
static void test_share(void)
{
    for (unsigned step = 1; step < 40; step += 2) { /* 40 numbers, each once */
        struct fwx_report *report = fwx_report_new(6);
        char *text;

        for (unsigned i = 0; i < 40; i++) {
            uint32_t number = i * step % 40;
            enum fwx_cause cause = number < 12   ? FWX_CAUSE_MTU
                                   : number < 15 ? FWX_CAUSE_ICMP
                                                 : FWX_CAUSE_LIMIT;

            if (step % 5 == 0)
                continue; /* has a factor with 40 */
            fwx_report_take(report, story_of(number > 15 ? FWX_GRAVITY_NOTE : FWX_GRAVITY_TROUBLE,
                                             cause, number));
        }
        text = told(report);
        if (step % 5)
            g_assert_cmpstr(text, ==, "7:0 7:1 7:2 10:15 11:12 11:13");
        g_free(text);
        fwx_report_free(report);
    }
}

/* Notes fill what trouble leaves, ten at most. */
static void test_notes(void)
{
    struct fwx_report *report = fwx_report_new(50);

    for (uint32_t i = 0; i < 30; i++)
        fwx_report_take(report, story_of(FWX_GRAVITY_NOTE, FWX_CAUSE_DIRTY_CLOSE, i));
    g_assert_cmpuint(report->stories->len, ==, 10);
    for (uint32_t i = 0; i < 45; i++)
        fwx_report_take(report, story_of(FWX_GRAVITY_TROUBLE, FWX_CAUSE_MTU, i));
    g_assert_cmpuint(fwx_report_told(report, FWX_GRAVITY_TROUBLE), ==, 45);
    g_assert_cmpuint(fwx_report_told(report, FWX_GRAVITY_NOTE), ==, 5);
    fwx_report_free(report);
}

/* Numbers of captures follow, logs are told once. */
static void test_join(void)
{
    struct fwx_report *report = fwx_report_new(0);

    for (unsigned i = 0; i < 3; i++)
        fwx_report_join(report, sample_report(""));
    g_assert_cmpuint(report->captures->len, ==, 3);
    g_assert_cmpuint(report->logs->len, ==, 2);
    g_assert_cmpuint(report->stories->len, ==, 3);
    g_assert_cmpuint(fwx_report_story(report, 2)->capture, ==, 2);
    g_assert_cmpuint(fwx_report_of(report, FWX_GRAVITY_TROUBLE), ==, 3);
    g_assert_cmpuint(report->counts.causes[FWX_CAUSE_PADDING], ==, 3);
    g_assert_cmpuint(report->denied.counts[0], ==, 3);
    fwx_report_free(report);
}

/* As narrow as there is room; the same in any order, and put together of halves; at the ends of
 * time as well. */
static void test_bins(void)
{
    static const int64_t times[] = {5,  0,  63, -1, 64, 1000, INT64_MAX, INT64_MIN + 1,
                                    -7, 12, 12, 90, 17, 4096, 3,         2};
    struct fwx_bins forward = {0};
    struct fwx_bins backward = {0};
    struct fwx_bins halves[2] = {0};
    uint32_t all = 0;

    fwx_bins_add(&forward, 0, 1);
    fwx_bins_add(&forward, 63, 1);
    g_assert_cmpuint(forward.shift, ==, 0);
    g_assert_cmpuint(forward.used, ==, 64);
    fwx_bins_add(&forward, 64, 1);
    g_assert_cmpuint(forward.shift, ==, 1);
    g_assert_cmpint(forward.counts[31], ==, 1);
    g_assert_cmpint(forward.counts[32], ==, 1);
    g_assert_cmpint(fwx_bins_time(&forward, 32), ==, 64);
    forward = (struct fwx_bins){0};
    for (unsigned i = 0; i < G_N_ELEMENTS(times); i++) {
        fwx_bins_add(&forward, times[i], 1);
        fwx_bins_add(&backward, times[G_N_ELEMENTS(times) - 1 - i], 1);
        fwx_bins_add(&halves[i % 2], times[i], 1);
        g_assert_true(fwx_bins_are_right(&forward));
    }
    fwx_bins_join(&halves[0], &halves[1]);
    g_assert_cmpmem(&forward, sizeof forward, &backward, sizeof backward);
    g_assert_cmpmem(&forward, sizeof forward, &halves[0], sizeof halves[0]);
    for (unsigned i = 0; i < FWX_BINS; i++)
        all += forward.counts[i];
    g_assert_cmpuint(all, ==, G_N_ELEMENTS(times));
    g_assert_cmpint(fwx_bins_time(&forward, forward.used), ==, INT64_MAX);
    forward.used = FWX_BINS + 1;
    g_assert_false(fwx_bins_are_right(&forward));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/share", test_share);
    g_test_add_func("/report/notes", test_notes);
    g_test_add_func("/report/join", test_join);
    g_test_add_func("/report/bins", test_bins);
    return g_test_run();
}
