"""The documents say what the plugin does: reference and examples are what it prints, and no link leads nowhere."""

import os
import re
import subprocess

import pytest

from wireshark import BUILD, ROOT, UNKNOWN_IN_ONE_PASS, our_experts, our_table, run

DOC = ROOT / "plugin" / "doc"
PAGES = sorted((DOC / "findings").glob("*.md"))
FIREWALLS = sorted(page for page in (DOC / "firewalls").glob("*.md") if page.stem not in ("README", "which"))
LATE = "(complete from a frame's second visit on)"
# The closed list of fwx.conn.cause, the root before the symptom, and the outcomes that need a page of their own.
CAUSES = [
    "padding", "ack-mismatch", "translation-lost", "port-reuse", "forgotten", "half-closed-forgotten", "mtu",
    "checksum-short-frames", "sack-rewritten", "limit", "icmp", "reset-in-between", "dropped-in-between", "dirty-close",
    "reset-by-endpoint",
]
OUTCOMES = ["unheard", "one-way"]
FIREWALL_SECTIONS = ["What it emulates", "What it was held against", "What is not known", "Facts"]
SECTIONS = ["What it means", "In a capture", "What to check next", "What other firewalls call it", "False alarms"]


def name_of(path):
    return path.stem


def listed():
    """The Markdown files of the project: those that git knows, or, without git, all but those of build folders."""
    known = subprocess.run(["git", "-C", ROOT, "ls-files", "--", "*.md"], capture_output=True, text=True)
    if known.returncode == 0 and known.stdout:
        return sorted(path for path in (ROOT / line for line in known.stdout.splitlines()) if path.exists())
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    return sorted(ROOT / path for path in files if not path.parts[0].startswith((".", "build")))


def results():
    """{symbol: [code, action]} of the engine's table."""
    return {symbol: [code, action] for code, symbol, action, *_ in our_table()}


