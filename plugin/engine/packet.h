/* packet.h
 * What a firewall sees of one IP packet.
 *
 * Filled by the observation point, read by the engine, owned by whoever declares it: the engine
 * keeps no pointer into it, or to its bytes. Numbers are in host byte order, lengths in bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PACKET_H
#define FWX_PACKET_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* An IPv6 address as it stands on the wire; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
struct fwx_address {
    uint64_t word[2];
};

/* IANA protocol numbers that the engine tells apart. */
enum fwx_protocol {
    FWX_PROTOCOL_ICMP = 1,
    FWX_PROTOCOL_TCP = 6,
    FWX_PROTOCOL_UDP = 17,
    FWX_PROTOCOL_ICMPV6 = 58,
};

/* RFC 9293, 3.1: the control bits that decide what a segment is. */
enum fwx_tcp_flag {
    FWX_FIN = 0x01,
    FWX_SYN = 0x02,
    FWX_RST = 0x04,
    FWX_PSH = 0x08,
    FWX_ACK = 0x10,
    FWX_URG = 0x20,
};

/* What a segment is, by its control bits: RST before SYN before ACK, as RFC 9293, 3.10.7 asks. */
enum fwx_segment {
    FWX_SEGMENT_SYN,
    FWX_SEGMENT_SYN_ACK,
    FWX_SEGMENT_ACK, /* with data or without */
    FWX_SEGMENT_FIN,
    FWX_SEGMENT_RST,
    FWX_SEGMENT_BARE, /* none of these, not even an ACK */
    FWX_SEGMENTS
};

static inline enum fwx_segment fwx_segment_of(uint8_t flags)
{
    if (flags & FWX_RST)
        return FWX_SEGMENT_RST;
    if (flags & FWX_SYN)
        return flags & FWX_ACK ? FWX_SEGMENT_SYN_ACK : FWX_SEGMENT_SYN;
    if (!(flags & FWX_ACK))
        return FWX_SEGMENT_BARE;
    return flags & FWX_FIN ? FWX_SEGMENT_FIN : FWX_SEGMENT_ACK;
}

/* Sets of flags that no state of any stack sends; four vendor texts define a half scan in four ways
 * (Q8), and these sets are in what they share. */
static inline bool fwx_flags_impossible(uint8_t flags)
{
    const uint8_t all = FWX_FIN | FWX_SYN | FWX_RST | FWX_PSH | FWX_ACK | FWX_URG;
    const uint8_t xmas = FWX_FIN | FWX_PSH | FWX_URG;

    flags &= all;
    return flags == 0 || flags == all || flags == xmas ||
           (flags & (FWX_SYN | FWX_FIN)) == (FWX_SYN | FWX_FIN) ||
           (flags & (FWX_SYN | FWX_RST)) == (FWX_SYN | FWX_RST);
}

#define FWX_NO_WINDOW_SCALE 0xff
/* The largest window without scaling (RFC 9293, 3.1: 16 bits). */
#define FWX_UNSCALED_WINDOW UINT32_C(65535)
/* Enough for every payload that can be Ethernet padding (46 - 40 bytes) and for a first look. */
#define FWX_PAYLOAD_HEAD 8

struct fwx_tcp_segment {
    uint32_t seq;         /* raw */
    uint32_t ack;         /* raw, meaningful with FWX_ACK only */
    uint32_t payload_len; /* what the headers say, whether captured or not */
    uint16_t window;      /* unscaled */
    uint16_t urgent_pointer;
    uint8_t flags;                  /* enum fwx_tcp_flag */
    uint8_t header_len;             /* 20 to 60 */
    uint8_t window_scale;           /* shift count, 0 to 14 (RFC 7323, 2.3), or none; SYN only */
    bool fast_open;                 /* carries a Fast Open option (RFC 7413); SYN only */
    uint8_t reserved;               /* the three bits behind the header length, to be 0 */
    bool has_sack;                  /* sack is set */
    uint32_t sack[2];               /* edges of the first SACK block: first byte, and behind the
                                     * last (RFC 2018, 3) */
    uint32_t sack_high;             /* the highest of ack and of what all SACK blocks acknowledge,
                                     * of a SYN, too */
    bool sack_permitted;            /* offers SACK (RFC 2018, 2); SYN only */
    uint8_t head_len;               /* captured payload bytes in head */
    uint8_t head[FWX_PAYLOAD_HEAD]; /* the first bytes of the payload */
};

enum fwx_echo_role { FWX_ECHO_NONE, FWX_ECHO_REQUEST, FWX_ECHO_REPLY };

/* The packet that an ICMP error quotes (RFC 792; RFC 4443, 2.4), as its sender sent it. */
struct fwx_quote {
    struct fwx_address src;
    struct fwx_address dst;
    uint32_t seq; /* of a TCP segment; else 0 */
    uint16_t src_port;
    uint16_t dst_port;
    uint8_t protocol;
    uint8_t echo; /* enum fwx_echo_role, of ICMP and ICMPv6 */
    uint8_t code; /* of those */
    bool known;   /* all of these were captured */
};

struct fwx_icmp_message {
    uint8_t type;
    uint8_t code;
    enum fwx_echo_role echo; /* echo request or reply, of ICMP or ICMPv6 */
    uint32_t data_len;       /* bytes behind the 8-byte header */
    struct fwx_quote quote;  /* of an error message */
};

