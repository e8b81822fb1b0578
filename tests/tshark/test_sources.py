"""The traces that the source documents print: exact frames and numbers (test-captures/README.md has the mapping).

Source 002's marker pings are in test_marker.py, with all other markers.
"""

import pytest

from wireshark import capture, equal, expert_infos, matching, table, where

MISMATCH, NOT_SYN, ABORTIVE, GRACEFUL = "0xc0040034", "0xc0040017", "0x80074e21", "0x80074e20"
DROPPED = [3, 4, 5, 6, 7, 9, 10, 11]  # source 003: what the client sends after the SYN
EXPECTED, ACTUAL = "2180033886", "2180033888"


def test_source_003_client():
    """Ethernet padding became payload on the SYN-ACK, its retransmission, and the reset: 46 bytes less the headers."""
    name = "source-003-client"
    assert table(name, "synack.payload_len", "padding_len") == {2: ("2", "2"), 8: ("2", "2"), 12: (None, "6")}
    assert where(name, "expert.padding") == [2, 8, 12]
    assert where(name, "expert.synack_payload") == [2, 8]
    mismatch = table(name, "ack.expected", "ack.actual", "ack.delta", "ack.cause_frame")
    assert mismatch == {frame: (EXPECTED, ACTUAL, "2", "2") for frame in DROPPED}


@pytest.mark.parametrize("name", ["source-003-client", "source-003-firewall"])
def test_source_003_drops(name):
    """The firewall drops the ACK that is two too high, and everything that carries it; the reset passes."""
    assert matching(capture(name), f"fwx.verdict.code == {MISMATCH}") == DROPPED
    assert matching(capture(name), 'fwx.verdict.symbol == "FWX_E_SEQ_ACK_MISMATCH"') == DROPPED
    assert matching(capture(name), 'fwx.verdict.action == "Denied"') == DROPPED
    assert where(name, "expert.ack_mismatch") == DROPPED
    assert {table(name, "verdict.confidence")[frame] for frame in DROPPED} == {"documented"}
    reason = table(name, "verdict.reason")[3]
    assert EXPECTED in reason and ACTUAL in reason
    # Still half-open when the server gives up: seq and ack of the reset are those of the handshake.
    assert table(name, "reset.class", "reset.by") == {12: ("handshake-abort", "responder")}
    states = {1: "none", 2: "syn-sent"} | dict.fromkeys(range(3, 13), "syn-received")
    assert table(name, "conn.state") == states


@pytest.mark.parametrize("name", ["source-003-client", "source-003-firewall"])
def test_source_003_conversation(name):
    """Every packet of the conversation tells its story: dropped, and the capture bears it out (nothing is answered)."""
    columns = ("conn.id", "conn.code", "conn.action", "conn.frame", "conn.dropped", "conn.evidence")
    story = table(name, *columns, two_pass=True)
    assert story == {frame: ("1", MISMATCH, "Denied", "3", "8", "corroborated") for frame in range(1, 13)}


def test_source_003_firewall():
    """Inside the firewall the SYN-ACK has no payload yet: the same mismatch, without a cause."""
    name = "source-003-firewall"
    assert where(name, "synack.payload_len", "padding_len") == []
    mismatch = table(name, "ack.expected", "ack.actual", "ack.delta", "ack.cause_frame")
    assert mismatch == {frame: (EXPECTED, ACTUAL, "2", None) for frame in DROPPED}


def test_source_003_external():
    name = "source-003-external"
    assert where(name, "ack.delta", "synack.payload_len", "padding_len", "expert.ack_mismatch") == []
    assert equal(name, "verdict.action", "Denied") == []
    assert table(name, "reset.class", "reset.by") == {4: ("handshake-abort", "responder")}


# The tail is the three printed frames: who opened the connection was not captured.
@pytest.mark.parametrize(("name", "frame", "fin"), [("source-001-dirty-close", 12, 10), ("source-001-tail", 3, 1)])
def test_source_001(name, frame, fin):
    """A reset in answer to a FIN, 15.8416240 - 15.5026040 s after it: by design, status 64."""
    columns = ("reset.class", "reset.fin_frame", "reset.fin_delay", "reset.status")
    assert table(name, *columns) == {frame: ("dirty-close", str(fin), "0.339020000", "64")}
    assert where(name, "expert.dirty_close") == [frame]
    (info,) = (info for info in expert_infos(capture(name)) if info[1] == "fwx.expert.dirty_close")
    assert info[0] == frame and info[2] == "note" and "by design" in info[3]


def test_source_001_conversation():
    assert table("source-001-dirty-close", "reset.by") == {12: "initiator"}
    assert table("source-001-dirty-close", "verdict.code")[12] == ABORTIVE
    assert equal("source-001-dirty-close", "verdict.action", "Denied") == []


def test_source_004():
    """A reset in the recorder's name, with another TTL and IP ID; what the viewer says then belongs to nothing."""
    name = "source-004-rtsp-killed"
    assert table(name, "reset.by") == {10: "responder"}
    assert equal(name, "reset.injected", "1", "True") == [10]
    assert where(name, "expert.not_syn") == [11, 12]
    assert equal(name, "verdict.code", NOT_SYN) == [11, 12]
    assert equal(name, "verdict.symbol", "FWX_E_TCP_NOT_SYN_PACKET_DROPPED") == [11, 12]


def test_source_004_healthy():
    name = "source-004-rtsp-healthy"
    assert where(name, "reset.class", "expert.not_syn", "ack.delta") == []
    assert equal(name, "verdict.code", GRACEFUL) == [22]
