"""-z fwx,timeouts: which silences a server's connections survived, which not, and the known time-outs that fit."""

import json

import pytest

from wireshark import capture, matching, sharkd, taps, tshark

HEADS = ["Server", "Protocol", "Connections", "Survived (s)", "Fatal (s)", "Ended", "Frame", "Known time-outs", "Display filter",
         "Explained by"]


def rows(name, *arguments, filter="", **options):
    lines = tshark(capture(name), "-Q", "-z", "fwx,timeouts" + (f",{filter}" if filter else ""), *arguments, **options)
    cells = [[cell.strip() for cell in line.split("|")[:-1]] for line in lines if " |" in line]
    assert cells[0] == HEADS
    return cells[1:]


def own(*rows):
    return [word for row in rows for word in ("-o", "uat:fwx_timeouts:" + ",".join(f'"{value}"' for value in row))]


def filter_of(address, port):
    return f"{'ipv6' if ':' in address else 'ip'}.addr == {address} and tcp.port == {port} and fwx.silence.time"


AT_363 = ("350 s AWS NLB (aws-nlb), 350 s AWS NAT gateway (aws-natgw), 350 s AWS security group, Nitro v6 (aws-sg), "
          "350 s AWS Network Firewall (aws-nfw), 300 s Linux netfilter, data unacknowledged (linux) and 6 more")

AWS = ("AWS NLB (350 s, documented), AWS NAT gateway (350 s, inferred), AWS security group (350 s, Nitro v6, documented), "
       "AWS Network Firewall (350 s, documented)")
CLOUD_OR_HOUR = "Google Cloud VPC firewall, Google Cloud NAT, Cisco ASA, Palo Alto PAN-OS"
EXPLAINED = {
    "silence-reset": f"reset after 363 s of silence, alive after 200 s: {AWS} and 7 more; "
                     "not Google Cloud VPC firewall, nginx, Google Cloud NAT, Cisco ASA and 8 more",
    "silence-reset-in-between": f"reset after 363 s of silence: {AWS} and 9 more; not {CLOUD_OR_HOUR} and 7 more",
    "silence-unheard": "silent after 644 s of silence: Google Cloud VPC firewall (600 s, documented), "
                       "nginx (600 s, stream, proxy_timeout, assumed), AWS NLB (350 s, documented), "
                       "AWS NAT gateway (350 s, inferred) and 11 more; "
                       "not Google Cloud NAT, Cisco ASA, Palo Alto PAN-OS, FortiGate and 6 more",
    "silence-servers": "reset after 250 s of silence: Azure Load Balancer (240 s, documented), "
                       "Azure NAT gateway (240 s, documented), Azure Firewall (240 s, north-south, documented), "
                       "nginx (75 s, keepalive_timeout, inferred) and 1 more; "
                       "not Linux netfilter, Juniper SRX, F5 BIG-IP, FastL4, AWS NLB and 14 more",
}
SILENT_400 = f"silent after 400 s of silence: {AWS} and 9 more; not {CLOUD_OR_HOUR} and 7 more"

AT_363_ALONE = AT_363.replace("6 more", "8 more")  # where no silence was survived

