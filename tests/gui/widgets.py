"""A screen whose windows can be asked what they say: widgets by name, tables by row, through AT-SPI.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import screen
from wireshark import scratch

PYTHON = "/usr/bin/python3"  # the one that Debian's python3-gi is for
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")


def missing():
    """What has to be installed first."""
    lacks = screen.missing() + [program for program in ("dbus-daemon", "dbus-send", "xprop") if not shutil.which(program)]
    lacks += [] if LAUNCHER.exists() else ["at-spi2-core"]
    asking = [PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"]
    can_ask = Path(PYTHON).exists() and subprocess.run(asking, capture_output=True).returncode == 0
    return lacks + ([] if can_ask else ["python3-gi, gir1.2-atspi-2.0"])


class Widgets(screen.Screen):
    """A Screen with the buses that AT-SPI needs: the user's, and on it the accessibility bus."""

    def __enter__(self):
        super().__enter__()
        reading, writing = os.pipe()
        self.start(
            *("dbus-daemon", "--session", "--nofork", f"--print-address={writing}"),
            pass_fds=[writing],
            **SILENT,
        )
        os.close(writing)
        with os.fdopen(reading) as address:
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = address.readline().strip()
        self.launcher = self.start(LAUNCHER, "--launch-immediately", **SILENT)
        screen.eventually(self.has_launcher, "the accessibility bus")
        # Where Qt looks for the bus before it asks: 6 in the environment, 5 at the root window. Left to ask, Qt 5 announces
        # its widgets before it is connected, and nobody hears of them.
        asking = "--session --print-reply=literal --dest=org.a11y.Bus /org/a11y/bus org.a11y.Bus.GetAddress"
        address = self.run("dbus-send", *asking.split()).strip()
        self.environment["AT_SPI_BUS_ADDRESS"] = address
        self.run(*"xprop -root -f AT_SPI_BUS 8s -set AT_SPI_BUS".split(), address)
        self.reader = scratch() / "reader.py"  # a copy, so that the user can read it wherever the project is
        shutil.copyfile(Path(__file__).with_name("reader.py"), self.reader)
        self.texts("label")  # starts the bus's registry
        return self

    def __exit__(self, *details):
        self.launcher.terminate()  # it ends its own bus, but not when it is killed
        self.launcher.wait(screen.PATIENCE)
        super().__exit__(*details)

    def wireshark(self, capture, *arguments):
        process, main = super().wireshark(capture, *arguments)
        screen.eventually(lambda: self.texts("label"), "widgets on the accessibility bus")
        return process, main

    def has_launcher(self):
        asking = "--session --print-reply=literal --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner"
        return "true" in self.run("dbus-send", *asking.split(), "string:org.a11y.Bus")

    def run(self, *command):
        """What a program prints that is run as the user."""
        options = {"env": self.environment, "capture_output": True, "text": True, "timeout": screen.PATIENCE}
        try:
            return subprocess.run([*self.prefix, *map(str, command)], **options).stdout
        except subprocess.TimeoutExpired:  # the windows are too busy to say
            return ""

    def ask(self, question, *words):
        """reader.py's answer; None as long as the windows are too busy to say."""
        return json.loads(self.run(PYTHON, self.reader, question, *words) or "null")

    def texts(self, role):
        """The names of all widgets of a role that can be seen: "label", "push button", "menu item" ..."""
        return self.ask("texts", role) or []

    def rows(self, name):
        """The cells of a table, row by row."""
        return screen.eventually(lambda: self.ask("rows", name), f"a table called {name}")

    def displayed(self):
        """How many packets the status bar says are displayed: all of them, while there is no filter."""
        shape = re.compile(r"Packets: (\d+)(?: · Displayed: (\d+))?")

        def counts():
            found = [match for text in self.texts("label") if (match := shape.match(text))]
            return [int(match[2] or match[1]) for match in found]

        return screen.eventually(counts, "a status bar with a number of packets")[0]

    def press(self, role, name):
        """Clicks on the middle of a widget."""
        x, y = screen.eventually(lambda: self.ask("place", role, name), f"a {role} called {name}")
        self.xdotool("mousemove", x, y, "click", 1)
