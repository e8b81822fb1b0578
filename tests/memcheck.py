#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Valgrind's memcheck on the plugin: errors and lost memory.

    tests/memcheck.py [CAPTURE ...]

Every test capture (or the given ones) is loaded by one sharkd, one after the other, with all tables, and with all
fields of the plugin in the packet list; then all of them, in one file, are read by tshark with every output in one pass
and with -2. What valgrind says about functions of the plugin is printed. memcheck.supp holds what is the host's own.
FWX_BUILD names the build folder: `tests/sanitize memcheck` makes one that suits and starts this. Exit status: 1 where
there is anything of ours.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE / "tshark"))
import wireshark  # noqa: E402: found only now

LISTINGS = [word for output in wireshark.OUTPUTS for word in ("-z", output)]


def valgrind(command, report, **options):
    """Runs a Wireshark program under valgrind; the report is an XML file."""
    checker = [
        "valgrind", "--leak-check=full", "--show-leak-kinds=definite", "--num-callers=30", "--keep-debuginfo=yes",
        f"--suppressions={wireshark.readable(HERE / 'memcheck.supp')}", "--child-silent-after-fork=yes",
        "--xml=yes", f"--xml-file={report}",
    ]
    words, environment = wireshark.launch([*checker, *command])
    # Memory that a checker can follow: no pools, no slices.
    environment |= {"G_SLICE": "always-malloc", "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"}
    environment["WIRESHARK_DATA_DIR"] = "/nonexistent"  # the list of manufacturers, read at each load
    done = subprocess.run(words, env=environment, capture_output=True, text=True, errors="replace", **options)
    assert 0 <= done.returncode < 128, done.stderr
    return done


def errors(report):
    """(of ours, of others): each error as text. Ours is what has a function of the plugin among its callers."""
    ours, others = [], []
    for error in ElementTree.parse(report).getroot().iter("error"):
        frames = [(frame.findtext("fn") or "?", frame.findtext("obj") or "") for frame in error.iter("frame")]
        what = error.findtext("what") or error.findtext("xwhat/text")
        text = "\n".join([f"{error.findtext('kind')}: {what}", *(f"    {name} ({path})" for name, path in frames)])
        is_ours = any(Path(path).name == "fwx.so" or name.startswith("fwx_") for name, path in frames)
        (ours if is_ours else others).append(text)
    return ours, others


def requests(captures):
    """Each capture loaded, all tables asked for, and all fields shown."""
    columns = [{f"column{i}": f"{name}:0" for i, name in enumerate(batch)} for batch in batches()]
    for capture in captures:
        yield "load", {"file": wireshark.readable(capture)}
        yield "tap", wireshark.SHARKD_TABLES
        for batch in columns:
            yield "frames", batch | {"limit": 200}


def batches():
    names = sorted(wireshark.our_fields())
    return [names[start : start + 32] for start in range(0, len(names), 32)]


def check_sharkd(captures, report):
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
        for number, (method, parameters) in enumerate(requests(captures), 1)
    ]
    done = valgrind(["sharkd", "-"], report, input="".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    answered = sum("result" in answer for answer in answers)
    assert answered >= 0.9 * len(lines), f"sharkd answered {answered} of {len(lines)} requests: {done.stderr}"


def check_tshark(captures, report, two_pass):
    merged = wireshark.scratch() / "everything.pcapng"
    subprocess.run(["mergecap", "-a", "-w", merged, *captures], check=True)
    merged.chmod(0o644)
    fields = [word for name in sorted(wireshark.our_fields()) for word in ("-e", name)]
    command = ["tshark", "-n", *["-2"] * two_pass, "-r", str(merged), "-T", "fields", *fields, *LISTINGS]
    done = valgrind(command, report)
    assert done.stdout, f"tshark printed nothing: {done.stderr}"


def main():
    captures = [Path(name) for name in sys.argv[1:]] or wireshark.captures()
    if shutil.which("valgrind") is None:
        sys.exit("memcheck: valgrind is missing: install the package valgrind")
    folder = wireshark.scratch() / "reports"
    folder.mkdir()
    folder.chmod(0o777)
    found = 0
    for name, check in (
        ("sharkd", lambda report: check_sharkd(captures, report)),
        ("tshark", lambda report: check_tshark(captures, report, False)),
        ("tshark -2", lambda report: check_tshark(captures, report, True)),
    ):
        report = folder / f"{name.replace(' ', '')}.xml"
        check(report)
        ours, others = errors(report)
        found += len(ours)
        counts = f"{len(ours)} errors of the plugin, {len(others)} of the host"
        print(f"{name}: {len(captures)} captures, {counts}", flush=True)
        for text in ours:
            print(text)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
