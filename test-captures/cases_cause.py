# SPDX-License-Identifier: GPL-2.0-or-later
"""Causes: why a connection failed, a capture for each that the evidence can tell"""

from case import REQUEST, RESPONSE, case
from packets import Capture, Conversation, Host, Points, Router, Interface, mss
from story import (BACKOFF, ShortFramesMiscounted, begin, bystander, icmp_error, parties, repeat, sack, unseen)

FULL = bytes(index % 251 for index in range(1460))
START = "2024-03-11 09:30:00"


def numbered(number: int, capture: Capture | None = None, ttls: tuple[int, int] = (128, 50)) -> Conversation:
    return parties(f"172.21.5.{number}", f"203.0.113.{100 + number}", (43000 + number, 7000 + number),
                   (number * 200_003, number * 900_001), capture=capture, ttls=ttls)


def again_as(capture: Capture, talk: Conversation, isns: tuple[int, int]) -> Conversation:
    """Another connection of the same two sockets."""
    return Conversation(capture, talk.client.host, talk.server.host, (talk.client.port, talk.server.port), isns)


# ---- handshake ------------------------------------------------------------------------------------------

@case("cause-padding.pcap",
      "2 bytes of padding in the SYN-ACK (frame 2) have become payload; the client counts them (frames 3 to 10) and is not"
      " heard: 2 too high each time",
      "a device that rewrites the IP length")
def padding() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, 4-6 request, 7 SYN-ACK, 8 ACK, 9 and 10 request; then somebody else."""
    talk = numbered(11)
    talk.server.options = mss(1460)
    wrong = talk.server.isn + 3
    talk.client.send("S")
    unseen(talk.server, 1)
    talk.server.send("SA", b"\0\0", seq=talk.server.isn)
    talk.client.send("A", ack=wrong)
    talk.client.send("PA", REQUEST, ack=wrong)
    repeat(talk.client, ("0.3", "0.6"), ack=wrong)
    talk.capture.wait(2)
    talk.server.send("SA", b"\0\0", seq=talk.server.isn, ack=talk.client.isn + 1)
    talk.client.send("A", ack=wrong)
    repeat(talk.client, ("1.2", "2.4"), ack=wrong)
    bystander(talk.capture)
    return talk.capture


@case("cause-padding-42.pcap",
      "three bare acknowledgements (frames 3, 6 and 9) with 2 zero bytes of payload, which fill the IP packet up to 42 bytes,"
      " and which nobody counts",
      "padding of a link with VLAN tags; the tag is not in the capture")
def padding_42() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, and two exchanges of three frames."""
    talk = numbered(12)
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", bytes(2), seq=talk.client.next)
    for _ in range(2):
        talk.client.send("PA", REQUEST)
        talk.server.send("PA", RESPONSE)
        talk.client.send("A", bytes(2), seq=talk.client.next)
    return talk.capture


@case("cause-padding-42-healthy.pcap",
      "one segment of 2 zero bytes without PSH (frame 7), acknowledged as data (frame 8)",
      "an application that sends a short number")
def two_zero_bytes() -> Capture:
    """1-6 connection, 7 two bytes, 8 ACK, 9-12 close."""
    talk = numbered(13)
    begin(talk)
    talk.client.send("A", bytes(2))
    talk.server.send("A")
    talk.close()
    return talk.capture


@case("cause-ack-mismatch.pcap",
      "the acknowledgement of the SYN-ACK (frame 3) and the request (frame 4) are 1461 too high, again and again unheard",
      "a device that changes numbers in one direction only")
def ack_mismatch() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, 4-6 request, 7 SYN-ACK, 8 ACK, 9 request; then somebody else."""
    talk = numbered(14)
    wrong = talk.server.isn + 1 + 1461
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", ack=wrong)
    talk.client.send("PA", REQUEST, ack=wrong)
    repeat(talk.client, ("0.3", "0.6"), ack=wrong)
    talk.capture.wait(2)
    talk.server.again(ack=talk.client.isn + 1)
    talk.client.send("A", ack=wrong)
    repeat(talk.client, ("1.2",), ack=wrong)
    bystander(talk.capture)
    return talk.capture


@case("cause-ack-mismatch-reset.pcap",
      "an acknowledgement that is 700 too high (frame 3), which the server resets with that number (frame 4; RFC 9293, 3.10.7.4)",
      "a stack without a firewall in front")
def ack_mismatch_reset() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, 4 RST."""
    talk = numbered(15)
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", ack=talk.server.next + 700)
    talk.server.send("R", seq=talk.server.next + 700, window=0)
    return talk.capture


# ---- port reuse -----------------------------------------------------------------------------------------

