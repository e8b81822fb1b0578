-- SPDX-License-Identifier: GPL-2.0-or-later
-- The handshake, reset and marker findings once more, as a post-dissector in Lua: the peer that tests/bench/peers measures the
-- plugin against. It does what a careful author of scripts would do: reads the few fields that it needs, keeps one table per
-- tcp.stream, computes on the first pass, and remembers only frames with something to say. It has neither verdicts nor evidence,
-- no check for injected resets, and sees only the outermost packet of a tunnel.

local fwl = Proto("fwl", "Firewall findings in Lua")
local F = {
    synack_payload_len = ProtoField.uint32("fwl.synack.payload_len", "SYN-ACK payload length"),
    padding_len = ProtoField.uint32("fwl.padding_len", "Padding counted as payload"),
    ack_expected = ProtoField.uint32("fwl.ack.expected", "Expected acknowledgement number"),
    ack_actual = ProtoField.uint32("fwl.ack.actual", "Actual acknowledgement number"),
    reset_class = ProtoField.string("fwl.reset.class", "Reset class"),
    reset_by = ProtoField.string("fwl.reset.by", "Reset by"),
    marker_size = ProtoField.uint32("fwl.marker.size", "Marker size"),
    marker_after = ProtoField.uint32("fwl.marker.after", "After marker"),
}
fwl.fields = F

local stream_of = Field.new("tcp.stream")
local flags_of = Field.new("tcp.flags")
local seq_of = Field.new("tcp.seq_raw")
local ack_of = Field.new("tcp.ack_raw")
local len_of = Field.new("tcp.len")
local payload_of = Field.new("tcp.payload")
local cause_of = Field.new("tcp.reset_cause") -- what Wireshark takes the payload of a reset for
local ip_len_of = Field.new("ip.len")
local icmp_of = Field.new("icmp.type")
local icmpv6_of = Field.new("icmpv6.type")
local data_of = Field.new("data.len")

local FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
local MODULUS = 2 ^ 32
local IDLE = 10         -- seconds
local ETHERNET_MIN = 46 -- IEEE 802.3, 3.2.7
local MARKERS = { [22] = true, [33] = true, [44] = true, [55] = true, [66] = true }
local ECHO = { [0] = true, [8] = true }
local ECHO_V6 = { [128] = true, [129] = true }

local streams, kept, places, last_marker

function fwl.init()
    streams, kept, places, last_marker = {}, {}, {}, nil
end

local band = bit.band

local function at_or_after(a, b) return (a - b) % MODULUS < MODULUS / 2 end

local function is_padding(flags, length)
    if length == 0 or length > 6 or band(flags, PSH) ~= 0 then return false end
    local ip_len = ip_len_of()
    if not ip_len or ip_len.value ~= ETHERNET_MIN then return false end
    local payload = payload_of() or cause_of()
    return payload ~= nil and not payload.range:bytes():tohex():find("[^0]")
end

-- The initiator's acknowledgement of every SYN-ACK seen, or of data of the responder that was.
local function fits(stream, ack)
    for _, isn in ipairs(stream.isns) do
        if ack == (isn + 1) % MODULUS then return true end
    end
    return stream.data_end ~= nil and at_or_after(stream.data_end, ack) and at_or_after(ack, (stream.isns[1] + 1) % MODULUS)
end

local function classify(stream, initiator, now)
    if not stream then return "no-connection" end
    local state = stream.state
    if state == "syn-sent" then return initiator and "handshake-abort" or "refused" end
    if state == "syn-received" then return "handshake-abort" end
    if state == "over" then return "after-close" end
    if stream.fins[initiator] then return "after-close" end
    if stream.fins[not initiator] then return "dirty-close" end
    return now - (stream.data_time or stream.time) >= IDLE and "idle-abort" or "data-abort"
end

local function see_reset(found, stream, initiator, now)
    found.reset_class = classify(stream, initiator, now)
    found.reset_by = stream and stream.from and (initiator and "initiator" or "responder") or "unknown"
    if stream then stream.state = "over" end
end

local function see_synack(found, stream, seq, length)
    if length > 0 then found.synack_payload_len = length end
    if stream.state == "syn-sent" or stream.state == "syn-received" then
        stream.state = "syn-received"
        stream.isns[#stream.isns + 1] = seq
    end
end

local function see_half_open(found, stream, ack)
    if fits(stream, ack) then
        stream.state = "established"
    else
        found.ack_expected = (stream.isns[#stream.isns] + 1) % MODULUS
        found.ack_actual = ack
    end
end

local function see_segment(found, pinfo, number)
    local flags, length, seq = flags_of().value, len_of().value, seq_of().value
    local stream = streams[number]
    local from = tostring(pinfo.src) .. ":" .. pinfo.src_port
    local now = pinfo.abs_ts

    if is_padding(flags, length) then found.padding_len = length end
    if band(flags, SYN) ~= 0 and band(flags, ACK) == 0 then
        if not stream or stream.state == "over" then
            streams[number] = { state = "syn-sent", from = from, isns = {}, fins = {}, time = now }
        end
        return
    end
    if not stream then
        stream = { state = "unknown", isns = {}, fins = {}, time = now }
        streams[number] = stream
        if band(flags, RST) ~= 0 then stream = nil end
    end
    local initiator = stream ~= nil and stream.from == from
    if band(flags, RST) ~= 0 then
        see_reset(found, stream, initiator, now)
    elseif band(flags, SYN) ~= 0 then
        see_synack(found, stream, seq, length)
    elseif stream.state == "syn-received" and initiator then
        see_half_open(found, stream, ack_of().value)
    elseif band(flags, FIN) ~= 0 then
        stream.fins[initiator] = true
    end
    if stream then
        if length > 0 then
            stream.data_time = now
            if not initiator then stream.data_end = (seq + length) % MODULUS end
        end
        stream.time = now
    end
end

local function see_echo(found)
    local v4, v6 = icmp_of(), icmpv6_of()
    if not ((v4 and ECHO[v4.value]) or (v6 and ECHO_V6[v6.value])) then return end
    local data = data_of()
    if data and MARKERS[data.value] then
        found.marker_size = data.value
        last_marker = data.value
    end
end

function fwl.dissector(_, pinfo, tree)
    local frame = pinfo.number
    if not pinfo.visited then
        local found, stream = {}, stream_of()
        places[frame] = last_marker
        if stream then see_segment(found, pinfo, stream.value) else see_echo(found) end
        if next(found) then kept[frame] = found end
    end
    local found, after = kept[frame], places[frame]
    if found or after then
        local ours = tree:add(fwl)
        for name, value in pairs(found or {}) do ours:add(F[name], value) end
        if after then ours:add(F.marker_after, after) end
    end
end

register_postdissector(fwl)
