#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A second reading of captures, from plain tshark fields and RFC 9293, held against what the plugin finds.

    tests/compare/independent.py                   the test captures and ../shared/captures beside the repository
    tests/compare/independent.py FOLDER|CAPTURE …  these
    tests/compare/independent.py --list            every difference, explained or not

Read apart, with no plugin loaded: SYN-ACKs with payload, handshake acknowledgements that fit no SYN-ACK, what each
reset means, what became of each connection attempt and (endings.py) of each connection. Both name the same frames for
the same, or a class in explained.py and independent.md explains the difference; any other one fails. FWX_BUILD is the
build folder, if not build/.
"""

import argparse
import csv
import os
import re
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from endings import Ending
from explained import CLASSES
from reading import ACK, FIN, ROOT, RST, SYN, Segment, ahead, captures, read, tcp_options
from wireshark import PUBLIC, tshark

WRAP = 1 << 32
IDLE = 10  # seconds of silence that make an abort one of an idle connection (plugin/doc/findings/resets.md)
UNDECIDED = {"open", "one-way", "stray", "cut"}  # what the capture shows leaves it open how the connection ended
NAMED = 12  # at most so many frames are named of a difference
FAR = 1 << 20  # how far off a number may be where the window is not known


def window_scale(options):
    """Shift count of the window scale option (RFC 7323, 2.2), None where there is none."""
    return next((min(value[0], 14) for kind, value in tcp_options(options) if kind == 3 and len(value) == 1), None)


class Side:
    """What one end has sent."""

    def __init__(self):
        self.isns = {}  # of its SYNs or SYN-ACKs: {isn: bytes of payload with it}
        self.next = None  # behind the last byte it has sent
        self.acked = None  # the highest acknowledgement it has sent
        self.window = 0
        self.scale = None
        self.fin = None  # number behind its FIN
        self.spoke = False  # more than SYN, SYN-ACK or RST
        self.data = False


class Stream:
    """One connection by its ends: from a SYN, or from the first that the capture shows, to the next SYN."""

    def __init__(self, segment):
        self.starter = segment.target if segment.has(SYN | ACK) else segment.source  # who asked for the connection
        self.began = bool(segment.flags & SYN)
        self.asked = segment.has(SYN) and not segment.has(ACK)
        self.sides = {segment.source: Side(), segment.target: Side()}
        self.frame = segment.frame
        self.complete = not self.began  # the handshake
        self.over = False
        self.last_payload = self.last = segment.time
        self.history = []  # (segment, does its acknowledgement fit, does its reset count), each
        self.errors = []  # of ICMP, that quote a packet of it
        self.answer = None  # the first thing the other end said: "answered" or "refused"

    def ends(self, segment):
        return self.sides[segment.source], self.sides[segment.target]

    def is_new(self, segment):
        """A SYN with an ISN not seen yet, or after the end, begins another connection."""
        if segment.flags & (SYN | ACK | RST) != SYN:
            return False
        sender, receiver = self.ends(segment)
        if not self.over and not sender.isns and receiver.acked == (segment.seq + 1) % WRAP:
            self.asked = True  # its SYN-ACK was captured first
            return False
        crossing = self.asked and not self.complete and segment.source != self.starter and not sender.isns
        return self.over or (segment.seq not in sender.isns and not crossing)


class Reading:
    """Counts of one capture, with the frames."""

    def __init__(self):
        self.frames = defaultdict(list)
        self.streams = {}
        self.all_streams = []
        self.kinds = set()  # which of SYN, FIN, RST and ACK the segments of the capture have
        self.strays = {}  # {tuple: frame}: resets, before there was a connection

    def note(self, what, frame):
        self.frames[what].append(frame)

    def see(self, segment):
        self.kinds.add(segment.flags & (SYN | FIN | RST | ACK))
        stream = self.streams.get(segment.tuple)
        if stream is None or stream.is_new(segment):
            if stream is None and segment.flags & RST:
                self.note("reset no-connection", segment.frame)
                self.strays.setdefault(segment.tuple, segment.frame)
                return
            stream = self.streams[segment.tuple] = Stream(segment)
            self.all_streams.append(stream)
        if segment.flags & SYN and segment.flags & ACK and segment.length:
            self.note("SYN-ACK payload", segment.frame)
        if segment.flags & RST:
            stream.history.append((segment, True, self.reset(stream, segment)))
        else:
            fits = self.handshake(stream, segment)
            stream.history.append((segment, fits, False))
            if fits:
                self.learn(stream, segment)
        stream.last = segment.time

    def quoted(self, error):
        """An ICMP error that answers the connection of the packet that it quotes."""
        stream = self.streams.get((*sorted(error.about), error.point))
        if stream:
            stream.errors.append(error)

    # ---- handshake acknowledgement: RFC 9293, 3.10.7.3 and 3.10.7.4 -----------------------------------------------

    def handshake(self, stream, segment):
        """False where the acknowledgement fits nothing: then the segment counts for nothing."""
        sender, receiver = stream.ends(segment)
        if stream.complete or not segment.flags & ACK or not receiver.isns:
            return True
        own_syn = segment.flags & SYN
        beyond = max((receiver.isns[isn] for isn in receiver.isns), default=0) if own_syn else 0
        if not own_syn and (receiver.data or receiver.fin is not None):
            beyond = FAR if receiver.next is None else max(ahead(receiver.next, isn + 1) for isn in receiver.isns)
        if not own_syn and segment.source != stream.starter:
            return True  # the responder, behind its SYN-ACK
        if any(0 <= ahead(segment.ack, isn + 1) <= max(beyond, 0) for isn in receiver.isns):
            return True
        self.note("handshake acknowledgement", segment.frame)
        return False

    def learn(self, stream, segment):
        sender, receiver = stream.ends(segment)
        answers = segment.source != stream.starter
        if answers and stream.answer is None:
            stream.answer = "answered"
        if segment.flags & SYN:
            sender.isns.setdefault(segment.seq, segment.length)
            sender.scale = window_scale(segment.options)
        elif segment.flags & ACK:
            self.settle(stream, segment, answers)
            sender.spoke = True
        else:
            return  # RFC 9293, 3.10.7.4: no ACK, drop the segment
        synack = segment.has(SYN | ACK)
        end = segment.seq + (1 if synack else segment.length + bool(segment.flags & SYN) + bool(segment.flags & FIN))
        if sender.next is None or ahead(end, sender.next) > 0:
            if segment.length and not synack:
                sender.data = True
                stream.last_payload = segment.time
            sender.next = end % WRAP
        if segment.flags & ACK and (sender.acked is None or ahead(segment.ack, sender.acked) > 0):
            sender.acked = segment.ack
        sender.window = segment.window
        if segment.flags & FIN and sender.fin is None:
            sender.fin = end % WRAP
        both = sender.fin is not None and receiver.fin is not None
        if both and all(
            side.acked is not None and ahead(side.acked, other.fin) >= 0
            for side, other in ((sender, receiver), (receiver, sender))
        ):
            stream.over = True

    def settle(self, stream, segment, answers):
        """Is the handshake complete with this segment? The initiator's acknowledgement was right to get here; the
        responder shows it by data, a FIN, or by acknowledging more than the SYN."""
        sender, receiver = stream.ends(segment)
        if not answers:
            stream.complete |= bool(receiver.isns) or segment.flags & FIN != 0
        elif segment.length or segment.flags & FIN or any(ahead(segment.ack, isn + 1) > 0 for isn in receiver.isns):
            stream.complete = True

    # ---- resets: plugin/doc/findings/resets.md ----------------------------------------------------------------------

    def acceptable(self, stream, segment):
        """RFC 9293, 3.5.3: in the window; in SYN-SENT, if it acknowledges the SYN."""
        sender, receiver = stream.ends(segment)
        if not stream.complete:
            if segment.source == stream.starter:
                return any(0 <= ahead(segment.seq, isn) <= 0xFFFF for isn in sender.isns) or not sender.isns
            fits = segment.flags & ACK and any(0 <= ahead(segment.ack, isn + 1) <= 0xFFFF for isn in receiver.isns)
            return fits or (sender.next is not None and segment.seq == sender.next)
        if sender.next is not None and segment.seq == sender.next:
            return True
        scaled = sender.scale is not None and receiver.scale is not None
        window = max(receiver.window << (receiver.scale if scaled else 0), 0xFFFF) if stream.began else FAR
        if receiver.acked is not None:
            return -1 <= ahead(segment.seq, receiver.acked) <= window
        return sender.next is None or abs(ahead(segment.seq, sender.next)) <= window

    def reset(self, stream, segment):
        """Does it count?"""
        sender, receiver = stream.ends(segment)
        over = stream.over
        if not over and not self.acceptable(stream, segment):
            self.note("reset no-connection", segment.frame)
            return False
        self.note("reset " + self.meaning(stream, segment), segment.frame)
        if segment.source != stream.starter and stream.answer is None:
            stream.answer = "answered" if over else "refused"
        stream.over = True
        return True

    def meaning(self, stream, segment):
        sender, receiver = stream.ends(segment)
        if stream.over or sender.fin is not None:
            return "after-close"
        if receiver.fin is not None:
            return "dirty-close"
        if not stream.complete:
            answered = any(side.isns for end, side in stream.sides.items() if end != stream.starter)
            refused = not answered and segment.source != stream.starter
            return "refused" if refused else "handshake-abort"
        pending = 0
        for side, other, last in ((sender, receiver, None), (receiver, sender, segment)):
            acked = other.acked
            if last and last.flags & ACK and acked is not None and ahead(last.ack, acked) > 0:
                acked = last.ack
            if side.next is not None and acked is not None:
                pending += max(ahead(side.next, acked), 0)
        carried = sender.data or receiver.data
        silence = segment.time - (stream.last_payload if carried else stream.last)
        return "idle-abort" if not pending and silence >= IDLE else "data-abort"

    # ---- the sum --------------------------------------------------------------------------------------------------

    def result(self):
        for stream in self.all_streams:
            if stream.asked:
                by_icmp = any(error.unreachable for error in stream.errors)
                self.note(f"attempt {stream.answer or ('refused' if by_icmp else 'unanswered')}", stream.frame)
            superseded = stream is not self.streams[stream.history[0][0].tuple]
            ending = Ending(stream.starter, stream.asked, stream.history, stream.errors, self.kinds, superseded)
            self.note(f"outcome {ending.name()}", stream.frame)
        self.frames["outcome undecided"] += self.strays.values()
        return {what: sorted(frames) for what, frames in self.frames.items() if frames}


def segments_of(paths):
    """{capture: what independent() reads}"""
    return read(paths, ["ip.id"], errors=True)


def independent(segments):
    """{what: frames}, without the plugin."""
    reading = Reading()
    for each in segments:
        if isinstance(each, Segment):
            reading.see(each)
        else:
            reading.quoted(each)
    return reading.result()


def from_plugin(capture):
    """{what: frames}, the plugin's; and "verdict …" for each code that it gives."""
    names = "frame.number fwx.synack.payload_len fwx.ack.delta fwx.reset.class fwx.verdict.code fwx.conn.id".split()
    wanted = [word for name in names for word in ("-e", name)]
    layout = "-T fields -E separator=/t -E occurrence=a -E aggregator=,".split()
    found, first = defaultdict(list), {}
    lines = tshark(capture, *layout, *wanted, "-z", "fwx,attempts", "-z", "fwx,csv", check=False)
    for line in lines:
        attempt = re.match(r"\d+ \|\S+ \|\S+ \|(\d+) \|(answered|refused|unanswered|old connection) \|", line)
        values = line.split("\t")
        if attempt:
            found[f"attempt {attempt[2]}"].append(int(attempt[1]))
        elif len(values) == len(names):
            frame = int(values[0])
            payload, delta, classes, codes, connections = (value.split(",") if value else [] for value in values[1:])
            found["SYN-ACK payload"] += [frame for length in payload if length != "0"]
            found["handshake acknowledgement"] += [frame] * len(delta)
            for name in classes:
                found[f"reset {name}"].append(frame)
            for connection in connections:
                first.setdefault(connection, frame)
            for code in codes:
                found[f"verdict {code}"].append(frame)
    heading = next((at for at, line in enumerate(lines) if line.startswith("connection,protocol,")), len(lines))
    for row in csv.DictReader(lines[heading:]):
        if row["protocol"] == "TCP" and row["connection"] in first:
            name = "undecided" if row["outcome"] in UNDECIDED else row["outcome"]
            found[f"outcome {name}"].append(first[row["connection"]])
    return {what: sorted(frames) for what, frames in found.items() if frames}


