/* decode.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/decode.h"
#include "engine/options.h"

#include <glib.h>

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, FRAGMENT_HEADER = 8 };
enum { IDENTIFIER_END = 6 };                       /* of an ICMP echo */
enum { MORE_FRAGMENTS = 0x2000, OFFSET = 0x1fff }; /* of IPv4, in units of 8 */

/* Headers between IP and the transport (RFC 8200, 4; RFC 4302). */
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };

/* ---- headers in front of a transport --------------------------------------------------------- */

/* AH, and over IPv6 all headers of the same form. What is left is what they carry. */
static struct fwx_bytes pass_headers(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    bool v6 = packet->ip_version == 6;

    while (bytes.captured >= FRAGMENT_HEADER) {
        uint32_t units = bytes.at[1];
        uint8_t next = bytes.at[0];

        switch (packet->protocol) {
        case AUTHENTICATION:
            bytes = fwx_bytes_from(bytes, (units + 2) * 4);
            break;
        case FRAGMENT:
            if (!v6 || fwx_decode_fragment_header(bytes, packet))
                return bytes;
            bytes = fwx_bytes_from(bytes, FRAGMENT_HEADER);
            break;
        case HOP_BY_HOP:
        case ROUTING:
        case DESTINATION:
            if (!v6)
                return bytes;
            bytes = fwx_bytes_from(bytes, (units + 1) * 8);
            break;
        default:
            return bytes;
        }
        packet->protocol = next;
    }
    return bytes;
}

/* ---- transports -----------------------------------------------------------------------------
 */

static void read_head(const uint8_t *payload, uint32_t captured, struct fwx_tcp_segment *tcp)
{
    if (captured >= FWX_PAYLOAD_HEAD) { /* a size that the compiler knows */
        tcp->head_len = FWX_PAYLOAD_HEAD;
        memcpy(tcp->head, payload, FWX_PAYLOAD_HEAD);
    } else {
        tcp->head_len = (uint8_t)captured;
        memcpy(tcp->head, payload, captured);
    }
}

/* RFC 9293, 3.1 */
static bool read_tcp(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    enum { HEADER = 20 };
    struct fwx_tcp_segment *tcp = &packet->tcp;
    const uint8_t *at = bytes.at;

    if (bytes.captured < HEADER)
        return false;
    packet->src_port = fwx_be16(at);
    packet->dst_port = fwx_be16(at + 2);
    tcp->seq = fwx_be32(at + 4);
    tcp->ack = fwx_be32(at + 8);
    tcp->sack_high = tcp->ack;
    tcp->header_len = (uint8_t)(at[12] >> 4 << 2);
    tcp->reserved = at[12] & 0x0e; /* the fourth is AccECN's */
    tcp->flags = at[13];
    tcp->window = fwx_be16(at + 14);
    tcp->urgent_pointer = fwx_be16(at + 18);
    tcp->window_scale = FWX_NO_WINDOW_SCALE;
    if (tcp->header_len < HEADER || tcp->header_len > bytes.length)
        return false;
    tcp->payload_len = bytes.length - tcp->header_len;
    if (bytes.captured > tcp->header_len)
        read_head(at + tcp->header_len, bytes.captured - tcp->header_len, tcp);
    if (tcp->header_len > HEADER)
        fwx_tcp_options(at + HEADER, MIN(bytes.captured, tcp->header_len) - HEADER, tcp);
    return true;
}

/* RFC 768 */
static bool read_udp(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    if (bytes.captured < 8)
        return false;
    packet->src_port = fwx_be16(bytes.at);
    packet->dst_port = fwx_be16(bytes.at + 2);
    packet->udp_len = fwx_be16(bytes.at + 4);
    return true;
}

static enum fwx_echo_role echo_role(const struct fwx_packet *packet, uint8_t type)
{
    bool v4 = packet->protocol == FWX_PROTOCOL_ICMP;

    if (type == (v4 ? 8 : 128))
        return FWX_ECHO_REQUEST;
    return type == (v4 ? 0 : 129) ? FWX_ECHO_REPLY : FWX_ECHO_NONE;
}

static bool is_error(const struct fwx_packet *packet, uint8_t type)
{
    if (packet->protocol == FWX_PROTOCOL_ICMP)
        return (type >= 3 && type <= 5) || type == 11 || type == 12;
    return type >= 1 && type <= 4;
}

