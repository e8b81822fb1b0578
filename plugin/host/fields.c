/* fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/fields.h"

struct fwx_fields fwx_hf_ids;
struct fwx_experts fwx_ei;
int fwx_ett = -1;
int fwx_ett_elsewhere = -1;

#define FIELD(id, abbrev, type, base, name, blurb)                                                 \
    {                                                                                              \
        &fwx_hf_ids.id,                                                                            \
        {                                                                                          \
            name, "fwx." abbrev, type, base, NULL, 0, blurb, HFILL                                 \
        }                                                                                          \
    }
#define NUMBER(id, abbrev, name, blurb) FIELD(id, abbrev, FT_UINT32, BASE_DEC, name, blurb)
#define CODE(id, abbrev, name, blurb)   FIELD(id, abbrev, FT_UINT32, BASE_HEX, name, blurb)
#define TEXT(id, abbrev, name, blurb)   FIELD(id, abbrev, FT_STRING, BASE_NONE, name, blurb)
#define FRAME(id, abbrev, name, blurb)  FIELD(id, abbrev, FT_FRAMENUM, BASE_NONE, name, blurb)

/* Of fields that later frames complete. doc/make-fields and the tests read this mark. */
#define LATE " (complete from a frame's second visit on)"

/* clang-format off */
static hf_register_info fields[] = {
    NUMBER(synack_payload_len, "synack.payload_len", "SYN-ACK payload length",
           "Payload carried by a SYN-ACK, in bytes"),
    FIELD(synack_payload, "synack.payload", FT_BYTES, SEP_COLON, "SYN-ACK payload",
          "The first bytes, 8 at most, of the payload carried by a SYN-ACK"),
    NUMBER(padding_len, "padding_len", "Padding counted as payload",
           "Bytes of TCP payload that are Ethernet padding: the IP length was rewritten to 46"),
    NUMBER(ack_expected, "ack.expected", "Expected acknowledgement number",
           "The acknowledgement number (raw) that the handshake calls for"),
    NUMBER(ack_actual, "ack.actual", "Actual acknowledgement number",
           "The acknowledgement number (raw) that was sent instead"),
    FIELD(ack_delta, "ack.delta", FT_INT32, BASE_DEC, "Actual less expected",
          "By how many bytes the acknowledgement number is off, modulo 2^32"),
    FRAME(ack_cause_frame, "ack.cause_frame", "Cause",
          "The SYN-ACK whose payload explains the wrong acknowledgement number"),
    TEXT(reset_class, "reset.class", "Reset class",
         "What the reset means: refused, handshake-abort, dirty-close, data-abort, idle-abort, "
         "after-close or no-connection"),
    TEXT(reset_by, "reset.by", "Reset by", "Who sent the reset: initiator, responder or unknown"),
    FRAME(reset_fin_frame, "reset.fin_frame", "Answers the FIN in frame",
          "The FIN that a dirty close answers"),
    FIELD(reset_fin_delay, "reset.fin_delay", FT_RELATIVE_TIME, BASE_NONE, "Time since the FIN",
          "How long before a dirty close the FIN came that it answers, in seconds"),
    NUMBER(reset_status, "reset.status", "Status",
           "Win32 or Winsock status that a proxy logs for a leg that ends so: 64 or 10061"),
    FIELD(reset_injected, "reset.injected", FT_BOOLEAN, BASE_NONE, "Looks injected",
          "TTL, and IP ID, window or MAC address, do not fit the endpoint's earlier packets"),
    TEXT(reset_grade, "reset.grade", "Status is",
         "What the status is worth: harmless, by design or look into it"),
    NUMBER(marker_size, "marker.size", "Marker size",
           "Bytes of echo data; this packet is a marker ping"),
    TEXT(marker_role, "marker.role", "Marker role", "Which half of the marker ping it is: request or reply"),
    NUMBER(marker_after, "marker.after", "After marker",
           "Size of the last marker seen before this frame"),
    TEXT(marker_range, "marker.range", "Marker range",
         "The sizes of the markers that this frame lies between, 22-33; 33- where no later "
         "marker follows" LATE),
    NUMBER(marker_number, "marker.number", "Range number",
           "Which range of the capture it is, from 1" LATE),
    FRAME(marker_first_frame, "marker.first_frame", "First frame of the range",
          "The first frame behind the markers that open the range" LATE),
    FRAME(marker_last_frame, "marker.last_frame", "Last frame of the range",
          "The last frame before the markers that end the range" LATE),
    CODE(verdict_code, "verdict.code", "Result code",
         "Result code that the firewall would log for this packet"),
    TEXT(verdict_symbol, "verdict.symbol", "Result", "Symbolic name of the result code"),
    TEXT(verdict_action, "verdict.action", "Action",
         "What the firewall would log for this packet: Terminate or Denied"),
    TEXT(verdict_reason, "verdict.reason", "Reason",
         "Why this packet earns its result code, in one sentence with the numbers"),
    TEXT(verdict_confidence, "verdict.confidence", "Confidence",
         "How sure it is that the firewall behaves so: documented, observed, inferred or "
         "assumed"),
    NUMBER(conn_id, "conn.id", "Connection",
           "Number of the connection as the firewall sees it; a reused port is a new one"),
    NUMBER(conn_innermost, "conn.innermost", "Innermost connection",
           "Number of the packet's connection; of those of a tunnelled packet, the innermost's"),
    TEXT(conn_state, "conn.state", "State before this packet",
         "What the firewall knew of the connection before this packet: none, denied, syn-sent, "
         "syn-received, established, unknown (began before the capture), fin-wait, closing, closed "
         "or reset"),
    CODE(conn_code, "conn.code", "Conversation's result code",
         "Result code of the conversation's final, gravest verdict" LATE),
    TEXT(conn_symbol, "conn.symbol", "Conversation's result",
         "Symbolic name of the conversation's result code" LATE),
    TEXT(conn_action, "conn.action", "Conversation's action",
         "What the firewall would log for the conversation: Establish, Terminate or Denied" LATE),
    TEXT(conn_reason, "conn.reason", "Conversation's reason",
         "Why the conversation earns its result code, in one sentence with the numbers" LATE),
    TEXT(conn_confidence, "conn.confidence", "Conversation's confidence",
         "How sure it is that the firewall behaves so: documented, observed, inferred or "
         "assumed" LATE),
    FRAME(conn_frame, "conn.frame", "Verdict earned in frame",
          "The frame that earned the conversation its verdict" LATE),
    NUMBER(conn_dropped, "conn.dropped", "Packets dropped",
           "Packets of the conversation that would have been dropped" LATE),
    TEXT(conn_evidence, "conn.evidence", "Evidence",
         "What the rest of the capture says of the prediction: corroborated, contradicted or "
         "none" LATE),
    NUMBER(conn_status, "conn.status", "Conversation's status",
           "Win32 or Winsock status that a proxy logs for the conversation" LATE),
    TEXT(point_name, "point.name", "Capture point",
         "Where the frame was captured: the interface, by its name or else by its number"),
    NUMBER(point_number, "point.number", "Capture point number",
           "Which capture point of the capture it is, from 1, in order of appearance"),
};

