"""Further firewalls beside the main one: what each says of which frames, wherever it is shown, and a user's own file of them."""

import functools
import itertools
import json
import os
import subprocess

import pytest

from wireshark import NOBODY, ROOT, capture, columns, fields, launch, matching, readable, scratch, sharkd_answers, taps, tshark

ALL = ("linux openvswitch pf asa panos fortigate checkpoint srx aws-nlb aws-natgw aws-sg aws-nfw azure-lb azure-natgw azure-fw "
       "gcp-vpc gcp-nat f5 haproxy nginx").split()


def also(*firewalls, **preferences):
    preferences = {"also": " ".join(firewalls)} | preferences
    return tuple(word for name, value in preferences.items() for word in ("-o", f"fwx.{name}:{value}"))


def said(name, *arguments, field="fwx.firewall", **options):
    """{frame: [what is said]}"""
    lines = tshark(capture(name), *"-T fields -E separator=/t -E occurrence=a -E aggregator=| -e frame.number -e".split(), field,
                   *arguments, **options)
    cells = (line.split("\t") for line in lines)
    return {int(frame): texts.split("|") for frame, texts in cells if texts}


def tap(name, output, *arguments, **options):
    return taps(capture(name), output, arguments=arguments, **options)


def drops(name, *arguments, **options):
    """{firewall: the frames that it drops or answers with a reset}"""
    found = {}
    for frame, texts in said(name, *arguments, **options).items():
        for text in texts:
            firewall, words = text.split(": ", 1)
            assert words.startswith(("drop, ", "reset, ")), text
            found.setdefault(firewall, []).append(frame)
    return found


def rows(name, *arguments, filter="", **options):
    """The table's head, and its rows."""
    lines = tap(name, "fwx,firewalls" + (f",{filter}" if filter else ""), *arguments, **options)
    cells = [[cell.strip() for cell in line.split("|")[:-1]] for line in lines if " |" in line]
    assert cells[0] == ["Initiator", "Responder", "Protocol", "Firewall", "Would have said", "Frame", "Dropped", "Evidence",
                        "Explains it", "Display filter"]
    return next(line for line in lines if line.startswith("Firewalls side by side")), cells[1:]


# ---- source 003 -------------------------------------------------------------------------------------------------------

KERNEL = "nf_ct_proto_6: ACK is over upper bound 2180033887 (ACKed data not seen yet)"
ASA = "the handshake's acknowledgement does not fit (documented)"
DROPPED = [3, 4, 5, 6, 7, 9, 10, 11]
SOURCE_003 = {frame: [f"linux: drop, {KERNEL}", f"asa: drop, {ASA}"] for frame in DROPPED}


@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_source_003_at_the_firewall(two_pass):
    """Linux drops what TMG drops, with the kernel's own text; so does an ASA; all others pass it."""
    assert said("source-003-firewall", *also(*ALL), two_pass=two_pass) == SOURCE_003


def test_source_003_at_the_client():
    """The padding is data of the SYN-ACK there: an ASA drops that, which the client then acknowledges all the same."""
    found = said("source-003-client", *also("asa", "pf", "gcp-vpc"))
    assert found == {2: ["asa: drop, data in the SYN-ACK (documented)"]}
    (row,) = rows("source-003-client", *also("asa"))[1]
    assert row[3:9] == ["asa", "drop, data in the SYN-ACK (documented)", "2", "1", "contradicted", "no, it arrived"]


def test_advice():
    found = said("source-003-firewall", *also("linux"), field="fwx.firewall.advice")
    sentence = ("net.netfilter.nf_conntrack_tcp_be_liberal=1: only resets are held to the window then, and whoever guesses addresses "
                "and ports gets data in.")
    assert found == dict.fromkeys(DROPPED, [sentence])


def test_settings_of_linux():
    """A liberal kernel passes it; one whose ruleset has no rule for INVALID says so, and drops nothing."""
    assert said("source-003-firewall", *also("linux", linux_settings="nf_conntrack_tcp_be_liberal=1")) == {}
    passed = also("linux", linux_drops_invalid="FALSE")
    assert said("source-003-firewall", *passed) == {frame: [f"linux: invalid, {KERNEL}"] for frame in DROPPED}
    (row,) = rows("source-003-firewall", *passed)[1]
    assert row[3:9] == ["linux", "passes all", "", "0", "", "no"]


