/* event.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/event.h"

static const struct {
    const char *id;
    const char *title;
} events[] = {
#define EVENT(name, id, title) [FWX_EVENT_##name] = {id, title},
    FWX_EVENTS(EVENT)
#undef EVENT
};

const char *fwx_event_id(enum fwx_event event)
{
    return events[event].id;
}

const char *fwx_event_title(enum fwx_event event)
{
    return events[event].title;
}
