/* preferences.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/preferences.h"

#include <epan/prefs.h>
#include <epan/range.h>
#include <epan/uat.h>
#include <epan/proto.h>
#include <wsutil/filesystem.h>
#include <wsutil/inet_addr.h>
#include <wsutil/strtoi.h>

#include "host/sources.h"

enum { MAX_ECHO_DATA = 65507 }; /* 65535 less IP and ICMP headers */

/* ---- what the user sets -------------------------------------------------------------------------
 */

static struct fwx_shown shown;
static struct fwx_policy chosen; /* numbers and product; flags and lists are below */
static fwx_bool *flags;          /* of the policy, by row: the host's type for them varies */
static const char **texts;       /* of the policy, by row */
static range_t *marker_sizes;

/* A row of a table of the preferences begins with its text, for copy_row() and free_row(). */
struct network_row {
    char *network; /* "192.168.200.1", "10.0.0.0/8", "2001:db8::/32" */
    unsigned kind; /* enum fwx_network_kind */
};

struct filter_row {
    char *name; /* empty: no filter there */
    unsigned port;
    unsigned protocol; /* enum fwx_protocol */
    unsigned since;    /* enum fwx_product */
};

static struct network_row *network_rows;
static unsigned network_row_count;
struct timeout_row {
    char *model;
    unsigned timer; /* enum fwx_timer */
    unsigned seconds;
};

static struct filter_row *filter_rows;
static unsigned filter_row_count;
static struct timeout_row *timeout_rows;
static unsigned timeout_row_count;

static const value_string network_kinds[] = {
    {FWX_NETWORK_SPECIAL, "special flood limits"},
    {FWX_NETWORK_SPOOFED, "never a valid source"},
    {0, NULL},
};
static const value_string protocols[] = {
    {FWX_PROTOCOL_TCP, "TCP"},
    {FWX_PROTOCOL_UDP, "UDP"},
    {0, NULL},
};
static value_string product_names[FWX_PRODUCTS + 1];
static value_string timer_names[FWX_TIMER_KINDS + 1];
static enum_val_t products[FWX_PRODUCTS + 1];
static enum_val_t points[FWX_POINTS_KINDS + 1];
static enum_val_t kernels[FWX_LINUX_VERSIONS + 1];

static void *copy_row(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    *(char **)to = g_strdup(*(char *const *)from);
    return to;
}

static void free_row(void *row)
{
    g_free(*(char **)row);
}

/* ---- the table of networks ------------------------------------------------------------------ */

/* False with a message to be freed when the text is no address with an optional prefix length. */
static bool parse_network(const char *text, struct fwx_network *network, char **error)
{
    char **parts = g_strsplit(text ? text : "", "/", 2);
    uint8_t bytes[16];
    bool v6 = parts[0] && strchr(parts[0], ':');
    uint32_t bits = v6 ? 128 : 32;
    bool good = parts[0] && (v6 ? ws_inet_pton6(parts[0], (void *)bytes)
                                : ws_inet_pton4(parts[0], (void *)bytes));
    uint32_t prefix_len = bits;

    if (good && parts[1])
        good = ws_strtou32(parts[1], NULL, &prefix_len) && prefix_len <= bits;
    if (good) {
        network->address = fwx_address_from(bytes, v6 ? 6 : 4);
        network->prefix_len = (uint8_t)(prefix_len + (v6 ? 0 : 96));
    } else {
        *error = g_strdup_printf("\"%s\" is no address or network: write 192.0.2.1, 10.0.0.0/8 or "
                                 "2001:db8::/32.",
                                 text ? text : "");
    }
    g_strfreev(parts);
    return good;
}

static fwx_bool update_network(void *record, char **error)
{
    struct fwx_network ignored;

    return parse_network(((struct network_row *)record)->network, &ignored, error);
}

UAT_CSTRING_CB_DEF(network, network, struct network_row)
UAT_VS_DEF(network, kind, struct network_row, unsigned, FWX_NETWORK_SPECIAL, "special flood limits")

