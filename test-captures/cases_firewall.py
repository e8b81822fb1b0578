# SPDX-License-Identifier: GPL-2.0-or-later
"""A second before and a second after each known time-out, which no firewall on these ways has: all is answered"""

import heapq
from collections.abc import Callable, Iterator

from case import REQUEST, RESPONSE, case
from content import dns_answer, dns_query, send_udp
from packets import NANOSECONDS, Capture, Conversation, Host

# A story sends frames, and yields the seconds from its latest frame to its next.
Story = Iterator[float]

FRAME = NANOSECONDS // 1000  # a frame takes a millisecond
APART = NANOSECONDS + 10 * FRAME  # beginnings: whole seconds later, no two stories send at once
FIRST_PORT = 10000
IDLE = (60, 75, 240, 300, 350, 600, 1200, 1800, 3600, 7440, 86400, 432000)
HALF_OPEN = (5, 10, 20, 25, 30, 60, 120)
HALF_CLOSED = (30, 60, 120, 600, 900, 3600)
CLOSED = (1, 2, 10, 15, 20, 30, 45, 90, 120)
DATAGRAMS = (30, 40, 60, 120, 180, 600)
ONE_WAY = (30, 60)
UNACKNOWLEDGED = (300,)
ADDRESS = bytes((203, 0, 113, 80))


def around(timeouts: tuple[int, ...]) -> list[float]:
    """Just before and just after each: a second, or half of one where that is much."""
    return [seconds + sign * (1 if seconds > 2 else 0.5) for seconds in timeouts for sign in (-1, 1)]


def together(stories: list[Callable[[Capture, tuple[Host, Host], int], Story]]) -> Capture:
    """All of these between two hosts, beginning about a second apart. The client's ports count from FIRST_PORT."""
    capture = Capture(start="2024-03-11 09:30:00")
    hosts = Host("172.20.11.10", ttl=128, ident=0x3200), Host("203.0.113.11", ttl=57, ident=0x6A00)
    turns = [(capture.now + number * APART, number, story(capture, hosts, FIRST_PORT + number))
             for number, story in enumerate(stories)]
    while turns:
        now, number, story = heapq.heappop(turns)
        capture.now = now
        seconds = next(story, None)
        if seconds is not None:
            heapq.heappush(turns, (capture.now - FRAME + int(seconds * NANOSECONDS), number, story))
    return capture


def each(tell: Callable[[Conversation, float], Story], timeouts: tuple[int, ...]) -> list:
    """A TCP connection for each silence around these time-outs."""
    def story(seconds: float):
        def begin(capture: Capture, hosts: tuple[Host, Host], port: int) -> Story:
            return tell(Conversation(capture, *hosts, (port, 80), (port * 100_003, port * 200_003)), seconds)
        return begin
    return [story(seconds) for seconds in around(timeouts)]


# ---- connections -----------------------------------------------------------------------------------------------------

@case("firewall-idle.pcap",
      "24 connections with silences of 59, 61, 74, 76 … 431,999 and 432,001 s, and then a request that is answered",
      "connections that wait, and no firewall on the way")
def idle() -> Capture:
    """Each: handshake, request, response and its acknowledgement; the silence; as much again, and an orderly close."""
    def tell(talk: Conversation, seconds: float) -> Story:
        talk.open()
        talk.exchange(REQUEST, RESPONSE)
        yield seconds
        talk.exchange(REQUEST, RESPONSE)
        talk.close()
    return together(each(tell, IDLE))


@case("firewall-unacknowledged.pcap",
      "a request is not acknowledged, and comes again after 299 s; another one after 301 s; both copies are answered",
      "a way that is interrupted for minutes")
def unacknowledged() -> Capture:
    """Each: handshake, request; the silence; the request again, response and its acknowledgement."""
    def tell(talk: Conversation, seconds: float) -> Story:
        talk.open()
        talk.client.send("PA", REQUEST)
        yield seconds
        talk.client.again()
        talk.server.send("PA", RESPONSE)
        talk.client.send("A")
    return together(each(tell, UNACKNOWLEDGED))


@case("firewall-half-open.pcap",
      "14 SYNs are answered after 4, 6, 9, 11 … 119 and 121 s",
      "servers that take their time, and clients that do not repeat their SYN")
def half_open() -> Capture:
    """Each: SYN; the silence; SYN-ACK, ACK, request, response and its acknowledgement."""
    def tell(talk: Conversation, seconds: float) -> Story:
        talk.client.send("S")
        yield seconds
        talk.server.send("SA")
        talk.client.send("A")
        talk.exchange(REQUEST, RESPONSE)
    return together(each(tell, HALF_OPEN))


@case("firewall-half-open-synack.pcap",
      "14 SYN-ACKs are acknowledged after 4, 6, 9, 11 … 119 and 121 s",
      "clients that take their time, and servers that do not repeat their SYN-ACK")
def half_open_synack() -> Capture:
    """Each: SYN, SYN-ACK; the silence; ACK, request, response and its acknowledgement."""
    def tell(talk: Conversation, seconds: float) -> Story:
        talk.client.send("S")
        talk.server.send("SA")
        yield seconds
        talk.client.send("A")
        talk.exchange(REQUEST, RESPONSE)
    return together(each(tell, HALF_OPEN))


