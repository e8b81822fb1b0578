/* details.c
 * A packet's details: the answer first, then what is about this packet alone; the connection and
 * what others call it are closed subtrees. What only repeats is hidden, and still there for filters
 * and columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/view.h"

#include <epan/proto_data.h>

#include "engine/facts/account.h"
#include "engine/facts/mark.h"
#include "engine/model/beside.h"
#include "engine/points/points.h"
#include "engine/reason.h"
#include "host/fields.h"
#include "host/observe.h"

static void warn(struct fwx_frame_view *view, proto_item *item, expert_field *expert,
                 const char *reason)
{
    expert_add_info_format(view->pinfo, item, expert, "%s", reason);
}

static const struct fwx_connection *connection_at(const struct fwx_frame_view *view,
                                                  uint32_t number)
{
    return number ? fwx_connections_get(fwx_engine_connections(view->engine), number) : NULL;
}

/* ---- findings: their fields --------------------------------------------------------------------
 */

static proto_item *add_value(struct fwx_frame_view *view, int hf, enum fwx_field_type type,
                             const union fwx_value *value)
{
    proto_item *item = NULL;

    switch (type) {
    case FWX_FIELD_NUMBER:
    case FWX_FIELD_FRAME:
        return fwx_view_number(view, hf, value->number);
    case FWX_FIELD_TEXT:
        return fwx_view_text(view, hf, value->text);
    case FWX_FIELD_TIME:
        return fwx_view_time(view, hf, value->time);
    case FWX_FIELD_DIFFERENCE:
        item = proto_tree_add_int_format_value(view->at, hf, view->tvb, 0, 0, value->difference,
                                               "%+d", value->difference);
        break;
    case FWX_FIELD_FLAG:
        item = proto_tree_add_boolean(view->at, hf, view->tvb, 0, 0, value->flag);
        break;
    case FWX_FIELD_BYTES:
        item = proto_tree_add_bytes_with_length(view->at, hf, view->tvb, 0, 0, value->bytes.at,
                                                value->bytes.length);
        break;
    }
    proto_item_set_generated(item);
    return item;
}

/* A value that needs no line of its own stands in that of the field before it. */
static void put_behind(proto_item *before, proto_item *item, const struct fwx_field *field,
                       const union fwx_value *value)
{
    char seconds[G_ASCII_DTOSTR_BUF_SIZE];

    fwx_view_hide(item);
    if (field->type == FWX_FIELD_TEXT)
        proto_item_append_text(before, field->behind, value->text);
    else if (field->type == FWX_FIELD_DIFFERENCE)
        proto_item_append_text(before, field->behind, value->difference);
    else if (field->type == FWX_FIELD_TIME)
        proto_item_append_text(
            before, field->behind,
            g_ascii_formatd(seconds, sizeof seconds, "%.6f", (double)value->time / FWX_SECOND));
}

/* The item that has the expert infos: the protocol's, where the finding lacks that field. */
static proto_item *show_fields(struct fwx_frame_view *view, const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    proto_item *bearer = fwx_view_root(view);
    proto_item *before = NULL;

    for (unsigned i = 0; kind->fields[i].name; i++) {
        unsigned number = kind->order ? kind->order[i] : i;
        const struct fwx_field *field = &kind->fields[number];
        union fwx_value value;
        proto_item *item;

        if (!field->get(finding, &value))
            continue;
        item = add_value(view, fwx_hf_ids.finding[finding->kind][number], field->type, &value);
        if (field->behind && before)
            put_behind(before, item, field, &value);
        else
            before = item;
        if (number == kind->bearer)
            bearer = item;
    }
    return bearer;
}

/* A predicted drop is a warning; where the rest of the capture, another point or a log bears it
 * out, an error. */
static bool is_borne_out(const struct fwx_frame_view *view, const struct fwx_finding *finding)
{
    const struct fwx_connection *connection = connection_at(view, finding->connection);
    enum fwx_evidence evidence;

    if (!finding->dropped || !connection || !view->reviewed)
        return false;
    evidence = fwx_engine_evidence(view->engine, connection);
    return fwx_evidence_is_for(evidence);
}

