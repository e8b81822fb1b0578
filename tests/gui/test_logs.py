"""The firewall's own log in Wireshark's window: the row in the preferences, the packet's subtree, the profile's buttons, the
table, and that a log is read again only when it is another one.

    FWX_PICTURES=tests/gui/pictures python3 -m pytest tests/gui/test_logs.py

makes the picture log.png, which plugin/doc/logs.md shows.
"""

import os

import pytest

import fwx_profile
from screen import HEIGHT, MAIN_HEIGHT, WIDTH, eventually
from test_profile import PICTURES, leaves, menu, start, without
from widgets import Widgets, missing
from wireshark import NOBODY, ROOT, scratch

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")

CAPTURE, PACKETS = "source-003-firewall", 12
LOG = ROOT / "test-captures" / "logs" / "source-003.log"
BUTTONS = {"Logged": 3, "Logged, not predicted": 0, "Predicted, not logged": 5}  # in the order of their menu
GAP = 6  # between the two windows


@pytest.fixture
def log():
    """The log, where the user can read it."""
    path = scratch() / "firewall.log"
    path.write_bytes(LOG.read_bytes())
    path.chmod(0o644)
    yield path
    path.unlink()


@pytest.fixture
def screen(log):
    """With the log in the profile's table."""
    with Widgets() as screen:
        table = fwx_profile.install(screen.home / "wireshark") / "fwx_logs"
        table.write_text(f'"{log}","auto","auto","auto"\n')
        if os.geteuid() == 0:
            os.chown(table, NOBODY, NOBODY)
        yield screen
        table.unlink()


def table_of(screen):
    """(line, frame, agreement, why) of each row of the dialog."""
    return [(row[0], row[1], row[7], row[8]) for row in screen.rows("") if len(row) == 12]


# The dialog sorts by the first column, of which drops that the log does not have are empty.
ROWS = [("", str(frame), "not-logged", "throttled") for frame in (6, 7, 9, 10, 11)]
ROWS += [(str(line), str(line + 2), "agrees", "") for line in (1, 2, 3)]


def test_shows(screen):
    process, main = start(screen, CAPTURE, "-z", "fwx,reconcile", "-g", "3", packets=PACKETS)
    dialog = screen.window("Firewall log against capture")
    screen.place(dialog, 0, MAIN_HEIGHT + GAP, WIDTH, HEIGHT - MAIN_HEIGHT - GAP)
    eventually(lambda: table_of(screen) == ROWS, "the table")
    screen.click(main, WIDTH // 2, MAIN_HEIGHT - 80)  # below the last line of the details
    screen.keys(main, "End", "End", "Right", "End")  # to the verdict, and to its end
    picture = screen.picture(PICTURES / "log.png")
    assert picture.stat().st_size < 150_000
    screen.quit(process, main)


def test_buttons(screen):
    process, main = start(screen, CAPTURE, packets=PACKETS)
    for place, (label, packets) in enumerate(BUTTONS.items(), 1):
        without(screen, main, packets)
        menu(screen, "Log")
        screen.xdotool("key", "--delay", 200, *["Down"] * place, "Return")
        leaves(screen, packets, label)
    screen.quit(process, main)


def evidence(screen):
    """What the packet list's column says of the conversation."""
    place = [title for title, _ in fwx_profile.columns()].index("Evidence")
    return {row[place] for row in screen.rows("Packet list")}


def test_is_read_again_only_when_it_is_another(screen, log):
    """Of the same name, size and time is the same log: what is in it now does not count until the time is another."""
    process, main = start(screen, CAPTURE, packets=PACKETS)
    eventually(lambda: evidence(screen) == {"proven"}, "what the log proves")
    about, text = log.stat(), log.read_text()
    log.write_text(text.replace("0xc0040034", "0xc0040017").replace("SEQ_ACK_MISMATCH", "NOT_SYN_XXXXXXXX"))
    assert log.stat().st_size == about.st_size
    os.utime(log, ns=(about.st_atime_ns, about.st_mtime_ns))
    for _ in range(2):
        again(screen, main)
        assert evidence(screen) == {"proven"}
    os.utime(log, ns=(about.st_atime_ns, about.st_mtime_ns + 2_000_000_000))
    again(screen, main)
    eventually(lambda: evidence(screen) == {"corroborated"}, "a log that proves nothing")
    screen.quit(process, main)


def again(screen, main):
    """Has all packets dissected anew."""
    screen.keys(main, "ctrl+r")
    eventually(lambda: screen.displayed() == PACKETS, "the packets again")
    screen.picture(scratch() / "again.png")  # once it has come to rest
