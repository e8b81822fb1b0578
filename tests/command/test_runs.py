# SPDX-License-Identifier: GPL-2.0-or-later
"""Long work: progress, runs that are broken off, workers that die or are replaced, and work spread by GNU parallel."""

import collections
import contextlib
import getpass
import json
import os
import pathlib
import pty
import re
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

import pytest

from command import ADVICE, PROGRAM, SETTINGS, SUMMARY, SlowCapture, as_nobody, copy, environment, measures_memory, rows, run, start
from wireshark import ROOT, capture, readable, scratch

MISMATCH, HEALTHY, REFUSED = "source-003-client", "tcp-healthy", "reset-refused"
needs_parallel = pytest.mark.skipif(not shutil.which("parallel"), reason="GNU parallel is not installed")


@pytest.fixture
def slow(public):
    """A capture that is read until it is released."""
    return SlowCapture(public / "2-slow", capture(MISMATCH).read_bytes())


@pytest.fixture
def three(public, slow):
    """Three captures, the second of them slow."""
    paths = public / "1.pcap", slow.path, public / "3.pcap"
    shutil.copy(capture(HEALTHY), paths[0])
    shutil.copy(capture(REFUSED), paths[2])
    return paths


THREE = ["FWX_E_GRACEFUL_SHUTDOWN", "FWX_E_SEQ_ACK_MISMATCH", "FWX_E_ABORTIVE_SHUTDOWN"]


def wait_for(condition, what):
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


def children(process):
    """The processes that it has started."""
    tasks = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in tasks.read_text().split()] if tasks.exists() else []


