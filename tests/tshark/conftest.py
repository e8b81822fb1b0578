"""Where the plugin comes from, in the report's head; and assertions in the harness that explain themselves."""

import pytest

pytest.register_assert_rewrite("wireshark")

import wireshark  # noqa: E402: only now


def pytest_report_header():
    return f"plugin: {wireshark.BUILD}/plugins"
