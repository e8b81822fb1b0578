/* html.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/html.h"

#include <inttypes.h>

#include "engine/facts/advice.h"
#include "report/charts.h"
#include "report/markup.h"
#include "report/svg.h"
#include "report/words.h"

/* The text is freed. */
static void add_words(GString *to, const char *name, const char *class, char *text)
{
    fwx_markup_element(to, name, class, text);
    g_free(text);
}

static void add_number(GString *to, uint32_t number)
{
    g_string_append_printf(to, "<td class=\"num\">%" PRIu32 "</td>", number);
}

static const char *gravity_word(enum fwx_gravity gravity)
{
    return gravity == FWX_GRAVITY_TROUBLE ? "trouble" : "by design or harmless";
}

static void add_tag(GString *to, enum fwx_gravity gravity)
{
    g_string_append_printf(to, "<span class=\"tag %s\">%s</span>", fwx_gravity_name(gravity),
                           gravity_word(gravity));
}

/* ---- the head ------------------------------------------------------------------------------- */

static void add_head(GString *to, const struct fwx_report *report)
{
    char *title = fwx_words_title(report);

    g_string_append(to,
                    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\">"
                    "<meta name=\"color-scheme\" content=\"light dark\">");
    fwx_markup_element(to, "title", NULL, title);
    g_string_append_printf(to, "<style>%s</style></head>\n<body>", fwx_html_style);
    g_string_append(to, "<a class=\"skip\" href=\"#answer\">Skip to the answer</a>\n<header>");
    g_free(title);
}

static enum fwx_gravity worst(const struct fwx_report *report)
{
    return fwx_report_of(report, FWX_GRAVITY_TROUBLE) ? FWX_GRAVITY_TROUBLE
           : fwx_report_of(report, FWX_GRAVITY_NOTE)  ? FWX_GRAVITY_NOTE
                                                      : FWX_GRAVITY_OK;
}

/* In a line; all of it stands at the end. */
static void add_asked_for(GString *to, const struct fwx_report *report)
{
    if (report->captures->len == 1)
        fwx_markup_text(to, fwx_report_capture(report, 0)->name);
    else
        g_string_append_printf(to, "%u captures", report->captures->len);
    if (report->logs->len)
        g_string_append_printf(to, ", %u firewall log%s", report->logs->len / 2,
                               report->logs->len == 2 ? "" : "s");
    if (report->product) {
        g_string_append(to, " \302\267 as ");
        fwx_markup_text(to, report->product);
    }
}

static void add_answer(GString *to, const struct fwx_report *report)
{
    g_string_append(to, "<p class=\"eyebrow\">Firewall verdicts \302\267 ");
    add_asked_for(to, report);
    g_string_append(to, "</p>");
    add_words(to, "h1", NULL, fwx_words_title(report));
    g_string_append(to, "</header>\n<main id=\"answer\" tabindex=\"-1\">");
    g_string_append_printf(to, "<section class=\"answer %s\" aria-label=\"The answer\">",
                           fwx_gravity_name(worst(report)));
    add_words(to, "p", NULL, fwx_words_answer(report));
    g_string_append(to, "</section>\n");
}

/* ---- what was asked ------------------------------------------------------------------------- */

static void add_capture(GString *to, const struct fwx_report_capture *capture)
{
    g_string_append(to, "<tr>");
    g_string_append(to, "<th scope=\"row\" class=\"mono\">");
    fwx_markup_text(to, capture->name);
    g_string_append(to, "</th><td>");
    fwx_markup_text(to, capture->failure ? capture->failure : capture->begin);
    g_string_append(to, "</td>");
    add_number(to, capture->points);
    add_number(to, capture->conversations);
    add_number(to, capture->trouble);
    add_number(to, capture->notes);
    g_string_append(to, "</tr>");
}

static void add_captures(GString *to, const struct fwx_report *report)
{
    g_string_append(to, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                        "aria-label=\"Captures\"><table><thead><tr>"
                        "<th scope=\"col\">Capture</th><th scope=\"col\">Begins</th>"
                        "<th scope=\"col\" class=\"num\">Points</th>"
                        "<th scope=\"col\" class=\"num\">Conversations</th>"
                        "<th scope=\"col\" class=\"num\">Trouble</th>"
                        "<th scope=\"col\" class=\"num\">Notes</th></tr></thead><tbody>");
    for (guint i = 0; i < report->captures->len; i++)
        add_capture(to, fwx_report_capture(report, i));
    g_string_append(to, "</tbody></table></div>\n");
}

