# SPDX-License-Identifier: GPL-2.0-or-later
"""--points: several files are one capture, each of them a capture point; source 003 from its three sides."""

import json
import shutil
import struct

import pytest

from command import as_nobody, copy, rows, run

SIDES = ("client", "firewall", "external")
USAGE = "usage: fwx-verdicts [OPTION...] CAPTURE|FOLDER...   (--help says more)"
TOLD = """\
== client + firewall + external
clock: firewall is 643.048286 s behind client, give or take 0.000202 s, and goes 616 ppm slower
clock: external is 643.048148 s behind client, give or take 0.000667 s
between client and firewall: 10.110.233.50:50183 > 172.16.1.1:443 (packet, same-numbers)
  forwarded 9, changed 3
  changed: payload 0 to 2 bytes (14, 20); payload 0 to 6 bytes (24)
  longest wait: frame 4 to 8, 3.222995 s; in between 0.002287 s, beyond 3.220708 s
between firewall and external: 10.110.233.50:50183 > 172.16.1.1:443, there 10.110.235.202:55073 > 172.16.1.1:443 \
(packet, same-numbers)
  forwarded 4, dropped 6, unproven 2
  entered and not seen to come out: 15-19, 21-23
  tmg2010 would have dropped 8 of the 8 that did not come out, the first in frame 15: FWX_E_SEQ_ACK_MISMATCH
""".splitlines()


def sources(folder, name="source-003-{}.pcap"):
    """NAME=FILE of each side."""
    copy(folder, *(f"source-003-{side}" for side in SIDES))
    return [f"{side}={folder / name.format(side)}" for side in SIDES]


def test_source(folder):
    """The answer of the article, in one command: frames 3-7 and 9-11 of the firewall's capture (12 are the client's) never
    left it, and the SYN-ACKs and the reset are longer inside than at the client."""
    output, errors = run("--points", *sources(folder))
    lines = output.splitlines()
    assert lines[: len(TOLD)] == TOLD
    heading, row = lines[len(TOLD):]
    assert heading.split() == ["connection", "protocol", "initiator", "responder", "result", "action", "frame", "dropped",
                               "evidence", "point", "reason"]
    assert row.split()[:10] == ["1", "TCP", "10.110.233.50:50183", "172.16.1.1:443", "FWX_E_SEQ_ACK_MISMATCH", "Denied", "3", "8",
                                "proven", "client"]
    assert errors[-1] == "fwx-verdicts: 1 captures, 0 failed, 3 conversations, 2 denied"


def test_normal_user(public):
    done = as_nobody("--points", *sources(public))
    assert done.returncode == 0 and done.stdout.splitlines()[: len(TOLD)] == TOLD


def test_order_of_files(folder):
    """Which file is named first makes no difference to what lies between the points."""
    files = sources(folder)
    output, _ = run("--points", *files[::-1])
    assert "clock: client is 643.048" in output and " ahead of external" in output
    assert "between firewall and external: 10.110.233.50:50183 > 172.16.1.1:443, there 10.110.235.202:55073" in output
    assert "  forwarded 4, dropped 6, unproven 2" in output
    assert "  entered and not seen to come out: 7-11, 13-15" in output  # behind the four of the external capture


def test_formats(folder):
    files = sources(folder)
    columns = ("capture", "point", "connection", "evidence")
    assert rows("--points", *files, columns=columns) == [
        ("client + firewall + external", side, str(number), "proven" if side != "external" else "")
        for number, side in enumerate(SIDES, 1)]
    output, _ = run("--points", "--json", *files)
    first, firewall, external = map(json.loads, output.splitlines())
    assert [each["point"]["name"] for each in (first, firewall, external)] == list(SIDES)
    assert [pair["point"] for pair in firewall["pairs"]] == ["client", "external"]
    assert firewall["pairs"][1]["fates"]["dropped"] == 6 and first["pairs"][0]["fates"]["changed"] == 3


def test_names(folder):
    """A name may have blanks; without one the file's tells, and a file may be called like NAME=FILE."""
    copy(folder, "source-003-client", "source-003-firewall")
    client, firewall = folder / "source-003-client.pcap", folder / "source-003-firewall.pcap"
    output, _ = run("--points", f"the LAN side={client}", firewall)
    assert output.splitlines()[0] == "== the LAN side + source-003-firewall"
    assert output.splitlines()[1].startswith("clock: source-003-firewall is 643.048286 s behind the LAN side")
    shutil.copy(client, folder / "a=b.pcap")
    output, _ = run("--points", "a=b.pcap", f"x={firewall}", cwd=folder)
    assert output.splitlines()[0] == "== a=b + x"
    shutil.copy(firewall, folder / "c d=e.pcap")
    output, _ = run("--points", "a=b.pcap", f"of={folder / 'c d=e.pcap'}", cwd=folder)
    assert output.splitlines()[0] == "== a=b + of"
    output, _ = run("--points", f"same={client}", f"same={firewall}")
    assert output.splitlines()[1].startswith("clock: same interface 0 is 643.048286 s behind same, ")


