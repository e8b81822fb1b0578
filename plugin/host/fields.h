/* fields.h
 * The names that users see. They are a contract: filters, columns and scripts rely on them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FIELDS_H
#define FWX_FIELDS_H

#include "compat.h"

#include <epan/expert.h>
#include <epan/proto.h>

#include "engine/facts/advice.h"
#include "engine/kind.h"
#include "engine/model/elsewhere.h"

struct fwx_fields {
    int finding[FWX_FINDING_KINDS][FWX_MOST_FIELDS]; /* by kind, and as its fields are listed */
    int marker_after, marker_range, marker_number, marker_first_frame, marker_last_frame;
    int verdict_code, verdict_symbol, verdict_action, verdict_reason, verdict_confidence,
        verdict_brief;
    int conn_id, conn_innermost, conn_state, conn_code, conn_symbol, conn_action, conn_reason,
        conn_confidence;
    int conn_frame, conn_dropped, conn_evidence, conn_status;
    int conn_outcome, conn_cause, conn_severity, conn_headline, conn_next_step;
    int found;
    int firewall, firewall_advice;
    int point_name, point_number;
    int pair_conn, pair_point, pair_method, pair_path, pair_order, pair_frame, pair_stay, pair_fate,
        pair_changes, pair_reason;
    int clock_offset, clock_error, clock_drift;
    int fwlog_line, fwlog_file, fwlog_time, fwlog_delta, fwlog_action, fwlog_code, fwlog_reason,
        fwlog_class, fwlog_rule, fwlog_agreement, fwlog_why, fwlog_joined_by, fwlog_text;
    int elsewhere[FWX_ELSEWHERES];
};

extern struct fwx_fields fwx_hf_ids;
extern int fwx_ett, fwx_ett_connection, fwx_ett_elsewhere, fwx_ett_marker, fwx_ett_pair,
    fwx_ett_clock, fwx_ett_log;

void fwx_fields_register(int proto_fwx);

int fwx_protocol(void); /* "Firewall verdict" */

/* The expert info that says what the capture cannot tell. */
expert_field *fwx_ei_advice(enum fwx_advice advice);

/* The kind's expert info of that number; error: a predicted drop that is borne out. */
expert_field *fwx_ei(enum fwx_finding_kind kind, unsigned number, bool error);

#endif
