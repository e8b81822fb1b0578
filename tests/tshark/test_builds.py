# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/compare/builds sees what differs between two builds, and nothing where nothing does."""

import subprocess
import sys

import pytest

from wireshark import BUILD, ROOT, capture

WORD, OTHER = b" calls for ISN+1", b" is after ISN+1 "  # of a reason, of one length


def compare(old, new, *arguments):
    command = [sys.executable, ROOT / "tests/compare/builds", old, new, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines(), done.stderr


def reword(folder, word, other):
    """The build, with another word in a sentence."""
    (plugin,) = BUILD.glob("plugins/*/epan/fwx.so")
    copy = folder / plugin.relative_to(BUILD)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(plugin.read_bytes().replace(word, other))
    assert copy.read_bytes() != plugin.read_bytes()
    return folder


@pytest.fixture
def reworded(tmp_path):
    return reword(tmp_path, WORD, OTHER)


def test_another_reason(reworded):
    """It names the capture, the outputs that tell the reason and no others, and shows the lines; but for those left out."""
    captures = [capture("tcp-synack-payload"), capture("reset-injected")]
    status, lines, errors = compare(BUILD, reworded, "--join", "2", "--ignore", '^{"connection"', *captures)
    assert (status, errors) == (1, "")
    assert lines[0] == f"== {captures[0]}"
    outputs = lines[lines.index("2 captures, 1 differ") + 1 :]
    named = {"details", "fields", "verdicts", "findings", "csv", "report"}
    assert {line.split(" in ")[0].strip() for line in outputs} == named | {f"{name} -2" for name in named}
    old, new = ([line[1:] for line in lines if line.startswith(f"{sign}frame ")] for sign in "-+")
    assert new == [line.replace(WORD.decode(), OTHER.decode()) for line in old] != old


def test_settings(tmp_path):
    """What is said only under a setting."""
    arguments = BUILD, reword(tmp_path, b"IPv6, which the", b"IPv6, which our"), capture("tcp-healthy-ipv6")
    assert compare(*arguments)[0] == 0
    assert compare(*arguments, "-o", "fwx.block_ipv6:TRUE")[0] == 1


def test_no_build(tmp_path):
    status, lines, errors = compare(BUILD, tmp_path)
    assert (status, lines) == (2, [])
    assert f"build it with plugin/setup --tests {tmp_path}" in errors
