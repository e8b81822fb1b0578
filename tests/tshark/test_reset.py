"""Resets and closes: class, sender, the FIN that a reset answers, injected or not, and what comes too late."""

import pytest

from wireshark import capture, equal, expert_infos, table, where

RESETS = {
    # capture: (frame, class, sent by)
    "reset-refused": (2, "refused", "responder"),
    "reset-handshake-abort-initiator": (3, "handshake-abort", "initiator"),
    "reset-handshake-abort-responder": (4, "handshake-abort", "responder"),
    "reset-data-abort": (8, "data-abort", "responder"),
    "reset-idle-abort": (7, "idle-abort", "initiator"),
    "reset-after-both-fins": (11, "after-close", "initiator"),
    "reset-after-own-fin": (10, "after-close", "initiator"),
    "reset-dirty-close-responder": (9, "dirty-close", "responder"),
    "reset-injected": (7, "data-abort", "responder"),
    "reset-not-injected-lb": (7, "data-abort", "responder"),
    "reset-not-injected-linux": (7, "data-abort", "responder"),
    "tcp-port-reuse": (17, "data-abort", "initiator"),
    "tcp-late-segments": (13, "after-close", "initiator"),
    "tunnel-gre": (9, "dirty-close", "initiator"),
    "tunnel-ah": (9, "dirty-close", "initiator"),
    "tunnel-ipip": (9, "dirty-close", "initiator"),
    "tunnel-vxlan": (9, "dirty-close", "initiator"),
    "tunnel-gtp": (9, "dirty-close", "initiator"),
    "tunnel-vlan-qinq": (9, "dirty-close", "initiator"),
}
DIRTY = [name for name, (_, kind, _) in RESETS.items() if kind == "dirty-close"]

INJECTED = {
    "reset-injected": [7],
    "source-004-rtsp-killed": [10],
    "reset-not-injected-lb": [],  # a load balancer's TTLs and IP IDs
    "reset-not-injected-linux": [],  # IP ID 0
    "reset-dirty-close-responder": [],
    "source-001-dirty-close": [],
    "source-003-client": [],
}

LATE = {
    # capture: (frame that ends the connection, its code, frames that come too late; the last of them is a reset)
    "tcp-healthy": (10, "0x80074e20", []),
    "tcp-late-segments": (10, "0x80074e20", [11, 12, 13]),
    "tcp-midstream": (7, "0x80074e20", []),
    "tcp-midstream-close-then-late": (7, "0x80074e20", [8, 9, 10]),
    "reset-after-both-fins": (10, "0x80074e20", [11]),
    "reset-data-abort": (8, "0x80074e21", []),
    "reset-dirty-close-responder": (9, "0x80074e21", []),
    "reset-out-of-window": (14, "0x80074e20", []),  # the reset in frame 7 is not obeyed
    "source-002-markers-n2": (19, "0x80074e20", []),
}


@pytest.mark.parametrize("name", RESETS)
def test_class_and_sender(name):
    frame, *expected = RESETS[name]
    assert table(name, "reset.class", "reset.by") == {frame: tuple(expected)}


def test_reset_without_a_connection():
    assert table("reset-no-connection", "reset.class") == {1: "no-connection"}
    assert where("reset-no-connection", "expert.not_syn") == []


@pytest.mark.parametrize("name", DIRTY)
def test_dirty_close(name):
    """Through every tunnel: the FIN in frame 7, 340 ms before the reset, status 64, and no alarm."""
    assert table(name, "reset.fin_frame", "reset.fin_delay", "reset.status") == {9: ("7", "0.340000000", "64")}
    infos = expert_infos(capture(name))
    dirty = [(frame, severity) for frame, expert, severity, _ in infos if expert == "fwx.expert.dirty_close"]
    assert dirty == [(9, "note")]


def test_refused_status():
    assert table("reset-refused", "reset.status") == {2: "10061"}


@pytest.mark.parametrize("name", INJECTED)
def test_injected(name):
    assert equal(name, "reset.injected", "1", "True") == INJECTED[name]


@pytest.mark.parametrize("name", LATE)
def test_closes_and_late_segments(name):
    end, code, late = LATE[name]
    assert equal(name, "verdict.code", "0x80074e20", "0x80074e21") == [end]
    assert table(name, "verdict.code")[end] == code
    assert equal(name, "verdict.code", "0xc0040017") == late
    assert where(name, "expert.not_syn") == late[:-1]
    assert table(name, "reset.class").get(late[-1] if late else None) == ("after-close" if late else None)


@pytest.mark.parametrize("name", ["tcp-late-segments", "reset-after-both-fins"])
def test_late_segments_are_everyday_noise(name):
    """A note, not a warning; and the conversation's verdict stays the close."""
    assert {severity for frame, _, severity, _ in expert_infos(capture(name)) if frame in LATE[name][2]} == {"note"}
    assert set(table(name, "conn.code", two_pass=True).values()) == {"0x80074e20"}
