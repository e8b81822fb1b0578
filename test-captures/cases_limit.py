# SPDX-License-Identifier: GPL-2.0-or-later
"""Limits of an address, and scans, seen as a whole"""

from case import case
from packets import Capture, Conversation, Host
from story import bystander

START = "2024-03-11 09:30:00"


def crowd(client: str, server: str) -> tuple[Capture, Host, Host]:
    return Capture(start=START, short=True), Host(client, ttl=128, ident=0x3200), Host(server, ttl=57, ident=0x6A00)


def numbered(capture: Capture, client: Host, server: Host, number: int, port: int = 3128) -> Conversation:
    """The numbered connection of the two, without options."""
    talk = Conversation(capture, client, server, (21000 + number, port), (3000 * number + 7, 7_000_000 + 3000 * number))
    talk.client.options = talk.server.options = b""
    return talk


@case("limit-contradicted.pcap",
      "170 connections of one address open at once, all of them answered: no limit here",
      "a proxy")
def contradicted() -> Capture:
    """Connection n has frames 3n-2 to 3n."""
    capture, client, server = crowd("172.24.8.11", "198.18.55.11")
    for number in range(170):
        numbered(capture, client, server, number).open()
        capture.wait("0.2")
    return capture


@case("limit-corroborated.pcap",
      "160 connections of one address open at once; five more (frames 481 to 485) are not answered, three SYNs each",
      "a proxy behind a firewall with a limit")
def corroborated() -> Capture:
    """Connection n has frames 3n-2 to 3n, up to the 160th; 481-495 SYNs of the others; then somebody else."""
    capture, client, server = crowd("172.24.8.12", "198.18.55.12")
    talks = [numbered(capture, client, server, number) for number in range(165)]
    for talk in talks[:160]:
        talk.open()
        capture.wait("0.2")
    for talk in talks[160:]:
        talk.client.send("S")
    for pause in ("1", "2"):
        capture.wait(pause)
        for talk in talks[160:]:
            talk.client.again()
    bystander(capture)
    return capture


@case("limit-scan-ports.pcap",
      "40 ports of one host asked in two seconds: 36 refuse, three answer (frames 15 to 17, 34 to 36, 53 to 55), one is silent"
      " (frame 74)",
      "a port scan")
def scan_ports() -> Capture:
    """SYN and RST, or SYN, SYN-ACK and RST; then somebody else."""
    capture, client, server = crowd("172.24.8.13", "198.18.55.13")
    for number in range(40):
        talk = numbered(capture, client, server, 900, 100 + number)
        talk.client.send("S")
        if number in (7, 16, 25):
            talk.server.send("SA")
            talk.client.send("R", window=0)
        elif number != 35:
            talk.server.send("RA", seq=0, window=0)
        capture.wait("0.04")
    bystander(capture)
    return capture


@case("limit-scan-hosts.pcap",
      "port 445 of 40 hosts, a SYN each, none of them answered",
      "a worm")
def scan_hosts() -> Capture:
    """1-40 SYN; then somebody else."""
    capture, client, _ = crowd("172.24.8.14", "198.18.55.14")
    for number in range(40):
        numbered(capture, client, Host(f"198.18.56.{number + 1}"), number, 445).client.send("S")
        capture.wait("0.04")
    bystander(capture)
    return capture


@case("limit-few-healthy.pcap",
      "eight connections to eight ports of one host, all refused (frames 2, 4 and so on), over four minutes",
      "a monitor that looks for services; too few for a scan")
def few() -> Capture:
    """Eight times SYN and RST."""
    capture, client, server = crowd("172.24.8.15", "198.18.55.15")
    for number in range(8):
        talk = numbered(capture, client, server, number, 100 + number)
        talk.client.send("S")
        talk.server.send("RA", seq=0, window=0)
        capture.wait(30)
    return capture