def answered_by_old(old: Conversation, isn: int) -> Conversation:
    """Three frames: a SYN, the acknowledgement of the old connection, and the reset of a client that does not know it."""
    new = again_as(old.capture, old, (isn, 0))
    new.client.send("S")
    old.server.send("A")
    new.client.send("R", seq=old.client.next, window=0)
    return new


@case("cause-port-reuse.pcap",
      "a port used again (frames 11, 14 and 17) while the server, which closed first, still waits: it answers with the numbers"
      " of the old connection, and the client resets",
      "TIME-WAIT; ports that are given out anew too early")
def port_reuse() -> Capture:
    """1-6 connection, 7-10 close by the server; three times SYN, ACK, RST; then somebody else."""
    talk = numbered(16)
    begin(talk)
    talk.close(talk.server)
    for pause, isn in (("0.9", 1_500_000_000), ("3", 1_600_000_000), ("9", 1_700_000_000)):
        talk.capture.wait(pause)
        answered_by_old(talk, isn)
    bystander(talk.capture)
    return talk.capture


@case("cause-port-reuse-live.pcap",
      "a SYN (frame 7) on a port whose connection is alive for the server, which says so (frame 8); after the client's reset"
      " (frame 9) the next SYN (frame 10) is served",
      "a client that was restarted")
def port_reuse_live() -> Capture:
    """1-6 connection, 7-9 SYN, ACK, RST, 10-12 handshake, 13-15 exchange, 16-19 close."""
    talk = numbered(17)
    begin(talk)
    talk.capture.wait(15)
    isn = 2_500_000_000
    answered_by_old(talk, isn)
    talk.capture.wait(1)
    new = again_as(talk.capture, talk, (isn, 2_900_000_000))
    begin(new)
    new.close()
    return talk.capture


@case("cause-port-reuse-synack.pcap",
      "a SYN (frames 1 and 4) answered by a SYN-ACK that acknowledges another one (frames 2 and 5), which the client resets"
      " (frames 3 and 6)",
      "a half-open connection of the same port, from before a restart")
def port_reuse_synack() -> Capture:
    """Twice SYN, SYN-ACK, RST; then somebody else."""
    talk = numbered(18)
    other = 3_111_222_334
    for pause in ("1", "25"):
        talk.client.send("S", seq=talk.client.isn)
        talk.server.send("SA", seq=talk.server.isn, ack=other)
        talk.client.send("R", seq=other, window=0)
        talk.capture.wait(pause)
    bystander(talk.capture, "0")
    return talk.capture


@case("cause-port-reuse-healthy.pcap",
      "a port used again (frame 11) five seconds after the client's own close, and served",
      "a client with few ports")
def port_reuse_healthy() -> Capture:
    """1-6 connection, 7-10 close; 11-16 connection, 17-20 close."""
    talk = numbered(19)
    begin(talk)
    talk.close(talk.server)
    talk.capture.wait(5)
    new = again_as(talk.capture, talk, (talk.client.next + 1_000_000, talk.server.next + 2_000_000))
    begin(new)
    new.close()
    return talk.capture


# ---- forgotten ------------------------------------------------------------------------------------------

@case("cause-forgotten.pcap",
      "after 700 seconds of silence a request (frame 7) is sent six times unheard",
      "a firewall that forgets idle connections and drops what it does not know")
def forgotten() -> Capture:
    """1-6 connection, 7-12 request; then somebody else."""
    talk = numbered(21)
    begin(talk)
    talk.capture.wait(700)
    talk.client.send("PA", REQUEST)
    repeat(talk.client, (*BACKOFF, "4.8"))
    bystander(talk.capture)
    return talk.capture


@case("cause-forgotten-reset.pcap",
      "after 1000 seconds of silence a request (frame 7) is answered by a reset (frame 8) at once, with another TTL",
      "a firewall that forgets idle connections and resets what it does not know")
def forgotten_reset() -> Capture:
    """1-6 connection, 7 request, 8 RST."""
    talk = numbered(22)
    begin(talk)
    talk.capture.wait(1000)
    talk.client.send("PA", REQUEST)
    talk.server.send("RA", window=0, ttl=254, ident=0xB0B1)
    return talk.capture


@case("cause-forgotten-healthy.pcap",
      "700 seconds of silence that the connection survives (frame 7)",
      "a firewall with a longer memory")
def remembered() -> Capture:
    """1-6 connection, 7-9 exchange, 10-13 close."""
    talk = numbered(23)
    begin(talk)
    talk.capture.wait(700)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


