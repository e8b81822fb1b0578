# SPDX-License-Identifier: GPL-2.0-or-later
"""Flood mitigation: each limit passed, and free again"""

from case import case
from content import send_udp
from packets import NANOSECONDS, Capture, Conversation, Host

# Without options, padding and payload, so that a thousand packets stay small.
BARE = b""


def crowd() -> tuple[Capture, Host, Host]:
    return Capture(short=True), Host("192.168.1.10", ttl=128, ident=0x2A10), Host("192.0.2.20", ttl=64, ident=0x7300)


def attempt(capture: Capture, client: Host, server: Host, number: int) -> Conversation:
    """The numbered conversation of the two: each has its own port."""
    talk = Conversation(capture, client, server, (20000 + number, 443), (1000 * number, 5_000_000 + 1000 * number))
    talk.client.options = talk.server.options = BARE
    return talk


def refused(capture: Capture, client: Host, server: Host, number: int) -> None:
    """Two frames: a request, and the reset that ends it."""
    talk = attempt(capture, client, server, number)
    talk.client.send("S")
    talk.server.send("RA", seq=0, window=0)


@case("rule-rate-quota.pcap",
      "600 connection requests by one address within 50 seconds, each answered by a reset; the 601st (frame 1201), the 602nd"
      " (frame 1202) and again the 601st (frame 1203) get no answer; the next (frame 1204) comes when the minute is over",
      "a worm, or a NAT in front of the firewall")
def rate_quota() -> Capture:
    """1-1200 ten times sixty requests and then their resets; 1204-1205 the first request of the next minute."""
    capture, client, server = crowd()
    begin = capture.now
    for batch in range(0, 600, 60):
        talks = [attempt(capture, client, server, number) for number in range(batch, batch + 60)]
        for talk in talks:
            talk.client.send("S")
        for talk in talks:
            talk.server.send("RA", seq=0, window=0)
        capture.wait("4.86")
    first = attempt(capture, client, server, 600)
    first.client.send("S")
    attempt(capture, client, server, 601).client.send("S")
    capture.wait(3)
    first.client.again()
    capture.now = begin + 60 * NANOSECONDS
    refused(capture, client, server, 602)
    return capture


@case("rule-rate-quota-healthy.pcap",
      "nine connection requests by one address in three minutes, three of them in each (frames 1, 3 and 5 and so on)",
      "any client")
def few_requests() -> Capture:
    """Request n has frames 2n-1 and 2n."""
    capture, client, server = crowd()
    for number in range(9):
        refused(capture, client, server, number)
        capture.wait("19.998")
    return capture


@case("rule-concurrent-quota.pcap",
      "160 connections of one address open at once; the 161st request (frame 481) gets no answer, then one connection is"
      " closed (frames 482 to 485), the next request (frame 486) is served, and the one after it (frame 489) is not",
      "a crawler, or a NAT in front of the firewall")
def concurrent_quota() -> Capture:
    """Connection n has frames 3n-2 to 3n, up to the 160th."""
    capture, client, server = crowd()
    talks = [attempt(capture, client, server, number) for number in range(163)]
    for talk in talks[:160]:
        talk.open()
        capture.wait("0.2")
    talks[160].client.send("S")
    talks[0].close()
    talks[161].open()
    talks[162].client.send("S")
    return capture


@case("rule-concurrent-quota-healthy.pcap",
      "six connections of one address, two of them open at a time",
      "any client")
def few_connections() -> Capture:
    """1-6 handshakes of two, 7-14 their close; and so on."""
    capture, client, server = crowd()
    for number in (0, 2, 4):
        pair = [attempt(capture, client, server, number + index) for index in (0, 1)]
        for talk in pair:
            talk.open()
        for talk in pair:
            talk.close()
    return capture


@case("rule-half-open-quota.pcap",
      "80 SYNs of one address without an answer; the 81st (frame 81) is one too many; one is answered (frames 82 and 83),"
      " another SYN (frame 84) passes, the next (frame 85) does not; 22 seconds later the 80 are forgotten (frame 86)",
      "a port scan, or a server that is down")
def half_open_quota() -> Capture:
    capture, client, server = crowd()
    talks = [attempt(capture, client, server, number) for number in range(84)]
    for talk in talks[:81]:
        talk.client.send("S")
        capture.wait("0.049")
    talks[0].server.send("SA")
    talks[0].client.send("A")
    talks[81].client.send("S")
    talks[82].client.send("S")
    capture.wait(22)
    talks[83].client.send("S")
    return capture


@case("rule-half-open-quota-healthy.pcap",
      "80 SYNs of one address without an answer, and no more",
      "a server that is down")
def half_open() -> Capture:
    capture, client, server = crowd()
    for number in range(80):
        attempt(capture, client, server, number).client.send("S")
        capture.wait("0.049")
    return capture


def datagram(capture: Capture, client: Host, server: Host, number: int) -> None:
    send_udp(capture, client, server, (20000 + number, 40000), b".")


@case("rule-non-tcp-quota.pcap",
      "1001 new UDP sessions of one address within a second; the last one (frame 1001) is beyond the limit, and again"
      " (frame 1002); the next (frame 1003) comes a second after the first",
      "a UDP flood")
def non_tcp_quota() -> Capture:
    capture, client, server = crowd()
    begin = capture.now
    for number in range(1001):
        capture.now = begin + number * NANOSECONDS * 9 // 10_000
        datagram(capture, client, server, number)
    datagram(capture, client, server, 1000)
    capture.now = begin + NANOSECONDS
    datagram(capture, client, server, 1002)
    return capture


@case("rule-non-tcp-quota-healthy.pcap",
      "nine UDP sessions of one address in three seconds, three of them in each (frames 1 to 3 and so on)",
      "any client")
def few_sessions() -> Capture:
    capture, client, server = crowd()
    for number in range(9):
        datagram(capture, client, server, number)
        capture.wait("0.999" if number % 3 == 2 else "0.0")
    return capture


@case("rule-udp-quota.pcap",
      "161 UDP sessions of one address: the last (frame 161) closes the first, so that the first one's next datagram"
      " (frame 162) is a session of its own, which closes the second",
      "a resolver behind the firewall")
def udp_quota() -> Capture:
    capture, client, server = crowd()
    for number in (*range(161), 0):
        datagram(capture, client, server, number)
        capture.wait("0.01")
    return capture


@case("rule-udp-quota-healthy.pcap",
      "160 UDP sessions of one address, and the first one again (frame 161)",
      "a resolver behind the firewall")
def udp_sessions() -> Capture:
    capture, client, server = crowd()
    for number in (*range(160), 0):
        datagram(capture, client, server, number)
        capture.wait("0.01")
    return capture
