# SPDX-License-Identifier: GPL-2.0-or-later
"""The same rows as tshark with the plugin prints, under all settings and under the lean ones, and under the user's own."""

import csv
import io

import pytest

import public
from command import environment, run
from wireshark import capture, captures, taps

# The columns are as many as there are points; the capture's name is ours.
SAMPLE = captures()[::6]


def as_printed(text):
    return [row[1:] for row in csv.reader(io.StringIO(text, newline=""))]


def check(path, profile):
    output, errors = run("--csv", "--profile", profile, path, status=None)
    wanted = "".join(f"{line}\r\n" for line in taps(path, "fwx,csv"))
    assert [row for row in as_printed(output)] == list(csv.reader(io.StringIO(wanted, newline="")))
    for name in ("findings", "json"):
        output, _ = run(f"--{name}", *(["--all"] if name == "findings" else []), "--profile", profile, path, status=None)
        lines = output.splitlines()
        if name == "findings":
            assert lines == [f"== {path}", *taps(path, "fwx,findings")]
        else:
            assert ["{" + line.partition(",")[2] for line in lines] == taps(path, "fwx,json")


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
@pytest.mark.parametrize("profile", ["lean", "full"])
def test_same_as_tshark(path, profile):
    check(path, profile)


@pytest.mark.parametrize("files", public.batches(), ids=lambda files: files[0].name if files else "none")
def test_same_as_tshark_on_public_captures(files, tmp_path):
    """Of each batch one; tests/compare/command takes them all."""
    if not files:
        pytest.skip(public.ABSENT)
    check(files[len(files) // 2], "lean")


@pytest.mark.parametrize("files", public.batches()[:2], ids=lambda files: files[0].name if files else "none")
def test_filter_as_tshark(files):
    """In two passes; also by what only later frames tell."""
    path = capture("tcp-port-reuse")
    for filter in ("fwx.conn.code == 0x80074e21", "tcp.flags.reset == 1", "frame.number == 1"):
        output, _ = run("--json", "--filter", filter, path)
        assert ["{" + line.partition(",")[2] for line in output.splitlines()] == taps(path, f"fwx,json,{filter}", two_pass=True)


def settings(folder, files):
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return environment(WIRESHARK_CONFIG_DIR=str(folder))


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("rule-no-reply", {"preferences": "fwx.product: isa2004\n"}),
        ("rule-no-reply", {"preferences": "fwx.no_reply: 0"}),  # the last line without its end
        ("rule-spoofed", {"fwx_networks": '"10.0.0.0/8","never a valid source"\n'}),
        ("silence-reset", {"fwx_timeouts": '"proxy","TCP idle","360"\n'}),
        ("rule-kill-smtp", {"fwx_filters": '"25","TCP","","ISA Server 2004"\n'}),
        ("tunnel-vxlan", {"disabled_protos": "vxlan\n"}),
        ("tunnel-vxlan", {"decode_as_entries": "decode_as_entry: udp.port,4789,VXLAN,Data\n"}),
        ("tunnel-fragments", {"preferences": "ip.defragment: FALSE\n"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value,
)
def test_the_users_settings_hold(name, files, public):
    """They matter to the capture, and as much in lean as in full."""
    own = settings(public / "own", files)
    found = [run(*format, "--profile", profile, capture(name), env=env)[0]
             for env in (environment(), own) for profile in ("lean", "full") for format in (("--findings", "--all"), ("--json",))]
    assert found[:2] == found[2:4] and found[4:6] == found[6:] and found[:2] != found[4:6]


@pytest.mark.parametrize("profile", ["lean", "full", "mine"])
def test_settings_that_cannot_be_read(public, profile):
    """Without them, the verdicts would be others."""
    folder = public / "own" / "profiles" / "mine" if profile == "mine" else public / "own"
    (folder / "preferences").mkdir(parents=True)
    _, errors = run("--profile", profile, capture("tcp-healthy"), status=2, env=environment(WIRESHARK_CONFIG_DIR=str(public / "own")))
    assert errors == [f"fwx-verdicts: {folder}/preferences: Is a directory"]


@pytest.mark.parametrize("profile", ["lean", "full"])
def test_data_link_types_of_the_user(public, profile):
    """Root's, too, whose workers are somebody else."""
    content = bytearray(capture("tcp-healthy").read_bytes())
    content[20:24] = (147).to_bytes(4, "little" if content[0] == 0xD4 else "big")  # LINKTYPE_USER0
    path = public / "user.pcap"
    path.write_bytes(content)
    env = settings(public / "own", {"user_dlts": '"User 0 (DLT=147)","eth_maybefcs","0","","0",""\n'})
    assert run("--findings", "--all", "--profile", profile, path, env=env)[0].splitlines()[1:] == taps(capture("tcp-healthy"), "fwx,findings")
    assert run("--csv", "--profile", profile, path)[0].count("\n") <= 1