def late_request(talk: Conversation) -> None:
    """Two frames: 25 seconds of silence, a request, and the reset of a server that knows no such connection."""
    talk.capture.wait(25)
    talk.client.send("PA", REQUEST)
    talk.server.send("R", seq=talk.server.next, window=0)


@case("cause-reset-then-silence.pcap",
      "the server resets (frame 7); the client, who has not heard it, asks once more after 25 s and is reset again (frame 9);"
      " the next connection has the same silence and reset (frames 16 and 17), and was not reset before",
      "a reset that got lost, and beside it what a time-out looks like")
def reset_then_silence() -> Capture:
    """1-6 connection, 7 RST, 8 request, 9 RST; 10-15 connection, 16 request, 17 RST."""
    talk = numbered(51)
    begin(talk)
    talk.server.send("RA", window=0)
    late_request(talk)
    other = numbered(52, talk.capture)
    begin(other)
    late_request(other)
    return talk.capture


@case("cause-reset-then-silence-healthy.pcap",
      "the same silence (frame 7), which the connection survives",
      "somebody who reads what came, and nobody who resets")
def no_reset_then_silence() -> Capture:
    """1-6 connection, 7-9 exchange, 10-13 close."""
    talk = numbered(53)
    begin(talk)
    talk.capture.wait(25)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


def half_closed(number: int) -> Conversation:
    """Six frames: a request, the client's FIN, and nothing for a while; the server has acknowledged both."""
    talk = numbered(number)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.client.send("FA")
    talk.server.send("A")
    talk.capture.wait(125)
    return talk


@case("cause-half-closed-forgotten.pcap",
      "the client has closed its side (frame 5); the server's answer, 125 seconds later (frame 7), is sent five times unheard",
      "a firewall that keeps half-closed connections for two minutes")
def half_closed_forgotten() -> Capture:
    """1-3 handshake, 4 request, 5 FIN, 6 ACK, 7-11 response; then somebody else."""
    talk = half_closed(24)
    talk.server.send("PA", RESPONSE)
    repeat(talk.server)
    bystander(talk.capture)
    return talk.capture


@case("cause-half-closed-healthy.pcap",
      "the same answer (frame 7) arrives",
      "a report that takes its time")
def half_closed_remembered() -> Capture:
    """1-3 handshake, 4 request, 5 FIN, 6 ACK, 7 response, 8 ACK, 9 FIN, 10 ACK."""
    talk = half_closed(25)
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.server.send("FA")
    talk.client.send("A")
    return talk.capture


# ---- too large, or spoilt -------------------------------------------------------------------------------

@case("cause-mtu.pcap",
      "a segment of 1460 bytes (frame 6) is sent six times unheard, while the 200 bytes behind it (frame 7) have arrived: the"
      " client says so (frame 8)",
      "a tunnel on the way, and a filter that drops the ICMP error")
def mtu() -> Capture:
    """1-3 handshake, 4 request, 5 ACK, 6 full segment, 7 small one, 8 ACK with SACK, 9-13 full segment; then somebody else."""
    talk = numbered(26)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("A")
    first = talk.server.next
    talk.server.send("A", FULL)
    talk.server.send("PA", FULL[:200])
    talk.client.send("A", ack=first, options=sack(first + 1460, first + 1660))
    for pause in (*BACKOFF, "4.8"):
        talk.capture.wait(pause)
        talk.server.send("A", FULL, seq=first)
    bystander(talk.capture)
    return talk.capture


@case("cause-mtu-healthy.pcap",
      "full-sized segments arrive (frames 6 and 7), a small one (frame 8) only at the fourth time (frame 12)",
      "loss that has nothing to do with size")
def small_lost() -> Capture:
    """1-3 handshake, 4 request, 5 ACK, 6 and 7 full segments, 8 small one, 9 ACK, 10-12 small one, 13 ACK, 14-17 close."""
    talk = numbered(27)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("A")
    talk.server.send("A", FULL)
    talk.server.send("A", FULL)
    behind = talk.server.next
    talk.server.send("PA", FULL[:200])
    talk.client.send("A", ack=behind)
    repeat(talk.server, ("0.5", "1", "2"))
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("cause-mtu-icmp-healthy.pcap",
      "a full-sized segment (frame 6) is answered by ICMP: fragmentation needed (frame 7); the server sends smaller ones",
      "path MTU discovery as it should be (RFC 1191)")
