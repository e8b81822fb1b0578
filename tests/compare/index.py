#!/usr/bin/env python3
"""Holds what the plugin finds in the public captures against INDEX.tsv, which an independent program counted.

    tests/compare/index.py                    a table: each column's total there, ours, and how many captures differ
    tests/compare/index.py --list s_rst_est   the captures that differ in a column, with both counts and our frames
    tests/compare/index.py zeek/ 802.1        only captures whose name contains one of the words
    tests/compare/index.py -2                 tshark in two passes

Names without a column there (padding, injected, not_syn ...) are counted too, and can be listed. INDEX.tsv is a second
opinion, not the truth: p_ counts packets and s_ streams, and a frame may carry several packets of ours. A crash, or a
message that names the plugin, fails. FWX_BUILD is the build folder, if not build/.
"""

import argparse
import csv
import os
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "tshark"))

from wireshark import scratch, tshark  # noqa: E402

FIELDS = (
    "frame.number tcp.flags fwx.conn.id fwx.conn.state fwx.conn.code fwx.reset.class fwx.reset.injected "
    "fwx.synack.payload_len fwx.ack.delta fwx.padding_len fwx.verdict.code"
).split()
ORDERLY, NOT_SYN = "0x80074e20", "0xc0040017"
SYN, ACK = 0x02, 0x10


@dataclass
class Packet:
    """What one frame says of one connection."""

    frame: int
    flags: int
    state: str  # before this packet
    code: str  # of the connection, as far as the capture has gone
    reset: str
    injected: bool
    payload: int  # of a SYN-ACK
    delta: str
    padding: str
    verdicts: list


@dataclass
class Connection:
    packets: list = field(default_factory=list)

    def first(self, wanted):
        """The frame of the first packet that is wanted, in a list; an empty list where there is none."""
        return [packet.frame for packet in self.packets if wanted(packet)][:1]

    def began(self):
        return bool(self.packets[0].flags & SYN)


def read(capture, two_pass=False):
    """The connections of a capture. Our fields belong to the innermost of a frame's packets, nearly always the only one."""
    connections = defaultdict(Connection)
    wanted = [word for name in FIELDS for word in ("-e", name)]
    for line in tshark(capture, "-T", "fields", *wanted, two_pass=two_pass, check=False):
        values = dict(zip(FIELDS, (value.split(",") for value in line.split("\t")), strict=True))
        last = {name.removeprefix("fwx."): value[-1] for name, value in values.items()}
        if last["conn.id"]:
            connections[last["conn.id"]].packets.append(
                Packet(
                    frame=int(last["frame.number"]),
                    flags=int(last["tcp.flags"] or "0", 16),
                    state=last["conn.state"],
                    code=last["conn.code"],
                    reset=last["reset.class"],
                    injected=last["reset.injected"] in ("1", "True"),
                    payload=int(last["synack.payload_len"] or 0),
                    delta=last["ack.delta"],
                    padding=last["padding_len"],
                    verdicts=values["fwx.verdict.code"],
                )
            )
    return list(connections.values())


# ---- one function a kind of column: the connections in, the frames that count out -------------------------------------


def packets(wanted, connections):
    return sorted(packet.frame for each in connections for packet in each.packets if wanted(packet))


def streams(wanted, connections):
    """Streams with such a packet: the first one each."""
    return sorted(frame for each in connections for frame in each.first(wanted))


def beginnings(wanted, connections):
    """Streams of such a kind: their first frame."""
    return sorted(each.packets[0].frame for each in connections if wanted(each))


def first_resets(wanted, connections, began=True):
    """Streams whose first reset is such a one; whatever the reset, it counts apart where the stream's SYN is missing."""
    resets = (next((p for p in each.packets if p.reset), None) for each in connections if each.began() is began)
    return sorted(packet.frame for packet in resets if packet and wanted(packet))


def unanswered(connection):
    return all(packet.flags & (SYN | ACK) == SYN for packet in connection.packets)


def established(packet):
    """The code comes with the handshake, until a graver one replaces it: in the second pass on every packet."""
    return packet.code == "0x00000000" or packet.state == "established"


def mismatched(packet):
    return packet.delta and not packet.flags & SYN


