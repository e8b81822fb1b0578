"""Evidence: whether the rest of the capture bears a predicted drop out; and what a contradiction ends."""

import pytest

from wireshark import table


def preference(name, value="TRUE"):
    return "-o", f"fwx.{name}:{value}"


SPOOFED = ("-o", 'uat:fwx_networks:"192.168.1.10","never a valid source"')

CASES = [
    # what is dropped, capture, preferences, conversation, packets dropped, evidence
    ("mismatch", "source-003-client", (), 1, 8, "corroborated"),
    ("mismatch", "tcp-mismatch-contradicted", (), 1, 2, "contradicted"),
    ("mismatch", "tcp-mismatch-then-correct", (), 1, 1, None),
    ("mismatch", "rule-evidence-none", (), 1, 3, None),
    ("late segments", "rule-late-corroborated", (), 1, 3, "corroborated"),
    ("late segments", "rule-late-contradicted", (), 1, 3, "contradicted"),
    ("late segments", "reset-after-both-fins", (), 1, 1, None),
    ("late segments", "rule-tcp-idle", (), 1, 3, "corroborated"),
    ("late segments", "rule-tcp-idle-healthy", preference("tcp_idle", 1800), 1, 1, "contradicted"),
    ("quota", "rule-rate-quota", (), 601, 2, "corroborated"),  # the SYN is repeated
    ("quota", "rule-rate-quota", (), 602, 1, None),
    ("quota", "rule-concurrent-quota", (), 161, 1, None),
    ("quota", "source-002-concurrent", (), 161, 3, "corroborated"),
    ("quota", "tcp-seq-wrap", preference("flood_requests", 1), 2, 1, "contradicted"),  # the SYN is answered
    ("quota", "udp-dns", preference("flood_non_tcp", 1), 2, 1, "contradicted"),  # so is the query
    ("quota", "udp-dns", preference("flood_non_tcp", 3), 4, 1, None),
    ("sight", "rule-winnuke", (), 1, 2, "corroborated"),
    ("sight", "rule-spoofed", ("-o", 'uat:fwx_networks:"10.1.2.3","never a valid source"'), 1, 3, "corroborated"),
    ("sight", "tunnel-fragments", preference("block_fragments"), 1, 1, "contradicted"),
    ("sight", "rule-half-scan", (), 6, 1, None),
    ("window", "rule-window", preference("sequence_window"), 1, 4, "corroborated"),
    ("midstream", "rule-midstream", preference("midstream_not_syn"), 1, 3, "corroborated"),
    ("midstream", "tcp-midstream", preference("midstream_not_syn"), 1, 1, "contradicted"),
    ("nothing", "tcp-healthy", (), 1, 0, None),
]


@pytest.mark.parametrize(
    ("name", "arguments", "number", "dropped", "evidence"),
    [case[1:] for case in CASES],
    ids=[" ".join((case[0], case[1], str(case[3]))) for case in CASES],
)
def test_evidence(name, arguments, number, dropped, evidence):
    rows = table(name, "conn.id", "conn.dropped", "conn.evidence", arguments=arguments, two_pass=True)
    assert {row for row in rows.values() if row[0] == str(number)} == {(str(number), str(dropped), evidence)}


def test_a_contradiction_ends_the_predictions():
    """The request that is acknowledged is the last thing that is called dropped; all that follows is the peers' own."""
    denied = table("tcp-mismatch-contradicted", "verdict.code")
    assert denied == {3: "0xc0040034", 4: "0xc0040034", 11: "0x80074e20"}
    assert max(table("rule-late-contradicted", "verdict.code")) == 11


def test_predictions_against_the_evidence():
    """Unless it is asked for: then what comes after the contradiction is called dropped as well."""
    name, arguments = "rule-late-contradicted", preference("against_evidence")
    denied = table(name, "verdict.code", arguments=arguments)
    assert {frame for frame, code in denied.items() if code == "0xc0040017"} == set(range(9, 19))
    assert set(table(name, "conn.evidence", arguments=arguments, two_pass=True).values()) == {"contradicted"}


def test_a_spoofed_host_that_is_answered():
    denied = [frame for frame, action in table("tcp-healthy", "verdict.action", arguments=SPOOFED).items() if action == "Denied"]
    assert denied[0] == 1 and max(denied) < 5  # the server acknowledges the request in frame 5
