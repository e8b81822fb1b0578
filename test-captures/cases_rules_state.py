# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules of connections: how they begin and end, who ends them, how long they are remembered, what bears a verdict out"""

from case import REQUEST, RESPONSE, case, conversation
from content import (WEB_SERVER, application_data, ask_name, client_hello, dns_answer, dns_query, send_udp, server_hello,
                     tls_record)
from packets import Capture, Conversation, Host

DAY = 86400


def dns_server() -> Host:
    return Host("192.0.2.53", ident=0x0200)


def other_traffic(talk: Conversation) -> None:
    """Two frames, only to let time go by: a DNS query and its answer."""
    ask_name(talk.capture, talk.client.host, dns_server(), 1, "host1.example.com")


# ---- no answer ------------------------------------------------------------------------------------------

@case("rule-no-reply.pcap",
      "three SYNs without an answer (frames 1 to 3), and other traffic until 22 seconds after the first",
      "a server that is down, or a firewall that says nothing")
def no_reply() -> Capture:
    """1-3 SYN, 4 DNS query, 5 its answer."""
    talk = conversation()
    talk.client.send("S")
    for pause in ("2.999", "5.999"):
        talk.capture.wait(pause)
        talk.client.again()
    talk.capture.wait("12.999")
    other_traffic(talk)
    return talk.capture


@case("rule-no-reply-healthy.pcap",
      "three SYNs, the last of them answered after ten seconds (frame 4), and other traffic half a minute later",
      "a server that was still starting")
def late_reply() -> Capture:
    """1-3 SYN, 4 SYN-ACK, 5 ACK, 6-8 data, 9-12 close, 13-14 DNS."""
    talk = conversation()
    talk.client.send("S")
    for pause in ("2.999", "5.999"):
        talk.capture.wait(pause)
        talk.client.again()
    talk.capture.wait("0.999")
    talk.server.send("SA")
    talk.client.send("A")
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    talk.capture.wait(30)
    other_traffic(talk)
    return talk.capture


@case("rule-no-reply-pending-healthy.pcap",
      "two SYNs without an answer (frames 1 and 2), and the end of the capture five seconds after the first",
      "a capture that was stopped early")
def pending_reply() -> Capture:
    """1-2 SYN, 3 DNS query, 4 its answer."""
    talk = conversation()
    talk.client.send("S")
    talk.capture.wait("2.999")
    talk.client.again()
    talk.capture.wait("1.999")
    other_traffic(talk)
    return talk.capture


# ---- killed ---------------------------------------------------------------------------------------------

def mail(secure: bool) -> Conversation:
    """Fourteen frames: handshake, greeting, EHLO, STARTTLS or MAIL, and eight more until the server has said goodbye."""
    talk = conversation((50000, 25))
    talk.open()
    talk.server.send("PA", b"220 mail.example.com ESMTP\r\n")
    talk.client.send("PA", b"EHLO client.example.com\r\n")
    talk.server.send("PA", b"250-mail.example.com\r\n250 STARTTLS\r\n")
    if secure:
        steps = b"STARTTLS\r\n", b"220 go ahead\r\n", client_hello(), server_hello(), application_data(60), application_data(80)
    else:
        steps = (b"MAIL FROM:<a@example.com>\r\n", b"250 ok\r\n", b"RCPT TO:<b@example.com>\r\n", b"250 ok\r\n", b"QUIT\r\n",
                 b"221 bye\r\n")
    for index, text in enumerate(steps):
        (talk.server if index % 2 else talk.client).send("PA", text)
    talk.client.send("A")
    talk.server.send("FA")
    return talk


@case("rule-kill-smtp.pcap",
      "the mail server closes in order (frame 14) after STARTTLS (frame 7), and a reset in its name, but without its IP ID, follows"
      " at once (frame 15);"
      " what the client says then (frame 16) belongs to no connection",
      "KB 959312: the SMTP filter of ISA Server and TMG")
def smtp_killed() -> Capture:
    """1-3 handshake, 4-6 greeting, 7-8 STARTTLS, 9-10 hellos, 11-12 data, 13 ACK, 14 FIN, 15 RST, 16 ACK."""
    talk = mail(secure=True)
    talk.server.send("R", window=0, ident=0)
    talk.capture.wait("0.02")
    talk.client.send("A")
    return talk.capture


@case("rule-kill-smtp-plain-healthy.pcap",
      "the same end (frames 14 and 15) without TLS",
      "a mail server in a hurry")
def smtp_reset() -> Capture:
    talk = mail(secure=False)
    talk.server.send("R", window=0)
    return talk.capture


@case("rule-kill-smtp-healthy.pcap",
      "mail under TLS and a plain close (frames 14 to 17)",
      "the same with the hotfix of KB 959312")
def smtp_closed() -> Capture:
    talk = mail(secure=True)
    talk.client.send("A")
    talk.client.send("FA")
    talk.server.send("A")
    return talk.capture


