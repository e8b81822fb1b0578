"""The test captures are what their script makes; and public captures by the hundred go through."""

import csv
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import public
from wireshark import CAPTURES, PUBLIC, readable, sharkd_answers, tshark

# A finding, and the column of INDEX.tsv, counted by an independent program, that must then not be 0.
SECOND_OPINION = {
    "fwx.synack.payload_len": "p_synack_payload",
    "fwx.ack.delta": "s_third_ack_bad",
    "fwx.reset.class": "p_rst",
}
# Looked at, and the plugin was right, (capture, finding): none is ordinary traffic.
LOOKED_AT = {
    # One bit of the SYN-ACK's acknowledgement number is wrong: 3880234038 - 3880102966 = 2^17.
    ("suricata-verify/transform-base64-7296__input.pcap", "fwx.ack.delta"),
    # Crafted: data that acknowledge 0, after a SYN-ACK with ISN 0.
    *((f"suricata-verify/util-action-tests__util-action-{n}__input.pcap", "fwx.ack.delta") for n in ("08", "10", "13")),
    # The case of source 003, with 110 bytes in the SYN-ACK.
    ("zeek/tcp__payload-synack.pcap", "fwx.ack.delta"),
}


def test_captures_are_what_the_script_makes():
    subprocess.run([sys.executable, CAPTURES / "make.py", "--check"], check=True)


@pytest.fixture(scope="module")
def index():
    """{path below the folder: its row in INDEX.tsv} of the captures."""
    if not PUBLIC.is_dir():
        pytest.skip(public.ABSENT)
    with open(PUBLIC / "INDEX.tsv", newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines, delimiter="\t")}


@pytest.mark.parametrize("files", public.batches(), ids=lambda files: files[0].name if files else "none")
def test_every_public_capture_goes_through_tshark(files, tmp_path):
    """One pass with all details, and two passes. Joined captures also mix: tuples come again, time runs backwards."""
    if not files:
        pytest.skip(public.ABSENT)
    for capture in public.joined(files, tmp_path):
        tshark(capture, "-V", check=False)
        tshark(capture, two_pass=True, check=False)


def visit(names):
    """Loads one capture after the other in one sharkd and returns {name: the fields that some frame shows}."""
    shown = {}
    requests = []
    for number, name in enumerate(names, 1):
        # sharkd remembers what a filter selected even when the next capture is loaded: each gets a filter of its own.
        ours = f"fwx or frame.number == {0xFFFFFFFF - number}"
        requests.append(("load", {"file": readable(PUBLIC / name)}))
        requests.append(("frames", {"filter": ours, **{f"column{i}": f"{f}:0" for i, f in enumerate(SECOND_OPINION)}}))
    answers = sharkd_answers(requests)
    for name, loaded, listed in zip(names, answers[::2], answers[1::2], strict=True):
        if "error" not in loaded and "result" in listed:  # some of the captures are broken on purpose
            rows = [frame["c"] for frame in listed["result"]]
            shown[name] = {field for i, field in enumerate(SECOND_OPINION) if any(row[i] for row in rows)}
    return shown


def test_every_public_capture_alone(index):
    """Each by itself, loaded once and then filtered; and no finding where the second opinion counts none."""
    names = list(index)
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(visit, [names[::2], names[1::2]])
    shown = {name: fields for half in halves for name, fields in half.items()}
    assert len(shown) > 0.95 * len(names)
    assert any("fwx.reset.class" in fields for fields in shown.values())
    wrong = [
        (name, field)
        for name, fields in sorted(shown.items())
        for field in sorted(fields)
        if index[name][SECOND_OPINION[field]] == "0" and (name, field) not in LOOKED_AT
    ]
    assert not wrong
