# SPDX-License-Identifier: GPL-2.0-or-later
"""The sources: the traces that the articles print, with their numbers

Printed numbers are kept to the digit. What an article does not print (data, MAC addresses, most IP IDs) is
filled in plausibly.
"""

import struct
from dataclasses import dataclass

from case import REQUEST, case
from content import application_data, ask_name, client_hello, echo, ping, resolve, server_hello, smb
from packets import (ETHERTYPE_IPV4, NANOSECONDS, NOP, SACK_PERMITTED, Capture, Conversation, Host, arp, ethernet, mss)


# ---- source 000: a TLS tunnel through the web proxy ------------------------------------------------------

def tunnel() -> tuple[Conversation, Conversation]:
    """Frames 1 to 21: the browser asks the proxy for a tunnel, the proxy opens it, TLS goes through."""
    capture = Capture("2011-06-01 09:00:00")
    proxy = Host("10.10.0.2", ttl=128, ident=0x3000)
    browser_leg = Conversation(capture, Host("10.10.0.77", ttl=128, ident=0x0C10), proxy, (51102, 8080), (71_400_200, 9_104_300))
    server_leg = Conversation(capture, proxy, Host("192.0.2.144", ttl=54, ident=0x7710), (30411, 443), (55_020_100, 66_170_900))
    browser_leg.open()
    browser_leg.client.send("PA", b"CONNECT shop.example.com:443 HTTP/1.1\r\n\r\n")
    server_leg.open()
    browser_leg.server.send("PA", b"HTTP/1.1 200 Connection established\r\n\r\n")
    browser_leg.client.send("A")
    for leg in (browser_leg, server_leg):
        leg.exchange(client_hello("shop.example.com"), server_hello())
    for leg in (browser_leg, server_leg):
        leg.exchange(application_data(210), application_data(900))
    return browser_leg, server_leg


@case("source-000-tunnel-aborted.pcap",
      "the browser resets its leg, and the proxy then the other: 64 or 995, by each leg",
      "source 000: failed connections 995 and 64 with TLS")
def source_000_tunnel_aborted() -> Capture:
    """22 RST of the browser, 23 RST of the proxy on the leg to the server."""
    browser_leg, server_leg = tunnel()
    browser_leg.client.send("RA", window=0)
    server_leg.client.send("RA", window=0)
    return browser_leg.capture


@case("source-000-tunnel-closed.pcap",
      "both legs are closed in order: no status",
      "source 000, closed in order")
def source_000_tunnel_closed() -> Capture:
    browser_leg, server_leg = tunnel()
    browser_leg.close()
    server_leg.close()
    return browser_leg.capture


# ---- source 003: an acknowledgement number that is two too high -----------------------------------------

ISN_CLIENT, ISN_SERVER = 367515135, 2180033885
SOURCE_003_CLIENT, SOURCE_003_SERVER = "10.110.233.50", "172.16.1.1"
MAC_PRINTED_TO, MAC_PRINTED_FROM = "00-11-22-33-44-55", "00-12-34-56-78-1B"


@dataclass(frozen=True)
class Printed:
    """A line of the article: frame number, second of the minute, offset into the capture, what it is."""
    number: int
    second: int
    offset: str
    what: str
    bad_checksum: bool = False


CLIENT_SIDE = (
    Printed(453, 32, "27.1395045", "syn", bad_checksum=True),
    Printed(456, 32, "27.1565249", "syn-ack"),
    Printed(457, 32, "27.1565443", "ack", bad_checksum=True),
    Printed(458, 32, "27.1585176", "hello"),
    Printed(465, 32, "27.4744962", "hello", bad_checksum=True),
    Printed(476, 33, "28.0828875", "hello", bad_checksum=True),
    Printed(494, 34, "29.2948179", "hello"),
    Printed(512, 35, "30.3815127", "syn-ack"),
    Printed(513, 35, "30.3815385", "late ack"),
    Printed(516, 35, "30.5019345", "hello"),
    Printed(535, 37, "31.7018989", "hello", bad_checksum=True),
    Printed(568, 38, "33.1872833", "reset"),
)
FIREWALL_SIDE = (
    Printed(6457, 49, "39.8915584", "syn"),
    Printed(6461, 49, "39.9079944", "syn-ack"),
    Printed(6462, 49, "39.9084181", "ack"),
    Printed(6463, 49, "39.9103936", "hello"),
    Printed(6489, 49, "40.2259991", "hello"),
    Printed(6614, 50, "40.8343158", "hello"),
    Printed(6806, 51, "42.0457229", "hello"),
    Printed(6872, 52, "43.1311020", "syn-ack"),
    Printed(6873, 52, "43.1314010", "late ack"),
    Printed(6891, 52, "43.2517820", "hello"),
    Printed(7110, 54, "44.4514449", "hello"),
    Printed(7481, 55, "45.9360680", "reset"),
)
EXTERNAL_SIDE = (
    Printed(21, 49, "39.6940232", "syn"),
    Printed(22, 49, "39.7097097", "syn-ack"),
    Printed(23, 52, "42.9329903", "syn-ack"),
    Printed(24, 55, "45.7379523", "reset"),
)

