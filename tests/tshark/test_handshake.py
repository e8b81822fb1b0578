"""Handshakes: payload in the SYN-ACK, padding that became payload, acknowledgements that do not fit, states."""

import pytest

from wireshark import equal, table, where

DROPPED_003 = [3, 4, 5, 6, 7, 9, 10, 11]
RESPONSE = 77  # bytes; in tcp-fast-open the SYN-ACK carries them

PAYLOAD = {
    # capture: {frame: (payload of a SYN-ACK, padding counted as payload)}
    "tcp-seq-wrap-mismatch": {2: ("2", "2"), 6: ("2", "2")},
    "tcp-synack-payload": {2: ("4", None)},
    "tcp-synack-different-payload": {3: ("2", None)},
    "tcp-fast-open": {2: (str(RESPONSE), None)},
    "tcp-padding-ack": {6: (None, "6")},
    "tcp-six-zero-bytes-psh": {},  # just as long and all zero, but pushed, and acknowledged: data
    "cut-60": {2: ("2", "2"), 8: ("2", "2"), 12: (None, "6")},
    "cut-68": {2: ("2", "2"), 8: ("2", "2"), 12: (None, "6")},
    "tunnel-icmp-error": {},  # the SYN-ACK with payload is only quoted
}

MISMATCH = {
    # capture: {frame: (expected, actual, delta, cause)}
    "tcp-seq-wrap-mismatch": {frame: ("4294967295", "1", "2", "2") for frame in (3, 4, 5)},
    "tcp-synack-payload": {frame: ("5000001", "5000005", "4", "2") for frame in (3, 4, 5, 6, 7)},
    "tcp-mismatch-contradicted": {frame: ("5000001", "5000002", "1", None) for frame in (3, 4)},
    "tcp-mismatch-then-correct": {3: ("5000001", "5000007", "6", None)},
    # Frame 5 acknowledges the request: no firewall that drops Fast Open stood in between.
    "tcp-fast-open": {frame: ("5000001", str(5000001 + RESPONSE), str(RESPONSE), "2") for frame in (3, 4)},
    "tcp-synack-different-payload": {},
    "tcp-two-synack-isns": {},
    "tcp-missing-ack": {},  # acknowledges data that the capture shows
    "cut-54": {frame: ("2180033886", "2180033888", "2", "2") for frame in DROPPED_003},
    "cut-60": {frame: ("2180033886", "2180033888", "2", "2") for frame in DROPPED_003},
    "cut-68": {frame: ("2180033886", "2180033888", "2", "2") for frame in DROPPED_003},
}

EVIDENCE = {
    # capture: (the conversation's code, frame that earned it, what the rest of the capture says of the drops)
    "tcp-seq-wrap-mismatch": ("0xc0040034", "3", "corroborated"),
    "tcp-synack-payload": ("0xc0040034", "3", "corroborated"),
    "tcp-mismatch-contradicted": ("0x80074e20", "11", "contradicted"),  # not denied, then: it closed in order
    "tcp-fast-open": ("0x80074e20", "10", "contradicted"),
}

HEALTHY_STATES = "none syn-sent syn-received" + 4 * " established" + " fin-wait fin-wait closing"
STATES = {
    # capture: the state that each frame meets
    "tcp-healthy": HEALTHY_STATES,
    "tcp-healthy-ipv6": HEALTHY_STATES,
    "tcp-mismatch-then-correct": "none syn-sent syn-received syn-received established",
    "tcp-retransmitted-syn": "none syn-sent syn-sent syn-sent syn-received syn-received established",
    "tcp-late-segments": HEALTHY_STATES + " closed closed closed",
    "source-004-rtsp-killed": "none syn-sent syn-received established established established established established "
    "established established reset reset",
    "reset-refused": "none syn-sent",
}


@pytest.mark.parametrize("name", PAYLOAD)
def test_payload_and_padding(name):
    found = table(name, "synack.payload_len", "padding_len")
    # A SYN-ACK that differs from an earlier one is told about too, with or without payload.
    assert {frame: row for frame, row in found.items() if row != ("0", None)} == PAYLOAD[name]
    assert where(name, "expert.padding") == [frame for frame, (_, padding) in PAYLOAD[name].items() if padding]
    with_payload = {frame for frame, (length, _) in PAYLOAD[name].items() if length}
    assert set(where(name, "expert.synack_payload")) >= with_payload


@pytest.mark.parametrize("name", MISMATCH)
def test_acknowledgement_mismatch(name):
    assert table(name, "ack.expected", "ack.actual", "ack.delta", "ack.cause_frame") == MISMATCH[name]
    assert where(name, "expert.ack_mismatch") == list(MISMATCH[name])
    assert equal(name, "verdict.code", "0xc0040034") == list(MISMATCH[name])


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence(name):
    conversation = table(name, "conn.code", "conn.frame", "conn.evidence", two_pass=True)
    assert conversation[1] == EVIDENCE[name]


def test_fast_open_is_less_sure_and_says_why():
    confidence, reason = table("tcp-fast-open", "verdict.confidence", "verdict.reason")[3]
    assert confidence == "inferred" and "Fast Open" in reason


@pytest.mark.parametrize("name", STATES)
def test_states(name):
    states = STATES[name].split()
    found = table(name, "conn.state")
    assert [found[frame] for frame in range(1, len(states) + 1)] == states


def test_connections_of_one_tuple():
    """Reused ports are new connections, whatever ended the one before."""
    ids = table("tcp-port-reuse", "conn.id")
    assert [ids[frame] for frame in (1, 10, 11, 17, 18, 27)] == ["1", "1", "2", "2", "3", "3"]
    ids = table("tcp-port-reuse-live", "conn.id")
    assert [ids[frame] for frame in (1, 6, 7, 16)] == ["1", "1", "2", "2"]
