/* preferences.c
 * What values there are, tshark tells: -G defaultprefs lists every preference below what is to be
 * known of it,
 *
 *     # Which firewall is emulated ...
 *     # One of: isa2004, isa2006, tmg2010
 *     # Equivalently, one of: ISA Server 2004, ISA Server 2006, Forefront TMG 2010
 *     # (case-insensitive).
 *     #fwx.product: Forefront TMG 2010
 *
 * and -G currentprefs does so, too, with what the settings make of it: "#" before the name says
 * that it is the default. Wireshark 4.0 lists the second names alone, so that a value that is not
 * listed has to be tried.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "preferences.h"

#include <string.h>

#include "scratch.h"
#include "user.h"

/* NAME:VALUE, and what tshark says of it. */
struct preference {
    char *name;
    const char *value;
    char *usual;    /* the default */
    GString *words; /* what it is for */
    GString *known; /* its values, with ", " between them; "": any */
    gboolean is_boolean;
};

/* ---- what is listed ------------------------------------------------------------------------- */

/* "name: value" or "#name: value"; NULL where it is not there. Names are not case-sensitive. */
static char **find_line(char **lines, const char *name)
{
    size_t length = strlen(name);

    for (; *lines; lines++) {
        const char *line = *lines + (**lines == '#');

        if (g_ascii_strncasecmp(line, name, length) == 0 && line[length] == ':')
            return lines;
    }
    return NULL;
}

static void add(GString *text, const char *between, const char *words)
{
    g_string_append_printf(text, "%s%s", text->len ? between : "", words);
}

/* A line above the preference's own, without "# ". */
static void read_comment(struct preference *preference, const char *line)
{
    static const char *const beginnings[] = {"One of: ", "Equivalently, one of: "};

    for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (g_str_has_prefix(line, beginnings[i])) {
            add(preference->known, ", ", line + strlen(beginnings[i]));
            return;
        }
    }
    if (g_ascii_strcasecmp(line, "TRUE or FALSE (case-insensitive)") == 0) {
        preference->is_boolean = TRUE;
        add(preference->known, ", ", "TRUE, FALSE");
    } else if (!g_str_equal(line, "(case-insensitive).")) {
        add(preference->words, " ", line);
    }
}

static void read_list(struct preference *preference, char **lines)
{
    char **own = find_line(lines, preference->name);
    char **first = own;

    if (!own)
        return; /* tshark will refuse it, or it is a table's row */
    preference->usual = g_strchug(g_strdup(strchr(*own, ':') + 1));
    while (first > lines && g_str_has_prefix(first[-1], "# "))
        first--;
    for (; first < own; first++)
        read_comment(preference, *first + 2);
}

/* ---- values --------------------------------------------------------------------------------- */

/* Is the default what comes of the one value and then the other? */
static gboolean is_usual(const struct fwx_tshark *probe, const struct preference *preference,
                         const char *before)
{
    char *path = g_build_filename(probe->config, "preferences", NULL);
    char *text = g_strdup_printf("%s: %s\n%s: %s\n", preference->name, before, preference->name,
                                 preference->value);
    char *listed = g_file_set_contents(path, text, -1, NULL) && fwx_user_give(path, NULL)
                       ? fwx_tshark_list(probe, "currentprefs", NULL)
                       : NULL;
    char **lines = g_strsplit(listed ? listed : "", "\n", -1);
    char **own = find_line(lines, preference->name);
    gboolean is = own && **own == '#';

    g_strfreev(lines);
    g_free(listed);
    g_free(text);
    g_free(path);
    return is;
}

/* After the default, a value tells that it is one by changing it; that of the default itself by
 * changing others. Two others, because one of them may be the default. */
static gboolean has_effect(const struct fwx_tshark *probe, const struct preference *preference,
                           char **known)
{
    const char *last = known[g_strv_length(known) - 1];

    return !is_usual(probe, preference, preference->usual) ||
           (is_usual(probe, preference, known[0]) && is_usual(probe, preference, last));
}

static gboolean is_known(char **known, const char *value)
{
    for (; *known; known++) {
        if (g_ascii_strcasecmp(*known, value) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_right(const struct fwx_tshark *probe, const struct preference *preference)
{
    char **known = g_strsplit(preference->known->str, ", ", -1);
    gboolean is = preference->known->len == 0 || is_known(known, preference->value) ||
                  (!preference->is_boolean && *preference->value &&
                   !strchr(preference->value, '\n') && has_effect(probe, preference, known));

    g_strfreev(known);
    return is;
}

static gboolean check(const struct fwx_tshark *probe, char **lines, const char *set, GError **error)
{
    const char *colon = strchr(set, ':');
    struct preference preference = {
        .name = g_strndup(set, (gsize)(colon - set)),
        .value = colon + 1 + strspn(colon + 1, " \t"),
        .words = g_string_new(NULL),
        .known = g_string_new(NULL),
    };
    gboolean is;

    read_list(&preference, lines);
    is = is_right(probe, &preference);
    if (!is)
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--set %s: no such value; one of: %s. %s", set, preference.known->str,
                    preference.words->str);
    g_free(preference.name);
    g_free(preference.usual);
    g_string_free(preference.words, TRUE);
    g_string_free(preference.known, TRUE);
    return is;
}

gboolean fwx_preferences_check(const struct fwx_tshark *tshark, GError **error)
{
    struct fwx_tshark probe = *tshark;
    char *listed = NULL;
    char **lines;
    gboolean is = TRUE;

    if (!tshark->options->set)
        return TRUE;
    probe.config = fwx_scratch_folder(tshark->scratch, "probe", error);
    if (probe.config)
        listed = fwx_tshark_list(tshark, "defaultprefs", error);
    lines = listed ? g_strsplit(listed, "\n", -1) : NULL;
    for (char **set = tshark->options->set; lines && is && *set; set++)
        is = check(&probe, lines, *set, error);
    is = is && lines;
    g_strfreev(lines);
    g_free(listed);
    g_free(probe.config);
    return is;
}
