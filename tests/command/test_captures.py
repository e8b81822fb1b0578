# SPDX-License-Identifier: GPL-2.0-or-later
"""Which captures are read: folders, packed ones, bad ones among good ones, private ones, capture sets."""

import gzip
import json
import os
import resource
import shutil
import struct
import subprocess

import pytest

from command import ADVICE, SUMMARY, as_nobody, copy, rows, run
from test_fast import records
from wireshark import CAPTURES, capture

MISMATCH, HEALTHY = "source-003-client", "tcp-healthy"
VERDICT, CLOSED = "FWX_E_SEQ_ACK_MISMATCH", "FWX_E_GRACEFUL_SHUTDOWN"


def names(found, folder):
    return [(name.removeprefix(f"{folder}/"), *rest) for name, *rest in found]


def test_advice():
    """What captures cannot tell, each counted once, before the line that counts what was done."""
    one = capture("cut-54")
    assert run(one, capture("tcp-healthy"), advice=True)[1] == [ADVICE + "cut short (1)", SUMMARY.format(2, 0, 3, 1)]
    assert run("--csv", one, one, capture("outcome-one-way-initiator"), advice=True)[1][0] == ADVICE + "cut short (2), one direction only (1)"
    assert len(run(capture("tcp-healthy"), advice=True)[1]) == 1


def test_folder(folder):
    """Sorted, with all below it; what is no capture is passed over without a word, links are not followed."""
    copy(folder / "b", MISMATCH)
    copy(folder, HEALTHY)
    (folder / "a.pcap.gz").write_bytes(gzip.compress(capture(HEALTHY).read_bytes()))
    shutil.copy(CAPTURES / "make.py", folder)
    (folder / "text.gz").write_bytes(gzip.compress(b"no capture"))
    (folder / "hello").write_text("hello")  # Wireshark would open this as MP4, and this as JSON
    (folder / "some.json").write_text('{"a": 1}')
    (folder / "empty").touch()
    (folder / "loop").symlink_to(folder)
    (folder / "link.pcap").symlink_to(folder / f"{HEALTHY}.pcap")
    output, errors = run("--csv", folder)
    assert errors == [SUMMARY.format(3, 0, 3, 1)]
    assert names(rows(folder), folder) == [
        ("a.pcap.gz", CLOSED, "0"), (f"b/{MISMATCH}.pcap", VERDICT, "8"), (f"{HEALTHY}.pcap", CLOSED, "0")
    ]
    assert rows(folder / "link.pcap") == [(f"{folder}/link.pcap", CLOSED, "0")]  # named, it is followed


def test_unreadable_file_in_a_folder(public):
    """It may be a capture: nobody is to believe that all were read."""
    copy(public, HEALTHY)
    (public / "secret").write_bytes(b"")
    (public / "secret").chmod(0)
    done = as_nobody("--csv", public)
    assert done.returncode == 1 and len(done.stdout.splitlines()) == 2
    assert done.stderr.splitlines() == [f"fwx-verdicts: {public}/secret: Permission denied", SUMMARY.format(2, 1, 1, 0)]


def test_unreadable_file(public):
    """Named: it is not told that it were no capture."""
    secret = shutil.copy(capture(HEALTHY), public / "secret")
    secret.chmod(0)
    done = as_nobody(secret)
    assert (done.returncode, done.stdout) == (2, "") and "permission" in done.stderr.splitlines()[0]
    assert done.stderr.splitlines()[1] == SUMMARY.format(1, 1, 0, 0)


