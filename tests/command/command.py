# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs fwx-verdicts, and reads what it prints."""

import contextlib
import csv
import io
import os
import shutil
import subprocess

import pytest

from wireshark import BUILD, NOBODY, capture, scratch

PROGRAM = BUILD / "fwx-verdicts"
# Nobody's settings, of Wireshark's own data what tests want, and the built plugin, which the program is to ignore.
SETTINGS = {
    "HOME": str(scratch() / "home"),
    "XDG_CONFIG_HOME": str(scratch() / "home"),
    "WIRESHARK_DATA_DIR": str(scratch() / "data"),
    "WIRESHARK_PLUGIN_DIR": str(scratch() / "plugins"),
}
# A sanitizer keeps what is freed for a while, and shadows of it: memory tells nothing then.
measures_memory = pytest.mark.skipif("FWX_PRELOAD" in os.environ, reason="a sanitizer takes memory of its own")
ADVICE = "fwx-verdicts: captures that cannot tell everything: "
SUMMARY = "fwx-verdicts: {} captures, {} failed, {} conversations, {} denied"


def environment(**variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WIRESHARK_", "PARALLEL"))}
    return kept | SETTINGS | {"LC_ALL": "C.UTF-8", "TZ": "UTC"} | variables


def start(*arguments, cwd=None, env=None, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=cwd, env=env or environment(), **pipes)


def without_advice(errors):
    """But for what the captures cannot tell, which test_advice looks at: nearly every test capture leaves something out."""
    return "".join(line for line in errors.splitlines(keepends=True) if not line.startswith(ADVICE))


def run(*arguments, status=0, advice=False, **options):
    """(standard output, lines of standard error); anything but the wanted exit status fails; None: any is."""
    process = start(*arguments, **options)
    output, errors = ((text or b"").decode() for text in process.communicate(timeout=300))
    assert status is None or process.returncode == status, (process.returncode, errors)
    return output, (errors if advice else without_advice(errors)).splitlines()


def rows(*arguments, columns=("capture", "result", "dropped"), **options):
    """Some columns of the CSV."""
    output, _ = run("--csv", *arguments, **options)
    return [tuple(row[name] for name in columns) for row in csv.DictReader(io.StringIO(output, newline=""))]


def copy(folder, *names):
    """Test captures, copied."""
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(capture(name), folder)


def as_nobody(*arguments, env=None, **options):
    """As run(), but as a normal user in any case: subprocess.run()'s result. The program is copied to where he can see it."""
    program = scratch() / "fwx-verdicts"
    if not program.exists():
        shutil.copy(PROGRAM, program)
    words = [program, *map(str, arguments)]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words]
    done = subprocess.run(words, env=env or environment(), capture_output=True, timeout=300, **options)
    done.stdout, done.stderr = done.stdout.decode(), without_advice(done.stderr.decode())
    return done


class SlowCapture:
    """A pipe with the name of a capture: whoever reads it waits until it is released."""

    def __init__(self, path, content):
        self.path, self.content, self.pipe = path, content, None
        os.mkfifo(path)

    def is_open(self):
        """Whether somebody reads it, who waits from then on."""
        with contextlib.suppress(OSError):
            self.pipe = self.pipe or os.fdopen(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK), "wb")
        return self.pipe is not None

    def release(self):
        with self.pipe or open(self.path, "wb") as pipe:
            pipe.write(self.content)
