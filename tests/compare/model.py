# SPDX-License-Identifier: GPL-2.0-or-later
"""One of the engine's models in a process of its own (tests/compare/linux-model.c, pf-model.c)."""

import os
import subprocess

from reading import ROOT


class Process:
    """program: its name in the build's folder of tests"""

    def __init__(self, program):
        build = os.environ.get("FWX_BUILD", ROOT / "build")
        self.process = subprocess.Popen([f"{build}/tests/{program}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1 << 16)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def begin(self, settings):
        self.process.stdin.write("settings " + " ".join(f"{name}={value:d}" for name, value in settings.items()) + "\n")

    def ask(self, packet, now):
        """The columns of its answer. now: nanoseconds"""
        self.process.stdin.write(f"packet {now} {packet.hex()}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n").split("\t")
