/* test_formats.c
 * What comes from captures, logs and names is inert in each format, and gone where a report is
 * anonymised; and a report survives the way between two processes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sample.h"

#include <string.h>

#include "report/anonymise.h"
#include "report/file.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/parcel.h"
#include "report/words.h"

/* Markup, a table's bar, fences, links, mentions, a line's end, what a terminal obeys, what turns
 * text, and bytes that are no text. */
/* NOLINTBEGIN(misc-misleading-bidirectional): it is meant to be */
static const char hostile[] =
    "<script>alert(1)</script>\"'>&amp;|`````[`x](javascript:y)<!--]]>@all http://evil.example "
    "www.evil.example\n# h\r\x1b[31m\a\x7f\xe2\x80\xaegpj\xe2\x81\xa6\xe2\x80\x8b\xe2\x80\xa8\xff";

static const char *const never[] = {"\x1b",   "\a",     "\x7f",   "\r",
                                    "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b", "\xe2\x80\xa8"};
/* NOLINTEND(misc-misleading-bidirectional) */

static void assert_inert(const GString *text)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(never); i++)
        g_assert_null(strstr(text->str, never[i]));
    g_assert_cmpuint(strlen(text->str), ==, text->len);
    g_assert_true(g_utf8_validate(text->str, -1, NULL));
}

/* Each element is one of ours, and attributes load nothing. */
static void test_html(void)
{
    static const char *const ours[] = {
        "!DOCTYPE", "html",  "head",   "meta",    "title",   "style",  "body",     "a",
        "header",   "p",     "h1",     "h2",      "h3",      "h4",     "main",     "section",
        "div",      "table", "thead",  "tbody",   "tr",      "th",     "td",       "ul",
        "li",       "code",  "strong", "span",    "br",      "figure", "svg",      "text",
        "line",     "path",  "circle", "rect",    "g",       "desc",   "figcaption", "details",
        "summary",  "article", "footer"};
    struct fwx_report *report = sample_report(hostile);
    GString *page = fwx_html(report);

    assert_inert(page);
    g_assert_null(strstr(page->str, "src="));
    g_assert_null(strstr(page->str, "url("));
    g_assert_null(strstr(page->str, "\"javascript:"));
    for (const char *at = page->str; (at = strchr(at, '<')); at++) {
        const char *name = at[1] == '/' ? at + 2 : at + 1;
        size_t length = strcspn(name, " />");
        bool known = false;

        for (unsigned i = 0; i < G_N_ELEMENTS(ours); i++)
            known |= strlen(ours[i]) == length && !strncmp(ours[i], name, length);
        if (!known)
            g_error("an element that is not ours: %.20s", at);
    }
    for (const char *at = page->str; (at = strstr(at, "href=\"")); at++)
        g_assert_cmpint(at[strlen("href=\"")], ==, '#');
    g_string_free(page, TRUE);
    fwx_report_free(report);
}

/* Blanks what stands between as many backticks as it begins with (CommonMark 0.31, 6.1), which
 * nothing in it ends. A backtick behind a backslash begins nothing. */
static void blank_code(char *line)
{
    while ((line = strchr(line, '`'))) {
        size_t ticks = strspn(line, "`");
        char *end = line + ticks;

        if (line[-1] == '\\') {
            line++;
            continue;
        }
        while ((end = strchr(end, '`')) && strspn(end, "`") != ticks)
            end += strspn(end, "`");
        g_assert_nonnull(end);
        memset(line, ' ', (size_t)(end - line) + ticks);
    }
}

/* Outside of fences and code no character of markup stands without a backslash; fences hold. */
static void test_markdown(void)
{
    struct fwx_report *report = sample_report(hostile);
    GString *page = fwx_markdown(report);
    char **lines = g_strsplit(page->str, "\n", -1);
    bool fenced = false;

    assert_inert(page);
    g_assert_null(strstr(page->str, "![") /* no picture */);
    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "```")) {
            fenced = !fenced;
            continue;
        }
        if (fenced)
            continue;
        blank_code(*line);
        g_assert_null(strchr(*line, '<'));
        g_assert_null(strstr(*line, "@all"));
        g_assert_null(strstr(*line, " http://"));
        g_assert_null(strstr(*line, " www.evil"));
        g_assert_false(g_str_has_prefix(*line, "# h"));
    }
    g_assert_false(fenced);
    g_strfreev(lines);
    g_string_free(page, TRUE);
    fwx_report_free(report);
}

