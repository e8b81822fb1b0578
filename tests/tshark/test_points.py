"""Capture points: each interface has connections and clients of its own, and a name; nothing changes where there is but one."""

import csv
import json
import re
import struct
import subprocess

import pytest

from wireshark import ROOT, capture, fields, matching, readable, sharkd_answers, table, taps, tree, tshark

TABLES = ("verdicts", "attempts", "resets")
FACTS = ",outcome,cause,severity,headline,next_step"


def preference(value):
    return "-o", f"fwx.points:{value}"


def places(path, *arguments, **options):
    """{(number, name): the frames seen there}"""
    found = {}
    for row in fields(path, ["frame.number", "fwx.point.number", "fwx.point.name"], *arguments, **options):
        if row["fwx.point.number"]:
            place = int(row["fwx.point.number"]), row["fwx.point.name"]
            found.setdefault(place, []).append(int(row["frame.number"]))
    return found


def others(frames, last):
    return [frame for frame in range(1, last + 1) if frame not in frames]


# ---- which point a frame was seen at --------------------------------------------------------------------------------

INSIDE = [1, 4, 5, 6, 10, 11, 12, 17, 18, 19]  # of a connection through a router
PLACES = {
    "point-routed": {(1, "inside"): INSIDE, (2, "outside"): others(INSIDE, 20)},
    "point-routed-ipv6": {(1, "interface 0"): INSIDE, (2, "interface 1"): others(INSIDE, 20)},
    "point-batches": {(1, "inside"): [*range(1, 6), *range(11, 16)], (2, "outside"): [*range(6, 11), *range(16, 21)]},
    "point-reset": {(1, "inside"): [1, 4, 5, 6, 10, 11, 14], (2, "outside"): [2, 3, 7, 8, 9, 12, 13]},
    "point-any": {(1, "ifindex 2"): INSIDE, (2, "ifindex 3"): others(INSIDE, 20)},
    "point-same-name": {(1, "eth0"): [*range(1, 7), 8, 10, 12, 14], (2, "eth0 (2)"): [7, 9, 11, 13, *range(15, 21)]},
    "point-one": {(1, "eth0"): [*range(1, 11)]},
    "point-two-silent": {(1, "eth0"): [*range(2, 12)]},  # ARP is nobody's connection
    "point-sections": {(1, "eth0"): [*range(1, 12)]},
    "point-sections-both": {(1, "inside"): INSIDE + [20 + frame for frame in INSIDE],
                            (2, "outside"): others(INSIDE, 20) + [20 + frame for frame in others(INSIDE, 20)]},
    "tcp-healthy": {(1, "interface 0"): [*range(1, 11)]},  # classic pcap
    "tunnel-vxlan-two": {(1, "interface 0"): [*range(1, 19)]},
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_places(name, two_pass):
    assert places(capture(name), two_pass=two_pass) == PLACES[name]


def test_sections_of_two_hosts():
    """Both say eth0, and both at the same time: two places. Before 4.4 the second one's name is not known."""
    (first, second) = places(capture("point-sections-apart")).items()
    assert first == ((1, "eth0"), [*range(1, 11)])
    assert second[1] == [*range(11, 21)] and second[0] in ((2, "section 2 interface 0"), (2, "eth0 (2)"))


def test_filters():
    """They may always ask, and no frame becomes one of the plugin's for it."""
    for name in ("point-one", "tcp-healthy"):
        assert matching(capture(name), "fwx.point.number == 1") == [*range(1, 11)]
        assert matching(capture(name), "fwx.point.number > 1") == []
    assert matching(capture("point-routed"), 'fwx.point.name == "outside"') == others(INSIDE, 20)
    assert matching(capture("tunnel-icmp-error"), "fwx.point.number", plugin=True) != []
    quiet = matching(capture("rule-land-null-healthy"), "fwx.point.number and not fwx")
    assert quiet == matching(capture("rule-land-null-healthy"), "fwx.point.number and not fwx", two_pass=True)


def test_details():
    """Where it tells nothing, nobody reads it; the rest of the details is what it was."""
    def said(name, **options):
        return [line.strip() for line in tshark(capture(name), "-V", **options) if "apture point" in line]

    for name in ("tcp-healthy", "point-one", "point-sections", "point-two-silent"):
        assert said(name) == said(name, two_pass=True) == []
    assert said("point-routed", two_pass=True)[:4] == [
        "[Capture point: inside]", "[Capture point: outside]", "[Capture point: outside]", "[Capture point: inside]"]
    assert len(said("point-routed", two_pass=True)) == 20
    assert tree(capture("point-routed")) == tree(capture("point-routed"), plugin=False)


# ---- what is said of packets there ----------------------------------------------------------------------------------

GRACEFUL, ABORTIVE, NOT_SYN, MISMATCH = "2147962400", "2147962401", "3221487639", "3221487668"
VERDICTS = {
    "point-routed": {19: GRACEFUL, 20: GRACEFUL},
    "point-routed-ipv6": {19: GRACEFUL, 20: GRACEFUL},
    "point-batches": {15: GRACEFUL, 20: GRACEFUL},
    "point-reset": {13: ABORTIVE, 14: ABORTIVE},
    "point-dropped": {5: MISMATCH, 6: MISMATCH, 25: GRACEFUL, 26: GRACEFUL},
    "point-any": {19: GRACEFUL, 20: GRACEFUL},
    "point-markers": {23: GRACEFUL, 24: GRACEFUL},
    "point-same-name": {14: GRACEFUL, 20: GRACEFUL},
    "point-one": {10: GRACEFUL},
    "point-two-silent": {11: GRACEFUL},
    "point-sections": {10: GRACEFUL, 11: NOT_SYN},
    "point-sections-apart": {10: GRACEFUL, 20: GRACEFUL},
    "point-sections-both": {19: GRACEFUL, 20: GRACEFUL, 39: GRACEFUL, 40: GRACEFUL},
}


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_verdicts(name, two_pass):
    codes = table(name, "verdict.code", two_pass=two_pass)
    assert {frame: str(int(code, 16)) for frame, code in codes.items()} == VERDICTS[name]


@pytest.mark.parametrize("name", ["point-routed", "point-routed-ipv6", "point-batches", "point-any", "point-same-name"])
def test_connections(name):
    """One at each point, whole, and each frame belongs to its point's."""
    points = table(name, "point.number", "conn.id", "conn.dropped", two_pass=True)
    assert {(point, number) for point, number, _ in points.values()} == {("1", "1"), ("2", "2")}
    assert {dropped for _, _, dropped in points.values()} == {"0"} and len(points) == 20


def test_markers():
    """They mark frames of the capture: what is seen twice is one marker all the same."""
    ranges = table("point-markers", "marker.range", "marker.number", two_pass=True)
    assert ranges == {frame: ("22-33", "1") for frame in range(5, 25)}
    (row,) = [line for line in taps(capture("point-markers"), "fwx,markers") if line.startswith("1 |")]
    assert row.split(" |")[:6] == ["1", "22-33", "5", "24", row.split(" |")[4], "20"]


# ---- outputs --------------------------------------------------------------------------------------------------------

def rows_of(lines):
    """Heading and rows of a table."""
    return [line.split(" |")[:-1] for line in lines if " |" in line]


@pytest.mark.parametrize("output", TABLES)
@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_tables(output, two_pass):
    (heading, *rows) = rows_of(taps(capture("point-reset"), f"fwx,{output}", two_pass=two_pass))
    assert heading[-1] == "Point"
    filters = heading.index("Display filter")
    legs = [("inside", "fwx.conn.id == 1"), ("outside", "fwx.conn.id == 2")]
    assert sorted((row[-1], row[filters]) for row in rows) == (legs[:1] if output == "verdicts" else legs)  # one conversation
    assert {len(row) for row in rows} == {len(heading)}
    (heading, *rows) = rows_of(taps(capture("point-two-silent"), f"fwx,{output}", two_pass=two_pass))
    assert heading[-1] == ("Next step" if output == "verdicts" else "Display filter")
    assert {len(row) for row in rows} <= {len(heading)}


def test_tables_one_capture_after_the_other(monkeypatch):
    """In one program: the column goes with the capture that needed it, and comes back. sharkd frees a table when it has
    answered; what is written into that afterwards would not go unnoticed."""
    monkeypatch.setenv("MALLOC_PERTURB_", "165")
    names = ("point-one", "point-reset", "reset-refused", "point-reset", "point-one")
    requests = []
    for name in names:
        requests += [("load", {"file": readable(capture(name))}), ("tap", {f"tap{i}": f"nstat:fwx,{o}" for i, o in enumerate(TABLES)})]
    answers = sharkd_answers(requests)[1::2]
    for name, answer in zip(names, answers, strict=True):
        several = name == "point-reset"
        for tap in answer["result"]["taps"]:
            assert (tap["fields"][-1]["c"] == "Point") == several
            rows = tap["tables"][0]["i"]
            assert rows or name == "point-one"
            assert all(len(row) == len(tap["fields"]) and None not in row for row in rows)
            is_verdicts = "Evidence" in [field["c"] for field in tap["fields"]]
            both = {"inside"} if is_verdicts else {"inside", "outside"}  # legs of one conversation
            assert not several or {row[-1] for row in rows} == both


@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_listings(two_pass):
    def lines(name, output):
        return taps(capture(name), f"fwx,{output}", two_pass=two_pass)

    (heading, *rows) = lines("point-dropped", "csv")
    assert heading.endswith(f",reset_is{FACTS},point")
    assert [row["point"] for row in csv.DictReader([heading, *rows])] == ["inside", "outside", "inside", "outside"]
    shown = [json.loads(line)["point"] for line in lines("point-dropped", "json")]
    assert shown == [{"number": number, "name": name} for number, name in ((1, "inside"), (2, "outside")) * 2]
    assert list(json.loads(lines("point-dropped", "json")[0]))[-9:] == [
        "filter", "point", "outcome", "cause", "severity", "headline", "next_step", "version", "pairs"]
    jsonschema = pytest.importorskip("jsonschema", reason="the system's jsonschema is not installed")
    schema = json.loads((ROOT / "plugin" / "schema" / "conversation.json").read_text())
    for line in lines("point-dropped", "json"):
        jsonschema.Draft202012Validator(schema).validate(json.loads(line))
    found = [re.sub(r"  .*  ", "  ", line) for line in lines("point-dropped", "findings")]
    assert found == [
        "frame 5  point inside", "frame 6  point inside", "frame 25  point inside", "frame 26  point outside",
        "conversation 1  point inside", "conversation 2  point outside", "conversation 3  point inside",
        "conversation 4  point outside"]
    log = [line.split("\t") for line in lines("point-dropped", "log")]
    (names,) = [line for line in log if line[0].startswith("#Fields")]
    assert names[-2:] == ["x-count", "x-point"]
    assert [line[-1] for line in log if line[0] == "fwx"] == ["inside", "inside", "outside", "inside", "outside"]


@pytest.mark.parametrize("name", ["tcp-healthy", "point-one", "point-two-silent", "point-sections"])
def test_listings_of_one_point(name):
    assert taps(capture(name), "fwx,csv")[0].endswith(f",reset_is{FACTS}")
    assert not any("point" in json.loads(line) for line in taps(capture(name), "fwx,json"))
    assert not any("  point " in line for line in taps(capture(name), "fwx,findings"))
    assert not any("x-point" in line for line in taps(capture(name), "fwx,log"))


def test_packets_of_no_connection(tmp_path):
    """What is dropped at sight was seen somewhere, too."""
    path = tmp_path / "two.pcapng"
    names = ("rule-invalid-protocol", "rule-port-zero")
    subprocess.run(["mergecap", "-I", "none", "-w", path, *map(capture, names)], check=True)
    lines = taps(path, "fwx,findings", "fwx,log")
    found = {line.split("  ")[-1] for line in lines if line.startswith("frame ")}
    assert found == {"point interface 0", "point interface 1"}
    assert {line.split("\t")[-1] for line in lines if line.startswith("fwx\t")} == {"interface 0", "interface 1"}


# ---- the preference -------------------------------------------------------------------------------------------------

def test_one_point():
    """As one place, with what that says of a connection seen twice."""
    assert places(capture("point-batches"), *preference("one")) == {(1, "all interfaces"): [*range(1, 21)]}
    actions = table("point-batches", "verdict.action", arguments=preference("one"))
    assert [frame for frame, action in actions.items() if action == "Denied"] == [16, 17, 18, 19, 20]
    assert places(capture("point-any"), *preference("one")) == {(1, "all interfaces"): [*range(1, 21)]}
    assert tshark(capture("point-batches"), "-Q", "-z", "fwx,csv", *preference("one"))[0].endswith(f",reset_is{FACTS}")


def test_each_interface():
    """Of each section: nothing goes on."""
    found = places(capture("point-sections"), *preference("interface"))
    assert list(found.values()) == [[*range(1, 7)], [*range(7, 12)]]
    connections = table("point-sections", "conn.id", "conn.state", arguments=preference("interface"))
    assert connections[7] == ("2", "unknown") and PLACES["point-sections"] == {(1, "eth0"): [*connections]}
    assert places(capture("point-any"), *preference("interface")) == PLACES["point-any"]


def test_auto_is_the_default():
    for name in ("point-sections", "point-routed"):
        assert places(capture(name), *preference("auto")) == PLACES[name]


# ---- what captures say of their interfaces --------------------------------------------------------------------------

def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def section(names, frames, linktype=1):
    """A section of a pcapng file: names of interfaces as bytes (None: no name), frames as (interface, seconds, bytes)."""
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for name in names:
        options = b"" if name is None else struct.pack("<HH", 2, len(name)) + name + bytes(-len(name) % 4) + bytes(4)
        out += block(1, struct.pack("<HHI", linktype, 0, 0) + options)
    for interface, seconds, frame in frames:
        time = int(seconds * 1_000_000)
        out += block(6, struct.pack("<IIIII", interface, time >> 32, time % (1 << 32), len(frame), len(frame)) + frame)
    return out


def datagram(link=b""):
    """A UDP datagram, in Ethernet or behind another header."""
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 17, 0, bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2)))
    return (link or bytes(12) + b"\x08\x00") + ip + struct.pack("!HHHH", 5000, 5001, 8, 0)


