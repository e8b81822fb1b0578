# SPDX-License-Identifier: GPL-2.0-or-later
"""Unheard: what is repeated and never acknowledged, and what only looks so"""

from case import REQUEST, RESPONSE, case
from packets import Capture, Conversation
from story import begin, bystander, parties, repeat


def numbered(number: int) -> Conversation:
    return parties(f"172.20.4.{number}", f"198.18.7.{number}", (42000 + number, 9000 + number),
                   (number * 100_003, number * 700_001), ttls=(64, 119))


@case("unheard-data.pcap", "a request (frame 7) five times in 4.5 s, never acknowledged", "a connection that died on the way")
def data() -> Capture:
    """1-6 connection, 7-11 request; then somebody else."""
    talk = numbered(11)
    begin(talk)
    talk.client.send("PA", REQUEST)
    repeat(talk.client)
    bystander(talk.capture)
    return talk.capture


@case("unheard-data-then-reset.pcap",
      "a request (frame 7) twice, never acknowledged, and then the sender's own reset (frame 9)",
      "a client with little patience")
def data_then_reset() -> Capture:
    """1-6 connection, 7 and 8 request, 9 RST."""
    talk = numbered(12)
    begin(talk)
    talk.client.send("PA", REQUEST)
    repeat(talk.client, ("0.5",))
    talk.capture.wait(1)
    talk.client.send("RA", window=0)
    return talk.capture


@case("unheard-responder.pcap", "the same of the responder: its answer (frame 5) five times", "a connection that died on the way")
def responder() -> Capture:
    """1-3 handshake, 4 request, 5-9 response; then somebody else."""
    talk = numbered(13)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE)
    repeat(talk.server)
    bystander(talk.capture)
    return talk.capture


@case("unheard-synack.pcap",
      "the SYN-ACK (frame 2) four times although it is acknowledged each time: the responder does not hear the initiator",
      "a device that drops the acknowledgement; a full accept queue")
