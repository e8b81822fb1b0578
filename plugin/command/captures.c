/* captures.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

/* Wireshark's ringbuffer.c counts the files modulo this. */
#define NUMBERS 100000

/* ---- finding -------------------------------------------------------------------------------- */

static void free_capture(gpointer data)
{
    struct fwx_capture *capture = (struct fwx_capture *)data;

    if (!capture)
        return;
    g_free(capture->name);
    g_ptr_array_unref(capture->paths);
    if (capture->points)
        g_ptr_array_unref(capture->points);
    g_free(capture->trouble);
    g_free(capture);
}

/* error: an errno, 0: none. */
static struct fwx_capture *add(GPtrArray *captures, const char *name, const char *path,
                               guint64 size, int error)
{
    struct fwx_capture *capture = g_new0(struct fwx_capture, 1);

    capture->name = g_strdup(name);
    capture->paths = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(capture->paths, g_strdup(path));
    capture->size = size;
    capture->trouble = error ? g_strdup(g_strerror(error)) : NULL;
    g_ptr_array_add(captures, capture);
    return capture;
}

static int by_name(const void *a, const void *b)
{
    const struct fwx_capture *const *left = (const struct fwx_capture *const *)a;
    const struct fwx_capture *const *right = (const struct fwx_capture *const *)b;

    return strcmp((*left)->name, (*right)->name);
}

static GPtrArray *names_in(const char *folder)
{
    GDir *entries = g_dir_open(folder, 0, NULL);
    GPtrArray *names = entries ? g_ptr_array_new_with_free_func(g_free) : NULL;

    for (const char *name; entries && (name = g_dir_read_name(entries));)
        g_ptr_array_add(names, g_strdup(name));
    if (entries)
        g_dir_close(entries);
    return names;
}

/* Symbolic links are not followed: they may lead in circles, or twice to the same capture. What
 * cannot be looked into may be a capture, or have some. */
static void add_entries(GPtrArray *captures, const char *path, const char *folder)
{
    GPtrArray *names = names_in(path);

    if (!names) {
        add(captures, path, path, 0, errno)->folder = folder;
        return;
    }
    for (guint i = 0; i < names->len; i++) {
        char *entry = g_build_filename(path, (const char *)names->pdata[i], NULL);
        GStatBuf about;
        gboolean is_there = g_lstat(entry, &about) == 0;

        if (is_there && S_ISDIR(about.st_mode))
            add_entries(captures, entry, folder);
        else if (!is_there || S_ISREG(about.st_mode))
            add(captures, entry, entry, is_there ? (guint64)about.st_size : 0,
                g_access(entry, R_OK) == 0 ? 0 : errno)
                ->folder = folder;
        g_free(entry);
    }
    g_ptr_array_unref(names);
}

static void add_folder(GPtrArray *captures, const char *folder)
{
    guint first = captures->len;

    add_entries(captures, folder, folder);
    if (captures->len > first)
        qsort(captures->pdata + first, captures->len - first, sizeof *captures->pdata, by_name);
}

GPtrArray *fwx_captures_find(char **arguments)
{
    /* Under its other names, too, which would be the worker's own. */
    static const char *const stdins[] = {FWX_STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0",
                                         NULL};
    GPtrArray *captures = g_ptr_array_new_with_free_func(free_capture);

    for (; *arguments; arguments++) {
        GStatBuf about;

        if (g_strv_contains(stdins, *arguments))
            add(captures, *arguments, FWX_STDIN, 0, 0);
        else if (g_stat(*arguments, &about) != 0)
            add(captures, *arguments, *arguments, 0, errno);
        else if (S_ISDIR(about.st_mode))
            add_folder(captures, *arguments);
        else
            add(captures, *arguments, *arguments, (guint64)about.st_size, 0);
    }
    return captures;
}

/* ---- points --------------------------------------------------------------------------------- */

/* Where a file is called so, the whole is its name. */
static const char *path_in(const char *argument)
{
    const char *sign = strchr(argument, '=');

    return sign && sign > argument && !g_file_test(argument, G_FILE_TEST_EXISTS) ? sign + 1
                                                                                 : argument;
}

