# SPDX-License-Identifier: GPL-2.0-or-later
"""Of all suites. How far one is, now and then, in the file that FWX_PROGRESS names: CTest keeps what a suite prints to its
end. And FWX_PART, such as 1/2: of each file's tests every second one, from the first on; 2/2 are the others."""

import os
import threading
from collections import Counter

INTERVAL = 30  # seconds


class Progress:
    """Counts tests, whichever process they run in."""

    def __init__(self, path):
        self.path = path
        self.done, self.failed, self.running = 0, 0, []
        self.ended = threading.Event()

    def say(self, text):
        with open(self.path, "a") as file:
            file.write(text + "\n")

    def say_now_and_then(self, session):
        while not self.ended.wait(INTERVAL):
            running = list(self.running)
            suite = running[0].split("/")[0] if running else "tests"
            failed = f", {self.failed} failed" if self.failed else ""
            self.say(f"{suite}: {self.done} of {session.testscollected}{failed}; now {' and '.join(running)}")

    def pytest_sessionstart(self, session):
        threading.Thread(target=self.say_now_and_then, args=[session], daemon=True).start()

    def pytest_sessionfinish(self):
        self.ended.set()

    def pytest_runtest_logstart(self, nodeid):
        self.running.append(nodeid)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed += 1
            self.say(f"FAILED {report.nodeid}")

    def pytest_runtest_logfinish(self, nodeid):
        self.done += 1
        self.running.remove(nodeid)


def pytest_configure(config):
    path = os.environ.get("FWX_PROGRESS")
    if path and not hasattr(config, "workerinput"):  # of xdist's processes the one that hears of all tests
        config.pluginmanager.register(Progress(path))


def pytest_collection_modifyitems(config, items):
    part, parts = map(int, os.environ.get("FWX_PART", "1/1").split("/"))
    place = Counter()
    kept, left = [], []
    for item in items:
        (kept if place[item.path] % parts == part - 1 else left).append(item)
        place[item.path] += 1
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)
