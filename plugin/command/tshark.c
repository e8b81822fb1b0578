/* tshark.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tshark.h"

#include <string.h>

#include <glib/gstdio.h>

#include "captures.h"
#include "scratch.h"
#include "settings.h"
#include "user.h"

static const char no_plugin[] =
    "tshark does not know the outputs of the plugin fwx. Install the plugin for this tshark "
    "(cmake --install), or name the folder of the built one in WIRESHARK_PLUGIN_DIR; tshark -G "
    "plugins lists what is loaded";

static const char usual_product[] = "Forefront TMG 2010"; /* which needs no telling */

/* ---- starting ------------------------------------------------------------------------------- */

/* In a folder of its own: dissectors look for files where they are started (GIOP for IOR.txt). */
static void set_folder(const struct fwx_tshark *tshark, GSubprocessLauncher *launcher)
{
    const char *plugins = g_getenv("WIRESHARK_PLUGIN_DIR");

    if (plugins) {
        char *path = g_canonicalize_filename(plugins, NULL);

        g_subprocess_launcher_setenv(launcher, "WIRESHARK_PLUGIN_DIR", path, TRUE);
        g_free(path);
    }
    g_subprocess_launcher_set_cwd(launcher, tshark->work);
}

static GSubprocess *start(const struct fwx_tshark *tshark, const GPtrArray *words,
                          GSubprocessFlags flags, GError **error)
{
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(
        flags | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    GSubprocess *process;

    if (tshark->config)
        g_subprocess_launcher_setenv(launcher, "WIRESHARK_CONFIG_DIR", tshark->config, TRUE);
    if (tshark->home) {
        g_subprocess_launcher_setenv(launcher, "HOME", tshark->home, TRUE);
        g_subprocess_launcher_unsetenv(launcher, "XDG_CONFIG_HOME");
    }
    set_folder(tshark, launcher);
    fwx_user_drop(launcher);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
    g_object_unref(launcher);
    return process;
}

static void add(GPtrArray *words, const char *word)
{
    g_ptr_array_add(words, g_strdup(word));
}

static void add_output(GPtrArray *words, const char *name, const char *filter)
{
    add(words, "-z");
    g_ptr_array_add(words, filter ? g_strdup_printf("fwx,%s,%s", name, filter)
                                  : g_strdup_printf("fwx,%s", name));
}

/* Addresses stay numbers. The CSV is asked for in any case: it is what is counted. */
static void add_options(GPtrArray *words, const struct fwx_tshark *tshark)
{
    const struct fwx_options *options = tshark->options;

    add(words, "-n");
    add(words, "-Q");
    if (tshark->twice)
        add(words, "-2");
    if (tshark->named) {
        add(words, "-C");
        add(words, options->profile);
    }
    for (char **set = options->set; set && *set; set++) {
        add(words, "-o");
        add(words, *set);
    }
    add_output(words, "csv", options->filter);
    if (options->format != FWX_CSV && options->format != FWX_TABLE)
        add_output(words, fwx_format_name(options->format), options->filter);
}

GSubprocess *fwx_tshark_read(const struct fwx_tshark *tshark, const char *path, GError **error)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    GSubprocess *process;

    add(words, tshark->program);
    add_options(words, tshark);
    add(words, "-r");
    add(words, path);
    g_ptr_array_add(words, NULL);
    process = start(
        tshark, words,
        strcmp(path, "-") == 0 ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE, error);
    g_ptr_array_unref(words);
    return process;
}

GSubprocess *fwx_tshark_fetch(const struct fwx_tshark *tshark, const char *path, GError **error)
{
    gboolean is_stdin = g_str_equal(path, FWX_STDIN);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    GSubprocess *process;

    add(words, "cat");
    if (!is_stdin)
        add(words, path);
    g_ptr_array_add(words, NULL);
    process = start(tshark, words,
                    is_stdin ? G_SUBPROCESS_FLAGS_STDIN_INHERIT : G_SUBPROCESS_FLAGS_NONE, error);
    g_ptr_array_unref(words);
    return process;
}

GSubprocess *fwx_tshark_merge(const struct fwx_tshark *tshark, const GPtrArray *paths,
                              const char *target, GError **error)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    GSubprocess *process = NULL;

    if (tshark->mergecap) {
        add(words, tshark->mergecap);
        add(words, "-a");
        add(words, "-w");
        add(words, target);
        for (guint i = 0; i < paths->len; i++)
            add(words, (const char *)paths->pdata[i]);
        g_ptr_array_add(words, NULL);
        process = start(tshark, words, G_SUBPROCESS_FLAGS_NONE, error);
    } else {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                            "mergecap, which reads a capture set as one, was not found: install "
                            "the package wireshark-common, or use --no-sets");
    }
    g_ptr_array_unref(words);
    return process;
}

