# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of each connection: every test capture against outcomes.tsv, and the words that go with it."""

import re
import sys

import pytest

import outcomes
from wireshark import CAPTURES, ROOT, captures

sys.path.append(str(ROOT / "tests" / "compare"))

import claims  # noqa: E402: found only now

OUTCOMES = set("open closed reset refused unanswered half-open unheard one-way stray cut answered".split())
CAUSES = set(
    "padding ack-mismatch translation-lost port-reuse forgotten half-closed-forgotten mtu checksum-short-frames sack-rewritten"
    " limit icmp reset-in-between dropped-in-between dirty-close reset-by-endpoint".split()
)
SEVERITIES = {"ok", "note", "trouble"}
JARGON = re.compile(r"FWX|0x[0-9a-f]{6,}|\b[A-Z]+_[A-Z_]+\b|verdict|contradicted|corroborated|\bfacts?\b", re.I)
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|\b[0-9a-f]+:[0-9a-f]*:[0-9a-f:]+")
STORIES = ("outcome-", "unheard-", "cause-", "rewritten-", "origin-", "limit-")


@pytest.mark.parametrize("path", captures(), ids=lambda path: path.stem)
def test_outcomes(path):
    assert path.stem in outcomes.table(), "no row: tests/tshark/outcomes.py --write"
    assert outcomes.differences(path) == []


def test_every_row_has_a_capture():
    assert outcomes.table().keys() - {path.stem for path in captures()} == set()


def test_the_table_knows_every_word():
    """Each outcome, cause and severity is expected somewhere; nothing else is."""
    cells = [row.answer for rows in outcomes.table().values() for row in rows]
    for column, words in enumerate((OUTCOMES, CAUSES, SEVERITIES)):
        found = {word for answer in cells for word in answer[column].split("|")}
        assert found - {"-"} == words


def test_where_nothing_is_wrong():
    """A cause is named where there is one: never beside ok. The stories that end in -healthy are no trouble."""
    for name, rows in outcomes.table().items():
        for row in rows:
            outcome, cause, severity = row.answer
            assert severity != "ok" or cause == "-", name
            if name.startswith(STORIES) and name.endswith("-healthy") and name != "limit-few-healthy":
                assert "trouble" not in severity, name


def words_of(path):
    """(frame, what it says) of the first frame of each conversation, where it is of no other: headlines have commas, too."""
    said = outcomes.frames(path)
    firsts = outcomes.capture(path).first.values()
    return [(number, said[number]) for number in firsts if "," not in said[number]["conn.id"]]


@pytest.mark.parametrize("path", captures(), ids=lambda path: path.stem)
def test_words(path):
    """The headline stands wherever there is an outcome, the next step only where something is wrong."""
    for frame, said in words_of(path):
        outcome, severity = said.get("conn.outcome"), said.get("conn.severity")
        headline, step = said.get("conn.headline", ""), said.get("conn.next_step", "")
        assert outcome in OUTCOMES and severity in SEVERITIES, frame
        assert said.get("conn.cause") in CAUSES | {None}, frame
        assert 0 < len(headline) <= 80, (frame, headline)
        assert not JARGON.search(headline) and not ADDRESS.search(headline), (frame, headline)
        if severity == "ok":
            assert not step and "conn.cause" not in said, (frame, step)
        if severity == "trouble":
            assert step, frame
        if step:
            assert re.fullmatch(r"[A-Z][^\n]*[^.\n]\.", step) and not re.search(r"[.!?] [A-Z]", step), (frame, step)
            assert not JARGON.search(step), (frame, step)


@pytest.mark.parametrize("path", captures(), ids=lambda path: path.stem)
def test_findings_have_pages(path):
    pages = {page.stem for page in (ROOT / "plugin/doc/findings").glob("*.md")}
    for frame, said in outcomes.frames(path).items():
        assert set(filter(None, said.get("finding", "").split(","))) <= pages, frame


def test_findings_are_named():
    """A capture with findings, frame by frame."""
    found = outcomes.frames(CAPTURES / "source-003-client.pcap")
    assert {number: said["finding"] for number, said in found.items() if "finding" in said}[2].split(",")[0] in (
        "padding", "synack-payload")


@pytest.mark.parametrize("path", captures(), ids=lambda path: path.stem)
def test_signs(path):
    """What shows who sent a reset is told wherever it was not the endpoint."""
    for frame, said in outcomes.frames(path).items():
        if said.get("reset.origin") == "in-between":
            assert said.get("reset.signs"), frame


# ---- tables that people write (tests/compare/truth) ------------------------------------------------------

TRUTH = """\
capture\tframe\toutcome\tcause\tseverity\tmore
a/one, two\t1\treset\tforgotten\ttrouble\torigin: 2, 3 in-between; 6 and 7 endpoint or unknown; silence: 4 fatal, 7200 s
one\t5, 8\t-\tpadding\t-\tpadding_len: 3, 9 are 2; 5 is 6; no tag here
one\t1\trefused\t-\tnote\tno 0x80074e24, no Denied anywhere; 19 is no dirty close
one\t-\t-\t-\t-\tfour genuine resets: endpoint
one\t4\t-\t-\t-\torigin in-between; 14 after-close
"""


def test_claims(tmp_path):
    table = tmp_path / "truth.tsv"
    table.write_text(TRUTH)
    first, second, third, fourth, fifth = claims.read(table)
    assert (first.captures, first.frames) == (["a/one", "two"], (1,))
    assert claims.beside("a/one", "two") == ["two", "a/two"]
    assert first.said == {"outcome": "reset", "cause": "forgotten", "severity": "trouble"}
    assert [str(claim) for claim in first.claims] == [
        "reset.origin:2,3=in-between", "reset.origin:6,7=endpoint or unknown", "silence:4=fatal, 7200 s"]
    assert (second.frames, second.said) == ((5, 8), {"cause": "padding"})
    assert [str(claim) for claim in second.claims] == ["padding_len:3,9=2", "padding_len:5=6"]
    assert second.unread == "no tag here"
    assert [str(claim) for claim in third.claims] == [
        "enumerated=not 0x80074e24", "enumerated=not Denied", "reset.class:19=not dirty close"]
    assert [str(claim) for claim in fourth.claims] == ["reset.origin=endpoint"]
    assert [str(claim) for claim in fifth.claims] == ["reset.origin:4=in-between", "reset.class:14=after-close"]


FRAMES = {
    4: {"silence.time": "7200.4", "silence.end": "fatal", "verdict.action": "Denied"},
    5: {"reset.origin": "in-between", "reset.class": "dirty close"},
}


@pytest.mark.parametrize(("text", "right"), [
    ("origin: 5 in-between", True), ("origin: 5 endpoint", False), ("origin: 5 endpoint or in-between", True),
    ("origin: 4 endpoint", False), ("origin: in-between", True), ("silence: 4 fatal, 7200 s", True),
    ("silence: 4 fatal, 7100 s", False), ("silence: 4 survived, 7200 s", False), ("silence: 4 fatal", True), ("no Denied", False),
    ("no 0x80074e24", True), ("5 is no dirty close", False), ("4 is no dirty close", True), ("5 dirty-close", True),
    ("5 after-close", False), ("padding_len: 5 is 6", False),
])
def test_claims_are_checked(text, right):
    row = claims.Row(["one"], (), {})
    claims.read_more(text, row)
    assert row.claims and all(claims.check(claim, FRAMES)[1] for claim in row.claims) == right