COLUMNS = {
    "s_total": partial(beginnings, lambda each: True),
    "s_full_hs": partial(streams, established),
    "s_midstream": partial(beginnings, lambda each: not each.began()),
    "s_noreply": partial(beginnings, unanswered),
    "p_synack_payload": partial(packets, lambda packet: packet.payload),
    "s_third_ack_bad": partial(streams, mismatched),
    "p_rst": partial(packets, lambda packet: packet.reset),
    "s_rst_to_syn": partial(first_resets, lambda packet: packet.reset == "refused"),
    "s_rst_hs": partial(first_resets, lambda packet: packet.reset == "handshake-abort"),
    "s_rst_est": partial(first_resets, lambda packet: packet.reset in ("data-abort", "idle-abort")),
    "s_rst_after_own_fin": partial(first_resets, lambda p: p.reset == "after-close" and p.state == "fin-wait"),
    "s_rst_after_peer_fin": partial(first_resets, lambda packet: packet.reset == "dirty-close"),
    "s_rst_after_both_fin": partial(first_resets, lambda p: p.reset == "after-close" and p.state != "fin-wait"),
    "s_rst_midstream": partial(first_resets, lambda packet: True, began=False),
    "s_fin_both": partial(streams, lambda packet: ORDERLY in packet.verdicts),
    # ours alone
    "ack_mismatch": partial(packets, lambda packet: packet.delta),
    "padding": partial(packets, lambda packet: packet.padding),
    "injected": partial(packets, lambda packet: packet.injected),
    "no_connection": partial(packets, lambda packet: packet.reset == "no-connection"),
    "not_syn": partial(packets, lambda packet: NOT_SYN in packet.verdicts),
}


# ---- the captures, and what is printed --------------------------------------------------------------------------------


def chosen(folder, words):
    """{path below the folder: its row in INDEX.tsv}"""
    with open(folder / "INDEX.tsv", newline="") as index:
        rows = {row["file"]: row for row in csv.DictReader(index, delimiter="\t")}
    return {name: row for name, row in rows.items() if not words or any(word in name for word in words)}


def count(folder, names, two_pass):
    """{name: {column: our frames}}, and what went wrong, one line each."""
    found, failures = {}, []

    def one(name):
        try:
            connections = read(folder / name, two_pass)
            found[name] = {column: frames(connections) for column, frames in COLUMNS.items()}
        except AssertionError as failure:
            failures.append(f"{name}: {failure}")

    scratch()  # made once, before the threads
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, names))
    return found, failures


def differing(column, rows, found):
    """(capture, count there, our frames) of the captures that differ; of all with one, where there is no such column."""
    pairs = ((name, int(rows[name].get(column) or 0), frames[column]) for name, frames in sorted(found.items()))
    return [(name, there, ours) for name, there, ours in pairs if there != len(ours)]


def print_table(rows, found):
    print(f"{'':22}{'INDEX.tsv':>10}{'fwx':>8}{'captures that differ':>22}")
    for column in COLUMNS:
        known = column in next(iter(rows.values()))
        there = sum(int(rows[name][column]) for name in found) if known else "-"
        ours = sum(len(frames[column]) for frames in found.values())
        print(f"{column:22}{there:>10}{ours:>8}{len(differing(column, rows, found)):>22}")


def print_list(column, rows, found):
    print(f"{column}: INDEX.tsv, fwx, capture, our frames")
    for name, there, ours in differing(column, rows, found):
        frames = " ".join(map(str, ours[:20])) + (" ..." if len(ours) > 20 else "")
        print(f"{there:5}{len(ours):6}  {name}  {frames}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only captures whose name contains one of these")
    parser.add_argument("--captures", type=Path, default=ROOT.parent / "shared" / "captures", help="the folder")
    parser.add_argument("--list", action="append", choices=COLUMNS, default=[], help="list this column's differences")
    parser.add_argument("-2", dest="two_pass", action="store_true", help="two passes")
    options = parser.parse_args()
    if not (options.captures / "INDEX.tsv").is_file():
        print(f"skipped: no public captures at {options.captures}")
        return os.EX_OK
    rows = chosen(options.captures, options.words)
    found, failures = count(options.captures, rows, options.two_pass)
    for column in options.list:
        print_list(column, rows, found)
    if found and not options.list:
        print_table(rows, found)
    print(*failures, sep="\n", end="\n" if failures else "")
    return os.EX_SOFTWARE if failures else os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
