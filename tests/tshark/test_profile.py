"""The profile "Firewall verdicts": every filter selects what it says, every colour can be read, and it installs."""

import os
import subprocess
import zipfile

import pytest

import fwx_profile
from wireshark import BUILD, NOBODY, capture, readable, run, scratch, tshark

EVERY = {name: list(range(1, last + 1)) for name, last in (("source-003-client", 12), ("rule-kill-smtp", 16))}
BUTTONS = {
    "Trouble": {"source-003-client": EVERY["source-003-client"], "source-001-dirty-close": [], "tcp-healthy": []},
    "Denied": {
        "source-003-client": [3, 4, 5, 6, 7, 9, 10, 11],
        "tcp-late-segments": [11, 12, 13],
        "tcp-healthy": [],
    },
    "Mismatch + cause": {
        "source-003-client": list(range(1, 12)),  # the handshakes too, and not the reset in frame 12
        "source-003-firewall": list(range(1, 12)),  # no payload there: the SYN-ACK still shows what was expected
        "tcp-mismatch-contradicted": [3, 4],  # not the conversation's verdict
        "tcp-fast-open": [2, 3, 4],  # nor here; the SYN-ACK has payload
        "tcp-healthy": [],
    },
    "Attempts//All": {"source-002-markers-n1": [5, 7, 12, 13], "udp-dns": []},
    "Attempts//Unanswered": {
        "source-002-syn-unanswered": [1, 2, 3],
        "source-002-concurrent": list(range(481, 511)),
        "tcp-retransmitted-syn": [],
        "reset-refused": [],
    },
    "Attempts//Port reuse": {"cause-port-reuse-synack": list(range(1, 7)), "tcp-port-reuse": []},
    "Resets//Dirty closes": {"source-001-dirty-close": [12], "reset-dirty-close-responder": [9], "reset-data-abort": []},
    "Resets//From in between": {"reset-injected": [7], "reset-data-abort": []},
    "Resets//Killed": {
        "rule-kill-smtp": EVERY["rule-kill-smtp"],
        "reset-injected-after-denied": list(range(1, 10)),  # what ends a connection outweighs a packet denied before
        "rule-kill-smtp-healthy": [],
    },
    "Silence": {"cause-forgotten": [7], "tcp-healthy": []},
    "Markers//Between any two": {"marker-repeated": [3, 4, 7, 8, 11, 12], "marker-open": []},
    "Markers//22 to 33": {"marker-repeated": [3, 4, 11, 12], "source-002-markers-n1": list(range(10, 20))},
    "Markers//33 to 44": {"source-002-markers-n5": list(range(34, 50))},
    "Markers//44 to 55": {"source-002-markers-n5": []},
    "Markers//55 to 66": {"source-002-markers-n5": []},
    "Markers//The markers themselves": {"source-002-markers-n1": [6, 9, 20, 23]},
    "Both sides//Dropped in between": {"pair-dropped": list(range(6, 14)), "pair-nat": []},
    "Both sides//Changed in between": {"pair-dropped": [], "pair-changed": list(range(1, 13))},
    "Both sides//Only here": {"pair-dropped": list(range(5, 14)), "pair-nat": []},
    # Without a log they leave nothing: test_reconcile.py presses them beside some.
    "Log//Logged": {"tcp-healthy": []},
    "Log//Logged, not predicted": {"tcp-healthy": []},
    "Log//Predicted, not logged": {"source-003-client": []},
    # It refers to the packet that is selected in the window, and tshark has none: tests/gui presses this one.
    "This connection": {"tcp-port-reuse": []},
}
BOOKMARKS = {
    "Firewall: denied, and the capture bears it out": ("rule-late-corroborated", [9, 10, 11]),
    "Firewall: denied, but the capture contradicts it": ("tcp-mismatch-contradicted", [3, 4]),
    "Firewall: over a flood mitigation limit": ("rule-concurrent-quota", [481, 489]),
    "Firewall: late segments of connections that are gone": ("tcp-late-segments", [11, 12, 13]),
    "Firewall: every packet of a connection that lost packets": ("rule-kill-smtp", EVERY["rule-kill-smtp"]),
    "Firewall: connections that the firewall gave up on unanswered": ("rule-no-reply", [3]),
    "Firewall: Ethernet padding counted as payload": ("source-003-client", [2, 8, 12]),
    "Firewall: SYN-ACKs with payload": ("tcp-fast-open", [2]),
    "Firewall: resets by design, or harmless": ("source-001-dirty-close", [12]),
    "Firewall: resets to look into": ("reset-injected", [7]),
    "Firewall: refused connections": ("reset-refused", [2]),
    "Firewall: resets that look injected": ("reset-injected", [7]),
    "Firewall: connections for which a proxy logs status 64": ("tcp-port-reuse", list(range(11, 18))),
    "Firewall: marker pings": ("source-002-markers-n1", [6, 9, 20, 23]),
    "Firewall: both sides of a connection, by its number": ("tcp-port-reuse", list(range(1, 11))),
    "Firewall: both sides of a connection, by addresses and ports": ("source-003-client", EVERY["source-003-client"]),
    "Firewall: both sides of a connection, by IPv6 addresses and ports": ("tcp-healthy-ipv6", list(range(1, 11))),
    "Firewall: between the markers of 22 and 33 bytes": ("source-002-markers-n2", list(range(8, 20))),
    "Firewall: denied to one client": ("source-003-client", [3, 4, 5, 6, 7, 9, 10, 11]),
    "Firewall: denied to one IPv6 client": ("tcp-healthy-ipv6", []),  # see test_denied_ipv6
}
GRAPHS = {
    "All packets": ("source-003-client", EVERY["source-003-client"]),
    "Denied": ("source-002-concurrent", list(range(481, 511))),
    "Killed": ("source-004-rtsp-killed", [10]),
    "Resets by design": ("source-001-dirty-close", [12]),
}
# The rule that colours a frame, in captures where it must, "" for the stock rules below ours.
DENIED, GONE, KILLED = "denied", "denied because the connection is gone", "killed"
CAUSE, PING, RANGE = "SYN-ACK with payload, the cause of mismatches", "marker ping", "inside a marker range"
COLOURS = {
    "source-003-client": {2: CAUSE, 8: CAUSE} | dict.fromkeys([3, 4, 5, 6, 7, 9, 10, 11], DENIED),
    "source-004-rtsp-killed": {10: KILLED, 11: GONE, 12: GONE},
    "source-001-dirty-close": {12: "reset by design, or harmless"},
    "tcp-mismatch-contradicted": dict.fromkeys([3, 4], "denied, but the capture contradicts it"),
    "source-002-markers-n1": dict.fromkeys([6, 9, 20, 23], PING) | dict.fromkeys(range(10, 20), RANGE),
    "pair-dropped": {5: DENIED} | dict.fromkeys(range(6, 14), "dropped in between, another point proves it"),
    "pair-changed": dict.fromkeys(range(1, 13), "changed in between"),
    "tcp-healthy": {},
}
PREFIX = "Firewall: "


