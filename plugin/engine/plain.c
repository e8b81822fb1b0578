/* plain.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/plain.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, UDP_HEADER = 8 };
enum { IPV4 = 0x0800, IPV6 = 0x86dd, VLAN = 0x8100, FABRIC_PATH = 0x8903 };

/* A frame on its way through its headers. */
struct look {
    const struct fwx_carriers *carriers;
    struct fwx_bytes rest;
    struct fwx_packet *packet;
};

static inline bool is_in(const uint32_t *set, unsigned number)
{
    return set[number / 32] >> number % 32 & 1;
}

/* ---- tunnels that are known by their looks ------------------------------------------------------
 * Each of these says yes to all that Wireshark's own heuristic takes, and to little else. */

/* Data: type 4, three bytes of zeros. Its other messages carry no packet. */
static bool is_wireguard(struct fwx_bytes udp)
{
    return udp.captured >= 4 && fwx_be32(udp.at) == 0x04000000;
}

/* Version 0, a packet (type 7), no value. */
static bool is_rpcap(struct fwx_bytes udp)
{
    return udp.captured >= 8 && fwx_be32(udp.at) == 0x00070000;
}

static bool is_rftap(struct fwx_bytes udp)
{
    return udp.captured >= 8 && fwx_be32(udp.at) == 0x52467461; /* RFta */
}

static bool is_peekremote(struct fwx_bytes udp)
{
    return udp.captured >= 4 && fwx_be32(udp.at) == 0x00ffabcd;
}

/* Packets of 188 bytes that begin with 0x47. */
static bool is_mp2t(struct fwx_bytes udp)
{
    return udp.captured && udp.length % 188 == 0 && udp.at[0] == 0x47;
}

/* Version 1, and at 20 the length of what follows at 28. */
static bool is_e100(struct fwx_bytes udp)
{
    enum { LENGTH = 20, HEADER = 28 };

    return udp.captured >= HEADER && udp.at[0] == 1 &&
           fwx_be32(udp.at + LENGTH) == udp.length - HEADER;
}

/* Type, length and value: known types, with a sequence number, a session and a target among them.
 */
static bool is_redback(struct fwx_bytes udp)
{
    enum { END, SEQUENCE, TARGET, SESSION, DIRECTION, LABEL = 20, ACCOUNT = 40, SHORTEST = 12 };
    const unsigned wanted = 1u << SEQUENCE | 1u << TARGET | 1u << SESSION;
    unsigned found = 0;

    if (udp.captured < SHORTEST)
        return false;
    while (udp.captured > 2 && udp.at[0] != END) {
        uint8_t type = udp.at[0];

        if (type <= SESSION ? udp.at[1] != 4
                            : type != DIRECTION && type != LABEL && type != ACCOUNT)
            return false;
        found |= type <= SESSION ? 1u << type : 0;
        udp = fwx_bytes_from(udp, 2u + udp.at[1]);
    }
    return found == wanted;
}

static const struct guess {
    const char *name;
    bool (*looks_like)(struct fwx_bytes udp);
} guesses[] = {
    {"wg", is_wireguard},          {"rpcap_udp", is_rpcap},           {"rftap", is_rftap},
    {"redbackli_udp", is_redback}, {"peekremote_udp", is_peekremote}, {"mp2t_udp", is_mp2t},
    {"e100_udp", is_e100},
};

enum { GUESSES = sizeof guesses / sizeof *guesses };

int fwx_plain_guess(const char *name)
{
    for (int i = 0; i < GUESSES; i++) {
        if (!strcmp(guesses[i].name, name))
            return i;
    }
    return -1;
}

/* ---- transports ----------------------------------------------------------------------------- */

static bool is_tunnel_over_udp(const struct fwx_carriers *carriers, struct fwx_bytes udp)
{
    uint16_t ports[2] = {fwx_be16(udp.at), fwx_be16(udp.at + 2)};

    for (unsigned i = 0; i < 2; i++) {
        if (ports[i] && is_in(carriers->udp_ports, ports[i]))
            return true;
    }
    udp = fwx_bytes_from(udp, UDP_HEADER);
    for (unsigned i = 0; i < GUESSES; i++) {
        if (carriers->guesses >> i & 1 && guesses[i].looks_like(udp))
            return true;
    }
    return false;
}

/* Stateless Transport Tunneling poses as TCP to this port. */
static bool is_stt(struct fwx_bytes tcp)
{
    return fwx_be16(tcp.at + 2) == 7471;
}