def state_of(pid):
    """R for one that runs, S for one that waits, and so on; Z where it is gone."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"


def is_alive(pid):
    return state_of(pid) != "Z"


# ---- on a terminal -------------------------------------------------------------------------------------------------------


def read_terminal(terminal):
    text = b""
    with contextlib.suppress(OSError):  # the other side is gone
        while chunk := os.read(terminal, 1000):
            text += chunk
    return text


def test_progress(slow, three):
    """What is done and left, on a terminal only; the summary has a line of its own."""
    terminal, end = pty.openpty()
    process = start("--jobs", 1, *three, stderr=end)
    os.close(end)
    text = b""
    while b"1 of 3 captures" not in text or b"left" not in text:
        assert select.select([terminal], [], [], 90)[0], text
        text += os.read(terminal, 1000)
    slow.release()
    text += read_terminal(terminal)
    process.communicate()
    assert b" of " in text and b"B, about " in text
    assert text.endswith(b"\r\x1b[K" + ADVICE.encode() + b"checksum offload (1)\r\n" + SUMMARY.format(3, 0, 3, 1).encode() + b"\r\n")
    os.close(terminal)


@pytest.mark.parametrize("width", [90, 140])
def test_table_on_a_terminal(width):
    """No line is longer than the terminal is wide, where 24 columns are left for the reason; the rest is there."""
    import fcntl
    import struct
    import termios

    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = start(capture(MISMATCH), stdout=end)
    os.close(end)
    row = read_terminal(terminal).decode().split("\r\n")[2]
    process.communicate()
    before = row.index("Half-open")
    assert row.endswith("…") and len(row) == max(width, before + 24) and row[before:].startswith("Half-open, and the ackn")
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
    process = start("--jobs", 1, format, "-o", target, *three, env=environment(TMPDIR=str(temporary)))
    wait_for(slow.is_open, "the slow capture")
    workers = children(process)
    assert ended_by(number, process) == ["fwx-verdicts: interrupted, 1 of 3 read"]
    assert target.read_bytes().decode() == run(format, three[0])[0]
    assert [path.name for path in public.glob("out*")] == ["out"] and not list(temporary.iterdir())
    assert len(workers) == 1 and not any(map(is_alive, workers))


def has_printed(pid):
    """Whether a worker has, and waits for its next capture: its file is the fifth that it has open."""
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}/fd/4").st_size > 0 and state_of(pid) == "S"
    return False


def test_ended_while_results_wait_for_their_turn(slow, three):
    """What was read behind the slow one is printed, too; what could not be read is told, and does not count."""
    three[0].write_bytes(capture(HEALTHY).read_bytes()[:10])
    process = start("--jobs", 2, "--csv", *three)
    wait_for(slow.is_open, "the slow capture")
    wait_for(lambda: any(map(has_printed, children(process))), "the third capture")
    wait_for(lambda: state_of(process.pid) == "S", "somebody who has heard of it")
    process.send_signal(signal.SIGINT)
    output, errors = (text.decode() for text in process.communicate(timeout=60))
    assert process.returncode == 130 and output == run("--csv", three[2])[0]
    assert [line.split(": ")[1] for line in errors.splitlines()] == [str(three[0]), "interrupted, 1 of 3 read"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ended_before_anything_was_read(slow, public, jobs):
    """The output file stays what it was; no process stays."""
    target = public / "out"
    target.write_text("before")
    process = start("--jobs", jobs, "--csv", "-o", target, slow.path, capture(HEALTHY) if jobs == 1 else public / "none")
    wait_for(slow.is_open, "the slow capture")
    workers = children(process)
    found = ended_by(signal.SIGINT, process)
    assert found[-1] == "fwx-verdicts: interrupted, 0 of 2 read"
    assert target.read_text() == "before" and not any(map(is_alive, workers))


def test_ended_from_the_terminal(slow, three):
    """Ctrl-C is for the program, not for the workers: none of them prints half a capture."""
    whole = run("--csv", three[0])[0]
    process = start("--jobs", 1, "--csv", *three, start_new_session=True)
    wait_for(slow.is_open, "the slow capture")
    os.killpg(process.pid, signal.SIGINT)
    output, errors = (text.decode() for text in process.communicate(timeout=60))
    assert process.returncode == 130 and errors.splitlines() == ["fwx-verdicts: interrupted, 1 of 3 read"]
    assert output == whole


def test_killed(slow, three, public):
    """The workers go with it; the output file is not there."""
    target = public / "out.csv"
    process = start("--jobs", 1, "--csv", "-o", target, *three, env=environment(TMPDIR=str(public)))
    wait_for(slow.is_open, "the slow capture")
    workers = children(process)
    process.kill()
    process.communicate(timeout=60)
    wait_for(lambda: not any(map(is_alive, workers)), "the end of the workers")
    assert not target.exists() and len(workers) == 1


def test_closed_pipe():
    """As with `| head`: the reason is told."""
    process = start("--csv", *[capture("source-002-quota")] * 5)
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert process.wait(timeout=60) == 2
    assert errors == "fwx-verdicts: standard output cannot be written: Broken pipe\n"


def test_no_room_for_results(public):
    """Not of a capture that would have more than may be kept, nor of those after it."""
    small = {"preexec_fn": lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)))}
    output, errors = run("--csv", capture(HEALTHY), capture("source-002-quota"), capture(MISMATCH), status=1, **small)
    assert [line.split(",")[0] for line in output.splitlines()] == ["capture", str(capture(HEALTHY)), str(capture(MISMATCH))]
    assert re.fullmatch(f"fwx-verdicts: {capture('source-002-quota')}: .* cannot be kept in .*: File too large", errors[0])
    assert errors[1].startswith("fwx-verdicts: 3 captures, 1 failed, ")


@pytest.fixture
def small(public):
    """A disk of 64 kB."""
    disk = public / "small"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=1777", "none", disk]).returncode:
        pytest.skip("nothing can be mounted")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_output_on_a_full_disk(small):
    """Is told of, with the reason, and not there."""
    (small / "out").write_text("before")
    _, errors = run("--json", "-o", small / "out", capture("source-002-quota"), status=2)
    assert errors == [f"fwx-verdicts: {small}/out cannot be written: No space left on device"]
    assert (small / "out").read_text() == "before" and [path.name for path in small.iterdir()] == ["out"]


def test_full_disk_for_what_waits(small):
    """Costs the capture that has too much to say. One at a time: the disk is everybody's while it is full."""
    env = environment(TMPDIR=str(small))
    output, errors = run("--jobs", 1, "--csv", capture(HEALTHY), capture("source-002-quota"), capture(MISMATCH), status=1, env=env)
    assert [line.split(",")[0] for line in output.splitlines()] == ["capture", str(capture(HEALTHY)), str(capture(MISMATCH))]
    assert errors[0].endswith(f"cannot be kept in {small}: No space left on device")
    assert errors[1] == SUMMARY.format(3, 1, 2, 1)


# ---- workers ---------------------------------------------------------------------------------------------------------------


def test_killed_worker(slow, three):
    """Costs one capture, which is named; another worker goes on."""
    process = start("--jobs", 1, "--csv", *three)
    wait_for(slow.is_open, "the slow capture")
    os.kill(children(process)[0], signal.SIGKILL)
    output, errors = (text.decode() for text in process.communicate(timeout=60))
    assert process.returncode == 1
    assert [line.split(",")[0] for line in output.splitlines()] == ["capture", str(three[0]), str(three[2])]
    assert errors.splitlines() == [
        f"fwx-verdicts: {slow.path}: the process that read it was ended by signal 9 (Killed)", SUMMARY.format(3, 1, 2, 0)
    ]


