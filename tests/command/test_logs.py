# SPDX-License-Identifier: GPL-2.0-or-later
"""The firewall's own log beside captures: one in one command, and from its lines to the captures that show them."""

import gzip
import os
import pathlib
import shutil

import pytest

from command import run
from wireshark import capture

LOGS = pathlib.Path(__file__).resolve().parents[2] / "test-captures" / "logs"


@pytest.fixture
def folder(tmp_path):
    """One that nobody can read, too."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == tmp_path.stat().st_uid and not parent.stat().st_mode & 1:
            parent.chmod(parent.stat().st_mode | 0o055)
    return tmp_path


@pytest.mark.parametrize(("log", "name", "counts"), [
    ("source-001", "source-001-dirty-close", "agrees 1"),
    ("source-003", "source-003-firewall", "agrees 3, not-logged throttled 5"),
    ("source-004", "source-004-rtsp-killed", "agrees 2, not-logged throttled 1"),
])
def test_sources(log, name, counts):
    """The lines that a source prints agree with its capture."""
    output, _ = run("--firewall-log", LOGS / f"{log}.log", capture(name))
    lines = output.splitlines()
    assert lines[0] == f"== {capture(name)}"
    assert lines[1].startswith(f"{log}.log: ISA Server, Forefront TMG: as copied from the console; ")
    assert lines[2] == counts
    assert lines[3].split("  ")[0] == "line"


def test_repeatable_and_with_other_formats():
    """Two logs; and another output, whose evidence they prove."""
    logs = ("--firewall-log", LOGS / "source-003.log", "--firewall-log", LOGS / "source-004.log")
    output, _ = run(*logs, capture("source-004-rtsp-killed"))
    assert "source-003.log: " in output and "agrees 2, not-logged throttled 1" in output
    output, _ = run("--csv", *logs, capture("source-004-rtsp-killed"))
    assert ",proven," in output
    output, _ = run("--csv", capture("source-004-rtsp-killed"))
    assert ",corroborated," in output


def test_from_log(folder):
    for name in ("source-004-rtsp-killed", "source-001-dirty-close", "udp-dns"):
        shutil.copy(capture(name), folder)
    log = folder / "all.log"
    foreign = "26.02.2008 10:15:20 Denied Connection 10.9.9.9 1 10.10.0.40 554 0xc004000d FWX_E_POLICY_RULES_DENIED\n"
    log.write_text((LOGS / "source-001.log").read_text() + (LOGS / "source-004.log").read_text() + foreign)
    output, _ = run("--from-log", log, "--captures", folder)
    rows = [[cell.strip() for cell in line.split("  ")] for line in output.splitlines()]
    assert [(row[0], row[-1]) for row in rows[1:-1]] == [
        ("1", f"{folder}/source-001-dirty-close.pcap: 12"),
        ("2", f"{folder}/source-004-rtsp-killed.pcap: 10"),
        ("3", f"{folder}/source-004-rtsp-killed.pcap: 11")]
    assert rows[-1] == ["4 denied or failed lines; without a packet, elsewhere: 1"]


@pytest.fixture
def secret(tmp_path):
    """Writes a log that only root can read, in a folder that only root can look into."""
    tmp_path.chmod(0o700)

    def write(content, name="firewall.log"):
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(0o600)
        return path

    return write


@pytest.mark.skipif(os.geteuid() != 0, reason="root has files of his own")
class TestRootsLogs:
    """The workers are nobody, and yet read them, one capture after the other."""

    CONTENT = (LOGS / "source-004.log").read_bytes()
    KILLED = capture("source-004-rtsp-killed")

    @pytest.mark.parametrize("pack", [bytes, gzip.compress])
    def test_firewall_log(self, secret, pack):
        output, errors = run("--jobs", 1, "--firewall-log", secret(pack(self.CONTENT)), self.KILLED, capture("udp-dns"), self.KILLED)
        assert output.count("agrees 2, not-logged throttled 1\n") == 2
        assert not [line for line in errors if "logs:" in line]

    def test_from_log(self, secret, folder):
        output, _ = run("--from-log", secret(self.CONTENT), "--captures", self.KILLED)
        assert [line.rpartition("  ")[2] for line in output.splitlines()[1:-1]] == [f"{self.KILLED}: 10", f"{self.KILLED}: 11"]

    def test_two_logs_and_a_row_of_the_preference(self, secret):
        row = f'uat:fwx_logs:"{secret(self.CONTENT, "set.log")}","auto","auto","auto"'
        output, _ = run("--firewall-log", secret((LOGS / "source-003.log").read_bytes()), "--set", row, "--reconcile", self.KILLED)
        assert "agrees 2, not-logged throttled 1\n" in output

    def test_a_pipe_is_not_waited_for(self, secret):
        path = secret(b"", "pipe")
        path.unlink()
        os.mkfifo(path, 0o600)
        _, errors = run("--firewall-log", path, self.KILLED)
        assert "Permission denied" in errors[0]


@pytest.mark.parametrize("arguments", [("--from-log", "x", "--csv"), ("--from-log", "x", "--firewall-log", "y"),
                                       ("--follow", "--csv", "--firewall-log", "x")])
def test_what_does_not_go_together(arguments):
    run(*arguments, capture("udp-dns"), status=2)


def test_no_such_log():
    _, errors = run("--firewall-log", "/no/such.log", capture("udp-dns"), status=2)
    assert errors[0] == "fwx-verdicts: /no/such.log: no such log"


def test_a_log_that_is_none(folder):
    log = folder / "none.log"
    log.write_text("nothing of a firewall\n")
    output, errors = run("--firewall-log", log, capture("udp-dns"))
    assert "none.log: not read to its end: its first lines are of no known format" in output
    assert f"logs: {log}: its first lines are of no known format." in errors[0]