static uat_field_t network_columns[] = {
    UAT_FLD_CSTRING(network, network, "Network",
                    "Address, or network with its prefix length: 192.0.2.1, 10.0.0.0/8"),
    UAT_FLD_VS(network, kind, "Treatment", network_kinds,
               "What is special: special flood limits, or never a valid source where the capture "
               "was made"),
    UAT_END_FIELDS,
};

static uat_t *make_network_table(void)
{
    return uat_new("Firewall networks", sizeof(struct network_row), "fwx_networks", TRUE,
                   &network_rows, &network_row_count, UAT_AFFECTS_DISSECTION, NULL, copy_row,
                   update_network, free_row, NULL, NULL, network_columns);
}

/* ---- the table of application filters ------------------------------------------------------- */

static fwx_bool update_filter(void *record, char **error)
{
    const struct filter_row *row = (const struct filter_row *)record;

    if (row->port == 0 || row->port > 65535) {
        *error = g_strdup_printf("%u is no port: write a number from 1 to 65535.", row->port);
        return FALSE;
    }
    if (row->name && strlen(row->name) >= FWX_FILTER_NAME_SIZE) {
        *error =
            g_strdup_printf("The filter's name may have %d characters.", FWX_FILTER_NAME_SIZE - 1);
        return FALSE;
    }
    return TRUE;
}

UAT_DEC_CB_DEF(filter, port, struct filter_row)
UAT_VS_DEF(filter, protocol, struct filter_row, unsigned, FWX_PROTOCOL_TCP, "TCP")
UAT_CSTRING_CB_DEF(filter, name, struct filter_row)
UAT_VS_DEF(filter, since, struct filter_row, unsigned, FWX_ISA_2004, "ISA Server 2004")

static uat_field_t filter_columns[] = {
    UAT_FLD_DEC(filter, port, "Port", "The server's port, 1 to 65535"),
    UAT_FLD_VS(filter, protocol, "Protocol", protocols, "TCP or UDP"),
    UAT_FLD_CSTRING(filter, name, "Filter",
                    "The filter that is bound to it; empty: none, not even a known one"),
    UAT_FLD_VS(filter, since, "First product", product_names, "The first product that has it"),
    UAT_END_FIELDS,
};

static uat_t *make_filter_table(void)
{
    return uat_new("Firewall application filters", sizeof(struct filter_row), "fwx_filters", TRUE,
                   &filter_rows, &filter_row_count, UAT_AFFECTS_DISSECTION, NULL, copy_row,
                   update_filter, free_row, NULL, NULL, filter_columns);
}

/* ---- the table of time-outs ----------------------------------------------------------------- */

enum { MAX_TIMEOUT_S = 366 * 24 * 60 * 60 };

static fwx_bool update_timeout(void *record, char **error)
{
    const struct timeout_row *row = (const struct timeout_row *)record;

    if (!row->model || !*row->model || strlen(row->model) >= FWX_MODEL_SIZE) {
        *error = g_strdup_printf("A model's name has 1 to %d characters.", FWX_MODEL_SIZE - 1);
        return FALSE;
    }
    if (row->seconds > MAX_TIMEOUT_S) {
        *error = g_strdup_printf("%u s are more than a year.", row->seconds);
        return FALSE;
    }
    return TRUE;
}

UAT_CSTRING_CB_DEF(timeout, model, struct timeout_row)
UAT_VS_DEF(timeout, timer, struct timeout_row, unsigned, FWX_TIMER_TCP_IDLE, "TCP idle")
UAT_DEC_CB_DEF(timeout, seconds, struct timeout_row)

static uat_field_t timeout_columns[] = {
    UAT_FLD_CSTRING(timeout, model, "Model",
                    "A known model (linux, asa, aws-nlb and so on), or a name of your own"),
    UAT_FLD_VS(timeout, timer, "Timer", timer_names, "What is timed: TCP idle, UDP idle and so on"),
    UAT_FLD_DEC(timeout, seconds, "Seconds",
                "When it runs out; 0: there is none, not even the known one"),
    UAT_END_FIELDS,
};

static uat_t *make_timeout_table(void)
{
    return uat_new("Firewall time-outs", sizeof(struct timeout_row), "fwx_timeouts", TRUE,
                   &timeout_rows, &timeout_row_count, UAT_AFFECTS_DISSECTION, NULL, copy_row,
                   update_timeout, free_row, NULL, NULL, timeout_columns);
}

