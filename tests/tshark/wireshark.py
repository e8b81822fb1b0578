"""Runs tshark and its siblings with the built plugin, the way a normal user does, and reads what they print.

Everything is returned as the strings that tshark prints; several values in one frame are joined by commas.
"""

import atexit
import functools
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import zlib
from xml.etree import ElementTree

import warm

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("FWX_BUILD", ROOT / "build"))
CAPTURES = ROOT / "test-captures"
PUBLIC = pathlib.Path(os.environ.get("FWX_CAPTURES", ROOT.parent / "shared" / "captures"))  # others', where they are there
ENDINGS = {".pcap", ".pcapng", ".cap", ".trace", ".dmp", ".dump", ".ntar"}  # of captures
NOBODY = 65534
LIMIT = 500  # seconds for one program: less than a test has, so that one in a thread ends, too
TAPS = [(f"fwx,{name}", kind) for kind, name in re.findall(r"TAP\(([A-Z]+), (\w+),", (ROOT / "plugin/taps/taps.h").read_text())]
TABLES = tuple(name for name, kind in TAPS if kind == "TABLE")
OUTPUTS = tuple(name for name, _ in TAPS)  # of tshark -z
SHARKD_TABLES = {f"tap{i}": name for i, name in enumerate((*(f"nstat:{table}" for table in TABLES), "stat:fwx"))}
UNKNOWN_IN_ONE_PASS = {f"fwx.marker.{name}" for name in ("range", "number", "first_frame", "last_frame")} | {
    f"fwx.conn.{name}"
    for name in ("code", "symbol", "action", "reason", "confidence", "frame", "dropped", "evidence", "status",
                 "outcome", "cause", "severity", "headline", "next_step")
} | {f"fwx.elsewhere.{name}" for name in ("linux", "asa", "paloalto", "checkpoint", "fortigate", "pf")} | {
    "fwx.reset.injected", "fwx.reset.origin", "fwx.reset.signs", "fwx.silence.end", "fwx.expert.no_reply"
} | {
    f"fwx.expert.capture_{name}"
    for name in ("cut", "one_way", "filtered", "segments", "checksums", "no_time", "clock_back", "no_markers")
} | {f"fwx.pair.{name}" for name in ("conn", "point", "method", "path", "order", "frame", "stay", "fate", "changes", "reason")} | {
    f"fwx.clock.{name}" for name in ("offset", "error", "drift")
} | {
    f"fwx.fwlog.{name}"
    for name in ("line", "file", "time", "delta", "action", "code", "reason", "class", "rule", "agreement", "why", "joined_by", "text")
}


def link_data(folder):
    """Wireshark's own files, but for the lists of manufacturers, services and enterprises: they are read at each start and,
    by sharkd, at each load, which is a third of a short run's time, and no test asks for them."""
    listing = subprocess.run(["tshark", "-G", "folders"], check=True, capture_output=True, text=True).stdout
    for path in pathlib.Path(re.search(r"^Global configuration:\s+(.+)$", listing, re.M)[1]).glob("*"):
        if path.name not in ("manuf", "services", "enterprises.tsv"):
            (folder / path.name).symlink_to(path)


@functools.cache
def scratch():
    """A folder that the normal user can read, with a home (settings of nobody), data, the plugin, and no plugin."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fwx-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    for name in ("home", "data", "empty", "captures"):
        (folder / name).mkdir(mode=0o755)
    link_data(folder / "data")
    if os.geteuid() == 0:
        os.chown(folder / "home", NOBODY, NOBODY)
    # Copied, so that a build folder below a private home works too.
    if (BUILD / "plugins").is_dir():
        shutil.copytree(BUILD / "plugins", folder / "plugins")
        subprocess.run(["chmod", "-R", "a+rX", folder / "plugins"], check=True)
    return folder


def readable(capture):
    """The capture's path, or that of a copy of the same name where only its owner can read it."""
    capture = pathlib.Path(capture).resolve()
    public = capture.stat().st_mode & stat.S_IROTH and all(p.stat().st_mode & stat.S_IXOTH for p in capture.parents)
    if os.geteuid() != 0 or public:
        return str(capture)
    copy = scratch() / "captures" / str(abs(hash(str(capture)))) / capture.name
    if not copy.exists():
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(capture, copy)
        copy.chmod(0o644)
    return str(copy)


