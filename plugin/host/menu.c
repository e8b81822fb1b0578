/* menu.c
 *
 * Menus are fixed when the program starts, before any capture is open: there can be no entry for
 * each marker range, so entries start from the selected packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/menu.h"

#include "compat.h"

#include <epan/packet_info.h>

/* These know struct _packet_info from there. */
#include <epan/conversation_filter.h>
#include <epan/epan_dissect.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>
#include <epan/proto.h>
#include <epan/stat_tap_ui.h>
#include <glib/gstdio.h>
#include <wsutil/filesystem.h>
#include <wsutil/report_message.h>

#ifndef G_OS_WIN32 /* whose Wireshark brings no GIO */
#include <gio/gio.h>
#endif

#include "engine/facts/account.h"
#include "engine/facts/mark.h"
#include "engine/filter.h"
#include "engine/kind.h"
#include "engine/points/points.h"
#include "host/packet-fwx.h"
#include "taps/taps.h"

/* ---- what is selected ----------------------------------------------------------------------- */

struct selection {
    const struct fwx_engine *engine;         /* NULL: no capture is open */
    const struct fwx_connection *connection; /* of the selected packet, or NULL */
    uint32_t frame;                          /* selected, or 0 */
    uint32_t frames;                         /* of the capture */
};

static void *look(capture_file *file, void *data)
{
    struct selection *selection = (struct selection *)data;

    selection->engine = fwx_current_engine();
    selection->frames = file->count;
    if (file->current_frame && file->edt) {
        selection->frame = file->current_frame->num;
        selection->connection = fwx_shown_connection(&file->edt->pi);
    }
    return NULL;
}

static void explain(const char *what)
{
    report_warning("%s", what);
}

static bool look_at_capture(struct selection *selection)
{
    *selection = (struct selection){0};
    plugin_if_get_capture_file(look, selection);
    if (!selection->engine)
        explain("No capture is open.");
    return selection->engine;
}

static bool look_at_connection(struct selection *selection)
{
    if (!look_at_capture(selection))
        return false;
    if (!selection->frame)
        explain("Select a packet first.");
    else if (!selection->connection)
        explain("The selected packet belongs to no connection that the firewall would know. (Or "
                "verdicts are not shown: Edit > Preferences > Protocols > FWX.)");
    return selection->connection;
}

/* ---- trouble -------------------------------------------------------------------------------- */

/* Where nothing is selected, from the capture's beginning. */
static void go_to_trouble(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data)
{
    bool forward = GPOINTER_TO_INT(data);
    struct selection at;
    uint32_t frame;

    if (!look_at_capture(&at))
        return;
    fwx_review_current();
    frame = forward ? fwx_mark_next(at.engine, at.frame) : fwx_mark_previous(at.engine, at.frame);
    if (frame)
        plugin_if_goto_frame(frame);
    else
        explain(forward ? "Behind the selected packet there is no more trouble in this capture."
                        : "Before the selected packet there is no trouble in this capture.");
}

/* Of the selected packet's first finding that the list shows, else of its connection. */
static const char *page_of(const struct selection *at)
{
    uint32_t first;
    uint32_t count = fwx_engine_findings(at->engine, at->frame, &first);
    struct fwx_account account;

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(at->engine, i);

        if (!finding->withheld)
            return fwx_kind_of(finding)->page;
    }
    if (!at->connection)
        return NULL;
    account = fwx_account_of(at->engine, at->connection);
    return fwx_account_page(&account);
}

/* With the program that the desktop has for such files. */
static void open_file(const char *path)
{
    char *uri = g_filename_to_uri(path, NULL, NULL);
    GError *error = NULL;

#ifdef G_OS_WIN32
    const funnel_ops_t *windows = funnel_get_funnel_ops();
    bool opened = uri && windows && windows->browser_open_url && windows->browser_open_url(uri);
#else
    bool opened = uri && g_app_info_launch_default_for_uri(uri, NULL, &error);
#endif

    if (!opened)
        report_warning("%s cannot be opened: %s", path, error ? error->message : "no such name");
    g_clear_error(&error);
    g_free(uri);
}

