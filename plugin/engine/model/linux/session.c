/* session.c
 * What has no connection of its own: UDP, ICMP echo, and errors that quote others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/expiry.h"
#include "engine/model/linux/turn.h"

/* An answered UDP session is a stream when it is older than this, in seconds. */
enum { BRIEF = 2 };

bool fwx_linux_session_lives(const struct fwx_linux_session *session, int64_t now)
{
    return session->known && !fwx_expired(session->expires, now);
}

static uint32_t udp_seconds(struct fwx_linux_session *session, const uint32_t *timeout_s,
                            int64_t now)
{
    if (!session->replied || fwx_time_between(session->stream, now) <= 0)
        return timeout_s[FWX_LINUX_UDP];
    session->assured = 1;
    return timeout_s[FWX_LINUX_UDP_STREAM];
}

static uint32_t seconds_of(struct fwx_linux_session *session, uint8_t protocol,
                           const uint32_t *timeout_s, int64_t now)
{
    if (protocol == FWX_PROTOCOL_UDP)
        return udp_seconds(session, timeout_s, now);
    return timeout_s[protocol == FWX_PROTOCOL_ICMP ? FWX_LINUX_ICMP : FWX_LINUX_ICMPV6];
}

struct fwx_linux_verdict fwx_linux_session(struct fwx_linux_session *session, unsigned from,
                                           const struct fwx_packet *packet,
                                           const struct fwx_linux_settings *settings, int64_t now)
{
    bool udp = packet->protocol == FWX_PROTOCOL_UDP;
    bool reply = !udp && packet->icmp.echo == FWX_ECHO_REPLY;
    bool live = fwx_linux_session_lives(session, now);
    unsigned direction;

    if (!live && reply) /* to nothing that was asked */
        return (struct fwx_linux_verdict){.ct = FWX_LINUX_CT_INVALID,
                                          .passes = !settings->drops_invalid};
    if (!live)
        *session = (struct fwx_linux_session){
            .stream = fwx_later(now, BRIEF), .known = 1, .initiator = from & 1};
    direction = udp ? (from ^ session->initiator) & 1 : reply;
    session->expires =
        fwx_later(now, seconds_of(session, packet->protocol, settings->timeout_s, now));
    if (direction)
        session->replied = 1;
    return (struct fwx_linux_verdict){
        .ct = session->replied ? FWX_LINUX_CT_ESTABLISHED : FWX_LINUX_CT_NEW, .passes = true};
}

struct fwx_linux_verdict fwx_linux_error(const struct fwx_packet *packet, bool quotes_known,
                                         const struct fwx_linux_settings *settings)
{
    struct fwx_linux_verdict verdict = {.ct = FWX_LINUX_CT_RELATED, .passes = true};

    if (quotes_known && fwx_address_equal(&packet->dst, &packet->icmp.quote.src))
        return verdict;
    verdict.ct = FWX_LINUX_CT_INVALID;
    verdict.passes = !settings->drops_invalid;
    if (quotes_known) /* it goes to another one than who sent that */
        verdict.says[verdict.said++] = (struct fwx_linux_said){.word = FWX_LINUX_SAYS_OUTER};
    return verdict;
}