def test_nothing_without_the_preference():
    assert said("source-003-firewall") == said("source-003-firewall", field="fwx.firewall.advice") == {}
    assert rows("source-003-firewall")[1] == []
    (line,) = (line for line in tap("source-003-firewall", "fwx,json") if line.startswith("{"))
    assert "firewalls" not in json.loads(line)


# ---- wherever it is shown ---------------------------------------------------------------------------------------------

ENDS = ["10.110.233.50:50183", "172.16.1.1:443", "TCP"]
TABLE = [
    [*ENDS, "linux", f"drop, {KERNEL}", "3", "8", "corroborated", "yes", "fwx.conn.id == 1"],
    [*ENDS, "asa", f"drop, {ASA}", "3", "8", "corroborated", "yes", "fwx.conn.id == 1"],
    [*ENDS, "pf", "passes all", "", "0", "", "no", "fwx.conn.id == 1"],
]
THREE = also("linux", "asa", "pf")


@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_table(two_pass):
    assert rows("source-003-firewall", *THREE, two_pass=two_pass) == ("Firewalls side by side:", TABLE)


def test_table_of_a_filter():
    assert rows("source-003-firewall", *THREE, filter="frame.number == 1")[1] == TABLE
    assert rows("source-003-firewall", *THREE, filter="udp")[1] == []


def test_nothing_to_explain():
    """Where nothing troubles the user no firewall explains it, and none is absolved."""
    assert [row[3:9] for row in rows("tcp-healthy", *THREE)[1]] == [
        [name, "passes all", "", "0", "", ""] for name in ("linux", "asa", "pf")]


def test_column_and_display_filter():
    found = columns(capture("source-003-firewall"), ["fwx.firewall"], *also("linux"))
    assert found == {frame: {"fwx.firewall": f"linux: drop, {KERNEL}"} for frame in DROPPED}
    for name, wanted in (("linux", DROPPED), ("asa", DROPPED), ("pf", [])):
        assert matching(capture("source-003-firewall"), f'fwx.firewall contains "{name}: drop"', *THREE) == wanted


def test_hidden_with_the_verdicts():
    """What firewalls would have said is the verdicts' family."""
    assert said("source-003-firewall", *also("linux", show_verdicts="FALSE")) == {}


def test_sharkd():
    """The dialog's rows, and the packet list's column."""
    requests = [("setconf", {"name": "fwx.also", "value": "linux asa pf"}),
                ("load", {"file": readable(capture("source-003-firewall"))}),
                ("frames", {"column0": "fwx.firewall:0"}), ("tap", {"tap0": "nstat:fwx,firewalls"})]
    *_, frames, answer = sharkd_answers(requests)
    (table,) = answer["result"]["taps"]
    assert [[str(cell) for cell in row] for row in table["tables"][0]["i"]] == TABLE
    assert [frame["num"] for frame in frames["result"] if frame["c"][0]] == DROPPED


@functools.cache
def validator():
    jsonschema = pytest.importorskip("jsonschema", reason="the system's jsonschema is not installed")
    return jsonschema.Draft202012Validator(json.loads((ROOT / "plugin" / "schema" / "conversation.json").read_text()))


def conversations(name, *arguments):
    return [json.loads(line) for line in tap(name, "fwx,json", *arguments) if line.startswith("{")]


def test_json():
    (found,) = conversations("source-003-firewall", *also("linux", "pf"))
    linux, pf = found["firewalls"]
    assert linux.pop("advice").startswith("net.netfilter.nf_conntrack_tcp_be_liberal=1: ")
    assert linux == {"firewall": "linux", "action": "drop", "dropped": 8, "frame": 3, "event": "ack-high", "says": KERNEL,
                     "evidence": "corroborated"}
    assert pf == {"firewall": "pf", "action": "pass", "dropped": 0}


@pytest.mark.parametrize("name", ["source-003-firewall", "source-003-client", "firewall-idle", "firewall-closed",
                                  "firewall-udp-one-way", "rule-half-scan"])
def test_json_fits_its_schema(name):
    found = conversations(name, *also(*ALL))
    assert found
    for conversation in found:
        validator().validate(conversation)
        assert [firewall["firewall"] for firewall in conversation["firewalls"]] == ALL


# ---- the time-outs ----------------------------------------------------------------------------------------------------

