# SPDX-License-Identifier: GPL-2.0-or-later
"""The public captures beside the project, where they are there: by the hundred, so joined before they are read."""

import subprocess

from wireshark import PUBLIC

BATCH = 200  # captures that one tshark reads, joined: starting it costs more than the packets do
ABSENT = f"no folder of public captures at {PUBLIC}"


def files():
    """Every public capture."""
    return sorted(path for path in PUBLIC.glob("*/*") if path.is_file())


def batches():
    """All of them, some at a time; a single None where there are none, for a test that says so."""
    return [files()[start : start + BATCH] for start in range(0, len(files()), BATCH)] or [None]


def joined(captures, folder):
    """Captures with the same packets, one file's after the other's: one, or more where some file cannot be joined."""
    output = folder / f"{captures[0].parent.name}-{captures[0].name}-{len(captures)}.pcapng"
    if len(captures) == 1:
        return captures
    if subprocess.run(["mergecap", "-a", "-w", output, *captures], capture_output=True).returncode == 0:
        return [output]
    half = len(captures) // 2
    return joined(captures[:half], folder) + joined(captures[half:], folder)
