# SPDX-License-Identifier: GPL-2.0-or-later
"""fwx-verdicts --report and -z fwx,report: the answer, stories with their ladders, what is left out, labels in place of names."""

import html.parser
import re
import shutil
import stat

import pytest

from command import SUMMARY, copy, run
from wireshark import capture, captures, scratch, tshark

MISMATCH, NOTE, HEALTHY = "source-003-client", "source-001-dirty-close", "tcp-healthy"
LADDER = """\
     time    frame  initiator (client)                        responder (server)
                    10.110.233.50:50183                           172.16.1.1:443
    0.000        1  |-- SYN, seq 0 ------------------------------------------->|
    0.017        2  |<- SYN+ACK, 2 bytes, seq 0, ack 1 ------------------------|  padding; SYN-ACK payload
    0.017        3  |-- ACK, ack 3 (+2) -----------------------------x         |  dropped: ACK mismatch
    0.019        4  |-- PSH+ACK, 127 bytes, seq 1, ack 3 (+2) -------x         |  dropped: ACK mismatch
    0.335        5  |-- PSH+ACK, 127 bytes, seq 1, ack 3 (+2) -------x         |  dropped: ACK mismatch
    0.943        6  |-- PSH+ACK, 127 bytes, seq 1, ack 3 (+2) -------x         |  dropped: ACK mismatch
                    :                  1.2 s without a packet                  :
    2.155        7  |-- PSH+ACK, 127 bytes, seq 1, ack 3 (+2) -------x         |  dropped: ACK mismatch
                    :                  1.1 s without a packet                  :
    3.242        8  |<- SYN+ACK, 2 bytes, seq 0, ack 1 ------------------------|  padding; SYN-ACK payload
    3.242        9  |-- ACK, ack 3 (+2) -----------------------------x         |  dropped: ACK mismatch
    3.362       10  |-- PSH+ACK, 127 bytes, seq 1, ack 3 (+2) -------x         |  dropped: ACK mismatch
                    :                  1.2 s without a packet                  :
    4.562       11  |-- PSH+ACK, 127 bytes, seq 1, ack 3 (+2) -------x         |  dropped: ACK mismatch
                    :                  1.5 s without a packet                  :
    6.048       12  |<- RST+ACK, 6 bytes, seq 1, ack 1 ------------------------|  padding; handshake-abort
"""


@pytest.fixture
def report(folder):
    """Makes one of captures, and returns its text."""

    def make(*arguments, name="report.md", **options):
        path = folder / name
        run("--report", path, *arguments, **options)
        return path.read_text()

    return make


