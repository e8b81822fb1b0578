# SPDX-License-Identifier: GPL-2.0-or-later
"""One process for many runs: it prints what a new one prints, ends as it ends, and does not hide a crash or a hang."""

import contextlib
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
    for _ in range(2):  # the first of its kind is a new process, the second waits until there is one for all
        run("tshark", "-r", readable(capture("tcp-healthy")))
    yield path
    path.unlink()


def is_alive(process):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_for_end(process):
    while is_alive(process):
        time.sleep(0.1)  # until this test's own limit


def test_a_hang_ends(blocked, monkeypatch):
    reported = []
    number = warm.number
    monkeypatch.setattr(warm, "number", lambda *words: reported.append(number(*words)) or reported[-1])
    with pytest.raises(subprocess.TimeoutExpired):
        run("tshark", "-r", blocked, timeout=5)
    assert len(reported) == 1 and reported[0]  # its process ID, and no status
    wait_for_end(reported[0])


def test_a_run_that_nobody_waits_for_ends(blocked):
    """Not even for its process ID: no run is left behind."""
    (there,) = [one for one in warm.waiting.values() if one][-1:]
    os.kill(there.process.pid, signal.SIGSTOP)  # as if the machine had no time for it
    with pytest.raises(subprocess.TimeoutExpired):
        run("tshark", "-r", blocked, timeout=0.5)
    os.kill(there.process.pid, signal.SIGCONT)
    run("tshark", "-r", readable(capture("tcp-healthy")))  # behind the other
    while found := running():
        wait_for_end(found[0])


def test_one_that_does_not_start_ends(monkeypatch):
    """It is killed, with what it has started."""
    monkeypatch.setattr(warm, "PATIENCE", 0.5)
    words = ["sh", "-c", "sleep 1000 & wait"]
    server = warm.Server(words, dict(os.environ), wireshark.warm_library())
    while not (found := children(server.process.pid)):
        time.sleep(0.1)
    server.end()
    wait_for_end(found[0])
    assert server.process.returncode == -signal.SIGKILL


def test_a_crash_is_told(blocked):
    with ThreadPoolExecutor(1) as pool:
        crashing = pool.submit(run, "tshark", "-r", blocked, timeout=60)
        while not (found := running()):
            assert not crashing.done()
            time.sleep(0.05)
        os.kill(found[0], signal.SIGSEGV)
        assert "crashed: -11" in str(crashing.exception())
