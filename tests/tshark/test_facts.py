# SPDX-License-Identifier: GPL-2.0-or-later
"""What happened, as every way of looking shows it: in one pass what is known by then, and from the second visit on all of it."""

import csv
import json

import pytest

from wireshark import alike, capture, columns, matching, readable, run, sharkd_frames, table

FACTS = ("conn.outcome", "conn.cause", "conn.severity", "conn.headline", "conn.next_step")
WORKS = ("closed", None, "ok", "Works; closed in order", None)
FORGOTTEN = (
    "reset", "forgotten", "trouble", "Forgotten after 363 s of silence: a reset answers frame 20",
    "Compare the silence with the idle time-outs on the way, and send keep-alives more often than the shortest.",
)
UNTIL_THEN = ("open", None, "ok", "Works; open to the end of the capture", None)
CUT = ("cut", None, "note", "The capture cannot tell: the rest of it is not there",
       "Capture for longer, and without a filter on flags.")
ONCE = {1: CUT, 2: CUT} | dict.fromkeys(range(3, 12), UNTIL_THEN) | {12: WORKS, 13: WORKS, 14: CUT, 15: CUT}
ONCE |= dict.fromkeys(range(16, 21), UNTIL_THEN) | {21: FORGOTTEN}
TWICE = dict.fromkeys(range(1, 14), WORKS) | dict.fromkeys(range(14, 22), FORGOTTEN)


def test_one_pass():
    """Each packet says what its connection had come to."""
    assert table("silence-reset", *FACTS) == ONCE


def test_two_passes():
    assert table("silence-reset", *FACTS, two_pass=True) == TWICE


@pytest.mark.parametrize(("two_pass", "expected"), [(False, ONCE), (True, TWICE)], ids=["one", "two"])
def test_custom_columns(two_pass, expected):
    """Nothing but the column asks for them."""
    names = [f"fwx.{name}" for name in FACTS]
    found = columns(capture("silence-reset"), names, two_pass=two_pass)
    assert {number: tuple(row.get(name) for name in names) for number, row in found.items()} == expected


def test_packet_list():
    """As the window fills its list: loading is the first visit, the list the second."""
    names = [f"fwx.{name}" for name in FACTS]
    found = sharkd_frames(capture("silence-reset"), names)
    assert {number: tuple(row.get(name) for name in names) for number, row in found.items()} == TWICE


def test_filters():
    path = capture("silence-reset")
    assert matching(path, 'fwx.conn.cause == "forgotten"', two_pass=True) == list(range(14, 22))
    assert matching(path, 'fwx.conn.cause == "forgotten"') == [21]
    assert matching(path, 'fwx.conn.severity == "ok"', two_pass=True) == list(range(1, 14))
    assert matching(path, 'fwx.finding == "silence"') == [7, 20]


def test_silences():
    assert table("silence-reset", "silence.time", "silence.end") == {7: ("200.000000000", None), 20: ("363.000000000", None)}
    assert table("silence-reset", "silence.time", "silence.end", two_pass=True) == {
        7: ("200.000000000", "survived"), 20: ("363.000000000", "fatal")}
    assert table("silence-unheard", "silence.end", two_pass=True) == {7: "unheard"}


@pytest.mark.parametrize(("seconds", "expected"), [(200, [7, 20]), (201, [20]), (363, [20]), (364, []), (0, [])])
def test_how_long_a_silence_is(seconds, expected):
    """The preference, and 0 for none at all."""
    arguments = ("-o", f"fwx.silence:{seconds}")
    assert list(table("silence-reset", "silence.time", arguments=arguments)) == expected


RESETS = {
    # capture: {frame: (origin, signs, injected)} as known by the packet, and with what followed it
    "outcome-reset": ({8: ("endpoint", None, "False")}, {8: ("endpoint", None, "False")}),
    "reset-refused": ({2: ("unknown", None, "False")}, {2: ("unknown", None, "False")}),  # there is nothing to compare it with
    "origin-goes-on-speaking": (
        {5: ("unknown", "TTL 121 instead of 57, IP ID out of sequence", "False"), 8: ("endpoint", None, "False")},
        {5: ("in-between", "TTL 121 instead of 57, its endpoint goes on afterwards, IP ID out of sequence", "True"),
         8: ("endpoint", None, "False")},
    ),
    "origin-faster-refusal": (
        {22: ("unknown", None, "False")},
        {22: ("in-between", "TTL 58 instead of 57, faster than any handshake of the address", "True")},
    ),
}


def resets(name, **options):
    found = table(name, "reset.origin", "reset.signs", "reset.injected", **options)
    return {frame: (origin, signs, alike("fwx.reset.injected", injected)) for frame, (origin, signs, injected) in found.items()}


@pytest.mark.parametrize("name", RESETS)
def test_who_sent_a_reset(name):
    assert (resets(name), resets(name, two_pass=True)) == RESETS[name]


# ---- sessions of tshark -M -------------------------------------------------------------------------------------------

def sections(packets, *arguments):
    """Lines of tshark that forgets everything every so many packets. It says that it does, on standard error."""
    return run("tshark", "-n", "-r", readable(capture("silence-reset")), "-M", packets, *arguments).stdout.splitlines()


def test_fields_of_sessions():
    """The second session begins in the middle: it knows of a connection, and of no handshake."""
    wanted = [word for name in ("frame.number", "fwx.conn.outcome", "fwx.conn.headline", "fwx.finding") for word in ("-e", name)]
    rows = [line.split("\t") for line in sections(16, "-T", "fields", *wanted)]
    assert [int(number) for number, *_ in rows] == [*range(1, 17), *range(1, 6)]
    assert [outcome for _, outcome, *_ in rows[:16]] == [fact[0] for frame, fact in ONCE.items() if frame <= 16]
    assert rows[16:] == [
        ["1", "one-way", "Only the initiator's packets were captured", ""],
        *([number, *UNTIL_THEN[::3], finding] for number, finding in (("2", ""), ("3", ""), ("4", "silence"))),
        ["5", "reset", "Forgotten after 363 s of silence: a reset answers frame 4", "resets"],
    ]


def test_outputs_of_sessions():
    """A capture's facts are told when its session ends; headings once."""
    rows = list(csv.DictReader(sections(16, "-q", "-z", "fwx,csv")))
    objects = [json.loads(line) for line in sections(16, "-q", "-z", "fwx,json")]
    for found in (rows, objects):
        assert [(row["outcome"], row["cause"] or None, row["severity"]) for row in found] == [
            ("closed", None, "ok"), ("open", None, "ok"), ("reset", "forgotten", "trouble")]
    servers = [line.split(" |")[:7] for line in sections(16, "-q", "-z", "fwx,timeouts") if " |TCP |" in line]
    assert servers == [
        ["192.0.2.20:443", "TCP", "1", "200.000", "", "", ""], ["192.0.2.20:443", "TCP", "1", "", "363.000", "reset", "4"]]
