/* preferences.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/preferences.h"

#include <epan/prefs.h>
#include <epan/range.h>
#include <epan/uat.h>
#include <epan/proto.h>
#include <wsutil/inet_addr.h>
#include <wsutil/strtoi.h>

enum { MAX_ECHO_DATA = 65507 }; /* 65535 less IP and ICMP headers */

/* ---- what the user sets -------------------------------------------------------------------------
 */

static struct fwx_shown shown = {TRUE, TRUE, TRUE, TRUE, TRUE, FALSE};
static struct fwx_policy chosen; /* what maps one to one; the rest is below */
static int product = FWX_TMG_2010;
static range_t *marker_sizes;
static int points = FWX_POINTS_AUTO;

static struct {
    fwx_bool check_injected, midstream_not_syn, sequence_window, against_evidence, tcp_checksum;
    fwx_bool block_fragments, block_ip_options, block_ipv6;
} flags;

/* A row of the table of networks. */
struct network_row {
    char *network; /* "192.168.200.1", "10.0.0.0/8", "2001:db8::/32" */
    unsigned kind; /* enum fwx_network_kind */
};

/* A row of the table of application filters. */
struct filter_row {
    unsigned port;
    unsigned protocol; /* enum fwx_protocol */
    char *name;        /* empty: no filter there */
    unsigned since;    /* enum fwx_product */
};

static struct network_row *network_rows;
static unsigned network_row_count;
static struct filter_row *filter_rows;
static unsigned filter_row_count;

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
static const value_string product_names[] = {
    {FWX_ISA_2004, "ISA Server 2004"},
    {FWX_ISA_2006, "ISA Server 2006"},
    {FWX_TMG_2010, "Forefront TMG 2010"},
    {0, NULL},
};

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

static void *copy_network(void *to, const void *from, size_t size _U_)
{
    const struct network_row *source = (const struct network_row *)from;
    struct network_row *target = (struct network_row *)to;

    *target = *source;
    target->network = g_strdup(source->network);
    return to;
}

static void free_network(void *record)
{
    g_free(((struct network_row *)record)->network);
}

UAT_CSTRING_CB_DEF(network, network, struct network_row)
UAT_VS_DEF(network, kind, struct network_row, unsigned, FWX_NETWORK_SPECIAL, "special flood limits")

static uat_t *make_network_table(void)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(network, network, "Network",
                        "Address, or network with its prefix length: 192.0.2.1, 10.0.0.0/8"),
        UAT_FLD_VS(
            network, kind, "Treatment", network_kinds,
            "What is special: special flood limits, or never a valid source where the capture was "
            "made"),
        UAT_END_FIELDS,
    };

    return uat_new("Firewall networks", sizeof(struct network_row), "fwx_networks", TRUE,
                   &network_rows, &network_row_count, UAT_AFFECTS_DISSECTION, NULL, copy_network,
                   update_network, free_network, NULL, NULL, fields);
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

static void *copy_filter(void *to, const void *from, size_t size _U_)
{
    const struct filter_row *source = (const struct filter_row *)from;
    struct filter_row *target = (struct filter_row *)to;

    *target = *source;
    target->name = g_strdup(source->name);
    return to;
}

static void free_filter(void *record)
{
    g_free(((struct filter_row *)record)->name);
}

UAT_DEC_CB_DEF(filter, port, struct filter_row)
UAT_VS_DEF(filter, protocol, struct filter_row, unsigned, FWX_PROTOCOL_TCP, "TCP")
UAT_CSTRING_CB_DEF(filter, name, struct filter_row)
UAT_VS_DEF(filter, since, struct filter_row, unsigned, FWX_ISA_2004, "ISA Server 2004")

static uat_t *make_filter_table(void)
{
    static uat_field_t fields[] = {
        UAT_FLD_DEC(filter, port, "Port", "The server's port, 1 to 65535"),
        UAT_FLD_VS(filter, protocol, "Protocol", protocols, "TCP or UDP"),
        UAT_FLD_CSTRING(filter, name, "Filter",
                        "The filter that is bound to it; empty: none, not even a known one"),
        UAT_FLD_VS(filter, since, "First product", product_names, "The first product that has it"),
        UAT_END_FIELDS,
    };

    return uat_new("Firewall application filters", sizeof(struct filter_row), "fwx_filters", TRUE,
                   &filter_rows, &filter_row_count, UAT_AFFECTS_DISSECTION, NULL, copy_filter,
                   update_filter, free_filter, NULL, NULL, fields);
}

