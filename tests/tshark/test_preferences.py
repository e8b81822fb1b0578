"""Preferences: what counts as a marker, which families are shown, whether resets are checked for injection."""

import re

import pytest

from wireshark import capture, equal, frames, our_fields, our_table, run, scratch, table


ROWS = [row for row in our_table("preferences") if row[0] not in ("heading", "table", "column")]


def preference(name, value):
    return ("-o", f"fwx.{name}:{value}")


def listing(which, **options):
    """{name: (description, value)} as tshark lists its preferences."""
    found = {}
    comment = ""
    for line in run("tshark", "-G", which, **options).stdout.splitlines():
        if match := re.match(r"#?fwx\.(\w+): (.*)", line):
            found[match[1]] = (comment, match[2])
        comment = comment if comment and line.startswith("#") else line.removeprefix("# ")
    return found


def test_defaults():
    """The host has each row, with its description and its default."""
    shown = {"on": "TRUE", "off": "FALSE", "auto": "Each interface", "none": ""}
    found = {name: (text.replace("\\", ""), value.upper()) for name, (text, value) in listing("defaultprefs").items()}
    assert found == {name: (text, shown.get(value, value).upper()) for _, name, _, value, text in ROWS}


def test_each_can_be_set():
    """All of them at once, each to something else: none is another's."""
    others = {"flag": lambda value: "FALSE" if value == "on" else "TRUE", "product": lambda _: "ISA Server 2004",
              "points": lambda _: "The whole capture", "sizes": lambda _: "7,9-11", "kernel": lambda _: "6.1"}
    values = {name: others.get(kind, lambda _: str(70000 + number))(value)
              for number, (kind, name, _, value, _) in enumerate(ROWS)}
    (scratch() / "home" / "set").mkdir(exist_ok=True)
    (scratch() / "home" / "set" / "preferences").write_text(
        "".join(f"fwx.{name}: {value}\n" for name, value in values.items()))
    found = listing("currentprefs", config=scratch() / "home" / "set")
    assert {name: value.upper() for name, (_, value) in found.items()} == {name: value.upper() for name, value in values.items()}


@pytest.mark.parametrize(
    ("sizes", "markers", "ranges"),
    [
        ("22,33,44,55,66", {"22": 10, "33": 10, "44": 10}, {"22-33": 11, "33-44": 16, "44-": 4}),  # the default
        ("22,44", {"22": 10, "44": 10}, {"22-44": 37, "44-": 4}),  # 33 is an ordinary ping: inside the range
        ("20-30", {"22": 10}, {"22-": 51}),
        ("1-21,45", {}, {}),
        ("", {}, {}),
    ],
)
def test_marker_sizes(sizes, markers, ranges):
    arguments = preference("marker_sizes", sizes)
    name = "source-002-markers-n5"
    found = list(table(name, "marker.size", arguments=arguments).values())
    assert {size: found.count(size) for size in found} == markers
    found = list(table(name, "marker.range", arguments=arguments, two_pass=True).values())
    assert {label: found.count(label) for label in found} == ranges


FAMILIES = {
    # preference: (capture where the family shows, fields that must then be gone)
    "show_handshake": ("source-003-client", r"fwx\.(ack|synack|expert\.ack_mismatch|expert\.synack_payload)"),
    "show_padding": ("source-003-client", r"fwx\.(padding_len|expert\.padding)"),
    "show_resets": ("source-001-dirty-close", r"fwx\.(reset|expert\.reset|expert\.dirty_close)"),
    "show_markers": ("source-002-markers-n1", r"fwx\.(marker|expert\.marker)"),
    "show_verdicts": ("source-003-client", r"fwx\.(verdict|elsewhere)\."),
    "show_facts": ("silence-reset", r"fwx\.silence\."),
}
# The pages of the findings of each family in its capture; of verdicts alone, where there is no other finding.
SLUGS = {
    "show_handshake": {"ack-mismatch", "synack-payload"}, "show_padding": {"padding"}, "show_resets": {"resets"},
    "show_markers": {"marker"}, "show_verdicts": set(), "show_facts": {"silence"},
}


def test_every_family_is_tried():
    assert set(FAMILIES) == {name for _, name, *_ in ROWS if name.startswith("show_")}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_families(family, two_pass):
    """A family that is switched off says nothing, and the others say what they said."""
    name, pattern = FAMILIES[family]
    # The connection's fields and the findings' names sum the families up: they are nobody's alone.
    names = [name for name in sorted(our_fields()) if not name.startswith("fwx.conn.") and name != "fwx.finding"]
    shown = frames(capture(name), names, two_pass=two_pass)
    hidden = frames(capture(name), names, *preference(family, "FALSE"), two_pass=two_pass)
    rest = {number: {n: v for n, v in row.items() if not re.match(pattern, n)} for number, row in shown.items()}
    assert rest != shown
    assert hidden == {number: row for number, row in rest.items() if row}


def slugs(name, *arguments):
    return {slug for found in table(name, "finding", arguments=arguments).values() for slug in found.split(",")}


@pytest.mark.parametrize("family", FAMILIES)
def test_names_of_findings(family):
    name, _ = FAMILIES[family]
    shown, hidden = slugs(name), slugs(name, *preference(family, "FALSE"))
    assert shown - hidden == SLUGS[family] and hidden <= shown


FACTS = {f"fwx.conn.{name}" for name in ("outcome", "severity", "cause", "headline", "next_step")}


def told(name, *arguments):
    """The fields of its conversations that a capture has."""
    names = [name for name in our_fields() if name.startswith("fwx.conn.")]
    return {name for row in frames(capture(name), names, *arguments, two_pass=True).values() for name in row}


def test_facts_and_verdicts_are_shown_apart():
    """What happened, and what the firewall would have said: either without the other, or neither."""
    numbers = {"fwx.conn.id", "fwx.conn.innermost"}
    everything = told("source-003-client")
    verdicts = everything - FACTS - numbers
    assert everything >= FACTS | numbers | {"fwx.conn.code", "fwx.conn.state", "fwx.conn.evidence"}
    assert told("source-003-client", *preference("show_facts", "FALSE")) == verdicts | numbers
    assert told("source-003-client", *preference("show_verdicts", "FALSE")) == FACTS | numbers
    assert told("source-003-client", *preference("show_facts", "FALSE"), *preference("show_verdicts", "FALSE")) == set()


def test_injected_reset_check():
    name = "source-004-rtsp-killed"
    assert equal(name, "reset.injected", "1", "True") == [10]
    unchecked = table(name, "reset.class", "reset.injected", arguments=preference("check_injected", "FALSE"))
    assert unchecked.keys() == {10} and unchecked[10][1] not in ("1", "True")
