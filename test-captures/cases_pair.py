# SPDX-License-Identifier: GPL-2.0-or-later
"""Both sides of a device"""

from case import REQUEST, RESPONSE, case
from legs import INSIDE, OUTSIDE, Legs, between, beyond
from packets import (ICMP, NANOSECONDS, NOP, SACK_PERMITTED, UDP, Conversation, Host, Points, icmp, mss, udp,
                     window_scale)

SERVER = "198.51.100.20"
OTHERS = (2_886_417_293, 1_723_955_407)  # ISNs: nobody begins with these by chance


def client(address: str = "192.168.7.10") -> Host:
    return Host(address, ttl=128, ident=0x4A10)


def server(hops: int = 6) -> Host:
    return Host(SERVER, ttl=64 - hops, ident=0x9300)


def routed(capture: Points, ports: tuple[int, int] = (51000, 443), isns: tuple[int, int] = (3_141_592_653, 2_718_281_828),
           translated: str = "", port: int = 0, outer_isns: tuple[int, int] | None = None) -> Legs:
    """Behind the device the client has another address and port, if they are given, and both have other ISNs."""
    here, there = client(), server()
    inner = Conversation(capture, here, beyond(there), ports, isns)
    outer = Conversation(capture, beyond(here, translated), there, (port or ports[0], ports[1]), outer_isns or isns)
    return Legs(capture, inner, outer)


def bystander(capture: Points, ports: tuple[int, int] = (51999, 443)) -> None:
    """20 frames: somebody else is served, and both interfaces show it."""
    legs = routed(capture, ports, OTHERS)
    legs.open()
    legs.exchange(REQUEST, RESPONSE)
    legs.close()


def drop_repeatedly(legs: Legs, who: str, *first, times: int, **fields) -> None:
    """The segment, and its repetitions, of which none gets through."""
    legs.hand_on(who, *first, drop=True, **fields)
    wait = 1
    for _ in range(times - 1):
        legs.capture.wait(wait)
        legs.hand_on(who, "", drop=True, again=True, **fields)
        wait *= 2
    legs.capture.wait("0.5")


# ---- handed on ------------------------------------------------------------------------------------------

def datagram(capture: Points, sender: Host, receiver: Host, place: int, packet: bytes) -> None:
    capture.at = place
    capture.send(sender, receiver, packet)


def ask(capture: Points, question: bytes, answer: bytes) -> None:
    """UDP through the translation: four frames."""
    here, there = client(), server()
    outer, inner = beyond(here, "203.0.113.7"), beyond(there)
    outer.ident, inner.ident = here.ident, there.ident
    for place, a, b, port in ((INSIDE, here, inner, 53000), (OUTSIDE, outer, there, 61053)):
        datagram(capture, a, b, place, a.packet(b.address, UDP, udp((a.address, port), (b.address, 53), question)))
    for place, a, b, port in ((OUTSIDE, there, outer, 61053), (INSIDE, inner, here, 53000)):
        datagram(capture, a, b, place, a.packet(b.address, UDP, udp((a.address, 53), (b.address, port), answer)))


def ping(capture: Points) -> None:
    """An echo through the translation, which changes its identifier: four frames."""
    here, there = client(), server()
    outer, inner = beyond(here, "203.0.113.7"), beyond(there)
    here.ident = outer.ident = 0x5B01
    there.ident = inner.ident = 0xA401
    for kind, hosts in ((8, ((INSIDE, here, inner, 1), (OUTSIDE, outer, there, 77))),
                        (0, ((OUTSIDE, there, outer, 77), (INSIDE, inner, here, 1)))):
        for place, a, b, identifier in hosts:
            datagram(capture, a, b, place, a.packet(b.address, ICMP, icmp(kind, 0, identifier << 16 | 9, bytes(range(32)))))


@case("pair-nat.pcapng",
      "a healthy connection, a question over UDP and a ping through a device that translates the client's address: the same "
      "packets under other names",
      "a firewall between a private network and the Internet")
def nat() -> Points:
    """1-20 the connection, in, out, out, in ...; 21-24 UDP, 25-28 ICMP."""
    capture = between()
    legs = routed(capture, translated="203.0.113.7", port=61000)
    legs.open()
    legs.exchange(REQUEST, RESPONSE)
    legs.close()
    capture.wait("0.1")
    ask(capture, b"\x12\x34 what is the address?", b"\x12\x34 it is 192.0.2.80")
    capture.wait("0.1")
    ping(capture)
    return capture


@case("pair-loss-healthy.pcapng",
      "two healthy connections of which the outer interface did not capture three segments and an acknowledgement: others "
      "there acknowledge them",
      "a busy capture program")
def loss() -> Points:
    """Frames 7 (request), 30 and 37 (two segments of an upload) and 50 (an ACK) inside have no counterpart."""
    capture = between()
    legs = routed(capture)
    legs.open()
    legs.hand_on("client", "PA", REQUEST, lost=OUTSIDE)
    legs.hand_on("server", "PA", RESPONSE)
    legs.hand_on("client", "A")
    legs.close()
    legs = routed(capture, (51001, 443), (3_203_914_377, 1_202_056_903))
    legs.open()
    for number in range(6):
        legs.hand_on("client", "PA", bytes([64 + number]) * 200, lost=OUTSIDE if number in (1, 3) else None)
        legs.hand_on("server", "A")
    legs.hand_on("server", "PA", RESPONSE)
    legs.hand_on("client", "A", lost=OUTSIDE)
    legs.close()
    bystander(capture)
    return capture