/* ---- registration --------------------------------------------------------------------------- */

static void heading(module_t *module, const char *name, const char *title)
{
    prefs_register_static_text_preference(module, name, title, NULL);
}

static void number(module_t *module, const char *name, const char *title, const char *description,
                   uint32_t *value)
{
    prefs_register_uint_preference(module, name, title, description, 10, value);
}

static void register_firewall(module_t *module)
{
    static const enum_val_t products[] = {
        {"isa2004", "ISA Server 2004", FWX_ISA_2004},
        {"isa2006", "ISA Server 2006", FWX_ISA_2006},
        {"tmg2010", "Forefront TMG 2010", FWX_TMG_2010},
        {NULL, NULL, 0},
    };

    heading(module, "group_firewall", "The firewall");
    prefs_register_enum_preference(
        module, "product", "Product",
        "Which firewall is emulated: isa2004, isa2006 or tmg2010; codes that it lacks are not "
        "predicted (SDK, Error Codes). "
        "Default: Forefront TMG 2010.",
        &product, products, FALSE);
    number(module, "linger", "Linger after a close (ms)",
           "For how many milliseconds late segments of a closed connection pass. Default: 0, the "
           "port is free at once (KB 2596065).",
           &chosen.linger_ms);
    number(module, "tcp_idle", "TCP idle time-out (s)",
           "After how many seconds without a packet a TCP connection is forgotten; 0: never. "
           "Default: 86400, a day (KB 917936).",
           &chosen.tcp_idle_s);
    number(module, "udp_idle", "UDP and ICMP idle time-out (s)",
           "After how many seconds without a packet a UDP or ICMP session ends; 0: never. "
           "Default: 60 (a logged DNS session ended after 61 s).",
           &chosen.udp_idle_s);
    number(module, "no_reply", "Wait for the SYN-ACK (s)",
           "After how many seconds a SYN counts as never answered; 0: never. Default: 21, three "
           "SYNs of Windows (assumed, no source gives a number).",
           &chosen.no_reply_s);
    prefs_register_uat_preference(
        module, "filters", "Application filters",
        "Filters bound to ports, beside the known ones: RTSP on 554, SMTP on 25 and others. A row "
        "for a known one's port replaces it.",
        make_filter_table());
}

static void register_flood(module_t *module)
{
    heading(module, "group_flood", "Flood mitigation (0: no limit)");
    number(module, "flood_requests", "TCP requests a minute and address",
           "New TCP connections that an address may ask for within a minute; 0: no limit. Default: "
           "600 (TcpLimitPerMinute; ISA Server 2006 on).",
           &chosen.limits.requests_per_minute);
    number(module, "flood_concurrent", "Open TCP connections of an address",
           "TCP connections that an address may have open at once, and half as many half-open; 0: "
           "no limit. Default: 160 (TcpLimit).",
           &chosen.limits.concurrent);
    number(module, "flood_udp", "UDP sessions of an address",
           "UDP sessions that an address may have at once, the oldest is closed for a new one; 0: "
           "no limit. Default: 160 (UdpLimit).",
           &chosen.limits.concurrent_udp);
    number(module, "flood_non_tcp", "New non-TCP sessions a second and address",
           "New UDP and ICMP sessions that an address may begin within a second; 0: no limit. "
           "Default: 1000 (RulePerSecondLimit, which is for each rule: packets show no rules).",
           &chosen.limits.non_tcp_per_second);
    number(
        module, "special_requests", "Special: TCP requests a minute",
        "New TCP connections a minute for the special addresses below; 0: no limit. Default: 6000 "
        "(TechNet, flood mitigation).",
        &chosen.special_limits.requests_per_minute);
    number(
        module, "special_concurrent", "Special: open TCP connections",
        "TCP connections open at once for the special addresses below; 0: no limit. Default: 400 "
        "(TechNet, flood mitigation).",
        &chosen.special_limits.concurrent);
    number(
        module, "special_udp", "Special: UDP sessions",
        "UDP sessions at once for the special addresses below; 0: no limit. Default: 400 (TechNet, "
        "flood mitigation).",
        &chosen.special_limits.concurrent_udp);
    prefs_register_uat_preference(
        module, "networks", "Networks",
        "Addresses with special flood limits (a NAT or a proxy in front of the "
        "firewall), and addresses that are never a valid source. Default: none.",
        make_network_table());
}

