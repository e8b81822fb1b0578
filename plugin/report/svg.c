/* svg.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/svg.h"

#include <string.h>

#include "report/markup.h"
#include "report/words.h"

/* Where things are; the page scales all of it. */
enum {
    TIME_AT = 58, /* right edges */
    FRAME_AT = 116,
    FIRST_LANE = 144,
    RIGHT = 28,
    HEAD = 46, /* below it the lanes begin */
    ROW = 32,
    NOTE = 15, /* more, where there is one */
    BETWEEN = 28,
    LETTER = 7 /* of a name, about */
};

struct drawing {
    GString *to;
    const struct fwx_story *story;
    unsigned space; /* between lanes */
    unsigned head;
    unsigned y; /* of the step, at its top */
};

static unsigned space_of(unsigned lanes)
{
    static const unsigned widths[FWX_LANES + 1] = {0, 0, 540, 310, 270, 240, 230};

    return widths[lanes];
}

static unsigned lane_at(const struct drawing *drawing, unsigned lane)
{
    return FIRST_LANE + lane * drawing->space;
}

static unsigned height_of(const struct fwx_step *step)
{
    return step->kind != FWX_STEP_PACKET ? BETWEEN : step->note ? ROW + NOTE : ROW;
}

static unsigned width_of(const struct drawing *drawing)
{
    return lane_at(drawing, drawing->story->lanes - 1) + RIGHT;
}

static void add_text(struct drawing *drawing, const char *class, const char *anchor, unsigned x,
                     unsigned y, const char *text)
{
    if (!text || !*text)
        return;
    g_string_append_printf(drawing->to, "<text class=\"%s\" text-anchor=\"%s\" x=\"%u\" y=\"%u\">",
                           class, anchor, x, y);
    fwx_markup_text(drawing->to, text);
    g_string_append(drawing->to, "</text>");
}

/* ---- heads ---------------------------------------------------------------------------------- */

/* Long names stand below each other. */
static bool is_staggered(const struct drawing *drawing)
{
    const struct fwx_story *story = drawing->story;
    const char *first = story->lane[0] ? story->lane[0] : "";
    const char *last = story->lane[story->lanes - 1] ? story->lane[story->lanes - 1] : "";
    size_t letters = strlen(first) + strlen(last) + 4;
    size_t room = drawing->space;

    return letters * LETTER > room * (story->lanes - 1);
}

static void add_heads(struct drawing *drawing)
{
    const struct fwx_story *story = drawing->story;
    bool staggered = is_staggered(drawing);

    drawing->head = HEAD + (staggered ? HEAD - 14 : 0) + (story->space[0] ? 18 : 0);
    for (unsigned i = 0; i < story->lanes; i++) {
        bool last = i + 1 == story->lanes;
        const char *anchor = i == 0 ? "start" : last ? "end" : "middle";
        unsigned y = 14 + (last && staggered ? HEAD - 14 : 0);
        unsigned x = i == 0 ? lane_at(drawing, i) - 10
                     : last ? lane_at(drawing, i) + 10
                            : lane_at(drawing, i);

        add_text(drawing, "role", anchor, x, y, fwx_words_role(story, i));
        add_text(drawing, "end", anchor, x, y + 17, story->lane[i]);
    }
    for (unsigned i = 0; i + 1 < story->lanes; i++)
        add_text(drawing, "point", "middle", (lane_at(drawing, i) + lane_at(drawing, i + 1)) / 2,
                 drawing->head - 8, story->space[i]);
    add_text(drawing, "role", "end", TIME_AT, drawing->head - 8, "time");
    add_text(drawing, "role", "end", FRAME_AT, drawing->head - 8, "frame");
}

/* ---- steps ---------------------------------------------------------------------------------- */

static void add_lanes(struct drawing *drawing, const struct fwx_step *step)
{
    static const char *const classes[FWX_STEPS] = {
        [FWX_STEP_PACKET] = "lane",
        [FWX_STEP_PAUSE] = "lane pause",
        [FWX_STEP_LEFT_OUT] = "lane left-out",
    };

    for (unsigned i = 0; i < drawing->story->lanes; i++)
        g_string_append_printf(drawing->to,
                               "<line class=\"%s\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>",
                               classes[step->kind], lane_at(drawing, i), drawing->y,
                               lane_at(drawing, i), drawing->y + height_of(step));
}

static void add_head(struct drawing *drawing, unsigned x, unsigned y, bool right)
{
    int back = right ? -9 : 9;

    g_string_append_printf(drawing->to, "<path class=\"tip\" d=\"M%u %ul%d -4.5v9z\"/>", x, y,
                           back);
}

static void add_cross(struct drawing *drawing, unsigned x, unsigned y)
{
    g_string_append_printf(drawing->to, "<path class=\"cross\" d=\"M%u %ul12 12m0 -12l-12 12\"/>",
                           x - 6, y - 6);
}

