"""The plugin stands between IP and transport: through every tag and tunnel, and unnoticed by all other dissectors."""

import pytest

from public import joined
from wireshark import capture, captures, fields, table, tree


@pytest.mark.parametrize("two_pass", [False, True])
def test_other_protocols_are_unchanged(two_pass, tmp_path):
    """All details, frame.protocols among them, and the summary line above them (-P), of all test captures. Our marks in
    that line are in test_marks.py."""
    for everything in joined(captures(), tmp_path):
        plain = ("-P", "-o", "fwx.mark_info:FALSE")
        assert tree(everything, *plain, two_pass=two_pass) == tree(everything, "-P", two_pass=two_pass, plugin=False)


def test_innermost():
    """A packet in a tunnel belongs to the tunnel's session, and to a connection inside."""
    connections = table("tunnel-vxlan-two", "conn.id", "conn.innermost")
    assert connections == {frame: ("1,2", "2") if frame < 10 else ("1,3", "3") for frame in range(1, 19)}
    assert set(table("tcp-port-reuse", "conn.id", "conn.innermost").values()) == {("1", "1"), ("2", "2"), ("3", "3")}


def test_behind_authentication_headers():
    """The same packets as without: sessions, numbers, and nothing odd about their lengths."""
    assert table("tunnel-ah", "conn.id") == dict.fromkeys(range(1, 10), "1")
    assert table("tunnel-ah-udp", "conn.id", "marker.size") == {
        1: ("1", None), 2: ("1", None), 3: ("2", "22"), 4: ("2", "22")
    }
    assert "Passed" == table("tunnel-ah-udp", "conn.reason", two_pass=True)[1]


@pytest.mark.parametrize("name", ["sll", "raw", "qinq", "gre", "vxlan"])
def test_fragments_have_their_own_addresses(name):
    """Those of the header that they stand behind: the server's, whose frames are these."""
    networks = ("-o", 'uat:fwx_networks:"192.0.2.20/32","never a valid source"')
    spoofed = table(f"fragments-{name}", "verdict.symbol", arguments=networks)
    assert spoofed == dict.fromkeys((2, 5, 6), "FWX_E_FWE_SPOOFING_PACKET_DROPPED")  # the ACK of frame 8 refutes the rest


@pytest.mark.parametrize(
    ("name", "rule", "protocol"),
    [
        ("tcp-padding-ack", "tcp.port==80,echo", "echo"),  # a table behind the one that the plugin is in
        ("tcp-healthy", "ip.proto==6,udp", "udp"),  # the very table
        ("tunnel-gre", "ip.proto==47,tcp", "tcp"),
    ],
)
def test_decode_as(name, rule, protocol):
    def protocols(**options):
        return [row["frame.protocols"] for row in fields(capture(name), ["frame.protocols"], "-d", rule, **options)]

    assert protocols() == protocols(plugin=False)
    assert any(protocol in names.split(":") for names in protocols())
