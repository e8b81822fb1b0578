#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A second reading of captures, from plain tshark fields and RFC 9293, held against what the plugin finds.

    tests/compare/independent.py                   the test captures and ../shared/captures beside the repository
    tests/compare/independent.py FOLDER|CAPTURE …  these
    tests/compare/independent.py --list            every difference, explained or not

Read apart, with no plugin loaded: SYN-ACKs with payload, handshake acknowledgements that fit no SYN-ACK, what each
reset means, and what became of each connection attempt. Both name the same frames for the same, or a class in CLASSES
below and in independent.md explains the difference; any other one fails. FWX_BUILD is the build folder, if not build/.
"""

import argparse
import os
import re
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from differences import SANITY
from reading import ACK, FIN, ROOT, RST, SYN, ahead, captures, read, tcp_options
from wireshark import PUBLIC, tshark

WRAP = 1 << 32
IDLE = 10  # seconds of silence that make an abort one of an idle connection (plugin/doc/findings/resets.md)
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

    def note(self, what, frame):
        self.frames[what].append(frame)

    def see(self, segment):
        stream = self.streams.get(segment.tuple)
        if stream is None or stream.is_new(segment):
            if stream is None and segment.flags & RST:
                self.note("reset no-connection", segment.frame)
                return
            stream = self.streams[segment.tuple] = Stream(segment)
            self.all_streams.append(stream)
        if segment.flags & SYN and segment.flags & ACK and segment.length:
            self.note("SYN-ACK payload", segment.frame)
        if segment.flags & RST:
            self.reset(stream, segment)
        elif self.handshake(stream, segment):
            self.learn(stream, segment)
        stream.last = segment.time

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
        sender, receiver = stream.ends(segment)
        over = stream.over
        if not over and not self.acceptable(stream, segment):
            self.note("reset no-connection", segment.frame)
            return
        self.note("reset " + self.meaning(stream, segment), segment.frame)
        if segment.source != stream.starter and stream.answer is None:
            stream.answer = "answered" if over else "refused"
        stream.over = True

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
                self.note(f"attempt {stream.answer or 'unanswered'}", stream.frame)
        return {what: sorted(frames) for what, frames in self.frames.items()}


def independent(segments):
    """{what: frames}, without the plugin."""
    reading = Reading()
    for segment in segments:
        reading.see(segment)
    return reading.result()


def from_plugin(capture):
    """{what: frames}, the plugin's; and "verdict …" for each code that it gives."""
    names = ["frame.number", "fwx.synack.payload_len", "fwx.ack.delta", "fwx.reset.class", "fwx.verdict.code"]
    wanted = [word for name in names for word in ("-e", name)]
    layout = "-T fields -E separator=/t -E occurrence=a -E aggregator=,".split()
    found = defaultdict(list)
    for line in tshark(capture, *layout, *wanted, "-z", "fwx,attempts", check=False):
        attempt = re.match(r"\d+ \|\S+ \|\S+ \|(\d+) \|(answered|refused|unanswered|old connection) \|", line)
        values = line.split("\t")
        if attempt:
            found[f"attempt {attempt[2]}"].append(int(attempt[1]))
        elif len(values) == len(names):
            frame = int(values[0])
            payload, delta, classes, codes = (value.split(",") if value else [] for value in values[1:])
            found["SYN-ACK payload"] += [frame for length in payload if length != "0"]
            found["handshake acknowledgement"] += [frame] * len(delta)
            for name in classes:
                found[f"reset {name}"].append(frame)
            for code in codes:
                found[f"verdict {code}"].append(frame)
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


@dataclass(frozen=True)
class Class:
    """A difference between the two readings that is none of the plugin's mistakes."""

    name: str
    what: str  # matches
    why: str
    captures: str = ""  # match
    who: str = ""  # alone says it; empty: either
    verdict: str = ""  # the plugin's codes on that frame match

    def explains(self, comparison, capture, what, frame, who):
        codes = [name for name, frames in comparison.ours.items() if name.startswith("verdict ") and frame in frames]
        return (
            re.search(self.what, what) is not None
            and re.search(self.captures, str(capture)) is not None
            and self.who in ("", who)
            and (not self.verdict or any(re.search(self.verdict, code) for code in codes))
        )


