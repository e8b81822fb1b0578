/* overview.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "overview.h"

#include <string.h>

/* Of captures with trouble that have a line: a screen of a terminal, and more is for --all. */
enum { LINES = 30, NAME = 28, SOME = 20 };

struct entry {
    char *name;
    char *headline; /* of the worst conversation */
    guint64 trouble;
    guint64 conversations;
    guint rank;
};

static GPtrArray *entries; /* of struct entry *, captures with trouble */
static struct {
    guint64 captures;
    guint64 conversations;
    guint64 notes;
} healthy; /* captures without trouble */

static void count_healthy(const struct fwx_counts *counts)
{
    healthy.captures++;
    healthy.conversations += counts->conversations;
    healthy.notes += counts->notes;
}

void fwx_overview_take(const char *capture, const struct fwx_counts *counts)
{
    struct entry *entry;

    if (!counts->trouble) {
        count_healthy(counts);
        return;
    }
    if (!entries)
        entries = g_ptr_array_new();
    entry = g_new(struct entry, 1);
    *entry = (struct entry){
        .name = fwx_escape(capture, ""),
        .headline = fwx_escape(counts->headline, ""),
        .trouble = counts->trouble,
        .conversations = counts->conversations,
        .rank = counts->rank,
    };
    g_ptr_array_add(entries, entry);
}

guint64 fwx_overview_troubled(void)
{
    return entries ? entries->len : 0;
}

/* The order of the arguments where both are as bad: the sort is stable. */
static gint worst_first(gconstpointer a, gconstpointer b)
{
    const struct entry *first = *(const struct entry *const *)a;
    const struct entry *second = *(const struct entry *const *)b;

    if (first->rank != second->rank)
        return first->rank < second->rank ? 1 : -1;
    return (first->trouble < second->trouble) - (first->trouble > second->trouble);
}

/* So many characters of a text: of a name the end, of a sentence the beginning. To be freed. */
static char *fit(const char *text, glong room, gboolean is_name)
{
    glong length = g_utf8_strlen(text, -1);
    char *part;
    char *fitted;

    if (length <= room || room < 2)
        return g_strdup(length <= room ? text : "");
    part = is_name ? g_utf8_substring(text, length - room + 1, length)
                   : g_utf8_substring(text, 0, room - 1);
    fitted = is_name ? g_strconcat("…", part, NULL) : g_strconcat(part, "…", NULL);
    g_free(part);
    return fitted;
}

static char *share_of(const struct entry *entry)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, entry->trouble,
                           entry->conversations);
}

/* How much of all names is the folder that they have in common. */
static size_t common_folder(guint lines)
{
    const char *first = ((const struct entry *)entries->pdata[0])->name;
    size_t length = strlen(first);

    for (guint i = 1; i < lines; i++) {
        const char *name = ((const struct entry *)entries->pdata[i])->name;
        size_t same = 0;

        while (same < length && name[same] == first[same])
            same++;
        length = same;
    }
    while (length && !G_IS_DIR_SEPARATOR(first[length - 1]))
        length--;
    return lines > 1 ? length : 0;
}

struct widths {
    size_t folder; /* bytes of a name that are left out */
    glong share;
    glong name;
    glong headline;
};

static struct widths measure(guint lines, unsigned columns)
{
    struct widths widths = {common_folder(lines), 0, 0, 0};

    for (guint i = 0; i < lines; i++) {
        const struct entry *entry = (const struct entry *)entries->pdata[i];
        char *share = share_of(entry);

        widths.share = MAX(widths.share, (glong)strlen(share));
        widths.name = MAX(widths.name, g_utf8_strlen(entry->name + widths.folder, -1));
        g_free(share);
    }
    widths.name = MIN(widths.name, MAX(NAME, (glong)columns / 3));
    widths.headline = MAX((glong)columns - widths.share - widths.name - 4, SOME);
    return widths;
}

static void add_heading(GString *text, size_t folder, glong columns)
{
    char *line = g_strdup_printf("%u of %" G_GUINT64_FORMAT " captures with trouble, worst first",
                                 entries->len, entries->len + healthy.captures);
    char *name = g_strndup(((const struct entry *)entries->pdata[0])->name, folder);
    glong room = columns - (glong)strlen(line) - 6;
    char *fitted = fit(name, room > 0 ? room : 0, TRUE);

    g_string_append_printf(text, "%s%s%s:\n", line, *fitted ? ", in " : "", fitted);
    g_free(fitted);
    g_free(name);
    g_free(line);
}

static void add_line(GString *text, const struct entry *entry, const struct widths *widths,
                     gboolean colours)
{
    char *share = share_of(entry);
    char *name = fit(entry->name + widths->folder, widths->name, TRUE);
    char *headline = fit(entry->headline, widths->headline, FALSE);

    g_string_append_printf(text, "%s%*s%s  %s%*s  %s\n", colours ? "\033[31m" : "",
                           (int)widths->share, share, colours ? "\033[0m" : "", name,
                           (int)(widths->name - g_utf8_strlen(name, -1)), "", headline);
    g_free(share);
    g_free(name);
    g_free(headline);
}

static void add_healthy(GString *text)
{
    if (!healthy.captures)
        return;
    g_string_append_printf(
        text, "%" G_GUINT64_FORMAT " without trouble: %" G_GUINT64_FORMAT " conversations",
        healthy.captures, healthy.conversations);
    if (healthy.notes)
        g_string_append_printf(text, ", %" G_GUINT64_FORMAT " with a note", healthy.notes);
    g_string_append_c(text, '\n');
}

static void add_troubled(GString *text, guint lines, unsigned columns, gboolean colours)
{
    struct widths widths;

    g_ptr_array_sort(entries, worst_first);
    widths = measure(lines, columns);
    add_heading(text, widths.folder, (glong)columns);
    for (guint i = 0; i < lines; i++)
        add_line(text, (const struct entry *)entries->pdata[i], &widths, colours);
}

char *fwx_overview_text(unsigned columns, gboolean colours)
{
    GString *text = g_string_new(NULL);
    guint count = entries ? entries->len : 0;
    guint lines = MIN(count, (guint)LINES);

    if (count)
        add_troubled(text, lines, columns, colours);
    if (count > lines)
        g_string_append_printf(text, "and %u more; --all has every conversation\n", count - lines);
    add_healthy(text);
    return g_string_free(text, FALSE);
}
