"""The findings written in Lua, which the plugin's cost is measured against, are the plugin's: else the comparison is worth nothing."""

import functools
import re
import shutil

import pytest

from wireshark import ROOT, fields, run, sample, scratch

NAMES = (
    "synack.payload_len", "padding_len", "ack.expected", "ack.actual", "reset.class", "reset.by", "marker.size", "marker.after",
)
# What the script leaves out, by capture: resets outside the window, what an endpoint does after one that was not its own, padding
# of tagged links, roles guessed from a SYN that sanity refused or from ports, capture points.
BEYOND = {
    "cause-padding-42": {"padding_len"},
    "cause-port-reuse": {"reset.class"},
    "cause-port-reuse-live": {"reset.class"},
    "cause-port-reuse-synack": {"ack.expected", "ack.actual", "reset.class"},
    "copies-mismatch": {"ack.expected", "ack.actual"},
    "copies-reset-ipv6": {"reset.class", "reset.by"},
    "origin-copied-syn": {"reset.class"},
    "origin-goes-on-acknowledging": {"reset.class"},
    "origin-goes-on-speaking": {"reset.class"},
    "origin-synack-after-refusal": {"reset.class"},
    "origin-three-refusals": {"reset.class"},
    "outcome-stray": {"reset.by"},
    "point-reset": {"reset.class"},
    "reset-no-connection": {"reset.by"},
    "reset-blind-then-dirty-close": {"reset.class"},
    "reset-out-of-window": {"reset.class"},
    "rewritten-isn-answers": {"ack.expected", "ack.actual"},
    "rewritten-translation-lost": {"reset.class"},
    "rule-half-scan": {"reset.class", "reset.by"},
    "source-001-tail": {"reset.class", "reset.by"},
    "tcp-midstream-close-then-late": {"reset.by"},
}


@functools.cache
def script():
    """Where the normal user can read it, or None where this Wireshark has no Lua."""
    if not re.search(r"(with |\+)Lua", run("tshark", "--version").stdout):
        return None
    return shutil.copy(ROOT / "tests" / "bench" / "findings.lua", scratch())


@pytest.mark.parametrize("capture", sample(__name__), ids=lambda path: path.stem)
def test_agrees(capture):
    if not script():
        pytest.skip("this Wireshark has no Lua")
    rows = fields(capture, [f"{prefix}.{name}" for name in NAMES for prefix in ("fwl", "fwx")], "-X", f"lua_script:{script()}")
    differ = {name for row in rows for name in NAMES if row[f"fwl.{name}"] != row[f"fwx.{name}"]}
    assert differ == BEYOND.get(capture.stem, set())
