# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules that look at one packet: one capture a rule, and a healthy twin that comes close"""

import struct

from case import REQUEST, RESPONSE, case, conversation
from content import ask_name, echo_packet, ping_data, send_udp
from packets import (BROADCAST, BSD_LOOPBACK, ICMP, TCP, UDP, Capture, Conversation, Host, Side, fragments, loopback,
                     packed, tcp, udp)

NO_MAC = "00:00:00:00:00:00"
OSPF, EXPERIMENT, RESERVED = 89, 253, 255  # IP protocol numbers


def hosts() -> tuple[Capture, Host, Host]:
    return Capture(), Host("192.168.1.10", ttl=128, ident=0x2A10), Host("192.0.2.20", ttl=64, ident=0x7300)


def more(talk: Conversation, ports: tuple[int, int]) -> Conversation:
    """Another conversation of the same hosts, in the same capture."""
    isns = talk.client.isn + 10_000_000, talk.server.isn + 10_000_000
    return Conversation(talk.capture, talk.client.host, talk.server.host, ports, isns)


def with_options(side: Side, payload: bytes, options: bytes) -> None:
    """A segment with data and IP options."""
    segment = tcp(side.socket, side.peer.socket, "PA", side.next, side.peer.next, payload=payload)
    packet = side.host.packet(side.peer.host.address, TCP, segment, options=options)
    side.capture.send(side.host, side.peer.host, packet)
    side.next += len(payload)


# ---- lengths --------------------------------------------------------------------------------------------

@case("rule-bad-length.pcap",
      "SYNs whose IP header says that there are 1500 bytes (frame 1), that the header has 16 (frame 2), that all is 12"
      " bytes long (frame 3)",
      "damaged or forged packets")
def bad_length() -> Capture:
    """1-3 SYN, each to another port."""
    talk = conversation()
    talk.client.send("S", total_length=1500)
    more(talk, (50001, 80)).client.send("S", header_length=16)
    more(talk, (50002, 80)).client.send("S", total_length=12)
    return talk.capture


@case("rule-bad-length-healthy.pcap",
      "short packets padded to 60 bytes, 4000 bytes with IP length 0 (frame 5), IP options (frame 8)",
      "any network; segmentation offload; multicast routers")
def good_length() -> Capture:
    """1-3 handshake, 4 request, 5 response, 6 ACK, 7 request, 8 response with a router alert, 9 ACK, 10-13 close."""
    talk = conversation()
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE + bytes(4000), total_length=0)
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    with_options(talk.server, RESPONSE, b"\x94\x04\0\0")
    talk.client.send("A")
    talk.close()
    return talk.capture


# ---- numbers that stand for nothing ---------------------------------------------------------------------

@case("rule-invalid-protocol.pcap",
      "IP protocol 255 (frame 1)",
      "a scan for protocols")
def invalid_protocol() -> Capture:
    capture, client, server = hosts()
    capture.send(client, server, client.packet(server.address, RESERVED, bytes(20)))
    return capture


@case("rule-invalid-protocol-healthy.pcap",
      "IP protocols 253 and 89 (frames 1 and 2)",
      "an experiment; OSPF, with content that is none")
def valid_protocol() -> Capture:
    capture, client, server = hosts()
    capture.send(client, server, client.packet(server.address, EXPERIMENT, bytes(20)))
    capture.send(client, server, client.packet(server.address, OSPF, bytes(20)))
    return capture


@case("rule-no-address.pcap",
      "0.0.0.0 as the source of a SYN (frame 1) and of a ping (frame 3), and as the destination of UDP (frame 2)",
      "forged packets; broken configurations")
def no_address() -> Capture:
    capture, client, server = hosts()
    nobody = Host("0.0.0.0", mac=client.mac)
    Conversation(capture, nobody, server).client.send("S")
    send_udp(capture, client, nobody, (50000, 514), b"<13>hello")
    capture.send(nobody, server, echo_packet(nobody, server, ping_data(32), reply=False, sequence=1, ident=1))
    return capture


def dhcp(kind: int, client: Host, offered: str = "0.0.0.0") -> bytes:
    """A message of RFC 2131, 2: kind 1 discovers, 2 offers, 3 requests, 5 acknowledges."""
    operation = 2 if offered != "0.0.0.0" else 1
    mac = bytes.fromhex(client.mac.replace(":", ""))
    head = struct.pack("!BBBBIHH", operation, 1, 6, 0, 0x3903F326, 0, 0x8000) + bytes(4) + packed(offered) + bytes(8)
    return (head + mac.ljust(16, b"\0") + bytes(192) + b"\x63\x82\x53\x63" + bytes((53, 1, kind, 255))).ljust(300, b"\0")


@case("rule-no-address-healthy.pcap",
      "a DHCP client that has no address yet: discover, offer, request, acknowledgement",
      "any office in the morning")
