/* test_checksum.c
 * Checksums of transports, and what they tell of a packet that is shorter than it says: it was sent
 * so, or the capture was cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/decode.h"

/* RFC 1071, over words written one after the other. */
static uint16_t checksum_of(const uint8_t *bytes, unsigned count)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < count; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum > 0xffff)
        sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)~sum;
}

/* Where the checksum stands in a transport. */
static unsigned place_of(uint8_t protocol)
{
    return protocol == FWX_PROTOCOL_TCP ? 16 : protocol == FWX_PROTOCOL_UDP ? 6 : 2;
}

/* Puts the right checksum in, for this length in the pseudo-header (RFC 9293, 3.1; RFC 8200, 8.1).
 */
static void seal(uint8_t *transport, unsigned count, const struct fwx_packet *packet,
                 uint32_t length)
{
    uint8_t all[200] = {0};
    unsigned address_len = packet->ip_version == 6 ? 16 : 4;
    unsigned at = 0;
    unsigned place = place_of(packet->protocol);
    uint16_t checksum;

    transport[place] = transport[place + 1] = 0;
    if (packet->protocol != FWX_PROTOCOL_ICMP) {
        memcpy(all, fwx_address_bytes(&packet->src), address_len);
        memcpy(all + address_len, fwx_address_bytes(&packet->dst), address_len);
        at = 2 * address_len;
        all[at] = (uint8_t)(length >> 24);
        all[at + 1] = (uint8_t)(length >> 16);
        all[at + 2] = (uint8_t)(length >> 8);
        all[at + 3] = (uint8_t)length;
        all[at + 7] = packet->protocol;
        at += 8;
    }
    memcpy(all + at, transport, count);
    checksum = checksum_of(all, at + count);
    transport[place] = (uint8_t)(checksum >> 8);
    transport[place + 1] = (uint8_t)checksum;
}

static struct fwx_packet packet_of(uint8_t protocol, uint8_t ip_version)
{
    static const uint8_t src[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xfe, [15] = 0xf1};
    static const uint8_t dst[16] = {0x20, 0x01, 0x0d, 0xb9, 0xab, 0xcd, [15] = 0x02};

    return (struct fwx_packet){
        .src = fwx_address_from(src, ip_version),
        .dst = fwx_address_from(dst, ip_version),
        .ip_version = ip_version,
        .protocol = protocol,
    };
}

/* 40 bytes, of which the first count count. */
static void fill(uint8_t bytes[40])
{
    for (unsigned i = 0; i < 40; i++)
        bytes[i] = (uint8_t)(0xe0 + 7 * i);
}

/* ---- right or wrong -------------------------------------------------------------------------- */

static void try_checksum(uint8_t protocol, uint8_t ip_version, unsigned count)
{
    struct fwx_packet packet = packet_of(protocol, ip_version);
    struct fwx_bytes bytes;
    uint8_t transport[40];

    fill(transport);
    seal(transport, count, &packet, count);
    bytes = (struct fwx_bytes){(const uint8_t *)g_memdup2(transport, count), count, count};
    g_assert_cmpint(fwx_decode_checksum(bytes, &packet), ==, FWX_CHECKSUM_GOOD);
    for (unsigned i = 0; i < count; i++) {
        ((uint8_t *)bytes.at)[i] ^= 1;
        g_assert_cmpint(fwx_decode_checksum(bytes, &packet), ==, FWX_CHECKSUM_BAD);
        ((uint8_t *)bytes.at)[i] ^= 1;
    }
    /* Of a part, or of a fragment, nobody knows. */
    ((uint8_t *)bytes.at)[count - 1] ^= 1;
    bytes.length++;
    g_assert_cmpint(fwx_decode_checksum(bytes, &packet), ==, FWX_CHECKSUM_NOT_SEEN);
    bytes.length--;
    packet.fragment = true;
    g_assert_cmpint(fwx_decode_checksum(bytes, &packet), ==, FWX_CHECKSUM_NOT_SEEN);
    g_free((gpointer)bytes.at);
}

static void test_checksums(void)
{
    for (unsigned count = 20; count <= 40; count++) {
        try_checksum(FWX_PROTOCOL_TCP, 4, count);
        try_checksum(FWX_PROTOCOL_TCP, 6, count);
        try_checksum(FWX_PROTOCOL_UDP, 4, count);
        try_checksum(FWX_PROTOCOL_UDP, 6, count);
        try_checksum(FWX_PROTOCOL_ICMP, 4, count);
        try_checksum(FWX_PROTOCOL_ICMPV6, 6, count);
    }
}

