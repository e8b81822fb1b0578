/* reset.c
 * A reset: what it means, who sent it, and what a proxy makes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

#include "engine/engine.h"
#include "engine/facts/origin.h"
#include "engine/model/result.h"
#include "engine/words.h"

/* ---- the sentence ---------------------------------------------------------------------------- */

static void say_quiet(struct fwx_sentence *s, const struct fwx_reset *reset)
{
    if (!reset->carried_data) {
        fwx_say(s, " that carried no data");
        return;
    }
    fwx_say(s, ", ");
    fwx_say_seconds(s, reset->after, 3);
    fwx_say(s, " s after the last data");
}

static void say_class(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    const struct fwx_reset *reset = &finding->reset;
    const char *by =
        reset->by == FWX_SIDE_UNKNOWN ? "sender" : fwx_side_name((enum fwx_side)reset->by);

    switch ((enum fwx_reset_class)reset->class) {
    case FWX_RESET_REFUSED:
        fwx_say(s, "The responder refuses the connection");
        break;
    case FWX_RESET_HANDSHAKE_ABORT:
        fwx_say(s, "The %s gives up before the handshake is complete", by);
        break;
    case FWX_RESET_DIRTY_CLOSE:
        fwx_say(s, "Dirty close: ");
        fwx_say_seconds(s, reset->after, 6);
        fwx_say(s,
                " s after the FIN in frame %" PRIu32
                " the %s resets instead of sending a FIN of its own",
                reset->fin_frame, by);
        break;
    case FWX_RESET_DATA_ABORT:
        fwx_say(s, "The %s aborts an established connection", by);
        if (reset->in_flight)
            fwx_say(s, " with %" PRIu32 " bytes unacknowledged", reset->in_flight);
        else
            say_quiet(s, reset);
        break;
    case FWX_RESET_IDLE_ABORT:
        fwx_say(s, "The %s aborts an idle connection", by);
        say_quiet(s, reset);
        break;
    case FWX_RESET_AFTER_CLOSE:
        fwx_say(s,
                finding->dropped ? "Reset by the %s, and the connection is gone already"
                                 : "Reset by the %s after it had sent its FIN",
                by);
        break;
    case FWX_RESET_NO_CONNECTION:
        fwx_say(s,
                reset->ignored
                    ? "Reset by the %s outside the window: it ends nothing"
                    : "Reset by the %s, and this capture shows no connection that it could end",
                by);
        break;
    }
}

static void say_status(struct fwx_sentence *s, const struct fwx_reset *reset)
{
    static const char *const worth[] = {
        [FWX_GRADE_NONE] = "",
        [FWX_GRADE_HARMLESS] = " (harmless: nothing was left unanswered)",
        [FWX_GRADE_BY_DESIGN] = "",
        [FWX_GRADE_LOOK] = " (look into it)",
    };

    if (reset->class == FWX_RESET_DIRTY_CLOSE)
        fwx_say(s, "; a proxy logs status 64, by design");
    else if (reset->status == FWX_STATUS_NETNAME_DELETED)
        fwx_say(
            s, "; a proxy logs status 64, or 995 where it ends this leg because the other is gone: "
               "one side of it cannot tell them apart");
    else if (reset->status)
        fwx_say(s, "; a proxy logs status %u", reset->status);
    fwx_say(s, "%s", worth[reset->grade]);
    if (reset->alert && reset->grade == FWX_GRADE_LOOK)
        fwx_say(s, "; a fatal TLS alert %u came before", reset->alert - 1u);
}

static void say_origin(struct fwx_sentence *s, const struct fwx_reset *reset)
{
    if (reset->silence) {
        fwx_say(s, "; ");
        fwx_say_seconds(s, reset->silence, 3);
        fwx_say(s, " s of silence came before");
    }
    if (reset->origin == FWX_ORIGIN_IN_BETWEEN) {
        char signs[FWX_REASON_SIZE];

        fwx_say(s, "; not from the endpoint that it names: %s", fwx_origin_signs(reset, signs));
    }
}

