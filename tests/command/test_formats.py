# SPDX-License-Identifier: GPL-2.0-or-later
"""What fwx-verdicts prints: the formats, the summary, the exit status, the output file."""

import csv
import io
import json
import os
import pathlib
import shutil
import stat
import subprocess

import pytest

from command import PROGRAM, SUMMARY, environment, rows, run
from wireshark import ROOT, capture, readable, taps

MISMATCH, HEALTHY, CROWD = "source-003-client", "tcp-healthy", "rule-no-reply"


def test_table():
    """A heading for each capture, columns as wide as their widest cell, the reason last."""
    output, errors = run("--all", capture(HEALTHY), capture(CROWD))
    lines = output.splitlines()
    assert lines[0] == f"== {capture(HEALTHY)}" and lines[4] == f"== {capture(CROWD)}"
    assert lines[3] == ""
    assert lines[5:] == [
        "connection  protocol  initiator           responder      result                     action     frame  dropped"
        "  evidence  reason",
        "         1  TCP       192.168.1.10:50000  192.0.2.20:80  FWX_E_TCP_NO_SERVER_REPLY  Terminate      3        0"
        "  -         No SYN-ACK within 22 s of the first SYN; a proxy logs status 10060 (look into it)",
        "         2  UDP       192.168.1.10:52001  192.0.2.53:53  ERROR_SUCCESS              Establish      4        0"
        "  -         Passed",
    ]
    assert errors == [SUMMARY.format(2, 0, 3, 0)]


def test_table_of_ipv6_and_without_a_verdict():
    output, _ = run("--all", capture("tcp-healthy-ipv6"), capture("source-002-syn-unanswered"))
    assert "[2001:db8:1::10]:50000  [2001:db8:2::20]:80" in output
    assert [line.split()[4:6] for line in output.splitlines()[-2:]] == [["-", "-"], ["-", "-"]]


def test_table_of_nothing(folder):
    empty = folder / "empty.pcap"
    empty.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000 0000040001000000"))
    output, errors = run(empty)
    assert output == f"== {empty}\nno conversations\n"
    assert errors == [SUMMARY.format(1, 0, 0, 0)]


def test_findings():
    """As tshark prints them, below a heading."""
    output, errors = run("--findings", "--all", capture(MISMATCH), capture(HEALTHY))
    wanted = [f"== {capture(MISMATCH)}", *taps(capture(MISMATCH), "fwx,findings")]
    wanted += [f"== {capture(HEALTHY)}", *taps(capture(HEALTHY), "fwx,findings")]
    assert output.splitlines() == wanted and len(wanted) == 19
    assert errors == [SUMMARY.format(2, 0, 2, 1)]


def test_json():
    """The capture first, the rest as tshark prints it; it fits the schema."""
    output, errors = run("--json", capture(MISMATCH), capture(CROWD))
    lines = output.splitlines()
    plain = taps(capture(MISMATCH), "fwx,json") + taps(capture(CROWD), "fwx,json")
    names = [str(capture(MISMATCH)), str(capture(CROWD)), str(capture(CROWD))]
    assert lines == [f'{{"capture":"{name}",{line[1:]}' for name, line in zip(names, plain, strict=True)]
    jsonschema = pytest.importorskip("jsonschema", reason="the system's jsonschema is not installed")
    validator = jsonschema.Draft202012Validator(
        json.loads((ROOT / "plugin" / "schema" / "conversation.json").read_text())
    )
    for line in lines:
        validator.validate(json.loads(line))
    assert not validator.is_valid(json.loads(lines[0]) | {"capture": 1})
    assert errors == [SUMMARY.format(2, 0, 3, 1)]


def test_names_that_need_quotes(folder):
    path = folder / 'a "b", c\\d\n.pcap'
    path.write_bytes(capture(HEALTHY).read_bytes())
    assert rows(path) == [(str(path), "FWX_E_GRACEFUL_SHUTDOWN", "0")]
    assert json.loads(run("--json", path)[0])["capture"] == str(path)
    assert run(path)[0].startswith("== " + str(path).replace("\n", "\\n") + "\n")