/* A jumbogram (RFC 2675) whose sum carries, and carries again. */
static void test_carries_twice(void)
{
    enum { COUNT = 2 * 0x10001 };
    struct fwx_packet packet = packet_of(FWX_PROTOCOL_ICMP, 4);
    uint8_t *ones = (uint8_t *)g_malloc(COUNT);

    memset(ones, 0xff, COUNT);
    g_assert_cmpint(fwx_decode_checksum((struct fwx_bytes){ones, COUNT, COUNT}, &packet), ==,
                    FWX_CHECKSUM_GOOD);
    ones[0] = 0xfe;
    g_assert_cmpint(fwx_decode_checksum((struct fwx_bytes){ones, COUNT, COUNT}, &packet), ==,
                    FWX_CHECKSUM_BAD);
    g_free(ones);
}

/* The addresses count, but not of ICMP over IPv4, and so does the protocol. */
static void test_pseudo_header(void)
{
    static const struct {
        uint8_t protocol;
        uint8_t ip_version;
        bool counts;
    } cases[] = {{FWX_PROTOCOL_TCP, 4, true},
                 {FWX_PROTOCOL_TCP, 6, true},
                 {FWX_PROTOCOL_ICMP, 4, false},
                 {FWX_PROTOCOL_ICMPV6, 6, true}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = packet_of(cases[i].protocol, cases[i].ip_version);
        struct fwx_address src = packet.src;
        struct fwx_bytes bytes;
        uint8_t transport[40];

        fill(transport);
        seal(transport, 40, &packet, 40);
        bytes = (struct fwx_bytes){transport, 40, 40};
        ((uint8_t *)packet.src.word)[15] ^= 1;
        g_assert_cmpint(fwx_decode_checksum(bytes, &packet), ==,
                        cases[i].counts ? FWX_CHECKSUM_BAD : FWX_CHECKSUM_GOOD);
        packet.src = src;
        ((uint8_t *)packet.dst.word)[15] ^= 1;
        g_assert_cmpint(fwx_decode_checksum(bytes, &packet), ==,
                        cases[i].counts ? FWX_CHECKSUM_BAD : FWX_CHECKSUM_GOOD);
    }
}

/* ---- looked at unasked ----------------------------------------------------------------------- */

/* A segment of so many bytes in an IP packet of ip_len; the last byte is wrong by flip. */
static uint8_t looked_at(uint8_t ip_version, uint32_t count, uint32_t ip_len, uint32_t captured,
                         uint8_t flip)
{
    struct fwx_packet packet = packet_of(FWX_PROTOCOL_TCP, ip_version);
    uint8_t transport[40];

    fill(transport);
    transport[12] = 0x50;
    seal(transport, count, &packet, count);
    transport[19] ^= flip;
    packet.ip_len = ip_len;
    g_assert_true(fwx_decode_transport((struct fwx_bytes){transport, captured, count}, &packet));
    g_assert_false(packet.bad_checksum); /* of those who ask for it */
    return packet.checksum;
}

/* Of what fits the smallest frame, all of it and no more. */
static void test_short_segments(void)
{
    static const struct {
        uint8_t ip_version;
        uint32_t header_len;
        uint32_t count;
        bool looked_at;
    } cases[] = {
        {4, 20, 20, true},  {4, 20, 26, true},  {4, 20, 27, false},
        {4, 20, 40, false}, {4, 24, 22, true},  {4, 24, 23, false}, /* IP options */
        {6, 40, 20, true},  {6, 40, 26, true},  {6, 40, 27, false},
        {6, 40, 40, false}, {6, 44, 20, false}, /* something stands in between */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t version = cases[i].ip_version;
        uint32_t count = cases[i].count;
        uint32_t ip_len = cases[i].header_len + count;
        bool looks = cases[i].looked_at;

        g_assert_cmpuint(looked_at(version, count, ip_len, count, 0), ==,
                         looks ? FWX_CHECKSUM_GOOD : FWX_CHECKSUM_NOT_SEEN);
        g_assert_cmpuint(looked_at(version, count, ip_len, count, 1), ==,
                         looks ? FWX_CHECKSUM_BAD : FWX_CHECKSUM_NOT_SEEN);
        if (count > 20) /* cut */
            g_assert_cmpuint(looked_at(version, count, ip_len, count - 1, 1), ==,
                             FWX_CHECKSUM_NOT_SEEN);
    }
}

