/* marker.c
 * A marker ping.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

#include "engine/words.h"

static const char *role_of(const struct fwx_finding *finding)
{
    return fwx_echo_role_name((enum fwx_echo_role)finding->marker.role);
}

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    (void)engine;
    fwx_say(s, "Marker ping of %" PRIu32 " bytes (%s)", finding->marker.size, role_of(finding));
}

static bool get_size(const struct fwx_finding *finding, union fwx_value *value)
{
    value->number = finding->marker.size;
    return true;
}

static bool get_role(const struct fwx_finding *finding, union fwx_value *value)
{
    value->text = role_of(finding);
    return true;
}

static const struct fwx_field fields[] = {
    {"marker.size", FWX_FIELD_NUMBER, "Marker size",
     "Bytes of echo data; this packet is a marker ping", get_size, NULL},
    {"marker.role", FWX_FIELD_TEXT, "Marker role",
     "Which half of the marker ping it is: request or reply", get_role, NULL},
    {0},
};

static const struct fwx_expert experts[] = {
    {"marker", FWX_GROUP_COMMENT, FWX_SEVERITY_CHAT, "Marker ping", NULL, NULL},
    {0},
};

const struct fwx_kind fwx_kind_marker = {
    .title = "marker",
    .page = "marker",
    .say = say,
    .family = FWX_FAMILY_MARKERS,
    .fields = fields,
    .experts = experts,
};