static enum fwx_plainness look_at_payload(const struct look *look)
{
    bool v6 = look->packet->ip_version == 6;
    struct fwx_bytes rest = look->rest;

    switch (look->packet->protocol) {
    case FWX_PROTOCOL_TCP:
        return rest.captured >= TCP_HEADER && !is_stt(rest) ? FWX_PLAIN_PACKET : FWX_NOT_PLAIN;
    case FWX_PROTOCOL_UDP:
        return rest.captured >= UDP_HEADER && fwx_be16(rest.at + 4) == rest.length &&
                       !is_tunnel_over_udp(look->carriers, rest)
                   ? FWX_PLAIN_PACKET
                   : FWX_NOT_PLAIN;
    case FWX_PROTOCOL_ICMP:
        return rest.captured >= UDP_HEADER && !v6 ? FWX_PLAIN_PACKET : FWX_NOT_PLAIN;
    case FWX_PROTOCOL_ICMPV6:
        return rest.captured >= UDP_HEADER && v6 ? FWX_PLAIN_PACKET : FWX_NOT_PLAIN;
    default:
        return is_in(look->carriers->protocols, look->packet->protocol) ? FWX_NOT_PLAIN
                                                                        : FWX_PLAIN_EMPTY;
    }
}

/* ---- IP ------------------------------------------------------------------------------------- */

/* Exactly what its length says, whatever pads the frame. */
static bool cut(struct fwx_bytes *bytes, uint32_t length)
{
    if (length > bytes->length)
        return false;
    bytes->length = length;
    bytes->captured = bytes->captured < length ? bytes->captured : length;
    return true;
}

/* IGMP nearly always has an option, and carries nothing. */
static enum fwx_plainness look_at_options(const uint8_t *at, uint32_t length)
{
    enum { IGMP = 2 };
    uint32_t header_len = (at[0] & 0x0fu) * 4;

    return at[9] == IGMP && header_len >= IPV4_HEADER && length >= header_len ? FWX_PLAIN_EMPTY
                                                                              : FWX_NOT_PLAIN;
}

/* RFC 791, 3.1: whole, without options, all of it on the wire. */
static enum fwx_plainness look_at_ipv4(struct look *look)
{
    enum { IGMP = 2, FRAGMENTED = 0x3fff };
    const uint8_t *at = look->rest.at;
    struct fwx_packet *packet = look->packet;

    if (look->rest.captured < IPV4_HEADER || at[0] >> 4 != 4 || fwx_be16(at + 6) & FRAGMENTED ||
        fwx_be16(at + 2) < IPV4_HEADER || !cut(&look->rest, fwx_be16(at + 2)))
        return FWX_NOT_PLAIN;
    if (at[0] != 0x45 || at[9] == IGMP)
        return look_at_options(at, look->rest.length);
    packet->ip_version = 4;
    packet->ip_header_len = IPV4_HEADER;
    packet->ip_len = look->rest.length;
    packet->ip_id = fwx_be16(at + 4);
    packet->tos = at[1];
    packet->ttl = at[8];
    packet->protocol = at[9];
    packet->src = fwx_address_from(at + 12, 4);
    packet->dst = fwx_address_from(at + 16, 4);
    look->rest = fwx_bytes_from(look->rest, IPV4_HEADER);
    return look_at_payload(look);
}

/* What listeners to multicast say (MLD) has a router alert of eight bytes in front of it (RFC 3810,
 * 5). */
static void pass_router_alert(struct look *look)
{
    enum { HOP_BY_HOP = 0, ALERT = 8 };
    struct fwx_bytes rest = look->rest;

    if (look->packet->protocol != HOP_BY_HOP || !is_in(look->carriers->protocols, HOP_BY_HOP) ||
        rest.captured < ALERT || rest.at[0] != FWX_PROTOCOL_ICMPV6 || rest.at[1] != 0)
        return;
    look->packet->protocol = FWX_PROTOCOL_ICMPV6;
    look->rest = fwx_bytes_from(rest, ALERT);
}

/* RFC 8200, 3: without other extension headers. */
static enum fwx_plainness look_at_ipv6(struct look *look)
{
    const uint8_t *at = look->rest.at;
    struct fwx_packet *packet = look->packet;

