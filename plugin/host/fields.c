/* fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/fields.h"

struct fwx_fields fwx_hf_ids;
static int protocol = -1;
int fwx_ett = -1;
int fwx_ett_connection = -1;
int fwx_ett_elsewhere = -1;
int fwx_ett_marker = -1;
int fwx_ett_pair = -1;
int fwx_ett_clock = -1;
int fwx_ett_log = -1;

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

/* clang-format off */
static hf_register_info fields[] = {
    NUMBER(marker_after, "marker.after", "After marker",
           "Size of the last marker seen before this frame"),
    TEXT(marker_range, "marker.range", "Marker range",
         "The sizes of the markers that this frame lies between, 22-33; 33- where no later "
         "marker follows" FWX_LATE),
    NUMBER(marker_number, "marker.number", "Range number",
           "Which range of the capture it is, from 1" FWX_LATE),
    FRAME(marker_first_frame, "marker.first_frame", "First frame of the range",
          "The first frame behind the markers that open the range" FWX_LATE),
    FRAME(marker_last_frame, "marker.last_frame", "Last frame of the range",
          "The last frame before the markers that end the range" FWX_LATE),
    CODE(verdict_code, "verdict.code", "Result code",
         "Result code that the firewall would log for this packet"),
    TEXT(verdict_symbol, "verdict.symbol", "Result", "Symbolic name of the result code"),
    TEXT(verdict_action, "verdict.action", "Action",
         "What the firewall would log for this packet: Terminate or Denied"),
    TEXT(verdict_reason, "verdict.reason", "Reason",
         "Why this packet earns its result code, in one sentence with the numbers"),
    TEXT(verdict_confidence, "verdict.confidence", "Certainty of the rule behind it",
         "How sure it is that the firewall behaves so: documented, observed, inferred or "
         "assumed"),
    TEXT(verdict_brief, "verdict.brief", "Firewall says",
         "What the firewall does with this packet and why, in two or three words for a column: drop: "
         "not SYN"),
    NUMBER(conn_id, "conn.id", "Connection",
           "Number of the connection as the firewall sees it; a reused port is a new one"),
    NUMBER(conn_innermost, "conn.innermost", "Innermost connection",
           "Number of the packet's connection; of those of a tunnelled packet, the innermost's"),
    TEXT(conn_state, "conn.state", "State before this packet",
         "What the firewall knew of the connection before this packet: none, denied, syn-sent, "
         "syn-received, established, unknown (began before the capture), fin-wait, closing, closed "
         "or reset"),
    CODE(conn_code, "conn.code", "Conversation's result code",
         "Result code of the conversation's final, gravest verdict" FWX_LATE),
    TEXT(conn_symbol, "conn.symbol", "Conversation's result",
         "Symbolic name of the conversation's result code" FWX_LATE),
    TEXT(conn_action, "conn.action", "Conversation's action",
         "What the firewall would log for the conversation: Establish, Terminate or Denied" FWX_LATE),
    TEXT(conn_reason, "conn.reason", "Conversation's reason",
         "Why the conversation earns its result code, in one sentence with the numbers" FWX_LATE),
    TEXT(conn_confidence, "conn.confidence", "Certainty of the rule behind the result",
         "How sure it is that the firewall behaves so: documented, observed, inferred or "
         "assumed" FWX_LATE),
    FRAME(conn_frame, "conn.frame", "Verdict earned in frame",
          "The frame that earned the conversation its verdict" FWX_LATE),
    NUMBER(conn_dropped, "conn.dropped", "Packets dropped",
           "Packets of the conversation that would have been dropped" FWX_LATE),
    TEXT(conn_evidence, "conn.evidence", "Evidence",
         "What the rest of the capture says of the prediction: corroborated or contradicted, or, by "
         "what another capture point shows, proven or refuted; absent where there is nothing to bear out" FWX_LATE),
    TEXT(conn_outcome, "conn.outcome", "Outcome",
         "What both ends experienced, whatever the firewall: open, closed, reset, refused, "
         "unanswered, half-open, unheard, one-way, stray or cut; of UDP and ICMP answered or "
         "unanswered" FWX_LATE),
    TEXT(conn_cause, "conn.cause", "Cause",
         "Why, where something is wrong or by design; each has a page of its name" FWX_LATE),
    TEXT(conn_severity, "conn.severity", "Severity",
         "How bad it is: ok, note (by design, or odd and harmed nobody) or trouble" FWX_LATE),
    TEXT(conn_headline, "conn.headline", "What happened",
         "What happened to the conversation, in at most 80 characters" FWX_LATE),
    TEXT(conn_next_step, "conn.next_step", "Next step",
         "What to check next, where something is wrong" FWX_LATE),
    TEXT(found, "finding", "Finding",
         "What was found on this packet: the name of the page that explains it"),
    NUMBER(conn_status, "conn.status", "Conversation's status",
           "Win32 or Winsock status that a proxy logs for the conversation" FWX_LATE),
    TEXT(firewall, "firewall", "Other firewall",
         "What a further firewall (preference fwx.also) would have said of this packet, one for each "
         "that would not pass it"),
    TEXT(firewall_advice, "firewall.advice", "To be set there",
         "What to set on that firewall, and what that opens"),
    TEXT(point_name, "point.name", "Capture point",
         "Where the frame was captured: the interface, by its name or else by its number"),
    NUMBER(point_number, "point.number", "Capture point number",
           "Which capture point of the capture it is, from 1, in order of appearance"),
    NUMBER(pair_conn, "pair.conn", "Connection at the other point",
           "Number of the connection that is this one's leg at another point" FWX_LATE),
    TEXT(pair_point, "pair.point", "Other point", "Where the other leg was captured" FWX_LATE),
    TEXT(pair_method, "pair.method", "Paired by",
         "What shows that both are one conversation: same-numbers, isn-initiator, isn-responder, "
         "payload or stream" FWX_LATE),
    TEXT(pair_path, "pair.path", "Path",
         "What lies between the points: packet (it hands packets on), syn-proxy, isn-rewrite or "
         "proxy" FWX_LATE),
    TEXT(pair_order, "pair.order", "Way",
         "Whether the packet goes in here on its way to the other point (in), or comes out (out)" FWX_LATE),
    FRAME(pair_frame, "pair.frame", "Same packet",
          "The frame of the same packet at the other point" FWX_LATE),
    FIELD(pair_stay, "pair.stay", FT_RELATIVE_TIME, BASE_NONE, "Stay in between",
          "How long the packet was on its way between the points, clocks corrected" FWX_LATE),
    TEXT(pair_fate, "pair.fate", "Fate",
         "What became of the packet in between: forwarded, dropped, dropped-once (a later copy went "
         "through), changed, resegmented, injected, copy, capture-loss (it passed, and was not "
         "captured) or unproven" FWX_LATE),
    TEXT(pair_changes, "pair.changes", "Changed in between",
         "What the packet was changed in on the way" FWX_LATE),
    TEXT(pair_reason, "pair.reason", "Why",
         "What shows that the packet was dropped in between, or why that is not proven" FWX_LATE),
    FIELD(clock_offset, "clock.offset", FT_RELATIVE_TIME, BASE_NONE, "Clock",
          "How far the clock of this point is ahead of the first point's, at this packet" FWX_LATE),
    FIELD(clock_error, "clock.error", FT_DOUBLE, BASE_NONE, "Clock error (s)",
          "How far off that may be" FWX_LATE),
    FIELD(clock_drift, "clock.drift", FT_DOUBLE, BASE_NONE, "Clock drift (ppm)",
          "How much faster the clock of this point goes than the first point's" FWX_LATE),
    NUMBER(fwlog_line, "fwlog.line", "Line of the log",
           "Number of the line of the firewall's own log (preference fwx.logs) that is about this "
           "packet" FWX_LATE),
    TEXT(fwlog_file, "fwlog.file", "Log", "Name of the log's file" FWX_LATE),
    FIELD(fwlog_time, "fwlog.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_LOCAL, "Logged at",
          "Time of the line, by the capture's clock" FWX_LATE),
    FIELD(fwlog_delta, "fwlog.delta", FT_RELATIVE_TIME, BASE_NONE, "Logged after",
          "From the packet to the line, clocks corrected; 0 within what the log's resolution tells apart" FWX_LATE),
    TEXT(fwlog_action, "fwlog.action", "Logged action", "What the line says was done" FWX_LATE),
    TEXT(fwlog_code, "fwlog.code", "Logged code", "Result code of the line" FWX_LATE),
    TEXT(fwlog_reason, "fwlog.reason", "Logged reason", "Reason of the line" FWX_LATE),
    TEXT(fwlog_class, "fwlog.class", "Class of the line",
         "What it comes to: accepted, closed, reset, idle, no-reply, killed, policy, quota, not-syn, "
         "seq-ack, state, malformed, dropped (for no reason given) or other" FWX_LATE),
    TEXT(fwlog_rule, "fwlog.rule", "Rule", "The firewall's rule, as the line names it" FWX_LATE),
    TEXT(fwlog_agreement, "fwlog.agreement", "Log and prediction",
         "Whether they agree: agrees, other-reason, not-predicted (only the log knows) or not-logged "
         "(only the prediction does)" FWX_LATE),
    TEXT(fwlog_why, "fwlog.why", "Why they differ",
         "policy, quota, state-gone, killed, throttled (another line stands for it), outside-time (of "
         "the log), refuted (a line accepts the packet) or elsewhere (another firewall)" FWX_LATE),
    TEXT(fwlog_joined_by, "fwlog.joined_by", "Joined by",
         "What shows that the line is about this packet: exact (the packet's numbers), tuple (addresses, "
         "ports and time), nat-tuple (translated), pair (the connection as another capture point "
         "shows it) or guess (the log's clock is not known)" FWX_LATE),
    TEXT(fwlog_text, "fwlog.text", "Text of the line",
         "The line itself, where the preference fwx.log_text asks for it" FWX_LATE),
};
/* clang-format on */