@pytest.mark.parametrize("program", ["zstd", "lz4"])
def test_other_packers(folder, program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    copy(folder, MISMATCH)
    packed = folder / f"packed.{program}"
    with packed.open("wb") as output:
        subprocess.run([program, "-q", "-c", folder / f"{MISMATCH}.pcap"], check=True, stdout=output)
    (folder / f"{MISMATCH}.pcap").unlink()
    assert rows(folder) == [(str(packed), VERDICT, "8")]


def test_no_captures_in_a_folder(folder):
    """Each such folder is named, once; how the command ends depends on whether others were read."""
    empty, mixed, full = folder / "empty", folder / "mixed", folder / "full"
    empty.mkdir()
    mixed.mkdir()
    (mixed / "text.gz").write_bytes(gzip.compress(b"no capture"))
    copy(full, HEALTHY)
    target = folder / "out.csv"
    target.write_text("before")
    assert run("--csv", "-o", target, empty, status=2)[1] == [
        f"fwx-verdicts: no captures in {empty}", SUMMARY.format(0, 0, 0, 0)
    ]
    assert target.read_text() == "before"
    output, errors = run("--csv", f"{empty}/", full, empty, mixed, f"{empty}/", status=1)
    assert [line.split(",")[0] for line in output.splitlines()] == ["capture", f"{full}/{HEALTHY}.pcap"]
    assert errors == [
        f"fwx-verdicts: no captures in {empty}/", f"fwx-verdicts: no captures in {empty}",
        f"fwx-verdicts: no captures in {mixed}", SUMMARY.format(1, 0, 1, 0),
    ]
    (mixed / "cut.pcap").write_bytes(capture(MISMATCH).read_bytes()[:-10])
    assert run(folder, status=1)[1][-1] == SUMMARY.format(2, 1, 2, 1)


def test_nothing_in_what_is_packed_in_a_folder(folder):
    """What only tshark unpacks, and then is no capture, does not make the folder one with captures."""
    if not shutil.which("zstd"):
        pytest.skip("zstd is not installed")
    for name, content in (("text", b"hello"), ("nothing", b"")):
        subprocess.run(["zstd", "-q", "-o", folder / f"{name}.zst"], input=content, check=True)
    assert run(folder, status=2)[1] == [f"fwx-verdicts: no captures in {folder}", SUMMARY.format(0, 0, 0, 0)]


DOCUMENTS = {  # what tshark opens without a word, or takes for a capture
    "text": b"hello\n", "letter": b"x", "list.json": b'{"a": 1}', "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "page.xml": b'<?xml version="1.0"?><a/>', "program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "key.pem": b"-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n",
    "text.gz": gzip.compress(b"hello\n"), "nothing": b"", "nothing.gz": gzip.compress(b""),
    "other": b"no capture: tshark does not open this\n",
}


def test_not_a_capture(folder):
    """Named, they are told of; a set is none with such a file, whatever the names say."""
    paths = []
    for name, content in DOCUMENTS.items():
        paths.append(folder / name)
        paths[-1].write_bytes(content)
    wanted = [f"fwx-verdicts: {path}: not a capture" for path in paths]
    output, errors = run("--json", *paths, status=2)
    assert (output, errors) == ("", [*wanted, SUMMARY.format(len(paths), len(paths), 0, 0)])
    output, errors = run("--json", *paths, capture(HEALTHY), status=1)
    assert errors == [*wanted, SUMMARY.format(len(paths) + 1, len(paths), 1, 0)] and output.count("\n") == 1
    pair = folder / "a_00001_20120601120000.pcap", folder / "a_00002_20120601120001.pcap"
    shutil.copy(capture(HEALTHY), pair[0])
    pair[1].touch()
    _, errors = run(*pair, status=1)
    assert errors == [f"fwx-verdicts: {pair[1]}: not a capture", SUMMARY.format(2, 1, 1, 0)]


def test_captures_without_packets(folder):
    """There is nothing wrong with them, whatever their format."""
    none = folder / "none.pcap"
    none.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000 0000040001000000"))
    (folder / "none.pcap.gz").write_bytes(gzip.compress(none.read_bytes()))
    for format in ("pcapng", "snoop", "5views", "visual"):
        subprocess.run(["editcap", "-F", format, none, folder / f"none.{format}"], check=True)
    paths = sorted(folder.iterdir())
    assert run(*paths)[1] == [SUMMARY.format(6, 0, 0, 0)]
    assert run(folder)[1] == [SUMMARY.format(4, 0, 0, 0)]  # but for those that have to be named


@pytest.mark.parametrize("name", ["text", "nothing", "nothing.gz"])
def test_no_capture_from_a_pipe(public, name):
    (public / "file").write_bytes(DOCUMENTS[name])
    pipe = public / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", public / "file", pipe]):
        assert run(pipe, status=2)[1] == [f"fwx-verdicts: {pipe}: not a capture", SUMMARY.format(1, 1, 0, 0)]
    for argument in ("-", "/dev/stdin"):
        with open(public / "file", "rb") as file:
            _, errors = run(argument, status=2, stdin=file)
        assert errors == [f"fwx-verdicts: {argument}: not a capture", SUMMARY.format(1, 1, 0, 0)]


@pytest.mark.parametrize("filter", [[], ["--filter", "tcp"]])
def test_standard_input(public, filter):
    with open(capture(MISMATCH), "rb") as file:
        assert rows(*filter, "-", stdin=file) == [("-", VERDICT, "8")]
    with subprocess.Popen(["cat", capture(MISMATCH)], stdout=subprocess.PIPE) as source:
        assert rows(*filter, capture(HEALTHY), "/dev/stdin", stdin=source.stdout) == [
            (str(capture(HEALTHY)), CLOSED, "0"), ("/dev/stdin", VERDICT, "8")
        ]
    none = public / "none.pcap"
    none.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000 0000040001000000"))
    with none.open("rb") as file:
        assert run("-", stdin=file)[1] == [SUMMARY.format(1, 0, 0, 0)]
    cut = public / "cut.pcap"
    cut.write_bytes(capture(MISMATCH).read_bytes()[:-10])
    with cut.open("rb") as file:
        assert run("-", stdin=file, status=1)[1][0] == (
            'fwx-verdicts: -: The file "-" appears to have been cut short in the middle of a packet.'
        )


def test_names_that_read_like_messages(folder):
    """A damaged capture is told of as such, whatever it is called."""
    names = ['a -z argument "fwx, b.pcap', 'a\nInvalid -z argument "fwx,b.pcap', "b isn't a capture file.pcap",
             "c not a capture", "d tshark: e.pcap"]
    for name in names:
        (folder / name).write_bytes(capture(MISMATCH).read_bytes()[:-10])
    _, errors = run("--csv", folder, status=1)
    shown = [f"{folder}/{name}".replace("\n", "\\n") for name in sorted(names)]
    assert errors == [
        *(f'fwx-verdicts: {name}: The file "{name}" appears to have been cut short in the middle of a packet.' for name in shown),
        SUMMARY.format(5, 5, 5, 5),
    ]


@pytest.mark.parametrize("jobs", [1, 3])
def test_order_of_the_arguments(jobs):
    """Whatever takes longer."""
    arguments = [capture(name) for name in ("source-002-quota", HEALTHY, MISMATCH, HEALTHY)]
    found = rows("--jobs", jobs, *arguments, columns=("capture",))
    assert list(dict.fromkeys(found)) == [(str(path),) for path in arguments[:3]]
    assert found[:620] == [(str(arguments[0]),)] * 620 and found[620:] == [(str(path),) for path in arguments[1:]]


def test_bad_capture_among_good_ones(folder):
    """It is named, with tshark's own words where it is one; what there is of it is printed, and so are the others."""
    copy(folder, HEALTHY, MISMATCH)
    cut = folder / "cut.pcap"
    cut.write_bytes(capture(MISMATCH).read_bytes()[:-10])
    output, errors = run("--csv", folder / "none.pcap", cut, CAPTURES / "make.py", folder / f"{HEALTHY}.pcap", status=1)
    assert [line.split(",")[0] for line in output.splitlines()[1:]] == [str(cut), f"{folder}/{HEALTHY}.pcap"]
    assert errors == [
        f"fwx-verdicts: {folder}/none.pcap: No such file or directory",
        f'fwx-verdicts: {cut}: The file "{cut}" appears to have been cut short in the middle of a packet.',
        f"fwx-verdicts: {CAPTURES}/make.py: not a capture",
        SUMMARY.format(4, 3, 2, 1),
    ]


def test_all_captures_are_bad(folder):
    """Nothing was done; where a part of one was read, something was."""
    none, cut = folder / "none", folder / "cut.pcap"
    assert run(none, CAPTURES / "make.py", status=2)[0] == ""
    cut.write_bytes(capture(MISMATCH).read_bytes()[:-10])
    assert run("--csv", none, cut, status=1)[0].count("\n") == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads what others may not")
@pytest.mark.parametrize("filter", [[], ["--filter", "tcp"]])
def test_private_capture(folder, filter):
    """The workers are nobody, and yet read it; its name stays the user's."""
    private = folder / "private"
    copy(private, MISMATCH)
    private.chmod(0o700)
    path = private / f"{MISMATCH}.pcap"
    path.chmod(0o600)
    assert rows(*filter, path.name, cwd=private) == [(path.name, VERDICT, "8")]
    path.write_bytes(path.read_bytes()[:-10])
    _, errors = run(path, status=1)
    assert errors[0] == f'fwx-verdicts: {path}: The file "{path}" appears to have been cut short in the middle of a packet.'
    assert (path.stat().st_mode & 0o777, path.stat().st_uid) == (0o600, 0)


# ---- other formats --------------------------------------------------------------------------------------------------------

# Written by editcap; some of them are read back and forth, some have times less exact.
FORMATS = ("pcapng", "nsecpcap", "snoop", "5views", "k12text", "lanalyzer", "netmon1", "netmon2", "nettl", "ngsniffer",
           "ngwsniffer_1_1", "ngwsniffer_2_0", "visual")
PACKERS = {"gz": ["gzip", "-c"], "zst": ["zstd", "-q", "-c"], "lz4": ["lz4", "-q", "-c"]}


def erf(path):
    """The packets of a pcap file as Endace's cards write them: time in 2^-32 s, type Ethernet, lengths, then two bytes of padding."""
    head, frames = records(path)
    assert head[:4] == b"\x4d\x3c\xb2\xa1"  # nanoseconds
    found = b""
    for frame in frames:
        seconds, rest, captured, length = struct.unpack_from("<IIII", frame)
        found += struct.pack("<Q", (seconds << 32) + (rest << 32) // 1_000_000_000)
        found += struct.pack(">BBHHHH", 2, 4, 18 + captured, 0, length, 0) + frame[16:]
    return found


def whichever_way(path, public):
    """What is said of a file by a normal user, by root or whoever runs the tests, and of what comes out of a pipe."""
    path.chmod(0o644)
    said = [as_nobody("--json", path)]
    for file in (None, path.open("rb"), subprocess.Popen(["cat", path], stdout=subprocess.PIPE).stdout):
        output, errors = run("--json", "-" if file else path, stdin=file)
        said.append(subprocess.CompletedProcess([], 0, output, "\n".join(errors) + "\n"))
    shown = {(done.stdout.replace(f'"{path}"', '"-"'), done.stderr) for done in said}
    assert len(shown) == 1, shown
    return json.loads(said[0].stdout)


@pytest.mark.parametrize("format", [*FORMATS, "erf"])
def test_formats(public, format):
    """Whoever reads it: root's workers get a descriptor, and pipes are copied."""
    path = public / format
    if format == "erf":
        path.write_bytes(erf(capture(MISMATCH)))
    else:
        subprocess.run(["editcap", "-F", format, capture(MISMATCH), path], check=True)
    found = whichever_way(path, public)
    assert (found["verdict"]["symbol"], found["dropped"], found["last_frame"]) == (VERDICT, 8, 12)


@pytest.mark.parametrize("format", ["pcap", "netmon2", "ngsniffer"])
@pytest.mark.parametrize("packer", PACKERS)
def test_packed_formats(public, packer, format):
    if not shutil.which(PACKERS[packer][0]):
        pytest.skip(f"{packer} is not installed")
    plain, packed = public / "plain", public / f"packed.{packer}"
    subprocess.run(["editcap", "-F", format, capture(MISMATCH), plain], check=True)
    with packed.open("wb") as output:
        subprocess.run([*PACKERS[packer], plain], check=True, stdout=output)
    if subprocess.run(["capinfos", "-c", packed], capture_output=True).returncode:
        pytest.skip("libwiretap itself does not read it")  # 4.6 compares the place of netmon's table with the packed size
    assert whichever_way(packed, public) == json.loads(run("--json", plain)[0]) | {"capture": str(packed)}


# ---- capture sets ------------------------------------------------------------------------------------------------------


@pytest.fixture
def cut(folder):
    """Source 003's twelve frames in three files: 1 to 5, 6 to 10, 11 and 12."""
    return cut_into(folder, "long", "source-003-client")


def cut_into(folder, base, name, numbers=(1, 2, 3), style="{base}_{number:05}_{time}.pcapng"):
    subprocess.run(["editcap", "-c", "5", capture(name), folder / "part.pcapng"], check=True)
    paths = []
    for number, part in zip(numbers, sorted(folder.glob("part_*"))):
        time = part.stem.split("_")[2]
        paths.append(part.rename(folder / style.format(base=base, number=number, time=time)))
    return paths


@pytest.mark.parametrize("filter", [[], ["--filter", "tcp"]])  # in one pass, and in two
def test_set(folder, cut, filter):
    """A conversation that crosses files keeps its verdict; file by file it does not."""
    assert names(rows(*filter, folder), folder) == [("long_00001…00003", VERDICT, "8")]
    assert names(rows(*filter, cut[2], cut[0], cut[1]), folder) == [("long_00001…00003", VERDICT, "8")]
    output, errors = run("--all", folder)
    assert output.startswith(f"== {folder}/long_00001…00003\n") and errors == [SUMMARY.format(1, 0, 1, 1)]
    apart = names(rows("--no-sets", folder), folder)
    assert [row[0] for row in apart] == [path.name for path in cut] and apart[0][1:] == (VERDICT, "3")
    assert {row[1] for row in apart[1:]}.isdisjoint({VERDICT})


@pytest.mark.parametrize("style", ["{base}_{time}_{number:05}.pcapng", "{base}_{number:05}_{time}"])
def test_other_names_of_sets(folder, style):
    cut_into(folder, "x", MISMATCH, style=style)
    assert names(rows(folder), folder) == [("x_00001…00003", VERDICT, "8")]


def test_packed_set(folder, cut):
    for path in cut:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert names(rows(folder), folder) == [("long_00001…00003", VERDICT, "8")]


def test_numbers_begin_again(folder):
    cut_into(folder, "x", MISMATCH, numbers=(99998, 99999, 0))
    assert names(rows(folder), folder) == [("x_99998…00000", VERDICT, "8")]


def test_a_set_named_twice(folder, cut):
    """Two sets, and not a file of the one in the other."""
    found = names(rows(folder, folder), folder)
    assert found == [("long_00001…00003", VERDICT, "8")] * 2
    found = [row[0] for row in names(rows(folder, cut[1]), folder)]
    assert list(dict.fromkeys(found)) == ["long_00001…00003", cut[1].name]


def many(folder, count, length=10):
    """A set of so many files, each with a name of about that length."""
    first, *_ = cut_into(folder, "m" * (length - 10), MISMATCH, style="{base}_{number:05}_20200101000000.pcapng")
    for path in folder.glob("m*_0000[23]*"):
        path.unlink()
    for number in range(2, count + 1):
        os.link(first, folder / f"{'m' * (length - 10)}_{number:05}_20200101000000.pcapng")


def test_a_set_of_more_files_than_may_be_open(folder):
    many(folder, 60, 20)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard))}
    output, errors = run("--csv", folder, **few)
    assert errors[-1] == SUMMARY.format(1, 0, 1, 1) and len(output.splitlines()) == 2


