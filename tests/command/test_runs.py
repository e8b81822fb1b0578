# SPDX-License-Identifier: GPL-2.0-or-later
"""Long work: progress, runs that are broken off and resumed, and work spread over hosts."""

import contextlib
import getpass
import os
import pathlib
import pty
import select
import shutil
import signal
import socket
import subprocess
import time

import pytest

from command import PROGRAM, SETTINGS, SUMMARY, SlowTshark, copy, environment, rows, run, stand_in, start
from wireshark import BUILD, ROOT, capture

MISMATCH, HEALTHY, REFUSED = "source-003-client", "tcp-healthy", "reset-refused"
needs_parallel = pytest.mark.skipif(not shutil.which("parallel"), reason="GNU parallel is not installed")


@pytest.fixture
def slow(public):
    return SlowTshark(public / "slow")


@pytest.fixture
def three(public):
    """Three captures; a slow tshark waits before the second."""
    copy(public / "captures", HEALTHY, MISMATCH, REFUSED)
    for number, name in enumerate((f"1-{HEALTHY}", "2-slow", f"3-{REFUSED}")):
        (public / "captures" / f"{(HEALTHY, MISMATCH, REFUSED)[number]}.pcap").rename(public / "captures" / f"{name}.pcap")
    return public / "captures"


THREE = ["FWX_E_GRACEFUL_SHUTDOWN", "FWX_E_SEQ_ACK_MISMATCH", "FWX_E_ABORTIVE_SHUTDOWN"]


def wait_for(condition, what):
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)


def processes(words):
    """The command lines with such words, of whatever runs."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # gone meanwhile
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if words in line]


# ---- on a terminal -------------------------------------------------------------------------------------------------------


def test_progress(slow, three):
    """What is done and left, on a terminal only; the summary has a line of its own."""
    terminal, end = pty.openpty()
    process = start("--jobs", 1, three, stderr=end, env=slow.environment)
    os.close(end)
    text = b""
    while b"1 of 3 captures" not in text or b"left" not in text:
        assert select.select([terminal], [], [], 90)[0], text
        text += os.read(terminal, 1000)
    slow.release()
    try:
        while chunk := os.read(terminal, 1000):
            text += chunk
    except OSError:  # the other side is gone
        pass
    process.communicate()
    assert b" of " in text and b"B, about " in text
    assert text.endswith(b"\r\x1b[K" + SUMMARY.format(3, 0, 3, 1).encode() + b"\r\n")
    os.close(terminal)


# ---- broken off ----------------------------------------------------------------------------------------------------------


def ended_by(number, process):
    """What it says on standard error; the status tells the signal."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    return errors.decode().splitlines()


@pytest.mark.parametrize("number, format", [
    (signal.SIGTERM, "--csv"), (signal.SIGINT, "--csv"), (signal.SIGHUP, "--csv"), (signal.SIGINT, "--table"),
    (signal.SIGINT, "--json"),
])
def test_ended(slow, three, public, number, format):
    """What was read is printed, as it would have been, and counted; nothing is left over."""
    temporary = public / "tmp"
    temporary.mkdir(mode=0o777)
    target = public / "out"
    process = start("--jobs", 1, format, "-o", target, three, env=slow.environment | {"TMPDIR": str(temporary)})
    wait_for(lambda: slow.calls("2-slow"), "the slow capture")
    assert ended_by(number, process) == ["fwx-verdicts: interrupted, 1 of 3 read"]
    assert target.read_bytes().decode() == run(format, three / f"1-{HEALTHY}.pcap")[0]
    assert [path.name for path in public.glob("out*")] == ["out"] and not list(temporary.iterdir())
    assert slow.calls("3-") == 0


