"""Traffic that nothing is wrong with: no warning, nothing denied."""

import pytest

from wireshark import capture, equal, expert_infos, table, where

HEALTHY = """
    tcp-healthy tcp-healthy-ipv6 tcp-midstream tcp-one-sided-initiator tcp-one-sided-responder tcp-missing-ack
    tcp-seq-wrap tcp-synack-before-syn tcp-retransmitted-syn tcp-two-synack-isns tcp-simultaneous-open tcp-port-reuse
    tcp-port-reuse-live tcp-six-zero-bytes-psh tcp-keepalive tcp-zero-window tcp-tso tunnel-icmp-error tunnel-fragments
    udp-dns marker-none marker-quoted source-001-tail source-001-dirty-close source-002-late-synack
    source-002-markers-n1 source-002-markers-n2 source-002-markers-n5 source-004-rtsp-healthy
    tunnel-gre tunnel-ipip tunnel-vxlan tunnel-gtp tunnel-vlan-qinq tunnel-ah tunnel-ah-udp
    fragments-sll fragments-raw fragments-qinq fragments-gre fragments-vxlan fragments-ipv6
    rule-bad-length-sll-healthy rule-bad-length-gre-healthy rule-bad-length-jumbo-healthy rule-fragments-healthy
    rule-ping-of-death-ipv6-healthy
    reset-not-injected-lb reset-not-injected-linux reset-dirty-close-responder
    point-routed point-routed-ipv6 point-batches point-any point-markers point-same-name point-one point-two-silent
    point-sections-apart point-sections-both silence-short-healthy silence-keep-alive silence-keep-alive-answered
    firewall-unacknowledged firewall-half-open firewall-half-open-synack firewall-half-closed firewall-udp firewall-udp-one-way
""".split()
# These end in a reset that is worth a look, though not a drop.
RESET = {"tcp-port-reuse", "reset-not-injected-lb", "reset-not-injected-linux"}


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_wrong(name):
    for options in ({}, {"two_pass": True}):
        infos = expert_infos(capture(name), **options)
        loud = {expert for _, expert, severity, _ in infos if severity in ("warn", "error")}
        assert loud <= ({"fwx.expert.reset"} if name in RESET else set())
        for field in ("verdict.action", "conn.action"):
            assert equal(name, field, "Denied", **options) == []
        assert where(name, "ack.delta", "padding_len", **options) == []
        assert set(table(name, "synack.payload_len", **options).values()) <= {"0"}
        assert equal(name, "reset.injected", "1", "True", **options) == []
