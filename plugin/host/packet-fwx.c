/* packet-fwx.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/packet-fwx.h"

#include <epan/packet.h>
#include <epan/proto_data.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "engine/facts/account.h"
#include "engine/kind.h"
#include "engine/model/beside.h"
#include "engine/points/points.h"
#include "engine/reason.h"
#include "host/fields.h"
#include "host/logs.h"
#include "host/observe.h"
#include "host/point.h"
#include "host/preferences.h"

static int proto_fwx = -1;
static int tap_fwx = -1;
static struct fwx_engine *engine; /* of the capture that is open */
static uint32_t serial;           /* of the engine */
static uint32_t points;           /* of the capture so far */
static bool is_reviewed; /* what the whole capture tells was drawn from it, once at least */
static bool is_read;     /* to its end */

/* What the functions that show a frame share. */
struct view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *parent;
    proto_tree *tree; /* "Firewall verdict", made when there is something to put into it */
    uint32_t first_finding;
    uint32_t finding_count;
};

const struct fwx_engine *fwx_current_engine(void)
{
    return engine;
}

uint32_t fwx_current_serial(void)
{
    return serial;
}

void fwx_review_current(void)
{
    if (!engine)
        return;
    if (is_read)
        fwx_engine_review(engine);
    else
        fwx_engine_review_so_far(engine);
    fwx_logs_review(engine);
}

/* Once all packets were read: after loading, after the first pass, when a live capture stops. */
static void review_after_reading(void)
{
    is_read = true;
    fwx_review_current();
    is_reviewed = true;
}

/* ---- adding items: all are computed, none covers bytes of the frame ----------------------------
 */

static proto_tree *subtree(struct view *view)
{
    if (!view->tree) {
        proto_item *item = proto_tree_add_item(view->parent, proto_fwx, view->tvb, 0, 0, ENC_NA);

        proto_item_set_generated(item);
        view->tree = proto_item_add_subtree(item, fwx_ett);
    }
    return view->tree;
}

