# SPDX-License-Identifier: GPL-2.0-or-later
"""Where Linux connection tracking and the firewall that is emulated differ, as data: what each class looks like, and
why.

Names like tcp_in_window are functions and tables of the kernel's net/netfilter/nf_conntrack_proto_tcp.c, as of 6.18.
"""

import re
from dataclasses import dataclass
from typing import Callable

from reading import ACK, RST, ahead, tcp_options

SANITY = r"0xc00400(13|14|18|19|1a|1b|1c|1d|1f|28|29|31|41)"
MISMATCH = "0xc0040034"
LEAST_WINDOW = 65535  # our window check takes no window for smaller


def bound(case):
    """The number in the kernel's sentence: one beyond what it allows."""
    return int(re.search(r"bound (\d+)", case.reason)[1])


def sack_reaches_beyond(case):
    """The acknowledgement is in bounds, and the right edge of a SACK block (RFC 2018) is not."""
    edges = [
        int.from_bytes(value[at : at + 4], "big")
        for kind, value in tcp_options(case.segment.options)
        for at in range(4, len(value), 8)
        if kind == 5
    ]
    return ahead(case.segment.ack, bound(case)) < 0 and any(ahead(edge, bound(case)) >= 0 for edge in edges)


def inside_least_window(case):
    return 0 <= ahead(case.segment.seq, bound(case)) <= LEAST_WINDOW


@dataclass(frozen=True)
class Class:
    name: str
    kernel: str  # what it does: drops, passes; we do the opposite
    reason: str  # the kernel's reason matches
    code: str = ""  # our code matches
    states: str = ""  # our state before the packet is one of these
    applies: Callable = lambda case: True
    the_kernel: str = ""
    ours: str = ""

    def explains(self, case):
        return (
            (self.kernel == "passes") == case.passed
            and re.search(self.reason, case.reason) is not None
            and re.search(self.code, case.code) is not None
            and (not self.states or case.state in self.states.split())
            and self.applies(case)
        )


