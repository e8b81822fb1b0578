# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page is right and whole; the commands of database.md do what it says."""

import re
import shutil
import subprocess

import pytest

from command import PROGRAM, copy, environment, run
from wireshark import ROOT

PAGE = ROOT / "plugin" / "doc" / "fwx-verdicts.1"


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_manual_page():
    done = subprocess.run(["mandoc", "-Tlint", PAGE], capture_output=True, text=True)
    assert [line for line in (done.stdout + done.stderr).splitlines() if "outdated mandoc.db" not in line] == []


def test_manual_page_has_every_option():
    options = set(re.findall(r"--[a-z-]+", run("--help")[0])) - {"--help"}
    described = {f"--{name}" for name in re.findall(r"^\.It .*Fl Fl ([a-z-]+)", PAGE.read_text(), re.M)} - {"--help"}
    assert described == options and len(options) == 27


ANSWERS = {
    "what to do": (
        "|refused|1|Refused by a reset in frame 2|See whether the service listens on that port, and who may refuse.\n"
        "padding|unheard|1|ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped|Find the device that turns "
        "Ethernet padding into payload, and compare IP lengths before and behind it.\n"
    ),
    "denied most": "10.110.233.50|1|8\n",
    "by design": "10.0.0.1|dirty-close|2\n",
    "two days": "172.16.1.1|443|FWX_E_SEQ_ACK_MISMATCH|1|0\n192.0.2.20|80|FWX_E_ABORTIVE_SHUTDOWN|0|1\n",
    "most often": "ACK mismatch|8\npadding|3\nSYN-ACK payload|2\ndirty-close|2\norderly close|2\nhandshake-abort|1\nrefused|1\n",
}


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="sqlite3 is not installed")
def test_database(folder):
    """Every command of the page but DuckDB's, in its order."""
    copy(folder / "monday", "source-003-client", "source-001-dirty-close", "tcp-healthy")
    copy(folder / "tuesday", "source-001-dirty-close", "tcp-healthy", "reset-refused")
    (folder / "bin").mkdir()
    (folder / "bin" / "fwx-verdicts").symlink_to(PROGRAM)
    env = environment()
    env["PATH"] = f"{folder}/bin:{env['PATH']}"
    answers = {}
    for section in (ROOT / "plugin" / "doc" / "database.md").read_text().split("\n## ")[1:]:
        for block in re.findall(r"(?:^    .*\n?)+", section, re.M):
            if "duckdb" in block:
                continue
            for _ in range(2):  # the same again, on the next day
                done = subprocess.run(block, shell=True, capture_output=True, text=True, env=env, cwd=folder)
                assert done.returncode == 0 and "rror" not in done.stderr, done
            answers[section.splitlines()[0]] = done.stdout
    for words, answer in ANSWERS.items():
        assert [text for title, text in answers.items() if words in title] == [answer]
    last = subprocess.run(["sqlite3", "verdicts.db", "SELECT DISTINCT quote(reset_is) FROM verdicts ORDER BY 1"],
                          capture_output=True, text=True, cwd=folder)
    assert last.stdout.split("\n") == ["''", "'by design'", "'look into it'", ""]  # no carriage return in it
