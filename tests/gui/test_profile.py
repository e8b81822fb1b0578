"""The profile in Wireshark's window: its columns, colours, filter buttons and graphs, and its import from the zip.

    FWX_PICTURES=tests/gui/pictures python3 -m pytest tests/gui/test_profile.py

makes the pictures profile.png and io-graph.png, which the README shows.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import fwx_profile
from screen import HEIGHT, MAIN_HEIGHT, WIDTH, eventually
from widgets import Widgets, missing
from wireshark import BUILD, capture, matching, scratch

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")

PICTURES = Path(os.environ.get("FWX_PICTURES", scratch()))
NO_BYTES = "gui.byte_view_show: FALSE\ngui.geometry_main_upper_pane: 260\ngui.toolbar_main_show: FALSE\n"
# What a button leaves of a capture.
BUTTONS = {
    "source-002-markers-n1": {"Trouble": 0, "Denied": 0},
    "source-003-client": {"Trouble": 12, "Denied": 8, "Mismatch + cause": 11, "Silence": 0},
    "source-004-rtsp-killed": {"Denied": 2},
}
# Behind a button that opens a menu: what each leaves of a capture, in the order of the menu.
MENUS = {
    "source-002-syn-unanswered": ("Attempts", {"All": 3, "Unanswered": 3, "Port reuse": 0}),
    "source-001-dirty-close": ("Resets", {"Dirty closes": 1, "From in between": 0, "Killed": 0}),
    "source-004-rtsp-killed": ("Resets", {"Dirty closes": 0, "From in between": 1, "Killed": 12}),
}
# In the order of their menu.
MARKERS = {
    **{"Between any two": 10, "22 to 33": 10, "33 to 44": 0, "44 to 55": 0, "55 to 66": 0},
    "The markers themselves": 4,
}


def start(screen, name, *arguments, packets):
    """Wireshark on a capture with the profile in use; returns once the packets are there."""
    folder = fwx_profile.install(screen.home / "wireshark")
    with open(folder / "recent", "a") as recent:
        recent.write(NO_BYTES)
    process, main = screen.wireshark(capture(name), "-C", fwx_profile.NAME, *arguments)
    eventually(lambda: screen.displayed() == packets, f"{packets} packets")
    screen.xdotool("windowfocus", "--sync", main)
    return process, main


def leaves(screen, packets, after):
    """Waits until so many packets are displayed."""
    seen = []
    eventually(lambda: seen.append(screen.displayed()) or seen[-1] == packets, f"{packets} packets after {after}")


def without(screen, main, packets):
    """Displays another number of packets first, so that a button that does nothing is noticed."""
    others = 2 if packets == 1 else 1
    screen.keys(main, "ctrl+slash", "ctrl+a")
    screen.write(f"frame.number <= {others}")
    screen.keys(main, "Escape", "Return", "Escape")  # the list of completions may open again
    eventually(lambda: screen.all_windows() == {main}, "no list of completions")
    leaves(screen, others, "a filter of ours")


def menu(screen, button):
    """Presses a button and waits for its menu, which is not among the widgets with Qt 6."""
    before = screen.all_windows()
    screen.press("push button", button)
    eventually(lambda: screen.all_windows() - before, f"the menu {button}")


def colours(picture, area):
    """How many pixels of an area (WIDTHxHEIGHT+X+Y) have each colour: {"#RRGGBB": pixels}."""
    crop = ["-crop", area, "+repage", "-depth", "8", "-format", "%c"]
    listing = subprocess.run(
        ["convert", picture, *crop, "histogram:info:-"], check=True, capture_output=True, text=True
    ).stdout.split("\n")
    words = [line.split() for line in listing if ":" in line]
    return {next(w for w in line if w.startswith("#"))[:7]: int(line[0].rstrip(":")) for line in words}


def hexadecimal(levels):
    return "#" + "".join(f"{level >> 8:02X}" for level in levels)


def background(name):
    """The background of one of our colour rules, as a pixel."""
    (rule,) = [rule for rule in fwx_profile.colours() if rule.name == f"Firewall: {name}"]
    return hexadecimal(rule.background)


def test_columns_and_colours():
    with Widgets() as screen:
        process, main = start(screen, "source-003-client", "-g", "3", packets=12)
        rows = screen.rows("Packet list")
        shown = [title for title, _ in fwx_profile.columns()]
        verdict, conversation = shown.index("Verdict"), shown.index("Conversation")
        drop = "drop: ACK mismatch"
        assert [row[verdict] for row in rows] == ["", ""] + [drop] * 5 + [""] + [drop] * 3 + ["close: reset"]
        marked = [row[shown.index("Info")].startswith("[Firewall drops: ACK +2] ") for row in rows]
        assert marked == [value == drop for value in [row[verdict] for row in rows]]
        assert {row[conversation] for row in rows} == {"FWX_E_SEQ_ACK_MISMATCH"}
        assert {row[shown.index("Evidence")] for row in rows} == {"corroborated"}
        assert f"Profile: {fwx_profile.NAME}" in screen.texts("label")
        screen.click(main, WIDTH // 2, MAIN_HEIGHT - 80)  # below the last line of the details
        screen.keys(main, "End", "End", "Right")  # to the last line, the verdict, and open it
        picture = screen.picture(PICTURES / "profile.png")
        crop = ["-crop", f"{WIDTH}x{MAIN_HEIGHT}+0+0", "+repage"]
        subprocess.run(["convert", picture, *crop, f"PNG8:{picture}"], check=True)
        seen = colours(screen.home / "taken.png", f"{WIDTH - 80}x300+0+60")
        rows_of = {name: seen.get(background(name), 0) / (WIDTH * 17) for name in ("denied", "killed", "marker ping")}
        # 8 rows less text; Qt 6 draws them lower, 14 pixels instead of 17.
        assert 4 < rows_of["denied"] < 9 and rows_of["killed"] == rows_of["marker ping"] == 0, rows_of
        assert picture.stat().st_size < 150_000
        screen.quit(process, main)


def test_both_sides():
    """What never came out is the darkest: rose on black."""
    with Widgets() as screen:
        process, main = start(screen, "pair-dropped", "-g", "6", packets=33)
        picture = screen.picture(PICTURES / "both-sides.png")
        crop = ["-crop", f"{WIDTH}x{MAIN_HEIGHT}+0+0", "+repage"]
        subprocess.run(["convert", picture, *crop, f"PNG8:{picture}"], check=True)
        seen = colours(screen.home / "taken.png", f"{WIDTH - 80}x300+0+60")
        rows = seen.get(background("dropped in between, another point proves it"), 0) / (WIDTH * 17)
        assert 4 < rows < 9, rows  # 8 rows less text, one of them selected
        assert picture.stat().st_size < 150_000
        screen.quit(process, main)


@pytest.mark.parametrize("name", BUTTONS)
def test_buttons(name):
    everything = len(matching(capture(name), "frame"))
    with Widgets() as screen:
        process, main = start(screen, name, packets=everything)
        for label, packets in BUTTONS[name].items():
            without(screen, main, packets)
            screen.press("push button", label)
            leaves(screen, packets, label)
        screen.quit(process, main)


def press_all(screen, main, button, entries):
    """Every entry of a button's menu, each after another number of packets."""
    for place, (label, packets) in enumerate(entries.items(), 1):
        without(screen, main, packets)
        menu(screen, button)
        screen.xdotool("key", "--delay", 200, *["Down"] * place, "Return")
        leaves(screen, packets, label)


