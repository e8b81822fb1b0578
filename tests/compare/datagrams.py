# SPDX-License-Identifier: GPL-2.0-or-later
"""Random UDP, ICMP echo, and ICMP errors that quote what was sent, or nothing that was."""

import socket
import struct
from dataclasses import dataclass

from kernel import checksum, ip_packet

CLIENTS = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::11", "2001:db8::12")}
SERVERS = {4: ("198.51.100.1", "198.51.100.2"), 6: ("2001:db8::1", "2001:db8::2")}
REQUEST, REPLY = {4: 8, 6: 128}, {4: 0, 6: 129}
ERRORS = {4: ((3, 0), (3, 1), (3, 3), (3, 13), (11, 0), (11, 1), (12, 0)), 6: ((1, 0), (1, 4), (2, 0), (3, 0), (4, 1))}
ICMP = {4: socket.IPPROTO_ICMP, 6: socket.IPPROTO_ICMPV6}
KEPT = 100  # packets that may be quoted


@dataclass
class Datagram:
    version: int
    src: bytes
    dst: bytes
    protocol: int
    content: bytes
    side: int  # on which it comes in
    quotes: tuple = ()  # key of what an error quotes

    def packet(self, tag):
        return ip_packet(self.version, self.src, self.dst, self.protocol, self.content, tag)

    @property
    def key(self):
        """Of what may expire; that of an echo is its identifier."""
        ports = tuple(sorted((self.content[:2], self.content[2:4])))
        return tuple(sorted((self.src, self.dst))), ports if self.protocol == socket.IPPROTO_UDP else self.content[4:6]

    def __str__(self):
        return f"protocol {self.protocol} {self.src.hex()} > {self.dst.hex()} {self.content.hex()}"


class Datagrams:
    services = 53, 123

    def __init__(self, rng, firewall, hosts=2):
        self.rng, self.address, self.hosts = rng, firewall.address, hosts
        self.sent = []

    def ends(self, version):
        """(source, target) on the two sides, and on which the source is."""
        ends = [self.address(self.rng.choice(names[version][:self.hosts])) for names in (CLIENTS, SERVERS)]
        side = self.rng.randint(0, 1)
        return ends[side], ends[1 - side], side

    @staticmethod
    def sealed(version, src, dst, protocol, content, at):
        """With its checksum; ICMP has no pseudo-header (RFC 792)."""
        pseudo = b"" if protocol == socket.IPPROTO_ICMP else src + dst + struct.pack("!II", len(content), protocol)
        sum_ = struct.pack("!H", checksum(pseudo + content) or 0xFFFF)
        return content[:at] + sum_ + content[at + 2:]

    def udp(self, version):
        rng = self.rng
        src, dst, side = self.ends(version)
        ports = [rng.randint(1000, 1000 + 4 * self.hosts), rng.choice(self.services)]
        data = rng.randbytes(rng.choice((0, 4, 100)))
        head = struct.pack("!HHHH", *(ports if side == 0 else ports[::-1]), 8 + len(data), 0)
        return Datagram(version, src, dst, socket.IPPROTO_UDP,
                        self.sealed(version, src, dst, socket.IPPROTO_UDP, head + data, 6), side)

    def echo(self, version):
        rng = self.rng
        src, dst, side = self.ends(version)
        kind = rng.choice((REQUEST, REPLY))[version]
        code = rng.choice((0, 0, 0, 0, 0, 0, 5))
        content = struct.pack("!BBHHH", kind, code, 0, rng.randint(1, 3 * self.hosts), rng.getrandbits(16)) + b"data"
        return Datagram(version, src, dst, ICMP[version], self.sealed(version, src, dst, ICMP[version], content, 2), side)

    def error(self, version):
        """To the source of what it quotes."""
        rng = self.rng
        candidates = [sent for sent in self.sent if sent.version == version]
        quoted = rng.choice(candidates) if candidates and rng.random() < 0.8 else self.plain(version)
        kind, code = rng.choice(ERRORS[version])
        content = struct.pack("!BBHI", kind, code, 0, 0) + quoted.packet(7)[:200]
        src = quoted.dst if rng.random() < 0.7 else self.address("203.0.113.1" if version == 4 else "2001:db8::99")
        dst = quoted.src if rng.random() < 0.8 else self.address(rng.choice((CLIENTS, SERVERS)[quoted.side][version]))
        return Datagram(version, src, dst, ICMP[version],
                        self.sealed(version, src, dst, ICMP[version], content, 2), 1 - quoted.side, quoted.key)

    def plain(self, version):
        return self.udp(version) if self.rng.random() < 0.6 else self.echo(version)

    def next(self):
        version = 4 if self.rng.random() < 0.6 else 6
        if self.rng.random() < 0.2:
            return self.error(version)
        found = self.plain(version)
        self.sent = [*self.sent[-KEPT:], found]
        return found