CRASH = """
local udp = DissectorTable.get("udp.port")
local crash = Proto("crash", "Crash")
function crash.dissector(buffer, pinfo, tree) os.execute("kill -ABRT $PPID") end
udp:add(53, crash)
"""


@pytest.fixture
def with_script():
    """What gives a normal user a Lua script: all settings are needed for that."""
    home = scratch() / f"home-{time.monotonic_ns()}"
    plugins = home / ".local" / "lib" / "wireshark" / "plugins"
    plugins.mkdir(parents=True)
    home.chmod(0o755)

    def write(text):
        (plugins / "script.lua").write_text(text)
        return environment(HOME=str(home), XDG_CONFIG_HOME=str(home), WIRESHARK_PLUGIN_DIR=str(scratch() / "empty"))

    return write


def test_dissector_that_crashes(with_script):
    env = with_script(CRASH)
    dns, healthy = readable(capture("udp-dns")), readable(capture(HEALTHY))
    done = as_nobody("--full", "--csv", "--jobs", 1, dns, healthy, dns, env=env)
    assert done.returncode == 1, done
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["capture", healthy]
    named = f"fwx-verdicts: {dns}: the process that read it was ended by signal 6 (Aborted)"
    assert done.stderr.splitlines() == [named, named, SUMMARY.format(3, 2, 1, 0)]


def test_script_that_prints(with_script):
    """When it is loaded, and for each packet: that is no result."""
    env = with_script('print("hello")\nlocal tap = Listener.new("ip")\nfunction tap.packet() print("packet") end\n')
    done = as_nobody("--full", "--csv", readable(capture(MISMATCH)), env=env)
    assert (done.returncode, done.stdout) == (0, run("--csv", readable(capture(MISMATCH)))[0])


