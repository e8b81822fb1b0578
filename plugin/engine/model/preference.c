/* preference.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/preference.h"

#include "engine/model/policy.h"

/* ---- the rows ------------------------------------------------------------------------------- */

#define HEADING(name, title)                                                                       \
    {                                                                                              \
        FWX_PREFERENCE_HEADING, 0, 0, name, title, NULL, NULL                                      \
    }
#define LIST(kind, name, title, text)                                                              \
    {                                                                                              \
        FWX_PREFERENCE_##kind, 0, 0, name, title, text, NULL                                       \
    }
#define VALUE(kind, name, title, member, value, text, grounds)                                     \
    {                                                                                              \
        FWX_PREFERENCE_##kind, value, offsetof(struct fwx_policy, member), name, title, text,      \
            grounds                                                                                \
    }

/* clang-format off */
static const struct fwx_preference rows[] = {
    HEADING("group_firewall", "The firewall"),
    VALUE(PRODUCT, "product", "Product", product, FWX_TMG_2010,
          "Which firewall is emulated: isa2004, isa2006 or tmg2010; codes that it lacks are not "
          "predicted (SDK, Error Codes).", NULL),
    VALUE(NUMBER, "linger", "Linger after a close (ms)", linger_ms, 0,
          "For how many milliseconds late segments of a closed connection pass.",
          ", the port is free at once (KB 2596065)"),
    VALUE(NUMBER, "tcp_idle", "TCP idle time-out (s)", tcp_idle_s, 86400,
          "After how many seconds without a packet a TCP connection is forgotten; 0: never.",
          ", a day (KB 917936)"),
    VALUE(NUMBER, "udp_idle", "UDP and ICMP idle time-out (s)", udp_idle_s, 60,
          "After how many seconds without a packet a UDP or ICMP session ends; 0: never.",
          " (a logged DNS session ended after 61 s)"),
    VALUE(NUMBER, "no_reply", "Wait for the SYN-ACK (s)", no_reply_s, 21,
          "After how many seconds a SYN counts as never answered; 0: never.",
          ", three SYNs of Windows (assumed, no source gives a number)"),
    LIST(FILTERS, "filters", "Application filters",
         "Filters bound to ports, beside the known ones: RTSP on 554, SMTP on 25 and others. A row "
         "for a known one's port replaces it."),

    HEADING("group_flood", "Flood mitigation (0: no limit)"),
    VALUE(NUMBER, "flood_requests", "TCP requests a minute and address",
          limits.requests_per_minute, 600,
          "New TCP connections that an address may ask for within a minute; 0: no limit.",
          " (TcpLimitPerMinute; ISA Server 2006 on)"),
    VALUE(NUMBER, "flood_concurrent", "Open TCP connections of an address",
          limits.concurrent, 160,
          "TCP connections that an address may have open at once, and half as many half-open; 0: "
          "no limit.", " (TcpLimit)"),
    VALUE(NUMBER, "flood_udp", "UDP sessions of an address", limits.concurrent_udp, 160,
          "UDP sessions that an address may have at once, the oldest is closed for a new one; 0: "
          "no limit.", " (UdpLimit)"),
    VALUE(NUMBER, "flood_non_tcp", "New non-TCP sessions a second and address",
          limits.non_tcp_per_second, 1000,
          "New UDP and ICMP sessions that an address may begin within a second; 0: no limit.",
          " (RulePerSecondLimit, which is for each rule: packets show no rules)"),
    VALUE(NUMBER, "special_requests", "Special: TCP requests a minute",
          special_limits.requests_per_minute, 6000,
          "New TCP connections a minute for the special addresses below; 0: no limit.",
          " (TechNet, flood mitigation)"),
    VALUE(NUMBER, "special_concurrent", "Special: open TCP connections",
          special_limits.concurrent, 400,
          "TCP connections open at once for the special addresses below; 0: no limit.",
          " (TechNet, flood mitigation)"),
    VALUE(NUMBER, "special_udp", "Special: UDP sessions", special_limits.concurrent_udp, 400,
          "UDP sessions at once for the special addresses below; 0: no limit.",
          " (TechNet, flood mitigation)"),
    LIST(NETWORKS, "networks", "Networks",
         "Addresses with special flood limits (a NAT or a proxy in front of the firewall), and "
         "addresses that are never a valid source."),

    HEADING("group_checks", "Checks"),
    VALUE(FLAG, "check_injected", "Look for injected resets", check_injected, true,
          "Compare a reset's TTL, and with it IP ID, MAC address and window, with its endpoint's "
          "earlier packets.", NULL),
    VALUE(FLAG, "midstream_not_syn", "Deny connections that began before the capture",
          midstream_not_syn, false,
          "Deny segments of connections whose SYN is not in the capture, as a firewall would that "
          "was restarted when the capture began.", NULL),
    VALUE(FLAG, "sequence_window", "Check windows of established connections",
          sequence_window, false,
          "Deny segments outside the window of an established connection: inferred from the result "
          "code's text, no source shows it.", NULL),
    VALUE(FLAG, "against_evidence", "Predict drops against the evidence", against_evidence, false,
          "As if the firewall had stood in between, even where the capture shows that what it "
          "would have dropped arrived. What the capture shows established or answered counts as "
          "open all the same.", ", nothing more is predicted for such a conversation"),
    VALUE(FLAG, "tcp_checksum", "Check TCP checksums", tcp_checksum, false,
          "Deny segments whose TCP checksum is wrong. Only for captures that were not made on a "
          "sender: offload makes them look wrong.", NULL),
    VALUE(FLAG, "block_fragments", "Block IP fragments", block_fragments, false,
          "Deny IP fragments, as the firewall's option of that name does.", NULL),
    VALUE(FLAG, "block_ip_options", "Block IP options", block_ip_options, false,
          "Deny packets with any IP option, as the firewall can be set to do.", NULL),
    VALUE(FLAG, "block_ipv6", "Block IPv6", block_ipv6, false,
          "Deny IPv6, as TMG 2010 does unless DirectAccess is set up.", NULL),
    VALUE(POINTS, "points", "Capture points", points, FWX_POINTS_AUTO,
          "What is a place of its own, with connections of its own. auto: each interface of the "
          "capture, and each interface index of tcpdump -i any; in a later section of a pcapng "
          "file the same interface goes on. interface: each interface of each section. one: the "
          "whole capture, as where a tap has an interface for each direction.",
          " (pcapng, Interface Description Block)"),
    LIST(TEXT, "point_names", "Names of capture points",
         "What the points are called, in the order in which they appear, with commas between them: "
         "inside, outside. One that is left out is called as the capture names it."),
    LIST(TEXT, "point_order", "Order of capture points",
         "Names of points as they follow each other on the way from the initiator, with commas "
         "between them; asked only where neither times nor TTLs tell."),
    VALUE(NUMBER, "pair_packets", "Packets compared between points", pair_packets, 10000000,
          "Where a capture has several points, how many packets are remembered to be found again at "
          "another point: 64 bytes each; 0: none, points are not compared.",
          " (chosen)"),

    HEADING("group_facts", "What happened"),
    VALUE(NUMBER, "silence", "Long silence (s)", silence_s, 20,
          "After how many seconds in which neither side says anything a packet counts as the end of "
          "a long silence; 0: never.",
          ", below the shortest time-outs that are known to be set in between (chosen)"),
    LIST(TIMEOUTS, "timeouts", "Time-outs",
         "Idle time-outs that are set somewhere on the way, to be named where a silence fits: beside "
         "the known ones, or in place of those of the same model and timer."),

    HEADING("group_also", "Other firewalls"),
    LIST(TEXT, "also", "Also ask",
         "Further firewalls that are asked of every packet, each by its own rules, as names with "
         "blanks or commas between them: linux, asa, azure-lb and so on. Those known are listed in "
         "the pages; fwx_firewalls.tsv in the personal configuration folder can add others."),
    VALUE(LINUX, "linux_version", "Linux: kernel", linux_version, FWX_LINUX_6_18,
          "Which kernel the firewall linux is: one in between behaves as the one before it.", NULL),
    LIST(TEXT, "linux_settings", "Linux: settings",
         "Sysctls of its connection tracking that are not as installed, with blanks between them: "
         "nf_conntrack_tcp_loose=0 nf_conntrack_tcp_timeout_established=86400."),
    VALUE(FLAG, "linux_drops_invalid", "Linux: the ruleset drops INVALID", linux_drops_invalid, true,
          "The ruleset has a rule that drops what connection tracking calls invalid.",
          ", as most have (off: such packets pass untranslated)"),
    VALUE(FLAG, "linux_drops_not_syn", "Linux: the ruleset drops NEW without SYN",
          linux_drops_not_syn, false,
          "The ruleset has a rule that drops TCP packets in state NEW that are no SYN.", NULL),

    HEADING("group_markers", "Markers"),
    LIST(MARKER_SIZES, "marker_sizes", "Marker ping sizes",
         "Bytes of data that make an ICMP or ICMPv6 echo a marker (ping -l on Windows, ping -s "
         "elsewhere), as a list of numbers and ranges."),
};
/* clang-format on */

