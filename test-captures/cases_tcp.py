# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP as it is: what a firewall model must not stumble over, and the mismatches that it must see"""

from case import REQUEST, RESPONSE, case, conversation
from content import application_data
from packets import MODULUS, NOP, SACK_PERMITTED, Capture, Conversation, fast_open, mss


# ---- nothing unusual ------------------------------------------------------------------------------------

@case("tcp-healthy.pcap",
      "handshake, data both ways, both FINs acknowledged",
      "any web request")
def healthy() -> Capture:
    """1-3 handshake, 4 request, 5 response, 6 ACK, 7 FIN, 8 ACK, 9 FIN, 10 ACK: the last completes the close."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-healthy-ipv6.pcap",
      "the same over IPv6",
      "any web request")
def healthy_ipv6() -> Capture:
    talk = conversation(client="2001:db8:1::10", server="2001:db8:2::20")
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-midstream.pcap",
      "no beginning, then data both ways and a close",
      "a capture started on a running connection")
def midstream() -> Capture:
    """1 request, 2 response, 3 ACK, 4-7 close."""
    talk = conversation()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-midstream-close-then-late.pcap",
      "no beginning, then a close, then three segments that come too late (frames 8 to 10)",
      "a capture started on a running connection")
def midstream_close_then_late() -> Capture:
    """1-3 data, 4-7 close, 8 FIN again, 9 ACK again, 10 RST."""
    talk = conversation()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    late_segments(talk)
    return talk.capture


def late_segments(talk: Conversation) -> None:
    """Three frames after the close: the server's FIN again, an old acknowledgement, a reset."""
    talk.capture.wait("0.4")
    talk.server.again()
    talk.client.send("A")
    talk.capture.wait("0.2")
    talk.client.send("R")


@case("tcp-late-segments.pcap",
      "a graceful close, then a repeated FIN, a late ACK and a reset (frames 11 to 13)",
      "the everyday noise after a close: the last ACK was lost")
def late() -> Capture:
    """1-10 as in tcp-healthy, 11 FIN again, 12 ACK again, 13 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    late_segments(talk)
    return talk.capture


@case("tcp-one-sided-initiator.pcap",
      "only what the initiator sends",
      "asymmetric routing")
def one_sided_initiator() -> Capture:
    """1 SYN, 2 ACK, 3 request, 4 ACK, 5 FIN, 6 ACK."""
    return one_side(initiator=True)


@case("tcp-one-sided-responder.pcap",
      "only what the responder sends",
      "asymmetric routing")
def one_sided_responder() -> Capture:
    """1 SYN-ACK, 2 response, 3 ACK, 4 FIN."""
    return one_side(initiator=False)


def one_side(initiator: bool) -> Capture:
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    source = bytes.fromhex((talk.client if initiator else talk.server).host.mac.replace(":", ""))
    talk.capture.frames = [(time, frame) for time, frame in talk.capture.frames if frame[6:12] == source]
    return talk.capture


@case("tcp-missing-ack.pcap",
      "the ACK of the handshake is not in the capture, and the initiator's first segment (frame 4) acknowledges"
      " data as well",
      "a server that speaks first; a capture that lost a frame")
def missing_ack() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 greeting, 4 command acknowledging the greeting, 5 answer, 6 ACK, 7-10 close."""
    talk = conversation((50000, 25))
    talk.client.send("S")
    talk.server.send("SA")
    talk.server.send("PA", b"220 mail.example.com\r\n")
    talk.exchange(b"NOOP\r\n", b"250 ok\r\n")
    talk.close()
    return talk.capture


# ---- sequence numbers that wrap -------------------------------------------------------------------------

@case("tcp-seq-wrap.pcap",
      "two connections whose numbers pass 2^32: in the handshake and in the data (frames 1 to 10), and in both "
      "FINs (frames 11 to 20)",
      "one connection in a few thousand")
def seq_wrap() -> Capture:
    """2 acknowledges 0, 5 wraps within its data; 17 and 19 are FINs at 0xffffffff, acknowledged with 0 by 18 and 20."""
    talk = conversation(isns=(0xFFFFFFFF, 0xFFFFFFF0))
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    isns = MODULUS - 2 - len(REQUEST), MODULUS - 2 - len(RESPONSE)
    again = Conversation(talk.capture, talk.client.host, talk.server.host, (50001, 80), isns)
    again.open()
    again.exchange(REQUEST, RESPONSE)
    again.close()
    return talk.capture


@case("tcp-seq-wrap-mismatch.pcap",
      "frame 3 acknowledges 1 instead of 0xffffffff, two too many, after a SYN-ACK with two bytes of padding",
      "source 003, across the wrap")
