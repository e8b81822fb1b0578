"""The tree of counts as a dialog of the Statistics menu: its copied text has what tshark prints."""

import re
import subprocess

import pytest

from screen import HEIGHT, WIDTH, Screen, eventually, missing
from wireshark import capture, scratch, taps

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")

TITLE = "Firewall verdict counts"


def nodes(text):
    """The lines below the heading, in any order: the dialog sorts otherwise than tshark."""
    lines = [line.split() for line in text.splitlines()]
    return sorted(words for words in lines if len(words) > 2 and not words[0].startswith(("Topic", TITLE.split()[0])))


def open_tree(screen, main, name):
    """The last entry of the menu Statistics, or the one above: 4.6 has statistics of ILNP, which come behind."""
    up = 2 if version() >= (4, 6) else 1
    screen.keys(main, "alt+s", *["Up"] * up, "Return")
    return screen.window(f"{TITLE}.*{name}")


def version():
    said = subprocess.run(["tshark", "--version"], capture_output=True, text=True).stdout
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", said).groups()))


@pytest.mark.parametrize("name", ["source-003-client", "rule-no-reply"])
def test_dialog(name):
    with Screen() as screen:
        process, main = screen.wireshark(capture(name))
        dialog = open_tree(screen, main, name)
        screen.place(dialog, 0, 0, WIDTH, HEIGHT - 100)
        screen.picture(scratch() / f"stats-tree-{name}.png")
        screen.clipboard("-in", "/dev/null")
        screen.click(dialog, WIDTH - 238, HEIGHT - 123)  # the button Copy
        copied = eventually(lambda: screen.clipboard("-out"), "a copy of the tree")
        assert nodes(copied) == nodes("\n".join(taps(capture(name), "fwx,tree"))) != []
        screen.keys(main, "ctrl+r")
        screen.keys(main, "ctrl+w")  # the dialog outlives the file
        eventually(lambda: screen.windows("^The Wireshark Network Analyzer$"), "the file is closed")
        screen.quit(process, main)
