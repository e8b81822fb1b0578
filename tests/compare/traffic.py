# SPDX-License-Identifier: GPL-2.0-or-later
"""Random TCP between a few ends, aimed at what the tracker holds of them: its limits, and one or two beside them."""

import struct

from reading import ACK, FIN, PSH, RST, SYN, URG, Segment

MODULUS = 1 << 32
CLIENTS, SERVERS = ("192.0.2.1", "192.0.2.2", "192.0.2.3"), ("198.51.100.1", "198.51.100.2", "2001:db8::1")
CLIENTS6 = ("2001:db8::11", "2001:db8::12", "2001:db8::13")
ORDINARY = (ACK, ACK, ACK, ACK, ACK | PSH, SYN, SYN, SYN | ACK, FIN | ACK, FIN | ACK, RST, RST | ACK, RST | ACK)
ODD = (FIN, 0, SYN | FIN, ACK | URG, SYN | URG, SYN | RST, FIN | ACK | URG, PSH, FIN | PSH | URG, FIN | PSH | ACK,
       SYN | ACK | 0x40, SYN | 0xC0, RST | PSH, SYN | ACK | URG, FIN | SYN | ACK, RST | ACK | URG, RST | FIN | ACK)
OFFSETS = (0,) * 12 + (1, -1, 1, -1, 2, -2, 100, -100, 1460, -1460, 65535, -65535, 65999, -65999, 66000, -66000, 66001,
                       -66001, 1 << 31, (1 << 31) - 1)
LENGTHS = (0, 0, 0, 1, 2, 10, 536, 1460, 1460, 9000, 30000)
WINDOWS = (0, 1, 100, 1000, 8192, 65535, 65535)
SCALES = (0, 1, 2, 7, 7, 14, 15, 200)
TIME_STAMPS = b"\1\1\x08\x0a"
BROKEN = (b"\x99", b"\x99\1", b"\x99\0", b"\x99\x30", b"\0\0", b"\5\4\0\0", b"\3\2", b"\3\4\7\7", b"\4\3\0", b"\5\2",
          b"\4\2\4\2", b"\3\3\5\3\3\2", b"\5\x0a" + bytes(8) + b"\5\x0a\xff" + bytes(7), b"\1")


class Conversation:
    """Some segments of one pair of ends."""

    offsets = OFFSETS

    def __init__(self, rng):
        self.rng = rng
        clients = rng.choice((CLIENTS, CLIENTS, CLIENTS6))
        server = SERVERS[2] if clients is CLIENTS6 else rng.choice(SERVERS[:2])
        self.ends = [(rng.choice(clients), rng.randint(1000, 1003)), (server, rng.randint(80, 82))]
        self.isn = [rng.choice((rng.getrandbits(32), MODULUS - 16, 0, 5, MODULUS // 2 - 3)) for _ in range(2)]
        self.sent = list(self.isn)  # the highest number of each, as far as this knows
        self.opening = rng.choice(((), (SYN,), (SYN, SYN | ACK), (SYN, SYN | ACK, ACK), (SYN, SYN | ACK, ACK),
                                   (SYN, SYN | ACK, ACK, ACK, ACK)))
        self.before = None

    def near(self, values):
        kind = self.rng.random()
        if kind < 0.02:
            return self.rng.getrandbits(32)
        return 0 if kind < 0.04 else (self.rng.choice(values) + self.rng.choice(self.offsets)) % MODULUS

    def syn_options(self):
        rng, found = self.rng, []
        for option, often in ((b"\2\4\5\xb4", 0.7), (b"\1\3\3" + bytes([rng.choice(SCALES)]), 0.6), (b"\4\2", 0.6)):
            if rng.random() < often:
                found.append(option)
        rng.shuffle(found)
        return b"".join(found)

    def sack_option(self, aims):
        blocks = b"".join(struct.pack("!II", self.near(aims), self.near(aims)) for _ in range(self.rng.randint(1, 4)))
        return b"\1\1\5" + bytes([2 + len(blocks)]) + blocks

    def options(self, syn, aims):
        rng, kind = self.rng, self.rng.random()
        if kind < 0.3:
            return b""
        if kind < 0.4:
            return TIME_STAMPS + rng.randbytes(8)
        usual = syn != (rng.random() < 0.08)
        octets = self.syn_options() if usual else self.sack_option(aims) if rng.random() < 0.7 else b""
        if rng.random() < 0.1:
            broken = rng.choice(BROKEN)
            octets = broken + octets if rng.random() < 0.5 else octets + broken
        octets = octets[:40]
        return octets + b"\0" * (-len(octets) % 4)

    def aims(self, side, answer):
        """Numbers that may matter: (sequence, acknowledgement)."""
        mine = [self.isn[side], self.sent[side], self.sent[side]]
        theirs = [self.isn[1 - side] + 1, self.sent[1 - side], self.sent[1 - side]]
        if answer and answer.sides:
            # The initiator is whoever sent the answered packet, or the other one.
            me = side if answer.initiator_side == 0 else 1 - side
            own, other = answer.sides[me], answer.sides[1 - me]
            mine += [own.end] * 3 + [own.maxend, own.maxend + 1, own.maxend + other.maxwin, other.maxack, other.maxack,
                                     own.end - other.maxwin, own.end - other.maxwin - 1, answer.last[0], answer.last[1]]
            theirs += [other.end] * 3 + [other.end + 1, other.end - max(own.maxwin, 66000), own.maxack, answer.last[0]]
        return mine, theirs

    def opening_numbers(self, side, flags):
        return self.isn[side] + (not flags & SYN), self.isn[1 - side] + 1 if flags & ACK else 0

    def next(self, answer):
        """A segment; answer: the model's to the one before."""
        rng = self.rng
        if self.before and not self.opening and rng.random() < 0.15:
            return self.before  # once more
        if self.opening:
            flags, *self.opening = self.opening
            side = 1 if flags & (SYN | ACK) == SYN | ACK else 0
            (seq, ack), aims = self.opening_numbers(side, flags), [self.isn[1 - side]]
            length = 0
        else:
            side = rng.randint(0, 1)
            flags = rng.choice(ORDINARY) if rng.random() < 0.93 else rng.choice(ODD)
            flags = rng.getrandbits(8) if rng.random() < 0.005 else flags
            mine, aims = self.aims(side, answer)
            seq, ack = self.near(mine), self.near(aims)
            length = 0 if flags & SYN and rng.random() < 0.8 else rng.choice(LENGTHS)
        window = rng.choice(WINDOWS) if rng.random() < 0.9 else rng.getrandbits(16)
        self.before = self.segment(side, flags, seq, ack, length, window, self.options(bool(flags & SYN), aims))
        return self.before

    def segment(self, side, flags, seq, ack, length, window, options):
        end = (seq + length + bool(flags & SYN) + bool(flags & FIN)) % MODULUS
        if flags & SYN or (end - self.sent[side]) % MODULUS < 1 << 31:
            self.sent[side] = end
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        return Segment(frame=0, time=0, src=src, dst=dst, sport=sport, dport=dport, seq=seq % MODULUS, ack=ack % MODULUS,
                       flags=flags, length=length, window=window, urgent=0, header=20 + len(options), options=options,
                       alone=True)
