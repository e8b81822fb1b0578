# SPDX-License-Identifier: GPL-2.0-or-later
"""Processor seconds and memory of one run of a program, as the normal user whom plugins are loaded for."""

import os
import subprocess
import sys
import time
from pathlib import Path

import wireshark


def tshark(capture, *arguments, plugin=True, config=None, **environment):
    """(seconds, bytes) of tshark on a capture; its output goes nowhere."""
    command, home = wireshark.launch(["tshark", "-n", "-r", capture, *arguments], plugin, config)
    process = subprocess.Popen(command, env=home | environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: status {process.returncode}\n{errors}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def used_by(process):
    """Processor seconds that a process has used so far."""
    times = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def until_idle(process, quiet=2.0, idle=0.03):
    """Processor seconds that a process has used when, for so many seconds, it takes but the idle share of a processor."""
    before = used_by(process)
    while True:
        time.sleep(quiet)
        now = used_by(process)
        if now - before <= idle * quiet:
            return before
        before = now
