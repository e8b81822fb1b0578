"""The plugin in Wireshark's window: it loads, its subtree opens, its experts are listed, its fields filter."""

import pytest

from screen import HEIGHT, MAIN_HEIGHT, WIDTH, Screen, eventually, identify, missing
from wireshark import capture, matching, scratch

CAPTURE = "source-003-client"
FILTER = "fwx.ack.delta == 2"
YELLOW, RED, GREEN = "#F7F352", "#FF5C5C", "#AFFFAF"  # of a warning, of an error, of a filter that is understood
GAP = 6  # between the two windows

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")


def share(picture, colour, area):
    """How much of an area (WIDTHxHEIGHT+X+Y) has a colour, in percent."""
    options = ["-crop", area, "+repage", "-fuzz", "3%", "-fill", "black", "+opaque", colour]
    options += ["-fill", "white", "-opaque", colour]
    return 100 * float(identify(picture, "%[fx:mean]", *options))


def shows_both(screen, path, area):
    picture = screen.picture(path)
    return share(picture, RED, area) > 3 and share(picture, YELLOW, area) > 6


@pytest.fixture(scope="module")
def window():
    """Wireshark with frame 3, the one with the wrong acknowledgement, selected."""
    with Screen() as screen:
        process, main = screen.wireshark(capture(CAPTURE), "-g", "3")
        yield screen, process, main


def test_opens_the_capture(window):
    screen, process, main = window
    assert screen.windows(f"^{CAPTURE}.pcap$") == [main]
    assert process.poll() is None


def test_verdict_and_expert_information(window):
    screen, process, main = window
    screen.keys(main, "alt+a", "Up", "Return")  # the last entry of the menu Analyze
    experts = screen.window(f"Expert Information.*{CAPTURE}")
    screen.place(experts, 0, MAIN_HEIGHT + GAP, WIDTH, HEIGHT - MAIN_HEIGHT - GAP)
    details = f"{WIDTH}x300+0+280"
    screen.click(main, WIDTH // 2, MAIN_HEIGHT - 80)  # below the last line of the details
    screen.keys(main, "End", "End")  # to the first line, to the last: Firewall verdict
    closed = share(screen.picture(scratch() / "closed.png"), RED, details)
    screen.keys(main, "Right")
    path = scratch() / "source-003.png"
    # The error (the capture bears the drop out) hangs on an item of the subtree: it turns red when that shows.
    eventually(lambda: share(screen.picture(path), RED, details) > closed + 3, "the subtree")
    # and so does a line of the expert dialog, where those of the warnings are yellow.
    list_of_experts = f"{WIDTH}x{HEIGHT - MAIN_HEIGHT}+0+{MAIN_HEIGHT}"
    eventually(lambda: shows_both(screen, path, list_of_experts), "an error and warnings")
    assert int(identify(path, "%k")) > 50  # colours
    assert process.poll() is None


def test_filter(window):
    screen, process, main = window
    screen.keys(main, "ctrl+slash")
    screen.write(FILTER)
    screen.keys(main, "Escape", "Return")  # Escape closes the list of completions
    path = scratch() / "filtered.png"
    # The rows that the filter bar covers with Qt 5 as with Qt 6, which draws lower lines.
    eventually(lambda: share(screen.picture(path), GREEN, f"{WIDTH // 2}x12+200+28") > 80, "a filter that is understood")
    # Wireshark remembers a filter when it has been applied, and quits cleanly.
    assert FILTER in screen.quit(process, main)
    assert matching(capture(CAPTURE), FILTER) == [3, 4, 5, 6, 7, 9, 10, 11]