# Of each capture: seconds after which a firewall has forgotten a connection, by what is known of it (not by the table that
# it reads); and how many packets of the connection it then drops, before one shows that they arrived.
IDLE = {"asa": 3600, "panos": 3600, "fortigate": 3600, "checkpoint": 3600, "srx": 1800, "aws-nlb": 350, "aws-natgw": 350,
        "aws-sg": 432000, "aws-nfw": 350, "azure-lb": 240, "azure-natgw": 240, "gcp-vpc": 600, "gcp-nat": 1200, "f5": 300}
HALF_OPEN = {"asa": 30, "fortigate": 10, "checkpoint": 25, "srx": 20, "gcp-nat": 30, "f5": 5}
CLOSED = {"panos": 15, "fortigate": 1, "checkpoint": 20, "srx": 2, "gcp-nat": 120}
BOUNDARIES = {
    "firewall-idle": (IDLE, 1),
    "firewall-half-open": (HALF_OPEN | {"panos": 5, "linux": 120}, 1),
    "firewall-half-open-synack": (HALF_OPEN | {"panos": 10}, 2),
    "firewall-half-closed": (IDLE | {"asa": 600, "panos": 120, "fortigate": 120, "gcp-nat": 30}, 1),
    "firewall-closed-reset": (CLOSED, 1),
    "firewall-udp-one-way": ({"asa": 120, "panos": 30, "fortigate": 180, "checkpoint": 40, "srx": 60, "aws-nlb": 120,
                              "aws-sg": 30, "gcp-vpc": 600, "gcp-nat": 30}, 1),
}
TIMED = [name for name in ALL if name not in ("pf", "openvswitch")]


@functools.cache
def silences(name):
    """[(milliseconds, the frames behind it)]: the longest silence of each stream."""
    streams = {}
    for row in fields(capture(name), ["frame.number", "tcp.stream", "udp.stream", "frame.time_relative"]):
        stream = streams.setdefault((row["tcp.stream"], row["udp.stream"]), [])
        stream.append((round(float(row["frame.time_relative"]) * 1000), int(row["frame.number"])))
    found = []
    for stream in streams.values():
        gaps = [(later[0] - earlier[0], i) for i, (earlier, later) in enumerate(itertools.pairwise(stream), 1)]
        length, first = max(gaps)
        found.append((length, [frame for _, frame in stream[first:]]))
    return found


def dropped_behind(name, seconds, count):
    return sorted(frame for length, behind in silences(name) if length >= seconds * 1000 for frame in behind[:count])


@pytest.mark.parametrize("name", BOUNDARIES)
def test_boundaries(name):
    """Just before it passes, just after it does not: these frames, and no others."""
    timeouts, count = BOUNDARIES[name]
    wanted = {firewall: dropped_behind(name, seconds, count) for firewall, seconds in timeouts.items()}
    assert drops(name, *also(*TIMED)) == {firewall: frames for firewall, frames in wanted.items() if frames}


def test_boundaries_of_datagrams():
    """Who asks again opens a session anew; who is told something out of the blue is not."""
    timeouts = {"asa": 120, "panos": 30, "fortigate": 180, "checkpoint": 40, "srx": 60, "aws-nlb": 120, "aws-sg": 180,
                "gcp-vpc": 600, "gcp-nat": 30}
    told = silences("firewall-udp")[12:]
    assert [behind[0] for _, behind in told] == [103, 107, 109, 111, 117, 119, 125, 127, 133, 135, 141, 143]
    assert drops("firewall-udp", *also(*TIMED)) == {
        firewall: [behind[0] for length, behind in told if length >= seconds * 1000] for firewall, seconds in timeouts.items()}


def test_the_expectations_are_no_empty_ones():
    """Said once with numbers."""
    assert dropped_behind("firewall-idle", 3600, 1) == [264, 271, 278, 285, 292, 299, 306]
    assert dropped_behind("firewall-idle", 432000, 1) == [306]
    assert dropped_behind("firewall-half-open", 120, 1) == [80]
    assert dropped_behind("firewall-half-open-synack", 30, 2) == [65, 66, 69, 70, 73, 74, 77, 78, 81, 82]
    assert dropped_behind("firewall-half-closed", 3600, 1) == [135]
    assert dropped_behind("firewall-closed-reset", 120, 1) == [144]
    assert dropped_behind("firewall-udp-one-way", 60, 1) == [18, 20]


