/* headers.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/headers.h"

enum { ENOUGH = 8 }; /* what a function may look at; longer than any header is alone */

/* ---- links ---------------------------------------------------------------------------------- */

/* LINKTYPE_LINUX_SLL2 begins with an EtherType, LINKTYPE_LINUX_SLL with the direction, a small
 * number. */
static uint32_t cooked(struct fwx_bytes bytes)
{
    return fwx_be16(bytes.at) >= 0x600 ? 20 : 16;
}

/* RFC 1662, 3.1, where address and control may be left out; RFC 1661, 6.5 */
static uint32_t ppp(struct fwx_bytes bytes)
{
    uint32_t protocol = fwx_be16(bytes.at) == 0xff03 ? 2 : 0;

    return protocol + (bytes.at[protocol] & 1 ? 1 : 2);
}

/* SNAP, or IP's own access point (RFC 1042). */
static uint32_t llc(struct fwx_bytes bytes)
{
    if (fwx_be16(bytes.at) == 0xaaaa)
        return 8;
    return fwx_be16(bytes.at) == 0x0606 ? 3 : 0;
}

/* IEEE 802.11, 9.3.2: data, in the clear. */
static uint32_t wlan(struct fwx_bytes bytes)
{
    uint8_t kind = bytes.at[0];
    uint8_t flags = bytes.at[1];
    bool qos = kind & 0x80;

    if ((kind & 0x0c) != 0x08 || kind & 0x40 || flags & 0x40)
        return 0;
    return 24 + ((flags & 3) == 3 ? 6 : 0) + (qos ? 2 : 0) + (qos && flags & 0x80 ? 4 : 0);
}

/* Radiotap, PPI: the length is in the header, little-endian. */
static uint32_t little_endian(struct fwx_bytes bytes)
{
    return (uint32_t)bytes.at[3] << 8 | bytes.at[2];
}

/* In the first byte, without the padding to words. */
static uint32_t pflog(struct fwx_bytes bytes)
{
    return (bytes.at[0] + 3u) & ~3u;
}

/* ---- tags and tunnels ----------------------------------------------------------------------- */

/* RFC 3032, 2.1: up to the bottom of the stack. */
static uint32_t mpls(struct fwx_bytes bytes)
{
    uint32_t length = 4;

    while (length <= bytes.captured && !(bytes.at[length - 2] & 1))
        length += 4;
    return length;
}

/* RFC 2784, RFC 2890, and with a payload's acknowledgement RFC 2637, 4.1. */
static uint32_t gre(struct fwx_bytes bytes)
{
    enum {
        CHECKSUM = 0x80,
        SOURCE_ROUTE = 0x40,
        KEY = 0x20,
        SEQUENCE = 0x10,
        ACKNOWLEDGEMENT = 0x80
    };
    uint8_t flags = bytes.at[0];

    if (flags & SOURCE_ROUTE)
        return 0;
    return 4 + (flags & CHECKSUM ? 4 : 0) + (flags & KEY ? 4 : 0) + (flags & SEQUENCE ? 4 : 0) +
           (bytes.at[1] & ACKNOWLEDGEMENT ? 4 : 0);
}

/* RFC 8926, 3.4 */
static uint32_t geneve(struct fwx_bytes bytes)
{
    return 8 + (bytes.at[0] & 0x3fu) * 4;
}

/* 3GPP TS 29.281, 5.1 and 5.2: extension headers, each with the type of the next at its end. */
static uint32_t gtp(struct fwx_bytes bytes)
{
    enum { EXTENSION = 0x04, OPTIONAL = 0x07 };
    uint32_t length = bytes.at[0] & OPTIONAL ? 12 : 8;

    if (!(bytes.at[0] & EXTENSION))
        return length;
    while (length <= bytes.captured && bytes.at[length - 1]) {
        if (length == bytes.captured || !bytes.at[length])
            return 0;
        length += bytes.at[length] * 4u;
    }
    return length;
}

