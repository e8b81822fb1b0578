"""What fits: the window on the smallest screen that is still sold and on the usual one, with our profile and without.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import pytest

import fwx_profile
from screen import eventually
from widgets import Widgets, missing
from wireshark import capture

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")

SCREENS = [(1366, 768), (1920, 1080)]
MARK = "[Firewall drops: ACK +2] "


def start(screen, *arguments):
    process, main = screen.wireshark(capture("source-003-client"), "-g", "3", *arguments)
    eventually(lambda: screen.displayed() == 12, "12 packets")
    rows, boxes = screen.rows("Packet list"), screen.ask("boxes", "Packet list")
    return process, main, rows, boxes


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_profile(width, height):
    """Every column, and every button, is on the screen; half of its width is Info's."""
    with Widgets(width, height, height) as screen:
        fwx_profile.install(screen.home / "wireshark")
        process, main, rows, boxes = start(screen, "-C", fwx_profile.NAME)
        shown = [title for title, _ in fwx_profile.columns()]
        info = shown.index("Info")
        left, _, wide, _ = boxes[info]
        assert rows[2][info].startswith(MARK)
        assert left <= width * 0.56 and left + wide <= width, (left, wide)
        assert all(left >= 0 for left, *_ in boxes)
        labels = {label.partition("//")[0] for label in fwx_profile.buttons()}
        places = {label: screen.ask("place", "push button", label) for label in labels}
        assert all(place and 0 < place[0] < width for place in places.values()), places
        screen.quit(process, main)


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_default_profile(width, height):
    """The mark is there without any set-up, before what Wireshark says."""
    with Widgets(width, height, height) as screen:
        process, main, rows, boxes = start(screen)
        assert [row[-1].startswith(MARK) for row in rows] == [False] * 2 + [True] * 5 + [False] + [True] * 3 + [False]
        assert boxes[-1][0] < width / 2
        screen.quit(process, main)
