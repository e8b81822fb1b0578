/* report.c
 * Fuzzes what becomes of a report's texts: the first byte chooses whether the rest is a part as
 * workers send it, or the word that stands in every text; whatever can be read is rendered, with
 * names and without, and nothing of it may act.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

#include <string.h>

#include "../report/sample.h"
#include "report/anonymise.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/parcel.h"

/* NOLINTNEXTLINE(readability-non-const-parameter) */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

/* Control characters other than the end of a line, and what turns or hides text. */
static void hold(const GString *text)
{
    const guint acting = 1u << G_UNICODE_CONTROL | 1u << G_UNICODE_FORMAT |
                         1u << G_UNICODE_LINE_SEPARATOR | 1u << G_UNICODE_PARAGRAPH_SEPARATOR;
    enum { NON_JOINER = 0x200c, JOINER = 0x200d };

    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    for (const char *at = text->str; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_assert_true(c == '\n' || c == JOINER || c == NON_JOINER ||
                      !(acting >> g_unichar_type(c) & 1));
    }
}

/* As many of an element end as begin, and none is one that we do not have. */
static void hold_markup(const GString *page)
{
    unsigned open = 0;

    for (const char *at = page->str; (at = strchr(at, '<')); at++) {
        g_assert_true(at[1] == '/' || at[1] == '!' || g_ascii_islower(at[1]));
        g_assert_false(g_str_has_prefix(at, "<script") || g_str_has_prefix(at, "<img") ||
                       g_str_has_prefix(at, "<!-"));
        open += g_str_has_prefix(at, "<td");
        open -= g_str_has_prefix(at, "</td");
    }
    g_assert_cmpuint(open, ==, 0);
}

static void render(const struct fwx_report *report)
{
    GString *page = fwx_html(report);
    GString *ticket = fwx_markdown(report);

    hold(page);
    hold_markup(page);
    hold(ticket);
    g_string_free(page, TRUE);
    g_string_free(ticket, TRUE);
}

/* Packed and unpacked again it says the same. */
static void hold_parcel(const struct fwx_report *report)
{
    GBytes *bytes = fwx_parcel_pack(report);
    struct fwx_report *copy = fwx_parcel_unpack(g_bytes_get_data(bytes, NULL),
                                                g_bytes_get_size(bytes), report->limit);

    g_assert_nonnull(copy);
    g_assert_cmpuint(copy->stories->len, ==, report->stories->len);
    fwx_report_free(copy);
    g_bytes_unref(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *word = size > 1 ? g_strndup((const char *)data + 1, size - 1) : g_strdup("");
    struct fwx_report *report = size && data[0] == 'p' ? fwx_parcel_unpack(data + 1, size - 1, 0)
                                                       : sample_report(word);

    if (report) {
        hold_parcel(report);
        render(report);
        fwx_anonymise(report);
        render(report);
    }
    fwx_report_free(report);
    g_free(word);
    return 0;
}
