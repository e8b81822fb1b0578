/* parcel.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/parcel.h"

#include <string.h>

/* time, frames, count, kind, arrow, from, to, grave, label, note */
#define STEP "(xauuyyyybmsms)"
/* ending, cause, gravity, unheard; capture, number, dropped, frame, packets; texts, rows, lanes,
 * names of lanes, of spaces; steps */
#define STORY   "((yyyy)(uuuuu)amsaaasyamsamsa" STEP ")"
#define CAPTURE "(msmsmsuuuuu)"
/* captures, logs, counts, bins (first, shift, counts), stories */
#define REPORT "(a" CAPTURE "asau(xuau)a" STORY ")"

/* ---- packing -------------------------------------------------------------------------------- */

static GVariant *text(const char *of)
{
    char *valid = of ? g_utf8_make_valid(of, -1) : NULL;

    return g_variant_new_maybe(G_VARIANT_TYPE_STRING,
                               valid ? g_variant_new_take_string(valid) : NULL);
}

static GVariant *texts(char *const *of, guint count)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("ams"));
    for (guint i = 0; i < count; i++)
        g_variant_builder_add_value(&builder, text(of[i]));
    return g_variant_builder_end(&builder);
}

static GVariant *numbers(const uint32_t *of, guint count)
{
    return g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, of, count, sizeof *of);
}

static GVariant *pack_row(char *const *row)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("as"));
    for (; *row; row++)
        g_variant_builder_add_value(&builder,
                                    g_variant_new_take_string(g_utf8_make_valid(*row, -1)));
    return g_variant_builder_end(&builder);
}

static GVariant *pack_rows(const struct fwx_story *story)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("aaas"));
    for (unsigned kind = 0; kind < FWX_ROW_KINDS; kind++) {
        g_variant_builder_open(&builder, G_VARIANT_TYPE("aas"));
        for (guint i = 0; i < story->rows[kind]->len; i++)
            g_variant_builder_add_value(
                &builder, pack_row((char *const *)g_ptr_array_index(story->rows[kind], i)));
        g_variant_builder_close(&builder);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *pack_step(const struct fwx_step *step)
{
    return g_variant_new("(x@auuyyyyb@ms@ms)", step->time, numbers(step->frames, FWX_SPACES),
                         step->count, step->kind, step->arrow, step->from, step->to, step->grave,
                         text(step->label), text(step->note));
}

static GVariant *pack_steps(const struct fwx_story *story)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a" STEP));
    for (guint i = 0; i < story->steps->len; i++)
        g_variant_builder_add_value(&builder, pack_step(fwx_story_step(story, i)));
    return g_variant_builder_end(&builder);
}

static GVariant *pack_story(const struct fwx_story *story)
{
    return g_variant_new(
        "((yyyy)(uuuuu)@ams@aaasy@ams@ams@a" STEP ")", (guint8)story->account.ending,
        (guint8)story->account.cause, (guint8)story->account.gravity,
        (guint8)story->account.unheard, story->capture, story->number, story->dropped, story->frame,
        story->packets, texts(story->texts, FWX_TEXTS), pack_rows(story), (guint8)story->lanes,
        texts(story->lane, FWX_LANES), texts(story->space, FWX_SPACES), pack_steps(story));
}

static GVariant *pack_captures(const struct fwx_report *report)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a" CAPTURE));
    for (guint i = 0; i < report->captures->len; i++) {
        const struct fwx_report_capture *capture = fwx_report_capture(report, i);

        g_variant_builder_add(&builder, "(@ms@ms@msuuuuu)", text(capture->name),
                              text(capture->failure), text(capture->begin), capture->conversations,
                              capture->trouble, capture->notes, capture->points, capture->advice);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *pack_logs(const struct fwx_report *report)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("as"));
    for (guint i = 0; i < report->logs->len; i++)
        g_variant_builder_add_value(
            &builder, g_variant_new_take_string(
                          g_utf8_make_valid((const char *)g_ptr_array_index(report->logs, i), -1)));
    return g_variant_builder_end(&builder);
}

