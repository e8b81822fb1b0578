# SPDX-License-Identifier: GPL-2.0-or-later
"""A second reading of every test capture, without the plugin, names the same frames for the same (tests/compare)."""

import sys

import pytest

from wireshark import ROOT, captures

sys.path.append(str(ROOT / "tests" / "compare"))

import independent  # noqa: E402: found only now


@pytest.fixture(scope="session")
def segments():
    return independent.segments_of(captures())


@pytest.mark.parametrize("path", captures(), ids=lambda path: path.stem)
def test_both_readings_agree(segments, path):
    comparison = independent.Comparison(independent.independent(segments[path]), independent.from_plugin(path))
    assert [each for each in comparison.explained(path) if not each[-1]] == []


def test_the_readings_say_something(segments):
    """Agreement is worth as much as what is found: the sums over all test captures."""
    found = {}
    for path in captures():
        for what, frames in independent.independent(segments[path]).items():
            found[what] = found.get(what, 0) + len(frames)
    assert found == FOUND


FOUND = {
    "SYN-ACK payload": 15,
    "attempt answered": 1736,
    "attempt refused": 661,
    "attempt unanswered": 1674,
    "handshake acknowledgement": 94,
    "outcome closed": 890,
    "outcome half-open": 11,
    "outcome refused": 666,
    "outcome reset": 98,
    "outcome unanswered": 161,
    "outcome undecided": 2231,
    "outcome unheard": 28,
    "reset after-close": 22,
    "reset data-abort": 65,
    "reset dirty-close": 14,
    "reset handshake-abort": 23,
    "reset idle-abort": 2,
    "reset no-connection": 18,
    "reset refused": 659,
}
