"""The firewall's rules: exactly these packets are denied or killed, with exactly these codes; and each rule's healthy twin.

What a rule's capture shows, frame by frame, is in test-captures/README.md.
"""

from xml.etree import ElementTree

import pytest

from wireshark import capture, equal, expert_infos, fields, table, tshark, where

BAD_LENGTH, INVALID_PROTOCOL, PORT_ZERO, LAND, HALF_SCAN = 0xC0040018, 0xC0040028, 0xC0040029, 0xC004001C, 0xC004001B
OUT_OF_BAND, PING_OF_DEATH, UDP_BOMB, BAD_CHECKSUM = 0xC004001A, 0xC0040019, 0xC004001D, 0xC0040031
FRAGMENT, SPOOFED, IP_OPTIONS, IPV6 = 0xC0040013, 0xC0040014, 0xC004001F, 0xC0040041
RATE, CONCURRENT, NON_TCP = 0xC0040037, 0x80074E23, 0xC0040033
NOT_SYN, MISMATCH, KILLED, NO_REPLY = 0xC0040017, 0xC0040034, 0x80074E24, 0xC0040038
GRACEFUL, ABORTIVE = 0x80074E20, 0x80074E21
WARNING = 0x600000  # PI_WARN, as _ws.expert.severity has it


def preference(name, value="TRUE"):
    return "-o", f"fwx.{name}:{value}"


def networks(network, treatment):
    return "-o", f'uat:fwx_networks:"{network}","{treatment}"'


def verdicts(name, arguments=()):
    """(frame, code) of every verdict on a packet, but the peers' own closes."""
    rows = fields(capture(name), ["frame.number", "fwx.verdict.code"], *arguments)
    codes = [(int(row["frame.number"]), int(code, 16)) for row in rows for code in row["fwx.verdict.code"].split(",") if code]
    return [(frame, code) for frame, code in codes if code not in (GRACEFUL, ABORTIVE)]


def same(code, *frames):
    return [(frame, code) for frame in frames]