/* The IP header that a quote begins with, and what may stand behind it: is that the beginning of a
 * transport? Its length is not asked: the quote is shorter, and not every sender left it alone. */
static bool pass_quoted_ip(struct fwx_bytes *bytes, struct fwx_packet *quoted)
{
    bool v6 = quoted->ip_version == 6;
    uint32_t least = v6 ? IPV6_HEADER : IPV4_HEADER;
    const uint8_t *at = bytes->at;
    uint32_t header_len;

    if (bytes->captured < least || at[0] >> 4 != quoted->ip_version)
        return false;
    header_len = v6 ? IPV6_HEADER : (at[0] & 0x0fu) * 4;
    if (header_len < least || (!v6 && fwx_be16(at + 6) & OFFSET))
        return false;
    quoted->protocol = at[v6 ? 6 : 9];
    quoted->src = fwx_address_from(at + (v6 ? 8 : 12), quoted->ip_version);
    quoted->dst = fwx_address_from(at + (v6 ? 24 : 16), quoted->ip_version);
    *bytes = pass_headers(fwx_bytes_from(*bytes, header_len), quoted);
    while (quoted->view == FWX_VIEW_FRAGMENT) {
        if (fwx_be16(bytes->at + 2) & ~7)
            return false;
        quoted->view = FWX_VIEW_DATAGRAM;
        *bytes = pass_headers(fwx_bytes_from(*bytes, FRAGMENT_HEADER), quoted);
    }
    return true;
}

/* The 64 bits of a transport that every quote has (RFC 792), as far as they matter. */
static bool read_quoted_transport(struct fwx_bytes bytes, const struct fwx_packet *quoted,
                                  struct fwx_quote *quote)
{
    enum { TCP_SEQ_END = 8, PORTS_END = 4 };
    bool tcp = quoted->protocol == FWX_PROTOCOL_TCP;

    switch (quoted->protocol) {
    case FWX_PROTOCOL_TCP:
    case FWX_PROTOCOL_UDP:
        if (bytes.captured < (tcp ? TCP_SEQ_END : PORTS_END))
            return false;
        quote->src_port = fwx_be16(bytes.at);
        quote->dst_port = fwx_be16(bytes.at + 2);
        quote->seq = tcp ? fwx_be32(bytes.at + 4) : 0;
        return true;
    case FWX_PROTOCOL_ICMP:
    case FWX_PROTOCOL_ICMPV6:
        if (bytes.captured < IDENTIFIER_END)
            return false;
        quote->echo = (uint8_t)echo_role(quoted, bytes.at[0]);
        quote->code = bytes.at[1];
        if (quote->echo != FWX_ECHO_NONE)
            quote->src_port = quote->dst_port = fwx_be16(bytes.at + 4);
        return true;
    default:
        return false;
    }
}

/* All of it or nothing. Apart, for its room on the stack is no other packet's. */
static G_GNUC_NO_INLINE void read_quote(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    struct fwx_packet quoted = {.ip_version = packet->protocol == FWX_PROTOCOL_ICMP ? 4 : 6};
    struct fwx_quote quote = {.known = true};

    if (!pass_quoted_ip(&bytes, &quoted) || !read_quoted_transport(bytes, &quoted, &quote))
        return;
    quote.src = quoted.src;
    quote.dst = quoted.dst;
    quote.protocol = quoted.protocol;
    packet->icmp.quote = quote;
}

/* RFC 792, RFC 4443 */
static bool read_icmp(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    enum { HEADER = 8 };

    if (bytes.captured < 2 || bytes.length < HEADER)
        return false;
    packet->icmp.type = bytes.at[0];
    packet->icmp.code = bytes.at[1];
    packet->icmp.data_len = bytes.length - HEADER;
    packet->icmp.echo = packet->fragment ? FWX_ECHO_NONE : echo_role(packet, bytes.at[0]);
    if (packet->icmp.echo != FWX_ECHO_NONE && bytes.captured >= IDENTIFIER_END)
        packet->src_port = packet->dst_port = fwx_be16(bytes.at + 4);
    if (is_error(packet, bytes.at[0]))
        read_quote(fwx_bytes_from(bytes, HEADER), packet);
    return true;
}

/* ---- checksums ------------------------------------------------------------------------------ */