/* Neither of a fragment, nor of other transports, nor of what is not well formed. */
static void test_not_looked_at(void)
{
    static const struct {
        uint8_t protocol;
        uint8_t offset; /* of data, as TCP writes it */
        bool fragment;
        uint8_t checksum;
    } cases[] = {
        {FWX_PROTOCOL_TCP, 0x50, false, FWX_CHECKSUM_BAD},
        {FWX_PROTOCOL_TCP, 0x40, false, FWX_CHECKSUM_NOT_SEEN},
        {FWX_PROTOCOL_TCP, 0x50, true, FWX_CHECKSUM_NOT_SEEN},
        {FWX_PROTOCOL_UDP, 0x50, false, FWX_CHECKSUM_NOT_SEEN},
        {FWX_PROTOCOL_ICMP, 0x50, false, FWX_CHECKSUM_NOT_SEEN},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = packet_of(cases[i].protocol, 4);
        uint8_t transport[40] = {[12] = cases[i].offset};

        packet.ip_len = 40;
        packet.fragment = cases[i].fragment;
        fwx_decode_transport((struct fwx_bytes){transport, 20, 20}, &packet);
        g_assert_cmpuint(packet.checksum, ==, cases[i].checksum);
    }
}

/* ---- shorter than it says -------------------------------------------------------------------- */

/* A packet that says it carries 40 bytes, and 30 are there: with a checksum over these, for this
 * length in the pseudo-header, or a wrong one where it is 0. */
static void try_short(uint8_t protocol, uint32_t length, uint32_t captured, enum fwx_view view)
{
    struct fwx_packet packet = packet_of(protocol, 4);
    uint8_t transport[40];

    fill(transport);
    transport[29] = 0; /* a sum over one byte less is the same */
    seal(transport, 30, &packet, length ? length : 30);
    transport[28] ^= !length;
    fwx_decode_total_length(60, 20, (struct fwx_bytes){transport, captured, 30}, &packet);
    g_assert_cmpint(packet.view, ==, view);
    g_assert_cmpuint(packet.ip_len, ==, 60);
    g_assert_cmpuint(packet.frame_len, ==, 50);
    g_assert_cmpuint(packet.ip_header_len, ==, 20);
}

/* What was sent so has a checksum over just what is there. */
static void test_sent_short(void)
{
    static const uint8_t protocols[] = {FWX_PROTOCOL_TCP, FWX_PROTOCOL_UDP, FWX_PROTOCOL_ICMP};

    for (unsigned i = 0; i < G_N_ELEMENTS(protocols); i++) {
        try_short(protocols[i], 30, 30, FWX_VIEW_BAD_LENGTH);
        try_short(protocols[i], 40, 30, FWX_VIEW_BAD_LENGTH);
        try_short(protocols[i], 0, 30, FWX_VIEW_DATAGRAM);
        try_short(protocols[i], 30, 29, FWX_VIEW_DATAGRAM);
    }
    try_short(FWX_PROTOCOL_TCP, 35, 30, FWX_VIEW_DATAGRAM);
    try_short(FWX_PROTOCOL_ICMPV6, 30, 30, FWX_VIEW_DATAGRAM); /* not over IPv4 */
}

/* No longer than what is there: the rest is padding. A fragment's length is another matter. */
static void test_not_short(void)
{
    static const struct {
        uint32_t total;
        bool fragment;
        uint32_t ip_len;
        enum fwx_view view;
    } cases[] = {
        {49, false, 50, FWX_VIEW_DATAGRAM},
        {50, false, 50, FWX_VIEW_DATAGRAM},
        {51, false, 51, FWX_VIEW_BAD_LENGTH},
        {51, true, 50, FWX_VIEW_DATAGRAM},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = packet_of(FWX_PROTOCOL_TCP, 4);
        uint8_t transport[40];

        fill(transport);
        seal(transport, 30, &packet, 30);
        packet.fragment = cases[i].fragment;
        fwx_decode_total_length(cases[i].total, 20, (struct fwx_bytes){transport, 30, 30}, &packet);
        g_assert_cmpuint(packet.ip_len, ==, cases[i].ip_len);
        g_assert_cmpint(packet.view, ==, cases[i].view);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checksum/checksums", test_checksums);
    g_test_add_func("/checksum/carries-twice", test_carries_twice);
    g_test_add_func("/checksum/pseudo-header", test_pseudo_header);
    g_test_add_func("/checksum/short-segments", test_short_segments);
    g_test_add_func("/checksum/not-looked-at", test_not_looked_at);
    g_test_add_func("/checksum/sent-short", test_sent_short);
    g_test_add_func("/checksum/not-short", test_not_short);
    return g_test_run();
}
