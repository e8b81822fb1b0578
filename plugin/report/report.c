/* report.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/report.h"

#include <string.h>

static void free_capture(gpointer data)
{
    struct fwx_report_capture *capture = (struct fwx_report_capture *)data;

    g_free(capture->name);
    g_free(capture->failure);
    g_free(capture->begin);
    g_free(capture);
}

static void free_story(gpointer story)
{
    fwx_story_free((struct fwx_story *)story);
}

struct fwx_report *fwx_report_new(guint limit)
{
    struct fwx_report *report = g_new0(struct fwx_report, 1);

    report->captures = g_ptr_array_new_with_free_func(free_capture);
    report->logs = g_ptr_array_new_with_free_func(g_free);
    report->stories = g_ptr_array_new_with_free_func(free_story);
    report->limit = limit ? limit : FWX_REPORT_STORIES;
    return report;
}

void fwx_report_free(struct fwx_report *report)
{
    if (!report)
        return;
    g_free(report->version);
    g_free(report->product);
    g_free(report->filter);
    g_ptr_array_unref(report->captures);
    g_ptr_array_unref(report->logs);
    g_ptr_array_unref(report->stories);
    g_free(report);
}

guint fwx_report_add_capture(struct fwx_report *report, const char *name)
{
    struct fwx_report_capture *capture = g_new0(struct fwx_report_capture, 1);

    capture->name = g_strdup(name);
    g_ptr_array_add(report->captures, capture);
    return report->captures->len - 1;
}

void fwx_report_add_log(struct fwx_report *report, const char *name, const char *made)
{
    for (guint i = 0; i < report->logs->len; i += 2) {
        if (g_str_equal(g_ptr_array_index(report->logs, i), name))
            return;
    }
    g_ptr_array_add(report->logs, g_strdup(name));
    g_ptr_array_add(report->logs, g_strdup(made));
}

/* ---- stories -------------------------------------------------------------------------------- */

static gint by_gravity(gconstpointer a, gconstpointer b)
{
    return fwx_story_compare(*(const struct fwx_story *const *)a,
                             *(const struct fwx_story *const *)b);
}

guint fwx_report_told(const struct fwx_report *report, enum fwx_gravity gravity)
{
    guint count = 0;

    for (guint i = 0; i < report->stories->len; i++)
        count += fwx_report_story(report, i)->account.gravity == gravity;
    return count;
}

/* The kind that has most, the last of several; among trouble, or among notes. */
static unsigned largest(const uint32_t counts[FWX_KINDS], bool notes)
{
    unsigned first = notes ? FWX_KINDS / 2 : 0;
    unsigned found = first;

    for (unsigned i = first; i < first + FWX_KINDS / 2; i++)
        found = counts[i] >= counts[found] ? i : found;
    return found;
}

static uint64_t sum(const uint32_t counts[FWX_KINDS], unsigned first)
{
    uint64_t all = 0;

    for (unsigned i = first; i < first + FWX_KINDS / 2; i++)
        all += counts[i];
    return all;
}

void fwx_report_share(uint32_t counts[FWX_KINDS], guint limit)
{
    uint64_t trouble = sum(counts, 0);
    uint64_t notes = sum(counts, FWX_KINDS / 2);

    for (; trouble > limit; trouble--)
        counts[largest(counts, false)]--;
    for (; notes > MIN(limit - trouble, FWX_REPORT_NOTES); notes--)
        counts[largest(counts, true)]--;
}

/* The last of a kind that has more than its share. */
static void leave_out(struct fwx_report *report)
{
    uint32_t counts[FWX_KINDS] = {0};
    uint32_t shares[FWX_KINDS];

    for (guint i = 0; i < report->stories->len; i++)
        counts[fwx_story_kind(&fwx_report_story(report, i)->account)]++;
    memcpy(shares, counts, sizeof shares);
    fwx_report_share(shares, report->limit);
    for (guint i = report->stories->len; i > 0; i--) {
        unsigned kind = fwx_story_kind(&fwx_report_story(report, i - 1)->account);

        if (counts[kind] == shares[kind])
            continue;
        counts[kind]--;
        g_ptr_array_remove_index(report->stories, i - 1);
    }
}

void fwx_report_take(struct fwx_report *report, struct fwx_story *story)
{
    g_ptr_array_add(report->stories, story);
    g_ptr_array_sort(report->stories, by_gravity);
    leave_out(report);
}

/* ---- counts --------------------------------------------------------------------------------- */

void fwx_report_count(struct fwx_report *report, const struct fwx_account *account)
{
    report->counts.endings[account->ending][account->gravity]++;
    if (account->gravity != FWX_GRAVITY_TROUBLE)
        return;
    if (account->cause)
        report->counts.causes[account->cause]++;
    else
        report->counts.plain[account->ending]++;
}

static void add_counts(struct fwx_report_counts *counts, const struct fwx_report_counts *others)
{
    for (unsigned i = 0; i < FWX_ENDINGS; i++) {
        for (unsigned gravity = 0; gravity < FWX_GRAVITIES; gravity++)
            counts->endings[i][gravity] += others->endings[i][gravity];
        counts->plain[i] += others->plain[i];
    }
    for (unsigned i = 0; i < FWX_CAUSES; i++)
        counts->causes[i] += others->causes[i];
}

uint32_t fwx_report_of(const struct fwx_report *report, enum fwx_gravity gravity)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < FWX_ENDINGS; i++)
        count += report->counts.endings[i][gravity];
    return count;
}

uint32_t fwx_report_conversations(const struct fwx_report *report)
{
    uint32_t count = 0;

    for (unsigned gravity = 0; gravity < FWX_GRAVITIES; gravity++)
        count += fwx_report_of(report, (enum fwx_gravity)gravity);
    return count;
}

/* ---- parts ---------------------------------------------------------------------------------- */

void fwx_report_join(struct fwx_report *report, struct fwx_report *part)
{
    guint before = report->captures->len;

    while (part->captures->len)
        g_ptr_array_add(report->captures, g_ptr_array_steal_index(part->captures, 0));
    for (guint i = 0; i + 1 < part->logs->len; i += 2)
        fwx_report_add_log(report, (const char *)g_ptr_array_index(part->logs, i),
                           (const char *)g_ptr_array_index(part->logs, i + 1));
    add_counts(&report->counts, &part->counts);
    fwx_bins_join(&report->denied, &part->denied);
    while (part->stories->len) {
        struct fwx_story *story = (struct fwx_story *)g_ptr_array_steal_index(part->stories, 0);

        story->capture += before;
        fwx_report_take(report, story);
    }
    fwx_report_free(part);
}
