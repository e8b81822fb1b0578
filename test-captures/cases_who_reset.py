# SPDX-License-Identifier: GPL-2.0-or-later
"""Who sent the reset: the endpoint whose name it carries, or somebody in between"""

from case import REQUEST, RESPONSE, case
from packets import Capture, Conversation
from story import begin, bystander, parties, with_bits

TEXT = bytes(index % 239 for index in range(1100))
FORGED = {"ttl": 121, "window": 0}  # where the servers here have 57


def numbered(number: int, capture: Capture | None = None, port: int = 443) -> Conversation:
    return parties(f"172.23.7.{number}", f"198.18.99.{number}", (45000 + number, port), (number * 300_007, number * 1_100_003),
                   capture=capture)


def another(talk: Conversation, port: int, isns: tuple[int, int], server_port: int = 443) -> Conversation:
    """One more connection of the same hosts."""
    return Conversation(talk.capture, talk.client.host, talk.server.host, (port, server_port), isns)


# ---- the endpoint goes on -------------------------------------------------------------------------------

@case("origin-goes-on-acknowledging.pcap",
      "a reset in the client's name (frame 11), after which the client acknowledges new data (frames 13 and 15); the server"
      " obeys the reset (frame 16) in its own name",
      "a host firewall that finds an old segment invalid")
def goes_on_acknowledging() -> Capture:
    """1-6 connection, 7-9 data and ACK, 10 old data again, 11 RST, 12-15 data and ACK, 16 RST of the server."""
    talk = numbered(11)
    begin(talk)
    old = talk.server.next
    talk.server.send("A", TEXT)
    talk.server.send("A", TEXT)
    talk.client.send("A")
    talk.server.send("A", TEXT, seq=old)
    talk.client.send("R", seq=talk.client.next, window=0, ttl=129, ident=0)
    for _ in range(2):
        talk.server.send("A", TEXT)
        talk.client.send("A")
    talk.server.send("R", window=0, ident=0)
    return talk.capture


@case("origin-goes-on-speaking.pcap",
      "a reset in the server's name (frame 5) right after the first request; the server's answer (frames 6 and 7) comes a round"
      " trip later, and the client resets (frame 8)",
      "a censor; an intrusion prevention device")
def goes_on_speaking() -> Capture:
    """1-3 handshake, 4 request, 5 RST, 6 and 7 data of the server, 8 RST of the client."""
    talk = numbered(12)
    talk.client.send("S")
    talk.capture.wait("0.2")
    talk.server.send("SA")
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    talk.capture.wait("0.004")
    talk.server.send("RA", ident=1, **FORGED)
    talk.capture.wait("0.19")
    talk.server.send("A", TEXT)
    talk.server.send("PA", TEXT)
    talk.client.send("R", window=0, ident=0)
    return talk.capture


@case("origin-synack-after-refusal.pcap",
      "a refusal (frame 2), and the SYN-ACK of the same server 150 ms later (frame 3), which the client resets (frame 4)",
      "a censor at the connection's beginning")
def synack_after_refusal() -> Capture:
    """1 SYN, 2 RST, 3 SYN-ACK, 4 RST of the client."""
    talk = numbered(13)
    talk.client.send("S")
    talk.server.send("RA", seq=0, **FORGED)
    talk.capture.wait("0.15")
    talk.server.send("SA")
    talk.client.send("R", window=0, ident=0)
    return talk.capture


@case("origin-three-refusals.pcap",
      "three refusals with rising windows and jumping IP IDs (frames 2, 3 and 4) before the server's SYN-ACK (frame 5)",
      "a censor that makes sure")
def three_refusals() -> Capture:
    """1 SYN, 2-4 RST, 5 SYN-ACK, 6 RST of the client."""
    talk = numbered(14)
    talk.client.send("S")
    for number in range(3):
        talk.server.send("RA", seq=0, ttl=97, window=900 + number, ident=0x1200 + 0x2001 * number)
        talk.capture.wait("0.008")
    talk.capture.wait("0.15")
    talk.server.send("SA")
    talk.client.send("R", window=0, ident=0)
    return talk.capture


# ---- a TTL that its other packets never have, and one more sign ------------------------------------------

@case("origin-copied-ident.pcap",
      "a reset in the server's name (frame 8) with TTL 55 instead of 57, and IP ID and window of the request that it answers"
      " (frame 7)",
      "a firewall that makes its resets from the packet before it")
def copied_ident() -> Capture:
    """1-6 connection, 7 request, 8 RST; then somebody else."""
    talk = numbered(15)
    begin(talk)
    ident = talk.client.host.ident
    talk.client.send("PA", REQUEST)
    talk.server.send("RA", ttl=55, ident=ident)
    bystander(talk.capture)
    return talk.capture


@case("origin-same-ident.pcap",
      "resets in the server's name in three connections (frames 8, 16 and 24), all with IP ID 0x7b0d and TTL 121 instead of 57",
      "an intrusion prevention device with a fixed IP ID")
