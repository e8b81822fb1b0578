/* marker.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "marker.h"

void fwx_markers_init(struct fwx_markers *markers)
{
    markers->groups = g_array_new(FALSE, FALSE, sizeof(struct fwx_marker_group));
}

void fwx_markers_clear(struct fwx_markers *markers)
{
    g_array_free(markers->groups, TRUE);
    markers->groups = NULL;
}

static bool is_marker_size(const struct fwx_policy *policy, uint32_t size)
{
    for (unsigned i = 0; i < policy->marker_size_count; i++) {
        if (size >= policy->marker_sizes[i].low && size <= policy->marker_sizes[i].high)
            return true;
    }
    return false;
}

static struct fwx_marker_group *group_at(const struct fwx_markers *markers, unsigned index)
{
    return &g_array_index(markers->groups, struct fwx_marker_group, index);
}

bool fwx_markers_see(struct fwx_markers *markers, const struct fwx_policy *policy,
                     const struct fwx_packet *packet)
{
    if (packet->icmp.echo == FWX_ECHO_NONE || !is_marker_size(policy, packet->icmp.data_len))
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

struct fwx_marker_place fwx_markers_place(const struct fwx_markers *markers, uint32_t frame)
{
    struct fwx_marker_place place = {0};
    unsigned before = groups_before(markers, frame);

    if (!before)
        return place;

    const struct fwx_marker_group *from = group_at(markers, before - 1);
    bool ends = before < markers->groups->len;

    place.after = from->size;
    /* Among the markers of a group, or itself the first of the next: in no range. */
    if (frame <= from->last_frame || (ends && frame == group_at(markers, before)->first_frame))
        return place;
    place.in_range = true;
    place.open = !ends;
    place.number = before;
    place.from = from->size;
    place.first_frame = from->last_frame + 1;
    if (ends) {
        place.to = group_at(markers, before)->size;
        place.last_frame = group_at(markers, before)->first_frame - 1;
    }
    return place;
}