def launch(command, plugin=True, config=None):
    """(words, environment) that a Wireshark program is started with. Root may not load an uninstalled plugin, so root
    becomes nobody here.

    config: a configuration folder, in place of one without any settings. FWX_PRELOAD names the sanitizer's library, which
    a program must have loaded before a plugin that was built with it.
    """
    if plugin and not list(scratch().glob("plugins/*/epan/fwx.so")):
        raise FileNotFoundError(f"no plugin below {BUILD}/plugins: build it with plugin/setup")
    home = str(scratch() / "home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WIRESHARK_", "PYTEST_"))}
    environment |= {
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "WIRESHARK_DATA_DIR": str(scratch() / "data"),
        "WIRESHARK_PLUGIN_DIR": str(scratch() / ("plugins" if plugin else "empty")),
        # No other programs that capture: some wait for ever under a sanitizer when preferences are listed.
        "WIRESHARK_EXTCAP_DIR": str(scratch() / "empty"),
    }
    if config:
        environment["WIRESHARK_CONFIG_DIR"] = str(config)
    preload = os.environ.get("FWX_PRELOAD") if plugin else None
    words = ["env", f"LD_PRELOAD={preload}"] if preload else []
    words += map(str, command)
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words]
    return words, environment


@functools.cache
def warm_library():
    """What makes a program serve many runs, where the normal user can read it; None where it was not built."""
    library = BUILD / "tests" / "libwarm.so"
    if "FWX_PRELOAD" in os.environ or not library.exists():
        return None
    copy = shutil.copy(library, scratch())
    os.chmod(copy, 0o644)
    return copy


def execute(command, words, environment, **options):
    """What subprocess.run() returns for the words of launch(); by a process that is up already, where that is the same."""
    program, *arguments = command = [str(word) for word in command]
    options = {"timeout": LIMIT, **options}
    # What lists something and ends, and profiles: read before dissectors are registered. A script is read by them.
    if program in ("tshark", "sharkd") and not {"-C", "-G", "--version"} & {*arguments} and warm_library():
        scripts = [word for pair in zip(arguments, arguments[1:]) if pair[0] == "-X" for word in pair]
        start = [*words[: -len(command)], program, *(scripts if program == "tshark" else ["-"])]
        if done := warm.run(start, command, environment, warm_library(), **options):
            return done
    options |= {"capture_output": True, "text": True, "errors": "replace"}
    return subprocess.run(words, env=environment, **options)


def run(*command, plugin=True, check=True, config=None, **options):
    """Runs a Wireshark program, and returns what subprocess.run() does.

    A crash and any message that names the plugin ("Dissector bug" or other) fail; so does any other failure, unless
    check is False.
    """
    words, environment = launch(command, plugin, config)
    done = execute(command, words, environment, **options)
    assert done.returncode >= 0 and done.returncode < 128, f"{command} crashed: {done.returncode}\n{done.stderr}"
    messages = done.stderr.replace(str(scratch()), "").replace(str(ROOT), "").replace(str(ROOT.parent), "")
    assert "fwx" not in messages.lower(), f"{command}: {messages}"
    assert done.returncode == 0 or not check, f"{command}: {done.returncode}\n{done.stderr}"
    return done


def tshark(capture, *arguments, two_pass=False, filter=None, **options):
    """tshark's lines on a capture."""
    command = ["tshark", "-n", "-r", readable(capture)]
    command += ["-2"] if two_pass else []
    command += ["-Y", filter] if filter else []
    return run(*command, *arguments, **options).stdout.splitlines()