static void register_points(module_t *module)
{
    static const enum_val_t kinds[] = {
        {"auto", "Each interface", FWX_POINTS_AUTO},
        {"one", "The whole capture", FWX_POINTS_ONE},
        {"interface", "Each interface of each section", FWX_POINTS_INTERFACE},
        {NULL, NULL, 0},
    };

    prefs_register_enum_preference(
        module, "points", "Capture points",
        "What counts as a place of its own, with connections of its own. auto: each interface, and "
        "each interface index of tcpdump -i any; in a later section of a pcapng file the same "
        "interface goes on. interface: nothing goes on. one: the whole capture, as where a tap has "
        "an interface for each direction. Default: auto (pcapng specification, Interface "
        "Description Block).",
        &points, kinds, FALSE);
}

static void register_checks(module_t *module)
{
    heading(module, "group_checks", "Checks");
    prefs_register_bool_preference(
        module, "check_injected", "Look for injected resets",
        "Compare a reset's TTL, and with it IP ID, MAC address and window, with its endpoint's "
        "earlier packets. Default: on.",
        &flags.check_injected);
    prefs_register_bool_preference(
        module, "midstream_not_syn", "Deny connections that began before the capture",
        "Deny segments of connections whose SYN is not in the capture, "
        "as a firewall would that was restarted when the capture began. Default: off.",
        &flags.midstream_not_syn);
    prefs_register_bool_preference(
        module, "sequence_window", "Check windows of established connections",
        "Deny segments outside the window of an established connection: inferred from the result "
        "code's text, no source shows it. Default: off.",
        &flags.sequence_window);
    prefs_register_bool_preference(
        module, "against_evidence", "Predict drops against the evidence",
        "As if the firewall had stood in between, even where the capture shows that what it would "
        "have dropped arrived. What the capture shows established or answered counts as open all "
        "the same. Default: off, nothing more is predicted for such a conversation.",
        &flags.against_evidence);
    prefs_register_bool_preference(
        module, "tcp_checksum", "Check TCP checksums",
        "Deny segments whose TCP checksum is wrong. Only for captures that were not made on a "
        "sender: offload makes them look wrong. Default: off.",
        &flags.tcp_checksum);
    prefs_register_bool_preference(
        module, "block_fragments", "Block IP fragments",
        "Deny IP fragments, as the firewall's option of that name does. Default: off.",
        &flags.block_fragments);
    prefs_register_bool_preference(
        module, "block_ip_options", "Block IP options",
        "Deny packets with any IP option, as the firewall can be set to do. Default: off.",
        &flags.block_ip_options);
    prefs_register_bool_preference(
        module, "block_ipv6", "Block IPv6",
        "Deny IPv6, as TMG 2010 does unless DirectAccess is set up. Default: off.",
        &flags.block_ipv6);
    register_points(module);
}

static void register_markers(module_t *module)
{
    heading(module, "group_markers", "Markers");
    range_convert_str(wmem_epan_scope(), &marker_sizes, FWX_DEFAULT_MARKER_SIZES, MAX_ECHO_DATA);
    prefs_register_range_preference(
        module, "marker_sizes", "Marker ping sizes",
        "Bytes of data that make an ICMP or ICMPv6 echo a marker (ping -l on Windows, ping -s "
        "elsewhere), as a list of numbers and ranges. Default: " FWX_DEFAULT_MARKER_SIZES ".",
        &marker_sizes, MAX_ECHO_DATA);
}