static void say_kill(struct fwx_sentence *s, const struct fwx_engine *engine,
                     const struct fwx_finding *finding)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), finding->connection);
    uint16_t port = connection->port[FWX_RESPONDER];
    const struct fwx_app_filter *filter =
        fwx_policy_filter(fwx_engine_policy(engine), connection->protocol, port);

    if (finding->reset.kill == FWX_KILL_SMTP_TLS)
        fwx_say(s,
                "; the server had closed in order, and under TLS the SMTP filter turns that into a "
                "reset for the client (KB 959312)");
    else if (filter)
        fwx_say(s, "; the %s filter is bound to port %u: unbind it to see whether it did this",
                filter->name, port);
}

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    say_class(s, finding);
    say_status(s, &finding->reset);
    say_origin(s, &finding->reset);
    if (finding->reset.kill)
        say_kill(s, engine, finding);
}

static void mark(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    if (finding->reset.origin == FWX_ORIGIN_IN_BETWEEN)
        fwx_say(s, "Reset from in between");
    else if (finding->reset.kill)
        fwx_say(s, "Firewall kills the connection");
}

static const char *title_of(const struct fwx_finding *finding)
{
    return fwx_reset_class_name((enum fwx_reset_class)finding->reset.class);
}

static void cite(const struct fwx_finding *finding, uint32_t frames[FWX_CITED])
{
    frames[0] = finding->reset.fin_frame;
}

/* ---- the fields ------------------------------------------------------------------------------ */

static bool is_dirty_close(const struct fwx_finding *finding)
{
    return finding->reset.class == FWX_RESET_DIRTY_CLOSE;
}

static bool is_injected(const struct fwx_finding *finding)
{
    return finding->reset.origin == FWX_ORIGIN_IN_BETWEEN;
}

static bool get_class(const struct fwx_finding *finding, union fwx_value *value)
{
    value->text = title_of(finding);
    return true;
}

static bool get_by(const struct fwx_finding *finding, union fwx_value *value)
{
    value->text = fwx_side_name((enum fwx_side)finding->reset.by);
    return true;
}

static bool get_fin_frame(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->reset.fin_frame;
    return is_dirty_close(finding) && value->number;
}

static bool get_fin_delay(const struct fwx_finding *finding, union fwx_value *value)
{
    value->time = finding->reset.after;
    return is_dirty_close(finding);
}

static bool get_status(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->reset.status;
    return value->number != 0;
}

static bool get_injected(const struct fwx_finding *finding, union fwx_value *value)
{
    value->flag = is_injected(finding);
    return true;
}

static bool get_grade(const struct fwx_finding *finding, union fwx_value *value)
{
    value->text = fwx_grade_name((enum fwx_grade)finding->reset.grade);
    return finding->reset.grade != FWX_GRADE_NONE;
}

static bool get_origin(const struct fwx_finding *finding, union fwx_value *value)
{
    value->text = fwx_origin_name((enum fwx_origin)finding->reset.origin);
    return true;
}

/* Valid until the next call. */
static bool get_signs(const struct fwx_finding *finding, union fwx_value *value)
{
    static char signs[FWX_REASON_SIZE];

    value->text = fwx_origin_signs(&finding->reset, signs);
    return *value->text != '\0';
}

enum { CLASS, BY, FIN_FRAME, FIN_DELAY, STATUS, INJECTED, GRADE, ORIGIN, SIGNS };

static const uint8_t order[] = {CLASS, BY,     FIN_FRAME, FIN_DELAY, STATUS,
                                GRADE, ORIGIN, SIGNS,     INJECTED};