def synack() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, and three times SYN-ACK and ACK (frames 4 to 9); then somebody else."""
    talk = numbered(14)
    talk.open()
    for pause in ("1", "2", "4"):
        talk.capture.wait(pause)
        talk.server.again()
        talk.client.send("A")
    bystander(talk.capture)
    return talk.capture


@case("unheard-synack-unacknowledged.pcap",
      "the SYN-ACK (frame 2) four times, never acknowledged",
      "SYN-ACKs that do not come through; a false source address")
def synack_unacknowledged() -> Capture:
    """1 SYN, 2-5 SYN-ACK; then somebody else."""
    talk = numbered(15)
    talk.client.send("S")
    talk.server.send("SA")
    repeat(talk.server, ("1", "2", "4"))
    bystander(talk.capture)
    return talk.capture


@case("unheard-fin.pcap", "a FIN (frame 7) five times in 4.5 s, never acknowledged", "a connection that died on the way")
def fin() -> Capture:
    """1-6 connection, 7-11 FIN; then somebody else."""
    talk = numbered(16)
    begin(talk)
    talk.client.send("FA")
    repeat(talk.client)
    bystander(talk.capture)
    return talk.capture


@case("unheard-after-reset-below-window.pcap",
      "a reset (frame 9) whose number is the acknowledgement that the server has just seen (frame 8), below the FIN that it has"
      " sent; the client repeats its data (frame 8) unheard",
      "a closed socket that answers a segment in flight, and a reset that is lost")
def after_reset_below_window() -> Capture:
    """1-6 connection, 7 FIN of the server with its last data, 8 data that crosses it, 9 RST, 10-13 the data again; then
    somebody else."""
    talk = numbered(17)
    begin(talk)
    acknowledged = talk.server.next
    talk.server.send("FPA", RESPONSE)
    talk.client.send("PA", REQUEST, ack=acknowledged)
    talk.server.send("R", seq=acknowledged, window=0, ident=0)
    repeat(talk.client)
    bystander(talk.capture)
    return talk.capture


# ---- nothing is wrong -----------------------------------------------------------------------------------

@case("unheard-deferred-accept-healthy.pcap",
      "the SYN-ACK (frame 2) twice although acknowledged, and then a request (frame 6) that is answered",
      "a server that accepts when data has come (TCP_DEFER_ACCEPT)")
def deferred_accept() -> Capture:
    """1-3 handshake, 4 SYN-ACK, 5 ACK, 6-8 exchange, 9-12 close."""
    talk = numbered(21)
    talk.open()
    talk.capture.wait("3.1")
    talk.server.again()
    talk.client.send("A")
    talk.capture.wait(1)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("unheard-zero-window-healthy.pcap",
      "the responder's window is 0 (frame 5); the next byte is sent five times (frames 6 to 14) and not taken; then there is"
      " room again (frame 16)",
      "a slow reader")
def zero_window() -> Capture:
    """1-3 handshake, 4 data, 5 ACK with window 0, 6-15 probes and their answers, 16 room, 17 data, 18 ACK."""
    talk = numbered(22)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("A", window=0)
    for pause in ("0.3", "0.6", "1.2", "2.4", "4.8"):
        talk.capture.wait(pause)
        talk.client.send("A", REQUEST[:1], seq=talk.client.next)
        talk.server.send("A", window=0)
    talk.capture.wait(1)
    talk.server.send("A")
    talk.client.send("PA", REQUEST)
    talk.server.send("A")
    return talk.capture


@case("unheard-zero-window-open-healthy.pcap",
      "the responder's window is 0 (frame 5), and the next byte is sent five times (frames 6 to 10) without an answer in the"
      " capture",
      "a reader that is stopped")
def zero_window_to_the_end() -> Capture:
    """1-3 handshake, 4 data, 5 ACK with window 0, 6-10 probes; then somebody else."""
    talk = numbered(23)
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("A", window=0)
    for pause in ("0.3", "0.6", "1.2", "2.4", "4.8"):
        talk.capture.wait(pause)
        talk.client.send("A", REQUEST[:1], seq=talk.client.next)
    bystander(talk.capture, "1")
    return talk.capture


@case("unheard-keepalive-healthy.pcap",
      "keep-alives with a byte that was acknowledged long ago (frames 7, 9, 11 and 13), each answered",
      "a connection without traffic, on an older Windows")
def keepalive() -> Capture:
    """1-6 connection, 7-14 keep-alive and answer, four times."""
    talk = numbered(24)
    begin(talk)
    for _ in range(4):
        talk.capture.wait(9)
        talk.client.send("A", b"\0", seq=talk.client.next - 1)
        talk.server.send("A")
    return talk.capture


@case("unheard-missed-data-healthy.pcap",
      "the client acknowledges (frame 7) 1200 bytes that the capture has lost",
      "a busy mirror port")
def missed_data() -> Capture:
    """1-6 connection, 7 ACK, 8-10 exchange, 11-14 close."""
    talk = numbered(25)
    begin(talk)
    talk.server.next += 1200
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("unheard-late-fin-healthy.pcap",
      "the server's FIN again, 9 and 19 seconds after the close (frames 11 to 13)",
      "a device that repeats what it has seen; a FIN whose acknowledgement was lost behind the capture")
def late_fin() -> Capture:
    """1-6 connection, 7-10 close, 11-13 FIN."""
    talk = numbered(26)
    begin(talk)
    talk.close(talk.server)
    last = talk.server.next - 1
    for pause in ("9", "5", "5"):
        talk.capture.wait(pause)
        talk.server.send("FA", seq=last)
    bystander(talk.capture)
    return talk.capture


@case("unheard-recovered-healthy.pcap",
      "a request (frame 7) four times in 3.5 s, then acknowledged (frame 11)",
      "a bad moment on a radio link")
def recovered() -> Capture:
    """1-6 connection, 7-10 request, 11 response, 12 ACK, 13-16 close."""
    talk = numbered(27)
    begin(talk)
    talk.client.send("PA", REQUEST)
    repeat(talk.client, ("0.5", "1", "2"))
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.close()
    return talk.capture


@case("unheard-later-bytes-healthy.pcap",
      "a request (frame 7) four times in 3.5 s; an acknowledgement of later bytes (frame 12) covers it",
      "a capture that has lost the acknowledgement")
def later_bytes() -> Capture:
    """1-6 connection, 7-10 request, 11 next request, 12 ACK of both."""
    talk = numbered(28)
    begin(talk)
    talk.client.send("PA", REQUEST)
    repeat(talk.client, ("0.5", "1", "2"))
    talk.client.send("PA", REQUEST)
    talk.server.send("A")
    bystander(talk.capture)
    return talk.capture


@case("unheard-end-of-capture-healthy.pcap",
      "a request (frame 7) three times in 3.1 s, the last time in the last frame: its answer would come later",
      "a capture that was stopped")
def end_of_capture() -> Capture:
    """1-6 connection, 7-9 request."""
    talk = numbered(29)
    begin(talk)
    talk.client.send("PA", REQUEST)
    repeat(talk.client, ("1", "2.1"))
    return talk.capture
