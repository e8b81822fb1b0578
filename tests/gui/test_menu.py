"""Tools > Firewall verdicts and the conversation filter, driven by keys; what they did is read from what the packet
list copies."""

import time

import pytest

from screen import Screen, eventually, missing
from wireshark import capture, matching, scratch

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")

(NEXT, PREVIOUS, EXPLAIN, GO_TO_VERDICT, EVIDENCE, OTHER_SIDE, REPORT, THIS_RANGE, NEXT_RANGE, PREVIOUS_RANGE,
 TABLES) = range(11)
PAGE = "# Padding\n\nA page.\n"
EVIDENCE_FILTER = "(fwx.conn.id == 1 and fwx.verdict.code) or frame.number in {2, 3}"


def choose(screen, main, entry, *more):
    """The last entry of the menu Tools is ours."""
    screen.keys(main, "alt+t", "Up", "Right", *["Down"] * entry, *more, "Return")


def explained(screen, main, entry, *more):
    """The entry brings up a message and nothing else; it is dismissed."""
    before = screen.all_windows()

    def one():  # and no menu, which goes at once
        new = screen.all_windows() - before
        time.sleep(0.3)
        return new if len(new) == 1 and new == screen.all_windows() - before else None

    choose(screen, main, entry, *more)
    (message,) = eventually(one, f"a message after entry {entry}")
    screen.picture(scratch() / f"message-{entry}.png")
    screen.keys(message, "Return")
    eventually(lambda: screen.all_windows() == before, "the message has gone")


def test_verdict_and_evidence():
    name = "source-003-client"
    with Screen() as screen:
        process, main = screen.wireshark(capture(name))
        screen.go_to(main, 8)
        assert screen.selected(main) == [8]
        choose(screen, main, GO_TO_VERDICT)
        assert screen.selected(main) == [3]
        screen.keys(main, "ctrl+r")  # of a capture dissected anew, the same is known
        screen.go_to(main, 11)
        assert screen.selected(main) == [11]
        choose(screen, main, GO_TO_VERDICT)
        assert screen.selected(main) == [3]
        choose(screen, main, EVIDENCE)
        screen.picture(scratch() / "menu-evidence.png")
        assert screen.windows(f"^{name}.pcap$") == [main]
        assert screen.displayed(main) == [2, 3, 4, 5, 6, 7, 9, 10, 11, 12]
        assert matching(capture(name), EVIDENCE_FILTER) == [2, 3, 4, 5, 6, 7, 9, 10, 11, 12]
        explained(screen, main, GO_TO_VERDICT)  # all packets are selected: that is none
        assert screen.quit(process, main) == [EVIDENCE_FILTER]


def desktop(screen):
    """A desktop that opens pages by copying them; where to."""
    opened = screen.home / "opened"
    opened.unlink(missing_ok=True)
    folder = screen.home / ".local" / "share" / "applications"
    folder.mkdir(parents=True, exist_ok=True)
    entry = folder / "reader.desktop"
    entry.write_text(f"[Desktop Entry]\nType=Application\nName=Reader\nExec=cp %f {opened}\nMimeType=text/markdown;text/plain;text/html;\n")
    defaults = screen.home / "mimeapps.list"
    defaults.write_text("[Default Applications]\n" + "".join(
        f"{kind}=reader.desktop\n" for kind in ("text/markdown", "text/plain", "text/html", "application/octet-stream")))
    screen.own(screen.home / ".local", screen.home / ".local" / "share", folder, entry, defaults)
    return opened


def test_trouble():
    """From mark to mark, and not beyond the last."""
    with Screen() as screen:
        process, main = screen.wireshark(capture("silence-unheard"))
        for frame in (7, 13):
            choose(screen, main, NEXT)
            assert screen.selected(main) == [frame]
        explained(screen, main, NEXT)
        choose(screen, main, PREVIOUS)
        assert screen.selected(main) == [7]
        explained(screen, main, PREVIOUS)
        assert screen.quit(process, main) == []


def test_page():
    """Opened by what the desktop has for it; where a page is missing, a message says which."""
    with Screen() as screen:
        opened = desktop(screen)
        pages = screen.home / "pages"
        (pages / "findings").mkdir(parents=True, exist_ok=True)
        (pages / "findings" / "padding.md").write_text(PAGE)
        screen.own(pages, pages / "findings", pages / "findings" / "padding.md")
        screen.environment["FWX_PAGES"] = str(pages)
        process, main = screen.wireshark(capture("source-003-client"), "-g", "2")
        choose(screen, main, EXPLAIN)
        text = eventually(lambda: opened.exists() and opened.read_text(), "the page")
        assert text == PAGE
        screen.go_to(main, 3)
        explained(screen, main, EXPLAIN)  # ack-mismatch is not there
        assert screen.quit(process, main) == []


