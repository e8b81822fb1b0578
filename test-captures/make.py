#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write all captures and their README.md, or check that the committed ones are what would be written."""

import argparse
import importlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # this folder holds captures, not caches

from case import CASES, Case  # noqa: E402

HERE = Path(__file__).resolve().parent
THEMES = ("cases_sources", "cases_tcp", "cases_reset", "cases_marker", "cases_tunnel", "cases_link",
          "cases_rules", "cases_rules_flood", "cases_rules_state", "cases_time", "cases_silence", "cases_point", "cases_pair",
          "cases_outcome", "cases_unheard", "cases_cause", "cases_rewritten", "cases_who_reset", "cases_limit",
          "cases_firewall")
README = "README.md"

INTRODUCTION = """\
# Test captures

Made by `make.py`, committed so that a test needs no Python, and byte for byte the same each time: `make.py --check`
fails when a file here is not what the script would write. This page is made by it, too.

    ./make.py             write all captures and this page
    ./make.py FOLDER      write them elsewhere
    ./make.py --check     compare only

`packets.py` builds packets and conversations, `legs.py` both sides of one, `content.py` what they carry, `story.py` what happens to them,
`cases_*.py` the captures: a function each, which says in its comments what the frames do. Frames of a host that captures itself are as short as it sent them; all
others are padded to 60 bytes, with the padding outside the IP length. Checksums are right, save for those that the
articles print as bad because the sender left them to its network card: `source-001-*`, `source-002-late-synack`,
`source-003-client` and its `cut-*` copies; and `cause-checksum-*`, which are about that.
"""

MAPPING = """\
## Frame numbers of source 003

The three files hold only the frames that the article prints; the numbers that it prints for them are:

| frame | client | firewall | external | |
|---|---|---|---|---|
"""


def table(cases: list[Case], frames: dict[str, int]) -> str:
    rows = [f"| `{case.file}` | {frames[case.file]} | {case.shows} | {case.stands_for} |" for case in cases]
    return "\n".join(["| file | frames | what it shows | what it stands for |", "|---|---|---|---|", *rows]) + "\n"


def mapping() -> str:
    """Printed frame numbers of source 003, side by side; the external trace lacks what the firewall drops."""
    sources = importlib.import_module("cases_sources")
    external = enumerate(sources.EXTERNAL_SIDE, 1)
    rows = []
    for index, (client, firewall) in enumerate(zip(sources.CLIENT_SIDE, sources.FIREWALL_SIDE), 1):
        passed = firewall.what in ("syn", "syn-ack", "reset")
        outside = "{1.number} (frame {0})".format(*next(external)) if passed else ""
        rows.append(f"| {index} | {client.number} | {firewall.number} | {outside} | {firewall.what} |")
    return MAPPING + "\n".join(rows) + "\n"


def readme(frames: dict[str, int]) -> str:
    parts = [INTRODUCTION]
    for theme in THEMES:
        title = importlib.import_module(theme).__doc__.splitlines()[0]
        parts.append(f"## {title}\n\n" + table([case for case in CASES.values() if case.theme == theme], frames))
    return "\n".join([*parts, mapping()])


def build() -> dict[str, bytes]:
    """Everything that belongs into the folder, by file name."""
    for theme in THEMES:
        importlib.import_module(theme)
    captures = {case.file: case.build() for case in CASES.values()}
    files = {name: capture.encode() for name, capture in captures.items()}
    frames = {name: len(capture.frames) for name, capture in captures.items()}
    files[README] = readme(frames).encode()
    return files


def differences(files: dict[str, bytes], folder: Path) -> list[str]:
    problems = []
    for name, content in files.items():
        path = folder / name
        if not path.exists():
            problems.append(f"{name}: missing")
        elif path.read_bytes() != content:
            problems.append(f"{name}: differs from what make.py writes")
    unlisted = {path.name for path in folder.glob("*.pcap*")} - files.keys()
    return problems + [f"{name}: not made by make.py" for name in sorted(unlisted)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE, help="default: beside this script")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; fail if a file differs, is missing or is unlisted")
    arguments = parser.parse_args()
    files = build()
    if arguments.check:
        problems = differences(files, arguments.folder)
        print("\n".join(problems) or f"{len(files)} files are as make.py writes them")
        return 1 if problems else 0
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (arguments.folder / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
