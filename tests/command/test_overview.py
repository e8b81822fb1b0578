# SPDX-License-Identifier: GPL-2.0-or-later
"""Many captures at a glance: what has trouble, worst first; and findings without repetition."""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import termios

import pytest

from command import PROGRAM, SUMMARY, environment, run
from wireshark import CAPTURES, ROOT, capture, taps

BAD = {
    "source-003-client": "1 of 1  source-003-client.pcap  ACK of frame 3 is 2 too high: padding of frame …",
    "rule-udp-bomb": "3 of 3  rule-udp-bomb.pcap      Firewall drops 1 packet: UDP length",
    "silence-unheard": "1 of 2  silence-unheard.pcap    Forgotten after 644 s of silence: nobody hears …",
}


@pytest.fixture
def many(folder):
    """Two hundred captures, three of them with trouble."""
    for number in range(197):
        shutil.copyfile(capture("tcp-healthy"), folder / f"healthy-{number:03}.pcap")
    for name in BAD:
        shutil.copyfile(capture(name), folder / f"{name}.pcap")
    return folder


def test_two_hundred(many):
    """The three that matter are on top, within 80 columns."""
    output, errors = run(many)
    lines = output.splitlines()
    assert lines[0].startswith("3 of 200 captures with trouble, worst first, in ")
    assert lines[1:] == [BAD["source-003-client"], BAD["silence-unheard"], BAD["rule-udp-bomb"],
                         "197 without trouble: 197 conversations"]
    assert max(map(len, lines)) <= 80
    assert errors == [SUMMARY.format(200, 0, 203, 4)]
    assert run(many, "--jobs", 1)[0] == run(many, "--jobs", 2)[0] == output


def test_one_capture_has_the_table():
    assert run(capture("source-003-client"))[0].startswith(f"== {capture('source-003-client')}\nconnection  ")
    assert run("--overview", "source-003-client.pcap", cwd=CAPTURES)[0].splitlines()[1:] == [
        "1 of 1  source-003-client.pcap  ACK of frame 3 is 2 too high: padding of frame …"]


def test_all_has_every_conversation():
    captures = (capture("source-003-client"), capture("tcp-healthy"))
    assert run("--all", *captures) == run("--table", *captures)
    assert run(*captures)[0].splitlines()[-1] == "1 without trouble: 1 conversations"
    assert run("--all", "--csv", *captures, status=2)[1][0] == "fwx-verdicts: --all goes with --table and --findings"


def test_denied_though_it_was_no_trouble_else():
    assert run("--overview", "rule-tcp-idle.pcap", cwd=CAPTURES)[0].splitlines()[1:] == [
        "1 of 1  rule-tcp-idle.pcap  Firewall drops 3 packets: not SYN"]


def test_nothing_wrong():
    assert run(capture("tcp-healthy"), capture("source-001-dirty-close"))[0] == "2 without trouble: 2 conversations, 1 with a note\n"


def test_thirty_lines_at_most(folder):
    for number in range(33):
        shutil.copyfile(capture("source-003-client"), folder / f"{number:02}.pcap")
    lines = run(folder)[0].splitlines()
    assert len(lines) == 32 and lines[-1] == "and 3 more; --all has every conversation"


def test_what_cannot_be_read_is_not_counted(folder):
    cut = folder / "cut.pcap"
    cut.write_bytes(capture("source-003-client").read_bytes()[:-10])
    (folder / "text.pcap").write_text("hello")
    output, errors = run(cut, folder / "text.pcap", status=1)
    assert [line.split("  ")[0] for line in output.splitlines()[1:]] == ["1 of 1"]
    assert len(errors) == 3 and errors[-1] == SUMMARY.format(2, 2, 1, 1)


def test_hostile_names(folder):
    """No name reaches the terminal as anything but letters."""
    path = folder / "a\x1b[31m\n\u202eb.pcap"
    shutil.copyfile(capture("source-003-client"), path)
    output, _ = run(path, capture("tcp-healthy"))
    assert "\x1b" not in output and "\u202e" not in output and "\\x1b[31m\\n\\u202eb.pcap" in output


def on_terminal(columns, *arguments, **variables):
    """What is printed on a terminal of that width."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=slave, stderr=subprocess.DEVNULL,
                          env=environment(**variables)) as process:
        os.close(slave)
        output = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the last writer is gone
                break
            if not part:
                break
            output += part
        os.close(master)
        assert process.wait() == 0
    return output.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_terminal(columns):
    """As wide as that, in colours unless they are not wanted (no-color.org)."""
    captures = (capture("source-003-client"), capture("rule-udp-bomb"))
    coloured = on_terminal(columns, *captures)
    plain = on_terminal(columns, *captures, NO_COLOR="1")
    assert "\x1b[31m1 of 1\x1b[0m  source-003-client.pcap  ACK of frame" in coloured and "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert max(map(len, plain.splitlines())) <= columns
    assert columns < 132 or "padding of frame 2 counted; 8 packets dropped" in plain


def test_readme_shows_what_is_printed():
    block = (ROOT / "README.md").read_text().split("counts the others:\n\n")[1].split("\n\n")[0]
    shown = [line.strip() for line in block.splitlines() if line.strip() != "…"]
    printed = [line.strip() for line in run(CAPTURES.relative_to(ROOT), cwd=ROOT)[0].splitlines()]
    assert len(shown) == 4 and [line for line in shown if line not in printed] == []


# ---- findings in brief -------------------------------------------------------------------------------------------------


def test_findings_are_joined():
    lines = run("--findings", capture("source-003-client"))[0].splitlines()
    ends = "10.110.233.50:50183 > 172.16.1.1:443"
    assert [line.split(f"  {ends}")[0] for line in lines[1:-1]] == [
        "frames 2, 8: 2 packets", "frames 2, 8: 2 packets", "frames 3-7, 9-11: 8 packets", "frame 12", "frame 12"]
    assert lines[-1].startswith("conversation 1  TCP")
    assert run("--findings", "--all", capture("source-003-client"))[0].splitlines()[1:] == taps(
        capture("source-003-client"), "fwx,findings")


def test_what_one_address_is_denied_is_one_line():
    lines = run("--findings", capture("source-002-quota"))[0].splitlines()
    quota = [line for line in lines if "  quota  " in line]
    assert len(quota) == 1
    assert quota[0].startswith("frames 3601-3620: 20 packets  192.168.200.1:20600 > 192.168.200.5:443 and 19 more  quota  601st ")
    assert not any("  orderly close  " in line for line in lines)
    assert lines[-1] == "600 conversations without trouble"


def test_healthy_findings():
    assert run("--findings", capture("tcp-healthy"))[0].splitlines()[1:] == ["1 conversation without trouble"]
