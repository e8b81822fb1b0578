/* observe.c
 *
 * A handle of our own stands in the ip.proto table before the transports' handles. It copies
 * what the engine needs and calls the original, so every pass of every mode comes by here, and
 * nobody downstream notices: the protocols it goes by exist in name only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observe.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/in_cksum.h>

/* The transports that the engine knows, and the tunnels whose packets are packets too. The names
 * are what Decode As shows as the current dissector. */
static const struct transport {
    const char *filter_name;
    const char *name;
    uint8_t protocol;
} transports[] = {
    {"icmp", "ICMP (via FWX)", FWX_PROTOCOL_ICMP},
    {"ip", "IPv4 (via FWX)", 4},
    {"tcp", "TCP (via FWX)", FWX_PROTOCOL_TCP},
    {"udp", "UDP (via FWX)", FWX_PROTOCOL_UDP},
    {"ipv6", "IPv6 (via FWX)", 41},
    {"gre", "GRE (via FWX)", 47},
    {"icmpv6", "ICMPv6 (via FWX)", FWX_PROTOCOL_ICMPV6},
    {"ip", "Reserved (via FWX)", 255},
};

enum { ALL_PROTOCOLS = 256, ETHERTYPE_IPV4 = 0x0800, MORE_FRAGMENTS = 0x2000, OFFSET = 0x1fff };

static dissector_handle_t originals[ALL_PROTOCOLS]; /* by IANA number, NULL: nobody's */
static dissector_handle_t observers[G_N_ELEMENTS(transports)];
static dissector_handle_t original_ipv4;
static dissector_handle_t ipv4_observer;
static const protocol_t *protocol_fwx;
static bool want_checksums;

