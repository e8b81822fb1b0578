# SPDX-License-Identifier: GPL-2.0-or-later
"""The firewall's own log beside the packets: the lines that the sources print, fields, evidence, what cannot be read."""

import gzip
import itertools
import json
import pathlib
import shutil
import subprocess

import pytest

import fwx_profile
from wireshark import capture, execute, frames, launch, matching, readable, scratch, taps, tshark

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOGS = ROOT / "test-captures" / "logs"
SAYS, NAMES = "fwx.conn.evidence", ("line", "class", "agreement", "why", "joined_by")


def logs(*paths, format="auto", zone="auto", offset="auto"):
    """tshark's arguments that name logs."""
    rows = []
    for path in paths:
        rows += ["-o", f'uat:fwx_logs:"{readable(path)}","{format}","{zone}","{offset}"']
    return rows


NUMBERS = itertools.count()


@pytest.fixture
def written():
    """Writes a log that the normal user can read."""
    made = []

    def write(text, name="firewall.log"):
        folder = scratch() / f"log-{next(NUMBERS)}"
        folder.mkdir(mode=0o755)
        made.append(folder)
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o644)
        return path

    yield write
    for folder in made:
        shutil.rmtree(folder)


def rows(name, *arguments, filter=None):
    """Of fwx,reconcile: (line, frame, class, predicted, agreement, why, joined by)."""
    found = taps(capture(name), "fwx,reconcile" + (f",{filter}" if filter else ""), arguments=arguments)
    cells = [[cell.strip() for cell in line.split("|")] for line in found if line.count("|") >= 12]
    return [(row[0], row[1], row[5], row[6], row[7], row[8], row[9]) for row in cells[1:]]


def beside(name, *arguments):
    """{frame: (line, class, agreement, why, joined by)} of frames with a line, or with a prediction that has none."""
    found = frames(capture(name), [f"fwx.fwlog.{field}" for field in NAMES], *arguments, two_pass=True)
    values = {frame: tuple(row.get(f"fwx.fwlog.{field}") for field in NAMES) for frame, row in found.items()}
    return {frame: row for frame, row in values.items() if any(row)}


SERVER, INSIDE, OUTSIDE = "198.51.100.20", "192.168.7.10", "203.0.113.7"


def dropped(*tuples):
    """Lines of Linux at the time of pair-nat, without numbers: (source, port, destination, port)."""
    return "".join(f"2012-06-01T12:00:00.0+00:00 fw kernel: drop IN=in OUT=out SRC={source} DST={destination} LEN=40 PROTO=TCP "
                   f"SPT={sport} DPT={dport} ACK URGP=0\n" for source, sport, destination, dport in tuples)


# ---- the sources ----------------------------------------------------------------------------------------------------

MISMATCH, LATE = "FWX_E_SEQ_ACK_MISMATCH", "FWX_E_TCP_NOT_SYN_PACKET_DROPPED"


def test_source_001():
    assert rows("source-001-dirty-close", *logs(LOGS / "source-001.log")) == [
        ("1", "12", "reset", "status 64", "agrees", "", "tuple")]


def test_source_003():
    """Three lines of eight drops: the firewall thins them out."""
    found = rows("source-003-firewall", *logs(LOGS / "source-003.log"))
    assert found == [(str(i + 1), str(i + 3), "seq-ack", MISMATCH, "agrees", "", "tuple") for i in range(3)] + [
        ("", frame, "", MISMATCH, "not-logged", "throttled", "") for frame in ("6", "7", "9", "10", "11")]


def test_source_003_client():
    """The client's clock is 643 s ahead: nothing tells it, and the packets are guessed, which proves nothing."""
    found = rows("source-003-client", *logs(LOGS / "source-003.log"))
    assert [row[1:] for row in found[:3]] == [(str(i + 3), "seq-ack", MISMATCH, "agrees", "", "guess") for i in range(3)]
    assert {row[SAYS] for row in frames(capture("source-003-client"), [SAYS], *logs(LOGS / "source-003.log"),
                                       two_pass=True).values() if row.get(SAYS)} == {"corroborated"}


def test_source_003_client_with_its_offset():
    found = rows("source-003-client", *logs(LOGS / "source-003.log", offset="-643.048"))
    assert [row[6] for row in found[:3]] == ["tuple"] * 3


