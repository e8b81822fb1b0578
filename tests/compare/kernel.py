# SPDX-License-Identifier: GPL-2.0-or-later
"""A Linux firewall of its own, in two network namespaces, that segments can be sent through one by one.

    outside: c0, s0   ─ veth ─   firewall: fc, fs     what comes in at fc leaves at fs, and the other way round

Connection tracking does not pick up connections in the middle (tcp_loose=0); what it calls invalid, and what would
begin a connection without being a SYN, is dropped and counted. The kernel itself says why, through nfnetlink_log.

Connection tracking looks at addresses, ports and TCP headers only, so that is what is sent: each address becomes one of
10.0.0.0/8 or fd00::/64 (no martians, no loopback), the TCP header is the capture's, the payload zeros, and checksums
are right.
"""

import contextlib
import ctypes
import ipaddress
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

PREFIX = "fwx-netfilter"
RULES = """
table inet fwx {
    counter invalid {}
    counter not_syn {}
    counter passed {}
    chain fence {
        type filter hook prerouting priority raw
        meta l4proto 253 notrack
    }
    chain not_syn {
        counter name not_syn log prefix "new, and no SYN" group 0 drop
    }
    chain forward {
        type filter hook forward priority filter; policy drop
        meta l4proto 253 accept
        ct state invalid counter name invalid log prefix "invalid" group 0 drop
        ct state new tcp flags & (fin | syn | rst | ack) != syn jump not_syn
        meta l4proto tcp counter name passed accept
    }
}
"""
SETTINGS = {
    "net.ipv4.ip_forward": 1,
    "net.ipv6.conf.all.forwarding": 1,
    "net.ipv4.conf.all.rp_filter": 0,
    "net.ipv4.conf.default.rp_filter": 0,
    "net.netfilter.nf_conntrack_tcp_loose": 0,
    "net.netfilter.nf_conntrack_tcp_be_liberal": 0,
    "net.netfilter.nf_conntrack_log_invalid": socket.IPPROTO_TCP,
    "net.netfilter.nf_log.2": "nfnetlink_log",
    "net.netfilter.nf_log.10": "nfnetlink_log",
}
# How long a connection is remembered that has been closed or reset, in seconds.
REMEMBER = ("net.netfilter.nf_conntrack_tcp_timeout_time_wait", "net.netfilter.nf_conntrack_tcp_timeout_close")
FENCE = 253  # RFC 3692: a protocol number for experiments
PATIENCE = 30.0  # seconds that the kernel may take for one packet


class Unavailable(Exception):
    """Why there can be no such firewall here."""


@dataclass
class Passage:
    passed: bool
    log: str  # the kernel's own words, or "invalid" where it has none; empty for a plain pass
    packet: bytes = b""  # as it was sent

    @property
    def reason(self):
        return re.sub(r"nf_ct_proto_\d+: ", "", self.log)


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise Unavailable(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def check_available():
    if os.geteuid() != 0:
        raise Unavailable("network namespaces want root")
    for program, package in (("ip", "iproute2"), ("nft", "nftables")):
        if not shutil.which(program):
            raise Unavailable(f"the program {program} is missing (package {package})")


def remove(names):
    for name in names:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)


def remove_leftovers():
    """Of runs that were killed: the names hold the process's number."""
    for name in re.findall(rf"^{PREFIX}-\d+-\w+", run("ip", "netns", "list"), re.M):
        if not os.path.exists(f"/proc/{name.split('-')[2]}"):
            remove([name])


@contextlib.contextmanager
def inside(name):
    """In a namespace: sockets made there stay there."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        if libc.setns(there, 0):
            raise Unavailable(f"setns: {os.strerror(ctypes.get_errno())}")
        yield
    finally:
        libc.setns(home, 0)
        os.close(home)
        os.close(there)


def settle(name, settings):
    """Kernel settings of a namespace: /proc/sys/net is that of whoever looks."""
    with inside(name):
        for setting, value in settings.items():
            try:
                Path("/proc/sys", *setting.split(".")).write_text(f"{value}\n")
            except OSError as error:
                raise Unavailable(f"{setting}={value}: {error.strerror}") from None


# ---- what the kernel says: nfnetlink -----------------------------------------------------------------------------

NETLINK_NETFILTER = 12
REQUEST, WANT_ACK = 1, 4
CONNTRACK, LOG = 1 << 8, 4 << 8  # subsystems
DELETE, CONFIG, PACKET = 2, 1, 0  # messages of theirs
ATTRIBUTE_PREFIX = 10


def attributes(data):
    """{type: value} of netlink attributes."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3 :]
    return found


