/* anonymise.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/anonymise.h"

#include <string.h>

#include "engine/inet.h"

enum kind { HOST, PORT, POINT, LOG, KINDS };

static const char *const labels[KINDS] = {
    [HOST] = "host", [PORT] = "port", [POINT] = "point", [LOG] = "log"};

struct names {
    GHashTable *of[KINDS]; /* label, by what it stands for */
    guint count[KINDS];
    GPtrArray *known; /* of char *: hosts and points that texts are searched for, longest first */
};

/* ---- labels --------------------------------------------------------------------------------- */

static const char *label_for(struct names *names, enum kind kind, const char *text)
{
    char *label = (char *)g_hash_table_lookup(names->of[kind], text);

    if (!label) {
        label = g_strdup_printf("%s-%u", labels[kind], ++names->count[kind]);
        g_hash_table_insert(names->of[kind], g_strdup(text), label);
    }
    return label;
}

/* An address, or a resolved name, of the same label. */
static void learn(struct names *names, enum kind kind, const char *text, const char *other)
{
    const char *label = label_for(names, kind, text);

    g_ptr_array_add(names->known, g_strdup(text));
    if (!*other || g_hash_table_contains(names->of[kind], other))
        return;
    g_hash_table_insert(names->of[kind], g_strdup(other), g_strdup(label));
    g_ptr_array_add(names->known, g_strdup(other));
}

static void learn_story(struct names *names, const struct fwx_story *story)
{
    const GPtrArray *rows = story->rows[FWX_ROWS_NAMES];

    for (guint i = 0; i < rows->len; i++) {
        char *const *row = (char *const *)g_ptr_array_index(rows, i);

        if (!*row[1])
            continue;
        if (g_str_equal(row[0], labels[PORT]))
            /* cppcheck-suppress leakReturnValNotUsed ; the table keeps it */
            label_for(names, PORT, row[1]);
        else
            learn(names, g_str_equal(row[0], labels[POINT]) ? POINT : HOST, row[1], row[2]);
    }
}

static gint longest_first(gconstpointer a, gconstpointer b)
{
    size_t first = strlen(*(const char *const *)a);
    size_t second = strlen(*(const char *const *)b);

    return (first < second) - (first > second);
}

/* ---- texts ---------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (guchar)c >= 0x80;
}

/* Does a name end here? Not where it goes on behind a dot, a hyphen or a colon. */
static bool ends_at(const char *at)
{
    return !is_word(*at) && !((*at == '.' || *at == '-') && is_word(at[1]));
}

/* A number alone may be a frame's. */
static bool is_telling(const char *name)
{
    while (*name && !g_ascii_isalpha(*name) && *name != '.' && *name != ':')
        name++;
    return *name != '\0';
}

static const char *find_known(struct names *names, const char *at, size_t *length)
{
    for (guint i = 0; i < names->known->len; i++) {
        const char *known = (const char *)g_ptr_array_index(names->known, i);
        const char *label = (const char *)g_hash_table_lookup(names->of[HOST], known);

        *length = strlen(known);
        if (!strncmp(at, known, *length) && is_telling(known) && ends_at(at + *length))
            return label ? label : (const char *)g_hash_table_lookup(names->of[POINT], known);
    }
    return NULL;
}

static bool is_mac(const char *token)
{
    unsigned digits = 0;
    unsigned separators = 0;

    for (; *token; token++) {
        digits += g_ascii_isxdigit(*token) != 0;
        separators += *token == ':' || *token == '-';
    }
    return digits == 12 && separators == 5;
}

/* As it is written in one way, NULL: it is none. To be freed. */
static char *as_address(const char *token)
{
    char *canonical = fwx_inet_canonical(token);

    return canonical ? canonical : is_mac(token) ? g_strdup(token) : NULL;
}

/* Whatever else looks like an address: all of it, or what a sentence's end or a port follows. */
static const char *find_address(struct names *names, const char *at, size_t *length)
{
    const char *label = NULL;
    char *token;
    char *address;

    *length = strspn(at, "0123456789abcdefABCDEF:.-");
    if (*length < 2 || is_word(at[*length]))
        return NULL;
    token = g_strndup(at, *length);
    while (!(address = as_address(token)) && *length > 2) {
        bool ends = strchr(":.-", token[*length - 1]) != NULL;
        char *colon = strrchr(token, ':');

        if (ends)
            --*length;
        else if (colon && colon > token)
            *length = (size_t)(colon - token);
        else
            break;
        token[*length] = '\0';
    }
    if (address)
        label = label_for(names, HOST, address);
    g_free(address);
    g_free(token);
    return label;
}

/* Digits at that place become a port's label; returns what lies behind. */
static const char *replace_port(struct names *names, GString *to, const char *digits)
{
    size_t length = strspn(digits, "0123456789");
    const char *label;
    char *port;

    if (!length || is_word(digits[length]))
        return digits;
    port = g_strndup(digits, length);
    label = label_for(names, PORT, port);
    g_string_append(to, label);
    g_free(port);
    return digits + length;
}