SHOWN = {  # names, and what is shown of them
    b"\x1b[31mred": r"\x1b[31mred", b"bell\a": r"bell\x07", b"\x7f": r"\x7f",
    b"a\nfwx-verdicts: 99 captures, 0 failed, 0 conversations, 0 denied":
        r"a\nfwx-verdicts: 99 captures, 0 failed, 0 conversations, 0 denied",
    b"a\r== b": r"a\r== b", b"a\tb": r"a\tb",
    "\x9b2J".encode(): r"\u009b2J", b"\x9b2J": r"\x9b2J", b"caf\xe9": r"caf\xe9", b"cut \xe2\x80": r"cut \xe2\x80",
    "\u2028".encode(): r"\u2028", "\u202egpj.pcap".encode(): r"\u202egpj.pcap",
    "café… 👩\u200d🔧".encode(): "café… 👩\u200d🔧", rb"back\x1bslash": r"back\x1bslash",
}


@pytest.fixture
def odd(folder):
    """Damaged captures with names of that kind: {path: what is shown of it}, in the order of the names' bytes."""
    content = capture(MISMATCH).read_bytes()[:-10]
    for name in SHOWN:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(content)
    return {os.path.join(os.fsencode(folder), name): f"{folder}/{SHOWN[name]}" for name in sorted(SHOWN)}


@pytest.mark.parametrize("format, before", [("--table", "== "), ("--findings", "== "), ("--log", "#Remark: capture ")])
def test_names_that_a_terminal_obeys(folder, odd, format, before):
    """They are shown, on one line, in headings and messages."""
    output, errors = run(format, folder, status=1)
    lines = [line for line in output.split("\n") if line.startswith(before)]
    assert lines == [before + shown for shown in odd.values()]
    told = [f'fwx-verdicts: {shown}: The file "{shown}" appears to have been cut short in the middle of a packet.' for shown in odd.values()]
    assert errors == [*told, SUMMARY.format(len(odd), len(odd), len(odd), len(odd))]


def test_names_that_a_terminal_obeys_in_csv(folder, odd):
    """Of control characters, only a tab and a line feed in quotes stay."""
    output, _ = run("--csv", folder, status=1)
    found = [row["capture"] for row in csv.DictReader(io.StringIO(output, newline=""))]
    assert found == [shown.replace(r"\t", "\t").replace(r"\n", "\n") for shown in odd.values()]


def test_other_words_that_a_terminal_obeys(folder):
    for arguments in (["--\x1b[31m"], ["-o", "no/\x1b[31m", "x"], ["\x1b[31m"], ["--set", "fwx.product:\x1b[31m", "x"]):
        _, errors = run(*arguments, status=2)
        assert r"\x1b[31m" in errors[0] and "\x1b" not in "".join(errors)


FORMULAS = {  # names as they are given, and cells
    "=cmd|calc!A1": "'=cmd|calc!A1", "+1+2": "'+1+2", "-1+2": "'-1+2", "@SUM(1)": "'@SUM(1)", "\tx": "'\tx", "\nx": "'\nx",
    "=a,b": "'=a,b", '="a"': "'=\"a\"", "-5": "-5", "a=b": "a=b", "'=x": "'=x",
}


def test_names_that_a_spreadsheet_obeys(folder):
    for name in FORMULAS:
        shutil.copy(capture(HEALTHY), folder / name)
    assert rows("--", *FORMULAS, cwd=folder, columns=("capture",)) == [(cell,) for cell in FORMULAS.values()]
    assert rows(folder / "=a,b", columns=("capture",)) == [(f"{folder}/=a,b",)]  # behind a folder it is none
    assert json.loads(run("--json", "=a,b", cwd=folder)[0])["capture"] == "=a,b"


def test_csv():
    """RFC 4180: CRLF, one heading, quotes where a comma is."""
    output, _ = run("--csv", capture(MISMATCH), capture(HEALTHY))
    lines = output.split("\r\n")
    assert len(lines) == 4 and lines[3] == "" and "\n" not in "".join(lines)
    assert lines[0].startswith("capture,connection,protocol,initiator,initiator_port,responder,responder_port,result,")
    mismatch, healthy = csv.DictReader(io.StringIO(output, newline=""))
    assert mismatch["capture"] == str(capture(MISMATCH)) and healthy["capture"] == str(capture(HEALTHY))
    assert mismatch["reason"].startswith("Half-open, and the acknowledgement number is 2180033888 where")
    assert f',"{mismatch["reason"]}",' in lines[1]
    assert (mismatch["code"], mismatch["action"], mismatch["frame"]) == ("0xc0040034", "Denied", "3")