CLASSES = (
    Class(
        "refused at sight",
        "attempt|reset",
        "What the firewall drops for its own sake (land, port 0, impossible flags or lengths) opens and ends nothing.",
        who="independent",
        verdict=SANITY,
    ),
    Class(
        "captured twice",
        "reset after-close|handshake acknowledgement",
        "The same packet once more, as a mirror port shows it: the plugin says nothing of the second.",
        who="independent",
    ),
    Class(
        "SYN-ACK missing",
        "reset (handshake-abort|data-abort|idle-abort)",
        "One direction was captured: the plugin takes the initiator's ACK as the end of the handshake, RFC 9293 wants "
        "the SYN-ACK for that.",
        captures=r"/(tls_1.2_unidirectional_client|bug-8629-async-oneside__input)\.",
    ),
    Class(
        "probe of a closed port",
        "reset (data-abort|no-connection)",
        "A bare FIN is no connection for the plugin, so the reset that answers it ends none; here it begins a stream.",
        captures=r"/tcp_scan\.",
    ),
    Class(
        "several connections on a tuple",
        "attempt|reset",
        "A SYN with another ISN, while the connection before goes on or its SYN comes again: the plugin tells by the "
        "numbers whose a segment is, here the newest has it.",
        captures=r"/(bug-5437-02__input|bug-7657-01__input|cause-port-reuse-live|rewritten-isn-(both|initiator))\.",
    ),
    Class(
        "late segment",
        "handshake acknowledgement",
        "Behind the reset that ended the handshake: late for the plugin, a wrong acknowledgement here.",
        captures=r"/issue-3341-tcphdr-01__urgent11_cve_2019_12260\.",
        who="independent",
    ),
    Class(
        "split handshake",
        "attempt answered",
        "The other side answers with a SYN of its own, behind an ACK: a new connection for the plugin, here the same.",
        captures=r"/tcp-split-handshake-02-5whs__",
        who="plugin",
    ),
    Class(
        "an older connection answers",
        "attempt",
        "An ACK or a SYN-ACK that acknowledges something else than the SYN is an older connection's for the plugin, and the next "
        "SYN another attempt; here the ACK is an answer, and the SYN-ACK none.",
        captures=r"/cause-port-reuse(-synack)?\.",
    ),
    Class(
        "acknowledges nothing",
        "attempt",
        "An ACK that does not acknowledge the SYN is no answer for the plugin (RFC 5961, 4), here it is one.",
        captures=r"/(tcp__syn-then-(ack|stuff)-then-rst)\.",
    ),
    Class(
        "after a reset that was not the endpoint's",
        "reset (handshake-abort|data-abort)",
        "Whose name a reset carries goes on afterwards: for the plugin the connection does, and the next reset ends it; here the "
        "first one did.",
        captures=r"/(origin-(goes-on-|synack-after-refusal|three-refusals)|modbus__modbus-and-non-modbus-p502\.)",
        who="plugin",
    ),
    Class(
        "reset below the window",
        "reset (data-abort|no-connection)",
        "A reset whose number is up to 65535 below what was acknowledged ends the connection for the plugin: it was on its way when "
        "that was acknowledged; here it is outside the window.",
        captures=r"/bug-4903__bug-4903-04__input\.",
    ),
    Class(
        "answer to a wrong acknowledgement",
        "reset (handshake-abort|no-connection)",
        "A reset with the number of a wrong acknowledgement (RFC 9293, 3.10.7.4) ends the handshake for the plugin; here it is "
        "outside the window.",
        captures=r"/cause-ack-mismatch-reset\.",
    ),
)


def compare(paths):
    """{capture: Comparison} of the captures that can be opened and hold TCP."""
    readings = {path: independent(segments) for path, segments in read(paths).items() if segments}
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
        print(f"{count:6} packets or attempts in {where:3} captures  {name or 'UNEXPLAINED'}")
    wrong = [each for each in found if not each[-1]]
    for path, what, frame, who, name in found if options.list else wrong:
        print(path, what, f"frame {frame}", f"only {who}", name or "UNEXPLAINED", sep="\t")
    return os.EX_SOFTWARE if wrong else os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
