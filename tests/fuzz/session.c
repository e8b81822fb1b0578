/* session.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE /* setresuid() */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#ifdef G_OS_UNIX
#include <unistd.h>
#endif

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/timestamp.h>
#include <epan/tvbuff.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include "taps/table.h"
#include "taps/taps.h"

void plugin_register(void); /* plugin.c */

struct session {
    epan_t *epan;
    const struct session_frame *frames;
    frame_data *data; /* of each frame */
    unsigned count;
    int encapsulation;
};

/* ---- the library ----------------------------------------------------------------------------- */

enum tap_kind { TABLE, TREE, LISTING };

static const struct {
    const char *argument; /* of -z */
    enum tap_kind kind;
} taps[] = {
#define TAP(kind, name, title, shows) {"fwx," #name, kind},
    FWX_TAPS(TAP)
#undef TAP
};
static stat_data_t table_data[G_N_ELEMENTS(taps)]; /* of tables only */

static void fail(const char *what)
{
    fprintf(stderr, "fuzz: %s\n", what);
    exit(2);
}

static bool is_wanted(const char *protocol)
{
    static const char *const wanted[] = {
        "frame", "eth", "ethertype", "vlan", "sll",    "null", "raw", "ip",
        "ipv6",  "tcp", "udp",       "icmp", "icmpv6", "gre",  "ah",  "data",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (!strcmp(protocol, wanted[i]))
            return true;
    }
    return g_str_has_prefix(protocol, "fwx") || g_str_has_prefix(protocol, "ipv6.");
}

static void disable_others(void)
{
    void *cookie = NULL;

    for (int id = proto_get_first_protocol(&cookie); id != -1;
         id = proto_get_next_protocol(&cookie)) {
        if (!proto_is_pino(find_protocol_by_id(id)) && proto_can_toggle_protocol(id) &&
            !is_wanted(proto_get_protocol_filter_name(id)))
            proto_set_decoding(id, FALSE);
    }
}

static void start_outputs(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(taps); i++) {
        if (taps[i].kind == LISTING && !process_stat_cmd_arg(taps[i].argument))
            fail("an output of the plugin is not registered");
    }
    start_requested_stats();
    for (unsigned i = 0; i < G_N_ELEMENTS(taps); i++) {
        if (taps[i].kind == TABLE)
            table_data[i].stat_tap_data = stat_tap_by_name(taps[i].argument);
        if (taps[i].kind == TABLE && !table_data[i].stat_tap_data)
            fail("a table of the plugin is not registered");
    }
}

/* Root's environment is not listened to, so the library is to believe that somebody else runs it.
 */
static void init_as_nobody(void)
{
#ifdef G_OS_UNIX
    enum { ROOT = 0, NOBODY = 65534 };
    bool root = getuid() == ROOT;

    if (root && (setresgid(NOBODY, NOBODY, ROOT) || setresuid(NOBODY, NOBODY, ROOT)))
        fail("root cannot become nobody");
#endif
    init_process_policies();
#ifdef G_OS_UNIX
    if (root && (setresuid(ROOT, ROOT, ROOT) || setresgid(ROOT, ROOT, ROOT)))
        fail("nobody cannot become root again");
#endif
}

void session_start_library(const char *program)
{
    static tap_reg_t no_taps[] = {{NULL, NULL}};

    /* Nobody's settings, no lists of manufacturers and services to be read for each capture, and
     * memory that a sanitizer can follow. */
    g_setenv("WIRESHARK_DATA_DIR", "/nonexistent", TRUE);
    g_setenv("WIRESHARK_CONFIG_DIR", "/nonexistent", TRUE);
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", TRUE);
    g_setenv("G_SLICE", "always-malloc", TRUE);
    g_set_prgname(program);
    ws_log_set_level(LOG_LEVEL_WARNING);
    init_as_nobody();
    g_free(FWX_CONFIGURATION_INIT(program));
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        fail("libwireshark does not start");
    epan_load_settings();
    timestamp_set_type(TS_RELATIVE);
    disable_others();
    register_all_tap_listeners(no_taps);
    if (!freopen("/dev/null", "w", stdout))
        fail("there is no /dev/null");
    start_outputs();
}

void session_prefer(const char *name, const char *value)
{
    char *setting = g_strdup_printf("%s:%s", name, value);
    char *error = NULL;

    if (prefs_set_pref(setting, &error) != PREFS_SET_OK)
        fail(setting);
    g_free(error);
    g_free(setting);
}

