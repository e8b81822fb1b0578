/* observe.c
 *
 * A handle of our own stands in the ip.proto table before the transports' handles. It copies
 * what the engine needs and calls the original, so every pass of every mode comes by here, and
 * nobody downstream notices: the protocols it goes by exist in name only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/observe.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/in_cksum.h>
#include <wiretap/wtap.h>

#include "host/point.h"

/* The transports that the engine knows, and the tunnels whose packets are packets too. The names
 * are what Decode As shows as the current dissector. */
static const struct transport {
    const char *filter_name;
    const char *observer_name; /* Decode As looks dissectors up by it: not the same */
    const char *name;
    uint8_t protocol;
} transports[] = {
    {"icmp", "fwx-icmp", "ICMP (via FWX)", FWX_PROTOCOL_ICMP},
    {"ip", "fwx-ip", "IPv4 (via FWX)", 4},
    {"tcp", "fwx-tcp", "TCP (via FWX)", FWX_PROTOCOL_TCP},
    {"udp", "fwx-udp", "UDP (via FWX)", FWX_PROTOCOL_UDP},
    {"ipv6", "fwx-ipv6", "IPv6 (via FWX)", 41},
    {"gre", "fwx-gre", "GRE (via FWX)", 47},
    {"icmpv6", "fwx-icmpv6", "ICMPv6 (via FWX)", FWX_PROTOCOL_ICMPV6},
    {"ip", "fwx-reserved", "Reserved (via FWX)", 255},
};

enum { ALL_PROTOCOLS = 256, MORE_FRAGMENTS = 0x2000, OFFSET = 0x1fff };

static dissector_handle_t originals[ALL_PROTOCOLS]; /* by IANA number, NULL: nobody's */
static dissector_handle_t observers[G_N_ELEMENTS(transports)];
static bool is_enabled;
static bool want_checksums;

/* The packets of one frame. */
static struct {
    struct fwx_packet *packets;
    uint32_t count;
    uint32_t room;
    uint32_t frame;
} seen;

/* ---- reading headers ------------------------------------------------------------------------ */

static uint16_t be16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t be32(const uint8_t *bytes)
{
    return (uint32_t)be16(bytes) << 16 | be16(bytes + 2);
}

/* At most size captured bytes from offset; how many there were. */
static unsigned copy_bytes(tvbuff_t *tvb, unsigned offset, uint8_t *to, unsigned size)
{
    unsigned captured = tvb_captured_length(tvb);
    unsigned length = captured > offset ? MIN(captured - offset, size) : 0;

    if (length)
        tvb_memcpy(tvb, to, (int)offset, length);
    return length;
}

/* The options that matter to the handshake (RFC 7323, 2.2; RFC 7413, 4.1.1). */
static void read_syn_options(const uint8_t *options, unsigned length, struct fwx_tcp_segment *tcp)
{
    enum { END = 0, NOP = 1, WINDOW_SCALE = 3, FAST_OPEN = 34, EXPERIMENT = 254 };

    for (unsigned at = 0; at + 1 < length && options[at] != END;) {
        uint8_t kind = options[at];
        uint8_t size = options[at + 1];

        if (kind == NOP) {
            at++;
            continue;
        }
        if (size < 2 || at + size > length)
            return;
        if (kind == WINDOW_SCALE && size == 3)
            tcp->window_scale = MIN(options[at + 2], 14);
        /* 0xF989 is Fast Open's number among the experiments (RFC 7413, 11). */
        if (kind == FAST_OPEN ||
            (kind == EXPERIMENT && size >= 4 && be16(&options[at + 2]) == 0xf989))
            tcp->fast_open = true;
        at += size;
    }
}

/* Does the transport's checksum fit the bytes that are there? length: as the pseudo-header has it.
 */
static bool checksum_fits(tvbuff_t *tvb, const struct fwx_packet *packet, uint32_t length)
{
    uint32_t pseudo[2] = {g_htonl(packet->protocol), g_htonl(length)};
    int address_len = packet->ip_version == 6 ? 16 : 4;
    vec_t parts[4];

    SET_CKSUM_VEC_PTR(parts[0], fwx_address_bytes(&packet->src), address_len);
    SET_CKSUM_VEC_PTR(parts[1], fwx_address_bytes(&packet->dst), address_len);
    SET_CKSUM_VEC_PTR(parts[2], (const uint8_t *)pseudo, 8);
    SET_CKSUM_VEC_TVB(parts[3], tvb, 0, tvb_captured_length(tvb));
    /* ICMP has no pseudo-header (RFC 792). */
    return !(packet->protocol == FWX_PROTOCOL_ICMP ? in_cksum(&parts[3], 1) : in_cksum(parts, 4));
}

