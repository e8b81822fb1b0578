# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/compare/outcomes counts what the plugin says of captures, and names what to look at."""

import subprocess
import sys

import pytest

from wireshark import ROOT, capture

READ = ("cause-padding", "origin-second-above", "rule-late-contradicted", "rule-status-alert", "rule-new-syn-healthy")


@pytest.fixture(scope="module")
def sections():
    """{title: lines}, without the folder of the captures."""
    command = [sys.executable, ROOT / "tests/compare/outcomes", *map(capture, READ)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    head, *rest = done.stdout.replace(f"{ROOT}/test-captures/", "").split("\n\n")
    assert head == "5 captures, 16 conversations"
    return {title: lines for title, *lines in (part.strip().split("\n") for part in rest)}


def test_counts(sections):
    assert [line.split() for line in sections["Conversations"][1:]] == COUNTED


def test_resets_from_in_between(sections):
    assert [line.split("\t")[:3] for line in sections["Resets from in between: 3"]] == [
        ["origin-second-above.pcap", "frame 1", "reset 5"],
        ["origin-second-above.pcap", "frame 1", "reset 6"],
        ["rule-late-contradicted.pcap", "frame 1", "reset 8"],
    ]


def test_trouble_where_nothing_is_lost(sections):
    """In cause-padding, and behind the reset of origin-second-above, data stays unacknowledged."""
    lines = sections["Trouble, although both sides sent data and all of it was acknowledged: 1"]
    assert lines == ["rule-status-alert.pcap\tframe 1\treset\treset-by-endpoint\tReset by the responder in frame 7"]


def test_a_denial_that_the_other_side_does_not_answer_is_not_named(sections):
    """cause-padding: the responder only repeats its SYN-ACK."""
    assert sections["Denied, and the other side answered: 0"] == []


def test_rarest_first(sections):
    lines = sections["The rarest 30 combinations"]
    assert [int(line.split()[0]) for line in lines] == [1, 1, 1, 1, 1, 1, 2, 8]
    assert lines[0].endswith("Reset from in between in frame 8: its endpoint goes on afterwards")


COUNTED = [
    ["8", "3", "TCP", "closed", "-", "ok"],
    ["2", "1", "TCP", "open", "-", "ok"],
    ["1", "1", "TCP", "closed", "reset-in-between", "note"],
    ["1", "1", "TCP", "reset", "reset-by-endpoint", "note"],
    ["1", "1", "TCP", "reset", "reset-by-endpoint", "trouble"],
    ["1", "1", "TCP", "reset", "reset-in-between", "trouble"],
    ["1", "1", "TCP", "unanswered", "-", "trouble"],
    ["1", "1", "TCP", "unheard", "padding", "trouble"],
]