RULES = [
    # capture, preferences, (frame, code) of what is denied or killed
    ("rule-bad-length", (), same(BAD_LENGTH, 1, 2, 3)),
    ("rule-bad-length-sll", (), same(BAD_LENGTH, 1, 2)),
    ("rule-bad-length-sll2", (), same(BAD_LENGTH, 1, 2)),
    ("rule-bad-length-gre", (), same(BAD_LENGTH, 1, 2)),
    ("rule-bad-length-vxlan", (), same(BAD_LENGTH, 1, 2)),
    ("rule-invalid-protocol", (), same(INVALID_PROTOCOL, 1)),
    ("rule-no-address", (), same(INVALID_PROTOCOL, 1, 2, 3)),
    ("rule-port-zero", (), same(PORT_ZERO, 1, 2, 3)),
    ("rule-land", (), same(LAND, 1, 2)),
    ("rule-half-scan", (), same(HALF_SCAN, 1, 2, 3, 4, 5, 9)),
    ("rule-winnuke", (), same(OUT_OF_BAND, 4, 5)),
    ("rule-ping-of-death", (), same(PING_OF_DEATH, 2)),
    ("rule-ping-of-death-links", (), same(PING_OF_DEATH, 1, 2)),
    ("rule-udp-bomb", (), same(UDP_BOMB, 1, 2, 3)),
    ("rule-tcp-checksum", preference("tcp_checksum"), same(BAD_CHECKSUM, 4)),
    ("tunnel-fragments", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    ("fragments-sll", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    ("fragments-raw", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    ("fragments-qinq", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    ("fragments-gre", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    ("fragments-vxlan", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    ("fragments-ipv6", preference("block_fragments"), same(FRAGMENT, 5, 6, 7)),
    # As they came, put together or not.
    ("fragments-sll", ("-o", "ip.defragment:FALSE", *preference("block_fragments")), same(FRAGMENT, 5, 6, 7)),
    ("fragments-ipv6", ("-o", "ipv6.defragment:FALSE", *preference("block_fragments")), same(FRAGMENT, 5, 6, 7)),
    ("rule-ip-options", preference("block_ip_options"), same(IP_OPTIONS, 4)),
    ("tcp-healthy-ipv6", preference("block_ipv6"), same(IPV6, *range(1, 11))),
    ("rule-spoofed", networks("10.0.0.0/8", "never a valid source"), same(SPOOFED, 1, 2, 3)),
    ("rule-rate-quota", (), same(RATE, 1201, 1202, 1203)),
    ("rule-concurrent-quota", (), same(CONCURRENT, 481, 489)),
    ("rule-half-open-quota", (), same(CONCURRENT, 81, 85)),
    ("rule-non-tcp-quota", (), same(NON_TCP, 1001, 1002)),
    ("rule-kill-smtp", (), [(15, KILLED), (16, NOT_SYN)]),
    ("source-004-rtsp-killed", (), [(10, KILLED), (11, NOT_SYN), (12, NOT_SYN)]),
    ("rule-tcp-idle", (), same(NOT_SYN, 7, 8, 9)),
    ("rule-midstream", preference("midstream_not_syn"), same(NOT_SYN, 1, 2, 3)),
    # The server acknowledges the request of frame 1: no such firewall stood in between.
    ("tcp-midstream", preference("midstream_not_syn"), same(NOT_SYN, 1)),
    ("rule-window", preference("sequence_window"), same(MISMATCH, 7, 8, 9, 10)),
    ("rule-evidence-none", (), same(MISMATCH, 3, 4, 5)),
    ("rule-late-corroborated", (), same(NOT_SYN, 9, 10, 11)),
    ("rule-late-contradicted", (), same(NOT_SYN, 9, 10, 11)),  # and none of what follows
]

TWINS = [
    ("rule-bad-length-healthy", ()),
    ("rule-bad-length-sll-healthy", ()),
    ("rule-bad-length-gre-healthy", ()),
    ("rule-bad-length-jumbo-healthy", preference("tcp_checksum")),
    ("rule-invalid-protocol-healthy", ()),
    ("rule-no-address-healthy", ()),
    ("rule-port-zero-healthy", ()),
    ("rule-land-healthy", ()),
    ("rule-land-null-healthy", ()),
    ("rule-half-scan-healthy", ()),
    ("rule-winnuke-healthy", ()),
    ("rule-ping-of-death-healthy", ()),
    ("rule-ping-of-death-ipv6-healthy", ()),
    ("rule-fragments-healthy", preference("block_fragments")),
    ("rule-udp-bomb-healthy", ()),
    ("rule-tcp-checksum", ()),
    ("tcp-healthy", preference("tcp_checksum")),
    ("tcp-tso", preference("tcp_checksum")),  # longer than any wire carries, but right
    ("tunnel-fragments", ()),
    ("tcp-healthy", preference("block_fragments") + preference("block_ip_options") + preference("block_ipv6")),
    ("rule-ip-options", ()),
    ("rule-spoofed", networks("10.1.2.4/31", "never a valid source")),
    ("rule-spoofed", networks("10.0.0.0/8", "special flood limits")),
    ("rule-rate-quota-healthy", preference("flood_requests", 3)),
    ("rule-concurrent-quota-healthy", preference("flood_concurrent", 2)),
    ("rule-half-open-quota-healthy", ()),
    ("rule-non-tcp-quota-healthy", preference("flood_non_tcp", 3)),
    ("rule-udp-quota-healthy", ()),
    ("rule-udp-quota", ()),  # the oldest session is closed, and nobody denied
    ("rule-no-reply-healthy", ()),
    ("rule-no-reply-pending-healthy", ()),
    ("rule-kill-smtp-healthy", ()),
    ("rule-kill-smtp-plain-healthy", ()),
    ("rule-tcp-idle-healthy", ()),
    ("rule-tcp-idle", preference("tcp_idle", 0)),
    ("rule-udp-idle", ()),
    ("rule-clock-healthy", ()),
    ("rule-midstream", ()),
    ("tcp-healthy", preference("midstream_not_syn")),
    ("rule-new-syn-healthy", ()),
    ("rule-window-healthy", preference("sequence_window")),
    ("tcp-keepalive", preference("sequence_window")),
    ("tcp-zero-window", preference("sequence_window")),
    ("tcp-seq-wrap", preference("sequence_window")),
    ("tcp-midstream", preference("sequence_window")),
    ("tcp-two-synack-isns", preference("sequence_window")),
    ("rule-status-alert-healthy", ()),
]


def named(cases):
    return [" ".join((name, *(argument for argument in arguments if argument != "-o"))) for name, arguments, *_ in cases]


@pytest.mark.parametrize(("name", "arguments", "expected"), RULES, ids=named(RULES))
def test_rule(name, arguments, expected):
    assert verdicts(name, arguments) == expected


@pytest.mark.parametrize(("name", "arguments"), TWINS, ids=named(TWINS))
def test_twin(name, arguments):
    """Nothing denied or killed, of packets or conversations, and no warning of ours: from one run, for there are many."""
    wrong = []
    lines = tshark(capture(name), "-T", "pdml", *arguments, two_pass=True)
    for packet in ElementTree.fromstring("\n".join(lines)).iter("packet"):
        shown = [(field.get("name"), field.get("show")) for field in packet.iter("field")]
        wrong += [(n, v) for n, v in shown if n in ("fwx.verdict.action", "fwx.conn.action") and v == "Denied"]
        wrong += [(n, v) for n, v in shown if n in ("fwx.verdict.code", "fwx.conn.code") and int(v, 16) == KILLED]
        for info in packet.iter("field"):
            parts = dict((part.get("name"), part.get("show")) for part in info)
            if int(parts.get("_ws.expert.severity", "0"), 0) >= WARNING:
                wrong += [(n, parts["_ws.expert.message"]) for n in parts if n.startswith("fwx.expert.")]
    assert wrong == []


def test_cut_captures_have_no_wrong_lengths():
    assert {code for _, code in verdicts("cut-54")} == {MISMATCH}


def test_what_is_dropped_changes_nothing():
    """A SYN whose length is wrong opens no connection; SYN+RST ends none, and says nothing of one that works."""
    assert table("rule-bad-length", "conn.id") == {}
    assert table("rule-half-scan", "conn.state")[10] == "established"
    assert equal("rule-half-scan", "conn.code", "0xc004001b", two_pass=True) == list(range(1, 6))
    assert equal("rule-half-scan", "conn.code", "0x80074e20", two_pass=True) == list(range(6, 17))
    assert equal("rule-half-scan", "verdict.code", "0x80074e20") == [16]


# ---- flood mitigation -----------------------------------------------------------------------------------------------

PASSED = {
    # capture: the frames in which a limit is first passed, after it was free
    "rule-rate-quota": [1201],
    "rule-concurrent-quota": [481, 489],
    "rule-half-open-quota": [81, 85],
    "rule-non-tcp-quota": [1001],
}


@pytest.mark.parametrize("name", PASSED)
def test_quota_is_told_once(name):
    assert where(name, "expert.quota") == PASSED[name]
    reason = table(name, "verdict.reason")[PASSED[name][0]]
    assert "NAT" in reason and "flood mitigation off" in reason


def test_quota_reasons():
    """What is repeated does not count again: number 602 was the 602nd, and is still the last one."""
    reasons = table("rule-rate-quota", "verdict.reason")
    assert [reasons[frame].split(" ")[0] for frame in (1201, 1202, 1203)] == ["601st", "602nd", "602nd"]
    reasons = table("rule-half-open-quota", "verdict.reason")
    assert "81" in reasons[81] and "half-open" in reasons[81] and "the limit is 80" in reasons[81]
    assert "open connection" in table("rule-concurrent-quota", "verdict.reason")[481]


@pytest.mark.parametrize(
    ("name", "limit", "value", "expected"),
    [
        ("rule-rate-quota", "flood_requests", 0, []),  # no limit
        ("rule-rate-quota", "flood_requests", 601, [1202]),
        ("rule-concurrent-quota", "flood_concurrent", 0, []),
        ("rule-concurrent-quota-healthy", "flood_concurrent", 1, [4]),  # which is answered: that is no limit
        ("limit-contradicted", "flood_concurrent", 160, [481]),
        ("rule-half-open-quota", "flood_concurrent", 164, []),  # half of it are 82
        ("rule-half-open-quota", "flood_concurrent", 158, [80, 81, 85]),
        ("rule-non-tcp-quota", "flood_non_tcp", 0, []),
        ("rule-non-tcp-quota-healthy", "flood_non_tcp", 2, [3, 6, 9]),
    ],
)
def test_limits(name, limit, value, expected):
    assert [frame for frame, _ in verdicts(name, preference(limit, value))] == expected


def test_oldest_udp_session_makes_room():
    """Session 1 for the 161st, session 2 for the first one's next datagram, which is number 162."""
    ids = table("rule-udp-quota", "conn.id")
    assert (ids[1], ids[161], ids[162]) == ("1", "161", "162")
    ended = table("rule-udp-quota", "conn.code", two_pass=True)
    assert [frame for frame, code in ended.items() if code == "0x80074e20"] == [1, 2]
    assert "make room" in table("rule-udp-quota", "conn.reason", two_pass=True)[1]
    assert set(table("rule-udp-quota-healthy", "conn.code", two_pass=True).values()) == {"0x00000000"}
    assert table("rule-udp-quota-healthy", "conn.id")[161] == "1"


# ---- connections ----------------------------------------------------------------------------------------------------

def test_no_reply():
    """Nothing is said of the packets; it is the silence that earns the conversation its verdict."""
    story = table("rule-no-reply", "conn.code", "conn.action", "conn.frame", "conn.status", two_pass=True)
    assert {frame: row for frame, row in story.items() if frame <= 3} == {
        frame: ("0xc0040038", "Terminate", "3", "10060") for frame in (1, 2, 3)
    }
    infos = expert_infos(capture("rule-no-reply"), two_pass=True)
    assert [info[:3] for info in infos] == [(3, "fwx.expert.no_reply", "warn")]
    assert set(table("rule-no-reply-healthy", "conn.code", two_pass=True).values()) == {"0x80074e20", "0x00000000"}
    assert where("rule-no-reply-pending-healthy", "conn.code", two_pass=True) == [3, 4]  # the other conversation


@pytest.mark.parametrize(
    ("wait", "code"), [(21, "0xc0040038"), (22, "0xc0040038"), (23, None), (0, None)]
)
def test_no_reply_wait(wait, code):
    story = table("rule-no-reply", "conn.code", arguments=preference("no_reply", wait), two_pass=True)
    assert story.get(1) == code


def test_kill_smtp():
    assert table("rule-kill-smtp", "reset.status", "reset.class") == {15: (None, "after-close")}
    assert "KB 959312" in table("rule-kill-smtp", "verdict.reason")[15]
    assert "killed" in table("rule-kill-smtp", "verdict.reason")[16]
    assert where("rule-kill-smtp", "expert.killed") == [15]
    assert set(table("rule-kill-smtp", "conn.code", two_pass=True).values()) == {"0x80074e24"}
    assert equal("rule-kill-smtp-plain-healthy", "verdict.code", "0x80074e21") == [15]
    assert equal("rule-kill-smtp-healthy", "verdict.code", "0x80074e20") == [17]


def test_kill_injected():
    """Source 004: the reason names the filter; what follows belongs to the same story."""
    reasons = table("source-004-rtsp-killed", "verdict.reason")
    assert "RTSP filter" in reasons[10] and "554" in reasons[10] and "TTL" in reasons[10]
    assert "killed" in reasons[11] and "killed" in reasons[12]
    assert set(table("source-004-rtsp-killed", "conn.code", two_pass=True).values()) == {"0x80074e24"}


@pytest.mark.parametrize(
    ("idle", "expected"), [(86400, [7, 8, 9]), (86401, []), (0, [])]
)
def test_tcp_idle(idle, expected):
    """86400.001 seconds of silence."""
    assert verdicts("rule-tcp-idle", preference("tcp_idle", idle)) == same(NOT_SYN, *expected)


def test_tcp_idle_story():
    story = table("rule-tcp-idle", "conn.id", "conn.code", "conn.dropped", "conn.evidence", two_pass=True)
    assert set(story.values()) == {("1", "0xc0040017", "3", "corroborated")}
    assert "86400 s" in table("rule-tcp-idle", "verdict.reason")[7]


@pytest.mark.parametrize(
    ("idle", "ids"), [(60, "11222233"), (61, "11222233"), (62, "11111122"), (59, "11223344"), (0, "11111122")]
)
def test_udp_idle(idle, ids):
    found = table("rule-udp-idle", "conn.id", arguments=preference("udp_idle", idle))
    assert "".join(found.values()) == ids


def test_udp_idle_story():
    codes = table("rule-udp-idle", "conn.code", two_pass=True)
    assert codes == dict.fromkeys(range(1, 7), "0x80074e20") | dict.fromkeys((7, 8), "0x00000000")
    assert "60 s" in table("rule-udp-idle", "conn.reason", two_pass=True)[1]


@pytest.mark.parametrize(("linger", "late"), [(0, [11, 12, 13]), (300, [11, 12, 13]), (500, [13]), (1000, [])])
def test_linger(linger, late):
    assert verdicts("tcp-late-segments", preference("linger", linger)) == same(NOT_SYN, *late)


def test_new_syn_in_every_state():
    """Half-open, established, half closed, closed, reset: each time a new connection, which works."""
    ids = table("rule-new-syn-healthy", "conn.id")
    opened = [frame for frame, number in ids.items() if number not in [ids[earlier] for earlier in range(1, frame)]]
    assert opened == [1, 2, 12, 17, 27, 35, 45, 55, 65, 72]
    assert equal("rule-new-syn-healthy", "verdict.code", "0x80074e20") == [11, 26, 44, 54, 64, 81]
    assert equal("rule-new-syn-healthy", "verdict.code", "0x80074e21") == [71]


def test_clock_set_back():
    ids = table("rule-clock-healthy", "conn.id")
    assert ids == {frame: "1" if frame <= 10 else "2" if frame <= 12 else "3" for frame in range(1, 23)}
    assert equal("rule-clock-healthy", "verdict.code", "0x80074e20") == [10, 22]


def test_midstream_verdict():
    """With the preference it is the conversation's verdict, too: nothing else is known of it."""
    story = table("rule-midstream", "conn.code", "conn.dropped", "conn.evidence",
                  arguments=preference("midstream_not_syn"), two_pass=True)
    assert set(story.values()) == {("0xc0040017", "3", "corroborated")}


# ---- statuses -------------------------------------------------------------------------------------------------------

STATUSES = {
    # capture: (frame of the reset, status, what it is worth)
    "source-001-dirty-close": ("64", "by design"),
    "reset-idle-abort": ("64", "harmless"),
    "reset-not-injected-linux": ("64", "harmless"),
    "rule-status-alert-healthy": ("64", "harmless"),
    "rule-status-alert": ("64", "look into it"),
    "reset-data-abort": ("64", "look into it"),
    "reset-injected": ("64", "look into it"),
    "reset-refused": ("10061", "look into it"),
    "reset-handshake-abort-initiator": (None, None),
    "reset-after-own-fin": (None, None),
}


@pytest.mark.parametrize("name", STATUSES)
def test_status(name):
    (found,) = table(name, "reset.class", "reset.status", "reset.grade").values()
    assert found[1:] == STATUSES[name]


def test_status_995_is_not_told_apart():
    """One side of a proxy cannot tell 64 from 995, and the reason says so."""
    assert "995" in table("reset-data-abort", "verdict.reason")[8]
    assert "995" not in table("source-001-dirty-close", "verdict.reason")[12]
    assert "TLS alert 40" in table("rule-status-alert", "verdict.reason")[7]
