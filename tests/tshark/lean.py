# SPDX-License-Identifier: GPL-2.0-or-later
"""The lean settings beside the full one: what tshark says of a capture under each."""

import difflib
import functools
import os

from wireshark import NOBODY, ROOT, readable, run, scratch

OUTPUTS = ("fwx,findings", "fwx,json")  # between them, everything that the plugin finds
KEPT = [word for line in (ROOT / "plugin" / "command" / "lean.txt").read_text().splitlines() if not line.startswith("#")
        for word in line.split()]
PREFERENCES = "".join(f"{name}: FALSE\n" for name in (  # as in plugin/command/library.c; and no names
    "udp.calculate_timestamps", "udp.summary_in_tree", "ip.summary_in_tree", "ipv6.summary_in_tree", "nameres.mac_name",
    "nameres.transport_name", "nameres.network_name", "nameres.vlan_name"))


def write(name):
    """A new folder with the lean settings of fwx-verdicts, for tshark."""
    folder = scratch() / "home" / name
    folder.mkdir()
    names = [line.split("\t")[2].strip() for line in run("tshark", "-G", "protocols").stdout.splitlines()]
    groups = tuple(word[:-1] for word in KEPT if word.endswith("*"))
    off = [name for name in names if name not in KEPT and not name.startswith(groups)]
    (folder / "disabled_protos").write_text("".join(f"{name}\n" for name in off))
    (folder / "preferences").write_text(PREFERENCES)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


@functools.cache
def configuration():
    """The lean settings of a user without settings."""
    return write("lean")


def outputs(capture, config=None):
    """tshark's exit status, and the lines of all outputs, after one run."""
    wanted = [word for output in OUTPUTS for word in ("-z", output)]
    done = run("tshark", "-n", "-Q", "-r", readable(capture), *wanted, check=False, config=config)
    return [f"exit status {done.returncode}", *done.stdout.splitlines()]


def differences(capture):
    """What the full configuration prints and the lean one does not, and the other way round: as diff shows it."""
    full, lean = outputs(capture), outputs(capture, configuration())
    return [line for line in difflib.unified_diff(full, lean, "full", "lean", "", "", 0, "")]
