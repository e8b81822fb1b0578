/* sources.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/sources.h"

#include <math.h>
#ifdef G_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

struct source_row {
    char *path;
    char *format;
    char *zone;
    char *offset;
};

static struct source_row *rows;
static unsigned row_count;
static GHashTable *held; /* descriptors by path, of fwx_sources_hold(); NULL: none */

static void *copy_row(void *to, const void *from, size_t size _U_)
{
    const struct source_row *row = (const struct source_row *)from;

    *(struct source_row *)to = (struct source_row){g_strdup(row->path), g_strdup(row->format),
                                                   g_strdup(row->zone), g_strdup(row->offset)};
    return to;
}

static void free_row(void *data)
{
    struct source_row *row = (struct source_row *)data;

    g_free(row->path);
    g_free(row->format);
    g_free(row->zone);
    g_free(row->offset);
}

static bool is_auto(const char *text)
{
    return !text || !*text || !strcmp(text, "auto");
}

/* Seconds; at most ten years. */
static bool offset_of(const char *text, int64_t *offset)
{
    char *end;
    double seconds = g_ascii_strtod(text, &end);

    if (end == text || *end || !(fabs(seconds) < 10.0 * 366 * 86400))
        return false;
    *offset = (int64_t)(seconds * 1e9);
    return true;
}

static fwx_bool update_row(void *record, char **error)
{
    const struct source_row *row = (const struct source_row *)record;
    GTimeZone *zone = is_auto(row->zone) ? NULL : fwx_log_zone(row->zone);
    int64_t ignored;

    if (!row->path || !*row->path)
        *error = g_strdup("A log file has a name.");
    else if (!is_auto(row->zone) && !zone)
        *error = g_strdup_printf("\"%s\" is no time zone: write auto, UTC, local, +02:00 or "
                                 "Europe/Berlin.",
                                 row->zone);
    else if (!is_auto(row->offset) && !offset_of(row->offset, &ignored))
        *error = g_strdup_printf("\"%s\" is no offset: write auto, or seconds.", row->offset);
    if (zone)
        g_time_zone_unref(zone);
    return !*error;
}

UAT_FILENAME_CB_DEF(source, path, struct source_row)
UAT_CSTRING_CB_DEF(source, format, struct source_row)
UAT_CSTRING_CB_DEF(source, zone, struct source_row)
UAT_CSTRING_CB_DEF(source, offset, struct source_row)

uat_field_t fwx_source_columns[] = {
    UAT_FLD_FILENAME(source, path, "File", "The log, plain or gzip"),
    UAT_FLD_CSTRING(source, format, "Format",
                    "auto, or one of the formats' names: tmg, linux, asa and so on"),
    UAT_FLD_CSTRING(source, zone, "Zone",
                    "Of times that say none: auto, UTC, local, +02:00, Europe/Berlin"),
    UAT_FLD_CSTRING(
        source, offset, "Offset",
        "Seconds by which the log's clock is ahead of the capture's: auto, or a number"),
    UAT_END_FIELDS,
};

uat_t *fwx_sources_make(void)
{
    return uat_new("Firewall logs", sizeof(struct source_row), "fwx_logs", TRUE, &rows, &row_count,
                   UAT_AFFECTS_DISSECTION, NULL, copy_row, update_row, free_row, NULL, NULL,
                   fwx_source_columns);
}

void fwx_sources_hold(void)
{
#ifdef G_OS_UNIX
    held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < row_count; i++) {
        int file =
            open(rows[i].path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* no pipe is waited for */
        struct stat about;

        if (file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode))
            g_hash_table_insert(held, g_strdup(rows[i].path), GINT_TO_POINTER(file));
        else if (file >= 0)
            close(file);
    }
#endif
}

struct fwx_log_source *fwx_sources_list(unsigned *count)
{
    struct fwx_log_source *sources = g_new0(struct fwx_log_source, row_count + 1);

    for (unsigned i = 0; i < row_count; i++) {
        sources[i].path = g_strdup(rows[i].path);
        sources[i].descriptor = held ? GPOINTER_TO_INT(g_hash_table_lookup(held, rows[i].path)) : 0;
        sources[i].format = g_strdup(rows[i].format);
        sources[i].zone = g_strdup(rows[i].zone);
        sources[i].has_offset =
            !is_auto(rows[i].offset) && offset_of(rows[i].offset, &sources[i].offset);
    }
    *count = row_count;
    return sources;
}

void fwx_sources_free(struct fwx_log_source *sources, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        g_free(sources[i].path);
        g_free(sources[i].format);
        g_free(sources[i].zone);
    }
    g_free(sources);
}
