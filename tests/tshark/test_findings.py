"""The findings as text: a line per finding, and the verdict of each conversation; and the command plugin/verdicts, which
builds and runs fwx-verdicts (see tests/command)."""

import os
import re
import shutil
import subprocess

import pytest

from wireshark import BUILD, CAPTURES, ROOT, capture, taps

CLIENT = "10.110.233.50:50183 > 172.16.1.1:443"
VERDICT = (
    f"conversation 1  TCP {CLIENT}  unheard: ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped"
    "  -> 0xc0040034 FWX_E_SEQ_ACK_MISMATCH (Denied, documented)  frame 3, 8 dropped"
)


def findings(name, filter=""):
    return taps(capture(name), "fwx,findings" + filter, two_pass=True)


def numbers(lines, title):
    return [int(re.match(r"frame (\d+)  ", line)[1]) for line in lines if f"  {title}  " in line]


def test_source_003():
    lines = findings("source-003-client")
    assert numbers(lines, "ACK mismatch") == [3, 4, 5, 6, 7, 9, 10, 11]
    assert numbers(lines, "padding") == [2, 8, 12]
    assert numbers(lines, "SYN-ACK payload") == [2, 8]
    assert numbers(lines, "handshake-abort") == [12]
    assert all(CLIENT in line for line in lines)
    assert [line for line in lines if line.startswith("conversation")] == [f"{VERDICT}, evidence: corroborated"]


def test_a_line_for_every_conversation():
    """The firewall's part where it would have said something, evidence where there is something to bear out."""
    lines = [line for line in findings("source-002-syn-unanswered") if line.startswith("conversation")]
    assert lines == [
        "conversation 1  TCP 192.168.4.71:37389 > 10.1.1.1:443  unanswered: No answer to 2 SYNs in 0.3 s",
        "conversation 2  TCP 192.168.4.71:37389 > 10.1.1.1:80  cut: The capture cannot tell: the rest of it is not there",
    ]
    assert findings("tcp-healthy")[-1] == (
        "conversation 1  TCP 192.168.1.10:50000 > 192.0.2.20:80  closed: Works; closed in order"
        "  -> 0x80074e20 FWX_E_GRACEFUL_SHUTDOWN (Terminate, inferred)  frame 10, 0 dropped"
    )


def test_expert_infos_are_listed_under_our_protocol():
    rows = [line.split(None, 3) for line in taps(capture("source-003-client"), "expert,note") if re.match(" +[0-9]", line)]
    ours = [(int(count), group, protocol) for count, group, protocol, _ in rows if protocol != "TCP"]
    assert sorted(ours) == [
        (1, "Protocol", "FWX"),  # padding of the reset
        (1, "Sequence", "FWX"),  # the reset
        (2, "Protocol", "FWX"),  # payload of the SYN-ACK
        (2, "Protocol", "FWX"),  # its padding
        (8, "Sequence", "FWX"),  # the acknowledgement
    ]


def test_filter():
    lines = findings("source-003-client", ",frame.number < 6")
    assert numbers(lines, "ACK mismatch") == [3, 4, 5]
    assert numbers(lines, "handshake-abort") == []


def test_marker_ranges():
    lines = [line for line in findings("source-002-markers-n5") if line.startswith("range")]
    assert lines[:2] == ["range 1  22-33  frames 13 to 23", "range 2  33-44  frames 34 to 49"]


@pytest.fixture
def folder(tmp_path):
    """Two captures, one of them for its owner's eyes only, and something else."""
    below = tmp_path / "below it"
    below.mkdir()
    shutil.copy(capture("source-003-client"), below / "private.pcap")
    (below / "private.pcap").chmod(0o600)
    shutil.copy(capture("tcp-healthy"), tmp_path)
    shutil.copy(CAPTURES / "make.py", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status", "output", "errors"),
    [
        (["--findings", "below it/private.pcap"], 0, VERDICT, "1 captures, 0 failed, 1 conversations, 1 denied"),
        (["--all", "tcp-healthy.pcap", "below it/private.pcap"], 0, "== {}/below it/private.pcap", "2 captures, 0 failed"),
        (["--findings", "no-such-file", "below it/private.pcap"], 1, VERDICT, "no-such-file"),  # the others are done
        (["--all", "make.py", "below it/private.pcap"], 1, "FWX_E_SEQ_ACK_MISMATCH", "not a capture"),
        (["--all", "."], 0, "== {}/./below it/private.pcap", "2 captures, 0 failed"),  # no captures in a folder: passed over
        ([], 2, "", "usage"),
        (["--what"], 2, "", "usage"),
    ],
)
def test_command(folder, arguments, status, output, errors):
    paths = [argument if argument.startswith("-") else f"{folder}/{argument}" for argument in arguments]
    environment = {**os.environ, "FWX_BUILD": str(BUILD)}
    done = subprocess.run([ROOT / "plugin" / "verdicts", *paths], capture_output=True, text=True, env=environment)
    assert done.returncode == status, done.stderr
    assert output.format(folder) in done.stdout
    lines = [line for line in done.stderr.splitlines() if "cannot tell everything" not in line]
    assert errors in done.stderr and (status or len(lines) == 1)