# The only starts for which every printed second follows from its offset lie in narrow intervals: 5.2981 to
# 5.4980 at the client, 9.5486 to 9.7480 inside the firewall. Outside, the interval is wide; 0.198 s after the
# inside puts each frame where it must be: requests later, answers earlier than on the inner network.
CLIENT_START, FIREWALL_START, EXTERNAL_START = "14:44:05.4", "14:33:09.6", "14:33:09.798"


def send_printed(talk: Conversation, what: str, padding: bool, bad_checksum: bool) -> None:
    """One printed frame. `padding`: short segments have their Ethernet padding counted as payload."""
    client, server = talk.client, talk.server
    first, too_high = ISN_CLIENT + 1, ISN_SERVER + 3
    match what:
        case "syn":
            client.send("S", seq=ISN_CLIENT, window=8192, offload=bad_checksum)
        case "syn-ack":
            server.send("SA", b"\0\0" if padding else b"", seq=ISN_SERVER, ack=first)
        case "ack":
            client.send("A", seq=first, ack=too_high, offload=bad_checksum)
        case "hello":
            client.send("PA", client_hello(), seq=first, ack=too_high, offload=bad_checksum)
        case "late ack":
            client.send("A", seq=first + 127, ack=too_high, offload=bad_checksum)
        case "reset":
            server.send("RA", bytes(6) if padding else b"", seq=ISN_SERVER + 1, ack=first, window=8192)


def replay(talk: Conversation, lines: tuple[Printed, ...], start: str, padding: bool = False) -> Capture:
    capture = talk.capture
    capture.at(start)
    origin = capture.now
    for line in lines:
        capture.now = origin
        capture.wait(line.offset)
        if capture.now // NANOSECONDS % 60 != line.second:
            raise ValueError(f"frame {line.number}: the start {start} does not give the printed second")
        send_printed(talk, line.what, padding, line.bad_checksum)
    return capture


def source_003_talk(client: Host, server: Host, client_port: int = 50183) -> Conversation:
    talk = Conversation(Capture("2012-05-01 00:00:00"), client, server, (client_port, 443))
    talk.client.window, talk.server.options = 64860, mss(1380)
    return talk


def expect(what: str, actual: int, expected: int) -> None:
    if actual != expected:
        raise ValueError(f"{what}: 0x{actual:04X}, but it must be 0x{expected:04X}")


def number_at(frame: bytes, offset: int) -> int:
    return struct.unpack_from("!H", frame, offset)[0]


@case("source-003-client.pcap",
      "frame 3 acknowledges two bytes too many, because frame 2, a SYN-ACK, has got two bytes of Ethernet "
      "padding as payload; nothing that follows is answered",
      "source 003, trace taken at the client")
def source_003_client() -> Capture:
    """1 SYN, 2 SYN-ACK (2 bytes), 3 ACK, 4 hello, 5-7 again, 8 SYN-ACK again, 9 ACK, 10-11 hello, 12 RST (6 bytes)."""
    client = Host(SOURCE_003_CLIENT, ttl=128, ident=24040, mac=MAC_PRINTED_TO)
    talk = source_003_talk(client, Host(SOURCE_003_SERVER, ttl=120, ident=1342, df=False, mac=MAC_PRINTED_FROM))
    talk.capture.local = client
    capture = replay(talk, CLIENT_SIDE, CLIENT_START, padding=True)
    syn_ack = capture.frames[1][1]
    expect("client side, IP checksum of the SYN-ACK", number_at(syn_ack, 24), 0x9CDA)
    expect("client side, TCP checksum of the SYN-ACK", number_at(syn_ack, 50), 0x1BC9)
    return capture


