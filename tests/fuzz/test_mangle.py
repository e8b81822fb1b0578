# SPDX-License-Identifier: GPL-2.0-or-later
"""A short part of mangle.py: every test capture, one behind the other in one file, damaged with a seed."""

import subprocess

import mangle
import pytest
from wireshark import captures, scratch


@pytest.fixture(scope="module")
def everything():
    merged = scratch() / "everything.pcapng"
    # In their order (-a), each a stretch of time of its own: the clock is put back more than a hundred times.
    subprocess.run(["mergecap", "-a", "-w", merged, *captures()], check=True)
    merged.chmod(0o644)
    return merged


def test_all_captures_at_once_are_read(everything):
    assert mangle.failure(everything, two_pass=False) is None
    assert mangle.failure(everything, two_pass=True) is None


@pytest.mark.parametrize("rate", [0.002, 0.02])
def test_damaged_captures_are_read(everything, rate):
    damaged = mangle.damage(everything, rate, 20040317, scratch() / f"damaged-{rate}.pcapng")
    damaged.chmod(0o644)
    assert mangle.failure(damaged, two_pass=False) is None
    assert mangle.failure(damaged, two_pass=True) is None


def test_complaints_are_noticed():
    assert mangle.bugs("Dissector bug, protocol IP, in packet 3: ...\nall is well") == [
        "Dissector bug, protocol IP, in packet 3: ..."
    ]
    assert mangle.bugs("(process:1): GLib-CRITICAL **: g_free") and not mangle.bugs("appears to have been cut short")


def test_randpkt_tells_its_types():
    assert {"tcp", "udp", "ip", "ipv6", "icmp", "eth"} <= set(mangle.random_types())
