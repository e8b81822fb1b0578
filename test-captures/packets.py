# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets, captures and TCP conversations, built byte by byte.

Everything is deterministic: no random numbers, no wall clock. A capture that is made again is the same
file again, so that a difference always means that somebody changed something.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from ipaddress import ip_address

MODULUS = 1 << 32
NANOSECONDS = 1_000_000_000
MINIMUM_FRAME = 60

ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_IPV6 = 0x0800, 0x0806, 0x86DD
ETHERTYPE_VLAN, ETHERTYPE_SERVICE_VLAN, ETHERTYPE_OLD_QINQ = 0x8100, 0x88A8, 0x9100
HOP_BY_HOP, ICMP, IPIP, TCP, UDP, FRAGMENT, GRE, AH, ICMPV6 = 0, 1, 4, 6, 17, 44, 47, 51, 58
BROADCAST = "ff:ff:ff:ff:ff:ff"
ETHERNET, BSD_LOOPBACK, RAW, LINUX_SLL, LINUX_SLL2 = 1, 0, 101, 113, 276  # link types of pcap files

FLAG_BITS = {"F": 0x01, "S": 0x02, "R": 0x04, "P": 0x08, "A": 0x10, "U": 0x20, "E": 0x40, "C": 0x80}


# ---- checksums and addresses ----------------------------------------------------------------------------

