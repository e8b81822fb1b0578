/* extract.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/meaning.h"

#include <string.h>

enum { NO_COLUMN = -1 };

struct fwx_log_extractor *fwx_log_extractor_new(const struct fwx_log_format *format,
                                                GTimeZone *zone, int64_t near)
{
    struct fwx_log_extractor *extractor = g_new0(struct fwx_log_extractor, 1);

    extractor->format = format;
    extractor->zone = zone ? g_time_zone_ref(zone) : NULL;
    extractor->near = near;
    extractor->scratch = g_string_new(NULL);
    for (unsigned i = 0; i < FWX_LOG_SLOT_KINDS; i++)
        extractor->values[i] = g_string_new(NULL);
    return extractor;
}

void fwx_log_extractor_free(struct fwx_log_extractor *extractor)
{
    if (!extractor)
        return;
    if (extractor->zone)
        g_time_zone_unref(extractor->zone);
    g_string_free(extractor->scratch, TRUE);
    for (unsigned i = 0; i < FWX_LOG_SLOT_KINDS; i++)
        g_string_free(extractor->values[i], TRUE);
    g_free(extractor);
}

/* ---- values --------------------------------------------------------------------------------- */

/* Logs have several ways to say that there is nothing. What is there already stays. */
static void put(struct fwx_log_extractor *extractor, unsigned slot, const char *text, gsize length)
{
    while (length && g_ascii_isspace(*text))
        text++, length--;
    while (length && g_ascii_isspace(text[length - 1]))
        length--;
    if (length >= 2 && *text == '"' && text[length - 1] == '"')
        text++, length -= 2;
    if (!length || extractor->present >> slot & 1 || (length == 1 && *text == '-') ||
        (length == 3 && !g_ascii_strncasecmp(text, "N/A", 3)))
        return;
    g_string_truncate(extractor->values[slot], 0);
    g_string_append_len(extractor->values[slot], text, (gssize)length);
    extractor->present |= 1u << slot;
}

static void put_group(struct fwx_log_extractor *extractor, unsigned slot, const GMatchInfo *found,
                      const char *text)
{
    gint start;
    gint end;

    if (g_match_info_fetch_named_pos(found, fwx_log_slot_id((enum fwx_log_slot)slot), &start,
                                     &end) &&
        start >= 0)
        put(extractor, slot, text + start, (gsize)(end - start));
}

static void put_groups(struct fwx_log_extractor *extractor, const struct fwx_log_pattern *pattern,
                       const GMatchInfo *found, const char *text)
{
    for (unsigned i = 0; i < FWX_LOG_SLOT_KINDS; i++) {
        if (pattern->slots >> i & 1)
            put_group(extractor, i, found, text);
    }
}

/* ---- ways to find them ----------------------------------------------------------------------
 * Each returns false where the pattern was given up on: too many ways to match.
 */

static bool find_matches(struct fwx_log_extractor *extractor, const char *text, gsize length)
{
    const GPtrArray *matches = extractor->format->matches;
    bool done = false;
    bool bearable = true;

    for (unsigned i = 0; i < matches->len && !done; i++) {
        const struct fwx_log_pattern *pattern =
            (const struct fwx_log_pattern *)g_ptr_array_index(matches, i);
        GMatchInfo *found;

        bearable = fwx_log_search(pattern->regex, text, length, &found);
        done = !bearable || g_match_info_matches(found);
        if (bearable && done)
            put_groups(extractor, pattern, found, text);
        if (found)
            g_match_info_free(found);
    }
    return bearable;
}

/* The slot whose column or key has that name; of several in a line the first named in the format
 * holds, so its place among the names counts. */
static void put_pair(struct fwx_log_extractor *extractor, const char *name, gsize length,
                     const char *text, gsize size)
{
    for (unsigned slot = 0; slot < FWX_LOG_SLOT_KINDS; slot++) {
        char **names = extractor->format->columns[slot];

        for (unsigned i = 0; names && names[i]; i++) {
            if (strlen(names[i]) == length && !g_ascii_strncasecmp(names[i], name, length))
                put(extractor, slot, text, size);
        }
    }
}

static bool find_pairs(struct fwx_log_extractor *extractor, const char *text, gsize length)
{
    GMatchInfo *found;
    bool bearable = fwx_log_search(extractor->format->pairs, text, length, &found);
    GError *error = NULL;

    while (bearable && g_match_info_matches(found)) {
        gint key;
        gint key_end;
        gint start;
        gint end;

        if (g_match_info_fetch_named_pos(found, "key", &key, &key_end) &&
            g_match_info_fetch_named_pos(found, "value", &start, &end) && key >= 0 && start >= 0)
            put_pair(extractor, text + key, (gsize)(key_end - key), text + start,
                     (gsize)(end - start));
        g_match_info_next(found, &error);
        bearable = !error;
    }
    g_clear_error(&error);
    if (found)
        g_match_info_free(found);
    return bearable;
}

