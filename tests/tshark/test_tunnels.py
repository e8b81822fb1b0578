"""The plugin stands between IP and transport: through every tag and tunnel, and unnoticed by all other dissectors."""

import pytest

from wireshark import capture, captures, fields, tree


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.stem)
def test_other_protocols_are_unchanged(capture):
    """All details, frame.protocols among them, and the summary line above them (-P)."""
    for two_pass in (False, True):
        assert tree(capture, "-P", two_pass=two_pass) == tree(capture, "-P", two_pass=two_pass, plugin=False)


@pytest.mark.parametrize(
    ("rule", "protocol"),
    [
        ("tcp.port==80,echo", "echo"),  # a table behind the one that the plugin is in
        ("ip.proto==6,udp", "udp"),  # the very table
    ],
)
def test_decode_as(rule, protocol):
    name = capture("tcp-healthy")
    protocols = [row["frame.protocols"] for row in fields(name, ["frame.protocols"], "-d", rule)]
    assert protocols == [row["frame.protocols"] for row in fields(name, ["frame.protocols"], "-d", rule, plugin=False)]
    assert any(protocol in names.split(":") for names in protocols)
