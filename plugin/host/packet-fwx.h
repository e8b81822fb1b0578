/* packet-fwx.h
 * The post-dissector: feeds the engine once, and shows what it found as often as asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PACKET_FWX_H
#define FWX_PACKET_FWX_H

#include "compat.h"

#include <epan/packet_info.h>

#include "engine/engine.h"
#include "engine/forget.h"

/* What taps of "fwx" get for each frame with a packet, a finding or a place behind a marker; valid
 * during the callback. */
struct fwx_tap_record {
    const struct fwx_engine *engine;
    const struct fwx_packet *packets; /* of the frame, outermost first */
    uint32_t packet_count;
    uint32_t frame;
    uint32_t first_finding; /* number of the frame's first, see fwx_engine_finding() */
    uint32_t finding_count;
    bool visited; /* before: the rest of the capture is known, too */
};

/* The one packet of a frame that is not dissected, in the order of frames: its connection, if any,
 * and what a tap would get. */
const struct fwx_connection *fwx_see(const struct fwx_packet *packet,
                                     struct fwx_tap_record *record);

/* Must the bytes of a packet be there still when it is seen? Where several points are compared. */
bool fwx_sees_bytes(void);

/* At a capture point so many packets were dropped, by the capture's own account. */
void fwx_note_drops(uint16_t point, uint32_t packets);

/* Connections of the capture that is open: engine/forget.h. */
void fwx_forget(fwx_keep *keep, void *data);

/* The engine of the capture that is open, or NULL; and a number that no other capture, nor another
 * dissection of the same, has had: what a tap collected under another number is void. */
const struct fwx_engine *fwx_current_engine(void);
uint32_t fwx_current_serial(void);

/* What only the whole capture tells, anew where packets have come since: before a tap draws. */
void fwx_review_current(void);

/* Calls the function with the data whenever a capture is about to be closed, or to be dissected
 * anew, and its engine to be freed; until told to stop. */
typedef void fwx_close_hook(void *data);
void fwx_before_close(fwx_close_hook *hook, void *data);
void fwx_before_close_no_more(const void *data);

/* The innermost connection of a packet whose details are shown, as the selected packet's are, or
 * NULL: it has none, verdicts are not shown, or the capture has been dissected anew since. */
const struct fwx_connection *fwx_shown_connection(packet_info *pinfo);

void fwx_register(void);
void fwx_register_handoff(void);

#endif