def same_ident() -> Capture:
    """Three times 1-6 connection, 7 request, 8 RST; then somebody else."""
    first = numbered(16)
    for number in range(3):
        talk = another(first, 45116 + number, (4_000_000 + number * 50_000, 6_000_000 + number * 70_000))
        begin(talk)
        talk.client.send("PA", REQUEST)
        talk.server.send("RA", ident=0x7B0D, **FORGED)
        talk.capture.wait(1)
    bystander(first.capture)
    return first.capture


@case("origin-same-ident-healthy.pcap",
      "resets of three connections (frames 7, 14 and 21), all with IP ID 0, and the TTL of the server's other packets",
      "Linux, which numbers no resets")
def same_ident_linux() -> Capture:
    """Three times 1-6 connection, 7 RST."""
    first = numbered(17)
    for number in range(3):
        talk = another(first, 45117 + number, (4_100_000 + number * 50_000, 6_100_000 + number * 70_000))
        begin(talk)
        talk.capture.wait(3)
        talk.server.send("R", ident=0, window=0)
        talk.capture.wait(1)
    return first.capture


@case("origin-second-above.pcap",
      "two resets in the server's name with TTL 30 instead of 57 and a window of its own (frames 5 and 6), the second 12,503"
      " above the first",
      "a provider that ends file sharing: one of the two will be in the window")
def second_above() -> Capture:
    """1-3 handshake, 4 request, 5 and 6 RST; then somebody else."""
    talk = numbered(18)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("RA", ttl=30, window=10240, ident=0x00C4)
    talk.server.send("RA", seq=talk.server.next + 12_503, ttl=30, window=10240, ident=0x00C5)
    bystander(talk.capture)
    return talk.capture


@case("origin-payload.pcap",
      "a reset in the server's name (frame 5) with 10 bytes of payload and TTL 121 instead of 57",
      "a censor with a mark of its own")
def payload() -> Capture:
    """1-3 handshake, 4 request, 5 RST; then somebody else."""
    talk = numbered(19)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("RA", b"4051998811", seq=talk.server.next, ident=0x2222, **FORGED)
    bystander(talk.capture)
    return talk.capture


@case("origin-reserved-bits.pcap",
      "a reset in the server's name (frame 5) with all reserved bits set and TTL 121 instead of 57",
      "a device that makes resets from scratch")
def reserved_bits() -> Capture:
    """1-3 handshake, 4 request, 5 RST; then somebody else."""
    talk = numbered(20)
    talk.open()
    talk.client.send("PA", REQUEST)
    packet = talk.server.build("RA", seq=talk.server.next, ident=0x2323, **FORGED)
    talk.capture.send(talk.server.host, talk.client.host, with_bits(packet, 0x0E))
    bystander(talk.capture)
    return talk.capture


@case("origin-faster-refusal.pcap",
      "a server that takes 40 ms for each handshake (frames 1 to 20) refuses another port in one (frames 21 and 22), and seems"
      " nearer by a hop",
      "a firewall on the way that rejects with resets")
def faster_refusal() -> Capture:
    """1-10 and 11-20 healthy connections, 21 SYN, 22 RST."""
    first = numbered(21)
    for number in range(2):
        talk = another(first, 45221 + number, (4_200_000 + number * 50_000, 6_200_000 + number * 70_000))
        talk.client.send("S")
        talk.capture.wait("0.04")
        talk.server.send("SA")
        talk.client.send("A")
        talk.exchange(REQUEST, RESPONSE)
        talk.close()
    other = another(first, 45223, (4_300_000, 0), server_port=8081)
    other.client.send("S")
    other.server.send("RA", window=0, ttl=58, ident=0)
    return first.capture


@case("origin-same-misfit.pcap",
      "resets of two established connections (frames 8 and 16) with TTL 58, where all other packets of the server have 57,"
      " before, in between, and afterwards",
      "a firewall that kills connections, just before the server")
def same_misfit() -> Capture:
    """Twice 1-6 connection, 7 request, 8 RST; then 17-26 a healthy connection of the same server."""
    first = numbered(22)
    for number in range(2):
        talk = another(first, 45322 + number, (4_400_000 + number * 50_000, 6_400_000 + number * 70_000))
        begin(talk)
        talk.client.send("PA", REQUEST)
        talk.server.send("RA", window=0, ttl=58, ident=0)
        talk.capture.wait(2)
    talk = another(first, 45324, (4_500_000, 6_500_000))
    begin(talk)
    talk.close()
    return first.capture


@case("origin-after-close.pcap",
      "the server closes (frame 7) and resets what comes after that (frame 10) in its own name; resets with TTL 255 instead of 57"
      " answer the client's last segments (frames 12 and 14), each with the window of the packet that it answers",
      "a firewall that has forgotten a closed connection at once")
