# SPDX-License-Identifier: GPL-2.0-or-later
"""Marker pings: ranges in every shape"""

from case import REQUEST, RESPONSE, case
from content import ask_name, echo, echo_packet, ping, ping_data, resolve
from packets import ICMP, Capture, Conversation, Host, icmp, spanning_tree, vlan_tag


def hosts() -> tuple[Capture, Host, Host]:
    """A capture, a client that pings and the gateway that it pings."""
    return Capture("2012-06-22 14:00:00"), Host("192.168.1.10", ttl=128), Host("192.168.1.1", ident=0x0200)


@case("marker-repeated.pcap",
      "22, 33, 22 and 33: ranges 22-33 (frames 3 and 4), 33-22 (frames 7 and 8) and 22-33 again (frames 11 and "
      "12)",
      "a problem reproduced twice in one capture")
def repeated() -> Capture:
    """1-2 22, 5-6 33, 9-10 22, 13-14 33, each a request and its reply."""
    capture, client, gateway = hosts()
    for number, size in enumerate((22, 33, 22, 33), 1):
        ping(capture, client, gateway, size, first=number)
        if number < 4:
            ask_name(capture, client, gateway, number, f"host{number}.example.com")
    return capture


@case("marker-open.pcap",
      "22 and no later marker: the range 22- is frames 3 to 8",
      "a second ping that was forgotten")
def open_range() -> Capture:
    """1-2 22, 3-4 DNS, 5-7 handshake, 8 RST."""
    capture, client, gateway = hosts()
    ping(capture, client, gateway, 22)
    ask_name(capture, client, gateway, 1, "www.example.com")
    talk = Conversation(capture, client, gateway)
    talk.open()
    talk.client.send("RA", window=0)
    return capture


@case("marker-no-replies.pcap",
      "requests only: markers are frames 1 to 3 and 6 to 8, range 22-33 is frames 4 and 5",
      "a gateway that does not answer pings")
def no_replies() -> Capture:
    capture, client, gateway = hosts()
    ping(capture, client, gateway, 22, count=3, answered=False)
    ask_name(capture, client, gateway, 1, "www.example.com")
    ping(capture, client, gateway, 33, count=3, first=4, answered=False)
    return capture


@case("marker-icmpv6.pcap",
      "the same with ICMPv6: range 22-33 is frames 3 to 8",
      "markers on an IPv6 network")
def icmp_version_6() -> Capture:
    """1-2 22, 3-8 a connection's handshake and data, 9-10 33."""
    capture = Capture("2012-06-22 14:00:00")
    client, gateway = Host("2001:db8:1::10", ttl=128), Host("2001:db8:1::1")
    ping(capture, client, gateway, 22)
    talk = Conversation(capture, client, gateway)
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    ping(capture, client, gateway, 33, first=2)
    return capture


@case("marker-two-hosts.pcap",
      "two hosts mark at the same time: markers are frames 1 to 4 and 7 to 10, range 22-33 is frames 5 and 6",
      "a capture on a mirror port, client and server both marking")
def two_hosts() -> Capture:
    """1-2 requests with 22 of both hosts, 3-4 replies, 5-6 DNS, 7-10 the same with 33."""
    capture, client, gateway = hosts()
    other = Host("192.168.1.11", ttl=128, ident=0x2200)
    for sequence, size in ((1, 22), (2, 33)):
        for host in (client, other):
            echo(capture, host, gateway, size, sequence=sequence)
        for host in (client, other):
            echo(capture, gateway, host, size, reply=True, sequence=sequence)
        if size == 22:
            capture.wait(3)
            ask_name(capture, client, gateway, 1, "www.example.com")
            capture.wait(3)
    return capture


@case("marker-none.pcap",
      "pings of 32 and of 56 bytes: no markers",
      "ordinary pings of Windows and of Linux")
def none() -> Capture:
    capture, client, gateway = hosts()
    ping(capture, client, gateway, 32, count=2)
    ping(capture, Host("192.168.1.12", ident=0x5000), gateway, 56, count=2, ident=0x1C2A)
    return capture


@case("marker-vlan-arp.pcap",
      "everything in VLAN 20, with ARP and spanning tree in the range: 22-33 is frames 3 to 7",
      "a capture on a trunk port")
def vlan_and_arp() -> Capture:
    """1-2 22, 3-4 ARP, 5 spanning tree (LLC), 6-7 DNS, 8-9 33."""
    capture, client, gateway = hosts()
    ping(capture, client, gateway, 22)
    resolve(capture, client, gateway)
    capture.add(spanning_tree("02:00:c0:a8:01:fe"))
    ask_name(capture, client, gateway, 1, "www.example.com")
    ping(capture, client, gateway, 33, first=2)
    capture.frames = [(time, vlan_tag(frame, 20)) for time, frame in capture.frames]
    return capture


@case("marker-quoted.pcap",
      "an echo request with 22 bytes, quoted in an ICMP error: no marker",
      "a ping to a host that is down, seen behind a router")
def quoted() -> Capture:
    """1 host unreachable with the quote, 2 an ordinary ping, 3 its reply."""
    capture, client, gateway = hosts()
    quote = echo_packet(client, Host("198.51.100.7"), ping_data(22), reply=False, sequence=1, ident=1)
    error = gateway.packet(client.address, ICMP, icmp(3, 1, 0, quote), df=False)
    capture.send(gateway, client, error)
    ping(capture, client, gateway, 32)
    return capture
