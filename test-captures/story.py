# SPDX-License-Identifier: GPL-2.0-or-later
"""What captures that tell what became of a connection have in common."""

import struct

from case import REQUEST, RESPONSE
from packets import ICMP, ICMPV6, MODULUS, Capture, Conversation, Host, Side, icmp, icmpv6, is_ipv6

BACKOFF = ("0.3", "0.6", "1.2", "2.4")  # seconds between copies: five in all, in 4.5 seconds


def parties(client: str, server: str, ports: tuple[int, int], isns: tuple[int, int], *, capture: Capture | None = None,
            ttls: tuple[int, int] = (128, 57)) -> Conversation:
    """A conversation of two hosts with counting IP IDs, in a capture of its own unless one is given."""
    hosts = Host(client, ttl=ttls[0], ident=0x3200), Host(server, ttl=ttls[1], ident=0x6A00)
    return Conversation(capture or Capture(start="2024-03-11 09:30:00"), *hosts, ports, isns)


def begin(talk: Conversation) -> None:
    """Six frames: the handshake, a request and its answer, 20 ms away."""
    talk.client.send("S")
    talk.capture.wait("0.02")
    talk.server.send("SA")
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    talk.capture.wait("0.02")
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")


def repeat(side: Side, pauses: tuple[str, ...] = BACKOFF, **fields) -> None:
    """A copy of the latest segment after each pause."""
    for pause in pauses:
        side.capture.wait(pause)
        side.again(**fields)


def unseen(side: Side, size: int) -> None:
    """What this side sends now, the capture has not."""
    side.next += size


def bystander(capture: Capture, after: str = "25") -> None:
    """Ten frames, long after: somebody else's healthy connection. The capture goes on, so what is missing is missing."""
    capture.wait(after)
    talk = parties("172.20.9.9", "203.0.113.200", (61007, 8080), (77_000_000, 88_000_000), capture=capture)
    begin(talk)
    talk.close()


def icmp_error(capture: Capture, router: Host, receiver: Host, code: int, *, kind: int = 3, rest: int = 0) -> None:
    """One frame: an ICMP error that quotes the header and eight bytes of the frame before it."""
    packet = capture.frames[-1][1][14:]
    if is_ipv6(router.address):
        message = icmpv6(router.address, receiver.address, kind, code, rest, packet[:1232])
        capture.send(router, receiver, router.packet(receiver.address, ICMPV6, message))
    else:
        message = icmp(kind, code, rest, packet[:28])
        capture.send(router, receiver, router.packet(receiver.address, ICMP, message, df=False))


def sack(*edges: int) -> bytes:
    """The option with its padding in front (RFC 2018, 3)."""
    return struct.pack(f"!BBBB{len(edges)}I", 1, 1, 5, 2 + 4 * len(edges), *edges)


def patched(packet: bytes, offset: int, value: bytes) -> bytes:
    """An IPv4 packet without options, with other bytes in its TCP header, and the checksum that fits (RFC 1624)."""
    at = 20 + offset
    words = struct.unpack(f"!{len(value) // 2}H", packet[at:at + len(value)]) + (0xFFFF - packet[36] * 256 - packet[37],)
    total = words[-1] + sum(0xFFFF - word for word in words[:-1]) + sum(struct.unpack(f"!{len(value) // 2}H", value))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    packet = packet[:at] + value + packet[at + len(value):]
    return packet[:36] + struct.pack("!H", 0xFFFF - total) + packet[38:]


def with_bits(packet: bytes, bits: int) -> bytes:
    """With these reserved bits of the TCP header set (RFC 9293, 3.1)."""
    return patched(packet, 12, bytes([packet[32] | bits, packet[33]]))


def miscounted(packet: bytes, padding: int) -> bytes:
    """With the checksum of a device that takes so many bytes of padding for payload: the length is part of the sum."""
    value = (0xFFFF - packet[36] * 256 - packet[37]) + padding
    value = (value & 0xFFFF) + (value >> 16)
    return packet[:36] + struct.pack("!H", 0xFFFF - value) + packet[38:]


class ShortFramesMiscounted(Capture):
    """A device in front of the capture spoils the checksum of every frame of one host that has to be padded."""

    def send(self, sender: Host, receiver: Host, packet: bytes) -> None:
        missing = 46 - len(packet)
        spoilt = sender.ttl == 62 and missing > 0
        super().send(sender, receiver, miscounted(packet, missing) if spoilt else packet)


class Rewriter(Capture):
    """Captured on both sides of a firewall that gives connections other initial sequence numbers: each packet is there twice.

    `shifts` are added outside to the numbers of the client and of the server. What the client sends is seen inside first, and
    outside only if that is `mirrored`, too.
    """
    client = ""
    shifts = (0, 0)
    mirrored = True

    def send(self, sender: Host, receiver: Host, packet: bytes) -> None:
        from_client = sender.address == self.client
        own, other = self.shifts if from_client else self.shifts[::-1]
        seq, ack = struct.unpack("!II", packet[24:32])
        numbers = struct.pack("!II", (seq + own) % MODULUS, (ack + other) % MODULUS if ack else 0)
        outside = patched(packet, 4, numbers)
        firewall = Host("172.20.0.1")
        super().send(sender, firewall, packet if from_client else outside)
        if from_client and not self.mirrored:
            return
        self.wait("-0.0008")
        super().send(firewall, receiver, outside if from_client else packet)