@dataclass
class Comparison:
    """What both say of one capture."""

    there: dict
    ours: dict

    def differences(self):
        """(what, frame, who alone says it), each"""
        found = []
        for what in sorted(self.there.keys() | {name for name in self.ours if not name.startswith("verdict ")}):
            there, ours = Counter(self.there.get(what, [])), Counter(self.ours.get(what, []))
            found += [(what, frame, "independent") for frame in (there - ours).elements()]
            found += [(what, frame, "plugin") for frame in (ours - there).elements()]
        return found

    def explained(self, capture):
        """(what, frame, who, name of the class or "") of each difference"""
        found = []
        for difference in self.differences():
            names = [each.name for each in CLASSES if each.explains(self, capture, *difference)]
            found.append((*difference, names[0] if names else ""))
        return found


def compare(paths):
    """{capture: Comparison} of the captures that can be opened and hold TCP."""
    readings = {path: independent(segments) for path, segments in segments_of(paths).items() if segments}
    with ThreadPoolExecutor(2) as pool:
        return {path: Comparison(readings[path], ours) for path, ours in zip(readings, pool.map(from_plugin, readings))}


def print_table(results):
    there, ours, differ = Counter(), Counter(), Counter()
    for comparison in results.values():
        there.update({what: len(frames) for what, frames in comparison.there.items()})
        ours.update({what: len(frames) for what, frames in comparison.ours.items()})
        differ.update({what for what, _, _ in comparison.differences()})
    print(f"{len(results)} captures with TCP\n\n{'':28}{'independent':>12}{'plugin':>8}{'captures that differ':>22}")
    for what in sorted(there.keys() | {name for name in ours if not name.startswith("verdict ")}):
        print(f"{what:28}{there[what]:>12}{ours[what]:>8}{differ[what]:>22}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--list", action="store_true", help="list every difference")
    options = parser.parse_args()
    missing = [str(path) for path in options.paths if not path.exists()]
    if missing:
        parser.error(f"no such file or folder: {', '.join(missing)}")
    folders = options.paths or [ROOT / "test-captures", PUBLIC]
    results = compare([path for folder in folders for path in (captures(folder) if folder.is_dir() else [folder])])
    found = [(path, *each) for path, comparison in results.items() for each in comparison.explained(path)]
    print_table(results)
    print()
    for name, count in Counter(name for *_, name in found).most_common():
        where = len({path for path, *_, of in found if of == name})
        blame = next((" (the plugin is wrong)" for each in CLASSES if each.name == name and each.wrong), "")
        print(f"{count:6} differences in {where:3} captures  {name or 'UNEXPLAINED'}{blame}")
    wrong = [each for each in found if not each[-1]]
    groups = defaultdict(list)
    for path, what, frame, who, name in found if options.list else wrong:
        groups[path, what, who, name].append(frame)
    for (path, what, who, name), frames in groups.items():
        some = ", ".join(map(str, frames[:NAMED])) + (f" and {len(frames) - NAMED} more" if len(frames) > NAMED else "")
        print(path, what, f"frame {some}", f"only {who}", name or "UNEXPLAINED", sep="\t")
    return os.EX_SOFTWARE if wrong else os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
