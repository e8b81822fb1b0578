# SPDX-License-Identifier: GPL-2.0-or-later
"""A sample of `tests/sanitize memcheck`: a few captures in one sharkd under valgrind.

What is lost at the end is left to that command, for here the plugin is unloaded before, and its own variables with it.
"""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path += [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "tshark")]
import memcheck  # noqa: E402: found only now
from wireshark import capture, scratch  # noqa: E402

SAMPLE = (
    "source-003-client", "source-001-dirty-close", "source-002-markers-n1", "rule-bad-length", "cut-60", "tunnel-gre",
)

pytestmark = pytest.mark.skipif(
    shutil.which("valgrind") is None or "FWX_PRELOAD" in os.environ, reason="wants valgrind, and no sanitizer"
)


def test_memcheck_finds_no_errors_of_ours():
    report = scratch() / "memcheck.xml"
    report.touch()
    report.chmod(0o666)
    memcheck.check_sharkd([capture(name) for name in SAMPLE], report)
    ours, _ = memcheck.errors(report)
    assert [text for text in ours if not text.startswith("Leak_")] == []


def test_in_a_private_folder(tmp_path, monkeypatch):
    """As a clone is that only root can look into: valgrind runs as nobody."""
    shutil.copy(memcheck.HERE / "memcheck.supp", tmp_path)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(memcheck, "HERE", tmp_path)
    report = scratch() / "private.xml"
    report.touch()
    report.chmod(0o666)
    assert "TShark" in memcheck.valgrind(["tshark", "--version"], report).stdout


def test_what_sharkd_says_is_shown(monkeypatch):
    silent = SimpleNamespace(stdout="", stderr="no supper today")
    monkeypatch.setattr(memcheck, "valgrind", lambda *_, **__: silent)
    with pytest.raises(AssertionError, match="no supper today"):
        memcheck.check_sharkd([capture(SAMPLE[0])], "report")


def test_errors_are_told_apart(tmp_path):
    frame = "<frame><fn>{}</fn><obj>{}</obj></frame>"
    error = "<error><kind>InvalidRead</kind><what>Invalid read</what><stack>{}</stack></error>"
    ours = frame.format("memcpy", "/lib/libc.so.6") + frame.format("dissect_fwx", "/plugins/4.0/epan/fwx.so")
    others = frame.format("memcpy", "/lib/libc.so.6") + frame.format("dissect_ip", "/lib/libwireshark.so.16")
    report = tmp_path / "report.xml"
    report.write_text(f"<valgrindoutput>{error.format(ours)}{error.format(others)}</valgrindoutput>")
    found, left = memcheck.errors(report)
    assert len(found) == len(left) == 1
    assert "dissect_fwx" in found[0] and "dissect_ip" in left[0]
