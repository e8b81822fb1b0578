"""Products: a code that the emulated firewall lacks is never predicted for it."""

import pytest

from wireshark import capture, equal, table, tshark, where

RATE, NO_REPLY, IPV6 = "0xc0040037", "0xc0040038", "0xc0040041"
BLOCK_IPV6 = ("-o", "fwx.block_ipv6:TRUE")


def product(name):
    return "-o", f"fwx.product:{name}"


def log(name, *arguments):
    return tshark(capture(name), "-Q", "-z", "fwx,log", *arguments)


@pytest.mark.parametrize(
    ("name", "rate", "no_reply", "ipv6"),
    [("isa2004", False, False, False), ("isa2006", True, True, False), ("tmg2010", True, True, True)],
)
def test_codes(name, rate, no_reply, ipv6):
    found = table("rule-rate-quota", "verdict.code", arguments=product(name))
    assert [frame for frame, code in found.items() if code == RATE] == ([1201, 1202, 1203] if rate else [])
    found = table("rule-no-reply", "conn.code", arguments=product(name), two_pass=True)
    assert [frame for frame, code in found.items() if code == NO_REPLY] == ([1, 2, 3] if no_reply else [])
    found = table("tcp-healthy-ipv6", "verdict.code", arguments=product(name) + BLOCK_IPV6)
    assert found == (dict.fromkeys(range(1, 11), IPV6) if ipv6 else {10: "0x80074e20"})


@pytest.mark.parametrize("name", ["isa2004", "isa2006", "tmg2010"])
def test_codes_that_all_have(name):
    assert table("rule-half-open-quota", "verdict.code", arguments=product(name)) == dict.fromkeys((81, 85), "0x80074e23")
    drops = table("source-003-client", "verdict.code", arguments=product(name))
    assert [frame for frame, code in drops.items() if code == "0xc0040034"] == [3, 4, 5, 6, 7, 9, 10, 11]


def test_the_default_is_the_last_product():
    assert equal("rule-rate-quota", "verdict.code", RATE) == [1201, 1202, 1203]
    assert where("rule-no-reply", "expert.no_reply", two_pass=True) == [3]


@pytest.mark.parametrize(
    ("name", "written"),
    [("isa2004", "ISA Server 2004"), ("isa2006", "ISA Server 2006"), ("tmg2010", "Forefront TMG 2010")],
)
def test_the_log_names_the_product(name, written):
    assert log("tcp-healthy", *product(name))[0].endswith(f", as {written}")


@pytest.mark.parametrize(("name", "filter"), [("isa2006", "-"), ("tmg2010", "SIP Access")])
def test_filters_that_came_later(name, filter):
    """The log names the filter as the application protocol, where the product has it."""
    rows = ("-o", 'uat:fwx_filters:"80","TCP","SIP Access","Forefront TMG 2010"')
    (line, *_) = [line for line in log("tcp-healthy", *product(name), *rows) if line[0] != "#"]
    assert line.split("\t")[9] == filter
