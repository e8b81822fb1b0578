/* text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/text.h"

#include <string.h>

#include "report/escape.h"
#include "report/words.h"

/* Columns: time, frames, and between two lanes. */
enum { TIME = 9, FRAMES = 7, WIDE = 58, NARROW = 44 };

/* A line, in letters. */
struct line {
    GString *text;
    unsigned space; /* columns between lanes */
    unsigned lanes;
};

static unsigned at_lane(const struct line *line, unsigned lane)
{
    return lane * (line->space + 1);
}

static unsigned end_of(const struct line *line)
{
    return at_lane(line, line->lanes - 1) + 1;
}

/* Letters of one column each. */
static void put(char *row, unsigned at, const char *text)
{
    for (; *text; text++)
        row[at++] = *text;
}

static char *empty_row(const struct line *line, char lane)
{
    char *row = g_strnfill(end_of(line), ' ');

    for (unsigned i = 0; i < line->lanes; i++)
        row[at_lane(line, i)] = lane;
    return row;
}

static void add_margin(const struct line *line, const char *time, const char *frames)
{
    g_string_append_printf(line->text, "%*s  %*s  ", TIME, time, FRAMES, frames);
}

static void end_line(const struct line *line)
{
    while (line->text->len && line->text->str[line->text->len - 1] == ' ')
        g_string_truncate(line->text, line->text->len - 1);
    g_string_append_c(line->text, '\n');
}

/* ---- heads ---------------------------------------------------------------------------------- */

static void pad_to(GString *text, gsize begin, glong column)
{
    while (g_utf8_strlen(text->str + begin, -1) < column)
        g_string_append_c(text, ' ');
}

/* The first from its lane on, the last to its lane, others about theirs; never over each other. */
static void add_heads(const struct line *line, const struct fwx_story *story, bool roles)
{
    gsize begin = line->text->len;
    glong margin = TIME + FRAMES + 4;

    if (roles)
        add_margin(line, "time", "frame");
    for (unsigned i = 0; i < story->lanes; i++) {
        char *name = fwx_escape(roles            ? fwx_words_role(story, i)
                                : story->lane[i] ? story->lane[i]
                                                 : "",
                                "");
        glong length = g_utf8_strlen(name, -1);
        glong lane = margin + (glong)at_lane(line, i);
        glong from = i == 0 ? lane : i + 1 == story->lanes ? lane + 1 - length : lane - length / 2;
        bool first = i == 0;

        pad_to(line->text, begin, from);
        if (!first && line->text->str[line->text->len - 1] != ' ')
            g_string_append_c(line->text, ' ');
        g_string_append(line->text, name);
        g_free(name);
    }
    end_line(line);
}

/* Which point sees what is drawn there. */
static void add_spaces(const struct line *line, const struct fwx_story *story)
{
    gsize begin = line->text->len;

    if (!story->space[0])
        return;
    for (unsigned i = 0; i + 1 < story->lanes; i++) {
        char *name = fwx_escape(story->space[i] ? story->space[i] : "", "");
        glong middle = TIME + FRAMES + 4 + (glong)(at_lane(line, i) + at_lane(line, i + 1)) / 2;

        pad_to(line->text, begin, middle - g_utf8_strlen(name, -1) / 2);
        g_string_append_printf(line->text, "%s%s", i ? " " : "", name);
        g_free(name);
    }
    end_line(line);
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* Where it is drawn: the first column, and the last. */
static void bounds(const struct line *line, const struct fwx_step *step, unsigned *low,
                   unsigned *high)
{
    bool right = step->from < step->to;
    bool stops = step->arrow == FWX_ARROW_DROPPED || step->arrow == FWX_ARROW_UNSEEN;
    unsigned part;

    *low = at_lane(line, MIN(step->from, step->to)) + 1;
    *high = at_lane(line, MAX(step->from, step->to)) - 1;
    part = (*high - *low) / 6;
    if (line->lanes > 2 || step->arrow == FWX_ARROW_ARRIVES)
        return; /* what lies in between has a lane of its own */
    if (stops == right)
        *high -= part;
    else
        *low += part;
}

/* A shaft with a label in it, where there is room: false, there is none. */
static bool draw_arrow(char *row, const struct line *line, const struct fwx_step *step,
                       const char *label)
{
    static const char tips[FWX_ARROWS][3] = {"<>", "xx", "<>",
                                             "??"}; /* to the left, to the right */
    bool right = step->from < step->to;
    bool dashed = step->arrow == FWX_ARROW_INJECTED;
    unsigned low;
    unsigned high;
    bool inside;

    bounds(line, step, &low, &high);
    for (unsigned i = low; i <= high; i++)
        row[i] = dashed && (i - low) % 2 ? ' ' : '-';
    inside = strlen(label) + 5 <= high - low;
    if (inside) {
        row[low + 2] = row[low + 3 + strlen(label)] = ' ';
        put(row, low + 3, label);
    }
    row[right ? high : low] = tips[step->arrow][right];
    return inside;
}

static void add_packet(const struct line *line, const struct fwx_step *step)
{
    char *row = empty_row(line, '|');
    char *time = fwx_words_seconds(step->time);
    char *frames = fwx_words_frames(step);
    char *label = fwx_escape(step->label, "");
    char *note = fwx_escape(step->note ? step->note : "", "");
    bool inside = draw_arrow(row, line, step, label);
    const char *means = fwx_words_arrow((enum fwx_arrow)step->arrow);

    add_margin(line, time, frames);
    g_string_append_printf(line->text, "%s%s%s%s%s%s%s", row, !inside || *note || means ? "  " : "",
                           inside ? "" : label, !inside && (means || *note) ? "; " : "",
                           means ? means : "", means && *note ? ": " : "", note);
    end_line(line);
    g_free(row);
    g_free(time);
    g_free(frames);
    g_free(label);
    g_free(note);
}

static void add_between(const struct line *line, const struct fwx_step *step)
{
    char *row = empty_row(line, step->kind == FWX_STEP_PAUSE ? ':' : '.');
    char *words = fwx_words_step(step);
    unsigned length = (unsigned)strlen(words);
    unsigned at = length + 4 < end_of(line) ? (end_of(line) - length) / 2 : 0;

    if (at) {
        row[at - 1] = row[at + length] = ' ';
        put(row, at, words);
    }
    add_margin(line, "", "");
    g_string_append(line->text, row);
    if (!at)
        g_string_append_printf(line->text, "  %s", words);
    end_line(line);
    g_free(words);
    g_free(row);
}

char *fwx_ladder_text(const struct fwx_story *story)
{
    struct line line = {g_string_new(NULL), story->lanes == 2 ? WIDE : NARROW, story->lanes};

    add_heads(&line, story, true);
    add_heads(&line, story, false);
    add_spaces(&line, story);
    for (guint i = 0; i < story->steps->len; i++) {
        const struct fwx_step *step = fwx_story_step(story, i);

        if (step->kind == FWX_STEP_PACKET)
            add_packet(&line, step);
        else
            add_between(&line, step);
    }
    return g_string_free(line.text, FALSE);
}
