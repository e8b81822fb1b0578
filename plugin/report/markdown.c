/* markdown.c
 * CommonMark, with tables as GitHub, GitLab and many a ticket system have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/markdown.h"

#include <inttypes.h>
#include <string.h>

#include "engine/facts/advice.h"
#include "report/escape.h"
#include "report/text.h"
#include "report/words.h"

/* ---- texts: the only places where they are escaped ------------------------------------------ */

/* Within a line or a cell. What any dialect gives a meaning has a backslash before it (CommonMark
 * 0.31, 2.4); < and & are entities, for there are dialects where HTML goes first; what would become
 * a link or a mention by itself is broken up by an entity, too. */
static void add(GString *to, const char *text)
{
    char *visible = text ? fwx_escape(text, "") : NULL;

    for (const char *at = visible; at && *at; at++) {
        if (*at == '<')
            g_string_append(to, "&lt;");
        else if (*at == '&')
            g_string_append(to, "&amp;");
        else if (*at == '@')
            g_string_append(to, "&#64;");
        else if (g_str_has_prefix(at, "://"))
            g_string_append(to, "&#58;");
        else if (*at == '.' && at - visible >= 3 && !g_ascii_strncasecmp(at - 3, "www", 3))
            g_string_append(to, "&#46;");
        else if (strchr("\\`*_[]|#~>!{}", *at))
            g_string_append_printf(to, "\\%c", *at);
        else
            g_string_append_c(to, *at);
    }
    g_free(visible);
}

/* One backtick more than the text has in a row anywhere, and than least. To be freed. */
static char *ticks_around(const char *text, unsigned least)
{
    unsigned most = least;
    unsigned row = 0;

    for (; *text; text++) {
        row = *text == '`' ? row + 1 : 0;
        most = MAX(most, row);
    }
    return g_strnfill(most + 1, '`');
}

/* As code, between backticks: more of them than the text has in a row. In a table, a bar would end
 * the cell all the same. */
static void add_code(GString *to, const char *text)
{
    char *visible = fwx_escape(text ? text : "", "");
    char *ticks = ticks_around(visible, 0);

    g_strdelimit(visible, "|", '/');
    g_string_append_printf(to, ticks[1] ? "%s %s %s" : "%s%s%s", ticks, visible, ticks);
    g_free(ticks);
    g_free(visible);
}

/* Lines between fences that are longer than any row of backticks in them. */
static void add_block(GString *to, const char *lines)
{
    char *fence = ticks_around(lines, 2);

    g_string_append_printf(to, "%stext\n%s%s\n\n", fence, lines, fence);
    g_free(fence);
}

/* ---- pieces --------------------------------------------------------------------------------- */

/* The text is freed. */
static void add_paragraph(GString *to, char *text)
{
    if (text) {
        add(to, text);
        g_string_append(to, "\n\n");
    }
    g_free(text);
}

static void add_heads(GString *to, const char *const *heads, unsigned columns)
{
    GString *rule = g_string_new("|");

    g_string_append_c(to, '|');
    for (unsigned i = 0; i < columns; i++) {
        g_string_append_printf(to, " %s |", heads[i]);
        g_string_append(rule, "---|");
    }
    g_string_append_printf(to, "\n%s\n", rule->str);
    g_string_free(rule, TRUE);
}

/* ---- the head ------------------------------------------------------------------------------- */

static void add_contents(GString *to, const struct fwx_report *report)
{
    static const char *const heads[] = {"", "What happened", "Between", "Severity"};

    if (report->stories->len < 2)
        return;
    add_heads(to, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < report->stories->len; i++) {
        const struct fwx_story *story = fwx_report_story(report, i);

        g_string_append_printf(to, "| %u | ", i + 1);
        add(to, story->texts[FWX_TEXT_HEADLINE]);
        g_string_append(to, " | ");
        add(to, story->texts[FWX_TEXT_INITIATOR]);
        g_string_append(to, " \342\206\222 ");
        add(to, story->texts[FWX_TEXT_RESPONDER]);
        if (report->captures->len > 1) {
            g_string_append(to, ", ");
            add(to, fwx_report_capture(report, story->capture)->name);
        }
        g_string_append_printf(to, " | %s |\n", fwx_gravity_name(story->account.gravity));
    }
    g_string_append_c(to, '\n');
    add_paragraph(to, fwx_words_left_out(report));
}

