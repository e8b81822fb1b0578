"""The five tables as dialogs of the Statistics menu, with rows, and again after the file was reloaded and closed."""

import pytest

from screen import HEIGHT, WIDTH, Screen, eventually, identify, missing
from wireshark import capture, scratch

# Each table on a capture that gives it rows.
TABLES = {
    "verdicts": ("Firewall verdicts", "source-004-rtsp-killed"),
    "attempts": ("Firewall connection attempts", "source-002-syn-unanswered"),
    "resets": ("Firewall resets", "source-001-dirty-close"),
    "markers": ("Firewall marker ranges", "source-002-markers-n5"),
    "timeouts": ("Firewall time-outs", "silence-servers"),
}

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")


def ink(picture):
    """How much of the strip at the top of the screen, where the dialog's rows are, is text."""
    crop = ["-crop", f"{WIDTH - 20}x60+10+36", "+repage", "-colorspace", "Gray", "-threshold", "50%", "-negate"]
    return 100 * float(identify(picture, "%[fx:mean]", *crop))


def shown(screen, picture):
    return ink(screen.picture(scratch() / picture))


@pytest.mark.parametrize("table", TABLES)
def test_dialog(table):
    title, name = TABLES[table]
    with Screen() as screen:
        process, main = screen.wireshark(capture(name), "-z", f"fwx,{table}")
        dialog = screen.window(f"{title}.*{name}")
        screen.place(dialog, 0, 0, WIDTH, HEIGHT - 100)
        filled = eventually(lambda: (found := shown(screen, f"table-{table}.png")) > 0.3 and found, "rows")
        assert process.poll() is None
        screen.keys(main, "ctrl+r")  # reload
        eventually(lambda: abs(shown(screen, "reloaded.png") - filled) < 0.2, "the same rows")
        assert process.poll() is None
        screen.keys(main, "ctrl+w")  # close the file: the dialog outlives it
        screen.picture(scratch() / "closed.png")
        assert process.poll() is None
        assert "Dissector bug" not in screen.messages.read_text()
