"""The lean settings: the same findings and verdicts as the full one, for less, under the user's own settings."""

import pytest

import lean
import public
from wireshark import capture, sample, scratch, tshark


@pytest.mark.parametrize("capture", sample(), ids=lambda capture: capture.stem)
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


def user(name, **files):
    """A user's configuration folder."""
    folder = scratch() / f"user-{name}"
    folder.mkdir()
    folder.chmod(0o755)
    for file, text in files.items():
        (folder / file).write_text(text)
        (folder / file).chmod(0o644)
    return folder


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("rule-no-reply", {"preferences": "fwx.product: isa2004\n"}),
        ("rule-no-reply", {"preferences": "fwx.no_reply: 0"}),  # the last line without its end
        ("rule-spoofed", {"fwx_networks": '"10.0.0.0/8","never a valid source"\n'}),
        ("silence-reset", {"fwx_timeouts": '"proxy","TCP idle","360"\n'}),
        ("rule-kill-smtp", {"fwx_filters": '"25","TCP","","ISA Server 2004"\n'}),
        ("tunnel-vxlan", {"disabled_protos": "vxlan\n"}),
        ("tunnel-vxlan", {"decode_as_entries": "decode_as_entry: udp.port,4789,VXLAN,Data\n"}),
        ("tunnel-fragments", {"preferences": "ip.defragment: FALSE\n"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value,
)
def test_the_users_settings_hold(name, files, request):
    """They matter to the capture, and as much in lean as in full."""
    own = user(request.node.callspec.id, **files)
    folder, _ = lean.write(f"lean-{request.node.callspec.id}", own)
    assert lean.outputs(capture(name), own) != lean.outputs(capture(name))
    assert lean.outputs(capture(name), folder) == lean.outputs(capture(name), own)


def test_what_the_user_has_switched_on_stays_off_where_no_finding_needs_it():
    own = user("on", enabled_protos="transum\n  nordic_ble\n", preferences="nameres.network_name: TRUE\n")
    folder, _ = lean.write("lean-on", own)
    assert (folder / "enabled_protos").read_text() == "nordic_ble\n"
    lines = [line for line in (folder / "preferences").read_text().splitlines() if "network_name" in line]
    assert lines == ["nameres.network_name: TRUE", "nameres.network_name: FALSE"]  # the last one counts


def test_settings_that_cannot_be_read():
    """Without them, the verdicts would be others."""
    own = user("broken")
    (own / "preferences").mkdir()
    _, done = lean.write("lean-broken", own, check=False)
    assert done.returncode == 1 and str(own / "preferences") in done.stderr
