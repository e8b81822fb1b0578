# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels, fragments, cut captures and UDP"""

from case import REQUEST, RESPONSE, case, conversation
from cases_sources import source_003_client
from content import ask_name, dns_query, send_udp
from packets import (ETHERTYPE_IPV4, ETHERTYPE_SERVICE_VLAN, GRE, ICMP, IPIP, UDP, Capture, Conversation, Host, Link,
                     fragments, gre, gtp_u, icmp, ipv6_fragments, is_ipv6, plain, udp, vlan_tag, vxlan)


# ---- tunnels --------------------------------------------------------------------------------------------

def tunnelled(link: Link) -> Capture:
    """1-6 connection, 7 FIN of the server, 8 ACK, 9 RST: a dirty close, all inside `link`."""
    talk = conversation()
    talk.capture.link = link
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.dirty_close()
    return talk.capture


class Gateways:
    """The tunnel's two ends: packets of the client's net enter at one, those of the server's net at the other."""

    def __init__(self) -> None:
        self.near, self.far = Host("198.51.100.1", ident=0x0300), Host("203.0.113.1", ident=0x0900)

    def ends(self, sender: Host) -> tuple[Host, Host]:
        return (self.near, self.far) if sender.address.startswith("192.168.") else (self.far, self.near)

    def carry(self, sender: Host, protocol: int, payload: bytes) -> bytes:
        entry, leaving = self.ends(sender)
        return plain(entry, leaving, entry.packet(leaving.address, protocol, payload, df=False))

    def carry_udp(self, sender: Host, port: int, payload: bytes) -> bytes:
        entry, leaving = self.ends(sender)
        return self.carry(sender, UDP, udp((entry.address, port), (leaving.address, port), payload))


@case("tunnel-gre.pcap",
      "a dirty close (frame 9) inside GRE",
      "a site-to-site tunnel")
def tunnel_gre() -> Capture:
    gateways = Gateways()
    return tunnelled(lambda sender, receiver, packet: gateways.carry(sender, GRE, gre(ETHERTYPE_IPV4, packet)))


@case("tunnel-ipip.pcap",
      "a dirty close (frame 9) inside IP in IP",
      "a load balancer's tunnel")
def tunnel_ipip() -> Capture:
    gateways = Gateways()
    return tunnelled(lambda sender, receiver, packet: gateways.carry(sender, IPIP, packet))


@case("tunnel-vxlan.pcap",
      "a dirty close (frame 9) inside VXLAN",
      "a virtual network")
def tunnel_vxlan() -> Capture:
    gateways = Gateways()
    return tunnelled(lambda sender, receiver, packet:
                     gateways.carry_udp(sender, 4789, vxlan(42, plain(sender, receiver, packet))))


@case("tunnel-vxlan-two.pcap",
      "two connections inside one VXLAN session: frames 1 to 9 and, from another port, 10 to 18",
      "a virtual network with more than one conversation")
def tunnel_vxlan_two() -> Capture:
    gateways = Gateways()
    first = conversation()
    second = Conversation(first.capture, first.client.host, first.server.host, (50001, 80))
    first.capture.link = lambda sender, receiver, packet: gateways.carry_udp(
        sender, 4789, vxlan(42, plain(sender, receiver, packet)))
    for talk in (first, second):
        talk.open()
        talk.exchange(REQUEST, RESPONSE)
        talk.dirty_close()
    return first.capture


@case("tunnel-gtp.pcap",
      "a dirty close (frame 9) inside GTP-U",
      "a mobile network")
def tunnel_gtp() -> Capture:
    gateways = Gateways()
    return tunnelled(lambda sender, receiver, packet: gateways.carry_udp(sender, 2152, gtp_u(0x1001, packet)))


@case("tunnel-vlan-qinq.pcap",
      "a dirty close (frame 9) behind two VLAN tags",
      "a provider's network")
def tunnel_qinq() -> Capture:
    def link(sender: Host, receiver: Host, packet: bytes) -> bytes:
        return vlan_tag(vlan_tag(plain(sender, receiver, packet), 20), 100, ETHERTYPE_SERVICE_VLAN)
    return tunnelled(link)


# ---- fragments ------------------------------------------------------------------------------------------

def in_fragments(talk: Conversation) -> Capture:
    """1-3 handshake, 4 request, 5-7 response, 8 ACK, 9-12 close."""
    server = talk.server
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1200\r\n\r\n" + b"fragment " * 133 + b"end"
    talk.open()
    talk.client.send("PA", REQUEST)
    over_ipv6 = is_ipv6(server.host.address)
    whole = server.build("PA", body, seq=server.next) if over_ipv6 else server.build("PA", body, seq=server.next, df=0)
    server.next += len(body)
    for fragment in (ipv6_fragments if over_ipv6 else fragments)(whole, 552):
        talk.capture.send(server.host, talk.client.host, fragment)
    talk.client.send("A")
    talk.close()
    return talk.capture


# ---- quoted and cut packets -----------------------------------------------------------------------------

@case("tunnel-icmp-error.pcap",
      "a healthy connection, and in frame 4 a port unreachable that quotes a SYN-ACK with payload: the quote is"
      " no packet of the connection",
      "ICMP errors quote what they refer to")
def icmp_error() -> Capture:
    """1-3 handshake, 4 ICMP error, 5-7 data, 8-11 close."""
    talk = conversation()
    talk.open()
    client, server = talk.client, talk.server
    quote = server.build("SA", b"\0\0", seq=server.isn, ident=0x7300)
    talk.capture.send(client.host, server.host, client.host.packet(server.host.address, ICMP, icmp(3, 3, 0, quote)))
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tunnel-fragments.pcap",
      "a healthy connection with one segment in three fragments (frames 5 to 7)",
      "a path with a smaller MTU")
def ip_fragments() -> Capture:
    return in_fragments(conversation())


def cut(snaplen: int) -> Capture:
    """1-12 the frames of source-003-client, 13-22 a healthy connection."""
    capture = source_003_client()
    capture.snaplen = snaplen
    capture.local = None
    capture.wait(2)
    client, server = Host("10.110.233.51", ttl=128), Host("172.16.1.2", ident=0x4400)
    talk = Conversation(capture, client, server, (50184, 80))
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return capture


@case("cut-54.pcap",
      "source 003 at the client and a healthy connection, frames cut after 54 bytes: no options, no payload",
      "a snap length that keeps the headers")
def cut_54() -> Capture:
    return cut(54)


@case("cut-60.pcap",
      "the same, cut after 60 bytes: the padding in frames 2, 8 and 12 is just visible",
      "a snap length that keeps the headers")
def cut_60() -> Capture:
    return cut(60)


@case("cut-68.pcap",
      "the same, cut after 68 bytes",
      "the snap length of old capture programs")
def cut_68() -> Capture:
    return cut(68)


# ---- UDP ------------------------------------------------------------------------------------------------

@case("udp-dns.pcap",
      "three DNS queries with answers and one without (frame 7)",
      "name resolution")
def udp_dns() -> Capture:
    """1-2, 3-4 and 5-6 query and answer, 7 query."""
    capture = Capture()
    client, server = Host("192.168.1.10", ttl=128), Host("192.0.2.53", ident=0x0200)
    for ident in (1, 2, 3):
        ask_name(capture, client, server, ident, f"host{ident}.example.com")
    send_udp(capture, client, server, (52004, 53), dns_query(4, "missing.example.com"))
    return capture
