/* library.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "library.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>
#include <gmodule.h>

#include <epan/addr_resolv.h>
#include <epan/epan.h>
#include <epan/funnel.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/timestamp.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/report_message.h>
#include <wsutil/wslog.h>

#include "command.h"
#include "carriers.h"
#include "host/preferences.h"
#include "outputs.h"
#include "system.h"

/* An installed copy of the plugin looks for it (plugin.c). */
G_MODULE_EXPORT bool fwx_linked_in;

void plugin_register(void); /* plugin.c */

extern const char fwx_lean_txt[]; /* lean.txt, by CMake */

static char *data; /* folder of links to Wireshark's data; NULL: its own is read */
static const char *before = "fwx-verdicts: ";

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean refuse(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (!*error)
        *error = g_error_new_valist(G_FILE_ERROR, G_FILE_ERROR_FAILED, format, arguments);
    va_end(arguments);
    return FALSE;
}

/* ---- messages ------------------------------------------------------------------------------- */

static void say(const char *format, va_list arguments)
{
    fputs(before, stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

static void say_failed(const char *path, int code)
{
    fprintf(stderr, "%s%s: %s\n", before, path, code < 0 ? wtap_strerror(code) : g_strerror(code));
}

static void say_open(const char *path, int code, fwx_bool writing _U_)
{
    say_failed(path, code);
}

/* ---- root ----------------------------------------------------------------------------------- */

void fwx_library_enter_worker(void)
{
    before = "";
    if (!fwx_system_is_root())
        return;
    set_persconffile_dir("/nonexistent");
    fwx_system_drop_root();
}

/* ---- data and plugins ----------------------------------------------------------------------- */

/* Half of a small capture's time would go into lists of manufacturers and services, which nothing
 * that is printed names. A filter may. */
static void leave_lists_out(void)
{
    const char *named = g_getenv("WIRESHARK_DATA_DIR");
    const char *all = named ? named : FWX_WIRESHARK_DATA;
    GDir *entries = FWX_LISTS_ARE_FILES && !fwx_options.filter ? g_dir_open(all, 0, NULL) : NULL;
    gboolean linked = entries && (data = g_dir_make_tmp("fwx-verdicts-XXXXXX", NULL)) != NULL;

    for (const char *name; linked && (name = g_dir_read_name(entries));) {
        char *from = g_build_filename(all, name, NULL);
        char *to = g_build_filename(data, name, NULL);

        linked = g_str_equal(name, "manuf") || g_str_equal(name, "services") ||
                 g_str_equal(name, "enterprises.tsv") || fwx_system_link(from, to);
        g_free(from);
        g_free(to);
    }
    if (entries)
        g_dir_close(entries);
    if (linked && g_chmod(data, 0755) == 0)
        g_setenv("WIRESHARK_DATA_DIR", data, TRUE);
}

void fwx_library_stop(void)
{
    GDir *entries = data ? g_dir_open(data, 0, NULL) : NULL;

    for (const char *name; entries && (name = g_dir_read_name(entries));) {
        char *path = g_build_filename(data, name, NULL);

        g_unlink(path);
        g_free(path);
    }
    if (entries)
        g_dir_close(entries);
    if (data)
        g_rmdir(data);
    g_clear_pointer(&data, g_free);
}

/* One that does not step aside would end this process. */
static gboolean check_plugin(const char *folder, GError **error)
{
    char *path = g_build_filename(folder, "epan", "fwx." G_MODULE_SUFFIX, NULL);
    GModule *module = g_file_test(path, G_FILE_TEST_EXISTS)
                          ? g_module_open(path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL)
                          : NULL;
    gpointer symbol;
    gboolean good = !module || g_module_symbol(module, "fwx_steps_aside", &symbol) ||
                    refuse(error,
                           "%s is of an older version than this program, and the two cannot run "
                           "together: install the plugin of the same version (cmake --install), or "
                           "remove that file",
                           path);

    if (module)
        g_module_close(module);
    g_free(path);
    return good;
}

/* For root, Wireshark loads what is installed for all, and nothing from a home or an environment
 * that may be somebody else's; only the data folder, which is ours, is to count. */
static gboolean init_folders(const char *program, GError **error)
{
    gboolean pretends = fwx_system_is_root() && fwx_system_hide_root();

    init_process_policies();
    g_free(FWX_CONFIGURATION_INIT(program)); /* where dumpcap is does not matter */
    get_datafile_dir();
    if (pretends && !fwx_system_show_root())
        return refuse(error, "root's rights: %s", g_strerror(errno));
    init_process_policies();
    return check_plugin(get_plugins_dir_with_version(), error) &&
           (started_with_special_privs() ||
            check_plugin(get_plugins_pers_dir_with_version(), error));
}

/* ---- preferences ---------------------------------------------------------------------------- */

/* Of a list: by the short name as well as by the long one. known: those that there are. */
static gboolean has_value(pref_t *preference, const char *value, GString *known)
{
    static const enum_val_t booleans[] = {
        {"TRUE", "TRUE", 1}, {"FALSE", "FALSE", 0}, {NULL, NULL, 0}};
    int type = prefs_get_type(preference);
    const enum_val_t *one = type == PREF_BOOL   ? booleans
                            : type == PREF_ENUM ? prefs_get_enumvals(preference)
                                                : NULL;

    for (; one && one->name; one++) {
        if (g_ascii_strcasecmp(one->name, value) == 0 ||
            g_ascii_strcasecmp(one->description, value) == 0)
            return TRUE;
        g_string_append_printf(known, "%s%s", known->len ? ", " : "", one->description);
    }
    return known->len == 0;
}

/* A value that a preference does not have is refused, where Wireshark would take the default
 * without a word, or FALSE. What is no preference, as a table's row, is prefs_set_pref()'s. */
static gboolean check_value(const char *set, GError **error)
{
    char **words = g_strsplit(set, ":", 2);
    char *dot = strrchr(words[0], '.');
    GString *known = g_string_new(NULL);
    pref_t *preference = NULL;
    gboolean good = TRUE;

    if (dot) {
        module_t *module;

        *dot = '\0';
        module = prefs_find_module(words[0]);
        preference = module ? prefs_find_preference(module, dot + 1) : NULL;
    }
    if (preference && !has_value(preference, words[1] + strspn(words[1], " \t"), known)) {
        g_string_append_printf(known, ". %s", prefs_get_description(preference));
        good = refuse(error, "--set %s: no such value; one of: %s", set,
                      g_strdelimit(known->str, "\n", ' '));
    }
    g_string_free(known, TRUE);
    g_strfreev(words);
    return good;
}

/* In the words of tshark -o. */
static gboolean set_preference(const char *set, GError **error)
{
    char *copy = g_strdup(set);
    char *why = NULL;
    prefs_set_pref_e done = check_value(set, error) ? prefs_set_pref(copy, &why) : PREFS_SET_OK;

    g_free(copy);
    if (done != PREFS_SET_OK)
        refuse(error,
               done == PREFS_SET_SYNTAX_ERR ? "Invalid -o flag \"%s\"%s%s"
               : done == PREFS_SET_NO_SUCH_PREF
                   ? "-o flag \"%s\" specifies unknown preference%s%s"
                   : "-o flag \"%s\" specifies obsolete preference%s%s",
               set, why ? ": " : "", why ? why : "");
    g_free(why);
    return !*error;
}

/* ---- settings ------------------------------------------------------------------------------- */

/* Silently falling back to defaults would change verdicts. */
static gboolean check_files(GError **error)
{
    char *path = get_persconffile_path("preferences", TRUE);
    char *folder = g_path_get_dirname(path);
    GDir *entries = g_dir_open(folder, 0, NULL);
    gboolean good =
        !g_file_test(path, G_FILE_TEST_IS_DIR) || refuse(error, "%s: %s", path, g_strerror(EISDIR));

    for (const char *name; good && entries && (name = g_dir_read_name(entries));) {
        char *file = g_build_filename(folder, name, NULL);

        if (g_access(file, R_OK) != 0 && errno == EACCES)
            good = refuse(error, "%s: %s", file, g_strerror(errno));
        g_free(file);
    }
    if (entries)
        g_dir_close(entries);
    g_free(folder);
    g_free(path);
    return good;
}

/* One that Wireshark or the plugin brings is read where it is. */
static gboolean choose_profile(const char *name, GError **error)
{
    if (!profile_exists(name, FALSE)) {
        if (!profile_exists(name, TRUE))
            return refuse(error, "Configuration Profile \"%s\" does not exist", name);
        set_persconffile_dir(g_path_get_dirname(get_global_profiles_dir()));
    }
    set_profile_name(name);
    return TRUE;
}

/* lean.txt has words; one with an asterisk at its end is that of a group. */
static gboolean is_kept(GHashTable *words, const char *name)
{
    gboolean is = g_hash_table_contains(words, name);

    for (size_t length = strlen(name); length > 0 && !is; length--) {
        char *group = g_strdup_printf("%.*s*", (int)length, name);

        is = g_hash_table_contains(words, group);
        g_free(group);
    }
    return is;
}

/* What the user has switched off stays off. */
static void disable_others(void)
{
    char **lines = g_strsplit_set(fwx_lean_txt, " \n", -1);
    GHashTable *words = g_hash_table_new(g_str_hash, g_str_equal);
    void *cookie = NULL;

    for (char **word = lines; *word; word++)
        g_hash_table_add(words, *word);
    for (int id = proto_get_first_protocol(&cookie); id != -1;
         id = proto_get_next_protocol(&cookie)) {
        if (!proto_is_pino(find_protocol_by_id(id)) && proto_can_toggle_protocol(id) &&
            !is_kept(words, proto_get_protocol_filter_name(id)))
            proto_set_decoding(id, FALSE);
    }
    g_hash_table_destroy(words);
    g_strfreev(lines);
}

static gboolean load_settings(GError **error)
{
    /* Work whose results no finding uses. ip.defragment and ipv6.defragment stay as they are: the
     * engine sees whole datagrams. */
    static const char *const spared[] = {"udp.calculate_timestamps:FALSE",
                                         "udp.summary_in_tree:FALSE", "ip.summary_in_tree:FALSE",
                                         "ipv6.summary_in_tree:FALSE", NULL};
    /* What is printed as it ends is not waited for at another point. */
    static const char *const forgotten[] = {"fwx.pair_packets:0", NULL};
    int fwx = proto_get_id_by_filter_name("fwx");
    gboolean lean = g_str_equal(fwx_options.profile, "lean");
    gboolean ours = lean || g_str_equal(fwx_options.profile, "full");
    const char *const *sets[] = {lean ? spared : NULL, fwx_options.follow ? forgotten : NULL,
                                 (const char *const *)(void *)fwx_options.set};

    if ((!ours && !choose_profile(fwx_options.profile, error)) || !check_files(error))
        return FALSE;
    epan_load_settings();
    if (!ours && !proto_is_protocol_enabled(find_protocol_by_id(fwx)))
        return refuse(error, "the protocol FWX is disabled in the profile");
    proto_set_decoding(fwx, TRUE); /* whoever has it off means the window */
    if (lean)
        disable_others();
    for (unsigned i = 0; i < G_N_ELEMENTS(sets); i++) {
        for (const char *const *set = sets[i]; set && *set; set++) {
            if (!set_preference(*set, error))
                return FALSE;
        }
    }
    prefs_apply_all();
    disable_name_resolution();
    return TRUE;
}

const char *fwx_library_product(void)
{
    struct fwx_policy policy = fwx_preferences_policy();
    enum fwx_product product = policy.product;

    fwx_policy_clear(&policy);
    return product == FWX_TMG_2010 ? NULL : fwx_models[product].title;
}

/* ---- start ---------------------------------------------------------------------------------- */

/* Scripts of the user's may print: that is no result. */
static gboolean init_quietly(void)
{
    static tap_reg_t none[] = {{NULL, NULL}};
    int output = fwx_system_dup(STDOUT_FILENO);
    int null = fwx_system_null();
    gboolean done;

    dup2(null, STDOUT_FILENO);
    wtap_init(TRUE);
    plugin_register();
    fwx_linked_in = true;
    done = epan_init(NULL, NULL, TRUE);
    register_all_tap_listeners(none);
    fflush(stdout);
    dup2(output, STDOUT_FILENO);
    close(output);
    close(null);
    return done;
}

gboolean fwx_library_start(const char *program, unsigned terminal, GError **error)
{
    static const struct report_message_routines reports = {
        .vreport_failure = say,
        .vreport_warning = say,
        .report_open_failure = say_open,
        .report_read_failure = say_failed,
        .report_write_failure = say_failed,
    };
    static const funnel_ops_t no_windows = {0};

    g_log_writer_default_set_use_stderr(TRUE); /* G_MESSAGES_DEBUG=fwx; before any thread */
    ws_log_set_level(LOG_LEVEL_WARNING);
    init_report_message("fwx-verdicts", &reports);
    funnel_set_funnel_ops(&no_windows);
    leave_lists_out();
    if (!init_folders(program, error))
        return FALSE;
    timestamp_set_type(TS_RELATIVE);
    if (!init_quietly())
        return refuse(error, "libwireshark does not start");
    fwx_outputs_register(terminal);
    if (!load_settings(error) || !fwx_outputs_start(error))
        return FALSE;
    fwx_carriers_find();
    return TRUE;
}
