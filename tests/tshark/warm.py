# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of tshark and sharkd by processes that have registered their dissectors already (warm.c): a short run costs a
fifth of what it costs to start the program. What it prints is the same."""

import atexit
import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

KEPT = 4  # processes that wait; each holds about a hundred megabytes
PATIENCE = 20  # seconds that one has for its end, when the tests are over

waiting = {}  # {(words, environment): a Server, or None where there was one run}; the last used is last
leaving = []  # Servers that get no more requests, and may have some to answer
lock = threading.Lock()


class Server:
    """A process that waits for requests."""

    def __init__(self, words, environment, library):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                words,
                env={**environment, "LD_PRELOAD": str(library), "FWX_WARM": str(theirs.fileno())},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def leave(self):
        """It ends when it has answered all."""
        self.socket.close()

    def end(self):
        """One that does not get so far, or whose run does not end, is killed: nobody may have to wait for it for ever."""
        self.leave()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def request(self, files):
        """Where the report comes; None where nobody is there."""
        report, theirs = os.pipe()
        try:
            socket.send_fds(self.socket, [b"!"], [*(file.fileno() for file in files[:3]), theirs, files[3].fileno()])
        except OSError:
            os.close(report)
            return None
        finally:
            os.close(theirs)
        return report


def number(report, deadline):
    """The next number of a report; None where it breaks off."""
    if not select.select([report], [], [], None if deadline is None else max(0, deadline - time.monotonic()))[0]:
        raise TimeoutError
    data = os.read(report, 4)
    return struct.unpack("i", data)[0] if data else None


def await_end(report, timeout):
    """The status of a run as waitpid() has it; None where there was none. It does not outlive this call."""
    process = None
    try:
        deadline = None if timeout is None else time.monotonic() + timeout
        process = number(report, deadline)
        return None if process is None else number(report, deadline)
    except BaseException:
        if process is not None:
            with contextlib.suppress(ProcessLookupError):  # it has ended just now
                os.kill(process, signal.SIGKILL)
        raise
    finally:
        os.close(report)


def server(words, environment, library):
    """Who serves such runs; None for the first of its kind, and where there are none."""
    key = (*words, *sorted(environment.items()))
    with lock:
        if key not in waiting:
            waiting[key] = None
            return None
        found = waiting.pop(key) or Server(words, environment, library)
        waiting[key] = found
        served = [other for other, one in waiting.items() if one]
        leaving[:] = [one for one in leaving if one.process.poll() is None]
        for other in served[:-KEPT]:
            leaving.append(waiting.pop(other))
            leaving[-1].leave()
        return found


def run(words, arguments, environment, library, input="", timeout=None):
    """What subprocess.run() returns for the words, which start the program, and the arguments of this run; or None."""
    there = server(words, environment, library)
    if not there:
        return None
    texts = [tempfile.TemporaryFile("w+", errors="replace") for _ in range(3)]
    with texts[0] as stdin, texts[1] as stdout, texts[2] as stderr, tempfile.TemporaryFile() as wanted:
        stdin.write(input)
        stdin.seek(0)
        wanted.write(b"".join(os.fsencode(argument) + b"\0" for argument in arguments))
        wanted.flush()
        report = there.request([stdin, stdout, stderr, wanted])
        try:
            status = None if report is None else await_end(report, timeout)
        except TimeoutError:
            raise subprocess.TimeoutExpired(arguments, timeout) from None
        if status is None:
            return None
        return subprocess.CompletedProcess(
            arguments, os.waitstatus_to_exitcode(status), *(file.seek(0) or file.read() for file in (stdout, stderr))
        )


@atexit.register
def end():
    for one in (*filter(None, waiting.values()), *leaving):
        one.end()