/* Two severities of one finding share its name. */
static ei_register_info experts[] = {
    {&fwx_ei.synack_payload, {"fwx.expert.synack_payload", PI_PROTOCOL, PI_WARN,
                              "SYN-ACK carries payload", EXPFILL}},
    {&fwx_ei.synack_odd, {"fwx.expert.synack_payload", PI_PROTOCOL, PI_NOTE,
                          "SYN-ACK differs or carries Fast Open data", EXPFILL}},
    {&fwx_ei.padding, {"fwx.expert.padding", PI_PROTOCOL, PI_WARN,
                       "Ethernet padding counted as payload", EXPFILL}},
    {&fwx_ei.ack_mismatch, {"fwx.expert.ack_mismatch", PI_SEQUENCE, PI_WARN,
                            "Acknowledgement does not fit the handshake", EXPFILL}},
    {&fwx_ei.ack_fast_open, {"fwx.expert.ack_mismatch", PI_SEQUENCE, PI_NOTE,
                             "Acknowledgement of Fast Open data, which the firewall does not know",
                             EXPFILL}},
    {&fwx_ei.reset, {"fwx.expert.reset", PI_SEQUENCE, PI_NOTE, "Reset", EXPFILL}},
    {&fwx_ei.reset_injected, {"fwx.expert.reset", PI_SEQUENCE, PI_WARN,
                              "Reset that looks injected", EXPFILL}},
    {&fwx_ei.dirty_close, {"fwx.expert.dirty_close", PI_SEQUENCE, PI_NOTE,
                           "Dirty close, by design", EXPFILL}},
    {&fwx_ei.killed, {"fwx.expert.killed", PI_SEQUENCE, PI_WARN,
                      "Connection killed in between", EXPFILL}},
    {&fwx_ei.no_reply, {"fwx.expert.no_reply", PI_SEQUENCE, PI_WARN,
                        "SYN never answered", EXPFILL}},
    {&fwx_ei.quota, {"fwx.expert.quota", PI_SECURITY, PI_WARN,
                     "Flood mitigation limit passed", EXPFILL}},
    {&fwx_ei.sanity, {"fwx.expert.sanity", PI_SECURITY, PI_WARN,
                      "Packet that the firewall drops at sight", EXPFILL}},
    {&fwx_ei.not_syn, {"fwx.expert.not_syn", PI_SEQUENCE, PI_NOTE,
                       "Late segment of a connection that is gone", EXPFILL}},
    {&fwx_ei.marker, {"fwx.expert.marker", PI_COMMENTS_GROUP, PI_CHAT, "Marker ping", EXPFILL}},
};
/* clang-format on */

/* A field for each other firewall. */
static void register_elsewhere(int proto_fwx)
{
    static hf_register_info calls[FWX_FIREWALLS];

    for (unsigned i = 0; i < FWX_FIREWALLS; i++) {
        const struct fwx_firewall_names *names = &fwx_firewalls[i];
        const char *abbrev =
            wmem_strdup_printf(wmem_epan_scope(), "fwx.elsewhere.%s", names->field);
        const char *blurb = wmem_strdup_printf(
            wmem_epan_scope(),
            "What %s calls the result: log texts, counters or states, separated by slashes" LATE,
            names->name);

        fwx_hf_ids.elsewhere[i] = -1;
        calls[i] = (hf_register_info){
            &fwx_hf_ids.elsewhere[i],
            {names->title, abbrev, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL},
        };
    }
    proto_register_field_array(proto_fwx, calls, FWX_FIREWALLS);
}

void fwx_fields_register(int proto_fwx)
{
    static int *etts[] = {&fwx_ett, &fwx_ett_elsewhere};

    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
        *fields[i].p_id = -1;
    for (unsigned i = 0; i < G_N_ELEMENTS(experts); i++)
        *experts[i].ids = (expert_field)EI_INIT;
    proto_register_field_array(proto_fwx, fields, (int)G_N_ELEMENTS(fields));
    register_elsewhere(proto_fwx);
    proto_register_subtree_array(etts, (int)G_N_ELEMENTS(etts));
    expert_register_field_array(expert_register_protocol(proto_fwx), experts,
                                (int)G_N_ELEMENTS(experts));
}