/* ---- asking --------------------------------------------------------------------------------- */

/* In place. */
static char *on_one_line(char *words)
{
    return g_strdelimit(g_strstrip(words), "\r\n", ' ');
}

/* The last word of what captype prints, PATH: FORMAT. The path may be no UTF-8. */
static char *last_word(GBytes *printed)
{
    gsize length = 0;
    const char *bytes = (const char *)g_bytes_get_data(printed, &length);
    char *text = g_strchomp(g_strndup(bytes ? bytes : "", length));
    const char *blank = strrchr(text, ' ');
    char *word = blank ? g_strdup(blank + 1) : NULL;

    g_free(text);
    return word;
}

char *fwx_tshark_format(const struct fwx_tshark *tshark, const char *path)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    GSubprocess *process = NULL;
    GBytes *printed = NULL;
    char *format = NULL;

    if (tshark->captype) {
        add(words, tshark->captype);
        add(words, path);
        g_ptr_array_add(words, NULL);
        process = start(tshark, words, G_SUBPROCESS_FLAGS_NONE, NULL);
    }
    if (process && g_subprocess_communicate(process, NULL, NULL, &printed, NULL, NULL) && printed)
        format = last_word(printed);
    if (printed)
        g_bytes_unref(printed);
    g_clear_object(&process);
    g_ptr_array_unref(words);
    return format;
}

char *fwx_tshark_list(const struct fwx_tshark *tshark, const char *what, GError **error)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    GSubprocess *process;
    char *listed = NULL;
    char *messages = NULL;

    add(words, tshark->program);
    add(words, "-G");
    add(words, what);
    g_ptr_array_add(words, NULL);
    process = start(tshark, words, G_SUBPROCESS_FLAGS_NONE, error);
    g_ptr_array_unref(words);
    if (process && g_subprocess_communicate_utf8(process, NULL, NULL, &listed, &messages, error) &&
        !g_subprocess_get_successful(process)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, on_one_line(messages));
        g_clear_pointer(&listed, g_free);
    }
    g_clear_object(&process);
    g_free(messages);
    return listed;
}

/* ---- settings ------------------------------------------------------------------------------- */

/* What was put into a folder by this program, root perhaps, is to be read by the normal user. */
static gboolean give_files(const char *folder, GError **error)
{
    GDir *entries = g_dir_open(folder, 0, error);
    const char *name;
    gboolean given = entries != NULL;

    while (given && (name = g_dir_read_name(entries))) {
        char *path = g_build_filename(folder, name, NULL);

        given = fwx_user_give(path, error);
        g_free(path);
    }
    if (entries)
        g_dir_close(entries);
    return given;
}

static gboolean write_lean(struct fwx_tshark *tshark, const char *folder, GError **error)
{
    char *protocols = fwx_tshark_list(tshark, "protocols", error);
    gboolean written = FALSE;

    if (protocols && !strstr(protocols, "\tfwx\n") &&
        !strstr(protocols, "\tfwx\t")) /* more columns since 4.4 */
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, no_plugin);
    else if (protocols)
        written = fwx_settings_lean(folder, protocols, error);
    g_free(protocols);
    return written;
}

/* Somebody else does not find the user's profile, and gets a copy. */
static gboolean copy_profile(struct fwx_tshark *tshark, GError **error)
{
    char *config = fwx_scratch_folder(tshark->scratch, "configuration", error);
    char *profiles = config ? fwx_scratch_folder(config, "profiles", error) : NULL;
    char *profile = profiles ? fwx_scratch_folder(profiles, tshark->options->profile, error) : NULL;
    gboolean done = profile && fwx_settings_profile(profile, tshark->options->profile, error) &&
                    give_files(profile, error);

    if (profile)
        g_rmdir(profile); /* where it is empty: then it is a global one */
    g_free(profile);
    g_free(profiles);
    tshark->config = config;
    return done;
}

/* A copy in any case: tshark may run as somebody else, and FWX is on whatever the user has off. */
static gboolean configure(struct fwx_tshark *tshark, GError **error)
{
    gboolean lean = g_str_equal(tshark->options->profile, "lean");
    gboolean full = g_str_equal(tshark->options->profile, "full");
    char *folder;

    tshark->named = !lean && !full;
    if (tshark->named)
        return !fwx_user_differs() || copy_profile(tshark, error);
    folder = fwx_scratch_folder(tshark->scratch, "configuration", error);
    if (folder && (lean ? write_lean(tshark, folder, error) : fwx_settings_full(folder, error)) &&
        give_files(folder, error))
        tshark->config = g_steal_pointer(&folder);
    g_free(folder);
    return tshark->config != NULL;
}