def seq_wrap_mismatch() -> Capture:
    """1 SYN, 2 SYN-ACK with payload 00 00, 3 ACK, 4 request, 5 request again, 6 SYN-ACK again."""
    talk = conversation(isns=(0xFFFFFFFF, 0xFFFFFFFE))
    talk.server.options = mss(1380)
    talk.client.send("S")
    talk.server.send("SA", b"\0\0")
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    talk.capture.wait("0.3")
    talk.client.again()
    talk.capture.wait(3)
    talk.server.again(ack=talk.client.isn + 1)
    return talk.capture


# ---- handshakes -----------------------------------------------------------------------------------------

@case("tcp-synack-before-syn.pcap",
      "the SYN-ACK (frame 1) was captured before the SYN (frame 2)",
      "two capture ports merged")
def synack_before_syn() -> Capture:
    """1 SYN-ACK, 2 SYN, 3 ACK, 4-6 data, 7-10 close."""
    talk = conversation()
    talk.server.send("SA", ack=talk.client.isn + 1)
    talk.client.send("S")
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-retransmitted-syn.pcap",
      "three SYNs and two SYN-ACKs before the connection is there",
      "packet loss")
def retransmitted_syn() -> Capture:
    """1-3 SYN, 4-5 SYN-ACK, 6 ACK, 7-9 data, 10-13 close."""
    talk = conversation()
    talk.client.send("S")
    for pause in (3, 6):
        talk.capture.wait(pause)
        talk.client.again()
    talk.server.send("SA")
    talk.capture.wait(1)
    talk.server.again()
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-synack-payload.pcap",
      "a SYN-ACK with four bytes of data, which frame 3 acknowledges with ISN+5; the request is never answered",
      "a device that changes segments; no padding, the bytes are not zero")
def synack_payload() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, 4 request, 5-7 request again."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA", b"220 ")
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    for pause in ("0.3", "0.6", "1.2"):
        talk.capture.wait(pause)
        talk.client.again()
    return talk.capture


@case("tcp-synack-different-payload.pcap",
      "three SYN-ACKs: without payload, with two bytes, with another ISN; the ACK (frame 5) fits the first",
      "devices that rewrite some segments and not others")
def synack_different_payload() -> Capture:
    """1 SYN, 2-4 SYN-ACKs, 5 ACK, 6-8 data, 9-12 close."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.server.send("SA", b"\xde\xad", seq=talk.server.isn)
    talk.server.send("SA", seq=talk.server.isn + 777_000)
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-two-synack-isns.pcap",
      "two SYN-ACKs with different ISNs; the ACK (frame 4) fits the first",
      "a transparent proxy that answers before the server does")
def two_synack_isns() -> Capture:
    """1 SYN, 2-3 SYN-ACKs, 4 ACK, 5-7 data, 8-11 close."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.server.send("SA", seq=talk.server.isn + 0x40000000)
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-fast-open.pcap",
      "data in the SYN and in the SYN-ACK, both asked for and acknowledged",
      "TCP Fast Open with a cookie")
def tcp_fast_open() -> Capture:
    """1 SYN with request, 2 SYN-ACK with response, 3 ACK of it, 4-6 more data, 7-10 close."""
    talk = conversation()
    cookie = bytes.fromhex("5ca1ab1e0ddba11c")
    talk.client.send("S", REQUEST, options=mss(1460) + SACK_PERMITTED + fast_open(cookie))
    talk.server.send("SA", RESPONSE)
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-simultaneous-open.pcap",
      "both sides send a SYN, then both a SYN-ACK",
      "peers that dial each other at once")
def simultaneous_open() -> Capture:
    """1 SYN, 2 SYN of the other side, 3-4 SYN-ACKs, 5-7 data, 8-11 close."""
    talk = conversation((5001, 5002))
    talk.client.send("S")
    talk.server.send("S")
    talk.client.send("SA", seq=talk.client.isn)
    talk.server.send("SA", seq=talk.server.isn)
    talk.exchange(b"ping\n", b"pong\n")
    talk.close()
    return talk.capture


# ---- the same ports again -------------------------------------------------------------------------------

def restart(talk: Conversation, client_isn: int, server_isn: int) -> None:
    talk.capture.wait(2)
    talk.client.next = talk.client.isn = client_isn
    talk.server.next = talk.server.isn = server_isn
    talk.open()
    talk.exchange(REQUEST, RESPONSE)


@case("tcp-port-reuse.pcap",
      "three connections with the same addresses and ports, ended by FINs, a reset and FINs; they begin in "
      "frames 1, 11 and 18",
      "a busy client or address translation")