static void open_page(const char *page)
{
    const char *named = g_getenv("FWX_PAGES"); /* of a plugin that is not installed */
    char *folder = named ? g_strdup(named) : g_canonicalize_filename(FWX_PAGES, get_progfile_dir());
    char *name = g_strconcat(page, ".md", NULL);
    char *path = g_build_filename(folder, "findings", name, NULL);

    if (g_file_test(path, G_FILE_TEST_EXISTS))
        open_file(path);
    else
        report_warning("The page about %s is not here: %s", page, path);
    g_free(path);
    g_free(name);
    g_free(folder);
}

static void explain_finding(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data _U_)
{
    struct selection at;
    const char *page;

    if (!look_at_capture(&at))
        return;
    page = at.frame ? page_of(&at) : NULL;
    if (page)
        open_page(page);
    else
        explain(at.frame ? "Nothing was found on this packet, and its connection works."
                         : "Select a packet first.");
}

/* ---- the conversation ----------------------------------------------------------------------- */

static void go_to_verdict(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data _U_)
{
    struct selection at;
    struct fwx_conclusion conclusion;

    if (!look_at_connection(&at))
        return;
    if (fwx_engine_conclude(at.engine, at.connection, &conclusion))
        plugin_if_goto_frame(conclusion.frame);
    else
        explain(
            "The capture does not show what the firewall would have said of this connection: it "
            "is still half-open, or it began before the capture.");
}

/* The same packet where another point saw it; of several points, the nearest one behind. */
static void go_to_other_side(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data _U_)
{
    struct fwx_meeting meeting;
    struct selection at;
    char buffer[FWX_REASON_SIZE];
    const char *why = NULL;

    if (!look_at_connection(&at))
        return;
    for (uint32_t i = 0; fwx_points_meeting(at.engine, at.connection, at.frame, i, &meeting); i++) {
        if (meeting.frame) {
            plugin_if_goto_frame(meeting.frame);
            return;
        }
        why = fwx_points_reason(at.engine, at.connection, at.frame, i, buffer);
    }
    explain(
        why ? why
            : "This packet is known at one capture point only. A capture from both sides of the "
              "firewall, merged with mergecap -I none, has two.");
}

static void filter_evidence(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data _U_)
{
    struct selection at;
    char *filter;

    if (!look_at_connection(&at))
        return;
    filter = fwx_filter_evidence(at.engine, at.connection);
    if (filter)
        plugin_if_apply_filter(filter, TRUE);
    else
        explain("Nothing in the capture decides what the firewall would have said of this "
                "connection: it is still half-open, or it began before the capture.");
    g_free(filter);
}

/* Plugins have no dialog for files: it is written beside the preferences. What cannot be written,
 * the output itself says. */
static void make_report(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data _U_)
{
    struct selection at;
    char *path;
    char *filter;
    char *argument;
    char *folder;

    if (!look_at_connection(&at))
        return;
    if (create_persconffile_dir(&folder) != 0) {
        report_warning("The folder %s cannot be made.", folder);
        g_free(folder);
        return;
    }
    path = get_persconffile_path("fwx-report.html", FALSE);
    filter = fwx_filter_connection(at.connection);
    argument = g_strdup_printf("fwx,report,%s,%s", path, filter);
    g_unlink(path); /* an older one is none of this conversation */
    if (process_stat_cmd_arg(argument))
        start_requested_stats();
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        open_file(path);
    g_free(argument);
    g_free(filter);
    g_free(path);
}

/* ---- marker ranges -------------------------------------------------------------------------- */

enum direction { HERE, NEXT, PREVIOUS };

static struct fwx_marker_place range_from(const struct selection *at, enum direction direction)
{
    const struct fwx_markers *markers = fwx_engine_markers(at->engine);

    switch (direction) {
    case NEXT:
        return fwx_markers_next(markers, at->frame, at->frames);
    case PREVIOUS:
        return fwx_markers_previous(markers, at->frame);
    default:
        return fwx_markers_place(markers, at->frame);
    }
}