def test_boundary_after_the_close():
    """Both packets of who repeats his FIN; and of who acknowledges it late, that one (a half-closed session until then)."""
    late = [behind[0] for _, behind in silences("firewall-closed") if len(behind) == 1]
    assert late == [223, 224]
    wanted = {name: [frame for frame in dropped_behind("firewall-closed", seconds, 2) if frame not in late]
              for name, seconds in CLOSED.items()}
    wanted["gcp-nat"] = [224, *wanted["gcp-nat"]]
    assert drops("firewall-closed", *also(*TIMED)) == wanted | {"linux": [235]}


def test_boundary_of_unacknowledged_data():
    """299 and 301 s: an idle time-out ends that, too. Linux has one of its own, and picks up what it has forgotten."""
    first, second = (behind[0] for _, behind in silences("firewall-unacknowledged"))
    assert (first, second) == (9, 12)
    assert drops("firewall-unacknowledged", *also(*TIMED)) == {
        "azure-lb": [first, second], "azure-natgw": [first, second], "f5": [second]}


STRICT = also("linux", linux_settings="nf_conntrack_tcp_loose=0")


@pytest.mark.parametrize(("name", "seconds", "count", "words"), [
    ("firewall-idle", 432000, 1, "idle for too long"),
    ("firewall-unacknowledged", 300, 1, "idle for too long"),
    ("firewall-half-open-synack", 60, 1, "half-open for too long"),
    ("firewall-closed-reset", 10, 1, "after the close"),
])
def test_linux_that_forgets(name, seconds, count, words):
    frames = [frame for frame, (text,) in said(name, *STRICT).items() if text == f"linux: drop, {words}"]
    assert frames == dropped_behind(name, seconds, count)


def test_linux_half_closed():
    """60 s, but 120 s where the FIN is not acknowledged: the last two."""
    lengths = {behind[0]: length for length, behind in silences("firewall-half-closed")}
    found = said("firewall-half-closed", *STRICT)
    assert found == dict.fromkeys([95, 99, 103, 111, 115, 119, 123, 127, 131, 135], ["linux: drop, half-closed for too long"])
    assert [round(lengths[frame] / 1000) for frame in found] == [61, 119, 121, 121, 599, 601, 899, 901, 3599, 3601]
    assert sorted(round(length / 1000) for frame, length in lengths.items() if frame not in found) == [29, 31, 59, 119]


def test_time_outs_in_words():
    found = said("firewall-idle", *also("azure-lb", "asa"))
    first = {name: next(text for texts in found.values() for text in texts if text.startswith(name)) for name in ("asa", "azure-lb")}
    assert first == {
        "azure-lb": "azure-lb: drop, idle for too long; 241 s of silence, TCP idle 240 s (documented)",
        "asa": "asa: drop, %ASA-6-302014: Teardown TCP connection … Conn-timeout; 3601 s of silence, TCP idle 3600 s (documented)",
    }


def test_impossible_flags():
    """By a line of its own, or as what has no session; in a connection only by its own."""
    own = {"asa": "impossible flags (documented)", "fortigate": "SYN, FIN, RST can not appear in the same packet (documented)",
           "linux": "nf_ct_proto_6: invalid tcp flag combination"}
    for name, words in own.items():
        assert said("rule-half-scan", *also(name)) == dict.fromkeys([1, 2, 3, 4, 5, 9], [f"{name}: drop, {words}"])
    # To PAN-OS, of which that is not known, frame 2 is a SYN.
    assert said("rule-half-scan", *also("panos")) == dict.fromkeys([1, 3, 4, 5], ["panos: drop, no session (documented)"])


# ---- settings that are wrong, and a user's own file -------------------------------------------------------------------


def warned(*arguments, config=None):
    """(standard error, the head of the table)"""
    command = ["tshark", "-n", "-Q", "-r", readable(capture("source-003-firewall")), "-z", "fwx,firewalls", "-z", "fwx,verdicts",
               *arguments]
    words, environment = launch(command, config=config)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    return done.stderr.strip(), [line for line in done.stdout.splitlines() if line.startswith("Firewall") and line.endswith(":")]


