"""Several capture points of one capture: legs, what became of each packet in between, clocks, delays, and what that proves."""

import json
import struct

import pytest

from wireshark import ROOT, capture, fields, matching, sharkd_frames, table, taps

PAIR = ["conn", "point", "method", "path", "order", "frame", "stay", "fate", "changes", "reason"]
CLOCK = ["offset", "error", "drift"]
NAMES = [f"fwx.pair.{name}" for name in PAIR] + [f"fwx.clock.{name}" for name in CLOCK]
REQUEST_BACK = "nobody acknowledges such a packet, so perhaps it was not captured there"


def values(name, field, *arguments):
    """{frame: value} as the second visit has it."""
    return table(name, f"pair.{field}", arguments=arguments, two_pass=True)


def crossing(first, last, *, inward=False):
    """{frame: other} of packets that are seen in and out, one behind the other."""
    pairs = zip(range(first, last + 1, 2), range(first + 1, last + 1, 2))
    return {frame: str(other) for a, b in pairs for frame, other in ((a, b), (b, a))}


def rows(name, output, *arguments):
    (heading, *body) = [line.split(" |")[:-1] for line in taps(capture(name), f"fwx,{output}", arguments=arguments) if " |" in line]
    return [dict(zip(heading, row, strict=True)) for row in body]


def read(name, *arguments):
    return taps(capture(name), "fwx,sides", arguments=arguments)


# ---- fields ---------------------------------------------------------------------------------------------------------

