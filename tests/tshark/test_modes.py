"""However a packet is looked at, it says the same: the modes visit packets once or twice, with a tree or without."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import pytest

from wireshark import (
    UNKNOWN_IN_ONE_PASS,
    alike,
    sample,
    columns,
    frames,
    matching,
    our_fields,
    sharkd,
    sharkd_frames,
)


# Findings that only later frames confirm or take back: {capture: {frame: what of it differs}}.
RECONSIDERED = {
    # A clock that jumps ahead: the next packet shows that it is put back.
    "time-one-ahead": {7: {"fwx.silence.time", "fwx.finding"}},
    # Two bytes short of the minimum frame: padding where the capture has it more than once.
    "cause-padding-42": {3: {"fwx.padding_len", "fwx.finding", "fwx.expert.padding"}},
    # The SYN-ACK on the other side of what rewrites sequence numbers: the next packets tell.
    "rewritten-isn-answers": {
        2: {"fwx.ack.expected", "fwx.ack.actual", "fwx.ack.delta", "fwx.finding", "fwx.expert.ack_mismatch"}
        | {f"fwx.verdict.{name}" for name in ("code", "symbol", "action", "reason", "confidence", "brief")}
    },
}


def normal(rows, left_out=()):
    """Rows with the differences in printing, and the fields that one pass cannot know, taken out."""
    rows = {
        number: {name: alike(name, value) for name, value in row.items() if name not in left_out}
        for number, row in rows.items()
    }
    return {number: row for number, row in rows.items() if row}


def early(rows):
    """What one pass knows of normal rows: who sent a reset, the sentence may say later."""
    return normal({
        number: {name: value.split("; not from the endpoint")[0] if name == "fwx.verdict.reason" else value
                 for name, value in row.items()}
        for number, row in rows.items()
    }, UNKNOWN_IN_ONE_PASS)


def differing(once, twice):
    """{frame: the fields that differ}"""
    return {
        number: names
        for number in once.keys() | twice.keys()
        if (names := {name for name, _ in once.get(number, {}).items() ^ twice.get(number, {}).items()})
    }


def spans(numbers):
    """Numbers as a set of a display filter: 1..3, 7..7."""
    groups = [list(group) for _, group in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])]
    return "{" + ", ".join(f"{group[0][1]}..{group[-1][1]}" for group in groups) + "}"


def disagreement(rows, names):
    """A display filter that matches a frame whose fields are not those of the rows, or not their values."""
    has = {name: [number for number, row in rows.items() if name in row] for name in names}
    clauses = []
    for name in names:
        if has[name]:
            inside = f"frame.number in {spans(has[name])}"
            clauses += [f"({name} && !({inside}))", f"(!{name} && {inside})"]
    clauses += [name for name in names if not has[name]]
    for number, row in list(rows.items())[:50]:
        for name, value in row.items():
            # Words, numbers and hexadecimal numbers; sentences and several values at once are compared elsewhere.
            if re.fullmatch(r"[\w.]+", value) and not name.startswith("fwx.expert.") and value not in ("True", "False"):
                literal = f'"{value}"' if our_fields()[name] == "FT_STRING" else value
                clauses.append(f"(frame.number == {number} && !({name} == {literal}))")
    return " || ".join(clauses)


@pytest.mark.parametrize("capture", sample(__name__), ids=lambda capture: capture.stem)
def test_modes_agree(capture):
    names = sorted(our_fields())
    known = [name for name in names if name not in UNKNOWN_IN_ONE_PASS]
    with ThreadPoolExecutor(2) as pool:
        once = pool.submit(frames, capture, names)
        twice = pool.submit(frames, capture, names, two_pass=True)
        columns_once = pool.submit(columns, capture, names)
        columns_twice = pool.submit(columns, capture, names, two_pass=True)
        list_again = pool.submit(sharkd_frames, capture, names)
        once, twice = once.result(), twice.result()
        filtered_once = pool.submit(matching, capture, disagreement(once, known))
        filtered_twice = pool.submit(matching, capture, disagreement(twice, names), two_pass=True)

    assert differing(early(once), early(twice)) == RECONSIDERED.get(capture.stem, {})
    assert normal(columns_once.result()) == normal(once)
    assert normal(columns_twice.result()) == normal(twice)
    assert normal(list_again.result()) == normal(twice)
    assert filtered_once.result() == []
    assert filtered_twice.result() == []


def names_and_values(nodes):
    """What sharkd's tree offers as filters on our fields."""
    for node in nodes:
        if (match := re.match(r"(fwx\.[\w.]+)(?: == (.*))?", node.get("f", ""))):
            yield match[1], (match[2] or "").strip('"')
        yield from names_and_values(node.get("n", []))


@pytest.mark.parametrize("capture", sample(__name__), ids=lambda capture: capture.stem)
def test_selecting_packets_backwards(capture):
    """As a user who clicks from the last packet to the first: the details are those of the list."""
    twice = normal(frames(capture, sorted(our_fields()), two_pass=True))
    numbers = sorted(twice, reverse=True)[:100]
    for number, packet in zip(numbers, sharkd(capture, *(("frame", {"frame": n, "proto": True}) for n in numbers))):
        shown = list(names_and_values(packet["tree"]))
        assert {name for name, _ in shown} <= set(twice[number]), number
        for name, value in shown:
            if our_fields()[name] in ("FT_UINT32", "FT_INT32", "FT_FRAMENUM"):
                assert value in twice[number][name].split(","), (number, name)