GBytes *fwx_parcel_pack(const struct fwx_report *report)
{
    GVariantBuilder stories;
    GVariant *all;
    GBytes *bytes;

    g_variant_builder_init(&stories, G_VARIANT_TYPE("a" STORY));
    for (guint i = 0; i < report->stories->len; i++)
        g_variant_builder_add_value(&stories, pack_story(fwx_report_story(report, i)));
    all = g_variant_ref_sink(g_variant_new(
        "(@a" CAPTURE "@as@au(xu@au)@a" STORY ")", pack_captures(report), pack_logs(report),
        numbers((const uint32_t *)(const void *)&report->counts, sizeof report->counts / 4),
        report->denied.first, report->denied.shift,
        numbers(report->denied.counts, report->denied.used), g_variant_builder_end(&stories)));
    bytes = g_variant_get_data_as_bytes(all);
    g_variant_unref(all);
    return bytes;
}

/* ---- unpacking ------------------------------------------------------------------------------ */

static char *take_text(GVariant *of)
{
    GVariant *some = g_variant_get_maybe(of);
    char *taken = some ? g_variant_dup_string(some, NULL) : NULL;

    if (some)
        g_variant_unref(some);
    g_variant_unref(of);
    return taken;
}

static bool unpack_texts(GVariant *of, char **to, guint count)
{
    bool good = g_variant_n_children(of) == count;

    for (guint i = 0; i < count && good; i++)
        to[i] = take_text(g_variant_get_child_value(of, i));
    g_variant_unref(of);
    return good;
}

static bool unpack_numbers(GVariant *of, uint32_t *to, gsize least, gsize most)
{
    gsize count;
    const uint32_t *values = (const uint32_t *)g_variant_get_fixed_array(of, &count, sizeof *to);
    bool good = count >= least && count <= most;

    if (good && count)
        memcpy(to, values, count * sizeof *to);
    g_variant_unref(of);
    return good;
}

static bool unpack_kind(struct fwx_story *story, unsigned kind, GVariant *rows)
{
    bool good = true;

    for (gsize i = 0; i < g_variant_n_children(rows) && good; i++) {
        GVariant *row = g_variant_get_child_value(rows, i);

        good = g_variant_n_children(row) == fwx_row_width[kind];
        if (good)
            g_ptr_array_add(story->rows[kind], g_variant_dup_strv(row, NULL));
        g_variant_unref(row);
    }
    g_variant_unref(rows);
    return good;
}

static bool unpack_rows(struct fwx_story *story, GVariant *of)
{
    bool good = g_variant_n_children(of) == FWX_ROW_KINDS;

    for (unsigned kind = 0; kind < FWX_ROW_KINDS && good; kind++)
        good = unpack_kind(story, kind, g_variant_get_child_value(of, kind));
    g_variant_unref(of);
    return good;
}

static bool is_right(const struct fwx_story *story, const struct fwx_step *step)
{
    return step->kind < FWX_STEPS && step->arrow < FWX_ARROWS && step->from < story->lanes &&
           step->to < story->lanes &&
           (step->kind != FWX_STEP_PACKET || (step->from != step->to && step->label));
}

static bool unpack_step(struct fwx_story *story, GVariant *of)
{
    GVariant *frames;
    GVariant *label;
    GVariant *note;
    gboolean grave;
    struct fwx_step step = {0};
    bool good;

    g_variant_get(of, "(x@auuyyyyb@ms@ms)", &step.time, &frames, &step.count, &step.kind,
                  &step.arrow, &step.from, &step.to, &grave, &label, &note);
    step.grave = grave;
    step.label = take_text(label);
    step.note = take_text(note);
    good = unpack_numbers(frames, step.frames, FWX_SPACES, FWX_SPACES) && is_right(story, &step);
    g_array_append_val(story->steps, step);
    g_variant_unref(of);
    return good;
}

static bool unpack_steps(struct fwx_story *story, GVariant *of)
{
    bool good = true;

    for (gsize i = 0; i < g_variant_n_children(of) && good; i++)
        good = unpack_step(story, g_variant_get_child_value(of, i));
    g_variant_unref(of);
    return good;
}