const struct fwx_preferences fwx_policy_preferences = {rows, G_N_ELEMENTS(rows)};

struct fwx_policy fwx_policy_default(void)
{
    struct fwx_policy policy = {.product = FWX_ISA_2004};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        void *place = (char *)&policy + rows[i].offset;

        if (rows[i].kind == FWX_PREFERENCE_NUMBER)
            *(uint32_t *)place = rows[i].value;
        else if (rows[i].kind == FWX_PREFERENCE_FLAG)
            *(bool *)place = rows[i].value != 0;
        else if (rows[i].kind == FWX_PREFERENCE_PRODUCT)
            *(enum fwx_product *)place = (enum fwx_product)rows[i].value;
        else if (rows[i].kind == FWX_PREFERENCE_POINTS)
            *(enum fwx_points *)place = (enum fwx_points)rows[i].value;
        else if (rows[i].kind == FWX_PREFERENCE_LINUX)
            *(enum fwx_linux_version *)place = (enum fwx_linux_version)rows[i].value;
    }
    fwx_policy_complete(&policy);
    return policy;
}

/* ---- in words ------------------------------------------------------------------------------- */

/* "22,33,100-200" */
static char *usual_marker_sizes(void)
{
    unsigned count;
    const struct fwx_size_range *sizes = fwx_policy_usual_marker_sizes(&count);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(text, "%s%u", i ? "," : "", sizes[i].low);
        if (sizes[i].high != sizes[i].low)
            g_string_append_printf(text, "-%u", sizes[i].high);
    }
    return g_string_free(text, FALSE);
}