static proto_item *add_number(struct view *view, int hf, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(subtree(view), hf, view->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static void add_frame(struct view *view, int hf, uint32_t frame)
{
    if (frame)
        add_number(view, hf, frame);
}

static proto_item *add_text(struct view *view, int hf, const char *text)
{
    proto_item *item = proto_tree_add_string(subtree(view), hf, view->tvb, 0, 0, text);

    proto_item_set_generated(item);
    return item;
}

static void warn(struct view *view, proto_item *item, expert_field *expert, const char *reason)
{
    expert_add_info_format(view->pinfo, item, expert, "%s", reason);
}

static bool is_shown(enum fwx_family family)
{
    return fwx_preferences_shown()->family[family];
}

/* ---- findings ---------------------------------------------------------------------------------
 */

static proto_item *add_value(struct view *view, int hf, enum fwx_field_type type,
                             const union fwx_value *value)
{
    proto_tree *tree = subtree(view);
    nstime_t time;
    proto_item *item = NULL;

    switch (type) {
    case FWX_FIELD_NUMBER:
    case FWX_FIELD_FRAME:
        return add_number(view, hf, value->number);
    case FWX_FIELD_TEXT:
        return add_text(view, hf, value->text);
    case FWX_FIELD_DIFFERENCE:
        item = proto_tree_add_int(tree, hf, view->tvb, 0, 0, value->difference);
        break;
    case FWX_FIELD_FLAG:
        item = proto_tree_add_boolean(tree, hf, view->tvb, 0, 0, value->flag);
        break;
    case FWX_FIELD_BYTES:
        item = proto_tree_add_bytes_with_length(tree, hf, view->tvb, 0, 0, value->bytes.at,
                                                value->bytes.length);
        break;
    case FWX_FIELD_TIME:
        time = (nstime_t)NSTIME_INIT_SECS_NSECS(value->time / FWX_SECOND,
                                                (int)(value->time % FWX_SECOND));
        item = proto_tree_add_time(tree, hf, view->tvb, 0, 0, &time);
        break;
    }
    proto_item_set_generated(item);
    return item;
}

/* The item that has the expert infos: the protocol's, where the finding lacks that field. */
static proto_item *show_fields(struct view *view, const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    proto_item *bearer = proto_tree_get_parent(subtree(view));

    for (unsigned i = 0; kind->fields[i].name; i++) {
        unsigned number = kind->order ? kind->order[i] : i;
        const struct fwx_field *field = &kind->fields[number];
        union fwx_value value;
        proto_item *item;

        if (!field->get(finding, &value))
            continue;
        item = add_value(view, fwx_hf_ids.finding[finding->kind][number], field->type, &value);
        if (number == kind->bearer)
            bearer = item;
    }
    return bearer;
}

static void raise_experts(struct view *view, const struct fwx_finding *finding, proto_item *item,
                          const char *reason)
{
    const struct fwx_expert *experts = fwx_kind_of(finding)->experts;
    unsigned i = 0;

    while (experts && experts[i].name)
        i++;
    while (i-- > 0) {
        if (!experts[i].applies || experts[i].applies(finding))
            warn(view, item, fwx_ei((enum fwx_finding_kind)finding->kind, i), reason);
    }
}

/* What other firewalls call it, for whoever runs one of those. */
static void show_elsewhere(struct view *view, proto_item *item, enum fwx_event event,
                           struct fwx_waited waited)
{
    proto_tree *tree = view->parent ? proto_item_add_subtree(item, fwx_ett_elsewhere) : NULL;
    const struct fwx_firewalls *firewalls = fwx_policy_firewalls(fwx_engine_policy(engine));

    for (unsigned i = 0; tree && i < FWX_ELSEWHERES; i++) {
        char buffer[FWX_REASON_SIZE];
        const char *words =
            fwx_elsewhere_say(firewalls, (enum fwx_elsewhere)i, event, waited, buffer);

        if (words)
            proto_item_set_generated(
                proto_tree_add_string(tree, fwx_hf_ids.elsewhere[i], view->tvb, 0, 0, words));
    }
}

/* Since the connection was over: others may keep it for a while. */
static struct fwx_waited waited_before(const struct view *view, const struct fwx_finding *finding)
{
    const struct fwx_connection *connection;

    if (finding->event != FWX_EVENT_AFTER_CLOSE)
        return (struct fwx_waited){0, FWX_SESSION_TIMERS};
    connection = fwx_connections_get(fwx_engine_connections(engine), finding->connection);
    return (struct fwx_waited){fwx_connection_silence(connection, fwx_observe_time(view->pinfo)),
                               connection->state == FWX_STATE_RESET ? FWX_SESSION_RESET
                                                                    : FWX_SESSION_CLOSED};
}

static void show_verdict(struct view *view, const struct fwx_finding *finding, const char *reason)
{
    const struct fwx_result *result = fwx_result_find(finding->code);
    proto_item *item = add_number(view, fwx_hf_ids.verdict_code, finding->code);

    add_text(view, fwx_hf_ids.verdict_symbol, result->symbol);
    add_text(view, fwx_hf_ids.verdict_action, fwx_action_name(result->action));
    add_text(view, fwx_hf_ids.verdict_reason, reason);
    add_text(view, fwx_hf_ids.verdict_confidence,
             fwx_confidence_name((enum fwx_confidence)finding->confidence));
    show_elsewhere(view, item, (enum fwx_event)finding->event, waited_before(view, finding));
    proto_item_append_text(proto_tree_get_parent(view->tree), ": %s (%s)", result->symbol,
                           fwx_action_name(result->action));
    if (!fwx_kind_of(finding)->fields)
        raise_experts(view, finding, item, reason);
}

static void show_finding(struct view *view, const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    char buffer[FWX_REASON_SIZE];
    const char *reason;

    if (finding->withheld || (!kind->experts && !view->parent))
        return; /* without a tree only expert infos are wanted */
    if (is_shown(kind->family) && view->parent)
        add_text(view, fwx_hf_ids.found, kind->page);
    reason = fwx_reason(engine, finding, buffer);
    if (kind->fields && is_shown(kind->family))
        raise_experts(view, finding, show_fields(view, finding), reason);
    if (finding->judged && is_shown(FWX_FAMILY_VERDICTS))
        show_verdict(view, finding, reason);
}

static void show_evidence(struct view *view, enum fwx_evidence evidence)
{
    if (evidence)
        add_text(view, fwx_hf_ids.conn_evidence, fwx_evidence_name(evidence));
}

/* ---- the conversation, the range ---------------------------------------------------------------
 */

static void show_conclusion(struct view *view, const struct fwx_connection *connection)
{
    const struct fwx_result *result;
    struct fwx_conclusion conclusion;
    char buffer[FWX_REASON_SIZE];
    const char *reason;
    proto_item *item;

    if (!fwx_engine_conclude(engine, connection, &conclusion)) {
        /* Of what another point refutes there is no verdict left. */
        show_evidence(view, fwx_points_evidence(engine, connection));
        return;
    }
    result = fwx_result_find(conclusion.code);
    reason = fwx_conclusion_reason(engine, &conclusion, buffer);
    item = add_number(view, fwx_hf_ids.conn_code, conclusion.code);
    add_text(view, fwx_hf_ids.conn_symbol, result->symbol);
    add_text(view, fwx_hf_ids.conn_action, fwx_action_name(result->action));
    add_text(view, fwx_hf_ids.conn_reason, reason);
    add_text(view, fwx_hf_ids.conn_confidence, fwx_confidence_name(conclusion.confidence));
    add_frame(view, fwx_hf_ids.conn_frame, conclusion.frame);
    add_number(view, fwx_hf_ids.conn_dropped, connection->dropped);
    show_evidence(view, fwx_engine_evidence(engine, connection));
    if (conclusion.status)
        add_number(view, fwx_hf_ids.conn_status, conclusion.status);
    show_elsewhere(view, item, conclusion.event, conclusion.waited);
    if (conclusion.ground == FWX_GROUND_NO_REPLY && conclusion.frame == view->pinfo->num)
        warn(view, item, fwx_ei(FWX_FINDING_NO_REPLY, 0), reason);
}

/* What happened, whatever the firewall: of a tunnel's connections, to the innermost. */
static void show_account(struct view *view, const struct fwx_connection *connection)
{
    struct fwx_account account = fwx_account_of(engine, connection);
    char buffer[FWX_REASON_SIZE];

    add_text(view, fwx_hf_ids.conn_headline,
             fwx_account_headline(engine, connection, &account, buffer));
    add_text(view, fwx_hf_ids.conn_outcome, fwx_ending_name(account.ending));
    if (account.cause)
        add_text(view, fwx_hf_ids.conn_cause, fwx_cause_name(account.cause));
    add_text(view, fwx_hf_ids.conn_severity, fwx_gravity_name(account.gravity));
    if (fwx_account_next_step(&account))
        add_text(view, fwx_hf_ids.conn_next_step, fwx_account_next_step(&account));
}

static void show_connection(struct view *view, const struct fwx_connection *connection)
{
    add_number(view, fwx_hf_ids.conn_id, connection->id);
    if (!is_shown(FWX_FAMILY_VERDICTS))
        return;
    add_text(view, fwx_hf_ids.conn_state,
             fwx_state_name(fwx_engine_state_at(engine, connection, view->pinfo->num)));
    show_conclusion(view, connection);
}

static void show_range(struct view *view, const struct fwx_marker_place *place)
{
    char *name = place->open
                     ? wmem_strdup_printf(view->pinfo->pool, "%u-", place->from)
                     : wmem_strdup_printf(view->pinfo->pool, "%u-%u", place->from, place->to);

    add_text(view, fwx_hf_ids.marker_range, name);
    add_number(view, fwx_hf_ids.marker_number, place->number);
    add_frame(view, fwx_hf_ids.marker_first_frame, place->first_frame);
    add_frame(view, fwx_hf_ids.marker_last_frame, place->last_frame);
}

/* Where a range ends is known from the second visit on. */
static void show_place(struct view *view)
{
    struct fwx_marker_place place = fwx_engine_marker_place(engine, view->pinfo->num);

    if (!is_shown(FWX_FAMILY_MARKERS) || !place.after)
        return;
    add_number(view, fwx_hf_ids.marker_after, place.after);
    if (place.in_range && view->pinfo->fd->visited)
        show_range(view, &place);
}

/* ---- what menus ask ------------------------------------------------------------------------- */

/* A selected packet's details live until another packet is selected, and so does this. */
struct shown_connection {
    const struct fwx_connection *connection;
    uint32_t serial; /* of its engine */
};

static void remember_shown(packet_info *pinfo, const struct fwx_connection *connection)
{
    struct shown_connection *shown = wmem_new(pinfo->pool, struct shown_connection);

    *shown = (struct shown_connection){connection, serial};
    p_set_proto_data(pinfo->pool, pinfo, proto_fwx, 0, shown);
}

const struct fwx_connection *fwx_shown_connection(packet_info *pinfo)
{
    const struct shown_connection *shown =
        (const struct shown_connection *)p_get_proto_data(pinfo->pool, pinfo, proto_fwx, 0);

    return shown && engine && shown->serial == serial ? shown->connection : NULL;
}

/* ---- the post-dissector --------------------------------------------------------------------- */

/* Its connection, where it has one and anything of connections is shown. */
static const struct fwx_connection *connection_of(const struct fwx_packet *packet)
{
    return is_shown(FWX_FAMILY_FACTS) || is_shown(FWX_FAMILY_VERDICTS)
               ? fwx_engine_recall(engine, packet)
               : NULL;
}

/* Filters and columns may always ask where a frame was seen. Whoever reads is told where that tells
 * anything; no frame becomes one of ours for it. */
static void show_point(struct view *view, uint16_t point)
{
    bool visible = view->tree && fwx_points_several();
    proto_tree *tree = view->tree ? view->tree : view->parent;
    proto_item *items[2];

    if (!proto_field_is_referenced(tree, fwx_hf_ids.point_name) &&
        !proto_field_is_referenced(tree, fwx_hf_ids.point_number))
        return;
    items[0] =
        proto_tree_add_string(tree, fwx_hf_ids.point_name, view->tvb, 0, 0, fwx_point_name(point));
    items[1] = proto_tree_add_uint(tree, fwx_hf_ids.point_number, view->tvb, 0, 0, point + 1u);
    for (unsigned i = 0; i < G_N_ELEMENTS(items); i++) {
        proto_item_set_generated(items[i]);
        if (!visible)
            proto_item_set_hidden(items[i]);
    }
}

/* The filter button of one connection wants the field; whoever reads has its number already. */
static void show_innermost(struct view *view, const struct fwx_connection *connection)
{
    proto_item_set_hidden(add_number(view, fwx_hf_ids.conn_innermost, connection->id));
    if (PTREE_DATA(view->parent)->visible)
        remember_shown(view->pinfo, connection);
}

/* What the firewalls beside the main one say. */
static void show_firewalls(struct view *view, const struct fwx_packet *packets, uint32_t count)
{
    uint32_t first;
    uint32_t sayings = fwx_beside_sayings(engine, view->pinfo->num, &first);

    for (uint32_t i = first; i < first + sayings; i++) {
        const struct fwx_saying *saying = fwx_beside_saying(engine, i);
        const char *advice = fwx_beside_advice(engine, saying);
        char buffer[FWX_REASON_SIZE];
        proto_item *item = add_text(
            view, fwx_hf_ids.firewall,
            fwx_beside_say(engine, saying, saying->packet < count ? &packets[saying->packet] : NULL,
                           buffer));

        if (advice)
            proto_item_set_generated(
                proto_tree_add_string(proto_item_add_subtree(item, fwx_ett_elsewhere),
                                      fwx_hf_ids.firewall_advice, view->tvb, 0, 0, advice));
    }
}

/* ---- the same packet at another point -----------------------------------------------------------
 */

static void add_time(struct view *view, int hf, int64_t time)
{
    nstime_t value = NSTIME_INIT_SECS_NSECS(time / FWX_SECOND, (int)(time % FWX_SECOND));

    proto_item_set_generated(proto_tree_add_time(subtree(view), hf, view->tvb, 0, 0, &value));
}

static void show_meeting(struct view *view, const struct fwx_connection *connection,
                         const struct fwx_meeting *meeting, uint32_t number)
{
    const struct fwx_pair *pair = meeting->pair;
    char buffer[FWX_REASON_SIZE];
    const char *changes = fwx_points_changes(engine, connection, view->pinfo->num, number, buffer);
    const char *reason;

    if (pair->leg[1])
        add_number(view, fwx_hf_ids.pair_conn, pair->leg[pair->leg[0] == connection->id]);
    add_text(view, fwx_hf_ids.pair_point, fwx_point_name(meeting->point));
    add_text(view, fwx_hf_ids.pair_method, fwx_method_name((enum fwx_method)pair->method));
    add_text(view, fwx_hf_ids.pair_path, fwx_path_name((enum fwx_path)pair->path));
    if (pair->ordered)
        add_text(view, fwx_hf_ids.pair_order, meeting->entered ? "in" : "out");
    add_frame(view, fwx_hf_ids.pair_frame, meeting->frame);
    if (meeting->stay_known)
        add_time(view, fwx_hf_ids.pair_stay, meeting->stay);
    if (fwx_fate_name(meeting->fate))
        add_text(view, fwx_hf_ids.pair_fate, fwx_fate_name(meeting->fate));
    if (changes)
        add_text(view, fwx_hf_ids.pair_changes, changes);
    reason = fwx_points_reason(engine, connection, view->pinfo->num, number, buffer);
    if (reason)
        add_text(view, fwx_hf_ids.pair_reason, reason);
}

static void show_clock(struct view *view, const struct fwx_packet *packet)
{
    const struct fwx_clock *clock;
    int64_t offset;

    if (!fwx_points_offset(engine, packet->capture_point, packet->time, &offset, &clock))
        return;
    add_time(view, fwx_hf_ids.clock_offset, offset);
    proto_item_set_generated(proto_tree_add_double(subtree(view), fwx_hf_ids.clock_error, view->tvb,
                                                   0, 0, clock->error_ns / 1e9));
    proto_item_set_generated(proto_tree_add_double(subtree(view), fwx_hf_ids.clock_drift, view->tvb,
                                                   0, 0, clock->drift * 1e6));
}

static void show_pairs(struct view *view, const struct fwx_packet *packets, uint32_t count)
{
    struct fwx_meeting meeting;

    for (uint32_t i = 0; i < count; i++) {
        const struct fwx_connection *connection = fwx_engine_recall(engine, &packets[i]);

        if (!connection)
            connection = fwx_points_error_about(engine, view->pinfo->num);
        for (uint32_t number = 0;
             connection &&
             fwx_points_meeting(engine, connection, view->pinfo->num, number, &meeting);
             number++)
            show_meeting(view, connection, &meeting, number);
    }
}

/* ---- the firewall's own log ---------------------------------------------------------------------
 */

static void add_said(struct view *view, int hf, const char *text)
{
    if (text && *text)
        add_text(view, hf, text);
}

static void show_line(struct view *view, const struct fwx_log_join *join, uint32_t number)
{
    const struct fwx_log_line *line = &g_array_index(join->lines, struct fwx_log_line, number);
    const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, number);
    const struct fwx_log_clock *clock =
        &g_array_index(join->clocks, struct fwx_log_clock, line->file);
    int64_t time = fwx_time_between(fwx_log_clock_offset(clock), line->time);
    char *name = g_path_get_basename(fwx_logs_name(line->file));

    add_number(view, fwx_hf_ids.fwlog_line, line->number);
    add_text(view, fwx_hf_ids.fwlog_file, name);
    if (clock->certainty != FWX_LOG_UNDECIDED) {
        add_time(view, fwx_hf_ids.fwlog_time, time);
        add_time(view, fwx_hf_ids.fwlog_delta, match->delta);
    }
    add_said(view, fwx_hf_ids.fwlog_action, line->action);
    add_said(view, fwx_hf_ids.fwlog_code, line->code);
    add_said(view, fwx_hf_ids.fwlog_reason, line->reason);
    add_text(view, fwx_hf_ids.fwlog_class, fwx_log_class_id((enum fwx_log_class)line->class));
    add_said(view, fwx_hf_ids.fwlog_rule, line->rule);
    add_text(view, fwx_hf_ids.fwlog_agreement,
             fwx_log_agreement_name((enum fwx_log_agreement)match->agreement));
    add_said(view, fwx_hf_ids.fwlog_why, fwx_log_why_name((enum fwx_log_why)match->why));
    add_text(view, fwx_hf_ids.fwlog_joined_by,
             fwx_log_joined_name((enum fwx_log_joined)match->joined));
    if (fwx_preferences_shown()->log_text)
        add_said(view, fwx_hf_ids.fwlog_text, line->text);
    g_free(name);
}

static void show_log(struct view *view)
{
    const struct fwx_log_join *join = fwx_logs_current()->join;
    uint32_t number;

    for (unsigned at = 0; fwx_logs_line(view->pinfo->num, at, &number); at++)
        show_line(view, join, number);
    for (unsigned at = 0; fwx_logs_missed(view->pinfo->num, at, &number); at++) {
        const struct fwx_log_fate *fate = &g_array_index(join->fates, struct fwx_log_fate, number);

        add_text(view, fwx_hf_ids.fwlog_agreement,
                 fwx_log_agreement_name((enum fwx_log_agreement)fate->agreement));
        add_said(view, fwx_hf_ids.fwlog_why, fwx_log_why_name((enum fwx_log_why)fate->why));
    }
}

/* What the capture cannot tell, once all of it has been read: at its first packet. */
static G_GNUC_NO_INLINE void show_advice(struct view *view)
{
    for (unsigned i = 0; i < FWX_ADVICES; i++) {
        if (fwx_advice_applies(engine, (enum fwx_advice)i))
            warn(view, proto_tree_get_parent(subtree(view)), fwx_ei_advice((enum fwx_advice)i),
                 fwx_advice_text((enum fwx_advice)i));
    }
}

static void show_frame(struct view *view, const struct fwx_packet *packets, uint32_t count)
{
    const struct fwx_connection *innermost = NULL;
    uint32_t depth = count; /* the innermost packet of a connection, + 1 */

    for (uint32_t i = 0; i < view->finding_count; i++)
        show_finding(view, fwx_engine_finding(engine, view->first_finding + i));
    if (!view->parent)
        return; /* only expert infos are wanted without a tree */
    if (view->pinfo->num == fwx_advice_frame(engine) && is_reviewed)
        show_advice(view);
    if (fwx_beside_count(engine) && is_shown(FWX_FAMILY_VERDICTS))
        show_firewalls(view, packets, count);
    while (depth > 0 && !(innermost = connection_of(&packets[depth - 1])))
        depth--;
    if (innermost && is_shown(FWX_FAMILY_FACTS))
        show_account(view, innermost);
    for (uint32_t i = 0; i + 1 < depth; i++) {
        const struct fwx_connection *connection = connection_of(&packets[i]);

        if (connection)
            show_connection(view, connection);
    }
    if (innermost) {
        show_connection(view, innermost);
        show_innermost(view, innermost);
    }
    if (fwx_points_pair_count(engine))
        show_pairs(view, packets, count);
    if (count && packets[0].capture_point && fwx_points_clock_count(engine))
        show_clock(view, &packets[0]);
    if (fwx_logs_current())
        show_log(view);
    show_place(view);
    if (count)
        show_point(view, packets[0].capture_point);
}

static void queue_tap(const struct view *view, const struct fwx_packet *packets, uint32_t count)
{
    struct fwx_tap_record *record;

    if (!count && !view->finding_count && !fwx_engine_marker_place(engine, view->pinfo->num).after)
        return;
    record = wmem_new(view->pinfo->pool, struct fwx_tap_record);
    *record = (struct fwx_tap_record){
        .engine = engine,
        .packets = packets,
        .packet_count = count,
        .frame = view->pinfo->num,
        .first_finding = view->first_finding,
        .finding_count = view->finding_count,
        .visited = view->pinfo->fd->visited,
    };
    tap_queue_packet(tap_fwx, view->pinfo, record);
}

/* Apart, for most frames have nothing to say, and nobody listens. */
static G_GNUC_NO_INLINE void present(struct view view, const struct fwx_packet *packets,
                                     uint32_t count)
{
    if (view.parent || view.finding_count) {
        /* The protocol that expert infos are listed under. A dissector without one is called with
         * its caller's ("Frame" before 4.6, "Packet" since); the caller restores that. */
        view.pinfo->current_proto = proto_get_protocol_short_name(find_protocol_by_id(proto_fwx));
        show_frame(&view, packets, count);
    }
    if (have_tap_listener(tap_fwx))
        queue_tap(&view, packets, count);
}

/* A capture has got another point: packets are remembered, as soon as there may be two of them. */
static G_GNUC_NO_INLINE void note_point(uint32_t count)
{
    enum { UNTIL_THE_SECOND = 1 << 16 };
    uint32_t most = fwx_engine_policy(engine)->pair_packets;

    points = count;
    if (most && points > 1)
        fwx_points_remember(engine, most, fwx_point_name);
    else if (most && fwx_points_may_follow())
        fwx_points_remember(engine, MIN(most, UNTIL_THE_SECOND), fwx_point_name);
}

static inline const struct fwx_connection *see(const struct fwx_packet *packet)
{
    if (packet->capture_point >= points)
        note_point(packet->capture_point + 1u);
    return fwx_engine_see(engine, packet);
}

static int dissect_fwx(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    uint32_t count;
    const struct fwx_packet *packets = fwx_observe_take(tvb, pinfo, &count);
    uint32_t first = 0;
    uint32_t finding_count;

    if (!pinfo->fd->visited) {
        for (uint32_t i = 0; i < count; i++)
            see(&packets[i]);
    } else if (!is_reviewed) {
        fwx_review_current();
        is_reviewed = true;
    }
    finding_count = fwx_engine_findings(engine, pinfo->num, &first);
    if (tree || finding_count || have_tap_listener(tap_fwx))
        present((struct view){tvb, pinfo, tree, NULL, first, finding_count}, packets, count);
    return 1; /* of a post-dissector nobody asks how much it took */
}

const struct fwx_connection *fwx_see(const struct fwx_packet *packet, struct fwx_tap_record *record)
{
    const struct fwx_connection *connection = see(packet);

    *record = (struct fwx_tap_record){
        .engine = engine,
        .packets = packet,
        .packet_count = 1,
        .frame = packet->frame,
    };
    record->finding_count = fwx_engine_findings(engine, packet->frame, &record->first_finding);
    return connection;
}

bool fwx_sees_bytes(void)
{
    return fwx_points_several() || fwx_points_may_follow();
}

void fwx_note_drops(uint16_t point, uint32_t packets)
{
    fwx_points_note_drops(engine, point, packets);
}

void fwx_forget(fwx_keep *keep, void *data)
{
    fwx_engine_forget(engine, keep, data);
    serial++;
}

/* ---- one engine a capture ------------------------------------------------------------------- */

/* Once for the same, however many captures are opened. */
static void report(const struct fwx_policy *policy)
{
    static char *last;
    char *problems = fwx_policy_problems(policy);

    if (problems && g_strcmp0(problems, last))
        report_warning("Firewall verdict, other firewalls: %s.", problems);
    g_free(last);
    last = problems;
}

static void open_capture(void)
{
    struct fwx_policy policy = fwx_preferences_policy();

    report(&policy);
    fwx_observe_start(proto_is_protocol_enabled(find_protocol_by_id(proto_fwx)),
                      policy.tcp_checksum);
    fwx_points_start(&policy);
    engine = fwx_engine_new(&policy);
    fwx_logs_open(engine);
    fwx_policy_clear(&policy);
    serial++;
    points = 0;
    is_reviewed = false;
    is_read = false;
}

struct close_hook {
    fwx_close_hook *call;
    const void *data;
};

static GArray *close_hooks; /* of struct close_hook */

void fwx_before_close(fwx_close_hook *hook, void *data)
{
    struct close_hook added = {hook, data};

    if (!close_hooks)
        close_hooks = g_array_new(FALSE, FALSE, sizeof added);
    g_array_append_val(close_hooks, added);
}

void fwx_before_close_no_more(const void *data)
{
    for (unsigned i = close_hooks ? close_hooks->len : 0; i > 0; i--) {
        if (g_array_index(close_hooks, struct close_hook, i - 1).data == data)
            g_array_remove_index(close_hooks, i - 1);
    }
}

static void close_capture(void)
{
    for (unsigned i = 0; close_hooks && i < close_hooks->len; i++) {
        const struct close_hook *hook = &g_array_index(close_hooks, struct close_hook, i);

        hook->call((void *)hook->data);
    }
    fwx_engine_free(engine);
    fwx_logs_close();
    engine = NULL;
    fwx_observe_stop();
    fwx_points_stop();
}

void fwx_register(void)
{
    proto_fwx = proto_register_protocol("Firewall verdict", "FWX", "fwx");
    fwx_fields_register(proto_fwx);
    fwx_preferences_register(proto_fwx);
    tap_fwx = register_tap("fwx");
    register_init_routine(open_capture);
    register_cleanup_routine(close_capture);
    register_postseq_cleanup_routine(review_after_reading);
    /* In name only: no layer is added to frames that have nothing to show. With none at all it
     * would not be called where all other post-dissectors are disabled. */
    register_postdissector(create_dissector_handle(
        dissect_fwx,
        proto_register_protocol_in_name_only("Firewall verdict post-dissector",
                                             "FWX post-dissector", "fwx", proto_fwx, FT_PROTOCOL)));
}

void fwx_register_handoff(void)
{
    fwx_observe_handoff();
}
