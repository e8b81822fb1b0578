# SPDX-License-Identifier: GPL-2.0-or-later
"""Outcomes: what became of a connection, a request or a ping"""

from case import REQUEST, RESPONSE, case
from content import dns_answer, dns_query, echo, send_udp
from packets import Capture, Conversation, Host
from story import begin, bystander, icmp_error, parties, repeat, unseen

ANSWER = bytes((203, 0, 113, 40))


@case("outcome-open.pcap", "open at the end of the capture", "any connection in use")
def still_open() -> Capture:
    """1-6 connection, 7-9 second exchange."""
    talk = parties("172.20.3.11", "203.0.113.31", (41011, 8081), (310_000, 910_000))
    begin(talk)
    talk.exchange(REQUEST, RESPONSE)
    return talk.capture


@case("outcome-closed.pcap", "closed by both ends, the server first", "any connection that is over")
def closed() -> Capture:
    """1-6 connection, 7-10 close."""
    talk = parties("172.20.3.12", "203.0.113.32", (41012, 8082), (320_000, 920_000))
    begin(talk)
    talk.close(talk.server)
    return talk.capture


@case("outcome-closed-last-ack-missing.pcap",
      "both FINs (frames 7 and 9), and not the acknowledgement of the second: closed all the same",
      "a capture that was stopped, or lost the last frame")
def closed_without_last_ack() -> Capture:
    """1-6 connection, 7 FIN, 8 ACK, 9 FIN; then somebody else."""
    talk = parties("172.20.3.13", "203.0.113.33", (41013, 8083), (330_000, 930_000))
    begin(talk)
    talk.client.send("FA")
    talk.server.send("A")
    talk.server.send("FA")
    bystander(talk.capture)
    return talk.capture


@case("outcome-reset.pcap",
      "the server resets (frame 8) instead of answering a request (frame 7)",
      "a service that crashed")
def reset() -> Capture:
    """1-6 connection, 7 request, 8 RST that does not acknowledge it."""
    talk = parties("172.20.3.14", "203.0.113.34", (41014, 8084), (340_000, 940_000))
    begin(talk)
    acknowledged = talk.client.next
    talk.client.send("PA", REQUEST)
    talk.capture.wait("0.2")
    talk.server.send("RA", ack=acknowledged, window=0)
    return talk.capture


@case("outcome-reset-harmless.pcap",
      "the initiator resets (frame 7) a connection on which everything is acknowledged",
      "an application that ends without closing")
def reset_harmless() -> Capture:
    """1-6 connection, 7 RST twelve seconds later."""
    talk = parties("172.20.3.15", "203.0.113.35", (41015, 8085), (350_000, 950_000))
    begin(talk)
    talk.capture.wait(12)
    talk.client.send("RA", window=0)
    return talk.capture


@case("outcome-refused-reset.pcap",
      "a server that works on one port (frames 1 to 10) refuses another (frames 11 and 12), as far away as before",
      "a service that is not running")
def refused_by_reset() -> Capture:
    """1-10 healthy connection, 11 SYN, 12 RST."""
    talk = parties("172.20.3.16", "203.0.113.36", (41016, 443), (360_000, 960_000))
    begin(talk)
    talk.close()
    other = Conversation(talk.capture, talk.client.host, talk.server.host, (41017, 8444), (361_000, 0))
    other.client.send("S")
    talk.capture.wait("0.02")
    other.server.send("RA", window=0)
    return talk.capture


@case("outcome-refused-icmp.pcap",
      "a router answers both SYNs (frames 1 and 3): communication administratively prohibited (frames 2 and 4)",
      "a filter that says so")
def refused_by_icmp() -> Capture:
    """1 SYN, 2 ICMP, 3 SYN, 4 ICMP."""
    talk = parties("172.20.3.18", "203.0.113.38", (41018, 8086), (380_000, 980_000))
    router = Host("203.0.113.254", ttl=252, ident=0x0800)
    for send in (lambda: talk.client.send("S"), talk.client.again):
        send()
        icmp_error(talk.capture, router, talk.client.host, 13)
        talk.capture.wait(1)
    return talk.capture