static void add_captures(GString *to, const struct fwx_report *report)
{
    static const char *const heads[] = {"Capture",       "Begins",  "Points",
                                        "Conversations", "Trouble", "Notes"};

    add_heads(to, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < report->captures->len; i++) {
        const struct fwx_report_capture *capture = fwx_report_capture(report, i);

        g_string_append(to, "| ");
        add(to, capture->name);
        g_string_append(to, " | ");
        add(to, capture->failure ? capture->failure : capture->begin);
        g_string_append_printf(to, " | %" PRIu32 " | %" PRIu32 " | %" PRIu32 " | %" PRIu32 " |\n",
                               capture->points, capture->conversations, capture->trouble,
                               capture->notes);
    }
    g_string_append_c(to, '\n');
}

static void add_advice(GString *to, const struct fwx_report *report)
{
    uint32_t advice = 0;

    for (guint i = 0; i < report->captures->len; i++)
        advice |= fwx_report_capture(report, i)->advice;
    for (unsigned i = 0; i < FWX_ADVICES; i++) {
        if (advice >> i & 1)
            g_string_append_printf(to, "- %s.\n", fwx_advice_text((enum fwx_advice)i));
    }
    if (advice)
        g_string_append_c(to, '\n');
}

static void add_asked(GString *to, const struct fwx_report *report)
{
    g_string_append(to, "## What was asked\n\nWhat would ");
    add(to, report->product ? report->product : "the firewall");
    g_string_append(to, " have said, and what really happened?");
    if (report->filter) {
        g_string_append(to, " Only of conversations with ");
        add_code(to, report->filter);
        g_string_append_c(to, '.');
    }
    if (report->stopped)
        g_string_append(to, " **It was interrupted: not all captures were read.**");
    g_string_append(to, "\n\n");
    add_captures(to, report);
    for (guint i = 0; i + 1 < report->logs->len; i += 2) {
        g_string_append(to, "- Log ");
        add_code(to, (const char *)g_ptr_array_index(report->logs, i));
        g_string_append(to, " ");
        add(to, (const char *)g_ptr_array_index(report->logs, i + 1));
        g_string_append_c(to, '\n');
    }
    g_string_append(to, report->logs->len ? "\n" : "");
    add_advice(to, report);
}

/* ---- a story -------------------------------------------------------------------------------- */

static void add_why(GString *to, const struct fwx_story *story)
{
    const GPtrArray *rows = story->rows[FWX_ROWS_WHY];

    for (guint i = 0; i < rows->len; i++) {
        char *const *row = (char *const *)g_ptr_array_index(rows, i);

        g_string_append(to, "- **");
        add(to, row[1]);
        g_string_append(to, "** (");
        add(to, row[0]);
        g_string_append(to, "): ");
        add(to, row[2]);
        g_string_append_c(to, '\n');
    }
    if (story->texts[FWX_TEXT_SILENCE] && *story->texts[FWX_TEXT_SILENCE]) {
        g_string_append(to, "- ");
        add(to, story->texts[FWX_TEXT_SILENCE]);
        g_string_append_c(to, '\n');
    }
    if (rows->len)
        g_string_append_c(to, '\n');
}

static void add_verdict(GString *to, const struct fwx_report *report, const struct fwx_story *story)
{
    char *verdict = fwx_words_verdict(report, story);
    char *certainty = fwx_words_certainty(story);

    if (verdict) {
        add(to, verdict);
        g_string_append_c(to, ' ');
        add(to, certainty);
        g_string_append(to, "\n\n");
    }
    g_free(verdict);
    g_free(certainty);
}

