"""The plugin stands between IP and transport: through every tag and tunnel, and unnoticed by all other dissectors."""

import pytest

from public import joined
from wireshark import capture, captures, fields, table, tree


@pytest.mark.parametrize("two_pass", [False, True])
def test_other_protocols_are_unchanged(two_pass, tmp_path):
    """All details, frame.protocols among them, and the summary line above them (-P), of all test captures."""
    for everything in joined(captures(), tmp_path):
        assert tree(everything, "-P", two_pass=two_pass) == tree(everything, "-P", two_pass=two_pass, plugin=False)


def test_innermost():
    """A packet in a tunnel belongs to the tunnel's session, and to a connection inside."""
    connections = table("tunnel-vxlan-two", "conn.id", "conn.innermost")
    assert connections == {frame: ("1,2", "2") if frame < 10 else ("1,3", "3") for frame in range(1, 19)}
    assert set(table("tcp-port-reuse", "conn.id", "conn.innermost").values()) == {("1", "1"), ("2", "2"), ("3", "3")}


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
