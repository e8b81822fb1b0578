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

#include "engine/model/elsewhere.h"

struct fwx_fields {
    int synack_payload_len, synack_payload;
    int padding_len;
    int ack_expected, ack_actual, ack_delta, ack_cause_frame;
    int reset_class, reset_by, reset_fin_frame, reset_fin_delay, reset_status, reset_injected;
    int reset_grade;
    int marker_size, marker_role, marker_after;
    int marker_range, marker_number, marker_first_frame, marker_last_frame;
    int verdict_code, verdict_symbol, verdict_action, verdict_reason, verdict_confidence;
    int conn_id, conn_innermost, conn_state, conn_code, conn_symbol, conn_action, conn_reason,
        conn_confidence;
    int conn_frame, conn_dropped, conn_evidence, conn_status;
    int point_name, point_number;
    int elsewhere[FWX_FIREWALLS];
};

struct fwx_experts {
    expert_field synack_payload, synack_odd;
    expert_field padding;
    expert_field ack_mismatch, ack_fast_open;
    expert_field reset, reset_injected, dirty_close, killed;
    expert_field not_syn, no_reply;
    expert_field quota, sanity;
    expert_field marker;
};

extern struct fwx_fields fwx_hf_ids;
extern struct fwx_experts fwx_ei;
extern int fwx_ett, fwx_ett_elsewhere;

void fwx_fields_register(int proto_fwx);

#endif
