# SPDX-License-Identifier: GPL-2.0-or-later
"""fwx-verdicts --follow, watched: when which line came, and what memory it takes."""

import os
import struct
import threading
import time
from pathlib import Path

from command import start

LONG = 60  # seconds that nothing takes
HEAD = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)  # of a pcap file: nanoseconds, Ethernet


class Following:
    """The program, and its lines with the times at which they came."""

    def __init__(self, *arguments, **options):
        self.process = start("--follow", *arguments, **options)
        self.lines, self.times = [], []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.times.append(time.monotonic())
            self.lines.append(line.decode())

    def wait_for(self, count):
        """The time at which so many lines were there."""
        limit = time.monotonic() + LONG
        while len(self.lines) < count:
            assert time.monotonic() < limit, self.lines
            time.sleep(0.01)
        return self.times[count - 1]

    def end(self, status=0):
        """Lines of standard error."""
        errors = self.process.stderr.read().decode().splitlines()
        assert self.process.wait(LONG) == status, errors
        self.reader.join(LONG)
        return errors


def resident(pid):
    """Bytes of the process and of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in [pid, *children]) * os.sysconf("SC_PAGESIZE")
