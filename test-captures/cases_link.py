# SPDX-License-Identifier: GPL-2.0-or-later
"""Fragments, lengths that cannot be and authentication headers, on other links and inside tunnels"""

import struct

from case import RESPONSE, case, conversation
from cases_tunnel import Gateways, in_fragments, tunnelled
from content import ask_name, echo, echo_packet, ping_data
from packets import (ETHERNET, ETHERTYPE_IPV4, ETHERTYPE_OLD_QINQ, ETHERTYPE_SERVICE_VLAN, FRAGMENT, GRE, HOP_BY_HOP,
                     ICMP, ICMPV6, LINUX_SLL, LINUX_SLL2, RAW, TCP, UDP, Capture, Conversation, Host, Link,
                     authenticated, cooked, fragment_header, fragments, gre, icmp, icmpv6, ipv6, ipv6_fragments,
                     old_cooked, plain, raw, tcp, udp, vlan_tag, vxlan)

CLIENT6, SERVER6 = "2001:db8::10", "2001:db8:1::20"


def linked(link: Link, linktype: int = ETHERNET, **ends: str) -> Conversation:
    """A conversation on this link, without padding."""
    talk = conversation(**ends)
    talk.capture.link, talk.capture.linktype, talk.capture.short = link, linktype, True
    return talk


def three_tags(sender: Host, receiver: Host, packet: bytes) -> bytes:
    tagged = vlan_tag(vlan_tag(plain(sender, receiver, packet), 20), 100, ETHERTYPE_SERVICE_VLAN)
    return vlan_tag(tagged, 7, ETHERTYPE_OLD_QINQ)


def inside_gre() -> Link:
    gateways = Gateways()
    return lambda sender, receiver, packet: gateways.carry(sender, GRE, gre(ETHERTYPE_IPV4, packet))


def inside_vxlan() -> Link:
    gateways = Gateways()
    return lambda sender, receiver, packet: gateways.carry_udp(sender, 4789, vxlan(42, plain(sender, receiver, packet)))


# ---- fragments ------------------------------------------------------------------------------------------

@case("fragments-sll.pcap",
      "a healthy connection with one segment in three fragments (frames 5 to 7), captured on all interfaces at once",
      "`tcpdump -i any` before a path with a smaller MTU")
def fragments_sll() -> Capture:
    return in_fragments(linked(old_cooked, LINUX_SLL))


@case("fragments-raw.pcap",
      "the same without any link",
      "a tunnel's interface")
def fragments_raw() -> Capture:
    return in_fragments(linked(raw, RAW))


@case("fragments-qinq.pcap",
      "the same behind three tags, the first of them of an old kind (0x9100)",
      "a provider's network")
def fragments_qinq() -> Capture:
    return in_fragments(linked(three_tags))


@case("fragments-gre.pcap",
      "the same inside GRE",
      "a site-to-site tunnel before a path with a smaller MTU")
def fragments_gre() -> Capture:
    return in_fragments(linked(inside_gre()))


@case("fragments-vxlan.pcap",
      "the same inside VXLAN",
      "a virtual network")
def fragments_vxlan() -> Capture:
    return in_fragments(linked(inside_vxlan()))


@case("fragments-ipv6.pcap",
      "the same over IPv6",
      "a path with a smaller MTU")
def fragments_ipv6() -> Capture:
    return in_fragments(linked(plain, client=CLIENT6, server=SERVER6))


@case("rule-fragments-healthy.pcap",
      "no fragments: an IPv6 fragment header of a whole datagram (frame 1); and ICMP errors that quote one, because the"
      " rest never came: behind a cooked header's own protocol, of IPv4 (frame 2) and IPv6 (frame 3)",
      "DNS64 and other translators (RFC 6946); a reassembly that timed out")
def no_fragments() -> Capture:
    capture = Capture(link=old_cooked, linktype=LINUX_SLL, short=True)
    near, far = Host("192.168.1.10"), Host("192.0.2.20")
    near6, far6 = Host(CLIENT6), Host(SERVER6)
    query = udp((CLIENT6, 50000), (SERVER6, 514), b"<13>hello")
    capture.send(near6, far6, ipv6(CLIENT6, SERVER6, FRAGMENT, fragment_header(UDP, 7) + query))
    first, *_ = fragments(echo_packet(near, far, ping_data(1200), reply=False, sequence=1, ident=1), 552)
    capture.send(far, near, far.packet(near.address, ICMP, icmp(11, 1, 0, first)))
    first, *_ = ipv6_fragments(echo_packet(near6, far6, ping_data(1200), reply=False, sequence=1, ident=1), 552)
    capture.send(far6, near6, far6.packet(near6.address, ICMPV6, icmpv6(SERVER6, CLIENT6, 3, 1, 0, first)))
    return capture


@case("rule-ping-of-death-links.pcap",
      "fragments that end past 65535: cooked, over IPv4 (frame 1) and IPv6 (frame 2)",
      "the ping of death")
def ping_of_death() -> Capture:
    capture = Capture(link=old_cooked, linktype=LINUX_SLL, short=True)
    near, far = Host("192.168.1.10"), Host("192.0.2.20")
    capture.send(near, far, near.packet(far.address, ICMP, bytes(480), ident=7, df=False, offset=65528))
    end = fragment_header(ICMPV6, 7, offset=65528) + bytes(480)
    capture.send(Host(CLIENT6), Host(SERVER6), ipv6(CLIENT6, SERVER6, FRAGMENT, end))
    return capture


