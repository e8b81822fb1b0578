"""One sharkd that loads captures again and again, as the window does: its memory does not grow with the plugin.

What sharkd itself loses at each load is measured without the plugin, and taken off.
"""

import json
import os
import subprocess

import pytest
from wireshark import SHARKD_TABLES, capture, launch, readable

# An engine that stayed would be ninety kilobytes each time, a table about as much.
LOADED = "source-002-concurrent"
WARM_UP, LOADS = 30, 200
# Kilobytes a load. What sharkd itself leaves behind varies by one or two.
BOUND = 15

pytestmark = pytest.mark.skipif("FWX_PRELOAD" in os.environ, reason="a sanitizer keeps what is freed")

CHANGES = (
    ("fwx.midstream_not_syn", "TRUE"), ("fwx.marker_sizes", "22-44,66"), ("fwx.block_fragments", "TRUE"),
    ("fwx.product", "isa2004"), ("fwx.flood_concurrent", "3"),
    ("fwx.midstream_not_syn", "FALSE"), ("fwx.marker_sizes", "22,33,44,55,66"), ("fwx.block_fragments", "FALSE"),
    ("fwx.product", "tmg2010"), ("fwx.flood_concurrent", "160"),
)
OTHER_TABLES = {"tap0": "conv:TCP", "tap1": "endpt:IPv4"}
ALL_CELLS = {"column0": "fwx.conn.reason:0", "column1": "fwx.verdict.reason:0", "column2": "fwx.marker.range:0"}


class Sharkd:
    """A running sharkd that answers one request at a time."""

    def __init__(self, plugin):
        words, environment = launch(["sharkd", "-"], plugin)
        # It reads its data at each load, and loses some: there are to be none. Large blocks are given back at once, so
        # that what is freed is not counted.
        environment |= {"WIRESHARK_DATA_DIR": "/nonexistent", "MALLOC_MMAP_THRESHOLD_": "32768"}
        self.process = subprocess.Popen(
            words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.number = 0

    def ask(self, method, **parameters):
        self.number += 1
        request = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["id"] == self.number and "result" in answer, answer
        return answer["result"]

    def memory(self):
        """Kilobytes that it holds, shared libraries left out."""
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(status.split("RssAnon:")[1].split()[0])

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0


def growth(plugin, each_load):
    """Kilobytes a load."""
    sharkd = Sharkd(plugin)

    def load(times):
        for number in range(times):
            sharkd.ask("load", file=readable(capture(LOADED)))
            each_load(sharkd, number, plugin)

    load(WARM_UP)
    before = sharkd.memory()
    load(LOADS)
    after = sharkd.memory()
    sharkd.end()
    return (after - before) / LOADS


def only_load(sharkd, number, plugin):
    pass


def change_preferences(sharkd, number, plugin):
    name, value = CHANGES[number % len(CHANGES)] if plugin else ("tcp.relative_sequence_numbers", "TRUE")
    sharkd.ask("setconf", name=name, value=value)


def ask_for_tables(sharkd, number, plugin):
    sharkd.ask("tap", **(SHARKD_TABLES if plugin else OTHER_TABLES))


def ask_for_columns(sharkd, number, plugin):
    sharkd.ask("frames", **(ALL_CELLS if plugin else {"column0": "tcp.seq:0"}), limit=300)


@pytest.mark.parametrize("each_load", [only_load, change_preferences, ask_for_tables, ask_for_columns])
def test_memory_does_not_grow_with_loads(each_load):
    without, with_plugin = growth(False, each_load), growth(True, each_load)
    print(f"{each_load.__name__}: {without:.2f} kB a load without the plugin, {with_plugin:.2f} kB with it")
    assert with_plugin - max(without, 0) < BOUND
