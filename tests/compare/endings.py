# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of a TCP connection for its ends: the initiator, where they differ. A judgement by RFC 9293 of all its
segments at once, when the capture has ended; it knows nothing of how the plugin comes to its own.

    closed      both sent a FIN, be the last acknowledgement captured or not
    reset       a reset that counts ended it, and they did not both go on
    refused     a reset or an ICMP error answers the SYN, or something that does not acknowledge it: an older connection
    unanswered  nobody said anything, though there was time
    half-open   a SYN-ACK, and no acknowledgement of it
    unheard     one of them repeats itself, and the other acknowledges nothing of it
    undecided   open, or too little was captured to tell
"""

from collections import defaultdict

from reading import ACK, FIN, RST, SYN, ahead

TIMEOUT = 1.0  # seconds before a segment is repeated: RFC 6298, 2.4. So long somebody has to answer
PATIENCE = 3.0, 3  # seconds and copies that make a repetition more than loss
GAVE_UP = 2  # copies, where a reset by the one who repeats follows
TWICE = 0.02  # seconds: sooner it is the same packet, captured twice


def end_of(segment):
    return segment.seq + segment.length + bool(segment.flags & SYN) + bool(segment.flags & FIN)


class End:
    """What one of the two has said."""

    def __init__(self):
        self.spoke = False  # anything but a reset
        self.sent = None  # behind its last byte
        self.acked = None  # the highest number that it has acknowledged
        self.fin = None  # the number of its FIN
        self.closed_window = False
        self.syns = set()  # numbers of SYNs without ACK
        self.copies = defaultdict(list)  # {number of the first byte: times}
        self.last = None  # length and IP ID of what it sent last

    def says_new(self, segment):
        """Bytes or an acknowledgement that it has not said before, to the knowledge of the capture."""
        more = self.sent is None or ahead(end_of(segment), self.sent) > 0
        return more or (segment.flags & ACK and (self.acked is None or ahead(segment.ack, self.acked) > 0))

    def add(self, segment, fits):
        self.spoke = True
        occupies = segment.length or segment.flags & (SYN | FIN)
        if segment.has(SYN) and not segment.has(ACK):
            self.syns.add(segment.seq)
        if occupies:
            self.repeat(segment.seq, segment)
            if segment.flags & FIN:
                self.fin = segment.seq + segment.length
                if segment.length:
                    self.repeat(self.fin, segment)
        if self.sent is None or ahead(end_of(segment), self.sent) > 0:
            self.sent = end_of(segment)
        if segment.flags & ACK and fits:
            if self.acked is None or ahead(segment.ack, self.acked) > 0:
                self.acked = segment.ack
            self.closed_window = segment.window == 0

    def repeat(self, number, segment):
        packet = segment.length, segment.extra.get("ip.id")
        if not self.copies[number] or packet != self.last or segment.time - self.copies[number][-1] > TWICE:
            self.copies[number].append(segment.time)
        self.last = packet


class Ending:
    """history: the segments of one connection, in their order: (segment, does its acknowledgement fit, does its reset count).
    errors: what ICMP says of them. kinds: which of SYN, FIN, RST, ACK the segments of the whole capture have. superseded:
    another connection of the same addresses and ports follows."""

    def __init__(self, starter, asked, history, errors, kinds, superseded):
        self.asked, self.errors, self.superseded = asked, errors, superseded
        # Nothing of what would come next is in the whole capture: somebody filtered it by its flags.
        self.only_syns, self.only_handshakes = kinds == {SYN}, kinds <= {SYN, SYN | ACK}
        first = history[0][0]
        self.initiator = starter
        self.responder = first.target if first.source == starter else first.source
        self.ends = {self.initiator: End(), self.responder: End()}
        self.until = first.until
        self.history = history
        self.reset = None  # the segment that ended it
        self.gone_on = set()  # ends that said something new behind it
        self.turned_away = False  # that reset refused the SYN
        self.synack = self.handshake = False
        self.closed = False
        for segment, fits, counts in history:
            self.see(segment, fits, counts)

    def other(self, end):
        return self.responder if end == self.initiator else self.initiator

    def see(self, segment, fits, counts):
        end = self.ends[segment.source]
        if segment.flags & RST:
            if counts and not self.reset:
                self.reset, self.gone_on = segment, set()
                self.turned_away = self.asked and not self.synack and segment.source == self.responder
            return
        if self.reset and (end.says_new(segment) or segment.has(SYN)):
            self.gone_on.add(segment.source)
            if len(self.gone_on) == 2 and segment.source != self.reset.source:
                self.reset = None  # nobody heeded it
        if segment.source == self.responder:
            self.synack |= bool(segment.flags & SYN) and fits
        elif segment.flags & ACK and fits:
            self.handshake = True
        end.add(segment, fits)
        if all(each.fin is not None for each in self.ends.values()) and not self.reset:
            self.closed = True

    def acknowledged(self, name, number):
        """The byte, or the FIN, of that number of this end."""
        acked = self.ends[self.other(name)].acked
        return acked is not None and ahead(acked, number) > 0

    def unheard(self, name):
        """Does this end repeat itself in vain?"""
        end, peer = self.ends[name], self.ends[self.other(name)]
        if peer.closed_window or not peer.spoke:
            return False
        for number, times in end.copies.items():
            if number in end.syns or (self.acknowledged(name, number) and not self.in_vain(name, number)):
                continue
            if self.reset and self.reset.source != name:
                times = [time for time in times if time > self.reset.time]
            times = [time for time in times if self.until - time >= TIMEOUT]
            gave_up = self.reset and self.reset.source == name and len(times) >= GAVE_UP
            if gave_up or (len(times) >= PATIENCE[1] and times[-1] - times[0] >= PATIENCE[0]):
                return True
        return False

    def in_vain(self, name, number):
        """A SYN-ACK that was acknowledged, and the one who sent it does not know: nothing else passes."""
        end, peer = self.ends[name], self.ends[self.other(name)]
        only = self.synack and name == self.responder and end.sent == number + 1
        asked = [seq for seq in peer.copies if end.acked is not None and ahead(end.acked, seq + 1) == 0]
        return only and bool(asked)

    def alone(self):
        """Only one of them was captured."""
        mine = [segment for segment, *_ in self.history if not segment.flags & RST]
        if not self.asked or self.ends[self.responder].spoke or any(not each.has(SYN) for each in mine):
            return "undecided"
        if any(error.unreachable for error in self.errors):
            return "refused"
        copies = self.ends[self.initiator].copies
        repeated = any(len(times) > 1 for times in copies.values())  # then the initiator has waited long enough
        waited = self.until - min(times[0] for times in copies.values()) >= TIMEOUT
        return "unanswered" if repeated or self.superseded or (waited and not self.only_syns) else "undecided"

    def name(self):
        heard = [end for end, said in self.ends.items() if said.spoke or (self.reset and self.reset.source == end)]
        if len(heard) < 2:
            return self.alone()
        if self.closed and all(self.acknowledged(end, self.ends[end].fin) for end in self.ends):
            return "closed"
        if any(self.unheard(end) for end in self.ends):
            return "unheard"
        if self.closed:
            return "closed"
        if self.turned_away and self.reset:
            return "refused"
        if self.asked and not self.synack and not self.handshake:
            return "refused"  # whoever answered means another connection
        if self.reset:
            return "reset"
        return "half-open" if self.half_open() else "undecided"

    def half_open(self):
        """A SYN-ACK, and nothing that acknowledges it, though there was time for it, or something else came."""
        if not self.synack or self.handshake or self.only_handshakes:
            return False
        wrong = any(not fits for segment, fits, _ in self.history if segment.source == self.initiator)
        return wrong or self.until - max(segment.time for segment, *_ in self.history) >= TIMEOUT