/* Without folder and ending. */
static char *name_in(const char *argument)
{
    const char *path = path_in(argument);
    char *name;
    char *dot;

    if (path > argument)
        return g_strndup(argument, (gsize)(path - argument) - 1);
    name = g_path_get_basename(path);
    dot = strrchr(name, '.');
    if (dot && dot > name)
        *dot = '\0';
    return name;
}

GPtrArray *fwx_captures_of_points(char **arguments)
{
    GPtrArray *captures = g_ptr_array_new_with_free_func(free_capture);
    GString *name = g_string_new(NULL);
    struct fwx_capture *capture = NULL;

    for (; *arguments; arguments++) {
        const char *path = path_in(*arguments);
        GStatBuf about;
        int error = g_stat(path, &about) == 0 ? 0 : errno;

        if (!error && S_ISDIR(about.st_mode))
            error = EISDIR;
        if (!capture) {
            capture = add(captures, path, path, 0, 0);
            capture->points = g_ptr_array_new_with_free_func(g_free);
        } else {
            g_ptr_array_add(capture->paths, g_strdup(path));
        }
        if (error && !capture->trouble)
            capture->trouble = g_strdup_printf("%s: %s", path, g_strerror(error));
        capture->size += error ? 0 : (guint64)about.st_size;
        g_ptr_array_add(capture->points, name_in(*arguments));
        g_string_append_printf(name, "%s%s", name->len ? " + " : "",
                               (char *)capture->points->pdata[capture->points->len - 1]);
    }
    g_assert(capture); /* there is an argument at least */
    g_free(capture->name);
    capture->name = g_string_free(name, FALSE);
    return captures;
}

/* ---- sets ----------------------------------------------------------------------------------- */

/* A capture whose name is one of a set's. */
struct member {
    guint index;
    const struct fwx_look *look;
    char *set;  /* what the names of a set have in common; and how often the file was named before:
                 * then it is of another set */
    char *stem; /* folder and base name */
    char *time; /* YYYYMMDDhhmmss */
    guint number;
};

/* dumpcap's names, and those of its -b nametimenum:2 (Wireshark 4.0 on). */
static GMatchInfo *match_name(const char *name)
{
    static GRegex *names;
    GMatchInfo *match;

    if (!names)
        names =
            g_regex_new("^(.+)_(?:([0-9]{5})_([0-9]{14})|([0-9]{14})_([0-9]{5}))(\\.[^/\\\\]*)?$",
                        G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    if (g_regex_match(names, name, 0, &match))
        return match;
    g_match_info_free(match);
    return NULL;
}

/* Either of two groups. */
static char *fetch(const GMatchInfo *match, int one, int other)
{
    char *text = g_match_info_fetch(match, one);

    if (text && *text)
        return text;
    g_free(text);
    return g_match_info_fetch(match, other);
}

gboolean fwx_captures_wants_look(const struct fwx_capture *capture)
{
    GMatchInfo *match = match_name(capture->name);

    if (match)
        g_match_info_free(match);
    return !capture->trouble && (capture->folder || match);
}

/* FALSE where the name is none of a set's. times: how often it was named before. */
static gboolean read_member(const char *name, guint times, struct member *member)
{
    GMatchInfo *match = match_name(name);
    char *number;
    char *ending;

    if (!match)
        return FALSE;
    number = fetch(match, 2, 5);
    ending = g_match_info_fetch(match, 6);
    member->stem = g_match_info_fetch(match, 1);
    member->time = fetch(match, 3, 4);
    member->number = (guint)g_ascii_strtoull(number, NULL, 10);
    member->set = g_strdup_printf("%s %s %u %d", member->stem, ending ? ending : "", times,
                                  name[strlen(member->stem) + 6] == '_');
    g_free(number);
    g_free(ending);
    g_match_info_free(match);
    return TRUE;
}

/* seen: how often, by name */
static void add_member(GArray *members, GHashTable *seen, const struct fwx_capture *capture,
                       guint index)
{
    guint times = GPOINTER_TO_UINT(g_hash_table_lookup(seen, capture->name));
    struct member member = {.index = index, .look = &capture->look};

    if (!read_member(capture->name, times, &member))
        return;
    g_hash_table_insert(seen, capture->name, GUINT_TO_POINTER(times + 1));
    g_array_append_val(members, member);
}

static void clear_member(gpointer data)
{
    struct member *member = (struct member *)data;

    g_free(member->set);
    g_free(member->stem);
    g_free(member->time);
}

static gint in_order(gconstpointer a, gconstpointer b)
{
    const struct member *left = (const struct member *)a;
    const struct member *right = (const struct member *)b;
    int order = strcmp(left->set, right->set);

    order = order ? order : strcmp(left->time, right->time);
    return order ? order : left->number < right->number ? -1 : left->number > right->number;
}

static gboolean follows(const struct member *after, const struct member *before)
{
    return g_str_equal(after->set, before->set) &&
           after->number == (before->number + 1) % NUMBERS &&
           !(after->look->has_first && before->look->has_first &&
             after->look->first < before->look->first);
}

/* The first of them that was named becomes the set; the others are gone. */
static void join(GPtrArray *captures, const struct member *members, guint count)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    struct fwx_capture *set = NULL;
    guint64 size = 0;
    guint place = G_MAXUINT;

    for (guint i = 0; i < count; i++)
        place = MIN(place, members[i].index);
    for (guint i = 0; i < count; i++) {
        set = (struct fwx_capture *)captures->pdata[members[i].index];
        size += set->size;
        g_ptr_array_add(paths, g_strdup(set->name));
        if (members[i].index != place) {
            free_capture(set);
            captures->pdata[members[i].index] = NULL;
        }
    }
    set = (struct fwx_capture *)captures->pdata[place];
    g_ptr_array_unref(set->paths);
    g_free(set->name);
    set->name =
        g_strdup_printf("%s_%05u…%05u", members->stem, members->number, members[count - 1].number);
    set->paths = paths;
    set->size = size;
}

