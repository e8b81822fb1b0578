/* observe.c
 *
 * A handle of our own stands in the ip.proto table before the transports' handles. It copies
 * what the engine needs and calls the original, so every pass of every mode comes by here, and
 * nobody downstream notices: the handles have names, for Decode As, but no protocol.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/observe.h"

#include <epan/dissectors/packet-ip.h>
#include <wiretap/wtap.h>

#include "engine/decode.h"
#include "engine/headers.h"
#include "host/point.h"

enum { ALL_PROTOCOLS = 256, TCP = FWX_PROTOCOL_TCP };
enum { FRAGMENT = 44, ESP = 50, AH = 51, IPCOMP = 108 }; /* between IP and a transport */
enum { FRAGMENTED = 0x3fff }; /* of IPv4's flags and offset: there are more, or there were some */

static dissector_handle_t originals[ALL_PROTOCOLS]; /* by IANA number, NULL: nobody's */
static int proto_ip;
static bool is_enabled;
static bool want_checksums;
static bool check_all; /* checksums of long segments too: wanted, or a short one's was wrong */
static uint32_t packets_read; /* of this capture */
static bool has_offload;      /* a long one's was wrong: none of them tells anything */

/* The packets of one frame. */
static struct {
    struct fwx_packet *packets;
    uint32_t count;
    uint32_t room;
    uint32_t frame;
    /* Of the last one: */
    uint8_t protocol;   /* what its header carries */
    bool is_open;       /* its transport is still to come, */
    const void *ip;     /* behind this header, as its dissector hands it on */
    const void *source; /* its source address, as pinfo has it */
} seen;

static struct fwx_bytes bytes_of(tvbuff_t *tvb)
{
    uint32_t captured = tvb_captured_length(tvb);

    return (struct fwx_bytes){captured ? tvb_get_ptr(tvb, 0, (int)captured) : NULL, captured,
                              tvb_reported_length(tvb)};
}

/* ---- the frame -------------------------------------------------------------------------------
 */

/* Captures may claim any time; the engine counts in what fits 64 bits (until the year 2262). */
int64_t fwx_observe_time(const packet_info *pinfo)
{
    const int64_t limit = INT64_MAX / FWX_SECOND - 1;

    if (!(pinfo->rec->presence_flags & WTAP_HAS_TS))
        return FWX_NO_TIME;
    return CLAMP((int64_t)pinfo->abs_ts.secs, -limit, limit) * FWX_SECOND + pinfo->abs_ts.nsecs;
}

static uint64_t mac_of(const address *link)
{
    uint32_t high = 0;
    uint16_t low = 0;

    if (link->type == AT_ETHER && link->len == 6) {
        memcpy(&high, link->data, sizeof high);
        memcpy(&low, (const uint8_t *)link->data + sizeof high, sizeof low);
    }
    return (uint64_t)GUINT32_FROM_BE(high) << 16 | GUINT16_FROM_BE(low);
}

static struct fwx_packet *last_packet(void)
{
    return &seen.packets[seen.count - 1];
}

/* In parts: that much, compilers clear without a loop. All but what is set with has_transport. */
static inline void clear(struct fwx_packet *packet)
{
    const size_t part = 64;

    memset(packet, 0, part);
    memset((uint8_t *)packet + part, 0, part);
    memset((uint8_t *)packet + 2 * part, 0, offsetof(struct fwx_packet, transport) - 2 * part);
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
    clear(packet);
    packet->frame = pinfo->num;
    packet->time = fwx_observe_time(pinfo);
    packet->fragment = pinfo->fragmented;
    packet->src_mac = mac_of(&pinfo->dl_src);
    packet->index = (uint16_t)seen.count++;
    return packet;
}

/* ---- the IP header --------------------------------------------------------------------------
 */

/* Length of the IPv4 header in front of the payload, 20 if it cannot be found. */
static uint32_t find_header_length(tvbuff_t *payload, uint32_t ip_len)
{
    struct fwx_bytes source = bytes_of(tvb_get_ds_tvb(payload));
    uint32_t at = tvb_raw_offset(payload);

    for (uint32_t length = 20; length <= 60 && length <= at; length += 4) {
        const uint8_t *header = source.at + at - length;

        if (header[0] == (0x40 | length / 4) && (header[2] << 8 | header[3]) == (int)ip_len)
            return length;
    }
    return 20;
}

