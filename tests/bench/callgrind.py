# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what callgrind has counted. callgrind_annotate mixes up functions with code inlined from several files."""

import collections
import re
import subprocess
import sys
from pathlib import Path

import wireshark

NAMED = re.compile(r"(c?(?:fn|ob))=\((\d+)\)(?: (.*))?")
RECURSION = re.compile(r"'\d+$")


class Counts:
    """Instructions by (object, function), and by call from one to another."""

    def __init__(self, path):
        self.total = 0
        self.own = collections.Counter()
        self.calls = collections.Counter()  # (caller, callee): what the callee took, with all that it called
        self._read(path)

    def _read(self, path):
        names = {}
        at = {"ob": "", "fn": "", "cob": "", "cfn": ""}
        call = False
        for line in open(path, errors="replace"):
            if named := NAMED.match(line):
                kind, number, name = named.groups()
                key = (kind[-2:], number)
                if name is not None:
                    names[key] = RECURSION.sub("", name.rstrip()).rsplit("/", 1)[-1]
                at[kind] = names[key]
                if kind == "ob":
                    at["cob"] = at["ob"]
            elif line.startswith("calls="):
                call = True
            elif line[:1].isdigit() or line[:1] in "+-*":
                cost = int(line.split()[1])
                caller = (at["ob"], at["fn"])
                if call:
                    self.calls[caller, (at["cob"], at["cfn"])] += cost
                    call, at["cob"] = False, at["ob"]  # without cob=, a callee is in its caller's object
                else:
                    self.own[caller] += cost
                    self.total += cost


def steady(folder):
    """Builds what is preloaded, so that counts repeat and begin with the capture (steady.c)."""
    shim = folder / "steady.so"
    source = Path(__file__).with_name("steady.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    return shim


def count(shim, output, command, variables=(), **options):
    """Counts of one run of tshark, with more environment variables (NAME=VALUE)."""
    wireshark.run(
        "env", f"LD_PRELOAD={shim}", *variables,
        *"valgrind -q --tool=callgrind --instr-atstart=no".split(), f"--callgrind-out-file={output}",
        *command, **options,
    )
    counts = Counts(output)
    if not counts.total:
        sys.exit("callgrind counted nothing: does tshark still call wtap_open_offline()?")
    return counts
