/* plain.h
 * Frames that hold one IP packet, in plain view, or none: all that a firewall sees of them stands
 * in the headers that this file knows. What could be anything else is not plain, and wants a
 * dissector.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PLAIN_H
#define FWX_PLAIN_H

#include "engine/decode.h"

/* What a frame begins with. */
enum fwx_link {
    FWX_LINK_UNKNOWN,
    FWX_LINK_ETHERNET,
    FWX_LINK_RAW, /* IPv4 or IPv6 */
    FWX_LINK_RAW_IPV4,
    FWX_LINK_RAW_IPV6,
    FWX_LINK_NULL, /* BSD loopback, in the capturing host's byte order */
    FWX_LINK_LOOP, /* the same in network order */
    FWX_LINK_SLL,  /* Linux cooked */
    FWX_LINK_SLL2,
};

/* What may carry packets of its own, as whoever reads them otherwise has it: a bit each. IPv4,
 * IPv6 and VLAN tags are passed where they are among the EtherTypes. */
struct fwx_carriers {
    uint32_t ethertypes[2048];
    uint32_t udp_ports[2048];
    uint32_t protocols[8]; /* of IP */
    uint32_t guesses;      /* by number, see fwx_plain_guess() */
};

static inline void fwx_carries(uint32_t *set, unsigned number)
{
    set[number / 32] |= UINT32_C(1) << number % 32;
}

/* Tunnels over UDP that are known by what they look like: the number of one by its name in
 * Wireshark's list of heuristics for UDP; negative: not known here. */
int fwx_plain_guess(const char *name);

enum fwx_plainness {
    FWX_NOT_PLAIN,
    FWX_PLAIN_EMPTY, /* no IP packet that matters to a firewall */
    FWX_PLAIN_PACKET,
};

/*
 * What a frame is. The packet's IP header is filled in and *payload is what it carries, TCP, UDP,
 * ICMP or ICMPv6: for fwx_decode_transport(). What the frame's number, time and capture point are,
 * is not looked at; all else of the packet is expected to be 0.
 */
enum fwx_plainness fwx_plain_look(const struct fwx_carriers *carriers, enum fwx_link link,
                                  struct fwx_bytes frame, struct fwx_packet *packet,
                                  struct fwx_bytes *payload);

/* Of a frame that is not plain, the outermost IP packet, as fwx_decode_ip() sees it: false where
 * there is none behind the link and its tags. */
bool fwx_plain_outermost(enum fwx_link link, struct fwx_bytes frame, struct fwx_packet *packet);

#endif