def names_of(path, *arguments):
    return [name for _, name in places(path, *arguments)]


def test_hostile_names(tmp_path):
    """Names may be anything: outputs stay lines of UTF-8, and no two points are called the same."""
    names = [b"eth0", b"eth0 (3)", b"eth0", b"a\tb\nc\x1b", b"\xff\xfe", "\u00e9\u0085".encode(), b"x" * 3000, b"", None,
             b"unknown", b'a,"b"', b"eth0", b"all interfaces"]
    path = tmp_path / "names.pcapng"
    path.write_bytes(section(names, [(i, 1 + i, datagram()) for i in range(len(names))]))
    found = names_of(path)
    assert found == [
        "eth0", "eth0 (3)", "eth0 (4)", "a?b?c?", "\ufffd\ufffd", "\u00e9??", "x" * 80, "interface 7", "interface 8",
        "interface 9", 'a,"b"', "eth0 (12)", "all interfaces"]
    (_, *lines) = taps(path, "fwx,csv")
    assert len(lines) == len(names) and lines[10].endswith(',"a,""b"""')
    assert [json.loads(line)["point"]["name"] for line in taps(path, "fwx,json")] == found
    log = [line.split("\t")[-1] for line in taps(path, "fwx,log") if line.startswith("fwx\t")]
    assert log == found


