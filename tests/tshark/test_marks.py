# SPDX-License-Identifier: GPL-2.0-or-later
"""Marks before the column Info: what matters, on exact frames, and nothing on healthy traffic."""

import re

import pytest

from wireshark import captures, capture, tshark

INFO = ("-n", "-o", 'gui.column.format:"No.","%m","Info","%i"')
OURS = re.compile(r"\[((?:Firewall |Reset (?:from|after)|Unheard|No answer|(?:Dropped|Injected) in between|\d+ bytes? of padding|SYN-ACK with)[^\]]*)\] ")

LATE = dict.fromkeys([8, 9, 10], "Firewall drops: not SYN, gone since 7")
MARKS = {
    "source-003-client": dict.fromkeys([3, 4, 5, 6, 7, 9, 10, 11], "Firewall drops: ACK +2")
    | {2: "2 bytes of padding counted as data", 8: "2 bytes of padding counted as data",
       12: "6 bytes of padding counted as data"},
    "tcp-synack-payload": {2: "SYN-ACK with 4 bytes of payload"} | dict.fromkeys(range(3, 8), "Firewall drops: ACK +4"),
    "rule-tcp-idle": {7: "Firewall drops: not SYN, silent for 86400 s", 8: "Firewall drops: not SYN, silent for 86400 s",
                      9: "Firewall drops: not SYN, silent for 86401 s"},
    "rule-udp-bomb": dict.fromkeys([1, 2, 3], "Firewall drops: UDP length"),
    "rule-concurrent-quota": dict.fromkeys([481, 489], "Firewall drops: 161st connection, limit 160"),
    "rule-no-reply": {1: "No answer to 3 SYNs"},
    "source-002-syn-unanswered": {1: "No answer to 2 SYNs"},
    "silence-reset": {20: "Reset after 363 s of silence"},
    "silence-unheard": {7: "Unheard after 644 s of silence", 13: "Unheard: sent 7 times"},
    "cause-mtu": {13: "Unheard: sent 6 times"},
    "reset-injected": {7: "Reset from in between"} | LATE,
    "pair-dropped": {5: "Firewall drops: ACK +2"} | dict.fromkeys(range(6, 14), "Dropped in between"),
    "pair-injected": {13: "Injected in between"},
    # What comes late, what the capture speaks against, what a silence survived, what is by design.
    "tcp-late-segments": {},
    "rule-late-contradicted": {},
    "tcp-mismatch-contradicted": {},
    "silence-short-healthy": {},
    "source-001-dirty-close": {},
}


def preference(name, value):
    return "-o", f"fwx.{name}:{value}"


def marks(file, *arguments, **options):
    """{frame: its mark}"""
    found = {}
    for line in tshark(file, *INFO, *arguments, **options):
        number, _, info = line.strip().partition(" ")
        match = OURS.match(info.lstrip())
        if match:
            found[int(number)] = match[1]
    return found


@pytest.mark.parametrize("name", MARKS)
def test_marks(name):
    assert marks(capture(name), two_pass=True) == MARKS[name]


def test_one_pass_marks_what_it_knows():
    """Whether padding did harm is not known yet when the SYN-ACK passes."""
    once = marks(capture("source-003-client"))
    assert once == {frame: mark for frame, mark in MARKS["source-003-client"].items() if frame != 2}


def test_both_are_said():
    """What another point proves, and before it what the firewall was predicted to do."""
    lines = tshark(capture("pair-dropped"), *INFO, two_pass=True)
    assert lines[5].split(None, 1)[1].startswith("[Dropped in between] [Firewall drops: ACK +2] ")


def test_first_in_line():
    """Before the marks of Wireshark's own analysis, whatever fences it has set."""
    lines = tshark(capture("source-003-client"), *INFO)
    assert lines[4].split(None, 1)[1].startswith("[Firewall drops: ACK +2] [TCP Retransmission] 50183")


def test_preference():
    assert marks(capture("source-003-client"), *preference("mark_info", "FALSE"), two_pass=True) == {}
    assert marks(capture("source-003-client"), *preference("show_padding", "FALSE"), two_pass=True).keys() == {
        2, 3, 4, 5, 6, 7, 8, 9, 10, 11}  # 2 and 8 as SYN-ACKs with payload
    assert 3 not in marks(capture("source-003-client"), *preference("show_handshake", "FALSE"))


def test_fields_have_it_in_fwx_finding():
    """The field of the column may be made before post-dissectors are asked: filters and columns have fwx.finding."""
    lines = tshark(capture("source-003-client"), "-T", "fields", "-e", "fwx.finding", two_pass=True)
    assert lines == ["", "padding,synack-payload", *["ack-mismatch"] * 5, "padding,synack-payload",
                     *["ack-mismatch"] * 3, "padding,resets"]


# Attempts that nobody answered, of whom the firewall does nothing that it should not.
ATTEMPTS = {"rule-new-syn-healthy": {1: "No answer to 1 SYN"}, "rule-no-reply-pending-healthy": {1: "No answer to 2 SYNs"}}


@pytest.mark.parametrize("file", [file for file in captures() if "healthy" in file.stem], ids=lambda file: file.stem)
def test_healthy(file):
    assert marks(file, two_pass=True) == ATTEMPTS.get(file.stem, {})
