"""Each known time-out has a capture: connections in its state that fall silent for a second less and a second more. And
a model that runs beside the main one has forgotten exactly those that were silent for longer."""

import functools
import re

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


# These have models of their own, and tests.
OTHERS = {"linux", "openvswitch", "pf", "tmg2010", "isa2006", "isa2004"}
# Capture: what has run out there, of which line, with which condition; which one serves where there is no such line.
FORGETTING = {
    "firewall-idle": ("idle-expired", "tcp-idle", "", None),
    "firewall-half-open": ("syn-expired", "tcp-half-open", "SYN not answered", None),
    "firewall-half-open-synack": ("syn-expired", "tcp-half-open", "SYN-ACK not answered", None),
    "firewall-half-closed": ("half-closed-expired", "tcp-half-closed", "", "tcp-idle"),
    "firewall-closed": ("after-close", "tcp-closed", "", None),
    "firewall-closed-reset": ("after-close", "tcp-closed", "reset", None),
    "firewall-udp": ("idle-expired", "udp-idle", "", None),
    "firewall-udp-one-way": ("idle-expired", "udp-one-way", "", "udp-idle"),
}
TITLES = {
    "tcp-idle": "TCP idle", "tcp-half-open": "TCP half-open", "tcp-half-closed": "TCP half-closed",
    "tcp-closed": "TCP after the close", "udp-idle": "UDP idle", "udp-one-way": "UDP idle, one direction only",
}


def facts():
    lines = (line.split("\t") for line in FACTS.read_text().splitlines() if line and not line.startswith("#"))
    return [tuple(cells[:6]) for cells in lines]


def timers():
    """(model, timer, seconds, condition) of each line; a keep-alive ends no silence of others."""
    return [cells[:4] for cells in facts()
            if cells[1].startswith(("tcp-", "udp-")) and cells[1] != "tcp-keep-alive"]


@functools.cache
def connections(name):
    """The packets of each connection of a capture: (frame, milliseconds, who sends it)."""
    streams = {}
    names = ["tcp.stream", "udp.stream", "frame.number", "frame.time_relative", "ip.src"]
    for row in fields(capture(name), names):
        stream = streams.setdefault((row["tcp.stream"], row["udp.stream"]), [])
        stream.append((int(row["frame.number"]), round(float(row["frame.time_relative"]) * 1000), row["ip.src"]))
    return list(streams.values())


@functools.cache
def silences(name):
    """{(packets before, milliseconds)} of the silences of its connections."""
    return {(i, packets[i][1] - packets[i - 1][1]) for packets in connections(name) for i in range(1, len(packets))}


@pytest.mark.parametrize("model, timer, seconds, condition", timers(), ids=str)
def test_there_is_a_silence_on_either_side(model, timer, seconds, condition):
    margin = 1000 if int(seconds) > 2 else 500
    places = STATES.get((timer, condition), STATES[timer, "*"])
    wanted = {(name, before, int(seconds) * 1000 + sign * margin)
              for name, counts in places.items() for before in counts for sign in (-1, 1)}
    assert {each for each in wanted if each[1:] not in silences(each[0])} == set()


# ---- the models ------------------------------------------------------------------------------------------------------

def line_of(model, topic, condition=""):
    """The one with this condition, or else the one without; None: neither."""
    found = {cells[3]: cells for cells in facts() if cells[:2] == (model, topic)}
    return found.get(condition) or found.get("")


def forgetting(model, name):
    """(seconds, title of the timer, how sure it is, reaction) of the model in the state of this capture, None: never."""
    event, timer, condition, other = FORGETTING[name]
    line = line_of(model, timer, condition) or (other and line_of(model, other))
    if not line:
        return None
    own, any_other = line_of(model, event), line_of(model, "not-open")
    fallback = "reset" if line[4] in ("reset-next", "close") else any_other[4] if any_other else "drop"
    reaction = own[4] if own else fallback
    if timer.startswith("udp") and reaction == "reset":  # datagrams cannot be
        reaction = "drop"
    return int(line[2]), TITLES[line[1]], line[5], reaction


@functools.cache
def said(name):
    """{(frame, model): the rest of what it says} of all clocks at once. The main firewall forgets nothing."""
    models = sorted({cells[0] for cells in facts()} - OTHERS)
    rows = fields(capture(name), ["frame.number", "fwx.firewall"], "-E", "aggregator=|", "-o",
                  "fwx.also:" + ",".join(models), "-o", "fwx.tcp_idle:0")
    return {(int(row["frame.number"]), *one.split(": ", 1)[:1]): one.split(": ", 1)[1]
            for row in rows for one in row["fwx.firewall"].split("|") if one}


def ends(name):
    """(frame, milliseconds) of what comes after the silence in the capture's state, where the firewall has to know the
    connection: who asks anew by datagram needs none."""
    counts = set().union(*(places[name] for places in STATES.values() if name in places)) - {9}  # 9: not closed yet
    for packets in connections(name):
        i = max(range(1, len(packets)), key=lambda i: packets[i][1] - packets[i - 1][1])
        if i in counts and (not name.startswith("firewall-udp") or packets[i][2] != packets[0][2]):
            yield packets[i][0], packets[i][1] - packets[i - 1][1]


@pytest.mark.parametrize("model", sorted({cells[0] for cells in facts()} - OTHERS))
@pytest.mark.parametrize("name", FORGETTING)
def test_a_model_forgets_what_was_silent_for_longer(name, model):
    known = forgetting(model, name)
    expected = {}
    for frame, silence in ends(name):
        if known and silence > known[0] * 1000:
            seconds, title, sure, reaction = known
            expected[frame] = (reaction, f"; {silence // 1000} s of silence, {title} {seconds} s ({sure})")
    found = {}
    for frame, _ in ends(name):
        if (frame, model) in said(name):
            reaction, _, rest = said(name)[frame, model].partition(", ")
            found[frame] = (reaction, re.sub(r"^.*(?=; \d+ s of silence)", "", rest))
    assert found == expected