static void assert_nothing_left(const GString *text)
{
    static const char *const originals[] = {"10.1.2.3", "50183",  "443",     "192.0.2.1",
                                            "example",  "acme",   "2001:db8", "SECRET",
                                            "10.1.2.30"};

    for (unsigned i = 0; i < G_N_ELEMENTS(originals); i++) {
        if (strstr(text->str, originals[i]))
            g_error("%s is still there: %.60s", originals[i], strstr(text->str, originals[i]));
    }
}

/* The same address is the same label everywhere; a name is that of its address; one that is longer
 * is another. What logs and names say is gone. */
static void test_anonymise(void)
{
    fwx_render *const renders[] = {fwx_html, fwx_markdown};

    for (unsigned i = 0; i < G_N_ELEMENTS(renders); i++) {
        struct fwx_report *report = sample_report("");
        struct fwx_story *story = fwx_report_story(report, 0);
        char **log = (char **)g_ptr_array_index(story->rows[FWX_ROWS_LOG], 0);
        GString *page;

        g_free(log[2]);
        log[2] = g_strdup("SECRET");
        /* Words of the plugin's own, which stay as they are. */
        fwx_story_take(story, FWX_TEXT_PROTOCOL, g_strdup("TCP"));
        fwx_story_take(story, FWX_TEXT_NEXT_STEP, NULL);
        fwx_story_take(story, FWX_TEXT_PAGE, g_strdup("padding"));
        fwx_story_take(story, FWX_TEXT_BEGIN, NULL);
        fwx_story_take(story, FWX_TEXT_FILTER, g_strdup("fwx.conn.id == 1"));
        fwx_anonymise(report);
        g_assert_cmpstr(story->texts[FWX_TEXT_HEADLINE], ==,
                        "host-1:port-1, [host-3]:port-1, port port-2");
        g_assert_cmpstr(story->lane[0], ==, "host-1:port-1");
        g_assert_cmpstr(story->lane[1], ==, "host-2:port-2");
        g_assert_cmpstr(((char **)story->rows[FWX_ROWS_WHY]->pdata[0])[2], ==,
                        "from host-4 to host-2:port-2");
        g_assert_cmpstr(fwx_report_capture(report, 0)->name, ==, "capture-1");
        page = renders[i](report);
        assert_nothing_left(page);
        g_string_free(page, TRUE);
        fwx_report_free(report);
    }
}

/* Names that are words or numbers: only as whole words, and a number alone may be a frame's. */
static void test_anonymise_words(void)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"between dmz and 7", "between point-1 and 7"},
        {"dmzs, a-dmz, dmz", "dmzs, a-point-1, point-1"},
        {"10.1.2.3.", "host-1."},
        {"x10.1.2.3 10.1.2.3.4", "x10.1.2.3 10.1.2.3.4"},
        {"port 443x port 443", "port 443x port port-1"},
        {"FE80::1%eth0 fe80::1", "host-3%eth0 host-3"},
        {"00:11:22:33:44:55", "host-3"},
        {"at 14:44:32.539 frame 443 :: 1.5", "at 14:44:32.539 frame 443 host-3 1.5"},
        {"203.0.113.9:80", "host-3:port-1"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_report *report = sample_report("");
        struct fwx_story *story = fwx_report_story(report, 0);

        for (unsigned text = 0; text < FWX_TEXTS; text++)
            fwx_story_take(story, (enum fwx_story_text)text, NULL);
        g_ptr_array_remove_index(story->rows[FWX_ROWS_NAMES], 1); /* the port */
        fwx_story_take(story, (enum fwx_story_text)0, NULL);
        fwx_story_take(story, FWX_TEXT_INITIATOR, g_strdup(cases[i].text));
        fwx_anonymise(report);
        g_assert_cmpstr(story->texts[FWX_TEXT_INITIATOR], ==, cases[i].expected);
        fwx_report_free(report);
    }
}

