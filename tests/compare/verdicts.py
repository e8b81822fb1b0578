#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The verdicts that a folder of captures gets: how often each, how sure, and what the evidence says of them.

    tests/compare/verdicts.py [FOLDER] [--list SYMBOL]

FOLDER is by default the folder of public captures, ../shared/captures beside the repository. --list names the
conversations of a verdict: capture, frame, evidence, reason. FWX_BUILD names the build folder (default: build).
"""

import argparse
import collections
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tshark"))
import wireshark  # noqa: E402: found only now



def conversations(path):
    """What fwx,json says of a capture; a capture that cannot be read to its end counts as far as it goes."""
    done = wireshark.run("tshark", "-n", "-q", "-r", path, "-z", "fwx,json", check=False)
    return [(path, json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("folder", nargs="?", type=Path, default=wireshark.PUBLIC)
    parser.add_argument("--list")
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"verdicts: there is no folder {options.folder}")

    paths = sorted(path for path in options.folder.rglob("*") if path.suffix in wireshark.ENDINGS)
    with ThreadPoolExecutor(min(4, os.cpu_count())) as pool:
        found = [item for items in pool.map(conversations, paths) for item in items]
    counts, captures = collections.Counter(), collections.defaultdict(set)
    for path, conversation in found:
        verdict = conversation["verdict"] or {"symbol": "none", "action": "-", "confidence": "-"}
        key = (verdict["symbol"], verdict["action"], verdict["confidence"], conversation.get("evidence", "-"))
        counts[key] += 1
        captures[key].add(path)
        if verdict["symbol"] == options.list:
            print(path.relative_to(options.folder), verdict["frame"], conversation.get("evidence", "-"), verdict["reason"],
                  sep="\t")
    if options.list:
        return
    print(f"{len(paths)} captures, {len(found)} conversations\n")
    print(f"{'conversations':>13} {'captures':>8}  {'result':<52} {'action':<10} {'confidence':<11} evidence")
    for key, count in counts.most_common():
        print(f"{count:>13} {len(captures[key]):>8}  {key[0]:<52} {key[1]:<10} {key[2]:<11} {key[3]}")


if __name__ == "__main__":
    main()
