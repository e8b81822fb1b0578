"""Each known time-out has a capture: connections in its state that fall silent for a second less and a second more."""

import functools

import pytest

from wireshark import ROOT, capture, fields

FACTS = ROOT / "plugin" / "engine" / "model" / "firewalls.tsv"
# Timer and condition ("*": any other one): the captures, and how many packets each connection has before its silence.
STATES = {
    ("tcp-idle", "*"): {"firewall-idle": {6}},
    ("tcp-unacknowledged", "*"): {"firewall-unacknowledged": {4}},
    ("tcp-half-open", "SYN not answered"): {"firewall-half-open": {1}},
    ("tcp-half-open", "SYN-ACK not answered"): {"firewall-half-open-synack": {2}},
    ("tcp-half-open", "*"): {"firewall-half-open": {1}, "firewall-half-open-synack": {2}},
    ("tcp-half-closed", "FIN not acknowledged"): {"firewall-half-closed": {5}},
    ("tcp-half-closed", "*"): {"firewall-half-closed": {6}},
    ("tcp-closed", "last ACK missing"): {"firewall-closed": {9}},
    ("tcp-closed", "reset"): {"firewall-closed-reset": {7}},
    ("tcp-closed", "reset not verified"): {"firewall-closed-reset": {7}},
    ("tcp-closed", "*"): {"firewall-closed": {10}, "firewall-closed-reset": {7}},
    ("udp-idle", "*"): {"firewall-udp": {4}},
    ("udp-one-way", "one datagram"): {"firewall-udp-one-way": {1}},
    ("udp-one-way", "*"): {"firewall-udp-one-way": {1, 2}},
}


def timers():
    """(model, timer, seconds, condition) of each line; a keep-alive ends no silence of others."""
    lines = (line.split("\t") for line in FACTS.read_text().splitlines() if line and not line.startswith("#"))
    return [tuple(cells[:4]) for cells in lines
            if cells[1].startswith(("tcp-", "udp-")) and cells[1] != "tcp-keep-alive"]


@functools.cache
def silences(name):
    """{(packets before, milliseconds)} of the silences of its connections."""
    streams = {}
    for row in fields(capture(name), ["tcp.stream", "udp.stream", "frame.time_relative"]):
        stream = streams.setdefault((row["tcp.stream"], row["udp.stream"]), [])
        stream.append(round(float(row["frame.time_relative"]) * 1000))
    return {(i, times[i] - times[i - 1]) for times in streams.values() for i in range(1, len(times))}


@pytest.mark.parametrize("model, timer, seconds, condition", timers(), ids=str)
def test_there_is_a_silence_on_either_side(model, timer, seconds, condition):
    margin = 1000 if int(seconds) > 1 else 500
    places = STATES.get((timer, condition), STATES[timer, "*"])
    wanted = {(name, before, int(seconds) * 1000 + sign * margin)
              for name, counts in places.items() for before in counts for sign in (-1, 1)}
    assert {each for each in wanted if each[1:] not in silences(each[0])} == set()
