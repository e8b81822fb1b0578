"""Captures cut short per packet (snap length) know less; they must not say more."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from wireshark import frames, our_experts, sample


def findings():
    experts = [name for name in our_experts() if not name.startswith("fwx.expert.capture_")]  # it is a finding that it was cut
    return [*experts, "fwx.verdict.code", "fwx.reset.class", "fwx.synack.payload_len", "fwx.padding_len"]


def cut_findings(capture, length, folder):
    short = folder / f"{length}-{capture.name}"
    subprocess.run(["editcap", "-s", str(length), capture, short], check=True)
    return frames(short, findings(), two_pass=True)


# editcap gives the packets of the one without times a time, the same for all.
@pytest.mark.parametrize("capture", [path for path in sample(__name__) if path.stem != "time-none"], ids=lambda capture: capture.stem)
def test_cut_packets_bring_no_new_finding(capture, tmp_path):
    whole = frames(capture, findings(), two_pass=True)
    with ThreadPoolExecutor(2) as pool:
        cuts = list(pool.map(lambda length: cut_findings(capture, length, tmp_path), (54, 60, 68)))
    for found in cuts:
        new = {number: row.keys() - whole.get(number, {}).keys() for number, row in found.items()}
        assert not {number: names for number, names in new.items() if names}
