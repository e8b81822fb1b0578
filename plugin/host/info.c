/* info.c
 * Marks in the column Info, as Wireshark's own analysis sets them: without any set-up they are in
 * the list, in its exports and in the flow graph.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/view.h"

#include <epan/column-utils.h>

#include "engine/facts/mark.h"
#include "engine/points/points.h"

static void set_mark(const struct fwx_frame_view *view, const char *words)
{
    col_prepend_fence_fstr(view->pinfo->cinfo, COL_INFO, "[%s] ", words);
}

/* One is enough: the first packet that is dropped, else the first finding that has one. */
static const char *mark_of_findings(const struct fwx_frame_view *view, char *buffer)
{
    const struct fwx_finding *finding;

    for (unsigned dropped = 0; dropped < 2; dropped++) {
        for (uint32_t i = 0; i < view->finding_count; i++) {
            finding = fwx_engine_finding(view->engine, view->first_finding + i);
            if (finding->dropped != dropped && fwx_is_shown(fwx_kind_of(finding)->family) &&
                fwx_mark(view->engine, finding, buffer))
                return buffer;
        }
    }
    return NULL;
}

static const char *mark_between(const struct fwx_frame_view *view,
                                const struct fwx_connection *connection)
{
    struct fwx_meeting meeting;

    for (uint32_t number = 0;
         fwx_points_meeting(view->engine, connection, view->pinfo->num, number, &meeting);
         number++) {
        if (meeting.fate == FWX_FATE_DROPPED)
            return "Dropped in between";
        if (meeting.fate == FWX_FATE_INJECTED)
            return "Injected in between";
    }
    return NULL;
}

/* What no packet shows by itself, once the whole capture has been read. */
static const char *mark_of_connection(const struct fwx_frame_view *view,
                                      const struct fwx_connection *connection, char *buffer)
{
    const char *words = fwx_points_pair_count(view->engine) ? mark_between(view, connection) : NULL;

    return words || view->finding_count
               ? words
               : fwx_mark_ending(view->engine, connection, view->pinfo->num, buffer);
}

/* What another point proves comes before what is predicted. */
void fwx_show_marks(struct fwx_frame_view *view)
{
    char buffer[FWX_REASON_SIZE];
    const char *words = mark_of_findings(view, buffer);

    if (words)
        set_mark(view, words);
    words = NULL;
    for (uint32_t i = view->reviewed && fwx_is_shown(FWX_FAMILY_FACTS) ? view->count : 0;
         !words && i > 0; i--) {
        const struct fwx_connection *connection =
            fwx_engine_recall(view->engine, &view->packets[i - 1]);

        if (connection)
            words = mark_of_connection(view, connection, buffer);
    }
    if (words)
        set_mark(view, words);
}