def cases(table):
    return [(name, file, frames) for name, captures in table.items() for file, frames in captures.items()]


@pytest.mark.parametrize("label, file, frames", cases(BUTTONS))
def test_button(label, file, frames):
    assert fwx_profile.selected(capture(file), fwx_profile.buttons()[label]) == frames


def test_every_button_is_tested():
    assert list(BUTTONS) == [label for label in fwx_profile.buttons() if label]


@pytest.mark.parametrize("name", BOOKMARKS)
def test_bookmark(name):
    file, frames = BOOKMARKS[name]
    assert fwx_profile.selected(capture(file), fwx_profile.filter_list("dfilters")[name]) == frames


def test_denied_ipv6():
    filter = fwx_profile.filter_list("dfilters")["Firewall: denied to one IPv6 client"]
    blocking = ["-o", "fwx.block_ipv6:TRUE"]
    assert fwx_profile.selected(capture("tcp-healthy-ipv6"), filter, *blocking) == list(range(1, 11))
    assert fwx_profile.selected(capture("tcp-healthy-ipv6"), filter.replace("::10", "::11"), *blocking) == []


def test_every_bookmark_is_tested():
    assert list(BOOKMARKS) == list(fwx_profile.filter_list("dfilters"))


def test_both_macro_files_say_the_same():
    """Wireshark 4.0 reads dfilter_macros, 4.4 and later dmacros; the bookmarks use each macro."""
    macros = fwx_profile.filter_list("dmacros")
    assert dict(fwx_profile.table("dfilter_macros")) == macros
    bookmarks = " ".join(fwx_profile.filter_list("dfilters").values())
    assert [name for name in macros if f"${{{name}:" not in bookmarks] == []


