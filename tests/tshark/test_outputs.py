"""The outputs behind -z: exact rows, filters, nothing where there is nothing, and the same in one pass and in two."""

import collections
import csv
import functools
import json
import pathlib
import re
import struct
import subprocess

import pytest

from wireshark import ROOT, capture, captures, readable, run, sharkd, tshark

OUTPUTS = "verdicts attempts resets markers timeouts log json csv findings".split()
COLUMNS = {
    "verdicts": "Connection What_happened Protocol Initiator Responder Result Code Action Frame Dropped Confidence Evidence Reason",
    "attempts": "Connection Initiator Responder First_frame Outcome SYNs Answer_after_(s) Status",
    "resets": "Frame Connection Initiator Responder Class By Status Status_is After_the_FIN_(s) Looks_injected Reason",
    "markers": "Range Markers First_frame Last_frame Duration_(s) Packets Conversations",
    "timeouts": "Server Protocol Connections Survived_(s) Fatal_(s) Ended Frame Known_time-outs",
}
TITLES = {
    "verdicts": "Firewall verdicts",
    "attempts": "Firewall connection attempts",
    "resets": "Firewall resets",
    "markers": "Firewall marker ranges",
    "timeouts": "Firewall time-outs",
}
CSV_FIELDS = (
    "connection protocol initiator initiator_port responder responder_port result code action frame dropped confidence "
    "evidence reason filter begin duration status reset reset_by reset_is"
).split()
FACTS = "outcome cause severity headline next_step".split()  # before the point, where there are several
LOG_FIELDS = [
    "computer", "date", "time", "IP protocol", "source", "destination", "original client IP", "action", "status",
    "application protocol", "bytes sent", "bytes received", "connection time", "connection ID", "x-count",
]


MORE = {"verdicts": "Outcome Cause Severity Next_step", "timeouts": "Explained_by"}


def columns(output):
    return [name.replace("_", " ") for name in f"{COLUMNS[output]} Display_filter {MORE.get(output, '')}".split()]


def kind_of(line):
    """Which of the listings a line belongs to; None: to a table."""
    if line.startswith("{"):
        return "json"
    if line.startswith("connection,") or re.match("[0-9]+,", line):
        return "csv"
    if line.startswith(("#Software", "#Version", "#Date", "#Fields", "fwx\t")):
        return "log"
    return "findings" if line.startswith(("frame ", "range ", "conversation ")) else None


def sort(lines):
    """{output: its lines}, for outputs that one tshark printed; of a table the rows, each a list of cells."""
    found = collections.defaultdict(list)
    title = None
    for line in lines:
        kind = kind_of(line)
        if kind:
            found[kind].append(line)
        elif line.rstrip(":") in TITLES.values():
            title = {name: output for output, name in TITLES.items()}[line.rstrip(":")]
            found[title] = found[title]
        elif " |" in line:
            found[title].append([cell.strip() for cell in line.rstrip("|").split("|")][: len(columns(title))])
    for output in COLUMNS.keys() & found.keys():
        assert found[output][0] == columns(output)
        del found[output][0]
    return found


@functools.cache
def outputs(name, *arguments, filter="", two_pass=False, wanted=tuple(OUTPUTS)):
    """All outputs on a capture, from one run."""
    path = name if isinstance(name, pathlib.Path) else capture(name)
    asked = [word for output in wanted for word in ("-z", f"fwx,{output}" + (f",{filter}" if filter else ""))]
    return sort(tshark(path, "-Q", *asked, *arguments, two_pass=two_pass))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("outputs") / "empty.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    return path


def cells(output, *chosen, name, **options):
    """Some columns of a table's rows."""
    indices = [columns(output).index(column) for column in chosen]
    return [tuple(row[index] for index in indices) for row in outputs(name, **options)[output]]


def rank(row):
    """Of a row of fwx,verdicts: trouble, then what is denied, what has a cause, notes, what is in order."""
    found = dict(zip(columns("verdicts"), row))
    return (found["Severity"] == "trouble", found["Action"] == "Denied", found["Cause"] != "-", found["Severity"] == "note")


