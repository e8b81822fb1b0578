# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets: one capture a class, and those that only look forged"""

from case import REQUEST, RESPONSE, case, conversation
from packets import Capture


@case("reset-refused.pcap",
      "a SYN answered by a reset (frame 2)",
      "nothing listens on the port")
def refused() -> Capture:
    """1 SYN, 2 RST."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("RA", seq=0, window=0)
    return talk.capture


@case("reset-handshake-abort-initiator.pcap",
      "the initiator resets after the SYN-ACK (frame 3)",
      "a half-open port scan")
def handshake_abort_initiator() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 RST."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("R", window=0)
    return talk.capture


@case("reset-handshake-abort-responder.pcap",
      "the responder gives up waiting for the ACK (frame 4)",
      "the end of source 003, without its mismatch")
def handshake_abort_responder() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 SYN-ACK again, 4 RST."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.capture.wait(3)
    talk.server.again()
    talk.capture.wait(6)
    talk.server.send("RA", window=0)
    return talk.capture


@case("reset-data-abort.pcap",
      "the responder resets (frame 8) while a request (frame 7) is not acknowledged",
      "a crashed service")
def data_abort() -> Capture:
    """1-6 connection, 7 second request, 8 RST that acknowledges only the first."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    acknowledged = talk.client.next
    talk.client.send("PA", REQUEST)
    talk.server.send("RA", ack=acknowledged, window=0)
    return talk.capture


@case("reset-idle-abort.pcap",
      "all is acknowledged, 130 seconds of silence, then the initiator resets (frame 7)",
      "a client's idle timeout")
def idle_abort() -> Capture:
    """1-6 connection, 7 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.capture.wait(130)
    talk.client.send("RA", window=0)
    return talk.capture


@case("reset-after-both-fins.pcap",
      "a reset after a complete close (frame 11)",
      "stacks that skip TIME_WAIT")
def after_both_fins() -> Capture:
    """1-10 healthy connection, 11 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    talk.client.send("RA", window=0)
    return talk.capture


@case("reset-after-own-fin.pcap",
      "the initiator has closed (frame 7), the server sends more (frame 9), the initiator resets (frame 10)",
      "a browser that left the page")
def after_own_fin() -> Capture:
    """1-6 connection, 7 FIN, 8 ACK, 9 more data, 10 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.client.send("FA")
    talk.server.send("A")
    talk.server.send("PA", RESPONSE)
    talk.client.send("R", window=0)
    return talk.capture


@case("reset-no-connection.pcap",
      "a reset and nothing else",
      "backscatter; a capture started too late")
def no_connection() -> Capture:
    """1 RST."""
    talk = conversation()
    talk.server.send("R", window=0)
    return talk.capture


@case("reset-dirty-close-responder.pcap",
      "the initiator closes (frame 7), the responder acknowledges it and resets (frame 9)",
      "source 001 with the parts exchanged")
def dirty_close_responder() -> Capture:
    """1-6 connection, 7 FIN, 8 ACK, 9 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.dirty_close(talk.client)
    return talk.capture


@case("reset-injected.pcap",
      "a reset in the server's name with another TTL and IP ID (frame 7), after which the server itself goes on"
      " (frames 8 to 10)",
      "an intrusion prevention device")
def injected() -> Capture:
    """1-6 connection, 7 RST, 8 the server's data, 9 and 10 the same again."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.server.send("R", ttl=119, ident=0xE17A, window=0)
    talk.server.send("PA", RESPONSE)
    for pause in ("0.3", "0.6"):
        talk.capture.wait(pause)
        talk.server.again()
    return talk.capture


@case("reset-injected-after-denied.pcap",
      "an acknowledgement that is one too high (frame 3), then the right one, and later a reset that looks injected"
      " (frame 8): the acknowledgement is put right, and so killed is the conversation's verdict",
      "two troubles in one connection")
def injected_after_denied() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 bad ACK, 4 good ACK, 5-7 data, 8 RST, 9 the server's data."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", ack=talk.server.isn + 2)
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.server.send("R", ttl=119, ident=0xE17A, window=0)
    talk.server.send("PA", RESPONSE)
    return talk.capture


@case("reset-not-injected-lb.pcap",
      "TTL 255 in the SYN-ACK, 62 in the data and 63 in the reset (frame 7), IP IDs without order: all genuine",
      "a load balancer that answers SYNs itself and lets a server answer the rest")
def not_injected_load_balancer() -> Capture:
    """1 SYN, 2 SYN-ACK, 3 ACK, 4 request, 5 response, 6 ACK, 7 RST."""
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA", ttl=255, ident=0x4D2B)
    talk.client.send("A")
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE, ttl=62, ident=0xC981)
    talk.client.send("A")
    talk.capture.wait(5)
    talk.server.send("RA", ttl=63, ident=0x1E07, window=0)
    return talk.capture


@case("reset-not-injected-linux.pcap",
      "IP ID 0 and window 0 in the reset (frame 7), the TTL as before: genuine",
      "Linux, which numbers no resets")
def not_injected_linux() -> Capture:
    """1-6 connection, 7 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.capture.wait(5)
    talk.server.send("R", ident=0, window=0)
    return talk.capture


@case("reset-out-of-window.pcap",
      "a reset far outside the window (frame 7), which nobody obeys",
      "a blind attack")
def out_of_window() -> Capture:
    """1-6 connection, 7 RST, 8-10 data, 11-14 close."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.server.send("R", seq=talk.server.next + 0x30000000, window=0)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("reset-blind-then-dirty-close.pcap",
      "a reset far outside the window (frame 7), and later a dirty close (frame 10): the second one ends it",
      "a blind attack that fails")
def blind_then_dirty_close() -> Capture:
    """1-6 connection, 7 RST, 8 FIN of the server, 9 ACK, 10 RST."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.server.send("R", seq=talk.server.next + 0x30000000, window=0)
    talk.dirty_close()
    return talk.capture