/* ---- of findings ---------------------------------------------------------------------------- */

static const char *filter_name(const char *group, const char *name)
{
    return wmem_strdup_printf(wmem_epan_scope(), "fwx.%s%s", group, name);
}

static void register_finding_fields(int proto_fwx)
{
    static const struct {
        enum ftenum type;
        int display;
    } types[] = {
        [FWX_FIELD_NUMBER] = {FT_UINT32, BASE_DEC},
        [FWX_FIELD_DIFFERENCE] = {FT_INT32, BASE_DEC},
        [FWX_FIELD_FRAME] = {FT_FRAMENUM, BASE_NONE},
        [FWX_FIELD_TEXT] = {FT_STRING, BASE_NONE},
        [FWX_FIELD_FLAG] = {FT_BOOLEAN, BASE_NONE},
        [FWX_FIELD_BYTES] = {FT_BYTES, SEP_COLON},
        [FWX_FIELD_TIME] = {FT_RELATIVE_TIME, BASE_NONE},
    };
    static hf_register_info calls[FWX_FINDING_KINDS * FWX_MOST_FIELDS];
    int count = 0;

    for (unsigned kind = 0; kind < FWX_FINDING_KINDS; kind++) {
        const struct fwx_field *field = fwx_kinds[kind]->fields;

        for (int *id = fwx_hf_ids.finding[kind]; field && field->name; field++, id++) {
            g_assert(id < fwx_hf_ids.finding[kind] + FWX_MOST_FIELDS);
            *id = -1;
            calls[count++] = (hf_register_info){
                id,
                {field->title, filter_name("", field->name), types[field->type].type,
                 types[field->type].display, NULL, 0, field->blurb, HFILL},
            };
        }
    }
    proto_register_field_array(proto_fwx, calls, count);
}