@functools.cache
def _rows(capture, names, arguments, two_pass, filter, plugin):
    wanted = [word for name in names for word in ("-e", name)]
    printing = "-T fields -E separator=/t -E occurrence=a -E aggregator=,".split()
    lines = tshark(capture, *printing, *wanted, *arguments, two_pass=two_pass, filter=filter, plugin=plugin)
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines]


def fields(capture, names, *arguments, two_pass=False, filter=None, plugin=True):
    """A dictionary, name to value, for each frame that tshark shows."""
    return _rows(capture, tuple(names), arguments, two_pass, filter, plugin)


def frames(capture, names, *arguments, **options):
    """{frame number: {name: value}} of the frames that have at least one of the fields, and of these fields only."""
    rows = fields(capture, ["frame.number", *names], *arguments, **options)
    return {
        int(row["frame.number"]): found
        for row in rows
        if (found := {name: row[name] for name in names if row[name] != ""})
    }


def matching(capture, filter, *arguments, **options):
    """The numbers of the frames that a display filter selects."""
    return [int(row["frame.number"]) for row in fields(capture, ["frame.number"], *arguments, filter=filter, **options)]


def columns(capture, names, *arguments, two_pass=False, **options):
    """As frames(), from custom columns: nothing but the column mentions the fields, and no tree is asked for."""
    layout = '"#","%m",' + ",".join(f'"{name}","%Cus:{name}:0:U"' for name in names)
    rows = {}
    lines = tshark(capture, "-T", "tabs", "-o", f"gui.column.format:{layout}", *arguments, two_pass=two_pass, **options)
    for line in lines:
        number, *values = line.split("\t")
        assert len(values) == len(names), line
        rows[int(number)] = {name: value for name, value in zip(names, values) if value != ""}
    return {number: row for number, row in rows.items() if row}


def sharkd_answers(requests, plugin=True):
    """sharkd's answers, in order, to requests, each (method, parameters).

    The answer is {} where there is none: to the loading of a capture that breaks off.
    """
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
        for number, (method, parameters) in enumerate(requests, 1)
    ]
    output = run("sharkd", "-", input="".join(lines), plugin=plugin).stdout
    answers = {answer["id"]: answer for answer in map(json.loads, output.splitlines())}
    return [answers.get(number, {}) for number in range(1, len(requests) + 1)]


def sharkd(capture, *requests, plugin=True):
    """The results of requests on one capture."""
    answers = sharkd_answers([("load", {"file": readable(capture)}), *requests], plugin)
    assert all("result" in answer for answer in answers), answers
    return [answer["result"] for answer in answers[1:]]


def sharkd_frames(capture, names, plugin=True):
    """As frames(), from sharkd's packet list. It takes 32 columns at a time."""
    batches = [names[start : start + 32] for start in range(0, len(names), 32)]
    results = sharkd(
        capture,
        *(("frames", {f"column{i}": f"{name}:0" for i, name in enumerate(batch)}) for batch in batches),
        plugin=plugin,
    )
    rows = {}
    for batch, result in zip(batches, results):
        for frame in result:
            values = {name: value for name, value in zip(batch, frame["c"], strict=True) if value != ""}
            if values:
                rows.setdefault(frame["num"], {}).update(values)
    return rows


def taps(capture, *taps, arguments=(), two_pass=False, **options):
    """What -z prints."""
    wanted = [word for tap in taps for word in ("-z", tap)]
    return tshark(capture, "-Q", *wanted, *arguments, two_pass=two_pass, **options)


def tree(capture, *arguments, **options):
    """The details of every packet (-V), the plugin's own subtree left out."""
    lines, ours = [], False
    for line in tshark(capture, "-V", *arguments, **options):
        if not line.startswith(" "):
            ours = line.startswith("[Firewall verdict")
        if not ours:
            lines.append(line)
    return lines


