# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of what is true of captures, a row a conversation: capture, frame, outcome, cause, severity, more.

Written by people. `-` is not stated; there can be several captures and frames in a row; and in the last column, between other
remarks: `origin: 2, 3 in-between; 6 endpoint or unknown`, `silence: 4 fatal, 7200 s`, `padding_len: 3, 9 are 2; 5 is 6`,
`14 after-close`, `19 is no dirty close`, `no Denied`, `grade never harmless`.
"""

import csv
import re
from dataclasses import dataclass, field

NUMBERS = r"(?P<frames>\d+(?:(?:, *| +and +)\d+)*)"
ORIGINS = r"(?P<value>(?:in-between|endpoint|unknown)(?: or (?:in-between|endpoint|unknown))*)"
CLASSES = r"(?P<value>after-close|dirty-close|data-abort|idle-abort|handshake-abort|refused|no-connection)"
SAID = ("outcome", "cause", "severity")
# What a remark claims of frames, and the field that says it. Without frames: of those of the row, or else of every frame
# that has the field.
FORMS = (
    ("origin", rf"(?:{NUMBERS}\s+)?{ORIGINS}", "reset.origin"),
    ("silence", rf"{NUMBERS}\s+(?P<value>(?:survived|fatal|unheard)(?:, *\d+ s)?)", "silence"),
    ("padding_len", rf"{NUMBERS} (?:is|are) (?P<value>\d+)", "padding_len"),
)
ENUMERATED = ("code", "symbol", "action", "status")  # last words of the fields that "no Denied" is about


@dataclass(frozen=True)
class Claim:
    """That a field has one of the values in these frames; or, negated, in none of them. No frames: in every one that has it."""
    field: str
    values: tuple[str, ...]
    frames: tuple[int, ...] = ()
    negated: bool = False

    def __str__(self) -> str:
        where = ",".join(map(str, self.frames))
        return f"{self.field}{where and ':'}{where}={'not ' * self.negated}{' or '.join(self.values)}"


@dataclass
class Row:
    captures: list[str]
    frames: tuple[int, ...]
    said: dict[str, str]  # outcome, cause, severity, as far as stated
    claims: list[Claim] = field(default_factory=list)
    unread: str = ""  # what no form fits


def numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text or "")))


def alternatives(text: str) -> tuple[str, ...]:
    return tuple(re.split(r" or ", text))


def read_clause(clause: str, topic: str, row: Row) -> tuple[list[Claim], str]:
    """The claims of a part between semicolons, and what is left of it."""
    claims = []

    def claim(name, match, negated=False):
        frames = numbers(match.groupdict().get("frames")) or row.frames
        claims.append(Claim(name, alternatives(match["value"]), frames, negated))
        return ""

    for name, form, said in FORMS:
        if topic == name:
            clause = re.sub(rf"\b{form}\b", lambda match: claim(said, match), clause)
    clause = re.sub(rf"\b{NUMBERS} is no (?P<value>dirty close)\b", lambda match: claim("reset.class", match, True), clause)
    clause = re.sub(rf"\b{NUMBERS} {CLASSES}(?![\w-])", lambda match: claim("reset.class", match), clause)
    if found := re.search(r"grade never (\w[\w ]*)", clause):
        claims.append(Claim("reset.grade", (found[1].strip(),), (), True))
        clause = clause.replace(found[0], "")
    for found in re.finditer(r"\bno (0x[0-9a-f]+|Denied|[A-Z][A-Z_]{4,}|\d{4,})\b(?: anywhere)?", clause):
        claims.append(Claim("enumerated", (found[1],), (), True))
        clause = clause.replace(found[0], "")
    return claims, clause


def read_more(text: str, row: Row) -> None:
    topic, left = "", []
    for clause in text.split(";"):
        clause = clause.strip()
        if found := re.match(r"(origin|silence|padding_len)\b:?\s*", clause):
            topic, clause = found[1], clause[found.end():]
        if re.match(r"[^:]*: *(endpoint|in-between|unknown)$", clause):  # prose, and the answer after a colon
            topic, clause = "origin", clause.rpartition(":")[2].strip()
        claims, rest = read_clause(clause, topic, row)
        row.claims += claims
        left += [rest] if re.search(r"\w", rest) else []
    row.unread = "; ".join(rest.strip(" ,") for rest in left)


def beside(first: str, name: str) -> list[str]:
    """Where a further capture of a row may lie: what it is called, or that in a folder of the first one."""
    parts = first.split("/")[:-1]
    return [name, *("/".join([*parts[:length], name]) for length in range(len(parts), 0, -1))]


def read(path) -> list[Row]:
    with open(path, newline="") as lines:
        rows = []
        for record in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            cells = {name: (value or "").strip() for name, value in record.items() if name}
            said = {name: cells[name] for name in SAID if cells.get(name, "-") not in ("-", "")}
            row = Row(re.split(r", *", cells["capture"]), numbers(cells.get("frame")), said)
            read_more(cells.get("more", ""), row)
            rows.append(row)
        return rows


# ---- against what the plugin says -----------------------------------------------------------------------

def value(frame: dict[str, str], name: str) -> str:
    """What a frame says; of a silence, how it ended and for how long."""
    if name == "silence":
        return f"{frame.get('silence.end', '-')}, {frame.get('silence.time', '-')} s"
    return frame.get(name, "-")


def agrees(name: str, wanted: str, got: str) -> bool:
    if name == "silence":
        end, _, length = wanted.partition(", ")
        got_end, _, got_length = got.partition(", ")
        try:
            return end == got_end and (not length or abs(float(length.split()[0]) - float(got_length.split()[0])) < 1)
        except ValueError:
            return False
    return wanted.replace(" ", "-") == got.replace(" ", "-")


def enumerated(frames: dict[int, dict[str, str]]) -> dict[int, str]:
    words = {number: [text for name, text in said.items() if name.rpartition(".")[2] in ENUMERATED]
             for number, said in frames.items()}
    return {number: " ".join(found) for number, found in words.items() if found}


def check_none_of(claim: Claim, frames: dict[int, dict[str, str]]) -> tuple[str, bool]:
    said = enumerated(frames) if claim.field == "enumerated" else {
        number: value(frame, claim.field) for number, frame in frames.items()
        if claim.field in frame and (not claim.frames or number in claim.frames)}
    broken = [number for number, text in said.items() for unwanted in claim.values
              if (unwanted in text if claim.field == "enumerated" else agrees(claim.field, unwanted, text))]
    return f"{claim.field}: {len(broken)} times {claim.values[0]}" if broken else f"{claim.field}: never", not broken


def check(claim: Claim, frames: dict[int, dict[str, str]]) -> tuple[str, bool]:
    """What the frames say instead of or as claimed, and whether it is so."""
    if claim.negated:
        return check_none_of(claim, frames)
    wanted = claim.frames or tuple(number for number, frame in frames.items() if claim.field in frame)
    got = {number: value(frames.get(number, {}), claim.field) for number in wanted}
    right = bool(got) and all(any(agrees(claim.field, one, text) for one in claim.values) for text in got.values())
    return f"{claim.field}:" + ",".join(f"{number}={text}" for number, text in got.items()), right