@case("source-003-firewall.pcap",
      "the same connection where the SYN-ACK still has no payload: frames 3 to 7 and 9 to 11 are what the "
      "firewall drops",
      "source 003, trace taken on the firewall's inner network")
def source_003_firewall() -> Capture:
    """Frames as at the client. The article prints the same MAC addresses for both directions; so they are here."""
    def as_printed(_sender: Host, _receiver: Host, packet: bytes) -> bytes:
        return ethernet(MAC_PRINTED_TO, MAC_PRINTED_FROM, ETHERTYPE_IPV4, packet)

    client = Host(SOURCE_003_CLIENT, ttl=128, ident=24040)
    talk = source_003_talk(client, Host(SOURCE_003_SERVER, ttl=120, ident=1342, df=False))
    talk.capture.link = as_printed
    capture = replay(talk, FIREWALL_SIDE, FIREWALL_START)
    expect("firewall side, TCP checksum of the SYN-ACK", number_at(capture.frames[1][1], 50), 0x1BCB)
    expect("firewall side, IP ID of the ACK", number_at(capture.frames[2][1], 18), 24041)
    expect("firewall side, TCP checksum of the ACK", number_at(capture.frames[2][1], 50), 0x30CA)
    return capture


@case("source-003-external.pcap",
      "what is left of it outside: the server repeats its SYN-ACK and gives up",
      "source 003, trace taken on the firewall's outer network, behind address translation")
