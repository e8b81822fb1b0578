/* fromlog.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fromlog.h"

#include "command.h"

/* A line of the log that some capture has a connection of. */
struct entry {
    guint64 number;
    char *says;
    char *why;       /* there is no packet of it, as far as captures have told */
    GString *places; /* "capture: frames; ..." */
};

static GHashTable *entries; /* by number */
static guint64 denied;      /* lines of the log that are denied or failed, of whatever connection */
static char *notice;        /* what of the log could not be read */

static struct entry *entry_of(guint64 number, const char *says)
{
    struct entry *entry;

    if (!entries)
        entries = g_hash_table_new(g_int64_hash, g_int64_equal);
    entry = (struct entry *)g_hash_table_lookup(entries, &number);
    if (!entry) {
        entry = g_new0(struct entry, 1);
        entry->number = number;
        entry->says = g_strdup(says);
        entry->places = g_string_new(NULL);
        g_hash_table_insert(entries, &entry->number, entry);
    }
    return entry;
}

/* number, frame, why, says */
static void take_line(const char *capture, char **cells)
{
    struct entry *entry = entry_of(g_ascii_strtoull(cells[1], NULL, 10), cells[4]);

    if (g_str_equal(cells[2], "0")) {
        g_free(entry->why);
        entry->why = g_strdup(cells[3]);
    } else {
        g_string_append_printf(entry->places, "%s%s: %s", entry->places->len ? "; " : "", capture,
                               cells[2]);
    }
}

void fwx_from_log_take(const char *capture, const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        char **cells = g_strsplit(*line, "\t", 5);

        if (g_strv_length(cells) == 5 && g_str_equal(cells[0], "line")) {
            take_line(capture, cells);
        } else if (g_strv_length(cells) == 2 && g_str_equal(cells[0], "denied")) {
            denied = g_ascii_strtoull(cells[1], NULL, 10);
        } else if (g_strv_length(cells) == 2 && g_str_equal(cells[0], "log") && !notice) {
            notice = g_strdup(cells[1]);
        }
        g_strfreev(cells);
    }
    g_strfreev(lines);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    guint64 first = ((const struct entry *)a)->number;
    guint64 second = ((const struct entry *)b)->number;

    return (first > second) - (first < second);
}

static void count(GHashTable *reasons, const char *why, guint64 lines)
{
    gsize before = GPOINTER_TO_SIZE(g_hash_table_lookup(reasons, why));

    g_hash_table_insert(reasons, (gpointer)why, GSIZE_TO_POINTER(before + (gsize)lines));
}

/* Its rows; lines without a packet are counted. */
static void add_rows(GString *table, GList *list, GHashTable *reasons)
{
    glong width = g_utf8_strlen("log says", -1);

    for (unsigned pass = 0; pass < 2; pass++) {
        if (pass)
            g_string_append_printf(table, "line   %-*s  frames\n", (int)width, "log says");
        for (GList *item = list; item; item = item->next) {
            const struct entry *entry = (const struct entry *)item->data;
            char *says = fwx_escape(entry->says, "");
            char *places = fwx_escape(entry->places->str, "");

            if (*places && !pass)
                width = MAX(width, g_utf8_strlen(says, -1));
            else if (*places)
                g_string_append_printf(table, "%-5" G_GUINT64_FORMAT "  %s%*s  %s\n", entry->number,
                                       says, (int)(width - g_utf8_strlen(says, -1)), "", places);
            else if (pass)
                count(reasons, entry->why, 1);
            g_free(says);
            g_free(places);
        }
    }
}

char *fwx_from_log_table(void)
{
    GString *table = g_string_new(NULL);
    GList *list = entries ? g_list_sort(g_hash_table_get_values(entries), by_number) : NULL;
    GHashTable *reasons = g_hash_table_new(g_str_hash, g_str_equal);
    guint64 told = entries ? g_hash_table_size(entries) : 0;
    GHashTableIter at;
    gpointer why;
    gpointer lines;

    add_rows(table, list, reasons);
    if (denied > told)
        count(reasons, "elsewhere", denied - told);
    g_string_append_printf(table, "%" G_GUINT64_FORMAT " denied or failed lines", denied);
    g_hash_table_iter_init(&at, reasons);
    while (g_hash_table_iter_next(&at, &why, &lines))
        g_string_append_printf(table, "; without a packet, %s: %" G_GUINT64_FORMAT,
                               (const char *)why, (guint64)(gsize)lines);
    g_string_append_printf(table, "%s%s\n", notice ? "; " : "", notice ? notice : "");
    g_hash_table_destroy(reasons);
    g_list_free(list);
    return g_string_free(table, FALSE);
}