# ---- dropped --------------------------------------------------------------------------------------------

@case("pair-dropped.pcapng",
      "an acknowledgement of two bytes that never were (frame 5), and a request with it, eight times: they go in and do not "
      "come out, as predicted; others get through",
      "source 003, both sides of the firewall")
def dropped() -> Points:
    """1-4 SYN and SYN-ACK, 5 ACK, 6-13 the request eight times, inside alone; 14-33 somebody else."""
    capture = between()
    legs = routed(capture)
    legs.hand_on("client", "S")
    legs.hand_on("server", "SA")
    wrong = legs.inner.server.next + 2
    legs.hand_on("client", "A", drop=True, ack=wrong)
    drop_repeatedly(legs, "client", "PA", REQUEST, times=8, ack=wrong)
    bystander(capture)
    return capture


@case("pair-dropped-policy.pcapng",
      "SYNs to another port of a server (frames 21-23) that go in and do not come out: nothing is wrong with them",
      "a rule of the firewall")
def dropped_policy() -> Points:
    """1-20 somebody who may, 21-23 three SYNs, inside alone; 24-43 somebody who may."""
    capture = between()
    bystander(capture, (51998, 443))
    capture.wait("3")
    legs = routed(capture, (51000, 8443))
    drop_repeatedly(legs, "client", "S", times=3)
    capture.wait("3")
    bystander(capture)
    return capture


@case("pair-dropped-once.pcapng",
      "a request that does not come out (frame 7); its repetition does",
      "a full queue")
def dropped_once() -> Points:
    """1-6 handshake, 7 request, inside alone; 8 and 9 its repetition; the rest, and somebody else."""
    capture = between()
    legs = routed(capture)
    legs.open()
    legs.hand_on("client", "PA", REQUEST, drop=True)
    capture.wait("0.3")
    legs.hand_on("client", "", again=True)
    legs.hand_on("server", "PA", RESPONSE)
    legs.hand_on("client", "A")
    legs.close()
    bystander(capture)
    return capture


@case("pair-refuted.pcapng",
      "an acknowledgement of two bytes that never were (frame 5), and a request with it: they go in, and come out; this "
      "firewall does not look",
      "a firewall that is not the one that is emulated")
def refuted() -> Points:
    """1-4 SYN and SYN-ACK, 5 and 6 ACK, 7 and 8 the request; 9-28 somebody else."""
    capture = between()
    legs = routed(capture)
    legs.hand_on("client", "S")
    legs.hand_on("server", "SA")
    wrong = legs.inner.server.next + 2
    legs.hand_on("client", "A", ack=wrong)
    legs.hand_on("client", "PA", REQUEST, ack=wrong)
    bystander(capture)
    return capture


# ---- changed, cut, added --------------------------------------------------------------------------------

@case("pair-changed.pcapng",
      "a connection that a device changes: the MSS of the SYN, the options of the SYN-ACK, the TTL of an acknowledgement, "
      "bytes of the request, a window, two bytes where there were none",
      "normalisation, an application gateway, a card that counts padding")
def changed() -> Points:
    """1 in and 2 out SYN, 3 and 4 SYN-ACK, 5 and 6 ACK, 7 and 8 request, 9 and 10 response, 11 and 12 ACK, 13-20 close."""
    capture = between()
    legs = routed(capture)
    small = mss(1200) + NOP + window_scale(2) + NOP + NOP + SACK_PERMITTED
    legs.hand_on("client", "S", changed={"options": small})
    legs.hand_on("server", "SA", changed={"options": mss(1460) + NOP + window_scale(2)})
    legs.hand_on("client", "A", changed={"ttl": 255})
    legs.hand_on("client", "PA", REQUEST, out=b"PUT" + REQUEST[3:])
    legs.hand_on("server", "PA", RESPONSE, changed={"window": 1000})
    legs.hand_on("client", "A", out=bytes(2))
    legs.close()
    return capture


@case("pair-resegmented.pcapng",
      "an upload that comes in as one segment of 2,400 bytes and goes out as two; a download the other way round",
      "segmentation offload")
def resegmented() -> Points:
    """1-6 handshake; 7 in, 8 and 9 out; 10 and 11 its acknowledgement; 12 and 13 out, 14 in; 15 and 16 theirs; a close."""
    capture = between()
    legs = routed(capture)
    legs.open()
    upload = bytes(i % 251 for i in range(2400))
    for who, coming, sizes in (("client", INSIDE, (2400,)), ("server", OUTSIDE, (1200, 1200))):
        other = "server" if who == "client" else "client"
        for place, parts in ((coming, sizes), (1 - coming, (2400,) if len(sizes) == 2 else (1200, 1200))):
            side = legs.side(who, place)
            at = 0
            for size in parts:
                side.send("PA" if at + size == 2400 else "A", upload[at:at + size])
                at += size
        legs.hand_on(other, "A")
    legs.close()
    return capture


