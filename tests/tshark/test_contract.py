"""The names that other people's filters rely on: fields with their types, expert infos with frames and severities."""

import functools

import pytest

from wireshark import capture, expert_infos, our_experts, our_fields

# expert info: where it is raised, and nowhere else in the same capture: {capture: [(frame, severity)]}
RAISED = {
    "synack_payload": {
        "source-003-client": [(2, "warn"), (8, "warn")],
        "tcp-synack-different-payload": [(3, "warn"), (4, "note")],
        "tcp-fast-open": [(2, "note")],
    },
    "padding": {"source-003-client": [(2, "warn"), (8, "warn"), (12, "warn")], "source-003-firewall": []},
    "ack_mismatch": {
        "source-003-client": [(frame, "error") for frame in (3, 4, 5, 6, 7, 9, 10, 11)],  # borne out
        "rule-evidence-none": [(3, "warn"), (4, "warn"), (5, "warn")],
        "tcp-fast-open": [(3, "note"), (4, "note")],
    },
    "reset": {"reset-refused": [(2, "note")], "reset-injected": [(7, "warn")], "source-001-dirty-close": []},
    "dirty_close": {"source-001-dirty-close": [(12, "note")], "reset-after-own-fin": []},
    "not_syn": {"tcp-late-segments": [(11, "note"), (12, "note")], "rule-tcp-idle": [(7, "error"), (8, "error"), (9, "error")], "tcp-midstream": []},
    "killed": {"source-004-rtsp-killed": [(10, "warn")], "rule-kill-smtp": [(15, "warn")], "reset-data-abort": []},
    "quota": {"rule-concurrent-quota": [(481, "warn"), (489, "warn")], "rule-half-open-quota-healthy": []},
    "no_reply": {"rule-no-reply": [(3, "warn")], "rule-no-reply-pending-healthy": []},
    "sanity": {"rule-half-scan": [(frame, "warn") for frame in (1, 2, 3, 4, 5, 9)], "rule-half-scan-healthy": []},
    "capture_cut": {"cut-54": [(1, "chat")], "tcp-healthy": []},
    "capture_one_way": {"outcome-one-way-initiator": [(1, "chat")], "tcp-healthy": []},
    "capture_filtered": {"outcome-cut-syns": [(1, "chat")], "outcome-cut-last-syn": []},
    "capture_segments": {"tcp-tso": [(1, "chat")], "tcp-healthy": []},
    "capture_checksums": {"source-003-client": [(1, "chat")], "tcp-healthy": []},
    "capture_no_time": {"time-none": [(1, "chat")], "tcp-healthy": []},
    "capture_clock_back": {"time-one-early": [(1, "chat")], "tcp-healthy": []},
    "capture_no_markers": {"rule-rate-quota": [(1, "chat")], "source-002-markers-n1": []},
    "marker": {"marker-repeated": [(frame, "chat") for frame in (1, 2, 5, 6, 9, 10, 13, 14)], "marker-quoted": []},
}
CASES = [(name, file, expected) for name, files in RAISED.items() for file, expected in files.items()]


@functools.cache
def infos(name):
    return expert_infos(capture(name), two_pass=True)


@pytest.mark.parametrize(("name", "file", "expected"), CASES, ids=[f"{name} {file}" for name, file, _ in CASES])
def test_expert_info(name, file, expected):
    found = [(frame, severity) for frame, expert, severity, _ in infos(file) if expert == f"fwx.expert.{name}"]
    assert found == expected


def test_no_expert_info_is_forgotten():
    assert {f"fwx.expert.{name}" for name in RAISED} == set(our_experts())


def test_every_contracted_field_is_there():
    contract = """
        synack.payload_len:FT_UINT32 padding_len:FT_UINT32 ack.expected:FT_UINT32 ack.actual:FT_UINT32
        ack.delta:FT_INT32 ack.cause_frame:FT_FRAMENUM reset.class:FT_STRING reset.by:FT_STRING
        reset.fin_frame:FT_FRAMENUM reset.fin_delay:FT_RELATIVE_TIME reset.status:FT_UINT32 reset.injected:FT_BOOLEAN
        marker.size:FT_UINT32 marker.role:FT_STRING marker.after:FT_UINT32 marker.range:FT_STRING
        marker.first_frame:FT_FRAMENUM marker.last_frame:FT_FRAMENUM
        verdict.code:FT_UINT32 verdict.symbol:FT_STRING verdict.action:FT_STRING verdict.reason:FT_STRING
        verdict.confidence:FT_STRING verdict.brief:FT_STRING conn.id:FT_UINT32 conn.innermost:FT_UINT32 conn.state:FT_STRING conn.code:FT_UINT32 conn.symbol:FT_STRING
        conn.action:FT_STRING conn.reason:FT_STRING conn.confidence:FT_STRING conn.frame:FT_FRAMENUM
        conn.dropped:FT_UINT32 conn.evidence:FT_STRING
        conn.outcome:FT_STRING conn.cause:FT_STRING conn.severity:FT_STRING conn.headline:FT_STRING
        conn.next_step:FT_STRING finding:FT_STRING silence.time:FT_RELATIVE_TIME silence.end:FT_STRING
        reset.origin:FT_STRING reset.signs:FT_STRING
        synack.payload:FT_BYTES reset.grade:FT_STRING marker.number:FT_UINT32 conn.status:FT_UINT32
        elsewhere.linux:FT_STRING elsewhere.asa:FT_STRING elsewhere.paloalto:FT_STRING elsewhere.checkpoint:FT_STRING
        elsewhere.fortigate:FT_STRING elsewhere.pf:FT_STRING firewall:FT_STRING firewall.advice:FT_STRING
        point.name:FT_STRING point.number:FT_UINT32
        pair.conn:FT_UINT32 pair.point:FT_STRING pair.method:FT_STRING pair.path:FT_STRING pair.order:FT_STRING
        pair.frame:FT_FRAMENUM pair.stay:FT_RELATIVE_TIME pair.fate:FT_STRING pair.changes:FT_STRING pair.reason:FT_STRING
        clock.offset:FT_RELATIVE_TIME clock.error:FT_DOUBLE clock.drift:FT_DOUBLE
        expert.synack_payload:FT_NONE expert.padding:FT_NONE expert.ack_mismatch:FT_NONE expert.reset:FT_NONE
        expert.dirty_close:FT_NONE expert.not_syn:FT_NONE expert.killed:FT_NONE expert.quota:FT_NONE
        expert.no_reply:FT_NONE expert.sanity:FT_NONE expert.marker:FT_NONE
    """
    expected = {f"fwx.{name}": kind for name, kind in (pair.split(":") for pair in contract.split())}
    assert {name: our_fields().get(name) for name in expected} == expected