def test_many_interfaces(tmp_path):
    """More than anybody has: the rest share the last point, and it is quick."""
    path = tmp_path / "many.pcapng"
    path.write_bytes(section([None] * 5000, [(i % 5000, 1 + i / 1000, datagram()) for i in range(10000)]))
    for options in ({}, {"two_pass": True}):
        found = places(path, **options)
        assert list(found) == [*((n + 1, f"interface {n}") for n in range(4095)), (4096, "other interfaces")]
        assert found[4096, "other interfaces"] == [*range(4096, 5001), *range(9096, 10001)]
        assert found[7, "interface 6"] == [7, 5007]


def test_indexes_of_several_interfaces(tmp_path):
    """Two captures of any: an index is one within its interface."""
    def cooked(index):
        return struct.pack("!HHIHBB8x", 0x0800, 0, index, 1, 0, 6)

    frames = [(interface, 1 + n, datagram(cooked(index))) for n, (interface, index) in enumerate(((0, 2), (1, 2), (0, 3), (1, 2)))]
    path = tmp_path / "two.pcapng"
    path.write_bytes(section([b"any", None], frames, linktype=276))
    assert places(path) == {(1, "any ifindex 2"): [1], (2, "interface 1 ifindex 2"): [2, 4], (3, "any ifindex 3"): [3]}