/* A reassembled datagram is longer than the fragment that completes it: as if it had come whole. */
static G_GNUC_NO_INLINE void read_odd_length(const ws_ip4 *ip4, tvbuff_t *tvb,
                                             struct fwx_bytes *payload, struct fwx_packet *packet)
{
    packet->reassembled = (ip4->ip_off & FRAGMENTED) && !packet->fragment;
    if (!packet->reassembled)
        fwx_decode_total_length(ip4->ip_len, find_header_length(tvb, ip4->ip_len), *payload,
                                packet);
    payload->length = packet->ip_len - packet->ip_header_len;
}

/* The total length is nearly always that of a plain header and the payload. */
static void read_ip4(const ws_ip4 *ip4, tvbuff_t *tvb, struct fwx_bytes *payload,
                     struct fwx_packet *packet)
{
    enum { PLAIN_HEADER = 20 };

    packet->ip_version = 4;
    packet->src = fwx_address_from(ip4->ip_src.data, 4);
    packet->dst = fwx_address_from(ip4->ip_dst.data, 4);
    packet->tos = ip4->ip_tos;
    packet->ttl = ip4->ip_ttl;
    packet->ip_id = ip4->ip_id;
    packet->ip_header_len = PLAIN_HEADER;
    packet->ip_len = PLAIN_HEADER + payload->length;
    if (ip4->ip_len != packet->ip_len || ip4->ip_off & FRAGMENTED)
        read_odd_length(ip4, tvb, payload, packet);
}

static void read_ip6(const ws_ip6 *ip6, struct fwx_packet *packet)
{
    packet->ip_version = 6;
    packet->src = fwx_address_from(ip6->ip6_src.data, 6);
    packet->dst = fwx_address_from(ip6->ip6_dst.data, 6);
    packet->tos = ip6->ip6_tc;
    packet->ttl = ip6->ip6_hop;
    packet->ip_header_len = 40;
    packet->ip_len = 40 + ip6->ip6_len;
}

static G_GNUC_NO_INLINE void check_sum(struct fwx_bytes payload, struct fwx_packet *packet)
{
    if (packet->protocol != TCP || !packet->has_transport)
        return;
    packet->checksum = fwx_decode_checksum(payload, packet);
    packet->bad_checksum = want_checksums && packet->checksum == FWX_CHECKSUM_BAD;
}

/* Whether only short segments have a wrong checksum is known from the long ones that follow. */
static G_GNUC_NO_INLINE void learn_of_checksums(const struct fwx_packet *packet)
{
    enum { SHORT = 66 };

    has_offload |= packet->ip_len > SHORT;
    check_all = want_checksums || !has_offload;
}

/* A device that spoils the checksums of short segments spoils them all, so behind the first packets
 * some are enough; from the first wrong one on, all are looked at. */
static inline bool is_due(void)
{
    enum { FIRST = 1024, EVERY = 16 };

    return packets_read++ < FIRST || packets_read % EVERY == 0 || check_all;
}

static inline void read_transport(struct fwx_bytes payload, struct fwx_packet *packet)
{
    if (packet->view == FWX_VIEW_DATAGRAM && is_due())
        fwx_decode_transport(payload, packet);
    else if (packet->view == FWX_VIEW_DATAGRAM)
        fwx_decode_header(payload, packet);
    if (check_all)
        check_sum(payload, packet);
    if (packet->checksum == FWX_CHECKSUM_BAD)
        learn_of_checksums(packet);
}

/* The last packet once more, behind a header that stood in between: as if that were not there. */
static G_GNUC_NO_INLINE void note_again(tvbuff_t *tvb, const packet_info *pinfo, uint8_t protocol)
{
    struct fwx_packet *packet = last_packet();
    struct fwx_bytes payload = bytes_of(tvb);

    packet->protocol = protocol;
    if (packet->view == FWX_VIEW_FRAGMENT) {
        packet->view = FWX_VIEW_DATAGRAM;
        packet->fragment = pinfo->fragmented;
        packet->reassembled = !packet->fragment;
    }
    if (packet->ip_version == 4 || packet->reassembled)
        packet->ip_len = packet->ip_header_len + payload.length;
    read_transport(payload, packet);
}

/* Is the IP header that of the last packet? Some of what stands in between hands it on, and some
 * hands on nothing. */
static bool is_same(const packet_info *pinfo, const void *ip)
{
    return seen.is_open && seen.frame == pinfo->num && (!ip || ip == seen.ip);
}

/* What an IP header or one behind it carries. False: whoever calls the transport has no addresses.
 */
