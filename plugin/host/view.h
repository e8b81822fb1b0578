/* view.h
 * A frame that is being shown, and how items are added to its details: all are computed, none
 * covers bytes of the frame. Private to the files that show one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_VIEW_H
#define FWX_VIEW_H

#include "compat.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "engine/engine.h"
#include "engine/kind.h"
#include "host/preferences.h"

struct fwx_frame_view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *parent; /* NULL: details are not wanted */
    const struct fwx_engine *engine;
    uint32_t serial;                  /* of the engine, see packet-fwx.h */
    const struct fwx_packet *packets; /* of the frame, outermost first */
    uint32_t count;
    uint32_t first_finding;
    uint32_t finding_count;
    bool reviewed;   /* what the whole capture tells was drawn from it */
    proto_tree *top; /* "Firewall verdict", made when there is something to put into it */
    proto_tree *at;  /* where items go: top, or a subtree of it */
    bool has_verdict;
    bool has_step; /* what to check next was said */
};

static inline bool fwx_is_shown(enum fwx_family family)
{
    return fwx_preferences_shown()->family[family];
}

/* The item of the protocol, and the tree below it. */
proto_tree *fwx_view_top(struct fwx_frame_view *view);
proto_item *fwx_view_root(struct fwx_frame_view *view);

/* A closed subtree of its own, which items go into until fwx_view_leave(). The text may be added to
 * once more is known. */
proto_item *fwx_view_enter(struct fwx_frame_view *view, const int *ett, const char *text);
void fwx_view_leave(struct fwx_frame_view *view);

/* In the tree that items go into now. */
proto_item *fwx_view_number(struct fwx_frame_view *view, int hf, uint32_t value);
proto_item *fwx_view_text(struct fwx_frame_view *view, int hf, const char *text);
proto_item *fwx_view_time(struct fwx_frame_view *view, int hf, int64_t time); /* nanoseconds */
/* Nothing for frame 0, and no link to this frame itself; nothing for no text. */
void fwx_view_frame(struct fwx_frame_view *view, int hf, uint32_t frame);
void fwx_view_said(struct fwx_frame_view *view, int hf, const char *text);
/* For filters and columns: whoever reads has it in another item's text. */
static inline void fwx_view_hide(proto_item *item)
{
    proto_item_set_hidden(item);
}

/* ---- the parts --------------------------------------------------------------------------------
 */

/* details.c; the order is the one in which they are called. */
void fwx_show_findings(struct fwx_frame_view *view); /* expert infos, too: also without a tree */
void fwx_show_details(struct fwx_frame_view *view);

/* details-points.c, details-log.c */
void fwx_show_pairs(struct fwx_frame_view *view);
void fwx_show_point(struct fwx_frame_view *view);
void fwx_show_log(struct fwx_frame_view *view);

/* A selected packet's details live until another packet is selected, and so does its innermost
 * connection, with the serial of its engine; NULL where it has none. */
const struct fwx_connection *fwx_shown(packet_info *pinfo, uint32_t *serial);

/* info.c: before the packet's line in the list. */
void fwx_show_marks(struct fwx_frame_view *view);

#endif