def dhcp_client() -> Capture:
    """1 and 3 from 0.0.0.0, 2 and 4 to everybody."""
    capture, client, server = hosts()
    nobody, everybody = Host("0.0.0.0", mac=client.mac), Host("255.255.255.255", mac=BROADCAST)
    for ask, answer in ((1, 2), (3, 5)):
        send_udp(capture, nobody, everybody, (68, 67), dhcp(ask, client))
        send_udp(capture, server, everybody, (67, 68), dhcp(answer, client, client.address))
    return capture


@case("rule-port-zero.pcap",
      "SYNs to port 0 (frame 1) and from port 0 (frame 2), UDP to port 0 (frame 3)",
      "stack fingerprinting")
def port_zero() -> Capture:
    talk = conversation((50000, 0))
    talk.client.send("S")
    more(talk, (0, 80)).client.send("S")
    send_udp(talk.capture, talk.client.host, talk.server.host, (50000, 0), b"probe")
    return talk.capture


@case("rule-port-zero-healthy.pcap",
      "ports 65535 and 1, of TCP (frames 1 to 10) and of UDP (frame 11)",
      "the ends of the range")
def ports_at_the_ends() -> Capture:
    talk = conversation((65535, 1))
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    send_udp(talk.capture, talk.client.host, talk.server.host, (65535, 1), b"hello")
    return talk.capture


# ---- attacks --------------------------------------------------------------------------------------------

@case("rule-land.pcap",
      "a host's SYN to itself, on the wire: from port 139 to 139 (frame 1) and from 1024 to 80 (frame 2)",
      "the LAND attack")
def land() -> Capture:
    capture, client, _ = hosts()
    Conversation(capture, client, client, (139, 139)).client.send("S")
    Conversation(capture, client, client, (1024, 80)).client.send("S")
    return capture


def talk_to_itself(capture: Capture, address: str) -> None:
    """Ten frames."""
    host = Host(address, mac=NO_MAC)
    talk = Conversation(capture, host, host)
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()


@case("rule-land-healthy.pcap",
      "a host that talks to itself: over 127.0.0.1 (frames 1 to 10), its own address (11 to 20) and ::1 (21 to 30),"
      " without MAC addresses; and SYNs from a port to itself over 127.0.0.1 (frame 31) and ::1 (frame 32)",
      "the loopback interface of Linux")
def itself() -> Capture:
    capture = Capture()
    for address in ("127.0.0.1", "192.168.1.10", "::1"):
        talk_to_itself(capture, address)
    for address in ("127.0.0.1", "::1"):
        host = Host(address, mac=NO_MAC)
        Conversation(capture, host, host, (50001, 50001)).client.send("S")
    return capture


@case("rule-land-null-healthy.pcap",
      "the same behind BSD loopback headers",
      "the loopback interface of macOS, or that of Npcap")
def itself_null() -> Capture:
    capture = Capture(link=loopback, linktype=BSD_LOOPBACK, short=True)
    for address in ("127.0.0.1", "192.168.1.10", "::1"):
        talk_to_itself(capture, address)
    return capture


@case("rule-half-scan.pcap",
      "flags that no stack sends: none, SYN+FIN, SYN+RST, FIN+PSH+URG, all six (frames 1 to 5), and the third on an"
      " established connection (frame 9)",
      "nmap's null, Xmas and other scans")
def half_scan() -> Capture:
    """1-5 a port each, 6-8 handshake, 9 SYN+RST, 10-12 data, 13-16 close: frame 9 changed nothing."""
    talk = conversation()
    for port, flags in enumerate(("", "SF", "SR", "FPU", "FSRPAU"), 8001):
        more(talk, (50000, port)).client.send(flags)
    talk.open()
    talk.client.send("SR", seq=talk.client.next)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("rule-half-scan-healthy.pcap",
      "unusual flags that stacks do send: SYN with ECE and CWR (frame 1), URG (4), FIN with PSH (6), FIN with PSH and URG"
      " (8), RST with PSH (13)",
      "ECN; telnet's interrupt; responses that end with the connection")
def odd_flags() -> Capture:
    """1-3 handshake, 4 urgent data, 5 ACK, 6 response and FIN, 7 ACK, 8 the last word, 9 ACK, 10-12 another, 13 RST."""
    talk = conversation()
    talk.client.send("SEC")
    talk.server.send("SAE")
    talk.client.send("A")
    talk.client.send("PAU", b"\xff\xf4", urgent=2)
    talk.server.send("A")
    talk.server.send("FPA", RESPONSE)
    talk.client.send("A")
    talk.client.send("FPAU", b"\xff", urgent=1)
    talk.server.send("A")
    again = more(talk, (50001, 80))
    again.open()
    again.client.send("RPA", window=0)
    return talk.capture


@case("rule-winnuke.pcap",
      "urgent data to port 139 with the pointer far outside the packet (frame 4), and once more (frame 5)",
      "WinNuke")
def winnuke() -> Capture:
    """1-3 handshake, 4-5 urgent data, never acknowledged."""
    talk = conversation((50000, 139))
    talk.open()
    talk.client.send("PAU", b"Bye", urgent=0x1000)
    talk.capture.wait("0.3")
    talk.client.again(urgent=0x1000)
    return talk.capture