@case("outcome-refused-icmpv6.pcap",
      "the same over IPv6 (frames 1 and 2)",
      "a filter that says so")
def refused_by_icmpv6() -> Capture:
    """1 SYN, 2 ICMPv6."""
    talk = parties("2001:db8:20::19", "2001:db8:113::39", (41019, 8087), (390_000, 990_000))
    talk.client.send("S")
    icmp_error(talk.capture, Host("2001:db8:113::254", ttl=252), talk.client.host, 1, kind=1)
    return talk.capture


@case("outcome-unanswered.pcap", "three SYNs without an answer", "nobody there, or a filter that drops silently")
def unanswered() -> Capture:
    """1-3 SYN; then somebody else."""
    talk = parties("172.20.3.20", "203.0.113.40", (41020, 8088), (400_000, 0))
    talk.client.send("S")
    repeat(talk.client, ("1", "2"))
    bystander(talk.capture)
    return talk.capture


@case("outcome-unanswered-quick.pcap",
      "two SYNs in 0.3 s without an answer, and nothing else",
      "a client that tries twice and gives up")
def unanswered_quick() -> Capture:
    """1 and 2 SYN."""
    talk = parties("172.20.3.21", "203.0.113.41", (41021, 8089), (410_000, 0))
    talk.client.send("S")
    repeat(talk.client, ("0.299",))
    return talk.capture


@case("outcome-unanswered-once.pcap",
      "one SYN (frame 1) without an answer in the 25 seconds that follow",
      "a client that tries once")
def unanswered_once() -> Capture:
    """1 SYN; then somebody else."""
    talk = parties("172.20.3.22", "203.0.113.42", (41022, 8090), (420_000, 0))
    talk.client.send("S")
    bystander(talk.capture)
    return talk.capture


@case("outcome-cut-last-syn.pcap",
      "a SYN (frame 11) right before the capture ends: what became of it, nobody knows",
      "a capture that was stopped")
def cut_last_syn() -> Capture:
    """1-10 somebody else, 11 SYN."""
    talk = parties("172.20.3.23", "203.0.113.43", (41023, 8091), (430_000, 0))
    bystander(talk.capture)
    talk.client.send("S")
    return talk.capture


@case("outcome-cut-syns.pcap",
      "SYNs and SYN-ACKs of four connections (a pair each), and nothing else in the file",
      "a capture filtered by tcp[tcpflags] & tcp-syn != 0")
def cut_syns() -> Capture:
    capture = None
    for number in range(4):
        talk = parties("172.20.3.24", f"203.0.113.{44 + number}", (41024 + number, 443), (440_000, 1_040_000), capture=capture)
        capture = talk.capture
        talk.client.send("S")
        capture.wait("0.02")
        talk.server.send("SA")
        capture.wait(2)
    return capture


@case("outcome-half-open.pcap",
      "a SYN-ACK (frame 2) that is neither acknowledged nor repeated in the 25 seconds that follow",
      "a client that went away")
def half_open() -> Capture:
    """1 SYN, 2 SYN-ACK; then somebody else."""
    talk = parties("172.20.3.28", "203.0.113.48", (41028, 8092), (480_000, 1_080_000))
    talk.client.send("S")
    talk.capture.wait("0.02")
    talk.server.send("SA")
    bystander(talk.capture)
    return talk.capture


@case("outcome-stray.pcap",
      "resets of two servers (frames 11 and 12) that nobody here has spoken to",
      "backscatter of an attack under a false address")
def stray() -> Capture:
    """1-10 somebody else, 11 and 12 RST."""
    capture = Capture(start="2024-03-11 09:30:00")
    bystander(capture)
    for number in (49, 50):
        talk = parties("172.20.3.29", f"203.0.113.{number}", (41000 + number, 80), (0, 1_090_000), capture=capture)
        talk.server.send("R", window=0)
    return capture