static void raise_experts(struct fwx_frame_view *view, const struct fwx_finding *finding,
                          proto_item *item, const char *reason)
{
    const struct fwx_expert *experts = fwx_kind_of(finding)->experts;
    bool error = experts && is_borne_out(view, finding);
    unsigned i = 0;

    while (experts && experts[i].name)
        i++;
    while (i-- > 0) {
        if (!experts[i].applies || experts[i].applies(finding))
            warn(view, item, fwx_ei((enum fwx_finding_kind)finding->kind, i, error), reason);
    }
}

/* ---- findings: what the firewall says ---------------------------------------------------------
 */

/* What other firewalls call it, for whoever runs one of those. */
static void show_elsewhere(struct fwx_frame_view *view, enum fwx_event event,
                           struct fwx_waited waited)
{
    const struct fwx_firewalls *firewalls = fwx_policy_firewalls(fwx_engine_policy(view->engine));
    proto_tree *outer = view->at;
    proto_item *item = NULL;

    for (unsigned i = 0; i < FWX_ELSEWHERES; i++) {
        char buffer[FWX_REASON_SIZE];
        const char *words =
            fwx_elsewhere_say(firewalls, (enum fwx_elsewhere)i, event, waited, buffer);

        if (words && !item)
            item = fwx_view_enter(view, &fwx_ett_elsewhere, "Other firewalls call it");
        if (words)
            fwx_view_text(view, fwx_hf_ids.elsewhere[i], words);
    }
    if (view->has_verdict && item && outer != view->top)
        fwx_view_hide(item); /* the packet's own verdict has the same */
    view->at = outer;
}

/* Since the connection was over: others may keep it for a while. */
static struct fwx_waited waited_before(const struct fwx_frame_view *view,
                                       const struct fwx_finding *finding)
{
    const struct fwx_connection *connection;

    if (finding->event != FWX_EVENT_AFTER_CLOSE)
        return (struct fwx_waited){0, FWX_SESSION_TIMERS};
    connection = connection_at(view, finding->connection);
    return (struct fwx_waited){fwx_connection_silence(connection, fwx_observe_time(view->pinfo)),
                               connection->state == FWX_STATE_RESET ? FWX_SESSION_RESET
                                                                    : FWX_SESSION_CLOSED};
}

static const char *weight_of(enum fwx_evidence evidence)
{
    static const char *const weights[] = {
        [FWX_EVIDENCE_NONE] = "",
        [FWX_CORROBORATED] = "; the capture bears it out",
        [FWX_CONTRADICTED] = "; the capture speaks against it",
        [FWX_PROVEN] = "; proven",
        [FWX_REFUTED] = "; refuted",
    };

    return weights[evidence];
}

static void show_verdict(struct fwx_frame_view *view, const struct fwx_finding *finding,
                         const char *reason)
{
    const struct fwx_result *result = fwx_result_find(finding->code);
    const struct fwx_connection *connection = connection_at(view, finding->connection);
    const char *action = fwx_action_name(result->action);
    const char *confidence = fwx_confidence_name((enum fwx_confidence)finding->confidence);
    char buffer[FWX_REASON_SIZE];
    proto_item *item =
        fwx_view_text(view, fwx_hf_ids.verdict_brief, fwx_mark_verdict(finding, buffer));

    if (connection && view->reviewed)
        proto_item_append_text(item, "%s",
                               weight_of(fwx_engine_evidence(view->engine, connection)));
    item = fwx_view_number(view, fwx_hf_ids.verdict_code, finding->code);
    proto_item_append_text(item, " %s, %s (%s)", result->symbol, action, confidence);
    fwx_view_hide(fwx_view_text(view, fwx_hf_ids.verdict_symbol, result->symbol));
    fwx_view_hide(fwx_view_text(view, fwx_hf_ids.verdict_action, action));
    item = fwx_view_text(view, fwx_hf_ids.verdict_reason, reason);
    fwx_view_hide(fwx_view_text(view, fwx_hf_ids.verdict_confidence, confidence));
    if (!fwx_kind_of(finding)->fields)
        raise_experts(view, finding, item, reason);
    show_elsewhere(view, (enum fwx_event)finding->event, waited_before(view, finding));
    view->has_verdict = true;
}

