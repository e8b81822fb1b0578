# SPDX-License-Identifier: GPL-2.0-or-later
"""What fwx-verdicts prints: the formats, the summary, the exit status, the output file."""

import csv
import io
import json
import os
import stat

import pytest

from command import SUMMARY, environment, rows, run, stand_in
from wireshark import ROOT, capture, readable, taps

MISMATCH, HEALTHY, CROWD = "source-003-client", "tcp-healthy", "rule-no-reply"


def test_table():
    """A heading for each capture, columns as wide as their widest cell, the reason last."""
    output, errors = run(capture(HEALTHY), capture(CROWD))
    lines = output.splitlines()
    assert lines[0] == f"== {capture(HEALTHY)}" and lines[4] == f"== {capture(CROWD)}"
    assert lines[3] == ""
    assert lines[5:] == [
        "connection  protocol  initiator           responder      result                     action     frame  dropped"
        "  evidence  reason",
        "         1  TCP       192.168.1.10:50000  192.0.2.20:80  FWX_E_TCP_NO_SERVER_REPLY  Terminate      3        0"
        "  none      No SYN-ACK within 22 s of the first SYN; a proxy logs status 10060 (look into it)",
        "         2  UDP       192.168.1.10:52001  192.0.2.53:53  ERROR_SUCCESS              Establish      4        0"
        "  none      Nothing to object to",
    ]
    assert errors == [SUMMARY.format(2, 0, 3, 0)]


def test_table_of_ipv6_and_without_a_verdict():
    output, _ = run(capture("tcp-healthy-ipv6"), capture("source-002-syn-unanswered"))
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
    output, errors = run("--findings", capture(MISMATCH), capture(HEALTHY))
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
    assert run(path)[0].startswith("== " + str(path).replace("\n", " ") + "\n")


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
    "--resume wants the --joblog": ["--resume", "x"],
    "--joblog wants a name without braces": ["--joblog", "run{1}.log", "x"],
    "want --hosts": ["--transfer", "x"],
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
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused_before_anything_is_read(message):
    output, errors = run(*REFUSED[message], capture(HEALTHY), status=2)
    assert len(errors) == 1 and message in errors[0]
    assert output == ""


def test_without_the_plugin(folder):
    (folder / "none").mkdir()
    env = environment(WIRESHARK_PLUGIN_DIR=str(folder / "none"))
    output, errors = run(capture(HEALTHY), status=2, env=env)
    assert len(errors) == 1 and "does not know the outputs of the plugin fwx. Install the plugin" in errors[0]


def test_without_tshark(folder):
    _, errors = run(capture(HEALTHY), status=2, env=environment(PATH=str(folder)))
    assert errors == ["fwx-verdicts: tshark was not found: install the package tshark (Debian, Ubuntu) or "
                      "wireshark-cli (Fedora)"]


def test_version_and_help():
    assert run("--version") == ("fwx-verdicts 0.1.0\n", [])
    output, _ = run("--help")
    assert "--remote-command" in output and "Exit status" in output and "--raw" not in output


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


def test_words_before_the_heading(public):
    """Printed by a plugin of the user's, or by a host's shell."""
    env = stand_in(public / "bin", 'echo hello\nexec {tshark} "$@"\n')
    output, _ = run("--csv", capture(MISMATCH), env=env)
    assert [line.split(",")[0] for line in output.splitlines()] == ["capture", str(capture(MISMATCH))]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has tshark run as somebody else")
def test_tshark_cannot_make_root_write(public):
    """A capture that takes tshark over gets nobody's rights, and no more."""
    owned = public / "owned"
    owned.write_text("root's")
    links = f"for number in 1 2 3; do ln -s {owned} $number.out; ln -s {owned} ../$number.out; done 2>/dev/null"
    env = stand_in(public / "bin", links + '\nexec {tshark} "$@"\n')
    found = rows(capture(MISMATCH), capture(HEALTHY), env=env)
    assert [row[1] for row in found] == ["FWX_E_SEQ_ACK_MISMATCH", "FWX_E_GRACEFUL_SHUTDOWN"]
    assert owned.read_text() == "root's"


def test_output_to_a_device():
    run("-o", "/dev/null", readable(capture(MISMATCH)))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