class Page(html.parser.HTMLParser):
    """Elements with their attributes, and the text of each kind."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open = [], {}, []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def all(self, tag, **attributes):
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]


# ---- what it holds ---------------------------------------------------------------------------------------------------

def test_source_003(report):
    text = report(capture(MISMATCH))
    assert text.startswith(
        "# The conversation had trouble\n\nEthernet padding counted as payload. ACK of frame 3 is 2 too high: padding of frame 2 "
        "counted; 8 packets dropped. Next: Find the device that turns Ethernet padding into payload, and compare IP lengths "
        "before and behind it.\n")
    assert re.findall("^## (.*)", text, re.M) == [
        "1. ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped", "What was asked"]
    assert re.findall("```text\n(.*?)```", text, re.S) == [LADDER]
    assert "- **ACK mismatch** (frames 3-7, 9-11): Half-open, and" in text
    assert r"would log 0xc0040034 FWX\_E\_SEQ\_ACK\_MISMATCH (Denied), earned by frame 3; 8 packets dropped." in text
    assert "The vendor documents that the firewall behaves so. The capture bears it out" in text
    assert "| Cisco ASA | tcp-3whs-failed |" in text and "In Wireshark: `fwx.conn.id == 1`" in text


def test_page(report):
    """The same as a page: headings, the ladder with title and description, its words as a table."""
    page = Page(report(capture(MISMATCH), capture(HEALTHY), capture(NOTE), name="report.html"))
    assert page.texts["h1"] == ["1 of 3 conversations had trouble"]
    assert page.texts["h3"] == [
        "ACK of frame 3 is 2 too high: padding of frame 2 counted; 8 packets dropped",
        "Reset in frame 12 instead of a FIN; nothing was lost", "What these captures cannot tell"]
    pictures = page.all("svg", role="img")
    assert [picture["class"] for picture in pictures] == ["chart", "chart", "ladder", "ladder"]
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(set(ids)) == len(ids)
    assert all(set(found["aria-labelledby"].split()) <= set(ids) for _, found in page.elements if "aria-labelledby" in found)
    assert len(page.all("g", **{"class": "dropped grave"})) == 8
    assert page.all("html", lang="en") and page.all("a", **{"class": "skip", "href": "#answer"})
    assert all("scope" in found for found in page.all("th"))
    assert "1 conversation worked: 1 closed in order." in page.texts["p"]


def test_nothing_is_loaded(report):
    """No script, no address, no reference but to places in the page."""
    text = report(capture(MISMATCH), name="report.html")
    page = Page(text)
    names = {name for _, found in page.elements for name in found}
    assert not names & {"src", "srcset", "xlink:href", "style", "action"} and not any(name.startswith("on") for name in names)
    assert all(found["href"].startswith("#") for _, found in page.elements if "href" in found)
    assert not page.all("script") and not re.search(r"https?:|url\(|@import", text)
    assert page.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"].startswith("default-src 'none'")


def test_several_points(report):
    """What went in has the frames of both sides; what did not come out ends in between."""
    text = report("--points", f"inside={capture('source-003-client')}", f"outside={capture('source-003-external')}")
    assert "in between" in text and re.search(r"^ +inside +outside$", text, re.M)
    text = report(capture("pair-dropped"))
    rows = [line for line in text.splitlines() if "|" in line and not line.startswith("|")]
    assert rows[0].split("  |")[0].split()[-2:] == ["1,", "2"] and rows[0].count("|") == 2
    assert rows[3].startswith("    0.013        6  |-- PSH+ACK, 51 bytes, seq 1, ack 3 (+2) ---x|")
    assert [row.split()[1] for row in rows if "dropped: " in row] == ["6", "7", "8", "9", "10", "11", "12", "13"]
    text = report(capture("pair-injected"))
    assert "    0.086       13  |<  RST+ACK, seq 78, ack 52  - - - - - - - - |" in text


def test_logs(report):
    """What the firewall's own log says of it; evidence that it proves."""
    logs = captures()[0].parent / "logs"
    text = report("--firewall-log", logs / "source-003.log", capture("source-003-firewall"))
    assert "- Log `source-003.log` ISA Server, Forefront TMG: as copied from the console" in text
    assert re.search(r"^\| source-003.log \| \d+ \| .*FWX.* \| agrees \|$", text, re.M)
    assert "It is proven: a second capture point, or the firewall's own log, shows it." in text


def test_further_firewalls(report):
    text = report("--set", "fwx.also:linux", capture(MISMATCH))
    assert re.search(r"^\| Linux netfilter \| frame 12, drop, nf\\_ct\\_proto\\_6: invalid rst \| net\.netfilter\.nf", text, re.M)


# ---- many captures ---------------------------------------------------------------------------------------------------

def test_workers_make_no_difference(folder):
    """The same bytes by one worker and by two, of a folder with all there is, also of what cannot be read."""
    for path in captures():
        shutil.copy(path, folder)
    (folder / "none.pcap").write_bytes(b"no capture")
    with open(folder / "cut.pcap", "wb") as file:
        file.write(capture(MISMATCH).read_bytes()[:-10])
    for end in ("html", "md"):
        texts = []
        for jobs in (1, 2):
            path = scratch() / f"report-{jobs}.{end}"
            run("--jobs", jobs, "--report", path, folder / "none.pcap", folder, status=1)
            texts.append(path.read_bytes())
        assert texts[0] == texts[1]
    text = texts[0].decode()
    assert re.search(r"\| \S*/none.pcap \| not a capture \| 0 \|", text)
    assert re.search(r"\| \S*/cut.pcap \| The file .* appears to have been cut short in the middle of a packet. \| 1 \|", text)
    assert len(re.findall(r"^## \d+\. ", text, re.M)) == 50
    assert max(len(row) for row in re.findall(r"^## \d+\. (.*)", text, re.M)) <= 80 + 10  # backslashes
    assert re.search(r"^Left out here: \d+ more conversations with trouble like that above; \d+ more by design", text, re.M)