def expert_infos(capture, *arguments, **options):
    """(frame, name, severity, message) of each of the plugin's expert infos."""
    severities = {0x100000: "comment", 0x200000: "chat", 0x400000: "note", 0x600000: "warn", 0x800000: "error"}
    infos = []
    packets = ElementTree.fromstring("\n".join(tshark(capture, "-T", "pdml", *arguments, **options))).iter("packet")
    for number, packet in enumerate(packets, 1):
        for info in packet.iter("field"):
            if info.get("name") == "_ws.expert":
                parts = {part.get("name"): part.get("show") for part in info}
                for name in parts:
                    if name.startswith("fwx.expert."):
                        severity = severities[int(parts["_ws.expert.severity"], 0)]
                        infos.append((number, name, severity, parts["_ws.expert.message"]))
    return infos


@functools.cache
def our_fields():
    """{name: type} of every field that the plugin registers, as `tshark -G fields` lists them."""
    lines = (line.split("\t") for line in run("tshark", "-G", "fields").stdout.splitlines())
    return {line[2]: line[3] for line in lines if line[0] == "F" and line[2].startswith("fwx.")}


@functools.cache
def our_table(*name):
    """The rows of one of the plugin's own tables: the result codes, or the one that list-results has by that name."""
    program = BUILD / "tests" / "list-results"
    if not program.exists():
        raise FileNotFoundError(f"no {program}: build it with plugin/setup --tests, or set FWX_BUILD to the build folder")
    done = subprocess.run([program, *name], check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def our_experts():
    """The expert infos among our fields."""
    return sorted(name for name in our_fields() if name.startswith("fwx.expert."))


def alike(name, value):
    """A value as every mode prints it: booleans differ, and an expert info is only there or not."""
    if name.startswith("fwx.expert."):
        return "yes"
    if our_fields()[name] == "FT_BOOLEAN":
        return re.sub(r"[^,]+", lambda word: str(word[0] in ("1", "True", "Set", "Yes")), value)
    return value


def captures():
    """Every test capture."""
    return sorted(CAPTURES.glob("*.pcap*"))


STORIES = ("outcome-", "unheard-", "cause-", "origin-", "limit-", "rewritten-", "silence-", "pair-")


SAMPLE = int(os.environ.get("FWX_SAMPLE", 3))  # 1: all


def sample(test):
    """Every third test capture, and of those that only tell another story of a connection every fifteenth: for what is the
    same of all. Each test file, by its name, takes others, so that together they take all."""
    def some(paths, step):
        return paths[zlib.crc32(test.encode()) % step :: step]

    stories = [path for path in captures() if path.stem.startswith(STORIES)]
    return sorted(some([path for path in captures() if path not in stories], SAMPLE) + some(stories, SAMPLE * 5 if SAMPLE > 1 else 1))


def capture(name):
    """The path of a test capture, by its name without .pcap or .pcapng."""
    return next(path for ending in ("pcap", "pcapng") if (path := CAPTURES / f"{name}.{ending}").exists())


# What follows looks at all our fields in a test capture at once: one run of tshark serves many tests. That a display
# filter, a column and sharkd say the same is test_modes.py's business.


def table(name, *names, arguments=(), two_pass=False):
    """{frame: value} of one field, {frame: (value, ...)} of several; None for a missing value."""
    rows = frames(capture(name), sorted(our_fields()), *arguments, two_pass=two_pass)
    values = {number: tuple(row.get(f"fwx.{field}") for field in names) for number, row in rows.items()}
    values = {number: row for number, row in values.items() if row != (None,) * len(names)}
    return values if len(names) > 1 else {number: value for number, (value,) in values.items()}


def where(name, *names, two_pass=False):
    """The frames that have one of the fields."""
    return list(table(name, *names, two_pass=two_pass))


def equal(name, field, *wanted, two_pass=False):
    """The frames in which a field has one of the wanted values."""
    return [frame for frame, value in table(name, field, two_pass=two_pass).items() if value in wanted]