FRAMES = {  # the same packet at the other point
    "pair-nat": crossing(1, 28),
    "pair-dropped": crossing(1, 4) | crossing(14, 33),
    "pair-dropped-policy": crossing(1, 20) | crossing(24, 43),
    "pair-dropped-once": crossing(1, 6) | crossing(8, 41),
    "pair-refuted": crossing(1, 28),
    "pair-changed": crossing(1, 20),
    "pair-resegmented": crossing(1, 6) | {7: "8", 8: "7", 9: "7"} | crossing(10, 11) | {12: "14", 13: "14", 14: "12"} | crossing(15, 24),
    "pair-injected": crossing(1, 12) | crossing(14, 33),
    "pair-synproxy": crossing(7, 20),
    "pair-rewrite": crossing(1, 20),
    "pair-proxy": {},
    "pair-clock": {frame: str(80 + frame) for frame in range(1, 81)} | {80 + frame: str(frame) for frame in range(1, 81)},
    "pair-delay": crossing(1, 40),
    "pair-loss-healthy": crossing(1, 6) | crossing(8, 29) | crossing(31, 36) | crossing(38, 49) | crossing(51, 78),
}
NOT_FORWARDED = {  # what has become of all that was not merely handed on
    "pair-nat": {},
    "pair-dropped": {5: "unproven"} | dict.fromkeys(range(6, 14), "dropped"),
    "pair-dropped-policy": dict.fromkeys((21, 22, 23), "dropped"),
    "pair-dropped-once": {7: "dropped-once"},
    "pair-refuted": {},
    "pair-changed": dict.fromkeys(range(1, 13), "changed"),
    "pair-resegmented": dict.fromkeys((7, 8, 9, 12, 13, 14), "resegmented"),
    "pair-injected": {13: "injected"},
    "pair-synproxy": dict.fromkeys((3, 6), "unproven"),
    "pair-rewrite": dict.fromkeys((1, 2), "changed"),
    "pair-proxy": {},
    "pair-clock": {},
    "pair-delay": {},
    "pair-loss-healthy": {7: "capture-loss", 30: "capture-loss", 37: "capture-loss", 50: "unproven"},
}
LEGS = {  # of the first frame: the other's connection, how they were paired, what lies between
    "pair-nat": ("2", "same-numbers", "packet"),
    "pair-synproxy": ("2", "isn-initiator", "syn-proxy"),
    "pair-rewrite": ("2", "isn-responder", "isn-rewrite"),
    "pair-proxy": ("2", "payload", "proxy"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames(name):
    assert values(name, "frame") == FRAMES[name]


@pytest.mark.parametrize("name", FRAMES)
def test_fates(name):
    fates = values(name, "fate")
    assert {frame: fate for frame, fate in fates.items() if fate != "forwarded"} == NOT_FORWARDED[name]
    assert {frame for frame, fate in fates.items() if fate == "forwarded"} == FRAMES[name].keys() - NOT_FORWARDED[name].keys()


@pytest.mark.parametrize("name", LEGS)
def test_legs(name):
    assert table(name, "pair.conn", "pair.method", "pair.path", two_pass=True)[1] == LEGS[name]


def test_order():
    """In at one point and out at the other, whichever comes first in the capture."""
    assert [values("pair-nat", "order")[frame] for frame in (1, 2, 3, 4)] == ["in", "out", "in", "out"]
    assert [values("pair-clock", "order")[frame] for frame in (1, 2, 81, 82)] == ["out", "in", "in", "out"]
    assert values("pair-nat", "point")[1] == "outside" and values("pair-nat", "point")[2] == "inside"


def test_changes():
    changes = {1: "MSS 1460 to 1200", 3: "SACK permitted removed", 5: "TTL 128 to 255", 7: "payload",
               9: "window 64240 to 1000", 11: "payload 0 to 2 bytes"}
    assert values("pair-changed", "changes") == changes | {frame + 1: change for frame, change in changes.items()}
    assert set(values("pair-nat", "changes").values()) == {"address"}  # of each packet, and forwarded all the same
    assert values("pair-rewrite", "changes") == dict.fromkeys((1, 2), "sequence numbers, by +1000000000")


def test_reasons():
    def dropped(times, of):
        again = {0: "", 1: ", nor did its repetition"}.get(times, f", nor did its {times} repetitions")
        return f"Entered at inside and never came out at outside{again}; that point lacks 0 of the {of} packets that it should have"

    assert values("pair-dropped", "reason") == {5: f"Not seen at outside: {REQUEST_BACK}"} | {
        6 + n: dropped(7 - n, 12) for n in range(8)}
    assert values("pair-dropped-policy", "reason") == {21 + n: dropped(2 - n, 20) for n in range(3)}
    assert values("pair-loss-healthy", "reason") == {50: f"Not seen at outside: {REQUEST_BACK}"}


@pytest.mark.parametrize("name", ["pair-nat", "pair-clock", "pair-delay"])
def test_stays(name):
    """5 ms in between, whatever the clocks."""
    stays = {frame: float(stay) for frame, stay in values(name, "stay").items()}
    held = {frame: stay for frame, stay in stays.items() if abs(stay - .005) > .0002}
    assert held == ({7: 4.001, 8: 4.001} if name == "pair-delay" else dict.fromkeys(range(21, 29), .001) if name == "pair-nat" else {})
    assert stays.keys() == FRAMES[name].keys()


def test_clock():
    """Inside is two hours ahead of outside, which goes 540 ppm faster; told of packets there."""
    rows = table("pair-clock", "clock.offset", "clock.error", "clock.drift", two_pass=True)
    assert rows.keys() == set(range(81, 161))
    for frame, elapsed in ((81, 0), (160, 210.47)):
        offset, error, drift = map(float, rows[frame])
        assert offset == pytest.approx(7200 - elapsed * 540e-6, abs=.0005)
        assert error == pytest.approx(.005, abs=1e-5) and drift == pytest.approx(-539.7, abs=.5)
    assert table("pair-nat", "clock.offset", two_pass=True).keys() == {
        frame for frame, point in table("pair-nat", "point.name").items() if point == "outside"}


@pytest.mark.parametrize("name", FRAMES)
def test_one_pass(name):
    """Who has not seen the whole capture knows nothing of other points."""
    assert [row for row in fields(capture(name), NAMES) if any(row.values())] == []


def test_filters_and_columns():
    assert matching(capture("pair-dropped"), 'fwx.pair.fate == "dropped"', two_pass=True) == [*range(6, 14)]
    assert matching(capture("pair-delay"), "fwx.pair.stay > 1", two_pass=True) == [7, 8]
    assert matching(capture("pair-nat"), "fwx.pair.frame == 3", two_pass=True) == [4]
    shown = sharkd_frames(capture("pair-dropped"), ["fwx.pair.frame", "fwx.pair.fate"])
    assert {frame: row["fwx.pair.fate"] for frame, row in shown.items()} == values("pair-dropped", "fate")


# ---- verdicts ---------------------------------------------------------------------------------------------------------

def test_evidence():
    """What was predicted did not come out, or did; nothing is proven of what nobody had predicted."""
    evidence = table("pair-dropped", "conn.evidence", two_pass=True)
    assert evidence == dict.fromkeys((1, 4, *range(5, 14)), "proven")
    evidence = table("pair-refuted", "conn.evidence", two_pass=True)
    assert set(evidence.values()) == {"refuted"} and evidence.keys() <= set(range(1, 9)) and {1, 5, 7} <= evidence.keys()
    assert table("pair-dropped-policy", "conn.evidence", two_pass=True) == {}


def test_cause():
    story = table("pair-dropped-policy", "conn.outcome", "conn.cause", "conn.severity", "conn.headline", two_pass=True)
    assert story[21] == ("unanswered", "dropped-in-between", "trouble",
                         "Dropped between inside and outside: 3 packets, the first in frame 21")
    assert {row[1] for frame, row in story.items() if not 21 <= frame <= 23} == {None}
    for name in ("pair-nat", "pair-loss-healthy", "pair-dropped-once", "pair-changed", "pair-resegmented", "pair-clock"):
        assert {row[:2] for row in table(name, "conn.severity", "conn.cause", two_pass=True).values()} == {("ok", None)}


# ---- outputs ----------------------------------------------------------------------------------------------------------

def test_points():
    inside, outside = rows("pair-loss-healthy", "points")
    assert (inside["Point"], inside["Packets"], inside["Clock (s)"], inside["Found elsewhere"], inside["Lacking"]) == (
        "inside", "41", "0.000000", "37", "0")
    assert (outside["Point"], outside["Packets"], outside["Found elsewhere"], outside["Lacking"]) == ("outside", "37", "37", "3")
    outside, inside = rows("pair-clock", "points")
    assert (outside["Point"], outside["Clock (s)"], outside["Error (us)"], outside["Drift (ppm)"]) == ("outside", "0.000000", "", "")
    assert float(inside["Clock (s)"]) == pytest.approx(7200 - 105 * 540e-6, abs=.02)
    assert (inside["Point"], inside["Error (us)"], inside["Drift (ppm)"]) == ("inside", "4999.7", "-539.7")
    assert outside["Display filter"] == "fwx.point.number == 1"


COUNTED = ["Forwarded", "Dropped", "Dropped once", "Changed packets", "Resegmented", "Injected", "Not captured", "Unproven"]
COUNTS = {  # of each pair; first dropped, what did not come out, what was changed
    "pair-dropped": [("2 8 0 0 0 0 0 1", "6", "5-13", ""), ("10 0 0 0 0 0 0 0", "", "", "")],
    "pair-dropped-policy": [("0 3 0 0 0 0 0 0", "21", "21-23", ""), ("10 0 0 0 0 0 0 0", "", "", ""), ("10 0 0 0 0 0 0 0", "", "", "")],
    "pair-dropped-once": [("10 0 1 0 0 0 0 0", "", "7", ""), ("10 0 0 0 0 0 0 0", "", "", "")],
    "pair-changed": [("4 0 0 6 0 0 0 0", "", "",
                      "MSS 1460 to 1200 (1); TTL 128 to 255 (5); payload (7); payload 0 to 2 bytes (11); "
                      "SACK permitted removed (3); window 64240 to 1000 (9)")],
    "pair-resegmented": [("9 0 0 0 3 0 0 0", "", "", "")],
    "pair-injected": [("6 0 0 0 0 1 0 0", "", "", ""), ("10 0 0 0 0 0 0 0", "", "", "")],
    "pair-synproxy": [("7 0 0 0 0 0 0 2", "", "3", "")],
    "pair-rewrite": [("9 0 0 1 0 0 0 0", "", "", "sequence numbers, by +1000000000 (1)")],
    "pair-proxy": [("0 0 0 0 0 0 0 0", "", "", "")],
    "pair-loss-healthy": [("9 0 0 0 0 0 1 0", "", "", ""), ("18 0 0 0 0 0 2 1", "", "50", ""), ("10 0 0 0 0 0 0 0", "", "", "")],
}


@pytest.mark.parametrize("name", COUNTS)
def test_pairs(name):
    found = [(" ".join(row[column] for column in COUNTED), row["First dropped"], row["Not come out"], row["Changed"])
             for row in rows(name, "pairs")]
    assert found == COUNTS[name]


def test_pairs_of_both_legs():
    first, udp, icmp = rows("pair-nat", "pairs")
    assert [first[column] for column in ("Conversation", "On the other side", "From", "To", "Paired by", "Path", "Display filter")] == [
        "192.168.7.10:51000 > 198.51.100.20:443", "203.0.113.7:61000 > 198.51.100.20:443", "inside >", "outside",
        "same-numbers", "packet", "(fwx.conn.id == 1) or (fwx.conn.id == 2)"]
    assert (udp["Protocol"], udp["On the other side"], icmp["Protocol"]) == ("UDP", "203.0.113.7:61053 > 198.51.100.20:53", "ICMP")
    alone, *_ = rows("pair-dropped-policy", "pairs")  # the worst
    assert (alone["On the other side"], alone["Paired by"], alone["Display filter"]) == ("not seen", "alone", "fwx.conn.id == 3")


def test_delays():
    """Held in between, and a server that thinks."""
    held, thinks = rows("pair-delay", "delays")
    columns = ["Question", "Answer", "Longest wait (s)", "In between (s)", "There (s)", "Back (s)", "Beyond (s)", "Where"]
    assert [held[column] for column in columns] == [
        "7", "10", "4.027000", "4.006000", "4.001000", "0.005000", "0.021000", "from inside to outside"]
    assert [thinks[column] for column in columns] == ["27", "30", "4.011000", "0.010000", "", "", "4.001000", "beyond outside"]
    (proxied,) = rows("pair-proxy", "delays")
    assert [proxied[column] for column in columns[:5]] == ["7", "12", "0.005000", "0.004000", ""]


EXPLAINED = "tmg2010 would have dropped 9 of the 9 that did not come out, the first in frame 5: FWX_E_SEQ_ACK_MISMATCH"


def test_explanation():
    """Each firewall that would have dropped what was dropped; one that would not is named only where none would."""
    beside = ("-o", "fwx.also:linux, pf")
    assert read("pair-dropped", *beside)[4] == (
        f"  {EXPLAINED}; linux would have dropped 7 of the 9 that did not come out, the first in frame 5: "
        "drop, nf_ct_proto_6: ACK is over upper bound 2718281830 (ACKed data not seen yet)")
    assert read("pair-dropped-policy", *beside)[2:5] == [
        "  dropped 3", "  entered and not seen to come out: 21-23", "  no model explains it (tmg2010, linux, pf)"]
    assert not any("would have" in line or "no model" in line for line in read("pair-refuted", *beside) + read("pair-injected", *beside))
    held = {(row["Firewall"], row["Display filter"]): (row["Evidence"], row["Explains it"]) for row in rows("pair-dropped", "firewalls", *beside)}
    assert held[("linux", "fwx.conn.id == 1")] == ("proven", "yes") and held[("pf", "fwx.conn.id == 1")] == ("", "no")
    assert held[("linux", "fwx.conn.id == 2")] == ("", "")  # the other leg, which has no row of its own elsewhere
    held = {(row["Firewall"], row["Display filter"]): (row["Evidence"], row["Explains it"]) for row in rows("pair-refuted", "firewalls", *beside)}
    assert held[("linux", "fwx.conn.id == 1")] == ("refuted", "no, it arrived")


def test_sides():
    assert read("pair-dropped") == [
        "clock: outside is 0.000000 s ahead of inside, give or take 0.005000 s",
        "between inside and outside: 192.168.7.10:51000 > 198.51.100.20:443 (packet, same-numbers)",
        "  forwarded 2, dropped 8, unproven 1",
        "  entered and not seen to come out: 5-13",
        f"  {EXPLAINED}",
        "1 conversation seen on both sides, forwarded as it was",
    ]
    clock, *told = read("pair-clock")
    assert clock.startswith("clock: inside is 7199.9") and clock.endswith("give or take 0.005000 s, and goes 540 ppm slower")
    assert told == ["8 conversations seen on both sides, forwarded as they were"]
    assert read("pair-delay")[2:] == [
        "  forwarded 10",
        "  longest wait: frame 7 to 10, 4.027000 s; in between 4.006000 s, beyond 0.021000 s",
        "between inside and outside: 192.168.7.10:51001 > 198.51.100.20:443 (packet, same-numbers)",
        "  forwarded 10",
        "  longest wait: frame 27 to 30, 4.011000 s; in between 0.010000 s, beyond 4.001000 s",
    ]
    assert read("tcp-healthy") == ["one capture point, nothing to compare"]


def test_verdicts_of_legs():
    """A row for a conversation, not for each leg."""
    assert [row["Display filter"] for row in rows("pair-dropped", "verdicts")] == ["fwx.conn.id == 1", "fwx.conn.id == 3"]
    assert len(rows("pair-proxy", "verdicts")) == 2  # two connections, which are one conversation only to their ends


def test_json():
    jsonschema = pytest.importorskip("jsonschema", reason="the system's jsonschema is not installed")
    schema = json.loads((ROOT / "plugin" / "schema" / "conversation.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for name in FRAMES:
        for line in taps(capture(name), "fwx,json"):
            validator.validate(json.loads(line))
    first, second, *_ = [json.loads(line) for line in taps(capture("pair-dropped"), "fwx,json")]
    fates = {"forwarded": 2, "dropped": 8, "dropped-once": 0, "changed": 0, "resegmented": 0, "injected": 0, "copy": 0,
             "capture-loss": 0, "unproven": 1}
    assert first["pairs"] == [{"connection": 2, "point": "outside", "method": "same-numbers", "path": "packet",
                               "order": "behind", "fates": fates, "explained_by": EXPLAINED}]
    assert second["pairs"] == [first["pairs"][0] | {"connection": 1, "point": "inside", "order": "before"}]
    assert first["evidence"] == "proven" and first["cause"] == "ack-mismatch"
    alone = json.loads(taps(capture("pair-dropped-policy"), "fwx,json")[2])
    assert alone["pairs"] == [{"point": "outside", "method": "alone", "path": "packet", "order": "behind",
                               "fates": dict.fromkeys(fates, 0) | {"dropped": 3}, "explained_by": "no model explains it (tmg2010)"}]
    assert not any("pairs" in json.loads(line) for line in taps(capture("tcp-healthy"), "fwx,json"))


# ---- preferences ------------------------------------------------------------------------------------------------------

def test_names():
    named = ("-o", "fwx.point_names:LAN , the world")
    assert values("pair-nat", "point", *named)[1] == "the world" and values("pair-nat", "point", *named)[2] == "LAN"
    assert [row["Point"] for row in rows("pair-nat", "points", *named)] == ["LAN", "the world"]
    assert [row["Point"] for row in rows("pair-nat", "points", "-o", "fwx.point_names:,world")] == ["inside", "world"]
    assert [row["Point"] for row in rows("pair-nat", "points", "-o", "fwx.point_names:same,same,more")] == ["same", "same (2)"]
    assert read("pair-dropped", *named)[1].startswith("between LAN and the world: ")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ip(source, destination, protocol, payload, ttl):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, 0, ttl, protocol, 0, source, destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def packets(name):
    """(block before the first packet, [[interface, microseconds, frame]]) of a test capture, with pcapng's own times."""
    data, at, head, found = capture(name).read_bytes(), 0, b"", []
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6:
            interface, high, low, captured, _ = struct.unpack_from("<5I", data, at + 8)
            found.append([interface, high << 32 | low, data[at + 28:at + 28 + captured]])
        elif not found:
            head += data[at:at + length]
        at += length
    return head, found


def capture_of(tmp_path, head, found):
    path = tmp_path / "made.pcapng"
    blocks = [head]
    for interface, time, frame in found:
        body = struct.pack("<5I", interface, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame)) + frame + bytes(-len(frame) % 4)
        blocks.append(struct.pack("<II", 6, len(body) + 12) + body + struct.pack("<I", len(body) + 12))
    path.write_bytes(b"".join(blocks))
    return path


def test_icmp_errors(tmp_path):
    """A router beyond answers frame 8 (7 inside): what it says is 29 outside, and 30 inside; what the device itself says, 31, is there alone."""
    head, found = packets("pair-nat")
    last = found[-1][1]
    for interface, ttl, code, quoted in ((1, 60, 4, 7), (0, 59, 4, 6), (0, 64, 13, 6)):
        frame = found[quoted][2]
        message = struct.pack("!BBHI", 3, code, 0, 1400) + frame[14:42]
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
        error = ip(bytes((198, 51, 100, 1)), frame[26:30], 1, message, ttl)
        last += 5_000_000 if found[0][1] > 10**17 else 5000
        found.append([interface, last, frame[6:12] + frame[:6] + b"\x08\x00" + error])
    rows = fields(capture_of(tmp_path, head, found), ["icmp.code", *NAMES], two_pass=True)
    errors = [{name: row[f"fwx.pair.{name}"] for name in ("conn", "point", "order", "frame", "fate", "changes", "reason")} for row in rows[-3:]]
    assert errors[0] == {"conn": "1", "point": "inside", "order": "in", "frame": "30", "fate": "forwarded", "changes": "address", "reason": ""}
    assert errors[1] == errors[0] | {"conn": "2", "point": "outside", "order": "out", "frame": "29"}
    assert errors[2] == errors[1] | {"frame": "", "fate": "unproven", "changes": "", "reason": f"Not seen at outside: {REQUEST_BACK}"}


def test_order_that_packets_do_not_tell(tmp_path):
    """One direction only, and the same TTL at both points."""
    head, found = packets("pair-nat")
    asked = [[interface, time, frame[:14] + ip(frame[26:30], frame[30:34], frame[23], frame[34:], 64)]
             for interface, time, frame in found if frame[26:30] != bytes((198, 51, 100, 20))]
    path = capture_of(tmp_path, head, asked)

    def ends(*arguments):
        lines = taps(path, "fwx,pairs", arguments=arguments)
        return [cell.strip() for cell in next(line for line in lines if "TCP" in line).split("|")[3:5]]

    def orders(*arguments):
        return {row["fwx.pair.order"] for row in fields(path, NAMES, *arguments, two_pass=True)[:4]}

    assert ends() == ["inside ?", "outside"] and orders() == {""}
    for order, first, second in (("inside,outside", "inside", "outside"), ("Outside , INSIDE", "outside", "inside")):
        named = ("-o", f"fwx.point_order:{order}")
        assert ends(*named) == [f"{first} >", second] and orders(*named) == {"in", "out"}
    for order in ("inside", "elsewhere,inside", "LAN,WAN"):  # who is not in it has no place
        assert ends("-o", f"fwx.point_order:{order}") == ["inside ?", "outside"]
    named = ("-o", "fwx.point_order:WAN,LAN", "-o", "fwx.point_names:LAN,WAN")  # by the names that they are given
    assert ends(*named) == ["WAN >", "LAN"]


def test_order_of_points():
    """Asked only where packets do not tell: times do."""
    for order in ("inside,outside", "outside,inside"):
        (row, *_) = rows("pair-nat", "pairs", "-o", f"fwx.point_order:{order}")
        assert row["From"] == "inside >"


def test_without():
    none = ("-o", "fwx.pair_packets:0")
    assert values("pair-dropped", "fate", *none) == {} and rows("pair-dropped", "pairs", *none) == []
    assert table("pair-dropped", "conn.evidence", arguments=none, two_pass=True)[5] == "corroborated"
    assert read("pair-dropped", *none) == ["0 conversations seen on both sides, forwarded as they were"]
    few = ("-o", "fwx.pair_packets:10")
    assert values("pair-dropped", "frame", *few) == crossing(1, 4)
    assert values("pair-nat", "fate", "-o", "fwx.points:one") == {}


def test_packets_beyond_the_limit_are_said():
    """What was not compared proves nothing, and is no secret."""
    said = "not all packets were compared"
    assert any(line.startswith(said) for line in taps(capture("pair-dropped"), "fwx,sides", arguments=("-o", "fwx.pair_packets:20")))
    assert not any(line.startswith(said) for line in taps(capture("pair-dropped"), "fwx,sides"))