static void show_finding(struct fwx_frame_view *view, const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    char buffer[FWX_REASON_SIZE];
    const char *reason;

    if (finding->withheld || (!kind->experts && !view->parent))
        return; /* without a tree only expert infos are wanted */
    fwx_view_top(view);
    if (fwx_is_shown(kind->family) && view->parent)
        fwx_view_text(view, fwx_hf_ids.found, kind->page);
    reason = fwx_reason(view->engine, finding, buffer);
    if (kind->fields && fwx_is_shown(kind->family))
        raise_experts(view, finding, show_fields(view, finding), reason);
    if (finding->judged && fwx_is_shown(FWX_FAMILY_VERDICTS))
        show_verdict(view, finding, reason);
}

void fwx_show_findings(struct fwx_frame_view *view)
{
    for (uint32_t i = 0; i < view->finding_count; i++)
        show_finding(view, fwx_engine_finding(view->engine, view->first_finding + i));
}

/* ---- the conversation -------------------------------------------------------------------------
 */

static void show_evidence(struct fwx_frame_view *view, enum fwx_evidence evidence)
{
    if (evidence)
        fwx_view_text(view, fwx_hf_ids.conn_evidence, fwx_evidence_name(evidence));
}

static void show_conclusion(struct fwx_frame_view *view, const struct fwx_connection *connection)
{
    const struct fwx_result *result;
    struct fwx_conclusion conclusion;
    char buffer[FWX_REASON_SIZE];
    const char *reason;
    proto_item *item;

    if (!fwx_engine_conclude(view->engine, connection, &conclusion)) {
        /* Of what another point refutes there is no verdict left. */
        show_evidence(view, fwx_points_evidence(view->engine, connection));
        return;
    }
    result = fwx_result_find(conclusion.code);
    reason = fwx_conclusion_reason(view->engine, &conclusion, buffer);
    fwx_view_number(view, fwx_hf_ids.conn_code, conclusion.code);
    fwx_view_text(view, fwx_hf_ids.conn_symbol, result->symbol);
    fwx_view_text(view, fwx_hf_ids.conn_action, fwx_action_name(result->action));
    item = fwx_view_text(view, fwx_hf_ids.conn_reason, reason);
    if (view->has_verdict && conclusion.frame == view->pinfo->num)
        fwx_view_hide(item); /* it is the packet's own */
    fwx_view_text(view, fwx_hf_ids.conn_confidence, fwx_confidence_name(conclusion.confidence));
    fwx_view_frame(view, fwx_hf_ids.conn_frame, conclusion.frame);
    fwx_view_number(view, fwx_hf_ids.conn_dropped, connection->dropped);
    show_evidence(view, fwx_engine_evidence(view->engine, connection));
    if (conclusion.status)
        fwx_view_number(view, fwx_hf_ids.conn_status, conclusion.status);
    show_elsewhere(view, conclusion.event, conclusion.waited);
    if (conclusion.ground == FWX_GROUND_NO_REPLY && conclusion.frame == view->pinfo->num)
        warn(view, item, fwx_ei(FWX_FINDING_NO_REPLY, 0, false), reason);
}

/* What to check next stands where it is looked for: in the open beside a finding. */
static void show_next_step(struct fwx_frame_view *view, const struct fwx_account *account)
{
    const char *step = fwx_account_next_step(account);
    const char *page = fwx_account_page(account);
    proto_item *item;

    if (!step)
        return;
    item = fwx_view_text(view, fwx_hf_ids.conn_next_step, step);
    if (page)
        proto_item_append_text(item, " (page %s)", page);
}

