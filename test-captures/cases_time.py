# SPDX-License-Identifier: GPL-2.0-or-later
"""Time and copies: clocks that are wrong for one packet or tell nothing, and packets that were captured twice"""

import struct

from case import REQUEST, RESPONSE, case, conversation
from packets import ETHERNET, Capture

DAY = 86400


# ---- one wrong time stamp -------------------------------------------------------------------------------

def one_wrong(days: int) -> Capture:
    talk = conversation()
    talk.capture.unsteady = True
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.capture.wait(days * DAY)
    talk.client.send("PA", REQUEST)
    talk.capture.wait(-days * DAY)
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    return talk.capture


@case("time-one-early.pcap",
      "a healthy connection; frame 7 carries a time two days before all others",
      "a capture card, or a virtual machine's clock")
def one_early() -> Capture:
    """1-6 handshake and exchange, 7 request, early, 8 response, 9 ACK."""
    return one_wrong(-2)


@case("time-one-ahead.pcap",
      "the same with frame 7 two days after all others: by its clock the connection was idle for too long",
      "a capture card, or a virtual machine's clock")
def one_ahead() -> Capture:
    """As time-one-early."""
    return one_wrong(2)


# ---- no time stamps, absurd ones ------------------------------------------------------------------------

def block(kind: int, body: bytes) -> bytes:
    body = body.ljust(-(-len(body) // 4) * 4, b"\0")
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


SECTION = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(options: bytes = b"") -> bytes:
    return block(1, struct.pack("<HHI", ETHERNET, 0, 0) + options)


class Timeless(Capture):
    """pcapng's Simple Packet Blocks, which have no times."""

    def encode(self) -> bytes:
        packets = [block(3, struct.pack("<I", len(frame)) + frame) for _, frame in self.frames]
        return b"".join([SECTION, interface(), *packets])


class InSeconds(Capture):
    """pcapng with a time unit of a second, and the times in `seconds` for the frames, whatever they are."""
    seconds = (0, 1 << 53)

    def encode(self) -> bytes:
        unit = struct.pack("<HHBxxxHH", 9, 1, 0, 0, 0)  # if_tsresol: 10^0
        packets = [block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame)) + frame)
                   for time, (_, frame) in zip(self.seconds, self.frames, strict=True)]
        return b"".join([SECTION, interface(unit), *packets])


def requests(capture: Capture) -> Capture:
    """700 SYNs of one address, each answered, in 14 seconds."""
    talk = conversation()
    talk.capture = capture
    for number in range(700):
        for side in (talk.client, talk.server):
            side.capture = capture
        talk.client.port = 20000 + number
        talk.client.next = talk.client.isn
        talk.client.send("S")
        capture.wait("0.019")
    return capture


@case("time-none.pcapng",
      "700 connection requests of one address, without times: nobody knows of which minute",
      "pcapng's Simple Packet Blocks, as some embedded devices write them")
def no_times() -> Capture:
    return requests(Timeless())


@case("time-flood.pcap",
      "the same with times, within 14 seconds: more than 80 half-open at once (frames 81 to 600), more than 600 in a minute (601 to 700)",
      "a flood")
def flood() -> Capture:
    return requests(Capture())


@case("time-absurd.pcapng",
      "two SYNs, the second of them three hundred million years later",
      "a damaged capture")
def absurd() -> Capture:
    capture = InSeconds()
    talk = conversation()
    for side in (talk.client, talk.server):
        side.capture = capture
    talk.client.send("S")
    talk.client.again()
    return capture


# ---- copies ---------------------------------------------------------------------------------------------

class Mirrored(Capture):
    """Each frame is followed by its copy, ten microseconds later."""

    def add(self, frame: bytes, *, padded: bool = True) -> None:
        begin = self.now
        super().add(frame, padded=padded)
        self.now = begin + 10_000
        super().add(frame, padded=padded)


@case("copies-mismatch.pcap",
      "SYN, SYN-ACK and an ACK that is two too high (frame 5), each captured twice: one packet was dropped, and nobody"
      " repeated it",
      "a mirror port that shows both directions of a link")
def copies_mismatch() -> Capture:
    """1-2 SYN, 3-4 SYN-ACK, 5-6 bad ACK with data."""
    talk = conversation()
    mirror(talk)
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("PA", REQUEST, ack=talk.server.isn + 3)
    return talk.capture


@case("copies-reset-ipv6.pcap",
      "a connection over IPv6, each packet captured twice, that the server resets in frame 13",
      "a mirror port; IPv6 has no IP ID to tell copies by")
def copies_reset() -> Capture:
    """1-12 handshake and exchange, 13-14 reset."""
    talk = conversation(client="2001:db8::10", server="2001:db8:1::20")
    mirror(talk)
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.server.send("RA")
    return talk.capture


def mirror(talk) -> None:
    talk.capture = talk.client.capture = talk.server.capture = Mirrored()