/* Behind a host: ":443" or "]:443". */
static const char *replace_port_behind(struct names *names, GString *to, const char *at)
{
    size_t before = *at == ']' && at[1] == ':' ? 2 : *at == ':' ? 1 : 0;

    if (!before || !g_ascii_isdigit(at[before]))
        return at;
    g_string_append_len(to, at, (gssize)before);
    return replace_port(names, to, at + before);
}

static char *neutral(struct names *names, const char *text)
{
    static const char word[] = "port ";
    GString *to = g_string_new(NULL);

    for (const char *at = text; *at;) {
        bool begins =
            at == text || !(is_word(at[-1]) || (at > text + 1 && at[-1] == '.' && is_word(at[-2])));
        size_t length = 0;
        const char *label = begins ? find_known(names, at, &length) : NULL;

        if (!label && begins)
            label = find_address(names, at, &length);
        if (label) {
            g_string_append(to, label);
            at = replace_port_behind(names, to, at + length);
        } else if (begins && g_str_has_prefix(at, word) && g_ascii_isdigit(at[strlen(word)])) {
            g_string_append(to, word);
            at = replace_port(names, to, at + strlen(word));
        } else {
            g_string_append_c(to, *at++);
        }
    }
    return g_string_free(to, FALSE);
}

static void replace(char **text, void *data)
{
    char *before = *text;

    if (!before)
        return;
    *text = neutral((struct names *)data, before);
    g_free(before);
}

/* ---- parts ---------------------------------------------------------------------------------- */

/* What a log says of it is its own words. */
static void replace_log(struct names *names, struct fwx_story *story)
{
    enum { NAME = 0, SAYS = 2 };
    const GPtrArray *rows = story->rows[FWX_ROWS_LOG];

    for (guint i = 0; i < rows->len; i++) {
        char **row = (char **)g_ptr_array_index(rows, i);
        const char *label = label_for(names, LOG, row[NAME]);

        g_free(row[NAME]);
        g_free(row[SAYS]);
        row[NAME] = g_strdup(label);
        row[SAYS] = g_strdup("");
    }
}

/* A point's name may be anything, also a number. */
static void replace_spaces(struct names *names, struct fwx_story *story)
{
    for (unsigned i = 0; i < FWX_SPACES; i++) {
        const char *label = story->space[i] ? label_for(names, POINT, story->space[i]) : NULL;

        g_free(story->space[i]);
        story->space[i] = g_strdup(label);
    }
}

static void replace_story(struct names *names, struct fwx_story *story)
{
    /* Of the plugin's own words alone. */
    static const enum fwx_story_text own[] = {FWX_TEXT_PROTOCOL, FWX_TEXT_NEXT_STEP, FWX_TEXT_PAGE,
                                              FWX_TEXT_BEGIN, FWX_TEXT_FILTER};
    char *kept[G_N_ELEMENTS(own)];

    for (unsigned i = 0; i < G_N_ELEMENTS(own); i++)
        kept[i] = g_steal_pointer(&story->texts[own[i]]);
    replace_spaces(names, story);
    replace_log(names, story);
    fwx_story_each_text(story, replace, names);
    for (unsigned i = 0; i < G_N_ELEMENTS(own); i++)
        story->texts[own[i]] = kept[i];
    g_ptr_array_set_size(story->rows[FWX_ROWS_NAMES], 0);
}

static void replace_captures(const struct fwx_report *report)
{
    for (guint i = 0; i < report->captures->len; i++) {
        struct fwx_report_capture *capture = fwx_report_capture(report, i);

        g_free(capture->name);
        capture->name = g_strdup_printf("capture-%u", i + 1);
        if (capture->failure) {
            g_free(capture->failure);
            capture->failure = g_strdup("It could not be read, or not to its end.");
        }
    }
}

static void replace_logs(struct names *names, struct fwx_report *report)
{
    for (guint i = 0; i + 1 < report->logs->len; i += 2) {
        const char *label = label_for(names, LOG, (const char *)report->logs->pdata[i]);

        g_free(report->logs->pdata[i]);
        g_free(report->logs->pdata[i + 1]);
        report->logs->pdata[i] = g_strdup(label);
        report->logs->pdata[i + 1] = g_strdup("");
    }
}

void fwx_anonymise(struct fwx_report *report)
{
    struct names names = {.known = g_ptr_array_new_with_free_func(g_free)};

    for (unsigned kind = 0; kind < KINDS; kind++)
        names.of[kind] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < report->stories->len; i++)
        learn_story(&names, fwx_report_story(report, i));
    g_ptr_array_sort(names.known, longest_first);
    replace_logs(&names, report);
    for (guint i = 0; i < report->stories->len; i++)
        replace_story(&names, fwx_report_story(report, i));
    replace_captures(report);
    if (report->filter) {
        g_free(report->filter);
        report->filter = g_strdup("a display filter");
    }
    for (unsigned kind = 0; kind < KINDS; kind++)
        g_hash_table_destroy(names.of[kind]);
    g_ptr_array_unref(names.known);
}
