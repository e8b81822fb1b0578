/* details-log.c
 * The firewall's own log, beside the packet that it is about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/view.h"

#include "host/fields.h"
#include "host/logs.h"

static void show_line(struct fwx_frame_view *view, const struct fwx_log_join *join, uint32_t number)
{
    const struct fwx_log_line *line = &g_array_index(join->lines, struct fwx_log_line, number);
    const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, number);
    const struct fwx_log_clock *clock =
        &g_array_index(join->clocks, struct fwx_log_clock, line->file);
    const char *agreement = fwx_log_agreement_name((enum fwx_log_agreement)match->agreement);
    char *name = g_path_get_basename(fwx_logs_name(line->file));

    proto_item_append_text(fwx_view_enter(view, &fwx_ett_log, "Firewall's log"), ": line %u, %s",
                           line->number, agreement);
    fwx_view_number(view, fwx_hf_ids.fwlog_line, line->number);
    fwx_view_text(view, fwx_hf_ids.fwlog_file, name);
    if (clock->certainty != FWX_LOG_UNDECIDED) {
        fwx_view_time(view, fwx_hf_ids.fwlog_time,
                      fwx_time_between(fwx_log_clock_offset(clock), line->time));
        fwx_view_time(view, fwx_hf_ids.fwlog_delta, match->delta);
    }
    fwx_view_said(view, fwx_hf_ids.fwlog_action, line->action);
    fwx_view_said(view, fwx_hf_ids.fwlog_code, line->code);
    fwx_view_said(view, fwx_hf_ids.fwlog_reason, line->reason);
    fwx_view_text(view, fwx_hf_ids.fwlog_class, fwx_log_class_id((enum fwx_log_class)line->class));
    fwx_view_said(view, fwx_hf_ids.fwlog_rule, line->rule);
    fwx_view_text(view, fwx_hf_ids.fwlog_agreement, agreement);
    fwx_view_said(view, fwx_hf_ids.fwlog_why, fwx_log_why_name((enum fwx_log_why)match->why));
    fwx_view_text(view, fwx_hf_ids.fwlog_joined_by,
                  fwx_log_joined_name((enum fwx_log_joined)match->joined));
    if (fwx_preferences_shown()->log_text)
        fwx_view_said(view, fwx_hf_ids.fwlog_text, line->text);
    fwx_view_leave(view);
    g_free(name);
}

void fwx_show_log(struct fwx_frame_view *view)
{
    const struct fwx_log_join *join;
    uint32_t number;

    if (!fwx_logs_current())
        return;
    join = fwx_logs_current()->join;
    for (unsigned at = 0; fwx_logs_line(view->pinfo->num, at, &number); at++)
        show_line(view, join, number);
    for (unsigned at = 0; fwx_logs_missed(view->pinfo->num, at, &number); at++) {
        const struct fwx_log_fate *fate = &g_array_index(join->fates, struct fwx_log_fate, number);

        fwx_view_enter(view, &fwx_ett_log, "Firewall's log: no line for this prediction");
        fwx_view_text(view, fwx_hf_ids.fwlog_agreement,
                      fwx_log_agreement_name((enum fwx_log_agreement)fate->agreement));
        fwx_view_said(view, fwx_hf_ids.fwlog_why, fwx_log_why_name((enum fwx_log_why)fate->why));
        fwx_view_leave(view);
    }
}
