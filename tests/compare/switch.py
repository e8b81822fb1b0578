# SPDX-License-Identifier: GPL-2.0-or-later
"""An Open vSwitch of its own, whose userspace connection tracking packets can be sent through one by one, by a clock that
stands still; and the engine's model of it.

    port 1 ─ ct(), ct(commit) of what is new ─ port 2      ports of type dummy, unix sockets: nothing of the machine's network

Every packet comes out at the other port, with its ct_state and what a firewall's ruleset makes of it in the target's MAC address.
The daemons run in a scratch folder, as whoever calls, and end with the with statement.
"""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import model
from kernel import Unavailable, leave, next_address

PROGRAMS = "ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "ovs-ofctl"
SCHEMA = Path("/usr/share/openvswitch/vswitch.ovsschema")
PATIENCE = 30.0  # seconds
DROPPED = 1 << 16  # in the MAC address
MOST = 20 * 86400 * 1000  # milliseconds at a time: the daemon counts in 32 bits
SHOW = "move:NXM_NX_CT_STATE[0..15]->NXM_OF_ETH_DST[0..15]"
DROP = "load:1->NXM_OF_ETH_DST[16]"
PORT = """add-port br0 p{0} -- set interface p{0} type=dummy options:pstream=punix:{1}/p{0}.sock mtu_request=65500
 ofport_request={0}"""


def flows(drops_not_syn):
    """The switch's rules: what passes, and what a firewall's would drop."""
    for family, tcp in (("ip", "tcp"), ("ipv6", "tcp6")):
        for one, other in ((1, 2), (2, 1)):
            yield f"table=0,in_port={one},{family},actions=ct(table=1)"
            at = f"table=1,in_port={one}"
            yield f"{at},priority=4,{family},ct_state=+trk+inv,actions={SHOW},{DROP},output:{other}"
            if drops_not_syn:
                yield (f"{at},priority=3,{tcp},ct_state=+trk+new,tcp_flags=+syn-ack,"
                       f"actions={SHOW},ct(commit),output:{other}")
                yield f"{at},priority=2,{tcp},ct_state=+trk+new,actions={SHOW},{DROP},output:{other}"
            yield f"{at},priority=1,{family},ct_state=+trk+new,actions={SHOW},ct(commit),output:{other}"
            yield f"{at},priority=0,{family},actions={SHOW},output:{other}"


@dataclass
class Peer:
    """What dump-conntrack shows of one; and what traffic is aimed at, of the model's."""

    state: int
    scale: int
    flags: int
    lo: int = 0
    hi: int = 0
    win: int = 0

    @property
    def shown(self):
        return self.state, self.scale, self.flags


@dataclass
class Answer:
    ct: int
    passed: bool
    counter: str
    text: str
    left: int = None  # milliseconds; None: no entry
    initiator: bool = False  # is the sender of this packet the initiator?
    sides: tuple = ()
    initiator_side: int = 0  # of the conversation's two ends


STATES = {name: number for number, name in enumerate(
    "CLOSED LISTEN SYN_SENT SYN_RECV ESTABLISHED CLOSE_WAIT FIN_WAIT_1 CLOSING LAST_ACK FIN_WAIT_2 TIME_WAIT".split())}
# It calls liberal what was picked up in the middle: nobody knows its scale.
FLAGS = {"WINDOW_SCALE": 1, "BE_LIBERAL": 2, "0": 0, "": 0}


