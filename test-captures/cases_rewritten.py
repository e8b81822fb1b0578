# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers and addresses that a device on the way has changed, forgotten, or changed in part"""

from case import REQUEST, RESPONSE, case
from packets import Capture, Conversation, Host, Side
from story import Rewriter, begin, bystander, parties, sack

PIECE = bytes(index % 241 for index in range(1200))


# ---- address translation --------------------------------------------------------------------------------

@case("rewritten-translation-lost.pcap",
      "what the client answers (frames 8, 10, 12 and 14) leaves under its private address, with the same ports and numbers; the"
      " server repeats its data (frame 7) unheard",
      "a translation that was given up before the connection ended")
def translation_lost() -> Capture:
    """1-6 connection; four times data of the server and a reset from another address; then somebody else."""
    talk = parties("203.0.113.61", "198.18.40.61", (44061, 8061), (7_100_000, 9_100_000))
    begin(talk)
    private = Side(talk.capture, Host("10.77.8.61", ttl=127, ident=0x3300), 44061, talk.client.next)
    private.peer = talk.server
    talk.server.send("PA", RESPONSE)
    private.send("R", window=0, ident=0)
    for pause in ("0.4", "0.8", "2.4"):
        talk.capture.wait(pause)
        talk.server.again()
        private.send("R", window=0, ident=0)
    bystander(talk.capture)
    return talk.capture


@case("rewritten-translation-healthy.pcap",
      "the same ports from another address (frame 11), 15 seconds after the first one has closed",
      "two clients that happen to choose the same port")
def same_ports() -> Capture:
    """1-10 connection of one client, 11-20 of another."""
    talk = parties("203.0.113.62", "198.18.40.62", (44062, 8062), (7_200_000, 9_200_000))
    begin(talk)
    talk.close()
    talk.capture.wait(15)
    client = Host("10.77.8.62", ttl=127)
    other = Conversation(talk.capture, client, talk.server.host, (44062, 8062), (3_000_000_000, 4_000_000_000))
    begin(other)
    other.close()
    return talk.capture


# ---- SACK -----------------------------------------------------------------------------------------------

def with_a_hole(number: int, shift: int) -> Capture:
    """Data of which the second piece was lost before the capture; SACK edges are `shift` beyond what was sent."""
    talk = parties(f"172.22.6.{number}", f"198.18.41.{number}", (44000 + number, 445), (7_300_000, 1_500_000_000))
    talk.open()
    talk.client.send("PA", REQUEST)
    first = talk.server.next
    talk.server.send("A", PIECE)
    hole = talk.server.next
    talk.server.next += len(PIECE)
    for _ in range(4):
        left = talk.server.next
        talk.server.send("A", PIECE)
        edges = (hole + len(PIECE) + shift) % (1 << 32), (left + len(PIECE) + shift) % (1 << 32)
        talk.client.send("A", ack=hole, options=sack(*edges))
    talk.capture.wait("0.4")
    talk.server.send("A", PIECE, seq=first + len(PIECE))
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("rewritten-sack.pcap",
      "SACK edges (frames 7, 9, 11 and 13) 700,000,000 beyond anything sent; what was lost comes only after a time-out"
      " (frame 14)",
      "a firewall that changes sequence numbers, and not those in SACK options")
def sack_not_rewritten() -> Capture:
    """1-3 handshake, 4 request, 5 data, four times data and ACK with SACK, 14 the missing data, 15 ACK, 16-19 close."""
    return with_a_hole(63, 700_000_000)


@case("rewritten-sack-healthy.pcap",
      "SACK edges (frames 7, 9, 11 and 13) inside what was sent",
      "ordinary loss")
def sack_healthy() -> Capture:
    """As rewritten-sack."""
    return with_a_hole(64, 0)


# ---- both sides of a firewall that changes ISNs, in one file --------------------------------------------

def both_sides(number: int, client_shift: int, server_shift: int, mirrored: bool = True) -> Capture:
    """Each packet twice: 1-6 handshake, 7-12 exchange, 13-14 request, 15-16 the same again, 17-20 its answer, 21-28 close."""
    capture = Rewriter(start="2024-03-11 09:30:00")
    capture.mirrored = mirrored
    capture.client, capture.shifts = f"172.22.6.{number}", (client_shift, server_shift)
    talk = parties(capture.client, f"198.18.41.{number}", (44000 + number, 443), (810_000_000, 3_700_000_000), capture=capture)
    begin(talk)
    talk.client.send("PA", REQUEST)
    capture.wait("0.3")
    talk.client.again()
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.close()
    return capture


@case("rewritten-isn-initiator.pcap",
      "every packet twice, inside and outside, where the initiator's numbers are 1,234,567,890 higher; a request is repeated"
      " (frames 15 and 16)",
      "a mirror port on both sides of a firewall that randomises ISNs")
def initiator_isn() -> Capture:
    return both_sides(65, 1_234_567_890, 0)


@case("rewritten-isn-responder.pcap",
      "the same with the responder's numbers, 987,654,321 higher outside",
      "a firewall that protects a server with weak ISNs")
def responder_isn() -> Capture:
    return both_sides(66, 0, 987_654_321)


@case("rewritten-isn-both.pcap",
      "the same with both: 1,111,111,111 and 2,222,222,222 higher outside",
      "a firewall that randomises all")
def both_isns() -> Capture:
    return both_sides(67, 1_111_111_111, 2_222_222_222)


@case("rewritten-isn-answers.pcap",
      "the same, and of the client's packets only those inside: 1 SYN, 2 and 3 SYN-ACK, 4 ACK, and so on",
      "a mirror port that copies what comes in at both ports, and not what goes out")
def answers_twice() -> Capture:
    """1-4 handshake, 5-8 exchange, 9 request, 10 the same again, 11-13 its answer, 14-19 close."""
    return both_sides(68, 464_201_180, 373_214_706, mirrored=False)