def test_gap_in_the_numbers(folder):
    """Two sets; one of a single file is that file."""
    cut_into(folder, "x", MISMATCH, numbers=(1, 2, 4))
    found = [row[0] for row in names(rows(folder), folder)]
    assert found[0] == "x_00001…00002" and found[1].startswith("x_00004_2012") and len(found) == 2


def test_names_alone_make_no_set(folder, cut):
    """The second file's packets are older than the first one's, whatever its name says; and another base name."""
    shutil.copy(capture("source-001-dirty-close"), folder / "y_00001_20110503113500.pcap")  # 2011
    shutil.copy(capture(MISMATCH), folder / "y_00002_20110503113600.pcap")  # 2012
    shutil.copy(capture("source-001-dirty-close"), folder / "y_00003_20110503113700.pcap")
    shutil.copy(capture(HEALTHY), folder / "z_00004_20110503113800.pcap")
    assert list(dict.fromkeys(row[0] for row in names(rows(folder), folder))) == [
        "long_00001…00003", "y_00001…00002", "y_00003_20110503113700.pcap", "z_00004_20110503113800.pcap"
    ]


def test_first_times(folder):
    """Whichever way a capture writes its times; packets a second apart, the second file first."""
    packet = bytes(60)
    big = struct.pack(">IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1) + struct.pack(">IIII", 1000, 5, 60, 60) + packet
    small = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 1000, 4, 60, 60) + packet
    (folder / "t_00001_19700101001640.pcap").write_bytes(small)  # 4 µs
    (folder / "t_00002_19700101001640.pcap").write_bytes(big)  # 5 ns: earlier
    assert run("--log", folder)[0].count("#Remark") == 2
    (folder / "t_00002_19700101001640.pcap").write_bytes(small)
    assert run("--log", folder)[0].count("#Remark") == 1


def test_bad_file_in_a_set(folder, cut):
    """It is named."""
    cut[2].write_bytes(cut[2].read_bytes()[:-20])
    output, errors = run("--csv", folder, status=1)
    assert output.splitlines()[1].startswith(f"{folder}/long_00001…00003,1,TCP")
    assert any(str(cut[2]) in line for line in errors[:-1]) and errors[-1] == SUMMARY.format(1, 1, 1, 1)