char *fwx_preference_default(const struct fwx_preference *row)
{
    switch (row->kind) {
    case FWX_PREFERENCE_NUMBER:
        return g_strdup_printf("%u", row->value);
    case FWX_PREFERENCE_FLAG:
        return g_strdup(row->value ? "on" : "off");
    case FWX_PREFERENCE_PRODUCT:
        return g_strdup(fwx_models[row->value].title);
    case FWX_PREFERENCE_POINTS:
        return g_strdup(fwx_points_title((enum fwx_points)row->value));
    case FWX_PREFERENCE_LINUX:
        return g_strdup(fwx_linux_version_name((enum fwx_linux_version)row->value));
    case FWX_PREFERENCE_NETWORKS:
    case FWX_PREFERENCE_LOGS:
    case FWX_PREFERENCE_TEXT:
        return g_strdup("none");
    case FWX_PREFERENCE_MARKER_SIZES:
        return usual_marker_sizes();
    case FWX_PREFERENCE_FILTERS: /* the text tells */
    case FWX_PREFERENCE_TIMEOUTS:
    case FWX_PREFERENCE_HEADING:
        break;
    }
    return NULL;
}

char *fwx_preference_text(const struct fwx_preference *row)
{
    char *value = fwx_preference_default(row);
    char *text = value ? g_strdup_printf("%s Default: %s%s.", row->text, value,
                                         row->grounds ? row->grounds : "")
                       : g_strdup(row->text);

    g_free(value);
    return text;
}
