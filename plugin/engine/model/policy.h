/* policy.h
 * Which firewall is emulated, and how it is set up: all that the stages ask about it.
 *
 * Every number here is a preference; the comments give its default and where that comes from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_POLICY_H
#define FWX_POLICY_H

#include "engine/packet.h"
#include "engine/model/result.h"

#include <stdbool.h>
#include <stdint.h>

/* A set of numbers, both ends of each range belonging to it. */
struct fwx_size_range {
    uint32_t low;
    uint32_t high;
};

#define FWX_MAX_MARKER_RANGES 256
#define FWX_MAX_NETWORKS      256
#define FWX_MAX_FILTERS       64
#define FWX_FILTER_NAME_SIZE  32

/* Flood mitigation of one kind of address; 0 is no limit. */
struct fwx_limits {
    uint32_t requests_per_minute; /* 600, special 6000 (TcpLimitPerMinute; ISA 2006 on) */
    uint32_t concurrent;          /* 160, special 400 (TcpLimit) */
    uint32_t half_open;           /* half of it: "automatically calculated" (TcpLimit) */
    uint32_t concurrent_udp;      /* 160, special 400 (UdpLimit) */
    uint32_t non_tcp_per_second;  /* 1000 (RulePerSecondLimit) */
};

enum fwx_network_kind {
    FWX_NETWORK_SPECIAL, /* the special limits hold for it */
    FWX_NETWORK_SPOOFED, /* never a valid source where the capture was made */
};

struct fwx_network {
    struct fwx_address address; /* IPv4 mapped, see fwx_address_from() */
    uint8_t prefix_len;         /* of the mapped address: 96 to 128 for IPv4 */
    uint8_t kind;               /* enum fwx_network_kind */
};

/* An application filter that may be bound to a protocol, and may kill its connections. */
struct fwx_app_filter {
    uint16_t port;
    uint8_t protocol; /* enum fwx_protocol */
    uint8_t since;    /* enum fwx_product, the first that has it */
    char name[FWX_FILTER_NAME_SIZE];
};

struct fwx_policy {
    enum fwx_product product; /* TMG 2010 */

    struct fwx_limits limits;
    struct fwx_limits special_limits;
    struct fwx_network networks[FWX_MAX_NETWORKS];
    unsigned network_count;
    struct fwx_app_filter filters[FWX_MAX_FILTERS];
    unsigned filter_count;

    uint32_t linger_ms;  /* 0: a closed connection is gone at once (KB 2596065) */
    uint32_t tcp_idle_s; /* 86400 (KB 917936), 0: never */
    uint32_t udp_idle_s; /* 60 (a logged DNS session ended after 61 s), 0: never */
    uint32_t no_reply_s; /* 21: three SYNs of Windows; assumed, no source gives a number */

    bool midstream_not_syn; /* off: what began before the capture is not judged */
    bool sequence_window;   /* off: established connections are not checked (inferred) */
    bool against_evidence;  /* off: what the capture contradicts is predicted no further */
    bool tcp_checksum;      /* off: offload makes senders' captures lie */
    bool block_fragments;   /* off */
    bool block_ip_options;  /* off */
    bool block_ipv6;        /* off */

    /* ICMP echo data lengths that mark a place in the capture (source 002 uses 22, 33, 44). */
    struct fwx_size_range marker_sizes[FWX_MAX_MARKER_RANGES];
    unsigned marker_size_count;
    /* Compare a reset's TTL, IP ID, MAC and window with its endpoint's earlier packets. */
    bool check_injected;
};

#define FWX_DEFAULT_MARKER_SIZES "22,33,44,55,66"

/* TMG 2010 as installed, with the application filters that are known. */
struct fwx_policy fwx_policy_default(void);

/* Does the emulated product know the code? */
static inline bool fwx_policy_knows(const struct fwx_policy *policy, uint32_t code)
{
    return fwx_result_known_to(code, policy->product);
}

/* Is the address in a network of that kind? */
bool fwx_policy_in_network(const struct fwx_policy *policy, const struct fwx_address *address,
                           enum fwx_network_kind kind);

/* The filter that the product may have bound to the port, or NULL. */
const struct fwx_app_filter *fwx_policy_filter(const struct fwx_policy *policy, uint8_t protocol,
                                               uint16_t port);

/* Adds a filter, in place of one that is there for the same protocol and port; an empty name takes
 * that one away. False when there is no room. */
bool fwx_policy_set_filter(struct fwx_policy *policy, const struct fwx_app_filter *filter);

#endif