@case("pair-injected.pcapng",
      "a reset in the server's name (frame 13) that comes out inside and went in nowhere",
      "an inspection that ends a connection")
def injected() -> Points:
    """1-12 handshake and exchange, 13 reset inside, 14-33 somebody else."""
    capture = between()
    legs = routed(capture)
    legs.open()
    legs.exchange(REQUEST, RESPONSE)
    capture.wait("0.05")
    legs.side("server", INSIDE).send("RA", window=0, ident=0x1234)
    bystander(capture)
    return capture


# ---- what lies in between -------------------------------------------------------------------------------

@case("pair-synproxy.pcapng",
      "a device answers the client's SYN itself (frame 2) and then opens the connection to the server with the client's ISN",
      "protection against SYN floods")
def synproxy() -> Points:
    """1-3 inside, 4-6 outside; 7-18 exchange and close, on both sides."""
    capture = between()
    legs = routed(capture, outer_isns=(3_141_592_653, 1_618_033_988))
    for place in (INSIDE, OUTSIDE):
        legs.side("client", place).send("S")
        legs.side("server", place).send("SA")
        legs.side("client", place).send("A")
    legs.exchange(REQUEST, RESPONSE)
    legs.close()
    return capture


@case("pair-rewrite.pcapng",
      "the client's sequence numbers are others outside, by the same amount throughout",
      "a firewall that makes sequence numbers random")
def rewrite() -> Points:
    """1-20 as in pair-nat, the client's numbers 1,000,000,000 higher outside."""
    capture = between()
    legs = routed(capture, outer_isns=(4_141_592_653, 2_718_281_828))
    legs.open()
    legs.exchange(REQUEST, RESPONSE)
    legs.close()
    return capture


@case("pair-proxy.pcapng",
      "a proxy: a connection to it inside, and one of its own to the server outside; the same bytes",
      "a load balancer")
def proxy() -> Points:
    """1-3 handshake inside, 4-6 outside; 7-9 request, its acknowledgement inside, request outside; 10-13 the response
    back; 14-17 close inside, 18-21 outside."""
    capture = between()
    here, there = client(), server()
    inner = Conversation(capture, here, Host("192.168.7.1", ident=0x0100), (51000, 3128), (3_141_592_653, 1_414_213_562))
    outer = Conversation(capture, Host("203.0.113.7", ident=0xC000), there, (61000, 443), (2_236_067_977, 2_718_281_828))
    legs = Legs(capture, inner, outer)

    def say(who: str, place: int, flags: str, payload: bytes = b"") -> None:
        legs.side(who, place).send(flags, payload)

    for place, talk in ((INSIDE, inner), (OUTSIDE, outer)):
        capture.at = place
        talk.open()
    say("client", INSIDE, "PA", REQUEST)
    say("server", INSIDE, "A")
    say("client", OUTSIDE, "PA", REQUEST)
    say("server", OUTSIDE, "PA", RESPONSE)
    say("client", OUTSIDE, "A")
    say("server", INSIDE, "PA", RESPONSE)
    say("client", INSIDE, "A")
    for place, talk in ((INSIDE, inner), (OUTSIDE, outer)):
        capture.at = place
        talk.close()
    return capture


# ---- time -----------------------------------------------------------------------------------------------

def set_clock(capture: Points, place: int, ahead: int, ppm: int) -> None:
    """The point's clock is so many nanoseconds ahead at the capture's first frame, and goes so much faster."""
    start = capture.frames[0][0]
    capture.frames = [(time + ahead + (time - start) * ppm // 1_000_000 if at == place else time, frame)
                      for (time, frame), at in zip(capture.frames, capture.places)]


@case("pair-clock.pcapng",
      "eight healthy connections, one each half minute; the outer interface's clock is two hours behind and goes 540 ppm faster",
      "captures of two machines, merged with `mergecap -I none`")
def clock() -> Points:
    """1-80 outside, 81-160 inside."""
    capture = between()
    for number in range(8):
        bystander(capture, (51000 + number, 443))
        capture.wait(30)
    set_clock(capture, OUTSIDE, -7200 * NANOSECONDS, 540)
    return capture


@case("pair-delay.pcapng",
      "two answers that take four seconds: of the first (frames 7 to 10) the request is held in between, of the second (27 to "
      "30) the server thinks",
      "source 002's four seconds, in two of their places")
def delay() -> Points:
    """1-20 and 21-40, as in pair-nat."""
    capture = between()
    for number, held in enumerate(("4.001", "")):
        legs = routed(capture, (51000 + number, 443), (3_141_592_653 + number * 77_777_777, 2_718_281_828))
        legs.open()
        legs.hand_on("client", "PA", REQUEST, delay=held)
        capture.wait("0.020" if held else "4")
        legs.hand_on("server", "PA", RESPONSE)
        legs.hand_on("client", "A")
        legs.close()
    return capture