def test_marker_buttons():
    """They are in a menu of their own."""
    with Widgets() as screen:
        process, main = start(screen, "source-002-markers-n1", packets=27)
        press_all(screen, main, "Markers", MARKERS)
        screen.quit(process, main)


@pytest.mark.parametrize("name", MENUS)
def test_menu_buttons(name):
    everything = len(matching(capture(name), "frame"))
    with Widgets() as screen:
        process, main = start(screen, name, packets=everything)
        press_all(screen, main, *MENUS[name])
        screen.quit(process, main)


@pytest.mark.parametrize(
    ("name", "packets", "selected", "left"),
    [
        ("tcp-port-reuse", 27, 14, range(11, 18)),  # the second of three connections on one tuple
        ("tunnel-vxlan-two", 18, 12, range(10, 19)),  # the second of two in a tunnel
    ],
)
def test_this_connection(name, packets, selected, left):
    """The filter refers to the selected packet."""
    with Widgets() as screen:
        process, main = start(screen, name, "-g", selected, packets=packets)
        screen.press("push button", "This connection")
        leaves(screen, len(left), "This connection")
        assert [int(row[0]) for row in screen.rows("Packet list")] == list(left)
        screen.quit(process, main)


def test_graphs():
    """Denied packets over time: flood mitigation begins to deny when the 600 requests of its minute are used up."""
    with Widgets() as screen:
        process, main = start(screen, "source-002-quota", packets=3620)
        screen.keys(main, "alt+s", "i")  # Statistics ▸ I/O Graphs
        graphs = screen.window("I/O Graphs")
        screen.place(graphs, 0, 0, WIDTH, HEIGHT)
        named = fwx_profile.graphs()
        eventually(lambda: [row[1:3] for row in screen.rows("")] == [list(row) for row in named.items()], list(named))
        picture = PICTURES / "io-graph.png"
        eventually(lambda: 500 < red(screen.picture(picture)) < 20_000, "two red bars at the end, and no more")
        assert picture.stat().st_size < 150_000
        assert process.poll() is None


