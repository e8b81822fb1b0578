"""What a capture says of time, and what it does not."""

import pytest

from wireshark import OUTPUTS, capture, frames, run, readable, table, taps

DAY = 86400


def findings(name):
    return [line for line in taps(capture(name), "fwx,findings") if line.startswith("frame ")]


def test_one_wrong_time_stamp_kills_nothing():
    assert findings("time-one-early") == []
    assert table("time-one-early", "conn.symbol", two_pass=True)[7] == "ERROR_SUCCESS"


def test_ahead_and_back():
    """What was said of the packet with the wrong time was said; nothing follows from it."""
    assert [line.split("  ")[0] for line in findings("time-one-ahead")] == ["frame 7"]
    assert table("time-one-ahead", "conn.code", two_pass=True)[9] == "0x00000000"


def test_without_times_nothing_is_counted_by_time():
    """700 connection requests of one address, in Simple Packet Blocks."""
    assert len(frames(capture("time-none"), ["fwx.conn.id"])) == 700
    assert frames(capture("time-none"), ["fwx.verdict.code"]) == {}
    row = taps(capture("time-none"), "fwx,csv")[1].split(",")
    assert "" in row and "1970" not in ",".join(row)


def test_the_same_with_times_is_a_flood():
    codes = table("time-flood", "verdict.code")
    assert codes == dict.fromkeys(range(81, 601), "0x80074e23") | dict.fromkeys(range(601, 701), "0xc0040037")


def test_an_idle_end_is_told_by_what_was_denied_behind_it():
    assert table("rule-tcp-idle", "conn.symbol", two_pass=True)[1] == "FWX_E_TCP_NOT_SYN_PACKET_DROPPED"
    log = [line.split("\t")[7] for line in taps(capture("rule-tcp-idle"), "fwx,log") if not line.startswith("#")]
    assert log == ["Establish", "Terminate", "Denied"]


@pytest.mark.parametrize("passes", ([], ["-2"]))
def test_absurd_times_end_no_output(passes):
    """The tree counts bursts in steps of five milliseconds: times that no double tells apart would end the program."""
    arguments = [word for output in OUTPUTS for word in ("-z", output)]
    done = run("tshark", "-n", "-q", *passes, "-r", readable(capture("time-absurd")), *arguments)
    assert "Packets by verdict" in done.stdout


def test_copies_are_one_packet():
    """copies-*: each frame is followed by its copy, as a mirror port of both directions shows it."""
    rows = taps(capture("copies-mismatch"), "fwx,csv")
    cells = dict(zip(rows[0].split(","), rows[1].split(",")))
    assert (cells["dropped"], cells["evidence"]) == ("1", "")
    assert [line.split("  ")[0] for line in findings("copies-mismatch") if "ACK mismatch" in line] == ["frame 5"]
    assert findings("copies-reset-ipv6")[0].startswith("frame 13  ") and len(findings("copies-reset-ipv6")) == 1
