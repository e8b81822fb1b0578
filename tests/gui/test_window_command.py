# SPDX-License-Identifier: GPL-2.0-or-later
"""plugin/window: Wireshark with plugin and profile, uninstalled, as the README's third command has it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import fwx_profile
from screen import PATIENCE, eventually
from widgets import Widgets, missing
from wireshark import BUILD, ROOT, capture, scratch

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")

PROGRAM = ROOT / "plugin" / "window"
DROP = "[Firewall drops: ACK +2] "


def run(*arguments, **environment):
    plain = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=plain | environment, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stderr


def test_what_it_says():
    status, said = run(capture("tcp-healthy"))
    assert status == 2 and said.startswith("window: there is no screen here")
    assert run() == (2, "usage: plugin/window CAPTURE...\n")
    assert run("--no-such-option") == (2, "usage: plugin/window CAPTURE...\n")
    assert run("/no/such/capture") == (2, "window: cannot read /no/such/capture\n")


def test_window():
    """The answer is in the list, the profile in use; root becomes a normal user, and nobody's own settings are touched."""
    with Widgets() as screen:
        before = sorted(path.relative_to(screen.home) for path in (screen.home / "wireshark").rglob("*"))
        environment = screen.environment | {"FWX_BUILD": str(BUILD)}
        environment.pop("WIRESHARK_PLUGIN_DIR")
        if os.geteuid() == 0:
            environment |= {"HOME": str(Path.home())}  # root's, as of who calls it
        window = subprocess.Popen([PROGRAM, capture("source-003-client")], env=environment, stderr=subprocess.PIPE, text=True)
        main = screen.window("^source-003-client.pcap$")
        eventually(lambda: screen.texts("label"), "widgets on the accessibility bus")
        eventually(lambda: screen.displayed() == 12, "12 packets")
        assert f"Profile: {fwx_profile.NAME}" in screen.texts("label")
        info = [title for title, _ in fwx_profile.columns()].index("Info")
        rows = screen.rows("Packet list")
        assert [row[info].startswith(DROP) for row in rows] == [number in (3, 4, 5, 6, 7, 9, 10, 11) for number in range(1, 13)]
        screen.picture(scratch() / "window-command.png")
        screen.keys(main, "ctrl+q")
        assert window.wait(PATIENCE) == 0
        assert sorted(path.relative_to(screen.home) for path in (screen.home / "wireshark").rglob("*")) == before
        shutil.rmtree(BUILD / "window", ignore_errors=True)