def test_capture_points():
    """Where there are several: a column of the table; one of the CSV that the first capture decides on, and every row has."""
    several, one = capture("point-dropped"), capture("tcp-healthy")
    assert [line.split()[9] for line in run(several)[0].splitlines()[1:]] == ["point", "inside", "outside", "inside"]
    assert [line.split()[9] for line in run(one)[0].splitlines()[1:]] == ["reason", "Orderly"]
    end = "reset_is outcome cause severity headline next_step point".split()
    works = ["closed", "", "ok", "Works; closed in order", ""]
    (heading, *found) = csv.reader(io.StringIO(run("--csv", several, one)[0], newline=""))
    assert heading[-7:] == end and [row[-1] for row in found] == ["inside", "outside", "inside", "outside", ""]
    assert {len(row) for row in found} == {len(heading)}
    assert [row[-6:-1] for row in found[2:]] == 3 * [works]
    (heading, *found) = csv.reader(io.StringIO(run("--csv", one, several)[0], newline=""))
    assert heading[-6:] == end[:-1] and {len(row) for row in found} == {len(heading)} and len(found) == 5
    assert [row[-5:] for row in (found[0], *found[3:])] == 3 * [works]
    assert run("--csv", several)[1] == [SUMMARY.format(1, 0, 4, 1)]


def test_rows_alone():
    """To be joined: none has a capture point, and there is no heading."""
    several, one = capture("point-dropped"), capture("tcp-healthy")
    whole = list(csv.reader(io.StringIO(run("--csv", one, several)[0], newline="")))
    assert list(csv.reader(io.StringIO(run("--csv", "--no-heading", several)[0], newline=""))) == whole[2:]
    assert list(csv.reader(io.StringIO(run("--csv", "--no-heading", one)[0], newline=""))) == whole[1:2]


def test_log():
    output, _ = run("--log", capture(MISMATCH), capture(HEALTHY))
    lines = output.splitlines()
    wanted = [f"#Remark: capture {capture(MISMATCH)}", *taps(capture(MISMATCH), "fwx,log")]
    wanted += [f"#Remark: capture {capture(HEALTHY)}", *taps(capture(HEALTHY), "fwx,log")]
    assert lines == wanted and len([line for line in lines if line.startswith("fwx\t")]) == 4


# ---- what is chosen ---------------------------------------------------------------------------------------------------


def test_filter():
    """Also one on what only later frames tell."""
    everything = rows(capture("tcp-port-reuse"), columns=("connection", "action"))
    assert everything == [("1", "Terminate"), ("2", "Terminate"), ("3", "Terminate")]
    reset = rows("--filter", "fwx.conn.code == 0x80074e21", capture("tcp-port-reuse"), columns=("connection",))
    assert reset == [("2",)]
    assert rows("--filter", "frame.number == 1", capture("tcp-port-reuse"), columns=("connection",)) == [("1",)]


def test_preference():
    arguments = ("--csv", capture(CROWD))
    assert rows(*arguments)[0][1] == "FWX_E_TCP_NO_SERVER_REPLY"
    assert rows("--set", "fwx.product:isa2004", *arguments)[0][1] != "FWX_E_TCP_NO_SERVER_REPLY"


@pytest.mark.parametrize("profile", ["lean", "full"])
def test_the_users_own_settings_hold(public, profile):
    """Root's, too, who has tshark run as nobody; only that FWX is off does not count."""
    config = public / "config"
    config.mkdir(exist_ok=True)
    (config / "preferences").write_text("fwx.product: isa2004\n")
    (config / "disabled_protos").write_text("fwx\n")
    found = rows("--profile", profile, capture(CROWD), env=environment(WIRESHARK_CONFIG_DIR=str(config)))
    assert found and found[0][1] != "FWX_E_TCP_NO_SERVER_REPLY"


def test_macros_of_the_user(public):
    """All that is the user's holds in full, whatever the file is called."""
    config = public / "config"
    config.mkdir()
    (config / "dfilter_macros").write_text('"mine","tcp.port == $1"\n')  # 4.0
    (config / "dmacros").write_text('"mine" tcp.port == $1\n')  # 4.4
    env = environment(WIRESHARK_CONFIG_DIR=str(config))
    assert rows("--filter", "${mine:80}", capture(CROWD), env=env) == [
        (str(capture(CROWD)), "FWX_E_TCP_NO_SERVER_REPLY", "0")
    ]