    if (look->rest.captured < IPV6_HEADER || at[0] >> 4 != 6 || fwx_be16(at + 4) == 0 ||
        !cut(&look->rest, IPV6_HEADER + fwx_be16(at + 4)))
        return FWX_NOT_PLAIN;
    packet->ip_version = 6;
    packet->ip_header_len = IPV6_HEADER;
    packet->ip_len = look->rest.length;
    packet->protocol = at[6];
    packet->tos = (uint8_t)(fwx_be16(at) >> 4);
    packet->ttl = at[7];
    packet->src = fwx_address_from(at + 8, 6);
    packet->dst = fwx_address_from(at + 24, 6);
    look->rest = fwx_bytes_from(look->rest, IPV6_HEADER);
    pass_router_alert(look);
    return look_at_payload(look);
}

/* ---- links ---------------------------------------------------------------------------------- */

static uint64_t mac_at(const uint8_t *at)
{
    return (uint64_t)fwx_be16(at) << 32 | fwx_be32(at + 2);
}

/* IEEE 802.3 with a length: spanning trees (LLC 0x42), and nothing else is known to be harmless. A
 * destination that begins so would be Cisco ISL. */
static enum fwx_plainness look_at_llc(const uint8_t *frame, struct fwx_bytes rest)
{
    static const uint8_t isl[2][5] = {{1, 0, 0x0c, 0, 0}, {0x0c, 0, 0x0c, 0, 0}};

    return rest.captured >= 2 && fwx_be16(rest.at) == 0x4242 &&
                   memcmp(frame, isl[0], sizeof isl[0]) != 0 &&
                   memcmp(frame, isl[1], sizeof isl[1]) != 0
               ? FWX_PLAIN_EMPTY
               : FWX_NOT_PLAIN;
}

/* With any number of tags of IEEE 802.1Q, not of 802.1ad: their payload has other rules. */
static enum fwx_plainness look_at_type(struct look *look, unsigned type)
{
    enum { TAG = 4, LOWEST = 0x0600 };

    while (type == VLAN && is_in(look->carriers->ethertypes, VLAN)) {
        if (look->rest.captured < TAG)
            return FWX_NOT_PLAIN;
        type = fwx_be16(look->rest.at + 2);
        look->rest = fwx_bytes_from(look->rest, TAG);
    }
    if (type < LOWEST || type == FABRIC_PATH)
        return FWX_NOT_PLAIN;
    if (!is_in(look->carriers->ethertypes, type))
        return FWX_PLAIN_EMPTY;
    if (type == IPV4)
        return look_at_ipv4(look);
    return type == IPV6 ? look_at_ipv6(look) : FWX_NOT_PLAIN;
}

static enum fwx_plainness look_at_ethernet(struct look *look)
{
    enum { HEADER = 14, LONGEST = 1500 };
    const uint8_t *at = look->rest.at;
    unsigned type;

    if (look->rest.captured < HEADER)
        return FWX_NOT_PLAIN;
    type = fwx_be16(at + 12);
    look->packet->src_mac = mac_at(at + 6);
    look->rest = fwx_bytes_from(look->rest, HEADER);
    return type && type <= LONGEST ? look_at_llc(at, look->rest) : look_at_type(look, type);
}

/* Of the kinds of device behind Linux's cooked header, those that have nothing of their own between
 * it and what its protocol field says: Ethernet, PPP, loopback, none. */
static bool is_simple_device(uint16_t type)
{
    return type == 1 || type == 512 || type == 772 || type == 0xfffe;
}

/* draft-ietf-opsawg-pcaplinktype, LINUX_SLL and LINUX_SLL2: where each has its fields. */
static enum fwx_plainness look_at_cooked(struct look *look, bool second)
{
    enum { FIRST = 16, SECOND = 20, MAC_LEN = 6, LOWEST = 1536 };
    uint32_t header = second ? SECOND : FIRST;
    const uint8_t *at = look->rest.at;
    unsigned type;
    unsigned address_len;

    if (look->rest.captured < header)
        return FWX_NOT_PLAIN;
    type = fwx_be16(at + (second ? 0 : 14));
    address_len = second ? at[11] : fwx_be16(at + 4);
    if (type <= LOWEST || !is_simple_device(fwx_be16(at + (second ? 8 : 2))))
        return FWX_NOT_PLAIN;
    if (address_len == MAC_LEN)
        look->packet->src_mac = mac_at(at + (second ? 12 : 6));
    look->rest = fwx_bytes_from(look->rest, header);
    return look_at_type(look, type);
}

/* By the version in the first byte, which is that of what the link says. PPP's address and control
 * at the beginning make Wireshark take it for something else. */
