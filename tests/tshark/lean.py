# SPDX-License-Identifier: GPL-2.0-or-later
"""The lean settings beside the full one: what tshark says of a capture under each."""

import difflib
import functools
import shutil

from wireshark import BUILD, readable, run, scratch

OUTPUTS = ("fwx,findings", "fwx,json")  # between them, everything that the plugin finds


def write(name, user=None, check=True):
    """A new folder with the lean settings, made from a user's; and how the writing went."""
    program = scratch() / "write-settings"
    if not program.exists():
        shutil.copy(BUILD / "tests" / "write-settings", program)
        program.chmod(0o755)
    folder = scratch() / "home" / name
    run("mkdir", "-p", folder)
    protocols = run("tshark", "-G", "protocols").stdout
    return folder, run(program, folder, check=check, config=user, input=protocols)


@functools.cache
def configuration():
    """The lean settings of a user without settings."""
    return write("lean")[0]


def outputs(capture, config=None):
    """tshark's exit status, and the lines of all outputs, after one run."""
    wanted = [word for output in OUTPUTS for word in ("-z", output)]
    done = run("tshark", "-n", "-Q", "-r", readable(capture), *wanted, check=False, config=config)
    return [f"exit status {done.returncode}", *done.stdout.splitlines()]


def differences(capture):
    """What the full configuration prints and the lean one does not, and the other way round: as diff shows it."""
    full, lean = outputs(capture), outputs(capture, configuration())
    return [line for line in difflib.unified_diff(full, lean, "full", "lean", "", "", 0, "")]