def test_profile_of_root(public):
    """Where nobody can look."""
    (public / "wireshark").mkdir(mode=0o700)
    profile = public / "wireshark" / "profiles" / "mine"
    profile.mkdir(parents=True)
    (profile / "preferences").write_text("fwx.product: isa2004\n")
    env = environment(HOME=str(public), XDG_CONFIG_HOME=str(public))
    assert rows("--profile", "mine", capture(CROWD), env=env)[0][1] != "FWX_E_TCP_NO_SERVER_REPLY"


def test_profile_of_the_user(public):
    profile = public / "config" / "profiles" / "mine"
    profile.mkdir(parents=True)
    (profile / "preferences").write_text("fwx.product: isa2004\n")
    mine = {"env": environment(WIRESHARK_CONFIG_DIR=str(public / "config"))}
    assert rows("--profile", "mine", capture(CROWD), **mine)[0][1] != "FWX_E_TCP_NO_SERVER_REPLY"


# ---- wrong usage -------------------------------------------------------------------------------------------------------

WRONG = {
    "no captures are named": [],
    "Unknown option --what": ["--what", "x"],
    "only one of": ["--csv", "--json", "x"],
    "different profiles": ["--full", "--profile", "lean", "x"],
    "--null wants --list": ["--null", "x"],
    "--no-heading wants --csv": ["--no-heading", "x"],
    "NAME:VALUE": ["--set", "fwx.product", "x"],
    "--jobs": ["--jobs", "-1", "x"],
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_usage(message):
    output, errors = run(*WRONG[message], status=2)
    assert message in errors[0] and errors[1].startswith("usage: fwx-verdicts [OPTION...] CAPTURE|FOLDER...")
    assert output == ""


REFUSED = {
    "unknown preference": ["--set", "fwx.no_such:1"],
    '"fwx.nosuch': ["--filter", "fwx.nosuch == 1"],  # in tshark's own words, which change
    '"nosuch" does not exist': ["--profile", "nosuch"],
    "Invalid -o flag": ["--set", "fwx.linger:soon"],
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused_before_anything_is_read(message):
    output, errors = run(*REFUSED[message], capture(HEALTHY), status=2)
    assert len(errors) == 1 and message in errors[0]
    assert output == ""


PRODUCTS = "ISA Server 2004, ISA Server 2006, Forefront TMG 2010"
# Values that tshark would take for the default, or for FALSE, without a word; and what they are one of.
UNKNOWN = {
    "fwx.product:isa204": PRODUCTS, "fwx.product:": PRODUCTS, "fwx.product:isa2004 ": PRODUCTS, "fwx.product:1": PRODUCTS,
    "fwx.product:isa2004\nfwx.linger:1": PRODUCTS, "fwx.block_ipv6:maybe": "TRUE, FALSE", "fwx.block_ipv6:": "TRUE, FALSE",
    "fwx.block_ipv6:1": "TRUE, FALSE", "ip.defragment:on": "TRUE, FALSE", "wlan.ignore_wep:never": "No, Yes - without IV, Yes - with IV",
}


@pytest.mark.parametrize("set", UNKNOWN)
def test_value_that_a_preference_does_not_have(set):
    output, errors = run("--set", "fwx.show_markers:TRUE", "--set", set, capture(HEALTHY), status=2)
    assert output == "" and len(errors) == 1
    assert errors[0].startswith(f"fwx-verdicts: --set {set}: no such value; one of: ".replace("\n", "\\n"))
    assert f"{UNKNOWN[set]}. " in errors[0]  # later Wiresharks list the short names, too


@pytest.mark.parametrize("set, product", [
    ("isa2004", "ISA Server 2004"), ("Isa2006", "ISA Server 2006"), ("isa server 2006", "ISA Server 2006"),
    (" isa2004", "ISA Server 2004"), ("tmg2010", None), ("forefront TMG 2010", None),
])
def test_values_that_a_preference_has(set, product):
    """By either name; and which product it was, is told where it is not the usual one."""
    _, errors = run("--set", f"fwx.product:{set}", "--set", "fwx.block_ipv6:true", capture(HEALTHY))
    assert errors == [SUMMARY.format(1, 0, 1, 0) + (f", as {product}" if product else "")]


def test_tables_are_no_values():
    assert rows("--set", 'uat:fwx_networks:"192.168.0.0/16","special flood limits"', capture(HEALTHY))[0][1] == "FWX_E_GRACEFUL_SHUTDOWN"


@pytest.mark.parametrize("where", ["set", "preferences"])
def test_product(public, where):
    """Headings and the last line name it, whoever chose it; CSV and JSON stay as they are."""
    (public / "preferences").write_text("fwx.product: ISA Server 2006\n" if where == "preferences" else "")
    words = ["--set", "fwx.product:isa2006"] if where == "set" else []
    options = {"env": environment(WIRESHARK_CONFIG_DIR=str(public))}
    path = capture("tcp-healthy")
    for format in ("--table", "--findings"):
        output, errors = run(format, *words, path, **options)
        assert output.splitlines()[0] == f"== {path}, as ISA Server 2006"
        assert errors == [SUMMARY.format(1, 0, 1, 0) + ", as ISA Server 2006"]
    for format in ("--csv", "--json"):
        assert run(format, *words, path, **options)[0] == run(format, path)[0]
    output, _ = run("--log", *words, path, **options)
    assert output.splitlines()[:2] == [f"#Remark: capture {path}", "#Software: fwx 0.2.0, as ISA Server 2006"]


def test_version_and_help():
    assert run("--version") == ("fwx-verdicts 0.2.0\n", [])
    output, _ = run("--help")
    assert "--no-heading" in output and "Exit status" in output


# ---- the output file ---------------------------------------------------------------------------------------------------


def test_output(folder):
    printed, _ = run("--csv", capture(MISMATCH))
    target = folder / "out.csv"
    target.write_text("before")
    output, errors = run("--csv", "-o", target, capture(MISMATCH))
    assert output == "" and target.read_bytes().decode() == printed
    assert errors == [SUMMARY.format(1, 0, 1, 1)]
    assert [path.name for path in folder.iterdir()] == ["out.csv"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask


def test_output_of_closed_streams(folder):
    """None of what is said on a stream that is closed gets into the file; and who wants that stream is told."""
    target = folder / "out.csv"
    words = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", PROGRAM]
    good, bad = capture(MISMATCH), folder / "none"
    done = subprocess.run([*words, "--csv", "-o", target, bad, good], env=environment())
    assert done.returncode == 1 and target.read_bytes().decode() == run("--csv", good)[0]
    assert subprocess.run([*words, "--csv", good], env=environment()).returncode == 2
    _, errors = run("--csv", good, status=2, stdout=None, preexec_fn=lambda: os.close(1))
    assert errors == ["fwx-verdicts: standard output cannot be written: Bad file descriptor"]


def test_output_stays_what_it_was(folder):
    target = folder / "out.csv"
    target.write_text("before")
    run("-o", target, "--filter", "no.such", capture(MISMATCH), status=2)
    assert target.read_text() == "before" and [path.name for path in folder.iterdir()] == ["out.csv"]


def test_output_that_cannot_be_written(folder):
    _, errors = run("-o", folder / "none" / "out", capture(MISMATCH), status=2)
    assert errors == [f"fwx-verdicts: {folder}/none/out cannot be written: No such file or directory"]
    _, errors = run("-o", folder, capture(MISMATCH), status=2)
    assert errors == [f"fwx-verdicts: {folder} cannot be written: Is a directory"]
    _, errors = run("-o", "/dev/full", capture(MISMATCH), status=2)
    assert errors == ["fwx-verdicts: /dev/full cannot be written: No space left on device"]


def test_output_through_a_link(folder):
    """The file that it leads to is written, and keeps its rights."""
    target, link = folder / "out.csv", folder / "link"
    target.write_text("before")
    target.chmod(0o600)
    link.symlink_to(target)
    run("--csv", "-o", link, capture(MISMATCH))
    assert link.is_symlink() and target.read_text().startswith("capture,")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_output_that_fills_the_disk():
    """The reason is told, however late it is noticed."""
    with open("/dev/full", "wb") as full:
        _, errors = run("--csv", *[capture("source-002-quota")] * 2, status=2, stdout=full)
    assert errors == ["fwx-verdicts: standard output cannot be written: No space left on device"]


def test_output_to_a_device():
    run("-o", "/dev/null", readable(capture(MISMATCH)))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="no file can be made below /dev")
def test_output_below_dev(folder):
    """Written as it is, and made where it is not there."""
    target = pathlib.Path(f"/dev/shm/fwx-{os.getpid()}.csv")
    try:
        for _ in range(2):
            run("--csv", "-o", target, capture(MISMATCH))
            assert target.read_bytes().decode() == run("--csv", capture(MISMATCH))[0]
    finally:
        target.unlink(missing_ok=True)
