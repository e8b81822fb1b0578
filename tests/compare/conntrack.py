# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's connection table, an entry at a time (ctnetlink), and the engine's model of it, a packet at a time."""

import socket
import struct
from dataclasses import dataclass

import model
from kernel import CONNTRACK, NETLINK_NETFILTER, REQUEST, attributes

GET, ERROR = 1, 2
# linux/netfilter/nfnetlink_conntrack.h
TUPLE_ORIGINAL, STATUS, PROTOCOL_INFO, TIMEOUT = 1, 3, 4, 7
TUPLE_IP, TUPLE_PROTOCOL = 1, 2
NUMBER, SOURCE_PORT, TARGET_PORT, ICMP_ID, ICMP_TYPE, ICMP_CODE, ICMPV6_ID, ICMPV6_TYPE, ICMPV6_CODE = range(1, 10)
SEEN_REPLY, ASSURED = 2, 4
STATE, SCALES, FLAGS = 1, (2, 3), (4, 5)
TRAITS = 0x3F  # of the flags: those that outlive a packet


@dataclass
class Entry:
    """What both can tell of it. Sides: the initiator, the responder."""

    initiator: bool  # is the sender of this packet the initiator?
    state: int
    replied: bool
    assured: bool
    scales: tuple = ()
    flags: tuple = ()

    def __str__(self):
        flags = "/".join(f"{flags:#04x}" for flags in self.flags)
        scales = "/".join(map(str, self.scales))
        return (f"{'from' if self.initiator else 'to'} the initiator, state {self.state}, replied {self.replied:d}, "
                f"assured {self.assured:d}, scales {scales}, flags {flags}")


def attribute(kind, data, nested=False):
    return struct.pack("=HH", 4 + len(data), kind | nested << 15) + data + b"\0" * (-len(data) % 4)


class Table:
    """To be made inside the firewall's namespace."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.socket.bind((0, 0))

    def ask(self, packet):
        """Of the connection of an IP packet: (Entry, seconds left), or None where it has none."""
        src, dst, protocol, content = headers(packet)
        version = packet[0] >> 4
        ip = attribute(1 if version == 4 else 3, src) + attribute(2 if version == 4 else 4, dst)
        numbers = attribute(NUMBER, bytes([protocol]))
        if protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
            numbers += attribute(SOURCE_PORT, content[:2]) + attribute(TARGET_PORT, content[2:4])
        else:
            first = ICMP_ID if version == 4 else ICMPV6_ID
            numbers += (attribute(first, content[4:6]) + attribute(first + 1, content[:1])
                        + attribute(first + 2, content[1:2]))
        ends = attribute(TUPLE_IP, ip, True) + attribute(TUPLE_PROTOCOL, numbers, True)
        body = struct.pack("=BBH", socket.AF_INET if version == 4 else socket.AF_INET6, 0, 0)
        body += attribute(TUPLE_ORIGINAL, ends, True)
        self.socket.send(struct.pack("=IHHII", 16 + len(body), CONNTRACK | GET, REQUEST, 1, 0) + body)
        data = self.socket.recv(1 << 16)
        length, kind = struct.unpack_from("=IH", data)
        return None if kind == ERROR else self.entry(attributes(data[20:length]), src, content[:2])

    @staticmethod
    def entry(found, src, port):
        ends = attributes(found[TUPLE_ORIGINAL])
        addresses, numbers = attributes(ends[TUPLE_IP]), attributes(ends[TUPLE_PROTOCOL])
        origin = addresses.get(1) or addresses.get(3)
        status = struct.unpack("!I", found[STATUS])[0]
        left = struct.unpack("!I", found[TIMEOUT])[0]
        tcp = attributes(attributes(found[PROTOCOL_INFO])[1]) if PROTOCOL_INFO in found else {}
        same_port = numbers.get(SOURCE_PORT, port)[:2] == port
        return Entry(
            initiator=origin == src and same_port,
            state=tcp[STATE][0] if tcp else 0,
            replied=bool(status & SEEN_REPLY),
            assured=bool(status & ASSURED),
            scales=tuple(tcp[i][0] for i in SCALES) if tcp else (),
            flags=tuple(tcp[i][0] & TRAITS for i in FLAGS) if tcp else (),
        ), left


def headers(packet):
    """(source, target, protocol, what follows) of an IP packet as kernel.py makes them: no options."""
    if packet[0] >> 4 == 4:
        return packet[12:16], packet[16:20], packet[9], packet[20:]
    return packet[8:24], packet[24:40], packet[6], packet[40:]


@dataclass
class Side:
    """What the model holds of a side, for traffic that is aimed at it."""

    end: int
    maxend: int
    maxwin: int
    maxack: int


@dataclass
class Answer:
    ct: str
    passed: bool
    text: str
    entry: Entry = None
    left: float = 0.0  # seconds
    stream: float = 0.0  # seconds until it is one
    sides: tuple = ()
    last: tuple = ()  # end, acknowledgement and window of the last segment
    initiator_side: int = 0  # of the conversation's two ends


class Model(model.Process):
    """The engine's (tests/compare/linux-model.c)."""

    def __init__(self):
        super().__init__("linux-model")

    def packet(self, packet, now):
        """now: nanoseconds"""
        ct, passed, text, *entry = self.ask(packet, now)
        answer = Answer(ct, passed == "1", text)
        if entry:
            self.read_entry(answer, [int(word) for word in entry[0].split()])
        return answer

    @staticmethod
    def read_entry(answer, numbers):
        sender, state, replied, assured, left, *more = numbers
        answer.entry = Entry(not sender, state, bool(replied), bool(assured))
        answer.left = left / 1000
        if len(more) == 1:
            answer.stream = more[0] / 1000
        else:
            one, other, answer.last = more[:6], more[6:12], tuple(more[12:])
            answer.entry.scales, answer.entry.flags = (one[0], other[0]), (one[1], other[1])
            answer.sides = Side(*one[2:]), Side(*other[2:])