/* What happened, whatever the firewall: of a tunnel's connections, to the innermost. */
static void show_account(struct fwx_frame_view *view, const struct fwx_connection *connection,
                         const struct fwx_account *account, proto_item *subtree)
{
    char buffer[FWX_REASON_SIZE];
    const char *cause = account->cause ? fwx_cause_name(account->cause) : NULL;
    const char *headline = fwx_account_headline(view->engine, connection, account, buffer);

    proto_item_append_text(fwx_view_root(view), ": %s", headline);
    proto_item_append_text(subtree, ": %s, %s", fwx_ending_name(account->ending),
                           fwx_gravity_name(account->gravity));
    if (cause)
        proto_item_append_text(subtree, " (%s)", cause);
    fwx_view_hide(fwx_view_text(view, fwx_hf_ids.conn_headline, headline));
    fwx_view_text(view, fwx_hf_ids.conn_outcome, fwx_ending_name(account->ending));
    fwx_view_said(view, fwx_hf_ids.conn_cause, cause);
    fwx_view_text(view, fwx_hf_ids.conn_severity, fwx_gravity_name(account->gravity));
    if (!view->has_step)
        show_next_step(view, account);
}

static proto_item *enter_connection(struct fwx_frame_view *view,
                                    const struct fwx_connection *connection)
{
    proto_item *subtree = fwx_view_enter(view, &fwx_ett_connection, "Connection");

    proto_item_append_text(subtree, " %u", connection->id);
    fwx_view_hide(fwx_view_number(view, fwx_hf_ids.conn_id, connection->id));
    return subtree;
}

static void show_judgement(struct fwx_frame_view *view, const struct fwx_connection *connection)
{
    if (!fwx_is_shown(FWX_FAMILY_VERDICTS))
        return;
    fwx_view_text(view, fwx_hf_ids.conn_state,
                  fwx_state_name(fwx_engine_state_at(view->engine, connection, view->pinfo->num)));
    show_conclusion(view, connection);
}

static void show_outer(struct fwx_frame_view *view, const struct fwx_connection *connection)
{
    enter_connection(view, connection);
    show_judgement(view, connection);
    fwx_view_leave(view);
}

struct shown_connection {
    const struct fwx_connection *connection;
    uint32_t serial;
};

static void remember_shown(const struct fwx_frame_view *view,
                           const struct fwx_connection *connection)
{
    struct shown_connection *shown = wmem_new(view->pinfo->pool, struct shown_connection);

    *shown = (struct shown_connection){connection, view->serial};
    p_set_proto_data(view->pinfo->pool, view->pinfo, fwx_protocol(), 0, shown);
}

const struct fwx_connection *fwx_shown(packet_info *pinfo, uint32_t *serial)
{
    const struct shown_connection *shown =
        (const struct shown_connection *)p_get_proto_data(pinfo->pool, pinfo, fwx_protocol(), 0);

    if (!shown)
        return NULL;
    *serial = shown->serial;
    return shown->connection;
}

/* The filter button of one connection wants the field; whoever reads has its number already. */
static void show_innermost(struct fwx_frame_view *view, const struct fwx_connection *connection)
{
    proto_item *subtree;
    struct fwx_account account;
    bool told = fwx_is_shown(FWX_FAMILY_FACTS);

    if (told) {
        account = fwx_account_of(view->engine, connection);
        view->has_step = view->finding_count != 0;
        if (view->has_step)
            show_next_step(view, &account);
    }
    subtree = enter_connection(view, connection);
    if (told)
        show_account(view, connection, &account, subtree);
    show_judgement(view, connection);
    fwx_view_hide(fwx_view_number(view, fwx_hf_ids.conn_innermost, connection->id));
    fwx_view_leave(view);
    if (PTREE_DATA(view->parent)->visible)
        remember_shown(view, connection);
}

/* Its connection, where it has one and anything of connections is shown. */
static const struct fwx_connection *connection_of(const struct fwx_frame_view *view,
                                                  uint32_t packet)
{
    return fwx_is_shown(FWX_FAMILY_FACTS) || fwx_is_shown(FWX_FAMILY_VERDICTS)
               ? fwx_engine_recall(view->engine, &view->packets[packet])
               : NULL;
}