def test_limit(report):
    """Each kind of trouble has its share; what is left out is said."""
    names = [capture(name) for name in ("limit-corroborated", MISMATCH, "rule-no-reply")]
    text = report("--limit", 3, *names)
    assert [re.sub(r"\d+", "N", title) for title in re.findall(r"^## \d+\. (.*)", text, re.M)] == [
        "ACK of frame N is N too high: padding of frame N counted; N packets dropped",
        "Beyond a limit of its address: others were answered before", "No answer to N SYNs in N.N s"]
    assert "Left out here: 4 more conversations with trouble like that above. They are counted above." in text


def test_long_ladder(report):
    """24 packets at most, the rest is counted."""
    text = report(capture("silence-servers"))
    ladders = re.findall("```text\n(.*?)```", text, re.S)
    assert ladders and all(len(re.findall(r"^ +[\d.]+ +\d+(, \d+)*  \|", ladder, re.M)) <= 24 for ladder in ladders)
    big = report(capture("cause-mtu"), capture("tcp-zero-window"))
    assert "Segments of 1460 bytes never arrive" in big


# ---- as a tap --------------------------------------------------------------------------------------------------------

def test_tshark_writes_the_same(report):
    """The same body, but for the capture's name, which tshark does not tell."""
    folder = scratch() / "reports"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    mine = report(capture(MISMATCH)).replace(str(capture(MISMATCH)), "the capture")
    for option in ("fwx,report," + str(folder / "a,b.md"), "fwx,report"):
        output = tshark(capture(MISMATCH), "-q", "-z", option)
        text = (folder / "a,b.md").read_text() if option.endswith("md") else "\n".join(output) + "\n"
        assert text == mine
    tshark(capture(MISMATCH), "-q", "-z", f"fwx,report,{folder}/c.html,frame.number == 3")
    assert "<code>frame.number == 3</code>" in (folder / "c.html").read_text()


# ---- what does not go ------------------------------------------------------------------------------------------------

def test_wrong_name(folder):
    _, errors = run("--report", folder / "report.pdf", capture(MISMATCH), status=2)
    assert errors[0] == "fwx-verdicts: --report: a report is FILE.html or FILE.md"


@pytest.mark.parametrize("arguments", [("--csv",), ("--output", "x"), ("--list",), ("--limit", "-1"), ("--follow",)])
def test_what_does_not_go_together(folder, arguments):
    run("--report", folder / "report.md", *arguments, capture(MISMATCH), status=2)
    assert not (folder / "report.md").exists()


def test_anonymise_alone():
    _, errors = run("--anonymise", capture(MISMATCH), status=2)
    assert errors[0] == "fwx-verdicts: --anonymise wants --report"


def test_cannot_be_written(folder):
    """Nothing is read then, and what was there stays."""
    _, errors = run("--report", folder / "none" / "report.md", capture(MISMATCH), status=2)
    assert errors == [f"fwx-verdicts: {folder}/none/report.md cannot be written: No such file or directory"]
    kept = folder / "kept.md"
    kept.write_text("before")
    run("--report", kept, folder / "missing.pcap", status=2)
    assert kept.read_text() == "before"


def test_replaced_whole(folder):
    path = folder / "report.md"
    path.write_text("before")
    path.chmod(0o640)
    _, errors = run("--report", path, capture(MISMATCH))
    assert errors == [SUMMARY.format(1, 0, 1, 1)]
    assert path.read_text().startswith("# ") and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in folder.iterdir()] == ["report.md"]


# ---- labels ----------------------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"\b\d+\.\d+\.\d+\.\d+\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}\b")


