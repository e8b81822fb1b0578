/* library.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "library.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gmodule.h>

#include <epan/addr_resolv.h>
#include <epan/dfilter/dfilter.h>
#include <epan/epan.h>
#include <epan/funnel.h>
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

#include "carriers.h"
#include "host/preferences.h"
#include "outputs.h"
#include "preferences.h"
#include "user.h"

/* An installed copy of the plugin looks for it (plugin.c). */
WS_DLL_PUBLIC bool fwx_linked_in;
bool fwx_linked_in;

void plugin_register(void); /* plugin.c */

static char *data; /* folder of links to Wireshark's data; NULL: its own is read */

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        g_strdelimit(g_strstrip(text), "\r\n", ' '));
    g_free(text);
    return FALSE;
}

/* ---- messages ------------------------------------------------------------------------------- */

static const char *before = "fwx-verdicts: ";

static void say(const char *format, va_list arguments)
{
    fputs(before, stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

static void say_open(const char *path, int code, fwx_bool writing _U_)
{
    fprintf(stderr, "%s%s: %s\n", before, path, code < 0 ? wtap_strerror(code) : g_strerror(code));
}

static void say_failed(const char *path, int code)
{
    fprintf(stderr, "%s%s: %s\n", before, path, g_strerror(code));
}

/* ---- data and plugins ----------------------------------------------------------------------- */

/* Half of a small capture's time would go into lists of manufacturers and services, which nothing
 * that is printed names. A filter may. */
static void leave_lists_out(const struct fwx_options *options)
{
    const char *named = g_getenv("WIRESHARK_DATA_DIR");
    const char *all = named ? named : FWX_WIRESHARK_DATA;
    GDir *entries = FWX_LISTS_ARE_FILES && !options->filter ? g_dir_open(all, 0, NULL) : NULL;
    const char *name;

    if (!entries)
        return;
    data = g_dir_make_tmp("fwx-verdicts-XXXXXX", NULL);
    while (data && (name = g_dir_read_name(entries))) {
        char *from = g_build_filename(all, name, NULL);
        char *to = g_build_filename(data, name, NULL);

        if (!g_str_equal(name, "manuf") && !g_str_equal(name, "services") &&
            !g_str_equal(name, "enterprises.tsv") && symlink(from, to) != 0)
            break;
        g_free(from);
        g_free(to);
    }
    g_dir_close(entries);
    if (data && g_chmod(data, 0755) == 0)
        g_setenv("WIRESHARK_DATA_DIR", data, TRUE);
}

void fwx_library_stop(void)
{
    GDir *entries = data ? g_dir_open(data, 0, NULL) : NULL;
    const char *name;

    while (entries && (name = g_dir_read_name(entries))) {
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

void fwx_library_enter_worker(void)
{
    before = "";
    if (fwx_user_differs())
        set_persconffile_dir("/nonexistent");
}

/* One that does not step aside would end this process. */
static gboolean check_plugin(const char *folder, GError **error)
{
    char *path = g_build_filename(folder, "epan", "fwx." G_MODULE_SUFFIX, NULL);
    GModule *module = g_file_test(path, G_FILE_TEST_EXISTS)
                          ? g_module_open(path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL)
                          : NULL;
    gpointer symbol;
    gboolean good = !module || g_module_symbol(module, "fwx_steps_aside", &symbol);

    if (module)
        g_module_close(module);
    if (!good)
        refuse(error,
               "%s is of an older version than this program, and the two cannot run together: "
               "install the plugin of the same version (cmake --install), or remove that file",
               path);
    g_free(path);
    return good;
}

/* For root, Wireshark loads what is installed for all, and nothing from a home or an environment
 * that may be somebody else's; only the data folder, which is ours, is to count. */
static gboolean init_folders(const char *program, GError **error)
{
    char *message;
    gboolean is_root = fwx_user_pretend();

    init_process_policies();
    message = FWX_CONFIGURATION_INIT(program);
    g_free(message); /* where dumpcap is does not matter */
    get_datafile_dir();
    if (is_root && !fwx_user_return())
        return refuse(error, "root's rights: %s", g_strerror(errno));
    init_process_policies();
    return check_plugin(get_plugins_dir_with_version(), error) &&
           (started_with_special_privs() ||
            check_plugin(get_plugins_pers_dir_with_version(), error));
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
    const char *name;

    while (good && entries && (name = g_dir_read_name(entries))) {
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
        char *folder = profile_exists(name, TRUE) ? get_global_profiles_dir() : NULL;
        char *parent = folder ? g_path_get_dirname(folder) : NULL;

        if (!parent)
            return refuse(error, "Configuration Profile \"%s\" does not exist", name);
        set_persconffile_dir(parent);
        g_free(folder);
        g_free(parent);
    }
    set_profile_name(name);
    return TRUE;
}

/* The words of lean.txt; a word with an asterisk at its end is that of a group. */
static GHashTable *read_lean(void)
{
    GBytes *bytes = g_resources_lookup_data("/fwx/lean.txt", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    char **lines = g_strsplit((const char *)g_bytes_get_data(bytes, NULL), "\n", -1);
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (char **line = lines; *line; line++) {
        char **found = **line == '#' ? NULL : g_strsplit(*line, " ", -1);

        for (char **word = found; word && *word; word++)
            g_hash_table_add(words, *word);
        g_free(found); /* the words are the table's now */
    }
    g_strfreev(lines);
    g_bytes_unref(bytes);
    return words;
}

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
    GHashTable *words = read_lean();
    void *cookie = NULL;

    for (int id = proto_get_first_protocol(&cookie); id != -1;
         id = proto_get_next_protocol(&cookie)) {
        if (!proto_is_pino(find_protocol_by_id(id)) && proto_can_toggle_protocol(id) &&
            !is_kept(words, proto_get_protocol_filter_name(id)))
            proto_set_decoding(id, FALSE);
    }
    g_hash_table_destroy(words);
}

/* Whoever has FWX off means the window. */
static gboolean choose_protocols(const char *profile, GError **error)
{
    /* Work whose results no finding uses. ip.defragment and ipv6.defragment stay as they are: the
     * engine sees whole datagrams. */
    static const char *const spared[] = {"udp.calculate_timestamps:FALSE",
                                         "udp.summary_in_tree:FALSE", "ip.summary_in_tree:FALSE",
                                         "ipv6.summary_in_tree:FALSE", NULL};
    int fwx = proto_get_id_by_filter_name("fwx");
    gboolean lean = g_str_equal(profile, "lean");

    if (!lean && !g_str_equal(profile, "full"))
        return proto_is_protocol_enabled(find_protocol_by_id(fwx)) ||
               refuse(error, "the protocol FWX is disabled in the profile");
    proto_set_decoding(fwx, TRUE);
    if (lean)
        disable_others();
    return !lean || fwx_preferences_set(spared, error);
}

static gboolean load_settings(const struct fwx_options *options, GError **error)
{
    gboolean ours = g_str_equal(options->profile, "lean") || g_str_equal(options->profile, "full");

    if ((!ours && !choose_profile(options->profile, error)) || !check_files(error))
        return FALSE;
    epan_load_settings();
    if (!choose_protocols(options->profile, error) ||
        !fwx_preferences_set((const char *const *)options->set, error))
        return FALSE;
    prefs_apply_all();
    disable_name_resolution();
    return TRUE;
}

static gboolean start_outputs(const struct fwx_options *options, GError **error)
{
    char *wrong = NULL;

    if (options->filter)
        FWX_FILTER_ERROR(wrong, options->filter);
    if (wrong) {
        refuse(error, "--filter \"%s\": %s", options->filter, wrong);
        g_free(wrong);
        return FALSE;
    }
    fwx_outputs_start(options);
    return TRUE;
}

/* ---- start ---------------------------------------------------------------------------------- */

/* Scripts of the user's may print: that is no result. */
static gboolean init_quietly(void)
{
    static tap_reg_t none[] = {{NULL, NULL}};
    int output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    gboolean done;

    dup2(null, STDOUT_FILENO);
    wtap_init(TRUE);
    plugin_register();
    fwx_linked_in = true;
    done = epan_init(NULL, NULL, TRUE);
    register_all_tap_listeners(none);
    fflush(stdout);
    if (output >= 0)
        dup2(output, STDOUT_FILENO);
    else
        close(STDOUT_FILENO);
    close(output);
    close(null);
    return done;
}

gboolean fwx_library_start(const char *program, const struct fwx_options *options, GError **error)
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
    leave_lists_out(options);
    if (!init_folders(program, error))
        return FALSE;
    timestamp_set_type(TS_RELATIVE);
    if (!init_quietly())
        return refuse(error, "libwireshark does not start");
    fwx_outputs_register();
    if (!load_settings(options, error) || !start_outputs(options, error))
        return FALSE;
    fwx_carriers_find(options);
    return TRUE;
}

const char *fwx_library_product(void)
{
    struct fwx_policy policy = fwx_preferences_policy();
    enum fwx_product product = policy.product;

    fwx_policy_clear(&policy);
    return product == FWX_TMG_2010 ? NULL : fwx_product_name(product);
}