def measured(*arguments, **options):
    """Standard output and error of a run, and the most memory that it or a worker had: megabytes."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = start(*arguments, stdout=output, stderr=errors, **options)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [file.seek(0) or file.read() for file in (output, errors)]
    assert process.returncode == 0, texts
    return *texts, usage.ru_maxrss >> 10


READERS = re.compile(r"\(fwx-verdicts:(\d+)\): fwx-DEBUG")  # GLib names the process


@pytest.fixture
def read_many(folder):
    """Reads one capture under so many names: {worker: captures}, and the most memory that one had."""
    shutil.copy(capture(HEALTHY), folder / "one")

    def read(count):
        many = folder / f"many-{count}"
        many.mkdir()
        for number in range(count):
            os.link(folder / "one", many / f"{number:06}")
        env = environment(G_MESSAGES_DEBUG="fwx")
        output, errors, peak = measured("--csv", "--jobs", 1, "--no-sets", many, env=env)
        assert [line.split(",")[0] for line in output.splitlines()[1:]] == [f"{many}/{n:06}" for n in range(count)]
        assert errors.splitlines()[-1] == SUMMARY.format(count, 0, count, 0)
        return collections.Counter(READERS.findall(errors)), peak

    return read


@measures_memory
def test_many_captures(read_many):
    """Workers are replaced, and no capture is lost; they do not grow. (tests/bench/folders takes more.)"""
    count = int(os.environ.get("FWX_MANY", "1000"))
    one, few = read_many(100)
    workers, many = read_many(count)
    assert list(one.values()) == [100] and list(workers.values()) == [250] * (count // 250)
    assert many - few < 24 + count // 1000  # the program keeps what it knows of each


def far_apart(path, gap):
    """A healthy connection whose halves are so many bytes of nothing apart: frames of zeros, in a hole of the file."""
    content = capture(HEALTHY).read_bytes()
    order = "<" if content[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    cut = 24
    for _ in range(5):
        cut += 16 + struct.unpack_from(f"{order}I", content, cut + 8)[0]
    size = 262144
    with path.open("wb") as file:
        file.write(content[:16] + struct.pack(f"{order}I", size) + content[20:cut])
        for _ in range(gap // (16 + size)):
            file.write(content[24:32] + struct.pack(f"{order}II", size, size))
            file.seek(size, os.SEEK_CUR)
        file.write(content[cut:])


@measures_memory
def test_a_capture_of_gigabytes(folder):
    """Read to its end, in memory that it does not fill. FWX_GIGABYTES=10 takes two minutes."""
    gap = int(os.environ.get("FWX_GIGABYTES", "5")) << 30  # more than 32 bits count
    far_apart(folder / "sparse.pcap", gap)
    output, _, peak = measured("--json", folder / "sparse.pcap")
    (found,) = map(json.loads, output.splitlines())
    assert (found["first_frame"], found["last_frame"]) == (1, 10 + gap // (16 + 262144)) and found["outcome"] == "closed"
    assert peak < 400


# ---- the plugin beside it ------------------------------------------------------------------------------------------------


def test_plugin_that_is_installed():
    """It is loaded by libwireshark as well, and steps aside."""
    assert list(scratch().glob("plugins/*/epan/fwx.so"))
    done = as_nobody("--csv", readable(capture(MISMATCH)))
    assert (done.returncode, done.stdout) == (0, run("--csv", readable(capture(MISMATCH)))[0])
    assert done.stderr.splitlines() == [SUMMARY.format(1, 0, 1, 1)]


def test_plugin_of_an_older_version(public):
    """It does not step aside: it is named, and nothing done."""
    own = next(scratch().glob("plugins/*/epan/fwx.so"))
    old = public / own.relative_to(scratch())
    old.parent.mkdir(parents=True)
    (public / "old.c").write_text("void plugin_register(void); void plugin_register(void) {}\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", old, public / "old.c"], check=True)
    done = as_nobody(readable(capture(MISMATCH)), env=environment(WIRESHARK_PLUGIN_DIR=str(public / "plugins")))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"fwx-verdicts: {old} is of an older version than this program")


# ---- root ------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_workers_of_root(slow, public):
    """Are nobody, and have nothing open but what is theirs."""
    target = public / "out"
    process = start("--csv", "--jobs", 2, "-o", target, slow.path, capture(HEALTHY))
    wait_for(slow.is_open, "the slow capture")
    wait_for(lambda: any(map(has_printed, children(process))), "the other one")
    assert len(children(process)) == 2
    for pid in children(process):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        assert re.search(r"^Uid:(\t65534){4}\nGid:(\t65534){4}\n", status, re.M) and re.search(r"^Groups:\s*$", status, re.M)
        files = [os.readlink(path) for path in pathlib.Path(f"/proc/{pid}/fd").glob("[0-9]*") if path.is_symlink()]
        assert not [file for file in files if str(public) in file and file != str(slow.path)]
        assert len([file for file in files if file.startswith("socket:")]) == 1
    slow.release()
    process.communicate(timeout=60)
    assert process.returncode == 0 and target.read_text().count("\n") == 3


# ---- GNU parallel --------------------------------------------------------------------------------------------------------


@pytest.fixture
def captures(public):
    """A folder with two captures and a set."""
    copy(public / "captures", HEALTHY, REFUSED)
    subprocess.run(["editcap", "-c", "5", capture(MISMATCH), public / "captures" / "set.pcapng"], check=True)
    return public / "captures"


def test_list(captures, public):
    """A line a capture, the files of a set with tabs between."""
    files = sorted(str(path) for path in captures.glob("set*"))
    lines = [str(captures / f"{REFUSED}.pcap"), "\t".join(files), str(captures / f"{HEALTHY}.pcap")]
    assert run("--list", captures) == ("".join(f"{line}\n" for line in sorted(lines, key=lambda l: l.split("\t")[0])), [])
    assert run("--list", "--null", captures)[0].split("\0")[:-1] == run("--list", captures)[0].splitlines()
    odd = public / "a\nb"
    shutil.copy(capture(HEALTHY), odd)
    _, errors = run("--list", odd, public / "none", captures, status=1)
    assert errors == [f"fwx-verdicts: {public}/a\\nb: a name of several lines wants --null",
                      f"fwx-verdicts: {public}/none: No such file or directory"]
    assert run("--list", "-0", odd)[0] == f"{odd}\0"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_sshd(started, folder, number):
    """The sshlogin of a host on this machine, which ends with the stack."""
    log = folder / f"log{number}"
    while True:
        port = free_port()
        sshd = start_sshd_at(port, folder, log)
        wait_for(lambda: sshd.poll() is not None or "Server listening" in log.read_text(), "sshd")
        if sshd.poll() is None:
            break
        assert "in use" in log.read_text(), log.read_text()  # somebody else has taken the port meanwhile
    started.callback(sshd.wait)
    started.callback(sshd.terminate)
    ssh = f"ssh -p {port} -i {folder}/id -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR"
    return f"{ssh} -o UserKnownHostsFile={folder}/known {getpass.getuser()}@127.0.0.1"


def start_sshd_at(port, folder, log):
    options = {
        "Port": port, "ListenAddress": "127.0.0.1", "HostKey": folder / "host", "AuthorizedKeysFile": folder / "id.pub",
        "StrictModes": "no", "PidFile": "none", "UsePAM": "no", "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password", "MaxStartups": 100,
        "SetEnv": "SHLVL=2",  # for bash, which reads ~/.bashrc when sshd starts it, whatever is in there
    }
    config = folder / f"config-{port}"
    config.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    with log.open("w") as errors:
        return subprocess.Popen([shutil.which("sshd", path=SBIN), "-D", "-e", "-f", config], stderr=errors)


SBIN = f"{os.environ['PATH']}:/usr/sbin:/sbin"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    """Two hosts: sshd on two ports of this machine, with keys of their own. The file of their sshlogins."""
    if not shutil.which("sshd", path=SBIN):
        pytest.skip("sshd is not installed: work on hosts is not tested")
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    folder = tmp_path_factory.mktemp("ssh")
    for key in ("host", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    with contextlib.ExitStack() as started:
        (folder / "hosts").write_text("".join(f"1/{start_sshd(started, folder, number)}\n" for number in (1, 2)))
        yield folder / "hosts"


PAGE = (ROOT / "plugin" / "doc" / "many-captures.md").read_text()
RECIPES = dict(re.findall(r"^## (.+)\n(?:(?!    |#).*\n)+((?:    .*\n)+)", PAGE, re.M))


def recipe(title, public, hosts=None):
    """The commands below a heading of the page, in a folder with `captures` and `hosts`; "fwx-verdicts" is the built one."""
    programs = public / "bin"
    programs.mkdir(exist_ok=True)
    settings = " ".join(f"{name}={value}" for name, value in SETTINGS.items())
    (programs / "fwx-verdicts").write_text(f'#!/bin/sh\n{settings} exec {PROGRAM} "$@"\n')
    (programs / "fwx-verdicts").chmod(0o755)
    env = environment(PATH=f"{programs}:{os.environ['PATH']}")
    text = "".join(line[4:] for line in RECIPES[title].splitlines(keepends=True))
    if hosts:
        shutil.copy(hosts, public / "hosts")
        text = text.replace("'fwx-verdicts ", f"'{programs}/fwx-verdicts ")  # the login's PATH is another one
    done = subprocess.run(["bash", "-c", text], cwd=public, env=env, capture_output=True, text=True, timeout=300)
    return done


def results(path):
    """Of a CSV: {name of the capture's file: result}."""
    import csv
    with open(path, newline="") as file:
        return sorted((os.path.basename(row["capture"]), row["result"]) for row in csv.DictReader(file))


FOUND = sorted([(f"{HEALTHY}.pcap", THREE[0]), ("set_00000…00002", THREE[1]), (f"{REFUSED}.pcap", THREE[2])])


def found(captures):
    return sorted((os.path.basename(name), result) for name, result in rows(captures, columns=("capture", "result")))


@needs_parallel
def test_recipe_for_hosts(captures, public, hosts):
    """Both do something, and it is the same as done here."""
    done = recipe("Hosts that see the same paths", public, hosts)
    assert done.returncode == 0, done
    assert results(public / "all.csv") == found(captures)
    assert len(done.stdout.splitlines()) == 0


@needs_parallel
@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed")
def test_recipe_for_hosts_that_get_the_captures(captures, public, hosts):
    done = recipe("Hosts that get the captures", public, hosts)
    assert done.returncode == 0, done
    assert results(public / "all.csv") == found(captures)


@needs_parallel
def test_recipe_for_a_run_that_is_resumed(captures, public):
    """What failed is done again, what was done is not."""
    broken = captures / f"{REFUSED}.pcap"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-10])
    first = recipe("A run that can be resumed", public)
    log = (public / "run.log").read_text().splitlines()[1:]
    assert first.returncode == 1 and sorted(line.split("\t")[6] for line in log) == ["0", "0", "1"]
    broken.write_bytes(whole)
    again = recipe("A run that can be resumed", public)
    log = (public / "run.log").read_text().splitlines()[1:]
    assert again.returncode == 0 and len(log) == 4, (again, log)
    assert results(public / "all.csv") == found(captures)