@pytest.mark.parametrize("script", ["make-fields", "make-examples", "make-firewalls", "make-logs", "make-reports"])
def test_made_pages(script):
    done = subprocess.run(
        [DOC / script, "--check"], capture_output=True, text=True, env={**os.environ, "FWX_BUILD": str(BUILD)}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_late_fields_are_marked():
    """Those that a single pass cannot know are those whose description says so."""
    lines = (line.split("\t") for line in run("tshark", "-G", "fields").stdout.splitlines())
    marked = {line[2] for line in lines if line[0] == "F" and line[2].startswith("fwx.") and line[7].endswith(LATE)}
    assert marked == {name for name in UNKNOWN_IN_ONE_PASS if not name.startswith("fwx.expert.")}


# ---- the pages of the findings ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_sections(page):
    headings = re.findall(r"^## (.*)", page.read_text(), re.MULTILINE)
    if page.stem == "resets":  # a section for each class in between, each with its own next steps
        assert [heading for heading in headings if heading in SECTIONS] == SECTIONS[-2:]
        classes = {"refused", "handshake-abort", "data-abort", "idle-abort", "after-close", "no-connection"}
        assert classes <= set(headings)
    else:
        assert headings == SECTIONS
    assert "```console\n$ tshark " in page.read_text()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_codes(page):
    """Each code beside its name in a page is the engine's."""
    table = results()
    pairs = re.findall(r"`(0x[0-9a-f]{8})`(?: \| | )`(\w+)`", page.read_text())
    assert [(code, symbol) for code, symbol in pairs if table[symbol][0] != code] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_names_elsewhere(page):
    """What leads to a code of the page's head, and has a name elsewhere, is in its table: but for an end by time alone."""
    text = page.read_text()
    section = text.split("## What other firewalls call it\n", 1)[1].split("\n## ", 1)[0]
    shown = {event for events in re.findall("^<!-- table: others (.*) -->$", section, re.MULTILINE) for event in events.split()}
    codes = set(re.findall(r"`(FWX_E_\w+)`", text.split("\n## ", 1)[0]))
    named = {event for event, *names in our_table("elsewhere") if any(names)} - {"idle-expired"}
    assert {event for event, _, code, *_ in our_table("models") if code in codes and event in named} <= shown


def test_every_expert_info_has_its_severity_on_its_page():
    """fields.md tells which page it is; make-fields sees to it that there is exactly one."""
    row = r"^\| `(fwx\.expert\.\w+)` \| (\w+) \|.*\]\((.*)\) \|$"
    rows = re.findall(row, (DOC / "fields.md").read_text(), re.MULTILINE)
    assert {name for name, _, _ in rows} == set(our_experts())
    for name, severity, page in rows:
        (said,) = re.findall(r"^- Severity: (.*(?:\n  .*)*)", (DOC / page).read_text(), re.MULTILINE)
        assert re.search(rf"\b{severity}\b", said), (name, severity, said)


def test_every_kind_of_finding_cause_and_outcome_has_its_page():
    kinds = {page for *_, page in our_table("findings")}
    assert kinds | {*CAUSES, *OUTCOMES} == {page.stem for page in PAGES}


def test_causes_are_in_the_index_in_their_order():
    rows = re.findall(r"^\| `([\w-]+)` \| \[.*?\]\(findings/([\w-]+)\.md\) \|", (DOC / "README.md").read_text(), re.MULTILINE)
    assert rows == [(cause, cause) for cause in CAUSES]


def test_pages_filter_by_their_own_cause_or_outcome():
    """Pages that are a finding's as well have that one's filter."""
    kinds = {page for *_, page in our_table("findings")}
    said = [("cause", name) for name in CAUSES if name not in kinds] + [("outcome", name) for name in OUTCOMES]
    heads = {name: (DOC / "findings" / f"{name}.md").read_text().split("\n## ", 1)[0] for _, name in said}
    assert [name for field, name in said if f'- Filter: `fwx.conn.{field} == "{name}"`' not in heads[name]] == []


def test_every_page_is_in_the_index():
    index = (DOC / "README.md").read_text()
    assert [page.name for page in PAGES if f"(findings/{page.name})" not in index] == []


# ---- the pages of the firewalls --------------------------------------------------------------------------------------

@pytest.mark.parametrize("page", FIREWALLS, ids=name_of)
def test_sections_of_a_firewall(page):
    """How sure, against what, and what is not known: in each page; and each model that it names has its facts there."""
    text = page.read_text()
    headings = re.findall(r"^## (.*)", text, re.MULTILINE)
    assert [heading.replace("they emulate", "it emulates").replace("they were", "it was") for heading in headings
            if heading != "How it says it"] == FIREWALL_SECTIONS
    (names,) = re.findall(r"^- Names?: (.*)", text, re.MULTILINE)
    assert re.findall("`(.*?)`", names) == re.findall("^<!-- table: facts (.*) -->", text, re.MULTILINE)
    assert re.findall(r"^- (Kind|How sure): .+", text, re.MULTILINE) == ["Kind", "How sure"]


def test_every_firewall_is_in_the_index():
    index = (DOC / "README.md").read_text()
    assert [page.name for page in FIREWALLS if f"(firewalls/{page.name})" not in index] == []


# ---- links -----------------------------------------------------------------------------------------------------------

def anchors(path):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)", re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("path", listed(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links(path):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_only_records_know_codes():
    """Everything else in the engine speaks of events, which are the same for every firewall."""
    engine = ROOT / "plugin" / "engine"
    files = [path for path in engine.rglob("*.[ch]") if re.search(r"\bFW[XE]_E_|FWX_RESULT_OK", path.read_text())]
    assert {str(path.relative_to(engine)) for path in files} == {"model/result.c", "model/result.h", "model/tmg.c"}


def test_contributing_names_files_that_exist():
    """Paths in backticks that have a folder in them; < and > mark what is to be filled in, * any name."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    paths = {path for path in re.findall(r"`([\w./*-]+/[\w./*-]*)`", text) if not path.startswith("build")}
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not list(ROOT.glob(path.rstrip("/")))] == []