SECTIONS = {  # interfaces of two sections, frames of both, the number of each frame's point
    "goes on": ([b"a"], [(0, 1), (0, 5)], [b"a"], [(0, 6)], [1, 1, 1]),
    "goes on at the same moment": ([b"a"], [(0, 1), (0, 5)], [b"a"], [(0, 5)], [1, 1, 1]),
    "overlaps": ([b"a"], [(0, 1), (0, 5)], [b"a"], [(0, 4.999999)], [1, 1, 2]),
    "before": ([b"a"], [(0, 10)], [b"a"], [(0, 1), (0, 20)], [1, 2, 2]),
    "nameless": ([None], [(0, 1)], [None], [(0, 2)], [1, 1]),
    "each by itself": ([None, None], [(0, 1), (1, 2)], [None, None], [(1, 3), (0, 4)], [1, 2, 2, 1]),
    "a third": ([None], [(0, 1)], [None, None], [(1, 2), (0, 3)], [1, 2, 1]),
    "silent at first": ([None, None], [(1, 1)], [None, None], [(0, 2), (1, 3)], [1, 2, 1]),
}


@pytest.mark.parametrize("case", SECTIONS)
def test_sections(case, tmp_path):
    names, frames, later_names, later_frames, expected = SECTIONS[case]
    path = tmp_path / "sections.pcapng"
    path.write_bytes(b"".join(
        section(interfaces, [(interface, seconds, datagram()) for interface, seconds in seen])
        for interfaces, seen in ((names, frames), (later_names, later_frames))))
    for options in ({}, {"two_pass": True}):
        assert [int(row["fwx.point.number"]) for row in fields(path, ["fwx.point.number"], **options)] == expected


def test_other_link_in_a_later_section(tmp_path):
    path = tmp_path / "links.pcapng"
    path.write_bytes(section([b"a"], [(0, 1, datagram())]) + section([b"a"], [(0, 2, datagram()[14:])], linktype=101))
    assert [frames for frames in places(path).values()] == [[1], [2]]
