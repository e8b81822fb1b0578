# SPDX-License-Identifier: GPL-2.0-or-later
"""A packet's details: the answer in the first line, few lines below it, the rest in closed subtrees."""

import re

import pytest

from wireshark import capture, sample, tshark

MOST, MOST_OF_PLAIN = 12, 3


def subtrees(file, *arguments, **options):
    """{frame: lines of "Firewall verdict", each with its depth}, as whoever opens all of it reads them."""
    found, frame = {}, None
    for line in tshark(file, "-n", "-V", *arguments, **options):
        if match := re.match(r"Frame (\d+):", line):
            frame, ours = int(match[1]), False
        if line and not line.startswith(" "):
            ours = line.startswith("[Firewall verdict")
        if ours and line:
            found.setdefault(frame, []).append(((len(line) - len(line.lstrip())) // 4, line.strip()))
    return found


def opened(lines):
    """What shows when only the subtree itself is open."""
    return [text for depth, text in lines if depth <= 1]


def test_a_dropped_packet():
    lines = subtrees(capture("source-003-client"), two_pass=True)[3]
    reason = ("Half-open, and the acknowledgement number is 2180033888 where the handshake calls for ISN+1 = 2180033886 (+2): it "
              "counts in the 2 bytes of payload of the SYN-ACK in frame 2, which are Ethernet padding")
    assert opened(lines) == [
        "[Firewall verdict: ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped]",
        "[Finding: ack-mismatch]",
        "[Expected acknowledgement number: 2180033886]",
        "[Actual acknowledgement number: 2180033888 (+2)]",
        "[Caused by frame: 2]",
        "[Firewall says: drop: ACK mismatch; the capture bears it out]",
        "[Result code: 0xc0040034 FWX_E_SEQ_ACK_MISMATCH, Denied (documented)]",
        f"[Reason: {reason}]",
        "[Other firewalls call it]",
        "[Next step: Find the device that turns Ethernet padding into payload, and compare IP lengths before and behind it. "
        "(page padding)]",
        "[Connection 1: unheard, trouble (padding)]",
    ]
    below = [text for depth, text in lines if depth == 2 and not text.startswith("[Expert")]
    assert below[:2] == [
        "[Linux conntrack: nf_ct_proto_6: ACK is over upper bound … (ACKed data not seen yet) / invalid]",
        "[Cisco ASA: tcp-3whs-failed]",
    ]
    # What the packet's own verdict has said is not said again, and no link leads to where one is.
    assert [text.partition(":")[0] for text in below[2:]] == [
        "[Outcome", "[Cause", "[Severity", "[State before this packet", "[Conversation's result code",
        "[Conversation's result", "[Conversation's action", "[Certainty of the rule behind the result", "[Packets dropped", "[Evidence",
    ]


def test_a_plain_packet():
    assert opened(subtrees(capture("tcp-healthy"), two_pass=True)[5]) == [
        "[Firewall verdict: Works; closed in order]", "[Connection 1: closed, ok]"]


def test_a_marker_range():
    assert opened(subtrees(capture("source-002-markers-n2"), two_pass=True)[12])[-1] == "[Markers: in the range 22-33]"


def test_the_same_packet_at_another_point():
    lines = opened(subtrees(capture("pair-changed"), two_pass=True)[5])
    assert [line for line in lines if line.startswith("[At the other point")] == ["[At the other point: frame 6, changed]"]


def test_a_reset():
    """What needs no line of its own stands behind what it belongs to."""
    lines = opened(subtrees(capture("source-001-dirty-close"), two_pass=True)[12])
    assert lines[2:6] == [
        "[Reset class: dirty-close by the initiator]",
        "[Answers the FIN in frame: 10, after 0.339020 s]",
        "[Status: 64 (by design)]",
        "[Sent by: endpoint]",
    ]


def test_hidden_is_not_left_out():
    """Filters and columns need what only repeats; the tree's own formats say that it is hidden."""
    hidden = ["fwx.conn.headline", "fwx.verdict.symbol", "fwx.verdict.action", "fwx.verdict.confidence", "fwx.conn.reason",
              "fwx.conn.frame", "fwx.conn.id"]
    fields = [word for name in hidden for word in ("-e", name)]
    (line,) = tshark(capture("source-003-client"), "-T", "fields", *fields, two_pass=True, filter="frame.number == 3")
    assert [bool(cell) for cell in line.split("\t")] == [True] * len(hidden)
    lines = tshark(capture("source-003-client"), "-T", "pdml", two_pass=True, filter="frame.number == 3")
    found = {re.search(r'name="([^"]*)"', line)[1] for line in lines if 'name="fwx.' in line and 'hide="yes"' in line}
    assert set(hidden) <= found and "fwx.verdict.reason" not in found


def plain_frames(file):
    """Those without a finding, and with no line of a log or of another point."""
    fields = ("frame.number", "fwx.finding", "fwx.pair.fate", "fwx.firewall")
    lines = tshark(file, "-T", "fields", *(word for name in fields for word in ("-e", name)), two_pass=True)
    rows = [line.split("\t") for line in lines]
    return {int(row[0]) for row in rows if not any(row[1:])}


# What capture points, logs and the capture's own limits add.
BESIDE = ("[Capture point", "[Clock of this point", "[At the other point", "[Expert Info (Chat/Comment)")


@pytest.mark.parametrize("file", sample(__name__), ids=lambda file: file.stem)
def test_few_lines(file):
    """Packets inside of others have a verdict and a connection each: those are not counted."""
    plain = plain_frames(file)
    for frame, lines in subtrees(file, two_pass=True).items():
        shown = [line for line in opened(lines) if not line.startswith(BESIDE)]
        findings = sum(line.startswith("[Finding: ") for line in shown)
        connections = sum(line.startswith("[Connection ") for line in shown)
        assert len(shown[0]) <= len("[Firewall verdict: ]") + 80, (frame, shown[0])
        if findings <= 1 and connections <= 1:
            assert len(shown) <= (MOST_OF_PLAIN if frame in plain else MOST), (frame, shown)