static void add_rows(GString *to, const struct fwx_story *story, enum fwx_rows kind,
                     const char *const *heads)
{
    const GPtrArray *rows = story->rows[kind];
    unsigned columns = fwx_story_columns(story, kind);

    if (!rows->len)
        return;
    add_heads(to, heads, columns);
    for (guint i = 0; i < rows->len; i++) {
        char *const *row = (char *const *)g_ptr_array_index(rows, i);

        g_string_append_c(to, '|');
        for (unsigned cell = 0; cell < columns; cell++) {
            g_string_append_c(to, ' ');
            add(to, row[cell]);
            g_string_append(to, " |");
        }
        g_string_append_c(to, '\n');
    }
    g_string_append_c(to, '\n');
}

static void add_who(GString *to, const struct fwx_report *report, const struct fwx_story *story)
{
    add(to, story->texts[FWX_TEXT_PROTOCOL]);
    g_string_append_c(to, ' ');
    add(to, story->texts[FWX_TEXT_INITIATOR]);
    g_string_append(to, " \342\206\222 ");
    add(to, story->texts[FWX_TEXT_RESPONDER]);
    g_string_append_printf(to, ", conversation %" PRIu32 " of ", story->number);
    add(to, fwx_report_capture(report, story->capture)->name);
    if (story->texts[FWX_TEXT_BEGIN]) {
        g_string_append(to, ", ");
        add(to, story->texts[FWX_TEXT_BEGIN]);
    }
    g_string_append_printf(to, ", %" PRIu32 " packet%s", story->packets,
                           story->packets == 1 ? "" : "s");
    if (story->texts[FWX_TEXT_LENGTH]) {
        g_string_append(to, " in ");
        add(to, story->texts[FWX_TEXT_LENGTH]);
    }
    g_string_append(to, "\n\n");
}

static void add_ladder(GString *to, const struct fwx_story *story)
{
    char *ladder;

    if (!story->steps->len)
        return;
    ladder = fwx_ladder_text(story);
    add_block(to, ladder);
    g_free(ladder);
    add_paragraph(to, fwx_words_legend(story));
}

static void add_story(GString *to, const struct fwx_report *report, guint index)
{
    static const char *const firewalls[] = {"Firewall", "Says", "What to set"};
    static const char *const logs[] = {"Log", "Line", "Says", "Beside the prediction"};
    const struct fwx_story *story = fwx_report_story(report, index);

    g_string_append_printf(to, "## %u. ", index + 1);
    add(to, story->texts[FWX_TEXT_HEADLINE]);
    g_string_append(to, "\n\n");
    add_who(to, report, story);
    add_paragraph(to, g_strdup(fwx_words_meaning(&story->account)));
    if (story->texts[FWX_TEXT_NEXT_STEP]) {
        g_string_append(to, "**Check next:** ");
        add(to, story->texts[FWX_TEXT_NEXT_STEP]);
        g_string_append(to, "\n\n");
    }
    add_ladder(to, story);
    add_why(to, story);
    add_verdict(to, report, story);
    add_rows(to, story, FWX_ROWS_LOG, logs);
    add_rows(to, story, FWX_ROWS_FIREWALLS, firewalls);
    g_string_append(to, "In Wireshark: ");
    add_code(to, story->texts[FWX_TEXT_FILTER]);
    g_string_append(to, "\n\n");
}

GString *fwx_markdown(const struct fwx_report *report)
{
    GString *to = g_string_new("# ");
    char *title = fwx_words_title(report);

    add(to, title);
    g_string_append(to, "\n\n");
    add_paragraph(to, fwx_words_answer(report));
    add_contents(to, report);
    add_paragraph(to, fwx_words_healthy(report));
    for (guint i = 0; i < report->stories->len; i++)
        add_story(to, report, i);
    add_asked(to, report);
    g_string_append(to, "Made by fwx ");
    add(to, report->version);
    g_string_append(to, ".\n");
    g_free(title);
    return to;
}
