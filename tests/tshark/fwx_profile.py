"""The files of the profile, read as Wireshark reads them, and the profile in the user's configuration."""

import csv
import os
import re
import shutil
from dataclasses import dataclass

from wireshark import NOBODY, ROOT, readable, run, scratch

NAME = "Firewall verdicts"
FOLDER = ROOT / "plugin" / "profile" / NAME


@dataclass(frozen=True)
class Colour:
    """A colour rule."""

    name: str
    filter: str
    background: tuple
    foreground: tuple


def lines(file):
    """A file's lines that are no comments."""
    return [line for line in (FOLDER / file).read_text().splitlines() if line and not line.startswith("#")]


def table(file):
    """The rows of a user table: strings in quotes, with \\x22 for a quote inside."""
    return [[re.sub(r"\\x22", '"', word) for word in row] for row in csv.reader(lines(file))]


def filter_list(file):
    """{name: filter}: a name in quotes, then the filter up to the end of the line."""
    return dict(re.fullmatch(r'"([^"]+)" (.+)', line).groups() for line in lines(file))


def buttons():
    """{label: filter} of the buttons that show."""
    return {label: filter for shown, label, filter, _ in table("dfilter_buttons") if shown == "TRUE"}


def graphs():
    """{name: filter} of the I/O graphs."""
    return {row[1]: row[2] for row in table("io_graphs")}


def colours():
    """The colour rules, the first to match first."""
    shape = re.compile(r"@([^@]+)@([^@]+)@\[(\d+),(\d+),(\d+)\]\[(\d+),(\d+),(\d+)\]")
    rules = []
    for line in lines("colorfilters"):
        name, filter, *levels = shape.fullmatch(line).groups()
        levels = tuple(map(int, levels))
        rules.append(Colour(name, filter, levels[:3], levels[3:]))
    return rules


def columns():
    """[(title, format)] of the packet list's columns."""
    text = (FOLDER / "preferences").read_text()
    block = re.search(r"^gui\.column\.format: \n((?:\t.*\n)+)", text, re.M).group(1)
    return re.findall(r'"([^"]*)", "([^"]*)"', block)


def install(configuration):
    """Puts the profile into a user's configuration folder, and returns where it is."""
    folder = configuration / "profiles" / NAME
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    if os.geteuid() == 0:
        for path in (configuration, folder.parent, folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    return folder


def selected(capture, filter, *arguments):
    """The frames that a display filter selects while the profile is in use."""
    install(scratch() / "home" / "wireshark")
    command = ["tshark", "-C", NAME, "-n", "-2", "-r", readable(capture), "-T", "fields", "-e", "frame.number", "-Y", filter]
    return [int(line) for line in run(*command, *arguments).stdout.split()]