/* What a look at the TCP checksum showed. */
enum fwx_checksum { FWX_CHECKSUM_NOT_SEEN, FWX_CHECKSUM_GOOD, FWX_CHECKSUM_BAD };

/* What of an IP packet is seen. */
enum fwx_view {
    FWX_VIEW_DATAGRAM, /* whole, or put together from its fragments */
    FWX_VIEW_FRAGMENT, /* one fragment, as it arrived; the datagram follows where it is complete */
    FWX_VIEW_BAD_LENGTH, /* a header whose lengths cannot be; nothing else follows */
};

struct fwx_packet {
    struct fwx_address src;
    struct fwx_address dst;
    int64_t time;   /* nanoseconds since the epoch, may run backwards; FWX_NO_TIME: none captured */
    uint32_t frame; /* frame number, from 1 */
    uint32_t ip_len;       /* total length: IP header and all that follows */
    uint64_t src_mac;      /* 48 bits, 0 where the link has none */
    uint32_t fragment_end; /* FWX_VIEW_FRAGMENT: where its data ends in the datagram */
    uint32_t frame_len;    /* FWX_VIEW_BAD_LENGTH: bytes of IP packet that the frame has room for */
    uint16_t index;        /* 0 for the outermost packet of the frame */
    uint16_t capture_point; /* where the packet was seen, from 0; each has a clock of its own */
    uint16_t ip_id;         /* IPv4 only */
    uint16_t src_port;      /* TCP and UDP; the identifier of an ICMP echo */
    uint16_t dst_port;
    uint8_t ip_version; /* 4 or 6 */
    uint8_t ip_header_len;
    uint8_t protocol;   /* IANA number of what the IP header carries */
    uint8_t ttl;        /* or hop limit */
    uint8_t tos;        /* type of service, or traffic class */
    uint8_t view;       /* enum fwx_view */
    bool fragment;      /* the first fragment of a datagram that was not reassembled */
    bool reassembled;   /* put together from fragments; this frame brings the last */
    bool bad_checksum;  /* TCP: looked at because the policy wants it, and wrong */
    uint8_t checksum;   /* enum fwx_checksum, of a TCP segment, where it was looked at */
    bool is_cut;        /* not all of the transport and its payload was captured */
    bool has_transport; /* the transport header was captured and is well formed */
    union {
        struct fwx_tcp_segment tcp;
        struct fwx_icmp_message icmp;
        uint16_t udp_len; /* length field of the UDP header */
    };
    /* Of what has_transport: from its header on, only while the packet is seen; or NULL. */
    const uint8_t *transport;
    uint32_t transport_captured;
};

static inline bool fwx_address_equal(const struct fwx_address *a, const struct fwx_address *b)
{
    return a->word[0] == b->word[0] && a->word[1] == b->word[1];
}

/* bytes: 4 (IPv4) or 16 (IPv6) of them, in network order */
static inline struct fwx_address fwx_address_from(const void *bytes, uint8_t ip_version)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    struct fwx_address address = {{0, 0}};
    uint8_t *to = (uint8_t *)address.word;

    if (ip_version == 6) {
        memcpy(to, bytes, 16);
    } else {
        memcpy(to, mapped, sizeof mapped);
        memcpy(to + sizeof mapped, bytes, 4);
    }
    return address;
}

/* Sequence space that a segment occupies: payload, SYN and FIN (RFC 9293, 3.4). */
static inline uint32_t fwx_tcp_length(const struct fwx_tcp_segment *tcp)
{
    return tcp->payload_len + ((tcp->flags & FWX_SYN) != 0) + ((tcp->flags & FWX_FIN) != 0);
}

static inline bool fwx_address_is_v4(const struct fwx_address *address)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

    return !memcmp(address->word, mapped, sizeof mapped);
}

/* The bytes as they stand on the wire: 4 or 16 of them. */
static inline const uint8_t *fwx_address_bytes(const struct fwx_address *address)
{
    return (const uint8_t *)address->word + (fwx_address_is_v4(address) ? 12 : 0);
}

/* Is it a packet that belongs to a connection, or to a session? */
bool fwx_has_connection(const struct fwx_packet *packet);

/* Captures need not tell times (pcapng's Simple Packet Blocks): what counts by time stands still.
 */
#define FWX_NO_TIME     INT64_MIN
#define FWX_MILLISECOND INT64_C(1000000)
#define FWX_SECOND      INT64_C(1000000000)

/* Nanoseconds from one time to another, 0 where either is unknown; stops at the ends of the range,
 * captures claim anything. */
static inline int64_t fwx_time_between(int64_t from, int64_t to)
{
    if (from == FWX_NO_TIME || to == FWX_NO_TIME)
        return 0;

    uint64_t apart = to >= from ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    int64_t size = apart > INT64_MAX ? INT64_MAX : (int64_t)apart;

    return to >= from ? size : -size;
}

/* Comparisons modulo 2^32 (RFC 9293, 3.4): right while the two lie less than 2^31 apart. */
static inline bool fwx_seq_after(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/* As Linux compares them: of two that lie 2^31 apart each is before the other. */
static inline bool fwx_seq_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

/* Is value in [low, low + size]? */
static inline bool fwx_seq_within(uint32_t value, uint32_t low, uint32_t size)
{
    return value - low <= size;
}

#endif