static enum fwx_plainness look_at_raw(struct look *look, bool v4, bool v6)
{
    if (look->rest.captured < IPV4_HEADER || fwx_be16(look->rest.at + 1) == 0xff03)
        return FWX_NOT_PLAIN;
    if (v4 && look->rest.at[0] >> 4 == 4)
        return look_at_ipv4(look);
    return v6 && look->rest.at[0] >> 4 == 6 ? look_at_ipv6(look) : FWX_NOT_PLAIN;
}

/* The address families of the BSDs: one for IPv4, and each has one of its own for IPv6. */
static enum fwx_plainness look_at_family(struct look *look, bool swapped)
{
    enum { HEADER = 4, INET = 2, INET6_NETBSD = 24, INET6_FREEBSD = 28, INET6_DARWIN = 30 };
    uint32_t family;

    if (look->rest.captured < HEADER)
        return FWX_NOT_PLAIN;
    family = fwx_be32(look->rest.at);
    if (swapped && family >> 24 && !(family & 0xffffff))
        family >>= 24;
    look->rest = fwx_bytes_from(look->rest, HEADER);
    switch (family) {
    case INET:
        return look_at_ipv4(look);
    case INET6_NETBSD:
    case INET6_FREEBSD:
    case INET6_DARWIN:
        return look_at_ipv6(look);
    default:
        return FWX_NOT_PLAIN;
    }
}

static enum fwx_plainness look_at_link(struct look *look, enum fwx_link link)
{
    switch (link) {
    case FWX_LINK_ETHERNET:
        return look_at_ethernet(look);
    case FWX_LINK_RAW:
        return look_at_raw(look, true, true);
    case FWX_LINK_RAW_IPV4:
        return look_at_raw(look, true, false);
    case FWX_LINK_RAW_IPV6:
        return look_at_raw(look, false, true);
    case FWX_LINK_NULL:
        return look_at_family(look, true);
    case FWX_LINK_LOOP:
        return look_at_family(look, false);
    case FWX_LINK_SLL:
        return look_at_cooked(look, false);
    case FWX_LINK_SLL2:
        return look_at_cooked(look, true);
    default:
        return FWX_NOT_PLAIN;
    }
}

enum fwx_plainness fwx_plain_look(const struct fwx_carriers *carriers, enum fwx_link link,
                                  struct fwx_bytes frame, struct fwx_packet *packet,
                                  struct fwx_bytes *payload)
{
    struct look look = {carriers, frame, packet};
    enum fwx_plainness plainness = FWX_NOT_PLAIN;

    if (frame.captured <= frame.length)
        plainness = look_at_link(&look, link);
    *payload = look.rest;
    return plainness;
}

/* ---- what is not plain ---------------------------------------------------------------------- */

/* Behind tags of all kinds (IEEE 802.1Q, 802.1ad). */
static bool pass_tags(struct fwx_bytes *rest, unsigned type)
{
    enum { SERVICE_TAG = 0x88a8, OLD_SERVICE_TAG = 0x9100, TAG = 4 };

    while (type == VLAN || type == SERVICE_TAG || type == OLD_SERVICE_TAG) {
        if (rest->captured < TAG)
            return false;
        type = fwx_be16(rest->at + 2);
        *rest = fwx_bytes_from(*rest, TAG);
    }
    return type == IPV4 || type == IPV6;
}

bool fwx_plain_outermost(enum fwx_link link, struct fwx_bytes frame, struct fwx_packet *packet)
{
    static const struct {
        uint8_t length;
        uint8_t type_at; /* of the EtherType; 0xff: there is none */
    } headers[] = {
        [FWX_LINK_ETHERNET] = {14, 12},  [FWX_LINK_RAW] = {0, 0xff},
        [FWX_LINK_RAW_IPV4] = {0, 0xff}, [FWX_LINK_RAW_IPV6] = {0, 0xff},
        [FWX_LINK_NULL] = {4, 0xff},     [FWX_LINK_LOOP] = {4, 0xff},
        [FWX_LINK_SLL] = {16, 14},       [FWX_LINK_SLL2] = {20, 0},
    };
    uint8_t type_at = headers[link].type_at;
    struct fwx_bytes rest = fwx_bytes_from(frame, headers[link].length);

    if (link == FWX_LINK_UNKNOWN || frame.captured < headers[link].length)
        return false;
    if (type_at != 0xff && !pass_tags(&rest, fwx_be16(frame.at + type_at)))
        return false;
    return fwx_decode_ip(rest, packet);
}
