/* reader.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/reader.h"

#include <errno.h>
#include <string.h>

#include "engine/log/bytes.h"

enum {
    CHUNK = 1 << 16,
    LONGEST_LINE = 16 << 20, /* bytes: a whole hour of Azure's is one line */
    FIRST_LINES = 20,        /* by which a format is told */
    HEAD = 4096,             /* bytes of a line that are looked at for that */
};

struct reading {
    struct fwx_log_report *report;
    const struct fwx_log_source *source;
    const struct fwx_log_formats *formats;
    struct fwx_log_extractor *extractor; /* NULL: the format is not told yet */
    GPtrArray *first;                    /* of GString: lines that wait for it */
    GTimeZone *zone;
    int64_t near;
    fwx_log_take *take;
    void *data;
    uint32_t number; /* of the line that is handed on */
};

GTimeZone *fwx_log_zone(const char *name)
{
    return g_str_equal(name, "local") ? g_time_zone_new_local() : g_time_zone_new_identifier(name);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void note_wrong(struct reading *reading, const char *why)
{
    struct fwx_log_report *report = reading->report;

    if (report->wrong_count < FWX_LOG_MOST_WRONG)
        report->wrong[report->wrong_count] = (struct fwx_log_wrong){reading->number, why};
    report->wrong_count++;
}

static void note_event(const struct fwx_log_line *line, void *data)
{
    struct reading *reading = (struct reading *)data;
    struct fwx_log_report *report = reading->report;

    report->events++;
    if (report->first == FWX_NO_TIME || line->time < report->first)
        report->first = line->time;
    if (report->last == FWX_NO_TIME || line->time > report->last)
        report->last = line->time;
    reading->take(line, reading->data);
}

/* NULL: it was too long to be kept. */
static void read_line(struct reading *reading, const GString *line)
{
    const char *wrong;
    unsigned events = 0;

    reading->number++;
    if (!line) {
        note_wrong(reading, "longer than 16 MiB");
        return;
    }
    if (!line->len) {
        reading->report->none++;
        return;
    }
    if (strlen(line->str) != line->len) {
        note_wrong(reading, "binary");
        return;
    }
    wrong = fwx_log_extract(reading->extractor, line->str, line->len, reading->number, note_event,
                            reading, &events);
    if (wrong)
        note_wrong(reading, wrong);
    else if (!events)
        reading->report->none++;
}

/* ---- which format --------------------------------------------------------------------------- */

static unsigned lines_like(const struct fwx_log_format *format, const GPtrArray *lines)
{
    unsigned count = 0;

    for (unsigned i = 0; i < lines->len; i++) {
        const GString *line = (const GString *)g_ptr_array_index(lines, i);

        count += line && line->len &&
                 g_regex_match_full(format->detect, line->str, (gssize)MIN(line->len, HEAD), 0, 0,
                                    NULL, NULL);
    }
    return count;
}

/* That which most of the first lines look like; of equals the first. */
static const struct fwx_log_format *tell(const struct reading *reading)
{
    const struct fwx_log_source *source = reading->source;
    const GPtrArray *formats = reading->formats->formats;
    const struct fwx_log_format *best = NULL;
    unsigned most = 0;

    if (source->format && *source->format && !g_str_equal(source->format, "auto"))
        return fwx_log_formats_find(reading->formats, source->format);
    for (unsigned i = 0; i < formats->len; i++) {
        const struct fwx_log_format *format =
            (const struct fwx_log_format *)g_ptr_array_index(formats, i);
        unsigned count = lines_like(format, reading->first);

        if (count > most) {
            most = count;
            best = format;
        }
    }
    return best;
}

static void free_line(gpointer line)
{
    if (line)
        g_string_free((GString *)line, TRUE);
}

/* False: there is no format to read it by. */
static bool begin(struct reading *reading)
{
    struct fwx_log_report *report = reading->report;

    report->format = tell(reading);
    if (!report->format) {
        report->error = g_strdup(reading->source->format && *reading->source->format &&
                                         !g_str_equal(reading->source->format, "auto")
                                     ? "no such format"
                                     : "its first lines are of no known format");
        return false;
    }
    reading->extractor = fwx_log_extractor_new(report->format, reading->zone, reading->near);
    for (unsigned i = 0; i < reading->first->len; i++)
        read_line(reading, (const GString *)g_ptr_array_index(reading->first, i));
    g_ptr_array_set_size(reading->first, 0);
    return true;
}

/* The line is complete. False: reading is over. */
static bool take_line(struct reading *reading, GString *line, bool too_long)
{
    reading->report->lines++;
    if (line->len && line->str[line->len - 1] == '\r')
        g_string_truncate(line, line->len - 1);
    if (reading->extractor) {
        read_line(reading, too_long ? NULL : line);
    } else {
        g_ptr_array_add(reading->first,
                        too_long ? NULL : g_string_new_len(line->str, (gssize)line->len));
        if (reading->first->len >= FIRST_LINES && !begin(reading))
            return false;
    }
    g_string_truncate(line, 0);
    return true;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

/* Bytes up to the next end of a line, or of the chunk. */
static bool take_bytes(struct reading *reading, GString *line, bool *too_long, const char *bytes,
                       gsize count)
{
    while (count) {
        const char *end = (const char *)memchr(bytes, '\n', count);
        gsize length = end ? (gsize)(end - bytes) : count;

        if (line->len + length > LONGEST_LINE)
            *too_long = true;
        else if (!*too_long)
            g_string_append_len(line, bytes, (gssize)length);
        if (!end)
            return true;
        if (!take_line(reading, line, *too_long))
            return false;
        *too_long = false;
        bytes = end + 1;
        count -= length + 1;
    }
    return true;
}

static void read_bytes(struct reading *reading, struct fwx_bytes *source)
{
    GString *line = g_string_new(NULL);
    char *chunk = (char *)g_malloc(CHUNK);
    bool too_long = false;
    bool more = true;
    const char *wrong = NULL;
    gssize count;

    while (more && (count = fwx_bytes_read(source, chunk, CHUNK, &wrong)) > 0)
        more = take_bytes(reading, line, &too_long, chunk, (gsize)count);
    if (more && (line->len || too_long)) /* the last line need not end */
        more = take_line(reading, line, too_long);
    if (more && !reading->extractor)
        begin(reading);
    if (wrong && !reading->report->error)
        reading->report->error = g_strdup(wrong);
    g_free(chunk);
    g_string_free(line, TRUE);
}

/* Closes the bytes. */
static struct fwx_log_report read_all(struct fwx_bytes *bytes, const struct fwx_log_source *source,
                                      const struct fwx_log_formats *formats, int64_t near,
                                      fwx_log_take *take, void *data)
{
    struct fwx_log_report report = {.first = FWX_NO_TIME, .last = FWX_NO_TIME};
    struct reading reading = {
        .report = &report,
        .source = source,
        .formats = formats,
        .near = near,
        .take = take,
        .data = data,
    };
    bool has_zone = source->zone && *source->zone && !g_str_equal(source->zone, "auto");

    if (has_zone && !(reading.zone = fwx_log_zone(source->zone))) {
        report.error = g_strdup_printf("\"%s\" is no time zone", source->zone);
        fwx_bytes_close(bytes);
        return report;
    }
    reading.first = g_ptr_array_new_with_free_func(free_line);
    read_bytes(&reading, bytes);
    fwx_bytes_close(bytes);
    g_ptr_array_free(reading.first, TRUE);
    fwx_log_extractor_free(reading.extractor);
    if (reading.zone)
        g_time_zone_unref(reading.zone);
    return report;
}

struct fwx_log_report fwx_log_read_memory(const void *memory, size_t length,
                                          const struct fwx_log_source *source,
                                          const struct fwx_log_formats *formats, int64_t near,
                                          fwx_log_take *take, void *data)
{
    return read_all(fwx_bytes_of_memory(memory, length), source, formats, near, take, data);
}

struct fwx_log_report fwx_log_read(const struct fwx_log_source *source,
                                   const struct fwx_log_formats *formats, int64_t near,
                                   fwx_log_take *take, void *data)
{
    struct fwx_log_report report = {.first = FWX_NO_TIME, .last = FWX_NO_TIME};
    int64_t written = 0;
    struct fwx_bytes *bytes = source->descriptor
                                  ? fwx_bytes_of_descriptor(source->descriptor, &written)
                                  : fwx_bytes_open(source->path, &written);

    if (bytes)
        report = read_all(bytes, source, formats, near == FWX_NO_TIME ? written * FWX_SECOND : near,
                          take, data);
    else
        report.error = g_strdup(g_strerror(errno));
    return report;
}

void fwx_log_report_clear(struct fwx_log_report *report)
{
    g_free(report->error);
    report->error = NULL;
}