def test_source_004():
    assert rows("source-004-rtsp-killed", *logs(LOGS / "source-004.log")) == [
        ("1", "10", "killed", "FWX_E_CONNECTION_KILLED", "agrees", "", "tuple"),
        ("2", "11", "not-syn", LATE, "agrees", "", "tuple"),
        ("", "12", "", LATE, "not-logged", "throttled", "")]


def test_a_healthy_capture_has_nothing_to_reconcile():
    """The lines are of the same connection, and of no packet that was dropped: only the log knows."""
    assert rows("source-004-rtsp-healthy", *logs(LOGS / "source-004.log")) == [
        ("1", "21", "killed", "", "not-predicted", "killed", "tuple"),
        ("2", "1", "not-syn", "", "not-predicted", "state-gone", "tuple")]


def test_filter():
    assert [row[1] for row in rows("source-003-firewall", *logs(LOGS / "source-003.log"), filter="tcp.len > 0")] == [
        "4", "5", "6", "7", "10", "11"]


# ---- fields ---------------------------------------------------------------------------------------------------------

def test_fields():
    found = beside("source-004-rtsp-killed", *logs(LOGS / "source-004.log"))
    assert found == {
        10: ("1", "killed", "agrees", None, "tuple"),
        11: ("2", "not-syn", "agrees", None, "tuple"),
        12: (None, None, "not-logged", "throttled", None)}


@pytest.mark.parametrize(("button", "name", "wanted"), [
    ("Log//Logged", "source-003-firewall", [3, 4, 5]),
    ("Log//Logged", "source-004-rtsp-killed", [10, 11]),
    ("Log//Logged, not predicted", "source-004-rtsp-healthy", [1, 21]),
    ("Log//Logged, not predicted", "source-003-firewall", []),
    ("Log//Predicted, not logged", "source-003-firewall", [6, 7, 9, 10, 11]),
])
def test_buttons(button, name, wanted):
    log = LOGS / f"{name[:10]}.log"
    assert matching(capture(name), fwx_profile.buttons()[button], *logs(log), two_pass=True) == wanted


def test_text_is_a_field_only_when_asked_for():
    name, arguments = "source-004-rtsp-killed", logs(LOGS / "source-004.log")
    field = "fwx.fwlog.text"
    assert not any(row.get(field) for row in frames(capture(name), [field], *arguments, two_pass=True).values())
    found = frames(capture(name), [field], *arguments, "-o", "fwx.log_text:TRUE", two_pass=True)
    assert found[11][field].endswith("0xc0040017 FWX_E_TCP_NOT_SYN_PACKET_DROPPED")


def test_nothing_in_a_single_pass_and_without_logs():
    name = "source-004-rtsp-killed"
    assert not any(row.get("fwx.fwlog.line") for row in
                   frames(capture(name), ["fwx.fwlog.line"], *logs(LOGS / "source-004.log")).values())
    assert not beside(name)
    assert rows(name) == []


# ---- JSON -----------------------------------------------------------------------------------------------------------


def objects(name, *arguments):
    return [json.loads(line) for line in taps(capture(name), "fwx,json", arguments=arguments)]


def test_json():
    jsonschema = pytest.importorskip("jsonschema", reason="the system's jsonschema is not installed")
    schema = jsonschema.Draft202012Validator(json.loads((ROOT / "plugin" / "schema" / "conversation.json").read_text()))
    (found,) = objects("source-004-rtsp-killed", *logs(LOGS / "source-004.log"))
    assert list(found)[-1] == "log"
    assert found["log"][1] == {
        "file": "source-004.log", "line": 2, "time": found["log"][1]["time"], "frame": 11, "action": "Denied", "code": "0xc0040017",
        "class": "not-syn", "agreement": "agrees", "joined_by": "tuple"}
    assert found["log"][1]["time"].startswith("2008-02-26T10:15:")
    assert [(line["line"], line["frame"]) for line in found["log"]] == [(1, 10), (2, 11)]
    (guessed,) = objects("source-003-client", *logs(LOGS / "source-003.log"))
    assert [(line["time"], line["joined_by"]) for line in guessed["log"]] == [(None, "guess")] * 3
    (healthy,) = objects("source-004-rtsp-healthy", *logs(LOGS / "source-004.log"))
    assert [line["why"] for line in healthy["log"]] == ["killed", "state-gone"]
    for shown in (found, guessed, healthy):
        schema.validate(shown)
    (line, *_) = found["log"]
    for wrong in (line | {"agreement": "not-logged"}, line | {"why": ""}, line | {"reason": "x"}, line | {"class": "none"}):
        assert not schema.is_valid(found | {"log": [wrong]})
    assert not schema.is_valid(found | {"log": []})


