"""The lean settings: the same findings and verdicts as the full one, for less. Under the user's own: tests/command."""

import pytest

import lean
import public
from wireshark import capture, sample, tshark


@pytest.mark.parametrize("capture", sample(__name__), ids=lambda capture: capture.stem)
def test_test_captures(capture):
    assert lean.differences(capture) == []


@pytest.mark.parametrize("files", public.batches(), ids=lambda files: files[0].name if files else "none")
def test_public_captures(files, tmp_path):
    """Every frame of theirs, joined; tests/compare/lean takes each by itself, which takes many times as long."""
    if not files:
        pytest.skip(public.ABSENT)
    for path in public.joined(files, tmp_path):
        assert lean.differences(path) == []


def field(name, field, config=None):
    """The values of a field in the frames of a capture."""
    return tshark(capture(name), "-T", "fields", "-e", field, config=config)


def protocols(name, config=None):
    return {protocol for layers in field(name, "frame.protocols", config) for protocol in layers.split(":")}


@pytest.mark.parametrize(
    ("name", "gone", "stay"),
    [
        ("udp-dns", {"dns"}, {"eth", "ethertype", "ip", "udp"}),
        ("source-004-rtsp-healthy", {"tcp", "rtsp"}, {"ip"}),
        ("tunnel-vxlan", {"tcp"}, {"udp", "vxlan", "ip"}),
        ("tunnel-gtp", {"tcp"}, {"udp", "gtp", "ip"}),
        ("tunnel-gre", {"tcp"}, {"gre", "ip"}),
    ],
)
def test_what_is_dissected(name, gone, stay):
    """Applications are left out, carriers are not."""
    assert protocols(name) >= gone | stay
    assert protocols(name, lean.configuration()) >= stay
    assert not protocols(name, lean.configuration()) & gone
