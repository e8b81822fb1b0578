#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of the connections of each test capture: outcomes.tsv, and what the plugin says.

FWX_BUILD names the build folder.
"""

import functools

import wireshark

TABLE = wireshark.ROOT / "tests" / "tshark" / "outcomes.tsv"
SAID = ("outcome", "cause", "severity")  # of a conversation
NAMES = (
    "frame.number", "fwx.conn.id", *(f"fwx.conn.{name}" for name in (*SAID, "headline", "next_step")),
    "fwx.finding", "fwx.reset.origin", "fwx.reset.signs", "fwx.reset.class", "fwx.reset.grade",
    "fwx.silence.time", "fwx.silence.end", "fwx.padding_len",
    "fwx.conn.code", "fwx.conn.symbol", "fwx.conn.action", "fwx.conn.status",
    "fwx.verdict.code", "fwx.verdict.symbol", "fwx.verdict.action", "fwx.reset.status",
)


@functools.cache
def absent():
    """Fields that this build does not have."""
    return {name for name in NAMES if name.startswith("fwx.") and name not in wireshark.our_fields()}


@functools.cache
def frames(path):
    """{frame: {field: value}} as the second pass has it, where there is a value; names without fwx."""
    names = [name for name in NAMES if name not in absent()]
    rows = wireshark.fields(path, names, two_pass=True)
    return {
        int(row["frame.number"]): {name.removeprefix("fwx."): row[name] for name in names if row[name]}
        for row in rows
    }