/* The packets of one frame. */
static struct {
    GArray *packets; /* of struct fwx_packet */
    uint32_t frame;
    bool bad_length; /* of the last one: what it seems to carry is no packet */
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
static void read_syn_options(tvbuff_t *tvb, struct fwx_tcp_segment *tcp)
{
    enum { END = 0, NOP = 1, WINDOW_SCALE = 3, FAST_OPEN = 34, EXPERIMENT = 254 };
    uint8_t options[40];
    unsigned length = copy_bytes(tvb, 20, options, tcp->header_len - 20u);

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

/* RFC 9293, 3.1, where the whole segment was captured. */
static bool is_bad_checksum(tvbuff_t *tvb, const struct fwx_packet *packet)
{
    uint32_t length = tvb_reported_length(tvb);
    uint32_t pseudo[2] = {g_htonl(FWX_PROTOCOL_TCP), g_htonl(length)};
    int address_len = packet->ip_version == 6 ? 16 : 4;
    vec_t parts[4];

    if (packet->fragment || tvb_captured_length(tvb) < length)
        return false;
    SET_CKSUM_VEC_PTR(parts[0], fwx_address_bytes(&packet->src), address_len);
    SET_CKSUM_VEC_PTR(parts[1], fwx_address_bytes(&packet->dst), address_len);
    SET_CKSUM_VEC_PTR(parts[2], (const uint8_t *)pseudo, 8);
    SET_CKSUM_VEC_TVB(parts[3], tvb, 0, length);
    return in_cksum(parts, 4) != 0;
}

static bool read_tcp(tvbuff_t *tvb, struct fwx_packet *packet)
{
    struct fwx_tcp_segment *tcp = &packet->tcp;
    uint32_t reported = tvb_reported_length(tvb);
    uint8_t header[20];

    if (copy_bytes(tvb, 0, header, sizeof header) < sizeof header)
        return false;
    packet->src_port = be16(header);
    packet->dst_port = be16(header + 2);
    tcp->seq = be32(header + 4);
    tcp->ack = be32(header + 8);
    tcp->header_len = (uint8_t)(header[12] >> 4 << 2);
    tcp->flags = header[13];
    tcp->window = be16(header + 14);
    tcp->urgent_pointer = be16(header + 18);
    tcp->window_scale = FWX_NO_WINDOW_SCALE;
    if (tcp->header_len < sizeof header || tcp->header_len > reported)
        return false;
    tcp->payload_len = reported - tcp->header_len;
    if (tcp->payload_len)
        tcp->head_len = (uint8_t)copy_bytes(tvb, tcp->header_len, tcp->head,
                                            MIN(tcp->payload_len, sizeof tcp->head));
    if ((tcp->flags & FWX_SYN) && tcp->header_len > sizeof header)
        read_syn_options(tvb, tcp);
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
    uint32_t reported = tvb_reported_length(tvb);
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

/* ---- the IP header and the frame ------------------------------------------------------------- */

/* A reassembled datagram is longer than the fragment that completes it: as if it had come whole. */
static void read_ip_lengths(struct fwx_packet *packet, uint32_t ip_len, uint32_t payload_len)
{
    uint32_t header_len = ip_len - payload_len;

    if (header_len < 20 || header_len > 60) {
        header_len = 20;
        ip_len = header_len + payload_len;
    }
    packet->ip_header_len = (uint8_t)header_len;
    packet->ip_len = ip_len;
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
        read_ip_lengths(packet, ip4->ip_len, tvb_reported_length(tvb));
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
    uint64_t mac = 0;

    if (link->type != AT_ETHER || link->len != 6)
        return 0;
    for (unsigned i = 0; i < 6; i++)
        mac = mac << 8 | ((const uint8_t *)link->data)[i];
    return mac;
}

static struct fwx_packet new_packet(const packet_info *pinfo)
{
    return (struct fwx_packet){
        .frame = pinfo->num,
        .time = nanoseconds(&pinfo->abs_ts),
        .fragment = pinfo->fragmented,
        .src_mac = mac_of(&pinfo->dl_src),
    };
}

static void append(const packet_info *pinfo, struct fwx_packet *packet)
{
    if (seen.frame != pinfo->num) {
        g_array_set_size(seen.packets, 0);
        seen.frame = pinfo->num;
    }
    seen.bad_length = packet->view == FWX_VIEW_BAD_LENGTH;
    packet->index = (uint16_t)seen.packets->len;
    g_array_append_vals(seen.packets, packet, 1);
}

static void note(tvbuff_t *tvb, const packet_info *pinfo, void *ip)
{
    struct fwx_packet packet = new_packet(pinfo);

    packet.protocol = (uint8_t)pinfo->match_uint;
    if ((seen.frame == pinfo->num && seen.bad_length) || !read_ip(ip, tvb, &packet))
        return;
    packet.has_transport = read_transport(tvb, &packet);
    append(pinfo, &packet);
}

const struct fwx_packet *fwx_observe_take(const packet_info *pinfo, uint32_t *count)
{
    *count = seen.frame == pinfo->num ? seen.packets->len : 0;
    seen.frame = 0; /* the same frame may come again at once */
    return (const struct fwx_packet *)(void *)seen.packets->data;
}

/* ---- what the IP dissector keeps to itself ---------------------------------------------------- */

/* The length cannot be, and it is not the capture that cut the frame. A total length of 0 is how
 * segmentation offload leaves it. */
static bool has_bad_length(tvbuff_t *tvb, uint32_t total, uint32_t header_len)
{
    uint32_t room = tvb_reported_length(tvb);

    if (!total || tvb_captured_length(tvb) < room)
        return false;
    return header_len < 20 || total < header_len || total > room;
}

static void note_header(tvbuff_t *tvb, const packet_info *pinfo, const uint8_t *header)
{
    struct fwx_packet packet = new_packet(pinfo);
    uint16_t fragment = be16(header + 6);

    packet.ip_version = 4;
    packet.ip_len = be16(header + 2);
    packet.ip_header_len = (uint8_t)((header[0] & 0x0f) * 4);
    packet.ip_id = be16(header + 4);
    packet.ttl = header[8];
    packet.protocol = header[9];
    packet.src = fwx_address_from(header + 12, 4);
    packet.dst = fwx_address_from(header + 16, 4);
    packet.frame_len = tvb_reported_length(tvb);
    if (has_bad_length(tvb, packet.ip_len, packet.ip_header_len)) {
        packet.view = FWX_VIEW_BAD_LENGTH;
    } else {
        packet.view = FWX_VIEW_FRAGMENT;
        packet.fragment_end =
            (fragment & OFFSET) * 8u + packet.ip_len - packet.ip_header_len;
    }
    append(pinfo, &packet);
}

static int observe_ipv4(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    uint8_t header[20];

    if (!pinfo->flags.in_error_pkt && proto_is_protocol_enabled(protocol_fwx) &&
        copy_bytes(tvb, 0, header, sizeof header) == sizeof header && header[0] >> 4 == 4 &&
        ((be16(header + 6) & (MORE_FRAGMENTS | OFFSET)) ||
         has_bad_length(tvb, be16(header + 2), (header[0] & 0x0f) * 4u)))
        note_header(tvb, pinfo, header);
    return call_dissector_only(original_ipv4, tvb, pinfo, tree, data);
}

/* ---- the handles in between ------------------------------------------------------------------- */

static int observe(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    dissector_handle_t original = originals[pinfo->match_uint % ALL_PROTOCOLS];

    if (!pinfo->flags.in_error_pkt && proto_is_protocol_enabled(protocol_fwx))
        note(tvb, pinfo, ip);
    return original ? call_dissector_only(original, tvb, pinfo, tree, ip) : 0;
}

void fwx_observe_checksums(bool wanted)
{
    want_checksums = wanted;
}

/* Whoever disables the transport disables its observer: they stand for one another. */
static dissector_handle_t make_observer(dissector_t dissect, const char *filter_name,
                                        const char *name)
{
    int parent = proto_get_id_by_filter_name(filter_name);
    int proto =
        proto_register_protocol_in_name_only(name, name, filter_name, parent, FT_PROTOCOL);

    return create_dissector_handle(dissect, proto);
}

void fwx_observe_register(int proto_fwx)
{
    protocol_fwx = find_protocol_by_id(proto_fwx);
    seen.packets = g_array_new(FALSE, FALSE, sizeof(struct fwx_packet));
    for (unsigned i = 0; i < G_N_ELEMENTS(transports); i++)
        observers[i] = make_observer(observe, transports[i].filter_name, transports[i].name);
    ipv4_observer = make_observer(observe_ipv4, "ip", "IPv4 header (via FWX)");
}

void fwx_observe_handoff(void)
{
    dissector_table_t protocols = find_dissector_table("ip.proto");

    for (unsigned i = 0; i < G_N_ELEMENTS(transports); i++) {
        uint8_t protocol = transports[i].protocol;

        originals[protocol] = dissector_get_uint_handle(protocols, protocol);
        dissector_add_uint("ip.proto", protocol, observers[i]);
    }
    original_ipv4 = dissector_get_uint_handle(find_dissector_table("ethertype"), ETHERTYPE_IPV4);
    dissector_add_uint("ethertype", ETHERTYPE_IPV4, ipv4_observer);
}
