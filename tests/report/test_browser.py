# SPDX-License-Identifier: GPL-2.0-or-later
"""A report in Chromium: nothing is loaded, structure and contrast as axe-core wants them, dark and light, printed.

Wants Chromium, Node.js with npm, and poppler-utils, which are large: plugin/setup --install chromium npm poppler-utils; and axe-core
and puppeteer-core, which npm fetches into the build folder. Without them it says that nothing was tested.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("FWX_BUILD", ROOT / "build"))
HERE = pathlib.Path(__file__).parent
MODULES = BUILD / "report-modules"
PACKAGES = ("axe-core@4", "puppeteer-core@24")
CAPTURES = ("source-003-client.pcap", "pair-injected.pcapng", "silence-reset.pcap", "tcp-healthy-ipv6.pcap")


def skip(why):
    print(f"NOT TESTED: {why}", file=sys.__stderr__, flush=True)
    pytest.skip(f"NOT TESTED: {why}")


def browser():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        skip("Chromium is not installed: plugin/setup --install chromium npm poppler-utils")
    return found


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    captures = [ROOT / "test-captures" / name for name in CAPTURES]
    done = subprocess.run([BUILD / "fwx-verdicts", "--report", path, *captures], capture_output=True, text=True,
                          env={**os.environ, "HOME": str(path.parent)})
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def seen(page):
    """What axe.js says, and its folder."""
    chromium = browser()
    if not shutil.which("node") or not shutil.which("npm"):
        skip("Node.js and npm are not installed: plugin/setup --install npm")
    if not (MODULES / "node_modules" / "puppeteer-core").exists():
        fetch = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", MODULES, *PACKAGES]
        done = subprocess.run(fetch, capture_output=True, text=True, timeout=300)
        if done.returncode:
            shutil.rmtree(MODULES, ignore_errors=True)
            skip("npm cannot fetch axe-core and puppeteer-core: " + (done.stderr.strip().splitlines() or ["no word"])[-1])
    environment = {**os.environ, "NODE_PATH": str(MODULES / "node_modules"), "HOME": str(page.parent)}
    done = subprocess.run(["node", HERE / "axe.js", chromium, page, page.parent], capture_output=True, text=True, timeout=120,
                          env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), page.parent


def test_nothing_is_asked_for(seen, page):
    """But the page itself; and nobody complains."""
    assert seen[0]["requests"] == [f"file://{page}"] and seen[0]["said"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(seen, scheme):
    found = seen[0][scheme]
    assert found["violations"] == [] and found["passes"] > 25
    assert found["ground"] == {"light": "rgb(246, 247, 249)", "dark": "rgb(18, 22, 28)"}[scheme]
    assert (seen[1] / f"{scheme}.png").stat().st_size > 50000


def test_narrow_and_keyboard(seen):
    """As wide as a telephone, nothing is cut off; the first stop leads to the answer."""
    assert seen[0]["narrow"] <= 390 and seen[0]["first"] == "skip"


def test_printed(seen):
    """Pages with all that there is, ladders among it, and not what only a screen can open."""
    if not shutil.which("pdftotext"):
        skip("poppler-utils is not installed")
    text = subprocess.run(["pdftotext", "-layout", seen[1] / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert 3 <= text.count("\f") <= 12
    for words in ("3 of 6 conversations had trouble", "PSH+ACK, 127 bytes, seq 1, ack 3 (+2)", "WHAT OTHER FIREWALLS CALL IT",
                  "What was asked", "inside", "363 s without a packet"):
        assert words in text, words
    assert "The ladder in words" not in text and "Skip to the answer" not in text


# ---- contrast of what axe does not look at: texts in pictures --------------------------------------------------------

def luminance(colour):
    channels = (int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(block):
    return {name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in re.findall(r"--([\w-]+):(#\w+)", block)}


def test_contrast(page):
    """4.5 for texts (WCAG 2.1, 1.4.3), 3 for lines and bars (1.4.11): in light, dark and print."""
    style = re.search("<style>(.*?)</style>", page.read_text(), re.S)[1]
    blocks = [colours(block) for block in re.findall(r":root\{([^}]*)\}", style)]
    assert len(blocks) == 3
    for found in blocks:
        for text in ("ink", "muted", "bad", "note", "odd", "link"):
            assert contrast(found[text], found["card"]) >= 4.5 and contrast(found[text], found["page"]) >= 4.5, text
        for drawn in ("lane", "bad-bar", "good-bar", "odd"):
            assert contrast(found[drawn], found["card"]) >= 3, drawn