/* What goes in comes out; cut anywhere, or with a byte changed, nothing worse than nothing does. */
static void test_parcel(void)
{
    struct fwx_report *report = sample_report("");
    GBytes *bytes = fwx_parcel_pack(report);
    gsize length;
    const guint8 *data = (const guint8 *)g_bytes_get_data(bytes, &length);
    struct fwx_report *copy = fwx_parcel_unpack(data, length, 0);
    GString *before;
    GString *after;

    g_assert_nonnull(copy);
    copy->version = g_strdup(report->version);
    copy->product = g_strdup(report->product);
    copy->filter = g_strdup(report->filter);
    before = fwx_html(report);
    after = fwx_html(copy);
    g_assert_cmpstr(before->str, ==, after->str);
    fwx_report_free(copy);
    for (gsize i = 0; i < length; i += 3) {
        guint8 *changed = (guint8 *)g_memdup2(data, length);

        fwx_report_free(fwx_parcel_unpack(data, i, 0));
        changed[i] ^= 0x5a;
        copy = fwx_parcel_unpack(changed, length, 0);
        if (copy)
            g_string_free(fwx_html(copy), TRUE);
        fwx_report_free(copy);
        g_free(changed);
    }
    g_string_free(before, TRUE);
    g_string_free(after, TRUE);
    g_bytes_unref(bytes);
    fwx_report_free(report);
}

/* What cannot be is refused as a whole: an arrow from a lane to itself, or to none. */
static void test_parcel_of_nonsense(void)
{
    for (uint8_t lane = 0; lane < 4; lane++) {
        struct fwx_report *report = sample_report("");
        struct fwx_step *step =
            &g_array_index(fwx_report_story(report, 0)->steps, struct fwx_step, 0);
        struct fwx_report *copy;
        GBytes *bytes;

        step->to = lane;
        bytes = fwx_parcel_pack(report);
        copy = fwx_parcel_unpack(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), 0);
        g_assert_true((copy != NULL) == (lane == 1));
        fwx_report_free(copy);
        g_bytes_unref(bytes);
        fwx_report_free(report);
    }
}

/* Every cause and every ending has its words. */
static void test_words(void)
{
    for (unsigned i = 0; i < FWX_CAUSES + FWX_ENDINGS; i++) {
        struct fwx_account account = {
            .ending = (enum fwx_ending)(i < FWX_CAUSES ? 0 : i - FWX_CAUSES),
            .cause = (enum fwx_cause)(i < FWX_CAUSES ? i : FWX_CAUSE_NONE),
            .gravity = FWX_GRAVITY_TROUBLE};
        bool well = !account.cause && (account.ending == FWX_ENDING_OPEN ||
                                       account.ending == FWX_ENDING_CLOSED ||
                                       account.ending == FWX_ENDING_ANSWERED);

        g_assert_nonnull(fwx_words_trouble(&account));
        g_assert_true(well || fwx_words_meaning(&account));
        g_assert_nonnull(fwx_words_ending(account.ending));
    }
}

static void test_suffixes(void)
{
    g_assert_true(fwx_render_of("a.html") == fwx_html && fwx_render_of("a.HTM") == fwx_html);
    g_assert_true(fwx_render_of("a.md") == fwx_markdown);
    g_assert_true(!fwx_render_of("a.txt") && !fwx_render_of("html") && !fwx_render_of(""));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/formats/html", test_html);
    g_test_add_func("/formats/markdown", test_markdown);
    g_test_add_func("/formats/anonymise", test_anonymise);
    g_test_add_func("/formats/anonymise-words", test_anonymise_words);
    g_test_add_func("/formats/parcel", test_parcel);
    g_test_add_func("/formats/parcel-of-nonsense", test_parcel_of_nonsense);
    g_test_add_func("/formats/words", test_words);
    g_test_add_func("/formats/suffixes", test_suffixes);
    return g_test_run();
}
