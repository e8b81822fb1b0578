# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin is compared with: where the normal user can load it."""

import shutil
from pathlib import Path

import wireshark


def transum():
    """A plugin folder with nothing but TRANSUM, or None where it is not installed. It is off until enabled."""
    folder = wireshark.scratch() / "transum"
    for installed in Path("/usr").glob("lib*/**/wireshark/plugins/*/epan/transum.so"):
        copy = folder.joinpath(*installed.parts[-3:])
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(installed, copy)
    return folder if folder.exists() else None


def lua():
    """The same findings, written in Lua."""
    return shutil.copy(Path(__file__).parent / "findings.lua", wireshark.scratch())