@pytest.mark.parametrize("two_pass", [False, True])
def test_the_worst_come_first(everything, two_pass):
    """Rows of one rank in their order, and those of a connection with it."""
    rows = outputs(everything, two_pass=two_pass)
    ranks = {row[0]: rank(row) for row in rows["verdicts"]}
    order = [(ranks[row[0]], -int(row[0])) for row in rows["verdicts"]]
    assert order == sorted(order, reverse=True) and len(set(ranks.values())) > 8
    for output in ("attempts", "resets"):
        which = columns(output).index("Connection")
        found = [ranks[row[which]] for row in rows[output] if row[which] in ranks]  # one row for the legs of one
        assert found == sorted(found, reverse=True) and len(set(found)) > 4


# ---- verdicts -------------------------------------------------------------------------------------------------------

VERDICT = ("Connection", "Protocol", "Initiator", "Responder", "Result", "Code", "Action", "Frame", "Dropped", "Confidence",
           "Evidence")

VERDICTS = {
    "source-001-dirty-close": [
        ("1", "TCP", "10.0.0.1:31024", "10.0.0.2:443", "FWX_E_ABORTIVE_SHUTDOWN", "0x80074e21", "Terminate", "12", "0",
         "inferred", "-"),
    ],
    "source-003-client": [
        ("1", "TCP", "10.110.233.50:50183", "172.16.1.1:443", "FWX_E_SEQ_ACK_MISMATCH", "0xc0040034", "Denied", "3", "8",
         "documented", "corroborated"),
    ],
    "source-004-rtsp-killed": [
        ("1", "TCP", "10.20.0.10:58907", "10.10.0.40:554", "FWX_E_CONNECTION_KILLED", "0x80074e24", "Terminate", "10", "2",
         "inferred", "corroborated"),
    ],
    "source-002-syn-unanswered": [  # nothing is known yet: the capture ends
        ("1", "TCP", "192.168.4.71:37389", "10.1.1.1:443", "-", "-", "-", "2", "0", "-", "-"),
        ("2", "TCP", "192.168.4.71:37389", "10.1.1.1:80", "-", "-", "-", "3", "0", "-", "-"),
    ],
    "rule-no-reply": [
        ("1", "TCP", "192.168.1.10:50000", "192.0.2.20:80", "FWX_E_TCP_NO_SERVER_REPLY", "0xc0040038", "Terminate", "3", "0",
         "assumed", "-"),
        ("2", "UDP", "192.168.1.10:52001", "192.0.2.53:53", "ERROR_SUCCESS", "0x00000000", "Establish", "4", "0",
         "documented", "-"),
    ],
    "tcp-healthy-ipv6": [
        ("1", "TCP", "[2001:db8:1::10]:50000", "[2001:db8:2::20]:80", "FWX_E_GRACEFUL_SHUTDOWN", "0x80074e20", "Terminate",
         "10", "0", "inferred", "-"),
    ],
    "marker-icmpv6": [
        ("1", "ICMPv6", "2001:db8:1::10", "2001:db8:1::1", "ERROR_SUCCESS", "0x00000000", "Establish", "1", "0",
         "documented", "-"),
    ],
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(name):
    rows = outputs(name)["verdicts"]
    found = cells("verdicts", *VERDICT, name=name)
    assert [row for row in found if row[1] == VERDICTS[name][0][1] or row in VERDICTS[name]] == VERDICTS[name]
    assert cells("verdicts", "Display filter", name=name) == [(f"fwx.conn.id == {row[0]}",) for row in rows]
    assert all(reason for (reason,) in cells("verdicts", "Reason", name=name))


HAPPENED = ("Connection", "Outcome", "Cause", "Severity", "What happened", "Next step")

ACCOUNTS = {
    "source-001-dirty-close": [
        ("1", "reset", "dirty-close", "note", "Reset in frame 12 instead of a FIN; nothing was lost",
         "Ask only if data was lost: some programs close so by design.")],
    "source-003-client": [
        ("1", "unheard", "padding", "trouble", "ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped",
         "Find the device that turns Ethernet padding into payload, and compare IP lengths before and behind it.")],
    "source-002-syn-unanswered": [
        ("1", "unanswered", "-", "trouble", "No answer to 2 SYNs in 0.3 s",
         "Capture at the server, to see whether the SYNs arrive there."),
        ("2", "cut", "-", "note", "The capture cannot tell: the rest of it is not there",
         "Capture for longer, and without a filter on flags.")],
    "tcp-healthy": [("1", "closed", "-", "ok", "Works; closed in order", "-")],
    "cause-port-reuse-live": [
        ("1", "open", "-", "ok", "Works; open to the end of the capture", "-"),
        ("2", "refused", "port-reuse", "note", "Port reused too early: an older connection answers in frame 8",
         "Give the client more ports, or shorten how long the server or the firewall keeps closed connections."),
        ("3", "closed", "-", "ok", "Works; closed in order", "-")],
}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_happened(name):
    """In the table and, with empty cells and nulls, in CSV and JSON."""
    assert sorted(cells("verdicts", *HAPPENED, name=name)) == ACCOUNTS[name]
    assert [(row["connection"], *(row[fact] or "-" for fact in FACTS)) for row in records(name)] == ACCOUNTS[name]
    assert [(str(found["connection"]), *(found[fact] or "-" for fact in FACTS)) for found in objects(name)] == ACCOUNTS[name]


def test_verdicts_of_a_crowd():
    """Source 002: which verdict how often."""
    count = collections.Counter(cells("verdicts", "Code", "Action", name="source-002-quota", wanted=("verdicts",)))
    assert count == {("0x80074e20", "Terminate"): 600, ("0xc0040037", "Denied"): 20}
    count = collections.Counter(cells("verdicts", "Code", "Dropped", name="source-002-concurrent", wanted=("verdicts",)))
    assert count == {("0x00000000", "0"): 160, ("0x80074e23", "3"): 10}


def test_the_filter_of_a_row_selects_the_conversation():
    (row,) = outputs("source-002-markers-n5", filter="tcp.port == 50301")["verdicts"]
    selects = row[columns("verdicts").index("Display filter")]
    lines = tshark(capture("source-002-markers-n5"), "-T", "fields", "-e", "frame.number", filter=selects)
    assert lines == tshark(capture("source-002-markers-n5"), "-T", "fields", "-e", "frame.number", filter="tcp.port == 50301")


# ---- attempts -------------------------------------------------------------------------------------------------------

ATTEMPT = ("Connection", "First frame", "Outcome", "SYNs", "Answer after (s)", "Status")

ATTEMPTS = {
    "tcp-healthy": [("1", "1", "answered", "1", "0.001000", "-")],
    "reset-refused": [("1", "1", "refused", "1", "0.001000", "10061")],
    "rule-no-reply": [("1", "1", "unanswered", "3", "-", "10060")],
    "rule-no-reply-healthy": [("1", "1", "answered", "3", "10.000000", "-")],
    "rule-no-reply-pending-healthy": [("1", "1", "unanswered", "2", "-", "-")],  # the answer may still come
    "tcp-retransmitted-syn": [("1", "1", "answered", "3", "9.003000", "-")],
    "tcp-port-reuse": [(str(n), str(f), "answered", "1", "0.001000", "-") for n, f in ((1, 1), (2, 11), (3, 18))],
    "cause-port-reuse": [  # whose ACK answers the SYNs of the later ones: no server that failed to reply
        ("1", "1", "answered", "1", "0.021000", "-"),
        ("2", "11", "old connection", "1", "-", "-"),
        ("3", "14", "old connection", "1", "-", "-"),
        ("4", "17", "old connection", "1", "-", "-"),
        ("5", "20", "answered", "1", "0.021000", "-"),
    ],
    "cause-port-reuse-live": [
        ("1", "1", "answered", "1", "0.021000", "-"),
        ("2", "7", "old connection", "1", "-", "-"),
        ("3", "10", "answered", "1", "0.021000", "-"),
    ],
    "outcome-refused-icmp": [("1", "1", "refused", "2", "-", "-")],
    "tcp-midstream": [],
    "udp-dns": [],
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_attempts(name):
    assert sorted(cells("attempts", *ATTEMPT, name=name)) == ATTEMPTS[name]


# ---- resets ---------------------------------------------------------------------------------------------------------

RESET = ("Frame", "Connection", "Class", "By", "Status", "Status is", "After the FIN (s)", "Looks injected")

RESETS = {
    "source-001-dirty-close": [("12", "1", "dirty-close", "initiator", "64", "by design", "0.339020", "no")],
    "source-003-client": [("12", "1", "handshake-abort", "responder", "0", "-", "0.000000", "no")],
    "source-004-rtsp-killed": [("10", "1", "data-abort", "responder", "64", "look into it", "0.000000", "yes")],
    "reset-refused": [("2", "1", "refused", "responder", "10061", "look into it", "0.000000", "no")],
    "reset-idle-abort": [("7", "1", "idle-abort", "initiator", "64", "harmless", "0.000000", "no")],
    "tcp-healthy": [],
}


@pytest.mark.parametrize("name", RESETS)
def test_resets(name):
    assert cells("resets", *RESET, name=name) == RESETS[name]


# ---- markers --------------------------------------------------------------------------------------------------------

MARKER = ("Range", "Markers", "First frame", "Last frame", "Packets", "Conversations", "Display filter")


def between(first, last):
    return f"frame.number >= {first} and frame.number <= {last}"


MARKERS = {
    "source-002-markers-n5": [
        ("1", "22-33", "13", "23", "11", "1", between(13, 23)),
        ("2", "33-44", "34", "49", "16", "2", between(34, 49)),
        ("3", "44-", "60", "0", "4", "1", "frame.number >= 60"),
    ],
    "source-002-markers-n1": [
        ("1", "22-33", "10", "19", "10", "2", between(10, 19)),
        ("2", "33-", "24", "0", "4", "2", "frame.number >= 24"),
    ],
    "tcp-healthy": [],
}


@pytest.mark.parametrize("name", MARKERS)
def test_markers(name):
    assert cells("markers", *MARKER, name=name) == MARKERS[name]


# ---- the log --------------------------------------------------------------------------------------------------------

def log(name, *arguments, **options):
    """(header, lines), each line a dictionary by the names in #Fields."""
    lines = outputs(name, *arguments, **options)["log"]
    header = [line for line in lines if line.startswith("#")]
    names = header[-1].removeprefix("#Fields: ").split("\t")
    return header, [dict(zip(names, line.split("\t"), strict=True)) for line in lines[len(header):]]


def test_log_header():
    header, lines = log("source-003-client")
    assert header[0].startswith("#Software: fwx ") and header[0].endswith(", as Forefront TMG 2010")
    assert header[1:3] == ["#Version: 2.0", "#Date: 2012-05-01 14:44:32"]
    assert header[3].removeprefix("#Fields: ").split("\t") == LOG_FIELDS


def test_log_of_source_003():
    """One line for the eight drops, with a count; hex in lower case, times in UTC, 0 for the connection of a drop."""
    _, (drop, end) = log("source-003-client")
    expected = ["fwx", "2012-05-01", "14:44:32", "TCP", "10.110.233.50:50183", "172.16.1.1:443", "10.110.233.50", "Denied",
                "0xc0040034", "-", "0", "0", "-", "0", "8"]
    assert list(drop.values()) == expected
    assert (end["action"], end["status"], end["time"], end["x-count"]) == ("Terminate", "0x80074e21", "14:44:38", "1")
    assert (end["connection ID"], end["connection time"]) == ("1", "6047")
    assert end["bytes sent"] == "0"  # all that the client sent was denied


def test_log_line_for_every_drop():
    _, lines = log("source-003-client", "-o", "fwx.log_every_drop:TRUE")
    assert [line["status"] for line in lines] == ["0xc0040034"] * 8 + ["0x80074e21"]
    assert {line["x-count"] for line in lines} == {"1"}


def test_log_of_healthy_traffic():
    _, lines = log("tcp-healthy")
    assert [(line["action"], line["status"], line["application protocol"]) for line in lines] == [
        ("Establish", "0x0", "Web Proxy"),
        ("Terminate", "0x80074e20", "Web Proxy"),
    ]
    end = lines[-1]
    assert (end["bytes sent"], end["bytes received"], end["connection time"]) == ("51", "77", "9")


def test_log_of_what_ends_in_silence():
    """Logged when the time was over, not when the capture ended."""
    _, lines = log("rule-no-reply")
    assert [(line["time"], line["status"]) for line in lines] == [("12:00:21", "0xc0040038"), ("12:00:22", "0x0")]
    _, lines = log("rule-udp-idle")
    ends = [(line["time"], line["status"]) for line in lines if line["action"] == "Terminate"]
    assert ends == [("12:01:00", "0x80074e20"), ("12:03:00", "0x80074e20")]


def test_log_of_icmp():
    """The port columns carry ICMP's type and code."""
    _, lines = log("source-002-markers-n5")
    assert [(line["source"], line["destination"]) for line in lines if line["IP protocol"] == "ICMP"] == [
        ("192.168.1.10:8", "192.168.1.20:0")
    ]
    _, lines = log("marker-icmpv6")
    assert "2001:db8:1::10:128" in {line["source"] for line in lines}


def test_log_of_packets_without_a_connection():
    _, lines = log("rule-invalid-protocol")
    (line,) = lines
    assert (line["source"], line["destination"], line["status"]) == ("192.168.1.10", "192.0.2.20", "0xc0040028")
    assert (line["action"], line["connection ID"]) == ("Denied", "0")


def test_log_of_drops_in_both_directions():
    """A drop is logged the way the packet went."""
    _, lines = log("tcp-late-segments", "-o", "fwx.log_every_drop:TRUE")
    late = [(line["source"], line["original client IP"]) for line in lines if line["status"] == "0xc0040017"]
    assert late[0] == ("192.0.2.20:80", "192.0.2.20")
    assert late[1:] == 2 * [("192.168.1.10:50000", "192.168.1.10")]


# ---- JSON -----------------------------------------------------------------------------------------------------------

def objects(name, *arguments, **options):
    return [json.loads(line) for line in outputs(name, *arguments, **options)["json"]]


def test_json_of_source_003():
    (found,) = objects("source-003-client")
    assert found["initiator"] == {"address": "10.110.233.50", "port": 50183, "bytes": 762, "packets": 9}  # denied or not
    assert (found["first_frame"], found["last_frame"], found["dropped"]) == (1, 12, 8)
    assert (found["state"], found["evidence"]) == ("reset", "corroborated")
    assert found["begin"] == "2012-05-01T14:44:32.539504500Z" and found["duration"] == 6.047
    verdict = found["verdict"]
    assert (verdict["code"], verdict["action"], verdict["frame"]) == ("0xc0040034", "Denied", 3)
    assert verdict["elsewhere"] == {
        "linux_conntrack": "nf_ct_proto_6: ACK is over upper bound … (ACKed data not seen yet) / invalid",
        "cisco_asa": "tcp-3whs-failed",
    } | dict.fromkeys(("palo_alto", "check_point", "fortigate", "openbsd_pf"))
    drops = [f["frame"] for f in found["findings"] if f.get("code") == "0xc0040034"]
    assert drops == [3, 4, 5, 6, 7, 9, 10, 11]


def test_json_without_a_verdict():
    assert [found["verdict"] for found in objects("source-002-syn-unanswered")] == [None, None]
    assert [found["verdict"] and found["verdict"].get("status") for found in objects("rule-no-reply")] == [10060, None]


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All test captures but the large ones, one after the other: tuples come again, time runs backwards."""
    path = tmp_path_factory.mktemp("outputs") / "everything.pcapng"
    small = [path for path in captures() if path.stat().st_size < 50_000]
    subprocess.run(["mergecap", "-a", "-w", path, *small], check=True)
    return path


def test_json_fits_its_schema(everything):
    """Whatever the packets were; and the schema refuses what it should."""
    jsonschema = pytest.importorskip("jsonschema", reason="the system's jsonschema is not installed")
    schema = json.loads((ROOT / "plugin" / "schema" / "conversation.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    shown = objects(everything)
    wrong = [(found["connection"], error.message) for found in shown for error in validator.iter_errors(found)]
    assert wrong == []
    behind = ("firewalls", "pairs", "explained_by")  # where there are any
    assert {tuple(name for name in found if name not in behind)[-6:] for found in shown} == {(*FACTS, "version")}
    assert any("evidence" not in found for found in shown)
    assert len(shown) > 500 and {found["protocol"] for found in shown} == {"TCP", "UDP", "ICMP", "ICMPv6"}

    (found,) = objects("source-003-client")
    for wrong in (
        found | {"surprise": 1},
        found | {"state": "asleep"},
        found | {"connection": 0},
        found | {"verdict": found["verdict"] | {"code": "0xC0040034"}},
        found | {"begin": "2012-05-01 14:44:32"},
        found | {"findings": [{"frame": 3, "what": "padding", "reason": "x", "code": "0xc0040034"}]},
        {name: value for name, value in found.items() if name != "outcome"},
        found | {"evidence": "none"},
        found | {"cause": "bad luck"},
        found | {"headline": 81 * "x"},
        found | {"version": 1},
    ):
        assert not validator.is_valid(wrong)


# ---- CSV ------------------------------------------------------------------------------------------------------------

def records(name, *arguments, **options):
    return list(csv.DictReader(outputs(name, *arguments, **options)["csv"]))


CSV = {
    "source-003-client": [
        "1 TCP 10.110.233.50 50183 172.16.1.1 443 FWX_E_SEQ_ACK_MISMATCH 0xc0040034 Denied 3 8 documented corroborated",
    ],
    "tcp-healthy-ipv6": [
        "1 TCP 2001:db8:1::10 50000 2001:db8:2::20 80 FWX_E_GRACEFUL_SHUTDOWN 0x80074e20 Terminate 10 0 inferred ",
    ],
    "source-002-syn-unanswered": [  # no verdict: empty
        "1 TCP 192.168.4.71 37389 10.1.1.1 443    2 0  ",
        "2 TCP 192.168.4.71 37389 10.1.1.1 80    3 0  ",
    ],
}


@pytest.mark.parametrize("name", CSV)
def test_csv(name):
    assert outputs(name)["csv"][0].split(",") == CSV_FIELDS + FACTS
    found = records(name)
    assert [" ".join(list(row.values())[:13]) for row in found] == CSV[name]
    shared = [column.lower() for column in VERDICT if column not in ("Initiator", "Responder")] + ["reason"]
    table = cells("verdicts", *(column for column in VERDICT if column not in ("Initiator", "Responder")), "Reason", name=name)
    assert [tuple(row[column] or "-" for column in shared) for row in found] == table
    assert [row["filter"] for row in found] == [f"fwx.conn.id == {row['connection']}" for row in found]


def test_csv_of_icmp():
    """No ports."""
    row = next(row for row in records("marker-icmpv6") if row["protocol"] == "ICMPv6")
    assert (row["protocol"], row["initiator_port"], row["responder_port"]) == ("ICMPv6", "", "")


RESET_CELLS = {
    "source-001-dirty-close": ("2011-05-03T11:34:04.931000000Z", "10.910", "64", "dirty-close", "initiator", "by design"),
    "source-003-client": ("2012-05-01T14:44:32.539504500Z", "6.047", "", "handshake-abort", "responder", ""),
    "reset-blind-then-dirty-close": (  # the one that ended it, not the blind one before
        "2012-06-01T12:00:00.000000000Z", "0.347", "64", "dirty-close", "initiator", "by design"
    ),
    "reset-refused": ("2012-06-01T12:00:00.000000000Z", "0.001", "10061", "refused", "responder", "look into it"),
    "tcp-healthy": ("2012-06-01T12:00:00.000000000Z", "0.009", "", "", "", ""),
}


@pytest.mark.parametrize("name", RESET_CELLS)
def test_csv_of_resets(name):
    (row,) = records(name)
    assert tuple(row[column] for column in CSV_FIELDS[-6:]) == RESET_CELLS[name]


def test_csv_is_as_the_rfc_has_it():
    """Lines end in CRLF; cells with a comma are quoted, others are not."""
    done = run("sh", "-c", 'exec tshark "$@" | od -An -v -tx1 -w1', "sh", "-n", "-Q", "-r",
               readable(capture("source-003-client")), "-z", "fwx,csv")
    text = bytes.fromhex(done.stdout.replace("\n", "")).decode()
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == 2
    assert text.split("\r\n")[1].startswith('1,TCP,10.110.233.50,50183,172.16.1.1,443,FWX_E_SEQ_ACK_MISMATCH,0xc0040034,')
    assert ',"Half-open, and ' in text and text.endswith(',"Find the device that turns Ethernet padding into payload, and '
                                                         'compare IP lengths before and behind it."\r\n')
    assert text.count('"') == 4


# ---- all of them ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("output", OUTPUTS)
def test_alone_as_together(output):
    name = "source-004-rtsp-killed"
    assert outputs(name, wanted=(output,)) == {output: outputs(name)[output]}


AGREEING = """
    source-003-client source-002-markers-n1 source-002-markers-n5 rule-no-reply rule-udp-idle tcp-port-reuse
    tunnel-fragments
""".split()


@pytest.mark.parametrize("name", AGREEING)
def test_one_pass_and_two_agree(name):
    """At the end all is known, however often the packets were looked at."""
    assert outputs(name) == outputs(name, two_pass=True)


def test_filter():
    """Which conversations are listed, not what is known of them."""
    everything, one = outputs("tcp-port-reuse"), outputs("tcp-port-reuse", filter="frame.number == 12")
    for output in ("verdicts", "attempts"):
        assert one[output] == [row for row in everything[output] if row[0] == "2"]
    assert one["csv"] == [everything["csv"][0], everything["csv"][2]]
    assert one["json"] and json.loads(one["json"][0])["connection"] == 2 and len(one["json"]) == 1
    assert one["resets"] == one["markers"] == []
    assert outputs("tcp-port-reuse", filter="frame.number == 17")["resets"] == everything["resets"]
    assert [line["status"] for line in log("tcp-port-reuse", filter="tcp.flags.reset == 1")[1]] == ["0x80074e21"]
    markers = cells("markers", "Range", "Packets", name="source-002-markers-n5", filter="tcp.port == 50301")
    assert markers == [("2", "10")]


NOTHING = {output: [] for output in COLUMNS}


def is_silent(found):
    tables = {output: rows for output, rows in found.items() if output in COLUMNS}
    header = [line.split(":")[0] for line in found["log"]]
    assert len(found["csv"]) == 1  # the heading
    return tables == NOTHING and not found["json"] and not found["findings"] and header == ["#Software", "#Version", "#Fields"]


def test_nothing_passes_the_filter():
    assert is_silent(outputs("source-003-client", filter="tcp.port == 1"))


@pytest.mark.parametrize("two_pass", [False, True])
def test_empty_capture(empty, two_pass):
    assert is_silent(outputs(empty, two_pass=two_pass))


@pytest.mark.parametrize("two_pass", [False, True])
def test_disabled_protocol(two_pass):
    assert is_silent(outputs("source-003-client", "--disable-protocol", "fwx", two_pass=two_pass))


@pytest.mark.parametrize("output", OUTPUTS)
def test_wrong_filter_is_refused(output):
    shell = ("sh", "-c", 'exec tshark "$@" 2>&1', "sh")
    arguments = ("-n", "-Q", "-r", readable(capture("tcp-healthy")), "-z", f"fwx,{output},no.such.field == 1")
    done = run(*shell, *arguments, check=False)
    assert done.returncode != 0 and "no.such.field" in done.stdout


def test_names_are_resolved_only_where_the_user_wants_it(tmp_path):
    """The tables follow Wireshark's options; the log and JSON are for programs and stay numeric."""
    hosts = tmp_path / "hosts"
    hosts.write_text("192.0.2.20 www.example.com\n")
    resolved, plain = outputs("tcp-healthy", "-N", "n", "-H", readable(hosts)), outputs("tcp-healthy")
    assert resolved["verdicts"][0][4] == "www.example.com:80"
    assert plain["verdicts"][0][4] == "192.0.2.20:80"
    assert (resolved["log"], resolved["json"], resolved["csv"]) == (plain["log"], plain["json"], plain["csv"])


# ---- sharkd ---------------------------------------------------------------------------------------------------------


def test_sharkd_has_the_tables():
    taps = {f"tap{number}": f"nstat:fwx,{name}" for number, name in enumerate(COLUMNS)}
    (result,) = sharkd(capture("source-003-client"), ("tap", taps))
    tables = {tap["tap"]: tap for tap in result["taps"]}
    assert sorted(tables) == sorted(taps.values())
    for name in COLUMNS:
        assert [field["c"] for field in tables[f"nstat:fwx,{name}"]["fields"]] == columns(name)
    (rows,) = (table["i"] for table in tables["nstat:fwx,verdicts"]["tables"])
    client, server = "10.110.233.50:50183", "172.16.1.1:443"
    headline = "ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped"
    assert [row[:10] for row in rows] == [
        [1, headline, "TCP", client, server, "FWX_E_SEQ_ACK_MISMATCH", "0xc0040034", "Denied", 3, 8]
    ]