/* ---- columns -------------------------------------------------------------------------------- */

typedef void cell(struct fwx_log_extractor *extractor, int column, const char *text, gsize length);

static bool each_cell(struct fwx_log_extractor *extractor, const char *text, gsize length,
                      cell *call)
{
    GMatchInfo *found;
    bool bearable = fwx_log_search(extractor->format->separator, text, length, &found);
    GError *error = NULL;
    gint from = 0;
    int column = 0;

    while (bearable && g_match_info_matches(found)) {
        gint start;
        gint end;

        g_match_info_fetch_pos(found, 0, &start, &end);
        call(extractor, column++, text + from, (gsize)(start - from));
        from = end;
        g_match_info_next(found, &error);
        bearable = !error;
    }
    if (bearable)
        call(extractor, column, text + from, length - (gsize)from);
    g_clear_error(&error);
    if (found)
        g_match_info_free(found);
    return bearable;
}

static void name_column(struct fwx_log_extractor *extractor, int column, const char *text,
                        gsize length)
{
    for (unsigned slot = 0; slot < FWX_LOG_SLOT_KINDS; slot++) {
        char **names = extractor->format->columns[slot];

        for (unsigned i = 0; names && names[i]; i++) {
            if (strlen(names[i]) == length && !g_ascii_strncasecmp(names[i], text, length) &&
                extractor->columns[slot] == NO_COLUMN)
                extractor->columns[slot] = column;
        }
    }
}

static void put_cell(struct fwx_log_extractor *extractor, int column, const char *text,
                     gsize length)
{
    for (unsigned slot = 0; slot < FWX_LOG_SLOT_KINDS; slot++) {
        if (extractor->columns[slot] == column)
            put(extractor, slot, text, length);
    }
}

/* Is it the line that names the columns? */
static bool read_header(struct fwx_log_extractor *extractor, const char *text, gsize length)
{
    GMatchInfo *found = NULL;
    gint start;
    gint end = 0;
    bool is = extractor->format->header &&
              fwx_log_search(extractor->format->header, text, length, &found) &&
              g_match_info_fetch_pos(found, 0, &start, &end);

    if (found)
        g_match_info_free(found);
    if (!is)
        return false;
    for (unsigned i = 0; i < FWX_LOG_SLOT_KINDS; i++)
        extractor->columns[i] = NO_COLUMN;
    extractor->has_header = true;
    each_cell(extractor, text + end, length - (gsize)end, name_column);
    return true;
}

/* ---- a line --------------------------------------------------------------------------------- */

static const char too_hard[] = "given up: too many ways to match";
static const char otherwise[] = "laid out otherwise";

/* Several events; what match and pairs find is common to them. */
static const char *extract_each(struct fwx_log_extractor *extractor, const char *text, gsize length,
                                fwx_log_take *take, void *data, unsigned *events)
{
    const struct fwx_log_pattern *each = &extractor->format->each;
    uint32_t common = extractor->present;
    GMatchInfo *found;
    bool bearable = fwx_log_search(each->regex, text, length, &found);
    const char *wrong = NULL;
    GError *error = NULL;

    while (bearable && g_match_info_matches(found)) {
        const char *this_wrong;

        extractor->present = common;
        put_groups(extractor, each, found, text);
        this_wrong = fwx_log_hand_on(extractor, take, data);
        *events += !this_wrong;
        wrong = wrong ? wrong : this_wrong;
        g_match_info_next(found, &error);
        bearable = !error;
    }
    g_clear_error(&error);
    if (found)
        g_match_info_free(found);
    if (!bearable)
        return too_hard;
    return wrong;
}

const char *fwx_log_extract(struct fwx_log_extractor *extractor, const char *text, gsize length,
                            uint32_t number, fwx_log_take *take, void *data, unsigned *events)
{
    const struct fwx_log_format *format = extractor->format;
    const char *wrong;

    *events = 0;
    extractor->present = 0;
    extractor->text = text;
    extractor->number = number;
    if (read_header(extractor, text, length) || fwx_log_is_there(format->skip, text, length))
        return NULL;
    if (extractor->has_header ? !each_cell(extractor, text, length, put_cell)
                              : !find_matches(extractor, text, length))
        return too_hard;
    if (!extractor->has_header && format->matches->len && !extractor->present && !format->pairs)
        return otherwise;
    if (format->pairs && !find_pairs(extractor, text, length))
        return too_hard;
    if (format->each.regex)
        return extract_each(extractor, text, length, take, data, events);
    wrong = extractor->present ? fwx_log_hand_on(extractor, take, data) : otherwise;
    *events = !wrong;
    return wrong;
}