/* With the carry to the other end: sums of 16-bit words, in any byte order (RFC 1071, 2). */
static uint64_t add(uint64_t sum, uint64_t words)
{
    sum += words;
    return sum + (sum < words);
}

static uint64_t add_bytes(uint64_t sum, const uint8_t *bytes, uint32_t length)
{
    uint64_t words = 0;

    for (; length >= sizeof words; bytes += sizeof words, length -= sizeof words) {
        memcpy(&words, bytes, sizeof words);
        sum = add(sum, words);
    }
    words = 0;
    memcpy(&words, bytes, length);
    return add(sum, words);
}

/* Both words of it: the prefix of an IPv4 address comes to 0xffff, which is 0 here. */
static uint64_t add_address(uint64_t sum, const struct fwx_address *address)
{
    return add(add(sum, address->word[0]), address->word[1]);
}

/* Over the bytes that were captured; length: as the pseudo-header has it. */
static bool checksum_fits(struct fwx_bytes bytes, const struct fwx_packet *packet, uint32_t length)
{
    uint64_t sum = add_bytes(0, bytes.at, bytes.captured);

    /* ICMP has no pseudo-header (RFC 792). */
    if (packet->protocol != FWX_PROTOCOL_ICMP) {
        sum = add_address(sum, &packet->src);
        sum = add_address(sum, &packet->dst);
        sum = add(sum, GUINT32_TO_BE(length));
        sum = add(sum, GUINT32_TO_BE(packet->protocol));
    }
    while (sum >> 16)
        sum = (sum >> 16) + (sum & 0xffff);
    return sum == 0xffff;
}

enum fwx_checksum fwx_decode_checksum(struct fwx_bytes bytes, const struct fwx_packet *packet)
{
    if (packet->fragment || bytes.captured != bytes.length)
        return FWX_CHECKSUM_NOT_SEEN;
    return checksum_fits(bytes, packet, bytes.length) ? FWX_CHECKSUM_GOOD : FWX_CHECKSUM_BAD;
}

/* Is it so short that Ethernet pads it, or nearly (over IPv6)? A routing header puts another
 * destination into the checksum (RFC 8200, 8.1): there, nothing may stand in between. */
static bool is_short(uint32_t length, const struct fwx_packet *packet)
{
    enum { SHORT_TCP = 26, SHORT_IPV4 = IPV4_HEADER + SHORT_TCP };

    if (packet->ip_version == 4)
        return packet->ip_len <= SHORT_IPV4;
    return length <= SHORT_TCP && packet->ip_len == IPV6_HEADER + length;
}

/* ---- any transport -------------------------------------------------------------------------- */

bool fwx_decode_header(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    packet->transport = bytes.at;
    packet->transport_captured = bytes.captured;
    packet->is_cut = bytes.captured < bytes.length;
    switch (packet->protocol) {
    case FWX_PROTOCOL_TCP:
        packet->has_transport = read_tcp(bytes, packet);
        break;
    case FWX_PROTOCOL_UDP:
        packet->has_transport = read_udp(bytes, packet);
        break;
    case FWX_PROTOCOL_ICMP:
    case FWX_PROTOCOL_ICMPV6:
        packet->has_transport = read_icmp(bytes, packet);
        break;
    default:
        packet->has_transport = false;
        break;
    }
    return packet->has_transport;
}

bool fwx_decode_transport(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    if (!fwx_decode_header(bytes, packet))
        return false;
    if (packet->protocol == FWX_PROTOCOL_TCP &&
        (is_short(bytes.length, packet) || (packet->tcp.flags & FWX_SYN)))
        packet->checksum = fwx_decode_checksum(bytes, packet);
    return true;
}

/* ---- lengths and fragments ------------------------------------------------------------------ */

static bool was_sent_short(struct fwx_bytes payload, const struct fwx_packet *packet,
                           uint32_t claimed_len)
{
    return payload.captured == payload.length &&
           (packet->protocol == FWX_PROTOCOL_TCP || packet->protocol == FWX_PROTOCOL_UDP ||
            packet->protocol == FWX_PROTOCOL_ICMP) &&
           (checksum_fits(payload, packet, payload.length) ||
            checksum_fits(payload, packet, claimed_len));
}

