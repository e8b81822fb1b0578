/* formats.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/formats.h"

#include <string.h>

extern const char fwx_log_formats_ini[]; /* formats.ini, by CMake */

/* Whatever a pattern or a line, an answer comes: PCRE gives up here, and the line is said to be
 * unreadable. */
#define LIMITS "(*LIMIT_MATCH=200000)(*LIMIT_DEPTH=20000)"

#define CLASS_KEY  "class-"
#define COLUMN_KEY "column-"
#define MATCH_KEY  "match"

#define FWX_LOG_SLOT(name, id) id,
static const char *const slots[] = {FWX_LOG_SLOTS(FWX_LOG_SLOT)};
#undef FWX_LOG_SLOT

const char *fwx_log_slot_id(enum fwx_log_slot slot)
{
    return slots[slot];
}

/* ---- a group -------------------------------------------------------------------------------- */

/* What reads a group; wrong is what is wrong with it first, NULL so far. */
struct group {
    GKeyFile *file;
    const char *name;
    struct fwx_log_format *format;
    char *wrong;
};

G_GNUC_PRINTF(2, 3) static void refuse(struct group *group, const char *format, ...)
{
    va_list values;

    if (group->wrong)
        return;
    va_start(values, format);
    group->wrong = g_strdup_vprintf(format, values);
    va_end(values);
}

static void free_pattern(gpointer pattern)
{
    g_regex_unref(((struct fwx_log_pattern *)pattern)->regex);
    g_free(pattern);
}

static void clear_reason(gpointer reason)
{
    g_regex_unref(((struct fwx_log_reason *)reason)->regex);
}

static void unref(GRegex *regex)
{
    if (regex)
        g_regex_unref(regex);
}

static void free_format(gpointer data)
{
    struct fwx_log_format *format = (struct fwx_log_format *)data;

    g_free(format->id);
    g_free(format->title);
    g_free(format->about);
    unref(format->detect);
    unref(format->skip);
    g_ptr_array_free(format->matches, TRUE);
    unref(format->each.regex);
    unref(format->pairs);
    unref(format->header);
    unref(format->separator);
    for (unsigned i = 0; i < FWX_LOG_SLOT_KINDS; i++)
        g_strfreev(format->columns[i]);
    g_strfreev(format->times);
    g_array_free(format->reasons, TRUE);
    g_free(format);
}

/* As it is written: no escapes but PCRE's own. NULL: no such key. */
static char *value_of(const struct group *group, const char *key)
{
    return g_key_file_get_value(group->file, group->name, key, NULL);
}

/* Lines are bytes, not UTF-8: a log may be in any encoding. */
static GRegex *compile(struct group *group, const char *key, GRegexCompileFlags flags)
{
    char *value = value_of(group, key);
    char *pattern = g_strconcat(LIMITS, value, NULL);
    GError *error = NULL;
    GRegex *regex = NULL;

    if (value && !*value)
        refuse(group, "%s is empty", key);
    else if (value)
        regex = g_regex_new(pattern, flags | G_REGEX_RAW | G_REGEX_OPTIMIZE | G_REGEX_DUPNAMES, 0,
                            &error);
    if (error)
        refuse(group, "%s: %s", key, error->message);
    g_clear_error(&error);
    g_free(pattern);
    g_free(value);
    return regex;
}

static struct fwx_log_pattern pattern_of(struct group *group, const char *key)
{
    struct fwx_log_pattern pattern = {.regex = compile(group, key, 0)};

    for (unsigned i = 0; pattern.regex && i < FWX_LOG_SLOT_KINDS; i++) {
        if (g_regex_get_string_number(pattern.regex, slots[i]) >= 0)
            pattern.slots |= 1u << i;
    }
    if (pattern.regex && !pattern.slots)
        refuse(group, "%s has no group that is named: (?<src>...) and so on", key);
    return pattern;
}

/* "class-reset-2" is a second pattern of the class: keys are found once only. */
static void read_class(struct group *group, const char *key)
{
    char *id = g_strdup(key + strlen(CLASS_KEY));
    gsize length = strlen(id);
    struct fwx_log_reason reason;

    while (length && g_ascii_isdigit(id[length - 1]))
        length--;
    if (length && id[length] && id[length - 1] == '-')
        id[length - 1] = 0;
    reason.class = fwx_log_class_find(id);
    reason.regex = compile(group, key, G_REGEX_CASELESS);
    g_free(id);
    if (reason.class == FWX_LOG_CLASS_KINDS)
        refuse(group, "%s: no such class", key);
    if (reason.regex)
        g_array_append_val(group->format->reasons, reason);
}

