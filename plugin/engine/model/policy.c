/* policy.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/policy.h"

/* The filters that the products bind out of the box (reference: application filters). */
static const struct fwx_app_filter known_filters[] = {
    {21, FWX_PROTOCOL_TCP, FWX_ISA_2004, "FTP Access"},
    {25, FWX_PROTOCOL_TCP, FWX_ISA_2004, "SMTP"},
    {53, FWX_PROTOCOL_TCP, FWX_ISA_2004, "DNS"},
    {53, FWX_PROTOCOL_UDP, FWX_ISA_2004, "DNS"},
    {69, FWX_PROTOCOL_UDP, FWX_TMG_2010, "TFTP Access"},
    {80, FWX_PROTOCOL_TCP, FWX_ISA_2004, "Web Proxy"},
    {110, FWX_PROTOCOL_TCP, FWX_ISA_2004, "POP Intrusion Detection"},
    {135, FWX_PROTOCOL_TCP, FWX_ISA_2004, "RPC"},
    {554, FWX_PROTOCOL_TCP, FWX_ISA_2004, "RTSP"},
    {1080, FWX_PROTOCOL_TCP, FWX_ISA_2004, "SOCKS V4"},
    {1720, FWX_PROTOCOL_TCP, FWX_ISA_2004, "H.323"},
    {1723, FWX_PROTOCOL_TCP, FWX_ISA_2004, "PPTP"},
    {1755, FWX_PROTOCOL_TCP, FWX_ISA_2004, "MMS"},
    {1755, FWX_PROTOCOL_UDP, FWX_ISA_2004, "MMS"},
    {5060, FWX_PROTOCOL_TCP, FWX_TMG_2010, "SIP Access"},
    {5060, FWX_PROTOCOL_UDP, FWX_TMG_2010, "SIP Access"},
    {7070, FWX_PROTOCOL_TCP, FWX_ISA_2004, "PNM"},
    {8080, FWX_PROTOCOL_TCP, FWX_ISA_2004, "Web Proxy"},
};

struct fwx_policy fwx_policy_default(void)
{
    struct fwx_policy policy = {
        .product = FWX_TMG_2010,
        .limits = {600, 160, 80, 160, 1000},
        .special_limits = {6000, 400, 200, 400, 1000},
        .tcp_idle_s = 86400,
        .udp_idle_s = 60,
        .no_reply_s = 21,
        .marker_sizes = {{22, 22}, {33, 33}, {44, 44}, {55, 55}, {66, 66}},
        .marker_size_count = 5,
        .check_injected = true,
    };

    for (unsigned i = 0; i < sizeof known_filters / sizeof known_filters[0]; i++)
        policy.filters[policy.filter_count++] = known_filters[i];
    return policy;
}

static bool prefix_equal(const struct fwx_address *a, const struct fwx_address *b, unsigned bits)
{
    const uint8_t *left = (const uint8_t *)a->word;
    const uint8_t *right = (const uint8_t *)b->word;
    unsigned bytes = bits / 8;
    uint8_t rest = (uint8_t)(0xff00 >> bits % 8);

    return !memcmp(left, right, bytes) &&
           (bits % 8 == 0 || (left[bytes] & rest) == (right[bytes] & rest));
}

bool fwx_policy_in_network(const struct fwx_policy *policy, const struct fwx_address *address,
                           enum fwx_network_kind kind)
{
    for (unsigned i = 0; i < policy->network_count; i++) {
        const struct fwx_network *network = &policy->networks[i];

        if (network->kind == kind && prefix_equal(&network->address, address, network->prefix_len))
            return true;
    }
    return false;
}

static int find_filter(const struct fwx_policy *policy, uint8_t protocol, uint16_t port)
{
    for (unsigned i = 0; i < policy->filter_count; i++) {
        if (policy->filters[i].port == port && policy->filters[i].protocol == protocol)
            return (int)i;
    }
    return -1;
}

const struct fwx_app_filter *fwx_policy_filter(const struct fwx_policy *policy, uint8_t protocol,
                                               uint16_t port)
{
    int at = find_filter(policy, protocol, port);

    return at >= 0 && policy->product >= (enum fwx_product)policy->filters[at].since
               ? &policy->filters[at]
               : NULL;
}

bool fwx_policy_set_filter(struct fwx_policy *policy, const struct fwx_app_filter *filter)
{
    int at = find_filter(policy, filter->protocol, filter->port);

    if (!filter->name[0]) {
        if (at >= 0)
            policy->filters[at] = policy->filters[--policy->filter_count];
        return true;
    }
    if (at < 0) {
        if (policy->filter_count >= FWX_MAX_FILTERS)
            return false;
        at = (int)policy->filter_count++;
    }
    policy->filters[at] = *filter;
    return true;
}
