/* policy.h
 * Which firewall is emulated, and how it is set up: all that the stages ask about it.
 *
 * Every number here is a preference; preference.c gives its default and where that comes from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_POLICY_H
#define FWX_POLICY_H

#include "engine/connection.h"
#include "engine/packet.h"
#include "engine/model/firewall.h"
#include "engine/model/linux/linux.h"
#include "engine/model/model.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A set of numbers, both ends belonging to it; empty where low is above high. */
struct fwx_size_range {
    uint32_t low;
    uint32_t high;
};

/* Flood mitigation of one kind of address; 0 is no limit. */
struct fwx_limits {
    uint32_t requests_per_minute;
    uint32_t concurrent;
    uint32_t half_open; /* half of it, see fwx_policy_complete() */
    uint32_t concurrent_udp;
    uint32_t non_tcp_per_second;
};

enum fwx_network_kind {
    FWX_NETWORK_SPECIAL, /* the special limits hold for it */
    FWX_NETWORK_SPOOFED, /* never a valid source where the capture was made */
    FWX_NETWORK_KINDS
};

struct fwx_network {
    struct fwx_address address; /* IPv4 mapped, see fwx_address_from() */
    uint8_t prefix_len;         /* of the mapped address, up to 128: 96 to 128 for IPv4 */
    uint8_t kind;               /* enum fwx_network_kind */
};

/* What is a capture point of its own. The engine takes them as they come. */
enum fwx_points {
    FWX_POINTS_AUTO,      /* each interface; what goes on in a later section is the same point */
    FWX_POINTS_ONE,       /* the whole capture */
    FWX_POINTS_INTERFACE, /* each interface of each section */
    FWX_POINTS_KINDS
};

/* "auto" and so on, as the preference has it */
const char *fwx_points_id(enum fwx_points points);
/* "Each interface" and so on */
const char *fwx_points_title(enum fwx_points points);

/* The lists are references: fwx_policy_copy() and fwx_policy_clear() count them. One without lists
 * of its own, as fwx_policy_default() makes it, needs neither. */
struct fwx_policy {
    enum fwx_product product;
    struct fwx_limits limits;
    struct fwx_limits special_limits;

    /* Stand for the product's own timers, where they are not as installed. */
    uint32_t linger_ms;  /* late segments pass so long; 0: a closed connection is gone at once */
    uint32_t tcp_idle_s; /* 0: never */
    uint32_t udp_idle_s; /* 0: never */
    uint32_t no_reply_s; /* 0: never */
    /* Of an engine's policy: those that hold, by state, nanoseconds; 0: never, of a session that is
     * over at once. */
    int64_t timers[FWX_SESSION_TIMERS];

    uint32_t silence_s; /* that is long enough to be told; 0: never */

    bool midstream_not_syn; /* off: what began before the capture is not judged */
    bool sequence_window;   /* off: established connections are not checked */
    bool against_evidence;  /* off: what the capture contradicts is predicted no further */
    bool tcp_checksum;
    bool block_fragments;
    bool block_ip_options;
    bool block_ipv6;
    bool check_injected; /* compare a reset with its endpoint's earlier packets */
    enum fwx_points points;
    uint32_t pair_packets; /* remembered where there are several points; 0: none */

    enum fwx_linux_version linux_version;
    bool linux_drops_invalid; /* its ruleset */
    bool linux_drops_not_syn;
    struct fwx_linux_settings linux_settings; /* see fwx_policy_set_linux() */

    /* Sorted for those who look something up; any number of rows. */
    GArray *networks[FWX_NETWORK_KINDS]; /* of struct fwx_network; NULL: none */
    GArray *filters;                     /* of struct fwx_app_filter; NULL: the known ones only */
    GArray *marker_sizes;                /* of struct fwx_size_range; NULL: the usual ones */
    GArray *timeouts; /* of struct fwx_timeout, known ones too; NULL: the known ones only */

    GPtrArray *point_names; /* of char *, by number; empty, NULL: as the capture names them */
    GPtrArray *point_order; /* of char *, names from the initiator on; NULL: not known */

    struct fwx_firewalls *firewalls; /* NULL: the known ones */
    GPtrArray *also;     /* of const struct fwx_firewall *, that run beside; NULL: none */
    GPtrArray *problems; /* of char *: what of the firewalls' settings is wrong; NULL: nothing */
};

/* preference.c: TMG 2010 as installed, with the application filters that are known. */
struct fwx_policy fwx_policy_default(void);

/* Sets what follows from the other numbers. */
void fwx_policy_complete(struct fwx_policy *policy);

/* Another one with the same lists, and with the timers that hold; to be cleared, too. */
struct fwx_policy fwx_policy_copy(const struct fwx_policy *policy);
void fwx_policy_clear(struct fwx_policy *policy);

/* ---- lists: the rows are copied, and take the place of those that were there ---------------- */

/* In any order, of both kinds. */
void fwx_policy_set_networks(struct fwx_policy *policy, const struct fwx_network *rows,
                             unsigned count);

/* Filters beside the known ones. A row stands for its protocol and port whatever else is known of
 * them, the last of several; with an empty name: no filter there. */
