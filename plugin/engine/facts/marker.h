/* marker.h
 * Marker pings: echo messages of an agreed size that divide a capture into ranges (source 002).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MARKER_H
#define FWX_MARKER_H

#include "engine/packet.h"
#include "engine/model/policy.h"

#include <glib.h>

/* Equal markers with no other size in between: ping -n 5 sends five, and as many replies. */
struct fwx_marker_group {
    uint32_t size;        /* bytes of echo data */
    uint32_t first_frame; /* of the first marker */
    uint32_t last_frame;  /* of the last one so far */
    int64_t first_time;   /* of the first marker, nanoseconds since the epoch */
    int64_t last_time;
};

struct fwx_markers {
    GArray *groups; /* of struct fwx_marker_group, in frame order */
};

/* Where a frame lies, as far as the capture has been read. */
struct fwx_marker_place {
    uint32_t after;  /* size of the last marker before the frame, 0: none yet */
    bool in_range;   /* the rest is set */
    bool open;       /* no later marker: last_frame and to are not known */
    uint32_t number; /* of the range, from 1 */
    uint32_t from;   /* the sizes that name the range */
    uint32_t to;
    uint32_t first_frame; /* of the range, markers left out; may be above last_frame: empty */
    uint32_t last_frame;
};

void fwx_markers_init(struct fwx_markers *markers);
void fwx_markers_clear(struct fwx_markers *markers);

/* Is it a marker? Then it is noted. Packets come in frame order. */
bool fwx_markers_see(struct fwx_markers *markers, const struct fwx_policy *policy,
                     const struct fwx_packet *packet);

/* Logarithmic in the number of groups. */
struct fwx_marker_place fwx_markers_place(const struct fwx_markers *markers, uint32_t frame);

/* The nearest range that begins behind the frame, or that ends before it, and has frames in it; not
 * in_range where there is none. frames: how many the capture has. */
struct fwx_marker_place fwx_markers_next(const struct fwx_markers *markers, uint32_t frame,
                                         uint32_t frames);
struct fwx_marker_place fwx_markers_previous(const struct fwx_markers *markers, uint32_t frame);

#endif