/* The second is an error: where what was predicted is borne out. */
static expert_field expert_ids[FWX_FINDING_KINDS][FWX_MOST_EXPERTS][2];

static bool may_be_error(const struct fwx_expert *expert)
{
    return expert->severity == FWX_SEVERITY_WARNING;
}

expert_field *fwx_ei(enum fwx_finding_kind kind, unsigned number, bool error)
{
    enum fwx_finding_kind owner = fwx_expert_owner(kind);

    return &expert_ids[owner][number][error && may_be_error(&fwx_kinds[owner]->experts[number])];
}

static expert_field advice_ids[FWX_ADVICES];

expert_field *fwx_ei_advice(enum fwx_advice advice)
{
    return &advice_ids[advice];
}

static void register_advice(expert_module_t *module)
{
    static ei_register_info calls[FWX_ADVICES];

    for (unsigned i = 0; i < FWX_ADVICES; i++) {
        const char *id =
            wmem_strdup_printf(wmem_epan_scope(), "capture_%s", fwx_advice_id((enum fwx_advice)i));
        const char *summary = wmem_strdup_printf(wmem_epan_scope(), "The capture: %s",
                                                 fwx_advice_title((enum fwx_advice)i));

        advice_ids[i] = (expert_field)EI_INIT;
        calls[i] = (ei_register_info){
            &advice_ids[i],
            {filter_name("expert.", id), PI_COMMENTS_GROUP, PI_CHAT, summary, EXPFILL},
        };
    }
    expert_register_field_array(module, calls, FWX_ADVICES);
}

