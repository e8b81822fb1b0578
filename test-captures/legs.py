# SPDX-License-Identifier: GPL-2.0-or-later
"""One conversation on both sides of a device, as each of its interfaces captures it."""

from dataclasses import dataclass, field

from packets import MODULUS, NANOSECONDS, Conversation, Host, Interface, Points, Side

INSIDE, OUTSIDE = 0, 1
INTERFACES = (Interface("inside"), Interface("outside"))


def between() -> Points:
    """A capture on both interfaces of a device."""
    return Points(interfaces=INTERFACES)


def beyond(host: Host, address: str = "", hops: int = 1) -> Host:
    """The host as it is seen behind the device, perhaps under another address."""
    return Host(address or host.address, ttl=host.ttl - hops)


@dataclass
class Legs:
    """The inner and the outer leg: each with addresses, ports and sequence numbers of its own. What one leg's `client` sends
    comes in on the first interface and goes out on the second `delay` seconds later, the `server`'s the other way."""
    capture: Points
    inner: Conversation
    outer: Conversation
    delay: str = "0.005"
    places: dict[Conversation, int] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {self.inner: INSIDE, self.outer: OUTSIDE}

    def side(self, who: str, place: int) -> Side:
        self.capture.at = place
        return getattr((self.inner, self.outer)[place], who)

    def hand_on(self, who: str, flags: str, payload: bytes = b"", *, drop: bool = False, again: bool = False,
                out: bytes | None = None, lost: int | None = None, delay: str = "", changed: dict | None = None,
                **fields) -> None:
        """A segment comes in and, unless it is dropped, goes out: with other bytes (`out`), other fields (`changed`), and not
        captured on the interface that is `lost`. `again`: the latest one of the side."""
        coming, leaving = (INSIDE, OUTSIDE) if who == "client" else (OUTSIDE, INSIDE)
        side = self.side(who, coming)
        if again:
            flags, payload, _ = side.last
            side.again(**fields)
        else:
            side.send(flags, payload, **fields)
        place = (side.last[2] if again else side.next - self.length(flags, payload)) - side.isn
        ident = (side.host.ident - 1) % 0x10000
        if lost == coming:
            self.forget()
        if drop:
            return
        self.capture.now -= NANOSECONDS // 1000
        self.capture.wait(delay or self.delay)
        side = self.side(who, leaving)
        seq = (side.isn + place) % MODULUS
        side.send(flags, payload if out is None else out, seq=seq, **{"ident": ident} | fields | (changed or {}))
        side.next = max(side.next, seq + self.length(flags, payload))
        if lost == leaving:
            self.forget()

    @staticmethod
    def length(flags: str, payload: bytes) -> int:
        return len(payload) + ("S" in flags) + ("F" in flags)

    def forget(self) -> None:
        del self.capture.frames[-1], self.capture.places[-1]

    def open(self, **client) -> None:
        """Six frames: in, out; out, in; in, out."""
        self.hand_on("client", "S", **client)
        self.hand_on("server", "SA")
        self.hand_on("client", "A")

    def exchange(self, request: bytes, response: bytes) -> None:
        """Six frames."""
        self.hand_on("client", "PA", request)
        self.hand_on("server", "PA", response)
        self.hand_on("client", "A")

    def close(self) -> None:
        """Eight frames."""
        self.hand_on("client", "FA")
        self.hand_on("server", "A")
        self.hand_on("server", "FA")
        self.hand_on("client", "A")
