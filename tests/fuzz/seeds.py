#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the test captures as inputs of the fuzz targets, for the fuzzer to begin from.

    tests/fuzz/seeds.py FOLDER

makes FOLDER/engine/ and FOLDER/capture/, a file per capture in each: policy and records as engine.c reads them (and another one
of packets at two capture points), preferences and frames as capture.c does. Long captures are cut to what the targets take.
"""

import struct
import sys
from pathlib import Path

CAPTURES = Path(__file__).resolve().parents[2] / "test-captures"
FRAMES, BYTES, RECORDS = 60, 6000, 120
ETHERNET, MAC = 1, 12
IPV4, IPV6, VLANS = 0x0800, 0x86DD, (0x8100, 0x88A8)
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
# What engine.c's tables of protocols, places and units have at which place.
PROTOCOL = {TCP: 0, UDP: 8, ICMP: 14, ICMPV6: 14, "echo": 11}


def frames(path):
    """(seconds, bytes, length on the wire) of each frame of a classic pcap; none of those with other links."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1e9 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e6
    (link,) = struct.unpack_from(order + "I", data, 20)
    at = 24
    while link == ETHERNET and at < len(data):
        seconds, fraction, captured, length = struct.unpack_from(order + "4I", data, at)
        yield seconds + fraction / unit, data[at + 16 : at + 16 + captured], length
        at += 16 + captured


def capture_seed(path, mode):
    """Frames as they are. The mode differs from file to file, so that each is there."""
    seed, last = bytearray((mode & 0x7F, 0, 0, 0)), None
    for time, data, length in list(frames(path))[:FRAMES]:
        if len(seed) + len(data) > BYTES:
            break
        gap = 0 if last is None else time - last
        code = min(int(gap * 1000), 63) if 0 <= gap < 0.064 else 0x40 | min(max(int(gap) - 1, 0), 63)
        seed += struct.pack(">HBB", len(data), code, min((length - len(data)) // 8, 255)) + data
        last = time
    return bytes(seed)


def ip_packet(frame):
    """(source, destination, protocol, transport's bytes) of an Ethernet frame, or None."""
    at = MAC
    while int.from_bytes(frame[at : at + 2]) in VLANS:
        at += 4
    kind, ip = int.from_bytes(frame[at : at + 2]), frame[at + 2 :]
    if kind == IPV4 and len(ip) >= 20:
        return ip[12:16], ip[16:20], ip[9], ip[(ip[0] & 15) * 4 : int.from_bytes(ip[2:4]) or None]
    if kind == IPV6 and len(ip) >= 40:
        return ip[8:24], ip[24:40], ip[6], ip[40 : 40 + int.from_bytes(ip[4:6])]
    return None


def number(value):
    """A sequence number, relative, as 16 bits: place 0 counts from the ISN, place 2 from 8192 before it."""
    value = (value + 2**31) % 2**32 - 2**31
    return struct.pack(">H", min(value, 0x1FFF) if value >= 0 else 2 << 13 | max(value + 0x2000, 0))


def gap_code(seconds):
    if seconds < 0:
        return struct.pack(">H", 4 << 13 | min(int(-seconds * 1000), 0x1FFF))
    if seconds < 8:
        return struct.pack(">H", int(seconds * 1000))
    return struct.pack(">H", 2 << 13 | min(int(seconds), 0x1FFF))


class Records:
    """What engine.c counts relative to, is remembered here: who began, and with which number."""

    def __init__(self):
        self.clients, self.ports, self.isns, self.last = {}, {}, {}, None

    def record(self, time, packet):
        source, destination, protocol, transport = packet
        if protocol not in PROTOCOL or len(transport) < 8:
            return b""
        ports = struct.unpack_from(">HH", transport) if protocol in (TCP, UDP) else (0, 0)
        ends = ((source, ports[0]), (destination, ports[1]))
        side = 1 if ends[::-1] in self.ports else 0
        tuple_of = ends[::-1] if side else ends
        port = self.ports.setdefault(tuple_of, len(self.ports)) % 8
        client = self.clients.setdefault(tuple_of[0][0], len(self.clients)) % 4
        gap, self.last = time - (self.last or time), time
        fields = self.transport(protocol, transport, ends)
        kind, flags, seq, ack, length, options = fields
        who = side | client << 1 | port << 3
        window = 32
        looks = bytes((window, 0, options, 0, 0, 0))
        return bytes((who, kind, flags)) + seq + ack + bytes((length,)) + gap_code(gap) + looks

    def transport(self, protocol, data, ends):
        if protocol != TCP or len(data) < 20:
            echo = data[0] in (0, 8, 128, 129) and protocol in (ICMP, ICMPV6)
            flags = 1 if data[0] in (8, 128) else 0
            kind = PROTOCOL["echo" if echo else protocol if protocol != TCP else UDP]
            return kind, flags, b"\0\0", b"\0\0", min(len(data) - 8, 249), 0
        seq, ack, offset, flags = struct.unpack_from(">IIBB", data, 4)
        header = (offset >> 4) * 4
        ours = self.isns.setdefault(ends, seq)
        theirs = self.isns.setdefault(ends[::-1], ack - 1) if flags & 0x10 else 0
        length = max(len(data) - header, 0)
        options = max(header - 20, 0) // 4
        return PROTOCOL[TCP], flags, number(seq - ours), number(ack - theirs), min(length, 250), options


def engine_seed(path):
    setup = bytes((0, 2, 0, 0, 160, 80, 160, 0, 0, 0, 0, 60, 21, 0, 22, 0))
    records, seed = Records(), bytearray(setup)
    for time, frame, _ in frames(path):
        packet = ip_packet(frame)
        seed += records.record(time, packet) if packet else b""
        if len(seed) >= 16 * RECORDS:
            break
    return bytes(seed)


TWO_POINTS, CHECKS, WHO, MORE = 0x80, 2, 0, 15  # a bit, and where a record has what
THERE, BACK, LOST = 0x02, 0x82, 0x40


def two_points_seed(seed):
    """The same at both, 2 ms from one to the other; every seventh packet of the initiator's does not come out."""
    changed, sent = bytearray(seed), 0
    changed[CHECKS] |= TWO_POINTS
    for at in range(16, len(seed), 16):
        back = seed[at + WHO] & 1
        sent += not back
        changed[at + MORE] = BACK if back else THERE | (LOST if sent % 7 == 0 else 0)
    return bytes(changed)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    for name in ("engine", "capture"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for mode, path in enumerate(sorted(CAPTURES.glob("*.pcap"))):
        for name, seed in (("engine", engine_seed(path)), ("capture", capture_seed(path, mode))):
            if len(seed) > 16:
                (folder / name / path.stem).write_bytes(seed)
                if name == "engine":
                    (folder / name / f"{path.stem}-two-points").write_bytes(two_points_seed(seed))


if __name__ == "__main__":
    main()