@case("rule-winnuke-healthy.pcap",
      "urgent data to port 139 with the pointer in the packet (frame 4), and to port 23 with the pointer outside (frame 13)",
      "telnet over a slow line")
def urgent_data() -> Capture:
    """1-3 handshake, 4 urgent data, 5 ACK, 6-9 close; 10-12 handshake, 13 urgent data, 14 ACK, 15-18 close."""
    talk = conversation((50000, 139))
    for talk, urgent in ((talk, 3), (more(talk, (50001, 23)), 1000)):
        talk.open()
        talk.client.send("PAU", b"Bye", urgent=urgent)
        talk.server.send("A")
        talk.close()
    return talk.capture


@case("rule-ping-of-death.pcap",
      "a ping in fragments, the last of which (frame 2) ends at byte 66008 of the datagram",
      "the ping of death")
def ping_of_death() -> Capture:
    """1 the first fragment, 2 the last one, the rest left out."""
    capture, client, server = hosts()
    data = echo_packet(client, server, ping_data(1480), reply=False, sequence=1, ident=1)[20:1500]
    capture.send(client, server, client.packet(server.address, ICMP, data, ident=7, df=False, more=True))
    capture.send(client, server, client.packet(server.address, ICMP, bytes(480), ident=7, df=False, offset=65528))
    return capture


@case("rule-ping-of-death-healthy.pcap",
      "a ping of 3000 bytes and its reply, in three fragments each (frames 1 to 6), and the last fragment of the largest"
      " datagram that there is, ending at byte 65515 (frame 7)",
      "a ping to test the path's MTU")
def large_ping() -> Capture:
    capture, client, server = hosts()
    for sender, receiver, reply in ((client, server, False), (server, client, True)):
        whole = echo_packet(sender, receiver, ping_data(3000), reply=reply, sequence=1, ident=1)
        for fragment in fragments(whole, 1480):
            capture.send(sender, receiver, fragment)
    last = client.packet(server.address, ICMP, bytes(395), ident=9, df=False, offset=65120)
    capture.send(client, server, last)
    return capture


@case("rule-udp-bomb.pcap",
      "UDP datagrams of 28 bytes that say that they have 12 (frame 1), 2000 (frame 2) and 7 (frame 3)",
      "an attack on old Unix kernels")
def udp_bomb() -> Capture:
    capture, client, server = hosts()
    for port, length in ((40001, 12), (40002, 2000), (40003, 7)):
        datagram = udp((client.address, 50000), (server.address, port), bytes(20), length=length)
        capture.send(client, server, client.packet(server.address, UDP, datagram, df=False))
    return capture


@case("rule-udp-bomb-healthy.pcap",
      "a DNS query and its answer (frames 1 and 2), a datagram without data (frame 3), one of 2000 bytes in two fragments"
      " (frames 4 and 5)",
      "any UDP")
def healthy_udp() -> Capture:
    capture, client, server = hosts()
    ask_name(capture, client, server, 1, "host1.example.com")
    send_udp(capture, client, server, (50000, 40001), b"")
    whole = client.packet(server.address, UDP, udp((client.address, 50000), (server.address, 40002), bytes(2000)))
    for fragment in fragments(whole, 1480):
        capture.send(client, server, fragment)
    return capture


# ---- what the policy blocks -----------------------------------------------------------------------------

@case("rule-tcp-checksum.pcap",
      "a request whose TCP checksum is wrong (frame 4), and again with the right one (frame 5)",
      "a damaged packet; or, on a capturing sender, checksum offload")
def tcp_checksum() -> Capture:
    """1-3 handshake, 4 request, 5 request again, 6 response, 7 ACK, 8-11 close."""
    talk = conversation()
    talk.open()
    talk.client.send("PA", REQUEST, offload=True)
    talk.capture.wait("0.3")
    talk.client.again()
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("rule-ip-options.pcap",
      "a request with a record-route option (frame 4), and again without (frame 5)",
      "ping -R and traceroute's relatives")
def ip_options() -> Capture:
    """1-3 handshake, 4 request, 5 request again, 6 response, 7 ACK, 8-11 close."""
    talk = conversation()
    talk.open()
    with_options(talk.client, REQUEST, b"\x07\x07\x04" + bytes(5))
    talk.capture.wait("0.3")
    talk.client.send("PA", REQUEST, seq=talk.client.next - len(REQUEST))
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("rule-spoofed.pcap",
      "SYNs from 10.1.2.3 that nobody answers (frames 1 to 3), beside a connection of another host (frames 4 to 13)",
      "addresses that cannot be where they come from")
def spoofed() -> Capture:
    talk = conversation()
    forged = Conversation(talk.capture, Host("10.1.2.3", ttl=128), talk.server.host, (50000, 80))
    forged.client.send("S")
    for pause in (3, 6):
        talk.capture.wait(pause)
        forged.client.again()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture
