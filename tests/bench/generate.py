#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a capture of healthy TCP connections, as many packets as asked for; the same ones every time.

    generate.py PACKETS FILE [--live N] [--seed N] [--content bare | tls | http]

Every connection has a handshake with the usual options, segments of mixed sizes in both directions, acknowledgements
and an orderly close. N of them (default: 200) are open at a time, and their packets interleave; when one has closed,
the next begins. One in eight reuses the ports of one that closed. No dissector claims the ports, so that Wireshark's
own share is small and a plugin's share looks as large as it can get. With --content tls or http they are those of
HTTPS or HTTP: hellos and then records of application data, or requests and responses, cut into segments as TCP does it.
"""

import argparse
import base64
import functools
import itertools
import random
import struct
from pathlib import Path

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10
CLIENT_OPTIONS = bytes.fromhex("020405b40103030701010402")  # MSS 1460, window scale 7, SACK permitted
MSS = 1460
SIZES = (1, 48, 120, 300, 512, 1024, 1460, 1460, 1460)
FIRST_PORT = 49152  # RFC 6335, 6: nobody's
INTERVAL = 50_000  # nanoseconds between two packets
START = 1_200_000_000
IPV4_HEADER = struct.Struct("!BBHHHBBHII")
TCP_HEADER = struct.Struct("!HHIIBBHHH")


def bare(_side, _first, size):
    return bytes((i * 7 + size) & 0xFF for i in range(size))


def handshake_message(kind, body):
    return struct.pack("!BBH", kind, 0, len(body)) + body


@functools.cache
def certificates():
    """A chain of two (RFC 5246, 7.4.2): the same certificate twice, which no dissector minds."""
    lines = (Path(__file__).parent / "certificate.pem").read_text().splitlines()
    der = base64.b64decode("".join(line for line in lines if "-" not in line))
    one = struct.pack("!BH", 0, len(der)) + der
    return struct.pack("!BH", 0, 2 * len(one)) + 2 * one


def tls(side, first, size):
    """A hello, the server's with its certificates, then records of application data (RFC 5246, 6.2.1 and 7.4)."""
    if not first:
        size = max(size, 40)
        return struct.pack("!BHH", 23, 0x0303, size - 5) + bare(side, first, size - 5)
    name = b"www.example.com"
    names = struct.pack("!HHHBH", 0, len(name) + 5, len(name) + 3, 0, len(name)) + name
    if side == 0:
        suites = b"\0\4\xc0\x2f\xc0\x30"
        said = b"\3\3" + bytes(range(32)) + b"\0" + suites + b"\1\0" + struct.pack("!H", len(names)) + names
        said = handshake_message(1, said)
    else:
        said = handshake_message(2, b"\3\3" + bytes(range(32)) + b"\0\xc0\x2f\0\0\0")
        said += handshake_message(11, certificates()) + handshake_message(14, b"")
    return struct.pack("!BHH", 22, 0x0303, len(said)) + said


def http(side, _first, size):
    """A request, or a response (RFC 9112)."""
    if side == 0:
        return f"GET /item/{size} HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + bare(side, False, size)


NOTHING = (b"", 0)
CONTENTS = {"bare": (40404, bare), "tls": (443, tls), "http": (80, http)}  # the server's port, the payload


@functools.cache
def message(content, side, first, size):
    """What one side says at a time."""
    return CONTENTS[content][1](side, first, size)


@functools.cache
def payload(content, side, first, size, offset=0):
    """The bytes of the segment at an offset of a message, and their sum for checksums."""
    data = message(content, side, first, size)[offset:offset + MSS]
    return data, words(data)


def words(data):
    """Sum of 16-bit words, not yet folded."""
    data += bytes(len(data) % 2)
    return sum(struct.unpack(f"!{len(data) // 2}H", data))


def checksum(total):
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def frame(ends, ports, flags, seq, ack, ident, options=b"", payload=NOTHING):
    """An Ethernet frame, padded to 60 bytes behind the IP packet as the wire does it."""
    data, data_sum = payload
    length = 20 + len(options) + len(data)
    offset = (20 + len(options)) << 2
    window = 64240 if flags & SYN else 501
    pseudo = sum(word for end in ends for word in divmod(end, 1 << 16)) + 6 + length
    header = TCP_HEADER.pack(*ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, offset, flags, window, 0, 0)
    total = pseudo + words(header + options) + data_sum
    header = TCP_HEADER.pack(*ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, offset, flags, window, checksum(total), 0)
    ip = IPV4_HEADER.pack(0x45, 0, 20 + length, ident & 0xFFFF, 0x4000, 64, 6, 0, *ends)
    ip = IPV4_HEADER.pack(0x45, 0, 20 + length, ident & 0xFFFF, 0x4000, 64, 6, checksum(words(ip)), *ends)
    macs = b"\x02\0" + struct.pack("!I", ends[1]) + b"\x02\0" + struct.pack("!I", ends[0])
    return (macs + b"\x08\x00" + ip + header + options + data).ljust(60, b"\0")