static const struct fwx_field fields[] = {
    [CLASS] = {"reset.class", FWX_FIELD_TEXT, "Reset class",
               "What the reset means: refused, handshake-abort, dirty-close, data-abort, "
               "idle-abort, after-close or no-connection",
               get_class, NULL},
    [BY] = {"reset.by", FWX_FIELD_TEXT, "Reset by",
            "Who sent the reset: initiator, responder or unknown", get_by, " by the %s"},
    [FIN_FRAME] = {"reset.fin_frame", FWX_FIELD_FRAME, "Answers the FIN in frame",
                   "The FIN that a dirty close answers", get_fin_frame, NULL},
    [FIN_DELAY] = {"reset.fin_delay", FWX_FIELD_TIME, "Time since the FIN",
                   "How long before a dirty close the FIN came that it answers, in seconds",
                   get_fin_delay, ", after %s s"},
    [STATUS] = {"reset.status", FWX_FIELD_NUMBER, "Status",
                "Win32 or Winsock status that a proxy logs for a leg that ends so: 64 or 10061",
                get_status, NULL},
    [INJECTED] =
        {"reset.injected", FWX_FIELD_FLAG, "Looks injected",
         "The reset is not from the endpoint that it names: its origin is in-between" FWX_LATE,
         get_injected, ""},
    [GRADE] = {"reset.grade", FWX_FIELD_TEXT, "Status is",
               "What the status is worth: harmless, by design or look into it", get_grade, " (%s)"},
    [ORIGIN] = {"reset.origin", FWX_FIELD_TEXT, "Sent by",
                "Who sent the reset: endpoint, in-between or unknown" FWX_LATE, get_origin, NULL},
    [SIGNS] =
        {"reset.signs", FWX_FIELD_TEXT, "Signs",
         "What speaks against the reset's being its endpoint's own, with the numbers" FWX_LATE,
         get_signs, ": %s"},
    {0},
};

/* ---- the expert infos ------------------------------------------------------------------------ */

static bool is_own_dirty_close(const struct fwx_finding *finding)
{
    return is_dirty_close(finding) && !is_injected(finding);
}

#define IS_OWN(name, CLASS)                                                                        \
    static bool is_own_##name(const struct fwx_finding *finding)                                   \
    {                                                                                              \
        return finding->reset.class == FWX_RESET_##CLASS && !is_injected(finding);                 \
    }
IS_OWN(refusal, REFUSED)
IS_OWN(handshake_abort, HANDSHAKE_ABORT)
IS_OWN(data_abort, DATA_ABORT)
IS_OWN(idle_abort, IDLE_ABORT)
IS_OWN(late_reset, AFTER_CLOSE)
IS_OWN(stray, NO_CONNECTION)
#undef IS_OWN

static bool is_kill(const struct fwx_finding *finding)
{
    return finding->reset.kill != FWX_KILL_NONE;
}

static const struct fwx_expert experts[] = {
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Reset: the connection is refused", NULL,
     is_own_refusal},
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Reset: the handshake is given up", NULL,
     is_own_handshake_abort},
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Reset: an established connection is aborted",
     NULL, is_own_data_abort},
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Reset: an idle connection is aborted", NULL,
     is_own_idle_abort},
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Reset after the close", NULL,
     is_own_late_reset},
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Reset of no connection in this capture", NULL,
     is_own_stray},
    {"reset", FWX_GROUP_SEQUENCE, FWX_SEVERITY_WARNING, "Reset that looks injected", NULL,
     is_injected},
    {"dirty_close", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Dirty close, by design", "dirty-close",
     is_own_dirty_close},
    {"killed", FWX_GROUP_SEQUENCE, FWX_SEVERITY_WARNING, "Connection killed in between", "killed",
     is_kill},
    {0},
};

const struct fwx_kind fwx_kind_reset = {
    .title_of = title_of,
    .page = "resets",
    .say = say,
    .mark = mark,
    .cite = cite,
    .family = FWX_FAMILY_RESETS,
    .fields = fields,
    .experts = experts,
    .order = order,
};