static void add_logs(GString *to, const struct fwx_report *report)
{
    if (!report->logs->len)
        return;
    g_string_append(to, "<p>Beside the firewall's own log:</p><ul class=\"plain\">");
    for (guint i = 0; i + 1 < report->logs->len; i += 2) {
        g_string_append(to, "<li>");
        fwx_markup_element(to, "code", NULL, (const char *)g_ptr_array_index(report->logs, i));
        g_string_append_c(to, ' ');
        fwx_markup_text(to, (const char *)g_ptr_array_index(report->logs, i + 1));
        g_string_append(to, "</li>");
    }
    g_string_append(to, "</ul>\n");
}

/* What captures cannot tell, once each. */
static void add_advice(GString *to, const struct fwx_report *report)
{
    uint32_t advice = 0;

    for (guint i = 0; i < report->captures->len; i++)
        advice |= fwx_report_capture(report, i)->advice;
    if (!advice)
        return;
    g_string_append(to, "<h3>What these captures cannot tell</h3><ul class=\"plain\">");
    for (unsigned i = 0; i < FWX_ADVICES; i++) {
        if (advice >> i & 1)
            fwx_markup_element(to, "li", NULL, fwx_advice_text((enum fwx_advice)i));
    }
    g_string_append(to, "</ul>\n");
}

static void add_asked(GString *to, const struct fwx_report *report)
{
    g_string_append(to, "<section aria-labelledby=\"asked\"><h2 id=\"asked\">What was asked</h2>"
                        "<p>What would ");
    fwx_markup_text(to, report->product ? report->product : "the firewall");
    g_string_append(to, " have said, and what really happened?");
    if (report->filter) {
        g_string_append(to, " Only of conversations with ");
        fwx_markup_element(to, "code", NULL, report->filter);
        g_string_append_c(to, '.');
    }
    if (report->stopped)
        g_string_append(to, " <strong>It was interrupted: not all captures were read.</strong>");
    g_string_append(to, "</p>");
    add_captures(to, report);
    add_logs(to, report);
    add_advice(to, report);
    g_string_append(to, "</section>\n");
}

/* ---- the list ------------------------------------------------------------------------------- */

static void add_who(GString *to, const struct fwx_story *story)
{
    fwx_markup_text(to, story->texts[FWX_TEXT_INITIATOR]);
    g_string_append(to, " \342\206\222 ");
    fwx_markup_text(to, story->texts[FWX_TEXT_RESPONDER]);
}

static void add_contents(GString *to, const struct fwx_report *report)
{
    g_string_append(to, "<section aria-labelledby=\"worst\"><h2 id=\"worst\">Worst first</h2>"
                        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                        "aria-label=\"Conversations\"><table><thead><tr>"
                        "<th scope=\"col\">What happened</th><th scope=\"col\">Between</th>"
                        "<th scope=\"col\">Severity</th></tr></thead><tbody>");
    for (guint i = 0; i < report->stories->len; i++) {
        const struct fwx_story *story = fwx_report_story(report, i);

        g_string_append_printf(to, "<tr><th scope=\"row\"><a href=\"#story-%u\">", i + 1);
        fwx_markup_text(to, story->texts[FWX_TEXT_HEADLINE]);
        g_string_append(to, "</a></th><td class=\"mono\">");
        add_who(to, story);
        if (report->captures->len > 1) {
            g_string_append(to, "<br><span class=\"frames\">");
            fwx_markup_text(to, fwx_report_capture(report, story->capture)->name);
            g_string_append(to, "</span>");
        }
        g_string_append(to, "</td><td>");
        add_tag(to, story->account.gravity);
        g_string_append(to, "</td></tr>");
    }
    g_string_append(to, "</tbody></table></div>");
    add_words(to, "p", NULL, fwx_words_left_out(report));
    g_string_append(to, "</section>\n");
}

static void add_chart(GString *to, void (*chart)(GString *to, const struct fwx_report *report),
                      const struct fwx_report *report, const char *caption)
{
    GString *drawn = g_string_new(NULL);

    chart(drawn, report);
    if (drawn->len) {
        g_string_append(to, "<figure>");
        g_string_append_len(to, drawn->str, (gssize)drawn->len);
        fwx_markup_element(to, "figcaption", NULL, caption);
        g_string_append(to, "</figure>");
    }
    g_string_free(drawn, TRUE);
}

static void add_charts(GString *to, const struct fwx_report *report)
{
    if (!fwx_report_conversations(report))
        return;
    g_string_append(to, "<section aria-labelledby=\"counts\"><h2 id=\"counts\">In numbers</h2>"
                        "<div class=\"charts\">");
    add_chart(to, fwx_charts_outcomes, report,
              "What became of the conversations. Red: trouble; yellow: by design, or odd and "
              "harmless; green: worked.");
    add_chart(to, fwx_charts_denied, report,
              "Packets that the firewall would have denied, over time (UTC).");
    g_string_append(to, "</div>");
    add_words(to, "p", NULL, fwx_words_healthy(report));
    g_string_append(to, "</section>\n");
}

