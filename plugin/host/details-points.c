/* details-points.c
 * The same packet at another point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/view.h"

#include "engine/points/points.h"
#include "host/fields.h"
#include "host/point.h"

static void name_meeting(proto_item *item, const struct fwx_meeting *meeting)
{
    const char *fate = fwx_fate_name(meeting->fate);

    if (meeting->frame)
        proto_item_append_text(item, ": frame %u", meeting->frame);
    if (fate)
        proto_item_append_text(item, meeting->frame ? ", %s" : ": %s", fate);
}

static void show_meeting(struct fwx_frame_view *view, const struct fwx_connection *connection,
                         const struct fwx_meeting *meeting, uint32_t number)
{
    const struct fwx_pair *pair = meeting->pair;
    char buffer[FWX_REASON_SIZE];
    const char *changes;

    if (pair->leg[1])
        fwx_view_number(view, fwx_hf_ids.pair_conn, pair->leg[pair->leg[0] == connection->id]);
    fwx_view_text(view, fwx_hf_ids.pair_point, fwx_point_name(meeting->point));
    fwx_view_text(view, fwx_hf_ids.pair_method, fwx_method_name((enum fwx_method)pair->method));
    fwx_view_text(view, fwx_hf_ids.pair_path, fwx_path_name((enum fwx_path)pair->path));
    if (pair->ordered)
        fwx_view_text(view, fwx_hf_ids.pair_order, meeting->entered ? "in" : "out");
    fwx_view_frame(view, fwx_hf_ids.pair_frame, meeting->frame);
    if (meeting->stay_known)
        fwx_view_time(view, fwx_hf_ids.pair_stay, meeting->stay);
    fwx_view_said(view, fwx_hf_ids.pair_fate, fwx_fate_name(meeting->fate));
    changes = fwx_points_changes(view->engine, connection, view->pinfo->num, number, buffer);
    fwx_view_said(view, fwx_hf_ids.pair_changes, changes);
    fwx_view_said(view, fwx_hf_ids.pair_reason,
                  fwx_points_reason(view->engine, connection, view->pinfo->num, number, buffer));
}

static void show_clock(struct fwx_frame_view *view, const struct fwx_packet *packet)
{
    const struct fwx_clock *clock;
    int64_t offset;

    if (!fwx_points_offset(view->engine, packet->capture_point, packet->time, &offset, &clock))
        return;
    fwx_view_enter(view, &fwx_ett_clock, "Clock of this point");
    fwx_view_time(view, fwx_hf_ids.clock_offset, offset);
    proto_item_set_generated(proto_tree_add_double(view->at, fwx_hf_ids.clock_error, view->tvb, 0,
                                                   0, clock->error_ns / 1e9));
    proto_item_set_generated(proto_tree_add_double(view->at, fwx_hf_ids.clock_drift, view->tvb, 0,
                                                   0, clock->drift * 1e6));
    fwx_view_leave(view);
}

void fwx_show_pairs(struct fwx_frame_view *view)
{
    struct fwx_meeting meeting;

    for (uint32_t i = 0; fwx_points_pair_count(view->engine) && i < view->count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(view->engine, &view->packets[i]);

        if (!connection)
            connection = fwx_points_error_about(view->engine, view->pinfo->num);
        for (uint32_t number = 0;
             connection &&
             fwx_points_meeting(view->engine, connection, view->pinfo->num, number, &meeting);
             number++) {
            name_meeting(fwx_view_enter(view, &fwx_ett_pair, "At the other point"), &meeting);
            show_meeting(view, connection, &meeting, number);
            fwx_view_leave(view);
        }
    }
    if (view->count && view->packets[0].capture_point && fwx_points_clock_count(view->engine))
        show_clock(view, &view->packets[0]);
}

/* Filters and columns may always ask where a frame was seen. Whoever reads is told where that tells
 * anything; no frame becomes one of ours for it. */
void fwx_show_point(struct fwx_frame_view *view)
{
    bool visible = view->top && fwx_points_several();
    proto_tree *tree = view->top ? view->top : view->parent;
    uint16_t point = view->count ? view->packets[0].capture_point : 0;
    proto_item *items[2];

    if (!view->count || (!proto_field_is_referenced(tree, fwx_hf_ids.point_name) &&
                         !proto_field_is_referenced(tree, fwx_hf_ids.point_number)))
        return;
    items[0] =
        proto_tree_add_string(tree, fwx_hf_ids.point_name, view->tvb, 0, 0, fwx_point_name(point));
    items[1] = proto_tree_add_uint(tree, fwx_hf_ids.point_number, view->tvb, 0, 0, point + 1u);
    for (unsigned i = 0; i < G_N_ELEMENTS(items); i++) {
        proto_item_set_generated(items[i]);
        if (!visible || i)
            fwx_view_hide(items[i]);
    }
}
