/* preferences.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "preferences.h"

#include <string.h>

#include <epan/prefs.h>

#include <epan/prefs-int.h>

/* NULL for the row of a table, and what nobody knows: prefs_set_pref() tells. */
static pref_t *find(const char *set)
{
    char *name = g_strndup(set, strcspn(set, ":"));
    char *dot = strrchr(name, '.');
    module_t *module = NULL;
    pref_t *preference = NULL;

    if (dot) {
        *dot = '\0';
        module = prefs_find_module(name);
    }
    if (module)
        preference = prefs_find_preference(module, dot + 1);
    g_free(name);
    return preference;
}

/* The values, with ", " between them; NULL: any. To be freed. */
static char *known_values(pref_t *preference)
{
    GString *known = g_string_new(NULL);

    if ((unsigned)prefs_get_type(preference) == PREF_BOOL)
        g_string_assign(known, "TRUE, FALSE");
    if ((unsigned)prefs_get_type(preference) == PREF_ENUM) {
        for (const enum_val_t *value = prefs_get_enumvals(preference); value->name; value++)
            g_string_append_printf(known, "%s%s", known->len ? ", " : "", value->description);
    }
    return g_string_free(known, known->len == 0);
}

/* By the short name as well as by the long one. */
static gboolean is_value(pref_t *preference, const char *known, const char *value)
{
    char **values = g_strsplit(known, ", ", -1);
    gboolean is = FALSE;

    for (char **one = values; *one && !is; one++)
        is = g_ascii_strcasecmp(*one, value) == 0;
    g_strfreev(values);
    if ((unsigned)prefs_get_type(preference) != PREF_ENUM)
        return is;
    for (const enum_val_t *one = prefs_get_enumvals(preference); one->name && !is; one++)
        is = g_ascii_strcasecmp(one->name, value) == 0 ||
             g_ascii_strcasecmp(one->description, value) == 0;
    return is;
}

static gboolean check(const char *set, GError **error)
{
    pref_t *preference = find(set);
    char *known = preference ? known_values(preference) : NULL;
    const char *value = strchr(set, ':') + 1;
    gboolean good = !known || is_value(preference, known, value + strspn(value, " \t"));

    if (!good) {
        char *words = g_strdelimit(g_strdup(prefs_get_description(preference)), "\n", ' ');

        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--set %s: no such value; one of: %s. %s", set, known, words);
        g_free(words);
    }
    g_free(known);
    return good;
}

/* In the words of tshark -o. */
static gboolean set_one(const char *set, GError **error)
{
    char *copy = g_strdup(set);
    char *why = NULL;
    prefs_set_pref_e done = prefs_set_pref(copy, &why);

    g_free(copy);
    if (done == PREFS_SET_OK)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                done == PREFS_SET_SYNTAX_ERR ? "Invalid -o flag \"%s\"%s%s"
                : done == PREFS_SET_NO_SUCH_PREF
                    ? "-o flag \"%s\" specifies unknown preference%s%s"
                    : "-o flag \"%s\" specifies obsolete preference%s%s",
                set, why ? ": " : "", why ? why : "");
    g_free(why);
    return FALSE;
}

gboolean fwx_preferences_set(const char *const *set, GError **error)
{
    for (; set && *set; set++) {
        if (!check(*set, error) || !set_one(*set, error))
            return FALSE;
    }
    return TRUE;
}