static void read_column(struct group *group, const char *key)
{
    unsigned slot = 0;

    while (slot < FWX_LOG_SLOT_KINDS && !g_str_equal(slots[slot], key + strlen(COLUMN_KEY)))
        slot++;
    if (slot == FWX_LOG_SLOT_KINDS)
        refuse(group, "%s: nothing has that name", key);
    else
        group->format->columns[slot] =
            g_key_file_get_string_list(group->file, group->name, key, NULL, NULL);
}

static void read_match(struct group *group, const char *key)
{
    struct fwx_log_pattern pattern = pattern_of(group, key);

    if (pattern.regex)
        g_ptr_array_add(group->format->matches, g_memdup2(&pattern, sizeof pattern));
}

/* ---- its other keys, by name ---------------------------------------------------------------- */

static void read_title(struct group *group, const char *key)
{
    group->format->title = value_of(group, key);
}

static void read_about(struct group *group, const char *key)
{
    g_free(group->format->about);
    group->format->about = value_of(group, key);
}

static void read_detect(struct group *group, const char *key)
{
    group->format->detect = compile(group, key, 0);
}

static void read_skip(struct group *group, const char *key)
{
    group->format->skip = compile(group, key, 0);
}

static void read_each(struct group *group, const char *key)
{
    group->format->each = pattern_of(group, key);
}

static void read_pairs(struct group *group, const char *key)
{
    GRegex *regex = group->format->pairs = compile(group, key, 0);

    if (regex && (g_regex_get_string_number(regex, "key") < 0 ||
                  g_regex_get_string_number(regex, "value") < 0))
        refuse(group, "%s wants the groups (?<key>...) and (?<value>...)", key);
}

static void read_header(struct group *group, const char *key)
{
    group->format->header = compile(group, key, 0);
}

static void read_separator(struct group *group, const char *key)
{
    group->format->separator = compile(group, key, 0);
}

static void read_time(struct group *group, const char *key)
{
    group->format->times = g_key_file_get_string_list(group->file, group->name, key, NULL, NULL);
}

static void read_zone(struct group *group, const char *key)
{
    char *value = value_of(group, key);

    group->format->zone = g_str_equal(value, "utc") ? FWX_LOG_ZONE_UTC : FWX_LOG_ZONE_UNKNOWN;
    if (group->format->zone == FWX_LOG_ZONE_UNKNOWN && !g_str_equal(value, "local"))
        refuse(group, "zone is one of utc, local");
    g_free(value);
}

static void read_resolution(struct group *group, const char *key)
{
    double seconds = g_key_file_get_double(group->file, group->name, key, NULL);

    if (!(seconds > 0 && seconds <= 3600))
        refuse(group, "resolution is a number of seconds, up to 3600");
    else
        group->format->resolution = (int64_t)(seconds * 1e9);
}

static void read_when(struct group *group, const char *key)
{
    static const char *const stages[] = {"drop", "start", "end"};
    char *value = value_of(group, key);

    for (unsigned i = 0; i < G_N_ELEMENTS(stages); i++) {
        if (g_str_equal(value, stages[i]))
            group->format->stage = (int)i;
    }
    if (group->format->stage < 0)
        refuse(group, "when is one of drop, start, end");
    g_free(value);
}

static void read_protocol(struct group *group, const char *key)
{
    int value = g_key_file_get_integer(group->file, group->name, key, NULL);

    if (value < 1 || value > 255)
        refuse(group, "protocol is an IANA number");
    group->format->protocol = (uint8_t)value;
}

static const struct {
    const char *key;
    void (*read)(struct group *group, const char *key);
} keys[] = {
    {"title", read_title},
    {"about", read_about},
    {"detect", read_detect},
    {"skip", read_skip},
    {"each", read_each},
    {"pairs", read_pairs},
    {"header", read_header},
    {"separator", read_separator},
    {"time", read_time},
    {"zone", read_zone},
    {"resolution", read_resolution},
    {"when", read_when},
    {"protocol", read_protocol},
};

static void read_key(struct group *group, const char *key)
{
    if (g_str_has_prefix(key, CLASS_KEY)) {
        read_class(group, key);
        return;
    }
    if (g_str_has_prefix(key, COLUMN_KEY)) {
        read_column(group, key);
        return;
    }
    if (g_str_has_prefix(key, MATCH_KEY)) {
        read_match(group, key);
        return;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].key, key)) {
            keys[i].read(group, key);
            return;
        }
    }
    refuse(group, "%s: no such key", key);
}

