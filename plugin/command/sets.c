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
    guint index; /* of the capture */
    char *key;   /* what the names of a set have in common */
    char *stem;  /* folder and base name */
    unsigned number;
    char *time; /* YYYYMMDDhhmmss */
    const struct fwx_capture *capture;
};

static void free_member(gpointer data)
{
    struct member *member = (struct member *)data;

    g_free(member->key);
    g_free(member->stem);
    g_free(member->time);
    g_free(member);
}

static void unref_array(gpointer data)
{
    g_ptr_array_unref((GPtrArray *)data);
}

/* ---- names ---------------------------------------------------------------------------------- */

/* dumpcap's names, and those of its -b nametimenum:2 (Wireshark 4.0 on). */
static const char *const patterns[] = {
    "^(?<stem>.+)_(?<number>[0-9]{5})_(?<time>[0-9]{14})(?<ending>\\.[^/\\\\]*)?$",
    "^(?<stem>.+)_(?<time>[0-9]{14})_(?<number>[0-9]{5})(?<ending>\\.[^/\\\\]*)?$",
};

static struct member *read_match(const GMatchInfo *match, unsigned pattern)
{
    struct member *member = g_new0(struct member, 1);
    char *number = g_match_info_fetch_named(match, "number");
    char *ending = g_match_info_fetch_named(match, "ending");

    member->stem = g_match_info_fetch_named(match, "stem");
    member->time = g_match_info_fetch_named(match, "time");
    member->number = (unsigned)g_ascii_strtoull(number, NULL, 10);
    member->key = g_strdup_printf("%u %s %s", pattern, ending ? ending : "", member->stem);
    g_free(number);
    g_free(ending);
    return member;
}

/* NULL where the name is none of a set. */
static struct member *read_name(const char *path)
{
    static GRegex *names[G_N_ELEMENTS(patterns)];
    struct member *member = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(patterns) && !names[i]; i++)
        names[i] = g_regex_new(patterns[i], G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(patterns) && !member; i++) {
        GMatchInfo *match = NULL;

        if (g_regex_match(names[i], path, 0, &match))
            member = read_match(match, i);
        g_match_info_free(match);
    }
    return member;
}

gboolean fwx_sets_may_join(const char *path)
{
    struct member *member = read_name(path);
    gboolean may = member != NULL;

    if (member)
        free_member(member);
    return may;
}

/* ---- sets ----------------------------------------------------------------------------------- */

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct member *const *left = (const struct member *const *)a;
    const struct member *const *right = (const struct member *const *)b;
    int order = strcmp((*left)->time, (*right)->time);

    return order ? order : (*left)->number < (*right)->number ? -1 : 1;
}

static gboolean follows(const struct member *after, const struct member *before)
{
    return after->number == (before->number + 1) % NUMBERS &&
           !(after->capture->has_first && before->capture->has_first &&
             after->capture->first < before->capture->first);
}

/* A file that is named twice is a member of two sets. */
static void number_key(struct member *member, GHashTable *seen, char *name)
{
    guint times = GPOINTER_TO_UINT(g_hash_table_lookup(seen, name));
    char *key = g_strdup_printf("%u %s", times, member->key);

    g_hash_table_insert(seen, name, GUINT_TO_POINTER(times + 1));
    g_free(member->key);
    member->key = key;
}

/* Members by key: each of them may be of several sets. */
static GHashTable *sort_by_key(const GPtrArray *captures)
{
    GHashTable *members = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref_array);
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal); /* how often, by name */

    for (guint i = 0; i < captures->len; i++) {
        const struct fwx_capture *capture = (const struct fwx_capture *)captures->pdata[i];
        struct member *member = capture->joins ? read_name(capture->name) : NULL;
        GPtrArray *alike;

        if (!member)
            continue;
        member->index = i;
        member->capture = capture;
        number_key(member, seen, capture->name);
        alike = (GPtrArray *)g_hash_table_lookup(members, member->key);
        if (!alike) {
            alike = g_ptr_array_new_with_free_func(free_member);
            g_hash_table_insert(members, member->key, alike);
        }
        g_ptr_array_add(alike, member);
    }
    g_hash_table_destroy(seen);
    return members;
}

static guint earliest(const GPtrArray *members, guint from, guint to)
{
    guint index = G_MAXUINT;

    for (guint i = from; i < to; i++)
        index = MIN(index, ((const struct member *)members->pdata[i])->index);
    return index;
}

/* The members from one to before another become one capture; those that it takes in are gone. */
static void join(GPtrArray *captures, const GPtrArray *members, guint from, guint to)
{
    const struct member *first = (const struct member *)members->pdata[from];
    const struct member *last = (const struct member *)members->pdata[to - 1];
    struct fwx_capture *set =
        fwx_capture_new(g_strdup_printf("%s_%05u…%05u", first->stem, first->number, last->number));
    guint place = earliest(members, from, to);

    for (guint i = from; i < to; i++) {
        guint index = ((const struct member *)members->pdata[i])->index;
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[index];

        g_ptr_array_add(set->paths, g_strdup((const char *)capture->paths->pdata[0]));
        set->folder = capture->folder;
        set->size += capture->size;
        fwx_capture_free(capture);
        captures->pdata[index] = NULL;
    }
    captures->pdata[place] = set;
}

static void join_all(GPtrArray *captures, GPtrArray *members)
{
    guint from = 0;

    g_ptr_array_sort(members, by_time);
    for (guint i = 1; i <= members->len; i++) {
        if (i < members->len && follows((const struct member *)members->pdata[i],
                                        (const struct member *)members->pdata[i - 1]))
            continue;
        if (i - from > 1)
            join(captures, members, from, i);
        from = i;
    }
}

void fwx_sets_join(GPtrArray *captures)
{
    GHashTable *by_key = sort_by_key(captures);
    GHashTableIter iterator;
    gpointer members;
    guint kept = 0;

    g_hash_table_iter_init(&iterator, by_key);
    while (g_hash_table_iter_next(&iterator, NULL, &members))
        join_all(captures, (GPtrArray *)members);
    g_hash_table_destroy(by_key);
    for (guint i = 0; i < captures->len; i++) {
        if (captures->pdata[i])
            captures->pdata[kept++] = captures->pdata[i];
    }
    for (guint i = kept; i < captures->len; i++)
        captures->pdata[i] = NULL; /* moved, not to be freed */
    g_ptr_array_set_size(captures, (gint)kept);
}
