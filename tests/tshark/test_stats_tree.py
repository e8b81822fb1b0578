"""The tree of counts, -z fwx,tree: exact numbers, filters, the same in one pass, in two and in sharkd."""

import struct

import pytest

from wireshark import capture, readable, sample, sharkd, taps, tshark

TITLE = "Firewall verdict counts:"
TOPS = ["Packets by verdict", "Conversations by verdict", "Conversations by client", "Conversations by server",
        "Resets by class"]


def tree(name, *arguments, filter=None, **options):
    """{path: count} of the nodes, a path being names from the top down."""
    return read(taps(capture(name), "fwx,tree" + (f",{filter}" if filter else ""), *arguments, **options))


def read(lines):
    """The same of lines that hold one tree."""
    start = lines.index(TITLE) + 3
    found, path = {}, []
    for line in lines[start : lines.index("", start)]:
        depth = len(line) - len(line.lstrip())
        label = lines[start - 2].index("Count")
        path = [*path[:depth], line[:label].strip()]
        found[tuple(path)] = int(line[label:].split()[0])
    return found


def below(top, counts):
    """What is below one of the tops, paths joined."""
    return {"/".join(path[1:]): count for path, count in counts.items() if path[0] == top and len(path) > 1}


def test_one_conversation():
    packets, conversations, clients, servers, resets = TOPS
    counts = tree("source-003-client")
    assert {path[0]: count for path, count in counts.items() if len(path) == 1} == dict(zip(TOPS, (12, 1, 1, 1, 1)))
    assert below(packets, counts) == {
        "Denied": 8,
        "Denied/FWX_E_SEQ_ACK_MISMATCH": 8,
        "Terminate": 1,
        "Terminate/FWX_E_ABORTIVE_SHUTDOWN": 1,
        "no verdict": 3,
    }
    assert below(conversations, counts) == {"Denied": 1, "Denied/FWX_E_SEQ_ACK_MISMATCH": 1}
    assert below(clients, counts) == {"10.110.233.50": 1, "10.110.233.50/FWX_E_SEQ_ACK_MISMATCH": 1}
    assert below(servers, counts) == {"TCP 172.16.1.1:443": 1, "TCP 172.16.1.1:443/FWX_E_SEQ_ACK_MISMATCH": 1}
    assert below(resets, counts) == {"handshake-abort": 1, "handshake-abort/by responder": 1}


def test_verdict_that_only_the_end_shows():
    """No packet has a verdict, but the conversation does: what came of its SYNs is known when nothing more comes."""
    counts = tree("rule-no-reply")
    assert below(TOPS[0], counts) == {"no verdict": 5}
    assert counts[TOPS[1], "Terminate", "FWX_E_TCP_NO_SERVER_REPLY"] == 1
    assert counts[TOPS[2], "192.168.1.10", "FWX_E_TCP_NO_SERVER_REPLY"] == 1
    pending = tree("rule-no-reply-pending-healthy")
    assert counts != pending and pending[TOPS[1], "no verdict"] == 1
    assert not any("FWX_E_TCP_NO_SERVER_REPLY" in path for path in pending)


def test_filter():
    """Packets and resets are those that the filter passes; a conversation counts whole if one packet does."""
    counts = tree("source-003-client", filter="frame.number == 1")
    assert {path[0]: count for path, count in counts.items() if len(path) == 1} == dict(zip(TOPS, (1, 1, 1, 1, 0)))
    assert below(TOPS[0], counts) == {"no verdict": 1}
    assert below(TOPS[1], counts) == {"Denied": 1, "Denied/FWX_E_SEQ_ACK_MISMATCH": 1}
    assert set(tree("source-003-client", filter="arp").values()) == {0}


@pytest.mark.parametrize("path", sample(__name__), ids=lambda path: path.stem)
def test_sums_and_modes(path):
    """As many conversations as fwx,csv has rows, whichever way they are counted; one pass or two."""
    counts = read(taps(path, "fwx,tree"))
    assert [counts[(top,)] for top in TOPS[1:4]] == [len(taps(path, "fwx,csv")) - 1] * 3
    for top in counts:
        parts = [count for path, count in counts.items() if path[:-1] == top]
        assert not parts or sum(parts) == counts[top]
    assert tree(path.stem, two_pass=True) == counts


def test_two_trees_at_once():
    lines = taps(capture("source-003-client"), "fwx,tree", "fwx,tree,arp")
    assert lines.count(TITLE) == 2
    counts = [line.split()[3] for line in lines if line.startswith("Conversations by verdict")]
    assert sorted(counts) == ["0", "1"]


def flat(node, path=()):
    path = (*path, node["name"])
    found = {path: node["count"]}
    for child in node.get("sub", []):
        found |= flat(child, path)
    return found


@pytest.mark.parametrize("name", ["source-003-client", "source-004-rtsp-killed", "rule-no-reply"])
def test_sharkd(name):
    """sharkd has the tree, the same each time it is asked, and the tables."""
    once, again, table = sharkd(
        readable(capture(name)), *[("tap", {"tap0": "stat:fwx"})] * 2, ("tap", {"tap0": "nstat:fwx,verdicts"})
    )
    assert once == again
    counts = {}
    for top in once["taps"][0]["stats"]:
        counts |= flat(top)
    assert counts == tree(name)
    assert len(table["taps"][0]["tables"][0]["i"]) == counts[(TOPS[1],)]


def write_flood(path, clients):
    """A capture of so many SYNs, each of a client of its own."""
    packets = []
    for client in range(clients):
        tcp = struct.pack(">HHIIBBHHH", 40000, 443, client, 0, 0x50, 0x02, 8192, 0, 0)
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40, 0, 0, 64, 6, 0, 0x0A000001 + client, 0xC0A80001)
        packets.append(struct.pack("<IIII", client // 100, 0, 40, 40) + ip + tcp)
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + b"".join(packets))


def test_more_clients_than_are_listed(tmp_path):
    """A thousand have nodes of their own: a flood is not to take the square of its size."""
    write_flood(tmp_path / "flood.pcap", 1017)
    counts = read(taps(tmp_path / "flood.pcap", "fwx,tree"))
    clients = {path[1]: count for path, count in counts.items() if path[0] == TOPS[2] and len(path) == 2}
    assert counts[TOPS[2],] == 1017 and len(clients) == 1001
    assert clients.pop("all others") == 17 and set(clients.values()) == {1}
    assert counts[TOPS[3], "TCP 192.168.0.1:443"] == 1017


def test_nothing_is_dissected_for_it():
    """Registered, but not asked for, the tree is silent."""
    assert tshark(capture("source-003-client"), "-Q") == []