def red(picture):
    """How many pixels of a graph are of the colour of what is denied."""
    seen = colours(picture, f"{WIDTH - 80}x740+60+40")
    return sum(pixels for colour, pixels in seen.items() if near(colour, (0xD3, 0x2F, 0x2F)))


def near(colour, wanted):
    return all(abs(int(colour[1 + 2 * i : 3 + 2 * i], 16) - level) < 12 for i, level in enumerate(wanted))


def test_import_from_zip():
    """As a user does who has only the zip: Edit ▸ Configuration Profiles ▸ Import ▸ from zip file."""
    subprocess.run(["cmake", "--build", BUILD, "--target", "profile-zip"], check=True, capture_output=True)
    archive = scratch() / "profile.zip"
    archive.write_bytes((BUILD / f"{fwx_profile.NAME}.zip").read_bytes())
    archive.chmod(0o644)
    with Widgets() as screen:
        profile = screen.home / "wireshark" / "profiles" / fwx_profile.NAME
        shutil.rmtree(profile, ignore_errors=True)
        process, main = screen.wireshark(capture("source-003-client"))
        screen.keys(main, "ctrl+shift+a")
        dialog = screen.window("Configuration Profiles")
        screen.xdotool("windowfocus", "--sync", dialog)
        menu(screen, "Import")
        screen.xdotool("key", "Down")
        screen.xdotool("key", "Return")
        files = screen.window("zip")
        screen.xdotool("windowfocus", "--sync", files)
        screen.write(str(archive))
        screen.xdotool("key", "Return")
        ours = {name: (fwx_profile.FOLDER / name).read_bytes() for name in expected_on_import()}
        # The window writes them one after the other.
        eventually(lambda: all(contents(profile / name) == wanted for name, wanted in ours.items()), "the profile's files")
        assert process.poll() is None


def contents(file):
    return file.read_bytes() if file.exists() else None


def expected_on_import():
    """The files that each version knows as a profile's, and so takes: dmacros is not known to 4.0."""
    return {path.name for path in fwx_profile.FOLDER.iterdir()} - {"dmacros", "dfilter_macros"}