def after_close() -> Capture:
    """1-6 connection, 7 FIN, 8 ACK, 9 data, 10 RST, 11 data, 12 RST, 13 FIN, 14 RST."""
    talk = numbered(23)
    talk.client.window = 501
    begin(talk)
    talk.server.send("FA")
    talk.client.send("A")
    talk.client.send("PA", TEXT[:94])
    talk.server.send("R", window=0, ident=0)
    talk.client.send("PA", TEXT[:31])
    talk.server.send("RA", window=501, ttl=255, ident=0xD91B)
    talk.client.send("FA")
    talk.server.send("RA", window=501, ttl=255, ident=0xDAB8)
    return talk.capture


@case("origin-copied-syn.pcap",
      "a reset (frame 2) made from the SYN (frame 1): its IP ID, its window, its number as the acknowledgement, which is one too"
      " low; nobody obeys it, and the connection works",
      "an injection from elsewhere that misses")
def copied_syn() -> Capture:
    """1 SYN, 2 RST, 3 SYN-ACK, 4 ACK, 5-7 exchange, 8-11 close."""
    talk = numbered(24)
    talk.client.send("S", ident=0x1D5D)
    talk.server.send("RA", seq=0, ack=talk.client.isn, ident=0x1D5D, ttl=52)
    talk.capture.wait("0.3")
    talk.server.send("SA")
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


# ---- it was the endpoint --------------------------------------------------------------------------------

@case("origin-other-ttl-healthy.pcap",
      "a reset (frame 10) with TTL 59 instead of 57; IP ID, number and window are the server's, which is silent afterwards",
      "a load balancer whose servers are not all as far away")
def other_ttl() -> Capture:
    """1-6 connection, 7-9 exchange, 10 RST; then somebody else."""
    talk = numbered(25)
    begin(talk)
    talk.exchange(REQUEST, RESPONSE)
    talk.capture.wait(8)
    talk.server.send("RA", ttl=59)
    bystander(talk.capture)
    return talk.capture


@case("origin-scanner-healthy.pcap",
      "a scanner with a TTL of its own in each SYN resets what is open (frames 3, 6 and so on) with its system's TTL 64 and IP"
      " ID 0",
      "nmap -sS")
def scanner() -> Capture:
    """Twelve times SYN, SYN-ACK, RST."""
    first = numbered(26)
    for number in range(12):
        talk = another(first, 45126, (4_600_000, 6_600_000 + number * 70_000), server_port=8000 + number)
        talk.client.send("S", ttl=38 + number * 5 % 21, window=1024, ident=(number * 7919 + 11) % 0x10000)
        talk.server.send("SA")
        talk.client.send("R", ttl=64, window=0, ident=0)
    return first.capture


@case("origin-held-back-healthy.pcap",
      "the server resets (frame 9); copies of what it had sent before (frames 10 and 11) arrive two seconds later",
      "a path that holds packets back")
def held_back() -> Capture:
    """1-6 connection, 7 data, 8 ACK, 9 RST of the server, 10 and 11 old data."""
    talk = numbered(27)
    begin(talk)
    old = talk.server.next
    talk.server.send("PA", TEXT)
    talk.client.send("A")
    ident = talk.server.host.ident
    talk.server.host.ident += 2  # sent before the reset
    talk.server.send("RA", window=0)
    talk.capture.wait(2)
    for number in range(2):
        talk.server.send("PA", TEXT, seq=old, ident=ident + number)
    bystander(talk.capture)
    return talk.capture


@case("origin-number-just-acknowledged.pcap",
      "a reset (frame 9) whose number is what the client has just acknowledged (frame 8), below the FIN that the server has sent"
      " (frame 7); the client obeys",
      "a closed socket that answers a segment in flight")
def number_just_acknowledged() -> Capture:
    """1-6 connection, 7 FIN of the server with its last data, 8 data that crosses it, 9 RST; then somebody else."""
    talk = numbered(28)
    begin(talk)
    acknowledged = talk.server.next
    talk.server.send("FPA", RESPONSE)
    talk.client.send("PA", REQUEST, ack=acknowledged)
    talk.server.send("R", seq=acknowledged, window=0, ident=0)
    bystander(talk.capture)
    return talk.capture


@case("origin-starttls-healthy.pcap",
      "the server has closed (frame 7); the client's last 24 bytes (frame 8) and its FIN (frame 10) are each answered by the same"
      " reset (frames 9 and 11)",
      "the ordinary end of a mail session under TLS")
def starttls() -> Capture:
    """1-6 connection, 7 FIN with the last data, 8 data, 9 RST, 10 FIN, 11 RST."""
    talk = numbered(29, port=25)
    begin(talk)
    talk.server.send("FPA", TEXT[:24])
    talk.client.send("PA", TEXT[:24])
    talk.server.send("R", window=0, ident=0)
    talk.client.send("FA")
    talk.server.send("R", window=0, ident=0)
    return talk.capture