def port_reuse() -> Capture:
    """1-10 first, 11-16 second and 17 its RST, 18-27 third."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    restart(talk, 3_000_000_000, 2_500_000_000)
    talk.client.send("RA", window=0)
    restart(talk, 40_000_000, 4_100_000_000)
    talk.close()
    return talk.capture


@case("tcp-port-reuse-live.pcap",
      "a second connection (from frame 7 on) with the ports of a first whose end was not captured",
      "a host that was restarted")
def port_reuse_live() -> Capture:
    """1-6 first, 7-12 second, 13-16 its close."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    restart(talk, 3_000_000_000, 2_500_000_000)
    talk.close()
    return talk.capture


# ---- acknowledgements that do not fit -------------------------------------------------------------------

@case("tcp-mismatch-contradicted.pcap",
      "the ACK and the request (frames 3 and 4) acknowledge one too many, but the server acknowledges the "
      "request and answers: no strict firewall stood in between",
      "most captures of odd stacks")
def mismatch_contradicted() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, 4 request, 5 ACK of it, 6 response, 7 ACK, 8-11 close."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", ack=talk.server.isn + 2)
    talk.client.send("PA", REQUEST, ack=talk.server.isn + 2)
    talk.server.send("A")
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("tcp-mismatch-then-correct.pcap",
      "an ACK that is six too high (frame 3), then the right one (frame 4): the connection works",
      "an invalid ACK condemns the packet, not the connection")
def mismatch_then_correct() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 bad ACK, 4 good ACK, 5-7 data, 8-11 close."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", ack=talk.server.isn + 7)
    talk.capture.wait("0.2")
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


# ---- padding and small segments -------------------------------------------------------------------------

@case("tcp-six-zero-bytes-psh.pcap",
      "frame 4 carries six zero bytes that are data: pushed, and acknowledged",
      "a binary protocol; not to be taken for padding")
def six_zero_bytes() -> Capture:
    """1-3 handshake, 4 six zero bytes, 5 answer acknowledging them, 6 ACK, 7-10 close."""
    talk = conversation((50000, 9000))
    talk.open()
    talk.exchange(bytes(6), b"\x01\0\0\0\0\0\0\0")
    talk.close()
    return talk.capture


@case("tcp-padding-ack.pcap",
      "frame 6 is a mere ACK whose IP length was rewritten to 46, so that it seems to carry six zero bytes; its"
      " sender goes on without them",
      "the device of source 003 on an established connection")
def padding_ack() -> Capture:
    """1-3 handshake, 4 request, 5 response, 6 ACK with padding, 7-9 data, 10-13 close."""
    talk = conversation()
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE)
    talk.client.send("A", bytes(6), seq=talk.client.next)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("tcp-keepalive.pcap",
      "keep-alives without data and with one byte, from both sides, all answered",
      "idle connections")
def keepalive() -> Capture:
    """1-6 connection, 7 keep-alive (0 bytes), 9 keep-alive (1 byte), 11 the server's, 8+10+12 ACKs, 13-16 close."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    for side, payload in ((talk.client, b""), (talk.client, b"\0"), (talk.server, b"")):
        talk.capture.wait(30)
        side.send("A", payload, seq=side.next - 1)
        side.peer.send("A")
    talk.close()
    return talk.capture


@case("tcp-zero-window.pcap",
      "a full receiver: two one-byte probes are answered with window 0 and not accepted, then the window opens",
      "a slow application")
def zero_window() -> Capture:
    """1-3 handshake, 4-5 data, 6 ACK (window 0), 7+9 probes, 8+10 answers, 11 update, 12-13 data, 14-17 close."""
    talk = conversation()
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE)
    talk.client.send("A", window=0)
    for pause in (1, 2):
        talk.capture.wait(pause)
        talk.server.send("A", b"m", seq=talk.server.next)
        talk.client.send("A", window=0)
    talk.client.send("A")
    talk.server.send("PA", b"more data\n")
    talk.client.send("A")
    talk.close(talk.server)
    return talk.capture


# ---- segmentation offload -------------------------------------------------------------------------------

@case("tcp-tso.pcap",
      "segments longer than any wire carries: 20000 bytes with IP length 0 (frame 5), and an IP packet of 40000"
      " bytes (frame 7)",
      "a capture on a server that leaves segmentation to its network card")
def segmentation_offload() -> Capture:
    """1-3 handshake, 4 request, 5 data, 6 ACK, 7 data, 8 ACK, 9-12 close by the server."""
    talk = conversation((50000, 443))
    talk.capture.local = talk.server.host
    talk.client.options = talk.server.options = mss(1460) + NOP + NOP + SACK_PERMITTED
    talk.open()
    talk.client.send("PA", application_data(200))
    talk.server.send("PA", application_data(16389) + application_data(3611), total_length=0)
    talk.client.send("A")
    talk.server.send("PA", application_data(16389) * 2 + application_data(7182))
    talk.client.send("A")
    talk.close(talk.server)
    return talk.capture
