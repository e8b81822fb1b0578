# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP segments of a capture as plain tshark fields tell them: no plugin is needed, and no packet is parsed here.

Segments inside tunnels count; what an ICMP error quotes was never sent as a segment, and does not.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "tshark"))
import wireshark  # noqa: E402: found only now

FIN, SYN, RST, PSH, ACK, URG = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
OF_FRAME = ["frame.number", "frame.time_epoch", "frame.protocols"]
OF_POINT = ["frame.section_number", "frame.interface_id", "sll.ifindex"]  # where it was captured
OF_IP = ["ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.len", "ip.hdr_len"]
OF_ICMP = ["icmp.type", "icmp.code", "icmpv6.type"]
OF_TCP = "srcport dstport seq_raw ack_raw flags len window_size_value urgent_pointer hdr_len".split()


@dataclass(slots=True)
class Segment:
    frame: int
    time: float
    src: str
    dst: str
    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    length: int  # of the payload, by the headers
    window: int
    urgent: int
    header: int  # length of the header
    options: bytes
    alone: bool  # the only TCP segment of its frame
    point: tuple = ()
    until: float = 0  # when the capture ends at this point
    extra: dict = field(default_factory=dict)  # further fields that were asked for

    @property
    def source(self):
        return self.src, self.sport

    @property
    def target(self):
        return self.dst, self.dport

    @property
    def tuple(self):
        """Both ends, in an order that does not depend on the direction, as they are seen at one capture point."""
        return (*sorted((self.source, self.target)), self.point)

    def has(self, flags):
        return self.flags & flags == flags

    def kind(self):
        """What of SYN, FIN, RST and ACK it carries, in a word: S, SA, A, FA, R, RA, none …"""
        names = ((SYN, "S"), (FIN, "F"), (RST, "R"), (ACK, "A"))
        return "".join(name for flag, name in names if self.flags & flag) or "none"


def ahead(a, b):
    """How far a number lies ahead of another, modulo 2^32 (RFC 9293, 3.4); negative if behind."""
    return (a - b + (1 << 31)) % (1 << 32) - (1 << 31)


def tcp_options(octets):
    """(kind, value) of each option that is whole (RFC 9293, 3.1)."""
    while octets and octets[0]:
        size = 1 if octets[0] == 1 else octets[1] if len(octets) > 1 else 0
        if size < 1 or size > len(octets):
            return
        yield octets[0], octets[2:size]
        octets = octets[size:]


def captures(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.suffix in wireshark.ENDINGS)


def carriers(protocols):
    """For each TCP header of a frame, by its list of protocols: (kind, number) of the IP header that carries it, or
    None where an ICMP error quotes it."""
    found, counts, quoted = [], {"ip": 0, "ipv6": 0}, False
    carrier = None
    for name in protocols.split(":"):
        if name in counts:
            carrier = (name, counts[name])
            counts[name] += 1
        elif name in ("icmp", "icmpv6"):
            quoted = True
        elif name == "tcp":
            found.append(None if quoted else carrier)
    return found


@dataclass(slots=True)
class Error:
    """What an ICMP error says of a TCP segment that it quotes (RFC 792, RFC 4443)."""

    frame: int
    time: float
    about: tuple  # of the quoted segment: source, target
    unreachable: bool  # and not merely too big
    point: tuple = ()


def errors_of(row):
    """That of one frame, if it is one: [] or [Error]"""
    ports = [row[f"tcp.{end}port"].split(",")[-1] for end in ("src", "dst")]
    version = "ipv6" if row["icmpv6.type"] else "ip"
    hosts = [row[f"{version}.{end}"].split(",")[-1] for end in ("src", "dst")]
    if not all(ports) or not all(hosts) or None not in carriers(row["frame.protocols"]):
        return []
    kind, code, kind6 = (row[name].split(",")[0] for name in OF_ICMP)
    # sharkd prints the names of types, since 4.6 of those of ICMPv4, too.
    unreachable = (kind in ("3", "Destination unreachable") and code != "4") or kind6 in ("1", "Destination Unreachable")
    about = tuple((host, int(port)) for host, port in zip(hosts, ports))
    return [Error(int(row["frame.number"]), float(row["frame.time_epoch"] or 0), about, unreachable)]


def options_of(text):
    """None where the capture cuts them off: tshark prints <MISSING>."""
    return b"" if text.startswith("<") else bytes.fromhex(text)


def payload_by_ip(row, carrier):
    """What the IPv4 header says it carries. It is more than tshark does where a capture was cut and its frame lengths
    with it; less in the last fragment of a datagram, and in what a network card was to segment. Behind AH nobody knows."""
    ip, which = carrier
    if "ah" in row["frame.protocols"].split(":"):
        return 0
    lengths, headers = row["ip.len"].split(","), row["ip.hdr_len"].split(",")
    return int(lengths[which]) - int(headers[which]) if ip == "ip" and which < min(len(lengths), len(headers)) else 0


