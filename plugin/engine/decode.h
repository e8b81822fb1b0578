/* decode.h
 * From bytes to what a firewall sees of them: IP packets and transports, and what stands before IP.
 *
 * Bytes that were captured are read, lengths are what headers and the frame say. Nothing is
 * allocated and nothing is kept. Whatever the bytes are, nothing beyond those captured is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_DECODE_H
#define FWX_DECODE_H

#include "engine/packet.h"

/* Part of a frame, the caller's. */
struct fwx_bytes {
    const uint8_t *at;
    uint32_t captured; /* bytes at at */
    uint32_t length;   /* bytes that were there, captured or not */
};

/* Without the first count bytes, as far as they go. */
static inline struct fwx_bytes fwx_bytes_from(struct fwx_bytes bytes, uint32_t count)
{
    uint32_t captured = count < bytes.captured ? count : bytes.captured;
    uint32_t length = count < bytes.length ? count : bytes.length;

    return (struct fwx_bytes){bytes.at + captured, bytes.captured - captured,
                              bytes.length - length};
}

/* In network order, from captured bytes. */
static inline uint16_t fwx_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t fwx_be32(const uint8_t *at)
{
    return (uint32_t)fwx_be16(at) << 16 | fwx_be16(at + 2);
}

/*
 * An IP packet from its header on: extension headers and AH are passed, then the transport is read.
 * What the frame tells (number, time, MAC address) is left alone, and all else is expected to be 0.
 * A length of 0 stands for all that is there (segmentation offload, jumbograms). False where the
 * bytes are no IP header, or were not captured as far as its end.
 */
bool fwx_decode_ip(struct fwx_bytes bytes, struct fwx_packet *packet);

/* The IPv6 fragment header (RFC 8200, 4.5) and what follows it. Is it one of several fragments? */
bool fwx_decode_fragment_header(struct fwx_bytes bytes, struct fwx_packet *packet);

/*
 * An IPv4 packet that says it is total bytes long, header_len of them header, and whose payload is
 * payload. One that is shorter than it says was sent so, or somebody has cut the capture and the
 * frame's length with it; what was sent so has a checksum over just what is there.
 */
void fwx_decode_total_length(uint32_t total, uint32_t header_len, struct fwx_bytes payload,
                             struct fwx_packet *packet);

/* TCP, UDP, ICMP or ICMPv6, as packet->protocol says. The result is packet->has_transport: captured
 * and well formed. bytes.length: as the IP header has it. The checksum is looked at where a TCP
 * segment fills no more than the smallest Ethernet frame (46 bytes of IPv4, 66 of IPv6), and of a
 * SYN. */
bool fwx_decode_transport(struct fwx_bytes bytes, struct fwx_packet *packet);

/* The same, and no look at the checksum. */
bool fwx_decode_header(struct fwx_bytes bytes, struct fwx_packet *packet);

/* What the checksum of the transport shows; not seen where it was not captured as a whole. */
enum fwx_checksum fwx_decode_checksum(struct fwx_bytes bytes, const struct fwx_packet *packet);

#endif