/* ---- a story -------------------------------------------------------------------------------- */

/* The same as the picture, for who cannot see it. */
static void add_table(GString *to, const struct fwx_story *story)
{
    g_string_append(to, "<details><summary>The ladder in words</summary><div class=\"scroll\" "
                        "tabindex=\"0\" role=\"group\" aria-label=\"Packets\"><table><thead><tr>"
                        "<th scope=\"col\">Time</th><th scope=\"col\">Frame</th>"
                        "<th scope=\"col\">From</th><th scope=\"col\">Packet</th>"
                        "<th scope=\"col\">What is odd</th></tr></thead><tbody>");
    for (guint i = 0; i < story->steps->len; i++) {
        const struct fwx_step *step = fwx_story_step(story, i);
        bool packet = step->kind == FWX_STEP_PACKET;
        char *time = packet ? fwx_words_seconds(step->time) : g_strdup("");
        char *frames = fwx_words_frames(step);
        char *words = fwx_words_step(step);
        const char *arrow = packet ? fwx_words_arrow((enum fwx_arrow)step->arrow) : NULL;

        g_string_append(to, "<tr>");
        fwx_markup_element(to, "td", NULL, time);
        if (packet)
            g_string_append(to, "<th scope=\"row\">");
        fwx_markup_text(to, frames);
        g_string_append(to, packet ? "</th>" : "<td></td>");
        fwx_markup_element(to, "td", NULL,
                           !packet                 ? ""
                           : step->from < step->to ? "initiator"
                                                   : "responder");
        fwx_markup_element(to, "td", NULL, words);
        g_string_append(to, "<td>");
        fwx_markup_text(to, arrow);
        g_string_append(to, arrow && step->note ? ": " : "");
        fwx_markup_text(to, step->note);
        g_string_append(to, "</td></tr>");
        g_free(time);
        g_free(frames);
        g_free(words);
    }
    g_string_append(to, "</tbody></table></div></details>");
}

static void add_ladder(GString *to, const struct fwx_story *story, guint number)
{
    if (!story->steps->len)
        return;
    g_string_append(to, "<figure><div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                        "aria-label=\"Ladder\">");
    fwx_svg_ladder(to, story, number);
    g_string_append(to, "</div>");
    add_words(to, "figcaption", NULL, fwx_words_legend(story));
    g_string_append(to, "</figure>");
    add_table(to, story);
}

static void add_why(GString *to, const struct fwx_story *story)
{
    const GPtrArray *rows = story->rows[FWX_ROWS_WHY];

    if (!rows->len)
        return;
    g_string_append(to, "<h4>Why</h4><ul class=\"plain\">");
    for (guint i = 0; i < rows->len; i++) {
        char *const *row = (char *const *)g_ptr_array_index(rows, i);

        g_string_append(to, "<li>");
        fwx_markup_element(to, "strong", NULL, row[1]);
        g_string_append(to, " <span class=\"frames\">");
        fwx_markup_text(to, row[0]);
        g_string_append(to, "</span><br>");
        fwx_markup_text(to, row[2]);
        g_string_append(to, "</li>");
    }
    g_string_append(to, "</ul>");
    if (story->texts[FWX_TEXT_SILENCE] && *story->texts[FWX_TEXT_SILENCE])
        fwx_markup_element(to, "p", NULL, story->texts[FWX_TEXT_SILENCE]);
}

static void add_verdict(GString *to, const struct fwx_report *report, const struct fwx_story *story)
{
    char *verdict = fwx_words_verdict(report, story);

    if (verdict) {
        g_string_append(to, "<h4>The firewall's verdict, and how sure it is</h4>");
        fwx_markup_element(to, "p", NULL, verdict);
        add_words(to, "p", NULL, fwx_words_certainty(story));
    }
    g_free(verdict);
}