def test_json_is_each_conversations_own(written):
    """TCP and UDP of one capture; a line of neither is in none."""
    log = written(dropped((INSIDE, 51000, SERVER, 443)) + dropped((INSIDE, 53000, SERVER, 53)).replace("TCP", "UDP")
                  + dropped((INSIDE, 1, SERVER, 2)))
    found = {(row["protocol"], row["point"]["number"]): [line["line"] for line in row.get("log", [])]
             for row in objects("pair-nat", *logs(log))}
    assert {key: lines for key, lines in found.items() if lines} == {("TCP", 1): [1], ("UDP", 1): [2]}


def test_json_has_no_log_without_logs():
    assert "log" not in objects("source-004-rtsp-killed")[0]


def test_text_is_in_an_output_only_when_asked_for():
    name, arguments = "source-004-rtsp-killed", logs(LOGS / "source-004.log")
    text = (LOGS / "source-004.log").read_text().splitlines()
    outputs = ("fwx,json", "fwx,csv", "fwx,findings", "fwx,log", "fwx,reconcile", "fwx,verdicts")
    shown = "\n".join(taps(capture(name), *outputs, arguments=arguments))
    assert "source-004.log" in shown and not any(line in shown for line in text)
    (found,) = objects(name, *arguments, "-o", "fwx.log_text:TRUE")
    assert [line["text"] for line in found["log"]] == text


# ---- numbers, and evidence ------------------------------------------------------------------------------------------

def kernel_line(name, frame, prefix):
    """A line of Linux about the packet of a frame."""
    fields = ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "ip.id"]
    cell = frames(capture(name), fields)[frame]
    return ("Feb 26 12:00:00 fw kernel: {0} IN=in OUT=out SRC={ip.src} DST={ip.dst} LEN=40 TTL=63 ID={1} PROTO=TCP "
            "SPT={tcp.srcport} DPT={tcp.dstport} SEQ={tcp.seq_raw} ACK={tcp.ack_raw} ACK URGP=0\n").replace(
                "{0}", prefix).replace("{1}", str(int(cell["ip.id"], 16))).replace("{ip.src}", cell["ip.src"]).replace(
                "{ip.dst}", cell["ip.dst"]).replace("{tcp.srcport}", cell["tcp.srcport"]).replace(
                "{tcp.dstport}", cell["tcp.dstport"]).replace("{tcp.seq_raw}", cell["tcp.seq_raw"]).replace(
                "{tcp.ack_raw}", cell["tcp.ack_raw"])


def evidence(name, *arguments):
    return {row.get(SAYS) for row in frames(capture(name), [SAYS], *arguments, two_pass=True).values()}


def test_proven(written):
    name = "source-003-firewall"
    log = written(kernel_line(name, 7, "nf_ct_proto_6: ACK is over upper bound 1"))
    assert beside(name, *logs(log))[7] == ("1", "seq-ack", "agrees", None, "exact")
    assert evidence(name, *logs(log)) == {"proven"}
    assert evidence(name) == {"corroborated"}


def test_refuted(written):
    """The firewall says that it accepted the packet: what was predicted is no verdict."""
    name = "source-003-firewall"
    log = written("".join(kernel_line(name, frame, "ACCEPT") for frame in (3, 4, 5, 6, 7, 9, 10, 11)))
    assert beside(name, *logs(log))[3] == ("1", "accepted", "other-reason", "refuted", "exact")
    assert "proven" not in evidence(name, *logs(log))
    assert evidence(name, *logs(log)) <= {"refuted", None}


# ---- several points -------------------------------------------------------------------------------------------------

@pytest.fixture
def one_sided():
    """pair-nat, whose inner point has nothing of the server's: its frame 3 is the SYN-ACK outside."""
    path = scratch() / "one-sided.pcapng"
    subprocess.run(["editcap", capture("pair-nat"), path, "4", "10", "16", "18"], check=True, stdout=subprocess.DEVNULL)
    path.chmod(0o644)
    yield path
    path.unlink()


def first_row(path, *arguments):
    """(frame, joined by) of the first line."""
    found = taps(path, "fwx,reconcile", arguments=arguments)
    return [tuple(cell.strip() for cell in line.split("|"))[1:10:8] for line in found if line.count("|") >= 12][1]