def test_unknown_name():
    """Said once, and in every table's head; the others run."""
    problems = 'no firewall is called "nosuch"; "tmg2010" is chosen as the product; "x=1" is no setting of Linux'
    message, heads = warned(*also("nosuch", "tmg2010", "asa", linux_settings="x=1"))
    assert message == f"tshark: Firewall verdict, other firewalls: {problems}."
    assert sorted(heads) == [f"Firewall verdicts ({problems}):", f"Firewalls side by side ({problems}):"]
    message, heads = warned(*also("asa"))
    assert (message, sorted(heads)) == ("", ["Firewall verdicts:", "Firewalls side by side:"])


NUMBERS = itertools.count()


@pytest.fixture
def personal():
    """Writes a user's file beside the preferences, and returns the folder, as nobody can read it."""
    def write(content):
        folder = scratch() / "home" / f"personal-{next(NUMBERS)}"
        folder.mkdir()
        path = folder / "fwx_firewalls.tsv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for place in (folder, path):
            if os.geteuid() == 0:
                os.chown(place, NOBODY, NOBODY)
        return folder
    return write


CELLAR = """\
cellar\ttitle\tProxy in the cellar
cellar\ttcp-idle\t70\t\tsilent\tobserved\tits log\t2026-11
cellar\tnot-open\t\t\treset\tobserved\tits log\t2026-11\tstray packet\t\t\tRaise it.
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_model_of_ones_own(personal, ends):
    """A set of lines in one file, and it runs: nothing is built."""
    folder = personal(CELLAR.replace("\n", ends))
    found = said("firewall-idle", *also("cellar"), config=folder)
    assert list(found) == dropped_behind("firewall-idle", 70, 1)
    assert found[list(found)[0]] == ["cellar: reset, stray packet; 74 s of silence, TCP idle 70 s (observed)"]
    assert {*said("firewall-idle", *also("cellar"), field="fwx.firewall.advice", config=folder)} == {*found}


def test_a_time_out_of_ones_own(personal):
    """Stands for the known one, beside a capture and in the table of time-outs."""
    folder = personal("asa\ttcp-idle\t355\t\tsilent\tobserved\tshow run\t2026-11\n")
    assert drops("firewall-idle", *also("asa"), config=folder) == {"asa": dropped_behind("firewall-idle", 355, 1)}
    (line,) = (line for line in tap("silence-reset", "fwx,timeouts", config=folder) if "192.0.2.20:443" in line)
    assert "355 s Cisco ASA (asa), 350 s AWS NLB (aws-nlb)" in line


def test_wrong_lines(personal):
    """Each is named with its line and reason, and the others count."""
    folder = personal(CELLAR + "cellar\ttcp-idel\t5\ncellar\tudp-idle\tsoon\t\tsilent\tassumed\n")
    path = folder / "fwx_firewalls.tsv"
    problems = f"{path}:4: no such topic: title, a timer or an event; {path}:5: seconds have to be a whole number"
    message, heads = warned(*also("cellar"), config=folder)
    assert message == f"tshark: Firewall verdict, other firewalls: {problems}."
    assert f"Firewalls side by side ({problems}):" in heads


@pytest.mark.parametrize(("content", "problem"), [
    (b"\x7fELF\0\0\0\n\0", ":1: not UTF-8; {path}:2: not UTF-8"),
    (CELLAR.encode("utf-16"), ":1: not UTF-8"),
    ("cellar\ttitle\tW\u00fcrfel\n".encode("latin-1"), ":1: not UTF-8"),
], ids=["binary", "utf-16", "latin-1"])
def test_no_text(personal, content, problem):
    folder = personal(content)
    path = str(folder / "fwx_firewalls.tsv")
    message, _ = warned(*also("asa"), config=folder)
    assert message.startswith(f"tshark: Firewall verdict, other firewalls: {path}{problem.format(path=path)}"), message


def test_unreadable(personal):
    folder = personal(CELLAR)
    os.chmod(folder / "fwx_firewalls.tsv", 0)
    message, _ = warned(*also("cellar"), config=folder)
    assert "fwx_firewalls.tsv:1: " in message
    assert message.endswith('no firewall is called "cellar".')


def test_nothing_in_it(personal):
    folder = personal("")
    assert warned(*also("asa"), config=folder)[0] == ""
    assert said("source-003-firewall", *also("linux", "asa"), config=folder) == SOURCE_003