def with_statistics(source, target, *drops):
    """A pcapng file with an Interface Statistics Block behind its packets for each (interface, option, packets)."""
    blocks = []
    for interface, option, packets in drops:
        body = struct.pack("<IQ", interface, 0) + struct.pack("<HHQHH", option, 8, packets, 0, 0)
        blocks.append(struct.pack("<II", 5, len(body) + 12) + body + struct.pack("<I", len(body) + 12))
    target.write_bytes(source.read_bytes() + b"".join(blocks))
    return target


IFRECV, IFDROP, OSDROP = 4, 5, 7  # options of pcapng's Interface Statistics Block


@pytest.mark.parametrize("drops, dropped, said", [
    ([], 8, []),
    ([(0, IFDROP, 7), (1, IFRECV, 9000), (1, IFDROP, 0)], 8, ["capture: inside dropped 7 packets by its own count"]),  # not where it is missing
    ([(1, IFDROP, 1)], 0, ["capture: outside dropped 1 packet by its own count"]),
    ([(1, OSDROP, 3), (1, IFDROP, 5), (1, IFDROP, 2)], 0, ["capture: outside dropped 5 packets by its own count"]),  # they count on
])
def test_drops_of_the_capture(folder, drops, dropped, said):
    """Whose capture dropped more than one packet of a hundred cannot show that a packet was dropped on the way."""
    copy(folder, "pair-dropped")
    path = with_statistics(folder / "pair-dropped.pcapng", folder / "stated.pcapng", *drops)
    copy(folder, "source-003-client")
    output, _ = run("--points", path, f"elsewhere={folder / 'source-003-client.pcap'}")
    lines = output.splitlines()
    assert [line for line in lines if line.startswith("capture: ")] == [line.replace(": outside", ": stated outside").replace(": inside", ": stated") for line in said]
    fates = "  forwarded 2, dropped 8, unproven 1" if dropped else "  forwarded 2, unproven 9"
    assert fates in lines


def test_one_file_twice(folder):
    """The same packets at the same times: nothing is between, and no way there."""
    copy(folder, "tcp-healthy")
    path = folder / "tcp-healthy.pcap"
    output, _ = run("--points", f"a={path}", f"b={path}")
    assert output.splitlines()[:3] == [
        "== a + b",
        "clock: b is 0.000000 s ahead of a, give or take 0.000000 s",
        "1 conversation seen on both sides, forwarded as it was",
    ]


@pytest.mark.parametrize("arguments", [["a=x.pcap"], ["x.pcap"]])
def test_too_few(arguments):
    output, errors = run("--points", *arguments, status=2)
    assert output == "" and errors == ["fwx-verdicts: --points wants two captures at least", USAGE]


@pytest.mark.parametrize("option", ["--list", "--follow"])
def test_options_that_do_not_go_with_it(folder, option):
    output, errors = run("--points", option, *sources(folder), status=2)
    assert output == "" and errors == ["fwx-verdicts: --points goes with neither --list nor --follow", USAGE]


def test_no_captures(folder):
    """A folder, or nothing at all, is no point, and nothing is said of the others."""
    copy(folder, "source-003-client")
    client = folder / "source-003-client.pcap"
    for wrong, why in ((folder, "Is a directory"), (folder / "missing", "No such file or directory")):
        output, errors = run("--points", f"in={client}", f"out={wrong}", status=2)
        assert output == "" and errors == [
            f"fwx-verdicts: in + out: {wrong}: {why}", "fwx-verdicts: 1 captures, 1 failed, 0 conversations, 0 denied"]


def test_no_capture_inside(folder):
    """What was read of the first is told, and that it was not all."""
    copy(folder, "source-003-client")
    text, client = folder / "text", folder / "source-003-client.pcap"
    text.write_text("no capture")
    output, errors = run("--points", client, text, status=1)
    assert output.splitlines()[1] == "one capture point, nothing to compare"
    assert errors[0].startswith("fwx-verdicts: source-003-client + text: ") and "isn't a capture file" in errors[0]
    assert errors[-1] == "fwx-verdicts: 1 captures, 1 failed, 1 conversations, 1 denied"
    output, errors = run("--points", text, client, status=2)
    assert output == "" and errors == ["fwx-verdicts: text + source-003-client: not a capture",
                                       "fwx-verdicts: 1 captures, 1 failed, 0 conversations, 0 denied"]


def test_interfaces(folder):
    """A file with two interfaces is two points: the first is called as the file, the other has the interface's name, too."""
    copy(folder, "pair-nat", "source-003-client")
    output, _ = run("--points", f"firewall={folder / 'pair-nat.pcapng'}", f"elsewhere={folder / 'source-003-client.pcap'}")
    assert output.splitlines()[:3] == [
        "== firewall + elsewhere", "clock: firewall outside is 0.000000 s ahead of firewall, give or take 0.003000 s",
        "3 conversations seen on both sides, forwarded as they were"]
