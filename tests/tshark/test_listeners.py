"""Each -z has rows of its own, and in the C locale, whatever else is asked for and wherever the user lives."""

import subprocess

import pytest

from wireshark import ROOT, TABLES, capture, launch, readable, run, scratch, taps

LOCALES = {"de_DE": "UTF-8", "tr_TR": "UTF-8"}  # with a decimal comma


def rows(lines):
    return [line for line in lines if line[:1].isdigit()]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("nothing_first", (True, False))
def test_one_table_with_two_filters(table, nothing_first):
    """The host has one table of a kind, but each listener its own rows."""
    name = {"fwx,markers": "source-002-markers-n2", "fwx,timeouts": "silence-reset", "fwx,pairs": "pair-delay", "fwx,delays": "pair-delay"}.get(table, "source-004-rtsp-killed")
    asked = [f"{table},frame.number < 0", table]
    log = readable(ROOT / "test-captures" / "logs" / "source-004.log")
    some = ("-o", "fwx.also:linux", "-o", f'uat:fwx_logs:"{log}","auto","auto","auto"')  # a table of nobody has no rows
    lines = taps(capture(name), *(asked if nothing_first else reversed(asked)), arguments=some)
    parts = "\n".join(lines).split("Filter for statistics:")[1:]
    by_filter = {part.split("\n")[0].strip(): rows(part.split("\n")[1:]) for part in parts}
    assert by_filter["frame.number < 0"] == []
    assert by_filter[""] == rows(taps(capture(name), table, arguments=some)) != []


def test_three_filters_of_one_table():
    lines = taps(capture("source-002-concurrent"), *(f"fwx,verdicts,tcp.port == {port}" for port in ("20000", "20001", "20002")))
    found = [line.split(" |")[3].rsplit(":")[-1] for line in rows(lines)]
    assert sorted(found) == ["20000", "20001", "20002"]


@pytest.fixture(scope="module", params=sorted(LOCALES))
def locale(request):
    """A locale that no machine needs to have installed."""
    folder = scratch() / "locales"
    folder.mkdir(exist_ok=True)
    subprocess.run(["localedef", "-i", request.param, "-f", LOCALES[request.param], folder / f"{request.param}.UTF-8"],
                   capture_output=True, check=False)  # status 1 for warnings
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    assert (folder / f"{request.param}.UTF-8" / "LC_NUMERIC").exists()
    return {"LOCPATH": str(folder), "LC_ALL": f"{request.param}.UTF-8"}


def printed(environment, name, *outputs):
    words, usual = launch(["tshark", "-n", "-q", "-r", readable(capture(name)), *(w for o in outputs for w in ("-z", o))])
    return subprocess.run(words, env=usual | environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ("reset-dirty-close-responder", "reset-data-abort", "source-002-markers-n2"))
def test_no_output_follows_the_locale(locale, name):
    outputs = [*TABLES, "fwx,findings", "fwx,log", "fwx,json", "fwx,csv"]
    usual = printed({}, name, *outputs)
    assert "." in usual
    assert printed(locale, name, *outputs) == usual
    check = run("env", *(f"{key}={value}" for key, value in locale.items()), "printf", "%.1f", "0,5", check=False)
    assert check.stdout.startswith("0,5"), "the locale is not one with a comma"