static void show_connections(struct fwx_frame_view *view)
{
    const struct fwx_connection *innermost = NULL;
    uint32_t depth = view->count; /* the innermost packet of a connection, + 1 */

    while (depth > 0 && !(innermost = connection_of(view, depth - 1)))
        depth--;
    for (uint32_t i = 0; i + 1 < depth; i++) {
        const struct fwx_connection *connection = connection_of(view, i);

        if (connection)
            show_outer(view, connection);
    }
    if (innermost)
        show_innermost(view, innermost);
}

/* What the firewalls beside the main one say. */
static void show_firewalls(struct fwx_frame_view *view)
{
    uint32_t first;
    uint32_t sayings = fwx_beside_sayings(view->engine, view->pinfo->num, &first);

    for (uint32_t i = first; i < first + sayings; i++) {
        const struct fwx_saying *saying = fwx_beside_saying(view->engine, i);
        const char *advice = fwx_beside_advice(view->engine, saying);
        char buffer[FWX_REASON_SIZE];
        const struct fwx_packet *packet =
            saying->packet < view->count ? &view->packets[saying->packet] : NULL;
        proto_item *item = fwx_view_text(view, fwx_hf_ids.firewall,
                                         fwx_beside_say(view->engine, saying, packet, buffer));

        if (advice)
            proto_item_set_generated(
                proto_tree_add_string(proto_item_add_subtree(item, fwx_ett_elsewhere),
                                      fwx_hf_ids.firewall_advice, view->tvb, 0, 0, advice));
    }
}

/* ---- the range, the capture --------------------------------------------------------------------
 */

static void show_range(struct fwx_frame_view *view, const struct fwx_marker_place *place,
                       proto_item *subtree)
{
    char *name = place->open
                     ? wmem_strdup_printf(view->pinfo->pool, "%u-", place->from)
                     : wmem_strdup_printf(view->pinfo->pool, "%u-%u", place->from, place->to);

    proto_item_append_text(subtree, ": in the range %s", name);
    fwx_view_text(view, fwx_hf_ids.marker_range, name);
    fwx_view_number(view, fwx_hf_ids.marker_number, place->number);
    fwx_view_frame(view, fwx_hf_ids.marker_first_frame, place->first_frame);
    fwx_view_frame(view, fwx_hf_ids.marker_last_frame, place->last_frame);
}

/* Where a range ends is known from the second visit on. */
static void show_place(struct fwx_frame_view *view)
{
    struct fwx_marker_place place = fwx_engine_marker_place(view->engine, view->pinfo->num);
    proto_item *subtree;

    if (!fwx_is_shown(FWX_FAMILY_MARKERS) || !place.after)
        return;
    subtree = fwx_view_enter(view, &fwx_ett_marker, "Markers");
    fwx_view_number(view, fwx_hf_ids.marker_after, place.after);
    if (place.in_range && view->pinfo->fd->visited)
        show_range(view, &place, subtree);
    fwx_view_leave(view);
}

/* What the capture cannot tell, once all of it has been read: at its first packet. */
static void show_advice(struct fwx_frame_view *view)
{
    if (view->pinfo->num != fwx_advice_frame(view->engine) || !view->reviewed)
        return;
    for (unsigned i = 0; i < FWX_ADVICES; i++) {
        if (fwx_advice_applies(view->engine, (enum fwx_advice)i))
            warn(view, fwx_view_root(view), fwx_ei_advice((enum fwx_advice)i),
                 fwx_advice_text((enum fwx_advice)i));
    }
}

void fwx_show_details(struct fwx_frame_view *view)
{
    show_advice(view);
    if (fwx_beside_count(view->engine) && fwx_is_shown(FWX_FAMILY_VERDICTS))
        show_firewalls(view);
    show_connections(view);
    fwx_show_pairs(view);
    fwx_show_log(view);
    show_place(view);
    fwx_show_point(view);
}