/* The range's first frame is selected, so that the next range can be asked for at once. */
static void filter_range(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data)
{
    static const char *const nothing[] = {
        [HERE] = "The selected packet lies in no range between markers.",
        [NEXT] = "No range between markers begins behind the selected packet.",
        [PREVIOUS] = "No range between markers ends before the selected packet.",
    };
    enum direction direction = (enum direction)GPOINTER_TO_INT(data);
    struct fwx_marker_place range;
    struct selection at;
    char *filter;

    if (!look_at_capture(&at))
        return;
    if (!at.frame && direction != NEXT) {
        explain("Select a packet first.");
        return;
    }
    range = range_from(&at, direction);
    if (!range.in_range) {
        explain(nothing[direction]);
        return;
    }
    filter = fwx_filter_frames(range.first_frame, range.last_frame);
    plugin_if_apply_filter(filter, TRUE);
    g_free(filter);
    if (direction != HERE)
        plugin_if_goto_frame(range.first_frame);
}

/* ---- tables --------------------------------------------------------------------------------- */

/* As wireshark -z does. */
static void open_table(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer data)
{
    struct selection at;

    if (look_at_capture(&at) && process_stat_cmd_arg((const char *)data))
        start_requested_stats();
}

/* ---- registration --------------------------------------------------------------------------- */

enum tap_kind { LISTING, TABLE, TREE };

static const struct {
    const char *argument; /* of -z */
    const char *title;
    bool is_table;
} taps[] = {
#define TAP(kind, name, title, shows) {"fwx," #name, title, kind == TABLE},
    FWX_TAPS(TAP)
#undef TAP
};

static void register_tools_menu(void)
{
    ext_menu_t *menu = ext_menubar_set_parentmenu(
        ext_menubar_register_menu(proto_get_id_by_filter_name("fwx"), "Firewall verdicts", TRUE),
        "Tools");
    ext_menu_t *tables;

    ext_menubar_add_entry(menu, "Go to the next trouble", NULL, go_to_trouble,
                          GINT_TO_POINTER(TRUE));
    ext_menubar_add_entry(menu, "Go to the previous trouble", NULL, go_to_trouble,
                          GINT_TO_POINTER(FALSE));
    ext_menubar_add_entry(menu, "Explain this finding", NULL, explain_finding, NULL);
    ext_menubar_add_separator(menu);
    ext_menubar_add_entry(menu, "Go to the frame that earned the verdict", NULL, go_to_verdict,
                          NULL);
    ext_menubar_add_entry(menu, "Filter the evidence of this conversation", NULL, filter_evidence,
                          NULL);
    ext_menubar_add_entry(menu, "Go to this packet on the other side", NULL, go_to_other_side,
                          NULL);
    ext_menubar_add_entry(menu, "Report of this conversation", NULL, make_report, NULL);
    ext_menubar_add_separator(menu);
    ext_menubar_add_entry(menu, "Filter this marker range", NULL, filter_range,
                          GINT_TO_POINTER(HERE));
    ext_menubar_add_entry(menu, "Filter the next marker range", NULL, filter_range,
                          GINT_TO_POINTER(NEXT));
    ext_menubar_add_entry(menu, "Filter the previous marker range", NULL, filter_range,
                          GINT_TO_POINTER(PREVIOUS));
    ext_menubar_add_separator(menu);
    tables = ext_menubar_add_submenu(menu, "Tables");
    for (unsigned i = 0; i < G_N_ELEMENTS(taps); i++) {
        if (taps[i].is_table)
            ext_menubar_add_entry(tables, taps[i].title, NULL, open_table,
                                  (gpointer)taps[i].argument);
    }
}

static fwx_bool has_connection(packet_info *pinfo FWX_CONVERSATION_FILTER_DATA)
{
    return fwx_shown_connection(pinfo) != NULL;
}

static char *connection_filter(packet_info *pinfo FWX_CONVERSATION_FILTER_DATA)
{
    const struct fwx_connection *connection = fwx_shown_connection(pinfo);

    return connection ? fwx_filter_connection(connection) : NULL;
}

void fwx_menu_register(void)
{
    register_tools_menu();
    register_conversation_filter("fwx", "Firewall connection", has_connection,
                                 connection_filter FWX_CONVERSATION_FILTER_NO_DATA);
}
