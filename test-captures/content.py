# SPDX-License-Identifier: GPL-2.0-or-later
"""What packets carry: just enough of TLS, SMB, DNS, ARP and ping for the dissectors to be content."""

import struct

from packets import ICMP, ICMPV6, UDP, Capture, Host, arp, icmp, icmpv6, is_ipv6, packed, udp

WEB_SERVER = packed("192.0.2.80")
WINDOWS_PING = b"abcdefghijklmnopqrstuvw"


# ---- TLS ------------------------------------------------------------------------------------------------

def tls_record(kind: int, body: bytes) -> bytes:
    return struct.pack("!BHH", kind, 0x0301, len(body)) + body


def application_data(size: int) -> bytes:
    """A record of `size` bytes in all; what is in it is nobody's business."""
    return tls_record(23, bytes((index * 89 + 41) % 251 for index in range(size - 5)))


def extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def handshake(kind: int, body: bytes) -> bytes:
    return tls_record(22, struct.pack("!I", kind << 24 | len(body)) + body)


def client_hello(name: str = "w3.example.com") -> bytes:
    """A TLS 1.0 hello with the suites and extensions of Windows 7; 127 bytes with a name of 14 letters."""
    suites = bytes.fromhex("002f00350005000ac013c014c009c00a00320038 00130004")
    host = struct.pack("!HBH", len(name) + 3, 0, len(name)) + name.encode()
    extensions = b"".join((
        extension(0xFF01, b"\0"),                           # renegotiation info
        extension(0, host),                                 # server name
        extension(5, b"\x01\0\0\0\0"),                      # status request
        extension(10, struct.pack("!HHH", 4, 23, 24)),      # groups
        extension(11, b"\x01\0")))                          # point formats
    body = struct.pack("!H", 0x0301) + bytes(range(32)) + b"\0" + struct.pack("!H", len(suites)) + suites
    body += b"\x01\0" + struct.pack("!H", len(extensions)) + extensions
    return handshake(1, body)


def server_hello() -> bytes:
    """A resumed session: server hello and change cipher spec, no certificate to carry around."""
    body = struct.pack("!H", 0x0301) + bytes(range(32, 64)) + b"\x20" + bytes(range(32)) + b"\0\x2f\0"
    return handshake(2, body) + tls_record(20, b"\x01")


# ---- SMB ------------------------------------------------------------------------------------------------

def smb(size: int, session: int = 0x51) -> bytes:
    """An encrypted SMB 3 message: real framing around `size` opaque bytes."""
    header = b"\xfdSMB" + bytes(range(16)) + bytes(range(11)) + bytes(5) + struct.pack("<IHHQ", size, 0, 1, session)
    message = header + bytes((index * 61 + 7) % 253 for index in range(size))
    return struct.pack("!I", len(message)) + message


# ---- DNS ------------------------------------------------------------------------------------------------

def dns_question(name: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return labels + b"\0" + struct.pack("!HH", 1, 1)


def dns_query(ident: int, name: str) -> bytes:
    return struct.pack("!6H", ident, 0x0100, 1, 0, 0, 0) + dns_question(name)


def dns_answer(ident: int, name: str, address: bytes) -> bytes:
    record = struct.pack("!HHHIH", 0xC00C, 1, 1, 300, 4) + address
    return struct.pack("!6H", ident, 0x8180, 1, 1, 0, 0) + dns_question(name) + record


def send_udp(capture: Capture, sender: Host, receiver: Host, ports: tuple[int, int], payload: bytes) -> None:
    datagram = udp((sender.address, ports[0]), (receiver.address, ports[1]), payload)
    capture.send(sender, receiver, sender.packet(receiver.address, UDP, datagram, df=False))


def ask_name(capture: Capture, client: Host, server: Host, ident: int, name: str) -> None:
    """Two frames: a DNS query and its answer."""
    send_udp(capture, client, server, (52000 + ident, 53), dns_query(ident, name))
    send_udp(capture, server, client, (53, 52000 + ident), dns_answer(ident, name, WEB_SERVER))


# ---- ARP ------------------------------------------------------------------------------------------------

def resolve(capture: Capture, asking: Host, asked: Host) -> None:
    """Two frames: an ARP request and its answer."""
    capture.add(arp(1, asking, asked.address))
    capture.add(arp(2, asked, asking.address, asking.mac))


# ---- ping -----------------------------------------------------------------------------------------------

def ping_data(size: int) -> bytes:
    """The letters a to w over and over, as the Windows ping sends them."""
    return (WINDOWS_PING * (size // len(WINDOWS_PING) + 1))[:size]


def echo_packet(sender: Host, receiver: Host, data: bytes, *, reply: bool, sequence: int, ident: int) -> bytes:
    rest = ident << 16 | sequence
    if is_ipv6(sender.address):
        message = icmpv6(sender.address, receiver.address, 129 if reply else 128, 0, rest, data)
        return sender.packet(receiver.address, ICMPV6, message)
    return sender.packet(receiver.address, ICMP, icmp(0 if reply else 8, 0, rest, data), df=False)


def echo(capture: Capture, sender: Host, receiver: Host, size: int, *, reply: bool = False, sequence: int = 1,
         ident: int = 1) -> None:
    """One frame: an echo request with `size` bytes of data, or the reply to one."""
    packet = echo_packet(sender, receiver, ping_data(size), reply=reply, sequence=sequence, ident=ident)
    capture.send(sender, receiver, packet)


def ping(capture: Capture, sender: Host, receiver: Host, size: int, *, count: int = 1, first: int = 1,
         ident: int = 1, answered: bool = True) -> None:
    """`count` requests a second apart, each with its reply."""
    for sequence in range(first, first + count):
        echo(capture, sender, receiver, size, sequence=sequence, ident=ident)
        if answered:
            echo(capture, receiver, sender, size, reply=True, sequence=sequence, ident=ident)
        capture.wait("0.998")