@case("rule-ping-of-death-ipv6-healthy.pcap",
      "the longest datagram that IPv6 can carry in fragments: 65535 bytes (frames 1 to 46)",
      "a file server without path MTU discovery")
def longest_datagram() -> Capture:
    capture = Capture(snaplen=2000)
    near, far = Host(CLIENT6), Host(SERVER6)
    datagram = udp((CLIENT6, 50000), (SERVER6, 2049), bytes(65535 - 8))
    for fragment in ipv6_fragments(ipv6(CLIENT6, SERVER6, UDP, datagram), 1448):
        capture.send(near, far, fragment)
    return capture


# ---- lengths --------------------------------------------------------------------------------------------

def impossible(talk: Conversation) -> Capture:
    """1 header of 16 bytes, 2 12 bytes in all, 3 a healthy SYN: each from another port."""
    for port, header in ((50000, {"header_length": 16}), (50001, {"total_length": 12}), (50002, {})):
        side = Conversation(talk.capture, talk.client.host, talk.server.host, (port, 80)).client
        side.send("S", **header)
    return talk.capture


@case("rule-bad-length-sll.pcap",
      "SYNs whose IP header says that it has 16 bytes (frame 1), that all is 12 bytes long (frame 2), and a healthy one"
      " (frame 3), captured on all interfaces at once",
      "damaged or forged packets")
def bad_length_sll() -> Capture:
    return impossible(linked(old_cooked, LINUX_SLL))


@case("rule-bad-length-sll2.pcap",
      "the same behind the younger cooked header",
      "damaged or forged packets")
def bad_length_sll2() -> Capture:
    return impossible(linked(cooked(2), LINUX_SLL2))


@case("rule-bad-length-gre.pcap",
      "the same inside GRE",
      "damaged or forged packets")
def bad_length_gre() -> Capture:
    return impossible(linked(inside_gre()))


@case("rule-bad-length-vxlan.pcap",
      "the same inside VXLAN, behind three tags",
      "damaged or forged packets")
def bad_length_vxlan() -> Capture:
    gateways = Gateways()
    return impossible(linked(lambda sender, receiver, packet:
                             gateways.carry_udp(sender, 4789, vxlan(42, three_tags(sender, receiver, packet)))))


def odd(talk: Conversation) -> Capture:
    """1-3 handshake, 4 4000 bytes with length 0, 5 ACK, 6 a header alone, 7 an ICMP error that quotes an impossible one."""
    talk.open()
    client, server = talk.client.host, talk.server.host
    talk.server.send("PA", RESPONSE + bytes(4000), total_length=0)
    talk.client.send("A")
    talk.capture.send(client, server, client.packet(server.address, 253, b""))
    quote = client.packet(server.address, TCP, bytes(20), header_length=16)
    talk.capture.send(server, client, server.packet(client.address, ICMP, icmp(12, 0, 0, quote)))
    return talk.capture


@case("rule-bad-length-sll-healthy.pcap",
      "4000 bytes with IP length 0 (frame 4), an IP header without anything behind it (frame 6), an ICMP error that"
      " quotes an impossible header (frame 7), captured on all interfaces at once",
      "segmentation offload; an experiment; somebody else's damaged packet")
def odd_sll() -> Capture:
    return odd(linked(old_cooked, LINUX_SLL))


@case("rule-bad-length-gre-healthy.pcap",
      "the same inside GRE",
      "the same at a tunnel's end")
def odd_gre() -> Capture:
    return odd(linked(inside_gre()))


@case("rule-bad-length-jumbo-healthy.pcap",
      "a connection over IPv6 with a segment of 70000 bytes, whose length only an option tells (frame 4); cut after 128"
      " bytes",
      "segmentation offload of large packets on Linux")
def jumbo() -> Capture:
    """1-3 handshake, 4 the jumbogram, 5 ACK, 6-9 close."""
    talk = linked(plain, client=CLIENT6, server=SERVER6)
    talk.capture.snaplen = 128
    talk.open()
    server, client = talk.server, talk.client
    segment = tcp(server.socket, client.socket, "PA", server.next, client.next, payload=bytes(70000))
    options = struct.pack("!BBBBI", TCP, 0, 0xC2, 4, 8 + len(segment))
    packet = ipv6(SERVER6, CLIENT6, HOP_BY_HOP, options + segment, payload_length=0)
    talk.capture.send(server.host, client.host, packet)
    server.next += 70000
    client.send("A")
    talk.close()
    return talk.capture


# ---- authentication headers -----------------------------------------------------------------------------

def behind_ah(sender: Host, receiver: Host, packet: bytes) -> bytes:
    return plain(sender, receiver, authenticated(packet))


@case("tunnel-ah.pcap",
      "a dirty close (frame 9) behind authentication headers",
      "IPsec without encryption")
def tunnel_ah() -> Capture:
    return tunnelled(behind_ah)


@case("tunnel-ah-udp.pcap",
      "a DNS query with its answer (frames 1 and 2) and a marker ping with its reply (frames 3 and 4) behind"
      " authentication headers",
      "IPsec without encryption")
def tunnel_ah_udp() -> Capture:
    capture = Capture(link=behind_ah)
    client, server = Host("192.168.1.10", ttl=128), Host("192.0.2.53", ident=0x0200)
    ask_name(capture, client, server, 1, "host1.example.com")
    echo(capture, client, server, 22)
    echo(capture, server, client, 22, reply=True)
    return capture