const uat_field_t *fwx_preference_columns(const struct fwx_preference *row)
{
    return row->kind == FWX_PREFERENCE_NETWORKS   ? network_columns
           : row->kind == FWX_PREFERENCE_FILTERS  ? filter_columns
           : row->kind == FWX_PREFERENCE_TIMEOUTS ? timeout_columns
           : row->kind == FWX_PREFERENCE_LOGS     ? fwx_source_columns
                                                  : NULL;
}

/* ---- what is shown: the policy's rows are the engine's, in preference.c ---------------------- */

#define SHOWN(name, title, member, value, text)                                                    \
    {                                                                                              \
        FWX_PREFERENCE_FLAG, value, offsetof(struct fwx_shown, member), name, title, text, NULL    \
    }

/* clang-format off */
static const struct fwx_preference shown_rows[] = {
    {FWX_PREFERENCE_HEADING, 0, 0, "group_shown", "Shown", NULL, NULL},
    SHOWN("show_handshake", "Show handshake findings", family[FWX_FAMILY_HANDSHAKE], true,
          "SYN-ACKs with payload, and acknowledgements that do not fit the handshake."),
    SHOWN("show_padding", "Show padding counted as payload", family[FWX_FAMILY_PADDING], true,
          "Segments whose payload is Ethernet padding."),
    SHOWN("show_resets", "Show resets", family[FWX_FAMILY_RESETS], true,
          "What each reset means, who sent it and which status a proxy logs."),
    SHOWN("show_markers", "Show markers and ranges", family[FWX_FAMILY_MARKERS], true,
          "Marker pings and the ranges between them."),
    SHOWN("show_verdicts", "Show verdicts", family[FWX_FAMILY_VERDICTS], true,
          "The result codes that the firewall would log, for packets and conversations."),
    SHOWN("show_facts", "Show what happened", family[FWX_FAMILY_FACTS], true,
          "What became of each connection and why, whatever the firewall: outcome, cause, silences."),
    SHOWN("mark_info", "Mark packets in the column Info", marks, true,
          "What matters about a packet, in brackets before its line in the list: what the firewall "
          "drops, resets from in between, silences that ended badly, attempts without an answer."),
    SHOWN("log_every_drop", "A log line for every dropped packet", every_drop, false,
          "Off, -z fwx,log has one line for each conversation and code, with a count: the "
          "firewall, too, thins such lines out (event 21282)."),
    {FWX_PREFERENCE_HEADING, 0, 0, "group_logs", "The firewall's own log", NULL, NULL},
    {FWX_PREFERENCE_LOGS, 0, 0, "logs", "Logs",
     "Files that the firewall has logged to: each line is joined with its packet, and compared with "
     "what was predicted. Read when the capture was read; a profile that has them names them.", NULL},
    SHOWN("log_text", "Show the lines themselves", log_text, false,
          "The text of a line as a field of its packet, and so in whatever is made of the fields: "
          "logs hold private data."),
};
/* clang-format on */

const struct fwx_preferences fwx_shown_preferences = {shown_rows, G_N_ELEMENTS(shown_rows)};

/* ---- registration --------------------------------------------------------------------------- */

/* The host keeps pointers to all texts. */
static const char *kept(char *text)
{
    const char *copy = wmem_strdup(wmem_epan_scope(), text);

    g_free(text);
    return copy;
}

static void list_points(void)
{
    for (unsigned i = 0; i < FWX_POINTS_KINDS; i++)
        points[i] = (enum_val_t){fwx_points_id((enum fwx_points)i),
                                 fwx_points_title((enum fwx_points)i), (int)i};
}

static void list_kernels(void)
{
    for (unsigned i = 0; i < FWX_LINUX_VERSIONS; i++) {
        const char *name = fwx_linux_version_name((enum fwx_linux_version)i);

        kernels[i] = (enum_val_t){name, name, (int)i};
    }
}

static void list_products(void)
{
    for (unsigned i = 0; i < FWX_PRODUCTS; i++) {
        product_names[i] = (value_string){i, fwx_models[i].title};
        products[i] = (enum_val_t){fwx_models[i].id, fwx_models[i].title, (int)i};
    }
}