static void check_whole(struct group *group)
{
    const struct fwx_log_format *format = group->format;
    bool named = format->columns[FWX_LOG_SLOT_SRC] && (format->header || format->pairs);

    if (!format->detect)
        refuse(group, "detect is missing");
    if (!format->times || !*format->times)
        refuse(group, "time is missing");
    if (format->header && !format->separator)
        refuse(group, "header wants separator");
    if (!format->matches->len && !format->each.regex && !named)
        refuse(group,
               "nothing finds the addresses: match, each, or pairs or header with column-src");
}

static bool finds(const struct fwx_log_format *format, enum fwx_log_slot slot)
{
    bool found = format->columns[slot] || format->each.slots >> slot & 1;

    for (unsigned i = 0; i < format->matches->len; i++)
        found |=
            ((struct fwx_log_pattern *)g_ptr_array_index(format->matches, i))->slots >> slot & 1;
    return found;
}

/* NULL where the group is wrong. */
static struct fwx_log_format *read_group(GKeyFile *file, const char *name, char **wrong)
{
    struct fwx_log_format *format = g_new0(struct fwx_log_format, 1);
    struct group group = {file, name, format, NULL};
    char **found = g_key_file_get_keys(file, name, NULL, NULL);

    format->id = g_strdup(name);
    format->about = g_strdup("");
    format->matches = g_ptr_array_new_with_free_func(free_pattern);
    format->reasons = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_reason));
    g_array_set_clear_func(format->reasons, clear_reason);
    format->stage = -1;
    format->protocol = 6;
    for (unsigned i = 0; found && found[i] && !group.wrong; i++)
        read_key(&group, found[i]);
    check_whole(&group);
    g_strfreev(found);
    if (!format->title)
        format->title = g_strdup(name);
    format->has_dst = finds(format, FWX_LOG_SLOT_DST);
    *wrong = group.wrong;
    if (group.wrong) {
        free_format(format);
        return NULL;
    }
    return format;
}

/* ---- the files ------------------------------------------------------------------------------ */

static void add_file(struct fwx_log_formats *formats, const char *text, bool own, const char *where)
{
    static const char mark[] = "\xef\xbb\xbf"; /* as Windows' editors put before UTF-8 */
    GKeyFile *file = g_key_file_new();
    GError *error = NULL;
    char **groups = NULL;

    text += g_str_has_prefix(text, mark) ? strlen(mark) : 0;
    if (g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, &error)) {
        groups = g_key_file_get_groups(file, NULL);
    } else {
        g_ptr_array_add(formats->problems, g_strdup_printf("%s: %s", where, error->message));
        g_error_free(error);
    }
    for (unsigned i = 0; groups && groups[i]; i++) {
        char *wrong = NULL;
        struct fwx_log_format *format;

        if (!own && fwx_log_formats_find(formats, groups[i]))
            continue;
        format = read_group(file, groups[i], &wrong);
        if (format) {
            format->own = own;
            g_ptr_array_add(formats->formats, format);
        } else {
            g_ptr_array_add(formats->problems,
                            g_strdup_printf("%s: [%s]: %s", where, groups[i], wrong));
        }
        g_free(wrong);
    }
    g_strfreev(groups);
    g_key_file_free(file);
}

struct fwx_log_formats *fwx_log_formats_new(const char *text, const char *name)
{
    struct fwx_log_formats *formats = g_new0(struct fwx_log_formats, 1);

    formats->formats = g_ptr_array_new_with_free_func(free_format);
    formats->problems = g_ptr_array_new_with_free_func(g_free);
    if (text)
        add_file(formats, text, true, name);
    add_file(formats, fwx_log_formats_ini, false, "formats.ini");
    return formats;
}

void fwx_log_formats_free(struct fwx_log_formats *formats)
{
    if (!formats)
        return;
    g_ptr_array_free(formats->formats, TRUE);
    g_ptr_array_free(formats->problems, TRUE);
    g_free(formats);
}

const struct fwx_log_format *fwx_log_formats_find(const struct fwx_log_formats *formats,
                                                  const char *id)
{
    for (unsigned i = 0; i < formats->formats->len; i++) {
        const struct fwx_log_format *format =
            (const struct fwx_log_format *)g_ptr_array_index(formats->formats, i);

        if (g_str_equal(format->id, id))
            return format;
    }
    return NULL;
}