static ei_register_info expert_of(const struct fwx_expert *expert, expert_field *id, int severity)
{
    static const int groups[] = {
        [FWX_GROUP_COMMENT] = PI_COMMENTS_GROUP,
        [FWX_GROUP_PROTOCOL] = PI_PROTOCOL,
        [FWX_GROUP_SECURITY] = PI_SECURITY,
        [FWX_GROUP_SEQUENCE] = PI_SEQUENCE,
    };

    *id = (expert_field)EI_INIT;
    return (ei_register_info){
        id,
        {filter_name("expert.", expert->name), groups[expert->group], severity, expert->summary,
         EXPFILL},
    };
}

static void register_experts(int proto_fwx)
{
    static const int severities[] = {
        [FWX_SEVERITY_CHAT] = PI_CHAT,
        [FWX_SEVERITY_NOTE] = PI_NOTE,
        [FWX_SEVERITY_WARNING] = PI_WARN,
    };
    static ei_register_info calls[FWX_FINDING_KINDS * FWX_MOST_EXPERTS * 2];
    expert_module_t *module = expert_register_protocol(proto_fwx);
    int count = 0;

    for (unsigned kind = 0; kind < FWX_FINDING_KINDS; kind++) {
        const struct fwx_expert *experts = fwx_kinds[kind]->experts;

        if (fwx_expert_owner((enum fwx_finding_kind)kind) != kind)
            continue;
        for (unsigned i = 0; experts && experts[i].name; i++) {
            g_assert(i < FWX_MOST_EXPERTS);
            calls[count++] =
                expert_of(&experts[i], &expert_ids[kind][i][0], severities[experts[i].severity]);
            if (may_be_error(&experts[i]))
                calls[count++] = expert_of(&experts[i], &expert_ids[kind][i][1], PI_ERROR);
        }
    }
    expert_register_field_array(module, calls, count);
    register_advice(module);
}

/* ---- of other firewalls --------------------------------------------------------------------- */

/* A field for each other firewall. */
static void register_elsewhere(int proto_fwx)
{
    static hf_register_info calls[FWX_ELSEWHERES];

    for (unsigned i = 0; i < FWX_ELSEWHERES; i++) {
        const struct fwx_elsewhere_name *names = &fwx_elsewhere_names[i];
        const char *abbrev = filter_name("elsewhere.", names->field);
        const char *blurb = wmem_strdup_printf(wmem_epan_scope(),
                                               "What %s calls the event: log texts, counters or "
                                               "states, separated by slashes" FWX_LATE,
                                               names->name);

        fwx_hf_ids.elsewhere[i] = -1;
        calls[i] = (hf_register_info){
            &fwx_hf_ids.elsewhere[i],
            {names->title, abbrev, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL},
        };
    }
    proto_register_field_array(proto_fwx, calls, FWX_ELSEWHERES);
}

/* ---- all of them ---------------------------------------------------------------------------- */

int fwx_protocol(void)
{
    return protocol;
}

void fwx_fields_register(int proto_fwx)
{
    static int *etts[] = {&fwx_ett,      &fwx_ett_connection, &fwx_ett_elsewhere, &fwx_ett_marker,
                          &fwx_ett_pair, &fwx_ett_clock,      &fwx_ett_log};

    protocol = proto_fwx;
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
        *fields[i].p_id = -1;
    register_finding_fields(proto_fwx);
    proto_register_field_array(proto_fwx, fields, (int)G_N_ELEMENTS(fields));
    register_elsewhere(proto_fwx);
    proto_register_subtree_array(etts, (int)G_N_ELEMENTS(etts));
    register_experts(proto_fwx);
}