void session_preferred(void)
{
    prefs_apply_all();
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void reset_table(void *data)
{
    reset_stat_table(((stat_data_t *)data)->stat_tap_data);
}

static void draw_cell(const stat_tap_table_item_type *cell)
{
    if (cell->type == TABLE_ITEM_STRING)
        puts(cell->value.string_value);
    if (cell->type == TABLE_ITEM_UINT)
        printf("%u", cell->value.uint_value);
    if (cell->type == TABLE_ITEM_FLOAT)
        printf("%f", cell->value.float_value);
}

static void draw_table(void *data)
{
    const stat_tap_table_ui *ui = ((stat_data_t *)data)->stat_tap_data;

    for (unsigned i = 0; i < ui->tables->len; i++) {
        const stat_tap_table *table = g_array_index(ui->tables, stat_tap_table *, i);

        for (unsigned row = 0; row < table->num_elements; row++) {
            for (unsigned column = 0; column < table->num_fields; column++)
                draw_cell(stat_tap_get_field_data(table, row, column));
        }
    }
}

void session_tables(bool open)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(taps); i++) {
        stat_tap_table_ui *ui = table_data[i].stat_tap_data;
        GString *error;

        if (!ui)
            continue;
        if (!open) {
            remove_tap_listener(&table_data[i]);
            free_stat_tables(ui);
            continue;
        }
        ui->stat_tap_init_cb(ui);
        error = register_tap_listener(ui->tap_name, &table_data[i], NULL, TL_REQUIRES_NOTHING,
                                      reset_table, ui->packet_func, draw_table, NULL);
        if (error)
            fail(error->str);
    }
}

void session_retap(void)
{
    reset_tap_listeners();
}

void session_draw(void)
{
    draw_tap_listeners(TRUE);
}

/* ---- a capture ------------------------------------------------------------------------------- */

static const nstime_t *time_of_frame(struct packet_provider_data *provider, guint32 number)
{
    const struct session *session = (const struct session *)provider;

    return number && number <= session->count ? &session->data[number - 1].abs_ts : NULL;
}

static void fill_record(const struct session *session, const struct session_frame *frame,
                        wtap_rec *rec)
{
    FWX_WTAP_REC_PACKET(rec, session->encapsulation);
    rec->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    rec->ts.secs = (time_t)(frame->time / 1000000000);
    rec->ts.nsecs = (int)(frame->time % 1000000000);
    rec->tsprec = WTAP_TSPREC_NSEC;
    rec->rec_header.packet_header.caplen = frame->length;
    rec->rec_header.packet_header.len = frame->sent;
}

struct session *session_open(int encapsulation, const struct session_frame *frames, unsigned count)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = time_of_frame};
    struct session *session = g_new0(struct session, 1);

    session->encapsulation = encapsulation;
    session->frames = frames;
    session->count = count;
    session->data = g_new0(frame_data, count + 1);
    for (unsigned i = 0; i < count; i++) {
        wtap_rec rec;

        FWX_WTAP_REC_INIT(&rec);
        fill_record(session, &frames[i], &rec);
        frame_data_init(&session->data[i], i + 1, &rec, 0, 0);
        wtap_rec_cleanup(&rec);
    }
    session->epan = epan_new((struct packet_provider_data *)session, &functions);
    return session;
}

void session_close(struct session *session)
{
    epan_free(session->epan);
    for (unsigned i = 0; i < session->count; i++)
        frame_data_destroy(&session->data[i]);
    g_free(session->data);
    g_free(session);
}

static void run(struct session *session, unsigned i, epan_dissect_t *dissection, bool taps)
{
    const struct session_frame *frame = &session->frames[i];
    wtap_rec rec;

    FWX_WTAP_REC_INIT(&rec);
    fill_record(session, frame, &rec);
    FWX_DISSECT(taps ? epan_dissect_run_with_taps : epan_dissect_run, dissection, &rec,
                &session->data[i], frame->bytes, frame->length, frame->sent);
    wtap_rec_cleanup(&rec);
}

void session_pass(struct session *session, bool tree, bool taps)
{
    epan_dissect_t *dissection =
        epan_dissect_new(session->epan, tree || (taps && have_filtering_tap_listeners()), tree);
    const frame_data *reference = NULL;
    nstime_t elapsed = NSTIME_INIT_ZERO;
    guint32 bytes = 0;

    for (unsigned i = 0; i < session->count; i++) {
        frame_data *data = &session->data[i];

        frame_data_set_before_dissect(data, &elapsed, &reference, i ? data - 1 : NULL);
        if (reference == data)
            reference = &session->data[0];
        run(session, i, dissection, taps);
        frame_data_set_after_dissect(data, &bytes);
        epan_dissect_reset(dissection);
    }
    epan_dissect_free(dissection);
}

void session_select_all(struct session *session)
{
    for (unsigned i = session->count; i-- > 0;) {
        epan_dissect_t *dissection = epan_dissect_new(session->epan, TRUE, TRUE);

        run(session, i, dissection, false);
        epan_dissect_free(dissection);
    }
}