/* RFC 2661, 3.1: data messages. */
static uint32_t l2tp(struct fwx_bytes bytes)
{
    enum { CONTROL = 0x80, LENGTH = 0x40, SEQUENCE = 0x08, OFFSET = 0x02 };
    uint8_t flags = bytes.at[0];

    if (flags & (CONTROL | OFFSET))
        return 0;
    return 6 + (flags & LENGTH ? 2 : 0) + (flags & SEQUENCE ? 4 : 0);
}

/* Types II and III. */
static uint32_t erspan(struct fwx_bytes bytes)
{
    bool third = bytes.at[0] >> 4 == 2;

    if (third && bytes.captured >= 12)
        return bytes.at[11] & 1 ? 20 : 12;
    return bytes.at[0] >> 4 == 1 ? 8 : 0;
}

/* RFC 8300, 2.2 */
static uint32_t service_header(struct fwx_bytes bytes)
{
    return (fwx_be16(bytes.at) & 0x3f) * 4;
}

/* A fragment carries nothing by itself. */
static uint32_t ipv4(struct fwx_bytes bytes)
{
    return fwx_be16(bytes.at + 6) & 0x3fff ? 0 : (bytes.at[0] & 0x0fu) * 4;
}

/* RFC 8200, 4 */
static uint32_t extension(struct fwx_bytes bytes)
{
    return (bytes.at[1] + 1u) * 8;
}

/* RFC 4302, 2.2 */
static uint32_t authentication(struct fwx_bytes bytes)
{
    return (bytes.at[1] + 2u) * 4;
}

/* ---- the table ------------------------------------------------------------------------------ */

static const struct header {
    const char *name;
    uint32_t (*measure)(struct fwx_bytes bytes); /* 0: cannot be passed; NULL: always as long */
    uint32_t length;
} headers[] = {
    {"frame", NULL, 0},
    {"pkt_comment", NULL, 0},
    {"raw", NULL, 0},
    {"eth", NULL, 14},
    {"ethertype", NULL, 0},
    {"llc", llc, 0},
    {"sll", cooked, 0},
    {"null", NULL, 4},
    {"ppp", ppp, 0},
    {"chdlc", NULL, 4},
    {"radiotap", little_endian, 0},
    {"ppi", little_endian, 0},
    {"wlan_radio", NULL, 0},
    {"wlan", wlan, 0},
    {"pflog", pflog, 0},
    {"enc", NULL, 12},
    {"vlan", NULL, 4},
    {"ieee8021ad", NULL, 4},
    {"vntag", NULL, 6},
    {"etag", NULL, 8},
    {"hsr", NULL, 6},
    {"mpls", mpls, 0},
    {"pwethcw", NULL, 4},
    {"pwethnocw", NULL, 0},
    {"pppoes", NULL, 6},
    {"ip", ipv4, 0},
    {"ipv6", NULL, 40},
    {"ipv6.hopopts", extension, 0},
    {"ipv6.routing", extension, 0},
    {"ipv6.dstopts", extension, 0},
    {"ah", authentication, 0},
    {"gre", gre, 0},
    {"erspan", erspan, 0},
    {"etherip", NULL, 2},
    {"nsh", service_header, 0},
    {"udp", NULL, 8},
    {"vxlan", NULL, 8},
    {"vxlan_gpe", NULL, 8},
    {"geneve", geneve, 0},
    {"gtp", gtp, 0},
    {"l2tp", l2tp, 0},
};

bool fwx_header_pass(const char *name, struct fwx_bytes *bytes)
{
    const struct header *header = headers;
    const struct header *end = headers + sizeof headers / sizeof *headers;
    uint32_t length;

    while (header < end && strcmp(header->name, name) != 0)
        header++;
    if (header == end || (header->measure && bytes->captured < ENOUGH))
        return false;
    length = header->measure ? header->measure(*bytes) : header->length;
    if (length > bytes->captured || (header->measure && !length))
        return false;
    *bytes = fwx_bytes_from(*bytes, length);
    return true;
}
