/* view.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/view.h"

#include "host/fields.h"

proto_tree *fwx_view_top(struct fwx_frame_view *view)
{
    if (!view->top) {
        proto_item *item =
            proto_tree_add_item(view->parent, fwx_protocol(), view->tvb, 0, 0, ENC_NA);

        proto_item_set_generated(item);
        view->top = view->at = proto_item_add_subtree(item, fwx_ett);
    }
    return view->top;
}

proto_item *fwx_view_root(struct fwx_frame_view *view)
{
    return proto_tree_get_parent(fwx_view_top(view));
}

static proto_tree *tree_of(struct fwx_frame_view *view)
{
    fwx_view_top(view);
    return view->at;
}

proto_item *fwx_view_enter(struct fwx_frame_view *view, const int *ett, const char *text)
{
    proto_item *item;

    view->at = proto_tree_add_subtree(tree_of(view), view->tvb, 0, 0, *ett, &item, text);
    proto_item_set_generated(item);
    return item;
}

void fwx_view_leave(struct fwx_frame_view *view)
{
    view->at = view->top;
}

proto_item *fwx_view_number(struct fwx_frame_view *view, int hf, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree_of(view), hf, view->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

proto_item *fwx_view_text(struct fwx_frame_view *view, int hf, const char *text)
{
    proto_item *item = proto_tree_add_string(tree_of(view), hf, view->tvb, 0, 0, text);

    proto_item_set_generated(item);
    return item;
}

proto_item *fwx_view_time(struct fwx_frame_view *view, int hf, int64_t time)
{
    nstime_t value = NSTIME_INIT_SECS_NSECS(time / FWX_SECOND, (int)(time % FWX_SECOND));
    proto_item *item = proto_tree_add_time(tree_of(view), hf, view->tvb, 0, 0, &value);

    proto_item_set_generated(item);
    return item;
}

void fwx_view_frame(struct fwx_frame_view *view, int hf, uint32_t frame)
{
    proto_item *item;

    if (!frame)
        return;
    item = fwx_view_number(view, hf, frame);
    if (frame == view->pinfo->num)
        fwx_view_hide(item);
}

void fwx_view_said(struct fwx_frame_view *view, int hf, const char *text)
{
    if (text && *text)
        fwx_view_text(view, hf, text);
}