/* A column that has nothing in it is left out. */
static void add_rows(GString *to, const struct fwx_story *story, enum fwx_rows kind,
                     const char *const *heads)
{
    const GPtrArray *rows = story->rows[kind];
    unsigned columns = fwx_story_columns(story, kind);

    if (!rows->len)
        return;
    fwx_markup_element(to, "h4", NULL, heads[0]);
    g_string_append(to, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
    fwx_markup_text(to, heads[0]);
    g_string_append(to, "\"><table><thead><tr>");
    for (unsigned i = 0; i < columns; i++)
        g_string_append_printf(to, "<th scope=\"col\">%s</th>", heads[i + 1]);
    g_string_append(to, "</tr></thead><tbody>");
    for (guint i = 0; i < rows->len; i++) {
        char *const *row = (char *const *)g_ptr_array_index(rows, i);

        g_string_append(to, "<tr><th scope=\"row\">");
        fwx_markup_text(to, row[0]);
        g_string_append(to, "</th>");
        for (unsigned cell = 1; cell < columns; cell++)
            fwx_markup_element(to, "td", NULL, row[cell]);
        g_string_append(to, "</tr>");
    }
    g_string_append(to, "</tbody></table></div>");
}

static void add_next(GString *to, const struct fwx_story *story)
{
    if (!story->texts[FWX_TEXT_NEXT_STEP])
        return;
    g_string_append(to, "<div class=\"next\"><h4>Check next</h4><p>");
    fwx_markup_text(to, story->texts[FWX_TEXT_NEXT_STEP]);
    if (story->texts[FWX_TEXT_PAGE]) {
        g_string_append(to, " <span class=\"frames\">(More: <code>findings/");
        fwx_markup_text(to, story->texts[FWX_TEXT_PAGE]);
        g_string_append(to, ".md</code>)</span>");
    }
    g_string_append(to, "</p></div>");
}

static void add_filter(GString *to, const struct fwx_report *report, const struct fwx_story *story)
{
    g_string_append(to, "<h4>See it in Wireshark</h4><p><code>");
    fwx_markup_text(to, story->texts[FWX_TEXT_FILTER]);
    g_string_append(to, "</code> in <span class=\"mono\">");
    fwx_markup_text(to, fwx_report_capture(report, story->capture)->name);
    g_string_append(to, "</span></p>");
}

static void add_story(GString *to, const struct fwx_report *report, guint index)
{
    static const char *const firewalls[] = {"What other firewalls call it", "Firewall", "Says",
                                            "What to set"};
    static const char *const logs[] = {"What the log says", "Log", "Line", "Says",
                                       "Beside the prediction"};
    const struct fwx_story *story = fwx_report_story(report, index);

    g_string_append_printf(to,
                           "<article class=\"story\" id=\"story-%u\" "
                           "aria-labelledby=\"headline-%u\">",
                           index + 1, index + 1);
    g_string_append(to, "<div class=\"title\">");
    add_tag(to, story->account.gravity);
    g_string_append_printf(to, "<h3 id=\"headline-%u\">", index + 1);
    fwx_markup_text(to, story->texts[FWX_TEXT_HEADLINE]);
    g_string_append(to, "</h3><p class=\"who\"><span class=\"mono\">");
    fwx_markup_text(to, story->texts[FWX_TEXT_PROTOCOL]);
    g_string_append_c(to, ' ');
    add_who(to, story);
    g_string_append_printf(to, "</span> \302\267 conversation %" PRIu32 " of ", story->number);
    fwx_markup_text(to, fwx_report_capture(report, story->capture)->name);
    if (story->texts[FWX_TEXT_BEGIN]) {
        g_string_append(to, " \302\267 ");
        fwx_markup_text(to, story->texts[FWX_TEXT_BEGIN]);
    }
    g_string_append_printf(to, " \302\267 %" PRIu32 " packet%s", story->packets,
                           story->packets == 1 ? "" : "s");
    if (story->texts[FWX_TEXT_LENGTH]) {
        g_string_append(to, " in ");
        fwx_markup_text(to, story->texts[FWX_TEXT_LENGTH]);
    }
    g_string_append(to, "</p></div>");
    fwx_markup_element(to, "p", NULL, fwx_words_meaning(&story->account));
    add_next(to, story);
    add_ladder(to, story, index + 1);
    add_why(to, story);
    add_verdict(to, report, story);
    add_rows(to, story, FWX_ROWS_LOG, logs);
    add_rows(to, story, FWX_ROWS_FIREWALLS, firewalls);
    add_filter(to, report, story);
    g_string_append(to, "</article>\n");
}

GString *fwx_html(const struct fwx_report *report)
{
    GString *to = g_string_new(NULL);

    add_head(to, report);
    add_answer(to, report);
    if (report->stories->len > 1)
        add_contents(to, report);
    add_charts(to, report);
    if (report->stories->len) {
        g_string_append(to, "<section aria-labelledby=\"stories\"><h2 id=\"stories\">"
                            "Conversation by conversation</h2>\n");
        for (guint i = 0; i < report->stories->len; i++)
            add_story(to, report, i);
        g_string_append(to, "</section>\n");
    }
    add_asked(to, report);
    g_string_append(to, "</main>\n<footer><p>Made by fwx ");
    fwx_markup_text(to, report->version);
    g_string_append(to, ", a Wireshark plugin. Verdicts are what such a firewall is predicted to "
                        "say of these packets; policy rules do not show in packets.</p></footer>"
                        "</body></html>\n");
    return to;
}