class Netfilter:
    """The firewall's own account, and its connection table."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.socket.bind((0, 0))
        bind = struct.pack("=HHBxxx", 5, 1, 1)  # attribute NFULA_CFG_CMD: NFULNL_CFG_CMD_BIND
        quick = struct.pack("=HH", 8, 5) + struct.pack("!I", 1)  # NFULA_CFG_QTHRESH: a packet, a message
        self.request(LOG | CONFIG, bind)
        self.request(LOG | CONFIG, quick)

    def request(self, kind, payload=b"", family=socket.AF_UNSPEC):
        body = struct.pack("=BBH", family, 0, 0) + payload
        self.socket.send(struct.pack("=IHHII", 16 + len(body), kind, REQUEST | WANT_ACK, 1, 0) + body)
        while True:
            for kind_found, content in self.messages():
                if kind_found == 2:  # NLMSG_ERROR
                    (error,) = struct.unpack_from("=i", content)
                    if error:
                        raise Unavailable(f"netfilter: {os.strerror(-error)}")
                    return

    def messages(self, flags=0):
        data = self.socket.recv(1 << 17, flags)
        while len(data) >= 16:
            length, kind = struct.unpack_from("=IH", data)
            yield kind, data[16:length]
            data = data[(length + 3) & ~3 :]

    def forget_connections(self):
        self.request(CONNTRACK | DELETE)

    def reasons(self):
        """What was logged since the last look."""
        found = []
        with contextlib.suppress(BlockingIOError):
            while True:
                for kind, content in self.messages(socket.MSG_DONTWAIT):
                    if kind == LOG | PACKET:
                        text = attributes(content[4:]).get(ATTRIBUTE_PREFIX, b"").rstrip(b"\0").decode()
                        found.append(text.strip())
        own = [text for text in found if text != "invalid"]  # connection tracking's words are better than the rule's
        return "; ".join(own or found)


# ---- packets -----------------------------------------------------------------------------------------------------


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip_packet(version, src, dst, protocol, content, tag):
    """The tag comes out again at the other side: IPv4's ID, IPv6's flow label."""
    if version == 6:
        return struct.pack("!IHBB", 6 << 28 | tag, len(content), protocol, 64) + src + dst + content
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(content), tag, 0, 64, protocol, 0)
    head = head[:10] + struct.pack("!H", checksum(head + src + dst))
    return head + src + dst + content


def next_address(known, text, point):
    """One of the same family that may be forwarded; another one at another capture point. known grows."""
    version = ipaddress.ip_address(text).version
    number = known.setdefault((text, point), len(known) + 1)
    return (ipaddress.ip_address("10.0.0.0" if version == 4 else "fd00::") + number).packed


def sendable(segment):
    """False for what no IP packet holds: jumbograms, and segments put together from several on a capturing host."""
    return 20 <= segment.header <= 60 and segment.header + segment.length + 40 <= 0xFFFF


def tcp_packet(segment, src, dst, tag):
    options = segment.options.ljust(segment.header - 20, b"\0")[: segment.header - 20]
    offset = segment.header // 4 << 4
    head = struct.pack("!HHIIBBH", segment.sport, segment.dport, segment.seq, segment.ack, offset, segment.flags & 0xFF,
                       segment.window)
    length = len(head) + 4 + len(options) + segment.length
    urgent = struct.pack("!H", segment.urgent)
    sum_ = checksum(src + dst + struct.pack("!II", length, socket.IPPROTO_TCP) + head + b"\0\0" + urgent + options)
    content = head + struct.pack("!H", sum_) + urgent + options + bytes(segment.length)
    return ip_packet(4 if len(src) == 4 else 6, src, dst, socket.IPPROTO_TCP, content, tag)


def leave(number, _):
    """As an exception, so that whatever is open is put away on the way out."""
    raise SystemExit(128 + number)


class Firewall:
    """Use it in a with statement: the namespaces go whatever happens."""

    def __init__(self, forget_closed=False, settings=None, rules=RULES):
        self.forget_closed, self.settings, self.rules = forget_closed, settings or {}, rules
        self.names = [f"{PREFIX}-{os.getpid()}-{side}" for side in ("outside", "firewall")]
        self.tag = 0
        self.processors = os.sched_getaffinity(0)

    def __enter__(self):
        check_available()
        remove_leftovers()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, leave)
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        os.sched_setaffinity(0, self.processors)
        remove(self.names)

    def build(self):
        outside, firewall = self.names
        for name in self.names:
            run("ip", "netns", "add", name)
        for ours, theirs in (("c0", "fc"), ("s0", "fs")):
            run("ip", "link", "add", ours, "netns", outside, "mtu", "65535", "type", "veth",
                "peer", "name", theirs, "netns", firewall, "mtu", "65535")
        settle(outside, {"net.ipv6.conf.all.disable_ipv6": 1, "net.ipv6.conf.default.disable_ipv6": 1})
        for name, devices in ((outside, ("c0", "s0")), (firewall, ("fc", "fs"))):
            for device in devices:
                run("ip", "-n", name, "link", "set", device, "arp", "off", "addrgenmode", "none", "up")
        run("ip", "netns", "exec", firewall, "nft", "-f", "-", input=self.rules)  # this loads connection tracking, too
        settle(firewall, SETTINGS | {name: 0 for name in REMEMBER if self.forget_closed} | self.settings)
        for family in ("-4", "-6"):
            for table, way_in, way_out in (("101", "fc", "fs"), ("102", "fs", "fc")):
                run("ip", "-n", firewall, family, "route", "add", "default", "dev", way_out, "table", table)
                run("ip", "-n", firewall, family, "rule", "add", "iif", way_in, "lookup", table)
        self.connect()

    def connect(self):
        outside, firewall = self.names
        with inside(outside):
            self.sides = [self.open(device) for device in ("c0", "s0")]
        with inside(firewall):
            self.netfilter = Netfilter()
        shown = [run("ip", "-n", firewall, "link", "show", device) for device in ("fc", "fs")]
        self.macs = [bytes.fromhex(re.search(r"link/ether (\S+)", text)[1].replace(":", "")) for text in shown]
        os.sched_setaffinity(0, {min(self.processors)})  # one processor's queue keeps packets in order

    def open(self, device):
        ends = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        ends.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        ends.bind((device, 0))
        ends.settimeout(PATIENCE)
        return ends

    def probe(self):
        """Does it forward anything?"""
        self.begin()
        ends, fence = (self.address("192.0.2.1"), self.address("192.0.2.2")), self.next_tag()
        self.emit(0, ip_packet(4, *ends, FENCE, b"", fence))
        try:
            self.wait(1, None, fence)
        except TimeoutError:
            raise Unavailable("the firewall forwards nothing: may this kernel forward IP packets?") from None

    # ---- one capture ----------------------------------------------------------------------------------------------

    def begin(self):
        """A capture: nothing is remembered of the one before."""
        self.netfilter.forget_connections()
        self.netfilter.reasons()
        self.addresses, self.first_side = {}, {}

    def address(self, text, point=()):
        return next_address(self.addresses, text, point)

    def emit(self, side, packet):
        kind = b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"
        self.sides[side].send(self.macs[side] + b"\x02\0\0\0\0\x01" + kind + packet)

    def next_tag(self):
        self.tag = self.tag % 0xFFFF + 1
        return self.tag

    def send(self, segment):
        """Who first spoke on a pair of ends sits on one side of the firewall, the other one on the other."""
        src, dst = (self.address(end, segment.point) for end in (segment.src, segment.dst))
        first = self.first_side.setdefault(segment.tuple, segment.source)
        side = 0 if segment.source == first else 1
        version = 4 if len(src) == 4 else 6
        tag, fence = self.next_tag(), self.next_tag()
        packet = tcp_packet(segment, src, dst, tag)
        return self.pass_through(side, packet, ip_packet(version, src, dst, FENCE, b"", fence), tag, fence)

    def pass_through(self, side, packet, behind, tag, fence):
        self.emit(side, packet)
        self.emit(side, behind)
        return Passage(self.wait(1 - side, tag, fence), self.netfilter.reasons(), packet)

    def wait(self, side, tag, fence):
        """The fence passes always, and last: did the tagged packet come before it?"""
        passed = False
        while True:
            packet = self.sides[side].recv(64)[14:]  # a TimeoutError fails the run
            (identification,), (first,) = struct.unpack_from("!H", packet, 4), struct.unpack_from("!I", packet)
            found = identification if packet[0] >> 4 == 4 else first & 0xFFFFF
            if found == fence:
                return passed
            passed |= found == tag

    def counters(self):
        """{name: packets} of the rules, since the firewall was made."""
        listing = run("ip", "netns", "exec", self.names[1], "nft", "list", "counters")
        return {name: int(count) for name, count in re.findall(r"counter (\w+) \{\s+packets (\d+)", listing)}