def folded_sum(data: bytes) -> int:
    """Ones' complement sum of 16-bit words, before the final complement."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def checksum(data: bytes) -> int:
    return folded_sum(data) ^ 0xFFFF


def packed(address: str) -> bytes:
    return ip_address(address).packed


def is_ipv6(address: str) -> bool:
    return ":" in address


def pseudo_header(src: str, dst: str, protocol: int, length: int) -> bytes:
    tail = struct.pack("!IxxxB", length, protocol) if is_ipv6(src) else struct.pack("!xBH", protocol, length)
    return packed(src) + packed(dst) + tail


def mac_bytes(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", "").replace("-", ""))


# ---- link layer -----------------------------------------------------------------------------------------

def ethernet(dst: str, src: str, ethertype: int, payload: bytes) -> bytes:
    return mac_bytes(dst) + mac_bytes(src) + struct.pack("!H", ethertype) + payload


def vlan_tag(frame: bytes, vlan: int, ethertype: int = ETHERTYPE_VLAN) -> bytes:
    """The frame with one more tag, in front of those it has already."""
    return frame[:12] + struct.pack("!HH", ethertype, vlan) + frame[12:]


def arp(operation: int, sender: "Host", target_address: str, target_mac: str = BROADCAST) -> bytes:
    """A whole ARP frame: operation 1 asks, 2 answers."""
    asked = "00:00:00:00:00:00" if operation == 1 else target_mac
    body = struct.pack("!HHBBH", 1, ETHERTYPE_IPV4, 6, 4, operation)
    body += mac_bytes(sender.mac) + packed(sender.address) + mac_bytes(asked) + packed(target_address)
    return ethernet(target_mac, sender.mac, ETHERTYPE_ARP, body)


def spanning_tree(bridge: str) -> bytes:
    """An IEEE 802.3 frame with an LLC header and a configuration BPDU: no Ethertype at all."""
    identifier = struct.pack("!H", 0x8000) + mac_bytes(bridge)
    bpdu = struct.pack("!HBBB", 0, 0, 0, 0) + identifier + struct.pack("!I", 0) + identifier
    bpdu += struct.pack("!HHHHH", 0x8001, 0, 20 << 8, 2 << 8, 15 << 8)
    body = b"\x42\x42\x03" + bpdu
    return ethernet("01:80:c2:00:00:00", bridge, len(body), body)


# ---- network layer --------------------------------------------------------------------------------------

def ipv4(src: str, dst: str, protocol: int, payload: bytes, *, ttl: int = 64, ident: int = 0, df: bool = True,
         more: bool = False, offset: int = 0, total_length: int | None = None, header_length: int | None = None,
         options: bytes = b"") -> bytes:
    """`total_length` and `header_length` override their fields: rewritten headers, segmentation offload, nonsense."""
    length = 20 + len(options) + len(payload) if total_length is None else total_length
    words = (20 + len(options) if header_length is None else header_length) // 4
    flags_offset = df << 14 | more << 13 | offset // 8
    header = struct.pack("!BBHHHBBH", 0x40 | words, 0, length, ident, flags_offset, ttl, protocol, 0)
    header += packed(src) + packed(dst) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(src: str, dst: str, next_header: int, payload: bytes, *, hop_limit: int = 64,
         payload_length: int | None = None) -> bytes:
    """`payload_length` overrides its field."""
    length = len(payload) if payload_length is None else payload_length
    header = struct.pack("!IHBB", 6 << 28, length, next_header, hop_limit)
    return header + packed(src) + packed(dst) + payload


def forwarded(packet: bytes) -> bytes:
    """The packet a hop further."""
    if packet[0] >> 4 == 6:
        return packet[:7] + bytes([packet[7] - 1]) + packet[8:]
    header = packet[:8] + bytes([packet[8] - 1, packet[9], 0, 0]) + packet[12:20]
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + packet[20:]


def fragments(packet: bytes, size: int) -> list[bytes]:
    """An IPv4 packet cut into fragments of `size` payload bytes (a multiple of eight)."""
    header, payload = packet[:20], packet[20:]
    src, dst = str(ip_address(header[12:16])), str(ip_address(header[16:20]))
    ident, = struct.unpack("!H", header[4:6])
    return [ipv4(src, dst, header[9], payload[start:start + size], ttl=header[8], ident=ident, df=False,
                 more=start + size < len(payload), offset=start)
            for start in range(0, len(payload), size)]


def fragment_header(next_header: int, ident: int, *, offset: int = 0, more: bool = False) -> bytes:
    """RFC 8200, 4.5"""
    return struct.pack("!BBHI", next_header, 0, offset | more, ident)


def ipv6_fragments(packet: bytes, size: int, ident: int = 7) -> list[bytes]:
    """The same for an IPv6 packet without extension headers."""
    src, dst, payload = str(ip_address(packet[8:24])), str(ip_address(packet[24:40])), packet[40:]
    return [ipv6(src, dst, FRAGMENT, fragment_header(packet[6], ident, offset=start, more=start + size < len(payload))
                 + payload[start:start + size], hop_limit=packet[7])
            for start in range(0, len(payload), size)]


def authenticated(packet: bytes) -> bytes:
    """The IPv4 packet with an authentication header in front of its payload (RFC 4302, 2; transport mode)."""
    header = struct.pack("!BBHII", packet[9], 4, 0, 0x100, 1) + bytes(12)
    src, dst = str(ip_address(packet[12:16])), str(ip_address(packet[16:20]))
    ident, = struct.unpack("!H", packet[4:6])
    return ipv4(src, dst, AH, header + packet[20:], ttl=packet[8], ident=ident)


# ---- transport layer ------------------------------------------------------------------------------------

NOP = b"\x01"
SACK_PERMITTED = b"\x04\x02"


def mss(size: int) -> bytes:
    return struct.pack("!BBH", 2, 4, size)


def window_scale(shift: int) -> bytes:
    return struct.pack("!BBB", 3, 3, shift)


def fast_open(cookie: bytes) -> bytes:
    return struct.pack("!BB", 34, 2 + len(cookie)) + cookie


USUAL_OPTIONS = mss(1460) + NOP + window_scale(2) + NOP + NOP + SACK_PERMITTED


def tcp(src: tuple[str, int], dst: tuple[str, int], flags: str, seq: int, ack: int, *, window: int = 64240,
        options: bytes = b"", payload: bytes = b"", offload: bool = False, urgent: int = 0) -> bytes:
    """`offload` leaves in the checksum field what a sender leaves there for its network card to complete."""
    bits = sum(FLAG_BITS[flag] for flag in flags)
    header_words = 5 + len(options) // 4
    segment = struct.pack("!HHIIBBHHH", src[1], dst[1], seq % MODULUS, ack % MODULUS, header_words << 4, bits,
                          window, 0, urgent) + options + payload
    pseudo = pseudo_header(src[0], dst[0], TCP, len(segment))
    value = folded_sum(pseudo) if offload else checksum(pseudo + segment)
    return segment[:16] + struct.pack("!H", value) + segment[18:]


def udp(src: tuple[str, int], dst: tuple[str, int], payload: bytes, *, length: int | None = None) -> bytes:
    """`length` overrides the length field."""
    length = 8 + len(payload) if length is None else length
    header = struct.pack("!HHHH", src[1], dst[1], length, 0)
    value = checksum(pseudo_header(src[0], dst[0], UDP, length) + header + payload) or 0xFFFF
    return header[:6] + struct.pack("!H", value) + payload


def icmp(kind: int, code: int, rest: int, data: bytes) -> bytes:
    message = struct.pack("!BBHI", kind, code, 0, rest) + data
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def icmpv6(src: str, dst: str, kind: int, code: int, rest: int, data: bytes) -> bytes:
    message = struct.pack("!BBHI", kind, code, 0, rest) + data
    value = checksum(pseudo_header(src, dst, ICMPV6, len(message)) + message)
    return message[:2] + struct.pack("!H", value) + message[4:]


def gre(ethertype: int, payload: bytes) -> bytes:
    return struct.pack("!HH", 0, ethertype) + payload


def vxlan(network: int, frame: bytes) -> bytes:
    return struct.pack("!II", 0x08000000, network << 8) + frame


def gtp_u(tunnel: int, packet: bytes) -> bytes:
    return struct.pack("!BBHI", 0x30, 0xFF, len(packet), tunnel) + packet


# ---- hosts and captures ---------------------------------------------------------------------------------

@dataclass
class Host:
    """An address with what a sniffer can tell a host by: MAC address, TTL, a counting IP ID, the DF flag."""
    address: str
    ttl: int = 64
    ident: int = 0x1000
    mac: str = ""
    df: bool = True

    def __post_init__(self) -> None:
        self.mac = self.mac or "02:00:" + packed(self.address)[-4:].hex(":")

    def packet(self, to: str, protocol: int, payload: bytes, *, ttl: int | None = None, ident: int | None = None,
               **header) -> bytes:
        ttl = self.ttl if ttl is None else ttl
        if is_ipv6(self.address):
            return ipv6(self.address, to, protocol, payload, hop_limit=ttl)
        if ident is None:
            ident, self.ident = self.ident, (self.ident + 1) % 0x10000
        return ipv4(self.address, to, protocol, payload, ttl=ttl, ident=ident, **{"df": self.df} | header)


def loopback(_sender: "Host", _receiver: "Host", packet: bytes) -> bytes:
    """The BSD loopback header: the protocol family, in the byte order of the host that captures."""
    return struct.pack("<I", 24 if packet[0] >> 4 == 6 else 2) + packet


def raw(_sender: "Host", _receiver: "Host", packet: bytes) -> bytes:
    """No link at all."""
    return packet


def old_cooked(sender: "Host", _receiver: "Host", packet: bytes) -> bytes:
    """What `tcpdump -i any` wrote before (LINKTYPE_LINUX_SLL)."""
    ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
    return struct.pack("!HHH8sH", 0, 1, 6, mac_bytes(sender.mac), ethertype) + packet


def plain(sender: Host, receiver: Host, packet: bytes) -> bytes:
    ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
    return ethernet(receiver.mac, sender.mac, ethertype, packet)


Link = Callable[[Host, Host, bytes], bytes]


def cooked(index: int) -> Link:
    """What `tcpdump -i any` writes: the interface index where Ethernet has the receiver (LINKTYPE_LINUX_SLL2)."""
    def link(sender: Host, _receiver: Host, packet: bytes) -> bytes:
        ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
        return struct.pack("!HHIHBB8s", ethertype, 0, index, 1, 0, 6, mac_bytes(sender.mac)) + packet
    return link


@dataclass
class Capture:
    """Frames with their times. `local` is the host that captures: its own frames are seen before padding.

    `short` captures leave the padding of all frames out, to stay small. `unsteady` ones keep the frames in the order in
    which they were added, whatever their times.
    """
    start: str = "2012-06-01 12:00:00"
    snaplen: int = 262144
    link: Link = plain
    local: Host | None = None
    linktype: int = ETHERNET
    short: bool = False
    unsteady: bool = False
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    now: int = field(init=False)

    def __post_init__(self) -> None:
        moment = datetime.fromisoformat(self.start).replace(tzinfo=timezone.utc)
        self.now = int(moment.timestamp()) * NANOSECONDS

    def wait(self, seconds: str | float) -> None:
        self.now += int(Decimal(str(seconds)) * NANOSECONDS)

    def at(self, clock: str) -> None:
        """Go to a time of the day, written hh:mm:ss with any number of decimals."""
        hours, minutes, seconds = clock.split(":")
        midnight = self.now - self.now % (86400 * NANOSECONDS)
        self.now = midnight
        self.wait(str(int(hours) * 3600 + int(minutes) * 60 + Decimal(seconds)))

    def add(self, frame: bytes, *, padded: bool = True) -> None:
        """Every frame takes a millisecond, unless the caller says when the next one comes."""
        self.frames.append((self.now, frame.ljust(MINIMUM_FRAME, b"\0") if padded else frame))
        self.now += NANOSECONDS // 1000

    def send(self, sender: Host, receiver: Host, packet: bytes) -> None:
        self.add(self.link(sender, receiver, packet), padded=sender is not self.local and not self.short)

    def encode(self) -> bytes:
        """The pcap file: nanoseconds only if a time needs them, frames in the order of their times."""
        frames = self.frames if self.unsteady else sorted(self.frames, key=lambda frame: frame[0])
        fine = any(time % 1000 for time, _ in frames)
        unit = 1 if fine else 1000
        out = [struct.pack("<IHHiIII", 0xA1B23C4D if fine else 0xA1B2C3D4, 2, 4, 0, 0, self.snaplen, self.linktype)]
        for time, frame in frames:
            seconds, fraction = divmod(time, NANOSECONDS)
            kept = frame[:self.snaplen]
            out.append(struct.pack("<IIII", seconds, fraction // unit, len(kept), len(frame)) + kept)
        return b"".join(out)


# ---- several capture points -----------------------------------------------------------------------------

def block(kind: int, body: bytes) -> bytes:
    """A pcapng block."""
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


@dataclass
class Interface:
    """Of a pcapng file. Sections are numbered from 0, and come one after the other in the file."""
    name: str = ""
    section: int = 0
    description: str = ""

    def encode(self, linktype: int, snaplen: int) -> bytes:
        texts = ((2, self.name), (3, self.description))
        options = [option(code, text.encode()) for code, text in texts if text] + [option(9, b"\x09"), option(0, b"")]
        return block(1, struct.pack("<HHI", linktype, 0, snaplen) + b"".join(options))


@dataclass
class Points(Capture):
    """A pcapng file, in nanoseconds. Frames are captured on the interface `at`, which the caller changes."""
    interfaces: tuple[Interface, ...] = (Interface(),)
    at: int = 0
    places: list[int] = field(default_factory=list)  # the interface of each frame

    def add(self, frame: bytes, *, padded: bool = True) -> None:
        super().add(frame, padded=padded)
        self.places.append(self.at)

    def encode_section(self, section: int) -> bytes:
        numbers = [number for number, interface in enumerate(self.interfaces) if interface.section == section]
        out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
        out += [self.interfaces[number].encode(self.linktype, self.snaplen) for number in numbers]
        frames = [(time, frame, place) for (time, frame), place in zip(self.frames, self.places) if place in numbers]
        for time, frame, place in frames if self.unsteady else sorted(frames, key=lambda frame: frame[0]):
            kept = frame[:self.snaplen]
            out.append(block(6, struct.pack("<IIIII", numbers.index(place), time >> 32, time % MODULUS, len(kept),
                                            len(frame)) + kept))
        return b"".join(out)

    def encode(self) -> bytes:
        sections = 1 + max(interface.section for interface in self.interfaces)
        return b"".join(self.encode_section(section) for section in range(sections))


@dataclass
class Router(Points):
    """Captured on a router that takes its time (`delay`): each packet as it comes on one of two interfaces, and as it
    leaves on the other, a hop further. Packets of `inside` come on the first."""
    inside: Host | None = None
    delay: str = "0.005"
    before: Host | None = None  # who sent the packet before
    leaving: int = 0  # when that one left

    def send(self, sender: Host, receiver: Host, packet: bytes) -> None:
        """Who answers has to get the packet first; who sends again does not wait."""
        if sender is not self.before:
            self.now = max(self.now, self.leaving + NANOSECONDS // 1000)
        self.before = sender
        coming = self.now
        self.wait(self.delay)
        self.leaving = self.now
        self.at = 0 if sender is not self.inside else 1
        super().send(sender, receiver, forwarded(packet))
        self.now, self.at = coming, 1 - self.at
        super().send(sender, receiver, packet)


@dataclass
class AnyDevice(Router):
    """The same as `tcpdump -i any` has it, in a pcap file: one interface, and an index in each frame."""
    linktype: int = LINUX_SLL2
    short: bool = True
    devices: tuple[int, int] = (2, 3)

    def add(self, frame: bytes, *, padded: bool = True) -> None:
        super().add(frame[:4] + struct.pack("!I", self.devices[self.at]) + frame[8:], padded=padded)

    def encode(self) -> bytes:
        return Capture.encode(self)


# ---- TCP conversations ----------------------------------------------------------------------------------

@dataclass
class Side:
    """One end of a conversation. `next` is the sequence number of the next byte that it sends."""
    capture: Capture
    host: Host
    port: int
    isn: int
    options: bytes = USUAL_OPTIONS
    window: int = 64240
    offload: bool = False
    peer: "Side" = field(init=False, repr=False)
    next: int = field(init=False)
    last: tuple[str, bytes, int] = field(init=False)

    def __post_init__(self) -> None:
        self.next = self.isn

    @property
    def socket(self) -> tuple[str, int]:
        return self.host.address, self.port

    def build(self, flags: str, payload: bytes = b"", *, seq: int, ack: int | None = None, window: int | None = None,
              options: bytes | None = None, offload: bool | None = None, urgent: int = 0, **header) -> bytes:
        """The IP packet of one segment; it acknowledges all that the peer sent, unless told otherwise."""
        if "A" not in flags:
            ack = 0
        elif ack is None:
            ack = self.peer.next
        if options is None:
            options = self.options if "S" in flags else b""
        segment = tcp(self.socket, self.peer.socket, flags, seq, ack, options=options, payload=payload,
                      window=self.window if window is None else window,
                      offload=self.offload if offload is None else offload, urgent=urgent)
        return self.host.packet(self.peer.host.address, TCP, segment, **header)

    def send(self, flags: str, payload: bytes = b"", *, seq: int | None = None, **fields) -> None:
        """Send a segment. One with a sequence number of its own does not move `next`."""
        length = len(payload) + ("S" in flags) + ("F" in flags)
        if seq is None:
            seq = self.next
            self.next = (seq + length) % MODULUS
            if length:
                self.last = flags, payload, seq
        packet = self.build(flags, payload, seq=seq, **fields)
        self.capture.send(self.host, self.peer.host, packet)

    def again(self, **fields) -> None:
        """Retransmit the latest segment that took sequence numbers."""
        flags, payload, seq = self.last
        self.send(flags, payload, seq=seq, **fields)


class Conversation:
    """Two sides that know of each other, and the few exchanges that nearly every capture has."""

    def __init__(self, capture: Capture, client: Host, server: Host, ports: tuple[int, int] = (50000, 80),
                 isns: tuple[int, int] = (1_000_000, 5_000_000)) -> None:
        self.capture = capture
        self.client = Side(capture, client, ports[0], isns[0])
        self.server = Side(capture, server, ports[1], isns[1])
        self.client.peer, self.server.peer = self.server, self.client

    def open(self) -> None:
        """Three frames."""
        self.client.send("S")
        self.server.send("SA")
        self.client.send("A")

    def exchange(self, request: bytes, response: bytes) -> None:
        """Three frames: the response acknowledges the request, the last frame acknowledges the response."""
        self.client.send("PA", request)
        self.server.send("PA", response)
        self.client.send("A")

    def close(self, first: Side | None = None) -> None:
        """Four frames: both FINs, each with its acknowledgement. The client goes first, unless told otherwise."""
        first = first or self.client
        first.send("FA")
        first.peer.send("A")
        first.peer.send("FA")
        first.send("A")

    def dirty_close(self, first: Side | None = None) -> None:
        """Three frames: a FIN, its acknowledgement, and a reset where the other FIN should be."""
        first = first or self.server
        first.send("FA")
        first.peer.send("A")
        self.capture.wait("0.338")
        first.peer.send("RA", window=0)