@case("outcome-one-way-initiator.pcap",
      "the initiator alone, which acknowledges what the capture does not have",
      "a mirror port that shows one direction")
def one_way_initiator() -> Capture:
    """1 SYN, 2 ACK, 3 request, 4 ACK, 5 request, 6 ACK."""
    talk = parties("172.20.3.31", "203.0.113.51", (41031, 8093), (510_000, 1_110_000))
    talk.client.send("S")
    unseen(talk.server, 1)
    talk.client.send("A")
    for _ in range(2):
        talk.client.send("PA", REQUEST)
        talk.capture.wait("0.02")
        unseen(talk.server, len(RESPONSE))
        talk.client.send("A")
    return talk.capture


@case("outcome-one-way-responder.pcap",
      "the responder alone, which acknowledges what the capture does not have",
      "the other direction of a mirror port")
def one_way_responder() -> Capture:
    """1 SYN-ACK, 2 response, 3 response."""
    talk = parties("172.20.3.32", "203.0.113.52", (41032, 8094), (520_000, 1_120_000))
    unseen(talk.client, 1)
    talk.server.send("SA")
    for _ in range(2):
        unseen(talk.client, len(REQUEST))
        talk.capture.wait("0.02")
        talk.server.send("PA", RESPONSE)
    return talk.capture


@case("outcome-one-way-repeated.pcap",
      "the initiator alone, and its request (frame 3) five times",
      "a firewall that sees one direction of asymmetric routing, and drops what it does not know")
def one_way_repeated() -> Capture:
    """1 SYN, 2 ACK, 3-7 request; then somebody else."""
    talk = parties("172.20.3.33", "203.0.113.53", (41033, 8095), (530_000, 1_130_000))
    talk.client.send("S")
    unseen(talk.server, 1)
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    repeat(talk.client)
    bystander(talk.capture)
    return talk.capture


def resolver() -> tuple[Capture, Host, Host]:
    return Capture(start="2024-03-11 09:30:00"), Host("172.20.3.34", ttl=128), Host("203.0.113.54", ttl=57, ident=0x0200)


@case("outcome-udp.pcap",
      "a DNS query with its answer (frames 1 and 2), and one without (frames 3 and 4)",
      "name resolution")
def udp_requests() -> Capture:
    """1 query, 2 answer, 3 query, 4 the same again; then somebody else."""
    capture, client, server = resolver()
    send_udp(capture, client, server, (53101, 53), dns_query(71, "mail.example.org"))
    capture.wait("0.02")
    send_udp(capture, server, client, (53, 53101), dns_answer(71, "mail.example.org", ANSWER))
    for _ in range(2):
        send_udp(capture, client, server, (53102, 53), dns_query(72, "lost.example.org"))
        capture.wait(2)
    bystander(capture)
    return capture


@case("outcome-udp-refused.pcap",
      "a query (frame 1) answered by ICMP: port unreachable (frame 2)",
      "no name server there")
def udp_refused() -> Capture:
    capture, client, server = resolver()
    send_udp(capture, client, server, (53103, 53), dns_query(73, "mail.example.org"))
    icmp_error(capture, server, client, 3)
    return capture


@case("outcome-ping.pcap",
      "three pings: one with its reply (frames 1 and 2), one without (frame 3), and one to a host that cannot be reached"
      " (frames 4 and 5)",
      "looking for a host")
def pings() -> Capture:
    """1 request, 2 reply, 3 request, 4 request, 5 ICMP host unreachable; then somebody else."""
    capture, client, server = resolver()
    echo(capture, client, server, 40, ident=21)
    echo(capture, server, client, 40, ident=21, reply=True)
    echo(capture, client, Host("203.0.113.55"), 40, ident=22)
    echo(capture, client, Host("203.0.113.56"), 40, ident=23)
    icmp_error(capture, Host("203.0.113.254", ttl=252), client, 1)
    bystander(capture)
    return capture
