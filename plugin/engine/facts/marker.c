/* marker.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/marker.h"

void fwx_markers_init(struct fwx_markers *markers)
{
    markers->groups = g_array_new(FALSE, FALSE, sizeof(struct fwx_marker_group));
}

void fwx_markers_clear(struct fwx_markers *markers)
{
    g_array_free(markers->groups, TRUE);
    markers->groups = NULL;
}

static struct fwx_marker_group *group_at(const struct fwx_markers *markers, unsigned index)
{
    return &g_array_index(markers->groups, struct fwx_marker_group, index);
}

bool fwx_markers_see(struct fwx_markers *markers, const struct fwx_policy *policy,
                     const struct fwx_packet *packet)
{
    if (packet->icmp.echo == FWX_ECHO_NONE ||
        !fwx_policy_is_marker_size(policy, packet->icmp.data_len))
        return false;

    unsigned count = markers->groups->len;
    struct fwx_marker_group *last = count ? group_at(markers, count - 1) : NULL;

    if (last && last->size == packet->icmp.data_len) {
        last->last_frame = packet->frame;
        last->last_time = packet->time;
        return true;
    }

    struct fwx_marker_group group = {packet->icmp.data_len, packet->frame, packet->frame,
                                     packet->time, packet->time};

    g_array_append_val(markers->groups, group);
    return true;
}

/* How many groups begin before the frame. */
static unsigned groups_before(const struct fwx_markers *markers, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = markers->groups->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (group_at(markers, middle)->first_frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The range behind a group, by its number from 1. */
static struct fwx_marker_place range_at(const struct fwx_markers *markers, unsigned number)
{
    const struct fwx_marker_group *from = group_at(markers, number - 1);
    bool ends = number < markers->groups->len;

    return (struct fwx_marker_place){
        .after = from->size,
        .in_range = true,
        .open = !ends,
        .number = number,
        .from = from->size,
        .to = ends ? group_at(markers, number)->size : 0,
        .first_frame = from->last_frame + 1,
        .last_frame = ends ? group_at(markers, number)->first_frame - 1 : 0,
    };
}

struct fwx_marker_place fwx_markers_place(const struct fwx_markers *markers, uint32_t frame)
{
    unsigned before = groups_before(markers, frame);
    struct fwx_marker_place place;

    if (!before)
        return (struct fwx_marker_place){0};
    place = range_at(markers, before);
    /* Among the markers of a group, or itself the first of the next: in no range. */
    if (frame < place.first_frame ||
        (!place.open && frame == group_at(markers, before)->first_frame))
        return (struct fwx_marker_place){.after = place.after};
    return place;
}

struct fwx_marker_place fwx_markers_next(const struct fwx_markers *markers, uint32_t frame,
                                         uint32_t frames)
{
    for (unsigned number = MAX(groups_before(markers, frame), 1); number <= markers->groups->len;
         number++) {
        struct fwx_marker_place range = range_at(markers, number);
        uint32_t last = range.open ? frames : range.last_frame;

        if (range.first_frame > frame && range.first_frame <= last)
            return range;
    }
    return (struct fwx_marker_place){0};
}

struct fwx_marker_place fwx_markers_previous(const struct fwx_markers *markers, uint32_t frame)
{
    for (unsigned number = groups_before(markers, frame); number; number--) {
        struct fwx_marker_place range = range_at(markers, number);

        if (!range.open && range.last_frame < frame && range.first_frame <= range.last_frame)
            return range;
    }
    return (struct fwx_marker_place){0};
}
