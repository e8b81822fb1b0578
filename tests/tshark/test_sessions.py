"""tshark -M N drops everything it knows every N packets, without drawing: no crash, no number of another session, nothing lost."""

import csv
import json
import re

import pytest

from wireshark import OUTPUTS, capture, run, readable, taps

CLIENT = "source-003-client"  # 12 frames, one conversation
QUOTA = "rule-rate-quota"  # 1205 frames, a connection for every two


def sections(name, packets, *outputs):
    arguments = [word for output in outputs for word in ("-z", output)]
    return run("tshark", "-n", "-q", "-r", readable(capture(name)), "-M", packets, *arguments).stdout


@pytest.mark.parametrize("packets", (1, 2, 3, 5, 11, 100))
def test_all_outputs_survive(packets):
    assert sections(CLIENT, packets, *OUTPUTS)


@pytest.mark.parametrize("output", OUTPUTS)
def test_each_output_survives_many_packets(output):
    assert sections(QUOTA, 600, output)


def test_findings_are_of_their_session():
    """Frames count from 1 in each session; of the fourth packet's session nothing is known of the SYN."""
    lines = sections(CLIENT, 3, "fwx,findings").splitlines()
    first = [line for line in lines if "ACK mismatch" in line]
    assert [line.split("  ")[0] for line in first] == ["frame 3"]
    assert not [line for line in lines if line.startswith("frame 0") or "without payload" in line]
    told = re.compile(r"conversation 1  TCP .*?  (\S+): .*?(?:  -> (\w+) .*  (frame .*))?")
    assert [match.groups() for match in map(told.fullmatch, lines) if match] == [
        ("half-open", "0xc0040034", "frame 3, 1 dropped"),
        ("one-way", None, None),
        ("open", None, None),
        ("reset", "0x80074e21", "frame 3, 0 dropped"),  # whose number is 2 below what was acknowledged
    ]


def test_headings_are_printed_once_and_rows_of_each_session():
    rows = list(csv.reader(sections(CLIENT, 3, "fwx,csv").splitlines()))
    assert [row[0] for row in rows] == ["connection", "1", "1", "1", "1"]
    assert [row[rows[0].index("code")] for row in rows[1:]] == ["0xc0040034", "", "", "0x80074e21"]
    assert [row[rows[0].index("outcome")] for row in rows[1:]] == ["half-open", "one-way", "open", "reset"]
    assert [row[rows[0].index("cause")] for row in rows[1:]] == ["padding", "", "padding", "padding"]
    log = sections(CLIENT, 3, "fwx,log").splitlines()
    assert [line.split()[0] for line in log if line.startswith("#")] == ["#Software:", "#Version:", "#Date:", "#Fields:"]
    whole = [json.loads(line) for line in sections(CLIENT, 3, "fwx,json").splitlines()]
    assert [conversation["last_frame"] for conversation in whole] == [3, 3, 3, 3]


def test_tables_keep_the_rows_of_all_sessions():
    lines = [line for line in sections(CLIENT, 6, "fwx,verdicts").splitlines() if line.startswith("1 |")]
    assert len(lines) == 2
    assert "0xc0040034" in lines[0] and "ISN+1 = 2180033886" in lines[0]
    assert "0xc0040034" not in lines[1]


def test_the_tree_counts_all_sessions():
    def count(text, what):
        return int(re.search(rf"^ *{what} +(\d+)", text, re.M)[1])

    halves, once = sections(QUOTA, 606, "fwx,tree"), sections(QUOTA, 100000, "fwx,tree")
    assert count(halves, "Packets by verdict") == count(once, "Packets by verdict") == 1205
    assert count(halves, "Conversations by verdict") == 609  # those of both sessions; what lasts through both is two
    assert count(once, "Conversations by verdict") == 603


def test_a_session_longer_than_the_capture_changes_nothing():
    for output in OUTPUTS:
        assert sections(CLIENT, 100000, output).splitlines() == taps(capture(CLIENT), output)
