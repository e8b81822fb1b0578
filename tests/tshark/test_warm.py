# SPDX-License-Identifier: GPL-2.0-or-later
"""One process for many runs: it prints what a new one prints, ends as it ends, and does not hide a crash or a hang."""

import os
import pathlib
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import warm
import wireshark
from wireshark import capture, execute, launch, our_fields, readable, run, scratch

pytestmark = pytest.mark.skipif(not wireshark.warm_library(), reason="a sanitizer, or no Linux: each run is a new process")

ALL_FIELDS = ["-T", "fields", *(word for name in our_fields() for word in ("-e", name))]
RUNS = {
    "summary": [],
    "details": ["-V"],
    "ours": ["-O", "fwx", "-x"],
    "fields": ALL_FIELDS,
    "two passes": ["-2", *ALL_FIELDS],
    "filter": ["-2", "-Y", "fwx.conn.dropped > 7", "-T", "pdml"],
    "taps": ["-Q", *(word for tap in wireshark.OUTPUTS for word in ("-z", tap))],
    "preference": ["-o", "fwx.product:isa2004", "-Q", "-z", "fwx,log"],
    "sessions": ["-M", "3", "-T", "json"],
    "no such field": ["-Y", "fwx.nosuch"],
    "no such option": ["--nosuch"],
    "argument": ["tcp.flags.reset == 1"],
}


def new(command, words, environment):
    return subprocess.run(words, env=environment, capture_output=True, text=True)


def what(done):
    return done.returncode, re.sub(r' time="[^"]*"', "", done.stdout), done.stderr  # PDML tells the time of day


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS.keys())
@pytest.mark.parametrize("name", ["source-003-client", "tunnel-fragments"])
def test_prints_what_a_new_process_prints(name, arguments):
    command = ["tshark", "-n", "-r", readable(capture(name)), *arguments]
    words, environment = launch(command)
    first, second = (execute(command, words, environment) for _ in range(2))
    assert what(first) == what(second) == what(new(command, words, environment))


def children(process):
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


def running():
    """What the waiting processes do: the processes that go through main() again."""
    servers = [one.process.pid for one in warm.waiting.values() if one]
    return [process for server in servers for between in children(server) for process in children(between)]


@pytest.fixture
def blocked():
    """A capture that never comes."""
    path = scratch() / "blocked"
    os.mkfifo(path)
    path.chmod(0o666)
    run("tshark", "-r", readable(capture("tcp-healthy")))  # the first of its kind is a new process
    yield path
    path.unlink()


def test_a_hang_ends(blocked):
    seen = []
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(run, "tshark", "-r", blocked, timeout=5)
        while not hanging.done():
            seen = seen or running()
        assert isinstance(hanging.exception(), subprocess.TimeoutExpired)
    assert len(seen) == 1
    while pathlib.Path(f"/proc/{seen[0]}").exists():
        time.sleep(0.1)  # until this test's own limit


def test_a_crash_is_told(blocked):
    with ThreadPoolExecutor(1) as pool:
        crashing = pool.submit(run, "tshark", "-r", blocked, timeout=60)
        while not (found := running()):
            assert not crashing.done()
        os.kill(found[0], signal.SIGSEGV)
        assert "crashed: -11" in str(crashing.exception())
