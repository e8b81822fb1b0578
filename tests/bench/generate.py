#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a capture of healthy TCP connections, as many packets as asked for; the same ones every time.

    generate.py PACKETS FILE [--live N] [--seed N]

Every connection has a handshake with the usual options, segments of mixed sizes in both directions, acknowledgements
and an orderly close. N of them (default: 200) are open at a time, and their packets interleave; when one has closed,
the next begins. One in eight reuses the ports of one that closed. No dissector claims the ports, so that Wireshark's
own share is small and a plugin's share looks as large as it can get.
"""

import argparse
import functools
import itertools
import random
import struct

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10
CLIENT_OPTIONS = bytes.fromhex("020405b40103030701010402")  # MSS 1460, window scale 7, SACK permitted
SIZES = (1, 48, 120, 300, 512, 1024, 1460, 1460, 1460)
SERVER_PORT = 40404
FIRST_PORT = 49152  # RFC 6335, 6: nobody's
INTERVAL = 50_000  # nanoseconds between two packets
START = 1_200_000_000
IPV4_HEADER = struct.Struct("!BBHHHBBHII")
TCP_HEADER = struct.Struct("!HHIIBBHHH")


@functools.cache
def payload(size):
    """The bytes, and their sum for checksums."""
    data = bytes((i * 7 + size) & 0xFF for i in range(size))
    return data, words(data)


def words(data):
    """Sum of 16-bit words, not yet folded."""
    data += bytes(len(data) % 2)
    return sum(struct.unpack(f"!{len(data) // 2}H", data))


def checksum(total):
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def frame(ends, ports, flags, seq, ack, ident, options=b"", size=0):
    """An Ethernet frame, padded to 60 bytes behind the IP packet as the wire does it."""
    data, data_sum = payload(size)
    length = 20 + len(options) + size
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


def connection(number, chance):
    """The frames of one connection, in order."""
    reuse = number - 1000 if number % 8 == 0 and number >= 1000 else number
    ends = (0x0A000000 + 10 + reuse // 7 % 2000, 0xC0A80000 + 10 + reuse % 50)
    ports = (FIRST_PORT + reuse % (65536 - FIRST_PORT), SERVER_PORT)
    next_seq = [chance.getrandbits(32), chance.getrandbits(32)]
    ident = [chance.getrandbits(16), chance.getrandbits(16)]

    def send(side, flags, **more):
        ident[side] += 1
        ack = next_seq[1 - side] if flags & ACK else 0
        sent = frame(ends[:: 1 - 2 * side], ports[:: 1 - 2 * side], flags, next_seq[side], ack, ident[side], **more)
        next_seq[side] += more.get("size", 0) + bool(flags & (SYN | FIN))
        return sent

    yield send(0, SYN, options=CLIENT_OPTIONS)
    yield send(1, SYN | ACK, options=CLIENT_OPTIONS)
    yield send(0, ACK)
    for _ in range(chance.randint(2, 8)):
        yield send(0, PSH | ACK, size=chance.choice(SIZES))
        for _ in range(chance.randint(1, 3)):
            yield send(1, PSH | ACK, size=chance.choice(SIZES))
        yield send(0, ACK)
    closer = chance.getrandbits(1)
    yield send(closer, FIN | ACK)
    yield send(1 - closer, FIN | ACK)
    yield send(closer, ACK)


def frames(live, chance):
    """Frames without end, of as many open connections."""
    numbers = itertools.count()
    open_ones = [connection(next(numbers), chance) for _ in range(live)]
    while True:
        chosen = chance.randrange(live)
        sent = next(open_ones[chosen], None)
        if sent is None:
            open_ones[chosen] = connection(next(numbers), chance)
        else:
            yield sent


def write(path, packets, live=200, seed=1):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))  # nanoseconds, Ethernet
        for number, data in enumerate(itertools.islice(frames(live, random.Random(seed)), packets)):
            seconds, nanoseconds = divmod(number * INTERVAL, 1_000_000_000)
            file.write(struct.pack("<IIII", START + seconds, nanoseconds, len(data), len(data)) + data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packets", type=int)
    parser.add_argument("file")
    parser.add_argument("--live", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(options.file, options.packets, options.live, options.seed)
