/* point.h
 * Capture points: the places where the packets of a capture were seen. What a firewall has routed
 * is seen at two of them, and is another connection at each.
 *
 * Points are numbered from 0 in the order in which their first packets come; fields and outputs
 * show numbers from 1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_POINT_H
#define FWX_POINT_H

#include "compat.h"

#include <epan/packet_info.h>

#include "engine/decode.h"
#include "engine/model/policy.h"

/* A capture may name as many interfaces as it has packets: those beyond share the last point. */
#define FWX_MAX_POINTS 4096

/* For each capture, and when it is closed: then all names are gone. */
void fwx_points_start(const struct fwx_policy *policy);
void fwx_points_stop(void);

/* What comes now is of another file, from 1, with points of its own; name: of the first of them,
 * copied. Once a capture, before each of its files. */
void fwx_points_file(uint32_t number, const char *name);

/* Where the frame was seen: the same at each of its visits, the first of which come in order. */
uint16_t fwx_point_of(const packet_info *pinfo);

/* The same of a frame that is not dissected: record, time and session are looked at, and its bytes
 * from the link on. */
uint16_t fwx_point_of_plain(const packet_info *pinfo, struct fwx_bytes frame);

/* How many points the capture has so far. */
uint32_t fwx_points_count(void);

/* Once there is a first one: may others follow? Interfaces that have names are all there from the
 * beginning. */
bool fwx_points_may_follow(void);

/* Is it worth saying where a packet was seen? */
static inline bool fwx_points_several(void)
{
    return fwx_points_count() > 1;
}

/* The number of the point's interface in the file that is read, and of its section, both from 0,
 * where the point was seen last; false where that was in another file. */
bool fwx_point_interface(uint16_t point, uint32_t *section, uint32_t *interface);

/* UTF-8 without control characters, and no other point's; valid until the capture is closed. */
const char *fwx_point_name(uint16_t point);

/* Once, before any capture: is called when one begins, and when it turns out to have a second
 * point.
 */
void fwx_points_watch(void (*changed)(void));

#endif
