# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs fwx-verdicts with the built plugin, and reads what it prints."""

import csv
import io
import os
import shutil
import subprocess

from wireshark import BUILD, NOBODY, capture, scratch

PROGRAM = BUILD / "fwx-verdicts"
# The built plugin, nobody's settings, and of Wireshark's own data what tests want.
SETTINGS = {
    "HOME": str(scratch() / "home"),
    "XDG_CONFIG_HOME": str(scratch() / "home"),
    "WIRESHARK_DATA_DIR": str(scratch() / "data"),
    "WIRESHARK_PLUGIN_DIR": str(scratch() / "plugins"),
}
SUMMARY = "fwx-verdicts: {} captures, {} failed, {} conversations, {} denied"


def environment(**variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WIRESHARK_", "PARALLEL"))}
    return kept | SETTINGS | {"LC_ALL": "C.UTF-8", "TZ": "UTC"} | variables


def start(*arguments, cwd=None, env=None, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=cwd, env=env or environment(), **pipes)


def run(*arguments, status=0, **options):
    """(standard output, lines of standard error); anything but the wanted exit status fails."""
    process = start(*arguments, **options)
    output, errors = ((text or b"").decode() for text in process.communicate(timeout=300))
    assert process.returncode == status, (process.returncode, errors)
    return output, errors.splitlines()


def rows(*arguments, columns=("capture", "result", "dropped"), **options):
    """Some columns of the CSV."""
    output, _ = run("--csv", *arguments, **options)
    return [tuple(row[name] for name in columns) for row in csv.DictReader(io.StringIO(output, newline=""))]


def copy(folder, *names):
    """Test captures, copied."""
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(capture(name), folder)


def stand_in(folder, text):
    """An environment with a tshark, first in the PATH, that is a shell script; {tshark} in it is the real one."""
    folder.mkdir()
    script = folder / "tshark"
    script.write_text("#!/bin/sh\n" + text.replace("{tshark}", shutil.which("tshark")))
    script.chmod(0o755)
    return environment(PATH=f"{folder}:{os.environ['PATH']}")


SLOW = """#!/bin/sh
echo "$*" >>"{folder}/log"
case $* in *slow*) while [ -e "{folder}/hold" ]; do sleep 0.1; done ;; esac
exec {tshark} "$@"
"""


class SlowTshark:
    """A tshark, first in the PATH, that keeps a log of its calls and waits before captures called slow."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        script = folder / "tshark"
        script.write_text(SLOW.format(folder=folder, tshark=shutil.which("tshark")))
        script.chmod(0o755)
        (folder / "log").touch()
        (folder / "hold").touch()
        if os.geteuid() == 0:
            os.chown(folder / "log", NOBODY, NOBODY)
        self.environment = environment(PATH=f"{folder}:{os.environ['PATH']}")

    def release(self):
        (self.folder / "hold").unlink()

    def calls(self, name):
        """How often a capture was read."""
        return sum(name in line for line in (self.folder / "log").read_text().splitlines())