def fragmentation_needed() -> Capture:
    """1-3 handshake, 4 request, 5 ACK, 6 full segment, 7 ICMP, 8 and 9 its bytes in two, 10 ACK, 11-14 close."""
    talk = numbered(28)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("A")
    first = talk.server.next
    talk.server.send("A", FULL)
    icmp_error(talk.capture, Host("203.0.113.254", ttl=60), talk.server.host, 4, rest=1300)
    talk.server.send("A", FULL[:1260], seq=first)
    talk.server.send("PA", FULL[1260:], seq=first + 1260)
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("cause-checksum-short-frames.pcap",
      "each acknowledgement of the SYN-ACK (frames 3, 5, 7 and 9) has a wrong checksum, the SYN, which needs no padding, has not:"
      " the server repeats its SYN-ACK",
      "a device that takes padding for payload when it computes checksums")
def checksum_short_frames() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, and three times SYN-ACK and ACK; then somebody else."""
    talk = numbered(29, ShortFramesMiscounted(start=START), ttls=(62, 50))
    talk.open()
    for pause in ("1", "2", "4"):
        talk.capture.wait(pause)
        talk.server.again()
        talk.client.send("A")
    bystander(talk.capture)
    return talk.capture


@case("cause-checksum-offload.pcap",
      "the same with every checksum of the client wrong, also that of the SYN",
      "a capture on the client itself, whose network card makes the checksums; the cause is another one")
def checksum_offload() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, and three times SYN-ACK and ACK; then somebody else."""
    talk = numbered(30)
    talk.capture.local = talk.client.host
    talk.client.offload = True
    talk.open()
    for pause in ("1", "2", "4"):
        talk.capture.wait(pause)
        talk.server.again()
        talk.client.send("A")
    bystander(talk.capture)
    return talk.capture


@case("cause-checksum-offload-healthy.pcap",
      "every checksum of the client is wrong, and all is well",
      "a capture on the client itself")
def checksum_offload_healthy() -> Capture:
    """1-6 connection, 7-10 close."""
    talk = numbered(31)
    talk.capture.local = talk.client.host
    talk.client.offload = True
    begin(talk)
    talk.close()
    return talk.capture


# ---- others say so --------------------------------------------------------------------------------------

@case("cause-icmp.pcap",
      "each copy of a request (frames 7, 9, 11, 13 and 15) is answered by ICMP: host administratively prohibited",
      "a rule that was changed while the connection lived")
def icmp() -> Capture:
    """1-6 connection, five times request and ICMP; then somebody else."""
    talk = numbered(32)
    router = Host("203.0.113.254", ttl=60, ident=0x0900)
    begin(talk)
    talk.client.send("PA", REQUEST)
    icmp_error(talk.capture, router, talk.client.host, 10)
    for pause in BACKOFF:
        talk.capture.wait(pause)
        talk.client.again()
        icmp_error(talk.capture, router, talk.client.host, 10)
    bystander(talk.capture)
    return talk.capture


@case("cause-dropped-in-between.pcapng",
      "a request (frame 13) that comes in at a router five times, and never goes out",
      "a firewall that drops it")
def dropped_in_between() -> Capture:
    """1-12 handshake and exchange on both sides, 13-17 request, inside alone; then somebody else, inside."""
    client, server = Host("172.21.5.33", ttl=128, ident=0x3200), Host("203.0.113.133", ttl=50, ident=0x6A00)
    router = Router(start=START, interfaces=(Interface("inside"), Interface("outside")), inside=client)
    talk = Conversation(router, client, server, (43033, 7033), (6_600_099, 29_700_033))
    begin(talk)
    inside = Points(start=START, at=0)
    inside.now = router.now
    talk.client.capture = talk.server.capture = talk.capture = inside
    inside.wait("0.1")
    talk.client.send("PA", REQUEST)
    repeat(talk.client)
    bystander(inside)
    router.frames += inside.frames
    router.places += inside.places
    return router


@case("cause-dirty-close.pcap",
      "the server closes (frame 7), the client acknowledges that and resets (frame 9); nothing is left over",
      "browsers; by design")
def dirty_close() -> Capture:
    """1-6 connection, 7 FIN, 8 ACK, 9 RST."""
    talk = numbered(34)
    begin(talk)
    talk.dirty_close()
    return talk.capture


@case("cause-dirty-close-unacknowledged.pcap",
      "the client closes (frame 10) without having acknowledged 900 bytes (frames 7 to 9); the server resets (frame 12)",
      "a dirty close that is none by design: the answer did not arrive")
def dirty_close_unacknowledged() -> Capture:
    """1-6 connection, 7-9 data of the server, 10 FIN, 11 ACK, 12 RST."""
    talk = numbered(35)
    begin(talk)
    acknowledged = talk.server.next
    talk.server.send("PA", FULL[:900])
    repeat(talk.server, ("0.5", "1"))
    talk.client.send("FA", ack=acknowledged)
    talk.server.send("A")
    talk.capture.wait(1)
    talk.server.send("RA", window=0)
    return talk.capture
