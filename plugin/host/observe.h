/* observe.h
 * The observation point: between IP and transport, where the firewall's packet engine sits too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_OBSERVE_H
#define FWX_OBSERVE_H

#include "compat.h"

#include <epan/packet.h>

#include "engine/decode.h"

/* Once, when every dissector has registered: goes in front of the transports. */
void fwx_observe_handoff(void);

/* For each capture. Nothing is observed while the post-dissector's protocol is disabled; a wrong
 * TCP checksum is held against a segment only on request, for most captures cannot tell (offload).
 */
void fwx_observe_start(bool enabled, bool checksums);

/* When the capture is closed: what was handed out is gone. */
void fwx_observe_stop(void);

/* The IP packets of the frame that is being dissected, outermost first; tvb is the whole frame.
 * They stay valid until the next frame is, and are handed out once. */
const struct fwx_packet *fwx_observe_take(tvbuff_t *tvb, const packet_info *pinfo, uint32_t *count);

/* The frame's time as its packets have it, or FWX_NO_TIME. */
int64_t fwx_observe_time(const packet_info *pinfo);

/* The one packet of a frame that is not dissected: its number, time and capture point, for which
 * pinfo has number, time, record and session. And what it carries, behind an IP header that is
 * filled in. */
void fwx_observe_place(const packet_info *pinfo, struct fwx_bytes frame, struct fwx_packet *packet);
void fwx_observe_transport(struct fwx_bytes payload, struct fwx_packet *packet);

#endif