static void register_shown(module_t *module)
{
    heading(module, "group_shown", "Shown");
    prefs_register_bool_preference(
        module, "show_handshake", "Show handshake findings",
        "SYN-ACKs with payload, and acknowledgements that do not fit the handshake. Default: on.",
        &shown.handshake);
    prefs_register_bool_preference(module, "show_padding", "Show padding counted as payload",
                                   "Segments whose payload is Ethernet padding. Default: on.",
                                   &shown.padding);
    prefs_register_bool_preference(
        module, "show_resets", "Show resets",
        "What each reset means, who sent it and which status a proxy logs. Default: on.",
        &shown.resets);
    prefs_register_bool_preference(module, "show_markers", "Show markers and ranges",
                                   "Marker pings and the ranges between them. Default: on.",
                                   &shown.markers);
    prefs_register_bool_preference(
        module, "show_verdicts", "Show verdicts",
        "The result codes that the firewall would log, for packets and conversations. Default: on.",
        &shown.verdicts);
    prefs_register_bool_preference(
        module, "log_every_drop", "A log line for every dropped packet",
        "Off, -z fwx,log has one line for each conversation and code, with a count: the firewall, "
        "too, thins such lines out (event 21282). Default: off.",
        &shown.every_drop);
}

void fwx_preferences_register(int proto_fwx)
{
    module_t *module = prefs_register_protocol(proto_fwx, NULL);

    chosen = fwx_policy_default();
    flags.check_injected = chosen.check_injected;
    register_firewall(module);
    register_flood(module);
    register_checks(module);
    register_markers(module);
    register_shown(module);
}

/* ---- as the engine wants it ----------------------------------------------------------------- */

const struct fwx_shown *fwx_preferences_shown(void)
{
    return &shown;
}

enum fwx_points fwx_preferences_points(void)
{
    return (enum fwx_points)points;
}

static void add_networks(struct fwx_policy *policy)
{
    for (unsigned i = 0; i < network_row_count && policy->network_count < FWX_MAX_NETWORKS; i++) {
        struct fwx_network *network = &policy->networks[policy->network_count];
        char *error = NULL;

        if (parse_network(network_rows[i].network, network, &error)) {
            network->kind = (uint8_t)network_rows[i].kind;
            policy->network_count++;
        }
        g_free(error);
    }
}

static void add_filters(struct fwx_policy *policy)
{
    for (unsigned i = 0; i < filter_row_count; i++) {
        struct fwx_app_filter filter = {
            .port = (uint16_t)filter_rows[i].port,
            .protocol = (uint8_t)filter_rows[i].protocol,
            .since = (uint8_t)filter_rows[i].since,
        };

        g_strlcpy(filter.name, filter_rows[i].name ? filter_rows[i].name : "", sizeof filter.name);
        fwx_policy_set_filter(policy, &filter);
    }
}

static void add_marker_sizes(struct fwx_policy *policy)
{
    policy->marker_size_count = MIN(marker_sizes->nranges, FWX_MAX_MARKER_RANGES);
    for (unsigned i = 0; i < policy->marker_size_count; i++) {
        policy->marker_sizes[i].low = marker_sizes->ranges[i].low;
        policy->marker_sizes[i].high = marker_sizes->ranges[i].high;
    }
}

struct fwx_policy fwx_preferences_policy(void)
{
    struct fwx_policy policy = chosen;

    policy.product = (enum fwx_product)product;
    policy.limits.half_open = policy.limits.concurrent / 2;
    policy.special_limits.half_open = policy.special_limits.concurrent / 2;
    policy.special_limits.non_tcp_per_second = policy.limits.non_tcp_per_second;
    policy.check_injected = flags.check_injected;
    policy.midstream_not_syn = flags.midstream_not_syn;
    policy.sequence_window = flags.sequence_window;
    policy.against_evidence = flags.against_evidence;
    policy.tcp_checksum = flags.tcp_checksum;
    policy.block_fragments = flags.block_fragments;
    policy.block_ip_options = flags.block_ip_options;
    policy.block_ipv6 = flags.block_ipv6;
    add_networks(&policy);
    add_filters(&policy);
    add_marker_sizes(&policy);
    return policy;
}