void fwx_decode_total_length(uint32_t total, uint32_t header_len, struct fwx_bytes payload,
                             struct fwx_packet *packet)
{
    packet->ip_header_len = (uint8_t)header_len;
    packet->frame_len = header_len + payload.length;
    packet->ip_len = packet->frame_len;
    if (packet->fragment || total <= packet->frame_len)
        return;
    packet->ip_len = total;
    if (was_sent_short(payload, packet, total - header_len))
        packet->view = FWX_VIEW_BAD_LENGTH;
}

bool fwx_decode_fragment_header(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    uint16_t offset_and_more;

    if (bytes.captured < FRAGMENT_HEADER)
        return false;
    packet->protocol = bytes.at[0];
    offset_and_more = fwx_be16(bytes.at + 2);
    if (!(offset_and_more & ~6)) /* whole (RFC 6946): two bits in between are reserved */
        return false;
    packet->view = FWX_VIEW_FRAGMENT;
    packet->fragment_end = (offset_and_more & ~7u) + bytes.length - FRAGMENT_HEADER;
    return true;
}

/* ---- IP ------------------------------------------------------------------------------------- */

/* The transport, in front of which there may be headers. */
static void decode_payload(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    bytes = pass_headers(bytes, packet);
    if (packet->view != FWX_VIEW_DATAGRAM)
        return;
    if (packet->ip_version == 4) /* as if AH were not there */
        packet->ip_len = packet->ip_header_len + bytes.length;
    fwx_decode_transport(bytes, packet);
}

/* RFC 791, 3.1 */
static bool decode_ipv4(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    const uint8_t *at = bytes.at;
    uint32_t header_len = (at[0] & 0x0fu) * 4;
    uint32_t total = fwx_be16(at + 2);
    uint32_t fragment = fwx_be16(at + 6);
    struct fwx_bytes payload;

    packet->ip_version = 4;
    packet->ip_header_len = (uint8_t)header_len;
    packet->ip_len = total ? total : MAX(bytes.length, header_len);
    packet->frame_len = bytes.length;
    packet->ip_id = fwx_be16(at + 4);
    packet->tos = at[1];
    packet->ttl = at[8];
    packet->protocol = at[9];
    packet->src = fwx_address_from(at + 12, 4);
    packet->dst = fwx_address_from(at + 16, 4);
    if (header_len < IPV4_HEADER || packet->ip_len < header_len) {
        packet->view = FWX_VIEW_BAD_LENGTH;
        return true;
    }
    if (fragment & (MORE_FRAGMENTS | OFFSET)) {
        packet->view = FWX_VIEW_FRAGMENT;
        packet->fragment_end = (fragment & OFFSET) * 8 + packet->ip_len - header_len;
        return true;
    }
    bytes.length = MIN(bytes.length, packet->ip_len);
    bytes.captured = MIN(bytes.captured, bytes.length);
    payload = fwx_bytes_from(bytes, header_len);
    fwx_decode_total_length(packet->ip_len, header_len, payload, packet);
    if (packet->view == FWX_VIEW_DATAGRAM) {
        payload.length = packet->ip_len - header_len;
        decode_payload(payload, packet);
    }
    return true;
}

/* RFC 8200, 3 */
static bool decode_ipv6(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    const uint8_t *at = bytes.at;
    uint32_t payload_len = fwx_be16(at + 4);
    struct fwx_bytes payload = fwx_bytes_from(bytes, IPV6_HEADER);

    if (payload_len) {
        payload.length = MIN(payload.length, payload_len);
        payload.captured = MIN(payload.captured, payload.length);
    } else {
        payload_len = payload.length;
    }
    packet->ip_version = 6;
    packet->ip_header_len = IPV6_HEADER;
    packet->ip_len = IPV6_HEADER + payload_len;
    packet->tos = (uint8_t)(fwx_be16(at) >> 4);
    packet->protocol = at[6];
    packet->ttl = at[7];
    packet->src = fwx_address_from(at + 8, 6);
    packet->dst = fwx_address_from(at + 24, 6);
    decode_payload(payload, packet);
    return true;
}

bool fwx_decode_ip(struct fwx_bytes bytes, struct fwx_packet *packet)
{
    bytes.captured = MIN(bytes.captured, bytes.length);
    if (bytes.captured >= IPV4_HEADER && bytes.at[0] >> 4 == 4)
        return decode_ipv4(bytes, packet);
    if (bytes.captured >= IPV6_HEADER && bytes.at[0] >> 4 == 6)
        return decode_ipv6(bytes, packet);
    return false;
}
