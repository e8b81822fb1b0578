/* preferences.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "preferences.h"

#include <epan/prefs.h>
#include <epan/range.h>

enum { MAX_ECHO_DATA = 65507 }; /* 65535 less IP and ICMP headers */

static struct fwx_shown shown = {TRUE, TRUE, TRUE, TRUE, TRUE};
static fwx_bool check_injected = TRUE;
static range_t *marker_sizes;

void fwx_preferences_register(int proto_fwx)
{
    module_t *module = prefs_register_protocol(proto_fwx, NULL);

    range_convert_str(wmem_epan_scope(), &marker_sizes, FWX_DEFAULT_MARKER_SIZES, MAX_ECHO_DATA);
    prefs_register_range_preference(
        module, "marker_sizes", "Marker ping sizes",
        "Bytes of data that make an ICMP or ICMPv6 echo a marker (ping -l on Windows, ping -s "
        "elsewhere), as a list of numbers and ranges. Default: " FWX_DEFAULT_MARKER_SIZES ".",
        &marker_sizes, MAX_ECHO_DATA);
    prefs_register_bool_preference(
        module, "check_injected", "Look for injected resets",
        "Compare a reset's TTL, and with it IP ID, MAC address and window, with its endpoint's "
        "earlier packets. Default: on.",
        &check_injected);
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
}

const struct fwx_shown *fwx_preferences_shown(void)
{
    return &shown;
}

struct fwx_policy fwx_preferences_policy(void)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.check_injected = check_injected;
    policy.marker_size_count = MIN(marker_sizes->nranges, FWX_MAX_MARKER_RANGES);
    for (unsigned i = 0; i < policy.marker_size_count; i++) {
        policy.marker_sizes[i].low = marker_sizes->ranges[i].low;
        policy.marker_sizes[i].high = marker_sizes->ranges[i].high;
    }
    return policy;
}