USUAL_TURNS, SHORT_TURNS = (2, 8), (2, 2)  # connections of 26 and of 14 packets on average


def connection(number, chance, content, turns=USUAL_TURNS):
    """The frames of one connection, in order; turns: fewest and most requests in it."""
    reuse = number - 1000 if number % 8 == 0 and number >= 1000 else number
    ends = (0x0A000000 + 10 + reuse // 7 % 2000, 0xC0A80000 + 10 + reuse % 50)
    ports = (FIRST_PORT + reuse % (65536 - FIRST_PORT), CONTENTS[content][0])
    next_seq = [chance.getrandbits(32), chance.getrandbits(32)]
    ident = [chance.getrandbits(16), chance.getrandbits(16)]
    first = [True, True]  # it is the side's first message

    def send(side, flags, **more):
        ident[side] += 1
        ack = next_seq[1 - side] if flags & ACK else 0
        sent = frame(ends[:: 1 - 2 * side], ports[:: 1 - 2 * side], flags, next_seq[side], ack, ident[side], **more)
        next_seq[side] += len(more.get("payload", NOTHING)[0]) + bool(flags & (SYN | FIN))
        return sent

    def say(side, sizes):
        for size in sizes if content == "bare" else [sum(sizes)]:
            said = content, side, first[side], size
            first[side] = False
            for offset in range(0, len(message(*said)), MSS):
                yield send(side, PSH | ACK, payload=payload(*said, offset))

    yield send(0, SYN, options=CLIENT_OPTIONS)
    yield send(1, SYN | ACK, options=CLIENT_OPTIONS)
    yield send(0, ACK)
    for _ in range(chance.randint(*turns)):
        yield from say(0, [chance.choice(SIZES)])
        yield from say(1, [chance.choice(SIZES) for _ in range(chance.randint(1, 3))])
        yield send(0, ACK)
    closer = chance.getrandbits(1)
    yield send(closer, FIN | ACK)
    yield send(1 - closer, FIN | ACK)
    yield send(closer, ACK)


def frames(live, chance, content="bare", turns=USUAL_TURNS):
    """Frames without end, of as many open connections."""
    numbers = itertools.count()
    open_ones = [connection(next(numbers), chance, content, turns) for _ in range(live)]
    while True:
        chosen = chance.randrange(live)
        sent = next(open_ones[chosen], None)
        if sent is None:
            open_ones[chosen] = connection(next(numbers), chance, content, turns)
        else:
            yield sent


def write(path, packets, live=200, seed=1, content="bare", turns=USUAL_TURNS):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))  # nanoseconds, Ethernet
        for number, data in enumerate(itertools.islice(frames(live, random.Random(seed), content, turns), packets)):
            seconds, nanoseconds = divmod(number * INTERVAL, 1_000_000_000)
            file.write(struct.pack("<IIII", START + seconds, nanoseconds, len(data), len(data)) + data)


def block(kind, body):
    """Of pcapng (draft-ietf-opsawg-pcapng, 3.1)."""
    body = body.ljust(-len(body) % 4 + len(body), b"\0")
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def routed(data):
    """The frame a hop farther: its TTL is one less (RFC 1141)."""
    total, = struct.unpack_from("!H", data, 24)
    total += 0x0100
    return data[:22] + bytes((data[22] - 1,)) + data[23:24] + struct.pack("!H", (total & 0xFFFF) + (total >> 16)) + data[26:]


def write_both_sides(path, packets, live=200, seed=1, turns=USUAL_TURNS):
    """The same on both interfaces of a router: so many packets in all, 100 microseconds from one side to the other."""
    with open(path, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for name in (b"inside", b"outside"):
            file.write(block(1, struct.pack("<HHIHH", 1, 0, 65535, 2, len(name)) + name.ljust(8, b"\0") + bytes(4)))
        for number, data in enumerate(itertools.islice(frames(live, random.Random(seed), "bare", turns), packets // 2)):
            to_client = data[26:28] == b"\xc0\xa8"  # comes from the servers' side
            for step, seen in enumerate((data, routed(data))):
                time = (START * 1_000_000_000 + number * 4 * INTERVAL + step * 2 * INTERVAL) // 1000
                head = struct.pack("<IIIII", step ^ to_client, time >> 32, time & 0xFFFFFFFF, len(seen), len(seen))
                file.write(block(6, head + seen))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packets", type=int)
    parser.add_argument("file")
    parser.add_argument("--live", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--content", choices=CONTENTS, default="bare")
    options = parser.parse_args()
    write(options.file, options.packets, options.live, options.seed, options.content)