static void list_timers(void)
{
    for (unsigned i = 0; i < FWX_TIMER_KINDS; i++)
        timer_names[i] = (value_string){i, fwx_timer_id((enum fwx_timer)i)};
}

/* place: where the host keeps the value; a list has its own */
static void register_row(module_t *module, const struct fwx_preference *row, void *place)
{
    const char *name = row->name;
    const char *title = row->title;
    const char *text = row->text ? kept(fwx_preference_text(row)) : NULL;

    switch (row->kind) {
    case FWX_PREFERENCE_HEADING:
        prefs_register_static_text_preference(module, name, title, NULL);
        break;
    case FWX_PREFERENCE_NUMBER:
        prefs_register_uint_preference(module, name, title, text, 10, (uint32_t *)place);
        break;
    case FWX_PREFERENCE_FLAG:
        *(fwx_bool *)place = row->value != 0;
        prefs_register_bool_preference(module, name, title, text, (fwx_bool *)place);
        break;
    case FWX_PREFERENCE_PRODUCT:
        prefs_register_enum_preference(module, name, title, text, (int *)place, products, FALSE);
        break;
    case FWX_PREFERENCE_POINTS:
        prefs_register_enum_preference(module, name, title, text, (int *)place, points, FALSE);
        break;
    case FWX_PREFERENCE_LINUX:
        prefs_register_enum_preference(module, name, title, text, (int *)place, kernels, FALSE);
        break;
    case FWX_PREFERENCE_TEXT:
        prefs_register_string_preference(module, name, title, text, (const char **)place);
        break;
    case FWX_PREFERENCE_NETWORKS:
        prefs_register_uat_preference(module, name, title, text, make_network_table());
        break;
    case FWX_PREFERENCE_FILTERS:
        prefs_register_uat_preference(module, name, title, text, make_filter_table());
        break;
    case FWX_PREFERENCE_TIMEOUTS:
        prefs_register_uat_preference(module, name, title, text, make_timeout_table());
        break;
    case FWX_PREFERENCE_LOGS:
        prefs_register_uat_preference(module, name, title, text, fwx_sources_make());
        break;
    case FWX_PREFERENCE_MARKER_SIZES:
        range_convert_str(wmem_epan_scope(), &marker_sizes, kept(fwx_preference_default(row)),
                          MAX_ECHO_DATA);
        prefs_register_range_preference(module, name, title, text, &marker_sizes, MAX_ECHO_DATA);
        break;
    }
}

/* As preferences they are int. */
G_STATIC_ASSERT(sizeof(enum fwx_product) == sizeof(int));
G_STATIC_ASSERT(sizeof(enum fwx_points) == sizeof(int));
G_STATIC_ASSERT(sizeof(enum fwx_linux_version) == sizeof(int));

/* Where the host keeps the value of a row of the policy. */
static void *place_of(unsigned row)
{
    const struct fwx_preference *rows = fwx_policy_preferences.rows;

    if (rows[row].kind == FWX_PREFERENCE_FLAG)
        return &flags[row];
    return rows[row].kind == FWX_PREFERENCE_TEXT ? (void *)&texts[row]
                                                 : (char *)&chosen + rows[row].offset;
}

void fwx_preferences_register(int proto_fwx)
{
    module_t *module = prefs_register_protocol(proto_fwx, NULL);
    const struct fwx_preference *rows = fwx_policy_preferences.rows;

    list_products();
    list_points();
    list_kernels();
    list_timers();
    chosen = fwx_policy_default();
    flags = wmem_alloc0_array(wmem_epan_scope(), fwx_bool, fwx_policy_preferences.count);
    texts = wmem_alloc0_array(wmem_epan_scope(), const char *, fwx_policy_preferences.count);
    for (unsigned i = 0; i < fwx_policy_preferences.count; i++)
        register_row(module, &rows[i], place_of(i));
    for (unsigned i = 0; i < G_N_ELEMENTS(shown_rows); i++)
        register_row(module, &shown_rows[i], (char *)&shown + shown_rows[i].offset);
}

