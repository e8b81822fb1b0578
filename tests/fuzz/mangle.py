#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged captures through tshark: nothing may crash, and nobody may complain about the plugin.

    tests/fuzz/mangle.py [--rates R...] [--seed N] [--random PACKETS] [--jobs N] [--sample] [FOLDER ...]

Every test capture, and every capture in the folders, is damaged by `editcap -E` at each rate (the chance that a byte is
changed; default: 0.002, 0.01 and 0.05) and read in one pass and with -2, with all fields and all outputs of the plugin.
--random adds a capture of so many packets of each type that randpkt knows (it cannot be seeded); --sample: of the test
captures a sample. What fails is kept in the current folder and named. FWX_BUILD names the build folder (default: build).
Exit status: 1 where something failed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tshark"))
import wireshark  # noqa: E402: found only now

RATES = (0.002, 0.01, 0.05)
TIMEOUT = 600


def damage(capture, rate, seed, to):
    """editcap reads what it can: a capture that breaks off is damaged as far as it goes."""
    subprocess.run(["editcap", "-E", str(rate), "--seed", str(seed), capture, to], capture_output=True)
    return to if to.exists() and to.stat().st_size else None


def random_types():
    # randpkt tells them together with its usage, and fails.
    usage = subprocess.run(["randpkt", "-h"], capture_output=True, text=True)
    return re.findall(r"^\t(\S+)\s", usage.stdout + usage.stderr, re.MULTILINE)


def bugs(messages):
    """The lines that tell of a bug: of whose, they do not always say."""
    return [line for line in messages.splitlines() if re.search(r"dissector bug|\*\*|assert", line, re.IGNORECASE)]


def read(capture, two_pass, plugin=True):
    """What tshark complains of. A crash, and each message that names the plugin, raise an AssertionError."""
    command = ["tshark", "-n", "-r", wireshark.readable(capture)] + ["-2"] * two_pass
    if plugin:
        command += ["-T", "fields"] + [word for name in wireshark.our_fields() for word in ("-e", name)]
        command += [word for output in wireshark.OUTPUTS for word in ("-z", output)]
    return bugs(wireshark.run(*command, plugin=plugin, check=False, timeout=TIMEOUT).stderr)


def failure(capture, two_pass):
    """What is wrong, or None. A bug that is there without the plugin, too, is the host's own."""
    try:
        ours = read(capture, two_pass)
        if ours and len(ours) > len(read(capture, two_pass, plugin=False)):
            return "\n".join(ours)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return str(error)


def inputs(options, folder):
    """(name, maker of the file) of each damaged capture."""
    captures = wireshark.sample("mangle") if options.sample else wireshark.captures()
    for place in options.folders:
        captures += sorted(path for path in place.rglob("*") if path.suffix in wireshark.ENDINGS)
    for number, capture in enumerate(captures):
        for rate in options.rates:
            to = folder / f"{number}-{rate}-{capture.name}"
            yield to.name, lambda capture=capture, rate=rate, to=to: damage(capture, rate, options.seed, to)
    for kind in random_types() if options.random else []:
        to = folder / f"random-{kind}.pcap"
        command = ["randpkt", "-c", str(options.random), "-t", kind, str(to)]
        yield to.name, lambda command=command, to=to: subprocess.run(command, capture_output=True) and to


def attempt(name, make):
    """{pass: what is wrong} of a damaged capture, which is kept if anything is; None where there is nothing to read."""
    path = make()
    if path is None:
        return None
    path.chmod(0o644)
    wrong = {passes: text for passes in (1, 2) if (text := failure(path, passes == 2))}
    if wrong:
        shutil.copy(path, f"mangled-{name}")
    path.unlink()
    return wrong


def parse(arguments):
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--rates", nargs="+", type=float, default=RATES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", action="store_true")
    options = parser.parse_args(arguments)
    for folder in options.folders:
        if not folder.is_dir():
            sys.exit(f"mangle: there is no folder {folder}")
    return options


def main(arguments=None):
    options = parse(arguments)
    read_count, unreadable, failed = 0, 0, {}
    with tempfile.TemporaryDirectory(prefix="fwx-mangle-") as folder:
        Path(folder).chmod(0o755)
        work = list(inputs(options, Path(folder)))
        with ThreadPoolExecutor(options.jobs) as pool:
            for (name, _), wrong in zip(work, pool.map(lambda item: attempt(*item), work)):
                unreadable += wrong is None
                read_count += wrong is not None
                if wrong:
                    failed[name] = wrong
                    print(f"mangled-{name}: {wrong}", flush=True)
    print(
        f"{read_count} damaged captures read in one pass and in two, {len(failed)} failed; "
        f"{unreadable} had nothing left"
    )
    return 1 if failed or not read_count else 0


if __name__ == "__main__":
    sys.exit(main())
