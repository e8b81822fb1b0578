# SPDX-License-Identifier: GPL-2.0-or-later
"""Several capture points"""

from case import REQUEST, RESPONSE, case
from packets import (ICMP, NANOSECONDS, AnyDevice, Capture, Conversation, Host, Interface, Points, Router, arp, cooked,
                     icmp)

INSIDE_OUTSIDE = (Interface("inside"), Interface("outside"))


def hosts(ipv6: bool = False) -> tuple[Host, Host]:
    """A Windows client and a Linux server."""
    if ipv6:
        return Host("2001:db8:1::10", ttl=128), Host("2001:db8:2::20", ttl=64)
    return Host("192.168.1.10", ttl=128, ident=0x2A10), Host("192.0.2.20", ttl=64, ident=0x7300)


def routed(interfaces: tuple[Interface, ...], ipv6: bool = False) -> Conversation:
    client, server = hosts(ipv6)
    return Conversation(Router(interfaces=interfaces, inside=client), client, server)


def pipelined(talk: Conversation) -> None:
    """Both ends go on before the router has passed on what they sent: ten packets, the last four a close."""
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.client.send("FA")
    talk.server.send("A")
    talk.server.send("FA")
    talk.client.send("A")


# ---- a router between two interfaces --------------------------------------------------------------------

@case("point-routed.pcapng",
      "a healthy connection on both interfaces of a router, 5 ms apart: each end sends on before its last packet has left",
      "`dumpcap -i inside -i outside` on the firewall")
def point_routed() -> Capture:
    """Inside 1 4-6 10-12 17-19, outside the others."""
    talk = routed(INSIDE_OUTSIDE)
    pipelined(talk)
    return talk.capture


@case("point-routed-ipv6.pcapng",
      "the same over IPv6, on interfaces without names",
      "two captures, merged with `mergecap -I none`")
def point_routed_ipv6() -> Capture:
    talk = routed((Interface(), Interface()), ipv6=True)
    pipelined(talk)
    return talk.capture


@case("point-batches.pcapng",
      "the same in the order in which a capture program empties its buffers: some frames of one interface, then some of the "
      "other, times going back",
      "`dumpcap -i inside -i outside` under load")
def point_batches() -> Capture:
    """1-5 inside, 6-10 outside, 11-15 inside with the close, 16-20 outside with the close."""
    router = point_routed()
    frames = sorted(zip(router.frames, router.places))
    inside, outside = ([frame for frame in frames if frame[1] == place] for place in range(2))
    frames = inside[:5] + outside[:5] + inside[5:] + outside[5:]
    router.unsteady = True
    router.frames, router.places = ([frame[part] for frame in frames] for part in range(2))
    return router


@case("point-reset.pcapng",
      "a connection that the server resets, on both interfaces of a router, over IPv6: no IP ID tells a copy",
      "an application that gives up")
def point_reset() -> Capture:
    """1-6 handshake, 7-12 exchange, 13 reset outside, 14 inside."""
    talk = routed(INSIDE_OUTSIDE, ipv6=True)
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.server.send("RA", window=0)
    return talk.capture


@case("point-dropped.pcapng",
      "a wrong acknowledgement (frame 5) inside that never comes out, and a healthy connection routed after it",
      "source 003, seen from both sides of the firewall")
def point_dropped() -> Capture:
    """1-4 SYN and SYN-ACK on both sides, 5 and 6 a wrong acknowledgement and its repetition, inside alone; 7-26 as in
    point-routed."""
    client, server = hosts()
    router = Router(interfaces=INSIDE_OUTSIDE, inside=client)
    talk = Conversation(router, client, server)
    talk.client.send("S")
    talk.server.send("SA")
    router.wait("0.020")
    inside = Points(at=0)  # not routed
    talk.client.capture = inside
    for _ in range(2):
        inside.now = router.now
        talk.client.send("A", ack=talk.server.next + 2)
        router.frames.append(inside.frames[-1])
        router.places.append(0)
        router.wait("1")
    pipelined(Conversation(router, client, server, ports=(50001, 80)))
    return router


@case("point-any.pcap",
      "a healthy connection over IPv6 through a router in one pcap file of Linux cooked v2: two interface indexes",
      "`tcpdump -i any` on a Linux firewall")
def point_any() -> Capture:
    """20 frames, as point-routed."""
    client, server = hosts(ipv6=True)
    talk = Conversation(AnyDevice(inside=client, link=cooked(0)), client, server)
    pipelined(talk)
    return talk.capture


@case("point-markers.pcapng",
      "marker pings of 22 and 33 bytes, each seen on both interfaces of a router, around a healthy connection",
      "the markers of source 002, captured on the firewall")
