# SPDX-License-Identifier: GPL-2.0-or-later
"""One capture while it is written: conversations are printed as they end, whatever is to come."""

import csv
import gzip
import io
import json
import os
import random
import re
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command import PROGRAM, SUMMARY, environment, measures_memory, run, start
from following import HEAD, LONG, Following, resident
from test_fast import records
from wireshark import CAPTURES, ROOT, capture

sys.path.append(str(Path(__file__).resolve().parents[1] / "bench"))
import generate  # noqa: E402: found only now

WITHIN = 1.0  # seconds
TRIES = 8  # a machine that is busy with something else may be late, but not every time


def numbered(rows):
    """Without the name, in the order of numbers."""
    return sorted(({k: v for k, v in row.items() if k != "capture"} for row in rows), key=lambda row: int(row["connection"]))


def as_rows(text):
    return numbered(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", ["tcp-healthy", "source-003-client", "point-any", "point-routed", "point-same-name"])
def test_as_a_whole(name):
    """What is followed to its end is told as what is read at once, pcap and pcapng, of several capture points."""
    path = next(path for path in (CAPTURES / f"{name}.pcap", CAPTURES / f"{name}.pcapng") if path.exists())
    with path.open("rb") as file:
        output, errors = run("--follow", "--csv", "-", stdin=file)
    whole = as_rows(run("--csv", path)[0])
    assert as_rows(output) == whole
    assert errors == [SUMMARY.format(1, 0, len(whole), sum(row["action"] == "Denied" for row in whole))]


def conversation(number):
    """The records of a healthy connection, ten milliseconds apart."""
    found = []
    for at, data in enumerate(generate.connection(number, random.Random(number), "bare")):
        found.append(struct.pack("<IIII", generate.START + number, at * 10_000_000, len(data), len(data)) + data)
    return found


def test_printed_as_they_end():
    """Within a second of the last packet, though nothing more comes; and those that are open at the end."""
    following = Following("--csv", "-", stdin=-1)
    pipe = following.process.stdin

    def write(data):
        pipe.write(data)
        pipe.flush()

    write(HEAD + b"".join(conversation(0)))
    following.wait_for(2)  # the heading, and this one: now it runs
    *frames, last = conversation(1)
    write(b"".join(frames) + last[:20])  # not whole: nobody waits for it
    time.sleep(1)
    assert len(following.lines) == 2
    late = []
    before = time.monotonic()
    write(last[20:] + conversation(2)[0])
    late.append(following.wait_for(3) - before)
    while late[-1] >= WITHIN and len(late) < TRIES:
        before = time.monotonic()
        write(b"".join(conversation(2 + len(late))))
        late.append(following.wait_for(3 + len(late)) - before)
    assert late[-1] < WITHIN, late
    pipe.close()
    assert following.end() == [SUMMARY.format(1, 0, 2 + len(late), 0)]
    ended = ["closed"] * (len(late) - 1)
    assert [row["outcome"] for row in as_rows("".join(following.lines))] == ["closed", "closed", "cut", *ended]


def test_file_that_grows(folder):
    """Until it is interrupted, which is no failure."""
    path = folder / "grows.pcap"
    path.write_bytes(HEAD + b"".join(conversation(0)))
    following = Following("--json", path)
    following.wait_for(1)
    late = [WITHIN]
    while late[-1] >= WITHIN and len(late) <= TRIES:
        with path.open("ab") as file:
            for frame in conversation(len(late)):
                file.write(frame[:9])
                file.flush()
                time.sleep(0.02)
                file.write(frame[9:])
                file.flush()
            before = time.monotonic()
        late.append(following.wait_for(len(late) + 1) - before)
    assert late[-1] < WITHIN, late
    assert [json.loads(line)["outcome"] for line in following.lines] == ["closed"] * len(late)
    following.process.send_signal(signal.SIGINT)
    assert following.end() == [SUMMARY.format(1, 0, len(late), 0)]


@pytest.mark.parametrize("gone", [False, True])
def test_ring(folder, gone):
    """Each file begins with a head of its own; the oldest are removed."""
    head, frames = records(capture("tcp-healthy"))
    paths = [folder / f"ring_{number:05}_2026010203040{number}.pcap" for number in range(1, 4)]
    paths[0].write_bytes(head + b"".join(frames[:3]))
    following = Following("--csv", paths[0])
    time.sleep(0.5)
    paths[2 if gone else 1].write_bytes(head + b"".join(frames[3:]))
    following.wait_for(2)
    following.process.send_signal(signal.SIGTERM)
    assert following.end() == [SUMMARY.format(1, 0, 1, 0)]
    whole = as_rows(run("--csv", capture("tcp-healthy"))[0])
    assert as_rows("".join(following.lines)) == whole


def test_not_plain():
    """They are counted, and the outermost packet is all that is seen of them."""
    with capture("tunnel-vxlan").open("rb") as file:
        output, errors = run("--follow", "--csv", "-", stdin=file)
    assert [row["responder_port"] for row in as_rows(output)] == ["4789"]
    assert "Frame 1 is not plain" in errors[0] and "9 of 9 frames were not plain" in errors[1]


def flow(count, live=50, seed=3):
    """A pcap stream of so many packets of healthy connections, a hundred a second."""
    yield HEAD
    stream = generate.frames(live, random.Random(seed), turns=generate.SHORT_TURNS)
    for number in range(count):
        data = next(stream)
        seconds, rest = divmod(number * 10_000_000, 1_000_000_000)
        yield struct.pack("<IIII", generate.START + seconds, rest, len(data), len(data)) + data


@measures_memory
def test_memory_is_flat():
    """Of 30,000 connections, in 70 minutes of the capture; each is printed, with a number of its own, as if all were kept."""
    following = Following("--csv", "-", stdin=-1)
    sizes, parts = [], list(flow(420_000))
    for at in range(0, len(parts), 1000):
        following.process.stdin.write(b"".join(parts[at:at + 1000]))
        if at // 1000 in (105, 415):
            sizes.append(resident(following.process.pid))
    following.process.stdin.close()
    errors = following.end()
    rows = as_rows("".join(following.lines))
    assert sizes[1] - sizes[0] < 4 << 20, sizes
    assert [int(row["connection"]) for row in rows] == list(range(1, len(rows) + 1)) and len(rows) > 25_000
    assert {row["outcome"] for row in rows[:-100]} == {"closed"}
    assert errors == [SUMMARY.format(1, 0, len(rows), 0)]


def handshake(number, time_s):
    """One connection that stays open: its record."""
    client = 0x0A000000 + number
    data = generate.frame((client, 0xC0A80001), (50000, 443), generate.SYN, 1, 0, 1, options=generate.CLIENT_OPTIONS)
    return struct.pack("<IIII", generate.START + time_s, 0, len(data), len(data)) + data


def test_limit():
    """Beyond it, those that are silent for longest are told of as they are."""
    stream = HEAD + b"".join(handshake(number, number // 100) for number in range(3000))
    process = start("--follow", "--csv", "--limit", "1000", "-", stdin=-1)
    output, errors = process.communicate(stream, timeout=LONG)
    rows = as_rows(output.decode())
    assert process.returncode == 0 and len(rows) == 3000
    evicted = [line for line in errors.decode().splitlines() if "--limit" in line]
    assert len(evicted) == 1 and int(evicted[0].split()[2]) > 1000


def test_late_segments():
    """Of a connection that is over, printed and forgotten: they open none."""
    parts = list(flow(140_000, live=20))
    old = [part for part in parts[100_000:100_400] if part[16 + 14 + 20 + 13] == generate.ACK]
    again = b"".join(struct.pack("<II", generate.START + 1400, 0) + part[8:] for part in old)
    process = start("--follow", "--csv", "-", stdin=-1)
    output, errors = process.communicate(b"".join(parts) + again, timeout=LONG)
    told = [line for line in errors.decode().splitlines() if "came behind the end of their connections" in line]
    assert process.returncode == 0 and len(told) == 1 and int(told[0].split()[2]) > len(old) / 2, errors
    known = {row["connection"] for row in as_rows(run_through(parts)[0])}
    assert {row["connection"] for row in as_rows(output.decode())} == known


def run_through(parts):
    process = start("--follow", "--csv", "-", stdin=-1)
    return [text.decode() for text in process.communicate(b"".join(parts), timeout=LONG)]


@pytest.mark.parametrize("arguments, words", [
    (("--follow", "--csv", "a", "b"), "reads one capture"),
    (("--follow", "a"), "wants --csv or --json"),
    (("--follow", "--csv", "-o", "x", "a"), "prints to standard output"),
    (("--follow", "--csv", "--full", "a"), "dissects nothing"),
    (("--limit", "5000", "a"), "--limit wants --report, or --follow"),
    (("--follow", "--csv", "--limit", "10", "a"), "at least 1000"),
])
def test_usage(arguments, words):
    _, errors = run(*arguments, status=2)
    assert words in errors[0]


def test_no_capture(folder):
    """Nothing that can be followed, and nothing that can be opened."""
    text = folder / "text"
    text.write_text("hello, this is no capture at all\n" * 10)
    with text.open("rb") as file:
        output, errors = run("--follow", "--csv", "-", stdin=file, status=2)
    assert output in ("",) or output.count("\n") <= 1
    assert any("neither pcap nor pcapng" in line and "without --follow" in line for line in errors)
    packed = folder / "packed.gz"
    packed.write_bytes(gzip.compress(capture("tcp-healthy").read_bytes()))
    _, errors = run("--follow", "--csv", packed, status=2)
    assert any("neither pcap nor pcapng" in line and "without --follow" in line for line in errors)
    _, errors = run("--follow", "--csv", folder, status=2)
    assert "directory" in errors[0]
    _, errors = run("--follow", "--csv", folder / "none", status=2)
    assert "No such file" in errors[0]


def test_closed_pipe():
    """Whoever reads the rows goes away: the program ends, too."""
    process = start("--follow", "--csv", "-", stdin=-1, env=environment())
    process.stdout.close()
    stream = b"".join(flow(5000))
    try:
        process.stdin.write(stream)
        process.stdin.flush()
        time.sleep(2)
        process.stdin.write(stream[24:])
        process.stdin.close()
    except BrokenPipeError:
        pass
    assert process.wait(LONG) == 2


PAGE = (ROOT / "plugin" / "doc" / "many-captures.md").read_text().split("\n## A capture that goes on\n")[1]
BLOCKS = ["".join(line[4:] for line in block.splitlines(keepends=True)) for block in re.findall(r"(?:^    .*\n)+", PAGE, re.M)]
# Writes what it is asked for: a stream, or three files of a ring.
DUMPCAP = """#!/bin/sh
case " $* " in
    *" -w - "*) exec cat "$FROM"/part1 "$FROM"/part2 ;;
esac
for number in 1 2; do
    cp "$FROM"/file$number ring_0000${number}_2026010203040$number.pcapng
    sleep 3
done
"""


@pytest.mark.parametrize("block, format", [(0, "csv"), (1, "json")])
def test_commands_of_the_page(folder, block, format):
    """As they stand there, with a dumpcap that writes what is known."""
    assert len(BLOCKS) == 2
    head, frames = records(capture("tcp-healthy"))
    parts = {"part1": head, "part2": b"".join(frames), "file1": head + b"".join(frames[:5]), "file2": head + b"".join(frames[5:])}
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    for name, text in (("dumpcap", DUMPCAP), ("fwx-verdicts", f'#!/bin/sh\nexec {PROGRAM} "$@"\n')):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    env = environment(FROM=str(folder), PATH=f"{folder}:{os.environ['PATH']}")
    shell = subprocess.Popen(["bash", "-c", BLOCKS[block]], cwd=folder, env=env, stderr=subprocess.PIPE, start_new_session=True)
    rows, limit = folder / f"verdicts.{format}", time.monotonic() + LONG
    while not (rows.exists() and "closed" in rows.read_text()):
        assert time.monotonic() < limit
        time.sleep(0.1)
    os.killpg(shell.pid, signal.SIGINT)
    shell.communicate(timeout=LONG)
    assert rows.read_text().count("closed") >= 1 and len(rows.read_text().splitlines()) == 1 + (format == "csv")
