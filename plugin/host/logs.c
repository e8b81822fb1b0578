/* logs.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/logs.h"

#include <glib/gstdio.h>
#include <wsutil/filesystem.h>
#include <wsutil/report_message.h>

#include "engine/log/predict.h"
#include "host/sources.h"

static const char own_formats[] = "fwx_logs.ini";

/* A line, or a prediction, of a frame. */
struct place {
    uint32_t frame;
    uint32_t number;
};

static struct fwx_log_source *sources; /* of the capture that is open */
static unsigned source_count;
static GArray *predictions;     /* of the current engine */
static GArray *places;          /* of struct place, in order */
static GArray *missed;          /* the same of predictions that no line bears out */
static uint32_t joined_packets; /* as of the last review */
static bool is_joined;
static struct fwx_logs *logs;           /* outlives engines: key says of what it is */
static struct fwx_log_formats *formats; /* that it was read by */
static char *logs_key;

/* ---- what it is made of --------------------------------------------------------------------- */

static void add_file_key(GString *key, const char *path)
{
    GStatBuf about = {0};
    bool there = g_stat(path, &about) == 0;

    g_string_append_printf(key, "%s|%d|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|", path, there,
                           (gint64)about.st_size, (gint64)about.st_mtime);
}

/* Of the files, what is set of them, and of the capture. */
static char *key_of(const struct fwx_log_trace *trace)
{
    GString *key = g_string_new(NULL);
    char *own = get_persconffile_path(own_formats, TRUE);

    add_file_key(key, own);
    for (unsigned i = 0; i < source_count; i++) {
        add_file_key(key, sources[i].path);
        g_string_append_printf(key, "%s|%s|%d|%" G_GINT64_FORMAT "|", sources[i].format,
                               sources[i].zone, sources[i].has_offset, (gint64)sources[i].offset);
    }
    g_string_append_printf(key, "%u|%u|%u|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT,
                           trace->packets->len, trace->tuples->len, trace->paired->len,
                           (gint64)trace->first_time, (gint64)trace->last_time);
    g_free(own);
    return g_string_free(key, FALSE);
}

/* Once for the same, however often it is read. */
static void complain(void)
{
    static char *last;
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < formats->problems->len; i++)
        g_string_append_printf(text, "%s%s", text->len ? "; " : "",
                               (const char *)g_ptr_array_index(formats->problems, i));
    for (unsigned i = 0; i < logs->count; i++) {
        if (logs->reports[i].error)
            g_string_append_printf(text, "%s%s: %s", text->len ? "; " : "", sources[i].path,
                                   logs->reports[i].error);
    }
    if (text->len && g_strcmp0(text->str, last))
        report_warning("Firewall verdict, logs: %s.", text->str);
    g_free(last);
    last = g_string_free(text, FALSE);
}

static void read_logs(struct fwx_log_trace *trace)
{
    char *path = get_persconffile_path(own_formats, TRUE);
    char *text = NULL;

    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_get_contents(path, &text, NULL, NULL))
        text = g_strdup("unreadable"); /* refused with its name */
    fwx_logs_free(logs);
    fwx_log_formats_free(formats);
    formats = fwx_log_formats_new(text, path);
    logs = fwx_logs_read(sources, source_count, formats, trace, predictions);
    complain();
    g_free(text);
    g_free(path);
}

/* ---- by frame ------------------------------------------------------------------------------- */

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const struct place *first = (const struct place *)a;
    const struct place *second = (const struct place *)b;

    return first->frame != second->frame    ? (first->frame > second->frame ? 1 : -1)
           : first->number > second->number ? 1
                                            : -(first->number < second->number);
}

static void list_places(void)
{
    const struct fwx_log_join *join = logs->join;

    g_array_set_size(places, 0);
    g_array_set_size(missed, 0);
    for (guint i = 0; i < join->matches->len; i++) {
        const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, i);
        struct place place = {.number = i};

        if (!match->seen)
            continue;
        place.frame = fwx_log_trace_packet(join->trace, match->seen - 1)->frame;
        g_array_append_val(places, place);
    }
    g_array_sort(places, by_frame);
    for (guint i = 0; i < join->fates->len; i++) {
        const struct fwx_log_prediction *prediction =
            &g_array_index(predictions, struct fwx_log_prediction, i);
        struct place place = {prediction->frame, i};

        if (fwx_log_is_missed(join, i))
            g_array_append_val(missed, place);
    }
}

static guint first_place(const GArray *list, uint32_t frame)
{
    guint low = 0;
    guint high = list->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (g_array_index(list, struct place, middle).frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool number_at(const GArray *list, uint32_t frame, unsigned at, uint32_t *number)
{
    guint i = is_joined ? first_place(list, frame) + at : 0;

    if (!is_joined || i >= list->len || g_array_index(list, struct place, i).frame != frame)
        return false;
    *number = g_array_index(list, struct place, i).number;
    return true;
}

bool fwx_logs_line(uint32_t frame, unsigned at, uint32_t *line)
{
    return number_at(places, frame, at, line);
}

bool fwx_logs_missed(uint32_t frame, unsigned at, uint32_t *prediction)
{
    return number_at(missed, frame, at, prediction);
}

uint32_t fwx_logs_missed_count(void)
{
    return is_joined ? missed->len : 0;
}

uint32_t fwx_logs_missed_at(uint32_t place)
{
    return g_array_index(missed, struct place, place).number;
}

/* ---- a capture ------------------------------------------------------------------------------ */

void fwx_logs_open(struct fwx_engine *engine)
{
    sources = fwx_sources_list(&source_count);
    if (source_count)
        fwx_engine_record(engine);
    if (!places) {
        places = g_array_new(FALSE, FALSE, sizeof(struct place));
        missed = g_array_new(FALSE, FALSE, sizeof(struct place));
    }
    is_joined = false;
}

void fwx_logs_review(struct fwx_engine *engine)
{
    struct fwx_log_trace *trace = fwx_engine_record_of(engine);
    GArray *before = predictions;
    char *key;

    if (!trace || (is_joined && joined_packets == trace->packets->len))
        return;
    predictions = fwx_log_predict(engine);
    fwx_log_pair(engine);
    key = key_of(trace);
    if (logs && !g_strcmp0(key, logs_key))
        fwx_logs_join_again(logs, trace, predictions);
    else
        read_logs(trace);
    g_free(logs_key);
    logs_key = key;
    if (before)
        g_array_free(before, TRUE);
    is_joined = true;
    joined_packets = trace->packets->len;
    list_places();
    fwx_log_prove(engine, logs->join);
}

void fwx_logs_close(void)
{
    fwx_sources_free(sources, source_count);
    sources = NULL;
    source_count = 0;
    is_joined = false;
}

const struct fwx_logs *fwx_logs_current(void)
{
    return is_joined ? logs : NULL;
}

const char *fwx_logs_name(unsigned file)
{
    return sources[file].path;
}