# ---- time -----------------------------------------------------------------------------------------------

def silent(seconds: int) -> Conversation:
    """Six frames of a connection, and then nothing for so long."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.capture.wait(seconds)
    return talk


@case("rule-tcp-idle.pcap",
      "a request on a connection that was silent for more than a day (frame 7), and twice more (frames 8 and 9); nobody"
      " answers",
      "a session left open overnight")
def tcp_idle() -> Capture:
    """1-6 connection, 7-9 request."""
    talk = silent(DAY)
    talk.client.send("PA", REQUEST)
    for pause in ("0.3", "0.6"):
        talk.capture.wait(pause)
        talk.client.again()
    return talk.capture


@case("rule-tcp-idle-healthy.pcap",
      "a request on a connection that was silent for an hour (frame 7)",
      "a database connection")
def tcp_hour() -> Capture:
    """1-6 connection, 7-9 request, response and ACK, 10-13 close."""
    talk = silent(3600)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("rule-udp-idle.pcap",
      "three DNS queries with the same ports: the second (frame 3) 61 seconds after the first answer is a session of its own,"
      " the third (frame 5) 59 seconds later is not; then a query with other ports (frame 7), 61 seconds later",
      "a resolver with a fixed port")
def udp_idle() -> Capture:
    """A query and its answer each."""
    capture = Capture()
    client, server = Host("192.168.1.10", ttl=128), dns_server()
    for ident, port, pause in ((1, 52000, 61), (2, 52000, 59), (3, 52000, 61), (4, 52001, 0)):
        send_udp(capture, client, server, (port, 53), dns_query(ident, "www.example.com"))
        send_udp(capture, server, client, (53, port), dns_answer(ident, "www.example.com", WEB_SERVER))
        capture.wait(pause)
    return capture


@case("rule-clock-healthy.pcap",
      "a clock that is set back by an hour during a connection (after frame 3), by ten years during the close (after frame 8)"
      " and during a DNS query (after frame 11), by an hour after a SYN (frame 13), and forward again after it (frame 14)",
      "a capturing host that gets its time from the network")
def clock_set_back() -> Capture:
    """1-3 handshake, 4-6 data, 7-10 close; 11-12 DNS; 13-22 another connection."""
    talk = conversation()
    capture = talk.capture
    capture.unsteady = True
    talk.open()
    capture.wait(-3600)
    talk.exchange(REQUEST, RESPONSE)
    talk.client.send("FA")
    talk.server.send("A")
    capture.wait(-3650 * DAY)
    talk.server.send("FA")
    talk.client.send("A")
    client, server = talk.client.host, dns_server()
    send_udp(capture, client, server, (52000, 53), dns_query(1, "www.example.com"))
    capture.wait(-3650 * DAY)
    send_udp(capture, server, client, (53, 52000), dns_answer(1, "www.example.com", WEB_SERVER))
    again = Conversation(capture, client, talk.server.host, (50001, 80), (3_000_000, 9_000_000))
    again.client.send("S")
    capture.wait(-3600)
    again.server.send("SA")
    capture.wait(3600)
    again.client.send("A")
    again.exchange(REQUEST, RESPONSE)
    again.close()
    return capture


# ---- not a SYN, and a SYN where none is expected --------------------------------------------------------

@case("rule-midstream.pcap",
      "a request and its retransmissions (frames 1 to 3), nothing before them and no answer",
      "a capture started on a dead connection")
def midstream() -> Capture:
    talk = conversation()
    talk.client.send("PA", REQUEST)
    for pause in ("0.3", "0.6"):
        talk.capture.wait(pause)
        talk.client.again()
    return talk.capture


@case("rule-new-syn-healthy.pcap",
      "a new SYN with the ports of a connection that is half-open (frame 2), established (17), half closed (35), closed"
      " (55), reset (72): each opens a connection of its own, and that works",
      "hosts that are restarted; clients that use their ports again at once")
def new_syn() -> Capture:
    """1 SYN, 2-11 connection; 12-16 and 17-26; 27-34 and 35-44; 45-54 and 55-64; 65-71 and 72-81."""
    capture = Capture()
    client, server = Host("192.168.1.10", ttl=128, ident=0x2A10), Host("192.0.2.20", ttl=64, ident=0x7300)
    endings = (
        lambda talk: talk.client.send("S"),
        lambda talk: (talk.open(), talk.client.send("PA", REQUEST), talk.server.send("A")),
        lambda talk: (talk.open(), talk.exchange(REQUEST, RESPONSE), talk.client.send("FA"), talk.server.send("A")),
        lambda talk: (talk.open(), talk.exchange(REQUEST, RESPONSE), talk.close()),
        lambda talk: (talk.open(), talk.exchange(REQUEST, RESPONSE), talk.client.send("RA", window=0)))
    for index, ending in enumerate(endings):
        ports = 50000 + index, 80
        ending(Conversation(capture, client, server, ports))
        capture.wait(1)
        again = Conversation(capture, client, server, ports, (3_000_000_000, 2_500_000_000))
        again.open()
        again.exchange(REQUEST, RESPONSE)
        again.close()
    return capture


# ---- windows --------------------------------------------------------------------------------------------

@case("rule-window.pcap",
      "data far beyond the window (frame 7) and once more (frame 8), data far before it (frame 9), an acknowledgement of"
      " what was never sent (frame 10)",
      "an attacker who cannot see the connection")
def window() -> Capture:
    """1-6 connection, 7-10 as above, 11-13 data, 14-17 close."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    for _ in range(2):
        talk.client.send("PA", REQUEST, seq=talk.client.next + 10_000_000)
    talk.client.send("PA", REQUEST, seq=talk.client.next - 10_000_000)
    talk.client.send("A", ack=talk.server.next + 5000)
    talk.exchange(REQUEST, RESPONSE)
    talk.close()
    return talk.capture