/* RFC 9293, 3.1, where the whole segment was captured. */
static bool is_bad_checksum(tvbuff_t *tvb, const struct fwx_packet *packet)
{
    uint32_t length = tvb_reported_length(tvb);

    return !packet->fragment && tvb_captured_length(tvb) == length &&
           !checksum_fits(tvb, packet, length);
}

/* What the IP header says is there of the transport, whether captured or cut off. */
static uint32_t transport_length(tvbuff_t *tvb, const struct fwx_packet *packet)
{
    return packet->ip_version == 4 ? packet->ip_len - packet->ip_header_len
                                   : tvb_reported_length(tvb);
}

static bool read_tcp(tvbuff_t *tvb, struct fwx_packet *packet)
{
    enum { HEADER = 20, LONGEST_HEADER = 60 };
    struct fwx_tcp_segment *tcp = &packet->tcp;
    uint32_t reported = transport_length(tvb, packet);
    uint8_t bytes[LONGEST_HEADER + FWX_PAYLOAD_HEAD];
    unsigned captured = copy_bytes(tvb, 0, bytes, sizeof bytes);

    if (captured < HEADER)
        return false;
    packet->src_port = be16(bytes);
    packet->dst_port = be16(bytes + 2);
    tcp->seq = be32(bytes + 4);
    tcp->ack = be32(bytes + 8);
    tcp->header_len = (uint8_t)(bytes[12] >> 4 << 2);
    tcp->flags = bytes[13];
    tcp->window = be16(bytes + 14);
    tcp->urgent_pointer = be16(bytes + 18);
    tcp->window_scale = FWX_NO_WINDOW_SCALE;
    if (tcp->header_len < HEADER || tcp->header_len > reported)
        return false;
    tcp->payload_len = reported - tcp->header_len;
    if (captured > tcp->header_len) {
        tcp->head_len = (uint8_t)MIN(captured - tcp->header_len, FWX_PAYLOAD_HEAD);
        memcpy(tcp->head, bytes + tcp->header_len, tcp->head_len);
    }
    if (tcp->flags & FWX_SYN)
        read_syn_options(bytes + HEADER, MIN(captured, tcp->header_len) - HEADER, tcp);
    packet->bad_checksum = want_checksums && is_bad_checksum(tvb, packet);
    return true;
}

static bool read_udp(tvbuff_t *tvb, struct fwx_packet *packet)
{
    uint8_t header[8];

    if (copy_bytes(tvb, 0, header, sizeof header) < sizeof header)
        return false;
    packet->src_port = be16(header);
    packet->dst_port = be16(header + 2);
    packet->udp_len = be16(header + 4);
    return true;
}

static enum fwx_echo_role echo_role(const struct fwx_packet *packet, uint8_t type)
{
    bool v4 = packet->protocol == FWX_PROTOCOL_ICMP;

    if (type == (v4 ? 8 : 128))
        return FWX_ECHO_REQUEST;
    return type == (v4 ? 0 : 129) ? FWX_ECHO_REPLY : FWX_ECHO_NONE;
}

static bool read_icmp(tvbuff_t *tvb, struct fwx_packet *packet)
{
    uint32_t reported = transport_length(tvb, packet);
    uint8_t header[6] = {0};

    if (copy_bytes(tvb, 0, header, sizeof header) < 2 || reported < 8)
        return false;
    packet->icmp.type = header[0];
    packet->icmp.code = header[1];
    packet->icmp.data_len = reported - 8;
    packet->icmp.echo = packet->fragment ? FWX_ECHO_NONE : echo_role(packet, header[0]);
    if (packet->icmp.echo != FWX_ECHO_NONE)
        packet->src_port = packet->dst_port = be16(header + 4);
    return true;
}

static bool read_transport(tvbuff_t *tvb, struct fwx_packet *packet)
{
    switch (packet->protocol) {
    case FWX_PROTOCOL_TCP:
        return read_tcp(tvb, packet);
    case FWX_PROTOCOL_UDP:
        return read_udp(tvb, packet);
    case FWX_PROTOCOL_ICMP:
    case FWX_PROTOCOL_ICMPV6:
        return read_icmp(tvb, packet);
    default:
        return false;
    }
}

/* ---- the IP header and the frame ------------------------------------------------------------ */

/* Length of the IPv4 header in front of the payload, 0 if it cannot be found. */
static uint32_t find_header_length(tvbuff_t *payload, uint32_t ip_len)
{
    tvbuff_t *source = tvb_get_ds_tvb(payload);
    unsigned at = tvb_raw_offset(payload);
    uint8_t bytes[4];

    for (unsigned length = 20; length <= 60 && length <= at; length += 4) {
        if (copy_bytes(source, at - length, bytes, sizeof bytes) == sizeof bytes &&
            bytes[0] == (0x40 | length / 4) && be16(bytes + 2) == (uint16_t)ip_len)
            return length;
    }
    return 0;
}