static bool note(tvbuff_t *tvb, const packet_info *pinfo, void *ip, uint8_t protocol)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(ip);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip);
    struct fwx_packet *packet;
    struct fwx_bytes payload;

    if (is_same(pinfo, ip)) {
        note_again(tvb, pinfo, protocol);
        return true;
    }
    if (!ip4 && !ip6)
        return false;
    packet = add_packet(pinfo);
    packet->protocol = protocol;
    payload = bytes_of(tvb);
    if (ip4)
        read_ip4(ip4, tvb, &payload, packet);
    else
        read_ip6(ip6, packet);
    read_transport(payload, packet);
    seen.protocol = protocol;
    seen.source = pinfo->net_src.data;
    seen.is_open = false;
    return true;
}

/* ---- the handles in between -------------------------------------------------------------------
 */

static bool is_observed(const packet_info *pinfo)
{
    return is_enabled && !pinfo->flags.in_error_pkt;
}

static int observe(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    uint8_t protocol = (uint8_t)pinfo->match_uint;

    if (is_observed(pinfo))
        note(tvb, pinfo, ip, protocol);
    return originals[protocol] ? call_dissector_only(originals[protocol], tvb, pinfo, tree, ip) : 0;
}

/* A header that a transport of the same packet follows. IPv6 calls some of them by their handles:
 * match_uint is not theirs. */
static int observe_between(uint8_t protocol, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                           void *ip)
{
    if (is_observed(pinfo) && note(tvb, pinfo, ip, protocol)) {
        seen.is_open = true;
        seen.ip = ip ? ip : seen.ip;
        if (protocol == FRAGMENT)
            fwx_decode_fragment_header(bytes_of(tvb), last_packet());
    }
    return call_dissector_only(originals[protocol], tvb, pinfo, tree, ip);
}

static int observe_fragment(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    return observe_between(FRAGMENT, tvb, pinfo, tree, ip);
}

static int observe_ah(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    return observe_between(AH, tvb, pinfo, tree, ip);
}

static int observe_esp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    return observe_between(ESP, tvb, pinfo, tree, ip);
}

static int observe_ipcomp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip)
{
    return observe_between(IPCOMP, tvb, pinfo, tree, ip);
}

/* The transports that the engine knows, and the tunnels whose packets are packets too. */
static const struct transport {
    dissector_t observe;
    const char *name;
    const char *description; /* what Decode As shows as the current dissector */
    uint8_t protocol;
} transports[] = {
    {observe, "fwx-icmp", "ICMP (via FWX)", FWX_PROTOCOL_ICMP},
    {observe, "fwx-ip", "IPv4 (via FWX)", 4},
    {observe, "fwx-tcp", "TCP (via FWX)", FWX_PROTOCOL_TCP},
    {observe, "fwx-udp", "UDP (via FWX)", FWX_PROTOCOL_UDP},
    {observe, "fwx-ipv6", "IPv6 (via FWX)", 41},
    {observe_fragment, "fwx-fragment", "IPv6 fragment (via FWX)", FRAGMENT},
    {observe, "fwx-gre", "GRE (via FWX)", 47},
    {observe_esp, "fwx-esp", "ESP (via FWX)", ESP},
    {observe_ah, "fwx-ah", "AH (via FWX)", AH},
    {observe, "fwx-icmpv6", "ICMPv6 (via FWX)", FWX_PROTOCOL_ICMPV6},
    {observe_ipcomp, "fwx-ipcomp", "IPComp (via FWX)", IPCOMP},
    {observe, "fwx-reserved", "Reserved (via FWX)", 255},
};

/* ---- what the IP dissector keeps to itself ----------------------------------------------------
 */

/* The rest of the data source that an address lies in. */
static bool find_bytes(const packet_info *pinfo, uintptr_t at, struct fwx_bytes *bytes)
{
    for (const GSList *item = pinfo->data_src; item; item = item->next) {
        struct fwx_bytes source =
            bytes_of(get_data_source_tvb((const struct data_source *)item->data));
        uintptr_t distance = at - (uintptr_t)source.at;

        if (distance < source.captured) {
            *bytes = fwx_bytes_from(source, (uint32_t)distance);
            return true;
        }
    }
    return false;
}

/* Packets that others only quote. */
static bool has_quotes(const packet_info *pinfo)
{
    static const char *const quoting[] = {"icmp", "icmpv6", "lcp", "nhrp", "clnp"};

    for (unsigned i = 0; i < G_N_ELEMENTS(quoting); i++) {
        if (proto_is_frame_protocol(pinfo->layers, quoting[i]))
            return true;
    }
    return false;
}

