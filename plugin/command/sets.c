/* sets.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sets.h"

#include <string.h>

#include "captures.h"

/* Wireshark's ringbuffer.c counts the files modulo this. */
#define NUMBERS 100000

/* A capture whose name is one of a set's. */
struct member {
    const struct fwx_capture *capture;
    guint index; /* of the capture */
    char *key;   /* what the names of a set have in common: a pattern, an ending, the stem */
    char *stem;  /* folder and base name */
    char *time;  /* YYYYMMDDhhmmss */
    unsigned number;
    guint times; /* that the file was named before: then it is of another set */
};

static void clear_member(gpointer data)
{
    struct member *member = (struct member *)data;

    g_free(member->key);
    g_free(member->stem);
    g_free(member->time);
}

/* dumpcap's names, and those of its -b nametimenum:2 (Wireshark 4.0 on). FALSE for others. */
static gboolean read_name(struct member *member, const char *path)
{
    static const char *const patterns[] = {
        "^(?<stem>.+)_(?<number>[0-9]{5})_(?<time>[0-9]{14})(?<ending>\\.[^/\\\\]*)?$",
        "^(?<stem>.+)_(?<time>[0-9]{14})_(?<number>[0-9]{5})(?<ending>\\.[^/\\\\]*)?$",
    };
    static GRegex *names[G_N_ELEMENTS(patterns)];

    for (unsigned i = 0; i < G_N_ELEMENTS(patterns); i++) {
        GMatchInfo *match = NULL;

        if (!names[i])
            names[i] = g_regex_new(patterns[i], G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
        if (g_regex_match(names[i], path, 0, &match)) {
            char *number = g_match_info_fetch_named(match, "number");
            char *ending = g_match_info_fetch_named(match, "ending");

            member->stem = g_match_info_fetch_named(match, "stem");
            member->time = g_match_info_fetch_named(match, "time");
            member->number = (unsigned)g_ascii_strtoull(number, NULL, 10);
            member->key = g_strdup_printf("%u %s %s", i, ending ? ending : "", member->stem);
            g_free(number);
            g_free(ending);
        }
        g_match_info_free(match);
        if (member->key)
            return TRUE;
    }
    return FALSE;
}

gboolean fwx_sets_may_join(const char *path)
{
    struct member member = {0};
    gboolean may = read_name(&member, path);

    clear_member(&member);
    return may;
}

/* ---- sets ----------------------------------------------------------------------------------- */

static gint in_order(gconstpointer a, gconstpointer b)
{
    const struct member *left = (const struct member *)a;
    const struct member *right = (const struct member *)b;
    int order = strcmp(left->key, right->key);

    if (order == 0)
        order = left->times < right->times ? -1 : left->times > right->times;
    if (order == 0)
        order = strcmp(left->time, right->time);
    return order ? order : left->number < right->number ? -1 : left->number > right->number;
}

static gboolean follows(const struct member *after, const struct member *before)
{
    return g_str_equal(after->key, before->key) && after->times == before->times &&
           after->number == (before->number + 1) % NUMBERS &&
           !(after->capture->has_first && before->capture->has_first &&
             after->capture->first < before->capture->first);
}

/* In the order of sets. */
static GArray *find_members(const GPtrArray *captures)
{
    GArray *members = g_array_new(FALSE, TRUE, sizeof(struct member));
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal); /* how often, by name */

    g_array_set_clear_func(members, clear_member);
    for (guint i = 0; i < captures->len; i++) {
        const struct fwx_capture *capture = (const struct fwx_capture *)captures->pdata[i];
        struct member member = {.capture = capture, .index = i};

        if (!capture->joins || !read_name(&member, capture->name))
            continue;
        member.times = GPOINTER_TO_UINT(g_hash_table_lookup(seen, capture->name));
        g_hash_table_insert(seen, capture->name, GUINT_TO_POINTER(member.times + 1));
        g_array_append_val(members, member);
    }
    g_hash_table_destroy(seen);
    g_array_sort(members, in_order);
    return members;
}

/* The members become one capture at the place of the first of them; the others are gone. */
static void join(GPtrArray *captures, const struct member *members, guint count)
{
    struct fwx_capture *set = fwx_capture_new(
        g_strdup_printf("%s_%05u…%05u", members->stem, members->number, members[count - 1].number));
    guint place = G_MAXUINT;

    for (guint i = 0; i < count; i++) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[members[i].index];

        g_ptr_array_add(set->paths, g_strdup((const char *)capture->paths->pdata[0]));
        set->folder = capture->folder;
        set->size += capture->size;
        place = MIN(place, members[i].index);
        captures->pdata[members[i].index] = NULL;
        fwx_capture_free(capture);
    }
    captures->pdata[place] = set;
}

void fwx_sets_join(GPtrArray *captures)
{
    GArray *members = find_members(captures);
    const struct member *all = (const struct member *)(void *)members->data;
    guint kept = 0;

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
    g_array_free(members, TRUE);
}

/* ---- a set that grows ----------------------------------------------------------------------- */

/* By how much the one's number is behind the other's; 0: not of the same set. */
static unsigned distance(const struct member *from, const char *path)
{
    struct member member = {0};
    unsigned apart = 0;

    if (read_name(&member, path) && g_str_equal(member.key, from->key))
        apart = (member.number + NUMBERS - from->number) % NUMBERS;
    clear_member(&member);
    return apart;
}

/* dumpcap removes the oldest: the next may be gone already, and another is the next. What lies half
 * the numbers behind came before. */
char *fwx_sets_next(const char *path)
{
    struct member member = {0};
    char *folder = g_path_get_dirname(path);
    GDir *entries = read_name(&member, path) ? g_dir_open(folder, 0, NULL) : NULL;
    char *found = NULL;
    unsigned nearest = NUMBERS / 2;
    const char *name;

    while (entries && (name = g_dir_read_name(entries))) {
        char *other = g_str_equal(folder, ".") && !g_str_has_prefix(path, "./")
                          ? g_strdup(name)
                          : g_build_filename(folder, name, NULL);
        unsigned apart = distance(&member, other);

        if (apart > 0 && apart < nearest) {
            nearest = apart;
            g_free(found);
            found = g_steal_pointer(&other);
        }
        g_free(other);
    }
    if (entries)
        g_dir_close(entries);
    clear_member(&member);
    g_free(folder);
    return found;
}