/* From where to where, and how it ends; returns the middle of what is before the first lane. */
static unsigned add_arrow(struct drawing *drawing, const struct fwx_step *step, unsigned y)
{
    unsigned from = lane_at(drawing, step->from);
    unsigned to = lane_at(drawing, step->to);
    bool right = from < to;
    int quarter = ((int)to - (int)from) / 4;
    bool alone = drawing->story->lanes == 2; /* nothing stands for what lies in between */

    if (alone && step->arrow == FWX_ARROW_INJECTED)
        from = (unsigned)((int)from + 2 * quarter);
    if (alone && (step->arrow == FWX_ARROW_DROPPED || step->arrow == FWX_ARROW_UNSEEN))
        to = (unsigned)((int)to - quarter);
    else
        to = right ? to - 2 : to + 2;
    g_string_append_printf(drawing->to,
                           "<line class=\"shaft\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>", from,
                           y, to, y);
    if (step->arrow == FWX_ARROW_DROPPED)
        add_cross(drawing, to, y);
    else if (step->arrow == FWX_ARROW_UNSEEN)
        add_text(drawing, "unknown", "middle", right ? to + 9 : to - 9, y + 5, "?");
    else
        add_head(drawing, to, y, right);
    if (step->arrow == FWX_ARROW_INJECTED)
        g_string_append_printf(drawing->to,
                               "<circle class=\"origin\" cx=\"%u\" cy=\"%u\" r=\"4\"/>", from, y);
    if (!alone) {
        int half = (int)drawing->space / 2;

        return (unsigned)((int)from + (right ? half : -half));
    }
    return (from + to) / 2;
}

static void add_packet(struct drawing *drawing, const struct fwx_step *step)
{
    static const char *const classes[FWX_ARROWS] = {
        [FWX_ARROW_ARRIVES] = "arrives",
        [FWX_ARROW_DROPPED] = "dropped",
        [FWX_ARROW_INJECTED] = "injected",
        [FWX_ARROW_UNSEEN] = "unseen",
    };
    unsigned y = drawing->y + 22;
    unsigned middle;
    char *time = fwx_words_seconds(step->time);
    char *frames = fwx_words_frames(step);

    g_string_append_printf(drawing->to, "<g class=\"%s%s\">", classes[step->arrow],
                           step->grave ? " grave" : "");
    middle = add_arrow(drawing, step, y);
    add_text(drawing, "time", "end", TIME_AT, y + 4, time);
    add_text(drawing, "frame", "end", FRAME_AT, y + 4, frames);
    add_text(drawing, "label", "middle", middle, y - 6, step->label);
    add_text(drawing, "note", "middle", middle, y + 14, step->note);
    g_string_append(drawing->to, "</g>");
    g_free(time);
    g_free(frames);
}

static void add_between(struct drawing *drawing, const struct fwx_step *step)
{
    char *words = fwx_words_step(step);

    add_text(drawing, step->kind == FWX_STEP_PAUSE ? "silence" : "omitted", "middle",
             (lane_at(drawing, 0) + lane_at(drawing, drawing->story->lanes - 1)) / 2,
             drawing->y + BETWEEN / 2 + 4, words);
    g_free(words);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void add_steps(struct drawing *drawing)
{
    for (guint i = 0; i < drawing->story->steps->len; i++) {
        const struct fwx_step *step = fwx_story_step(drawing->story, i);

        add_lanes(drawing, step);
        if (step->kind == FWX_STEP_PACKET)
            add_packet(drawing, step);
        else
            add_between(drawing, step);
        drawing->y += height_of(step);
    }
}

static void add_title(GString *to, const struct fwx_story *story, guint number)
{
    g_string_append_printf(to, "<title id=\"ladder-%u-title\">", number);
    fwx_markup_text(to, "Ladder of packets: ");
    fwx_markup_text(to, story->texts[FWX_TEXT_HEADLINE]);
    g_string_append_printf(to, "</title><desc id=\"ladder-%u-desc\">", number);
    fwx_markup_text(to, "Packets between ");
    fwx_markup_text(to, story->lane[0]);
    fwx_markup_text(to, " and ");
    fwx_markup_text(to, story->lane[story->lanes - 1]);
    fwx_markup_text(to, " in the order of time. The table below has the same in words.");
    g_string_append(to, "</desc>");
}

void fwx_svg_ladder(GString *to, const struct fwx_story *story, guint number)
{
    struct drawing drawing = {g_string_new(NULL), story, space_of(story->lanes), 0, 0};

    add_heads(&drawing);
    drawing.y = drawing.head;
    add_steps(&drawing);
    g_string_append_printf(to,
                           "<svg class=\"ladder\" role=\"img\" viewBox=\"0 0 %u %u\" "
                           "aria-labelledby=\"ladder-%u-title ladder-%u-desc\">",
                           width_of(&drawing), drawing.y + 6, number, number);
    add_title(to, story, number);
    g_string_append_len(to, drawing.to->str, (gssize)drawing.to->len);
    g_string_append(to, "</svg>");
    g_string_free(drawing.to, TRUE);
}