def test_through_the_other_leg(one_sided, written):
    """The firewall names the inner addresses; only the outer point has packets that way. Without it they would be answers."""
    log = written(dropped((SERVER, 443, INSIDE, 51000)))
    assert first_row(one_sided, *logs(log)) == ("3", "pair")
    assert first_row(one_sided, *logs(log), "-o", "fwx.points:one") == ("1", "guess")
    assert first_row(capture("pair-nat"), *logs(log)) == ("4", "tuple")


def test_the_side_that_the_line_names(written):
    log = written(dropped((OUTSIDE, 61000, SERVER, 443), (INSIDE, 51000, SERVER, 443), (SERVER, 443, OUTSIDE, 61000)))
    assert [row[1] + " " + row[6] for row in rows("pair-nat", *logs(log))] == ["2 tuple", "1 tuple", "3 tuple"]


@pytest.mark.parametrize(("name", "arguments", "frame"), [
    ("pair-dropped-once", (), "7"),
    ("pair-dropped-once", ("-o", "fwx.points:one"), "1"),
    ("pair-loss-healthy", (), "1"),  # what a point did not capture was not dropped
])
def test_what_did_not_come_out(written, name, arguments, frame):
    """Of packets within a second the denied one is that which the other point never saw."""
    log = written(dropped((INSIDE, 51000, SERVER, 443)))
    assert first_row(capture(name), *logs(log), *arguments) == (frame, "tuple")


def test_an_address_of_no_leg(written):
    log = written(dropped((SERVER, 443, INSIDE, 51001)))
    assert rows("pair-nat", *logs(log)) == []


# ---- what is read, and what is not ------------------------------------------------------------------------------------

def test_gzip(written):
    log = written(gzip.compress((LOGS / "source-004.log").read_bytes()), "firewall.log.gz")
    assert beside("source-004-rtsp-killed", *logs(log))[10][0] == "1"


def warned(*arguments, config=None):
    command = ["tshark", "-r", readable(capture("source-004-rtsp-killed")), "-q", "-z", "fwx,reconcile", *arguments]
    words, environment = launch(command, config=config)
    return [line for line in execute(command, words, environment).stderr.splitlines() if "logs:" in line]


@pytest.mark.parametrize(("text", "message"), [
    (None, "No such file or directory"),
    ("no log at all\n", "its first lines are of no known format"),
    (b"\x00\x01\x02" * 1000, "its first lines are of no known format"),
    ("", "its first lines are of no known format"),
])
def test_unreadable(written, text, message):
    path = written(text or "")
    if text is None:
        path.unlink()
        arguments = ["-o", f'uat:fwx_logs:"{path}","auto","auto","auto"']
    else:
        arguments = logs(path)
    assert [line.rpartition(": ")[2] for line in warned(*arguments)] == [message + "."]


@pytest.mark.parametrize(("column", "value"), [("zone", "Mars"), ("offset", "late")])
def test_settings_that_are_refused(column, value):
    command = ["tshark", "-r", readable(capture("source-004-rtsp-killed")), *logs(LOGS / "source-004.log", **{column: value})]
    words, environment = launch(command)
    done = execute(command, words, environment)
    assert done.returncode and value in done.stderr


def test_a_format_of_the_users(written):
    """One group in a file, and a log that nobody knew is read."""
    line = written("gate 2008-02-26T10:15:20Z drop 10.20.0.10,58907,10.10.0.40,554 nosession\n")
    folder = written("", "fwx_logs.ini").parent
    assert warned(*logs(line), config=folder)
    (folder / "fwx_logs.ini").write_text(
        "[gate]\n"
        "title=Gate\n"
        "detect=^gate \n"
        "match=^gate (?<time>\\S+) (?<action>\\w+) (?<src>[^,]+),(?<sport>\\d+),(?<dst>[^,]+),(?<dport>\\d+) (?<reason>.*)\n"
        "time=%Y-%m-%dT%H:%M:%S%z\n"
        "class-not-syn=nosession\n")
    assert warned(*logs(line), config=folder) == []
    found = tshark(capture("source-004-rtsp-killed"), "-Q", "-z", "fwx,reconcile", *logs(line), config=folder)
    assert any("drop nosession |not-syn |FWX_E_TCP_NOT_SYN_PACKET_DROPPED |agrees" in row for row in found)


def test_a_wrong_group_is_named(written):
    folder = written("[gate]\ndetect=(\n", "fwx_logs.ini").parent
    assert "[gate]: detect: Error while compiling" in warned(*logs(LOGS / "source-004.log"), config=folder)[0]
