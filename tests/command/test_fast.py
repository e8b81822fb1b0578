# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures whose frames are all plain are read without dissection, and nothing else differs."""

import struct

import pytest

from command import environment, run
from wireshark import CAPTURES, capture

# A setting that changes nothing, but with it the program cannot know that.
DISSECTED = ("--set", "ip.security_flag:TRUE")
TALKATIVE = environment(G_MESSAGES_DEBUG="fwx")
PLAIN, ODD = "all frames are plain", "not all frames are plain"


def ways(*arguments):
    """What is told of how captures were read: (how many plain, how many begun so and then read again)."""
    _, errors = run("--csv", *arguments, env=TALKATIVE, status=None)
    odd = sum(ODD in line for line in errors)
    return sum(PLAIN in line for line in errors) - odd, odd


@pytest.mark.parametrize("format", ["csv", "json", "findings", "log", "table"])
def test_nothing_differs(format):
    """Over all test captures, messages included."""
    fast, dissected = (run(f"--{format}", "--no-sets", *way, CAPTURES, status=None) for way in ((), DISSECTED))
    assert fast == dissected


def test_which_are_plain():
    """Most are; tunnels and fragments are not, and what is told to be looked at otherwise is."""
    plain, again = ways("--no-sets", CAPTURES)
    assert plain > 200 and again == 0
    assert ways("--no-sets", *DISSECTED, CAPTURES) == (0, 0)
    healthy = capture("tcp-healthy")
    assert ways(healthy) == (1, 0)
    for otherwise in (("--full",), ("--filter", "tcp"), ("--set", "ip.defragment:FALSE"), ("--profile", "Default")):
        assert ways(*otherwise, healthy) == (0, 0)
    for name in ("tunnel-gre", "tunnel-vxlan", "tunnel-gtp", "fragments-gre"):
        assert ways(capture(name)) == (0, 0)


def records(path):
    """Head and records of a pcap file."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    found, at = [], 24
    while at < len(data):
        end = at + 16 + struct.unpack(f"{order}I", data[at + 8:at + 12])[0]
        found.append(data[at:end])
        at = end
    return data[:24], found


def test_a_late_frame_is_not_plain(folder):
    """Behind a thousand that are: all are read again, and rows and numbers are those of dissection."""
    head, plain = records(capture("tcp-healthy"))
    other, odd = records(capture("tunnel-vxlan"))
    assert head[:4] == other[:4] and head[20:] == other[20:]
    path = folder / "late.pcap"
    path.write_bytes(head + b"".join(plain * (1 + 1000 // len(plain)) + odd))
    assert ways(path) == (0, 1)
    assert run("--json", path) == run("--json", *DISSECTED, path)


def test_decode_as(folder):
    """A port that the user has given to a tunnel is one."""
    settings = folder / "wireshark"
    settings.mkdir()
    healthy = capture("tcp-healthy")
    with_settings = TALKATIVE | {"XDG_CONFIG_HOME": str(folder)}
    assert any(PLAIN in line for line in run("--csv", healthy, env=with_settings)[1])
    (settings / "decode_as_entries").write_text("decode_as_entry: udp.port,5555,(none),VXLAN\n")
    assert not any(PLAIN in line for line in run("--csv", healthy, env=with_settings)[1])


def test_cut_short(folder):
    """What is wrong with a capture is told as ever, and what was read is printed."""
    path = folder / "short.pcap"
    path.write_bytes(capture("tcp-healthy").read_bytes()[:-7])
    fast, dissected = (run("--csv", *way, path, status=1) for way in ((), DISSECTED))
    assert fast == dissected and "cut short" in fast[1][0]


def test_sets(folder):
    """Files of a set are one capture."""
    head, frames = records(capture("tcp-healthy"))
    for number, part in enumerate((frames[:4], frames[4:]), start=1):
        (folder / f"set_{number:05}_2026010203040{number}.pcap").write_bytes(head + b"".join(part))
    assert ways(folder) == (1, 0)
    assert run("--json", folder) == run("--json", *DISSECTED, folder)
