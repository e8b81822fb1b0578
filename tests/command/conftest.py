# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the harness of the end-to-end tests is; and assertions in it that explain themselves."""

import pathlib
import sys
import tempfile

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tshark"))
pytest.register_assert_rewrite("wireshark", "command")

import wireshark  # noqa: E402: only now


def pytest_report_header():
    return f"command: {wireshark.BUILD}/fwx-verdicts"


@pytest.fixture
def folder(tmp_path):
    """A folder for captures; where root runs the tests, one that tshark as nobody cannot look into."""
    return tmp_path


@pytest.fixture
def public():
    """A folder that everybody can look into."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="command-", dir=wireshark.scratch()))
    path.chmod(0o755)
    return path