def point_markers() -> Capture:
    """1-4 marker 22, there and back on both interfaces; 5-24 the connection; 25-28 marker 33."""
    client, server = hosts()
    router = Router(interfaces=INSIDE_OUTSIDE, inside=client)
    ping(router, client, server, 22)
    router.wait("0.1")
    pipelined(Conversation(router, client, server))
    router.wait("0.1")
    ping(router, client, server, 33)
    return router


def ping(router: Router, client: Host, server: Host, size: int) -> None:
    """Request and reply."""
    data = bytes(range(size))
    router.send(client, server, client.packet(server.address, ICMP, icmp(8, 0, 0x00010000 + size, data)))
    router.send(server, client, server.packet(client.address, ICMP, icmp(0, 0, 0x00010000 + size, data)))


# ---- two hosts, one name --------------------------------------------------------------------------------

@case("point-same-name.pcapng",
      "a healthy connection as its two ends captured it, both on an interface eth0, the server's clock 5.5 ms ahead",
      "`mergecap -I none` of captures of two hosts")
def point_same_name() -> Capture:
    """1-6 of the client's capture, 7 of the server's, then in turns: client 8 10 12 14, server 9 11 13 15-20."""
    capture = Points(interfaces=(Interface("eth0"), Interface("eth0")))
    start = capture.now
    for capture.at in range(2):
        capture.now = start + capture.at * 5_500_000
        pipelined(Conversation(capture, *hosts()))
    return capture


# ---- one interface --------------------------------------------------------------------------------------

@case("point-one.pcapng",
      "a healthy connection on the one interface of a pcapng file",
      "Wireshark's own format")
def point_one() -> Capture:
    """10 frames."""
    talk = Conversation(Points(interfaces=(Interface("eth0"),)), *hosts())
    pipelined(talk)
    return talk.capture


@case("point-two-silent.pcapng",
      "the same in a file of two interfaces, the second of which saw only ARP",
      "a capture on everything that is plugged in")
def point_two_silent() -> Capture:
    """1 ARP on the second interface, 2-11 as in point-one, 12 ARP."""
    capture = Points(interfaces=(Interface("eth0"), Interface("eth1")))
    neighbour = Host("172.16.0.1")
    capture.at = 1
    capture.add(arp(1, neighbour, "172.16.0.2"))
    capture.at = 0
    pipelined(Conversation(capture, *hosts()))
    capture.at = 1
    capture.add(arp(1, neighbour, "172.16.0.2"))
    return capture


# ---- sections -------------------------------------------------------------------------------------------

def in_sections(interfaces: tuple[Interface, ...]) -> tuple[Points, Conversation]:
    capture = Points(interfaces=interfaces)
    return capture, Conversation(capture, *hosts())


@case("point-sections.pcapng",
      "a healthy connection that goes on in the second section of a file, on the same interface; late data (frame 11)",
      "the files of a ring buffer, one behind the other")
def point_sections() -> Capture:
    """1-6 handshake and exchange in the first section; 7-10 the close in the second, 11 data behind it: dropped."""
    capture, talk = in_sections((Interface("eth0"), Interface("eth0", section=1)))
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    capture.at = 1
    talk.close()
    capture.wait("5")
    talk.client.send("PA", b"too late", seq=talk.client.next)
    return capture


@case("point-sections-apart.pcapng",
      "a healthy connection in two sections of a file, each of the same time and of an interface eth0",
      "captures of two hosts, one behind the other")
def point_sections_apart() -> Capture:
    """1-10 the client's capture, 11-20 the server's, half a millisecond later each."""
    capture = Points(interfaces=(Interface("eth0"), Interface("eth0", section=1)))
    start = capture.now
    for capture.at in range(2):
        capture.now = start + capture.at * 500_000
        pipelined(Conversation(capture, *hosts()))
    return capture


@case("point-sections-both.pcapng",
      "a healthy connection on two interfaces in the first section of a file, another on both in the second",
      "a firewall that was restarted")
def point_sections_both() -> Capture:
    """1-20 as point-routed, 21-40 with other ports."""
    client, server = hosts()
    router = Router(interfaces=(*INSIDE_OUTSIDE, Interface("inside", 1), Interface("outside", 1)), inside=client)
    pipelined(Conversation(router, client, server))
    later = Router(interfaces=router.interfaces, inside=client)
    later.now = router.now + 60 * NANOSECONDS
    pipelined(Conversation(later, client, server, ports=(50001, 80)))
    router.frames += later.frames
    router.places += [place + 2 for place in later.places]
    return router