gboolean fwx_tshark_init(struct fwx_tshark *tshark, const struct fwx_options *options,
                         const char *scratch, GError **error)
{
    /* A filter may ask for what only later frames tell of this one. */
    *tshark = (struct fwx_tshark){
        .options = options,
        .scratch = scratch,
        .program = g_find_program_in_path("tshark"),
        .mergecap = g_find_program_in_path("mergecap"),
        .captype = g_find_program_in_path("captype"),
        .twice = options->filter != NULL,
    };
    if (!tshark->program) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                            "tshark was not found: install the package tshark (Debian, Ubuntu) or "
                            "wireshark-cli (Fedora)");
        return FALSE;
    }
    tshark->work = fwx_scratch_folder(scratch, "work", error);
    if (!tshark->work)
        return FALSE;
    if (fwx_user_differs()) {
        tshark->home = fwx_scratch_folder(scratch, "home", error);
        if (!tshark->home)
            return FALSE;
    }
    return configure(tshark, error);
}

void fwx_tshark_clear(struct fwx_tshark *tshark)
{
    g_free(tshark->program);
    g_free(tshark->mergecap);
    g_free(tshark->captype);
    g_free(tshark->config);
    g_free(tshark->work);
    g_free(tshark->home);
    g_free(tshark->product);
}

/* ---- trying --------------------------------------------------------------------------------- */

/* pcap's header, for Ethernet, and no packet. */
static const guint8 empty_capture[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
                                         0,    0,    0,    0,    0, 0, 4, 0, 1, 0, 0, 0};

const char *fwx_tshark_advice(const char *messages)
{
    /* tshark's words for a -z that nobody registered, on a line before all that were. */
    GRegex *refusal = g_regex_new("^(tshark: )?Invalid -z argument \"fwx,",
                                  G_REGEX_RAW | G_REGEX_MULTILINE, 0, NULL);
    gboolean is_refused = g_regex_match(refusal, messages, 0, NULL);

    g_regex_unref(refusal);
    return is_refused ? no_plugin : NULL;
}

/* From the log's head, "#Software: fwx 0.1.0, as Forefront TMG 2010"; NULL for the usual one. */
static char *find_product(const char *printed)
{
    GRegex *head =
        g_regex_new("^#Software: fwx .*, as (.+)$", G_REGEX_RAW | G_REGEX_MULTILINE, 0, NULL);
    GMatchInfo *match = NULL;
    char *product = g_regex_match(head, printed, 0, &match) ? g_match_info_fetch(match, 1) : NULL;

    g_match_info_free(match);
    g_regex_unref(head);
    if (g_strcmp0(product, usual_product) == 0)
        g_clear_pointer(&product, g_free);
    return product;
}

static gboolean judge(GSubprocess *process, const char *printed, const char *messages,
                      GError **error)
{
    const char *advice = fwx_tshark_advice(messages);
    char *words;

    if (g_subprocess_get_successful(process) && strstr(printed, "connection,"))
        return TRUE;
    words = on_one_line(g_strdup(messages));
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        advice   ? advice
                        : *words ? words
                                 : "tshark prints nothing: is the protocol FWX disabled in the "
                                   "profile?");
    g_free(words);
    return FALSE;
}

gboolean fwx_tshark_try(struct fwx_tshark *tshark, GError **error)
{
    struct fwx_options options = *tshark->options;
    struct fwx_tshark trial = *tshark;
    char *path = g_build_filename(tshark->scratch, "empty.pcap", NULL);
    GSubprocess *process = NULL;
    char *printed = NULL;
    char *messages = NULL;
    gboolean works = FALSE;

    trial.options = &options;
    options.format = FWX_LOG; /* whose head names the product */
    if (g_file_set_contents(path, (const char *)empty_capture, sizeof empty_capture, error) &&
        fwx_user_give(path, error))
        process = fwx_tshark_read(&trial, path, error);
    if (process && g_subprocess_communicate_utf8(process, NULL, NULL, &printed, &messages, error))
        works = judge(process, printed, messages, error);
    if (works)
        tshark->product = find_product(printed);
    g_clear_object(&process);
    g_free(printed);
    g_free(messages);
    g_free(path);
    return works;
}