def source_003_external() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 SYN-ACK again, 4 RST."""
    client = Host("10.110.235.202", ttl=127, ident=24040)
    server = Host(SOURCE_003_SERVER, ttl=121, ident=1342, df=False)
    return replay(source_003_talk(client, server, 55073), EXTERNAL_SIDE, EXTERNAL_START)


# ---- source 001: the dirty close ------------------------------------------------------------------------

FIN_SEQ, FIN_ACK = 1162679467, 3797497206


def source_001_talk(client_bytes: int, server_bytes: int) -> Conversation:
    """Captured on the firewall, which leaves checksums to its network card: the article prints them as bad."""
    proxy, mail_server = Host("10.0.0.1", ttl=128, ident=0x41C0), Host("10.0.0.2", ttl=128, ident=0x0D35)
    capture = Capture("2011-05-03 11:34:04", local=proxy)
    isns = FIN_ACK - 1 - client_bytes, FIN_SEQ - 1 - server_bytes
    talk = Conversation(capture, proxy, mail_server, (31024, 443), isns)
    talk.client.offload, talk.server.window = True, 7457
    talk.client.options = talk.server.options = mss(1460) + NOP + NOP + SACK_PERMITTED
    return talk


def source_001_end(talk: Conversation) -> Capture:
    """The three printed frames: 1348, 1349 and 1410."""
    talk.client.next, talk.server.next = FIN_ACK, FIN_SEQ
    talk.capture.at("11:34:15.5026040")
    talk.server.send("FA")
    talk.capture.at("11:34:15.5026040")
    talk.client.send("A", window=64033)
    talk.capture.at("11:34:15.8416240")
    talk.client.send("RA", window=0)
    return talk.capture


@case("source-001-dirty-close.pcap",
      "the server closes with a FIN (frame 10), the firewall acknowledges it and resets (frame 12) instead of "
      "closing: by design, status 64",
      "source 001, with the connection's beginning made up")
def source_001_dirty_close() -> Capture:
    """1-3 handshake, 4-9 TLS, 10 FIN, 11 ACK, 12 RST. Offsets count from the SYN, as the printed ones do."""
    flights = [(client_hello(), server_hello()), (application_data(421), application_data(207))]
    talk = source_001_talk(sum(len(one) for one, _ in flights), sum(len(other) for _, other in flights))
    talk.capture.at("11:34:04.931")
    talk.open()
    for request, response in flights:
        talk.exchange(request, response)
        talk.capture.wait("1.5")
    return source_001_end(talk)


@case("source-001-tail.pcap",
      "the same end with nothing before it: FIN, ACK, RST",
      "source 001, the three printed frames")
def source_001_tail() -> Capture:
    """1 FIN, 2 ACK, 3 RST."""
    return source_001_end(source_001_talk(0, 0))


# ---- source 002: connection attempts --------------------------------------------------------------------

@case("source-002-syn-unanswered.pcap",
      "three SYNs, two of them the same, and no answer",
      "source 002, capturing hints, example 1")
def source_002_syn_unanswered() -> Capture:
    """1 and 2 SYN to port 443 at the same microsecond, 3 SYN to port 80."""
    client, server = Host("192.168.4.71", ttl=128, ident=0x5C10), Host("10.1.1.1")
    capture = Capture("2011-03-31 16:52:29")
    https = Conversation(capture, client, server, (37389, 443), (2_290_551_003, 0)).client
    http = Conversation(capture, client, server, (37389, 80), (2_290_904_417, 0)).client
    for side, clock in ((https, "16:52:29.488847"), (https, "16:52:29.488847"), (http, "16:52:29.801347")):
        capture.at(clock)
        side.send("S", seq=side.isn, window=65535)
    return capture


@case("source-002-late-synack.pcap",
      "a healthy connection whose ACK (frame 2) was captured before the SYN-ACK that it answers (frame 3)",
      "source 002, capturing hints, example 2")
def source_002_late_synack() -> Capture:
    """1 SYN, 2 ACK, 3 SYN-ACK, 4 GET, 5 ACK, 6 response after four seconds, 7 more, 8 ACK, 9 more."""
    client, server = Host("192.168.4.71", ttl=128, ident=0x6A02), Host("10.17.200.49", ttl=52, ident=0x11F7)
    capture = Capture("2011-03-31 16:57:37", local=client)
    talk = Conversation(capture, client, server, (45221, 80), (1_204_417_880, 3_391_260_551))
    talk.client.options, talk.server.options = mss(1460) + NOP + NOP + SACK_PERMITTED, mss(1380)
    talk.client.window, talk.server.window = 65535, 6432
    get = b"GET /images/downloads/cartoons/thumb_1.jpg HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: "
    get = get.ljust(355 - 4, b"x") + b"\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 30000\r\n\r\n\xff\xd8\xff\xe0\0\x10JFIF\0"
    isn = talk.server.isn

    capture.at("16:57:37.537895")
    talk.client.send("S")
    capture.at("16:57:37.787895")
    talk.client.send("A", ack=isn + 1, offload=True)
    capture.at("16:57:37.787895")
    talk.server.send("SA", window=5840)
    capture.at("16:57:37.787895")
    talk.client.send("PA", get)
    capture.at("16:57:38.053520")
    talk.server.send("A")
    capture.at("16:57:42.084770")
    talk.server.send("A", head.ljust(1380, b"\x5a"))
    capture.at("16:57:42.084770")
    talk.server.send("A", b"\xa5" * 1380)
    capture.at("16:57:42.084770")
    talk.client.send("A", offload=True)
    capture.at("16:57:42.350395")
    talk.server.send("A", b"\xc3" * 1380)
    return capture


# ---- source 002: flood mitigation -----------------------------------------------------------------------

def crowd() -> tuple[Host, Host]:
    """The router that all clients hide behind, and the firewall that publishes a server."""
    return Host("192.168.200.1", ttl=126, ident=0x0100), Host("192.168.200.5", ttl=128, ident=0x6000)


def attempt(capture: Capture, router: Host, firewall: Host, number: int) -> Conversation:
    isns = 71_000_000 + 64_000 * number, 93_000_000 + 48_000 * number
    return Conversation(capture, router, firewall, (20000 + number, 443), isns)


@case("source-002-quota.pcap",
      "620 connection requests by one address within a minute, one open at a time; the last 20 are beyond the "
      "quota and get no answer",
      "source 002: a router translates all clients to one address")
def source_002_quota() -> Capture:
    """Request n has frames 6n-5 (SYN) to 6n, up to the 600th; SYNs 601 to 620 are frames 3601 to 3620."""
    router, firewall = crowd()
    capture = Capture("2012-06-04 09:00:00")
    for number in range(620):
        talk = attempt(capture, router, firewall, number)
        if number >= 600:
            talk.client.send("S")
            capture.wait("0.094")
            continue
        talk.open()
        talk.client.send("FPA", b"ping\r\n")
        talk.server.send("FA")
        talk.client.send("A")
        capture.wait("0.089")
    return capture


@case("source-002-concurrent.pcap",
      "160 connections of one address open at once; the 161st to 170th (frames from 481 on) get no answer, "
      "though the rate is far below the limit",
      "source 002: as above, with connections that stay")
def source_002_concurrent() -> Capture:
    """Connection n has frames 3n-2 to 3n, up to the 160th; from frame 481 on SYNs and their retransmissions."""
    router, firewall = crowd()
    capture = Capture("2012-06-04 09:10:00")
    for number in range(170):
        talk = attempt(capture, router, firewall, number)
        if number < 160:
            talk.open()
            capture.wait("0.797")
            continue
        asked = capture.now
        for pause in (0, 3, 9):                                         # retransmissions as Windows times them
            capture.now = asked + pause * NANOSECONDS
            talk.client.send("S", seq=talk.client.isn)
        capture.now = asked
        capture.wait("0.8")
    return capture


# ---- source 002: marker pings ---------------------------------------------------------------------------

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def marking_hosts() -> tuple[Host, Host, Host]:
    """The client that pings, its default gateway, and the web server that fails."""
    return Host("192.168.1.10", ttl=128), Host("192.168.1.1", ident=0x0200), Host("192.0.2.80", ttl=56, ident=0x8800)


@case("source-002-markers-n1.pcap",
      "range 22-33 is frames 10 to 19; markers are frames 6, 9, 20 and 23",
      "source 002, analysis tricks II")
def source_002_markers_n1() -> Capture:
    """Frame by frame the list of the article, with other traffic between request and reply of both markers."""
    client, gateway, web = marking_hosts()
    capture = Capture("2012-06-22 10:00:00")
    other = Conversation(capture, client, web, (50100, 80), (100, 900))
    failing = Conversation(capture, client, web, (50101, 80), (7_000, 90_000))
    resolve(capture, client, gateway)                                   # 1, 2
    ask_name(capture, client, gateway, 1, "time.example.com")           # 3, 4
    other.client.send("S")                                              # 5
    echo(capture, client, gateway, 22, sequence=1)                      # 6
    other.server.send("SA")                                             # 7
    other.client.send("A")                                              # 8
    echo(capture, gateway, client, 22, reply=True, sequence=1)          # 9
    capture.wait(4)
    ask_name(capture, client, gateway, 2, "www.example.com")            # 10, 11
    failing.open()                                                      # 12-14
    failing.exchange(REQUEST, NOT_FOUND)                                # 15-17
    resolve(capture, gateway, client)                                   # 18, 19
    capture.wait(6)
    echo(capture, client, gateway, 33, sequence=2)                      # 20
    other.client.send("FA")                                             # 21
    other.server.send("A")                                              # 22
    echo(capture, gateway, client, 33, reply=True, sequence=2)          # 23
    other.server.send("FA")                                             # 24
    other.client.send("A")                                              # 25
    ask_name(capture, client, gateway, 3, "mail.example.com")           # 26, 27
    return capture


@case("source-002-markers-n2.pcap",
      "two pings a marker: markers are frames 3, 4, 6, 7 and 20 to 23, range 22-33 is frames 8 to 19; the ARP "
      "frame 5 is inside the first group and in no range",
      "source 002, capturing hints, point 8, example 1")
def source_002_markers_n2() -> Capture:
    client, gateway, web = marking_hosts()
    capture = Capture("2012-06-22 11:00:00")
    talk = Conversation(capture, client, web, (50200, 80))
    resolve(capture, client, gateway)                                   # 1, 2
    ping(capture, client, gateway, 22)                                  # 3, 4
    capture.add(arp(1, Host("192.168.1.77"), "192.168.1.1"))            # 5
    ping(capture, client, gateway, 22, first=2)                         # 6, 7
    ask_name(capture, client, gateway, 4, "www.example.com")            # 8, 9
    talk.open()                                                         # 10-12
    talk.exchange(REQUEST, NOT_FOUND)                                   # 13-15
    talk.close()                                                        # 16-19
    capture.wait(5)
    ping(capture, client, gateway, 33, count=2, first=3)                # 20-23
    ask_name(capture, client, gateway, 5, "time.example.com")           # 24, 25
    return capture


@case("source-002-markers-n5.pcap",
      "five pings a marker: range 22-33 is frames 13 to 23, range 33-44 is frames 34 to 49; markers are frames "
      "3 to 12, 24 to 33 and 50 to 59",
      "source 002, capturing hints, point 8, example 2")
def source_002_markers_n5() -> Capture:
    client, server = Host("192.168.1.10", ttl=128), Host("192.168.1.20", ttl=128, ident=0x3300)
    capture = Capture("2012-06-22 12:00:00")
    first = Conversation(capture, client, server, (50300, 445))
    second = Conversation(capture, client, server, (50301, 445), (2_000_000, 8_000_000))
    resolve(capture, client, server)                                    # 1, 2
    ping(capture, client, server, 22, count=5)                          # 3-12
    first.open()                                                        # 13-15
    first.exchange(smb(120), smb(180))                                  # 16-18
    resolve(capture, server, client)                                    # 19, 20
    first.exchange(smb(96), smb(640))                                   # 21-23
    capture.wait(6)
    ping(capture, client, server, 33, count=5, first=6)                 # 24-33
    second.open()                                                       # 34-36
    second.exchange(smb(104, 0x52), smb(900, 0x52))                     # 37-39
    capture.add(arp(1, Host("192.168.1.77"), "192.168.1.1"))            # 40
    first.exchange(smb(88), smb(64))                                    # 41-43
    resolve(capture, client, server)                                    # 44, 45
    second.close()                                                      # 46-49
    ping(capture, client, server, 44, count=5, first=11)                # 50-59
    first.close()                                                       # 60-63
    return capture


# ---- source 004: a connection that the firewall's own filter kills --------------------------------------

DVR_URL = "rtsp://10.10.0.40:554/live"
SDP = "v=0\r\no=- 0 0 IN IP4 10.10.0.40\r\ns=live\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\n"


def rtsp_request(method: str, sequence: int, more: str = "") -> bytes:
    return f"{method} {DVR_URL} RTSP/1.0\r\nCSeq: {sequence}\r\n{more}\r\n".encode()


def rtsp_response(sequence: int, more: str = "", body: str = "") -> bytes:
    return f"RTSP/1.0 200 OK\r\nCSeq: {sequence}\r\n{more}\r\n{body}".encode()


def rtsp_talk() -> Conversation:
    """Frames 1 to 9: handshake, OPTIONS and DESCRIBE, all answered."""
    viewer, recorder = Host("10.20.0.10", ttl=128, ident=0x0B20), Host("10.10.0.40", ttl=64, ident=0x0451)
    talk = Conversation(Capture("2008-02-26 10:15:20"), viewer, recorder, (58907, 554), (611_200_340, 28_411_000))
    talk.open()
    talk.exchange(rtsp_request("OPTIONS", 1), rtsp_response(1, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"))
    described = f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n"
    talk.exchange(rtsp_request("DESCRIBE", 2), rtsp_response(2, described, SDP))
    return talk


SETUP = rtsp_request("SETUP", 3, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n")


@case("source-004-rtsp-killed.pcap",
      "frame 10 resets the connection in the recorder's name, but has another TTL and an IP ID out of order; "
      "frames 11 and 12 then belong to no connection",
      "source 004: the RTSP filter of ISA Server 2006")
def source_004_rtsp_killed() -> Capture:
    """10 injected RST, 11 SETUP and 12 its retransmission, all within one second."""
    talk = rtsp_talk()
    talk.server.send("RA", ttl=128, ident=0x9C41, window=0)
    talk.client.send("PA", SETUP, ack=talk.server.next)
    talk.capture.wait("0.3")
    talk.client.again()
    return talk.capture


@case("source-004-rtsp-healthy.pcap",
      "the same session left alone",
      "source 004, after the RTSP filter was taken out")
def source_004_rtsp_healthy() -> Capture:
    """10-12 SETUP, 13-15 PLAY, 16-18 TEARDOWN, 19-22 FINs."""
    talk = rtsp_talk()
    transport = "Session: 17\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
    talk.exchange(SETUP, rtsp_response(3, transport))
    talk.exchange(rtsp_request("PLAY", 4, "Session: 17\r\n"), rtsp_response(4, "Session: 17\r\n"))
    talk.exchange(rtsp_request("TEARDOWN", 5, "Session: 17\r\n"), rtsp_response(5, "Session: 17\r\n"))
    talk.close()
    return talk.capture