def segments_of(row):
    """The segments of one frame."""
    found = []
    headers = carriers(row["frame.protocols"])
    values = {name: row[f"tcp.{name}"].split(",") for name in OF_TCP}
    options = row["tcp.options"].split(",") if len(headers) == 1 else [""] * len(headers)
    for number, carrier in enumerate(headers):
        here = {name: value[number] for name, value in values.items() if number < len(value) and value[number]}
        if not carrier or len(here) < len(OF_TCP) - ("urgent_pointer" not in here):
            continue  # quoted, or not a whole header
        ip, which = carrier
        src, dst = (row[f"{ip}.{end}"].split(",")[which] for end in ("src", "dst"))
        found.append(
            Segment(
                frame=int(row["frame.number"]),
                time=float(row["frame.time_epoch"] or 0),
                src=src,
                dst=dst,
                sport=int(here["srcport"]),
                dport=int(here["dstport"]),
                seq=int(here["seq_raw"]),
                ack=int(here["ack_raw"]),
                flags=int(here["flags"], 16),
                length=max(int(here["len"]), payload_by_ip(row, carrier) - int(here["hdr_len"])),
                window=int(here["window_size_value"]),
                urgent=int(here.get("urgent_pointer", 0)),
                header=int(here["hdr_len"]),
                options=options_of(options[number]),
                alone=len(headers) == 1,
            )
        )
    return found


BATCH = 20  # captures that one sharkd reads: starting it costs more than most captures do
LAST_FRAME = 0xFFFFFFFF  # no capture here is that long
PLAIN = [*OF_FRAME, *OF_POINT, *OF_IP, *(f"tcp.{name}" for name in OF_TCP), "tcp.options"]


def points_of(rows):
    """Where each row was captured. What a later section of a file says of the same time comes from somewhere else."""
    latest = {}  # interface: section, the one that it began in, time
    for row in rows:
        section, *interface = (row[name] for name in OF_POINT)
        time = float(row["frame.time_epoch"] or 0)
        before, began, last = latest.get(tuple(interface), (section, section, time))
        if section != before and time < last:
            began = section
        latest[tuple(interface)] = section, began, max(time, last)
        yield began, *interface


def segments_of_rows(rows, extra):
    found, ends = [], {}
    for row, point in zip(rows, points_of(rows), strict=True):
        ends[point] = max(float(row["frame.time_epoch"] or 0), ends.get(point, 0))
        for segment in segments_of(row):
            segment.point = point
            segment.extra = {name: row[name] for name in extra}
            found.append(segment)
        for error in errors_of(row) if OF_ICMP[0] in extra else ():
            error.point = point
            found.append(error)
    for segment in found:
        if isinstance(segment, Segment):
            segment.until = ends[segment.point]
    return found


def rows_by_tshark(path, names, settings, plugin):
    wanted = [word for name in names for word in ("-e", name)]
    layout = "-T fields -E separator=/t -E occurrence=a -E aggregator=,".split()
    chosen = [word for name, value in settings.items() for word in ("-o", f"{name}:{value}")]
    lines = wireshark.tshark(path, *layout, *wanted, *chosen, plugin=plugin, check=False)
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines]


def rows_by_sharkd(paths, names, settings, plugin, every):
    """{path: rows of its frames, of those with TCP unless every, or None where the capture cannot be opened}"""
    columns = {f"column{i}": f"{name}:0" for i, name in enumerate(names)}
    requests = [("setconf", {"name": name, "value": str(value)}) for name, value in settings.items()]
    for number, path in enumerate(paths):
        # sharkd remembers what a filter selected even when the next capture is loaded: each gets a filter of its own.
        wanted = {"filter": f"{'frame' if every else 'tcp'} or frame.number == {LAST_FRAME - number}", **columns}
        requests += [("load", {"file": wireshark.readable(path)}), ("frames", wanted)]
    answers = wireshark.sharkd_answers(requests, plugin=plugin)
    refused = [answer["error"] for answer in answers[: len(settings)] if "error" in answer]
    assert not refused, f"preferences refused: {refused}"
    pairs = zip(paths, answers[len(settings) :: 2], answers[len(settings) + 1 :: 2], strict=True)
    return {
        path: None
        if "error" in loaded or "result" not in listed
        else [dict(zip(names, frame["c"], strict=True)) for frame in listed["result"]]
        for path, loaded, listed in pairs
    }


def read(paths, extra=(), settings=None, plugin=False, errors=False):
    """The TCP segments of each capture, in its order: {path: segments}. Extra are further fields, and settings
    preferences, {name: value}. A capture that breaks off gives what comes before; one that is none gives None.

    errors: an Error, too, for each ICMP error that quotes one, and frames without TCP tell when the capture ends."""
    extra = [*extra, *(OF_ICMP if errors else ())]
    paths, names, settings = [Path(path) for path in paths], [*PLAIN, *extra], settings or {}
    batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
    wireshark.scratch()  # made once, before the threads
    found = {}
    with ThreadPoolExecutor(2) as pool:
        for part in pool.map(lambda batch: rows_by_sharkd(batch, names, settings, plugin, errors), batches):
            for path, rows in part.items():
                # A column shows 36 bytes of a field and an ellipsis, and options can be 40 long.
                if rows and any("\u2026" in row["tcp.options"] for row in rows):
                    rows = rows_by_tshark(path, names, settings, plugin)
                found[path] = None if rows is None else segments_of_rows(rows, extra)
    return found