@case("rule-window-healthy.pcap",
      "a retransmission of what was acknowledged (frame 7), an old acknowledgement (frame 9), data out of order (frames 10"
      " and 11), a window probe (frame 14), a keep-alive (frame 16)",
      "packet loss and slow applications")
def inside_window() -> Capture:
    """1-6 connection, 7 response again, 8 ACK, 9 old ACK, 10-11 second half first, 12 ACK, 13-18 probes, 19-22 close."""
    talk = conversation()
    talk.open()
    talk.client.send("PA", REQUEST)
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.capture.wait("0.3")
    talk.server.again()
    talk.client.send("A")
    talk.client.send("A", ack=talk.server.isn + 1)
    first, second = RESPONSE[:20], RESPONSE[20:]
    talk.server.send("PA", second, seq=talk.server.next + len(first))
    talk.server.send("A", first, seq=talk.server.next)
    talk.server.next += len(RESPONSE)
    talk.client.send("A", window=0)
    talk.capture.wait(1)
    talk.server.send("A", b"m", seq=talk.server.next)
    talk.client.send("A", window=0)
    talk.capture.wait(30)
    talk.client.send("A", seq=talk.client.next - 1)
    talk.server.send("A")
    talk.client.send("A")
    talk.close()
    return talk.capture


# ---- evidence -------------------------------------------------------------------------------------------

@case("rule-evidence-none.pcap",
      "acknowledgements that are one too many (frames 3 to 5), each with something else, and nothing more",
      "a capture that was stopped early")
def evidence_none() -> Capture:
    talk = conversation()
    talk.client.send("S")
    talk.server.send("SA")
    talk.client.send("A", ack=talk.server.isn + 2)
    for line in REQUEST[:26], REQUEST[26:]:
        talk.client.send("PA", line, ack=talk.server.isn + 2)
    return talk.capture


def closed_early() -> Conversation:
    """Eleven frames: a connection that is reset, and a request that comes all the same."""
    talk = conversation()
    talk.open()
    talk.exchange(REQUEST, RESPONSE)
    talk.client.send("PA", REQUEST)
    talk.server.send("RA", window=0)
    for _ in range(3):
        talk.capture.wait("0.3")
        talk.client.again()
    return talk


@case("rule-late-corroborated.pcap",
      "a connection that is reset (frame 8), and a request that is repeated three times after it (frames 9 to 11)",
      "a reset that the client never got")
def late_corroborated() -> Capture:
    return closed_early().capture


@case("rule-late-contradicted.pcap",
      "the same, but then the server acknowledges the request (frame 12) and answers (frame 13): the reset was not its own,"
      " and nobody in between obeyed it",
      "a forged reset that the server's network card let pass")
def late_contradicted() -> Capture:
    """1-6 connection, 7 request, 8 RST, 9-11 request, 12 ACK, 13 response, 14 ACK, 15-18 close."""
    talk = closed_early()
    talk.server.next = talk.client.peer.next
    talk.server.send("A")
    talk.server.send("PA", RESPONSE)
    talk.client.send("A")
    talk.close()
    return talk.capture


# ---- statuses -------------------------------------------------------------------------------------------

def after_hello(alert: bytes) -> Capture:
    """Six frames and a reset: handshake, hello, its answer, an alert if there is one, an ACK."""
    talk = conversation((50000, 443))
    talk.open()
    talk.client.send("PA", client_hello())
    talk.server.send("PA", alert or server_hello())
    talk.client.send("A")
    talk.server.send("RA", window=0)
    return talk.capture


@case("rule-status-alert.pcap",
      "the server answers a hello with a fatal alert (frame 5, handshake failure) and resets (frame 7)",
      "no cipher suite in common")
def tls_alert() -> Capture:
    return after_hello(tls_record(21, b"\x02\x28"))


@case("rule-status-alert-healthy.pcap",
      "the same without an alert: both sides have spoken, nothing is under way (frame 7)",
      "a server that does not wait for the end of a session")
def no_alert() -> Capture:
    return after_hello(b"")
