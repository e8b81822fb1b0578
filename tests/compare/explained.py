# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the second reading of captures (independent.py) and the plugin differ, and why, as data."""

import re
from dataclasses import dataclass

from differences import SANITY


@dataclass(frozen=True)
class Class:
    """A difference between the two readings that is explained."""

    name: str
    what: str  # matches
    why: str
    captures: str = ""  # match
    who: str = ""  # alone says it; empty: either
    verdict: str = ""  # the plugin's codes on that frame match
    wrong: bool = False  # it is the plugin that is wrong

    def explains(self, comparison, capture, what, frame, who):
        codes = [name for name, frames in comparison.ours.items() if name.startswith("verdict ") and frame in frames]
        return (
            re.search(self.what, what) is not None
            and re.search(self.captures, str(capture)) is not None
            and self.who in ("", who)
            and (not self.verdict or any(re.search(self.verdict, code) for code in codes))
        )


CLASSES = (
    Class(
        "nobody heeded the reset",
        "outcome",
        "The client's stack takes no notice of a refusal whose time stamp it has never sent, and goes on with the "
        "SYN-ACK: both send data and acknowledge it, and the connection is open. For the plugin the refusal ended "
        "it.",
        captures=r"/bug-3286-02-linux-evasion__",
        wrong=True,
    ),
    Class(
        "of a newer connection",
        "outcome refused",
        "A SYN that nobody answers; the segments that the plugin takes for an older connection's answer acknowledge "
        "the data of a newer one.",
        captures=r"/bug-7657-01__input\.",
        who="plugin",
        wrong=True,
    ),
    Class(
        "never answered",
        "outcome",
        "Five SYNs, and half a minute later a FIN that acknowledges none of them: it is another connection's. For "
        "the plugin this one is open, and works.",
        captures=r"/bug-5437-02__input\.",
        wrong=True,
    ),
    Class(
        "below the window",
        "reset|outcome",
        "A reset whose number is below what its receiver has acknowledged is dropped (RFC 9293, 3.10.7.4). For the "
        "plugin it ends the connection.",
        captures=r"/bug-4903__bug-4903-04__input\.",
        wrong=True,
    ),
    Class(
        "the same SYN seconds later",
        "outcome",
        "Four SYNs in twelve seconds, with the same IP ID: unanswered. For the plugin the capture cannot tell.",
        captures=r"/tcp__option-sack\.",
        wrong=True,
    ),
    Class(
        "gave up, or closed dirtily",
        "outcome",
        "Three copies that nobody acknowledges, the other side's FIN, and the reset of the one who repeats: unheard "
        "here, a reset for the plugin. Both are true.",
        captures=r"/cause-dirty-close-unacknowledged\.",
    ),
    Class(
        "begins with a packet refused at sight",
        "outcome",
        "The first segment is dropped for its own sake: the conversation begins with the next, or nothing became of "
        "it.",
        captures=r"/(modbus__fuzz-72|issue-3341-tcphdr-01__urgent11_cve_2019_12260)\.",
        who="plugin",
    ),
    Class(
        "refused at sight",
        "attempt|reset|outcome",
        "What the firewall drops for its own sake (land, port 0, impossible flags or lengths) opens and ends "
        "nothing.",
        who="independent",
        verdict=SANITY,
    ),
    Class(
        "captured twice",
        "reset after-close|handshake acknowledgement",
        "The same packet once more, as a mirror port shows it: the plugin says nothing of the second.",
        who="independent",
    ),
    Class(
        "SYN-ACK missing",
        "reset (handshake-abort|data-abort|idle-abort)",
        "One direction was captured: the plugin takes the initiator's ACK as the end of the handshake, RFC 9293 "
        "wants the SYN-ACK for that.",
        captures=r"/(tls_1.2_unidirectional_client|bug-8629-async-oneside__input)\.",
    ),
    Class(
        "probe of a closed port",
        "reset (data-abort|no-connection)|outcome",
        "A bare FIN is no connection for the plugin, so the reset that answers it ends none; here it begins a "
        "stream.",
        captures=r"/tcp_scan\.",
    ),
    Class(
        "several connections on a tuple",
        "attempt|reset|outcome",
        "A SYN with another ISN, while the connection before goes on or its SYN comes again: the plugin tells by "
        "the numbers whose a segment is, here the newest has it.",
        captures=r"/(bug-5437-02__input|bug-7657-01__input|cause-port-reuse-live|rewritten-isn-(both|initiator))\.",
    ),
    Class(
        "late segment",
        "handshake acknowledgement",
        "Behind the reset that ended the handshake: late for the plugin, a wrong acknowledgement here.",
        captures=r"/issue-3341-tcphdr-01__urgent11_cve_2019_12260\.",
        who="independent",
    ),
    Class(
        "split handshake",
        "attempt answered|outcome",
        "The other side answers with a SYN of its own, behind an ACK: a new connection for the plugin, and the "
        "first one unanswered; it is the same (RFC 9293, 3.5).",
        captures=r"/tcp-split-handshake-02-5whs__",
        wrong=True,
    ),
    Class(
        "an older connection answers",
        "attempt|outcome",
        "An ACK or a SYN-ACK that acknowledges something else than the SYN is an older connection's for the plugin, "
        "and the next SYN another attempt; here the ACK is an answer, and the SYN-ACK none: its receiver resets it "
        "and goes on asking (RFC 9293, 3.10.7.3).",
        captures=r"/cause-port-reuse(-synack)?\.",
    ),
    Class(
        "acknowledges nothing",
        "attempt",
        "An ACK that does not acknowledge the SYN is no answer for the plugin (RFC 5961, 4), here it is one.",
        captures=r"/(tcp__syn-then-(ack|stuff)-then-rst)\.",
    ),
    Class(
        "after a reset that was not the endpoint's",
        "reset (handshake-abort|data-abort)",
        "Whose name a reset carries goes on afterwards: for the plugin the connection does, and the next reset ends "
        "it; here the first one did.",
        captures=r"/(origin-(goes-on-|synack-after-refusal|three-refusals)|modbus__modbus-and-non-modbus-p502\.)",
        who="plugin",
    ),
    Class(
        "answer to a wrong acknowledgement",
        "reset (handshake-abort|no-connection)|outcome",
        "A reset with the number of a wrong acknowledgement (RFC 9293, 3.10.7.4) ends the handshake for the plugin; "
        "here it is outside the window.",
        captures=r"/cause-ack-mismatch-reset\.",
    ),
)