void fwx_policy_set_filters(struct fwx_policy *policy, const struct fwx_app_filter *rows,
                            unsigned count);

/* ICMP echo data lengths that mark a place in the capture. */
void fwx_policy_set_marker_sizes(struct fwx_policy *policy, const struct fwx_size_range *rows,
                                 unsigned count);

/* What a user's file says of firewalls, besides what is known; NULL: no such file. Before the
 * time-outs. */
void fwx_policy_set_firewalls(struct fwx_policy *policy, const char *text, const char *name);

/* The firewalls that run beside, by id. */
void fwx_policy_set_also(struct fwx_policy *policy, const char *ids);

/* Names of capture points, with commas between them: in order of appearance, and on the way. */
void fwx_policy_set_points(struct fwx_policy *policy, const char *names, const char *order);

/* The settings of Linux: of its version, and these sysctls ("nf_conntrack_tcp_loose=0 ..."). */
void fwx_policy_set_linux(struct fwx_policy *policy, const char *sysctls);

/* All of its problems, with semicolons between them; NULL: none. To be freed. */
char *fwx_policy_problems(const struct fwx_policy *policy);

/* Time-outs beside the known ones, or instead of them: see fwx_timeouts_with(). */
void fwx_policy_set_timeouts(struct fwx_policy *policy, const struct fwx_timeout *rows,
                             unsigned count);

/* The ranges of a policy that has not been set any (source 002 uses 22, 33, 44). */
const struct fwx_size_range *fwx_policy_usual_marker_sizes(unsigned *count);

/* ---- questions ------------------------------------------------------------------------------ */

static inline const struct fwx_model *fwx_policy_model(const struct fwx_policy *policy)
{
    return &fwx_models[policy->product];
}

/* What the emulated product says of an event; NULL: nothing, it does not look at that. */
static inline const struct fwx_words *fwx_policy_words(const struct fwx_policy *policy,
                                                       enum fwx_event event)
{
    return fwx_model_words(fwx_policy_model(policy), event);
}

/* Which of its timers runs in a TCP connection's state. */
static inline enum fwx_session_timer fwx_timer_in(enum fwx_state state)
{
    static const uint8_t timers[FWX_STATES] = {
        [FWX_STATE_SYN_RECEIVED] = FWX_SESSION_SYN_ACK,
        [FWX_STATE_ESTABLISHED] = FWX_SESSION_IDLE,
        [FWX_STATE_UNKNOWN] = FWX_SESSION_IDLE,
        [FWX_STATE_FIN_WAIT] = FWX_SESSION_HALF_CLOSED,
        [FWX_STATE_CLOSING] = FWX_SESSION_HALF_CLOSED,
        [FWX_STATE_CLOSED] = FWX_SESSION_CLOSED,
        [FWX_STATE_RESET] = FWX_SESSION_RESET,
    }; /* the others: SYN */

    return (enum fwx_session_timer)timers[state];
}

/* The same of any session; of one that is forgotten the one that ran out. */
static inline enum fwx_session_timer fwx_timer_of(const struct fwx_connection *session)
{
    if (session->protocol != FWX_PROTOCOL_TCP)
        return session->peer[FWX_RESPONDER].packets ? FWX_SESSION_UDP : FWX_SESSION_UDP_ONE_WAY;
    return fwx_timer_in(session->flags & FWX_CONNECTION_EXPIRED ? fwx_connection_lived_in(session)
                                                                : (enum fwx_state)session->state);
}

/* After so many nanoseconds, is a session forgotten in which this timer runs? */
static inline bool fwx_policy_forgets(const struct fwx_policy *policy, enum fwx_session_timer timer,
                                      int64_t silence)
{
    return policy->timers[timer] && silence >= policy->timers[timer];
}

/* What is known of all firewalls, the user's file included. */
static inline const struct fwx_firewalls *fwx_policy_firewalls(const struct fwx_policy *policy)
{
    return policy->firewalls ? policy->firewalls : fwx_firewalls_known();
}

/* Does it drop the packet that the event is? */
static inline bool fwx_policy_denies(const struct fwx_policy *policy, enum fwx_event event)
{
    const struct fwx_words *words = fwx_policy_words(policy, event);

    return words && fwx_result_find(words->code)->action == FWX_ACTION_DENIED;
}

/* Is the address in one of the list's networks? In the time of a binary search. */
bool fwx_networks_hold(const GArray *networks, const struct fwx_address *address);

/* Is the address in a network of that kind? */
static inline bool fwx_policy_in_network(const struct fwx_policy *policy,
                                         const struct fwx_address *address,
                                         enum fwx_network_kind kind)
{
    return policy->networks[kind] && fwx_networks_hold(policy->networks[kind], address);
}

/* The filter that the product may have bound to the port, or NULL. It lives as long as the list. */
const struct fwx_app_filter *fwx_policy_filter(const struct fwx_policy *policy, uint8_t protocol,
                                               uint16_t port);

/* Is an ICMP echo with so many bytes of data a marker? */
bool fwx_policy_is_marker_size(const struct fwx_policy *policy, uint32_t size);

#endif