@case("firewall-half-closed.pcap",
      "the client has said all and sends a FIN; the server answers after 29, 31, 59, 61 … 3,599 and 3,601 s. The last "
      "two FINs are not acknowledged before the answer, after 119 and 121 s",
      "requests that end with a half-close, and take long")
def half_closed() -> Capture:
    """Each: handshake, request, FIN and, but for the last two, its acknowledgement; the silence; response and its
    acknowledgement, FIN and its acknowledgement."""
    def tell(talk: Conversation, seconds: float, acknowledged: bool = True) -> Story:
        talk.open()
        talk.client.send("PA", REQUEST)
        talk.client.send("FA")
        if acknowledged:
            talk.server.send("A")
        yield seconds
        talk.server.send("PA", RESPONSE)
        talk.client.send("A")
        talk.server.send("FA")
        talk.client.send("A")
    return together(each(tell, HALF_CLOSED) + each(lambda talk, seconds: tell(talk, seconds, False), (120,)))


@case("firewall-closed.pcap",
      "18 orderly closes, whose last FIN comes again after 0.5, 1.5, 1.5, 2.5, 9, 11 … 119 and 121 s, and is acknowledged "
      "again; and two that are acknowledged for the first time after 29 and 31 s",
      "servers that did not get the last acknowledgement")
def closed() -> Capture:
    """Each: handshake, request, response and its acknowledgement, FIN, ACK, FIN, ACK; the silence; FIN and ACK again.
    The last two: as much without the ACK of the second FIN; the silence; that ACK."""
    def again(talk: Conversation, seconds: float) -> Story:
        talk.open()
        talk.exchange(REQUEST, RESPONSE)
        talk.close()
        yield seconds
        talk.server.again()
        talk.client.send("A")

    def late(talk: Conversation, seconds: float) -> Story:
        talk.open()
        talk.exchange(REQUEST, RESPONSE)
        talk.client.send("FA")
        talk.server.send("A")
        talk.server.send("FA")
        yield seconds
        talk.client.send("A")
    return together(each(again, CLOSED) + each(late, (30,)))


@case("firewall-closed-reset.pcap",
      "18 connections that the server resets; the client, who has not heard it, says more after 0.5, 1.5, 1.5, 2.5, 9, 11 … "
      "119 and 121 s, and is told nothing",
      "resets that get lost, of hosts that do not answer what they do not know")
def closed_reset() -> Capture:
    """Each: handshake, request, response and its acknowledgement, RST; the silence; request."""
    def tell(talk: Conversation, seconds: float) -> Story:
        talk.open()
        talk.exchange(REQUEST, RESPONSE)
        talk.server.send("RA", window=0)
        yield seconds
        talk.client.send("PA", REQUEST)
    return together(each(tell, CLOSED))


# ---- datagrams -------------------------------------------------------------------------------------------------------

def ask(capture: Capture, hosts: tuple[Host, Host], port: int, ident: int) -> None:
    send_udp(capture, *hosts, (port, 53), dns_query(ident, "www.example.com"))


def answer(capture: Capture, hosts: tuple[Host, Host], port: int, ident: int) -> None:
    send_udp(capture, *hosts[::-1], (53, port), dns_answer(ident, "www.example.com", ADDRESS))


@case("firewall-udp.pcap",
      "12 clients of a name server ask twice, three seconds apart, and once more after 29, 31, 39, 41 … 599 and 601 s "
      "from the same port; 12 others, of another service, are told something after so long, and answer. All is answered",
      "resolvers that keep their port; services that call back")
def datagrams() -> Capture:
    """Each: query, answer; 3 s; query, answer; the silence; query, answer. The last twelve: the silence; news, thanks."""
    def asking(seconds: float):
        def tell(capture: Capture, hosts: tuple[Host, Host], port: int) -> Story:
            for ident, pause in enumerate((3, seconds, None), port):
                ask(capture, hosts, port, ident)
                answer(capture, hosts, port, ident)
                if pause:
                    yield pause
        return tell

    def told(seconds: float):
        def tell(capture: Capture, hosts: tuple[Host, Host], port: int) -> Story:
            for pause in (3, seconds):
                send_udp(capture, *hosts, (port, 4000), b"here I am")
                send_udp(capture, *hosts[::-1], (4000, port), b"welcome")
                yield pause
            send_udp(capture, *hosts[::-1], (4000, port), b"news")
            send_udp(capture, *hosts, (port, 4000), b"thanks")
        return tell
    return together([story(seconds) for story in (asking, told) for seconds in around(DATAGRAMS)])


@case("firewall-udp-one-way.pcap",
      "4 queries are answered after 29, 31, 59 and 61 s; 4 that came twice, three seconds apart, so long after the "
      "second one",
      "a name server that has to ask others, who are slow")
def one_way() -> Capture:
    """Each: query; of the last four 3 s, and the query again; the silence; answer."""
    def story(copies: int, seconds: float):
        def tell(capture: Capture, hosts: tuple[Host, Host], port: int) -> Story:
            for pause in (3,) * (copies - 1) + (seconds,):
                ask(capture, hosts, port, port)
                yield pause
            answer(capture, hosts, port, port)
        return tell
    return together([story(copies, seconds) for copies in (1, 2) for seconds in around(ONE_WAY)])