static bool unpack_story(struct fwx_story *story, GVariant *of, guint captures)
{
    guint8 account[4];
    guint8 lanes;
    GVariant *parts[5];
    bool good;

    g_variant_get(of, "((yyyy)(uuuuu)@ams@aaasy@ams@ams@a" STEP ")", &account[0], &account[1],
                  &account[2], &account[3], &story->capture, &story->number, &story->dropped,
                  &story->frame, &story->packets, &parts[0], &parts[1], &lanes, &parts[2],
                  &parts[3], &parts[4]);
    story->account = (struct fwx_account){(enum fwx_ending)account[0], (enum fwx_cause)account[1],
                                          (enum fwx_gravity)account[2], (enum fwx_side)account[3]};
    story->lanes = lanes;
    good = account[0] < FWX_ENDINGS && account[1] < FWX_CAUSES && account[2] < FWX_GRAVITIES &&
           lanes >= 2 && lanes <= FWX_LANES && story->capture < captures;
    /* Each lets go of its part. */
    good = unpack_texts(parts[0], story->texts, FWX_TEXTS) && good;
    good = unpack_rows(story, parts[1]) && good;
    good = unpack_texts(parts[2], story->lane, FWX_LANES) && good;
    good = unpack_texts(parts[3], story->space, FWX_SPACES) && good;
    good = unpack_steps(story, parts[4]) && good;
    g_variant_unref(of);
    return good;
}

static bool unpack_stories(struct fwx_report *report, GVariant *of)
{
    bool good = true;

    for (gsize i = 0; i < g_variant_n_children(of) && good; i++) {
        struct fwx_story *story = fwx_story_new();

        good = unpack_story(story, g_variant_get_child_value(of, i), report->captures->len);
        if (good)
            fwx_report_take(report, story);
        else
            fwx_story_free(story);
    }
    g_variant_unref(of);
    return good;
}

static void unpack_captures(struct fwx_report *report, GVariant *of)
{
    for (gsize i = 0; i < g_variant_n_children(of); i++) {
        struct fwx_report_capture *capture =
            fwx_report_capture(report, fwx_report_add_capture(report, NULL));

        g_variant_get_child(of, i, "(msmsmsuuuuu)", &capture->name, &capture->failure,
                            &capture->begin, &capture->conversations, &capture->trouble,
                            &capture->notes, &capture->points, &capture->advice);
    }
    g_variant_unref(of);
}

static void unpack_logs(struct fwx_report *report, GVariant *of)
{
    const char **logs = g_variant_get_strv(of, NULL);

    for (const char **log = logs; log[0] && log[1]; log += 2)
        fwx_report_add_log(report, log[0], log[1]);
    g_free((gpointer)logs);
    g_variant_unref(of);
}

static bool unpack_bins(struct fwx_bins *bins, GVariant *counts)
{
    gsize count = g_variant_n_children(counts);

    bins->used = (uint32_t)MIN(count, FWX_BINS);
    return unpack_numbers(counts, bins->counts, 0, FWX_BINS) && fwx_bins_are_right(bins);
}

static bool unpack_all(struct fwx_report *report, GVariant *all)
{
    gsize counts = sizeof report->counts / sizeof(uint32_t);
    GVariant *parts[5];
    bool good;

    g_variant_get(all, "(@a" CAPTURE "@as@au(xu@au)@a" STORY ")", &parts[0], &parts[1], &parts[2],
                  &report->denied.first, &report->denied.shift, &parts[3], &parts[4]);
    unpack_captures(report, parts[0]);
    unpack_logs(report, parts[1]);
    good = unpack_numbers(parts[2], (uint32_t *)(void *)&report->counts, counts, counts);
    good = unpack_bins(&report->denied, parts[3]) && good;
    return unpack_stories(report, parts[4]) && good;
}

struct fwx_report *fwx_parcel_unpack(const void *bytes, gsize length, guint limit)
{
    /* A copy, aligned as numbers want to be. */
    gpointer copy = g_memdup2(bytes, length);
    GVariant *all = g_variant_ref_sink(
        g_variant_new_from_data(G_VARIANT_TYPE(REPORT), copy, length, FALSE, g_free, copy));
    struct fwx_report *report = NULL;

    if (length && g_variant_is_normal_form(all)) {
        report = fwx_report_new(limit);
        if (!unpack_all(report, all)) {
            fwx_report_free(report);
            report = NULL;
        }
    }
    g_variant_unref(all);
    return report;
}