/*
 * Shorter than its IP header says: was it sent so, or has somebody cut the capture and the frame's
 * length with it? What was sent so has a checksum over just what is there.
 */
static bool was_sent_short(tvbuff_t *payload, const struct fwx_packet *packet, uint32_t claimed_len)
{
    uint32_t length = tvb_reported_length(payload);

    return tvb_captured_length(payload) == length &&
           (packet->protocol == FWX_PROTOCOL_TCP || packet->protocol == FWX_PROTOCOL_UDP ||
            packet->protocol == FWX_PROTOCOL_ICMP) &&
           (checksum_fits(payload, packet, length) || checksum_fits(payload, packet, claimed_len));
}

/* The total length is nearly always that of a plain header and the payload. A reassembled datagram
 * is longer than the fragment that completes it: as if it had come whole. */
static void read_ip_lengths(tvbuff_t *payload, uint32_t ip_len, struct fwx_packet *packet)
{
    uint32_t payload_len = tvb_reported_length(payload);
    uint32_t header_len = 20;

    if (!packet->reassembled && ip_len != payload_len + header_len)
        header_len = find_header_length(payload, ip_len);
    if (!header_len)
        header_len = 20;
    packet->ip_header_len = (uint8_t)header_len;
    packet->frame_len = header_len + payload_len;
    packet->ip_len = packet->frame_len;
    if (packet->reassembled || packet->fragment || ip_len <= packet->frame_len)
        return;
    packet->ip_len = ip_len;
    if (was_sent_short(payload, packet, ip_len - header_len))
        packet->view = FWX_VIEW_BAD_LENGTH;
}

static bool read_ip(void *ip, tvbuff_t *tvb, struct fwx_packet *packet)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(ip);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip);

    if (ip4) {
        packet->ip_version = 4;
        packet->src = fwx_address_from(ip4->ip_src.data, 4);
        packet->dst = fwx_address_from(ip4->ip_dst.data, 4);
        packet->ttl = ip4->ip_ttl;
        packet->ip_id = ip4->ip_id;
        packet->reassembled = (ip4->ip_off & (MORE_FRAGMENTS | OFFSET)) && !packet->fragment;
        read_ip_lengths(tvb, ip4->ip_len, packet);
        return true;
    }
    if (ip6) {
        packet->ip_version = 6;
        packet->src = fwx_address_from(ip6->ip6_src.data, 6);
        packet->dst = fwx_address_from(ip6->ip6_dst.data, 6);
        packet->ttl = ip6->ip6_hop;
        packet->ip_header_len = 40;
        packet->ip_len = 40 + ip6->ip6_len;
        return true;
    }
    return false;
}

/* Captures may claim any time; the engine counts in what fits 64 bits (until the year 2262). */
static int64_t nanoseconds(const nstime_t *time)
{
    const int64_t limit = INT64_MAX / 1000000000 - 1;

    return CLAMP((int64_t)time->secs, -limit, limit) * 1000000000 + time->nsecs;
}

static uint64_t mac_of(const address *link)
{
    const uint8_t *bytes = (const uint8_t *)link->data;

    return link->type == AT_ETHER && link->len == 6 ? (uint64_t)be16(bytes) << 32 | be32(bytes + 2)
                                                    : 0;
}

/* A packet of this frame, to be filled. */
static struct fwx_packet *add_packet(const packet_info *pinfo)
{
    struct fwx_packet *packet;

    if (seen.frame != pinfo->num) {
        seen.count = 0;
        seen.frame = pinfo->num;
    }
    if (seen.count == seen.room) {
        seen.room = MAX(2 * seen.room, 8);
        seen.packets = g_renew(struct fwx_packet, seen.packets, seen.room);
    }
    packet = &seen.packets[seen.count];
    memset(packet, 0, sizeof *packet);
    packet->frame = pinfo->num;
    packet->time = nanoseconds(&pinfo->abs_ts);
    packet->capture_point = fwx_point_of(pinfo);
    packet->fragment = pinfo->fragmented;
    packet->src_mac = mac_of(&pinfo->dl_src);
    packet->index = (uint16_t)seen.count++;
    return packet;
}

static void note(tvbuff_t *tvb, const packet_info *pinfo, void *ip)
{
    struct fwx_packet *packet = add_packet(pinfo);

    packet->protocol = (uint8_t)pinfo->match_uint;
    if (read_ip(ip, tvb, packet))
        packet->has_transport = packet->view == FWX_VIEW_DATAGRAM && read_transport(tvb, packet);
    else
        seen.count--; /* not from IP: whoever calls the transport here has no addresses */
}

