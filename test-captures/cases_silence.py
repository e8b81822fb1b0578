# SPDX-License-Identifier: GPL-2.0-or-later
"""Long silences: what survived them, what did not, and what kept the time-outs in between from running out"""

from case import REQUEST, RESPONSE, case
from packets import Capture, Conversation, Host, is_ipv6

SERVER = "192.0.2.20"


def connection(capture: Capture, number: int, server: str = SERVER, port: int = 443) -> Conversation:
    """One more connection of the client, open and used: six frames."""
    client = "2001:db8:1::10" if is_ipv6(server) else "192.168.1.10"
    talk = Conversation(capture, Host(client, ttl=128, ident=0x2A10 + 256 * number),
                        Host(server, ttl=64, ident=0x7300 + 256 * number), (50000 + number, port),
                        (1_000_000 * (number + 1), 5_000_000 * (number + 1)))
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    return talk


def refused(talk: Conversation) -> None:
    """Two frames: a request, and the reset that a server sends that knows no such connection (RFC 9293, 3.10.7.1)."""
    talk.client.send("PA", REQUEST)
    talk.server.send("R", seq=talk.server.next, window=0)


def unheard(talk: Conversation) -> None:
    """Seven frames: a request and its repetitions, 0.3 to 19 seconds after it, which nobody answers."""
    talk.client.send("PA", REQUEST)
    for seconds in ("0.299", "0.599", "1.199", "2.399", "4.799", "9.599"):
        talk.capture.wait(seconds)
        talk.client.again()


@case("silence-reset.pcap",
      "a connection survives 200 s of silence (frame 7), the next one not 363 s (frame 20): the answer is a reset (frame 21)",
      "a gateway whose time-out lies in between and who answers what it has forgotten with a reset")
def reset() -> Capture:
    """1-6 connection, 7-9 exchange after 200 s, 10-13 close; 14-19 connection, 20 request after 363 s, 21 RST."""
    capture = Capture()
    talk = connection(capture, 0)
    capture.wait(200 - 0.001)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    talk = connection(capture, 1)
    capture.wait(363 - 0.001)
    refused(talk)
    return capture


@case("silence-reset-in-between.pcap",
      "after 363 s of silence (frame 7) a reset comes that has the request's own IP ID and another TTL (frame 8)",
      "a firewall that answers what it has forgotten in the server's name")
def reset_in_between() -> Capture:
    """1-6 connection, 7 request after 363 s, 8 RST."""
    capture = Capture()
    talk = connection(capture, 0)
    capture.wait(363 - 0.001)
    talk.client.send("PA", REQUEST, ident=0x5151)
    talk.server.send("R", ttl=62, ident=0x5151, window=0)
    return capture


@case("silence-unheard.pcap",
      "a connection is silent for 644 s; what comes then (frame 7) and its six repetitions are never answered",
      "a firewall that has forgotten the connection and drops what it does not know")
def silent() -> Capture:
    """1-6 connection, 7-13 request and repetitions; a minute later another connection, 14-19, which closes, 20-23."""
    capture = Capture()
    talk = connection(capture, 0)
    capture.wait(644 - 0.001)
    unheard(talk)
    capture.wait(60)
    connection(capture, 1).close()
    return capture


@case("silence-keep-alive.pcap",
      "two hours without data, a keep-alive each 75 s: to a firewall the silence lasts 75 s, and the connection survives",
      "an application that knows of the time-outs in between")
def keep_alive() -> Capture:
    """1-6 connection, 7-196 keep-alives and their answers, 197-199 exchange 75 s later, 200-203 close."""
    capture = Capture()
    talk = connection(capture, 0)
    for _ in range(95):
        capture.wait(75 - 0.001)
        talk.client.send("A", seq=talk.client.next - 1)
        talk.server.send("A")
    capture.wait(75 - 0.001)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return capture


@case("silence-keep-alive-answered.pcap",
      "the first keep-alive after two hours is answered (frame 8): nobody has said anything, and two hours were survived",
      "an idle connection with an operating system's keep-alives, and no time-out in between")
def keep_alive_answered() -> Capture:
    """1-6 connection, 7 keep-alive, 8 its answer."""
    capture = Capture()
    talk = connection(capture, 0)
    capture.wait(7200 - 0.001)
    talk.client.send("A", seq=talk.client.next - 1)
    talk.server.send("A")
    return capture


@case("silence-servers.pcap",
      "three servers, one after the other: 100 s survived; fatal after 400 s, unheard; over IPv6 after 310 s and 250 s, by a reset",
      "three ways through the network, and a firewall on two of them")
def servers() -> Capture:
    """1-13 .20 with 100 s before 7, 14-26 .21 with 400 s before 20; ::22: 27-34 with 310 s before 33, 35-42 with 250 s before 41."""
    capture = Capture()
    talk = connection(capture, 0, "192.0.2.20")
    capture.wait(100 - 0.001)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    talk = connection(capture, 1, "192.0.2.21")
    capture.wait(400 - 0.001)
    unheard(talk)
    for number, seconds in ((2, 310), (3, 250)):
        talk = connection(capture, number, "2001:db8:2::22", 22)
        capture.wait(seconds - 0.001)
        refused(talk)
    return capture


@case("silence-short-healthy.pcap",
      "a connection with 15 s of silence: too short to be told of",
      "somebody who reads what came")
def short() -> Capture:
    """1-6 connection, 7-9 exchange after 15 s, 10-13 close."""
    capture = Capture()
    talk = connection(capture, 0)
    capture.wait(15)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return capture