@pytest.mark.parametrize("end", ["html", "md"])
def test_anonymise(report, folder, end):
    """Of all captures: no address, no name of a file, and no port where one could stand."""
    copies = folder / "acme-customer"
    copies.mkdir()
    for path in captures():
        shutil.copy(path, copies)
    text = report("--anonymise", "--limit", 3000, copies, name=f"report.{end}")
    assert ADDRESS.findall(text) == [] and "acme" not in text and ".pcap" not in text
    assert not re.search(r"(?<![\d:])[a-z.\]-]+:\d{2,5}\b(?!\d*:)", re.sub(r"<style>.*?</style>|[a-z-]+:\d+px", "", text, flags=re.S))
    assert "capture-1" in text and "host-1:port-1" in text.replace("\\", "")


def test_same_label_everywhere(report):
    text = report("--anonymise", capture(MISMATCH), capture("source-003-firewall"), capture(NOTE))
    ends = re.findall(r"^TCP (\S+) → (\S+), conversation", text, re.M)
    assert ends == [("host-1:port-1", "host-2:port-2")] * 2 + [("host-3:port-3", "host-4:port-2")]
    assert "50183" not in text and not re.search(r"\b443\b", text) and "10.110" not in text


def test_anonymise_logs_and_points(report):
    logs = captures()[0].parent / "logs"
    text = report("--anonymise", "--firewall-log", logs / "source-003.log", capture("source-003-firewall"))
    assert re.search(r"^\| log-1 \| \d+ \|  \| agrees \|$", text, re.M) and "source-003" not in text
    text = report("--anonymise", capture("pair-dropped-policy"))
    assert "Dropped between point-1 and point-2" in text and "inside" not in text


# ---- hostile names ---------------------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script>|\n\x1b[31m\u202egpj`*_[x](y)&amp;\"'.pcap"


@pytest.mark.parametrize("end", ["html", "md"])
def test_hostile_names(folder, report, end):
    """A capture's name, a display filter, a firewall of the user's: shown, and inert."""
    path = folder / EVIL.replace("/", "\u2044")
    shutil.copy(capture("silence-reset"), path)
    row = 'uat:fwx_timeouts:"<script>evil|\u202e","TCP idle","362"'
    text = report("--set", row, "--filter", 'tcp and frame.number < 1000 or http.host == "<script>|`"', path, name=f"report.{end}")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert r"\x1b" in text.replace("\\\\", "\\") and "script" in re.search("reset after 363 s of silence: (.*)", text)[1]
    if end == "html":
        page = Page(text)
        assert not page.all("script") and "&lt;script&gt;" in text
        assert any("<script>alert(1)" in said for said in page.texts["th"])
    else:
        plain = re.sub(r"(`+).*?\1", "", re.sub(r"```text\n.*?```\n", "", text, flags=re.S))
        assert "<" not in plain and not re.search(r"(?<!\\)[*_]{1}x|\[x\]\(", plain)
        tables = [line for line in plain.splitlines() if line.startswith("| ")]
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables if line.count("pcap")} <= {5, 7}


# ---- where nothing is wrong ------------------------------------------------------------------------------------------

def test_healthy(folder):
    copy(folder / "x", HEALTHY)
    assert run("--report", folder / "r.md", folder / "x")[1] == [SUMMARY.format(1, 0, 1, 0)]
    text = (folder / "r.md").read_text()
    assert text.startswith("# All is well: the conversation had no trouble\n")
    assert "1 conversation worked: 1 closed in order." in text and "```" not in text


def test_what_only_the_firewall_objects_to(report):
    """Trouble, too; a note is, where both ends bear the drop out. What harms nobody stays a note."""
    text = report(capture("rule-udp-bomb"))
    assert text.startswith("# 3 of 3 conversations had trouble\n")
    assert text.count(". Firewall drops 1 packet: UDP length\n") == 3 and ", 1 packet in 0.000 s" in text
    text = report(capture("rule-tcp-idle"))
    assert "\n## 1. Open; data sent 3 times, to frame 9, has no answer yet\n" in text and text.startswith("# The conversation had trouble\n")
    assert report(capture("rule-tcp-idle-healthy")).startswith("# All is well")
    assert report(capture("rule-udp-bomb-healthy")).startswith("# All is well")