/* ---- what the IP dissector keeps to itself ----------------------------------------------------
 */

/* Where the IPv4 header of the frame begins, 0 where there is none. */
static unsigned find_ipv4(tvbuff_t *tvb, const packet_info *pinfo)
{
    enum { ETHERTYPE_IPV4 = 0x0800, VLAN = 0x8100, SERVICE_VLAN = 0x88a8, MAX_TAGS = 4 };
    unsigned at = 12; /* of the EtherType */
    uint8_t type[2];

    if (pinfo->rec->rec_type != REC_TYPE_PACKET ||
        pinfo->rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_ETHERNET)
        return 0;
    for (unsigned tags = 0; tags <= MAX_TAGS; tags++, at += 4) {
        if (copy_bytes(tvb, at, type, sizeof type) < sizeof type)
            return 0;
        if (be16(type) == ETHERTYPE_IPV4)
            return at + 2;
        if (be16(type) != VLAN && be16(type) != SERVICE_VLAN)
            return 0;
    }
    return 0;
}

/* A total length of 0 is how segmentation offload leaves it. */
static bool has_bad_length(const struct fwx_packet *packet)
{
    return packet->ip_len && (packet->ip_header_len < 20 || packet->ip_len < packet->ip_header_len);
}

static void note_header(tvbuff_t *tvb, const packet_info *pinfo)
{
    unsigned at = find_ipv4(tvb, pinfo);
    uint8_t header[20];
    struct fwx_packet *packet;
    uint16_t fragment;

    if (!at || copy_bytes(tvb, at, header, sizeof header) < sizeof header || header[0] >> 4 != 4)
        return;
    fragment = be16(header + 6);
    packet = add_packet(pinfo);
    packet->ip_version = 4;
    packet->ip_len = be16(header + 2);
    packet->ip_header_len = (uint8_t)((header[0] & 0x0f) * 4);
    packet->ip_id = be16(header + 4);
    packet->ttl = header[8];
    packet->protocol = header[9];
    packet->src = fwx_address_from(header + 12, 4);
    packet->dst = fwx_address_from(header + 16, 4);
    packet->frame_len = tvb_reported_length(tvb) - at;
    if (has_bad_length(packet)) {
        packet->view = FWX_VIEW_BAD_LENGTH;
    } else if (fragment & (MORE_FRAGMENTS | OFFSET)) {
        packet->view = FWX_VIEW_FRAGMENT;
        /* A length of 0 stands for all that is there (segmentation offload). */
        packet->fragment_end = (fragment & OFFSET) * 8u +
                               (packet->ip_len ? packet->ip_len : packet->frame_len) -
                               packet->ip_header_len;
    } else {
        seen.count--; /* just a protocol that nobody observes */
    }
}

/* ---- the handle in between --------------------------------------------------------------------
 */

static int observe(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    dissector_handle_t original = originals[pinfo->match_uint % ALL_PROTOCOLS];

    if (is_enabled && !pinfo->flags.in_error_pkt)
        note(tvb, pinfo, ip);
    return original ? call_dissector_only(original, tvb, pinfo, tree, ip) : 0;
}

const struct fwx_packet *fwx_observe_take(tvbuff_t *tvb, const packet_info *pinfo, uint32_t *count)
{
    if (seen.frame != pinfo->num || !seen.count)
        note_header(tvb, pinfo);
    *count = seen.frame == pinfo->num ? seen.count : 0;
    seen.frame = 0; /* the same frame may come again at once */
    return seen.packets;
}

void fwx_observe_start(bool enabled, bool checksums)
{
    is_enabled = enabled;
    want_checksums = checksums;
}

void fwx_observe_stop(void)
{
    g_free(seen.packets);
    memset(&seen, 0, sizeof seen);
}

void fwx_observe_register(void)
{
    int parent = proto_get_id_by_filter_name("frame");

    for (unsigned i = 0; i < G_N_ELEMENTS(transports); i++) {
        const struct transport *transport = &transports[i];
        /* They observe where the transport is disabled, too, and cannot be disabled themselves: the
         * frame's protocol cannot. */
        int proto = proto_register_protocol_in_name_only(
            transport->name, transport->name, transport->observer_name, parent, FT_PROTOCOL);

        observers[i] = create_dissector_handle(observe, proto);
    }
}

void fwx_observe_handoff(void)
{
    dissector_table_t protocols = find_dissector_table("ip.proto");

    for (unsigned i = 0; i < G_N_ELEMENTS(transports); i++) {
        uint8_t protocol = transports[i].protocol;

        originals[protocol] = dissector_get_uint_handle(protocols, protocol);
        dissector_add_uint("ip.proto", protocol, observers[i]);
    }
}