void fwx_captures_sort_out(GPtrArray *captures, gboolean sets)
{
    GArray *members = g_array_new(FALSE, TRUE, sizeof(struct member));
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    const struct member *all;
    guint kept = 0;

    g_array_set_clear_func(members, clear_member);
    for (guint i = 0; i < captures->len; i++) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[i];

        if (!capture->trouble && capture->folder && capture->look.kind < FWX_FORMAT_COMMON) {
            free_capture(capture);
            captures->pdata[i] = NULL;
        } else if (sets && !capture->trouble && capture->look.kind >= FWX_FORMAT_UNCOMMON) {
            add_member(members, seen, capture, i);
        }
    }
    g_array_sort(members, in_order);
    all = (const struct member *)(void *)members->data;
    for (guint from = 0, to = 1; from < members->len; from = to++) {
        while (to < members->len && follows(&all[to], &all[to - 1]))
            to++;
        if (to - from > 1)
            join(captures, &all[from], to - from);
    }
    for (guint i = 0; i < captures->len; i++) {
        if (captures->pdata[i])
            captures->pdata[kept++] = captures->pdata[i];
    }
    for (guint i = kept; i < captures->len; i++)
        captures->pdata[i] = NULL; /* moved, not to be freed */
    g_ptr_array_set_size(captures, (gint)kept);
    g_hash_table_destroy(seen);
    g_array_free(members, TRUE);
}

/* ---- a set that grows ----------------------------------------------------------------------- */

/* dumpcap removes the oldest: the next may be gone already, and another is the next. What lies half
 * the numbers behind came before. */
char *fwx_captures_next(const char *path)
{
    struct member from = {0};
    char *folder = g_path_get_dirname(path);
    char *last = g_path_get_basename(path);
    gsize prefix = strlen(path) - strlen(last);
    GDir *entries = read_member(path, 0, &from) ? g_dir_open(folder, 0, NULL) : NULL;
    guint nearest = NUMBERS / 2;
    char *found = NULL;
    const char *name;

    while (entries && (name = g_dir_read_name(entries))) {
        char *other = g_strdup_printf("%.*s%s", (int)prefix, path, name);
        struct member member = {0};

        if (read_member(other, 0, &member) && g_str_equal(member.set, from.set) &&
            member.number != from.number &&
            (member.number + NUMBERS - from.number) % NUMBERS < nearest) {
            nearest = (member.number + NUMBERS - from.number) % NUMBERS;
            g_free(found);
            found = g_strdup(other);
        }
        clear_member(&member);
        g_free(other);
    }
    if (entries)
        g_dir_close(entries);
    clear_member(&from);
    g_free(last);
    g_free(folder);
    return found;
}