/* ---- as the engine wants it ----------------------------------------------------------------- */

const struct fwx_shown *fwx_preferences_shown(void)
{
    return &shown;
}

static void hand_networks(struct fwx_policy *policy)
{
    struct fwx_network *networks = g_new0(struct fwx_network, network_row_count);
    unsigned count = 0;

    for (unsigned i = 0; i < network_row_count; i++) {
        char *error = NULL; /* update_network() has let none pass */

        networks[count].kind = (uint8_t)network_rows[i].kind;
        count += parse_network(network_rows[i].network, &networks[count], &error);
        g_free(error);
    }
    fwx_policy_set_networks(policy, networks, count);
    g_free(networks);
}

static void hand_filters(struct fwx_policy *policy)
{
    struct fwx_app_filter *filters = g_new0(struct fwx_app_filter, filter_row_count);

    for (unsigned i = 0; i < filter_row_count; i++) {
        filters[i].port = (uint16_t)filter_rows[i].port;
        filters[i].protocol = (uint8_t)filter_rows[i].protocol;
        if (filter_rows[i].name && filter_rows[i].since <= policy->product)
            g_strlcpy(filters[i].name, filter_rows[i].name, sizeof filters[i].name);
    }
    fwx_policy_set_filters(policy, filters, filter_row_count);
    g_free(filters);
}

static void hand_timeouts(struct fwx_policy *policy)
{
    struct fwx_timeout *timeouts = g_new0(struct fwx_timeout, timeout_row_count);

    for (unsigned i = 0; i < timeout_row_count; i++) {
        g_strlcpy(timeouts[i].model, timeout_rows[i].model, sizeof timeouts[i].model);
        timeouts[i].timer = (uint8_t)timeout_rows[i].timer;
        timeouts[i].seconds = timeout_rows[i].seconds;
    }
    fwx_policy_set_timeouts(policy, timeouts, timeout_row_count);
    g_free(timeouts);
}

static void hand_marker_sizes(struct fwx_policy *policy)
{
    struct fwx_size_range *sizes = g_new(struct fwx_size_range, marker_sizes->nranges);

    for (unsigned i = 0; i < marker_sizes->nranges; i++) {
        sizes[i].low = marker_sizes->ranges[i].low;
        sizes[i].high = marker_sizes->ranges[i].high;
    }
    fwx_policy_set_marker_sizes(policy, sizes, marker_sizes->nranges);
    g_free(sizes);
}

static const char *text_of(const char *name)
{
    for (unsigned i = 0; i < fwx_policy_preferences.count; i++) {
        if (g_str_equal(fwx_policy_preferences.rows[i].name, name))
            return texts[i];
    }
    return NULL;
}

/* The user's own file of firewalls, beside the preferences. */
static void hand_firewalls(struct fwx_policy *policy)
{
    char *path = get_persconffile_path("fwx_firewalls.tsv", TRUE);
    char *text = NULL;
    gsize size = 0;

    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_get_contents(path, &text, &size, NULL))
        text = g_strdup("unreadable"); /* refused with its name */
    for (gsize i = 0; i < size; i++) {
        if (!text[i])
            text[i] = '\xff'; /* no text: refused with its line, instead of hiding the rest */
    }
    fwx_policy_set_firewalls(policy, text, path);
    fwx_policy_set_points(policy, text_of("point_names"), text_of("point_order"));
    fwx_policy_set_also(policy, text_of("also"));
    fwx_policy_set_linux(policy, text_of("linux_settings"));
    g_free(text);
    g_free(path);
}

struct fwx_policy fwx_preferences_policy(void)
{
    struct fwx_policy policy = chosen;
    const struct fwx_preference *rows = fwx_policy_preferences.rows;

    for (unsigned i = 0; i < fwx_policy_preferences.count; i++) {
        if (rows[i].kind == FWX_PREFERENCE_FLAG)
            *(bool *)((char *)&policy + rows[i].offset) = flags[i];
    }
    fwx_policy_complete(&policy);
    hand_networks(&policy);
    hand_filters(&policy);
    hand_firewalls(&policy);
    hand_timeouts(&policy);
    hand_marker_sizes(&policy);
    return policy;
}