@pytest.mark.parametrize("name", GRAPHS)
def test_graph(name):
    file, frames = GRAPHS[name]
    assert fwx_profile.selected(capture(file), fwx_profile.graphs()[name] or "frame") == frames


def test_every_graph_is_tested():
    assert list(GRAPHS) == list(fwx_profile.graphs())


def test_a_wrong_filter_would_be_noticed():
    with pytest.raises(AssertionError):
        fwx_profile.selected(capture("tcp-healthy"), "fwx.verdict.acton == 1")


# ---- unanswered: by a button, and by the engine ---------------------------------------------------


def unanswered_by_engine(file):
    """{connection: SYNs} of the table's unanswered attempts."""
    rows = [line.split("|") for line in tshark(capture(file), "-Q", "-z", "fwx,attempts") if "|" in line]
    return {row[0].strip(): int(row[5]) for row in rows if row[4].strip() == "unanswered"}


@pytest.mark.parametrize("file", ["source-002-syn-unanswered", "source-002-quota", "rule-no-reply", "tcp-healthy"])
def test_unanswered_agrees_with_the_table(file):
    filter = fwx_profile.buttons()["Attempts//Unanswered"]
    ids = tshark(capture(file), "-T", "fields", "-e", "fwx.conn.id", two_pass=True, filter=filter)
    assert {number: ids.count(number) for number in ids} == unanswered_by_engine(file)


def test_unanswered_fast_open(tmp_path):
    """A SYN with data is one all the same."""
    alone = tmp_path / "alone.pcap"
    subprocess.run(["editcap", "-r", capture("tcp-fast-open"), alone, "1"], check=True)
    filter = fwx_profile.buttons()["Attempts//Unanswered"]
    assert fwx_profile.selected(readable(alone), filter) == [1]
    assert fwx_profile.selected(capture("tcp-fast-open"), filter) == []


# ---- colours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", COLOURS)
def test_colour_rule(file):
    fwx_profile.install(scratch() / "home" / "wireshark")
    printing = "-T fields -e frame.number -e frame.coloring_rule.name".split()
    lines = tshark(capture(file), "-C", fwx_profile.NAME, "--color", *printing, two_pass=True)
    rows = [line.split("\t") for line in lines]
    ours = {int(frame): name[len(PREFIX) :] for frame, name in rows if name.startswith(PREFIX)}
    assert ours == COLOURS[file]
    assert all(name for _, name in rows)  # every frame has a colour


def test_every_colour_rule_of_ours_is_tested():
    names = {rule.name for rule in fwx_profile.colours() if rule.name.startswith(PREFIX)}
    assert names == {PREFIX + name for rules in COLOURS.values() for name in rules.values()}


