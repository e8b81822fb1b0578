"""Marker pings, and the ranges between them, on every frame inside, whatever its protocol."""

from itertools import chain

import pytest

from wireshark import equal, table, where

CASES = {
    # capture: ({size: frames of its requests and replies}, [(range, its frames)])
    "source-002-markers-n1": ({22: [6, 9], 33: [20, 23]}, [("22-33", range(10, 20)), ("33-", range(24, 28))]),
    "source-002-markers-n2": (
        {22: [3, 4, 6, 7], 33: [20, 21, 22, 23]},
        [("22-33", range(8, 20)), ("33-", range(24, 26))],
    ),
    "source-002-markers-n5": (
        {22: range(3, 13), 33: range(24, 34), 44: range(50, 60)},
        [("22-33", range(13, 24)), ("33-44", range(34, 50)), ("44-", range(60, 64))],
    ),
    "marker-repeated": (
        {22: [1, 2, 9, 10], 33: [5, 6, 13, 14]},
        [("22-33", range(3, 5)), ("33-22", range(7, 9)), ("22-33", range(11, 13))],
    ),
    "marker-open": ({22: [1, 2]}, [("22-", range(3, 9))]),
    "marker-no-replies": ({22: [1, 2, 3], 33: [6, 7, 8]}, [("22-33", range(4, 6))]),
    "marker-icmpv6": ({22: [1, 2], 33: [9, 10]}, [("22-33", range(3, 9))]),
    "marker-two-hosts": ({22: [1, 2, 3, 4], 33: [7, 8, 9, 10]}, [("22-33", range(5, 7))]),
    "marker-vlan-arp": ({22: [1, 2], 33: [8, 9]}, [("22-33", range(3, 8))]),
    "marker-none": ({}, []),
    "marker-quoted": ({}, []),
}


def sizes(markers):
    return {frame: str(size) for size, frames in markers.items() for frame in frames}


@pytest.mark.parametrize("name", CASES)
def test_markers(name):
    markers, _ = CASES[name]
    assert table(name, "marker.size") == sizes(markers)
    assert where(name, "expert.marker") == sorted(sizes(markers))


@pytest.mark.parametrize("name", CASES)
def test_ranges(name):
    _, ranges = CASES[name]
    # An open range has no last frame: the next marker may yet come.
    bounds = [(str(frames[0]), None if label.endswith("-") else str(frames[-1])) for label, frames in ranges]
    inside = {f: (label, *ends) for (label, frames), ends in zip(ranges, bounds) for f in frames}
    assert table(name, "marker.range", "marker.first_frame", "marker.last_frame", two_pass=True) == inside
    for label in {label for label, _ in ranges}:
        expected = chain(*(frames for other, frames in ranges if other == label))
        assert equal(name, "marker.range", label, two_pass=True) == list(expected)


@pytest.mark.parametrize("name", CASES)
def test_what_one_pass_knows(name):
    """The size of the last marker, on every later frame that is no marker itself."""
    markers, ranges = CASES[name]
    marker_sizes, after = sizes(markers), table(name, "marker.after")
    last = None
    for frame in range(1, max([0, *after, *marker_sizes, *chain(*(frames for _, frames in ranges))]) + 1):
        if frame in marker_sizes:
            last = marker_sizes[frame]
        else:
            assert after.get(frame) == last, frame


def test_roles():
    assert table("source-002-markers-n1", "marker.role") == {6: "request", 9: "reply", 20: "request", 23: "reply"}
    assert set(table("marker-no-replies", "marker.role").values()) == {"request"}
    assert table("marker-icmpv6", "marker.role") == {1: "request", 2: "reply", 9: "request", 10: "reply"}
