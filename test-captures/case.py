# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of captures, and the hosts that most of them have in common."""

from collections.abc import Callable
from dataclasses import dataclass

from packets import Capture, Conversation, Host

REQUEST = b"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nHello world\n"


@dataclass(frozen=True)
class Case:
    """One capture file: what it shows, what real thing it stands for, and how it is made."""
    file: str
    shows: str
    stands_for: str
    build: Callable[[], Capture]
    theme: str


CASES: dict[str, Case] = {}


def case(file: str, shows: str, stands_for: str) -> Callable[[Callable[[], Capture]], Callable[[], Capture]]:
    """Register the function that makes `file`."""
    def register(build: Callable[[], Capture]) -> Callable[[], Capture]:
        if file in CASES:
            raise ValueError(f"{file} is registered twice")
        CASES[file] = Case(file, shows, stands_for, build, build.__module__)
        return build
    return register


def conversation(ports: tuple[int, int] = (50000, 80), isns: tuple[int, int] = (1_000_000, 5_000_000),
                 client: str = "192.168.1.10", server: str = "192.0.2.20") -> Conversation:
    """A fresh capture with a Windows client (TTL 128) and a Linux server (TTL 64), captured between the two."""
    return Conversation(Capture(), Host(client, ttl=128, ident=0x2A10), Host(server, ttl=64, ident=0x7300), ports, isns)