def luminance(colour):
    """Relative luminance of 16-bit levels, as WCAG 2.1 defines it."""
    levels = [level / 65535 for level in colour]
    linear = [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels]
    return sum(weight * level for weight, level in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    """WCAG 2.1's contrast ratio, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("rule", fwx_profile.colours(), ids=lambda rule: rule.name)
def test_colours_can_be_read(rule):
    """A rule sets both colours, so the theme does not matter. 4.5 is what WCAG 2.1 (1.4.3) asks of text."""
    assert contrast(rule.foreground, rule.background) >= 4.5


def test_contrast_is_what_it_should_be():
    white, grey = (65535,) * 3, (0x7777,) * 3
    assert round(contrast(white, (0, 0, 0)), 2) == 21 and round(contrast(white, grey), 2) == 4.48


# ---- columns ----------------------------------------------------------------------------------------

ROWS = """\
1|10.110.233.50|172.16.1.1|TCP|66|1||
2|172.16.1.1|10.110.233.50|TCP|60|1||
3|10.110.233.50|172.16.1.1|TCP|54|1|drop: ACK mismatch|
12|172.16.1.1|10.110.233.50|TCP|60|1|close: reset|""".splitlines()


def column_rows(file, *arguments):
    """What the profile's columns show: {frame: row without Time and Info}. Those that are hidden are not there."""
    fwx_profile.install(scratch() / "home" / "wireshark")
    lines = tshark(capture(file), "-C", fwx_profile.NAME, "-T", "tabs", *arguments, two_pass=True)
    rows = {}
    for line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        number, _, source, _, destination, *others, info = cells
        rows[int(number)] = "|".join([number, source, destination, *others])
        assert info
    return rows


def test_columns():
    rows = column_rows("source-003-client")
    assert list(rows) == EVERY["source-003-client"]
    assert [rows[frame] for frame in (1, 2, 3, 12)] == ROWS


def test_columns_of_a_dirty_close():
    rows = column_rows("source-001-dirty-close")
    assert rows[12] == "12|10.0.0.1|10.0.0.2|TCP|54|1|close: dirty, by design|"


def test_columns_of_a_marker_range():
    rows = column_rows("source-002-markers-n2")
    assert [frame for frame, row in rows.items() if row.endswith("|22-33")] == list(range(8, 20))


def test_numbers_are_raw():
    """As the sources print them, and as fwx.ack.expected and fwx.ack.actual do."""
    fwx_profile.install(scratch() / "home" / "wireshark")
    assert "Ack=2180033888" in tshark(capture("source-003-client"), "-C", fwx_profile.NAME)[2]


def test_widths_fit_the_columns():
    """Wireshark 4.0 finds a column's width by its format, 4.4 by its position: the lists must be alike."""
    (line,) = fwx_profile.lines("recent")
    formats = [word.strip() for word in line.removeprefix("column.width:").split(",")][::2]
    assert formats == [format.removesuffix(":0:R") for _, format in fwx_profile.columns()]


# ---- installed, packed --------------------------------------------------------------------------------


def files():
    return sorted(f"{fwx_profile.NAME}/{path.name}" for path in fwx_profile.FOLDER.iterdir())


def test_zip():
    """The layout that Wireshark exports: a folder's name before each file, and nothing else."""
    subprocess.run(["cmake", "--build", BUILD, "--target", "profile-zip"], check=True, capture_output=True)
    with zipfile.ZipFile(BUILD / f"{fwx_profile.NAME}.zip") as archive:
        assert sorted(archive.namelist()) == files()
        for name in archive.namelist():
            assert archive.read(name) == (fwx_profile.FOLDER.parent / name).read_bytes()


def test_installed_for_all_users():
    """Whoever asks for it with -C finds it in the global folder, and gets a copy to change."""
    staged, home = scratch() / "staged", scratch() / "fresh"
    script = BUILD / "plugin" / "profile" / "cmake_install.cmake"
    command = ["cmake", "-P", script]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"DESTDIR": str(staged)})
    (profiles,) = staged.glob("**/wireshark/profiles")
    assert sorted(str(path.relative_to(profiles)) for path in profiles.rglob("*") if path.is_file()) == files()
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    elsewhere = ["env", f"WIRESHARK_DATA_DIR={profiles.parent}", f"HOME={home}", f"XDG_CONFIG_HOME={home}"]
    reading = ["tshark", "-C", fwx_profile.NAME, "-2", "-n", "-T", "tabs", "-r", readable(capture("source-003-client"))]
    lines = run(*elsewhere, *reading).stdout.splitlines()
    assert "\tdrop: ACK mismatch\t\t[Firewall drops: ACK +2] " in lines[2]
    copied = home / "wireshark" / "profiles" / fwx_profile.NAME
    assert sorted(f"{fwx_profile.NAME}/{path.name}" for path in copied.iterdir()) == files()


def test_an_unknown_profile_is_refused():
    done = run("tshark", "-C", "Firewall verdict", "-r", capture("tcp-healthy"), check=False)
    assert done.returncode != 0 and "Firewall verdict" in done.stderr