ROWS = {
    "silence-reset": [
        ["192.0.2.20:443", "TCP", "2", "200.000", "363.000", "reset", "20", AT_363, filter_of("192.0.2.20", 443), EXPLAINED["silence-reset"]],
    ],
    "silence-reset-in-between": [
        ["192.0.2.20:443", "TCP", "1", "", "363.000", "reset in between", "7", AT_363_ALONE,
         filter_of("192.0.2.20", 443), EXPLAINED["silence-reset-in-between"]],
    ],
    "silence-unheard": [
        ["192.0.2.20:443", "TCP", "1", "", "644.000", "silent", "7",
         "600 s Google Cloud VPC firewall (gcp-vpc), 600 s nginx, stream, proxy_timeout (nginx), 350 s AWS NLB (aws-nlb), "
         "350 s AWS NAT gateway (aws-natgw), 350 s AWS security group, Nitro v6 (aws-sg) and 10 more",
         filter_of("192.0.2.20", 443), EXPLAINED["silence-unheard"]],
    ],
    "silence-keep-alive": [
        ["192.0.2.20:443", "TCP", "1", "75.000", "", "", "", "", filter_of("192.0.2.20", 443), ""],
    ],
    "silence-keep-alive-answered": [
        ["192.0.2.20:443", "TCP", "1", "7200.000", "", "", "", "", filter_of("192.0.2.20", 443), ""],
    ],
    "silence-servers": [
        ["[2001:db8:2::22]:22", "TCP", "2", "", "250.000", "reset", "41",
         "240 s Azure Load Balancer (azure-lb), 240 s Azure NAT gateway (azure-natgw), "
         "240 s Azure Firewall, north-south (azure-fw), 75 s nginx, keepalive_timeout (nginx), "
         "60 s nginx, proxy_read_timeout (nginx)",
         filter_of("2001:db8:2::22", 22), EXPLAINED["silence-servers"]],
        ["192.0.2.21:443", "TCP", "1", "", "400.000", "silent", "20",
         "350 s AWS NLB (aws-nlb), 350 s AWS NAT gateway (aws-natgw), 350 s AWS security group, Nitro v6 (aws-sg), "
         "350 s AWS Network Firewall (aws-nfw), 300 s Linux netfilter, data unacknowledged (linux) and 8 more",
         filter_of("192.0.2.21", 443), SILENT_400],
        ["192.0.2.20:443", "TCP", "1", "100.000", "", "", "", "", filter_of("192.0.2.20", 443), ""],
    ],
    "silence-short-healthy": [],
    # Of two silences of 25 s one was fatal; a reset had come before the other, whose row tells of no time-out.
    "cause-reset-then-silence": [
        ["203.0.113.152:7052", "TCP", "1", "", "25.001", "reset", "16", "", filter_of("203.0.113.152", 7052)],
        ["203.0.113.151:7051", "TCP", "1", "", "", "", "", "", filter_of("203.0.113.151", 7051)],
    ],
    "tcp-healthy": [],
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("two_pass", [False, True], ids=["one", "two"])
def test_rows(name, two_pass):
    assert rows(name, two_pass=two_pass) == ROWS[name]


def test_sharkd():
    """The same rows, without a listener's own sheet."""
    (answer,) = sharkd(capture("silence-servers"), ("tap", {"tap0": "nstat:fwx,timeouts"}))
    (table,) = answer["taps"]
    cells = [[str(cell) for cell in row] for row in table["tables"][0]["i"]]
    assert cells == ROWS["silence-servers"]


def test_filter():
    """Only what the filter lets pass is counted; what is known of it stays."""
    (row,) = rows("silence-servers", filter="frame.number == 33")
    assert row[:7] == ["[2001:db8:2::22]:22", "TCP", "1", "", "310.000", "reset", "33"]
    assert rows("silence-servers", filter="ip.addr == 192.0.2.20") == ROWS["silence-servers"][2:]
    assert rows("silence-servers", filter="tcp.port == 1") == []


def test_the_filter_of_a_row_selects_the_ends_of_silences():
    found = {row[0]: matching(capture("silence-servers"), row[-2]) for row in rows("silence-servers")}
    assert found == {"[2001:db8:2::22]:22": [33, 41], "192.0.2.21:443": [20], "192.0.2.20:443": [7]}


def explained(name):
    """What the conversations say, by their first frames."""
    lines = taps(capture(name), "fwx,json")
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return {conversation["first_frame"]: conversation.get("explained_by") for conversation in found}


def test_json():
    """Of the conversation's own silences: another one of the server had survived 200 s."""
    assert explained("silence-reset") == {1: None, 14: EXPLAINED["silence-reset-in-between"]}
    assert explained("silence-unheard") == {1: EXPLAINED["silence-unheard"], 14: None}
    assert explained("silence-short-healthy") == dict.fromkeys(explained("silence-short-healthy"))


def known(*arguments):
    (row,) = rows("silence-reset", *arguments)
    return row[7]


def test_own_rows():
    assert known() == AT_363
    assert known(*own(("Proxy in the cellar", "TCP idle", "360"))).startswith("360 s Proxy in the cellar, 350 s AWS NLB")
    assert "350 s AWS Network Firewall (aws-nfw), 345 s AWS NLB (aws-nlb), 300 s" in known(*own(("aws-nlb", "TCP idle", "345")))
    gone = known(*own(("aws-nlb", "TCP idle", "0"), ("aws-natgw", "TCP idle", "0"), ("aws-sg", "TCP idle", "0")))
    assert gone.startswith("350 s AWS Network Firewall (aws-nfw), 300 s Linux netfilter")
    # Neither another timer's row nor one beyond the silence changes anything.
    assert known(*own(("aws-nlb", "UDP idle", "0"), ("aws-nlb", "TCP half-closed", "340"), ("mine", "TCP idle", "365"))) == AT_363


def test_silence_that_is_long_enough():
    assert rows("silence-servers", "-o", "fwx.silence:260")[0][:5] == ["[2001:db8:2::22]:22", "TCP", "1", "", "310.000"]
    assert rows("silence-servers", "-o", "fwx.silence:0") == []
