/* model.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/model.h"

static const char *const ids[] = {
#define ID(name, id) [FWX_EVENT_##name] = id,
    FWX_EVENTS(ID)
#undef ID
};

const char *fwx_event_id(enum fwx_event event)
{
    return ids[event];
}
