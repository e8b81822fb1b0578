/* session.c
 * What has no connection of its own: UDP, ICMP echo, and errors that quote others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/expiry.h"
#include "engine/model/pf/rules.h"

/* Of a packet of who asked, and of the other one: what has been heard then. */
static const uint8_t heard[FWX_PF_VARIANTS][FWX_PF_HEARD][2] = {
    [FWX_PF_OPEN_VSWITCH] = {[FWX_PF_ONCE] = {FWX_PF_ASKED, FWX_PF_ANSWERED},
                             [FWX_PF_ASKED] = {FWX_PF_ASKED, FWX_PF_ANSWERED},
                             [FWX_PF_ANSWERED] = {FWX_PF_ANSWERED, FWX_PF_ANSWERED},
                             [FWX_PF_BOTH] = {FWX_PF_BOTH, FWX_PF_BOTH}},
    /* A side counts double once the other has answered it. */
    [FWX_PF_BSD] = {[FWX_PF_ONCE] = {FWX_PF_ASKED, FWX_PF_ANSWERED},
                    [FWX_PF_ASKED] = {FWX_PF_ASKED, FWX_PF_ANSWERED},
                    [FWX_PF_ANSWERED] = {FWX_PF_BOTH, FWX_PF_ANSWERED},
                    [FWX_PF_BOTH] = {FWX_PF_BOTH, FWX_PF_BOTH}},
};

/* enum fwx_pf_timer */
static const uint8_t udp_timer[FWX_PF_VARIANTS][FWX_PF_HEARD] = {
    [FWX_PF_OPEN_VSWITCH] = {[FWX_PF_ONCE] = FWX_PF_UDP_FIRST,
                             [FWX_PF_ASKED] = FWX_PF_UDP_SINGLE,
                             [FWX_PF_ANSWERED] = FWX_PF_UDP_MULTIPLE,
                             [FWX_PF_BOTH] = FWX_PF_UDP_MULTIPLE},
    [FWX_PF_BSD] = {[FWX_PF_ONCE] = FWX_PF_UDP_FIRST,
                    [FWX_PF_ASKED] = FWX_PF_UDP_SINGLE,
                    [FWX_PF_ANSWERED] = FWX_PF_UDP_SINGLE,
                    [FWX_PF_BOTH] = FWX_PF_UDP_MULTIPLE},
};
static const uint8_t icmp_timer[FWX_PF_VARIANTS][FWX_PF_HEARD] = {
    [FWX_PF_OPEN_VSWITCH] = {[FWX_PF_ONCE] = FWX_PF_ICMP_FIRST,
                             [FWX_PF_ASKED] = FWX_PF_ICMP_FIRST,
                             [FWX_PF_ANSWERED] = FWX_PF_ICMP_REPLY,
                             [FWX_PF_BOTH] = FWX_PF_ICMP_REPLY},
    [FWX_PF_BSD] = {[FWX_PF_ONCE] = FWX_PF_ICMP_FIRST,
                    [FWX_PF_ASKED] = FWX_PF_ICMP_REPLY,
                    [FWX_PF_ANSWERED] = FWX_PF_ICMP_REPLY,
                    [FWX_PF_BOTH] = FWX_PF_ICMP_REPLY},
};

bool fwx_pf_session_lives(const struct fwx_pf_session *session, int64_t now)
{
    return session->known && !fwx_expired(session->expires, now);
}

static struct fwx_pf_verdict invalid(const struct fwx_pf_settings *settings)
{
    return (struct fwx_pf_verdict){.ct = FWX_PF_INV | FWX_PF_TRK,
                                   .passes = !settings->drops_invalid};
}

static bool is_impossible(const struct fwx_packet *packet, const struct fwx_pf_rules *rules)
{
    if (packet->protocol == FWX_PROTOCOL_UDP)
        return rules->asks_ports && (!packet->src_port || !packet->dst_port);
    return rules->needs_code_0 && packet->icmp.code;
}

struct fwx_pf_verdict fwx_pf_session(struct fwx_pf_session *session, unsigned from,
                                     const struct fwx_packet *packet,
                                     const struct fwx_pf_settings *settings, int64_t now)
{
    const struct fwx_pf_rules *rules = fwx_pf_rules_of(settings);
    bool udp = packet->protocol == FWX_PROTOCOL_UDP;
    bool reply = !udp && packet->icmp.echo == FWX_ECHO_REPLY;
    bool live = fwx_pf_session_lives(session, now);
    struct fwx_pf_verdict verdict = {.ct = FWX_PF_NEW | FWX_PF_TRK, .passes = true};
    const uint8_t *timer = (udp ? udp_timer : icmp_timer)[settings->variant];

    if (is_impossible(packet, rules) || (!live && reply && rules->needs_request))
        return invalid(settings);
    if (live) {
        verdict.from = (from ^ session->initiator) & 1;
        session->heard = heard[settings->variant][session->heard][verdict.from] & 3;
        if (session->heard >= FWX_PF_ANSWERED)
            verdict.ct = FWX_PF_EST | FWX_PF_TRK | (uint8_t)(verdict.from ? FWX_PF_RPL : 0);
    } else {
        *session = (struct fwx_pf_session){.known = 1, .initiator = from & 1};
    }
    session->expires = fwx_later(now, settings->timeout_s[timer[session->heard]]);
    return verdict;
}

struct fwx_pf_verdict fwx_pf_error(const struct fwx_packet *packet, bool quotes_known,
                                   bool by_initiator, const struct fwx_pf_settings *settings)
{
    if (!quotes_known || !fwx_address_equal(&packet->dst, &packet->icmp.quote.src))
        return invalid(settings);
    return (struct fwx_pf_verdict){.ct = FWX_PF_REL | FWX_PF_TRK |
                                         (uint8_t)(by_initiator ? FWX_PF_RPL : 0),
                                   .from = by_initiator,
                                   .passes = true};
}