/* Some dissectors put back the addresses that they found. */
static bool is_known(const struct fwx_packet *fragment)
{
    for (uint32_t i = 0; i + 1 < seen.count; i++) {
        const struct fwx_packet *packet = &seen.packets[i];

        if (packet->ip_version == 4 && packet->ip_id == fragment->ip_id &&
            fwx_address_equal(&packet->src, &fragment->src) &&
            fwx_address_equal(&packet->dst, &fragment->dst))
            return true;
    }
    return false;
}

/* The source address lies in the innermost IPv4 header. Where no payload of that was observed, it
 * may be a fragment. */
static void note_fragment(const packet_info *pinfo)
{
    enum { SOURCE = 12 };
    const address *source = &pinfo->net_src;
    struct fwx_bytes bytes;
    struct fwx_packet *packet;

    if (source->type != AT_IPv4 || has_quotes(pinfo) ||
        !find_bytes(pinfo, (uintptr_t)source->data - SOURCE, &bytes))
        return;
    packet = add_packet(pinfo);
    if (!fwx_decode_ip(bytes, packet) || packet->view != FWX_VIEW_FRAGMENT || is_known(packet))
        seen.count--;
}

/* Where the IP dissector was called last, which ended it at that: the header's lengths cannot be.
 */
static void note_bad_length(tvbuff_t *frame, const packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);
    struct fwx_bytes bytes = bytes_of(frame);
    struct fwx_packet *packet;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != last;
         layer = wmem_list_frame_next(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (!fwx_header_pass(proto_get_protocol_filter_name(proto), &bytes))
            return;
    }
    packet = add_packet(pinfo);
    if (!fwx_decode_ip(bytes, packet) || packet->view != FWX_VIEW_BAD_LENGTH)
        seen.count--;
}

/* Apart, for most frames have no need of it. */
static G_GNUC_NO_INLINE void look_closer(tvbuff_t *frame, const packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);

    if (seen.frame != pinfo->num || seen.source != pinfo->net_src.data)
        note_fragment(pinfo);
    if (last && GPOINTER_TO_INT(wmem_list_frame_data(last)) == proto_ip)
        note_bad_length(frame, pinfo);
}

const struct fwx_packet *fwx_observe_take(tvbuff_t *tvb, const packet_info *pinfo, uint32_t *count)
{
    bool is_plain =
        seen.frame == pinfo->num && seen.protocol == TCP && seen.source == pinfo->net_src.data;

    /* Nothing is left to find of a frame that ends in TCP. */
    if (!is_plain && is_enabled)
        look_closer(tvb, pinfo);
    *count = is_plain || seen.frame == pinfo->num ? seen.count : 0;
    /* Only now: an interface of whose packets none is observed is no capture point. */
    for (uint32_t i = 0; i < *count; i++)
        seen.packets[i].capture_point = fwx_point_of(pinfo);
    seen.frame = 0; /* the same frame may come again at once */
    return seen.packets;
}

void fwx_observe_place(const packet_info *pinfo, struct fwx_bytes frame, struct fwx_packet *packet)
{
    packet->frame = pinfo->num;
    packet->time = fwx_observe_time(pinfo);
    packet->capture_point = fwx_point_of_plain(pinfo, frame);
}

void fwx_observe_transport(struct fwx_bytes payload, struct fwx_packet *packet)
{
    read_transport(payload, packet);
}

void fwx_observe_start(bool enabled, bool checksums)
{
    is_enabled = enabled;
    want_checksums = check_all = checksums;
    has_offload = false;
    packets_read = 0;
}

void fwx_observe_stop(void)
{
    g_free(seen.packets);
    memset(&seen, 0, sizeof seen);
}

void fwx_observe_handoff(void)
{
    dissector_table_t protocols = find_dissector_table("ip.proto");

    proto_ip = proto_get_id_by_filter_name("ip");
    for (unsigned i = 0; i < G_N_ELEMENTS(transports); i++) {
        const struct transport *transport = &transports[i];

        originals[transport->protocol] = dissector_get_uint_handle(protocols, transport->protocol);
        /* Without a protocol: they observe where the transport is disabled, too, cannot be disabled
         * themselves, and cost less. */
        dissector_add_uint("ip.proto", transport->protocol,
                           create_dissector_handle_with_name_and_description(
                               transport->observe, -1, transport->name, transport->description));
    }
}