def test_ended_while_results_wait_for_their_turn(slow, three):
    """What was read behind the slow one is printed, too; what could not be read is told, and does not count."""
    (three / f"1-{HEALTHY}.pcap").write_bytes(capture(HEALTHY).read_bytes()[:10])
    process = start("--jobs", 2, "--csv", three, env=slow.environment)
    third = three / f"3-{REFUSED}.pcap"
    wait_for(lambda: slow.calls("2-slow") and slow.calls("3-") and not processes(f"-r {third}"), "the third capture")
    time.sleep(1)  # until that is noticed
    process.send_signal(signal.SIGINT)
    output, errors = (text.decode() for text in process.communicate(timeout=60))
    assert process.returncode == 130 and output == run("--csv", third)[0]
    assert [line.split(": ")[1] for line in errors.splitlines()] == [
        f"{three}/1-{HEALTHY}.pcap", "interrupted, 1 of 3 read"
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ended_before_anything_was_read(slow, three, public, jobs):
    """The output file stays what it was; no process stays."""
    (three / f"1-{HEALTHY}.pcap").rename(three / "1-slow.pcap")
    target = public / "out"
    target.write_text("before")
    process = start("--jobs", jobs, "--csv", "-o", target, three, env=slow.environment)
    wait_for(lambda: slow.calls("slow") == jobs, "the slow captures")
    assert ended_by(signal.SIGINT, process) == ["fwx-verdicts: interrupted, 0 of 3 read"]
    assert target.read_text() == "before"
    assert not processes(f"-r {three}")


HALF = """case $* in *slow*)
    trap 'printf "connection,protocol\\r\\n1,TCP\\r\\n"; exit 0' INT
    while :; do sleep 0.1; done
esac
exec {tshark} "$@"
"""


def test_ended_from_the_terminal(three, public):
    """A tshark that Ctrl-C reached would print what it has by then and end well: half a capture is not taken for a whole."""
    env = stand_in(public / "bin", HALF)
    whole = run("--csv", three / f"1-{HEALTHY}.pcap")[0]
    for _ in range(3):
        process = start("--jobs", 1, "--csv", three, env=env, start_new_session=True)
        wait_for(lambda: processes(f"-r {three}/2-slow.pcap"), "the slow capture")
        os.killpg(process.pid, signal.SIGINT)
        output, errors = (text.decode() for text in process.communicate(timeout=60))
        assert process.returncode == 130 and errors.splitlines() == ["fwx-verdicts: interrupted, 1 of 3 read"]
        assert output == whole


def test_ended_while_it_waits_for_a_pipe(public):
    pipe = public / "pipe"
    os.mkfifo(pipe)
    process = start("--jobs", 1, "--csv", capture(HEALTHY), pipe)
    wait_for(lambda: processes(f"cat {pipe}"), "what reads the pipe")
    assert ended_by(signal.SIGTERM, process) == ["fwx-verdicts: interrupted, 1 of 2 read"]
    assert not processes(f"cat {pipe}")


def test_uninstalled_ended(slow, three):
    """plugin/verdicts hands the signal on."""
    env = slow.environment | {"FWX_BUILD": str(BUILD)}
    process = subprocess.Popen([ROOT / "plugin" / "verdicts", three], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: slow.calls("2-slow"), "the slow capture")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 143


def test_killed_without_a_job_log(slow, three, public):
    target = public / "out.csv"
    env = slow.environment | {"TMPDIR": str(public)}  # what it leaves goes with the test
    process = start("--jobs", 1, "--csv", "-o", target, three, env=env)
    wait_for(lambda: slow.calls("2-slow"), "the slow capture")
    process.kill()
    process.communicate(timeout=60)
    assert not target.exists() and slow.calls("3-") == 0


@needs_parallel
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_resumed(slow, three, public, number):
    """What was done is not done again, and nothing is missing."""
    target, log = public / "out.csv", public / "run.log"
    arguments = ("--jobs", 1, "--joblog", log, three)
    process = start("--csv", "-o", target, *arguments, env=slow.environment)
    wait_for(lambda: slow.calls("2-slow"), "the slow capture")
    assert run("--csv", *arguments, "--resume", status=2, env=slow.environment)[1] == [
        f"fwx-verdicts: a run with the job log {log} is still at work: wait for it, or end it"
    ]
    process.send_signal(number)
    process.communicate(timeout=60)
    assert target.exists() == (number == signal.SIGTERM)
    if target.exists():
        assert target.read_bytes().decode() == run("--csv", three / f"1-{HEALTHY}.pcap")[0]
    slow.release()
    lock = subprocess.run(["flock", "--timeout", "60", f"{log}.results/lock", "true"])  # a killed run's last job
    assert lock.returncode == 0
    found = rows(*arguments, "--resume", columns=("capture", "result"), env=slow.environment)
    assert found == [(str(path), result) for path, result in zip(sorted(three.iterdir()), THREE, strict=True)]
    assert (slow.calls("1-tcp"), slow.calls("3-")) == (1, 1)

    again = rows(*arguments, "--resume", columns=("capture", "result"), env=slow.environment)
    assert again == found and slow.calls("1-tcp") == 1  # all is there


@needs_parallel
def test_resumed_after_a_failure_of_the_machine(public, three):
    """As when memory ran out: it says nothing about the capture, which is read again."""
    log = public / "log"
    killed = stand_in(public / "bin", 'case $* in *slow*) kill -9 $$ ;; esac\nexec {tshark} "$@"\n')
    _, errors = run("--csv", "--joblog", log, three, status=1, env=killed)
    assert errors[-1] == SUMMARY.format(3, 1, 2, 0) and "2-slow" in errors[0]
    assert [row[1] for row in rows("--resume", "--joblog", log, three)] == THREE


@needs_parallel
def test_job_log_of_another_run(public, three):
    log = public / "run.log"
    _, errors = run("--joblog", log, "--resume", three, status=2)
    assert errors == [f"fwx-verdicts: there is no job log {log} to resume"]
    run("--joblog", log, three)
    for arguments in (["--csv", three], [three, capture(HEALTHY)], ["--filter", "tcp", three]):
        _, errors = run("--joblog", log, "--resume", *arguments, status=2)
        assert len(errors) == 1 and "is of another run" in errors[0]
    _, errors = run("--joblog", log, three, status=2)  # would destroy what is there
    assert errors == [f"fwx-verdicts: the job log {log} is there already: go on with --resume, or remove it"]


@needs_parallel
def test_bad_captures_through_parallel(public, three):
    """As without it, word for word."""
    cut = public / "cut.pcap"
    cut.write_bytes(capture(MISMATCH).read_bytes()[:-10])
    (three / "no capture.gz").write_bytes(b"\x1f\x8b")
    arguments = ("--findings", public / "none", cut, three)
    assert run("--joblog", public / "log", *arguments, status=1) == run(*arguments, status=1)


def test_without_parallel(folder, public):
    programs = public / "bin"
    programs.mkdir()
    (programs / "tshark").symlink_to(shutil.which("tshark"))
    env = environment(PATH=str(programs))
    _, errors = run("--joblog", folder / "log", capture(HEALTHY), status=2, env=env)
    assert errors == ["fwx-verdicts: --hosts and --joblog want GNU parallel: install the package parallel"]


# ---- hosts ---------------------------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_sshd(started, folder, number):
    """The sshlogin of a host on this machine, which ends with the stack."""
    port = free_port()
    options = {
        "Port": port, "ListenAddress": "127.0.0.1", "HostKey": folder / "host", "AuthorizedKeysFile": folder / "id.pub",
        "StrictModes": "no", "PidFile": "none", "UsePAM": "no", "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password", "MaxStartups": 100,
        "SetEnv": "SHLVL=2",  # for bash, which reads ~/.bashrc when sshd starts it, whatever is in there
    }
    config = folder / f"config{number}"
    config.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    log = (folder / f"log{number}").open("w")
    sshd = subprocess.Popen([shutil.which("sshd", path=SBIN), "-D", "-e", "-f", config], stderr=log)
    started.callback(sshd.wait)
    started.callback(sshd.terminate)
    wait_for(lambda: "Server listening" in (folder / f"log{number}").read_text(), "sshd")
    ssh = f"ssh -p {port} -i {folder}/id -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR"
    return f"{ssh} -o UserKnownHostsFile={folder}/known {getpass.getuser()}@127.0.0.1"


SBIN = f"{os.environ['PATH']}:/usr/sbin:/sbin"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    """Two hosts: sshd on two ports of this machine, with keys of their own. The file of their sshlogins, and what
    fwx-verdicts is called there."""
    if not shutil.which("sshd", path=SBIN):
        pytest.skip("sshd is not installed: --hosts is not tested")
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    folder = tmp_path_factory.mktemp("ssh")
    for key in ("host", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    with contextlib.ExitStack() as started:
        logins = [start_sshd(started, folder, number) for number in (1, 2)]
        (folder / "hosts").write_text("".join(f"1/{login}\n" for login in logins))
        settings = " ".join(f"{name}={value}" for name, value in SETTINGS.items())
        yield ["--hosts", folder / "hosts", "--remote-command", f"env {settings} {PROGRAM}"]


def hosts_in(log):
    return [line.split("\t")[1].split()[2] for line in log.read_text().splitlines()[1:]]


@needs_parallel
def test_hosts(hosts, public, three):
    """Both do something, and it is the same as done here; a capture of another name than the shell likes among it."""
    shutil.copy(capture(HEALTHY), three / "it's {1} $HOME.pcap")
    log = public / "log"
    arguments = ("--json", "--filter", "tcp.port in {443, 80, 8080}", three, public / "none")
    assert run(*hosts, "--joblog", log, *arguments, status=1) == run(*arguments, status=1)
    assert len(hosts_in(log)) == 4 and len(set(hosts_in(log))) == 2


@needs_parallel
def test_transfer_to_this_machine(public, three):
    hosts = public / "hosts"
    hosts.write_text("2/:\n")
    _, errors = run("--hosts", hosts, "--transfer", three, status=2)
    assert errors == [f"fwx-verdicts: {hosts}: with --transfer, a line ':' (this machine) cannot be: leave it out, or write localhost"]


@needs_parallel
def test_a_host_that_is_gone(hosts, public, three):
    """The others do its work."""
    both = public / "hosts"
    both.write_text(f"1/ssh -p 9 -o BatchMode=yes -o ConnectTimeout=5 127.0.0.1\n{hosts[1].read_text()}")
    assert [row[1] for row in rows("--hosts", both, *hosts[2:], three)] == THREE


@needs_parallel
def test_hosts_without_the_plugin(hosts, three):
    """Every capture is named as not read, with what to do."""
    settings = " ".join(f"{name}={value}" for name, value in (SETTINGS | {"WIRESHARK_PLUGIN_DIR": "/nonexistent"}).items())
    command = f"env {settings} {PROGRAM}"
    _, errors = run(*hosts[:2], "--remote-command", command, three, status=2)
    assert len(errors) == 4 and all("Install the plugin" in line for line in errors[:3])
    assert errors[3] == SUMMARY.format(3, 3, 0, 0)


@needs_parallel
@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed")
def test_transfer(hosts, public):
    """Captures and sets are copied; the originals stay."""
    captures = public / "captures"
    copy(captures, HEALTHY)
    subprocess.run(["editcap", "-c", "5", capture(MISMATCH), captures / "set.pcapng"], check=True)
    before = {path.name: path.read_bytes() for path in captures.iterdir()}
    link = public / "link.pcap"
    link.symlink_to(f"captures/{HEALTHY}.pcap")  # what it leads to is sent
    arguments = ("--csv", captures, link)
    log = public / "log"
    assert run(*hosts, "--transfer", "--joblog", log, *arguments) == run(*arguments)
    assert not (public / "log.results" / "transfer").exists()
    assert {path.name: path.read_bytes() for path in captures.iterdir()} == before and len(before) == 4