def test_report():
    """Of the selected packet's conversation alone, beside the preferences, and opened; a second one is anew."""
    with Screen() as screen:
        opened = desktop(screen)
        process, main = screen.wireshark(capture("pair-dropped"), "-g", "6")
        choose(screen, main, REPORT)
        first = eventually(lambda: opened.exists() and opened.read_text().endswith("</html>\n") and opened.read_text(), "the report")
        assert first == (screen.home / "wireshark" / "fwx-report.html").read_text()
        assert "ACK of frame 5 is 2 too high" in first and "pair-dropped.pcapng" in first
        opened.unlink()
        screen.go_to(main, 33)
        choose(screen, main, REPORT)
        second = eventually(lambda: opened.exists() and opened.read_text().endswith("</html>\n") and opened.read_text(), "another")
        assert "ACK of frame 5 is 2 too high" not in second and second != first
        assert screen.quit(process, main) == []


def test_nothing_to_go_to():
    """A SYN that may yet be answered has no verdict, and nothing is in a range here."""
    with Screen() as screen:
        process, main = screen.wireshark(capture("rule-no-reply-pending-healthy"))
        for entry in (GO_TO_VERDICT, EVIDENCE, THIS_RANGE, NEXT_RANGE, PREVIOUS_RANGE):
            explained(screen, main, entry)
        assert screen.selected(main) == [1]
        assert screen.quit(process, main) == []


def test_other_side():
    """There and back; of a packet that never came out, why that is so."""
    with Screen() as screen:
        process, main = screen.wireshark(capture("pair-dropped"))
        screen.go_to(main, 22)
        choose(screen, main, OTHER_SIDE)
        assert screen.selected(main) == [23]
        choose(screen, main, OTHER_SIDE)
        assert screen.selected(main) == [22]
        screen.go_to(main, 6)
        explained(screen, main, OTHER_SIDE)
        assert screen.selected(main) == [6]
        assert screen.quit(process, main) == []


def test_marker_ranges():
    name = "source-002-markers-n5"
    with Screen() as screen:
        process, main = screen.wireshark(capture(name))
        explained(screen, main, THIS_RANGE)  # frame 1 comes before all markers
        explained(screen, main, PREVIOUS_RANGE)
        explained(screen, main, GO_TO_VERDICT)  # and is ARP's
        choose(screen, main, NEXT_RANGE)
        assert screen.selected(main) == [13]
        choose(screen, main, NEXT_RANGE)
        assert screen.selected(main) == [34]
        assert screen.displayed(main) == list(range(34, 50))
        screen.go_to(main, 40)
        choose(screen, main, PREVIOUS_RANGE)
        assert screen.selected(main) == [13]
        assert screen.displayed(main) == list(range(13, 24))
        screen.go_to(main, 15)
        choose(screen, main, THIS_RANGE)
        assert screen.selected(main) == [15]
        ranges = [f"frame.number >= {first} and frame.number <= {last}" for first, last in ((13, 23), (34, 49))]
        assert sorted(screen.quit(process, main)) == ranges


def test_conversation_filter():
    """The last of the conversation filters is ours; it selects the connection of the packet that was clicked on."""
    name = "source-002-markers-n5"
    with Screen() as screen:
        process, main = screen.wireshark(capture(name))
        screen.click(main, 300, 116, button=3)
        screen.keys(main, *["Down"] * 9, "Right", "Up", "Return")
        shown = screen.displayed(main)
        (filter,) = screen.quit(process, main)
        assert filter.startswith("fwx.conn.id == ")
        assert shown == matching(capture(name), filter) != []


def test_tables_and_no_capture():
    with Screen() as screen:
        process, main = screen.wireshark(capture("source-003-client"))
        for position, title in enumerate(
            ("Firewall verdicts", "Firewall connection attempts", "Firewall resets", "Firewall marker ranges",
             "Firewall time-outs")
        ):
            choose(screen, main, TABLES, "Right", *["Down"] * position)
            screen.window(f"{title}.*source-003-client")
        screen.keys(main, "ctrl+w")
        eventually(lambda: screen.windows("^The Wireshark Network Analyzer$"), "the file is closed")
        for entry in (GO_TO_VERDICT, EVIDENCE, THIS_RANGE, NEXT_RANGE, PREVIOUS_RANGE):
            explained(screen, main, entry)
        explained(screen, main, TABLES, "Right")
        assert process.poll() is None
        screen.quit(process, main)
