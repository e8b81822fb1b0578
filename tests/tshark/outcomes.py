#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of the connections of each test capture: outcomes.tsv, and what the plugin says.

    tests/tshark/outcomes.py
    tests/tshark/outcomes.py --write [CAPTURE]...

The first prints what in the table the plugin does not say. With --write: the whole table, with the rows of these captures as the
plugin has them; without a name, with rows for captures that have none. Look at each: what is printed is no more than what the plugin
says, and the table is to be what is true.

A row is for conversations with the same answer: capture; frames, the first of each conversation, or `-` where the capture has
none; outcome, cause, severity, of which `-` is absent, and `a|b` either. Then what single frames say, and no others do: `origin:7=in-between,9=endpoint`,
`silence:9=fatal/363` (whole seconds), `padding_len:2,7=2`; `*` is all frames that are not named. `conversations:160`: so many in
all, of which some frames are named. FWX_BUILD names the build folder.
"""

import argparse
import csv
import functools
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass

import wireshark

TABLE = wireshark.ROOT / "tests" / "tshark" / "outcomes.tsv"
COLUMNS = ("capture", "frame", "outcome", "cause", "severity", "more")
SAID = ("outcome", "cause", "severity")  # of a conversation
NAMES = (
    "frame.number", "fwx.conn.id", *(f"fwx.conn.{name}" for name in (*SAID, "headline", "next_step")),
    "fwx.finding", "fwx.reset.origin", "fwx.reset.signs", "fwx.reset.class", "fwx.reset.grade",
    "fwx.silence.time", "fwx.silence.end", "fwx.padding_len",
    "fwx.conn.code", "fwx.conn.symbol", "fwx.conn.action", "fwx.conn.status",
    "fwx.verdict.code", "fwx.verdict.symbol", "fwx.verdict.action", "fwx.reset.status",
)
OF_FRAMES = ("origin", "silence", "padding_len")
NAMED = 12  # at most so many conversations of one answer are named in a row that is written
SOME = 3  # where there are more, so many are


@functools.cache
def absent():
    """Fields that this build does not have."""
    return {name for name in NAMES if name.startswith("fwx.") and name not in wireshark.our_fields()}


@functools.cache
def frames(path):
    """{frame: {field: value}} as the second pass has it, where there is a value; names without fwx."""
    names = [name for name in NAMES if name not in absent()]
    rows = wireshark.fields(path, names, two_pass=True)
    return {
        int(row["frame.number"]): {name.removeprefix("fwx."): row[name] for name in names if row[name]}
        for row in rows
    }


def of_frame(said):
    """{"origin": ..., ...} of one frame, as the table writes it."""
    found = {"origin": said.get("reset.origin"), "padding_len": said.get("padding_len")}
    if "silence.time" in said or "silence.end" in said:
        found["silence"] = f"{said.get('silence.end', '-')}/{said.get('silence.time', '-').partition('.')[0]}"
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Capture:
    """What the plugin says of one."""
    conversations: dict  # {id: (outcome, cause, severity)}
    of: dict  # {frame: id}
    first: dict  # {id: its first frame}
    said: dict  # {name: {frame: value}}, of OF_FRAMES
    unsteady: list  # conversations that say one thing here and another there


@functools.cache
def capture(path):
    conversations, of, first, unsteady = {}, {}, {}, []
    said = {name: {} for name in OF_FRAMES}
    for number, row in frames(path).items():
        for name, value in of_frame(row).items():
            said[name][number] = value
        for conversation in filter(None, row.get("conn.id", "").split(",")[-1:]):  # inside a tunnel
            of[number] = conversation
            first.setdefault(conversation, number)
            answer = tuple(row.get(f"conn.{name}", "-").split(",")[-1] for name in SAID)
            if conversations.setdefault(conversation, answer) != answer:
                unsteady.append(f"conversation {conversation}: {' '.join(answer)} in frame {number}")
    return Capture(conversations, of, first, said, unsteady)


# ---- the table ------------------------------------------------------------------------------------------

@dataclass
class Row:
    capture: str
    frames: tuple
    answer: tuple  # cells of outcome, cause, severity
    conversations: int | None  # None: those of the frames
    said: dict  # {name: {frame or "*": value}}

    def allows(self, answer):
        return all(got in cell.split("|") for got, cell in zip(answer, self.answer))


def read_more(text):
    conversations, said = None, {name: {} for name in OF_FRAMES}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, _, claims = part.partition(":")
        if name == "conversations":
            conversations = int(claims)
            continue
        for numbers, value in re.findall(r"([\d*]+(?:,\s*[\d*]+)*)=([^,\s]+)", claims):
            said[name] |= {number if number == "*" else int(number): value for number in re.split(r",\s*", numbers)}
    return conversations, said


def table():
    """{capture: its rows}"""
    rows = defaultdict(list)
    with open(TABLE, newline="") as lines:
        for cells in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            numbers = tuple(map(int, re.findall(r"\d+", cells["frame"])))
            answer = tuple(cells[name] for name in SAID)
            rows[cells["capture"]].append(Row(cells["capture"], numbers, answer, *read_more(cells["more"] or "")))
    return rows


def wrong_conversations(rows, found):
    """Conversations that are not what their row says, and those without a row."""
    wrong = [f"frame {number}: no conversation" for row in rows for number in row.frames if number not in found.of]
    by_frame = {found.of.get(number): row for row in rows for number in row.frames}
    counted, without = Counter(), defaultdict(list)
    for conversation, answer in found.conversations.items():
        row = by_frame.get(conversation) or next((row for row in rows if row.conversations and row.allows(answer)), None)
        if row is None:
            without[answer].append(str(found.first[conversation]))
        elif not row.allows(answer):
            wrong.append(f"frame {found.first[conversation]}: {' '.join(answer)}, not {' '.join(row.answer)}")
        else:
            counted[rows.index(row)] += 1
    for answer, firsts in without.items():
        which = ", ".join(firsts) if len(firsts) <= NAMED else f"{firsts[0]} and {len(firsts) - 1} more"
        wrong.append(f"frame {which}: {' '.join(answer)}, not in the table")
    return wrong + [f"{counted[index]} conversations {' '.join(row.answer)}, not {row.conversations}"
                    for index, row in enumerate(rows) if row.conversations and counted[index] != row.conversations]


def wrong_frames(rows, found):
    """Frames that say what no row does, or do not say what one does."""
    wrong = []
    for name in OF_FRAMES:
        claims = {frame: value for row in rows for frame, value in row.said[name].items()}
        said = found.said[name]
        for frame in sorted(said.keys() | claims.keys() - {"*"}):
            wanted, got = claims.get(frame, claims.get("*", "-")), said.get(frame, "-")
            if got not in wanted.split("|"):
                wrong.append(f"frame {frame}: {name} {got}, not {wanted}")
    return wrong


def differences(path):
    """What the table says of a capture, and the plugin does not, or the other way round."""
    rows, found = table()[path.stem], capture(path)
    return found.unsteady + wrong_conversations(rows, found) + wrong_frames(rows, found)


def listed(said):
    values = set(said.values())
    if len(said) > NAMED and len(values) == 1:
        return f"*={values.pop()}"
    return ",".join(f"{frame}={value}" for frame, value in said.items())


def written(path):
    """The rows of a capture as the plugin has them: cells."""
    found, groups = capture(path), defaultdict(list)
    for conversation, answer in found.conversations.items():
        groups[answer].append(found.first[conversation])
    rows = []
    for answer, firsts in groups.items():
        many = len(firsts) > NAMED
        named = ", ".join(map(str, sorted(firsts)[: SOME if many else NAMED]))
        rows.append([path.stem, named, *answer, f"conversations:{len(firsts)}" if many else ""])
    parts = [f"{name}:" + listed(found.said[name]) for name in OF_FRAMES if found.said[name]]
    rows = rows or [[path.stem, *"----", ""]]
    rows[0][-1] = "; ".join(filter(None, [rows[0][-1], *parts]))
    return rows


def write(names):
    """The table, with the rows of these captures, or those of captures without any, from the plugin."""
    old = [line.split("\t") for line in TABLE.read_text().splitlines()[1:]]
    known = {cells[0] for cells in old}
    anew = [path for path in wireshark.captures() if (path.stem in names if names else path.stem not in known)]
    fresh = [row for path in anew for row in written(path)]
    kept = [row for row in old if row[0] not in {path.stem for path in anew}]
    for row in [COLUMNS, *kept, *fresh]:
        print("\t".join(row).rstrip("\t"))


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("--write", action="store_true")
    parser.add_argument("captures", nargs="*")
    arguments = parser.parse_args()
    if arguments.write:
        write(arguments.captures)
        return 0
    wrong = [(path.stem, difference) for path in wireshark.captures() for difference in differences(path)]
    for name, difference in wrong:
        print(f"{name}: {difference}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