class Switch:
    """Use it in a with statement: the daemons go whatever happens."""

    def __init__(self, drops_not_syn=False, unchecked=False):
        self.drops_not_syn, self.unchecked = drops_not_syn, unchecked
        self.daemons, self.ports = [], []

    def __enter__(self):
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        missing = [program for program in PROGRAMS if not shutil.which(program, path=path)]
        if missing or not SCHEMA.exists():
            raise Unavailable(f"{', '.join(missing) or SCHEMA} is missing (package openvswitch-switch)")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, leave)
        self.folder = tempfile.mkdtemp(prefix="fwx-switch-")
        self.environment = os.environ | {"PATH": path} | {
            f"OVS_{what}DIR": self.folder for what in ("RUN", "LOG", "DB", "SYSCONF")}
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for port in self.ports:
            port.close()
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the daemons ----------------------------------------------------------------------------------------------

    def run(self, *command, **options):
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=PATIENCE, **options)
        if done.returncode:
            raise Unavailable(f"{command[0]}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def start(self, *command):
        with open(f"{self.folder}/{command[0]}.out", "w") as log:
            self.daemons.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                 env=self.environment))

    def connect(self, name):
        """A socket that a daemon makes when it is ready."""
        until = time.monotonic() + PATIENCE
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(f"{self.folder}/{name}")
            except OSError as error:
                connection.close()
                if time.monotonic() > until or any(daemon.poll() is not None for daemon in self.daemons):
                    logs = [path.read_text()[-300:] for path in Path(self.folder).glob("*.out")]
                    raise Unavailable(f"{name}: {error.strerror}: {' '.join(logs)}") from None
                time.sleep(0.02)
                continue
            connection.settimeout(PATIENCE)
            return connection

    def build(self):
        folder, db = self.folder, f"--db=unix:{self.folder}/db.sock"
        self.run("ovsdb-tool", "create", f"{folder}/conf.db", str(SCHEMA))
        self.start("ovsdb-server", f"{folder}/conf.db", f"--remote=punix:{folder}/db.sock", f"--unixctl={folder}/db.ctl")
        self.connect("db.sock").close()
        self.run("ovs-vsctl", db, "--no-wait", "init")
        self.start("ovs-vswitchd", f"unix:{folder}/db.sock", "--enable-dummy=override", "--disable-system",
                   f"--unixctl={folder}/vs.ctl")
        self.control = self.connect("vs.ctl")
        self.version = self.call("version").split()[-1]
        bridge = "add-br br0 -- set bridge br0 datapath-type=dummy fail-mode=secure".split()
        ports = [word for port in (1, 2) for word in ["--", *PORT.format(port, folder).split()]]
        self.run("ovs-vsctl", db, *bridge, *ports)
        rules = "\n".join(flows(self.drops_not_syn))
        self.run("ovs-ofctl", "add-flows", f"unix:{folder}/br0.mgmt", "-", input=rules)
        self.ports = [self.connect(f"p{port}.sock") for port in (1, 2)]
        self.buffers = [b"", b""]
        self.call("time/stop")
        self.now = 0  # milliseconds since then
        if self.unchecked:
            self.call("dpctl/ct-disable-tcp-seq-chk")

    def call(self, method, *words):
        self.control.sendall(json.dumps({"id": 0, "method": method, "params": list(words)}).encode())
        data = b""
        while True:
            data += self.control.recv(1 << 20)
            try:
                answer = json.loads(data)
            except ValueError:
                continue  # there is more
            if answer.get("error"):
                raise RuntimeError(f"{method}: {answer['error']}")
            return answer["result"]

    def failures(self):
        """How many segments were out of a window, since the daemon began."""
        return int(self.call("coverage/read-counter", "conntrack_tcp_seq_chk_failed"))

    # ---- packets --------------------------------------------------------------------------------------------------

    def begin(self):
        self.call("dpctl/flush-conntrack")
        self.addresses, self.first_side = {}, {}

    def warp(self, milliseconds):
        while milliseconds > 0:
            step = min(milliseconds, MOST)
            self.call("time/warp", str(step))
            self.now += step
            milliseconds -= step

    def address(self, text, point=()):
        return next_address(self.addresses, text, point)

    def side(self, segment):
        """Who first spoke on a pair of ends sits on one side, the other one on the other."""
        return int(segment.source != self.first_side.setdefault(segment.tuple, segment.source))

    def send(self, side, packet):
        """(bits of ct_state, whether it passed)"""
        kind = b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"
        frame = b"\x02\0\0\0\0\0" + b"\x02\0\0\0\0\x01" + kind + packet
        self.ports[side].sendall(struct.pack("!H", len(frame)) + frame)
        marks = int.from_bytes(self.receive(1 - side)[2:6], "big")
        return marks & 0xFFFF, not marks & DROPPED

    def receive(self, side):
        while True:
            data = self.buffers[side]
            if len(data) >= 2:
                end = 2 + struct.unpack_from("!H", data)[0]
                if len(data) >= end:
                    self.buffers[side] = data[end:]
                    return data[2:end]
            self.buffers[side] += self.ports[side].recv(1 << 17)  # a TimeoutError fails the run

    def entry(self, packet):
        """Of a packet: (is its sender the initiator, seconds left, both peers), or None."""
        protocol, ends = tuple_of(packet)
        dump = self.call("dpctl/dump-conntrack", "-m", "-s")
        for initiator, text in zip((True, False), ends):
            at = dump.find(f"{protocol},orig=({text}")
            if at >= 0 and (at == 0 or dump[at - 1] == "\n"):
                line = dump[at:].split("\n", 1)[0]
                return initiator, int(re.search(r"timeout=(\d+)", line)[1]), peers_of(line)
        return None


def peers_of(line):
    """Scales and flags are shown where there are any."""
    values = dict(re.findall(r"(\w+)=([^,()]*)", line.partition("protoinfo=")[2]))
    return tuple((STATES[values[f"state_{way}"]], int(values.get(f"wscale_{way}", 0)), sum(FLAGS[word] for word in values.get(f"flags_{way}", "").split("|")))
                 for way in ("orig", "reply") if values)


def tuple_of(packet):
    """How dump-conntrack names it: its protocol, and its ends if the sender is the initiator and if not."""
    four = packet[0] >> 4 == 4
    family, src, dst, protocol, content = ((socket.AF_INET, packet[12:16], packet[16:20], packet[9], packet[20:]) if four else
                                           (socket.AF_INET6, packet[8:24], packet[24:40], packet[6], packet[40:]))
    one, other = (socket.inet_ntop(family, address) for address in (src, dst))
    if protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        sport, dport = struct.unpack_from("!HH", content)
        name = "tcp" if protocol == socket.IPPROTO_TCP else "udp"
        return name, (f"src={one},dst={other},sport={sport},dport={dport})",
                      f"src={other},dst={one},sport={dport},dport={sport})")
    request, number = (8 if four else 128), struct.unpack_from("!H", content, 4)[0]
    rest = f"id={number},type={request},code={content[1]})"
    asks = content[0] == request
    return "icmp" if four else "icmpv6", (f"src={one},dst={other},{rest}" if asks else "?",
                                          "?" if asks else f"src={other},dst={one},{rest}")


class Model(model.Process):
    """The engine's (tests/compare/pf-model.c)."""

    def __init__(self):
        super().__init__("pf-model")

    def packet(self, packet, now):
        """now: milliseconds"""
        ct, passed, counter, text, *entry = self.ask(packet, now * 1000000)
        answer = Answer(int(ct), passed == "1", counter, text)
        if entry:
            sender, answer.left, *more = [int(word) for word in entry[0].split()]
            answer.initiator = not sender
            answer.sides = tuple(Peer(*more[at:at + 6]) for at in range(0, len(more), 6))
        return answer