CLASSES = (
    Class(
        "sanity",
        "passes",
        "",
        code=SANITY,
        the_kernel="Looks at ports, sequence numbers and flags only; lengths and addresses are the business of others "
        "(ip_rcv, routing), and the replay gives every packet good ones.",
        ours="Drops at sight what no healthy stack sends: land, port 0, 0.0.0.0, WinNuke, impossible lengths.",
    ),
    Class(
        "synack-payload",
        "passes",
        "",
        code=MISMATCH,
        states="syn-received",
        applies=lambda case: case.story.synack_payload,
        the_kernel="tcp_in_window: td_end of a SYN-ACK counts its payload, so an acknowledgement that covers it is in "
        "bounds.",
        ours="Demands ISN+1 and nothing else, whatever the SYN-ACK carries: what TMG did (source 003).",
    ),
    Class(
        "below-window",
        "passes",
        "under lower bound",
        code=MISMATCH,
        the_kernel="tcp_in_window: what lies below the window, or acknowledges what is long past, is ignored "
        "(NFCT_TCP_IGNORE): it passes and moves nothing.",
        ours="More than a window below, or a SYN-ACK that does not acknowledge the SYN: FWX_E_SEQ_ACK_MISMATCH "
        "(inferred).",
    ),
    Class(
        "overshoot",
        "passes",
        "bytes more than expected",
        code=MISMATCH,
        the_kernel="tcp_in_window: up to one more window beyond the window is ignored (NFCT_TCP_IGNORE), because some "
        "stacks send it.",
        ours="The window ends where the receiver says (RFC 9293, 3.10.7.4).",
    ),
    Class(
        "reset-of-a-syn",
        "passes",
        "",
        code=MISMATCH,
        states="syn-sent",
        applies=lambda case: bool(case.segment.flags & RST),
        the_kernel="No state of the responder to check against yet (td_maxwin is 0), and the acknowledgement may be "
        "ISN: any reset ends the half-open connection.",
        ours="In SYN-SENT a reset has to acknowledge the SYN (RFC 9293, 3.10.7.3).",
    ),
    Class(
        "flags",
        "drops",
        "invalid tcp flag combination",
        the_kernel="tcp_error, tcp_valid_flags: a segment without SYN, RST and ACK, or a FIN without ACK, is invalid.",
        ours="Only sets of flags that are known as scans are; a bare FIN or PSH passes, and the receiver drops it "
        "(RFC 9293, 3.10.7.4).",
    ),
    Class(
        "new-not-syn",
        "drops",
        "new, and no SYN",
        the_kernel="Until a reply is seen the connection is new: the rule for new packets drops even a reset of its "
        "initiator.",
        ours="The initiator may take back its SYN.",
    ),
    Class(
        "synack-missing",
        "drops",
        "in dir [01] invalid, state SYN_SENT",
        the_kernel="tcp_conntracks: in SYN_SENT an ACK or FIN is invalid (sIV) until a SYN-ACK that it accepts has "
        "passed. One of a SYN with a lower ISN than the SYN before it is not accepted.",
        ours="The capture missed the SYN-ACK, or has it out of order (source 002 shows one): nothing is said.",
    ),
    Class(
        "ack-missing",
        "drops",
        "ACK is over upper bound",
        states="syn-received",
        applies=lambda case: case.from_responder,
        the_kernel="tcp_in_window: what the initiator sent and the firewall has not seen, or has dropped, cannot be "
        "acknowledged.",
        ours="The responder's word that the handshake is complete: the capture missed a packet, or contradicts the "
        "prediction.",
    ),
    Class(
        "sack",
        "drops",
        "ACK is over upper bound",
        applies=sack_reaches_beyond,
        the_kernel="tcp_sack: the highest right edge of a SACK block counts as the acknowledgement; a device that "
        "rewrites sequence numbers and not SACK blocks makes it wrong.",
        ours="The check of windows looks at no SACK blocks; edges outside all that was sent are told as a cause, sack-rewritten.",
    ),
    Class(
        "reset-acknowledgement",
        "drops",
        "ACK is over upper bound",
        applies=lambda case: case.segment.flags & (RST | ACK) == RST | ACK,
        the_kernel="tcp_in_window checks the acknowledgement of a reset as that of any segment.",
        ours="A reset is judged by its sequence number alone (RFC 9293, 3.10.7.4).",
    ),
    Class(
        "small-window",
        "drops",
        "SEQ is over upper bound",
        applies=lambda case: not case.story.classes and inside_least_window(case),
        the_kernel="tcp_in_window: td_maxend is what the receiver offered, be it a few bytes.",
        ours="A window counts as 65535 bytes at least, against false alarms where a window update was missed.",
    ),
    Class(
        "late-window",
        "drops",
        "over upper bound|invalid rst",
        states="closed reset",
        the_kernel="tcp_in_window goes on checking in TIME_WAIT and CLOSE.",
        ours="While a closed connection lingers, all its segments pass.",
    ),
    Class(
        "fin-repeated",
        "drops",
        "^invalid",
        states="fin-wait",
        applies=lambda case: case.story.fin_repeated,
        the_kernel="tcp_conntracks does not ask whose FIN it is: one side's FIN, repeated, leads from CLOSE_WAIT to "
        "LAST_ACK, and the next ACK to TIME_WAIT; with a timer of 0 the entry is gone while the other side still "
        "sends.",
        ours="One FIN a side counts; a half-closed connection stays until the other side has closed too.",
    ),
    Class(
        "last-ack",
        "drops",
        "^invalid",
        states="closing",
        the_kernel="tcp_conntracks: in LAST_ACK any ACK in the window leads to TIME_WAIT, whether or not it "
        "acknowledges the FIN; with a timer of 0 the entry is gone.",
        ours="The connection closes when both FINs are acknowledged.",
    ),
    Class(
        "closed-by-fin",
        "passes",
        "^$",
        code="0xc0040017",
        states="closed",
        the_kernel="tcp_conntracks: a FIN that acknowledges the other side's leads to LAST_ACK only; it takes an ACK "
        "without FIN to get on.",
        ours="Both FINs are acknowledged, so the connection is closed, and what comes now is late.",
    ),
    Class(
        "captured-twice",
        "drops",
        "^invalid|over upper bound",
        states="closed reset syn-received",
        applies=lambda case: case.story.repeats(case.segment),
        the_kernel="A packet is a packet.",
        ours="The same packet once more (same IP ID) is what a mirror port shows: nothing is said.",
    ),
    Class(
        "jumbogram",
        "drops",
        "over upper bound",
        applies=lambda case: "jumbo" in case.capture.name,
        the_kernel="The jumbogram that is acknowledged (RFC 2675) is too long to be sent through the replay.",
        ours="Its data were captured.",
    ),
    Class(
        "both-sides",
        "drops",
        "ACK is over upper bound",
        applies=lambda case: case.capture.name.startswith("rewritten-isn-"),
        the_kernel="It stands on one side of whatever rewrites sequence numbers, and never sees the packets of the other.",
        ours="The capture has each packet twice, with the numbers of both sides (same IP ID, lengths and order): one packet, and no "
        "mismatch.",
    ),
    Class(
        "forgotten",
        "drops",
        "^invalid",
        applies=lambda case: case.story.reset_unanswered,
        the_kernel="nf_conntrack_tcp_packet: where the only reply is a reset the entry is deleted at once, whatever "
        "the timers say.",
        ours="The connection lingers as any closed one, or the reset was not acceptable and ended nothing.",
    ),
)
FOLLOWS = "follows"
